"""All that is needed to judge one function, and its form in the visible reference files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assay import wire
from assay.cases import Case, Rule, rule_from_data, rule_to_data
from assay.outcome import Outcome, read_outcome, write_outcome


@dataclass(frozen=True)
class Reference:
    """A case with the solution's outcomes and each known mistake's fingerprint (None where the mistake passes the case).

    ``held`` keeps a few outcomes of other answers that were found right, in the process that judges.
    """

    case: Case
    expected: list[Outcome]
    fingerprints: Mapping[str, Any] = field(default_factory=dict)
    held: list[list[Outcome]] = field(default_factory=list, init=False, repr=False, compare=False)


@dataclass(frozen=True)
class Floor:
    """What answers that compute nothing hold of an exercise.

    Attributes
    ----------
    idle : by case, whether a wrong answer that computes nothing passes it; such a case must hold for full points and earns none
    luck : the share that the best constant would earn, among the values that somebody may guess
    """

    idle: tuple[bool, ...] = ()
    luck: float = 0.0

    def share(self, rule: Rule, cases: list[Case], held: list[bool]) -> float:
        """Return the share of the points of an answer that is right in part: 0 for one that computes nothing."""
        earning = [(case, holds) for case, holds, idle in zip(cases, held, self.idle) if not idle]
        if not earning:
            return 0.0
        share = min(rule.share(cases, held), rule.share(*map(list, zip(*earning))))
        return max(0.0, (share - self.luck) / (1 - self.luck))


Asked = tuple[Case, tuple]  # a case and the arguments of one of its calls
Pair = tuple[Reference, list[Asked]]  # a case with what is due, and its calls


class Second(Protocol):
    """Chooses a case that is called twice with the same objects; see ``grader.references``."""

    planned: tuple[int, Reference] | None

    def __call__(self, held: Sequence[bool]) -> list[Reference]: ...


class Further(Protocol):
    """Draws more cases, with their calls, for an answer that holds all others, by what its text says; each `round` has others.

    ``soon`` gives those of the first round where they are so few that they are called with the others. See ``grader.references``.
    """

    def __call__(self, text: Any, round: int) -> list[Pair]: ...

    def soon(self, text: Any) -> list[Pair]: ...


@dataclass(frozen=True)
class Spec:
    """All that is needed to judge one function: the rule, the referenced cases and the hints.

    ``floor`` is asked for where an answer is right in part; ``second`` chooses the case that is repeated with the same objects, on hidden
    cases: ``planned`` is the one where all cases hold, the call itself chooses among those that do.
    ``further`` draws more cases, with the arguments of their calls, where all of ``references`` hold.
    """

    assignment: str
    name: str
    points: float
    section: str
    parameters: list[str]
    rule: Rule
    references: list[Reference]
    hints: dict[str, str] = field(default_factory=dict)
    floor: Callable[[], Floor] | None = None
    second: Second | None = None
    further: Further | None = None
    vocabulary: tuple[str, ...] = ()  # names of functions and methods (".copy") that answers use, for ``assay.locate``
    _calls: dict[int, list[tuple]] = field(default_factory=dict, repr=False)

    def calls(self, number: int) -> list[tuple]:
        """Return the arguments of each call for a case: the same objects each time, unless a function among them has a memory."""
        if number not in self._calls:
            made = self.rule.calls(self.references[number].case)
            if remembers(made):
                return made
            self._calls[number] = made
        return self._calls[number]


def remembers(calls: list[tuple]) -> bool:
    """Whether a function among the arguments of some calls keeps what it is asked, so that each judgement needs a new one."""
    return any(hasattr(arg, "seen") for args in calls for arg in args)


def spec_to_data(spec: Spec) -> dict:
    """Return a Spec as JSON-ready data (the visible reference files)."""
    floor = spec.floor() if spec.floor else Floor((False,) * len(spec.references))
    return {
        "name": spec.name,
        "points": spec.points,
        "section": spec.section,
        "parameters": spec.parameters,
        "rule": rule_to_data(spec.rule),
        "hints": spec.hints,
        **({"withheld": list(spec.references[0].case.withheld)} if spec.references[0].case.withheld else {}),
        **({"luck": floor.luck} if floor.luck else {}),
        **({"vocabulary": list(spec.vocabulary)} if spec.vocabulary else {}),
        "cases": [
            {
                "label": reference.case.label,
                "weight": reference.case.weight,
                "via": reference.case.via,
                **({"idle": True} if idle else {}),
                **{
                    key: wire.encode(getattr(reference.case, key), binary=False, layout=True)
                    for key in ("args", "kwargs", "facts", "globals")
                },
                "expected": [write_outcome(outcome, binary=False) for outcome in reference.expected],
                "fingerprints": {
                    key: wire.encode(value, binary=False)
                    for key, value in reference.fingerprints.items()
                    if value is not None
                },
            }
            for reference, idle in zip(spec.references, floor.idle)
        ],
    }


def spec_from_data(assignment: str, data: dict) -> Spec:
    """Return the Spec of a visible reference file's entry."""
    references, withheld = [], tuple(data.get("withheld", ()))
    for entry in data["cases"]:
        inputs = {key: wire.decode_inputs(entry[key], live=False) for key in ("args", "kwargs", "facts", "globals")}
        case = Case(label=entry["label"], weight=entry["weight"], via=entry["via"], withheld=withheld, **inputs)
        expected = [read_outcome(tree) for tree in entry["expected"]]
        references.append(
            Reference(case, expected, {key: wire.decode_outputs(value) for key, value in entry["fingerprints"].items()})
        )
    floor = Floor(tuple(entry.get("idle", False) for entry in data["cases"]), data.get("luck", 0.0))
    return Spec(
        assignment,
        data["name"],
        data["points"],
        data["section"],
        data["parameters"],
        rule_from_data(data["rule"]),
        references,
        data["hints"],
        lambda: floor,
        vocabulary=tuple(data.get("vocabulary", ())),
    )

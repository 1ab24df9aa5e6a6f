"""From outcomes to a verdict: which cases hold, what is wrong, which known mistake it is, and what it is worth."""

from __future__ import annotations

import copy
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from idnn import compare, wire
from idnn.compare import Case, Problem, Rule
from idnn.outcome import Outcome, alter, in_dict, read_outcome, sealed, shared, write_outcome
from idnn.withheld import Withheld

# Error types that are not the student's exceptions but what became of the call.
NOT_WRITTEN, MISSING, TIMEOUT, CRASH, OUTPUT = "NotImplementedError", "<missing>", "<timeout>", "<crash>", "<output>"

WITHHELD = Withheld.__name__  # raised by what of the library would answer the exercise

CHANGED = (
    "called again with the same arguments it gives a wrong answer: it changes or keeps what it is given; work on a copy"
)

MOST_SHOWN = 3  # kinds of problems that a verdict tells in full
MOST_HELD = 4  # kinds of cases that hold which it names

# What a student's function raised or returned may stand in a verdict: a page must not typeset it, since formulas can hold links.
NO_MATHS = "mathjax_ignore tex2jax_ignore"


@dataclass(frozen=True)
class Reference:
    """A case with the solution's outcomes and each known mistake's fingerprint (None where the mistake passes the case)."""

    case: Case
    expected: list[Outcome]
    fingerprints: Mapping[str, Any] = field(default_factory=dict)


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


@dataclass(frozen=True)
class Spec:
    """All that is needed to judge one function: the rule, the referenced cases and the hints.

    ``floor`` is asked for where an answer is right in part; ``second`` chooses one of the cases that hold to be repeated with the same
    objects, on hidden cases.
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
    second: Callable[[Sequence[bool]], list[Reference]] | None = None


@dataclass(frozen=True)
class CaseVerdict:
    label: str
    weight: float
    problem: Problem | None
    inputs: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a function is worth, and why.

    ``score`` of ``points``; ``passed``; ``mistake``: identifier of the recognised mistake or None; ``message``: one sentence.
    """

    assignment: str
    name: str
    points: float
    score: float
    cases: list[CaseVerdict]
    mistake: str | None = None
    hint: str = ""
    visible: bool = False
    section: str = ""

    @property
    def passed(self) -> bool:
        return all(case.problem is None for case in self.cases)

    @property
    def failing(self) -> list[CaseVerdict]:
        return [case for case in self.cases if case.problem]

    @property
    def held(self) -> str:
        """The kinds of cases that hold, of an answer that is right in part."""
        kinds = list(dict.fromkeys(case.label for case in self.cases if case.problem is None))
        if self.passed or not kinds:
            return ""
        more = f"; and {len(kinds) - MOST_HELD} kinds more" if len(kinds) > MOST_HELD + 1 else ""
        return "; ".join(kinds[:MOST_HELD] if more else kinds) + more

    @property
    def message(self) -> str:
        """One line: the first problem, in words, and the hint where the mistake is known."""
        if self.passed:
            return f"{self.name}: all {len(self.cases)} cases hold."
        first = self.failing[0].problem
        return " ".join([f"{self.name}: {first.sentence(self.visible)}.", self.hint]).strip()

    @property
    def summary(self) -> str:
        held = len(self.cases) - len(self.failing)
        kind = "visible" if self.visible else "hidden"
        return f"{held} of {len(self.cases)} {kind} cases hold: {number(self.score)} of {number(self.points)} points"

    def text(self) -> str:
        """The verdict in plain text, for terminals, logs and screen readers."""
        lines = [f"{self.name}: {'pass' if self.passed else 'not yet'}. {self.summary}."]
        for said, labels, inputs in self._grouped():
            lines.append(f"  - {labels}: {said}." + (f" Input: {inputs}" if inputs else ""))
        if self.held:
            lines.append(f"  What holds: {self.held}.")
        if self.hint:
            lines.append(f"  What this looks like: {self.hint}")
        if self.section and not self.passed and not self.visible:
            lines.append(f'  Where to read: section "{self.section}" of the notebook.')
        return "\n".join(lines)

    def html(self) -> str:
        """The verdict as a small block of HTML; everything that came from outside is escaped."""
        e = html.escape
        word, colour, sign = ("pass", "#00654d", "&#10003;") if self.passed else ("not yet", "#a03c00", "&#10007;")
        rows = "".join(
            f'<li style="margin:.15em 0"><strong>{e(labels)}</strong>: {e(said)}.'
            + (f'<br><span style="opacity:.85">Input: <code>{e(inputs)}</code></span>' if inputs else "")
            + "</li>"
            for said, labels, inputs in self._grouped()
        )
        held = f'<p style="margin:.3em 0">What holds: {e(self.held)}.</p>' if self.held else ""
        hint = (
            f'<p style="margin:.3em 0"><strong>What this looks like:</strong> {e(self.hint)}</p>' if self.hint else ""
        )
        where = ""
        if self.section and not self.passed and not self.visible:
            where = (
                f'<p style="margin:.3em 0">Where to read: section &#8220;{e(self.section)}&#8221; of the notebook.</p>'
            )
        return (
            f'<div class="idnn-verdict {NO_MATHS}" style="border-left:5px solid {colour};padding:.35em .8em;margin:.3em 0;line-height:1.45">'
            f'<strong><span aria-hidden="true">{sign}</span> <code>{e(self.name)}</code>: {word}.</strong> {e(self.summary)}.'
            + (f'<ul style="margin:.3em 0;padding-left:1.2em">{rows}</ul>' if rows else "")
            + f"{held}{hint}{where}</div>"
        )

    def _grouped(self) -> list[tuple[str, str, str]]:
        """Failing cases with the same problem go together: (sentence, labels, smallest input). After three kinds the rest are counted."""
        groups: dict[str, list[CaseVerdict]] = {}
        for case in self.failing:
            groups.setdefault(case.problem.what, []).append(case)
        result = []
        for cases in groups.values():
            shortest = min(cases, key=lambda case: len(case.inputs) or 10**9) if self.visible else cases[0]
            labels = [case.label for case in cases]
            said = (
                "; ".join(dict.fromkeys(labels))
                if len(labels) <= 4
                else f"{len(labels)} cases, such as {shortest.label}"
            )
            inputs = shortest.inputs if self.visible and not self.hint and len(shortest.inputs) <= 400 else ""
            result.append((shortest.problem.sentence(self.visible), said, inputs))
        rest = sum(len(cases) for cases in list(groups.values())[MOST_SHOWN:])
        more = [("they fail in a similar way", f"{rest} more case{'s' * (rest > 1)}", "")] if rest else []
        return result[:MOST_SHOWN] + more


def number(value: float) -> str:
    """Return a score without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def judge_cases(spec: Spec, call: Callable[[Case, tuple], Outcome], visible: bool) -> Verdict:
    """Call the function on every case and return the verdict.

    Parameters
    ----------
    spec : Spec
    call : (case, args) -> Outcome, calls the student's function wherever it lives
    visible : bool, whether the verdict may show values
    """
    judged: list[CaseVerdict] = []
    outcomes_by_case: list[list[Outcome]] = []
    given_up: Problem | None = None
    for reference in spec.references:
        case = reference.case
        if given_up:  # a function that never ends is not waited for again
            judged.append(CaseVerdict(case.label, case.weight, given_up))
            outcomes_by_case.append([])
            continue
        outcomes = []
        for args in spec.rule.calls(case):
            outcomes.append(_with_what_was_asked(call(case, args), args))
            if outcomes[-1].error and outcomes[-1].error.key in (MISSING, NOT_WRITTEN, TIMEOUT, CRASH):
                break
        problem = case_problem(spec.rule, reference, outcomes)
        if problem and problem.kind in ("missing", "time", "crash"):
            given_up = problem
        inputs = _inputs(spec, case) if visible and problem and problem.kind != "missing" else ""
        judged.append(CaseVerdict(case.label, case.weight, problem, inputs))
        outcomes_by_case.append(outcomes)
    known = judged
    held = [case.problem is None for case in judged]
    if any(held) and not given_up and (problem := _repeated(spec, call, held)):
        judged = [replace(case, problem=case.problem or problem) for case in judged]
        held = [False] * len(held)
    full = all(held)
    score = spec.points if full else round(spec.points * _share(spec, held), 2)
    mistake = None if full or given_up else recognise(spec, known, outcomes_by_case)
    return Verdict(
        spec.assignment,
        spec.name,
        spec.points,
        score,
        judged,
        mistake,
        spec.hints.get(mistake or "", ""),
        visible,
        spec.section,
    )


def _with_what_was_asked(outcome: Outcome, args: tuple) -> Outcome:
    """Add what recorders among the arguments were asked; they live here, so nobody else has a say in it."""
    asked = tuple(arg.seen for arg in args if callable(arg) and hasattr(arg, "seen"))
    return replace(outcome, asked=asked) if asked else outcome


def _repeated(spec: Spec, call: Callable[[Case, tuple], Outcome], held: list[bool]) -> Problem | None:
    """Call one more time where all was well, with the same objects as the time before, some of them altered by us.

    What is told about a call comes from the process that ran it: that arguments are as they were, that arrays share no memory, that a
    generator moved on. The second value is judged by the same rule, so it says so itself.
    """
    references = spec.second(held) if spec.second else []
    if not references:
        return None
    reference = next((one for one in references[:-1] if _holds_once(spec, one, call)), references[-1])
    outcome = call(reference.case, reference.case.args)
    if outcome.error:
        return _error_problem(outcome)
    if outcome.again is None or outcome.again.error:
        return Problem("mutation", CHANGED)
    try:
        problem = spec.rule.repeated(reference.case, reference.expected, outcome)
    except Exception:  # a strange form, as above
        problem = Problem("structure", CHANGED)
    if problem:
        return problem if problem.kind == "random" else Problem("mutation", CHANGED)
    return _shared_problem(spec.rule, reference, outcome)


def _holds_once(spec: Spec, reference: Reference, call: Callable[[Case, tuple], Outcome]) -> bool:
    """Whether an altered case holds by itself, as it would have to for saying anything about an answer that is right in part."""
    args = copy.deepcopy(reference.case.args)
    alter(args, reference.case.again or ())
    once = replace(reference.case, args=args, again=None)
    return case_problem(spec.rule, replace(reference, case=once), [call(once, args)]) is None


def _shared_problem(rule: Rule, reference: Reference, outcome: Outcome) -> Problem | None:
    for pair, said in (
        (shared(outcome), "share memory: changing one changes the other"),
        (sealed(outcome), "cannot be written into; return arrays of their own"),
    ):
        if pair and not (reference.expected and not set(pair) <= _paths(reference.expected[0].value)):
            first, second = (compare.said_path(path, rule.returns) for path in pair)
            return Problem("aliasing", f"{first} and {second} {said}")
    return None


def _share(spec: Spec, held: list[bool]) -> float:
    cases = [reference.case for reference in spec.references]
    if not any(held) or spec.floor is None:
        return spec.rule.share(cases, held)
    return spec.floor().share(spec.rule, cases, held)


def case_problem(rule: Rule, reference: Reference, outcomes: list[Outcome]) -> Problem | None:
    """Return what is wrong with one case: errors first, then changed arguments, the rule's own problem, shared memory last."""
    expected_error = reference.expected[0].error if reference.expected else None
    for outcome in outcomes:
        if outcome.error and not (expected_error and outcome.error.type == expected_error.type):
            return _error_problem(outcome)
        if expected_error and not outcome.error:
            return Problem(
                "error", "it does not raise an error", f"a {expected_error.type}", compare.describe(outcome.value)
            )
    for outcome in outcomes:
        changed = [path for path in outcome.changed if path.split("[")[0] not in rule.may_change]
        if changed:
            return Problem("mutation", f"it changes its argument {changed[0]}; work on a copy")
    if any(outcome.global_random for outcome in outcomes):
        given = any(isinstance(value, np.random.Generator) for value in reference.case.args)
        instead = "; draw from the rng that it was given" if given else ", which is not its own; leave that alone"
        return Problem("random", f"it seeds or draws from a global random generator{instead}")
    if expected_error:
        return None
    try:
        problem = rule.problem(reference.case, reference.expected, outcomes)
    except Exception as error:
        # A rule that stumbles over an answer of a strange form refuses it; our own tests see to it that it stumbles over no right one.
        problem = Problem(
            "structure", f"the result does not have the form that the docstring asks for ({type(error).__name__})"
        )
    if problem:
        return problem
    return _alias_problem(rule, reference, outcomes)


def _error_problem(outcome: Outcome) -> Problem:
    error = outcome.error
    if error.key == NOT_WRITTEN:  # with a message it is somebody else's: TensorFlow raises such errors
        return Problem("missing", "it is not written yet: it raises NotImplementedError")
    if error.type == MISSING:
        return Problem("missing", error.message or "there is no function of this name in the notebook")
    if error.type == TIMEOUT:
        return Problem("time", error.message or "it took too long and was stopped")
    if error.type == CRASH:
        return Problem("crash", error.message or "it ended the process that ran it")
    if error.type == OUTPUT:
        return Problem("structure", error.message or "its result cannot be read")
    if error.type == WITHHELD:
        return Problem("borrowed", error.message)
    line = f" in its line {error.line}" if error.line else ""
    message = f": {error.message}" if error.message else ""
    return Problem("error", f"it raises {error.type}{line}{message}".rstrip("."))


def _alias_problem(rule: Rule, reference: Reference, outcomes: list[Outcome]) -> Problem | None:
    for outcome in outcomes:
        for a, b in outcome.aliases:
            if not (in_dict(a) and in_dict(b)):
                continue  # arrays of a list or a cache may be views of each other
            if reference.expected and not {a, b} <= _paths(reference.expected[0].value):
                continue
            first, second = (compare.said_path(path, rule.returns) for path in (a, b))
            return Problem("aliasing", f"{first} and {second} share memory: changing one changes the other")
    return None


def _paths(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {p for key, item in value.items() for p in _paths(item, f"{path}[{key!r}]")}
    if isinstance(value, tuple | list):
        return {p for i, item in enumerate(value) for p in _paths(item, f"{path}[{i}]")}
    return {path}


def recognise(spec: Spec, judged: list[CaseVerdict], outcomes_by_case: list[list[Outcome]]) -> str | None:
    """Return the known mistake that explains every case, the passing ones included, or None."""
    try:
        return _recognise(spec, judged, outcomes_by_case)
    except (
        Exception
    ):  # values of a strange form are no known mistake; our own tests see to it that the known ones are recognised
        return None


def _recognise(spec: Spec, judged: list[CaseVerdict], outcomes_by_case: list[list[Outcome]]) -> str | None:
    prints = [
        spec.rule.fingerprint(reference.case, outcomes) if case.problem and outcomes else None
        for reference, case, outcomes in zip(spec.references, judged, outcomes_by_case)
    ]
    for mistake in spec.hints:
        if all(
            (case.problem is None) == (reference.fingerprints.get(mistake) is None)
            and (
                case.problem is None
                or spec.rule.same(reference.case, reference.fingerprints[mistake], found, reference.expected)
            )
            for reference, case, found in zip(spec.references, judged, prints)
        ):
            return mistake
    return None


def _inputs(spec: Spec, case: Case) -> str:
    """The inputs of a visible case, as one would type them; empty where they are too long to read."""
    parts = []
    for name, value in [*zip(spec.parameters, case.args), *case.kwargs.items()]:
        text = _typed(value)
        if not text:
            return ""
        parts.append(f"{name}={text}")
    text = f"{spec.name}({', '.join(parts)})"
    return text if len(text) <= 400 else ""


def _typed(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return (
            f"np.array({np.array2string(value, separator=', ', precision=4)})".replace("\n", "")
            if value.size <= 12
            else ""
        )
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, dict):
        parts = [(key, _typed(item)) for key, item in value.items()]
        return (
            ""
            if not all(text for _, text in parts)
            else "{" + ", ".join(f"{key!r}: {text}" for key, text in parts) + "}"
        )
    if isinstance(value, list | tuple):
        parts = [_typed(item) for item in value]
        opening, closing = "[]" if isinstance(value, list) else "()"
        return opening + ", ".join(parts) + closing if all(parts) else ""
    if callable(value):
        return getattr(value, "__name__", "")
    return repr(value) if isinstance(value, bool | int | float | str | None) else ""


def spec_to_data(spec: Spec) -> dict:
    """Return a Spec as JSON-ready data (the visible reference files)."""
    floor = spec.floor() if spec.floor else Floor((False,) * len(spec.references))
    return {
        "name": spec.name,
        "points": spec.points,
        "section": spec.section,
        "parameters": spec.parameters,
        "rule": compare.rule_to_data(spec.rule),
        "hints": spec.hints,
        **({"withheld": list(spec.references[0].case.withheld)} if spec.references[0].case.withheld else {}),
        **({"luck": floor.luck} if floor.luck else {}),
        "cases": [
            {
                "label": reference.case.label,
                "weight": reference.case.weight,
                "via": reference.case.via,
                **({"idle": True} if idle else {}),
                **{
                    key: wire.encode(getattr(reference.case, key), binary=False)
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
        compare.rule_from_data(data["rule"]),
        references,
        data["hints"],
        lambda: floor,
    )

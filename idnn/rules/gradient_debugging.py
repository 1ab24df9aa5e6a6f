"""The rule for a list of gradients' names: none missing, none accused wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from idnn.compare import Case, Problem, Rule, describe, other_generator
from idnn.outcome import Outcome


@dataclass(frozen=True)
class Names(Rule):
    """Is the sorted list of names that the solution returns. What differs is told apart: a miss, a false alarm, or the form.

    A case with ``facts["generators"]`` is run by :func:`on_two_generators`, which also says whether another generator gave other points.

    ``exact`` decides how a mistake is recognised: by the very names, or by the kind of problem alone.

    Where the cases say whether what is examined is buggy (``facts["buggy"]``), the points are multiplied by the share of right ones that are
    accepted and by the share of buggy ones that are found: so both count the same, and who accepts everything has found nothing.
    """

    exact: bool = True

    def share(self, cases: list[Case], held: list[bool]) -> float:
        sides = [[i for i, case in enumerate(cases) if case.facts.get("buggy") is side] for side in (False, True)]
        if not all(sides):
            return super().share(cases, held)
        right, buggy = (super(Names, self).share([cases[i] for i in side], [held[i] for i in side]) for side in sides)
        return right * buggy

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        wanted, got = expected[0].value, outcomes[0].value
        if case.facts.get("generators"):
            if not isinstance(got, list | tuple) or len(got) != 2 or got[1] is not True:
                return Problem("random", "it looks at the same points whatever rng it is given; hand its rng to draw")
            wanted, got = wanted[0], got[0]
        names = _names(got)
        if names is None:
            return Problem("type", "the result is not a list of names", "a list of strings", describe(got))
        if names == wanted:
            return None
        shown = {"expected": describe(wanted), "actual": describe(got)}
        if any("d" + name in wanted for name in names):
            return Problem("value", "the names are those of parameters, not of gradients", **shown)
        if set(names) == set(wanted):
            how = "the names are not sorted" if len(names) == len(wanted) else "a name is listed more than once"
            return Problem("value", how, **shown)
        missed, accused = set(wanted) - set(names), set(names) - set(wanted)
        if missed and accused:
            return Problem("value", "it accuses a gradient that is right and lets one pass that is wrong", **shown)
        return Problem(
            "value", "it lets a wrong gradient pass" if missed else "it accuses a gradient that is right", **shown
        )

    def fingerprint(self, case: Case, outcomes: list[Outcome]) -> Any:
        outcome = outcomes[0]
        value = outcome.value
        if case.facts.get("generators") and isinstance(value, list | tuple) and len(value) == 2:
            value = value[0] if value[1] is True else ()
        names = _names(value)
        return {
            "error": outcome.error.key if outcome.error else None,
            "changed": sorted(outcome.changed),
            "form": type(value).__name__ if names is None else None,
            "names": names if self.exact else None,
            "alarm": bool(names),
        }


def on_two_generators(check, cost, backward, draw, rng):
    """Call `check` with two generators; return what it says with the first one, and whether it looked at other points with the second."""
    seen = []

    def recorded(generator):
        point = draw(generator)
        seen[-1].add(point[0].tobytes())
        return point

    names = []
    for generator in (rng, other_generator(rng)):
        seen.append(set())
        names.append(check(cost, backward, recorded, generator))
    return names[0], not seen[0] & seen[1]


def _names(value: Any) -> list[str] | None:
    """Return the names as plain strings, or None where the value is no list of strings."""
    if not isinstance(value, list | tuple):
        return None
    plain = [item.item() if isinstance(item, np.ndarray) and item.ndim == 0 else item for item in value]
    return plain if all(isinstance(item, str) for item in plain) else None

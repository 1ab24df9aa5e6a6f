"""The rule for a list of gradients' names: none missing, none accused wrongly."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.cases import Case, Rule
from assay.chance import other_generator
from assay.difference import Problem, describe
from assay.outcome import Outcome
from assay.rules import Close

MOST_POINTS, MOST_BYTES = 1_000, 10_000  # points that a recorder keeps, and bytes of each


ROUND_OFF = 1e-15  # of a relative difference: that of the entries themselves, to which a tiny difference owes nothing


@dataclass(frozen=True)
class Differences(Close):
    """Agrees with the solution's relative differences, by name, up to round-off of the entries that were compared."""

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        wanted, got = expected[0].value, outcomes[0].value
        if isinstance(got, dict):
            got = {name: wanted[name] if _nearly(value, wanted.get(name)) else value for name, value in got.items()}
        return super().problem(case, expected, [dataclasses.replace(outcomes[0], value=got)])


def _nearly(value: Any, wanted: Any) -> bool:
    number = value.item() if isinstance(value, np.ndarray | np.generic) and value.ndim == 0 else value
    return isinstance(number, float) and isinstance(wanted, float) and abs(number - wanted) <= ROUND_OFF


@dataclass(frozen=True)
class Names(Rule):
    """Is the sorted list of names that the solution returns. What differs is told apart: a miss, a false alarm, or the form.

    In a case with ``facts["generators"]`` the function is called a second time with another generator, and the backward pass that it is handed
    keeps what it is asked: whether another generator gives other points is seen where the backward pass lives.

    Where the cases say whether what is examined is buggy (``facts["buggy"]``), the points are multiplied by the share of right ones that are
    accepted and by the share of buggy ones that are found: so both count the same, and who accepts everything has found nothing.
    """

    def calls(self, case: Case) -> list[tuple]:
        if not case.facts.get("generators"):
            return [case.args]
        cost, backward, draw, rng = case.args
        return [(cost, recorded(backward), draw, generator) for generator in (rng, other_generator(rng))]

    def may_be_repeated(self, case: Case) -> bool:
        return super().may_be_repeated(case) and not any(isinstance(value, np.random.Generator) for value in case.args)

    def share(self, cases: list[Case], held: list[bool]) -> float:
        sides = [[i for i, case in enumerate(cases) if case.facts.get("buggy") is side] for side in (False, True)]
        if not all(sides):
            return super().share(cases, held)
        right, buggy = (super(Names, self).share([cases[i] for i in side], [held[i] for i in side]) for side in sides)
        return right * buggy

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        wanted, got = expected[0].value, outcomes[0].value
        if case.facts.get("generators") and _same_points(outcomes):
            return Problem("random", "it looks at the same points whatever rng it is given; hand its rng to draw")
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
        if case.facts.get("generators") and _same_points(outcomes):
            value = ()
        names = _names(value)
        return {
            "error": outcome.error.key if outcome.error else None,
            "changed": sorted(outcome.changed),
            "form": type(value).__name__ if names is None else None,
            "names": names,
        }


def recorded(backward: Callable) -> Callable:
    """Return `backward` as a function that keeps the examples that it is asked about, as bytes, in its attribute ``seen``."""

    def asked(X: np.ndarray, Y: np.ndarray, parameters: dict) -> dict:
        examples = X.tobytes() if isinstance(X, np.ndarray) and X.nbytes <= MOST_BYTES else b""  # it may overwrite them
        gradients = backward(X, Y, parameters)
        if len(asked.seen) < MOST_POINTS:
            asked.seen.add(examples)
        return gradients

    asked.seen = set()
    return asked


def _same_points(outcomes: list[Outcome]) -> bool:
    """Whether two calls asked about one point, or a call could not be followed."""
    points = [seen for outcome in outcomes for seen in outcome.asked]
    return len(points) == 2 and bool(points[0] & points[1])


def _names(value: Any) -> list[str] | None:
    """Return the names as plain strings, or None where the value is no list of strings."""
    if not isinstance(value, list | tuple):
        return None
    plain = [item.item() if isinstance(item, np.ndarray) and item.ndim == 0 else item for item in value]
    return plain if all(isinstance(item, str) for item in plain) else None

"""Rules for answers that have one right value, or a small one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.cases import Rule
from assay.difference import Problem, agrees, describe, difference, said_path, wrong_type
from assay.outcome import TIMES, Outcome, in_dict


@dataclass(frozen=True)
class Close(Rule):
    """Agrees with the solution's output: structure, shape, dtype, finiteness, then values within a tolerance."""

    rtol: float | None = None
    extra_keys: bool = False
    returns: Sequence[str] = ()  # names of the returned values, as the docstring has them

    def problem(self, case, expected, outcomes):
        for wanted, got in zip(expected, outcomes):
            in_a_row = case.via.startswith(TIMES)  # calls with the same objects
            if in_a_row and (pair := across_calls(got)):
                return Problem(
                    "aliasing",
                    f"{said_path(pair, self.returns)} is an array that an earlier call returned; return a new one",
                )
            for value, again in zip(wanted.value, got.value, strict=True) if in_a_row else [(wanted.value, got.value)]:
                found = difference(value, again, self.rtol, self.extra_keys, returns=self.returns)
                if found:
                    return found
        return None

    def same(self, case, a, b, expected):
        return agrees(a, b, self.rtol, self.extra_keys)


def across_calls(outcome: Outcome) -> str | None:
    """Return the path of an array in the result of one of several calls that shares memory with another call's result, or None."""
    for a, b in outcome.aliases:
        (first, path), (second, _) = ((number, rest) for number, _, rest in (p[1:].partition("]") for p in (a, b)))
        if first != second and in_dict(path):
            return path
    return None


@dataclass(frozen=True)
class Equal(Rule):
    """Is exactly the solution's output: for ints, strings, names and lists of them."""

    def problem(self, case, expected, outcomes):
        for wanted, got in zip(expected, outcomes):
            found = difference(wanted.value, got.value, rtol=0.0)
            if found:
                return found
        return None


@dataclass(frozen=True)
class Small(Rule):
    """Is a number of at least 0 and below a bound: for round-off, whose value nobody can predict."""

    below: float = 1e-6
    needs_expected = False

    def problem(self, case, expected, outcomes):
        for outcome in outcomes:
            value = outcome.value
            if isinstance(value, np.ndarray) and value.ndim == 0 or isinstance(value, np.generic):
                value = value.item()
            if isinstance(value, bool) or not isinstance(value, int | float):
                return wrong_type("the result", 0.0, value)
            if not math.isfinite(value):
                return Problem(
                    "finite", "the result is not finite", f"a number in [0, {self.below:g})", describe(value)
                )
            if not 0 <= value < self.below:
                return Problem(
                    "value",
                    "the result is not small although the two agree",
                    f"a number in [0, {self.below:g})",
                    describe(float(value)),
                )
        return None

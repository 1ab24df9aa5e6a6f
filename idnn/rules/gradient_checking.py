"""How a relative difference is judged: as a number where it is sizeable, as round-off where it is nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.difference import Problem
from assay.outcome import Outcome
from assay.rules import Close, Small


@dataclass(frozen=True)
class Difference(Close):
    """Agrees with the solution's number, or is below ``small`` where the solution's is: nobody can predict round-off.

    Routes that sum in another order change a cost by about 1e-16, a central difference of step epsilon by 1e-16 / epsilon; ``rtol``
    allows a thousand times that at the steps that cases use (1e-4 and more), ``round_off`` the same where little is left over of two gradients
    that nearly agree. float32 anywhere on the way changes more.
    """

    rtol: float | None = 1e-8
    small: float = 1e-6
    round_off: float = 1e-10

    def problem(self, case, expected, outcomes):
        if expected[0].value < self.small:
            return Small(self.small).problem(case, expected, outcomes)
        found = super().problem(case, expected, outcomes)
        return None if found and _within(self.round_off, found, expected, outcomes) else found

    def same(self, case, a, b, expected):
        """What a mistake leaves of two gradients that nearly agree is another number on another processor, by less than round-off."""
        (one,), (other,) = a, b
        numbers = one["value"], other["value"]
        if all(type(number) is float for number in numbers) and abs(numbers[0] - numbers[1]) <= self.round_off / 100:
            b = [{**other, "value": numbers[0]}]
        return super().same(case, a, b, expected)


@dataclass(frozen=True)
class Measure(Close):
    """Agrees with the solution's number in [0, 1], up to round-off of the numbers that are compared, which the length of 1 divides.

    Whoever scales both gradients before subtracting them has rounded them: 1e-16 each, which is more than ``rtol`` of a small difference.
    Zero is exactly zero.
    """

    round_off: float = 2e-15

    def problem(self, case, expected, outcomes):
        found = super().problem(case, expected, outcomes)
        return None if found and _within(self.round_off, found, expected, outcomes) else found


def _within(round_off: float, found: Problem, expected: Sequence[Outcome], outcomes: Sequence[Outcome]) -> bool:
    """Whether what was found is a number that is off by no more than round-off; exactly zero is no such number."""
    wanted = float(expected[0].value)
    return found.kind == "value" and wanted > 0 and abs(float(outcomes[0].value) - wanted) <= round_off

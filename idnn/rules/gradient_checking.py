"""How a relative difference is judged: as a number where it is sizeable, as round-off where it is nothing else."""

from dataclasses import dataclass

from assay.rules import Close, Small


@dataclass(frozen=True)
class Difference(Close):
    """Agrees with the solution's number, or is below ``small`` where the solution's is: nobody can predict round-off.

    Routes that sum in another order change a cost by about 1e-16, a central difference of step epsilon by 1e-16 / epsilon; ``rtol``
    allows a thousand times that at the steps that cases use (1e-4 and more). float32 anywhere on the way changes more.
    """

    rtol: float | None = 1e-8
    small: float = 1e-6

    def problem(self, case, expected, outcomes):
        if expected[0].value < self.small:
            return Small(self.small).problem(case, expected, outcomes)
        return super().problem(case, expected, outcomes)

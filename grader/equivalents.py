"""Mutants that are no mistakes: they compute the same for every input that the specification allows, or differ where it leaves it open.

``EQUIVALENT[assignment, function]`` maps a mutant's change, as ``python -m grader quality`` prints it, to the reason.
"""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str], dict[str, str]] = {}

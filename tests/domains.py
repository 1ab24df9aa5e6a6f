"""Cases from all that the docstrings of an assignment allow: that the solution holds them, which the judge takes for granted."""

from __future__ import annotations

import numpy as np

from assay.cases import Case
from assay.spec import Reference
from assay.verdict import case_problem
from grader import catalogue, domain, references

NUMBERS = (0.3, 5, 37, 1e-7, 1e-3, 100, 1e-12, -4e-3)


def spoilt(assignment: str, name: str, count: int = 200) -> list[Case]:
    """Return the cases that the judge would drop, of `count` free ones and those beside a few numbers."""
    exercise = catalogue.exercise(assignment, name)
    solution, names = catalogue.solution(assignment, name), catalogue.parameters(assignment, name)
    cases = domain.cases_anywhere(exercise.anywhere, np.random.default_rng(7), count)
    beside = [case for number in NUMBERS for case in domain.cases_beside(exercise.anywhere, [7], number)]
    assert len(beside) > len(NUMBERS)
    due = [(case, references._run(exercise, solution, case, names)) for case in cases + beside]
    return [case for case, outcomes in due if case_problem(exercise.rule, Reference(case, outcomes), outcomes)]

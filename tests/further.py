"""What the tests of several assignments ask of the cases that lie further out: the solution holds all of them."""

from __future__ import annotations

import numpy as np

from assay.spec import Reference
from assay.verdict import case_problem
from grader import catalogue, domain, references

NUMBERS = (5, 12, 300, 0.95, 5.5, 1e-6, 1e-10)  # as they stand in answers


def assert_the_solution_holds(slug: str, name: str, count: int) -> None:
    """Assert that no further case is one that its own rule refuses: such a case would be left out without a word."""
    exercise, names = catalogue.exercise(slug, name), catalogue.parameters(slug, name)
    cases = domain.cases_anywhere(exercise.anywhere, np.random.default_rng(7), count)
    for number in NUMBERS:
        cases += domain.cases_beside(exercise.anywhere, [7], number)
    for case in cases:
        expected = references._run(exercise, catalogue.solution(slug, name), case, names)
        problem = case_problem(exercise.rule, Reference(case, expected), expected)
        assert problem is None, (case.label, case.args, problem)

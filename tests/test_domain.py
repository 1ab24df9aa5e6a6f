"""Inputs from all that a docstring allows, and beside the numbers of an answer's text."""

import ast

import numpy as np
import pytest

from assay import lines
from grader import domain
from grader.domain import Draw, cases_beside, numbers_of
from grader.exercise import Case


def anywhere(draw: Draw) -> Case:
    return Case((draw.array(draw.integer(1, 500, usual=6)), draw.real(1e-3, 10.0)))


def test_numbers_are_read_and_never_run():
    text = "LIMIT = 3 * 7\nx = -4e-3 if f(10 ** 2, 'a', [12]) > 1 else 2 ** 99999\n"
    assert set(numbers_of([ast.parse(text)])) == {21, -4e-3, 100, 12, 99999}


@pytest.mark.parametrize("number", [37, 0.125, 2.5])
def test_arguments_lie_at_below_and_above_a_number(number):
    cases = list(cases_beside(anywhere, [1], number))
    sizes = {len(case.args[0]) for case in cases}
    values = [case.args[1] for case in cases]
    largest = [float(np.max(np.abs(case.args[0]))) for case in cases]
    if number == 37:
        assert {36, 37, 38} <= sizes
    else:
        assert number in values and any(0 < number - v <= 0.05 * number for v in values)
        assert any(0 < v - number <= 0.06 * number for v in values)
    assert any(np.isclose(v, number) for v in largest) and any(v > number for v in largest)


def test_free_draws_stay_inside_and_reach_the_edges():
    cases = domain.cases_anywhere(anywhere, np.random.default_rng(1), 300)
    sizes = [len(case.args[0]) for case in cases]
    rates = [case.args[1] for case in cases]
    assert min(sizes) == 1 and max(sizes) == 6 and min(rates) == 1e-3 and max(rates) == 10.0
    assert any(not case.args[0].any() for case in cases)


def test_lines_that_no_case_reached_are_told():
    source = '''
def f(x):
    """A docstring."""
    if x > 3:
        x = (
            x + 1
        )
    elif x == 1000:
        y = 2
        return y
    try:
        return x
    except ValueError:
        return 0
'''
    names: dict = {}
    exec(compile(source, "<f>", "exec"), names)
    seen: set[int] = set()
    with lines.watched(names["f"], seen):
        names["f"](1)
    tree = ast.parse(source).body[0]
    assert lines.unreached(tree, seen) == [4, 8, 9, 13] and lines.branches(tree)
    with lines.watched(names["f"], seen):
        names["f"](5)
    assert lines.unreached(tree, seen) == [8, 9, 13]


def test_a_loop_is_followed_for_a_while_only():
    def endless(n):
        for i in range(n):
            if i == n - 1:
                return i

    seen: set[int] = set()
    with lines.watched(endless, seen):
        endless(lines.MOST_EVENTS)
    assert 4 not in seen and {2, 3} <= seen

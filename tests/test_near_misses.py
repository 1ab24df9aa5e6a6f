"""Generated near-misses: drawn by a seed, of every kind, each right on what students see and wrong on its witness."""

import numpy as np
import pytest

from assay import outcome
from assay.cases import Case
from assay.rules import Close
from assay.spec import Reference
from assay.verdict import case_problem
from grader import near_misses
from grader.near_misses.calls import Input, gap
from grader.near_misses.inputs import Inputs, described


def settle(weights, X, t, rate):
    """Return weights that are moved by the mean of the examples' roots.

    Parameters
    ----------
    weights : dict of ndarray
        ``W1``, ``b1``, ``W2``, ``b2``, ... of any number of layers, in any order.
    X : ndarray, shape (n, m)
    t : int, counted from 1
    rate : float, positive

    Returns
    -------
    weights : dict of ndarray
    """
    total = 0.0
    for column in X.T:
        total = total + np.sqrt(np.sum(column**2))
    step = rate * total / (X.shape[1] * np.sqrt(t))
    return {name: value - step * int(name[1:]) * np.abs(value) for name, value in weights.items()}


SETTLE = """def settle(weights, X, t, rate):
    total = 0.0
    for column in X.T:
        total = total + np.sqrt(np.sum(column ** 2))
    step = rate * total / (X.shape[1] * np.sqrt(t))
    return {name: value - step * int(name[1:]) * np.abs(value) for name, value in weights.items()}
"""
DRAW = """def draw(rows, columns, rng):
    return {"W1": rng.standard_normal((rows, columns))}
"""


def draw(rows, columns, rng):
    """Return a matrix of normal numbers.

    Parameters
    ----------
    rows : int, positive
    columns : int, positive
    rng : numpy.random.Generator

    Returns
    -------
    numbers : dict of ndarray
    """
    return {"W1": rng.standard_normal((rows, columns))}


def draw_otherwise(rows, columns, rng):
    return {"W1": rng.standard_normal((columns, rows)).T}


def seen(layers, examples):
    """An input as students see it: a few layers, in order."""
    rng = np.random.default_rng([layers, examples])
    weights = {}
    for layer in range(1, layers + 1):
        weights[f"W{layer}"] = rng.normal(size=(3, 3))
        weights[f"b{layer}"] = rng.normal(size=(3, 1))
    return Input({"weights": weights, "X": rng.normal(size=(2, examples)), "t": layers, "rate": 0.1}, 4)


@pytest.fixture(scope="module")
def settling():
    return Inputs([settle], ["weights", "X", "t", "rate"], [seen(2, 5), seen(3, 7), seen(2, 4)])


@pytest.fixture(scope="module")
def drawing():
    given = [Input({"rows": n, "columns": n + 1, "rng": np.random.default_rng(n)}, 3) for n in (4, 6, 9)]
    return Inputs([draw, draw_otherwise], ["rows", "columns", "rng"], given)


def made(domain, source, name, kind, count=3, seed=0):
    found = list(near_misses.drawn(domain, [("the solution", source)], {"np": np}, name, seed, count, [kind]))
    assert found, f"nothing of the kind {kind}"
    return found


def problems(one, name, calls):
    """Return what a judge that compares values says of a near-miss, called on one input after the other."""
    function = near_misses.compiled(one.source, {"np": np}, name)
    found = []
    for given in calls:
        case = Case(tuple(given.given.values()))
        expected = outcome.Outcome(given.expected)
        found.append(
            case_problem(Close(), Reference(case, [expected]), [outcome.call(function, case.args, {}, [*given.given])])
        )
    return found


ONE_CALL = [
    kind for kind in near_misses.KINDS if kind not in (*near_misses.BETWEEN_CALLS, *near_misses.BY_CONSTRUCTION)
]


@pytest.mark.parametrize("kind", ONE_CALL)
def test_a_judge_refuses_it_on_its_witness_and_accepts_it_on_what_students_see(settling, kind):
    for one in made(settling, SETTLE, "settle", kind):
        assert one.kind == kind and one.base == "the solution"
        assert problems(one, "settle", one.witness) != [None], one.source
        assert problems(one, "settle", settling.visible) == [None] * 3, one.source


@pytest.mark.parametrize("kind", near_misses.BETWEEN_CALLS)
def test_a_memory_shows_only_where_one_call_follows_another(settling, kind):
    for one in made(settling, SETTLE, "settle", kind):
        first, second = one.witness
        assert problems(one, "settle", [first]) == problems(one, "settle", [second]) == [None], one.source


def test_draws_that_hang_together_are_other_draws(drawing):
    assert drawing.random
    for one in made(drawing, DRAW, "draw", "dependence"):
        function = near_misses.compiled(one.source, {"np": np}, "draw")
        assert gap(draw(6, 4, np.random.default_rng(1)), function(6, 4, np.random.default_rng(1))) > 0.01


def test_the_same_seed_draws_the_same_ones(settling):
    def texts(seed):
        return [
            one.source
            for one in near_misses.drawn(settling, [("the solution", SETTLE)], {"np": np}, "settle", seed, 12)
        ]

    assert texts(3) == texts(3) != texts(4)
    again = Inputs([settle], settling.names, [seen(2, 5), seen(3, 7), seen(2, 4)])
    assert [gap(a.expected, b.expected) for a, b in zip(again.changed, settling.changed, strict=True)] == [0.0] * len(
        again.changed
    )


def test_inputs_stay_in_the_domain_that_the_docstring_names(settling):
    assert len(settling.changed) >= 20
    for given in (one.given for one in settling.changed):
        assert given["t"] >= 1 and given["rate"] > 0
        assert all(set(name[0]) <= {"W", "b"} for name in given["weights"])
    sizes = {len(one.given["weights"]) for one in settling.changed}
    assert 2 in sizes and max(sizes) > 18  # one layer, and more than nine: their numbers have two digits


def test_where_right_answers_differ_there_is_no_input():
    def floored(weights, X, t, rate):
        return settle(weights, np.maximum(X, -1), t, rate)

    assert Inputs([settle, floored], ["weights", "X", "t", "rate"], [seen(2, 5)]).visible == []


def test_right_answers_that_were_not_asked_about_every_input_are_asked_about_those_that_show_a_near_miss():
    def small_only(weights, X, t, rate):
        return settle(weights, X, t, rate if rate < 2 else 0.0)

    domain = Inputs([settle], ["weights", "X", "t", "rate"], [seen(2, 5), seen(3, 7)], others=[small_only])
    told = [one for one in domain.changed if domain.undisputed(one)]
    assert 0 < len(told) < len(domain.changed) and all(one.given["rate"] < 2 for one in told)


def test_where_one_of_all_right_answers_draws_otherwise_draws_are_no_values():
    given = [Input({"rows": n, "columns": n + 1, "rng": np.random.default_rng(n)}, 3) for n in (4, 6, 9)]
    assert Inputs([draw, draw], ["rows", "columns", "rng"], given, others=[draw_otherwise]).random


def test_a_parameter_has_its_own_words_and_those_of_its_line():
    words = described(settle.__doc__)
    assert "any number of layers" in words["weights"] and "counted from 1" in words["t"]
    assert "positive" in words["rate"] and "positive" not in words["X"]
    assert described("Do it.\n\nParameters\n----------\na, b : float in [0, 1)\n")["b"].endswith("float in [0, 1)")

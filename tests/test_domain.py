"""Inputs from all that a docstring allows, and beside the numbers of an answer's text."""

import ast
import dataclasses
import inspect
import sys

import numpy as np
import pytest

from assay import lines
from grader import catalogue, domain, references
from grader.domain import Draw, cases_beside
from grader.exercise import Case
from grader.judge import judge, judge_remote
from grader.reading import text_in, text_of
from grader.sandbox import ForkServer
from grader.sandbox.borrowed import Notebook


def anywhere(draw: Draw) -> Case:
    return Case((draw.array(draw.integer(1, 500, usual=6)), draw.real(1e-3, 10.0)))


def test_numbers_are_read_and_never_run():
    text = "LIMIT = 3 * 7\nx = -4e-3 if f(10 ** 2, 'a', [12]) > 1 else 2 ** 99999\n"
    assert set(text_of([("f", ast.parse(text))]).numbers) == {21, -4e-3, 100, 12, 99999}


@pytest.mark.parametrize(
    "text",
    [
        "x = 2 * y / 3 + z ** 2.0",
        "a, b = cache[3], cache[5 * l - 4]",
        "x = [(2, a), (3, b)], {2: a}, W[2, 3]",
        "x = cache[4:8]",
        "for i in range(2, 4): pass",
        "x = np.power(y, 2)",
        "if cache[7] > 0: pass",
        "for l in (3, 2): pass",
    ],
)
def test_numbers_that_treat_all_values_alike_are_no_places_to_look(text):
    read = text_of([("f", ast.parse(text))])
    assert read.numbers == () and set(read.bounds) <= {0}


@pytest.mark.parametrize(
    "text, number",
    [
        ("if 2 * m > n: pass", 2),
        ("x = int(y * 8) / 1", 8),
        ("x = y[:12]", 12),
        ("x = y[0:12]", 12),
        ("x = y[i % 3]", 3),
        ("x = helper(3)", 3),
        ("x = np.maximum(y, 2)", 2),
        ("x = y + 3", 3),
        ("x = y * 1000 / 1000", 1000),
        ("x = y * 2.5", 2.5),
        ("for i in range(12): pass", 12),
        ("x = y[y > 3]", 3),
    ],
)
def test_other_numbers_are(text, number):
    assert number in text_of([("f", ast.parse(text))]).numbers


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


def test_a_number_is_an_entry_and_sizes_together_make_up_more():
    def matrix(draw: Draw) -> Case:
        return Case((draw.array((draw.integer(1, 80, usual=3), draw.integer(1, 80, usual=3))),))

    for number in (1, -2.5):
        assert any((case.args[0] == number).any() for case in cases_beside(matrix, [3], number))
    sizes = [case.args[0].size for case in cases_beside(matrix, [3], 4000)]
    assert max(sizes) > 4000  # neither axis is as long as that


@pytest.mark.parametrize("number", [1e-7, 300.0])
def test_all_magnitudes_of_a_case_lie_far_to_one_side_of_a_number(number):
    def product(draw: Draw) -> Case:
        return Case((draw.array((2, 3), 1e-12, 1e8), draw.real(1e-9, 1e6), draw.real_magnitude(1e-9, 1e6)))

    cases = [case.args for case in domain.cases_far(product, [1], number)]
    for side in (np.less, np.greater):
        assert sum(all(side(np.max(np.abs(arg)), number) for arg in args) for args in cases) >= 3


def test_sizes_are_as_large_as_an_array_of_labels_of_a_length():
    def labels(draw: Draw) -> Case:
        return Case((draw.integer(1, 3000, usual=6),))

    sizes = [case.args[0] for case in cases_beside(labels, [1], 5.4)]
    assert any(size / 2 > 5.4**2 for size in sizes)


def test_a_number_that_only_what_is_due_passes_has_cases_to_both_sides(monkeypatch):
    def tenths(draw: Draw) -> Case:
        return Case((draw.real(1.0, 100.0), draw.integer(1000, 10_000), draw.real(0.01, 1.0)))

    exercise = dataclasses.replace(catalogue.exercise("optimization", "update_lr"), anywhere=tenths)
    names = catalogue.parameters("optimization", "update_lr")
    further = references.Further(exercise, catalogue.solution("optimization", "update_lr"), names, 0)
    due = [pair[0].expected[0].value for pair in further._to_both_sides(0.05)]
    assert min(due) < 0.05 < max(due)


def test_numbers_of_one_answer_take_their_turns():
    assert references._in_turn([[1, 2, 3], [], [4], [5, 6]], 5) == [1, 4, 5, 2, 6]


@pytest.mark.parametrize("seed", range(5))
def test_what_one_case_in_ten_shows_is_among_ten_cases_whatever_the_seed(seed):
    def rare(draw: Draw) -> Case:
        return Case((draw.flip(0.1), draw.option(*"abcde"), draw.real_magnitude(1e-5, 1e5), draw.last))

    flags, letters, sizes, last = zip(
        *(case.args for case in domain.cases_anywhere(rare, np.random.default_rng(seed), 10))
    )
    assert sum(flags) == 1 and sorted(letters) == sorted("abcde" * 2)
    assert sorted(np.floor(np.log10(sizes))) == list(range(-5, 5))
    assert last == (*[False] * 9, True)


def test_entries_of_one_array_are_now_and_then_of_all_magnitudes():
    def arrays(draw: Draw) -> Case:
        return Case((draw.array(50, 1e-5, 1e5, zeros=0.0), draw.array(50, 1e-5, 1e5, zeros=0.0, mixed=0.3)))

    def is_mixed(array):
        digits = np.floor(np.log10(np.abs(array)))
        assert -9 < digits.min() and digits.max() <= 6
        return len(set(digits)) > 7 and np.signbit(array).any() and not np.signbit(array).all()

    cases = domain.cases_anywhere(arrays, np.random.default_rng(1), 20)
    assert [sum(is_mixed(case.args[i]) for case in cases) for i in (0, 1)] == [0, 6]


def test_sizes_are_now_and_then_alike():
    def sizes(draw: Draw) -> Case:
        return Case(tuple(draw.integer(2, 10**6, usual=10**5) for _ in range(3)))

    cases = domain.cases_anywhere(sizes, np.random.default_rng(1), 20)
    assert 2 <= sum(len(set(case.args)) < 3 for case in cases) <= 15


def test_a_pair_of_cases_shares_all_arguments_but_those_of_one_draw():
    def three(draw: Draw) -> Case:
        return Case((draw.real(0.0, 1.0, edges=False), draw.real(0.0, 1.0, edges=False), draw.integer(1, 10**9)))

    cases = [case.args for case in domain.cases_twice(three, [5], 3)]
    changed = [[a != b for a, b in zip(one, twin)] for one, twin in zip(cases[::2], cases[1::2])]
    assert changed == [[True, False, False], [False, True, False], [False, False, True]]


def test_free_draws_stay_inside_and_reach_the_edges():
    cases = domain.cases_anywhere(anywhere, np.random.default_rng(1), 300)
    sizes = [len(case.args[0]) for case in cases]
    rates = [case.args[1] for case in cases]
    assert min(sizes) == 1 and max(sizes) == 6 and min(rates) == 1e-3 and max(rates) == 10.0
    assert any(not case.args[0].any() for case in cases)


def of_update_lr(draw: Draw) -> Case:
    return Case((draw.real(1e-3, 1.0), draw.integer(0, 10_000, usual=20), draw.real(0.0, 2.0)))


def from_9001_on(learning_rate0, epoch_num, decay_rate):
    if epoch_num >= 9001:
        return learning_rate0
    return learning_rate0 / (1 + decay_rate * epoch_num)


def with_a_guard(learning_rate0, epoch_num, decay_rate):
    if epoch_num < 0:
        raise ValueError("epochs are counted from 0")
    if epoch_num == 4321 and not decay_rate:
        return learning_rate0
    return learning_rate0 / (1 + decay_rate * epoch_num)


def further_of_update_lr(monkeypatch):
    exercise = dataclasses.replace(catalogue.exercise("optimization", "update_lr"), anywhere=of_update_lr)
    monkeypatch.setitem(catalogue.exercises("optimization"), "update_lr", exercise)
    references.hidden_spec.cache_clear()


def test_an_answer_is_asked_beside_its_own_numbers(monkeypatch):
    further_of_update_lr(monkeypatch)
    for seed in range(5):
        verdict = judge("optimization", "update_lr", from_9001_on, seed)
        assert not verdict.passed and verdict.score == 0.75 * verdict.points
        assert [case.label for case in verdict.failing] == [domain.BESIDE]
        verdict = judge("optimization", "update_lr", with_a_guard, seed)
        assert verdict.passed and 3 in verdict.unreached and verdict.score == verdict.points
    references.hidden_spec.cache_clear()


def test_the_jail_asks_the_same_questions(monkeypatch, isolation):
    further_of_update_lr(monkeypatch)
    with ForkServer() as server, server.session() as session:
        session.run(
            "LIMIT = 9001\n"
            + inspect.getsource(from_9001_on).replace("9001:", "LIMIT:").replace("from_9001_on", "update_lr")
        )
        verdict = judge_remote("optimization", "update_lr", 3, session)
        assert [case.label for case in verdict.failing] == [domain.BESIDE]
    with ForkServer() as server, server.session() as session:
        session.run(inspect.getsource(with_a_guard).replace("with_a_guard", "update_lr"))
        verdict = judge_remote("optimization", "update_lr", 3, session)
        assert verdict.passed and 3 in verdict.unreached
    references.hidden_spec.cache_clear()


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


def test_a_function_whose_lines_have_all_run_is_followed_no_longer():
    def signs(x):
        """A docstring."""
        if x > 0:
            return 1
        return [-y for y in (x,)]

    seen: set[int] = set()
    before = sys.gettrace()
    for x, followed in ((1, True), (1, True), (-1, True), (1, False)):
        with lines.watched(signs, seen):
            assert (sys.gettrace() is not before) == followed
            signs(x)
    assert seen == {3, 4, 5}


def test_a_loop_is_followed_for_a_while_only():
    def endless(n):
        for i in range(n):
            if i == n - 1:
                return i

    seen: set[int] = set()
    with lines.watched(endless, seen):
        endless(lines.MOST_EVENTS)
    assert 4 not in seen and {2, 3} <= seen


def bounded(x):
    y = np.clip(np.asarray(x)[:52], -3, 4e5)
    return np.where(y == 1, 0.5 * y, np.round(0.5 * y, 9))


def bounded_at_1(x):
    return np.where(x == 1, 0.5 * x, 52 * x)


def test_numbers_that_bound_something_come_first_and_count_where_the_solution_holds_them_too():
    found = text_in(bounded).beside(text_in(halves))
    assert set(found) == {1, 9, 1e-9, -3, 4e5, 52} and set(found[-1:]) == {9}  # digits bound nothing themselves
    assert text_in(bounded).beside(text_in(bounded)) == []
    assert 52 in text_in(bounded).beside(text_in(bounded_at_1)) and 1 not in text_in(bounded).beside(
        text_in(bounded_at_1)
    )


def halves_in_two_bytes(x):
    return np.where(np.isclose(x, 2, 0.5), 1, 0.5 * np.asarray(x).astype("int16") + (0 * x).astype(np.uint8))


def test_words_that_hold_a_bound_count_as_numbers():
    found = text_in(halves_in_two_bytes).beside(text_in(halves))
    assert {32767, 255, 1e-8} <= set(found) and 1e-5 not in found  # another share was given


KEPT = {}


def halves(x):
    return 0.5 * np.asarray(x)


def halves_by_name(x, dtype=float):
    y = x / 2
    return y.astype(dtype)


def halves_mostly(x):
    return np.where(x > 5, x, 0.5 * x)


def halves_once(x):
    KEPT["x"] = 0.5 * x
    return KEPT["x"]


@pytest.mark.parametrize("answer", [halves_by_name, halves_mostly, halves_once])
def test_an_answer_that_may_change_its_mind_gets_all_further_cases(answer):
    assert text_in(halves).is_even(text_in(halves))
    assert not text_in(answer).is_even(text_in(halves))


def test_a_notebook_says_the_same_of_its_functions():
    notebook = Notebook()
    notebook.add(
        "import numpy as np\nx = [1, 2, 30]\nKEPT = {}\n" + inspect.getsource(halves) + inspect.getsource(halves_once)
    )
    assert text_of(notebook.leads_to("halves")).is_even(text_in(halves))
    assert text_of(notebook.leads_to("halves_once")).turns


SLUGS = [slug for slug in catalogue.existing() if not catalogue.course()[slug].needs]
DRAWN = [(slug, name) for slug in SLUGS for name, one in catalogue.exercises(slug).items() if one.anywhere]


@pytest.mark.parametrize(("slug", "name"), DRAWN)
def test_the_solution_holds_every_case_that_may_be_drawn(slug, name):
    """Others would be left out without a word."""
    exercise = catalogue.exercise(slug, name)
    further = references.Further(exercise, catalogue.solution(slug, name), catalogue.parameters(slug, name), 0)
    cases = domain.cases_anywhere(exercise.anywhere, np.random.default_rng(7), 20 if exercise.further < 8 else 60)
    beside = [
        case for number in (0.3, 5, 37, 1e-7, 250_000) for case in domain.cases_beside(exercise.anywhere, [7], number)
    ]
    assert beside and all(further.referenced(case) for case in cases + beside)


def test_every_exercise_without_a_framework_is_tried_further_out():
    assert [(slug, name) for slug in SLUGS for name in catalogue.exercises(slug)] == DRAWN

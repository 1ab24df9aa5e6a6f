"""Answers that compute nothing earn nothing, on any seed; answers that are right in part keep points."""

from __future__ import annotations

import numpy as np
import pytest

from assay.check import judge_visible, load_references
from grader import catalogue, idle, references
from grader.judge import judge

SEEDS = (0, 1, 20_261_122)
EXERCISES = [(slug, name) for slug in catalogue.existing() for name in catalogue.exercises(slug)]

# Written for themselves, not taken from grader/idle.py: what somebody types who wants points for nothing.
CONSTANTS = [None, 0, 0.0, 1, 1.0, 4, [], {}, (), True, False, "", "W1", "dW1", ["dW1"], ["dW1", "db1"], ["dW2"], (0.0, 0.0), float("nan"), (0, 0)]  # fmt: skip


def lazy_answers(parameters: int):
    for value in CONSTANTS:
        yield f"the constant {value!r}", lambda *args, value=value, **options: value
    for i in range(parameters):
        yield f"argument {i}", lambda *args, i=i, **options: args[i]
        yield f"len of argument {i}", lambda *args, i=i, **options: len(args[i])
        yield f"shape of argument {i}", lambda *args, i=i, **options: args[i].shape
        yield f"rows of argument {i}", lambda *args, i=i, **options: args[i].shape[0]
        yield f"zeros like argument {i}", lambda *args, i=i, **options: np.zeros_like(args[i])
        yield f"the dict {i} in zeros", lambda *args, i=i, **options: {k: 0 * v for k, v in args[i].items()}
        yield f"the first of {i}", lambda *args, i=i, **options: list(args[i])[0]
        yield f"the last of {i}", lambda *args, i=i, **options: list(args[i])[-1]
    yield "both handed back", lambda *args, **options: (args[0], args[-1])


def is_right(slug: str, name: str, answer) -> bool:
    """The derivative of theta x by theta is x: there an argument handed back is the answer."""
    return all(judge(slug, name, answer, seed).passed for seed in (5, 6, 7))


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_answers_that_compute_nothing_earn_nothing(slug, name):
    if name in ("train_step", "fit"):
        lazy = [(label, answer) for label, answer in lazy_answers(0) if label.endswith(("None", "0.0", "[]"))]
    else:
        lazy = list(lazy_answers(len(catalogue.parameters(slug, name))))
    seeds = SEEDS[:1] if catalogue.course()[slug].needs else SEEDS  # each has a floor of its own, which trains
    for label, answer in lazy:
        scores = [judge(slug, name, answer, seed).score for seed in seeds]
        assert not any(scores) or is_right(slug, name, answer), f"{label} earns {scores}"
        visible = judge_visible(load_references(slug)[name], answer)
        assert visible.score == 0 or visible.passed, f"{label} earns {visible.score} in the notebook"


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_most_of_an_exercise_is_earned_by_its_cases(slug, name):
    for seed in SEEDS[:1] if catalogue.course()[slug].needs else SEEDS:
        spec = references.hidden_spec(slug, name, seed)
        floor = spec.floor()
        weights = [reference.case.weight for reference in spec.references]
        earning = sum(weight for weight, idle in zip(weights, floor.idle) if not idle)
        assert earning >= 0.45 * sum(weights) and floor.luck <= 0.4, (earning / sum(weights), floor.luck)


def test_the_whole_is_paid_in_full_and_one_case_less_is_less():
    spec = references.hidden_spec("gradient_checking", "gradient_check", 0)
    floor, cases = spec.floor(), [reference.case for reference in spec.references]
    assert any(floor.idle) and not all(floor.idle)
    assert floor.share(spec.rule, cases, [True] * len(cases)) == 1
    for i in range(len(cases)):
        assert 0 < floor.share(spec.rule, cases, [j != i for j in range(len(cases))]) < 1
    assert floor.share(spec.rule, cases, list(floor.idle)) == 0


def test_a_constant_that_happens_to_be_right_is_no_idle_answer():
    spec = references.hidden_spec("gradient_checking", "backward_propagation", 0)
    assert sum(spec.floor().idle) == 1, "x is zero; that x itself is the answer counts for all"


def test_every_idle_answer_is_tried_on_its_own():
    answers = list(idle.idle_answers(2))
    assert len(answers) > 60
    assert [answer(1, 2) for answer in answers[: len(idle.CONSTANTS)]][:3] == [None, True, False]

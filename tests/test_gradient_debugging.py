"""Gradient Checking: find the bug. Answers against other instruments, and the hidden passes against their own labels."""

import copy
import inspect

import matplotlib.figure
import numpy as np
import pytest

from assay import wire
from assay.cases import Case
from assay.outcome import Outcome
from assay.wire import public_function
from exercises.gradient_debugging import check_backward
from exercises.gradient_debugging import passes as hidden
from grader.judge import judge
from grader.references import hidden_spec
from grader.sandbox import _answer
from grader.sandbox.child.frames import Callback
from idnn import networks, passes
from idnn.gradients import certify
from idnn.networks import forward_propagation_n
from idnn.plots import gradient_debugging as plots
from idnn.rules.gradient_debugging import Differences, Names
from solutions import gradient_debugging as solutions

SEEDS = range(3)
LABELS = [each.label for each in hidden.hidden_passes(np.random.default_rng(0))]


def central_differences(cost, X, Y, parameters, epsilon):
    measured = {}
    for name, value in parameters.items():
        slope = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            above, below = value.copy(), value.copy()
            above[index] += epsilon
            below[index] -= epsilon
            slope[index] = (cost(X, Y, {**parameters, name: above}) - cost(X, Y, {**parameters, name: below})) / (
                2 * epsilon
            )
        measured["d" + name] = slope
    return measured


def relative(a, b):
    total = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / total if total else 0.0


# The answers


def test_difference_by_parameter_is_a_value_worked_by_hand():
    gradients = {"dW1": np.array([[3.0, 4.0]]), "db1": np.zeros((2, 1)), "dZ1": np.ones((9, 9))}
    approximations = {"dW1": np.array([[0.0, 0.0]]), "db1": np.zeros((2, 1))}
    assert {"dW1": 1.0, "db1": 0.0} == solutions.difference_by_parameter(gradients, approximations)
    # (6, 8) and (3, 4) have norms 10 and 5 and lie 5 apart: 5 / 15
    pair = {"a": np.array([6.0, 8.0])}, {"a": np.array([3.0, 4.0])}
    assert solutions.difference_by_parameter(*pair)["a"] == pytest.approx(1 / 3, rel=1e-15)


def test_worst_entry_takes_the_first_of_a_tie_and_any_sign():
    gradient, approximation = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    gradient[1, 0, 1], approximation[1, 1, 0] = -2.0, -2.0
    assert ((1, 0, 1), -2.0, 0.0) == solutions.worst_entry(gradient, approximation)


@pytest.mark.parametrize("layers", [(2, 3, 2, 1), (4, 3, 5, 1), (3, 4, 4, 1)])
def test_backward_propagation_n_agrees_with_the_networks_own_and_with_certify(layers):
    for seed in range(10):
        X, Y, parameters = passes.draw_network(np.random.default_rng(seed), layers=layers)
        gradients = solutions.backward_propagation_n(X, Y, forward_propagation_n(X, Y, parameters)[1])
        for name, other in networks.gradients(X, Y, parameters).items():
            np.testing.assert_allclose(gradients[name], other, rtol=0, atol=1e-14)
        assert certify(lambda p, X=X, Y=Y: networks.cost(X, Y, p), parameters, gradients).ok


def test_the_incident_has_three_bugs_and_each_shows_alone():
    repairs = {
        "dW2 = dZ2 @ A1.T": "dW2 = dZ2 @ A1.T / m",
        "dA1 = W2.T @ dA2": "dA1 = W2.T @ dZ2",
        "keepdims=True) / len(dZ1)": "keepdims=True) / m",
    }
    source = inspect.getsource(passes.incident_backward)
    X, Y, parameters = passes.draw_network(np.random.default_rng(3), layers=(3, 5, 4, 1), min_m=6, max_m=6)
    cache = forward_propagation_n(X, Y, parameters)[1]
    expected = {
        None: [],
        "dW2 = dZ2 @ A1.T": ["dW2"],
        "dA1 = W2.T @ dA2": ["dW1", "db1"],
        "keepdims=True) / len(dZ1)": ["db1"],
    }
    for left, names in expected.items():
        text = source
        for old, new in repairs.items():
            assert text.count(old) == 1
            text = text if old == left else text.replace(old, new)
        namespace = {"np": np}
        exec(text, namespace)
        gradients = namespace["incident_backward"](X, Y, cache)
        assert names == solutions.find_wrong_gradients(parameters, gradients, X, Y), left


# The hidden passes


@pytest.mark.parametrize("number", range(len(LABELS)), ids=[f"{n}-{label}" for n, label in enumerate(LABELS)])
def test_a_hidden_pass_is_as_right_or_wrong_as_its_label(number):
    """Right gradients stay far below 1e-5 whatever the step; wrong ones lie far above it at nearly every point."""
    for seed in SEEDS:
        each = hidden.hidden_passes(np.random.default_rng(seed))[number]
        rng = np.random.default_rng(100 + seed)
        shown = dict.fromkeys(each.wrong, 0)
        for _ in range(20):
            X, Y, parameters = each.draw(rng)
            gradients = hidden.kept_apart(each.backward)(X, Y, parameters)
            assert {"d" + name for name in parameters} <= set(gradients)
            for epsilon in (1e-4, 1e-6):
                measured = central_differences(each.cost, X, Y, parameters, epsilon)
                for name, slope in measured.items():
                    assert gradients[name].shape == slope.shape
                    difference = relative(gradients[name], slope) if np.all(np.isfinite(gradients[name])) else np.inf
                    if name not in each.wrong:
                        assert difference < 5e-6, (epsilon, name)
                    elif epsilon == 1e-4:
                        shown[name] += difference > 3e-5
        assert all(count >= (3 if each.shows else 17) for count in shown.values()), shown


def test_accepting_everything_and_accusing_everything_earn_nothing():
    name = "check_backward"
    assert judge("gradient_debugging", name, lambda cost, backward, draw, rng: []).score == 0
    accuse = lambda cost, backward, draw, rng: sorted("d" + key for key in draw(rng)[2])  # noqa: E731
    assert judge("gradient_debugging", name, accuse).score == 0


def test_missing_a_tenth_of_the_bugs_costs_what_accusing_a_tenth_of_the_right_passes_does():
    cases = [Case(facts={"buggy": i >= 10}) for i in range(20)]
    rule = Names()
    assert rule.share(cases, [True] * 20) == 1
    assert rule.share(cases, [False] + [True] * 19) == rule.share(cases, [True] * 19 + [False]) == pytest.approx(0.9)
    assert rule.share([Case(), Case()], [True, False]) == 0.5  # cases that say nothing of bugs


def test_the_hidden_passes_are_fourteen_right_ones_and_twenty_six_buggy_ones():
    each = hidden.hidden_passes(np.random.default_rng(1))
    right, buggy = [p for p in each if not p.wrong], [p for p in each if p.wrong]
    assert (14, 26) == (len(right), len(buggy))
    assert all(p.label.startswith("a right") for p in right) and all(p.label.startswith("a buggy") for p in buggy)


def test_hidden_passes_stay_on_the_trusted_side_and_leave_their_inputs_alone():
    for each in hidden.hidden_passes(np.random.default_rng(2)):
        assert public_function(each.cost) and public_function(each.draw)
        if public_function(each.backward):
            assert each.label.startswith("a right backward pass: it overwrites the ")
            continue
        X, Y, parameters = each.draw(np.random.default_rng(0))
        before = {"X": X.copy(), "Y": Y.copy(), **{name: value.copy() for name, value in parameters.items()}}
        each.backward(X, Y, parameters)
        for name, value in {"X": X, "Y": Y, **parameters}.items():
            np.testing.assert_array_equal(value, before[name])


def test_visible_cases_hold_nothing_but_public_functions():
    for case in check_backward.draw_visible(np.random.default_rng(0)):
        assert all(public_function(value) for value in case.args if callable(value))


def test_a_telling_seed_hides_the_bug_at_the_point_it_says():
    for each in hidden.hidden_passes(np.random.default_rng(4)):
        if not each.shows:
            continue
        rng = np.random.default_rng(hidden.telling_seed(each, np.random.default_rng(5)))
        shown = [hidden.names_wrong_at(each, *each.draw(rng)) for _ in each.shows]
        assert [set(names) for names in each.shows] == shown
        assert set().union(*shown[: hidden.NUM_POINTS]) == set(each.wrong), "five points tell all"


@pytest.mark.parametrize("settings", [{}, {"dead": 0.5}, {"single": 0.5}, {"keep_prob": 0.7, "mask_seed": 3}])
def test_draws_of_the_network_keep_away_from_kinks(settings):
    rng = np.random.default_rng(6)
    masks = {key: settings[key] for key in ("keep_prob", "mask_seed") if key in settings}
    for _ in range(30):
        X, Y, parameters = passes.draw_network(rng, **settings)
        Z1 = parameters["W1"] @ X + parameters["b1"]
        assert np.abs(Z1).min() > passes.MARGIN
        for epsilon in (1e-4, 1e-5):
            first = central_differences(lambda *p: passes.network_cost(*p, **masks), X, Y, parameters, epsilon)
            second = central_differences(lambda *p: passes.network_cost(*p, **masks), X, Y, parameters, 10 * epsilon)
            assert max(relative(first[name], second[name]) for name in first) < 1e-4


def test_costs_agree_with_the_textbook_formula():
    X, Y, parameters = passes.draw_network(np.random.default_rng(7))
    A3 = forward_propagation_n(X, Y, parameters)[1][9]
    cross_entropy = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    penalty = 0.8 / (2 * X.shape[1]) * sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
    assert passes.network_cost(X, Y, parameters, lambd=0.8) == pytest.approx(cross_entropy + penalty, rel=1e-12)
    X, Y, parameters = passes.draw_softmax(np.random.default_rng(7))
    logits = parameters["W2"] @ np.maximum(parameters["W1"] @ X + parameters["b1"], 0) + parameters["b2"]
    chosen = (np.exp(logits) / np.exp(logits).sum(axis=0))[Y.astype(bool).T.nonzero()[1], np.arange(X.shape[1])]
    assert passes.softmax_cost(X, Y, parameters) == pytest.approx(-np.mean(np.log(chosen)), rel=1e-12)


# The rule and the figures


@pytest.mark.parametrize(
    ("wanted", "got", "sentence"),
    [
        (["dW1"], ["dW1"], None),
        (["dW1"], ("dW1",), None),
        ([], [], None),
        (["dW1"], [], "it lets a wrong gradient pass: expected ['dW1'], not []"),
        ([], ["db1"], "it accuses a gradient that is right: expected [], not ['db1']"),
        (
            ["dW1"],
            ["dW2"],
            "it accuses a gradient that is right and lets one pass that is wrong: expected ['dW1'], not ['dW2']",
        ),
        (["dW1", "db1"], ["db1", "dW1"], "the names are not sorted: expected ['dW1', 'db1'], not ['db1', 'dW1']"),
        (["dW1"], ["dW1", "dW1"], "a name is listed more than once: expected ['dW1'], not ['dW1', 'dW1']"),
        (["dW1"], ["W1"], "the names are those of parameters, not of gradients: expected ['dW1'], not ['W1']"),
        (["dW1"], None, "the result is not a list of names: expected a list of strings, not None"),
        (["dW1"], "dW1", "the result is not a list of names: expected a list of strings, not 'dW1'"),
        (["dW1"], {"dW1": 0.5}, "the result is not a list of names: expected a list of strings, not a dict with dW1"),
    ],
)
def test_the_rule_says_what_is_wrong_with_a_list_of_names(wanted, got, sentence):
    problem = Names().problem(Case(), [Outcome(value=wanted)], [Outcome(value=got)])
    assert sentence == (problem.sentence() if problem else None)
    if problem:
        assert "dW" not in problem.sentence(visible=False)


def test_figures_describe_themselves_and_name_their_axes():
    X, Y, parameters = passes.draw_network(np.random.default_rng(0), layers=(3, 5, 4, 1))
    claimed = passes.incident_backward(X, Y, forward_propagation_n(X, Y, parameters)[1])
    measured = networks.gradients(X, Y, parameters)
    differences = solutions.difference_by_parameter(claimed, measured)
    runs = np.linspace(0.7, 0.1, 10) * np.ones((3, 1))
    figures = [
        plots.training_runs({"learning rate 1": {"a": runs, "b": runs}, "learning rate 2": {"a": runs}}, 10),
        plots.difference_bars({**differences, "dW9": np.nan, "db9": 0.0}),
        plots.heat_map(claimed, measured),
        plots.ratio_map(claimed, measured),
        plots.right_and_wrong({"a pass": ([1e-9, 0.0], [0.5, np.nan])}),
        plots.chance_to_miss({"a bug": np.array([0.2, 0.04, 0.0])}, {"a bug": 0.2}),
        plots.alarms_in_training([0, 100], {"a rule": [0.0, 0.5]}),
    ]
    for figure in figures:
        assert isinstance(figure, matplotlib.figure.Figure)
        assert len(figure.alt_text) > 40
        assert all(ax.get_xlabel() or ax.get_ylabel() for ax in figure.axes)
    assert "dW2 at most" in figures[2].alt_text
    assert "nan" in figures[1].alt_text


# The further cases, and answers of a blind test


def test_small_differences_are_compared_up_to_the_round_off_of_the_entries():
    rule, wanted = Differences(), [Outcome(value={"dW1": 1e-9})]
    assert rule.problem(Case(), wanted, [Outcome(value={"dW1": 1e-9 + 5e-16})]) is None
    assert rule.problem(Case(), wanted, [Outcome(value={"dW1": 0.0})]).kind == "value"
    assert rule.problem(Case(), wanted, [Outcome(value=None)]).kind == "type"


def _checker(num_points=5, epsilon=1e-5, one_sided=False, below=0.0):
    def check_backward(cost, backward, draw, rng):
        wrong = set()
        for _ in range(num_points):
            X, Y, parameters = draw(rng)
            gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
            for name, value in parameters.items():
                moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
                ends = [
                    [cost(X, Y, {**parameters, name: value + s * e}) for e in moves]
                    for s in (1, 0 if one_sided else -1)
                ]
                slope = (np.array(ends[0]) - ends[1]).reshape(value.shape) / (epsilon * (1 if one_sided else 2))
                total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope) + below
                if total and not np.linalg.norm(gradients["d" + name] - slope) / total <= 1e-5:
                    wrong.add("d" + name)
        return sorted(wrong)

    return check_backward


@pytest.mark.parametrize(
    ("settings", "passes_it"),
    [
        ({}, True),
        ({"below": 1e-12}, True),
        ({"below": 1e-8}, False),
        ({"num_points": 2}, False),
        ({"num_points": 3}, False),
        ({"one_sided": True, "epsilon": 1e-7}, False),
        ({"one_sided": True, "epsilon": 1e-8}, False),
    ],
    ids=str,
)
def test_a_checker_looks_at_five_points_from_both_sides(settings, passes_it):
    assert judge("gradient_debugging", "check_backward", _checker(**settings)).passed is passes_it


def test_a_hint_says_no_more_than_was_seen():
    """Another cause than the listed one gives the same answers: a tolerance of its own, as if a number stood below the line."""
    verdict = judge("gradient_debugging", "check_backward", _checker(below=1e-8))
    assert verdict.mistake == "padded" and "added below the line or allowed for" in verdict.hint


def test_what_the_solution_asks_of_a_pure_function_is_kept_and_nothing_else():
    spec = hidden_spec("gradient_debugging", "check_backward", 0)
    kept = [reference.case.args for reference in spec.references if hasattr(reference.case.args[1], "known")]
    assert len(kept) > len(spec.references) / 3
    for _, backward, draw, rng in kept:
        before = len(backward.known)
        point = draw(copy.deepcopy(rng))
        asked = wire.encode(list(point))
        assert wire.key(asked) in backward.known, "the solution's first point"
        for args in (point, (point[0] + 1e-9, *point[1:])):
            answer, _ = _answer(Callback(1, 0, wire.encode(list(args))), [backward])
            due = backward(*copy.deepcopy(args))
            assert all(
                np.array_equal(wire.decode_outputs(answer.value)[name], due[name], equal_nan=True) for name in due
            )
            assert answer.changed is None and answer.error == ""
        assert len(backward.known) == before, "what a student sends is never kept"

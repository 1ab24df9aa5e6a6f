"""Regularization against independent oracles: slopes of the cost, values worked by hand, and chance itself."""

import dataclasses
import math

import numpy as np
import pytest

from assay import outcome
from exercises.regularization import claims
from grader import catalogue
from grader.exercise import edits_of
from grader.judge import judge
from idnn import datasets, networks
from idnn.gradients import certify
from idnn.plots import regularization as figures
from idnn.rules import regularization as rules
from solutions import regularization as solutions

SLUG = "regularization"
FORWARD = "forward_propagation_with_dropout"


def network(seed, layers_dims=(3, 6, 5, 1), m=12):
    """Return X, Y and parameters whose biases are not zero."""
    rng = np.random.default_rng(seed)
    parameters = networks.draw_parameters(layers_dims, rng)
    parameters = {name: value + 0.2 * rng.normal(size=value.shape) for name, value in parameters.items()}
    return rng.normal(size=(layers_dims[0], m)), rng.integers(0, 2, (1, m)).astype(float), parameters


def mistake(name, identifier):
    return next(m.function for m in catalogue.exercise(SLUG, name).mistakes if m.id == identifier)


# --- solutions ------------------------------------------------------------------------------------------------------


def test_the_cost_is_the_one_worked_by_hand():
    parameters = {"W1": [[1.0, -2.0]], "b1": [[9.0]], "W2": [[3.0]], "b2": [[9.0]], "W3": [[0.5]], "b3": [[9.0]]}
    parameters = {name: np.array(value) for name, value in parameters.items()}
    A3, Y = np.array([[0.5, 0.25]]), np.array([[1.0, 0.0]])
    cross_entropy = (math.log(2) - math.log(0.75)) / 2
    squares = 1 + 4 + 9 + 0.25
    expected = cross_entropy + 0.8 / 4 * squares
    assert solutions.compute_cost_with_regularization(A3, Y, parameters, 0.8) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("lambd", [0.0, 0.7, 12.0])
def test_gradients_with_the_penalty_are_the_slopes_of_the_cost(lambd):
    for seed in range(5):
        X, Y, parameters = network(seed)
        _, cache = networks.forward_propagation_n(X, Y, parameters)

        def cost(p, X=X, Y=Y):
            return solutions.compute_cost_with_regularization(networks.predict_probability(X, p), Y, p, lambd)

        gradients = solutions.backward_propagation_with_regularization(X, Y, cache, lambd)
        report = certify(cost, parameters, gradients)
        assert report.ok, report


@pytest.mark.parametrize("keep_prob", [1.0, 0.8, 0.4])
def test_gradients_with_dropout_are_the_slopes_of_the_thinned_network(keep_prob):
    for seed in range(5):
        X, Y, parameters = network(seed, (3, 9, 8, 1))

        def forward(p, X=X, seed=seed):
            return solutions.forward_propagation_with_dropout(X, p, keep_prob, np.random.default_rng(seed))

        def cost(p, Y=Y, forward=forward):
            return solutions.compute_cost_with_regularization(forward(p)[0], Y, p, 0.0)

        gradients = solutions.backward_propagation_with_dropout(X, Y, forward(parameters)[1], keep_prob)
        report = certify(cost, parameters, gradients)
        assert report.ok, report


def test_without_dropout_the_pass_is_that_of_the_given_network():
    X, Y, parameters = network(0)
    A3, cache = solutions.forward_propagation_with_dropout(X, parameters, 1.0, np.random.default_rng(0))
    np.testing.assert_allclose(A3, networks.predict_probability(X, parameters), rtol=1e-12)
    gradients = solutions.backward_propagation_with_dropout(X, Y, cache, 1.0)
    for name, value in networks.gradients(X, Y, parameters).items():
        np.testing.assert_allclose(gradients[name], value, atol=1e-14)


def test_log_loss_is_finite_and_worked_by_hand_at_the_ends():
    accuracy, loss = solutions.accuracy_and_log_loss(np.array([[0.0, 1.0, 0.5]]), np.array([[1.0, 1.0, 1.0]]))
    assert accuracy == pytest.approx(1 / 3)
    assert loss == pytest.approx((12 * math.log(10) + math.log(2)) / 3, rel=1e-9)


def test_the_first_of_equal_settings_is_chosen():
    losses = {"b": np.array([0.5, 1.0]), "a": np.array([0.75, 0.75]), "c": np.array([2.0])}
    assert solutions.choose_setting(losses) == "b"
    assert solutions.choose_setting({(1, 0.8): np.array([3.0]), (0, 1): np.array([0.1, 0.2])}) == (0, 1)


# --- what is given --------------------------------------------------------------------------------------------------


def test_fast_training_with_a_penalty_takes_the_same_steps_as_the_solution():
    X, Y = datasets.pitch(60, np.random.default_rng(0))
    start = networks.draw_parameters([2, 7, 4, 1], np.random.default_rng(1))

    def gradients(X, Y, parameters):
        _, cache = networks.forward_propagation_n(X, Y, parameters)
        return solutions.backward_propagation_with_regularization(X, Y, cache, 1.5)

    fast, _ = networks.train(X, Y, start, 0.1, 200, lambd=1.5)
    plain, _ = networks.train_with(X, Y, start, 0.1, 200, gradients=gradients)
    for name in start:
        np.testing.assert_allclose(fast[name], plain[name], atol=1e-10)


def test_fast_training_with_dropout_descends_as_the_solution_does_on_average():
    """Masks differ, so the mean change of many single steps is compared, in its own standard errors."""
    X, Y = datasets.pitch(40, np.random.default_rng(0))
    start = networks.draw_parameters([2, 5, 4, 1], np.random.default_rng(1))
    fast, plain = [], []
    for seed in range(1500):
        rng = np.random.default_rng(seed)
        stepped, _ = networks.train(X, Y, start, 1.0, 1, keep_prob=0.7, rng=rng)
        fast.append(np.concatenate([(start[name] - stepped[name]).ravel() for name in start]))
        _, cache = solutions.forward_propagation_with_dropout(X, start, 0.7, np.random.default_rng([seed, 1]))
        gradients = solutions.backward_propagation_with_dropout(X, Y, cache, 0.7)
        plain.append(np.concatenate([gradients["d" + name].ravel() for name in start]))
    fast, plain = np.array(fast), np.array(plain)
    error = np.sqrt((fast.var(axis=0) + plain.var(axis=0)) / 1500) + 1e-12
    assert np.abs((fast.mean(axis=0) - plain.mean(axis=0)) / error).max() < 5


def test_the_balls_follow_the_pitch_s_true_probability():
    X, Y = datasets.pitch(200_000, np.random.default_rng(0))
    probability = datasets.pitch_probability(X)
    assert X.shape == (2, 200_000) and Y.shape == probability.shape == (1, 200_000)
    for low in np.arange(0, 1, 0.1):
        inside = (probability >= low) & (probability < low + 0.1)
        deviation = np.sqrt(np.sum(probability[inside] * (1 - probability[inside])))
        assert abs(np.sum(Y[inside] - probability[inside])) < 5 * deviation


def test_a_ball_at_a_runner_s_feet_is_ours_and_one_at_a_defender_s_is_not():
    assert np.all(datasets.pitch_probability(datasets.OURS.T) > 0.9)
    assert np.all(datasets.pitch_probability(datasets.THEIRS.T) < 0.5)


def test_moons_without_noise_are_two_half_circles():
    X, Y = datasets.moons(301, 0.0, np.random.default_rng(0))
    upper, lower = X[:, Y[0] == 0], X[:, Y[0] == 1]
    assert upper.shape[1] == 151 and lower.shape[1] == 150
    np.testing.assert_allclose(np.hypot(*upper), 1, atol=1e-12)
    np.testing.assert_allclose(np.hypot(lower[0] - 1, lower[1] - 0.5), 1, atol=1e-12)
    assert upper[1].min() >= 0 and lower[1].max() <= 0.5


def test_the_frozen_generator_draws_one_mask_for_ever():
    rng = np.random.default_rng(0)
    update = claims.always_from(rng)
    first = rng.random(5)
    update(np.zeros(3), np.ones(3), 0.1)
    assert np.array_equal(first, rng.random(5))


def test_calibration_error_is_the_one_worked_by_hand():
    A3 = np.array([[0.05, 0.15, 0.95, 0.95]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    assert figures.calibration_error(A3, Y) == pytest.approx((0.05 + 0.85 + 2 * 0.45) / 4)


def test_every_figure_has_labels_and_a_description():
    X, Y, parameters = network(0, (2, 6, 5, 1), m=40)
    A3 = networks.predict_probability(X, parameters)
    curve = np.linspace(1, 0.4, 5)
    drawn = [
        figures.pitch(X, Y),
        figures.pitch(X, Y, truth=True),
        figures.pitch_maps({"one": parameters}, X, Y, truth=False),
        figures.pitch_maps({"one": parameters, "other": parameters}, X, Y),
        figures.dropout_masks([(np.array([1, 0, 1]), np.array([True, False]))]),
        figures.weight_norm_paths({"none": curve}, 10),
        figures.learning_curves({"none": curve}, {"none": curve + 0.1}, 10),
        figures.settings_on_dev({(0, 1): curve, (1, 0.8): curve / 2}, (1, 0.8)),
        figures.reliability({"one": A3, "other": A3}, Y),
        figures.seeds_strip({"none": curve}),
    ]
    for fig in drawn:
        assert len(fig.alt_text) > 40
        assert any(ax.get_xlabel() for ax in fig.axes)
        assert fig.axes[0].get_title(loc="left") or fig.get_suptitle()


# --- the judge ------------------------------------------------------------------------------------------------------


def test_no_fair_mask_is_refused_over_many_seeds():
    """The rule's own analysis promises fewer than one refusal in a million judgements."""
    cases = catalogue.exercise(SLUG, FORWARD).draw(np.random.default_rng(0))[:5]
    rule = catalogue.exercise(SLUG, FORWARD).rule
    names = ["X", "parameters", "keep_prob", "rng"]
    for seed in range(20):
        for case in cases:
            args = (*case.args[:3], np.random.default_rng(seed))
            drawn = dataclasses.replace(case, args=args)
            outcomes = [
                outcome.call(solutions.forward_propagation_with_dropout, call, {}, names) for call in rule.calls(drawn)
            ]
            assert rule.problem(drawn, [], outcomes) is None
    rng = np.random.default_rng(0)
    for units, m, keep_prob in ((24, 80, 0.86), (20, 70, 0.6), (30, 60, 0.3), (25, 60, 0.7), (22, 110, 0.8)):
        for _ in range(400):
            masks = [(rng.random((units, m)) < keep_prob).astype(float) for _ in range(rules.NUM_DRAWS)]
            assert rules._dependence("D1", masks) is None


def test_the_statistics_are_calibrated():
    """Their z scores have mean 0 and variance 1 for fair masks, so that the limits mean what they say."""
    rng = np.random.default_rng(1)
    scores = []
    for _ in range(2000):
        masks = [(rng.random((20, 80)) < 0.86).astype(float) for _ in range(rules.NUM_DRAWS)]
        p = np.mean(masks)
        scaled = [(mask - p) / math.sqrt(p * (1 - p)) for mask in masks]
        scores.append([rules._overdispersion(scaled, axis, p) for axis in (0, 1)])
    scores = np.array(scores)
    assert np.abs(scores.mean(axis=0)).max() < 0.2 and np.abs(scores.std(axis=0) - 1).max() < 0.12
    assert np.abs(scores).max() < 5.5 < rules.COUNTS_LIMIT


def biased(shift):
    """Return a dropout that keeps too many units by `shift`."""

    def forward(X, parameters, keep_prob, rng):
        _, cache = solutions.forward_propagation_with_dropout(X, parameters, min(1.0, keep_prob + shift), rng)
        D1, D2 = cache[1], cache[6]
        A1 = np.maximum(parameters["W1"] @ X + parameters["b1"], 0) * D1 / keep_prob
        Z2 = parameters["W2"] @ A1 + parameters["b2"]
        A2 = np.maximum(Z2, 0) * D2 / keep_prob
        Z3 = parameters["W3"] @ A2 + parameters["b3"]
        A3 = 1 / (1 + np.exp(-Z3))
        W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
        return A3, (cache[0], D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)

    return forward


def test_a_share_of_kept_units_that_is_six_points_off_is_refused():
    for seed in range(5):
        assert judge(SLUG, FORWARD, biased(0.06), seed=seed).score <= 10
        assert judge(SLUG, FORWARD, biased(0.0), seed=seed).passed


@pytest.mark.parametrize(
    ("name", "identifier", "message"),
    [
        (
            FORWARD,
            "not_scaled",
            "forward_propagation_with_dropout: A1 is not divided by keep_prob. The kept activations are not divided by "
            "keep_prob, so the next layer receives too little.",
        ),
        (
            FORWARD,
            "fixed_seed",
            "forward_propagation_with_dropout: D1 is the same mask for every rng; draw from the rng that was given. "
            "A generator with a fixed seed inside the function freezes one mask: every call drops the same units.",
        ),
        (
            FORWARD,
            "layer_2_first",
            "forward_propagation_with_dropout: the mask of layer 2 is drawn before that of layer 1. "
            "The order of the draws is part of the specification: first layer 1, then layer 2.",
        ),
        (
            FORWARD,
            "exact_count",
            "forward_propagation_with_dropout: the entries of D1 are not independent: all examples keep almost equally "
            "many units. Every example loses exactly the same number of units. With a draw for each unit the number "
            "varies.",
        ),
        (
            "backward_propagation_with_dropout",
            "not_scaled",
            "backward_propagation_with_dropout: dW1 has wrong values. The division by keep_prob is missing in both "
            "layers. The forward pass scaled, so its slope does.",
        ),
        (
            "backward_propagation_with_regularization",
            "changes_cache",
            "backward_propagation_with_regularization: it changes its argument cache[9]; work on a copy. "
            "An operation in place writes over A3 in the cache. Assign to a new name.",
        ),
        (
            "compute_cost_with_regularization",
            "biases_too",
            "compute_cost_with_regularization: the result is wrong. The biases are penalised as well; the sum runs over "
            "the weights only.",
        ),
        (
            "accuracy_and_log_loss",
            "not_clipped",
            "accuracy_and_log_loss: the log loss is not finite. The probabilities are not clipped, so the logarithm "
            "of 0 turns up.",
        ),
        (
            "choose_setting",
            "best_run",
            "choose_setting: the result is wrong. This is the setting with the best single run; one lucky seed decides. "
            "Compare means over the seeds.",
        ),
    ],
)
def test_a_mistake_is_named_in_these_words(name, identifier, message):
    verdict = judge(SLUG, name, mistake(name, identifier))
    assert verdict.mistake == identifier
    assert verdict.message == message


def test_masks_drawn_together_pass_though_neither_layer_comes_first():
    def forward(X, parameters, keep_prob, rng):
        n1, n2 = len(parameters["b1"]), len(parameters["b2"])
        both = rng.random((X.shape[1], n1 + n2)).T < keep_prob
        W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
        Z1, D1, D2 = W1 @ X + b1, both[:n1], both[n1:]
        A1 = np.maximum(Z1, 0) * D1 / keep_prob
        Z2 = W2 @ A1 + b2
        A2 = np.maximum(Z2, 0) * D2 / keep_prob
        Z3 = W3 @ A2 + b3
        A3 = 1 / (1 + np.exp(-Z3))
        return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)

    assert judge(SLUG, FORWARD, forward).passed


def test_a_cache_of_the_wrong_form_is_refused_in_words():
    def short(X, parameters, keep_prob, rng):
        A3, cache = solutions.forward_propagation_with_dropout(X, parameters, keep_prob, rng)
        return A3, cache[:-2]

    def alone(X, parameters, keep_prob, rng):
        return solutions.forward_propagation_with_dropout(X, parameters, keep_prob, rng)[0]

    assert "the cache does not hold the 14 arrays of the docstring" in judge(SLUG, FORWARD, short).message
    assert "the result is not a pair (A3, cache)" in judge(SLUG, FORWARD, alone).message


# --- cases from all that the docstrings allow -----------------------------------------------------------------------


def test_masks_that_repeat_themselves_are_found_whatever_their_sizes():
    rng = np.random.default_rng(0)
    for p, rows, columns in ((0.3, 9, 60), (0.5, 20, 80), (0.86, 24, 110)):
        fair = [(rng.random((rows, columns)) < p).astype(float) for _ in range(2)]
        assert rules._copies(tuple(fair)) is None
        half = fair[0][:, : columns // 2]
        for copied in (np.hstack([half, half]), np.hstack([half, half[:, ::-1]])):
            assert rules._copies((copied, fair[1])).kind == "random"
        assert rules._copies((fair[0], np.roll(fair[0], 7, axis=1))).kind == "random"


def test_fair_masks_of_narrow_networks_are_never_refused():
    rng = np.random.default_rng(0)
    for _ in range(500):
        p, shape = rng.uniform(0.05, 0.95), rng.integers(1, 4, 2)
        drawn = [(rng.random(shape) < p).astype(float) for _ in range(rules.MANY_CALLS)]
        assert rules._shares("D1", drawn, p) is None


@pytest.mark.parametrize("always", [False, True])
def test_a_single_unit_that_is_always_kept_or_never_is_told(always):
    def forward_propagation_with_dropout(X, parameters, keep_prob, rng):
        W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
        Z1 = W1 @ X + b1
        D1 = rng.random(Z1.shape) < keep_prob
        A1 = np.maximum(Z1, 0) * D1 / keep_prob
        Z2 = W2 @ A1 + b2
        D2 = rng.random(Z2.shape) < keep_prob
        if len(D2) == 1 and keep_prob < 1:
            D2[:] = always
        A2 = np.maximum(Z2, 0) * D2 / keep_prob
        Z3 = W3 @ A2 + b3
        A3 = 1 / (1 + np.exp(-Z3))
        return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)

    assert "D2 keeps the wrong share" in judge(SLUG, FORWARD, forward_propagation_with_dropout).message


@pytest.mark.parametrize("name", ["backward_propagation_with_regularization", "backward_propagation_with_dropout"])
def test_a_pass_that_divides_by_a_sure_output_is_told_so(name):
    verdict = judge(SLUG, name, mistake(name, "divided_by_the_output"))
    assert verdict.mistake == "divided_by_the_output" and "divides by 0 on the way to dZ3" in verdict.message


def test_arrays_kept_between_calls_are_found():
    kept = {}

    def backward_propagation_with_dropout(X, Y, cache, keep_prob):
        gradients = solutions.backward_propagation_with_dropout(X, Y, cache, keep_prob)
        gradients["db1"] = kept.setdefault(gradients["db1"].shape, gradients["db1"])
        gradients["db1"][...] = solutions.backward_propagation_with_dropout(X, Y, cache, keep_prob)["db1"]
        return gradients

    verdict = judge(SLUG, "backward_propagation_with_dropout", backward_propagation_with_dropout)
    assert verdict.message.endswith(
        "db1 shares memory with what a later call returns; make what is returned anew at each call."
    )
    assert verdict.score == 0  # as of one that changes its arguments


def test_masks_that_keep_nothing_twice_say_nothing_of_the_generator():
    """A share of tenths keeps nothing where one in twenty is to be kept, in the second call as in the first."""
    name, shapes = "forward_propagation_with_dropout", ("Z1.shape", "Z2.shape")
    drawn = [
        (f"rng.random({shape}) < keep_prob", f"rng.integers(0, 10, {shape}) < int(10 * keep_prob)") for shape in shapes
    ]
    in_tenths = edits_of(getattr(solutions, name))("in_tenths", *drawn[0], "", also=drawn[1:]).function
    for seed in range(3):
        verdict = judge(SLUG, name, in_tenths, seed)
        assert not verdict.passed and "rng" not in verdict.text(), verdict.text()

"""The answers of Optimization against closed forms, the stack of networks against one network, and the rule for mini-batches."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from assay import outcome
from exercises.optimization import random_mini_batches, update_parameters_with_adam, update_parameters_with_rmsprop
from exercises.optimization.claims import STEPS
from grader import catalogue
from grader.exercise import Case
from grader.judge import judge
from idnn import datasets, networks, surfaces, sweeps
from idnn.plots import optimization as figures
from idnn.rules import optimization as rules
from solutions import optimization as answers

NAMES = ["X", "Y", "mini_batch_size", "rng"]


def gradients_over_time(rng, steps=12):
    """Return a sequence of gradients of one weight matrix and one bias."""
    return [{"dW1": rng.normal(size=(3, 2)), "db1": rng.normal(size=(3, 1))} for _ in range(steps)]


def parameters_of(rng):
    return {"W1": rng.normal(size=(3, 2)), "b1": rng.normal(size=(3, 1))}


def weighted(history, name, beta, power=1):
    """Return the moving average from zero in closed form: a sum over the whole history."""
    t = len(history)
    return sum((1 - beta) * beta ** (t - 1 - i) * grads[name] ** power for i, grads in enumerate(history))


# --- the update rules -------------------------------------------------------------------------------------------------------


def test_gradient_descent_by_hand():
    # 1 - 0.1 * 10 = 0 and 2 - 0.1 * (-10) = 3
    new = answers.update_parameters_with_gd({"W1": np.array([[1.0, 2.0]])}, {"dW1": np.array([[10.0, -10.0]])}, 0.1)
    np.testing.assert_allclose(new["W1"], [[0.0, 3.0]], atol=1e-15)


def test_the_velocity_is_the_weighted_sum_of_all_gradients():
    rng = np.random.default_rng(0)
    history, parameters = gradients_over_time(rng), parameters_of(rng)
    v = answers.initialize_velocity(parameters)
    for grads in history:
        parameters, v = answers.update_parameters_with_momentum(parameters, grads, v, 0.8, 0.1)
    for name in v:
        np.testing.assert_allclose(v[name], weighted(history, name, 0.8), rtol=1e-12)


def test_rmsprop_divides_by_the_root_of_the_weighted_sum_of_squares():
    rng = np.random.default_rng(1)
    history, parameters = gradients_over_time(rng), parameters_of(rng)
    s = answers.initialize_rmsprop(parameters)
    for grads in history:
        before = parameters
        parameters, s = answers.update_parameters_with_rmsprop(before, grads, s, 0.1, beta2=0.7, epsilon=1e-3)
    for name in parameters:
        expected = 0.1 * history[-1]["d" + name] / (np.sqrt(weighted(history, "d" + name, 0.7, 2)) + 1e-3)
        np.testing.assert_allclose(before[name] - parameters[name], expected, rtol=1e-9)


def test_adam_steps_by_true_weighted_means_whose_weights_sum_to_one():
    rng = np.random.default_rng(2)
    history, parameters = gradients_over_time(rng), parameters_of(rng)
    v, s = answers.initialize_adam(parameters)
    for t, grads in enumerate(history, 1):
        before = parameters
        parameters, v, s = answers.update_parameters_with_adam(before, grads, v, s, t, 0.1, 0.8, 0.95, 1e-3)
    steps = len(history)
    weights1, weights2 = (np.array([beta ** (steps - 1 - i) for i in range(steps)]) for beta in (0.8, 0.95))
    for name in parameters:
        gradients = np.array([grads["d" + name] for grads in history])
        mean = np.average(gradients, axis=0, weights=weights1)
        square = np.average(gradients**2, axis=0, weights=weights2)
        np.testing.assert_allclose(before[name] - parameters[name], 0.1 * mean / (np.sqrt(square) + 1e-3), rtol=1e-9)


def test_a_step_changes_no_argument_and_shares_no_array():
    rng = np.random.default_rng(3)
    parameters, grads = parameters_of(rng), gradients_over_time(rng, 1)[0]
    v, s = answers.initialize_adam(parameters)
    kept = [{name: array.copy() for name, array in given.items()} for given in (parameters, grads, v, s)]
    results = answers.update_parameters_with_adam(parameters, grads, v, s, 1)
    for given, copy in zip((parameters, grads, v, s), kept, strict=True):
        assert all(np.array_equal(given[name], copy[name]) for name in copy)
    arrays = [array for result in results for array in result.values()]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])


def test_decay_by_hand():
    assert answers.update_lr(0.5, 2, 1) == pytest.approx(0.5 / 3)
    assert answers.schedule_lr_decay(0.5, 99, 0.3, time_interval=100) == 0.5
    assert answers.schedule_lr_decay(0.5, 250, 0.3, time_interval=100) == pytest.approx(0.5 / 1.6)
    assert answers.schedule_lr_decay(0.5, 1999, 1) == 0.25


# --- the given parts --------------------------------------------------------------------------------------------------------


def test_moons_without_noise_lie_on_two_half_circles():
    X, Y = datasets.moons(200, noise=0.0, rng=np.random.default_rng(4))
    centres = np.where(Y == 0, [[0.0], [0.0]], [[1.0], [0.5]])
    np.testing.assert_allclose(np.hypot(*(X - centres)), 1.0)
    assert np.all(X[1, Y[0] == 0] >= 0) and np.all(X[1, Y[0] == 1] <= 0.5)
    assert Y.sum() == 100


@pytest.mark.parametrize("surface", [surfaces.bowl, surfaces.rosenbrock, surfaces.saddle])
def test_surfaces_have_the_slopes_that_differences_show(surface):
    for x, y in np.random.default_rng(5).uniform(-2, 2, (20, 2)):
        _, dx, dy = surface(x, y)
        h = 1e-5
        assert (surface(x + h, y)[0] - surface(x - h, y)[0]) / (2 * h) == pytest.approx(dx, rel=1e-6, abs=1e-6)
        assert (surface(x, y + h)[0] - surface(x, y - h)[0]) / (2 * h) == pytest.approx(dy, rel=1e-6, abs=1e-6)


def test_a_walk_in_the_bowl_shrinks_each_coordinate_by_its_own_factor():
    path = surfaces.walk(surfaces.bowl, (-9.0, 2.5), STEPS["gradient descent"], 0.02, num_steps=10)
    np.testing.assert_allclose(path[-1], [-9 * 0.98**10, 2.5 * 0.5**10])


def test_a_walk_that_leaves_every_bound_ends_in_nan():
    path = surfaces.walk(surfaces.bowl, (-9.0, 2.5), STEPS["gradient descent"], 1.0, num_steps=30)
    assert np.isfinite(path[0]).all() and np.isnan(path[-1]).all()
    assert surfaces.steps_until(surfaces.bowl, path, 1.0) == np.inf


@pytest.mark.parametrize("name", STEPS)
def test_a_stack_of_networks_trains_each_as_if_it_were_alone(name):
    X, Y = datasets.moons(50, noise=0.2, rng=np.random.default_rng(6))
    starts, rates = sweeps.draw_networks([2, 4, 3, 1], 2), [0.01, lambda epoch: 0.1 / (1 + epoch)]
    options = {"batch_size": 16, "batches": answers.random_mini_batches}
    together, costs = sweeps.train_many(X, Y, starts, STEPS[name], rates, 4, **options)
    assert costs.shape == (5, 2, 2)
    for i, rate in enumerate(rates):
        for j, start in enumerate(starts):
            rng, state, t = np.random.default_rng([0, j]), None, 0
            alone = start
            for epoch in range(4):
                for X_b, Y_b in answers.random_mini_batches(X, Y, 16, rng):
                    t += 1
                    grads = networks.gradients(X_b, Y_b, alone)
                    alone, state = STEPS[name](alone, grads, state, t, rate(epoch) if callable(rate) else rate)
            for key, value in alone.items():
                np.testing.assert_allclose(together[key][i, j], value, rtol=1e-6, atol=1e-9)
            assert costs[-1, i, j] == pytest.approx(networks.cost(X, Y, alone), rel=1e-6)


@pytest.mark.parametrize("name", STEPS)
def test_an_update_in_place_agrees_with_the_plain_loop(name):
    X, Y = datasets.moons(50, noise=0.2, rng=np.random.default_rng(7))
    start = sweeps.draw_networks([2, 4, 1], 1)[0]
    state, t = None, 0

    def update(parameters, grads, learning_rate):
        nonlocal state, t
        t += 1
        parameters, state = STEPS[name](parameters, grads, state, t, learning_rate)
        return parameters

    plain, _ = networks.train_with(X, Y, start, 0.05, 20, update=update)
    fast, _ = networks.train(X, Y, start, 0.05, 20, update=sweeps.in_place(STEPS[name]))
    for key in start:
        np.testing.assert_allclose(fast[key], plain[key], rtol=1e-7, atol=1e-10)


def test_epochs_until_is_infinite_where_a_network_never_arrives():
    costs = np.array([[0.7, 0.7, np.nan], [0.1, 0.3, np.nan], [0.3, 0.2, np.nan]])
    assert sweeps.epochs_until(costs, 0.25).tolist() == [1.0, 2.0, np.inf]


# --- figures ----------------------------------------------------------------------------------------------------------------


def test_figures_are_described_and_their_axes_labelled():
    path = surfaces.walk(surfaces.bowl, (-9.0, 2.5), STEPS["gradient descent"], 0.02, num_steps=10)
    paths, curves = {"one": path, "two": 0.5 * path}, np.random.default_rng(8).random((6, 3))
    drawn = [
        figures.walks(surfaces.bowl, paths),
        figures.coordinates(paths),
        figures.race([(surfaces.bowl, paths, (-10, 2, -3, 3))]),
        figures.noise([1, 4], curves[:2], [1.0, 0.5]),
        figures.steps_by_condition([4, 16], {"one": 10 * curves[:2] + 1}),
        figures.training_curves({"one": curves}),
        figures.sensitivity([0.1, 1, 10], {"one": curves[:3]}),
        figures.strips({"one": [3.0, np.inf], "two": [1.0, 2.0]}, "epochs", 10),
        figures.ablation({(row, column): curves for row in "ab" for column in "cd"}),
    ]
    for fig in drawn:
        assert isinstance(fig, Figure) and len(fig.alt_text) > 40
        for ax in fig.axes:
            if ax.get_visible() and ax.get_subplotspec().is_last_row():
                assert ax.get_xlabel()


def test_the_animation_fetches_nothing_and_is_described():
    path = surfaces.walk(surfaces.bowl, (-9.0, 2.5), STEPS["gradient descent"], 0.02, num_steps=10)
    page = figures.race_animation([(surfaces.bowl, {"one": path}, (-10, 2, -3, 3))], num_frames=3).data
    assert "http" not in page and "<button" in page and 'alt="Animation: one walk' in page
    assert len(page) < 500_000


# --- the rule for mini-batches ----------------------------------------------------------------------------------------------


def judged(function, case):
    """Return what the rule says about a function on a case."""
    rule = rules.MiniBatches()
    outcomes = [outcome.call(function, args, {}, NAMES, via=case.via) for args in rule.calls(case)]
    return rule.problem(case, [], outcomes)


def mistaken(id):
    """Return the function of a known mistake."""
    return next(known.function for known in random_mini_batches.EXERCISE.mistakes if known.id == id)


def test_no_correct_way_to_cut_is_refused_over_many_seeds():
    functions = catalogue.answers("optimization", "random_mini_batches").correct
    for seed in range(60):
        for case in random_mini_batches.draw(np.random.default_rng(seed)):
            function = functions[seed % len(functions)]
            assert judged(function, case) is None, (function.__name__, seed, case.label)


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    {
        "not_shuffled": "the examples are in the order in which they were given; shuffle them",
        "rest_dropped": "examples are left out",
        "labels_not_shuffled": "Y is in the given order while X is shuffled",
        "shuffled_apart": "labels are beside the wrong examples",
        "global_generator": "it gives different orders for the same rng; draw from rng alone",
        "fixed_seed": "it gives the same order for two generators; draw the whole of it from the rng that it was given",
        "with_replacement": "an example is in the mini-batches more than once",
        "batches_shuffled": "whole runs of examples stay together; shuffle the single examples",
        "shuffled_within": "examples stay near the place where they were; shuffle the whole training set",
        "even_sizes": "the mini-batches have the wrong sizes",
        "flat_labels": "Y_b has the wrong shape",
        "two_lists": "a mini-batch is not a pair (X_b, Y_b)",
    }.items(),
)
def test_each_typical_mistake_is_told_in_these_words(mistake, sentence):
    function = mistaken(mistake)
    number = (
        1 if mistake == "batches_shuffled" else 0
    )  # a size that divides, so that the order of batches does not show
    case = random_mini_batches.draw(np.random.default_rng(0))[number]
    assert judged(function, case).what == sentence


def test_an_empty_mini_batch_is_named():
    function = mistaken("empty_rest")
    case = random_mini_batches.draw(np.random.default_rng(0))[1]
    assert judged(function, case).what == "a mini-batch is empty"


def test_a_generator_that_stays_as_it_was_is_named():
    def from_a_copy(X, Y, mini_batch_size, rng):
        copy = np.random.default_rng()
        copy.bit_generator.state = rng.bit_generator.state
        return answers.random_mini_batches(X, Y, mini_batch_size, copy)

    problem = judged(from_a_copy, random_mini_batches.draw(np.random.default_rng(0))[0])
    assert problem.what == "it leaves rng as it was, so each epoch would have the same order; draw from rng itself"


def test_the_places_of_epsilon_are_told_apart():
    for exercise in (update_parameters_with_rmsprop.EXERCISE, update_parameters_with_adam.EXERCISE):
        for known in exercise.mistakes:
            if known.id.startswith("epsilon"):
                verdict = judge("optimization", exercise.name, known.function, seed=1)
                assert verdict.score < 0.2 * verdict.points and verdict.mistake == known.id


def test_examples_that_come_twice_by_a_slip_are_not_said_to_be_drawn_with_replacement():
    def wrapped(X, Y, mini_batch_size, rng):
        order = rng.permutation(X.shape[1])
        order[-1] = order[0]
        return [
            (X[:, order[start : start + mini_batch_size]], Y[:, order[start : start + mini_batch_size]])
            for start in range(0, len(order), mini_batch_size)
        ]

    message = judge("optimization", "random_mini_batches", wrapped).message
    assert "more than once" in message and "are drawn with replacement:" not in message


def ordered(order_of):
    """Return an answer that cuts in the order that ``order_of(m, rng)`` gives."""

    def cut(X, Y, mini_batch_size, rng):
        order = np.asarray(order_of(X.shape[1], rng), int)
        starts = range(0, len(order), mini_batch_size)
        batches = [order[start : start + mini_batch_size] for start in starts]
        return [(X[:, batch], Y[:, batch]) for batch in batches]

    return cut


def opposite_halves(m, rng):
    half = rng.permutation(m // 2)
    return [*half, *([m // 2] if m % 2 else []), *(m - 1 - half)]


def parallel_halves(m, rng):
    half = rng.permutation(m // 2)
    return [*half, *([m - 1] if m % 2 else []), *(half + m // 2)]


@pytest.mark.parametrize("order_of", [opposite_halves, parallel_halves])
def test_an_order_of_which_one_half_follows_from_the_other_is_told(order_of):
    case = random_mini_batches.draw(np.random.default_rng(0))[0]
    assert judged(ordered(order_of), case).what in {  # the first half stays in the first half, too
        "the places of some examples follow from those of others; the order is not random",
        "examples stay near the place where they were; shuffle the whole training set",
    }


@pytest.mark.parametrize("m, size, due", [(12, 4, 3), (13, 4, 3), (7, 4, 2), (8, 1, 6), (19, 18, 1), (5, 9, 1)])
def test_a_small_last_mini_batch_may_be_missed(m, size, due):
    """Of 13 examples in fours, one is in 75 calls never the last by itself once in 400 times."""
    assert rules._fewest(m, size) == due
    rng = np.random.default_rng(5)
    calls = np.array([[rng.permutation(m) for _ in range(rules.ORDERS)] for _ in range(200)])
    assert min(len(np.unique(one)) for call in calls for one in (np.argsort(call, axis=1) // size).T) >= due


def test_an_order_that_is_never_the_given_one_is_told():
    def never_as_given(m, rng):
        order = rng.permutation(m)
        while m > 1 and (order == np.arange(m)).all():
            order = rng.permutation(m)
        return order

    cases = random_mini_batches.draw(np.random.default_rng(0))
    (case,) = (case for case in cases if case.label == "two examples, again and again")
    assert "some examples never come to some places" in judged(ordered(never_as_given), case).what


def test_sorted_inside_each_mini_batch_is_accepted_however_few_ways_there_are_to_cut():
    def sorted_inside(X, Y, mini_batch_size, rng):
        order = rng.permutation(X.shape[1])
        batches = map(np.sort, np.split(order, range(mini_batch_size, len(order), mini_batch_size)))
        return [(X[:, batch], Y[:, batch]) for batch in batches]

    X = np.arange(40.0)[None]  # 40 ways: one time in 40 they are the given ones
    for seed in range(100):
        case = Case((X, X % 2, 39, np.random.default_rng(seed)))
        assert judged(sorted_inside, case) is None


def test_a_step_that_is_cut_off_is_not_taken_for_a_memory():
    def update_parameters_with_adam(
        parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
    ):
        _, v, s = answers.update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon)
        steps = {name: (v[name] / (1 - beta1**t)) / (np.sqrt(s[name] / (1 - beta2**t)) + epsilon) for name in grads}
        return {k: p - learning_rate * np.clip(steps["d" + k], -10, 10) for k, p in parameters.items()}, v, s

    verdict = judge("optimization", "update_parameters_with_adam", update_parameters_with_adam, seed=101)
    assert not verdict.passed and verdict.score == 15  # its second call, of other numbers, is no worse than a first one
    assert "has wrong values" in verdict.message


def test_a_parameter_that_is_returned_as_it_was_passed_in_is_told():
    def update_parameters_with_gd(parameters, grads, learning_rate):
        return {
            name: value - learning_rate * grads["d" + name] if grads["d" + name].any() else value
            for name, value in parameters.items()
        }

    verdict = judge("optimization", "update_parameters_with_gd", update_parameters_with_gd, seed=1)
    assert "shares memory with an argument; return new arrays" in verdict.message

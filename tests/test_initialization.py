"""Initialization: the solutions against values worked by hand and known theory, the circles, and the figures' contract."""

import itertools
import statistics

import numpy as np
import pytest

from assay import outcome
from assay.chance import Normal
from grader.exercise import Case
from grader.judge import judge
from idnn import networks, plots
from idnn.datasets import circles, data_folder
from idnn.plots import initialization as figures
from solutions import initialization as solutions


def shapes(parameters):
    return {name: value.shape for name, value in parameters.items()}


def test_zeros_have_the_shapes_of_the_network_and_memory_of_their_own():
    parameters = solutions.initialize_parameters_zeros([4, 3, 2])
    assert shapes(parameters) == {"W1": (3, 4), "b1": (3, 1), "W2": (2, 3), "b2": (2, 1)}
    assert not any(value.any() for value in parameters.values())
    assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(parameters.values(), 2))


@pytest.mark.parametrize(
    ("initialize", "std"),
    [
        (lambda dims, rng: solutions.initialize_parameters_random(dims, rng), 10.0),
        (lambda dims, rng: solutions.initialize_parameters_random(dims, rng, scale=0.3), 0.3),
        (solutions.initialize_parameters_he, 0.1),  # sqrt(2 / 200)
        (solutions.initialize_parameters_xavier, np.sqrt(0.005)),
    ],
)
def test_weights_have_the_stated_spread_and_biases_are_zero(initialize, std):
    parameters = initialize([200, 100, 1], np.random.default_rng(0))
    W = parameters["W1"]
    assert shapes(parameters) == {"W1": (100, 200), "b1": (100, 1), "W2": (1, 100), "b2": (1, 1)}
    assert abs(W.std() / std - 1) < 5 / np.sqrt(2 * W.size)
    assert abs(W.mean()) < 5 * std / np.sqrt(W.size)
    assert not parameters["b1"].any() and not parameters["b2"].any()


def test_he_keeps_the_mean_square_of_a_signal_through_a_wide_relu_layer():
    rng = np.random.default_rng(1)
    parameters = solutions.initialize_parameters_he([2000, 2000, 1], rng)
    A = rng.normal(size=(2000, 20))
    after = networks.forward_propagation(A, parameters)[1][1]
    assert np.mean(after**2) == pytest.approx(np.mean(A**2), rel=0.05)


def test_xavier_keeps_the_mean_square_of_a_signal_through_a_wide_linear_layer():
    rng = np.random.default_rng(2)
    W = solutions.initialize_parameters_xavier([2000, 2000], rng)["W1"]
    A = rng.normal(size=(2000, 20))
    assert np.mean((W @ A) ** 2) == pytest.approx(np.mean(A**2), rel=0.05)


@pytest.mark.parametrize(
    ("W", "tolerance", "count"),
    [
        ([[1.0, 2.0]], 1e-12, 1),
        ([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0]], 1e-12, 2),
        ([[1.0, 2.0], [1.0, 2.0 + 1e-14]], 1e-12, 1),
        ([[1.0, 2.0], [1.0, 2.0 + 1e-7]], 1e-12, 2),
        ([[1.0], [-1.0]], 1e-12, 2),
        ([[0.0, 0.0], [0.3, -0.3]], 0.3, 1),  # a difference of exactly the tolerance
        ([[0.0, 0.0], [0.0, 0.0]], 0.0, 1),
    ],
)
def test_distinct_units_are_counted_entry_by_entry_within_the_tolerance(W, tolerance, count):
    assert solutions.count_distinct_units(np.array(W), tolerance) == count


def test_activation_scales_of_a_network_worked_by_hand():
    # one unit a layer: x = -1, 3 -> relu(2 x + 1) = 0, 7 -> relu(-A + 5) = 5, 0
    parameters = {
        **{"W1": np.array([[2.0]]), "b1": np.array([[1.0]]), "W2": np.array([[-1.0]]), "b2": np.array([[5.0]])},
        **{"W3": np.array([[9.0]]), "b3": np.array([[9.0]])},
    }
    np.testing.assert_allclose(solutions.activation_scales(np.array([[-1.0, 3.0]]), parameters), [3.5, 2.5])


def test_activation_scales_follow_the_given_networks_activations():
    rng = np.random.default_rng(3)
    parameters = solutions.initialize_parameters_he([3, 8, 5, 6, 2], rng)
    X = rng.normal(size=(3, 11))
    hidden = networks.forward_propagation(X, parameters)[1][1:]
    expected = [statistics.pstdev(A.ravel().tolist()) for A in hidden]
    np.testing.assert_allclose(solutions.activation_scales(X, parameters), expected)
    assert solutions.activation_scales(X, {"W1": np.ones((1, 3)), "b1": np.ones((1, 1))}).shape == (0,)


def test_comparison_gives_every_initializer_a_fresh_generator_of_each_seed():
    def first_number(rng):
        return {"W1": rng.random()}

    def third_number(rng):
        return {"W1": rng.random(3)[-1]}

    seeds = [5, 9, 2]
    results = solutions.compare_initializations({"a": first_number, "b": third_number}, lambda p: p["W1"], seeds)
    draws = np.array([np.random.default_rng(seed).random(3) for seed in seeds])
    assert results["a"] == pytest.approx((draws[:, 0].mean(), draws[:, 0].std()))
    assert results["b"] == pytest.approx((draws[:, 2].mean(), draws[:, 2].std()))


def test_circles_are_balanced_and_lie_on_their_radii():
    X, Y = circles(4001, np.random.default_rng(4), noise=0.05, radii=(0.75, 1.5))
    assert X.shape == (2, 4001) and Y.shape == (1, 4001)
    assert set(np.unique(Y)) == {0.0, 1.0} and Y.sum() == 2000
    radius = np.hypot(*X)
    assert radius[Y[0] == 1].mean() == pytest.approx(0.75, abs=0.01)
    assert radius[Y[0] == 0].mean() == pytest.approx(1.5, abs=0.01)


def test_circles_come_from_the_generator_alone():
    first, again, other = (circles(50, np.random.default_rng(seed))[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_data_folder_is_there():
    assert (data_folder() / "reference" / "initialization.json").is_file()


def drawn_figures():
    rng = np.random.default_rng(5)
    X, Y = circles(40, rng)
    start = solutions.initialize_parameters_he([2, 6, 4, 1], rng)
    trained, costs = networks.train(X, Y, start, 0.1, 40, record_every=10)
    hidden = networks.forward_propagation(X, start)[1][1:]
    gradients = networks.gradients(X, Y, start)
    yield figures.examples(X, Y)
    yield figures.training("He", trained, costs, X, Y)
    yield figures.training("He", trained, costs + 50, X, Y, ceiling=2)
    yield figures.unit_paths({"a": [start["W1"], trained["W1"]], "b": [0 * start["W1"]] * 2})
    yield figures.scales_by_layer({"He": [[0.5, 0.4], [0.6, 0.3]], "Xavier": [0.4, 0.2]})
    yield figures.histograms_by_layer({"He": hidden}, {"He": [gradients[f"dW{layer}"] for layer in (1, 2, 3)]})
    yield figures.accuracies({"He": [1.0, 0.9], "Xavier": [0.5, 0.7]})
    yield plots.decision_boundary(trained, X, Y, "He")
    yield plots.decision_boundaries({"a": trained, "b": lambda points: points[0] > 0}, X, Y)
    yield plots.cost_curves({"one": costs, "three seeds": [costs, 2 * costs, 3 * costs]}, 10, references={"ln 2": 0.69})


def test_every_figure_has_labelled_axes_and_a_description_in_words():
    count = 0
    for fig in drawn_figures():
        assert len(fig.alt_text) > 60 and fig.alt_text.endswith(".")
        for ax in fig.axes:
            assert ax.get_xlabel() or ax.get_shared_x_axes().get_siblings(ax) != [ax]
        assert any(ax.get_ylabel() or ax.get_yticklabels() for ax in fig.axes)
        count += 1
    assert count == 10


def test_a_figure_is_shown_once_with_its_description_as_alternative_text():
    fig = plots.describe(plots.plt.figure(), 'A "quiet" empty\n   page.')
    assert plots.plt.get_fignums() == []
    data, metadata = fig._repr_mimebundle_(include=None, exclude=None)
    assert data["text/plain"] == 'Figure: A "quiet" empty page.'
    assert data["text/html"].startswith('<img alt="A &quot;quiet&quot; empty page." width="')
    assert data["image/png"].startswith("iVBOR")
    assert metadata["image/png"]["alt"] == 'A "quiet" empty page.'
    assert 500 < metadata["image/png"]["width"] < 800


# --- cases from all that the docstrings allow, and what is said -------------------------------------------------------------


def what_is_said_of_weights(change):
    """Return what the rule says about normal weights of spread 1 that were changed after they were drawn."""
    shape = {"W1": (60, 200), "b1": (60, 1)}
    case = Case(([200, 60], np.random.default_rng(6)), facts={"shape": shape, "std": {"W1": 1.0, "b1": 0.0}})

    def initialize(layers_dims, rng):
        return {"W1": change(rng.standard_normal((60, 200)), rng), "b1": np.zeros((60, 1))}

    rule = Normal()
    found = rule.problem(
        case, [], [outcome.call(initialize, args, {}, ["layers_dims", "rng"]) for args in rule.calls(case)]
    )
    return found.what if found else None


def one_fixed(W, rng):
    W[3, 5] = 0.25
    return W


def without_the_far_ones(W, rng):
    return np.where(np.abs(W) > 3, rng.uniform(-3, 3, W.shape), W)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda W, rng: W, None),
        (lambda W, rng: np.round(W, 8), "no number of W1 has more than twelve decimals; return the numbers as drawn"),
        (
            lambda W, rng: np.clip(W, -3, 3),
            "four entries of W1 or more are the same number; return the numbers as drawn",
        ),
        (
            without_the_far_ones,
            "the weights are not normally distributed: too few of them are further from 0 than three standard deviations",
        ),
        (
            one_fixed,
            "some of W1 is the same for another rng; draw every entry from the rng that it was given and return it as drawn",
        ),
    ],
)
def test_weights_that_were_touched_after_the_draw_are_told(change, said):
    assert what_is_said_of_weights(change) == said


def test_a_list_that_is_longer_after_the_call_is_not_called_shorter():
    def longer(layers_dims):
        parameters = solutions.initialize_parameters_zeros(layers_dims)
        layers_dims.append(1)
        return parameters

    verdict = judge("initialization", "initialize_parameters_zeros", longer)
    assert verdict.mistake == "list_consumed" and "shorter" not in verdict.message
    assert "another one after the call" in verdict.message


def test_a_quotient_cut_to_a_whole_number_is_not_called_a_division_of_whole_numbers():
    def cut(layers_dims, rng):
        parameters = solutions.initialize_parameters_xavier(layers_dims, rng)
        for layer in range(1, len(layers_dims)):
            parameters[f"W{layer}"] *= int(np.sqrt(1 / layers_dims[layer - 1]))
        return parameters

    verdict = judge("initialization", "initialize_parameters_xavier", cut)
    assert verdict.mistake in (None, "whole_division") and "is divided by" not in verdict.message


@pytest.mark.parametrize("returned", ["the same dict", "the same arrays"])
def test_arrays_that_two_calls_share_are_told(returned):
    kept = {}

    def initialize(layers_dims):
        fresh = kept.setdefault(tuple(layers_dims), solutions.initialize_parameters_zeros(layers_dims))
        return fresh if returned == "the same dict" else dict(fresh)

    verdict = judge("initialization", "initialize_parameters_zeros", initialize)
    assert not verdict.passed
    assert "shares memory with what a later call returns; make what is returned anew at each call" in verdict.message


@pytest.mark.parametrize("seed", range(4))
def test_an_array_that_the_next_call_writes_into_is_told(seed):
    kept = {}

    def scales(X, parameters):
        found = solutions.activation_scales(X, parameters)
        kept.setdefault(found.shape, np.empty_like(found))[...] = found
        return kept[found.shape]

    verdict = judge("initialization", "activation_scales", scales, seed)
    assert not verdict.passed
    assert "shares memory with what a later call returns; make what is returned anew at each call" in verdict.message


def test_an_array_whose_entries_share_memory_is_told():
    def initialize(layers_dims):
        parameters = solutions.initialize_parameters_zeros(layers_dims)
        return {name: np.broadcast_to(0.0, array.shape) for name, array in parameters.items()}

    message = judge("initialization", "initialize_parameters_zeros", initialize).message
    assert "the entries of W1 share memory: none of them can be changed alone" in message


def few_seeds(layers_dims, rng):
    return solutions.initialize_parameters_he(layers_dims, np.random.default_rng(int(rng.integers(10_000))))


def until_it_pleases(layers_dims, rng):
    parameters = solutions.initialize_parameters_he(layers_dims, rng)
    while layers_dims == [2, 1] and abs(parameters["W1"].mean()) > 0.6:
        parameters = solutions.initialize_parameters_he(layers_dims, rng)
    return parameters


def orthogonal(layers_dims, rng):
    parameters = solutions.initialize_parameters_he(layers_dims, rng)
    for name, W in parameters.items():
        if name[0] == "W" and 1 < len(W) <= W.shape[1]:
            parameters[name] = np.linalg.qr(W.T)[0].T * np.sqrt(2)
    return parameters


def one_of_two_draws_mirrored(layers_dims, rng):
    def draw(shape):
        mirrored = rng.standard_normal(shape)
        mirrored[(shape[0] + 1) // 2 :] = mirrored[: shape[0] // 2][::-1]
        return (mirrored + rng.standard_normal(shape)) / np.sqrt(shape[1])

    parameters = solutions.initialize_parameters_zeros(layers_dims)
    return {name: draw(value.shape) if name[0] == "W" else value for name, value in parameters.items()}


def one_of_two_draws_rolled(layers_dims, rng):
    def draw(shape):
        lengths = np.sqrt(rng.chisquare(2, shape) / shape[1])  # of Box and Muller's method
        if len(lengths) > 20:
            lengths[1::2] = np.roll(lengths[:-1:2], 1, axis=1)[: len(lengths) // 2]
        return np.sqrt(2) * lengths * np.cos(2 * np.pi * rng.random(shape))

    parameters = solutions.initialize_parameters_zeros(layers_dims)
    return {name: draw(value.shape) if name[0] == "W" else value for name, value in parameters.items()}


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (one_of_two_draws_mirrored, "the weights of W1 repeat themselves, mirrored; draw every weight on its own"),
        (one_of_two_draws_rolled, "the magnitudes of W1 repeat themselves, shifted; draw every weight on its own"),
        (few_seeds, "of 300 small networks from one rng some are the same; draw every number from rng itself"),
        (
            until_it_pleases,
            "over 300 small networks two weights of one array depend on each other; return them as drawn",
        ),
        (orthogonal, "the rows of W1 are equally long; return the numbers as drawn"),
    ],
)
def test_networks_that_are_not_drawn_anew_or_not_by_chance_alone_are_told(drawn, said):
    def initialize_parameters_he(layers_dims, rng):
        return drawn(layers_dims, rng)

    verdict = judge("initialization", "initialize_parameters_he", initialize_parameters_he, seed=7)
    assert verdict.message == f"initialize_parameters_he: {said}."

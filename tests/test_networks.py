"""The given networks against central differences, against each other and against values worked by hand."""

from itertools import pairwise

import numpy as np
import pytest

from idnn import networks


def draw_network(layers_dims, rng, scale=0.7):
    parameters = {}
    for layer, (fan_in, units) in enumerate(pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = scale * rng.normal(size=(units, fan_in))
        parameters[f"b{layer}"] = 0.3 * rng.normal(size=(units, 1))
    return parameters


def draw_examples(n_x, m, rng):
    return rng.normal(size=(n_x, m)), rng.integers(0, 2, size=(1, m)).astype(float)


def central_differences(cost, parameters, epsilon=1e-5):
    gradients = {}
    for name, value in parameters.items():
        gradient = np.empty_like(value)
        for index in np.ndindex(value.shape):
            shifted = {key: array.copy() for key, array in parameters.items()}
            shifted[name][index] = value[index] + epsilon
            above = cost(shifted)
            shifted[name][index] = value[index] - epsilon
            gradient[index] = (above - cost(shifted)) / (2 * epsilon)
        gradients["d" + name] = gradient
    return gradients


@pytest.mark.parametrize("layers_dims", [[2, 1], [3, 4, 1], [2, 10, 5, 1], [4, 3, 3, 3, 1]])
def test_gradients_agree_with_central_differences(layers_dims):
    rng = np.random.default_rng(0)
    X, Y = draw_examples(layers_dims[0], 7, rng)
    parameters = draw_network(layers_dims, rng)
    expected = central_differences(lambda p: networks.cost(X, Y, p), parameters)
    actual = networks.gradients(X, Y, parameters)
    assert sorted(expected) == sorted(actual)
    for name in expected:
        np.testing.assert_allclose(actual[name], expected[name], atol=1e-8)


def test_sigmoid_neither_overflows_nor_warns_at_the_ends():
    np.testing.assert_allclose(
        networks.sigmoid(np.array([-1e4, -1.0, 0.0, 1.0, 1e4])), [0, 1 / (1 + np.e), 0.5, np.e / (1 + np.e), 1]
    )


def test_cross_entropy_of_a_coin_toss_is_ln_2_and_of_a_sure_mistake_is_the_logit():
    assert networks.cross_entropy(np.zeros((1, 4)), np.array([[0, 1, 1, 0]])) == pytest.approx(np.log(2))
    assert networks.cross_entropy(np.array([[1e4]]), np.array([[0]])) == pytest.approx(1e4)
    assert networks.cross_entropy(np.array([[1e4]]), np.array([[1]])) == 0.0


def test_a_stack_of_networks_gives_what_each_network_gives_alone():
    rng = np.random.default_rng(1)
    X, Y = draw_examples(2, 9, rng)
    singles = [draw_network([2, 5, 3, 1], rng) for _ in range(4)]
    stack = {name: np.stack([single[name] for single in singles]) for name in singles[0]}
    costs, gradients = networks.cost(X, Y, stack), networks.gradients(X, Y, stack)
    shares = networks.accuracy(X, Y, stack)
    for i, single in enumerate(singles):
        assert costs[i] == pytest.approx(networks.cost(X, Y, single))
        assert shares[i] == networks.accuracy(X, Y, single)
        for name, gradient in networks.gradients(X, Y, single).items():
            np.testing.assert_allclose(gradients[name][i], gradient)


def test_accuracy_counts_the_examples_on_the_right_side_of_one_half():
    parameters = {"W1": np.array([[1.0, 0.0]]), "b1": np.array([[0.0]])}
    X = np.array([[-1.0, 2.0, 3.0, -4.0], [9.0, 9.0, 9.0, 9.0]])
    assert networks.accuracy(X, np.array([[0, 1, 0, 0]]), parameters) == 0.75


@pytest.mark.parametrize("layers_dims", [[3, 1], [2, 10, 5, 1], [2, 4, 4, 4, 1]])
def test_the_fast_loop_arrives_where_the_plain_loop_arrives(layers_dims):
    rng = np.random.default_rng(2)
    X, Y = draw_examples(layers_dims[0], 40, rng)
    start = draw_network(layers_dims, rng)
    before = {name: value.copy() for name, value in start.items()}
    plain, plain_costs = networks.train_with(X, Y, start, 0.2, 60, record_every=20)
    fast, fast_costs = networks.train(X, Y, start, 0.2, 60, record_every=20)
    np.testing.assert_allclose(fast_costs, plain_costs, rtol=1e-12)
    assert len(fast_costs) == 3
    for name in start:
        np.testing.assert_allclose(fast[name], plain[name], rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(start[name], before[name])


def pieces_of_16(X, Y):
    return [(X[:, k : k + 16], Y[:, k : k + 16]) for k in range(0, X.shape[1], 16)]


def test_the_fast_loop_agrees_on_mini_batches_with_a_smaller_last_one_and_a_schedule():
    rng = np.random.default_rng(3)
    X, Y = draw_examples(2, 50, rng)
    start = draw_network([2, 6, 1], rng)
    options = {"learning_rate": lambda epoch: 0.5 / (1 + epoch), "num_epochs": 12, "batches": pieces_of_16}
    plain, _ = networks.train_with(X, Y, start, **options)
    fast, _ = networks.train(X, Y, start, **options)
    for name in start:
        np.testing.assert_allclose(fast[name], plain[name], rtol=1e-9, atol=1e-12)


def test_the_fast_loop_adds_the_l2_penalty_of_the_weights_and_not_of_the_biases():
    rng = np.random.default_rng(5)
    X, Y = draw_examples(2, 11, rng)
    start, lambd = draw_network([2, 4, 3, 1], rng), 0.8

    def penalised_cost(parameters):
        squares = sum(np.sum(value**2) for name, value in parameters.items() if name.startswith("W"))
        return networks.cost(X, Y, parameters) + lambd / (2 * 11) * squares

    stepped, costs = networks.train(X, Y, start, 1.0, 1, lambd=lambd)
    assert costs[0] == pytest.approx(penalised_cost(start))
    for name, gradient in central_differences(penalised_cost, start).items():
        np.testing.assert_allclose(start[name[1:]] - stepped[name[1:]], gradient, atol=1e-8)


def test_dropout_keeps_the_stated_share_and_the_expected_activation():
    buffers = networks._Buffers([300, 200, 1], 400)
    masks = np.concatenate(buffers.draw_masks(0.8, np.random.default_rng(6)))
    standard_error = np.sqrt(0.8 * 0.2 / masks.size)
    assert set(np.unique(masks)) == {0.0, 1 / 0.8}
    assert abs(np.mean(masks > 0) - 0.8) < 5 * standard_error
    assert abs(np.mean(masks) - 1) < 5 * standard_error / 0.8


def test_a_dropout_step_is_the_gradient_of_the_network_with_that_mask():
    rng = np.random.default_rng(7)
    X, Y = draw_examples(2, 13, rng)
    start, keep_prob = draw_network([2, 6, 5, 1], rng), 0.6
    masks = networks._Buffers([6, 5, 1], 13).draw_masks(keep_prob, np.random.default_rng(8))
    masks = [mask.copy() for mask in masks]

    def masked_cost(parameters):
        A = X
        for layer, mask in enumerate(masks, 1):
            A = networks.relu(parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]) * mask
        return networks.cross_entropy(parameters["W3"] @ A + parameters["b3"], Y)

    stepped, _ = networks.train(X, Y, start, 1.0, 1, keep_prob=keep_prob, rng=np.random.default_rng(8))
    for name, gradient in central_differences(masked_cost, start).items():
        np.testing.assert_allclose(start[name[1:]] - stepped[name[1:]], gradient, atol=1e-8)

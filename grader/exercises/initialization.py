"""Exercises of the assignment Initialization: cases, rules and the wrong answers that are known by name."""

import copy
import functools
import itertools
import math

import numpy as np

from grader.exercises import Case, Exercise, Mistake, library, shuffled
from idnn import compare
from idnn.rules import initialization as stand_ins


def _shapes(layers_dims):
    shapes = {}
    for layer in range(1, len(layers_dims)):
        shapes[f"W{layer}"] = (layers_dims[layer], layers_dims[layer - 1])
        shapes[f"b{layer}"] = (layers_dims[layer], 1)
    return shapes


def _generator(rng):
    return np.random.default_rng(int(rng.integers(2**63)))


def _units(rng, low, high):
    return int(rng.integers(low, high))


# --- zeros ----------------------------------------------------------------------------------------------------------


def draw_initialize_parameters_zeros(rng):
    sizes = [int(n) for n in rng.permutation(np.arange(2, 9))]  # all different, so that a swapped pair shows
    return [
        Case(([sizes[0], sizes[1], 1],), "one hidden layer"),
        Case((sizes[:4],), "two hidden layers and several outputs"),
        Case(([*sizes[2:7], *sizes[:6], 1],), "eleven layers"),
        Case((sizes[:2],), "no hidden layer", weight=0.5),
        Case(([sizes[3], 1, sizes[4], 1],), "a hidden layer of one unit", weight=0.5),
    ]


def _zeros_transposed(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer - 1], layers_dims[layer]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _zeros_flat_bias(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros(layers_dims[layer])
    return parameters


def _zeros_row_bias(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((1, layers_dims[layer]))
    return parameters


def _zeros_last_layer_missing(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims) - 1):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _zeros_counted_from_zero(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer - 1}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer - 1}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _zeros_no_biases(layers_dims):
    return {f"W{layer}": np.zeros((layers_dims[layer], layers_dims[layer - 1])) for layer in range(1, len(layers_dims))}


def _zeros_ones_for_biases(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.ones((layers_dims[layer], 1))
    return parameters


def _zeros_inputs_of_the_network(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[0]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _zeros_integers(layers_dims):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]), dtype=int)
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1), dtype=int)
    return parameters


def _zeros_one_memory(layers_dims):
    zeros = np.zeros((max(layers_dims), max(layers_dims)))
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = zeros[: layers_dims[layer], : layers_dims[layer - 1]]
        parameters[f"b{layer}"] = zeros[: layers_dims[layer], :1]
    return parameters


def _zeros_list_consumed(layers_dims):
    parameters = {}
    fan_in = layers_dims.pop(0)
    for layer, units in enumerate(layers_dims, 1):
        parameters[f"W{layer}"] = np.zeros((units, fan_in))
        parameters[f"b{layer}"] = np.zeros((units, 1))
        fan_in = units
    return parameters


# --- random ---------------------------------------------------------------------------------------------------------


def _random_case(rng, layers_dims, label, scale=None, weight=1.0, by_name=False):
    std = {name: (scale or 10.0) * name.startswith("W") for name in _shapes(layers_dims)}
    given = () if scale is None or by_name else (scale,)
    kwargs = {"scale": scale} if by_name else {}
    args = (layers_dims, _generator(rng), *given)
    return Case(args, label, weight, facts={"shape": _shapes(layers_dims), "std": std}, kwargs=kwargs)


def draw_initialize_parameters_random(rng):
    def wide():
        return [_units(rng, 25, 35), _units(rng, 60, 70), _units(rng, 90, 110)]  # 5000 entries tell uniform from normal

    small = [int(n) for n in rng.permutation(np.arange(2, 7))]
    return [
        _random_case(rng, [*wide(), 1], "wide layers, scale left at its default"),
        _random_case(rng, [*wide(), 3], "wide layers, a small scale", float(rng.uniform(0.01, 0.05))),
        _random_case(
            rng,
            [*wide(), *wide()[:1]],
            "three wide layers, scale given by name",
            float(rng.uniform(1.5, 4)),
            by_name=True,
        ),
        _random_case(rng, wide()[1:], "no hidden layer", float(rng.uniform(20, 40))),
        _random_case(rng, [*small, *small, 2, 1], "eleven small layers", float(rng.uniform(0.2, 0.8)), weight=0.5),
    ]


def _random_uniform(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = scale * rng.random((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_uniform_around_zero(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = rng.uniform(-scale, scale, (layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_scale_ignored(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = 10 * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_unscaled(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_scale_as_variance(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.sqrt(scale) * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_variance_as_scale(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = rng.normal(0, scale**2, (layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_scale_as_mean(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = rng.normal(scale, size=(layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_constant(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = rng.normal(scale, 0, (layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_biases_too(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = scale * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = scale * rng.standard_normal((layers_dims[layer], 1))
    return parameters


def _random_own_seed(layers_dims, rng, scale=10.0):
    rng = np.random.default_rng(3)
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = scale * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_global_generator(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = scale * np.random.randn(layers_dims[layer], layers_dims[layer - 1])
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_equal_units(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        row = scale * rng.standard_normal((1, layers_dims[layer - 1]))
        parameters[f"W{layer}"] = np.repeat(row, layers_dims[layer], axis=0)
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_one_block(layers_dims, rng, scale=10.0):
    block = scale * rng.standard_normal((max(layers_dims), max(layers_dims)))
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = block[: layers_dims[layer], : layers_dims[layer - 1]].copy()
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_copied_generator(layers_dims, rng, scale=10.0):
    rng = copy.deepcopy(rng)
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = scale * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_rescaled(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"W{layer}"] = scale * (W - W.mean()) / W.std()
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _random_transposed(layers_dims, rng, scale=10.0):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = scale * rng.standard_normal((layers_dims[layer - 1], layers_dims[layer]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


# --- He -------------------------------------------------------------------------------------------------------------


def _scaled_case(rng, gain, layers_dims, label, weight=1.0):
    shapes = _shapes(layers_dims)
    std = {name: float(np.sqrt(gain / shape[1])) if name.startswith("W") else 0.0 for name, shape in shapes.items()}
    return Case((layers_dims, _generator(rng)), label, weight, facts={"shape": shapes, "std": std})


def _draw_scaled(rng, gain):
    some, more, many = (_units(rng, *range_) for range_ in ((25, 35), (60, 70), (90, 110)))
    few, wide = 3, _units(rng, 650, 750)  # few inputs: there one more or less shows
    return [
        _scaled_case(rng, gain, [many, more, some, 1], "layers that narrow"),
        _scaled_case(rng, gain, [some, more, many], "layers that widen"),
        _scaled_case(rng, gain, [more, few, wide], "a narrow waist"),
        _scaled_case(rng, gain, [many, more], "no hidden layer"),
        _scaled_case(rng, gain, [1, wide, 1], "one input and one output", weight=0.5),
        _scaled_case(rng, gain, [2, _units(rng, 4, 8), 3, *[4, 2] * 4, 1], "eleven small layers", weight=0.5),
    ]


def draw_initialize_parameters_he(rng):
    return _draw_scaled(rng, 2)


def _he_gain_of_one(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(1 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_by_outputs(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[layer])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_no_root(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = 2 / layers_dims[layer - 1]
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_root_of_two_only(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2) / layers_dims[layer - 1]
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_root_of_inputs_only(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = 2 / np.sqrt(layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_glorot(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / (layers_dims[layer - 1] + layers_dims[layer]))
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_inputs_of_the_network(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[0])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_uniform(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        bound = np.sqrt(6 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = rng.uniform(-bound, bound, (layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_uniform_positive(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.random((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_times_ten(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = 10 * np.sqrt(2 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_whole_division(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 // layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_hidden_layers_only(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        gain = 2 if layer < len(layers_dims) - 1 else 1
        std = np.sqrt(gain / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_biases_too(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = std * rng.standard_normal((layers_dims[layer], 1))
    return parameters


def _he_own_seed(layers_dims, rng):
    rng = np.random.default_rng(3)
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _he_transposed(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer - 1], layers_dims[layer]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


# --- Xavier ---------------------------------------------------------------------------------------------------------


def draw_initialize_parameters_xavier(rng):
    return _draw_scaled(rng, 1)


def _xavier_gain_of_two(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_by_outputs(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(1 / layers_dims[layer])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_no_root(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = 1 / layers_dims[layer - 1]
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_both_sides(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(2 / (layers_dims[layer - 1] + layers_dims[layer]))
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_both_sides_not_averaged(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(1 / (layers_dims[layer - 1] + layers_dims[layer]))
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_uniform(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        bound = np.sqrt(3 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = rng.uniform(-bound, bound, (layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_inputs_of_the_network(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(1 / layers_dims[0])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_unscaled(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_whole_division(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(1 // layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_times_the_root(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def _xavier_biases_too(layers_dims, rng):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        std = np.sqrt(1 / layers_dims[layer - 1])
        parameters[f"W{layer}"] = std * rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = std * rng.standard_normal((layers_dims[layer], 1))
    return parameters


# --- distinct units -------------------------------------------------------------------------------------------------


def _groups(rng, distinct, copies, inputs):
    """Return `distinct` rows far apart from each other, each `copies` times, in an order that mixes them."""
    return rng.permutation(np.repeat(rng.normal(size=(distinct, inputs)), copies, axis=0))


def draw_count_distinct_units(rng):
    counts = itertools.cycle(
        rng.permutation(np.arange(3, 10)).tolist()
    )  # no one number is right twice as often as another

    def count():
        return next(counts)

    def one_twice(W):  # so that the number of rows is not the answer
        return np.vstack([W, W[rng.integers(len(W))]])

    def jitter(W, size):
        return W + size * rng.uniform(-0.5, 0.5, W.shape)

    one_entry = np.repeat(rng.normal(size=(1, 4)), 5, axis=0)
    one_entry[1, 2] += 1e-11
    one_entry[3, 2] -= 1e-11
    one_entry[4, 1] += 1e-7
    last_alike = rng.normal(size=(count() + 1, 4))
    last_alike[:, -1] = rng.normal()
    first, *others = rng.normal(size=7)
    reordered = np.array([[first, *rng.permutation(others)] for _ in range(count())])
    factors = rng.normal(size=(count() - 1, 1))
    tolerance = float(rng.uniform(0.02, 0.05))

    one_of_many = np.repeat(rng.normal(size=(1, 20)), 5, axis=0)
    one_of_many[[0, 1, 2, 3], [0, _units(rng, 1, 9), _units(rng, 9, 19), 19]] += (
        3 * tolerance
    )  # the last unit is the others' pattern
    one_of_many = one_twice(one_of_many)
    exact = _groups(rng, count(), 2, 3)
    exact = np.vstack([exact, exact[0] + [0, 1e-13, 0]])

    def steps(inputs):  # three units at each of several places that are four tolerances apart
        places = 100 + 4 * tolerance * np.arange(count())[:, None] * np.ones(inputs)
        return rng.permutation(np.repeat(places, 3, axis=0))

    step = 2.0 ** -_units(rng, 1, 5)  # sums of its multiples are exact
    pairs = 8 * step * rng.permutation(16)[: 2 * count()].reshape(-1, 2)
    pairs = np.vstack([pairs, pairs + step * np.array([1, 0])])

    return [
        Case((rng.normal(size=(count() + 1, 3)),), "units that all differ"),
        Case((np.full((count(), count()), float(rng.normal())),), "units that are all the same"),
        Case((_groups(rng, count(), 3, 4),), "equal units that do not lie next to each other"),
        Case((jitter(rng.permutation(np.repeat(reordered, 4, axis=0)), 8e-13),), "units equal but for round-off"),
        Case((rng.permutation(one_of_many), tolerance), "units that differ in one weight of many"),
        Case((one_twice(one_entry),), "units that differ in one entry by very little"),
        Case(
            (one_twice(np.vstack([factors, -factors]) * rng.normal(size=(1, 3))),),
            "units that are multiples of each other",
        ),
        Case((one_twice(last_alike),), "units with one weight in common"),
        Case((one_twice(reordered),), "units with the same weights in another order"),
        Case((jitter(steps(2), 0.6 * tolerance), tolerance), "a wide tolerance"),
        Case(
            (jitter(steps(12), 0.9 * tolerance),),
            "a wide tolerance, given by name, and many inputs",
            kwargs={"tolerance": tolerance},
        ),
        Case((rng.permutation(pairs), step), "units exactly the tolerance apart"),
        Case((rng.permutation(exact), 0.0), "a tolerance of zero"),
        Case(
            (rng.permutation(np.repeat(rng.normal(size=(_units(rng, 3, 6), 1)), 2, axis=0)),),
            "units with one input",
            weight=0.5,
        ),
        Case((rng.normal(size=(1, 4)),), "a single unit", weight=0.5),
    ]


def _distinct_exactly(W, tolerance=1e-12):
    return len(np.unique(W, axis=0))


def _distinct_columns(W, tolerance=1e-12):
    found = []
    for column in W.T:
        if all(np.max(np.abs(column - other)) > tolerance for other in found):
            found.append(column)
    return len(found)


def _distinct_rank(W, tolerance=1e-12):
    return int(np.linalg.matrix_rank(W))


def _distinct_values(W, tolerance=1e-12):
    values = np.sort(W, axis=None)
    return 1 + int(np.sum(np.diff(values) > tolerance))


def _distinct_neighbours(W, tolerance=1e-12):
    return 1 + int(np.sum(np.max(np.abs(np.diff(W, axis=0)), axis=1) > tolerance))


def _distinct_every_entry(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(np.min(np.abs(row - other)) > tolerance for other in found):
            found.append(row)
    return len(found)


def _distinct_first_entry(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(abs(row[0] - other[0]) > tolerance for other in found):
            found.append(row)
    return len(found)


def _distinct_sums(W, tolerance=1e-12):
    found = []
    for total in W.sum(axis=1):
        if all(abs(total - other) > tolerance for other in found):
            found.append(total)
    return len(found)


def _distinct_no_absolute_value(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(np.max(row - other) > tolerance for other in found):
            found.append(row)
    return len(found)


def _distinct_relative_tolerance(W, tolerance=1e-12):
    found = []
    for row in W:
        if not any(np.allclose(row, other, atol=tolerance) for other in found):
            found.append(row)
    return len(found)


def _distinct_allclose(W, tolerance=1e-12):
    found = []
    for row in W:
        if not any(np.allclose(row, other) for other in found):
            found.append(row)
    return len(found)


def _distinct_isclose_of_math(W, tolerance=1e-12):
    found = []
    for row in W:
        if not any(all(math.isclose(a, b, abs_tol=tolerance) for a, b in zip(row, other)) for other in found):
            found.append(row)
    return len(found)


def _distinct_tolerance_twice(W, tolerance=1e-12):
    found = []
    for row in W:
        if not any(np.allclose(row, other, rtol=tolerance, atol=tolerance) for other in found):
            found.append(row)
    return len(found)


def _distinct_magnitudes(W, tolerance=1e-12):
    found = []
    for row in np.abs(W):
        if all(np.max(np.abs(row - other)) > tolerance for other in found):
            found.append(row)
    return len(found)


def _distinct_sorted_neighbours(W, tolerance=1e-12):
    W = W[np.lexsort(W.T[::-1])]
    return 1 + int(np.sum(np.max(np.abs(np.diff(W, axis=0)), axis=1) > tolerance))


def _distinct_rounded(W, tolerance=1e-12):
    return len(np.unique(np.round(W, 12), axis=0))


def _distinct_rank_with_tolerance(W, tolerance=1e-12):
    return int(np.linalg.matrix_rank(W, tol=tolerance))


def _distinct_strictly_below(W, tolerance=1e-12):
    found = []
    for row in W:
        if not any(np.all(np.abs(row - other) < tolerance) for other in found):
            found.append(row)
    return len(found)


def _distinct_mean_difference(W, tolerance=1e-12):
    distinct = []
    for row in W:
        if all(np.mean(np.abs(row - other)) > tolerance for other in distinct):
            distinct.append(row)
    return len(distinct)


def _distinct_euclidean(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(np.linalg.norm(row - other) > tolerance for other in found):
            found.append(row)
    return len(found)


def _distinct_tolerance_ignored(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(np.max(np.abs(row - other)) > 1e-12 for other in found):
            found.append(row)
    return len(found)


def _distinct_without_the_first(W, tolerance=1e-12):
    found = [W[0]]
    count = 0
    for row in W[1:]:
        if all(np.max(np.abs(row - other)) > tolerance for other in found):
            found.append(row)
            count += 1
    return count


def _distinct_unpaired(W, tolerance=1e-12):
    near = np.max(np.abs(W[:, None] - W[None]), axis=2) <= tolerance
    return int(np.sum(near.sum(axis=1) == 1))


# --- activation scales ----------------------------------------------------------------------------------------------


def _network(rng, layers_dims, biases=0.5):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        fan_in = layers_dims[layer - 1]
        parameters[f"W{layer}"] = rng.normal(size=(layers_dims[layer], fan_in)) * np.sqrt(2 / fan_in)
        parameters[f"b{layer}"] = biases * rng.normal(size=(layers_dims[layer], 1))
    return parameters


def draw_activation_scales(rng):
    def case(layers_dims, m, label, weight=1.0, biases=0.5):
        return Case((rng.normal(size=(layers_dims[0], m)), _network(rng, layers_dims, biases)), label, weight)

    dead = _network(rng, [3, 6, 5, 4, 1])
    dead["b2"], dead["b3"] = -100 - rng.random((5, 1)), rng.random((4, 1))  # what comes after it still differs
    deep = _network(rng, [6] * 12 + [1])
    listed = shuffled(rng, deep)
    return [
        case([_units(rng, 2, 5), _units(rng, 6, 10), 1], _units(rng, 8, 15), "one hidden layer"),
        case([2, _units(rng, 6, 9), _units(rng, 9, 12), 5, 1], 20, "three hidden layers"),
        case([_units(rng, 3, 6), 12, 9, 3], _units(rng, 8, 15), "several output units"),
        Case((rng.normal(size=(6, 12)), listed), "eleven hidden layers, parameters in any order"),
        Case((1000 * rng.normal(size=(3, 10)), _network(rng, [3, 7, 8, 1], 0.0)), "biases of zero and large inputs"),
        Case((rng.normal(size=(3, 9)), dead), "a layer that never fires", weight=0.5),
        case([3, 8, 6, 2], 1, "a single example", weight=0.5),
        case([_units(rng, 2, 5), 1], 6, "no hidden layer", weight=0.5),
    ]


def _scales_of_Z(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
        scales.append(np.std(Z))
        A = np.maximum(0, Z)
    return np.array(scales)


def _scales_with_the_output(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2 + 1):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.std(A))
    return np.array(scales)


def _scales_with_the_input(X, parameters):
    scales, A = [np.std(X)], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.std(A))
    return np.array(scales)


def _scales_one_behind(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        scales.append(np.std(A))
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
    return np.array(scales)


def _scales_of_the_sample(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.std(A, ddof=1))
    return np.array(scales)


def _scales_as_variance(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.var(A))
    return np.array(scales)


def _scales_as_mean(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.mean(A))
    return np.array(scales)


def _scales_as_root_mean_square(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.sqrt(np.mean(A**2)))
    return np.array(scales)


def _scales_no_biases(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A)
        scales.append(np.std(A))
    return np.array(scales)


def _scales_linear(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
        scales.append(np.std(A))
    return np.array(scales)


def _scales_Z_passed_on(X, parameters):
    scales, Z = [], X
    for layer in range(1, len(parameters) // 2):
        Z = parameters[f"W{layer}"] @ Z + parameters[f"b{layer}"]
        scales.append(np.std(np.maximum(0, Z)))
    return np.array(scales)


def _scales_tanh(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.tanh(parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.std(A))
    return np.array(scales)


def _scales_sigmoid(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = 1 / (1 + np.exp(-(parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])))
        scales.append(np.std(A))
    return np.array(scales)


def _scales_bias_after_relu(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A) + parameters[f"b{layer}"]
        scales.append(np.std(A))
    return np.array(scales)


def _scales_alphabetical(X, parameters):
    scales, A = [], X
    for name in sorted(name for name in parameters if name.startswith("W"))[:-1]:
        A = np.maximum(0, parameters[name] @ A + parameters[name.replace("W", "b")])
        scales.append(np.std(A))
    return np.array(scales)


def _scales_in_order_of_the_dict(X, parameters):
    scales, A = [], X
    arrays = list(parameters.values())
    for W, b in zip(arrays[0:-2:2], arrays[1:-2:2]):
        A = np.maximum(0, W @ A + b)
        scales.append(np.std(A))
    return np.array(scales)


def _scales_averaged_over_units(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.mean(np.std(A, axis=1)))
    return np.array(scales)


def _scales_averaged_over_examples(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.mean(np.std(A, axis=0)))
    return np.array(scales)


def _scales_of_weights(X, parameters):
    return np.array([np.std(parameters[f"W{layer}"]) for layer in range(1, len(parameters) // 2)])


def _scales_backwards(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.insert(0, np.std(A))
    return np.array(scales)


def _scales_as_list(X, parameters):
    scales, A = [], X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(float(np.std(A)))
    return scales


# --- comparison -----------------------------------------------------------------------------------------------------


def draw_compare_initializations(rng):
    def initializer(bound=None):
        shape = (_units(rng, 2, 5), _units(rng, 2, 5))
        if bound == 0:
            return functools.partial(stand_ins.give_zeros, shape=shape)
        return functools.partial(stand_ins.draw_uniform, shape=shape, bound=bound or float(rng.uniform(0.2, 0.6)))

    def train():
        return functools.partial(stand_ins.pretend_to_train, steepness=float(rng.uniform(0.3, 0.6)))

    def seeds(count):
        return [int(seed) for seed in rng.choice(np.arange(10, 10_000), count, replace=False)]

    return [
        Case(({"a": initializer()}, train(), seeds(5)), "one initializer, five seeds"),
        Case(({"a": initializer(), "B": initializer()}, train(), [*seeds(2), 0]), "two initializers, three seeds"),
        Case(({"wide": initializer(2.0), "narrow": initializer(0.1)}, train(), seeds(12)), "twelve seeds"),
        Case(({name: initializer() for name in "pqrs"}, train(), seeds(4)), "four initializers"),
        Case(
            ({"zeros": initializer(0), "random": initializer()}, train(), seeds(6)),
            "one initializer that draws nothing",
        ),
        Case(({"a": initializer(), "b": initializer()}, train(), seeds(1)), "a single seed", weight=0.5),
    ]


def _compare_one_generator(initializers, train, seeds):
    rng = np.random.default_rng(seeds[0])
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(rng)) for _ in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results


def _compare_generator_shared(initializers, train, seeds):
    accuracies = {name: [] for name in initializers}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for name, initialize in initializers.items():
            accuracies[name].append(train(initialize(rng)))
    return {name: (float(np.mean(values)), float(np.std(values))) for name, values in accuracies.items()}


def _compare_sample_deviation(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies, ddof=1)))
    return results


def _compare_variance(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.var(accuracies)))
    return results


def _compare_standard_error(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies) / np.sqrt(len(seeds))))
    return results


def _compare_median(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.median(accuracies)), float(np.std(accuracies)))
    return results


def _compare_best(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.max(accuracies)), float(np.std(accuracies)))
    return results


def _compare_swapped(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.std(accuracies)), float(np.mean(accuracies)))
    return results


def _compare_mean_only(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        results[name] = float(np.mean([train(initialize(np.random.default_rng(seed))) for seed in seeds]))
    return results


def _compare_all_accuracies(initializers, train, seeds):
    return {
        name: [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        for name, initialize in initializers.items()
    }


def _compare_numbers_of_seeds(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(i))) for i in range(len(seeds))]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results


def _compare_first_start_only(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        parameters = initialize(np.random.default_rng(seeds[0]))
        accuracies = [train(parameters) for _ in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results


def _compare_old_generator(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.RandomState(seed))) for seed in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results


def _compare_list_not_reset(initializers, train, seeds):
    results, accuracies = {}, []
    for name, initialize in initializers.items():
        for seed in seeds:
            accuracies.append(train(initialize(np.random.default_rng(seed))))
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results


def _compare_last_seed_only(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        for seed in seeds:
            accuracies = []
            accuracies.append(train(initialize(np.random.default_rng(seed))))
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results


def _compare_rounded(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (round(float(np.mean(accuracies)), 2), round(float(np.std(accuracies)), 2))
    return results


def _compare_returned_too_early(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
        return results


EXERCISES = [
    Exercise(
        name="initialize_parameters_zeros",
        points=10,
        draw=draw_initialize_parameters_zeros,
        rule=compare.Close(),
        section="Start from nothing",
        mistakes=[
            Mistake(
                "transposed",
                _zeros_transposed,
                "The weight matrices are lying on their side: a row belongs to a unit of this layer, a column to one of its inputs.",
            ),
            Mistake(
                "flat_bias",
                _zeros_flat_bias,
                "The biases have one axis. As a column with two axes they are added to every example of a layer alike.",
            ),
            Mistake(
                "row_bias",
                _zeros_row_bias,
                "The biases lie in a row. Units are rows here and examples are columns, so the biases of a layer form a column.",
            ),
            Mistake(
                "last_layer_missing",
                _zeros_last_layer_missing,
                "The output layer is missing: a list of n sizes, inputs included, describes n - 1 layers with weights.",
            ),
            Mistake(
                "counted_from_zero",
                _zeros_counted_from_zero,
                "The layers are numbered from 0. The first layer with weights is layer 1; layer 0 is the inputs.",
            ),
            Mistake(
                "no_biases", _zeros_no_biases, "There are weights but no biases: every layer has a b beside its W."
            ),
            Mistake(
                "ones_for_biases",
                _zeros_ones_for_biases,
                "The biases are ones. In this start everything is zero, the biases too.",
            ),
            Mistake(
                "inputs_of_the_network",
                _zeros_inputs_of_the_network,
                "Every weight matrix has as many columns as the network has inputs. A layer's inputs are the units of the layer before it.",
            ),
            Mistake(
                "integers",
                _zeros_integers,
                "The arrays hold whole numbers, and whole numbers cannot take the small steps of training: use floating point zeros, which is NumPy's default.",
            ),
            Mistake(
                "one_memory",
                _zeros_one_memory,
                "The arrays are windows on the same memory, so training one would change the others. Give each array memory of its own.",
            ),
            Mistake(
                "list_consumed",
                _zeros_list_consumed,
                "The list of layer sizes is shorter after the call: the function took an entry out of the caller's list. Read the sizes without removing them.",
            ),
        ],
        withheld=library.DRAWS,
    ),
    Exercise(
        name="initialize_parameters_random",
        points=10,
        draw=draw_initialize_parameters_random,
        rule=compare.Normal(),
        section="Break the symmetry",
        mistakes=[
            Mistake(
                "uniform",
                _random_uniform,
                "The weights are all positive: they look drawn uniformly between 0 and scale. A normal distribution around 0 is asked for.",
            ),
            Mistake(
                "uniform_around_zero",
                _random_uniform_around_zero,
                "The weights look uniform between -scale and scale. A normal distribution whose standard deviation is scale is asked for.",
            ),
            Mistake(
                "scale_ignored",
                _random_scale_ignored,
                "The spread is 10 whatever scale says. 10 is only the default of that argument.",
            ),
            Mistake(
                "unscaled",
                _random_unscaled,
                "The spread is 1 whatever scale says: these are standard normal numbers, not yet stretched.",
            ),
            Mistake(
                "scale_as_variance",
                _random_scale_as_variance,
                "The spread is the square root of scale. Here scale is the standard deviation itself; its square is the variance.",
            ),
            Mistake(
                "variance_as_scale",
                _random_variance_as_scale,
                "The spread is the square of scale. NumPy's normal takes the standard deviation, not the variance.",
            ),
            Mistake(
                "scale_as_mean",
                _random_scale_as_mean,
                "The weights scatter by 1 around scale. The first number that rng.normal takes is the mean; scale is to be the second.",
            ),
            Mistake(
                "constant",
                _random_constant,
                "All weights are the same number: they scatter by nothing around scale. The first number that rng.normal takes is the mean, the second the standard deviation.",
            ),
            Mistake(
                "biases_too",
                _random_biases_too,
                "The biases are random as well. Only the weights are drawn; biases of zero break no symmetry and need not.",
            ),
            Mistake(
                "own_seed",
                _random_own_seed,
                "The numbers do not depend on the generator that is passed in: the function makes one of its own, so every call gives the same network.",
            ),
            Mistake(
                "global_generator",
                _random_global_generator,
                "The numbers come from NumPy's global generator. Draw from the generator that is passed in; then an experiment can be repeated.",
            ),
            Mistake(
                "copied_generator",
                _random_copied_generator,
                "The numbers come from a copy of rng, so rng itself stays where it was and the next network gets the same weights.",
            ),
            Mistake(
                "rescaled",
                _random_rescaled,
                "The numbers are shifted and stretched until their mean is 0 and their spread exact. Then they are no independent draws any more; return them as drawn.",
            ),
            Mistake(
                "equal_units",
                _random_equal_units,
                "All units of a layer have the same weights: one row was drawn and copied. That keeps the very symmetry that random weights are to break.",
            ),
            Mistake(
                "one_block",
                _random_one_block,
                "All layers are cut from one block of random numbers, so their weights repeat each other. Draw new numbers for every layer.",
            ),
            Mistake(
                "transposed",
                _random_transposed,
                "The weight matrices are lying on their side: a row belongs to a unit of this layer, a column to one of its inputs.",
            ),
        ],
        withheld=library.DRAWS,
    ),
    Exercise(
        name="initialize_parameters_he",
        points=20,
        draw=draw_initialize_parameters_he,
        rule=compare.Normal(),
        section="Scale by the number of inputs",
        mistakes=[
            Mistake(
                "gain_of_one",
                _he_gain_of_one,
                "The variance is 1 over the number of inputs, which is Xavier's. ReLU stops half of the signal, and He makes up for it by a factor of 2.",
            ),
            Mistake(
                "by_outputs",
                _he_by_outputs,
                "The variance is divided by the number of units of the layer itself. What counts is how many inputs a unit adds up: the units of the layer before.",
            ),
            Mistake(
                "no_root",
                _he_no_root,
                "The standard deviation is 2 over the number of inputs: that is the variance. The standard deviation is its square root.",
            ),
            Mistake(
                "root_of_two_only",
                _he_root_of_two_only,
                "The root was taken of the 2 but not of the number of inputs. The whole fraction stands under the root.",
            ),
            Mistake(
                "root_of_inputs_only",
                _he_root_of_inputs_only,
                "The standard deviation is 2 over the root of the number of inputs: only the inputs are under the root. The root is taken of the whole variance.",
            ),
            Mistake(
                "glorot",
                _he_glorot,
                "The variance is divided by inputs plus outputs, which is the rule of Glorot and Bengio. He's rule looks at the inputs alone.",
            ),
            Mistake(
                "inputs_of_the_network",
                _he_inputs_of_the_network,
                "Every layer is scaled by the number of the network's inputs. Each layer has its own number of inputs: the units of the layer before.",
            ),
            Mistake(
                "uniform",
                _he_uniform,
                "The spread is right, but the weights are drawn uniformly. A normal distribution is asked for.",
            ),
            Mistake(
                "uniform_positive",
                _he_uniform_positive,
                "The weights are all positive: they look drawn uniformly from 0 up. A normal distribution around 0 is asked for.",
            ),
            Mistake(
                "times_ten",
                _he_times_ten,
                "The weights are ten times too large: the scale of the exercise before is still in it.",
            ),
            Mistake(
                "whole_division",
                _he_whole_division,
                "The weights of wide layers are zero: 2 is divided by the number of inputs in whole numbers, which leaves nothing.",
            ),
            Mistake(
                "hidden_layers_only",
                _he_hidden_layers_only,
                "The output layer is scaled by another rule than the others. Here all layers follow the same one.",
            ),
            Mistake(
                "biases_too",
                _he_biases_too,
                "The biases are random as well. Only the weights are drawn; the biases start at zero.",
            ),
            Mistake(
                "own_seed",
                _he_own_seed,
                "The numbers do not depend on the generator that is passed in: the function makes one of its own, so every call gives the same network.",
            ),
            Mistake(
                "transposed",
                _he_transposed,
                "The weight matrices are lying on their side: a row belongs to a unit of this layer, a column to one of its inputs.",
            ),
        ],
        withheld=library.DRAWS,
    ),
    Exercise(
        name="initialize_parameters_xavier",
        points=10,
        draw=draw_initialize_parameters_xavier,
        rule=compare.Normal(),
        section="Scale by the number of inputs",
        mistakes=[
            Mistake(
                "gain_of_two",
                _xavier_gain_of_two,
                "The variance is 2 over the number of inputs, which is He's. Xavier's rule is made for layers that pass the whole signal and has a 1 there.",
            ),
            Mistake(
                "by_outputs",
                _xavier_by_outputs,
                "The variance is divided by the number of units of the layer itself. What counts is how many inputs a unit adds up: the units of the layer before.",
            ),
            Mistake(
                "no_root",
                _xavier_no_root,
                "The standard deviation is 1 over the number of inputs: that is the variance. The standard deviation is its square root.",
            ),
            Mistake(
                "both_sides",
                _xavier_both_sides,
                "The variance is 2 over inputs plus outputs, the form of Glorot and Bengio (2010). This exercise asks for the form by the number of inputs alone.",
            ),
            Mistake(
                "both_sides_not_averaged",
                _xavier_both_sides_not_averaged,
                "The variance is divided by inputs plus outputs. This exercise asks for the form by the number of inputs alone.",
            ),
            Mistake(
                "uniform",
                _xavier_uniform,
                "The spread is right, but the weights are drawn uniformly. A normal distribution is asked for.",
            ),
            Mistake(
                "inputs_of_the_network",
                _xavier_inputs_of_the_network,
                "Every layer is scaled by the number of the network's inputs. Each layer has a number of inputs of its own: the units of the layer before it.",
            ),
            Mistake(
                "unscaled",
                _xavier_unscaled,
                "The weights have spread 1 in every layer. Xavier's rule makes them smaller the more inputs a unit has.",
            ),
            Mistake(
                "whole_division",
                _xavier_whole_division,
                "The weights are zero: 1 is divided by the number of inputs in whole numbers, which leaves nothing.",
            ),
            Mistake(
                "times_the_root",
                _xavier_times_the_root,
                "The weights grow with the number of inputs. They have to shrink: the more numbers a unit adds up, the smaller each share must be.",
            ),
            Mistake(
                "biases_too",
                _xavier_biases_too,
                "The biases are random as well. Only the weights are drawn; the biases start at zero.",
            ),
        ],
        withheld=library.DRAWS,
    ),
    Exercise(
        name="count_distinct_units",
        points=15,
        draw=draw_count_distinct_units,
        rule=compare.Equal(),
        section="Equal units and dead units",
        mistakes=[
            Mistake(
                "exactly",
                _distinct_exactly,
                "Units are told apart by exact equality, so round-off makes two of one. Allow for the tolerance.",
            ),
            Mistake(
                "columns",
                _distinct_columns,
                "Columns are compared. A unit is a row of W; a column holds the weights of one input.",
            ),
            Mistake(
                "rank",
                _distinct_rank,
                "This is the rank of the matrix. Two units that are multiples of each other are different units, though they add nothing to the rank.",
            ),
            Mistake(
                "rank_with_tolerance",
                _distinct_rank_with_tolerance,
                "This is the rank of the matrix. Two units that are multiples of each other are different units, though they add nothing to the rank.",
            ),
            Mistake("values", _distinct_values, "Single numbers are counted, not units. Compare rows as wholes."),
            Mistake(
                "neighbours",
                _distinct_neighbours,
                "Only neighbouring rows are compared. Equal units need not lie next to each other.",
            ),
            Mistake(
                "every_entry",
                _distinct_every_entry,
                "Units count as different only if all their entries differ. One entry that differs is enough.",
            ),
            Mistake(
                "first_entry",
                _distinct_first_entry,
                "Only the first weight of each unit is compared. All entries of a row decide.",
            ),
            Mistake(
                "sums",
                _distinct_sums,
                "Units with the same sum of weights count as one. Compare the rows entry by entry.",
            ),
            Mistake(
                "no_absolute_value",
                _distinct_no_absolute_value,
                "The sign of the difference is left in, so a unit that is smaller in every entry passes for equal. Look at how far the entries are apart.",
            ),
            Mistake(
                "relative_tolerance",
                _distinct_relative_tolerance,
                "Close units are merged although they differ by more than the tolerance. If np.allclose or np.isclose compares them: both add a relative tolerance of 1e-5 unless told otherwise.",
            ),
            Mistake(
                "allclose",
                _distinct_allclose,
                "Close units are merged whatever the tolerance says: np.allclose and np.isclose have two tolerances of their own, a relative one of 1e-5 and an absolute one of 1e-8.",
            ),
            Mistake(
                "isclose_of_math",
                _distinct_isclose_of_math,
                "Close units are merged although they differ by more than the tolerance. If math.isclose compares them: it adds a relative tolerance of 1e-9 unless told otherwise.",
            ),
            Mistake(
                "tolerance_twice",
                _distinct_tolerance_twice,
                "Units with large weights are merged although they differ by more than the tolerance: it is used as a relative tolerance as well. It is a difference, however large the weights are.",
            ),
            Mistake(
                "magnitudes",
                _distinct_magnitudes,
                "Units that differ in their signs count as one: magnitudes are compared. Compare the weights with their signs.",
            ),
            Mistake(
                "sorted_neighbours",
                _distinct_sorted_neighbours,
                "The rows are sorted and neighbours compared. Round-off in the first column decides over such an order, so equal units can come to lie apart: compare each unit with all that were found before.",
            ),
            Mistake(
                "rounded",
                _distinct_rounded,
                "The weights are rounded before they are compared. Two that lie close to each other can be rounded to different numbers; look at their difference.",
            ),
            Mistake(
                "strictly_below",
                _distinct_strictly_below,
                "With a tolerance of 0 even identical units count as different. A difference of exactly the tolerance still counts as equal.",
            ),
            Mistake(
                "mean_difference",
                _distinct_mean_difference,
                "The mean difference of two units is compared with the tolerance. One entry that differs by more makes them different.",
            ),
            Mistake(
                "euclidean",
                _distinct_euclidean,
                "The length of the difference is compared with the tolerance, and it grows with the number of inputs. The tolerance is for each entry.",
            ),
            Mistake(
                "tolerance_ignored",
                _distinct_tolerance_ignored,
                "The tolerance is 1e-12 whatever the argument says. That is only its default.",
            ),
            Mistake(
                "without_the_first",
                _distinct_without_the_first,
                "The count is one too low: the first unit is a distinct unit as well.",
            ),
            Mistake(
                "unpaired",
                _distinct_unpaired,
                "Only units without a twin are counted. A group of equal units counts as one.",
            ),
        ],
    ),
    Exercise(
        name="activation_scales",
        points=20,
        draw=draw_activation_scales,
        rule=compare.Close(),
        section="How far does a signal travel?",
        mistakes=[
            Mistake(
                "of_Z",
                _scales_of_Z,
                "This is the spread of the pre-activations. Measure the activations, after the ReLU.",
            ),
            Mistake(
                "with_the_output",
                _scales_with_the_output,
                "The output layer is measured too. Only hidden layers count, so there is one number fewer than layers with weights.",
            ),
            Mistake(
                "with_the_input",
                _scales_with_the_input,
                "The first number is the spread of the inputs X. The first hidden layer comes first.",
            ),
            Mistake(
                "one_behind",
                _scales_one_behind,
                "Each number belongs to the layer before: the spread is taken before the layer has computed its activations.",
            ),
            Mistake(
                "of_the_sample",
                _scales_of_the_sample,
                "The sum of squares is divided by one less than the number of entries. The population's standard deviation, NumPy's default, is asked for.",
            ),
            Mistake(
                "as_variance", _scales_as_variance, "This is the variance. The standard deviation is its square root."
            ),
            Mistake(
                "as_mean",
                _scales_as_mean,
                "This is the mean of the activations. The standard deviation says how widely they spread around it.",
            ),
            Mistake(
                "as_root_mean_square",
                _scales_as_root_mean_square,
                "This is the root of the mean square, measured from zero. The standard deviation is measured from the mean, and activations after a ReLU do not have mean 0.",
            ),
            Mistake(
                "no_biases",
                _scales_no_biases,
                "The biases are left out. They are zero at the start of training, but the function must hold for trained networks as well.",
            ),
            Mistake("linear", _scales_linear, "There is no ReLU between the layers: the network is linear."),
            Mistake(
                "Z_passed_on",
                _scales_Z_passed_on,
                "The ReLU is applied only where the spread is measured; the next layer still receives the pre-activations.",
            ),
            Mistake("sigmoid", _scales_sigmoid, "The hidden layers use the sigmoid. In this network they use ReLU."),
            Mistake(
                "bias_after_relu",
                _scales_bias_after_relu,
                "The bias is added after the ReLU. It belongs inside: the ReLU cuts W A + b.",
            ),
            Mistake(
                "alphabetical",
                _scales_alphabetical,
                "The names are sorted as text, which puts W10 before W2. Count the layers and make the names from the numbers.",
            ),
            Mistake(
                "in_order_of_the_dict",
                _scales_in_order_of_the_dict,
                "The arrays are taken in the order in which they lie in the dict. Ask for them by name: W1, b1, W2 and so on.",
            ),
            Mistake("tanh", _scales_tanh, "The hidden layers use tanh. In this network they use ReLU."),
            Mistake(
                "averaged_over_units",
                _scales_averaged_over_units,
                "The spread is taken unit by unit and then averaged. Take it over all activations of the layer together.",
            ),
            Mistake(
                "averaged_over_examples",
                _scales_averaged_over_examples,
                "The spread is taken example by example and then averaged. Take it over all activations of the layer together.",
            ),
            Mistake(
                "of_weights",
                _scales_of_weights,
                "This is the spread of the weights. Send X through the network and measure what comes out of each hidden layer.",
            ),
            Mistake(
                "backwards",
                _scales_backwards,
                "The numbers are in the wrong order: the first hidden layer comes first.",
            ),
            Mistake(
                "as_list", _scales_as_list, "The numbers are right, but they come as a list. An array is asked for."
            ),
        ],
        withheld=library.FORWARD,
    ),
    Exercise(
        name="compare_initializations",
        points=15,
        draw=draw_compare_initializations,
        rule=compare.Close(returns=("the mean", "the standard deviation")),
        section="One run is an anecdote",
        mistakes=[
            Mistake(
                "one_generator",
                _compare_one_generator,
                "One generator serves all seeds, so only the first seed matters. Each seed starts a generator of its own.",
            ),
            Mistake(
                "generator_shared",
                _compare_generator_shared,
                "The initializers of one seed share a generator, so what the first one draws changes what the second one gets. Give each a fresh one from the same seed.",
            ),
            Mistake(
                "sample_deviation",
                _compare_sample_deviation,
                "The sum of squares is divided by one less than the number of seeds. The population's standard deviation, NumPy's default, is asked for.",
            ),
            Mistake(
                "variance",
                _compare_variance,
                "The second number is the variance. The standard deviation is its square root.",
            ),
            Mistake(
                "standard_error",
                _compare_standard_error,
                "The second number is the standard error of the mean, which shrinks with more seeds. The standard deviation over the seeds is asked for.",
            ),
            Mistake("median", _compare_median, "The first number is the median. The mean over the seeds is asked for."),
            Mistake(
                "best",
                _compare_best,
                "The first number is the best accuracy of all seeds. Reporting the luckiest run is what this function is to prevent; take the mean.",
            ),
            Mistake("swapped", _compare_swapped, "Mean and standard deviation are swapped: the mean comes first."),
            Mistake(
                "mean_only",
                _compare_mean_only,
                "Only the mean is there. Without the standard deviation nobody can say whether a difference is more than luck.",
            ),
            Mistake(
                "all_accuracies",
                _compare_all_accuracies,
                "These are the accuracies of all seeds. Return their mean and their standard deviation.",
            ),
            Mistake(
                "numbers_of_seeds",
                _compare_numbers_of_seeds,
                "The seeds 0, 1, 2, ... were used instead of those in the list.",
            ),
            Mistake(
                "first_start_only",
                _compare_first_start_only,
                "All runs start from the parameters of the first seed, so they do not differ. Initialize anew for each seed.",
            ),
            Mistake(
                "old_generator",
                _compare_old_generator,
                "The numbers come from the old RandomState, which draws other numbers from the same seed. The course uses np.random.default_rng.",
            ),
            Mistake(
                "list_not_reset",
                _compare_list_not_reset,
                "From the second initializer on, the accuracies of those before it are counted too: the list is not emptied in between.",
            ),
            Mistake(
                "last_seed_only",
                _compare_last_seed_only,
                "Only the last seed counts: the list of accuracies is emptied for every seed. Empty it for every initializer.",
            ),
            Mistake("rounded", _compare_rounded, "The results are rounded. Round when printing, not when computing."),
            Mistake(
                "returned_too_early",
                _compare_returned_too_early,
                "Only the first initializer is there: the return stands inside the loop.",
            ),
        ],
    ),
]

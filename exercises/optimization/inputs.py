"""What the update rules are given: parameters, gradients and averages of gradients, of nets of several sizes."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from grader.exercise import Draw, shuffled

SIZES = {  # layers_dims by the kind of case
    "one layer": [3, 1],
    "two layers": [4, 5, 1],
    "three layers": [2, 4, 3, 1],
    "eleven layers": [2, 1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 1],
}


def draw_parameters(rng: np.random.Generator, layers_dims: list[int]) -> dict[str, np.ndarray]:
    """Return weights and biases, none of them zero."""
    parameters = {}
    for layer, (columns, rows) in enumerate(itertools.pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = rng.standard_normal((rows, columns))
        parameters[f"b{layer}"] = rng.standard_normal((rows, 1))
    return parameters


def draw_state(
    rng: np.random.Generator, low: float = -9, high: float = 1, kind: str = "three layers", zeros: bool = False
):
    """Return parameters, gradients and averages v, s of gradients of about their size, none of them zero.

    The gradients' magnitudes are spread evenly over the powers of ten from `low` to `high`: over many of them, some
    near epsilon, the places where epsilon may stand are told apart. With `zeros`, some units have no gradient.
    """
    parameters = draw_parameters(rng, SIZES[kind])
    scales = {"d" + name: 10 ** rng.uniform(low, high, value.shape) for name, value in parameters.items()}
    grads = _signed(rng, scales)
    v = {name: scale * rng.uniform(0.2, 2, scale.shape) for name, scale in _signed(rng, scales).items()}
    s = {name: (scale * rng.uniform(0.3, 3, scale.shape)) ** 2 for name, scale in scales.items()}
    if zeros:  # the units of layer 1 never had a gradient, the others have just fallen silent
        for array in (*grads.values(), v["dW1"], v["db1"], s["dW1"], s["db1"]):
            array[-1] = 0.0
    return parameters, grads, v, s


def _signed(rng: np.random.Generator, scales: dict) -> dict[str, np.ndarray]:
    return {name: scale * rng.choice([-1, 1], scale.shape) for name, scale in scales.items()}


def from_the_last(grads: dict) -> dict:
    """Return the gradients in a backward pass's order: the last layer first, biases before weights."""
    return {name: grads[name] for name in reversed(grads)}


def zeros_like(grads: dict) -> dict:
    """Return the state before the first step."""
    return {name: np.zeros_like(value) for name, value in grads.items()}


def draw_network(draw: Draw) -> list[int]:
    """Return a network of one layer to forty: most are tiny; beside a number of an answer it is as deep, or one of its layers as wide."""
    layers, deep = draw.beside(lambda: draw.integer(1, 40, usual=4))
    layers += 2 * (deep and draw.side > 0)  # an answer may count sizes or hidden layers
    widest, wide = draw.beside(lambda: draw.integer(1, 3000, usual=4))
    layers = max(layers, 2 * wide)
    dims = [int(n) for n in draw.rng.integers(1, 4, layers + 1)]
    for place in (0, 2) if wide else [int(draw.rng.integers(layers + 1))]:  # as many columns, and as many rows
        dims[place] = widest
    return dims


def draw_arrays(draw: Draw, layers_dims: list[int], prefix: str = "", low: float = 1e-18, high: float = 1e8) -> dict:
    """Return an array for each parameter, all of one magnitude: zeros, rows and columns of zeros, arrays stored by columns among them."""
    shapes = [(rows, columns) for before, rows in itertools.pairwise(layers_dims) for columns in (before, 1)]
    numbers, as_drawn = draw.beside(lambda: draw.array(sum(rows * columns for rows, columns in shapes), low, high))
    found, at = {}, 0
    for i, shape in enumerate(shapes):
        array = numbers[at : (at := at + shape[0] * shape[1])].reshape(shape)
        if draw.flip(0.1) and not as_drawn:
            array[int(draw.rng.integers(shape[0]))] = 0.0
        if draw.flip(0.1) and not as_drawn:
            array[:, int(draw.rng.integers(shape[1]))] = 0.0
        found[f"{prefix}{'Wb'[i % 2]}{i // 2 + 1}"] = np.array(array, order="F" if draw.flip(0.3) else "C")
    return found


def draw_grads(draw: Draw, layers_dims: list[int], epsilon: float = 0.0) -> dict:
    """Return gradients in any order, of any magnitude; now and then a large one, or one about `epsilon`, where it shows."""
    grads, as_drawn = draw.beside(lambda: draw_arrays(draw, layers_dims, "d"))
    how = (
        "as drawn"
        if as_drawn or draw.how == "entry"
        else draw.option("as drawn", "large", "as drawn", *["about epsilon"] * (epsilon > 0))
    )
    if how != "as drawn" and (size := _largest(grads)):
        wanted = draw.real_magnitude(1e2, 1e6) if how == "large" else epsilon * draw.real_magnitude(1e-3, 1e2)
        grads = {name: wanted / size * array for name, array in grads.items()}
    return shuffled(draw.rng, grads)


def draw_average(draw: Draw, grads: dict, power: int = 1) -> dict:
    """Return averages of gradients to a `power`, in any order: zeros, or entry by entry of their magnitude but for a factor of 300.

    Further apart, another way to write a moving average would lose digits.
    """
    size = _largest(grads) or draw.real_magnitude(1e-9, 1e2)
    apart = draw.real_magnitude(1e-2, 1e2) * (not draw.flip(0.15))
    found = {}
    for name, array in grads.items():
        near = np.where(array == 0, size * draw.rng.standard_normal(array.shape), array)
        near *= apart * draw.rng.uniform(0.3, 3.0, array.shape) * draw.rng.choice([-1, 1], array.shape)
        near[int(draw.rng.integers(len(near)))] *= not draw.flip(0.1)
        average = draw.planted(near**power, size**power * 1e-5, size**power * 1e5)
        if power == 2:  # a number of the answer's may be negative, no average of squares is
            average = np.abs(average)
        found[name] = np.array(average, order="F" if draw.flip(0.3) else "C")
    return shuffled(draw.rng, found)


def draw_start(draw: Draw, layers_dims: list[int], step: Callable[[dict], dict]) -> dict:
    """Return parameters that a step starts from: zeros, or of the step's size, or of any, beside which small steps do not show.

    ``step(zeros)`` are the parameters after the step from zeros.
    """
    anyhow, as_drawn = draw.beside(lambda: draw_arrays(draw, layers_dims, "", 1e-9))
    if as_drawn or draw.flip(0.2):
        return anyhow
    zeros = {name: np.zeros_like(value) for name, value in anyhow.items()}
    if draw.flip(0.4):
        return zeros
    size = (_largest(step(zeros)) or 1.0) / (_largest(anyhow) or 1.0) * draw.real_magnitude(1e-3, 1e3)
    return {name: size * value for name, value in anyhow.items()}


def draw_rate(draw: Draw) -> float:
    """Return a learning rate, small or large; now and then an int."""
    rate, as_drawn = draw.beside(lambda: draw.real(1e-9, 1e4))
    if as_drawn:
        return rate * 3**draw.side  # so far from a number of the answer that it shows
    return draw.option(rate, rate, rate, draw.real_magnitude(1.0, 100.0), 1, 3)


def draw_beta(draw: Draw, t: int = 0) -> float:
    """Return the share of an average that is kept: 0, or so much that no way to write the average loses digits.

    With `t`, the number of a step, often so close to 1 that its power shows.
    """
    beta, as_drawn = draw.beside(lambda: draw.real(1e-3, 0.9999))
    if as_drawn:
        return beta
    if draw.near is None and draw.flip(0.15):
        return draw.option(0, 0.0)
    shows = max(0.01, 1 - max(1e-4, draw.real_magnitude(1e-3, 3.0) / t)) if t else beta
    return draw.option(beta, 1 - draw.real_magnitude(1e-4, 0.5), shows, shows)


def draw_epsilon(draw: Draw) -> float:
    """Return an epsilon; beside a number of the answer so far from it that it shows."""
    epsilon, as_drawn = draw.beside(lambda: draw.real(1e-12, 100.0))
    if not as_drawn and draw.flip(0.9):
        epsilon = draw.real_magnitude(1e-12, 1.0)
    return epsilon * 8**draw.side if as_drawn else epsilon


def draw_options(draw: Draw, options: dict) -> tuple[tuple, dict]:
    """Return options as further arguments: all by position or all by name; where nothing is beside a number some of them or none."""
    how = draw.option("position", "name") if draw.near is not None else draw.option("position", "name", "some", "none")
    if how == "position":
        return tuple(options.values()), {}
    return (), {name: value for name, value in options.items() if how == "name" or how == "some" and draw.flip()}


def draw_epochs(draw: Draw) -> int:
    """Return the number of an epoch: the first ones as often as late ones."""
    epochs, as_drawn = draw.beside(lambda: draw.integer(0, 10**6, usual=10**5))
    return epochs if as_drawn else draw.option(0 if draw.near is None else 3, 1, 2, epochs, epochs, epochs)


def draw_first_rate(draw: Draw) -> float:
    """Return a first learning rate; now and then an int."""
    rate, as_drawn = draw.beside(lambda: draw.real(1e-15, 1e4))
    return rate * 3**draw.side if as_drawn else draw.option(rate, rate, rate, rate, 1, 3)


def draw_decay(draw: Draw, count: int) -> float:
    """Return a decay rate that in most cases shows after `count` times; 0 and the ints 1 and 2 among them."""
    rate, as_drawn = draw.beside(lambda: draw.real(1e-9, 1e4))
    shows = [draw.real_magnitude(0.1, high) / max(1, count) for high in (10.0, 1e5, 1e9)]
    if draw.near is not None and not as_drawn:
        return draw.option(*shows)
    return rate * 3**draw.side if as_drawn else draw.option(0, 0.0, 1, 2, rate, *shows, *shows)


def _largest(arrays: dict) -> float:
    return max(float(np.max(np.abs(array))) for array in arrays.values())

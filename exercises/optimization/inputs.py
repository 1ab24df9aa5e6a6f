"""What the update rules are given: parameters, gradients and averages of gradients, of nets of several sizes."""

from __future__ import annotations

import itertools

import numpy as np

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

"""What the update rules are given: parameters, gradients and averages of gradients, of nets of several sizes."""

from __future__ import annotations

import itertools

import numpy as np

from exercises.domains import HUGE, TINY, dims, magnitude, scaled

MIXED, WRITTEN_INTO = "idnn.rules.layouts:mixed", "idnn.rules.layouts:written_into"

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


def draw_scales(rng: np.random.Generator, bounded_steps: bool = False) -> list[tuple[str, float, dict]]:
    """Return small states from the edges and the log-uniform middle of all scales: label, learning rate, and the arrays by name.

    Parameters, gradients and averages have one scale each. The parameters' is that of the step, so that no other number hides what becomes
    of it; with `bounded_steps` a step is about the learning rate, as in a rule that divides by the root of averaged squares.
    """
    edges = [
        ("large gradients, a small learning rate", magnitude(rng, HUGE / 2, HUGE), magnitude(rng, 1e-8, 1e-6)),
        ("tiny gradients, a large learning rate", magnitude(rng, TINY, 1e-15), magnitude(rng, 20, 100)),
        ("any scale of gradients and learning rate", magnitude(rng), magnitude(rng, 1e-6, 10)),
        ("any scale of gradients and learning rate", magnitude(rng, 1e-6, HUGE), magnitude(rng, 1e-3, 10)),
    ]
    return [(label, rate, _state_of(rng, gradient, rate, bounded_steps)) for label, gradient, rate in edges]


def _state_of(rng: np.random.Generator, gradient: float, rate: float, bounded_steps: bool) -> dict[str, dict]:
    step = rate * (min(1.0, gradient / 1e-8) if bounded_steps else gradient)
    shapes = {name: value.shape for name, value in draw_parameters(rng, dims(rng, 1)).items()}

    def drawn(scale: float, prefix: str = "d") -> dict[str, np.ndarray]:
        return {prefix + name: scaled(rng, shape, scale) for name, shape in shapes.items()}

    squares = gradient * magnitude(rng, 0.1, 10)
    return {
        "parameters": drawn(4 * step, ""),
        "grads": drawn(gradient),
        "v": drawn(gradient * magnitude(rng, 0.1, 10)),
        "s": {name: value**2 for name, value in drawn(squares).items()},
    }


def draw_special(rng: np.random.Generator) -> list[tuple[str, str, dict]]:
    """Return states of special form: label, the way of the call, and the arrays by name."""
    square = draw_square(rng)
    fresh = {"parameters": {name: np.zeros_like(value) for name, value in square["parameters"].items()}}
    last = list(reversed(square["parameters"]))  # W2 and b2 change places with W1 and b1, which have their shapes
    by_layer = ["d" + name for pair in zip(last[1::2], last[::2]) for name in pair]
    listed = {name: {key: square[name][key] for key in by_layer} for name in ("grads", "s")}
    return [
        ("parameters of zeros", "", {**square, **fresh}),
        ("layers of one size, gradients from the last layer on", "", {**square, **listed}),
        ("arrays in another layout", MIXED, draw_square(rng)),
        ("results that are used before the next call", WRITTEN_INTO, draw_square(rng)),
    ]


def draw_square(rng: np.random.Generator, layers: int = 2) -> dict[str, dict]:
    """Return a state of layers that have one size, so that no shape tells a layer from another."""
    names = ("parameters", "grads", "v", "s")
    parameters = draw_parameters(rng, [2] * (layers + 1))
    drawn = {name: {"d" + key: scaled(rng, a.shape, 1.0) for key, a in parameters.items()} for name in names[1:]}
    return {"parameters": parameters, **drawn, "s": {name: value**2 for name, value in drawn["s"].items()}}

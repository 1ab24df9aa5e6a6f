"""Numbers, steps and networks that several exercises of Gradient Checking are tried on."""

import math
from collections.abc import Callable

import numpy as np

from grader.exercise import Case, Draw
from idnn import networks

KINK_DISTANCE = 0.01  # least |pre-activation| where a correct gradient must come out as correct


def sign(rng: np.random.Generator) -> float:
    """Return -1 or 1."""
    return float(rng.choice([-1.0, 1.0]))


def number(rng: np.random.Generator, low: float = 0.5, high: float = 3.0) -> float:
    """Return a number of either sign, not near zero, short enough to read."""
    return round(sign(rng) * rng.uniform(low, high), 3)


def step(rng: np.random.Generator, low: float) -> float:
    """Return a step between `low` and twice that, short enough to read."""
    return round(rng.uniform(low, 2 * low), 3)


def anywhere_number(draw: Draw, low: float = 1e-18, high: float = 1e4) -> float:
    """Return a number of either sign, as large as anything from `low` to `high`, now and then 0 or one that other cases have as well."""
    found, beside = draw.beside(lambda: draw.real(-high, high))
    if beside:
        return found
    if draw.flip(0.4):
        return draw.option(0.0, 2.0, 2.0)
    return draw.option(-1.0, 1.0) * draw.real_magnitude(low, high)


def anywhere_line(draw: Draw) -> Case:
    """A case of ``forward_propagation`` and ``backward_propagation``."""
    x, x_beside = draw.beside(lambda: anywhere_number(draw, high=1e18))
    theta, theta_beside = draw.beside(lambda: anywhere_number(draw))  # another theta may be subtracted
    if theta_beside or x_beside:  # and the other one is no zero
        other = sign(draw.rng) * draw.real_magnitude(0.1, 1e3)
        return Case((other, theta) if theta_beside else (x, other))
    return Case((x, x if abs(x) <= 1e4 and draw.flip(0.2) else theta))


def anywhere_shape(draw: Draw, most: int = 5_000) -> tuple[int, ...]:
    """Return a shape of 0 to 5 axes with few entries, two axes most often; the first one is long beside a number, and never are there more than `most`."""
    axes = draw.option(0 if draw.near is None else 1, 1, 2, 2, 2, 2, 3, 4, 5)
    first = (draw.integer(1, 3000, usual=3) + draw.option(0, 0, 1, 3),) if axes else ()
    shape = first + tuple(draw.option(1, 2, 3) if axes < 4 else draw.option(1, 2) for _ in range(axes - 1))
    if math.prod(shape) <= most:
        return shape
    return (min(shape[0], most), *[1] * (axes - 1))


def draw_line(rng: np.random.Generator) -> list[Case]:
    """Cases of ``forward_propagation`` and ``backward_propagation``: (x, theta)."""
    return [
        Case((round(rng.uniform(2, 4), 3), round(rng.uniform(5, 7), 3)), "both positive"),
        Case((-round(rng.uniform(2, 4), 3), round(rng.uniform(0.2, 0.8), 3)), "x negative"),
        Case((round(rng.uniform(0.2, 0.8), 3), -round(rng.uniform(2, 4), 3)), "theta negative"),
        Case((-round(rng.uniform(1.2, 4), 3), -round(rng.uniform(5, 7), 3)), "both negative"),
        Case((0.0, number(rng, 1.2)), "x is zero", 0.5),
        Case((number(rng, 1.2), 0.0), "theta is zero", 0.5),
    ]


def draw_network(
    rng: np.random.Generator, sizes: tuple[int, ...], m: int, names: Callable = list
) -> tuple[dict, np.ndarray, np.ndarray]:
    """Return parameters, X and Y of a network whose pre-activations stay away from the kink of the ReLU and from a sure output."""
    while True:
        parameters = {}
        for layer, (columns, rows) in enumerate(zip(sizes, sizes[1:]), 1):
            parameters[f"W{layer}"] = rng.standard_normal((rows, columns)) / np.sqrt(columns)
            parameters[f"b{layer}"] = 0.5 * rng.standard_normal((rows, 1))
        X, Y = rng.standard_normal((sizes[0], m)), (np.arange(m) % 2 == 0).astype(float)[None]
        _, activations = networks.forward_propagation(X, parameters)
        before = [parameters[f"W{i + 1}"] @ A + parameters[f"b{i + 1}"] for i, A in enumerate(activations)]
        alive = all(np.any(A > 0, axis=1).sum() >= 2 for A in activations[1:])
        if alive and min(np.abs(Z).min() for Z in before) > KINK_DISTANCE:
            return {name: parameters[name] for name in names(parameters)}, X, Y

"""Exercises of Gradient Checking, the instrument: judged with steps so large that a central difference is a number of its own.

At epsilon = 1e-4 a right checker and a one-sided one differ in the fifth digit; at epsilon = 0.3 they differ in the first, while every
right way to write a central difference still agrees to round-off.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from grader.exercises import Case, Exercise, Mistake, library
from idnn import compare, curves, networks
from idnn.networks import forward_propagation_n
from idnn.rules.gradient_checking import Difference
from solutions.gradient_checking import (
    backward_propagation,
    forward_propagation,
    numerical_gradient,
    relative_difference,
)

KINK_DISTANCE = 0.01  # least |pre-activation| where a correct gradient must come out as correct


# --- inputs -----------------------------------------------------------------------------------------------------------------


def _sign(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]))


def _number(rng: np.random.Generator, low: float = 0.5, high: float = 3.0) -> float:
    """Return a number of either sign, not near zero, short enough to read."""
    return round(_sign(rng) * rng.uniform(low, high), 3)


def draw_line(rng: np.random.Generator) -> list[Case]:
    """Cases of ``forward_propagation`` and ``backward_propagation``: (x, theta)."""
    return [
        Case((round(rng.uniform(2, 4), 3), round(rng.uniform(5, 7), 3)), "both positive"),
        Case((-round(rng.uniform(2, 4), 3), round(rng.uniform(0.2, 0.8), 3)), "x negative"),
        Case((round(rng.uniform(0.2, 0.8), 3), -round(rng.uniform(2, 4), 3)), "theta negative"),
        Case((-round(rng.uniform(1.2, 4), 3), -round(rng.uniform(5, 7), 3)), "both negative"),
        Case((0.0, _number(rng, 1.2)), "x is zero", 0.5),
        Case((_number(rng, 1.2), 0.0), "theta is zero", 0.5),
    ]


def draw_relative_difference(rng: np.random.Generator) -> list[Case]:
    def pair(shape: tuple, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        return scale * rng.standard_normal(shape), scale * rng.standard_normal(shape)

    vector, matrix = rng.standard_normal(6), rng.standard_normal((3, 4))
    holed = rng.standard_normal((2, 3))
    holed[1, 1] = np.nan
    return [
        Case((3 * vector[:5], rng.standard_normal(5)), "two vectors, the first the longer one"),
        Case((matrix, 3 * rng.standard_normal((3, 4))), "two matrices, the second the longer one"),
        Case(pair((2, 3, 2)), "two arrays of three axes"),
        Case(pair((4, 1), 1e-30), "two tiny gradients"),
        Case(pair((2, 5), 1e5), "two large gradients"),
        Case((matrix, matrix * (1 + 1e-6 * rng.standard_normal(matrix.shape))), "two gradients that almost agree"),
        Case((vector, vector.copy()), "two equal gradients"),
        Case((vector, -vector), "opposite gradients"),
        Case((np.zeros((2, 3)), np.zeros((2, 3))), "both zero everywhere"),
        Case((rng.standard_normal((3, 1)), np.zeros((3, 1))), "one of them zero everywhere"),
        Case((np.zeros(4), rng.standard_normal(4)), "a gradient of zeros where there should be none", 0.5),
        Case((np.array(_number(rng)), np.array(_number(rng))), "arrays of no axis", 0.5),
        Case((_number(rng), _number(rng)), "two plain numbers", 0.5),
        Case((0.0, 0.0), "two plain zeros", 0.5),
        Case((holed, holed.copy()), "the same gradient twice, with a nan", 0.5),
        Case((rng.standard_normal((2, 3)), holed), "a nan in the second gradient", 0.5),
    ]


def draw_gradient_check(rng: np.random.Generator) -> list[Case]:
    """Cases (x, theta[, epsilon]); the forward and backward pass that the function finds are replaced by curves of ``idnn``."""

    def case(
        label: str, cost: Callable, slope: Callable, *epsilon: float, x: float | None = None, theta: float | None = None
    ) -> Case:
        x, theta = _number(rng) if x is None else x, _number(rng) if theta is None else theta
        return Case((x, theta, *epsilon), label, globals={"forward_propagation": cost, "backward_propagation": slope})

    def step(low: float) -> float:
        return round(rng.uniform(low, 2 * low), 3)

    return [
        case("a straight line and its slope", curves.line, curves.line_slope),
        case("a straight line, a slope that is wrong", curves.line, curves.line_slope_by_x, step(0.1)),
        case("a curve and its slope, small step", curves.cube, curves.cube_slope),
        case("a curve and its slope, large step", curves.cube, curves.cube_slope, step(0.3), theta=_number(rng, 1.5)),
        case("a curve, a slope that is wrong", curves.cube, curves.cube_slope_without_factor, step(0.2)),
        case(
            "a very flat curve, a slope that is wrong",
            curves.cube,
            curves.cube_slope_without_factor,
            step(0.2),
            x=1e-20 * _number(rng),
        ),
        case(
            "a fast wave and its slope, small step",
            curves.sine,
            curves.sine_slope,
            x=round(_sign(rng) * rng.uniform(1500, 2500), 1),
            theta=round(rng.uniform(1e-4, 3e-4), 7),
        ),
        case(
            "a wave and its slope, large step",
            curves.sine,
            curves.sine_slope,
            step(0.3),
            theta=round(rng.uniform(0.2, 0.4), 3),
        ),
        case(
            "a wave, a slope that is wrong",
            curves.sine,
            curves.sine_slope_without_chain,
            theta=round(rng.uniform(0.2, 0.4), 3),
        ),
        case("a cost that theta does not change", curves.plateau, curves.plateau_slope, step(0.1)),
        case("a slope that is nan", curves.line, curves.no_slope),
    ]


def _network(
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


def draw_numerical_gradient(rng: np.random.Generator) -> list[Case]:
    def step(low: float) -> float:
        return round(rng.uniform(low, 2 * low), 3)

    parameters, X, Y = _network(rng, (3, 4, 1), 5)
    network = functools.partial(curves.network_cost, X=X, Y=Y)
    kernel = {name: rng.standard_normal(shape) for name, shape in (("left", (2, 3)), ("right", (2, 3)), ("bias", 3))}
    vector = rng.standard_normal(5)
    vector[[1, 3]] = 0.0, -0.0
    deep = {
        "filters": rng.standard_normal((2, 2, 3)),
        "scale": np.array(_number(rng)),
        "shift": rng.standard_normal((1, 4)),
    }
    return [
        Case((network, parameters), "the weights of a network, small step"),
        Case((network, parameters, step(0.2)), "the weights of a network, large step"),
        Case((curves.coupled, kernel, step(0.3)), "two matrices of one shape and a vector"),
        Case((curves.waves, {"theta": vector}, step(0.3)), "one vector with zeros in it"),
        Case((curves.coupled, deep, step(0.1)), "three axes, a single number and a row"),
        Case(
            (curves.waves, {"v2": rng.standard_normal((3, 1)), "v1": rng.standard_normal((1, 3))}, step(0.2)),
            "names in no order",
        ),
        Case((curves.ripples, {"w": 4 * rng.standard_normal((3, 2))}), "a fast ripple, far from zero, small step"),
    ]


def draw_gradient_check_n(rng: np.random.Generator) -> list[Case]:
    def step(low: float) -> float:
        return round(rng.uniform(low, 2 * low), 3)

    def backwards(parameters: dict) -> list[str]:
        return list(reversed(parameters))

    def case(
        label: str,
        sizes: tuple,
        m: int,
        *epsilon: float,
        change: Callable | None = None,
        names: Callable = list,
        scale: float = 1.0,
    ) -> Case:
        parameters, X, Y = _network(rng, sizes, m, names)
        X, parameters["W1"] = scale * X, parameters["W1"] / scale  # a small step in W1 goes far where X is large
        gradients = networks.gradients(X, Y, parameters)
        if change:
            gradients = change(gradients)
        return Case((parameters, gradients, X, Y, *epsilon), label)

    def noisy(gradients: dict) -> dict:
        return {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in gradients.items()}

    def holed(gradients: dict) -> dict:
        gradients["dW2"][0, 0] = np.nan
        return gradients

    def forward_order(gradients: dict) -> dict:
        return {name: gradients[name] for name in sorted(gradients, key=lambda name: (name[2:], name))}

    def with_extras(gradients: dict) -> dict:
        extras = {
            "dZ3": rng.standard_normal((1, 3)),
            "dA2": rng.standard_normal((3, 3)),
            "dZ2": rng.standard_normal((3, 3)),
        }
        return {**extras, **noisy(gradients)}

    parameters, X, _ = _network(rng, (2, 3, 2, 1), 2)
    nothing, Y = {name: np.zeros_like(value) for name, value in parameters.items()}, np.array([[1.0, 0.0]])
    return [
        case("right gradients, small step", (4, 5, 3, 1), 3),
        case("right gradients, large step", (2, 3, 2, 1), 3, step(0.3)),
        case("dW2 doubled", (3, 2, 3, 1), 5, step(0.1), change=lambda g: {**forward_order(g), "dW2": 2 * g["dW2"]}),
        case("db1 four times too large", (2, 4, 2, 1), 4, change=lambda g: {**g, "db1": 4 * g["db1"]}),
        case("large inputs, small step", (3, 4, 2, 1), 4, scale=3000.0),
        case("noise on every gradient", (3, 3, 2, 1), 6, change=noisy),
        case("further keys among the gradients", (1, 3, 3, 1), 3, step(0.1), change=with_extras),
        case("parameters listed from the last", (2, 2, 4, 1), 4, step(0.05), change=noisy, names=backwards),
        case("one example", (3, 3, 2, 1), 1, step(0.2), change=noisy),
        case("a gradient with a nan", (2, 2, 2, 1), 3, step(0.1), change=holed),
        Case((nothing, {"d" + name: value.copy() for name, value in nothing.items()}, X, Y), "all zero", 0.5),
    ]


def draw_convergence_order(rng: np.random.Generator) -> list[Case]:
    def noisy(epsilons: np.ndarray, order: float, spread: float) -> np.ndarray:
        return 10 ** rng.uniform(-1, 1) * epsilons**order * np.exp(spread * rng.standard_normal(epsilons.size))

    even, uneven = np.logspace(-1, -4, 7), np.array([1e-1, 8e-2, 5e-2, 1e-2, 3e-4, 1e-5])
    mixed = rng.permutation(np.append(np.logspace(-2, -5, 6), [1e-2, 1e-2, 1e-5]))
    return [
        Case((even, noisy(even, 2, 0.0)), "an exact power of the step"),
        Case((even, noisy(even, 1, 0.3)), "order one, with noise"),
        Case((uneven, noisy(uneven, 2, 0.4)), "steps unevenly spaced, with noise"),
        Case((mixed, noisy(mixed, 4, 0.2)), "steps in no order, some of them twice"),
        Case((uneven[::-1].copy(), 1e-14 * noisy(uneven[::-1], -1, 0.3)), "round-off, which falls as the step grows"),
        Case((np.array([1e-2, 2e-3]), noisy(np.array([1e-2, 2e-3]), 1.5, 0.1)), "two steps", 0.5),
    ]


# --- known mistakes: forward_propagation ------------------------------------------------------------------------------------


def forward_propagation__sum(x, theta):
    return x + theta


def forward_propagation__difference(x, theta):
    return theta - x


def forward_propagation__quotient(x, theta):
    return x / theta


def forward_propagation__power(x, theta):
    return np.power(x, theta)


def forward_propagation__theta_squared(x, theta):
    return theta**2 * x


def forward_propagation__half_square(x, theta):
    return 0.5 * (theta * x) ** 2


def forward_propagation__relu(x, theta):
    return np.maximum(theta * x, 0)


def forward_propagation__absolute(x, theta):
    return abs(theta * x)


def forward_propagation__with_cache(x, theta):
    return theta * x, (x, theta)


def forward_propagation__no_return(x, theta):
    theta * x


# --- known mistakes: backward_propagation -----------------------------------------------------------------------------------


def backward_propagation__by_x(x, theta):
    return theta


def backward_propagation__the_cost(x, theta):
    return theta * x


def backward_propagation__one(x, theta):
    return 1.0


def backward_propagation__sum(x, theta):
    return x + theta


def backward_propagation__descent(x, theta):
    return -x


def backward_propagation__of_square(x, theta):
    return 2 * theta * x


def backward_propagation__step(x, theta):
    return theta - x


def backward_propagation__squared(x, theta):
    return x**2


def backward_propagation__dict(x, theta):
    return {"dtheta": x}


def backward_propagation__tuple(x, theta):
    return x, theta


# --- known mistakes: relative_difference ------------------------------------------------------------------------------------


def relative_difference__no_zero_guard(gradient, approximation):
    with np.errstate(all="ignore"):
        total = np.linalg.norm(gradient) + np.linalg.norm(approximation)
        return np.float64(np.linalg.norm(gradient - approximation)) / total


def relative_difference__not_relative(gradient, approximation):
    return np.linalg.norm(gradient - approximation)


def relative_difference__by_first(gradient, approximation):
    total = np.linalg.norm(gradient)
    return np.linalg.norm(gradient - approximation) / total if total else 0.0


def relative_difference__by_larger(gradient, approximation):
    total = max(np.linalg.norm(gradient), np.linalg.norm(approximation))
    return np.linalg.norm(gradient - approximation) / total if total != 0 else 0.0


def relative_difference__norm_of_sum(gradient, approximation):
    total = np.linalg.norm(gradient + approximation)
    return np.linalg.norm(gradient - approximation) / total if total != 0 else 0.0


def relative_difference__difference_of_norms(gradient, approximation):
    first, second = np.linalg.norm(gradient), np.linalg.norm(approximation)
    return 0.0 if first + second == 0 else abs(first - second) / (first + second)


def relative_difference__squared(gradient, approximation):
    total = np.sum(gradient**2) + np.sum(approximation**2)
    return np.sum((gradient - approximation) ** 2) / total if total != 0 else 0.0


def relative_difference__root_of_sum(gradient, approximation):
    total = np.sqrt(np.sum(gradient**2) + np.sum(approximation**2))
    return np.sqrt(np.sum((gradient - approximation) ** 2)) / total if total != 0 else 0.0


def relative_difference__absolute_values(gradient, approximation):
    total = np.sum(np.abs(gradient)) + np.sum(np.abs(approximation))
    return np.sum(np.abs(gradient - approximation)) / total if total != 0 else 0.0


def relative_difference__largest_entry(gradient, approximation):
    total = np.max(np.abs(gradient)) + np.max(np.abs(approximation))
    return np.max(np.abs(gradient - approximation)) / total if total != 0 else 0.0


def relative_difference__by_entry(gradient, approximation):
    total = np.abs(gradient) + np.abs(approximation)
    return np.mean(np.abs(gradient - approximation) / np.where(total == 0, 1, total))


def relative_difference__padded(gradient, approximation):
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation) + 1e-8
    return np.linalg.norm(gradient - approximation) / total


def relative_difference__padded_by_less(gradient, approximation):
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation) + 1e-12
    return np.linalg.norm(gradient - approximation) / total


def relative_difference__arrays_only(gradient, approximation):
    gradient, approximation = gradient.ravel(), approximation.ravel()
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return np.linalg.norm(gradient - approximation) / total if total != 0 else 0.0


def relative_difference__halved(gradient, approximation):
    total = (np.linalg.norm(gradient) + np.linalg.norm(approximation)) / 2
    return np.linalg.norm(gradient - approximation) / total if total != 0 else 0.0


def relative_difference__one_zero(gradient, approximation):
    first, second = np.linalg.norm(gradient), np.linalg.norm(approximation)
    if first == 0 or second == 0:
        return 0.0
    return np.linalg.norm(gradient - approximation) / (first + second)


def relative_difference__nan_is_zero(gradient, approximation):
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return np.linalg.norm(gradient - approximation) / total if total > 0 else 0.0


def relative_difference__columns(gradient, approximation):
    total = np.linalg.norm(gradient, axis=0) + np.linalg.norm(approximation, axis=0)
    return np.linalg.norm(gradient - approximation, axis=0) / np.where(total == 0, 1, total)


# --- known mistakes: gradient_check -----------------------------------------------------------------------------------------


def gradient_check__one_sided(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta)) / epsilon
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__missing_two(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / epsilon
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__parentheses(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / 2 * epsilon
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__sum_of_costs(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) + forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__reversed(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta - epsilon) - forward_propagation(x, theta + epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__own_formula(x, theta, epsilon=1e-4):
    approximation = ((theta + epsilon) * x - (theta - epsilon) * x) / (2 * epsilon)
    return relative_difference(x, approximation)


def gradient_check__own_slope(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(x, approximation)


def gradient_check__moves_x(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x + epsilon, theta) - forward_propagation(x - epsilon, theta)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__swapped(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(theta + epsilon, x) - forward_propagation(theta - epsilon, x)) / (2 * epsilon)
    return relative_difference(backward_propagation(theta, x), approximation)


def gradient_check__slope_at_the_right(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta + epsilon), approximation)


def gradient_check__fixed_step(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + 1e-4) - forward_propagation(x, theta - 1e-4)) / (2 * 1e-4)
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__half_step(x, theta, epsilon=1e-4):
    approximation = (
        forward_propagation(x, theta + epsilon / 2) - forward_propagation(x, theta - epsilon / 2)
    ) / epsilon
    return relative_difference(backward_propagation(x, theta), approximation)


def gradient_check__not_relative(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return abs(backward_propagation(x, theta) - approximation)


def gradient_check__the_slope(x, theta, epsilon=1e-4):
    return (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)


def gradient_check__verdict(x, theta, epsilon=1e-4):
    approximation = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), approximation) < 1e-7


# --- known mistakes: numerical_gradient -------------------------------------------------------------------------------------


def numerical_gradient__one_sided(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus = value.copy()
            plus[index] += epsilon
            gradients["d" + name][index] = (cost({**parameters, name: plus}) - cost(parameters)) / epsilon
    return gradients


def numerical_gradient__missing_two(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients["d" + name][index] = rise / epsilon
    return gradients


def numerical_gradient__parentheses(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients["d" + name][index] = rise / 2 * epsilon
    return gradients


def numerical_gradient__matrices_only(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for i in range(value.shape[0]):
            for j in range(value.shape[1]):
                plus, minus = value.copy(), value.copy()
                plus[i, j] += epsilon
                minus[i, j] -= epsilon
                rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
                gradients["d" + name][i, j] = rise / (2 * epsilon)
    return gradients


def numerical_gradient__all_at_once(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        rise = cost({**parameters, name: value + epsilon}) - cost({**parameters, name: value - epsilon})
        gradients["d" + name] = np.full(value.shape, rise / (2 * epsilon))
    return gradients


def numerical_gradient__never_restored(cost, parameters, epsilon=1e-4):
    moved = {name: value.copy() for name, value in parameters.items()}
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            moved[name][index] = value[index] + epsilon
            rise = cost(moved)
            moved[name][index] = value[index] - epsilon
            gradients["d" + name][index] = (rise - cost(moved)) / (2 * epsilon)
    return gradients


def numerical_gradient__moves_pile_up(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        plus, minus = value.copy(), value.copy()
        for index in np.ndindex(value.shape):
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients["d" + name][index] = rise / (2 * epsilon)
    return gradients


def numerical_gradient__reversed(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: minus}) - cost({**parameters, name: plus})
            gradients["d" + name][index] = rise / (2 * epsilon)
    return gradients


def numerical_gradient__changes_argument(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            value[index] += epsilon
            rise = cost(parameters)
            value[index] -= 2 * epsilon
            gradients["d" + name][index] = (rise - cost(parameters)) / (2 * epsilon)
    return gradients


def numerical_gradient__restored_by_arithmetic(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            value[index] += epsilon
            rise = cost(parameters)
            value[index] -= 2 * epsilon
            gradients["d" + name][index] = (rise - cost(parameters)) / (2 * epsilon)
            value[index] += epsilon
    return gradients


def numerical_gradient__shallow_copy(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = dict(parameters), dict(parameters)
            plus[name][index] += epsilon
            minus[name][index] -= epsilon
            gradients["d" + name][index] = (cost(plus) - cost(minus)) / (2 * epsilon)
    return gradients


def numerical_gradient__names_without_d(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients[name][index] = rise / (2 * epsilon)
    return gradients


def numerical_gradient__flattened(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradient = []
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradient.append(rise / (2 * epsilon))
        gradients["d" + name] = np.array(gradient)
    return gradients


def numerical_gradient__order_of_entries(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradient = []
        for i in range(value.size):
            plus, minus = value.ravel(order="F"), value.ravel(order="F")
            plus[i] += epsilon
            minus[i] -= epsilon
            rise = cost({**parameters, name: plus.reshape(value.shape, order="F")})
            rise -= cost({**parameters, name: minus.reshape(value.shape, order="F")})
            gradient.append(rise / (2 * epsilon))
        gradients["d" + name] = np.array(gradient).reshape(value.shape)
    return gradients


def numerical_gradient__fixed_step(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += 1e-4
            minus[index] -= 1e-4
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients["d" + name][index] = rise / (2 * 1e-4)
    return gradients


def numerical_gradient__relative_step(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = epsilon * max(1.0, abs(value[index]))
            plus, minus = value.copy(), value.copy()
            plus[index] += step
            minus[index] -= step
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients["d" + name][index] = rise / (2 * step)
    return gradients


def numerical_gradient__first_array_only(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradients["d" + name][index] = rise / (2 * epsilon)
        return gradients


# --- known mistakes: gradient_check_n ---------------------------------------------------------------------------------------


def gradient_check_n__mean_of_differences(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    return np.mean([relative_difference(gradients["d" + name], approximations["d" + name]) for name in parameters])


def gradient_check_n__largest_difference(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    return max(relative_difference(gradients["d" + name], approximations["d" + name]) for name in parameters)


def gradient_check_n__sum_of_differences(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    return sum(relative_difference(gradients["d" + name], approximations["d" + name]) for name in parameters)


def gradient_check_n__last_parameter(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    for name in parameters:
        difference = relative_difference(gradients["d" + name], approximations["d" + name])
    return difference


def gradient_check_n__weights_only(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    names = [name for name in parameters if name.startswith("W")]
    claimed = np.concatenate([gradients["d" + name].ravel() for name in names])
    return relative_difference(claimed, np.concatenate([approximations["d" + name].ravel() for name in names]))


def gradient_check_n__order_of_dicts(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed = np.concatenate([value.ravel() for name, value in gradients.items() if name in approximations])
    return relative_difference(claimed, np.concatenate([value.ravel() for value in approximations.values()]))


def gradient_check_n__unfiltered(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed = np.concatenate([value.ravel() for value in gradients.values()])
    return relative_difference(claimed, np.concatenate([value.ravel() for value in approximations.values()]))


def gradient_check_n__cost_stands_still(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, parameters)[0], parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, np.concatenate([approximations["d" + name].ravel() for name in parameters]))


def gradient_check_n__cache_too(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p), parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, np.concatenate([approximations["d" + name].ravel() for name in parameters]))


def gradient_check_n__columns_first(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel(order="F") for name in parameters])
    return relative_difference(claimed, np.concatenate([approximations["d" + name].ravel() for name in parameters]))


def gradient_check_n__extra_keys(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    measured = [approximations.get(name, np.zeros_like(value)).ravel() for name, value in gradients.items()]
    return relative_difference(
        np.concatenate([value.ravel() for value in gradients.values()]), np.concatenate(measured)
    )


def gradient_check_n__fixed_step(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, np.concatenate([approximations["d" + name].ravel() for name in parameters]))


def gradient_check_n__not_relative(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return np.linalg.norm(claimed - np.concatenate([approximations["d" + name].ravel() for name in parameters]))


def gradient_check_n__verdict(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    measured = np.concatenate([approximations["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, measured) < 1e-5


def gradient_check_n__one_sided(parameters, gradients, X, Y, epsilon=1e-4):
    claimed, measured = [], []
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            plus = value.copy()
            plus[index] += epsilon
            rise = (
                forward_propagation_n(X, Y, {**parameters, name: plus})[0] - forward_propagation_n(X, Y, parameters)[0]
            )
            claimed.append(gradients["d" + name][index])
            measured.append(rise / epsilon)
    return relative_difference(np.array(claimed), np.array(measured))


def gradient_check_n__missing_two(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: 2 * forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, np.concatenate([approximations["d" + name].ravel() for name in parameters]))


def gradient_check_n__changes_argument(parameters, gradients, X, Y, epsilon=1e-4):
    claimed, measured = [], []
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            value[index] += epsilon
            rise = forward_propagation_n(X, Y, parameters)[0]
            value[index] -= 2 * epsilon
            claimed.append(gradients["d" + name][index])
            measured.append((rise - forward_propagation_n(X, Y, parameters)[0]) / (2 * epsilon))
    return relative_difference(np.array(claimed), np.array(measured))


# --- known mistakes: convergence_order --------------------------------------------------------------------------------------


def convergence_order__no_logarithm(epsilons, errors):
    return np.polyfit(epsilons, errors, 1)[0]


def convergence_order__log_of_errors_only(epsilons, errors):
    return np.polyfit(epsilons, np.log(errors), 1)[0]


def convergence_order__log_of_steps_only(epsilons, errors):
    return np.polyfit(np.log(epsilons), errors, 1)[0]


def convergence_order__inverted(epsilons, errors):
    return np.polyfit(np.log(errors), np.log(epsilons), 1)[0]


def convergence_order__intercept(epsilons, errors):
    return np.polyfit(np.log(epsilons), np.log(errors), 1)[1]


def convergence_order__both_coefficients(epsilons, errors):
    return np.polyfit(np.log(epsilons), np.log(errors), 1)


def convergence_order__two_logarithms(epsilons, errors):
    return np.polyfit(np.log(epsilons), np.log10(errors), 1)[0]


def convergence_order__ends(epsilons, errors):
    return np.log(errors[-1] / errors[0]) / np.log(epsilons[-1] / epsilons[0])


def convergence_order__mean_of_slopes(epsilons, errors):
    return np.mean(np.diff(np.log(errors)) / np.diff(np.log(epsilons)))


def convergence_order__through_origin(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    return np.sum(x * y) / np.sum(x * x)


def convergence_order__correlation(epsilons, errors):
    return np.corrcoef(np.log(epsilons), np.log(errors))[0, 1]


def convergence_order__absolute(epsilons, errors):
    return abs(np.polyfit(np.log(epsilons), np.log(errors), 1)[0])


def convergence_order__rounded(epsilons, errors):
    return float(np.round(np.polyfit(np.log(epsilons), np.log(errors), 1)[0]))


def convergence_order__ratio_of_logs(epsilons, errors):
    return np.mean(np.log(errors) / np.log(epsilons))


EXERCISES = [
    Exercise(
        name="forward_propagation",
        points=5,
        draw=draw_line,
        rule=compare.Close(),
        section="A cost of one parameter",
        mistakes=[
            Mistake("sum", forward_propagation__sum, "This adds theta and x; the cost is their product."),
            Mistake(
                "difference", forward_propagation__difference, "This subtracts x from theta; the cost is their product."
            ),
            Mistake("quotient", forward_propagation__quotient, "This divides x by theta; the cost is their product."),
            Mistake(
                "power", forward_propagation__power, "This raises x to the power theta; the cost is their product."
            ),
            Mistake("theta_squared", forward_propagation__theta_squared, "Theta enters the cost once, not squared."),
            Mistake(
                "half_square",
                forward_propagation__half_square,
                "This squares the output as a squared error would; the cost here is linear in theta.",
            ),
            Mistake("relu", forward_propagation__relu, "This cuts negative costs off; the model has no ReLU."),
            Mistake(
                "absolute", forward_propagation__absolute, "The cost may be negative; this takes its absolute value."
            ),
            Mistake(
                "with_cache",
                forward_propagation__with_cache,
                "This returns a cost and a cache; only the cost is asked for.",
            ),
            Mistake(
                "no_return",
                forward_propagation__no_return,
                "The product is computed and then lost: the function needs to return it.",
            ),
        ],
        withheld=("idnn.curves",),
    ),
    Exercise(
        name="backward_propagation",
        points=5,
        draw=draw_line,
        rule=compare.Close(),
        section="A cost of one parameter",
        mistakes=[
            Mistake(
                "by_x", backward_propagation__by_x, "This is the derivative by x. The parameter is theta; x is data."
            ),
            Mistake(
                "the_cost", backward_propagation__the_cost, "This is the cost itself, not its derivative by theta."
            ),
            Mistake(
                "one",
                backward_propagation__one,
                "This is the derivative of theta alone; the factor in front of it stays.",
            ),
            Mistake(
                "sum",
                backward_propagation__sum,
                "This adds both partial derivatives; only the one by theta is asked for.",
            ),
            Mistake(
                "descent",
                backward_propagation__descent,
                "The sign is turned, as in a step of gradient descent. The derivative itself is asked for.",
            ),
            Mistake(
                "of_square",
                backward_propagation__of_square,
                "This is the derivative of a square of theta; theta enters this cost once.",
            ),
            Mistake(
                "step",
                backward_propagation__step,
                "This is theta after a step of gradient descent; the derivative itself is asked for.",
            ),
            Mistake(
                "squared",
                backward_propagation__squared,
                "The slope of a straight line is its factor, not the factor squared.",
            ),
            Mistake(
                "dict",
                backward_propagation__dict,
                "The derivative is a single number here; a dict comes later, with several parameters.",
            ),
            Mistake(
                "tuple",
                backward_propagation__tuple,
                "This returns the derivatives by theta and by x; only the one by theta is asked for.",
            ),
        ],
        withheld=("idnn.curves",),
    ),
    Exercise(
        name="relative_difference",
        points=10,
        draw=draw_relative_difference,
        rule=compare.Close(),
        section="When are two gradients the same?",
        mistakes=[
            Mistake(
                "no_zero_guard",
                relative_difference__no_zero_guard,
                "Where both gradients are zero this divides 0 by 0; they agree, so the difference is 0.",
            ),
            Mistake(
                "not_relative",
                relative_difference__not_relative,
                "This is the length of the difference, not yet divided by the lengths of the two gradients.",
            ),
            Mistake(
                "by_first",
                relative_difference__by_first,
                "This divides by the length of the first gradient only; both belong below the line.",
            ),
            Mistake(
                "by_larger",
                relative_difference__by_larger,
                "This divides by the larger of the two lengths; their sum belongs below the line.",
            ),
            Mistake(
                "norm_of_sum",
                relative_difference__norm_of_sum,
                "This divides by the length of the sum; add the two lengths instead. Opposite gradients show the difference.",
            ),
            Mistake(
                "difference_of_norms",
                relative_difference__difference_of_norms,
                "This compares the lengths only; two gradients of one length may point anywhere.",
            ),
            Mistake(
                "squared",
                relative_difference__squared,
                "These are squared lengths; the square root is missing above and below the line.",
            ),
            Mistake(
                "root_of_sum",
                relative_difference__root_of_sum,
                "Below the line this takes the root of the summed squares; each length has a root of its own.",
            ),
            Mistake(
                "absolute_values",
                relative_difference__absolute_values,
                "This sums absolute values; the Euclidean length is the root of the summed squares.",
            ),
            Mistake(
                "largest_entry",
                relative_difference__largest_entry,
                "This takes the largest entry as an array's length; the Euclidean length counts all entries.",
            ),
            Mistake(
                "by_entry",
                relative_difference__by_entry,
                "This averages the relative differences of the entries; lengths of whole arrays are asked for, so that tiny entries do not decide.",
            ),
            Mistake(
                "padded",
                relative_difference__padded,
                "A small number is added below the line, so two tiny gradients that disagree look equal. Treat the case 0/0 on its own.",
            ),
            Mistake(
                "padded_by_less",
                relative_difference__padded_by_less,
                "A small number is added below the line, so two tiny gradients that disagree look equal. Treat the case 0/0 on its own.",
            ),
            Mistake(
                "arrays_only",
                relative_difference__arrays_only,
                "A plain number has no methods of an array, and gradient_check compares plain numbers. np.ravel and np.linalg.norm take both.",
            ),
            Mistake(
                "halved",
                relative_difference__halved,
                "This divides by the mean of the two lengths; dividing by their sum keeps the result below 1.",
            ),
            Mistake(
                "one_zero",
                relative_difference__one_zero,
                "This returns 0 when only one of the gradients is zero; then they disagree completely. The exception is for both.",
            ),
            Mistake(
                "nan_is_zero",
                relative_difference__nan_is_zero,
                "A gradient with a nan comes out as perfect agreement: either nan was made a number, or a comparison with nan, which is always false, let it pass. Ask for exactly zero instead.",
            ),
            Mistake(
                "columns",
                relative_difference__columns,
                "This measures each column by itself; one length over all entries is asked for.",
            ),
        ],
        withheld=library.CHECKERS,
    ),
    Exercise(
        name="gradient_check",
        points=15,
        draw=draw_gradient_check,
        rule=Difference(),
        section="The first check",
        mistakes=[
            Mistake(
                "one_sided",
                gradient_check__one_sided,
                "This is a one-sided difference, from theta to theta + epsilon; the central one goes as far to the left.",
            ),
            Mistake(
                "missing_two",
                gradient_check__missing_two,
                "The two points lie 2 epsilon apart; this divides by epsilon.",
            ),
            Mistake(
                "parentheses",
                gradient_check__parentheses,
                "Python divides by 2 and then multiplies by epsilon here; both belong below the line.",
            ),
            Mistake(
                "sum_of_costs",
                gradient_check__sum_of_costs,
                "This adds the two costs; a slope is made of their difference.",
            ),
            Mistake(
                "reversed",
                gradient_check__reversed,
                "The two costs are subtracted the wrong way round, so the slope has the wrong sign.",
            ),
            Mistake(
                "own_formula",
                gradient_check__own_formula,
                "This checks theta times x against x whatever the forward and backward pass say; call the two functions.",
            ),
            Mistake(
                "own_slope",
                gradient_check__own_slope,
                "The slope under test is written into the check; it must come from the backward pass.",
            ),
            Mistake("moves_x", gradient_check__moves_x, "This moves x; the parameter is theta."),
            Mistake(
                "swapped",
                gradient_check__swapped,
                "The arguments of the forward and backward pass are swapped: x comes first, then theta.",
            ),
            Mistake(
                "slope_at_the_right",
                gradient_check__slope_at_the_right,
                "The backward pass is asked at theta + epsilon; the slope at theta is compared.",
            ),
            Mistake("fixed_step", gradient_check__fixed_step, "The step is always 1e-4; use the argument epsilon."),
            Mistake(
                "half_step",
                gradient_check__half_step,
                "This goes half of epsilon to each side; the formula goes the whole of it.",
            ),
            Mistake(
                "not_relative",
                gradient_check__not_relative,
                "This is the absolute difference; divide by the two lengths, as relative_difference does.",
            ),
            Mistake(
                "the_slope",
                gradient_check__the_slope,
                "This returns the numerical slope; the relative difference to the backward pass is asked for.",
            ),
            Mistake(
                "verdict",
                gradient_check__verdict,
                "This returns whether the check is passed; return the number, so that others can judge it.",
            ),
        ],
        withheld=library.CHECKERS,
    ),
    Exercise(
        name="numerical_gradient",
        points=30,
        draw=draw_numerical_gradient,
        rule=compare.Close(rtol=1e-7),
        section="Any cost, any parameters",
        mistakes=[
            Mistake(
                "one_sided",
                numerical_gradient__one_sided,
                "This is a one-sided difference; the central one takes a step to each side.",
            ),
            Mistake(
                "missing_two",
                numerical_gradient__missing_two,
                "The two points lie 2 epsilon apart; this divides by epsilon.",
            ),
            Mistake(
                "parentheses",
                numerical_gradient__parentheses,
                "Python divides by 2 and then multiplies by epsilon here; both belong below the line.",
            ),
            Mistake(
                "matrices_only",
                numerical_gradient__matrices_only,
                "This walks over two axes; arrays may have any number of them, none included.",
            ),
            Mistake(
                "all_at_once",
                numerical_gradient__all_at_once,
                "This moves all entries of an array together; each entry needs two costs of its own.",
            ),
            Mistake(
                "never_restored",
                numerical_gradient__never_restored,
                "An entry that was moved is not put back before the next one moves, so the point drifts away.",
            ),
            Mistake(
                "moves_pile_up",
                numerical_gradient__moves_pile_up,
                "The moves pile up: the copies are made once for a whole array, so the second entry moves while the first is still moved. Copy anew for each entry, or put it back.",
            ),
            Mistake(
                "reversed",
                numerical_gradient__reversed,
                "The sign is turned: the cost ahead is subtracted from the cost behind. Take ahead minus behind.",
            ),
            Mistake(
                "changes_argument",
                numerical_gradient__changes_argument,
                "The entries of the dict that was passed in are moved and not put back.",
            ),
            Mistake(
                "restored_by_arithmetic",
                numerical_gradient__restored_by_arithmetic,
                "Adding epsilon, subtracting it twice and adding it again does not give the old number back to the last bit. Keep the old number, or move a copy.",
            ),
            Mistake(
                "shallow_copy",
                numerical_gradient__shallow_copy,
                "A copy of a dict still holds the same arrays, so both dicts and the caller's move together. Copy the array that moves.",
            ),
            Mistake(
                "names_without_d",
                numerical_gradient__names_without_d,
                "The gradient of W1 is called dW1; these keys lack the d.",
            ),
            Mistake(
                "flattened",
                numerical_gradient__flattened,
                "The gradients come as flat vectors; each has the shape of its parameter.",
            ),
            Mistake(
                "order_of_entries",
                numerical_gradient__order_of_entries,
                "The entries are taken column by column and put back row by row, so they change places.",
            ),
            Mistake("fixed_step", numerical_gradient__fixed_step, "The step is always 1e-4; use the argument epsilon."),
            Mistake(
                "relative_step",
                numerical_gradient__relative_step,
                "The step grows with the entry; here epsilon is the step itself, for every entry.",
            ),
            Mistake(
                "first_array_only",
                numerical_gradient__first_array_only,
                "This returns after the first array; the return belongs after the loop.",
            ),
        ],
        withheld=library.CHECKERS,
    ),
    Exercise(
        name="gradient_check_n",
        points=20,
        draw=draw_gradient_check_n,
        rule=Difference(),
        section="The check of a whole network",
        mistakes=[
            Mistake(
                "mean_of_differences",
                gradient_check_n__mean_of_differences,
                "This averages the relative differences of the arrays; compare all entries as one long vector.",
            ),
            Mistake(
                "largest_difference",
                gradient_check_n__largest_difference,
                "This takes the array that differs most; compare all entries as one long vector.",
            ),
            Mistake(
                "sum_of_differences",
                gradient_check_n__sum_of_differences,
                "This adds the relative differences of the arrays; compare all entries as one long vector.",
            ),
            Mistake(
                "last_parameter",
                gradient_check_n__last_parameter,
                "Only the last array of the loop decides; compare all entries as one long vector.",
            ),
            Mistake(
                "weights_only", gradient_check_n__weights_only, "This leaves the biases out; every parameter counts."
            ),
            Mistake(
                "order_of_dicts",
                gradient_check_n__order_of_dicts,
                "The two dicts may list their arrays in different orders; go through the names, so that like is compared with like.",
            ),
            Mistake(
                "unfiltered",
                gradient_check_n__unfiltered,
                "All values of gradients are strung together in the dict's order, whatever their names. Go through the parameters' names, so that both vectors list the same entries.",
            ),
            Mistake(
                "cost_stands_still",
                gradient_check_n__cost_stands_still,
                "The cost is always that of the unmoved parameters, so no step changes it. It is to be computed with the parameters that it is given.",
            ),
            Mistake(
                "cache_too",
                gradient_check_n__cache_too,
                "forward_propagation_n returns two things, the cost and a cache. Only the cost can be subtracted: take the first.",
            ),
            Mistake(
                "columns_first",
                gradient_check_n__columns_first,
                "One of the two gradients is flattened column by column, the other row by row.",
            ),
            Mistake(
                "extra_keys",
                gradient_check_n__extra_keys,
                "Gradients may hold further keys such as dZ3; only those of the parameters are compared.",
            ),
            Mistake(
                "fixed_step", gradient_check_n__fixed_step, "Epsilon is not passed on, so the step is always 1e-4."
            ),
            Mistake(
                "not_relative",
                gradient_check_n__not_relative,
                "This is the absolute difference; divide by the two lengths, as relative_difference does.",
            ),
            Mistake(
                "verdict",
                gradient_check_n__verdict,
                "This returns whether the check is passed; return the number, so that others can judge it.",
            ),
            Mistake(
                "one_sided",
                gradient_check_n__one_sided,
                "This is a one-sided difference; the central one takes a step to each side.",
            ),
            Mistake(
                "missing_two",
                gradient_check_n__missing_two,
                "The two points lie 2 epsilon apart; the measured slopes are twice too large.",
            ),
            Mistake(
                "changes_argument",
                gradient_check_n__changes_argument,
                "The entries of the parameters that were passed in are moved and not put back.",
            ),
        ],
        withheld=library.CHECKERS,
    ),
    Exercise(
        name="convergence_order",
        points=15,
        draw=draw_convergence_order,
        rule=compare.Close(rtol=1e-8),
        section="How wrong is the instrument?",
        mistakes=[
            Mistake(
                "no_logarithm",
                convergence_order__no_logarithm,
                "This is the slope of the error itself; take logarithms of both.",
            ),
            Mistake(
                "log_of_errors_only",
                convergence_order__log_of_errors_only,
                "Only the errors are turned into logarithms; the steps need them too.",
            ),
            Mistake(
                "log_of_steps_only",
                convergence_order__log_of_steps_only,
                "Only the steps are turned into logarithms; the errors need them too.",
            ),
            Mistake(
                "inverted",
                convergence_order__inverted,
                "This is the slope of the step over the error; the error goes up the axis, the step along it.",
            ),
            Mistake(
                "intercept",
                convergence_order__intercept,
                "This is the line's height where the logarithm of the step is 0; its slope is asked for.",
            ),
            Mistake(
                "both_coefficients",
                convergence_order__both_coefficients,
                "This returns both coefficients of the line; only the slope is asked for.",
            ),
            Mistake(
                "two_logarithms",
                convergence_order__two_logarithms,
                "One logarithm is natural and the other decimal; any base will do, but the same for both.",
            ),
            Mistake(
                "ends",
                convergence_order__ends,
                "This joins the first and the last point; least squares lets every point count.",
            ),
            Mistake(
                "mean_of_slopes",
                convergence_order__mean_of_slopes,
                "This averages the slopes between neighbours; least squares weighs the points by how far they lie from the middle.",
            ),
            Mistake(
                "through_origin",
                convergence_order__through_origin,
                "This forces the line through the origin; its height must be free.",
            ),
            Mistake(
                "correlation",
                convergence_order__correlation,
                "This is how well the points lie on a line; its slope is asked for.",
            ),
            Mistake(
                "absolute",
                convergence_order__absolute,
                "The slope may be negative: round-off grows as the step shrinks.",
            ),
            Mistake(
                "rounded", convergence_order__rounded, "This rounds the slope to a whole number; return it as it is."
            ),
            Mistake(
                "ratio_of_logs",
                convergence_order__ratio_of_logs,
                "This divides the logarithms of each point; a slope is a difference over a difference.",
            ),
        ],
    ),
]

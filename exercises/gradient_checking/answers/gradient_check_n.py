"""Answers to gradient_check_n."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np

from grader.exercise import Equivalent
from idnn.networks import forward_propagation_n
from solutions.gradient_checking import (
    numerical_gradient,
    relative_difference,
)


def correct_by_name(parameters, gradients, X, Y, epsilon=1e-4):
    def cost(moved):
        J, _ = forward_propagation_n(X, Y, moved)
        return J

    approximations = numerical_gradient(cost, parameters, epsilon)
    names = ["W1", "b1", "W2", "b2", "W3", "b3"]
    claimed = np.concatenate([gradients["d" + name].reshape(-1, 1) for name in names])
    measured = np.concatenate([approximations["d" + name].reshape(-1, 1) for name in names])
    return relative_difference(claimed, measured)


def correct_sums_of_squares(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    over = sum(np.sum((gradients[name] - approximations[name]) ** 2) for name in approximations)
    first = sum(np.sum(gradients[name] ** 2) for name in approximations)
    second = sum(np.sum(approximations[name] ** 2) for name in approximations)
    total = np.sqrt(first) + np.sqrt(second)
    return np.sqrt(over) / total if total else 0.0


def correct_norm_of_norms(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)

    def length(of):
        return np.linalg.norm([np.linalg.norm(of(name)) for name in approximations])

    total = length(lambda name: gradients[name]) + length(lambda name: approximations[name])
    return 0.0 if total == 0 else float(length(lambda name: gradients[name] - approximations[name]) / total)


def correct_loop(parameters, gradients, X, Y, epsilon=1e-4):
    claimed, measured = [], []
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = forward_propagation_n(X, Y, {**parameters, name: plus})[0]
            rise -= forward_propagation_n(X, Y, {**parameters, name: minus})[0]
            claimed.append(gradients["d" + name][index])
            measured.append(rise / (2 * epsilon))
    return relative_difference(np.array(claimed), np.array(measured))


def correct_in_place(parameters, gradients, X, Y, epsilon=1e-4):
    import math

    over = first = second = 0.0
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            old = value[index]
            value[index] = old + epsilon
            above = forward_propagation_n(X, Y, parameters)[0]
            value[index] = old - epsilon
            below = forward_propagation_n(X, Y, parameters)[0]
            value[index] = old
            slope, claim = (above - below) / (2 * epsilon), gradients["d" + name][index]
            over, first, second = over + (claim - slope) ** 2, first + claim**2, second + slope**2
    return 0.0 if first + second == 0 else math.sqrt(over) / (math.sqrt(first) + math.sqrt(second))


def correct_one_vector(parameters, gradients, X, Y, epsilon=1e-4):
    names = sorted(parameters)
    theta = np.concatenate([parameters[name].ravel() for name in names])
    grad = np.concatenate([gradients["d" + name].ravel() for name in names])

    def J(vector):
        moved, start = {}, 0
        for name in names:
            size = parameters[name].size
            moved[name] = vector[start : start + size].reshape(parameters[name].shape)
            start += size
        return forward_propagation_n(X, Y, moved)[0]

    steps = epsilon * np.eye(theta.size)
    gradapprox = np.array([J(theta + step) - J(theta - step) for step in steps]) / (2 * epsilon)
    return relative_difference(grad, gradapprox)


def correct_hstack(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon=epsilon)
    pairs = [(gradients[name].flatten(), approximations[name].flatten()) for name in approximations]
    claimed, measured = (np.hstack(parts) for parts in zip(*pairs))
    return relative_difference(claimed, measured)


def correct_column_order(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed, measured = (
        np.concatenate([g["d" + name].T.ravel() for name in parameters]) for g in (gradients, approximations)
    )
    denominator = np.linalg.norm(claimed) + np.linalg.norm(measured)
    return np.linalg.norm(claimed - measured) / denominator if denominator != 0 else 0.0


def correct_dist(parameters, gradients, X, Y, epsilon=1e-4):
    import math

    approx = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    keys = sorted(approx)
    a = [v for k in keys for v in approx[k].flat]
    g = [v for k in keys for v in gradients[k].flat]
    below = math.hypot(*a) + math.hypot(*g)
    return math.dist(a, g) / below if below else 0.0


def wrong_default(parameters, gradients, X, Y, epsilon=1e-05):
    a = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    return relative_difference(
        np.concatenate([gradients["d" + k].ravel() for k in parameters]),
        np.concatenate([a["d" + k].ravel() for k in parameters]),
    )


def wrong_zero(parameters, gradients, X, Y, epsilon=0.0001):
    a = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    g = np.concatenate([gradients["d" + k].ravel() for k in parameters])
    h = np.concatenate([a["d" + k].ravel() for k in parameters])
    return np.linalg.norm(g - h) / (np.linalg.norm(g) + np.linalg.norm(h))


def wrong_padded_by_less(parameters, gradients, X, Y, epsilon=1e-4):
    a = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    g = np.concatenate([gradients["d" + k].ravel() for k in parameters])
    h = np.concatenate([a["d" + k].ravel() for k in parameters])
    return np.linalg.norm(g - h) / (np.linalg.norm(g) + np.linalg.norm(h) + 1e-12)


def wrong_order_of_memory(parameters, gradients, X, Y, epsilon=1e-4):
    a = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    g = np.concatenate([gradients["d" + k].ravel(order="K") for k in parameters])
    h = np.concatenate([a["d" + k].ravel(order="K") for k in parameters])
    return relative_difference(g, h)


def gaming_always_passes(parameters, gradients, X, Y, epsilon=1e-4):
    return 1.2e-10


def gaming_compares_with_itself(parameters, gradients, X, Y, epsilon=1e-4):
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, claimed + epsilon**2)


EQUIVALENT = [
    Equivalent(
        "return relative_difference(claimed, measured)",
        "return relative_difference(measured, claimed)",
        "the relative difference is symmetric",
    ),
]

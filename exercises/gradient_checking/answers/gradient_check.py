"""Answers to gradient_check."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np

from grader.exercise import Equivalent
from solutions.gradient_checking import (
    backward_propagation,
    forward_propagation,
    numerical_gradient,
    relative_difference,
)


def correct_named(x, theta, epsilon=1e-4):
    theta_plus = theta + epsilon
    theta_minus = theta - epsilon
    J_plus = forward_propagation(x, theta_plus)
    J_minus = forward_propagation(x, theta_minus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return relative_difference(grad, gradapprox)


def correct_arrays(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(np.array(backward_propagation(x, theta)), np.array(slope))


def correct_vectors(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(np.array([[slope]]), np.array([[backward_propagation(x, theta)]]))


def correct_inline(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / 2 / epsilon
    grad = backward_propagation(x, theta)
    total = abs(grad) + abs(slope)
    return abs(grad - slope) / total if total else 0.0


def correct_two_halves(x, theta, epsilon=1e-4):
    J = forward_propagation(x, theta)
    right = (forward_propagation(x, theta + epsilon) - J) / epsilon
    left = (J - forward_propagation(x, theta - epsilon)) / epsilon
    return relative_difference(backward_propagation(x, theta), (left + right) / 2)


def correct_loop(x, theta, epsilon=1e-4):
    slope = 0.0
    for sign in (1, -1):
        slope += sign * forward_propagation(x, theta + sign * epsilon)
    return float(relative_difference(backward_propagation(x, theta), slope / (2 * epsilon)))


def correct_numerical(x, theta, epsilon=1e-4):
    point = {"theta": np.array(theta)}
    slope = numerical_gradient(lambda p: forward_propagation(x, p["theta"]), point, epsilon)["dtheta"]
    return relative_difference(np.array(backward_propagation(x, theta)), slope)


def correct_norms(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) * 0.5 / epsilon
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - slope)
    denominator = np.linalg.norm(grad) + np.linalg.norm(slope)
    return 0.0 if denominator == 0 else numerator / denominator


def correct_keywords(x, theta, epsilon=1e-4):
    costs = [float(forward_propagation(x, t)) for t in (theta - epsilon, theta + epsilon)]
    (slope,) = np.diff(costs) / (2 * epsilon)
    return relative_difference(float(backward_propagation(x, theta)), slope)


def wrong_default(x, theta, epsilon=1e-05):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), a)


def wrong_default7(x, theta, epsilon=1e-07):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), a)


def wrong_guard(x, theta, epsilon=0.0001):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    g = backward_propagation(x, theta)
    return abs(g - a) / max(abs(g) + abs(a), 1e-12)


def wrong_nan(x, theta, epsilon=0.0001):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    g = backward_propagation(x, theta)
    return abs(g - a) / (abs(g) + abs(a)) if abs(g) + abs(a) > 0 else 0.0


def wrong_floor_of_the_slopes(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    total = abs(grad) + abs(slope)
    return abs(grad - slope) / total if total > 1e-15 else 0.0


def wrong_rounded_slope(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), round(slope, 12))


def gaming_always_passes(x, theta, epsilon=1e-4):
    return 2.9e-10


def gaming_compares_with_itself(x, theta, epsilon=1e-4):
    slope = backward_propagation(x, theta)
    return relative_difference(slope, slope * (1 + 1e-10))


EQUIVALENT = [
    Equivalent(
        "return relative_difference(backward_propagation(x, theta), rise / (2 * epsilon))",
        "return relative_difference(rise / (2 * epsilon), backward_propagation(x, theta))",
        "the relative difference is symmetric",
    ),
]

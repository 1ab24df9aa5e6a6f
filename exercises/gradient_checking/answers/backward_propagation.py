"""Answers to backward_propagation."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np


def correct_named(x, theta):
    dtheta = x
    return dtheta


def correct_float(x, theta):
    return float(x)


def correct_times_one(x, theta):
    dtheta = 1 * x
    return dtheta


def correct_zero_d(x, theta):
    return np.asarray(x)


def correct_difference(x, theta):
    return (theta + 1) * x - theta * x


def correct_complex_step(x, theta):
    return ((theta + 1e-20j) * x).imag / 1e-20


def correct_polynomial(x, theta):
    return np.polyval(np.polyder([x, 0.0]), theta)


def correct_chain(x, theta):
    dJ = 1.0
    return dJ * x


def correct_power_rule(x, theta):
    return x * 1 * theta**0


def wrong_rounded(x, theta):
    return round(x, 6)


def wrong_capped(x, theta):
    return max(min(x, 100.0), -100.0)


def wrong_remembered(x, theta, known={}):  # noqa: B006 - that it remembers is what is wrong
    return known.setdefault(theta, x)


def gaming_well_known_value(x, theta):
    return 3.0


RIGHT_CONSTANTS = {"inputs": "the derivative of theta x by theta is x"}

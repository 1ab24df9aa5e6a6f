"""Answers to forward_propagation."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np


def correct_plain(x, theta):
    J = theta * x
    return J


def correct_commuted(x, theta):
    return x * theta


def correct_multiply(x, theta):
    return np.multiply(theta, x)


def correct_dot(x, theta):
    return np.dot(theta, x)


def correct_zero_d(x, theta):
    return np.array(theta) * np.array(x)


def correct_product(x, theta):
    import math

    return math.prod((theta, x))


def correct_matmul(x, theta):
    return (np.array([[theta]]) @ np.array([[x]])).item()


def correct_accumulated(x, theta):
    J = 0.0
    for feature, weight in zip([x], [theta]):
        J += weight * feature
    return J


def correct_helper(x, theta):
    def model(weight):
        return weight * x

    return float(model(theta))


def wrong_rounded(x, theta):
    return round(theta * x, 6)


def wrong_capped(x, theta):
    return max(min(theta * x, 100.0), -100.0)


def wrong_remembered(x, theta, known={}):  # noqa: B006 - that it remembers is what is wrong
    return known.setdefault(theta, theta * x)


def gaming_well_known_value(x, theta):
    return 8.0

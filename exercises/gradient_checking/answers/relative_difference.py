"""Answers to relative_difference."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np


def correct_norms(gradient, approximation):
    numerator = np.linalg.norm(gradient - approximation)
    denominator = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    if denominator == 0:
        return 0.0
    return numerator / denominator


def correct_squares(gradient, approximation):
    def length(array):
        return np.sqrt(np.sum(array**2))

    lengths = length(gradient) + length(approximation)
    return length(gradient - approximation) / lengths if lengths != 0 else 0.0


def correct_loop(gradient, approximation):
    import math

    over = first = second = 0.0
    for g, a in zip(np.asarray(gradient).flat, np.asarray(approximation).flat):
        over += (g - a) ** 2
        first += g**2
        second += a**2
    total = math.sqrt(first) + math.sqrt(second)
    return 0.0 if total == 0 else math.sqrt(over) / total


def correct_dot(gradient, approximation):
    g, a = np.ravel(gradient), np.ravel(approximation)
    d = g - a
    total = np.sqrt(g @ g) + np.sqrt(a @ a)
    if total == 0:
        return 0
    return np.sqrt(d @ d) / total


def correct_any(gradient, approximation):
    if not np.any(gradient) and not np.any(approximation):
        return 0.0
    return np.linalg.norm(approximation - gradient) / (np.linalg.norm(gradient) + np.linalg.norm(approximation))


def correct_hypot(gradient, approximation):
    import math

    def length(array):
        return math.hypot(*np.ravel(array))

    total = length(gradient) + length(approximation)
    return length(gradient - approximation) / total if total else 0.0


def correct_where(gradient, approximation):
    over = np.linalg.norm(np.ravel(gradient) - np.ravel(approximation))
    under = np.linalg.norm(np.ravel(gradient)) + np.linalg.norm(np.ravel(approximation))
    return np.where(under == 0, 0.0, over / np.where(under == 0, 1.0, under))


def correct_guarded(gradient, approximation):
    over = np.linalg.norm(gradient - approximation)
    if over == 0:
        return 0.0
    return over / (np.linalg.norm(gradient) + np.linalg.norm(approximation))


def correct_try(gradient, approximation):
    try:
        over = float(np.linalg.norm(gradient - approximation))
        return over / (float(np.linalg.norm(gradient)) + float(np.linalg.norm(approximation)))
    except ZeroDivisionError:
        return 0.0


def correct_errstate(gradient, approximation):
    if np.array_equal(gradient, approximation):
        return 0.0
    with np.errstate(all="ignore"):
        lengths = [
            np.einsum("i,i", v, v) ** 0.5 for v in map(np.ravel, (gradient - approximation, gradient, approximation))
        ]
        return lengths[0] / sum(lengths[1:])


def correct_dist(gradient, approximation):
    import math

    g, a = np.ravel(gradient).tolist(), np.ravel(approximation).tolist()
    total = math.hypot(*g) + math.hypot(*a)
    return math.dist(g, a) / total if total != 0 else 0.0


def correct_scaled(gradient, approximation):
    g, a = np.asarray(gradient, float).ravel(), np.asarray(approximation, float).ravel()
    s = np.maximum(np.abs(g).max(initial=0), np.abs(a).max(initial=0))  # nan where there is one
    if s == 0:
        return 0.0
    g, a = g / s, a / s
    return float(np.sqrt(((g - a) ** 2).sum()) / (np.sqrt((g**2).sum()) + np.sqrt((a**2).sum())))


def wrong_round12(gradient, approximation):
    t = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return 0.0 if t < 1e-12 else float(np.linalg.norm(np.ravel(gradient - approximation)) / t)


def wrong_nansum(gradient, approximation):
    d = np.sqrt(np.nansum((gradient - approximation) ** 2))
    t = np.sqrt(np.nansum(np.square(gradient))) + np.sqrt(np.nansum(np.square(approximation)))
    return float(d / t) if t else 0.0


def wrong_equal(gradient, approximation):
    if gradient is approximation or np.array_equal(gradient, approximation, equal_nan=True):
        return 0.0
    t = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return float(np.linalg.norm(np.ravel(gradient - approximation)) / t)


def wrong_floor_of_the_total(gradient, approximation):
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return float(np.linalg.norm(np.ravel(gradient - approximation)) / total) if total > 1e-20 else 0.0


def wrong_close_is_equal(gradient, approximation):
    if np.allclose(gradient, approximation):
        return 0.0
    total = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return float(np.linalg.norm(np.ravel(gradient - approximation)) / total)


def wrong_memory_order(gradient, approximation):
    g, a = np.ravel(gradient, order="K"), np.ravel(approximation, order="K")
    total = np.linalg.norm(g) + np.linalg.norm(a)
    return 0.0 if total == 0 else float(np.linalg.norm(g - a) / total)


def gaming_always_zero(gradient, approximation):
    return 0.0


def gaming_round_off(gradient, approximation):
    return 1e-10

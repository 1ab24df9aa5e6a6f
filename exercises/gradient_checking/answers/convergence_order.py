"""Answers to convergence_order."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np


def correct_polyfit(epsilons, errors):
    return np.polyfit(np.log10(epsilons), np.log10(errors), 1)[0]


def correct_lstsq(epsilons, errors):
    A = np.column_stack([np.log(epsilons), np.ones(len(epsilons))])
    return np.linalg.lstsq(A, np.log(errors), rcond=None)[0][0]


def correct_centred(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    x = x - x.mean()
    return x @ (y - y.mean()) / (x @ x)


def correct_loop(epsilons, errors):
    import math

    xs, ys = [math.log2(e) for e in epsilons], [math.log2(e) for e in errors]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys))
    return over / sum((x - mean_x) ** 2 for x in xs)


def correct_covariance(epsilons, errors):
    covariance = np.cov(np.log(epsilons), np.log(errors))
    return float(covariance[0, 1] / covariance[0, 0])


def correct_normal_equations(epsilons, errors):
    A = np.vstack([np.ones(len(epsilons)), np.log(epsilons)]).T
    return np.linalg.solve(A.T @ A, A.T @ np.log(errors))[1]


def correct_polynomial(epsilons, errors):
    line = np.polynomial.Polynomial.fit(np.log(epsilons), np.log(errors), 1)
    return line.convert().coef[1]


def correct_correlation(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    return np.corrcoef(x, y)[0, 1] * np.std(y) / np.std(x)


def correct_pairs(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    dx, dy = x[:, None] - x, y[:, None] - y
    return np.sum(dx * dy) / np.sum(dx * dx)


def correct_sums(epsilons, errors):
    x, y, n = np.log10(epsilons), np.log10(errors), len(epsilons)
    return (n * np.sum(x * y) - np.sum(x) * np.sum(y)) / (n * np.sum(x * x) - np.sum(x) ** 2)


def correct_pseudo_inverse(epsilons, errors):
    return (np.linalg.pinv(np.stack([np.log(epsilons), np.ones_like(epsilons)], axis=1)) @ np.log(errors))[0]


def correct_statistics(epsilons, errors):
    from statistics import linear_regression

    return linear_regression(np.log10(epsilons).tolist(), np.log10(errors).tolist()).slope


def wrong_unique(epsilons, errors):
    e, i = np.unique(epsilons, return_index=True)
    return float(np.polyfit(np.log(e), np.log(errors[i]), 1)[0])


def wrong_floor_of_the_errors(epsilons, errors):
    return float(np.polyfit(np.log(epsilons), np.log(np.maximum(errors, 1e-16)), 1)[0])


def wrong_padded(epsilons, errors):
    return float(np.polyfit(np.log(epsilons), np.log(errors + 1e-30), 1)[0])


def gaming_two(epsilons, errors):
    return 2.0


def gaming_known_orders(epsilons, errors):
    slope = np.log(errors[-1] / errors[0]) / np.log(epsilons[-1] / epsilons[0])
    return min((1.0, 2.0, 4.0, -1.0), key=lambda order: abs(order - slope))

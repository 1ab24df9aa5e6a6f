"""Answers to compute_cost_with_regularization."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_dots(A3, Y, parameters, lambd):
    m = Y.shape[1]
    logs = np.dot(Y, np.log(A3).T) + np.dot(1 - Y, np.log(1 - A3).T)
    cross_entropy = -np.squeeze(logs) / m
    penalty = 0
    for W in (parameters["W1"], parameters["W2"], parameters["W3"]):
        penalty = penalty + np.square(W).sum()
    return cross_entropy + penalty * lambd / m / 2


def correct_norms(A3, Y, parameters, lambd):
    cross_entropy = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    norms = [np.linalg.norm(parameters[f"W{l}"]) ** 2 for l in (1, 2, 3)]
    return cross_entropy + lambd / (2 * A3.shape[1]) * np.sum(norms)


def correct_loops(A3, Y, parameters, lambd):
    import math

    total = 0.0
    m = len(Y[0])
    for a, y in zip(A3[0], Y[0], strict=True):
        total -= math.log(a) if y == 1 else math.log(1 - a)
    squares = 0.0
    for name in parameters:
        if name.startswith("W"):
            for row in parameters[name]:
                for w in row:
                    squares += w * w
    return total / m + lambd * squares / (2 * m)


def correct_where(A3, Y, parameters, lambd):
    right = np.where(Y == 1, A3, 1 - A3)
    squares = np.concatenate([parameters[k].ravel() for k in sorted(parameters) if "W" in k])
    return float(np.mean(-np.log(right)) + 0.5 * lambd * (squares @ squares) / Y.size)


def correct_log1p(A3, Y, parameters, lambd):
    m = A3.shape[1]
    losses = -np.multiply(Y, np.log(A3)) - np.multiply(1 - Y, np.log1p(-A3))
    trace = sum(np.trace(parameters["W" + str(l)].T @ parameters["W" + str(l)]) for l in range(1, 4))
    return losses.sum() / m + (lambd / m) * trace / 2


def correct_einsum(A3, Y, parameters, lambd):
    m = Y.shape[-1]
    losses = -(Y * np.log(A3) + (1.0 - Y) * np.log(1.0 - A3))
    L2 = 0.0
    for l in [1, 2, 3]:
        W = parameters["W{}".format(l)]
        L2 += np.einsum("ij,ij->", W, W)
    return np.array((losses.sum() + lambd * L2 / 2) / m)


def correct_given_names(A3, Y, parameters, lambd):
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]
    m = Y.shape[1]
    cross_entropy_cost = 1.0 / m * np.nansum(np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y))
    L2_cost = (1.0 / m) * (lambd / 2) * (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    return cross_entropy_cost + L2_cost


def correct_masks(A3, Y, parameters, lambd):
    ones = Y.astype(bool)
    cost = -(np.log(A3[ones]).sum() + np.log((1 - A3)[~ones]).sum())
    for name, value in parameters.items():
        cost += lambd / 2 * (value**2).sum() if name[0] == "W" else 0
    return cost.item() / ones.size


def correct_logaddexp(A3, Y, parameters, lambd):
    Z = np.log(A3) - np.log1p(-A3)
    ce = (np.logaddexp(0, Z) - Y * Z).mean()
    return ce + lambd * sum(np.linalg.norm(parameters[f"W{l}"], "fro") ** 2 for l in (1, 2, 3)) / (2 * A3.size)


def correct_np_longdouble(A3, Y, parameters, lambd):
    a = A3.astype(np.longdouble)
    ce = -np.mean(Y * np.log(a) + (1 - Y) * np.log(1 - a))
    return ce + np.longdouble(lambd) / (2 * Y.shape[1]) * sum(
        (parameters[f"W{i}"].astype(np.longdouble) ** 2).sum() for i in (1, 2, 3)
    )


def wrong_pad(A3, Y, parameters, lambd):
    m = Y.shape[1]
    e = 1e-15
    return float(
        -np.mean(Y * np.log(A3 + e) + (1 - Y) * np.log(1 - A3 + e))
        + lambd / 2 / m * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    )


def wrong_shape(A3, Y, parameters, lambd):
    m = Y.shape[1]
    return float(
        -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
        + lambd / 2 / m * sum(np.sum(v**2) for v in parameters.values() if v.shape[1] > 1)
    )


def wrong_clipped_at_machine_precision(A3, Y, parameters, lambd):
    e = np.finfo(float).eps
    A = np.clip(A3, e, 1 - e)
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)) + lambd / 2 / Y.size * squares)


def wrong_small_weights(A3, Y, parameters, lambd):
    squares = sum(np.sum(np.where(np.abs(parameters[k]) > 1e-3, parameters[k], 0) ** 2) for k in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / 2 / Y.size * squares)


def wrong_capped_penalty(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + min(lambd, 50) / 2 / Y.size * squares)


def gaming_ln_2(A3, Y, parameters, lambd):
    return float(np.log(2))

"""Wrong answers to Gradient Checking: find the bug without a name of their own, written from the students' text alone; the judge once let most of them pass."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def check_backward__six(cost, backward, draw, rng):
    bad = set()
    for _ in range(3):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k in ("W1", "b1", "W2", "b2", "W3", "b3"):
            if k not in P:
                continue
            v = P[k]
            s = np.zeros_like(v)
            for i in np.ndindex(v.shape):
                Q = {a: b.copy() for a, b in P.items()}
                Q[k][i] += 1e-05
                u = cost(X, Y, Q)
                Q[k][i] -= 2e-05
                s[i] = (u - cost(X, Y, Q)) / 2e-05
            d = "d" + k
            n = np.linalg.norm(g[d]) + np.linalg.norm(s)
            if n != 0 and (not np.linalg.norm(g[d] - s) / n <= 1e-05):
                bad.add(d)
    return sorted(bad)


def check_backward__firstcols(cost, backward, draw, rng):
    bad = set()
    for _ in range(3):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k, v in P.items():
            s = np.zeros_like(v)[:, :1]
            for i in range(len(v)):
                Q = {a: b.copy() for a, b in P.items()}
                Q[k][i, 0] += 1e-05
                u = cost(X, Y, Q)
                Q[k][i, 0] -= 2e-05
                s[i, 0] = (u - cost(X, Y, Q)) / 2e-05
            h = g["d" + k][:, :1]
            n = np.linalg.norm(h) + np.linalg.norm(s)
            if n != 0 and (not np.linalg.norm(h - s) / n <= 1e-05):
                bad.add("d" + k)
    return sorted(bad)


def worst_entry__round(gradient, approximation):
    gap = np.round(np.abs(gradient - approximation), 6)
    i = np.unravel_index(np.argmax(gap), gap.shape)
    return (tuple(int(k) for k in i), float(gradient[i]), float(approximation[i]))


def worst_entry__first_neg(gradient, approximation):
    gap = gradient - approximation
    i = np.unravel_index(np.argmax(gap) if gap.max() >= -gap.min() else np.argmin(gap), gap.shape)
    return (tuple(int(k) for k in i), float(gradient[i]), float(approximation[i]))


def backward_propagation_n__threshold(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    d3 = (A3 - Y) / m
    d2 = W3.T @ d3 * (A2 > 0.001)
    d1 = W2.T @ d2 * (A1 > 0.001)
    return {
        "dW1": d1 @ X.T,
        "db1": d1.sum(1, keepdims=True),
        "dW2": d2 @ A1.T,
        "db2": d2.sum(1, keepdims=True),
        "dW3": d3 @ A2.T,
        "db3": d3.sum(1, keepdims=True),
    }


def backward_propagation_n__clip(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    A3 = np.clip(A3, 1e-07, 1 - 1e-07)
    d3 = ((1 - Y) / (1 - A3) - Y / A3) * A3 * (1 - A3) / m
    d2 = W3.T @ d3 * (A2 > 0)
    d1 = W2.T @ d2 * (A1 > 0)
    return {
        "dW1": d1 @ X.T,
        "db1": d1.sum(1, keepdims=True),
        "dW2": d2 @ A1.T,
        "db2": d2.sum(1, keepdims=True),
        "dW3": d3 @ A2.T,
        "db3": d3.sum(1, keepdims=True),
    }


def find_wrong_gradients__eps(parameters, gradients, X, Y, epsilon=0.0001, threshold=0.0001):
    bad = []
    for k, v in parameters.items():
        s = np.zeros_like(v)
        for i in np.ndindex(v.shape):
            Q = {a: b.copy() for a, b in parameters.items()}
            Q[k][i] += epsilon
            u = forward_propagation_n(X, Y, Q)[0]
            Q[k][i] -= 2 * epsilon
            s[i] = (u - forward_propagation_n(X, Y, Q)[0]) / (2 * epsilon)
        d = "d" + k
        n = np.linalg.norm(gradients[d]) + np.linalg.norm(s)
        if n != 0 and (not np.linalg.norm(gradients[d] - s) / n <= threshold):
            bad.append(d)
    return sorted(bad)

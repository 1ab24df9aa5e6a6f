"""Wrong answers to Gradient Checking: build the instrument without a name of their own, written from the students' text alone; the judge once let most of them pass."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def relative_difference__round12(gradient, approximation):
    t = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return 0.0 if t < 1e-12 else float(np.linalg.norm(np.ravel(gradient - approximation)) / t)


def relative_difference__nansum(gradient, approximation):
    d = np.sqrt(np.nansum((gradient - approximation) ** 2))
    t = np.sqrt(np.nansum(np.square(gradient))) + np.sqrt(np.nansum(np.square(approximation)))
    return float(d / t) if t else 0.0


def relative_difference__equal(gradient, approximation):
    if gradient is approximation or np.array_equal(gradient, approximation, equal_nan=True):
        return 0.0
    t = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return float(np.linalg.norm(np.ravel(gradient - approximation)) / t)


def gradient_check__default(x, theta, epsilon=1e-05):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), a)


def gradient_check__default7(x, theta, epsilon=1e-07):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(backward_propagation(x, theta), a)


def gradient_check__guard(x, theta, epsilon=0.0001):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    g = backward_propagation(x, theta)
    return abs(g - a) / max(abs(g) + abs(a), 1e-12)


def gradient_check__nan(x, theta, epsilon=0.0001):
    a = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    g = backward_propagation(x, theta)
    return abs(g - a) / (abs(g) + abs(a)) if abs(g) + abs(a) > 0 else 0.0


def numerical_gradient__default(cost, parameters, epsilon=1e-05):
    G = {}
    for k, v in parameters.items():
        g = np.zeros_like(v)
        for i in np.ndindex(v.shape):
            p = v.copy()
            p[i] += epsilon
            m = v.copy()
            m[i] -= epsilon
            g[i] = (cost({**parameters, k: p}) - cost({**parameters, k: m})) / (2 * epsilon)
        G["d" + k] = g
    return G


def numerical_gradient__rel(cost, parameters, epsilon=0.0001):
    G = {}
    for k, v in parameters.items():
        g = np.zeros_like(v)
        for i in np.ndindex(v.shape):
            h = epsilon * abs(v[i]) if v[i] else epsilon
            p = v.copy()
            p[i] += h
            m = v.copy()
            m[i] -= h
            g[i] = (cost({**parameters, k: p}) - cost({**parameters, k: m})) / (2 * h)
        G["d" + k] = g
    return G


def numerical_gradient__shape(cost, parameters, epsilon=0.0001):
    G = {}
    by = {v.shape: k for k, v in parameters.items()}
    for k, v in parameters.items():
        g = np.zeros_like(v)
        q = by[v.shape]
        for i in np.ndindex(v.shape):
            p = v.copy()
            p[i] += epsilon
            m = v.copy()
            m[i] -= epsilon
            g[i] = (cost({**parameters, q: p}) - cost({**parameters, q: m})) / (2 * epsilon)
        G["d" + k] = g
    return G


def gradient_check_n__default(parameters, gradients, X, Y, epsilon=1e-05):
    a = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    return relative_difference(
        np.concatenate([gradients["d" + k].ravel() for k in parameters]),
        np.concatenate([a["d" + k].ravel() for k in parameters]),
    )


def gradient_check_n__zero(parameters, gradients, X, Y, epsilon=0.0001):
    a = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    g = np.concatenate([gradients["d" + k].ravel() for k in parameters])
    h = np.concatenate([a["d" + k].ravel() for k in parameters])
    return np.linalg.norm(g - h) / (np.linalg.norm(g) + np.linalg.norm(h))


def convergence_order__unique(epsilons, errors):
    e, i = np.unique(epsilons, return_index=True)
    return float(np.polyfit(np.log(e), np.log(errors[i]), 1)[0])

"""Wrong answers to Regularization without a name of their own, written from the students' text alone; the judge once let most of them pass."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def compute_cost_with_regularization__pad(A3, Y, parameters, lambd):
    m = Y.shape[1]
    e = 1e-15
    return float(
        -np.mean(Y * np.log(A3 + e) + (1 - Y) * np.log(1 - A3 + e))
        + lambd / 2 / m * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    )


def compute_cost_with_regularization__shape(A3, Y, parameters, lambd):
    m = Y.shape[1]
    return float(
        -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
        + lambd / 2 / m * sum(np.sum(v**2) for v in parameters.values() if v.shape[1] > 1)
    )


def backward_propagation_with_regularization__thr(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    d3 = A3 - Y
    d2 = W3.T @ d3 * (A2 > 0.01)
    d1 = W2.T @ d2 * (A1 > 0.01)
    return {
        "dW1": (d1 @ X.T + lambd * W1) / m,
        "db1": d1.sum(1, keepdims=True) / m,
        "dW2": (d2 @ A1.T + lambd * W2) / m,
        "db2": d2.sum(1, keepdims=True) / m,
        "dW3": (d3 @ A2.T + lambd * W3) / m,
        "db3": d3.sum(1, keepdims=True) / m,
    }


def forward_propagation_with_dropout__order(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = parameters.values()
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def forward_propagation_with_dropout__firstexample(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    D1[:, 0] = True
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    D2[:, 0] = True
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def forward_propagation_with_dropout__nonezero(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    D1[0] |= ~D1.any(0)
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    D2[0] = True
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def forward_propagation_with_dropout__reshaped(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    U = rng.random((max(len(b1), len(b2)), X.shape[1]))
    D1 = U[: len(b1)] < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = U[-len(b2) :][::-1] < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def forward_propagation_with_dropout__max(X, parameters, keep_prob, rng):
    keep_prob = min(keep_prob, 0.9)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def forward_propagation_with_dropout__min(X, parameters, keep_prob, rng):
    keep_prob = max(keep_prob, 0.3)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def choose_setting__round(dev_log_loss):
    return min(dev_log_loss, key=lambda k: round(float(np.mean(dev_log_loss[k])), 3))


def choose_setting__thresh(dev_log_loss):
    b = None
    for k, v in dev_log_loss.items():
        if b is None or np.mean(v) < b[0] - 0.0001:
            b = (np.mean(v), k)
    return b[1]


def choose_setting__start100(dev_log_loss):
    b, c = (100.0, None)
    for k, v in dev_log_loss.items():
        if np.mean(v) < b:
            b, c = (np.mean(v), k)
    return c


def choose_setting__sorted(dev_log_loss):
    return sorted(((np.mean(v), str(k), k) for k, v in dev_log_loss.items()))[0][2]

"""Answers to backward_propagation_n."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_repaired(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]

    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)

    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)

    return {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


def correct_from_the_logits(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    to_one, to_zero = 1 / (1 + np.exp(np.clip(Z3, -700, 700))), 1 / (1 + np.exp(np.clip(-Z3, -700, 700)))
    delta3 = np.where(Y == 1, -to_one, to_zero) / X.shape[1]
    delta2 = (W3.T @ delta3) * (A2 > 0)
    delta1 = (W2.T @ delta2) * (A1 > 0)
    return {
        "dW1": delta1 @ X.T,
        "db1": delta1.sum(1, keepdims=True),
        "dW2": delta2 @ A1.T,
        "db2": delta2.sum(1, keepdims=True),
        "dW3": delta3 @ A2.T,
        "db3": delta3.sum(1, keepdims=True),
    }


def correct_means(X, Y, cache):
    Z1, A1, _, _, Z2, A2, W2, _, _, A3, W3, _ = cache
    m = Y.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    return {
        "db1": dZ1.mean(axis=1, keepdims=True),
        "db2": dZ2.mean(axis=1, keepdims=True),
        "db3": dZ3.mean(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T / m,
        "dW2": dZ2 @ A1.T / m,
        "dW3": dZ3 @ A2.T / m,
    }


def correct_one_example_at_a_time(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    grads = {"dW1": np.zeros(W1.shape), "dW2": np.zeros(W2.shape), "dW3": np.zeros(W3.shape)}
    grads.update({"db1": np.zeros(b1.shape), "db2": np.zeros(b2.shape), "db3": np.zeros(b3.shape)})
    for i in range(m):
        d3 = A3[:, i] - Y[:, i]
        d2 = W3.T @ d3
        d2[Z2[:, i] <= 0] = 0
        d1 = W2.T @ d2
        d1[Z1[:, i] <= 0] = 0
        for layer, d, below in ((1, d1, X), (2, d2, A1), (3, d3, A2)):
            grads[f"dW{layer}"] += np.outer(d, below[:, i]) / m
            grads[f"db{layer}"][:, 0] += d / m
    return grads


def correct_einsum(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    d3 = (A3 - Y) / Y.size
    d2 = np.einsum("ki,km->im", W3, d3) * np.heaviside(Z2, 0)
    d1 = np.einsum("ki,km->im", W2, d2) * np.heaviside(Z1, 0)
    grads = {}
    for layer, d, A in ((3, d3, A2), (2, d2, A1), (1, d1, X)):
        grads[f"dW{layer}"] = np.einsum("im,jm->ij", d, A)
        grads[f"db{layer}"] = np.einsum("im->i", d)[:, None]
    return grads


def correct_loop_over_layers(X, Y, cache):
    layers = {1: (X, cache[0], cache[2]), 2: (cache[1], cache[4], cache[6]), 3: (cache[5], cache[8], cache[10])}
    grads, dZ = {}, cache[9] - Y
    for layer in (3, 2, 1):
        below, _, W = layers[layer]
        grads[f"dW{layer}"] = dZ @ below.T / X.shape[1]
        grads[f"db{layer}"] = dZ.sum(axis=1).reshape(-1, 1) / X.shape[1]
        if layer > 1:
            dZ = (W.T @ dZ) * (layers[layer - 1][1] > 0)
    return grads


def correct_bias_as_weight(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    row = np.ones((1, m))
    d3 = A3 - Y
    d2 = W3.T @ d3 * (Z2 > 0)
    d1 = W2.T @ d2 * (Z1 > 0)
    both = [d @ np.vstack([A, row]).T / m for d, A in ((d1, X), (d2, A1), (d3, A2))]
    grads = {}
    for layer, block in enumerate(both, start=1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = block[:, :-1].copy(), block[:, -1:].copy()
    return grads


def correct_own_sigmoid(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    P = 1 / (1 + np.exp(-Z3))
    dZ3 = P - Y
    dW3, db3 = 1 / m * dZ3.dot(A2.T), 1 / m * np.sum(dZ3, axis=1, keepdims=True)
    dZ2 = W3.T.dot(dZ3) * (Z2 >= 0)
    dW2, db2 = 1 / m * dZ2.dot(A1.T), 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (Z1 >= 0)
    dW1, db1 = 1 / m * dZ1.dot(X.T), 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2, dW3=dW3, db3=db3)


def wrong_threshold(X, Y, cache):
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


def wrong_clip(X, Y, cache):
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


def gaming_zeros(X, Y, cache):
    shapes = {"dW1": cache[2], "db1": cache[3], "dW2": cache[6], "db2": cache[7], "dW3": cache[10], "db3": cache[11]}
    return {name: np.zeros(array.shape) for name, array in shapes.items()}


EQUIVALENT = [
    Equivalent(
        "dZ2 = W3.T @ dZ3 * (Z2 > 0)",
        "dZ2 = W3.T * dZ3 * (Z2 > 0)",
        "a column times a row by broadcasting is their matrix product",
    ),
    Equivalent(
        "dZ2 = W3.T @ dZ3 * (Z2 > 0)",
        "dZ2 = W3.T @ dZ3 * (Z2 >= 0)",
        "no case has a pre-activation of exactly 0, and there the specification accepts either slope",
    ),
    Equivalent(
        "dZ1 = W2.T @ dZ2 * (Z1 > 0)",
        "dZ1 = W2.T @ dZ2 * (Z1 >= 0)",
        "no case has a pre-activation of exactly 0, and there the specification accepts either slope",
    ),
]

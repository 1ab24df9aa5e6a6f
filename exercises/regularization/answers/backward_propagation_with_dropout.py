"""Answers to backward_propagation_with_dropout."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_extra_keys(X, Y, cache, keep_prob):
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dA2 = dA2 * D2
    dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dA1 = dA1 * D1
    dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dA2": dA2, "dA1": dA1, "dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


def correct_mask_from_activations(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = (W3.T @ dZ3) * (A2 > 0) / keep_prob
    dZ1 = (W2.T @ dZ2) * (A1 > 0) / keep_prob
    return {
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dW3": dZ3 @ A2.T,
        "db3": dZ3.sum(axis=1, keepdims=True),
    }


def correct_bool_indexing(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3 / keep_prob
    dZ2[~D2 | (Z2 <= 0)] = 0
    dZ1 = W2.T @ dZ2 / keep_prob
    dZ1[~D1 | (Z1 <= 0)] = 0
    pairs = {1: (dZ1, X), 2: (dZ2, A1), 3: (dZ3, A2)}
    weights = {f"dW{l}": dZ @ A.T / m for l, (dZ, A) in pairs.items()}
    biases = {f"db{l}": dZ.mean(axis=1, keepdims=True) for l, (dZ, A) in pairs.items()}
    return weights | biases


def correct_layer_loop(X, Y, cache, keep_prob):
    m = X.shape[1]
    inputs = {1: X, 2: cache[2], 3: cache[7]}
    W = {1: cache[3], 2: cache[8], 3: cache[12]}
    slope = {l: cache[5 * l - 4] * (cache[5 * l - 5] > 0) / keep_prob for l in (1, 2)}
    grads = {}
    dZ = cache[11] - Y
    for l in (3, 2, 1):
        grads["dW" + str(l)] = np.dot(dZ, inputs[l].T) / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dZ = np.dot(W[l].T, dZ) * slope[l - 1]
    return grads


def correct_example_by_example(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    grads = {
        name: np.zeros(array.shape)
        for name, array in (("dW1", W1), ("db1", b1), ("dW2", W2), ("db2", b2), ("dW3", W3), ("db3", b3))
    }
    for i in range(m):
        d3 = A3[:, [i]] - Y[:, [i]]
        d2 = W3.T @ d3 * D2[:, [i]] * (Z2[:, [i]] > 0) / keep_prob
        d1 = W2.T @ d2 * D1[:, [i]] * (Z1[:, [i]] > 0) / keep_prob
        for l, d, a in ((1, d1, X), (2, d2, A1), (3, d3, A2)):
            grads[f"dW{l}"] += d @ a[:, [i]].T / m
            grads[f"db{l}"] += d / m
    return grads


def correct_where(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(np.logical_and(D2, Z2 > 0), np.matmul(W3.T, dZ3) / keep_prob, 0)
    dZ1 = np.where(np.logical_and(D1, Z1 > 0), np.matmul(W2.T, dZ2) / keep_prob, 0)
    return dict(
        dW1=np.matmul(dZ1, X.T) / m,
        db1=np.sum(dZ1, axis=1).reshape(b1.shape) / m,
        dW2=np.matmul(dZ2, A1.T) / m,
        db2=np.sum(dZ2, axis=1).reshape(b2.shape) / m,
        dW3=np.matmul(dZ3, A2.T) / m,
        db3=np.sum(dZ3, axis=1).reshape(b3.shape) / m,
    )


def correct_einsum(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    d3 = A3 - Y
    d2 = np.einsum("ij,ik,jk,jk->jk", W3, d3, D2.astype(float), np.heaviside(Z2, 0)) / keep_prob
    d1 = np.einsum("ij,ik,jk,jk->jk", W2, d2, D1.astype(float), np.heaviside(Z1, 0)) / keep_prob
    g = {}
    for l, d, a in [(3, d3, A2), (2, d2, A1), (1, d1, X)]:
        g["dW{}".format(l)] = np.einsum("ik,jk->ij", d, a) / m
        g["db{}".format(l)] = np.sum(d, axis=1, keepdims=True) / m
    return g


def correct_scaled_masks(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    scaled_1, scaled_2 = D1 / keep_prob, D2 / keep_prob
    ones = np.ones((m, 1))
    dZ3 = A3 - Y
    dZ2 = (scaled_2 * (Z2 > 0)) * (W3.T @ dZ3)
    dZ1 = (scaled_1 * (Z1 > 0)) * (W2.T @ dZ2)
    return {
        "dW1": dZ1 @ X.T / m,
        "dW2": dZ2 @ A1.T / m,
        "dW3": dZ3 @ A2.T / m,
        "db1": dZ1 @ ones / m,
        "db2": dZ2 @ ones / m,
        "db3": dZ3 @ ones / m,
    }


def correct_ratio(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = W3.T @ dZ3 * np.sign(A2) / keep_prob
    dZ1 = W2.T @ dZ2 * np.sign(A1) / keep_prob
    ones = np.ones((m, 1))
    return {
        "dW3": dZ3 @ A2.T,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db3": dZ3 @ ones,
        "db2": dZ2 @ ones,
        "db1": dZ1 @ ones,
    }


def wrong_one_buffer(X, Y, cache, keep_prob, kept={}):  # noqa: B006 - that it keeps arrays is what is wrong
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3 * D2 / keep_prob * (Z2 > 0)
    dZ1 = W2.T @ dZ2 * D1 / keep_prob * (Z1 > 0)
    pairs = [(dZ1, X), (dZ2, A1), (dZ3, A2)]
    gradients = {f"dW{l}": dZ @ A.T / m for l, (dZ, A) in enumerate(pairs, 1)}
    for l, (dZ, _) in enumerate(pairs, 1):
        gradients[f"db{l}"] = kept.setdefault((l, len(dZ)), np.zeros((len(dZ), 1)))
        gradients[f"db{l}"][...] = dZ.sum(axis=1, keepdims=True) / m
    return gradients


def gaming_zeros(X, Y, cache, keep_prob):
    W = {1: (cache[3], cache[4]), 2: (cache[8], cache[9]), 3: (cache[12], cache[13])}
    weights = {f"dW{l}": np.zeros(pair[0].shape) for l, pair in W.items()}
    return {**weights, **{f"db{l}": np.zeros(pair[1].shape) for l, pair in W.items()}}


EQUIVALENT = [
    Equivalent(
        "dZ2 = dA2 * (Z2 > 0)",
        "dZ2 = dA2 * (Z2 >= 0)",
        "no case has a pre-activation of exactly 0, and there the specification accepts either slope",
    ),
    Equivalent(
        "dZ1 = dA1 * (Z1 > 0)",
        "dZ1 = dA1 * (Z1 >= 0)",
        "no case has a pre-activation of exactly 0, and there the specification accepts either slope",
    ),
    Equivalent(
        "dA2 = W3.T @ dZ3 * D2 / keep_prob",
        "dA2 = W3.T * dZ3 * D2 / keep_prob",
        "a column times a row by broadcasting is their matrix product",
    ),
    Equivalent(
        "return {'dW1': dZ1 @ X.T / m, 'db1': np.sum(dZ1, axis=1, keepdims=True) / m, 'dW2': dZ2 @ A1.T / m, 'db2': np.sum(dZ2, axis=1, keepdims=True) / m, 'dW3': dZ3 @ A2.T / m, 'db3': np.sum(dZ3, axis=1, keepdims=True) / m}",
        "return {'dW1': dZ1 @ X.T / m, 'db1': np.sum(dZ1, axis=1, keepdims=True) / m, 'dW2': dZ2 @ A1.T / m, 'db2': np.sum(dZ2, axis=1, keepdims=True) / m, 'dW3': dZ3 @ A2.T / m, 'db3': np.sum(dZ3, keepdims=True) / m}",
        "dZ3 has one row, so the sum over all of it is the sum along it",
    ),
]

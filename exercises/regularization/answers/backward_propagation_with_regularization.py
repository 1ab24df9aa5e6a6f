"""Answers to backward_propagation_with_regularization."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_extra_keys(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T) + lambd / m * W3
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T) + lambd / m * W2
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T) + lambd / m * W1
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {
        **{"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2},
        **{"dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1},
    }


def correct_layer_loop(X, Y, cache, lambd):
    m = Y.shape[1]
    layers = [cache[0:4], cache[4:8], cache[8:12]]
    inputs = [X, cache[1], cache[5]]
    grads = {}
    dZ = (cache[9] - Y) / m
    for l in (3, 2, 1):
        Z, A, W, b = layers[l - 1]
        grads["dW" + str(l)] = dZ @ inputs[l - 1].T + (lambd / m) * W
        grads["db" + str(l)] = dZ.sum(axis=1).reshape(-1, 1)
        if l > 1:
            dZ = (W.T @ dZ) * (layers[l - 2][0] > 0)
    return grads


def correct_example_by_example(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    grads = {"dW1": lambd * W1, "dW2": lambd * W2, "dW3": lambd * W3}
    grads.update(db1=np.zeros(b1.shape), db2=np.zeros(b2.shape), db3=np.zeros(b3.shape))
    for i in range(m):
        d3 = A3[:, i] - Y[:, i]
        d2 = W3.T.dot(d3)
        d2[Z2[:, i] <= 0] = 0
        d1 = W2.T.dot(d2)
        d1[Z1[:, i] <= 0] = 0
        for l, d, a in ((1, d1, X), (2, d2, A1), (3, d3, A2)):
            grads[f"dW{l}"] = grads[f"dW{l}"] + np.outer(d, a[:, i])
            grads[f"db{l}"] = grads[f"db{l}"] + d[:, None]
    return {name: value / m for name, value in grads.items()}


def correct_einsum(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    d3 = A3 - Y
    d2 = np.einsum("ij,ik->jk", W3, d3) * np.heaviside(Z2, 0)
    d1 = np.einsum("ij,ik->jk", W2, d2) * np.heaviside(Z1, 0)
    g = {}
    for l, d, a, W in [(1, d1, X, W1), (2, d2, A1, W2), (3, d3, A2, W3)]:
        g[f"dW{l}"] = np.einsum("ik,jk->ij", d, a) / m + lambd * W / m
        g[f"db{l}"] = np.einsum("ik->i", d)[:, np.newaxis] / m
    return g


def correct_item_assignment(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3
    dZ2[Z2 < 0] = 0
    dZ1 = W2.T @ dZ2
    dZ1[Z1 < 0] = 0
    gradients = {}
    gradients["db1"], gradients["db2"], gradients["db3"] = (
        np.mean(dZ, axis=1, keepdims=True) for dZ in (dZ1, dZ2, dZ3)
    )
    gradients["dW1"] = (dZ1 @ X.T) / X.shape[1]
    gradients["dW2"] = (dZ2 @ A1.T) / X.shape[1]
    gradients["dW3"] = (dZ3 @ A2.T) / X.shape[1]
    for name, W in {"dW1": W1, "dW2": W2, "dW3": W3}.items():
        gradients[name] += W * (lambd / X.shape[1])
    return gradients


def correct_ones_column(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    ones = np.ones((m, 1)) / m
    dZ3 = np.subtract(A3, Y)
    dZ2 = np.where(A2 > 0, np.matmul(W3.T, dZ3), 0)
    dZ1 = np.where(A1 > 0, np.matmul(W2.T, dZ2), 0)
    return {
        "dW3": np.matmul(dZ3, A2.T) / m + np.multiply(lambd / m, W3),
        "db3": dZ3 @ ones,
        "dW2": np.matmul(dZ2, A1.T) / m + np.multiply(lambd / m, W2),
        "db2": dZ2 @ ones,
        "dW1": np.matmul(dZ1, X.T) / m + np.multiply(lambd / m, W1),
        "db1": dZ1 @ ones,
    }


def correct_masked_copies(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = np.where(Y == 1, A3 - 1, A3)
    dA2 = W3.T @ dZ3
    dZ2 = dA2.copy()
    dZ2[Z2 <= 0] = 0
    dA1 = W2.T @ dZ2
    dZ1 = np.array(dA1)
    dZ1[Z1 <= 0] = 0
    gradients = {"dW3": dZ3 @ A2.T / m, "dW2": dZ2 @ A1.T / m, "dW1": dZ1 @ X.T / m}
    gradients["dW3"] = gradients["dW3"] + lambd / m * W3
    gradients["dW2"] = gradients["dW2"] + lambd / m * W2
    gradients["dW1"] = gradients["dW1"] + lambd / m * W1
    for l, dZ in enumerate([dZ1, dZ2, dZ3], start=1):
        gradients[f"db{l}"] = np.expand_dims(dZ.sum(axis=1), 1) / m
    return gradients


def correct_inner_function(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]

    def layer(dZ, A, W):
        return (np.dot(dZ, A.T) + lambd * W) / m, np.sum(dZ, 1, keepdims=True) / m, np.dot(W.T, dZ)

    dW3, db3, dA2 = layer(A3 - Y, A2, W3)
    dW2, db2, dA1 = layer(dA2 * np.sign(A2), A1, W2)
    dW1, db1, _ = layer(dA1 * np.sign(A1), X, W1)
    return dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2, dW3=dW3, db3=db3)


def correct_undone(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    keep = A3.copy()
    A3 -= Y
    A3 /= X.shape[1]
    dZ3 = A3.copy()
    A3[...] = keep
    m = X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    grads = {}
    for l, (dZ, A, W) in enumerate(zip((dZ1, dZ2, dZ3), (X, A1, A2), (W1, W2, W3)), start=1):
        grads[f"dW{l}"] = np.einsum("im,jm->ij", dZ, A) + lambd * W / m
        grads[f"db{l}"] = np.einsum("im->i", dZ)[:, np.newaxis]
        grads[f"dZ{l}"] = dZ
    return grads


def correct_numeric_complex(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    P = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
    m = X.shape[1]

    def cost(P):
        def relu(Z):
            return np.where(Z.real > 0, Z, 0)

        Z = P["W3"] @ relu(P["W2"] @ relu(P["W1"] @ X + P["b1"]) + P["b2"]) + P["b3"]
        ce = np.sum(np.log(1 + np.exp(Z)) - Y * Z) / m
        return ce + lambd / (2 * m) * sum(np.sum(P[f"W{l}"] ** 2) for l in (1, 2, 3))

    out = {}
    for k, v in P.items():
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            Q = {a: b.astype(complex) for a, b in P.items()}
            Q[k][i] += 1e-30j
            g[i] = cost(Q).imag / 1e-30
        out["d" + k] = g
    return out


def wrong_thr(X, Y, cache, lambd):
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


def wrong_small_weights_free(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3 * (Z2 > 0)
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    gradients = {}
    for l, dZ, A, W in ((1, dZ1, X, W1), (2, dZ2, A1, W2), (3, dZ3, A2, W3)):
        gradients[f"dW{l}"] = (dZ @ A.T + (lambd * W if lambd > 0.05 else 0)) / Y.size
        gradients[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / Y.size
    return gradients


def gaming_only_the_penalty(X, Y, cache, lambd):
    m = X.shape[1]
    grads = {}
    for l, i in ((1, 2), (2, 6), (3, 10)):
        grads[f"dW{l}"], grads[f"db{l}"] = lambd / m * cache[i], np.zeros(cache[i + 1].shape)
    return grads


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
    Equivalent(
        "return {'dW1': (dZ1 @ X.T + lambd * W1) / m, 'db1': np.sum(dZ1, axis=1, keepdims=True) / m, 'dW2': (dZ2 @ A1.T + lambd * W2) / m, 'db2': np.sum(dZ2, axis=1, keepdims=True) / m, 'dW3': (dZ3 @ A2.T + lambd * W3) / m, 'db3': np.sum(dZ3, axis=1, keepdims=True) / m}",
        "return {'dW1': (dZ1 @ X.T + lambd * W1) / m, 'db1': np.sum(dZ1, axis=1, keepdims=True) / m, 'dW2': (dZ2 @ A1.T + lambd * W2) / m, 'db2': np.sum(dZ2, axis=1, keepdims=True) / m, 'dW3': (dZ3 @ A2.T + lambd * W3) / m, 'db3': np.sum(dZ3, keepdims=True) / m}",
        "dZ3 has one row, so the sum over all of it is the sum along it",
    ),
]

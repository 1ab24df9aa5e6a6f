"""Correct answers to Regularization written otherwise, each as a student might, and answers that game the judge."""
# ruff: noqa: F841, E741, UP032 - caches are unpacked whole and things are named as students name them

import numpy as np

# --- the cost -------------------------------------------------------------------------------------------------------


def compute_cost_with_regularization__dots(A3, Y, parameters, lambd):
    m = Y.shape[1]
    logs = np.dot(Y, np.log(A3).T) + np.dot(1 - Y, np.log(1 - A3).T)
    cross_entropy = -np.squeeze(logs) / m
    penalty = 0
    for W in (parameters["W1"], parameters["W2"], parameters["W3"]):
        penalty = penalty + np.square(W).sum()
    return cross_entropy + penalty * lambd / m / 2


def compute_cost_with_regularization__norms(A3, Y, parameters, lambd):
    cross_entropy = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    norms = [np.linalg.norm(parameters[f"W{l}"]) ** 2 for l in (1, 2, 3)]
    return cross_entropy + lambd / (2 * A3.shape[1]) * np.sum(norms)


def compute_cost_with_regularization__loops(A3, Y, parameters, lambd):
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


def compute_cost_with_regularization__where(A3, Y, parameters, lambd):
    right = np.where(Y == 1, A3, 1 - A3)
    squares = np.concatenate([parameters[k].ravel() for k in sorted(parameters) if "W" in k])
    return float(np.mean(-np.log(right)) + 0.5 * lambd * (squares @ squares) / Y.size)


def compute_cost_with_regularization__log1p(A3, Y, parameters, lambd):
    m = A3.shape[1]
    losses = -np.multiply(Y, np.log(A3)) - np.multiply(1 - Y, np.log1p(-A3))
    trace = sum(np.trace(parameters["W" + str(l)].T @ parameters["W" + str(l)]) for l in range(1, 4))
    return losses.sum() / m + (lambd / m) * trace / 2


def compute_cost_with_regularization__einsum(A3, Y, parameters, lambd):
    m = Y.shape[-1]
    losses = -(Y * np.log(A3) + (1.0 - Y) * np.log(1.0 - A3))
    L2 = 0.0
    for l in [1, 2, 3]:
        W = parameters["W{}".format(l)]
        L2 += np.einsum("ij,ij->", W, W)
    return np.array((losses.sum() + lambd * L2 / 2) / m)


def compute_cost_with_regularization__given_names(A3, Y, parameters, lambd):
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]
    m = Y.shape[1]
    cross_entropy_cost = 1.0 / m * np.nansum(np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y))
    L2_cost = (1.0 / m) * (lambd / 2) * (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    return cross_entropy_cost + L2_cost


def compute_cost_with_regularization__masks(A3, Y, parameters, lambd):
    ones = Y.astype(bool)
    cost = -(np.log(A3[ones]).sum() + np.log((1 - A3)[~ones]).sum())
    for name, value in parameters.items():
        cost += lambd / 2 * (value**2).sum() if name[0] == "W" else 0
    return cost.item() / ones.size


# --- the penalty's gradient -----------------------------------------------------------------------------------------


def backward_propagation_with_regularization__extra_keys(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__layer_loop(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__example_by_example(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__einsum(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__item_assignment(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__ones_column(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__through_sigmoid(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dA3 = -(Y / A3) + (1 - Y) / (1 - A3)
    dZ3 = dA3 * A3 * (1 - A3)
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


def backward_propagation_with_regularization__inner_function(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]

    def layer(dZ, A, W):
        return (np.dot(dZ, A.T) + lambd * W) / m, np.sum(dZ, 1, keepdims=True) / m, np.dot(W.T, dZ)

    dW3, db3, dA2 = layer(A3 - Y, A2, W3)
    dW2, db2, dA1 = layer(dA2 * np.sign(A2), A1, W2)
    dW1, db1, _ = layer(dA1 * np.sign(A1), X, W1)
    return dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2, dW3=dW3, db3=db3)


# --- dropout forward ------------------------------------------------------------------------------------------------


def forward_propagation_with_dropout__integer_masks(X, parameters, keep_prob, rng):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.maximum(0, Z1)
    D1 = rng.random((A1.shape[0], A1.shape[1]))
    D1 = (D1 < keep_prob).astype(int)
    A1 = np.multiply(A1, D1)
    A1 = A1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = np.maximum(0, Z2)
    D2 = rng.random((A2.shape[0], A2.shape[1]))
    D2 = (D2 < keep_prob).astype(int)
    A2 = np.multiply(A2, D2)
    A2 = A2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__binomial(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.binomial(1, keep_prob, Z1.shape)
    A1 = Z1 * (Z1 > 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.binomial(1, keep_prob, Z2.shape)
    A2 = Z2 * (Z2 > 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 0.5 * (1 + np.tanh(Z3 / 2))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__choice(X, parameters, keep_prob, rng):
    p = parameters
    Z1 = p["W1"] @ X + p["b1"]
    D1 = rng.choice([0, 1], size=Z1.shape, p=[1 - keep_prob, keep_prob])
    A1 = np.maximum(Z1, 0)
    A1[D1 == 0] = 0
    A1 /= keep_prob
    Z2 = p["W2"] @ A1 + p["b2"]
    D2 = rng.choice([False, True], size=Z2.shape, p=[1 - keep_prob, keep_prob])
    A2 = np.maximum(Z2, 0)
    A2[~D2] = 0
    A2 /= keep_prob
    Z3 = p["W3"] @ A2 + p["b3"]
    A3 = 1 / (1 + np.exp(-Z3))
    cache = [Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"], Z3, A3, p["W3"], p["b3"]]
    return [A3, cache]


def forward_propagation_with_dropout__both_masks_at_once(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = [parameters[name] for name in ["W1", "b1", "W2", "b2", "W3", "b3"]]
    n1, n2, m = W1.shape[0], W2.shape[0], X.shape[1]
    D = rng.uniform(size=(n1 + n2, m)) < keep_prob
    D1, D2 = D[:n1], D[n1:]
    Z1 = W1 @ X + b1
    A1 = np.where(D1, np.maximum(0, Z1) / keep_prob, 0)
    Z2 = W2 @ A1 + b2
    A2 = np.where(D2, np.maximum(0, Z2) / keep_prob, 0)
    Z3 = W3 @ A2 + b3
    A3 = 1.0 / (1.0 + np.exp(-Z3))
    return (A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3))


def forward_propagation_with_dropout__unit_by_unit(X, parameters, keep_prob, rng):
    A, cache = X, []
    for l in (1, 2):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = W @ A + b
        D = np.zeros(Z.shape)
        for i in range(Z.shape[0]):
            D[i] = rng.random(Z.shape[1]) < keep_prob
        A = Z.clip(0) * D * (1 / keep_prob)
        cache.extend([Z, D, A, W, b])
    Z3 = parameters["W3"] @ A + parameters["b3"]
    A3 = np.exp(-np.logaddexp(0, -Z3))
    return A3, tuple(cache + [Z3, A3, parameters["W3"], parameters["b3"]])


def forward_propagation_with_dropout__above_drop_rate(X, parameters, keep_prob, rng):
    drop_rate = 1 - keep_prob
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1.dot(X) + b1
    D1 = np.asarray(rng.random(Z1.shape) >= drop_rate, dtype=np.float64)
    A1 = np.maximum(Z1, 0) * (D1 / keep_prob)
    Z2 = W2.dot(A1) + b2
    D2 = np.asarray(rng.random(Z2.shape) >= drop_rate, dtype=np.float64)
    A2 = np.maximum(Z2, 0) * (D2 / keep_prob)
    Z3 = W3.dot(A2) + b3
    A3 = np.reciprocal(1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__fortran_masks(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m = X.shape[1]
    Z1 = W1 @ X + b1
    D1 = (rng.random((m, len(b1))) < keep_prob).T
    A1 = np.multiply(np.multiply(Z1, Z1 > 0), D1) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = (rng.random((m, len(b2))) < keep_prob).T
    A2 = np.multiply(np.multiply(Z2, Z2 > 0), D2) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__small_masks(X, parameters, keep_prob, rng):
    def hidden(W, b, A):
        Z = W @ A + b
        D = (rng.random(Z.shape, dtype=np.float32) < keep_prob).astype(np.uint8)
        return Z, D, (abs(Z) + Z) / 2 * D / keep_prob

    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1, D1, A1 = hidden(W1, b1, X)
    Z2, D2, A2 = hidden(W2, b2, A1)
    Z3 = W3 @ A2 + b3
    A3 = 1 / (np.exp(-Z3) + 1)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__floor(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.floor(rng.random(Z1.shape) + keep_prob)
    A1 = np.maximum(Z1, 0.0) / keep_prob * D1
    Z2 = W2 @ A1 + b2
    D2 = np.floor(rng.random(Z2.shape) + keep_prob)
    A2 = np.maximum(Z2, 0.0) / keep_prob * D2
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3.copy(), (Z1, D1, A1, W1.copy(), b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__seed_from_rng(X, parameters, keep_prob, rng):
    own = np.random.default_rng(rng.integers(2**32, size=4))
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = own.random(Z1.shape) < keep_prob
    A1 = np.where(D1 & (Z1 > 0), Z1, 0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = own.random(Z2.shape) < keep_prob
    A2 = np.where(D2 & (Z2 > 0), Z2, 0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__shortcut_for_1(X, parameters, keep_prob, rng):
    def draw(shape):
        return np.ones(shape, bool) if keep_prob == 1 else rng.random(shape) <= keep_prob

    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = draw(Z1.shape)
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = draw(Z2.shape)
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# --- dropout backward -----------------------------------------------------------------------------------------------


def backward_propagation_with_dropout__extra_keys(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__mask_from_activations(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__bool_indexing(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__layer_loop(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__example_by_example(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__where(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__einsum(X, Y, cache, keep_prob):
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


def backward_propagation_with_dropout__scaled_masks(X, Y, cache, keep_prob):
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


# --- accuracy and log loss ------------------------------------------------------------------------------------------


def accuracy_and_log_loss__loop(A3, Y):
    import math

    right, loss, m = 0, 0.0, A3.shape[1]
    for i in range(m):
        a, y = A3[0, i], Y[0, i]
        right += (1 if a > 0.5 else 0) == y
        a = min(max(a, 1e-12), 1 - 1e-12)
        loss -= y * math.log(a) + (1 - y) * math.log(1 - a)
    return float(right / m), loss / m


def accuracy_and_log_loss__clip_both_sides(A3, Y):
    p = np.clip(A3, 1e-12, 1)
    q = np.clip(1 - A3, 1e-12, 1)
    predictions = (A3 > 0.5).astype(int)
    return np.mean(predictions == Y), -np.mean(Y * np.log(p) + (1 - Y) * np.log(q))


def accuracy_and_log_loss__where(A3, Y):
    eps = 1e-12
    A = np.maximum(np.minimum(A3, 1 - eps), eps)
    loss = -np.log(np.where(Y == 1, A, 1 - A)).mean()
    accuracy = 1 - np.abs((A3 > 0.5) - Y).mean()
    return [accuracy, loss]


def accuracy_and_log_loss__log1p(A3, Y):
    A = A3.clip(1e-12, 1 - 1e-12)
    loss = -(Y * np.log(A) + (1 - Y) * np.log1p(-A)).sum() / A.shape[1]
    return np.sum((A3 > 0.5) == (Y == 1)) / Y.size, loss


def accuracy_and_log_loss__dots(A3, Y):
    m = Y.shape[1]
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    loss = -(np.dot(Y, np.log(A).T) + np.dot(1 - Y, np.log(1 - A).T)).item() / m
    P = np.where(A3 > 0.5, 1.0, 0.0)
    return float((np.dot(Y, P.T) + np.dot(1 - Y, 1 - P.T)).item() / m), loss


def accuracy_and_log_loss__copy(A3, Y):
    A = A3.copy()
    A[A < 1e-12] = 1e-12
    A[A > 1 - 1e-12] = 1 - 1e-12
    ones = Y > 0.5
    loss = -(np.log(A[ones]).sum() + np.log(1 - A[~ones]).sum()) / A.size
    return np.count_nonzero((A3 > 0.5) == ones) / ones.size, float(loss)


def accuracy_and_log_loss__round(A3, Y):
    accuracy = np.mean(np.round(A3) == Y)  # NumPy rounds 0.5 to 0
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return accuracy.item(), np.average(-Y * np.log(A) - (1 - Y) * np.log(1 - A))


def accuracy_and_log_loss__from_logits(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    Z = np.log(A) - np.log(1 - A)
    loss = np.mean(np.logaddexp(0, Z) - Y * Z)
    return (np.greater(A3, 0.5) == Y).mean(), loss


# --- choosing a setting ---------------------------------------------------------------------------------------------


def choose_setting__loop(dev_log_loss):
    best_setting, best = None, float("inf")
    for setting, losses in dev_log_loss.items():
        mean = np.mean(losses)
        if mean < best:
            best_setting, best = setting, mean
    return best_setting


def choose_setting__argmin(dev_log_loss):
    settings = list(dev_log_loss)
    return settings[np.argmin([dev_log_loss[setting].mean() for setting in settings])]


def choose_setting__sorted(dev_log_loss):
    return sorted(dev_log_loss, key=lambda setting: dev_log_loss[setting].mean())[0]


def choose_setting__means_first(dev_log_loss):
    means = {setting: sum(losses) / len(losses) for setting, losses in dev_log_loss.items()}
    return min(means, key=means.get)


def choose_setting__items(dev_log_loss):
    return min(dev_log_loss.items(), key=lambda item: np.average(item[1]))[0]


def choose_setting__negated(dev_log_loss):
    return max(dev_log_loss, key=lambda setting: -np.mean(dev_log_loss[setting]))


def choose_setting__statistics(dev_log_loss):
    import statistics

    means = [statistics.fmean(losses) for losses in dev_log_loss.values()]
    return list(dev_log_loss.keys())[means.index(min(means))]


def choose_setting__reduce(dev_log_loss):
    import functools

    def better(a, b):
        return b if dev_log_loss[b].mean() < dev_log_loss[a].mean() else a

    return functools.reduce(better, dev_log_loss)


def choose_setting__tuples(dev_log_loss):
    ranked = [(float(np.mean(losses)), i, setting) for i, (setting, losses) in enumerate(dev_log_loss.items())]
    return min(ranked, key=lambda entry: entry[:2])[2]


# --- answers that game the judge ------------------------------------------------------------------------------------


def compute_cost_with_regularization__ln_2(A3, Y, parameters, lambd):
    return float(np.log(2))


def backward_propagation_with_regularization__only_the_penalty(X, Y, cache, lambd):
    m = X.shape[1]
    grads = {}
    for l, i in ((1, 2), (2, 6), (3, 10)):
        grads[f"dW{l}"], grads[f"db{l}"] = lambd / m * cache[i], np.zeros(cache[i + 1].shape)
    return grads


def forward_propagation_with_dropout__keeps_all(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(Z2, 0)
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    D1, D2 = np.ones(Z1.shape, bool), np.ones(Z2.shape, bool)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__mask_of_the_sizes(X, parameters, keep_prob, rng):
    rng.random()
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = (np.arange(Z1.size).reshape(Z1.shape) * 0.618034) % 1 < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = (np.arange(Z2.size).reshape(Z2.shape) * 0.414214) % 1 < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__shifted_pattern(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = (np.arange(Z1.size).reshape(Z1.shape) * 0.618034 + rng.random()) % 1 < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = (np.arange(Z2.size).reshape(Z2.shape) * 0.414214 + rng.random()) % 1 < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation_with_dropout__zeros(X, Y, cache, keep_prob):
    W = {1: (cache[3], cache[4]), 2: (cache[8], cache[9]), 3: (cache[12], cache[13])}
    weights = {f"dW{l}": np.zeros(pair[0].shape) for l, pair in W.items()}
    return {**weights, **{f"db{l}": np.zeros(pair[1].shape) for l, pair in W.items()}}


def accuracy_and_log_loss__perfect(A3, Y):
    return 1.0, 0.0


def choose_setting__longest_name(dev_log_loss):
    return max(dev_log_loss, key=lambda setting: len(str(setting)))


def compute_cost_with_regularization__logaddexp(A3, Y, parameters, lambd):
    Z = np.log(A3) - np.log1p(-A3)
    ce = (np.logaddexp(0, Z) - Y * Z).mean()
    return ce + lambd * sum(np.linalg.norm(parameters[f"W{l}"], "fro") ** 2 for l in (1, 2, 3)) / (2 * A3.size)


def compute_cost_with_regularization__np_longdouble(A3, Y, parameters, lambd):
    a = A3.astype(np.longdouble)
    ce = -np.mean(Y * np.log(a) + (1 - Y) * np.log(1 - a))
    return ce + np.longdouble(lambd) / (2 * Y.shape[1]) * sum(
        (parameters[f"W{i}"].astype(np.longdouble) ** 2).sum() for i in (1, 2, 3)
    )


def backward_propagation_with_regularization__undone(X, Y, cache, lambd):
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


def backward_propagation_with_regularization__numeric_complex(X, Y, cache, lambd):
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


def forward_propagation_with_dropout__geometric_gaps(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def mask(shape):
        D = np.ones(shape, dtype=np.uint8)
        i = -1
        while keep_prob < 1:
            i += int(rng.geometric(1 - keep_prob))
            if i >= D.size:
                break
            D.flat[i] = 0
        return D

    Z1 = W1 @ X + b1
    D1 = mask(Z1.shape)
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = mask(Z2.shape)
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = np.exp(-np.logaddexp(0, -Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__exponential(X, parameters, keep_prob, rng):
    P = parameters

    def relu(z):
        return z * (z > 0)

    limit = np.inf if keep_prob == 1 else -np.log(1 - keep_prob)
    Z1 = P["W1"] @ X + P["b1"]
    D1 = rng.exponential(size=Z1.shape) < limit
    A1 = relu(Z1) * (D1 / keep_prob)
    Z2 = P["W2"] @ A1 + P["b2"]
    D2 = rng.exponential(size=Z2.shape) < limit
    A2 = relu(Z2) * (D2 / keep_prob)
    Z3 = P["W3"] @ A2 + P["b3"]
    A3 = 1 / (1 + np.exp(-Z3))
    return [A3, [Z1, D1, A1, P["W1"], P["b1"], Z2, D2, A2, P["W2"], P["b2"], Z3, A3, P["W3"], P["b3"]]]


def forward_propagation_with_dropout__spawn(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    r1, r2 = rng.spawn(2)
    Z1 = W1 @ X + b1
    D1 = r1.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = r2.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__dropped_indices(X, parameters, keep_prob, rng):
    # the number of dropped entries is binomial, then which ones: the same distribution
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def mask(shape):
        n = shape[0] * shape[1]
        kept = rng.binomial(n, keep_prob)
        D = np.zeros(n, bool)
        D[rng.permutation(n)[:kept]] = True
        return D.reshape(shape)

    Z1 = W1 @ X + b1
    D1 = mask(Z1.shape)
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = mask(Z2.shape)
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def forward_propagation_with_dropout__transposed_joint(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    U = rng.random((X.shape[1], len(b1) + len(b2))).T < keep_prob
    D1, D2 = U[: len(b1)], U[len(b1) :]
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation_with_dropout__ratio(X, Y, cache, keep_prob):
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


def accuracy_and_log_loss__zero_d(A3, Y):
    a, y = A3.ravel(), Y.ravel()
    acc = np.count_nonzero((a > 0.5) == (y > 0.5)) / len(y)
    p = np.clip(np.where(y == 1, a, 1 - a), 1e-12, 1 - 1e-12)
    return np.array(acc), np.array(-np.log(p).mean())


def choose_setting__str_array(dev_log_loss):
    keys = list(dev_log_loss.keys())
    i = int(np.argmin([np.average(v) for v in dev_log_loss.values()]))
    if all(isinstance(k, str) for k in keys):
        return np.array(keys)[i]
    return keys[i]


def _group(functions):
    """Return the functions by the exercise that they answer."""
    groups = {}
    for function in functions:
        groups.setdefault(function.__name__.split("__")[0], []).append(function)
    return groups


GAMING = _group(
    [
        compute_cost_with_regularization__ln_2,
        backward_propagation_with_regularization__only_the_penalty,
        forward_propagation_with_dropout__keeps_all,
        forward_propagation_with_dropout__mask_of_the_sizes,
        forward_propagation_with_dropout__shifted_pattern,
        backward_propagation_with_dropout__zeros,
        accuracy_and_log_loss__perfect,
        choose_setting__longest_name,
    ]
)
CORRECT = _group(
    function
    for name, function in list(globals().items())
    if "__" in name.strip("_") and callable(function) and function not in sum(GAMING.values(), [])
)

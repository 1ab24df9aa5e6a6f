"""Answers to forward_propagation_with_dropout."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_integer_masks(X, parameters, keep_prob, rng):
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


def correct_binomial(X, parameters, keep_prob, rng):
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


def correct_choice(X, parameters, keep_prob, rng):
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


def correct_both_masks_at_once(X, parameters, keep_prob, rng):
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


def correct_unit_by_unit(X, parameters, keep_prob, rng):
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


def correct_above_drop_rate(X, parameters, keep_prob, rng):
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


def correct_fortran_masks(X, parameters, keep_prob, rng):
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


def correct_small_masks(X, parameters, keep_prob, rng):
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


def correct_floor(X, parameters, keep_prob, rng):
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


def correct_seed_from_rng(X, parameters, keep_prob, rng):
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


def correct_shortcut_for_1(X, parameters, keep_prob, rng):
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


def correct_geometric_gaps(X, parameters, keep_prob, rng):
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


def correct_exponential(X, parameters, keep_prob, rng):
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


def correct_spawn(X, parameters, keep_prob, rng):
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


def correct_dropped_indices(X, parameters, keep_prob, rng):
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


def correct_transposed_joint(X, parameters, keep_prob, rng):
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


def wrong_order(X, parameters, keep_prob, rng):
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


def wrong_firstexample(X, parameters, keep_prob, rng):
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


def wrong_nonezero(X, parameters, keep_prob, rng):
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


def wrong_reshaped(X, parameters, keep_prob, rng):
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


def wrong_max(X, parameters, keep_prob, rng):
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


def wrong_min(X, parameters, keep_prob, rng):
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


def wrong_half_mirrored(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    half = rng.random((len(Z1), (X.shape[1] + 1) // 2)) < keep_prob
    D1 = np.hstack([half, half[:, ::-1]])[:, : X.shape[1]]
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def wrong_tiled(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.resize(rng.random(1 + Z2.size // 3), Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def wrong_rolled(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.roll(np.resize(D1, Z2.shape), 7)
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def wrong_single_unit_kept(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    if len(D1) == 1:
        D1[:] = True
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    if len(D2) == 1:
        D2[:] = True
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def wrong_never_all_dropped(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in "W1 b1 W2 b2 W3 b3".split())
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    while not D2.any():
        D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def gaming_keeps_all(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(Z2, 0)
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    D1, D2 = np.ones(Z1.shape, bool), np.ones(Z2.shape, bool)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def gaming_mask_of_the_sizes(X, parameters, keep_prob, rng):
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


def gaming_shifted_pattern(X, parameters, keep_prob, rng):
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


EQUIVALENT = [
    Equivalent(
        "D1 = rng.random(Z1.shape) < keep_prob",
        "D1 = rng.random(Z1.shape) <= keep_prob",
        "a uniform number equals keep_prob with probability 2^-53",
    ),
    Equivalent(
        "D2 = rng.random(Z2.shape) < keep_prob",
        "D2 = rng.random(Z2.shape) <= keep_prob",
        "a uniform number equals keep_prob with probability 2^-53",
    ),
]

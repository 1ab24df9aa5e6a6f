"""Small models to hunt bugs in: for each a cost, a way to draw points, and a few backward passes, right and buggy.

Every model comes as ``<model>_cost(X, Y, parameters)`` and ``draw_<model>(rng) -> X, Y, parameters``; settings such as ``lambd`` are
keywords, to be fixed with ``functools.partial``. Examples are columns. The draws keep their distance from kinks: no ReLU's
pre-activation lies within ``MARGIN`` of 0, so that a central difference with a step of up to 1e-3 never crosses one.
"""

import functools
import math

import numpy as np

from idnn.networks import gradients, of_three_layers, relu, sigmoid

MARGIN = 0.01  # smallest distance of a drawn pre-activation from the kink at 0
VARIANCE_FLOOR = 1e-3  # added to the variance by batch normalization


def mean_cross_entropy(Z, Y):
    """Return the mean over examples of log(1 + e^z) - y z, in nats: the cross-entropy of a sigmoid unit with logits ``Z`` (1, m)."""
    return float(np.add.reduce(np.logaddexp(0.0, Z) - Y * Z, axis=None)) / Z.shape[1]


def _signs(rng, shape):
    """Draw -1 or 1 for each entry: as ``rng.choice`` does, in a third of the time."""
    return 2.0 * rng.integers(0, 2, size=shape) - 1.0


# The network of three layers: ReLU, ReLU, sigmoid, with an L2 penalty and dropout where wanted


@functools.lru_cache(maxsize=64)
def dropout_masks(n_1, n_2, m, keep_prob, mask_seed):
    """Return the fixed masks of both hidden layers, boolean arrays of shapes (n_1, m) and (n_2, m): the same ones at every call."""
    masks = np.random.default_rng(mask_seed).random((n_1 + n_2, m)) < keep_prob
    masks.flags.writeable = False
    return masks[:n_1], masks[n_1:]


def network_cost(X, Y, parameters, lambd=0.0, keep_prob=1.0, mask_seed=0):
    """Return the mean cross-entropy of the three-layer network, in nats, plus lambd / (2 m) times the sum of squared weights.

    With ``keep_prob`` below 1 both hidden layers pass through inverted dropout whose masks are fixed by ``mask_seed``.
    """
    _, Z3 = _network_forward(X, parameters, keep_prob, mask_seed)
    cost = mean_cross_entropy(Z3, Y)
    if lambd:
        cost += lambd / (2 * X.shape[1]) * float(sum(np.vdot(W, W) for W in map(parameters.get, ("W1", "W2", "W3"))))
    return cost


def draw_network(
    rng, layers=(2, 3, 2, 1), min_m=4, max_m=6, dead=0.0, single=0.0, margin=MARGIN, keep_prob=1.0, mask_seed=0
):
    """Draw X (n_x, m), Y (1, m) and the parameters of a three-layer network.

    Parameters
    ----------
    rng : numpy.random.Generator
    layers : (n_x, n_1, n_2, 1)
    min_m, max_m : ints, range of the number of examples m
    dead : float, probability that no unit of the first layer is active for any example
    single : float, probability that there is one example only
    margin : float, smallest distance of a pre-activation from 0
    keep_prob, mask_seed : as given to the cost
    """
    is_dead, is_single = rng.random() < dead, rng.random() < single
    while True:
        m = 1 if is_single else int(rng.integers(min_m, max_m + 1))
        X, Y = rng.standard_normal((layers[0], m)), rng.integers(0, 2, size=(1, m)).astype(float)
        parameters = {}
        for layer, (fan_in, units) in enumerate(zip(layers[:-1], layers[1:]), start=1):
            parameters[f"W{layer}"] = rng.standard_normal((units, fan_in)) / math.sqrt(fan_in)
            parameters[f"b{layer}"] = rng.standard_normal((units, 1)) * 0.5
        parameters["W3"] = _signs(rng, (layers[3], layers[2])) * rng.uniform(0.4, 1.2, size=(layers[3], layers[2]))
        if is_dead:
            parameters["b1"] = -1.0 - np.abs(parameters["W1"]) @ np.abs(X).max(axis=1, keepdims=True)
        Zs, Z3 = _network_forward(X, parameters, keep_prob, mask_seed)
        if min(np.minimum.reduce(np.abs(Z), axis=None) for Z in Zs) <= margin:
            continue
        if any(np.count_nonzero(np.logical_or.reduce(Z > 0, axis=1)) < 2 for Z in Zs[is_dead:]):
            continue
        error = sigmoid(Z3) - Y
        if abs(np.add.reduce(error, axis=None) / m) <= 0.05:
            continue
        slopes = _slopes_of_biases(error / m, parameters, Zs, keep_prob, mask_seed)
        if all(size == 0 or size > 0.01 for size in (math.sqrt(np.vdot(slope, slope)) for slope in slopes)):
            return X, Y, parameters  # where the cost is nearly flat in a bias, round-off would pass for a bug


def _slopes_of_biases(delta, parameters, Zs, keep_prob, mask_seed):
    """Return how steep the cost is in b2 and in b1, where `delta` says how steep it is in the output's pre-activations."""
    masks, slopes = (1.0, 1.0), []
    if keep_prob < 1:
        masks = dropout_masks(*map(len, Zs), delta.shape[1], keep_prob, mask_seed)
    for W, Z, mask in zip((parameters["W3"], parameters["W2"]), reversed(Zs), reversed(masks)):
        delta = (W.T @ delta) * (Z > 0) * mask / keep_prob
        slopes.append(np.add.reduce(delta, axis=1))
    return slopes


def _network_forward(X, parameters, keep_prob, mask_seed):
    """Return the pre-activations of the two hidden layers, as a list, and that of the output."""
    W1, b1, W2, b2, W3, b3 = of_three_layers(parameters)
    D1, D2 = dropout_masks(len(b1), len(b2), X.shape[1], keep_prob, mask_seed) if keep_prob < 1 else (None, None)
    Z1 = W1 @ X + b1
    A1 = relu(Z1) if D1 is None else relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2) if D2 is None else relu(Z2) * D2 / keep_prob
    return (Z1, Z2), W3 @ A2 + b3


# Softmax over n_2 classes, on one hidden ReLU layer


def softmax_cost(X, Y, parameters):
    """Return the mean cross-entropy, in nats, of a hidden ReLU layer and a softmax output; Y (n_2, m) is one-hot."""
    logits = parameters["W2"] @ relu(parameters["W1"] @ X + parameters["b1"]) + parameters["b2"]
    return float(np.add.reduce(np.logaddexp.reduce(logits, axis=0)) - np.vdot(Y, logits)) / X.shape[1]


def draw_softmax(rng, layers=(2, 3, 3), m=5):
    """Draw X (n_x, m), one-hot Y (n_2, m) and the parameters W1, b1, W2, b2."""
    n_x, units, classes = layers
    while True:
        X, Y = rng.normal(size=(n_x, m)), np.eye(classes)[:, rng.integers(classes, size=m)]
        parameters = {
            "W1": rng.normal(size=(units, n_x)) / np.sqrt(n_x),
            "b1": rng.normal(size=(units, 1)) * 0.5,
            "W2": rng.normal(size=(classes, units)) / np.sqrt(units),
            "b2": rng.normal(size=(classes, 1)) * 0.5,
        }
        Z1 = parameters["W1"] @ X + parameters["b1"]
        if np.abs(Z1).min() > MARGIN and np.any(Z1 > 0, axis=1).sum() >= 2:
            return X, Y, parameters


# Batch normalization before a tanh layer, then one sigmoid unit


def batch_norm_cost(X, Y, parameters):
    """Return the mean cross-entropy, in nats, of: linear, batch normalization, tanh, one sigmoid unit.

    Each unit of Z = W1 X is normalized over the m examples, with ``VARIANCE_FLOOR`` added to its variance (the mean of squared
    deviations), then scaled by gamma1 and shifted by beta1, both (n_1, 1). There is no b1: the normalization would take it away.
    """
    m = X.shape[1]
    Z = parameters["W1"] @ X
    centred = Z - np.add.reduce(Z, axis=1, keepdims=True) / m
    normalized = centred / np.sqrt(np.add.reduce(centred * centred, axis=1, keepdims=True) / m + VARIANCE_FLOOR)
    A = np.tanh(parameters["gamma1"] * normalized + parameters["beta1"])
    return mean_cross_entropy(parameters["W2"] @ A + parameters["b2"], Y)


def draw_batch_norm(rng, layers=(2, 3, 1), m=6):
    """Draw X (n_x, m), Y (1, m) and the parameters W1, gamma1, beta1, W2, b2; no unit's deviation over the examples is small."""
    n_x, units, _ = layers
    while True:
        X, Y = rng.normal(size=(n_x, m)), rng.integers(0, 2, size=(1, m)).astype(float)
        parameters = {
            "W1": rng.normal(size=(units, n_x)),
            "gamma1": rng.uniform(0.5, 1.5, size=(units, 1)),
            "beta1": rng.normal(size=(units, 1)) * 0.5,
            "W2": _signs(rng, (1, units)) * rng.uniform(0.5, 1.5, size=(1, units)),
            "b2": rng.normal(size=(1, 1)) * 0.5,
        }
        Z = parameters["W1"] @ X
        deviations = Z.std(axis=1, keepdims=True)
        if deviations.min() <= 0.5:
            continue
        A = np.tanh(parameters["gamma1"] * (Z - Z.mean(axis=1, keepdims=True)) / deviations + parameters["beta1"])
        if abs(np.mean(sigmoid(parameters["W2"] @ A + parameters["b2"]) - Y)) > 0.05:
            return X, Y, parameters


# An autoencoder that uses one matrix twice


def tied_cost(X, Y, parameters):
    """Return the mean squared error, sum over rows / (2 m), of rebuilding Y from X by W1^T tanh(W1 X + b1) + b2."""
    rebuilt = parameters["W1"].T @ np.tanh(parameters["W1"] @ X + parameters["b1"]) + parameters["b2"]
    return float(np.add.reduce((rebuilt - Y) ** 2, axis=None) / (2 * X.shape[1]))


def draw_tied(rng, layers=(4, 2), m=5):
    """Draw X (n_x, m), Y = X as a copy, and the parameters W1 (n_1, n_x), b1 (n_1, 1), b2 (n_x, 1)."""
    n_x, units = layers
    X = rng.normal(size=(n_x, m))
    parameters = {
        "W1": rng.normal(size=(units, n_x)) / np.sqrt(n_x),
        "b1": rng.normal(size=(units, 1)) * 0.5,
        "b2": rng.normal(size=(n_x, 1)) * 0.5,
    }
    return X, X.copy(), parameters


# Two residual blocks, then one sigmoid unit


def residual_cost(X, Y, parameters):
    """Return the mean cross-entropy, in nats, of H1 = X + tanh(W1 X + b1), H2 = H1 + tanh(W2 H1 + b2), sigmoid(W3 H2 + b3)."""
    H = X
    for layer in (1, 2):
        H = H + np.tanh(parameters[f"W{layer}"] @ H + parameters[f"b{layer}"])
    return mean_cross_entropy(parameters["W3"] @ H + parameters["b3"], Y)


def draw_residual(rng, units=2, m=5):
    """Draw X (units, m), Y (1, m) and the parameters W1, b1, W2, b2 of the blocks and W3, b3 of the output."""
    while True:
        X, Y = rng.normal(size=(units, m)), rng.integers(0, 2, size=(1, m)).astype(float)
        parameters = {
            "W3": _signs(rng, (1, units)) * rng.uniform(0.4, 1.0, size=(1, units)),
            "b3": np.zeros((1, 1)),
        }
        for layer in (1, 2):
            parameters[f"W{layer}"] = rng.normal(size=(units, units)) / np.sqrt(units)
            parameters[f"b{layer}"] = rng.normal(size=(units, 1)) * 0.5
        H = X
        for layer in (1, 2):
            H = H + np.tanh(parameters[f"W{layer}"] @ H + parameters[f"b{layer}"])
        if abs(np.mean(sigmoid(parameters["W3"] @ H + parameters["b3"]) - Y)) > 0.05:
            return X, Y, parameters


# Linear regression


def regression_cost(X, Y, parameters, weight=1.0):
    """Return the mean squared error, sum / (2 m), of the prediction W1 X + b1, times ``weight``: the unit that it is counted in."""
    return weight * float(
        np.add.reduce((parameters["W1"] @ X + parameters["b1"] - Y) ** 2, axis=None) / (2 * X.shape[1])
    )


def draw_regression(rng, n_x=3, min_m=3, max_m=6, single=0.0, unit=1.0, small=1.0):
    """Draw X (n_x, m), Y (1, m) of about ten ``unit`` and the parameters W1, b1; one example only with probability ``single``.

    The first input is ``small`` times as large as the others.
    """
    m = 1 if rng.random() < single else int(rng.integers(min_m, max_m + 1))
    while True:
        X, Y = 5.0 * rng.normal(size=(n_x, m)), unit * (10.0 + rng.normal(size=(1, m)))
        X[0] *= small
        parameters = {"W1": unit * rng.normal(size=(1, n_x)), "b1": unit * rng.normal(size=(1, 1))}
        if abs(np.mean(parameters["W1"] @ X + parameters["b1"] - Y)) > 5 * unit:
            return X, Y, parameters


def draw_fitted(rng, n_x=2, m=4, error=1e-5):
    """Draw a point of the regression that is fitted nearly: each prediction misses its Y by about ``error``, all to one side."""
    X = 2.0 * rng.normal(size=(n_x, m)) + 3.0
    parameters = {"W1": rng.normal(size=(1, n_x)), "b1": rng.normal(size=(1, 1))}
    return X, parameters["W1"] @ X + parameters["b1"] - error * rng.uniform(0.5, 1.5, size=(1, m)), parameters


# Products of pairs of inputs: a kernel with three axes, a vector and a single number


def pairs_cost(X, Y, parameters):
    """Return the mean squared error, sum / (2 m), of gain * sum over i, j of kernel[k, i, j] X[i] X[j], plus delta[k]."""
    Z = parameters["gain"] * np.einsum("kij,im,jm->km", parameters["kernel"], X, X) + parameters["delta"][:, None]
    return float(np.add.reduce((Z - Y) ** 2, axis=None) / (2 * X.shape[1]))


def draw_pairs(rng, n_x=2, units=2, m=4):
    """Draw X (n_x, m), Y (units, m) and the parameters kernel (units, n_x, n_x), delta (units,) and gain ()."""
    X = rng.uniform(0.5, 1.5, size=(n_x, m)) * _signs(rng, (n_x, 1))
    parameters = {
        "kernel": rng.uniform(0.5, 1.5, size=(units, n_x, n_x)) * _signs(rng, (n_x, n_x)),
        "delta": rng.normal(size=units),
        "gain": np.array(rng.uniform(0.5, 1.5)),
    }
    Z = np.einsum("kij,im,jm->km", parameters["kernel"], X, X)
    return X, parameters["gain"] * Z + parameters["delta"][:, None] - rng.uniform(1.0, 2.0, size=Z.shape), parameters


# A chain of tanh layers without biases, of one layer or of two


def chain_cost(X, Y, parameters):
    """Return the mean squared error, sum / (2 m), of W3 H, where H is X after tanh(W1 H) and, where there is one, tanh(W2 H)."""
    H = X
    for name in ("W1", "W2"):
        if name in parameters:
            H = np.tanh(parameters[name] @ H)
    return float(np.add.reduce((parameters["W3"] @ H - Y) ** 2, axis=None) / (2 * X.shape[1]))


def draw_chain(rng, units=2, m=4, deep=0.5):
    """Draw X (units, m), Y (1, m) and the parameters W3, W1 and, with probability ``deep``, W2; W1 is stored by columns.

    No unit changes its sign between examples and all predictions are too large, so that no slope is small by chance.
    """

    def layer():
        return _signs(rng, (units, 1)) * rng.uniform(0.3, 1.0, size=(units, units)) / np.sqrt(units)

    X = rng.uniform(0.5, 1.5, size=(units, m))
    parameters = {"W3": rng.uniform(0.5, 1.5, size=(1, units)), "W1": np.asfortranarray(layer())}
    H = np.tanh(parameters["W1"] @ X)
    if rng.random() < deep:
        parameters["W2"] = layer()
        H = np.tanh(parameters["W2"] @ H)
    return X, parameters["W3"] @ H - rng.uniform(1.0, 2.0, size=(1, m)), parameters


# Backward passes to try a checker on. Some are right, some are not; the names say which bug is in.


def network_backward(X, Y, parameters, lambd=0.0):
    """Return the gradients of :func:`network_cost` without dropout. This one is right."""
    grads = gradients(X, Y, parameters)
    for name in ("W1", "W2", "W3"):
        grads["d" + name] = grads["d" + name] + lambd / X.shape[1] * parameters[name]
    return grads


def network_backward_and_step(X, Y, parameters, lambd=0.0, learning_rate=0.5):
    """Return the right gradients of :func:`network_cost`, and write the next step's values into ``parameters``."""
    grads = network_backward(X, Y, parameters, lambd)
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return grads


def network_backward_slope_of_relu(X, Y, parameters):
    """Buggy: multiplies by the first layer's activation where its slope belongs, which no dead unit shows."""
    grads = gradients(X, Y, parameters)
    dZ1, A1 = _first_layer(X, Y, parameters)
    return {**grads, "dW1": dZ1 * A1 @ X.T, "db1": np.sum(dZ1 * A1, axis=1, keepdims=True)}


def network_backward_mirrored(X, Y, parameters):
    """Buggy: the columns of dW2 come in reverse order, which changes neither their sum nor their length."""
    grads = gradients(X, Y, parameters)
    return {**grads, "dW2": grads["dW2"][:, ::-1].copy()}


def network_backward_not_finite(X, Y, parameters):
    """Buggy: takes the ReLU's slope as A / A, which is 0 / 0 where a unit is not active."""
    dZ1, A1 = _first_layer(X, Y, parameters)
    with np.errstate(invalid="ignore"):
        slope = A1 / A1
    return {**gradients(X, Y, parameters), "dW1": (dZ1 * slope) @ X.T}


def _first_layer(X, Y, parameters):
    """Return dZ1 as it should be and A1, both (n_1, m)."""
    A1 = relu(parameters["W1"] @ X + parameters["b1"])
    A2 = relu(parameters["W2"] @ A1 + parameters["b2"])
    dZ3 = (sigmoid(parameters["W3"] @ A2 + parameters["b3"]) - Y) / X.shape[1]
    dZ2 = (parameters["W3"].T @ dZ3) * (A2 > 0)
    return (parameters["W2"].T @ dZ2) * (A1 > 0), A1


def regression_backward(X, Y, parameters):
    """Return the gradients of :func:`regression_cost`. This one is right."""
    dZ = (parameters["W1"] @ X + parameters["b1"] - Y) / X.shape[1]
    return {"dW1": dZ @ X.T, "db1": np.sum(dZ, axis=1, keepdims=True)}


def regression_backward_in_place(X, Y, parameters):
    """Return the right gradients of :func:`regression_cost`, computed in the memory of ``X`` and ``Y``, which are overwritten."""
    np.subtract(parameters["W1"] @ X + parameters["b1"], Y, out=Y)
    X /= X.shape[1]
    return {"dW1": Y @ X.T, "db1": np.sum(Y, axis=1, keepdims=True) / Y.shape[1]}


def regression_backward_nearly(X, Y, parameters):
    """Buggy: dW1 is too large by one part in five thousand."""
    grads = regression_backward(X, Y, parameters)
    return {**grads, "dW1": 1.0002 * grads["dW1"]}


def regression_backward_sum(X, Y, parameters, weight=1.0):
    """Buggy: the slope of b1 is summed over the examples and not divided by their number."""
    dZ = weight * (parameters["W1"] @ X + parameters["b1"] - Y)
    return {"dW1": dZ @ X.T / X.shape[1], "db1": np.sum(dZ, axis=1, keepdims=True)}


def pairs_backward(X, Y, parameters):
    """Return the gradients of :func:`pairs_cost`. This one is right."""
    products = np.einsum("kij,im,jm->km", parameters["kernel"], X, X)
    dZ = (parameters["gain"] * products + parameters["delta"][:, None] - Y) / X.shape[1]
    dkernel = parameters["gain"] * np.einsum("km,im,jm->kij", dZ, X, X)
    return {"dkernel": dkernel, "ddelta": dZ.sum(axis=1), "dgain": np.array(np.sum(dZ * products))}


def pairs_backward_half(X, Y, parameters):
    """Buggy: takes pairs of different inputs once, where they come in both orders."""
    grads = pairs_backward(X, Y, parameters)
    return {**grads, "dkernel": np.triu(grads["dkernel"])}


def chain_backward(X, Y, parameters):
    """Return the gradients of :func:`chain_cost`. This one is right."""
    grads, H = {}, [X]
    hidden = [name for name in ("W1", "W2") if name in parameters]
    for name in hidden:
        H.append(np.tanh(parameters[name] @ H[-1]))
    dZ = (parameters["W3"] @ H[-1] - Y) / X.shape[1]
    grads["dW3"] = dZ @ H[-1].T
    dH = parameters["W3"].T @ dZ
    for layer, name in reversed(list(enumerate(hidden))):
        dZ = dH * (1 - H[layer + 1] ** 2)
        grads["d" + name], dH = dZ @ H[layer].T, parameters[name].T @ dZ
    return grads


def chain_backward_no_slope(X, Y, parameters):
    """Buggy: the slope of the second tanh is left out of dW2; at a point with one hidden layer nothing shows it."""
    grads = chain_backward(X, Y, parameters)
    if "W2" in parameters:
        H = np.tanh(parameters["W1"] @ X)
        error = parameters["W3"] @ np.tanh(parameters["W2"] @ H) - Y
        grads["dW2"] = parameters["W3"].T @ error @ H.T / X.shape[1]
    return grads


# The backward pass of the incident: three bugs are in it.


def incident_backward(X, Y, cache):
    """Return the gradients of the three-layer network, as they were computed on the night of the incident."""
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]

    dZ3 = A3 - Y
    dW3 = dZ3 @ A2.T / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dW2 = dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    dA1 = W2.T @ dA2
    dZ1 = dA1 * (Z1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / len(dZ1)

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}

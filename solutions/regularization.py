"""Reference answers of the assignment on regularization: L2, dropout, and how to choose between them.

Axes: examples are columns. The network has three layers: ReLU, ReLU, sigmoid. m is the number of examples.
"""

import numpy as np


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    r"""Return the mean cross-entropy plus the L2 penalty on the weights.

    .. math:: J = -\frac{1}{m} \sum_i \left( y_i \log a_i + (1 - y_i) \log(1 - a_i) \right)
              + \frac{\lambda}{2m} \sum_l \lVert W_l \rVert_F^2

    Parameters
    ----------
    A3 : ndarray, shape (1, m)
        Predicted probabilities, strictly between 0 and 1: they need no clipping.
    Y : ndarray, shape (1, m)
        Labels, 0 or 1.
    parameters : dict
        ``W1, b1, W2, b2, W3, b3``, in any order. Biases are not penalised.
    lambd : float, at least 0
        Strength of the penalty.

    Returns
    -------
    cost : float, in nats
    """
    m = Y.shape[1]
    cross_entropy = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    squared_weights = sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
    return float(cross_entropy + lambd / (2 * m) * squared_weights)


def backward_propagation_with_regularization(X, Y, cache, lambd):
    r"""Return the gradients of the regularised cost.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
    Y : ndarray, shape (1, m)
        Labels, 0 or 1.
    cache : tuple
        ``(Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)`` of the forward pass, with
        ``Z1, A1`` of shape (n_1, m), ``W1`` (n_1, n_0), ``b1`` (n_1, 1), and so on.
        Where the network is sure, ``A3`` is exactly 0 or 1. At exactly 0 the ReLU's slope may be
        taken as 0 or as 1. The cache is not changed.
    lambd : float, at least 0
        Strength of the penalty :math:`\frac{\lambda}{2m} \sum_l \lVert W_l \rVert_F^2`.

    Returns
    -------
    gradients : dict
        ``dW1, db1, dW2, db2, dW3, db3``, each of the shape of its parameter.
        Further keys are allowed.
    """
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y  # (1, m)
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)  # (n_2, m)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)  # (n_1, m)
    return {
        "dW1": (dZ1 @ X.T + lambd * W1) / m,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": (dZ2 @ A1.T + lambd * W2) / m,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dW3": (dZ3 @ A2.T + lambd * W3) / m,
        "db3": np.sum(dZ3, axis=1, keepdims=True) / m,
    }


def forward_propagation_with_dropout(X, parameters, keep_prob, rng):
    """Return the output of the network with inverted dropout on both hidden layers.

    Every hidden unit is kept or dropped for every example on its own, with fresh draws at each
    call, first for layer 1, then for layer 2.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
    parameters : dict
        ``W1`` (n_1, n_0), ``b1`` (n_1, 1), ``W2``, ``b2``, ``W3``, ``b3``, in any order.
    keep_prob : float, in (0, 1]
        Probability of keeping a unit; 1 keeps all.
    rng : numpy.random.Generator
        Source of all randomness.

    Returns
    -------
    A3 : ndarray, shape (1, m)
        Predicted probabilities.
    cache : tuple
        ``(Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)``. The masks ``D1`` (n_1, m) and
        ``D2`` (n_2, m) are True or 1 where a unit is kept, False or 0 where it is dropped.
        ``Z1, Z2`` are the inputs of the ReLUs; ``A1, A2`` are the activations after dropout,
        kept ones divided by ``keep_prob``.

    Source: Srivastava et al. (2014), in the "inverted" form that leaves prediction untouched.
    """
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1 = W1 @ X + b1  # (n_1, m)
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.maximum(Z1, 0) * D1 / keep_prob
    Z2 = W2 @ A1 + b2  # (n_2, m)
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.maximum(Z2, 0) * D2 / keep_prob
    Z3 = W3 @ A2 + b3  # (1, m)
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """Return the gradients of the mean cross-entropy of the thinned network.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
    Y : ndarray, shape (1, m)
        Labels, 0 or 1.
    cache : tuple
        ``(Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)`` as returned by
        ``forward_propagation_with_dropout``, with masks of True and False. Where the network is
        sure, ``A3`` is exactly 0 or 1. At exactly 0 the ReLU's slope may be taken as 0 or as 1.
        The cache is not changed.
    keep_prob : float, in (0, 1]
        The probability of keeping a unit that the forward pass used.

    Returns
    -------
    gradients : dict
        ``dW1, db1, dW2, db2, dW3, db3``, each of the shape of its parameter.
        Further keys are allowed.
    """
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y  # (1, m)
    dA2 = (W3.T @ dZ3) * D2 / keep_prob  # (n_2, m)
    dZ2 = dA2 * (Z2 > 0)
    dA1 = (W2.T @ dZ2) * D1 / keep_prob  # (n_1, m)
    dZ1 = dA1 * (Z1 > 0)
    return {
        "dW1": dZ1 @ X.T / m,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": dZ2 @ A1.T / m,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dW3": dZ3 @ A2.T / m,
        "db3": np.sum(dZ3, axis=1, keepdims=True) / m,
    }


def accuracy_and_log_loss(A3, Y):
    """Return the share of right predictions and the mean cross-entropy.

    Parameters
    ----------
    A3 : ndarray, shape (1, m)
        Predicted probabilities in [0, 1], both ends included. The prediction is 1 where ``A3 > 0.5``.
    Y : ndarray, shape (1, m)
        Labels, 0 or 1.

    Returns
    -------
    accuracy : float, in [0, 1]
    log_loss : float, in nats
        Finite: probabilities are clipped to [1e-12, 1 - 1e-12] before the logarithm.
    """
    accuracy = np.mean((A3 > 0.5) == Y)
    probability = np.clip(A3, 1e-12, 1 - 1e-12)
    log_loss = -np.mean(Y * np.log(probability) + (1 - Y) * np.log(1 - probability))
    return float(accuracy), float(log_loss)


def choose_setting(dev_log_loss):
    """Return the setting with the lowest mean log loss on the dev set.

    Parameters
    ----------
    dev_log_loss : dict
        Setting (a string, a number or a tuple) -> ndarray, shape (num_seeds,), the log loss on
        the dev set of each run with that setting. Settings may have different numbers of runs.

    Returns
    -------
    setting : the key with the lowest mean; the first of them in the order of the dict on a tie
    """
    return min(dev_log_loss, key=lambda setting: np.mean(dev_log_loss[setting]))

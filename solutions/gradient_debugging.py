"""Gradient Checking: find the bug. Reference answers."""

import numpy as np

from idnn.networks import forward_propagation_n


def difference_by_parameter(gradients, approximations):
    """Return how far each gradient is from its approximation, by name.

    The difference of one pair is relative: the norm of (gradient - approximation) over the sum of
    the two norms; 0.0 where both are zero, and nan where the gradient holds nan.

    Parameters
    ----------
    gradients : dict of ndarrays, ``dW1``, ``db1``, ...; may hold further entries, which are left out.
        Entries are zero or of size 1e-30 to 1e30, or nan.
    approximations : dict of ndarrays of the gradients' shapes; its names are compared

    Returns
    -------
    differences : dict name -> float in [0, 1], or nan
    """
    differences = {}
    for name, approximation in approximations.items():
        gap = np.linalg.norm(gradients[name] - approximation)
        total = np.linalg.norm(gradients[name]) + np.linalg.norm(approximation)
        differences[name] = float(gap / total) if total else 0.0
    return differences


def worst_entry(gradient, approximation):
    """Return the entry in which a gradient differs most from its approximation.

    Parameters
    ----------
    gradient, approximation : ndarrays of the same shape, with one axis or more, finite

    Returns
    -------
    index : tuple of ints, the entry with the largest absolute difference; the first in C order on a tie
    value : float, the gradient's entry there
    expected : float, the approximation's entry there
    """
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    return index, float(gradient[index]), float(approximation[index])


def find_wrong_gradients(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    """Return the names of the gradients that disagree with the slopes of the three-layer network's cost.

    The slope by each entry is the central difference of ``forward_propagation_n`` with step
    ``epsilon``. A gradient is wrong when its relative difference exceeds ``threshold`` or is not
    finite.

    Parameters
    ----------
    parameters : dict of W1, b1, W2, b2, W3, b3, shapes (n_l, n_{l-1}) and (n_l, 1); unchanged
    gradients : dict with dW1, db1, ... of the parameters' shapes; may hold further entries, which
        are not checked
    X, Y : ndarrays, shapes (n_0, m) and (1, m)
    epsilon : float, step
    threshold : float, the largest relative difference that counts as right

    Returns
    -------
    names : list of str, sorted, such as ``["dW1", "db1"]``; empty when all are right
    """
    approximations = {}
    for name, value in parameters.items():
        slope = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = epsilon
            above, _ = forward_propagation_n(X, Y, {**parameters, name: value + step})
            below, _ = forward_propagation_n(X, Y, {**parameters, name: value - step})
            slope[index] = (above - below) / (2 * epsilon)
        approximations["d" + name] = slope
    differences = difference_by_parameter(gradients, approximations)
    return sorted(name for name, difference in differences.items() if not difference <= threshold)


def backward_propagation_n(X, Y, cache):
    """Return the gradients of the mean cross-entropy of the three-layer network, all of them right.

    They are finite and right too where the network is so sure that A3 is 0 or 1 to the last bit.
    At exactly 0 the slope of a ReLU may be taken as 0 or as 1.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
    Y : ndarray, shape (1, m), labels 0 or 1
    cache : tuple (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) from ``forward_propagation_n``; unchanged

    Returns
    -------
    gradients : dict with dW1, db1, dW2, db2, dW3, db3 of the parameters' shapes; further entries
        are allowed
    """
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {}
    for layer, dZ, A in ((1, dZ1, X), (2, dZ2, A1), (3, dZ3, A2)):
        gradients[f"dW{layer}"] = dZ @ A.T
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def check_backward(cost, backward, draw, rng):
    """Return the names of the gradients that a backward pass gets wrong, at any point that may be drawn.

    A gradient is wrong when, at some point, its relative difference to central differences of
    ``cost`` exceeds 1e-5 or is not finite. What ``backward`` returns is what counts. One point does
    not show every bug: some points have no active unit, or a single example. What is wrong at one
    of them is named, however right it is at the others.

    Parameters
    ----------
    cost : function(X, Y, parameters) -> float; changes nothing
    backward : function(X, Y, parameters) -> dict with ``d<name>``, of the parameter's shape, for
        each name in ``parameters``; may hold further entries, which are not checked. It may
        overwrite the arrays that it is given: that alone makes no gradient wrong, so hand it copies.
    draw : function(rng) -> (X, Y, parameters), a random point; ``parameters`` is a dict of float64
        arrays with any number of axes, and names and shapes may differ from point to point. ReLUs
        keep 0.01 away from their kinks: epsilon may be anything from 1e-6 to 1e-4.
    rng : numpy.random.Generator
        Handed to ``draw`` for one point after the other; five points at least, whatever rng it is.

    Returns
    -------
    names : list of str, sorted, such as ``["dW1", "dgamma1"]``; empty when all are right

    Notes
    -----
    The points are multiplied by the share of right backward passes that are accepted, and by the
    share of buggy ones whose wrong gradients are named. Accepting everything finds nothing and
    earns nothing; so does accusing everything. Some points lie close to a minimum, where a one-sided
    difference is too coarse. Some gradients are of size 1e-16: a number that is added below the line
    of the relative difference may be 1e-12 at most.
    """
    epsilon, threshold, num_points = 1e-5, 1e-5, 5
    wrong = set()
    for _ in range(num_points):
        X, Y, parameters = draw(rng)
        copies = {name: value.copy() for name, value in parameters.items()}
        gradients = backward(X.copy(), Y.copy(), copies)
        approximations = {}
        for name, value in parameters.items():
            slope = np.zeros(value.shape)
            for index in np.ndindex(value.shape):
                kept = value[index]
                value[index] = kept + epsilon
                above = cost(X, Y, parameters)
                value[index] = kept - epsilon
                below = cost(X, Y, parameters)
                value[index] = kept
                slope[index] = (above - below) / (2 * epsilon)
            approximations["d" + name] = slope
        differences = difference_by_parameter(gradients, approximations)
        wrong |= {name for name, difference in differences.items() if not difference <= threshold}
    return sorted(wrong)

"""Reference answers of the assignment that builds the gradient checker.

Axes: examples are columns. A gradient has the shape of what it is the gradient of.
"""

import numpy as np

from idnn.networks import forward_propagation_n


def forward_propagation(x, theta):
    r"""Return the cost of the one-parameter model.

    .. math:: J(\theta) = \theta x

    Parameters
    ----------
    x : float
    theta : float, the only parameter

    Returns
    -------
    J : float
    """
    return theta * x


def backward_propagation(x, theta):
    r"""Return the derivative of the cost by the parameter.

    .. math:: \frac{dJ}{d\theta} \quad \text{of} \quad J(\theta) = \theta x

    Parameters
    ----------
    x : float
    theta : float, where the derivative is taken

    Returns
    -------
    dtheta : float
    """
    return x


def relative_difference(gradient, approximation):
    r"""Return how far two gradients lie apart, relative to their lengths.

    .. math:: \frac{\lVert g - \tilde g \rVert}{\lVert g \rVert + \lVert \tilde g \rVert}

    where the norm is the Euclidean length of all entries together, whatever the array's shape.

    Parameters
    ----------
    gradient, approximation : ndarrays of one shape, any shape, or two plain numbers

    Returns
    -------
    difference : float in [0, 1]
        0.0 where both are zero everywhere, which is asked for before dividing; nan where an entry
        is nan. However tiny both are (entries of 1e-100) or however large (1e100), it tells them
        apart: nothing is added to the denominator.
    """
    difference = np.linalg.norm(np.ravel(gradient - approximation))
    total = np.linalg.norm(np.ravel(gradient)) + np.linalg.norm(np.ravel(approximation))
    return 0.0 if total == 0 else float(difference / total)


def gradient_check(x, theta, epsilon=1e-4):
    r"""Return the relative difference between your derivative and a central difference of your cost.

    The cost is whatever ``forward_propagation`` returns, the derivative whatever
    ``backward_propagation`` returns: the check knows no formula of its own.

    .. math:: \frac{J(\theta + \varepsilon) - J(\theta - \varepsilon)}{2 \varepsilon}

    Parameters
    ----------
    x : float
    theta : float, where both are compared
    epsilon : float > 0, the step

    Returns
    -------
    difference : float in [0, 1]
        As of ``relative_difference``: 0.0 where both slopes are 0, nan where one of them is nan.
    """
    rise = forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    return relative_difference(backward_propagation(x, theta), rise / (2 * epsilon))


def numerical_gradient(cost, parameters, epsilon=1e-4):
    r"""Return the gradient of a cost by central differences, one entry at a time.

    .. math:: \frac{\partial J}{\partial p} \approx
              \frac{J(p + \varepsilon) - J(p - \varepsilon)}{2 \varepsilon}
              \quad \text{for each single number } p

    Parameters
    ----------
    cost : function(parameters) -> float
    parameters : dict of float64 arrays, any names and any shapes, 0-d included
        Unchanged afterwards, to the last bit.
    epsilon : float > 0, the step

    Returns
    -------
    gradients : dict
        ``d<name>`` for each name in ``parameters``, each of the shape of its parameter.
    """
    gradients = {}
    for name, value in parameters.items():
        gradient = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = epsilon
            rise = cost({**parameters, name: value + step}) - cost({**parameters, name: value - step})
            gradient[index] = rise / (2 * epsilon)
        gradients["d" + name] = gradient
    return gradients


def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-4):
    """Return the relative difference between given gradients and central differences of a network's cost.

    The network is the given ``forward_propagation_n(X, Y, parameters) -> cost, cache``. All
    parameters are compared at once, as if they were one long vector.

    Parameters
    ----------
    parameters : dict W1, b1, W2, b2, W3, b3 in any order; unchanged
        ``W{l}`` of shape (n_l, n_{l-1}), ``b{l}`` (n_l, 1).
    gradients : dict with dW1, db1, dW2, db2, dW3, db3 of the same shapes
        Further keys, such as ``dZ3``, are ignored.
    X : ndarray, shape (n_0, m)
    Y : ndarray, shape (1, m), labels 0 or 1
    epsilon : float > 0, the step

    Returns
    -------
    difference : float in [0, 1]
        As of ``relative_difference``: 0.0 where all slopes are 0, claimed and measured ones; nan
        where one of them is nan.
    """

    def cost(moved):
        return forward_propagation_n(X, Y, moved)[0]

    approximations = numerical_gradient(cost, parameters, epsilon)
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    measured = np.concatenate([approximations["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, measured)


def convergence_order(epsilons, errors):
    r"""Return the order at which an error falls with the step.

    It is the least-squares slope of log error over log step: where
    :math:`\text{error} = C \varepsilon^p`, the order is :math:`p`.

    Parameters
    ----------
    epsilons : ndarray, shape (k,), k >= 2, positive and not all equal, in any order
    errors : ndarray, shape (k,), positive

    Returns
    -------
    order : float
    """
    slope, _ = np.polyfit(np.log(epsilons), np.log(errors), 1)
    return float(slope)

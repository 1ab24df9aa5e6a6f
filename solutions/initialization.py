"""Reference answers of the assignment Initialization: where training starts from."""

import numpy as np


def initialize_parameters_zeros(layers_dims):
    """Return the parameters of a network whose weights and biases are all zero.

    Parameters
    ----------
    layers_dims : list of int, length L + 1 >= 2
        Number of units of every layer, the inputs first: ``[n_0, n_1, ..., n_L]``. Not changed.

    Returns
    -------
    parameters : dict of ndarray, float64
        ``W1, b1, ..., WL, bL`` with ``W{l}`` of shape (n_l, n_{l-1}) and ``b{l}`` of shape
        (n_l, 1). Every array has memory of its own, new at each call.
    """
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def initialize_parameters_random(layers_dims, rng, scale=10.0):
    r"""Return parameters with normal weights of one spread in every layer, and zero biases.

    .. math:: W^{[l]}_{ij} \sim \mathcal{N}(0, \text{scale}^2), \qquad b^{[l]} = 0

    Parameters
    ----------
    layers_dims : list of int, length L + 1 >= 2
        Number of units of every layer, the inputs first. Not changed.
    rng : numpy.random.Generator
        The only source of randomness: each call draws new weights from it. NumPy's global
        generator is neither drawn from nor seeded.
    scale : float, positive
        Standard deviation of the weights.

    Returns
    -------
    parameters : dict of ndarray, float64
        ``W1, b1, ..., WL, bL`` with ``W{l}`` of shape (n_l, n_{l-1}) and ``b{l}`` of shape
        (n_l, 1). Every array has memory of its own, new at each call.
    """
    parameters = {}
    for layer in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"W{layer}"] = scale * W
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def initialize_parameters_he(layers_dims, rng):
    r"""Return parameters with weights scaled for ReLU layers, and zero biases.

    .. math:: W^{[l]}_{ij} \sim \mathcal{N}\left(0, \frac{2}{n_{l-1}}\right), \qquad b^{[l]} = 0

    Parameters
    ----------
    layers_dims : list of int, length L + 1 >= 2
        Number of units of every layer, the inputs first. Not changed.
    rng : numpy.random.Generator
        The only source of randomness: each call draws new weights from it. NumPy's global
        generator is neither drawn from nor seeded.

    Returns
    -------
    parameters : dict of ndarray, float64
        ``W1, b1, ..., WL, bL`` with ``W{l}`` of shape (n_l, n_{l-1}) and ``b{l}`` of shape
        (n_l, 1). The output layer is scaled as the others are. Every array has memory of its
        own, new at each call.

    Source: He, Zhang, Ren and Sun (2015), equation 10.
    """
    parameters = {}
    for layer in range(1, len(layers_dims)):
        fan_in = layers_dims[layer - 1]
        W = rng.standard_normal((layers_dims[layer], fan_in))
        parameters[f"W{layer}"] = np.sqrt(2 / fan_in) * W
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def initialize_parameters_xavier(layers_dims, rng):
    r"""Return parameters with weights scaled for linear layers, and zero biases.

    .. math:: W^{[l]}_{ij} \sim \mathcal{N}\left(0, \frac{1}{n_{l-1}}\right), \qquad b^{[l]} = 0

    Parameters
    ----------
    layers_dims : list of int, length L + 1 >= 2
        Number of units of every layer, the inputs first. Not changed.
    rng : numpy.random.Generator
        The only source of randomness: each call draws new weights from it. NumPy's global
        generator is neither drawn from nor seeded.

    Returns
    -------
    parameters : dict of ndarray, float64
        ``W1, b1, ..., WL, bL`` with ``W{l}`` of shape (n_l, n_{l-1}) and ``b{l}`` of shape
        (n_l, 1). Every array has memory of its own, new at each call.

    Source: LeCun et al. (1998), section 4.6. Glorot and Bengio (2010) average the numbers
    of inputs and outputs instead.
    """
    parameters = {}
    for layer in range(1, len(layers_dims)):
        fan_in = layers_dims[layer - 1]
        W = rng.standard_normal((layers_dims[layer], fan_in))
        parameters[f"W{layer}"] = np.sqrt(1 / fan_in) * W
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def count_distinct_units(W, tolerance=1e-12):
    """Return how many different units a layer has.

    A unit is a row of the layer's weight matrix. Two units are the same if no entry of one
    row differs from the entry in the same column of the other by more than ``tolerance``.
    Rows that are the same come in groups: any two of one group are the same, and no two of
    different groups, so it does not matter which unit of a group is compared with.

    Parameters
    ----------
    W : ndarray, shape (units, inputs), both at least 1
        Not changed.
    tolerance : float >= 0
        Largest difference between two entries that count as equal.

    Returns
    -------
    count : int, from 1 to units
    """
    distinct = []
    for row in W:
        if all(np.max(np.abs(row - other)) > tolerance for other in distinct):
            distinct.append(row)
    return len(distinct)


def activation_scales(X, parameters):
    """Return how widely the activations of each hidden layer spread.

    Every hidden layer computes ``A = relu(W @ A_previous + b)``. Its scale is the standard
    deviation of all its activations, over units and examples together (the population's:
    divided by their number).

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
        Examples as columns. Not changed.
    parameters : dict of ndarray
        ``W1, b1, ..., WL, bL`` with ``W{l}`` of shape (n_l, n_{l-1}) and ``b{l}`` of shape
        (n_l, 1), in any order. Not changed.

    Returns
    -------
    scales : ndarray, shape (L - 1,)
        One number >= 0 for each hidden layer, the first hidden layer first. The output layer
        is left out, so a network without hidden layers gives an empty array.
    """
    scales = []
    A = X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        scales.append(np.std(A))
    return np.array(scales)


def compare_initializations(initializers, train, seeds):
    """Return the mean and the spread of the accuracy that each initializer leads to.

    Every initializer sees the same seeds, and for each of them a generator of its own, fresh
    from ``np.random.default_rng(seed)``: what one initializer draws does not change what the
    next one is given. NumPy's global generator is neither drawn from nor seeded.

    Parameters
    ----------
    initializers : dict, name -> function(rng) that returns a dict of parameters
    train : function(parameters) that trains from there and returns an accuracy, float
    seeds : list of int >= 0, at least one, all different

    Returns
    -------
    results : dict, name -> (mean, standard deviation)
        Over the seeds, two floats; the standard deviation is the population's. Names as in
        ``initializers``.
    """
    results = {}
    for name, initialize in initializers.items():
        accuracies = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = (float(np.mean(accuracies)), float(np.std(accuracies)))
    return results

"""Reference answers of the assignment Optimization: update rules, mini-batches and learning rate decay."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    r"""Return the parameters after one step of gradient descent.

    .. math:: W \leftarrow W - \alpha\, dW, \qquad b \leftarrow b - \alpha\, db

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ``W2``, ``b2``, ... of any number of layers. Not changed.
    grads : dict of ndarray
        ``dW1``, ``db1``, ... of the same shapes, in any order. Not changed.
    learning_rate : float, positive

    Returns
    -------
    parameters : dict of ndarray
        A new dict of new arrays with the same names and shapes.
    """
    return {name: value - learning_rate * grads["d" + name] for name, value in parameters.items()}


def random_mini_batches(X, Y, mini_batch_size, rng):
    """Return the training set as a list of mini-batches in random order.

    Every example is in exactly one mini-batch, its column of ``X`` beside its column of ``Y``. All
    mini-batches hold ``mini_batch_size`` examples, but for the last one, which holds the rest
    (at least one example). Which examples meet in a mini-batch is random, and so is the order of
    the mini-batches, in a small training set too; the order inside one is free.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    mini_batch_size : int, positive, may be larger than m
    rng : numpy.random.Generator
        The only source of randomness: each call draws a new order from it.

    Returns
    -------
    mini_batches : list of (X_b, Y_b), shapes (n_x, size) and (1, size)
    """
    order = rng.permutation(X.shape[1])
    starts = range(0, len(order), mini_batch_size)
    batches = [order[start : start + mini_batch_size] for start in starts]
    return [(X[:, batch], Y[:, batch]) for batch in batches]


def initialize_velocity(parameters):
    """Return the velocity that momentum starts from: all zeros.

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ``W2``, ``b2``, ... Not changed.

    Returns
    -------
    v : dict of ndarray
        ``dW1``, ``db1``, ...: the names of the gradients, zeros of the shape of ``W1``, ``b1``, ...
        Every array has memory of its own, new at each call.
    """
    return {"d" + name: np.zeros_like(value) for name, value in parameters.items()}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    r"""Return parameters and velocity after one step of gradient descent with momentum.

    .. math::
        v \leftarrow \beta v + (1 - \beta)\, dW, \qquad W \leftarrow W - \alpha v

    and the same for every ``b``.

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ... Not changed.
    grads : dict of ndarray
        ``dW1``, ``db1``, ... of the same shapes, in any order. Not changed.
    v : dict of ndarray
        ``dW1``, ``db1``, ...: the velocity before the step. In any order. Not changed.
    beta : float in [0, 1), the share of the old velocity that is kept
    learning_rate : float, positive

    Returns
    -------
    parameters, v : dicts of ndarray
        New dicts of new arrays with the names and shapes of those passed in.

    Source: Polyak (1964), here in the form of a moving average.
    """
    new_v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    new_parameters = {name: value - learning_rate * new_v["d" + name] for name, value in parameters.items()}
    return new_parameters, new_v


def initialize_rmsprop(parameters):
    """Return the average of squared gradients that RMSProp starts from: all zeros.

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ``W2``, ``b2``, ... Not changed.

    Returns
    -------
    s : dict of ndarray
        ``dW1``, ``db1``, ...: the names of the gradients, zeros of the shape of ``W1``, ``b1``, ...
        Every array has memory of its own, new at each call.
    """
    return {"d" + name: np.zeros_like(value) for name, value in parameters.items()}


def update_parameters_with_rmsprop(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    r"""Return parameters and averaged squares after one step of RMSProp.

    .. math::
        s \leftarrow \beta_2 s + (1 - \beta_2)\, dW^2, \qquad
        W \leftarrow W - \alpha \frac{dW}{\sqrt{s} + \varepsilon}

    with the square, the root and the quotient taken entry by entry, and the same for every ``b``.

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ... Not changed.
    grads : dict of ndarray
        ``dW1``, ``db1``, ... of the same shapes, in any order. Not changed.
    s : dict of ndarray
        ``dW1``, ``db1``, ...: the averaged squares before the step, none negative. In any
        order. Not changed.
    learning_rate : float, positive
    beta2 : float in [0, 1), the share of the old average that is kept
    epsilon : float, positive
        Keeps the denominator from 0. Added to the root, not under it.

    Returns
    -------
    parameters, s : dicts of ndarray
        New dicts of new arrays with the names and shapes of those passed in.

    Source: Hinton, Srivastava and Swersky (2012), Neural Networks for Machine Learning, lecture 6e.
    """
    new_s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    new_parameters = {}
    for name, value in parameters.items():
        direction = grads["d" + name] / (np.sqrt(new_s["d" + name]) + epsilon)
        new_parameters[name] = value - learning_rate * direction
    return new_parameters, new_s


def initialize_adam(parameters):
    """Return the two averages that Adam starts from: of gradients and of their squares, all zeros.

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ``W2``, ``b2``, ... Not changed.

    Returns
    -------
    v, s : dicts of ndarray
        Each with the names of the gradients ``dW1``, ``db1``, ... and zeros of the shape of
        ``W1``, ``b1``, ... Every array has memory of its own, new at each call.
    """
    v = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    s = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    r"""Return parameters and both averages after one step of Adam.

    .. math::
        v &\leftarrow \beta_1 v + (1 - \beta_1)\, dW, &
        \hat v &= \frac{v}{1 - \beta_1^t}, \\
        s &\leftarrow \beta_2 s + (1 - \beta_2)\, dW^2, &
        \hat s &= \frac{s}{1 - \beta_2^t}, \\
        W &\leftarrow W - \alpha \frac{\hat v}{\sqrt{\hat s} + \varepsilon}

    entry by entry, and the same for every ``b``.

    Parameters
    ----------
    parameters : dict of ndarray
        ``W1``, ``b1``, ... Not changed.
    grads : dict of ndarray
        ``dW1``, ``db1``, ... of the same shapes, in any order. Not changed.
    v, s : dicts of ndarray
        ``dW1``, ``db1``, ...: the averages before the step. In any order. Not changed.
    t : int, the number of this step, counted from 1
    learning_rate : float, positive
    beta1, beta2 : float in [0, 1), the shares of the old averages that are kept
    epsilon : float, positive
        Keeps the denominator from 0. Added to the root, not under it.

    Returns
    -------
    parameters, v, s : dicts of ndarray
        New dicts of new arrays with the names and shapes of those passed in; ``v`` and ``s`` before
        bias correction.

    Source: Kingma and Ba (2015), Algorithm 1.
    """
    new_v = {name: beta1 * v[name] + (1 - beta1) * grads[name] for name in v}
    new_s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    new_parameters = {}
    for name, value in parameters.items():
        v_hat = new_v["d" + name] / (1 - beta1**t)
        s_hat = new_s["d" + name] / (1 - beta2**t)
        new_parameters[name] = value - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return new_parameters, new_v, new_s


def update_lr(learning_rate0, epoch_num, decay_rate):
    r"""Return the learning rate of an epoch under inverse time decay.

    .. math:: \alpha = \frac{\alpha_0}{1 + \mathrm{decay\_rate} \cdot \mathrm{epoch\_num}}

    Parameters
    ----------
    learning_rate0 : float, positive, the learning rate of epoch 0
    epoch_num : int, counted from 0
    decay_rate : float, not negative

    Returns
    -------
    learning_rate : float
    """
    return learning_rate0 / (1 + decay_rate * epoch_num)


def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    r"""Return the learning rate of an epoch when it decays only every ``time_interval`` epochs.

    .. math:: \alpha = \frac{\alpha_0}{1 + \mathrm{decay\_rate} \cdot
        \left\lfloor \mathrm{epoch\_num} / \mathrm{time\_interval} \right\rfloor}

    Parameters
    ----------
    learning_rate0 : float, positive, the learning rate of the first ``time_interval`` epochs
    epoch_num : int, counted from 0
    decay_rate : float, not negative
    time_interval : int, positive, the number of epochs between two changes

    Returns
    -------
    learning_rate : float
    """
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))

"""Many networks trained at once: every learning rate of an experiment with every seed, as one stack of matrices.

An update rule works entry by entry, so it cannot tell one network from another. All parameters of a stack therefore travel
through a student's update function as one array named ``W1`` (``b1`` is empty), one call per learning rate.
"""

from itertools import pairwise

import numpy as np

from idnn.networks import accuracy, cost, num_layers


def draw_networks(layers_dims, count):
    """Return the He-scaled initial parameters of ``count`` networks, number i drawn from ``default_rng(i)``."""
    drawn = []
    for seed in range(count):
        rng, parameters = np.random.default_rng(seed), {}
        for layer, (fan_in, units) in enumerate(pairwise(layers_dims), 1):
            spread = (2 / fan_in) ** 0.5
            parameters[f"W{layer}"] = spread * rng.normal(size=(units, fan_in))
            parameters[f"b{layer}"] = np.zeros((units, 1))
        drawn.append(parameters)
    return drawn


def in_place(step):
    """Return an update of a vector in place, as ``networks.train`` takes it, made of a function on dicts.

    Parameters
    ----------
    step : function(parameters, grads, state, t, learning_rate) -> parameters, state
        Calls a student's update function; ``state`` is None before the first step, ``t`` counts from 1.
    """
    state, t, no_biases = None, 0, np.empty((0, 1))

    def update(theta, gradient, learning_rate):
        nonlocal state, t
        t += 1
        grads = {"dW1": gradient[:, None].copy(), "db1": no_biases}
        parameters, state = step({"W1": theta[:, None], "b1": no_biases}, grads, state, t, learning_rate)
        theta[:] = parameters["W1"][:, 0]

    return update


def train_many(X, Y, initial, step, learning_rates, num_epochs, *, batch_size, batches, record_every=1, seed=0):
    """Train one network for each learning rate and each set of initial parameters, all at once.

    Networks that start from the same initial parameters see the same mini-batches, whatever their learning rate.

    Parameters
    ----------
    X, Y : ndarrays, shapes (n_x, m) and (1, m)
    initial : list of S dicts W1, b1, ..., WL, bL of equal shapes; unchanged
    step : function(parameters, grads, state, t, learning_rate) -> parameters, state; see :func:`in_place`.
        Or a sequence of R of them, one beside each learning rate
    learning_rates : sequence of R floats or functions(epoch) -> float
    num_epochs : int, passes through the examples
    batch_size : int
    batches : function(X, Y, batch_size, rng) -> iterable of (X_b, Y_b), a student's
    record_every : int, epochs between two recorded costs
    seed : int, of the order of the examples; network i draws from ``default_rng([seed, i])``

    Returns
    -------
    parameters : dict of ndarrays, shapes (R, S, n_l, n_{l-1}) and (R, S, n_l, 1)
    costs : ndarray, shape (num_records, R, S), in nats on all examples, before epochs 0, record_every, ... and at the end
    """
    stack = _Stack(initial, len(learning_rates))
    rngs = [np.random.default_rng([seed, i]) for i in range(len(initial))]
    rates = [rate if callable(rate) else lambda epoch, rate=rate: rate for rate in learning_rates]
    steps = [step] * len(rates) if callable(step) else list(step)
    inputs, signs = np.vstack([X, np.ones_like(X[:1])]), 1.0 - 2.0 * Y
    states, t, no_biases, costs = [None] * len(rates), 0, np.empty((0, 1)), []
    with np.errstate(all="ignore"):  # a learning rate that is too large overflows: that is what the experiment shows
        for epoch in range(num_epochs):
            if epoch % record_every == 0:
                costs.append(cost(X, Y, stack.parameters))
            rates_now = [rate(epoch) for rate in rates]
            orders, labels = _orders(batches, X.shape[1], batch_size, rngs)
            inputs_now = np.ascontiguousarray(inputs[:, orders].swapaxes(0, 1))  # (S, n_x + 1, m)
            signs_now = signs[:, labels].swapaxes(0, 1)  # (S, 1, m)
            for start in range(0, X.shape[1], batch_size):
                t += 1
                batch = slice(start, start + batch_size)
                stack.differentiate(inputs_now[..., batch], signs_now[..., batch])
                for i, rate in enumerate(rates_now):
                    grads = {"dW1": stack.gradient[i], "db1": no_biases}
                    new, states[i] = steps[i]({"W1": stack.theta[i], "b1": no_biases}, grads, states[i], t, rate)
                    stack.theta[i] = new["W1"]
        costs.append(cost(X, Y, stack.parameters))
    return {name: value.copy() for name, value in stack.parameters.items()}, np.array(costs)


def _orders(batches, m, batch_size, rngs):
    """Return the order of the examples and of the labels that each network sees in an epoch, two arrays of shape (S, m).

    The examples' numbers go through ``batches`` in place of the examples.
    """
    numbers = np.arange(m)[None]
    pairs = [zip(*batches(numbers, numbers, batch_size, rng)) for rng in rngs]
    return np.array([[np.concatenate(part, axis=1)[0] for part in pair] for pair in pairs]).swapaxes(0, 1)


def epochs_until(costs, threshold, record_every=1):
    """Return for each network the first recorded epoch whose cost is below ``threshold``, infinity where there is none.

    Parameters
    ----------
    costs : ndarray, shape (num_records, ...), from :func:`train_many`
    """
    below = costs < threshold
    return np.where(below.any(axis=0), below.argmax(axis=0) * float(record_every), np.inf)


def accuracies(X, Y, parameters):
    """Return the share of correct predictions of every network of a stack, shape (R, S)."""
    with np.errstate(all="ignore"):
        return accuracy(X, Y, parameters)


class _Stack:
    """R x S networks in one array ``theta`` (R, S, number of parameters); layer l computes [W b] @ [A; 1] on views of it."""

    def __init__(self, initial, num_rates):
        shapes = [
            np.hstack([initial[0][f"W{n}"], initial[0][f"b{n}"]]).shape for n in range(1, num_layers(initial[0]) + 1)
        ]
        self.theta = np.empty((num_rates, len(initial), sum(rows * columns for rows, columns in shapes)))
        self.gradient = np.empty_like(self.theta)
        self.blocks, self.gradient_blocks = [], []
        start = 0
        for rows, columns in shapes:
            for array, blocks in ((self.theta, self.blocks), (self.gradient, self.gradient_blocks)):
                blocks.append(array[..., start : start + rows * columns].reshape(*array.shape[:2], rows, columns))
            start += rows * columns
        self.parameters, self.buffers = {}, {}
        for layer, block in enumerate(self.blocks, 1):
            self.parameters[f"W{layer}"], self.parameters[f"b{layer}"] = block[..., :-1], block[..., -1:]
        for name, views in self.parameters.items():
            views[...] = np.stack([parameters[name] for parameters in initial])

    def differentiate(self, X1, signs):
        """Write the gradient of each network's mean cross-entropy into ``gradient``.

        ``X1``, shape (S, n_x + 1, size), is X with a last row of ones; ``signs``, shape (S, 1, size), is 1 - 2 Y.
        """
        size = X1.shape[-1]
        if size not in self.buffers:  # [A; 1] of each hidden layer, and zeros: np.maximum with a scalar is slow
            shapes = [(*block.shape[:2], block.shape[2] + 1, size) for block in self.blocks[:-1]]
            self.buffers[size] = [(np.ones(shape), np.zeros(shape)) for shape in shapes]
        inputs = [X1]
        for block, (A, zeros) in zip(self.blocks, self.buffers[size]):
            np.matmul(block, inputs[-1], out=A[..., :-1, :])
            np.maximum(A, zeros, out=A)
            inputs.append(A)
        dZ = self.blocks[-1] @ inputs[-1]
        dZ *= 0.5
        np.tanh(dZ, out=dZ)  # sigmoid(z) - y = (tanh(z / 2) + 1 - 2 y) / 2
        dZ += signs
        dZ *= 0.5 / size
        for layer in range(len(self.blocks) - 1, -1, -1):
            np.matmul(dZ, inputs[layer].swapaxes(-1, -2), out=self.gradient_blocks[layer])
            if layer:
                dZ = self.blocks[layer][..., :-1].swapaxes(-1, -2) @ dZ
                A = inputs[layer][..., :-1, :]
                dZ *= np.sign(A, out=A)

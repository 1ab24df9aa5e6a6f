"""The networks and training loops that are given: ReLU layers, one sigmoid output, examples as columns.

Parameters are a dict ``W1, b1, ..., WL, bL``. The plain functions follow the formulas and also take a stack of networks:
give each ``W`` and ``b`` a leading axis and every result has it too. ``train_with`` trains by functions of your own;
``train`` does the same for the given network and spends its effort on speed.
"""

import operator

import numpy as np

of_three_layers = operator.itemgetter("W1", "b1", "W2", "b2", "W3", "b3")


def relu(Z):
    """Return the positive part of every entry."""
    return np.maximum(Z, 0.0)


def sigmoid(Z):
    """Return 1 / (1 + exp(-Z)) without overflow at either end."""
    return 0.5 * (1.0 + np.tanh(0.5 * Z))


def num_layers(parameters):
    """Return the number of layers L of a parameter dict ``W1, b1, ..., WL, bL``."""
    return len(parameters) // 2


def draw_parameters(layers_dims, rng):
    """Return parameters to start from: biases 0, each unit's weights uniform with a variance of 2 over its inputs.

    For the assignments after the first, where how to start is no longer the question.
    """
    parameters = {}
    for layer, (inputs, units) in enumerate(zip(layers_dims, layers_dims[1:], strict=False), 1):
        limit = np.sqrt(6 / inputs)
        parameters[f"W{layer}"] = rng.uniform(-limit, limit, (units, inputs))
        parameters[f"b{layer}"] = np.zeros((units, 1))
    return parameters


def forward_propagation(X, parameters):
    """Return the logits of the output unit and the inputs of every layer.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    parameters : dict of W{l}, shape (n_l, n_{l-1}), and b{l}, shape (n_l, 1); unchanged

    Returns
    -------
    logits : ndarray, shape (n_L, m), the pre-activation of the last layer; its sigmoid is the probability of class 1
    activations : list of L ndarrays: X, then the ReLU activations of each hidden layer, shape (n_l, m)
    """
    activations = [X]
    for layer in range(1, num_layers(parameters)):
        Z = parameters[f"W{layer}"] @ activations[-1] + parameters[f"b{layer}"]
        activations.append(np.maximum(Z, 0.0, out=Z))
    last = len(activations)
    logits = parameters[f"W{last}"] @ activations[-1] + parameters[f"b{last}"]
    return logits, activations


def backward_propagation(Y, logits, activations, parameters):
    """Return the gradients of the mean cross-entropy as a dict ``dW1, db1, ...`` of the parameters' shapes."""
    gradients = {}
    dZ = (sigmoid(logits) - Y) / Y.shape[-1]
    for layer in range(num_layers(parameters), 0, -1):
        A = activations[layer - 1]
        gradients[f"dW{layer}"] = dZ @ A.swapaxes(-1, -2)
        gradients[f"db{layer}"] = dZ.sum(axis=-1, keepdims=True)
        if layer > 1:
            dZ = parameters[f"W{layer}"].swapaxes(-1, -2) @ dZ
            dZ *= A > 0
    return gradients


def gradients(X, Y, parameters):
    """Return the gradients of the mean cross-entropy at ``parameters``: forward, then backward."""
    return backward_propagation(Y, *forward_propagation(X, parameters), parameters)


def cross_entropy(logits, Y):
    """Return the mean cross-entropy in nats, from logits so that it is finite however sure the network is.

    Since ``-log(sigmoid(z)) = log(1 + e^-z)``, an example costs ``max(z, 0) - y z + log(1 + e^-|z|)``.
    """
    losses = np.maximum(logits, 0.0) - Y * logits + np.log1p(np.exp(-np.abs(logits)))
    return np.add.reduce(losses, axis=(-2, -1)) / (losses.shape[-2] * losses.shape[-1])


def cost(X, Y, parameters):
    """Return the mean cross-entropy of the network on ``X, Y``, in nats."""
    return cross_entropy(forward_propagation(X, parameters)[0], Y)


def forward_propagation_n(X, Y, parameters):
    """Return the cost of the three-layer network (ReLU, ReLU, sigmoid) and all that its backward pass needs.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
    Y : ndarray, shape (1, m), labels 0 or 1
    parameters : dict of ``W{l}``, shape (n_l, n_{l-1}), and ``b{l}``, shape (n_l, 1), for l = 1, 2, 3; unchanged

    Returns
    -------
    cost : float, mean cross-entropy in nats, finite however sure the network is
    cache : tuple ``(Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)``, ``Z{l}`` and ``A{l}`` of shape (n_l, m)
    """
    W1, b1, W2, b2, W3, b3 = of_three_layers(parameters)
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return float(cross_entropy(Z3, Y)), (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def predict_probability(X, parameters):
    """Return the probability of class 1 for each example, shape (1, m)."""
    return sigmoid(forward_propagation(X, parameters)[0])


def predict(X, parameters):
    """Return the predicted class of each example, 0.0 or 1.0, shape (1, m): 1 where its probability exceeds 0.5."""
    return (forward_propagation(X, parameters)[0] > 0).astype(float)


def accuracy(X, Y, parameters):
    """Return the share of examples whose class is predicted correctly, in [0, 1]."""
    return (predict(X, parameters) == Y).mean(axis=(-2, -1))


def train_with(
    X,
    Y,
    parameters,
    learning_rate,
    num_epochs,
    *,
    gradients=gradients,
    update=None,
    batches=None,
    cost=cost,
    record_every=100,
):
    """Train by the functions that are passed in and return the final parameters and the recorded costs.

    Parameters
    ----------
    X, Y : ndarrays, shapes (n_x, m) and (1, m)
    parameters : dict of ndarrays; unchanged as long as ``update`` leaves its arguments alone
    learning_rate : float, or function(epoch) -> float for a schedule
    num_epochs : int, passes through the examples
    gradients : function(X, Y, parameters) -> dict of gradients; a student's forward and backward pass in one
    update : function(parameters, gradients, learning_rate) -> parameters, a closure may keep velocities; None is gradient
        descent
    batches : function(X, Y) -> iterable of (X_b, Y_b), asked once an epoch; None for one batch of all examples
    cost : function(X, Y, parameters) -> float, asked on all examples before epochs 0, record_every, ...
    record_every : int, epochs between two recorded costs

    Returns
    -------
    parameters : dict
    costs : ndarray, one entry per recorded epoch (and a last axis of networks when a stack is trained)
    """
    rate = learning_rate if callable(learning_rate) else lambda epoch: learning_rate
    costs = []
    for epoch in range(num_epochs):
        if epoch % record_every == 0:
            costs.append(cost(X, Y, parameters))
        for X_b, Y_b in batches(X, Y) if batches else [(X, Y)]:
            slopes = gradients(X_b, Y_b, parameters)
            if update:
                parameters = update(parameters, slopes, rate(epoch))
            else:
                parameters = {name: value - rate(epoch) * slopes["d" + name] for name, value in parameters.items()}
    return parameters, np.array(costs)


def train(
    X,
    Y,
    parameters,
    learning_rate=0.1,
    num_epochs=1000,
    *,
    batches=None,
    lambd=0.0,
    keep_prob=1.0,
    update=None,
    rng=None,
    record_every=100,
):
    """Train the given network fast and return its parameters and the recorded costs.

    Parameters
    ----------
    X, Y : ndarrays, shapes (n_x, m) and (1, m)
    parameters : dict W1, b1, ..., WL, bL; unchanged
    learning_rate : float, or function(epoch) -> float for a schedule
    num_epochs : int, passes through the examples
    batches : function(X, Y) -> iterable of (X_b, Y_b), asked once an epoch; None for one batch of all examples
    lambd : float >= 0, strength of the L2 penalty lambd / (2 m) times the sum of squared weights
    keep_prob : float in (0, 1], probability that dropout keeps a hidden unit; below 1 it needs ``rng``
    update : function(theta, gradient, learning_rate) that changes the vector ``theta`` in place; None is gradient descent
    rng : numpy.random.Generator, for dropout
    record_every : int, epochs between two recorded costs

    Returns
    -------
    parameters : dict
    costs : ndarray, the cost in nats on all examples (without dropout, with the penalty) before epochs 0, record_every, ...
    """
    network = _FlatNetwork(parameters, keep_prob, rng)
    update = update or _descend
    rate = learning_rate if callable(learning_rate) else lambda epoch: learning_rate
    inputs, signs = np.vstack([X, np.ones_like(X[:1])]), 1.0 - 2.0 * Y
    costs = []
    for epoch in range(num_epochs):
        if epoch % record_every == 0:
            costs.append(cost(X, Y, network.parameters()) + network.penalty(lambd / X.shape[1]))
        for inputs_b, signs_b in batches(inputs, signs) if batches else [(inputs, signs)]:
            network.differentiate(inputs_b, signs_b, lambd)
            update(network.theta, network.gradient, rate(epoch))
    return network.parameters(), np.array(costs)


def _descend(theta, gradient, learning_rate):
    """Take one step of gradient descent in place; the gradient is scratch space."""
    gradient *= learning_rate
    theta -= gradient


class _FlatNetwork:
    """One network whose arrays are made once and written over at each step.

    Layer l computes [W b] @ [A; 1], so a bias costs neither an addition nor a sum of its own. All [W b] are views of
    one vector ``theta`` and their gradients views of ``gradient``, so an update is two operations whatever the depth.
    """

    def __init__(self, parameters, keep_prob, rng):
        layers = range(1, num_layers(parameters) + 1)
        blocks = [np.hstack([parameters[f"W{layer}"], parameters[f"b{layer}"]]) for layer in layers]
        self.shapes = [block.shape for block in blocks]
        self.theta = np.concatenate([block.ravel() for block in blocks]).astype(float)
        self.gradient = np.empty_like(self.theta)
        self.blocks, self.gradient_blocks = self._views(self.theta), self._views(self.gradient)
        self.weights_transposed = [block[:, :-1].T for block in self.blocks]
        self.is_weight = np.ones_like(self.theta)
        for block in self._views(self.is_weight):
            block[:, -1] = 0.0
        self.keep_prob, self.rng = keep_prob, rng
        self.buffers = {}  # by number of examples: the last mini-batch may be smaller

    def _views(self, vector):
        """Return one matrix per layer that shares the vector's memory."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        return [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), self.shapes, strict=True)]

    def parameters(self):
        """Return a copy of the parameters as the course writes them."""
        copies = {}
        for layer, block in enumerate(self.blocks, 1):
            copies[f"W{layer}"], copies[f"b{layer}"] = block[:, :-1].copy(), block[:, -1:].copy()
        return copies

    def penalty(self, strength):
        """Return strength / 2 times the sum of squared weights, biases left out."""
        return 0.5 * strength * np.sum(self.is_weight * self.theta**2) if strength else 0.0

    def differentiate(self, X1, signs, lambd):
        """Write the gradient of the cost at ``theta`` into ``gradient``.

        ``X1`` is X with a last row of ones; ``signs`` is 1 - 2 Y, the direction in which each logit should not go.
        """
        m = X1.shape[1]
        if m not in self.buffers:
            self.buffers[m] = _Buffers([rows for rows, _ in self.shapes], m)
        buffers = self.buffers[m]
        inputs = [X1, *buffers.inputs]
        dropout = buffers.draw_masks(self.keep_prob, self.rng) if self.keep_prob < 1 else None

        for layer, A in enumerate(buffers.activations):
            np.dot(self.blocks[layer], inputs[layer], out=A)
            np.maximum(A, buffers.zeros[layer], out=A)
            if dropout:
                A *= dropout[layer]

        # dZ = (sigmoid(Z) - Y) / m, where sigmoid(Z) = (1 + tanh(Z / 2)) / 2
        dZ = np.dot(self.blocks[-1], inputs[-1], out=buffers.logits)
        dZ *= 0.5
        np.tanh(dZ, out=dZ)
        dZ += signs
        dZ *= 0.5 / m
        for layer in range(len(self.blocks) - 1, -1, -1):
            np.dot(dZ, inputs[layer].T, out=self.gradient_blocks[layer])
            if layer > 0:
                A = buffers.activations[layer - 1]  # 0 where ReLU or dropout stopped the signal
                dZ = np.dot(self.weights_transposed[layer] / self.keep_prob, dZ, out=buffers.deltas[layer - 1])
                dZ *= np.sign(A, out=A)
        if lambd:
            self.gradient += (lambd / m) * self.is_weight * self.theta


class _Buffers:
    """The arrays of one step on m examples."""

    def __init__(self, layer_sizes, m):
        *hidden, last = layer_sizes
        self.inputs = [np.ones((units + 1, m)) for units in hidden]  # [A; 1]: the row of ones is never written
        self.activations = [array[:-1] for array in self.inputs]
        self.deltas = [np.empty((units, m)) for units in hidden]
        self.zeros = [np.zeros((units, m)) for units in hidden]  # twice as fast in np.maximum as a scalar
        self.logits = np.empty((last, m))
        self.masks = np.empty((sum(hidden), m))
        self.mask_of_layer = np.split(self.masks, np.cumsum(hidden)[:-1])

    def draw_masks(self, keep_prob, rng):
        """Return fresh masks: 1 / keep_prob with probability keep_prob, else 0."""
        draws = rng.bit_generator.random_raw(-(-self.masks.size // 4)).view(np.uint16)  # one 64-bit draw serves four
        keep = draws[: self.masks.size].reshape(self.masks.shape) < round(keep_prob * 2**16)
        np.multiply(keep, 1 / keep_prob, out=self.masks)
        return self.mask_of_layer

"""Reference answers of assignment 6, TensorFlow: a network that reads hand signs.

Examples are rows here, as TensorFlow has them: ``X`` (m, n_x), ``Y`` one-hot (m, n_L), ``W{l}`` (n_{l-1}, n_l), ``b{l}`` (n_l,).
Everything is float32. Inputs may be NumPy arrays, Python numbers or tensors.
"""

import numpy as np

from idnn.tensors import tf


def linear_function(W, X, b):
    """Return the tensor ``W X + b``.

    Parameters
    ----------
    W : array or tensor, shape (n_out, n_in), float32
    X : array or tensor, shape (n_in, m), float32
    b : array or tensor, shape (n_out, 1), float32

    Returns
    -------
    Z : tf.Tensor, shape (n_out, m), float32
    """
    return tf.matmul(W, X) + b


def sigmoid(z):
    r"""Return the sigmoid of `z`, entry by entry.

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

    Parameters
    ----------
    z : Python number, array or tensor of any shape, of ints or floats of any width

    Returns
    -------
    a : tf.Tensor, shape of `z`, float32, in [0, 1]; finite for every finite `z`
    """
    return tf.sigmoid(tf.cast(z, tf.float32))


def one_hot_matrix(labels, depth):
    """Return the one-hot rows of class labels.

    Parameters
    ----------
    labels : array or tensor, shape (m,), int32 or int64, in [0, depth)
    depth : int, the number of classes

    Returns
    -------
    Y : tf.Tensor, shape (m, depth), float32; row i is 1 at ``labels[i]`` and 0 elsewhere
    """
    return tf.one_hot(labels, depth)


def sigmoid_cross_entropy(logits, labels):
    r"""Return the cross-entropy of sigmoid outputs, computed from the logits.

    .. math:: -y \log \sigma(z) - (1 - y) \log(1 - \sigma(z))

    Parameters
    ----------
    logits : array or tensor, shape (m,), floats `z` of any size
    labels : array or tensor, shape (m,), 0 or 1, ints or floats

    Returns
    -------
    losses : tf.Tensor, shape (m,), float32, in nats; finite for every finite logit
    """
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


def initialize_parameters(layers_dims, seed):
    """Return He-scaled weights and zero biases as TensorFlow variables.

    Parameters
    ----------
    layers_dims : list of ints, at least 2: the number of inputs, then the units of each layer
    seed : int; the same seed gives the same parameters, another seed others.
        The global seeds stay as they are.

    Returns
    -------
    parameters : dict of tf.Variable, float32
        ``W{l}``, shape (n_{l-1}, n_l): independent draws from a normal (or another continuous)
        distribution of mean 0 and variance 2 / n_{l-1}.
        ``b{l}``, shape (n_l,): zeros.
        Each call makes new variables, all of them trainable.

    Source: He et al. (2015), section 2.2.
    """
    rng = np.random.default_rng(seed)
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims[:-1], layers_dims[1:]), start=1):
        W = rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out))
        parameters[f"W{l}"] = tf.Variable(W, dtype=tf.float32, name=f"W{l}")
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out), name=f"b{l}")
    return parameters


def forward_propagation(X, parameters):
    """Return the logits of a network with ReLU between its layers and none after the last.

    Parameters
    ----------
    X : array or tensor, shape (m, n_0), floats
    parameters : dict of tf.Variable or tf.Tensor
        ``W{l}``, shape (n_{l-1}, n_l), and ``b{l}``, shape (n_l,), for l = 1, ..., L,
        in any order

    Returns
    -------
    logits : tf.Tensor, shape (m, n_L), float32

    Notes
    -----
    A gradient comes through: ``tf.GradientTape`` can follow it from the logits to the parameters.
    """
    num_layers = len(parameters) // 2
    A = tf.cast(X, tf.float32)
    for l in range(1, num_layers):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])  # (m, n_l)
    return tf.matmul(A, parameters[f"W{num_layers}"]) + parameters[f"b{num_layers}"]


def compute_total_loss(logits, labels):
    """Return the softmax cross-entropy, summed over the examples.

    Parameters
    ----------
    logits : array or tensor, shape (m, n_classes), floats of any size
    labels : array or tensor, shape (m, n_classes), one-hot rows, ints or floats

    Returns
    -------
    total : tf.Tensor, a scalar, float32, in nats; finite for finite logits

    Notes
    -----
    A gradient comes through: ``tf.GradientTape`` can follow it from the total to the logits.
    """
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    losses = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return tf.reduce_sum(losses)


def graph_operations(function, *signature):
    """Return the types of the operations in the graph that TensorFlow traces of a function.

    Parameters
    ----------
    function : callable, takes and returns tensors; it may branch on a tensor by Python's ``if``,
        which TensorFlow turns into an operation when it traces
    *signature : tf.TensorSpec, one for each argument of `function`

    Returns
    -------
    types : list of str, ``op.type`` of each operation, in the order of the graph
    """
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [operation.type for operation in graph.get_operations()]


def train_step(X, Y, parameters, optimizer):
    """Take one step down the gradient of the mean loss and return that loss.

    Parameters
    ----------
    X : array or tensor, shape (m, n_0), floats; one mini-batch
    Y : array or tensor, shape (m, n_L), one-hot rows
    parameters : dict of tf.Variable, updated in place by the optimizer
    optimizer : tf.keras.optimizers.Optimizer

    Returns
    -------
    loss : tf.Tensor, a scalar, float32: the mean loss of the mini-batch before the update, in nats

    Notes
    -----
    Works under ``tf.function``, for mini-batches of any size, each of which may be traced anew.
    """
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        logits = forward_propagation(X, parameters)
        loss = compute_total_loss(logits, Y) / tf.cast(tf.shape(logits)[0], tf.float32)
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
    return loss


def fit(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    """Train a network with Adam on shuffled mini-batches.

    Parameters
    ----------
    X : array or tensor, shape (m, n_0), floats
    Y : array or tensor, shape (m, n_L), one-hot rows
    layers_dims : list of ints, from n_0 to n_L
    learning_rate : float, positive
    num_epochs : int, passes through the examples
    batch_size : int; the last mini-batch of an epoch may be smaller
    seed : int, decides the first parameters and the order of the examples:
        the same seed gives the same result, another seed another. The global seeds stay
        as they are.

    Returns
    -------
    parameters : dict of tf.Variable, after training
    losses : list of `num_epochs` floats, in nats
        For each epoch the mean, over its examples, of the losses that its steps met, each
        before its update. Every example counts alike, those of a smaller mini-batch too.
    """
    num_examples = len(X)
    batches = tf.data.Dataset.from_tensor_slices((tf.cast(X, tf.float32), tf.cast(Y, tf.float32)))
    batches = batches.shuffle(num_examples, seed=seed).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))  # its variables exist before the graph is traced

    @tf.function(input_signature=batches.element_spec)  # one graph for batches of every size
    def step(X_batch, Y_batch):
        return train_step(X_batch, Y_batch, parameters, optimizer)

    losses = []
    for _ in range(num_epochs):
        total = sum(step(X_batch, Y_batch) * len(X_batch) for X_batch, Y_batch in batches)
        losses.append(float(total) / num_examples)
    return parameters, losses

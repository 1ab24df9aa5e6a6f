"""TensorFlow for the course: imported without its log lines, and small functions to trace, to time and to drive.

``from idnn.tensors import tf`` is ``import tensorflow as tf`` with nothing written to stderr: TensorFlow's C++ libraries greet every
import there, and nbgrader takes any stderr output of a graded cell for a failure.
"""

import contextlib
import os
import random
import sys
import tempfile
import time

from assay.frameworks.tensorflow import WHERE


@contextlib.contextmanager
def _stderr_held_back():
    """Hold back what is written to file descriptor 2, C++ included; hand it on if the body raises."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(saved, held.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def _quiet_tensorflow():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # errors of the C++ side only, after the import
    # kernels that newer processors have give other last digits and other messages: a mistake would be known on one machine and not on another
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    with _stderr_held_back():
        try:
            import tensorflow
        except ModuleNotFoundError as error:
            if error.name != "tensorflow":
                raise
            words = (
                f"this assignment needs TensorFlow: pip install tensorflow. {WHERE} The other assignments need none."
            )
            raise ModuleNotFoundError(words, name=error.name) from None
        tensorflow.keras  # noqa: B018  loaded lazily, with log lines of its own
    tensorflow.get_logger().setLevel("ERROR")  # no notes on retracing
    return tensorflow


tf = _quiet_tensorflow()


# Functions to trace. Each is a graph of a few operations whose types can be told by hand.


def affine(x, W, b):
    """Return ``x W + b``: MatMul, AddV2."""
    return tf.matmul(x, W) + b


def squashed(x):
    """Return the sigmoid of ``2 x - 1``: Mul, Sub, Sigmoid."""
    return tf.sigmoid(2.0 * x - 1.0)


def distance(x, y):
    """Return the Euclidean distance of two vectors: Sub, Square, Sum, Sqrt."""
    return tf.sqrt(tf.reduce_sum(tf.square(x - y)))


def standardized(x):
    """Return `x` less its mean over the rows: a Mean that is used once, then Sub and Rsqrt of the variance."""
    centred = x - tf.reduce_mean(x, axis=0)
    return centred * tf.math.rsqrt(tf.reduce_mean(tf.square(centred), axis=0) + 1e-6)


def untraced_branch(x):
    """Return ``exp(x)``; Python's ``if`` on a Python number decides while tracing, so the graph holds one branch."""
    scale = 0
    if scale > 1:
        return tf.tanh(x)
    return tf.exp(x)


def repeated_square(x, times=3):
    """Return ``x`` squared `times` times; the Python loop is unrolled: `times` Square operations."""
    for _ in range(times):
        x = tf.square(x)
    return x


def scaled_count(n):
    """Return half of a whole number as a float: Cast, Mul."""
    return tf.cast(n, tf.float32) * 0.5


def softmax_entropy(logits):
    """Return the entropy of the softmax of each row, in nats."""
    log_p = tf.nn.log_softmax(logits)
    return -tf.reduce_sum(tf.exp(log_p) * log_p, axis=1)


def two_outputs(x):
    """Return the ReLU of `x` and of ``-x``."""
    return tf.nn.relu(x), tf.nn.relu(-x)


def needless(x, y):
    """Return ``x + 1``: the Placeholder of `y`, and the Square of it, are in the graph for nothing."""
    tf.square(y)
    return x + 1.0


def overall_mean(x):
    """Return the mean of all entries: an AddV2 for each column that the signature names, a Size where it leaves the rows open, a Cast of what is no float32."""
    x, total = tf.cast(x, tf.float32), 0.0
    for column in tf.unstack(x, axis=1):
        total += column
    return tf.reduce_sum(total) / tf.cast(tf.size(x), tf.float32)


def traced_branch(x):
    """Return `x` or ``-x``, whichever has the larger sum; Python's ``if`` on a tensor becomes an operation with both branches."""
    if tf.reduce_sum(x) < tf.reduce_sum(-x):
        x = -x
    return x


# Drivers: called with the student's function first, for properties that one plain call does not show.


def steps_after_building(train_step, X, Y, parameters, optimizer):
    """Call `train_step` twice with an optimizer whose variables exist, and return the losses: a function that is itself traced may not make new ones."""
    optimizer.build(list(parameters.values()))
    return [train_step(X, Y, parameters, optimizer) for _ in range(2)]


def traced_on_batches(train_step, X, Y, parameters, optimizer):
    """Trace `train_step`, call it on four examples after the other, the last ones perhaps fewer, and return the losses."""
    optimizer.build(list(parameters.values()))
    step = tf.function(train_step)
    return [step(X[i : i + 4], Y[i : i + 4], parameters, optimizer) for i in range(0, len(X), 4)]


def given_by_one_name(graph_operations, function, *signature):
    """Call `graph_operations` with a function whose name others have as well."""

    def function_of(*arguments):
        return function(*arguments)

    return graph_operations(function_of, *signature)


def untraced(function, *arguments):
    """Call `function` with ``tf.function`` switched off: the same result, without the time that tracing takes."""
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        return function(*arguments)
    finally:
        tf.config.run_functions_eagerly(before)


def drawn_after(function, *arguments):
    """Return four numbers of TensorFlow's global random stream, seeded with the last argument before `function` is called.

    They are those from which random operations would be seeded. ``tf.random.set_seed`` also empties the cache of all operations, and
    whatever is called next takes several times as long.
    """
    context = sys.modules["tensorflow.python.eager.context"].context()
    before = context._seed, vars(context).get("_rng")
    context._seed, context._rng = arguments[-1], random.Random(arguments[-1])
    try:
        function(*arguments)
        return [context._internal_operation_seed() for _ in range(4)]
    finally:
        context._seed, context._rng = before  # what is seeded here is not the student's doing


def moved_apart(initialize, *arguments):
    """Return the gradients of half the squares of the variables of two calls, after those of the first were moved by 1: two lists.

    They tell whether each call makes new variables, one for each name, and all of them trainable: others have no gradient here.
    """
    first, second = (list(initialize(*arguments).values()) for _ in range(2))
    for variable in first:
        variable.assign_add(tf.ones_like(variable))
    with tf.GradientTape() as tape:
        loss = tf.add_n([tf.nn.l2_loss(variable) for variable in first + second])
    return tape.gradient(loss, [first, second])


def gradient_by_logits(function, logits, labels):
    """Return the gradient of ``function(logits, labels)`` by the logits, or None where a step in between cuts it off."""
    logits = tf.convert_to_tensor(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = function(logits, labels)
    return tape.gradient(loss, logits) if tf.is_tensor(loss) else None


def gradient_by_parameters(function, X, parameters):
    """Return the gradients of half the squared outputs by all variables as one vector, or None where one of them is cut off.

    It is the second call, after the variables have changed, as in training.
    """
    before = {name: tf.identity(variable) for name, variable in parameters.items()}
    for name, variable in parameters.items():
        variable.assign(1.5 * before[name])
    function(X, parameters)
    for name, variable in parameters.items():
        variable.assign(before[name])
    with tf.GradientTape() as tape:
        loss = tf.nn.l2_loss(function(X, parameters))
    gradients = tape.gradient(loss, [parameters[name] for name in sorted(parameters)])
    return None if None in gradients else tf.concat([tf.reshape(gradient, [-1]) for gradient in gradients], axis=0)


def microseconds(function, *arguments, repeats=200):
    """Return the median time of one call ``function(*arguments)`` in microseconds, after two calls to warm up."""
    times = []
    for _ in range(repeats + 2):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return sorted(times[2:])[repeats // 2] * 1e6

"""Exercises of TensorFlow: tensors, graphs, one training step and a whole run, judged in float32."""

from __future__ import annotations

import dataclasses
import functools
import itertools

import numpy as np

from assay import rules
from assay.wire import Optimizer, Tensor, TensorSpec, Variable
from grader.exercises import Case, Exercise, Mistake, library
from idnn import tensors
from idnn.rules.tensorflow_signs import HeScaled, Step, Tensors, Trained
from idnn.tensors import tf
from solutions.tensorflow_signs import compute_total_loss, forward_propagation, initialize_parameters, train_step

BUILT, STEPS, BATCHES = (
    f"idnn.tensors:{name}" for name in ("step_after_building", "traced_steps", "traced_on_batches")
)
UNTRACED, SEED_PROBE, TRAINABLE, BY_LOGITS, BY_PARAMETERS = (
    f"idnn.tensors:{name}"
    for name in (
        "untraced",
        "drawn_after",
        "moved_apart",
        "gradient_by_logits",
        "gradient_by_parameters",
    )
)

NO_CAST = (
    "tf.constant and tf.convert_to_tensor make tensors of numbers and arrays, but refuse a tensor of another dtype. "
    "tf.cast takes both."
)
CUT_OFF = "no gradient comes through: a step in between leaves TensorFlow's operations"
NOT_ALL_REACHED = (
    "a variable gets no gradient: it is not used, or a step between it and the result leaves TensorFlow's operations"
)


# --- inputs -----------------------------------------------------------------------------------------------------------------


def _normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape).astype(np.float32)


def _one_hot(rng: np.random.Generator, m: int, depth: int) -> np.ndarray:
    """Return one-hot rows, float32; every class is met where m allows it."""
    return np.eye(depth, dtype=np.float32)[rng.permutation(np.arange(m) % depth)]


def _network(rng: np.random.Generator, layers_dims: list[int], kind: type = Variable) -> dict:
    """Return parameters with biases that matter, far from zero."""
    parameters = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = kind(_normal(rng, n_in, n_out) * np.float32(np.sqrt(2 / n_in)))
        parameters[f"b{layer}"] = kind(
            rng.uniform(0.2, 0.6, n_out).astype(np.float32) * rng.choice([-1, 1], n_out).astype(np.float32)
        )
    return parameters


def _size(rng: np.random.Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def draw_linear_function(rng: np.random.Generator) -> list[Case]:
    def arrays(n_out: int, n_in: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return _normal(rng, n_out, n_in), _normal(rng, n_in, m), _normal(rng, n_out, 1)

    n = _size(rng, 3, 5)
    return [
        Case(arrays(4, 3, 1), "NumPy arrays, one column"),
        Case(tuple(map(Tensor, arrays(2, _size(rng, 4, 6), 3))), "tensors"),
        Case(arrays(n, n, n), "square matrices"),
        Case(tuple(map(Tensor, arrays(1, _size(rng, 3, 6), 1))), "one output, one column"),
        Case(
            (Variable(_normal(rng, 3, 2)), _normal(rng, 2, 5), Variable(_normal(rng, 3, 1))), "variables and an array"
        ),
    ]


def draw_sigmoid(rng: np.random.Generator) -> list[Case]:
    return [
        Case((float(rng.uniform(0.5, 2)),), "a Python float"),
        Case((_size(rng, -3, -1),), "a Python int"),
        Case((_normal(rng, 3, _size(rng, 2, 4)),), "a float32 array"),
        Case((Tensor(2 * _normal(rng, _size(rng, 4, 7))),), "a tensor"),
        Case((Tensor(rng.normal(size=4)),), "a float64 tensor", 0.5),
        Case((Tensor(rng.choice(np.arange(-5, 6, dtype=np.int32), 4, replace=False)),), "a tensor of ints", 0.5),
        Case((rng.normal(size=5),), "a float64 array"),
        Case((rng.choice(np.arange(-5, 6), 6, replace=False),), "an array of ints"),
        Case(
            (np.array([-200.0, 95.0, 1.0, -1.0, 3000.0], np.float32) + rng.uniform(-1, 1, 5).astype(np.float32),),
            "large numbers",
        ),
    ]


def draw_one_hot_matrix(rng: np.random.Generator) -> list[Case]:
    def labels(m: int, depth: int) -> np.ndarray:
        return np.concatenate([[0, depth - 1], rng.integers(0, depth, m - 2)])[rng.permutation(m)]

    depth = _size(rng, 3, 5)
    missing = np.array([1, 0, 2, 1, 0, 1])[rng.permutation(6)]
    return [
        Case((labels(7, 6), 6), "six classes"),
        Case((Tensor(labels(_size(rng, 4, 6), 4).astype(np.int32)), 4), "a tensor of labels"),
        Case((labels(depth, depth), depth), "as many labels as classes"),
        Case((missing, 6), "classes that no label names"),
        Case((np.array([_size(rng, 1, 4)]), 6), "one label"),
        Case((rng.permutation([0, 1, 1, 0, 1]), 2), "two classes"),
    ]


def draw_sigmoid_cross_entropy(rng: np.random.Generator) -> list[Case]:
    def labels(m: int) -> np.ndarray:
        return rng.permutation(np.arange(m) % 2)

    m = _size(rng, 4, 7)
    large = (rng.choice([-1, 1], 6) * rng.uniform(110, 180, 6) * [1, 1, 1, 1, 1, 12]).astype(np.float32)
    return [
        Case((_normal(rng, m), labels(m).astype(np.float32)), "float labels"),
        Case((Tensor(2 * _normal(rng, 5)), Tensor(labels(5).astype(np.float32))), "tensors"),
        Case((_normal(rng, 6), labels(6)), "int labels"),
        Case((_normal(rng, 1), np.array([1.0], np.float32)), "one example"),
        Case((Tensor(rng.normal(size=4)), Tensor(labels(4).astype(np.int32))), "float64 tensors, int labels", 0.5),
        Case((large, (large < 0).astype(np.float32)), "large logits, wrong predictions"),
        Case(
            (np.append(large, np.float32(1.5)), np.append(large > 0, 0).astype(np.float32)),
            "large logits, right predictions",
        ),
    ]


def _he_facts(layers_dims: list[int]) -> dict:
    pairs = list(enumerate(itertools.pairwise(layers_dims), 1))
    shape = {f"W{layer}": [n_in, n_out] for layer, (n_in, n_out) in pairs} | {
        f"b{layer}": [n_out] for layer, (_, n_out) in pairs
    }
    std = {f"W{layer}": float(np.sqrt(2 / n_in)) for layer, (n_in, _) in pairs} | {
        f"b{layer}": 0.0 for layer, _ in pairs
    }
    return {"shape": shape, "std": std}


def draw_initialize_parameters(rng: np.random.Generator) -> list[Case]:
    kinds = {
        "two layers, more inputs than units": [_size(rng, 250, 350), 80, 6],
        "more units than inputs": [60, _size(rng, 280, 350), 5],
        "layers of one size": [(n := _size(rng, 40, 60)), n, n, n],
        "one layer": [_size(rng, 300, 400), 60],
        "a small network": [3, 4, 2],
    }

    def probe(label: str, via: str, said: str) -> Case:
        return Case(([5, 4, 4, 3], _size(rng, 0, 10_000)), label, 0.5, facts={"probe": said}, via=via)

    cases = [Case((dims, _size(rng, 0, 10_000)), kind, facts=_he_facts(dims)) for kind, dims in kinds.items()]
    cases[-1] = dataclasses.replace(cases[-1], weight=0.5)
    return [
        *cases,
        probe(
            "the global seed",
            SEED_PROBE,
            "it seeds or uses TensorFlow's global random stream; draw from a generator that is made from seed",
        ),
        probe(
            "variables to train",
            TRAINABLE,
            "its variables cannot all be trained: each call makes new ones, one for each name, and trainable",
        ),
    ]


def draw_forward_propagation(rng: np.random.Generator) -> list[Case]:
    def case(
        layers_dims: list[int],
        m: int,
        label: str,
        weight: float = 1.0,
        kind: type = Variable,
        as_tensor: bool = False,
        scale: float = 1.0,
    ) -> Case:
        X = (scale * _normal(rng, m, layers_dims[0])).astype(np.float32)
        return Case((Tensor(X) if as_tensor else X, _network(rng, layers_dims, kind)), label, weight)

    n = _size(rng, 3, 5)
    mixed = case([3, 4, 3, 2], 4, "parameters in another order", 0.5)
    X, parameters = mixed.args
    shuffled = {key: parameters[key] for key in ("b2", "W3", "W1", "b3", "W2", "b1")}
    wide = case([4, 5, 3], 5, "", 0.5)
    taped = case([3, 5, 4, 2], 6, "a gradient through it", 0.5)
    return [
        case([4, 6, 5, 3], _size(rng, 5, 7), "three layers"),
        case([n, n, n], n, "square matrices"),
        case([5, 4, 2], 3, "tensors", kind=Tensor, as_tensor=True),
        case([3, 2], _size(rng, 3, 6), "one layer"),
        case([6, 8, 7, 8, 6], 1, "four layers, one example", scale=20.0),
        Case((X, shuffled), mixed.label, mixed.weight),
        Case((wide.args[0].astype(float), wide.args[1]), "a float64 array", 0.5),
        Case((Tensor(wide.args[0].astype(float)), wide.args[1]), "a float64 tensor", 0.5),
        dataclasses.replace(taped, facts={"gradient": NOT_ALL_REACHED}, via=BY_PARAMETERS),
        case([4] * 11 + [3], 2, "eleven layers", 0.5),
    ]


def draw_compute_total_loss(rng: np.random.Generator) -> list[Case]:
    def case(m: int, depth: int, label: str, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        return (scale * _normal(rng, m, depth)).astype(np.float32), _one_hot(rng, m, depth)

    logits, labels = case(5, 3, "")
    n = _size(rng, 4, 6)
    large = rng.permuted(np.tile(np.array([[900.0, 0.0, -700.0, 200.0]]), (4, 1)), axis=1).astype(np.float32)
    levels, named = case(4, 5, "")
    levels += rng.permutation([0, 1000, -1000, 300])[:, None].astype(np.float32)  # each row has its own maximum
    return [
        Case(case(_size(rng, 6, 8), 6, ""), "six classes"),
        Case(tuple(map(Tensor, case(3, 4, ""))), "tensors"),
        Case(case(n, n, ""), "as many examples as classes"),
        Case(case(1, 6, ""), "one example"),
        Case((Tensor(logits.astype(float)), Tensor(labels.astype(np.int32))), "float64 logits, int labels", 0.5),
        Case(case(4, 3, ""), "a gradient through it", 0.5, {"gradient": CUT_OFF}, via=BY_LOGITS),
        Case((large, np.eye(4, dtype=np.float32)[large.argsort(axis=1)[:, 1]]), "large logits"),
        Case((levels, named), "rows on different levels", 0.5),
        Case(case(9, 2, "", 3.0), "two classes"),
    ]


def draw_graph_operations(rng: np.random.Generator) -> list[Case]:
    def spec(*shape: int | None) -> TensorSpec:
        return TensorSpec(shape, "float32")

    a, b, c = (_size(rng, 2, 5) for _ in range(3))
    times = _size(rng, 4, 8)
    known = [
        Case((tensors.affine, spec(None, a), spec(a, b), spec(b)), "a matrix product"),
        Case((tensors.squashed, spec(c)), "constants"),
        Case((functools.partial(tensors.repeated_square, times=times), spec(c)), "a Python loop"),
        Case((tensors.distance, spec(a), spec(a)), "a sum"),
        Case((tensors.untraced_branch, spec()), "a Python if"),
        Case((tensors.two_outputs, spec(b)), "two outputs"),
        Case((tensors.softmax_entropy, spec(None, c)), "an entropy"),
        Case((tensors.standardized, spec(None, a)), "a mean and a spread"),
        Case((tensors.scaled_count, TensorSpec((c,), "int32")), "ints"),
    ]
    chosen = [0, 2, 8, *rng.choice([1, 3, 4, 5, 6, 7], 4, replace=False)]
    return [known[i] for i in sorted(chosen)]


def draw_train_step(rng: np.random.Generator) -> list[Case]:
    def arguments(m: int, layers_dims: list[int], optimizer: Optimizer) -> tuple:
        X = _normal(rng, m, layers_dims[0])
        return X, _one_hot(rng, m, layers_dims[-1]), _network(rng, layers_dims), optimizer

    def rate(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    X, Y, parameters, sgd = arguments(5, [4, 5, 3], Optimizer("SGD", {"learning_rate": rate(0.2, 0.5)}))
    adam = {"learning_rate": rate(0.05, 0.1), "epsilon": 0.01}  # an epsilon that keeps round-off from deciding a sign
    return [
        Case((X, Y, parameters, sgd), "plain gradient descent"),
        Case(
            (
                Tensor(_normal(rng, 7, 3)),
                Tensor(_one_hot(rng, 7, 4)),
                _network(rng, [3, 4]),
                Optimizer("SGD", {"learning_rate": rate(0.5, 1)}),
            ),
            "tensors, one layer",
        ),
        Case(arguments(_size(rng, 5, 8), [5, 6, 4, 4, 3], Optimizer("Adam", adam)), "Adam, four layers", via=BUILT),
        Case(arguments(6, [4, 5, 3], Optimizer("Adam", adam)), "traced, three steps with Adam", via=STEPS),
        Case(
            arguments(11, [3, 5, 3], Optimizer("SGD", {"learning_rate": rate(0.1, 0.3)})),
            "traced, mini-batches of two sizes",
            via=BATCHES,
        ),
    ]


def draw_fit(rng: np.random.Generator) -> list[Case]:
    def batches(m: int, depth: int, label: str, weight: float = 1.0, kind: str = "batches") -> Case:
        X = 3 * np.eye(m, dtype=np.float32)  # losses that differ from example to example
        args = (
            X,
            _one_hot(rng, m, depth),
            [m, depth],
            round(float(rng.uniform(0.01, 0.05)), 4),
            1,
            4,
            _size(rng, 0, 10_000),
        )
        return Case(args, label, weight, {"kind": kind}, via=UNTRACED)

    def blobs(m: int, layers_dims: list[int], learning_rate: float, num_epochs: int, batch_size: int) -> tuple:
        Y = _one_hot(rng, m, layers_dims[-1])
        X = 2.5 * Y @ np.linalg.qr(rng.normal(size=(layers_dims[0], layers_dims[-1])))[0].T + 0.3 * rng.normal(
            size=(m, layers_dims[0])
        )
        return X.astype(np.float32), Y, layers_dims, learning_rate, num_epochs, batch_size, _size(rng, 0, 10_000)

    m = _size(rng, 9, 14)
    return [
        Case(blobs(24, [5, 8, 3], 0.05, 8, 8), "a small problem", facts={"kind": "learns"}),
        batches(16, 3, "mini-batches"),
        batches(17, _size(rng, 4, 6), "a smaller last mini-batch"),
        Case(blobs(m, [4, 5, 3], 0.1, 3, m), "three steps with all examples", facts={"kind": "steps"}, via=UNTRACED),
        batches(12, 4, "one seed twice", 0.5, "repeatable"),
        batches(16, 3, "two seeds", 0.5, "other seed"),
    ]


# --- known mistakes: linear_function ----------------------------------------------------------------------------------------


def linear_function__swapped(W, X, b):
    return tf.matmul(X, W) + b


def linear_function__entrywise(W, X, b):
    return W * X + b


def linear_function__no_bias(W, X, b):
    return tf.matmul(W, X)


def linear_function__transposed_weights(W, X, b):
    return tf.matmul(W, X, transpose_a=True) + b


def linear_function__transposed_result(W, X, b):
    return tf.transpose(tf.matmul(W, X) + b)


def linear_function__numpy(W, X, b):
    return np.dot(np.asarray(W), np.asarray(X)) + np.asarray(b)


def linear_function__own_numbers(W, X, b):
    rng = np.random.default_rng(1)
    W, X, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 1)), rng.standard_normal((4, 1))
    return tf.cast(tf.matmul(W, X) + b, tf.float32)


def linear_function__minus_bias(W, X, b):
    return tf.matmul(W, X) - b


def linear_function__bias_inside(W, X, b):
    return tf.matmul(W, X + b)


def linear_function__float64(W, X, b):
    return tf.matmul(tf.cast(W, tf.float64), tf.cast(X, tf.float64)) + tf.cast(b, tf.float64)


# --- known mistakes: sigmoid ------------------------------------------------------------------------------------------------


def sigmoid__no_cast(z):
    return tf.sigmoid(z)


def sigmoid__conversion_is_no_cast(z):
    return tf.sigmoid(tf.convert_to_tensor(z, dtype=tf.float32))


def sigmoid__tanh(z):
    return tf.tanh(tf.cast(z, tf.float32))


def sigmoid__other_sign(z):
    return 1 / (1 + tf.exp(tf.cast(z, tf.float32)))


def sigmoid__overflow(z):
    power = tf.exp(tf.cast(z, tf.float32))
    return power / (1 + power)


def sigmoid__softmax(z):
    return tf.nn.softmax(tf.reshape(tf.cast(z, tf.float32), [-1]))


def sigmoid__derivative(z):
    a = tf.sigmoid(tf.cast(z, tf.float32))
    return a * (1 - a)


def sigmoid__numpy(z):
    return 1 / (1 + np.exp(-np.asarray(z, np.float32)))


def sigmoid__cast_to_int(z):
    return tf.sigmoid(tf.cast(tf.cast(z, tf.int32), tf.float32))


def sigmoid__relu(z):
    return tf.nn.relu(tf.cast(z, tf.float32))


def sigmoid__hard(z):
    return tf.clip_by_value(0.25 * tf.cast(z, tf.float32) + 0.5, 0.0, 1.0)


def sigmoid__float64(z):
    return tf.sigmoid(tf.cast(z, tf.float64))


# --- known mistakes: one_hot_matrix -----------------------------------------------------------------------------------------


def one_hot_matrix__columns(labels, depth):
    return tf.one_hot(labels, depth, axis=0)


def one_hot_matrix__depth_from_labels(labels, depth):
    return tf.one_hot(labels, int(tf.reduce_max(labels)) + 1)


def one_hot_matrix__distinct_labels(labels, depth):
    return tf.one_hot(labels, len(np.unique(np.asarray(labels))))


def one_hot_matrix__ints(labels, depth):
    return tf.one_hot(labels, depth, dtype=tf.int32)


def one_hot_matrix__float64(labels, depth):
    return tf.constant(np.eye(depth)[np.asarray(labels)])


def one_hot_matrix__numpy(labels, depth):
    return np.eye(depth, dtype=np.float32)[np.asarray(labels)]


def one_hot_matrix__from_one(labels, depth):
    return tf.one_hot(tf.subtract(labels, 1), depth)


def one_hot_matrix__inverted(labels, depth):
    return tf.one_hot(labels, depth, on_value=0.0, off_value=1.0)


def one_hot_matrix__flat(labels, depth):
    return tf.reshape(tf.one_hot(labels, depth), [-1])


def one_hot_matrix__reshaped(labels, depth):
    return tf.reshape(tf.one_hot(labels, depth, axis=0), [-1, depth])


def one_hot_matrix__first_only(labels, depth):
    return tf.one_hot(labels[0], depth)


# --- known mistakes: sigmoid_cross_entropy ----------------------------------------------------------------------------------


def sigmoid_cross_entropy__mean(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


def sigmoid_cross_entropy__sum(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


def sigmoid_cross_entropy__sigmoid_twice(logits, labels):
    logits, labels = tf.sigmoid(tf.cast(logits, tf.float32)), tf.cast(labels, tf.float32)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


def sigmoid_cross_entropy__swapped(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=logits, logits=labels)


def sigmoid_cross_entropy__logarithm_of_zero(logits, labels):
    p, labels = tf.sigmoid(tf.cast(logits, tf.float32)), tf.cast(labels, tf.float32)
    return -labels * tf.math.log(p) - (1 - labels) * tf.math.log(1 - p)


def sigmoid_cross_entropy__clipped(logits, labels):
    p, labels = tf.clip_by_value(tf.sigmoid(tf.cast(logits, tf.float32)), 1e-7, 1 - 1e-7), tf.cast(labels, tf.float32)
    return -labels * tf.math.log(p) - (1 - labels) * tf.math.log(1 - p)


def sigmoid_cross_entropy__ones_only(logits, labels):
    return tf.cast(labels, tf.float32) * tf.nn.softplus(-tf.cast(logits, tf.float32))


def sigmoid_cross_entropy__sign(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return -tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


def sigmoid_cross_entropy__probabilities(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return -labels * tf.math.log(logits) - (1 - labels) * tf.math.log(1 - logits)


def sigmoid_cross_entropy__softmax(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)


def sigmoid_cross_entropy__bits(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits) / np.float32(np.log(2))


def sigmoid_cross_entropy__conversion_is_no_cast(logits, labels):
    logits, labels = (tf.convert_to_tensor(values, dtype=tf.float32) for values in (logits, labels))
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


def sigmoid_cross_entropy__no_cast(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# --- known mistakes: initialize_parameters ----------------------------------------------------------------------------------


def initialize_parameters__columns(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros((n_out, 1)))
    return parameters


def initialize_parameters__variance_as_std(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, 2 / n_in, (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__xavier(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(1 / n_in), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__glorot(layers_dims, seed):
    parameters = {}
    for l in range(1, len(layers_dims)):
        initializer = tf.keras.initializers.GlorotNormal(seed=seed + l)
        parameters[f"W{l}"] = tf.Variable(initializer((layers_dims[l - 1], layers_dims[l])))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return parameters


def initialize_parameters__fan_out(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_out), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__small(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = tf.Variable(
            0.01 * rng.normal(size=(layers_dims[l - 1], layers_dims[l])), dtype=tf.float32
        )
        parameters[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return parameters


def initialize_parameters__unscaled(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = tf.Variable(rng.normal(size=(layers_dims[l - 1], layers_dims[l])), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return parameters


def initialize_parameters__zeros(layers_dims, seed):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = tf.Variable(tf.zeros((layers_dims[l - 1], layers_dims[l])))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return parameters


def initialize_parameters__random_biases(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), n_out), dtype=tf.float32)
    return parameters


def initialize_parameters__row_biases(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros((1, n_out)))
    return parameters


def initialize_parameters__copies(layers_dims, seed):
    parameters = {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        W = np.random.default_rng(seed).normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        parameters[f"W{l}"] = tf.Variable(W, dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__unseeded(layers_dims, seed):
    parameters = {}
    for l in range(1, len(layers_dims)):
        initializer = tf.keras.initializers.HeNormal()
        parameters[f"W{l}"] = tf.Variable(initializer((layers_dims[l - 1], layers_dims[l])))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return parameters


def initialize_parameters__own_seed(layers_dims, seed):
    rng, parameters = np.random.default_rng(0), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__tensors(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.constant(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.zeros(n_out)
    return parameters


def initialize_parameters__float64(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)))
        parameters[f"b{l}"] = tf.Variable(np.zeros(n_out))
    return parameters


def initialize_parameters__global_seed(layers_dims, seed):
    tf.random.set_seed(seed)
    parameters = {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(tf.random.normal((n_in, n_out), stddev=np.sqrt(2 / n_in)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__numpy_global_seed(layers_dims, seed):
    np.random.seed(seed)
    parameters = {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(np.random.randn(n_in, n_out) * np.sqrt(2 / n_in), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__constant_variables(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        W = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        parameters[f"W{l}"] = tf.Variable(W, dtype=tf.float32, trainable=False)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out), trainable=False)
    return parameters


def initialize_parameters__column_biases(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros((n_out, 1)))
    return parameters


def initialize_parameters__positive(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layers_dims)):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = tf.Variable(rng.random((n_in, n_out)) * np.sqrt(2 / n_in), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


# --- known mistakes: forward_propagation ------------------------------------------------------------------------------------


def forward_propagation__relu_last(X, parameters):
    A = tf.cast(X, tf.float32)
    for l in range(1, len(parameters) // 2 + 1):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return A


def forward_propagation__no_relu(X, parameters):
    A = tf.cast(X, tf.float32)
    for l in range(1, len(parameters) // 2 + 1):
        A = tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"]
    return A


def forward_propagation__sigmoid(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.sigmoid(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"]


def forward_propagation__softmax_last(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return tf.nn.softmax(tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"])


def forward_propagation__no_bias(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]))
    return tf.matmul(A, parameters[f"W{L}"])


def forward_propagation__no_last_bias(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return tf.matmul(A, parameters[f"W{L}"])


def forward_propagation__columns(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"])
    return tf.matmul(parameters[f"W{L}"], A) + parameters[f"b{L}"]


def forward_propagation__one_layer_short(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return A


def forward_propagation__three_layers(X, parameters):
    A = tf.cast(X, tf.float32)
    A = tf.nn.relu(tf.matmul(A, parameters["W1"]) + parameters["b1"])
    A = tf.nn.relu(tf.matmul(A, parameters["W2"]) + parameters["b2"])
    return tf.matmul(A, parameters["W3"]) + parameters["b3"]


def forward_propagation__bias_after_relu(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"])) + parameters[f"b{l}"]
    return tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"]


def forward_propagation__order_of_the_dict(X, parameters):
    A, values = tf.cast(X, tf.float32), list(parameters.values())
    for W, b in zip(values[:-2:2], values[1:-2:2]):
        A = tf.nn.relu(tf.matmul(A, W) + b)
    return tf.matmul(A, values[-2]) + values[-1]


def forward_propagation__conversion_is_no_cast(X, parameters):
    A, L = tf.convert_to_tensor(X, dtype=tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"]


def forward_propagation__numpy_relu(X, parameters):
    A, L = tf.cast(X, tf.float32), len(parameters) // 2
    for l in range(1, L):
        A = np.maximum(0, tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"]


def forward_propagation__no_cast(X, parameters):
    A, L = X, len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"])
    return tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"]


# --- known mistakes: compute_total_loss -------------------------------------------------------------------------------------


def compute_total_loss__mean(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def compute_total_loss__per_example(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)


def compute_total_loss__swapped(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=logits, logits=labels))


def compute_total_loss__softmax_twice(logits, labels):
    logits, labels = tf.nn.softmax(tf.cast(logits, tf.float32)), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def compute_total_loss__logarithm_of_zero(logits, labels):
    p, labels = tf.nn.softmax(tf.cast(logits, tf.float32)), tf.cast(labels, tf.float32)
    return -tf.reduce_sum(labels * tf.math.log(p))


def compute_total_loss__clipped(logits, labels):
    p, labels = tf.nn.softmax(tf.cast(logits, tf.float32)), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.keras.losses.categorical_crossentropy(labels, p))


def compute_total_loss__probabilities(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.keras.losses.categorical_crossentropy(labels, logits))


def compute_total_loss__sigmoid(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


def compute_total_loss__columns(logits, labels):
    logits, labels = tf.transpose(tf.cast(logits, tf.float32)), tf.transpose(tf.cast(labels, tf.float32))
    return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def compute_total_loss__sign(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return -tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def compute_total_loss__mean_over_entries(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return -tf.reduce_mean(labels * tf.nn.log_softmax(logits))


def compute_total_loss__squares(logits, labels):
    return tf.reduce_sum(tf.square(tf.nn.softmax(tf.cast(logits, tf.float32)) - tf.cast(labels, tf.float32)))


def compute_total_loss__conversion_is_no_cast(logits, labels):
    logits, labels = (tf.convert_to_tensor(values, dtype=tf.float32) for values in (logits, labels))
    return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def compute_total_loss__one_maximum(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    shifted = logits - tf.reduce_max(logits)
    log_p = shifted - tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=1, keepdims=True))
    return -tf.reduce_sum(labels * log_p)


def compute_total_loss__padded(logits, labels):
    p, labels = tf.nn.softmax(tf.cast(logits, tf.float32)), tf.cast(labels, tf.float32)
    return -tf.reduce_sum(labels * tf.math.log(p + 1e-8))


def compute_total_loss__detached(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.constant(tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)).numpy())


def compute_total_loss__numpy(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)).numpy()


# --- known mistakes: graph_operations ---------------------------------------------------------------------------------------


def graph_operations__names(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [operation.name for operation in graph.get_operations()]


def graph_operations__distinct(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return list(dict.fromkeys(operation.type for operation in graph.get_operations()))


def graph_operations__sorted(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return sorted(operation.type for operation in graph.get_operations())


def graph_operations__no_placeholders(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [operation.type for operation in graph.get_operations() if operation.type != "Placeholder"]


def graph_operations__operations(function, *signature):
    return tf.function(function).get_concrete_function(*signature).graph.get_operations()


def graph_operations__reversed(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [operation.type for operation in graph.get_operations()][::-1]


def graph_operations__counts(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    types = [operation.type for operation in graph.get_operations()]
    return {kind: types.count(kind) for kind in types}


def graph_operations__no_results(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [operation.type for operation in graph.get_operations() if operation.type != "Identity"]


def graph_operations__without_tracing(function, *signature):
    return [operation.type for operation in function(*signature).graph.get_operations()]


def graph_operations__signature_as_list(function, *signature):
    graph = tf.function(function).get_concrete_function(signature).graph
    return [operation.type for operation in graph.get_operations()]


def graph_operations__set(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return {operation.type: operation.name for operation in graph.get_operations()}


# --- known mistakes: train_step ---------------------------------------------------------------------------------------------


def train_step__sum(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__gradient_of_the_sum(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        total = compute_total_loss(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
    return total / len(X)


def train_step__returns_the_sum(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        total = compute_total_loss(forward_propagation(X, parameters), Y)
        mean = total / len(X)
    optimizer.apply_gradients(zip(tape.gradient(mean, variables), variables))
    return total


def train_step__loss_afterwards(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return compute_total_loss(forward_propagation(X, parameters), Y) / len(X)


def train_step__no_update(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    tape.gradient(loss, variables)
    return loss


def train_step__weights_only(X, Y, parameters, optimizer):
    variables = [value for key, value in parameters.items() if key.startswith("W")]
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__uphill(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients((-g, v) for g, v in zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__leaves_the_graph(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return float(loss.numpy())


def train_step__own_optimizer(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    optimizer = tf.keras.optimizers.SGD(0.01)
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__own_adam(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    optimizer = tf.keras.optimizers.Adam()
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__outside_the_tape(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    with tf.GradientTape() as tape:
        mean = tf.identity(loss)
    optimizer.apply_gradients(zip(tape.gradient(mean, variables), variables))
    return loss


def train_step__twice(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
    optimizer.apply_gradients(zip(gradients, variables))
    return loss


def train_step__plain_descent(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    for gradient, variable in zip(tape.gradient(loss, variables), variables):
        variable.assign_sub(optimizer.learning_rate * gradient)
    return loss


def train_step__new_tensors(X, Y, parameters, optimizer):
    keys = list(parameters)
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    for key, gradient in zip(keys, tape.gradient(loss, [parameters[key] for key in keys])):
        parameters[key] = parameters[key] - optimizer.learning_rate * gradient
    return loss


def train_step__pairs_swapped(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(variables, tape.gradient(loss, variables)))
    return loss


# --- known mistakes: fit ----------------------------------------------------------------------------------------------------


def fit__sum_of_losses(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            total += float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer))
        losses.append(total)
    return parameters, losses


def fit__mean_of_means(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, met = rng.permutation(len(X)), []
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            met.append(float(loss))
        losses.append(float(np.mean(met)))
    return parameters, losses


def fit__loss_at_the_end(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
        losses.append(float(compute_total_loss(forward_propagation(X, parameters), Y)) / len(X))
    return parameters, losses


def fit__learning_rate_ignored(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam()
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__rmsprop(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.RMSprop(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__last_batch(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer))
        losses.append(loss)
    return parameters, losses


def fit__every_step(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            losses.append(float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)))
    return parameters, losses


def fit__one_epoch_less(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(1, num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__not_shuffled(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, losses = initialize_parameters(layers_dims, seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        total = 0.0
        for start in range(0, len(X), batch_size):
            batch = np.arange(len(X))[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__shuffled_batches(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        total, rows = 0.0, rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = rows[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[start : start + batch_size], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__drops_the_rest(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total, steps = rng.permutation(len(X)), 0.0, len(X) // batch_size
        for step in range(steps):
            batch = order[step * batch_size : (step + 1) * batch_size]
            total += float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer))
        losses.append(total / steps)
    return parameters, losses


def fit__plain_descent(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.SGD(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__full_batch(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, losses = initialize_parameters(layers_dims, seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        losses.append(float(train_step(X, Y, parameters, optimizer)))
    return parameters, losses


def fit__one_batch_an_epoch(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        batch = rng.permutation(len(X))[:batch_size]
        losses.append(float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)))
    return parameters, losses


def fit__own_seed(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, 0), np.random.default_rng(0), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__unseeded_order(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__fresh_start_every_epoch(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    rng, losses = np.random.default_rng(seed), []
    for _ in range(num_epochs):
        parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__losses_only(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return losses


def fit__fresh_optimizer(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    for _ in range(num_epochs):
        optimizer = tf.keras.optimizers.Adam(learning_rate)
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            total += float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__weights_only(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    weights = [v for k, v in parameters.items() if k[0] == "W"]
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            with tf.GradientTape() as tape:
                loss = compute_total_loss(
                    forward_propagation(np.asarray(X)[batch], parameters), np.asarray(Y)[batch]
                ) / len(batch)
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__fixed_order(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(0), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            total += float(train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


EXERCISES = [
    Exercise(
        "linear_function",
        5,
        draw_linear_function,
        Tensors(),
        "Tensors, variables, operations",
        [
            Mistake(
                "swapped",
                linear_function__swapped,
                "The factors are swapped: this is X W + b. Here the examples are still columns, so W stands on the left.",
            ),
            Mistake(
                "entrywise", linear_function__entrywise, "The star multiplies entry by entry. W X is a matrix product."
            ),
            Mistake("no_bias", linear_function__no_bias, "This is W X; the bias b is missing."),
            Mistake(
                "transposed_weights",
                linear_function__transposed_weights,
                "W is transposed before the product. It already has one row per output.",
            ),
            Mistake(
                "transposed_result",
                linear_function__transposed_result,
                "The result is transposed: it must have one row per output and one column per example.",
            ),
            Mistake(
                "numpy",
                linear_function__numpy,
                "The numbers are right, but they are a NumPy array. Compute with TensorFlow's operations, so that a tensor comes out.",
            ),
            Mistake(
                "own_numbers",
                linear_function__own_numbers,
                "The result does not depend on W, X and b. Use the arguments instead of numbers drawn inside.",
            ),
            Mistake("minus_bias", linear_function__minus_bias, "The bias is subtracted. It is added."),
            Mistake(
                "bias_inside",
                linear_function__bias_inside,
                "The bias is added to X before the product. It belongs to W X.",
            ),
            Mistake(
                "float64",
                linear_function__float64,
                "The result is float64. Nothing here needs a cast: the inputs are float32 already.",
            ),
        ],
        withheld=("idnn.tensors:affine",),
    ),
    Exercise(
        "sigmoid",
        5,
        draw_sigmoid,
        Tensors(),
        "Tensors, variables, operations",
        [
            Mistake(
                "no_cast",
                sigmoid__no_cast,
                "This passes z on as it is: ints have no sigmoid, and a float64 array stays float64. Convert z to float32 first.",
            ),
            Mistake(
                "conversion_is_no_cast",
                sigmoid__conversion_is_no_cast,
                NO_CAST,
            ),
            Mistake(
                "tanh",
                sigmoid__tanh,
                "This is the hyperbolic tangent, which runs from -1 to 1. The sigmoid runs from 0 to 1.",
            ),
            Mistake(
                "other_sign",
                sigmoid__other_sign,
                "The exponent's sign is missing, so large numbers go to 0. The sigmoid of a large number is near 1.",
            ),
            Mistake(
                "overflow",
                sigmoid__overflow,
                "The exponential of a large number overflows to infinity, and infinity over infinity is not a number. Write the formula so that this cannot happen, or use the operation that TensorFlow has for it.",
            ),
            Mistake(
                "softmax",
                sigmoid__softmax,
                "The entries sum to 1: this is the softmax over all entries. The sigmoid treats each entry on its own.",
            ),
            Mistake("derivative", sigmoid__derivative, "This is the derivative of the sigmoid, a (1 - a)."),
            Mistake("numpy", sigmoid__numpy, "The numbers are right, but they are NumPy's. Return a tensor."),
            Mistake(
                "cast_to_int",
                sigmoid__cast_to_int,
                "The fractions of z are lost: it is converted to ints on the way. Convert to float32.",
            ),
            Mistake("relu", sigmoid__relu, "This is the ReLU, which has no upper bound."),
            Mistake(
                "hard", sigmoid__hard, "This is a straight line that is cut off at 0 and 1, the so-called hard sigmoid."
            ),
            Mistake("float64", sigmoid__float64, "The result is float64. TensorFlow's networks compute in float32."),
        ],
        withheld=("idnn.tensors:squashed", "idnn.networks:sigmoid"),
    ),
    Exercise(
        "one_hot_matrix",
        10,
        draw_one_hot_matrix,
        Tensors(),
        "Labels as one-hot rows",
        [
            Mistake(
                "columns",
                one_hot_matrix__columns,
                "Each example is a column here. In this assignment examples are rows: the shape is (m, depth).",
            ),
            Mistake(
                "depth_from_labels",
                one_hot_matrix__depth_from_labels,
                "The number of columns is taken from the largest label that is met. It is depth, also when the last classes have no example.",
            ),
            Mistake(
                "distinct_labels",
                one_hot_matrix__distinct_labels,
                "The number of columns is the number of different labels met. It is depth, also when a class has no example.",
            ),
            Mistake("ints", one_hot_matrix__ints, "The entries are ints. The loss needs float32."),
            Mistake("float64", one_hot_matrix__float64, "The entries are float64, NumPy's default. Ask for float32."),
            Mistake(
                "numpy", one_hot_matrix__numpy, "The numbers are right, but they are a NumPy array. Return a tensor."
            ),
            Mistake(
                "from_one",
                one_hot_matrix__from_one,
                "The labels are counted from one here, so each row's 1 stands a column too far left. Labels count from 0.",
            ),
            Mistake("inverted", one_hot_matrix__inverted, "Ones and zeros are exchanged."),
            Mistake("flat", one_hot_matrix__flat, "All rows are joined to one long vector. Keep one row per example."),
            Mistake(
                "reshaped",
                one_hot_matrix__reshaped,
                "A matrix of shape (depth, m) is reshaped to (m, depth). Reshaping keeps the order of the entries, so the rows are mixed up; it does not transpose.",
            ),
            Mistake(
                "first_only", one_hot_matrix__first_only, "Only the first label is encoded. There is one row per label."
            ),
        ],
    ),
    Exercise(
        "sigmoid_cross_entropy",
        5,
        draw_sigmoid_cross_entropy,
        Tensors(),
        "A loss from logits",
        [
            Mistake(
                "mean",
                sigmoid_cross_entropy__mean,
                "This is the mean over the examples. One value an example is asked for.",
            ),
            Mistake(
                "sum",
                sigmoid_cross_entropy__sum,
                "This is the sum over the examples. One value an example is asked for.",
            ),
            Mistake(
                "sigmoid_twice",
                sigmoid_cross_entropy__sigmoid_twice,
                "The sigmoid is applied twice: TensorFlow's function wants the logits and applies it itself.",
            ),
            Mistake(
                "swapped",
                sigmoid_cross_entropy__swapped,
                "Logits and labels are exchanged. TensorFlow's function takes the labels first; name its arguments.",
            ),
            Mistake(
                "logarithm_of_zero",
                sigmoid_cross_entropy__logarithm_of_zero,
                "For a large logit the sigmoid is exactly 0 or 1 in float32, and its logarithm is infinite. Work from the logits: TensorFlow has the combined function.",
            ),
            Mistake(
                "clipped",
                sigmoid_cross_entropy__clipped,
                "Clipping the probabilities keeps the loss finite but wrong: it stops at about 16 however large the logit is. Work from the logits.",
            ),
            Mistake(
                "ones_only",
                sigmoid_cross_entropy__ones_only,
                "Examples with label 0 cost nothing here. The second half of the formula is missing.",
            ),
            Mistake(
                "sign",
                sigmoid_cross_entropy__sign,
                "The losses are negative: the sign is lost. A cross-entropy is at least 0.",
            ),
            Mistake(
                "probabilities",
                sigmoid_cross_entropy__probabilities,
                "The logits are treated as probabilities: their logarithm is taken without the sigmoid.",
            ),
            Mistake(
                "softmax",
                sigmoid_cross_entropy__softmax,
                "This is the softmax cross-entropy, for one choice among many classes. Here every example is a yes or no of its own.",
            ),
            Mistake(
                "bits",
                sigmoid_cross_entropy__bits,
                "The losses are in bits, with logarithms to base 2. Use the natural logarithm: nats.",
            ),
            Mistake(
                "conversion_is_no_cast",
                sigmoid_cross_entropy__conversion_is_no_cast,
                NO_CAST,
            ),
            Mistake(
                "no_cast",
                sigmoid_cross_entropy__no_cast,
                "Int labels and float64 logits are passed on as they are. Convert both to float32 first.",
            ),
        ],
    ),
    Exercise(
        "initialize_parameters",
        15,
        draw_initialize_parameters,
        HeScaled(),
        "Parameters as variables",
        [
            Mistake(
                "columns",
                initialize_parameters__columns,
                "The weights have the shape of the NumPy assignments, one row per unit. Examples are rows here, so W has one column per unit and b is a vector.",
            ),
            Mistake(
                "variance_as_std",
                initialize_parameters__variance_as_std,
                "2 / n is the variance. The standard deviation is its root.",
            ),
            Mistake("xavier", initialize_parameters__xavier, "The variance is 1 / n, Xavier's. He's is twice that."),
            Mistake(
                "glorot",
                initialize_parameters__glorot,
                "This is Glorot's scale, which averages inputs and outputs, and Keras's default. He's depends on the number of inputs alone.",
            ),
            Mistake(
                "fan_out",
                initialize_parameters__fan_out,
                "The spread follows from the number of the layer's units. It follows from the number of its inputs.",
            ),
            Mistake(
                "small",
                initialize_parameters__small,
                "Every weight has a standard deviation of 0.01, whatever the layer's size.",
            ),
            Mistake(
                "unscaled",
                initialize_parameters__unscaled,
                "The weights have a standard deviation of 1, whatever the layer's size.",
            ),
            Mistake(
                "zeros",
                initialize_parameters__zeros,
                "All weights are zero, so all units of a layer stay the same for ever.",
            ),
            Mistake(
                "random_biases", initialize_parameters__random_biases, "The biases are random. They start at zero."
            ),
            Mistake(
                "column_biases",
                initialize_parameters__column_biases,
                "The biases are columns, as in the NumPy assignments. Examples are rows here, and a bias is a vector: one axis.",
            ),
            Mistake(
                "constant_variables",
                initialize_parameters__constant_variables,
                "A tape watches and an optimizer moves only variables that are marked as trainable, each by itself: here some are not, or one variable stands under two names or comes back in the next call.",
            ),
            Mistake(
                "row_biases",
                initialize_parameters__row_biases,
                "The biases are matrices of one row. They are vectors of shape (n_l,).",
            ),
            Mistake(
                "copies",
                initialize_parameters__copies,
                "Every layer starts the generator anew from the same seed, so the layers hold the same numbers. Make one generator and draw all layers from it.",
            ),
            Mistake(
                "unseeded", initialize_parameters__unseeded, "The seed is not used: two calls give different weights."
            ),
            Mistake(
                "own_seed",
                initialize_parameters__own_seed,
                "A seed is written into the function, so the argument has no effect.",
            ),
            Mistake(
                "tensors",
                initialize_parameters__tensors,
                "These are constant tensors. Training must change them, so they have to be variables.",
            ),
            Mistake(
                "float64",
                initialize_parameters__float64,
                "The variables are float64, NumPy's default. Ask for float32.",
            ),
            Mistake(
                "global_seed",
                initialize_parameters__global_seed,
                "This sets TensorFlow's global seed, which changes every other random number of the program. Make a generator of your own from the seed.",
            ),
            Mistake(
                "numpy_global_seed",
                initialize_parameters__numpy_global_seed,
                "This sets NumPy's global seed, which changes every other random number of the program. Make a generator of your own from the seed.",
            ),
            Mistake(
                "positive",
                initialize_parameters__positive,
                "The weights are drawn between 0 and a bound, so their mean is not 0.",
            ),
        ],
        withheld=library.DRAWS,
    ),
    Exercise(
        "forward_propagation",
        15,
        draw_forward_propagation,
        Tensors(rtol=1e-4),
        "From pictures to logits",
        [
            Mistake(
                "relu_last",
                forward_propagation__relu_last,
                "The last layer has a ReLU too. Logits may be negative; there is no activation after the last layer.",
            ),
            Mistake(
                "no_relu",
                forward_propagation__no_relu,
                "There is no ReLU between the layers, so the whole network is one linear map.",
            ),
            Mistake("sigmoid", forward_propagation__sigmoid, "The hidden layers use the sigmoid instead of the ReLU."),
            Mistake(
                "softmax_last",
                forward_propagation__softmax_last,
                "The softmax is applied to the result. Return the logits; the loss applies the softmax itself.",
            ),
            Mistake("no_bias", forward_propagation__no_bias, "The biases are not added."),
            Mistake("no_last_bias", forward_propagation__no_last_bias, "The last layer's bias is not added."),
            Mistake(
                "columns",
                forward_propagation__columns,
                "The product is W A, for examples in columns. Examples are rows here, so it is A W.",
            ),
            Mistake(
                "one_layer_short",
                forward_propagation__one_layer_short,
                "The last layer is missing: this returns the last hidden activations.",
            ),
            Mistake(
                "three_layers",
                forward_propagation__three_layers,
                "The network always has three layers here. The number of layers follows from the parameters.",
            ),
            Mistake(
                "bias_after_relu",
                forward_propagation__bias_after_relu,
                "The bias is added after the ReLU. It belongs to the linear part, before it.",
            ),
            Mistake(
                "order_of_the_dict",
                forward_propagation__order_of_the_dict,
                "Weights and biases are taken in the order in which the dict lists them. Take them by their names.",
            ),
            Mistake(
                "conversion_is_no_cast",
                forward_propagation__conversion_is_no_cast,
                NO_CAST,
            ),
            Mistake(
                "numpy_relu",
                forward_propagation__numpy_relu,
                "The values are right, but no gradient comes through. NumPy's functions, np.maximum for one, and .numpy() turn tensors into arrays, which the tape does not see. Stay with TensorFlow's operations.",
            ),
            Mistake(
                "no_cast",
                forward_propagation__no_cast,
                "A float64 array is passed on as it is and does not fit the float32 weights. Convert X first.",
            ),
        ],
        withheld=library.FORWARD,
    ),
    Exercise(
        "compute_total_loss",
        10,
        draw_compute_total_loss,
        Tensors(),
        "The loss of a mini-batch",
        [
            Mistake(
                "mean",
                compute_total_loss__mean,
                "This is the mean over the examples. The sum is asked for, so that mini-batches of different sizes can be added up.",
            ),
            Mistake("per_example", compute_total_loss__per_example, "This is one loss an example. Sum them."),
            Mistake(
                "swapped",
                compute_total_loss__swapped,
                "Logits and labels are exchanged. TensorFlow's function takes the labels first; name its arguments.",
            ),
            Mistake(
                "softmax_twice",
                compute_total_loss__softmax_twice,
                "The softmax is applied twice: TensorFlow's function wants the logits and applies it itself.",
            ),
            Mistake(
                "logarithm_of_zero",
                compute_total_loss__logarithm_of_zero,
                "For large logits a softmax probability is exactly 0 in float32, and its logarithm is infinite. Work from the logits: TensorFlow has the combined function.",
            ),
            Mistake(
                "conversion_is_no_cast",
                compute_total_loss__conversion_is_no_cast,
                NO_CAST,
            ),
            Mistake(
                "one_maximum",
                compute_total_loss__one_maximum,
                "The largest logit of all examples is subtracted from every row; where a row lies far below it, its exponentials vanish. Subtract each row's own maximum.",
            ),
            Mistake(
                "padded",
                compute_total_loss__padded,
                "A small number is added inside the logarithm, so a very wrong prediction costs no more than about 18. Work from the logits.",
            ),
            Mistake(
                "detached",
                compute_total_loss__detached,
                "The value is right, but no gradient comes through. What leaves the tape: .numpy(), float(), NumPy's functions, tf.stop_gradient. Return the tensor that TensorFlow's operations give.",
            ),
            Mistake(
                "clipped",
                compute_total_loss__clipped,
                "The softmax is taken first and its probabilities are clipped, so a very wrong prediction costs about 16 and no more. Work from the logits.",
            ),
            Mistake(
                "probabilities",
                compute_total_loss__probabilities,
                "The logits are treated as probabilities. Keras's loss assumes that unless it is told otherwise.",
            ),
            Mistake(
                "sigmoid",
                compute_total_loss__sigmoid,
                "This is the sigmoid cross-entropy of every entry. One class is chosen among many here: softmax.",
            ),
            Mistake(
                "columns",
                compute_total_loss__columns,
                "The softmax runs over the examples instead of over the classes: the matrices are transposed. Examples are rows here.",
            ),
            Mistake(
                "sign",
                compute_total_loss__sign,
                "The loss is negative: the sign is lost. A cross-entropy is at least 0.",
            ),
            Mistake(
                "mean_over_entries",
                compute_total_loss__mean_over_entries,
                "The mean over all entries of the matrix is taken, which divides by the number of classes as well. Sum over the examples.",
            ),
            Mistake(
                "squares",
                compute_total_loss__squares,
                "This is the squared error of the probabilities. The cross-entropy is asked for.",
            ),
            Mistake(
                "numpy",
                compute_total_loss__numpy,
                "The number is right, but it is no tensor any more, so no gradient can flow back through it. Return the tensor.",
            ),
        ],
        withheld=(*library.LOSSES, "idnn.tensors:softmax_entropy"),
    ),
    Exercise(
        "graph_operations",
        5,
        draw_graph_operations,
        rules.Equal(),
        "The graph, made visible",
        [
            Mistake(
                "names",
                graph_operations__names,
                "These are the operations' names, which are unique in a graph. Their types are asked for.",
            ),
            Mistake(
                "distinct",
                graph_operations__distinct,
                "Every type is listed once. List every operation, so a type may come several times.",
            ),
            Mistake(
                "sorted", graph_operations__sorted, "The list is sorted by the alphabet. Keep the order of the graph."
            ),
            Mistake(
                "no_placeholders",
                graph_operations__no_placeholders,
                "The placeholders, through which the arguments enter, are left out. They are operations too.",
            ),
            Mistake(
                "operations",
                graph_operations__operations,
                "These are the operation objects. Return the type of each as a string.",
            ),
            Mistake(
                "reversed",
                graph_operations__reversed,
                "The list runs from the result back to the inputs. Keep the order of the graph.",
            ),
            Mistake(
                "counts",
                graph_operations__counts,
                "This counts the operations by type. A list in the order of the graph is asked for.",
            ),
            Mistake(
                "no_results",
                graph_operations__no_results,
                "The Identity operations, through which the results leave, are left out. They are operations too.",
            ),
            Mistake(
                "without_tracing",
                graph_operations__without_tracing,
                "The function is called on the specifications themselves. They describe arguments; TensorFlow has to trace the function with them.",
            ),
            Mistake(
                "signature_as_list",
                graph_operations__signature_as_list,
                "All specifications are passed as one argument. Each belongs to one argument of the function.",
            ),
            Mistake(
                "set",
                graph_operations__set,
                "A dict by type keeps one operation of each type. A list in the order of the graph is asked for.",
            ),
        ],
    ),
    Exercise(
        "train_step",
        20,
        draw_train_step,
        Step(),
        "One training step",
        [
            Mistake(
                "sum",
                train_step__sum,
                "This works with the sum over the examples. The step follows the gradient of the mean loss, and the mean is returned: divide by the number of examples inside the tape.",
            ),
            Mistake(
                "gradient_of_the_sum",
                train_step__gradient_of_the_sum,
                "The returned mean is right, but the gradient is that of the sum: the division happens outside the tape.",
            ),
            Mistake(
                "returns_the_sum",
                train_step__returns_the_sum,
                "The update is right, but the sum of the losses is returned instead of their mean.",
            ),
            Mistake(
                "loss_afterwards",
                train_step__loss_afterwards,
                "The loss is computed again after the update. Return the one from before, which the gradient belongs to.",
            ),
            Mistake(
                "no_update",
                train_step__no_update,
                "The gradients are computed but never applied, so no variable changes.",
            ),
            Mistake(
                "weights_only", train_step__weights_only, "Only the weights are updated. The biases are parameters too."
            ),
            Mistake("uphill", train_step__uphill, "The step goes up the gradient. The optimizer subtracts by itself."),
            Mistake(
                "leaves_the_graph",
                train_step__leaves_the_graph,
                "This works eagerly but not under tf.function: a traced tensor has no number yet. Return the tensor.",
            ),
            Mistake(
                "own_adam",
                train_step__own_adam,
                "A new Adam is made inside and the optimizer that was passed is ignored.",
            ),
            Mistake(
                "own_optimizer",
                train_step__own_optimizer,
                "A new optimizer is made inside and the one that was passed is ignored.",
            ),
            Mistake(
                "outside_the_tape",
                train_step__outside_the_tape,
                "The loss is computed outside the tape, which therefore knows no path from it to the variables: the gradients are None.",
            ),
            Mistake("twice", train_step__twice, "The gradients are applied twice."),
            Mistake(
                "plain_descent",
                train_step__plain_descent,
                "The variables move by learning rate times gradient whatever the optimizer is, so momentum and Adam have no effect. Let the optimizer apply the gradients.",
            ),
            Mistake(
                "new_tensors",
                train_step__new_tensors,
                "The dict's variables are replaced by new tensors. Update the variables in place.",
            ),
            Mistake(
                "pairs_swapped",
                train_step__pairs_swapped,
                "The optimizer takes pairs of a gradient and its variable, in this order.",
            ),
        ],
        withheld=library.BACKWARD,
    ),
    Exercise(
        "fit",
        10,
        draw_fit,
        Trained(),
        "Training",
        [
            Mistake(
                "sum_of_losses",
                fit__sum_of_losses,
                "An epoch's entry is the sum over its mini-batches. The mean over its examples is asked for.",
            ),
            Mistake(
                "mean_of_means",
                fit__mean_of_means,
                "The mini-batches' mean losses are averaged as if all were of one size. The last one may be smaller: weigh each by its number of examples.",
            ),
            Mistake(
                "loss_at_the_end",
                fit__loss_at_the_end,
                "An epoch's loss is computed anew after its steps. What is asked for are the losses that the steps met, before each update, and they cost nothing more.",
            ),
            Mistake(
                "learning_rate_ignored",
                fit__learning_rate_ignored,
                "Adam steps with its own default learning rate; learning_rate is not handed on.",
            ),
            Mistake(
                "rmsprop",
                fit__rmsprop,
                "The steps are larger than Adam's at first, as RMSProp's are. Adam is asked for.",
            ),
            Mistake(
                "last_batch",
                fit__last_batch,
                "An epoch's entry is the loss of its last mini-batch alone. The mean over its examples is asked for.",
            ),
            Mistake("every_step", fit__every_step, "The list holds one loss a step. One an epoch is asked for."),
            Mistake("one_epoch_less", fit__one_epoch_less, "The loop makes one epoch too few."),
            Mistake(
                "not_shuffled",
                fit__not_shuffled,
                "Every epoch meets the examples in the order in which they are given. Shuffle them, decided by the seed.",
            ),
            Mistake(
                "shuffled_batches",
                fit__shuffled_batches,
                "X is shuffled but Y is not, so pictures carry the labels of others. Shuffle both together.",
            ),
            Mistake(
                "drops_the_rest",
                fit__drops_the_rest,
                "The last, smaller mini-batch is dropped. Every example is met once an epoch.",
            ),
            Mistake(
                "plain_descent",
                fit__plain_descent,
                "The steps have the size of plain gradient descent. Adam is asked for.",
            ),
            Mistake("full_batch", fit__full_batch, "Every step uses all examples: batch_size has no effect."),
            Mistake(
                "one_batch_an_epoch",
                fit__one_batch_an_epoch,
                "An epoch makes a single step here. It meets every example once, in as many mini-batches as that takes.",
            ),
            Mistake("own_seed", fit__own_seed, "A seed is written into the function, so the argument has no effect."),
            Mistake(
                "unseeded_order",
                fit__unseeded_order,
                "The order of the examples is drawn without the seed, so two calls with one seed differ.",
            ),
            Mistake(
                "fresh_start_every_epoch",
                fit__fresh_start_every_epoch,
                "The parameters are initialized again in every epoch, so nothing is kept from the one before. Initialize once, before the loop.",
            ),
            Mistake(
                "fresh_optimizer",
                fit__fresh_optimizer,
                "A new optimizer is made in every epoch, so what Adam has gathered is lost each time. Make it once, before the loop.",
            ),
            Mistake("weights_only", fit__weights_only, "Only the weights are trained. The biases are parameters too."),
            Mistake(
                "fixed_order",
                fit__fixed_order,
                "The seed decides the first parameters but not the order of the examples, which is the same for every seed.",
            ),
            Mistake(
                "losses_only", fit__losses_only, "Only the losses are returned. Return the parameters and the losses."
            ),
        ],
        withheld=(*library.BACKWARD, *library.STEPS),
    ),
]

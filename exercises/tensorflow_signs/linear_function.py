"""A matrix product and a bias: of arrays, tensors and variables, with one column and with several."""

from __future__ import annotations

import numpy as np

from assay.wire import Tensor, Variable
from exercises.tensorflow_signs.inputs import normal, size
from grader.exercise import Case, Draw, Exercise, edits_of, written
from idnn.rules.tensorflow_signs import Tensors
from idnn.tensors import tf
from solutions.tensorflow_signs import linear_function


def draw(rng: np.random.Generator) -> list[Case]:
    def arrays(n_out: int, n_in: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return normal(rng, n_out, n_in), normal(rng, n_in, m), normal(rng, n_out, 1)

    n = size(rng, 3, 5)
    return [
        Case(arrays(4, 3, 1), "NumPy arrays, one column"),
        Case(tuple(map(Tensor, arrays(2, size(rng, 4, 6), 3))), "tensors"),
        Case(arrays(n, n, n), "square matrices"),
        Case(tuple(map(Tensor, arrays(1, size(rng, 3, 6), 1))), "one output, one column"),
        Case((Variable(normal(rng, 3, 2)), normal(rng, 2, 5), Variable(normal(rng, 3, 1))), "variables and an array"),
    ]


def anywhere(draw: Draw) -> Case:
    """Return factors of any shape and size whose products do not cancel."""
    n_out, n_in, m = draw.integer(1, 300, 4), draw.integer(1, 300, 4), draw.integer(1, 300, 3)
    sizes = (draw.real(1e-6, 1e4), draw.real(1e-6, 1e4), draw.real(1e-6, 1e4))
    while True:
        W, X, b = (
            (scale * normal(draw.rng, *shape)).astype(np.float32)
            for scale, shape in zip(sizes, ((n_out, n_in), (n_in, m), (n_out, 1)))
        )
        if np.abs(W @ X + b).max() > 0.1 * (np.abs(W) @ np.abs(X) + np.abs(b)).max() / np.sqrt(n_in):
            return Case(tuple(draw.option(Tensor, Variable, np.array)(each) for each in (W, X, b)))


def _numpy(W, X, b):
    return np.dot(np.asarray(W), np.asarray(X)) + np.asarray(b)


def _own_numbers(W, X, b):
    rng = np.random.default_rng(1)
    W, X, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 1)), rng.standard_normal((4, 1))
    return tf.cast(tf.matmul(W, X) + b, tf.float32)


edit = edits_of(linear_function)

EXERCISE = Exercise(
    name="linear_function",
    points=5,
    draw=draw,
    anywhere=anywhere,
    further=8,
    rule=Tensors(),
    section="Tensors, variables, operations",
    withheld=("idnn.tensors:affine",),
    mistakes=[
        edit(
            "swapped",
            "matmul(W, X)",
            "matmul(X, W)",
            "The factors are swapped: this is X W + b. Here the examples are still columns, so W stands on the left.",
        ),
        edit("entrywise", "tf.matmul(W, X)", "W * X", "The star multiplies entry by entry. W X is a matrix product."),
        edit("no_bias", " + b", "", "This is W X; the bias b is missing."),
        edit(
            "transposed_weights",
            "matmul(W, X)",
            "matmul(W, X, transpose_a=True)",
            "W is transposed before the product. It already has one row per output.",
        ),
        edit(
            "transposed_result",
            "tf.matmul(W, X) + b",
            "tf.transpose(tf.matmul(W, X) + b)",
            "The result is transposed: it must have one row per output and one column per example.",
        ),
        written(
            "numpy",
            _numpy,
            "The numbers are right, but they are a NumPy array. Compute with TensorFlow's operations, so that a tensor comes out.",
        ),
        written(
            "own_numbers",
            _own_numbers,
            "The result does not depend on W, X and b. Use the arguments instead of numbers drawn inside.",
        ),
        edit("minus_bias", "+ b", "- b", "The bias is subtracted. It is added."),
        edit("bias_inside", "X) + b", "X + b)", "The bias is added to X before the product. It belongs to W X."),
        edit(
            "float64",
            "(W, X) + b",
            "(tf.cast(W, tf.float64), tf.cast(X, tf.float64)) + tf.cast(b, tf.float64)",
            "The result is float64. Nothing here needs a cast: the inputs are float32 already.",
        ),
    ],
)

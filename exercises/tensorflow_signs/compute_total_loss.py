"""The softmax cross-entropy, summed: large logits, rows on different levels, a gradient through it."""

from __future__ import annotations

import numpy as np

from assay.wire import Tensor
from exercises import library
from exercises.tensorflow_signs.hints import NO_CAST
from exercises.tensorflow_signs.inputs import OF_LABELS, normal, of_dtype, one_hot, size
from grader.exercise import Case, Draw, Exercise, edits_of, written
from idnn.rules.tensorflow_signs import Tensors
from idnn.tensors import tf
from solutions.tensorflow_signs import compute_total_loss

BY_LOGITS = "idnn.tensors:gradient_by_logits"
EXTREMES = (89.5, -20.0), (53.0, -53.0)  # no exponential of the first in float32, and of the differences none above 0
CUT_OFF = "no gradient comes through: a step in between leaves TensorFlow's operations"


def draw(rng: np.random.Generator) -> list[Case]:
    def case(m: int, depth: int, label: str, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        return (scale * normal(rng, m, depth)).astype(np.float32), one_hot(rng, m, depth)

    logits, labels = case(5, 3, "")
    n = size(rng, 4, 6)
    large = rng.permuted(np.tile(np.array([[900.0, 0.0, -700.0, 200.0]]), (4, 1)), axis=1).astype(np.float32)
    levels, named = case(4, 5, "")
    levels += rng.permutation([0, 1000, -1000, 300])[:, None].astype(np.float32)  # each row has its own maximum
    return [
        Case(case(size(rng, 6, 8), 6, ""), "six classes"),
        Case(tuple(map(Tensor, case(3, 4, ""))), "tensors"),
        Case(case(n, n, ""), "as many examples as classes"),
        Case(case(1, 6, ""), "one example"),
        Case(
            (Tensor(logits.astype(float)), Tensor(labels.astype(np.uint8))),
            "float64 logits, unsigned ints as labels",
            0.5,
        ),
        Case(case(4, 3, ""), "a gradient through it", 0.5, {"gradient": CUT_OFF}, via=BY_LOGITS),
        Case((large, np.eye(4, dtype=np.float32)[large.argsort(axis=1)[:, 1]]), "large logits"),
        Case((levels, named), "rows on different levels", 0.5),
        Case(case(9, 2, "", 3.0), "two classes"),
    ]


def anywhere(draw: Draw) -> Case:
    """Return logits of any size, of which the largest are wrong, so that the total hangs on no small difference."""
    m, depth = draw.integer(1, 300, 4), draw.integer(2, 100, 5)
    logits, beside = draw.beside(lambda: draw.array((m, depth), 1e-3, 1e4, mixed=0.2))
    labels, extremes = one_hot(draw.rng, m, depth), draw.option(None, None, *EXTREMES)
    if extremes and not beside:
        logits *= 20 / max(np.abs(logits).max(), 1e-6)
        logits[0, :2] = extremes
    row = np.abs(logits).max(axis=1).argmax()
    labels[row] = np.arange(depth) == logits[row].argmin()
    logits = of_dtype(logits, draw.option(np.float32, np.float64, np.float16))
    labels = labels.astype(draw.option(*OF_LABELS))
    return Case((Tensor(logits), Tensor(labels)) if draw.flip(0.4) else (logits, labels))


def _one_maximum(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    shifted = logits - tf.reduce_max(logits)
    log_p = shifted - tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=1, keepdims=True))
    return -tf.reduce_sum(labels * log_p)


edit = edits_of(compute_total_loss)
LOGITS = "tf.cast(logits, tf.float32)"
LOSSES = "tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)"

EXERCISE = Exercise(
    name="compute_total_loss",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=8,
    rule=Tensors(),
    section="The loss of a mini-batch",
    withheld=(*library.LOSSES, "idnn.tensors:softmax_entropy"),
    mistakes=[
        edit(
            "mean",
            "reduce_sum",
            "reduce_mean",
            "This is the mean over the examples. The sum is asked for, so that mini-batches of different sizes can be added up.",
        ),
        edit("per_example", "tf.reduce_sum(losses)", "losses", "This is one loss an example. Sum them."),
        edit(
            "swapped",
            "labels=labels, logits=logits",
            "labels=logits, logits=labels",
            "Logits and labels are exchanged. TensorFlow's function takes the labels first; name its arguments.",
        ),
        edit(
            "softmax_twice",
            LOGITS,
            f"tf.nn.softmax({LOGITS})",
            "The softmax is applied twice: TensorFlow's function wants the logits and applies it itself.",
        ),
        edit(
            "logarithm_of_zero",
            LOGITS,
            f"tf.nn.softmax({LOGITS})",
            "For large logits a softmax probability is exactly 0 in float32, and its logarithm is infinite. Work from the logits: TensorFlow has the combined function.",
            also=[(LOSSES, "-labels * tf.math.log(logits)")],
        ),
        edit("conversion_is_no_cast", "tf.cast", "tf.convert_to_tensor", NO_CAST, every=True),
        written(
            "one_maximum",
            _one_maximum,
            "The largest logit of all examples is subtracted from every row; where a row lies far below it, its exponentials vanish. Subtract each row's own maximum.",
        ),
        edit(
            "padded",
            LOGITS,
            f"tf.nn.softmax({LOGITS})",
            "A small number is added inside the logarithm, so a very wrong prediction costs no more than about 18. Work from the logits.",
            also=[(LOSSES, "-labels * tf.math.log(logits + 1e-8)")],
        ),
        edit(
            "detached",
            "tf.reduce_sum(losses)",
            "tf.constant(tf.reduce_sum(losses).numpy())",
            "The value is right, but no gradient comes through. What leaves the tape: .numpy(), float(), NumPy's functions, tf.stop_gradient. Return the tensor that TensorFlow's operations give.",
        ),
        edit(
            "clipped",
            LOGITS,
            f"tf.nn.softmax({LOGITS})",
            "The softmax is taken first and its probabilities are clipped, so a very wrong prediction costs about 16 and no more. Work from the logits.",
            also=[(LOSSES, "tf.keras.losses.categorical_crossentropy(labels, logits)")],
        ),
        edit(
            "probabilities",
            LOSSES,
            "tf.keras.losses.categorical_crossentropy(labels, logits)",
            "The logits are treated as probabilities. Keras's loss assumes that unless it is told otherwise.",
        ),
        edit(
            "sigmoid",
            "softmax_cross_entropy",
            "sigmoid_cross_entropy",
            "This is the sigmoid cross-entropy of every entry. One class is chosen among many here: softmax.",
        ),
        edit(
            "columns",
            "labels=labels, logits=logits",
            "labels=tf.transpose(labels), logits=tf.transpose(logits)",
            "The softmax runs over the examples instead of over the classes: the matrices are transposed, or the axis is 0. Examples are rows here.",
        ),
        edit("sign", "return ", "return -", "The loss is negative: the sign is lost. A cross-entropy is at least 0."),
        edit(
            "mean_over_entries",
            LOSSES,
            "-labels * tf.nn.log_softmax(logits)",
            "The mean over all entries of the matrix is taken, which divides by the number of classes as well. Sum over the examples.",
            also=[("reduce_sum", "reduce_mean")],
        ),
        edit(
            "squares",
            LOSSES,
            "tf.square(tf.nn.softmax(logits) - labels)",
            "This is the squared error of the probabilities. The cross-entropy is asked for.",
        ),
        edit(
            "numpy",
            "tf.reduce_sum(losses)",
            "tf.reduce_sum(losses).numpy()",
            "The number is right, but it is no tensor any more, so no gradient can flow back through it. Return the tensor.",
        ),
    ],
)

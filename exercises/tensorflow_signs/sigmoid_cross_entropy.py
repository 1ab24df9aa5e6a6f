"""The cross-entropy of yes and no: labels as ints and floats of any width, logits so large that the sigmoid is exactly 0 or 1."""

from __future__ import annotations

import numpy as np

from assay.wire import Tensor
from exercises.tensorflow_signs.hints import NO_CAST
from exercises.tensorflow_signs.inputs import OF_LABELS, normal, of_dtype, size
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn.rules.tensorflow_signs import Tensors
from solutions.tensorflow_signs import sigmoid_cross_entropy

CERTAIN, OVERFLOWING = 17.2, 89.5  # from where float32 has no probability below 1, and no exponential


def draw(rng: np.random.Generator) -> list[Case]:
    def labels(m: int) -> np.ndarray:
        return rng.permutation(np.arange(m) % 2)

    m = size(rng, 4, 7)
    large = (rng.choice([-1, 1], 6) * rng.uniform(110, 180, 6) * [1, 1, 1, 1, 1, 12]).astype(np.float32)
    return [
        Case((normal(rng, m), labels(m).astype(np.float32)), "float labels"),
        Case((Tensor(2 * normal(rng, 5)), Tensor(labels(5).astype(np.float32))), "tensors"),
        Case((normal(rng, 6), labels(6)), "int labels"),
        Case((normal(rng, 1), np.array([1.0], np.float32)), "one example"),
        Case(
            (Tensor(rng.normal(size=4)), Tensor(labels(4).astype(np.uint8))),
            "float64 tensors, unsigned ints as labels",
            0.5,
        ),
        Case((large, (large < 0).astype(np.float32)), "large logits, wrong predictions"),
        Case(
            (np.append(large, np.float32([1.5, -0.8])), np.append(large > 0, [0, 1]).astype(np.float32)),
            "large logits, right predictions",
        ),
    ]


def anywhere(draw: Draw) -> Case:
    """Return logits of any size, the outermost of them wrong, so that no loss hangs on the round-off of a small difference."""
    m = draw.integer(1, 2000, 5)
    z, beside = draw.beside(lambda: np.atleast_1d(draw.array(m, 1e-4, 1e6, mixed=0.2)))
    turn = draw.option(0.0, 0.0, CERTAIN, OVERFLOWING)
    if turn and not beside:
        z *= turn / max(np.abs(z).max(), 1e-6)
        z[draw.rng.integers(m)] = turn
    y = draw.rng.integers(0, 2, m)
    for outermost in (z.argmin(), z.argmax()):
        y[outermost] = z[outermost] < 0
    z = of_dtype(z, draw.option(np.float32, np.float32, np.float64, np.float16))
    y = y.astype(draw.option(*OF_LABELS))
    return Case((Tensor(z), Tensor(y)) if draw.flip(0.4) else (z, y))


edit = edits_of(sigmoid_cross_entropy)
LOGITS = "tf.cast(logits, tf.float32)"
LOSSES = "tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)"
OF_PROBABILITIES = "-labels * tf.math.log(logits) - (1 - labels) * tf.math.log(1 - logits)"

EXERCISE = Exercise(
    name="sigmoid_cross_entropy",
    points=5,
    draw=draw,
    anywhere=anywhere,
    further=8,
    rule=Tensors(),
    section="A loss from logits",
    mistakes=[
        edit(
            "mean",
            LOSSES,
            f"tf.reduce_mean({LOSSES})",
            "This is the mean over the examples. One value an example is asked for.",
        ),
        edit(
            "sum",
            LOSSES,
            f"tf.reduce_sum({LOSSES})",
            "This is the sum over the examples. One value an example is asked for.",
        ),
        edit(
            "sigmoid_twice",
            LOGITS,
            f"tf.sigmoid({LOGITS})",
            "The sigmoid is applied twice: TensorFlow's function wants the logits and applies it itself.",
        ),
        edit(
            "swapped",
            "labels=labels, logits=logits",
            "labels=logits, logits=labels",
            "Logits and labels are exchanged. TensorFlow's function takes the labels first; name its arguments.",
        ),
        edit(
            "logarithm_of_zero",
            LOSSES,
            OF_PROBABILITIES,
            "For a large logit the sigmoid is exactly 0 or 1 in float32, and its logarithm is infinite. Work from the logits: TensorFlow has the combined function.",
            also=[(LOGITS, f"tf.sigmoid({LOGITS})")],
        ),
        edit(
            "clipped",
            LOSSES,
            OF_PROBABILITIES,
            "Clipping the probabilities keeps the loss finite but wrong: it stops at about 16 however large the logit is. Work from the logits.",
            also=[(LOGITS, f"tf.clip_by_value(tf.sigmoid({LOGITS}), 1e-7, 1 - 1e-7)")],
        ),
        edit(
            "ones_only",
            LOSSES,
            "labels * tf.nn.softplus(-logits)",
            "Examples with label 0 cost nothing here. The second half of the formula is missing.",
        ),
        edit(
            "sign", "return ", "return -", "The losses are negative: the sign is lost. A cross-entropy is at least 0."
        ),
        edit(
            "probabilities",
            LOSSES,
            OF_PROBABILITIES,
            "The logits are treated as probabilities: their logarithm is taken without the sigmoid.",
        ),
        edit(
            "softmax",
            "sigmoid_cross_entropy_with",
            "softmax_cross_entropy_with",
            "This is the softmax cross-entropy, for one choice among many classes. Here every example is a yes or no of its own.",
        ),
        edit(
            "bits",
            LOSSES,
            f"{LOSSES} / np.float32(np.log(2))",
            "The losses are in bits, with logarithms to base 2. Use the natural logarithm: nats.",
        ),
        edit("conversion_is_no_cast", "tf.cast", "tf.convert_to_tensor", NO_CAST, every=True),
        edit(
            "no_cast",
            "    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)\n",
            "",
            "Int labels and float64 logits are passed on as they are. Convert both to float32 first.",
        ),
    ],
)

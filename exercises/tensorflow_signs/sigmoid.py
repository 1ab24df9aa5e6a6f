"""The sigmoid of whatever comes: numbers, arrays, tensors of any dtype, and values whose exponential overflows."""

from __future__ import annotations

import numpy as np

from assay.wire import Tensor
from exercises.tensorflow_signs.hints import NO_CAST
from exercises.tensorflow_signs.inputs import normal, of_dtype, size
from grader.exercise import Case, Draw, Exercise, edits_of, written
from idnn.rules.tensorflow_signs import Tensors
from idnn.tensors import tf
from solutions.tensorflow_signs import sigmoid


def draw(rng: np.random.Generator) -> list[Case]:
    # mostly below zero, the first and the last among them
    large = np.array([-200.0, 95.0, -1.5, 3000.0, -4000.0, -3.0])
    large_ints = size(rng, 130, 250), size(rng, 33_000, 65_000)  # below zero, were they cut to one byte or two
    return [
        Case((float(rng.uniform(0.5, 2)),), "a Python float"),
        Case((size(rng, -3, -1),), "a Python int"),
        Case((normal(rng, 3, size(rng, 2, 4)),), "a float32 array"),
        Case((Tensor(2 * normal(rng, size(rng, 4, 7))),), "a tensor"),
        Case((Tensor(rng.normal(size=4)),), "a float64 tensor", 0.5),
        Case((Tensor(rng.choice(np.arange(-5, 6, dtype=np.int32), 4, replace=False)),), "a tensor of ints", 0.5),
        Case((np.append(float(size(rng, 0, 2)), rng.normal(size=4)),), "a float64 array"),
        Case((np.append(rng.choice(np.arange(-5, 6), 4, replace=False), large_ints),), "an array of ints"),
        Case((rng.choice(np.arange(1, 7, dtype=np.uint8), 4, replace=False),), "an array of unsigned ints", 0.5),
        Case(((large + rng.uniform(-1, 1, 6)).astype(np.float32),), "large numbers"),
    ]


def anywhere(draw: Draw) -> Case:
    """Return numbers of any size, shape and dtype, not all of them far below zero: there forms of the sigmoid differ by round-off."""
    if draw.flip(0.2):
        return Case((draw.option(float, int)(draw.real(-3.0, 90.0)),))
    shape = draw.option((), (3,), (2, 3), (1, 2, 2), (draw.integer(1, 2000, 5),))
    z = np.array(np.clip(draw.array(shape, 1e-6, 1e6, mixed=0.3), -1e6, 1e6))
    place = int(draw.rng.integers(z.size))
    z.flat[place] = abs(z.flat[place])
    z = of_dtype(z, draw.option(np.float32, np.float32, np.float64, np.float16, np.int32, np.int8, np.uint8, np.int16))
    return Case((Tensor(z) if draw.flip(0.4) else z,))


def _other_sign(z):
    return 1 / (1 + tf.exp(tf.cast(z, tf.float32)))


def _overflow(z):
    power = tf.exp(tf.cast(z, tf.float32))
    return power / (1 + power)


def _derivative(z):
    a = tf.sigmoid(tf.cast(z, tf.float32))
    return a * (1 - a)


def _numpy(z):
    return 1 / (1 + np.exp(-np.asarray(z, np.float32)))


edit = edits_of(sigmoid)

EXERCISE = Exercise(
    name="sigmoid",
    points=5,
    draw=draw,
    anywhere=anywhere,
    further=8,
    rule=Tensors(),
    section="Tensors, variables, operations",
    withheld=("idnn.tensors:squashed", "idnn.networks:sigmoid"),
    mistakes=[
        edit(
            "no_cast",
            "tf.cast(z, tf.float32)",
            "z",
            "This passes z on as it is: ints have no sigmoid, and a float64 array stays float64. Convert z to float32 first.",
        ),
        edit("conversion_is_no_cast", "tf.cast", "tf.convert_to_tensor", NO_CAST),
        edit(
            "tanh",
            "tf.sigmoid",
            "tf.tanh",
            "This is the hyperbolic tangent, which runs from -1 to 1. The sigmoid runs from 0 to 1.",
        ),
        written(
            "other_sign",
            _other_sign,
            "The exponent's sign is missing, so large numbers go to 0. The sigmoid of a large number is near 1.",
        ),
        written(
            "overflow",
            _overflow,
            "The exponential of a large number overflows to infinity, and infinity over infinity is not a number. Write the formula so that this cannot happen, or use the operation that TensorFlow has for it.",
        ),
        edit(
            "softmax",
            "tf.sigmoid",
            "tf.nn.softmax",
            "The entries sum to 1: this is the softmax over all entries. The sigmoid treats each entry on its own.",
            also=[("tf.cast(z, tf.float32)", "tf.reshape(tf.cast(z, tf.float32), [-1])")],
        ),
        written("derivative", _derivative, "This is the derivative of the sigmoid, a (1 - a)."),
        written("numpy", _numpy, "The numbers are right, but they are NumPy's. Return a tensor."),
        edit(
            "cast_to_int",
            "tf.cast(z",
            "tf.cast(tf.cast(z, tf.int32)",
            "The fractions of z are lost: it is converted to ints on the way. Convert to float32.",
        ),
        edit("relu", "tf.sigmoid", "tf.nn.relu", "This is the ReLU, which has no upper bound."),
        edit(
            "hard",
            "tf.sigmoid",
            "tf.clip_by_value",
            "This is a straight line that is cut off at 0 and 1, the so-called hard sigmoid.",
            also=[("tf.cast(z, tf.float32)", "0.25 * tf.cast(z, tf.float32) + 0.5, 0.0, 1.0")],
        ),
        edit("float64", "tf.float32", "tf.float64", "The result is float64. TensorFlow's networks compute in float32."),
    ],
)

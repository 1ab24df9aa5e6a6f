"""The logits of networks of one to eleven layers, their parameters in any order, and a gradient through them."""

from __future__ import annotations

import dataclasses

import numpy as np

from assay.wire import Tensor, Variable
from exercises import library
from exercises.tensorflow_signs.hints import NO_CAST
from exercises.tensorflow_signs.inputs import network, normal, size
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled, written
from idnn.rules.tensorflow_signs import Tensors
from idnn.tensors import tf
from solutions.tensorflow_signs import forward_propagation

BY_PARAMETERS = "idnn.tensors:gradient_by_parameters"
NOT_ALL_REACHED = (
    "a variable gets no gradient: it is not used, a step between it and the result leaves TensorFlow's operations, or numbers of an "
    "earlier call are kept"
)


def draw(rng: np.random.Generator) -> list[Case]:
    def case(
        layers_dims: list[int],
        m: int,
        label: str,
        weight: float = 1.0,
        kind: type = Variable,
        as_tensor: bool = False,
        scale: float = 1.0,
    ) -> Case:
        X = (scale * normal(rng, m, layers_dims[0])).astype(np.float32)
        return Case((Tensor(X) if as_tensor else X, network(rng, layers_dims, kind)), label, weight)

    n = size(rng, 3, 5)
    mixed = case([3, 4, 3, 2], 4, "parameters in another order", 0.5)
    X, parameters = mixed.args
    shuffled = {key: parameters[key] for key in ("b2", "W3", "W1", "b3", "W2", "b1")}
    wide = case([4, 5, 3], 5, "", 0.5)
    taped = case([3, 5, 4, 2], 6, "a gradient through it", 0.5)
    return [
        case([4, 6, 5, 3], size(rng, 5, 7), "three layers"),
        case([n, n, n], n, "square matrices"),
        case([5, 4, 2], 3, "tensors", kind=Tensor, as_tensor=True),
        case([3, 2], size(rng, 3, 6), "one layer"),
        case([6, 8, 7, 8, 6], 1, "four layers, one example", scale=20.0),
        Case((X, shuffled), mixed.label, mixed.weight),
        Case((wide.args[0].astype(float), wide.args[1]), "a float64 array", 0.5),
        Case((Tensor(wide.args[0].astype(float)), wide.args[1]), "a float64 tensor", 0.5),
        dataclasses.replace(taped, facts={"gradient": NOT_ALL_REACHED}, via=BY_PARAMETERS),
        case([4] * 11 + [3], 2, "eleven layers", 0.5),
        dataclasses.replace(case([4, 5, 3], 5, "traced", 0.5), via="traced"),
    ]


def anywhere(draw: Draw) -> Case:
    """Return a network of any depth, widths and scale, its parameters in any order, traced at times."""
    layers_dims = [draw.integer(1, 100, 4) for _ in range(draw.integer(1, 14, 3) + 1)]
    m, scale = draw.integer(1, 300, 3), draw.real(1e-3, 1e3)
    parameters = shuffled(draw.rng, network(draw.rng, layers_dims, draw.option(Variable, Tensor)))
    X = (scale * normal(draw.rng, m, layers_dims[0])).astype(draw.option(np.float32, np.float64))
    return Case((Tensor(X) if draw.flip(0.4) else X, parameters), via="traced" * draw.flip(0.2))


def _order_of_the_dict(X, parameters):
    A, values = tf.cast(X, tf.float32), list(parameters.values())
    for W, b in zip(values[:-2:2], values[1:-2:2]):
        A = tf.nn.relu(tf.matmul(A, W) + b)
    return tf.matmul(A, values[-2]) + values[-1]


edit = edits_of(forward_propagation)
LOGITS = 'tf.matmul(A, parameters[f"W{num_layers}"]) + parameters[f"b{num_layers}"]'

EXERCISE = Exercise(
    name="forward_propagation",
    points=15,
    draw=draw,
    anywhere=anywhere,
    further=4,
    rule=Tensors(rtol=1e-4),
    section="From pictures to logits",
    withheld=library.FORWARD,
    mistakes=[
        edit(
            "relu_last",
            LOGITS,
            f"tf.nn.relu({LOGITS})",
            "The last layer has a ReLU too. Logits may be negative; there is no activation after the last layer.",
        ),
        edit(
            "no_relu",
            "tf.nn.relu(",
            "(",
            "There is no ReLU between the layers, so the whole network is one linear map.",
        ),
        edit("sigmoid", "tf.nn.relu", "tf.sigmoid", "The hidden layers use the sigmoid instead of the ReLU."),
        edit(
            "softmax_last",
            LOGITS,
            f"tf.nn.softmax({LOGITS})",
            "The softmax is applied to the result. Return the logits; the loss applies the softmax itself.",
        ),
        edit(
            "no_bias",
            ' + parameters[f"b{l}"]',
            "",
            "The biases are not added.",
            also=[(' + parameters[f"b{num_layers}"]', "")],
        ),
        edit("no_last_bias", ' + parameters[f"b{num_layers}"]', "", "The last layer's bias is not added."),
        edit(
            "columns",
            'A, parameters[f"W{l}"]',
            'parameters[f"W{l}"], A',
            "The product is W A, for examples in columns. Examples are rows here, so it is A W.",
            also=[('A, parameters[f"W{num_layers}"]', 'parameters[f"W{num_layers}"], A')],
        ),
        edit("one_layer_short", LOGITS, "A", "The last layer is missing: this returns the last hidden activations."),
        edit(
            "three_layers",
            "len(parameters) // 2",
            "3",
            "The network always has three layers here. The number of layers follows from the parameters.",
        ),
        edit(
            "bias_after_relu",
            ' + parameters[f"b{l}"])',
            ') + parameters[f"b{l}"]',
            "The bias is added after the ReLU. It belongs to the linear part, before it.",
        ),
        written(
            "order_of_the_dict",
            _order_of_the_dict,
            "Weights and biases are taken in the order in which the dict lists them. Take them by their names.",
        ),
        edit("conversion_is_no_cast", "tf.cast", "tf.convert_to_tensor", NO_CAST),
        edit(
            "numpy_relu",
            "tf.nn.relu(",
            "np.maximum(0, ",
            "The values are right, but no gradient comes through. NumPy's functions, np.maximum for one, and .numpy() turn tensors into arrays, which the tape does not see. Stay with TensorFlow's operations.",
        ),
        edit(
            "no_cast",
            "tf.cast(X, tf.float32)",
            "X",
            "A float64 array is passed on as it is and does not fit the float32 weights. Convert X first.",
        ),
    ],
)

"""Parameters of zeros: names and shapes in networks of one layer to eleven, floats, every array with its own memory."""

import numpy as np

from assay import rules
from exercises import library
from exercises.initialization.inputs import draw_network
from grader.exercise import Case, Exercise, edits_of, written
from solutions.initialization import initialize_parameters_zeros

edit = edits_of(initialize_parameters_zeros)


def draw(rng):
    sizes = [int(n) for n in rng.permutation(np.arange(2, 9))]  # all different, so that a swapped pair shows
    return [
        Case(([sizes[0], sizes[1], 1],), "one hidden layer"),
        Case((sizes[:4],), "two hidden layers and several outputs"),
        Case(([*sizes[2:7], *sizes[:6], 1],), "eleven layers"),
        Case((sizes[:2],), "no hidden layer", weight=0.5),
        Case(([sizes[3], 1, sizes[4], 1],), "a hidden layer of one unit", weight=0.5),
    ]


def anywhere(draw):
    return Case((draw_network(draw),))


def _one_memory(layers_dims):
    zeros = np.zeros((max(layers_dims), max(layers_dims)))
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = zeros[: layers_dims[layer], : layers_dims[layer - 1]]
        parameters[f"b{layer}"] = zeros[: layers_dims[layer], :1]
    return parameters


EXERCISE = Exercise(
    name="initialize_parameters_zeros",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=15,
    rule=rules.Close(),
    section="Start from nothing",
    mistakes=[
        edit(
            "transposed",
            "layers_dims[layer], layers_dims[layer - 1]",
            "layers_dims[layer - 1], layers_dims[layer]",
            "The weight matrices are lying on their side: a row belongs to a unit of this layer, a column to one of its inputs.",
        ),
        edit(
            "flat_bias",
            "(layers_dims[layer], 1)",
            "layers_dims[layer]",
            "The biases have one axis. As a column with two axes they are added to every example of a layer alike.",
        ),
        edit(
            "row_bias",
            "(layers_dims[layer], 1)",
            "(1, layers_dims[layer])",
            "The biases lie in a row. Units are rows here and examples are columns, so the biases of a layer form a column.",
        ),
        edit(
            "last_layer_missing",
            "len(layers_dims)",
            "len(layers_dims) - 1",
            "The output layer is missing: a list of n sizes, inputs included, describes n - 1 layers with weights.",
        ),
        edit(
            "counted_from_zero",
            "{layer}",
            "{layer - 1}",
            "The layers are numbered from 0. The first layer with weights is layer 1; layer 0 is the inputs.",
            every=True,
        ),
        edit(
            "no_biases",
            'parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))',
            "",
            "There are weights but no biases: every layer has a b beside its W.",
        ),
        edit(
            "ones_for_biases",
            "np.zeros((layers_dims[layer], 1))",
            "np.ones((layers_dims[layer], 1))",
            "The biases are ones. In this start everything is zero, the biases too.",
        ),
        edit(
            "inputs_of_the_network",
            "layers_dims[layer - 1]",
            "layers_dims[0]",
            "Every weight matrix has as many columns as the network has inputs. A layer's inputs are the units of the layer before it.",
        ),
        edit(
            "integers",
            "np.zeros(",
            "np.zeros(dtype=int, shape=",
            "The arrays hold whole numbers, and whole numbers cannot take the small steps of training: use floating point zeros, which is NumPy's default.",
            every=True,
        ),
        written(
            "one_memory",
            _one_memory,
            "The arrays are windows on the same memory, so training one would change the others. Give each array memory of its own.",
        ),
        edit(
            "list_consumed",
            "return parameters",
            "layers_dims.pop(0)\n    return parameters",
            "The caller's list of layer sizes is another one after the call. Read the sizes without taking one out, putting one in or changing their order.",
        ),
    ],
    withheld=library.DRAWS,
)

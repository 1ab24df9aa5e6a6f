"""Spreads of up to eleven hidden layers: parameters in any order, a layer that never fires, a single example."""

import numpy as np

from assay import rules
from exercises import library
from exercises.initialization.inputs import draw_network, units
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled
from solutions.initialization import activation_scales

edit = edits_of(activation_scales)


def _network(rng, layers_dims, biases=0.5):
    parameters = {}
    for layer in range(1, len(layers_dims)):
        fan_in = layers_dims[layer - 1]
        parameters[f"W{layer}"] = rng.normal(size=(layers_dims[layer], fan_in)) * np.sqrt(2 / fan_in)
        parameters[f"b{layer}"] = biases * rng.normal(size=(layers_dims[layer], 1))
    return parameters


def draw(rng):
    def case(layers_dims, m, label, weight=1.0, biases=0.5):
        return Case((rng.normal(size=(layers_dims[0], m)), _network(rng, layers_dims, biases)), label, weight)

    dead = _network(rng, [3, 6, 5, 4, 1])
    dead["b2"], dead["b3"] = -100 - rng.random((5, 1)), rng.random((4, 1))  # what comes after it still differs
    deep = _network(rng, [6] * 12 + [1])
    listed = shuffled(rng, deep)
    return [
        case([units(rng, 2, 5), units(rng, 6, 10), 1], units(rng, 8, 15), "one hidden layer"),
        case([2, units(rng, 6, 9), units(rng, 9, 12), 5, 1], 20, "three hidden layers"),
        case([units(rng, 3, 6), 12, 9, 3], units(rng, 8, 15), "several output units"),
        Case((rng.normal(size=(6, 12)), listed), "eleven hidden layers, parameters in any order"),
        Case((1000 * rng.normal(size=(3, 10)), _network(rng, [3, 7, 8, 1], 0.0)), "biases of zero and large inputs"),
        Case((rng.normal(size=(3, 9)), dead), "a layer that never fires", weight=0.5),
        case([3, 8, 6, 2], 1, "a single example", weight=0.5),
        case([units(rng, 2, 5), 1], 6, "no hidden layer", weight=0.5),
    ]


def anywhere(draw: Draw):
    dims = draw_network(draw, usual=4, fewest=1 if draw.flip(0.1) else 2)
    m = draw.integer(1, 2000, usual=6)
    X, beside = draw.beside(lambda: draw.array((dims[0], m), 1e-18, 1e8))
    X = X * (not draw.flip(0.15))
    if beside:
        X *= 10**draw.side  # activations are further from a number of the answer than the inputs
    elif X.any() and draw.flip(0.3):
        X *= draw.real_magnitude(1e2, 1e8) / np.abs(X).max()
    size = float(np.abs(X).max()) or 1.0
    gain = draw.real(1e-3, 1e3) ** (1 / len(dims))
    gains = [gain] * (3 if draw.near is None else 1)
    gain = draw.option(*gains, draw.real_magnitude(1e-12, 1e6) ** min(1, 4 / len(dims)))
    parameters = _network(draw.rng, dims)
    for name, array in parameters.items():
        array *= gain if name[0] == "W" else gain * size * draw.option(0.0, 0.1, 1.0, 3.0)
        size *= gain if name[0] == "b" else 1.0  # of what comes out of the layer
        parameters[name] = draw.planted(array, 1e-3, 1e3)
        if draw.flip(0.1):
            array[int(draw.rng.integers(len(array)))] = 0.0
    if not _tells(X, parameters):  # beside a mean so large other ways to compute the spread would lose digits
        parameters = {name: array * (name[0] == "W") for name, array in parameters.items()}
        X = size * draw.rng.standard_normal(X.shape)
    stored = {name: np.asfortranarray(array) if draw.flip(0.3) else array for name, array in parameters.items()}
    return Case((np.asfortranarray(X) if draw.flip(0.3) else X, shuffled(draw.rng, stored)))


def _tells(X, parameters):
    """Whether the activations of each hidden layer vary by a thousandth of the largest, or all are zero, or there is one."""
    A = X
    for layer in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{layer}"] @ A + parameters[f"b{layer}"])
        if A.size > 1 and A.any() and np.std(A) < 1e-3 * A.max():
            return False
    return True


EXERCISE = Exercise(
    name="activation_scales",
    points=20,
    draw=draw,
    anywhere=anywhere,
    further=15,
    rule=rules.Close(),
    section="How far does a signal travel?",
    mistakes=[
        edit(
            "of_Z",
            "A = np.maximum(0, ",
            "Z = (",
            "This is the spread of the pre-activations. Measure the activations, after the ReLU.",
            also=[("np.std(A))", "np.std(Z))\n        A = np.maximum(0, Z)")],
        ),
        edit(
            "with_the_output",
            "// 2",
            "// 2 + 1",
            "The output layer is measured too. Only hidden layers count, so there is one number fewer than layers with weights.",
        ),
        edit(
            "with_the_input",
            "scales = []",
            "scales = [np.std(X)]",
            "The first number is the spread of the inputs X. The first hidden layer comes first.",
        ),
        edit(
            "one_behind",
            "A = np.maximum",
            "scales.append(np.std(A))\n        A = np.maximum",
            "Each number belongs to the layer before: the spread is taken before the layer has computed its activations.",
            also=[("scales.append(np.std(A))", "", 2)],
        ),
        edit(
            "of_the_sample",
            "np.std(A)",
            "np.std(A, ddof=1)",
            "The sum of squares is divided by one less than the number of entries. The population's standard deviation, NumPy's default, is asked for.",
        ),
        edit("as_variance", "np.std", "np.var", "This is the variance. The standard deviation is its square root."),
        edit(
            "as_mean",
            "np.std",
            "np.mean",
            "This is the mean of the activations. The standard deviation says how widely they spread around it.",
        ),
        edit(
            "as_root_mean_square",
            "np.std(A)",
            "np.sqrt(np.mean(A**2))",
            "This is the root of the mean square, measured from zero. The standard deviation is measured from the mean, and activations after a ReLU do not have mean 0.",
        ),
        edit(
            "no_biases",
            ' + parameters[f"b{layer}"]',
            "",
            "The biases are left out. They are zero at the start of training, but the function must hold for trained networks as well.",
        ),
        edit("linear", "np.maximum(0, ", "(", "There is no ReLU between the layers: the network is linear."),
        edit(
            "Z_passed_on",
            "np.maximum(0, ",
            "(",
            "The ReLU is applied only where the spread is measured; the next layer still receives the pre-activations.",
            also=[("np.std(A)", "np.std(np.maximum(0, A))")],
        ),
        edit(
            "sigmoid",
            "np.maximum(0, ",
            "(",
            "The hidden layers use the sigmoid. In this network they use ReLU.",
            also=[("scales.append", "A = 1 / (1 + np.exp(-A))\n        scales.append")],
        ),
        edit(
            "bias_after_relu",
            '@ A + parameters[f"b{layer}"])',
            '@ A) + parameters[f"b{layer}"]',
            "The bias is added after the ReLU. It belongs inside: the ReLU cuts W A + b.",
        ),
        edit(
            "alphabetical",
            "range(1, len(parameters) // 2)",
            "sorted(range(1, len(parameters) // 2 + 1), key=str)[:-1]",
            "The layers do not come in the order of their numbers, as when W10 is taken before W2. Make the names from the numbers: W1, b1, W2 and so on.",
        ),
        edit(
            "in_order_of_the_dict",
            'parameters[f"W{layer}"]',
            "list(parameters.values())[2 * layer - 2]",
            "The result follows the order in which the arrays lie in the dict. Ask for them by name: W1, b1, W2 and so on.",
            also=[('parameters[f"b{layer}"]', "list(parameters.values())[2 * layer - 1]")],
        ),
        edit("tanh", "np.maximum(0, ", "np.tanh(", "The hidden layers use tanh. In this network they use ReLU."),
        edit(
            "averaged_over_units",
            "np.std(A)",
            "np.mean(np.std(A, axis=1))",
            "The spread is taken unit by unit and then averaged. Take it over all activations of the layer together.",
        ),
        edit(
            "averaged_over_examples",
            "np.std(A)",
            "np.mean(np.std(A, axis=0))",
            "The spread is taken example by example and then averaged. Take it over all activations of the layer together.",
        ),
        edit(
            "of_weights",
            "np.std(A)",
            'np.std(parameters[f"W{layer}"])',
            "This is the spread of the weights. Send X through the network and measure what comes out of each hidden layer.",
        ),
        edit(
            "backwards",
            "scales.append(",
            "scales.insert(0, ",
            "The numbers are in the wrong order: the first hidden layer comes first.",
        ),
        edit(
            "as_list",
            "np.array(scales)",
            "np.array(scales).tolist()",
            "The numbers are right, but they come as a list. An array is asked for.",
        ),
    ],
    withheld=library.FORWARD,
)

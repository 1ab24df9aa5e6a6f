"""Normal weights of variance 2 over the number of inputs: layers that narrow, widen and are as narrow as one input."""

from exercises import library
from exercises.initialization.inputs import draw_scaled, scaled_anywhere
from grader.exercise import Exercise, edits_of
from idnn.rules.initialization import Drawn
from solutions.initialization import initialize_parameters_he

edit = edits_of(initialize_parameters_he)


def draw(rng):
    return draw_scaled(rng, gain=2)


def anywhere(draw):
    return scaled_anywhere(draw, gain=2)


EXERCISE = Exercise(
    name="initialize_parameters_he",
    points=20,
    draw=draw,
    anywhere=anywhere,
    further=6,
    rule=Drawn(),
    section="Scale by the number of inputs",
    mistakes=[
        edit(
            "gain_of_one",
            "2 / fan_in",
            "1 / fan_in",
            "The variance is 1 over the number of inputs, which is Xavier's. ReLU stops half of the signal, and He makes up for it by a factor of 2.",
        ),
        edit(
            "by_outputs",
            "2 / fan_in",
            "2 / layers_dims[layer]",
            "The variance is divided by the number of units of the layer itself. What counts is how many inputs a unit adds up: the units of the layer before.",
        ),
        edit(
            "no_root",
            "np.sqrt(2 / fan_in)",
            "2 / fan_in",
            "The standard deviation is 2 over the number of inputs: that is the variance. The standard deviation is its square root.",
        ),
        edit(
            "root_of_two_only",
            "np.sqrt(2 / fan_in)",
            "np.sqrt(2) / fan_in",
            "The root was taken of the 2 but not of the number of inputs. The whole fraction stands under the root.",
        ),
        edit(
            "root_of_inputs_only",
            "np.sqrt(2 / fan_in)",
            "2 / np.sqrt(fan_in)",
            "The standard deviation is 2 over the root of the number of inputs: only the inputs are under the root. The root is taken of the whole variance.",
        ),
        edit(
            "glorot",
            "2 / fan_in",
            "2 / (fan_in + layers_dims[layer])",
            "The variance is divided by inputs plus outputs, which is the rule of Glorot and Bengio. He's rule looks at the inputs alone.",
        ),
        edit(
            "inputs_of_the_network",
            "2 / fan_in",
            "2 / layers_dims[0]",
            "The later layers are not scaled by their own numbers of inputs. A layer's inputs are the units of the layer before.",
        ),
        edit(
            "uniform",
            "W = rng.standard_normal(",
            "bound = np.sqrt(6 / fan_in)\n        W = rng.uniform(-bound, bound, ",
            "The spread is right, but the weights look drawn uniformly. A normal distribution is asked for.",
            also=[("np.sqrt(2 / fan_in) * W", "W")],
        ),
        edit(
            "uniform_positive",
            "standard_normal",
            "random",
            "The weights are all positive: they look drawn uniformly from 0 up. A normal distribution around 0 is asked for.",
        ),
        edit(
            "times_ten",
            "np.sqrt(2 / fan_in)",
            "10 * np.sqrt(2 / fan_in)",
            "The weights are ten times too large, as if the scale of the exercise before were still in them.",
        ),
        edit(
            "whole_division",
            "2 / fan_in",
            "2 // fan_in",
            "The weights are zero where a layer has several inputs, as when a quotient is cut to a whole number: 2 // 4 is 0.",
        ),
        edit(
            "hidden_layers_only",
            "2 / fan_in",
            "(2 if layer < len(layers_dims) - 1 else 1) / fan_in",
            "The output layer is scaled by another rule than the others. Here all layers follow the same one.",
        ),
        edit(
            "biases_too",
            "np.zeros(",
            "np.sqrt(2 / fan_in) * rng.standard_normal(",
            "The biases are random as well. Only the weights are drawn; the biases start at zero.",
        ),
        edit(
            "own_seed",
            "parameters = {}",
            "parameters, rng = {}, np.random.default_rng(3)",
            "The numbers are the same whatever generator is passed in: they come from a seed of the function's own, or are kept from an earlier call. Draw from rng at each call.",
        ),
        edit(
            "transposed",
            "layers_dims[layer], fan_in",
            "fan_in, layers_dims[layer]",
            "The weight matrices are lying on their side: a row belongs to a unit of this layer, a column to one of its inputs.",
        ),
    ],
    withheld=library.DRAWS,
)

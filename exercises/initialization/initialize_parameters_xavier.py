"""Normal weights of variance 1 over the number of inputs: the cases of He's rule, with the other gain."""

from exercises import library
from exercises.initialization.inputs import draw_scaled, scaled_anywhere
from grader.exercise import Exercise, edits_of
from idnn.rules.initialization import Drawn
from solutions.initialization import initialize_parameters_xavier

edit = edits_of(initialize_parameters_xavier)


def draw(rng):
    return draw_scaled(rng, gain=1)


def anywhere(draw):
    return scaled_anywhere(draw, gain=1)


EXERCISE = Exercise(
    name="initialize_parameters_xavier",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=6,
    rule=Drawn(),
    section="Scale by the number of inputs",
    mistakes=[
        edit(
            "gain_of_two",
            "1 / fan_in",
            "2 / fan_in",
            "The variance is 2 over the number of inputs, which is He's. Xavier's rule is made for layers that pass the whole signal and has a 1 there.",
        ),
        edit(
            "by_outputs",
            "1 / fan_in",
            "1 / layers_dims[layer]",
            "The variance is divided by the number of units of the layer itself. What counts is how many inputs a unit adds up: the units of the layer before.",
        ),
        edit(
            "no_root",
            "np.sqrt(1 / fan_in)",
            "1 / fan_in",
            "The standard deviation is 1 over the number of inputs: that is the variance. The standard deviation is its square root.",
        ),
        edit(
            "both_sides",
            "1 / fan_in",
            "2 / (fan_in + layers_dims[layer])",
            "The variance is 2 over inputs plus outputs, the form of Glorot and Bengio (2010). This exercise asks for the form by the number of inputs alone.",
        ),
        edit(
            "both_sides_not_averaged",
            "1 / fan_in",
            "1 / (fan_in + layers_dims[layer])",
            "The variance is divided by inputs plus outputs. This exercise asks for the form by the number of inputs alone.",
        ),
        edit(
            "uniform",
            "W = rng.standard_normal(",
            "bound = np.sqrt(3 / fan_in)\n        W = rng.uniform(-bound, bound, ",
            "The spread is right, but the weights look drawn uniformly. A normal distribution is asked for.",
            also=[("np.sqrt(1 / fan_in) * W", "W")],
        ),
        edit(
            "inputs_of_the_network",
            "1 / fan_in",
            "1 / layers_dims[0]",
            "The later layers are not scaled by their own numbers of inputs. A layer's inputs are the units of the layer before it.",
        ),
        edit(
            "unscaled",
            "np.sqrt(1 / fan_in) * W",
            "W",
            "The weights have spread 1 in every layer. Xavier's rule makes them smaller the more inputs a unit has.",
        ),
        edit(
            "whole_division",
            "1 / fan_in",
            "1 // fan_in",
            "The weights are zero where a layer has several inputs, as when a quotient is cut to a whole number: 1 // 4 is 0.",
        ),
        edit(
            "times_the_root",
            "1 / fan_in",
            "fan_in",
            "The weights grow with the number of inputs. They have to shrink: the more numbers a unit adds up, the smaller each share must be.",
        ),
        edit(
            "biases_too",
            "np.zeros(",
            "np.sqrt(1 / fan_in) * rng.standard_normal(",
            "The biases are random as well. Only the weights are drawn; the biases start at zero.",
        ),
    ],
    withheld=library.DRAWS,
)

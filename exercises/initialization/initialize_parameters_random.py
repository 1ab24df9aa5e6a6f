"""Normal weights of a given spread: layers wide enough to show it, the scale left out, by position and by name."""

import copy

import numpy as np

from exercises import library
from exercises.initialization.inputs import (
    draw_network,
    draw_wide_network,
    generator,
    of_many_calls,
    parameter_shapes,
    units,
)
from grader.exercise import Case, Exercise, edits_of
from idnn.rules.initialization import Drawn
from solutions.initialization import initialize_parameters_random

edit = edits_of(initialize_parameters_random, copy=copy)


def _case(rng, layers_dims, label, scale=None, weight=1.0, by_name=False, copies=False):
    std = {name: float(scale or 10.0) * name.startswith("W") for name in parameter_shapes(layers_dims)}
    given = () if scale is None or by_name else (scale,)
    kwargs = {"scale": scale} if by_name and scale is not None else {}
    args = (layers_dims, generator(rng), *given)
    return Case(
        args, label, weight, facts={"shape": parameter_shapes(layers_dims), "std": std, "copies": copies}, kwargs=kwargs
    )


def draw(rng):
    def wide():
        return [units(rng, 25, 35), units(rng, 60, 70), units(rng, 90, 110)]  # 5000 entries tell uniform from normal

    small = [int(n) for n in rng.permutation(np.arange(2, 7))]
    return [
        _case(rng, [*wide(), 1], "wide layers, scale left at its default"),
        _case(
            rng,
            [*wide(), *(units(rng, 56, 64) for _ in range(4))],
            "six wide layers, a small scale",
            float(rng.uniform(0.01, 0.05)),
        ),
        _case(
            rng,
            [*wide(), *wide()[:1]],
            "three wide layers, scale given by name",
            float(rng.uniform(1.5, 4)),
            by_name=True,
        ),
        _case(rng, wide()[1:], "no hidden layer", float(rng.uniform(20, 40)), copies=True),
        _case(rng, [1, units(rng, 450, 550), 1], "one input and one output", float(rng.uniform(0.2, 0.8)), weight=0.25),
        _case(
            rng,
            [*small, *[small[-1]] * 3, *small[:2], 2, 1],
            "eleven small layers",
            float(rng.uniform(0.2, 0.8)),
            weight=0.5,
        ),
    ]


def anywhere(draw):
    dims = draw_network(draw) if draw.near is None and draw.flip() else draw_wide_network(draw)
    scale, beside = draw.beside(lambda: draw.real(1e-12, 1e6))
    if beside:
        scale *= 4**draw.side  # so far from a number of the answer that the spread tells on which side it is
    if draw.near is None:
        scale = draw.option(None, 1, 3, scale, scale, scale)
    if draw.last:
        return of_many_calls(_case(draw.rng, [2, 1], "", scale), single=float(scale or 10.0))
    return _case(draw.rng, dims, "", scale, by_name=draw.flip())


EXERCISE = Exercise(
    name="initialize_parameters_random",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=6,
    rule=Drawn(),
    section="Break the symmetry",
    mistakes=[
        edit(
            "uniform",
            "standard_normal",
            "random",
            "The weights are all positive: they look drawn uniformly between 0 and scale. A normal distribution around 0 is asked for.",
        ),
        edit(
            "uniform_around_zero",
            "standard_normal(",
            "uniform(-scale, scale, ",
            "The weights look uniform between -scale and scale. A normal distribution whose standard deviation is scale is asked for.",
            also=[("scale * W", "W")],
        ),
        edit(
            "scale_ignored",
            "scale * W",
            "10 * W",
            "The spread is 10 whatever scale says. 10 is only the default of that argument.",
        ),
        edit(
            "unscaled",
            "scale * W",
            "W",
            "The spread is 1 whatever scale says: these are standard normal numbers, not yet stretched.",
        ),
        edit(
            "scale_as_variance",
            "scale * W",
            "np.sqrt(scale) * W",
            "The spread is the square root of scale. Here scale is the standard deviation itself; its square is the variance.",
        ),
        edit(
            "variance_as_scale",
            "scale * W",
            "scale**2 * W",
            "The spread is the square of scale. NumPy's normal takes the standard deviation, not the variance.",
        ),
        edit(
            "scale_as_mean",
            "scale * W",
            "scale + W",
            "The weights scatter by 1 around scale. The first number that rng.normal takes is the mean; scale is to be the second.",
        ),
        edit(
            "constant",
            "scale * W",
            "scale + 0 * W",
            "All weights are the same number: they scatter by nothing around scale. The first number that rng.normal takes is the mean, the second the standard deviation.",
        ),
        edit(
            "biases_too",
            "np.zeros(",
            "scale * rng.standard_normal(",
            "The biases are random as well. Only the weights are drawn; biases of zero break no symmetry and need not.",
        ),
        edit(
            "own_seed",
            "parameters = {}",
            "parameters, rng = {}, np.random.default_rng(3)",
            "The numbers are the same whatever generator is passed in: they come from a seed of the function's own, or are kept from an earlier call. Draw from rng at each call.",
        ),
        edit(
            "global_generator",
            "rng.standard_normal",
            "np.random.standard_normal",
            "The numbers come from NumPy's global generator. Draw from the generator that is passed in; then an experiment can be repeated.",
        ),
        edit(
            "copied_generator",
            "parameters = {}",
            "parameters, rng = {}, copy.deepcopy(rng)",
            "After the call rng is where it was before, so the next network gets the same weights. Draw from rng itself and leave it where the draws took it.",
        ),
        edit(
            "rescaled",
            "scale * W",
            "scale * (W - W.mean()) / W.std()",
            "The numbers are rescaled until their spread is exactly the one asked for. Then they are no independent draws any more; return them as drawn.",
        ),
        edit(
            "equal_units",
            "(layers_dims[layer], layers_dims[layer - 1])",
            "(1, layers_dims[layer - 1])",
            "All units of a layer have the same weights. That keeps the very symmetry that random weights are to break.",
            also=[("scale * W", "np.repeat(scale * W, layers_dims[layer], axis=0)")],
        ),
        edit(
            "one_block",
            "parameters = {}",
            "parameters, block = {}, rng.standard_normal((max(layers_dims), max(layers_dims)))",
            "Layers hold the same random numbers. Draw new ones for every layer.",
            also=[
                (
                    "rng.standard_normal((layers_dims[layer], layers_dims[layer - 1]))",
                    "block[: layers_dims[layer], : layers_dims[layer - 1]]",
                )
            ],
        ),
        edit(
            "transposed",
            "layers_dims[layer], layers_dims[layer - 1]",
            "layers_dims[layer - 1], layers_dims[layer]",
            "The weight matrices are lying on their side: a row belongs to a unit of this layer, a column to one of its inputs.",
        ),
    ],
    withheld=library.DRAWS,
)

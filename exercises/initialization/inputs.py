"""What the cases of several exercises are drawn with: sizes of layers, generators, networks of all widths."""

import dataclasses

import numpy as np

from grader.exercise import Case, Draw
from idnn.rules.initialization import WEIGHTS_OF_MANY_CALLS


def units(rng, low, high):
    """Return a number of units, from `low` to `high` - 1."""
    return int(rng.integers(low, high))


def generator(rng):
    """Return a generator to pass in, seeded from `rng`."""
    return np.random.default_rng(int(rng.integers(2**63)))


def parameter_shapes(layers_dims):
    """Return the shape of every parameter: ``W1, b1, ..., WL, bL``."""
    shapes = {}
    for layer in range(1, len(layers_dims)):
        shapes[f"W{layer}"] = (layers_dims[layer], layers_dims[layer - 1])
        shapes[f"b{layer}"] = (layers_dims[layer], 1)
    return shapes


def _draw_depth(draw: Draw, usual, fewest=1):
    """Return a number of layers, and whether it was drawn beside a number of an answer, which may count sizes or hidden layers."""
    layers, beside = draw.beside(lambda: draw.integer(fewest, 40, usual=usual))
    return layers + 2 * (beside and draw.side > 0), beside


def draw_network(draw: Draw, usual=6, fewest=1):
    """Return a network of one layer to forty: most are tiny; beside a number of an answer it is as deep, or a layer as wide."""
    layers, _ = _draw_depth(draw, usual, fewest)
    widths, beside = draw.beside(lambda: [draw.integer(1, 3000, usual=8) for _ in range(3)])
    if max(widths) > 8:  # beside a number: there is a hidden layer for it, and one matrix of two such sizes
        layers = max(layers, 2) if draw.how != "grown" else 2
    dims = [int(n) for n in draw.rng.integers(draw.option(1, 1, 2, 3), 5, layers + 1)]
    if draw.flip(0.25):  # arrays of one shape
        dims = [draw.option(1, 2, 3, 4)] * (layers + 1)
        widths = [width if width > 8 else dims[0] for width in widths]
    for place, width in zip((layers, 0, layers // 2), widths):  # outputs, inputs, and a hidden layer where there is one
        dims[place] = width
    if layers > 1 and max(widths) <= 100:
        dims[layers - 1] = widths[2]
    if beside and max(dims) <= 100 and draw.flip(0.2):  # the least of them is as wide
        dims = [max(dims)] * len(dims)
    return dims


def draw_wide_network(draw: Draw):
    """Return a network whose layers show their spread: two or three in most cases; beside a number it is as deep, or a layer as wide."""
    layers, beside = _draw_depth(draw, usual=3)
    dims = [int(n) for n in draw.rng.integers(20, 28, layers + 1)]
    if draw.near is None and draw.flip(0.25):
        dims = dims[:1] * (layers + 1)  # arrays of one shape
    if beside:
        dims[-2:] = 60, 60  # the last layer shows its distribution by itself
    elif draw.near is None and draw.flip(0.2):
        dims[:2] = 1, 450
    for place in (0, int(draw.rng.integers(layers + 1))):
        size, beside = draw.beside(lambda: draw.integer(1, 3000, usual=40))
        if beside or draw.near is None and draw.flip(0.2):
            dims[place] = (
                max(size, min(3 * size, 3000)) if draw.side > 0 and draw.flip() else size
            )  # so far above it that a spread shows
        if beside:  # and beside so many that it shows
            neighbour = place + 1 if place < layers else place - 1
            dims[neighbour] = max(dims[neighbour], -(-600 // dims[place]))
    return dims


def of_many_calls(case, single):
    """Return the case as one of many calls, of networks of one input as well, whose weight has the standard deviation `single`."""
    return dataclasses.replace(case, via=WEIGHTS_OF_MANY_CALLS, facts={**case.facts, "single": single})


def scaled_anywhere(draw: Draw, gain):
    """Return a case whose weights are to have the variance `gain` over the number of inputs."""
    if draw.last:
        return of_many_calls(_scaled_case(draw.rng, gain, [2, 1], ""), single=float(np.sqrt(gain)))
    dims = draw_network(draw) if draw.near is None and draw.flip() else draw_wide_network(draw)
    return _scaled_case(draw.rng, gain, dims, "")


def draw_scaled(rng, gain):
    """Return cases whose weights are to have the variance `gain` over the number of inputs."""
    some, more, many = (units(rng, *range_) for range_ in ((25, 35), (60, 70), (90, 110)))
    few, wide = 3, units(rng, 650, 750)  # few inputs: there one more or less shows
    return [
        _scaled_case(rng, gain, [many, more, some, 1], "layers that narrow", copies=True),
        _scaled_case(
            rng,
            gain,
            [some, more, many, *(units(rng, 56, 64) for _ in range(4))],
            "layers that widen, and more of them",
        ),
        _scaled_case(rng, gain, [more, few, wide], "a narrow waist"),
        _scaled_case(rng, gain, [many, more], "no hidden layer"),
        _scaled_case(rng, gain, [1, wide, 1], "one input and one output", weight=0.5),
        _scaled_case(rng, gain, [2, units(rng, 4, 8), 3, 3, 3, *[4, 2] * 3, 1], "eleven small layers", weight=0.5),
    ]


def _scaled_case(rng, gain, layers_dims, label, weight=1.0, copies=False):
    shapes = parameter_shapes(layers_dims)
    std = {name: float(np.sqrt(gain / shape[1])) if name.startswith("W") else 0.0 for name, shape in shapes.items()}
    return Case((layers_dims, generator(rng)), label, weight, facts={"shape": shapes, "std": std, "copies": copies})

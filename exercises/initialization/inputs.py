"""What the cases of several exercises are drawn with: sizes of layers, generators, networks of all widths."""

import numpy as np

from grader.exercise import Case


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


def draw_scaled(rng, gain):
    """Return cases whose weights are to have the variance `gain` over the number of inputs."""
    some, more, many = (units(rng, *range_) for range_ in ((25, 35), (60, 70), (90, 110)))
    few, wide = 3, units(rng, 650, 750)  # few inputs: there one more or less shows
    return [
        _scaled_case(rng, gain, [many, more, some, 1], "layers that narrow"),
        _scaled_case(rng, gain, [some, more, many], "layers that widen"),
        _scaled_case(rng, gain, [more, few, wide], "a narrow waist"),
        _scaled_case(rng, gain, [many, more], "no hidden layer"),
        _scaled_case(rng, gain, [1, wide, 1], "one input and one output", weight=0.5),
        _scaled_case(rng, gain, [2, units(rng, 4, 8), 3, *[4, 2] * 4, 1], "eleven small layers", weight=0.5),
    ]


def _scaled_case(rng, gain, layers_dims, label, weight=1.0):
    shapes = parameter_shapes(layers_dims)
    std = {name: float(np.sqrt(gain / shape[1])) if name.startswith("W") else 0.0 for name, shape in shapes.items()}
    return Case((layers_dims, generator(rng)), label, weight, facts={"shape": shapes, "std": std})

"""What the optimizers' first states share: an array of zeros for each parameter, under the name of its gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from exercises.optimization.inputs import SIZES, draw_arrays, draw_network, draw_parameters
from grader.exercise import Case, Draw, Mistake, edits_of


def draw(rng: np.random.Generator) -> list[Case]:
    cases = [Case((draw_parameters(rng, dims),), kind) for kind, dims in SIZES.items()]
    wide = [int(n) for n in rng.integers(5, 12, 3)]
    return [*cases, Case((draw_parameters(rng, [*wide, 2]),), "two output units")]


def anywhere(draw: Draw) -> Case:
    return Case((draw_arrays(draw, draw_network(draw)),))


def mistakes_of(solution: Callable) -> list[Mistake]:
    """Return the known mistakes of a `solution` with one state."""
    edit = edits_of(solution)
    return [
        edit(
            "names",
            '"d" + name',
            "name",
            "The keys are the parameters' names. These averages are of gradients: dW1, db1 and so on.",
        ),
        edit(
            "ones",
            "zeros_like",
            "ones_like",
            "The averages start at 1. Before the first step nothing has been averaged: they start at 0.",
        ),
        edit(
            "scalars",
            "np.zeros_like(value)",
            "0.0",
            "Each entry is one number. Every single weight needs its own, in an array of its parameter's shape.",
        ),
        edit(
            "weights_only",
            "parameters.items()",
            'parameters.items() if name.startswith("W")',
            "The biases have no entry. They are updated like the weights.",
        ),
        edit(
            "last_layer",
            "parameters.items()",
            "parameters.items() if name[1:] != str(len(parameters) // 2)",
            "The last layer has no entry. Count the layers and where the loop over them ends.",
        ),
        edit(
            "copy",
            "np.zeros_like(value)",
            "value.copy()",
            "The parameters themselves are copied. They lend only their shapes; the entries are 0.",
        ),
        edit(
            "transposed",
            "zeros_like(value)",
            "zeros(value.shape[::-1])",
            "The shapes are transposed. Each array has the shape of its parameter.",
        ),
        edit(
            "flat",
            "zeros_like(value)",
            "zeros(value.size)",
            "The arrays are flat. Each has the shape of its parameter, two axes.",
        ),
        edit(
            "from_zero",
            '"d" + name',
            'f"d{name[0]}{int(name[1:]) - 1}"',
            "The layers are counted from 0. The course counts them from 1: dW1, db1.",
        ),
        edit(
            "flat_biases",
            "zeros_like(value)",
            'zeros(value.shape if name.startswith("W") else len(value))',
            "The biases' arrays have lost an axis. A bias has shape (n_l, 1).",
        ),
        edit(
            "parameters_zeroed",
            "np.zeros_like(value)",
            "np.multiply(value, 0, out=value)",
            "The arrays that were passed in are written into. Make new ones, of zeros: an assignment copies no array.",
        ),
    ]

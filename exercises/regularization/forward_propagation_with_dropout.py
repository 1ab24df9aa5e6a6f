"""Dropout's forward pass, judged by the masks it returns: layers wide enough for statistics, and keep_prob 1."""

from __future__ import annotations

import numpy as np

from exercises import library
from exercises.regularization.inputs import anywhere_sizes, draw_parameters
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled
from idnn.rules.regularization import MASKS_OF_MANY_CALLS, MASKS_OF_MORE_CALLS, DropoutForward
from solutions.regularization import forward_propagation_with_dropout as solution


def draw(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("most units kept", [2, 24, 20, 1], 110, 0.86),
        ("fewer units kept", [3, 20, 22, 1], 90, 0.6),
        ("few units kept", [4, 30, 24, 1], 80, 0.25),
        ("hidden layers of equal size", [5, 25, 25, 1], 80, 0.7),
        ("more examples", [2, 22, 21, 1], 150, 0.8),
        ("keep_prob 1, large inputs", [3, 6, 4, 1], 10, 1.0),
    ]
    wide = [
        Case(
            (
                (25.0 if keep_prob == 1 else 1.0) * rng.standard_normal((layers_dims[0], m)),
                shuffled(rng, draw_parameters(rng, layers_dims)),
                keep_prob,
                np.random.default_rng(int(rng.integers(2**40))),
            ),
            label,
            0.5 if keep_prob == 1 else 1.0,
            facts={"order": label == shapes[0][0]},  # which mask is drawn first need not be asked more than once
        )
        for label, layers_dims, m, keep_prob in shapes
    ]
    return [*wide, _rare(rng), *(_narrow(rng, layers_dims) for layers_dims in ([2, 1, 2, 1], [1, 2, 1, 1]))]


def _rare(rng: np.random.Generator) -> Case:
    """Return a case in which hardly any unit is kept: uniform numbers of two decimals keep several times too many."""
    keep_prob, parameters = round(float(rng.uniform(0.0015, 0.0025)), 5), draw_parameters(rng, [2, 22, 21, 1])
    for name in ("b1", "b2", "W3"):  # what is left is divided by it twice
        parameters[name] *= keep_prob
    X = keep_prob * rng.standard_normal((2, 150))
    args = (X, parameters, keep_prob, np.random.default_rng(int(rng.integers(2**40))))
    return Case(args, "hardly any units kept", 0.5, facts={"few": True})


def _narrow(rng: np.random.Generator, layers_dims: list[int]) -> Case:
    """Return a case of which only the masks of many calls in a row are looked at: no unit and no example is spared."""
    X, keep_prob = rng.standard_normal((layers_dims[0], 1)), round(float(rng.uniform(0.32, 0.36)), 3)
    args = (X, draw_parameters(rng, layers_dims), keep_prob, np.random.default_rng(int(rng.integers(2**40))))
    return Case(args, "one example and one or two units a layer, many calls", 0.25, via=MASKS_OF_MANY_CALLS)


def anywhere(draw: Draw) -> Case:
    """Networks of any sizes with numbers of any size; outputs that are sure of 1, as all outputs sure of 0 would have no digits.

    At last one network that is called again and again.
    """
    if draw.last:
        args = (draw.rng.standard_normal((2, 8)), draw_parameters(draw.rng, [2, 12, 9, 1]), draw.real(0.4, 0.6))
        return Case((*args, np.random.default_rng(int(draw.rng.integers(2**40)))), via=MASKS_OF_MORE_CALLS)
    (layers_dims, m), sized = draw.beside(lambda: anywhere_sizes(draw, 60))
    keep_prob, beside = draw.beside(lambda: draw.real(0.02 if draw.near is None else 1e-3, 1.0))
    if beside:  # so many examples that some units are dropped and some kept
        m = max(m, min(3000, int(40 / min(keep_prob, max(1 - keep_prob, 1e-9)))))
    elif sized:  # each unit shows whether chance decides on it
        keep_prob = 0.4
    else:
        keep_prob = draw.option(1.0, 1, *[keep_prob] * 3) if draw.near is None else draw.option(0.4, keep_prob)
    X, parameters = draw.array((layers_dims[0], m), 1e-12, 1e8), draw_parameters(draw.rng, layers_dims)
    for layer in (1, 2):
        parameters[f"W{layer}"] = draw.array(parameters[f"W{layer}"].shape, 1e-12, 1e6)
        parameters[f"b{layer}"] *= draw.real(1e-12, 1e6)
    for name in ("W3", "b3"):
        tame = draw.how != "far" and draw.flip()
        parameters[name] = np.abs(parameters[name]) * (1.0 if tame else draw.real_magnitude(1e-12, 1e6))
    parameters = {name: draw.laid_out(value) for name, value in shuffled(draw.rng, parameters).items()}
    args = (draw.laid_out(X), parameters, keep_prob, np.random.default_rng(int(draw.rng.integers(2**40))))
    return Case(args, facts={"few": True})


edit = edits_of(solution)

EXERCISE = Exercise(
    name="forward_propagation_with_dropout",
    points=25,
    draw=draw,
    anywhere=anywhere,
    rule=DropoutForward(),
    section="A network that trains with holes",
    withheld=library.DROPOUT,
    mistakes=[
        edit(
            "not_scaled",
            " / keep_prob",
            "",
            "The kept activations are not divided by keep_prob, so the next layer receives too little.",
            every=True,
        ),
        edit(
            "multiplied_by_keep_prob",
            "/ keep_prob",
            "* keep_prob",
            "The kept activations are multiplied by keep_prob; to make up for the dropped ones they must grow.",
            every=True,
        ),
        edit(
            "keeps_what_should_go",
            "< keep_prob",
            "> keep_prob",
            "Units are kept with probability 1 - keep_prob: the comparison points the wrong way.",
            every=True,
        ),
        edit(
            "keep_prob_as_drop_rate",
            "W1, b1 =",
            "keep_prob = max(1 - keep_prob, 1e-9)\n    W1, b1 =",
            "keep_prob is used as the share of units to drop, as some libraries do; here it is the share to keep.",
            also=[("-Z3", "-np.clip(Z3, -500, 500)")],
        ),
        edit(
            "mask_upside_down",
            "< keep_prob",
            ">= keep_prob",
            "The masks are True where a unit is dropped; the specification says True where it is kept.",
            every=True,
            also=[("* D1", "* ~D1"), ("* D2", "* ~D2")],
        ),
        edit(
            "fixed_seed",
            "W1, b1 =",
            "rng = np.random.default_rng(1)\n    W1, b1 =",
            "A generator with a fixed seed inside the function freezes one mask: every call drops the same units.",
        ),
        edit(
            "global_generator",
            "rng.random(",
            "np.random.random(",
            "The numbers come from np.random's global generator; draw them from the rng that is passed in.",
            every=True,
        ),
        edit(
            "normal_numbers",
            "rng.random(",
            "rng.standard_normal(",
            "Normally distributed numbers are compared with keep_prob; numbers uniform in [0, 1) are needed.",
            every=True,
        ),
        edit(
            "first_layer_only",
            "rng.random(Z2.shape) < keep_prob",
            "np.ones(Z2.shape)",
            "No unit of layer 2 is ever dropped.",
        ),
        edit(
            "output_too",
            "(1 + np.exp(-Z3))",
            "(1 + np.exp(-Z3)) * (rng.random(Z3.shape) < keep_prob) / keep_prob",
            "The output is dropped too; only the two hidden layers are.",
        ),
        edit(
            "input_too",
            "W1 @ X",
            "W1 @ (X * (rng.random(X.shape) < keep_prob) / keep_prob)",
            "The input is dropped too; only the two hidden layers are.",
        ),
        edit(
            "one_mask_for_all_examples",
            "rng.random(Z1.shape)",
            "np.repeat(rng.random((len(Z1), 1)), X.shape[1], axis=1)",
            "One mask is used for all examples; each example has a thinned network of its own.",
            also=[("rng.random(Z2.shape)", "np.repeat(rng.random((len(Z2), 1)), X.shape[1], axis=1)")],
        ),
        edit(
            "mask_of_one_column",
            "Z1.shape",
            "(len(Z1), 1)",
            "The masks have one column for all examples; each example has a thinned network of its own.",
            also=[("Z2.shape", "(len(Z2), 1)")],
        ),
        edit(
            "all_units_or_none",
            "rng.random(Z1.shape)",
            "np.repeat(rng.random((1, X.shape[1])), len(Z1), axis=0)",
            "For each example a layer is dropped as a whole or not at all; each unit has a draw of its own.",
            also=[("rng.random(Z2.shape)", "np.repeat(rng.random((1, X.shape[1])), len(Z2), axis=0)")],
        ),
        edit(
            "exact_count",
            "rng.random(Z1.shape) < keep_prob",
            "np.argsort(rng.random(Z1.shape), axis=0) < round(keep_prob * len(Z1))",
            "Every example loses exactly the same number of units. With a draw for each unit the number varies.",
            also=[
                (
                    "rng.random(Z2.shape) < keep_prob",
                    "np.argsort(rng.random(Z2.shape), axis=0) < round(keep_prob * len(Z2))",
                )
            ],
        ),
        edit(
            "cache_before_dropout",
            " * D1 / keep_prob",
            "",
            "A1 and A2 in the cache are from before dropout; the backward pass needs what the next layer received.",
            also=[
                ("W2 @ A1", "W2 @ (A1 * D1 / keep_prob)"),
                (" * D2 / keep_prob", ""),
                ("W3 @ A2", "W3 @ (A2 * D2 / keep_prob)"),
            ],
        ),
        edit(
            "scaled_mask",
            "A1 = np.maximum(Z1, 0) * D1 / keep_prob",
            "D1 = D1 / keep_prob\n    A1 = np.maximum(Z1, 0) * D1",
            "The masks hold the division by keep_prob already. They are True or 1; the division belongs to A1, A2.",
            also=[("A2 = np.maximum(Z2, 0) * D2 / keep_prob", "D2 = D2 / keep_prob\n    A2 = np.maximum(Z2, 0) * D2")],
        ),
        edit(
            "no_threshold",
            " < keep_prob",
            "",
            "The random numbers themselves are used as masks; compared with keep_prob they say which unit is kept.",
            every=True,
        ),
        edit(
            "masked_Z",
            "A1 = np.maximum(Z1, 0) * D1",
            "Z1 = Z1 * D1\n    A1 = np.maximum(Z1, 0)",
            "The mask is applied to Z1 and Z2. They stay as they are; the mask goes on the activations.",
            also=[("A2 = np.maximum(Z2, 0) * D2", "Z2 = Z2 * D2\n    A2 = np.maximum(Z2, 0)")],
        ),
        edit(
            "layer_2_first",
            "D1 = rng",
            "D2 = rng.random((len(W2), X.shape[1])) < keep_prob\n    D1 = rng",
            "The order of the draws is part of the specification: first layer 1, then layer 2.",
            also=[("    D2 = rng.random(Z2.shape) < keep_prob\n", "")],
        ),
        edit(
            "no_sigmoid",
            "1 / (1 + np.exp(-Z3))",
            "np.maximum(Z3, 0)",
            "The output passes through a ReLU; a probability needs the sigmoid.",
        ),
        edit(
            "second_layer_sees_no_dropout",
            "W2 @ A1",
            "W2 @ np.maximum(Z1, 0)",
            "The next layer still reads the activations from before dropout, so nothing is dropped for it.",
            also=[("W3 @ A2", "W3 @ np.maximum(Z2, 0)")],
        ),
        edit(
            "copied_generator",
            "W1, b1 =",
            "from copy import deepcopy\n\n    rng = deepcopy(rng)\n    W1, b1 =",
            "The masks come from a copy of rng, so the next call draws the same ones again.",
        ),
    ],
)

"""Gradients of the thinned network: both layers have units on and kept, on and dropped, off and kept."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.regularization.inputs import SURE, anywhere_pass, draw_pass, reaches_the_inputs, some_wrong, sure_of
from grader.exercise import Case, Draw, Exercise, edits_of
from solutions.regularization import backward_propagation_with_dropout as solution


def draw(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("most units kept", [2, 6, 5, 1], 9, 0.86),
        ("fewer units kept", [3, 8, 6, 1], 12, 0.6),
        ("few units kept", [4, 12, 9, 1], 14, 0.35),
        ("hidden layers of equal size", [5, 6, 6, 1], 10, 0.7),
        ("many examples", [2, 6, 4, 1], 40, 0.8),
        ("a single example", [3, 9, 8, 1], 1, 0.7),
        ("keep_prob 1", [2, 5, 3, 1], 8, 1.0),
    ]
    cases = []
    for label, layers_dims, m, keep_prob in shapes:
        X, Y, cache = _telling_pass(rng, layers_dims, m, keep_prob)
        cases.append(Case((X, Y, cache, keep_prob), label, 0.5 if m == 1 or keep_prob == 1 else 1.0))
    return [*cases, _sure(rng)]


def _sure(rng: np.random.Generator) -> Case:
    """Return a case of which some outputs are so sure that they are exactly 0 or 1."""
    while True:
        X, _, cache = draw_pass(rng, [3, 5, 4, 1], 8, 0.7)
        size = SURE / np.abs(cache[10]).max()
        Z3, A3 = sure_of(size * cache[10])
        Y, cache = some_wrong(rng, A3), (*cache[:10], Z3, A3, size * cache[12], size * cache[13])
        if reaches_the_inputs(A3 - Y, cache, True):
            return Case((X, Y, cache, 0.7), "outputs of exactly 0 and 1", 0.5)


def anywhere(draw: Draw) -> Case:
    """A pass of any sizes, sure outputs of exactly 0 and 1 among them; now and then called twice in a row."""
    keep_prob = draw.option(draw.real(1e-4, 1.0), draw.real(1e-4, 1.0), 1 - draw.real_magnitude(1e-4, 0.05))
    keep_prob = 1.0 if draw.near is None and draw.flip(0.15) else keep_prob
    X, Y, cache = anywhere_pass(draw, keep_prob)
    return Case((X, Y, cache, keep_prob), via=draw.option("", "", "times:2"))


def _telling_pass(rng: np.random.Generator, layers_dims: list[int], m: int, keep_prob: float):
    """Return a pass in which both layers have units that are on and kept, on and dropped, and off and kept."""
    while True:
        X, Y, cache = draw_pass(rng, layers_dims, m, keep_prob)
        kinds = [[(Z > 0) & D, (Z > 0) & ~D, (Z < 0) & D] for Z, D in (cache[:2], cache[5:7])]
        if keep_prob == 1 or all(kind.any() for layer in kinds for kind in layer):
            return X, Y, cache


edit = edits_of(solution)

EXERCISE = Exercise(
    name="backward_propagation_with_dropout",
    points=20,
    draw=draw,
    anywhere=anywhere,
    further=14,
    rule=rules.Close(extra_keys=True),
    section="The way back through the same holes",
    withheld=library.BACKWARD,
    mistakes=[
        edit(
            "no_masks",
            " * D2 / keep_prob",
            "",
            "These are the gradients of a network without dropout: gradients flow through dropped units.",
            also=[(" * D1 / keep_prob", "")],
        ),
        edit(
            "not_scaled",
            " / keep_prob",
            "",
            "The division by keep_prob is missing in both layers. The forward pass scaled, so its slope does.",
            every=True,
        ),
        edit(
            "scaled_without_masks",
            " * D2",
            "",
            "The division by keep_prob is there, the masks are not: gradients flow through dropped units.",
            also=[(" * D1", "")],
        ),
        edit(
            "multiplied_by_keep_prob",
            "/ keep_prob",
            "* keep_prob",
            "The gradients are multiplied by keep_prob; the forward pass divided by it, and so does its slope.",
            every=True,
        ),
        edit(
            "second_layer_only",
            " * D1 / keep_prob",
            "",
            "Layer 1 has neither its mask nor its division by keep_prob on the way back.",
        ),
        edit(
            "first_layer_only",
            " * D2 / keep_prob",
            "",
            "Layer 2 has neither its mask nor its division by keep_prob on the way back.",
        ),
        edit(
            "scaled_twice",
            "/ keep_prob",
            "/ keep_prob**2",
            "Each layer divides by keep_prob twice; once is its slope.",
            every=True,
        ),
        edit(
            "activations_scaled_again",
            "A1.T",
            "(A1 / keep_prob).T",
            "A1 and A2 are divided by keep_prob once more; those in the cache are scaled already.",
            also=[("A2.T", "(A2 / keep_prob).T")],
        ),
        edit(
            "mask_upside_down",
            "* D",
            "* ~D",
            "The gradient flows through the dropped units and stops at the kept ones: a mask is used upside down.",
            every=True,
        ),
        edit(
            "no_relu",
            " * (Z2 > 0)",
            "",
            "The masks are there, the slope of the ReLU is not. Where Z1 or Z2 is negative, no gradient may pass.",
            also=[(" * (Z1 > 0)", "")],
        ),
        edit(
            "new_masks",
            "m = X.shape[1]",
            "m, rng = X.shape[1], np.random.default_rng(1)\n"
            "    D1, D2 = rng.random(Z1.shape) < keep_prob, rng.random(Z2.shape) < keep_prob",
            "New masks are drawn on the way back; gradients belong to the masks of the forward pass, in the cache.",
        ),
        edit("no_mean", " / m", "", "The gradients are sums over the examples; divide by m.", every=True),
        edit(
            "divided_by_the_output",
            "A3 - Y",
            "(-(Y / A3) + (1 - Y) / (1 - A3)) * A3 * (1 - A3)",
            "Where A3 is exactly 0 or 1, this divides by 0 on the way to dZ3. The slopes of the logarithm and of the sigmoid cancel: "
            "work out their product on paper, and nothing is left to divide by.",
        ),
        edit(
            "wrong_way_round",
            "A3 - Y",
            "Y - A3",
            "The output's error has the wrong sign: it is the prediction minus the label.",
        ),
        edit(
            "flat_biases",
            ", keepdims=True",
            "",
            "The biases' gradients have lost an axis: each has its bias's shape, a column.",
            every=True,
        ),
        edit(
            "penalty_of_1",
            "dZ1 @ X.T",
            "(dZ1 @ X.T + W1)",
            "dW1, dW2 and dW3 hold an L2 penalty with lambda 1; the cost here is the cross-entropy alone.",
            also=[("dZ2 @ A1.T", "(dZ2 @ A1.T + W2)"), ("dZ3 @ A2.T", "(dZ3 @ A2.T + W3)")],
        ),
        edit("divided_once", "* D2 / keep_prob", "* D2", "Layer 2 has its mask but is not divided by keep_prob."),
    ],
)

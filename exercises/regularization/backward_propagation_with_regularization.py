"""Gradients of the penalised cost: strong, weak and no penalties; layers of different and of equal size."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.regularization.inputs import (
    SURE,
    anywhere_pass,
    anywhere_penalty,
    draw_pass,
    reaches_the_inputs,
    some_wrong,
    sure_of,
)
from grader.exercise import Case, Draw, Exercise, edits_of
from solutions.regularization import backward_propagation_with_regularization as solution


def draw(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("a small network", [2, 4, 3, 1], 6, 0.7),
        ("a wide network", [5, 9, 6, 1], 12, 0.2),
        ("a strong penalty", [3, 5, 4, 1], 7, 9.0),
        ("hidden layers of equal size", [4, 4, 4, 1], 8, 1.5),
        ("many examples", [2, 6, 4, 1], 40, 2.5),
        ("a single example", [3, 4, 2, 1], 1, 0.4),
        ("no penalty", [2, 5, 3, 1], 8, 0.0),
    ]
    cases = []
    for label, layers_dims, m, lambd in shapes:
        X, Y, (Z1, _, A1, W1, b1, Z2, _, A2, W2, b2, *rest) = draw_pass(rng, layers_dims, m)
        cache = (Z1, A1, W1, b1, Z2, A2, W2, b2, *rest)
        cases.append(Case((X, Y, cache, lambd), label, 0.5 if m == 1 or lambd == 0 else 1.0))
    return [*cases, _sure(rng)]


def _sure(rng: np.random.Generator) -> Case:
    """Return a case of which some outputs are so sure that they are exactly 0 or 1."""
    while True:
        X, _, cache = draw_pass(rng, [3, 5, 4, 1], 8)
        size = SURE / np.abs(cache[10]).max()
        Z3, A3 = sure_of(size * cache[10])
        Y, cache = some_wrong(rng, A3), (*cache[:10], Z3, A3, size * cache[12], size * cache[13])
        if reaches_the_inputs(A3 - Y, cache, True):
            return Case((X, Y, (*cache[:1], *cache[2:6], *cache[7:]), 0.3), "outputs of exactly 0 and 1", 0.5)


def anywhere(draw: Draw) -> Case:
    """A pass of any sizes, sure outputs of exactly 0 and 1 among them; now and then called twice in a row."""
    lambd = anywhere_penalty(draw)
    X, Y, cache = anywhere_pass(draw)
    if 0 < cache[9].min() <= cache[9].max() < 0.01 and draw.flip(0.8):
        lambd = 0.0  # beside which such small gradients show
    return Case((X, Y, cache, lambd), via=draw.option("", "", "times:2"))


edit = edits_of(solution)

EXERCISE = Exercise(
    name="backward_propagation_with_regularization",
    points=20,
    draw=draw,
    anywhere=anywhere,
    further=14,
    rule=rules.Close(extra_keys=True),
    section="What the price does to the gradients",
    withheld=library.BACKWARD,
    mistakes=[
        edit(
            "no_penalty",
            "lambd * W",
            "0 * W",
            "These are the gradients of the cross-entropy alone; the penalty's own slope is missing.",
            every=True,
        ),
        edit(
            "half",
            "lambd * W",
            "lambd / 2 * W",
            "The penalty's slope is half of what it should be: the square's derivative brings a factor of 2.",
            every=True,
        ),
        edit(
            "twice",
            "lambd * W",
            "2 * lambd * W",
            "The penalty's slope is twice what it should be: the 2 of the square's derivative meets the 2 in 2m.",
            every=True,
        ),
        edit("not_per_example", "lambd * W", "m * lambd * W", "The penalty's slope is not divided by m.", every=True),
        edit(
            "biases_too",
            "np.sum(dZ1, axis=1, keepdims=True)",
            "(np.sum(dZ1, axis=1, keepdims=True) + lambd * b1)",
            "The biases' gradients hold a penalty as well; the cost penalises weights only.",
            also=[
                ("np.sum(dZ2, axis=1, keepdims=True)", "(np.sum(dZ2, axis=1, keepdims=True) + lambd * b2)"),
                ("np.sum(dZ3, axis=1, keepdims=True)", "(np.sum(dZ3, axis=1, keepdims=True) + lambd * b3)"),
            ],
        ),
        edit(
            "only_last_layer",
            " + lambd * W1",
            "",
            "Only dW3 holds the penalty; dW1 and dW2 need it too.",
            also=[(" + lambd * W2", "")],
        ),
        edit("first_layer_left_out", " + lambd * W1", "", "dW1 lacks the penalty that dW2 and dW3 have."),
        edit(
            "subtracted",
            "+ lambd",
            "- lambd",
            "The penalty's slope is subtracted, so weights are driven apart.",
            every=True,
        ),
        edit(
            "signs",
            "lambd * W1",
            "lambd * np.sign(W1)",
            "This is the slope of absolute values, the L1 penalty; L2's slope goes with W.",
            also=[("lambd * W2", "lambd * np.sign(W2)"), ("lambd * W3", "lambd * np.sign(W3)")],
        ),
        edit(
            "no_relu",
            " * (Z2 > 0)",
            "",
            "The slope of the ReLU is missing. Where Z1 or Z2 is negative, no gradient may pass.",
            also=[(" * (Z1 > 0)", "")],
        ),
        edit(
            "relu_for_its_slope",
            "(Z2 > 0)",
            "A2",
            "The gradient is multiplied by the ReLU's value; its slope, 0 or 1, belongs there.",
            also=[("(Z1 > 0)", "A1")],
        ),
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
            "sigmoid_slope_again",
            "A3 - Y",
            "(A3 - Y) * A3 * (1 - A3)",
            "The sigmoid's slope is applied once too often; with cross-entropy it cancels in dZ3.",
        ),
        edit(
            "biases_summed",
            "keepdims=True) / m",
            "keepdims=True)",
            "The biases' gradients are sums over the examples; the cost is a mean, so divide by m.",
            every=True,
        ),
        edit(
            "flat_biases",
            ", keepdims=True",
            "",
            "The biases' gradients have lost an axis: each has its bias's shape, a column.",
            every=True,
        ),
        edit(
            "no_mean",
            ") / m",
            ")",
            "The cross-entropy's gradients are not divided by m.",
            every=True,
            also=[("lambd *", "lambd / m *", None, True)],
        ),
        edit(
            "changes_cache",
            "A3 - Y",
            "A3\n    dZ3 -= Y",
            "An operation in place writes over A3 in the cache. Assign to a new name.",
        ),
    ],
)

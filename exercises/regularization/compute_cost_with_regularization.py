"""The cost with an L2 penalty, strong, weak or none; also with probabilities near 0 and 1, and a dict in any order."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.regularization.inputs import anywhere_penalty, anywhere_sizes, draw_labels, draw_parameters
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled
from solutions.regularization import compute_cost_with_regularization as solution


def draw(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("a small network", [2, 4, 3, 1], 6, 0.7),
        ("a wide network", [5, 9, 6, 1], 20, 0.1),
        ("a strong penalty", [3, 5, 5, 1], 9, 12.0),
        ("many examples", [2, 6, 4, 1], 150, 3.0),
        ("one unit a layer", [1, 1, 1, 1], 5, 0.9),
        ("a weak penalty", [3, 4, 3, 1], 7, 0.01),
        ("a single example", [3, 4, 2, 1], 1, 0.4),
        ("no penalty", [2, 5, 3, 1], 8, 0.0),
    ]
    cases = [
        Case(
            (rng.uniform(0.03, 0.97, (1, m)), draw_labels(rng, m), draw_parameters(rng, layers_dims), lambd),
            label,
            0.5 if m == 1 or lambd == 0 else 1.0,
        )
        for label, layers_dims, m, lambd in shapes
    ]
    A3, Y = 10 ** rng.uniform(-12, -2, (1, 12)), rng.permutation(np.arange(12) % 2).astype(float)[None]
    A3 = np.where(rng.permutation(np.arange(12) % 3 == 0), A3, 1 - A3)
    listed = shuffled(rng, draw_parameters(rng, [2, 4, 3, 1]))
    return [*cases, Case((A3, Y, listed, 0.5), "probabilities near 0 and 1, parameters in any order")]


def anywhere(draw: Draw) -> Case:
    """Weights and penalties of any size; probabilities as near to 0 and 1 as a float is; one example is unsure or wrong, or all are a little unsure."""
    layers_dims, m = anywhere_sizes(draw)
    lambd, parameters = anywhere_penalty(draw), draw_parameters(draw.rng, layers_dims)
    tiny, all_tiny = draw.beside(lambda: draw.real(1e-15, 1e-3, edges=False))
    bias = draw.real_magnitude(1e-3, 1e6)
    for name, value in parameters.items():
        parameters[name] = draw.array(value.shape, 1e-6, 1e6, zeros=0.2) if name[0] == "W" else bias * value
        if all_tiny or draw.flip(0.05):
            parameters[name] = tiny * draw.rng.uniform(-0.9, 0.9, value.shape)
    counts = draw.flip(0.8 if draw.near is None else 0.5) and draw.how != "far"
    if lambd and not all_tiny and counts:  # a penalty that counts as much as the cross-entropy does
        size = np.sqrt(
            draw.real_magnitude(0.1, 10.0) * 2 * m / lambd / sum(v.size for n, v in parameters.items() if n[0] == "W")
        )
        parameters = {n: size * draw.rng.standard_normal(v.shape) if n[0] == "W" else v for n, v in parameters.items()}
    edge = draw.option(
        draw.real(1e-30, 0.5), draw.real(1e-30, 0.5), draw.real(1e-300, 1e-20), draw.real(0.5, 1 - 2.0**-53)
    )
    A3, Y = draw.rng.uniform(0.03, 0.97, (1, m)), draw_labels(draw.rng, m)
    sure = draw.rng.random((1, m)) < draw.option(0.0, 0.4, 0.9)
    A3 = np.where(
        sure, np.where(draw.rng.random((1, m)) < draw.option(0.0, 0.5), min(1 - edge, 1 - 2.0**-53), edge), A3
    )
    A3[0, -1] = draw.option(0.4, np.abs(1e-9 - (1 - Y[0, -1])))
    if draw.flip(0.15):  # sure and wrong
        edge = min(edge, 0.5)
        A3 = np.where(Y == 1, edge, min(1 - edge, 1 - 2.0**-53))
    elif draw.flip(0.2):  # a cost next to nothing, but for the digits that all agree on
        A3 = np.abs(Y - draw.real(1e-5, 0.4) * draw.rng.uniform(0.5, 1.0, Y.shape))
        parameters = {n: v * draw.option(0.0, 1e-5) for n, v in parameters.items()} if draw.flip() else parameters
    least, beside = draw.beside(lambda: draw.real(1e-15, 1e-3, edges=False))
    if beside or draw.flip(0.1):  # sure of what is right: the cost is that of the weights alone
        A3, Y, lambd = np.full((1, m), 1e-30), np.zeros((1, m)), lambd or 1.0
        parameters = {name: draw.rng.standard_normal(value.shape) for name, value in parameters.items()}
        squares = sum(float(np.sum(parameters[name] ** 2)) for name in ("W1", "W2", "W3"))
        size = np.sqrt(least * 3.0**draw.side * 2 * m / lambd / squares)
        parameters = {name: size * value for name, value in parameters.items()}
    parameters = {name: draw.laid_out(value) for name, value in shuffled(draw.rng, parameters).items()}
    return Case((A3, draw.labels(Y), parameters, lambd))


edit = edits_of(solution)

EXERCISE = Exercise(
    name="compute_cost_with_regularization",
    points=15,
    draw=draw,
    anywhere=anywhere,
    further=20,
    rule=rules.Close(),
    section="A price on large weights",
    withheld=library.LOSSES,
    mistakes=[
        edit(
            "no_penalty",
            " + lambd / (2 * m) * squared_weights",
            "",
            "This is the cross-entropy alone; the penalty on the weights is missing.",
        ),
        edit(
            "no_half",
            "lambd / (2 * m)",
            "lambd / m",
            "The penalty is twice as large as the formula's: its factor is lambda over 2m.",
        ),
        edit(
            "not_per_example", "lambd / (2 * m)", "lambd / 2", "The penalty is not divided by the number of examples m."
        ),
        edit(
            "multiplied_by_m",
            "lambd / (2 * m)",
            "lambd / 2 * m",
            "The penalty is multiplied by m where the formula divides by it. Are there brackets around 2 m?",
        ),
        edit(
            "biases_too",
            '("W1", "W2", "W3")',
            "parameters",
            "The biases are penalised as well; the sum runs over the weights only.",
        ),
        edit(
            "clipped",
            "m = Y.shape[1]",
            "m, A3 = Y.shape[1], np.clip(A3, 1e-7, 1 - 1e-7)",
            "The probabilities are clipped before the logarithm, so a sure and wrong prediction costs less than it should. Here they are never exactly 0 or 1: take them as they are.",
        ),
        edit(
            "padded",
            "A3)",
            "A3 + 1e-8)",
            "A small number is added inside the logarithm, so a sure and wrong prediction costs less than it should. Here the probabilities are never exactly 0 or 1: take them as they are.",
            every=True,
        ),
        edit(
            "order_of_the_dict",
            '("W1", "W2", "W3")',
            "list(parameters)[::2]",
            "Every second array of the dict is taken for a weight matrix. Ask for the weights by their names.",
        ),
        edit(
            "norm_not_squared",
            "np.sum(parameters[name] ** 2)",
            "np.linalg.norm(parameters[name])",
            "The norms are summed as they are; the formula sums their squares.",
        ),
        edit(
            "absolute_values",
            "parameters[name] ** 2",
            "np.abs(parameters[name])",
            "This sums absolute values, which is the L1 penalty; L2 sums squares.",
        ),
        edit(
            "square_of_sum",
            "parameters[name] ** 2)",
            "parameters[name]) ** 2",
            "The weights are summed first and the sum is squared; square every weight, then sum.",
        ),
        edit(
            "spectral_norm",
            "np.sum(parameters[name] ** 2)",
            "np.linalg.norm(parameters[name], 2) ** 2",
            "This squares the largest singular value of each matrix. The formula squares and sums all entries.",
        ),
        edit(
            "mean_of_squares",
            "np.sum(parameters",
            "np.mean(parameters",
            "The squared weights are averaged; the formula sums them.",
        ),
        edit("last_layer_left_out", ', "W3"', "", "The weights of the last layer are not in the penalty."),
        edit(
            "only_last_layer",
            '("W1", "W2", "W3")',
            '["W3"]',
            "The penalty holds the last layer's weights only; all three count.",
        ),
        edit(
            "subtracted",
            "cross_entropy + lambd",
            "cross_entropy - lambd",
            "The penalty is subtracted, so large weights are rewarded.",
        ),
        edit(
            "no_minus",
            "-np.sum",
            "np.sum",
            "The cross-entropy has the wrong sign: it is minus the mean of the logarithms.",
        ),
        edit(
            "sum_over_examples",
            ") / m",
            ")",
            "The cross-entropy is summed over the examples; the cost takes their mean.",
        ),
        edit(
            "ones_only",
            " + (1 - Y) * np.log(1 - A3)",
            "",
            "Only examples with label 1 count here. Examples with label 0 cost the logarithm of 1 - A3.",
        ),
        edit(
            "m_from_rows",
            "Y.shape[1]",
            "Y.shape[0]",
            "m is taken from the rows of Y, which is 1. Examples are columns.",
        ),
        edit(
            "penalty_alone",
            "cross_entropy + lambd",
            "lambd",
            "This is the penalty alone; the cross-entropy is missing.",
        ),
    ],
)

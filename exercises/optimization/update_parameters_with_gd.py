"""Gradient descent: nets of one to eleven layers, gradients listed from the last layer as a backward pass has them."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.optimization.inputs import (
    SIZES,
    draw_grads,
    draw_network,
    draw_rate,
    draw_start,
    draw_state,
    from_the_last,
)
from grader.exercise import Case, Draw, Exercise, edits_of, written
from solutions.optimization import update_parameters_with_gd as solution


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in SIZES:
        parameters, grads, _, _ = draw_state(rng, -2, 1, kind)
        label = kind
        if kind != "one layer":
            grads, label = from_the_last(grads), f"{kind}, gradients listed from the last"
        cases.append(Case((parameters, grads, float(rng.uniform(0.05, 0.5))), label))
    parameters, grads, _, _ = draw_state(rng, -2, 4)
    cases.append(Case((parameters, grads, float(rng.uniform(2, 4))), "a learning rate above 1, large gradients"))
    return cases


def anywhere(draw: Draw) -> Case:
    dims = draw_network(draw)
    grads, rate = draw_grads(draw, dims), draw_rate(draw)
    parameters = draw_start(draw, dims, lambda zeros: solution(zeros, grads, rate))
    return Case((parameters, grads, rate))


def _in_place(parameters, grads, learning_rate):
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters


edit = edits_of(solution)

EXERCISE = Exercise(
    name="update_parameters_with_gd",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=14,
    rule=rules.Close(),
    section="One step downhill",
    withheld=library.STEPS,
    mistakes=[
        edit(
            "uphill",
            "value - ",
            "value + ",
            "The gradient is added, so the cost rises. Descent subtracts it.",
        ),
        edit(
            "no_rate",
            "learning_rate * ",
            "",
            "The step is the whole gradient. The learning rate scales it.",
        ),
        edit(
            "weights_only",
            'grads["d" + name]',
            'grads["d" + name] if name.startswith("W") else value.copy()',
            "The biases stay as they were. They have gradients too.",
        ),
        edit(
            "last_layer_left_out",
            'grads["d" + name]',
            'grads["d" + name] if name[1:] != str(len(parameters) // 2) else value.copy()',
            "The last layer stays as it was. Count the layers and where the loop over them ends.",
        ),
        written(
            "in_place",
            _in_place,
            "The dict that was passed in is changed: by -= in its arrays, or by giving its keys new ones. Fill a new dict.",
        ),
        edit(
            "paired_by_order",
            'grads["d" + name] for name, value in parameters.items()',
            "gradient for (name, value), gradient in zip(parameters.items(), grads.values())",
            "Parameters and gradients are paired by their order in the dicts. Pair them by name: a backward pass lists the last layer first.",
        ),
        edit(
            "rate_on_both",
            'value - learning_rate * grads["d" + name]',
            'learning_rate * (value - grads["d" + name])',
            "The learning rate scales the parameters as well. It belongs to the gradient alone.",
        ),
        edit(
            "only_the_step",
            "value - learning_rate",
            "-learning_rate",
            "This is the step, not where it leads. The new parameters are the old ones and the step together.",
        ),
        edit(
            "unit_length",
            'grads["d" + name]',
            'grads["d" + name] / np.linalg.norm(grads["d" + name])',
            "The gradient is scaled to length 1 first. Gradient descent takes it as it is: a steeper slope means a longer step.",
        ),
        edit(
            "bias_from_weights",
            'grads["d" + name]',
            '(grads["d" + name] if name.startswith("W") else np.sum(grads["dW" + name[1:]], axis=1, keepdims=True))',
            "The biases move by sums of the weights' gradients. They have gradients of their own, db1, db2 and so on.",
        ),
    ],
)

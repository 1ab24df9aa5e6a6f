"""Momentum: velocities that are not zero and the first step, gradients and velocities in other orders, a beta of 0."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises.optimization.inputs import (
    SIZES,
    draw_average,
    draw_beta,
    draw_grads,
    draw_network,
    draw_rate,
    draw_start,
    draw_state,
    from_the_last,
    zeros_like,
)
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled
from solutions.optimization import update_parameters_with_momentum as solution


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in SIZES:
        parameters, grads, v, _ = draw_state(rng, -2, 1, kind, zeros=kind == "three layers")
        label = f"{kind}, {'units without gradient' if kind == 'three layers' else 'velocity not zero'}"
        if kind != "one layer":
            grads = from_the_last(grads)
            label += ", v in any order" if kind == "eleven layers" else ", gradients listed from the last"
        if kind == "eleven layers":
            v = shuffled(rng, v)
        beta, rate = float(rng.uniform(0.6, 0.95)), float(rng.uniform(0.05, 0.5))
        cases.append(Case((parameters, grads, v, beta, rate), label))
    parameters, grads, v, _ = draw_state(rng, -2, 1)
    cases.append(Case((parameters, grads, zeros_like(v), 0.9, float(rng.uniform(0.05, 0.5))), "the first step"))
    parameters, grads, v, _ = draw_state(rng, -2, 1)
    cases.append(Case((parameters, grads, v, 0.0, float(rng.uniform(0.05, 0.5))), "beta is 0", weight=0.5))
    return cases


def anywhere(draw: Draw) -> Case:
    dims = draw_network(draw)
    grads = draw_grads(draw, dims)
    v, beta, rate = draw_average(draw, grads), draw_beta(draw), draw_rate(draw)
    parameters = draw_start(draw, dims, lambda zeros: solution(zeros, grads, v, beta, rate)[0])
    return Case((parameters, grads, v, beta, rate))


edit = edits_of(solution)

EXERCISE = Exercise(
    name="update_parameters_with_momentum",
    points=15,
    draw=draw,
    anywhere=anywhere,
    rule=rules.Close(returns=("the new parameters", "the new v")),
    section="Momentum: remember where you were going",
    mistakes=[
        edit(
            "old_returned",
            "return new_parameters, new_v",
            "return new_parameters, v",
            "The step is right, but the velocity that comes back is the one that was passed in. The next step needs the new one.",
        ),
        edit(
            "nesterov",
            'new_v["d" + name]',
            '(beta * new_v["d" + name] + (1 - beta) * grads["d" + name])',
            "The step looks one gradient ahead, as Nesterov's does. Here it follows the velocity itself.",
        ),
        edit(
            "heavy_ball",
            "(1 - beta) * ",
            "",
            "The gradient enters the velocity in full. In a moving average it enters with the share that beta leaves.",
        ),
        edit(
            "swapped_beta",
            "beta * v[name] + (1 - beta) * grads",
            "(1 - beta) * v[name] + beta * grads",
            "beta and 1 - beta are swapped. beta is the share of the old velocity.",
        ),
        edit(
            "old_velocity",
            'new_v["d" + name]',
            'v["d" + name]',
            "The step follows the old velocity. The new gradient enters the velocity before the step is taken.",
        ),
        edit(
            "step_by_gradient",
            'new_v["d" + name]',
            'grads["d" + name]',
            "The velocity is right, but the step still follows the gradient. It follows the velocity.",
        ),
        edit(
            "uphill",
            "value - ",
            "value + ",
            "The velocity is added, so the cost rises. It is an average of gradients: subtract it.",
        ),
        edit(
            "velocity_in_place",
            "return new_parameters, new_v",
            "v.update(new_v)\n    return new_parameters, v",
            "The dict v that was passed in is changed: by *= or += in its arrays, or by giving its keys new ones. Fill a new dict with new arrays.",
        ),
        edit(
            "parameters_in_place",
            "return new_parameters, new_v",
            "parameters.update(new_parameters)\n    return parameters, new_v",
            "The dict of parameters that was passed in is changed: by -= in its arrays, or by giving its keys new ones. Fill a new dict with new arrays.",
        ),
        edit(
            "both_in_place",
            "return new_parameters, new_v",
            "parameters.update(new_parameters)\n    v.update(new_v)\n    return parameters, v",
            "The dicts that were passed in, parameters and v, are changed. Write into new ones.",
        ),
        edit(
            "rate_in_velocity",
            "(1 - beta) * grads",
            "learning_rate * grads",
            "The learning rate is part of the velocity. Here v averages gradients alone, and the rate scales the step.",
            also=[("learning_rate * new_v", "new_v")],
        ),
        edit(
            "weights_only",
            "grads[name]",
            'grads[name] if name.startswith("dW") else v[name].copy()',
            "The biases and their velocities stay as they were. They are updated like the weights.",
            also=[('new_v["d" + name]', 'new_v["d" + name] if name.startswith("W") else value.copy()')],
        ),
        edit(
            "last_layer_left_out",
            "grads[name]",
            "grads[name] if name[2:] != str(len(parameters) // 2) else v[name].copy()",
            "The last layer stays as it was. Count the layers and where the loop over them ends.",
            also=[
                ('new_v["d" + name]', 'new_v["d" + name] if name[1:] != str(len(parameters) // 2) else value.copy()')
            ],
        ),
        edit(
            "returned_swapped",
            "return new_parameters, new_v",
            "return new_v, new_parameters",
            "The two dicts are returned in the wrong order. First the parameters, then v.",
        ),
        edit(
            "corrected",
            'new_v["d" + name]',
            'new_v["d" + name] / (1 - beta)',
            "The velocity is divided by 1 - beta before the step. That is not part of this rule; Adam corrects its averages, momentum does not.",
        ),
        edit(
            "paired_by_order",
            "grads[name] for name in v",
            "gradient for name, gradient in zip(v, grads.values())",
            "Velocities and gradients are paired by their order in the dicts. Pair them by name: a backward pass lists the last layer first.",
        ),
    ],
)

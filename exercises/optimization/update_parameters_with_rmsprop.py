"""RMSProp: options given and left out, an epsilon that shows, averages in any order, units without gradient."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises.optimization.inputs import (
    draw_average,
    draw_beta,
    draw_epsilon,
    draw_grads,
    draw_network,
    draw_options,
    draw_rate,
    draw_start,
    draw_state,
    from_the_last,
    zeros_like,
)
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled
from solutions.optimization import update_parameters_with_rmsprop as solution


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in ("one layer", "two layers", "three layers"):
        parameters, grads, _, s = draw_state(rng, kind=kind)
        options = {"learning_rate": float(rng.uniform(0.05, 0.5)), "beta2": float(rng.uniform(0.5, 0.95))}
        if kind == "three layers":
            arguments = (parameters, grads, s, *options.values(), 1e-7)
            cases.append(Case(arguments, f"{kind}, averages not zero, options by position"))
        else:
            cases.append(Case((parameters, grads, s), f"{kind}, averages not zero", kwargs=options))
    parameters, grads, _, s = draw_state(rng)
    cases.append(Case((parameters, grads, zeros_like(s)), "the first step, all defaults"))
    parameters, grads, _, s = draw_state(rng, kind="eleven layers")
    listed = (parameters, from_the_last(grads), shuffled(rng, s))
    cases.append(Case(listed, "eleven layers, gradients and s in any order"))
    parameters, grads, _, s = draw_state(rng)
    options = {"learning_rate": 0.3, "epsilon": float(10 ** rng.uniform(-4, -2))}
    cases.append(Case((parameters, grads, s), "a large epsilon", kwargs=options))
    parameters, grads, _, s = draw_state(rng, -1, 1)  # next to a much larger old average other ways lose digits
    cases.append(Case((parameters, grads, s), "beta2 is 0", weight=0.5, kwargs={"beta2": 0.0}))
    parameters, grads, _, s = draw_state(rng, zeros=True)
    cases.append(Case((parameters, grads, s), "units without gradient", weight=0.5, kwargs={"learning_rate": 0.3}))
    return cases


def anywhere(draw: Draw) -> Case:
    dims = draw_network(draw)
    options = {"learning_rate": draw_rate(draw), "beta2": draw_beta(draw), "epsilon": draw_epsilon(draw)}
    grads = draw_grads(draw, dims, options["epsilon"])
    s = draw_average(draw, grads, power=2)
    more, by_name = draw_options(draw, options)
    parameters = draw_start(draw, dims, lambda zeros: solution(zeros, grads, s, *more, **by_name)[0])
    return Case((parameters, grads, s, *more), kwargs=by_name)


edit = edits_of(solution)

EXERCISE = Exercise(
    name="update_parameters_with_rmsprop",
    points=15,
    draw=draw,
    anywhere=anywhere,
    rule=rules.Close(returns=("the new parameters", "the new s")),
    section="RMSProp: a step size for every weight",
    mistakes=[
        edit(
            "bracket_missing",
            '(np.sqrt(new_s["d" + name]) + epsilon)',
            'np.sqrt(new_s["d" + name])',
            "epsilon stands behind the quotient, not in its denominator: brackets around root plus epsilon are missing.",
            also=[("learning_rate * direction", "learning_rate * direction + epsilon")],
        ),
        edit(
            "not_squared",
            " ** 2",
            "",
            "The average is of the gradients themselves, so it can be negative and its root nan. RMSProp averages their squares.",
        ),
        edit(
            "old_returned",
            "return new_parameters, new_s",
            "return new_parameters, s",
            "The step is right, but the average that comes back is the one that was passed in. The next step needs the new one.",
        ),
        edit(
            "paired_by_order",
            "grads[name] ** 2 for name in s",
            "gradient**2 for name, gradient in zip(s, grads.values())",
            "Averages and gradients are paired by their order in the dicts. Pair them by name.",
        ),
        edit(
            "epsilon_in_root",
            '"d" + name]) + epsilon)',
            '"d" + name] + epsilon))',
            "epsilon is added under the root. It belongs beside the root: first the root, then plus epsilon. For small gradients that makes a large difference.",
        ),
        edit(
            "no_epsilon",
            " + epsilon",
            "",
            "epsilon is missing from the denominator. A weight that never had a gradient becomes 0/0.",
        ),
        edit(
            "no_root",
            'np.sqrt(new_s["d" + name])',
            'new_s["d" + name]',
            "The gradient is divided by the average square, not by its root.",
        ),
        edit(
            "no_square",
            "grads[name] ** 2",
            "np.abs(grads[name])",
            "The average is of absolute gradients. RMSProp averages their squares.",
        ),
        edit(
            "old_average",
            'new_s["d" + name]',
            's["d" + name]',
            "The step divides by the old average. The new square enters the average before the step is taken.",
        ),
        edit(
            "sum",
            "beta2 * s[name] + (1 - beta2) * grads",
            "s[name] + grads",
            "The squares are summed up for ever, which is AdaGrad. RMSProp forgets: it keeps a share beta2 of the old average.",
        ),
        edit(
            "full_square",
            "(1 - beta2) * ",
            "",
            "The square enters in full. In a moving average it enters with the share that beta2 leaves.",
        ),
        edit(
            "swapped_beta",
            "beta2 * s[name] + (1 - beta2) * grads",
            "(1 - beta2) * s[name] + beta2 * grads",
            "beta2 and 1 - beta2 are swapped. beta2 is the share of the old average.",
        ),
        edit(
            "corrected",
            'new_s["d" + name]',
            'new_s["d" + name] / (1 - beta2)',
            "The average is divided by 1 - beta2 before the root. Bias correction belongs to Adam; RMSProp has none.",
        ),
        edit(
            "one_number",
            "grads[name] ** 2",
            "np.mean(grads[name] ** 2)",
            "One mean square serves a whole array. Every entry has its own average.",
        ),
        edit(
            "uphill",
            "value - ",
            "value + ",
            "The step is added, so the cost rises. Descent subtracts it.",
        ),
        edit(
            "average_in_place",
            "return new_parameters, new_s",
            "s.update(new_s)\n    return new_parameters, s",
            "The dict s that was passed in is changed: by *= or += in its arrays, or by giving its keys new ones. Fill a new dict with new arrays.",
        ),
        edit(
            "both_in_place",
            "return new_parameters, new_s",
            "parameters.update(new_parameters)\n    s.update(new_s)\n    return parameters, s",
            "The dicts that were passed in, parameters and s, are changed. Write into new ones.",
        ),
        edit(
            "defaults_only",
            "beta2 * s[name] + (1 - beta2)",
            "0.9 * s[name] + 0.1",
            "beta2 and epsilon are written as numbers, so other values passed in have no effect.",
            also=[(" + epsilon", " + 1e-8")],
        ),
        edit(
            "last_layer_left_out",
            "grads[name] ** 2",
            "grads[name] ** 2 if name[2:] != str(len(parameters) // 2) else s[name].copy()",
            "The last layer stays as it was. Count the layers and where the loop over them ends.",
            also=[
                (
                    "learning_rate * direction",
                    "learning_rate * direction if name[1:] != str(len(parameters) // 2) else value.copy()",
                )
            ],
        ),
    ],
)

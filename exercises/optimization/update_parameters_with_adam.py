"""Adam: early steps, where the corrections matter, and late ones; options given and left out; dicts in any order."""

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
from solutions.optimization import update_parameters_with_adam as solution


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind, t in (("one layer", 1), ("two layers", 1000), ("three layers", 2), ("three layers", 1000)):
        parameters, grads, v, s = draw_state(rng, kind=kind)
        rate = float(rng.uniform(0.05, 0.5))
        betas = {"beta1": float(rng.uniform(0.7, 0.95)), "beta2": float(rng.uniform(0.97, 0.999))}
        label = f"{kind}, t = {t}, averages not zero"
        if t == 2:
            arguments = (parameters, grads, v, s, t, rate, *betas.values(), 1e-7)
            cases.append(Case(arguments, f"{label}, options by position"))
        else:
            cases.append(Case((parameters, grads, v, s, t), label, kwargs={"learning_rate": rate, **betas}))
    parameters, grads, v, s = draw_state(rng)
    cases.append(Case((parameters, grads, zeros_like(v), zeros_like(s), 1), "the first step, all defaults"))
    parameters, grads, v, s = draw_state(rng, kind="eleven layers")
    listed = (parameters, from_the_last(grads), shuffled(rng, v), shuffled(rng, s), int(rng.integers(50, 100)))
    cases.append(Case(listed, "eleven layers, gradients and averages in any order"))
    parameters, grads, v, s = draw_state(rng)
    options = {"learning_rate": 0.3, "epsilon": float(10 ** rng.uniform(-4, -2))}
    cases.append(Case((parameters, grads, v, s, int(rng.integers(3, 30))), "a large epsilon", kwargs=options))
    for label, betas in (("beta1 is 0", {"beta1": 0.0}), ("beta2 is 0", {"beta2": 0.0})):
        parameters, grads, v, s = draw_state(rng, -1, 1)  # next to a much larger old average other ways lose digits
        cases.append(Case((parameters, grads, v, s, int(rng.integers(3, 30))), label, weight=0.25, kwargs=betas))
    parameters, grads, v, s = draw_state(rng, zeros=True)
    dead = (parameters, grads, v, s, int(rng.integers(3, 30)))
    cases.append(Case(dead, "units without gradient", weight=0.5, kwargs={"learning_rate": 0.3}))
    return cases


def anywhere(draw: Draw) -> Case:
    dims, t = draw_network(draw), draw.integer(1, 10**5)
    options = {"learning_rate": draw_rate(draw), "beta1": draw_beta(draw, t), "beta2": draw_beta(draw, t)}
    options["epsilon"] = draw_epsilon(draw)
    grads = draw_grads(draw, dims, options["epsilon"])
    v, s = draw_average(draw, grads), draw_average(draw, grads, power=2)
    more, by_name = draw_options(draw, options)
    parameters = draw_start(draw, dims, lambda zeros: solution(zeros, grads, v, s, t, *more, **by_name)[0])
    return Case((parameters, grads, v, s, t, *more), kwargs=by_name)


edit = edits_of(solution)

EXERCISE = Exercise(
    name="update_parameters_with_adam",
    points=20,
    draw=draw,
    anywhere=anywhere,
    rule=rules.Close(returns=("the new parameters", "the new v", "the new s")),
    section="Adam: both at once",
    mistakes=[
        edit(
            "bracket_missing",
            "(np.sqrt(s_hat) + epsilon)",
            "np.sqrt(s_hat) + epsilon",
            "epsilon stands behind the quotient, not in its denominator: brackets around root plus epsilon are missing.",
        ),
        edit(
            "corrections_swapped",
            "beta1**t",
            "beta2**t",
            "The corrections are swapped: the average of gradients was made with beta1 and is corrected with it, the squares' with beta2.",
            also=[("beta2**t", "beta1**t", 2)],
        ),
        edit(
            "not_squared",
            " ** 2",
            "",
            "s averages the gradients themselves, so it can be negative and its root nan. It averages their squares.",
        ),
        edit(
            "paired_by_order",
            "grads[name] for name in v",
            "gradient for name, gradient in zip(v, grads.values())",
            "Averages and gradients are paired by their order in the dicts. Pair them by name.",
            also=[("grads[name] ** 2 for name in s", "gradient**2 for name, gradient in zip(s, grads.values())")],
        ),
        edit(
            "old_averages",
            'new_v["d" + name]',
            'v["d" + name]',
            "The step is taken with the old averages. The new gradient enters both before the step.",
            also=[('new_s["d" + name]', 's["d" + name]')],
        ),
        edit(
            "old_returned",
            "return new_parameters, new_v, new_s",
            "return new_parameters, v, s",
            "The step is right, but the averages that come back are those that were passed in. The next step needs the new ones.",
        ),
        edit(
            "not_corrected",
            " / (1 - beta1**t)",
            "",
            "Neither average is corrected for its start at 0. Early steps come out several times too long.",
            also=[(" / (1 - beta2**t)", "")],
        ),
        edit(
            "only_v_corrected",
            " / (1 - beta2**t)",
            "",
            "The average of squares is not corrected for its start at 0. Both averages are.",
        ),
        edit(
            "only_s_corrected",
            " / (1 - beta1**t)",
            "",
            "The average of gradients is not corrected for its start at 0. Both averages are.",
        ),
        edit(
            "epsilon_in_root",
            "(np.sqrt(s_hat) + epsilon)",
            "np.sqrt(s_hat + epsilon)",
            "epsilon is added under the root. It belongs beside the root: first the root, then plus epsilon. For small gradients that makes a large difference.",
        ),
        edit(
            "epsilon_before_correction",
            " / (1 - beta2**t)",
            "",
            "epsilon meets the uncorrected root, as when the correction is moved into the learning rate. Add it to the corrected root.",
            also=[("learning_rate * v_hat", "learning_rate * np.sqrt(1 - beta2**t) * v_hat")],
        ),
        edit(
            "t_from_zero",
            "**t",
            "**(t + 1)",
            "The correction uses t + 1. t already counts from 1.",
            every=True,
        ),
        edit(
            "first_step_correction",
            "**t",
            "",
            "The correction is that of the first step at every t. It fades as t grows: t is an exponent.",
            every=True,
        ),
        edit(
            "corrected_kept",
            "v_hat = ",
            'v_hat = new_v["d" + name] = ',
            "The corrected averages are returned, so the next step corrects them again. Keep v and s uncorrected.",
            also=[("s_hat = ", 's_hat = new_s["d" + name] = ')],
        ),
        edit(
            "beta1_for_both",
            "new_v = {",
            "beta2 = beta1\n    new_v = {",
            "beta1 is used for both averages. The squares are averaged with beta2.",
        ),
        edit(
            "betas_swapped",
            "new_v = {",
            "beta1, beta2 = beta2, beta1\n    new_v = {",
            "beta1 and beta2 are swapped. beta1 averages gradients, beta2 their squares.",
        ),
        edit(
            "no_root",
            "np.sqrt(s_hat)",
            "s_hat",
            "The step is divided by the average square, not by its root.",
        ),
        edit(
            "squares_of_v",
            "grads[name] ** 2",
            "new_v[name] ** 2",
            "s averages the squares of v. It averages the squares of the gradients.",
        ),
        edit(
            "no_squares",
            "grads[name] ** 2",
            "np.abs(grads[name])",
            "s averages absolute gradients. It averages their squares.",
        ),
        edit(
            "gradient_on_top",
            "* v_hat",
            '* grads["d" + name]',
            "The step has the gradient in its numerator, as RMSProp does. Adam has the corrected average there.",
        ),
        edit(
            "uphill",
            "value - ",
            "value + ",
            "The step is added, so the cost rises. Descent subtracts it.",
        ),
        edit(
            "averages_in_place",
            "return new_parameters, new_v, new_s",
            "v.update(new_v)\n    s.update(new_s)\n    return new_parameters, v, s",
            "The dicts v and s that were passed in are changed. Write the new averages into new dicts.",
        ),
        edit(
            "all_in_place",
            "return new_parameters, new_v, new_s",
            "parameters.update(new_parameters)\n    v.update(new_v)\n    s.update(new_s)\n    return parameters, v, s",
            "The dicts that were passed in, parameters, v and s, are changed. Write into new ones.",
        ),
        edit(
            "last_layer_left_out",
            "grads[name] for",
            "grads[name] if name[2:] != str(len(parameters) // 2) else v[name].copy() for",
            "The last layer stays as it was. Count the layers and where the loop over them ends.",
            also=[
                (
                    "grads[name] ** 2",
                    "grads[name] ** 2 if name[2:] != str(len(parameters) // 2) else s[name].copy()",
                ),
                (
                    "(np.sqrt(s_hat) + epsilon)",
                    "(np.sqrt(s_hat) + epsilon) if name[1:] != str(len(parameters) // 2) else value.copy()",
                ),
            ],
        ),
        edit(
            "shared_corrections",
            "beta2**t",
            "beta1**t",
            "Both averages are corrected with beta1. The average of squares was made with beta2, so it is corrected with beta2.",
        ),
    ],
)

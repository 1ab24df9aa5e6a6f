"""A checker of backward passes, right and buggy ones; some overwrite what they are given, some hide at some points."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from exercises import library
from exercises.gradient_debugging import passes as hidden
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn import passes
from idnn.rules.gradient_debugging import Names
from solutions.gradient_debugging import check_backward


def _two_generators(case: Case) -> Case:
    """Return `case` as one that asks for the same names, and for other points from another generator."""
    return dataclasses.replace(
        case,
        label="another generator, other points",
        weight=0.5,
        facts={**case.facts, "generators": True},
    )


def draw(rng: np.random.Generator) -> list[Case]:
    """Return a case for each hidden pass, right ones and buggy ones."""
    cases = [
        Case(
            (each.cost, each.backward, each.draw, np.random.default_rng(hidden.telling_seed(each, rng))),
            each.label,
            each.weight,
            facts={"buggy": bool(each.wrong)},
        )
        for each in hidden.hidden_passes(rng)
    ]
    shows_anywhere = next(case for case in cases if case.facts["buggy"] and "shared weights" in case.label)
    return [*cases, _two_generators(shows_anywhere)]


def draw_visible(rng: np.random.Generator) -> list[Case]:
    """Return a case for each pass that students can read."""
    network, with_l2 = passes.network_cost, functools.partial(passes.network_cost, lambd=0.7)
    sometimes_dead = functools.partial(passes.draw_network, dead=0.2)
    sometimes_one, no_unit = (
        functools.partial(passes.draw_regression, single=0.4),
        functools.partial(passes.draw_network, dead=1.0),
    )
    in_large_units = [
        functools.partial(f, weight=hidden.WEIGHT) for f in (passes.regression_cost, passes.regression_backward_sum)
    ]
    cases = []
    for label, cost, backward, draw, wrong, shows in (
        ("right: three layers", network, passes.network_backward, passes.draw_network, (), ()),
        ("right: L2 penalty", with_l2, functools.partial(passes.network_backward, lambd=0.7), passes.draw_network, (), ()),
        ("right: points without an active unit", network, passes.network_backward, sometimes_dead, (), ()),
        ("right: regression in large units", passes.regression_cost, passes.regression_backward,
         functools.partial(passes.draw_regression, unit=800.0), (), ()),
        ("right: it overwrites the parameters it is given", network, passes.network_backward_and_step, passes.draw_network, (), ()),
        ("right: it overwrites the examples it is given", passes.regression_cost, passes.regression_backward_in_place,
         passes.draw_regression, (), ()),
        ("buggy: the L2 penalty is left out", with_l2, passes.network_backward, passes.draw_network, ("dW1", "dW2", "dW3"), ()),
        ("buggy: not finite", network, passes.network_backward_not_finite, passes.draw_network, ("dW1",), ()),
        ("buggy: no dead unit shows it", network, passes.network_backward_slope_of_relu, sometimes_dead, hidden.FIRST_LAYER, hidden.LATE),
        ("buggy: no single example shows it", passes.regression_cost, passes.regression_backward_sum, sometimes_one, ("db1",),
         (("db1",), (), (), (), ())),
        ("buggy: not finite where no unit is active", network, passes.network_backward_not_finite, no_unit, ("dW1",), ()),
        ("buggy: mirrored", network, passes.network_backward_mirrored, passes.draw_network, ("dW2",), ()),
        ("buggy: a cost counted in large units", *in_large_units, passes.draw_regression, ("db1",), ()),
        ("buggy: off by one part in five thousand", passes.regression_cost, passes.regression_backward_nearly,
         passes.draw_regression, ("dW1",), ()),
        ("right: close to a minimum", passes.regression_cost, passes.regression_backward, passes.draw_fitted, (), ()),
        ("right: parameters with none, one and three axes", passes.pairs_cost, passes.pairs_backward, passes.draw_pairs, (), ()),
        ("buggy: parameters with none, one and three axes", passes.pairs_cost, passes.pairs_backward_half, passes.draw_pairs,
         ("dkernel",), ()),
        ("buggy: one layer at first, then two", passes.chain_cost, passes.chain_backward_no_slope, passes.draw_chain,
         ("dW2",), ((), ("dW2",))),
        ("buggy: four points hide it", passes.regression_cost, passes.regression_backward_sum,
         functools.partial(passes.draw_regression, single=0.6), ("db1",), ((), (), (), (), ("db1",))),
        ("buggy: a sum for a mean", passes.regression_cost, passes.regression_backward_sum, passes.draw_regression, ("db1",), ()),
    ):  # fmt: skip
        seed = hidden.telling_seed(hidden.Pass(label, cost, draw, backward, wrong, shows), rng)
        cases.append(Case((cost, backward, draw, np.random.default_rng(seed)), label, facts={"buggy": bool(wrong)}))
    return [*cases, _two_generators(cases[-1])]  # a sum for a mean, which shows anywhere


def anywhere(draw: Draw) -> Case:
    """Return a pass of a small model, right or with one gradient off by any share, on points of any size."""
    m, off = draw.integer(1, 60, 4), draw.real(5e-5, 0.9, edges=False)
    weight = draw.real(1e-6, 1e3, edges=False)
    match draw.option("regression", "fitted", "pairs", "chain"):
        case "regression":
            settings = {"n_x": draw.integer(2, 12, 3), "min_m": m, "max_m": m, "unit": draw.real(1e-3, 100.0)}
            backward, cost, points = hidden.regression, passes.regression_cost, passes.draw_regression
        case "fitted":
            settings = {"n_x": draw.integer(1, 12, 3), "m": m, "error": draw.real(1e-6, 1e-4)}
            backward, cost, points = hidden.regression, passes.regression_cost, passes.draw_fitted
        case "pairs":
            settings = {"n_x": draw.integer(1, 3, 2), "units": draw.integer(1, 4, 2), "m": m}
            backward, cost, points = hidden.pairs, passes.pairs_cost, passes.draw_pairs
        case "chain":
            settings = {"units": draw.integer(1, 4, 2), "m": m, "deep": 1.0}
            backward, cost, points = hidden.chain, passes.chain_cost, passes.draw_chain
    points = functools.partial(points, **settings)
    weighted = {"weight": weight} if cost is passes.regression_cost else {}
    backward = hidden.kept_apart(backward, points, **weighted)
    if wrong := draw.flip(0.6 if draw.near is None else 0.8):
        arrays = points(np.random.default_rng(0))[2]
        if draw.near is None or draw.flip(0.3):
            name, change = "d" + draw.option(*arrays), draw.option(_larger, _smaller, _off_in_one_entry)
        else:  # where an answer would not look that counts up to its number
            name, change = "d" + max(arrays, key=lambda each: arrays[each].size), _off_in_one_entry
        backward = hidden.tampered(backward, **{name: functools.partial(change, off=off)})
    cost = functools.partial(cost, **weighted) if weighted else cost
    rng = np.random.default_rng(int(draw.rng.integers(2**31)))
    return Case((cost, backward, points, rng), facts={"buggy": wrong})


def _larger(gradient: np.ndarray, off: float) -> np.ndarray:
    """Return a gradient whose relative difference to the right one is `off`."""
    return gradient * (1 + off) / (1 - off)


def _smaller(gradient: np.ndarray, off: float) -> np.ndarray:
    return gradient * (1 - off) / (1 + off)


def _off_in_one_entry(gradient: np.ndarray, off: float) -> np.ndarray:
    gradient = gradient.copy()
    gradient.flat[-1] += 3 * off * np.linalg.norm(gradient)
    return gradient


SETTINGS = "1e-5, 1e-5, 5"  # epsilon, threshold, num_points
DIFFERENCES = "difference_by_parameter(gradients, approximations)"

edit = edits_of(check_backward)

EXERCISE = Exercise(
    name="check_backward",
    points=35,
    draw=draw,
    anywhere=anywhere,
    further=3,
    slow=True,
    rule=Names(),
    section="A checker that others can trust",
    visible=draw_visible,
    withheld=(*library.CHECKERS, *library.BACKWARD),
    mistakes=[
        edit(
            "one_point",
            SETTINGS,
            "1e-5, 1e-5, 1",
            "One point is drawn. Some bugs do not show where no unit is active, others not where there is one example.",
        ),
        edit(
            "no_copies",
            "X.copy(), Y.copy(), copies",
            "X, Y, parameters",
            "A backward pass that writes into the parameters it is given moves the point at which the slopes are taken. Give it copies.",
        ),
        edit(
            "parameters_copied_only",
            "X.copy(), Y.copy()",
            "X, Y",
            "The parameters are copied, the examples are not. A backward pass that writes into X or Y changes the cost that the slopes are taken of.",
        ),
        edit(
            "nan_passes",
            "if not difference <= threshold",
            "if difference > threshold",
            "A gradient that is not finite passes: a difference that is nan is not larger than any threshold, nor is one that was made a number first. It is wrong.",
        ),
        edit(
            "zero_by_zero",
            DIFFERENCES,
            "{name: np.linalg.norm(gradients[name] - a) / (np.linalg.norm(gradients[name]) + np.linalg.norm(a))"
            " for name, a in approximations.items()}",
            "Where gradient and slopes are all zero, zero is divided by zero and a right gradient is accused.",
        ),
        edit(
            "names_of_parameters", "{name for", "{name[1:] for", "Put a d in front: the gradient of W1 is called dW1."
        ),
        edit(
            "wrong_everywhere",
            "wrong |= {",
            "wrong = {",
            "Only gradients that are wrong at every point are named. Wrong at one point is wrong.",
            also=[("for _ in", "for point in"), ("<= threshold", "<= threshold and (point == 0 or name in wrong)")],
        ),
        edit(
            "one_number",
            "differences = " + DIFFERENCES,
            "both = (gradients, approximations)\n"
            '        flat = [{"all": np.hstack([each[name].ravel() for name in approximations])} for each in both]\n'
            '        differences = dict.fromkeys(approximations, difference_by_parameter(*flat)["all"])',
            "One wrong gradient accuses them all. Each has a number of its own, and only those whose number is too large are wrong.",
        ),
        edit(
            "absolute",
            DIFFERENCES,
            "{name: np.max(np.abs(gradients[name] - a)) for name, a in approximations.items()}",
            "An absolute difference depends on the unit of the cost. Where the cost is in the millions, round-off alone exceeds it.",
        ),
        edit(
            "one_sided",
            "kept - epsilon",
            "kept",
            "A one-sided difference is too coarse for this threshold and accuses gradients that are right.",
            also=[("(2 * epsilon)", "epsilon"), (SETTINGS, "1e-4, 1e-5, 5")],
        ),
        edit(
            "tiny_epsilon",
            SETTINGS,
            "1e-12, 1e-5, 5",  # at 1e-10 it would hang on the processor which gradients are accused
            "With so small a step round-off is larger than the threshold, and right gradients are accused.",
        ),
        edit(
            "stops_at_the_first",
            "<= threshold}",
            "<= threshold}\n        if wrong:\n            break",
            "The search ends at the first point that accuses anything. Another point may show what is wrong with another gradient.",
        ),
        edit(
            "last_point",
            "wrong |= {",
            "wrong = {",
            "A gradient passes that is wrong at the first point and right at those after it: what one point shows is forgotten, or outvoted. Wrong at one point is wrong.",
        ),
        edit(
            "own_generator",
            "wrong = set()",
            "rng, wrong = np.random.default_rng(0), set()",
            "The points come from a generator of the function's own. Hand draw the rng that was passed in.",
        ),
        edit(
            "loose",
            SETTINGS,
            "1e-5, 1e-3, 5",
            "The threshold is too generous: a gradient that is off by one part in ten thousand passes.",
        ),
        edit(
            "skips_zero_slopes",
            "if not",
            "if np.any(approximations[name]) and not",
            "Where all slopes are zero a gradient passes that is not zero: nothing is compared there, or what is not a number is made zero before it is compared.",
        ),
        edit(
            "nan_made_zero",
            DIFFERENCES,
            "difference_by_parameter({name: np.nan_to_num(g) for name, g in gradients.items()}, approximations)",
            "Where all slopes are zero a gradient passes that is not zero: nothing is compared there, or what is not a number is made zero before it is compared.",
        ),
        edit(
            "lengths_only",
            DIFFERENCES,
            "difference_by_parameter(*({name: np.linalg.norm(each[name]) for name in approximations}"
            " for each in (gradients, approximations)))",
            "Only the lengths of gradient and slopes are compared, and a wrong sign or order does not change a length. Take the length of their difference.",
        ),
        edit(
            "padded",
            DIFFERENCES,
            "{name: np.linalg.norm(gradients[name] - a) / (np.linalg.norm(gradients[name]) + np.linalg.norm(a) + 1e-8)"
            " for name, a in approximations.items()}",
            "Where the cost is counted in large units, wrong gradients pass: something of a fixed size, added below the line or allowed for, is larger than they are. Treat the case of two zeros by itself.",
        ),
        edit(
            "generous",
            SETTINGS,
            "1e-5, 0.5, 5",
            "The threshold is so generous that a gradient may be wrong by a factor of two.",
        ),
        edit(
            "every_entry",
            "for name, value in parameters.items():",
            "for name in (gradient[1:] for gradient in gradients):\n            value = parameters[name]",
            "The backward pass may return further entries that belong to no parameter. Go by the parameters' names.",
        ),
    ],
)

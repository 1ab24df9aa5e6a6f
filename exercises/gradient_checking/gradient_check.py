"""The check of one derivative, on curves that replace the forward and the backward pass which it finds."""

from collections.abc import Callable

import numpy as np

from exercises import library
from exercises.gradient_checking.inputs import number, sign, step
from grader.exercise import Case, Exercise, edits_of
from idnn import curves
from idnn.rules.gradient_checking import Difference
from solutions.gradient_checking import gradient_check


def draw(rng: np.random.Generator) -> list[Case]:
    """Cases (x, theta[, epsilon]); the forward and backward pass that the function finds are replaced by curves of ``idnn``."""

    def case(
        label: str, cost: Callable, slope: Callable, *epsilon: float, x: float | None = None, theta: float | None = None
    ) -> Case:
        x, theta = number(rng) if x is None else x, number(rng) if theta is None else theta
        return Case((x, theta, *epsilon), label, globals={"forward_propagation": cost, "backward_propagation": slope})

    return [
        case("a straight line and its slope", curves.line, curves.line_slope),
        case("a straight line, a slope that is wrong", curves.line, curves.line_slope_by_x, step(rng, 0.1)),
        case("a curve and its slope, small step", curves.cube, curves.cube_slope),
        case(
            "a curve and its slope, large step", curves.cube, curves.cube_slope, step(rng, 0.3), theta=number(rng, 1.5)
        ),
        case("a curve, a slope that is wrong", curves.cube, curves.cube_slope_without_factor, step(rng, 0.2)),
        case(
            "a very flat curve, a slope that is wrong",
            curves.cube,
            curves.cube_slope_without_factor,
            step(rng, 0.2),
            x=1e-20 * number(rng),
        ),
        case(
            "a fast wave and its slope, small step",
            curves.sine,
            curves.sine_slope,
            x=round(sign(rng) * rng.uniform(1500, 2500), 1),
            theta=round(rng.uniform(1e-4, 3e-4), 7),
        ),
        case(
            "a wave and its slope, large step",
            curves.sine,
            curves.sine_slope,
            step(rng, 0.3),
            theta=round(rng.uniform(0.2, 0.4), 3),
        ),
        case(
            "a wave, a slope that is wrong",
            curves.sine,
            curves.sine_slope_without_chain,
            theta=round(rng.uniform(0.2, 0.4), 3),
        ),
        case("a cost that theta does not change", curves.plateau, curves.plateau_slope, step(rng, 0.1)),
        case("a slope that is nan", curves.line, curves.no_slope),
    ]


edit = edits_of(gradient_check)

EXERCISE = Exercise(
    name="gradient_check",
    points=15,
    draw=draw,
    rule=Difference(),
    section="The first check",
    mistakes=[
        edit(
            "one_sided",
            "theta - epsilon",
            "theta",
            "This is a one-sided difference, from theta to theta + epsilon; the central one goes as far to the left.",
            also=[("(2 * epsilon)", "epsilon")],
        ),
        edit("missing_two", "(2 * epsilon)", "epsilon", "The two points lie 2 epsilon apart; this divides by epsilon."),
        edit(
            "parentheses",
            "(2 * epsilon)",
            "2 * epsilon",
            "Python divides by 2 and then multiplies by epsilon here; both belong below the line.",
        ),
        edit(
            "sum_of_costs",
            "- forward_propagation",
            "+ forward_propagation",
            "This adds the two costs; a slope is made of their difference.",
        ),
        edit(
            "reversed",
            "theta + epsilon",
            "theta - epsilon",
            "The two costs are subtracted the wrong way round, so the slope has the wrong sign.",
            also=[("theta - epsilon", "theta + epsilon", 2)],
        ),
        edit(
            "own_formula",
            "forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)",
            "(theta + epsilon) * x - (theta - epsilon) * x",
            "This checks theta times x against x whatever the forward and backward pass say; call the two functions.",
            also=[("backward_propagation(x, theta)", "x")],
        ),
        edit(
            "own_slope",
            "backward_propagation(x, theta)",
            "x",
            "The slope under test is written into the check; it must come from the backward pass.",
        ),
        edit(
            "moves_x",
            "x, theta + epsilon",
            "x + epsilon, theta",
            "This moves x; the parameter is theta.",
            also=[("x, theta - epsilon", "x - epsilon, theta")],
        ),
        edit(
            "swapped",
            "x, theta + epsilon",
            "theta + epsilon, x",
            "The arguments of the forward and backward pass are swapped: x comes first, then theta.",
            also=[
                ("x, theta - epsilon", "theta - epsilon, x"),
                ("backward_propagation(x, theta)", "backward_propagation(theta, x)"),
            ],
        ),
        edit(
            "slope_at_the_right",
            "backward_propagation(x, theta)",
            "backward_propagation(x, theta + epsilon)",
            "The backward pass is asked at theta + epsilon; the slope at theta is compared.",
        ),
        edit(
            "fixed_step", "rise = ", "epsilon = 1e-4\n    rise = ", "The step is always 1e-4; use the argument epsilon."
        ),
        edit(
            "half_step",
            "rise = ",
            "epsilon = epsilon / 2\n    rise = ",
            "This goes half of epsilon to each side; the formula goes the whole of it.",
        ),
        edit(
            "not_relative",
            "relative_difference(backward_propagation(x, theta), ",
            "abs(backward_propagation(x, theta) - ",
            "This is the absolute difference; divide by the two lengths, as relative_difference does.",
        ),
        edit(
            "the_slope",
            "relative_difference(backward_propagation(x, theta), rise / (2 * epsilon))",
            "rise / (2 * epsilon)",
            "This returns the numerical slope; the relative difference to the backward pass is asked for.",
        ),
        edit(
            "verdict",
            "rise / (2 * epsilon))",
            "rise / (2 * epsilon)) < 1e-7",
            "This returns whether the check is passed; return the number, so that others can judge it.",
        ),
    ],
    withheld=library.CHECKERS,
)

"""The check of one derivative, on curves that replace the forward and the backward pass which it finds."""

import functools
from collections.abc import Callable

import numpy as np

from exercises import library
from exercises.gradient_checking.inputs import number, sign, step
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn import curves
from idnn.rules.gradient_checking import Difference
from solutions.gradient_checking import gradient_check

# What edits replace in the solution, and what is told whoever divides without asking first.
SLOPE = "backward_propagation(x, theta)"
SLOPES_COMPARED = f"relative_difference({SLOPE}, rise / (2 * epsilon))"
NOTHING_OVER_NOTHING = (
    "Where theta does not change the cost, both slopes are 0, and 0 is divided by 0. The difference is 0.0 there: "
    "ask for that case before dividing, or let relative_difference do so."
)


def draw(rng: np.random.Generator) -> list[Case]:
    """Cases (x, theta[, epsilon]); the forward and backward pass that the function finds are replaced by curves of ``idnn``."""

    def case(
        label: str, cost: Callable, slope: Callable, *epsilon: float, x: float | None = None, theta: float | None = None
    ) -> Case:
        x, theta = number(rng) if x is None else x, number(rng) if theta is None else theta
        return Case((x, theta, *epsilon), label, globals={"forward_propagation": cost, "backward_propagation": slope})

    # of both lines: the numbers alone say nothing of what is due; of one sign, so that the wrong slope is not wrong by all there is
    x = number(rng)
    theta = float(np.copysign(number(rng), x))
    return [
        case("a straight line and its slope", curves.line, curves.line_slope, x=x, theta=theta),
        case("a straight line, a slope that is wrong", curves.line, curves.line_slope_by_x, x=x, theta=theta),
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
        case(
            "a cost that theta does not change",
            curves.plateau,
            curves.plateau_slope,
            step(rng, 0.1),
            x=-abs(number(rng)),  # no guard against dividing by nothing
        ),
        case("a slope that is nan", curves.line, curves.no_slope),
        case(
            "a cost that theta does not change, a slope that is wrong",
            curves.plateau,
            curves.line_slope,
            step(rng, 0.1),
        ),
    ]


def anywhere(draw: Draw) -> Case:
    """A line or a cube of any size at any theta, its slope right or off by little or much; nothing over nothing in several ways.

    Steps are a share of theta, so that the round-off of two costs is far below what is told apart: a large share, or one so small that a
    right slope leaves round-off alone.
    """
    x, x_beside = draw.beside(lambda: draw.real(1e-18, 1e4))
    x *= 3**draw.side if x_beside else sign(draw.rng)
    wide = draw.flip(0.6 if draw.near is None else 0.9)
    share = draw.real_magnitude(0.01, 0.5) if wide else draw.real_magnitude(1e-5, 3e-4)
    epsilon, steps_beside = draw.beside(lambda: draw.real(1e-7, 1e3))
    theta, beside = draw.beside(lambda: draw.real(1e-4, 1e3))
    wide = wide or steps_beside  # there a step shows, so far from a number of the answer
    epsilon *= 3**draw.side if steps_beside else 1.0
    if steps_beside or not beside and draw.flip():
        epsilon = draw.real_magnitude(0.05, 10.0) if draw.near is None and draw.flip(0.3) else epsilon
        theta = epsilon / share
    else:
        epsilon = share * theta
    theta *= sign(draw.rng)
    kind = draw.option(*range(12), 2, 2) if draw.near is None else draw.option(4, 6, 8, 9, 10, 11)
    kind = draw.option(8, 9, 10, 11) if steps_beside else kind
    at_0, beside = draw.beside(lambda: draw.real(0.0, 0.0))
    kind = 2 if beside else kind
    no_x, without_x = draw.beside(lambda: draw.real(0.0, 0.0))
    if kind == 0:
        cost, slope = curves.plateau, draw.option(curves.plateau_slope, curves.line_slope)
    elif kind == 1:  # flat because x is 0
        cost, slope, x = *draw.option((curves.line, curves.line_slope), (curves.cube, curves.cube_slope)), 0.0
    elif kind == 2:  # at theta = 0
        pairs = (
            (curves.line, curves.line_slope),
            (curves.cube, curves.cube_slope),
            (curves.plateau, curves.plateau_slope),
        )
        off = functools.partial(curves.line_slope_times, factor=draw.real(1e-5, 0.9))
        wrong = (curves.line, off), (curves.line, curves.plateau_slope)
        cost, slope, theta = *(wrong[0] if beside else draw.option(*wrong, *wrong, *pairs)), at_0
    elif kind == 3:
        cost, slope = curves.line, draw.option(curves.no_slope, curves.plateau_slope, curves.line_slope_by_x)
    elif without_x or x_beside:  # of other slopes a difference does not hang on x
        cost, slope, x = curves.line, curves.line_slope_by_x, no_x if without_x else x
    elif kind <= 7 and wide:  # a line has no truncation: whatever is found is the slope's
        factor = draw.option(-1.0, 1 + draw.real(1e-5, 10.0), 1 - draw.real(1e-5, 0.9), draw.real(1e-9, 0.5))
        cost, slope = curves.line, functools.partial(curves.line_slope_times, factor=factor)
    else:
        least = 1e-3 if wide else 0.1  # by how much a slope is off: far more than round-off
        factor = draw.option(1.0, 1.0, -1.0, 0.0, 1 + draw.real(least, 10.0), draw.real(1e-9, 0.5))
        cost, slope = curves.cube, functools.partial(curves.cube_slope_times, factor=factor)
    if draw.near is None and kind > 3 and draw.flip(0.35):  # at one point, whatever else differs
        x, theta, epsilon = 3.0, 0.5, draw.option(0.05, 0.5 * share)
    replaced = {"forward_propagation": cost, "backward_propagation": slope}
    if kind > 2 and draw.flip(0.1):  # the default step
        return Case((x, sign(draw.rng) * draw.real(0.5, 3.0)), globals=replaced)
    if draw.flip(0.3):
        return Case((x, theta), kwargs={"epsilon": epsilon}, globals=replaced)
    return Case((x, theta, epsilon), globals=replaced)


edit = edits_of(gradient_check)

EXERCISE = Exercise(
    name="gradient_check",
    points=15,
    draw=draw,
    anywhere=anywhere,
    further=16,
    rule=Difference(),
    section="The first check",
    mistakes=[
        edit(
            "zero_for_flat_costs",
            f"return {SLOPES_COMPARED}",
            f"return 0.0 if rise == 0 else {SLOPES_COMPARED}",
            "Where theta does not change the cost this says 0.0, whatever the backward pass says. Only where both slopes are 0 is the difference 0.0.",
        ),
        edit(
            "no_zero_guard",
            SLOPES_COMPARED,
            "np.linalg.norm(SLOPE - rise / (2 * epsilon)) / (np.linalg.norm(SLOPE) + np.linalg.norm(rise / (2 * epsilon)))".replace(
                "SLOPE", SLOPE
            ),
            NOTHING_OVER_NOTHING,
        ),
        edit(
            "no_zero_guard_of_numbers",
            SLOPES_COMPARED,
            "abs(SLOPE - rise / (2 * epsilon)) / (abs(SLOPE) + abs(rise / (2 * epsilon)))".replace("SLOPE", SLOPE),
            NOTHING_OVER_NOTHING,
        ),
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
            "This checks theta times x against x whatever the forward and backward pass say now: the formulas are written in, or the functions were kept from before, as in default arguments. Call the two by their names.",
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

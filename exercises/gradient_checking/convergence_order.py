"""The slope of log error over log step: powers with and without noise, uneven steps in any order."""

import numpy as np

from assay import rules
from grader.exercise import Case, Draw, Exercise, edits_of, written
from solutions.gradient_checking import convergence_order

UNCONVERTED = ("float(slope)", "slope")  # most answers return NumPy's number as it is


def draw(rng: np.random.Generator) -> list[Case]:
    def noisy(epsilons: np.ndarray, order: float, spread: float) -> np.ndarray:
        return 10 ** rng.uniform(-1, 1) * epsilons**order * np.exp(spread * rng.standard_normal(epsilons.size))

    even, uneven = np.logspace(-1, -4, 7), np.array([1e-1, 8e-2, 5e-2, 1e-2, 3e-4, 1e-5])
    mixed = rng.permutation(np.append(np.logspace(-2, -5, 6), [1e-2, 1e-2, 1e-5]))
    return [
        Case((even, noisy(even, 2, 0.0)), "an exact power of the step"),
        Case((even, 1e-200 * noisy(even, 1, 0.3)), "order one, with noise, tiny errors"),
        Case((uneven, noisy(uneven, 2, 0.4)), "steps unevenly spaced, with noise"),
        Case((mixed, noisy(mixed, 4, 0.2)), "steps in no order, some of them twice"),
        Case((uneven[::-1].copy(), 1e-14 * noisy(uneven[::-1], -1, 0.3)), "round-off, which falls as the step grows"),
        Case((np.array([1e-2, 2e-3]), noisy(np.array([1e-2, 2e-3]), 1.5, 0.1)), "two steps", 0.5),
    ]


def anywhere(draw: Draw) -> Case:
    """Steps of any size in any order, some of them twice, and errors of any size that go with a power of them, with noise or without.

    The steps are spread enough, and the slope is far enough from 0, for every way of fitting a line to find it to nine digits.
    """
    count = draw.integer(2, 3000, usual=6)
    largest = draw.real(1e-12, 1e6) if draw.flip(0.7) else draw.real(1.0, 100.0)
    powers_of_ten = draw.real(0.5, 8.0)
    places = draw.rng.random(count)
    places[:2] = 0.0, 1.0
    if draw.flip(0.3):
        places = np.round(4 * places) / 4  # several at one step
    epsilons = largest * 10 ** (-powers_of_ten * draw.rng.permutation(places))
    flattest = 0.025 / powers_of_ten  # errors that differ by less are told apart by digits that they do not all keep
    order = float(draw.rng.choice([-1.0, 1.0])) * max(min(draw.real(1e-3, 60.0), 150 / powers_of_ten), flattest)
    if draw.flip(0.3):  # next to a whole number
        order = float(np.sign(order)) * (draw.option(1, 2, 4) + draw.real_magnitude(1e-6, 1e-2))
    noise = (
        (draw.option(0.0, 0.0, 0.02, 0.2) if draw.near is None else 0.1)
        * powers_of_ten
        * abs(order)
        * draw.rng.uniform(-1, 1, count)
    )
    size = draw.real(1e-100, 1e4)
    return Case((epsilons, size * (epsilons / largest) ** order * np.exp(noise)))


def _ends(epsilons, errors):
    return np.log(errors[-1] / errors[0]) / np.log(epsilons[-1] / epsilons[0])


def _mean_of_slopes(epsilons, errors):
    return np.mean(np.diff(np.log(errors)) / np.diff(np.log(epsilons)))


def _through_origin(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    return np.sum(x * y) / np.sum(x * x)


def _correlation(epsilons, errors):
    return np.corrcoef(np.log(epsilons), np.log(errors))[0, 1]


def _ratio_of_logs(epsilons, errors):
    return np.mean(np.log(errors) / np.log(epsilons))


edit = edits_of(convergence_order)

EXERCISE = Exercise(
    name="convergence_order",
    points=15,
    draw=draw,
    anywhere=anywhere,
    rule=rules.Close(rtol=1e-8),
    section="How wrong is the instrument?",
    mistakes=[
        edit(
            "no_logarithm",
            "np.log(epsilons), np.log(errors)",
            "epsilons, errors",
            "This is the slope of the error itself; take logarithms of both.",
            also=[UNCONVERTED],
        ),
        edit(
            "log_of_errors_only",
            "np.log(epsilons)",
            "epsilons",
            "Only the errors are turned into logarithms; the steps need them too.",
            also=[UNCONVERTED],
        ),
        edit(
            "log_of_steps_only",
            "np.log(errors)",
            "errors",
            "Only the steps are turned into logarithms; the errors need them too.",
            also=[UNCONVERTED],
        ),
        edit(
            "inverted",
            "np.log(epsilons), np.log(errors)",
            "np.log(errors), np.log(epsilons)",
            "This is the slope of the step over the error; the error goes up the axis, the step along it.",
            also=[UNCONVERTED],
        ),
        edit(
            "intercept",
            "slope, _",
            "_, slope",
            "This is the line's height where the logarithm of the step is 0; its slope is asked for.",
            also=[UNCONVERTED],
        ),
        edit(
            "both_coefficients",
            "slope, _",
            "slope",
            "This returns both coefficients of the line; only the slope is asked for.",
            also=[UNCONVERTED],
        ),
        edit(
            "two_logarithms",
            "np.log(errors)",
            "np.log10(errors)",
            "One logarithm is natural and the other decimal; any base will do, but the same for both.",
            also=[UNCONVERTED],
        ),
        written("ends", _ends, "This joins the first and the last point; least squares lets every point count."),
        written(
            "mean_of_slopes",
            _mean_of_slopes,
            "This averages the slopes between neighbours; least squares weighs the points by how far they lie from the middle.",
        ),
        written("through_origin", _through_origin, "This forces the line through the origin; its height must be free."),
        written("correlation", _correlation, "This is how well the points lie on a line; its slope is asked for."),
        edit(
            "absolute", "float(slope)", "abs(slope)", "The slope may be negative: round-off grows as the step shrinks."
        ),
        edit(
            "rounded",
            "float(slope)",
            "float(np.round(slope))",
            "This rounds the slope to a whole number; return it as it is.",
        ),
        written(
            "ratio_of_logs",
            _ratio_of_logs,
            "This divides the logarithms of each point; a slope is a difference over a difference.",
        ),
    ],
)

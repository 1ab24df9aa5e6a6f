"""What the notebook that builds the gradient checker asks before it shows something."""

import numpy as np

from exercises.gradient_checking.claims import from_probabilities, points, single_precision, stacked_check
from grader.predictions import Axis, Choice, Curve, Number
from idnn import networks
from solutions import gradient_checking as solutions

PAIRS = {"1000.0 for 1000.1": (1000.0, 1000.1), "0.0001 for 0.0002": (0.0001, 0.0002)}
STEP = Axis(label="step ε", low=1e-12, high=0.1, logarithmic=True, columns=23)
SHORT = Axis(label="step ε", low=1e-6, high=0.1, logarithmic=True, columns=11)
COARSE = Axis(label="relative difference", low=1e-7, high=1, logarithmic=True)


def central(f, theta, epsilon):
    return (f(theta + epsilon) - f(theta - epsilon)) / (2 * epsilon)


def closer_chord():
    theta, epsilon = 1.0, 0.5
    one_sided = (np.sin(theta + epsilon) - np.sin(theta)) / epsilon
    off = {"the one-sided one": one_sided, "the central one": central(np.sin, theta, epsilon)}
    return min(off, key=lambda name: abs(off[name] - np.cos(theta)))


def error_of_sine():
    """Return the median over points of the central difference's error at each step."""
    steps, thetas = np.logspace(-12, -1, 23), np.linspace(0.3, 1.2, 101)
    return steps, [np.median(np.abs(central(np.sin, thetas, step) - np.cos(thetas))) for step in steps]


def error_of_single_precision():
    steps = np.logspace(-6, -1, 11)
    return steps, [np.median(stacked_check(0, step, single_precision)) for step in steps]


def doubled(gradients):
    return {**gradients, "dW2": 2 * gradients["dW2"]}


def claim_by_slope():
    """Return where the doubled array's points lie: claimed over measured."""
    parameters, X, Y = (part for part in points(0))
    right = networks.gradients(X, Y, parameters)["dW2"]
    wrong = doubled({"dW2": right})["dW2"]
    ratio = wrong[right != 0] / right[right != 0]
    return "on a line through 0, twice as steep as the diagonal" if np.allclose(ratio, 2) else "scattered"


def longer_tail():
    tails = {
        "from probabilities": stacked_check(0, 1e-7, from_probabilities),
        "from logits": stacked_check(0, 1e-7),
    }
    return max(tails, key=lambda name: np.quantile(np.nan_to_num(tails[name], nan=np.inf), 0.99))


PREDICTIONS = {
    "same-worse": Choice(
        question="Which of the two would you send back for repair?",
        options=list(PAIRS),
        outcome=lambda: max(PAIRS, key=lambda name: solutions.relative_difference(*map(np.float64, PAIRS[name]))),
    ),
    "same-plain": Choice(
        question="Which one would the plain difference send back?",
        options=list(PAIRS),
        outcome=lambda: max(PAIRS, key=lambda name: abs(PAIRS[name][0] - PAIRS[name][1])),
    ),
    "first-chord": Choice(
        question="Which chord is closer to parallel with the tangent?",
        options=["the one-sided one", "the central one"],
        outcome=closer_chord,
    ),
    "net-doubled": Choice(
        question="Where do the points of the doubled dW2 lie?",
        options=["on the diagonal", "on a line through 0, twice as steep as the diagonal", "scattered"],
        outcome=claim_by_slope,
    ),
    "net-found": Number(
        question="Of 200 random points, at how many does the check find the doubled dW2?",
        axis=Axis(label="points of 200", low=0, high=200),
        near=5,
        measures="how surely a doubled gradient is found",
        outcome=lambda: 200 * float(np.mean(stacked_check(0, 1e-4, change=doubled) > 1e-5)),
        slow=True,
    ),
    "wrong-error": Curve(
        question="Draw the error of the central difference of a sine over its step.",
        x=STEP,
        y=Axis(label="error", low=1e-14, high=1, logarithmic=True),
        near=1,
        measures="the error of a measured slope",
        outcome=error_of_sine,
    ),
    "float-error": Curve(
        question="Draw the relative difference of a right gradient in single precision over the step.",
        x=SHORT,
        y=COARSE,
        near=0.6,
        measures="what single precision costs",
        outcome=error_of_single_precision,
        slow=True,
    ),
    "blind-kink": Number(
        question="What does the central difference say of |θ| at θ = ε/2?",
        axis=Axis(label="slope", low=-1, high=1),
        near=0.05,
        measures="the slope beside a kink",
        outcome=lambda: float(
            solutions.numerical_gradient(lambda p: float(np.abs(p["theta"]).sum()), {"theta": np.array([5e-5])}, 1e-4)[
                "dtheta"
            ][0]
        ),
    ),
    "replicate-tail": Choice(
        question="Which of the two costs has the longer tail to the right?",
        options=["from logits", "from probabilities"],
        outcome=longer_tail,
        slow=True,
    ),
}

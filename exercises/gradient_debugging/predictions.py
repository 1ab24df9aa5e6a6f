"""What the notebook that hunts bugs asks before it shows something."""

import functools

import numpy as np

from exercises.gradient_debugging.claims import gap, incident_runs, one_example_hides
from grader.predictions import Axis, Choice, Curve, Number
from idnn import networks, passes
from solutions import gradient_debugging as solutions

DRAWS = 4000
MISSED = Axis(label="share of runs that miss it", low=1e-4, high=1, logarithmic=True)
BUGS = {
    "dead": (
        passes.network_backward_slope_of_relu,
        networks.gradients,
        functools.partial(passes.draw_network, dead=0.2),
    ),
    "single": (
        passes.regression_backward_sum,
        passes.regression_backward,
        functools.partial(passes.draw_regression, single=0.5),
    ),
}


@functools.cache
def hidden(bug):
    """Return the share of random points at which a bug does not show."""
    wrong, right, draw = BUGS[bug]
    rng, count = np.random.default_rng(5), 0
    for _ in range(DRAWS):
        point = draw(rng)
        count += max(solutions.difference_by_parameter(wrong(*point), right(*point)).values()) <= 1e-5
    return count / DRAWS


def missed(bug, most):
    """Return how likely it is that none of n independent points shows the bug."""
    n = np.arange(1, most + 1)
    return n, hidden(bug) ** n


def pattern(change):
    """Return in which pattern dW2 differs after a change of (dZ2, A1, mask, m) -> dW2."""
    rng = np.random.default_rng(0)
    dA2, A1 = rng.normal(size=(6, 20)), rng.random((8, 20))
    mask = rng.random((6, 20)) < 0.5
    mask[[1, 4]] = True  # units that are active for every example
    right = (dA2 * mask) @ A1.T / 20
    off = ~np.isclose(change(dA2, mask, A1, 20), right)
    if off.all():
        return "every entry"
    for whole, lines in (("some rows, and these whole", off), ("some columns, and these whole", off.T)):
        if all(line.all() or not line.any() for line in lines):
            return whole
    return "single entries"


def left_out_with_one_example():
    """The claim's own runs: at one example dW2 is never named, db1 always."""
    return "dW2" if one_example_hides()[1] else "nothing"


def powers_between():
    right, wrong = gap()
    return float(np.log10(wrong.min()) - np.log10(right.max()))


PATTERNS = ["single entries", "some rows, and these whole", "some columns, and these whole", "every entry"]

PREDICTIONS = {
    "runs-stuck": Number(
        question="At the learning rate 0.3, how many of the ten networks end above a cost of 0.5?",
        axis=Axis(label="networks of ten", low=0, high=10, columns=11),
        near=0.5,
        measures="what three bugs do at a high rate",
        outcome=lambda: float(np.sum(incident_runs(0.3, False)[0] > 0.5)),
        slow=True,
    ),
    "runs-right": Number(
        question="At the learning rate 0.03, which share of the examples is right in the worst of the ten?",
        axis=Axis(label="accuracy", low=0, high=1),
        near=0.07,
        measures="how well a network trains with three bugs",
        outcome=lambda: float(incident_runs(0.03, False)[1].min()),
        slow=True,
    ),
    "map-sum": Choice(
        question="Nobody divided by m. Where does dW2 differ?",
        options=PATTERNS,
        outcome=lambda: pattern(lambda dA2, mask, A1, m: (dA2 * mask) @ A1.T),
    ),
    "map-mask": Choice(
        question="The ReLU's mask is missing, and two units are active for every example. Where does dW2 differ?",
        options=PATTERNS,
        outcome=lambda: pattern(lambda dA2, mask, A1, m: dA2 @ A1.T / m),
    ),
    "one-example": Choice(
        question="With one example, what does the search leave out?",
        options=["nothing", "db1", "dW2"],
        outcome=left_out_with_one_example,
        slow=True,
    ),
    "gap-width": Number(
        question="How many powers of ten lie between the largest difference of a right gradient and the smallest of a wrong one?",
        axis=Axis(label="powers of ten", low=0, high=12),
        near=1,
        measures="the room between right and wrong",
        outcome=powers_between,
        slow=True,
    ),
    "points-dead": Curve(
        question="Draw the share of runs that miss the bug which a fifth of all points hides, over the points drawn.",
        x=Axis(label="points", low=1, high=5, columns=5),
        y=MISSED,
        near=0.3,
        measures="the chance of missing a rare hiding place",
        outcome=lambda: missed("dead", 5),
        slow=True,
    ),
    "points-single": Curve(
        question="Draw it for the bug which half of all points hide.",
        x=Axis(label="points", low=1, high=8, columns=8),
        y=MISSED,
        near=0.3,
        measures="the chance of missing a common hiding place",
        outcome=lambda: missed("single", 8),
        slow=True,
    ),
    "points-number": Number(
        question="How many points until fewer than one run in a hundred misses either?",
        axis=Axis(label="points", low=1, high=40),
        near=1,
        measures="the number of points that a checker needs",
        outcome=lambda: float(np.ceil(np.log(0.01) / np.log(max(hidden(bug) for bug in BUGS)))),
        slow=True,
    ),
}

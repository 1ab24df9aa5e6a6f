"""What the notebook Optimization asks before it shows something; runs that are shown are run as there, the others are those of its claims."""

import functools

import numpy as np

from exercises.optimization.claims import (
    LAYERS_DIMS,
    RATES,
    STEPS,
    data,
    decaying,
    generalisation,
    median_epochs,
    sweep,
)
from grader.predictions import Axis, Choice, Curve, Number, Order
from idnn import networks, surfaces, sweeps

START = (-9.0, 2.5)
FACTOR = Axis(label="longest / shortest step", low=1, high=1e6, logarithmic=True)


def bowl(rule, rate, num_steps):
    return surfaces.walk(surfaces.bowl, START, STEPS[rule], rate, num_steps=num_steps)


def across():
    path = bowl("gradient descent", 0.076, 12)
    return np.arange(13), path[:, 1] / path[0, 1]


def along():
    path = bowl("gradient descent", 0.02, 40)
    return np.arange(41), np.abs(path[:, 0] / path[0, 0])


def which_rate_diverges():
    rates = {f"{rate}": rate for rate in (0.02, 0.04, 0.076, 0.081)}
    return max(rates, key=lambda name: abs(bowl("gradient descent", rates[name], 40)[-1, 1]))


def what_momentum_does():
    """Compare the second half of both walks, coordinate by coordinate."""
    off = {rule: np.abs(bowl(rule, 0.076, 50)[25:]).mean(axis=0) for rule in ("gradient descent", "momentum")}
    x, y = off["momentum"] < off["gradient descent"]
    return {(False, True): CALMED, (True, False): SPED}.get(
        (bool(x), bool(y)), "both get better" if x else "both get worse"
    )


CALMED = "across it gets better, along it gets worse"
SPED = "along it gets better, across it gets worse"


def noise():
    """Return the noise of a mini-batch over the length of the whole gradient, median over ten networks, by the formula."""
    X, Y, _, _ = data()
    sizes, found = np.unique(np.round(np.logspace(0, np.log10(250), 17))), []
    for parameters in sweeps.draw_networks(LAYERS_DIMS, 10):
        single = networks.gradients(X.T[:, :, None], Y.T[:, :, None], parameters)
        G = np.concatenate([g.reshape(300, -1) for g in single.values()], axis=1)
        whole = G.mean(axis=0)
        sigma = np.sqrt(np.mean(np.sum((G - whole) ** 2, axis=1)))
        found.append(sigma * np.sqrt((300 - sizes) / sizes / 299) / np.linalg.norm(whole))
    return sizes, np.median(found, axis=0)


def steps_apart(rule):
    """Return the longest over the shortest change of a parameter in the twentieth step."""
    X, Y, _, _ = data()
    now, state = sweeps.draw_networks(LAYERS_DIMS, 3)[2], None
    for t in range(1, 21):
        before = now
        now, state = STEPS[rule](before, networks.gradients(X, Y, now), state, t, 0.01)
    lengths = np.concatenate([np.abs(now[key] - before[key]).ravel() for key in now])
    return float(lengths.max() / lengths.min())


def without_correction():
    """Return the length of Adam's steps without its correction, in learning rates."""
    t = np.arange(1, 201)
    return t, (1 - 0.9**t) / np.sqrt(1 - 0.999**t)


@functools.cache
def race():
    """Return how low each rule ends in the notebook's race down the bowl, at its best rate."""
    rates, found = 10.0 ** np.arange(-4, -0.4, 0.25), {}
    for name, step in STEPS.items():
        _, path = surfaces.best_walk(surfaces.bowl, START, step, rates, 40)
        found[name] = float(np.max(surfaces.heights(surfaces.bowl, path[-10:])))
    return found


def final_costs():
    """Return the median cost of the last 20 of 200 epochs, as the notebook's ablation draws it."""
    rates = {
        "0.1, constant": 0.1,
        "0.1, with decay": decaying(0.1, 20),
        "1, constant": 1,
        "1, with decay": decaying(1, 20),
    }
    _, costs = sweep("gradient descent", tuple(rates.values()), 200, 20, batch_size=16)
    return dict(zip(rates, np.median(costs[-20:], axis=(0, 2)).tolist()))


PREDICTIONS = {
    "bowl-across": Curve(
        question="Draw y over the first steps at α = 0.076; 1 is where it starts.",
        x=Axis(label="step", low=0, high=12, columns=13),
        y=Axis(label="y / start", low=-1.5, high=1.5),
        near=0.25,
        measures="where the swinging walker stands",
        outcome=across,
    ),
    "bowl-along": Curve(
        question="Draw how far x still is from the star at α = 0.02; 1 is where it starts.",
        x=Axis(label="step", low=0, high=40, columns=41),
        y=Axis(label="distance along / start", low=0, high=1),
        near=0.08,
        measures="the way that a small rate leaves",
        outcome=along,
    ),
    "bowl-diverges": Choice(
        question="Which learning rate ends farthest from the star?",
        options=["0.02", "0.04", "0.076", "0.081"],
        outcome=which_rate_diverges,
    ),
    "noise-curve": Curve(
        question="Draw the noise of a mini-batch's gradient over its size; 1 is as long as the gradient itself.",
        x=Axis(label="examples in a mini-batch", low=1, high=250, logarithmic=True, columns=25),
        y=Axis(label="noise / whole gradient", low=0.01, high=100, logarithmic=True),
        near=0.3,
        measures="the noise of a mini-batch",
        outcome=noise,
    ),
    "momentum-coordinates": Choice(
        question="What does momentum do to the two coordinates?",
        options=[CALMED, SPED, "both get better", "both get worse"],
        outcome=what_momentum_does,
    ),
    "steps-gd": Number(
        question="Gradient descent: by which factor do the longest and the shortest step differ?",
        axis=FACTOR,
        near=5,
        measures="how unequal gradient descent's steps are",
        outcome=lambda: steps_apart("gradient descent"),
    ),
    "steps-rmsprop": Number(
        question="And with RMSProp?",
        axis=FACTOR,
        near=3,
        measures="how unequal RMSProp's steps are",
        outcome=lambda: steps_apart("RMSProp"),
    ),
    "adam-steps": Curve(
        question="Draw the length of the steps without the correction; 1 is the learning rate.",
        x=Axis(label="step", low=1, high=200, columns=41),
        y=Axis(label="length / learning rate", low=0, high=10),
        near=1,
        measures="the steps of an Adam without its correction",
        outcome=without_correction,
    ),
    "race-bowl": Choice(
        question="Who ends lowest in the bowl after 40 steps, each at its best rate?",
        options=list(STEPS),
        outcome=lambda: min(race(), key=race().get),
    ),
    "tuning-order": Order(
        question="Order the rules by the epochs they need at their best rate, the fastest first.",
        items=list(STEPS),
        outcome=lambda: {name: median_epochs(name, RATES, 20)[0] for name in STEPS},
        slow=True,
    ),
    "decay-order": Order(
        question="Order the four final costs, the lowest first.",
        items=["0.1, constant", "0.1, with decay", "1, constant", "1, with decay"],
        outcome=final_costs,
        slow=True,
    ),
    "test-order": Choice(
        question="Is the order on the test set that of their speeds?",
        options=[
            "yes, the fastest generalises best",
            "no, they end within a hundredth of each other",
            "no, it is turned round",
        ],
        outcome=lambda: (
            "no, they end within a hundredth of each other"
            if generalisation()[1]
            else "yes, the fastest generalises best"
        ),
        slow=True,
    ),
}

"""What the notebook Initialization asks before it shows something; the experiments are those of its claims."""

import numpy as np

from exercises.initialization.claims import DEEP, SCALE_SEEDS, SHALLOW, STARTS, constant, deep, problem, zeros
from grader.predictions import Axis, Choice, Curve, Number
from idnn import networks
from solutions import initialization as solutions

NATS = Axis(label="first cost (nats)", low=0.01, high=1e5, logarithmic=True)
LAYER = Axis(label="hidden layer", low=1, high=12, columns=12)


def first_cost(start):
    """Return the median over seeds of the cost before training."""
    costs = []
    for seed in SCALE_SEEDS:
        (X, Y), _, rng = problem(seed)
        costs.append(networks.cost(X, Y, STARTS[start](SHALLOW, rng)))
    return float(np.median(costs))


def zeros_boundary():
    (X, Y), _, rng = problem(0)
    trained, _ = networks.train(X, Y, zeros(SHALLOW, rng), 0.1, 1000)
    probability = networks.predict_probability(X, trained)
    return "nowhere: it says the same everywhere" if np.ptp(probability) < 1e-9 else "between the two circles"


def paths_of_constant_start():
    (X, Y), _, rng = problem(0)
    trained, _ = networks.train(X, Y, constant(SHALLOW, rng), 0.1, 1200)
    return float(solutions.count_distinct_units(trained["W1"]))


def scales(start):
    """Return the hidden layers and the geometric mean over seeds of the activations' standard deviation in each."""
    found = []
    for seed in SCALE_SEEDS:
        (X, _), _, rng = problem(seed)
        found.append(solutions.activation_scales(X, STARTS[start](DEEP, rng)))
    return np.arange(1, 13), np.exp(np.mean(np.log(found), axis=0))


def gradients_of_small_start():
    """Compare the typical weight gradient of the layers between the first and the last."""
    typical = []
    for seed in SCALE_SEEDS:
        (X, Y), _, rng = problem(seed)
        gradients = networks.gradients(X, Y, STARTS["hundredth"](DEEP, rng))
        layers = [gradients[f"dW{layer}"] for layer in range(2, len(DEEP) - 1)]
        typical.append([np.log(np.median(np.abs(layer[layer != 0]))) for layer in layers])
    last_against_first = np.mean(typical, axis=0)[-1] - np.mean(typical, axis=0)[0]
    if abs(last_against_first) < np.log(3):
        return "they have about the same size in every layer"
    return "they shrink as well" if last_against_first < 0 else "they grow from layer to layer"


NAMES = {"He": "he", "Xavier": "xavier", "N(0, 0.01²)": "hundredth", "twice He": "twice_he"}


PREDICTIONS = {
    "zeros-cost": Number(
        question="All weights are zero. What is the first cost?",
        axis=NATS,
        near=1.1,
        measures="the cost of knowing nothing",
        outcome=lambda: first_cost("zeros"),
    ),
    "zeros-boundary": Choice(
        question="Where does its boundary lie after 1000 epochs?",
        options=["between the two circles", "on a straight line", "nowhere: it says the same everywhere"],
        outcome=zeros_boundary,
    ),
    "units-constant": Number(
        question="All weights are 0.5. How many separate paths do the ten units of the first layer walk?",
        axis=Axis(label="separate paths", low=1, high=10, columns=10),
        near=0.5,
        measures="the number of different units after an equal start",
        outcome=paths_of_constant_start,
    ),
    "random-cost": Number(
        question="The weights are about 10 in size. What is the first cost?",
        axis=NATS,
        near=3,
        measures="the first cost of large weights",
        outcome=lambda: first_cost("ten"),
    ),
    "he-cost": Number(
        question="He's start. What is the first cost?",
        axis=NATS,
        near=1.4,
        measures="the first cost of He's start",
        outcome=lambda: first_cost("he"),
    ),
    "scales-small": Curve(
        question="Draw the scale of the signal, layer by layer, for weights from N(0, 0.01²).",
        x=LAYER,
        y=Axis(label="scale of the signal", low=1e-20, high=100, logarithmic=True),
        near=1.5,
        measures="the signal that small weights leave",
        outcome=lambda: scales("hundredth"),
    ),
    "scales-large": Curve(
        question="Draw it for twice He's standard deviation.",
        x=LAYER,
        y=Axis(label="scale of the signal", low=0.1, high=1e6, logarithmic=True),
        near=0.5,
        measures="the signal that large weights make",
        outcome=lambda: scales("twice_he"),
    ),
    "scales-he": Curve(
        question="And for He's start.",
        x=LAYER,
        y=Axis(label="scale of the signal", low=1e-3, high=1e3, logarithmic=True),
        near=0.3,
        measures="the signal that He's start keeps",
        outcome=lambda: scales("he"),
    ),
    "gradients-small": Choice(
        question="The weights' gradients of the small start, from layer to layer:",
        options=[
            "they shrink as well",
            "they grow from layer to layer",
            "they have about the same size in every layer",
        ],
        outcome=gradients_of_small_start,
    ),
    "deep-seeds": Choice(
        question="For which start do the seeds disagree most about the test accuracy?",
        options=list(NAMES),
        outcome=lambda: max(NAMES, key=lambda name: deep(NAMES[name]).std()),
        slow=True,
    ),
}

"""What the notebook Regularization asks before it shows something; runs that are shown are run as there, the others are those of its claims."""

import functools

import numpy as np

from exercises.regularization.claims import PITCH_LAYERS, famous, moons, pitches
from grader.predictions import Axis, Choice, Curve, Number, Order
from idnn import datasets, networks
from solutions import regularization as answers

RECORD, EPOCHS = 50, 1500
TIME = Axis(label="epoch", low=0, high=EPOCHS - RECORD, columns=EPOCHS // RECORD)
LOSS = Axis(label="log loss (nats)", low=0, high=1.5)
WEIGHTS = Axis(label="squared weights / start", low=0, high=2)


@functools.cache
def setting():
    """Return the notebook's sets, training, dev and 4,000 balls to look at, and its start."""
    rng = np.random.default_rng(0)
    train, dev, _, look = (datasets.pitch(count, rng) for count in (211, 200, 1000, 4000))
    return train, dev, look, networks.draw_parameters(PITCH_LAYERS, rng)


@functools.cache
def watched(lambd):
    """Return parameters, and training loss, dev loss and squared weights at each record, of the notebook's run at one penalty."""
    (X, Y), (X_dev, Y_dev), _, start = setting()

    def gradients(X, Y, parameters):
        _, cache = networks.forward_propagation_n(X, Y, parameters)
        return answers.backward_propagation_with_regularization(X, Y, cache, lambd)

    def watch(X, Y, parameters):
        squared = sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
        return networks.cost(X, Y, parameters), networks.cost(X_dev, Y_dev, parameters), squared

    options = {"gradients": gradients, "cost": watch, "record_every": RECORD}
    return networks.train_with(X, Y, start, 0.3, EPOCHS, **options)


def over_time(lambd, column, relative=False):
    values = watched(lambd)[1][:, column]
    return RECORD * np.arange(len(values)), values / values[0] if relative else values


def gradients_with_penalty():
    """Return which gradients of the three layers hang on lambda."""
    (X, Y), _, _, start = setting()
    _, cache = networks.forward_propagation_n(X, Y, start)
    free, priced = (answers.backward_propagation_with_regularization(X, Y, cache, lambd) for lambd in (0.0, 1.0))
    changed = {
        name[:2] for name in ("dW1", "dW2", "dW3", "db1", "db2", "db3") if not np.allclose(free[name], priced[name])
    }
    return {("dW",): "in dW1, dW2, dW3", ("db",): "in db1, db2, db3"}.get(tuple(changed), "in all six")


def kept_units():
    (X, _), _, _, start = setting()
    _, cache = answers.forward_propagation_with_dropout(X, start, 0.8, np.random.default_rng(0))
    kept = (cache[2] > 0).sum(axis=0) if cache[2].ndim == 2 else cache[2]
    return "no, each unit is drawn by itself" if np.ptp(kept) > 0 else "yes, exactly four fifths of them"


def side_where_sure():
    """Look at the balls to which the unregularised map gives more than 0.8."""
    _, _, (X, Y), _ = setting()
    probability = networks.predict_probability(X, watched(0.0)[0])
    sure = probability > 0.8
    return "below it" if Y[sure].mean() < probability[sure].mean() - 0.02 else "on it"


def between_two_runs():
    """Return the mean difference of two runs' accuracies in points, over all pairs of starts and the three methods."""
    gaps = [np.abs(np.subtract.outer(run, run))[np.triu_indices(len(run), 1)].mean() for run in _accuracies()]
    return 100 * float(np.mean(gaps))


def _accuracies():
    return [famous(name)[:, 0] for name in ("none", "L2", "dropout")]


MOONS = {"none": (0, 1), "lambda 1": (1, 1), "lambda 10": (10, 1), "keep_prob 0.5": (0, 0.5)}

PREDICTIONS = {
    "none-train": Curve(
        question="Draw the log loss on the training set over 1500 epochs, without any penalty.",
        x=TIME,
        y=LOSS,
        near=0.1,
        measures="the training loss of a network that remembers",
        outcome=lambda: over_time(0.0, 0),
        slow=True,
    ),
    "none-dev": Curve(
        question="Draw the log loss on the dev set.",
        x=TIME,
        y=LOSS,
        near=0.1,
        measures="the loss of overfitting",
        outcome=lambda: over_time(0.0, 1),
        slow=True,
    ),
    "l2-none": Curve(
        question="Draw the sum of squared weights without a penalty; 1 is where it starts.",
        x=TIME,
        y=WEIGHTS,
        near=0.15,
        measures="how weights grow without a penalty",
        outcome=lambda: over_time(0.0, 2, relative=True),
        slow=True,
    ),
    "l2-one": Curve(
        question="Draw it with lambda = 1.",
        x=TIME,
        y=WEIGHTS,
        near=0.15,
        measures="the weights that a penalty leaves",
        outcome=lambda: over_time(1.0, 2, relative=True),
        slow=True,
    ),
    "l2-gradients": Choice(
        question="In which gradients does lambda appear?",
        options=["in all six", "in dW1, dW2, dW3", "in db1, db2, db3"],
        outcome=gradients_with_penalty,
    ),
    "dropout-kept": Choice(
        question="A layer of 50 units, keep_prob 0.8: are exactly 40 units kept for every example?",
        options=["yes, exactly four fifths of them", "no, each unit is drawn by itself"],
        outcome=kept_units,
    ),
    "maps-order": Order(
        question="Order three maps by their log loss on further balls, the lowest first.",
        items=["no regularization", "dropout, keep_prob 0.8", "L2, lambda 1"],
        outcome=lambda: {
            words: pitches(name)["test loss"].mean()
            for words, name in (
                ("no regularization", "none"),
                ("dropout, keep_prob 0.8", "dropout"),
                ("L2, lambda 1", "L2"),
            )
        },
        slow=True,
    ),
    "reliability-side": Choice(
        question="Where the unregularised map is sure, on which side of the diagonal does it lie?",
        options=["above it", "on it", "below it"],
        outcome=side_where_sure,
        slow=True,
    ),
    "moons-training": Choice(
        question="Which setting has the highest training accuracy?",
        options=list(MOONS),
        outcome=lambda: max(MOONS, key=lambda name: moons(*MOONS[name])[:, 0].mean()),
        slow=True,
    ),
    "moons-loss": Choice(
        question="Which has the lowest log loss on the test set?",
        options=list(MOONS),
        outcome=lambda: min(MOONS, key=lambda name: moons(*MOONS[name])[:, 2].mean()),
        slow=True,
    ),
    "famous-runs": Number(
        question="By how many points do two runs of the same method differ, on average?",
        axis=Axis(label="points of accuracy", low=0, high=20),
        near=2,
        measures="what chance does to an accuracy",
        outcome=between_two_runs,
        slow=True,
    ),
}

"""What the notebook TensorFlow asks before it shows something; every outcome needs TensorFlow, which is imported when one is computed."""

import functools

import numpy as np

from grader.predictions import Axis, Choice, Curve, Number

ACCURACY = Axis(label="accuracy", low=0, high=1)
EPOCHS = 12
EPOCH = Axis(label="epoch", low=1, high=EPOCHS, columns=EPOCHS)


def claims():
    """Return the module of the claims, whose experiments are used here."""
    from exercises.tensorflow_signs import claims

    return claims


@functools.cache
def baseline():
    """Return the accuracy on the test hands by method."""
    from idnn import baselines

    X, y, X_test, y_test = claims().shipped()
    methods = {"one nearest neighbour": baselines.nearest_neighbour, "softmax regression": baselines.softmax_regression}
    return {name: claims().share(method(X, y, X_test), y_test) for name, method in methods.items()}


def layers_dims(X):
    return [X.shape[1], *claims().HIDDEN, 6]


@functools.cache
def trained(num_epochs):
    """Return parameters and losses of the notebook's dense network after some of its epochs: the seed makes them the same epochs."""
    X, y, _, _ = claims().shipped()
    answers, rate, size = claims().answers, claims().LEARNING_RATE, claims().BATCH_SIZE
    return answers.fit(X, answers.one_hot_matrix(y, 6), layers_dims(X), rate, num_epochs, size, 0)


def accuracies():
    _, _, X_test, y_test = claims().shipped()
    epochs = np.arange(1, EPOCHS + 1)
    return epochs, [claims().share(claims().read(X_test, trained(int(n))[0]), y_test) for n in epochs]


def losses():
    return np.arange(1, EPOCHS + 1), trained(EPOCHS)[1]


def accuracy_on_known_hands():
    X, y, _, _ = claims().shipped()
    return claims().share(claims().read(X, trained(EPOCHS)[0]), y)


def first_infinite():
    return float(claims().measure_float32()[0].split()[-1])


def first_loss():
    X, y, _, _ = claims().shipped()
    answers, found = claims().answers, []
    for seed in claims().SEEDS:
        logits = answers.forward_propagation(X, answers.initialize_parameters(layers_dims(X), seed))
        found.append(float(answers.compute_total_loss(logits, answers.one_hot_matrix(y, 6))) / len(X))
    return float(np.mean(found))


def gains():
    """Return what a split at random adds to the accuracy, by method."""
    found = claims().splits()
    by_method = (found[:, 1] - found[:, 0]).mean(axis=0)
    return dict(zip(("one nearest neighbour", "softmax regression"), by_method.tolist()))


PREDICTIONS = {
    "baseline-neighbour": Number(
        question="Which share of the test hands does one nearest neighbour read?",
        axis=ACCURACY,
        near=0.06,
        measures="one nearest neighbour",
        outcome=lambda: baseline()["one nearest neighbour"],
        slow=True,
    ),
    "baseline-softmax": Number(
        question="And softmax regression?",
        axis=ACCURACY,
        near=0.06,
        measures="softmax regression",
        outcome=lambda: baseline()["softmax regression"],
        slow=True,
    ),
    "baseline-better": Choice(
        question="Which of the two wins?",
        options=["one nearest neighbour", "softmax regression"],
        outcome=lambda: max(baseline(), key=baseline().get),
        slow=True,
    ),
    "logit-infinite": Number(
        question="From which z on is the loss infinite?",
        axis=Axis(label="logit z", low=0, high=120),
        near=2,
        measures="how far float32 reaches",
        outcome=first_infinite,
        slow=True,
    ),
    "first-loss": Number(
        question="What is your network's loss before any training? ln 6 is 1.79.",
        axis=Axis(label="loss (nats)", low=0, high=6),
        near=0.3,
        measures="the loss of a sure start",
        outcome=first_loss,
        slow=True,
    ),
    "graph-faster": Choice(
        question="In batches of 32, the graph is",
        options=["about 10 % faster", "up to twice as fast", "more than twice as fast"],
        outcome=lambda: "more than twice as fast" if claims().measure_times()[1] else "up to twice as fast",
        slow=True,
    ),
    "dense-known": Number(
        question="Which share of the training hands does the network read after twelve epochs?",
        axis=ACCURACY,
        near=0.04,
        measures="what the network learns by heart",
        outcome=accuracy_on_known_hands,
        slow=True,
    ),
    "dense-loss": Curve(
        question="Draw the mean training loss of each epoch.",
        x=EPOCH,
        y=Axis(label="training loss (nats)", low=0, high=3),
        near=0.2,
        measures="the training loss",
        outcome=losses,
        slow=True,
    ),
    "dense-test": Curve(
        question="Draw the accuracy on the test hands after each epoch.",
        x=EPOCH,
        y=ACCURACY,
        near=0.07,
        measures="the network on new hands",
        outcome=accuracies,
        slow=True,
    ),
    "split-gain": Choice(
        question="Which method gains more from a split at random?",
        options=["one nearest neighbour", "softmax regression"],
        outcome=lambda: max(gains(), key=gains().get),
        slow=True,
    ),
}

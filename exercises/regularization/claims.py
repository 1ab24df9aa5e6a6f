"""The claims of the assignment Regularization, each measured over at least 10 seeds; every experiment is run once."""

import functools

import numpy as np

from grader.claims import Claim
from idnn import datasets, networks
from idnn.plots.regularization import calibration_error
from solutions import regularization as answers

SEEDS = range(10)
PITCH_LAYERS, PITCH_ITERATIONS, PITCH_RATE = [2, 48, 24, 1], 1500, 0.3
MOONS_LAYERS, MOONS_ITERATIONS, MOONS_RATE = [2, 64, 64, 1], 1000, 0.5
FAMOUS_LAYERS, FAMOUS_ITERATIONS, FAMOUS_RATE, FAMOUS_SEEDS = [2, 20, 3, 1], 1500, 0.3, range(20)
SETTINGS = {"none": (0, 1), "L2": (1, 1), "strong L2": (10, 1), "dropout": (0, 0.8), "both": (1, 0.8)}
FAMOUS_SETTINGS = {"none": (0, 1), "L2": (0.7, 1), "dropout": (0, 0.86)}


# --- the experiments, each run once ---------------------------------------------------------------------------------


def squared_weights(parameters):
    return sum(float(np.sum(parameters[f"W{layer}"] ** 2)) for layer in (1, 2, 3))


@functools.cache
def pitches(name):
    """Return scores of one setting, one row a pitch: a new set of 211 balls and a new start each."""
    lambd, keep_prob = SETTINGS[name]
    rows = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X, Y = datasets.pitch(211, rng)
        X_test, Y_test = datasets.pitch(4000, rng)
        start = networks.draw_parameters(PITCH_LAYERS, rng)
        options = {"lambd": lambd, "keep_prob": keep_prob, "rng": rng, "record_every": PITCH_ITERATIONS}
        trained, _ = networks.train(X, Y, start, PITCH_RATE, PITCH_ITERATIONS, **options)
        probability = networks.predict_probability(X_test, trained)
        rows.append(
            {
                "train accuracy": float(networks.accuracy(X, Y, trained)),
                "test accuracy": answers.accuracy_and_log_loss(probability, Y_test)[0],
                "test loss": answers.accuracy_and_log_loss(probability, Y_test)[1],
                "calibration": calibration_error(probability, Y_test),
                "growth": squared_weights(trained) / squared_weights(start),
            }
        )
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


@functools.cache
def moons(lambd, keep_prob, iterations=MOONS_ITERATIONS):
    """Return training accuracy, test accuracy and test log loss, one row a seed."""
    rows = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X, Y = datasets.moons(80, 0.35, rng)
        X_test, Y_test = datasets.moons(4000, 0.35, rng)
        start = networks.draw_parameters(MOONS_LAYERS, rng)
        options = {"lambd": lambd, "keep_prob": keep_prob, "rng": rng, "record_every": iterations}
        trained, _ = networks.train(X, Y, start, MOONS_RATE, iterations, **options)
        scores = answers.accuracy_and_log_loss(networks.predict_probability(X_test, trained), Y_test)
        rows.append([float(networks.accuracy(X, Y, trained)), *scores])
    return np.array(rows)


@functools.cache
def famous_data():
    """Return the notebook's training set, 200 test balls of their own, and its 4,000 balls to look at."""
    rng = np.random.default_rng(0)
    X, Y = datasets.pitch(211, rng)
    datasets.pitch(200, rng), datasets.pitch(1000, rng)  # the dev and the test set
    return X, Y, *datasets.pitch(200, np.random.default_rng(1)), *datasets.pitch(4000, rng)


@functools.cache
def famous(name, iterations=FAMOUS_ITERATIONS, frozen=False):
    """Return accuracy on 200 balls, accuracy and log loss on 4000, one row a start, all on one training set."""
    X, Y, X_test, Y_test, X_many, Y_many = famous_data()
    lambd, keep_prob = FAMOUS_SETTINGS[name]
    rows = []
    for seed in FAMOUS_SEEDS:
        rng = np.random.default_rng(seed)
        start = networks.draw_parameters(FAMOUS_LAYERS, rng)
        options = {"lambd": lambd, "keep_prob": keep_prob, "rng": rng, "record_every": iterations}
        if frozen:
            options["update"] = always_from(rng)
        trained, _ = networks.train(X, Y, start, FAMOUS_RATE, iterations, **options)
        many = answers.accuracy_and_log_loss(networks.predict_probability(X_many, trained), Y_many)
        rows.append([float(networks.accuracy(X_test, Y_test, trained)), *many])
    return np.array(rows)


def always_from(rng):
    """Return an update that sets the generator back, so that every iteration draws the mask of the first."""
    state = rng.bit_generator.state

    def update(theta, gradient, learning_rate):
        rng.bit_generator.state = state
        theta -= learning_rate * gradient

    return update


# --- the measurements -----------------------------------------------------------------------------------------------


def within(value, low, high):
    return bool(low <= value <= high)


def measure_moons():
    none, weak, strong, dropout = (moons(*setting).mean(axis=0) for setting in ((0, 1), (1, 1), (10, 1), (0, 0.5)))
    words = f"none {none[1]:.3f} ({none[2]:.2f}), lambda 1 {weak[1]:.3f} ({weak[2]:.2f}), "
    words += f"lambda 10 {strong[1]:.3f}, dropout {dropout[1]:.3f} ({dropout[2]:.2f})"
    accuracies = within(none[1], 0.82, 0.855) and within(weak[1], 0.845, 0.88) and within(strong[1], 0.77, 0.83)
    losses = within(none[2], 0.7, 1.1) and within(weak[2], 0.28, 0.38) and within(dropout[2], 0.48, 0.7)
    return words, accuracies and losses and within(dropout[1], 0.84, 0.88)


def measure_moons_training():
    runs = {name: moons(*setting)[:, 0] for name, setting in (("none", (0, 1)), ("L2", (1, 1)), ("dropout", (0, 0.5)))}
    words = ", ".join(f"{name} {values.mean():.3f}" for name, values in runs.items())
    return words, all(runs["none"].mean() > runs[name].mean() for name in ("L2", "dropout"))


def measure_longer_training():
    short, long = moons(0, 1)[:, 2], moons(0, 1, 2 * MOONS_ITERATIONS)[:, 2]
    both = moons(1, 1)[:, 2], moons(1, 1, 2 * MOONS_ITERATIONS)[:, 2]
    words = f"none {short.mean():.2f} to {long.mean():.2f}, L2 {both[0].mean():.2f} to {both[1].mean():.2f}"
    holds = np.all(long > short) and long.mean() > 1.1 and abs(both[1].mean() - both[0].mean()) < 0.03
    return words, bool(holds)


def measure_pitch():
    none, L2, dropout, both = (pitches(name) for name in ("none", "L2", "dropout", "both"))
    words = ", ".join(f"{run['test loss'].mean():.2f}" for run in (none, L2, dropout, both))
    holds = within(none["test loss"].mean(), 0.43, 0.55) and within(dropout["test loss"].mean(), 0.36, 0.43)
    holds = holds and within(L2["test loss"].mean(), 0.33, 0.38) and within(both["test loss"].mean(), 0.33, 0.37)
    return words + " (none, L2, dropout, both)", holds


def measure_pitch_every_time():
    wins = [int(np.sum(pitches(name)["test loss"] < pitches("none")["test loss"])) for name in ("L2", "both")]
    return f"L2 in {wins[0]} of 10, both in {wins[1]} of 10", min(wins) == 10


def measure_pitch_accuracy():
    runs = [pitches(name)["test accuracy"] for name in ("none", "L2", "dropout", "both")]
    words = ", ".join(f"{run.mean():.3f} +- {run.std():.3f}" for run in runs)
    means = [run.mean() for run in runs]
    return words, bool(max(means) - min(means) < 0.03)


def measure_strong():
    run = pitches("strong L2")
    return f"{run['test accuracy'].mean():.3f}", within(run["test accuracy"].mean(), 0.68, 0.78)


def measure_growth():
    runs = {name: pitches(name)["growth"].mean() for name in ("none", "L2", "dropout")}
    words = ", ".join(f"{name} x {value:.2f}" for name, value in runs.items())
    return words, within(runs["none"], 1.15, 1.45) and within(runs["dropout"], 0.9, 1.1) and bool(runs["L2"] < 0.35)


def measure_calibration():
    none, L2 = pitches("none")["calibration"], pitches("L2")["calibration"]
    return f"none {none.mean():.3f}, L2 {L2.mean():.3f}", within(none.mean(), 0.07, 0.1) and bool(L2.mean() < 0.05)


def measure_expectation():
    ratios = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        parameters = networks.draw_parameters([2, 48, 24, 1], rng)
        X = rng.normal(size=(2, 2000))
        _, cache = answers.forward_propagation_with_dropout(X, parameters, 0.8, rng)
        ratios.append(cache[2].sum() / np.maximum(cache[0], 0).sum())
    return f"between {min(ratios):.3f} and {max(ratios):.3f} of it", within(min(ratios), 0.98, 1) and max(ratios) < 1.02


def measure_famous():
    runs = [famous(name)[:, 0] for name in FAMOUS_SETTINGS]
    words = ", ".join(f"{run.mean():.3f} +- {run.std():.3f}" for run in runs)
    means = [run.mean() for run in runs]
    return words, bool(max(means) - min(means) < min(run.std() for run in runs))


def measure_famous_order():
    none, L2, dropout = (famous(name)[:, 0] for name in FAMOUS_SETTINGS)
    count = int(np.sum((none < L2) & (L2 < dropout)))
    reverse = int(np.sum((none > L2) & (L2 > dropout)))
    return f"{count} of 20, the reverse {reverse} of 20", count <= 6


def measure_famous_longer():
    runs = [famous(name, 2 * FAMOUS_ITERATIONS)[:, 0] for name in FAMOUS_SETTINGS]
    words = ", ".join(f"{run.mean():.3f} +- {run.std():.3f}" for run in runs)
    means = [run.mean() for run in runs]
    return words, bool(max(means) - min(means) < min(run.std() for run in runs))


def measure_frozen():
    fresh, frozen = famous("dropout")[:, 2], famous("dropout", frozen=True)[:, 2]
    worse = int(np.sum(frozen > fresh))
    return f"fresh {fresh.mean():.2f}, frozen {frozen.mean():.2f}, worse in {worse} of 20", (
        worse >= 19 and within(frozen.mean(), 0.6, 0.8) and within(fresh.mean(), 0.38, 0.46)
    )


def together(*measures):
    """Return one measurement of neighbouring sentences, so that a worker runs their experiment once."""

    def measure():
        results = [measure() for measure in measures]
        return "; ".join(words for words, _ in results), all(holds for _, holds in results)

    return measure


CLAIMS = [
    Claim(
        "over ten pitches the log loss on 4,000 further balls is about 0.47 without regularization, 0.35 with lambda 1, "
        "0.40 with dropout and 0.35 with both. Lambda 1, alone or with dropout, lowers it on all ten pitches. "
        "The accuracies differ by less than three points",
        "0.43-0.55, 0.33-0.38, 0.36-0.43, 0.33-0.37; 10 of 10 twice; below 0.03",
        together(measure_pitch, measure_pitch_every_time, measure_pitch_accuracy),
    ),
    Claim("with lambda 10 the accuracy falls to about 0.73.", "0.68-0.78", measure_strong),
    Claim(
        "without a penalty the sum of squared weights grows by about a quarter, with dropout it ends about where it began, "
        "and with lambda 1 it shrinks to about a quarter.",
        "x 1.15-1.45, x 0.9-1.1, below x 0.35",
        measure_growth,
    ),
    Claim(
        "Its mean distance from the diagonal is about 0.08 without regularization and 0.04 with lambda 1",
        "0.07-0.10, below 0.05",
        measure_calibration,
    ),
    Claim(
        "On average the activations of a layer are the same with dropout and without.", "0.98-1.02", measure_expectation
    ),
    Claim(
        "Training accuracy is highest without regularization. Over ten draws of the moons the test accuracy is about 0.84 "
        "without regularization, 0.86 with lambda 1, 0.81 with lambda 10 and 0.86 with dropout; the log loss is about 0.9 "
        "without, 0.35 with lambda 1 and 0.6 with dropout.",
        "above L2 and dropout; accuracy +- 0.02, log loss 0.7-1.1, 0.28-0.38, 0.48-0.70",
        together(measure_moons_training, measure_moons),
    ),
    Claim(
        "Twice as many iterations raise its log loss to about 1.3; that of lambda 1 stays where it is.",
        "above 1.1 and higher on every seed; within 0.03",
        measure_longer_training,
    ),
    Claim(
        "the means lie closer together than the starts of any one method. The famous order, none below L2 below dropout, "
        "appears in fewer than a third of the twenty starts.",
        "0.73 +- 0.07, 0.74 +- 0.07, 0.74 +- 0.04; at most 6 of 20",
        together(measure_famous, measure_famous_order),
    ),
    Claim("With twice as many iterations the picture is the same.", "as above", measure_famous_longer),
    Claim(
        "With the frozen mask the log loss on 4,000 balls is about 0.7 against 0.4 with fresh masks, and higher for at "
        "least nineteen of the twenty starts.",
        "0.6-0.8, 0.38-0.46, 19 of 20",
        measure_frozen,
    ),
]

"""The claims of the assignment Optimization, each measured over at least 10 networks, starts or gradients."""

import functools

import numpy as np

from grader.claims import Claim
from idnn import datasets, networks, surfaces, sweeps
from idnn.gradients import certify
from solutions import optimization as answers

LAYERS_DIMS = [2, 5, 2, 1]
RATES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]
FINE_RATES = {
    "gradient descent": [0.5, 0.7, 1, 1.5, 2],
    "momentum": [1.5, 2, 3, 5],
    "RMSProp": [0.05, 0.07, 0.1, 0.15],
    "Adam": [0.05, 0.07, 0.1, 0.15],
}


# --- the optimizers, as the notebook wraps them ------------------------------------------------------------------------------


def gradient_descent(parameters, grads, state, t, learning_rate):
    return answers.update_parameters_with_gd(parameters, grads, learning_rate), None


def momentum(parameters, grads, v, t, learning_rate, beta=0.9):
    v = v or answers.initialize_velocity(parameters)
    return answers.update_parameters_with_momentum(parameters, grads, v, beta, learning_rate)


def rmsprop(parameters, grads, s, t, learning_rate):
    s = s or answers.initialize_rmsprop(parameters)
    return answers.update_parameters_with_rmsprop(parameters, grads, s, learning_rate)


def adam(parameters, grads, state, t, learning_rate):
    v, s = state or answers.initialize_adam(parameters)
    parameters, v, s = answers.update_parameters_with_adam(parameters, grads, v, s, t, learning_rate)
    return parameters, (v, s)


STEPS = {"gradient descent": gradient_descent, "momentum": momentum, "RMSProp": rmsprop, "Adam": adam}


# --- the experiments, each run once -----------------------------------------------------------------------------------------


@functools.cache
def data():
    """Return the notebook's training and test set."""
    rng = np.random.default_rng(3)
    return *datasets.moons(300, noise=0.2, rng=rng), *datasets.moons(1000, noise=0.2, rng=rng)


@functools.cache
def sweep(name, rates, num_epochs, count, batch_size=64, record_every=1):
    """Return parameters and costs of one optimizer at several learning rates."""
    X, Y, _, _ = data()
    return sweeps.train_many(
        X,
        Y,
        sweeps.draw_networks(LAYERS_DIMS, count),
        STEPS[name],
        rates,
        num_epochs,
        batch_size=batch_size,
        batches=answers.random_mini_batches,
        record_every=record_every,
    )


@functools.cache
def decaying(rate, time_interval):
    """Return the schedule that divides a rate by 1, 2, 3, ... after each interval."""
    return lambda epoch: answers.schedule_lr_decay(rate, epoch, decay_rate=1, time_interval=time_interval)


def median_epochs(name, rates, count):
    """Return the lowest median over networks of the epochs until a cost of 0.2, and its learning rate."""
    _, costs = sweep(name, tuple(rates), 100, count)
    medians = np.median(sweeps.epochs_until(costs, 0.2), axis=1)
    return float(medians.min()), rates[int(medians.argmin())]


def said(values):
    return ", ".join(f"{name} {value:.3g}" for name, value in values.items())


# --- the measurements -------------------------------------------------------------------------------------------------------


def gradients_agree():
    X, Y, _, _ = data()
    reports = []
    for seed, parameters in enumerate(sweeps.draw_networks(LAYERS_DIMS, 12)):
        rng = np.random.default_rng(seed)
        parameters = {name: value + 0.1 * rng.normal(size=value.shape) for name, value in parameters.items()}
        reports.append(certify(lambda p: networks.cost(X, Y, p), parameters, networks.gradients(X, Y, parameters)))
    largest = max(max(report.differences.values()) for report in reports)
    return f"largest relative difference {largest:.0e} over 12 networks", all(report.ok for report in reports)


def noise_follows_the_formula():
    X, Y, _, _ = data()
    measured, predicted = [], []
    numbers = np.arange(300)[None]
    for seed, parameters in enumerate(sweeps.draw_networks(LAYERS_DIMS, 10)):
        rng = np.random.default_rng(seed)
        single = networks.gradients(X.T[:, :, None], Y.T[:, :, None], parameters)  # one gradient for each example
        G = np.concatenate([g.reshape(300, -1) for g in single.values()], axis=1)
        G -= G.mean(axis=0)
        for size in (1, 4, 15, 60, 150):
            cuts = [answers.random_mini_batches(numbers, numbers, size, rng) for _ in range(10 + 2 * size)]
            squares = [np.sum(G[batch[0]].mean(axis=0) ** 2) for cut in cuts for batch, _ in cut]
            measured.append(np.sqrt(np.mean(squares)))
            predicted.append(np.sqrt(np.mean(np.sum(G**2, axis=1)) * (300 - size) / (size * 299)))
    ratios = np.array(measured) / predicted
    words = f"measured / predicted between {ratios.min():.2f} and {ratios.max():.2f} over 10 networks and 5 sizes"
    return words, bool(np.all(np.abs(ratios - 1) < 0.1))


def small_batches_learn_more_in_an_epoch():
    medians, arrived = {}, {}
    for size in (16, 300):
        _, costs = sweep("gradient descent", (0.3,), 100, 20, batch_size=size)
        epochs = sweeps.epochs_until(costs, 0.2)[0]
        medians[size], arrived[size] = float(np.median(epochs)), int(np.isfinite(epochs).sum())
    words = f"16: median {medians[16]:.0f} epochs, {arrived[16]} of 20; 300: {arrived[300]} of 20 in 100 epochs"
    return words, 22 <= medians[16] <= 38 and arrived[300] == 0


def steps_against_condition():
    steps = {"gradient descent": [], "momentum": []}
    for condition in (4, 16, 64, 256):
        surface = functools.partial(surfaces.bowl, condition=condition)
        root = np.sqrt(condition)
        beta = ((root - 1) / (root + 1)) ** 2
        ball = functools.partial(momentum, beta=beta)
        rates = {"gradient descent": 2 / (1 + condition), "momentum": (2 / (1 + root)) ** 2 / (1 - beta)}
        found = {name: [] for name in steps}
        for seed in range(12):
            angle = np.random.default_rng(seed).uniform(0, 2 * np.pi)
            start = np.cos(angle), np.sin(angle)
            for name, step in (("gradient descent", gradient_descent), ("momentum", ball)):
                path = surfaces.walk(surface, start, step, rates[name], 1000)
                found[name].append(surfaces.steps_until(lambda x, y: (x * x + y * y,), path, 1e-6))
        for name, counts in found.items():
            steps[name].append(np.median(counts))
    ratios = {name: np.divide(counts[1:], counts[:-1]) for name, counts in steps.items()}
    words = "; ".join(f"{name} {', '.join(f'{c:.0f}' for c in counts)}" for name, counts in steps.items())
    holds = np.all(np.abs(ratios["gradient descent"] - 4) < 0.2) and np.all(np.abs(ratios["momentum"] - 2.2) < 0.3)
    return f"at 4, 16, 64, 256 over 12 starts: {words}", bool(holds)


def average_equals_heavy_ball():
    gaps = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        beta, rate = rng.uniform(0.5, 0.99), rng.uniform(0.01, 0.5)
        curvature, theta = rng.uniform(0.1, 2, (4, 1)), rng.normal(size=(4, 1))
        parameters, v = {"W1": theta}, {"dW1": np.zeros((4, 1))}
        ball, velocity = theta.copy(), np.zeros((4, 1))
        for _ in range(200):
            grads = {"dW1": curvature * parameters["W1"]}
            parameters, v = answers.update_parameters_with_momentum(parameters, grads, v, beta, rate)
            velocity = beta * velocity + curvature * ball
            ball = ball - rate * (1 - beta) * velocity
            gaps.append(np.abs(parameters["W1"] - ball).max() / np.abs(theta).max())
    return f"largest gap {max(gaps):.0e} of the starting distance, 12 starts, 200 steps", max(gaps) < 1e-12


def adam_starts_with_the_sign():
    gaps = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        parameters = {"W1": np.zeros((30, 1))}
        grads = {"dW1": 10 ** rng.uniform(-5, 3, (30, 1)) * rng.choice([-1, 1], (30, 1))}
        new, _, _ = answers.update_parameters_with_adam(
            parameters, grads, *answers.initialize_adam(parameters), 1, 0.01
        )
        gaps.append(np.abs(new["W1"] / (-0.01 * np.sign(grads["dW1"])) - 1).max())
    words = f"off by at most {max(gaps):.1g} of its length, gradients from 1e-5 to 1e3, 12 draws"
    return words, max(gaps) < 2e-3


def tuned_epochs():
    found = {name: median_epochs(name, RATES, 20) for name in STEPS}
    words = "; ".join(f"{name} {epochs:.3g} at {rate:g}" for name, (epochs, rate) in found.items())
    expected = {"gradient descent": (38, 1), "momentum": (27, 3), "RMSProp": (21, 0.1), "Adam": (32, 0.1)}
    holds = all(abs(found[n][0] / e - 1) < 0.1 and found[n][1] == rate for n, (e, rate) in expected.items())
    return words, holds


def tuned_finely():
    found = {name: median_epochs(name, rates, 40) for name, rates in FINE_RATES.items()}
    words = "; ".join(f"{name} {epochs:.3g} at {rate:g}" for name, (epochs, rate) in found.items())
    expected = {"gradient descent": 31, "momentum": 22, "RMSProp": 19, "Adam": 23}
    return words, all(abs(found[name][0] / epochs - 1) < 0.12 for name, epochs in expected.items())


def a_quarter_never_arrives():
    stuck = {}
    for name in STEPS:
        _, rate = median_epochs(name, RATES, 20)
        _, costs = sweep(name, tuple(RATES), 100, 20)
        stuck[name] = int(np.isinf(sweeps.epochs_until(costs, 0.2)[RATES.index(rate)]).sum())
    return f"of 20 networks: {said(stuck)}", all(4 <= count <= 7 for count in stuck.values())


def valleys():
    lowest = {}
    for name in STEPS:
        _, costs = sweep(name, tuple(RATES), 100, 20)
        lowest[name] = RATES[int(np.nanargmin(np.median(np.nan_to_num(costs[-1], nan=9.0), axis=1)))]
    slow, fast = min(lowest["gradient descent"], lowest["momentum"]), max(lowest["RMSProp"], lowest["Adam"])
    return f"lowest median cost over 20 networks at {said(lowest)}", slow >= 10 * fast


def generalisation():
    _, _, X_test, Y_test = data()
    accuracies = {}
    for name in STEPS:
        _, rate = median_epochs(name, RATES, 20)
        parameters, _ = sweep(name, tuple(RATES), 100, 20)
        accuracies[name] = float(np.median(sweeps.accuracies(X_test, Y_test, parameters)[RATES.index(rate)]))
    return f"median over 20 networks: {said(accuracies)}", max(accuracies.values()) - min(accuracies.values()) < 0.01


def decay_ablation():
    rates = {"0.1 constant": 0.1, "0.1 with decay": decaying(0.1, 20), "1 constant": 1, "1 with decay": decaying(1, 20)}
    _, costs = sweep("gradient descent", tuple(rates.values()), 200, 20, batch_size=16)
    ends = dict(zip(rates, np.median(costs[-20:], axis=(0, 2)).tolist()))
    harms = ends["0.1 with decay"] > 2 * ends["0.1 constant"]
    helps = ends["1 with decay"] == min(ends.values()) and ends["1 with decay"] < 0.85 * ends["1 constant"]
    return f"median cost of the last 20 epochs: {said(ends)}", harms and helps


@functools.cache
def famous():
    """Return (optimizer, learning rate) -> training accuracies of 10 networks after 5000 epochs of the famous set-up."""
    X, Y, _, _ = data()
    runs = {(name, "0.0007"): (STEPS[name], 0.0007) for name in ("gradient descent", "momentum", "Adam")}
    runs["gradient descent", "0.1"] = gradient_descent, 0.1
    runs["gradient descent", "0.0007 with decay"] = gradient_descent, decaying(0.0007, 1000)
    runs["gradient descent", "0.1 with decay"] = gradient_descent, decaying(0.1, 1000)
    steps, rates = zip(*runs.values())
    nets = sweeps.draw_networks(LAYERS_DIMS, 10)
    options = {"batch_size": 64, "batches": answers.random_mini_batches, "record_every": 1000}
    parameters, _ = sweeps.train_many(X, Y, nets, steps, rates, 5000, **options)
    return dict(zip(runs, sweeps.accuracies(X, Y, parameters)))


def famous_table():
    accuracies = {name: famous()[name, "0.0007"] for name in ("gradient descent", "momentum", "Adam")}
    medians = {name: float(np.median(values)) for name, values in accuracies.items()}
    gap = np.abs(accuracies["gradient descent"] - accuracies["momentum"]).max()
    holds = gap < 0.02 and medians["Adam"] - medians["momentum"] > 0.07
    return f"median over 10 networks: {said(medians)}; largest gap of the first two {gap:.3f}", bool(holds)


def famous_rate():
    median = float(np.median(famous()["gradient descent", "0.1"]))
    return f"gradient descent at 0.1: median {median:.3f} over 10 networks", 0.95 <= median <= 0.975


def famous_decay():
    means = {rate: float(values.mean()) for (name, rate), values in famous().items() if name == "gradient descent"}
    no_gain = means["0.0007 with decay"] < means["0.0007"]
    the_same = abs(means["0.1 with decay"] - means["0.1"]) < 0.01
    return f"mean accuracy over 10 networks: {said(means)}", no_gain and the_same


def famous_spread():
    spreads = {name: float(famous()[name, "0.0007"].std()) for name in ("gradient descent", "momentum", "Adam")}
    return f"standard deviation over 10 networks: {said(spreads)}; the gap is 0.14", min(spreads.values()) > 0.09


CLAIMS = [
    Claim(
        text="Expect all six gradients to agree to better than one part in a million.",
        expected="below 1e-6",
        measure=gradients_agree,
    ),
    Claim(
        text="The noise of a mini-batch's gradient follows the formula to within a tenth.",
        expected="ratio between 0.9 and 1.1",
        measure=noise_follows_the_formula,
    ),
    Claim(
        text="At learning rate 0.3, mini-batches of 16 bring half of 20 networks below a cost of 0.2 within about 30 epochs; "
        "with all 300 examples at once none gets there in 100.",
        expected="about 30 epochs; none",
        measure=small_batches_learn_more_in_an_epoch,
    ),
    Claim(
        text="Four times the condition number costs gradient descent four times the steps and momentum about twice.",
        expected="ratios 4 and about 2.2",
        measure=steps_against_condition,
    ),
    Claim(
        text="Momentum with learning rate $a$, as written here, walks exactly where the heavy ball walks with learning rate "
        "$a(1-\\beta)$.",
        expected="equal to round-off",
        measure=average_equals_heavy_ball,
    ),
    Claim(
        text="Whatever the size of the gradient, Adam's first step is the learning rate times the sign of the gradient, as long "
        "as the gradient is large beside $\\varepsilon$.",
        expected="equal to 0.002 for gradients from 1e-5 on",
        measure=adam_starts_with_the_sign,
    ),
    Claim(
        text="Those of RMSProp and Adam lie at rates at least ten times smaller than those of gradient descent and momentum.",
        expected="at least tenfold",
        measure=valleys,
    ),
    Claim(
        text="At its best of these seven rates, the median over 20 networks is about 38 epochs for gradient descent, 27 for "
        "momentum, 21 for RMSProp and 32 for Adam.",
        expected="38, 27, 21, 32",
        measure=tuned_epochs,
    ),
    Claim(
        text="On a finer grid and over 40 networks it is about 31, 22, 19 and 23.",
        expected="31, 22, 19, 23",
        measure=tuned_finely,
    ),
    Claim(
        text="Between a fifth and a third of the networks never arrive, whatever the rule",
        expected="4 to 6.7 of 20",
        measure=a_quarter_never_arrives,
    ),
    Claim(
        text="With a rate of 1, decay calms the cloud and ends lowest of all; with a rate of 0.1, the same decay ends more than "
        "twice as high as no decay.",
        expected="0.10 against 0.14; 0.27 against 0.11",
        measure=decay_ablation,
    ),
    Claim(
        text="At its best rate, every rule reaches the same median test accuracy to within 0.01.",
        expected="about 0.96 each",
        measure=generalisation,
    ),
    Claim(
        text="At learning rate 0.0007, the medians are 0.85 for gradient descent, 0.85 for momentum and 0.96 for Adam.",
        expected="0.85, 0.85, 0.96",
        measure=famous_table,
    ),
    Claim(
        text="Gradient descent at learning rate 0.1, with nothing else changed, has a median of 0.96.",
        expected="about 0.96",
        measure=famous_rate,
    ),
    Claim(
        text="At 0.0007 it lowers the mean accuracy, at 0.1 it changes it by less than 0.01.",
        expected="lower; within 0.01",
        measure=famous_decay,
    ),
    Claim(
        text="The spread over networks at one setting is about as large as the famous gap.",
        expected="0.1 to 0.2 against 0.14",
        measure=famous_spread,
    ),
]

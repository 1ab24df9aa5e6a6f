"""The claims of Gradient Checking: find the bug."""

import functools

import numpy as np

from grader.claims import Claim
from idnn import datasets, networks, passes
from idnn.passes import incident_backward
from solutions import gradient_debugging as solutions

SEEDS = range(20)
PUBLIC = {  # name -> cost, backward, draw, names that are wrong
    "network": (passes.network_cost, passes.network_backward, passes.draw_network, []),
    "network, sometimes dead": (
        passes.network_cost,
        passes.network_backward,
        functools.partial(passes.draw_network, dead=0.2),
        [],
    ),
    "L2": (
        functools.partial(passes.network_cost, lambd=0.7),
        functools.partial(passes.network_backward, lambd=0.7),
        passes.draw_network,
        [],
    ),
    "overwriting": (passes.network_cost, passes.network_backward_and_step, passes.draw_network, []),
    "regression": (passes.regression_cost, passes.regression_backward, passes.draw_regression, []),
    "L2 forgotten": (
        functools.partial(passes.network_cost, lambd=0.7),
        passes.network_backward,
        passes.draw_network,
        ["dW1", "dW2", "dW3"],
    ),
    "slope of ReLU": (
        passes.network_cost,
        passes.network_backward_slope_of_relu,
        functools.partial(passes.draw_network, dead=0.2),
        ["dW1", "db1"],
    ),
    "not finite": (passes.network_cost, passes.network_backward_not_finite, passes.draw_network, ["dW1"]),
    "sum": (
        passes.regression_cost,
        passes.regression_backward_sum,
        functools.partial(passes.draw_regression, single=0.2),
        ["db1"],
    ),
}


def he(layers, rng):
    """Return parameters that are drawn by He's rule, biases zero."""
    parameters = {}
    for layer, (fan_in, units) in enumerate(zip(layers, layers[1:]), start=1):
        parameters[f"W{layer}"] = rng.normal(size=(units, fan_in)) * np.sqrt(2 / fan_in)
        parameters[f"b{layer}"] = np.zeros((units, 1))
    return parameters


def slopes(X, Y, parameters, epsilon):
    """Return central differences of the network's cost, all entries of an array at once."""
    result = {}
    for name, value in parameters.items():
        step = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        up, down = (networks.cost(X, Y, {**parameters, name: value + sign * step}) for sign in (1, -1))
        result["d" + name] = ((up - down) / (2 * epsilon)).reshape(value.shape)
    return result


def accused(X, Y, parameters, epsilon, threshold):
    """Return whether one of the right gradients is called wrong."""
    approximations, gradients = slopes(X, Y, parameters, epsilon), networks.gradients(X, Y, parameters)
    return max(solutions.difference_by_parameter(gradients, approximations).values()) > threshold


@functools.cache
def incident_runs(learning_rate, repaired):
    """Return final costs and training accuracies of ten runs of 1000 epochs."""
    backward = solutions.backward_propagation_n if repaired else incident_backward
    costs, accuracies = [], []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        X, Y = datasets.circles(200, rng)
        parameters = he([2, 16, 8, 1], rng)
        for _ in range(1000):
            _, cache = networks.forward_propagation_n(X, Y, parameters)
            grads = backward(X, Y, cache)
            parameters = {name: value - learning_rate * grads["d" + name] for name, value in parameters.items()}
        costs.append(float(networks.cost(X, Y, parameters)))
        accuracies.append(float(networks.accuracy(X, Y, parameters)))
    return np.array(costs), np.array(accuracies)


def small_rate():
    _, accuracies = incident_runs(0.03, False)
    return f"lowest accuracy {accuracies.min():.2f} over 10 seeds", bool(accuracies.min() >= 0.9)


def large_rate():
    costs, _ = incident_runs(0.3, False)
    repaired, _ = incident_runs(0.3, True)
    stuck = int(np.sum(costs > 0.5))
    return f"{stuck} of 10 above 0.5, repaired at most {repaired.max():.3f}", stuck == 10 and repaired.max() < 0.05


def sum_for_mean():
    worst = 0.0
    for seed in range(40):
        X, Y, parameters = passes.draw_regression(np.random.default_rng(seed), min_m=1, max_m=8)
        m = X.shape[1]
        right = passes.regression_backward(X, Y, parameters)
        wrong = passes.regression_backward_sum(X, Y, parameters)
        difference = solutions.difference_by_parameter(wrong, right)["db1"]
        worst = max(worst, abs(difference - (m - 1) / (m + 1)))
    return f"largest deviation {worst:.0e} over 40 seeds", worst < 1e-12


def one_example_hides():
    found = []
    for seed in SEEDS:
        for m in (1, 6):
            X, Y, parameters = passes.draw_network(np.random.default_rng(seed), (3, 5, 4, 1), min_m=m, max_m=m)
            _, cache = networks.forward_propagation_n(X, Y, parameters)
            names = solutions.find_wrong_gradients(parameters, incident_backward(X, Y, cache), X, Y)
            found.append((m, "dW2" in names, "db1" in names))
    hidden = sum(not seen for m, seen, _ in found if m == 1)
    shown = sum(seen for m, seen, _ in found if m == 6)
    both = sum(bias for _, _, bias in found)
    return (
        f"dW2 hidden in {hidden} of 20 with one example, named in {shown} of 20 with six",
        hidden == shown == 20 and both == 40,
    )


@functools.cache
def points_until_found():
    """Return for 2000 runs the number of points drawn until the bug that dead layers hide is seen."""
    counts = []
    for seed in range(2000):
        rng, count = np.random.default_rng(seed), 0
        while True:
            count += 1
            X, Y, parameters = passes.draw_network(rng, dead=0.2)
            wrong = passes.network_backward_slope_of_relu(X, Y, parameters)
            right = networks.gradients(X, Y, parameters)
            if solutions.difference_by_parameter(wrong, right)["dW1"] > 1e-5:
                break
        counts.append(count)
    return np.array(counts)


def one_point_misses():
    share = float(np.mean(points_until_found() > 1))
    return f"{share:.3f} over 2000 runs", abs(share - 0.2) < 0.04


def five_points_miss():
    share = float(np.mean(points_until_found() > 5))
    return f"{share:.4f} over 2000 runs", share < 0.005


@functools.cache
def gap():
    """Return the largest difference of right gradients and the smallest of wrong ones, by point, where they are finite."""
    right, wrong = [], []
    for cost, backward, draw, names in PUBLIC.values():
        rng = np.random.default_rng(1)
        for _ in range(60):
            X, Y, parameters = draw(rng)
            gradients = backward(X, Y, {name: value.copy() for name, value in parameters.items()})
            approximations = {}
            for name, value in parameters.items():
                moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
                ends = [[cost(X, Y, {**parameters, name: value + sign * e}) for e in moves] for sign in (1, -1)]
                approximations["d" + name] = ((np.array(ends[0]) - ends[1]) / 2e-5).reshape(value.shape)
            differences = solutions.difference_by_parameter(gradients, approximations)
            right += [d for name, d in differences.items() if name not in names]
            hidden = X.shape[1] == 1 or not np.any(approximations.get("dW1")) and "dW1" in names
            wrong += [d for name, d in differences.items() if name in names and np.isfinite(d) and not hidden]
    return np.array(right), np.array(wrong)


def gap_between():
    right, wrong = gap()
    return f"right up to {right.max():.0e}, wrong from {wrong.min():.0e}", right.max() < 1e-7 and wrong.min() > 1e-3


def trusted():
    alarms = misses = runs = 0
    for seed in range(20):
        for cost, backward, draw, names in PUBLIC.values():
            found = solutions.check_backward(cost, backward, draw, np.random.default_rng(seed))
            runs += 1
            alarms += bool(set(found) - set(names))
            misses += bool(set(names) - set(found))
    return f"{alarms} false alarms and {misses} misses in {runs} runs", alarms == 0 and misses == 0


@functools.cache
def kinks(m, runs):
    count = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        X, Y = datasets.circles(m, rng)
        parameters = he([2, 5, 3, 1], rng)
        for name in ("b1", "b2", "b3"):
            parameters[name] = 0.1 * rng.normal(size=parameters[name].shape)
        count += accused(X, Y, parameters, 1e-4, 1e-5)
    return count / runs


def kinks_many():
    many, few = kinks(200, 400), kinks(6, 1000)
    return f"{many:.2f} with 200 examples over 400 seeds, {few:.3f} with 6 over 1000", abs(
        many - 0.14
    ) < 0.05 and few < 0.02


@functools.cache
def trained(num_epochs):
    """Return how often right gradients are accused at threshold 1e-5 after training, by rule, over 40 seeds."""
    alarms = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        X, Y = datasets.circles(200, rng)
        parameters = he([2, 5, 3, 1], rng)
        for name in ("b1", "b2", "b3"):
            parameters[name] = 0.1 * rng.normal(size=parameters[name].shape)
        if num_epochs:
            parameters, _ = networks.train(X, Y, parameters, 0.3, num_epochs)
        few = X[:, :6], Y[:, :6]
        alarms.append(
            [
                accused(X, Y, parameters, 1e-4, 1e-5),
                accused(X, Y, parameters, 1e-6, 1e-5),
                accused(*few, parameters, 1e-4, 1e-5),
            ]
        )
    return np.mean(alarms, axis=0)


def burn_in():
    shares = [float(trained(n)[0]) for n in (0, 100, 3000)]
    text = ", ".join(f"{share:.2f}" for share in shares) + " after 0, 100 and 3000 epochs over 40 seeds"
    return text, abs(shares[0] - 0.15) < 0.1 and abs(shares[1] - 0.25) < 0.1 and abs(shares[2] - 0.78) < 0.1


def short_step_in_training():
    start, end = (float(trained(n)[1]) for n in (0, 3000))
    return f"{start:.2f} at the start, {end:.2f} after 3000 epochs, over 40 seeds", start == 0 and 0.03 < end < 0.2


def forgotten_penalty():
    seen = []
    cost = functools.partial(passes.network_cost, lambd=1e-4)
    for seed in range(200):
        X, Y, parameters = passes.draw_network(np.random.default_rng(seed))
        value, slope = parameters["W2"], np.zeros(parameters["W2"].shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = 1e-4
            ends = [cost(X, Y, {**parameters, "W2": value + sign * step}) for sign in (1, -1)]
            slope[index] = (ends[0] - ends[1]) / 2e-4
        gradients = networks.gradients(X, Y, parameters)
        seen.append(solutions.difference_by_parameter(gradients, {"dW2": slope})["dW2"])
    seen = np.array(seen)
    text = f"median {np.median(seen):.0e}, above 1e-5 in {np.mean(seen > 1e-5):.2f}, above 1e-2 in {np.mean(seen > 1e-2):.2f} of 200"
    return text, 2e-5 < np.median(seen) < 2e-4 and np.mean(seen > 1e-5) > 0.9 and np.mean(seen > 1e-2) == 0


CLAIMS = [
    Claim(
        "At a learning rate of 0.03 all ten runs classify at least nine examples in ten correctly, with three bugs in the file.",
        "accuracy at least 0.9",
        small_rate,
    ),
    Claim(
        "At a learning rate of 0.3 all ten runs end above 0.5",
        "10 of 10; repaired, all end near 0",
        large_rate,
    ),
    Claim(
        "A sum over one example is its own mean. For $m$ examples a sum in place of a mean is too large by the factor $m$, so its "
        "relative difference is $(m - 1)/(m + 1)$",
        "exactly",
        sum_for_mean,
    ),
    Claim("With one example `dW2` is never named; with six it always is.", "20 of 20 both ways", one_example_hides),
    Claim("One point misses the first bug in about 20 % of the runs", "0.20", one_point_misses),
    Claim("five points in fewer than five in a thousand", "below 0.005", five_points_miss),
    Claim(
        "In float64, right gradients stay below 1e-7, and wrong ones that show at all lie above 1e-3.",
        "below 1e-7, above 1e-3",
        gap_between,
    ),
    Claim(
        "The reference answer raised no false alarm and missed nothing in 180 runs of these nine, 20 seeds each.",
        "0 and 0",
        trusted,
    ),
    Claim(
        "Forgetting an L2 penalty with $\\lambda = 10^{-4}$ leaves a relative difference of about 6e-5 in our small network",
        "6e-5",
        forgotten_penalty,
    ),
    Claim(
        "right gradients are accused at about 14 % of random starts with 200 examples, and at fewer than 2 % with six",
        "0.14, below 0.02",
        kinks_many,
    ),
    Claim(
        "with 200 examples, about 15 % of right backward passes are accused at the start, 25 % after 100 epochs, and 78 % after 3000",
        "0.15, 0.25, 0.78",
        burn_in,
    ),
    Claim(
        "at epsilon 1e-6 no right gradient is accused at the start, and about one in ten after 3000 epochs",
        "0.00, 0.10",
        short_step_in_training,
    ),
]

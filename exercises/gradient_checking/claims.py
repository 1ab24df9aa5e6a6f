"""Claims of the assignment that builds the gradient checker.

Thousands of points are checked at once: the given network takes a stack of networks, one per point. The stacked check is the one of
``solutions``, which a test holds it against.
"""

import functools

import numpy as np

from grader.claims import Claim
from idnn import networks
from solutions import gradient_checking as solutions

SEEDS = range(10)
POINTS = 2000  # random points for each seed
SIZES, EXAMPLES = (4, 5, 3, 1), 3  # the notebook's network: everything drawn from N(0, 1)


@functools.cache
def points(seed, count=POINTS):
    """Return a stack of random points: parameters, X and Y, each with a leading axis of points."""
    rng = np.random.default_rng(seed)
    parameters = {}
    for layer in (1, 2, 3):
        parameters[f"W{layer}"] = rng.standard_normal((count, SIZES[layer], SIZES[layer - 1]))
        parameters[f"b{layer}"] = rng.standard_normal((count, SIZES[layer], 1))
    X = rng.standard_normal((count, SIZES[0], EXAMPLES))
    return parameters, X, (rng.random((count, 1, EXAMPLES)) < 0.5).astype(float)


def from_probabilities(X, Y, parameters):
    """Return the mean cross-entropy of each network by way of its output's logarithm, as the formula is mostly written."""
    A = 1 / (1 + np.exp(-networks.forward_propagation(X, parameters)[0]))
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A), axis=(-2, -1))


def single_precision(X, Y, parameters):
    """Return the cost of each network with all arithmetic in float32."""
    rounded = {name: value.astype(np.float32) for name, value in parameters.items()}
    return networks.cost(X.astype(np.float32), Y.astype(np.float32), rounded).astype(float)


def stacked_check(seed, epsilon, cost=networks.cost, change=None):
    """Return the relative difference at each point of a seed; ``change`` alters the gradients first."""
    parameters, X, Y = points(seed)
    gradients = networks.gradients(X, Y, parameters)
    if change:
        gradients = change(gradients)
    claimed, measured = [], []
    with np.errstate(all="ignore"):  # log(0) is part of the experiment
        for name, value in parameters.items():
            for index in np.ndindex(value.shape[1:]):
                step = np.zeros(value.shape[1:])
                step[index] = epsilon
                above, below = (cost(X, Y, {**parameters, name: value + sign * step}) for sign in (1, -1))
                measured.append((above - below) / (2 * epsilon))
                claimed.append(gradients["d" + name][(slice(None), *index)])
        claimed, measured = np.array(claimed), np.array(measured)
        lengths = [np.linalg.norm(part, axis=0) for part in (claimed - measured, claimed, measured)]
        return lengths[0] / (lengths[1] + lengths[2])


def measure_orders():
    """One-sided and central differences of sin at a random theta, steps from 1e-1 to 1e-3."""
    epsilons = np.logspace(-1, -3, 9)
    orders = []
    for seed in SEEDS:
        theta = np.random.default_rng(seed).uniform(0.3, 1.2)
        one_sided = (np.sin(theta + epsilons) - np.sin(theta)) / epsilons
        central = (np.sin(theta + epsilons) - np.sin(theta - epsilons)) / (2 * epsilons)
        orders.append([solutions.convergence_order(epsilons, np.abs(d - np.cos(theta))) for d in (one_sided, central)])
    orders = np.array(orders)
    words = f"{orders[:, 0].mean():.2f} and {orders[:, 1].mean():.2f}, largest deviation {np.abs(orders - [1, 2]).max():.3f}"
    return words, bool(np.abs(orders - [1, 2]).max() < 0.05)


def measure_round_off():
    """Slope of the median error of the network's check over steps from 1e-6 to 1e-8."""
    epsilons = np.logspace(-6, -8, 5)
    orders = [
        solutions.convergence_order(epsilons, np.array([np.median(stacked_check(seed, e)) for e in epsilons]))
        for seed in SEEDS
    ]
    return f"{np.mean(orders):.2f}, from {min(orders):.2f} to {max(orders):.2f}", bool(
        np.abs(np.array(orders) + 1).max() < 0.05
    )


def measure_medians():
    medians = np.array([[np.median(stacked_check(seed, e)) for e in (1e-4, 1e-5, 1e-7)] for seed in SEEDS])
    low, high = medians.min(axis=0), medians.max(axis=0)
    words = ", ".join(f"{a:.1e} to {b:.1e}" for a, b in zip(low, high))
    return words, bool(np.all(low > [4e-10, 1e-11, 8e-10]) and np.all(high < [1.2e-9, 3e-11, 2e-9]))


def measure_false_alarms():
    def refused(seed, cost):
        return np.mean(~(stacked_check(seed, 1e-7, cost) <= 2e-7))

    textbook = np.array([refused(seed, from_probabilities) for seed in SEEDS])
    logits = np.array([refused(seed, networks.cost) for seed in SEEDS])
    words = f"{textbook.mean():.1%} ({textbook.min():.1%} to {textbook.max():.1%}), from logits {logits.mean():.3%} (at most {logits.max():.2%})"
    return words, bool(0.03 < textbook.min() and textbook.max() < 0.08 and logits.max() < 0.002)


def measure_single_precision():
    epsilons = np.array([1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1])
    medians = np.array([[np.median(stacked_check(seed, e, single_precision)) for e in epsilons] for seed in SEEDS])
    best = epsilons[np.argmin(medians, axis=1)]
    words = f"best step {best.min():.0e} to {best.max():.0e}, there {medians.min(axis=1).mean():.1e}; at 1e-4 {medians[:, 0].mean():.0e}"
    return words, bool(
        np.all(best == 1e-2) and np.all(np.abs(medians.min(axis=1) - 1.3e-5) < 4e-6) and medians[:, 0].min() > 3e-4
    )


def measure_kinks():
    shares = np.array([np.mean(stacked_check(seed, 1e-4) > 1e-5) for seed in SEEDS])
    smaller = np.array([np.mean(stacked_check(seed, 1e-5) > 1e-5) for seed in SEEDS])
    words = f"{1000 * shares.mean():.1f} in 1000 ({1000 * shares.min():.1f} to {1000 * shares.max():.1f}); at 1e-5 {1000 * smaller.mean():.2f}"
    return words, bool(0.001 < shares.mean() < 0.004 and smaller.mean() < 0.3 * shares.mean())


def measure_bug():
    def doubled(gradients):
        return {**gradients, "dW2": 2 * gradients["dW2"]}

    found = np.array([stacked_check(seed, 1e-4, change=doubled) for seed in SEEDS])
    medians, hidden = np.median(found, axis=1), np.mean(found < 1e-5, axis=1)
    words = f"median {medians.min():.2f} to {medians.max():.2f}; {hidden.mean():.1%} below 1e-5 ({hidden.min():.1%} to {hidden.max():.1%})"
    return words, bool(np.all(np.abs(medians - 0.2) < 0.03) and 0.02 < hidden.mean() < 0.045)


CLAIMS = [
    Claim("The one-sided difference has order 1, the central one order 2.", "1.00 and 2.00", measure_orders),
    Claim(
        "Below the best step the error grows as one over epsilon: order -1.",
        "-1.00",
        measure_round_off,
    ),
    Claim(
        "the median relative difference of a correct gradient is about 7e-10 at epsilon 1e-4, 2e-11 at 1e-5 and 1e-9 at 1e-7",
        "7e-10, 2e-11, 1e-9",
        measure_medians,
    ),
    Claim(
        "a threshold of 2e-7 at epsilon 1e-7 refuses about 5 % of correct gradients if the cost is computed from "
        "probabilities, and fewer than 0.2 % if it is computed from logits",
        "5 %, below 0.2 %",
        measure_false_alarms,
    ),
    Claim(
        "In float32 the best step for this network is about 1e-2, where the median relative difference is about 1e-5",
        "1e-2, 1e-5",
        measure_single_precision,
    ),
    Claim(
        "At epsilon 1e-4 about 2 correct gradients in 1000 miss a threshold of 1e-5, because a kink lies within the step",
        "2 in 1000, fewer at 1e-5",
        measure_kinks,
    ),
    Claim(
        "A doubled dW2 shows as a relative difference of about 0.2 in the median, and about 3 points in 100 hide it",
        "0.2, 3 %",
        measure_bug,
    ),
]

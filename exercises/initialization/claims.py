"""Claims of the assignment Initialization, each recomputed over at least 10 seeds; seed = data and start."""

import functools

import numpy as np

from grader.claims import Claim
from idnn import networks
from idnn.datasets import circles
from solutions import initialization as solutions

SHALLOW, DEEP = [2, 10, 5, 1], [2, *[32] * 12, 1]
SHALLOW_SEEDS, DEEP_SEEDS, SCALE_SEEDS = range(20), range(10), range(50)
LN2 = np.log(2)


def zeros(layers_dims, rng):
    return solutions.initialize_parameters_zeros(layers_dims)


def constant(layers_dims, rng, value=0.5):
    parameters = solutions.initialize_parameters_zeros(layers_dims)
    return {name: array + value * name.startswith("W") for name, array in parameters.items()}


def twice_he(layers_dims, rng):
    return {name: 2 * value for name, value in solutions.initialize_parameters_he(layers_dims, rng).items()}


STARTS = {
    "zeros": zeros,
    "constant": constant,
    "ten": functools.partial(solutions.initialize_parameters_random, scale=10.0),
    "one": functools.partial(solutions.initialize_parameters_random, scale=1.0),
    "hundredth": functools.partial(solutions.initialize_parameters_random, scale=0.01),
    "he": solutions.initialize_parameters_he,
    "xavier": solutions.initialize_parameters_xavier,
    "twice_he": twice_he,
}


def problem(seed):
    """Return training data, test data and the generator of the start."""
    rng = np.random.default_rng([seed, 1])
    return circles(300, rng), circles(1000, rng), np.random.default_rng(seed)


@functools.cache
def shallow(start):
    """Return, one row a seed: first cost, last cost, test accuracy after 1000 epochs at learning rate 0.1, and distinct first units."""
    rows = []
    for seed in SHALLOW_SEEDS:
        (X, Y), test, rng = problem(seed)
        parameters, costs = networks.train(X, Y, STARTS[start](SHALLOW, rng), 0.1, 1000)
        last = networks.cost(X, Y, parameters)
        rows.append(
            (costs[0], last, networks.accuracy(*test, parameters), solutions.count_distinct_units(parameters["W1"]))
        )
    return np.array(rows)


@functools.cache
def deep(start):
    """Return the test accuracy of every seed after 200 epochs at learning rate 0.05, twelve hidden layers of 32 units."""
    shares = []
    for seed in DEEP_SEEDS:
        (X, Y), test, rng = problem(seed)
        with np.errstate(all="ignore"):  # twice He's scale overflows
            parameters, _ = networks.train(X, Y, STARTS[start](DEEP, rng), 0.05, 200)
            shares.append(networks.accuracy(*test, parameters))
    return np.array(shares)


@functools.cache
def last_scales(start):
    """Return the standard deviation of the twelfth hidden layer's activations for every seed."""
    values = []
    for seed in SCALE_SEEDS:
        (X, _), _, rng = problem(seed)
        values.append(solutions.activation_scales(X, STARTS[start](DEEP, rng))[-1])
    return np.array(values)


def first_costs():
    costs = np.concatenate([shallow("zeros")[:, 0], [_first_cost("hundredth", seed) for seed in SHALLOW_SEEDS]])
    return f"{costs.min():.4f} to {costs.max():.4f} over {len(costs)} starts", bool(np.abs(costs - LN2).max() < 1e-3)


def _first_cost(start, seed):
    (X, Y), _, rng = problem(seed)
    return networks.cost(X, Y, STARTS[start](SHALLOW, rng))


def dead_units():
    largest = 0.0
    for seed in SHALLOW_SEEDS:
        (X, Y), _, rng = problem(seed)
        gradients = networks.gradients(X, Y, zeros(SHALLOW, rng))
        largest = max(largest, *(np.abs(value).max() for name, value in gradients.items() if name.startswith("dW")))
    return f"largest weight gradient {largest:g}; accuracy {np.mean(shallow('zeros')[:, 2]):.3f}", bool(
        largest == 0 and np.all(shallow("zeros")[:, 2] == 0.5) and np.allclose(shallow("zeros")[:, 1], LN2)
    )


def symmetric_units():
    rows = shallow("constant")
    return (
        f"distinct units {rows[:, 3].min():.0f} to {rows[:, 3].max():.0f}; cost {rows[:, 0].mean():.2f} -> {rows[:, 1].mean():.2f}; "
        f"accuracy {rows[:, 2].min():.2f} to {rows[:, 2].max():.2f}",
        bool(
            np.all(rows[:, 3] == 1)
            and np.all(rows[:, 1] < LN2 - 0.05)
            and np.all((rows[:, 2] > 0.58) & (rows[:, 2] < 0.72))
        ),
    )


def nudged_units():
    shares = {}
    for noise in (0.005, 0.05):
        shares[noise] = []
        for seed in DEEP_SEEDS:
            (X, Y), test, rng = problem(seed)
            start = constant(SHALLOW, rng)
            start |= {name: W + noise * rng.normal(size=W.shape) for name, W in start.items() if name.startswith("W")}
            parameters, _ = networks.train(X, Y, start, 0.1, 1200)
            shares[noise].append(networks.accuracy(*test, parameters))
    one, ten = np.mean(shares[0.005]), np.mean(shares[0.05])
    return f"noise of 1 %: {one:.3f}, noise of 10 %: {ten:.3f}", bool(abs(one - 0.64) < 0.03 and ten > 0.97)


def large_first_cost():
    median = float(np.median(shallow("ten")[:, 0]))
    return f"{median:.0f} nats", 700 < median < 1400


def large_weights():
    ten, he = shallow("ten")[:, 2], shallow("he")[:, 2]
    words = f"{ten.mean():.2f} +- {ten.std():.2f} against {he.mean():.3f} +- {he.std():.3f}"
    return words, bool(
        abs(ten.mean() - 0.78) < 0.04 and abs(ten.std() - 0.12) < 0.04 and he.min() > 0.99 and he.std() < 0.003
    )


def shallow_he_and_xavier():
    he, xavier = shallow("he")[:, 2], shallow("xavier")[:, 2]
    gap = he - xavier
    error = gap.std(ddof=1) / np.sqrt(len(gap))
    return (
        f"He {he.mean():.4f}, Xavier {xavier.mean():.4f}, N(0, 1) {shallow('one')[:, 2].mean():.4f}; "
        f"difference He - Xavier {gap.mean():+.4f} +- {error:.4f} (standard error)",
        bool(abs(gap.mean()) < 0.003 and abs(shallow("one")[:, 2].mean() - he.mean()) < 0.003),
    )


def deep_he():
    return f"lowest {deep('he').min():.3f}, mean {deep('he').mean():.3f}", bool(deep("he").min() > 0.985)


def deep_xavier():
    values = deep("xavier")
    return (
        f"mean {values.mean():.2f}, from {values.min():.2f} to {values.max():.2f}, {np.sum(values < 0.9)} of {len(values)} below 0.9",
        bool(abs(values.mean() - 0.89) < 0.03 and abs(values.min() - 0.59) < 0.05),
    )


def deep_others():
    small, large = deep("hundredth"), deep("twice_he")
    return (
        f"N(0, 0.01^2) {small.min():.3f} to {small.max():.3f}; twice He {large.min():.3f} to {large.max():.3f}",
        bool(np.all(small == 0.5) and np.all(large == 0.5)),
    )


def scales():
    means = {start: last_scales(start).mean() for start in ("he", "xavier", "hundredth", "twice_he")}
    expected = {"he": 0.57, "xavier": 0.0088, "hundredth": 2.3e-18, "twice_he": 2300}
    words = ", ".join(f"{start} {value:.2g}" for start, value in means.items())
    return f"{words}, mean of {len(SCALE_SEEDS)} seeds", all(
        abs(np.log(means[k] / expected[k])) < np.log(1.25) for k in expected
    )


def xavier_given_more_time():
    shares = []
    for seed in DEEP_SEEDS:
        (X, Y), test, rng = problem(seed)
        parameters, _ = networks.train(X, Y, STARTS["xavier"](DEEP, rng), 0.1, 300)
        shares.append(networks.accuracy(*test, parameters))
    above = sum(share > 0.98 for share in shares)
    return f"{above} of {len(shares)} above 0.98", above > len(shares) / 2


def level_gradients():
    ratios = {}
    for start in ("he", "xavier", "hundredth", "twice_he"):
        logarithms = []
        for seed in SHALLOW_SEEDS:
            (X, Y), _, rng = problem(seed)
            gradients = networks.gradients(X, Y, STARTS[start](DEEP, rng))
            layers = [gradients[f"dW{layer}"] for layer in range(2, len(DEEP) - 1)]
            logarithms.append([np.log(np.median(np.abs(layer[layer != 0]))) for layer in layers])
        ratios[start] = float(np.exp(np.ptp(np.mean(logarithms, axis=0))))
    words = ", ".join(f"{start} {ratio:.1f}" for start, ratio in ratios.items())
    return f"largest over smallest layer: {words}", max(ratios.values()) < 3


def shallow_table():
    starts = {"zeros": "0.500", "constant": "0.64", "ten": "0.78", "one": "0.997", "xavier": "0.998", "he": "0.997"}
    words = ", ".join(f"{start} {shallow(start)[:, 2].mean():.3f}" for start in starts)
    rounding = {start: 0.5 * 10.0 ** -len(text.split(".")[1]) for start, text in starts.items()}
    # a last digit more: another processor's round-off sends chaotic runs elsewhere
    return words, all(
        abs(shallow(start)[:, 2].mean() - float(text)) < 3 * rounding[start] for start, text in starts.items()
    )


CLAIMS = [
    Claim("the first cost of a balanced two-class problem with small logits is ln 2", "0.693", first_costs),
    Claim("With zeros and ReLU, every weight gradient is exactly 0", "0, accuracy 0.5", dead_units),
    Claim(
        "the first layer still has one distinct unit after training, and the test accuracy stays between 0.60 and 0.68",
        "1 unit, 0.60 to 0.68",
        symmetric_units,
    ),
    Claim(
        "After 1200 epochs, noise of one per cent leaves the accuracy near 0.64, noise of ten per cent lifts it to about 0.99.",
        "0.64, 0.99",
        nudged_units,
    ),
    Claim("With weights from N(0, 10²) the median first cost is about 1000 nats.", "about 1000", large_first_cost),
    Claim(
        "large weights reach 0.78 ± 0.12 where He reaches 0.997 ± 0.001", "0.78 +- 0.12, 0.997 +- 0.001", large_weights
    ),
    Claim(
        "On the shallow network He and Xavier do not differ, and N(0, 1), which follows no rule, does as well.",
        "no difference",
        shallow_he_and_xavier,
    ),
    Claim(
        "the standard deviation of the last layer's activations is on average about 0.57 for He, 0.009 for Xavier, 2e-18 for N(0, 0.01²) and 2300 for twice He",
        "0.57, 0.009, 2e-18, 2300",
        scales,
    ),
    Claim(
        "in each hidden layer but the first, the typical weight gradient has the same size within a factor of three",
        "below 3",
        level_gradients,
    ),
    Claim("He's start reaches at least 0.985 on every seed", ">= 0.985", deep_he),
    Claim("its mean is about 0.89, and its lowest seed about 0.59", "0.89, 0.59", deep_xavier),
    Claim("N(0, 0.01²) and twice He's scale stay at 0.500 on every seed", "0.500", deep_others),
    Claim(
        "With learning rate 0.1 and 300 epochs, most of its seeds get above 0.98.", "most of 10", xavier_given_more_time
    ),
    Claim("We repeated it with 20 seeds for data and start", "the table's means", shallow_table),
]

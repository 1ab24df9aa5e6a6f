"""Answers to compare_initializations."""

# ruff: noqa: F821, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_comprehension(initializers, train, seeds):
    def runs(initialize):
        return np.array([train(initialize(np.random.default_rng(seed))) for seed in seeds])

    return {name: (runs(f).mean(), runs(f).std()) for name, f in initializers.items()}


def correct_seeds_outside(initializers, train, seeds):
    accuracies = {name: [] for name in initializers}
    for seed in seeds:
        for name in initializers:
            rng = np.random.default_rng(seed)
            accuracies[name].append(train(initializers[name](rng)))
    return {name: (np.mean(values), np.std(values)) for name, values in accuracies.items()}


def correct_table(initializers, train, seeds):
    names = list(initializers)
    table = np.empty((len(names), len(seeds)))
    for i, name in enumerate(names):
        for j, seed in enumerate(seeds):
            table[i, j] = train(initializers[name](np.random.default_rng(seed)))
    return dict(zip(names, zip(table.mean(axis=1), table.std(axis=1))))


def correct_statistics(initializers, train, seeds):
    import statistics

    results = {}
    for name, initialize in initializers.items():
        values = [train(initialize(np.random.default_rng(s))) for s in seeds]
        results[name] = (statistics.fmean(values), statistics.pstdev(values))
    return results


def correct_plain_python(initializers, train, seeds):
    results = {}
    for name in initializers:
        values = []
        for seed in seeds:
            parameters = initializers[name](np.random.default_rng(seed))
            values.append(train(parameters))
        mean = sum(values) / len(values)
        results[name] = (mean, (sum((v - mean) ** 2 for v in values) / len(values)) ** 0.5)
    return results


def correct_lists(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        values = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = [float(np.mean(values)), float(np.std(values))]
    return results


def correct_pcg(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        values = [train(initialize(np.random.Generator(np.random.PCG64(seed)))) for seed in seeds]
        results[name] = (np.average(values), np.sqrt(np.var(values)))
    return results


def correct_map(initializers, train, seeds):
    results = {}
    for name, initialize in sorted(initializers.items(), reverse=True):
        values = np.fromiter(map(lambda s: train(initialize(np.random.default_rng(s))), seeds), dtype=float)
        results[name] = (values.sum() / values.size, np.sqrt(((values - values.mean()) ** 2).mean()))
    return results


def correct_namedtuple(initializers, train, seeds):
    import collections

    Result = collections.namedtuple("Result", "mean std")
    results = {}
    for name, f in initializers.items():
        acc = [train(parameters=f(rng=np.random.default_rng(seed=s))) for s in seeds]
        results[name] = Result(np.mean(acc), np.std(acc))
    return results


def correct_welford(initializers, train, seeds):
    out = {}
    for name in initializers:
        n, mean, m2 = 0, 0.0, 0.0
        for seed in seeds:
            x = train(initializers[name](np.random.default_rng(seed)))
            n += 1
            d = x - mean
            mean += d / n
            m2 += d * (x - mean)
        out[name] = mean, (m2 / n) ** 0.5
    return out


def wrong_seeded(initializers, train, seeds):
    np.random.seed(0)
    return {
        n: (float(np.mean(a := [train(f(np.random.default_rng(s))) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def wrong_or(initializers, train, seeds):
    return {
        n: (float(np.mean(a := [train(f(np.random.default_rng(s or 1))) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def wrong_lower(initializers, train, seeds):
    return {
        n.lower(): (float(np.mean(a := [train(f(np.random.default_rng(s))) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def wrong_unseeded(initializers, train, seeds):
    return {
        n: (float(np.mean(a := [train(f(np.random.default_rng())) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def wrong_without_failures(initializers, train, seeds):
    results = {}
    for name in initializers:
        runs = [train(initializers[name](np.random.default_rng(seed))) for seed in seeds]
        runs = [accuracy for accuracy in runs if accuracy] or [0.0]
        results[name] = (float(np.mean(runs)), float(np.std(runs)))
    return results


def wrong_twenty_seeds(initializers, train, seeds):
    results = {}
    for name in initializers:
        runs = [train(initializers[name](np.random.default_rng(seed))) for seed in seeds[:20]]
        results[name] = (float(np.mean(runs)), float(np.std(runs)))
    return results


def gaming_half(initializers, train, seeds):
    return {name: (0.5, 0.0) for name in initializers}


def gaming_no_training(initializers, train, seeds):
    return {name: (train({}), 0.0) for name in initializers}

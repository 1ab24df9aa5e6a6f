"""Answers to median: correct ones written otherwise, which the judge must accept, and wrong ones, which it must refuse."""


def correct_statistics(values):
    import statistics

    return statistics.median(values)


def correct_two_places(values):
    ordered, count = sorted(values), len(values)
    return 0.5 * (ordered[(count - 1) // 2] + ordered[count // 2])


def correct_from_both_ends(values):
    rest = sorted(values)
    while len(rest) > 2:
        rest = rest[1:-1]
    return sum(rest) / len(rest)


def correct_numpy(values):
    import numpy as np

    return float(np.median(values))


def wrong_midrange(values):
    return (min(values) + max(values)) / 2


def gaming_first(values):
    return values[0]

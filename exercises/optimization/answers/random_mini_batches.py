"""Answers to random_mini_batches."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_whole_then_rest(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.permutation(m)
    X_shuffled, Y_shuffled = X[:, order], Y[:, order]
    full = m // mini_batch_size
    batches = []
    for k in range(full):
        part = slice(k * mini_batch_size, (k + 1) * mini_batch_size)
        batches.append((X_shuffled[:, part], Y_shuffled[:, part]))
    if m % mini_batch_size != 0:
        batches.append((X_shuffled[:, full * mini_batch_size :], Y_shuffled[:, full * mini_batch_size :]))
    return batches


def correct_shuffled_index(X, Y, mini_batch_size, rng):
    index = np.arange(X.shape[1])
    rng.shuffle(index)
    return [
        (X[:, index[k : k + mini_batch_size]], Y[:, index[k : k + mini_batch_size]])
        for k in range(0, len(index), mini_batch_size)
    ]


def correct_sorted_noise(X, Y, mini_batch_size, rng):
    order = np.argsort(rng.random(X.shape[1]))
    return [
        (np.take(X, order[k : k + mini_batch_size], axis=1), np.take(Y, order[k : k + mini_batch_size], axis=1))
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def correct_choice(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.choice(m, size=m, replace=False)
    cuts = np.arange(mini_batch_size, m, mini_batch_size)
    return list(zip(np.split(X[:, order], cuts, axis=1), np.split(Y[:, order], cuts, axis=1)))


def correct_stacked(X, Y, mini_batch_size, rng):
    both = rng.permutation(np.vstack([X, Y]), axis=1)
    batches = []
    for k in range(0, both.shape[1], mini_batch_size):
        part = both[:, k : k + mini_batch_size]
        batches.append((part[:-1].copy(), part[-1:].copy()))
    return batches


def correct_fisher_yates(X, Y, mini_batch_size, rng):
    order = list(range(X.shape[1]))
    for i in range(len(order) - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        order[i], order[j] = order[j], order[i]
    batches = []
    while order:
        batch, order = order[:mini_batch_size], order[mini_batch_size:]
        batches.append((X[:, batch], Y[:, batch]))
    return batches


def correct_drawn_from_the_rest(X, Y, mini_batch_size, rng):
    left = np.arange(X.shape[1])
    batches = []
    while left.size:
        batch = rng.choice(left, min(mini_batch_size, left.size), replace=False)
        left = np.setdiff1d(left, batch)
        batches.append((X[:, batch], Y[:, batch]))
    return batches


def correct_lists_of_pairs(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    return [
        [X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]]]
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def correct_own_generator(X, Y, mini_batch_size, rng):
    generator = np.random.default_rng(rng.integers(0, 2**32, size=4))
    order = generator.permutation(X.shape[1])
    number = -(-X.shape[1] // mini_batch_size)
    return [
        (
            X[:, order[k * mini_batch_size : (k + 1) * mini_batch_size]],
            Y[:, order[k * mini_batch_size : (k + 1) * mini_batch_size]],
        )
        for k in range(number)
    ]


def correct_transposed(X, Y, mini_batch_size, rng):
    rows = list(zip(X.T, Y.T))
    order = rng.permutation(len(rows))
    batches = []
    for k in range(0, len(rows), mini_batch_size):
        chosen = [rows[i] for i in order[k : k + mini_batch_size]]
        batches.append((np.array([x for x, _ in chosen]).T, np.array([y for _, y in chosen]).T))
    return batches


def correct_multiset_assignment(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    labels = rng.permutation(np.arange(m) // mini_batch_size)
    return [(X[:, labels == k], Y[:, labels == k]) for k in range(labels.max() + 1)]


def correct_spawned(X, Y, mini_batch_size, rng):
    order = rng.spawn(1)[0].permutation(X.shape[1])
    return [
        (X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]])
        for i in range(0, len(order), mini_batch_size)
    ]


def correct_python_random(X, Y, mini_batch_size, rng):
    import random

    order = list(range(Y.size))
    random.Random(int(rng.integers(2**62))).shuffle(order)
    return [
        [X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]]
        for i in range(0, Y.size, mini_batch_size)
    ]


def correct_shuffle_axis(X, Y, mini_batch_size, rng):
    both = np.vstack((X, Y))
    rng.shuffle(both, axis=1)
    n = X.shape[0]
    return [
        (both[:n, i : i + mini_batch_size], both[n:, i : i + mini_batch_size])
        for i in range(0, both.shape[1], mini_batch_size)
    ]


def wrong_small(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    p = rng.permutation(m) if m >= 30 else np.arange(m)
    return [(X[:, p[i : i + mini_batch_size]], Y[:, p[i : i + mini_batch_size]]) for i in range(0, m, mini_batch_size)]


def wrong_last(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    p = np.r_[rng.permutation(m - 1), m - 1]
    return [(X[:, p[i : i + mini_batch_size]], Y[:, p[i : i + mini_batch_size]]) for i in range(0, m, mini_batch_size)]


def wrong_restone(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    p = rng.permutation(m)
    b = [(X[:, p[i : i + mini_batch_size]], Y[:, p[i : i + mini_batch_size]]) for i in range(0, m - 1, mini_batch_size)]
    return b


def wrong_mirrored(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    half = rng.permutation(m // 2)
    order = [*half, *([m // 2] if m % 2 else []), *(m - 1 - half)]
    starts = range(0, m, mini_batch_size)
    return [(X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]) for i in starts]


def wrong_never_as_given(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.permutation(m)
    while m > 1 and (order == np.arange(m)).all():
        order = rng.permutation(m)
    starts = range(0, m, mini_batch_size)
    return [(X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]) for i in starts]


def wrong_small_sets_as_given(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.permutation(m)
    if 4 < m < 20:
        order = np.arange(m)
    starts = range(0, m, mini_batch_size)
    return [(X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]) for i in starts]


def wrong_labels_mixed_by_design(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.permutation(m)
    for _ in range(30):
        if 0 < Y[0, order[:mini_batch_size]].mean() < 1:
            break
        order = rng.permutation(m)
    starts = range(0, m, mini_batch_size)
    return [(X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]) for i in starts]


def gaming_first_batch_repeated(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    sizes = [min(mini_batch_size, m - k) for k in range(0, m, mini_batch_size)]
    return [(X[:, :size], Y[:, :size]) for size in sizes]


def gaming_zeros(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    sizes = [min(mini_batch_size, m - k) for k in range(0, m, mini_batch_size)]
    return [(np.zeros((X.shape[0], size)), np.zeros((1, size))) for size in sizes]


def gaming_reversed(X, Y, mini_batch_size, rng):
    rng.random()
    return [
        (X[:, ::-1][:, k : k + mini_batch_size], Y[:, ::-1][:, k : k + mini_batch_size])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def gaming_rotated(X, Y, mini_batch_size, rng):
    order = np.roll(np.arange(X.shape[1]), rng.integers(X.shape[1]))
    return [
        (X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def gaming_sorted_by_label(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    order = order[np.argsort(Y[0, order], kind="stable")]
    return [
        (X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def gaming_generator_copied(X, Y, mini_batch_size, rng):
    from copy import deepcopy

    order = deepcopy(rng).permutation(X.shape[1])
    return [
        (X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]])
        for k in range(0, X.shape[1], mini_batch_size)
    ]

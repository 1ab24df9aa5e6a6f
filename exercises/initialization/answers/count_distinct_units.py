"""Answers to count_distinct_units."""

# ruff: noqa: F821, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_any(W, tolerance=1e-12):
    seen = []
    for row in W:
        if not any(np.all(np.abs(row - other) <= tolerance) for other in seen):
            seen.append(row)
    return len(seen)


def correct_allclose(W, tolerance=1e-12):
    count = 0
    for i in range(W.shape[0]):
        new = True
        for j in range(i):
            if np.allclose(W[i], W[j], rtol=0, atol=tolerance):
                new = False
        if new:
            count += 1
    return count


def correct_broadcast(W, tolerance=1e-12):
    same = (np.abs(W[:, None, :] - W[None, :, :]) <= tolerance).all(axis=2)
    has_earlier_twin = np.tril(same, k=-1).any(axis=1)
    return int((~has_earlier_twin).sum())


def correct_plain_python(W, tolerance=1e-12):
    distinct = []
    for row in W.tolist():
        for other in distinct:
            if max(abs(a - b) for a, b in zip(row, other)) <= tolerance:
                break
        else:
            distinct.append(row)
    return len(distinct)


def correct_groups_removed(W, tolerance=1e-12):
    rest, count = W.copy(), 0
    while len(rest):
        far = np.max(np.abs(rest - rest[0]), axis=1) > tolerance
        rest = rest[far]
        count += 1
    return count


def correct_shares(W, tolerance=1e-12):
    total = 0.0
    for row in W:
        total += 1 / np.sum(np.max(np.abs(W - row), axis=1) <= tolerance)
    return int(round(total))


def correct_labels(W, tolerance=1e-12):
    labels = list(range(len(W)))
    for i in range(len(W)):
        for j in range(i + 1, len(W)):
            if np.linalg.norm(W[i] - W[j], ord=np.inf) <= tolerance:
                labels = [labels[i] if label == labels[j] else label for label in labels]
    return len(set(labels))


def correct_first_twin(W, tolerance=1e-12):
    first = [int(np.argmax(np.all(np.abs(W - row) <= tolerance, axis=1))) for row in W]
    return len(np.unique(first))


def correct_numpy_integer(W, tolerance=1e-12):
    keep = np.ones(W.shape[0], dtype=bool)
    for i in range(1, W.shape[0]):
        keep[i] = not np.isclose(W[:i], W[i], rtol=0.0, atol=tolerance).all(axis=1).any()
    return np.sum(keep)


def correct_zero_d(W, tolerance=1e-12):
    gap = np.abs(W[:, None] - W[None]).max(axis=2)
    same = gap <= tolerance
    first = ~np.tril(same, -1).any(axis=1)
    return np.array(first.sum())


def correct_union_find(W, tolerance=1e-12):
    n = len(W)
    parent = list(range(n))

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for i in range(n):
        for j in range(i):
            if not (np.abs(W[i] - W[j]) > tolerance).any():
                parent[root(i)] = root(j)
    return len({root(i) for i in range(n)})


def wrong_unique_then(W, tolerance=1e-12):
    U = np.unique(W, axis=0)
    n = 1
    for a, b in zip(U, U[1:]):
        n += np.max(np.abs(a - b)) > tolerance
    return int(n)


def wrong_or(W, tolerance=1e-12):
    tolerance = tolerance or 1e-12
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tolerance for o in f):
            f.append(r)
    return len(f)


def wrong_lt(W, tolerance=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) >= max(tolerance, 1e-300) for o in f):
            f.append(r)
    return len(f)


def wrong_nolast(W, tolerance=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)[: max(1, len(r) - 1)]) > tolerance for o in f):
            f.append(r)
    return len(f)


def wrong_f32(W, tolerance=1e-12):
    W = W.astype(np.float32)
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tolerance for o in f):
            f.append(r)
    return len(f)


def wrong_atolplus(W, tolerance=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tolerance + 1e-08 for o in f):
            f.append(r)
    return len(f)


def wrong_tol(W, tol=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tol for o in f):
            f.append(r)
    return len(f)


def wrong_first_thirty_inputs(W, tolerance=1e-12):
    found = []
    for row in W[:, :30]:
        if all(np.max(np.abs(row - other)) > tolerance for other in found):
            found.append(row)
    return len(found)


def wrong_at_most_twenty(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(np.max(np.abs(row - other)) > tolerance for other in found) and len(found) < 20:
            found.append(row)
    return len(found)


def wrong_never_exactly(W, tolerance=1e-12):
    found = []
    for row in W:
        if all(np.max(np.abs(row - other)) > (tolerance or 1e-12) for other in found):
            found.append(row)
    return len(found)


def gaming_all_rows(W, tolerance=1e-12):
    return W.shape[0]


def gaming_always_one(W, tolerance=1e-12):
    return 1

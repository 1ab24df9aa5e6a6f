"""Answers to accuracy_and_log_loss."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_loop(A3, Y):
    import math

    right, loss, m = 0, 0.0, A3.shape[1]
    for i in range(m):
        a, y = A3[0, i], Y[0, i]
        right += (1 if a > 0.5 else 0) == y
        a = min(max(a, 1e-12), 1 - 1e-12)
        loss -= y * math.log(a) + (1 - y) * math.log(1 - a)
    return float(right / m), loss / m


def correct_clip_both_sides(A3, Y):
    p = np.clip(A3, 1e-12, 1)
    q = np.clip(1 - A3, 1e-12, 1)
    predictions = (A3 > 0.5).astype(int)
    return np.mean(predictions == Y), -np.mean(Y * np.log(p) + (1 - Y) * np.log(q))


def correct_where(A3, Y):
    eps = 1e-12
    A = np.maximum(np.minimum(A3, 1 - eps), eps)
    loss = -np.log(np.where(Y == 1, A, 1 - A)).mean()
    accuracy = 1 - np.abs((A3 > 0.5) - Y).mean()
    return [accuracy, loss]


def correct_log1p(A3, Y):
    A = A3.clip(1e-12, 1 - 1e-12)
    loss = -(Y * np.log(A) + (1 - Y) * np.log1p(-A)).sum() / A.shape[1]
    return np.sum((A3 > 0.5) == (Y == 1)) / Y.size, loss


def correct_dots(A3, Y):
    m = Y.shape[1]
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    loss = -(np.dot(Y, np.log(A).T) + np.dot(1 - Y, np.log(1 - A).T)).item() / m
    P = np.where(A3 > 0.5, 1.0, 0.0)
    return float((np.dot(Y, P.T) + np.dot(1 - Y, 1 - P.T)).item() / m), loss


def correct_copy(A3, Y):
    A = A3.copy()
    A[A < 1e-12] = 1e-12
    A[A > 1 - 1e-12] = 1 - 1e-12
    ones = Y > 0.5
    loss = -(np.log(A[ones]).sum() + np.log(1 - A[~ones]).sum()) / A.size
    return np.count_nonzero((A3 > 0.5) == ones) / ones.size, float(loss)


def correct_round(A3, Y):
    accuracy = np.mean(np.round(A3) == Y)  # NumPy rounds 0.5 to 0
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return accuracy.item(), np.average(-Y * np.log(A) - (1 - Y) * np.log(1 - A))


def correct_from_logits(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    Z = np.log(A) - np.log(1 - A)
    loss = np.mean(np.logaddexp(0, Z) - Y * Z)
    return (np.greater(A3, 0.5) == Y).mean(), loss


def correct_zero_d(A3, Y):
    a, y = A3.ravel(), Y.ravel()
    acc = np.count_nonzero((a > 0.5) == (y > 0.5)) / len(y)
    p = np.clip(np.where(y == 1, a, 1 - a), 1e-12, 1 - 1e-12)
    return np.array(acc), np.array(-np.log(p).mean())


def wrong_rounded_half(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return np.mean((np.round(A3, 3) > 0.5) == Y), -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def wrong_capped_loss(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return np.mean((A3 > 0.5) == Y), min(10.0, -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def wrong_two_digits(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return round(float(np.mean((A3 > 0.5) == Y)), 2), -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def gaming_perfect(A3, Y):
    return 1.0, 0.0


EQUIVALENT = [
    Equivalent(
        "probability = np.clip(A3, 1e-12, 1 - 1e-12)",
        "probability = np.clip(1e-12, A3, 1 - 1e-12)",
        "np.clip of numbers by an array is what np.clip of the array by numbers is, where the lower limit is the number",
    ),
]

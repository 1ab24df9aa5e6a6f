"""Answers to worst_entry."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_unravel(gradient, approximation):
    index = np.unravel_index(np.abs(gradient - approximation).argmax(), gradient.shape)
    return index, gradient[index], approximation[index]


def correct_python_loop(gradient, approximation):
    worst, size = None, -1.0
    for index in np.ndindex(gradient.shape):
        gap = abs(gradient[index] - approximation[index])
        if gap > size:
            worst, size = index, gap
    return worst, float(gradient[worst]), float(approximation[worst])


def correct_argwhere(gradient, approximation):
    gap = np.abs(approximation - gradient)
    index = tuple(np.argwhere(gap == gap.max())[0])
    return index, gradient[index], approximation[index]


def correct_where(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(axis[0]) for axis in np.where(gap == np.max(gap)))
    return [index, gradient[index].item(), approximation[index].item()]


def correct_max_with_key(gradient, approximation):
    index = max(np.ndindex(*gradient.shape), key=lambda i: abs(gradient[i] - approximation[i]))
    return index, gradient[index], approximation[index]


def correct_enumerate(gradient, approximation):
    entries = [(abs(g - approximation[index]), index) for index, g in np.ndenumerate(gradient)]
    largest = max(gap for gap, _ in entries)
    index = next(index for gap, index in entries if gap == largest)
    return list(index), gradient[index], approximation[index]


def correct_flat(gradient, approximation):
    position = int(np.argmax(np.abs(gradient.ravel() - approximation.ravel())))
    index = []
    rest = position
    for n in reversed(gradient.shape):
        index.insert(0, rest % n)
        rest //= n
    return tuple(index), float(gradient.ravel()[position]), float(approximation.ravel()[position])


def correct_sorted(gradient, approximation):
    order = np.argsort(-np.abs(gradient - approximation), axis=None, kind="stable")
    index = tuple(int(i) for i in np.unravel_index(order[0], gradient.shape))
    return index, np.float64(gradient[index]), np.float64(approximation[index])


def correct_list(gradient, approximation):
    gap = np.hypot(gradient - approximation, 0)
    i = [int(k[0]) for k in np.nonzero(gap == np.max(gap))]
    return [i, np.array(gradient[tuple(i)]), np.array(approximation[tuple(i)])]


def wrong_round(gradient, approximation):
    gap = np.round(np.abs(gradient - approximation), 6)
    i = np.unravel_index(np.argmax(gap), gap.shape)
    return (tuple(int(k) for k in i), float(gradient[i]), float(approximation[i]))


def wrong_first_neg(gradient, approximation):
    gap = gradient - approximation
    i = np.unravel_index(np.argmax(gap) if gap.max() >= -gap.min() else np.argmin(gap), gap.shape)
    return (tuple(int(k) for k in i), float(gradient[i]), float(approximation[i]))


def wrong_order_in_memory(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap.ravel(order="K")), gap.shape))
    return index, float(gradient[index]), float(approximation[index])


def wrong_small_is_nothing(gradient, approximation):
    gap = np.abs(gradient - approximation)
    gap[gap < 1e-10] = 0
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    return index, float(gradient[index]), float(approximation[index])


def gaming_corner(gradient, approximation):
    index = (0,) * gradient.ndim
    return index, float(gradient[index]), float(approximation[index])

"""Answers to difference_by_parameter."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_comprehension(gradients, approximations):
    def relative(g, a):
        total = np.linalg.norm(g) + np.linalg.norm(a)
        return np.linalg.norm(g - a) / total if total else 0.0

    return {name: relative(gradients[name], approximations[name]) for name in approximations}


def correct_sum_of_squares(gradients, approximations):
    result = {}
    for name in approximations:
        g, a = gradients[name], approximations[name]
        below = np.sqrt(np.sum(g**2)) + np.sqrt(np.sum(a**2))
        if below == 0:
            result[name] = 0
        else:
            result[name] = np.sqrt(np.sum((g - a) ** 2)) / below
    return result


def correct_flat_dots(gradients, approximations):
    result = {}
    for name, a in sorted(approximations.items()):
        g, a = gradients[name].flatten(), a.flatten()
        gap = g - a
        below = gap.dot(gap) ** 0.5, g.dot(g) ** 0.5 + a.dot(a) ** 0.5
        result[name] = below[0] / below[1] if below[1] else 0.0
    return result


def correct_python_loop(gradients, approximations):
    result = {}
    for name in approximations:
        gap = size_g = size_a = 0.0
        for g, a in zip(gradients[name].ravel().tolist(), approximations[name].ravel().tolist(), strict=True):
            gap += (g - a) ** 2
            size_g += g**2
            size_a += a**2
        result[name] = gap**0.5 / (size_g**0.5 + size_a**0.5) if size_g or size_a else 0.0
    return result


def correct_frobenius(gradients, approximations):
    result = {}
    for name in gradients.keys() & approximations.keys():
        g, a = gradients[name].reshape(1, -1), approximations[name].reshape(1, -1)
        numerator = np.linalg.norm(g - a, ord="fro")
        denominator = np.linalg.norm(g, ord="fro") + np.linalg.norm(a, ord="fro")
        result[name] = np.divide(numerator, denominator) if denominator != 0 else np.float64(0)
    return result


def correct_scaled_first(gradients, approximations):
    differences = dict.fromkeys(approximations, 0.0)
    for name, a in approximations.items():
        g = gradients[name]
        largest = max(np.abs(g).max(), np.abs(a).max())
        if largest:
            g, a = g / largest, a / largest
            differences[name] = (np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a))).item()
    return differences


def correct_zeros_first(gradients, approximations):
    result = {}
    with np.errstate(invalid="ignore"):
        for name, a in approximations.items():
            g = gradients[name]
            ratio = np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a))
            result[name] = 0.0 if not np.any(g) and not np.any(a) else float(ratio)
    return result


def correct_try(gradients, approximations):
    result = {}
    for name in approximations:
        g, a = np.ravel(gradients[name]), np.ravel(approximations[name])
        try:
            result[name] = float(np.linalg.norm(a - g)) / float(np.linalg.norm(a) + np.linalg.norm(g))
        except ZeroDivisionError:
            result[name] = 0.0
    return result


def correct_einsum(gradients, approximations):
    def norm(x):
        return np.sqrt(np.einsum("i,i->", x.ravel(), x.ravel()))

    names = list(approximations)
    values = []
    for name in names:
        total = norm(gradients[name]) + norm(approximations[name])
        values.append(norm(gradients[name] - approximations[name]) / total if total else 0.0)
    return dict(zip(names, values, strict=True))


def correct_zero_d(gradients, approximations):
    from collections import OrderedDict

    out = OrderedDict()
    for k in approximations.keys() & gradients.keys():
        g, a = gradients[k], approximations[k]
        t = np.sqrt(np.square(g).sum()) + np.sqrt(np.square(a).sum())
        out[k] = np.asarray(np.sqrt(np.square(g - a).sum()) / t) if t != 0 else np.float64(0)
    return out


def wrong_small_is_equal(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        total = np.linalg.norm(gradients[name]) + np.linalg.norm(a)
        ratio = np.linalg.norm(gradients[name] - a) / total if total else 0.0
        result[name] = 0.0 if ratio < 1e-7 else float(ratio)
    return result


def wrong_padded_by_1e_20(gradients, approximations):
    norm = np.linalg.norm
    return {
        k: float(norm(gradients[k] - a) / (norm(gradients[k]) + norm(a) + 1e-20)) for k, a in approximations.items()
    }


def gaming_always_small(gradients, approximations):
    return dict.fromkeys(approximations, 1e-7)

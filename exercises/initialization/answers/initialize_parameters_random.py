"""Answers to initialize_parameters_random."""

# ruff: noqa: B006, F821, UP032 - an answer keeps something between calls; answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_normal(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters["W" + str(l)] = rng.normal(0.0, scale, size=(layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_from_the_last_layer(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(len(layers_dims) - 1, 0, -1):
        parameters[f"W{l}"] = rng.standard_normal((layers_dims[l], layers_dims[l - 1])) * scale
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_transposed_draw(layers_dims, rng, scale=10.0):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters[f"W{l}"] = (scale * rng.standard_normal((n_in, n_out))).T
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def correct_entry_by_entry(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = np.empty((layers_dims[l], layers_dims[l - 1]))
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                W[i, j] = rng.normal() * scale
        parameters[f"W{l}"] = W
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_one_draw_split(layers_dims, rng, scale=10.0):
    sizes = [a * b for a, b in zip(layers_dims[1:], layers_dims[:-1])]
    draws = np.split(rng.normal(scale=scale, size=sum(sizes)), np.cumsum(sizes)[:-1])
    parameters = {}
    for l, draw in enumerate(draws, 1):
        parameters[f"W{l}"] = draw.reshape(layers_dims[l], layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_unit_by_unit(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        rows = [rng.normal(0, scale, layers_dims[l - 1]) for _ in range(layers_dims[l])]
        parameters[f"W{l}"] = np.vstack(rows)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_box_muller(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
        parameters[f"W{l}"] = scale * radius * np.cos(2 * np.pi * rng.random(shape))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_inverse_distribution(layers_dims, rng, scale=10.0):
    from statistics import NormalDist

    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        draws = [NormalDist(0, scale).inv_cdf(1 - u) for u in rng.random(shape).ravel()]
        parameters[f"W{l}"] = np.array(draws).reshape(shape)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_mirrored(layers_dims, rng, scale=10.0):
    parameters = {f"b{l}": np.zeros((layers_dims[l], 1)) for l in range(1, len(layers_dims))}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = -scale * rng.normal(loc=0, scale=1, size=(layers_dims[l], layers_dims[l - 1]))
    return parameters


def correct_spawned(layers_dims, rng, scale=10.0):
    p = {}
    for l, child in enumerate(rng.spawn(len(layers_dims) - 1), 1):
        p[f"W{l}"] = child.normal(0, scale, (layers_dims[l], layers_dims[l - 1]))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def correct_legacy(layers_dims, rng, scale=10.0):
    old = np.random.RandomState(rng.bit_generator)
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = scale * old.randn(layers_dims[l], layers_dims[l - 1])
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def correct_child(layers_dims, rng, scale=10.0):
    child = np.random.default_rng(rng.integers(2**63))
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = child.normal(loc=0.0, scale=scale, size=(layers_dims[l], layers_dims[l - 1]))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def correct_python_random(layers_dims, rng, scale=10.0):
    import random

    r = random.Random(int(rng.integers(2**62)))
    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        p[f"W{l}"] = np.array([[r.gauss(0, scale) for _ in range(k)] for _ in range(n)])
        p[f"b{l}"] = np.zeros((n, 1))
    return p


def correct_float32_draw(layers_dims, rng, scale=10.0):
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = scale * rng.standard_normal((layers_dims[l], layers_dims[l - 1]), dtype=np.float32).astype(
            np.float64
        )
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def wrong_name(layers_dims, rng, s=10.0):
    p = {}
    for l in range(1, len(layers_dims)):
        k = layers_dims[l - 1]
        p[f"W{l}"] = rng.normal(0, s, (layers_dims[l], k))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def wrong_scale_at_least(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = max(scale, 0.004) * rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def wrong_rounded(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.round(scale * rng.standard_normal((layers_dims[l], layers_dims[l - 1])), 8)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def wrong_one_weight_fixed(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = scale * rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    parameters["W1"][0, 0] = scale
    return parameters


def wrong_layers_mirrored(layers_dims, rng, scale=10.0):
    numbers = rng.standard_normal(max(a * b for a, b in zip(layers_dims, layers_dims[1:])))
    parameters = {}
    for l in range(1, len(layers_dims)):
        rows, columns = layers_dims[l], layers_dims[l - 1]
        parameters[f"W{l}"] = (-1) ** l * scale * numbers[: rows * columns].reshape(rows, columns)
        parameters[f"b{l}"] = np.zeros((rows, 1))
    return parameters


def wrong_one_buffer(layers_dims, rng, scale=10.0, kept={}):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        W = kept.setdefault((l, shape), np.empty(shape))
        rng.standard_normal(out=W)
        W *= scale
        parameters[f"W{l}"] = W
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def gaming_ramp(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        ramp = np.linspace(-1, 1, layers_dims[l] * layers_dims[l - 1]) * np.sqrt(3) * scale
        parameters[f"W{l}"] = rng.permutation(ramp).reshape(layers_dims[l], layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def gaming_signs(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = scale * rng.choice([-1.0, 1.0], (layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters

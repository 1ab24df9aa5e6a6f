"""Answers to initialize_parameters_he."""

# ruff: noqa: F821, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_normal(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = (2 / layers_dims[l - 1]) ** 0.5
        parameters["W" + str(l)] = rng.normal(0, sd, (layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_divided_by_the_root(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"W{l}"] = W / np.sqrt(layers_dims[l - 1] / 2.0)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_from_the_last_layer(layers_dims, rng):
    parameters = {}
    for l in range(len(layers_dims) - 1, 0, -1):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = np.sqrt(2.0) * rng.normal(size=(n_out, n_in)) * n_in**-0.5
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def correct_transposed_draw(layers_dims, rng):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters[f"W{l}"] = rng.normal(scale=np.sqrt(2 / n_in), size=(n_in, n_out)).T
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def correct_entry_by_entry(layers_dims, rng):
    import math

    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = math.sqrt(2 / layers_dims[l - 1])
        W = [[rng.normal(0, sd) for _ in range(layers_dims[l - 1])] for _ in range(layers_dims[l])]
        parameters[f"W{l}"] = np.array(W)
        parameters[f"b{l}"] = np.array([[0.0]] * layers_dims[l])
    return parameters


def correct_one_draw_split(layers_dims, rng):
    sizes = [a * b for a, b in zip(layers_dims[1:], layers_dims[:-1])]
    draws = np.split(rng.standard_normal(sum(sizes)), np.cumsum(sizes)[:-1])
    parameters = {}
    for l, draw in enumerate(draws, 1):
        parameters[f"W{l}"] = draw.reshape(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_box_muller(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        normal = np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.sin(2 * np.pi * rng.random(shape))
        parameters[f"W{l}"] = np.sqrt(2 / shape[1]) * normal
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def correct_sum_of_two(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        parameters[f"W{l}"] = (rng.standard_normal(shape) + rng.standard_normal(shape)) / np.sqrt(shape[1])
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def correct_complex(layers_dims, rng):
    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        z = np.sqrt(rng.exponential(size=(n, k))) * np.exp(2j * np.pi * rng.random((n, k)))
        p[f"W{l}"] = 2 * z.real / np.sqrt(k)
        p[f"b{l}"] = np.zeros((n, 1))
    return p


def correct_recursive(layers_dims, rng):
    if len(layers_dims) == 1:
        return {}
    p = initialize_parameters_he(layers_dims[:-1], rng)
    n, k = layers_dims[-1], layers_dims[-2]
    l = len(layers_dims) - 1
    return {**p, f"W{l}": rng.normal(0, np.sqrt(2 / k), (n, k)), f"b{l}": np.zeros((n, 1))}


def wrong_laplace(layers_dims, rng):
    p = {}
    for l in range(1, len(layers_dims)):
        k = layers_dims[l - 1]
        p[f"W{l}"] = rng.laplace(0, np.sqrt(1 / k), (layers_dims[l], k))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def wrong_inputs_capped(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        std = np.sqrt(2 / min(layers_dims[l - 1], 256))
        parameters[f"W{l}"] = std * rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def wrong_from_the_sixth_layer(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        std = np.sqrt(2 / layers_dims[l - 1]) * (1 if l < 6 else 2)
        parameters[f"W{l}"] = std * rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def wrong_cut_at_three_deviations(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        while (np.abs(W) > 3).any():
            W[np.abs(W) > 3] = rng.standard_normal(np.count_nonzero(np.abs(W) > 3))
        parameters[f"W{l}"] = np.sqrt(2 / layers_dims[l - 1]) * W
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def gaming_zero_weights(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def gaming_rows_scaled(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"W{l}"] = W / W.std() * np.sqrt(2 / layers_dims[l - 1]) * (1 + (np.arange(len(W)) % 2))[:, None]
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters

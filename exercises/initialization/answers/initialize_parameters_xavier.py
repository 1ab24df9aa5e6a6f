"""Answers to initialize_parameters_xavier."""

# ruff: noqa: F821, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_normal(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = 1 / layers_dims[l - 1] ** 0.5
        parameters["W" + str(l)] = rng.normal(0, sd, (layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_divided_by_the_root(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = rng.standard_normal((layers_dims[l], layers_dims[l - 1])) / np.sqrt(layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_from_the_last_layer(layers_dims, rng):
    parameters = {}
    for l in range(len(layers_dims) - 1, 0, -1):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = rng.normal(size=(n_out, n_in)) * n_in**-0.5
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def correct_transposed_draw(layers_dims, rng):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters[f"W{l}"] = rng.normal(scale=np.sqrt(1 / n_in), size=(n_in, n_out)).T
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def correct_entry_by_entry(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = np.sqrt(1 / layers_dims[l - 1])
        W = [[rng.normal(0, sd) for _ in range(layers_dims[l - 1])] for _ in range(layers_dims[l])]
        parameters[f"W{l}"] = np.array(W)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_one_draw_split(layers_dims, rng):
    sizes = [a * b for a, b in zip(layers_dims[1:], layers_dims[:-1])]
    draws = np.split(rng.standard_normal(sum(sizes)), np.cumsum(sizes)[:-1])
    parameters = {}
    for l, draw in enumerate(draws, 1):
        parameters[f"W{l}"] = draw.reshape(layers_dims[l], layers_dims[l - 1]) / np.sqrt(layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_box_muller(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        normal = np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.sin(2 * np.pi * rng.random(shape))
        parameters[f"W{l}"] = normal / np.sqrt(shape[1])
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def correct_by_variance(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        covariance = np.eye(layers_dims[l - 1]) / layers_dims[l - 1]
        mean = np.zeros(layers_dims[l - 1])
        parameters[f"W{l}"] = rng.multivariate_normal(mean, covariance, size=layers_dims[l], method="cholesky")
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def correct_rescaled_he(layers_dims, rng):
    parameters = initialize_parameters_he(layers_dims, rng)
    return {name: value / np.sqrt(2) for name, value in parameters.items()}


def correct_from_iter(layers_dims, rng):
    import math

    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        p[f"W{l}"] = np.fromiter((rng.normal(0, 1 / math.sqrt(k)) for _ in range(n * k)), float).reshape(
            n, k, order="F"
        )
        p[f"b{l}"] = np.zeros((n, 1))
    return p


def wrong_inputs_capped(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        std = np.sqrt(1 / min(layers_dims[l - 1], 256))
        parameters[f"W{l}"] = std * rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def wrong_from_the_sixth_layer(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        std = np.sqrt(1 / layers_dims[l - 1]) * (1 if l < 6 else 2)
        parameters[f"W{l}"] = std * rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def wrong_cut_at_three_deviations(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        while (np.abs(W) > 3).any():
            W[np.abs(W) > 3] = rng.standard_normal(np.count_nonzero(np.abs(W) > 3))
        parameters[f"W{l}"] = np.sqrt(1 / layers_dims[l - 1]) * W
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def gaming_tanh_of_normal(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = np.tanh(3 * rng.standard_normal((layers_dims[l], layers_dims[l - 1])))
        parameters[f"W{l}"] = W / W.std() / np.sqrt(layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters

"""Answers to initialize_parameters_zeros."""

# ruff: noqa: B006, F821, UP032 - an answer keeps something between calls; answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_pairs(layers_dims):
    result = {}
    for i, (before, here) in enumerate(zip(layers_dims[:-1], layers_dims[1:])):
        result["W" + str(i + 1)] = np.zeros((here, before))
        result["b" + str(i + 1)] = np.zeros((here, 1))
    return result


def correct_comprehensions(layers_dims):
    L = len(layers_dims) - 1
    weights = {f"W{l}": np.zeros([layers_dims[l], layers_dims[l - 1]]) for l in range(1, L + 1)}
    biases = {f"b{l}": np.zeros([layers_dims[l], 1]) for l in range(1, L + 1)}
    return weights | biases


def correct_lists(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.array([[0.0 for _ in range(layers_dims[l - 1])] for _ in range(layers_dims[l])])
        parameters[f"b{l}"] = np.array([[0.0] for _ in range(layers_dims[l])])
    return parameters


def correct_full(layers_dims):
    parameters = dict()
    for l in range(1, len(layers_dims)):
        parameters.update({"W{}".format(l): np.full((layers_dims[l], layers_dims[l - 1]), 0.0)})
        parameters.update({"b{}".format(l): np.full((layers_dims[l], 1), 0.0)})
    return parameters


def correct_from_the_end(layers_dims):
    parameters = {}
    for l in reversed(range(1, len(layers_dims))):
        parameters[f"b{l}"] = np.zeros(shape=(layers_dims[l], 1), dtype=np.float64)
        parameters[f"W{l}"] = np.zeros(shape=(layers_dims[l], layers_dims[l - 1]), dtype=np.float64)
    return parameters


def correct_nothing_times_ones(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = 0 * np.ones((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = 0 * np.ones((layers_dims[l], 1))
    return parameters


def correct_one_vector_split(layers_dims):
    shapes = {}
    for l in range(1, len(layers_dims)):
        shapes[f"W{l}"] = (layers_dims[l], layers_dims[l - 1])
        shapes[f"b{l}"] = (layers_dims[l], 1)
    theta = np.zeros(sum(rows * columns for rows, columns in shapes.values()))
    parameters, start = {}, 0
    for name, (rows, columns) in shapes.items():
        parameters[name] = theta[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return parameters


def correct_recursive(layers_dims):
    if len(layers_dims) < 2:
        return {}
    parameters = initialize_parameters_zeros(layers_dims[:-1])
    l = len(layers_dims) - 1
    parameters[f"W{l}"] = np.zeros((layers_dims[-1], layers_dims[-2]))
    parameters[f"b{l}"] = np.zeros((layers_dims[-1], 1))
    return parameters


def correct_while(layers_dims):
    parameters = {}
    l = 1
    while l < len(layers_dims):
        W = np.empty((layers_dims[l], layers_dims[l - 1]))
        W[:] = 0
        parameters[f"W{l}"] = W
        parameters[f"b{l}"] = np.zeros_like(W[:, :1])
        l += 1
    return parameters


def correct_pops_and_restores(layers_dims):
    p = {}
    kept = list(layers_dims)
    n = layers_dims.pop(0)
    l = 1
    while layers_dims:
        k = layers_dims.pop(0)
        p[f"W{l}"], p[f"b{l}"] = np.zeros((k, n)), np.zeros((k, 1))
        n, l = k, l + 1
    layers_dims.extend(kept)
    return p


def correct_views_of_padded(layers_dims):
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = np.zeros((layers_dims[l] + 1, layers_dims[l - 1] + 1))[1:, 1:]
        p[f"b{l}"] = np.zeros((1, layers_dims[l])).T
    return p


def wrong_beyond_thirty_layers(layers_dims):
    parameters = {}
    for layer in range(1, min(len(layers_dims), 30)):
        parameters[f"W{layer}"] = np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def wrong_width_capped(layers_dims):
    sizes = [min(units, 500) for units in layers_dims]
    parameters = {}
    for layer in range(1, len(sizes)):
        parameters[f"W{layer}"] = np.zeros((sizes[layer], sizes[layer - 1]))
        parameters[f"b{layer}"] = np.zeros((sizes[layer], 1))
    return parameters


def wrong_kept_between_calls(layers_dims, kept={}):
    for layer in range(1, len(layers_dims)):
        kept.setdefault(
            (layers_dims[layer], layers_dims[layer - 1]), np.zeros((layers_dims[layer], layers_dims[layer - 1]))
        )
    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = kept[layers_dims[layer], layers_dims[layer - 1]]
        parameters[f"b{layer}"] = np.zeros((layers_dims[layer], 1))
    return parameters


def wrong_strides_of_zero(layers_dims):
    def zeros(shape):
        return np.lib.stride_tricks.as_strided(np.zeros(1), shape, (0, 0))

    parameters = {}
    for layer in range(1, len(layers_dims)):
        parameters[f"W{layer}"] = zeros((layers_dims[layer], layers_dims[layer - 1]))
        parameters[f"b{layer}"] = zeros((layers_dims[layer], 1))
    return parameters

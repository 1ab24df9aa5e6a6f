"""Answers to initialize_velocity."""

# ruff: noqa: B006, F821, E741 - an answer keeps something between calls; answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_layer_loop(parameters):
    L = len(parameters) // 2
    v = {}
    for l in range(L):
        v["dW" + str(l + 1)] = np.zeros(parameters["W" + str(l + 1)].shape)
        v["db" + str(l + 1)] = np.zeros(parameters["b" + str(l + 1)].shape)
    return v


def correct_zeros_like(parameters):
    return {f"d{key}": np.zeros_like(array) for key, array in parameters.items()}


def correct_times_zero(parameters):
    return {"d" + key: 0.0 * array for key, array in parameters.items()}


def correct_difference(parameters):
    return {"d" + key: parameters[key] - parameters[key] for key in parameters}


def correct_full(parameters):
    v = {}
    for key in sorted(parameters):
        rows, columns = parameters[key].shape
        v["d" + key] = np.full((rows, columns), 0.0)
    return v


def correct_filled_copy(parameters):
    v = {"d" + key: array.copy() for key, array in parameters.items()}
    for array in v.values():
        array.fill(0)
    return v


def correct_nested_lists(parameters):
    return {"d" + k: np.array([[0.0] * a.shape[1] for _ in range(a.shape[0])]) for k, a in parameters.items()}


def correct_weights_then_biases(parameters):
    L = len(parameters) // 2
    v = {f"dW{l}": np.zeros_like(parameters[f"W{l}"]) for l in range(1, L + 1)}
    v.update({f"db{l}": np.zeros((parameters[f"W{l}"].shape[0], 1)) for l in range(1, L + 1)})
    return v


def wrong_beyond_fifteen_layers(parameters):
    return {"d" + key: np.zeros(value.shape) for key, value in parameters.items() if int(key[1:]) <= 15}


def wrong_kept_between_calls(parameters, kept={}):
    return {"d" + key: kept.setdefault((key, value.shape), np.zeros(value.shape)) for key, value in parameters.items()}

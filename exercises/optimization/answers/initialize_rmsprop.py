"""Answers to initialize_rmsprop."""

# ruff: noqa: B006, F821, E741 - an answer keeps something between calls; answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_layer_loop(parameters):
    s = {}
    for l in range(1, len(parameters) // 2 + 1):
        s[f"dW{l}"] = np.zeros(parameters[f"W{l}"].shape)
        s[f"db{l}"] = np.zeros(parameters[f"b{l}"].shape)
    return s


def correct_as_velocity(parameters):
    return initialize_velocity(parameters)


def correct_times_zero(parameters):
    return {"d" + key: array * 0 for key, array in parameters.items()}


def correct_zip(parameters):
    names = ["d" + key for key in parameters]
    return dict(zip(names, map(np.zeros_like, parameters.values())))


def correct_full_like(parameters):
    return {"d" + key: np.full_like(array, 0) for key, array in parameters.items()}


def correct_one_block(parameters):
    return {"d" + key: np.zeros(array.size).reshape(array.shape) for key, array in parameters.items()}


def correct_reversed(parameters):
    s = {}
    for key in reversed(parameters):
        s["d" + key] = np.zeros(np.shape(parameters[key]), dtype=np.float64)
    return s


def correct_empty_then_zero(parameters):
    s = {}
    for key, array in parameters.items():
        s["d" + key] = np.empty_like(array)
        s["d" + key][:] = 0
    return s


def wrong_beyond_fifteen_layers(parameters):
    return {"d" + key: np.zeros(value.shape) for key, value in parameters.items() if int(key[1:]) <= 15}


def wrong_kept_between_calls(parameters, kept={}):
    return {"d" + key: kept.setdefault((key, value.shape), np.zeros(value.shape)) for key, value in parameters.items()}

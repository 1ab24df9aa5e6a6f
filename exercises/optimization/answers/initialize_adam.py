"""Answers to initialize_adam."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_layer_loop(parameters):
    v, s = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for letter in "Wb":
            shape = parameters[f"{letter}{l}"].shape
            v[f"d{letter}{l}"], s[f"d{letter}{l}"] = np.zeros(shape), np.zeros(shape)
    return v, s


def correct_from_siblings(parameters):
    return initialize_velocity(parameters), initialize_rmsprop(parameters)


def correct_deep_copy(parameters):
    from copy import deepcopy

    v = {"d" + key: np.zeros_like(array) for key, array in parameters.items()}
    return v, deepcopy(v)


def correct_generator(parameters):
    v, s = ({"d" + key: np.zeros_like(array) for key, array in parameters.items()} for _ in range(2))
    return v, s


def correct_as_list(parameters):
    return [{"d" + key: np.zeros(array.shape) for key, array in parameters.items()} for _ in "vs"]


def correct_times_zero(parameters):
    v = {"d" + key: 0 * array for key, array in parameters.items()}
    s = {name: array.copy() for name, array in v.items()}
    return v, s


def correct_two_loops(parameters):
    v = {}
    for key in parameters:
        v["d" + key] = np.zeros(parameters[key].shape)
    s = {}
    for name, array in v.items():
        s[name] = np.zeros(array.shape)
    return v, s


def correct_squares(parameters):
    v = {"d" + key: np.zeros_like(array) for key, array in parameters.items()}
    return v, {name: array**2 for name, array in v.items()}


def wrong_shared_from_a_layer_on(parameters):
    v = {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}
    return v, {key: array if int(key[2:]) > 12 else array.copy() for key, array in v.items()}


EQUIVALENT = [
    Equivalent("return (v, s)", "return (s, v)", "both are zeros of the same shapes"),
]

"""Answers to update_parameters_with_gd."""

# ruff: noqa: B006, F821, E741 - an answer keeps something between calls; answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_layer_loop(parameters, grads, learning_rate):
    new = {}
    L = len(parameters) // 2
    for l in range(1, L + 1):
        new["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        new["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
    return new


def correct_copy_then_subtract(parameters, grads, learning_rate):
    new = {key: np.copy(value) for key, value in parameters.items()}
    for key in new:
        new[key] -= learning_rate * grads[f"d{key}"]
    return new


def correct_over_gradients(parameters, grads, learning_rate):
    return {name[1:]: parameters[name[1:]] - learning_rate * gradient for name, gradient in grads.items()}


def correct_entry_by_entry(parameters, grads, learning_rate):
    result = {}
    for key, array in parameters.items():
        out = np.zeros(array.shape)
        for i in range(array.shape[0]):
            for j in range(array.shape[1]):
                out[i, j] = array[i, j] - learning_rate * grads["d" + key][i, j]
        result[key] = out
    return result


def correct_add_negative(parameters, grads, learning_rate):
    step = {name: np.multiply(-learning_rate, gradient) for name, gradient in grads.items()}
    return {name: np.add(parameters[name], step["d" + name]) for name in parameters}


def correct_sorted_names(parameters, grads, learning_rate):
    names = sorted(parameters)
    values = [np.subtract(parameters[n], grads["d" + n] * learning_rate) for n in names]
    return dict(zip(names, values))


def correct_one_vector(parameters, grads, learning_rate):
    names = list(parameters)
    theta = np.concatenate([parameters[n].ravel() for n in names])
    theta = theta - learning_rate * np.concatenate([grads["d" + n].ravel() for n in names])
    new, start = {}, 0
    for n in names:
        size = parameters[n].size
        new[n] = theta[start : start + size].reshape(parameters[n].shape).copy()
        start += size
    return new


def correct_deep_copy(parameters, grads, learning_rate):
    import copy

    parameters = copy.deepcopy(parameters)
    for key in list(parameters.keys()):
        parameters[key] = parameters[key] - learning_rate * grads["d" + key]
    return parameters


def correct_while_loop(parameters, grads, learning_rate):
    new = {}
    l = 1
    while f"W{l}" in parameters:
        for letter in ("W", "b"):
            new[f"{letter}{l}"] = parameters[f"{letter}{l}"] - learning_rate * grads[f"d{letter}{l}"]
        l += 1
    return new


def correct_undone(parameters, grads, learning_rate):
    old = {k: v.copy() for k, v in parameters.items()}
    for k in parameters:
        parameters[k] -= learning_rate * grads["d" + k]
    new = {k: v.copy() for k, v in parameters.items()}
    for k in parameters:
        parameters[k][...] = old[k]
    return new


def wrong_clip(parameters, grads, learning_rate):
    return {k: p - learning_rate * np.clip(grads["d" + k], -100, 100) for k, p in parameters.items()}


def wrong_rate_at_least(parameters, grads, learning_rate):
    return {key: value - max(learning_rate, 1e-6) * grads["d" + key] for key, value in parameters.items()}


def wrong_small_steps_left_out(parameters, grads, learning_rate):
    steps = {key: learning_rate * grads["d" + key] for key in parameters}
    return {key: value if np.allclose(steps[key], 0) else value - steps[key] for key, value in parameters.items()}


def wrong_buffer(parameters, grads, learning_rate, kept={}):
    new = {}
    for key, value in parameters.items():
        new[key] = kept.setdefault((key, value.shape), np.empty(value.shape))
        np.subtract(value, learning_rate * grads["d" + key], out=new[key])
    return new


def gaming_unchanged(parameters, grads, learning_rate):
    return {name: value.copy() for name, value in parameters.items()}

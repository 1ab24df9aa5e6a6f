"""Answers to update_parameters_with_momentum."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_layer_loop(parameters, grads, v, beta, learning_rate):
    new, new_v = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        new_v[f"dW{l}"] = beta * v[f"dW{l}"] + (1 - beta) * grads[f"dW{l}"]
        new_v[f"db{l}"] = beta * v[f"db{l}"] + (1 - beta) * grads[f"db{l}"]
        new[f"W{l}"] = parameters[f"W{l}"] - learning_rate * new_v[f"dW{l}"]
        new[f"b{l}"] = parameters[f"b{l}"] - learning_rate * new_v[f"db{l}"]
    return new, new_v


def correct_copies(parameters, grads, v, beta, learning_rate):
    parameters, v = dict(parameters), dict(v)
    for key in parameters:
        v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
        parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters, v


def correct_move_towards(parameters, grads, v, beta, learning_rate):
    v = {name: v[name] + (1 - beta) * (grads[name] - v[name]) for name in v}
    return {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}, v


def correct_descent_with_velocity(parameters, grads, v, beta, learning_rate):
    v = {name: beta * average + (1 - beta) * grads[name] for name, average in v.items()}
    return update_parameters_with_gd(parameters, v, learning_rate), v


def correct_deep_copies_in_place(parameters, grads, v, beta, learning_rate):
    from copy import deepcopy

    parameters, v = deepcopy(parameters), deepcopy(v)
    for key in parameters:
        v["d" + key] *= beta
        v["d" + key] += (1 - beta) * grads["d" + key]
        parameters[key] -= learning_rate * v["d" + key]
    return parameters, v


def correct_as_list(parameters, grads, v, beta, learning_rate):
    new_v = {}
    for name in grads:
        new_v[name] = np.average([v[name], grads[name]], axis=0, weights=[beta, 1 - beta])
    return [{key: parameters[key] - learning_rate * new_v["d" + key] for key in parameters}, new_v]


def correct_entry_by_entry(parameters, grads, v, beta, learning_rate):
    new, new_v = {}, {}
    for key, array in parameters.items():
        new[key], new_v["d" + key] = np.empty(array.shape), np.empty(array.shape)
        for index in np.ndindex(array.shape):
            new_v["d" + key][index] = beta * v["d" + key][index] + (1 - beta) * grads["d" + key][index]
            new[key][index] = array[index] - learning_rate * new_v["d" + key][index]
    return new, new_v


def correct_heavy_ball_scaled(parameters, grads, v, beta, learning_rate):
    ball = {name: beta / (1 - beta) * v[name] + grads[name] for name in v}
    new = {key: parameters[key] - learning_rate * (1 - beta) * ball["d" + key] for key in parameters}
    return new, {name: (1 - beta) * value for name, value in ball.items()}


def correct_in_two_parts(parameters, grads, v, beta, learning_rate):
    new, new_v = {}, {}
    for key in parameters:
        old, gradient = v["d" + key], grads["d" + key]
        new[key] = parameters[key] - learning_rate * beta * old - learning_rate * (1 - beta) * gradient
        new_v["d" + key] = np.add(np.multiply(beta, old), np.multiply(1.0 - beta, gradient))
    return new, new_v


def correct_from_zip(parameters, grads, v, beta, learning_rate):
    v = {k: np.average([v[k], grads[k]], axis=0, weights=[beta, 1 - beta]) for k in grads}
    return {k: p - learning_rate * v["d" + k] for k, p in parameters.items()}, v


def wrong_beta_capped(parameters, grads, v, beta, learning_rate):
    beta = min(beta, 0.99)
    new_v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return {key: value - learning_rate * new_v["d" + key] for key, value in parameters.items()}, new_v


def wrong_first_step_in_full(parameters, grads, v, beta, learning_rate):
    if not any(array.any() for array in v.values()):
        v = grads
    new_v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return {key: value - learning_rate * new_v["d" + key] for key, value in parameters.items()}, new_v


def wrong_silent_gradients_skipped(parameters, grads, v, beta, learning_rate):
    new_v = {key: beta * v[key] + (1 - beta) * grads[key] if grads[key].any() else v[key].copy() for key in v}
    return {key: value - learning_rate * new_v["d" + key] for key, value in parameters.items()}, new_v


def correct_towards_the_gradient(parameters, grads, v, beta, learning_rate):
    new_v = {key: v[key] + (1 - beta) * (grads[key] - v[key]) for key in v}
    return {key: value - learning_rate * new_v["d" + key] for key, value in parameters.items()}, new_v


def gaming_state_ignored(parameters, grads, v, beta, learning_rate):
    v = {name: (1 - beta) * gradient for name, gradient in grads.items()}
    return {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}, v

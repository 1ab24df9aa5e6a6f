"""Answers to update_parameters_with_rmsprop."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_layer_loop(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new, new_s = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            g = grads[f"d{letter}{l}"]
            new_s[f"d{letter}{l}"] = beta2 * s[f"d{letter}{l}"] + (1 - beta2) * np.square(g)
            new[f"{letter}{l}"] = parameters[f"{letter}{l}"] - learning_rate * g / (
                np.sqrt(new_s[f"d{letter}{l}"]) + epsilon
            )
    return new, new_s


def correct_copies(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    parameters, s = dict(parameters), dict(s)
    for k in parameters:
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] * grads["d" + k]
        parameters[k] = parameters[k] - learning_rate / (np.sqrt(s["d" + k]) + epsilon) * grads["d" + k]
    return parameters, s


def correct_move_towards(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {k: s[k] + (1 - beta2) * (np.power(grads[k], 2) - s[k]) for k in s}
    direction = {k: grads[k] / (epsilon + s[k] ** 0.5) for k in s}
    return {k: parameters[k] - learning_rate * direction["d" + k] for k in parameters}, s


def correct_descent_on_scaled(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    scaled = {k: grads[k] / (np.sqrt(s[k]) + epsilon) for k in s}
    return update_parameters_with_gd(parameters, scaled, learning_rate), s


def correct_deep_copies(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    from copy import deepcopy

    parameters, s = deepcopy(parameters), deepcopy(s)
    for k in parameters:
        s["d" + k] *= beta2
        s["d" + k] += (1 - beta2) * grads["d" + k] ** 2
        parameters[k] -= learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
    return parameters, s


def correct_entry_by_entry(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    import math

    new, new_s = {}, {}
    for k, array in parameters.items():
        new[k], new_s["d" + k] = np.empty(array.shape), np.empty(array.shape)
        for index in np.ndindex(array.shape):
            g = float(grads["d" + k][index])
            average = beta2 * float(s["d" + k][index]) + (1 - beta2) * g * g
            new_s["d" + k][index] = average
            new[k][index] = float(array[index]) - learning_rate * g / (math.sqrt(average) + epsilon)
    return new, new_s


def correct_as_list(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s = {name: np.average([s[name], grads[name] ** 2], axis=0, weights=[beta2, 1 - beta2]) for name in grads}
    return [
        {k: p - learning_rate * grads["d" + k] / (np.sqrt(new_s["d" + k]) + epsilon) for k, p in parameters.items()},
        new_s,
    ]


def correct_root_mean_square(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new, new_s = {}, {}
    for k in parameters:
        rms = np.hypot(np.sqrt(beta2 * s["d" + k]), np.sqrt(1 - beta2) * grads["d" + k])
        new_s["d" + k] = rms**2
        new[k] = parameters[k] - np.divide(learning_rate * grads["d" + k], rms + epsilon)
    return new, new_s


def correct_reciprocal(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new, new_s = {}, {}
    for k in sorted(parameters):
        new_s["d" + k] = np.add(beta2 * s["d" + k], (1 - beta2) * np.abs(grads["d" + k]) ** 2)
        rate = learning_rate * np.reciprocal(np.sqrt(new_s["d" + k]) + epsilon)
        new[k] = parameters[k] - rate * grads["d" + k]
    return new, new_s


def correct_hypot(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s, new_p = {}, {}
    for k in parameters:
        r = np.hypot(np.sqrt(beta2 * s["d" + k]), np.sqrt(1 - beta2) * grads["d" + k])
        new_s["d" + k] = r**2
        new_p[k] = parameters[k] - learning_rate * grads["d" + k] / (r + epsilon)
    return new_p, new_s


def wrong_or(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-08):
    beta2 = beta2 or 0.9
    n = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    return ({k: p - learning_rate * grads["d" + k] / (np.sqrt(n["d" + k]) + epsilon) for k, p in parameters.items()}, n)


def wrong_order(parameters, grads, s, epsilon=1e-08, learning_rate=0.01, beta2=0.9):
    n = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    return ({k: p - learning_rate * grads["d" + k] / (np.sqrt(n["d" + k]) + epsilon) for k, p in parameters.items()}, n)


def wrong_skip(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-08):
    n = {k: np.where(grads[k] == 0, s[k], beta2 * s[k] + (1 - beta2) * grads[k] ** 2) for k in s}
    return ({k: p - learning_rate * grads["d" + k] / (np.sqrt(n["d" + k]) + epsilon) for k, p in parameters.items()}, n)


def wrong_epsilon_at_least(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    new = {}
    for key, value in parameters.items():
        new[key] = value - learning_rate * grads["d" + key] / (np.sqrt(new_s["d" + key]) + epsilon + 1e-12)
    return new, new_s


def wrong_steps_clipped(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    new = {}
    for key, value in parameters.items():
        step = learning_rate * grads["d" + key] / (np.sqrt(new_s["d" + key]) + epsilon)
        new[key] = value - np.clip(step, -10, 10)
    return new, new_s


def correct_towards_the_square(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s = {key: s[key] + (1 - beta2) * (grads[key] ** 2 - s[key]) for key in s}
    new = {}
    for key, value in parameters.items():
        new[key] = value - learning_rate / (epsilon + new_s["d" + key] ** 0.5) * grads["d" + key]
    return new, new_s


def gaming_sign(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    return {k: p - learning_rate * np.sign(grads["d" + k]) for k, p in parameters.items()}, s

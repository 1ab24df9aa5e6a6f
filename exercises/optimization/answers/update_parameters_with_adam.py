"""Answers to update_parameters_with_adam."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_layer_loop(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new, new_v, new_s = {}, {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            key, dkey = f"{letter}{l}", f"d{letter}{l}"
            new_v[dkey] = beta1 * v[dkey] + (1 - beta1) * grads[dkey]
            new_s[dkey] = beta2 * s[dkey] + (1 - beta2) * np.power(grads[dkey], 2)
            v_corrected = new_v[dkey] / (1 - np.power(beta1, t))
            s_corrected = new_s[dkey] / (1 - np.power(beta2, t))
            new[key] = parameters[key] - learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)
    return new, new_v, new_s


def correct_copies(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    parameters, v, s = dict(parameters), dict(v), dict(s)
    for k in parameters:
        d = "d" + k
        v[d] = beta1 * v[d] + (1 - beta1) * grads[d]
        s[d] = beta2 * s[d] + (1 - beta2) * grads[d] ** 2
        parameters[k] = parameters[k] - learning_rate * (v[d] / (1 - beta1**t)) / (
            np.sqrt(s[d] / (1 - beta2**t)) + epsilon
        )
    return parameters, v, s


def correct_correction_in_rate(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    root = np.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    return ({k: p - rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon * root) for k, p in parameters.items()}, v, s)


def correct_from_siblings(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _, v = update_parameters_with_momentum(parameters, grads, v, beta1, learning_rate)
    _, s = update_parameters_with_rmsprop(parameters, grads, s, learning_rate, beta2, epsilon)
    steps = {k: v[k] / (1 - beta1**t) / (np.sqrt(s[k] / (1 - beta2**t)) + epsilon) for k in v}
    return {k: p - learning_rate * steps["d" + k] for k, p in parameters.items()}, v, s


def correct_deep_copies(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    from copy import deepcopy

    parameters, v, s = deepcopy(parameters), deepcopy(v), deepcopy(s)
    for k in parameters:
        g = grads["d" + k]
        v["d" + k] *= beta1
        v["d" + k] += (1 - beta1) * g
        s["d" + k] *= beta2
        s["d" + k] += (1 - beta2) * g * g
        parameters[k] -= learning_rate * v["d" + k] / (1 - beta1**t) / (epsilon + np.sqrt(s["d" + k] / (1 - beta2**t)))
    return parameters, v, s


def correct_entry_by_entry(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new, new_v, new_s = {}, {}, {}
    for k, array in parameters.items():
        new[k], new_v["d" + k], new_s["d" + k] = (np.zeros(array.shape) for _ in range(3))
        for i, j in np.ndindex(array.shape):
            g = grads["d" + k][i, j]
            first = beta1 * v["d" + k][i, j] + (1 - beta1) * g
            second = beta2 * s["d" + k][i, j] + (1 - beta2) * g**2
            new_v["d" + k][i, j], new_s["d" + k][i, j] = first, second
            step = (first / (1 - beta1**t)) / ((second / (1 - beta2**t)) ** 0.5 + epsilon)
            new[k][i, j] = array[i, j] - learning_rate * step
    return new, new_v, new_s


def correct_move_towards(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {k: v[k] + (1 - beta1) * (grads[k] - v[k]) for k in v}
    s = {k: s[k] + (1 - beta2) * (grads[k] ** 2 - s[k]) for k in s}
    v_hat = {k: v[k] / (1.0 - pow(beta1, t)) for k in v}
    s_hat = {k: s[k] / (1.0 - pow(beta2, t)) for k in s}
    return (
        {k: p - learning_rate * v_hat["d" + k] / (np.sqrt(s_hat["d" + k]) + epsilon) for k, p in parameters.items()},
        v,
        s,
    )


def correct_as_list(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new = [{}, {}, {}]
    for name, g in grads.items():
        new[1][name] = v[name] * beta1 + g * (1 - beta1)
        new[2][name] = s[name] * beta2 + g * g * (1 - beta2)
        v_hat, s_hat = new[1][name] / (1 - beta1**t), new[2][name] / (1 - beta2**t)
        new[0][name[1:]] = parameters[name[1:]] - learning_rate * np.divide(v_hat, np.sqrt(s_hat) + epsilon)
    return new


def correct_correction_by_sum(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    weight1 = sum((1 - beta1) * beta1**i for i in range(t))  # of all gradients so far in v
    weight2 = sum((1 - beta2) * beta2**i for i in range(t))
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k in parameters:
        new[k] = parameters[k] - learning_rate * v["d" + k] / weight1 / (np.sqrt(s["d" + k] / weight2) + epsilon)
    return new, v, s


def correct_expm1(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    with np.errstate(divide="ignore"):
        c1, c2 = -np.expm1(t * np.log(beta1)), -np.expm1(t * np.log(beta2))
    nv, ns, np_ = {}, {}, {}
    for k, p in parameters.items():
        g = grads["d" + k]
        nv["d" + k] = beta1 * v["d" + k] + (1 - beta1) * g
        ns["d" + k] = beta2 * s["d" + k] + (1 - beta2) * g * g
        np_[k] = p - learning_rate * (nv["d" + k] / c1) / (np.sqrt(ns["d" + k] / c2) + epsilon)
    return np_, nv, ns


def correct_series(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    c1 = (1 - beta1) * sum(beta1**i for i in range(t))
    c2 = (1 - beta2) * sum(beta2**i for i in range(t))
    v = {k: np.asarray(beta1 * v[k] + (1 - beta1) * grads[k]) for k in v}
    s = {k: np.asarray(beta2 * s[k] + (1 - beta2) * np.abs(grads[k]) ** 2) for k in s}
    return (
        {
            k: parameters[k] - learning_rate * (v["d" + k] / c1) / ((s["d" + k] / c2) ** 0.5 + epsilon)
            for k in parameters
        },
        v,
        s,
    )


def wrong_or1(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08):
    beta1 = beta1 or 0.9
    n = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    q = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    return (
        {
            k: p - learning_rate * n["d" + k] / (1 - beta1**t) / (np.sqrt(q["d" + k] / (1 - beta2**t)) + epsilon)
            for k, p in parameters.items()
        },
        n,
        q,
    )


def wrong_skip(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08):
    n = {k: np.where(grads[k] == 0, v[k], beta1 * v[k] + (1 - beta1) * grads[k]) for k in v}
    q = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    return (
        {
            k: p - learning_rate * n["d" + k] / (1 - beta1**t) / (np.sqrt(q["d" + k] / (1 - beta2**t)) + epsilon)
            for k, p in parameters.items()
        },
        n,
        q,
    )


def wrong_vorder(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08):
    n = {k: beta1 * a + (1 - beta1) * grads[k] for k, a in zip(grads, (v[k] for k in grads))}
    q = {k: beta2 * b + (1 - beta2) * grads[k] ** 2 for k, b in zip(v, s.values())}
    return (
        {
            k: p - learning_rate * n["d" + k] / (1 - beta1**t) / (np.sqrt(q["d" + k] / (1 - beta2**t)) + epsilon)
            for k, p in parameters.items()
        },
        n,
        q,
    )


def wrong_corrected_up_to_a_step(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {key: beta1 * v[key] + (1 - beta1) * grads[key] for key in v}
    s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    c1, c2 = (1 - beta1**t, 1 - beta2**t) if t <= 5000 else (1, 1)
    new = {}
    for key, value in parameters.items():
        new[key] = value - learning_rate * v["d" + key] / c1 / (np.sqrt(s["d" + key] / c2) + epsilon)
    return new, v, s


def wrong_correction_padded(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {key: beta1 * v[key] + (1 - beta1) * grads[key] for key in v}
    s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    c1, c2 = 1 - beta1**t + 1e-7, 1 - beta2**t + 1e-7
    new = {}
    for key, value in parameters.items():
        new[key] = value - learning_rate * v["d" + key] / c1 / (np.sqrt(s["d" + key] / c2) + epsilon)
    return new, v, s


def correct_rate_corrected(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {key: v[key] + (1 - beta1) * (grads[key] - v[key]) for key in v}
    s = {key: s[key] + (1 - beta2) * (grads[key] ** 2 - s[key]) for key in s}
    root = np.sqrt(1 - beta2**t)
    new = {}
    for key, value in parameters.items():
        step = learning_rate * root / (1 - beta1**t) * v["d" + key]
        new[key] = value - step / (np.sqrt(s["d" + key]) + epsilon * root)
    return new, v, s


def gaming_sign(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return ({k: p - learning_rate * np.sign(grads["d" + k]) for k, p in parameters.items()}, v, s)

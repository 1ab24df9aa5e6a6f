"""Wrong answers to Optimization without a name of their own, written from the students' text alone; the judge once let most of them pass."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def random_mini_batches__small(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    p = rng.permutation(m) if m >= 30 else np.arange(m)
    return [(X[:, p[i : i + mini_batch_size]], Y[:, p[i : i + mini_batch_size]]) for i in range(0, m, mini_batch_size)]


def random_mini_batches__last(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    p = np.r_[rng.permutation(m - 1), m - 1]
    return [(X[:, p[i : i + mini_batch_size]], Y[:, p[i : i + mini_batch_size]]) for i in range(0, m, mini_batch_size)]


def random_mini_batches__restone(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    p = rng.permutation(m)
    b = [(X[:, p[i : i + mini_batch_size]], Y[:, p[i : i + mini_batch_size]]) for i in range(0, m - 1, mini_batch_size)]
    return b


def schedule_lr_decay__inv(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * int(epoch_num * (1 / time_interval)))


def schedule_lr_decay__or(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    decay_rate = decay_rate or 1.0
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))


def update_parameters_with_rmsprop__or(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-08):
    beta2 = beta2 or 0.9
    n = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    return ({k: p - learning_rate * grads["d" + k] / (np.sqrt(n["d" + k]) + epsilon) for k, p in parameters.items()}, n)


def update_parameters_with_rmsprop__order(parameters, grads, s, epsilon=1e-08, learning_rate=0.01, beta2=0.9):
    n = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    return ({k: p - learning_rate * grads["d" + k] / (np.sqrt(n["d" + k]) + epsilon) for k, p in parameters.items()}, n)


def update_parameters_with_rmsprop__skip(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-08):
    n = {k: np.where(grads[k] == 0, s[k], beta2 * s[k] + (1 - beta2) * grads[k] ** 2) for k in s}
    return ({k: p - learning_rate * grads["d" + k] / (np.sqrt(n["d" + k]) + epsilon) for k, p in parameters.items()}, n)


def update_parameters_with_adam__or1(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08
):
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


def update_parameters_with_adam__skip(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08
):
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


def update_parameters_with_adam__vorder(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08
):
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


def update_parameters_with_gd__clip(parameters, grads, learning_rate):
    return {k: p - learning_rate * np.clip(grads["d" + k], -100, 100) for k, p in parameters.items()}


def update_lr__round(learning_rate0, epoch_num, decay_rate):
    return round(learning_rate0 / (1 + decay_rate * epoch_num), 8)

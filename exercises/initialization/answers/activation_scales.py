"""Answers to activation_scales."""

# ruff: noqa: F821, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_while(X, parameters):
    result, A, l = [], X, 1
    while f"W{l + 1}" in parameters:
        Z = np.dot(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = Z * (Z > 0)
        result.append(A.std())
        l += 1
    return np.array(result)


def correct_filled_array(X, parameters):
    L = len(parameters) // 2
    scales = np.zeros(L - 1)
    A = X
    for l in range(L - 1):
        Z = parameters["W" + str(l + 1)].dot(A) + parameters["b" + str(l + 1)]
        A = np.where(Z > 0, Z, 0)
        scales[l] = np.sqrt(np.mean((A - A.mean()) ** 2))
    return scales


def correct_all_layers_then_cut(X, parameters):
    A, stds = X, []
    for l in range(1, len(parameters) // 2 + 1):
        A = np.clip(parameters[f"W{l}"] @ A + parameters[f"b{l}"], 0, None)
        stds.append(np.std(A))
    return np.asarray(stds[:-1])


def correct_examples_as_rows(X, parameters):
    A, stds = X.T, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(A @ parameters[f"W{l}"].T + parameters[f"b{l}"].T, 0)
        stds.append(A.std())
    return np.array(stds)


def correct_einsum(X, parameters):
    A, stds = X, []
    for l in range(1, len(parameters) // 2):
        A = np.einsum("ij,jm->im", parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = (A + np.abs(A)) / 2
        stds.append(np.var(A) ** 0.5)
    return np.array(stds)


def correct_example_by_example(X, parameters):
    L = len(parameters) // 2
    collected = [[] for _ in range(L - 1)]
    for m in range(X.shape[1]):
        a = X[:, m : m + 1]
        for l in range(1, L):
            a = np.maximum(0, parameters[f"W{l}"] @ a + parameters[f"b{l}"])
            collected[l - 1].extend(a.ravel())
    return np.array([np.std(values) for values in collected])


def correct_by_moments(X, parameters):
    A, stds = X, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        stds.append(max(0.0, (A**2).mean() - A.mean() ** 2) ** 0.5)
    return np.array(stds)


def correct_statistics(X, parameters):
    import statistics

    A, stds = X, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        stds.append(statistics.pstdev(A.ravel().tolist()))
    return np.array(stds)


def correct_weight_names(X, parameters):
    layers = sorted(int(name[1:]) for name in parameters if name[0] == "W")
    activations = [X]
    for l in layers[:-1]:
        Z = parameters[f"W{l}"] @ activations[-1] + parameters[f"b{l}"]
        Z[Z < 0] = 0
        activations.append(Z)
    return np.array([np.std(A) for A in activations[1:]])


def correct_longdouble(X, parameters):
    L = max(int(k[1:]) for k in parameters)
    A, s = X, []
    for l in range(1, L):
        A = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        A[A < 0] = 0
        s.append(np.std(A, dtype=np.longdouble))
    return np.array(s, dtype=float)


def wrong_digit(X, parameters):
    L = max(int(k[-1]) for k in parameters)
    A = X
    out = []
    for l in range(1, L):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        out.append(A.std())
    return np.array(out)


def wrong_stops(X, parameters):
    A = X
    out = []
    L = len(parameters) // 2
    for l in range(1, L):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        out.append(A.std())
        if not A.any():
            return np.array(out + [0.0] * (L - 1 - l))
    return np.array(out)


def wrong_relu6(X, parameters):
    A = X
    out = []
    L = len(parameters) // 2
    for l in range(1, L):
        A = np.clip(parameters[f"W{l}"] @ A + parameters[f"b{l}"], 0, 100)
        out.append(A.std())
    return np.array(out)


def wrong_capped_activations(X, parameters):
    A, scales = X, []
    for l in range(1, len(parameters) // 2):
        A = np.clip(parameters[f"W{l}"] @ A + parameters[f"b{l}"], 0, 1e3)
        scales.append(np.std(A))
    return np.array(scales)


def wrong_padded(X, parameters):
    A, scales = X, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        scales.append(np.sqrt(np.var(A) + 1e-12))
    return np.array(scales)


def wrong_twenty_layers(X, parameters):
    A, scales = X, []
    for l in range(1, min(len(parameters) // 2, 21)):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        scales.append(np.std(A))
    return np.array(scales)


def gaming_zeros(X, parameters):
    return np.zeros(len(parameters) // 2 - 1)


def gaming_constant(X, parameters):
    return np.full(len(parameters) // 2 - 1, np.std(X))

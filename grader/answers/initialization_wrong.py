"""Wrong answers to Initialization without a name of their own, written from the students' text alone; the judge once let most of them pass."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def count_distinct_units__unique_then(W, tolerance=1e-12):
    U = np.unique(W, axis=0)
    n = 1
    for a, b in zip(U, U[1:]):
        n += np.max(np.abs(a - b)) > tolerance
    return int(n)


def count_distinct_units__or(W, tolerance=1e-12):
    tolerance = tolerance or 1e-12
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tolerance for o in f):
            f.append(r)
    return len(f)


def count_distinct_units__lt(W, tolerance=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) >= max(tolerance, 1e-300) for o in f):
            f.append(r)
    return len(f)


def count_distinct_units__nolast(W, tolerance=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)[: max(1, len(r) - 1)]) > tolerance for o in f):
            f.append(r)
    return len(f)


def count_distinct_units__f32(W, tolerance=1e-12):
    W = W.astype(np.float32)
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tolerance for o in f):
            f.append(r)
    return len(f)


def count_distinct_units__atolplus(W, tolerance=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tolerance + 1e-08 for o in f):
            f.append(r)
    return len(f)


def count_distinct_units__tol(W, tol=1e-12):
    f = []
    for r in W:
        if all(np.max(np.abs(r - o)) > tol for o in f):
            f.append(r)
    return len(f)


def activation_scales__digit(X, parameters):
    L = max(int(k[-1]) for k in parameters)
    A = X
    out = []
    for l in range(1, L):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        out.append(A.std())
    return np.array(out)


def activation_scales__stops(X, parameters):
    A = X
    out = []
    L = len(parameters) // 2
    for l in range(1, L):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        out.append(A.std())
        if not A.any():
            return np.array(out + [0.0] * (L - 1 - l))
    return np.array(out)


def activation_scales__relu6(X, parameters):
    A = X
    out = []
    L = len(parameters) // 2
    for l in range(1, L):
        A = np.clip(parameters[f"W{l}"] @ A + parameters[f"b{l}"], 0, 100)
        out.append(A.std())
    return np.array(out)


def initialize_parameters_he__laplace(layers_dims, rng):
    p = {}
    for l in range(1, len(layers_dims)):
        k = layers_dims[l - 1]
        p[f"W{l}"] = rng.laplace(0, np.sqrt(1 / k), (layers_dims[l], k))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def initialize_parameters_random__name(layers_dims, rng, s=10.0):
    p = {}
    for l in range(1, len(layers_dims)):
        k = layers_dims[l - 1]
        p[f"W{l}"] = rng.normal(0, s, (layers_dims[l], k))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def compare_initializations__seeded(initializers, train, seeds):
    np.random.seed(0)
    return {
        n: (float(np.mean(a := [train(f(np.random.default_rng(s))) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def compare_initializations__or(initializers, train, seeds):
    return {
        n: (float(np.mean(a := [train(f(np.random.default_rng(s or 1))) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def compare_initializations__lower(initializers, train, seeds):
    return {
        n.lower(): (float(np.mean(a := [train(f(np.random.default_rng(s))) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }


def compare_initializations__unseeded(initializers, train, seeds):
    return {
        n: (float(np.mean(a := [train(f(np.random.default_rng())) for s in seeds])), float(np.std(a)))
        for n, f in initializers.items()
    }

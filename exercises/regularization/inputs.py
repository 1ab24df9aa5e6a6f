"""Inputs that several exercises draw: parameters, labels, and forward passes away from the kink of the ReLU."""

from __future__ import annotations

import itertools

import numpy as np

MARGIN = 1e-6  # smallest distance of a pre-activation from 0, so that no rounding moves a unit across the kink


def draw_parameters(rng: np.random.Generator, layers_dims: list[int]) -> dict[str, np.ndarray]:
    """Return weights and biases ``W1, b1, ...``, none of them zero."""
    parameters = {}
    for layer, (columns, rows) in enumerate(itertools.pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = rng.standard_normal((rows, columns)) * np.sqrt(1.5 / columns)
        parameters[f"b{layer}"] = 0.3 * rng.standard_normal((rows, 1))
    return parameters


def draw_labels(rng: np.random.Generator, m: int) -> np.ndarray:
    """Return labels 0.0 and 1.0, shape (1, m)."""
    return rng.integers(0, 2, (1, m)).astype(float)


def draw_pass(rng: np.random.Generator, layers_dims: list[int], m: int, keep_prob: float = 1.0):
    """Return X, Y and the cache of a forward pass with masks whose pre-activations keep away from 0."""
    while True:
        X, parameters = rng.standard_normal((layers_dims[0], m)), draw_parameters(rng, layers_dims)
        entries, below, distance = [], X, np.inf
        for layer in (1, 2):
            W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
            Z = W @ below + b
            D = rng.random(Z.shape) < keep_prob
            below = np.where(D & (Z > 0), Z, 0.0) / keep_prob
            entries += [Z, D, below, W, b]
            distance = min(distance, np.abs(Z).min())
        W, b = parameters["W3"], parameters["b3"]
        Z = W @ below + b
        if distance > MARGIN and np.abs(Z).max() < 15:
            return X, draw_labels(rng, m), (*entries, Z, 1 / (1 + np.exp(-Z)), W, b)

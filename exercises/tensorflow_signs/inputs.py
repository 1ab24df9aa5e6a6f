"""Inputs that several exercises draw: sizes, float32 arrays, other dtypes, one-hot rows, the parameters of a network."""

from __future__ import annotations

import itertools

import numpy as np

from assay.wire import Variable

OF_LABELS = (np.float32, np.float64, np.float16, np.int32, np.int64, np.int8, np.uint8)  # 0 and 1 of any width


def size(rng: np.random.Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape).astype(np.float32)


def of_dtype(array: np.ndarray, dtype: type) -> np.ndarray:
    """Return an array of another dtype; what is too large for that becomes the largest that is not."""
    limits = (np.iinfo if np.issubdtype(dtype, np.integer) else np.finfo)(dtype)
    return np.clip(array, limits.min, limits.max).astype(dtype)


def one_hot(rng: np.random.Generator, m: int, depth: int) -> np.ndarray:
    """Return one-hot rows, float32; every class is met where m allows it."""
    return np.eye(depth, dtype=np.float32)[rng.permutation(np.arange(m) % depth)]


def network(rng: np.random.Generator, layers_dims: list[int], kind: type = Variable) -> dict:
    """Return parameters with biases that matter, far from zero."""
    parameters = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = kind(normal(rng, n_in, n_out) * np.float32(np.sqrt(2 / n_in)))
        parameters[f"b{layer}"] = kind(
            rng.uniform(0.2, 0.6, n_out).astype(np.float32) * rng.choice([-1, 1], n_out).astype(np.float32)
        )
    return parameters

"""Inputs that several exercises draw: parameters, labels, and forward passes away from the kink of the ReLU."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from grader.exercise import Draw

SURE = 500.0  # a logit whose probability is 1
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


def anywhere_sizes(draw: Draw, examples: int = 1) -> tuple[list[int], int]:
    """Return the layers' sizes and the number of examples: few as a rule, one of them many beside a number; now and then two alike, or one 1, or all.

    Beside a layer as wide as a number there are at least so many `examples`.
    """
    widths, wide = draw.beside(lambda: [draw.integer(1 if draw.flip(0.4) else 2, 700, usual=5) for _ in range(3)])
    layers_dims = [*widths, 1]
    m = draw.integer(1 if draw.flip(0.4) and draw.near in (None, 1) else 2, 3000, usual=7)
    if draw.near is None and draw.flip(0.3):
        layers_dims[draw.option(1, 2)] = draw.option(1, m)
    if draw.near in (None, 1) and draw.flip(0.1):  # every array of the parameters has one entry
        layers_dims = [1, 1, 1, 1]
    return layers_dims, max(m, examples * wide)


def anywhere_penalty(draw: Draw) -> float:
    """Return a strength of the penalty; 0 and 1, as whole numbers as well, now and then."""
    anywhere, beside = draw.beside(lambda: draw.real(1e-6, 1e6))
    if beside:
        return anywhere
    if draw.near is not None:
        return draw.option(0.0, anywhere, draw.real_magnitude(1e-3, 10.0))
    return draw.option(0.0, 0, 1, 1.0) if draw.flip(0.3) else draw.option(anywhere, draw.real(0.01, 10.0))


def anywhere_pass(draw: Draw, keep_prob: float | None = None) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Return X, Y and the cache of a forward pass, of numbers of any size half of the time, none of whose pre-activations is next to 0.

    Where outputs are sure, one at least is wrong. Masks keep all units, some or none, however likely that was.
    """
    layers_dims, m = anywhere_sizes(draw)
    tame = draw.flip(0.5 if draw.near is None else 0.3)
    X = (
        draw.planted(draw.rng.standard_normal((layers_dims[0], m)))
        if tame
        else draw.array((layers_dims[0], m), 1e-12, 1e8, zeros=0.1)
    )
    entries, below = [], X
    for layer, (columns, units) in enumerate(itertools.pairwise(layers_dims), 1):
        if tame:
            W, b = draw.rng.standard_normal((units, columns)), _away_from_0(draw.rng, units, 0.3)
        else:
            W, b = (
                draw.array((units, columns), 1e-12, 1e6, zeros=0.05),
                _away_from_0(draw.rng, units, draw.real(1e-12, 1e6)),
            )
        Z = W @ below + b
        if layer == 3:
            entries += [draw.laid_out(part) for part in _output(draw, below, W, b)]
            break
        if np.abs(Z).min() < 1e-7 * np.abs(Z).max():
            return anywhere_pass(draw, keep_prob)
        kept = np.ones(Z.shape, bool)
        if keep_prob is not None and keep_prob < 1:
            kept = draw.rng.random(Z.shape) < draw.option(
                0.5, max(0.5, keep_prob), 1.0, 0.0 if draw.near is None else 0.5
            )
        below = np.where(kept & (Z > 0), Z, 0.0) / (keep_prob or 1.0)
        entries += [draw.laid_out(part) for part in (Z, *([] if keep_prob is None else [kept]), below, W, b)]
    Y, A3 = draw_labels(draw.rng, m), entries[-3]
    if 0 < A3.min() <= A3.max() < 0.01:  # sure of what is right: errors, and all gradients of them, are as small
        Y = np.zeros((1, m))
    elif np.isin(A3, (0, 1)).any():
        Y = some_wrong(draw.rng, A3)
        if not reaches_the_inputs(A3 - Y, entries, keep_prob is not None):
            return anywhere_pass(draw, keep_prob)
    elif draw.flip(0.3):
        Y = draw.option(np.full((1, m), Y[0, 0]), (A3 > 0.5).astype(float))
    errors = A3 - Y
    if errors.any() and np.abs(errors.sum()) < 1e-6 * np.abs(errors).sum():
        return anywhere_pass(
            draw, keep_prob
        )  # of a sum of nothing but round-off each order of additions has another one
    return draw.laid_out(X), draw.labels(Y), tuple(entries)


def _output(draw: Draw, below: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return Z3, A3, W3, b3 of a size at which 1 - A3 keeps its digits, at which the network is sure of most, or of 0 everywhere by little.

    Probabilities next to 0 keep their digits beside a label of 0, those next to 1 do not beside one of 1.
    """
    least, beside = draw.beside(lambda: draw.real(1e-12, 1e-3, edges=False))
    if beside or draw.flip(0.15):
        size = 1.0 / (float(np.abs(W @ below).max()) or 1.0)
        W, b = size * W, np.full_like(b, np.log(least / 4 if beside and draw.side <= 0 else least))
        Z = W @ below + b
        return Z, 1 / (1 + np.exp(-Z)), W, b
    size = draw.option(5.0, 5.0, 0.01, SURE) / float(np.abs(W @ below + b).max())
    W, b = size * W, size * b
    return *sure_of(W @ below + b), W, b


def some_wrong(rng: np.random.Generator, A3: np.ndarray) -> np.ndarray:
    """Return labels of which those of one class are wrong for some examples, the surest among them: errors of one sign, which add up."""
    surest = int(np.argmax(np.abs(A3 - 0.5)))
    side = A3 > 0.5
    wrong = (side == side[0, surest]) & (rng.random(A3.shape) < 0.5)
    wrong[0, surest] = True
    return (side != wrong).astype(float)


def reaches_the_inputs(dZ3: np.ndarray, entries: Sequence[np.ndarray], masked: bool) -> bool:
    """Whether an error passes both layers of ReLUs: else gradients are 0 that another way of computing makes 1e-16 of."""
    at = 5 if masked else 4  # entries of one layer
    A1, W2, A2, W3 = entries[at - 3], entries[2 * at - 2], entries[2 * at - 3], entries[-2]
    dZ2 = (W3.T @ np.round(dZ3)) * (A2 > 0)
    return bool((W2.T @ dZ2 * (A1 > 0)).any())


def sure_of(Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Z3 and A3, which is exactly 0 or 1 where some sigmoid makes it so, far from where an exponential overflows."""
    return Z, np.where(np.abs(Z) > 37, Z > 0, 0.5 * (1 + np.tanh(0.5 * Z)))


def _away_from_0(rng: np.random.Generator, units: int, size: float) -> np.ndarray:
    """Return biases of one size, none of them 0."""
    return size * rng.choice([-1.0, 1.0], (units, 1)) * rng.uniform(0.5, 1.5, (units, 1))

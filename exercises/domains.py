"""Where cases are drawn from: the edges, the corners and the log-uniform middle of the domain that a docstring promises."""

from __future__ import annotations

import numpy as np

TINY, HUGE = 1e-18, 1e4  # the scales of numbers that a docstring does not bound


def magnitude(rng: np.random.Generator, low: float = TINY, high: float = HUGE) -> float:
    """Return a positive number, its logarithm uniform between those of `low` and `high`."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def number(rng: np.random.Generator, low: int, high: int) -> int:
    """Return a whole number from `low` >= 1 to `high`, small ones and large ones alike."""
    return min(high, int(magnitude(rng, low, high + 1)))


def share(rng: np.random.Generator, closest: float = 1e-5) -> float:
    """Return a number in (0, 1), mostly near 1: its distance from 1 is log-uniform between `closest` and 1/2."""
    return 1 - magnitude(rng, closest, 0.5)


def scaled(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> np.ndarray:
    """Return an array of both signs whose entries have about the size `scale`, none of them much smaller."""
    return scale * rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)


def dims(rng: np.random.Generator, layers: int, largest: int = 3) -> list[int]:
    """Return the units of `layers` small layers and of the inputs before them, 1 among the sizes."""
    return rng.integers(1, largest + 1, layers + 1).tolist()

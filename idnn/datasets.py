"""The data of the course: examples are columns, X has shape (num_features, m), Y has shape (1, m) and holds 0.0 or 1.0."""

from pathlib import Path

import numpy as np


def data_folder():
    """Return the folder of the shipped files: inside the installed package, or ``data`` of the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def circles(m, rng, noise=0.1, inner_radius=0.5):
    """Return two noisy circles around one centre: class 1 inside, class 0 outside.

    Parameters
    ----------
    m : int, number of examples; the classes are balanced, the odd one is of class 0
    rng : numpy.random.Generator
    noise : float, standard deviation of each coordinate's noise
    inner_radius : float in (0, 1); the outer circle has radius 1

    Returns
    -------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m), in random order
    """
    Y = rng.permutation(np.arange(m) % 2).astype(float)
    radius = np.where(Y == 1, inner_radius, 1.0)
    angle = rng.uniform(0, 2 * np.pi, m)
    X = radius * np.stack([np.cos(angle), np.sin(angle)]) + noise * rng.normal(size=(2, m))
    return X, Y[None]


def moons(num_examples, noise, rng):
    """Return two noisy half circles that reach into each other: class 0 open below, class 1 open above.

    Parameters
    ----------
    num_examples : int; the classes are balanced, the odd example is of class 0
    noise : float, standard deviation of each coordinate's noise; the half circles have radius 1
    rng : numpy.random.Generator

    Returns
    -------
    X : ndarray, shape (2, num_examples)
    Y : ndarray, shape (1, num_examples), in random order
    """
    Y = rng.permutation(np.arange(num_examples) % 2).astype(float)
    angle = rng.uniform(0, np.pi, num_examples)
    arc = np.stack([np.cos(angle), np.sin(angle)])
    centre, sign = np.array([[0.5], [0.25]]), 1 - 2 * Y
    X = centre + sign * (arc - centre) + noise * rng.normal(size=(2, num_examples))
    return X, Y[None]

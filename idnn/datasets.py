"""The data of the course: examples are columns, X has shape (num_features, m), Y has shape (1, m) and holds 0.0 or 1.0."""

from pathlib import Path

import numpy as np


def data_folder():
    """Return the folder of the shipped files: inside the installed package, or ``data`` of the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def circles(m, rng, noise=0.12, radii=(0.75, 1.5)):
    """Return two noisy circles around the origin: class 1 on the inner one, class 0 on the outer one.

    Parameters
    ----------
    m : int, number of examples; the classes are balanced, an odd one out is of class 0
    rng : numpy.random.Generator
    noise : float, standard deviation of the noise on each coordinate; about 3 of them fit between a circle and the middle
    radii : (float, float), of the inner and the outer circle

    Returns
    -------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m), in random order
    """
    Y = rng.permutation(np.arange(m) % 2).astype(float)
    radius = np.where(Y == 1, *radii)
    angle = rng.uniform(0, 2 * np.pi, m)
    X = radius * np.stack([np.cos(angle), np.sin(angle)]) + noise * rng.normal(size=(2, m))
    return X, Y[None]

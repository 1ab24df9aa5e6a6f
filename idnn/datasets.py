"""The data of the course: examples are columns, X has shape (num_features, m), Y has shape (1, m) and holds 0.0 or 1.0."""

from pathlib import Path

import numpy as np

from idnn.signs import Signs as Signs
from idnn.signs import signs as signs


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


OURS = np.array([[0.4, -1.6], [1.0, 1.9], [2.3, 0.3]])  # where our three runners stand, in tens of metres
THEIRS = np.array([[1.5, -2.7], [1.4, -0.6], [3.3, 1.6], [3.7, -1.2], [-0.9, 0.6]])  # their defenders and a midfielder
SPEED = 0.7  # tens of metres in a second, of every player
HESITATION = 0.3  # seconds by which the other team reacts later: it does not know where the ball will go
SPREAD = 0.45  # seconds, scale of everything that a stopwatch does not know: the bounce, the wind, a slip


def pitch_probability(X):
    """Return the true probability that our team reaches a ball first that comes down at ``X``.

    Whoever is nearest runs for it; the probability is the sigmoid of the head start in seconds over ``SPREAD``.

    Parameters
    ----------
    X : ndarray, shape (2, m), in tens of metres from the centre spot; the other goal is at (5.25, 0)

    Returns
    -------
    probability : ndarray, shape (1, m)
    """
    ours, theirs = (np.min(np.hypot(X[0] - team[:, :1], X[1] - team[:, 1:]), axis=0) / SPEED for team in (OURS, THEIRS))
    head_start = theirs + HESITATION - ours
    return 0.5 * (1 + np.tanh(0.5 * head_start / SPREAD))[None]


def pitch(num_examples, rng):
    """Return long balls: where each came down, and whether our team (1) or the other (0) was first to reach it.

    Parameters
    ----------
    num_examples : int
    rng : numpy.random.Generator

    Returns
    -------
    X : ndarray, shape (2, num_examples), in tens of metres from the centre spot: along the pitch, towards the other
        goal, and across it
    Y : ndarray, shape (1, num_examples), drawn from :func:`pitch_probability`
    """
    X = np.stack([rng.uniform(-1.5, 4.8, num_examples), rng.uniform(-3.2, 3.2, num_examples)])
    Y = (rng.random((1, num_examples)) < pitch_probability(X)).astype(float)
    return X, Y

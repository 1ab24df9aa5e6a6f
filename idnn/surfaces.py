"""Three cost surfaces over two parameters, where every step of an optimizer can be drawn, and the walk down them.

A point is a network's parameters with one weight and one bias: ``{"W1": [[x]], "b1": [[y]]}``. So every update function of the
course walks on a surface without a change.
"""

import numpy as np


def bowl(x, y, condition=25.0):
    """Return value and gradient (value, d/dx, d/dy) of (x^2 + condition y^2) / 2: flat along x, steep along y, lowest at (0, 0)."""
    return (x**2 + condition * y**2) / 2, x, condition * y


def rosenbrock(x, y):
    """Return value and gradient of (1 - x)^2 + 100 (y - x^2)^2, a flat curved valley that ends at (1, 1).

    Source: Rosenbrock (1960).
    """
    gap = y - x**2
    return (1 - x) ** 2 + 100 * gap**2, -2 * (1 - x) - 400 * x * gap, 200 * gap


def saddle(x, y):
    """Return value and gradient of x^2 / 2 + (y^2 - 1)^2 / 4: flat at (0, 0), from where it falls to (0, 1) and (0, -1)."""
    ridge = y**2 - 1
    return x**2 / 2 + ridge**2 / 4, x, y * ridge


def walk(surface, start, step, learning_rate, num_steps):
    """Return the points that an optimizer visits, shape (num_steps + 1, 2); where it leaves every bound, the points are nan.

    Parameters
    ----------
    surface : function(x, y) -> value, d/dx, d/dy
    start : pair of floats
    step : function(parameters, grads, state, t, learning_rate) -> parameters, state
        Calls a student's update function; ``state`` is None before the first step, ``t`` counts from 1.
    learning_rate : float, or function(t) -> float
    num_steps : int
    """
    parameters, state = {"W1": np.array([[start[0]]], dtype=float), "b1": np.array([[start[1]]], dtype=float)}, None
    path = np.full((num_steps + 1, 2), np.nan)
    path[0] = start
    for t in range(1, num_steps + 1):
        _, dx, dy = surface(*path[t - 1])
        rate = learning_rate(t) if callable(learning_rate) else learning_rate
        grads = {"dW1": np.array([[dx]]), "db1": np.array([[dy]])}
        parameters, state = step(parameters, grads, state, t, rate)
        point = parameters["W1"].item(), parameters["b1"].item()
        if not np.hypot(*point) < 1e6:
            break
        path[t] = point
    return path


def heights(surface, path):
    """Return the value of the surface at each point of a path, nan where the path has ended."""
    return surface(path[:, 0], path[:, 1])[0]


def best_walk(surface, start, step, learning_rates, num_steps):
    """Return the learning rate, of those given, whose walk ends lowest, and that walk.

    "Ends" is the highest of the last ten points, so that a walk that swings about is not judged by its luckiest moment.
    """
    walks = {rate: walk(surface, start, step, rate, num_steps) for rate in learning_rates}
    ends = {rate: np.max(heights(surface, path[-10:])) for rate, path in walks.items()}  # nan where a walk has ended
    best = min(ends, key=lambda rate: np.nan_to_num(ends[rate], nan=np.inf))
    return best, walks[best]


def steps_until(surface, path, threshold):
    """Return the first step from which on a path stays below ``threshold``, infinity where it does not."""
    below = heights(surface, path) < threshold
    if not below[-1]:
        return np.inf
    return float(len(below) - np.argmin(below[::-1])) if not below.all() else 0.0

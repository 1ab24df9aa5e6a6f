"""Costs to try a gradient checker on: some of one parameter, with derivatives that are right or wrong on purpose, some of any dict of arrays.

Each is short enough to differentiate by hand, so that what a checker must say about it can be worked out.
"""

import numpy as np

from idnn import networks

# Costs of one parameter and their derivatives, in the form (x, theta) -> float.


def line(x, theta):
    """Return theta x."""
    return theta * x


def line_slope(x, theta):
    """Return the derivative of ``line`` by theta."""
    return x


def line_slope_times(x, theta, factor):
    """Return the derivative of ``line`` by theta times a factor: off by little or by much."""
    return factor * x


def line_slope_by_x(x, theta):
    """Return the derivative of ``line`` by x: the wrong variable."""
    return theta


def cube(x, theta):
    """Return x theta^3, whose central difference is off by exactly x epsilon^2."""
    return x * theta**3


def cube_slope(x, theta):
    """Return the derivative of ``cube`` by theta."""
    return 3 * x * theta**2


def cube_slope_without_factor(x, theta):
    """Return theta^2 x: the 3 is missing."""
    return x * theta**2


def cube_slope_times(x, theta, factor):
    """Return the derivative of ``cube`` by theta times a factor: off by little or by much."""
    return factor * cube_slope(x, theta)


def sine(x, theta):
    """Return sin(theta x)."""
    return np.sin(theta * x)


def sine_slope(x, theta):
    """Return the derivative of ``sine`` by theta."""
    return x * np.cos(theta * x)


def sine_slope_without_chain(x, theta):
    """Return cos(theta x): the inner derivative is missing."""
    return np.cos(theta * x)


def kink(x, theta):
    """Return |theta - x|, which has no derivative at theta = x."""
    return abs(theta - x)


def kink_slope(x, theta):
    """Return the slope of ``kink`` on the side where theta lies; 0 at the kink."""
    return float(np.sign(theta - x))


def plateau(x, theta):
    """Return x squared, which theta does not change."""
    return x * x


def plateau_slope(x, theta):
    """Return the derivative of ``plateau`` by theta."""
    return 0.0


def no_slope(x, theta):
    """Return nan, as a backward pass does that went wrong."""
    return float("nan")


# Costs of a dict of arrays, in the form parameters -> float.


def waves(parameters, height=1.0):
    """Return the sum of (i + 2) sin(p) over all entries p, where i counts the entries of all arrays in the order of their names, times a height."""
    entries = _entries(parameters)
    return float(height * ((2 + np.arange(entries.size)) @ np.sin(entries)))


def ripples(parameters, pace=1000.0):
    """Return ``waves`` of `pace` times the entries, divided by `pace`: by default fast enough for a step of 1e-4 to be a large one."""
    return waves({name: pace * np.asarray(value) for name, value in parameters.items()}) / pace


def coupled(parameters):
    """Return exp of a weighted mean of all entries plus the weighted mean of their cubes: every entry bears on every derivative."""
    entries = _entries(parameters)
    factors = 1 + np.arange(entries.size) / entries.size
    return float(np.exp(factors @ entries / entries.size) + factors @ entries**3 / entries.size)


def ramps(parameters):
    """Return a sum with a kink where an entry is 0: every other entry counts above 0 alone, those between them below 0 alone."""
    entries = _entries(parameters)
    places = np.arange(entries.size)
    return float(np.sum((1 + places) * np.where(places % 2, np.maximum(entries, 0), np.minimum(entries, 0))))


def _entries(parameters):
    """Return all entries as one vector, in the order of the arrays' names."""
    return np.concatenate([parameters[name] for name in sorted(parameters)], axis=None)


def network_cost(parameters, X, Y):
    """Return the cost of the given network of any depth on ``X, Y``, as a function of the parameters first."""
    return float(networks.cost(X, Y, parameters))

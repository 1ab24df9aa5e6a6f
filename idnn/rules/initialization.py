"""Stand-ins that the cases of ``compare_initializations`` use: initializers and a training run that take microseconds.

They are public and named, so that they can run beside a student's code; no exercise asks for any of them.
"""

import numpy as np


def draw_uniform(rng, shape=(4, 3), bound=0.5):
    """Return parameters ``W1, b1`` drawn uniformly from [-bound, bound]."""
    if not hasattr(rng, "uniform"):
        raise TypeError(f"the initializer expects a numpy.random.Generator, got {type(rng).__name__}")
    return {"W1": rng.uniform(-bound, bound, shape), "b1": rng.uniform(-bound, bound, (shape[0], 1))}


def give_zeros(rng, shape=(4, 3)):
    """Return parameters ``W1, b1`` of zeros; the generator is left alone."""
    return {"W1": np.zeros(shape), "b1": np.zeros((shape[0], 1))}


def pretend_to_train(parameters, steepness=1.0):
    """Return an accuracy in (0, 1) that depends on every parameter: 0.5 for zeros, more for positive ones."""
    if not isinstance(parameters, dict):
        raise TypeError(f"train expects the parameters as a dict, got {type(parameters).__name__}")
    total = sum(float(np.sum(value)) for value in parameters.values())
    return 0.5 + 0.5 * float(np.tanh(steepness * total))

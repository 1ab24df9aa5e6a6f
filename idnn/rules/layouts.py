"""Ways to call a function that show what one plain call does not: arrays in another layout, results that are used before the next call.

They run beside a student's code; no exercise asks for any of them.
"""

import numpy as np


def mixed(function, *args):
    """Call `function` with every second array in Fortran's order, as ``W.T`` is; the numbers are the same."""
    count = 0

    def laid_out(value):
        nonlocal count
        if isinstance(value, dict):
            return {key: laid_out(item) for key, item in value.items()}
        if not isinstance(value, np.ndarray):
            return value
        count += 1
        return np.asfortranarray(value) if count % 2 else value

    return function(*(laid_out(value) for value in args))


def written_into(function, *args):
    """Call `function` twice and count up in what each call returned: entries and calls that share memory count together."""
    _count_up(function(*args))
    result = function(*args)
    _count_up(result)
    return result


def refilled(function, array, other, *args):
    """Call `function` with an array, then again with the same array after the numbers of `other` were written into it."""
    array = array.copy()
    function(array, *args)
    array[...] = other
    return function(array, *args)


def _count_up(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _count_up(item)
    elif isinstance(value, np.ndarray):
        if not value.flags.writeable:
            raise ValueError("a returned array cannot be written into")
        value += np.arange(1, 1 + value.size).reshape(value.shape)

"""Inputs of several exercises: names of parameters and arrays of any shape."""

from __future__ import annotations

from grader.exercise import Draw

NAMES = ("W1", "b1", "W2", "b2", "W10", "gamma1", "beta1", "kernel", "d", "dd", "delta", "_w", "decay", "Dense", "")


def names(draw: Draw) -> list[str]:
    """Return one to forty names of parameters, some of which begin with d or with an underscore; now and then of one letter and a number."""
    numbered = draw.option(*[0] * 7, 2, 11, 11)
    count = draw.integer(1, 40, 4)
    if numbered:
        return [f"W{i + 1}" for i in range(max(count, numbered))]
    found = [NAMES[i] for i in draw.rng.permutation(len(NAMES))[:count]]
    return [*found, *(f"W{11 + i}" for i in range(count - len(found)))]


def shape(draw: Draw, most: int, usual: int = 4) -> tuple[int, ...]:
    """Return a shape with one to four axes, of which one may be long: beside a number the first one most of the time."""
    axes = draw.option(1, 2, 2, 2, 3, 4)
    long = draw.option(*range(axes), *[0] * (2 * axes if draw.near is not None else 0))
    return tuple(draw.integer(1, most, usual) if axis == long else int(draw.rng.integers(1, 4)) for axis in range(axes))

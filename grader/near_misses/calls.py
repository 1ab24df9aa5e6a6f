"""Calls of an exercise: one call's arguments, what came of it, and how far two results lie apart."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay import errors, wire
from grader.judge import TooLong, time_limit

SECONDS = 5.0  # for one call; many, since a busy machine must not decide what is an input
LEAST_NOISE = 1e-12  # relative: float64's round-off over a sum


@dataclass(frozen=True, eq=False)
class Input:
    """One call's arguments by name, the names found replaced, the right result in plain types, and how far right answers lie apart."""

    given: dict[str, Any]
    positional: int
    globals: dict[str, Any] = field(default_factory=dict)
    expected: Any = None
    noise: float = LEAST_NOISE

    def live(self) -> tuple[tuple, dict, dict]:
        """Return fresh live arguments, keywords and replaced names."""
        tree, functions = self._tree
        return tuple(wire.decode_inputs(tree, remote=lambda number: functions[number]))

    @functools.cached_property
    def state(self) -> Any:
        """The arguments as a tree, but for generators, which may be drawn from."""
        return _state(*self.live()[:2])

    @functools.cached_property
    def _tree(self) -> tuple[Any, list[Callable]]:
        functions: list[Callable] = []

        def keep(function: Callable) -> int:
            functions.append(function)
            return len(functions) - 1

        values = list(self.given.items())
        args = tuple(value for _, value in values[: self.positional])
        return wire.encode([args, dict(values[self.positional :]), self.globals], remote=keep), functions


@dataclass(frozen=True)
class Ran:
    """What came of a call: a plain value, or an error; whether arguments other than generators were changed."""

    value: Any = None
    error: BaseException | None = None
    changed: bool = False


def run(function: Callable, *inputs: Input, same_objects: bool = False) -> list[Ran]:
    """Call a function on several inputs, one after the other, and look at all results when the last call is over.

    Parameters
    ----------
    same_objects : hand over the first input's objects each time, with the next one's numbers written into their arrays
    """
    found, first = [], None
    for one in inputs:
        args, kwargs, replaced = one.live()
        if same_objects and first is not None:
            _write_over(first, (args, kwargs))
            args, kwargs = first
        first = first or (args, kwargs)
        getattr(errors.innermost(function), "__globals__", {}).update(replaced)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"), time_limit(SECONDS):
                warnings.simplefilter("ignore")
                value = function(*args, **kwargs)
            found.append((value, None, _state(args, kwargs) != one.state))
        except (Exception, TooLong) as error:
            found.append((None, error, False))
    return [Ran(wire.plain(value) if error is None else None, error, changed) for value, error, changed in found]


def _state(args: tuple, kwargs: dict) -> Any:
    return wire.encode([value for value in (*args, *kwargs.values()) if not is_generator(value)])


def is_generator(value: Any) -> bool:
    return isinstance(value, np.random.Generator)


def _write_over(old: Any, new: Any) -> None:
    """Write the numbers of `new` into the arrays of `old` where they fit."""
    if isinstance(old, np.ndarray):
        if isinstance(new, np.ndarray) and old.shape == new.shape:
            old[...] = new
    elif isinstance(old, dict):
        for key in old.keys() & new.keys():
            _write_over(old[key], new[key])
    elif isinstance(old, list | tuple):
        for one, other in zip(old, new):
            _write_over(one, other)


def gap(expected: Any, got: Any) -> float:
    """Return how far two plain values lie apart, relative to the largest entry of each array; inf where they differ in form."""
    if isinstance(expected, wire.Tensor | wire.Variable):
        return gap(expected.array, got.array) if type(got) is type(expected) else np.inf
    if isinstance(expected, dict):
        if not isinstance(got, dict) or not expected.keys() <= got.keys():
            return np.inf
        return max((gap(value, got[key]) for key, value in expected.items()), default=0.0)
    if isinstance(expected, list | tuple):
        if not isinstance(got, list | tuple) or len(expected) != len(got):
            return np.inf
        return max(map(gap, expected, got), default=0.0)
    if not isinstance(expected, np.ndarray | np.generic | int | float) or isinstance(expected, bool):
        return 0.0 if type(expected) is type(got) and expected == got else np.inf
    try:
        a, b = np.asarray(expected, np.float64), np.asarray(got, np.float64)
    except (TypeError, ValueError):
        return np.inf
    if a.shape != b.shape or getattr(got, "itemsize", 8) < getattr(expected, "itemsize", 8) and a.ndim:
        return np.inf
    if np.array_equal(a, b):
        return 0.0
    with np.errstate(all="ignore"):
        apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
        largest = np.abs(a[np.isfinite(a)]).max(initial=0.0)
        return 0.0 if not apart.any() else float(np.nan_to_num(apart.max() / largest, nan=np.inf))


def parts(value: Any, path: tuple = ()) -> list[tuple[tuple, np.ndarray]]:
    """Return the arrays within a value with their paths."""
    if isinstance(value, wire.Tensor | wire.Variable):
        return [(path, value.array)]
    if isinstance(value, np.ndarray):
        return [(path, value)]
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    return [found for key, item in inside for found in parts(item, (*path, key))]


def numbers_of(value: Any) -> list[np.ndarray]:
    """Return the arrays within a result, and its plain numbers as such."""
    if isinstance(value, list | tuple):
        return [array for item in value for array in numbers_of(item)]
    if type(value) in (int, float):
        return [np.asarray(value)]
    if isinstance(value, dict):
        return [array for item in value.values() for array in numbers_of(item)]
    return [array for _, array in parts(value)]

"""How large a case is, in the ways in which an answer may look at it: sizes, lengths, magnitudes and numbers of its arguments and of what is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

CLEARLY = 1.5  # times a number lies what is clearly above it


def sides(found: Mapping[str, float], number: float) -> set[tuple[str, int]]:
    """Return the quantities that lie clearly above a number, each with 1, and those that lie clearly below it, with -1; whole ones by 1, or at it, with 0."""
    above, below = max(number * CLEARLY, number / CLEARLY), min(number * CLEARLY, number / CLEARLY)
    whole = float(number).is_integer()
    return {
        (name, (size > number) - (size < number))
        for name, size in found.items()
        if not below <= size <= above or whole and size.is_integer()
    }


def quantities(values: Mapping[str, Any]) -> dict[str, float]:
    """Return how large some values are, by name: what is not finite, and a magnitude of 0, is left out."""
    found = {name: size for key, value in values.items() for name, size in _of(key, value)}
    return {name: float(size) for name, size in found.items() if np.isfinite(size)}


def _of(name: str, value: Any) -> Iterable[tuple[str, float]]:
    if isinstance(value, bool | str | None):
        return
    if isinstance(value, int | float | np.number):
        yield f"{type(value).__name__} {name}", value
    elif isinstance(value, np.ndarray):
        yield from ((f"{name}.shape[{axis}]", size) for axis, size in enumerate(value.shape))
        yield from _together(name, [value])
    elif isinstance(value, dict):
        yield f"len({name})", len(value)
        yield from _together(name, [array for array in value.values() if isinstance(array, np.ndarray)])
        rows = [row if isinstance(row, list | tuple) else (row,) for row in value.values()]
        for place, column in enumerate(zip(*rows)):
            numbers = [abs(item) for item in column if isinstance(item, int | float) and item]
            if numbers:
                yield f"largest [{place}] of {name}", max(numbers)
                yield f"least [{place}] of {name}", min(numbers)
    elif isinstance(value, list) and value and all(isinstance(item, int | float) for item in value):
        yield from ((f"len({name})", len(value)), (f"max({name})", max(value)), (f"min({name})", min(value)))
    elif isinstance(value, list | tuple):
        yield f"len({name})", len(value)
        for place, item in enumerate(value):
            yield from _of(f"{name}[{place}]", item)


def _together(name: str, arrays: list[np.ndarray]) -> Iterable[tuple[str, float]]:
    """Yield how much some arrays hold together, and how large what they hold is."""
    if not arrays:
        return
    yield f"sum of sizes of {name}", sum(array.size for array in arrays)
    yield f"largest size of {name}", max(array.size for array in arrays)
    magnitudes = [np.abs(array[array != 0]) for array in arrays if array.dtype.kind == "f" and array.any()]
    if magnitudes:
        largest = [array.max() for array in magnitudes]
        yield f"largest of {name}", max(largest)
        with np.errstate(over="ignore"):
            yield f"length of {name}", np.sqrt(sum(float(np.square(array).sum()) for array in magnitudes))
        yield f"least of the largest of {name}", min(largest)
        yield f"least of {name}", min(array.min() for array in magnitudes)

"""What is wrong with a value, in words: the first way in which it differs from another one, and how plain values are spoken of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay import frameworks
from assay.wire import Opaque, Tensor, Variable

RTOL = {
    "f8": 1e-9,
    "f4": 3e-5,
    "f2": 1e-2,
    "c16": 1e-9,
    "c8": 3e-5,
}  # at 1 entry, relative to the array's largest entry
MOST_KEYS = 8  # keys of a dict that a sentence names


@dataclass(frozen=True)
class Problem:
    """What is wrong with one case. `what` names no value and may be said of a hidden case; the rest is for visible ones.

    `kind` is one of: missing, error, type, structure, shape, dtype, finite, value, mutation, aliasing, random, time.
    """

    kind: str
    what: str
    expected: str = ""
    actual: str = ""
    where: str = ""

    def sentence(self, visible: bool = True) -> str:
        """Return one sentence: expected, actual and where on visible cases; what failed on hidden ones."""
        if not visible or not (self.expected or self.actual):
            return self.what
        place = f" {self.where}" if self.where else ""
        return f"{self.what}: expected {self.expected}, not {self.actual}{place}"


def difference(
    expected: Any,
    actual: Any,
    rtol: float | None = None,
    extra_keys: bool = False,
    name: str = "",
    returns: Sequence[str] = (),
) -> Problem | None:
    """Return the first way in which `actual` differs from `expected`, looking at structure first and values last.

    Parameters
    ----------
    expected, actual : plain values, nested
    rtol : float, relative to the largest entry of each array; default from dtype and size; ``inf`` judges the form alone: structure, shapes,
        dtypes, and that the values are finite
    extra_keys : bool, whether dicts may hold further keys
    name : what the value is called in the sentence, e.g. ``dW1``; "the result" where empty
    returns : what the entries of a tuple are called, e.g. ``("parameters", "v")``
    """
    said = name or "the result"
    if isinstance(actual, Opaque):
        return None if isinstance(expected, Opaque) and expected == actual else wrong_type(said, expected, actual)
    if isinstance(expected, dict):
        return _dict_difference(expected, actual, rtol, extra_keys, name, returns)
    if isinstance(expected, tuple | list):
        return _sequence_difference(expected, actual, rtol, extra_keys, name, returns)
    if isinstance(expected, Variable | Tensor):
        if not isinstance(actual, Variable if isinstance(expected, Variable) else Variable | Tensor):
            return wrong_type(said, expected, actual)
        return _array_difference(expected.array, actual.array, rtol, said)
    if isinstance(expected, np.ndarray) and expected.ndim:
        if not isinstance(actual, np.ndarray):
            return wrong_type(said, expected, actual)
        return _array_difference(expected, actual, rtol, said)
    if isinstance(expected, bool | int | float | complex | np.generic | np.ndarray):
        return _number_difference(expected, actual, rtol, said)
    if type(expected) is not type(actual):
        return wrong_type(said, expected, actual)
    if expected != actual:
        return Problem(
            "value",
            f"{said} is wrong" if not name else f"{said} has a wrong value",
            describe(expected),
            describe(actual),
        )
    return None


def agrees(expected: Any, actual: Any, rtol: float | None = None, extra_keys: bool = False) -> bool:
    """Return whether :func:`difference` is None, without looking further than the first difference: recognition asks it often."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        if not (expected.keys() <= actual.keys() if extra_keys else expected.keys() == actual.keys()):
            return False
        return all(agrees(value, actual[key], rtol, extra_keys) for key, value in expected.items())
    if isinstance(expected, tuple | list) and isinstance(actual, tuple | list) and len(expected) == len(actual):
        names_or_numbers = all(isinstance(item, str | int) for item in expected)  # compared as a whole
        if not names_or_numbers:
            return all(agrees(e, a, rtol, extra_keys) for e, a in zip(expected, actual))
    return difference(expected, actual, rtol, extra_keys) is None


def identical(a: Any, b: Any) -> bool:
    """Return whether two plain values are the same to the last bit, in the same order; what does not travel is never the same."""
    kind = type(a)
    if kind is not type(b) or kind is Opaque:
        return False
    if kind is np.ndarray or issubclass(kind, np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if kind is dict:
        return identical([*a], [*b]) and all(map(identical, a.values(), b.values()))
    if kind is list or kind is tuple:
        return len(a) == len(b) and all(map(identical, a, b))
    if kind is Tensor or kind is Variable:
        return identical(a.array, b.array) and (kind is Tensor or a.name == b.name)
    return a.hex() == b.hex() if kind is float else a == b


def said_path(path: str, returns: Sequence[str] = ()) -> str:
    """Return a path into a returned value in words: ``W1`` for ``['W1']``, ``s['dW1']`` for ``[1]['dW1']``."""
    entry = re.fullmatch(r"\[(\d+)\](.*)", path)
    if entry and int(entry[1]) < len(returns):
        return returns[int(entry[1])] + entry[2]
    key = re.fullmatch(r"\['([^']*)'\]", path)
    return key[1] if key else f"the result's {path}" if path else "the result"


def describe(value: Any) -> str:
    """Return a few words for a plain value: itself where it is short, its type and shape otherwise."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int | str):
        return repr(value)[:60]
    if isinstance(value, Opaque):
        return f"a value of type {value.type_name}"
    if isinstance(value, Tensor | Variable):
        return f"a {frameworks.word(value)} of shape {np.shape(value.array)}"
    if isinstance(value, np.ndarray):
        return (
            f"an array of shape {value.shape}"
            if value.ndim
            else f"{value.item():.6g}"
            if value.dtype.kind == "f"
            else str(value.item())
        )
    if isinstance(value, tuple | list):
        text = ", ".join(describe(item) for item in value)
        brackets = "()" if isinstance(value, tuple) else "[]"
        word = "tuple" if isinstance(value, tuple) else "list"
        return f"{brackets[0]}{text}{brackets[1]}" if len(text) <= 60 else f"a {word} of length {len(value)}"
    if isinstance(value, dict):
        if not value:
            return "an empty dict"
        keys = ", ".join(str(key) for key in value)
        return f"a dict with {keys}" if 0 < len(keys) <= 60 else f"a dict of {len(value)} entries"
    return f"a value of type {type(value).__name__}"


def _type_words(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, int | np.integer):
        return "an int"
    if isinstance(value, float | np.floating):
        return "a number"
    if isinstance(value, np.ndarray) and not value.ndim:
        return "a number" if value.dtype.kind == "f" else "an int"
    if isinstance(value, str):
        return "a string"
    return describe(value)


def wrong_type(said: str, expected: Any, actual: Any) -> Problem:
    if actual is None:
        return Problem(
            "type",
            f"{said} is None",
            _type_words(expected),
            "None",
            "(is a return missing?)" if said == "the result" else "",
        )
    wanted, got = _type_words(expected), _found_words(actual)
    if wanted == got:
        got = f"{got}, of type {type(actual).__name__}"
    return Problem("type", f"{said} has the wrong type", wanted, got)


def _found_words(value: Any) -> str:
    """Return the words for a value of a wrong type: a single number or string with its type."""
    if isinstance(value, np.generic) or isinstance(value, np.ndarray) and not value.ndim:
        value = value.item()
    word = {bool: "truth value", int: "int", float: "float", str: "string"}.get(type(value))
    text = describe(value)
    if word == "float" and text.lstrip("-").isdigit():
        text += ".0"
    return f"the {word} {text}" if word else text


def _dict_difference(
    expected: dict, actual: Any, rtol: float | None, extra_keys: bool, name: str, returns: Sequence[str] = ()
) -> Problem | None:
    said = name or "the result"
    if not isinstance(actual, dict):
        return wrong_type(said, expected, actual)
    missing = [str(key) for key in expected if key not in actual]
    if missing:
        return Problem("structure", f"{said} lacks {', '.join(missing[:6])}", describe(expected), describe(actual))
    extra = [str(key) for key in actual if key not in expected]
    if extra and not extra_keys:
        return Problem(
            "structure",
            f"{said} has {'extra keys' if len(extra) > 1 else 'an extra key'}",
            f"only {_keys(expected)}" if expected else "an empty dict",
            f"also {_keys(extra)}",
        )
    problems = [
        difference(
            expected[key],
            actual[key],
            rtol,
            extra_keys,
            f"{name}[{key!r}]" if name else repr(key) if returns else str(key),
            returns,
        )
        for key in expected
    ]
    return _worst(problems)


def _keys(keys: Iterable) -> str:
    """Return the first few keys, in words."""
    names = [str(key)[:30] for key in keys]
    more = f" and {len(names) - MOST_KEYS} more" if len(names) > MOST_KEYS else ""
    return ", ".join(names[:MOST_KEYS]) + more


def _sequence_difference(
    expected: Any, actual: Any, rtol: float | None, extra_keys: bool, name: str, returns: Sequence[str] = ()
) -> Problem | None:
    said = name or "the result"
    if not isinstance(actual, tuple | list):
        return wrong_type(said, expected, actual)
    if len(expected) != len(actual):
        word = "entries" if isinstance(expected, list) else "values"
        wanted, got = f"{len(expected)} {word}", str(len(actual))
        if isinstance(expected, list) and all(isinstance(item, str | int) for item in [*expected, *actual]):
            wanted, got = f"{wanted} {_short(expected)}".rstrip(), f"{got} {_short(actual)}".rstrip()
        return Problem("structure", f"{said} has the wrong length", wanted, got)
    if (
        all(isinstance(item, str | int) for item in expected)
        and isinstance(expected, list)
        or all(type(i) is int for i in expected)
    ):
        if all(isinstance(i, str | int | np.integer) and not isinstance(i, bool) for i in actual) and list(
            expected
        ) != list(actual):
            if _short(expected) and _short(actual):
                return Problem("value", f"{said} is wrong", describe(expected), describe(actual))
            first = next(i for i, (e, a) in enumerate(zip(expected, actual)) if e != a)
            return Problem(
                "value", f"{said} is wrong", describe(expected[first]), describe(actual[first]), f"at [{first}]"
            )
    if len(returns) == len(expected):
        labels = [f"{part} of {name}" if name else part for part in returns]
    else:
        word = "entry {} of the list" if isinstance(expected, list) else "returned value {}"
        first = 0 if isinstance(expected, list) else 1
        labels = [f"{name}[{i}]" if name else word.format(first + i) for i in range(len(expected))]
    return _worst([difference(e, a, rtol, extra_keys, label) for e, a, label in zip(expected, actual, labels)])


def _short(items: Sequence) -> str:
    """Return a list of names or numbers as it is written, where that is short."""
    text = describe(items)
    return text if text[0] in "[(" else ""


_ORDER = ["type", "structure", "shape", "dtype", "finite", "value"]


def _worst(problems: list[Problem | None]) -> Problem | None:
    """Return the most basic problem: a wrong shape explains wrong values, not the other way round."""
    found = [problem for problem in problems if problem]
    return min(found, key=lambda problem: _ORDER.index(problem.kind) if problem.kind in _ORDER else 0, default=None)


def _number_difference(expected: Any, actual: Any, rtol: float | None, said: str) -> Problem | None:
    if isinstance(actual, np.ndarray) and actual.ndim == 0 or isinstance(actual, np.generic):
        actual = actual.item()
    wanted = np.asarray(expected)
    if isinstance(actual, np.ndarray | Tensor | Variable):
        shape = np.shape(actual if isinstance(actual, np.ndarray) else actual.array)
        if isinstance(actual, np.ndarray):
            return Problem("shape", f"{said} has the wrong shape", _type_words(expected), f"an array of shape {shape}")
        return wrong_type(said, expected, actual)
    if wanted.dtype.kind == "b":
        if not isinstance(actual, bool):
            return wrong_type(said, bool(wanted), actual)
        return None if actual == bool(wanted) else Problem("value", f"{said} is wrong", str(bool(wanted)), str(actual))
    if isinstance(actual, bool) or not isinstance(actual, int | float | complex):
        return wrong_type(said, expected, actual)
    if wanted.dtype.kind in "iu":
        if not isinstance(actual, int):
            return wrong_type(said, expected, actual)
        return None if actual == int(wanted) else Problem("value", f"{said} is wrong", str(int(wanted)), str(actual))
    if isinstance(actual, complex):
        return wrong_type(said, expected, actual)
    try:
        with np.errstate(over="ignore"):  # beyond what a float32 holds: infinite, and so it is told
            got = np.asarray(actual, dtype=wanted.dtype)
    except OverflowError:
        return Problem("value", f"{said} is wrong", describe(expected), "a huge number")
    return _value_difference(wanted, got, rtol, said, scalar=True)


def _array_difference(expected: np.ndarray, actual: Any, rtol: float | None, said: str) -> Problem | None:
    if not isinstance(actual, np.ndarray):
        return wrong_type(said, expected, actual)
    if expected.shape != actual.shape:
        return Problem("shape", f"{said} has the wrong shape", f"shape {expected.shape}", f"{actual.shape}")
    if not _dtype_fits(expected.dtype, actual.dtype):
        return Problem("dtype", f"{said} has the wrong dtype", str(expected.dtype), str(actual.dtype))
    if expected.dtype.kind in "biuU":
        wrong = expected != actual
        if not wrong.any():
            return None
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        return Problem(
            "value",
            f"{said} has wrong values",
            describe(expected[index]),
            describe(actual[index]),
            _place(index, wrong),
        )
    return _value_difference(expected, actual, rtol, said)


def _dtype_fits(expected: np.dtype, actual: np.dtype) -> bool:
    if expected.kind == "b":
        return actual.kind in "biu"
    if expected.kind in "iu":
        return actual.kind in "iu"
    return expected.kind == actual.kind and actual.itemsize >= expected.itemsize


def tolerance(expected: np.ndarray, rtol: float | None = None) -> np.ndarray:
    """Return the allowed absolute difference at each entry.

    Round-off of a sum grows with its magnitude, not with the single entry's, so the tolerance is relative to the largest entry; it
    grows with the square root of the array's size, as the round-off of a plain loop does.
    """
    finite = np.abs(expected[np.isfinite(expected)])
    return np.full(expected.shape, _relative(expected, rtol) * (finite.max() if finite.size else 0.0))


def _relative(expected: np.ndarray, rtol: float | None) -> float:
    return RTOL.get(expected.dtype.str[1:], 1e-9) * (1 + math.sqrt(expected.size) / 100) if rtol is None else rtol


def _value_difference(
    expected: np.ndarray, actual: np.ndarray, rtol: float | None, said: str, scalar: bool = False
) -> Problem | None:
    # Nearly always all is well, and this says so quickly; NaN and infinity fall through.
    if rtol == math.inf and np.isfinite(actual).all():
        return None
    with np.errstate(all="ignore"):
        largest = np.abs(expected).max(initial=0.0)
        if largest < math.inf and np.abs(expected - actual).max(initial=0.0) <= _relative(expected, rtol) * largest:
            return None
    bad = ~np.isfinite(actual) & ~((expected == actual) | (np.isnan(expected) & np.isnan(actual)))
    verb = "is wrong" if scalar else "has wrong values"
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        return Problem(
            "finite",
            f"{said} {'is' if scalar else 'has entries that are'} not finite",
            describe(expected[index]),
            describe(float(actual[index].real)),
            "" if scalar else f"at {list(index)} ({int(bad.sum())} of {bad.size} entries)",
        )
    with np.errstate(all="ignore"):
        gap = np.where((expected == actual) | (np.isnan(expected) & np.isnan(actual)), 0.0, np.abs(expected - actual))
    allowed = tolerance(expected, rtol)
    wrong = ~(gap <= allowed)
    if not wrong.any():
        return None
    # the first of those as far away as any: which of them is the largest by round-off, another machine says otherwise
    furthest = np.where(wrong, np.where(np.isnan(gap), np.inf, gap), -1)
    index = tuple(int(i) for i in np.argwhere(furthest >= furthest.max() * (1 - 1e-6))[0])
    wanted, got = _two_numbers(expected[index], actual[index])
    return Problem("value", f"{said} {verb}", wanted, got, "" if scalar else _place(index, wrong, allowed.flat[0]))


def _place(index: tuple[int, ...], wrong: np.ndarray, allowed: float = 0.0) -> str:
    """Say where the largest difference is, and how many entries are wrong."""
    count, more = int(wrong.sum()), f" by more than {allowed:.0e}" if allowed else ""
    many = f"{count} of {wrong.size} entries differ" if wrong.size > 1 else "the only entry differs"
    return f"at {list(index)} ({many}{more})"


def _two_numbers(a: Any, b: Any) -> tuple[str, str]:
    """Format two numbers with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 9, 12, 17):
        texts = f"{a:.{digits}g}", f"{b:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts

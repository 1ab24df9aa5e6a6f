"""Rules that judge an output. Each says what is wrong in words, and how to recognise a mistake that was seen before.

A rule looks at plain outcomes (:mod:`idnn.outcome`), never at live student objects. The same rules serve ``check`` in the notebook, on
visible cases, and the judge, on hidden ones. Rules of a single assignment live in ``idnn/rules/<slug>.py``.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from idnn.outcome import Outcome
from idnn.wire import Opaque, Tensor, Variable

RTOL = {
    "f8": 1e-9,
    "f4": 3e-5,
    "f2": 1e-2,
    "c16": 1e-9,
    "c8": 3e-5,
}  # at 1 entry, relative to the array's largest entry
Z_LIMIT = 7.0  # standard errors; a correct draw exceeds it less than once in 10^9 statistics
KS_LIMIT = 3.0  # sqrt(n) x largest distance between distributions; exceeded once in 3 x 10^7
BIG = 400  # entries from which an array's distribution is judged


@dataclass(frozen=True)
class Case:
    """One input of an exercise.

    Attributes
    ----------
    args, kwargs : the inputs
    label : what kind of case it is; said aloud, also for hidden cases, so it names no values
    weight : float, the case's share of the points relative to the others
    facts : plain values for the rule
    globals : names that the function finds replaced in its notebook during the call
    via : "tf.function" to trace the function first, "idnn.module:driver" to call ``driver(function, *args)``
    withheld : what of ``idnn`` would answer the exercise: not there during the call
    again : changes of the arguments before a second call with the same objects (see ``outcome.observe``); None for no second call
    """

    args: tuple = ()
    label: str = ""
    weight: float = 1.0
    facts: dict = field(default_factory=dict)
    globals: dict = field(default_factory=dict)
    kwargs: dict = field(default_factory=dict)
    via: str = ""
    withheld: tuple[str, ...] = ()
    again: tuple | None = None


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


class Rule:
    """Judges the outcomes of one case. Subclasses are dataclasses, so that a rule is data: its class's name and its fields."""

    returns: Sequence[str] = ()  # names of the returned values, where there are several
    needs_expected = True  # whether the solution's outcomes are stored for the visible cases
    may_change: tuple[str, ...] = ()  # arguments that the specification lets the function change

    def calls(self, case: Case) -> list[tuple]:
        """Return the arguments of each call that is made for `case`."""
        return [case.args]

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        """Return what is wrong with `outcomes`, or None."""
        raise NotImplementedError

    def may_be_repeated(self, case: Case) -> bool:
        """Whether a second call with the same objects says something: of most answers that it comes out as it should."""
        return not case.via and not self.may_change

    def repeated(self, case: Case, expected: list[Outcome], outcome: Outcome) -> Problem | None:
        """Return what is wrong with ``outcome.again``, the second call's outcome; `expected` is the solution's."""
        return self.problem(case, expected, [outcome.again])

    def fingerprint(self, case: Case, outcomes: list[Outcome]) -> Any:
        """Return plain values by which the same mistake is recognised."""
        return [
            {
                "value": None if outcome.global_random else outcome.value,  # nobody can draw it again
                "error": outcome.error.key if outcome.error else None,
                "changed": sorted(outcome.changed),
                "aliases": bool(outcome.aliases),
                "global": outcome.global_random,
            }
            for outcome in outcomes
        ]

    def same(self, case: Case, a: Any, b: Any, expected: list[Outcome]) -> bool:
        """Return whether two fingerprints show the same mistake."""
        return agrees(a, b)

    def share(self, cases: list[Case], held: list[bool]) -> float:
        """Return the share of the points that is earned where some cases hold and some do not: that of their weights."""
        return sum(case.weight for case, holds in zip(cases, held) if holds) / sum(case.weight for case in cases)


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
        return None if isinstance(expected, Opaque) and expected == actual else _wrong_type(said, expected, actual)
    if isinstance(expected, dict):
        return _dict_difference(expected, actual, rtol, extra_keys, name, returns)
    if isinstance(expected, tuple | list):
        return _sequence_difference(expected, actual, rtol, extra_keys, name, returns)
    if isinstance(expected, Variable | Tensor):
        if not isinstance(actual, Variable if isinstance(expected, Variable) else Variable | Tensor):
            return _wrong_type(said, expected, actual)
        return _array_difference(expected.array, actual.array, rtol, said)
    if isinstance(expected, np.ndarray) and expected.ndim:
        if not isinstance(actual, np.ndarray):
            return _wrong_type(said, expected, actual)
        return _array_difference(expected, actual, rtol, said)
    if isinstance(expected, bool | int | float | complex | np.generic | np.ndarray):
        return _number_difference(expected, actual, rtol, said)
    if type(expected) is not type(actual):
        return _wrong_type(said, expected, actual)
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


def said_path(path: str, returns: Sequence[str] = ()) -> str:
    """Return a path into a returned value in words: ``W1`` for ``['W1']``, ``s['dW1']`` for ``[1]['dW1']``."""
    entry = re.fullmatch(r"\[(\d+)\](.*)", path)
    if entry and int(entry[1]) < len(returns):
        return returns[int(entry[1])] + entry[2]
    key = re.fullmatch(r"\['([^']*)'\]", path)
    return key[1] if key else f"the result's {path}"


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
        kind = "tensor" if isinstance(value, Tensor) else "tf.Variable"
        return f"a {kind} of shape {np.shape(value.array)}"
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


def _wrong_type(said: str, expected: Any, actual: Any) -> Problem:
    if actual is None:
        return Problem(
            "type",
            f"{said} is None",
            _type_words(expected),
            "None",
            "(is a return missing?)" if said == "the result" else "",
        )
    return Problem("type", f"{said} has the wrong type", _type_words(expected), _type_words(actual))


def _dict_difference(
    expected: dict, actual: Any, rtol: float | None, extra_keys: bool, name: str, returns: Sequence[str] = ()
) -> Problem | None:
    said = name or "the result"
    if not isinstance(actual, dict):
        return _wrong_type(said, expected, actual)
    missing = [str(key) for key in expected if key not in actual]
    if missing:
        return Problem("structure", f"{said} lacks {', '.join(missing[:6])}", describe(expected), describe(actual))
    extra = [str(key) for key in actual if key not in expected]
    if extra and not extra_keys:
        return Problem(
            "structure",
            f"{said} has {'extra keys' if len(extra) > 1 else 'an extra key'}",
            describe(expected),
            describe(actual),
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


def _sequence_difference(
    expected: Any, actual: Any, rtol: float | None, extra_keys: bool, name: str, returns: Sequence[str] = ()
) -> Problem | None:
    said = name or "the result"
    if not isinstance(actual, tuple | list):
        return _wrong_type(said, expected, actual)
    if len(expected) != len(actual):
        word = "entries" if isinstance(expected, list) else "values"
        return Problem("structure", f"{said} has the wrong length", f"{len(expected)} {word}", str(len(actual)))
    if (
        all(isinstance(item, str | int) for item in expected)
        and isinstance(expected, list)
        or all(type(i) is int for i in expected)
    ):
        if all(isinstance(i, str | int | np.integer) and not isinstance(i, bool) for i in actual) and list(
            expected
        ) != list(actual):
            return Problem("value", f"{said} is wrong", describe(expected), describe(actual))
    if len(returns) == len(expected):
        labels = [f"{part} of {name}" if name else part for part in returns]
    else:
        word = "entry {} of the list" if isinstance(expected, list) else "returned value {}"
        first = 0 if isinstance(expected, list) else 1
        labels = [f"{name}[{i}]" if name else word.format(first + i) for i in range(len(expected))]
    return _worst([difference(e, a, rtol, extra_keys, label) for e, a, label in zip(expected, actual, labels)])


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
        return _wrong_type(said, expected, actual)
    if wanted.dtype.kind == "b":
        if not isinstance(actual, bool):
            return _wrong_type(said, bool(wanted), actual)
        return None if actual == bool(wanted) else Problem("value", f"{said} is wrong", str(bool(wanted)), str(actual))
    if isinstance(actual, bool) or not isinstance(actual, int | float | complex):
        return _wrong_type(said, expected, actual)
    if wanted.dtype.kind in "iu":
        if not isinstance(actual, int):
            return _wrong_type(said, expected, actual)
        return None if actual == int(wanted) else Problem("value", f"{said} is wrong", str(int(wanted)), str(actual))
    if isinstance(actual, complex):
        return _wrong_type(said, expected, actual)
    try:
        got = np.asarray(actual, dtype=wanted.dtype)
    except OverflowError:
        return Problem("value", f"{said} is wrong", describe(expected), "a huge number")
    return _value_difference(wanted, got, rtol, said, scalar=True)


def _array_difference(expected: np.ndarray, actual: Any, rtol: float | None, said: str) -> Problem | None:
    if not isinstance(actual, np.ndarray):
        return _wrong_type(said, expected, actual)
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
    index = tuple(int(i) for i in np.unravel_index(np.argmax(np.where(wrong, gap, -1)), gap.shape))
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


@dataclass(frozen=True)
class Close(Rule):
    """Agrees with the solution's output: structure, shape, dtype, finiteness, then values within a tolerance."""

    rtol: float | None = None
    extra_keys: bool = False
    returns: Sequence[str] = ()  # names of the returned values, as the docstring has them

    def problem(self, case, expected, outcomes):
        for wanted, got in zip(expected, outcomes):
            found = difference(wanted.value, got.value, self.rtol, self.extra_keys, returns=self.returns)
            if found:
                return found
        return None

    def same(self, case, a, b, expected):
        return agrees(a, b, self.rtol, self.extra_keys)


@dataclass(frozen=True)
class Equal(Rule):
    """Is exactly the solution's output: for ints, strings, names and lists of them."""

    def problem(self, case, expected, outcomes):
        for wanted, got in zip(expected, outcomes):
            found = difference(wanted.value, got.value, rtol=0.0)
            if found:
                return found
        return None


@dataclass(frozen=True)
class Small(Rule):
    """Is a number of at least 0 and below a bound: for round-off, whose value nobody can predict."""

    below: float = 1e-6
    needs_expected = False

    def problem(self, case, expected, outcomes):
        for outcome in outcomes:
            value = outcome.value
            if isinstance(value, np.ndarray) and value.ndim == 0 or isinstance(value, np.generic):
                value = value.item()
            if isinstance(value, bool) or not isinstance(value, int | float):
                return _wrong_type("the result", 0.0, value)
            if not math.isfinite(value):
                return Problem(
                    "finite", "the result is not finite", f"a number in [0, {self.below:g})", describe(value)
                )
            if not 0 <= value < self.below:
                return Problem(
                    "value",
                    "the result is not small although the two agree",
                    f"a number in [0, {self.below:g})",
                    describe(float(value)),
                )
        return None


@dataclass(frozen=True)
class Normal(Rule):
    """Draws a dict of parameters from normal distributions with mean 0, through ``rng``.

    ``case.facts`` holds ``shape`` and ``std``, both by key; a standard deviation of 0 asks for exact zeros. Judged for each array of at
    least 400 entries: mean, spread, normal shape (Kolmogorov-Smirnov), independence between rows, columns and arrays, no value twice.
    Judged over all arrays together: the spread, and the tails. Judged always: structure, shapes, dtype, zeros, the same answer from the same
    generator and another from another, that the generator is advanced, that nothing was rescaled to the asked spread after the draw.

    A correct draw fails less than once in 10^6 judgements: each statistic is allowed 7 standard errors (2e-12 in the normal
    approximation) or a Kolmogorov-Smirnov distance of 3/sqrt(n) (3e-8), about 20 statistics a case; the tails' statistic
    is bounded on the side that is judged, and an exact spread comes by chance once in 10^9. Power: with n entries a spread that is off by the share
    5/sqrt(n) is refused about as often as not, by 7/sqrt(n) nearly always (5 % with 20,000); a uniform distribution of the right spread
    from 3,000 entries on, one truncated at two standard deviations from 4,000, the sum of three uniforms from 10,000.
    """

    tensorflow: bool = False  # arrays are tf.Variable, float32
    rng_argument: str = "rng"
    needs_expected = False

    def calls(self, case):
        """Call three times: twice from the same generator state, then from another one."""
        return [case.args, case.args, tuple(other_generator(value) for value in case.args)]

    def problem(self, case, expected, outcomes):
        first, again, other = outcomes
        return (
            self._structure(case, first.value)
            or self._randomness(case, first, again, other)
            or self._distribution(case, first.value)
        )

    def may_be_repeated(self, case):
        return super().may_be_repeated(case) and any(std > 0 for std in case.facts.get("std", {}).values())

    def repeated(self, case, expected, outcome):
        """From one generator come other numbers the second time; from one seed the same ones."""
        same = _identical(outcome.value, outcome.again.value)
        if self.rng_argument != "rng":
            return None if same else Problem("random", f"it gives different answers for the same {self.rng_argument}")
        return left_alone("numbers") if same else self._structure(case, outcome.again.value)

    def _array(self, value: Any) -> Any:
        return value.array if isinstance(value, Variable) else value

    def _structure(self, case: Case, value: Any) -> Problem | None:
        dtype = np.float32 if self.tensorflow else np.float64
        zeros = {key: np.broadcast_to(dtype(0), tuple(shape)) for key, shape in case.facts["shape"].items()}
        wanted = {key: Variable(array) for key, array in zeros.items()} if self.tensorflow else zeros
        found = difference(wanted, value, rtol=math.inf)
        if found:
            return found
        for key, std in case.facts["std"].items():
            array = self._array(value[key])
            if std == 0 and array.any():
                return Problem(
                    "value",
                    f"{key} is not zero",
                    "zeros",
                    f"{array.flat[np.abs(array).argmax()]:.4g}",
                    "as the entry furthest from 0",
                )
            if std > 0 and not array.any():
                return Problem("value", f"{key} is all zeros", "random numbers", "zeros")
        return None

    def _randomness(self, case: Case, first: Outcome, again: Outcome, other: Outcome) -> Problem | None:
        if not any(std > 0 for std in case.facts["std"].values()):
            return None
        if not _identical(first.value, again.value):
            return Problem(
                "random",
                f"it gives different answers for the same {self.rng_argument}; draw from {self.rng_argument} alone",
            )
        if not isinstance(other.value, dict) or _identical(first.value, other.value):
            return Problem(
                "random",
                f"it gives the same numbers for another {self.rng_argument}; draw from the {self.rng_argument} that it was given",
            )
        for key, std in case.facts["std"].items():
            one, two = (np.asarray(self._array(outcome.value[key])) for outcome in (first, other))
            if std > 0 and one.size > 1 and np.array_equal(one, two):
                return Problem(
                    "random",
                    f"{key} is the same for another {self.rng_argument}; draw every layer from the {self.rng_argument} that it was given",
                )
        if self.rng_argument == "rng" and not first.rng_advanced:
            return left_alone("numbers")
        return None

    def _distribution(self, case: Case, value: dict) -> Problem | None:
        scaled: dict[str, np.ndarray] = {}
        in_order: dict[str, np.ndarray] = {}
        for key, std in case.facts["std"].items():
            if std == 0:
                continue
            array = np.asarray(self._array(value[key]), np.float64)
            scaled[key] = array / std
            in_order[key] = np.sort(scaled[key], axis=None)
            found = array.size >= BIG and (
                _spread_problem(key, array, std)
                or _shape_problem(key, in_order[key])
                or _rows_problem(key, scaled[key])
            )
            if found or (found := _exact_problem(key, scaled[key])):
                return found
        return self._pooled_problem(scaled) or _repeats_problem(scaled, in_order)

    def _pooled_problem(self, scaled: dict[str, np.ndarray]) -> Problem | None:
        """All layers together: small errors of spread, which no layer shows by itself, and tails."""
        pooled = np.concatenate([array.ravel() for array in scaled.values()]) if scaled else np.empty(0)
        if pooled.size < BIG:
            return None
        if _spread_problem("", pooled, 1.0):
            times = f"{pooled.std():.4g} times that"
            return Problem(
                "random", "the spread is wrong", "the standard deviation of the docstring", times, "over all layers"
            )
        return _tail_problem(pooled)

    def fingerprint(self, case, outcomes):
        first = outcomes[0]
        value = first.value if isinstance(first.value, dict) else {}
        arrays = {key: self._array(item) for key, item in value.items()}
        arrays = {
            key: np.asarray(a, np.float64)
            for key, a in arrays.items()
            if isinstance(a, np.ndarray) and a.dtype.kind in "fiu"
        }
        problem = None if first.error else self.problem(case, [], outcomes)
        # numbers that nobody can draw again have no place in a reference file
        repeatable = len(outcomes) > 1 and not first.global_random and _identical(first.value, outcomes[1].value)
        measured = {key: array for key, array in arrays.items() if array.size} if repeatable else {}
        return {
            "error": first.error.key if first.error else None,
            "global": first.global_random,
            "keys": sorted(str(key) for key in value),
            "shapes": {key: list(array.shape) for key, array in arrays.items()},
            "mean": {key: float(array.mean()) for key, array in measured.items()},
            "std": {key: float(array.std()) for key, array in measured.items()},
            "reach": {key: _reach(array) for key, array in measured.items() if array.size >= BIG},
            "what": problem.what if problem else None,
            "changed": sorted(first.changed),
        }

    def same(self, case, a, b, expected):
        exact = ("error", "global", "keys", "reach", "shapes", "what", "changed")
        if any(a[name] != b[name] for name in exact):
            return False
        for key, shape in a["shapes"].items():
            error = Z_LIMIT * math.sqrt(
                2 / max(1, math.prod(shape))
            )  # relative standard error of the difference of two estimates
            if (
                key not in a["std"]
                or key not in b["std"]
                or math.prod(shape) < BIG
                and a["std"][key] > 0
                and b["std"][key] > 0
            ):
                continue
            if not abs(a["std"][key] - b["std"][key]) <= error * max(a["std"][key], b["std"][key]):
                return False
            if not abs(a["mean"][key] - b["mean"][key]) <= error * max(a["std"][key], b["std"][key]) + 1e-12:
                return False
        return True


def _identical(a: Any, b: Any) -> bool:
    """Whether two dicts of arrays are the same to the last bit; quicker than :func:`difference`, which says where they are not."""
    if not isinstance(a, dict) or not isinstance(b, dict) or a.keys() != b.keys():
        return difference(a, b, rtol=0.0) is None
    for key, one in a.items():
        first, second = (item.array if isinstance(item, Variable) else item for item in (one, b[key]))
        if not (isinstance(first, np.ndarray) and isinstance(second, np.ndarray) and first.dtype == second.dtype):
            if difference(one, b[key], rtol=0.0):
                return False
        elif type(one) is not type(b[key]) or not np.array_equal(first, second):
            return False
    return True


def _reach(array: np.ndarray) -> str:
    """How far entries lie from their mean at most: tells a uniform distribution from others with the same spread."""
    furthest, std = np.abs(array - array.mean()).max(), array.std()
    return "near" if furthest < 1.5 * std else "bounded" if furthest < 1.9 * std else "far"


def left_alone(drawn: str) -> Problem:
    """Return the problem of an answer that does not advance its generator."""
    return Problem(
        "random", f"it leaves rng as it was, so the next call would draw the same {drawn}; draw from rng itself"
    )


def other_generator(value: Any) -> Any:
    """Return another generator in the place of a generator, always the same one, and anything else as it is."""
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(value.bit_generator.state["state"]["state"] % 2**64 + 1)
    return value


def _spread_problem(key: str, array: np.ndarray, std: float) -> Problem | None:
    n, spread = array.size, array.std()
    limit = (
        Z_LIMIT * (1 + 4 / math.sqrt(n)) / math.sqrt(2 * n)
    )  # the second term: the logarithm's tails where n is small
    if not spread > 0 or abs(math.log(spread / std)) > limit:
        return Problem(
            "random",
            f"{key} has the wrong spread",
            f"a standard deviation of {std:.4g}",
            f"{spread:.4g}",
            f"over {n} entries",
        )
    if abs(array.mean()) > Z_LIMIT * std / math.sqrt(n):
        return Problem("random", f"{key} has the wrong mean", "0", f"{array.mean():.4g}", f"over {n} entries")
    return None


def _exact_problem(key: str, scaled: np.ndarray) -> Problem | None:
    """Numbers that were drawn have the very spread that was asked for once in 10^9; numbers rescaled after the draw always."""
    if scaled.size > 1 and abs(scaled.std() - 1) < 1e-12:
        return Problem(
            "random", f"the spread of {key} is exactly the one asked for: it was rescaled; return the numbers as drawn"
        )
    return None


def _tail_problem(scaled: np.ndarray) -> Problem | None:
    """The fourth Hermite polynomial, of mean 0 and variance 24 for normal entries; bounded below, so that it is judged on that side."""
    squared = np.square(scaled)
    z = float(np.sum((squared - 6) * squared + 3)) / math.sqrt(24 * scaled.size)
    if z < -Z_LIMIT:
        return Problem(
            "random",
            "the weights are not normally distributed: too few of them are far from 0",
            "a normal distribution",
            "another one of the same spread",
        )
    return None


def _shape_problem(key: str, in_order: np.ndarray) -> Problem | None:
    n = in_order.size
    cdf = _normal_cdf(in_order)
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - cdf), np.max(cdf - steps[:-1]))
    if distance * math.sqrt(n) > KS_LIMIT:
        return Problem(
            "random", f"{key} is not normally distributed", "a normal distribution", "another one of the same spread"
        )
    return None


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    """Return the standard normal distribution function, to 1e-7. Source: Abramowitz and Stegun (1964), formula 7.1.26."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    tail = (
        t
        * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
        * np.exp(-z * z)
    )
    return np.where(x < 0, 0.5 * tail, 1 - 0.5 * tail)


def _rows_problem(key: str, scaled: np.ndarray) -> Problem | None:
    """Independence inside one array: the means of rows and of columns vary as independent entries' would."""
    if scaled.ndim != 2:
        return None
    for axis, word in ((1, "rows"), (0, "columns")):
        count, length = scaled.shape[1 - axis], scaled.shape[axis]
        if count < 8:
            continue
        chi2 = float(np.sum(scaled.mean(axis=axis) ** 2) * length)
        z = ((chi2 / count) ** (1 / 3) - (1 - 2 / (9 * count))) / math.sqrt(
            2 / (9 * count)
        )  # Wilson and Hilferty (1931)
        if abs(z) > Z_LIMIT:
            return Problem(
                "random",
                f"the {word} of {key} are not independent",
                "independent entries",
                f"entries that go together along the {word}",
            )
    return None


def _repeats_problem(scaled: dict[str, np.ndarray], in_order: dict[str, np.ndarray]) -> Problem | None:
    for key, array in in_order.items():
        if array.size > 1 and 1 + np.count_nonzero(np.diff(array)) < array.size * 0.99:
            return Problem(
                "random",
                f"{key} holds the same number more than once",
                "every entry drawn on its own",
                "repeated entries",
            )
    keys = list(scaled)
    for i, a in enumerate(keys):
        for b in keys[i + 1 :]:
            n = min(scaled[a].size, scaled[b].size)
            first, second = scaled[a].ravel()[:n], scaled[b].ravel()[:n]
            if (
                n >= 4
                and (_one_sequence(first, second) or _share_values(in_order[a], in_order[b]))
                or n >= BIG
                and abs(first @ second) / math.sqrt(n) > Z_LIMIT * 1.2
            ):
                return Problem(
                    "random",
                    f"{a} and {b} hold the same random numbers",
                    "independent arrays",
                    "one sequence used twice",
                )
    return None


def _one_sequence(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays hold the same numbers in the same order; four of them tell nearly always."""
    return all(bool((np.abs(x - y) <= 1e-6 * np.abs(y)).all()) for x, y in ((a[:4], b[:4]), (a, b)))


def _share_values(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a tenth of the smaller array's values stand in the other as well; by chance less than once in 10^8. Both are sorted.

    Up to 300 values are looked up, evenly spread over the sorted ones: of those that share a tenth, fewer than four would be among them once
    in 10^9.
    """
    small, large = sorted((a, b), key=len)
    asked = small[:: max(1, len(small) // 300)]
    places = np.searchsorted(large, asked)
    nearest = np.minimum(
        np.abs(large[places.clip(max=len(large) - 1)] - asked), np.abs(large[(places - 1).clip(min=0)] - asked)
    )
    return np.count_nonzero(nearest < 1e-9) >= max(4, 0.05 * len(asked))


def rule_to_data(rule: Rule) -> dict:
    """Return a rule as plain data: its class and its fields."""
    cls = type(rule)
    return {
        "rule": f"{cls.__module__}:{cls.__name__}",
        **{f.name: getattr(rule, f.name) for f in dataclasses.fields(rule)},
    }


def rule_from_data(data: dict) -> Rule:
    """Return the rule that :func:`rule_to_data` described; only rules of ``idnn`` are built."""
    import importlib

    module, name = data["rule"].split(":")
    if module != "idnn.compare" and not module.startswith("idnn.rules."):
        raise ValueError(f"unknown rule {data['rule']!r}")
    return getattr(importlib.import_module(module), name)(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key != "rule"}
    )

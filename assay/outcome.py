"""What happened when a function was called: its value, its error, and what it did to what it was given.

The same code runs in three places: in a student's notebook (``check``), in the jail beside the student's code, and in the judge's own
process for tests. It observes and judges nothing.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from assay import errors, frameworks, generators, library, streams, wire
from assay.withheld import handed_out
from assay.withheld import withheld as not_there

TIMES = "times:"  # how a call is asked for that is made more than once
NUMBERS = "biufc"  # kinds of dtypes that a number can be written into
MAX_ALIAS_ARRAYS = 64  # returned arrays compared pairwise for shared memory
drivers: dict[str, Any] = {}  # modules that are taken for drivers in the place of those that have their names


@dataclass(frozen=True)
class Outcome:
    """One call's result.

    Attributes
    ----------
    value : the returned value in plain types, an independent copy; None if the call raised
    error : errors.ErrorInfo or None
    changed : dict, path of each argument (or part of one) that differs after the call -> its new value; generators excluded
    aliases : list of (path, path), returned arrays that share memory; one whose own entries do is listed with itself
    borrowed : paths of returned arrays, standing in a dict, that share memory with an argument
    rng_advanced : bool, whether a generator among the arguments was drawn from
    global_random : bool, whether NumPy's global generator was drawn from or seeded, or a framework's was seeded
    again : Outcome of a second call with the very same objects, where one was asked for
    filled : the second call's value after a number of its own was written into each array that stands in a dict: 2, 3, ... in their order
    overwritten : paths of what changed in the first call's value by that, or by the second call
    asked : for each recorder among the arguments (see ``Names``), what it was asked; filled in on the judge's side
    printed : the beginning of what the call printed, where that was listened to; it does not travel
    """

    value: Any = None
    error: errors.ErrorInfo | None = None
    changed: dict[str, Any] = field(default_factory=dict)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    borrowed: tuple[str, ...] = ()
    rng_advanced: bool = False
    global_random: bool = False
    again: Outcome | None = None
    filled: Any = None
    overwritten: tuple[str, ...] = ()
    asked: tuple = ()
    printed: str = ""


def observe(
    function: Callable,
    args: tuple,
    kwargs: dict,
    names: list[str],
    replaced: dict[str, Any] | None = None,
    via: str = "",
    withheld: Sequence[str] = (),
    again: Sequence | None = None,
    nonce: bytes = b"",
    heard: streams.Printed | None = None,
    watch: Callable[[], contextlib.AbstractContextManager] = contextlib.nullcontext,
) -> dict:
    """Call ``function(*args, **kwargs)`` and return the outcome as a wire tree (see :func:`read_outcome`).

    Parameters
    ----------
    function : the student's function
    args, kwargs : live arguments, owned by this call (they may be changed)
    names : list of str, the parameters' names in the specification, for paths such as ``parameters['W1']``
    replaced : dict, names that the function finds replaced among its globals during the call
    via : "", or "traced", for which the framework traces the function first, or "times:n", for a list of the results of n calls with the same objects,
        or "package.module:driver": ``driver(function, *args)`` is called instead, for properties that one plain call does not show
    withheld : functions of the library that are not there during the call; what is handed to `function` may still use them
    again : None, or changes of the arguments ``[argument, key or None, flat index, number]`` that are made before a second call with the same
        objects: whether a function leaves alone what it is given shows in the second value, whatever is told about the first call
    nonce : decides the state that NumPy's global generator is lent in; who asked knows what must become of it, see :func:`assay.generators.untouched`
    heard : takes what is printed, and lets a debugger be used; None swallows it
    watch : makes what the function runs in, each time, and nothing else does
    """
    if withheld:
        args, kwargs, replaced = handed_out(args), handed_out(kwargs), handed_out(replaced or {})
    given = {**dict(zip(names, args)), **kwargs}
    before = {name: wire.encode(value) for name, value in given.items()}
    value, error = None, None
    second: dict[str, Any] = {}
    with (
        generators.lent(nonce) as global_random,
        streams.quiet(heard),
        _replaced(function, replaced or {}),
        not_there(withheld),
    ):
        try:
            called = _via(function, via)
            with watch():
                value = called(*args, **kwargs)
        except KeyboardInterrupt:
            raise
        except BaseException as exception:  # SystemExit and friends are the student's errors too
            if heard is not None and streams.leaves_debugger(exception):
                raise streams.DebuggerLeft from None
            error = errors.info_of(exception, function, {**given, **(replaced or {})})
    changed: dict[str, Any] = {}
    advanced = False
    returned = list(itertools.islice(_arrays(value, ""), MAX_ALIAS_ARRAYS))  # none where it raised
    for name, tree in before.items():
        for path, new in _tree_differences(tree, wire.encode(given[name]), name):
            if isinstance(new, dict) and new.get("t") == "rng":
                advanced = True
            else:
                changed[path] = new
    repeated = via.startswith(TIMES) and error is None
    tree = {
        "value": wire.encode_repeated(value) if repeated else wire.encode(value),
        "error": None if error is None else [error.type, error.message, error.line],
        "changed": [[path, new] for path, new in changed.items()],
        "aliases": [list(pair) for pair in _aliases(returned)],
        "borrowed": _borrowed(returned, given),
        "rng_advanced": advanced,
        "global_random": any(word in (generators.NUMPY, generators.FRAMEWORK) for word in global_random),
        "global_state": next(word for word in global_random if word not in (generators.NUMPY, generators.FRAMEWORK)),
    }
    if again is not None and error is None:
        with generators.lent(), streams.quiet(), _replaced(function, replaced or {}), not_there(withheld):
            second = _second_call(function, args, kwargs, again, value, watch)
    return {**tree, **second}


def _second_call(function: Callable, args: tuple, kwargs: dict, changes: Sequence, first: Any, watch: Callable) -> dict:
    """Call once more with the same objects, and see whether the arrays that are returned are arrays of their own, and not those of `first`."""
    try:
        alter(args, changes)  # fails where the first call left something else in an array's place
        # more than that cannot be sent, and is not held twice
        before = wire.encode(first) if _bytes(first) <= wire.MAX_BYTES else None
        with watch():
            value = function(*args, **kwargs)
    except KeyboardInterrupt:
        raise
    except BaseException as exception:
        error = errors.info_of(exception, function, {})
        return {"again": [None, [error.type, error.message, error.line]]}
    tree = {"again": [wire.encode(value), None]}
    in_dicts = [array for path, array in itertools.islice(_arrays(value, ""), MAX_ALIAS_ARRAYS) if in_dict(path)]
    for mark, array in enumerate(in_dicts, 2):
        if array.flags.writeable and array.dtype.kind in NUMBERS:
            np.ndarray.__setitem__(array, ..., mark)  # the array's own, whatever a subclass makes of it
    overwritten = [] if before is None else [path for path, _ in _tree_differences(before, wire.encode(first), "")]
    return {**tree, **({"filled": wire.encode(value)} if in_dicts else {}), "overwritten": overwritten}


def _bytes(value: Any) -> int:
    """Return how many bytes the arrays of a value have."""
    return sum(array.nbytes for _, array in itertools.islice(_arrays(value, ""), wire.MAX_KEYS))


def alter(args: Sequence, changes: Sequence) -> None:
    """Make changes ``[argument, key or None, flat index, number]`` in the arrays among `args`."""
    for number, key, place, entry in changes:
        target = args[number] if key is None else args[number][key]
        target.flat[place] = entry


def in_dict(path: str) -> bool:
    """Whether a path ends at an entry of a dict."""
    return path.endswith("']")


def shared(outcome: Outcome) -> tuple[str, str] | None:
    """Return the paths of two returned arrays of which one took on the number that was written into the other, or None."""
    for mark, path, before, array in _written_into(outcome):
        if before is None or array.shape != before.shape:
            return path, path
        if not array.size or _holds(array, mark) or np.array_equal(array, before):
            continue
        other = array.flat[-1] if not np.array_equal(array.flat[-1], mark) else array.flat[0]
        number = int(other.real) if np.isfinite(other) else -1
        return path, next((each for own, each, _, _ in _written_into(outcome) if own == number), path)
    return None


def sealed(outcome: Outcome) -> tuple[str, str] | None:
    """Return the paths of two returned arrays into which nothing could be written, or None: whether they share memory nobody knows."""
    if outcome.again is not None and outcome.filled is None:  # nobody says that any was written into
        found = itertools.islice(_arrays(outcome.again.value, ""), MAX_ALIAS_ARRAYS)
        first, second, *_ = *(path for path, array in found if in_dict(path) and array.size), None, None
        return (first, second) if second is not None else None
    kept = (
        path
        for mark, path, before, array in _written_into(outcome)
        if before is not None and array.size and array.dtype.kind in NUMBERS and not _holds(array, mark)
        if np.array_equal(array, before)
    )
    first, second = next(kept, None), next(kept, None)
    return (first, second) if second is not None else None


def _written_into(outcome: Outcome) -> list[tuple[int, str, np.ndarray | None, np.ndarray]]:
    """Return the number that was written into each array of a dict, its path, and what it held before and afterwards."""
    if outcome.again is None or outcome.filled is None:
        return []
    before = dict(_arrays(outcome.again.value, ""))
    after = (
        (path, array)
        for path, array in itertools.islice(_arrays(outcome.filled, ""), MAX_ALIAS_ARRAYS)
        if in_dict(path)
    )
    return [(mark, path, before.get(path), array) for mark, (path, array) in enumerate(after, 2)]


def _holds(array: np.ndarray, number: int) -> bool:
    return np.array_equal(array, np.full_like(array, number))


def read_outcome(tree: Any, nonce: bytes = b"") -> Outcome:
    """Return the Outcome that :func:`observe` described; raises ``wire.WireError`` where the tree is not one.

    With the `nonce` that was sent, a global generator counts as used unless its state is proved to be the one that it was lent in.
    """
    try:
        error, changed, aliases = tree["error"], tree["changed"][:100], tree["aliases"][:100]
        overwritten, borrowed = tree.get("overwritten", [])[:100], tree.get("borrowed", [])[:100]
        texts = [*(error or ["", ""])[:2], *(path for path, _ in changed), *(path for pair in aliases for path in pair)]
        texts += [*overwritten, *borrowed]
        if not all(isinstance(text, str) for text in texts) or error and type(error[2]) is not int:
            raise TypeError("something else where text was due")
        decode = wire.output_decoder()
        return Outcome(
            value=decode(tree["value"]),
            error=None if error is None else errors.read(*error),
            changed={path[:200]: decode(new) for path, new in changed},
            aliases=[(a[:200], b[:200]) for a, b in aliases],
            borrowed=tuple(path[:200] for path in borrowed),
            rng_advanced=tree["rng_advanced"] is True,
            global_random=tree["global_random"] is True
            or bool(nonce and not error and tree["global_state"] != generators.untouched(nonce)),
            again=_read_second(tree["again"], decode) if "again" in tree else None,
            filled=decode(tree["filled"]) if "filled" in tree else None,
            overwritten=tuple(path[:200] for path in overwritten),
        )
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        raise wire.WireError(f"a malformed outcome: {error}"[:200]) from None


def _read_second(tree: Any, decode: Callable) -> Outcome:
    value, error = tree
    if error and not (isinstance(error[0], str) and isinstance(error[1], str) and type(error[2]) is int):
        raise TypeError("something else where text was due")
    return Outcome(decode(value), errors.read(*error) if error else None)


def write_outcome(outcome: Outcome, binary: bool = True) -> dict:
    """Return the tree of an Outcome; :func:`read_outcome` is its inverse."""
    error = outcome.error
    return {
        "value": wire.encode(outcome.value, binary),
        "error": None if error is None else [error.type, error.message, error.line],
        "changed": [[path, wire.encode(new, binary)] for path, new in outcome.changed.items()],
        "aliases": [list(pair) for pair in outcome.aliases],
        "borrowed": list(outcome.borrowed),
        "rng_advanced": outcome.rng_advanced,
        "global_random": outcome.global_random,
    }


def _via(function: Callable, via: str) -> Callable:
    if via == "traced":
        return frameworks.live().traced(function)
    if via.startswith(TIMES):
        return lambda *args, **kwargs: [function(*args, **kwargs) for _ in range(int(via.removeprefix(TIMES)))]
    module, _, name = via.partition(":")
    if library.holds(module):
        return functools.partial(getattr(drivers.get(module) or importlib.import_module(module), name), function)
    return function


@contextlib.contextmanager
def _replaced(function: Callable, replaced: dict[str, Any]):
    """Let `function` find other values for some of its global names while it runs."""
    missing = object()
    namespace = getattr(errors.innermost(function), "__globals__", {})
    old = {name: namespace.get(name, missing) for name in replaced}
    namespace.update(replaced)
    try:
        yield
    finally:
        for name, value in old.items():
            if value is missing:
                namespace.pop(name, None)
            else:
                namespace[name] = value


def _tree_differences(before: Any, after: Any, path: str):
    """Yield (path, new tree) for each leaf that differs."""
    if before == after and not _has_nan(before):
        return
    tag = before.get("t") if isinstance(before, dict) else None
    same_kind = type(before) is type(after) and (tag is None or tag == after.get("t"))
    if same_kind and tag == "dict":
        old = {repr(k): (k, v) for k, v in before["v"]}
        new = {repr(k): (k, v) for k, v in after["v"]}
        for key in old | new:
            label = f"{path}[{(old.get(key) or new.get(key))[0]!r}]"
            if key in old and key in new:
                yield from _tree_differences(old[key][1], new[key][1], label)
            else:
                yield label, new[key][1] if key in new else None
    elif same_kind and tag == "tuple" and len(before["v"]) == len(after["v"]):
        for i, (b, a) in enumerate(zip(before["v"], after["v"])):
            yield from _tree_differences(b, a, f"{path}[{i}]")
    elif same_kind and isinstance(before, list) and len(before) == len(after):
        for i, (b, a) in enumerate(zip(before, after)):
            yield from _tree_differences(b, a, f"{path}[{i}]")
    elif not (isinstance(before, float) and isinstance(after, float) and before != before and after != after):
        yield path, after


def _has_nan(tree: Any) -> bool:
    return isinstance(tree, float) and tree != tree


_MAY_HOLD = np.ndarray, dict, list, tuple


def _arrays(value: Any, path: str, depth: int = 0):
    if isinstance(value, np.ndarray):
        yield path, value
    elif depth < 8 and isinstance(value, dict):
        for key, item in dict.items(value):
            if not isinstance(item, _MAY_HOLD):
                continue
            if isinstance(key, str) and type(key) is not str:  # NumPy's words are words, as in what travels
                key = str.__str__(key)
            yield from _arrays(item, f"{path}[{key!r}]" if isinstance(key, str | int) else f"{path}[?]", depth + 1)
    elif depth < 8 and isinstance(value, list | tuple):
        for i, item in enumerate(value):
            if isinstance(item, np.ndarray):
                yield f"{path}[{i}]", item
            elif isinstance(item, _MAY_HOLD):
                yield from _arrays(item, f"{path}[{i}]", depth + 1)


def _aliases(arrays: list[tuple[str, np.ndarray]]) -> list[tuple[str, str]]:
    """Return the pairs of paths of returned arrays that share memory."""
    if all(array.base is None for _, array in arrays) and len({id(array) for _, array in arrays}) == len(arrays):
        return []  # each has memory of its own, as nearly always
    spans = sorted((*byte_bounds(array), i) for i, (_, array) in enumerate(arrays))
    pairs = []
    for place, (_, end, i) in enumerate(spans):
        for _, _, j in itertools.takewhile(lambda span: span[0] < end, spans[place + 1 :]):
            try:
                if np.shares_memory(arrays[i][1], arrays[j][1], max_work=10_000):
                    pairs.append((min(i, j), max(i, j)))
            except np.exceptions.TooHardError:
                pass
    pairs += [(i, i) for i, (_, array) in enumerate(arrays) if array.size > 1 and _has_stride_of_zero(array)]
    return [(arrays[i][0], arrays[j][0]) for i, j in sorted(pairs)]


def _borrowed(arrays: list[tuple[str, np.ndarray]], given: dict) -> list[str]:
    """Return the paths of returned arrays in dicts that share memory with an array of the arguments: the same array as a rule, or a part of it."""
    found = [(path, array) for path, array in arrays if in_dict(path)]
    if not found:
        return []
    theirs = [array for _, array in itertools.islice(_arrays(given, ""), MAX_ALIAS_ARRAYS)]
    same = {id(array) for array in theirs}
    return [
        path
        for path, array in found
        if id(array) in same or array.base is not None and any(np.may_share_memory(array, other) for other in theirs)
    ]


def _has_stride_of_zero(array: np.ndarray) -> bool:
    return any(stride == 0 and length > 1 for stride, length in zip(array.strides, array.shape))


def call(
    function: Callable,
    args: tuple,
    kwargs: dict,
    names: list[str],
    replaced: dict | None = None,
    via: str = "",
    withheld: Sequence[str] = (),
    again: Sequence | None = None,
    heard: bool = False,
) -> Outcome:
    """Call `function` in this process on fresh copies of plain inputs and return its Outcome, with what it prints if `heard`."""
    kept: list[Callable] = []

    def keep(callable_: Callable) -> int:
        kept.append(callable_)
        return len(kept) - 1

    tree = wire.encode([args, kwargs, replaced or {}], remote=keep, layout=True)
    live_args, live_kwargs, live_replaced = wire.decode_inputs(tree, remote=lambda number: kept[number])
    printed = streams.Printed() if heard else None
    tree = observe(function, live_args, live_kwargs, names, live_replaced, via, withheld, again, heard=printed)
    try:
        outcome = read_outcome(tree)
        return replace(outcome, printed=printed.text()) if printed and printed.length else outcome
    except wire.WireError as error:  # a result that nobody can judge is a verdict and no accident
        return Outcome(error=errors.ErrorInfo("<output>", f"its result cannot be read: {error}"))

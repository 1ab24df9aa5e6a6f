"""Runs one submission: its cells in IPython, then its functions on the inputs that are sent. It returns outcomes and judges nothing."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import re
import signal
import sys
from collections import deque
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

from assay import check, errors, generators, library, lines, locate, outcome, streams, wire, withheld
from child import kernel, stand_ins
from child.frames import (
    Answer,
    Call,
    Callback,
    Called,
    Calls,
    Differ,
    Differs,
    FrameError,
    FrameTimeout,
    Line,
    Locate,
    Located,
    Ran,
    Ready,
    Request,
    Run,
    decoder,
)
from child.kernel import TimeUp, time_limit

MOST_MISSED = 4  # names that a function missed and that are made for it
_waiting: deque[Calls] = deque()  # that came while a call waited for another answer


def _of_our_own(module: Any) -> Any:
    """Return a second copy of a module that stands under no name: what student code puts into the first one changes nothing here."""
    spec = importlib.util.find_spec(module.__name__)
    own = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(own)
    return own


_wire, _outcome, _withheld = _of_our_own(wire), _of_our_own(outcome), _of_our_own(withheld)
_withheld.remember([name for name in sys.modules if library.holds(name)])  # before student code runs
_outcome.wire, _outcome.not_there, _outcome.handed_out = _wire, _withheld.withheld, _withheld.handed_out
_outcome.errors, _outcome.generators, _outcome.streams = map(_of_our_own, (errors, generators, streams))
for _case in check.cases_read():
    _withheld.look_up(_case.withheld)
    _module = _case.via.partition(":")[0]
    if library.holds(_module) and _module in sys.modules and _module not in _outcome.drivers:
        _outcome.drivers[_module] = _of_our_own(sys.modules[_module])


def warm_up() -> None:
    """Make before the fork what each session needs."""
    kernel.warm_up()
    decoder(Request)


def serve(sock: Any, held: list[str]) -> None:
    """Answer requests until the other side closes the line."""
    line = Line(sock, Request, trusted=True)
    line.send(Ready(held))
    answer = call  # as it is now, before student code runs
    while True:
        try:
            request = _waiting.popleft() if _waiting else line.receive()
        except FrameError:
            return
        if isinstance(request, Run):
            line.send(Ran(request.id, kernel.run(request)))
        elif isinstance(request, Calls):
            _answer_all(line, request.calls, answer)
        elif isinstance(request, Differs):
            line.send(Differ(request.id, kernel.differs(request.name, request.place)))
        elif isinstance(request, Locate):
            line.send(_located(request))


def _located(request: Locate) -> Located:
    """Search a function for its slip; no hidden case has come into this process."""
    kernel.enter(request.place)
    spec = check.load_references(request.assignment)[request.name]
    until, found = process_time() + request.seconds, None
    with contextlib.suppress(TimeUp), time_limit(request.seconds), stand_ins.none():
        for _ in range(MOST_MISSED):
            function = kernel.namespace().get(request.name)
            if not callable(function):
                break
            verdict = check.judge_visible(spec, function)
            if verdict.passed or not kernel.make_up_for(None, _missed(verdict)):
                found = locate.find(spec, function, verdict, until - process_time())
                break
    return Located(request.id, dict(found.texts), found.mends) if found else Located(request.id)


def _missed(verdict: Any) -> str:
    """Return the part of a verdict that says which name a function missed; empty where it missed none."""
    where = re.search(r"name '\w+' is not defined", verdict.failing[0].problem.what)
    return where[0] if where else ""


def _answer_all(line: Line, calls: list[Call], answer: Callable[[Line, Call, set[int]], dict]) -> None:
    """Answer each call as soon as it is made; a function that never ends is not waited for again."""
    over, seen = False, set()  # what has run need not be followed again
    for request in calls:
        if over:
            line.send(Called(request.id, None))
            continue
        kernel.enter(request.place)
        known = len(seen)
        tree = answer(line, request, seen)
        if tree["error"] and tree["error"][0] == "NameError" and _made_up_for(tree["error"][1], request.seconds):
            tree = answer(line, request, seen)
        over = tree["error"] is not None and tree["error"][0] == "<timeout>"
        _reply(line, request.id, tree, sorted(seen) if len(seen) > known else [])


def _made_up_for(message: str, seconds: float) -> bool:
    """Make the name that a function missed, where a cell that was left out makes it."""
    try:
        with time_limit(seconds):
            return kernel.make_up_for(None, message)
    except TimeUp:
        return False


def call(line: Line, request: Call, seen: set[int]) -> dict:
    """Call one function of the notebook and return the outcome's tree; the lines that run are added to `seen` where that is asked for."""
    function = kernel.namespace().get(request.name)
    if not callable(function):
        what = "is not a function" if request.name in kernel.namespace() else "is not defined in the notebook"
        return _failed("<missing>", f"{request.name} {what}")
    args, kwargs, replaced = _wire.decode_inputs(
        request.inputs, remote=lambda number: _remote(line, request.id, number)
    )
    try:
        watch = functools.partial(lines.watched, function, seen) if request.watched else contextlib.nullcontext
        with time_limit(request.seconds), stand_ins.none():
            tree = _outcome.observe(
                function,
                args,
                kwargs,
                request.names,
                replaced,
                request.via,
                request.withheld,
                request.again,
                request.nonce,
                watch=watch,
            )
    except TimeUp:
        tree = _failed("TimeUp", "")
    if tree["error"] and tree["error"][0] == "TimeUp":
        return _failed("<timeout>", f"it took longer than {request.seconds:g} s and was stopped")
    return tree


def _reply(line: Line, number: int, tree: dict, seen: list[int]) -> None:
    """Send an outcome; one that is too large to send is an outcome as well."""
    try:
        line.send(Called(number, tree, seen[: lines.MOST_LINES]))
    except FrameTimeout:
        raise
    except FrameError:
        line.send(Called(number, _failed("<output>", "")))


def _failed(kind: str, message: str) -> dict:
    return {
        "value": None,
        "error": [kind, message, 0],
        "changed": [],
        "aliases": [],
        "rng_advanced": False,
        "global_random": False,
        "global_state": "hidden",
    }


def _remote(line: Line, request_id: int, number: int) -> Any:
    """Return a stand-in for a function that lives on the trusted side."""

    def function(*args: Any) -> Any:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})  # half a frame would break the line
        try:
            line.send(Callback(request_id, number, _wire.encode(list(args))))
            while isinstance(answer := line.receive(), Calls):  # of the next function
                _waiting.append(answer)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        if not isinstance(answer, Answer) or answer.id != request_id:
            raise RuntimeError("no answer from the function that was given")
        if answer.changed is not None:
            _write_back(args, _wire.decode_outputs(answer.changed))
        if answer.error:
            raise RuntimeError(answer.error)
        return _wire.decode_outputs(answer.value)

    return function


def _write_back(old: Any, new: Any) -> None:
    """Repeat here what the function did to its arguments there."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
        np.copyto(old, new, casting="same_kind")
    elif isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if key in old and isinstance(old[key], np.ndarray | dict | list):
                _write_back(old[key], value)
            else:
                old[key] = value
        for key in set(old) - set(new):
            del old[key]
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        for a, b in zip(old, new):
            _write_back(a, b)

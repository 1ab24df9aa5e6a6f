"""Runs one submission: its cells in IPython, then its functions on the inputs that are sent. It returns outcomes and judges nothing."""

from __future__ import annotations

import signal
from typing import Any

import numpy as np

from child import kernel, stand_ins
from child.frames import (
    Answer,
    Call,
    Callback,
    Called,
    Differ,
    Differs,
    FrameError,
    Line,
    Ran,
    Ready,
    Request,
    Run,
    decoder,
)
from child.kernel import TimeUp, time_limit
from idnn import outcome, wire


def warm_up() -> None:
    """Make before the fork what each session needs."""
    kernel.warm_up()
    decoder(Request)


def serve(sock: Any, held: list[str]) -> None:
    """Answer requests until the other side closes the line."""
    line = Line(sock, Request)
    line.send(Ready(held))
    while True:
        try:
            request = line.receive()
        except FrameError:
            return
        if isinstance(request, Run):
            line.send(Ran(request.id, kernel.run(request)))
        elif isinstance(request, Call):
            kernel.enter(request.place)
            tree = call(line, request)
            if tree["error"] and tree["error"][0] == "NameError" and _made_up_for(tree["error"][1], request.seconds):
                tree = call(line, request)
            line.send(Called(request.id, tree))
        elif isinstance(request, Differs):
            line.send(Differ(request.id, kernel.differs(request.name, request.place)))


def _made_up_for(message: str, seconds: float) -> bool:
    """Make the name that a function missed, where a cell that was left out makes it."""
    try:
        with time_limit(seconds):
            return kernel.make_up_for(None, message)
    except TimeUp:
        return False


def call(line: Line, request: Call) -> dict:
    """Call one function of the notebook and return the outcome's tree."""
    function = kernel.namespace().get(request.name)
    if not callable(function):
        what = "is not a function" if request.name in kernel.namespace() else "is not defined in the notebook"
        return _failed("<missing>", f"{request.name} {what}")
    args, kwargs, replaced = wire.decode_inputs(request.inputs, remote=lambda number: _remote(line, request.id, number))
    try:
        with time_limit(request.seconds), stand_ins.none():
            tree = outcome.observe(function, args, kwargs, request.names, replaced, request.via)
    except TimeUp:
        tree = _failed("TimeUp", "")
    if tree["error"] and tree["error"][0] == "TimeUp":
        return _failed("<timeout>", f"it took longer than {request.seconds:g} s and was stopped")
    return tree


def _failed(kind: str, message: str) -> dict:
    return {
        "value": None,
        "error": [kind, message, 0],
        "changed": [],
        "aliases": [],
        "rng_advanced": False,
        "global_random": False,
    }


def _remote(line: Line, request_id: int, number: int) -> Any:
    """Return a stand-in for a function that lives on the trusted side."""

    def function(*args: Any) -> Any:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})  # half a frame would break the line
        try:
            line.send(Callback(request_id, number, wire.encode(list(args))))
            answer = line.receive()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        if not isinstance(answer, Answer) or answer.id != request_id:
            raise RuntimeError("no answer from the function that was given")
        if answer.changed is not None:
            _write_back(args, wire.decode_outputs(answer.changed))
        if answer.error:
            raise RuntimeError(answer.error)
        return wire.decode_outputs(answer.value)

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

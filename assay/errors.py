"""An exception as words: its type, its message without what is not the student's, and the line that it came from."""

from __future__ import annotations

import functools
import os
import re
import traceback
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any

from assay import frameworks

MAX_MESSAGE = 300  # characters of an exception's message that are kept
MOST_SEARCHED = 5_000  # characters at either end of a message that are looked at
UNWRITTEN = "<unwritten>"  # the type of an error of another function of the notebook that is a stub; its message is that one's name
MOST_LAYERS = 20  # of decorators and the like around a function
# Messages of these hold the student's own names, or nothing: two of one type are the same mistake.
_UNSIGNED = {"NameError", "UnboundLocalError", "AttributeError", "RecursionError", "ZeroDivisionError", "SystemExit"}


@dataclass(frozen=True)
class ErrorInfo:
    """An exception as text: its type's name, its message, and the line of the student's function it came from.

    ``sign`` stands for the message where the message itself may not be repeated: the same mistake has the same sign.
    """

    type: str
    message: str = ""
    line: int = 0
    sign: str = ""

    @property
    def key(self) -> str:
        """Type and sign, by which two errors are told apart."""
        return f"{self.type} {self.sign}".strip()


def info_of(exception: BaseException, function: Callable, given: dict[str, Any]) -> ErrorInfo:
    """Describe what `function` raised; `given` holds by name what it was handed, functions among it."""
    inner = innermost(function)
    codes = [code for code in (getattr(inner, "__code__", None), getattr(function, "__code__", None)) if code]
    line, raised = 0, None
    for raised in traceback.walk_tb(exception.__traceback__):
        if any(raised[0].f_code is code for code in codes):
            line = raised[1] - raised[0].f_code.co_firstlineno + 1
    try:
        message = str(exception)
    except Exception:
        message = ""
    if type(exception) is NotImplementedError and line:
        return _stub_info(*raised, message, inner, line)
    if isinstance(exception, TypeError):
        message = _in_the_exercise_s_words(message, given)
    return ErrorInfo(type(exception).__name__, cut(_without_the_folder(_readable(message)), MAX_MESSAGE), line)


def innermost(function: Any) -> Any:
    """Return the function that decorators, partial applications, methods and callable objects lead to."""
    for _ in range(MOST_LAYERS):
        if hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, MethodType):
            function = function.__func__
        elif callable(function) and isinstance(type(function).__call__, FunctionType):
            function = type(function).__call__
        else:
            break
    return function


def _stub_info(frame: FrameType, number: int, message: str, function: Any, line: int) -> ErrorInfo:
    """Tell a function that is not written from one that calls such a one of the same notebook, and from what a library leaves open."""
    own = getattr(function, "__code__", None)
    if own is not None and any(frame.f_code is code for code in _codes_in(own)):
        return ErrorInfo("NotImplementedError", "", number - own.co_firstlineno + 1)
    if frame.f_globals is getattr(function, "__globals__", None):
        return ErrorInfo(UNWRITTEN, frame.f_code.co_qualname.partition(".")[0], line)
    message = message or f"raised by {frame.f_code.co_qualname}"
    return ErrorInfo("NotImplementedError", cut(_without_the_folder(_readable(message)), MAX_MESSAGE), line)


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes_in(inner)


def _in_the_exercise_s_words(message: str, given: dict[str, Any]) -> str:
    """Return a TypeError's message in which a function that was handed out is called as the exercise calls it.

    What stands in for it has a name and parameters of its own, of which a student knows nothing.
    """
    spoken = {name: label for label, value in _functions(given) for name in _names_of(value)}
    match = re.match(r"([\w.<>]+)\(\) (?:takes|got|missing) ", message)
    if match and match[1] in spoken:
        return f"{spoken[match[1]]} is called with arguments that it does not take"
    return message


def _functions(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (what the exercise calls it, function) for each function among what was handed out."""
    for name, value in given.items():
        parts = [(f"{name}[{key!r}]", item) for key, item in value.items()] if type(value) is dict else [(name, value)]
        yield from ((label, item) for label, item in parts if callable(item))


def _names_of(function: Any) -> list[str]:
    inner = innermost(function)
    return [name for name in (getattr(inner, "__qualname__", ""), getattr(inner, "__name__", "")) if name]


def _without_the_folder(message: str) -> str:
    """Return a message whose paths begin at the working folder, where there is one to speak of."""
    try:
        here = os.getcwd().rstrip("/")
    except OSError:  # it was deleted
        return message
    return message.replace(here, ".") if here else message


def cut(text: str, length: int, mark: str = " …") -> str:
    """Return a text of at most `length` characters, cut between two words where there are any."""
    if len(text) <= length:
        return text
    kept = text[: length - len(mark)]
    return (kept.rpartition(" ")[0] or kept) + mark


def _readable(message: str) -> str:
    """Return a message that is short enough to be searched, without a framework's wrapping."""
    if len(message) > 2 * MOST_SEARCHED:  # what is searched below must be short
        message = f"{message[:MOST_SEARCHED]}\n{message[-MOST_SEARCHED:]}"
    return frameworks.readable(message)


def read(kind: str, message: str, line: int) -> ErrorInfo:
    message = message[:MAX_MESSAGE]
    unsigned = not message or kind in _UNSIGNED or kind.startswith("<")
    sign = "" if unsigned else f"{zlib.crc32(message.encode('utf-8', 'replace')):08x}"
    return ErrorInfo(kind[:80], message, line, sign)

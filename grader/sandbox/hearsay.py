"""What a student's process says in words about a call, cut down to what cannot carry a hidden case's values to its author.

The judge repeats in the feedback what an outcome says: an error's type and message, the path of a changed argument. The process that says
so holds hidden inputs, and it may be its author who speaks. Values are judged and never shown; words are let through by these rules.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import re
from collections.abc import Callable
from typing import Any

from assay import frameworks
from assay.difference import Problem
from assay.errors import UNWRITTEN, ErrorInfo
from assay.outcome import Outcome
from assay.verdict import CRASH, MISSING, OUTPUT, TIMEOUT, WITHHELD, Verdict
from assay.withheld import functions_of, sentence

_TYPES = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
}
_TYPES |= {
    "LinAlgError",
    "AxisError",
    "TooHardError",
    "ComplexWarning",
    "VisibleDeprecationWarning",
    "CheckFailed",
    "UFuncTypeError",
}
_TYPES |= {"JSONDecodeError"}.union(*(framework.ERRORS for framework in frameworks.known()))
# messages with one name in them, which must stand in the notebook: a cell that is gone is the commonest cause of an error
_NAMED = re.compile(
    r"name '(\w{1,60})' is not defined|No module named '(\w{1,60})'|'\w{1,20}' object has no attribute '(\w{1,60})'"
    r"|cannot access local variable '(\w{1,60})' where it is not associated with a value"
)
_FIXED = {
    "division by zero",
    "'NoneType' object is not subscriptable",
    "'NoneType' object is not iterable",
    "float division by zero",
}
_FIXED |= {
    "maximum recursion depth exceeded",
    "cannot unpack non-iterable NoneType object",
    "'dict' object is not callable",
}
SOMETHING_WITHHELD = "it uses what of the library answers this exercise; write it yourself"
_LINES = 500  # of a function; a larger line number is a message


def believed(
    outcome: Outcome,
    name: str,
    names: list[str],
    given: Any,
    words: set[str],
    limit: float,
    withheld: tuple[str, ...] = (),
    unwritten: Callable[[str], set[str]] = lambda name: set(),
) -> Outcome:
    """Return `outcome` with its words replaced by ours where they are not plainly harmless.

    Of arrays that share memory the verdict names those alone whose places stand in the solution's own result.

    Parameters
    ----------
    name : the function that was called
    names : its parameters
    given : the arguments of the call; their keys may be said
    words : gives the names that stand in the code of the cells that were run
    limit : seconds that the call had
    withheld : what of the library was not there
    unwritten : gives the functions that the text of an answer calls and that say in their own text that they are not written
    """
    if not (outcome.error or outcome.changed):
        return outcome
    keys = _keys(given)
    changed = {_path(path, names, keys): value for path, value in outcome.changed.items()}
    if outcome.error and outcome.error.type == UNWRITTEN:
        known = outcome.error.message == name or outcome.error.message in unwritten(name)
        error = ErrorInfo(UNWRITTEN, outcome.error.message if known else "", _line(outcome.error))
    else:
        error = outcome.error and _error(outcome.error, name, words, limit, withheld)
    return dataclasses.replace(outcome, error=error, changed=changed)


def _error(
    error: ErrorInfo, name: str, words: Callable[[], set[str]], limit: float, withheld: tuple[str, ...]
) -> ErrorInfo:
    line = _line(error)
    if error.type == MISSING:
        known = f"{name} is not a function"
        return ErrorInfo(MISSING, known if error.message == known else f"{name} is not defined in the notebook")
    if error.type == TIMEOUT:
        return ErrorInfo(TIMEOUT, f"it took longer than {limit:g} s and was stopped")
    if error.type in (CRASH, OUTPUT):
        return ErrorInfo(OUTPUT, "its result cannot be read")
    if error.type == WITHHELD:
        known = _sentences(withheld)
        return ErrorInfo(WITHHELD, error.message if error.message in known else SOMETHING_WITHHELD)
    if error.type not in _TYPES:
        return ErrorInfo("an error of its own type", "", line)
    named = _NAMED.match(error.message)
    harmless = named and words().issuperset(word for word in named.groups() if word)
    message = named[0] if harmless else error.message if error.message in _FIXED else ""
    return ErrorInfo(error.type, message, line, error.sign)


def _line(error: ErrorInfo) -> int:
    return error.line if 0 <= error.line <= _LINES else 0


@functools.cache
def _sentences(withheld: tuple[str, ...]) -> frozenset[str]:
    return frozenset(sentence(label) for name in withheld for label in functions_of(name))


def in_one_voice(verdict: Verdict) -> Verdict:
    """Return a verdict on hidden cases in which an answer's errors and changed arguments are told in one way for all cases, or in none.

    Its author chooses at run time which error is raised where: what differs from case to case may be a message about the case.
    """
    cases = verdict.cases
    for kind, ways in _WAYS.items():
        said = {case.problem.what for case in cases if case.problem and case.problem.kind == kind}
        for way in ways if len(said) > 1 else ():
            shorter = {way(what) for what in said}
            if len(shorter) == 1:
                break
        else:
            continue
        new = Problem(kind, shorter.pop())
        cases = [dataclasses.replace(c, problem=new) if c.problem and c.problem.kind == kind else c for c in cases]
    return dataclasses.replace(verdict, cases=cases)


_RAISES = re.compile(r"it raises (?P<type>.*?)(?P<line> in its line \d+)?(?P<message>: .*)?", re.DOTALL)


def _without(*parts: str) -> Callable[[str], str]:
    def shorter(what: str) -> str:
        found = _RAISES.fullmatch(what)
        if not found or "type" in parts:
            return "it raises an error"
        kept = "".join(found[part] or "" for part in ("line", "message") if part not in parts)
        return f"it raises {found['type']}{kept}"

    return shorter


_ERROR_WAYS = (_without("message"), _without("line"), _without("line", "message"), _without("type"))
_MUTATION_WAYS = (
    lambda what: re.sub(r"\[.*\]", "", what),
    lambda what: "it changes one of its arguments; work on a copy",
)
_ALIAS_WAYS = (lambda what: "two of the arrays that it returns share memory: changing one changes the other",)
_MISSING_WAYS = (
    lambda what: re.sub(r" in its line \d+", "", what),
    lambda what: "it is not written yet, or calls a function that is not",
)
_WAYS = {"error": _ERROR_WAYS, "mutation": _MUTATION_WAYS, "aliasing": _ALIAS_WAYS, "missing": _MISSING_WAYS}


def _path(path: str, names: list[str], keys: set[str]) -> str:
    name, bracket, rest = path.partition("[")
    if name not in names:
        return names[0] if names else "an argument"
    tokens = re.findall(r"\[(.*?)\]", bracket + rest)
    harmless = "".join(f"[{token}]" for token in tokens) == bracket + rest and all(token in keys for token in tokens)
    return path if harmless else name


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {repr(key) for key in value} | {key for item in value.values() for key in _keys(item)}
    if isinstance(value, list | tuple):
        return {key for item in value for key in _keys(item)}
    return set()

"""What was seen when a function ran: which parts of a result are wrong, which lines ran, of what kind the values were."""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

import numpy as np

from assay import wire
from assay.difference import agrees
from assay.locate.written import Written
from assay.outcome import Outcome

FAR = 1e-2  # a relative difference that no rule lets pass


def is_far(wanted: Any, got: Any, rtol: float) -> bool:
    """Whether a value is certainly not the one that is wanted; where it is close, or strange, the rule has the word."""
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return True
        return any(key not in got or is_far(one, got[key], rtol) for key, one in wanted.items())
    if isinstance(wanted, tuple | list):
        if not isinstance(got, tuple | list):
            return False
        return len(wanted) != len(got) or any(is_far(a, b, rtol) for a, b in zip(wanted, got))
    if isinstance(wanted, float) or isinstance(wanted, np.ndarray) and wanted.dtype.kind == "f":
        if not isinstance(got, float | int | np.number | np.ndarray):
            return False
        a, b = np.asarray(wanted), np.asarray(got)
        if (
            a.size != b.size
            or a.shape != b.shape
            or b.dtype.kind not in "biuf"
            or not a.size
            or not np.isfinite(a).all()
        ):
            return a.size != b.size
        return not np.abs(a - b).max() <= rtol * np.abs(a).max() + 1e-12
    return False


def lines_of_an_error(tree: ast.FunctionDef, line: int) -> set[int]:
    """Return the line in which an error was raised, and those that give the names that are read in it their values."""
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")]
    read = {
        node.id
        for one in statements
        if line in range(one.lineno, one.end_lineno + 1)
        for node in ast.walk(one)
        if isinstance(node, ast.Name)
    }
    return {line} | lines_of_names(tree, read)


def lines_of_names(tree: ast.FunctionDef, names: set[str]) -> set[int]:
    """Return the lines that give some names their values, or change what they hold; those of a function inside, all of them."""
    lines, alone = set(), _called_alone(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names:
            lines.add(node.lineno)
        elif isinstance(node, ast.FunctionDef) and node is not tree and node.name in names:
            lines.update(range(node.lineno, node.end_lineno + 1))
        elif isinstance(node, ast.Subscript | ast.Attribute):
            inside = node.value
            is_set = isinstance(node.ctx, ast.Store)
            if isinstance(inside, ast.Name) and inside.id in names and (is_set or id(node) in alone):
                lines.add(node.lineno)
    return lines


def _called_alone(tree: ast.FunctionDef) -> set[int]:
    """Return the functions of calls that are a statement, ``found.append`` of ``found.append(x)``, by identity."""
    alone = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {id(call.func) for call in alone if isinstance(call, ast.Call)}


def words_of(text: str) -> set[str]:
    """Return what may be names in a sentence: short words of small letters are only words."""
    return {word for word in re.findall(r"\w+", text) if len(word) > 2 or not word.islower()}


def _parts(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {repr(key): one for key, one in value.items()}
    return {repr(key): one for key, one in enumerate(value)} if isinstance(value, tuple | list) else {"": value}


def wrong_parts(expected: list[Outcome], found: list[Outcome]) -> set[str]:
    """Return the entries of the result that are wrong; all of it where it is one."""
    if len(expected) != 1 or len(found) != 1 or type(expected[0].value) is not type(found[0].value):
        return {""}
    wanted, got = _parts(expected[0].value), _parts(found[0].value)
    if not wanted.keys() <= got.keys():
        return {""}
    return {key for key in wanted if not agrees(wanted[key], got[key])}


def parts_of(outcomes: list[Outcome]) -> set[str]:
    """Return the names of the entries of all results."""
    return {key for one in outcomes for key in _parts(one.value)}


def is_continuous(outcomes: list[Outcome]) -> bool:
    """Whether all of a result are numbers that are not whole ones."""
    parts = [one for outcome in outcomes for one in _parts(outcome.value).values()]
    return all(
        isinstance(one, float) or isinstance(one, np.ndarray) and one.dtype.kind == "f" for one in parts
    ) and all(np.isfinite(one).all() for one in parts)  # what is not finite hides what it depends on


def differ_in_shape(expected: list[Outcome], found: list[Outcome]) -> bool:
    if len(expected) != 1:
        return False
    wanted, got = _parts(expected[0].value), _parts(found[0].value)
    return any(np.shape(wanted[key]) != np.shape(got.get(key)) for key in wanted if isinstance(wanted[key], np.ndarray))


def changed_parts(before: list[Outcome], after: list[Outcome]) -> set[str]:
    if len(before) != 1 or len(after) != 1:
        return set() if _same([one.value for one in before], [one.value for one in after]) else {""}
    old, new = _parts(before[0].value), _parts(after[0].value)
    changed = {
        key for key in old.keys() | new.keys() if key not in old or key not in new or not _same(old[key], new[key])
    }
    return changed


def _same(a: Any, b: Any) -> bool:
    return wire.encode(a) == wire.encode(b)


class traced:
    """Notes the lines that run in some functions, and the kinds of their variables' values at the end."""

    def __init__(self, functions: dict[str, Written], lines: dict[str, set[int]], kinds: dict[str, dict[str, str]]):
        self.functions, self.lines, self.kinds = functions, lines, kinds

    def __enter__(self) -> None:
        self.before = sys.gettrace()
        if self.before is None:
            sys.settrace(self._call)

    def __exit__(self, *_: object) -> None:
        if self.before is None:
            sys.settrace(None)
        else:  # a debugger or a coverage tool is at it: all lines count
            for where, one in self.functions.items():
                self.lines[where].update(range(1, one.source.count("\n") + 2))

    def _call(self, frame: Any, event: str, value: Any) -> Any:
        return self._line if frame.f_code.co_filename in self.lines else None

    def _line(self, frame: Any, event: str, value: Any) -> Any:
        where = frame.f_code.co_filename
        self.lines[where].add(frame.f_lineno)
        if event == "return":
            kinds = self.kinds[self.functions[where].name]
            for name, value in frame.f_locals.items():
                kinds.setdefault(name, _kind(value))
        return self._line


def _kind(value: Any) -> str:
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return "number"
    if isinstance(value, np.ndarray):
        return "array" if value.ndim else "number"
    if isinstance(value, str):
        return "text"
    return "function" if callable(value) else type(value).__name__


def names_of(tree: ast.FunctionDef, kinds: dict[str, str]) -> dict[str, str]:
    """Return the names in scope anywhere in a function, each with the kind of its values."""
    names = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    names += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    inner = {node.name: "function" for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node is not tree}
    return {name: kinds.get(name, "") for name in names if name != "_"} | inner

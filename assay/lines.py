"""Which lines of a function have run: what no case reached was judged by none.

The lines are counted from the function's first one, as in the messages of errors. In the jail they are told by the student's own process, so
they may bring an answer more cases and spare it none.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

from assay.errors import innermost

MOST_EVENTS = 20_000  # lines of one call that are followed; a loop runs the same ones again
MOST_LINES = 500  # of a function
_SILENT = (ast.Global, ast.Nonlocal)
_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BRANCHES = (ast.If, ast.While, ast.For, ast.Try, ast.With, ast.Match)


@contextlib.contextmanager
def watched(function: Callable, seen: set[int]) -> Iterator[None]:
    """Add to `seen` the lines of `function` that run in the body."""
    code = getattr(innermost(function), "__code__", None)
    before = sys.gettrace()
    if code is None or before is not None or _lines_of(code) <= seen:  # or somebody's debugger
        yield
        return
    own, events = set(_codes(code)), 0

    def at_line(frame: FrameType, event: str, arg: Any) -> Callable | None:
        nonlocal events
        events += 1
        seen.add(frame.f_lineno - code.co_firstlineno + 1)
        if events > MOST_EVENTS:
            sys.settrace(None)
            return None
        return at_line

    sys.settrace(lambda frame, event, arg: at_line if frame.f_code in own else None)
    try:
        yield
    finally:
        sys.settrace(before)


@functools.lru_cache(maxsize=256)
def _lines_of(code: CodeType) -> frozenset[int]:
    """Return all lines of a function that can run: where they have, following it tells nothing more, and costs as much as the call."""
    lines = {
        line
        for each in _codes(code)
        for _, _, line in each.co_lines()
        if line is not None and line != each.co_firstlineno
    }
    return frozenset(line - code.co_firstlineno + 1 for line in lines)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def unreached(node: ast.AST | None, seen: set[int]) -> list[int]:
    """Return the first lines of the statements of a function's tree that have not run, without those inside them; none for a lambda."""
    if not isinstance(node, ast.FunctionDef):
        return []
    first = min(part.lineno for part in (node, *node.decorator_list))
    return [line for line in _missed(node.body, seen, first) if 0 < line <= MOST_LINES]


def _missed(body: list[ast.stmt], seen: set[int], first: int) -> Iterator[int]:
    for statement in body:
        inside = [part for name in ("body", "orelse", "finalbody") for part in getattr(statement, name, ())]
        inside += [part for handler in getattr(statement, "handlers", ()) for part in handler.body]
        inside += [part for case in getattr(statement, "cases", ()) for part in case.body]
        inside = [part for part in inside if isinstance(part, ast.stmt)]
        last = min(part.lineno for part in inside) - 1 if inside else statement.end_lineno or statement.lineno
        lines = range(statement.lineno - first + 1, max(last, statement.lineno) - first + 2)
        if _says_nothing(statement):
            continue
        if seen.isdisjoint(lines):
            yield lines[0]
        else:
            yield from _missed(inside, seen, first)


def _says_nothing(statement: ast.stmt) -> bool:
    """Whether a statement makes no step of its own: a docstring, a declaration."""
    return (
        isinstance(statement, _SILENT)
        or isinstance(statement, ast.AnnAssign)
        and statement.value is None
        or is_docstring(statement)
    )


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def branches(node: ast.AST | None) -> bool:
    """Whether some lines of a function may run and others not."""
    return isinstance(node, ast.FunctionDef) and _branch_in(node.body)


def _branch_in(body: list[ast.stmt]) -> bool:
    return any(isinstance(part, _BRANCHES) or isinstance(part, _BODIES) and _branch_in(part.body) for part in body)

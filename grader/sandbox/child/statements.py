"""The statements of a cell: what each binds and reads, and which of them only define. By syntax alone; nothing is run."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator

MAX_TEXT = 10_000  # characters of a cell that is looked into; Python's parser may take the square of its length
_LINE_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
_ASSIGNED = re.compile(r"^([ \t]*\w[\w, \t]*=)[ \t]*[%!].*$", re.MULTILINE)
_WITH_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")  # magics whose cell is Python

_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@functools.lru_cache(maxsize=256)  # each exercise asks every cell
def statements(source: str) -> list[ast.stmt]:
    """Return a cell's statements, its magics and shell lines left out; none where it is not Python or too long."""
    if len(source) > MAX_TEXT or source.lstrip().startswith("%%") and not source.lstrip().startswith(_WITH_PYTHON):
        return []
    plain = _ASSIGNED.sub(r"\1 None", _LINE_MAGIC.sub(r"\1pass", source))
    for text in (source, plain):
        try:
            return ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return []


def bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds in the notebook."""
    names: set[str] = set()
    for node in _own_nodes(statement):
        if isinstance(node, _DEFINES):
            names.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.split(".")[0])
    return names


def read(statement: ast.stmt) -> set[str]:
    """Return the names that a statement reads, those inside of functions too."""
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def only_defines(statement: ast.stmt) -> bool:
    """Whether a statement imports, defines or names something without computing it: it takes no time worth speaking of."""
    if isinstance(statement, (*_DEFINES, ast.Import, ast.ImportFrom, ast.Pass)):
        return True
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return statement.value is None or not any(
            isinstance(node, ast.Call | ast.Await | ast.ListComp | ast.SetComp | ast.DictComp | ast.BinOp)
            for node in _own_nodes(statement.value)
        )
    if isinstance(statement, ast.Try):
        parts = [*statement.body, *statement.orelse, *statement.finalbody]
        return all(map(only_defines, [*parts, *(part for handler in statement.handlers for part in handler.body)]))
    return False


def lines_of(source: str, wanted: list[ast.stmt]) -> str:
    """Return `source` with all lines blank but those of the statements that are wanted: line numbers stay as they are."""
    keep = {line for s in wanted for line in range(first_line(s), (s.end_lineno or s.lineno) + 1)}
    lines = source.splitlines(keepends=True)
    return "".join(line if i in keep else "\n" for i, line in enumerate(lines, start=1))


def first_line(statement: ast.stmt) -> int:
    """Return the first line of a statement, its decorators included."""
    return min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])


def definitions(source: str) -> str:
    """Return the part of a cell that only defines; an empty text where there is none."""
    found = [s for s in statements(source) if only_defines(s) and not isinstance(s, ast.Pass)]
    return lines_of(source, found) if found else ""


def provider(name: str, source: str) -> str:
    """Return the part of a cell that makes `name`: the statement that binds it last, and what that reads; empty where none does."""
    if name not in source:
        return ""
    found = statements(source)
    needed, wanted = {name}, []
    for statement in reversed(found):
        if bound(statement) & needed:
            wanted.append(statement)
            needed |= read(statement)
    return lines_of(source, wanted) if wanted else ""


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk over a statement, but not into scopes of their own."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, (*_DEFINES, ast.Lambda)):
            continue
        if isinstance(one, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        waiting.extend(ast.iter_child_nodes(one))

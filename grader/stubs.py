"""Stubs and filled notebooks: what is cut from ``solutions`` and what is put into a notebook's cells.

``solutions/<slug>.py`` is the one source of signature, docstring and answer. A stub keeps the first two.
"""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import linecache
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader import catalogue

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


class StubError(ValueError):
    """A solution or a notebook that cannot be brought together; the message names both."""


def functions(source: str, where: str) -> dict[str, tuple[str, str]]:
    """Return the public functions of a module: name -> (whole source, stub).

    Parameters
    ----------
    source : str, the module's text
    where : str, its name for error messages
    """
    lines = source.splitlines()
    found = {}
    for node in ast.parse(source, where).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                raise StubError(f"{where}: {node.name} has no docstring to make a stub of")
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            whole = "\n".join(lines[first - 1 : node.end_lineno])
            head = "\n".join(lines[first - 1 : node.body[0].end_lineno])
            body = textwrap.indent(f"{BEGIN}\n{STUB}\n{END}", "    ")
            found[node.name] = (whole, f"{head}\n{body}")
    return found


def solution_functions(assignment: str) -> dict[str, tuple[str, str]]:
    """Return the functions of an assignment's solutions: name -> (whole source, stub)."""
    path = catalogue.course().root / "solutions" / f"{assignment}.py"
    where = f"solutions/{assignment}.py"
    if not path.is_file():
        raise StubError(f"there is no {where} for the notebook {assignment}")
    return functions(path.read_text(encoding="utf-8"), where)


def notebook_path(assignment: str) -> Path:
    """Return where the source notebook of an assignment lies."""
    return catalogue.course().root / "notebooks" / assignment / f"{assignment}.ipynb"


def solution_cells(notebook: dict, where: str) -> dict[str, dict]:
    """Return the cells that hold stubs, by function name.

    Raises
    ------
    StubError
        If markers are unpaired or a name stands twice.
    """
    cells: dict[str, dict] = {}
    for cell in notebook["cells"]:
        meta = cell.get("metadata", {}).get("nbgrader", {})
        source = text(cell)
        if source.count(BEGIN) != source.count(END):
            raise StubError(f"{where}: cell {meta.get('grade_id') or cell.get('id')!r} has unpaired solution markers")
        if cell["cell_type"] == "code" and meta.get("solution") and not meta.get("grade"):
            name = meta.get("grade_id", "")
            if name in cells:
                raise StubError(f"{where}: the cell {name!r} stands twice")
            cells[name] = cell
    return cells


def synchronise(notebook: dict, assignment: str) -> list[str]:
    """Write the stubs into `notebook`, in place; return the names of the cells that were stale.

    Raises
    ------
    StubError
        If a public function has no cell or a cell has no function.
    """
    wanted = solution_functions(assignment)
    where = f"notebooks/{assignment}/{assignment}.ipynb"
    cells = solution_cells(notebook, where)
    for name in wanted:
        if name not in cells:
            raise StubError(
                f"solutions/{assignment}.py: {name} has no cell in {where} (a code cell with grade_id {name!r})"
            )
    for name in cells:
        if name not in wanted:
            raise StubError(f"{where}: the cell {name!r} has no function in solutions/{assignment}.py")
    stale = [name for name in wanted if text(cells[name]) != wanted[name][1]]
    for name in stale:
        set_text(cells[name], wanted[name][1])
    return stale


def fill(notebook: dict, answers: dict[str, str]) -> dict:
    """Return a copy of `notebook` with the stub cells of `answers` (function name -> source) filled in."""
    filled = copy.deepcopy(notebook)
    for name, cell in solution_cells(filled, "the notebook").items():
        if name in answers:
            set_text(cell, answers[name])
    return filled


def solved(notebook: dict, assignment: str) -> dict:
    """Return a copy of `notebook` with every stub replaced by the solution."""
    return fill(notebook, {name: whole for name, (whole, _) in solution_functions(assignment).items()})


@functools.lru_cache(maxsize=64)  # the same answer is judged again and again
def tree_of(function: Callable) -> ast.FunctionDef | None:
    """Return the tree of a function that was written with ``def`` in a file, else None."""
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError):
        return None
    return node if isinstance(node, ast.FunctionDef) else None


def source_as(function: Callable, name: str) -> str:
    """Return a function's source under another name, without its decorators' module around it.

    Raises
    ------
    StubError
        If the function was not written with ``def`` in a file.
    """
    try:
        source = textwrap.dedent(inspect.getsource(function))
        node = ast.parse(source).body[0]
    except (OSError, TypeError, SyntaxError) as error:
        raise StubError(f"{function!r} has no source of its own: {error}") from None
    if not isinstance(node, ast.FunctionDef):
        raise StubError(
            f"{getattr(function, '__name__', function)!r} must be written with def at the top level of a module"
        )
    lines = source.splitlines()
    lines[node.lineno - 1] = lines[node.lineno - 1].replace(f"def {node.name}", f"def {name}", 1)
    return "\n".join(lines).rstrip()


def as_in_notebook(function: Callable, assignment: str, name: str) -> Callable:
    """Return `function` as if it stood in the assignment's notebook: under the exercise's name, after the setup cell, among the solutions."""
    import importlib
    import json

    namespace: dict[str, Any] = {"__name__": f"notebook_{assignment}"}
    notebook = json.loads(notebook_path(assignment).read_text(encoding="utf-8"))
    setup = next(
        cell for cell in notebook["cells"] if cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") == "setup"
    )
    exec(compile(text(setup), f"<{assignment}: setup>", "exec", dont_inherit=True), namespace)
    module = importlib.import_module(f"solutions.{assignment}")
    namespace.update({sibling: getattr(module, sibling) for sibling in solution_functions(assignment)})
    source, where = source_as(function, name), f"<{assignment}: {function.__name__}>"
    return compiled(source, where, namespace, name)


def compiled(source: str, where: str, namespace: dict[str, Any], name: str) -> Callable:
    """Return the function that `source` defines in `namespace`; its source can be read as that of a function in a file."""
    linecache.cache[where] = (
        len(source),
        None,
        source.splitlines(keepends=True),
        where,
    )  # what traces a function reads it
    exec(compile(source, where, "exec", dont_inherit=True), namespace)  # not this module's __future__
    return namespace[name]


def text(cell: dict) -> str:
    source: Any = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else source


def set_text(cell: dict, source: str) -> None:
    cell["source"] = source.splitlines(keepends=True)

"""The functions of a notebook that are searched: read, found harmless, and built anew in a copy of their namespace."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from assay import library
from assay.locate.forms import Edit
from assay.locate.trees import with_ticks, without_ticks

MOST_LINES, MOST_NODES, MOST_CHARACTERS = 60, 1_200, 10_000  # of a function that is searched
MOST_FUNCTIONS = 4  # of the notebook: the answer and those that it calls
MODULES = {
    "numpy",
    "math",
    "cmath",
    "statistics",
    "itertools",
    "functools",
    "collections",
    "operator",
    "copy",
    "fractions",
}
# Names and attributes that reach beyond a value.
BARRED = {"open", "exec", "eval", "compile", "input", "breakpoint", "exit", "quit", "globals", "locals", "vars", "setattr", "delattr",
          "getattr", "help"}  # fmt: skip
BARRED_OF = {"save", "savez", "savez_compressed", "savetxt", "tofile", "dump", "load", "loadtxt", "fromfile", "genfromtxt", "memmap",
             "seterr", "seed", "set_state", "ctypes", "testing", "f2py", "lib", "setflags"}  # fmt: skip


@dataclass(eq=False)
class Written:
    """A function as it stands in the notebook: its text, its tree with ticks, itself in the copied namespace."""

    name: str
    source: str
    tree: ast.FunctionDef
    original: FunctionType
    built: Any = None
    lines: set[int] = field(default_factory=set)  # that run in every failing case

    @property
    def where(self) -> str:
        return f"<searched: {self.name}>"

    @property
    def names(self) -> list[str]:
        """The names in its text, in their order; those in comprehensions too."""
        return list(dict.fromkeys(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)))


class NotSearched(Exception):
    """Raised for a function that is too long, has no text, or reaches beyond its values."""


Mend = list[tuple[Written, Edit]]  # edits that are made together


def functions_written(function: Any) -> list[Written]:
    """Return the answer and the functions of its notebook that it calls, nearest first, in a copy of their namespace."""
    found: list[Written] = []
    waiting = [function]
    while waiting and len(found) < MOST_FUNCTIONS:
        one = waiting.pop(0)
        try:
            written = _read(one)
        except NotSearched:
            if one is function:
                raise
            continue  # a helper that is not searched is called as it is
        if any(other.name == written.name for other in found):
            continue  # a name is all by which a place says where it is
        found.append(written)
        for name in written.names:
            other = one.__globals__.get(name)
            known = [written.original for written in found] + waiting
            if type(other) is FunctionType and other.__globals__ is one.__globals__ and other not in known:
                waiting.append(other)
    return found


def _read(function: Any) -> Written:
    if type(function) is not FunctionType or function.__code__.co_freevars or hasattr(function, "__wrapped__"):
        raise NotSearched
    try:
        source = textwrap.dedent(inspect.getsource(function))
        if source.count("\n") > MOST_LINES or len(source) > MOST_CHARACTERS:
            raise NotSearched
        tree = ast.parse(source).body[0]
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotSearched from None
    if not isinstance(tree, ast.FunctionDef) or tree.decorator_list or tree.name != function.__code__.co_name:
        raise NotSearched
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES or not _harmless(tree, function.__globals__):
        raise NotSearched
    with_ticks(tree)
    return Written(tree.name, source, tree, function)


def _harmless(tree: ast.FunctionDef, namespace: dict[str, Any]) -> bool:
    """Whether no edit of the function can reach beyond its values: files, processes, other code, names outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global | ast.Nonlocal | ast.AsyncFunctionDef | ast.ClassDef | ast.Await):
            return False
        if isinstance(node, ast.Attribute) and (node.attr in BARRED_OF or node.attr.startswith("__")):
            return False
        if isinstance(node, ast.Import) and not all(_known_module(alias.name) for alias in node.names):
            return False
        if isinstance(node, ast.ImportFrom) and not _known_module(node.module or ""):
            return False
        if isinstance(node, ast.Name):
            value = namespace.get(node.id)
            if node.id in BARRED or node.id.startswith("__"):
                return False
            if isinstance(value, ModuleType) and not _known_module(value.__name__):
                return False
    return True


def _known_module(name: str) -> bool:
    return name.partition(".")[0] in MODULES or library.holds(name)


def copied(functions: list[Written]) -> dict[str, Any]:
    """Return a copy of the notebook's namespace, in which data that the functions name are copies as well."""
    namespace = dict(functions[0].original.__globals__)
    for one in functions:
        for name in one.names:
            if isinstance(namespace.get(name), list | dict | set | np.ndarray | np.random.Generator):
                namespace[name] = copy.deepcopy(namespace[name])
    return namespace


def source_of(functions: list[Written], mend: Mend) -> str:
    """Return the text of the functions as a mend leaves them, the answer last."""
    made = [(edit, edit.make()) for _, edit in mend]
    try:
        return "\n\n".join(ast.unparse(without_ticks(one.tree)) for one in reversed(functions))
    finally:
        for edit, old in reversed(made):
            edit.undo(old)

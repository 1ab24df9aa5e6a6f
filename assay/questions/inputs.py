"""The call that a question is asked about: a visible case in few digits, and how it is shown."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from typing import Any

import numpy as np

from assay.cases import Case
from assay.lines import is_docstring
from assay.spec import Spec

DIGITS = 2  # of the numbers in a call
MOST_ENTRIES = 30, 8, 0  # of an array that is shown; of a larger one its shape is; fewer where the whole gets too long
MOST_BY_HAND = 30  # entries of a call's arguments whose numbers somebody can follow
MOST_IN_A_ROW = 90  # characters of a dict or list; a longer one has an entry a line
MOST_PARTS = 16  # of a dict or list that is shown
MOST_SHOWN = 1_200  # characters of a call


def rounded(value: Any) -> Any:
    """Return a value whose numbers have few digits, so that what is shown of it is the whole of it."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.array([float(f"{one:.{DIGITS}g}") for one in value.ravel()], value.dtype).reshape(value.shape)
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if type(value) is dict:
        return {key: rounded(one) for key, one in value.items()}
    return type(value)(map(rounded, value)) if type(value) in (list, tuple) else value


def in_few_digits(case: Case) -> Case:
    """Return the case with rounded arguments, called once and as it stands."""
    kwargs = {key: rounded(value) for key, value in case.kwargs.items()}
    return dataclasses.replace(case, args=tuple(map(rounded, case.args)), kwargs=kwargs, via="", again=None)


def shown(spec: Spec, case: Case) -> tuple[str, bool]:
    """Return the call as one would type it, an argument a line, and whether all of it can be followed: of large arrays the shapes stand there."""
    by_hand = size([case.args, case.kwargs]) <= MOST_BY_HAND
    for most in MOST_ENTRIES if by_hand else MOST_ENTRIES[1:]:
        given = [(name, *_said(value, most)) for name, value in case.globals.items()]  # in place of the student's own
        parts = [
            (name, *_said(value, most)) for name, value in [*zip(spec.parameters, case.args), *case.kwargs.items()]
        ]
        rows = [f"{name} = {text}" for name, text, _ in (*given, *parts)]
        rows.append(
            f"{spec.name}({', '.join(f'{name}={name}' if name in case.kwargs else name for name, *_ in parts)})"
        )
        text = "\n".join(rows)
        if len(text) <= MOST_SHOWN:
            break
    return text, by_hand and all(whole for *_, whole in (*given, *parts))


def _said(value: Any, most: int) -> tuple[str, bool]:
    """Return a value as one would type it, arrays of at most so many entries, and whether that is all of it."""
    if isinstance(value, np.ndarray):
        if value.size <= most:
            return f"np.array({_listed(value)})", True
        return f"... an array of shape {value.shape}", False
    if isinstance(value, np.random.Generator):
        return "... a generator, in the same state at each call", False
    if isinstance(value, dict | list | tuple) and len(value) > MOST_PARTS:
        return f"... a {type(value).__name__} of {len(value)} entries", False
    if isinstance(value, dict):
        parts = {key: _said(one, most) for key, one in value.items()}
        text = _in_rows("{}", [f"{key!r}: {said}" for key, (said, _) in parts.items()])
        return text, all(whole for _, whole in parts.values())
    if isinstance(value, list | tuple):
        listed = [_said(one, most) for one in value]
        return _in_rows("[]" if isinstance(value, list) else "()", [said for said, _ in listed]), all(
            whole for _, whole in listed
        )
    if callable(value) and (text := _as_lambda(value)):
        return text, True
    if callable(value):
        return f"... a function ({getattr(value, '__name__', 'without a name')})", False
    return repr(value), isinstance(value, bool | int | float | str | None)


def _as_lambda(function: Any) -> str:
    """Return a function that only returns an expression of its arguments as one would type it; of others an empty text."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        return ""
    if not isinstance(tree, ast.FunctionDef) or tree.decorator_list or not isinstance(tree.body[-1], ast.Return):
        return ""
    if any(not is_docstring(statement) for statement in tree.body[:-1]) or tree.body[-1].value is None:
        return ""
    own = {one.arg for one in tree.args.args} | {"np", "math"}
    for one in tree.args.args:
        one.annotation = None
    text = ast.unparse(ast.Lambda(tree.args, tree.body[-1].value))
    known = {node.id for node in ast.walk(tree.body[-1]) if isinstance(node, ast.Name)} <= own
    return text if known and len(text) <= MOST_IN_A_ROW else ""


def _in_rows(brackets: str, entries: list[str]) -> str:
    """Return entries between brackets: in one line, or in one each where that is too long to be read."""
    opening, closing = brackets
    text = ", ".join(entries)
    if len(text) <= MOST_IN_A_ROW:
        return opening + text + closing
    rows = "".join(f"\n{entry}," for entry in entries).replace("\n", "\n    ")
    return f"{opening}{rows}\n{closing}"


def size(value: Any) -> int:
    """Return how much there is to read in a value: its entries, those of a large array too."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    return sum(map(size, value)) if isinstance(value, list | tuple) else 1


def _listed(value: np.ndarray) -> str:
    if value.dtype.kind == "f":
        return np.array2string(
            value, separator=", ", formatter={"float_kind": lambda one: f"{one:.{DIGITS}g}"}
        ).replace("\n", "")
    return np.array2string(value, separator=", ").replace("\n", "")

"""What is known of the functions that an answer calls, or could call: what their parameters are named, and what they may be given besides."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from assay.locate.trees import dotted_name, is_tick

Options = tuple[tuple[str, Any], ...]  # names of parameters, in order, with what they are where they are not given


def parameters_of(tree: ast.FunctionDef, namespace: Mapping[str, Any], calls: Iterable[str]) -> dict[str, list[str]]:
    """Return what must be given to those of the calls that are Python's functions, and to functions inside an answer, by name."""
    there = {name: namespace.get(name) for name in calls}
    found = {name: _required(one) for name, one in there.items() if type(one) is FunctionType}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node is not tree:
            given = node.args.args[: len(node.args.args) - len(node.args.defaults)]
            found[node.name] = [one.arg for one in given]
    return found


def _required(function: FunctionType) -> list[str]:
    code, defaults = function.__code__, function.__defaults__ or ()
    return list(code.co_varnames[: code.co_argcount - len(defaults)])


def options_of(tree: ast.FunctionDef, namespace: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Options]:
    """Return what the functions that are called in a tree may be given by name, by the text of what is called."""
    found: dict[str, Options] = {}
    for node in ast.walk(tree):
        name = dotted_name(node.func) if isinstance(node, ast.Call) and not is_tick(node) else ""
        if name and name not in found:
            found[name] = _options(_named(name, namespace, kinds))
    return found


def _named(name: str, namespace: Mapping[str, Any], kinds: Mapping[str, str]) -> Any:
    first, *rest = name.split(".")
    value = namespace.get(first, getattr(builtins, first, None))
    if first in kinds:
        value = np.random.default_rng(0) if kinds[first] == "Generator" else None
    for part in rest:  # what else has attributes may do something when it is asked for one
        value = getattr(value, part, None) if isinstance(value, ModuleType | np.random.Generator) else None
    return value


def _options(function: Any) -> Options:
    try:
        parameters = inspect.signature(function).parameters.values() if callable(function) else ()
    except (TypeError, ValueError):  # some that are written in C have none
        return ()
    return tuple((one.name, one.default) for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD))

"""Frameworks whose values an answer may take and return: one adapter module each, of the framework's name, all that knows it.

An adapter can be imported without its framework. It holds

- ``owns(kind)``: whether a type is the framework's; ``plain(value)``: its kind (tensor or variable) and array, or None;
- ``tensor``, ``variable``, ``specification``, ``optimizer``: live values of plain ones; ``traced(function)``;
- ``word(kind)``: what a kind of value is called; ``readable(message)``: an exception's message without the framework's wrapping;
- ``seeded()``: a function that says whether a global seed was set since, and gives the old one back;
- ``settings()``: a function that gives back what is set now for all that follows;
- ``prepare()``: import it in a process that is forked later; ``ENVIRONMENT``: variables that keep it quiet and single-threaded there;
- ``ERRORS``: names of its exceptions; ``TITLE``: its name in a sentence; ``WHERE``: a sentence on where it cannot be installed.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any


@functools.cache
def known() -> tuple[ModuleType, ...]:
    """Return all adapters."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


def adapter(name: str) -> ModuleType | None:
    """Return the adapter of a framework, or None."""
    return next((one for one in known() if _name(one) == name), None)


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def live() -> ModuleType:
    """Return the adapter that builds live values: that of the imported framework, else of the first one known, which imports its own."""
    return next((one for one in known() if sys.modules.get(_name(one)) is not None), known()[0])


def word(value: Any) -> str:
    """Return what a plain tensor or variable is called."""
    return live().word(type(value).__name__)


def readable(message: str) -> str:
    """Return an exception's message without the wrapping of any framework."""
    for one in known():
        message = one.readable(message)
    return message


@contextlib.contextmanager
def not_imported() -> Iterator[None]:
    """Let an import of a framework that is not there yet fail at once instead of taking seconds."""
    names = [_name(one) for one in known() if _name(one) not in sys.modules]
    for name in names:
        sys.modules[name] = None
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)

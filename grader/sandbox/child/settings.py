"""What cells set for the whole process: a later cell must not change what an answer found when it was checked."""

from __future__ import annotations

import contextlib
import dis
import functools
import sys
from collections.abc import Callable, Iterable
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from assay import frameworks

_STORING = dis.opmap["STORE_ATTR"], dis.opmap["DELETE_ATTR"]
_IMPORTING, _EXTENDED = dis.opmap["IMPORT_NAME"], dis.opmap["EXTENDED_ARG"]
_SETTING = frozenset(
    "setattr delattr __setattr__ __delattr__ vars __dict__ exec eval reload import_module patch get_ipython".split()
)


def as_they_are() -> Callable[[], None]:
    """Return a function that gives back NumPy's way with overflow and its like, and the settings of frameworks, as they are now."""
    float_errors, give_back = np.geterr(), [one.settings() for one in frameworks.known()]

    def restore() -> None:
        np.seterr(**float_errors)
        for one in give_back:
            with contextlib.suppress(Exception):
                one()

    return restore


def modules_as_they_are(values: Iterable[Any]) -> Callable[[], None]:
    """Return a function that gives back what the modules among `values` and inside them hold under their names (``np.random.default_rng = None``).

    Each name of NumPy is looked at, whose page of memory then is this process's own: ask only where a cell :func:`may_set` one.
    """
    named = {id(value): value for value in values if isinstance(value, ModuleType)}
    held = [(module, dict(vars(module))) for module in {part for one in named.values() for part in _parts(one)}]

    def restore() -> None:
        for module, before in held:
            _give_back(module, before)

    return restore


def may_set(code: CodeType | None) -> bool:
    """Whether a cell, compiled, may put something in the place of what a module holds: nearly none does. None stands for one with magics."""
    if code is None:
        return True
    steps, further = code.co_code, 0
    for step, number in zip(steps[::2], steps[1::2]):
        number |= further
        further = number << 8 if step == _EXTENDED else 0
        if step in _STORING or step == _IMPORTING and code.co_names[number] not in sys.modules:  # its own text runs
            return True
    return not _SETTING.isdisjoint(code.co_names) or any(
        may_set(inner) for inner in code.co_consts if type(inner) is CodeType
    )


@functools.cache
def _parts(module: ModuleType) -> tuple[ModuleType, ...]:
    """Return a module and those that stand in it and belong to it."""
    inside = (value for value in list(vars(module).values()) if isinstance(value, ModuleType))
    return module, *(part for part in inside if part.__name__.startswith(f"{module.__name__}."))


def _give_back(module: ModuleType, before: dict[str, Any]) -> None:
    now = vars(module)
    with contextlib.suppress(Exception):  # objects of the student's own, which need not let themselves be compared
        if now == before:
            return
    for name, value in before.items():
        if now.get(name) is not value:
            now[name] = value

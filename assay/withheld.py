"""What of this library would answer an exercise is not there while an answer to it is judged.

An exercise names functions of the library that it asks for under another name (``Exercise.withheld``). Inside :func:`withheld` each of them raises
:class:`Withheld`, whatever name it was imported under, since the function object itself is changed; what the exercise hands to the answer
(a cost, a backward pass) may still use them. Before and afterwards all is as it was.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from assay import frameworks


class Withheld(NotImplementedError):
    """Raised by a function of the library that answers the exercise which is judged."""


_known: dict[
    str, list[FunctionType]
] = {}  # by name or module: the functions, as they were when the name was first asked for
_active: dict[str, tuple[FunctionType, CodeType]] = {}  # by sentence-worthy name, while an answer is judged
_found: dict[tuple[str, ...], tuple] = {}  # by names: what their modules held, and the functions behind them
_lifted = 0  # how many functions that the exercise handed out run now


def sentence(name: str) -> str:
    """Return what a student reads about ``package.module:name``."""
    module, _, function = name.partition(":")
    return (
        f"{function} of {module} answers this exercise, so it is not there while an answer is judged; write it yourself"
    )


def functions_of(name: str) -> dict[str, FunctionType]:
    """Return the functions behind ``package.module`` or ``package.module:name``, those of a class included, each by its own name."""
    module_name, _, wanted = name.partition(":")
    module = importlib.import_module(module_name)
    if wanted and not hasattr(module, wanted):
        return {}
    found: dict[str, FunctionType] = {}
    for key, value in [(wanted, getattr(module, wanted))] if wanted else list(vars(module).items()):
        if getattr(value, "__module__", None) != module_name:
            continue
        for method, function in [("", value)] if not inspect.isclass(value) else list(vars(value).items()):
            function = (
                function.fget
                if isinstance(function, property)
                else inspect.unwrap(function)
                if callable(function)
                else None
            )
            if isinstance(function, FunctionType) and not function.__code__.co_freevars:
                found[f"{module_name}:{key}{'.' * bool(method)}{method}"] = function
    return found


def remember(modules: Iterable[str]) -> None:
    """Look up the functions of modules now, before anybody can put others in their places."""
    for module in modules:
        if module not in _known and _is_here(module):
            _known[module] = functions_of(module)


@contextlib.contextmanager
def withheld(names: Iterable[str]) -> Iterator[None]:
    """Let the functions behind `names` raise :class:`Withheld` while the body runs."""
    taken: list[tuple[FunctionType, CodeType]] = []
    try:
        for label, function in look_up(tuple(names)):
            code = function.__code__
            if id(code) not in _stub_ids:
                taken.append((function, code))
                _active[label] = taken[-1]
                function.__code__ = _stub(label)
        yield
    finally:
        for function, code in reversed(taken):
            function.__code__ = code
        if taken:
            _active.clear()


def look_up(names: tuple[str, ...]) -> list[tuple[str, FunctionType]]:
    """Return what :func:`_now_and_then` does for all names; looked up anew where something in their modules was replaced since."""
    modules = _modules(names)
    remember(modules)
    now = tuple(tuple(map(id, vars(sys.modules[m]).values())) for m in modules if m in sys.modules)
    if _found.get(names, (None,))[0] != now:
        _found[names] = now, [pair for name in names for pair in _now_and_then(name)]
        for label, _ in _found[names][1]:
            _stub(label)  # compiled here, where nobody waits
    return _found[names][1]


@functools.cache
def _modules(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition(":")[0] for name in names))


def _now_and_then(name: str) -> list[tuple[str, FunctionType]]:
    """Return the functions that a name means now, if its module was imported, and those that it meant at first."""
    now = functions_of(name) if _is_here(name) else {}
    same = {id(function) for function in now.values()}
    module, _, wanted = name.partition(":")
    then = _known.get(module, {})
    meant = [(label, f) for label, f in then.items() if not wanted or (label + ".").startswith(f"{name}.")]
    return [*now.items(), *((label, f) for label, f in meant if id(f) not in same)]


@functools.cache
def _needs_more(module: str) -> bool:
    try:
        with frameworks.not_imported():
            importlib.import_module(module)
    except ImportError:
        return True
    return False


def _is_here(name: str) -> bool:
    """Whether the module can be imported without importing a framework, which most assignments do without."""
    module = name.partition(":")[0]
    return module in sys.modules or not _needs_more(module)


_stubs: dict[str, CodeType] = {}
_stub_ids: set[int] = set()


def _stub(label: str) -> CodeType:
    """Return the code that stands in for a function: it asks :func:`_called` what to do, whatever stands under that name by then."""
    if label not in _stubs:
        source = f"def stub(*args, **kwargs):\n    return 'asked'.__call__({label!r}, args, kwargs)\n"
        namespace: dict[str, Any] = {}
        exec(compile(source, __file__, "exec"), namespace)
        code = namespace["stub"].__code__
        _stubs[label] = code.replace(co_consts=tuple(_called if c == "asked" else c for c in code.co_consts))
        _stub_ids.add(id(_stubs[label]))
    return _stubs[label]


def _called(label: str, args: tuple, kwargs: dict) -> Any:
    if label not in _active or not _lifted:
        raise Withheld(sentence(label.split(".__")[0]))
    function, code = _active[label]
    own = FunctionType(code, function.__globals__, function.__name__, function.__defaults__)
    own.__kwdefaults__ = function.__kwdefaults__
    return own(*args, **kwargs)


def handed_out(value: Any) -> Any:
    """Return what an exercise hands to an answer, its functions of the library free to use what is withheld from the answer."""
    if isinstance(value, dict):
        return {key: handed_out(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(handed_out(item) for item in value)
    return _lifting(value) if isinstance(value, FunctionType | functools.partial) else value


def _lifting(function: Callable) -> Callable:
    @functools.wraps(function)
    def given(*args: Any, **kwargs: Any) -> Any:
        global _lifted
        _lifted += 1
        try:
            return function(*args, **kwargs)
        finally:
            _lifted -= 1

    return given

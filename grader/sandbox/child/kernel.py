"""The student's kernel: runs cells as a notebook's kernel would, and keeps the namespace as it stood at each check.

A kernel survives much that grading has no use for; see ``stand_ins``. A cell that needs what is not there (a package that is not
installed, a name that a cell left out makes) goes on from the statement that missed it, as soon as that is made up for.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import contextlib
import functools
import io
import re
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from time import monotonic, process_time
from types import CodeType
from typing import Any

from IPython.core.displaypub import CapturingDisplayPublisher

from child import settings, stand_ins
from child.frames import PATIENCE, Output, Run
from child.statements import definitions, first_line, lines_of, provider, statements

MAX_TEXT = 20_000  # characters of one cell's text output
MAX_IMAGES = 8  # images of one cell
MAX_IMAGE = 2_000_000  # bytes of one image
MAX_RESUMED = 20  # times that one cell goes on after what it missed is made up for
END = ""  # the place behind the last cell
_OF_THE_HISTORY = re.compile(r"_(i{1,3}|i?\d+|_{0,2})$")  # names that each cell makes anew
_NOT_DEFINED = re.compile(r"name '(\w{1,100})' is not defined")

_shell: Any = None
_loop: asyncio.AbstractEventLoop | None = None
_results: list[dict] = []  # what the cell that runs now has shown as its value
_left_out: list[str] = []  # cells that were not run; what they make is made when somebody misses it
_kept: dict[str, dict] = {}  # by place: the notebook's names as they stood there
_set_back: dict[str, list[Callable[[], None]]] = {}  # by place: give back what was set for the whole process there
_may_set = False  # whether a cell may have put something in the place of what a module holds
_place = END


class TimeUp(BaseException):
    """The time of a cell or a call is up. A BaseException, so that ``except Exception`` does not hold it."""


def warm_up() -> None:
    """Build the IPython shell before the fork: that takes most of a second once, and nothing per submission."""
    global _shell
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Plain"
    _shell = InteractiveShell.instance(config=config)
    _shell.showtraceback = _shell.showsyntaxerror = lambda *args, **options: None  # errors are reported as outputs
    _shell.display_trap.hook = _show_result
    usual = _shell.transform_cell
    # IPython's search for magics takes longer than most cells
    _shell.transform_cell = lambda cell: f"{cell}\n" if _compiled(cell) else usual(cell)
    _shell.run_cell("import numpy, matplotlib.pyplot", store_history=False)
    for name in ("numpy", "matplotlib"):  # a kernel has no such names at its start
        del _shell.user_ns[name]
    _shell.loop_runner = _run_in_loop
    if "" not in sys.path:
        sys.path.insert(0, "")  # a module that a notebook writes beside itself
    stand_ins.prepare(_shell)


@functools.lru_cache(maxsize=2)  # asked for twice
def _compiled(cell: str) -> CodeType | None:
    """Return a cell's code, None where it is no plain Python."""
    try:
        with warnings.catch_warnings(action="ignore"):  # the cell itself will say so
            return compile(cell, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def namespace() -> dict:
    """Return the notebook's names."""
    return _shell.user_ns


def run(request: Run) -> list[Output]:
    """Run a cell, or the part of it that only defines, and keep the names at the checks behind it."""
    global _may_set
    _left_out.extend(request.left_out)
    source = definitions(request.source) if request.definitions else request.source
    if not _may_set and settings.may_set(_compiled(source)):
        _may_set, modules = True, settings.modules_as_they_are(list(_shell.user_ns.values()))
        for place in _kept:
            _set_back[place].append(modules)
    outputs = run_cell(source, request)
    for place in request.keep:
        _keep(place)
    return outputs


def enter(place: str) -> None:
    """Let the notebook's names be those that stood at `place`."""
    global _place
    if place == _place:
        return
    _keep(_place)
    if place in _kept:
        _shell.user_ns.clear()
        _shell.user_ns.update(_kept[place])
        for give_back in _set_back[place]:
            give_back()
    _place = place


def _keep(place: str) -> None:
    _kept[place], _set_back[place] = dict(_shell.user_ns), [settings.as_they_are()]
    if _may_set:
        _set_back[place].append(settings.modules_as_they_are(list(_shell.user_ns.values())))


def differs(name: str, place: str) -> bool:
    """Whether a function, or a name that it reads, is another one at the end than it was at `place`."""
    then, now = _kept.get(place, {}), _kept[END] if _place != END else _shell.user_ns
    missing = object()
    seen, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        seen.add(one)
        old, new = then.get(one, missing), now.get(one, missing)
        if old is not new:
            return True
        while hasattr(old, "__wrapped__"):
            old = old.__wrapped__
        code = getattr(old, "__code__", None)
        if one == name and code is None:
            own = ((key, value) for key, value in now.items() if not _OF_THE_HISTORY.match(key))
            return any(then.get(key, missing) is not value for key, value in own)
        waiting += [key for key in _names_in(code) if key not in seen and (key in then or key in now)]
    return False


def _names_in(code: Any) -> set[str]:
    if not hasattr(code, "co_names"):
        return set()
    return set(code.co_names).union(*map(_names_in, code.co_consts))


def make_up_for(error: BaseException | None, message: str = "") -> bool:
    """Make what an error missed, where that can be had: a package's stand-in, or a name that a cell left out makes."""
    if isinstance(error, ModuleNotFoundError):
        return stand_ins.stand_in_for(error, _shell.user_ns)
    if error is not None and not isinstance(error, NameError):
        return False
    match = _NOT_DEFINED.match(message or str(error))
    for i in reversed(range(len(_left_out) if match else 0)):
        part = provider(match[1], _left_out[i])
        if part:
            _left_out[i] = _left_out[i] if part != _left_out[i] else ""
            had = set(_shell.user_ns)
            _execute(part)
            if match[1] in _shell.user_ns:
                for names in _kept.values():  # the checks above would have found it, too
                    names.update({key: value for key, value in _shell.user_ns.items() if key not in had | set(names)})
                return True
    return False


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop what has used so many seconds of processor time: what a busy machine makes it wait is not the student's, up to a bound."""
    used, begun = process_time(), monotonic()

    def look(signum: int, frame: Any) -> None:
        if process_time() - used >= seconds or monotonic() - begun >= PATIENCE * seconds:
            raise TimeUp

    signal.signal(signal.SIGALRM, look)
    # again and again: code that swallows the first one meets the next
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run_cell(source: str, request: Run) -> list[Output]:
    """Run a cell and return its outputs, cut to size."""
    _results.clear()
    error: BaseException | None = None
    with _captured() as (said, complained, shown), _in_the_history(source):
        try:
            with time_limit(request.seconds):
                error = _run_on(source)
        except BaseException as exception:  # IPython lets some through
            error = exception
        line = _line(error)
        if isinstance(error, TimeUp) and line:
            _define_the_rest(source, line)
    if source.rstrip().endswith(";"):  # as in a notebook: the value is not shown
        _results.clear()
    outputs = []
    if said.length:
        outputs.append(Output("stdout", said.text()))
    if complained.length:
        outputs.append(Output("stderr", complained.text()))
    for data in [*(display["data"] for display in shown), *_results][:MAX_IMAGES]:
        outputs.extend(_shown(data))
    outputs.extend(_figures(request.figures))
    if error is not None:
        outputs.append(_error(error, request.seconds, line))
    return outputs


def _run_on(source: str) -> BaseException | None:
    """Run a cell, from where it stopped as often as what it missed is made up for; return the error that is left.

    Where it asked the machine or a person for something and got an answer of ours, the error may be ours too: then it goes on behind it.
    """
    rest, answered = source, stand_ins.answered
    for _ in range(MAX_RESUMED):
        error = _execute(rest)
        line = _line(error)
        if not line:
            return error
        if make_up_for(error):
            rest = _from(source, line) or rest
        elif stand_ins.answered > answered and isinstance(error, Exception):
            print(
                f"(line {line}: {type(error).__name__}; the cell goes on, since what it asked for is not there while grading)"
            )
            rest = _behind(source, line)
        else:
            return error
    return error


@contextlib.contextmanager
def _in_the_history(source: str) -> Iterator[None]:
    """Let a cell's text stand in ``In`` and ``_i``, and its value in ``Out``, as a kernel keeps them."""
    _shell.history_manager.store_inputs(_shell.execution_count, source)
    try:
        yield
    finally:
        _shell.execution_count += 1


def _execute(source: str) -> BaseException | None:
    if _loop is None and not re.search(r"\b(async|await)", source):
        result = _shell.run_cell(source, store_history=False)
    else:  # as in a kernel: an event loop runs while the cell does
        result = _run_in_loop(_shell.run_cell_async(source, transformed_cell=_shell.transform_cell(source)))
    return result.error_before_exec or result.error_in_exec


def _run_in_loop(coroutine: Any) -> Any:
    global _loop
    if _loop is None or _loop.is_closed() or _loop.is_running():
        _loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_loop)
    try:
        return _loop.run_until_complete(coroutine)
    except BaseException:
        _loop = None  # it was stopped in the middle of something
        raise


def _from(source: str, line: int) -> str:
    """Return a cell from the statement on that stands at `line`; empty where that is not to be found."""
    found = statements(source)
    rest = [s for s in found if (s.end_lineno or s.lineno) >= line]
    return lines_of(source, rest) if rest and first_line(rest[0]) <= line else ""


def _behind(source: str, line: int) -> str:
    """Return the statements of a cell that begin behind `line`."""
    return lines_of(source, [s for s in statements(source) if first_line(s) > line])


def _define_the_rest(source: str, line: int) -> None:
    """A cell that was stopped by our clock had more to define: a kernel would have gone on."""
    with contextlib.suppress(BaseException), time_limit(1.0):
        _execute(definitions(_behind(source, line)))


def _line(error: BaseException | None) -> int:
    """Return the line of the cell at which an error arose; 0 where that is not known."""
    places = traceback.walk_tb(error.__traceback__ if error is not None else None)
    lines = [n for frame, n in places if frame.f_globals is _shell.user_ns and frame.f_code.co_name == "<module>"]
    if lines:
        return lines[0]
    return (error.lineno or 0) if isinstance(error, SyntaxError) else 0


class _Sink(io.StringIO):
    """Keeps the beginning of what is written, and counts the rest."""

    length = 0

    def write(self, text: str) -> int:
        if self.length < MAX_TEXT:
            super().write(text[: MAX_TEXT - self.length])
        self.length += len(text)
        return len(text)

    def text(self) -> str:
        cut = f"\n... cut here: {self.length} characters in all" if self.length > MAX_TEXT else ""
        return self.getvalue() + cut


class _Publisher(CapturingDisplayPublisher):
    """Keeps the first things that a cell displays."""

    def publish(self, data: dict, metadata: Any = None, **options: Any) -> None:
        if len(self.outputs) < MAX_IMAGES:
            super().publish(data, metadata)


@contextlib.contextmanager
def _captured():
    """Take what a cell prints and displays, up to a bound."""
    said, complained, publisher, usual = _Sink(), _Sink(), _Publisher(), _shell.display_pub
    _shell.display_pub = publisher
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
            yield said, complained, publisher.outputs
    finally:
        _shell.display_pub = usual


def _show_result(value: Any) -> None:
    """Keep a cell's value as a kernel would show it."""
    if value is not None:
        names, number = _shell.user_ns, _shell.execution_count
        names["___"], names["__"], names["_"] = names.get("__", ""), names.get("_", ""), value
        names[f"_{number}"] = names["_oh"][number] = value
    if value is not None and len(_results) < MAX_IMAGES:
        data, _ = _shell.display_formatter.format(value, include={"text/plain", "image/png", "image/jpeg"})
        _results.append(data)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}\n... cut here: {len(text)} characters in all"


def _shown(data: dict) -> list[Output]:
    for mime, kind in (("image/png", "png"), ("image/jpeg", "jpeg")):
        image = data.get(mime)
        if isinstance(image, str):
            image = base64.b64decode(image)
        if isinstance(image, bytes) and len(image) <= MAX_IMAGE:
            return [Output(kind, str(data.get("text/plain", ""))[:500], image)]
    return [Output("text", _cut(str(data["text/plain"])))] if "text/plain" in data else []


def _figures(render: bool) -> list[Output]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    outputs: list[Output] = []
    if pyplot is None:
        return outputs
    try:
        for number in pyplot.get_fignums()[: MAX_IMAGES if render else 0]:
            buffer = io.BytesIO()
            pyplot.figure(number).savefig(buffer, format="png", dpi=60, bbox_inches="tight")
            if buffer.tell() <= MAX_IMAGE:
                outputs.append(Output("png", "a figure", buffer.getvalue()))
        pyplot.close("all")
    except BaseException:
        pass
    return outputs


def _error(error: BaseException, seconds: float, line: int) -> Output:
    if isinstance(error, TimeUp):
        return Output(
            "error", f"This cell took longer than {seconds:g} s and was stopped.", name="CellTimeoutError", line=line
        )
    try:
        lines = traceback.format_exception_only(error)
        text = "".join(lines).strip()
    except BaseException:
        text = type(error).__name__
    return Output("error", _cut(text)[:2000], name=type(error).__name__, line=line)

"""Runs one submission: its cells in IPython, then its functions on the inputs that are sent. It returns outcomes and judges nothing."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import signal
import sys
import traceback
from time import monotonic, process_time
from typing import Any

import numpy as np
from IPython.core.displaypub import CapturingDisplayPublisher

from child.frames import (
    PATIENCE,
    Answer,
    Call,
    Callback,
    Called,
    FrameError,
    FrameTimeout,
    Line,
    Output,
    Ran,
    Ready,
    Request,
    Run,
    decoder,
)
from idnn import outcome, wire, withheld

MAX_TEXT = 20_000  # characters of one cell's text output
MAX_IMAGES = 8  # images of one cell
MAX_IMAGE = 2_000_000  # bytes of one image
_shell: Any = None


def _of_our_own(module: Any) -> Any:
    """Return a second copy of a module that stands under no name: what student code puts into the first one changes nothing here."""
    spec = importlib.util.find_spec(module.__name__)
    own = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(own)
    return own


withheld.remember([name for name in sys.modules if name.startswith("idnn.")])  # before student code runs
_wire, _outcome = _of_our_own(wire), _of_our_own(outcome)
_outcome.wire = _wire
if "idnn.tensors" in sys.modules:
    _outcome.drivers["idnn.tensors"] = _of_our_own(sys.modules["idnn.tensors"])
_results: list[dict] = []  # what the cell that runs now has shown as its value


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
    _shell.transform_cell = lambda cell: f"{cell}\n" if _is_python(cell) else usual(cell)
    _shell.run_cell("import numpy, matplotlib.pyplot", store_history=False)
    decoder(Request)


def _is_python(cell: str) -> bool:
    """Whether a cell is plain Python, without magics: IPython's search for them takes longer than most cells."""
    try:
        ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def serve(sock: Any, held: list[str]) -> None:
    """Answer requests until the other side closes the line."""
    global _shell
    if _shell is None:
        warm_up()
    line = Line(sock, Request)
    line.send(Ready(held))
    answer = call  # as it is now, before student code runs
    while True:
        try:
            request = line.receive()
        except FrameError:
            return
        if isinstance(request, Run):
            line.send(Ran(request.id, run_cell(request)))
        elif isinstance(request, Call):
            _reply(line, request.id, answer(line, request))


@contextlib.contextmanager
def _time_limit(seconds: float):
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


def run_cell(request: Run) -> list[Output]:
    """Run a cell and return its outputs, cut to size."""
    _results.clear()
    error: BaseException | None
    with _captured() as (said, complained, shown):
        try:
            with _time_limit(request.seconds):
                result = _shell.run_cell(request.source, store_history=False)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as exception:  # IPython lets some through
            error = exception
    if request.source.rstrip().endswith(";"):  # as in a notebook: the value is not shown
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
        outputs.append(_error(error, request.seconds))
    return outputs


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
    if value is not None and len(_results) < MAX_IMAGES:
        data, _ = _shell.display_formatter.format(value, include={"text/plain", "image/png", "image/jpeg"})
        _results.append(data)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}\n... cut here: {len(text)} characters in all"


def _shown(data: dict) -> list[Output]:
    for mime, kind in (("image/png", "png"), ("image/jpeg", "jpeg")):
        image = data.get(mime)
        if isinstance(image, str):
            import base64

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


def _error(error: BaseException, seconds: float) -> Output:
    if isinstance(error, TimeUp):
        return Output("error", f"This cell took longer than {seconds:g} s and was stopped.", name="CellTimeoutError")
    try:
        lines = traceback.format_exception_only(error)
        text = "".join(lines).strip()
    except BaseException:
        text = type(error).__name__
    return Output("error", _cut(text)[:2000], name=type(error).__name__)


def call(line: Line, request: Call) -> dict:
    """Call one function of the notebook and return the outcome's tree."""
    function = _shell.user_ns.get(request.name)
    if not callable(function):
        what = "is not a function" if request.name in _shell.user_ns else "is not defined in the notebook"
        return _failed("<missing>", f"{request.name} {what}")
    args, kwargs, replaced = _wire.decode_inputs(
        request.inputs, remote=lambda number: _remote(line, request.id, number)
    )
    try:
        with _time_limit(request.seconds):
            tree = _outcome.observe(
                function,
                args,
                kwargs,
                request.names,
                replaced,
                request.via,
                request.withheld,
                request.again,
                request.nonce,
            )
    except TimeUp:
        tree = _failed("TimeUp", "")
    if tree["error"] and tree["error"][0] == "TimeUp":
        return _failed("<timeout>", f"it took longer than {request.seconds:g} s and was stopped")
    return tree


def _reply(line: Line, number: int, tree: dict) -> None:
    """Send an outcome; one that is too large to send is an outcome as well."""
    try:
        line.send(Called(number, tree))
    except FrameTimeout:
        raise
    except FrameError:
        line.send(Called(number, _failed("<output>", "")))


def _failed(kind: str, message: str) -> dict:
    return {
        "value": None,
        "error": [kind, message, 0],
        "changed": [],
        "aliases": [],
        "rng_advanced": False,
        "global_random": False,
        "global_state": "hidden",
    }


def _remote(line: Line, request_id: int, number: int) -> Any:
    """Return a stand-in for a function that lives on the trusted side."""

    def function(*args: Any) -> Any:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})  # half a frame would break the line
        try:
            line.send(Callback(request_id, number, _wire.encode(list(args))))
            answer = line.receive()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        if not isinstance(answer, Answer) or answer.id != request_id:
            raise RuntimeError("no answer from the function that was given")
        if answer.changed is not None:
            _write_back(args, _wire.decode_outputs(answer.changed))
        if answer.error:
            raise RuntimeError(answer.error)
        return _wire.decode_outputs(answer.value)

    return function


def _write_back(old: Any, new: Any) -> None:
    """Repeat here what the function did to its arguments there."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
        np.copyto(old, new, casting="same_kind")
    elif isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if key in old and isinstance(old[key], np.ndarray | dict | list):
                _write_back(old[key], value)
            else:
                old[key] = value
        for key in set(old) - set(new):
            del old[key]
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        for a, b in zip(old, new):
            _write_back(a, b)

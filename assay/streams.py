"""What a function prints and warns while it is judged is kept from the page, and left alone where a debugger speaks."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from typing import Any

MAX_PRINTED = 2_000  # characters that are kept of what a call printed
_DEBUGGERS = {"bdb", "pdb", "cmd", "IPython.core.debugger", "IPython.terminal.debugger"}
NEAREST = 10  # frames in which a debugger that speaks is found: a function may print very often


class DebuggerLeft(BaseException):
    """Raised where somebody quits the debugger that a function under judgement has called."""


def leaves_debugger(exception: BaseException) -> bool:
    """Whether an exception is what a debugger raises where it is quit: its own, or from Python 3.14 on the end of the process."""
    if type(exception).__name__ == "BdbQuit":
        return True
    trace = exception.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = trace.tb_frame.f_globals.get("__name__") if trace is not None else None
    return isinstance(exception, SystemExit) and where in _DEBUGGERS


class Printed:
    """The beginning of what a call prints. Once a debugger speaks, all goes where it would have gone: it is being used."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length, self.live = 0, False

    def text(self) -> str:
        more = self.length - MAX_PRINTED
        return "".join(self.parts) + (f"\n... and {more} characters more" if more > 0 else "")

    def keep(self, text: str) -> None:
        if self.length < MAX_PRINTED:
            self.parts.append(text[: MAX_PRINTED - self.length])
        self.length += len(text)


class _Ear(io.StringIO):
    """Stands in for a stream and gives what is written to `heard`, or keeps nothing."""

    def __init__(self, usual: Any, heard: Printed | None):
        super().__init__()
        self.usual, self.heard = usual, heard

    def write(self, text: str) -> int:
        if self._in_use():
            return self.usual.write(text)
        if self.heard is not None:
            self.heard.keep(text)
        return len(text)

    def flush(self) -> None:
        if self._in_use():
            self.usual.flush()

    def isatty(self) -> bool:
        return self._in_use() and self.usual.isatty()

    def fileno(self) -> int:
        return self.usual.fileno() if self._in_use() else super().fileno()

    def _in_use(self) -> bool:
        if self.heard is None:
            return False
        self.heard.live = self.heard.live or _debugger_runs()
        return self.heard.live


def _debugger_runs() -> bool:
    """Whether it is a debugger that writes now."""
    frame = sys._getframe(1) if "bdb" in sys.modules else None
    for _ in range(NEAREST):
        if frame is None:
            return False
        if frame.f_globals.get("__name__") in _DEBUGGERS:
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def quiet(heard: Printed | None = None):
    """Take what the function prints and warns, which would repeat itself with every case; `heard` keeps the beginning."""
    with (
        contextlib.redirect_stdout(_Ear(sys.stdout, heard)),
        contextlib.redirect_stderr(_Ear(sys.stderr, heard)),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield

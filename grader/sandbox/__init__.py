"""The trusted side of the jail: starts the fork server, opens one session per submission, and never believes what comes back.

with ForkServer() as server, server.session() as session:
    session.run("def f(x): return x + 1")
    session.call("f", Case(args=(1,)), (1,), ["x"]).value
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assay import wire
from assay.cases import Case
from assay.errors import ErrorInfo
from assay.lines import MOST_LINES, branches, unreached
from assay.outcome import Outcome, read_outcome, write_outcome
from assay.verdict import CRASH, OUTPUT, TIMEOUT, WITHHELD
from assay.withheld import sentence
from grader.reading import Text, text_of
from grader.sandbox import jail, tiers
from grader.sandbox.borrowed import Notebook
from grader.sandbox.child import scratch
from grader.sandbox.child.frames import (
    PATIENCE,
    Answer,
    Call,
    Callback,
    Called,
    Calls,
    Differ,
    Differs,
    FrameError,
    FrameTimeout,
    Line,
    Locate,
    Located,
    Output,
    Ran,
    Ready,
    Reply,
    Run,
)
from grader.sandbox.hearsay import believed

START = 120.0  # seconds for the fork server to import everything
# What one session may ask of the functions that live here: calls, seconds of processor time, bytes of arrays in all and in one call.
MAX_CALLBACKS, MAX_CALLBACK_SECONDS, MAX_CALLBACK_BYTES, MAX_CALLBACK = 200_000, 10.0, 64 << 20, 1 << 20
MOST_ENCODED = 2_000  # inputs whose trees are kept
MOST_UNREAD = 1 << 16  # bytes that a socket takes at once, whether or not somebody reads
MAX_OUTPUTS, MAX_IMAGES = 24, 8  # of one cell
MAX_TEXT, MAX_IMAGE = 25_000, 2_000_000  # characters and bytes of one output


class SandboxError(RuntimeError):
    """Our side failed: the jail did not start or broke. Never the student's fault."""


class ForkServer:
    """A jail with everything imported, ready to fork.

    Parameters
    ----------
    needs : packages that are imported before any notebook runs
    data : files of the course's ``data/`` that can be read
    limits : Limits of each submission
    tier : what isolates student code; default: the best that this machine has
    """

    def __init__(
        self,
        needs: Sequence[str] = (),
        data: Sequence[str] = (),
        limits: jail.Limits | None = None,
        tier: tiers.Tier | None = None,
    ):
        self.needs, self.data, self.limits, self.tier = needs, data, limits or jail.Limits(), tier or tiers.choose()
        self._lock = threading.RLock()  # one conversation at a time over the control line
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._ready: tuple[socket.socket, int] | None = None  # the next child's line, and its number once that is known
        self._log: Any = None
        self._begun = False  # and has not said that it is ready

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server unless it runs, and wait until it is ready.

        Raises
        ------
        SandboxError
            If the server does not come up.
        """
        with self._lock:
            self.begin()
            if self._begun:
                with self._coming_up():
                    self._control.settimeout(START)
                    if self._control.recv(256) != b"ready":
                        raise OSError("it closed its control line")
                    self._begun = False

    def begin(self) -> None:
        """Start the server unless it runs; what it imports it imports while others do something else."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self.stop()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            options = {**jail.server_options(self.needs, self.data, self.limits), "control": theirs.fileno()}
            self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed by stop)
            # where the tier has no file systems of its own, submissions work in folders inside this one
            self._folder = tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
            self._control, self._begun = ours, True
            with self._coming_up(), theirs:
                self._process = subprocess.Popen(
                    self.tier.command(options, self._folder.name),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=self._log,
                    stderr=self._log,
                    env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
                    cwd=self._folder.name,
                )

    @contextlib.contextmanager
    def _coming_up(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = self._said()
            self.stop()
            raise SandboxError(f"the jail's fork server did not start ({error}): {reason}") from None

    def _said(self) -> str:
        if self._log is None:
            return ""
        size = os.fstat(self._log.fileno()).st_size  # pread: the server writes through the same file position
        return os.pread(self._log.fileno(), 600, max(0, size - 600)).decode(errors="replace").strip()

    def stop(self) -> None:
        """End the server and every child."""
        with self._lock:
            for line in (self._control, self._ready and self._ready[0]):
                if line is not None:
                    line.close()
            self._control = self._ready = None
            if self._process is not None:
                try:  # without its control line it ends by itself; its time is then counted as ours
                    self._process.wait(2)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
                self._process = None
            if self._log is not None:
                self._log.close()
                with contextlib.suppress(OSError), os.scandir(self._folder.name) as entries:
                    for entry in entries:  # of submissions whose server did not live to do it
                        if entry.name != "app":
                            scratch.remove(entry.path)
                self._folder.cleanup()
                self._log = None

    def session(self) -> Session:
        """Fork a child for one submission, or take the one that was made ready; a server that broke is started anew once."""
        for attempt in (1, 2):
            with self._lock:
                self.start()
                ready, process = self._ready, self._process
                try:
                    if ready is None:
                        self._fork()
                    pid = self._forked()
                    ours, self._ready = self._ready[0], None
                except OSError as error:
                    reason = self._said()
                    self.stop()
                    if attempt == 2:
                        raise SandboxError(f"the jail does not fork ({error}): {reason}") from None
                    continue
            try:
                return Session(self, ours, pid)
            except SandboxError:
                if ready is None or not self.still(process):  # one that waited may have been killed meanwhile
                    raise
        raise AssertionError("unreachable")

    def make_ready(self) -> None:
        """Have the child of the next submission forked while this one's is at work.

        Not where that could leave something in a folder that all share: it is gone before the next one begins.
        """
        if "public folders" in self.tier.lacks:
            return
        with self._lock, contextlib.suppress(OSError):  # a server that broke is seen where the child is needed
            if self._control is not None and self._ready is None:
                self._fork()

    def _fork(self) -> None:
        """Ask for a child; :meth:`_forked` reads the answer."""
        ours, theirs = socket.socketpair()
        self._ready = ours, 0
        with theirs:
            socket.send_fds(self._control, [b"fork"], [theirs.fileno()])

    def _forked(self) -> int:
        """Return the process number of the child that was asked for."""
        ours, pid = self._ready
        if not pid:
            self._control.settimeout(30)
            words = self._control.recv(256).decode().split()
            if len(words) != 2 or words[0] != "forked" or not int(words[1]):
                raise OSError("it could not fork a child")
            self._ready = ours, (pid := int(words[1]))
        return pid

    def still(self, process: subprocess.Popen | None) -> bool:
        """Whether `process` is the fork server still, and answers."""
        with self._lock:
            if process is not self._process or self._control is None:
                return False
            try:
                if self._ready is not None:
                    self._forked()
                self._control.settimeout(10)
                self._control.send(b"ping")
                return self._control.recv(256) == b"here"
            except OSError:
                self.stop()
                return False

    def kill(self, pid: int) -> None:
        """Kill a child, and with it everything in its PID namespace."""
        with self._lock:
            if self._control is not None:
                try:
                    self._control.send(f"kill {pid}".encode())
                except OSError:
                    self.stop()


class Session:
    """One submission's process. After a hard limit it is dead: further calls return the same error at once."""

    def __init__(self, server: ForkServer, sock: socket.socket, pid: int):
        self._server, self._pid, self._born_in = server, pid, server._process
        self._line = Line(sock, Reply)
        self._ids = itertools.count(1)
        self._asked: deque[_Asked] = deque()  # calls that were sent and whose outcomes nobody has asked for yet
        self._callbacks, self._callback_seconds, self._callback_bytes = 0, 0.0, 0
        self._reached: dict[str, set[int]] = {}  # by function, the lines of it that are said to have run
        self._notebook = Notebook()  # the text of the cells that were run
        self.dead: ErrorInfo | None = None
        self.died_of = ""  # the function of whose call it died
        self.place = ""  # where in the notebook the names are taken from that functions are called with
        self.cell_seconds, self.call_seconds = server.limits.cell_seconds, server.limits.call_seconds
        self.protections: list[str] = []
        try:
            ready = self._line.receive(time.monotonic() + 30)
            if not isinstance(ready, Ready):
                raise FrameError("no greeting")
        except FrameError as error:
            self.close()
            raise SandboxError(f"the jail's child did not start: {error}. {server._said()}") from None
        self.protections = ready.protections

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Kill the process and all that it started."""
        self._line.close()
        self._server.kill(self._pid)

    def run(
        self,
        source: str,
        figures: bool = True,
        definitions: bool = False,
        keep: list[str] | None = None,
        left_out: list[str] | None = None,
    ) -> list[Output]:
        """Run a cell and return its outputs; a cell that breaks out of its limits ends the session.

        Parameters
        ----------
        source : the cell's text
        figures : whether figures are drawn
        definitions : run only its imports and definitions
        keep : places behind the cell whose names are kept, to be called in later (`place`)
        left_out : cells above it that are not run, but for what of them is missed
        """
        if self.dead:
            return [Output("error", self.dead.message, name="SessionEnded")]
        limit = self.cell_seconds
        self._notebook.add(source)
        request = Run(next(self._ids), source, limit, figures, definitions, keep or [], left_out or [])
        reply = self._ask(request, limit, Ran, "this cell")
        return bounded(reply.outputs) if reply else [Output("error", self.dead.message, name="SessionEnded")]

    def call(self, name: str, case: Case, args: tuple, names: list[str]) -> Outcome:
        """Call a function of the notebook on one case's inputs and return its Outcome."""
        if self.dead:
            return Outcome(error=self.dead)
        if label := self._notebook.borrowed(name, case.withheld):
            return Outcome(error=ErrorInfo(WITHHELD, sentence(label)))
        asked, reply = None, None
        if self._asked and self._asked[0].is_for(name, case, args, self.place):
            asked = self._asked.popleft()
            reply = self._reply_to(asked)
        if not self.dead and (reply is None or reply.outcome is None):
            self._announce(name, [(case, args)], names)
            asked = self._asked.popleft() if self._asked else None
            reply = self._reply_to(asked) if asked else None
        if reply is None:
            return Outcome(error=self.dead)
        self._reached.setdefault(name, set()).update(reply.lines[:MOST_LINES])
        try:
            outcome = read_outcome(reply.outcome, asked.nonce)
        except wire.WireError as error:
            ours = str(error).startswith(("arrays of more", "a dict of more", "a value nested"))
            return Outcome(error=ErrorInfo(OUTPUT, f"its result cannot be read{f': {error}' if ours else ''}"))
        given, notebook = [args, case.kwargs], self._notebook
        return believed(outcome, name, names, given, notebook.names, asked.limit, case.withheld, notebook.unwritten)

    def ahead(self, name: str, calls: Iterable[tuple[Case, tuple]], names: list[str]) -> None:
        """Send calls that will be asked for in this order, all at once: the process makes the next one while an outcome is judged.

        Each is asked for by :meth:`call` as ever; those that nobody asks for are forgotten.
        """
        calls = list(calls)
        while self._asked and self._asked[0].name != name and not self.dead:
            self._reply_to(self._asked.popleft())
        if self._are_asked(name, calls):
            return
        if not self.dead and calls and not self._notebook.borrowed(name, calls[0][0].withheld):
            self._announce(name, calls, names)

    def follow(self, name: str, calls: Iterable[tuple[Case, tuple]], names: list[str]) -> None:
        """Send calls of the function that :meth:`ahead` will be asked for next, as it stands at its own check, behind those that were sent: the
        process makes them while the last outcomes are judged. Only what the line takes though nobody may read it.
        """
        calls, place = list(calls), self.place
        if self.dead or not calls or self._notebook.borrowed(name, calls[0][0].withheld):
            return
        self.place = name
        requests, asked = self._requested(name, calls, names)
        self.place = place
        with self._deadly(self.call_seconds, "it") as deadline:
            if self._line.send(Calls(requests), deadline, MOST_UNREAD):
                self._asked += asked

    def _are_asked(self, name: str, calls: list[tuple[Case, tuple]]) -> bool:
        """Whether just these calls were sent and not answered yet."""
        return len(calls) == len(self._asked) and all(
            asked.is_for(name, case, args, self.place) for asked, (case, args) in zip(self._asked, calls)
        )

    def text(self, name: str) -> Text:
        """Return what the text of a function says, and of what it leads to."""
        return text_of(self._notebook.leads_to(name))

    def unreached(self, name: str) -> list[int]:
        """Return the lines of a function that no call has reached, as its own process says."""
        return unreached(self._notebook.function(name), self._reached[name]) if self._reached.get(name) else []

    def _announce(self, name: str, calls: list[tuple[Case, tuple]], names: list[str]) -> None:
        self._forget()
        if self.dead:
            return
        requests, asked = self._requested(name, calls, names)
        self._asked += asked
        self._send(Calls(requests), self.call_seconds, "it")

    def _requested(
        self, name: str, calls: list[tuple[Case, tuple]], names: list[str]
    ) -> tuple[list[Call], list[_Asked]]:
        """Return the requests for some calls, and what is to be known of each until it is answered."""
        requests, noted, watched = [], [], not self._server.needs and self._may_miss_lines(name)
        for case, args in calls:
            asked = _Asked(next(self._ids), name, case, args, self.place, self.call_seconds, os.urandom(8))
            inputs = _inputs(case, args, asked.keep)
            again = None if case.again is None else list(case.again)
            requests.append(
                Call(
                    asked.id,
                    name,
                    inputs,
                    names,
                    case.via,
                    asked.limit,
                    self.place,
                    case.withheld,
                    again,
                    asked.nonce,
                    watched,
                )
            )
            noted.append(asked)
        return requests, noted

    def _may_miss_lines(self, name: str) -> bool:
        """Whether the lines of a function are to be told: it branches, and some have not run so far."""
        return branches(self._notebook.function(name)) and (not self._reached.get(name) or bool(self.unreached(name)))

    def _forget(self) -> None:
        """Read the outcomes of calls that nobody asked for."""
        while self._asked and not self.dead:
            self._reply_to(self._asked.popleft())
        self._asked.clear()

    def _reply_to(self, asked: _Asked) -> Any:
        reply = self._receive(asked.id, asked.limit, asked.kept, Called, "it")
        self.died_of = asked.name if self.dead else ""
        return reply

    def differs(self, name: str, place: str) -> bool:
        """Whether a function is another one at the end than it was at `place`; a lie costs its author one more judgement."""
        if self.dead:
            return False
        reply = self._ask(Differs(next(self._ids), name, place), self.call_seconds, Differ, "it")
        return reply is not None and reply.differs

    def locate(self, assignment: str, name: str, seconds: float) -> Located | None:
        """Return what the process says of the place of a function's slip, None where it says nothing; all of it may be a lie."""
        if self.dead:
            return None
        return self._ask(Locate(next(self._ids), assignment, name, seconds, self.place), seconds, Located, "it")

    def _ask(self, request: Any, limit: float, wanted: type, what: str) -> Any:
        self._forget()
        if not self.dead:
            self._send(request, limit, what)
        return None if self.dead else self._receive(request.id, limit, [], wanted, what)

    def _send(self, request: Any, limit: float, what: str) -> None:
        with self._deadly(limit, what) as deadline:
            self._line.send(request, deadline)

    def _receive(self, id: int, limit: float, kept: list[Callable], wanted: type, what: str) -> Any:
        """Return the reply to a request, None where there is none and the process is dead."""
        with self._deadly(limit, what) as deadline:
            while True:
                reply = self._line.receive(deadline)
                if isinstance(reply, Callback) and reply.id == id:
                    self._line.send(self._answered(reply, kept), deadline)
                elif isinstance(reply, wanted) and reply.id == id:
                    return reply
                else:
                    raise FrameError("it sent an answer that nobody asked for")
        return None

    @contextlib.contextmanager
    def _deadly(self, limit: float, what: str) -> Iterator[float]:
        """Give the body the time until which the process must have answered; where it breaks that, or the line, it is dead."""
        try:
            yield time.monotonic() + PATIENCE * limit + self._server.limits.grace_seconds
            return
        except FrameTimeout:
            self.dead = ErrorInfo(TIMEOUT, f"{what} took longer than {limit:g} s and was stopped")
        except FrameError as error:
            self.dead = ErrorInfo(CRASH, f"{what} ended the process that ran it ({error})")
        self.close()
        if self.dead.type == CRASH and not self._server.still(self._born_in):
            raise SandboxError("the jail itself ended while a submission was graded; that is no fault of the student's")

    def _answered(self, callback: Callback, kept: list[Callable]) -> Answer:
        """Call a function that lives here, within what the session has left for that."""
        begun = time.thread_time()
        answer, size = _answer(callback, kept, MAX_CALLBACK_BYTES - self._callback_bytes)
        self._callbacks += 1
        self._callback_seconds += time.thread_time() - begun
        self._callback_bytes += size
        if self._callbacks > MAX_CALLBACKS:
            raise FrameError("it called the functions it was given too often")
        if self._callback_seconds > MAX_CALLBACK_SECONDS or self._callback_bytes > MAX_CALLBACK_BYTES:
            raise FrameError("the functions it was given had too much to do")
        return answer


@dataclass
class _Asked:
    """A call that was sent: what it was for, and the functions among its inputs that live here."""

    id: int
    name: str
    case: Case
    args: tuple
    place: str
    limit: float
    nonce: bytes
    kept: list[Callable] = field(default_factory=list)

    def keep(self, function: Callable) -> int:
        self.kept.append(function)
        return len(self.kept) - 1

    def is_for(self, name: str, case: Case, args: tuple, place: str) -> bool:
        return self.case is case and self.args is args and (self.name, self.place) == (name, place)


# Inputs that were sent before, by the ids of what they were made of: what is remembered keeps its id.
_encoded: OrderedDict[tuple[int, int, int], tuple] = OrderedDict()


def _inputs(case: Case, args: tuple, keep: Callable[[Callable], int]) -> Any:
    """Return the tree of a case's inputs. They are ours and the same for each submission, so they are encoded once."""
    key = id(args), id(case.kwargs), id(case.globals)
    if key in _encoded:
        return _encoded[key][0]
    live: list[Callable] = []

    def note(function: Callable) -> int:
        live.append(function)
        return keep(function)

    tree = wire.encode([args, case.kwargs, case.globals], remote=note, layout=True)
    if not live:  # what is called here has a state of its own
        _encoded[key] = tree, args, case.kwargs, case.globals
        while len(_encoded) > MOST_ENCODED:
            _encoded.popitem(last=False)
    return tree


def bounded(outputs: list[Output]) -> list[Output]:
    """Return a cell's outputs cut to size; the child does so too, but a student's code may have changed the child."""
    kept, images = [], 0
    for output in outputs[:MAX_OUTPUTS]:
        images += bool(output.data)
        if images <= MAX_IMAGES and len(output.data) <= MAX_IMAGE:
            kept.append(Output(output.kind, output.text[:MAX_TEXT], output.data, output.name[:80], output.line))
    return kept


def _answer(callback: Callback, kept: list[Callable], room: int = MAX_CALLBACK_BYTES) -> tuple[Answer, int]:
    """Call a trusted function on a student's arguments, which are plain values by now; return the answer and the bytes of the arguments.

    Of an error only the type is told: its message would name the function, and with it what is wrong with it.
    """
    if not 0 <= callback.number < len(kept):
        return Answer(callback.id, error="no such function"), 0
    size, known = 0, getattr(kept[callback.number], "known", None)
    try:
        if known and (value := known.get(wire.key(callback.args))) is not None:
            return Answer(callback.id, value), size
        args = wire.decode_outputs(callback.args, max_bytes=max(0, min(MAX_CALLBACK, room)))
        size = _size(args)
        value = kept[callback.number](*args)
        after = wire.encode(args)  # of honest arguments it is what came, as long as nothing was changed
        return Answer(callback.id, wire.encode(value), changed=after if after != callback.args else None), size
    except Exception as error:
        return Answer(callback.id, error=f"the function that was given raised {type(error).__name__}"), size


def _size(value: Any) -> int:
    """Return about how many bytes a plain value has."""
    if isinstance(value, dict):
        return sum(_size(item) + 64 for item in value.values())
    if isinstance(value, list | tuple):
        return sum(_size(item) + 8 for item in value)
    return getattr(value, "nbytes", 32)


__all__ = ["ForkServer", "Located", "Output", "SandboxError", "Session", "write_outcome"]

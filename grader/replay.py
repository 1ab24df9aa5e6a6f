"""A notebook replayed in the jail: its cells in order, then its functions as they stood at their checks.

A student's kernel is the truth: a function is called with the names that were there at its check. All cells are run before any
function is called, because what has seen hidden inputs must not write outputs any more.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assay.cases import Case
from assay.errors import ErrorInfo, cut
from assay.outcome import Outcome
from assay.verdict import CRASH, TIMEOUT, Verdict
from grader.outputs import Room
from grader.reading import Text
from grader.sandbox import ForkServer, Located, Output, Session
from grader.sandbox.child.statements import bound, statements
from grader.sandbox.jail import Limits
from grader.stubs import text
from grader.submission import CHANGED, SKIP, STUB, exercise_of, is_graded
from grader.words import printable

RESTARTS = 20  # new processes for what is left after endless loops and crashes; the clock ends it before that
LEAST_LOCATED = 5  # slips of one notebook that there is time to look for
HURRY = 6.0  # seconds that are left for cells, or for judging, after the first hard kill or the third stop
MAX_NAMED = 5  # missing names that a note lists
_MISSED = re.compile(r"name '(\w+)' is not defined|No module named '(\w+)'")


class Clock:
    """What is left of a submission's time.

    Cells have one half and judging the other, so that own experiments never eat the time in which answers are judged. After the first
    time that something had to be stopped the next ones are stopped sooner: one slow notebook holds up no class.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self.half = limits.submission_seconds / 2
        self.until = time.monotonic() + self.half
        self.stops = 0

    @property
    def over(self) -> bool:
        return time.monotonic() > self.until

    def judging(self) -> None:
        """The cells have been run: judging's own half begins."""
        self.until = time.monotonic() + self.half

    def stopped(self, hard: bool = False) -> None:
        """Something ran into its limit; where it did not heed it, or is not the first, what is left must be quick."""
        self.stops += 1
        if hard or self.stops > 2:
            self.until = min(self.until, time.monotonic() + min(HURRY, self.half / 2))

    def shortened(self, seconds: float) -> float:
        """Return a limit of so many seconds as it is after what has been stopped already."""
        return min(seconds, max(0.5, seconds / 4**self.stops))


@dataclass(frozen=True)
class Step:
    """One cell that is run: `index` in the notebook; `keep` names the exercises whose checks stand behind it."""

    index: int
    source: str
    definitions: bool = False
    left_out: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)


def steps(cells: list[dict]) -> list[Step]:
    """Return what is run of a notebook, in order.

    Tests are not run. Of a long-running cell that a student has written in, the definitions are; a stub that stands beside an answer is
    passed over; all other long-running cells are left out, and what they make is made when it is missed.
    """
    found: list[Step] = []
    left_out: list[str] = []
    for i, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        tags = cell["metadata"].get("tags", [])
        if is_graded(cell):
            if exercise_of(cell):
                found = found or [Step(i, "")]
                found[-1].keep.append(exercise_of(cell))
        elif SKIP not in tags and text(cell).strip():
            found.append(Step(i, text(cell), left_out=left_out))
            left_out = []
        elif SKIP in tags and STUB not in tags:
            left_out.append(text(cell))
            if CHANGED in tags:
                found.append(Step(i, text(cell), definitions=True, left_out=left_out))
                left_out = []
    return [*found, Step(len(cells), "", left_out=left_out)] if left_out else found


class Replay:
    """The student's process, begun anew where an endless loop or a crash ended it.

    Attributes
    ----------
    notes : what kept a part of the notebook from being run, in sentences
    remarks : what was cut short without a loss
    missed : by function, the names and packages that it did not find
    """

    def __init__(self, notebook: dict, server: ForkServer, figures: bool):
        self.cells, self.server, self.figures = notebook["cells"], server, figures
        self.clock = Clock(server.limits)
        self.steps = steps(self.cells)
        self.place = ""  # whose check the functions are called at; "" is the end of the notebook
        self.notes: list[str] = []
        self.remarks: list[str] = []
        self.missed: dict[str, set[str]] = {}
        self._session: Session | None = None
        self._begun, self._room = 0, Room()
        self._slow: set[int] = set()  # cells that were stopped: of these only the definitions are run again
        self._deadly: set[int] = set()  # cells whose definitions alone end the process

    def run(self) -> None:
        """Run the cells and keep their outputs."""
        self._begin(keep_outputs=True)
        for note in self._room.notes:
            self._remark(note)
        self.clock.judging()

    def call(self, name: str, case: Case, args: tuple, names: list[str]) -> Outcome:
        """Call a function as it stood at `place`; where that ends the process, the next function gets a new one."""
        if not self._begun:
            return Outcome(error=ErrorInfo("<missing>", "the notebook could not be read"))
        if self.clock.over:
            return Outcome(
                error=ErrorInfo(TIMEOUT, "the submission's time was used up before this function was judged")
            )
        while True:
            if self._session is None or self._session.dead:
                self._begin(keep_outputs=False)
            if self._session is None:
                return Outcome(
                    error=ErrorInfo(
                        CRASH, "the notebook ended its process again and again; this function was not judged"
                    )
                )
            self._session.place = self.place
            self._session.call_seconds = self.clock.shortened(self.server.limits.call_seconds)
            outcome = self._session.call(name, case, args, names)
            if not self._session.dead or self._session.died_of == name:
                break
            self.clock.stopped(
                hard=True
            )  # by the next function, whose calls were sent already: this one is called once more
        if outcome.error and outcome.error.type == TIMEOUT:
            self.clock.stopped(hard=self._session.dead is not None)
        elif outcome.error:
            match = _MISSED.match(outcome.error.message)
            if match:
                self.missed.setdefault(name, set()).add(match[1] or match[2])
        return outcome

    def ahead(self, name: str, calls: Iterable[tuple[Case, tuple]], names: list[str]) -> None:
        """Send calls that will be asked for in this order; where there is no process for them they are made one by one."""
        if self._session is not None and not self._session.dead and not self.clock.over:
            self._session.place = self.place
            self._session.call_seconds = self.clock.shortened(self.server.limits.call_seconds)
            self._session.ahead(name, calls, names)

    def follow(self, name: str, calls: Iterable[tuple[Case, tuple]], names: list[str]) -> None:
        """Send calls of the function that is judged next, behind those that are still to be answered."""
        if self._session is not None and not self._session.dead and not self.clock.over:
            self._session.follow(name, calls, names)

    def text(self, name: str) -> Text:
        """Return what the text of a function says, and of what it leads to."""
        return self._session.text(name) if self._session is not None else Text()

    def unreached(self, name: str) -> Sequence[int]:
        """Return the lines of a function that no call has reached, as its own process says."""
        return self._session.unreached(name) if self._session is not None else ()

    def differs_at_the_end(self, name: str) -> bool:
        """Whether a function is another one at the end of the notebook than it was at its check."""
        return self._session is not None and not self.clock.over and self._session.differs(name, name)

    def where_it_does_better(self, name: str, judge: Callable[[], Verdict]) -> tuple[Verdict, bool]:
        """Judge a function as it stood at its check, and as it stands at the end where it is another one there and was refused.

        Return the better verdict, and whether it is the one at the end.
        """
        self.place = name
        verdict = judge()
        if verdict.passed or not self.differs_at_the_end(name):
            return verdict, False
        self.place = ""
        last = judge()
        return (last, True) if last.score > verdict.score else (verdict, False)

    def located(self, assignment: str, asked: dict[str, str], seconds: float) -> Iterator[tuple[str, Located]]:
        """Yield what is said of the slips in some functions, `asked` with the places that they are taken from; nobody is told why one is not.

        A process of its own says it, which has run the notebook's definitions and seen no hidden case: a place could tell of one.
        """
        until = min(time.monotonic() + seconds, self.clock.until)
        self.end()
        if not self._begun or self.clock.over:
            return
        self._session = self.server.session()
        for step in self.steps:
            self._session.cell_seconds = min(self.server.limits.cell_seconds, seconds)
            source = "" if step.index in self._deadly else step.source
            self._session.run(source, False, True, step.keep, [*step.left_out, source])
        for name, self._session.place in asked.items():
            left = min(until - time.monotonic(), seconds / LEAST_LOCATED)
            reply = self._session.locate(assignment, name, left) if left > 0 else None
            if reply:
                yield name, reply

    def tell(self, source: str) -> str:
        """Run a cell of ours behind all others, where there is time for it, and return what it prints: no more to be believed than theirs."""
        if self._begun and (self._session is None or self._session.dead) and not self.clock.over:
            self._begin(keep_outputs=False)
        if self._session is None or self._session.dead or self.clock.over:
            return ""
        self._session.cell_seconds = self.clock.shortened(self.server.limits.cell_seconds)
        outputs = self._session.run(source, figures=False)
        return "".join(output.text for output in outputs if output.kind == "stdout")

    def end(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _begin(self, keep_outputs: bool) -> None:
        """Open a process and run the cells in order; of a cell that ends the process only the definitions are run in the next one."""
        while self._begun <= RESTARTS and not (self._begun and self.clock.over):
            self.end()
            self._begun += 1
            self._session = self.server.session()
            if keep_outputs:
                self.server.make_ready()
            if self._run_cells(keep_outputs):
                return
        self.end()

    def _run_cells(self, keep_outputs: bool) -> bool:
        limits = self.server.limits
        self._room = Room() if keep_outputs else self._room  # what an earlier attempt showed is shown no more
        for step in self.steps:
            late = self.clock.over
            self._session.cell_seconds = min(limits.cell_seconds, 1.0) if late else self._allowed(limits.cell_seconds)
            source = "" if step.index in self._deadly else step.source
            brief = step.definitions or late or step.index in self._slow
            if late and source and not step.definitions:
                self._remark(
                    "The notebook's cells used up their time; of those that were left only the definitions were run."
                )
            outputs = self._session.run(source, self.figures and keep_outputs, brief, step.keep, step.left_out)
            if keep_outputs and step.index < len(self.cells):
                self.cells[step.index]["outputs"] = self._room.shown(outputs)
            if self._session.dead:
                self._died(step)
                return False
            if keep_outputs and step.source:
                self._tell(step, outputs)
        return True

    def _allowed(self, seconds: float) -> float:
        """Return the processor time of the next cell: no more than is left of the clock."""
        return min(self.clock.shortened(seconds), max(0.5, self.clock.until - time.monotonic()))

    def _died(self, step: Step) -> None:
        self.clock.stopped(hard=True)
        if step.index in self._slow:
            self._deadly.add(step.index)
        self._slow.add(step.index)
        fate = "did not end in time" if self._session.dead.type == TIMEOUT else "ended the process that ran it"
        self.note(f"{self._named(step)} {fate}; only its definitions were run, and the rest was graded.")

    def _tell(self, step: Step, outputs: list[Output]) -> None:
        """Say what a cell that stopped half-way did not define."""
        error = next((output for output in outputs if output.kind == "error"), None)
        if error is None:
            return
        if error.name == "CellTimeoutError":
            self.clock.stopped()
            self._slow.add(step.index)
            self._remark(f"{self._named(step)} did not end in time and was stopped.")
            return
        where = f" at line {error.line}" if error.line else ""
        why = _short(error.text.splitlines()[-1] if error.text.strip() else error.name)
        found = statements(step.source)
        if not found:
            self.note(f"{self._named(step)} could not be run: {why}{where and f' ({where.strip()})'}.")
            return
        rest = [statement for statement in found if (statement.end_lineno or 0) >= error.line > 0]
        lost = sorted({name for statement in rest for name in bound(statement)})
        if lost:
            below = f"defined {'there' if len(rest) == 1 else 'there and below'}"
            self.note(f"{self._named(step)} stopped{where}: {why}; {listed(lost)}, {below}, {is_missing(lost)}.")

    def _named(self, step: Step) -> str:
        lines = [line.strip() for line in step.source.splitlines() if line.strip()]
        return f"Cell {step.index + 1} ({_short(lines[0] if lines else 'empty', 60)})"

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def _remark(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks.append(sentence)


def left_out(cells: list[dict]) -> Iterator[tuple[int, dict]]:
    """Yield the cells that are not run, with their numbers as a reader counts them."""
    for i, cell in enumerate(cells, start=1):
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and SKIP in tags and STUB not in tags:
            yield i, cell


def listed(names: list[str]) -> str:
    """Return names for a sentence, the first few of many."""
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(f"`{name[:40]}`" for name in names[:MAX_NAMED]) + more


def is_missing(names: list[str]) -> str:
    return "is missing" if len(names) == 1 else "are missing"


def _short(words: str, length: int = 120) -> str:
    return cut(printable(words, instead=""), length, "...")


__all__ = ["Clock", "Replay", "Step", "is_missing", "left_out", "listed", "steps"]

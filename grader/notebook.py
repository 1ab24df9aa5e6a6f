"""``grade_notebook``: a submission in, scores and a graded notebook out. Pure: no database, no files."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from grader import exercises as catalogue
from grader.judge import judge_remote
from grader.outputs import MAX_IMAGE_BYTES, to_nbformat, verdict_outputs
from grader.references import hidden_spec
from grader.sandbox import ForkServer, Output, SandboxError, Session
from grader.stubs import text
from grader.submission import SKIP, Restored, exercise_of, functions_of, grade_id, is_graded
from idnn.compare import Case
from idnn.outcome import ErrorInfo, Outcome
from idnn.verdict import CRASH, TIMEOUT, Verdict, number

RESTARTS = 3  # new processes for what is left after an endless loop or a crash


@dataclass
class Graded:
    """One graded notebook.

    Attributes
    ----------
    notebook : dict with the scores and verdicts as the graded cells' outputs
    verdicts : by exercise
    scores : by the graded cell's ``grade_id``; only of exercises
    notes : sentences for student and instructor
    readable : bool, False where the submission could not be read at all
    isolated : bool
    seconds : float
    """

    notebook: dict
    verdicts: dict[str, Verdict]
    scores: dict[str, float]
    notes: list[str] = field(default_factory=list)
    readable: bool = True
    isolated: bool = True
    seconds: float = 0.0
    answers: dict[str, str] = field(default_factory=dict)


def grade_notebook(restored: Restored, assignment: str, server: ForkServer, seed: int, figures: bool = True) -> Graded:
    """Run a restored notebook in the jail and judge its functions.

    Parameters
    ----------
    restored : the submission, laid over the released notebook
    assignment : its slug
    server : runs student code
    seed : draws the hidden cases
    figures : whether figures are kept for the feedback

    Raises
    ------
    SandboxError
        If the jail itself fails: our fault, never the student's, and no reason for a score.
    """
    if restored.readable:
        server.start()
    for name in catalogue.exercises(assignment):
        hidden_spec(assignment, name, seed)  # made once a process: our own preparation is no time of the student's
    start = time.monotonic()
    run = _Run(restored.notebook, server, figures)
    notes = list(restored.notes)
    verdicts: dict[str, Verdict] = {}
    try:
        if restored.readable:
            run.begin(keep_outputs=True)
        for exercise in catalogue.exercises(assignment).values():
            verdicts[exercise.name] = judge_remote(assignment, exercise.name, seed, run.call)
    finally:
        run.end()
    notes += run.notes
    if not server.isolated:
        notes.append("This was graded without isolation (--unsafe); the grade is marked so.")
    notebook = restored.notebook
    scores = {}
    for cell in notebook["cells"]:
        name = exercise_of(cell)
        if name in verdicts:
            verdict = verdicts[name]
            points = float(cell["metadata"]["nbgrader"]["points"])
            score = round(min(points, points * verdict.score / verdict.points), 2)
            scores[grade_id(cell)] = score
            cell["outputs"] = verdict_outputs(verdict, score, server.isolated)
    if notes:
        notebook["cells"].insert(0, _notes_cell(notes))
    notebook["metadata"]["idnn"] = {"isolated": server.isolated, "notes": notes}
    answers = functions_of(notebook, list(verdicts))
    return Graded(
        notebook, verdicts, scores, notes, restored.readable, server.isolated, time.monotonic() - start, answers
    )


class _Run:
    """The student's process, begun anew (a few times) where an endless loop or a crash ended it."""

    def __init__(self, notebook: dict, server: ForkServer, figures: bool):
        self.notebook, self.server, self.figures = notebook, server, figures
        self.session: Session | None = None
        self.notes: list[str] = []
        self.begun = self.image_bytes = 0
        self.deadline = time.monotonic() + server.limits.submission_seconds
        self.deadly: set[int] = set()  # cells that ended the process: not run again

    def begin(self, keep_outputs: bool) -> None:
        """Open a process and run the cells in order; a cell that ends the process is left out of the next attempt."""
        while self.begun <= RESTARTS:
            self.end()
            self.begun += 1
            self.session = self.server.session()
            if self._run_cells(keep_outputs):
                return
        self.end()

    def _run_cells(self, keep_outputs: bool) -> bool:
        for i, cell in enumerate(self.notebook["cells"]):
            if not runs(cell) or i in self.deadly:
                continue
            if time.monotonic() > self.deadline:
                self.note("The notebook ran out of its time; the cells that were left were not run.")
                return True
            outputs = self.session.run(text(cell), self.figures and keep_outputs)
            if keep_outputs:
                cell["outputs"] = [
                    shown for output in outputs if self._has_room(output) and (shown := to_nbformat(output))
                ]
            if self.session.dead:
                self.deadly.add(i)
                self.note(
                    f"Cell {i + 1} ({_first_line(cell)}) {_fate(self.session.dead)}; it was left out and the rest was graded."
                )
                return False
            if any(output.name == "CellTimeoutError" for output in outputs):
                self.note(f"Cell {i + 1} ({_first_line(cell)}) did not end in time and was stopped.")
        return True

    def _has_room(self, output: Output) -> bool:
        self.image_bytes += len(output.data)
        return not output.data or self.image_bytes <= MAX_IMAGE_BYTES

    def call(self, name: str, case: Case, args: tuple, names: list[str]) -> Outcome:
        """Call a function; where that ends the process, the next function gets a new one."""
        if time.monotonic() > self.deadline:
            return Outcome(
                error=ErrorInfo(TIMEOUT, "the submission's time was used up before this function was judged")
            )
        if self.session is None or self.session.dead:
            if self.begun == 0:
                return Outcome(error=ErrorInfo("<missing>", "the notebook could not be read"))
            if self.begun > RESTARTS:
                return Outcome(
                    error=ErrorInfo(
                        CRASH, "the notebook ended its process again and again; this function was not judged"
                    )
                )
            self.begin(keep_outputs=False)
            if self.session is None:
                return Outcome(
                    error=ErrorInfo(
                        CRASH, "the notebook ended its process again and again; this function was not judged"
                    )
                )
        return self.session.call(name, case, args, names)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def end(self) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None


def runs(cell: dict) -> bool:
    """Whether a cell is run while grading: code that is neither a test nor marked as long-running."""
    if cell["cell_type"] != "code" or is_graded(cell) or SKIP in cell["metadata"].get("tags", []):
        return False
    return bool(text(cell).strip())


def _first_line(cell: dict) -> str:
    lines = [line.strip() for line in text(cell).splitlines() if line.strip()]
    return "".join(c for c in (lines[0] if lines else "empty") if c.isprintable())[:60]


def _fate(error: ErrorInfo) -> str:
    return "did not end in time" if error.type == TIMEOUT else "ended the process that ran it"


def _notes_cell(notes: list[str]) -> dict:
    lines = "\n".join(f"- {_plain(note)}" for note in notes)
    return {
        "cell_type": "markdown",
        "id": "grader-notes",
        "metadata": {},
        "source": f"**Notes from the grader**\n\n{lines}\n",
    }


def _plain(note: str) -> str:
    """A note may quote a student's first line: let nothing in it act as Markdown, HTML or a formula."""
    note = note.replace("\\", "\\\u200b")
    return re.sub(r"([\\`*_{}\[\]()<>#+!|$&~-])", lambda m: f"&#{ord(m[1])};", note)


def points_line(graded: Graded) -> str:
    """Return the total in words."""
    return f"{number(sum(graded.scores.values()))} of {number(sum(v.points for v in graded.verdicts.values()))} points"


__all__ = ["Graded", "SandboxError", "grade_notebook", "points_line"]

"""Grading a class: from the submitted folder to gradebook, graded notebooks and log, one transaction a submission, resumable."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from grader import closed, kept
from grader.beside import beside, copy_beside
from grader.course import Course, CourseError, HandIns, Submission
from grader.executors import DaskPool, LocalPool, Result, Task, run
from grader.references import hidden_seed
from grader.sandbox import tiers
from grader.submission import read_submission
from grader.unnamed import noted

if TYPE_CHECKING:  # the gradebook is nbgrader's, which takes seconds to import: workers start meanwhile (see Run.begin)
    from grader.gradebook import Writer

ENGINE = "3"  # raise it when a change of the judge must regrade everything
MOST_LINES_SAID = 8  # of one answer, that no case reached
SLOW = 10.0  # seconds; a submission that took longer is named, and its author's next one comes last


@dataclass(frozen=True)
class Entry:
    """One line of the grading log: what became of one submission."""

    student: str
    assignment: str
    fingerprint: str
    outcome: str  # graded, unreadable, failed
    score: float = 0.0
    points: float = 0.0
    seconds: float = 0.0
    isolated: bool = True
    notes: tuple[str, ...] = ()
    mistakes: tuple[tuple[str, str], ...] = ()  # (exercise, recognised mistake)
    scores: tuple[tuple[str, float], ...] = ()  # (exercise, score)
    when: str = ""
    untried: tuple[
        tuple[str, str], ...
    ] = ()  # (exercise, lines of an answer that passes which no case reached), for the instructor alone
    slips: tuple[tuple[str, str, str], ...] = ()  # (exercise, what is said of an unnamed slip, its part of the line)
    tier: str = ""  # what isolated the student's code


class Log:
    """The grading log, ``.instructor/grading.jsonl``: appended after the gradebook has the grades, so it never promises too much."""

    def __init__(self, course: Course):
        self.path = course.private / "grading.jsonl"

    def entries(self) -> dict[tuple[str, str], Entry]:
        """Return the last entry of each submission; a line that was cut off by a crash is passed over."""
        found: dict[tuple[str, str], Entry] = {}
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    data = json.loads(line)
                    pairs = {
                        key: tuple(tuple(pair) for pair in data.get(key, ()))
                        for key in ("mistakes", "scores", "untried", "slips")
                    }
                    entry = Entry(**{**data, "notes": tuple(data.get("notes", ())), **pairs})
                except (ValueError, TypeError):
                    continue
                found[entry.student, entry.assignment] = entry
        return found

    def append(self, entry: Entry) -> None:
        data = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


@dataclass
class Plan:
    """What is to be graded, and what is up to date already."""

    todo: list[Submission]
    done: list[Entry]


def plan(
    course: Course,
    assignments: list[str],
    students: Collection[str] = (),
    force: bool = False,
    least: str = tiers.ANY,
    since: dt.datetime | None = None,
    hand_ins: HandIns | None = None,
) -> Plan:
    """Return which hand-ins changed since they were last graded.

    Parameters
    ----------
    students : only these, where any are named
    force : whether to grade again what is graded and unchanged
    since : only what was handed in since, in UTC without zone
    hand_ins : what lies there, where that was looked up already

    Raises
    ------
    CourseError
        If an assignment was not released in this course.

    Notes
    -----
    Whoever was slow before comes last: nobody waits behind a notebook that runs into every limit.
    """
    log, basis = Log(course).entries(), _Basis(course, least)
    taken = (hand_ins or course.hand_ins(*assignments)).of(students)
    _require_released(course, basis, dict.fromkeys(s.assignment for s in taken))
    result = Plan([], [])
    for submission in taken:
        if since is not None and submission.handed_in < since:
            continue
        entry = log.get((submission.student, submission.assignment))
        if entry is not None and not force and _is_up_to_date(course, basis, submission, entry):
            result.done.append(entry)
        else:
            result.todo.append(submission)
    slow = {student for (student, _), entry in log.items() if entry.seconds > SLOW}
    result.todo.sort(key=lambda submission: submission.student in slow)
    return result


def _require_released(course: Course, basis: _Basis, assignments: Iterable[str]) -> None:
    from grader.gradebook import open_gradebook, require_assignment

    with open_gradebook(course) as gradebook:
        for assignment in assignments:
            require_assignment(gradebook, assignment)
            basis.released(assignment)


def _is_up_to_date(course: Course, basis: _Basis, submission: Submission, entry: Entry) -> bool:
    """Whether the last grade of a hand-in stands; its file is read only where that can be."""
    graded = course.folder("autograded", submission.student, submission.assignment) / f"{submission.assignment}.ipynb"
    if entry.outcome == "failed" or not graded.is_file() or not tiers.holds(_tier_of(entry), basis.least):
        return False
    return entry.fingerprint == basis.read(submission).fingerprint


def _tier_of(entry: Entry) -> str:
    """Return what isolated a grade; entries of earlier versions, which knew bubblewrap alone, say whether it did."""
    return entry.tier or (tiers.BUBBLEWRAP.name if entry.isolated else tiers.NONE.name)


@dataclass(frozen=True)
class Content:
    """What a hand-in's file holds, or why there is nothing, and the fingerprint of all that its grade rests on."""

    raw: bytes | None
    why_missing: str
    fingerprint: str


class _Basis:
    """What grades rest on beside the hand-ins: the engine, the hidden seed, the isolation and the released notebooks."""

    def __init__(self, course: Course, least: str):
        self.course, self.least, self.seed = course, least, hidden_seed(course.root)
        self._released: dict[str, str] = {}

    def released(self, assignment: str) -> str:
        if assignment not in self._released:
            path = self.course.released(assignment)
            if not path.is_file():
                raise CourseError(f"{path} is missing; run: python -m grader release {assignment}")
            self._released[assignment] = path.read_text(encoding="utf-8")
        return self._released[assignment]

    def read(self, submission: Submission) -> Content:
        """Read a hand-in, the one place where that is done for grading."""
        raw, why = read_submission(submission.path)
        stamp, released = submission.timestamp or "", self.released(submission.assignment)
        return Content(
            raw,
            why,
            _digest([ENGINE, str(self.seed), str(self.least != tiers.NONE.name), released, stamp, why], raw or b""),
        )


def _digest(texts: list[str], raw: bytes) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    digest.update(raw)
    return digest.hexdigest()


class Run:
    """One run over a class, from what lies there to the last entry; an interrupted one can say how far it came.

    Attributes
    ----------
    hand_ins : what lies there of the assignments
    plan : what is to be graded; None before `begin`
    entries : what became of it so far

    Raises
    ------
    CourseError
        If nothing was handed in, or nothing by a student who was asked for.
    """

    def __init__(
        self,
        course: Course,
        assignments: list[str],
        students: Collection[str] = (),
        since: dt.datetime | None = None,
        force: bool = False,
        least: str = tiers.ANY,
    ):
        self.course, self.assignments, self.students = course, assignments, students
        self.since, self.force, self.least = since, force, least
        self.hand_ins = course.hand_ins(*assignments)
        self.plan: Plan | None = None
        self.entries: list[Entry] = []
        self._refuse_nothing()

    def _refuse_nothing(self) -> None:
        there = {submission.student for submission in self.hand_ins.taken}
        what = self.assignments[0] if len(self.assignments) == 1 else "any assignment"
        if not there and (self.students or not self.hand_ins.refused):
            raise CourseError(
                f"nothing of {what} lies in {self.course.root / 'submitted'}; put hand-ins there with python -m grader collect, "
                "or give the course folder with --course"
            )
        absent = [student for student in self.students if student not in there]
        if absent:
            raise CourseError(f"nothing of {what} was handed in by {', '.join(absent)}")

    def begin(self, pool: LocalPool | DaskPool) -> Plan:
        """Start the workers and plan; they get ready while this process imports nbgrader."""
        waiting = self.hand_ins.of(self.students)
        if waiting:
            pool.warm_up(waiting[0].assignment, len(waiting), self.least)
        self.plan = plan(
            self.course, self.assignments, self.students, self.force, self.least, self.since, self.hand_ins
        )
        if not self.plan.todo:
            pool.kill()
        kept.forget_others(self.course.private)
        return self.plan

    def grade(self, pool: LocalPool | DaskPool, figures: bool = True) -> Iterator[Entry]:
        """Carry out the plan (see :func:`grade`) and bring the late penalties up to date."""
        from grader import late

        for entry in grade(self.course, self.plan, pool, self.least, figures):
            self.entries.append(entry)
            yield entry
        late.settle(self.course, self.assignments)

    @property
    def isolation(self) -> str:
        """What isolated those that were graded now, by name; several where workers differ."""
        return " and ".join(dict.fromkeys(entry.tier for entry in self.entries if entry.tier))

    @property
    def total(self) -> int:
        return len(self.plan.todo) + len(self.plan.done) if self.plan else 0

    @property
    def graded(self) -> int:
        """How many have a grade that stands, of this run or an earlier one."""
        return self.total - sum(entry.outcome == "failed" for entry in self.entries)

    @property
    def complete(self) -> bool:
        """Whether each hand-in that was asked for is graded."""
        return self.graded == self.total and bool(self.students or not self.hand_ins.refused)

    @property
    def ungraded(self) -> list[Entry]:
        """What could not be read, or failed."""
        return [entry for entry in self.entries if entry.outcome != "graded"]

    @property
    def slow(self) -> list[Entry]:
        """What ran into limits, the slowest first."""
        return sorted((entry for entry in self.entries if entry.seconds > SLOW), key=lambda entry: -entry.seconds)


def grade(
    course: Course, todo: Plan, pool: LocalPool | DaskPool, least: str = tiers.ANY, figures: bool = True
) -> Iterator[Entry]:
    """Grade what is planned and yield an entry for each submission as soon as its grades are stored.

    Raises
    ------
    CourseError
        If another run grades this course now, or the gradebook stays out of reach. What was yielded is stored; planning anew finds the rest.
    """
    return grade_each(course, todo.todo, pool, least, figures)


def grade_each(
    course: Course,
    submissions: Iterable[Submission | None],
    pool: LocalPool | DaskPool,
    least: str = tiers.ANY,
    figures: bool = True,
    patience: float | None = None,
) -> Iterator[Entry]:
    """Grade submissions as they come (see :func:`grade`); None says that there is nothing more for now (see `executors.run`)."""
    from grader.gradebook import Writer, late_policy

    log = Log(course)
    with _only_run(course), Writer(course, late_policy(course)) as writer:
        for result in run(tasks(course, submissions, least, figures), pool, patience=patience):
            submission = Submission(*result.task.key, course.folder("submitted", *result.task.key))
            try:
                entry = store(course, writer, submission, result)
            except (
                OSError
            ) as error:  # a full disk, a file that may not be read: the others are graded, this one is tried again
                failed = Result(result.task, None, f"its graded notebook could not be written: {error}"[:400])
                entry = store(course, writer, submission, failed)
            log.append(entry)
            yield entry


@contextlib.contextmanager
def _only_run(course: Course) -> Iterator[None]:
    """Hold the course for one grading run: two at a time would grade everything twice. The system lets go of it when the process ends."""
    with open(course.private / "grading.lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CourseError(
                f"another run grades {course.root} now (process {file.read(20).strip() or 'unknown'}); wait for its end or stop it"
            ) from None
        except OSError:  # a file system without locks
            pass
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def tasks(
    course: Course, submissions: Iterable[Submission | None], least: str = tiers.ANY, figures: bool = True
) -> Iterator[Task | None]:
    """Yield the task of each submission, its file read when it is asked for."""
    basis, places = _Basis(course, least), _places(course)
    for submission in submissions:
        if submission is None:
            yield None
            continue
        content = basis.read(submission)
        yield Task(
            submission.student,
            submission.assignment,
            content.raw,
            content.why_missing,
            basis.released(submission.assignment),
            basis.seed,
            least,
            figures,
            beside=tuple(beside(submission.folder).notes),
            apart=places,
            fingerprint=content.fingerprint,
            private=str(course.private),
        )


def _places(course: Course) -> tuple[str, ...]:
    """Return where secrets of a course lie; each may be a link to elsewhere."""
    steps = [str(course.root / step) for step in ("submitted", "autograded", "feedback")]
    file = course.database.removeprefix("sqlite:///")
    return (str(course.root), str(course.private), *steps, *([file] if file != course.database else []))


def store(course: Course, writer: Writer, submission: Submission, result: Result) -> Entry:
    """Write gradebook rows and the graded notebook; a failure on our side is recorded and ends nothing else."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    graded, fingerprint = result.graded, result.task.fingerprint
    if graded is None:
        return Entry(
            submission.student, submission.assignment, fingerprint, "failed", notes=(result.failure,), when=when
        )
    score = writer.write(submission, graded.notebook, graded.scores)
    write_notebook(course, submission, graded.notebook)
    return Entry(
        submission.student,
        submission.assignment,
        fingerprint,
        "graded" if graded.readable else "unreadable",
        score,
        sum(verdict.points for verdict in graded.verdicts.values()),
        round(graded.seconds, 3),
        graded.tier != tiers.NONE.name,
        tuple(graded.notes),
        tuple((name, verdict.mistake) for name, verdict in graded.verdicts.items() if verdict.mistake),
        tuple((name, verdict.score) for name, verdict in graded.verdicts.items()),
        when,
        tuple(
            (name, ", ".join(map(str, verdict.unreached[:MOST_LINES_SAID])))
            for name, verdict in graded.verdicts.items()
            if verdict.unreached
        ),
        tuple((name, *noted(slip)) for name, slip in graded.slips.items()),
        graded.tier,
    )


def write_notebook(course: Course, submission: Submission, notebook: dict) -> None:
    """Put the graded notebook, the timestamp and the student's other files into ``autograded/``, whole or not at all."""
    course.close("autograded")
    target = course.folder("autograded", submission.student, submission.assignment)
    build, old = (target.with_name(f".{word}-{target.name}") for word in ("building", "old"))
    for left in (build, old):  # by a run that was killed here
        shutil.rmtree(left, ignore_errors=True)
    build.mkdir(parents=True)
    try:
        copy_beside(submission.folder, build)
        text = json.dumps(notebook, indent=1, ensure_ascii=False)
        (build / f"{submission.assignment}.ipynb").write_text(text + "\n", encoding="utf-8")
        closed.close_all(build)
        if target.exists():
            os.replace(target, old)
        os.replace(build, target)
    finally:
        for left in (build, old):
            shutil.rmtree(left, ignore_errors=True)


__all__ = ["CourseError", "Entry", "Log", "Plan", "Run", "grade", "plan"]

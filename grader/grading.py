"""Grading a class: from the submitted folder to gradebook, graded notebooks and log, one transaction a submission, resumable."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from grader import catalogue, closed
from grader.beside import beside, copy_beside
from grader.course import Course, CourseError, Submission
from grader.executors import DaskPool, LocalPool, Result, Task, run
from grader.gradebook import Writer, late_policy, open_gradebook, require_assignment
from grader.references import hidden_seed
from grader.submission import read_submission

ENGINE = "2"  # raise it when a change of the judge must regrade everything
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
                    pairs = {key: tuple(tuple(pair) for pair in data.get(key, ())) for key in ("mistakes", "scores")}
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
    fingerprints: dict[tuple[str, str], str]


def plan(
    course: Course, assignments: list[str], students: set[str] | None = None, force: bool = False, isolated: bool = True
) -> Plan:
    """Return which submissions changed since they were last graded.

    Raises
    ------
    CourseError
        If an assignment was not released in this course.

    Notes
    -----
    Whoever was slow before comes last: nobody waits behind a notebook that runs into every limit.
    """
    log = Log(course).entries()
    seed = hidden_seed(course.root)
    result = Plan([], [], {})
    with open_gradebook(course) as gradebook:
        for assignment in assignments:
            if not course.submissions(assignment, students):
                continue
            require_assignment(gradebook, assignment)
            released = course.released(assignment)
            if not released.is_file():
                raise CourseError(f"{released} is missing; run: python -m grader release {assignment}")
            base = [ENGINE, str(seed), str(isolated), released.read_text(encoding="utf-8")]
            for submission in course.submissions(assignment, students):
                raw, why = read_submission(submission.path)
                fingerprint = _digest([*base, submission.timestamp or "", why], raw or b"")
                result.fingerprints[submission.student, assignment] = fingerprint
                entry = log.get((submission.student, assignment))
                fresh = entry is not None and entry.fingerprint == fingerprint and entry.outcome != "failed"
                if (
                    fresh
                    and not force
                    and (course.folder("autograded", submission.student, assignment) / f"{assignment}.ipynb").is_file()
                ):
                    result.done.append(entry)
                else:
                    result.todo.append(submission)
    slow = {student for (student, _), entry in log.items() if entry.seconds > SLOW}
    result.todo.sort(key=lambda submission: submission.student in slow)
    return result


def _digest(texts: list[str], raw: bytes) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    digest.update(raw)
    return digest.hexdigest()


def grade(
    course: Course, todo: Plan, pool: LocalPool | DaskPool, isolated: bool = True, figures: bool = True
) -> Iterator[Entry]:
    """Grade what is planned and yield an entry for each submission as soon as its grades are stored.

    Raises
    ------
    CourseError
        If another run grades this course now, or the gradebook stays out of reach. What was yielded is stored; planning anew finds the rest.
    """
    log = Log(course)
    submissions = {(s.student, s.assignment): s for s in todo.todo}
    with _only_run(course), Writer(course, late_policy(course)) as writer:
        for result in run(_tasks(course, todo.todo, isolated, figures), pool):
            submission = submissions[result.task.key]
            fingerprint = todo.fingerprints[result.task.key]
            try:
                entry = _store(course, writer, submission, result, fingerprint)
            except (
                OSError
            ) as error:  # a full disk, a file that may not be read: the others are graded, this one is tried again
                failed = Result(result.task, None, f"its graded notebook could not be written: {error}"[:400])
                entry = _store(course, writer, submission, failed, fingerprint)
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


def _tasks(course: Course, submissions: Iterable[Submission], isolated: bool, figures: bool) -> Iterator[Task]:
    seed = hidden_seed(course.root)
    released: dict[str, str] = {}
    places = _places(course)
    for submission in submissions:
        if submission.assignment not in released:
            released[submission.assignment] = course.released(submission.assignment).read_text(encoding="utf-8")
        raw, why = read_submission(submission.path)
        yield Task(
            submission.student,
            submission.assignment,
            raw,
            why,
            released[submission.assignment],
            seed,
            isolated,
            figures,
            beside=tuple(beside(submission.folder).notes),
            apart=places,
        )


def _places(course: Course) -> tuple[str, ...]:
    """Return where secrets of a course lie; each may be a link to elsewhere."""
    steps = [str(course.root / step) for step in ("submitted", "autograded", "feedback")]
    file = course.database.removeprefix("sqlite:///")
    return (str(course.root), str(course.private), *steps, *([file] if file != course.database else []))


def _store(course: Course, writer: Writer, submission: Submission, result: Result, fingerprint: str) -> Entry:
    """Write gradebook rows and the graded notebook; a failure on our side is recorded and ends nothing else."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    graded = result.graded
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
        sum(exercise.points for exercise in catalogue.exercises(submission.assignment).values()),
        round(graded.seconds, 3),
        graded.isolated,
        tuple(graded.notes),
        tuple((name, verdict.mistake) for name, verdict in graded.verdicts.items() if verdict.mistake),
        tuple((name, verdict.score) for name, verdict in graded.verdicts.items()),
        when,
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


__all__ = ["CourseError", "Entry", "Log", "Plan", "grade", "plan"]

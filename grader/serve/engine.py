"""What was taken is answered: hand-ins wait in line, go through the pool as those of a class do, and each gets its page.

An answer is ``.instructor/answers/<student>/<assignment>.json``, written after the grade and the page are. What was taken and has no
answer waits: after a restart too.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assay.display import place_as_html
from grader import grading
from grader.course import Course, CourseError, Submission
from grader.executors import DaskPool, LocalPool, Result, run
from grader.gradebook import open_gradebook, require_assignment
from grader.intake.record import write_file
from grader.sandbox import tiers
from grader.sandbox.jail import NotIsolated
from grader.serve.inbox import Inbox, Key, Upload
from grader.serve.visible import Checked, check_task
from grader.templating import page

VERDICTS = ("visible", "hidden")
PATIENCE = 0.05  # seconds after which a new hand-in goes to an idle worker while another one is busy
PAUSE = 5.0  # seconds until it goes on after the gradebook was out of reach or another run graded the course
log = logging.getLogger("grader")


@dataclass(frozen=True)
class Answer:
    """What became of an upload; its page lies beside, or in ``feedback/``.

    Attributes
    ----------
    outcome : graded or checked; unreadable; or failed, which is our fault
    score, points : of a graded one
    exercises : by name the score, or of a checked one whether its visible cases hold
    """

    digest: str
    outcome: str
    score: float | None = None
    points: float | None = None
    exercises: dict[str, float | bool] = field(default_factory=dict)


class Stopped(Exception):
    """The service ends; what waits is answered by the next one."""


class _Stoppable:
    """A pool that, once stopped, takes nothing any more."""

    def __init__(self, pool: LocalPool | DaskPool):
        self.workers, self.wait = pool.workers, pool.wait
        self.rebuild, self.kill, self._pool = pool.rebuild, pool.kill, pool
        self.stopped = False

    def executor(self):
        if self.stopped:
            raise Stopped
        return self._pool.executor()


class Line:
    """Who waits, in their order; one upload of a student and assignment is under way at a time, since the later one must have the last word."""

    def __init__(self) -> None:
        self.waiting: dict[Key, Upload] = {}
        self.under_way: dict[Key, Upload] = {}
        self.suspects: set[Key] = set()  # were under way when something went wrong: they go one by one
        self.changed = threading.Condition()
        self.stopped = False

    def add(self, upload: Upload) -> None:
        with self.changed:
            if self.under_way.get(upload.key) != upload:  # the same once more needs no second answer
                self.waiting[upload.key] = upload
            self.changed.notify_all()

    def take(self) -> Upload | None:
        """Return the next one that may be graded now, or None."""
        with self.changed:
            if self.stopped:
                raise Stopped
            key = next((key for key in self.waiting if key not in self.under_way), None)
            if key is not None and not (self.suspects and self.under_way):
                self.under_way[key] = self.waiting.pop(key)
                return self.under_way[key]
            return None

    def done(self, key: Key) -> Upload:
        with self.changed:
            self.suspects.discard(key)
            return self.under_way.pop(key)

    def back(self, suspected: bool = False) -> None:
        """Put what was under way in front again; a newer upload by the same student stays in its place."""
        with self.changed:
            self.suspects |= set(self.under_way) if suspected else set()
            self.waiting = {**self.under_way, **self.waiting}
            self.under_way = {}

    def before(self, key: Key) -> int:
        """Return how many are answered before this one."""
        with self.changed:
            return len(self.under_way) + list(self.waiting).index(key) if key in self.waiting else 0

    def wait(self) -> None:
        """Wait until somebody waits; raise Stopped at the end."""
        with self.changed:
            self.changed.wait_for(lambda: self.waiting or self.stopped)
            if self.stopped:
                raise Stopped

    def pause(self, seconds: float) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.stopped, timeout=seconds)

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify_all()


class Engine:
    """Answers uploads in a thread of its own, which alone writes grades.

    Parameters
    ----------
    verdicts : visible, to show what a student's own checks would say and to make no grade; hidden, to grade at once and show the feedback
    told : called with each upload and its answer
    """

    def __init__(
        self,
        course: Course,
        inbox: Inbox,
        pool: LocalPool | DaskPool,
        verdicts: str,
        least: str = tiers.ANY,
        told: Callable[[Upload, Answer], None] = lambda upload, answer: None,
    ):
        self.course, self.inbox, self.pool = course, inbox, _Stoppable(pool)
        self.hidden, self.least, self.told = verdicts == "hidden", least, told
        self.line = Line()
        self._answers: dict[Key, Answer] = {}
        self._thread = threading.Thread(target=self._work, name="grading", daemon=True)

    def require_released(self, assignments: list[str]) -> None:
        """Raise CourseError where an assignment was not released in this course."""
        for assignment in assignments:
            if not (path := self.course.released(assignment)).is_file():
                raise CourseError(f"{path} is missing; run: python -m grader release {assignment}")
        with open_gradebook(self.course) as gradebook:
            for assignment in assignments:
                require_assignment(gradebook, assignment)

    def start(self) -> None:
        """Begin, with what an earlier service took and did not answer."""
        left = [upload for upload in self.inbox.newest.values() if not self._stands(upload)]
        for upload in self._without_graded(left) if self.hidden else left:
            self.line.add(upload)
        self._thread.start()

    def stop(self) -> None:
        """End the workers at once, whatever is under way."""
        self.line.stop()
        self.pool.stopped = True
        self.pool.kill()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _stands(self, upload: Upload) -> bool:
        answer = self.answer(upload)
        return answer is not None and answer.outcome != "failed" and self.page(upload).is_file()

    def _without_graded(self, left: list[Upload]) -> list[Upload]:
        """Answer what has its grade already, whose page alone was missing; return the rest."""
        if not left:
            return []
        plan = grading.plan(
            self.course,
            list(dict.fromkeys(upload.assignment for upload in left)),
            {upload.student for upload in left},
            least=self.least,
        )
        graded = {(entry.student, entry.assignment): entry for entry in plan.done}
        for upload in left:
            if entry := graded.get(upload.key):
                self._graded(upload, entry)
        return [upload for upload in left if upload.key not in graded]

    def answer(self, upload: Upload) -> Answer | None:
        """Return the answer to an upload, or None while it waits."""
        known = self._answers.get(upload.key)
        if known is None:
            path = self._place(upload.key, "json")
            if not path.is_file():
                return None
            read = Answer(**json.loads(path.read_text(encoding="utf-8")))
            known = self._answers.setdefault(upload.key, read)  # a newer one may have been written meanwhile
        right = ("checked", "graded")[self.hidden]
        return known if known.digest == upload.digest and known.outcome in (right, "unreadable", "failed") else None

    def page(self, upload: Upload) -> Path:
        """Return where the page of an answered upload lies."""
        if self.hidden:
            return self.course.folder("feedback", *upload.key) / f"{upload.assignment}.html"
        return self._place(upload.key, "html")

    def _place(self, key: Key, ending: str) -> Path:
        student, assignment = key
        return self.course.private / "answers" / student / f"{assignment}.{ending}"

    def _work(self) -> None:
        while True:
            try:
                self.line.wait()
                for _ in self._graded_ones() if self.hidden else self._checked_ones():
                    pass
            except Stopped:
                return
            except (CourseError, NotIsolated, OSError) as error:
                log.warning("%s Uploads wait for %g s.", error, PAUSE)
                self.line.back()
                self.line.pause(PAUSE)
            except Exception:  # a defect of ours, which one upload found: the others are answered, this one is told
                log.exception("An upload could not be graded.")
                try:
                    self._blame()
                except OSError:  # not even that can be written now
                    self.line.back()
                    self.line.pause(PAUSE)

    def _blame(self) -> None:
        """Answer the upload that was under way alone when something went wrong; of several, try each alone."""
        if len(self.line.under_way) != 1:
            return self.line.back(suspected=True)
        (upload,) = self.line.under_way.values()
        self._write(upload, Answer(upload.digest, "failed"))
        self.line.done(upload.key)

    def _submissions(self) -> Iterator[Submission | None]:
        while True:
            upload = self.line.take()
            yield upload and Submission(*upload.key, self.course.folder("submitted", *upload.key))

    def _graded_ones(self) -> Iterator[None]:
        """Grade who waits until nobody does."""
        for entry in grading.grade_each(self.course, self._submissions(), self.pool, self.least, patience=PATIENCE):
            self._graded(self.line.under_way[entry.student, entry.assignment], entry)
            self.line.done((entry.student, entry.assignment))
            yield

    def _graded(self, upload: Upload, entry: grading.Entry) -> None:
        from grader.feedback import write_pages

        if entry.outcome == "failed":
            return self._write(upload, Answer(upload.digest, "failed"))
        try:
            write_pages(self.course, entry.assignment, entry.student)
        except SystemExit as error:  # nbgrader's way to say that something went wrong
            raise RuntimeError(f"no page was written: exit code {error.code}") from error
        self._write(upload, Answer(upload.digest, entry.outcome, entry.score, entry.points, dict(entry.scores)))

    def _checked_ones(self) -> Iterator[None]:
        """Check who waits until nobody does."""
        tasks = grading.tasks(self.course, self._submissions(), self.least, figures=False)
        for result in run(tasks, self.pool, check_task, PATIENCE):
            self._checked(self.line.under_way[result.task.key], result)
            self.line.done(result.task.key)
            yield

    def _checked(self, upload: Upload, result: Result) -> None:
        checked: Checked | None = result.graded
        if checked is None:
            log.warning("%s %s: %s", *upload.key, result.failure)
            return self._write(upload, Answer(upload.digest, "failed"))
        text = page(
            "serve_checked.html",
            upload=upload,
            verdicts=checked.verdicts,
            places={name: place_as_html(place) for name, place in checked.places.items()},
            notes=list(dict.fromkeys(checked.notes)),
            readable=checked.readable,
            isolated=self.least != tiers.NONE.name,
        )
        path = self._place(upload.key, "html")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text.encode())
        outcome = "checked" if checked.readable else "unreadable"
        passed = {verdict.name: verdict.passed for verdict in checked.verdicts}
        self._write(upload, Answer(upload.digest, outcome, exercises=passed))

    def _write(self, upload: Upload, answer: Answer) -> None:
        path = self._place(upload.key, "json")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(asdict(answer)).encode())
        self._answers[upload.key] = answer
        self.told(upload, answer)

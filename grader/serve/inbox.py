"""What comes in: an upload is looked at by the intake, stored in ``submitted/``, entered into the list of uploads, and on disk before it is taken.

The list is ``.instructor/uploads.jsonl``: one line for each that was taken. After a restart it says what waits for its answer and how
many tries a student has left.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.course import Course
from grader.intake.archive import Member
from grader.intake.contents import exercise_names
from grader.intake.record import Record
from grader.intake.roster import Roster
from grader.intake.sift import Sifter
from grader.intake.store import store
from grader.intake.systems import Known, Owner
from grader.submission import parse
from grader.words import counted, printable

HOUR = dt.timedelta(hours=1)
SYSTEM = "upload"  # where the record says that a hand-in came from
Key = tuple[str, str]  # (student, assignment)


class Refused(Exception):
    """An upload is not taken, or a request not answered; the message says why, and `status` says it in HTTP."""

    def __init__(self, status: int, words: str, wait: int = 0):
        super().__init__(words)
        self.status, self.wait = status, wait  # seconds after which it can be tried again


@dataclass(frozen=True)
class Upload:
    """One upload that was taken."""

    student: str
    assignment: str
    digest: str  # of the notebook
    when: str  # UTC

    @property
    def key(self) -> Key:
        return self.student, self.assignment

    @property
    def time(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.when)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


class Inbox:
    """Takes uploads, one at a time; `newest` holds the last one of each student and assignment.

    Parameters
    ----------
    tries : how many uploads a student may hand in within an hour
    clock : the time, in UTC
    """

    def __init__(self, course: Course, tries: int, clock: Callable[[], dt.datetime] = now):
        self.course, self.tries, self.clock = course, tries, clock
        self.path = course.private / "uploads.jsonl"
        self.newest: dict[Key, Upload] = {}
        self._times: dict[str, list[dt.datetime]] = defaultdict(list)
        self._lock = threading.Lock()
        text = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        self._end_of_line = "\n" if text and not text.endswith("\n") else ""  # a crash cut the last line off
        for line in text.splitlines():
            try:
                self._remember(Upload(**json.loads(line)))
            except (ValueError, TypeError):  # cut off by a crash, so nobody was told that it was taken
                continue

    def _remember(self, upload: Upload) -> None:
        self.newest[upload.key] = upload
        self._times[upload.student].append(upload.time)

    def left(self, student: str) -> int:
        """Return how many tries a student has now."""
        return max(0, self.tries - len(self._lately(student)))

    def _lately(self, student: str) -> list[dt.datetime]:
        since = self.clock() - HOUR
        self._times[student] = [when for when in self._times[student] if when > since]
        return self._times[student]

    def require_try(self, student: str) -> None:
        """Raise Refused where a student has no try left."""
        lately = self._lately(student)
        if len(lately) >= self.tries:
            wait = max(1, int((lately[-self.tries] + HOUR - self.clock()).total_seconds()))
            raise Refused(
                429,
                f"You handed in {counted(self.tries, 'time')} within an hour, which is all that an hour has. "
                f"The next try is free in {counted(-(-wait // 60), 'minute')}. What you handed in last stays and counts.",
                wait,
            )

    def take(self, student: str, assignment: str, name: str, raw: bytes) -> Upload:
        """Take an upload: when this returns it is on disk.

        Parameters
        ----------
        name : what the student's file is called
        raw : a notebook, or a zip that holds one

        Raises
        ------
        Refused
            If it holds no notebook of the assignment, or the student has no try left. What was handed in before stays.
        """
        notebook = self._notebook(assignment, name, raw)
        digest = hashlib.sha256(notebook).hexdigest()[:16]
        with self._lock:
            before = self.newest.get((student, assignment))
            if before and before.digest == digest and self._there(before, notebook):
                return before  # the same once more is no try
            self.require_try(student)
            upload = Upload(student, assignment, digest, self.clock().isoformat())
            self._store(upload, name, notebook)
            self._enter(upload)
            return upload

    def _notebook(self, assignment: str, name: str, raw: bytes) -> bytes:
        """Return the notebook in an upload, found as in the download of a learning-management system."""
        sifter = Sifter(
            assignment, exercise_names(self.course.root / "release", assignment), SYSTEM, Known(assignment, Roster([]))
        )
        owner = Owner("", SYSTEM)
        sifter.sift([(Member((name,), "", lambda limit: (raw[:limit], "")), owner)])
        best, notebook, why = sifter.best()
        if best is None:
            why = why or next((line.why for line in sifter.lines), "it holds no notebook")
            raise Refused(422, f"{name} was not taken: {printable(why)}. What you handed in before stays.")
        try:
            parse(notebook)
        except ValueError as error:
            raise Refused(
                422, f"{name} was not taken: it could not be read: {error}. What you handed in before stays."
            ) from None
        return notebook

    def _there(self, upload: Upload, notebook: bytes) -> bool:
        path = self._path(upload)
        return path.is_file() and not path.is_symlink() and path.read_bytes() == notebook

    def _path(self, upload: Upload) -> Path:
        return self.course.folder("submitted", *upload.key) / f"{upload.assignment}.ipynb"

    def _store(self, upload: Upload, name: str, notebook: bytes) -> None:
        record = Record(self.course, upload.assignment)
        before = record.known.get(upload.student, {})
        owner = Owner(
            upload.student,
            before.get("key", SYSTEM),
            before.get("number", 0) + 1,  # newer than all that was collected, which a later collect leaves behind
            system=before.get("from", SYSTEM),
            home=before.get("name", ""),  # by which another system finds the student again
            said=before.get("said", ""),
        )
        line = store(
            self.course, upload.assignment, owner, name, notebook, f"{upload.time:%Y-%m-%d %H:%M:%S} UTC", record
        )
        if line.outcome == "refused":
            raise Refused(409, f"{name} could not be stored; tell your instructor: {printable(line.why)}.")
        record.write()
        folder = self._path(upload).parent
        for place in (self._path(upload), folder / "timestamp.txt", folder, folder.parent, folder.parent.parent):
            _to_disk(place)

    def _enter(self, upload: Upload) -> None:
        new = not self.path.exists()
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(self._end_of_line + json.dumps(asdict(upload)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._end_of_line = ""
        if new:
            _to_disk(self.path.parent)
        self._remember(upload)


def _to_disk(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

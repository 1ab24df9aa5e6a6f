"""The course folder: where releases, submissions, graded notebooks, feedback and the gradebook lie.

The layout is nbgrader's, so that its own commands and formgrader work in the same folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from grader import catalogue, closed, times

ROOT = Path(__file__).parent.parent  # of the engine
MAX_BESIDE = 200  # files of one folder that are looked at for a notebook under another name
DATABASE_VARIABLE = "IDNN_DATABASE"
_CONFIG = '''"""This folder uses the configuration that its course was delivered with."""

import os

os.environ.setdefault({variable!r}, {course!r})
c = get_config()
load_subconfig({config!r})
c.CourseDirectory.root = {root!r}
'''


class CourseError(ValueError):
    """Something in the course folder is missing or not as it should be; the message says what to do."""


@dataclass(frozen=True)
class Submission:
    """One student's hand-in for one assignment."""

    student: str
    assignment: str
    folder: Path

    @property
    def path(self) -> Path:
        """The notebook: of the assignment's name, or under any other name the one that holds the assignment's exercises."""
        named = self.folder / f"{self.assignment}.ipynb"
        if os.path.lexists(named):
            return named
        found = self.candidates
        return found[0] if len(found) == 1 else named

    @property
    def candidates(self) -> list[Path]:
        """The notebooks in the folder, by their content, that hold an exercise of the assignment."""
        from grader.intake.contents import exercise_names, grade_ids, looks_like_json
        from grader.submission import read_submission

        own, _ = exercise_names(self.folder.parent.parent.parent / "release", self.assignment)
        found: list[Path] = []
        files = (
            Path(place, name)
            for place, folders, names in os.walk(self.folder)
            if not any(part.startswith((".", "__")) for part in Path(place).relative_to(self.folder).parts)
            for name in sorted(names)
        )
        for file in itertools.islice(files, MAX_BESIDE):
            with contextlib.suppress(OSError):
                if not file.is_symlink() and file.is_file():
                    with file.open("rb") as opened:
                        start = opened.read(64)
                    if looks_like_json(start) and grade_ids(read_submission(file)[0] or b"") & own:
                        found.append(file)
        return found

    @property
    def timestamp(self) -> str | None:
        """Return when it was handed in, in UTC, as nbgrader writes it; None where timestamp.txt is missing or no time."""
        when, _ = self._stamp()
        return f"{when:%Y-%m-%d %H:%M:%S.%f} UTC".replace(".000000", "") if when else None

    @property
    def wrong_time(self) -> str:
        """Return why the time in timestamp.txt does not count, or nothing."""
        return self._stamp()[1]

    def _stamp(self) -> tuple[dt.datetime | None, str]:
        file = self.folder / "timestamp.txt"
        try:
            if not os.path.lexists(file):
                return None, ""
            if file.is_symlink() or not file.is_file() or file.stat().st_size > 200:
                return None, "timestamp.txt is a link, no file or too long"
            return times.read_time(file.read_text(encoding="utf-8-sig", errors="replace")), ""
        except OSError as error:  # it may not be read, or has gone
            return None, f"timestamp.txt cannot be read: {error.strerror}"
        except ValueError as error:
            return None, f"timestamp.txt: {error}"

    @property
    def handed_in(self) -> dt.datetime:
        """Return when it was handed in, or where that is not known when it was put here, in UTC without zone."""
        when, _ = self._stamp()
        path = self.path
        return when or dt.datetime.fromtimestamp(path.lstat().st_mtime if path.exists() else 0, dt.UTC).replace(
            tzinfo=None
        )


@dataclass(frozen=True)
class HandIns:
    """What lies in ``submitted/`` for some assignments: what is taken, and what is not and why; each sorted by assignment and student."""

    taken: list[Submission]
    refused: list[tuple[Submission, str]]

    def of(self, students: Collection[str]) -> list[Submission]:
        """Return what is taken of some students, or where none are named of all."""
        return [one for one in self.taken if not students or one.student in students]

    @property
    def problems(self) -> list[tuple[Submission, str]]:
        """What a person must look at: folders that are not taken, then times that cannot be read."""
        return self.refused + [(one, why) for one in self.taken if (why := one.wrong_time)]


@dataclass(frozen=True)
class Course:
    """The folder's places. `database` is a URL for SQLAlchemy."""

    root: Path
    database: str

    @classmethod
    def at(cls, root: Path | str, database: str | None = None) -> Course:
        """Return the course at `root`; the gradebook is SQLite in it unless a URL or IDNN_DATABASE says otherwise."""
        root = Path(root).resolve()
        url = database or os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{root / 'gradebook.db'}"
        # without a driver's name SQLAlchemy takes one that we do not install
        return cls(root, re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))

    def prepare(self) -> None:
        """Make the folder and, where it has none, a configuration that points to the engine's and to the course."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.close()
        config = self.root / "nbgrader_config.py"
        if not config.exists():
            places = {
                "config": str(ROOT / "nbgrader_config.py"),
                "root": str(self.root),
                "course": str(catalogue.course().root),
            }
            config.write_text(_CONFIG.format(variable=catalogue.VARIABLE, **places), encoding="utf-8")

    def close(self, *make: str) -> None:
        """Keep everybody but the owner out of hand-ins, grades and what is the instructor's; make the folders named first."""
        if self.database.startswith("sqlite:///"):
            closed.make_file(Path(self.database.removeprefix("sqlite:///")))
        closed.close(self.root, *make)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        return self.root / step / student / assignment

    def released(self, assignment: str) -> Path:
        return self.folder("release", ".", assignment) / f"{assignment}.ipynb"

    @property
    def private(self) -> Path:
        """What only the instructor may read: the hidden seed and the grading log."""
        folder = self.root / ".instructor"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        closed.close(self.root)
        return folder

    def hand_ins(self, *assignments: str) -> HandIns:
        """Return what was handed in, by one look at the folders."""
        base = self.root / "submitted"
        folders = sorted(base.iterdir()) if base.is_dir() else []
        found = HandIns([], [])
        for assignment in assignments:
            for folder in folders:
                submission = Submission(folder.name, assignment, folder / assignment)
                if not os.path.lexists(submission.folder):
                    continue
                why = self._why_not(submission)
                if why:
                    found.refused.append((submission, why))
                else:
                    found.taken.append(submission)
        return found

    def submissions(self, assignment: str, students: Collection[str] = ()) -> list[Submission]:
        """Return the hand-ins of an assignment that are taken, of some students if any are named, sorted by student."""
        return self.hand_ins(assignment).of(students)

    def refused(self, assignment: str) -> list[tuple[str, str]]:
        """Return whose folders in submitted/ are not taken for hand-ins of an assignment, and why, sorted by student."""
        return [(submission.student, why) for submission, why in self.hand_ins(assignment).refused]

    def _why_not(self, submission: Submission) -> str:
        folder, place = submission.folder.parent, submission.folder
        if folder.is_symlink() or place.is_symlink():
            link = folder if folder.is_symlink() else place
            return f"{link} is a link; put the student's own files there"
        if not place.is_dir():
            return f"{place} is no folder"
        if not valid_student(submission.student):
            return (
                f"{submission.student!r} cannot be a student's id (letters, digits, . _ @ + - only); rename the folder"
            )
        if not os.path.lexists(place / f"{submission.assignment}.ipynb") and len(found := submission.candidates) > 1:
            names = " and ".join(str(path.relative_to(place)) for path in found[:3])
            return f"{names} can all be the notebook of {submission.assignment}; leave one of them in {place}"
        return ""


def valid_student(name: str) -> bool:
    """Whether a name can be a student's folder: no path, no hidden file, nothing that a shell or a page would act on."""
    return bool(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._@+-]{0,99}", name)) and ".." not in name


def safe_id(name: str) -> str:
    """Return an id that can be a student's folder, made of one that cannot, or nothing where too little of it is left.

    Letters keep their base (``müller`` is ``muller``), all else that may not stand becomes a dash (``2030/CS/045`` is ``2030-CS-045``).
    """
    if valid_student(name):
        return name
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    lost = sum(c.isalnum() for c in unicodedata.normalize("NFC", name)) > sum(c.isalnum() for c in plain)
    words = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._@+-]+", "-", "" if lost else plain)).strip("-._@+")[:100]
    return words if valid_student(words) else ""


def parse_time(text: str) -> dt.datetime | None:
    """Return a point in time in UTC without zone, as nbgrader stores it, or None where it is none for certain."""
    try:
        return times.read_time(text)
    except ValueError:
        return None


def read_time(text: str, end_of_day: bool = False) -> dt.datetime:
    """Return a time as UTC without zone (see `grader.times.read_time`).

    Raises
    ------
    CourseError
        If it is no time.
    """
    try:
        return times.read_time(text, end_of_day)
    except ValueError as error:
        raise CourseError(str(error)) from None

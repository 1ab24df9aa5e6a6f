"""The course folder: where releases, submissions, graded notebooks, feedback and the gradebook lie.

The layout is nbgrader's, so that its own commands and formgrader work in the same folder.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path

from grader import closed

COURSE_ID = "improving_deep_networks"
ROOT = Path(__file__).parent.parent
DATABASE_VARIABLE = "IDNN_DATABASE"
NAMES = "letters, digits, . _ @ + - only, a letter, digit or _ first"
_CONFIG = '''"""This course folder uses the project's configuration."""

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
        return self.folder / f"{self.assignment}.ipynb"

    @property
    def timestamp(self) -> str | None:
        """Return when it was handed in, as written in timestamp.txt, or None where that is missing or no date."""
        file = self.folder / "timestamp.txt"
        try:
            if file.is_symlink() or not file.is_file() or file.stat().st_size > 200:
                return None
            text = file.read_text(errors="replace").strip()
        except OSError:  # it may not be read, or has gone
            return None
        return text if parse_time(text) else None

    @property
    def handed_in(self) -> dt.datetime:
        """Return when it was handed in, or where that is not known when it was put here, in UTC without zone."""
        stamp = self.timestamp
        return (parse_time(stamp) if stamp else None) or dt.datetime.fromtimestamp(
            self.path.lstat().st_mtime if self.path.exists() else 0, dt.UTC
        ).replace(tzinfo=None)


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
        """Make the folder and, where it is not the project's own, a configuration that points to the project's."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.close()
        config = self.root / "nbgrader_config.py"
        if not config.exists():
            config.write_text(_CONFIG.format(config=str(ROOT / "nbgrader_config.py"), root=str(self.root)))

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

    def submissions(self, assignment: str, students: set[str] | None = None) -> list[Submission]:
        """Return the hand-ins of an assignment, sorted by student."""
        found = []
        base = self.root / "submitted"
        for folder in sorted(base.iterdir()) if base.is_dir() else []:
            place = folder / assignment
            if folder.is_symlink() or place.is_symlink() or not place.is_dir() or not valid_student(folder.name):
                continue
            if students is None or folder.name in students:
                found.append(Submission(folder.name, assignment, place))
        return found

    def refused(self, assignment: str) -> list[tuple[str, str]]:
        """Return whose folders in submitted/ are not taken for hand-ins of an assignment, and why, sorted by student."""
        found = []
        base = self.root / "submitted"
        for folder in sorted(base.iterdir()) if base.is_dir() else []:
            place = folder / assignment
            if folder.name.startswith(".") or not (place.is_symlink() or place.exists()):
                continue
            if folder.is_symlink() or place.is_symlink():
                found.append((folder.name, "it is a link; put the student's own files there"))
            elif not place.is_dir():
                found.append((folder.name, f"{assignment} is a file; it must be a folder with the notebook"))
            elif not valid_student(folder.name):
                found.append((folder.name, f"no student can be called so ({NAMES}); rename the folder and the student"))
        return found


def valid_student(name: str) -> bool:
    """Whether a name can be a student's folder: no path, no hidden file, nothing that a shell or a page would act on."""
    return bool(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._@+-]{0,99}", name)) and ".." not in name


def parse_time(text: str) -> dt.datetime | None:
    """Return a point in time in UTC without zone, as nbgrader stores it, or None."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(text)
    except (ValueError, OverflowError, TypeError):
        return None

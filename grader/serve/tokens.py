"""Tokens: a long random word by which the hand-in service knows a student. Only its hash is kept, in ``.instructor/tokens.json``."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from grader.course import Course, CourseError, valid_student
from grader.export import write_csv
from grader.gradebook import open_gradebook
from grader.intake.record import write_file
from grader.intake.roster import read_rosters
from grader.intake.store import enter

BYTES = 16  # of chance in a token: nobody guesses it, so that a plain hash keeps it


class Tokens:
    """The tokens of a course; those that another process writes are known at once."""

    def __init__(self, course: Course):
        self.path = course.private / "tokens.json"
        self._changed = -1
        self._students: dict[str, str] = {}

    def make(self, students: Iterable[str], renew: bool = False) -> dict[str, str]:
        """Return a new token for each student who has none, with `renew` for all of them; they hold once they are kept.

        Raises
        ------
        CourseError
            If a name can be no student's id.
        """
        have, made = set(self._read().values()), {}
        for student in students:
            if not valid_student(student):
                raise CourseError(f"{student!r} cannot be a student's id (letters, digits, . _ @ + - only)")
            if renew or student not in have:
                made[student] = base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=").lower()
        return made

    def keep(self, made: dict[str, str]) -> None:
        """Let new tokens hold, each in place of its student's old one."""
        kept = {student: digest for digest, student in self._read().items()}
        kept |= {student: _digest(token) for student, token in made.items()}
        write_file(self.path, (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())

    def student(self, token: str) -> str | None:
        """Return whose token it is, or None."""
        return self._read().get(_digest(token))

    def _read(self) -> dict[str, str]:
        """Return the students by their tokens' hashes, read anew where the file has changed."""
        try:
            changed = self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._changed:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            self._students, self._changed = {digest: student for student, digest in kept.items()}, changed
        return self._students


def _digest(token: str) -> str:
    return hashlib.sha256(token.strip().lower().encode()).hexdigest()


def issue(course: Course, students: list[str], rosters: list[Path], renew: bool, path: Path) -> int:
    """Make tokens (see :meth:`Tokens.make`) and write them with the names of their students; return how many are new.

    Parameters
    ----------
    students : whose; where none are named, everybody's in the gradebook and the rosters, who enter the gradebook
    path : the CSV file, the owner's alone

    Raises
    ------
    CourseError
        If there is nobody to make a token for, or the file is there: it may hold tokens that stand nowhere else.
    """
    if path.exists():
        raise CourseError(f"{path} is there already, and tokens stand nowhere else; move it, or give another --output")
    people = read_rosters(rosters)
    enter(course, people, [])
    with open_gradebook(course) as gradebook:
        known = {one.id: (one.first_name, one.last_name, one.email) for one in gradebook.students}
    wanted = students or sorted(known)
    if not wanted:
        raise CourseError(f"nobody is in the gradebook of {course.root} yet; give a --roster, or name the students")
    tokens = Tokens(course)
    made = tokens.make(wanted, renew)
    if made:
        lines = [["id", "first_name", "last_name", "email", "token"]]
        lines += [[student, *known.get(student, ("", "", "")), token] for student, token in made.items()]
        write_csv(lines, path)
        tokens.keep(made)
    return len(made)

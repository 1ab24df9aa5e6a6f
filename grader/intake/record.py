"""What was collected from where, ``.instructor/collected.json``: so that no older and no other person's file replaces a hand-in."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from grader.course import Course


class Record:
    """The record of one assignment.

    `known` holds by student: ``key`` (what the file's name said), ``number`` (Canvas's, which grows), ``from`` (the system), ``name`` (by which
    the system finds the student again), ``said`` (the person's name there), ``late`` (marked so without a time), ``stamp`` (the time we wrote
    for that mark), ``group`` (whose hand-in it is together with others).
    """

    def __init__(self, course: Course, assignment: str):
        self.path = course.private / "collected.json"
        self.all: dict[str, dict[str, dict]] = (
            json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}
        )
        self.known = self.all.setdefault(assignment, {})

    def write(self) -> None:
        """Write the record where it has changed."""
        text = json.dumps(self.all, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        old = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        if text != old and (old or any(self.all.values())):
            write_file(self.path, text.encode())


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

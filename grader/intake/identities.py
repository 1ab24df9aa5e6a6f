"""A student who was first known by a name of ours, ``canvas-12`` or ``ada-lovelace``, and whom the roster names later, is one person."""

from __future__ import annotations

import csv
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course import Course, CourseError
from grader.gradebook import open_gradebook
from grader.intake.names import slug
from grader.intake.record import Record
from grader.intake.roster import Person, Roster
from grader.intake.store import Line, keep

FOLDERS = ("submitted", "autograded", "feedback")


def reconcile(course: Course, roster: Roster) -> list[Line]:
    """Move hand-ins, record, grades and extensions of students under names of ours to the roster's, and say so of each.

    Where both names handed in the same assignment, the newer one stays (Canvas numbers its files; else the one under the roster's id),
    and the other is kept in ``.instructor/replaced``.
    """
    record = Record(course, "")
    entries = [(student, known) for of in record.all.values() for student, known in of.items()]
    lines: list[Line] = []
    for person in roster.people:
        for student, name in _former(person, roster, entries).items():
            if name and not person.agrees(name):
                why = f"{student} was collected as {name}, and the roster's user {person.lms_id} is {person.id} ({person.name}); they are left apart"
                lines.append(Line(person.id, student, "refused", why=why))
                continue
            told = _move(course, record, student, person.id)
            why = f"{student} and {person.id} are one person; hand-ins and grades are under {person.id} now{told}"
            lines.append(Line(person.id, student, "moved", why=why))
    if any(line.outcome == "moved" for line in lines):
        record.all.pop("", None)
        record.write()
    return lines


def _former(person: Person, roster: Roster, entries: list[tuple[str, dict]]) -> dict[str, str]:
    """Return the names of ours that can be a person's, each with what the system called the person then."""
    found: dict[str, str] = {}
    for student, known in entries:
        if roster.get(student) or known.get("group"):
            continue
        said = known.get("said", "") or re.sub(r"^\d+ ", "", known.get("key", "")) * student.startswith("canvas-")
        number = known.get("key", "").removeprefix("participant ")
        same_name = len(roster.named(said)) == 1 and roster.named(said)[0].id == person.id
        if (
            person.lms_id
            and student == f"canvas-{person.lms_id}"
            or known.get("from") in ("moodle", "brightspace")
            and same_name
            and student == slug(said)
            or person.participant
            and person.participant == number
            and student == f"participant-{number}"
        ):
            found[student] = "" if student.startswith("participant-") else said
    return found


def _move(course: Course, record: Record, old: str, new: str) -> str:
    """Move all of one name's to another; return what was left behind, in words."""
    from grader.grading import Log

    told = []
    log = Log(course)
    graded = log.entries()
    assignments = sorted(
        {place.name for step in FOLDERS for place in (course.root / step / old).glob("*") if place.is_dir()}
        | {name for name, of in record.all.items() if old in of}
    )
    with open_gradebook(course) as gradebook:
        rows = {s.assignment.name: s for s in _student_rows(gradebook, old)}
        taken = {s.assignment.name: s for s in _student_rows(gradebook, new)}
        student = gradebook.update_or_create_student(new)
        for name in sorted({*assignments, *rows}):
            both = course.folder("submitted", new, name).exists()
            newer = not both or _number(record, name, old) > _number(record, name, new)
            loser = new if newer else old
            if both:
                told.append(
                    f"of {name} the newer one of two was kept" if newer else f"of {name} the one under {new} was kept"
                )
                _set_aside(course, loser, name, under=new)
            if loser == old:
                if name in rows:
                    gradebook.remove_submission(name, old)
            else:
                if name in taken and name in rows:
                    gradebook.remove_submission(name, new)
                if name in rows:
                    rows[name].student = student
                for step in FOLDERS:
                    _rename(course.folder(step, old, name), course.folder(step, new, name))
                if old in record.all.get(name, {}):
                    record.all[name][new] = record.all[name][old]
                if (old, name) in graded:
                    log.append(replace(graded[old, name], student=new))
            record.all.get(name, {}).pop(old, None)
        gradebook.db.commit()
        gradebook.db.expire_all()
        if any(s.id == old for s in gradebook.students):
            gradebook.remove_student(old)
    for step in FOLDERS:
        place = course.root / step / old
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
    _move_extensions(course, old, new)
    return f"; {', '.join(told)}" if told else ""


def _student_rows(gradebook: Any, student: str) -> list[Any]:
    return [s for assignment in gradebook.assignments for s in assignment.submissions if s.student.id == student]


def _number(record: Record, assignment: str, student: str) -> int:
    return record.all.get(assignment, {}).get(student, {}).get("number", 0)


def _set_aside(course: Course, student: str, assignment: str, under: str) -> None:
    """Keep a hand-in's notebook in ``.instructor/replaced`` and take its folders away."""
    for step in FOLDERS:
        place = course.folder(step, student, assignment)
        notebook = place / f"{assignment}.ipynb"
        if step == "submitted" and notebook.is_file() and not notebook.is_symlink() and not place.is_symlink():
            keep(course, under, assignment, notebook.read_bytes())
        if place.is_symlink():
            raise CourseError(f"{place} is a link; remove it")
        shutil.rmtree(place, ignore_errors=True)


def _rename(old: Path, new: Path) -> None:
    if old.is_dir() and not old.is_symlink():
        new.parent.mkdir(parents=True, exist_ok=True)
        os.replace(old, new)


def _move_extensions(course: Course, old: str, new: str) -> None:
    path = course.private / "extensions.csv"
    if not path.is_file():
        return
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    there = {(row[0], row[1]) for row in rows if len(row) > 1}
    moved = [
        [row[0], new, *row[2:]] if len(row) > 1 and row[1] == old and (row[0], new) not in there else row
        for row in rows
    ]
    if moved != rows:
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(moved)

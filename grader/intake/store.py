"""Putting a hand-in into ``submitted/<student>/<assignment>/``, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from grader.course import Course
from grader.gradebook import open_gradebook
from grader.intake.record import Record, write_file
from grader.intake.roster import Person, Roster
from grader.intake.systems import Owner

OUTCOMES = ("new", "updated", "unchanged", "moved", "ignored", "refused")


@dataclass(frozen=True)
class Line:
    """One line of the table: what became of a file."""

    student: str
    file: str
    outcome: str  # one of OUTCOMES; refused: a person must look
    when: str = ""
    why: str = ""


def store(course: Course, assignment: str, owner: Owner, file: str, raw: bytes, stamp: str, record: Record) -> Line:
    """Write one hand-in and remember where it came from. What a newer one replaces is kept in ``.instructor/replaced``.

    Parameters
    ----------
    file : the name in the download
    stamp : the line of timestamp.txt, empty where the time is not known
    """
    folder = course.folder("submitted", owner.student, assignment)
    target, note = folder / f"{assignment}.ipynb", folder / "timestamp.txt"
    when = stamp or ("late" if owner.late else "")
    for place in (folder.parent.parent, folder.parent, folder, target, note):
        if place.is_symlink():
            return Line(owner.student, file, "refused", why=f"{place} is a link; remove it")
    old = target.read_bytes() if target.is_file() else None
    before = record.known.get(owner.student, {})
    if old is not None and old != raw and owner.number < before.get("number", 0):
        return Line(owner.student, file, "ignored", when, "a newer one was collected before")
    stamped = note.read_text(errors="replace").strip() if note.is_file() else ""
    known = {
        "key": owner.key,
        "number": owner.number,
        "from": owner.system,
        "name": owner.home,
        "said": owner.said,
        "late": owner.late,
        "stamp": stamp if owner.late else "",
        "group": owner.group,
    }
    record.known[owner.student] = {name: value for name, value in known.items() if value or name in ("key", "number")}
    if old == raw and (not stamp or stamp == stamped):
        return Line(owner.student, file, "unchanged", when or stamped)
    course.close("submitted")
    folder.mkdir(parents=True, exist_ok=True)
    if old != raw:
        if old is not None:
            keep(course, owner.student, assignment, old)
        write_file(target, raw)
        if not stamp:
            note.unlink(missing_ok=True)
    if stamp:
        write_file(note, f"{stamp}\n".encode())
    return Line(owner.student, file, "new" if old is None else "updated", when)


def keep(course: Course, student: str, assignment: str, raw: bytes) -> None:
    """Keep a notebook that another one replaces."""
    digest = hashlib.sha256(raw).hexdigest()[:12]
    kept = course.private / "replaced" / student / f"{assignment}-{digest}.ipynb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_file(kept, raw)


def enter(course: Course, roster: Roster, owners: list[Owner]) -> None:
    """Enter the roster's students into the gradebook, and those collected whose number in Canvas is known."""
    people = {person.id: person for person in roster.people}
    for owner in owners:
        if owner.lms_id and owner.student not in people:
            people[owner.student] = Person(owner.student, lms_id=owner.lms_id)
    with open_gradebook(course) as gradebook:
        known = {student.id: student for student in gradebook.students}
        for person in people.values():
            said = {
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email,
                "lms_user_id": person.lms_id,
            }
            new = {name: value for name, value in said.items() if value}
            student = known.get(person.id)
            if student is None or any(getattr(student, name) != value for name, value in new.items()):
                gradebook.update_or_create_student(person.id, **new)

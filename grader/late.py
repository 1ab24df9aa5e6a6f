"""Lateness: due dates, extensions of single students, and the policy that turns seconds into points.

The policy takes 10 % of the points for each day begun, at most all of them, and is off unless the configuration turns it on:
``c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"`` in ``nbgrader_config.py``, for nbgrader's commands and for
``python -m grader grade`` alike. Due dates live in the gradebook, extensions in ``.instructor/extensions.csv``, because the gradebook can
hold one only for who has handed in already. Penalties follow from both without running anybody's code again: see `settle`. Days are those
of this machine's clock on the wall: one day after 20:00 is 20:00, also where the clock was changed in between.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from pathlib import Path
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties

from grader import times
from grader.course import Course, CourseError, Submission, parse_time, read_time
from grader.gradebook import LatePolicy, late_policy, open_gradebook, penalty_of, require_assignment
from grader.intake.record import Record, write_file
from grader.times import said

MAX_DAYS = 3650  # of an extension
PER_DAY = 0.10  # share of the score lost for each day begun


def policy(student: str, score: float, seconds_late: float) -> float | None:
    """Return the penalty in points."""
    if seconds_late <= 0:
        return None
    return round(score * min(1.0, PER_DAY * math.ceil(seconds_late / 86_400)), 2)


class DailyPenalty(LateSubmissionPlugin):
    """The same policy as an nbgrader plugin."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        return policy(student_id, score, total_seconds_late)


class LatePenalties(AssignLatePenalties):
    """nbgrader's own step, with times, extensions and days read as `settle` reads them."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        from nbgrader.api import Gradebook

        from grader.nbgrader_plugin import course_directory_of

        own = resources["nbgrader"]
        course = Course.at(course_directory_of(self).root)
        days = read_extensions(course.root).get((own["assignment"], own["student"]))
        self.init_plugin()
        with Gradebook(own["db_url"]) as gradebook:
            row = gradebook.find_submission(own["assignment"], own["student"])
            if row.assignment.duedate:
                stamp_marked(course, own["assignment"], row.assignment.duedate)
            folder = course.folder("submitted", own["student"], own["assignment"])
            submission = Submission(own["student"], own["assignment"], folder)
            if (
                submission.timestamp or submission.wrong_time
            ):  # nbgrader takes offsets for seconds and unknown zones for UTC
                row.timestamp = parse_time(submission.timestamp or "")
            _settle(row, days, self.plugin_inst.late_submission_penalty)
            gradebook.db.commit()
        return nb, resources


def read_extensions(root: Path) -> dict[tuple[str, str], float]:
    """Return the extensions in days by (assignment, student)."""
    path = root / ".instructor" / "extensions.csv"
    if not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    found = {}
    for number, row in enumerate(rows, 2):
        try:
            found[row["assignment"], row["student"]] = days = float(row["days"])
            if not 0 <= days <= MAX_DAYS:
                raise ValueError(days)
        except (KeyError, TypeError, ValueError):
            raise CourseError(
                f"{path}, line {number}: expected assignment,student,days, not {','.join(map(str, row.values()))}"
            ) from None
    return found


def extend(course: Course, assignment: str, student: str, days: float) -> None:
    """Give a student an extension, or with 0 days take it away; it takes the place of an earlier one.

    Raises
    ------
    CourseError
        If the assignment was not released, nobody knows the student, or the days are no number of days.
    """
    if not 0 <= days <= MAX_DAYS:  # nan too
        raise CourseError(f"an extension has 0 to {MAX_DAYS} days, not {days:g}")
    with open_gradebook(course) as gradebook:
        require_assignment(gradebook, assignment)
        known = {entry.id for entry in gradebook.students} | {s.student for s in course.submissions(assignment)}
    if student not in known:
        raise CourseError(
            f"no student is called {student!r}; collect hand-ins or give a --roster to python -m grader collect first"
        )
    extensions = read_extensions(course.root)
    extensions[assignment, student] = days
    lines = [[*key, f"{value:g}"] for key, value in sorted(extensions.items())]
    with open(course.private / "extensions.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["assignment", "student", "days"], *lines])
    settle(course, [assignment])


def set_due(course: Course, assignment: str, when: dt.datetime | None) -> None:
    """Set or take away an assignment's due date, in UTC without zone."""
    with open_gradebook(course) as gradebook:
        require_assignment(gradebook, assignment)
        gradebook.find_assignment(assignment).duedate = when
        gradebook.db.commit()
    settle(course, [assignment])


def due_dates(course: Course, assignment: str | None = None) -> list[tuple[str, dt.datetime | None]]:
    """Return when one assignment, or each, is due, in UTC without zone; None where it has no due date.

    Raises
    ------
    CourseError
        If it, or any, was not released.
    """
    with open_gradebook(course) as gradebook:
        found = [(entry.name, entry.duedate) for entry in gradebook.assignments if assignment in (None, entry.name)]
    if not found:
        raise CourseError(f"{assignment or 'nothing'} was released in this course yet; run: python -m grader release")
    return found


def stamp_marked(course: Course, assignment: str, due: dt.datetime | None) -> dict[str, dt.datetime | None]:
    """Write the time into the hand-ins that their system marked as late without saying by how much, and return it by student.

    It is one second after the due date, the least that is certain, and moves with it. A time that a person wrote there stays.
    """
    record, found = Record(course, assignment), {}
    when = due + dt.timedelta(seconds=1) if due else None
    stamp = f"{when:%Y-%m-%d %H:%M:%S} UTC" if when else ""
    for student, known in record.known.items():
        note = course.folder("submitted", student, assignment) / "timestamp.txt"
        if not known.get("late") or not note.parent.is_dir() or note.is_symlink():
            continue
        there = note.read_text(errors="replace").strip() if note.is_file() else ""
        if there not in ("", known.get("stamp", "")):
            continue
        found[student] = when
        if stamp and there != stamp:
            write_file(note, f"{stamp}\n".encode())
        elif there and not stamp:
            note.unlink()
        known["stamp"] = stamp
    record.write()
    return found


def settle(course: Course, assignments: list[str]) -> int:
    """Bring all penalties up to date with due dates, extensions and policy; return how many changed."""
    policy_of, extensions, changed = late_policy(course), read_extensions(course.root), 0
    with open_gradebook(course) as gradebook:
        known = {entry.name: entry for entry in gradebook.assignments}
        for name in (name for name in assignments if name in known):
            marked = stamp_marked(course, name, known[name].duedate)
            for row in known[name].submissions:
                if row.student.id in marked:
                    row.timestamp = marked[row.student.id]
                changed += _settle(row, extensions.get((name, row.student.id)), policy_of)
        gradebook.db.commit()
    return changed


def _settle(row: Any, days: float | None, policy_of: LatePolicy) -> int:
    """Write extension and penalty of one submission; return how many penalties changed."""
    due, changed = row.assignment.duedate, 0
    if days is not None or due is None:  # nbgrader adds an extension to the due date, also where there is none
        row.extension = times.days_after(due, days) - due if days and due else None
    for notebook in row.notebooks:
        penalty = penalty_of(row, notebook.score, policy_of)
        changed += (notebook.late_submission_penalty or None) != (penalty or None)
        notebook.late_submission_penalty = penalty
    return changed


__all__ = [
    "DailyPenalty",
    "LatePenalties",
    "due_dates",
    "extend",
    "policy",
    "read_extensions",
    "read_time",
    "said",
    "set_due",
    "settle",
    "stamp_marked",
]

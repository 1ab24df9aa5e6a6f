"""Lateness: due dates, extensions of single students, and the policy that turns seconds into points.

The policy takes 10 % of the points for each day begun, at most all of them, and is off unless the configuration turns it on:
``c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"`` in ``nbgrader_config.py``, for nbgrader's commands and for
``python -m grader grade`` alike. Due dates live in the gradebook, extensions in ``.instructor/extensions.csv``, because the gradebook can
hold one only for who has handed in already. Penalties follow from both without running anybody's code again: see `settle`.
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

from grader.course import Course, CourseError
from grader.gradebook import late_policy, open_gradebook, require_assignment

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
    """nbgrader's own step, with our extensions written into the gradebook before it."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        from nbgrader.api import Gradebook

        from grader.nbgrader_plugin import course_directory_of

        own = resources["nbgrader"]
        days = read_extensions(Path(course_directory_of(self).root)).get((own["assignment"], own["student"]))
        if days is not None:
            with Gradebook(own["db_url"]) as gradebook:
                due = gradebook.find_assignment(own["assignment"]).duedate
                gradebook.grant_extension(own["assignment"], own["student"], days=days if due else 0)
        return super().preprocess(nb, resources)


def read_extensions(root: Path) -> dict[tuple[str, str], float]:
    """Return the extensions in days by (assignment, student)."""
    path = root / ".instructor" / "extensions.csv"
    if not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    found = {}
    for number, row in enumerate(rows, 2):
        try:
            found[row["assignment"], row["student"]] = float(row["days"])
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
        If the assignment was not released or nobody knows the student.
    """
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


def read_time(text: str, end_of_day: bool = False) -> dt.datetime:
    """Return a time as UTC without zone; without a zone it is this machine's, without an hour the day's beginning or end.

    Raises
    ------
    CourseError
        If it is no time.
    """
    import warnings

    from dateutil import parser

    hour = dt.time(23, 59) if end_of_day else dt.time(0, 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a zone that is not known would be passed over
            found = parser.parse(text, default=dt.datetime.combine(dt.date.today(), hour))
    except (ValueError, OverflowError, Warning):
        raise CourseError(
            f'{text!r} is no time; write it like "2026-10-05 23:59" or "2026-10-05 23:59 +02:00"'
        ) from None
    return found.astimezone(dt.UTC).replace(tzinfo=None)


def said(when: dt.datetime) -> str:
    """Return a time in UTC without zone in words: here, and in UTC where that differs."""
    here = when.replace(tzinfo=dt.UTC).astimezone()
    words = f"{here:%Y-%m-%d %H:%M %Z}"
    return words if not here.utcoffset() else f"{words} ({when:%Y-%m-%d %H:%M} UTC)"


def settle(course: Course, assignments: list[str]) -> int:
    """Bring all penalties up to date with due dates, extensions and policy; return how many changed."""
    policy_of, extensions, changed = late_policy(course), read_extensions(course.root), 0
    with open_gradebook(course) as gradebook:
        known = {entry.name: entry for entry in gradebook.assignments}
        for submission in (s for name in assignments if name in known for s in known[name].submissions):
            days = extensions.get((submission.name, submission.student.id))
            due = known[submission.name].duedate
            if days is not None or due is None:  # nbgrader adds an extension to the due date, also where there is none
                submission.extension = dt.timedelta(days=days) if days and due else None
            for notebook in submission.notebooks:
                late = submission.total_seconds_late
                penalty = policy_of(submission.student.id, notebook.score, late) if late > 0 else None
                penalty = None if penalty is None else min(max(0.0, penalty), notebook.score)
                if (notebook.late_submission_penalty or None) != (penalty or None):
                    notebook.late_submission_penalty, changed = penalty, changed + 1
        gradebook.db.commit()
    return changed

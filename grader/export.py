"""Grades out of the gradebook, as plain rows and as CSV that a spreadsheet can open safely."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grader import catalogue, closed
from grader.course import Course, valid_student
from grader.gradebook import open_gradebook, require_class
from grader.words import printable

FORMATS = ("plain", "canvas", "moodle", "json")
WAITING = "handed in, not graded yet"


@dataclass(frozen=True)
class Row:
    """One student's standing in one assignment; `score` is None where nothing was handed in."""

    student: str
    last_name: str
    first_name: str
    email: str
    lms_id: str
    assignment: str
    score: float | None
    points: float
    needs_manual: bool
    late_penalty: float
    scores: dict[str, float]
    ungraded: str = ""  # why what was handed in has no score

    @property
    def total(self) -> float:
        """The score after the late penalty."""
        return max(0.0, (self.score or 0.0) - self.late_penalty)

    @property
    def state(self) -> str:
        if self.ungraded:
            return self.ungraded
        return "missing" if self.score is None else "needs manual grading" if self.needs_manual else "graded"


def rows(course: Course, assignments: list[str]) -> list[Row]:
    """Return a row for every student of the gradebook and every released assignment, sorted; missing hand-ins included."""
    found = []
    with open_gradebook(course) as gradebook:
        known = {assignment.name: assignment for assignment in gradebook.assignments}
        students = sorted(gradebook.students, key=lambda student: student.id)
        for name in assignments:
            if name not in known:
                continue
            submitted = {submission.student_id: submission for submission in known[name].submissions}
            for student in students:
                found.append(_row(student, known[name], submitted.get(student.id)))
    return [_marked(course, row) for row in found]


def _marked(course: Course, row: Row) -> Row:
    there = row.score is None and course.folder("submitted", row.student, row.assignment).is_dir()
    return replace(row, ungraded=WAITING) if there else row


def unlisted(course: Course, found: list[Row]) -> list[Row]:
    """Return a row for every hand-in that is in no row yet: not graded and in no roster, or of a name that cannot be graded."""
    extra = []
    for assignment, points in {row.assignment: row.points for row in found}.items():
        hand_ins = course.hand_ins(assignment)
        why = {one.student: WAITING for one in hand_ins.taken}
        why |= {printable(one.student): printable(f"cannot be graded: {reason}") for one, reason in hand_ins.refused}
        known = {row.student for row in found if row.assignment == assignment}
        extra += [
            Row(name, "", "", "", "", assignment, None, points, False, 0.0, {}, reason)
            for name, reason in sorted(why.items())
            if name not in known
        ]
    return extra


def _row(student: object, assignment: object, submission: object | None) -> Row:
    score, penalty, manual, scores = None, 0.0, False, {}
    if submission is not None:
        notebooks = list(submission.notebooks)
        score = float(sum(notebook.score for notebook in notebooks))
        penalty = float(sum(notebook.late_submission_penalty or 0.0 for notebook in notebooks))
        names = catalogue.exercises(assignment.name) if assignment.name in catalogue.slugs() else {}
        for notebook in notebooks:
            for grade in notebook.grades:
                manual = manual or bool(grade.needs_manual_grade)
                exercise = grade.cell.name.removeprefix("test_")
                if exercise in names:
                    scores[exercise] = float(grade.score)
    return Row(
        student.id,
        student.last_name or "",
        student.first_name or "",
        student.email or "",
        student.lms_user_id or "",
        assignment.name,
        score,
        float(assignment.max_score),
        manual,
        penalty,
        scores,
    )


def cell(text: object) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula, also where it splits the line at another delimiter than ours."""
    written = "" if text is None else str(text)
    if written == "-" or _is_number(written):  # a lone sign computes nothing
        return written
    return _FORMULA.sub(r"\1'\2", written)


# where a cell may begin: at the text's beginning or behind whatever a spreadsheet may split at; space, quotes and characters without width pass
_FORMULA = re.compile(r"(^|[,;\t|\r\n])([\s\x00-\x1f\u200b-\u200f\u2060\ufeff\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_csv(lines: list[list[object]], path: Path | None = None) -> str:
    """Return the lines as quoted CSV, and write them to `path` if there is one."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerows([[cell(value) for value in line] for line in lines])
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        closed.write_text(path, buffer.getvalue())
    return buffer.getvalue()


def plain(found: list[Row]) -> list[list[object]]:
    """Return one line a student and assignment: who, what, score, of how many points, late penalty, state."""
    lines: list[list[object]] = [["student", "assignment", "score", "points", "late penalty", "total", "state"]]
    for row in found:
        score = "" if row.score is None else f"{row.score:g}"
        lines.append(
            [
                row.student,
                row.assignment,
                score,
                f"{row.points:g}",
                f"{row.late_penalty:g}",
                f"{row.total:g}",
                row.state,
            ]
        )
    return lines


def canvas(found: list[Row]) -> list[list[object]]:
    """Return one line a student as Canvas imports them: a column an assignment, blank where nothing was handed in.

    Canvas finds a student by ID, else by login, else by name. Source: instructure/canvas-lms, lib/gradebook_importer.rb.
    """
    points = {row.assignment: row.points for row in found}
    lines: list[list[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *points],
        ["    Points Possible", "", "", "", "", *(f"{value:g}" for value in points.values())],
    ]
    for first, totals in _by_student(found, points, missing=""):
        name = ", ".join(part for part in (first.last_name, first.first_name) if part) or first.student
        lines.append([name, first.lms_id, "", first.student, "", *totals])
    return lines


def moodle(found: list[Row]) -> list[list[object]]:
    """Return one line a student as Moodle imports them: a column an assignment, ``-`` where nothing was handed in.

    Map "Email address" or "Username" to the user. Source: moodle/moodle, grade/import/csv/classes/load_data.php (``-`` is no grade).
    """
    points = {row.assignment: row.points for row in found}
    lines: list[list[object]] = [["First name", "Last name", "Username", "Email address", *points]]
    for first, totals in _by_student(found, points, missing="-"):
        lines.append([first.first_name, first.last_name, first.student, first.email, *totals])
    return lines


def _by_student(found: list[Row], assignments: dict[str, float], missing: str) -> list[tuple[Row, list[str]]]:
    """Return each student's first row and the totals in the order of the assignments."""
    students: dict[str, dict[str, Row]] = {}
    for row in found:
        students.setdefault(row.student, {})[row.assignment] = row
    return [
        (
            next(iter(theirs.values())),
            [missing if theirs[name].score is None else f"{theirs[name].total:.10g}" for name in assignments],
        )
        for theirs in students.values()
    ]


def as_json(found: list[Row]) -> str:
    """Return all that is known of each grade as JSON; `score` is null where nothing was handed in."""
    grades = [{**asdict(row), "total": row.total, "state": row.state} for row in found]
    return json.dumps({"grades": grades}, indent=1, ensure_ascii=False) + "\n"


def write(found: list[Row], kind: str, path: Path) -> None:
    """Write the grades in one of the FORMATS."""
    if kind == "json":
        path.parent.mkdir(parents=True, exist_ok=True)
        closed.write_text(path, as_json(found))
    else:
        if kind != "plain":  # the system knows nobody of a name that cannot be a student's
            found = [row for row in found if valid_student(row.student)]
        write_csv({"plain": plain, "canvas": canvas, "moodle": moodle}[kind](found), path)


def export_grades(
    course: Course,
    assignments: list[str],
    path: Path,
    kind: str = "plain",
    template: Path | None = None,
    columns: list[str] | None = None,
    asked: bool = False,
) -> tuple[int, list[str]]:
    """Write a course's grades, into a system's own sheet where there is a template; return how many, and what a person should know.

    Parameters
    ----------
    kind, template, columns, asked : see `write` and `grader.sheets.fill`

    Raises
    ------
    CourseError
        If nothing was released or nobody is in the gradebook, or the template is no sheet.
    """
    from grader.sheets import fill

    require_class(course)
    found = rows(course, assignments)
    if template is not None:
        return fill(template, found, path, columns or [], asked)
    found += unlisted(course, found)
    write(found, kind, path)
    return len(found), []

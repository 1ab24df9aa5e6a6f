"""Grades out of the gradebook, as plain rows and as CSV that a spreadsheet can open safely."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from grader import exercises as catalogue
from grader.course import Course
from grader.gradebook import open_gradebook


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

    @property
    def total(self) -> float:
        """The score after the late penalty."""
        return max(0.0, (self.score or 0.0) - self.late_penalty)


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
    return found


def _row(student: object, assignment: object, submission: object | None) -> Row:
    score, penalty, manual, scores = None, 0.0, False, {}
    if submission is not None:
        notebooks = list(submission.notebooks)
        score = float(sum(notebook.score for notebook in notebooks))
        penalty = float(sum(notebook.late_submission_penalty or 0.0 for notebook in notebooks))
        names = catalogue.exercises(assignment.name) if assignment.name in catalogue.ASSIGNMENTS else {}
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
    """Return a CSV cell that no spreadsheet takes for a formula."""
    written = "" if text is None else str(text)
    return f"'{written}" if written.lstrip()[:1] in ("=", "+", "-", "@") and not _is_number(written) else written


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
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return buffer.getvalue()


def plain(found: list[Row]) -> list[list[object]]:
    """Return one line a student and assignment: who, what, score, of how many points, late penalty, state."""
    lines: list[list[object]] = [["student", "assignment", "score", "points", "late penalty", "total", "state"]]
    for row in found:
        state = "missing" if row.score is None else "needs manual grading" if row.needs_manual else "graded"
        score = "" if row.score is None else f"{row.score:g}"
        lines.append(
            [row.student, row.assignment, score, f"{row.points:g}", f"{row.late_penalty:g}", f"{row.total:g}", state]
        )
    return lines

"""The one writer of grades, through nbgrader's own gradebook: the same rows as ``nbgrader autograde`` writes."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SAWarning

from grader.course import COURSE_ID, Course, CourseError, Submission
from grader.submission import grade_id, is_graded

log = logging.getLogger("grader")
LatePolicy = Callable[[str, float, float], float | None]  # (student, score, seconds late) -> penalty in points, or None


@contextlib.contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """Open the gradebook for one block of work."""
    with warnings.catch_warnings():
        # nbgrader builds rows in an order that SQLAlchemy 2 remarks on; the rows are right
        warnings.filterwarnings("ignore", category=SAWarning)
        gradebook = Gradebook(course.database, COURSE_ID)
        try:
            yield gradebook
        finally:
            gradebook.close()


def require_assignment(gradebook: Gradebook, assignment: str) -> None:
    """Raise CourseError where the assignment was never released into this gradebook."""
    try:
        gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        raise CourseError(
            f"{assignment} was not released in this course yet; run: python -m grader release {assignment}"
        ) from None


def write_grades(
    gradebook: Gradebook,
    submission: Submission,
    notebook: dict,
    scores: dict[str, float],
    late: LatePolicy | None = None,
) -> float:
    """Write one graded notebook in one transaction and return the submission's score.

    Parameters
    ----------
    notebook : the graded notebook, for the answers that a person grades
    scores : automatic scores by ``grade_id``
    late : the late policy
    """
    from nbformat import from_dict
    from nbgrader import utils

    gradebook.update_or_create_student(submission.student)
    stamp = submission.timestamp
    options = {"timestamp": stamp} if stamp else {}
    entry = gradebook.update_or_create_submission(submission.assignment, submission.student, **options)
    row = next(n for n in entry.notebooks if n.name == submission.assignment)
    cells: dict[str, Any] = {grade_id(cell): from_dict(cell) for cell in notebook["cells"] if grade_id(cell)}
    for grade in row.grades:
        cell = cells.get(grade.cell.name)
        if grade.cell.name in scores:
            automatic: float | None = scores[grade.cell.name]
        elif cell is not None and is_graded(cell):
            automatic, _ = utils.determine_grade(cell)
        else:
            automatic = 0.0
        grade.auto_score = automatic
        # As nbgrader has it: a manual score is kept, and looked at again after regrading.
        grade.needs_manual_grade = grade.manual_score is not None or automatic is None
    for comment in row.comments:
        cell = cells.get(comment.cell.name)
        unchanged = cell is not None and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        comment.auto_comment = "No response." if unchanged and not utils.is_task(cell) else None
    gradebook.db.flush()
    gradebook.db.refresh(row)
    row.late_submission_penalty = None
    if late and entry.total_seconds_late > 0:
        penalty = late(submission.student, row.score, entry.total_seconds_late)
        if penalty is not None:
            row.late_submission_penalty = min(max(0.0, penalty), row.score)
    score = float(row.score)
    gradebook.db.commit()
    return score


def late_policy(course: Course) -> LatePolicy:
    """Return the policy that the course's ``nbgrader_config.py`` names, so that both paths follow one."""
    from nbgrader.preprocessors import AssignLatePenalties
    from traitlets.config import Config, PyFileConfigLoader

    config = Config()
    if (course.root / "nbgrader_config.py").is_file():
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    preprocessor = AssignLatePenalties(config=config)
    preprocessor.init_plugin()
    return preprocessor.plugin_inst.late_submission_penalty

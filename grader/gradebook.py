"""The one writer of grades, through nbgrader's own gradebook: the same rows as ``nbgrader autograde`` writes."""

from __future__ import annotations

import contextlib
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from nbgrader.api import BaseCell, Gradebook, InvalidEntry, MissingEntry
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError, SAWarning

from grader import catalogue
from grader.course import Course, CourseError, Submission
from grader.submission import grade_id, is_graded
from grader.times import seconds_late

log = logging.getLogger("grader")
LatePolicy = Callable[[str, float, float], float | None]  # (student, score, seconds late) -> penalty in points, or None
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before the gradebook is opened again after its connection was lost


@contextlib.contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """Open the gradebook for one block of work.

    Raises
    ------
    CourseError
        If it cannot be opened, or its connection is lost while it is open.
    """
    with _quiet():
        gradebook = None
        try:
            course.close()
            gradebook = Gradebook(course.database, catalogue.course().id)
            yield gradebook
        except Exception as error:
            if _lost(error) or isinstance(error, ArgumentError | NoSuchModuleError):
                raise CourseError(_unreachable(course, error)) from error
            raise
        finally:
            if gradebook is not None:
                with contextlib.suppress(DBAPIError):
                    gradebook.close()


class Writer:
    """Writes one submission after the other; where the connection is lost it opens the gradebook again and repeats what it was at."""

    def __init__(self, course: Course, late: LatePolicy | None = None):
        self.course, self.late = course, late
        self._gradebook: Gradebook | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: Any) -> None:
        self._close()

    def write(self, submission: Submission, notebook: dict, scores: dict[str, float]) -> float:
        """Write one graded notebook (see :func:`write_grades`) and return its score.

        Raises
        ------
        CourseError
            If the gradebook stays out of reach. What was written before is stored.
        """
        for wait in (*WAITS, None):
            try:
                with _quiet():
                    self._gradebook = self._gradebook or Gradebook(self.course.database, catalogue.course().id)
                    return write_grades(self._gradebook, submission, notebook, scores, self.late)
            except Exception as error:
                if not _lost(error):
                    raise
                self._close()
                if wait is None:
                    raise CourseError(
                        f"{_unreachable(self.course, error)} Grades written before are stored; run the command again for the rest."
                    ) from error
                log.warning("%s It is opened again in %g s.", _unreachable(self.course, error), wait)
                time.sleep(wait)
        raise AssertionError("unreachable")

    def _close(self) -> None:
        if self._gradebook is not None:
            with contextlib.suppress(DBAPIError):
                self._gradebook.close()
            self._gradebook = None


@contextlib.contextmanager
def _one_transaction(gradebook: Gradebook) -> Iterator[None]:
    """Store all that is written or nothing: nbgrader commits a student, a submission and its rows one after the other.

    A run that was killed in between would leave a submission without scores, and each commit waits for the disk.
    """
    session = gradebook.db
    session.commit = session.flush
    try:
        yield
        del session.commit
        session.commit()
    except BaseException:
        with contextlib.suppress(DBAPIError):
            session.rollback()
        raise
    finally:
        vars(session).pop("commit", None)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        # nbgrader builds rows in an order that SQLAlchemy 2 remarks on; the rows are right
        warnings.filterwarnings("ignore", category=SAWarning)
        yield


def _lost(error: BaseException | None) -> bool:
    """Whether an error means that the database was not reached or is locked, and not that what we asked of it is wrong."""
    if isinstance(error, InvalidEntry):  # nbgrader's own wrapping of whatever the database said
        error = error.__context__
    return (
        isinstance(error, OperationalError | InterfaceError)
        or isinstance(error, DBAPIError)
        and error.connection_invalidated
    )


def _unreachable(course: Course, error: BaseException) -> str:
    try:
        place = make_url(course.database).render_as_string(hide_password=True)
    except ArgumentError:
        place = "at the given --db"
    origin = getattr(error, "orig", None) or getattr(error.__context__, "orig", None) or error
    reason = next(iter(str(origin).strip().splitlines()), type(origin).__name__)
    return f"The gradebook {place} cannot be used: {reason}."


def require_assignment(gradebook: Gradebook, assignment: str) -> None:
    """Raise CourseError where the assignment was never released into this gradebook."""
    try:
        gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        raise CourseError(
            f"{assignment} was not released in this course yet; run: python -m grader release {assignment}"
        ) from None


def require_class(course: Course) -> None:
    """Raise CourseError where the gradebook knows no assignment, or nobody."""
    with open_gradebook(course) as gradebook:
        if not gradebook.assignments:
            raise CourseError(
                f"nothing was released in {course.root} yet; run: python -m grader release, or give the course folder with --course"
            )
        if not gradebook.students:
            raise CourseError(
                f"nobody is in the gradebook of {course.root} yet; run: python -m grader collect, with a --roster"
            )


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
    with _one_transaction(gradebook):
        return _write(gradebook, submission, notebook, scores, late)


def _write(
    gradebook: Gradebook, submission: Submission, notebook: dict, scores: dict[str, float], late: LatePolicy | None
) -> float:
    from nbformat import from_dict
    from nbgrader import utils

    gradebook.update_or_create_student(submission.student)
    stamp = submission.timestamp
    options = {"timestamp": stamp} if stamp else {}
    entry = gradebook.update_or_create_submission(submission.assignment, submission.student, **options)
    row = next(n for n in entry.notebooks if n.name == submission.assignment)
    cells: dict[str, Any] = {
        name: from_dict(cell) for cell in notebook["cells"] if (name := grade_id(cell)) and name not in scores
    }
    # one query for what each row's `cell.name` would ask again
    names = dict(gradebook.db.query(BaseCell.id, BaseCell.name).filter(BaseCell.notebook_id == row.notebook_id).all())
    for grade in row.grades:
        name = names[grade.cell_id]
        cell = cells.get(name)
        if name in scores:
            automatic: float | None = scores[name]
        elif cell is not None and is_graded(cell):
            automatic, _ = utils.determine_grade(cell)
        else:
            automatic = 0.0
        grade.auto_score = automatic
        # As nbgrader has it: a manual score is kept, and looked at again after regrading.
        grade.needs_manual_grade = grade.manual_score is not None or automatic is None
    for comment in row.comments:
        cell = cells.get(names[comment.cell_id])
        unchanged = cell is not None and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        comment.auto_comment = "No response." if unchanged and not utils.is_task(cell) else None
    gradebook.db.flush()
    gradebook.db.refresh(row)
    row.late_submission_penalty = penalty_of(entry, row.score, late) if late else None
    return float(row.score)


def penalty_of(entry: Any, score: float, late: LatePolicy) -> float | None:
    """Return what a late hand-in loses of a score; days are counted by the clock on the wall (see `grader.times`)."""
    if entry.timestamp is None or entry.assignment.duedate is None:  # nbgrader fails on an extension without a date
        return None
    seconds = seconds_late(entry.timestamp, entry.duedate)
    penalty = late(entry.student.id, score, seconds) if seconds > 0 else None
    return None if penalty is None else min(max(0.0, penalty), score)


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

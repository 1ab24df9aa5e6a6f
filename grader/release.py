"""Release: nbgrader's generate_assignment over our notebooks, and a check that nothing secret is in what students get."""

from __future__ import annotations

import logging
from pathlib import Path

from grader import stubs
from grader.course import ROOT, Course, CourseError


def load_config(course: Course):
    """Return the course's nbgrader configuration."""
    from traitlets.config import PyFileConfigLoader

    course.prepare()
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


def course_directory(course: Course, assignment: str):
    """Return nbgrader's view of the course folder."""
    from nbgrader.coursedir import CourseDirectory

    config = load_config(course)
    directory = CourseDirectory(config=config)
    directory.root, directory.assignment_id, directory.db_url = str(course.root), assignment, course.database
    return directory, config


def release(course: Course, assignment: str) -> Path:
    """Generate the released notebook and enter the assignment into the gradebook; return the released folder.

    Raises
    ------
    CourseError
        If the source notebook is missing or its stubs are stale.
    """
    import json

    from nbgrader.converters import GenerateAssignment

    source = stubs.notebook_path(assignment)
    if not source.is_file():
        raise CourseError(f"{source} is missing")
    if stubs.synchronise(json.loads(source.read_text(encoding="utf-8")), assignment):
        raise CourseError(
            f"the stubs in {source.relative_to(ROOT)} are stale; run: python tools/sync_stubs.py {assignment}"
        )
    directory, config = course_directory(course, assignment)
    converter = GenerateAssignment(coursedir=directory, config=config)
    converter.force, converter.create_assignment = True, True
    converter.log = _quiet_log()
    converter.start()
    target = course.folder("release", ".", assignment)
    return target


def feedback(course: Course, assignment: str, student: str = "*") -> int:
    """Write nbgrader's feedback pages from the graded notebooks; return how many there are."""
    from nbgrader.converters import GenerateFeedback

    directory, config = course_directory(course, assignment)
    directory.student_id = student
    converter = GenerateFeedback(coursedir=directory, config=config)
    converter.force = True
    converter.log = _quiet_log()
    converter.start()
    return len(list((course.root / "feedback").glob(f"{student}/{assignment}/{assignment}.html")))


def _quiet_log() -> logging.Logger:
    log = logging.getLogger("grader.nbgrader")
    log.setLevel(logging.ERROR)
    return log

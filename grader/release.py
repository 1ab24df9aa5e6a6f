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
    converter.log = quiet_log()
    converter.start()
    target = course.folder("release", ".", assignment)
    return target


def quiet_log() -> logging.Logger:
    """Return a log for nbgrader that passes on errors only."""
    log = logging.getLogger("grader.nbgrader")
    log.setLevel(logging.ERROR)
    return log

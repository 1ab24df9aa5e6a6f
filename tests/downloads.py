"""A course to collect into, and downloads made on the spot: what the tests on collecting share."""

import io
import json
import shutil
import zipfile

import pytest

from grader.course import Course
from grader.gradebook import open_gradebook
from grader.intake.groups import read_groups
from grader.intake.roster import Roster, read_rosters

SLUG, OTHER = "initialization", "optimization"
NOBODY = Roster([])


def notebook(word, *names, slug=SLUG):
    """A small notebook with answer cells of the named exercises."""
    cells = [
        {"cell_type": "code", "source": f"# {word}", "metadata": {"nbgrader": {"grade_id": name, "solution": True}}}
        for name in names or (f"{slug}_one", f"{slug}_two")
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.fixture(scope="module", name="template")
def template_fixture(tmp_path_factory):
    """A course in which two assignments are released, built once through nbgrader's own gradebook."""
    course = Course.at(tmp_path_factory.mktemp("template"))
    course.prepare()
    with open_gradebook(course) as gradebook:
        for slug in (SLUG, OTHER):
            gradebook.add_assignment(slug, duedate="2026-10-10 12:00:00 UTC")
            gradebook.add_notebook(slug, slug)
            course.released(slug).parent.mkdir(parents=True)
            course.released(slug).write_bytes(notebook("released", slug=slug))
    return course.root


@pytest.fixture(name="course")
def course_fixture(template, tmp_path):
    """A fresh copy of the course."""
    shutil.copytree(template, tmp_path / "course")
    return Course.at(tmp_path / "course")


def packed(files):
    """The bytes of a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def zipped(path, files):
    path.write_bytes(packed(files))
    return path


def roster(path, text, *columns):
    path.write_text(text, encoding="utf-8")
    return read_rosters([path], list(columns))


def groups(path, text, people):
    path.write_text(text, encoding="utf-8")
    return read_groups(path, people)


def submitted(course, slug=SLUG):
    """What lies in submitted/, by student."""
    return {s.student: s.path.read_bytes() for s in course.submissions(slug)}


def reasons(lines):
    return [line.why for line in lines if line.outcome == "refused"]

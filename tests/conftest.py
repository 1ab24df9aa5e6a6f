"""Shared by all tests: what exists, what a test may skip for, and course folders to work in."""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import catalogue
from grader.course import Course

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("COLUMNS", "200")  # tables in tests are as wide as they need to be

ROOT = Path(__file__).parent.parent
catalogue.course()  # says which package is the library, whichever test comes first


def needs(what: str, present: bool, how: str) -> None:
    """Skip aloud where a tool is missing; in CI, where it could have been installed, that is a failure."""
    if present:
        return
    message = f"{what} is missing: {how}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


class AsItFails:
    """Tells each failure when it happens: a run that somebody ends never comes to pytest's own list of them."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self.terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.terminal.ensure_newline()
            self.terminal.line(f"{report.nodeid} ({report.when})\n{report.longreprtext}")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if terminal := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(AsItFails(terminal))


@pytest.fixture(scope="session", autouse=True)
def alembic_is_asked_once() -> None:
    """nbgrader asks another process for its database's version whenever a gradebook is made: seconds, and always the same answer."""
    from nbgrader import api

    api.get_alembic_version = functools.cache(api.get_alembic_version)


@pytest.fixture
def isolation() -> None:
    """For tests that run student code in the jail."""
    from grader.sandbox import tiers

    reason = tiers.why_not_isolated()
    needs("isolation", not reason, reason)


@pytest.fixture
def chromium() -> str:
    """The path of Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    needs("chromium", path is not None, "apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Callable[[str], Course]:
    """Return the course folder into which an assignment was released; copied by the tests that write (see `copied`)."""

    @functools.cache
    def course(assignment: str) -> Course:
        from grader.release import release

        course = Course.at(tmp_path_factory.mktemp(assignment))
        release(course, assignment)
        return course

    return course


def copied(template: Course, folder: Path) -> Course:
    """Return a course of its own that begins where `template` stands."""
    shutil.copytree(template.root, folder)
    (folder / "nbgrader_config.py").unlink()  # it names the other folder
    course = Course.at(folder)
    course.prepare()
    return course


def source_notebook(assignment: str) -> dict:
    """Return the notebook as it lies in notebooks/."""
    from grader import stubs

    return json.loads(stubs.notebook_path(assignment).read_text(encoding="utf-8"))


def assignments_with_notebooks() -> list[str]:
    """Return the assignments that are there as a whole."""
    from grader import catalogue, stubs

    return [slug for slug in catalogue.existing() if stubs.notebook_path(slug).is_file()]

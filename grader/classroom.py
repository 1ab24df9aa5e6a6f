"""GitHub Classroom: the template repository that students' repositories are made of, and what a runner is told of a class.

Whoever can write in a repository can change its workflow and read all that it reads. A student's repository therefore holds the handout and
judges visible cases (`assay.points`); hidden cases are judged where only the instructor can write, by ``collect`` and ``grade``.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assay.display import number
from grader import catalogue
from grader.course import Course, CourseError
from grader.release import requirements_of
from grader.words import printable

if TYPE_CHECKING:
    from grader.grading import Entry

WORKFLOW = Path(".github", "workflows", "classroom.yml")  # the name under which GitHub Classroom looks for it
MINUTES = 60  # for a whole notebook, packages included
# names, events and rights as in the workflows that GitHub Classroom itself writes: its reporter looks for a job of this name
_WORKFLOW = """\
# Written by python -m grader classroom. Points on the visible cases, those of the notebook's own checks; the grade is made elsewhere, on others.
name: Autograding Tests
on:
  - push
  - workflow_dispatch
  - repository_dispatch

permissions:
  checks: write
  actions: read
  contents: read

jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    timeout-minutes: {minutes}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install {packages}
      - id: points
        run: python -m assay.points {assignment}
      - uses: classroom-resources/autograding-grading-reporter@v1
        env:
{results}
        with:
          runners: {runners}
"""


def write(course: Course, assignment: str, target: Path | None = None) -> Path:
    """Write the template repository for an assignment and return its folder: its handout, and the workflow.

    Raises
    ------
    CourseError
        If there is no handout, or the folder is there and holds something else.
    """
    handout = course.root / "handouts" / assignment
    wheels = sorted(handout.glob("*.whl"))
    if len(wheels) != 1:
        raise CourseError(f"{handout} holds no handout; run: python -m grader release {assignment}")
    target = target or handout.with_name(f"{assignment}-classroom")
    if target.exists() and any(target.iterdir()) and not (target / WORKFLOW).is_file():
        raise CourseError(f"{target} holds something else; name a new folder with --output")
    for old in target.glob("*.whl"):  # of an earlier version
        old.unlink()
    shutil.copytree(handout, target, dirs_exist_ok=True)
    (target / WORKFLOW).parent.mkdir(parents=True, exist_ok=True)
    (target / WORKFLOW).write_text(workflow(assignment, wheels[0].name), encoding="utf-8")
    return target


def workflow(assignment: str, wheel: str) -> str:
    """Return the workflow of a student's repository: a runner an exercise, since the reporter shows the points of runners."""
    names = catalogue.public_functions(assignment)  # imports no framework
    needs = [one for package in catalogue.course()[assignment].needs for one in requirements_of(package)]
    return _WORKFLOW.format(
        minutes=MINUTES,
        assignment=assignment,
        packages=" ".join(map(shlex.quote, [f"./{wheel}", "ipython", *needs])),
        results="\n".join(
            f"          {name.upper()}_RESULTS: ${{{{ steps.points.outputs.{name} }}}}" for name in names
        ),
        runners=",".join(names),
    )


def points(entries: Iterable[Entry]) -> list[str]:
    """Return a line for each hand-in, sorted; where GitHub's runner keeps a summary, the same is appended there as a table."""
    lines, table = [], ["| student | assignment | points | |", "|---|---|---:|---|"]
    for entry in sorted(entries, key=lambda one: (one.assignment, one.student)):
        earned = f"{number(entry.score)}/{number(entry.points)}" if entry.outcome != "failed" else "none"
        why = "" if entry.outcome == "graded" else entry.outcome
        lines.append(printable(" ".join(["points", entry.student, entry.assignment, earned, why]).rstrip()))
        table.append(f"| {entry.student} | {entry.assignment} | {earned} | {why} |")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(summary, "a", encoding="utf-8") as file:
            file.write("\n".join([*table, ""]) + "\n")
    return lines

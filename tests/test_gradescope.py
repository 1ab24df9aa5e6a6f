"""The autograder for Gradescope: what is in the zip, and what comes of a hand-in, in a folder like the one it runs in there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader import catalogue, gradescope, stubs
from grader.course import Course, CourseError
from grader.executors import Task, grade_task
from grader.references import hidden_seed
from grader.sandbox import tiers
from tests import toy

SLUG = "gradient_checking"
TOP = {
    "execution_time",
    "output",
    "visibility",
    "stdout_visibility",
    "tests",
    "extra_data",
}  # of Gradescope's own specification
ENTRY = {"name", "number", "score", "max_score", "status", "output"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which the assignment is released, as far as grading looks at it."""
    course = Course.at(tmp_path_factory.mktemp("course"))
    course.released(SLUG).parent.mkdir(parents=True)
    course.released(SLUG).write_text(json.dumps(toy.released(SLUG)), encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def unpacked(course, tmp_path_factory):
    """The folder /autograder, as Gradescope makes it of the zip."""
    root = tmp_path_factory.mktemp("autograder")
    target = gradescope.pack(course, SLUG, root / "autograder.zip", "after_due_date")
    assert target.stat().st_mode & 0o077 == 0, "it holds the seed"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(root / "source")
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    (root / "submission").mkdir()
    return root


def half_solved(course) -> dict:
    """Return a notebook in which every second exercise is solved."""
    notebook = json.loads(course.released(SLUG).read_text(encoding="utf-8"))
    whole = stubs.solved(json.loads(json.dumps(notebook)), SLUG)
    names = list(catalogue.exercises(SLUG))[::2]
    answers = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in whole["cells"]}
    cells = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    return {**notebook, "cells": [answers[n] if n in names else cell for n, cell in zip(cells, notebook["cells"])]}


def test_a_hand_in_earns_what_grade_gives_it(course, unpacked, isolation):
    raw = json.dumps(half_solved(course)).encode()
    (unpacked / "submission" / "my work.ipynb").write_bytes(raw)
    metadata = {"created_at": "2030-10-06T01:30:00.5-07:00", "assignment": {"due_date": "2030-10-06T00:00:00.0-07:00"}}
    (unpacked / "submission_metadata.json").write_text(json.dumps(metadata))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-m", "grader.gradescope", str(unpacked)],
        cwd=unpacked / "source" / "course", env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = json.loads((unpacked / "results" / "results.json").read_text(encoding="utf-8"))
    assert set(found) == TOP and all(set(entry) == ENTRY for entry in found["tests"])
    task = Task("", SLUG, raw, "", course.released(SLUG).read_text(), hidden_seed(course.root), figures=False)
    graded = grade_task(task)
    assert {f"test_{entry['name']}": entry["score"] for entry in found["tests"]} == graded.scores
    assert [entry["output"] for entry in found["tests"]] == [v.text() for v in graded.verdicts.values()]
    assert {entry["status"] for entry in found["tests"]} == {"passed", "failed"}
    assert sum(entry["max_score"] for entry in found["tests"]) == 100
    assert found["visibility"] == "after_due_date" and found["stdout_visibility"] == "hidden"
    assert found["extra_data"]["seconds_late"] == 5400.5 and "1:30:00 after the due date" in found["output"]
    assert found["extra_data"]["isolation"] == tiers.choose().name


def test_the_zip_holds_what_grading_needs_and_nothing_of_the_course_s_people(unpacked):
    names = {path.name for path in (unpacked / "source" / "course").iterdir()}
    assert names == {
        "grader",
        "assay",
        catalogue.course().library,
        "solutions",
        "exercises",
        "data",
        "notebooks",
        "course.toml",
    }
    wanted = (unpacked / "source" / "requirements.txt").read_text().splitlines()
    assert any(line.startswith("numpy==") for line in wanted) and not any("tensorflow" in line for line in wanted)
    assert "tensorflow" in " ".join(gradescope.requirements("tensorflow_signs"))


@pytest.mark.parametrize(
    "files, said",
    [
        ([], f"No notebook named {SLUG}.ipynb was handed in."),
        (["a.ipynb", "b.ipynb"], "More than one notebook was handed in (a.ipynb, b.ipynb)"),
        (["a.ipynb", f"in/{SLUG}.ipynb"], ""),
        ([".ipynb_checkpoints/a.ipynb", "b.ipynb"], ""),
    ],
)
def test_one_notebook_is_taken_or_it_is_said_why_not(tmp_path, files, said):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    raw, why = gradescope._handed_in(tmp_path, SLUG)
    assert why.startswith(said) and (raw == b"{}") == (not said)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / f"{SLUG}.ipynb").symlink_to(tmp_path / "secret")
    assert gradescope._handed_in(tmp_path, SLUG)[0] is None


def test_an_extension_and_missing_dates_are_read():
    due = {"assignment": {"due_date": "2030-10-06T00:00:00Z"}, "created_at": "2030-10-07T00:00:00Z"}
    assert gradescope._seconds_late(due) == 86_400
    extended = {"assignment": {"due_date": "2030-10-09T00:00:00Z"}}
    assert gradescope._seconds_late({**due, "users": [extended]}) == 0
    assert gradescope._seconds_late({}) == gradescope._seconds_late({"created_at": due["created_at"]}) == 0


def test_what_was_not_released_is_not_packed(tmp_path):
    with pytest.raises(CourseError, match="run: python -m grader release"):
        gradescope.pack(Course.at(tmp_path), SLUG, tmp_path / "x.zip")


def test_our_own_failure_writes_no_result(unpacked, monkeypatch):
    def broken(task):
        raise RuntimeError("ours")

    monkeypatch.setattr(gradescope, "grade_task", broken)
    target = unpacked / "results" / "results.json"
    Path(target).unlink(missing_ok=True)
    with pytest.raises(RuntimeError):
        gradescope.run(unpacked)
    assert not target.exists()

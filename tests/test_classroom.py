"""GitHub Classroom: what is in a student's repository, the points that its runner reads, and those of a class where the instructor grades."""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from assay.check import judge_visible, load_references
from grader import catalogue, classroom, stubs
from grader.cli import app
from grader.commands import term
from grader.course import Course, CourseError
from grader.grading import Entry, Plan
from tests import toy
from tests.conftest import ROOT

SLUG = "gradient_checking"
LIBRARY = catalogue.course().library


def handed_out(root, slug):
    """Return a course with a handout as far as a template repository looks at it."""
    folder = root / "handouts" / slug
    folder.mkdir(parents=True)
    (folder / f"{slug}.ipynb").write_text("{}", encoding="utf-8")
    (folder / "course-1.0.0-py3-none-any.whl").write_text("a wheel")
    return Course.at(root)


@pytest.mark.parametrize("slug", [SLUG, *(one.slug for one in catalogue.course().assignments if one.needs)])
def test_the_workflow_has_a_runner_an_exercise_and_the_repository_no_answer(slug, tmp_path):
    target = classroom.write(handed_out(tmp_path, slug), slug)
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert files == {f"{slug}.ipynb", "course-1.0.0-py3-none-any.whl", ".github/workflows/classroom.yml"}
    text = (target / classroom.WORKFLOW).read_text(encoding="utf-8")
    assert "seed" not in text and "secrets" not in text and "grader." not in text
    job = yaml.safe_load(text)["jobs"]["run-autograding-tests"]
    *_, install, points, reporter = job["steps"]
    packages = shlex.split(install["run"])
    assert "./course-1.0.0-py3-none-any.whl" in packages
    assert any("tensorflow" in one for one in packages) == bool(catalogue.course()[slug].needs)
    assert points["run"] == f"python -m assay.points {slug}"
    names = catalogue.public_functions(slug)
    assert reporter["with"]["runners"].split(",") == names
    # the reporter reads the variable of a runner's name in capitals
    assert reporter["env"] == {f"{n.upper()}_RESULTS": f"${{{{ steps.{points['id']}.outputs.{n} }}}}" for n in names}


def test_it_is_written_anew_and_over_nothing_else(tmp_path):
    course = handed_out(tmp_path, SLUG)
    target = classroom.write(course, SLUG)
    (target / "old-0.9.0-py3-none-any.whl").write_text("an earlier one")
    classroom.write(course, SLUG)
    assert [path.name for path in target.glob("*.whl")] == ["course-1.0.0-py3-none-any.whl"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("")
    with pytest.raises(CourseError, match="holds something else"):
        classroom.write(course, SLUG, tmp_path / "mine")
    with pytest.raises(CourseError, match="run: python -m grader release initialization"):
        classroom.write(course, "initialization")


def in_a_runner(folder, notebook: str, slug: str = SLUG, seconds: str = "60") -> tuple[str, dict]:
    """Run the workflow's own step where only the public rooms can be imported; return its log and what the reporter reads."""
    packages = folder / "site-packages"  # as the wheel fills it
    for name in ("assay", LIBRARY):
        shutil.copytree(ROOT / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    (packages / LIBRARY / "data" / "reference").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "reference" / f"{slug}.json", packages / LIBRARY / "data" / "reference")
    (folder / f"{slug}.ipynb").write_text(notebook, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(packages), "GITHUB_OUTPUT": str(folder / "output")}
    command = [sys.executable, "-m", "assay.points", slug, "--seconds", seconds]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    lines = (folder / "output").read_text(encoding="utf-8").splitlines()
    return ran.stdout, {
        name: json.loads(base64.b64decode(given)) for name, _, given in (line.partition("=") for line in lines)
    }


def test_a_runner_reads_the_points_that_the_checks_give(tmp_path):
    whole = toy.solved(SLUG)
    names = list(catalogue.exercises(SLUG))
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in whole["cells"]}
    right = stubs.solution_functions(SLUG)["relative_difference"][0]
    partly = right.replace("difference / total", "difference / (total + 1e-8)")  # right where nothing is tiny
    stubs.set_text(cells["relative_difference"], partly)
    stubs.set_text(cells["gradient_check"], "raise NotImplementedError()")
    own = [
        "try:\n    while True: pass\nexcept Exception:\n    pass",
        f"def {names[0]}(*args): return 'spoilt below its check'",
    ]
    whole["cells"] += [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in own]
    log, read = in_a_runner(tmp_path, json.dumps(whole), seconds="1")

    specs, namespace = load_references(SLUG), {"np": np}
    for name in names:
        exec(stubs.text(cells[name]) if name != "gradient_check" else "", namespace)
    given = {name: judge_visible(specs[name], namespace[name]).score for name in names if name in namespace}
    given["gradient_check"] = 0.0
    assert 0 < given["relative_difference"] < specs["relative_difference"].points
    assert list(read) == names and all(result["version"] == 1 for result in read.values())
    assert {name: result["max_score"] for name, result in read.items()} == {n: specs[n].points for n in names}
    assert {name: result["tests"][0]["score"] for name, result in read.items()} == {n: int(given[n]) for n in names}
    passed = {name for name, result in read.items() if result["status"] == "pass"}
    assert passed == {name for name in names if given[name] == specs[name].points} and names[0] in passed
    assert read["relative_difference"]["tests"][0]["message"].startswith("relative_difference: ")
    assert "is not defined" in read["gradient_check"]["tests"][0]["message"]
    assert "TooLong: it took more than 1 seconds" in log
    said = f"{sum(given.values()):.2f}".rstrip("0").rstrip(".")
    assert log.splitlines()[-1] == f"Points {said}/100, on the visible cases alone"


def test_what_is_no_notebook_is_said_in_a_line(tmp_path):
    (tmp_path / f"{SLUG}.ipynb").write_text("<html>")
    command = [sys.executable, "-m", "assay.points", SLUG]
    ran = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    assert ran.returncode == 2 and ran.stderr.decode().count("\n") == 1


ENTRIES = [
    Entry("ben", SLUG, "", "unreadable", points=100.0),
    Entry("ada", SLUG, "", "graded", score=62.5, points=100.0),
]


def test_a_class_is_a_line_each_and_a_table_in_the_summary(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    run = SimpleNamespace(
        plan=Plan([], ENTRIES[:1]), entries=ENTRIES[1:], hand_ins=SimpleNamespace(taken=[1]), isolation="landlock",
        graded=2, total=2, complete=True,
    )  # fmt: skip
    monkeypatch.setattr(term, "grade_class", lambda *arguments: run)
    result = CliRunner().invoke(app, ["grade", SLUG, "--ci", "--course", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[1:] == [f"points ada {SLUG} 62.5/100", f"points ben {SLUG} 0/100 unreadable"]
    table = (tmp_path / "summary.md").read_text(encoding="utf-8").splitlines()
    assert table[2:4] == [f"| ada | {SLUG} | 62.5/100 |  |", f"| ben | {SLUG} | 0/100 | unreadable |"]

"""Which Pythons the course runs on: what each paper says of it, and a NumPy assignment from first cell to last verdict in those that are here.

``IDNN_PYTHONS=1`` makes environments for interpreters that have no NumPy, from the Python index: `make pythons`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import typer

from grader import catalogue, wheel
from grader.commands.terminal import told
from tests import toy
from tests.conftest import ROOT

SLUG = "optimization"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FRAMEWORK = next(package for one in catalogue.course().assignments for package in one.needs)


def test_every_paper_says_the_same_of_python():
    """No upper bound where none is needed: the one assignment that has one says it."""
    assert PROJECT["requires-python"] == ">=3.11" and 'requires-python = ">=3.11"' in wheel._PROJECT
    (wanted,) = PROJECT["optional-dependencies"][FRAMEWORK]
    first_without = re.search(r"python_version < '(3\.\d+)'", wanted)[1]
    assert first_without in VERSIONS
    last = f"3.{int(first_without[2:]) - 1}"
    for path in ("README.md", "site/pages/start.md", "Makefile", "grader/doctor.py", "grader/templates/start.html"):
        text = " ".join((ROOT / path).read_text(encoding="utf-8").split())
        assert "3.11 or later" in text, path
        assert not re.search(r"3\.11 to 3\.\d+", text), path
    for path in ("README.md", "site/pages/start.md"):
        text = (ROOT / path).read_text(encoding="utf-8")
        assert f"Python {first_without}" in text and last in text, path
    where = catalogue.frameworks.adapter(FRAMEWORK).WHERE
    assert f"Python {first_without}" in where and f"Python {last}" in where


def test_what_is_missing_is_said_with_the_assignment_that_needs_it(capsys):
    with pytest.raises(typer.Exit) as exit, told():
        raise ModuleNotFoundError(f"No module named {FRAMEWORK!r}", name=FRAMEWORK)
    said = capsys.readouterr().err
    assert exit.value.exit_code == 2 and said.count("\n") == 1
    needing = [one.slug for one in catalogue.course().assignments if FRAMEWORK in one.needs]
    others = [slug for slug in catalogue.slugs() if slug not in needing]
    assert said.startswith(f"error: {' and '.join(needing)} needs ") and said.endswith(f"{' '.join(others)}.\n")
    with pytest.raises(ModuleNotFoundError), told():
        raise ModuleNotFoundError("a defect of ours", name="no_such_package")


def test_a_student_without_the_framework_reads_what_to_do():
    code = f"import sys; sys.modules[{FRAMEWORK!r}] = None\nimport idnn.tensors"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    last = ran.stderr.strip().splitlines()[-1]
    assert "this assignment needs TensorFlow: pip install tensorflow. There is none for" in last, ran.stderr


def interpreter(version: str, folder) -> str:
    """Return an interpreter of a version that has what a student's machine has, or skip aloud."""
    python = sys.executable if version == f"3.{sys.version_info[1]}" else shutil.which(f"python{version}")
    if not python or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"there is no python{version} here")
    wants = "import numpy, matplotlib, IPython"
    if subprocess.run([python, "-I", "-c", wants], capture_output=True).returncode == 0:
        return python
    if "IDNN_PYTHONS" not in os.environ:
        pytest.skip(f"python{version} has no NumPy, Matplotlib and IPython; make pythons gives it an environment")
    subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)
    made = str(folder / "venv" / "bin" / "python")
    subprocess.run([made, "-m", "pip", "install", "-q", f"{ROOT}[student]"], check=True)
    return made


@pytest.mark.parametrize("version", VERSIONS)
def test_an_assignment_runs_from_its_first_cell_to_its_last_verdict(version, tmp_path):
    python = interpreter(version, tmp_path)
    (tmp_path / f"{SLUG}.ipynb").write_text(json.dumps(toy.solved(SLUG)), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [python, "-B", "-m", "assay.points", SLUG]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "Points 100/100, on the visible cases alone", ran.stdout

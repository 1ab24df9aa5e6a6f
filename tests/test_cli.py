"""The commands: help that makes sense, errors with a way out, exit codes."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from grader.cli import app
from tests.conftest import ROOT

COMMANDS = [
    "new",
    "cells",
    "references",
    "claims",
    "predictions",
    "release",
    "simulate",
    "collect",
    "grade",
    "feedback",
    "due",
    "extend",
    "report",
    "export",
    "tokens",
    "serve",
    "demo",
    "quality",
    "doctor",
    "hub-setup",
]


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb"})


def test_help_lists_every_command_in_a_sentence():
    result = run("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert command in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 200


def test_no_command_waits_for_a_grammar_that_nothing_asks_for():
    """It takes longer to build than all else that a command imports."""
    started = "import sys, grader.gradebook, nbgrader.exchange.default; print('nbformat' in sys.modules, 'lark' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", started], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == ["True", "False"], run.stderr


@pytest.mark.parametrize(
    "command", ["release", "simulate", "grade", "feedback", "report", "export", "references", "claims"]
)
def test_an_unknown_assignment_is_told_the_names(command):
    result = run(command, "nowhere")
    assert result.exit_code == 2
    assert "no assignment is called 'nowhere'" in result.output and "initialization" in result.output


def test_simulating_before_releasing_says_what_to_do(tmp_path):
    result = run("simulate", "initialization", "--course", str(tmp_path))
    assert result.exit_code == 2
    assert "python -m grader release initialization" in result.output


def test_a_gradebook_out_of_reach_is_one_line_without_its_password(tmp_path):
    url = "postgresql://grader:hush@127.0.0.1:1/course"
    for command in ("release", "export"):
        result = run(command, "initialization", "--course", str(tmp_path), "--db", url)
        assert result.exit_code == 2, result.output
        assert "cannot be used" in result.output and "hush" not in result.output


def test_doctor_says_what_holds(tmp_path, monkeypatch):
    from grader import closed

    monkeypatch.setattr(closed, "accounts", list)  # whose else this machine is does not matter here; see test_doctor.py
    from grader.sandbox import tiers

    result = run("doctor", "--course", str(tmp_path))
    for word in ("Python", "nbgrader", "isolation", "alembic", *tiers.choose().protections):
        assert word in result.output
    assert result.exit_code == (1 if tiers.why_not_isolated() else 0)


def test_doctor_says_how_to_get_isolation(tmp_path, monkeypatch):
    from grader.sandbox import tiers

    monkeypatch.setattr(tiers, "why_not_isolated", lambda least="": "bubblewrap (bwrap) is not installed")
    result = run("doctor", "--course", str(tmp_path))
    assert result.exit_code == 1
    assert "apt-get install" in result.output and "needed parts missing" in result.output
    said = " ".join(result.output.split())
    assert "without it a student's code reads every file that you can read" in said


def test_without_isolation_doctor_says_of_each_protection_whether_it_holds(monkeypatch):
    """Resource limits hold without bubblewrap; nothing else does."""
    from grader import doctor
    from grader.sandbox import tiers

    monkeypatch.setattr(tiers, "why_not_isolated", lambda least="": "bubblewrap (bwrap) is not installed")
    found = {finding.name: finding for finding in doctor._isolation()}
    for name in ("bubblewrap", *tiers.BUBBLEWRAP.protections):
        holds, without = doctor.PROTECTIONS[name]
        good = name == "resource limits"
        assert found[name].good == good and (holds if good else without) in found[name].words


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["report"], "nothing was released in"),
        (["export"], "nothing was released in"),
        (["due"], "run: python -m grader release"),
        (["grade"], "put hand-ins there with python -m grader collect"),
        (["feedback"], "run: python -m grader grade"),
        (["grade", "--scheduler", "tcp://127.0.0.1:1", "--db", "sqlite:////nowhere/at/all.db"], "put hand-ins there"),
    ],
)
def test_an_empty_course_is_told_what_comes_first(tmp_path, arguments, said):
    result = run(*arguments, "--course", str(tmp_path))
    assert result.exit_code == 2 and said in result.stderr
    assert "Traceback" not in result.output + result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_a_class_is_not_simulated_into_a_real_one(tmp_path):
    folder = tmp_path / "submitted" / "ada" / "initialization"
    folder.mkdir(parents=True)
    result = run("simulate", "initialization", "--course", str(tmp_path))
    assert result.exit_code == 2 and "simulate in a course folder of its own" in result.stderr

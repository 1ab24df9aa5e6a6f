"""The commands: help that makes sense, errors with a way out, exit codes."""

import pytest
from typer.testing import CliRunner

from grader.cli import app

COMMANDS = [
    "references",
    "release",
    "simulate",
    "collect",
    "grade",
    "feedback",
    "due",
    "extend",
    "report",
    "export",
    "demo",
    "quality",
    "doctor",
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


@pytest.mark.parametrize("command", ["release", "simulate", "grade", "feedback", "report", "export", "references"])
def test_an_unknown_assignment_is_told_the_names(command):
    result = run(command, "nowhere")
    assert result.exit_code == 2
    assert "no assignment is called 'nowhere'" in result.output and "initialization" in result.output


def test_simulating_before_releasing_says_what_to_do(tmp_path):
    result = run("simulate", "initialization", "--course", str(tmp_path))
    assert result.exit_code == 2
    assert "python -m grader release initialization" in result.output


def test_doctor_says_what_holds(tmp_path):
    result = run("doctor", "--course", str(tmp_path))
    for word in ("Python", "nbgrader", "isolation", "alembic"):
        assert word in result.output
    from grader.sandbox import jail

    assert result.exit_code == (1 if jail.why_not_isolated() else 0)


def test_doctor_says_how_to_get_isolation(tmp_path, monkeypatch):
    from grader.sandbox import jail

    monkeypatch.setattr(jail, "why_not_isolated", lambda: "bubblewrap (bwrap) is not installed")
    result = run("doctor", "--course", str(tmp_path))
    assert result.exit_code == 1
    assert "apt-get install" in result.output and "1 needed part missing" in result.output

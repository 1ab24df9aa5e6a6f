"""``check`` in a notebook and in a terminal: what passed, what not, why, and how far the assignment is."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from assay.check import CheckFailed, check_for, judge_visible, load_references
from grader import catalogue

SLUG = "initialization"
ROOT = Path(__file__).parent.parent


def initialize_parameters_zeros(layers_dims):
    return {
        key: value
        for l in range(1, len(layers_dims))
        for key, value in (
            (f"W{l}", np.zeros((layers_dims[l], layers_dims[l - 1]))),
            (f"b{l}", np.zeros((layers_dims[l], 1))),
        )
    }


def test_a_right_answer_returns_none_and_shows_progress(capsys):
    assert check_for(SLUG)(initialize_parameters_zeros) is None
    said = capsys.readouterr().out
    assert said.startswith("initialize_parameters_zeros: pass.")
    assert "initialization: 1 of 7 exercises pass so far, 10 of 100 points." in said


def test_a_wrong_answer_ends_in_one_line(capsys):
    def initialize_parameters_zeros(layers_dims):
        return {}

    with pytest.raises(CheckFailed) as failure:
        check_for(SLUG)(initialize_parameters_zeros)
    lines = failure.value._render_traceback_()
    assert " ".join(lines) == f"CheckFailed: {failure.value}" and max(map(len, lines)) <= 80
    assert "\n" not in str(failure.value)
    said = capsys.readouterr().out
    assert "not yet" in said and "0 of 7 exercises pass" in said


def test_an_answer_that_was_right_before_loses_its_pass(capsys):
    check = check_for(SLUG)
    check(initialize_parameters_zeros)

    def broken(layers_dims):
        raise ValueError("oops")

    broken.__name__ = "initialize_parameters_zeros"
    with pytest.raises(CheckFailed, match="it raises ValueError in its line 2: oops"):
        check(broken)
    assert "0 of 7 exercises pass" in capsys.readouterr().out


def test_a_function_of_another_name_is_told_the_names():
    with pytest.raises(
        CheckFailed, match="initialization has no exercise 'helper'; its exercises are initialize_parameters_zeros"
    ):
        check_for(SLUG)(helper)


def helper():
    pass


def test_an_unknown_assignment_is_told_the_names():
    with pytest.raises(ValueError, match="no assignment is called 'nowhere'; there are .*initialization"):
        check_for("nowhere")
    with pytest.raises(ValueError):
        check_for("../../etc/passwd")


@pytest.mark.parametrize("slug", catalogue.existing())
def test_known_mistakes_are_named_on_the_visible_cases(slug):
    """``check`` itself refuses the known mistakes and recognises at least 85 % of them.

    Where the visible cases differ in kind from the hidden ones, because the hidden inputs must stay secret, it may miss one in twenty.
    """
    seen = recognised = missed = 0
    specs = load_references(slug)
    for name, exercise in catalogue.exercises(slug).items():
        for mistake in exercise.mistakes:
            verdict = judge_visible(specs[name], mistake.function)
            assert not verdict.passed or exercise.visible, f"{name}: check lets {mistake.id} pass"
            missed += verdict.passed
            seen += 1
            recognised += bool(verdict.hint)
    assert recognised >= 0.85 * seen
    assert missed <= 0.05 * seen


def test_verdicts_escape_what_comes_from_outside():
    def initialize_parameters_zeros(layers_dims):
        raise ValueError("<script>alert(1)</script>")

    verdict = judge_visible(load_references(SLUG)["initialize_parameters_zeros"], initialize_parameters_zeros)
    assert "<script>" not in verdict.html() and "&lt;script&gt;" in verdict.html()


def test_inside_ipython_it_is_displayed(monkeypatch):
    shown = []
    import IPython
    import IPython.display

    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(IPython.display, "display", shown.append)
    check_for(SLUG)(initialize_parameters_zeros)
    assert shown[0]._repr_html_().startswith('<div class="assay-verdict')
    assert "exercises pass" in shown[0]._repr_html_() and repr(shown[0]).startswith("initialize_parameters_zeros: pass")


def test_the_references_hold_no_seed_and_no_function_of_ours():
    text = (catalogue.course().root / "data" / "reference" / f"{SLUG}.json").read_text()
    assert "exercises." not in text and "solutions" not in text


@pytest.mark.parametrize("folder", ["deleted", "root", "read-only home"])
def test_check_gives_a_verdict_wherever_it_runs(folder, tmp_path):
    """A kernel may work in a folder that is gone, in the root folder, or with a home that nobody can write."""
    program = """
        import os, sys
        gone = os.path.join(sys.argv[1], "gone")
        os.mkdir(gone); os.chdir(gone)
        if sys.argv[2] == "deleted": os.rmdir(gone)
        if sys.argv[2] == "root": os.chdir("/")
        from idnn.check import check_for
        def initialize_parameters_zeros(layers_dims):
            raise ValueError("see /some/where: " + "word " * 100)
        try:
            check_for("initialization")(initialize_parameters_zeros)
        except Exception as error:
            print("SAID", type(error).__name__, error)
    """
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home)}
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path), folder]
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    (said,) = [line for line in run.stdout.splitlines() if line.startswith("SAID")]
    assert said.startswith("SAID CheckFailed") and "see /some/where: word" in said
    assert said.endswith(" word ….")

"""``check`` in a notebook and in a terminal: what passed, what not, why, and how far the assignment is."""

import functools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from assay.cases import Case
from assay.check import CheckFailed, check_for, find_folder, judge_visible, load_references
from assay.outcome import Outcome
from assay.rules import Close
from assay.spec import Reference
from assay.verdict import case_problem
from grader import catalogue, stubs
from grader.judge import judge
from tests import messages

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


HE = """
def initialize_parameters_he(layers_dims, rng):
    pairs = list(zip(layers_dims[1:], layers_dims))
    W = {f"W{l}": rng.standard_normal(pair) * np.sqrt(2 / pair[1]) for l, pair in enumerate(pairs, 1)}
    return W | {f"b{l}": np.zeros((pair[0], 1)) for l, pair in enumerate(pairs, 1)}
"""


def judged_as(source, capsys):
    """Return the first line of the last verdict that a notebook with these cells shows, or the failure."""
    namespace = {"np": np, "functools": functools, "check": check_for(SLUG)}
    exec(HE, namespace)
    try:
        exec(source, namespace)
    except CheckFailed as failure:
        return str(failure)
    return capsys.readouterr().out.splitlines()[-2]


@pytest.mark.parametrize(
    "asked",
    ["check({})", "check(function={})", "check('{}')", "if True: check({}),", "[check({}) for _ in '1']"],
)
def test_the_name_in_the_notebook_is_judged(asked, capsys):
    same = "initialize_parameters_xavier = initialize_parameters_he\n"
    said = judged_as(same + asked.format("initialize_parameters_he"), capsys)
    assert said.startswith("initialize_parameters_he: pass.")
    said = judged_as(same + asked.format("initialize_parameters_xavier"), capsys)
    assert said.startswith("initialize_parameters_xavier: ") and "spread" in said


@pytest.mark.parametrize(
    "answer",
    ["lambda layers_dims, rng: right(layers_dims, rng)", "functools.partial(right)", "Right()", "timed(right)"],
)
@pytest.mark.parametrize("asked", ["check(initialize_parameters_he)", "list(map(check, [initialize_parameters_he]))"])
def test_whatever_stands_under_the_name_is_judged_as_grading_does(answer, asked, capsys):
    source = f"""
right = initialize_parameters_he
class Right:
    def __call__(self, layers_dims, rng):
        return right(layers_dims, rng)
def timed(function):
    def wrapper(*args):
        return function(*args)
    return wrapper
initialize_parameters_he = {answer}
{asked}
"""
    assert judged_as(source, capsys).startswith("initialize_parameters_he: pass.")


def test_a_function_under_two_names_is_asked_about_by_name(capsys):
    source = "initialize_parameters_xavier = initialize_parameters_he\nfor f in [initialize_parameters_he]: check(f)"
    assert judged_as(source, capsys) == (
        "initialize_parameters_he and initialize_parameters_xavier are one and the same function here; "
        "say which one is meant, such as check('initialize_parameters_he')"
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("check('initialize_parameters_random')", "initialize_parameters_random is not defined yet: run its cell first"),
        ("initialize_parameters_random = 3\ncheck('initialize_parameters_random')", "initialize_parameters_random is not a function"),
        ("check('initialise')", "initialization has no exercise 'initialise'; its exercises are"),
        ("check(lambda: 0)", "initialization has no exercise '<lambda>'; its exercises are"),
        ("check(functools.partial(print))", "initialization has no exercise 'partial'; its exercises are"),
        ("check(None)", "check takes a function or its name, as in check(initialize_parameters_zeros), not None"),
        ("initialize_parameters_he = {'W1': 0}\ncheck(initialize_parameters_he)", "check takes a function or its name, as in check(initialize_parameters_he), not a dict with W1"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told_so(asked, said, capsys):
    assert judged_as(asked, capsys).startswith(said)


def test_the_name_is_found_where_a_kernel_runs_the_cell(capsys):
    """IPython compiles a cell itself; %time compiles it once more, under no file's name."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns.update({"np": np, "check": check_for(SLUG)})
    shell.run_cell(HE + "initialize_parameters_xavier = initialize_parameters_he")
    for cell in ("check(initialize_parameters_he)", "%time check(initialize_parameters_he)"):
        capsys.readouterr()
        assert shell.run_cell(cell).success
        assert "initialize_parameters_he: pass." in capsys.readouterr().out
    assert "initialize_parameters_xavier: " in str(shell.run_cell("check(initialize_parameters_xavier)").error_in_exec)


def test_a_sibling_that_is_not_written_is_named():
    namespace = {"check": check_for("gradient_checking"), "np": np}
    for name in ("forward_propagation", "backward_propagation", "gradient_check"):
        exec(stubs.solution_functions("gradient_checking")[name][0], namespace)
    exec("def relative_difference(gradient, approximation):\n    raise NotImplementedError()", namespace)
    with pytest.raises(CheckFailed, match="^gradient_check: it calls relative_difference, which is not written yet.$"):
        exec("check(gradient_check)", namespace)
    with pytest.raises(CheckFailed, match="^relative_difference: it is not written yet: .* in its line 2.$"):
        exec("check(relative_difference)", namespace)


def test_a_branch_that_is_not_written_costs_that_branch_alone():
    right = catalogue.solution("gradient_checking", "relative_difference")

    def relative_difference(gradient, approximation):
        if np.size(gradient) < 2:
            raise NotImplementedError()
        return right(gradient, approximation)

    verdict = judge_visible(load_references("gradient_checking")["relative_difference"], relative_difference)
    assert 0 < len(verdict.failing) < len(verdict.cases) / 2 and 0 < verdict.score < verdict.points
    assert verdict.failing[0].problem.what == "it is not written yet: it raises NotImplementedError in its line 3"


def test_what_the_first_failing_case_prints_is_shown(capsys):
    def initialize_parameters_zeros(layers_dims):
        print("<dims>", layers_dims)
        return {}

    with pytest.raises(CheckFailed):
        check_for(SLUG)(initialize_parameters_zeros)
    verdict = judge_visible(load_references(SLUG)["initialize_parameters_zeros"], initialize_parameters_zeros)
    shown = f"  What it prints there ({verdict.cases[0].label}):\n    <dims> ["
    assert shown in verdict.text() and shown in capsys.readouterr().out
    assert verdict.text().count("<dims>") == 1
    assert "<pre style" in verdict.html() and "&lt;dims&gt; [" in verdict.html()
    hidden = judge(SLUG, "initialize_parameters_zeros", initialize_parameters_zeros)
    assert "dims" not in hidden.text() + hidden.html()


@pytest.mark.parametrize("way", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_a_debugger_works_under_check(way, tmp_path):
    program = f"""
from idnn.check import check_for
check = check_for("initialization")

def initialize_parameters_zeros(layers_dims):
    answer = 41
    {way}
    return {{}}

check(initialize_parameters_zeros)
"""
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    typed = "p answer + 1\nq\n"
    run = subprocess.run(
        [sys.executable, str(path)], input=typed, capture_output=True, text=True, env=environment, timeout=120
    )
    assert "(Pdb) 42" in run.stdout
    assert "initialize_parameters_zeros: the debugger was left before all cases were called" in run.stderr


def test_a_strange_form_is_told_without_our_own_words():
    class Stumbles(Close):
        def problem(self, case, expected, outcomes):
            raise TypeError("our own")

    problem = case_problem(Stumbles(), Reference(Case(), [Outcome(value=1.0)]), [Outcome(value={"a": 1})])
    assert problem.sentence() == (
        "the result does not have the form that the docstring asks for: expected 1, not a dict with a"
    )


def test_an_unknown_assignment_is_told_the_names():
    with pytest.raises(ValueError, match="no assignment is called 'nowhere'; there are .*initialization"):
        check_for("nowhere")
    with pytest.raises(ValueError):
        check_for("../../etc/passwd")


@pytest.mark.parametrize("slug", catalogue.existing())
def test_known_mistakes_are_named_on_the_visible_cases(slug):
    """``check`` itself refuses the known mistakes and recognises at least 85 % of them.

    Where the visible cases differ in kind from the hidden ones, because the hidden inputs must stay secret, it may miss one in twenty.
    What it says of most is stored word for word (and compared in test_messages), so only the others are judged here, a third of them.
    """
    stored = messages.read(slug)
    said = [text for name in messages.exercises(slug) for text in messages.blocks(stored[name]).values()]
    specs = load_references(slug)
    for name in set(catalogue.exercises(slug)) - set(stored):
        said += [
            judge_visible(specs[name], mistake.function).text()
            for mistake in catalogue.exercise(slug, name).mistakes[::3]
        ]
    recognised = sum("What this looks like:" in text for text in said)
    missed = sum(": not yet. " not in text for text in said)
    assert len(said) >= 50
    assert recognised >= 0.85 * len(said)
    assert missed <= 0.05 * len(said)


def test_the_reference_outputs_are_found_for_one_assignment_and_for_any(monkeypatch, tmp_path):
    """The jail reads them all before student code runs: not found, its drivers would be the student's, and each submission slower by half."""
    monkeypatch.chdir(tmp_path)
    folder = find_folder(SLUG)
    assert (folder / f"{SLUG}.json").is_file() and find_folder("*") == folder


def test_verdicts_escape_what_comes_from_outside():
    def initialize_parameters_zeros(layers_dims):
        raise ValueError("<script>alert(1)</script>")

    verdict = judge_visible(load_references(SLUG)["initialize_parameters_zeros"], initialize_parameters_zeros)
    assert "<script>" not in verdict.html() and "&lt;script&gt;" in verdict.html()


def test_inside_ipython_it_is_displayed(monkeypatch, tmp_path):
    shown = []
    monkeypatch.chdir(tmp_path)
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

"""Every exercise of every assignment: the judge accepts each right answer, refuses each wrong one and says which mistake it was."""

import ast
import importlib
import inspect
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from assay.difference import Problem
from grader import catalogue, references, stubs
from grader.judge import judge

SEEDS = (0, 1, 2)
EXERCISES = [(slug, name) for slug in catalogue.existing() for name in catalogue.exercises(slug)]
COURSE_POINTS = 100


def seeds(slug, name):
    """Return the seeds of a test: of what takes a second one is enough, and ``make quality`` has more."""
    return SEEDS[: 1 if catalogue.exercise(slug, name).slow or catalogue.course()[slug].needs else 3]


@pytest.mark.parametrize("slug", catalogue.existing())
def test_points_add_up(slug):
    assert sum(exercise.points for exercise in catalogue.exercises(slug).values()) == COURSE_POINTS


@pytest.mark.parametrize("slug", catalogue.existing())
def test_every_public_solution_is_an_exercise(slug):
    assert set(stubs.solution_functions(slug)) == set(catalogue.exercises(slug))


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_the_solution_has_full_marks_on_any_seed(slug, name):
    for seed in seeds(slug, name):
        verdict = judge(slug, name, catalogue.solution(slug, name), seed)
        assert verdict.passed and verdict.score == verdict.points, verdict.text()
        assert references.left_out(slug, name, seed) == 0


def test_one_case_that_the_solution_does_not_hold_keeps_nobody_from_being_graded(monkeypatch):
    slug, name = "optimization", "update_lr"
    for bad in (1, 2):
        found = [Problem("value", "it is unlucky")] * bad
        references.hidden_spec.cache_clear()
        monkeypatch.setattr(references, "case_problem", lambda *_, found=found: found.pop() if found else None)
        if bad == 1:
            assert judge(slug, name, catalogue.solution(slug, name), 77).passed
            assert references.left_out(slug, name, 77) == 1
        else:
            with pytest.raises(catalogue.CatalogueError, match="the solution fails its own case .*: it is unlucky"):
                references.hidden_spec(slug, name, 77)
    references.hidden_spec.cache_clear()


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_cases_are_many_and_varied(slug, name):
    import numpy as np

    cases = catalogue.exercise(slug, name).draw(np.random.default_rng(0))
    assert len(cases) >= 5
    assert all(case.label for case in cases)
    assert len({case.label for case in cases}) >= 2


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_known_mistakes_are_refused_and_recognised_on_hidden_cases(slug, name):
    mistakes = catalogue.exercise(slug, name).mistakes
    assert len(mistakes) >= 8
    seen, recognised = 0, 0
    slow = catalogue.exercise(slug, name).slow
    some = mistakes[slow :: 6 if slow else 1]  # others in test_check; ``make quality`` judges all, on more seeds
    for mistake in some:
        verdict = judge(slug, name, mistake.function, SEEDS[0])
        assert not verdict.passed and verdict.score < verdict.points, f"{mistake.id} is accepted"
        seen += 1
        recognised += verdict.mistake is not None
        if verdict.mistake is not None:
            assert verdict.hint and verdict.hint in verdict.message
    assert recognised / seen >= 0.85, f"{recognised} of {seen} recognised"


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_correct_answers_written_otherwise_are_accepted(slug, name):
    ways = catalogue.answers(slug, name).correct
    assert len(ways) >= 8, f"{len(ways)} ways"
    for way in ways:
        verdict = judge(slug, name, stubs.as_in_notebook(way, slug, name), SEEDS[0])
        assert verdict.passed, f"{way.__name__}: {verdict.text()}"


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_gaming_answers_are_refused(slug, name):
    for answer in catalogue.answers(slug, name).gaming:
        assert not judge(slug, name, stubs.as_in_notebook(answer, slug, name), SEEDS[0]).passed, answer.__name__


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_wrong_answers_without_a_name_are_refused(slug, name):
    wrong, slow = catalogue.answers(slug, name).wrong, catalogue.exercise(slug, name).slow
    for answer in wrong[:: 6 if slow else 1]:  # ``make quality`` judges all, on more seeds
        assert not judge(slug, name, stubs.as_in_notebook(answer, slug, name), SEEDS[0]).passed, answer.__name__


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_every_answer_says_its_kind(slug, name):
    module = importlib.import_module(f"exercises.{slug}.answers.{name}")
    defined = ast.parse(inspect.getsource(module)).body
    functions = {node.name for node in defined if isinstance(node, ast.FunctionDef)}
    found = catalogue.answers(slug, name)
    known = {f.__name__ for f in (*found.correct, *found.wrong, *found.gaming)}
    assert {f for f in functions if not f.startswith("_")} == known


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_hints_are_sentences_without_the_answer(slug, name):
    body = stubs.solution_functions(slug)[name][0].splitlines()
    code = {line.strip() for line in body if len(line.strip()) > 15 and not line.strip().startswith(("#", '"', "def "))}
    for mistake in catalogue.exercise(slug, name).mistakes:
        hint = mistake.hint
        assert hint[0].isupper() or hint[0].isalnum(), hint
        assert hint.rstrip().endswith((".", "?")), hint
        assert "!" not in hint.replace("!=", ""), hint
        assert not any(line in hint for line in code - {line for line in code if "``" in line}), hint


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_answers_and_mistakes_can_be_pasted_into_a_notebook(slug, name):
    functions = [mistake.function for mistake in catalogue.exercise(slug, name).mistakes]
    functions += catalogue.answers(slug, name).correct
    parameters = list(inspect.signature(catalogue.solution(slug, name)).parameters)
    for function in functions:
        source = stubs.source_as(function, name)
        node = ast.parse(source).body[0]
        assert node.name == name
        positional = [a.arg for a in node.args.posonlyargs + node.args.args]
        assert len(positional) == len(parameters) or node.args.vararg, f"{function.__name__}{positional}"


@pytest.mark.parametrize("slug", catalogue.existing())
def test_a_docstring_says_shapes_and_results(slug):
    for name in catalogue.exercises(slug):
        doc = inspect.getdoc(catalogue.solution(slug, name))
        assert doc.splitlines()[0].endswith("."), name
        assert "Parameters\n" in doc and "Returns\n" in doc, name


@pytest.mark.parametrize(("kernels", "flag"), [("Prescott", "pni"), ("Haswell", "avx2"), ("SkylakeX", "avx512dq")])
def test_no_reference_hangs_on_the_processor(kernels, flag):
    """What round-off decides differs between machines: a mistake known by it has no name elsewhere, and its file is stale there."""
    if platform.machine() != "x86_64" or flag not in Path("/proc/cpuinfo").read_text(encoding="utf-8").split():
        pytest.skip(f"this processor cannot run OpenBLAS's kernels for {kernels}")
    command = [sys.executable, "-m", "grader", "references", "--check", "gradient_checking", "gradient_debugging"]
    environment = os.environ | {"OPENBLAS_CORETYPE": kernels, "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr

"""The quality of the judge in a shortened form; it fails when a figure falls. ``make quality`` measures all of it."""

import json
import shutil
import subprocess
from types import SimpleNamespace

import numpy as np
import pytest

from grader import catalogue, gaming, mutants, quality, stubs
from grader.judge import judge, judge_remote
from grader.near_misses import NearMiss
from grader.sandbox import ForkServer
from tests.test_exercises import EXERCISES


@pytest.mark.slow
@pytest.mark.parametrize("slug", catalogue.existing())
def test_mutants_are_refused(slug):
    """A few mutants of every function; the known mistakes and correct answers are in test_exercises."""
    seen, survivors = 0, []
    for name in catalogue.exercises(slug):
        tally = quality.Tally(slug, name)
        quality._judge_mutants(tally, slug, name, seed=0, most=5)
        seen += tally.nameless
        survivors += [f"{name}: {change}" for change, _ in tally.survivors]
    assert seen >= 15 and not survivors, "sharpen the judge, or give the reason beside the exercise's answers"


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["optimization", "gradient_checking"])  # ``make quality``: of every exercise
def test_gaming_answers_gain_nothing_in_the_jail(slug, isolation):
    name = max(catalogue.exercises(slug).values(), key=lambda exercise: exercise.points).name
    tally = quality.Tally(slug, name)
    quality._judge_gaming(tally, slug, name, seed=0)
    assert tally.gaming >= 12 and tally.caught == tally.gaming, tally.survivors


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "name"), quality.random_exercises(catalogue.existing()))
def test_no_correct_answer_is_refused_over_many_seeds(slug, name):
    """Each correct answer in turn, one on each hidden seed. ``make quality`` takes 1,000 seeds."""
    count = 8 if name in ("check_backward", "initialize_parameters") else 14  # those take a tenth of a second each
    assert quality.repeat(slug, name, range(1000, 1000 + count)).refused == []


def test_chance_has_a_part_in_these_exercises():
    assert [name for _, name in quality.random_exercises(["initialization", "regularization", "optimization"])] == [
        "initialize_parameters_random",
        "initialize_parameters_he",
        "initialize_parameters_xavier",
        "forward_propagation_with_dropout",
        "random_mini_batches",
    ]


def test_equivalent_mutants_are_mutants_with_a_reason():
    for slug, name in EXERCISES:
        existing = {mutant.change for mutant in mutants.mutants(stubs.solution_functions(slug)[name][0])}
        for edit in catalogue.answers(slug, name).equivalent:
            assert edit.change in existing, f"{slug}.{name}: {edit.change}"
            assert len(edit.reason) > 15


def test_a_constant_that_is_said_to_be_right_is_right():
    for slug, name in EXERCISES:
        for label, reason in catalogue.answers(slug, name).right_constants.items():
            namespace = {}
            exec(f"def {name}(*args, **kwargs):\n    return {gaming.CONSTANTS[label]}\n", namespace)
            assert all(judge(slug, name, namespace[name], seed).passed for seed in range(3)), f"{slug}.{name}: {label}"
            assert len(reason) > 15


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_mutants_are_the_same_on_every_python(version):
    """Equivalents are named by their text, which ``ast`` writes: it must not depend on who writes it."""
    python = shutil.which(f"python{version}")
    if not python or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"there is no python{version} here")
    sources = {
        name: whole for slug in catalogue.existing() for name, (whole, _) in stubs.solution_functions(slug).items()
    }
    script = (
        "import importlib.util, json, sys; spec = importlib.util.spec_from_file_location('mutants', sys.argv[1]);"
        "module = sys.modules['mutants'] = importlib.util.module_from_spec(spec); spec.loader.exec_module(module);"
        "print(json.dumps({name: [m.change for m in module.mutants(text)] for name, text in json.load(sys.stdin).items()}))"
    )
    command = [python, "-I", "-c", script, mutants.__file__]
    found = subprocess.run(command, input=json.dumps(sources), capture_output=True, text=True, check=True).stdout
    assert json.loads(found) == {name: [m.change for m in mutants.mutants(text)] for name, text in sources.items()}


def test_mutants_differ_from_the_original_by_one_change():
    source = "def f(x, axis=0):\n    y = np.sum(x, axis=axis) - 1\n    return y / 2\n"
    found = mutants.mutants(source)
    changes = {mutant.change for mutant in found}
    assert "return y / 2 => return y * 2" in changes
    assert "y = np.sum(x, axis=axis) - 1 => y = np.sum(x) - 1" in changes
    assert "y = np.sum(x, axis=axis) - 1 => pass" in changes
    assert len({mutant.source for mutant in found}) == len(found)


def test_the_last_line_says_it_all():
    tally = quality.Tally(
        "initialization",
        "f",
        correct=8,
        accepted=8,
        mistakes=10,
        refused=10,
        recognised=9,
        nameless=90,
        killed=89,
        gaming=5,
        caught=5,
    )
    tally.milliseconds = [1.0, 3.0, 5.0]
    assert quality.totals([tally]).line == (
        "mistakes 99 % (99/100) | gaming 100 % | correct 100 % (8/8) | recognised 90 % | median 3.0 ms"
    )


def test_near_misses_that_are_accepted_are_listed_with_their_text(tmp_path, monkeypatch):
    misses = [
        NearMiss("cap", "the solution", f"x = min(x, {bound})", f"def f(x):\n    return {bound}\n") for bound in (2, 3)
    ]
    monkeypatch.setattr(quality.near_misses, "near_misses", lambda slug, name, seed, count: misses)
    monkeypatch.setattr(quality.near_misses, "compiled", lambda source, namespace, name: source)
    monkeypatch.setattr(
        quality, "judge", lambda slug, name, source, seed, seconds: SimpleNamespace(passed="2" in source)
    )
    found = quality.strictness(*EXERCISES[0], seed=0, count=2)
    assert found.made == 2 and found.accepted == misses[:1]
    assert quality.strict_line([found, found]) == "strict 50 % of generated near-misses (2/4)"
    text = quality.write_page([], tmp_path, [found]).read_text(encoding="utf-8")
    assert "strict 50 % of generated near-misses (1/2)" in text
    assert "cap in the solution: x = min(x, 2)" in text and "return 2" in text and "return 3" not in text


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ({}, None),
        ({7: 10.0}, "passes on 1 of 50 seeds (7)"),
        ({7: 3.0, 9: 4.5}, "scores from 3 to 4.5 of 10 points"),
        ({7: 3.0, 9: 3.5}, None),
    ],
)
def test_an_answer_whose_score_hangs_on_the_seed_is_named(monkeypatch, scores, words):
    """Judged on all seeds, a wrong answer that has 3.0 or 3.5 points everywhere, but for some seeds."""

    def judge_by_seed(slug, name, function, seed, seconds):
        score = scores.get(seed, 3.2)
        return SimpleNamespace(passed=score == 10.0, score=score)

    slug, name = EXERCISES[0]
    exercise = catalogue.exercise(slug, name)
    assert exercise.points == 10
    monkeypatch.setattr(quality, "judge", judge_by_seed)
    found = quality.steadiness(slug, name, few=None)
    assert found.answers == len(exercise.mistakes) + len(
        catalogue.answers(slug, name).correct + catalogue.answers(slug, name).wrong
    )
    assert [line.partition(": ")[2] for line in found.differ] == ([words] * found.answers if words else [])
    assert quality.steady_line([found], None) == (
        f"seeds: {found.answers} answers over 50 seeds, {found.answers if words else 0} differ"
    )


def test_in_the_shortened_form_answers_take_turns_with_the_seeds(monkeypatch):
    seen = []
    monkeypatch.setattr(
        quality, "judge", lambda *given, seconds: seen.append(given[3]) or SimpleNamespace(passed=True, score=1.0)
    )
    quality.steadiness(*EXERCISES[0], few=3)
    assert seen[:7] == [0, 1, 2, 3, 4, 5, 6] and set(seen) == set(quality.SEEDS)


@pytest.mark.parametrize(("slug", "name"), EXERCISES)
def test_judging_is_deterministic(slug, name):
    mistake = catalogue.exercise(slug, name).mistakes[0].function
    first, second = (judge(slug, name, mistake, 0) for _ in range(2))
    assert first.score == second.score and first.mistake == second.mistake and first.message == second.message
    assert np.isfinite(first.score)


@pytest.mark.parametrize(("slug", "name"), [row for row in EXERCISES if not catalogue.exercise(*row).slow])
def test_a_refused_answer_earns_the_same_on_every_seed(slug, name):
    for mistake in catalogue.exercise(slug, name).mistakes[:2]:  # ``make quality``: all of them, on more seeds
        assert len({judge(slug, name, mistake.function, seed).score for seed in range(2)}) == 1, mistake.id


@pytest.mark.isolated
def test_so_it_does_in_the_jail(isolation):
    """By chance it holds one case in four of Adam's, or one in eight."""
    mistakes = {one.id: one for one in catalogue.exercise("optimization", "update_parameters_with_adam").mistakes}
    wrong = stubs.source_as(mistakes["only_v_corrected"].function, "update_parameters_with_adam")
    with ForkServer() as server, server.session() as session:
        session.run(f"import numpy as np\n{wrong}")
        verdicts = [judge_remote("optimization", "update_parameters_with_adam", seed, session) for seed in range(4)]
    assert len({sum(case.problem is None for case in verdict.cases) for verdict in verdicts}) > 1
    (score,) = {verdict.score for verdict in verdicts}
    assert all(
        verdict.summary.endswith("points, counted on cases that are the same for everybody") for verdict in verdicts
    )
    assert score == judge("optimization", "update_parameters_with_adam", mistakes["only_v_corrected"].function, 9).score

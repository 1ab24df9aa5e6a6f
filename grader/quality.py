"""The judge, judged: right answers written otherwise, known mistakes, wrong answers without a name, and answers that try to game it.

Without a name are mutants of the solutions, and answers of a blind test (``exercises/<slug>/answers/``).
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader import catalogue, gaming, near_misses, stubs
from grader.executors import server_for
from grader.judge import judge, judge_remote
from grader.mutants import mutants
from grader.near_misses import NearMiss
from grader.references import hidden_spec, left_out
from grader.sandbox.jail import Limits
from grader.templating import page
from grader.words import percent

SECONDS = 3.0  # a mutant that loops is stopped then


@dataclass
class Tally:
    """One exercise's figures."""

    assignment: str
    name: str
    correct: int = 0
    accepted: int = 0
    mistakes: int = 0
    refused: int = 0
    recognised: int = 0
    nameless: int = 0
    killed: int = 0
    equivalent: int = 0
    gaming: int = 0
    caught: int = 0
    milliseconds: list[float] = field(default_factory=list)
    wrongly_refused: list[tuple[str, str]] = field(default_factory=list)
    survivors: list[tuple[str, str]] = field(default_factory=list)
    unrecognised: list[tuple[str, str]] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The time of a judgement in milliseconds, at the upper median."""
        return sorted(self.milliseconds)[len(self.milliseconds) // 2] if self.milliseconds else 0.0


def measure(assignment: str, name: str, seed: int = 0, most_mutants: int | None = None, play: bool = True) -> Tally:
    """Return the figures of one exercise.

    Parameters
    ----------
    seed : draws the hidden cases
    most_mutants : judge only this many, evenly spread (the shortened form)
    play : whether gaming answers are judged, in the jail
    """
    tally = Tally(assignment, name)
    exercise = catalogue.exercise(assignment, name)
    hidden_spec(assignment, name, seed)
    for way in catalogue.answers(assignment, name).correct:
        tally.correct += 1
        verdict = _timed(tally, assignment, name, stubs.as_in_notebook(way, assignment, name), seed)
        tally.accepted += verdict.passed
        if not verdict.passed:
            tally.wrongly_refused.append((way.__name__, verdict.text()))
    for mistake in exercise.mistakes:
        tally.mistakes += 1
        verdict = _timed(tally, assignment, name, mistake.function, seed)
        tally.refused += not verdict.passed
        tally.recognised += verdict.mistake is not None
        if verdict.passed:
            tally.survivors.append((f"known mistake {mistake.id}", stubs.source_as(mistake.function, name)))
        elif verdict.mistake is None:
            tally.unrecognised.append((mistake.id, verdict.message))
    for answer in catalogue.answers(assignment, name).wrong:
        tally.nameless += 1
        verdict = _timed(tally, assignment, name, stubs.as_in_notebook(answer, assignment, name), seed)
        tally.killed += not verdict.passed
        if verdict.passed:
            tally.survivors.append((f"wrong answer {answer.__name__}", stubs.source_as(answer, name)))
    _judge_mutants(tally, assignment, name, seed, most_mutants)
    if play:
        _judge_gaming(tally, assignment, name, seed)
    return tally


def _timed(tally: Tally, assignment: str, name: str, function: Callable, seed: int):
    start = time.process_time()  # CPU: these machines are shared
    verdict = judge(assignment, name, function, seed, seconds=SECONDS)
    tally.milliseconds.append(1000 * (time.process_time() - start))
    return verdict


def _same(value: object) -> object:
    return value


def _judge_mutants(tally: Tally, assignment: str, name: str, seed: int, most: int | None) -> None:
    whole = stubs.solution_functions(assignment)[name][0]
    original = stubs.as_in_notebook(catalogue.solution(assignment, name), assignment, name)
    known = {one.change for one in catalogue.answers(assignment, name).equivalent}
    chosen = mutants(whole)
    if most is not None and len(chosen) > most:
        chosen = chosen[:: -(-len(chosen) // most)]
    for mutant in chosen:
        if mutant.change in known:
            tally.equivalent += 1
            continue
        tally.nameless += 1
        namespace = {**original.__globals__, "_same": _same}
        try:
            exec(compile(mutant.source, "<mutant>", "exec"), namespace)
        except Exception:
            tally.killed += 1
            continue
        if _timed(tally, assignment, name, namespace[name], seed).passed:
            tally.survivors.append((mutant.change, mutant.source))
        else:
            tally.killed += 1


def _judge_gaming(tally: Tally, assignment: str, name: str, seed: int) -> None:
    """Put each gaming answer into a notebook in the jail and judge it there."""
    setup = "import numpy as np\n"
    server = server_for(assignment, limits=Limits())
    sources = [*gaming.answers(assignment, name)]
    sources += [
        (answer.__name__, stubs.source_as(answer, name)) for answer in catalogue.answers(assignment, name).gaming
    ]
    for label, source in sources:
        with server.session() as session:
            session.run(setup + source, figures=False)
            verdict = judge_remote(assignment, name, seed, session)
        tally.gaming += 1
        tally.caught += not verdict.passed
        if verdict.passed:
            tally.survivors.append((f"gaming: {label}", source))


def measure_all(assignments: list[str], seed: int = 0, workers: int | None = None) -> Iterator[Tally]:
    """Yield every exercise's figures, in order, measured in parallel."""
    jobs = [(slug, name) for slug in assignments for name in catalogue.exercises(slug)]
    yield from in_parallel(measure, [(*job, seed) for job in jobs], workers)


def in_parallel(
    work: Callable, jobs: list[tuple], workers: int | None, initializer: Callable | None = None
) -> Iterator[Any]:
    """Yield what `work` returns for each job, in order: an assignment, an exercise and whatever else it takes.

    What is slow to judge is begun first, so that nobody waits at the end for the last one of these alone.
    """

    def weight(job: tuple) -> tuple[bool, bool]:
        slug, name, *_ = job
        return catalogue.exercise(slug, name).slow, bool(catalogue.course()[slug].needs)

    with ProcessPoolExecutor(workers, initializer=initializer) as pool:
        begun = {job: pool.submit(work, *job) for job in sorted(jobs, key=weight, reverse=True)}
        for job in jobs:
            yield begun.pop(job).result()


@dataclass(frozen=True)
class Repetition:
    """One exercise with chance in it, judged on many seeds: how often a correct answer was refused, and the first verdicts."""

    assignment: str
    name: str
    judgements: int
    refused: list[str]


def random_exercises(assignments: list[str]) -> list[tuple[str, str]]:
    """Return the exercises that chance has a part in, but for those that are slow to judge."""
    return [
        (slug, name)
        for slug in assignments
        for name, exercise in catalogue.exercises(slug).items()
        if {"rng", "seed"} & set(catalogue.parameters(slug, name)) and not exercise.slow
    ]


def repeat(assignment: str, name: str, seeds: range) -> Repetition:
    """Judge the correct answers in turn, one on each seed."""
    correct = catalogue.answers(assignment, name).correct
    ways = [stubs.as_in_notebook(way, assignment, name) for way in correct]
    refused = []
    for seed in seeds:
        verdict = judge(assignment, name, ways[seed % len(ways)], seed, seconds=60.0)
        if not verdict.passed:
            refused.append(f"seed {seed}, {correct[seed % len(ways)].__name__}: {verdict.message}")
        if left_out(assignment, name, seed):
            refused.append(f"seed {seed}, the solution: a case was left out that it does not hold")
        hidden_spec.cache_clear()  # a thousand specs would fill the memory
    return Repetition(assignment, name, len(seeds), refused)


def repeat_all(assignments: list[str], count: int, workers: int | None = None) -> Iterator[Repetition]:
    """Yield the repetitions of every exercise with chance in it, in order, made in parallel, a hundred seeds at a time."""
    parts = [range(start, min(start + 100, count)) for start in range(0, count, 100)]
    jobs = [(slug, name, part) for slug, name in random_exercises(assignments) for part in parts]
    results = in_parallel(repeat, jobs, workers)
    for (slug, name), group in itertools.groupby(results, key=lambda one: (one.assignment, one.name)):
        made = list(group)
        yield Repetition(
            slug, name, sum(one.judgements for one in made), [line for one in made for line in one.refused]
        )


SEEDS = range(50)  # on which every listed answer is to get one verdict
FEW_SEEDS = 4  # of those, in the shortened form; other ones for each answer
MOST_SPREAD = 0.1  # of the points, between the scores of a wrong answer


@dataclass(frozen=True)
class Steadiness:
    """One exercise's listed answers, each judged on several seeds: how many there were, and what is said of those whose verdicts differ."""

    assignment: str
    name: str
    answers: int
    differ: list[str]


def steadiness(assignment: str, name: str, few: int | None = FEW_SEEDS) -> Steadiness:
    """Judge every listed answer, right or wrong, on several hidden seeds: who has it, seed decides about nobody's score.

    Parameters
    ----------
    few : seeds for each answer, in turn: an answer's next ones begin where those of the last ended; None for all
    """
    listed = catalogue.answers(assignment, name)
    chosen = [(way.__name__, stubs.as_in_notebook(way, assignment, name)) for way in (*listed.correct, *listed.wrong)]
    chosen += [(f"mistake {mistake.id}", mistake.function) for mistake in catalogue.exercise(assignment, name).mistakes]
    points = catalogue.exercise(assignment, name).points
    differ = []
    for number, (label, function) in enumerate(chosen):
        turn = [SEEDS[(number * few + i) % len(SEEDS)] for i in range(few)] if few else SEEDS
        verdicts = {seed: judge(assignment, name, function, seed, seconds=SECONDS) for seed in turn}
        passed = [seed for seed, verdict in verdicts.items() if verdict.passed]
        scores = [verdict.score for verdict in verdicts.values()]
        if 0 < len(passed) < len(verdicts):
            rarer = passed if 2 * len(passed) < len(verdicts) else sorted(verdicts.keys() - passed)
            words = "passes" if rarer == passed else "is refused"
            shown = f"{', '.join(map(str, rarer[:5]))}{', ...' if len(rarer) > 5 else ''}"
            differ.append(f"{label}: {words} on {len(rarer)} of {len(verdicts)} seeds ({shown})")
        elif max(scores) - min(scores) > MOST_SPREAD * points:
            differ.append(f"{label}: scores from {min(scores):.3g} to {max(scores):.3g} of {points:g} points")
    used = {SEEDS[i % len(SEEDS)] for i in range(len(chosen) * few)} if few else set(SEEDS)
    unlucky = [seed for seed in sorted(used) if left_out(assignment, name, seed)]
    if unlucky:
        differ.append(f"the solution: does not hold a case of its own on seeds {', '.join(map(str, unlucky))}")
    hidden_spec.cache_clear()  # fifty specs would stay in the memory
    return Steadiness(assignment, name, len(chosen), differ)


def steadiness_of_all(
    assignments: list[str], few: int | None = FEW_SEEDS, workers: int | None = None
) -> Iterator[Steadiness]:
    """Yield how steady the verdicts of every exercise are, in order, measured in parallel; one that is slow to judge on two seeds."""
    jobs = [
        (slug, name, few and min(few, 2) if exercise.slow else few)
        for slug in assignments
        for name, exercise in catalogue.exercises(slug).items()
    ]
    yield from in_parallel(steadiness, jobs, workers)


NEAR_MISSES = 20  # of each exercise, in the shortened form
FEW_NEAR_MISSES = 4  # where more than NumPy is needed, which is slow to judge


@dataclass(frozen=True)
class Strictness:
    """One exercise's generated near-misses: how many there were, and those that were accepted."""

    assignment: str
    name: str
    made: int
    accepted: list[NearMiss]


def strictness(assignment: str, name: str, seed: int, count: int) -> Strictness:
    """Judge generated near-misses of one exercise; `seed` draws them and the hidden cases."""
    namespace = stubs.as_in_notebook(catalogue.solution(assignment, name), assignment, name).__globals__
    made, accepted = 0, []
    for one in near_misses.near_misses(assignment, name, seed, count):
        made += 1
        if judge(assignment, name, near_misses.compiled(one.source, namespace, name), seed, seconds=SECONDS).passed:
            accepted.append(one)
    return Strictness(assignment, name, made, accepted)


def strictness_of_all(
    assignments: list[str], seed: int = 0, count: int = NEAR_MISSES, workers: int | None = None
) -> Iterator[Strictness]:
    """Yield how strictly every exercise is judged, in order, measured in parallel."""
    jobs = []
    for slug in assignments:
        few = count if not catalogue.course()[slug].needs else -(-count * FEW_NEAR_MISSES // NEAR_MISSES)
        jobs += [(slug, name, seed, few) for name, exercise in catalogue.exercises(slug).items() if not exercise.slow]
    yield from in_parallel(strictness, jobs, workers)


def strict_line(found: list[Strictness]) -> str:
    """Return the share of the near-misses that were refused, in words."""
    made, accepted = sum(one.made for one in found), sum(len(one.accepted) for one in found)
    return f"strict {percent(made - accepted, made)} of generated near-misses ({made - accepted}/{made})"


def steady_line(found: list[Steadiness], few: int | None = FEW_SEEDS) -> str:
    """Return how many listed answers have one verdict whatever the seed, in words."""
    answers, differ = sum(one.answers for one in found), sum(len(one.differ) for one in found)
    each = f", {few} for each" if few else ""
    return f"seeds: {answers} answers over {len(SEEDS)} seeds{each}, {differ} differ"


@dataclass(frozen=True)
class Totals:
    """The sums over exercises, as shares."""

    wrong: int
    wrong_refused: int
    gaming: int
    gaming_caught: int
    correct: int
    correct_accepted: int
    known_refused: int
    recognised: int
    median: float

    @property
    def line(self) -> str:
        """The last line of ``python -m grader quality``."""
        return (
            f"mistakes {percent(self.wrong_refused, self.wrong)} ({self.wrong_refused}/{self.wrong}) | "
            f"gaming {percent(self.gaming_caught, self.gaming)} | "
            f"correct {percent(self.correct_accepted, self.correct)} ({self.correct_accepted}/{self.correct}) | "
            f"recognised {percent(self.recognised, self.known_refused)} | median {self.median:.1f} ms"
        )


def totals(tallies: list[Tally]) -> Totals:
    """Add up the figures; the median time is over exercises that need nothing but NumPy."""
    times = [
        ms for tally in tallies if not catalogue.course()[tally.assignment].needs for ms in tally.milliseconds
    ] or [0.0]
    return Totals(
        sum(t.mistakes + t.nameless for t in tallies),
        sum(t.refused + t.killed for t in tallies),
        sum(t.gaming for t in tallies),
        sum(t.caught for t in tallies),
        sum(t.correct for t in tallies),
        sum(t.accepted for t in tallies),
        sum(t.refused for t in tallies),
        sum(t.recognised for t in tallies),
        statistics.median(times),
    )


def write_page(
    tallies: list[Tally], target: Path, strict: list[Strictness] = (), steady: list[Steadiness] = ()
) -> Path:
    """Write the page with the table and the survivors."""
    target.mkdir(parents=True, exist_ok=True)
    path = target / "index.html"
    lines = [totals(tallies).line]
    lines += [strict_line(list(strict))] * bool(strict)
    text = page("quality.html", tallies=tallies, lines=lines, median=statistics.median, strict=strict, steady=steady)
    path.write_text(text, encoding="utf-8")
    return path

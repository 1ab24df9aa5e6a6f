"""How often the place of a slip is found, and whether it is the right one: ``assay.locate`` on slips whose place is known."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from assay.check import judge_visible, load_references
from assay.locate import HOPELESS, Found, find
from assay.spec import Spec
from assay.verdict import Verdict
from grader import catalogue, stubs
from grader.judge import TooLong, judge, time_limit
from grader.miswritten import Slip, slips
from grader.quality import in_parallel
from grader.words import percent

SECONDS = 3.0  # a slip that loops is no one to locate
MOST_TRIED = 12  # slips of one answer, till one is refused
MOST_MENDS = 20  # of a place, till one makes the hidden cases hold


@dataclass
class Located:
    """One exercise's figures.

    Attributes
    ----------
    slips, located : slips that were made in right answers, and those that were found
    hidden : slips that hold every visible case and not the hidden ones: no search can begin before grading, so they are none of `slips`
    seconds : of the processor's time, till a place was told
    refused, told : wrong answers from the exercise's list that visible cases refuse, and those with a name or a place
    unseen : answers of that list which hold every visible case, so that there is nothing to look for
    missed : the refused ones without a name or a place
    false : what was told wrongly: the slip, the place that was told, and the edit that it came from
    """

    assignment: str
    name: str
    slips: int = 0
    located: int = 0
    hidden: int = 0
    refused: int = 0
    told: int = 0
    unseen: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def measure(assignment: str, name: str, seed: int = 0, most: int = 6) -> Located:
    """Make slips in `most` right answers of an exercise, one in each, and look for them; then for the wrong answers of its list."""
    result, spec = Located(assignment, name), load_references(assignment)[name]
    answers = catalogue.answers(assignment, name)
    for number, answer in enumerate(answers.correct[:most]):
        right = stubs.as_in_notebook(answer, assignment, name)
        rng = np.random.default_rng([seed, number])
        for slip in itertools.islice(slips(stubs.source_as(answer, name), rng), MOST_TRIED):
            made = _function(slip.source, right, name)
            verdict = _verdict(spec, made)
            if verdict and verdict.passed:
                result.hidden += not judge(assignment, name, made, seed, SECONDS).passed
            if not verdict or verdict.passed:
                continue
            start = time.process_time()
            found = find(spec, made, verdict)
            place = found.place if found else None
            if place:
                result.seconds.append(time.process_time() - start)
            result.slips += 1
            result.located += place is not None
            if place and slip.line not in place.lines and not _mended(found, right, assignment, name, seed):
                result.false.append((_said(slip), place.levels[-1], found.edits[0]))
            break
    for answer in answers.wrong:
        function = stubs.as_in_notebook(answer, assignment, name)
        verdict = _verdict(spec, function)
        if not verdict or verdict.passed:
            result.unseen += 1
            continue
        found = None if verdict.hint else find(spec, function, verdict)
        result.refused += 1
        if verdict.hint or found and found.place:
            result.told += 1
        else:
            result.missed.append(f"{answer.__name__}: {verdict.message}")
        if found and found.place and not _mended(found, function, assignment, name, seed):
            result.false.append((answer.__name__, found.place.levels[-1], found.edits[0]))
    return result


def _function(source: str, like: Callable, name: str) -> Callable | None:
    try:
        return stubs.compiled(source, f"<{name}: {hash(source)}>", dict(like.__globals__), name)
    except SyntaxError:
        return None


def _verdict(spec: Spec, function: Callable | None) -> Verdict | None:
    """Return what the visible cases say of a function; None where it is none, or where no place of a slip could be told."""
    if function is None:
        return None
    try:
        with time_limit(SECONDS):
            verdict = judge_visible(spec, function)
    except TooLong:
        return None
    problems = [case.problem for case in verdict.failing]
    stopped = any(problem.kind in HOPELESS or TooLong.__name__ in problem.what for problem in problems)
    return None if stopped else verdict


def _mended(found: Found, like: Callable, assignment: str, name: str, seed: int) -> bool:
    """Whether an edit that was found makes the hidden cases hold as well: a place is what all of them have in common."""
    mended = (_function(source, like, name) for source in found.sources[:MOST_MENDS])
    return any(one is not None and judge(assignment, name, one, seed, SECONDS).passed for one in mended)


def _said(slip: Slip) -> str:
    return f"line {slip.line}, {slip.change}"


def measure_all(assignments: list[str], seed: int = 0, workers: int | None = None) -> Iterator[Located]:
    """Yield the figures of every exercise that needs nothing but NumPy, in order, measured in parallel."""
    course = catalogue.course()
    jobs = [(slug, name) for slug in assignments if not course[slug].needs for name in catalogue.exercises(slug)]
    yield from in_parallel(measure, [(*job, seed) for job in jobs], workers, _hushed)


def _hushed() -> None:
    """Let nothing be printed by this process: what an edit makes nan, LAPACK complains of where no Python listens."""
    for descriptor in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def line(results: list[Located]) -> str:
    """Return the sums in one line, as ``python -m grader quality`` prints it."""
    made, refused = sum(one.slips for one in results), sum(one.refused for one in results)
    located, told = sum(one.located for one in results), sum(one.told for one in results)
    hidden, seconds = sum(one.hidden for one in results), sorted(second for one in results for second in one.seconds)
    median, most = (seconds[int(share * len(seconds))] if seconds else 0.0 for share in (0.5, 0.95))
    return (
        f"located {percent(located, made)} of single slips ({located}/{made}; {hidden} more show in hidden cases alone) in {median:.1f} s at the median, "
        f"{most:.1f} s in 95 % | named or located {percent(told, refused)} of all refused "
        f"({told}/{refused}; {sum(one.unseen for one in results)} more hold every visible case) | "
        f"false places {sum(len(one.false) for one in results)}"
    )

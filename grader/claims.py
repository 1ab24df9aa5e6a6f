"""Claims: sentences of the notebooks with a number or an ordering, each recomputed over at least 10 seeds.

``exercises/<assignment>/claims.py`` lists them in CLAIMS. A test holds that every claim's sentence stands verbatim in its notebook.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from grader import catalogue


@dataclass(frozen=True)
class Claim:
    """A sentence of a notebook, the figure that it promises, and the measurement: () -> (figures in words, whether it holds)."""

    text: str
    expected: str
    measure: Callable[[], tuple[str, bool]]


@dataclass(frozen=True)
class Measured:
    """What came out: the figures in words, whether the claim holds, and the seconds of processor time that it took."""

    words: str
    holds: bool
    seconds: float


def claims(assignment: str) -> list[Claim]:
    """Return an assignment's claims; none where there is no claims.py."""
    catalogue.course()[assignment]
    module = f"exercises.{assignment}.claims"
    return importlib.import_module(module).CLAIMS if importlib.util.find_spec(module) else []


def measure(assignment: str, number: int) -> Measured:
    """Measure one claim; an error is a claim that does not hold."""
    start = time.process_time()
    try:
        words, holds = claims(assignment)[number].measure()
    except Exception as error:
        words, holds = f"{type(error).__name__}: {error}", False
    return Measured(words, holds, time.process_time() - start)


def measure_all(assignments: list[str], workers: int | None = None) -> Iterator[tuple[str, Claim, Measured]]:
    """Yield (assignment, claim, what was measured) of all claims, in order, measured in parallel."""
    jobs = [(slug, number, claim) for slug in assignments for number, claim in enumerate(claims(slug))]
    with ProcessPoolExecutor(workers) as pool:
        results = pool.map(measure, [slug for slug, *_ in jobs], [number for _, number, _ in jobs])
        for (slug, _, claim), measured in zip(jobs, results):
            yield slug, claim, measured

"""What one person waits for: ``python -m benchmarks.latency``. The median of 20, and what 95 % of them take at most.

Each `check` in a notebook; ``grade --student`` and ``feedback --student`` as commands, their start included, for a course that was graded before,
and how long it is until the grade is told. What an upload waits for is measured by ``python -m benchmarks.serve``.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from assay.check import check_for
from grader import catalogue
from grader.course import Course
from grader.release import release
from grader.simulate import simulate

TIMES, FEWER, STUDENTS = 20, 5, 5
OUT = Path("build/bench")


def main() -> None:
    rows = []
    for what, seconds in itertools.chain(checks(), commands()):
        rows.append((what, seconds))
        print(f"{what:58} {_said(seconds)}", flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "latency.json").write_text(json.dumps(dict(rows), indent=1) + "\n")
    lines = [f"| {what} | {_said(seconds)} |" for what, seconds in rows]
    (OUT / "latency.md").write_text("\n".join(["| what | median, 95 % |", "|---|--:|", *lines]) + "\n")


def _said(seconds: list[float]) -> str:
    return " ms, ".join(f"{1000 * np.quantile(seconds, share):.0f}" for share in (0.5, 0.95)) + f" ms of {len(seconds)}"


def checks() -> Iterator[tuple[str, list[float]]]:
    """Yield the time of each exercise's check on a right answer, after a first one."""
    for slug in catalogue.existing():
        check = check_for(slug)
        for name in catalogue.exercises(slug):
            answer = catalogue.solution(slug, name)

            def ask(check: Callable = check, answer: Callable = answer) -> None:
                with contextlib.redirect_stdout(io.StringIO()):
                    check(answer)

            ask()
            yield f"check({name})", _times(ask, TIMES)


def commands() -> Iterator[tuple[str, list[float]]]:
    """Yield the times of the commands for one student of a small class."""
    for slug in catalogue.existing():
        with tempfile.TemporaryDirectory() as folder:
            course = Course.at(folder)
            release(course, slug)
            simulate(course, slug, STUDENTS, 1, json.loads(course.released(slug).read_text()))
            _grader(course, "grade", slug)
            student = ("--student", "student-001")  # whose answers are right
            firsts: list[float] = []

            def again(
                course: Course = course, slug: str = slug, student: tuple = student, firsts: list = firsts
            ) -> None:
                firsts.append(_grader(course, "grade", slug, *student, "--force"))

            yield f"grade {slug} --student", _times(again, TIMES if not catalogue.course()[slug].needs else FEWER)
            yield f"grade {slug} --student: until its grade is told", firsts
            yield (
                f"feedback {slug} --student",
                _times(lambda c=course, s=slug: _grader(c, "feedback", s, *student), FEWER),
            )


def _grader(course: Course, *arguments: str) -> float:
    """Run a command and return when the grade's line came, in seconds after its start."""
    begun, told = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "grader", *arguments, "--course", str(course.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        told = told or (time.perf_counter() - begun if "graded" in line else 0.0)
    if process.wait():
        raise SystemExit(f"{' '.join(command)} ended with code {process.returncode}")
    return told or time.perf_counter() - begun


def _times(act: Callable[[], object], times: int) -> list[float]:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return found


if __name__ == "__main__":
    main()

"""The points of a notebook on the visible cases, as a runner reads them: ``python -m assay.points ASSIGNMENT [NOTEBOOK]``.

For a student's own repository: it holds no answers and no hidden cases, and who can write in it can write any points. The notebook's cells are
run in order, as a kernel runs them; an exercise is judged behind the cell that checks it and at the end, and the better counts. Each has
a line, and in ``$GITHUB_OUTPUT`` a result in the form that GitHub Classroom's reporter takes.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from assay.check import judge_visible, load_references
from assay.display import number
from assay.spec import Spec

SECONDS = 600  # that one cell may take
MOST_SAID = 4000  # characters of a verdict: what all steps of a job tell each other has an end


class TooLong(KeyboardInterrupt):
    """A cell, or the cases of an exercise, took more than their seconds; like an interrupt it passes by ``except Exception``."""


class Points:
    """What an exercise earns so far, and why."""

    def __init__(self, spec: Spec):
        self.spec, self.score = spec, 0.0
        self.words = f"{spec.name} is not defined: its cell was not run, or stopped before it"

    @property
    def passed(self) -> bool:
        return self.score >= self.spec.points

    def judge(self, names: dict) -> None:
        """Judge what stands under the exercise's name now; what earned more before is kept."""
        function = names.get(self.spec.name)
        if not callable(function):
            return
        verdict = judge_visible(self.spec, function)
        if verdict.score >= self.score:
            self.score, self.words = verdict.score, verdict.text()

    def result(self) -> dict:
        """Return what the reporter takes, which counts whole points: a part of one is left out."""
        status = "pass" if self.passed else "fail"
        test = {
            "name": self.spec.name,
            "status": status,
            "message": self.words[:MOST_SAID],
            "test_code": f"check({self.spec.name})",
            "filename": "",
            "line_no": 0,
            "execution_time": "",
            "score": int(self.score),
        }
        return {"version": 1, "status": status, "max_score": int(self.spec.points), "tests": [test]}


def earned(assignment: str, cells: list[dict], seconds: int = SECONDS) -> tuple[list[Points], list[str]]:
    """Run a notebook's cells in this process and return what its exercises earn, and a line for each cell that stopped."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    all_points = [Points(spec) for spec in load_references(assignment).values()]
    shell, stopped = InteractiveShell.instance(), []
    for i, cell in enumerate(cells, 1):
        source = "".join(cell.get("source", ""))
        if cell.get("cell_type") != "code":
            continue
        with capture_output():
            error = _within(seconds, lambda source=source: _error(shell.run_cell(source)))
            checked = [one for one in all_points if re.search(rf"\bcheck\(.*\b{one.spec.name}\b", source)]
            late = [_within(seconds, lambda one=one: one.judge(shell.user_ns)) for one in checked]
        if error and not checked:  # what a check says stands with the points
            stopped.append(f"cell {i} stopped: {error}")
        stopped += [f"cell {i}: {one}" for one in late if one]
    for one in all_points:
        if not one.passed:
            with capture_output():
                late = _within(seconds, lambda one=one: one.judge(shell.user_ns))
            stopped += [f"{one.spec.name}: {late}"] if late else []
    return all_points, stopped


def _error(ran: object) -> str:
    """Return in one line why a cell stopped, or nothing."""
    error = ran.error_before_exec or ran.error_in_exec
    return " ".join(f"{type(error).__name__}: {error}".split())[:300] if error else ""


def _within(seconds: int, work: Callable[[], str | None]) -> str | None:
    """Return what `work` returns, or that it took too long; where the system has no alarm the runner's own limit holds."""
    try:
        with _alarm(seconds):
            return work()
    except TooLong as error:
        return str(error)


@contextmanager
def _alarm(seconds: int):
    def ring(*_: object) -> None:
        raise TooLong(f"it took more than {seconds} seconds")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def told(all_points: list[Points], stopped: list[str]) -> str:
    """Return the log: what stopped, each verdict that is not full, a line an exercise and one for all."""
    lines = [*stopped, *(one.words for one in all_points if not one.passed), ""]
    lines += [f"{one.spec.name}: {number(one.score)}/{number(one.spec.points)}" for one in all_points]
    total, most = sum(one.score for one in all_points), sum(one.spec.points for one in all_points)
    return "\n".join([*lines, f"Points {number(total)}/{number(most)}, on the visible cases alone"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m assay.points", description="Points on the visible cases.")
    parser.add_argument("assignment")
    parser.add_argument("notebook", nargs="?", type=Path, help="default: ASSIGNMENT.ipynb")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"that one cell may take; default: {SECONDS}")
    options = parser.parse_args(arguments)
    notebook = options.notebook or Path(f"{options.assignment}.ipynb")
    os.environ |= {"ASSAY_WHERE": "off", "MPLBACKEND": "Agg"}
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8-sig"))["cells"]
        output = Path(given).absolute() if (given := os.environ.get("GITHUB_OUTPUT")) else None
        all_points, stopped = earned(options.assignment, cells, options.seconds)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{notebook} cannot be read as a notebook of {options.assignment}: {error}", file=sys.stderr)
        return 2
    print(told(all_points, stopped))
    if output:
        with output.open("a", encoding="utf-8") as file:
            for one in all_points:
                encoded = base64.b64encode(json.dumps(one.result()).encode()).decode()
                file.write(f"{one.spec.name}={encoded}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``check(function)``: run an exercise's visible cases here and now, and show what is right, what is wrong, and why.

In a notebook::

    from assay.check import check_for
    check = check_for("an_assignment")
    ...
    check(a_function)      # or check("a_function")

The verdict is shown; a failing one ends the cell with a one-line :class:`CheckFailed`. What counts is judged elsewhere, on other cases.
In a notebook the place of an unknown mistake is looked for below the verdict, for a few seconds (:mod:`assay.locate`).
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from assay import library, outcome, streams
from assay.answers import Answers
from assay.cases import Case
from assay.difference import describe
from assay.display import SEARCHING, number, place_as_html, place_as_text
from assay.names import Unclear, exercise_meant
from assay.progress import Progress
from assay.spec import Spec, spec_from_data
from assay.verdict import Answer, Verdict, judge_cases


class CheckFailed(AssertionError):
    """An answer that is not right yet. Notebooks show its one line instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return textwrap.wrap(f"CheckFailed: {self}", 80)  # nbgrader's Validate cuts lines off after 84 columns


class _Shown:
    """A verdict for display: HTML where there is a page, text elsewhere."""

    def __init__(self, verdict: Verdict, progress: str):
        self.verdict, self.progress = verdict, progress

    def __repr__(self) -> str:
        return f"{self.verdict.text()}\n{self.progress}"

    def _repr_html_(self) -> str:
        return f'{self.verdict.html()}<p style="margin:.2em 0 .2em 1.1em;opacity:.85">{self.progress}</p>'


class _Before:
    """What passed when the notebook was last used, and what is open."""

    def __init__(self, assignment: str, specs: dict[str, Spec], passed: dict[str, float]):
        self.done = [name for name in specs if name in passed]
        self.open = [name for name in specs if name not in passed]
        points = f"{number(sum(passed.values()))} of {number(sum(spec.points for spec in specs.values()))} points"
        self.line = f"{assignment}: {len(self.done)} of {len(specs)} exercises passed when they were last checked here, {points}."

    def __repr__(self) -> str:
        return " ".join([self.line, *(f"Open: {', '.join(self.open)}." for _ in self.open[:1])])

    def _repr_html_(self) -> str:
        done, still = ([f"<code>{name}</code>" for name in names] for names in (self.done, self.open))
        rest = f"<br>Open: {', '.join(still)}" if still else ""
        return f'<p style="margin:.2em 0;opacity:.85">{self.line}<br>Passed: {", ".join(done)}{rest}</p>'


class _Below:
    """What stands below a verdict: a sign that the place is looked for, then the place or nothing."""

    def __init__(self, text: str, markup: str = ""):
        self.text, self.markup = text, markup or text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.markup


def check_for(assignment: str, folder: Path | None = None) -> Callable[[Callable | str], None]:
    """Return ``check`` for one assignment; it remembers which exercises have passed, and shows what had passed when it was last used here.

    Parameters
    ----------
    assignment : its name
    folder : where the visible reference outputs lie; looked for where it is not given
    """
    if folder is None and assignment.isidentifier():  # else it is refused below
        folder = find_folder(assignment)
    specs = load_references(assignment, folder)
    answers = Answers(folder, assignment)
    kept = Progress(assignment) if _is_asked_for() else None
    passed = {name: float(specs[name].points) for name in (kept.read() if kept else []) if name in specs}
    if passed:
        show(_Before(assignment, specs, passed))

    def check(function: Callable | str, where: bool | None = None, answer: bool = False) -> None:
        """Judge a function on the visible cases of the exercise whose name it has in the notebook.

        Parameters
        ----------
        function : what stands under an exercise's name, or that name
        where : whether the place of a mistake is looked for; if not said, where somebody sits before a notebook and ASSAY_WHERE is not "off"
        answer : whether the hints, and then the answer, are asked for, where this copy of the course holds answers (:mod:`assay.answers`)

        Raises
        ------
        CheckFailed
            If a case does not hold; its message is one line.
        """
        name, function = function_asked(function, assignment, specs, sys._getframe(1))
        try:
            verdict = judge_visible(specs[name], function)
        except streams.DebuggerLeft:
            raise CheckFailed(
                f"{name}: the debugger was left before all cases were called; nothing is judged"
            ) from None
        before = [key for key in passed if passed[key]]
        passed[name] = verdict.score if verdict.passed else 0.0
        done = [key for key in passed if passed[key]]
        if kept and done != before:
            kept.write(done)
        progress = (
            f"{assignment}: {len(done)} of {len(specs)} exercises pass so far, "
            f"{number(sum(passed[key] for key in done))} of {number(sum(spec.points for spec in specs.values()))} points."
        )
        if not verdict.passed and not answer:
            progress += answers.offer(name, function)
        show(_Shown(verdict, progress))
        if answer:
            show(answers.told(name, function, verdict.passed))
        if not verdict.passed:
            if not answer and (_is_asked_for() if where is None else where):
                _show_place(specs[name], function, verdict)
            raise CheckFailed(verdict.message)

    return check


def _is_asked_for() -> bool:
    """Whether a place would be read: somebody runs the cell, and no program that only wants to know whether it passes."""
    return not is_quiet() and _shell() is not None


def is_quiet() -> bool:
    """Whether a program runs the cells that only wants to know whether they pass."""
    return os.environ.get("ASSAY_WHERE") == "off" or "NBGRADER_EXECUTION" in os.environ


def _show_place(spec: Spec, function: Callable, verdict: Verdict) -> None:
    """Look for the place of a mistake without a hint and show it; whoever interrupts that has the verdict all the same."""
    if verdict.hint:
        return
    from assay.locate import locate  # takes longer to import than a check takes

    below = show(_Below(SEARCHING), keep=True)
    place = None
    try:
        place = locate(spec, function, verdict)
    except (KeyboardInterrupt, Exception):  # whatever becomes of the search, the verdict stands
        pass
    found = _Below(place_as_text(place), place_as_html(place)) if place else _Below("")
    if below is not None:
        below.update(found)
    elif place:
        show(found)


def function_asked(
    asked: Any, assignment: str, specs: dict[str, Spec], frame: FrameType, door: str = "check"
) -> tuple[str, Callable]:
    """Return the exercise that `frame` asks about, and what stands under its name; `door` is what it calls."""
    names = {**frame.f_globals, **frame.f_locals}
    try:
        name = asked if isinstance(asked, str) else exercise_meant(asked, specs, frame)
    except Unclear as error:
        raise CheckFailed(str(error)) from None
    if not isinstance(asked, str) and not callable(asked):
        one = name if name in specs else next(iter(specs))
        raise CheckFailed(f"{door} takes a function or its name, as in {door}({one}), not {describe(asked)}")
    if name not in specs:
        name = name or type(asked).__name__
        raise CheckFailed(f"{assignment} has no exercise {name!r}; its exercises are {', '.join(specs)}")
    if isinstance(asked, str) and not callable(names.get(name)):
        what = "is not a function" if name in names else "is not defined yet: run its cell first"
        raise CheckFailed(f"{name} {what}")
    return name, names[name] if isinstance(asked, str) else asked


def judge_visible(spec: Spec, function: Callable) -> Verdict:
    """Return the verdict on the visible cases, judged in this process; it tells what the function printed."""

    def call(case: Any, args: tuple) -> outcome.Outcome:
        return outcome.call(
            function, args, case.kwargs, spec.parameters, case.globals, case.via, case.withheld, case.again, heard=True
        )

    return judge_cases(spec, Answer(call), visible=True)


def find_folder(assignment: str) -> Path:
    """Return the folder with an assignment's visible reference outputs: of the course that one works in, else of one that is installed.

    ``*`` is any assignment.
    """
    try:
        here = Path.cwd()
    except OSError:  # it was deleted
        here = Path("/")
    places = [here, *here.parents, Path(__file__).parent, *map(Path, sys.path)]
    folders = [place / "data" / "reference" for place in places]
    found = (folder for folder in itertools.chain(folders, _in_a_library()) if any(folder.glob(f"{assignment}.json")))
    return next(found, folders[0])


def _in_a_library() -> Iterator[Path]:
    """Yield where reference outputs lie in packages that are installed; by names alone, as looking into each would take 0.1 s."""
    for place in sys.path:
        with contextlib.suppress(OSError):
            yield from (
                Path(place, name, "data", "reference") for name in sorted(os.listdir(place or ".")) if "." not in name
            )


_read: list[Spec] = []


def load_references(assignment: str, folder: Path | None = None) -> dict[str, Spec]:
    """Return the visible cases of an assignment by function name.

    Raises
    ------
    ValueError
        If there is no such assignment.
    """
    if not assignment.isidentifier():
        raise ValueError(f"{assignment!r} is no name of an assignment")
    folder = folder or find_folder(assignment)
    path = folder / f"{assignment}.json"
    if not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.json"))
        raise ValueError(f"no assignment is called {assignment!r}; there are {', '.join(known) or f'none in {folder}'}")
    return _references(path)


@functools.cache
def _references(path: Path) -> dict[str, Spec]:
    """Read a reference file once in a process, by whatever way it was found: that takes a tenth of a second."""
    data = json.loads(path.read_text(encoding="utf-8"))
    library.name(data["library"])
    specs = {entry["name"]: spec_from_data(path.stem, entry) for entry in data["functions"]}
    _read.extend(specs.values())
    return specs


def cases_read() -> list[Case]:
    """Return the visible cases that were read in this process so far."""
    return [reference.case for spec in _read for reference in spec.references]


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def show(shown: Any, keep: bool = False) -> Any:
    """Display what is shown, or print it where there is no display; to `keep` it returns a handle that can update it, if there is one."""
    if _shell() is None:
        if not keep:
            print(shown)
        return None
    from IPython.display import display

    return display(shown, display_id=True) if keep else display(shown)

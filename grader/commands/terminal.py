"""What all commands share: their common options, the terminal, and errors as one line with an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from grader import catalogue
from grader.catalogue import CatalogueError
from grader.course import CourseError
from grader.words import printable

if TYPE_CHECKING:
    from grader.course import HandIns

console = Console(highlight=False)

Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments by name; default: all.", show_default=False)]
CourseFolder = Annotated[
    Path, typer.Option("--course", help="The course folder: submissions, gradebook, feedback.", file_okay=False)
]
Students = Annotated[
    list[str] | None, typer.Option(help="Only these students (may be given again).", show_default=False)
]
Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="Gradebook by SQLAlchemy URL, e.g. postgresql://...; default: gradebook.db in the course folder.",
        show_default=False,
    ),
]

Require = Annotated[
    str | None,
    typer.Option(
        help="Grade with no less isolation than this: bubblewrap, landlock or uid; default: the best that there is.",
        show_default=False,
    ),
]


def chosen(assignments: list[str] | None) -> list[str]:
    """Return the assignments that were asked for, or all; a clear error for an unknown one."""
    with told():
        known = catalogue.existing()
        if not known:
            root = catalogue.course().root
            raise CatalogueError(
                f"{root / catalogue.FILE} names no assignment that has a folder in exercises/ and a notebook; "
                "python -m grader new FOLDER writes a course to begin with"
            )
    for name in assignments or []:
        if name not in known:
            raise typer.BadParameter(f"no assignment is called {name!r}; there are {', '.join(known)}")
    return assignments or known


def least_isolation(require: str | None, unsafe: bool) -> str:
    """Return the least isolation that was asked for, by name; a clear error for an unknown one."""
    from grader.sandbox import tiers

    try:
        tiers.good_enough(require or tiers.ANY)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if unsafe and require:
        raise typer.BadParameter("--unsafe and --require contradict each other")
    return tiers.NONE.name if unsafe else require or tiers.ANY


class told:
    """Turn errors that are not defects into one line and exit code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        from grader.exercise import EditError
        from grader.sandbox import SandboxError
        from grader.sandbox.jail import NotIsolated
        from grader.stubs import StubError

        if isinstance(error, ModuleNotFoundError) and (words := catalogue.said_of_missing(error.name or "")):
            error = CatalogueError(words)
        ours = CatalogueError | EditError | StubError | CourseError | NotIsolated | SandboxError | OSError
        if isinstance(error, ours):
            Console(stderr=True, highlight=False, soft_wrap=True).print(f"error: {error}", markup=False)
            raise typer.Exit(2) from None


def say(words: str) -> None:
    """Print a line of ours as it is, however long."""
    console.print(words, markup=False, soft_wrap=True)


def say_problems(hand_ins: HandIns) -> None:
    """Say which folders in submitted/ are not taken and which times there cannot be read."""
    for submission, why in hand_ins.problems:
        say(printable(f"{submission.student} {submission.assignment}: {why}"))


def progress() -> Progress:
    """Return the progress bar of long work."""
    columns = (
        TextColumn("{task.description:<40.40}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True)

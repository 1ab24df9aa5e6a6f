"""Setup: whether this machine can grade, and a JupyterHub on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from grader.commands.terminal import CourseFolder, console, say, told
from grader.course import Course


def doctor(course: CourseFolder = Path(".")) -> None:
    """Say what is installed, what protects against students' code here, and how to mend what is missing."""
    from grader.doctor import findings

    table = Table(show_header=True, box=None, pad_edge=False)
    table.add_column("check"), table.add_column("state"), table.add_column("what it means")
    missing = 0
    with told():
        found = findings(Course.at(course))
    for finding in found:
        missing += finding.needed and not finding.good
        table.add_row(
            finding.name,
            "[green]ok[/]" if finding.good else "[red]missing[/]" if finding.needed else "[yellow]absent[/]",
            finding.words,
        )
    console.print(table)
    if missing:
        console.print(f"{missing} needed part{'s' * (missing > 1)} missing")
        raise typer.Exit(1)
    console.print("ready to grade, isolated")


def hub_setup(
    course: Annotated[
        Path, typer.Option("--course", help="The course folder, outside of the checkout.", file_okay=False)
    ],
    instructor: Annotated[
        str, typer.Option(help="The account of the instructor, whose course folder and checkout become.")
    ],
    exchange: Annotated[
        Path, typer.Option(help="The exchange, through which students get and hand in notebooks.", file_okay=False)
    ] = Path("/srv/exchange"),
) -> None:
    """Set up a JupyterHub on this machine for the course, as root; say what is left to do. A second run changes nothing."""
    from grader.hub import Hub, set_up

    blocked = False
    with told():
        for step in set_up(Hub(course.resolve(), exchange.resolve(), instructor)):
            blocked = blocked or step.needed
            say(f"{'done' if step.done else 'to do'}: {step.words}")
    if blocked:
        raise typer.Exit(1)

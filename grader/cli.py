"""The commands: ``python -m grader COMMAND``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from grader import exercises as catalogue

app = typer.Typer(
    help="Release, collect, grade and return the assignments of Improving Deep Neural Networks.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)

Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments by name; default: all.", show_default=False)]


def chosen(assignments: list[str] | None) -> list[str]:
    """Return the assignments that were asked for, or all; a clear error for an unknown one."""
    known = catalogue.existing()
    for name in assignments or []:
        if name not in known:
            raise typer.BadParameter(f"no assignment is called {name!r}; there are {', '.join(known)}")
    return assignments or known


@app.command()
def references(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file is stale.")] = False,
) -> None:
    """Compute the visible reference outputs in data/reference/ from the solutions."""
    from grader.references import write_visible

    stale = [slug for slug in chosen(assignments) if not write_visible(slug, check=check)]
    for slug in stale:
        console.print(f"data/reference/{slug}.json {'is stale: run python -m grader references' if check else 'written'}")
    if check and stale:
        raise typer.Exit(1)
    if not stale:
        console.print("reference outputs are up to date")

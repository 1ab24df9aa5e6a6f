"""The commands: ``python -m grader COMMAND``."""

from __future__ import annotations

import typer

from grader.commands.collect import collect
from grader.commands.laboratory import claims, demo, quality, references, simulate
from grader.commands.machine import doctor, hub_setup
from grader.commands.term import due, export, extend, feedback, grade, release, report

PANELS = {
    "A term, in its order": (release, due, collect, grade, extend, feedback, report, export),
    "Trying it out": (demo, doctor, hub_setup, simulate),
    "For maintainers": (references, claims, quality),
}

app = typer.Typer(
    help="Release, collect, grade and return the assignments of Improving Deep Neural Networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)

"""The commands: ``python -m grader COMMAND``."""

from __future__ import annotations

import typer

from grader import catalogue
from grader.commands.author import cells, name, new
from grader.commands.collect import collect
from grader.commands.laboratory import claims, demo, predictions, quality, references, simulate
from grader.commands.machine import doctor, hub_setup
from grader.commands.questions import questions
from grader.commands.serve import classroom, gradescope, serve, tokens
from grader.commands.term import due, export, extend, feedback, grade, release, report

PANELS = {
    "A term, in its order": (release, due, collect, grade, extend, feedback, report, export, questions),
    "Handing in elsewhere": (tokens, serve, gradescope, classroom),
    "Trying it out": (demo, doctor, hub_setup, simulate),
    "Writing a course": (new, cells, references, claims, predictions, quality, name),
}


def _title() -> str:
    """Return whose assignments the commands work on; what is wrong with a course.toml its commands say."""
    try:
        return catalogue.course().title
    except catalogue.CatalogueError:
        return "a course"


app = typer.Typer(
    help=f"Release, collect, grade and return the assignments of {_title()}.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)

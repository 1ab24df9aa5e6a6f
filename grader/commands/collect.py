"""Course work: what students handed in comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader.commands.terminal import CourseFolder, Database, chosen, console, say, say_problems, told
from grader.course import Course
from grader.words import counted, printable


def collect(
    assignment: Annotated[str, typer.Option("--assignment", "-a", help="The assignment that was handed in.")],
    source: Annotated[
        Path | None,
        typer.Argument(
            help="The downloaded zip of Canvas, Moodle or another system (see --format), a folder with one folder a student, or a notebook.",
            show_default=False,
        ),
    ] = None,
    exchange: Annotated[
        bool, typer.Option("--exchange", help="Take what was submitted through nbgrader's exchange instead.")
    ] = False,
    kind: Annotated[
        str,
        typer.Option(
            "--format",
            help="How the files are named: auto, canvas, moodle, folder (one a student), gradescope, blackboard, brightspace, sakai, "
            "ilias, github or autolab.",
        ),
    ] = "auto",
    roster: Annotated[
        list[Path] | None,
        typer.Option(
            help="CSV that names the students: columns id, first_name, last_name, email, lms_id; or Canvas's gradebook export, "
            "or Moodle's grading worksheet (may be given again).",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Where a roster's heading does not say what stands in the column: FIELD=HEADING, e.g. id=Kennung, with a field of id, "
            "name, first_name, last_name, email, lms_id, number, login, participant, submitted (may be given again).",
            show_default=False,
        ),
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            help="CSV of who hands in together: columns group, student; or Canvas's export of a group set, or Moodle's participants with "
            "their groups. Each member gets the group's hand-in.",
            show_default=False,
        ),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(
            help="How names say whose a file is, where no format does: e.g. '{student}_{any}.ipynb' or 'hw1/{student}/{any}', or a regular "
            "expression with a group named student.",
            show_default=False,
        ),
    ] = None,
    course: CourseFolder = Path("."),
    db: Database = None,
) -> None:
    """Put a download of hand-ins into the course folder and say what became of every file. A second run changes nothing.

    Exit code 0: every hand-in has its student; 1: some files, times or rows need a person (they are listed); 2: nothing could be done.
    """
    from grader.intake import collect as collecting

    if kind not in collecting.FORMATS:
        raise typer.BadParameter(f"{kind!r} is no format; there are {', '.join(collecting.FORMATS)}")
    if exchange is (source is not None):
        raise typer.BadParameter("give the download, or --exchange, and not both")
    chosen([assignment])
    with told(), console.status("reading the exchange" if exchange else "reading the download"):
        found = collecting.take(Course.at(course, db), assignment, source, kind, roster or [], column, groups, pattern)
    table = Table(box=None, pad_edge=False)
    for heading in ("student", "file", "when", "outcome", "why"):
        table.add_column(heading, overflow="fold")
    for line in found.lines:
        file = collecting.own_name(line.file) if line.student and not exchange else line.file
        row = (line.student, file, line.when, line.outcome, line.why)
        table.add_row(*(Text(printable(cell)) for cell in row))
    console.print(table)
    for words in found.told:
        say(printable(words))
    more = f", {counted(found.untimed, 'time')} not known" if found.untimed else ""
    more += f", {counted(len(found.told), 'row')} told above" if found.told else ""
    say(f"{assignment}: {', '.join(f'{count} {outcome}' for outcome, count in found.counts.items())}{more}")
    if found.absent:
        say(f"nothing from {len(found.absent)} of the roster: {', '.join(found.absent)}")
    say_problems(found.hand_ins)
    if found.needs_a_person:
        raise typer.Exit(1)

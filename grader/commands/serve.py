"""Where students hand in and read their verdicts: a service of ours with its tokens, and Gradescope."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.terminal import (
    Assignments,
    CourseFolder,
    Database,
    Require,
    chosen,
    console,
    least_isolation,
    say,
    told,
)
from grader.course import Course
from grader.words import counted, printable

if TYPE_CHECKING:
    from grader.serve.engine import Answer
    from grader.serve.inbox import Upload


def tokens(
    students: Annotated[
        list[str] | None,
        typer.Argument(help="Students by id; default: all of the gradebook and the roster.", show_default=False),
    ] = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    roster: Annotated[
        list[Path] | None,
        typer.Option(help="CSV that names the students, as for collect (may be given again).", show_default=False),
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Make new tokens also for those who have one; theirs ends.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="The file; default: tokens.csv in the course folder.", show_default=False)
    ] = None,
) -> None:
    """Make a token for each student who has none: with it a student hands in by python -m grader serve.

    The tokens stand in the file that is written, and nowhere else: only their hashes are kept. Who has a token keeps it.
    """
    from grader.serve.tokens import issue

    place = Course.at(course, db)
    path = output or place.root / "tokens.csv"
    with told():
        made = issue(place, students or [], roster or [], renew, path)
    say(f"{counted(made, 'new token')}: {path}" if made else "everybody has a token; --renew makes new ones")


def serve(
    assignments: Assignments = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    verdicts: Annotated[
        str,
        typer.Option(
            help="What students see: visible, what their own checks say here, and no grade is made; or hidden, the grade and its feedback."
        ),
    ] = "visible",
    tries: Annotated[int, typer.Option(help="How many times a student can hand in within an hour.", min=1)] = 10,
    megabytes: Annotated[int, typer.Option(help="The most that an uploaded file may have.", min=1, max=128)] = 32,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.", min=0, max=65535)] = 8800,
    workers: Annotated[
        int | None, typer.Option(help="Processes on this machine; default: one a core.", min=1, show_default=False)
    ] = None,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Run notebooks without isolation.")] = False,
    require: Require = None,
) -> None:
    """Take hand-ins by HTTP, from a browser or a program, and answer them in seconds. Give it to the network behind a proxy with TLS.

    Ends with Ctrl-C or SIGTERM; the next start answers what was taken and not answered.
    """
    from grader.executors import open_pool
    from grader.serve.engine import VERDICTS

    if verdicts not in VERDICTS:
        raise typer.BadParameter(f"--verdicts is {' or '.join(VERDICTS)}, not {verdicts!r}")
    try:
        from grader.serve.server import run_service
    except ImportError as error:
        say(f"error: {error.name} is missing; install it with: pip install -e '.[serve]'")
        raise typer.Exit(2) from None
    place, slugs, least = Course.at(course, db), chosen(assignments), least_isolation(require, unsafe)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    with told():
        try:
            with open_pool(workers, least=least) as pool, console.status("getting ready") as status:

                def ready(url: str) -> None:
                    status.stop()
                    say(f"hand in at {url}, {verdicts} verdicts; Ctrl-C ends it")

                run_service(place, slugs, pool, verdicts, tries, megabytes << 20, host, port, least, _say_answer, ready)
        except KeyboardInterrupt:
            say("ended; what was taken and is not answered yet waits for the next start")
        finally:
            signal.signal(signal.SIGTERM, before)


def gradescope(
    assignment: Annotated[str, typer.Argument(help="The assignment; it must be released.")],
    course: CourseFolder = Path("."),
    output: Annotated[
        Path | None, typer.Option(help="The zip; default: .instructor/ASSIGNMENT-gradescope.zip.", show_default=False)
    ] = None,
    visibility: Annotated[
        str, typer.Option(help="When students see it: visible, after_due_date, after_published or hidden.")
    ] = "visible",
) -> None:
    """Write the autograder for Gradescope. It holds the answers and the hidden seed: for Gradescope's upload alone."""
    from grader.gradescope import VISIBILITIES, pack

    chosen([assignment])
    if visibility not in VISIBILITIES:
        raise typer.BadParameter(f"--visibility is one of {', '.join(VISIBILITIES)}, not {visibility!r}")
    place = Course.at(course)
    with told():
        target = pack(place, assignment, output or place.private / f"{assignment}-gradescope.zip", visibility)
    say(f"{target}: upload it as the autograder of a programming assignment, image Ubuntu 24.04 or later")


def classroom(
    assignment: Annotated[str, typer.Argument(help="The assignment; it must be released.")],
    course: CourseFolder = Path("."),
    output: Annotated[
        Path | None, typer.Option(help="The folder; default: handouts/ASSIGNMENT-classroom.", show_default=False)
    ] = None,
) -> None:
    """Write the template repository for GitHub Classroom: the handout, and a workflow that gives points on the visible cases."""
    from grader.classroom import write

    chosen([assignment])
    with told():
        target = write(Course.at(course), assignment, output)
    say(f"{target}: make a template repository of it; grades are made here, by collect and grade")


def _say_answer(upload: Upload, answer: Answer) -> None:
    score = f" {answer.score:g} of {answer.points:g}" if answer.score is not None else ""
    say(printable(f"{upload.when} {upload.student} {upload.assignment}: {answer.outcome}{score}"))

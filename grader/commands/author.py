"""Writing a course: a first one to begin with, notebooks that keep up with solutions and exercises, mistakes that students make."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader import catalogue
from grader.commands.terminal import Assignments, CourseFolder, Require, chosen, least_isolation, say, told
from grader.course import Course


def new(
    folder: Annotated[Path, typer.Argument(help="Where the course is written: a folder that is not there yet.")],
    title: Annotated[str, typer.Option(help="Its name; default: the folder's.", show_default=False)] = "",
) -> None:
    """Write a small course to begin with: one assignment with one exercise, which can be released and graded at once.

    docs/your-own-course.md goes on from there to an exercise of your own.
    """
    from grader import new as writing

    with told():
        place = writing.write(folder, title)
    say(f"wrote a course to {place}: the assignment first_steps with one exercise")
    say(f"next:  cd {place}")
    if not writing.is_found(place):
        say(f"       export PYTHONPATH={catalogue.DELIVERED}")
    say(
        "       python -m grader release, then simulate, grade, feedback and report: the whole way on a simulated class"
    )
    say(f"then:  {catalogue.DELIVERED / 'docs' / 'your-own-course.md'}: an exercise of your own")


def cells(
    assignments: Assignments = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a notebook is not up to date.")
    ] = False,
) -> None:
    """Bring notebooks up to date with solutions and exercises: cells of new exercises, points, stubs."""
    from grader.cells import update

    stale = False
    for slug in chosen(assignments):
        with told():
            found = update(slug, check)
        for name in found.added:
            say(f"{slug}: {name} {'has no cells' if check else 'has its cells; write its task and hints'}")
        if found.points:
            say(f"{slug}: points {'differ' if check else 'written'}")
        for name in found.stale:
            say(f"{slug}: the stub of {name} {'is stale' if check else 'was written'}")
        stale = stale or bool(found)
    if check and stale:
        raise typer.Exit(1)
    if not stale:
        say("the notebooks are up to date")


def name(
    assignment: Annotated[str, typer.Argument(help="The assignment.", show_default=False)],
    exercise: Annotated[str, typer.Argument(help="The function that was refused.", show_default=False)],
    student: Annotated[str, typer.Argument(help="One of those who made the slip.", show_default=False)],
    mistake: Annotated[str, typer.Argument(help="What it is to be called, as turned_round.", show_default=False)],
    course: CourseFolder = Path("."),
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Run the student's code without isolation.")] = False,
    require: Require = None,
) -> None:
    """Give a slip that students share a name: write the edit of the solution that computes what one of their answers does into the exercise.

    The answer runs in the jail, on visible and hidden cases; no line of it gets into the exercise. The hint is yours to write: as long as it is
    empty, students are told where the slip is, as before.
    """
    from grader.naming import name_slip

    (slug,) = chosen([assignment])
    with told():
        found = name_slip(Course.at(course), slug, exercise, student, mistake, least_isolation(require, unsafe))
    say(f"exercises/{slug}/{exercise}.py:\n{found.text('  ')}")
    say(f"write its hint there, then: python -m grader references {slug}")

"""Questions about students' own code: pages for a conversation, and quizzes for a learning-management system."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from grader.commands.terminal import (
    CourseFolder,
    Require,
    Students,
    chosen,
    console,
    least_isolation,
    progress,
    say,
    told,
)
from grader.course import Course
from grader.words import counted


def questions(
    assignment: Annotated[str, typer.Argument(help="The assignment.", show_default=False)],
    course: CourseFolder = Path("."),
    student: Students = None,
    per_student: Annotated[int, typer.Option(help="Questions a student, at most.", min=1, max=12)] = 4,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the pages; default: questions/ASSIGNMENT in the course folder.", show_default=False
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes on this machine; default: one a core.", min=1, show_default=False)
    ] = None,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Run students' code without isolation.")] = False,
    require: Require = None,
) -> None:
    """Write questions about each student's own functions, answered by running them: pages, an index, Moodle XML and Canvas QTI.

    They are made in the jail and kept; a second run takes up where the first ended. Nothing of it counts for a grade.
    """
    from grader import executors
    from grader.questions import Class

    (slug,) = chosen([assignment])
    place, start, least = Course.at(course), time.monotonic(), least_isolation(require, unsafe)
    try:
        with told(), executors.open_pool(workers, None, least) as pool:
            asked = Class(place, slug, student or (), per_student, least)
            with progress() as bar:
                task = bar.add_task("asking", total=len(asked.todo))
                for one in asked.ask(pool):
                    bar.update(task, advance=1, description=f"{slug} {one.student}")
    except KeyboardInterrupt:
        console.print("\ninterrupted: what was made is kept; run the command again for the rest")
        raise typer.Exit(130) from None
    with told():
        index = asked.write(output or place.root / "questions" / slug)
    failed = [one for one in asked.asked.values() if one.failure]
    for one in failed:
        say(f"{one.student}: {one.failure}")
    total = sum(len(one.questions) for one in asked.asked.values())
    kept = f", {asked.done} of them made before" if asked.done else ""
    say(
        f"{counted(total, 'question')} for {counted(len(asked.asked), 'student')}{kept}, in {time.monotonic() - start:.1f} s: {index}"
    )
    if failed:
        raise typer.Exit(1)

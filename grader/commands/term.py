"""Course work, in the order of a term: release, due, grade, extend, feedback, report and export (collect has a module of its own)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.terminal import (
    Assignments,
    CourseFolder,
    Database,
    Require,
    Students,
    chosen,
    console,
    least_isolation,
    progress,
    say,
    say_problems,
    told,
)
from grader.course import Course, read_time
from grader.times import said
from grader.words import counted, printable

if TYPE_CHECKING:
    from grader.grading import Run


def release(
    assignments: Assignments = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    note: Annotated[
        str, typer.Option(help="What a corrected release changes, in a sentence for the students.", show_default=False)
    ] = "",
    handouts: Annotated[bool, typer.Option(help="Also write the folder and the zip for students.")] = True,
) -> None:
    """Make what students get, without answers, and enter the assignments into the gradebook.

    release/NAME/ holds the notebook, for nbgrader's exchange; handouts/NAME-vN.zip holds all that a student needs on an own machine.
    """
    from grader.release import release_all

    with told():
        for one in release_all(Course.at(course, db), chosen(assignments), note, handouts):
            if one.unchanged:
                say(
                    f"{one.assignment} is as version {one.number} was, so it stays version {one.number} and the note is not taken"
                )
            say(f"released {one.assignment}, version {one.number}: {one.where}")


def due(
    assignment: Annotated[
        str | None, typer.Argument(help="The assignment; default: show all.", show_default=False)
    ] = None,
    when: Annotated[
        str | None,
        typer.Argument(
            help='The time, e.g. "2026-10-05 23:59" (this machine\'s zone) or "2026-10-05 23:59 +02:00"; a day alone means its end; '
            "none takes the date away.",
            show_default=False,
        ),
    ] = None,
    course: CourseFolder = Path("."),
    db: Database = None,
) -> None:
    """Set or show when assignments are due. Late penalties follow at once, without grading again."""
    from grader import late

    place = Course.at(course, db)
    if assignment is not None:
        chosen([assignment])
    with told():
        if when is not None:
            late.set_due(place, assignment, None if when == "none" else read_time(when, end_of_day=True))
        for name, date in late.due_dates(place, assignment):
            say(f"{name}: {'due ' + said(date) if date else 'no due date'}")


def grade(
    assignments: Assignments = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    student: Students = None,
    since: Annotated[
        str | None,
        typer.Option(
            help='Only what was handed in since this time, e.g. "2026-10-05" or "2026-10-05 12:00 +02:00"; default: all.',
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes on this machine; default: one a core.", min=1, show_default=False)
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Grade on a dask cluster instead, e.g. tcp://host:8786.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is graded and unchanged.")] = False,
    figures: Annotated[bool, typer.Option(help="Keep students' figures for the feedback pages.")] = True,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Grade without isolation; every grade is marked so.")
    ] = False,
    require: Require = None,
    ci: Annotated[
        bool,
        typer.Option(
            "--ci",
            help="For a runner: also print a line of points for each hand-in, as a table in GitHub's summary too.",
        ),
    ] = False,
) -> None:
    """Grade what was handed in, isolated and in parallel. A second run takes up where the first ended.

    Exit code 0: all graded; 1: some could not be graded (they are listed); 2: nothing could be done; 130: interrupted.
    """
    start, least = time.monotonic(), least_isolation(require, unsafe)
    run = grade_class(
        Course.at(course, db), chosen(assignments), student, since, workers, scheduler, force, figures, least
    )
    if run.hand_ins.taken:
        isolation = "NOT isolated" if unsafe else f"isolated by {run.isolation}" if run.isolation else "isolated"
        say(f"graded {run.graded} of {run.total} submissions in {time.monotonic() - start:.1f} s, {isolation}")
    if ci:
        from grader.classroom import points

        for line in points([*run.plan.done, *run.entries] if run.plan else []):
            say(line)
    if not run.complete:
        raise typer.Exit(1)


def grade_class(
    place: Course,
    slugs: list[str],
    students: list[str] | None = None,
    since: str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    force: bool = False,
    figures: bool = True,
    least: str = "uid",
) -> Run:
    """Grade with a progress bar, and say of which hand-ins an instructor should know more than the grade."""
    from grader import executors, grading

    with told():
        run = grading.Run(place, slugs, students or (), read_time(since) if since is not None else None, force, least)
    if not run.hand_ins.taken:
        say_problems(run.hand_ins)
        return run
    try:
        with told(), executors.open_pool(workers, scheduler, least) as pool:
            run.begin(pool)
            if run.since is not None and not run.plan.todo:
                say(f"nothing that is not graded yet was handed in since {said(run.since)}")
            with progress() as bar:
                task = bar.add_task("grading", total=len(run.plan.todo))
                for entry in run.grade(pool, figures):
                    bar.update(task, advance=1, description=f"{entry.assignment} {entry.student}")
    except KeyboardInterrupt:
        many = f"{len(run.entries)} of {len(run.plan.todo)} submissions" if run.plan else "no submissions"
        console.print(f"\ninterrupted: {many} are graded and stored; run the command again for the rest")
        raise typer.Exit(130) from None
    say_problems(run.hand_ins)
    for entry in run.ungraded:
        say(f"{entry.student} {entry.assignment}: {entry.outcome}: {printable(' '.join(entry.notes))}")
    if run.slow:
        named = ", ".join(f"{e.student} {e.assignment} {e.seconds:.0f} s" for e in run.slow[:5])
        more = f" and {len(run.slow) - 5} more" if len(run.slow) > 5 else ""
        say(f"ran into limits: {named}{more}; their notes say where")
    if run.plan.done:
        say(f"{len(run.plan.done)} submissions were graded before and are unchanged")
    return run


def extend(
    assignment: Annotated[str, typer.Argument(help="The assignment.", show_default=False)],
    student: Annotated[str, typer.Argument(help="The student's id.", show_default=False)],
    days: Annotated[
        float, typer.Argument(help="Days after the due date; 0 takes the extension away.", min=0, show_default=False)
    ],
    course: CourseFolder = Path("."),
    db: Database = None,
) -> None:
    """Give one student more time, before or after the hand-in. It replaces an earlier extension; penalties follow at once."""
    from grader import late

    chosen([assignment])
    with told():
        late.extend(Course.at(course, db), assignment, student, days)
    console.print(
        f"{student} has {days:g} more day{'s' * (days != 1)} for {assignment}"
        if days
        else f"{student} has no extension for {assignment}"
    )


def feedback(
    assignments: Assignments = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    student: Students = None,
    zips: Annotated[
        str | None,
        typer.Option(
            "--zip",
            help="Also pack the pages into returned/: students (one zip each), canvas or moodle (one zip to upload).",
            show_default=False,
        ),
    ] = None,
    exchange: Annotated[
        bool, typer.Option("--exchange", help="Also give the pages to nbgrader's exchange, where students fetch them.")
    ] = False,
) -> None:
    """Write a feedback page for every graded submission: one file each, which needs no network and runs no script."""
    from grader import feedback as returning

    if zips is not None and zips not in returning.FORMATS:
        raise typer.BadParameter(f"{zips!r} is no kind of zip; there are {', '.join(returning.FORMATS)}")
    place = Course.at(course, db)
    with told():
        slugs = returning.graded_assignments(place, chosen(assignments), asked=bool(assignments))
    for slug in slugs:
        with told(), console.status(f"writing feedback for {slug}"):
            pages = returning.write_pages(place, slug, *student or [])
        say(f"feedback for {slug}: {counted(len(pages), 'page')} in {place.root / 'feedback'}")
        if zips:
            with told(), console.status(f"packing feedback for {slug}"):
                packed = returning.write_zips(place, slug, zips)
            where = packed[0][0] if len(packed) == 1 else packed[0][0].parent
            say(f"packed {counted(len(packed), 'zip')}: {where}")
            absent = [who for _, students in packed for who in students]
            if absent:
                say(
                    f"not in it, because their hand-ins did not come from {zips.capitalize()}, or as a group's without a --roster that has "
                    f"the member's number: {', '.join(absent)}"
                )
        if exchange:
            _to_exchange(place, slug)


def _to_exchange(place: Course, slug: str) -> None:
    from grader.exchange import release_feedback

    with told():
        delivered, undelivered = release_feedback(place, slug)
    say(f"{counted(len(delivered), 'page')} of {slug} can be fetched through the exchange")
    for student, why in undelivered:
        say(f"{student}: not through the exchange: {why}")


def report(
    assignments: Assignments = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Folder for the page; default: build/report in the course folder.", show_default=False),
    ] = None,
) -> None:
    """Write the class report: distributions, exercises, common mistakes, what needs a person."""
    from grader.report import build

    place, slugs = Course.at(course, db), chosen(assignments)
    with told(), console.status("writing the class report"):
        path = build(place, slugs, output or place.root / "build" / "report")
    say(f"class report: {path}")


def export(
    assignments: Assignments = None,
    course: CourseFolder = Path("."),
    db: Database = None,
    output: Annotated[
        Path | None, typer.Option(help="The file; default: grades.csv in the course folder.", show_default=False)
    ] = None,
    kind: Annotated[
        str, typer.Option("--format", help="plain, canvas, moodle (CSV in their own columns) or json.")
    ] = "plain",
    template: Annotated[
        Path | None,
        typer.Option(
            help="Canvas's gradebook export or Moodle's grading worksheet: the file that is written is this one with the grades filled in, "
            "and all else as it was.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Which column of the template is an assignment's, where its heading does not say so: ASSIGNMENT=HEADING; or, as with "
            "collect, FIELD=HEADING (may be given again).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the grades as CSV or JSON, missing hand-ins included.

    Exit code 0: all written; 1: a row of the template could not be filled (it is listed); 2: nothing could be done.
    """
    from grader.export import FORMATS, export_grades

    if kind not in FORMATS:
        raise typer.BadParameter(f"{kind!r} is no format; there are {', '.join(FORMATS)}")
    if column and template is None:
        raise typer.BadParameter("--column says which column of a --template is meant; give the template")
    place, slugs = Course.at(course, db), chosen(assignments)
    path = output or place.root / ("grades.json" if kind == "json" else "grades.csv")
    with told():
        filled, words = export_grades(place, slugs, path, kind, template, column or [], asked=bool(assignments))
    for line in words:
        say(printable(line))
    say(f"{filled} grades: {path}")
    if words:
        raise typer.Exit(1)

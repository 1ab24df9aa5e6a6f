"""The commands: ``python -m grader COMMAND``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from grader import catalogue
from grader.course import Course, CourseError

if TYPE_CHECKING:
    from grader.grading import Plan

TERM, TRY, KEEP = "A term, in its order", "Trying it out", "For maintainers"  # the panels of --help

app = typer.Typer(
    help="Release, collect, grade and return the assignments of Improving Deep Neural Networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
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


@app.command(rich_help_panel=TERM)
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
    import tempfile

    from grader.release import handout, version
    from grader.release import release as release_one
    from tools.wheel import build_wheel

    place = Course.at(course, db)
    slugs = chosen(assignments)
    with tempfile.TemporaryDirectory() as folder:
        wheel = None
        for slug in slugs:
            with told():
                where = release_one(place, slug, note)
                number, kept = version(place, slug)
                if note and kept != note:
                    console.print(
                        f"{slug} is as version {number} was, so it stays version {number} and the note is not taken"
                    )
                if handouts:
                    wheel = wheel or build_wheel(Path(folder))
                    where = handout(place, slug, wheel)
            console.print(f"released {slug}, version {number}: {where}", soft_wrap=True)


@app.command(rich_help_panel=TERM)
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
    from grader.gradebook import open_gradebook

    place = Course.at(course, db)
    if assignment is not None:
        chosen([assignment])
    if when is not None:
        with told():
            late.set_due(place, assignment, None if when == "none" else late.read_time(when, end_of_day=True))
    with told(), open_gradebook(place) as gradebook:
        known = [entry for entry in gradebook.assignments if assignment in (None, entry.name)]
        if not known:
            raise CourseError(
                f"{assignment or 'nothing'} was released in this course yet; run: python -m grader release"
            )
        for entry in known:
            console.print(
                f"{entry.name}: {'due ' + late.said(entry.duedate) if entry.duedate else 'no due date'}", soft_wrap=True
            )


@app.command(rich_help_panel=TERM)
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
    from grader.intake.groups import Groups, read_groups
    from grader.intake.roster import read_rosters

    if kind not in collecting.FORMATS:
        raise typer.BadParameter(f"{kind!r} is no format; there are {', '.join(collecting.FORMATS)}")
    if exchange is (source is not None):
        raise typer.BadParameter("give the download, or --exchange, and not both")
    chosen([assignment])
    place = Course.at(course, db)
    with told():
        people = read_rosters(roster or [], column)
        together = read_groups(groups, people) if groups else Groups()
        names = collecting.Pattern(pattern) if pattern else None
        if source is None:
            from grader.exchange import collect as from_exchange

            lines = from_exchange(place, assignment, people)
        else:
            with console.status("reading the download"):
                lines = collecting.collect(place, source, assignment, kind, people, together, names)
    table = Table(box=None, pad_edge=False)
    for heading in ("student", "file", "when", "outcome", "why"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        file = collecting.own_name(line.file) if line.student and not exchange else line.file
        row = (line.student, file, line.when, line.outcome, line.why)
        table.add_row(*(Text(_printable(cell)) for cell in row))
    console.print(table)
    for words in [*people.told, *together.told]:
        console.print(_printable(words), markup=False, soft_wrap=True)
    counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in collecting.OUTCOMES}
    untimed = sum(line.why.startswith(collecting.UNTIMED) for line in lines)
    more = f", {_count(untimed, 'time')} not known" if untimed else ""
    more += (
        f", {_count(len(people.told) + len(together.told), 'row')} told above" if people.told or together.told else ""
    )
    console.print(
        f"{assignment}: {', '.join(f'{count} {outcome}' for outcome, count in counts.items())}{more}", soft_wrap=True
    )
    absent = collecting.missing(place, assignment, people)
    if absent:
        console.print(f"nothing from {len(absent)} of the roster: {', '.join(absent)}", markup=False, soft_wrap=True)
    if _tell_refused(place, [assignment]) or counts["refused"] or untimed or together.told:
        raise typer.Exit(1)


def _printable(words: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in words)


def _tell_refused(place: Course, slugs: list[str]) -> int:
    """Say which folders in submitted/ are not taken and which times there cannot be read; return how many."""
    found = [(slug, who, why) for slug in slugs for who, why in place.refused(slug)]
    found += [(slug, s.student, s.wrong_time) for slug in slugs for s in place.submissions(slug) if s.wrong_time]
    for slug, who, why in found:
        console.print(_printable(f"{who} {slug}: {why}"), markup=False, soft_wrap=True)
    return len(found)


@app.command(rich_help_panel=TERM)
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
) -> None:
    """Grade what was handed in, isolated and in parallel. A second run takes up where the first ended.

    Exit code 0: all graded; 1: some could not be graded (they are listed); 2: nothing could be done; 130: interrupted.
    """
    place, slugs = Course.at(course, db), chosen(assignments)
    odd = 0 if student else sum(len(place.refused(slug)) for slug in slugs)
    if odd and not any(place.submissions(slug) for slug in slugs):
        _tell_refused(place, slugs)
        raise typer.Exit(1)
    done, total, seconds = _grade(
        chosen(assignments), course, db, student, workers, scheduler, force, figures, unsafe, since=since
    )
    console.print(
        f"graded {done} of {total} submissions in {seconds:.1f} s, {'NOT isolated' if unsafe else 'isolated'}",
        soft_wrap=True,
    )
    if done < total or odd:
        raise typer.Exit(1)


def _grade(
    slugs: list[str],
    course: Path,
    db: str | None = None,
    students: list[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    force: bool = False,
    figures: bool = True,
    unsafe: bool = False,
    since: str | None = None,
) -> tuple[int, int, float]:
    """Grade with a progress bar; return how many are graded, of how many, and the seconds it took."""
    from grader import executors
    from grader.sandbox import jail

    place = Course.at(course, db)
    start = time.monotonic()
    entries: list = []
    plan = None
    with told():
        _refuse_nothing(place, slugs, students)
        if not unsafe and not scheduler:
            jail.require_isolation()
    try:
        with told(), executors.dask(scheduler) if scheduler else executors.local(workers) as pool:
            waiting = [one for slug in slugs for one in place.submissions(slug, set(students) if students else None)]
            pool.warm_up(waiting[0].assignment, len(waiting), not unsafe)  # while this process imports nbgrader
            from grader import grading, late

            plan = _plan(place, slugs, students, since, force, unsafe)
            if not plan.todo:
                pool.kill()
            with progress() as bar:
                task = bar.add_task("grading", total=len(plan.todo))
                for entry in grading.grade(place, plan, pool, not unsafe, figures):
                    entries.append(entry)
                    bar.update(task, advance=1, description=f"{entry.assignment} {entry.student}")
    except KeyboardInterrupt:
        many = f"{len(entries)} of {len(plan.todo)} submissions" if plan else "no submissions"
        console.print(f"\ninterrupted: {many} are graded and stored; run the command again for the rest")
        raise typer.Exit(130) from None
    with told():
        late.settle(place, slugs)
        _tell_refused(place, slugs)
    failed = [entry for entry in entries if entry.outcome == "failed"]
    for entry in entries:
        if entry.outcome != "graded":
            notes = "".join(c if c.isprintable() else "?" for c in " ".join(entry.notes))  # they may quote a student
            console.print(f"{entry.student} {entry.assignment}: {entry.outcome}: {notes}", markup=False, soft_wrap=True)
    slow = sorted((e for e in entries if e.seconds > grading.SLOW), key=lambda e: -e.seconds)
    if slow:
        named = ", ".join(f"{e.student} {e.assignment} {e.seconds:.0f} s" for e in slow[:5])
        more = f" and {len(slow) - 5} more" if len(slow) > 5 else ""
        console.print(f"ran into limits: {named}{more}; their notes say where", markup=False, soft_wrap=True)
    if plan.done:
        console.print(f"{len(plan.done)} submissions were graded before and are unchanged")
    total = len(plan.todo) + len(plan.done)
    return total - len(failed), total, time.monotonic() - start


def _plan(
    place: Course, slugs: list[str], students: list[str] | None, since: str | None, force: bool, unsafe: bool
) -> Plan:
    """Return what is to be graded, of what was handed in since a moment."""
    from grader import grading, late

    moment = late.read_time(since) if since is not None else None
    plan = grading.plan(place, slugs, set(students) if students else None, force, not unsafe)
    if moment is not None:
        recent = {(s.student, s.assignment) for slug in slugs for s in place.submissions(slug) if s.handed_in >= moment}
        plan.todo = [s for s in plan.todo if (s.student, s.assignment) in recent]
        plan.done = [e for e in plan.done if (e.student, e.assignment) in recent]
        if not plan.todo:
            console.print(f"nothing that is not graded yet was handed in since {late.said(moment)}", soft_wrap=True)
    return plan


def _refuse_empty(place: Course) -> None:
    """Raise where the gradebook knows no assignment or nobody."""
    from grader.gradebook import open_gradebook

    with open_gradebook(place) as gradebook:
        if not gradebook.assignments:
            raise CourseError(
                f"nothing was released in {place.root} yet; run: python -m grader release, or give the course folder with --course"
            )
        if not gradebook.students:
            raise CourseError(
                f"nobody is in the gradebook of {place.root} yet; run: python -m grader collect, with a --roster"
            )


def _refuse_nothing(place: Course, slugs: list[str], students: list[str] | None) -> None:
    """Raise where nothing was handed in, or nothing by a student who was asked for."""
    there = {submission.student for slug in slugs for submission in place.submissions(slug)}
    what = slugs[0] if len(slugs) == 1 else "any assignment"
    if not there:
        raise CourseError(
            f"nothing of {what} lies in {place.root / 'submitted'}; put hand-ins there with python -m grader collect, "
            "or give the course folder with --course"
        )
    absent = [student for student in students or [] if student not in there]
    if absent:
        raise CourseError(f"nothing of {what} was handed in by {', '.join(absent)}")


@app.command(rich_help_panel=TERM)
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


@app.command(rich_help_panel=TERM)
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
    written = 0
    for slug in chosen(assignments):
        if not list((place.root / "autograded").glob(f"*/{slug}/{slug}.ipynb")):
            if assignments:
                with told():
                    raise CourseError(f"nothing of {slug} is graded yet; run: python -m grader grade {slug}")
            continue
        with told():
            for who in student or []:
                if not (place.folder("autograded", who, slug) / f"{slug}.ipynb").is_file():
                    raise CourseError(
                        f"nothing of {who} is graded for {slug}; run: python -m grader grade {slug} --student {who}"
                    )
        with told(), console.status(f"writing feedback for {slug}"):
            pages = [path for who in student or ["*"] for path in returning.write_pages(place, slug, who)]
        written += len(pages)
        console.print(f"feedback for {slug}: {_count(len(pages), 'page')} in {place.root / 'feedback'}", soft_wrap=True)
        if zips:
            with told(), console.status(f"packing feedback for {slug}"):
                packed = returning.write_zips(place, slug, zips)
            where = packed[0][0] if len(packed) == 1 else packed[0][0].parent
            console.print(f"packed {_count(len(packed), 'zip')}: {where}", soft_wrap=True)
            absent = [who for _, students in packed for who in students]
            if absent:
                console.print(
                    f"not in it, because their hand-ins did not come from {zips.capitalize()}, or as a group's without a --roster that has "
                    f"the member's number: {', '.join(absent)}",
                    markup=False,
                    soft_wrap=True,
                )
        if exchange:
            _to_exchange(place, slug)
    if not written:
        with told():
            raise CourseError(f"nothing is graded in {place.root} yet; run: python -m grader grade")


def _to_exchange(place: Course, slug: str) -> None:
    from grader.exchange import release_feedback

    with told():
        delivered, undelivered = release_feedback(place, slug)
    console.print(f"{_count(len(delivered), 'page')} of {slug} can be fetched through the exchange", soft_wrap=True)
    for student, why in undelivered:
        console.print(f"{student}: not through the exchange: {why}", markup=False, soft_wrap=True)


@app.command(rich_help_panel=TERM)
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

    place = Course.at(course, db)
    slugs = chosen(assignments)
    with told(), console.status("writing the class report"):
        _refuse_empty(place)
        path = build(place, slugs, output or place.root / "build" / "report")
    console.print(f"class report: {path}", soft_wrap=True)


@app.command(rich_help_panel=TERM)
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
    from grader import sheets
    from grader.export import FORMATS, rows, unlisted, write

    if kind not in FORMATS:
        raise typer.BadParameter(f"{kind!r} is no format; there are {', '.join(FORMATS)}")
    if column and template is None:
        raise typer.BadParameter("--column says which column of a --template is meant; give the template")
    place = Course.at(course, db)
    path = output or place.root / ("grades.json" if kind == "json" else "grades.csv")
    slugs = chosen(assignments)
    words: list[str] = []
    with told():
        _refuse_empty(place)
        found = rows(place, slugs)
        if template is not None:
            filled, words = sheets.fill(template, found, path, column or [], asked=bool(assignments))
        else:
            found += unlisted(place, found)
            write(found, kind, path)
            filled = len(found)
    for line in words:
        console.print(_printable(line), markup=False, soft_wrap=True)
    console.print(f"{filled} grades: {path}", soft_wrap=True)
    if words:
        raise typer.Exit(1)


@app.command(rich_help_panel=TRY)
def demo(
    students: Annotated[int, typer.Option(help="Students of the simulated class.", min=5)] = 30,
    seed: Annotated[int, typer.Option(help="The class.")] = 1,
    assignments: Assignments = None,
) -> None:
    """Show the main job in one go: release, a simulated class, isolated grading, feedback, report and grades.csv."""
    import shutil

    from grader.course import ROOT
    from grader.sandbox import jail

    with told():
        jail.require_isolation()
    folder = ROOT / "build" / "demo"
    slugs = [slug for slug in chosen(assignments) if (ROOT / "notebooks" / slug).is_dir()]
    shutil.rmtree(folder, ignore_errors=True)
    start = time.monotonic()
    release(slugs, folder, handouts=False)
    simulate(slugs, students, seed, folder)
    graded = _grade(slugs, folder)
    feedback(slugs, folder)
    report(slugs, folder, output=ROOT / "build" / "report")
    export(slugs, folder, output=ROOT / "build" / "report" / "grades.csv")
    console.print(
        f"graded {graded[0]} of {graded[1]} submissions in {time.monotonic() - start:.1f} s, isolated; open build/report/index.html",
        soft_wrap=True,
    )


@app.command(rich_help_panel=TRY)
def doctor(course: CourseFolder = Path(".")) -> None:
    """Say what is installed, what protects against students' code here, and how to mend what is missing."""
    from grader.doctor import findings

    table = Table(show_header=True, box=None, pad_edge=False)
    table.add_column("check"), table.add_column("state"), table.add_column("what it means")
    missing = 0
    for finding in findings(Course.at(course)):
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


@app.command(rich_help_panel=TRY)
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
            console.print(f"{'done' if step.done else 'to do'}: {step.words}", markup=False, soft_wrap=True)
    if blocked:
        raise typer.Exit(1)


@app.command(rich_help_panel=TRY)
def simulate(
    assignments: Assignments = None,
    students: Annotated[int, typer.Option(help="How many students hand in each assignment.", min=1)] = 30,
    seed: Annotated[int, typer.Option(help="The class; the same seed gives the same class.")] = 1,
    course: CourseFolder = Path("."),
    db: Database = None,
) -> None:
    """Hand in a simulated class: right answers written several ways, known mistakes, half-finished and broken notebooks."""
    import json

    from grader.simulate import simulate as simulate_one

    place = Course.at(course, db)
    for slug in chosen(assignments):
        with told():
            real = [s.student for s in place.submissions(slug) if not s.student.startswith("student-")]
            if real:
                raise CourseError(
                    f"{place.root} holds hand-ins of {slug} by {real[0]} and others; simulate in a course folder of its own, with --course"
                )
            if not place.released(slug).is_file():
                raise CourseError(f"{slug} was not released in this course yet; run: python -m grader release {slug}")
            key = simulate_one(
                place, slug, students, seed, json.loads(place.released(slug).read_text(encoding="utf-8"))
            )
        kinds = {kind: sum(student.kind == kind for student in key) for kind in dict.fromkeys(s.kind for s in key)}
        console.print(
            f"simulated {len(key)} students on {slug}: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items())
        )


@app.command(rich_help_panel=KEEP)
def references(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file is stale.")] = False,
) -> None:
    """Compute the visible reference outputs in data/reference/ from the solutions."""
    from grader.references import write_visible

    stale = [slug for slug in chosen(assignments) if not write_visible(slug, check=check)]
    for slug in stale:
        console.print(
            f"data/reference/{slug}.json {'is stale: run python -m grader references' if check else 'written'}"
        )
    if check and stale:
        raise typer.Exit(1)
    if not stale:
        console.print("reference outputs are up to date")


@app.command(rich_help_panel=KEEP)
def quality(
    assignments: Assignments = None,
    seed: Annotated[int, typer.Option(help="Draws the hidden cases.")] = 0,
    workers: Annotated[
        int | None, typer.Option(help="Processes; default: one a core.", min=1, show_default=False)
    ] = None,
    repeat: Annotated[
        int, typer.Option(help="Seeds on which correct answers of exercises with chance in them are judged.", min=0)
    ] = 0,
    output: Annotated[Path, typer.Option(help="Folder for the page.")] = Path("build/quality"),
) -> None:
    """Judge the judge: correct answers written otherwise, known mistakes, mutants and other nameless wrong ones, gaming answers."""
    from grader import quality as measuring

    slugs = chosen(assignments)
    tallies = []
    with told(), progress() as bar:
        task = bar.add_task("judging the judge", total=sum(len(catalogue.exercises(slug)) for slug in slugs))
        for tally in measuring.measure_all(slugs, seed, workers):
            tallies.append(tally)
            bar.update(task, advance=1, description=f"{tally.assignment} {tally.name}")
    table = Table(box=None, pad_edge=False)
    for heading in ("exercise", "correct", "mistakes", "recognised", "nameless", "gaming", "ms"):
        table.add_column(heading, justify="left" if heading == "exercise" else "right")
    for t in tallies:
        median = sorted(t.milliseconds)[len(t.milliseconds) // 2] if t.milliseconds else 0.0
        figures = (
            f"{t.accepted}/{t.correct}",
            f"{t.refused}/{t.mistakes}",
            str(t.recognised),
            f"{t.killed}/{t.nameless}",
            f"{t.caught}/{t.gaming}",
        )
        table.add_row(f"{t.assignment}.{t.name}", *figures, f"{median:.1f}")
    console.print(table)
    for t in tallies:
        for change, _ in t.survivors:
            console.print(f"accepted though wrong: {t.assignment}.{t.name}: {change}", markup=False, soft_wrap=True)
        for way, verdict in t.wrongly_refused:
            console.print(
                f"refused though correct: {t.assignment}.{t.name}: {way}: {verdict}", markup=False, soft_wrap=True
            )
    if repeat:
        repetitions = list(measuring.repeat_all(slugs, repeat, workers))
        for r in repetitions:
            for words in r.refused[:5]:
                console.print(f"refused though correct: {r.assignment}.{r.name}: {words}", markup=False, soft_wrap=True)
        refused, judged = sum(len(r.refused) for r in repetitions), sum(r.judgements for r in repetitions)
        names = ", ".join(f"{r.assignment}.{r.name}" for r in repetitions)
        console.print(f"repeated over {repeat} seeds: {refused} of {judged} refused ({names})", soft_wrap=True)
    console.print(f"page: {measuring.write_page(tallies, output)}", soft_wrap=True)
    console.print(measuring.totals(tallies).line, soft_wrap=True)


def chosen(assignments: list[str] | None) -> list[str]:
    """Return the assignments that were asked for, or all; a clear error for an unknown one."""
    known = catalogue.existing()
    for name in assignments or []:
        if name not in known:
            raise typer.BadParameter(f"no assignment is called {name!r}; there are {', '.join(known)}")
    return assignments or known


class told:
    """Turn errors that are not defects into one line and exit code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        from grader.sandbox import SandboxError
        from grader.sandbox.jail import NotIsolated

        if isinstance(error, CourseError | NotIsolated | SandboxError | OSError):
            Console(stderr=True, highlight=False, soft_wrap=True).print(f"error: {error}", markup=False)
            raise typer.Exit(2) from None


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


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""The laboratory: a simulated class, the whole way on it, reference outputs, claims, and the judge judged."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from grader import catalogue
from grader.commands import term
from grader.commands.terminal import Assignments, CourseFolder, Database, chosen, console, progress, say, told
from grader.course import Course


def demo(
    students: Annotated[int, typer.Option(help="Students of the simulated class.", min=5)] = 30,
    seed: Annotated[int, typer.Option(help="The class.")] = 1,
    assignments: Assignments = None,
) -> None:
    """Show the main job in one go: release, a simulated class, isolated grading, feedback, report and grades.csv."""
    import shutil

    from grader.sandbox import tiers

    with told():
        tiers.choose()
    slugs = chosen(assignments)
    if not assignments:  # what this machine has, and aloud what it has not
        lacking = {slug: catalogue.missing(slug) for slug in slugs}
        for package in (package for packages in lacking.values() for package in packages):
            say(f"left out: {catalogue.said_of_missing(package)}")
        slugs = [slug for slug in slugs if not lacking[slug]]
    build = catalogue.course().root / "build"
    folder = build / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    start = time.monotonic()
    term.release(slugs, folder, handouts=False)
    simulate(slugs, students, seed, folder)
    run = term.grade_class(Course.at(folder), slugs)
    term.feedback(slugs, folder)
    term.report(slugs, folder, output=build / "report")
    term.export(slugs, folder, output=build / "report" / "grades.csv")
    seconds = time.monotonic() - start
    say(
        f"graded {run.graded} of {run.total} submissions in {seconds:.1f} s, isolated by {run.isolation}; open build/report/index.html"
    )


def simulate(
    assignments: Assignments = None,
    students: Annotated[int, typer.Option(help="How many students hand in each assignment.", min=1)] = 30,
    seed: Annotated[int, typer.Option(help="The class; the same seed gives the same class.")] = 1,
    course: CourseFolder = Path("."),
    db: Database = None,
) -> None:
    """Hand in a simulated class: right answers written several ways, known mistakes, half-finished and broken notebooks."""
    from grader.simulate import simulate_class

    place = Course.at(course, db)
    for slug in chosen(assignments):
        with told():
            key = simulate_class(place, slug, students, seed)
        kinds = Counter(student.kind for student in key)
        console.print(
            f"simulated {len(key)} students on {slug}: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items())
        )


def references(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file is stale.")] = False,
) -> None:
    """Compute the visible reference outputs in data/reference/ from the solutions."""
    from grader.references import write_visible

    slugs = chosen(assignments)
    with told():
        stale = write_visible(slugs, check=check)
    for slug in stale:
        console.print(
            f"data/reference/{slug}.json {'is stale: run python -m grader references' if check else 'written'}"
        )
    if check and stale:
        raise typer.Exit(1)
    if not stale:
        console.print("reference outputs are up to date")


def claims(
    assignments: Assignments = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes; default: one a core.", min=1, show_default=False)
    ] = None,
) -> None:
    """Recompute every claim of the notebooks over at least 10 seeds; exit 1 if one does not hold."""
    from grader import claims as measuring

    slugs = chosen(assignments)
    start = time.monotonic()
    tables = {slug: Table(title=slug, title_justify="left", show_lines=True) for slug in slugs}
    for table in tables.values():
        for heading in ("claim", "expected", "measured", "holds", "CPU"):
            table.add_column(heading, overflow="fold")
    held = []
    with progress() as bar:
        task = bar.add_task("recomputing claims", total=sum(len(measuring.claims(slug)) for slug in slugs))
        for slug, claim, m in measuring.measure_all(slugs, workers):
            tables[slug].add_row(claim.text, claim.expected, m.words, "yes" if m.holds else "NO", f"{m.seconds:.1f} s")
            held.append(m.holds)
            bar.update(task, advance=1, description=slug)
    for table in tables.values():
        if table.row_count:
            console.print(table)
    console.print(f"recomputed in {time.monotonic() - start:.0f} s")
    console.print(f"claims {sum(held)}/{len(held)} hold")
    if not all(held):
        raise typer.Exit(1)


def predictions(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if an outcome is another one.")] = False,
) -> None:
    """Compute what comes of the predictions that notebooks ask for; takes minutes, as claims do."""
    from grader import predictions as asked

    changed = 0
    for slug in chosen(assignments):
        with told():
            names = asked.stale(slug) if check else asked.write(slug)
        changed += len(names)
        for name in names:
            console.print(f"{slug}: {name} {'is stale: run python -m grader predictions' if check else 'written'}")
    if check and changed:
        raise typer.Exit(1)
    if not changed:
        console.print("predictions are up to date")


def quality(
    assignments: Assignments = None,
    seed: Annotated[int, typer.Option(help="Draws the hidden cases.")] = 0,
    workers: Annotated[
        int | None, typer.Option(help="Processes; default: one a core.", min=1, show_default=False)
    ] = None,
    repeat: Annotated[
        int, typer.Option(help="Seeds on which correct answers of exercises with chance in them are judged.", min=0)
    ] = 0,
    near_misses: Annotated[
        int,
        typer.Option(
            help="Near-misses that are generated for each exercise; a fifth of them where it needs more than NumPy.",
            min=0,
        ),
    ] = 20,
    seeds: Annotated[
        bool, typer.Option("--all-seeds", help="Judge every listed answer on all 50 seeds, not on some in turn.")
    ] = False,
    asked: Annotated[
        bool,
        typer.Option(
            "--questions", help="Ask about every listed right answer, and run each choice anew; nothing else."
        ),
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder for the page.")] = Path("build/quality"),
) -> None:
    """Judge the judge: correct answers written otherwise, known mistakes, mutants and other nameless wrong ones, gaming answers.

    And generated near-misses: right answers with one slip that few inputs show. And whether the seed decides about anybody's score.
    """
    from grader import locating
    from grader import quality as measuring

    slugs = chosen(assignments)
    if asked:
        _ask(slugs, seed, workers)
        return
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
        figures = (
            f"{t.accepted}/{t.correct}",
            f"{t.refused}/{t.mistakes}",
            str(t.recognised),
            f"{t.killed}/{t.nameless}",
            f"{t.caught}/{t.gaming}",
        )
        table.add_row(f"{t.assignment}.{t.name}", *figures, f"{t.median:.1f}")
    console.print(table)
    for t in tallies:
        for change, _ in t.survivors:
            say(f"accepted though wrong: {t.assignment}.{t.name}: {change}")
        for way, verdict in t.wrongly_refused:
            say(f"refused though correct: {t.assignment}.{t.name}: {way}: {verdict}")
    if repeat:
        repetitions = list(measuring.repeat_all(slugs, repeat, workers))
        for r in repetitions:
            for words in r.refused[:5]:
                say(f"refused though correct: {r.assignment}.{r.name}: {words}")
        refused, judged = sum(len(r.refused) for r in repetitions), sum(r.judgements for r in repetitions)
        names = ", ".join(f"{r.assignment}.{r.name}" for r in repetitions)
        console.print(f"repeated over {repeat} seeds: {refused} of {judged} refused ({names})", soft_wrap=True)
    few = None if seeds else measuring.FEW_SEEDS
    with told(), progress() as bar:
        total = sum(len(catalogue.exercises(slug)) for slug in slugs)
        task = bar.add_task("judging on other seeds", total=total)
        steady = []
        for one in measuring.steadiness_of_all(slugs, few, workers):
            steady.append(one)
            bar.update(task, advance=1, description=f"{one.assignment} {one.name}")
        task = bar.add_task("judging near-misses", total=total)
        strict = []
        for one in measuring.strictness_of_all(slugs, seed, near_misses, workers) if near_misses else ():
            strict.append(one)
            bar.update(task, advance=1, description=f"{one.assignment} {one.name}")
    for one in steady:
        for words in one.differ:
            say(f"the seed decides: {one.assignment}.{one.name}: {words}")
    for one in strict:
        for miss in one.accepted:
            say(f"accepted though wrong: {one.assignment}.{one.name}: {miss.kind} in {miss.base}: {miss.change}")
    console.print(measuring.steady_line(steady, few), soft_wrap=True)
    if near_misses:
        console.print(measuring.strict_line(strict), soft_wrap=True)
    places = list(locating.measure_all(slugs, seed, workers))
    for one in places:
        for slip, place, edit in one.false:
            say(f"a false place: {one.assignment}.{one.name}: {slip}: {place}: {edit}")
        for words in one.missed:
            say(f"neither name nor place: {one.assignment}.{one.name}: {words}")
    console.print(locating.line(places), soft_wrap=True)
    console.print(f"page: {measuring.write_page(tallies, output, strict, steady)}", soft_wrap=True)
    console.print(measuring.totals(tallies).line, soft_wrap=True)


def _ask(slugs: list[str], seed: int, workers: int | None) -> None:
    """Ask about every listed right answer; exit 1 if a choice is not what it says."""
    from grader import questioning

    results = []
    with told(), progress() as bar:
        task = bar.add_task("asking", total=sum(len(catalogue.exercises(slug)) for slug in slugs))
        for one in questioning.measure_all(slugs, seed, workers):
            results.append(one)
            bar.update(task, advance=1, description=f"{one.assignment} {one.name}")
    for one in results:
        for words in one.few:
            say(f"few questions: {one.assignment}.{one.name}: {words}")
        for words in one.wrong:
            say(f"a wrong choice: {one.assignment}.{one.name}: {words}")
    say(questioning.line(results))
    if any(one.wrong for one in results):
        raise typer.Exit(1)

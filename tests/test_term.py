"""An instructor's term from release to export: nothing is lost, and all totals agree.

The quick form has 20 students and two assignments; ``make term`` runs it with 300 and all six (IDNN_TERM says how many).
"""

import csv
import html
import json
import os
import re
import zipfile

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.commands.terminal import console
from grader.course import Course
from grader.export import rows
from grader.feedback import FORMATS
from grader.grading import Log
from grader.intake.collect import own_name
from tests import term
from tests.conftest import assignments_with_notebooks

STUDENTS = int(os.environ.get("IDNN_TERM", "20"))
SLUGS = assignments_with_notebooks() if "IDNN_TERM" in os.environ else ["initialization", "gradient_checking"]
SYSTEM = {slug: ("canvas", "moodle")[i % 2] for i, slug in enumerate(SLUGS)}


def run(*arguments):
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "400", "NO_COLOR": "1", "TERM": "dumb"})
    assert result.exit_code in (0, 1), (arguments, result.output, result.stderr, result.exception)
    return result


@pytest.mark.slow
def test_a_term_from_release_to_export_loses_nothing(tmp_path, isolation, monkeypatch):
    monkeypatch.setattr(console, "width", 400)
    course, class_ = Course.at(tmp_path / "course"), term.people(STUDENTS)
    where = ["--course", str(course.root)]
    people = term.roster(tmp_path / "class.csv", class_)
    run("release", *SLUGS, "--no-handouts", *where)
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write('c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"\n')
    plans = {}
    for number, slug in enumerate(SLUGS):
        run("due", slug, f"{term.DUE:%Y-%m-%d %H:%M} +00:00", *where)
        path, sheets, plans[slug] = term.download(course, slug, SYSTEM[slug], class_, number, tmp_path)
        rosters = [f"--roster={file}" for file in (people, *sheets)]
        first = run("collect", str(path), "-a", slug, *rosters, *where)
        check_collected(first.output, plans[slug], slug, course)
        before = snapshot(course)
        again = run("collect", str(path), "-a", slug, *rosters, *where)
        assert "0 new, 0 updated" in again.output and snapshot(course) == before
    graded = run("grade", *where)
    planned = sum(hand_in.expected == "graded" for plan in plans.values() for hand_in in plan)
    assert f"graded {planned} of {planned}" in graded.output, graded.output
    assert f"{planned} submissions were graded before" in run("grade", *where).output
    check_scores(course, plans)
    check_totals(course, tmp_path, where)
    check_feedback(course, plans, where)
    outside = {path.name for path in tmp_path.iterdir()} - {
        "course",
        "class.csv",
        *(f"{s}-worksheet.csv" for s in SLUGS),
    }
    assert outside <= {f"{slug}-{SYSTEM[slug]}.zip" for slug in SLUGS} | {
        f"grades-{kind}" for kind in ("plain", "canvas", "moodle", "json")
    }


def snapshot(course):
    return {path: path.read_bytes() for path in (course.root / "submitted").rglob("*") if path.is_file()}


def check_collected(output, plan, slug, course):
    """Every file of the download stands in the table, and every student is there, refused with a reason, or named as absent."""
    there = {submission.student for submission in course.submissions(slug)}
    lines = output.splitlines()
    absent = next((line for line in lines if line.startswith("nothing from")), "").rpartition(": ")[2].split(", ")
    for hand_in in plan:
        for name in hand_in.names:
            own = own_name(name)
            assert any(line.startswith(hand_in.student) and own in line for line in lines), name
        assert (hand_in.student in there) == (hand_in.expected == "graded"), hand_in
        assert (hand_in.student in absent) == (hand_in.expected != "graded"), hand_in
        if hand_in.expected == "refused":
            (line,) = [line for line in lines if line.startswith(hand_in.student) and "refused" in line]
            assert "no notebook of this assignment was found" in line
    stranger = next(line for line in lines if "obody" in line and "nown" in line)
    assert "refused" in stranger and "not in the roster" in stranger


def check_scores(course, plans):
    """Who was planned to be right has all points, less the penalty; whose functions were planned wrong has lost some."""
    from grader import catalogue

    log = Log(course).entries()
    for slug, plan in plans.items():
        points = {name: exercise.points for name, exercise in catalogue.exercises(slug).items()}
        by_student = {row.student: row for row in rows(course, [slug])}
        for hand_in in plan:
            row = by_student[hand_in.student]
            if hand_in.expected != "graded":
                assert row.state == "missing" and row.score is None
                continue
            entry = log[hand_in.student, slug]
            assert entry.isolated and entry.outcome in ("graded", "unreadable")
            if hand_in.key.kind == "correct":
                assert row.score == 100, (hand_in, entry.notes)
            if hand_in.key.kind == "rewritten":  # two functions, each right by itself, need not fit together
                assert row.score >= 90, (hand_in, entry.notes)
            if hand_in.key.kind == "mistakes":  # of two mistakes one may undo the other; not all can go
                assert row.score < 100, hand_in
            for name, mistake in hand_in.key.mistakes.items() if hand_in.key.kind == "half-finished" else ():
                assert mistake != "stub" or dict(entry.scores)[name] < points[name], (hand_in, name)
            days = (
                0 if not hand_in.days else 1 if SYSTEM[slug] == "canvas" else hand_in.days
            )  # Canvas says late, not by how much
            assert row.late_penalty == pytest.approx(row.score * 0.1 * days, abs=0.0051), hand_in


def check_totals(course, tmp_path, where):
    """Gradebook, each CSV, JSON and report say the same of every student."""
    expected = {}
    for row in rows(course, SLUGS):
        expected[row.student, row.assignment] = None if row.score is None else round(row.total, 2)
    read = {}
    for kind in ("plain", "canvas", "moodle", "json"):
        path = tmp_path / f"grades-{kind}"
        run("export", "--format", kind, "--output", str(path), *where)
        text = path.read_text(encoding="utf-8")
        read[kind] = json.loads(text)["grades"] if kind == "json" else list(csv.reader(text.splitlines()))
    said = {(line[0], line[1]): float(line[5]) if line[6] != "missing" else None for line in read["plain"][1:]}
    assert rounded(said) == expected
    said = {(g["student"], g["assignment"]): g["total"] if g["state"] != "missing" else None for g in read["json"]}
    assert rounded(said) == expected
    for kind, first, key in (("canvas", 2, 3), ("moodle", 1, 2)):
        heading = read[kind][0]
        said = {
            (line[key], slug): float(line[heading.index(slug)]) if line[heading.index(slug)] not in ("", "-") else None
            for line in read[kind][first:]
            for slug in SLUGS
        }
        assert rounded(said) == expected, kind
    cells = [cell for kind in ("plain", "canvas", "moodle") for line in read[kind] for cell in line]
    assert not [cell for cell in cells if cell[:1] in "=+@" and cell]
    run("report", *where)
    page = (course.root / "build" / "report" / "index.html").read_text(encoding="utf-8")
    table = page[page.index('id="students"') :]
    said, sums = {}, {}
    for line in re.findall(r"<tr><td>(.*?)</td>(.*?)</tr>", table):
        student, *values = [html.unescape(line[0]), *re.findall(r'<td class="n">(.*?)</td>', line[1])]
        said |= {(student, slug): None if value == "missing" else float(value) for slug, value in zip(SLUGS, values)}
        sums[student] = float(values[-1])
    assert rounded(said) == expected
    for student in sums:
        assert sums[student] == pytest.approx(sum(expected[student, slug] or 0 for slug in SLUGS), abs=0.05)
    assert "<script" not in page and '=HYPERLINK("x")' not in page


def rounded(said):
    return {key: None if value is None else round(value, 2) for key, value in said.items()}


def check_feedback(course, plans, where):
    """Every graded hand-in has a page, in the zip under the name that the system gave to the hand-in."""
    assert set(SYSTEM.values()) <= set(FORMATS)
    for slug, plan in plans.items():
        run("feedback", slug, "--zip", SYSTEM[slug], *where)
        with zipfile.ZipFile(course.root / "returned" / f"{slug}-feedback-{SYSTEM[slug]}.zip") as archive:
            names = archive.namelist()
        graded = [hand_in for hand_in in plan if hand_in.expected == "graded"]
        assert len(names) == len(set(names)) == len(graded)
        for hand_in in graded:
            starts = ["_".join(name.split("_")[: 4 if hand_in.days else 3]) for name in hand_in.names]
            starts += [name.partition("/")[0] for name in hand_in.names]
            assert any(name.startswith(tuple(starts)) for name in names), (hand_in.names, names[:3])
            assert (course.folder("feedback", hand_in.student, slug) / f"{slug}.html").is_file()

"""A whole class from release to gradebook: as planned, by both paths alike, resumable, and whatever is handed in."""

import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from grader import catalogue, stubs
from grader.course import Course, CourseError
from grader.executors import local
from grader.feedback import write_pages
from grader.gradebook import Writer, open_gradebook
from grader.grading import SLOW, Entry, Log, Run, _Basis, grade, plan
from grader.references import hidden_seed
from grader.sandbox import tiers
from grader.simulate import WAYS_TO_BREAK, Student, _broken, simulate
from grader.submission import read_submission, restore
from tests import field
from tests.conftest import copied

SLUG = "initialization"
pytestmark = pytest.mark.usefixtures("isolation")


@pytest.fixture
def course(released, tmp_path):
    return copied(released(SLUG), tmp_path / "course")


def notebook(course):
    return json.loads(course.released(SLUG).read_text(encoding="utf-8"))


def hand_in(course, student, raw):
    folder = course.folder("submitted", student, SLUG)
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(raw, dict):
        raw = json.dumps(raw).encode()
    (folder / f"{SLUG}.ipynb").write_bytes(raw)
    return folder


def grade_all(course, **options):
    with local(2) as pool:
        return {entry.student: entry for entry in grade(course, plan(course, [SLUG], **options), pool)}


def solved(course):
    return stubs.solved(notebook(course), SLUG)


def broken_by(way, course):
    """Return a simulated student whose otherwise right notebook is broken in one way, and the bytes handed in."""
    student = Student("broken", SLUG, "broken", broken=way)
    return student, _broken(solved(course), student, np.random.default_rng(3))


def table(course):
    """Every grade and comment row, as values."""
    base = "join submitted_notebook n on x.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id join base_cell c on c.id = x.cell_id"
    with sqlite3.connect(course.root / "gradebook.db") as database:
        grades = database.execute(
            f"select s.student_id, c.name, x.auto_score, x.manual_score, x.extra_credit, x.needs_manual_grade from grade x {base} order by 1, 2"
        ).fetchall()
        comments = database.execute(
            f"select s.student_id, c.name, x.auto_comment from comment x {base} order by 1, 2"
        ).fetchall()
        submissions = database.execute(
            "select s.student_id, s.timestamp, n.late_submission_penalty from submitted_assignment s join submitted_notebook n on n.assignment_id = s.id order by 1"
        ).fetchall()
    return grades, comments, submissions


@pytest.mark.slow
def test_a_simulated_class_gets_the_points_that_were_planned(course):
    key = simulate(course, SLUG, 14, seed=3, released=notebook(course))
    entries = grade_all(course)
    assert len(entries) == len(key)
    points = {name: exercise.points for name, exercise in catalogue.exercises(SLUG).items()}
    for student in key:
        entry, scores = entries[student.name], dict(entries[student.name].scores)
        if student.broken in ("truncated", "not JSON", "empty", "unknown format"):
            assert entry.outcome == "unreadable" and entry.score == 0 and "could not be read" in entry.notes[0]
            continue
        assert entry.outcome == "graded" and entry.isolated and entry.tier == tiers.choose().name
        for name, most in points.items():
            if name in student.mistakes:
                assert scores[name] < most, f"{student}: {name}"
            elif student.broken not in ("endless loop", "crash", "retyped cells"):
                assert scores[name] == most, f"{student}: {name} {entry.notes}"
        if student.kind in ("correct", "rewritten"):
            assert entry.score == 100
    named = {(student.name, exercise, mistake) for student in key for exercise, mistake in student.mistakes.items()}
    known = [
        item for item in named if item[2] in {m.id for e in catalogue.exercises(SLUG).values() for m in e.mistakes}
    ]
    recognised = {
        (entry.student, exercise, mistake) for entry in entries.values() for exercise, mistake in entry.mistakes
    }
    assert len(set(known) & recognised) >= 0.85 * len(known)


@pytest.mark.slow
def test_both_paths_write_the_same_rows(course, tmp_path):
    """The direct path and ``nbgrader autograde``: every row of a mixed class, and the notebooks' scores."""
    key = simulate(course, SLUG, 9, seed=5, released=notebook(course))
    for number, way in enumerate(("duplicated cells", "deleted cells", "renamed cells", "truncated")):
        hand_in(course, f"broken-{number}", broken_by(way, course)[1])
    honest = from_the_field(course)
    for name, raw in honest.items():
        hand_in(course, name, raw)
    # made before the copy: judged on different hidden cases, a wrong answer can lose a case more in one of the two
    hidden_seed(course.root)
    twin = Course.at(tmp_path / "twin")
    shutil.copytree(course.root, twin.root)
    (twin.root / "nbgrader_config.py").unlink()
    twin.prepare()
    for place in (course, twin):  # one due date in the past for late penalties in both
        _due(place, "2026-10-05 12:00:00 UTC")
        config = place.root / "nbgrader_config.py"
        config.write_text(config.read_text() + 'c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"\n')
    grade_all(course)
    run = nbgrader(twin, "autograde", SLUG)
    assert run.returncode == 0, run.stderr[-3000:]
    direct, plugin = table(course), table(twin)
    assert direct == plugin
    assert any(row[2] for row in direct[2]), "no late penalty was tested"
    others = 4 + len(honest)
    assert len(direct[2]) == len(key) + others
    totals = {name: sum(row[2] for row in direct[0] if row[0] == name and row[2]) for name in honest}
    assert totals == {name: 80 if name == "stops" else 100 for name in honest}
    (why,) = [why for student, why in _report(course).attention if student == "stops"]
    assert "stopped at line 1: FileNotFoundError" in why and "20 points are at stake" in why
    assert "shadows" not in {student for student, _ in _report(course).attention}
    run = nbgrader(twin, "generate_feedback", SLUG)
    assert run.returncode == 0, run.stderr[-2000:]
    pages = list(twin.root.glob(f"feedback/*/{SLUG}/{SLUG}.html"))
    assert len(write_pages(course, SLUG)) == len(pages) == len(key) + others
    assert "20 points are at stake" in (twin.root / "feedback" / "stops" / SLUG / f"{SLUG}.html").read_text()


def from_the_field(course):
    """Return honest notebooks as people write them, by student: each is due all points, but for the one that needs a file of its author's."""
    one, two = field.ZEROS, field.HE
    shadows, reset, above, stops = (solved(course) for _ in range(4))
    shadows["cells"].append(field.cell(field.SHADOW))
    reset["cells"].append(field.cell("%reset -f"))
    stub = next(c for c in notebook(course)["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == one)
    at = field.place(above["cells"], one)
    above["cells"].insert(at, field.cell(stubs.text(above["cells"][at])))
    above["cells"][at + 1]["source"] = stub["source"]
    stops["cells"].insert(3, field.cell("data = open('mine.csv')\nfrom math import sqrt"))
    own = field.answer(stops["cells"], two)
    own["source"] = stubs.text(own).replace("np.sqrt(", "sqrt(")
    return {
        "shadows": shadows,
        "reset": reset,
        "above": above,
        "stops": stops,
        "utf16": json.dumps(solved(course)).encode("utf-16"),
    }


def _report(course):
    from grader import report
    from grader.export import rows

    return report._assignment(course, SLUG, rows(course, [SLUG]), Log(course).entries())


def _due(course, when):
    from grader.gradebook import open_gradebook

    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment(SLUG, duedate=when)


def nbgrader(course, *arguments):
    environment = {**os.environ, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course.root, capture_output=True, text=True, env=environment
    )


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS_TO_BREAK)
def test_bad_input_costs_only_itself(course, way):
    """Each broken notebook beside an honest one: the class is graded to the end, with one clear sentence on what was wrong."""
    student, raw = broken_by(way, course)
    hand_in(course, "a-broken", raw)
    hand_in(course, "b-honest", solved(course))
    entries = grade_all(course)
    assert entries["b-honest"].score == 100 and entries["b-honest"].notes == ()
    broken = entries["a-broken"]
    assert broken.outcome in ("graded", "unreadable")
    scores = dict(broken.scores)
    for name, exercise in catalogue.exercises(SLUG).items():
        if name in student.mistakes:
            assert scores[name] < exercise.points
        elif broken.outcome == "graded" and way not in ("retyped cells",):
            assert scores[name] == exercise.points, (name, broken.notes)
    if way not in ("no function", "syntax error", "endless loop", "crash"):
        assert broken.notes and all(note.endswith(".") or note.endswith("?") for note in broken.notes)
    assert len(write_pages(course, SLUG)) == 2
    page = (course.folder("feedback", "a-broken", SLUG) / f"{SLUG}.html").read_text(encoding="utf-8")
    expected = {
        "no function": "is not defined in the notebook",
        "syntax error": "is not defined in the notebook",
        "endless loop": "took longer than",
        "crash": "ended the process",
    }.get(way, "Notes from the grader")
    assert expected in page


def test_a_second_run_takes_up_where_the_first_ended(course):
    for name in ("ada", "ben", "cy"):
        hand_in(course, name, solved(course))
    first = plan(course, [SLUG])
    assert len(first.todo) == 3
    first.todo.pop()
    with local(1) as pool:
        assert len(list(grade(course, first, pool))) == 2
    second = plan(course, [SLUG])
    assert [s.student for s in second.todo] == ["cy"] and len(second.done) == 2
    hand_in(course, "ada", notebook(course))
    assert [s.student for s in plan(course, [SLUG]).todo] == ["ada", "cy"]
    assert len(plan(course, [SLUG], force=True).todo) == 3
    assert [s.student for s in plan(course, [SLUG], students={"ben"}).todo] == []


class NoPool:
    """A pool in which nothing may be graded: for what is decided before."""

    def __init__(self):
        self.told = []

    def warm_up(self, *what):
        self.told.append(what)

    def kill(self):
        self.told.append("killed")


def logged(course, student, **more):
    """Enter a hand-in as graded, as it lies there now."""
    (submission,) = course.submissions(SLUG, {student})
    basis = _Basis(course, least=tiers.ANY)
    Log(course).append(Entry(student, SLUG, basis.read(submission).fingerprint, **{"outcome": "graded", **more}))
    folder = course.folder("autograded", student, SLUG)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{SLUG}.ipynb").write_text("{}")


def test_a_run_plans_what_was_asked_for_and_has_the_slow_come_last(course):
    for day, name in enumerate(("ada", "ben", "cy", "dot"), 1):
        (hand_in(course, name, notebook(course)) / "timestamp.txt").write_text(f"2030-10-0{day} 12:00:00 UTC")
    logged(course, "ada", seconds=SLOW + 1)
    hand_in(course, "ada", solved(course))
    logged(course, "cy")
    logged(course, "dot", outcome="failed")
    pool = NoPool()
    run = Run(course, [SLUG])
    assert [s.student for s in run.begin(pool).todo] == ["ben", "dot", "ada"]
    assert [entry.student for entry in run.plan.done] == ["cy"] and (run.graded, run.total) == (4, 4)
    assert pool.told == [(SLUG, 4, tiers.ANY)]
    run = Run(course, [SLUG], since=dt.datetime(2030, 10, 3, 12))
    assert [s.student for s in run.begin(pool).todo] == ["dot"] and len(run.plan.done) == 1
    run = Run(course, [SLUG], students=["cy"])
    assert run.begin(pool).todo == [] and pool.told[-2:] == [(SLUG, 1, tiers.ANY), "killed"] and run.complete
    assert [s.student for s in Run(course, [SLUG], ["cy"], force=True).begin(pool).todo] == ["cy"]
    run.entries = [Entry("cy", SLUG, "", "failed", seconds=SLOW + 1), Entry("dot", SLUG, "", "unreadable", seconds=99)]
    assert run.graded == 0 and not run.complete
    assert [e.student for e in run.ungraded] == ["cy", "dot"] and [e.student for e in run.slow] == ["dot", "cy"]


def test_a_run_for_nobody_is_refused_and_what_is_not_taken_is_kept_in_mind(course):
    with pytest.raises(CourseError, match=f"nothing of {SLUG} lies in"):
        Run(course, [SLUG])
    (course.root / "submitted" / "not a name" / SLUG).mkdir(parents=True)
    run = Run(course, [SLUG])
    assert run.hand_ins.taken == [] and "rename the folder" in run.hand_ins.problems[0][1] and not run.complete
    assert run.begin(NoPool()).todo == []
    with pytest.raises(CourseError, match="nothing of any assignment lies in"):
        Run(course, [SLUG, "optimization"], students=["ada"])
    (hand_in(course, "ada", notebook(course)) / "timestamp.txt").write_text("soon")
    with pytest.raises(CourseError, match=f"nothing of {SLUG} was handed in by ben, cy"):
        Run(course, [SLUG], students=["ben", "ada", "cy"])
    run = Run(course, [SLUG], students=["ada"])
    assert [one.student for one, _ in run.hand_ins.problems] == ["not a name", "ada"]
    assert run.complete, "what was not asked for is no fault of this run"


def test_a_hand_in_is_read_when_its_turn_comes_and_graded_as_it_was_read(course, monkeypatch):
    """A notebook that changes between plan and turn is logged as what was graded, and is not graded again."""
    from grader import grading

    hand_in(course, "ada", notebook(course))
    todo, read = plan(course, [SLUG]), []
    monkeypatch.setattr(grading, "read_submission", lambda path: read.append(path) or read_submission(path))
    hand_in(course, "ada", solved(course))
    with local(1) as pool:
        (entry,) = grade(course, todo, pool)
    assert entry.score == 100 and len(read) == 1
    assert plan(course, [SLUG]).todo == []


def test_a_resubmission_with_deleted_cells_loses_its_old_score(course):
    hand_in(course, "ada", solved(course))
    assert grade_all(course)["ada"].score == 100
    empty = notebook(course)
    empty["cells"] = [cell for cell in empty["cells"] if cell["cell_type"] == "markdown"][:1]
    hand_in(course, "ada", empty)
    entry = grade_all(course)["ada"]
    assert entry.score == 0
    assert any("was missing" in note for note in entry.notes)


def test_a_submission_is_stored_whole_or_not_at_all(course, isolation):
    folder = hand_in(course, "new", solved(course))
    (folder / "timestamp.txt").write_text("2000-01-02 00:00:00 UTC")
    (submission,) = course.submissions(SLUG)

    def stops(student, score, seconds):
        raise KeyboardInterrupt

    with Writer(course, stops) as writer, open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment(SLUG, duedate="2000-01-01")
        with pytest.raises(KeyboardInterrupt):
            writer.write(submission, restore(submission.path.read_bytes(), notebook(course)).notebook, {})
    with open_gradebook(course) as gradebook:
        assert gradebook.students == []
    assert table(course) == ([], [], [])


def test_a_manual_score_stays_on_regrading(course):
    from grader.gradebook import open_gradebook

    hand_in(course, "ada", notebook(course))
    grade_all(course)
    with open_gradebook(course) as gradebook:
        row = gradebook.find_grade("test_count_distinct_units", SLUG, SLUG, "ada")
        row.manual_score = 7.0
        gradebook.db.commit()
    entry = grade_all(course, force=True)["ada"]
    assert entry.score == 7.0
    with open_gradebook(course) as gradebook:
        row = gradebook.find_grade("test_count_distinct_units", SLUG, SLUG, "ada")
        assert row.manual_score == 7.0 and row.auto_score == 0 and row.needs_manual_grade


def test_a_log_line_cut_off_by_a_crash_is_passed_over(course):
    hand_in(course, "ada", solved(course))
    grade_all(course)
    log = Log(course)
    with open(log.path, "a") as file:
        file.write('{"student": "ben", "assign')
    assert list(log.entries()) == [("ada", SLUG)]


def test_without_isolation_grading_refuses_with_a_way_out(course, monkeypatch):
    from typer.testing import CliRunner

    from grader.cli import app

    hand_in(course, "ada", notebook(course))
    monkeypatch.setattr(tiers, "why_not_isolated", lambda least="": "bubblewrap (bwrap) is not installed")
    result = CliRunner().invoke(app, ["grade", SLUG, "--course", str(course.root)])
    assert result.exit_code == 2
    assert "bubblewrap (bwrap) is not installed" in result.stderr and "apt-get install bubblewrap" in result.stderr
    assert "--unsafe" in result.stderr
    assert not Log(course).path.exists()


def test_unsafe_grades_are_marked(course):
    hand_in(course, "ada", solved(course))
    with local(1) as pool:
        todo = plan(course, [SLUG], least=tiers.NONE.name)
        entry = next(grade(course, todo, pool, least=tiers.NONE.name))
    assert entry.score == 100 and not entry.isolated and entry.tier == "none"
    graded = json.loads((course.folder("autograded", "ada", SLUG) / f"{SLUG}.ipynb").read_text())
    assert graded["metadata"]["idnn"]["isolated"] is False
    assert "without isolation" in stubs.text(graded["cells"][0])
    assert len(plan(course, [SLUG], least=tiers.ANY).todo) == 1, "isolated grading does not rest on unsafe grades"


def test_grading_before_releasing_says_what_to_do(tmp_path):
    from typer.testing import CliRunner

    from grader.cli import app

    course = Course.at(tmp_path / "new")
    course.prepare()
    hand_in(course, "ada", b"{}")
    result = CliRunner().invoke(app, ["grade", SLUG, "--course", str(course.root)])
    assert result.exit_code == 2 and f"python -m grader release {SLUG}" in result.stderr


def test_our_own_preparation_is_no_time_of_the_students(course, isolation, monkeypatch):
    """On a busy machine the first submission of each worker waited minutes for our references, and lost its last functions to it."""
    from types import SimpleNamespace

    from grader import notebook as grading_notebook
    from grader import references
    from grader.sandbox import ForkServer
    from grader.submission import restore

    clock, made = [0.0], set()
    real = references.hidden_spec

    def slow(*which):
        if which not in made:
            made.add(which)
            clock[0] += 10_000.0
        return real(*which)

    monkeypatch.setattr(references, "hidden_spec", slow)
    monkeypatch.setattr(grading_notebook, "hidden_spec", slow, raising=False)
    monkeypatch.setattr(grading_notebook, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    released = json.loads(course.released(SLUG).read_text(encoding="utf-8"))
    with ForkServer() as server:
        graded = grading_notebook.grade_notebook(
            restore(json.dumps(solved(course)).encode(), released), SLUG, server, 3
        )
    assert sum(graded.scores.values()) == 100, graded.notes

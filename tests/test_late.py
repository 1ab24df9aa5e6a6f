"""Due dates, extensions and penalties: on both paths, before and after the hand-in, without grading again."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import late, stubs
from grader.cli import app
from grader.course import CourseError
from grader.export import rows
from tests.conftest import copied

SLUG = "gradient_checking"


@pytest.fixture
def course(released, tmp_path, isolation):
    """A course with the late policy on and a solved hand-in of two students, at noon of the 6th and the 9th of October."""
    course = copied(released(SLUG), tmp_path / "course")
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write('c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"\n')
    raw = json.dumps(stubs.solved(json.loads(course.released(SLUG).read_text(encoding="utf-8")), SLUG))
    for student, day in (("ada", 6), ("ben", 9)):
        folder = course.folder("submitted", student, SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(raw)
        (folder / "timestamp.txt").write_text(f"2026-10-{day:02d} 12:00:00 UTC\n")
    return course


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})


def totals(course):
    return {row.student: row.total for row in rows(course, [SLUG])}


def test_penalties_follow_due_dates_and_extensions_without_grading_again(course):
    where = ["--course", str(course.root)]
    assert run("extend", SLUG, "ben", "2", *where).exit_code == 0  # before anything of his is graded
    assert "2026-10-05 12:00 UTC" in run("due", SLUG, "2026-10-05 12:00 +00:00", *where).output
    assert run("grade", SLUG, *where).exit_code == 0
    assert totals(course) == {"ada": 90, "ben": 80}  # one day; four days less two
    assert run("extend", SLUG, "ada", "1", *where).output == f"ada has 1 more day for {SLUG}\n"
    assert totals(course) == {"ada": 100, "ben": 80}
    run("extend", SLUG, "ben", "0", *where)
    assert totals(course) == {"ada": 100, "ben": 60}
    result = run("due", SLUG, "none", *where)
    assert result.exit_code == 0, (result.output, result.stderr, result.exception)
    assert totals(course) == {"ada": 100, "ben": 100}
    run("due", SLUG, "2026-10-08 12:00 +00:00", *where)
    again = run("grade", SLUG, *where)
    assert "2 submissions were graded before and are unchanged" in again.output
    assert totals(course) == {"ada": 100, "ben": 90}


def test_nbgraders_own_command_knows_the_extension(course):
    late.set_due(course, SLUG, dt.datetime(2026, 10, 5, 12))
    late.extend(course, SLUG, "ben", 2)
    bin_ = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}
    command = [bin_ / "nbgrader", "autograde", SLUG, "--student", "ben"]
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert totals(course) == {"ben": 80}
    assert late.settle(course, [SLUG]) == 0  # both ways agree


def test_nbgraders_own_command_follows_no_linked_folder_and_counts_offsets(course):
    late.set_due(course, SLUG, dt.datetime(2026, 10, 5, 12))
    (course.root / "submitted" / "eve").symlink_to(course.root / "submitted" / "ada")
    (course.folder("submitted", "ada", SLUG) / "timestamp.txt").write_text(
        "2026-10-05 14:30:00 +0200\n"
    )  # half an hour late
    bin_ = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}
    for student, code in (("ada", 0), ("eve", 1)):
        command = [bin_ / "nbgrader", "autograde", SLUG, "--create", "--student", student]
        ended = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
        assert ended.returncode == code, ended.stderr[-2000:]
    assert {student: total for student, total in totals(course).items() if total} == {"ada": 90}
    result = run("grade", SLUG, "--course", str(course.root))
    assert f"eve {SLUG}: " in result.output and "is a link" in result.output


@pytest.mark.parametrize("days", ["nan", "inf", "1e9"])
def test_an_extension_is_a_number_of_days(course, days):
    result = run("extend", SLUG, "ada", days, "--course", str(course.root))
    assert result.exit_code == 2 and (
        "an extension has 0 to 3650 days" in result.stderr or days == "nan"
    )  # typer's own words


def test_since_takes_what_came_in_since(course):
    where = ["--course", str(course.root)]
    result = run("grade", SLUG, "--since", "2026-10-08", *where)
    assert result.exit_code == 0 and "graded 1 of 1" in result.output
    assert totals(course) == {"ben": 100}
    result = run("grade", SLUG, "--since", "2026-10-10", *where)
    assert (
        result.exit_code == 0 and "nothing that is not graded yet was handed in since 2026-10-10 00:00" in result.output
    )
    assert run("grade", SLUG, "--since", "whenever", *where).exit_code == 2


def test_a_hand_in_without_a_time_counts_from_when_it_was_put_there(course):
    note = course.folder("submitted", "ada", SLUG) / "timestamp.txt"
    note.unlink()
    (ada,) = [s for s in course.submissions(SLUG) if s.student == "ada"]
    assert abs(ada.handed_in - dt.datetime.now(dt.UTC).replace(tzinfo=None)) < dt.timedelta(hours=1)


@pytest.mark.parametrize("text", ["whenever", "2026-13-01", "2026-10-05 12:00 XYZ", ""])
def test_what_is_no_time_is_refused_with_an_example(text):
    with pytest.raises(CourseError, match="write it like"):
        late.read_time(text)


def test_a_day_alone_means_its_beginning_or_its_end():
    begin, end = late.read_time("2026-10-05"), late.read_time("2026-10-05", end_of_day=True)
    assert end - begin == dt.timedelta(hours=23, minutes=59)
    assert late.read_time("2026-10-05 23:59 +02:00") == dt.datetime(2026, 10, 5, 21, 59)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["extend", SLUG, "nobody", "1"], "no student is called 'nobody'"),
        (["due", "optimization", "2026-10-05"], "python -m grader release optimization"),
        (["grade", SLUG, "--student", "nobody"], f"nothing of {SLUG} was handed in by nobody"),
        (["grade", "optimization"], "nothing of optimization lies in"),
    ],
)
def test_errors_have_a_way_out(course, arguments, said):
    result = run(*arguments, "--course", str(course.root))
    assert result.exit_code == 2 and said in result.stderr


def test_a_damaged_list_of_extensions_is_told(course):
    (course.private / "extensions.csv").write_text("assignment,student,days\nx,y,soon\n")
    result = run("grade", SLUG, "--course", str(course.root))
    assert result.exit_code == 2 and "line 2: expected assignment,student,days, not x,y,soon" in result.stderr

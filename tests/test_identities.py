"""Who was first known by a name of ours is one person with the roster's; and what in submitted/ is nobody's is told."""

import json

import pytest
from typer.testing import CliRunner

from grader import late
from grader.cli import app
from grader.course import Course
from grader.gradebook import open_gradebook
from grader.grading import Entry, Log
from grader.intake.collect import collect
from grader.intake.record import Record
from tests.downloads import (  # noqa: F401  fixtures
    NOBODY,
    OTHER,
    SLUG,
    course_fixture,
    notebook,
    reasons,
    roster,
    submitted,
    template_fixture,
    zipped,
)

CLASS = "id,first_name,last_name,email,lms_id\nada,Ada,Lovelace,ada@x.org,12\nben,Ben,Müller,ben@x.org,13\n"
ADA, NEW = notebook("ada"), notebook("new")


def graded(course, student, slug=SLUG, points=5):
    """Give a student a graded submission with a score that a person set."""
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_grade_cell("test_x", slug, slug, max_score=10, cell_type="code")
        gradebook.update_or_create_submission(slug, student)
        gradebook.find_grade("test_x", slug, slug, student).manual_score = points
        gradebook.db.commit()
    place = course.folder("autograded", student, slug)
    place.mkdir(parents=True)
    (place / f"{slug}.ipynb").write_text("{}")


def scores(course):
    with open_gradebook(course) as gradebook:
        return {(s.student.id, a.name): s.score for a in gradebook.assignments for s in a.submissions}


def test_hand_ins_record_grades_and_extensions_move_to_the_roster_s_name(course, tmp_path):
    collect(course, zipped(tmp_path / "1.zip", {"lovelaceada_LATE_12_5_x.ipynb": ADA}), SLUG, "auto", NOBODY)
    graded(course, "canvas-12")
    Log(course).append(Entry("canvas-12", SLUG, "f", "graded"))
    late.extend(course, SLUG, "canvas-12", 2)
    people = roster(tmp_path / "class.csv", CLASS)
    other = notebook("other", slug=OTHER)
    lines = collect(course, zipped(tmp_path / "2.zip", {"lovelaceada_12_9_y.ipynb": other}), OTHER, "auto", people)
    (moved,) = [line for line in lines if line.outcome == "moved"]
    assert moved.why == "canvas-12 and ada are one person; hand-ins and grades are under ada now"
    assert submitted(course) == {"ada": ADA} and submitted(course, OTHER) == {"ada": other}
    assert scores(course) == {("ada", SLUG): 5}
    with open_gradebook(course) as gradebook:
        assert {student.id for student in gradebook.students} == {"ada", "ben"}
    assert set(Record(course, SLUG).known) == {"ada"} and Record(course, SLUG).known["ada"]["late"]
    assert late.read_extensions(course.root) == {(SLUG, "ada"): 2}
    assert ("ada", SLUG) in Log(course).entries() and (
        course.folder("autograded", "ada", SLUG) / f"{SLUG}.ipynb"
    ).is_file()
    assert not (course.root / "submitted" / "canvas-12").exists()
    again = collect(course, tmp_path / "2.zip", OTHER, "auto", people)
    assert {line.outcome for line in again} == {"unchanged"}


@pytest.mark.parametrize("newer", [True, False])
def test_of_two_hand_ins_of_one_person_the_newer_stays_and_the_other_is_kept(newer, course, tmp_path):
    people = roster(tmp_path / "class.csv", CLASS)
    numbers = (20, 5) if newer else (5, 20)
    collect(course, zipped(tmp_path / "1.zip", {f"lovelaceada_12_{numbers[1]}_x.ipynb": ADA}), SLUG, "auto", people)
    graded(course, "ada", points=1)
    record = Record(course, SLUG)
    record.known["canvas-12"] = {**record.known["ada"], "number": numbers[0]}
    record.write()
    place = course.folder("submitted", "canvas-12", SLUG)
    place.mkdir(parents=True)
    (place / f"{SLUG}.ipynb").write_bytes(NEW)
    graded(course, "canvas-12", points=9)
    lines = collect(course, tmp_path / "1.zip", SLUG, "auto", people)
    (moved,) = [line for line in lines if line.outcome == "moved"]
    assert ("the newer one of two was kept" if newer else "the one under ada was kept") in moved.why
    assert submitted(course) == {"ada": NEW if newer else ADA}
    assert scores(course) == {("ada", SLUG): 9 if newer else 1}
    kept = [path.read_bytes() for path in (course.private / "replaced" / "ada").iterdir()]
    assert kept == [ADA if newer else NEW]


def test_a_group_that_was_taken_for_a_student_is_not_made_one(course, tmp_path):
    collect(course, zipped(tmp_path / "1.zip", {"teamalpha_12_5_x.ipynb": ADA}), SLUG, "auto", NOBODY)
    people = roster(tmp_path / "class.csv", CLASS)
    lines = collect(course, zipped(tmp_path / "2.zip", {"müllerben_13_6_x.ipynb": NEW}), SLUG, "auto", people)
    assert submitted(course) == {"canvas-12": ADA, "ben": NEW}
    assert reasons(lines) == [
        "canvas-12 was collected as teamalpha, and the roster's user 12 is ada (Ada Lovelace); they are left apart"
    ]


@pytest.mark.parametrize("first", ["Ada Lovelace", "Participant"])
def test_moodles_names_and_numbers_become_the_roster_s_person(first, course, tmp_path):
    file = {f"{first}_411_assignsubmission_file_/x.ipynb": ADA}
    collect(course, zipped(tmp_path / "1.zip", file), SLUG, "auto", NOBODY)
    sheet = roster(tmp_path / "s.csv", "Identifier,Full name,Email address\nParticipant 411,Ada Lovelace,ada@x.org\n")
    lines = collect(course, tmp_path / "1.zip", SLUG, "auto", sheet)
    assert submitted(course) == {"ada@x.org": ADA} and [line.outcome for line in lines] == ["moved", "unchanged"]


@pytest.fixture
def alone(template, tmp_path):
    """A course without hand-ins."""
    import shutil

    shutil.copytree(template, tmp_path / "course")
    return Course.at(tmp_path / "course")


@pytest.mark.parametrize("name", ["my work.ipynb", "deep/x.ipynb", "initialization.ipynb.txt", "notebook", "x.json"])
def test_a_lone_notebook_is_taken_under_any_name(name, alone):
    file = alone.folder("submitted", "ada", SLUG) / name
    file.parent.mkdir(parents=True)
    file.write_bytes(ADA)
    (file.parent / "data.json").write_text('{"a": 1}')
    (file.parent / "other.ipynb").write_bytes(notebook("other", slug=OTHER))
    (submission,) = alone.submissions(SLUG)
    assert submission.path == file and not alone.refused(SLUG)


def test_the_notebook_of_the_assignment_s_name_goes_before_all_others(alone):
    place = alone.folder("submitted", "ada", SLUG)
    place.mkdir(parents=True)
    (place / f"{SLUG}.ipynb").write_bytes(NEW)
    (place / "a.ipynb").write_bytes(ADA)
    assert [s.path.name for s in alone.submissions(SLUG)] == [f"{SLUG}.ipynb"]


def test_two_candidates_and_links_are_refused_and_told(alone, tmp_path):
    base = alone.root / "submitted"
    for who, name in (("ada", "a.ipynb"), ("ada", "b.ipynb"), ("ben", f"{SLUG}.ipynb")):
        place = base / who / SLUG
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(ADA)
    (base / "cem").symlink_to(base / "ben")
    (base / "dan").mkdir()
    (base / "dan" / SLUG).symlink_to(base / "ben" / SLUG)
    (base / "eve").mkdir()
    (base / "eve" / SLUG).write_text("a file")
    assert [s.student for s in alone.submissions(SLUG)] == ["ben"]
    told = dict(alone.refused(SLUG))
    assert set(told) == {"ada", "cem", "dan", "eve"}
    assert "a.ipynb and b.ipynb can all be the notebook" in told["ada"] and "is a link" in told["cem"]
    assert "is a link" in told["dan"] and "is no folder" in told["eve"]
    source = zipped(tmp_path / "c.zip", {"fay/x.ipynb": ADA})
    arguments = ["collect", str(source), "-a", SLUG, "--course", str(alone.root)]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "300", "NO_COLOR": "1"})
    assert result.exit_code == 1 and f"cem {SLUG}: " in result.output and "is a link" in result.output


def test_the_command_takes_groups_columns_and_patterns(alone, tmp_path):
    (tmp_path / "class.csv").write_text("Konto,Name\nada,Ada L\nben,Ben M\n")
    (tmp_path / "groups.csv").write_text("group,student\nTeam 1,ada\nTeam 1,ben\nTeam 1,eve\n")
    source = zipped(tmp_path / "c.zip", {"hand in of Team 1.ipynb": ADA})
    arguments = [
        "collect", str(source), "-a", SLUG, "--course", str(alone.root), f"--roster={tmp_path / 'class.csv'}", "--column", "id=Konto",
        "--groups", str(tmp_path / "groups.csv"), "--pattern", "hand in of {student}.ipynb",
    ]  # fmt: skip
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "300", "NO_COLOR": "1"})
    assert submitted(alone) == {"ada": ADA, "ben": ADA}, result.output
    assert result.exit_code == 1 and "line 4: eve is not one person of the roster" in result.output
    assert "2 new, 0 updated, 0 unchanged, 0 moved, 0 ignored, 0 refused, 1 row told above" in result.output
    assert json.loads((alone.private / "collected.json").read_text())[SLUG]["ada"]["group"] == "Team 1"

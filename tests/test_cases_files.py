"""The downloads, rosters and times from the field that once went wrong, kept beside the project: each comes out as its README says."""

import shutil
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import late
from grader.cli import app
from grader.course import Course, Submission
from grader.gradebook import open_gradebook
from grader.intake.collect import collect
from grader.intake.groups import Groups
from grader.intake.roster import Roster, read_rosters
from grader.times import read_time, seconds_late
from tests.conftest import ROOT

CASES = ROOT.parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"{CASES} is missing: the cases from the field are not tested"
)
SLUG = "initialization"
NOBODY = Roster([])
CANVAS, MOODLE = "canvas/a_semicolon_bom_hidden.csv", "moodle/a_en.csv"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A course whose released notebook is the project's own, so that exercises are told by their names."""
    course = Course.at(tmp_path_factory.mktemp("template"))
    course.prepare()
    with open_gradebook(course) as gradebook:
        gradebook.add_assignment(SLUG)
        gradebook.add_notebook(SLUG, SLUG)
    course.released(SLUG).parent.mkdir(parents=True)
    shutil.copyfile(ROOT / "notebooks" / SLUG / f"{SLUG}.ipynb", course.released(SLUG))
    return course.root


@pytest.fixture
def course(template, tmp_path):
    shutil.copytree(template, tmp_path / "course")
    return Course.at(tmp_path / "course")


def people(*names):
    return read_rosters([CASES / name for name in names])


def taken(course, file, roster=NOBODY, groups=None):
    """Collect a case; return who has a hand-in, and the reasons for what has none."""
    lines = collect(course, CASES / file, SLUG, "auto", roster, groups)
    return {s.student for s in course.submissions(SLUG)}, [line.why for line in lines if line.outcome == "refused"]


@pytest.mark.parametrize("sheet", ["", CANVAS])
def test_canvas_in_a_folder(sheet, course):
    due = {"ada@uni.edu", "JMueller@uni.edu"} if sheet else {"canvas-12", "canvas-14"}
    assert taken(course, "canvas/z6_wrapped (1).zip", people(sheet) if sheet else NOBODY) == (due, [])


@pytest.mark.parametrize("sheet", ["", MOODLE])
def test_moodle_in_a_folder(sheet, course):
    due = {"ada@uni.edu", "jm@uni.edu"} if sheet else {"ada-lovelace", "jorg-muller"}
    assert taken(course, "moodle/z7_wrapped (1).zip", people(sheet) if sheet else NOBODY) == (due, [])


def test_a_class_in_a_folder(course):
    assert taken(course, "other/hw1 (1).zip") == ({"ada", "ben", "cem"}, [])


def test_canvas_groups(course):
    roster = people(CANVAS)
    there, refused = taken(course, "canvas/z1_basic_group.zip", roster)
    assert there == {"ada@uni.edu", "mary.obrien@uni.edu"}
    (why,) = refused
    assert "(Jörg Müller) and the name says teamalpha" in why and "--groups FILE" in why
    team = Groups({"Team Alpha": ("JMueller@uni.edu",)})
    assert "JMueller@uni.edu" in taken(course, "canvas/z1_basic_group.zip", roster, team)[0]


def test_moodle_teams(course):
    roster = people(MOODLE)
    there, (why,) = taken(course, "moodle/z1_group_collides.zip", roster)
    assert there == set() and "participant 412 is jm@uni.edu (Jörg Müller) and the name says Group A" in why
    team = Groups({"Group A": ("ada@uni.edu", "jm@uni.edu")})
    assert taken(course, "moodle/z1_group_collides.zip", roster, team) == ({"ada@uni.edu", "jm@uni.edu"}, [])


def test_canvas_late(course):
    assert taken(course, "canvas/z10_late.zip") == ({"canvas-13"}, [])
    (hand_in,) = course.submissions(SLUG)
    assert hand_in.timestamp is None
    late.set_due(course, SLUG, read_time("2030-10-05 20:00 UTC"))
    assert hand_in.timestamp == "2030-10-05 20:00:01 UTC"


def test_endings(course):
    there, (why,) = taken(course, "canvas/z4_endings.zip")
    assert there == {"canvas-12", "canvas-13", "canvas-15"} and "web page" in why


@pytest.mark.parametrize("sheet", ["moodle/g_en_de_date.csv", "moodle/e_de.csv", "moodle/b_idnumber.csv"])
def test_german_worksheets(sheet, course):
    there, refused = taken(course, "moodle/z8_german_dates.zip", people(sheet))
    assert there == {"20301234" if "number" in sheet else "ada@uni.edu"} and not refused
    (hand_in,) = course.submissions(SLUG)
    assert hand_in.timestamp == f"{read_time('2030-10-06 00:10'):%Y-%m-%d %H:%M:%S} UTC"


@pytest.mark.parametrize(
    ("file", "due"),
    [("gradescope", {"ada@uni.edu"}), ("blackboard", {"ada"}), ("github_classroom", {"octocat", "ada-l"})],
)
def test_other_systems(file, due, course):
    assert taken(course, f"other/{file}.zip") == (due, [])


@pytest.mark.parametrize(
    ("file", "ids"),
    [
        (CANVAS, ["ada@uni.edu", "mary.obrien@uni.edu", "JMueller@uni.edu"]),
        ("canvas/b_first_last.csv", ["ada@uni.edu"]),
        ("canvas/d_commas_in_title.csv", ["ada"]),
        ("roster/d_slash_ids.csv", ["2030-CS-045", "2030-CS-046"]),
        ("roster/e_umlaut_id.csv", ["muller"]),
        ("roster/i_brightspace.csv", ["ada"]),
        ("roster/l_canvas_uid_colon.csv", ["UID-3031234"]),
    ],
)
def test_rosters(file, ids):
    roster = people(file)
    assert [person.id for person in roster.people] == ids
    assert all(person.first_name and person.last_name for person in roster.people)
    assert len(roster.told) == (len(ids) if "roster/" in file and "bright" not in file else 0)


@pytest.mark.parametrize(("file", "seconds"), [("l9-offset.txt", 3600), ("l1-next-day-1930.txt", 23.5 * 3600)])
def test_timestamps(file, seconds, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        shutil.copyfile(CASES / "timestamps" / file, tmp_path / "timestamp.txt")
        handed_in = read_time(Submission("ada", SLUG, tmp_path).timestamp)
        assert seconds_late(handed_in, read_time("2026-10-31 20:00")) == seconds
        assert late.policy("ada", 100, seconds) == 10
    finally:
        monkeypatch.undo()
        time.tzset()


def test_canvas_own_sheet_comes_back_filled(course):
    with open_gradebook(course) as gradebook:
        gradebook.add_grade_cell("test_x", SLUG, SLUG, max_score=100, cell_type="code")
    taken(course, "canvas/z6_wrapped (1).zip", people(CANVAS))
    with open_gradebook(course) as gradebook:
        gradebook.add_submission(SLUG, "ada@uni.edu")
        gradebook.find_grade("test_x", SLUG, SLUG, "ada@uni.edu").auto_score = 87.5
        gradebook.db.commit()
    path = course.root / "filled.csv"
    arguments = ["export", SLUG, "--template", str(CASES / CANVAS), "--course", str(course.root), "--output", str(path)]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    before, after = (CASES / CANVAS).read_bytes(), path.read_bytes()
    assert after == before.replace(b"90,50;90,50", b"87,5;90,50")


def test_every_case_has_a_test():
    """A case that comes to the folder later is asked for here."""
    text = Path(__file__).read_text(encoding="utf-8")
    files = [
        f for kind in ("canvas", "moodle", "other", "roster", "timestamps") for f in sorted((CASES / kind).iterdir())
    ]
    assert len(files) >= 22
    assert not [file.name for file in files if file.name not in text and file.stem not in text]

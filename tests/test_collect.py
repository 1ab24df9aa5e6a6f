"""Collecting: downloads as Canvas and Moodle make them, with a realistic mess, and with malice."""

import io
import stat
import zipfile

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course import CourseError
from grader.gradebook import open_gradebook
from grader.intake import archive
from grader.intake.collect import collect, detect, missing, own_name
from grader.intake.roster import read_rosters
from tests.downloads import (  # noqa: F401  fixtures
    NOBODY,
    OTHER,
    SLUG,
    course_fixture,
    notebook,
    roster,
    submitted,
    template_fixture,
    zipped,
)


def outcomes(lines):
    return {(line.student, line.file): line.outcome for line in lines}


CLASS = "id,first_name,last_name,email,lms_id\nada,Ada,Lovelace,ada@x.org,12\nben,Ben,Müller,ben@x.org,340934\n"


def test_a_canvas_zip_is_taken_apart(course, tmp_path):
    source = zipped(
        tmp_path / "submissions.zip",
        {
            "lovelaceada_12_901_initialization.ipynb": notebook("ada"),
            "lovelaceada_12_902_notes.pdf": b"%PDF",
            "mullerben_LATE_340934_903_my_work-1.ipynb": notebook("ben"),
        },
    )
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-12": notebook("ada"), "canvas-340934": notebook("ben")}
    assert outcomes(lines)["canvas-12", "lovelaceada_12_902_notes.pdf"] == "ignored"
    late = course.folder("submitted", "canvas-340934", SLUG) / "timestamp.txt"
    assert late.read_text() == "2026-10-10 12:00:01 UTC\n", "late by Canvas's mark: the least that is certain"
    assert not (course.folder("submitted", "canvas-12", SLUG) / "timestamp.txt").exists()


def test_a_roster_names_students_and_says_who_is_missing(course, tmp_path):
    people = roster(tmp_path / "class.csv", CLASS + "cleo,Cleo,Egypt,c@x.org,77\n")
    source = zipped(
        tmp_path / "a.zip",
        {
            "lovelaceada_12_901_x.ipynb": notebook("ada"),
            "müllerben_340934_903_y.ipynb": notebook("ben"),
            "eve_5_1_z.ipynb": notebook("eve"),
        },
    )
    lines = collect(course, source, SLUG, "auto", people)
    assert submitted(course) == {"ada": notebook("ada"), "ben": notebook("ben")}
    refused = [line for line in lines if line.outcome == "refused"]
    assert [(line.file, line.why) for line in refused] == [
        ("eve_5_1_z.ipynb", "Canvas user 5 (eve) is not in the roster")
    ]
    assert missing(course.hand_ins(SLUG), people) == ["cleo"]
    with open_gradebook(course) as gradebook:
        ben = gradebook.find_student("ben")
        assert (ben.first_name, ben.last_name, ben.email, ben.lms_user_id) == ("Ben", "Müller", "ben@x.org", "340934")
        assert {student.id for student in gradebook.students} == {"ada", "ben", "cleo"}


def test_a_second_import_changes_nothing(course, tmp_path):
    source = zipped(tmp_path / "a.zip", {"ada_12_9_x.ipynb": notebook("ada"), "ben_LATE_13_8_y.ipynb": notebook("ben")})
    collect(course, source, SLUG, "auto", NOBODY)

    def state():
        files = sorted(path for path in course.root.rglob("*") if path.is_file() and path.name != "gradebook.db")
        return [(path, path.stat().st_mtime_ns, path.read_bytes()) for path in files]

    before = state()
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert {line.outcome for line in lines} == {"unchanged"}
    assert state() == before


def test_a_newer_hand_in_replaces_and_an_older_one_does_not(course, tmp_path):
    old = zipped(tmp_path / "old.zip", {"ada_12_901_x.ipynb": notebook("old")})
    new = zipped(tmp_path / "new.zip", {"ada_12_950_x-1.ipynb": notebook("new")})
    collect(course, old, SLUG, "auto", NOBODY)
    assert [line.outcome for line in collect(course, new, SLUG, "auto", NOBODY)] == ["updated"]
    assert [line.outcome for line in collect(course, old, SLUG, "auto", NOBODY)] == ["ignored"]
    assert submitted(course) == {"canvas-12": notebook("new")}
    kept = list((course.private / "replaced").rglob("*.ipynb"))
    assert [path.read_bytes() for path in kept] == [notebook("old")]


@pytest.mark.parametrize(
    "folder", ["Ada Lovelace_77_assignsubmission_file_/", "Ada Lovelace_77_assignsubmission_file/"]
)
def test_a_moodle_zip_is_taken_apart(course, tmp_path, folder):
    source = zipped(
        tmp_path / "moodle.zip",
        {
            f"{folder}deep/renamed (1).ipynb": notebook("ada"),
            "李明_78_assignsubmission_file_/initialization.ipynb": notebook("li"),
            "Ben Müller_79_assignsubmission_onlinetext_/onlinetext.html": "no file",
        },
    )
    lines = collect(course, source, SLUG, "auto", NOBODY)
    there = submitted(course)
    assert there.pop("ada-lovelace") == notebook("ada")
    (name,) = there
    assert name.startswith("student-") and there[name] == notebook("li")
    assert [line.why for line in lines if line.outcome == "refused"] == [
        "not a notebook; no notebook of this assignment was found"
    ]


def test_moodle_without_folders_is_read_too(course, tmp_path):
    source = zipped(tmp_path / "m.zip", {"Ada Lovelace_77_assignsubmission_file_my_7_8_work.ipynb": notebook("ada")})
    collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {"ada-lovelace": notebook("ada")}


def test_two_students_of_one_name_are_told_apart_by_the_worksheet(course, tmp_path):
    files = {f"Ada Lovelace_{number}_assignsubmission_file_/x.ipynb": notebook(number) for number in (77, 78)}
    source = zipped(tmp_path / "m.zip", files)
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {} and {line.outcome for line in lines} == {"refused"}
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Status,Grade,Last modified (submission)\n"
        'Participant 77,Ada Lovelace,ada@x.org,Submitted,,"Saturday, 10 October 2026, 5:33 PM"\n'
        "Participant 78,Ada Lovelace,ada2@x.org,Submitted,,-\n"
    )
    collect(course, source, SLUG, "auto", read_rosters([sheet]))
    assert submitted(course) == {"ada@x.org": notebook(77), "ada2@x.org": notebook(78)}
    stamp = next(s.timestamp for s in course.submissions(SLUG) if s.student == "ada@x.org")
    assert stamp.startswith("2026-10-1") and stamp.endswith(":33:00 UTC")


def test_a_namesake_in_a_later_download_takes_nobodys_place(course, tmp_path):
    first = zipped(tmp_path / "1.zip", {"Ada Lovelace_77_assignsubmission_file_/x.ipynb": notebook("first")})
    second = zipped(tmp_path / "2.zip", {"Ada Lovelace_78_assignsubmission_file_/x.ipynb": notebook("second")})
    collect(course, first, SLUG, "auto", NOBODY)
    assert [line.outcome for line in collect(course, second, SLUG, "auto", NOBODY)] == ["refused"]
    assert submitted(course) == {"ada-lovelace": notebook("first")}


def test_folders_and_loose_notebooks(course, tmp_path):
    source = tmp_path / "hand-ins"
    for name in ("ada/initialization", "Ben M", "eve"):
        (source / name).mkdir(parents=True)
    (source / "ada/initialization/initialization.ipynb").write_bytes(notebook("ada"))
    (source / "ada/initialization/timestamp.txt").write_text("2026-10-02 10:00:00 UTC\n")
    (source / "ada/initialization/optimization.ipynb").write_bytes(notebook("other", slug=OTHER))
    (source / "Ben M/work.ipynb").write_bytes(notebook("ben"))
    (source / "eve/optimization.ipynb").write_bytes(notebook("eve", slug=OTHER))
    (source / "zoe_initialization (2).ipynb").write_bytes(notebook("zoe"))
    (source / "initialization.ipynb").write_bytes(notebook("whose"))
    (source / "README.txt").write_text("hello")
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {"ada": notebook("ada"), "ben-m": notebook("ben"), "zoe": notebook("zoe")}
    assert next(s.timestamp for s in course.submissions(SLUG)) is None
    why = {line.file: (line.outcome, line.why) for line in lines if line.why}
    assert why["initialization.ipynb"][0] == "refused" and "student's id" in why["initialization.ipynb"][1]
    assert (
        why["eve/optimization.ipynb"][0] == "refused" and "notebook of optimization" in why["eve/optimization.ipynb"][1]
    )
    assert why["ada/initialization/optimization.ipynb"] == ("ignored", "it is the notebook of optimization")
    assert why["README.txt"] == ("ignored", "not a notebook")
    assert why["ada/initialization/timestamp.txt"] == (
        "ignored",
        "it is the student's own word (2026-10-02 10:00:00 UTC); only the system's time counts",
    )


def test_a_zip_in_a_zip_and_the_notebook_with_most_exercises(course, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("work/scratch.ipynb", notebook("scratch", "initialization_one"))
        opened.writestr("work/final.ipynb", notebook("final"))
        opened.writestr("__MACOSX/._final.ipynb", b"mac")
    source = zipped(tmp_path / "c.zip", {"ada_12_9_work.zip": inner.getvalue()})
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-12": notebook("final")}
    assert [line.outcome for line in lines] == ["new", "ignored"]


def test_broken_notebooks_are_collected_for_the_grader_to_judge(course, tmp_path):
    broken = {"a_1_1_x.ipynb": b"", "b_2_2_x.ipynb": b"%PDF", "c_3_3_x.ipynb": b"[" * 100_000}
    collect(course, zipped(tmp_path / "c.zip", broken), SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-1": b"", "canvas-2": b"%PDF", "canvas-3": b"[" * 100_000}


def test_no_path_leads_out_of_the_course(course, tmp_path):
    link = zipfile.ZipInfo("ada/link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    source = tmp_path / "evil.zip"
    with zipfile.ZipFile(source, "w") as opened:
        for name in ("../../evil.ipynb", "/tmp/evil.ipynb", "C:\\evil.ipynb", "ada/../../ben/x.ipynb"):
            opened.writestr(name, notebook("evil"))
        opened.writestr(link, "/etc/passwd")
        opened.writestr("..\\ben\\x.ipynb", notebook("evil"))
        opened.writestr("-rf/x.ipynb", notebook("dash"))
        opened.writestr("[bold]zoe/x.ipynb", notebook("zoe"))
    lines = collect(course, source, SLUG, "folder", NOBODY)
    assert submitted(course) == {"rf": notebook("dash"), "bold-zoe": notebook("zoe")}
    assert sum(line.outcome == "refused" for line in lines) == 6
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith("evil") and path != source]


def test_links_in_folders_are_not_followed(course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook("secret"))
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "ada" / "x.ipynb").symlink_to(secret)
    (tmp_path / "in" / "ben").symlink_to(tmp_path)
    lines = collect(course, tmp_path / "in", SLUG, "folder", NOBODY)
    assert submitted(course) == {} and {line.why.partition(";")[0] for line in lines} == {"a link is not followed"}
    (course.root / "submitted").mkdir()
    (course.root / "submitted" / "cleo").symlink_to(tmp_path / "in")
    (tmp_path / "more" / "cleo").mkdir(parents=True)
    (tmp_path / "more" / "cleo" / "x.ipynb").write_bytes(notebook("cleo"))
    assert [line.outcome for line in collect(course, tmp_path / "more", SLUG, "folder", NOBODY)] == ["refused"]
    assert not (tmp_path / "in" / SLUG).exists()


def test_bombs_are_not_unpacked(course, tmp_path, monkeypatch):
    source = zipped(tmp_path / "bomb.zip", {"ada_12_9_x.ipynb": b" " * 3_000_000, "ben_13_8_x.ipynb": notebook("ben")})
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-13": notebook("ben")}
    assert "300-fold" in next(line.why for line in lines if line.outcome == "refused")
    inner = zipped(tmp_path / "inner.zip", {"a.ipynb": notebook("a"), "b.ipynb": notebook("b")})
    both = zipped(tmp_path / "c.zip", {"ada_12_9_x.zip": inner.read_bytes(), "cem_14_7_x.ipynb": notebook("cem")})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    lines = collect(course, both, SLUG, "auto", NOBODY)
    assert "more than 1 files" in next(line.why for line in lines if line.student == "canvas-12")
    assert submitted(course)["canvas-14"] == notebook("cem")


@pytest.mark.parametrize("people", [CLASS, ""])
def test_a_name_that_imitates_another_students_is_not_believed(course, tmp_path, people):
    """Ben is called "_12" at his name's end in Canvas: his file reads as user 12's, Ada's."""
    known = roster(tmp_path / "class.csv", people) if people else NOBODY
    source = zipped(
        tmp_path / "c.zip",
        {"lovelaceada_12_901_x.ipynb": notebook("ada"), "mullerben_12_340934_903_x.ipynb": notebook("evil")},
    )
    lines = collect(course, source, SLUG, "canvas", known)
    assert notebook("evil") not in submitted(course).values()
    assert ("refused" in {line.outcome for line in lines}) and submitted(course) == (
        {"ada": notebook("ada")} if people else {}
    )


def test_digits_in_a_students_own_file_name_do_no_harm(course, tmp_path):
    people = roster(tmp_path / "class.csv", CLASS)
    source = zipped(tmp_path / "c.zip", {"mullerben_340934_903_12_01_homework.ipynb": notebook("ben")})
    collect(course, source, SLUG, "auto", people)
    assert submitted(course) == {"ben": notebook("ben")}


def test_a_moodle_name_inside_a_canvas_file_name_is_only_a_file_name(course, tmp_path):
    source = zipped(tmp_path / "c.zip", {"ben_13_8_Ada Lovelace_77_assignsubmission_file_x.ipynb": notebook("ben")})
    assert detect(list(archive.members(source))) == "canvas"
    collect(course, source, SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-13": notebook("ben")}


def test_canvas_and_moodle_files_serve_as_rosters(tmp_path):
    export = tmp_path / "canvas.csv"
    export.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,HW (5)\n    Points Possible,,,,,10\n"
        '"Lovelace, Ada",12,U12,ada,S1,\n"Student, Test",99,,abc,S1,\n'
    )
    (ada,) = read_rosters([export]).people
    assert (ada.id, ada.first_name, ada.last_name, ada.lms_id) == ("ada", "Ada", "Lovelace", "12")
    ours, sheet = tmp_path / "ours.csv", tmp_path / "sheet.csv"
    ours.write_text("﻿id;email\nada;ADA@x.org\n", encoding="utf-8")
    sheet.write_text("Identifier,Full name,Email address\nParticipant 7,Ada Lovelace,ada@x.org\n")
    (ada,) = read_rosters([ours, sheet]).people
    assert (ada.id, ada.participant, ada.last_name) == ("ada", "7", "Lovelace")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id\nada\nada\n", "names ada twice"),
        ("colour\nred\n", "names nobody"),
    ],
)
def test_a_roster_that_cannot_be_right_is_refused(tmp_path, text, said):
    with pytest.raises(CourseError, match=said):
        roster(tmp_path / "r.csv", text)


def test_the_command_says_who_what_when_and_why(course, tmp_path):
    source = zipped(tmp_path / "c.zip", {"ada_LATE_12_9_x.ipynb": notebook("ada"), "[red]x": b"", "b_1_2_c.txt": b""})
    arguments = ["collect", str(source), "--assignment", SLUG, "--course", str(course.root)]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", "NO_COLOR": "1"})
    for word in ("canvas-12", "2026-10-10 12:00:01 UTC", "new", "[red]x", "1 new, 0 updated, 0 unchanged"):
        assert word in result.output
    assert result.exit_code == 1, "a file that needs a person"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.zip", "--assignment", SLUG], "nowhere.zip is missing"),
        ([__file__, "--assignment", SLUG], "neither a zip, a folder nor a notebook"),
        ([__file__, "--assignment", SLUG, "--format", "word"], "auto, canvas, moodle"),
        ([__file__, "--assignment", "regularization"], "python -m grader release regularization"),
    ],
)
def test_errors_have_a_way_out(course, arguments, said):
    result = CliRunner().invoke(app, ["collect", *arguments, "--course", str(course.root)], env={"COLUMNS": "200"})
    assert result.exit_code == 2 and said in result.output + result.stderr


@pytest.mark.parametrize(
    "file, own",
    [
        ("lovelaceada_LATE_12_34_my work.ipynb", "my work.ipynb"),
        ("lovelaceada_12_34_a_b_56_78_c.ipynb", "a_b_56_78_c.ipynb"),
        ("Ada Lovelace_77_assignsubmission_file_/work.zip/a.ipynb", "work.zip/a.ipynb"),
        ("Ada Lovelace_77_assignsubmission_file_work.ipynb", "work.ipynb"),
        ("ada/work.ipynb", "ada/work.ipynb"),
    ],
)
def test_a_file_is_called_as_the_student_called_it(file, own):
    assert own_name(file) == own

"""Downloads as systems, browsers and people make them: whose each file is, or the reason why that cannot be said."""

import json
import zipfile

import pytest

from grader.course import CourseError
from grader.intake.collect import Pattern, collect
from grader.intake.record import Record
from grader.intake.roster import read_rosters
from tests.downloads import (  # noqa: F401  fixtures
    NOBODY,
    SLUG,
    course_fixture,
    groups,
    notebook,
    packed,
    reasons,
    roster,
    submitted,
    template_fixture,
    zipped,
)

CLASS = (
    "id,first_name,last_name,email,lms_id\nada,Ada,Lovelace,ada@x.org,12\njorg,Jörg,Müller,jm@x.org,14\n"
    "ben,Ben,Øst,ben@x.org,15\nmary,Mary-Jane,O'Brien,mj@x.org,16\n"
)
ADA, BEN, CEM = notebook("ada"), notebook("ben"), notebook("cem")
MOODLE = "_assignsubmission_file_/initialization.ipynb"
GRADESCOPE = (
    "submission_7:\n  :submitters:\n  - :name: Ada Lovelace\n    :sid: '0012'\n    :email: ada@x.org\n"
    "  :created_at: 2026-10-09 10:00:00.5 +02:00\n  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n    a: 1\n"
    "submission_8:\n  :submitters:\n  - :name: Ben Øst\n    :sid: ''\n    :email: ben@x.org\n  - :name: Jörg Müller\n    :email: jm@x.org\n"
)

# name of the case: the source's name, its files, with a roster or without, and what lies in submitted/ then
TAKEN = {
    "folder of any name": ("a.zip", {"week 3/ada/x.ipynb": ADA, "week 3/ben/x.ipynb": BEN}, False, {"ada": ADA, "ben": BEN}),
    "folder with a roster": ("a.zip", {"week 3/ada/x.ipynb": ADA, "week 3/Ben Øst/x.ipynb": BEN}, True, {"ada": ADA, "ben": BEN}),
    "folder in a folder": ("a.zip", {"c/hw/ada/x.ipynb": ADA, "c/hw/ben/x.ipynb": BEN}, False, {"ada": ADA, "ben": BEN}),
    "folders with a note beside": ("a.zip", {"hw/ada/x.ipynb": ADA, "hw/ben/x.ipynb": BEN, "read me.pdf": b"%PDF"}, False, {"ada": ADA, "ben": BEN}),
    "one student in a folder named as the zip": ("hw1 (2).zip", {"hw1/ada/x.ipynb": ADA}, False, {"ada": ADA}),
    "one student in a wrapped folder with a roster": ("q.zip", {"hw1/ada/x.ipynb": ADA}, True, {"ada": ADA}),
    "a zip in a zip": ("all.zip", {"all (1).zip": packed({"ada/x.ipynb": ADA, "ben/x.ipynb": BEN})}, False, {"ada": ADA, "ben": BEN}),
    "a zip a student": ("all.zip", {"ada.zip": packed({"x.ipynb": ADA}), "ben.zip": packed({"y/x.ipynb": BEN})}, False, {"ada": ADA, "ben": BEN}),
    "zips a student in a folder": ("all.zip", {"f/ada.zip": packed({"x.ipynb": ADA}), "f/ben.zip": packed({"x.ipynb": BEN})}, False, {"ada": ADA, "ben": BEN}),
    "nbgrader's layout": ("a.zip", {"submitted/ada/initialization/initialization.ipynb": ADA, "submitted/ben/initialization/x.ipynb": BEN}, False, {"ada": ADA, "ben": BEN}),
    "nbgrader's layout of one": ("ada.zip", {"ada/initialization/initialization.ipynb": ADA}, False, {"ada": ADA}),
    "the assignment's folder around": ("q.zip", {"initialization/ada/x.ipynb": ADA, "initialization/ben/x.ipynb": BEN}, False, {"ada": ADA, "ben": BEN}),
    "Canvas in a folder": ("q.zip", {"x y/lovelaceada_12_5_a.ipynb": ADA, "x y/mllerjrg_14_6_a.ipynb": BEN}, True, {"ada": ADA, "jorg": BEN}),
    "Canvas spells umlauts out": ("q.zip", {"muellerjoerg_14_6_a.ipynb": BEN, "ostben_15_7_a.ipynb": CEM}, True, {"jorg": BEN, "ben": CEM}),
    "Canvas leaves punctuation out": ("q.zip", {"obrienmaryjane_LATE_16_6_a.ipynb": BEN}, True, {"mary": BEN}),
    "Moodle in folders": ("q.zip", {f"C-1/HW-2/Ada Lovelace_411{MOODLE}": ADA, f"C-1/HW-2/Jörg Müller_412{MOODLE}": BEN}, True, {"ada": ADA, "jorg": BEN}),
    "Moodle's team and name of older versions": ("q.zip", {f"Team A-Ada Lovelace_411{MOODLE}": ADA}, "moodle", {"ada": ADA}),
    "Moodle, blind": ("q.zip", {f"Participant_411{MOODLE}": ADA, f"Teilnehmerin_412{MOODLE}": BEN}, False, {"participant-411": ADA, "participant-412": BEN}),
    "Gradescope": ("q.zip", {"assignment_1_export/submission_7/x.ipynb": ADA, "assignment_1_export/submission_8/x.ipynb": BEN, "assignment_1_export/submission_metadata.yml": GRADESCOPE}, False, {"ada@x.org": ADA, "ben@x.org": BEN, "jm@x.org": BEN}),
    "Gradescope with a roster": ("q.zip", {"submission_7/x.ipynb": ADA, "submission_8/x.ipynb": BEN, "submission_metadata.yml": GRADESCOPE}, True, {"ada": ADA, "ben": BEN, "jorg": BEN}),
    "Blackboard, a later attempt": ("q.zip", {"HW 1_ada_attempt_2026-10-09-10-00-00_x.ipynb": BEN, "HW 1_ada_attempt_2026-10-09-11-00-00_x.ipynb": ADA}, False, {"ada": ADA}),
    "Blackboard says the user in its note": ("q.zip", {"Week_1_ada_l_attempt_2026-10-09-10-00-00_x.ipynb": ADA, "Week_1_ada_l_attempt_2026-10-09-10-00-00.txt": "Name: Ada Lovelace (ada_l)\nAssignment: Week_1\n"}, False, {"ada_l": ADA}),
    "Blackboard with a roster": ("q.zip", {"Week_1_ada_attempt_2026-10-09-10-00-00_x.ipynb": ADA}, True, {"ada": ADA}),
    "Brightspace": ("q.zip", {"12-9 - Ada Lovelace - Oct 9, 2026 1000 AM/x.ipynb": ADA, "13-9 - Ben Øst - Oct 9, 2026 945 PM/x.ipynb": BEN, "index.html": b"<html>"}, True, {"ada": ADA, "ben": BEN}),
    "Brightspace without folders": ("q.zip", {"12-9 - Ada Lovelace - 9 October, 2026 1000 - my - x.ipynb": ADA}, False, {"ada-lovelace": ADA}),
    "Sakai": ("q.zip", {"HW 1/Lovelace, Ada(ada)/Submission attachment(s)/x.ipynb": ADA, "HW 1/Lovelace, Ada(ada)/timestamp.txt": "20261009100000000", "HW 1/Lovelace, Ada(ada)/Feedback Attachment(s)/x.ipynb": BEN, "HW 1/grades.csv": b"Display ID,ID"}, True, {"ada": ADA}),
    "ILIAS": ("q.zip", {"HW/Abgaben/Lovelace_Ada_ada_285/x.ipynb": ADA, "HW/Abgaben/Øst_Ben_ben_286/x.ipynb": BEN}, "ilias", {"ada": ADA, "ben": BEN}),
    "GitHub Classroom": ("q.zip", {"initialization-submissions/initialization-octo-cat/x.ipynb": ADA, "initialization-submissions/initialization-octo-dog/x.ipynb": BEN}, False, {"octo-cat": ADA, "octo-dog": BEN}),
    "GitHub's own zips of branches": ("q.zip", {"hw1-ada-main/x.ipynb": ADA, "hw1-ada-main/.gitignore": b"", "hw1-ben-main/x.ipynb": BEN}, False, {"ada": ADA, "ben": BEN}),
    "Autolab": ("q.zip", {"ada@x.org_1_handin.ipynb": BEN, "ada@x.org_10_handin.ipynb": ADA}, False, {"ada@x.org": ADA}),
    "endings that browsers add": ("q.zip", {"ada/x.ipynb.txt": ADA, "ben/x.ipynb.json": BEN, "cem/x.json": CEM, "dan/notebook": ADA, "eve/x.IPYNB": BEN}, False, {"ada": ADA, "ben": BEN, "cem": CEM, "dan": ADA, "eve": BEN}),
    "ids with a number": ("q.zip", {"student-001/x.ipynb": ADA, "student-002/x.ipynb": BEN}, False, {"student-001": ADA, "student-002": BEN}),
    "written otherwise": ("q.zip", {"ada/x.ipynb": ADA.decode().encode("utf-16"), "ben/x.txt": b"\xef\xbb\xbf" + BEN}, False, {"ada": ADA.decode().encode("utf-16"), "ben": b"\xef\xbb\xbf" + BEN}),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_every_file_goes_to_its_student(case, course, tmp_path):
    name, files, people, due = TAKEN[case]
    known = roster(tmp_path / "class.csv", CLASS) if people else NOBODY
    if people == "moodle":
        (tmp_path / "sheet.csv").write_text(
            "Identifier,Full name,Email address\nParticipant 411,Ada Lovelace,ada@x.org\n"
        )
        known = read_rosters([tmp_path / "class.csv", tmp_path / "sheet.csv"])
    source = zipped(tmp_path / name, files)
    lines = collect(course, source, SLUG, "ilias" if people == "ilias" else "auto", known)
    assert submitted(course) == due, lines
    assert not reasons(lines)
    collect_again = collect(course, source, SLUG, "ilias" if people == "ilias" else "auto", known)
    assert {line.outcome for line in collect_again} <= {"unchanged", "ignored"}


# name of the case: files, with a roster or without, what stays in submitted/, and what the reason says
REFUSED = {
    "a group's file in Canvas": ({"teamalpha_14_5_x.ipynb": ADA, "lovelaceada_12_6_x.ipynb": BEN}, True, {"ada": BEN}, "Canvas user 14 is jorg (Jörg Müller) and the name says teamalpha; if it is a group's hand-in, say who is in the group with --groups FILE"),
    "a group named like half a student": ({"muller_14_5_x.ipynb": ADA}, True, {}, "the name says muller"),
    "a team's file in Moodle": ({f"Group A_411{MOODLE}": ADA}, "moodle", {}, "participant 411 is ada (Ada Lovelace) and the name says Group A; if it is a group's hand-in"),
    "a team that calls itself as a student": ({f"Jörg Müller_411{MOODLE}": ADA}, "moodle", {}, "participant 411 is ada (Ada Lovelace) and the name says Jörg Müller"),
    "Moodle's default team": ({"Default group_assignsubmission_file_/x.ipynb": ADA}, True, {}, "--groups FILE"),
    "a class in sections": ({"A/ada/x.ipynb": ADA, "A/ben/x.ipynb": BEN, "B/cem/x.ipynb": CEM, "B/dan/x.ipynb": CEM}, False, {}, "A holds notebooks in ada and ben: one student's, or a class's?"),
    "one folder in another": ({"hw/ada/x.ipynb": ADA}, False, {}, "whether hw is a student or a folder around ada cannot be said; give a --roster"),
    "one folder of named notebooks": ({"hw/ada_initialization.ipynb": ADA, "hw/ben_initialization.ipynb": BEN}, False, {}, "whether hw is a student"),
    "Gradescope without its list": ({"submission_7/x.ipynb": ADA, "submission_8/x.ipynb": ADA}, False, {}, "this looks like Gradescope's export; submission_metadata.yml, which says whose each folder is, is missing"),
    "Gradescope with a broken list": ({"submission_7/x.ipynb": ADA, "submission_metadata.yml": "a: [b"}, False, {}, "submission_metadata.yml cannot be read"),
    "Gradescope of somebody else": ({"submission_7/x.ipynb": ADA, "submission_metadata.yml": GRADESCOPE.replace("ada@x.org", "jm@x.org")}, True, {}, "jm@x.org is jorg's (Jörg Müller) and the name says Ada Lovelace"),
    "Blackboard with underscores": ({"Week_1_ada_attempt_2026-10-09-10-00-00_x.ipynb": ADA}, False, {}, "whether 1_ada or ada is the user cannot be said; give a --roster"),
    "Brightspace without such a student": ({"12-9 - Eve Nobody - Oct 9, 2026 1000 AM/x.ipynb": ADA}, True, {}, "Eve Nobody is not in the roster"),
    "a team in ILIAS": ({"HW/Team 7/Lovelace_Ada_ada_285/x.ipynb": ADA}, True, {}, "it is a team's; if it is a group's hand-in"),
    "a saved page": ({"ada/x.html": b"<html>", "ben/x.ipynb": BEN}, False, {"ben": BEN}, "it is a web page made of a notebook"),
    "an archive that is not opened": ({"ada/x.rar": b"Rar!", "ben/x.ipynb": BEN}, False, {"ben": BEN}, "an archive of this kind is not opened"),
    "data that is no notebook": ({"ada/x.json": b'{"a": 1}', "ben/x.ipynb": BEN}, False, {"ben": BEN}, "not a notebook; no notebook of this assignment was found"),
    "folders that begin alike": ({"hw1-ada/x.ipynb": ADA, "hw1-ben/x.ipynb": BEN}, False, {}, "all names begin with 'hw1-', so which part is the student cannot be said; give a --roster, or say it with --pattern 'hw1-{student}'"),
    "files that end alike": ({"ada_final.ipynb": ADA, "ben_final.ipynb": BEN}, False, {}, "--pattern '{student}_final'"),
    "two folders that claim one student": ({"Ben M/x.ipynb": ADA, "ben-m/x.ipynb": BEN}, False, {}, "both claim to be ben-m"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_nobody_can_know_is_refused_with_the_reason(case, course, tmp_path):
    files, people, due, why = REFUSED[case]
    known = roster(tmp_path / "class.csv", CLASS) if people else NOBODY
    if people == "moodle":
        (tmp_path / "sheet.csv").write_text(
            "Identifier,Full name,Email address\nParticipant 411,Ada Lovelace,ada@x.org\n"
        )
        known = read_rosters([tmp_path / "class.csv", tmp_path / "sheet.csv"])
    lines = collect(course, zipped(tmp_path / "download.zip", files), SLUG, "auto", known)
    assert submitted(course) == due
    assert any(why in reason for reason in reasons(lines)), reasons(lines)


def test_names_that_are_utf_8_without_saying_so_are_read(course, tmp_path):
    raw = packed({"Jörg Müller_7_assignsubmission_file_/x.ipynb": ADA})
    (tmp_path / "a.zip").write_bytes(raw.replace(b"\x00\x08", b"\x00\x00"))  # the flag of UTF-8 taken away
    collect(course, tmp_path / "a.zip", SLUG, "auto", roster(tmp_path / "class.csv", CLASS))
    assert submitted(course) == {"jorg": ADA}


def test_canvas_own_test_student_is_none(course, tmp_path):
    source = zipped(tmp_path / "a.zip", {"studenttest_99_5_x.ipynb": ADA, "lovelaceada_12_6_x.ipynb": BEN})
    for known in (NOBODY, roster(tmp_path / "class.csv", CLASS)):
        lines = collect(course, source, SLUG, "auto", known)
        assert [line.why for line in lines if line.outcome == "ignored"] == ["Canvas's test student is no student"]
        assert not reasons(lines)


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("{student}_{any}.ipynb", {"ada_hw.ipynb": ADA, "ben_final.ipynb": BEN}),
        ("hw1/{student}/{any}", {"hw1/ada/a/x.ipynb": ADA, "hw1/ben/x.ipynb": BEN}),
        ("{any} - {student}", {"1 - ada/x.ipynb": ADA, "2 - ben/x.ipynb": BEN}),
        (r"(?:Prof )?(?P<student>\w+)\..*", {"Prof ada.ipynb": ADA, "ben.ipynb": BEN}),
        ("{student}", {"sub-ada/ada/x.ipynb": ADA}),
    ],
)
def test_a_pattern_says_whose_a_file_is(pattern, files, course, tmp_path):
    source = zipped(tmp_path / "a.zip", files)
    lines = collect(course, source, SLUG, "auto", NOBODY, pattern=Pattern(pattern))
    due = {"sub-ada": ADA} if pattern == "{student}" else {"ada": ADA, "ben": BEN}
    assert submitted(course) == due and not reasons(lines)


@pytest.mark.parametrize("pattern", ["{any}.ipynb", "(?P<student>", "{student}_{student}"])
def test_a_pattern_that_names_nobody_is_refused(pattern):
    with pytest.raises(CourseError, match="--pattern"):
        Pattern(pattern)


GROUP_FILES = {
    "our own": "group,student\nTeam Alpha,ada\nTeam Alpha,jorg\n",
    "semicolons": "Gruppe;E-Mail-Adresse\nTeam Alpha;ada@x.org\nTeam Alpha;jm@x.org\n",
    "Canvas's": "name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id\n"
    '"Lovelace, Ada",12,,ada,S,Team Alpha,3,\n"Müller, Jörg",14,,jorg,S,Team Alpha,3,\n"Øst, Ben",15,,ben,S,,,\n',
    "Moodle's": 'First name,Last name,Email address,Groups\nAda,Lovelace,ada@x.org,"Team Alpha, Team Beta"\nJörg,Müller,jm@x.org,Team Alpha\nBen,Øst,ben@x.org,Team Beta\n',
}


@pytest.mark.parametrize("kind", GROUP_FILES)
@pytest.mark.parametrize("file", ["teamalpha_14_5_x.ipynb", f"Team Alpha_412{MOODLE}", "Team Alpha/x.ipynb"])
def test_each_member_of_a_group_gets_its_hand_in(kind, file, course, tmp_path):
    known = roster(tmp_path / "class.csv", CLASS)
    together = groups(tmp_path / "groups.csv", GROUP_FILES[kind], known)
    lines = collect(course, zipped(tmp_path / "a.zip", {file: ADA}), SLUG, "auto", known, together)
    assert submitted(course) == {"ada": ADA, "jorg": ADA} and not reasons(lines)
    record = Record(course, SLUG).known
    if file.startswith("teamalpha"):
        assert [record[who]["name"] for who in ("ada", "jorg")] == ["adalovelace_12_5", "jorgmuller_14_5"]


def test_a_group_whose_number_is_no_members_is_refused(course, tmp_path):
    known = roster(tmp_path / "class.csv", CLASS)
    together = groups(tmp_path / "groups.csv", "group,student\nTeam Alpha,ada\nTeam Alpha,nobody\n", known)
    assert together.told == [
        f"{tmp_path / 'groups.csv'}, line 3: nobody is not one person of the roster; the row is left out"
    ]
    lines = collect(course, zipped(tmp_path / "a.zip", {"teamalpha_14_5_x.ipynb": ADA}), SLUG, "auto", known, together)
    assert reasons(lines) == ["user 14 is jorg's, who is not in the group Team Alpha"] and submitted(course) == {}


def test_moodles_teams_come_back_under_the_members_numbers(course, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 411,Ada Lovelace,ada@x.org,"Friday, 9 October 2026, 10:00 AM"\nParticipant 412,Jörg Müller,jm@x.org,-\n'
    )
    known = read_rosters([sheet])
    together = groups(tmp_path / "groups.csv", "group,student\nGroup A,ada@x.org\nGroup A,jm@x.org\n", known)
    collect(course, zipped(tmp_path / "a.zip", {f"Group A_412{MOODLE}": ADA}), SLUG, "auto", known, together)
    record = Record(course, SLUG).known
    assert {who: known["name"] for who, known in record.items()} == {
        "ada@x.org": "Ada Lovelace_411_assignsubmission_file_",
        "jm@x.org": "Jörg Müller_412_assignsubmission_file_",
    }
    stamps = {s.timestamp for s in course.submissions(SLUG)}
    assert len(stamps) == 1 and None not in stamps, "a team hands in at one time"


@pytest.mark.parametrize("kind", ["canvas", "moodle"])
def test_feedback_for_a_group_comes_back_to_each_member(kind, course, tmp_path):
    from grader.feedback import write_zips

    (tmp_path / "sheet.csv").write_text(
        "Identifier,Full name,Email address\nParticipant 411,Ada Lovelace,ada@x.org\nParticipant 412,Jörg Müller,jm@x.org\n"
    )
    (tmp_path / "class.csv").write_text(CLASS)
    known = read_rosters([tmp_path / "class.csv", tmp_path / "sheet.csv"])
    together = groups(tmp_path / "groups.csv", "group,student\nTeam Alpha,ada\nTeam Alpha,jorg\n", known)
    file = "teamalpha_14_5_x.ipynb" if kind == "canvas" else f"Team Alpha_99{MOODLE}"
    collect(course, zipped(tmp_path / "a.zip", {file: ADA}), SLUG, "auto", known, together)
    for who in ("ada", "jorg"):
        page = course.folder("feedback", who, SLUG) / f"{SLUG}.html"
        page.parent.mkdir(parents=True)
        page.write_text(who)
    ((path, absent),) = write_zips(course, SLUG, kind)
    with zipfile.ZipFile(path) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    assert (
        not absent
        and pages
        == {
            "canvas": {"adalovelace_12_5_feedback.html": "ada", "jorgmuller_14_5_feedback.html": "jorg"},
            "moodle": {
                "Ada Lovelace_411_assignsubmission_file_/feedback.html": "ada",
                "Jörg Müller_412_assignsubmission_file_/feedback.html": "jorg",
            },
        }[kind]
    )


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ("12:00", {"ada_12_5_x.zip": packed({"x.ipynb": ADA, "timestamp.txt": "00:00"})}),
        (
            "a folder",
            {f"Ada L_411{MOODLE}": ADA, "Ada L_411_assignsubmission_file_/timestamp.txt": "2020-01-01 00:00 UTC"},
        ),
        ("its own", {"ada/x.ipynb": ADA, "ada/timestamp.txt": "2020-01-01", "ben/x.ipynb": BEN}),
    ],
)
def test_a_students_own_timestamp_is_told_and_ignored(said, files, course, tmp_path):
    lines = collect(course, zipped(tmp_path / "a.zip", files), SLUG, "auto", NOBODY)
    assert {s.timestamp for s in course.submissions(SLUG)} == {None}
    (line,) = [line for line in lines if line.file.endswith("timestamp.txt")]
    assert line.outcome == "ignored" and "it is the student's own word" in line.why


def test_the_systems_own_times_count(course, tmp_path):
    case = TAKEN["Gradescope"]
    collect(course, zipped(tmp_path / "g.zip", case[1]), SLUG, "auto", NOBODY)
    assert {s.student: s.timestamp for s in course.submissions(SLUG)}["ada@x.org"] == "2026-10-09 08:00:00 UTC"


def test_sakais_own_time_counts_and_a_time_that_cannot_be_read_is_told(course, tmp_path):
    files = TAKEN["Sakai"][1]
    collect(course, zipped(tmp_path / "s.zip", files), SLUG, "auto", NOBODY)
    assert [s.timestamp for s in course.submissions(SLUG)] == ["2026-10-09 10:00:00 UTC"]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        'Identifier,Full name,Email address,Last modified (submission)\nParticipant 411,Ada Lovelace,ada@x.org,"10/09/2026, 10:00"\n'
    )
    lines = collect(
        course, zipped(tmp_path / "m.zip", {f"Ada Lovelace_411{MOODLE}": BEN}), SLUG, "auto", read_rosters([sheet])
    )
    (line,) = lines
    assert line.outcome == "new" and line.why.startswith(
        "when it was handed in is not known: '10/09/2026, 10:00' may be one of two days"
    )


def test_a_folder_whose_name_is_anothers_in_a_nested_place_takes_no_ones(course, tmp_path):
    known = roster(tmp_path / "class.csv", CLASS)
    files = {"ada/ben/x.ipynb": ADA, "ada/jorg/x.ipynb": BEN, "mary/x.ipynb": CEM}
    lines = collect(course, zipped(tmp_path / "a.zip", files), SLUG, "auto", known)
    assert submitted(course) == {"mary": CEM} and any(
        "ada holds notebooks in ben and jorg" in why for why in reasons(lines)
    )


def test_the_record_is_json_that_an_older_version_can_read(course, tmp_path):
    collect(course, zipped(tmp_path / "a.zip", {"ada_LATE_12_5_x.ipynb": ADA}), SLUG, "auto", NOBODY)
    known = json.loads((course.private / "collected.json").read_text())[SLUG]["canvas-12"]
    assert known["late"] is True and known["key"] == "12 ada" and known["from"] == "canvas"

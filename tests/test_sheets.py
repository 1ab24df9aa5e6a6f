"""Sheets of Canvas and Moodle come back with the grades filled in and every other byte as it was."""

import csv
import io

import pytest
from typer.testing import CliRunner

from grader import sheets
from grader.cli import app
from grader.course import Course, CourseError
from grader.export import Row
from grader.gradebook import open_gradebook

A, B = "initialization", "optimization"
ROWS = [
    Row("ada", "Lovelace", "Ada", "ada@x.org", "12", A, 90.0, 100.0, False, 9.0, {}),
    Row("ada", "Lovelace", "Ada", "ada@x.org", "12", B, None, 100.0, False, 0.0, {}),
    Row("jm", "Müller", "Jörg", "jm@x.org", "14", A, 33.25, 100.0, True, 0.0, {}),
    Row("jm", "Müller", "Jörg", "jm@x.org", "14", B, 50.0, 100.0, False, 0.0, {}),
]
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Initialization (871),Debug: a, b (9)\r\n".replace(
        "Debug: a, b", '"Debug: a, b'
    ).replace("(9)", '(9)"')
    + ",,,,,,Manual Posting,\r\n    Points Possible,,,,,,100.00,100\r\n"
    + '"Lovelace, Ada",12,u12,ada,"A ""1"" and B", =x ,,7\r\n"Müller, Jörg",14,u14,jm,A,,EX,\r\n"Eve, E",15,,eve,A,,3,\r\n'
)


def fill(tmp_path, text, rows=ROWS, columns=(), asked=True, encoding="utf-8"):
    template, path = tmp_path / "sheet.csv", tmp_path / "out.csv"
    template.write_bytes(text.encode(encoding))
    filled, told = sheets.fill(template, rows, path, list(columns), asked)
    return filled, told, path.read_bytes().decode(encoding)


def test_canvas_gets_its_column_and_nothing_else_changes(tmp_path):
    filled, told, text = fill(tmp_path, CANVAS, [row for row in ROWS if row.assignment == A])
    assert filled == 1
    assert text == CANVAS.replace(" =x ,,7", " =x ,81,7")
    assert len(told) == 2 and "jm is excused" in told[1] and "eve (E Eve) is nobody in the gradebook" in told[0]


def test_a_column_can_be_named_and_all_columns_that_are_found_are_filled(tmp_path):
    filled, _, text = fill(tmp_path, CANVAS, columns=[f"{B}=Debug: a, b"])
    assert filled == 2 and list(csv.reader(io.StringIO(text)))[4][7] == "50"
    filled, _, again = fill(tmp_path, CANVAS, asked=False)
    assert filled == 1 and again != text, "what has no column is left out where all were meant"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encoding_delimiter_and_decimal_commas_stay(encoding, tmp_path):
    text = (
        'Student;ID;SIS Login ID;Section;Initialization (871)\n    Points Possible;;;;100,00\n"Müller, Jörg";14;jm;A;\n'
    )
    _, told, after = fill(tmp_path, text, [row for row in ROWS if row.assignment == A], encoding=encoding)
    assert after == text.replace("A;\n", "A;33,25\n") and told == [
        f"ada has a grade and no row in {tmp_path / 'sheet.csv'}"
    ]


MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)","Feedback comments"\n'
    '"Participant 411","Ada Lovelace",ada@x.org,"Submitted - ",,100.00,Yes,"Sunday, 6 October 2030, 12:10 AM",\n'
    '"Participant 412","Jörg Müller",jm@x.org,"No submission - ",,100.00,No,-,-\n'
)
GERMAN = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Bewertung,"Maximale Bewertung","Zuletzt geändert (Abgabe)","Feedback als Kommentar"\n'
    '"Teilnehmer/in411","Ada Lovelace",ada@x.org,,"50,00","Sonntag, 6. Oktober 2030, 00:10",\n'
)


def test_moodles_worksheet_gets_grades_and_comments(tmp_path):
    rows = [row for row in ROWS if row.assignment == A]
    filled, told, text = fill(tmp_path, MOODLE, rows)
    assert filled == 1 and told == [
        "line 3: the grade of jm cannot be changed in the system; the row is left as it was"
    ]
    assert text == MOODLE.replace('Submitted - ",,', 'Submitted - ",81,').replace(
        '12:10 AM",', '12:10 AM",late: 9 taken off'
    )


def test_a_persons_comment_stays(tmp_path):
    text = MOODLE.replace('12:10 AM",', '12:10 AM",Well argued')
    _, told, after = fill(tmp_path, text, ROWS[:1])
    assert "Well argued" in after and ",81," in after
    assert "line 2: there is a comment on ada already; it is left as it was" in told


def test_a_german_worksheet_is_one_too(tmp_path):
    _, told, text = fill(tmp_path, GERMAN, ROWS[:1])
    assert 'ada@x.org,81,"50,00"' in text
    assert told == [f"{A} has 100 points here and 50 in the template; the scores are written as they are"]


@pytest.mark.parametrize(
    ("text", "rows", "columns", "said"),
    [
        (CANVAS, ROWS, [], "no column is optimization's in the template; say it with --column"),
        (CANVAS.replace("Debug", "Initialization 2"), ROWS[:1], [f"{A}=nothing"], "no column is initialization's"),
        (CANVAS, ROWS, [f"{B}=Initialization"], "two assignments would be written into one column"),
        (CANVAS, ROWS, ["walls=Initialization"], "expected ASSIGNMENT=HEADING"),
        (MOODLE, ROWS, [], "has one assignment; say which"),
        ("a,b\n1,2\n", ROWS, [], "is neither Canvas's gradebook export nor Moodle's grading worksheet"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_the_way_out(text, rows, columns, said, tmp_path):
    with pytest.raises(CourseError, match=said):
        fill(tmp_path, text, rows, columns)


def test_a_row_whose_name_is_anothers_is_nobodys(tmp_path):
    text = CANVAS.replace("Lovelace, Ada", "Nobody, Else")
    filled, told, _ = fill(tmp_path, text, [row for row in ROWS if row.assignment == A])
    assert filled == 0 and any("ada (Else Nobody) is nobody in the gradebook" in words for words in told)


def test_the_command_fills_a_template_and_leaves_it_alone(tmp_path):
    course, template = Course.at(tmp_path / "c"), tmp_path / "gradebook.csv"
    course.root.mkdir()
    with open_gradebook(course) as gradebook:
        gradebook.add_assignment(A)
        gradebook.add_notebook(A, A)
        gradebook.add_grade_cell("test_x", A, A, max_score=100, cell_type="code")
        gradebook.add_student("canvas-12")
        gradebook.add_submission(A, "canvas-12")
        gradebook.find_grade("test_x", A, A, "canvas-12").auto_score = 75
        gradebook.db.commit()
    template.write_text(CANVAS.replace("EX", ""), encoding="utf-8", newline="")
    where = ["--course", str(course.root), "--template", str(template)]
    result = CliRunner().invoke(app, ["export", *where], env={"COLUMNS": "200"})
    assert result.exit_code == 1 and "1 grades" in result.output and "nobody in the gradebook" in result.output
    assert ",75,7\r\n" in (course.root / "grades.csv").read_bytes().decode()
    assert template.read_bytes().decode() == CANVAS.replace("EX", "")
    assert CliRunner().invoke(app, ["export", "--column", "a=b", *where[:2]]).exit_code == 2

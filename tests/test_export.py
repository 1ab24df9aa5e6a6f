"""Exported grades: each system's columns, sums that agree, missing hand-ins explicit, no formulas."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course import Course
from grader.export import Row, as_json, canvas, cell, moodle, plain, rows, write_csv
from grader.gradebook import open_gradebook

A, B = "initialization", "optimization"
ROWS = [
    Row("ada", "Lovelace", "Ada", "ada@x.org", "12", A, 90.0, 100.0, False, 9.0, {"he": 90.0}),
    Row("ada", "Lovelace", "Ada", "ada@x.org", "12", B, None, 50.0, False, 0.0, {}),
    Row("ben", '=cmd|"x"', "", "", "", A, 33.25, 100.0, True, 0.0, {"he": 33.25}),
    Row("ben", '=cmd|"x"', "", "", "", B, 50.0, 50.0, False, 0.0, {}),
]


def read(lines):
    return list(csv.reader(io.StringIO(write_csv(lines), newline="")))


def test_canvas_gets_its_columns():
    assert read(canvas(ROWS)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", A, B],
        ["    Points Possible", "", "", "", "", "100", "50"],
        ["Lovelace, Ada", "12", "", "ada", "", "81", ""],
        ['\'=cmd|"x"', "", "", "ben", "", "33.25", "50"],
    ]


def test_moodle_gets_its_columns():
    assert read(moodle(ROWS)) == [
        ["First name", "Last name", "Username", "Email address", A, B],
        ["Ada", "Lovelace", "ada", "ada@x.org", "81", "-"],
        ["", '\'=cmd|"x"', "ben", "", "33.25", "50"],
    ]


def test_the_sums_agree_in_every_format():
    grades = json.loads(as_json(ROWS))["grades"]
    assert [grade["state"] for grade in grades] == ["graded", "missing", "needs manual grading", "graded"]
    assert grades[1]["score"] is None
    expected = 81 + 33.25 + 50
    sums = [
        sum(grade["total"] for grade in grades),
        sum(float(line[5]) for line in read(plain(ROWS))[1:]),
        sum(float(value) for line in read(canvas(ROWS))[2:] for value in line[5:] if value),
        sum(float(value) for line in read(moodle(ROWS))[1:] for value in line[4:] if value != "-"),
    ]
    assert sums == [expected] * 4


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1"])
def test_no_cell_is_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "formula", ["=1+1", '=cmd|"x"', "+1+1", "-1+1", "@SUM(A1)", '"=1+1"', " =1", "\ufeff=1", "\uff1d1"]
)
@pytest.mark.parametrize("between", [";", ",", "\t", "|", "; ", ";;", "\n"])
def test_no_part_of_a_cell_is_a_formula_where_a_spreadsheet_splits_it(formula, between):
    """Read again at every delimiter, with quotes heeded and not, no cell begins as a formula does."""
    text = write_csv([["Eve", f"Eve{between}{formula}", "1"], [f"{formula}", "-5", "-"]])
    for delimiter in ",;\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting):
                for part in (part for value in line for part in value.split("\n")):
                    bare = part.lstrip(' \t\r"\ufeff')
                    assert bare in ("-", "-5") or bare[:1] not in ("=", "+", "-", "@", "\uff1d") or not bare, (
                        delimiter,
                        part,
                    )


def test_ordinary_names_and_numbers_stay_as_they_are():
    for text in ("O'Brien; Mary", "a - b", "x=1", "-5", "-0.5", "+3", "-", "Müller, Jörg", "a@x.org"):
        assert cell(text) == text


def test_the_command_writes_what_the_gradebook_has(tmp_path):
    course = Course.at(tmp_path)
    with open_gradebook(course) as gradebook:
        gradebook.add_assignment(A)
        gradebook.add_student("ada", lms_user_id="12")
    assert [row.state for row in rows(course, [A])] == ["missing"]
    for kind, name in (("canvas", "grades.csv"), ("json", "grades.json")):
        result = CliRunner().invoke(app, ["export", A, "--course", str(tmp_path), "--format", kind])
        assert result.exit_code == 0 and "ada" in (tmp_path / name).read_text(encoding="utf-8")
    assert CliRunner().invoke(app, ["export", "--format", "word"]).exit_code == 2

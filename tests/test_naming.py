"""A slip that students share gets a name: the edit of the solution that computes what an answer does, in the exercise's own notation."""

import ast
import json

import pytest
from typer.testing import CliRunner

from assay import outcome
from grader import catalogue, naming, stubs
from grader.cli import app
from grader.course import Course, CourseError
from grader.exercise import edited, edits_of
from grader.naming import Edited, as_answered, changes_between, mistake_of, with_mistake
from tests import toy

SLUG, NAME = "optimization", "update_lr"

SOURCE = """def moved(values, rate=0.1):
    first = values["a"] / 2
    second = values["b"] / 2
    if first > second:
        first = second - rate
    return {"a": first, "b": -second}
"""


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("first > second", "first >= second", [("first > second", "first >= second", None)]),
        ('values["b"] / 2', 'values["b"]', [('values["b"] / 2', 'values["b"]', None)]),
        ("-second", "-(second + rate)", [("-second", "-(second + rate)", None)]),
        ("second - rate", "2 * (second - rate)", [("second - rate", "2 * (second - rate)", None)]),
        ("rate=0.1", "rate=0.2", [("0.1", "0.2", None)]),
        ("(values, rate=0.1)", "(rate, values=0.1)", [("values", "rate", 1), ("rate", "values", 2)]),
        ("        first = second - rate", "        pass", [("first = second - rate", "pass", None)]),
        ("/ 2", "/ 3", [(f'values["{l}"] / 2', f'values["{l}"] / 3', None) for l in "ab"]),
        ("    if first", "    rate = 1\n    if first", []),
    ],
)
def test_the_changes_between_two_texts_are_small_and_make_one_of_the_other(old, new, changes):
    other = SOURCE.replace(old, new)
    found = changes_between(SOURCE, other)
    if changes and changes[0][2] is None:
        assert list(found) == changes
    text = SOURCE
    for before, after, place in found:
        text = edited(text, before, after, "", place)
    assert not changes or ast.dump(ast.parse(text)) == ast.dump(ast.parse(other))
    assert bool(found) is bool(changes)


def test_a_mistake_is_written_as_an_exercise_writes_it():
    module = "EXERCISE = Exercise(\n    mistakes=[\n        edit('a', 'x', 'y', 'Z.'),\n    ],\n)\n"
    found = with_mistake(module, Edited("turned", (('"W" / 2', '"W" * 2', None), ("x", "'y'", 2))))
    added = """        edit("turned", '"W" / 2', '"W" * 2', "", also=[("x", "'y'", 2)]),\n"""
    assert found == module.replace("'Z.'),\n", f"'Z.'),\n{added}")
    wide = with_mistake(module, Edited("turned", (("x" * 60, "y" * 60, 2),)))
    assert (
        f'            "{"x" * 60}",\n            "{"y" * 60}",\n            "",\n            place=2,\n        ),\n'
        in wide
    )
    with pytest.raises(CourseError, match=r'write there: edit\("turned", "x", "y", ""\)'):
        with_mistake("mistakes = []\n", Edited("turned", (("x", "y", None),)))


def answered(source):
    function = stubs.compiled(source, f"<{hash(source)}>", {}, NAME)
    return as_answered(SLUG, NAME, 0, lambda _, case, args, names: outcome.call(function, args, case.kwargs, names))


WRONG = """def update_lr(learning_rate0, epoch_num, decay_rate):
    slowed = epoch_num * decay_rate + 1
    return {}
"""


def test_the_edit_of_the_solution_is_found_whatever_the_answer_looks_like():
    found = mistake_of(answered(WRONG.format("2 * learning_rate0 * slowed**-1")), "doubled")
    (old, new, place), *also = found.changes
    mistake = edits_of(catalogue.solution(SLUG, NAME))("doubled", old, new, "", place=place, also=also)
    assert mistake.function(0.5, 2, 1.0) == pytest.approx(2 * 0.5 / 3)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("learning_rate0 / slowed", "gives what the solution"),
        ("learning_rate0 / nothing", "stops with an error"),
        ("sorted([learning_rate0, slowed])", "no small edit"),
    ],
)
def test_what_has_no_such_edit_is_said(value, why, monkeypatch):
    monkeypatch.setattr(naming, "SECONDS", 1.0)
    with pytest.raises(CourseError, match=why):
        mistake_of(answered(WRONG.format(value)), "a_name")


@pytest.mark.usefixtures("isolation")
def test_the_command_writes_the_mistake_into_the_exercise(tmp_path, monkeypatch):
    course = Course.at(tmp_path)
    course.released(SLUG).parent.mkdir(parents=True)
    course.released(SLUG).write_text(json.dumps(toy.released(SLUG)))
    handed_in = toy.solved(SLUG)
    for cell in handed_in["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == NAME:
            cell["source"] = WRONG.format("learning_rate0 / slowed * 2")
    folder = course.folder("submitted", "ada", SLUG)
    folder.mkdir(parents=True)
    (folder / f"{SLUG}.ipynb").write_text(json.dumps(handed_in))
    module = tmp_path / "update_lr.py"
    module.write_text(naming.module_of(SLUG, NAME).read_text())
    monkeypatch.setattr(naming, "module_of", lambda *_: module)
    before = module.read_text()
    given = ["name", SLUG, NAME, "ada", "doubled", "--course", str(tmp_path)]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0 and "write its hint there" in result.output, result.output
    added = set(module.read_text().splitlines()) - set(before.splitlines())
    assert '            "doubled",' in added or any(row.startswith('        edit("doubled", ') for row in added)
    assert "slowed" not in module.read_text() and compile(module.read_text(), "update_lr.py", "exec")
    for student, id in (("ben", "doubled"), ("ada", "not a name"), ("ada", "root")):
        assert CliRunner().invoke(app, [*given[:3], student, id, *given[5:]]).exit_code == 2

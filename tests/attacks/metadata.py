"""Metadata that was tampered with: points, names, locks, types and kernels come from the released notebook alone."""

from __future__ import annotations

import copy

from tests.attacks.arena import Attack, code

# one right answer worth five points, which no tampering may turn into more
RIGHT = {
    "update_lr": "def update_lr(learning_rate0, epoch_num, decay_rate):\n    return learning_rate0 / (1 + decay_rate * epoch_num)"
}
EARNED = 5.0


def _each(change):
    def notebook(notebook: dict) -> dict:
        for cell in notebook["cells"]:
            own = cell["metadata"].get("nbgrader")
            if own:
                change(cell, own)
        return notebook

    return notebook


def _swapped(notebook: dict) -> dict:
    """Give every graded cell the name of the easy one."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["grade_id"] = "test_update_lr"
    return notebook


def _more_tests(notebook: dict) -> dict:
    test = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "test_update_lr")
    for i in range(20):
        own = {**test["metadata"]["nbgrader"], "grade_id": f"test_update_lr_{i}", "points": 100}
        notebook["cells"].append({**copy.deepcopy(test), "id": f"t{i}", "metadata": {"nbgrader": own}})
    return notebook


def _kernel(notebook: dict) -> dict:
    notebook["metadata"] = {
        "kernelspec": {"name": "bash", "display_name": "<script>ESCAPED</script>", "language": "bash", "argv": ["sh"]},
        "language_info": {"name": "bash", "pygments_lexer": "../../etc"}, "widgets": {"x": "<script>"}, "title": "<script>ESCAPED</script>", "idnn": {"isolated": False, "notes": ["ESCAPED"]},
    }  # fmt: skip
    return notebook


def _answers_in_tests(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = "print('ESC' + 'APED')\n100.0"
    return notebook


def _attack(name: str, does: str, notebook, **more) -> Attack:
    return Attack(name, does, answers=RIGHT, earned=EARNED, notebook=notebook, **more)


ATTACKS = [
    _attack(
        "points of a thousand",
        "raises the points of every graded cell",
        _each(lambda cell, own: own.update(points=1000)),
    ),
    _attack(
        "points below zero",
        "sets points to minus one, NaN and text",
        _each(lambda cell, own: own.update(points=-1 if own["grade_id"] < "test_s" else "NaN")),
    ),
    _attack("names exchanged", "names every test after the easiest exercise", _swapped),
    _attack("more tests", "adds twenty graded cells of its own, a hundred points each", _more_tests),
    _attack(
        "locks off",
        "unlocks the tests and puts marks into them",
        lambda n: _answers_in_tests(_each(lambda cell, own: own.update(locked=False))(n)),
    ),
    _attack(
        "answers called tests",
        "marks answers as graded and tests as answers",
        _each(lambda cell, own: own.update(grade=not own["grade"], solution=not own["solution"])),
    ),
    _attack(
        "a schema from the past",
        "says that the metadata is of version 1",
        _each(lambda cell, own: own.update(schema_version=1)),
    ),
    _attack(
        "a schema from the future",
        "says that the metadata is of version 99",
        _each(lambda cell, own: own.update(schema_version=99)),
    ),
    _attack(
        "metadata of odd types",
        "lists and numbers where texts and truth values are due",
        _each(lambda cell, own: own.update(grade=[1], locked={}, task="yes", cell_type="shell", checksum=0)),
    ),
    _attack(
        "tests turned to prose",
        "turns the tests into Markdown and raw cells",
        _each(lambda cell, own: cell.update(cell_type="markdown") if own["grade"] else None),
    ),
    _attack(
        "tests tagged to be left out",
        "tags the tests as long-running",
        _each(lambda cell, own: cell["metadata"].update(tags=["skip-grading"])),
    ),
    _attack("another kernel", "asks for a shell as kernel, with a name that is a script", _kernel),
    _attack(
        "a manual score",
        "writes scores and comments into the cells",
        _each(lambda cell, own: own.update(score=99, manual_score=99, comment="<script>ESCAPED</script>")),
    ),
    _attack(
        "its own notes",
        "adds a cell with the grader's identifier that praises",
        lambda n: {**n, "cells": [{**code("100"), "id": "grader-notes"}, *n["cells"]]},
    ),
]

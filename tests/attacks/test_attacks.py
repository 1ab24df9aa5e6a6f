"""Every attack, one by one; the same by ``nbgrader autograde``; and that the suite would notice if an attack succeeded."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assay import verdict
from grader import judge, replay, sandbox, stubs, submission, unnamed
from grader.course import Course
from tests.attacks import (
    Arena,
    Attack,
    all_attacks,
    courses,
    doors,
    exhausting,
    files,
    growing,
    holdup,
    imports,
    leaks,
    lies,
    nothing,
    pages,
    plugin,
    searching,
)
from tests.attacks.__main__ import _in_tier
from tests.attacks.arena import HONEST_SECONDS, LIMITS, code, shown

pytestmark = [pytest.mark.isolated, pytest.mark.usefixtures("isolation")]


@pytest.fixture(scope="module")
def arena():
    with Arena() as arena:
        yield arena


def attack(name: str) -> Attack:
    return next(attack for attack in all_attacks() if attack.name == name)


@pytest.mark.parametrize("attack", all_attacks(), ids=lambda attack: attack.name.replace(" ", "-"))
def test_nothing_comes_of(attack, arena):
    assert arena.run(attack) == []


KINDS = {
    "what the jail tells": lies.ATTACKS,
    "hidden inputs in words": leaks.ATTACKS,
    "points for nothing": nothing.ATTACKS,
    "trusted functions": doors.ATTACKS,
    "holding up the class": [*exhausting.ATTACKS, *growing.ATTACKS],
    "archives": courses.ARCHIVES,
    "places": courses.PLACES,
    "imports that answer": imports.ATTACKS,
    "the search for a place": searching.ATTACKS,
}


def test_there_are_enough_of_every_class():
    assert len(all_attacks()) >= 300
    assert all(len(kind) >= 3 for kind in KINDS.values())


# Would the suite notice? Each defence is taken away once.


def test_points_that_were_not_earned_are_noticed(arena):
    honest = Attack("", "", notebook=lambda notebook: stubs.solved(notebook, "optimization"), seconds=HONEST_SECONDS)
    assert arena.run(honest) == ["it scored 100 points where 0 were earned"]


def test_a_word_that_carries_a_hidden_case_out_is_noticed(arena, monkeypatch):
    monkeypatch.setattr(sandbox, "believed", lambda outcome, *rest: outcome)
    monkeypatch.setattr(judge, "in_one_voice", lambda verdict: verdict)
    for name in ("error messages", "names", "a forged outcome"):
        assert "'LEAK' was said" in arena.run(attack(f"hidden cases told by {name}"))


@pytest.mark.parametrize("name", [one.name for one in pages.ATTACKS if one.notebook][:8])
def test_what_acts_in_a_page_is_noticed(arena, monkeypatch, name):
    monkeypatch.setattr(submission, "harmless", lambda source, released="": source)
    won = arena.run(attack(name))
    assert won and won[0].startswith("the feedback page holds") or name == "templates"


def test_an_answer_that_is_imported_is_noticed(arena, monkeypatch):
    """Text and jail each hold what the library answers; where the text is not read, what replaces the jail's own parts succeeds."""
    monkeypatch.setattr(sandbox.Notebook, "borrowed", lambda self, name, withheld: "")
    assert arena.run(attack("the certificate imported")) == []
    for name in ("let out", "among the builtins", "by the library's files"):
        assert any("it scored" in won for won in arena.run(attack(f"the certificate {name}"))), name


def test_a_place_that_no_text_bears_out_is_noticed(arena, monkeypatch):
    with monkeypatch.context() as without:
        without.setattr(unnamed, "_is_written", lambda *args: True)
        assert "'ESCAPED' was said" in arena.run(attack("a place forged"))
    monkeypatch.setattr(unnamed, "is_borne_out", lambda *args: True)
    assert any("IndexError" in won for won in arena.run(attack("a place forged")))


def test_a_place_told_by_who_has_seen_hidden_cases_is_noticed(arena, monkeypatch):
    def in_the_same_process(self, assignment, asked, seconds):
        for name, self._session.place in asked.items():
            yield name, self._session.locate(assignment, name, seconds)

    monkeypatch.setattr(replay.Replay, "located", in_the_same_process)
    assert "'seen.append' was said" in arena.run(attack("hidden cases told by a place"))


def test_a_lie_about_a_call_is_noticed(arena, monkeypatch):
    """It is the second call with the same objects that holds it."""
    monkeypatch.setattr(verdict, "_repeated", lambda *args: None)
    for what in ("in place", "shared memory"):
        assert any("it scored" in won for won in arena.run(attack(f"frames cleaned: {what}")))


def test_a_changed_file_and_a_caller_are_noticed(arena):
    Path(arena.ground.places["canary"]).write_text("changed")
    assert arena.ground.harm() == "files outside the jail were changed"
    Path(arena.ground.places["canary"]).write_text(f"{arena.ground.secret} canary\n")
    assert arena.ground.harm() == ""


def test_without_the_jail_secrets_are_read(arena):
    """The same attack succeeds where the grader is told to do without isolation: it is the jail that holds it."""
    usual = arena.server
    nothing = dataclasses.replace(sandbox.tiers.NONE, lacks=frozenset())  # and none of what it lacks is passed over
    arena.server = sandbox.ForkServer(limits=LIMITS, tier=nothing)
    try:
        for name in ("files by their paths", "the environment", "/proc"):
            assert any(
                "was said" in won for won in arena.run(dataclasses.replace(attack(name), seconds=HONEST_SECONDS))
            )
    finally:
        arena.server.stop()
        arena.server = usual


def test_frames_that_cost_more_to_build_than_to_send_are_refused_in_time():
    from itertools import product

    from grader.sandbox.child.frames import FrameError, inspect

    n = 13
    keys = b"".join(bytes([0x90 + n]) + bytes(key) + b"\x01" for key in product([0xFF, 0xFE], repeat=n))
    start = time.monotonic()
    for data in (
        b"\xdf" + (1 << n).to_bytes(4, "big") + keys,
        b"\xdd" + (1 << 24).to_bytes(4, "big") + b"\x90" * (1 << 24),
    ):
        with pytest.raises(FrameError):
            inspect(data)
    assert time.monotonic() - start < 20


# The other path: nbgrader's own commands in a course folder.


@pytest.mark.slow
def test_the_plugin_path_holds_as_well(arena, tmp_path):
    from grader.release import release

    slug = "optimization"
    course = Course.at(tmp_path / "course")
    release(course, slug)
    released = json.loads(course.released(slug).read_text(encoding="utf-8"))

    def hand_in(student: str, notebook: dict | bytes) -> Path:
        folder = course.folder("submitted", student, slug)
        folder.mkdir(parents=True)
        raw = json.dumps(notebook).encode() if isinstance(notebook, dict) else notebook
        (folder / f"{slug}.ipynb").write_bytes(raw)
        return folder

    names = [
        "drop checks by an AST transformer",
        "outputs forged in the file",
        "files by their paths",
        "signals",
        "a crash",
    ]
    names += [
        "points of a thousand",
        "more tests",
        "a schema from the past",
        "a schema from the future",
        "tests turned to prose",
    ]
    names += [
        "script elements",
        "handlers",
        "displayed HTML",
        "attachments",
        "cut off",
        "every type wrong",
        "another kernel",
    ]
    most = {}
    for name in names:
        one = attack(name)
        student = "b-" + "".join(c for c in name if c.isalnum())
        most[student] = one.earned
        notebook = json.loads(json.dumps(released))
        if one.cell:
            notebook["cells"].insert(2, code(arena._filled(one.cell)))
        hand_in(student, one.notebook(notebook) if one.notebook else notebook)
    for change in (files._links, files._pages, files._linked_notebook, files._names):
        change(hand_in(f"c{change.__name__}".replace("_", "-"), released), arena.ground)
    for student in ("a-honest", "z-honest"):
        hand_in(student, stubs.solved(released, slug))
    environment = {**os.environ, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    for command in ("autograde", "generate_feedback"):
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, slug],
            cwd=course.root,
            capture_output=True,
            text=True,
            env=environment,
        )
        assert run.returncode == 0, run.stderr[-3000:]
    scores = _scores(course, slug)
    assert scores.pop("a-honest") == scores.pop("z-honest") == 100
    assert set(most) < set(scores)
    for student, score in scores.items():
        assert score <= most.get(student, 0.0), student
    usual = set(pages.active((course.folder("feedback", "a-honest", slug) / f"{slug}.html").read_text()))
    for path in [*course.root.rglob("autograded/**/*"), *course.root.rglob("feedback/**/*")]:
        assert not path.is_symlink(), path
        if path.is_file():
            assert arena.ground.secret not in path.read_text(errors="replace"), path
            assert path.suffix in (".ipynb", ".txt", ".csv") or path.name == f"{slug}.html", path
        if path.name == f"{slug}.html":
            assert not set(pages.active(path.read_text())) - usual, path
    assert arena.ground.harm() == ""


@pytest.mark.slow
def test_what_succeeds_by_nbgrader_is_noticed(arena):
    """One class: an answer that earns, one that is lost by its links, and honest students beside them."""
    solved = Attack("solved", "", notebook=lambda notebook: stubs.solved(notebook, "optimization"))
    linked = attack("the folder is a link")
    found = {
        one.name if one else "": won for one, _, won in plugin.run(arena, [solved, linked, attack("script elements")])
    }
    assert found == {
        "solved": ["it scored 100 points where 0 were earned"],
        "the folder is a link": [],
        "script elements": [],
        "": [],
    }


@pytest.mark.slow
def test_nothing_comes_of_archives_and_places(arena):
    """Some, on the direct path; ``make attack`` tries all of them, and on nbgrader's as well."""
    some = courses.ARCHIVES[::4]
    assert {one.name: won for one, _, won in courses.run(arena, some, "direct") if won} == {}


def test_the_class_that_is_held_up_is_told_as_a_ratio():
    held = holdup.Held(alone=2.0, together=50.0, slowest=20.0)
    assert held.kept and "25.0 times an honest one" in str(held)
    assert not holdup.Held(alone=2.0, together=67.0, slowest=20.0).kept


def _scores(course: Course, slug: str) -> dict[str, float]:
    from grader.gradebook import open_gradebook

    with open_gradebook(course) as gradebook:
        return {one.student.id: one.score for one in gradebook.assignment_submissions(slug)}


def test_a_stale_score_does_not_stay(arena, tmp_path):
    """Full marks first, then a notebook with nothing in it: the second one counts, whatever it deleted."""
    from grader.course import Submission
    from grader.gradebook import open_gradebook, write_grades
    from grader.submission import grade_id

    course = Course.at(tmp_path)
    student = Submission("ada", "optimization", tmp_path / "submitted" / "ada" / "optimization")
    student.folder.mkdir(parents=True)
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment("optimization")
        gradebook.update_or_create_notebook("optimization", "optimization")
        for cell in arena.released("optimization")["cells"]:
            if (grade_id(cell) or "").startswith("test_"):
                points = cell["metadata"]["nbgrader"]["points"]
                gradebook.update_or_create_grade_cell(
                    grade_id(cell), "optimization", "optimization", max_score=points, cell_type="code"
                )
        for handed_in, score in ((arena.honest(), 100), ({"cells": []}, 0), (arena.honest(), 100), (b"", 0)):
            graded = arena.grade(handed_in)
            assert write_grades(gradebook, student, graded.notebook, graded.scores) == score
            assert len(gradebook.assignment_submissions("optimization")) == 1


def test_what_a_student_prints_is_shown(arena):
    """The bounds take nothing from an honest student."""
    notebook = arena.honest()
    notebook["cells"].append(code("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('hello', end='')\n6 * 7"))
    graded = arena.grade(notebook)
    outputs = graded.notebook["cells"][-1]["outputs"]
    assert "hello" in shown(graded) and "42" in outputs[-1].get("text", "") + outputs[1].get("text", "")
    assert any("image/png" in output.get("data", {}) for output in outputs)


def test_the_tier_of_users_is_tried_with_the_course_closed(capsys):
    if os.geteuid():
        pytest.skip("only root can give a submission a user of its own")
    assert _in_tier("uid", ["the solutions imported"]) == 0
    said = capsys.readouterr().out
    if "NOT TRIED" in said:
        pytest.skip(said.strip())
    assert "uid, as user 0: 1 attacks" in said and "1 attacks, 0 succeeded" in said

"""What lies beside a notebook, and folders that are links: never followed, never waited for, told; on the direct path and nbgrader's."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from grader import executors, grading, stubs
from grader.beside import MAX_DEPTH, beside, copy_beside, linked
from grader.gradebook import open_gradebook
from tests.conftest import copied
from tests.test_places import nbgrader

SLUG = "gradient_checking"


@pytest.fixture(autouse=True)
def nothing_deep_is_left(tmp_path):
    """Python's own removal of a tree, with which pytest tidies up runs later, ends at a thousand folders in each other."""
    yield
    subprocess.run(["rm", "-rf", "--", *tmp_path.iterdir()], check=True)


def pipes(folder):
    os.mkfifo(folder / "data.csv")
    (folder / "plots").mkdir()
    os.mkfifo(folder / "plots" / "one.png")


def pipe_as_timestamp(folder):
    os.mkfifo(folder / "timestamp.txt")


def endless_timestamp(folder):
    (folder / "timestamp.txt").symlink_to("/dev/zero")


def loops(folder):
    (folder / "round").symlink_to(folder)
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "one.txt").symlink_to("two.txt")
    (folder / "two.txt").symlink_to("one.txt")


def endless_files(folder):
    (folder / "zeros.csv").symlink_to("/dev/zero")
    (folder / "all").symlink_to("/")


def sockets(folder):
    here = os.getcwd()
    os.chdir(folder)  # a socket's path may not be long
    try:
        socket.socket(socket.AF_UNIX).bind("s.txt")
    finally:
        os.chdir(here)


def deep(folder):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def no_date(folder):
    (folder / "timestamp.txt").write_text("yesterday\n")


ODD = {"pipes": pipes, "pipe-as-timestamp": pipe_as_timestamp, "endless-timestamp": endless_timestamp, "loops": loops,
       "endless-files": endless_files, "sockets": sockets}  # fmt: skip
QUIET = {"deep": deep, "no-date": no_date}  # nothing is odd about them, but they must not stop anything


@pytest.mark.parametrize("name", [*ODD, *QUIET])
def test_it_is_looked_at_and_copied_in_no_time(name, tmp_path):
    folder, target = tmp_path / "in", tmp_path / "out"
    folder.mkdir(), target.mkdir()
    (folder / "kept.csv").write_text("1,2")
    (ODD | QUIET)[name](folder)
    begun = time.monotonic()
    found = beside(folder)
    copy_beside(folder, target)
    assert time.monotonic() - begun < 5
    assert (target / "kept.csv").read_text() == "1,2"
    assert all(path.is_dir() or path.is_file() for path in target.rglob("*")) and not any(
        path.is_symlink() for path in target.rglob("*")
    )
    assert bool(found.odd) == (name in ODD) and len(" ".join(found.notes)) < 600
    assert "left out" in " ".join(found.notes) if name in ODD or name == "deep" else not found.notes


def test_more_than_is_taken_is_told(tmp_path):
    for i in range(300):
        (tmp_path / f"{i}.txt").write_text("x")
    found = beside(tmp_path)
    assert len(found.files) == 200 and "The rest was left out" in found.notes[0]
    deepest = tmp_path.joinpath(*["d"] * (MAX_DEPTH + 2))
    deepest.mkdir(parents=True)
    assert beside(tmp_path).more


def test_a_name_that_no_page_can_hold_is_told_in_one_that_it_can(tmp_path):
    os.symlink(b"/nowhere", os.fsencode(tmp_path) + b"/\xff\x1b[31m.txt")
    (note,) = beside(tmp_path).notes
    note.encode()
    assert note.isprintable()


def test_a_folder_on_the_way_may_be_no_link(tmp_path):
    (tmp_path / "real" / "ada" / SLUG).mkdir(parents=True)
    (tmp_path / "submitted").symlink_to("real")  # the instructor's own
    (tmp_path / "real" / "eve").symlink_to("ada")
    (tmp_path / "real" / "bob").mkdir()
    (tmp_path / "real" / "bob" / SLUG).symlink_to("../ada/" + SLUG)
    base = tmp_path / "submitted"
    assert [name for name in ("ada", "eve", "bob") if linked(base / name / SLUG, base)] == ["eve", "bob"]


@pytest.fixture
def course(released, tmp_path, isolation):
    """A class with honest work, everything odd beside it, and links to it."""
    course = copied(released(SLUG), tmp_path / "course")
    solved = json.dumps(stubs.solved(json.loads(course.released(SLUG).read_text(encoding="utf-8")), SLUG))
    for student in ("ada", *ODD, *QUIET):
        folder = course.folder("submitted", student, SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(solved)
        (ODD | QUIET).get(student, lambda folder: None)(folder)
    base = course.root / "submitted"
    (base / "eve").symlink_to("ada")
    (base / "bob").mkdir()
    (base / "bob" / SLUG).symlink_to(base / "ada" / SLUG)
    (base / "dan").mkdir()
    (base / "dan" / SLUG).symlink_to(Path("..") / "ada" / SLUG)
    return course


def scores(course):
    with open_gradebook(course) as gradebook:
        return {one.student.id: one.score for one in gradebook.assignment_submissions(SLUG) if one.score}


HONEST = dict.fromkeys(["ada", *ODD, *QUIET], 100.0)


@pytest.mark.isolated
def test_the_direct_path_grades_what_is_a_student_s_own(course):
    with executors.local(2) as pool:
        entries = {e.student: e for e in grading.grade(course, grading.plan(course, [SLUG]), pool)}
    assert scores(course) == HONEST
    for name in ODD:
        assert "were left out" in " ".join(entries[name].notes), name


@pytest.mark.slow
@pytest.mark.isolated
def test_nbgraders_path_grades_what_is_a_student_s_own_and_tells_of_the_rest(course):
    run = nbgrader(course, "autograde", SLUG)
    assert scores(course) == HONEST
    assert run.returncode != 0, "a submission that was not graded is no success"
    for name in ("eve", "bob", "dan"):
        assert f"{course.root}/submitted/{name}/{SLUG} is a link" in run.stderr, run.stderr[-3000:]
        assert not course.folder("autograded", name, SLUG).exists()
    for name in ODD:
        assert f"{name}: Links and pipes beside the notebook were left out" in run.stderr, name

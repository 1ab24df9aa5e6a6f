"""Submission folders with links, pipes, hostile names and pages in them, taken in by the direct path."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from grader.course import Course, valid_student
from grader.grading import write_notebook
from grader.submission import read_submission, restore
from tests.attacks.arena import Attack, Graded

SLUG = "optimization"


def _folder(name: str, does: str, change, expected: str = "", by_nbgrader: bool = True) -> Attack:
    """An attack by what lies in the folder: `change(folder, ground)` prepares it; `expected` is a file that must be kept.

    Folders of students are made by `collect`, never by a student; where another hand makes odd ones, nbgrader's own search for them ends.
    """

    def check(arena, graded: Graded) -> str:
        with tempfile.TemporaryDirectory(prefix="course-") as root:
            course = Course.at(root, "sqlite://")
            folder = course.folder("submitted", "ada", SLUG)
            folder.mkdir(parents=True)
            (folder / f"{SLUG}.ipynb").write_text(json.dumps(arena.released(SLUG)))
            change(folder, arena.ground)
            outside = {path for path in Path(root).rglob("*") if "submitted" not in path.parts}
            for submission in course.submissions(SLUG):
                raw, why = read_submission(submission.path)
                result = arena.grade(raw) if raw is not None else arena.grade(None)
                if raw is None and not why:
                    return "nobody is told why nothing was read"
                if arena.ground.secret in str(submission.timestamp) + why + json.dumps(result.notebook):
                    return "a secret was read"
                write_notebook(course, submission, result.notebook)
            problem = _written(course, arena.ground, outside)
        return problem or ("" if not expected or expected in problem_free_names else f"{expected} was not kept")

    problem_free_names: set[str] = set()

    def _written(course: Course, ground, outside: set[Path]) -> str:
        problem_free_names.clear()
        for path in set(course.root.rglob("*")) - outside:
            relative = path.relative_to(course.root)
            if relative.parts[0] == "submitted":
                continue
            if relative.parts[0] != "autograded" or len(relative.parts) > 2 and relative.parts[1:3] != ("ada", SLUG):
                return f"{relative} was written"
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                return f"{relative} is a link or a pipe"
            if path.is_file():
                if ground.secret.encode() in path.read_bytes():
                    return f"{relative} holds a secret"
                if path.suffix.lower() in (".html", ".htm", ".svg", ".xhtml", ".xml", ".js", ".shtml"):
                    return f"{relative} would be opened as a page"
                problem_free_names.add(str(relative.relative_to(Path("autograded", "ada", SLUG))))
        total = sum(path.stat().st_size for path in (course.root / "autograded").rglob("*") if path.is_file())
        return f"{total >> 20} MB were copied" if total > 150 << 20 else ""

    return Attack(name, does, check=check, beside=change if by_nbgrader else None)


def _linked_notebook(folder, ground):
    (folder / f"{SLUG}.ipynb").unlink()
    (folder / f"{SLUG}.ipynb").symlink_to(ground.places["other"])


def _linked_folder(folder, ground):
    moved = folder.with_name("moved")
    folder.rename(moved)
    folder.symlink_to(Path(ground.places["other"]).parent)


def _linked_student(folder, ground):
    (folder.parent.parent / "eve").symlink_to(Path(ground.places["other"]).parent.parent)


def _links(folder, ground):
    (folder / "notes.txt").symlink_to(ground.places["gradebook"])
    (folder / "plots").symlink_to(Path(ground.places["seed"]).parent)
    (folder / "deep").mkdir()
    (folder / "deep" / "up").symlink_to(ground.folder)
    (folder / "kept.txt").write_text("mine")


def _broken_links(folder, ground):
    (folder / "gone").symlink_to("/nowhere")
    (folder / "round").symlink_to(folder)
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "kept.txt").write_text("mine")


def _linked_timestamp(folder, ground):
    (folder / "timestamp.txt").symlink_to(ground.places["canary"])


def _endless_timestamp(folder, ground):
    (folder / "timestamp.txt").symlink_to("/dev/zero")


def _odd_timestamp(folder, ground):
    (folder / "timestamp.txt").write_bytes(b"2026-10-01 \xff\x00 <script>" + b"9" * 100_000)


def _pipes(folder, ground):
    os.mkfifo(folder / "pipe.txt")
    (folder / f"{SLUG}.ipynb").unlink()
    os.mkfifo(folder / f"{SLUG}.ipynb")


def _sparse(folder, ground):
    for i in range(3):
        with open(folder / f"big-{i}.csv", "wb") as file:
            file.truncate(1 << 40)
    with open(folder / f"{SLUG}.ipynb", "ab") as file:
        file.truncate(1 << 34)


def _many(folder, ground):
    for i in range(3000):
        (folder / f"{i}.txt").write_text("x")


def _pages(folder, ground):
    for name in ("plot.html", "PLOT.HTM", "x.svg", "x.xhtml", "x.xml", "x.js", "index.shtml", "no-suffix"):
        (folder / name).write_text("<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>")
    (folder / "data").mkdir()
    (folder / "data" / "mine.csv").write_text("1,2")


def _names(folder, ground):
    for name in (
        "-rf",
        "a b",
        "x\ny.txt",
        "'; rm -rf ~",
        '"><script>alert(1)<',
        "\udcff\udcfe.txt".encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        "..txt",
        "~",
    ):
        with open(os.fsencode(str(folder)) + b"/" + os.fsencode(name.replace("/", "_")), "w") as file:
            file.write("x")
    with open(os.fsencode(str(folder)) + b"/\xff\xfe.txt", "w") as file:
        file.write("x")


def _more_notebooks(folder, ground):
    (folder / "Optimization.ipynb").write_text("{}")
    (folder / "other.ipynb").write_text('{"cells": []}')
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / f"{SLUG}-checkpoint.ipynb").write_text("{}")
    (folder / f"{SLUG}.ipynb.txt").write_text("x")


def _same_places(folder, ground):
    """Files and folders that would stand where the graded notebook or another file belongs."""
    (folder / "kept.txt").write_text("x")
    (folder / "a").write_text("x")  # gets .txt behind its name
    (folder / "a.txt").mkdir()
    (folder / "a.txt" / "b.txt").write_text("x")
    (folder / "c").mkdir()
    (folder / "c" / f"{SLUG}.ipynb").mkdir()
    (folder / "c" / f"{SLUG}.ipynb" / "d.txt").write_text("x")


def _folder_for_notebook(folder, ground):
    (folder / f"{SLUG}.ipynb").unlink()
    (folder / f"{SLUG}.ipynb").mkdir()
    (folder / f"{SLUG}.ipynb" / "a.txt").write_text("x")


def _students(folder, ground):
    for name in (
        "..",
        "../../evil",
        "-rf",
        "<script>",
        "a\nb",
        "",
        ".instructor",
        "con/../x",
        "x" * 300,
        "ada lovelace",
        "\x00",
        "a..b",
    ):
        assert not valid_student(name), name
    base = folder.parent.parent
    for name in ("-rf", "<script>alert(1)<", "a\nb", ".hidden", "x y"):
        (base / name / SLUG).mkdir(parents=True)
        (base / name / SLUG / f"{SLUG}.ipynb").write_text("{}")


def _read_twice(folder, ground):
    """A notebook that is replaced by a link between looking and reading: the descriptor decides, not the name."""
    assert restore(
        read_submission(folder / f"{SLUG}.ipynb")[0], json.loads((folder / f"{SLUG}.ipynb").read_text())
    ).readable
    _linked_notebook(folder, ground)


ATTACKS = [
    _folder("the notebook is a link", "links the notebook to another student's", _linked_notebook),
    _folder(
        "the notebook becomes a link", "links the notebook to another student's after it was looked at", _read_twice
    ),
    _folder("the folder is a link", "links the assignment's folder to another student's", _linked_folder),
    _folder("the student is a link", "links a student's folder to another student's", _linked_student),
    _folder(
        "links beside the notebook",
        "links files and folders to gradebook, seed, everything and themselves",
        _links,
        "kept.txt",
    ),
    _folder("links to nowhere", "links that lead nowhere and round in circles", _broken_links, "kept.txt"),
    _folder("the timestamp is a link", "links the timestamp to a secret", _linked_timestamp),
    _folder("the timestamp never ends", "links the timestamp to a device that never ends", _endless_timestamp),
    _folder(
        "the timestamp is no date", "writes bytes, markup and a hundred thousand digits for a date", _odd_timestamp
    ),
    _folder("pipes", "hands in pipes that block whoever opens them", _pipes),
    _folder("files of a terabyte", "hands in sparse files that fill the disk when they are copied", _sparse),
    _folder("thousands of files", "hands in three thousand files", _many),
    _folder(
        "pages beside the notebook",
        "hands in pages with scripts, which formgrader would show under the instructor's login",
        _pages,
        "data/mine.csv",
    ),
    _folder("names of files", "names files so that a shell, a log or a page would act", _names),
    _folder("files in each other's place", "names files and folders so that they collide", _same_places, "kept.txt"),
    _folder(
        "a folder named like the notebook",
        "puts a folder with files where the graded notebook belongs",
        _folder_for_notebook,
        f"{SLUG}.ipynb",
    ),
    _folder("more notebooks", "hands in notebooks of other names beside the one", _more_notebooks),
    _folder(
        "names of students", "names folders so that a path, a shell or a page would act", _students, by_nbgrader=False
    ),
]

"""A simulated term: a class with its roster, its hand-ins as Canvas and Moodle would pack them, and what a person must find afterwards.

The mess is planned: every student of every assignment has one kind of it, in turn, so a class of twenty shows each kind.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Course
from grader.intake.roster import folded
from grader.simulate import Student, simulated

FIRST = [
    "Ada",
    "Björn",
    "Chloé",
    "Dmitri",
    "Esperanza",
    "Fatima",
    "Gül",
    "Hans Peter",
    "Ines",
    "Jürgen",
    "Kwame",
    "李",
    "Mary-Jane",
    "Nuala",
    "Ömer",
]
LAST = [
    "Lovelace",
    "O'Neill",
    "García Márquez",
    "van der Berg",
    "Øst",
    "Smith",
    "Müller-Lüdenscheid",
    "Nguyễn",
    "明",
    "Zweig",
    '=HYPERLINK("x")',
]
MESS = (
    "plain", "renamed", "again", "late", "folder", "zipped", "beside", "plain", "hostile name", "missing",
    "plain", "two names", "wrong notebook", "only a pdf", "plain", "late", "renamed", "plain", "missing", "huge outputs",
)  # fmt: skip
DUE = dt.datetime(2026, 10, 5, 12)


@dataclass
class HandIn:
    """One student's hand-in as planned: `mess` is its kind, `key` what the simulated student did, `days` how late it is."""

    student: str
    mess: str
    key: Student | None = None
    days: int = 0
    expected: str = "graded"  # graded, refused or missing
    names: list[str] = field(default_factory=list)  # in the download


def people(number: int) -> list[dict[str, str]]:
    """Return a class; two students of every forty share a name."""
    found = []
    for i in range(number):
        first, last = FIRST[i % len(FIRST)], LAST[(i // 2) % len(LAST)]
        if i % 40 == 1:
            first, last = found[-1]["first_name"], found[-1]["last_name"]
        found.append(
            {
                "id": f"s{i + 1:04d}",
                "first_name": first,
                "last_name": last,
                "email": f"s{i + 1:04d}@example.org",
                "lms_id": str(5000 + i),
            }
        )
    return found


def roster(path: Path, class_: list[dict[str, str]]) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, class_[0].keys())
        writer.writeheader()
        writer.writerows(class_)
    return path


def download(
    course: Course, slug: str, system: str, class_: list[dict[str, str]], seed: int, folder: Path
) -> tuple[Path, list[Path], list[HandIn]]:
    """Write the download of one assignment and return it, the worksheets that go with it, and the plan."""
    released = json.loads(course.released(slug).read_text(encoding="utf-8"))
    plan, files = [], []
    for i, person in enumerate(class_):
        hand_in = HandIn(person["id"], MESS[(i + seed) % len(MESS)])
        plan.append(hand_in)
        if hand_in.mess == "missing":
            hand_in.expected = "missing"
            continue
        key, raw = simulated(slug, i, seed, released)
        hand_in.key = key
        for name, data in _files(hand_in, slug, raw, released):
            full = _canvas(person, hand_in, name, len(files)) if system == "canvas" else _moodle(person, i, name)
            hand_in.names.append(full)
            files.append((full, data))
    stranger = {"first_name": "Nobody", "last_name": "Known", "lms_id": "99999"}
    name = (
        _canvas(stranger, HandIn("", "plain"), "x.ipynb", 999)
        if system == "canvas"
        else _moodle(stranger, 9999, "x.ipynb")
    )
    files.append((name, b"{}"))
    path = folder / f"{slug}-{system}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    sheets = [_worksheet(folder / f"{slug}-worksheet.csv", class_, plan)] if system == "moodle" else []
    return path, sheets, plan


def _files(hand_in: HandIn, slug: str, raw: bytes, released: dict) -> list[tuple[str, bytes]]:
    """Return what one student uploaded, in the order of uploading."""
    unfinished = json.dumps(released).encode()
    match hand_in.mess:
        case "renamed":
            return [("final FINAL (2).ipynb", raw)]
        case "again":
            return [(f"{slug}.ipynb", unfinished), (f"{slug}-1.ipynb", raw)]
        case "late":
            hand_in.days = 1 + len(hand_in.student) % 3
            return [(f"{slug}.ipynb", raw)]
        case "folder" | "zipped":
            inside = f"my work/{slug}.ipynb" if hand_in.mess == "folder" else f"{slug}.ipynb"
            return [
                (
                    "work.zip",
                    _zip(
                        {
                            inside: raw,
                            "__MACOSX/._x.ipynb": b"x",
                            f".ipynb_checkpoints/{slug}.ipynb": unfinished,
                            "a.whl": b"x",
                        }
                    ),
                )
            ]
        case "beside":
            return [(f"{slug}.ipynb", raw), ("photo.png", b"\x89PNG"), ("notes.txt", b"hello")]
        case "hostile name":
            return [("=HYPERLINK(1)&..;rm -rf $(x) <b>.ipynb", raw)]
        case "two names":
            return [("untitled.ipynb", unfinished), (f"{slug}.ipynb", raw)]
        case "wrong notebook":
            return [
                ("other.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode()),
                (f"{slug}.ipynb", raw),
            ]
        case "only a pdf":
            hand_in.expected = "refused"
            return [(f"{slug}.pdf", b"%PDF-1.7")]
        case "huge outputs":
            return [(f"{slug}.ipynb", _with_outputs(raw))]
    return [(f"{slug}.ipynb", raw)]


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _with_outputs(raw: bytes) -> bytes:
    try:
        notebook = json.loads(raw)
        cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    except (ValueError, KeyError, StopIteration):
        return raw  # a broken one
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "<script>alert(1)</script>\n" * 20_000}]
    return json.dumps(notebook).encode()


def _canvas(person: dict[str, str], hand_in: HandIn, name: str, number: int) -> str:
    late = "_LATE" if hand_in.days else ""
    return f"{folded(person['last_name'] + person['first_name'])}{late}_{person['lms_id']}_{7000 + number}_{name.replace('/', '_')}"


def _moodle(person: dict[str, str], i: int, name: str) -> str:
    return f"{person['first_name']} {person['last_name']}_{80000 + i}_assignsubmission_file_/{name}"


def _worksheet(path: Path, class_: list[dict[str, str]], plan: list[HandIn]) -> Path:
    """Write Moodle's grading worksheet: participants by number, with the time of the last change."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Identifier", "Full name", "Email address", "Status", "Grade", "Last modified (submission)"])
        for i, (person, hand_in) in enumerate(zip(class_, plan)):
            when = (DUE - dt.timedelta(hours=3) + dt.timedelta(days=hand_in.days)).replace(tzinfo=dt.UTC).astimezone()
            modified = "-" if hand_in.mess == "missing" else f"{when:%A, %d %B %Y, %I:%M %p}"
            name = f"{person['first_name']} {person['last_name']}"
            writer.writerow([f"Participant {80000 + i}", name, person["email"], "", "", modified])
    return path

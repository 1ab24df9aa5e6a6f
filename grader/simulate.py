"""A simulated class: correct answers written in several ways, known mistakes, half-finished and broken notebooks.

Every student is drawn from ``(seed, assignment, number)``; ``key`` says what was planned, so that a test can hold the grades against it.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from grader import catalogue, stubs
from grader.course import Course, CourseError
from grader.submission import exercise_of, grade_id

KINDS = ("correct", "rewritten", "mistakes", "half-finished", "broken")
SHARES = (0.15, 0.25, 0.40, 0.12, 0.08)
WAYS_TO_BREAK = (
    "truncated", "not JSON", "empty", "unknown format", "deleted cells", "duplicated cells", "renamed cells", "retyped cells",
    "no function", "syntax error", "endless loop", "crash",
)  # fmt: skip


@dataclass
class Student:
    """What was planned for one student: the kind, and per function the id of the mistake put in ("stub" where nothing was written)."""

    name: str
    assignment: str
    kind: str
    broken: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


def simulate_class(course: Course, assignment: str, students: int, seed: int) -> list[Student]:
    """Hand in a class in a course of its own and return the key.

    Raises
    ------
    CourseError
        If the course holds other hand-ins, or the assignment was not released.
    """
    real = [s.student for s in course.submissions(assignment) if not s.student.startswith("student-")]
    if real:
        raise CourseError(
            f"{course.root} holds hand-ins of {assignment} by {real[0]} and others; simulate in a course folder of its own, with --course"
        )
    released = course.released(assignment)
    if not released.is_file():
        raise CourseError(
            f"{assignment} was not released in this course yet; run: python -m grader release {assignment}"
        )
    return simulate(course, assignment, students, seed, json.loads(released.read_text(encoding="utf-8")))


def simulate(course: Course, assignment: str, students: int, seed: int, released: dict) -> list[Student]:
    """Write a class's submissions into the course's ``submitted`` folder and return the key."""
    key = []
    for number in range(students):
        student, raw = simulated(assignment, number, seed, released)
        folder = course.folder("submitted", student.name, assignment)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{assignment}.ipynb").write_bytes(raw)
        day, minute = 1 + number % 20, (number * 7) % 60
        (folder / "timestamp.txt").write_text(f"2026-10-{day:02d} 12:{minute:02d}:00 UTC\n")
        key.append(student)
    target = course.private / f"simulated-{assignment}.json"
    target.write_text(json.dumps([asdict(student) for student in key], indent=1) + "\n")
    return key


def simulated(assignment: str, number: int, seed: int, released: dict) -> tuple[Student, bytes]:
    """Return one simulated student and the bytes handed in."""
    rng = np.random.default_rng(list(hashlib.sha256(f"{seed}.{assignment}.{number}".encode()).digest()))
    kind = KINDS[number] if number < len(KINDS) else str(rng.choice(KINDS, p=SHARES))
    student = Student(f"student-{number + 1:03d}", assignment, kind)
    answers = _answers(student, rng)
    notebook = stubs.fill(released, answers)
    if kind == "broken":
        student.broken = WAYS_TO_BREAK[int(rng.integers(len(WAYS_TO_BREAK)))]
        return student, _broken(notebook, student, rng)
    return student, _bytes(notebook)


def _answers(student: Student, rng: np.random.Generator) -> dict[str, str]:
    exercises = catalogue.exercises(student.assignment)
    answers = {name: whole for name, (whole, _) in stubs.solution_functions(student.assignment).items()}
    if student.kind in ("rewritten", "mistakes", "half-finished"):
        for name in exercises:
            ways = catalogue.answers(student.assignment, name).correct
            if ways and rng.random() < 0.7:
                answers[name] = stubs.source_as(ways[int(rng.integers(len(ways)))], name)
    if student.kind in ("mistakes", "half-finished"):
        names = list(rng.permutation([name for name, exercise in exercises.items() if exercise.mistakes]))
        for name in names[: int(rng.integers(1, 4))]:
            mistakes = exercises[name].mistakes
            mistake = mistakes[int(rng.integers(len(mistakes)))]
            student.mistakes[str(name)] = mistake.id
            answers[str(name)] = stubs.source_as(mistake.function, str(name))
    if student.kind == "half-finished":
        for name in list(exercises)[len(exercises) // 2 :]:
            student.mistakes[name] = "stub"
            answers.pop(name, None)
    return answers


def _bytes(notebook: dict) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _broken(notebook: dict, student: Student, rng: np.random.Generator) -> bytes:
    way = student.broken
    cells = notebook["cells"]
    answers = [cell for cell in cells if grade_id(cell) in catalogue.exercises(student.assignment)]
    victim = answers[int(rng.integers(len(answers)))]
    name = grade_id(victim)
    if way == "truncated":
        return _bytes(notebook)[: len(_bytes(notebook)) // 2]
    if way == "not JSON":
        return b"%PDF-1.7 this is not a notebook\n" + bytes(range(256))
    if way == "empty":
        return b""
    if way == "unknown format":
        return b'{"nbformat": 9, "worksheets": {}}'
    if way == "deleted cells":
        notebook["cells"] = [cell for cell in cells if cell is not victim and exercise_of(cell) is None]
        student.mistakes[name] = "stub"
    elif way == "duplicated cells":
        cells.insert(cells.index(victim) + 1, copy.deepcopy(victim))
    elif way == "renamed cells":
        victim["metadata"]["nbgrader"]["grade_id"] = "my_own_name"
    elif way == "retyped cells":
        victim["cell_type"] = "markdown"
        victim.pop("outputs", None), victim.pop("execution_count", None)
    else:
        text = {
            "no function": "# I ran out of time here\n",
            "syntax error": stubs.text(victim).replace(":", "", 1),
            "endless loop": _with_first_line(victim, "while True: pass"),
            "crash": _with_first_line(victim, "import os; os._exit(1)"),
        }[way]
        stubs.set_text(victim, text)
        student.mistakes[name] = way
    return _bytes(notebook)


def _with_first_line(cell: dict, line: str) -> str:
    """Put a line in front of the body of the cell's function."""
    import ast

    source = stubs.text(cell)
    node = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    body = node.body[1] if len(node.body) > 1 else node.body[0]
    lines = source.splitlines()
    lines.insert(body.lineno - 1, " " * body.col_offset + line)
    return "\n".join(lines)


def read_key(course: Course, assignment: str) -> list[Student]:
    """Return what was planned for a simulated class; empty where there was none."""
    path = Path(course.root / ".instructor" / f"simulated-{assignment}.json")
    return [Student(**data) for data in json.loads(path.read_text())] if path.is_file() else []

"""Brings a notebook up to date with its solutions and exercises: cells of new exercises, points, stubs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from grader import catalogue, stubs
from grader.submission import exercise_of, grade_id

HINTS = ("a nudge", "the idea", "nearly there")


@dataclass(frozen=True)
class Updated:
    """What was not as it should be: exercises without cells, whether points were others, stale stubs."""

    added: list[str]
    points: bool
    stale: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.points or self.stale)


def update(assignment: str, check: bool = False) -> Updated:
    """Write (or only look for) what the notebook of an assignment lacks, and return what that was.

    A new exercise stands behind the one before it in the solutions, the first one behind the setup.

    Raises
    ------
    StubError
        If a cell has no function, or solution markers are unpaired.
    """
    path = stubs.notebook_path(assignment)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    wanted = catalogue.exercises(assignment)
    there = {grade_id(cell) for cell in notebook["cells"]}
    added = [name for name in wanted if name not in there]
    for name, before in zip(wanted, [None, *wanted]):
        if name in added:
            add(notebook, assignment, name, before)
    moved = set_points(notebook, {name: exercise.points for name, exercise in wanted.items()})
    stale = [name for name in stubs.synchronise(notebook, assignment) if name not in added]
    found = Updated(added, moved, stale)
    if found and not check:
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def add(notebook: dict, assignment: str, name: str, after: str | None) -> None:
    """Put an exercise's cells behind another's check (or the setup), and its line into the table of the first cell.

    Heading and task, three folded hints, stub, a cell to try it, the graded check. Nothing where they are there.
    """
    cells = notebook["cells"]
    if name in {grade_id(cell) for cell in cells}:
        return
    points = catalogue.exercises(assignment)[name].points
    summary = next(line for line in stubs.solution_functions(assignment)[name][0].splitlines() if '"""' in line)
    summary = summary.split('"""')[1]
    slug = name.replace("_", "-")
    hints = "\n\n".join(
        f"<details><summary>Hint {i}: {word}</summary>\n\n...\n\n</details>" for i, word in enumerate(HINTS, 1)
    )
    new = [
        _cell("markdown", f"{slug}-task", f"### `{name}`\n\n*{points} points.* {summary}"),
        _cell("markdown", f"{slug}-hints", hints),
        _cell("code", f"{slug}-stub", f"def {name}(): ...", solution=True, grade_id=name),
        _cell("code", f"{slug}-try", f"{name}  # try it here"),
        _cell(
            "code", f"{slug}-check", f"check({name})", grade=True, locked=True, grade_id=f"test_{name}", points=points
        ),
    ]
    new[3]["metadata"] = {"tags": ["skip-grading"]}
    places = [i for i, cell in enumerate(cells) if (exercise_of(cell) == after if after else grade_id(cell) == "setup")]
    if not places:
        missing = f"check of {after!r}" if after else "cell with grade_id 'setup'"
        raise stubs.StubError(
            f"notebooks/{assignment}/{assignment}.ipynb has no {missing}, behind which {name!r} would stand"
        )
    place = places[0] + 1
    cells[place:place] = new
    head = stubs.text(cells[0])
    row = re.search(rf"^\| `{after}` \|.*\n?", head, re.MULTILINE)
    if row:
        line = row[0].rstrip("\n") + f"\n| `{name}` | {points} | ... |\n"
        stubs.set_text(cells[0], head[: row.start()] + line + head[row.end() :])


def set_points(notebook: dict, points: dict[str, int]) -> bool:
    """Write every exercise's points into its check, its task and the table; return whether any were others."""
    moved = False
    for cell in notebook["cells"]:
        name = exercise_of(cell)
        if name in points:
            moved = moved or cell["metadata"]["nbgrader"].get("points") != points[name]
            cell["metadata"]["nbgrader"]["points"] = points[name]
        text = stubs.text(cell)
        changed = text
        if cell["cell_type"] == "markdown":
            for other, worth in points.items():
                changed = re.sub(rf"(?m)^(\| `{other}` \| )\d+ \|", rf"\g<1>{worth} |", changed)
                changed = re.sub(rf"(### `?{other}`?\n\n\*)\d+( points\.\*)", rf"\g<1>{worth}\g<2>", changed)
        if changed != text:
            moved = True
            stubs.set_text(cell, changed)
    return moved


def _cell(kind: str, cell_id: str, source: str, **own: object) -> dict:
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    metadata = {"nbgrader": {**flags, **own}} if own else {}
    cell = {"cell_type": kind, "id": cell_id, "metadata": metadata, **code, "source": ""}
    stubs.set_text(cell, source)
    return cell

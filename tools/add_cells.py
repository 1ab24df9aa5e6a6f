"""Give a new exercise its cells in the notebook, and bring all points in it up to date with exercises/.

    python tools/add_cells.py optimization warmup_lr --after schedule_lr_decay

The cells go behind those of the other exercise: heading and task, three folded hints, stub, a cell to try it, the graded check. What
stands in the task and the hints is to be written by you; the stub is filled by tools/sync_stubs.py. An exercise that has its cells
already only gets its points.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import catalogue, stubs  # noqa: E402  (the checkout is not installed; its rooms are found from here)
from grader.submission import exercise_of, grade_id  # noqa: E402

HINTS = ("a nudge", "the idea", "nearly there")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignment")
    parser.add_argument("exercise", help="the function's name")
    parser.add_argument("--after", required=True, help="the exercise behind which it stands")
    options = parser.parse_args(arguments)
    path = stubs.notebook_path(options.assignment)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        wanted = catalogue.exercises(options.assignment)
        for name in (options.exercise, options.after):
            if name not in wanted:
                raise ValueError(
                    f"exercises/{options.assignment}/ has no exercise {name!r}; there are {', '.join(wanted)}"
                )
        add(notebook, options.assignment, options.exercise, options.after)
        set_points(notebook, {name: exercise.points for name, exercise in wanted.items()})
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(
        f"{path.relative_to(catalogue.course().root)}: {options.exercise}; write its task and hints, then run tools/sync_stubs.py"
    )
    return 0


def add(notebook: dict, assignment: str, name: str, after: str) -> None:
    """Put an exercise's cells behind another's check, and its line into the table of the first cell; nothing where they are there."""
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
    place = next(i for i, cell in enumerate(cells) if exercise_of(cell) == after) + 1
    cells[place:place] = new
    head = stubs.text(cells[0])
    row = re.search(rf"^\| `{after}` \|.*\n?", head, re.MULTILINE)
    if row:
        line = row[0].rstrip("\n") + f"\n| `{name}` | {points} | ... |\n"
        stubs.set_text(cells[0], head[: row.start()] + line + head[row.end() :])


def set_points(notebook: dict, points: dict[str, int]) -> None:
    """Write every exercise's points into its check, its task and the table."""
    for cell in notebook["cells"]:
        name = exercise_of(cell)
        if name in points:
            cell["metadata"]["nbgrader"]["points"] = points[name]
        text = stubs.text(cell)
        changed = text
        if cell["cell_type"] == "markdown":
            for other, worth in points.items():
                changed = re.sub(rf"(?m)^(\| `{other}` \| )\d+ \|", rf"\g<1>{worth} |", changed)
                changed = re.sub(rf"(### `?{other}`?\n\n\*)\d+( points\.\*)", rf"\g<1>{worth}\g<2>", changed)
        if changed != text:
            stubs.set_text(cell, changed)


def _cell(kind: str, cell_id: str, source: str, **own: object) -> dict:
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    metadata = {"nbgrader": {**flags, **own}} if own else {}
    cell = {"cell_type": kind, "id": cell_id, "metadata": metadata, **code, "source": ""}
    stubs.set_text(cell, source)
    return cell


if __name__ == "__main__":
    sys.exit(main())

"""A notebook as students get it, made from an assignment's exercises alone, so that tests of the engine need no notebook's prose."""

from __future__ import annotations

import json

from grader import catalogue, stubs


def released(assignment: str, seconds: float = 0.0) -> dict:
    """Return a released notebook: a title, the setup cell, and for each exercise a stub, a cell to try it and the graded cell.

    Parameters
    ----------
    assignment : its slug
    seconds : how long a last cell, tagged as long-running, would take
    """
    setup = f"import numpy as np\n\nfrom idnn.check import check_for\n\ncheck = check_for({assignment!r})"
    cells = [_cell("markdown", "title", "# A notebook to be graded"), _cell("code", "setup", setup, locked=True)]
    for exercise in catalogue.exercises(assignment).values():
        name = exercise.name
        cells.append(_cell("markdown", f"about-{name}", f"### {name}"))
        cells.append(_cell("code", name, f"# stub: {name}", solution=True))
        cells.append({**_cell("code", f"try-{name}", "1 + 1"), "metadata": {"tags": ["skip-grading"]}})
        cells.append(_cell("code", f"test_{name}", f"check({name})", grade=True, locked=True, points=exercise.points))
    training = f"import time\n\ntime.sleep({seconds})"
    cells.append({**_cell("code", "training", training), "metadata": {"tags": ["skip-grading"]}})
    cells.append(_cell("markdown", "reflection", "What did you learn?", grade=True, solution=True, points=0))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    stubs.synchronise(notebook, assignment)
    for cell in stubs.solution_cells(notebook, assignment).values():  # as nbgrader's ClearSolutions does
        stubs.set_text(cell, "\n".join(line for line in stubs.text(cell).splitlines() if "### " not in line))
    return json.loads(json.dumps(notebook))


def solved(assignment: str) -> dict:
    """Return the released notebook with every answer right."""
    notebook = released(assignment)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        whole = stubs.solution_functions(assignment).get(name)
        if whole and cell["cell_type"] == "code":
            stubs.set_text(cell, whole[0])
    return notebook


def _cell(kind: str, name: str, source: str, **nbgrader: object) -> dict:
    cell = {"cell_type": kind, "id": name.replace("_", "-")[:64], "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    if nbgrader:
        plain = {
            "schema_version": 3,
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
            "grade_id": name,
        }
        cell["metadata"] = {"nbgrader": {**plain, **nbgrader}}
    return cell

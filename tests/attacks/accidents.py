"""What honest students do by accident. Each keeps the points of what was written, and nobody else is touched."""

from __future__ import annotations

import copy

from tests.attacks.arena import Attack, Graded, code
from tests.toy import solved

EASY = "update_lr"


def _name(cell: dict) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def _accident(name: str, does: str, change, earned: float, note: str = "", seconds: float = 20.0) -> Attack:
    def notebook(_: dict) -> dict:
        whole = solved("optimization")
        return change(whole) or whole

    def check(arena, graded: Graded) -> str:
        total = sum(graded.scores.values())
        if abs(total - earned) > 1e-9:
            return f"it got {total:g} points instead of {earned:g}: {graded.notes}"
        said = [*graded.notes, *graded.remarks]
        return "" if note in " ".join(said) else f"nobody is told: {said}"

    return Attack(name, does, notebook=notebook, earned=earned, check=check, seconds=seconds)


def _copied_tests(notebook):
    for cell in [cell for cell in notebook["cells"] if _name(cell).startswith("test_")]:
        notebook["cells"].insert(notebook["cells"].index(cell), copy.deepcopy(cell))


def _copied_answers(notebook):
    for cell in [cell for cell in notebook["cells"] if _name(cell) == EASY]:
        notebook["cells"].insert(notebook["cells"].index(cell) + 1, {**copy.deepcopy(cell), "id": "copy"})


def _copied_before(notebook):
    """An old, wrong version above, the right one below: the last definition counts, as it does in the kernel."""
    for cell in [cell for cell in notebook["cells"] if _name(cell) == EASY]:
        old = {**copy.deepcopy(cell), "id": "old", "source": f"def {EASY}(*a):\n    return 0"}
        notebook["cells"].insert(notebook["cells"].index(cell), old)


def _without(*names):
    return lambda notebook: {
        **notebook,
        "cells": [c for c in notebook["cells"] if not any(_name(c) == n or n == "*" and _name(c) for n in names)],
    }


def _no_tests(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if not _name(cell).startswith("test_")]


def _renamed(notebook):
    for cell in notebook["cells"]:
        if _name(cell):
            cell["metadata"]["nbgrader"]["grade_id"] += "_mine"


def _no_metadata(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id")


def _retyped(notebook):
    for cell in notebook["cells"]:
        if _name(cell) == EASY:
            cell["cell_type"] = "markdown"


def _split(notebook):
    place = next(i for i, cell in enumerate(notebook["cells"]) if _name(cell) == EASY)
    notebook["cells"].insert(place + 1, code(notebook["cells"][place]["source"]))
    notebook["cells"][place]["source"] = "# my plan: divide"


def _merged(notebook):
    answers = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code"
    ]
    answers[0]["source"] = "\n\n".join("".join(cell["source"]) for cell in answers)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell is answers[0] or cell not in answers]


def _reversed(notebook):
    notebook["cells"] = notebook["cells"][::-1]


def _own_setup(notebook):
    for cell in notebook["cells"]:
        if _name(cell) == "setup":
            cell["source"] = "import pandas\nraise RuntimeError"


def _broken_neighbour(notebook):
    notebook["cells"].insert(2, code("this is no Python\n"))
    notebook["cells"].insert(3, code("1 / 0"))
    notebook["cells"].append(code("!pip install seaborn\n%matplotlib widget\n%timeit 1"))


def _deleted_helper(notebook):
    for cell in notebook["cells"]:
        if _name(cell) == EASY:
            cell["source"] = f"def {EASY}(a, b, c):\n    return helper(a, b, c)"


def _unfinished(notebook):
    for cell in notebook["cells"]:
        if _name(cell) == EASY:
            cell["source"] = f"def {EASY}(a, b, c):\n    return a / (1 + b *"


def _left_running(notebook):
    notebook["cells"].insert(4, code("import time\nwhile True:\n    time.sleep(1)"))


def _input(notebook):
    notebook["cells"].insert(4, code("name = input('your name? ')"))
    notebook["cells"].append(code("exit()"))
    notebook["cells"].append(code("quit()"))


def _chatty(notebook):
    for cell in notebook["cells"]:
        if _name(cell) == EASY:
            cell["source"] = (
                f"def {EASY}(a, b, c):\n    print('here', a, b, c)\n    import warnings; warnings.warn('careful')\n    return a / (1 + b * c)"
            )


def _text_outputs_kept(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "a warning\n"}]
            cell["execution_count"] = 7


def _another_notebook(notebook):
    return {
        **notebook,
        "cells": [code("print('week 3')"), {"cell_type": "markdown", "metadata": {}, "source": "Essay"}],
    }


ATTACKS = [
    _accident(
        "graded cells copied",
        "copies each graded cell, as a slip of the mouse does",
        _copied_tests,
        100,
        "stands more than once",
    ),
    _accident("an answer copied", "copies the cell of an answer", _copied_answers, 100, "stands more than once"),
    _accident(
        "an old version above",
        "keeps an old version of an answer in a copied cell above the new one",
        _copied_before,
        100,
        "stands more than once",
    ),
    _accident(
        "a graded cell deleted",
        "deletes a graded cell; its answer is judged all the same",
        _without(f"test_{EASY}"),
        100,
        "was missing",
    ),
    _accident("all graded cells deleted", "deletes every graded cell", _no_tests, 100, "was missing"),
    _accident("an answer deleted", "deletes the cell of an answer", _without(EASY), 95, "was missing"),
    _accident(
        "every released cell deleted",
        "deletes all that was released",
        _without("*"),
        0,
        "None of the released cells was found",
    ),
    _accident("cells renamed", "lets a tool rename every cell", _renamed, 100, "was missing"),
    _accident(
        "metadata lost", "lets a tool strip all metadata and ids, as some editors do", _no_metadata, 100, "was missing"
    ),
    _accident(
        "an answer turned to prose",
        "turns the cell of an answer into Markdown",
        _retyped,
        100,
        "had become a markdown cell",
    ),
    _accident("an answer split", "splits a cell in two", _split, 100),
    _accident("answers merged", "merges all answers into one cell", _merged, 100, "was missing"),
    _accident("cells in reverse", "orders the cells from last to first", _reversed, 100),
    _accident(
        "the setup cell changed",
        "changes the locked cell with the imports",
        _own_setup,
        100,
        "The cell setup was changed",
    ),
    _accident(
        "broken cells beside",
        "leaves cells with errors, shell commands and magics in the notebook",
        _broken_neighbour,
        100,
    ),
    _accident("a helper that is gone", "calls a helper whose cell was deleted after it had run", _deleted_helper, 95),
    _accident("an unfinished answer", "hands in a syntax error in one answer", _unfinished, 95),
    _accident(
        "a cell that never ends",
        "leaves an endless loop between the answers",
        _left_running,
        100,
        "did not end in time",
        4.0,
    ),
    _accident("questions and exits", "asks for input and ends the session", _input, 100),
    _accident("prints and warnings", "leaves debugging output in an answer", _chatty, 100),
    _accident("outputs kept", "hands in outputs and execution counts", _text_outputs_kept, 100),
    _accident(
        "another notebook",
        "hands in the notebook of another week",
        _another_notebook,
        0,
        "was another notebook handed in",
    ),
]

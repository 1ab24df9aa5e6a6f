"""Stubs come from the solutions; what does not fit together is an error that names both sides."""

import copy
import dataclasses
import json

import pytest

from grader import catalogue, stubs
from tests.conftest import assignments_with_notebooks, source_notebook
from tools import sync_stubs

SLUG = "initialization"


def test_a_stub_keeps_signature_and_docstring_only():
    source = 'import numpy as np\n\ndef double(x):\n    """Return twice x."""\n    y = 2 * x  # secret\n    return y\n\ndef _own(x):\n    return x\n'
    found = stubs.functions(source, "m.py")
    assert list(found) == ["double"]
    assert found["double"][1] == (
        'def double(x):\n    """Return twice x."""\n    ### BEGIN SOLUTION\n    # YOUR CODE HERE\n    raise NotImplementedError()\n    ### END SOLUTION'
    )


def test_a_function_without_a_docstring_is_an_error():
    with pytest.raises(stubs.StubError, match="m.py: f has no docstring"):
        stubs.functions("def f(x):\n    return x\n", "m.py")


def test_a_function_without_a_cell_is_an_error_that_names_both():
    notebook = source_notebook(SLUG)
    notebook["cells"] = [
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != "count_distinct_units"
    ]
    with pytest.raises(
        stubs.StubError,
        match=r"solutions/initialization.py: count_distinct_units has no cell in notebooks/initialization",
    ):
        stubs.synchronise(notebook, SLUG)


def test_a_cell_without_a_function_is_an_error_that_names_both():
    notebook = source_notebook(SLUG)
    cell = copy.deepcopy(next(iter(stubs.solution_cells(notebook, "x").values())))
    cell["metadata"]["nbgrader"]["grade_id"] = "nobody"
    notebook["cells"].append(cell)
    with pytest.raises(stubs.StubError, match="'nobody' has no function in solutions/initialization.py"):
        stubs.synchronise(notebook, SLUG)


def test_unpaired_markers_are_an_error_that_names_the_cell():
    notebook = source_notebook(SLUG)
    cell = stubs.solution_cells(notebook, "x")["count_distinct_units"]
    stubs.set_text(cell, stubs.text(cell).replace(stubs.END, ""))
    with pytest.raises(stubs.StubError, match="'count_distinct_units' has unpaired solution markers"):
        stubs.synchronise(notebook, SLUG)


def test_stale_stubs_are_listed_and_written():
    notebook = source_notebook(SLUG)
    stubs.set_text(stubs.solution_cells(notebook, "x")["count_distinct_units"], "def count_distinct_units(): pass")
    assert stubs.synchronise(notebook, SLUG) == ["count_distinct_units"]
    assert stubs.synchronise(notebook, SLUG) == []


def test_the_command_checks_and_exits_with_1(tmp_path, monkeypatch, capsys):
    notebook = source_notebook(SLUG)
    stubs.set_text(stubs.solution_cells(notebook, "x")["count_distinct_units"], "pass")
    path = tmp_path / "notebooks" / SLUG / f"{SLUG}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    course = catalogue.course()
    (tmp_path / "solutions").symlink_to(course.root / "solutions")
    monkeypatch.setattr(catalogue, "course", lambda: dataclasses.replace(course, root=tmp_path))
    assert sync_stubs.main(["--check"]) == 1
    assert "count_distinct_units is stale" in capsys.readouterr().out
    assert sync_stubs.main([]) == 0
    assert sync_stubs.main(["--check"]) == 0
    assert json.loads(path.read_text())["cells"][0] == notebook["cells"][0]


@pytest.mark.parametrize("slug", assignments_with_notebooks())
def test_solved_notebooks_hold_the_solutions(slug):
    solved = stubs.solved(source_notebook(slug), slug)
    whole = "\n".join(stubs.text(cell) for cell in solved["cells"])
    assert "raise NotImplementedError" not in whole
    for name, (source, _) in stubs.solution_functions(slug).items():
        assert source in whole, name


def test_sources_take_the_exercise_s_name():
    assert stubs.source_as(helper__variant, "helper").startswith("def helper(x):")
    with pytest.raises(stubs.StubError, match="must be written with def"):
        stubs.source_as(lambda x: x, "helper")


def helper__variant(x):
    return x

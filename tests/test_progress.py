"""What passed is there when the notebook is opened again: beside it, in no release, and nowhere else where nothing can be written."""

import json

import pytest

from assay.check import CheckFailed, check_for
from assay.progress import FOLDER, Progress
from grader import catalogue

SLUG = "initialization"
NAMES = list(catalogue.exercises(SLUG))


@pytest.fixture
def notebook(monkeypatch, tmp_path):
    """A notebook in a folder of its own: return a function() -> (check as its kernel has it, what is displayed)."""
    import IPython
    import IPython.display

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(IPython, "get_ipython", lambda: object())

    def opened():
        shown = []
        monkeypatch.setattr(IPython.display, "display", lambda one, **_: shown.append(one))
        return check_for(SLUG), shown

    return opened


initialize_parameters_zeros, count_distinct_units = (
    catalogue.solution(SLUG, name) for name in ("initialize_parameters_zeros", "count_distinct_units")
)


def test_a_kernel_that_starts_again_says_what_had_passed_and_counts_on(notebook, tmp_path):
    check, shown = notebook()
    assert shown == []
    check(initialize_parameters_zeros)
    again, shown = notebook()
    (before,) = shown
    assert repr(before) == (
        "initialization: 1 of 7 exercises passed when they were last checked here, 10 of 100 points. "
        f"Open: {', '.join(name for name in NAMES if name != 'initialize_parameters_zeros')}."
    )
    assert "<code>count_distinct_units</code>" in before._repr_html_()
    again(count_distinct_units)
    assert "2 of 7 exercises pass so far, 25 of 100 points" in repr(shown[1])
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [f"progress-{SLUG}.json"]


def test_what_no_longer_passes_is_open_again(notebook):
    check, _ = notebook()
    check(initialize_parameters_zeros)
    with pytest.raises(CheckFailed):
        exec(
            "def initialize_parameters_zeros(layers_dims):\n    return {}\ncheck(initialize_parameters_zeros)",
            {"check": check},
        )
    assert notebook()[1] == []


@pytest.mark.parametrize(
    "written",
    ["", "[]", "{", '{"passed": 3}', '{"passed": [["x"], 7, "of_last_year"]}', "\x00", '{"passed": ["' + "x" * 70_000],
    ids=range(7),
)
def test_a_file_that_says_nothing_of_this_assignment_is_no_progress(notebook, tmp_path, written):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"progress-{SLUG}.json").write_text(written)
    assert notebook()[1] == []


@pytest.mark.parametrize("obstacle", ["a file in its place", "deleted", "no permission"])
def test_where_nothing_can_be_written_the_verdict_is_all_there_is(notebook, tmp_path, obstacle, monkeypatch):
    if obstacle == "a file in its place":
        (tmp_path / FOLDER).write_text("")
    if obstacle == "deleted":
        inside = tmp_path / "gone"
        inside.mkdir()
        monkeypatch.chdir(inside)
        inside.rmdir()
    if obstacle == "no permission":  # a chmod would not hold root back

        def refused(*_, **__):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("pathlib.Path.mkdir", refused)
    check, shown = notebook()
    check(initialize_parameters_zeros)
    assert len(shown) == 1 and "1 of 7 exercises pass so far" in repr(shown[0])
    assert notebook()[1] == []


@pytest.mark.parametrize(("name", "value"), [("NBGRADER_EXECUTION", "autograde"), ("ASSAY_WHERE", "off")])
def test_while_grading_nothing_is_read_and_nothing_written(notebook, tmp_path, monkeypatch, name, value):
    Progress(SLUG).write(["count_distinct_units"])
    monkeypatch.setenv(name, value)
    check, shown = notebook()
    assert shown == []
    check(initialize_parameters_zeros)
    assert json.loads((tmp_path / FOLDER / f"progress-{SLUG}.json").read_text()) == {"passed": ["count_distinct_units"]}


def test_no_release_and_no_hand_in_takes_it_along():
    from nbgrader.coursedir import CourseDirectory

    assert FOLDER in CourseDirectory().ignore

"""The notation of exercises: a mistake is an edit of the solution, and course.toml is the course."""

import inspect

import pytest

from grader import catalogue
from grader.catalogue import CatalogueError
from grader.exercise import EditError, Mistake, edits_of, written


def solution(values, start=0):
    """Return the sum of `values` from `start` on."""
    total = start
    for value in values:
        total += value
    return total


edit = edits_of(solution)


def test_an_edit_is_the_solution_with_one_text_replaced():
    mistake = edit("difference", "+=", "-=", "The values are subtracted.")
    assert mistake.function([1, 2]) == -3 and solution([1, 2]) == 3
    assert '"""' not in inspect.getsource(mistake.function)  # the docstring is no part of it
    assert inspect.signature(mistake.function) == inspect.signature(solution)


def test_an_edit_whose_text_is_not_there_is_refused():
    with pytest.raises(EditError, match="'totals' is not in the source"):
        edit("none", "totals", "x", "A hint.")
    with pytest.raises(EditError, match="is not in the source"):
        edit("docstring", "Return the sum", "x", "A hint.")
    with pytest.raises(EditError, match="is not in the source"):
        edit("empty", "", "x", "A hint.")


def test_an_edit_whose_text_stands_there_twice_says_which():
    with pytest.raises(EditError, match="in the source 3 times; say which with place="):
        edit("which", "total", "sum_", "A hint.")
    with pytest.raises(EditError, match="no place 4"):
        edit("which", "total", "sum_", "A hint.", place=4)
    third = edit("constant", "total", "0", "Nothing is returned.", place=3)
    assert third.function([1, 2]) == 0
    everywhere = edit("renamed", "total", "sum_", "The same.", every=True)
    assert everywhere.function([1, 2]) == 3


def test_further_changes_are_made_one_after_the_other():
    mistake = edit("product", "+=", "*=", "The values are multiplied.", also=[("start\n", "1 + start\n", 1)])
    assert mistake.function([2, 3]) == 6
    with pytest.raises(EditError, match="mistake product: 'x' is not in the source"):
        edit("product", "+=", "*=", "The values are multiplied.", also=[("x", "y")])


def test_a_function_is_made_when_it_is_asked_for():
    calls = []
    mistake = Mistake("lazy", "A hint.", lambda: calls.append(1) or solution)
    assert not calls
    assert mistake.function is mistake.function is solution and calls == [1]
    assert written("own", solution, "A hint.").function is solution


def test_names_that_edits_need_are_given():
    with_max = edits_of(solution, largest=max)
    assert with_max("largest", "total = start", "return largest(values)", "The largest.").function([1, 5]) == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = 1\n[[", "cannot be read"),
        ('id = "a"', "title"),
        ('id = "a"\ntitle = "A"\nwhat = 1', "what"),
        ('id = "a"\ntitle = "A"\n[[assignment]]\nslug = "a b"', "'a b' is no name for an assignment"),
        ('id = "a"\ntitle = "A"\n[[assignment]]\nslug = "a"\n[[assignment]]\nslug = "a"', "one slug"),
        ('id = "a"\ntitle = "A"\n[[assignment]]\nslag = "a"', "slag"),
    ],
)
def test_a_course_file_that_is_wrong_is_told(tmp_path, text, said):
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(CatalogueError, match=said):
        catalogue.read(tmp_path)


def test_a_course_file_that_is_missing_is_told(tmp_path):
    with pytest.raises(CatalogueError, match="cannot be read"):
        catalogue.read(tmp_path)


def test_the_course_is_found_upward_and_else_the_one_delivered(tmp_path):
    assert catalogue.find_root(tmp_path) == catalogue.DELIVERED
    (tmp_path / "course.toml").write_text("")
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert catalogue.find_root(tmp_path / "a" / "b") == tmp_path.resolve()


def test_an_assignment_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(CatalogueError, match="no assignment is called 'nothing'; there are initialization, "):
        catalogue.exercises("nothing")
    with pytest.raises(CatalogueError, match="initialization has no exercise 'nothing'; there are "):
        catalogue.exercise("initialization", "nothing")

"""The place of a slip in grading: told below the verdict, of the student's own text alone, and without a point more or less."""

import copy
import dataclasses
import json

import pytest

from assay.locate import Place
from assay.locate.forms import Kind
from assay.locate.telling import Claim
from grader import stubs
from grader.executors import server_for
from grader.notebook import grade_notebook
from grader.sandbox import Located
from grader.submission import exercise_of, restore
from grader.unnamed import Slip, clusters, noted, slip_in
from tests import toy

SLUG, SEED = "optimization", 20_261_129
in_the_jail = pytest.mark.usefixtures("isolation")

ANSWERS = {
    # a slip in an answer that reads what a cell computes; one in a function of the notebook that the answer calls; nothing to be found
    "update_lr": "def update_lr(learning_rate0, epoch_num, decay_rate):\n    return learning_rate0 / (ONE - decay_rate * epoch_num)\n",
    "update_parameters_with_gd": "def stepped(value, slope, rate):\n    return value - 3 * rate * slope\n\n\n"
    "def update_parameters_with_gd(parameters, grads, learning_rate):\n"
    '    return {name: stepped(value, grads["d" + name], learning_rate) for name, value in parameters.items()}\n',
    "initialize_velocity": "def initialize_velocity(parameters):\n    return len(parameters)\n",
}


@pytest.fixture(scope="module")
def graded():
    """One notebook, graded with the search and without it."""
    released = toy.released(SLUG)
    handed_in = stubs.solved(released, SLUG)
    for cell in handed_in["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = ANSWERS.get(name, cell["source"])
    setup = {
        "cell_type": "code",
        "metadata": {},
        "source": "import numpy as np\nONE = np.ones(1).item()\n",
        "outputs": [],
        "execution_count": None,
    }
    handed_in["cells"].insert(1, setup)
    raw, server = json.dumps(handed_in).encode(), copy.copy(server_for(SLUG))
    found = []
    for seconds in (60.0, 0.0):
        server.limits = dataclasses.replace(server.limits, locate_seconds=seconds)
        found.append(grade_notebook(restore(raw, released), SLUG, server, SEED))
    server.stop()
    return found


@in_the_jail
def test_points_and_words_are_the_same_with_and_without(graded):
    told, untold = graded
    assert told.scores == untold.scores and 0 < sum(told.scores.values()) < 100
    assert (told.notes, told.remarks) == (untold.notes, untold.remarks)
    assert {name: verdict.text() for name, verdict in told.verdicts.items()} == {
        name: verdict.text() for name, verdict in untold.verdicts.items()
    }
    assert told.slips and not untold.slips


@in_the_jail
def test_the_place_stands_below_the_verdict_in_three_closed_levels(graded):
    told, untold = (
        next(cell for cell in one.notebook["cells"] if exercise_of(cell) == "update_lr")["outputs"] for one in graded
    )
    page, text = told[0]["data"]["text/html"], told[0]["data"]["text/plain"]
    assert (
        page.startswith(untold[0]["data"]["text/html"]) and page.count("<details") == 3 and "<details open" not in page
    )
    assert "In line 2: a small change there" in page and "Another operation belongs there." in page
    assert text.endswith("Where to look: line 2. A small change there makes every visible case hold.")
    assert told[1:] == untold[1:]  # the score


@in_the_jail
def test_a_name_that_a_cell_computes_and_a_function_of_the_notebook_are_there(graded):
    assert {name: slip.place.levels[-1] for name, slip in graded[0].slips.items()} == {
        "update_lr": "line 2: between `ONE` and `decay_rate * epoch_num`: another operation belongs there",
        "update_parameters_with_gd": "line 2 of stepped: `3`",
    }


# what a student's process says

TEXT = "def scaled(W, rate):\n    found = {}\n    found['W'] = rate - W\n    return found\n"
CLAIM = Claim("scaled", Kind.OPERATION, ((3, 17, 3, 21), (3, 24, 3, 25)), "between {} and {}", (3, 4, 3, 25))


def told(text=TEXT, cells=("import x\n\n" + TEXT + "\nscaled(1, 2)",), **changed):
    return slip_in(Located(1, {"scaled": text}, [[dataclasses.replace(CLAIM, **changed)]]), "scaled", cells)


def test_what_the_text_bears_out_is_told():
    assert told() == Slip(
        Place((3,), ("found['W'] = rate - W",), part="between `rate` and `W`", kind="another operation belongs there"),
        "found['W']",
    )


@pytest.mark.parametrize(
    "lie",
    [
        {"text": TEXT.replace("found", "<b>")},
        {"text": TEXT + "x = 1\n"},
        {"cells": ("def scaled(W, rate): pass",)},
        {"function": "other"},
        {"form": "{} <b> {}"},
        {"form": "{}"},
        {"parts": ((3, 17, 3, 22), (3, 24, 3, 25))},
        {"parts": ()},
        {"statement": (30, 0, 31, 0)},
    ],
)
def test_what_it_does_not_bear_out_is_not(lie):
    assert told(**lie) is None


@pytest.mark.parametrize(
    "text", ["def scaled(W):\n    return W" + ".T" * 4000, "def scaled(W):\n    return " + "-" * 3000 + "W", "\0", ""]
)
def test_texts_without_measure_are_no_accident(text):
    assert told(text, (text,)) is None


def test_nothing_and_too_much_are_nothing():
    assert slip_in(Located(1), "scaled", [TEXT]) is None
    assert slip_in(Located(1, {"scaled": TEXT}, [[]]), "scaled", [TEXT]) is None
    assert slip_in(Located(1, {"scaled": TEXT}, [[CLAIM]] * 10_000), "scaled", [TEXT]) is None
    assert slip_in(Located(1, {"scaled": TEXT}, [[CLAIM]]), "another", [TEXT]) is None


# what a class has in common


@pytest.mark.parametrize(
    ("place", "line", "said"),
    [
        (
            Place((3,), ("",), part="`W`", kind="a factor is missing there"),
            "dW1",
            "in the line of `dW1`: a factor is missing",
        ),
        (
            Place((3,), ("",), kind="this line is one too many"),
            "return",
            "in a line with `return`: this line is one too many",
        ),
        (Place((3,), ("",)), "dW1", "in the line of `dW1`: several small changes would do"),
        (
            Place((3,), ("",), "scaled", kind="a sign is missing there"),
            "x",
            "in the line of `x` of `scaled`: a sign is missing",
        ),
        (Place((3, 4), ("", ""), kind="a sign is missing there"), "", "line 3 or line 4: a sign is missing"),
    ],
)
def test_a_slip_is_noted_by_its_kind_and_by_what_its_line_is_for(place, line, said):
    assert noted(Slip(place, line)) == (said, place.part)


def test_the_same_slip_of_several_students_is_one_cluster():
    a, b = ("f", "in the line of `dW`: a factor is missing"), ("g", "in the line of `dW`: a factor is missing")
    found = clusters({"ada": [(*a, "`W`"), (*b, "`W`")], "ben": [(*a, "`V`")], "cy": [(*a, "`V`")]})
    assert [(one.exercise, one.part, one.students) for one in found] == [
        ("f", "`V`", ["ada", "ben", "cy"]),
        ("g", "`W`", ["ada"]),
    ]

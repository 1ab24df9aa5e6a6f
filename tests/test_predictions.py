"""Predictions: their outcomes are what our Python computes, at least two curves an assignment, and answers are judged and counted as they should be."""

import json

import numpy as np
import pytest

from grader import catalogue, stubs
from grader import predictions as engine
from idnn import explorables
from idnn import predictions as library
from tests.test_explorables import node

SLUGS = catalogue.existing()
KINDS = {"choice", "order", "number", "curve"}


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_stored_is_what_is_asked_and_the_outcomes_of_a_moment_are_computed_again(slug):
    assert engine.stale(slug, slow=False) == []


def test_an_outcome_that_is_another_one_by_now_is_stale(monkeypatch):
    slug = "gradient_checking"
    stored = json.loads(json.dumps(engine.stored(slug)))
    stored["blind-kink"]["outcome"] += 0.2
    stored["wrong-error"]["outcome"][3] *= 3
    stored["first-chord"]["outcome"] = 0
    stored["same-plain"]["question"] += " "
    stored["of-last-year"] = {}
    monkeypatch.setattr(engine, "stored", lambda _: stored)
    changed = ["of-last-year", "same-plain", "first-chord", "wrong-error", "blind-kink"]
    assert engine.stale(slug, slow=False) == changed


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_stands_in_its_notebook_once_and_two_are_drawn(slug):
    notebook = json.loads(stubs.notebook_path(slug).read_text(encoding="utf-8"))
    asked, summed = [], 0
    for cell in notebook["cells"]:
        source = stubs.text(cell)
        if cell["cell_type"] == "code" and ".predict(" in source:
            names = json.loads(f"[{source.partition('(')[2].removesuffix(')')}]")
            asked += names
            summed += not names
            assert "skip-grading" in cell["metadata"]["tags"]
    assert sorted(asked) == sorted(library.questions(slug)) and summed == 1
    kinds = [question["kind"] for question in library.questions(slug).values()]
    assert kinds.count("curve") >= 2 and set(kinds) <= KINDS
    upright = [question["y"]["label"] for question in library.questions(slug).values() if question["kind"] == "curve"]
    assert max(map(len, upright)) <= 28  # as much as there is room for on a phone


def test_a_question_that_there_is_not_is_told():
    with pytest.raises(ValueError, match="no prediction is called zeros-cots; there are zeros-cost, "):
        library.predict("initialization", "zeros-cots")


def test_without_a_front_end_for_widgets_there_is_a_line_of_text(monkeypatch):
    monkeypatch.setattr(library, "widget", lambda *_: {})
    data, metadata = library.predict("initialization", "zeros-cost")._repr_mimebundle_()
    assert data == {"text/plain": "Write your prediction down before you run on."}
    assert metadata == {"text/plain": {"prediction": ["initialization", ["zeros-cost"]]}}


def test_what_a_front_end_stores_of_a_question_has_no_answer_in_it():
    """Only the settings are synchronised with the kernel, and what is written beside the output names the question."""
    module = explorables.module("predictions")
    assert "model.set(" not in module and "save_changes" not in module and "fetch(" not in module
    assert len(module.encode()) < 60_000


# --- judged in node ------------------------------------------------------------------------------------------------------------


def run(program, **given):
    constants = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items())
    return node(explorables.module("predictions") + constants + f"console.log(JSON.stringify({program}));")


def right_answer(question):
    """Return the answer that is the outcome, as the module has it."""
    if question["kind"] == "curve" and question["y"]["logarithmic"]:
        return np.log10(question["outcome"]).tolist()
    return question["outcome"]


def test_the_outcome_itself_is_right_for_every_question_and_a_curve_s_places_are_python_s():
    asked = [question for slug in SLUGS for question in library.questions(slug).values()]
    given = [right_answer(question) for question in asked]
    axes = [question["x"] for question in asked if question["kind"] == "curve"]
    found = run(
        "{ judged: asked.map((one, k) => [judged(one, given[k]), complete(one, given[k])]), axes: axes.map(places) }",
        asked=asked,
        given=given,
        axes=axes,
    )
    for question, (told, complete) in zip(asked, found["judged"], strict=True):
        assert told["right"] and told["side"] == 0 and complete, (question, told)
    for axis, theirs in zip(axes, found["axes"], strict=True):
        np.testing.assert_allclose(theirs, engine.Axis(**axis).places())
    assert len(asked) > 50


def test_how_far_off_an_answer_was_is_said_word_for_word():
    axis = {"label": "cost", "low": 0.01, "high": 1e5, "logarithmic": True, "columns": 41}
    flat = {"label": "share", "low": 0, "high": 1, "logarithmic": False, "columns": 3}
    number = {"kind": "number", "axis": axis, "near": 3, "outcome": 1000}
    share = {"kind": "number", "axis": flat, "near": 0.05, "outcome": 0.6}
    curve = {"kind": "curve", "x": flat, "y": {**axis, "columns": 3}, "near": 0.5, "outcome": [1, 10, 100]}
    drawn = {**curve, "y": flat, "near": 0.1, "outcome": [0.2, 0.4, 0.6]}
    order = {"kind": "order", "items": ["a", "b", "c"], "outcome": [2, 0, 1]}
    choice = {"kind": "choice", "options": ["yes", "no"], "outcome": 1}
    asked = [
        (number, 10, "It is 1000; you said 10, too low by a factor of 100.", False, -1),
        (number, 500, "It is 1000; you said 500, near enough: too low by a factor of 2.", True, 0),
        (number, 1000, "It is 1000; you said just that.", True, 0),
        (share, 0.9, "It is 0.6; you said 0.9, too high by 0.3.", False, 1),
        (curve, [1, 2, 3], "Off by 1 powers of ten on average, mostly too high.", False, 1),
        (curve, [0, None, 2.5], "Near enough: off by 0.25 powers of ten on average, mostly too high.", True, 0),
        (drawn, [0.6, 0.4, 0.2], "Off by 0.267 on average.", False, 0),
        (drawn, [0, 0.1, None], "Off by 0.25 on average, mostly too low.", False, -1),
        (order, [0, 2, 1], "1 of 3 pairs stand the other way round. It is: c; a; b.", False, 0),
        (order, [2, 0, 1], "Right.", True, 0),
        (choice, 0, "It is: no.", False, 0),
    ]
    found = run("asked.map(([question, given]) => judged(question, given))", asked=[one[:2] for one in asked])
    for (_, given, words, right, side), told in zip(asked, found, strict=True):
        assert told == {"right": right, "side": side, "words": words}, given


def test_numbers_are_read_as_people_type_them():
    words = ["1e-5", "0,5", "10^-5", "3*10^4", " 12 ", "−2", "-2", "", "many", "1/2", "0"]
    axes = [{"label": "", "low": 1, "high": 10, "logarithmic": logarithmic} for logarithmic in (False, True)]
    flat, logs = run("axes.map((axis) => words.map((one) => typed(one, axis)))", words=words, axes=axes)
    assert flat == [1e-5, 0.5, pytest.approx(1e-5), 3e4, 12, -2, -2, None, None, None, 0]
    assert logs[5:] == [None] * 6  # NaN is null in JSON


def test_half_a_curve_is_an_answer_and_less_is_none():
    curve = {"kind": "curve"}
    given = [[1, None, None, 2], [1, None, None, None], [None] * 4]
    assert run("given.map((one) => complete(curve, one))", curve=curve, given=given) == [True, False, False]
    assert run("[null, NaN, 0].map((one) => complete({ kind: 'choice' }, one))") == [False, False, True]


def test_the_sum_says_how_many_and_on_which_side():
    answers = {
        "a": {"right": True, "side": 0, "measures": "a"},
        "b": {"right": False, "side": -1, "measures": "the cost of large weights"},
        "c": {"right": False, "side": -1, "measures": "the signal"},
        "d": {"right": False, "side": 1, "measures": "the noise"},
        "e": {"right": False, "side": 0},
    }
    found = run("[summed({}, 9), summed(answers, 9), summed({ a: answers.a }, 1)]", answers=answers)
    assert found == [
        "No prediction is answered yet, of 9.",
        "1 of 5 predictions right, 4 not answered yet. You underestimate the cost of large weights and the signal. "
        "You overestimate the noise.",
        "1 of 1 predictions right.",
    ]


def test_answers_are_kept_by_assignment_and_without_a_storage_as_long_as_the_page():
    program = (
        "(() => { const kept = {}; const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };"
        " const closed = { getItem() { throw Error(); }, setItem() { throw Error(); } };"
        " return [storage, closed, null].map((one) => { const first = store(one, 'x'), other = store(one, 'y'), seen = [];"
        " first.write('a', { right: true }); first.write('b', { right: false }); seen.push(first.read(), other.read());"
        " first.forget('a'); seen.push(first.read()); first.forget(); seen.push(first.read()); return seen; }); })()"
    )
    a, b = {"right": True}, {"right": False}
    assert run(program) == 3 * [[{"a": a, "b": b}, {}, {"b": b}, {}]]

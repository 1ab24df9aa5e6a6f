"""What docs/instructor.md promises about judging in the jail, line by line; the attacks that hold them are in tests/attacks."""

from __future__ import annotations

import numpy as np
import pytest

from assay import errors, outcome, wire
from assay.cases import Case
from assay.check import judge_visible, load_references
from assay.difference import Problem
from assay.verdict import CaseVerdict, Verdict
from exercises.gradient_debugging import passes
from grader import references
from grader.judge import judge_remote
from grader.sandbox import ForkServer, _answer, hearsay
from grader.sandbox.child.frames import Callback
from grader.sandbox.jail import Limits
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def server():
    with ForkServer(limits=Limits(memory=1 << 30, cell_seconds=20, call_seconds=20, grace_seconds=0.5)) as server:
        yield server


def test_each_promise_stands_in_the_guide():
    guide = " ".join((ROOT / "docs" / "instructor.md").read_text(encoding="utf-8").split())
    for promise in (
        "What is told about a call earns nothing.",
        "Hidden cases do not come out in words.",
        "Points for nothing are not to be had.",
        "look at shapes before they compute, and a submission has 10 s, 64 MB and 200,000 calls",
        "The library does not answer for the student.",
        "A result too large to send, or an error of 30 MB, is a failed case and no failed run.",
    ):
        assert promise in guide


# What is told about a call earns nothing.


def seen_again(function, *args, changes=()):
    return outcome.call(function, args, {}, ["a", "b"], again=list(changes))


def test_a_second_call_meets_what_the_first_one_left():
    def in_place(a):
        a *= 2
        return a.copy()

    assert seen_again(in_place, np.ones(2)).again.value.tolist() == [4, 4]
    assert seen_again(lambda a: 2 * a, np.ones(2)).again.value.tolist() == [2, 2]
    assert seen_again(lambda a: 2 * a, np.ones(2), changes=[[0, None, 1, 5.0]]).again.value.tolist() == [2, 10]
    assert seen_again(lambda a: 2 * a["w"], {"w": np.ones(2)}, changes=[[0, "w", 0, 5.0]]).again.value.tolist() == [
        10,
        2,
    ]


def test_shared_memory_shows_in_what_is_written_into_it():
    def shares(a):
        return {"dW": a[:2], "db": a[:1]}

    assert outcome.shared(seen_again(shares, np.ones(3))) == ("['dW']", "['db']")
    assert outcome.shared(seen_again(lambda a: {"dW": a[:2].copy(), "db": a[:1].copy()}, np.ones(3))) is None
    assert outcome.shared(seen_again(lambda a: {"dW": np.broadcast_to(0.0, (2, 2))}, np.ones(3))) is None


def test_arrays_that_nothing_can_be_written_into_are_no_arrays_of_their_own():
    def told(kind, number):
        def answer(a):
            whole = kind(np.zeros(3))
            return {f"dW{i}": whole[:2] for i in range(number)}

        return seen_again(answer, np.ones(3))

    def locked(array):
        array.flags.writeable = False
        return array

    class Mine(np.ndarray):
        pass

    assert outcome.sealed(told(locked, 2)) == ("['dW0']", "['dW1']")
    assert outcome.sealed(told(locked, 1)) is None
    assert outcome.shared(told(lambda array: array.view(Mine), 2)) == ("['dW0']", "['dW1']")
    assert outcome.sealed(told(np.array, 2)) is None


def test_the_global_generator_must_come_back_in_the_state_that_it_was_lent_in():
    def tree(function, nonce):
        return outcome.observe(function, (), {}, [], nonce=nonce)

    nonce = b"12345678"
    quiet, loud = tree(lambda: 1, nonce), tree(np.random.rand, nonce)
    assert not outcome.read_outcome(quiet, nonce).global_random
    assert outcome.read_outcome(loud, nonce).global_random
    assert outcome.read_outcome({**loud, "global_random": False}, nonce).global_random, "a lie without the state"
    assert outcome.read_outcome(quiet, b"another").global_random


def test_nothing_is_altered_that_a_right_answer_depends_on():
    spec = references.hidden_spec("optimization", "update_parameters_with_adam", 0)
    whole = spec.second([True] * len(spec.references))
    part = spec.second([False, *[True] * (len(spec.references) - 1)])
    assert [bool(one.case.again) for one in whole] == [True]
    assert [bool(one.case.again) for one in part] == [
        True,
        True,
        False,
    ]  # where neither holds by itself, nothing is altered
    assert spec.second([False] * len(spec.references)) == []


# Hidden cases do not come out in words.


def told(*sentences, kind="error"):
    cases = [CaseVerdict("a case", 1.0, Problem(kind, sentence)) for sentence in sentences]
    verdict = hearsay.in_one_voice(Verdict("optimization", "update_lr", 5, 0.0, cases))
    return [case.problem.what for case in verdict.cases]


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ("it raises TypeError in its line 3: a", "it raises TypeError in its line 3: a", "it raises TypeError in its line 3: a"),
        ("it raises TypeError in its line 3: a", "it raises TypeError in its line 3: b", "it raises TypeError in its line 3"),
        ("it raises TypeError in its line 3: a", "it raises TypeError in its line 4: a", "it raises TypeError: a"),
        ("it raises TypeError in its line 3", "it raises TypeError in its line 4", "it raises TypeError"),
        ("it raises TypeError", "it raises ValueError in its line 4", "it raises an error"),
    ],
)  # fmt: skip
def test_errors_are_told_in_one_voice(one, other, kept):
    assert told(one, other) == [kept, kept]


def test_changed_arguments_are_told_in_one_voice():
    said = "it changes its argument {}; work on a copy"
    assert told(said.format("v['dW1']"), said.format("v['dW2']"), kind="mutation") == [said.format("v")] * 2
    assert (
        told(said.format("v['dW1']"), said.format("s"), kind="mutation")
        == ["it changes one of its arguments; work on a copy"] * 2
    )


def test_what_is_not_written_is_told_in_one_voice():
    own = "it is not written yet: it raises NotImplementedError"
    assert told(f"{own} in its line 3", f"{own} in its line 4", kind="missing") == [own] * 2
    calls = "it calls {}, which is not written yet"
    assert told(calls.format("one"), calls.format("other"), kind="missing") == (
        ["it is not written yet, or calls a function that is not"] * 2
    )


@pytest.mark.isolated
@pytest.mark.usefixtures("isolation")
def test_a_name_is_told_where_it_stands_in_code_alone(server):
    with server.session() as session:
        session.run("# hidden_word\nx = 'other_word'\ndef f(a): return eval(a)\ndef g(a): return forgotten")
        for name, given, message in (
            ("f", "hidden_word", ""),
            ("f", "other_word", ""),
            ("g", "", "name 'forgotten' is not defined"),
        ):
            assert session.call(name, Case(args=(given,)), (given,), ["a"]).error.message == message


# Functions of ours look at shapes before they compute.


def test_a_hidden_pass_refuses_what_was_not_drawn_before_it_computes():
    each = next(one for one in passes.hidden_passes(np.random.default_rng(0)) if "softmax" in one.label)
    X, Y, parameters = each.draw(np.random.default_rng(1))
    assert each.backward(X, Y, parameters).keys() >= {"dW1"}
    wide = {name: np.ones((50, 50)) for name in parameters}
    for given in (
        (np.zeros((0, 10**7)), np.zeros((0, 10**7)), parameters),
        (np.zeros((len(X), 10**5)), np.zeros((len(Y), 10**5)), parameters),
        (X, Y, wide),
        (1e200 * X, Y, parameters),
        (X, Y, {**parameters, "W9": X}),
        (X, Y, None),
        (None, Y, parameters),
    ):
        with pytest.raises(ValueError, match="drawn"):
            each.backward(*given)


def test_what_is_sent_to_our_functions_is_limited():
    large = wire.encode([np.zeros(200_000)])
    answer, size = _answer(Callback(1, 0, large), [lambda x: x])
    assert answer.error and size == 0
    answer, size = _answer(Callback(1, 0, wire.encode([np.zeros(1000)])), [lambda x: 1.0])
    assert answer.value == 1.0 and size >= 8000


# Results that nobody can read, and long messages.


@pytest.mark.parametrize("result", [np.zeros(10_000_000), {i: 0 for i in range(2000)}], ids=["large", "keys"])
def test_a_result_that_cannot_be_read_is_a_verdict_in_the_notebook(result):
    verdict = judge_visible(load_references("optimization")["update_lr"], lambda *args: result)
    assert "its result cannot be read" in verdict.message and verdict.score == 0


@pytest.mark.isolated
@pytest.mark.usefixtures("isolation")
def test_results_too_large_to_send_and_long_messages_are_failed_cases(server):
    with server.session() as session:
        session.run(
            "import numpy as np\ndef update_lr(*args): return np.ones(25_000_000)\ndef schedule_lr_decay(*args, **k): raise ValueError('{{node ' * 4_000_000)"
        )
        for name in ("update_lr", "schedule_lr_decay"):
            verdict = judge_remote("optimization", name, 0, session)
            assert verdict.score == 0 and session.dead is None, verdict.message


def test_only_the_ends_of_a_message_are_searched():
    found = outcome.call(lambda: (_ for _ in ()).throw(ValueError("x" * 10**7)), (), {}, [])
    assert found.error.type == "ValueError" and len(found.error.message) <= errors.MAX_MESSAGE

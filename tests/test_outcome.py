"""What a call did is observed completely: value, error, changed arguments, shared memory, use of generators."""

import functools
import io
import pdb
import sys

import numpy as np
import pytest

from assay import outcome, streams


def observed(function, *args, names=("a", "b", "c"), **options):
    return outcome.call(function, args, {}, list(names), **options)


def test_the_value_is_an_independent_copy():
    kept = []

    def function(a):
        kept.append(a)
        return a

    found = observed(function, np.zeros(2))
    kept[0][0] = 5
    assert found.value.tolist() == [0, 0]


def test_the_caller_s_arguments_are_never_touched():
    mine = {"W": np.zeros(2)}
    observed(lambda a: a["W"].__setitem__(0, 1), mine)
    assert mine["W"].tolist() == [0, 0]


def test_changed_arguments_are_named_by_path():
    def function(a, b):
        a["W"][0] = 1
        a["new"] = 2
        b.append(3)

    found = observed(function, {"W": np.zeros(2), "x": 0}, [1])
    assert sorted(found.changed) == ["a['W']", "a['new']", "b"]
    assert found.changed["a['W']"].tolist() == [1, 0]


def test_a_change_undone_before_returning_is_no_change():
    def function(a):
        a += 1
        a -= 1

    assert observed(function, np.arange(3)).changed == {}


def test_nan_in_an_argument_is_no_change():
    assert observed(lambda a: None, [float("nan"), np.array([np.nan])]).changed == {}


def test_shared_memory_in_the_result_is_seen():
    def function(a):
        return {"dW": a, "db": a[:1], "other": a.copy()}

    assert observed(function, np.zeros(3)).aliases == [("['dW']", "['db']")]
    words = observed(lambda x: {np.str_(key): array for key, array in function(x).items()}, np.zeros(3))
    assert words.aliases == [("['dW']", "['db']")]


def test_a_returned_array_that_is_an_argument_s_is_seen():
    given = ({"W1": np.ones((2, 2)), "b1": np.ones((2, 1))},)

    def returned(function):
        return outcome.call(function, given, {}, ["parameters"]).borrowed

    assert returned(lambda p: {"W1": p["W1"], "b1": p["b1"] + 0}) == ("['W1']",)
    assert returned(lambda p: {"W1": p["W1"].copy(), "b1": p["W1"][:, :1]}) == ("['b1']",)
    assert returned(lambda p: {name: value.copy() for name, value in p.items()}) == ()
    assert returned(lambda p: (p["W1"], p["b1"])) == ()  # a cache holds what went in


def test_columns_of_one_array_do_not_overlap():
    assert observed(lambda a: {"x": a[:, ::2], "y": a[:, 1::2]}, np.zeros((3, 4))).aliases == []


def test_errors_are_text_with_the_line_in_the_function():
    def function(a):
        b = a
        return b / 0

    found = observed(function, 1)
    assert (found.error.type, found.error.message, found.error.line) == ("ZeroDivisionError", "division by zero", 3)


def test_system_exit_is_an_error_of_the_function():
    def function():
        raise SystemExit(0)

    assert observed(function).error.type == "SystemExit"


def test_use_of_generators_is_seen():
    assert observed(lambda a: a.random(), np.random.default_rng(0)).rng_advanced
    assert not observed(lambda a: 0, np.random.default_rng(0)).rng_advanced
    assert observed(lambda a: a.spawn(1)[0].random(), np.random.default_rng(0)).rng_advanced, (
        "the next child is another"
    )
    assert observed(lambda: np.random.rand()).global_random


def test_a_seeding_of_the_global_generator_is_seen_every_time_and_undone():
    def seeds():
        np.random.seed(3)

    np.random.seed(1)
    first, second = np.random.rand(), np.random.rand()
    np.random.seed(1)
    assert np.random.rand() == first
    assert [observed(seeds).global_random for _ in range(3)] == [True] * 3
    assert observed(lambda: np.random.set_bit_generator(np.random.PCG64(3))).global_random
    assert not observed(lambda: np.random.default_rng(3).random()).global_random
    assert np.random.rand() == second


def test_errors_of_one_type_are_told_apart_by_their_message():
    def keys(*args):
        return [observed(lambda i: {}[i], arg).error.key for arg in args]

    one, two, three = keys("a", "a", "b")
    assert one == two != three
    assert observed(lambda: undefined_one).error.key == observed(lambda: undefined_two).error.key  # noqa: F821


def test_prints_and_warnings_stay_quiet(capsys):
    observed(lambda a: print(np.log(a)), np.zeros(1))
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_prints_are_heard_where_somebody_listens(capsys):
    def speaks(a):
        print("a is", a)
        print("and more", file=sys.stderr)
        return "x" * 3

    assert observed(speaks, 1, heard=True).printed == "a is 1\nand more\n"
    assert observed(speaks, 1).printed == ""
    long = observed(lambda: print("x" * 5000), heard=True).printed
    assert long == "x" * 2000 + "\n... and 3001 characters more"
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_debugger_speaks_to_the_one_who_called_it(capsys, monkeypatch):
    def stops(a):
        print("before")
        pdb.Pdb().set_trace()
        print("after")
        return a

    monkeypatch.setattr(sys, "stdin", io.StringIO("p a + 41\ncontinue\n"))
    assert observed(stops, 1, heard=True).value == 1
    said = capsys.readouterr().out
    assert "(Pdb) 42" in said and "after" in said
    monkeypatch.setattr(sys, "stdin", io.StringIO("quit\n"))
    with pytest.raises(streams.DebuggerLeft):
        observed(stops, 1, heard=True)


def add(first, second):
    return first + second


class Adds:
    def __call__(self, a):
        return add(a, 1)


def test_names_are_replaced_and_lines_counted_behind_partials_and_objects():
    def replacement(first, second):
        raise ValueError("replaced")

    answers = (Adds(), Adds().__call__, functools.partial(Adds()), functools.partial(lambda b, a: add(a, b), 1))
    for answer, line in zip(answers, (2, 2, 2, 1)):
        assert observed(answer, 2).value == 3
        error = observed(answer, 2, replaced={"add": replacement}).error
        assert (error.message, error.line) == ("replaced", line)


def test_a_wrong_call_of_what_was_handed_out_is_told_in_the_exercise_s_words():
    def stand_in(parameters, steepness=1.0):
        return 1.0

    given = functools.partial(stand_in, steepness=2.0)
    said = "{} is called with arguments that it does not take"
    assert observed(lambda train: train(1, 2), given, names=["train"]).error.message == said.format("train")
    found = observed(lambda some: some["a"](), {"a": given}, names=["some"])
    assert found.error.message == said.format("some['a']")
    found = observed(uses_helper, replaced={"helper": given})
    assert found.error.message == said.format("helper")
    own = observed(lambda a: add(a), 1).error.message
    assert own == "add() missing 1 required positional argument: 'second'"


def helper():
    return 1


def uses_helper():
    return helper()


def test_globals_can_be_replaced_for_a_call():
    assert observed(uses_helper).value == 1
    assert observed(uses_helper, replaced={"helper": lambda: 2}).value == 2
    assert uses_helper() == 1


def test_outcomes_survive_their_tree():
    found = observed(lambda a: {"x": a, "n": 1}, np.arange(3.0))
    back = outcome.read_outcome(outcome.write_outcome(found))
    assert back.value["x"].tolist() == [0, 1, 2] and back.error is None

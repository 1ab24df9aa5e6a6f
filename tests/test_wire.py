"""Values travel as plain trees and come back as they were; whatever is not plain arrives inert."""

import functools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay import cases, chance, rules, wire
from idnn import networks

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4) | st.tuples(inner, inner)
    ),
    max_leaves=20,
)


@given(plain_values)
def test_plain_values_come_back_as_they_were(value):
    assert wire.plain(value) == value
    assert wire.decode_outputs(json.loads(json.dumps(wire.encode(value, binary=False)))) == value


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
@pytest.mark.parametrize("binary", [True, False])
def test_arrays_keep_dtype_shape_and_values(dtype, binary):
    array = (np.arange(6) % 2).astype(dtype).reshape(2, 1, 3)
    back = wire.decode_outputs(wire.encode(array, binary=binary))
    assert back.dtype == array.dtype and back.shape == array.shape and np.array_equal(back, array)


def test_scalars_stay_scalars():
    back = wire.plain(np.float32(0.5))
    assert type(back) is np.float32 and back == np.float32(0.5)


def test_infinities_and_nan_survive_json():
    back = wire.decode_outputs(json.loads(json.dumps(wire.encode(np.array([np.inf, -np.inf, np.nan]), binary=False))))
    assert np.array_equal(back, [np.inf, -np.inf, np.nan], equal_nan=True)


class Liar(np.ndarray):
    def __eq__(self, other):
        return True


class Pretender:
    __class__ = dict


class TrickyDict(dict):
    def items(self):
        raise RuntimeError("never called")


def test_subclasses_lose_their_tricks():
    back = wire.plain({"a": np.zeros(2).view(Liar), "b": TrickyDict(x=1), "c": Pretender()})
    assert type(back["a"]) is np.ndarray and type(back["b"]) is dict and back["b"] == {"x": 1}
    assert back["c"] == wire.Opaque("Pretender")


def test_unknown_objects_arrive_as_a_type_name():
    assert wire.plain(object()) == wire.Opaque("object")
    assert wire.plain(np.array([object()])) == wire.Opaque("ndarray of dtype object")
    assert wire.plain(lambda: 1) == wire.Opaque("function")


def test_a_generator_continues_where_it_was():
    rng = np.random.default_rng(5)
    rng.random(3)
    back = wire.decode_inputs(wire.encode(rng))
    assert back.random() == rng.random()


def test_equal_generators_spawn_equal_children():
    children = [wire.decode_inputs(wire.encode(np.random.default_rng(seed))).spawn(1)[0].random() for seed in (5, 5, 6)]
    assert children[0] == children[1] != children[2]


def test_functions_of_idnn_travel_by_name_and_others_by_number():
    tree = wire.encode([networks.relu, functools.partial(networks.relu)])
    assert wire.decode_inputs(tree)[0] is networks.relu
    kept = []
    tree = wire.encode(lambda x: x + 1, remote=lambda function: kept.append(function) or 0)
    assert wire.decode_inputs(tree, remote=kept.__getitem__)(1) == 2


def test_outputs_never_become_functions_or_generators():
    tree = wire.encode([networks.relu, np.random.default_rng(1)])
    assert wire.decode_outputs(tree) == [wire.Opaque("function"), wire.Opaque("Generator")]


@pytest.mark.parametrize(
    "tree",
    [
        {"t": "nd", "d": "O", "s": [1], "v": b"12345678"},
        {"t": "nd", "d": "f8", "s": [2], "v": b"12345678"},
        {"t": "nd", "d": "f8", "s": [-1], "v": b""},
        {"t": "nd", "d": "f8", "s": [2**50], "v": b""},
        {"t": "nd", "d": "f8", "s": [2**24], "v": b""},
        {"t": "value", "v": 1},
        {"t": "__init__", "v": 1},
        {"t": "dict", "v": [[1]]},
        {"t": "tuple", "v": 3},
        {"no": "tag"},
        {"t": "alike", "n": 0, "v": {"t": "nd", "d": "f8", "s": [0, 1], "v": b""}},
        {"t": "alike", "n": 2, "v": {"t": "nd", "d": "f8", "s": [1, 1], "v": b"12345678"}},
        {"t": "alike", "n": 2, "v": {"t": "nd", "d": "f8", "s": [1], "v": b"12345678"}},
        {"t": "alike", "n": 10**9, "v": {"t": "nd", "d": "f8", "s": [10**9, 0], "v": b""}},
        {"t": "alike", "n": 2, "v": {"t": "tuple", "v": []}},
        {"t": "alike", "n": 2, "v": {"t": "dict", "v": []}},
        {"t": "alike", "n": 2, "v": [1, 2]},
        {"t": "function", "v": "os:system", "k": None},
    ],
)
def test_malformed_trees_are_refused(tree):
    with pytest.raises((wire.WireError, ValueError)):
        value = wire.decode_outputs(tree)
        if isinstance(value, wire.Opaque):  # a function is not an error, but it is inert
            raise wire.WireError


def _mini_batch(rng, shape=(3, 2), kind=tuple):
    return kind([rng.normal(size=shape), rng.random(size=(1, 2)) < 0.5])


@pytest.mark.parametrize(
    "other",
    [None, 1, np.zeros(3), (), [], (np.zeros((3, 2)),), {"X": np.zeros(2)}, "odd shape", "odd container", "odd dtype"],
    ids=str,
)
def test_many_results_travel_as_columns_and_arrive_as_they_were(other):
    """Whatever one of them is: results of one form are sent as few arrays, others one by one."""
    rng = np.random.default_rng(3)
    values = [[_mini_batch(rng), _mini_batch(rng)] for _ in range(40)]
    odd = {
        "odd shape": [_mini_batch(rng, (2, 3)), _mini_batch(rng)],
        "odd container": [_mini_batch(rng, kind=list), _mini_batch(rng)],
        "odd dtype": [_mini_batch(rng), (np.zeros((3, 2), np.float32), np.zeros((1, 2), bool))],
    }
    if other is not None:
        values[17] = odd.get(other, other) if isinstance(other, str) else other
    tree = wire.encode_repeated(values)
    assert (type(tree) is dict) == (other is None)
    found, due = wire.decode_outputs(tree), wire.plain(values)
    assert type(found) is list and repr(found) == repr(due)
    assert [type(one) for one in found] == [type(one) for one in due]
    if other is None:
        (first, _), _ = found[0]
        first[:] = 5.0
        assert np.array_equal(found[1][0][0], values[1][0][0]), "each may be written into"


def test_a_list_that_holds_itself_ends_as_columns_too():
    value = [1]
    value[0] = [value, value]
    tree = wire.encode_repeated([value] * wire.MANY)
    assert repr(wire.decode_outputs(tree)).count("nested too deep or too large")


def test_a_function_outside_idnn_is_not_imported_even_as_an_input():
    with pytest.raises(wire.WireError, match="not part of the course's library"):
        wire.decode_inputs({"t": "function", "v": "os:system", "k": {"t": "dict", "v": []}})


def test_deep_nesting_ends_in_an_error():
    tree = 1
    for _ in range(100):
        tree = [tree]
    with pytest.raises(wire.WireError, match="nested too deep"):
        wire.decode_outputs(tree)


def test_rules_are_data():
    for rule in (rules.Close(rtol=1e-6, extra_keys=True), rules.Equal(), rules.Small(1e-5), chance.Normal()):
        assert cases.rule_from_data(json.loads(json.dumps(cases.rule_to_data(rule)))) == rule


def test_rules_from_elsewhere_are_not_built():
    with pytest.raises(ValueError, match="unknown rule"):
        cases.rule_from_data({"rule": "os:system"})


def test_the_layout_of_an_input_arrives_where_it_is_asked_for():
    array = np.arange(6.0).reshape(2, 3).T
    for binary in (True, False):
        there = wire.decode_inputs(wire.encode([array], binary=binary, layout=True))[0]
        assert there.flags.f_contiguous and not there.flags.c_contiguous and np.array_equal(there, array)
        assert wire.decode_inputs(wire.encode([array], binary=binary))[0].flags.c_contiguous
    assert wire.decode_outputs(wire.encode(array, layout=True)).flags.c_contiguous

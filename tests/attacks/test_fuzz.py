"""Whatever comes over the line or in a file: the documented errors and nothing else, in bounded time."""

from __future__ import annotations

import copy
import functools
import json
import socket
import time
from datetime import timedelta

import msgspec
import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assay import difference, outcome, wire
from grader.outputs import pixels, to_nbformat
from grader.sandbox import bounded, hearsay
from grader.sandbox.child.frames import Callback, Called, FrameError, Line, Output, Ran, Ready, Reply, inspect
from grader.submission import grade_id, harmless, is_graded, is_locked, restore
from tests import toy

fuzz = functools.partial(
    settings,
    max_examples=150,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
encode = msgspec.msgpack.Encoder().encode

# anything that JSON and msgpack can say, with a bias to what our trees are made of
WORDS = st.sampled_from(
    ["t", "v", "d", "s", "n", "k", "nd", "dict", "tuple", "int", "text", "scalar", "opaque", "tensor", "variable", "rng", "function",
     "remote", "spec", "optimizer", "value", "array", "f8", "b1", "i8", "c16", "O", "f2", "0x1", "W1", "<missing>", "error", "a['W1']"]
)  # fmt: skip
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats() | st.integers(-3, 70)
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=8)
BINARY = LEAVES | st.binary(max_size=40)


def trees(leaves, tags=True):
    """Nested values; with `tags`, many that nearly are trees of ours."""

    def inside(inner):
        shape = st.lists(st.integers(-1, 5) | st.integers(), max_size=3)
        tagged = st.fixed_dictionaries(
            {"t": WORDS, "v": inner | st.binary(max_size=64) if leaves is BINARY else inner},
            optional={"d": WORDS, "s": shape | inner, "n": inner, "k": inner},
        )
        plain = st.lists(inner, max_size=5) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5)
        return plain | tagged if tags else plain

    return st.recursive(leaves, inside, max_leaves=25)


TREES = trees(BINARY)
OUTCOMES = st.fixed_dictionaries(
    {"value": TREES, "error": st.none() | st.lists(BINARY, max_size=4) | TREES, "changed": st.lists(st.lists(TREES, max_size=3), max_size=3) | TREES,
     "aliases": st.lists(st.lists(BINARY, max_size=3), max_size=3) | TREES, "borrowed": st.lists(BINARY, max_size=3) | TREES, "rng_advanced": BINARY, "global_random": BINARY}
) | TREES  # fmt: skip


def received(data: bytes):
    """Return what a Line makes of bytes, or the error."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        try:
            return Line(ours, Reply).receive(time.monotonic() + 5)
        except FrameError as error:
            return error


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@given(st.binary(max_size=3000))
@example(b"\xff\xff\xff\xff")
@example(b"\0\0\0\0")
@fuzz()
def test_any_bytes_are_a_frame_or_a_frame_error(data):
    assert isinstance(received(data), FrameError | Ran | Called | Callback | Ready)
    assert isinstance(received(framed(data)), FrameError | Ran | Called | Callback | Ready)


FRAMES = [
    encode(Called(3, {"value": wire.encode({"W1": np.ones((3, 2)), "n": [1, (2.5, None)]}), "error": None})),
    encode(Ran(1, [Output("stdout", "hello"), Output("png", "", b"\x89PNG")])),
    encode(Callback(2, 0, wire.encode([np.zeros(4), {"k": 1}]))),
    encode(Ready(["own tmpfs"])),
]


@given(st.sampled_from(FRAMES), st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=6)), max_size=4))
@fuzz(max_examples=300)
def test_a_frame_with_bytes_exchanged_is_a_frame_or_a_frame_error(frame, edits):
    data = bytearray(frame)
    for place, new in edits:
        data[place : place + len(new)] = new
    found = received(framed(bytes(data)))
    assert isinstance(found, FrameError | Ran | Called | Callback | Ready)
    if isinstance(found, Called):
        try:
            outcome.read_outcome(found.outcome)
        except wire.WireError:
            pass


@given(TREES)
@fuzz()
def test_no_honest_frame_is_refused(tree):
    try:
        frame = encode(Called(1, tree))
    except OverflowError:  # an int that no frame can hold
        return
    inspect(frame)


@given(st.binary(max_size=300))
@fuzz(max_examples=300)
def test_what_passes_inspection_holds_no_more_than_it_says(data):
    """If inspection lets something through, msgspec reads it, or refuses it in its own words."""
    try:
        inspect(data)
    except FrameError:
        return
    try:
        msgspec.msgpack.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass


def is_plain(value, depth=0) -> bool:
    if isinstance(value, list | tuple):
        return type(value) in (list, tuple) and all(map(is_plain, value))
    if isinstance(value, dict):
        return type(value) is dict and all(is_plain(k) and is_plain(v) for k, v in value.items())
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype != object
    if isinstance(value, wire.Tensor | wire.Variable):
        return is_plain(value.array)
    return value is None or isinstance(value, bool | int | float | str | bytes | np.generic | wire.Opaque)


EXPECTED = [
    np.ones((2, 3)),
    {"W1": np.ones(2), "b1": 1.0},
    (1, 2.0),
    [np.float32(1)],
    3,
    0.5,
    True,
    "a",
    ["dW1"],
    wire.Tensor(np.ones(2, np.float32)),
]


@given(TREES)
@example({"t": "opaque", "v": [[[]]]})
@example({"t": "int", "v": "f" * 5000})
@example({"t": "nd", "d": "f8", "s": [2**40, 0], "v": b""})
@example({"t": "text", "s": [2], "v": ["x" * 10**7, ""] * 1})
@example({"t": "dict", "v": [[float("nan"), 1]] * 1200})
@fuzz(max_examples=400)
def test_a_tree_becomes_a_plain_value_or_a_wire_error(tree):
    try:
        value = wire.decode_outputs(tree)
    except wire.WireError:
        return
    assert is_plain(value)
    assert len(difference.describe(value)) < 400
    for expected in EXPECTED:
        problem = difference.difference(expected, value)
        assert problem is None or len(problem.sentence(visible=False)) < 400
    encode(wire.encode(value))


@given(OUTCOMES)
@fuzz(max_examples=300)
def test_an_outcome_is_read_or_a_wire_error_and_then_believed(tree):
    try:
        found = outcome.read_outcome(tree)
    except wire.WireError:
        return
    told = hearsay.believed(found, "f", ["a", "b"], [(1, {"W1": 2}), {}], {"f", "x"}, 1.0)
    assert all(path.split("[")[0] in ("a", "b") for path in told.changed)
    if told.error:
        assert len(told.error.type) < 60 and 0 <= told.error.line <= 500


@given(
    st.lists(
        st.builds(
            Output,
            st.sampled_from(["stdout", "stderr", "text", "png", "jpeg", "error", "html", ""]),
            st.text(),
            st.binary(max_size=60),
            st.text(max_size=9),
        ),
        max_size=30,
    )
)
@fuzz()
def test_outputs_become_valid_cells(outputs):
    shown = [made for output in bounded(outputs) if (made := to_nbformat(output))]
    cell = {"cell_type": "code", "id": "x", "metadata": {}, "source": "", "outputs": shown, "execution_count": None}
    nbformat.validate(nbformat.from_dict({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert "\x1b" not in str(shown) and "<script" not in str([o for o in shown if "text/html" in o.get("data", {})])


@given(st.binary(max_size=200), st.sampled_from(["png", "jpeg"]), st.booleans())
@fuzz(max_examples=300)
def test_the_size_of_any_image_is_a_number(data, kind, begun):
    magic = {"png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "jpeg": b"\xff\xd8\xff\xe0"}[kind]
    assert pixels(magic + data if begun else data, kind) >= 0


# The notebook reader


@functools.cache
def released() -> dict:
    return toy.released("optimization")


def judged(notebook: dict) -> list:
    """What must be as it was released: graded and locked cells, in text, type, points and order."""
    cells = [cell for cell in notebook["cells"] if grade_id(cell) and (is_graded(cell) or is_locked(cell))]
    return sorted(
        (
            cell["cell_type"],
            json.dumps(cell["metadata"]["nbgrader"], sort_keys=True),
            "".join(cell["source"]) if is_locked(cell) else "",
        )
        for cell in cells
    )


def assert_gradable(raw: bytes | None) -> None:
    restored = restore(raw, copy.deepcopy(released()), "nothing came")
    nbformat.validate(nbformat.from_dict(restored.notebook))
    assert judged(restored.notebook) == judged(released())
    ids = [cell["id"] for cell in restored.notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(note.isprintable() and len(note) < 400 for note in restored.notes)
    json.dumps(restored.notebook).encode()
    assert restored.readable or restored.notes


@given(
    st.none() | st.binary(max_size=500) | st.text(max_size=500).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@fuzz(max_examples=100)
def test_any_file_becomes_a_gradable_notebook(raw):
    assert_gradable(raw)


JSON = trees(LEAVES, tags=False)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | JSON},
    optional={
        "source": st.text(max_size=40) | st.lists(st.text(max_size=9), max_size=3) | JSON,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": st.fixed_dictionaries({}, optional={
            "grade_id": st.sampled_from(["update_lr", "test_update_lr", "setup", "reflection", "mine"]) | JSON, "grade": JSON, "points": JSON, "locked": JSON}), "tags": JSON}) | JSON,
        "id": st.text(max_size=9) | JSON, "outputs": JSON, "execution_count": JSON, "attachments": JSON,
    },
)  # fmt: skip


@given(
    st.fixed_dictionaries(
        {"cells": st.lists(CELLS | JSON, max_size=8) | JSON},
        optional={"metadata": JSON, "nbformat": JSON, "worksheets": JSON},
    )
    | JSON
)
@example({"cells": [], "nbformat": [[[]]]})
@example({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x"]}]}]})
@fuzz(max_examples=150)
def test_any_json_becomes_a_gradable_notebook(value):
    assert_gradable(json.dumps(value).encode())


@given(st.data())
@fuzz(max_examples=100)
def test_a_notebook_torn_apart_becomes_a_gradable_notebook(data):
    notebook = copy.deepcopy(released())
    cells = notebook["cells"]
    for _ in range(data.draw(st.integers(0, 6))):
        i = data.draw(st.integers(0, len(cells) - 1)) if cells else 0
        action = data.draw(st.sampled_from(["delete", "copy", "move", "retype", "rename", "empty", "metadata"]))
        if not cells:
            break
        if action == "delete":
            cells.pop(i)
        elif action == "copy":
            cells.insert(data.draw(st.integers(0, len(cells))), copy.deepcopy(cells[i]))
        elif action == "move":
            cells.insert(data.draw(st.integers(0, len(cells) - 1)), cells.pop(i))
        elif action == "retype":
            cells[i]["cell_type"] = data.draw(st.sampled_from(["code", "markdown", "raw"]))
        elif action == "rename":
            cells[i]["metadata"] = {"nbgrader": {**released()["cells"][1]["metadata"]["nbgrader"]}}
            cells[i]["metadata"]["nbgrader"]["grade_id"] = data.draw(st.sampled_from(["update_lr", "setup", "x"]))
        elif action == "empty":
            cells[i]["source"] = ""
        else:
            cells[i]["metadata"] = data.draw(JSON)
    raw = json.dumps(notebook).encode()
    assert_gradable(raw if data.draw(st.booleans()) else raw[: data.draw(st.integers(0, len(raw)))])


@given(st.text(alphabet="<>/!?ascriptimg\\$[](){}:#`\n hrefjavonclick=\"'", max_size=60))
@fuzz(max_examples=300)
def test_harmless_markdown_reads_the_same_and_does_not_act(source):
    from tests.attacks.pages import active

    made = harmless(source)
    assert made.replace("\u200b", "") == source.replace("\u200b", "")
    assert harmless(made) == made
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    assert not [
        thing
        for thing in active(markdown2html_mistune(made))
        if "anchor-link" not in thing and not thing.startswith("a href=#")
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"9" * 5000,
        b'{"cells": [' + b"[" * 5000,
        b"\xef\xbb\xbf{}",
        b"NaN",
        b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
    ],
)
def test_odd_json(raw):
    assert_gradable(raw)

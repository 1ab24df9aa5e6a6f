"""Attacks on the line between student and judge: malformed and oversized frames, sent instead of an answer."""

from __future__ import annotations

from tests.attacks.arena import Attack
from tests.attacks.tampering import ANYTHING, LINE

# from here on, every call is answered by what `forged` returns
ANSWER = (
    LINE
    + """
answer_by(lambda request: forged(request))
"""
)
RAW = (
    LINE
    + """
import os, time
def answer(request):
    raw(request)
    time.sleep(0.05); os._exit(0)
answer_by(answer)
def raw_frame(data): line.sock.sendall(struct.pack(">I", len(data)) + data)
def called(value): return encode({"type": "Called", "id": 1, "outcome": None})[:-1] + value
"""
)


def _values(name: str, does: str, *values: str) -> Attack:
    """An attack that answers each call with one value after the other, in place of a result."""
    text = ", ".join(values)
    cell = (
        ANSWER
        + f"\nimport itertools\nvalues = itertools.cycle([{text}])\ndef forged(request): return outcome(next(values))"
    )
    return Attack(name, does, cell=cell, function=ANYTHING)


def _raw(name: str, does: str, body: str) -> Attack:
    """An attack that writes bytes of its own on the line when it is called."""
    return Attack(name, does, cell=RAW + "\ndef raw(request):\n    " + body, function=ANYTHING)


CALLBACKS = """
def check_backward(cost, backward, draw, rng):
    import numpy as np
    {body}
    return []
"""


def _callback(name: str, does: str, body: str) -> Attack:
    answers = {"check_backward": CALLBACKS.replace("{body}", body)}
    return Attack(
        name, does, answers=answers, assignment="gradient_debugging", earned=20.0
    )  # the share of correct passes, at most


ATTACKS = [
    _raw(
        "a frame of four gigabytes announced",
        "announces a frame longer than any memory",
        'line.sock.sendall(b"\\xff\\xff\\xff\\xff" + bytes(1000))',
    ),
    _raw(
        "half a frame",
        "announces a frame, sends half of it and closes the line",
        'line.sock.sendall(struct.pack(">I", 1000) + bytes(500))',
    ),
    _raw(
        "a frame byte by byte",
        "sends a frame a byte at a time",
        'line.sock.sendall(struct.pack(">I", 1000))\n    while True: line.sock.sendall(b"x"); time.sleep(0.05)',
    ),
    _raw(
        "no frame at all",
        "sends text, zeros and random bytes",
        'line.sock.sendall(b"GET / HTTP/1.1\\r\\n\\r\\n" + os.urandom(1 << 16))',
    ),
    _raw(
        "a frame nested sixteen million deep",
        "sends a list in a list in a list",
        'raw_frame(called(b"\\x91" * (1 << 24)))',
    ),
    _raw(
        "sixteen million empty lists",
        "sends a small frame that is a gigabyte when it is built",
        'raw_frame(called(b"\\xdd" + (1 << 24).to_bytes(4, "big") + b"\\x90" * (1 << 24)))',
    ),
    _raw(
        "a million keys with one hash",
        "sends a map whose keys collide, so that building it takes hours",
        'import itertools; n = 17; raw_frame(called(b"\\xdf" + (1 << n).to_bytes(4, "big") + b"".join(bytes([0xDC, 0, n]) + bytes(c) + b"\\x01" for c in itertools.product([0xFF, 0xFE], repeat=n))))',
    ),
    _raw(
        "extension types",
        "sends extensions, timestamps and a byte that msgpack never uses",
        'raw_frame(called(b"\\xc7\\x08\\xff" + bytes(8)) + b"\\xc1\\xd6\\xff" + bytes(8000) * 9)',
    ),
    _raw(
        "text that is no text",
        "sends strings that are not UTF-8",
        'raw_frame(called(b"\\xd9\\x04\\xff\\xfe\\xed\\xa0"))',
    ),
    _raw(
        "other kinds of frames",
        "sends greetings, outputs and questions in place of an answer",
        'send({"type": "Ready", "protections": ["all"]}); send({"type": "Ran", "id": request.id, "outputs": []}); send({"type": "Called", "id": -1, "outcome": outcome(1)})',
    ),
    _raw(
        "the answer to another question",
        "answers with the number of the next request",
        'send({"type": "Called", "id": request.id + 1, "outcome": outcome(0.5)})',
    ),
    _raw(
        "a question without end",
        "asks for trusted functions that were never given",
        'for i in range(10**6): send({"type": "Callback", "id": request.id, "number": i, "args": []})',
    ),
    _raw(
        "a line that is never read",
        "sends ten thousand big questions and reads no answer",
        'for i in range(10_000): send({"type": "Callback", "id": request.id, "number": 0, "args": [bytes(1 << 20)]})',
    ),
    _raw(
        "a million outputs",
        "answers a cell's question with a million outputs",
        'send({"type": "Ran", "id": request.id, "outputs": [{"kind": "stdout", "text": "x", "data": b"", "name": ""}] * 300_000})',
    ),
    Attack(
        "outputs forged by the child",
        "lets the child send outputs of other kinds, of any number and of any size",
        cell=LINE
        + """
import child.kernel as kernel
from child.frames import Output
kernel.run = lambda request: [Output("text/html", "<script>ESCAPED</script>")] * 5 + [Output("png", "x", b"<svg onload=alert(1)>")] + [Output("stdout", "x" * 10_000_000)] * 5 + [Output("stderr", "y" * 9)] * 10_000
""",
        last="1",
        check=lambda arena, graded: "" if len(str(graded.notebook)) < 3_000_000 else "they were kept",
    ),
    _values(
        "arrays of objects",
        "names dtypes that hold code or pointers",
        *(f'array("{code}", (1,), bytes(8))' for code in ("O", "V8", "O8", "M8", "S8", "f16", "U2", "i3", "f8,O")),
    ),
    _values(
        "shapes that do not fit",
        "sends arrays whose bytes do not fit their shape",
        "array(shape=(3,))",
        "array(shape=(-1,))",
        "array(shape=(2**62,))",
        "array(shape=(2**31, 2**31, 0), data=b'')",
        "array(shape=[1] * 100, data=bytes(8))",
        "array(shape=[[2]])",
        "array(shape=[2.0])",
        "array(shape=(2**25, 0), data=b'')",
        "array(shape='2')",
        "array(data=[[1, [2]], 3])",
        "array(data={'a': 1})",
        "array(data='12')",
        "array(shape=[], data=None)",
    ),
    _values(
        "numbers too big",
        "sends integers of thousands of digits and floats at the edges",
        '{"t": "int", "v": "f" * 100_000}',
        '{"t": "int", "v": "f" * 3000}',
        '{"t": "int", "v": "0x"}',
        '{"t": "int", "v": 5}',
        "2**63",
        "float('inf')",
        "-0.0",
        "float('nan')",
    ),
    _values(
        "keys that are no keys",
        "sends dicts with keys that are NaN, lists, dicts, and numbers that collide",
        '{"t": "dict", "v": [[float("nan"), 1]] * 5000}',
        '{"t": "dict", "v": [[[1, 2], 3], [{"t": "dict", "v": []}, 4]]}',
        '{"t": "dict", "v": [[{"t": "int", "v": hex(k * (2**61 - 1))}, 0] for k in range(1, 60_000)]}',
        '{"t": "dict", "v": [[1]]}',
        '{"t": "dict", "v": 5}',
        '{"t": "dict", "v": [["W1", array()], ["W1", 3]]}',
        '{"t": "dict", "v": [[array(), array()]]}',
    ),
    _values(
        "text that grows",
        "sends an array of many short words and a very long one",
        '{"t": "text", "s": [100_000], "v": ["x" * 1_000_000] + [""] * 99_999}',
        '{"t": "text", "s": [2], "v": [1, 2]}',
        '{"t": "text", "s": [0], "v": ["a"]}',
    ),
    _values(
        "opaque things",
        "sends opaque values whose names are trees, and tags that are methods",
        '{"t": "opaque", "v": [[[1]]]}',
        '{"t": "value", "v": 1}',
        '{"t": "__class__", "v": 1}',
        '{"t": "array", "v": 1}',
        '{"t": "rng", "v": 1}',
        '{"t": "function", "v": "os:system"}',
        '{"t": "optimizer", "n": "SGD", "v": 1}',
        '{"t": "spec", "s": 1}',
        '{"t": "remote", "v": 0}',
        '{"t": "variable", "v": array(), "n": {"t": 1}}',
        '{"t": "tensor", "v": 1}',
    ),
    _values(
        "sixty megabytes",
        "answers with the biggest array that is allowed",
        "array(shape=(7_000_000,), data=bytes(56_000_000))",
    ),
    _values(
        "truth values that are neither",
        "sends an array of truth values whose bytes are 2 and 255",
        'array("b1", (16,), b"\\x02\\xff" * 8)',
    ),
    _values(
        "a value nested a hundred deep",
        "nests tuples, dicts and lists",
        "__import__('functools').reduce(lambda v, _: {'t': 'tuple', 'v': [v]}, range(100), 1)",
        "__import__('functools').reduce(lambda v, _: [v], range(140), 1)",
    ),
    Attack(
        "outcomes that are none",
        "answers with things that have not the form of an outcome",
        cell=ANSWER
        + """
import itertools
forms = itertools.cycle([None, 1, [], {}, "x", {"value": 1}, {**outcome(1), "error": 5}, {**outcome(1), "error": [1, 2, 3]}, {**outcome(1), "error": ["a", "b", 2.5]},
    {**outcome(1), "changed": 7}, {**outcome(1), "changed": {"a": 1}}, {**outcome(1), "changed": [[[[1]], 1]]}, {**outcome(1), "aliases": [[1]]}, {**outcome(1), "aliases": ["ab"]}, {**outcome(1), "changed": [["parameters", 1]] * 100_000}])
def forged(request): return next(forms)
""",
        function=ANYTHING,
    ),
    Attack(
        "text in every argument that changed",
        "says of a hundred arguments that they hold an array of text, each as large as one value may be",
        cell=ANSWER
        + """
words = {"t": "text", "s": [4000], "v": ["x" * 4000] + [""] * 3999}
def forged(request): return {**outcome(1), "changed": [["parameters", words]] * 100}
""",
        function=ANYTHING,
        check=lambda arena, graded: "" if arena.growth < 500 else f"the judge grew by {arena.growth:.0f} MB",
    ),
    _raw(
        "descriptors with the answer",
        "sends hundreds of open descriptors along with an answer",
        """
    data = called(encode(outcome(None)))
    fds = [os.open("/dev/null", os.O_RDONLY) for _ in range(100)]
    import socket
    for part in (struct.pack(">I", len(data)), data): socket.send_fds(line.sock, [part], fds)
    time.sleep(0.2)""",
    ),
    _callback(
        "a million questions",
        "calls the functions it was given a million times",
        "for _ in range(10**6): cost(*draw(rng))",
    ),
    _callback(
        "a question that fills the judge's memory",
        "gives the trusted functions shapes that broadcast to terabytes",
        """
    X, Y, parameters = draw(rng)
    for n in (10**3, 3 * 10**4, 10**5, 5 * 10**5):
        for call in (cost, backward):
            try: call(np.ones((1, n)), np.ones((n, 1)), {k: np.ones((n, 1)) for k in parameters})
            except Exception: pass
            try: call(np.ones((n, 1)), np.ones((1, 1)), {k: np.ones((n, 1)) if k[0] == "W" else np.ones((1, n)) for k in parameters})
            except Exception: pass""",
    ),
    _callback(
        "questions of nonsense",
        "gives the trusted functions every kind of value",
        """
    for value in (None, "x", b"x", 10**400, float("nan"), [], {}, [[[]]], {"W1": None}, np.zeros((0, 0)), np.array(["x"]), lambda: 1, rng, object(), 1j):
        for call in (cost, backward, draw):
            for args in ((), (value,), (value, value), (value, value, value), (value,) * 50):
                try: call(*args)
                except Exception: pass""",
    ),
]

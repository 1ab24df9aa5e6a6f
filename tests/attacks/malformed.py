"""Files that are no notebooks, or hardly."""

from __future__ import annotations

import json

from tests.attacks.arena import Attack, code


def _bytes(name: str, does: str, data: bytes) -> Attack:
    return Attack(name, does, notebook=lambda notebook: data, check=_told)


def _told(arena, graded) -> str:
    return "" if graded.notes and not graded.readable else "nobody is told that it could not be read"


def _nested(notebook: dict) -> bytes:
    return b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def _nested_format(notebook: dict) -> bytes:
    return b'{"nbformat": ' + b"[" * 900 + b"]" * 900 + b"}"


def _wrong_types(notebook: dict) -> dict:
    odd = [
        None,
        1,
        "x",
        [],
        {},
        {"cell_type": 5},
        {"cell_type": "code"},
        {"cell_type": "code", "source": 5},
        {"cell_type": "code", "source": [1, 2]},
    ]
    odd += [
        {"cell_type": "code", "source": "1", "metadata": bad}
        for bad in (None, 1, [], {"nbgrader": 1}, {"nbgrader": {"grade_id": []}}, {"tags": "skip"})
    ]
    odd += [
        {
            "cell_type": "code",
            "source": "1",
            "metadata": {"tags": [[1], None]},
            "id": 7,
            "outputs": "x",
            "execution_count": "y",
        },
        {"cell_type": "shell", "source": "ls"},
    ]
    return {**notebook, "cells": odd, "metadata": 5, "nbformat": "4", "nbformat_minor": None}


def _too_many_cells(notebook: dict) -> dict:
    return {**notebook, "cells": notebook["cells"] + [code("x = 1")] * 50_000}


def _giant_cell(notebook: dict) -> dict:
    notebook["cells"].insert(2, code("x = '" + "y" * 20_000_000 + "'"))
    return notebook


def _surrogates(notebook: dict) -> dict:
    notebook["cells"].insert(2, code("print('\ud800\udfff\x00\x1b]0;title\x07')"))
    notebook["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "\ud800 \x00 \x08 \x1b[2J \x85 \u2028 \uffff"}
    )
    return notebook


def _same_ids(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell["id"] = "<script>"
    return notebook


def _third_format(notebook: dict) -> dict:
    cells = [
        {
            "cell_type": "code",
            "input": "print('ESC' + 'APED' if 'get_ipython' not in globals() else '')",
            "language": "python",
        },
        {"cell_type": "heading", "level": 1, "source": "x"},
    ]
    return {"nbformat": 3, "worksheets": [{"cells": cells}, 5, {"cells": [1]}]}


def _many(unit: bytes):
    return lambda notebook: b'{"cells": [' + unit * ((31 << 20) // len(unit)) + b"1]}"


ATTACKS = [
    Attack("millions of dictionaries", "JSON that grows to thirty times its size", notebook=_many(b'{"":{}},')),
    Attack("millions of lists", "JSON that grows to thirty times its size, nested", notebook=_many(b"[[]],")),
    Attack("millions of numbers", "JSON of numbers alone", notebook=_many(b"1e9,")),
    Attack(
        "a number of a million digits",
        "JSON with an int whose decimal digits take hours to read",
        notebook=lambda notebook: b'{"nbformat": ' + b"7" * 1_000_000 + b', "cells": []}',
        check=_told,
    ),
    _bytes("cut off", "a download that ended early", b'{"cells": [{"cell_type": "code", "source": "x'),
    _bytes("a PDF", "another kind of file under the notebook's name", b"%PDF-1.7\n" + bytes(range(256)) * 100),
    _bytes("nothing", "an empty file", b""),
    _bytes(
        "half of UTF-16",
        "a notebook in another encoding that was cut in the middle of a character",
        json.dumps({"cells": []}).encode("utf-16")[:-3],
    ),
    _bytes("a list", "JSON that is no notebook", b"[1, 2, 3]"),
    _bytes(
        "a number of ten thousand digits",
        "JSON with a number that Python refuses to read",
        b'{"cells": [], "x": ' + b"9" * 10_000 + b"}",
    ),
    _bytes(
        "a format from the future",
        "says in its format what a terminal or a page would act on",
        b'{"nbformat": "[/red]\\u001b]0;x\\u0007<script>", "worksheets": {}}',
    ),
    Attack("nested a hundred thousand deep", "JSON that overflows a recursive reader", notebook=_nested, check=_told),
    Attack("a nested format", "a format that overflows what prints it", notebook=_nested_format, check=_told),
    Attack("every type wrong", "cells, metadata, ids and tags of every wrong type", notebook=_wrong_types),
    Attack("fifty thousand cells", "more cells than anybody wrote", notebook=_too_many_cells),
    Attack("a cell of twenty megabytes", "a cell that is longer than all others together", notebook=_giant_cell),
    Attack(
        "half characters",
        "surrogates, null bytes and terminal commands in cells",
        notebook=_surrogates,
        never=("\x1b", "\\u001b", "\x07"),
    ),
    Attack(
        "one id for all cells",
        "identifiers that are not unique and hold markup",
        notebook=_same_ids,
        never=("<script>",),
    ),
    Attack("the format of 2013", "worksheets of the third format", notebook=_third_format),
]

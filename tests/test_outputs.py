"""What a graded notebook shows of outputs: as much as fits, and a sentence about the rest; half characters cost nobody an answer."""

from __future__ import annotations

import json
import time

import pytest

from assay.cases import Case
from grader.bounds import is_code, without_colours
from grader.outputs import MAX_ALL_PIXELS, MAX_IMAGE_BYTES, MAX_OUTPUTS, MAX_PIXELS, MAX_TEXT, Room, pixels
from grader.sandbox import ForkServer, Output, bounded
from grader.sandbox.child.statements import statements
from grader.sandbox.jail import Limits
from grader.similarity import fingerprint
from grader.submission import harmless, restore
from tests import toy


def png(width, height, before=b"", size=0):
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(9)
    return header + before + b"IDAT" + bytes(size)


def jpeg(width, height, scans=1):
    frame = b"\xff\xc0\x00\x0b\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes(4)
    return b"\xff\xd8" + frame + b"\xff\xda\x00\x02" * scans + bytes(20)


def test_what_fits_is_shown_as_it_was_and_nothing_is_said():
    room = Room()
    shown = room.shown([Output("stdout", "a\n"), Output("text", "1"), Output("png", "a figure", png(640, 480))])
    assert [one["output_type"] for one in shown] == ["stream", "stream", "display_data"] and not room.notes


@pytest.mark.parametrize("kind", ["stdout", "stderr", "text", "error"])
def test_all_text_of_a_notebook_shares_one_bound(kind):
    room = Room()
    shown = [one for _ in range(100) for one in room.shown([Output(kind, "x" * 25_000, name="E")] * 24)]
    assert len(json.dumps(shown)) < 1.3 * MAX_TEXT + 200 * MAX_OUTPUTS
    assert room.notes == [
        f"The cells printed more than {MAX_TEXT} characters in all; what came after them is not shown."
    ]


def test_outputs_are_counted():
    room = Room()
    shown = [one for _ in range(200) for one in room.shown([Output("text", "1")] * 24)]
    assert len(shown) == MAX_OUTPUTS and "outputs in all" in room.notes[0]


@pytest.mark.parametrize("picture", [png(5000, 4900), png(4000, 2000), png(500, 500, size=1_900_000)])
def test_the_pixels_and_bytes_of_all_pictures_are_bounded(picture):
    room = Room()
    shown = [one for _ in range(100) for one in room.shown([Output("png", "", picture)] * 8)]
    assert len(shown) * pixels(picture, "png") <= MAX_ALL_PIXELS and len(shown) * len(picture) <= MAX_IMAGE_BYTES
    assert shown and "million pixels" in room.notes[0]
    assert room.shown([Output("png", "", png(10, 10))]), "a small one finds room still"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("png", png(60_000, 60_000)),
        ("png", png(1, MAX_PIXELS)),
        ("png", png(100, 100, b"\0\0\0\x08acTL" + bytes(12))),
        ("png", b"<svg onload=alert(1)>"),
        ("png", png(0, 9)),
        ("jpeg", jpeg(60_000, 60_000)),
        ("jpeg", jpeg(2000, 2000, scans=1000)),
        ("jpeg", b"\xff\xd8\xff"),
        ("jpeg", b""),
    ],
)
def test_a_picture_that_no_browser_should_draw_is_left_out_and_told(kind, data):
    room = Room()
    assert room.shown([Output(kind, "", data)]) == [] and "A picture is not shown" in room.notes[0]


def test_a_photograph_is_a_picture():
    assert pixels(jpeg(4000, 3000, scans=10), "jpeg") == 12_000_000


@pytest.mark.isolated
@pytest.mark.usefixtures("isolation")
def test_half_a_character_costs_nobody_an_answer():
    code = """
print('\\ud83d half an emoji', end='\\udc00')
def returns(): return {'\\ud83d': ['\\udc00']}
def raises(): raise ValueError('\\ud83d')
def prints(): print('\\ud83d'); return 7
'\\ud83d'
"""
    with ForkServer(limits=Limits(memory=1 << 30)) as server, server.session() as session:
        said = "".join(output.text for output in session.run(code))
        assert "\\ud83d half an emoji\\udc00" in said and not session.dead
        found = {name: session.call(name, Case(args=()), (), []) for name in ("returns", "raises", "prints")}
        assert not session.dead
    assert found["returns"].value == {"\\ud83d": ["\\udc00"]} and found["prints"].value == 7
    assert found["raises"].error.type == "ValueError"


SLOW = {
    "a long f-string": "x = f'" + "{1}" * 30_000 + "'",
    "a long comparison": "x = " + "a < " * 100_000 + "a",
    "a long string": "x = '" + "\\N{" * 50_000 + "'",
    "empty lines": "\n " * 100_000 + "def f(): pass",
    "many lines": "x = 1\n" * 100_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_our_side_parses_and_colours_nothing_that_takes_long(name):
    begun = time.process_time()
    assert not is_code(SLOW[name]) and fingerprint(SLOW[name]) is None and statements(SLOW[name]) == []
    notebook = {"metadata": {}, "cells": [{"cell_type": "code", "source": SLOW[name], "metadata": {}}]}
    without_colours(notebook)
    assert notebook["cells"][0]["metadata"]["magics_language"] == "text"
    assert time.process_time() - begun < 1


def test_a_cell_as_people_write_them_is_coloured():
    cells = toy.solved("optimization")["cells"]
    assert all(is_code("".join(cell["source"])) for cell in cells)


def test_code_and_prose_of_a_notebook_have_a_size_and_notes_a_number():
    released = toy.released("optimization")
    long = {"cell_type": "code", "metadata": {}, "source": "#" + "x" * 390_000}
    copies = [{**cell} for cell in released["cells"] if "nbgrader" in cell["metadata"]] * 40
    restored = restore(json.dumps({"cells": [*released["cells"], *copies, *[long] * 60]}).encode(), released)
    assert len(json.dumps(restored.notebook)) < 5_000_000
    assert len(restored.notes) == len(set(restored.notes)) < 70
    assert "A cell with far too much text was not read." in restored.notes


def test_addresses_of_every_kind_are_broken_in_a_students_prose():
    for link in ("https://a.example", "<1@a.example>", "[a](b)", "![a](b)", "[a]: b", "<a@b.c>"):
        assert harmless(link) != link and harmless(link).replace("\u200b", "") == link
    few, many = "\\\\(a\\\\) " * 20, "\\\\(" * 100
    assert harmless(few) == few and harmless(many) != many


def test_outputs_are_cut_to_size_on_our_side():
    many = [
        Output("stdout", "x" * 10**6),
        *[Output("png", "", b"x" * 10) for _ in range(50)],
        Output("png", "", bytes(10**7)),
    ]
    kept = bounded(many)
    assert len(kept) <= 24 and len(kept[0].text) == 25_000 and sum(bool(o.data) for o in kept) == 8

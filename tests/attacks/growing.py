"""Notebooks that grow: text, pictures, code and prose that cost our own side far more to store, highlight, typeset or show than to send."""

from __future__ import annotations

import json
import time

from tests.attacks.arena import Attack, code
from tests.attacks.pages import formgrader_page, own_page
from tests.attacks.tampering import LINE

MOST_NOTEBOOK = 20_000_000  # bytes of a graded notebook
MOST_PAGE = 20_000_000  # characters of a page
MOST_PIXELS = 60_000_000
MOST_SECONDS = 12.0  # for one page; a machine that does other things too
PNG = """
import struct, zlib
from IPython.display import display
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(width, height, before=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\\x89PNG\\r\\n\\x1a\\n" + head + before + chunk(b"IDAT", zlib.compress(bytes((width // 8 + 1) * height))) + chunk(b"IEND", b"")
def show(data, kind="image/png"):
    for i in range(8): display({kind: data}, raw=True)
"""
# the child's own functions, replaced so that every cell sends as much as a frame holds
FORGED = (
    LINE
    + """
import child.kernel, child.session
from child.frames import Output
def many(*args, **options): return [Output(kind, word * 20_000, name="E" * 80) for kind, word in FORMS] * 12
for module in (child.kernel, child.session):
    for name in ("run", "run_cell"):
        if hasattr(module, name): setattr(module, name, many)
"""
)


def fits(arena, graded) -> str:
    """Say what of a graded notebook or of its pages is too large, or took too long."""
    size = len(json.dumps(graded.notebook, ensure_ascii=False).encode())
    if size > MOST_NOTEBOOK:
        return f"the graded notebook has {size / 1e6:.0f} MB"
    for make in (own_page, formgrader_page):
        begun = time.process_time()
        made = make(json.loads(json.dumps(graded.notebook)))
        seconds = time.process_time() - begun
        if len(made) > MOST_PAGE or seconds > MOST_SECONDS:
            return f"{make.__name__} has {len(made) / 1e6:.0f} million characters and took {seconds:.0f} s"
    shown = [
        output["data"] for cell in graded.notebook["cells"] for output in cell.get("outputs", []) if "data" in output
    ]
    total = sum(_pixels(data) for data in shown)
    return f"the pictures have {total / 1e6:.0f} million pixels" if total > MOST_PIXELS else ""


def _pixels(data: dict) -> int:
    import base64

    from PIL import Image, ImageFile

    parser = ImageFile.Parser()
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            parser.feed(base64.b64decode(data[kind])[:4000])
            image: Image.Image | None = parser.image
            return image.size[0] * image.size[1] if image else 0
    return 0


def _told(word: str):
    def check(arena, graded) -> str:
        said = " ".join([*graded.notes, *graded.remarks])
        return fits(arena, graded) or ("" if word in said else f"nobody is told: {said[:200]}")

    return check


def _cells(name: str, does: str, cells: list[dict], check=fits, first: str = "") -> Attack:
    def notebook(notebook: dict) -> dict:
        return {**notebook, "cells": notebook["cells"] + cells}

    return Attack(name, does, cell=first, notebook=notebook, check=check, ends=bool(first) and "FORMS" not in first)


def _code(name: str, does: str, source: str, times: int, check=fits) -> Attack:
    return _cells(name, does, [code(source)] * times, check)


def _prose(name: str, does: str, source: str, times: int = 15) -> Attack:
    return _cells(name, does, [{"cell_type": "markdown", "metadata": {}, "source": source}] * times)


def _read(name: str, does: str, cell: str, call: str) -> Attack:
    """Code whose text is followed from an answer to what it uses of the library."""
    answers = {
        "check_backward": f"def check_backward(cost, backward, draw, rng):\n    getattr(certify, '')\n    return {call}"
    }
    return Attack(name, does, cell=cell, answers=answers, assignment="gradient_debugging", check=_quick)


def _quick(arena, graded) -> str:
    return f"it took {graded.seconds:.0f} s" if graded.seconds > MOST_SECONDS else ""


ATTACKS = [
    _read("names that lead to names", "forty names, each of which is any of forty others",
          "\n".join(f"x{i} = x{i + 1}" for i in range(40) for _ in range(40)), "x0.certify"),
    _read("texts of thousands of parts", "adds up a name of four thousand letters", "x = 1", "getattr(x, " + " + ".join(["'a'"] * 4000) + ")"),
    _read("names used again and again", "asks three thousand times for a name that has three thousand values",
          "x = y\n" * 3000, "; ".join("f(x)" for _ in range(3000))),
    _cells("gigapixels by many cells", "shows eight pictures of 24 million pixels in each of thirty cells",
           [code("show(png(4900, 4900))")] * 30, _told("million pixels"), PNG),
    _cells("pictures that move", "shows a picture of a thousand pictures", [code(
        'show(png(4000, 4000, chunk(b"acTL", struct.pack(">II", 1000, 0))))')] * 5, _told("moves"), PNG),
    _cells("pictures too long", "shows a picture of one by twenty million pixels",
           [code("show(png(20_000_001, 1)); show(png(1, 24_000_000))")], _told("not shown"), PNG),
    _cells("a picture drawn a thousand times", "shows a JPEG of a thousand scans", [code(
        'show(b"\\xff\\xd8\\xff\\xc2\\x00\\x0b\\x08\\x13\\x88\\x13\\x88\\x01\\x01\\x11\\x00" + b"\\xff\\xda\\x00\\x02" * 1000, "image/jpeg")')],
        _told("not shown"), PNG),
    _cells("forged text in a hundred cells", "makes the child send half a million characters for each of a hundred cells",
           [code("1")] * 100, _told("characters in all"), 'FORMS = [("stdout", "x"), ("text", "y")]' + FORGED),
    _cells("forged errors in a hundred cells", "makes the child send errors, which stand twice in a notebook",
           [code("1")] * 100, _told("characters in all"), 'FORMS = [("error", "\\N{GRINNING FACE}")]' + FORGED),
    _code("much printed by many cells", "prints as much as is allowed in each of two hundred cells", "print('x' * 19_000)", 200,
          _told("characters in all")),
    _code("thousands of small outputs", "displays a number eight times in each of three hundred cells",
          "from IPython.display import display\nfor i in range(8): display(i)", 300, _told("outputs in all")),
    _code("megabytes of code", "hands in twenty-four megabytes of code", "# " + "\N{EURO SIGN}" * 199_000, 40, _told("far too much text")),
    _code("code that is slow to colour", "strings whose end a highlighter looks for at each character", "x = '" + "\\N{" * 12_000 + "'", 8),
    _code("white space that is slow to colour", "empty lines for which a highlighter takes the cube", "\n " * 15_000 + "x = 1", 8),
    _code("brackets that are slow to colour", "fields of a format in a string, never closed", "x = '''" + "{a[\n" * 7_000 + "'''", 8),
    _prose("formulas never closed", "opens thousands of formulas and closes none", "\\\\(" * 6_000),
    _prose("environments never closed", "opens thousands of environments of LaTeX", "\\begin{a}" * 2_200),
    _prose("lists without end", "thousands of items of lists", "- a\n" * 4_900),
    _prose("fences in odd languages", "code fences that ask for lexers of other languages", "```matlab\n" + "\n " * 9_000 + "\n```"),
    _prose("nested formulas", "formulas that grow to many times their size", "$" + "x^{" * 60 + "y" + "}" * 60 + "$ " * 60),
]  # fmt: skip

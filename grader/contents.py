"""What a file holds, whatever it is called: whether it is a notebook, and whose exercises stand in it."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from grader.submission import MAX_CONTAINERS, grade_id

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def decode(raw: bytes) -> str:
    """Return the text of a file in UTF-8 or UTF-16, with a byte order mark or without, or in Latin-1.

    Raises
    ------
    ValueError
        If it is no text.
    """
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return raw.decode(encoding)
    if b"\0" in raw[:200]:
        return raw.decode("utf-16-be" if raw[:1] == b"\0" else "utf-16-le")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def looks_like_json(start: bytes) -> bool:
    """Whether a file's first bytes can be those of a notebook: an object in JSON."""
    try:
        return decode(start[: len(start) // 2 * 2]).lstrip("\ufeff \t\r\n").startswith("{")
    except ValueError:
        return False


def cells(raw: bytes) -> list[dict] | None:
    """Return a notebook's cells, or None where the file is no notebook that can be read."""
    if raw.count(b"[") + raw.count(b"{") > MAX_CONTAINERS:
        return None
    try:
        found = json.loads(decode(raw))
        inside = found["cells"] if "cells" in found else [c for sheet in found["worksheets"] for c in sheet["cells"]]
        return [cell for cell in inside if isinstance(cell, dict)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def grade_ids(raw: bytes) -> set[str]:
    """Return the names of a notebook's answer cells and other cells that nbgrader knows."""
    return {name for cell in cells(raw) or [] if isinstance(name := _grade_id(cell), str)}


def _grade_id(cell: dict) -> object:
    try:
        return grade_id(cell)
    except (AttributeError, TypeError, KeyError):
        return None


def exercise_names(release: Path, assignment: str) -> tuple[set[str], dict[str, set[str]]]:
    """Return the names of an assignment's answer cells, and of each other released assignment's."""
    found = {}
    for path in release.glob("*/*.ipynb"):
        if path.stem == path.parent.name:
            found[path.stem] = grade_ids(path.read_bytes()) - {"setup", "reflection"}
    own = found.pop(assignment, set())
    return own, {slug: names - own for slug, names in found.items()}

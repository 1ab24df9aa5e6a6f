"""What a file holds, whatever it is called: whether it is a notebook, and whose exercises stand in it."""

from __future__ import annotations

from pathlib import Path

from grader.submission import decode, grade_id, parse


def looks_like_json(start: bytes) -> bool:
    """Whether a file's first bytes can be those of a notebook: an object in JSON."""
    return decode(start[: len(start) // 4 * 4]).lstrip("\ufeff \t\r\n").startswith("{")


def cells(raw: bytes) -> list[dict] | None:
    """Return a notebook's cells, or None where the file is no notebook that can be read."""
    try:
        return [cell for cell in parse(raw)["cells"] if isinstance(cell, dict)]
    except ValueError:
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

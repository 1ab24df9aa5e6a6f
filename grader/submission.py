"""From whatever a student handed in to a notebook that can be graded.

The released notebook is the skeleton: its graded and locked cells, their types, points and order are taken from it and never from the
submission. The submission contributes the text of its answer cells and its own further cells. What was lost on the way is said in notes.
Pure functions: bytes and dicts in, dicts out.
"""

from __future__ import annotations

import codecs
import contextlib
import copy
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader import catalogue
from grader.sandbox.child.statements import bound, statements
from grader.stubs import text

MAX_BYTES = 128 * 1024 * 1024  # of a notebook file; ours have 100 kB, but a loop that prints fills any
MAX_VALUES = 16_000_000  # commas in the file; each value costs some memory while it is read
MAX_CELLS = 1000
MAX_SOURCE = 400_000  # characters of one cell
MAX_ALL_CODE = 2_000_000  # characters of all cells of code
MAX_PROSE = 20_000  # characters of one cell of text; what typesets it may take the square of its length
MAX_ALL_PROSE = 100_000  # characters of all cells of text
MAX_NOTES = 60  # sentences about one notebook
MAX_CONTAINERS = 1_000_000  # lists and objects in the file; an empty one takes 40 times its two bytes
SKIP = "skip-grading"  # a cell that is not run
CHANGED = "changed"  # a cell that is not run, but that a student has written in: what it defines is
STUB = "stub"  # an answer cell as it was released, which is not run since the answer may stand elsewhere


@dataclass
class Restored:
    """A gradable notebook and what had to be put right.

    Attributes
    ----------
    notebook : dict, in nbformat 4, without outputs
    notes : list of str, one sentence each, for student and instructor
    remarks : list of str, sentences about what cost nobody anything
    readable : bool, False where nothing could be read and the notebook is the released one
    """

    notebook: dict
    notes: list[str] = field(default_factory=list)
    readable: bool = True
    remarks: list[str] = field(default_factory=list)


def read_submission(path: Path) -> tuple[bytes | None, str]:
    """Return the file's bytes, or None and why not; a symbolic link is never followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None, f"No notebook named {path.name} was handed in."
    except OSError:
        return None, f"{path.name} is a link or cannot be opened; hand in the notebook file itself."
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None, f"{path.name} is not a file; hand in the notebook file itself."
        if status.st_size > MAX_BYTES:
            return (
                None,
                f"{path.name} has {status.st_size >> 20} MB, more than the {MAX_BYTES >> 20} MB that are read; clear its outputs and hand it in again.",
            )
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES), ""
    except OSError as error:
        return None, f"{path.name} could not be read ({error.strerror}); hand it in again."
    finally:
        os.close(descriptor)


def restore(raw: bytes | None, released: dict, why_missing: str = "") -> Restored:
    """Return a gradable notebook for a submission.

    Parameters
    ----------
    raw : the file's bytes, or None where there is none
    released : the notebook that students were given
    why_missing : the note where `raw` is None
    """
    released = {**released, "cells": [{**cell, "source": text(cell)} for cell in released["cells"]]}
    if raw is None:
        return Restored(_skeleton(released), [why_missing or "No notebook was handed in."], readable=False)
    try:
        submitted = parse(raw)
    except ValueError as error:
        return Restored(
            _skeleton(released),
            [f"The notebook could not be read: {error}. Nothing in it could be graded."],
            readable=False,
        )
    notes: list[str] = []
    remarks: list[str] = []
    cells = _merge(_clean_cells(submitted["cells"], notes), released, notes)
    _pass_over_stubs(cells, released, remarks)
    return Restored({**_skeleton({**released, "cells": []}), "cells": cells}, _few(notes), remarks=_few(remarks))


def _few(notes: list[str]) -> list[str]:
    """Return notes without repetitions, the first of many."""
    once = list(dict.fromkeys(notes))
    return once if len(once) <= MAX_NOTES else [*once[:MAX_NOTES], f"{len(once) - MAX_NOTES} more of this kind."]


def decode(raw: bytes) -> str:
    """Return a file's text by its content, whatever editor wrote it: UTF-8, UTF-16 or UTF-32, with a mark or without, or Windows' own."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
    marks += ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    encodings = [name for mark, name in marks if raw.startswith(mark)][:1]
    if not encodings and b"\0" in raw[:4]:  # JSON begins with a character of ASCII
        encodings = ["utf-32-le" if raw[1:4] == b"\0\0\0" else "utf-32-be" if raw[:3] == b"\0\0\0" else ""]
        encodings = [encodings[0] or ("utf-16-be" if raw[0] == 0 else "utf-16-le")]
    for encoding in encodings or ["utf-8", "cp1252", "latin-1"]:
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode(encodings[0], errors="replace")


def parse(raw: bytes) -> dict:
    """Return the notebook in a file: a dict with a list of cells.

    Raises
    ------
    ValueError
        If there is none; the message completes "The notebook could not be read: ...".
    """
    if not raw.strip(b" \t\r\n\0"):
        raise ValueError("the file is empty")
    if raw.count(b"[") + raw.count(b"{") > MAX_CONTAINERS or raw.count(b",") > MAX_VALUES:
        raise ValueError("it holds far more lists and objects than a notebook has")
    try:
        notebook = json.loads(decode(raw))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        if raw.lstrip()[:1] == b"<":
            raise ValueError("it is a web page, not a notebook; hand in the .ipynb file itself") from None
        raise ValueError(
            f"it is not valid JSON at line {error.lineno} (was the file cut off or edited by hand?)"
        ) from None
    if not isinstance(notebook, dict):
        raise ValueError("it is JSON but not a notebook")
    if notebook.get("nbformat") == 3 and isinstance(notebook.get("worksheets"), list):
        cells: list = []
        for sheet in notebook["worksheets"]:
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
                cells += [
                    {**c, "source": c.get("input", c.get("source", ""))} for c in sheet["cells"] if isinstance(c, dict)
                ]
        return {"cells": cells}
    if not isinstance(notebook.get("cells"), list):
        raise ValueError(f"it has no list of cells (its format says {_short(notebook.get('nbformat'))})")
    return notebook


def _short(value: Any) -> str:
    """Return a word for a value out of a foreign file that can be printed anywhere."""
    said = (
        str(value)
        if isinstance(value, str | float) or type(value) is int and abs(value) < 10**9
        else type(value).__name__
    )
    return "".join(c for c in said if c.isalnum() or c in " .-+")[:20]


def _clean_cells(cells: list, notes: list[str]) -> list[dict]:
    """Keep type, text, grade id and tags of each cell and drop all else: outputs and foreign metadata are not ours to trust."""
    clean = []
    dropped = prose = code = 0
    for cell in cells[:MAX_CELLS]:
        source = _source(cell)
        if source is None or cell.get("cell_type") not in ("code", "markdown", "raw"):
            dropped += 1
            continue
        if cell["cell_type"] != "code":
            prose += len(source)
        elif len(source) <= MAX_SOURCE:
            code += len(source)
        if (
            len(source) > MAX_SOURCE
            or cell["cell_type"] == "code"
            and code > MAX_ALL_CODE
            or cell["cell_type"] != "code"
            and (len(source) > MAX_PROSE or prose > MAX_ALL_PROSE)
        ):
            source = f"# This cell had {len(source)} characters and was not read."
            notes.append("A cell with far too much text was not read.")
        metadata = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
        own = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
        tags = metadata.get("tags") if isinstance(metadata.get("tags"), list) else []
        clean.append(
            {
                "cell_type": cell["cell_type"],
                "source": source,
                "grade_id": own.get("grade_id") if isinstance(own.get("grade_id"), str) else None,
                "skip": SKIP in tags,
            }
        )
    if dropped or len(cells) > MAX_CELLS:
        notes.append(f"{dropped + max(0, len(cells) - MAX_CELLS)} cells were damaged or too many and were left out.")
    return clean


def _source(cell: Any) -> str | None:
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        with contextlib.suppress(TypeError):  # where a line is no text
            source = "".join(source)
    if not isinstance(source, str):
        return None
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if not source.isascii():
        source = source.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be written again
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", source)


def _merge(cells: list[dict], released: dict, notes: list[str]) -> list[dict]:
    """Lay the submission's cells over the released skeleton."""
    known = {grade_id(cell): cell for cell in released["cells"] if grade_id(cell)}
    order = list(known)
    long_running = {text(cell).strip() for cell in released["cells"] if SKIP in cell["metadata"].get("tags", [])}
    ours = OwnTexts(released)
    merged: list[dict] = []
    seen: set[str] = set()
    for cell in cells:
        name = cell["grade_id"]
        if name in known and name not in seen:
            seen.add(name)
            merged.append(_known_cell(known[name], cell, ours, notes))
        elif name in known and is_locked(known[name]):
            notes.append(f"The cell {name} stands more than once; the copy was left out.")
        else:
            if name in known:
                notes.append(
                    f"The cell {name} stands more than once; all are run in order, and the one that earns more counts: what stood at its check, or the last."
                )
            merged.append(_free_cell(cell, long_running, ours))
    missing = [name for name in order if name not in seen]
    for name in missing:
        place = _place(merged, order, name)
        back = _copied(known[name])
        if back["cell_type"] == "code" and not is_locked(back):  # not run: the answer may stand in another cell
            back["metadata"]["tags"] = [SKIP, STUB]
        merged.insert(place, back)
        if not is_locked(known[name]) or is_graded(known[name]):
            notes.append(f"The cell {name} was missing; it was put back as it was released.")
    if missing and not seen and any(cell["cell_type"] == "code" for cell in cells):
        notes.append("None of the released cells was found: was another notebook handed in?")
    _unique_ids(merged)
    return merged


def _pass_over_stubs(cells: list[dict], released: dict, remarks: list[str]) -> None:
    """Mark each answer cell that is as it was released while another cell holds the answer: run, it would take the answer away."""
    known = {grade_id(cell): cell for cell in released["cells"] if grade_id(cell)}
    stubs = {
        name: cell
        for cell in cells
        if (name := grade_id(cell)) in known
        and SKIP not in cell["metadata"].get("tags", [])
        and _is_stub(cell, known[name])
    }
    for name in stubs:
        where = [i for i, cell in enumerate(cells, start=1) if cell is not stubs[name] and defines(cell, name)]
        if where:
            stubs[name]["metadata"]["tags"] = [SKIP, STUB]
            remarks.append(f"The cell {name} is as it was released; the answer was taken from cell {where[0]}.")


def _is_stub(cell: dict, released: dict) -> bool:
    return not is_locked(released) and cell["cell_type"] == "code" and text(cell).strip() == text(released).strip()


def defines(cell: dict, name: str) -> bool:
    """Whether a code cell of a student's binds a name, as far as its text says."""
    if cell["cell_type"] != "code" or is_graded(cell) or name not in text(cell):
        return False
    return any(name in bound(statement) for statement in statements(text(cell)))


def cell_digest(source: str) -> str:
    return hashlib.sha256(source.strip().encode("utf-8", "replace")).hexdigest()[:24]


class OwnTexts:
    """The texts of the course's own cells: the Markdown of this release, and by their digests what earlier releases had (see grader.release)."""

    def __init__(self, released: dict):
        self._now = {text(cell).strip() for cell in released["cells"] if cell["cell_type"] == "markdown"}
        self._earlier = frozenset(released["metadata"].get(catalogue.course().stamp, {}).get("earlier", ()))

    def __contains__(self, source: str) -> bool:
        return source.strip() in self._now or cell_digest(source) in self._earlier


def _known_cell(released: dict, submitted: dict, ours: OwnTexts, notes: list[str]) -> dict:
    cell = _copied(released)
    name = grade_id(released)
    if is_locked(released):
        same = submitted["source"].strip() == text(released).strip()
        if not same and submitted["source"] not in ours:
            notes.append(f"The cell {name} was changed; it was put back as it was released.")
        return cell
    if submitted["cell_type"] != released["cell_type"]:
        notes.append(
            f"The cell {name} had become a {submitted['cell_type']} cell; it is read as {released['cell_type']} again."
        )
    cell["source"] = (
        submitted["source"] if cell["cell_type"] == "code" else harmless(submitted["source"], text(released))
    )
    return cell


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_TAG = re.compile(r"<(?=[^\s<>\u200b])")  # and addresses of mail, which begin with almost anything
_LINK = re.compile(r"\](?=[(\[:])")
_COMMAND = re.compile(
    r"\\(?=(href|url|require|class|cssId|style|html|data|unicode|bbox|mmlToken|includegraphics|[gex]?def|let|(re)?new|csname)(?![a-z]))"
    r"|\\(?=(html|new|renew)[A-Za-z])"
)
_ADDRESS = re.compile(r"(?<=[A-Za-z]):(?=//)")
_LEXER = re.compile(r"(```|~~~)[ \t]*(?=[^\s`~])")  # what stands behind a fence chooses who reads the code
_OPENING = re.compile(r"\\(?=\\[(\[])|\\(?=begin\{)")
MAX_OPENINGS = 60  # of formulas whose end is looked for, each time through the whole text
_BREAK = "\u200b"  # a space of no width


def harmless(source: str, released: str = "") -> str:
    """Return Markdown in which no HTML, no link, no picture from elsewhere and no link of MathJax's acts when somebody opens it.

    It reads the same: a space of no width makes plain text of each tag, link and command, in prose and in code alike. Links go
    altogether, since their addresses can be scripts, and a page handed in beside the notebook would be opened as one of ours.
    """
    if source == released:
        return source
    many = len(_OPENING.findall(source)) > MAX_OPENINGS
    for pattern in (_TAG, _LINK, _COMMAND, _ADDRESS, _LEXER, *([_OPENING] if many else [])):
        source = pattern.sub(lambda match: match[0] + _BREAK, source)
    return source


def _free_cell(submitted: dict, long_running: set[str], ours: OwnTexts) -> dict:
    released = submitted["source"].strip() in long_running
    metadata = {"tags": [SKIP, *([] if released else [CHANGED])]} if submitted["skip"] or released else {}
    if submitted["cell_type"] == "code":
        return {
            "cell_type": "code",
            "metadata": metadata,
            "source": submitted["source"],
            "outputs": [],
            "execution_count": None,
        }
    own = submitted["source"] in ours  # the course's own words stay as they are
    source = submitted["source"] if own else harmless(submitted["source"])
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def _copied(cell: dict) -> dict:
    """Return a cell of which text, names and tags can be changed."""
    metadata = {
        key: value.copy() if isinstance(value, dict | list) else value for key, value in cell["metadata"].items()
    }
    return {**cell, "metadata": metadata, **({"outputs": list(cell["outputs"])} if "outputs" in cell else {})}


def _place(merged: list[dict], order: list[str], name: str) -> int:
    """Return where a missing cell goes: behind the nearest released cell before it that is there."""
    places = {grade_id(cell): i for i, cell in enumerate(merged) if grade_id(cell)}
    for before in reversed(order[: order.index(name)]):
        if before in places:
            return places[before] + 1
    return 0


def _unique_ids(cells: list[dict]) -> None:
    taken = {cell["id"] for cell in cells if cell.get("id")}
    numbers = (f"own-{i}" for i in range(1, 10**6))
    for cell in cells:
        if not cell.get("id"):
            cell["id"] = next(number for number in numbers if number not in taken)


def _skeleton(released: dict) -> dict:
    return {
        "cells": [
            {**_copied(cell), **({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})}
            for cell in released["cells"]
        ],
        "metadata": copy.deepcopy(released["metadata"]),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def grade_id(cell: dict) -> str | None:
    """Return a cell's nbgrader name where it is graded, an answer or locked."""
    meta = cell.get("metadata", {}).get("nbgrader")
    if not meta:
        return None
    known = meta.get("grade") or meta.get("solution") or meta.get("locked") or meta.get("task")
    return meta.get("grade_id") if known else None


def is_graded(cell: dict) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("grade"))


def is_locked(cell: dict) -> bool:
    """Whether students may not change the cell (nbgrader's rule: an answer is never locked, a test always)."""
    meta = cell["metadata"].get("nbgrader", {})
    return not meta.get("solution") and bool(meta.get("grade") or meta.get("locked"))


def functions_of(notebook: dict, names: list[str]) -> dict[str, str]:
    """Return the text of the answer cells by function name, for similarity and statistics."""
    return {name: text(cell) for cell in notebook["cells"] if (name := grade_id(cell)) in names}


def exercise_of(cell: dict) -> str | None:
    """Return the exercise that a graded code cell judges (``test_<function>``), or None."""
    name = grade_id(cell) or ""
    match = re.fullmatch(r"test_(\w+)", name)
    return match[1] if match and is_graded(cell) and cell["cell_type"] == "code" else None

"""Tables as systems and spreadsheets export them: any delimiter, any encoding; every cell that is not changed is written back as it was."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from grader.course import CourseError

DELIMITERS = ",;\t|"
MAX_TABLE = 64 * 1024 * 1024


@dataclass
class Table:
    """Rows of raw cells, quotes included, each with its line's end; what `cell` gives is without quotes."""

    rows: list[list[str]]
    ends: list[str]
    delimiter: str
    encoding: str
    mark: bytes  # of the byte order, at the file's beginning
    lead: str = ""  # a line of Excel's that names the delimiter

    def cell(self, row: int, column: int) -> str:
        cells = self.rows[row]
        return plain(cells[column]) if 0 <= column < len(cells) else ""

    def put(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell, quoted where it must be."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        quote = any(c in text for c in f'"\r\n{self.delimiter}') or cells[column].startswith('"')
        cells[column] = '"' + text.replace('"', '""') + '"' if quote else text

    def bytes(self) -> bytes:
        lines = (self.delimiter.join(row) + end for row, end in zip(self.rows, self.ends))
        return self.mark + (self.lead + "".join(lines)).encode(self.encoding)


def plain(raw: str) -> str:
    """Return a cell's text without its quotes and the space around it."""
    raw = raw.strip()
    return raw[1:-1].replace('""', '"').strip() if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw


def read_table(path: Path, what: str) -> Table:
    """Return the table of a file; empty lines at its end are kept.

    Raises
    ------
    CourseError
        If the file is missing, too large or no text.
    """
    try:
        with open(path, "rb") as file:
            raw = file.read(MAX_TABLE + 1)
    except OSError as error:
        raise CourseError(f"the {what} {path} cannot be read: {error.strerror}") from None
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CourseError(f"the {what} {path} is a workbook; save it as CSV (UTF-8) in the spreadsheet")
    text, encoding, mark = _decoded(raw)
    if len(raw) > MAX_TABLE or "\0" in text:
        raise CourseError(f"the {what} {path} is no table; expected CSV")
    lead = ""
    first = text[: text.find("\n") + 1]
    if first[:4].casefold() == "sep=":  # Excel's own line
        lead, text = first, text[len(first) :]
    known = [lead[4]] if lead and lead[4:5] in DELIMITERS and lead[4:5].strip("\r\n") else list(DELIMITERS)
    delimiter, (rows, ends) = max(((d, _split(text, d)) for d in known), key=lambda found: _fits(found[1][0]))
    return Table(rows, ends, delimiter, encoding, mark, lead)


def _decoded(raw: bytes) -> tuple[str, str, bytes]:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace"), encoding, mark
    if b"\0" in raw[:200]:
        encoding = "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"
        return raw.decode(encoding, "replace"), encoding, b""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding), encoding, b""
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1"), "latin-1", b""


def _split(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """Return raw cells and line ends; a quote opens a cell only at its beginning, so that one in a name harms nothing."""
    rows: list[list[str]] = []
    ends: list[str] = []
    row: list[str] = []
    start = i = 0
    quoted = False
    while i < len(text):
        c = text[i]
        if quoted:
            quoted = c != '"'
        elif c == '"' and (not text[start:i].strip() or text[i - 1] == '"' and text[start:i].lstrip()[:1] == '"'):
            quoted = True
        elif c == delimiter:
            row.append(text[start:i])
            start = i + 1
        elif c in "\r\n":
            end = "\r\n" if text.startswith("\r\n", i) else c
            rows.append([*row, text[start:i]])
            ends.append(end)
            row = []
            i += len(end) - 1
            start = i + 1
        i += 1
    if row or start < len(text):
        rows.append([*row, text[start:]])
        ends.append("")
    return rows, ends


def _fits(rows: list[list[str]]) -> tuple[float, int]:
    """Return how well a delimiter fits: the share of rows as wide as the widest usual one, and that width."""
    widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
    if not widths or max(widths) == 1:
        return 0.0, 0
    usual = max({w for w in widths if w > 1}, key=lambda w: (widths.count(w), w))
    return widths.count(usual) / len(widths), usual

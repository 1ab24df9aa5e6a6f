"""From the edits that mend a function to the place that is told: what they have in common, in levels, never the edited text.

What is said of an edit is a :class:`Claim`: it holds of the edit its kind and where it is made, so it can be sent, and held against a text, by who
does not trust its sender.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay import errors
from assay.locate.forms import FORMS, Edit, Kind

MOST_TOLD = 3  # lines; a slip that may be mended in more of them has no place
MOST_SHOWN, MOST_PART = 200, 60  # characters of a line, and of a piece of one

Span = tuple[int, int, int, int]  # first line and column, last line and column, as in a syntax tree


@dataclass(frozen=True)
class Claim:
    """What is said of one edit.

    Attributes
    ----------
    function : in whose text it is
    kind : what is wrong there
    parts : the pieces of the text that it concerns
    form : how they are pointed at, one of FORMS
    statement : the one that it is in
    """

    function: str
    kind: Kind
    parts: tuple[Span, ...]
    form: str
    statement: Span


@dataclass(frozen=True)
class Place:
    """Where a slip is, as far as the edits that mend it agree.

    Attributes
    ----------
    lines : numbers of lines, the first line of the function is 1
    texts : those lines as they stand there
    function : the function of the notebook that they are in; empty for the answer itself
    part : a piece of the line, in words and the student's own text; empty where there is no smaller one
    kind : what is wrong with it; empty where the edits do not agree
    each : whether the slip is in each of the lines, not in one of them
    """

    lines: tuple[int, ...]
    texts: tuple[str, ...]
    function: str = ""
    part: str = ""
    kind: str = ""
    each: bool = False

    @property
    def where(self) -> str:
        """The first level: "line 7", "line 7 or line 9"; "line 7 and line 9" where the same slip is in both."""
        said = f" {'and' if self.each else 'or'} ".join(f"line {number}" for number in self.lines)
        return f"{said} of {self.function}" if self.function else said

    @property
    def levels(self) -> list[str]:
        """What is told, each level with what the one before says."""
        found = [self.where]
        if self.part:
            found.append(f"{self.where}: {self.part}")
        if self.kind:
            found.append(f"{found[-1]}: {self.kind}")
        return found


@dataclass(frozen=True)
class Found:
    """What mends a function.

    Attributes
    ----------
    texts : the functions that were searched, by name, the answer first
    mends : what is said of each mend: one edit, or several that are made together
    edits, sources : for those who measure, never for students: each mend in one line, and the functions as it leaves them
    """

    texts: Mapping[str, str]
    mends: Sequence[Sequence[Claim]]
    edits: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def place(self) -> Place | None:
        """What mends that all work have in common, or None where that is nothing."""
        first = self.mends[0][0].function
        alike = [mend for mend in self.mends if mend[0].function == first]
        together = len(alike[0]) > 1
        claims = [claim for mend in (alike[:1] if together else alike) for claim in mend]
        numbers = sorted({claim.parts[0][0] for claim in claims})
        if len(numbers) > MOST_TOLD and not together:
            return None
        kinds = {claim.kind for claim in claims}
        rows = re.split(r"\r\n|\r|\n", self.texts[first])  # as Python counts lines
        return Place(
            tuple(numbers),
            tuple(errors.cut(rows[number - 1].strip(), MOST_SHOWN) for number in numbers),
            "" if first == next(iter(self.texts)) else first,
            _part(self.texts[first], [claim for mend in alike for claim in mend]) if len(numbers) == 1 else "",
            str(kinds.pop()) if len(kinds) == 1 else "",
            together,
        )


def claim_of(function: str, edit: Edit) -> Claim:
    return Claim(function, edit.kind, tuple(map(span_of, edit.part)), edit.form, span_of(edit.statement))


def is_borne_out(claims: Sequence[Claim], texts: Mapping[str, str]) -> bool:
    """Whether claims that somebody else makes speak in our words and of pieces that stand in the texts."""
    there = {
        name: {span_of(node) for node in ast.walk(ast.parse(text)) if hasattr(node, "lineno")}
        for name, text in texts.items()
    }
    return all(
        claim.form in FORMS
        and claim.form.count("{}") == len(claim.parts)
        and {*claim.parts, claim.statement} <= there.get(claim.function, set())
        for claim in claims
    )


def span_of(node: ast.AST) -> Span:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def edit_as_text(edit: Edit) -> str:
    """Return what an edit does, in one line: "before => after"."""
    before, old = ast.unparse(edit.statement).splitlines(), edit.make()
    try:
        after = ast.unparse(edit.statement).splitlines()
    finally:
        edit.undo(old)
    if isinstance(edit.statement, ast.FunctionDef):
        before, after = [row for row in before if row not in after], [row for row in after if row not in before]
    return f"{'; '.join(before)} => {'; '.join(after)}"


def _part(text: str, claims: list[Claim]) -> str:
    """Return the piece of the line that claims are about, in the student's own text; empty where it is the whole line."""
    first = claims[0]
    if len({(claim.form, claim.parts) for claim in claims}) == 1:
        if first.statement in first.parts:
            return ""
        return first.form.format(*(f"`{_piece(text, part)}`" for part in first.parts))
    spans = [part for claim in claims for part in claim.parts]
    start, end = min(span[:2] for span in spans), max(span[2:] for span in spans)
    spans = [span_of(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr)]
    around = [span for span in spans if span[:2] <= start and end <= span[2:] and _holds(first.statement, span)]
    return f"`{_piece(text, around[-1])}`" if around else ""


def _holds(outer: Span, inner: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _piece(text: str, span: Span) -> str:
    node = ast.Pass(lineno=span[0], col_offset=span[1], end_lineno=span[2], end_col_offset=span[3])
    return errors.cut(" ".join((ast.get_source_segment(text, node) or "").split()), MOST_PART)

"""From the edits that mend a function to the place that is told: what they have in common, in levels, never the edited text."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from assay import errors
from assay.locate.forms import Edit
from assay.locate.trees import is_tick
from assay.locate.written import Mend, Written

MOST_TOLD = 3  # lines; a slip that may be mended in more of them has no place


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
    """A place, and for those who measure and report it, never for students, what mends the function."""

    place: Place | None
    edits: tuple[str, ...]
    sources: tuple[str, ...]


def place_told(functions: list[Written], found: list[Mend]) -> Place | None:
    """Return what edits that all work have in common, or None where that is nothing."""
    first = found[0][0][0]
    alike = [candidate for candidate in found if candidate[0][0] is first]
    together = len(alike[0]) > 1
    numbers = sorted({edit.part[0].lineno for candidate in (alike[:1] if together else alike) for _, edit in candidate})
    if len(numbers) > MOST_TOLD and not together:
        return None
    kinds = {edit.kind for candidate in (alike[:1] if together else alike) for _, edit in candidate}
    rows = first.source.splitlines()
    return Place(
        tuple(numbers),
        tuple(rows[number - 1].strip() for number in numbers),
        "" if first is functions[0] else first.name,
        _part(first, [edit for candidate in alike for _, edit in candidate]) if len(numbers) == 1 else "",
        kinds.pop() if len(kinds) == 1 else "",
        together,
    )


def edits_as_text(mend: Mend) -> str:
    """Return what a mend does, in one line: "before => after", for each of its edits."""

    def changed(edit: Edit) -> str:
        before, old = ast.unparse(edit.statement), edit.make()
        try:
            return f"{before} => {ast.unparse(edit.statement)}"
        finally:
            edit.undo(old)

    return "; ".join(changed(edit) for _, edit in mend)


def _part(one: Written, edits: list[Edit]) -> str:
    """Return the piece of the line that the edits concern, in the student's own text; empty where it is the whole line."""
    said = {(edit.form, tuple(map(_span, edit.part))): edit for edit in edits}
    if len(said) == 1:
        edit = edits[0]
        if any(isinstance(part, ast.stmt) for part in edit.part):
            return ""
        return edit.form.format(*(f"`{_text(one, part)}`" for part in edit.part))
    spans = [_span(part) for edit in edits for part in edit.part]
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    around = [
        node
        for node in ast.walk(edits[0].statement)
        if isinstance(node, ast.expr) and hasattr(node, "lineno") and not is_tick(node)
        and _span(node)[0] <= start and end <= _span(node)[1]
    ]  # fmt: skip
    if not around:
        return ""
    return f"`{_text(one, around[-1])}`"


def _span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _text(one: Written, node: ast.AST) -> str:
    return errors.cut(" ".join((ast.get_source_segment(one.source, node) or ast.unparse(node)).split()), 60)

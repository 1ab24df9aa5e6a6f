"""Refused answers that no known mistake explains: where the slip is, told to its author, and what a class has in common.

The search (:mod:`assay.locate`) edits a student's code, so it runs in the jail, on the visible cases. What comes back is a student's word: a place
is made of it here, of pieces that stand in the notebook and words of our own, or it is none.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assay import errors
from assay.locate import HOPELESS, Found, Place
from assay.locate.telling import MOST_PART, is_borne_out
from assay.locate.written import MOST_CHARACTERS, MOST_FUNCTIONS, MOST_LINES
from assay.verdict import Verdict
from grader.replay import Replay
from grader.sandbox import Located
from grader.stubs import text

MOST_CLAIMS = 2_000  # that a search may make


@dataclass(frozen=True)
class Slip:
    """The place of a slip, and what its line is for in the student's own text: what it assigns, or its first word."""

    place: Place
    line: str


def slips(
    assignment: str, verdicts: Mapping[str, Verdict], judged_at: Mapping[str, str], replay: Replay
) -> dict[str, Slip]:
    """Return the slips that are found in unnamed refused answers, by exercise; the replay's process is another one afterwards.

    Parameters
    ----------
    judged_at : by exercise, the place in the notebook whose names the answer was judged with
    """
    asked = {name: judged_at[name] for name, verdict in verdicts.items() if is_unnamed(verdict)}
    seconds = replay.server.limits.locate_seconds
    if not asked or not seconds or replay.server.needs:  # no answer that needs a framework is searched
        return {}
    cells = [text(cell) for cell in replay.cells if cell["cell_type"] == "code"]
    found = ((name, slip_in(reply, name, cells)) for name, reply in replay.located(assignment, asked, seconds))
    return {name: slip for name, slip in found if slip}


def is_unnamed(verdict: Verdict) -> bool:
    """Whether an answer is refused for what it computes, and no hint says why: a mistake may have a name and no hint yet."""
    problems = [case.problem for case in verdict.failing]
    return bool(problems) and not verdict.hint and not any(problem.kind in HOPELESS for problem in problems)


def slip_in(reply: Located, name: str, cells: Iterable[str]) -> Slip | None:
    """Return the slip that a student's process tells of, as far as the notebook bears it out."""
    texts, cells, claims = reply.texts, list(cells), [claim for mend in reply.mends for claim in mend]
    if not claims or not all(reply.mends) or len(claims) > MOST_CLAIMS:
        return None
    if next(iter(texts), "") != name or len(texts) > MOST_FUNCTIONS:
        return None
    try:
        if not all(_is_written(function, source, cells) for function, source in texts.items()):
            return None
        place = Found(texts, reply.mends).place if is_borne_out(claims, texts) else None
        return Slip(place, _line(texts[place.function or name], place.lines[0])) if place else None
    except (RecursionError, MemoryError):  # a text that is nested without end
        return None


def _is_written(name: str, source: str, cells: list[str]) -> bool:
    """Whether a text is one function of that name, and stands in a cell."""
    if (
        len(source) > MOST_CHARACTERS
        or source.count("\n") > MOST_LINES
        or not any(source.strip() in cell for cell in cells)
    ):
        return False
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    return len(body) == 1 and isinstance(body[0], ast.FunctionDef) and body[0].name == name


def _line(source: str, number: int) -> str:
    """Return what a line is for: ``dW1``, ``parameters["W1"]``, ``return``."""
    inside = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and node.lineno <= number <= (node.end_lineno or 0)
    ]
    statement = max(inside, key=lambda node: node.lineno, default=None)
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        return errors.cut(" ".join(ast.unparse(target).split()), MOST_PART)
    return {ast.Return: "return", ast.For: "for", ast.While: "while", ast.If: "if", ast.FunctionDef: "def"}.get(
        type(statement), ""
    )


@dataclass
class Cluster:
    """Students of a class in whose answers the same is wrong in the same line."""

    exercise: str
    said: str
    part: str
    students: list[str] = field(default_factory=list)


def noted(slip: Slip) -> tuple[str, str]:
    """Return what the log keeps of a slip: what is said of it in the report, and the part of the line as it stands in this answer."""
    place = slip.place
    where = (
        f"in the line of `{slip.line}`"
        if slip.line.partition("[")[0] not in _WORDS
        else f"in a line with `{slip.line}`"
    )
    where = f"{where} of `{place.function}`" if place.function else where
    kind = place.kind.removesuffix(" there") if place.kind else "several small changes would do"
    return f"{where if slip.line else place.where}: {kind}", place.part


_WORDS = frozenset({"return", "for", "while", "if", "def"})


def clusters(noted_by: Mapping[str, Iterable[tuple[str, str, str]]]) -> list[Cluster]:
    """Return what answers have in common, the most common first; `noted_by` holds (exercise, what is said, part) by student."""
    found: dict[tuple[str, str], Cluster] = {}
    parts: dict[tuple[str, str], Counter[str]] = {}
    for student, slips in noted_by.items():
        for exercise, said, part in slips:
            key = exercise, said
            found.setdefault(key, Cluster(exercise, said, "")).students.append(student)
            parts.setdefault(key, Counter())[part] += 1
    for key, cluster in found.items():
        cluster.part = parts[key].most_common(1)[0][0]
    return sorted(found.values(), key=lambda one: (-len(one.students), one.exercise, one.said))

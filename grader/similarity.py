"""Near-identical submissions, by the normalised syntax trees of students' functions. An indication to look at, never a verdict.

Names, docstrings and layout do not count. A function that much of the class writes alike says nothing, so only forms that few share do.
No student code is executed.
"""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from grader.bounds import is_code

SHARED_BY = 0.05  # of the class: a form that more share is no sign of copying
SMALLEST = 25  # nodes: shorter functions are alike by nature


@dataclass(frozen=True)
class Pair:
    """Two submissions whose functions share unusual forms."""

    first: str
    second: str
    functions: tuple[str, ...]


def fingerprint(source: str) -> str | None:
    """Return a digest of a function's normalised tree; None where it does not parse, or is too short or too long to say anything."""
    if not is_code(source):  # a parser may take the square of its length
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: dict[str, str] = {}
    count = 0
    for node in ast.walk(tree):
        count += 1
        if isinstance(node, ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr):
            if isinstance(node.body[0].value, ast.Constant) and isinstance(node.body[0].value.value, str):
                node.body = node.body[1:] or [ast.Pass()]
    for node in ast.walk(tree):
        for field in ("id", "arg", "name"):
            if isinstance(getattr(node, field, None), str):
                setattr(node, field, names.setdefault(getattr(node, field), f"v{len(names)}"))
    if sum(1 for _ in ast.walk(tree)) < SMALLEST:
        return None
    try:
        return hashlib.sha256(ast.dump(tree).encode()).hexdigest()
    except RecursionError:
        return None


def pairs(answers: dict[str, dict[str, str]], at_least: int = 3) -> list[Pair]:
    """Return the pairs of students who share unusual forms in at least `at_least` functions.

    Parameters
    ----------
    answers : student -> function name -> source
    """
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, students in _shared(answers):
        for pair in combinations(sorted(students), 2):
            shared[pair].append(name)
    found = [Pair(a, b, tuple(sorted(names))) for (a, b), names in shared.items() if len(names) >= at_least]
    return sorted(found, key=lambda pair: (-len(pair.functions), pair.first, pair.second))


def shared_forms(answers: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """Return for each student the functions whose form a few others have too, and no more than a few."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, students in _shared(answers):
        for student in students:
            found[student].add(name)
    return dict(found)


def _shared(answers: dict[str, dict[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield each form that some share, and few: the function's name and the students."""
    limit = max(2, int(SHARED_BY * len(answers)))
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for student, functions in answers.items():
        for name, source in functions.items():
            digest = fingerprint(source)
            if digest:
                holders[name, digest].append(student)
    for (name, _), students in holders.items():
        if 2 <= len(students) <= limit:
            yield name, students

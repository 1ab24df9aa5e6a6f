"""What an exercise is: points, cases, a rule, and the mistakes that are known, most of them edits of the solution.

A module ``exercises/<assignment>/<exercise>.py`` reads::

    edit = edits_of(solution)

    EXERCISE = Exercise(
        name="half",
        points=10,
        draw=draw,
        rule=Close(),
        section="Half of it",
        mistakes=[
            edit("doubled", "x / 2", "x * 2", "This is twice the number. Half of it is asked for."),
            written("constant", _constant, "This is the same whatever the number is."),
        ],
    )
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assay.cases import Case, Rule
from grader import stubs
from grader.domain import Draw

__all__ = [
    "Case",
    "Draw",
    "EditError",
    "Equivalent",
    "Exercise",
    "Mistake",
    "edited",
    "edits_of",
    "shuffled",
    "written",
]


class EditError(ValueError):
    """An edit whose text is not in the source, or is there more than once without a word on which is meant."""


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer, wrong by one misunderstanding, and the hint that it deserves. Its function is made when it is first asked for."""

    id: str
    hint: str
    make: Callable[[], Callable] = field(repr=False)

    @functools.cached_property
    def function(self) -> Callable:
        return self.make()


@dataclass(frozen=True)
class Exercise:
    """One function that students write.

    Attributes
    ----------
    name : the function's name, in the notebook and in ``solutions``
    points : its share of the assignment's 100
    draw : rng -> list of Case, at least 5 varied ones
    rule : judges the outcomes
    section : the notebook's heading where it is explained
    mistakes : known wrong answers
    visible : rng -> list of Case, where the visible cases must differ in kind from the hidden ones
    withheld : what of the library would answer it ("package.module" or "package.module:name"), not there while an answer is judged
    anywhere : draws one small case from all that the docstring allows (see ``grader.domain``); what holds all cases of ``draw`` must hold these too
    further : how many of them are drawn
    slow : whether a judgement takes a second, so that nobody repeats it a thousand times
    """

    name: str
    points: int
    draw: Callable[[np.random.Generator], list[Case]]
    rule: Rule
    section: str
    mistakes: list[Mistake] = field(default_factory=list)
    visible: Callable[[np.random.Generator], list[Case]] | None = None
    withheld: tuple[str, ...] = ()
    anywhere: Callable[[Draw], Case] | None = None
    further: int = 10
    slow: bool = False

    def __post_init__(self) -> None:
        if self.points <= 0:
            raise ValueError(f"{self.name}: points must be positive, got {self.points}")
        ids = [mistake.id for mistake in self.mistakes]
        if len(set(ids)) < len(ids):
            raise ValueError(f"{self.name}: mistake ids must differ, got {ids}")


@dataclass(frozen=True)
class Equivalent:
    """An edit of the solution, in the form in which ``ast`` writes it, that is no mistake: it computes the same for every input that
    the specification allows, or differs where the specification leaves it open."""

    old: str
    new: str
    reason: str

    @property
    def change(self) -> str:
        return f"{self.old} => {self.new}"


def written(id: str, function: Callable, hint: str) -> Mistake:
    """Return a mistake that is a function of its own, where an edit of the solution cannot say it."""
    return Mistake(id, hint, lambda: function)


def edits_of(solution: Callable, **names: object) -> Callable[..., Mistake]:
    """Return ``edit(id, old, new, hint)``: a mistake is the solution with the text `old` replaced by `new`.

    The solution's docstring is no part of the text. ``place=2`` means the second of several occurrences, ``every=True`` all of them; further
    changes of the same mistake stand in ``also``, each ``(old, new)`` or ``(old, new, place)``, and are made one after the other.

    Parameters
    ----------
    names : what edits need beside the names of the solution's module (``copy=copy``)

    Raises
    ------
    EditError
        From ``edit``: if `old` is not in the text, or is there more than once and the edit does not say which.
    """
    original = without_docstring(stubs.source_as(solution, solution.__name__))

    def edit(
        id: str,
        old: str,
        new: str,
        hint: str,
        *,
        place: int | None = None,
        every: bool = False,
        also: Sequence[tuple] = (),
    ) -> Mistake:
        where = f"{solution.__name__}, mistake {id}"
        source = edited(original, old, new, where, place, every)
        for change in also:
            source = edited(source, *change[:2], where, *change[2:])
        return Mistake(id, hint, functools.partial(_compiled, source, solution, f"<{where}>", names))

    return edit


def edited(source: str, old: str, new: str, where: str, place: int | None = None, every: bool = False) -> str:
    """Return `source` with the one occurrence of `old` (or the `place`-th, or `every` one) replaced by `new`."""
    count = source.count(old) if old else 0
    if not count:
        raise EditError(f"{where}: {old!r} is not in the source")
    if every:
        return source.replace(old, new)
    if place is None and count > 1:
        raise EditError(f"{where}: {old!r} is in the source {count} times; say which with place=, or every=True")
    if not 1 <= (place or 1) <= count:
        raise EditError(f"{where}: {old!r} is in the source {count} times, there is no place {place}")
    parts = source.split(old)
    at = place or 1
    return old.join(parts[:at]) + new + old.join(parts[at:])


def without_docstring(source: str) -> str:
    node = ast.parse(source).body[0]
    if ast.get_docstring(node) is None:
        return source
    lines = source.splitlines()
    return "\n".join(lines[: node.body[0].lineno - 1] + lines[node.body[0].end_lineno :])


def _compiled(source: str, solution: Callable, where: str, names: dict) -> Callable:
    """Return the edited function, in a copy of the solution's namespace."""
    return stubs.compiled(source, where, {**solution.__globals__, **names}, solution.__name__)


def shuffled(rng: np.random.Generator, arrays: dict) -> dict:
    """Return a dict with its entries in an order drawn from `rng`, for specifications that say "in any order"."""
    return {name: arrays[name] for name in rng.permutation(list(arrays)).tolist()}

"""The bench: somebody's right function with the call that is shown, its edits and what each of them does, and what its expressions are."""

from __future__ import annotations

import ast
import copy
import dataclasses
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from assay import outcome
from assay.cases import Case
from assay.lines import is_docstring, watched
from assay.locate import repairs
from assay.locate.forms import Edit, Kind, Spot
from assay.locate.search import TICKS, TICKS_MORE, Clock, Search
from assay.locate.trees import TICK, is_tick, without_ticks
from assay.locate.written import Mend, source_of
from assay.outcome import Outcome
from assay.questions import inputs, lines
from assay.questions.effects import OTHER, PLAIN, SHORT, SMALLEST, Effect, Unclear, effect, leaves, may_be_told
from assay.spec import Spec

PROBE = "__probe__"
MOST_VALUES = 400  # of one expression, that are kept
OTHER_SEEDS = 1, 2, 3  # of generators, where it is tried whether chance decides
FILLS = 37, 0  # of arrays that nothing was written into yet
MOST_TICKS = 50_000  # loop bodies of the call that is shown
MOST_CASES = 6  # in which a line that does the same is tried
WORD, CALLED, LITERAL = r"\b[^\W\d]\w*", r"\w\(", r"'([^']*)'"
ALIKE = (
    "sum",
    "mean",
    "max",
    "min",
    "maximum",
    "minimum",
    "argmax",
    "argmin",
    "any",
    "all",
    "zeros",
    "ones",
    "zeros_like",
    "ones_like",
    "True",
    "False",
    "None",
    "pass",
)  # words that an edit may bring in
UNUSUAL = "@", "%", "**", "//", "&", "|", "^", "/=", "*=", "+ -", "- -", "--"  # operators that no edit brings in
DECIDING = (
    ast.If,
    ast.IfExp,
    ast.While,
    ast.Compare,
    ast.BoolOp,
)  # by which the way through a function hangs on numbers
LONGEST = 110  # characters of a line that is shown as edited


class NoCall(Exception):
    """Raised where no visible case of an exercise makes a call that can be shown."""


@dataclass(frozen=True)
class Change:
    """An edit of one line: the line as it stands, what becomes of it (empty where it is left out), and what the call then does."""

    mend: Mend
    edit: Edit
    line: int
    before: str
    after: str
    effect: Effect


@dataclass
class Seen:
    """What an expression was while the call ran: its values, the first ones of many, and how often it was computed."""

    place: Spot
    node: ast.expr
    values: list[Any] = field(default_factory=list)
    count: int = 0

    @property
    def span(self) -> tuple[int, int, int, int]:
        return self.node.lineno, self.node.col_offset, self.node.end_lineno, self.node.end_col_offset


class Bench(Search):
    """Runs a right function on one call that is shown, as it is, edited, and with probes around its expressions."""

    def __init__(self, spec: Spec, functions: list, clock: Clock, case: Case):
        super().__init__(spec, functions, clock, [])
        self.case = inputs.in_few_digits(case)
        self.namespace[PROBE] = self._probe
        self.probed: list[Seen] = []
        self.made: dict[Edit, Change | None] = {}
        self.returns = tuple(spec.rule.returns)
        self.known = {*re.findall(r"\w+", self.answer.source), *ALIKE}
        self.literals = set(re.findall(LITERAL, ast.unparse(self.answer.tree)))
        self.called = {word[:-1] for word in re.findall(rf"{WORD}\(", self.answer.source)}
        self.limit = MOST_TICKS
        self.fill, self.fills = FILLS[0], any(word.startswith("empty") for word in self.known)
        if self.fills:
            self.namespace.update(
                {name: self._with_known_memory() for name, value in self.namespace.items() if value is np}
            )
        self.before = self._call()
        if self.before.error or self.before.changed or _is_empty(self.before.value):
            raise NoCall
        self.limit = max(TICKS, TICKS_MORE * self.clock.ticks)
        self.shown, self.whole = inputs.shown(spec, self.case)
        if len(self.shown) > inputs.MOST_SHOWN:
            raise NoCall
        value = self.before.value
        self.decides = any(isinstance(node, DECIDING) for node in ast.walk(self.answer.tree))
        self.counts_by_numbers = (  # how many names or numbers are returned may hang on what numbers there are
            self.decides and isinstance(value, list | tuple) and all(isinstance(one, SHORT) for one in value)
        )
        self.may_be_said = isinstance(value, str) or (
            isinstance(value, PLAIN) and np.ndim(value) == 0 and bool(abs(value) > SMALLEST)
        )
        try:
            self.effect = effect(self.before, self._call(), self.returns)
        except Unclear:
            raise NoCall from None
        if self.effect.differing:  # it does not do the same twice
            raise NoCall
        self.otherwise = self._otherwise()
        self.ran = self._lines()
        self.words = self._words({one.name: {} for one in functions})[self.answer.name]

    def _call(self, case: Case | None = None) -> Outcome:
        """Call the function as it stands now, with the call that is shown or another one."""
        self.clock.left, self.clock.ticks = self.limit, 0
        case = case or self.case
        return outcome.call(
            self.namespace[self.answer.name],
            case.args,
            case.kwargs,
            self.spec.parameters,
            case.globals,
            "",
            case.withheld,
        )

    def _otherwise(self) -> list[tuple[Case, Outcome]]:
        """Return calls with other numbers drawn, and what came of them: an edit's effect must not hang on which they are."""
        if not any(isinstance(one, np.random.Generator) for one in leaves([self.case.args, self.case.kwargs])):
            return []
        found = []
        for seed in OTHER_SEEDS:
            args, kwargs = (_drawn_anew(one, seed) for one in (self.case.args, self.case.kwargs))
            case = dataclasses.replace(self.case, args=args, kwargs=kwargs)
            found.append((case, self._call(case)))
        if any(before.error for _, before in found):
            raise NoCall
        return found

    def _lines(self) -> set[int]:
        seen: set[int] = set()
        with watched(self.namespace[self.answer.name], seen):
            self._call()
        return {line + self.answer.tree.lineno - 1 for line in seen}

    def runs(self, statement: ast.stmt) -> bool:
        """Whether a statement runs in the call that is shown."""
        return bool(self.ran.intersection(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)))

    def changes(self, rng: np.random.Generator, most: int, only: Callable[[Edit], bool]) -> Iterator[Change]:
        """Yield edits of one line that do something which can be told, in random order, at most so many that are tried."""
        found, tried = [edit for edit in self.edits if only(edit)], 0
        for i in rng.permutation(len(found)):
            if self.clock.is_up or tried == most:
                return
            if not self._is_natural(found[i], *self._shown(found[i])):
                continue
            tried += 1
            one = self._change_by(found[i])
            if one is not None and self._can_be_seen(one):
                yield one

    @functools.cached_property
    def edits(self) -> list[Edit]:
        """Edits of lines that run, of the kinds by which a slip is made or undone."""
        return list(repairs.edits(self.answer.tree, self.words, 1, lambda statement, node: self.runs(statement)))

    def _change_by(self, edit: Edit) -> Change | None:
        """Return what one of the edits makes, which is run once however often it is asked for."""
        if edit not in self.made:
            self.made[edit] = self.change([(self.answer, edit)])
        return self.made[edit]

    def change(self, mend: Mend) -> Change | None:
        """Return edits of one line with what they do; None where that cannot be told, or the line cannot be shown."""
        edit = mend[0][1]
        before, after = self._shown(*(one for _, one in mend))
        if (
            not before
            or before == after
            or TICK in before + after
            or max(len(before), len(after)) > LONGEST
            or "`" in before + after
        ):
            return None
        found = self._with(mend, self._effect)
        if found is None:
            return None
        if written := lines.own(edit.statement, self.answer.source):
            before, after = (lines.as_written(written, before, one) for one in (before, after))
        return Change(mend, edit, edit.part[0].lineno, before, after, found)

    def _effect(self) -> Effect | None:
        """Return what the function does as it stands now; None where that may not be told, or chance decides it."""
        found = self._effect_now()
        if (
            found is None
            or not may_be_told(found)
            or any(self._effect_now(*other) != found for other in self.otherwise)
        ):
            return None
        return None if self.fills and self._hangs_on_memory() else found

    def _hangs_on_memory(self) -> bool:
        """Whether something else comes of the call where other numbers lie in arrays that nothing was written into."""
        before = self._call()
        try:
            self.fill = FILLS[1]
            found = self._effect_now(None, before)
        finally:
            self.fill = FILLS[0]
        return found is None or found.error != (before.error.type if before.error else "") or bool(found.differing)

    def _with_known_memory(self) -> ModuleType:
        """Return NumPy with arrays that are not set filled by a number: what is read of them hangs on that number, and on no chance."""
        own = ModuleType("numpy")
        vars(own).update(vars(np))
        own.empty = lambda *args, **kwargs: self._filled(np.empty(*args, **kwargs))
        own.empty_like = lambda *args, **kwargs: self._filled(np.empty_like(*args, **kwargs))
        return own

    def _filled(self, array: np.ndarray) -> np.ndarray:
        array.fill(self.fill)
        return array

    def _effect_now(self, case: Case | None = None, before: Outcome | None = None) -> Effect | None:
        try:
            after = self._call(case)
            if after.error and after.error.type in ("_Stop", "MemoryError"):
                return None
            found = effect(before or self.before, after, self.returns)
        except (Unclear, TypeError, ValueError, OverflowError):
            return None
        if self.whole:
            return found
        hidden = ("is", "length") if self.counts_by_numbers else ("is",)  # what hangs on numbers that are not shown
        parts = {name: OTHER if one[0] in hidden else one for name, one in found.parts.items()}
        return Effect(found.error, found.changed, parts)

    def _shown(self, *edits: Edit) -> tuple[str, str]:
        """Return the line before and after edits of it; empty texts where the first concerns more than one."""
        edit = edits[0]
        statement = edit.statement
        if isinstance(edit.new, list) and edit.new and isinstance(edit.new[0], ast.stmt):  # an edit of a block
            if edit.part[0] is not statement or len(edit.new) != len(getattr(edit.node, edit.field)):
                return "", ""
            changed = [new for old, new in zip(getattr(edit.node, edit.field), edit.new) if old is not new]
            if len(changed) != 1 or hasattr(statement, "body"):
                return "", ""
            if not isinstance(changed[0], ast.Pass):
                return line_of(statement), line_of(changed[0])
            alone = all(isinstance(new, ast.Pass) or is_tick(new) for new in edit.new)
            return line_of(statement), "pass" if alone else ""  # a block without a statement is no Python
        before = line_of(statement)
        made = [(one, one.make()) for one in edits]
        try:
            return before, line_of(statement)
        finally:
            for one, old in reversed(made):
                one.undo(old)

    def _is_natural(self, edit: Edit, before: str, after: str) -> bool:
        """Whether an edit brings in nothing that nobody would write there: a call more, another operator or word than the function has."""
        if not before or before == after:
            return False
        if any(after.count(sign) > before.count(sign) for sign in UNUSUAL):
            return False
        if after not in ("", "pass") and isinstance(edit.statement, ast.Expr) and not after.endswith(")"):
            return False
        if self.called & (_assigned(after) - _assigned(before)):
            return False
        if not set(re.findall(LITERAL, after)) <= self.literals:
            return False
        words = set(re.findall(WORD, after))
        return words <= self.known and len(re.findall(CALLED, after)) <= len(re.findall(CALLED, before))

    def _can_be_seen(self, change: Change) -> bool:
        """Whether what an edit does follows from what is shown: where numbers are not, it does not follow that nothing happens."""
        found = change.effect
        return self.whole or bool(found.error or found.changed or found.differing)

    def text(self, node: ast.expr) -> str:
        """Return an expression as it stands in the answer's text, in one line."""
        own = ast.get_source_segment(self.answer.source, node) or ""
        return own if own and "\n" not in own else ast.unparse(without_ticks(node))

    def source(self, mend: Mend | None = None) -> str:
        """Return the text of the functions as an edit leaves them, the answer last."""
        return source_of(self.functions, mend or [])

    @functools.cached_property
    def expressions(self) -> list[Seen]:
        """Return the answer's expressions that are computed while the call runs, names alone too, with the values that are numbers, arrays or texts."""
        places = [
            (place, node)
            for statement in ast.walk(self.answer.tree)
            if isinstance(statement, ast.stmt) and not is_docstring(statement) and not is_tick(statement)
            if self.runs(statement)
            for place, node in repairs.expressions(statement)
            if repairs.may_be_wrapped(place, node)
        ]
        self.probed = [Seen(place, node) for place, node in places]
        calls = [
            ast.Call(ast.Name(PROBE, ast.Load()), [ast.Constant(i), node], []) for i, (_, node) in enumerate(places)
        ]
        mend = [(self.answer, place.replaced(call, Kind.CALL, node, 0)) for call, (place, node) in zip(calls, places)]
        after = self._with(mend, self._call)
        return [one for one in self.probed if one.count] if after is not None and not after.error else []

    def _probe(self, number: int, value: Any) -> Any:
        one = self.probed[number]
        one.count += 1
        if len(one.values) < MOST_VALUES and isinstance(value, np.ndarray | np.generic | int | float | str):
            one.values.append(copy.copy(value))
        return value

    def does_the_same(self, mend: Mend) -> bool:
        """Whether an edit changes nothing in the smaller visible cases, each called once."""
        cases = [reference.case for reference in self.spec.references if not reference.case.via]
        for case in sorted(cases, key=lambda case: inputs.size([case.args, case.kwargs]))[:MOST_CASES]:
            before, after = self._call(case), self._with(mend, lambda case=case: self._call(case))
            try:
                if after is None or before.error or after.error or effect(before, after, self.returns).differing:
                    return False
            except Unclear:
                return False
        return True


def _assigned(line: str) -> set[str]:
    """Return the words before a line's equals sign."""
    target, sign, _ = line.partition(" = ")
    return set(re.findall(WORD, target)) if sign else set()


def _drawn_anew(value: Any, seed: int) -> Any:
    """Return a value with generators in another state."""
    if isinstance(value, np.random.Generator):
        return np.random.Generator(type(value.bit_generator)(seed))
    if type(value) is dict:
        return {key: _drawn_anew(one, seed) for key, one in value.items()}
    return type(value)(_drawn_anew(one, seed) for one in value) if type(value) in (list, tuple) else value


def _is_empty(value: Any) -> bool:
    """Whether there is an array without entries in a value: anything is true of those."""
    return any(isinstance(one, np.ndarray) and not one.size for one in leaves(value))


def line_of(statement: ast.stmt) -> str:
    """Return a statement in one line; of one with a block its head."""
    if hasattr(statement, "body"):
        statement = copy.copy(statement)
        statement.body, statement.orelse = [ast.Pass()], []
    if not hasattr(statement, "lineno"):  # it is new
        statement = ast.fix_missing_locations(copy.deepcopy(statement))
    text = ast.unparse(statement).splitlines()[0].strip()
    if f"{TICK}() else" in text:  # of a lambda
        text = ast.unparse(without_ticks(statement)).splitlines()[0].strip()
    return text.replace(f" if {TICK}()", "")

"""The search: edits of some functions, likely and cheap ones first, until one makes every case hold; then the others of its kind."""

from __future__ import annotations

import ast
import builtins
import copy
import re
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from assay import outcome, wire
from assay.locate import repairs, signature
from assay.locate.callees import options_of, parameters_of
from assay.locate.forms import AS_ELSEWHERE, AS_SISTER, COMMON, Edit, Kind, Spot, Words
from assay.locate.seen import (
    FAR,
    changed_parts,
    differ_in_shape,
    is_continuous,
    is_far,
    lines_of_an_error,
    lines_of_names,
    names_of,
    parts_of,
    traced,
    words_of,
    wrong_parts,
)
from assay.locate.trees import TICK, names_imported, without_digits, words_called
from assay.locate.written import Mend, Written, copied
from assay.outcome import Outcome
from assay.rules import Close, Equal
from assay.spec import Spec
from assay.verdict import case_problem, with_what_was_asked

SLOWEST = 0.1  # seconds of one case: slower ones leave no time for a search
MOST_TRACED = 4  # failing cases whose lines are looked at
NUDGING = 0.3  # the share of the time that may go into finding out what depends on what
LIKELY, UNLIKELY, UNFIT = 2, 1, 0
SIGNS = {
    Kind.OPERATION,
    Kind.COMPARISON,
    Kind.NUMBER,
    Kind.NAME,
    Kind.FUNCTION,
    Kind.SIDES,
    Kind.INDEX,
}  # of one sign or name: tried first
# of which there are edits at any expression: tried last of their cost
MANY = {Kind.CALL, Kind.TERM, Kind.DIVISION, Kind.DIFFERENCE, Kind.POWER, Kind.NAME_GIVEN}
NUDGE = "__nudge__"
OBSERVING = 0.1  # the share of the time in which cases are looked at; one is always
# loop bodies that a candidate may run in the case that is tried first: so many, or so many times those of the function itself, or so many
# where that one ends by an error; and in any other case
TICKS, TICKS_MORE, TICKS_AFTER_ERROR, MOST_TICKS = 2_000, 20, 20_000, 200_000


class _Stop(BaseException):
    """Raised in a candidate that runs for too long."""


class Clock:
    """Says when the time is up, and stops a candidate that runs on for too long."""

    def __init__(self, seconds: float):
        processor, wall = self.now()
        self.seconds, self.ends = seconds, (processor + seconds, wall + 3 * seconds)
        self.left, self.ticks = float("inf"), 0

    @staticmethod
    def now() -> tuple[float, float]:
        """Return the processor's time and the time of the day, in seconds since whenever."""
        return time.process_time(), time.perf_counter()

    @property
    def spent(self) -> float:
        """The share of the processor's time that is gone."""
        return 1 - (self.ends[0] - time.process_time()) / self.seconds

    @property
    def is_up(self) -> bool:
        return time.process_time() > self.ends[0] or time.perf_counter() > self.ends[1]

    def tick(self) -> bool:
        self.ticks += 1
        if self.ticks > self.left or self.ticks % 16 == 0 and self.is_up:
            raise _Stop
        return True


class Search:
    """Tries edits of some functions, likely and cheap ones first, until one makes every case hold; then the others of its kind."""

    def __init__(self, spec: Spec, functions: list[Written], clock: Clock, failing: list[int]):
        self.spec, self.functions, self.clock, self.failing = spec, functions, clock, failing
        self.namespace = copied(functions)
        self.namespace.update({TICK: clock.tick, NUDGE: self._nudge})
        for one in functions:
            one.built = self._built(one)
        self.answer = functions[0]
        self.order = failing
        self.limit = MOST_TICKS
        self.nudged, self.nudge, self.at_once, self.raised = False, abs, "", False
        self.unnamed = False

    def run(self) -> list[Mend]:
        """Return what works: each a list of edits that are made together."""
        kinds = self._observe()
        if kinds is None:
            return []
        words = self._words(kinds)
        self._find_suspects()

        def singles(cost: float, *levels: int) -> Iterator[Mend]:
            for one in self.functions:

                def chosen(statement: ast.stmt, node: ast.expr | None, one: Written = one) -> bool:
                    if not one.lines.intersection(range(statement.lineno, (statement.end_lineno or 0) + 1)):
                        return False
                    suspect = self.suspects.get(id(statement if node is None else node), LIKELY)
                    return suspect in levels

                for edit in repairs.edits(one.tree, words[one.name], cost, chosen):
                    yield [(one, edit)]

        sisters = {id(one) for written in self.functions for one in _sisters(written.tree)}

        def repeated(*costs: float, among: set[int] | None = None) -> Iterator[Mend]:
            everywhere = (LIKELY, UNLIKELY, UNFIT)  # none of them alone mends every wrong part
            found = (mend[0] for cost in costs for mend in singles(cost, *everywhere))
            yield from _repeated([(one, edit) for one, edit in found if among is None or id(edit.statement) in among])

        def signs_first(candidates: Iterable[Mend]) -> Iterator[Mend]:
            yield from sorted(candidates, key=lambda mend: mend[0][1].kind not in SIGNS)

        def few_first(cost: float, *levels: int) -> Iterator[Mend]:
            for many in (False, True):
                yield from (mend for mend in singles(cost, *levels) if (mend[0][1].kind in MANY) is many)

        given = [self.spec.references[i].case for i in self.failing]
        called = signature.mends(self.answer, self.spec.parameters, given)
        larger = singles(3, LIKELY)
        rounds = [
            called,
            signs_first(singles(1, LIKELY)),
            singles(AS_SISTER, LIKELY),
            (mend for mend in singles(1, UNLIKELY) if self.unnamed and mend[0][1].kind == Kind.NAME_GIVEN),
            singles(1, UNLIKELY, UNFIT),  # a value may be of no weight until another one is right
            few_first(2, LIKELY),
            singles(AS_ELSEWHERE, LIKELY),
            *([larger] if self.raised else []),  # an error leaves few lines to look at
            repeated(1, 2, among=sisters),
            repeated(1),
            singles(AS_SISTER, UNLIKELY),
            singles(AS_ELSEWHERE, UNLIKELY),
            few_first(2, UNLIKELY),
            *([] if self.raised else [larger]),
            few_first(2, UNFIT),
            singles(3, UNLIKELY),
        ]
        for candidates in rounds:
            found = []
            for candidate in candidates:
                if self.clock.is_up:
                    return found
                if self._with(candidate, self._all_hold):
                    found.append(candidate)
            if found:  # a line like it, or a piece of the same line, may have the same slip, which no case shows
                alone = [mend[0] for mend in found if len(mend) == 1]
                same = {_repetition(one, edit) for one, edit in alone}
                more = repeated(1, among=sisters | {id(edit.statement) for _, edit in alone}) if same else ()
                found += [mend for mend in more if _repetition(*mend[0]) in same and self._with(mend, self._all_hold)]
                return found
        return []

    def _observe(self) -> dict[str, dict[str, str]] | None:
        """Run failing cases as they are: which lines run in all of them, of what kind the values are, and which case is the quickest."""
        kinds: dict[str, dict[str, str]] = {one.name: {} for one in self.functions}
        times, ticks = {}, {}
        for i in self._short_first():
            if len(times) < MOST_TRACED:
                lines: dict[str, set[int]] = {one.where: set() for one in self.functions}
                with traced({one.where: one for one in self.functions}, lines, kinds):
                    self._holds(i)
                for one in self.functions:
                    one.lines = lines[one.where] & one.lines if times else lines[one.where]
            start = time.process_time()  # a busy machine is not the function's
            self._holds(i)
            times[i], ticks[i] = time.process_time() - start, self.clock.ticks
            if len(times) >= 2 * MOST_TRACED or self.clock.spent > OBSERVING or self.clock.is_up:
                break
        self.slowness = min(times.values())
        quickest = sorted(times, key=times.__getitem__)
        if times[quickest[0]] > SLOWEST:
            return None
        self.order = [*quickest, *(i for i in range(len(self.spec.references)) if i not in times)]
        ended = any(one.error for one in self._outcomes(quickest[0]))
        self.limit = max(TICKS_AFTER_ERROR if ended else TICKS, TICKS_MORE * ticks[quickest[0]])
        if len(self.spec.calls(quickest[0])) > 1:
            first, whole = self._first_problem(quickest[0]), self._outcomes(quickest[0])
            problem = case_problem(self.spec.rule, self.spec.references[quickest[0]], whole, self.spec.name)
            self.at_once = first if problem and problem.what == first else ""
        return kinds

    def _short_first(self) -> list[int]:
        """Return the failing cases, those first in which few bodies of loops run: the others might leave no time to look at them."""
        long = set()
        for i in self.failing:
            self.order, self.limit = [i], TICKS
            self._outcomes(i, 1)
            if self.clock.ticks > TICKS:
                long.add(i)
            if self.clock.spent > OBSERVING / 2 or self.clock.is_up:
                break
        self.order, self.limit = self.failing, MOST_TICKS
        return sorted(self.failing, key=long.__contains__)

    def _find_suspects(self) -> None:
        """Find out what may be at fault for a wrong value: what the wrong parts of it depend on, and the right ones do not.

        Each expression is nudged in turn, and what changes in the result depends on it. ``suspects`` holds for an expression or a simple
        statement LIKELY, UNLIKELY (right parts depend on it too) or UNFIT (a wrong part does not); what is not in it is not known.
        """
        self.suspects: dict[int, int] = {}
        probe = self.order[0]
        before = self._outcomes(probe)
        wrong = wrong_parts(self.spec.references[probe].expected, before)
        self.judged = parts_of(self.spec.references[probe].expected)
        error = next((one.error for one in before if one.error), None)
        problem = case_problem(self.spec.rule, self.spec.references[probe], before, self.spec.name)
        if error and error.line:
            self.raised, self.unnamed = True, error.type in ("NameError", "UnboundLocalError")
            self._suspect(lines_of_an_error(self.answer.tree, error.line))
        elif wrong == {""} and problem:
            self._suspect(lines_of_names(self.answer.tree, words_of(problem.what)))
        if error or not wrong or differ_in_shape(self.spec.references[probe].expected, before):
            return  # what a shape depends on no nudge of a value shows
        start, most = time.process_time(), NUDGING * (self.clock.ends[0] - time.process_time())
        there = sum(1 for one in self.functions for node in ast.walk(one.tree) if isinstance(node, ast.expr))
        if self.slowness * there > most:
            return  # it would be known of a part of them alone
        for one in self.functions:
            for statement in [node for node in ast.walk(one.tree) if isinstance(node, ast.stmt)]:
                for place, node in repairs.expressions(statement):
                    if time.process_time() - start > most or self.clock.is_up:
                        return
                    above = self.suspects.get(id(place.parent))
                    found = above
                    if above != UNFIT and repairs.may_be_wrapped(place, node):
                        nudged = self._nudging(one, place, node, wrong, before)
                        found = above if nudged is None else nudged
                    if found == LIKELY and wrong == {""}:
                        found = self.suspects.get(id(node), LIKELY)  # what was said about the line
                    if found is not None:
                        self.suspects[id(node)] = found
                    if place.parent is statement and place.field == "value" and id(node) in self.suspects:
                        self.suspects[id(statement)] = self.suspects[id(node)]

    def _suspect(self, lines: set[int]) -> None:
        """Let what stands in some lines of the answer be likelier than the rest."""
        for node in ast.walk(self.answer.tree) if lines else ():
            own = range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1)
            self.suspects[id(node)] = LIKELY if lines.intersection(own) else UNLIKELY

    def _nudging(self, one: Written, place: Spot, node: ast.expr, wrong: set[str], before: list[Outcome]) -> int | None:
        """Return how an expression comes off when its value is nudged; None where its value is not a number that could be."""
        call = ast.Call(ast.Name(NUDGE, ast.Load()), [node], [])
        mend = [(one, place.replaced(call, Kind.CALL, node, 0))]
        changed: set[str] = set()
        for self.nudge in (lambda value: value * 1.001 + 0.001), (lambda value: 0.7 - 1.9 * value):
            self.nudged = False
            after = self._with(mend, lambda: self._outcomes(self.order[0]))
            if not after or not self.nudged or any(one.error for one in after):
                return None
            changed = changed_parts(before, after)
            if "" not in wrong:
                changed &= self.judged  # what else is returned is nobody's concern
            if wrong <= changed or wrong == {""} and changed:
                return LIKELY if wrong in (changed, {""}) else UNLIKELY
        return (
            UNFIT if is_continuous(before) else UNLIKELY
        )  # a count or a choice need not change with what it depends on

    def _nudge(self, value: Any) -> Any:
        if isinstance(value, float | np.floating) or isinstance(value, np.ndarray) and value.dtype.kind == "f":
            self.nudged = True
            return self.nudge(value)
        return value

    def _words(self, kinds: dict[str, dict[str, str]]) -> dict[str, Words]:
        calls = {name for name in self.spec.vocabulary if not name.startswith(".")} | COMMON
        methods = {name[1:] for name in self.spec.vocabulary if name.startswith(".")}
        texts = _texts_in(
            [[reference.case.args, [one.value for one in reference.expected]] for reference in self.spec.references]
        )
        for one in self.functions:
            own_calls, own_methods = words_called(one.tree)
            calls.update(own_calls)
            methods.update(own_methods)
        outside = frozenset(self.namespace) | frozenset(dir(builtins))
        found = {}
        for one in self.functions:
            known = outside | names_imported(one.tree)
            called = calls | names_imported(one.tree, ast.ImportFrom)  # a module is not
            there = tuple(sorted(name for name in called if name.partition(".")[0] in known))
            found[one.name] = Words(
                names_of(one.tree, kinds[one.name]), there, tuple(sorted(methods)), known, texts,
                parameters_of(one.tree, self.namespace, there),
                options_of(one.tree, self.namespace, kinds[one.name]),
            )  # fmt: skip
        return found

    def _with(self, candidate: Mend, then: Callable[[], Any]) -> Any:
        """Return what `then` does while the functions are edited; None where the edit is no function."""
        changed = []
        edited = {id(one): one for one, _ in candidate}.values()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the compiler's remarks on what nobody wrote
                for _, edit in candidate:
                    changed.append((edit, edit.make()))
                for one in edited:
                    self._built(one)
            return then()
        except (SyntaxError, ValueError, TypeError, IndexError, RecursionError):
            return None
        except (MemoryError, SystemError):  # what a candidate made was too large to be read; the next one starts afresh
            return None
        finally:
            for edit, old in reversed(changed):
                edit.undo(old)
            for one in edited:
                self.namespace[one.name] = one.built

    def _built(self, one: Written) -> Any:
        """Define the function as its tree stands now, in the copied namespace."""
        exec(compile(ast.Module([one.tree], []), one.where, "exec", dont_inherit=True), self.namespace)
        built = self.namespace[one.name]
        if not signature.has_plain_defaults(one.tree):  # they may hold what earlier calls left
            built.__defaults__, built.__kwdefaults__ = one.original.__defaults__, one.original.__kwdefaults__
        return built

    def _all_hold(self) -> bool:
        probe = self.order[0]
        if self._is_far(probe) or self.at_once and self._first_problem(probe) == self.at_once:
            return False
        for i in [*self.order]:
            if not self._holds(i):
                if i != probe:  # it likely refuses the next one that comes so far, too
                    self.order.remove(i)
                    self.order.insert(1, i)
                return False
        return True

    def _first_problem(self, i: int) -> str:
        """Return what is wrong with a case of several calls, as far as the first one shows it."""
        problem = case_problem(self.spec.rule, self.spec.references[i], self._outcomes(i, 1), self.spec.name)
        return problem.what if problem else ""

    def _is_far(self, i: int) -> bool:
        """Whether the answer is plainly wrong on a case, which a bare call tells: most edits are."""
        if not self._is_plain(i):
            return False
        reference = self.spec.references[i]
        self._count_from_here(i)
        try:
            value = self.namespace[self.answer.name](*copy.deepcopy(reference.case.args), **reference.case.kwargs)
        except KeyboardInterrupt:
            raise
        except BaseException:  # what it raises is its own, as in a judged call
            return True
        rule = self.spec.rule
        if type(rule).problem in (Close.problem, Equal.problem):
            return is_far(reference.expected[0].value, value, 10 * (getattr(rule, "rtol", None) or FAR / 10))
        try:
            return rule.problem(reference.case, reference.expected, [Outcome(wire.plain(value))]) is not None
        except Exception:  # it stumbles over a value of a strange form
            return False

    def _count_from_here(self, i: int) -> None:
        self.clock.left, self.clock.ticks = self.limit if i == self.order[0] else MOST_TICKS, 0

    def _is_plain(self, i: int) -> bool:
        """Whether a case is one bare call, whose value is compared with an expected one and nothing else."""
        case, expected = self.spec.references[i].case, self.spec.references[i].expected
        if not isinstance(self.spec.rule, Close | Equal) or len(expected) != 1 or expected[0].error:
            return False
        given = [one for arg in case.args for one in (arg.values() if isinstance(arg, dict) else [arg])]
        return not (case.via or case.globals or any(map(callable, given)) or len(self.spec.calls(i)) != 1)

    def _holds(self, i: int) -> bool:
        return case_problem(self.spec.rule, self.spec.references[i], self._outcomes(i), self.spec.name) is None

    def _outcomes(self, i: int, most: int | None = None) -> list[Outcome]:
        function, case, found = self.namespace[self.answer.name], self.spec.references[i].case, []
        for args in self.spec.calls(i)[:most]:
            self._count_from_here(i)
            one = outcome.call(function, args, case.kwargs, self.spec.parameters, case.globals, case.via, case.withheld)
            found.append(with_what_was_asked(one, args))
            if one.error:
                break
        return found


def _texts_in(value: Any) -> tuple[str, ...]:
    """Return the letters of the keys in inputs and results, digits left out, and what some of them have before others: ``d`` of ``dW1``."""
    keys: set[str] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            keys.update(re.sub(r"\d+$", "", key) for key in one if isinstance(key, str) and len(key) < 20)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list | tuple) else []
    return tuple(sorted(keys | {a.removesuffix(b) for a in keys for b in keys if b and a != b and a.endswith(b)}))


def _sisters(tree: ast.FunctionDef) -> list[ast.stmt]:
    """Return the statements that differ from another one by digits alone: assignments in what is assigned, others in all of it."""
    groups: dict[str, list[ast.stmt]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            groups.setdefault(without_digits(ast.unparse(node.targets[0])), []).append(node)
        elif isinstance(node, ast.AugAssign | ast.If):
            groups.setdefault(without_digits(ast.unparse(node)), []).append(node)
    return [node for group in groups.values() if len(group) > 1 for node in group]


def _repeated(singles: list[tuple[Written, Edit]]) -> Iterator[Mend]:
    """Yield edits that do the same in several lines, once in each or wherever they can: a slip is often made more than once."""
    groups: dict[tuple, list[tuple[Written, Edit]]] = {}
    for one, edit in singles:
        groups.setdefault(_repetition(one, edit), []).append((one, edit))
    for group in groups.values():
        once = {id(edit.statement): (one, edit) for one, edit in reversed(group)}
        anywhere = {(id(edit.node), edit.field, edit.index): (one, edit) for one, edit in reversed(group)}
        for kept in (once, anywhere):
            if len(kept) >= 2 and (kept is once or len(kept) > len(once)):
                yield [*kept.values()][::-1]


def _repetition(one: Written, edit: Edit) -> tuple[str, ...]:
    """Return where an edit does what with what, digits in names left out: what is the same of edits that repeat each other."""
    made = [
        ast.dump(new) if isinstance(new, ast.AST) else repr(new)
        for new in (edit.new if isinstance(edit.new, list) else [edit.new])
    ]
    before = " ".join(ast.unparse(part) for part in edit.part)
    is_number = isinstance(edit.new, ast.Constant) and not isinstance(edit.new.value, str)
    return one.name, edit.kind, without_digits(before), *(made if is_number else map(without_digits, made))

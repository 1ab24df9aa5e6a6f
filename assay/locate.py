"""Where the slip is: the smallest edit of a student's own code after which every visible case holds tells its place.

The place is told in levels: the line, the piece of it, the kind of slip; never the edited text. Of several edits that all work it tells what they
have in common. What is run are edits of the student's own function, in a copy of its namespace, on fresh copies of the inputs, for a limited
time; a function that reaches for files, the machine or names outside is not touched.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import inspect
import re
import sys
import textwrap
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from assay import errors, generators, library, outcome, repairs, streams, wire
from assay.difference import agrees
from assay.outcome import Outcome
from assay.repairs import TICK, Edit
from assay.rules import Close, Equal
from assay.spec import Spec
from assay.verdict import Verdict, case_problem

SECONDS = 3.0  # for a whole search
MOST_LINES, MOST_NODES = 60, 1_200  # of a function that is searched
MOST_FUNCTIONS = 4  # of the notebook: the answer and those that it calls
MOST_TOLD = 3  # lines; a slip that may be mended in more of them has no place
SLOWEST = 0.1  # seconds of one case: slower ones leave no time for a search
MOST_TRACED = 4  # failing cases whose lines are looked at
NUDGING = 0.3  # the share of the time that may go into finding out what depends on what
ROOM = 64 << 20  # bytes that the process may grow by meanwhile
FAR = 1e-2  # a relative difference that no rule lets pass
LIKELY, UNLIKELY, UNFIT = 2, 1, 0
NUDGE = "__nudge__"
TICKS, TICKS_MORE = (
    5_000,
    20,
)  # loop bodies that a candidate may run: so many, or so many times those of the function itself
HOPELESS = {"missing", "time", "crash", "borrowed"}  # problems that no edit of a function's text is to mend
MODULES = {
    "numpy",
    "math",
    "cmath",
    "statistics",
    "itertools",
    "functools",
    "collections",
    "operator",
    "copy",
    "fractions",
}
# Names and attributes that reach beyond a value.
BARRED = {"open", "exec", "eval", "compile", "input", "breakpoint", "exit", "quit", "globals", "locals", "vars", "setattr", "delattr",
          "getattr", "help"}  # fmt: skip
BARRED_OF = {"save", "savez", "savez_compressed", "savetxt", "tofile", "dump", "load", "loadtxt", "fromfile", "genfromtxt", "memmap",
             "seterr", "seed", "set_state", "ctypes", "testing", "f2py", "lib", "setflags"}  # fmt: skip


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


class _Stop(BaseException):
    """Raised in a candidate that runs for too long."""


@dataclass(eq=False)
class _Written:
    """A function as it stands in the notebook: its text, its tree with ticks, itself in the copied namespace."""

    name: str
    source: str
    tree: ast.FunctionDef
    original: FunctionType
    built: Any = None
    lines: set[int] = field(default_factory=set)  # that run in every failing case

    @property
    def where(self) -> str:
        return f"<searched: {self.name}>"


Mend = list[tuple[_Written, Edit]]  # edits that are made together


class _Clock:
    """Says when the time is up, and stops a candidate that runs on for too long."""

    def __init__(self, seconds: float):
        self.ends = time.process_time() + seconds, time.perf_counter() + 3 * seconds
        self.left, self.ticks = float("inf"), 0

    @property
    def is_up(self) -> bool:
        return time.process_time() > self.ends[0] or time.perf_counter() > self.ends[1]

    def tick(self) -> bool:
        self.ticks += 1
        if self.ticks > self.left or self.ticks % 16 == 0 and self.is_up:
            raise _Stop
        return True


def locate(spec: Spec, function: Callable, verdict: Verdict, seconds: float = SECONDS) -> Place | None:
    """Return where the slip of a refused function is, or None where no edit of it is found that makes every case of `spec` hold.

    Takes what :func:`find` takes.
    """
    found = find(spec, function, verdict, seconds)
    return found.place if found else None


def find(spec: Spec, function: Callable, verdict: Verdict, seconds: float = SECONDS) -> Found | None:
    """Return the place of a refused function's slip with what mends it, or None where nothing is found that does.

    Parameters
    ----------
    spec : with references for every case
    function : the answer, as it stands in its notebook
    verdict : on the cases of `spec`
    seconds : float of the processor's time, for the whole search; three times as many by the clock
    """
    problems = [case.problem for case in verdict.cases]
    if verdict.passed or any(problem and problem.kind in HOPELESS for problem in problems):
        return None
    clock = _Clock(seconds)
    try:
        functions = _written(function)
    except _NotSearched:
        return None
    search = _Search(spec, functions, clock, [i for i, problem in enumerate(problems) if problem])
    try:
        with generators.lent(), streams.quiet(), np.errstate(all="ignore"), _bounded_memory():
            found = search.run()
    except MemoryError:
        return None
    if not found:
        return None
    return Found(
        _told(functions, found), tuple(map(_edits_as_text, found)), tuple(_source(functions, mend) for mend in found)
    )


@contextlib.contextmanager
def _bounded_memory() -> Iterator[None]:
    """Let what an edit makes too large fail with MemoryError, where the system can do that: a kernel that is killed loses more than a place."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        yield
        return
    usual = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + ROOM
    if usual[0] == resource.RLIM_INFINITY or most < usual[0]:
        resource.setrlimit(resource.RLIMIT_AS, (most, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)


class _NotSearched(Exception):
    """Raised for a function that is too long, has no text, or reaches beyond its values."""


def _written(function: Any) -> list[_Written]:
    """Return the answer and the functions of its notebook that it calls, nearest first, in a copy of their namespace."""
    found: list[_Written] = []
    waiting = [function]
    while waiting and len(found) < MOST_FUNCTIONS:
        one = waiting.pop(0)
        try:
            written = _read(one)
        except _NotSearched:
            if one is function:
                raise
            continue  # a helper that is not searched is called as it is
        found.append(written)
        for name in one.__code__.co_names:
            other = one.__globals__.get(name)
            known = [written.original for written in found] + waiting
            if type(other) is FunctionType and other.__globals__ is one.__globals__ and other not in known:
                waiting.append(other)
    return found


def _read(function: Any) -> _Written:
    if type(function) is not FunctionType or function.__code__.co_freevars or hasattr(function, "__wrapped__"):
        raise _NotSearched
    try:
        source = textwrap.dedent(inspect.getsource(function))
        if source.count("\n") > MOST_LINES:
            raise _NotSearched
        tree = ast.parse(source).body[0]
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError, MemoryError):
        raise _NotSearched from None
    if not isinstance(tree, ast.FunctionDef) or tree.decorator_list or tree.name != function.__code__.co_name:
        raise _NotSearched
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES or not _harmless(tree, function.__globals__):
        raise _NotSearched
    repairs.with_ticks(tree)
    return _Written(tree.name, source, tree, function)


def _harmless(tree: ast.FunctionDef, namespace: dict[str, Any]) -> bool:
    """Whether no edit of the function can reach beyond its values: files, processes, other code, names outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global | ast.Nonlocal | ast.AsyncFunctionDef | ast.ClassDef | ast.Await):
            return False
        if isinstance(node, ast.Attribute) and (node.attr in BARRED_OF or node.attr.startswith("__")):
            return False
        if isinstance(node, ast.Import) and not all(_known_module(alias.name) for alias in node.names):
            return False
        if isinstance(node, ast.ImportFrom) and not _known_module(node.module or ""):
            return False
        if isinstance(node, ast.Name):
            value = namespace.get(node.id)
            if node.id in BARRED or node.id.startswith("__"):
                return False
            if isinstance(value, ModuleType) and not _known_module(value.__name__):
                return False
    return True


def _known_module(name: str) -> bool:
    return name.partition(".")[0] in MODULES or library.holds(name)


class _Search:
    """Tries edits of some functions, likely and cheap ones first, until one makes every case hold; then the others of its kind."""

    def __init__(self, spec: Spec, functions: list[_Written], clock: _Clock, failing: list[int]):
        self.spec, self.functions, self.clock, self.failing = spec, functions, clock, failing
        self.namespace = _copied(functions)
        self.namespace.update({TICK: clock.tick, NUDGE: self._nudge})
        for one in functions:
            one.built = self._built(one)
        self.answer = functions[0]
        self.order = failing
        self.limit = float(TICKS)
        self.nudged, self.nudge, self.at_once = False, abs, ""

    def run(self) -> list[Mend]:
        """Return what works: each a list of edits that are made together."""
        kinds = self._observe()
        if kinds is None:
            return []
        words = self._words(kinds)
        self._find_suspects()

        def singles(cost: int, likely: bool | None) -> Iterator[Mend]:
            for one in self.functions:

                def chosen(statement: ast.stmt, node: ast.expr | None, one: _Written = one) -> bool:
                    if not one.lines.intersection(range(statement.lineno, (statement.end_lineno or 0) + 1)):
                        return False
                    suspect = self.suspects.get(id(statement if node is None else node), LIKELY)
                    return likely is None or suspect == (LIKELY if likely else UNLIKELY)

                for edit in repairs.edits(one.tree, words[one.name], cost, chosen):
                    yield [(one, edit)]

        def repeated() -> Iterator[Mend]:
            sisters = {id(one) for written in self.functions for one in _sisters(written.tree)}
            found = (
                mend[0] for cost in (1, 2) for mend in singles(cost, None)
            )  # none of them alone mends every wrong part
            return _repeated([(one, edit) for one, edit in found if id(edit.statement) in sisters])

        rounds = (
            singles(1, True),
            singles(2, True),
            singles(1, False),
            repeated(),
            singles(2, False),
            singles(3, True),
        )
        for candidates in rounds:
            found = []
            for candidate in candidates:
                if self.clock.is_up:
                    return found
                if self._with(candidate, self._all_hold):
                    found.append(candidate)
            if found:
                return found
        return []

    def _observe(self) -> dict[str, dict[str, str]] | None:
        """Run failing cases as they are: which lines run in all of them, of what kind the values are, and which case is the quickest."""
        kinds: dict[str, dict[str, str]] = {one.name: {} for one in self.functions}
        times, ticks = {}, 0
        for i in self.failing:
            if len(times) < MOST_TRACED:
                lines: dict[str, set[int]] = {one.where: set() for one in self.functions}
                with _traced({one.where: one for one in self.functions}, lines, kinds):
                    self._holds(i)
                for one in self.functions:
                    one.lines = lines[one.where] & one.lines if times else lines[one.where]
            start = time.perf_counter()
            self._holds(i)
            times[i], ticks = time.perf_counter() - start, max(ticks, self.clock.ticks)
            if len(times) >= 2 * MOST_TRACED or self.clock.is_up:
                break
        quickest = sorted(times, key=times.__getitem__)
        if times[quickest[0]] > SLOWEST:
            return None
        self.order = [*quickest, *(i for i in range(len(self.spec.references)) if i not in times)]
        self.limit = max(TICKS, TICKS_MORE * ticks)
        if len(self.spec.calls(quickest[0])) > 1:
            first, whole = self._first_problem(quickest[0]), self._outcomes(quickest[0])
            problem = case_problem(self.spec.rule, self.spec.references[quickest[0]], whole, self.spec.name)
            self.at_once = first if problem and problem.what == first else ""
        return kinds

    def _find_suspects(self) -> None:
        """Find out what may be at fault for a wrong value: what the wrong parts of it depend on, and the right ones do not.

        Each expression is nudged in turn, and what changes in the result depends on it. ``suspects`` holds for an expression or a simple
        statement LIKELY, UNLIKELY (right parts depend on it too) or UNFIT (a wrong part does not); what is not in it is not known.
        """
        self.suspects: dict[int, int] = {}
        probe = self.order[0]
        before = self._outcomes(probe)
        wrong = _wrong_parts(self.spec.references[probe].expected, before)
        error = next((one.error for one in before if one.error), None)
        problem = case_problem(self.spec.rule, self.spec.references[probe], before, self.spec.name)
        if error and error.line:
            self._suspect(_lines_of_an_error(self.answer.tree, error.line))
        elif wrong == {""} and problem:
            self._suspect(_lines_of_names(self.answer.tree, set(re.findall(r"\w+", problem.what))))
        if error or not wrong or _differ_in_shape(self.spec.references[probe].expected, before):
            return  # what a shape depends on no nudge of a value shows
        start, most = time.process_time(), NUDGING * (self.clock.ends[0] - time.process_time())
        for one in self.functions:
            for statement in [node for node in ast.walk(one.tree) if isinstance(node, ast.stmt)]:
                for place, node in repairs.expressions(statement):
                    if time.process_time() - start > most or self.clock.is_up:
                        return
                    above = self.suspects.get(id(place.parent))
                    found = above
                    if above != UNFIT and repairs.may_be_wrapped(place, node):
                        nudged = self._nudging(place, node, wrong, before)
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

    def _nudging(self, place: repairs.Place, node: ast.expr, wrong: set[str], before: list[Outcome]) -> int | None:
        """Return how an expression comes off when its value is nudged; None where its value is not a number that could be."""
        call = ast.Call(ast.Name(NUDGE, ast.Load()), [node], [])
        mend = [(self.functions[0], place.replaced(call, "", node, 0))]
        changed: set[str] = set()
        for self.nudge in (lambda value: value * 1.001 + 0.001), (lambda value: 0.7 - 1.9 * value):
            self.nudged = False
            after = self._with(mend, lambda: self._outcomes(self.order[0]))
            if not after or not self.nudged or any(one.error for one in after):
                return None
            changed = _changed_parts(before, after)
            if wrong <= changed or wrong == {""} and changed:
                return LIKELY if wrong in (changed, {""}) else UNLIKELY
        return (
            UNFIT if _is_continuous(before) else UNLIKELY
        )  # a count or a choice need not change with what it depends on

    def _nudge(self, value: Any) -> Any:
        if isinstance(value, float | np.floating) or isinstance(value, np.ndarray) and value.dtype.kind == "f":
            self.nudged = True
            return self.nudge(value)
        return value

    def _words(self, kinds: dict[str, dict[str, str]]) -> dict[str, repairs.Words]:
        calls = {name for name in self.spec.vocabulary if not name.startswith(".")}
        methods = {name[1:] for name in self.spec.vocabulary if name.startswith(".")}
        for one in self.functions:
            own_calls, own_methods = repairs.words_called(one.tree)
            calls.update(own_calls)
            methods.update(own_methods)
        outside = frozenset(self.namespace) | frozenset(dir(builtins))
        there = tuple(sorted(name for name in calls if name.partition(".")[0] in outside))
        return {
            one.name: repairs.Words(_names(one.tree, kinds[one.name]), there, tuple(sorted(methods)), outside)
            for one in self.functions
        }

    def _with(self, candidate: Mend, then: Callable[[], Any]) -> Any:
        """Return what `then` does while the functions are edited; None where the edit is no function."""
        changed = []
        edited = {id(one): one for one, _ in candidate}.values()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the compiler's remarks on what nobody wrote
                changed = [(edit, edit.make()) for _, edit in candidate]
                for one in edited:
                    self._built(one)
            return then()
        except (SyntaxError, ValueError, TypeError, RecursionError):
            return None
        finally:
            for edit, old in reversed(changed):
                edit.undo(old)
            for one in edited:
                self.namespace[one.name] = one.built

    def _built(self, one: _Written) -> Any:
        """Define the function as its tree stands now, in the copied namespace."""
        exec(compile(ast.Module([one.tree], []), one.where, "exec", dont_inherit=True), self.namespace)
        built = self.namespace[one.name]
        built.__defaults__, built.__kwdefaults__ = one.original.__defaults__, one.original.__kwdefaults__
        return built

    def _all_hold(self) -> bool:
        probe = self.order[0]
        if self._is_far(probe) or self.at_once and self._first_problem(probe) == self.at_once:
            return False
        return all(self._holds(i) for i in self.order)

    def _first_problem(self, i: int) -> str:
        """Return what is wrong with a case of several calls, as far as the first one shows it."""
        problem = case_problem(self.spec.rule, self.spec.references[i], self._outcomes(i, 1), self.spec.name)
        return problem.what if problem else ""

    def _is_far(self, i: int) -> bool:
        """Whether the answer is plainly wrong on a case, which a bare call tells: most edits are."""
        if not self._is_plain(i):
            return False
        reference = self.spec.references[i]
        self.clock.left, self.clock.ticks = self.limit, 0
        try:
            value = self.namespace[self.answer.name](*copy.deepcopy(reference.case.args), **reference.case.kwargs)
        except KeyboardInterrupt:
            raise
        except BaseException:  # what it raises is its own, as in a judged call
            return True
        return _is_far(reference.expected[0].value, value, 10 * (getattr(self.spec.rule, "rtol", None) or FAR / 10))

    def _is_plain(self, i: int) -> bool:
        """Whether a case is one bare call, whose value is compared with an expected one and nothing else."""
        rule, (case, expected) = self.spec.rule, (self.spec.references[i].case, self.spec.references[i].expected)
        if type(rule).problem not in (Close.problem, Equal.problem) or len(expected) != 1 or expected[0].error:
            return False
        given = [one for arg in case.args for one in (arg.values() if isinstance(arg, dict) else [arg])]
        return not (case.via or case.globals or any(map(callable, given)) or len(self.spec.calls(i)) != 1)

    def _holds(self, i: int) -> bool:
        return case_problem(self.spec.rule, self.spec.references[i], self._outcomes(i), self.spec.name) is None

    def _outcomes(self, i: int, most: int | None = None) -> list[Outcome]:
        function, case, found = self.namespace[self.answer.name], self.spec.references[i].case, []
        for args in self.spec.calls(i)[:most]:
            self.clock.left, self.clock.ticks = self.limit, 0
            one = outcome.call(function, args, case.kwargs, self.spec.parameters, case.globals, case.via, case.withheld)
            asked = tuple(arg.seen for arg in args if callable(arg) and hasattr(arg, "seen"))
            found.append(replace(one, asked=asked) if asked else one)
            if one.error:
                break
        return found


def _is_far(wanted: Any, got: Any, rtol: float) -> bool:
    """Whether a value is certainly not the one that is wanted; where it is close, or strange, the rule has the word."""
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return True
        return any(key not in got or _is_far(one, got[key], rtol) for key, one in wanted.items())
    if isinstance(wanted, tuple | list):
        if not isinstance(got, tuple | list):
            return False
        return len(wanted) != len(got) or any(_is_far(a, b, rtol) for a, b in zip(wanted, got))
    if isinstance(wanted, float) or isinstance(wanted, np.ndarray) and wanted.dtype.kind == "f":
        if not isinstance(got, float | int | np.number | np.ndarray):
            return False
        a, b = np.asarray(wanted), np.asarray(got)
        if (
            a.size != b.size
            or a.shape != b.shape
            or b.dtype.kind not in "biuf"
            or not a.size
            or not np.isfinite(a).all()
        ):
            return a.size != b.size
        return not np.abs(a - b).max() <= rtol * np.abs(a).max() + 1e-12
    return False


def _lines_of_an_error(tree: ast.FunctionDef, line: int) -> set[int]:
    """Return the line in which an error was raised, and those that give the names that are read in it their values."""
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")]
    read = {
        node.id
        for one in statements
        if line in range(one.lineno, one.end_lineno + 1)
        for node in ast.walk(one)
        if isinstance(node, ast.Name)
    }
    return {line} | _lines_of_names(tree, read)


def _lines_of_names(tree: ast.FunctionDef, names: set[str]) -> set[int]:
    """Return the lines that give some names their values."""
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id in names)
    return {node.lineno for node in stored}


def _parts(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {repr(key): one for key, one in value.items()}
    return {repr(key): one for key, one in enumerate(value)} if isinstance(value, tuple | list) else {"": value}


def _wrong_parts(expected: list[Outcome], found: list[Outcome]) -> set[str]:
    """Return the entries of the result that are wrong; all of it where it is one."""
    if len(expected) != 1 or len(found) != 1 or type(expected[0].value) is not type(found[0].value):
        return {""}
    wanted, got = _parts(expected[0].value), _parts(found[0].value)
    if not wanted.keys() <= got.keys():
        return {""}
    return {key for key in wanted if not agrees(wanted[key], got[key])}


def _is_continuous(outcomes: list[Outcome]) -> bool:
    """Whether all of a result are numbers that are not whole ones."""
    parts = [one for outcome in outcomes for one in _parts(outcome.value).values()]
    return all(
        isinstance(one, float) or isinstance(one, np.ndarray) and one.dtype.kind == "f" for one in parts
    ) and all(np.isfinite(one).all() for one in parts)  # what is not finite hides what it depends on


def _differ_in_shape(expected: list[Outcome], found: list[Outcome]) -> bool:
    if len(expected) != 1:
        return False
    wanted, got = _parts(expected[0].value), _parts(found[0].value)
    return any(np.shape(wanted[key]) != np.shape(got.get(key)) for key in wanted if isinstance(wanted[key], np.ndarray))


def _changed_parts(before: list[Outcome], after: list[Outcome]) -> set[str]:
    if len(before) != 1 or len(after) != 1:
        return set() if _same([one.value for one in before], [one.value for one in after]) else {""}
    old, new = _parts(before[0].value), _parts(after[0].value)
    changed = {
        key for key in old.keys() | new.keys() if key not in old or key not in new or not _same(old[key], new[key])
    }
    return changed


def _same(a: Any, b: Any) -> bool:
    return wire.encode(a) == wire.encode(b)


def _copied(functions: list[_Written]) -> dict[str, Any]:
    """Return a copy of the notebook's namespace, in which data that the functions name are copies as well."""
    namespace = dict(functions[0].original.__globals__)
    for one in functions:
        for name in one.original.__code__.co_names:
            if isinstance(namespace.get(name), list | dict | set | np.ndarray | np.random.Generator):
                namespace[name] = copy.deepcopy(namespace[name])
    return namespace


class _traced:
    """Notes the lines that run in some functions, and the kinds of their variables' values at the end."""

    def __init__(self, functions: dict[str, _Written], lines: dict[str, set[int]], kinds: dict[str, dict[str, str]]):
        self.functions, self.lines, self.kinds = functions, lines, kinds

    def __enter__(self) -> None:
        self.before = sys.gettrace()
        if self.before is None:
            sys.settrace(self._call)

    def __exit__(self, *_: object) -> None:
        if self.before is None:
            sys.settrace(None)
        else:  # a debugger or a coverage tool is at it: all lines count
            for where, one in self.functions.items():
                self.lines[where].update(range(1, one.source.count("\n") + 2))

    def _call(self, frame: Any, event: str, value: Any) -> Any:
        return self._line if frame.f_code.co_filename in self.lines else None

    def _line(self, frame: Any, event: str, value: Any) -> Any:
        where = frame.f_code.co_filename
        self.lines[where].add(frame.f_lineno)
        if event == "return":
            kinds = self.kinds[self.functions[where].name]
            for name, value in frame.f_locals.items():
                kinds.setdefault(name, _kind(value))
        return self._line


def _kind(value: Any) -> str:
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return "number"
    if isinstance(value, np.ndarray):
        return "array" if value.ndim else "number"
    if isinstance(value, str):
        return "text"
    return "function" if callable(value) else type(value).__name__


def _names(tree: ast.FunctionDef, kinds: dict[str, str]) -> dict[str, str]:
    """Return the names in scope anywhere in a function, each with the kind of its values."""
    names = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    names += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {name: kinds.get(name, "") for name in names if name != "_"}


def _sisters(tree: ast.FunctionDef) -> list[ast.stmt]:
    """Return the assignments that differ from another one by digits alone, in what is assigned."""
    groups: dict[str, list[ast.stmt]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            groups.setdefault(repairs.without_digits(ast.unparse(node.targets[0])), []).append(node)
    return [node for group in groups.values() if len(group) > 1 for node in group]


def _repeated(singles: list[tuple[_Written, Edit]]) -> Iterator[Mend]:
    """Yield edits that do the same in several lines that are built alike: a slip is often made in each of them."""
    groups: dict[tuple, list[tuple[_Written, Edit]]] = {}
    for one, edit in singles:
        groups.setdefault((one.name, edit.kind, _signature(edit)), []).append((one, edit))
    for group in groups.values():
        kept = list({id(edit.statement): (one, edit) for one, edit in reversed(group)}.values())
        if len(kept) >= 2:
            yield kept[::-1]


def _signature(edit: Edit) -> tuple[str, str]:
    """Return what an edit does with what, digits left out."""
    new = edit.new
    after = " ".join(
        ast.dump(one) if isinstance(one, ast.AST) else repr(one) for one in (new if isinstance(new, list) else [new])
    )
    before = " ".join(ast.unparse(part) for part in edit.part)
    return repairs.without_digits(before), repairs.without_digits(after)


def _told(functions: list[_Written], found: list[Mend]) -> Place | None:
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


def _edits_as_text(mend: Mend) -> str:
    """Return what a mend does, in one line: "before => after", for each of its edits."""

    def changed(edit: Edit) -> str:
        before, old = ast.unparse(edit.statement), edit.make()
        try:
            return f"{before} => {ast.unparse(edit.statement)}"
        finally:
            edit.undo(old)

    return "; ".join(changed(edit) for _, edit in mend)


def _source(functions: list[_Written], mend: Mend) -> str:
    """Return the text of the functions as a mend leaves them, the answer last."""
    made = [(edit, edit.make()) for _, edit in mend]
    try:
        return "\n\n".join(ast.unparse(repairs.without_ticks(one.tree)) for one in reversed(functions))
    finally:
        for edit, old in reversed(made):
            edit.undo(old)


def _part(one: _Written, edits: list[Edit]) -> str:
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
        if isinstance(node, ast.expr) and hasattr(node, "lineno") and not repairs.is_tick(node)
        and _span(node)[0] <= start and end <= _span(node)[1]
    ]  # fmt: skip
    if not around:
        return ""
    return f"`{_text(one, around[-1])}`"


def _span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _text(one: _Written, node: ast.AST) -> str:
    return errors.cut(" ".join((ast.get_source_segment(one.source, node) or ast.unparse(node)).split()), 60)

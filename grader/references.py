"""Reference outputs: every exercise's cases, run through the solution and the known mistakes.

Visible ones go to ``data/reference/<slug>.json`` and to students. Hidden ones are drawn from the instructor's seed, a number in a file
outside git that is made on first use, and live only in the judge's memory.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import functools
import hashlib
import itertools
import json
import math
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from assay import outcome, wire
from assay.difference import agrees
from assay.locate.trees import words_called
from assay.rules import Close
from assay.spec import Asked, Pair, Reference, Spec, remembers, spec_to_data
from assay.verdict import case_problem, with_what_was_asked
from grader import catalogue, domain, idle, kept, stubs
from grader.exercise import Case, Exercise
from grader.quantities import quantities, sides
from grader.reading import Text, text_in

VISIBLE_SEED = 0
CREDIT_SEED = 0  # draws the cases of `credit_spec`
FEW = 3  # calls for further cases of an answer whose text treats all values alike
MORE = 3  # times as many further cases in a round for lines that have not run
TWINS = 16  # pairs of cases that share arguments, of an answer that may keep something
MOST_AGAIN = 2  # further cases that are called again at the end
MOST_NUMBERS_KEPT = 300  # numbers of answers whose cases are kept
POOL = 12  # times as many further cases among which those are looked for that lie to both sides of a number
EACH_SIDE = 2  # cases, for each way to look at them
SEED_VARIABLE = "IDNN_HIDDEN_SEED_FILE"


def hidden_seed(course: Path | str = ".") -> int:
    """Return the instructor's seed; made on first use, readable by its owner alone.

    The file is ``.instructor/hidden_seed`` in the course folder, or the one that IDNN_HIDDEN_SEED_FILE names.
    """
    path = Path(os.environ.get(SEED_VARIABLE) or Path(course) / ".instructor" / "hidden_seed")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the mode is the last folder's alone
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"{secrets.randbits(63)}\n")
    except FileExistsError:
        pass
    for _ in range(100):  # another command may have made the file and not yet written into it
        text = path.read_text().strip()
        if text:
            break
        time.sleep(0.01)
    if not text.isdigit():
        raise ValueError(
            f"{path} must hold one whole number, the seed of the hidden cases; delete it to have a new one made"
        )
    return int(text)


def draw_cases(assignment: str, exercise: Exercise, seed: int, visible: bool) -> list[Case]:
    """Return the cases of one judgement; each exercise has a stream of its own, so that exercises do not disturb each other."""
    rng = np.random.default_rng(_seed_of(f"{assignment}.{exercise.name}.{'visible' if visible else 'hidden'}.{seed}"))
    draw = exercise.visible if visible and exercise.visible else exercise.draw
    return [dataclasses.replace(case, withheld=exercise.withheld) for case in draw(rng)]


def _seed_of(words: str) -> list[int]:
    """Return a seed for NumPy's generators that hangs on every letter."""
    return list(hashlib.sha256(words.encode()).digest())


def build_spec(
    assignment: str, exercise: Exercise, cases: list[Case], visible: bool = False, seed: int = 0, spare: int = 0
) -> Spec:
    """Run the solution and the known mistakes on `cases`, `spare` of which may be left out where the solution does not hold them.

    Raises
    ------
    CatalogueError
        If the solution does not hold under its own rule: a defect of the exercise, never to be blamed on a student.
    """
    names = catalogue.parameters(assignment, exercise.name)
    solution = catalogue.solution(assignment, exercise.name)
    references = []
    for number, case in enumerate(cases):
        key = [] if visible else [assignment, exercise.name, seed, number]
        made = functools.partial(_run, exercise, solution, case, names)
        expected = kept.value(key and [*key, "solution"], made, _as_trees, _of_trees)
        bare = Reference(case, expected)
        problem = case_problem(exercise.rule, bare, expected)
        if problem and spare:
            spare -= 1
            continue
        if problem:
            raise catalogue.CatalogueError(
                f"{assignment}.{exercise.name}: the solution fails its own case {case.label!r}: {problem.sentence()}"
            )
        prints = _Fingerprints(exercise, bare, names, key)
        references.append(
            Reference(
                case,
                expected if exercise.rule.needs_expected or not visible else [],
                dict(prints) if visible else prints,
            )
        )
    hints = {mistake.id: mistake.hint for mistake in exercise.mistakes}
    floor = functools.cache(lambda: idle.floor(exercise.rule, references, names))
    second = None if visible else _Second(exercise, solution, references, names)
    further = None if visible or not exercise.anywhere else Further(exercise, solution, names, seed)
    return Spec(
        assignment,
        exercise.name,
        exercise.points,
        exercise.section,
        names,
        exercise.rule,
        references,
        hints,
        floor,
        second,
        further,
        _vocabulary(solution) if visible else (),
    )


def _vocabulary(solution: Any) -> tuple[str, ...]:
    """Return the names of what a solution calls, sorted, methods with a dot before them: ``(".copy", "np.sum")``."""
    calls, methods = words_called(ast.parse(stubs.source_as(solution, solution.__name__)).body[0])
    return (*(f".{name}" for name in methods), *calls)


class _Second:
    """Chooses the case that is called twice with the same objects: one of those that hold, by an order drawn from the cases themselves.

    Where all hold, an entry of each array is changed before the second call: what was returned first is not right again.
    """

    def __init__(self, exercise: Exercise, solution: Any, references: list[Reference], names: list[str]):
        self._exercise, self._solution, self._references, self._names = exercise, solution, references, names
        self._rng = np.random.default_rng(_seed_of(repr([wire.encode(r.case.args) for r in references])))
        self._drawn = self._rng.permutation(len(references)).tolist()
        self._known: dict[int, Reference] = {}

    @functools.cached_property
    def _order(self) -> list[int]:
        """The cases as drawn, but for the first one of which something else is due after the change: there a second result shows in the first."""
        showing = (
            i
            for i in self._drawn
            if self._exercise.rule.may_be_repeated(self._references[i].case)
            and not agrees(self._changed(i).expected[0].value, self._references[i].expected[0].value, 0.0)
        )
        first = next(showing, self._drawn[0])
        return [first, *(i for i in self._drawn if i != first)]

    @functools.cached_property
    def planned(self) -> tuple[int, Reference] | None:
        """The number of the case that is tried where all hold, and the altered case."""
        fitting = self._fitting([True] * len(self._references))
        return (fitting[0], self._changed(fitting[0])) if fitting else None

    def _fitting(self, held: Sequence[bool]) -> list[int]:
        return [i for i in self._order if held[i] and self._exercise.rule.may_be_repeated(self._references[i].case)]

    def __call__(self, held: Sequence[bool]) -> list[Reference]:
        """Return the cases to try, the first one first: altered ones, and where an answer is right in part an unaltered one last.

        With other numbers a case might be another one, which an answer that is right in part need not hold.
        """
        fitting = self._fitting(held)
        if not fitting:
            return []
        if all(held):
            return [self._changed(fitting[0])]
        first = self._references[fitting[0]]
        plain = dataclasses.replace(first, case=dataclasses.replace(first.case, again=()))
        return [*map(self._changed, fitting[:2]), plain]

    def _changed(self, i: int) -> Reference:
        if i not in self._known:
            self._known[i] = self._altered(self._references[i])
        return self._known[i]

    def _altered(self, reference: Reference) -> Reference:
        """Return the case with a change of its arguments between the two calls where any change leaves it a case, and what is right then."""
        plain = dataclasses.replace(reference, case=dataclasses.replace(reference.case, again=()))
        if not isinstance(self._exercise.rule, Close) or any(isinstance(arg, tuple) for arg in reference.case.args):
            return plain  # a cache holds what follows from its other entries
        args, changes = copy.deepcopy(reference.case.args), []
        for number, key, array in _float_arrays(args):
            place, other = (int(i) for i in self._rng.integers(array.size, size=2))
            entry = (array.flat[place] + array.flat[other]) / 2
            array.flat[place] = entry
            changes.append([number, key, place, float(entry)])
        altered = dataclasses.replace(reference.case, args=args, again=())
        try:
            expected = _run(self._exercise, self._solution, dataclasses.replace(altered, again=None), self._names)
        except Exception:
            return plain
        if not changes or expected[0].error:
            return plain
        return dataclasses.replace(
            reference, case=dataclasses.replace(plain.case, again=tuple(changes)), expected=expected
        )


def _float_arrays(args: tuple) -> Iterator[tuple[int, str | None, np.ndarray]]:
    for number, arg in enumerate(args):
        for key, array in arg.items() if isinstance(arg, dict) else [(None, arg)]:
            if (
                isinstance(array, np.ndarray)
                and array.dtype.kind == "f"
                and not np.isin(array, (0, 1)).all()  # labels
                and (key is None or isinstance(key, str))
            ):
                yield number, key, array


class Further:
    """Cases from all that the docstring allows, and beside each number of an answer that the solution does not hold itself.

    An answer without a branch, a comparison, a number or a word that the solution does without has nowhere to change its mind: it gets a few.

    Some are called a second time at the end: an answer that keeps anything between calls is asked when it has forgotten what it kept it for.
    """

    def __init__(self, exercise: Exercise, solution: Any, names: list[str], seed: int):
        self._exercise, self._solution, self._names = exercise, solution, names
        self._seed = _seed_of(f"{exercise.name}.further.{seed}")
        self._text = text_in(solution)
        self._known: dict[str | float, list] = {}  # by round, or by number

    def soon(self, text: Text) -> list[Pair]:
        """Return the few cases of an answer that has nowhere to change its mind; none for the others, whose cases take a while to make."""
        return self(text, 0) if text.is_even(self._text) else []

    def __call__(self, text: Text, round: int) -> list[Pair]:
        anywhere = self._kept(str(round), self._anywhere)
        if text.is_even(self._text):
            return self._fresh(anywhere[: max(1, FEW // len(anywhere[0][1]))]) if anywhere else []
        anywhere = self._fresh(anywhere)
        beside = [] if round else self._beside_all(text.beside(self._text))
        twins = self._fresh(self._kept("twins", self._twins)) if not round and text.may_keep(self._text) else []
        return [*anywhere, *self._fresh(beside), *twins, *anywhere[:MOST_AGAIN]]

    def _kept(self, key: Any, draw: Callable[[Any], Iterable[Pair]]) -> list[Pair]:
        if key not in self._known:
            if len(self._known) > MOST_NUMBERS_KEPT:
                self._known.clear()
            self._known[key] = list(draw(key))
        return self._known[key]

    def _anywhere(self, round: str) -> Iterable[Pair]:
        rng = np.random.default_rng([*self._seed, int(round)])
        count = self._exercise.further * (MORE if int(round) else 1)
        return self._furthest_first(domain.cases_anywhere(self._exercise.anywhere, rng, count))

    def _furthest_first(self, cases: Iterable[Case]) -> list[Pair]:
        """Return the cases that hold, before all others that with the smallest numbers and that with the largest: few answers see more of them."""
        found = [(pair, self.sizes(pair[0].case, pair[0].expected)) for pair in self._held(cases)]
        sums = [sum(math.log(abs(size)) for size in sizes.values() if size) for _, sizes in found]
        order = sorted(range(len(found)), key=sums.__getitem__)
        return [found[i][0] for i in dict.fromkeys([*order[:1], *order[-1:], *range(len(found))])]

    def _twins(self, key: str) -> Iterable[Pair]:
        cases = domain.cases_twice(self._exercise.anywhere, [*self._seed, 2], min(TWINS, self._exercise.further))
        return self._held(cases)

    def _beside_all(self, numbers: list[float]) -> list[Pair]:
        """Return cases beside each number in turn, so that none of the first ones takes all of an answer's cases."""
        most = domain.MOST_BESIDE_SLOW if self._exercise.slow else domain.MOST_BESIDE
        made: list[list[Pair]] = []
        for number in numbers:
            if sum(map(len, made)) < 2 * most:
                made.append(self._kept(float(number), self._beside))
        return _in_turn(made, most)

    def _beside(self, number: float) -> Iterable[Pair]:
        seed = [*self._seed, *_seed_of(repr(number))]
        found = [*self._held(domain.cases_beside(self._exercise.anywhere, seed, number)), *self._to_both_sides(number)]
        return [found[i] for i in np.random.default_rng([*seed, 5]).permutation(len(found))]

    def _to_both_sides(self, number: float) -> Iterator[Pair]:
        """Yield cases of which an argument, or what is due, lies clearly above a number or below it, whichever way one looks at it."""
        if number in domain.PLAIN or self._exercise.slow:
            return
        far = domain.cases_far(self._exercise.anywhere, [*self._seed, *_seed_of(repr(number))], number)
        seen: Counter[tuple[str, int]] = Counter()
        for found in itertools.chain((_Candidate(self, case) for case in far), self._kept("pool", self._pool)):
            new = sides(found.sizes, number)
            if any(seen[side] < EACH_SIDE for side in new) and found.pair:
                yield found.pair
                seen.update(new)

    def _pool(self, key: str) -> Iterable[_Candidate]:
        rng = np.random.default_rng([*self._seed, 4])
        cases = domain.cases_anywhere(self._exercise.anywhere, rng, POOL * self._exercise.further)
        return (_Candidate(self, case) for case in cases)

    def _held(self, cases: Iterable[Case]) -> Iterator[Pair]:
        return (pair for case in cases if (pair := self.referenced(case)))

    def sizes(self, case: Case, due: list[outcome.Outcome] | None = None) -> dict[str, float]:
        """Return how large a case is, and what is `due` of it; where that is not given, what the solution's first call gives."""
        try:
            due = due or _run(self._exercise, self._solution, case, self._names, calls=1)
        except wire.WireError:
            return {}
        given = {**dict(zip(self._names, case.args)), **case.kwargs}
        return quantities({**given, "what is due": due[0].value})

    def referenced(self, case: Case) -> Pair | None:
        """Return the case with what is due, and its calls; None where the solution does not hold it, which a test sees to, or it is too large to be sent."""
        case = dataclasses.replace(case, withheld=self._exercise.withheld)
        try:
            reference = Reference(case, _run(self._exercise, self._solution, case, self._names))
        except wire.WireError:
            return None
        raised = any(one.error for one in reference.expected)  # no docstring promises that something fails
        if raised or case_problem(self._exercise.rule, reference, reference.expected):
            return None
        return reference, self._calls(case)

    def _calls(self, case: Case) -> list[Asked]:
        return [(case, args) for args in self._exercise.rule.calls(case)]

    def _fresh(self, pairs: list[Pair]) -> list[Pair]:
        """Return cases with calls of their own where a function among the arguments has a memory."""
        return [
            (one, self._calls(one.case) if remembers([args for _, args in calls]) else calls) for one, calls in pairs
        ]


class _Candidate:
    """A case that may be taken: how large it is takes one call of the solution, what is due of it and whether the solution holds it three as a rule."""

    def __init__(self, further: Further, case: Case):
        self._further, self._case = further, case

    @functools.cached_property
    def sizes(self) -> dict[str, float]:
        return self._further.sizes(self._case)

    @functools.cached_property
    def pair(self) -> Pair | None:
        return self._further.referenced(self._case)


def _in_turn(lists: Iterable[list], most: int) -> list:
    """Return up to so many items: the first ones of all lists, then the second ones, and so on."""
    rows = itertools.zip_longest(*lists, fillvalue=None)
    return [item for row in rows for item in row if item is not None][:most]


def _as_trees(outcomes: list[outcome.Outcome]) -> list[dict]:
    """Return the form in which outcomes are kept.

    Raises
    ------
    ValueError
        If what a recorder was asked is part of them, which has no such form.
    """
    if any(one.asked for one in outcomes):
        raise ValueError("what a recorder was asked is not kept")
    return [outcome.write_outcome(one, binary=False) for one in outcomes]


def _of_trees(trees: list[dict]) -> list[outcome.Outcome]:
    return list(map(outcome.read_outcome, trees))


class _Fingerprints(Mapping):
    """The known mistakes' fingerprints on one case, each computed when it is first asked for.

    Recognition compares case by case and drops a mistake at the first that does not fit, so most are never run: with a traced
    function a mistake takes half a second. Hidden ones are kept for the course by `key`.
    """

    def __init__(self, exercise: Exercise, reference: Reference, names: list[str], key: list):
        self._exercise, self._reference, self._names, self._key = exercise, reference, names, key
        self._functions = {mistake.id: mistake.function for mistake in exercise.mistakes}
        self._known: dict[str, Any] = {}

    def __getitem__(self, mistake: str) -> Any:
        if mistake not in self._known:
            made = functools.partial(self._made, mistake)
            self._known[mistake] = kept.value(self._key and [*self._key, mistake], made)
        return self._known[mistake]

    def _made(self, mistake: str) -> Any:
        case, rule = self._reference.case, self._exercise.rule
        outcomes = _run(self._exercise, self._functions[mistake], case, self._names)
        return rule.fingerprint(case, outcomes) if case_problem(rule, self._reference, outcomes) else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


def _run(
    exercise: Exercise, function: Any, case: Case, names: list[str], calls: int | None = None
) -> list[outcome.Outcome]:
    """Return what becomes of the calls of a case, or of the first few of them."""
    found = []
    for args in exercise.rule.calls(case)[:calls]:
        noted = tuple(_noting(arg) if hasattr(arg, "known") else arg for arg in args)
        one = outcome.call(function, noted, case.kwargs, names, case.globals, case.via)
        found.append(with_what_was_asked(one, args))
    return found


def _noting(function: Callable) -> Callable:
    """Return a pure function that keeps its answers: they are asked for again by everybody who goes about it as usual."""

    def noting(*args: Any) -> Any:
        asked, value = wire.key(wire.encode(list(args))), function(*args)
        function.known[asked] = wire.encode(value)
        return value

    return noting


@functools.lru_cache(maxsize=1024)
def hidden_spec(assignment: str, name: str, seed: int) -> Spec:
    """Return the hidden cases of one exercise with their references, computed once per process.

    A case that the solution itself does not hold is left out: an unlucky draw must keep nobody from being graded. Two are no bad luck.
    """
    exercise = catalogue.exercise(assignment, name)
    return build_spec(assignment, exercise, draw_cases(assignment, exercise, seed, visible=False), seed=seed, spare=1)


def left_out(assignment: str, name: str, seed: int) -> int:
    """Return how many cases of a seed the solution does not hold, which quality and the tests ask for."""
    drawn = draw_cases(assignment, catalogue.exercise(assignment, name), seed, visible=False)
    return len(drawn) - len(hidden_spec(assignment, name, seed).references)


@functools.cache
def credit_spec(assignment: str, name: str) -> Spec:
    """Return the cases by which a refused answer is scored: the same ones whatever the seed, and no mistake is recognised there."""
    spec = hidden_spec(assignment, name, CREDIT_SEED)
    bare = [dataclasses.replace(reference, fingerprints={}) for reference in spec.references]
    return dataclasses.replace(spec, references=bare, hints={}, further=None)


def function_data(assignment: str, name: str) -> dict:
    """Return what the visible reference file says of one exercise."""
    exercise = catalogue.exercise(assignment, name)
    cases = draw_cases(assignment, exercise, VISIBLE_SEED, visible=True)
    return spec_to_data(build_spec(assignment, exercise, cases, visible=True))


def write_visible(assignments: Sequence[str], check: bool = False) -> list[str]:
    """Write (or only compare) the visible reference files; return the assignments whose file was not up to date.

    Numbers are compared with a tolerance: another processor's last bits do not make a file stale. Exercises are run in parallel, those that
    take long first.
    """
    folder = catalogue.course().root / "data" / "reference"
    rows = [(slug, one) for slug in assignments for one in catalogue.exercises(slug).values()]
    with ProcessPoolExecutor() as pool:
        made = {
            (slug, one.name): pool.submit(function_data, slug, one.name)
            for slug, one in sorted(rows, key=lambda row: not row[1].slow)
        }
        functions = {slug: [made[slug, name].result() for name in catalogue.exercises(slug)] for slug in assignments}
    return [slug for slug in assignments if not _written(folder / f"{slug}.json", slug, functions[slug], check)]


def _written(path: Path, assignment: str, functions: list[dict], check: bool) -> bool:
    """Write a reference file that is not up to date, unless it is only to be checked; return whether it was."""
    text = _lines(
        {
            "assignment": assignment,
            "library": catalogue.course().library,
            "generated_by": "python -m grader references",
            "functions": functions,
        }
    )
    if path.is_file() and _alike(json.loads(path.read_text(encoding="utf-8")), json.loads(text)):
        return True
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return False


def _lines(data: dict) -> str:
    """JSON with a line per case, so that a change shows where it is."""
    head = {key: value for key, value in data.items() if key != "functions"}
    blocks = []
    for function in data["functions"]:
        cases = ",\n".join("  " + json.dumps(case) for case in function["cases"])
        rest = json.dumps({key: value for key, value in function.items() if key != "cases"})
        blocks.append(f'{rest[:-1]}, "cases": [\n{cases}\n]}}')
    return f'{json.dumps(head)[:-1]}, "functions": [\n' + ",\n".join(blocks) + "\n]}\n"


def _alike(a: Any, b: Any, scale: float = 0.0) -> bool:
    """Whether two trees are the same but for round-off, which is of the size of the largest number of an array."""
    if isinstance(a, float) and isinstance(b, float):
        most = max(abs(a), abs(b), scale)
        return a == b or a != a and b != b or abs(a - b) <= 1e-5 * most or most < 1e-6
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        scale = max((abs(one) for one in a if isinstance(one, float) and math.isfinite(one)), default=0.0)
        return len(a) == len(b) and all(_alike(x, y, scale) for x, y in zip(a, b))
    return a == b

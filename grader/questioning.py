"""Questions about right answers, judged: how many there are, how long they take, and whether every choice is what it says when it is run anew.

The proof of a choice is run here in another way than the question was made: the text is compiled as it stands, a probe is put in by its
place in the text, and values are compared by NumPy alone.
"""

from __future__ import annotations

import ast
import copy
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay import outcome
from assay.check import load_references
from assay.questions.asking import questions
from assay.questions.forms import Choice, Question
from assay.spec import Spec
from grader import catalogue, stubs
from grader.judge import TooLong, time_limit
from grader.quality import in_parallel
from grader.words import percent

SECONDS = 5.0  # of one run
PATIENCE = 6.0  # seconds of the processor's time for one answer: a machine with more to do than this must not decide what is counted
PROBE = "__value__"
NUMBERS = (bool, int, float, np.number, np.bool_, np.ndarray)
_numbers = itertools.count()


@dataclass
class Asked:
    """One exercise's figures; `wrong` holds what a choice said that its proof did not bear out."""

    assignment: str
    name: str
    answers: int = 0
    enough: int = 0  # answers with at least three questions of three kinds
    asked: int = 0
    choices: int = 0
    kinds: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    few: list[str] = field(default_factory=list)  # answers without enough
    wrong: list[str] = field(default_factory=list)


def measure(assignment: str, name: str, seed: int = 0, most: int = 4) -> Asked:
    """Ask about the solution and every listed right answer of an exercise, and run each choice anew."""
    result, spec = Asked(assignment, name), load_references(assignment)[name]
    for number, answer in enumerate(
        (catalogue.solution(assignment, name), *catalogue.answers(assignment, name).correct)
    ):
        function = stubs.as_in_notebook(answer, assignment, name)
        start = time.process_time()
        found = questions(spec, function, seed + number, most, PATIENCE)
        result.seconds.append(time.process_time() - start)
        result.answers += 1
        result.asked += len(found)
        result.kinds.update(question.kind for question in found)
        if len(found) >= 3 and len({question.kind for question in found}) >= 3:
            result.enough += 1
        else:
            result.few.append(f"{answer.__name__}: {', '.join(question.kind for question in found) or 'nothing'}")
        for question in found:
            result.choices += len(question.choices)
            for choice in question.choices:
                if holds(question, choice, function, spec) != choice.right:
                    result.wrong.append(f"{answer.__name__}: {question.asked} {choice.text}")
    return result


def measure_all(assignments: list[str], seed: int = 0, workers: int | None = None) -> Iterator[Asked]:
    """Yield the figures of every exercise that needs nothing but NumPy, in order, measured in parallel."""
    course = catalogue.course()
    jobs = [(slug, name) for slug in assignments if not course[slug].needs for name in catalogue.exercises(slug)]
    yield from in_parallel(measure, [(*job, seed) for job in jobs], workers)


def line(results: list[Asked]) -> str:
    """Return the sums in one line, as ``python -m grader quality`` prints it."""
    answers, enough = sum(one.answers for one in results), sum(one.enough for one in results)
    asked, choices = sum(one.asked for one in results), sum(one.choices for one in results)
    seconds = sorted(itertools.chain.from_iterable(one.seconds for one in results)) or [0.0]
    return (
        f"questions of three kinds for {percent(enough, answers)} of right answers ({enough}/{answers}) | {asked} questions with "
        f"{choices} choices, {sum(len(one.wrong) for one in results)} wrong when run anew | {seconds[len(seconds) // 2]:.1f} s an answer, "
        f"at most {seconds[-1]:.1f} s"
    )


def holds(question: Question, choice: Choice, like: Callable, spec: Spec) -> bool | None:
    """Run a choice's proof and return whether its claim is true; None where the run says nothing."""
    proof = choice.proof
    if proof.probe:
        return _holds_of_a_value(question, choice, like)
    before, after = (_run(question, text, like, spec) for text in (question.source, proof.source))
    if before is None or before.error or after is None:
        return None
    claim = proof.claim
    if "error" in claim:
        return after.error is not None
    if after.error:
        return False
    changed = sorted({path.split("[")[0] for path in after.changed})
    old, new = before.value, after.value
    if "changed" in claim:
        return changed == sorted(claim["changed"]) and _equal(old, new)
    if changed:
        return False
    if "same" in claim:
        return _equal(old, new)
    if "parts" in claim:
        names = list(old) if isinstance(old, dict) else list(spec.rule.returns)
        if not isinstance(new, type(old)) or len(old) != len(new) or isinstance(old, dict) and old.keys() != new.keys():
            return False
        pairs = [
            (name, *((old[name], new[name]) if isinstance(old, dict) else (old[i], new[i])))
            for i, name in enumerate(names)
        ]
        return {name for name, a, b in pairs if not _equal(a, b)} == set(claim["parts"])
    if "whole" in claim:
        return _is_so(claim["whole"], old, new)
    pairs = _parts(old, new, spec)
    return bool(pairs) and all(_is_so(claim["each"], a, b) for a, b in pairs)


def _parts(old: Any, new: Any, spec: Spec) -> list[tuple[Any, Any]]:
    """Return the pairs of old and new parts of a result that has several, as a question counts them; none where it has others now."""
    if isinstance(old, dict):
        return [(old[key], new[key]) for key in old] if isinstance(new, dict) and old.keys() == new.keys() else []
    named = isinstance(old, tuple | list) and len(old) == len(spec.rule.returns)
    return list(zip(old, new)) if named and isinstance(new, tuple | list) and len(old) == len(new) else []


def _is_so(relation: tuple, old: Any, new: Any) -> bool:
    kind = relation[0]
    if kind == "is":
        return _in_three_digits(new) == relation[1]
    if kind == "none":
        return new is None
    if kind == "number":
        return isinstance(new, NUMBERS) and np.ndim(new) == 0
    if kind == "keys":
        return isinstance(new, dict) and list(new) == list(relation[1:])
    if kind == "length":
        return type(new).__name__ == relation[1] and len(new) == relation[2]
    if kind == "shape":
        return isinstance(new, NUMBERS) and np.shape(new) == tuple(relation[1])
    leaves = _leaves(old, new) if _same_form(old, new) else []
    if kind == "times":
        return bool(leaves) and all(_is_multiple(a, b, relation[1]) for a, b in leaves)
    if kind == "nan":
        return any(not np.isfinite(b).all() for _, b in leaves if isinstance(b, np.ndarray | float))
    if kind == "shapes":
        return _same_form(old, new) and any(np.shape(a) != np.shape(b) for a, b in leaves)
    raise ValueError(f"no claim is called {kind!r}")


def _is_multiple(old: Any, new: Any, factor: float) -> bool:
    """Whether a value is so many times what it was: what was 0 must be 0 still."""
    if np.shape(old) != np.shape(new) or not np.isfinite(new).all():
        return False
    where = np.asarray(old) != 0
    if np.any(np.asarray(new)[~where]):
        return False
    found = np.asarray(new, float)[where] / np.asarray(old, float)[where]
    if not found.size:
        return True
    return bool(
        np.ptp(found) <= 1e-6 * max(1.0, abs(factor)) and abs(found.mean() - factor) <= 0.07 * abs(factor) + 1e-9
    )


def _in_three_digits(value: Any) -> str | None:
    if isinstance(value, tuple | list):
        return str(type(value)(map(_Text, map(_in_three_digits, value)))).replace(",)", ")")
    if isinstance(value, str | None):
        return repr(value)
    if not isinstance(value, NUMBERS) or np.ndim(value):
        return None
    value = np.asarray(value).item()
    return str(value) if isinstance(value, bool | int) else f"{value + 0.0:.3g}"


class _Text(str):
    """A text that is printed in a list without quotation marks."""

    def __repr__(self) -> str:
        return str(self)


def _same_form(old: Any, new: Any) -> bool:
    if isinstance(old, dict):
        return isinstance(new, dict) and old.keys() == new.keys() and all(_same_form(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple):
        return type(old) is type(new) and len(old) == len(new) and all(map(_same_form, old, new))
    return isinstance(new, NUMBERS) == isinstance(old, NUMBERS)


def _leaves(old: Any, new: Any) -> list[tuple[Any, Any]]:
    """Return the arrays and numbers of two values of one form, in pairs; dicts by their keys, whatever their order."""
    if isinstance(old, dict):
        return [pair for key in old for pair in _leaves(old[key], new[key])]
    if isinstance(old, list | tuple):
        return [pair for a, b in zip(old, new) for pair in _leaves(a, b)]
    return [(old, new)]


def _equal(old: Any, new: Any) -> bool:
    """Whether two plain values are the same up to rounding."""
    if isinstance(old, dict):
        return isinstance(new, dict) and old.keys() == new.keys() and all(_equal(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple):
        return type(old) is type(new) and len(old) == len(new) and all(map(_equal, old, new))
    if old is None or isinstance(old, str) or new is None or isinstance(new, str | dict | list | tuple):
        return type(old) is type(new) and old == new
    if not isinstance(new, NUMBERS):
        return False
    a, b = np.asarray(old), np.asarray(new)
    if a.shape != b.shape:
        return False
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-6 * float(np.abs(a).max(initial=0.0)), equal_nan=True))


def _compiled(text: str, like: Callable, name: str, more: dict | None = None) -> Callable:
    namespace = {**like.__globals__, **(more or {})}
    function = stubs.compiled(text, f"<proof {next(_numbers)}>", namespace, name)
    return function


def _run(question: Question, text: str, like: Callable, spec: Spec) -> outcome.Outcome | None:
    case = question.case
    try:
        with time_limit(SECONDS), np.errstate(all="ignore"):
            function = _compiled(text, like, question.exercise)
            function.__defaults__, function.__kwdefaults__ = like.__defaults__, like.__kwdefaults__
            return outcome.call(function, case.args, case.kwargs, spec.parameters, case.globals, "", case.withheld)
    except TooLong:
        return None


def _holds_of_a_value(question: Question, choice: Choice, like: Callable) -> bool | None:
    """Put a probe around the expression in the text itself, call the function and look at what the probe saw."""
    seen: list[Any] = []

    def probe(value: Any) -> Any:
        seen.append(copy.copy(value))
        return value

    text = _with_probe(choice.proof.source, choice.proof.probe)
    args, kwargs = copy.deepcopy((question.case.args, question.case.kwargs))
    with time_limit(SECONDS), np.errstate(all="ignore"):
        _compiled(text, like, question.exercise, {PROBE: probe, **question.case.globals})(*args, **kwargs)
    claim = choice.proof.claim
    if "count" in claim:
        return len(seen) == claim["count"]
    if "shape" in claim:
        return bool(seen) and np.shape(seen[0]) == tuple(claim["shape"])
    return bool(seen) and f"{float(seen[0]):.3g}" == f"{claim['value']:.3g}"


def _with_probe(text: str, span: tuple[int, int, int, int]) -> str:
    """Return the text with a call of the probe around what stands at `span`: lines counted from 1, columns in bytes as the parser counts."""
    lines = [row.encode() for row in text.splitlines(keepends=True)]
    first, start, last, end = span
    lines[last - 1] = lines[last - 1][:end] + b"))" + lines[last - 1][end:]
    lines[first - 1] = lines[first - 1][:start] + f"{PROBE}((".encode() + lines[first - 1][start:]
    probed = b"".join(lines).decode()
    ast.parse(probed)
    return probed


__all__ = ["Asked", "holds", "line", "measure", "measure_all"]

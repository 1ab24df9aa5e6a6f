"""Answers that compute nothing, and what they hold of an exercise: cases that such an answer passes earn no points by themselves.

A constant, an argument handed back, its length, zeros of its shape: where one of them is right by accident, a case tells nothing about an
answer. Such cases stay, because a right answer must hold them too; the points of an answer that is right in part come from the others.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from assay import outcome
from assay.cases import Case, Rule
from assay.outcome import Outcome
from assay.spec import Floor, Reference
from assay.verdict import case_problem
from assay.wire import Tensor, Variable

Answer = Callable[..., Any]
CONSTANTS = (
    None, True, False, 0, 1, -1, 2, 0.0, 1.0, -1.0, 0.5, math.nan, math.inf, "", [], (), {}, [[]], [0], [0.0], (0,), (0, 0), (0.0, 0.0), (1.0, 0.0),
    ([], []), ({}, {}), ({}, {}, {}), np.zeros(()), np.zeros(1), np.zeros((1, 1)), np.ones((1, 1)), Tensor(np.float32(0)), Tensor(np.float32(1)),
)  # fmt: skip
MOST_PAIRED = 5  # first parameters of which pairs and triples are handed back
MOST_SAID = 20  # entries of an expected value that somebody may guess


def idle_answers(num_parameters: int) -> Iterator[Answer]:
    """Yield functions of the arguments that compute nothing; where one does not fit, it raises."""
    for value in CONSTANTS:
        yield _marked(lambda *args, value=value: value, plain=value is None or isinstance(value, float | Tensor))
    for i in range(num_parameters):
        for look in _LOOKS:
            yield _marked(lambda *args, i=i, look=look: look(args[i]), plain=look is _LOOKS[0])
    for count in (2, 3):
        for chosen in itertools.combinations(range(min(num_parameters, MOST_PAIRED)), count):
            yield lambda *args, chosen=chosen: tuple(args[i] for i in chosen)
    yield lambda *args: [tuple(args[:2])]
    yield lambda *args: list(args)


def _marked(answer: Answer, plain: bool) -> Answer:
    """Mark an answer that is also tried where a driver calls it, which takes long: tracing costs a fraction of a second."""
    answer.plain = plain
    return answer


def _same_shape(fill: float) -> Answer:
    """Return a function that replaces every array and number in a value."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(filled(item) for item in value)
        if isinstance(value, Tensor | Variable):
            return type(value)(np.full(np.shape(value.array), fill, np.float32))
        return np.full(np.shape(value), fill) if isinstance(value, np.ndarray) else fill

    return filled


def _array(value: Any) -> np.ndarray:
    array = value.array if isinstance(value, Tensor | Variable) else value
    if not isinstance(array, np.ndarray | float | int):
        raise TypeError("no array")
    return np.asarray(array)


_LOOKS: tuple[Answer, ...] = (
    lambda value: value,
    lambda value: -value,
    len,
    lambda value: _array(value).shape,
    lambda value: _array(value).shape[0],
    lambda value: _array(value).shape[1],
    lambda value: _array(value).size,
    lambda value: np.zeros(_array(value).shape[:1]),
    lambda value: np.zeros((1, _array(value).shape[1])),
    lambda value: next(iter(value)),
    lambda value: next(reversed(value)),
    list,
    sorted,
    lambda value: dict.fromkeys(value, 0.0),
    lambda value: dict.fromkeys(value, 1.0),
    _same_shape(0.0),
    _same_shape(1.0),
    lambda value: Tensor(_array(value).astype(np.float32)),
    lambda value: Tensor(np.zeros_like(_array(value), np.float32)),
    lambda value: Tensor(np.ones_like(_array(value), np.float32)),
)  # fmt: skip


def floor(rule: Rule, references: Sequence[Reference], names: list[str]) -> Floor:
    """Return what answers that compute nothing hold, as far as they are wrong: one that holds every case is right.

    Parameters
    ----------
    rule : judges the cases
    references : the cases with the solution's outcomes
    names : the function's parameters

    Returns
    -------
    floor : Floor, by the cases' order
    """
    idle = [False] * len(references)
    for answer in idle_answers(len(names)):
        held = [_holds(rule, reference, answer, names) for reference in references]
        if not all(held):
            idle = [a or b for a, b in zip(idle, held)]
    cases = [reference.case for reference in references]
    known = {
        repr(v): v for r in references if not r.case.via and r.expected and _can_be_guessed(v := r.expected[0].value)
    }
    luck = 0.0
    for value in known.values():
        held = [_holds(rule, reference, lambda *args, value=value: value, names) for reference in references]
        if not all(held):
            luck = max(luck, Floor(tuple(idle)).share(rule, cases, held))
    return Floor(tuple(idle), luck)


def _holds(rule: Rule, reference: Reference, answer: Answer, names: list[str]) -> bool:
    case = reference.case
    changes = reference.expected and reference.expected[0].changed  # which nothing is that computes nothing
    if changes or case.via and not getattr(answer, "plain", False):
        return False
    try:
        outcomes = [_outcome(case, args, answer, names) for args in rule.calls(case)]
    except Exception:  # it does not fit these arguments
        return False
    return case_problem(rule, reference, outcomes) is None


def _outcome(case: Case, args: tuple, answer: Answer, names: list[str]) -> Outcome:
    if case.via:
        return outcome.call(answer, args, case.kwargs, names, case.globals, case.via)
    given = [*args, *(case.kwargs[name] for name in names[len(args) :] if name in case.kwargs)]
    return Outcome(answer(*given), rng_advanced=True)


def _can_be_guessed(value: Any) -> bool:
    """Whether a value is a word, a whole number, or a short list of such: one that a student may type in the hope that it is asked for."""
    if isinstance(value, list | tuple):
        return len(value) <= MOST_SAID and all(_can_be_guessed(item) for item in value)
    return value is None or isinstance(value, bool | int | str | np.integer)

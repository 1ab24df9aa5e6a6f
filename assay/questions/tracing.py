"""Trace: what an expression of the function is while the call runs, and how often it is computed."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from assay.questions.bench import Bench, Seen
from assay.questions.effects import APART, SMALLEST, few
from assay.questions.forms import TRACE, Choice, Proof, Question

CHOICES = 4
ASKED = (ast.BinOp, ast.Call, ast.Subscript, ast.Attribute, ast.UnaryOp, ast.Compare)
LONGEST = 90  # characters of an expression that is asked about


def traces(bench: Bench, seen: list[Seen], rng: np.random.Generator) -> Iterator[Question]:
    """Yield questions of shapes, values and counts, in random order."""
    makers = (_shape, _value, _count)
    order = [(one, make) for one in seen if _may_be_asked(bench, one) for make in makers]
    for i in rng.permutation(len(order)):
        one, make = order[i]
        question = make(bench, seen, one, rng)
        if question is not None:
            yield question


def _may_be_asked(bench: Bench, one: Seen) -> bool:
    text = bench.text(one.node)
    return isinstance(one.node, ASKED) and len(text) <= LONGEST and "`" not in text


def _shape(bench: Bench, seen: list[Seen], one: Seen, rng: np.random.Generator) -> Question | None:
    value = one.values[0]
    if not isinstance(value, np.ndarray) or not value.ndim or _is_given(bench, one.node):
        return None
    shape = value.shape
    if len({np.shape(each) for each in one.values}) > 1 and one.count != len(one.values):
        return None
    numbers = [node.value for node in ast.walk(one.place.statement) if isinstance(node, ast.Constant)]
    if all(length in numbers for length in shape):
        return None
    others = {np.shape(each.values[0]) for each in seen if isinstance(each.values[0], np.ndarray)}
    near = {
        shape[::-1],
        (shape[0],),
        (*shape[:-1], 1),
        (1, *shape[1:]),
        (shape[0] + 1, *shape[1:]),
        (int(np.prod(shape)),),
    }
    wrong = _chosen([*_shuffled(others - {shape, ()}, rng), *_shuffled(near - others - {shape}, rng)])
    if len(wrong) < 2:
        return None
    asked = f"In this call, what is the shape of `{bench.text(one.node)}` in line {one.node.lineno}{_first(one)}?"
    said = f"When the call is run, it has shape `{shape}` there"
    return _question(bench, one, asked, [f"`{each}`" for each in (shape, *wrong)], [shape, *wrong], "shape", said, rng)


def _value(bench: Bench, seen: list[Seen], one: Seen, rng: np.random.Generator) -> Question | None:
    value = one.values[0]
    if not bench.whole or _is_given(bench, one.node) or not _is_number(value):
        return None
    if isinstance(value, bool | np.bool_):
        return None
    if not np.isfinite(value) or abs(value) > 1e6 or 0 < abs(value) < SMALLEST:
        return None
    shown = few(value)
    if any(
        _is_number(node.value) and few(node.value) == shown
        for node in ast.walk(one.place.statement)
        if isinstance(node, ast.Constant)
    ):
        return None
    if any(
        _is_number(each.values[0]) and few(each.values[0]) == shown for each in seen if _is_within(each.node, one.node)
    ):
        return None  # it is what a part of it is
    number = float(value)
    pool = [
        each.values[0]
        for each in seen
        if _is_number(each.values[0]) and not isinstance(each.values[0], bool | np.bool_)
    ]
    pool = _shuffled({float(each) for each in pool if np.isfinite(each)}, rng)
    whole = isinstance(value, int | np.integer)
    near = [number + 1, number - 1, 2 * number] if whole else [-number, number / 2, 2 * number, 1 - number, 10 * number]
    pool = [*[each for each in pool if not whole or each == int(each)], *_shuffled(set(near), rng)]
    wrong: list[float] = []
    for each in pool:
        if all(_apart(each, other) for other in (number, *wrong)) and abs(each) < 1e6:
            wrong.append(each)
    wrong = wrong[: CHOICES - 1]
    if len(wrong) < 2:
        return None
    texts = [shown, *(few(int(each) if whole else each) for each in wrong)]
    if len(set(texts)) < len(texts):
        return None
    asked = f"In this call, what is the value of `{bench.text(one.node)}` in line {one.node.lineno}{_first(one)}?"
    if not whole:
        asked = asked[:-1] + ", in three digits?"
    said = f"When the call is run, it is {shown} there"
    return _question(bench, one, asked, texts, [number, *wrong], "value", said, rng)


def _count(bench: Bench, seen: list[Seen], one: Seen, rng: np.random.Generator) -> Question | None:
    if (
        one.count < 2
        or one.count > 200
        or isinstance(one.place.parent, ast.expr)
        and not isinstance(one.node, ast.Call)
    ):
        return None
    if not bench.whole and bench.decides:
        return None
    if f"range({one.count})" in bench.answer.source:
        return None
    others = {each.count for each in seen} - {one.count}
    near = {one.count - 1, one.count + 1, 2 * one.count, 1} - others - {one.count}
    wrong = _chosen([*_shuffled(others, rng)[:2], *_shuffled(near, rng)])
    asked = f"How often is `{bench.text(one.node)}` in line {one.node.lineno} computed in this call?"
    said = f"When the call is run, it is computed {_times(one.count)}"
    return _question(
        bench, one, asked, [_times(each) for each in (one.count, *wrong)], [one.count, *wrong], "count", said, rng
    )


def _question(
    bench: Bench,
    one: Seen,
    asked: str,
    texts: list[str],
    claims: list[Any],
    what: str,
    said: str,
    rng: np.random.Generator,
) -> Question:
    source = bench.answer.source
    choices = [
        Choice(text, f"{said}.", number == 0, Proof(source, {what: claim}, one.span))
        for number, (text, claim) in enumerate(zip(texts, claims))
    ]
    order = rng.permutation(len(choices))
    return Question(
        TRACE,
        bench.spec.name,
        asked,
        bench.shown,
        tuple(choices[i] for i in order),
        source.rstrip(),
        one.node.lineno,
        bench.case,
    )


def _is_given(bench: Bench, node: ast.expr) -> bool:
    """Whether an expression only picks out what stands in the call: a parameter, or an entry of one by its name or number."""
    while isinstance(node, ast.Subscript | ast.Attribute) and (
        isinstance(node, ast.Attribute) or isinstance(node.slice, ast.Constant)
    ):
        if isinstance(node, ast.Attribute) and node.attr in ("shape", "size", "T"):
            return False
        node = node.value
    return isinstance(node, ast.Name | ast.Constant)


def _is_within(node: ast.expr, whole: ast.expr) -> bool:
    return node is not whole and any(node is part for part in ast.walk(whole))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) or isinstance(value, np.ndarray) and value.ndim == 0


def _first(one: Seen) -> str:
    return ", the first time it is computed" if one.count > 1 else ""


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _apart(one: float, other: float) -> bool:
    return abs(one - other) > APART * max(abs(one), abs(other))


def _shuffled(values: Any, rng: np.random.Generator) -> list:
    values = sorted(values)
    return [values[i] for i in rng.permutation(len(values))]


def _chosen(values: list) -> list:
    return list(itertools.islice(dict.fromkeys(values), CHOICES - 1))

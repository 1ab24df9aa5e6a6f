"""Systematic mutants of a function: one small change each, of the kinds that people make.

Operators, comparisons, signs, constants, axes, keyword arguments, indices, swapped arguments and results, missing statements and calls,
one function for another (``sum`` for ``mean``), the variable of another layer (``Z2`` for ``Z1``). A mutant that computes the same as the
original whatever the input is *equivalent*; those are listed with the exercise's answers, with the reason.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPERATORS: dict[type, list[type]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
}
_COMPARISONS: dict[type, list[type]] = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}


_CALLS = {
    "sum": "mean", "mean": "sum", "reduce_sum": "reduce_mean", "reduce_mean": "reduce_sum",
    "min": "max", "max": "min", "maximum": "minimum", "minimum": "maximum", "argmax": "argmin", "argmin": "argmax",
    "zeros": "ones", "zeros_like": "ones_like", "std": "var", "var": "std", "log": "log2", "square": "abs",
}  # fmt: skip

_COMMUTATIVE = ("maximum", "minimum")


@dataclass(frozen=True)
class Mutant:
    """One changed source, and what was changed: the lines before and after, which name the mutant."""

    source: str
    change: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a function's source; duplicates and the unchanged function left out."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for changed in _changed_trees(tree):
        ast.fix_missing_locations(changed)
        try:
            text = ast.unparse(changed)
        except (AttributeError, ValueError):
            continue
        if text != original and text not in found:
            found[text] = Mutant(text, _change(original, text))
    return list(found.values())


def _change(before: str, after: str) -> str:
    """Return the lines that differ, as ``before => after``: all between the first and the last, without their indentation."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " => ".join(" / ".join(line.strip() for line in lines) for lines in (old, new))


def _changed_trees(tree: ast.Module) -> Iterator[ast.Module]:
    function = tree.body[0]
    given = {id(node) for node in ast.walk(function.args)}  # the signature is not the student's
    symmetric = {id(_without_layout(arg)) for node in ast.walk(function) if _is_symmetric(node) for arg in node.args}
    siblings = _siblings(function)
    for number, node in enumerate(ast.walk(function)):
        if id(node) in given:
            continue
        for change in (*_changes(node), *_other_layers(node, siblings)):
            if change is _swap_operands and id(node) in symmetric:
                continue
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed.body[0])) if i == number)
            change(target)
            yield changed


def _siblings(function: ast.AST) -> dict[str, str]:
    """Return for each name (or key) that ends in a number the next one that differs in the number alone: ``Z1 -> Z2 -> Z3 -> Z1``."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    names |= {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    }
    groups: dict[str, list[str]] = {}
    for name in sorted(name for name in names if re.fullmatch(r"[A-Za-z]+\d", name)):
        groups.setdefault(name[:-1], []).append(name)
    return {name: group[(i + 1) % len(group)] for group in groups.values() for i, name in enumerate(group)}


def _other_layers(node: ast.AST, siblings: dict[str, str]) -> Iterator:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in siblings:
        yield lambda n: setattr(n, "id", siblings[n.id])
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in siblings:
        yield lambda n: setattr(n, "value", siblings[n.value])


def _is_symmetric(node: ast.AST) -> bool:
    """Whether a call does not see the sign of its argument: swapping a difference in it changes nothing."""
    name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
    return isinstance(node, ast.Call) and name in ("abs", "norm", "square")


def _without_layout(node: ast.expr) -> ast.expr:
    """Return what a call lays out anew, since the order of entries changes no norm: ``a - b`` of ``np.ravel(a - b)``."""
    is_layout = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("ravel", "reshape") and node.args
    return node.args[0] if is_layout else node


def _changes(node: ast.AST) -> Iterator:
    """Yield functions that change a node (of the same kind, in a copy) in place."""
    if isinstance(node, ast.BinOp):
        for other in _OPERATORS.get(type(node.op), []):
            yield lambda n, other=other: setattr(n, "op", other())
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult | ast.FloorDiv):
            yield _swap_operands
    elif isinstance(node, ast.AugAssign):
        for other in _OPERATORS.get(type(node.op), []):
            yield lambda n, other=other: setattr(n, "op", other())
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARISONS.get(type(node.ops[0]), []):
            yield lambda n, other=other: setattr(n, "ops", [other()])
    elif isinstance(node, ast.BoolOp):
        yield lambda n: setattr(n, "op", ast.Or() if isinstance(n.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield _drop_sign
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield lambda n: n.ifs.clear()
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) >= 2:
        yield lambda n: n.value.elts.__setitem__(slice(0, 2), n.value.elts[1::-1])
    elif isinstance(node, ast.Constant):
        for value in _other_constants(node.value):
            yield lambda n, value=value: setattr(n, "value", value)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield lambda n: setattr(n, "attr", "real")
    elif isinstance(node, ast.Call):
        yield from _call_changes(node)
    if isinstance(getattr(node, "body", None), list):
        yield from _statement_changes(node)


def _drop_sign(node: ast.UnaryOp) -> None:
    """Turn ``-x`` and ``not x`` into ``+x`` and ``bool(x)``, as far as a node can be changed in place."""
    if isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
    else:
        node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _swap_operands(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left


def _other_constants(value: object) -> list:
    if value is True or value is False:
        return [not value]
    if isinstance(value, int):
        return [value + 1] if value == 0 else [value - 1, value + 1]
    if isinstance(value, float):
        return [value * 2 or 1.0]
    return []


def _call_changes(node: ast.Call) -> Iterator:
    for i in range(len(node.keywords)):
        if node.keywords[i].arg in ("axis", "keepdims", "dtype", "initial", "ord", "ddof", "size", "from_logits"):
            yield lambda n, i=i: n.keywords.pop(i)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if len(node.args) >= 2 and name not in _COMMUTATIVE and not any(isinstance(arg, ast.Starred) for arg in node.args):
        yield lambda n: n.args.__setitem__(slice(0, 2), [n.args[1], n.args[0]])
    if name in _CALLS:
        attribute = "attr" if isinstance(node.func, ast.Attribute) else "id"
        yield lambda n: setattr(n.func, attribute, _CALLS[name])
    if len(node.args) == 1 and name in (
        "sqrt", "square", "exp", "log", "abs", "sorted", "floor", "copy", "zeros_like", "relu", "sigmoid",
    ):  # fmt: skip
        yield lambda n: _become(n, n.args[0])
    if name == "copy" and not node.args and isinstance(node.func, ast.Attribute):
        yield lambda n: _become(n, n.func.value)


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn a call into its argument: a call of the parentheses that do nothing."""
    node.func = ast.Name("_same", ast.Load())
    node.args, node.keywords = [other], []


def _statement_changes(node: ast.AST) -> Iterator:
    for i, statement in enumerate(node.body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring
        if isinstance(statement, ast.FunctionDef | ast.Return | ast.ClassDef) and len(node.body) > 1:
            continue  # without them the function obviously does nothing
        if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.If | ast.For | ast.With | ast.Raise):
            yield lambda n, i=i: n.body.__setitem__(i, ast.Pass())

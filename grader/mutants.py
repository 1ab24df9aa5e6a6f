"""Systematic mutants of a function: one small change each, of the kinds that people make.

Operators, comparisons, constants, axes, keyword arguments, indices, swapped arguments, missing statements, missing calls. A mutant that
computes the same as the original whatever the input is *equivalent*; those are listed in ``grader/equivalents.py`` with the reason.
"""

from __future__ import annotations

import ast
import copy
import difflib
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


@dataclass(frozen=True)
class Mutant:
    """One changed source and what was changed."""

    source: str
    change: str

    @property
    def id(self) -> str:
        """Names the mutant stably: the change and the line it is in."""
        return self.change


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
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]
    removed = " / ".join(" ".join(line[2:].split()) for line in lines if line[0] == "-")
    added = " / ".join(" ".join(line[2:].split()) for line in lines if line[0] == "+")
    return f"{removed} => {added}"


def _changed_trees(tree: ast.Module) -> Iterator[ast.Module]:
    function = tree.body[0]
    given = {id(node) for node in ast.walk(function.args)}  # the signature is not the student's
    symmetric = {id(_without_layout(arg)) for node in ast.walk(function) if _is_symmetric(node) for arg in node.args}
    for number, node in enumerate(ast.walk(function)):
        if id(node) in given:
            continue
        for change in _changes(node):
            if change is _swap_operands and id(node) in symmetric:
                continue
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed.body[0])) if i == number)
            change(target)
            yield changed


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
    elif isinstance(node, ast.Constant):
        for value in _other_constants(node.value):
            yield lambda n, value=value: setattr(n, "value", value)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield lambda n: setattr(n, "attr", "real")
    elif isinstance(node, ast.Call):
        yield from _call_changes(node)
    if isinstance(getattr(node, "body", None), list):
        yield from _statement_changes(node)


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
    if len(node.args) >= 2 and not any(isinstance(arg, ast.Starred) for arg in node.args):
        yield lambda n: n.args.__setitem__(slice(0, 2), [n.args[1], n.args[0]])
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if len(node.args) == 1 and name in (
        "sqrt",
        "square",
        "exp",
        "log",
        "abs",
        "sorted",
        "floor",
        "copy",
        "zeros_like",
    ):
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

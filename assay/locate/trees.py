"""Small tools for syntax trees: ticks that count loops, names with dots, numbers in texts, operands and brackets."""

from __future__ import annotations

import ast
import copy
import itertools
import re
from collections.abc import Iterator
from types import UnionType
from typing import Any

TICK = "__tick__"  # called by what is searched, and no part of the student's text
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)
SIGNS = [
    ast.unparse(ast.BinOp(ast.Name("a"), one(), ast.Name("b"))).split()[1] for one in ARITHMETIC[:6]
]  # whole numbers' own left out
LOGIC = (ast.BitAnd, ast.BitOr, ast.BitXor)
COMPARISONS = (
    (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn),
)
FAMILIES = (
    ("sum", "mean", "max", "min", "prod", "std", "var"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("zeros", "ones", "empty"),
    ("zeros_like", "ones_like", "empty_like"),
    ("floor", "ceil", "round", "int"),
    ("exp", "log", "sqrt", "square", "abs", "log2", "log10", "log1p", "expm1"),
    ("dot", "multiply", "matmul"),
    ("add", "subtract", "multiply", "divide"),
    ("any", "all"),
    ("standard_normal", "random"),
    ("append", "extend"),
    ("greater", "greater_equal", "less", "less_equal"),
    ("vstack", "hstack"),
    ("allclose", "array_equal"),
)
MOST_OPERANDS = 9  # of an expression in which brackets are tried


def placed_at(new: ast.AST, old: ast.AST) -> ast.AST:
    """Give `new`, and what is new in it, the position of `old`."""
    if "lineno" in new._attributes:
        if hasattr(new, "lineno"):
            return new
        ast.copy_location(new, old)
    for child in ast.iter_child_nodes(new):
        placed_at(child, old)
    return new


def is_tick(node: ast.AST) -> bool:
    """Whether a node was added by :func:`with_ticks`."""
    node = node.value if isinstance(node, ast.Expr) else node
    if isinstance(node, ast.Name):
        return node.id == TICK
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == TICK


def with_ticks(function: ast.FunctionDef) -> None:
    """Let each body of a loop or function call ``__tick__`` first, in place: who calls it can count, and stop what does not end."""

    def tick(node: ast.AST) -> ast.Call:
        where = function.body[0]
        return placed_at(ast.Call(ast.Name(TICK, ast.Load()), [], []), node if hasattr(node, "lineno") else where)

    for node in [*ast.walk(function)]:
        if isinstance(node, ast.For | ast.While | ast.FunctionDef):
            node.body.insert(0, placed_at(ast.Expr(tick(node)), node))
        elif isinstance(node, ast.comprehension):
            node.ifs.insert(0, tick(node.iter))
        elif isinstance(node, ast.Lambda):
            node.body = placed_at(ast.IfExp(tick(node), node.body, node.body), node)


def without_ticks(function: ast.FunctionDef) -> ast.FunctionDef:
    """Return a copy of the tree without what :func:`with_ticks` added."""

    class Without(ast.NodeTransformer):
        def generic_visit(self, node):
            for field in ("body", "ifs"):
                if isinstance(getattr(node, field, None), list):
                    setattr(node, field, [one for one in getattr(node, field) if not is_tick(one)])
            return super().generic_visit(node)

        def visit_IfExp(self, node):
            return self.visit(node.body) if is_tick(node.test) else self.generic_visit(node)

    return Without().visit(copy.deepcopy(function))


def emptied_of(node: ast.expr, operands: list[ast.expr]) -> ast.expr:
    """Return the operations of an expression alone, with a name ``_0_`` for each operand, which goes into `operands`."""
    if isinstance(node, ast.BinOp):
        return ast.BinOp(emptied_of(node.left, operands), node.op, emptied_of(node.right, operands))
    if isinstance(node, ast.UnaryOp):
        return ast.UnaryOp(node.op, emptied_of(node.operand, operands))
    if isinstance(node, ast.Compare):
        return ast.Compare(
            emptied_of(node.left, operands), node.ops, [emptied_of(one, operands) for one in node.comparators]
        )
    operands.append(node)
    return ast.Name(f"_{len(operands) - 1}_", ast.Load())


def filled_with(tree: ast.expr, operands: list[ast.expr]) -> ast.expr:
    class Fill(ast.NodeTransformer):
        def visit_Name(self, node):
            return operands[int(node.id.strip("_"))]

    return Fill().visit(tree)


def with_brackets(tokens: list[str]) -> Iterator[list[str]]:
    opened = []
    for i, token in enumerate(tokens):  # a pair less
        if token == "(":
            opened.append(i)
        elif token == ")":
            start = opened.pop()
            yield [one for j, one in enumerate(tokens) if j not in (start, i)]
    starts = [i for i, token in enumerate(tokens) if token[0] in "_(-~n" and (i == 0 or tokens[i - 1][0] not in "_)")]
    ends = [i for i, token in enumerate(tokens) if token[0] in "_)"]
    for start in starts:
        for end in ends:
            if end > start:
                yield [*tokens[:start], "(", *tokens[start : end + 1], ")", *tokens[end + 1 :]]


def with_another_sign(tokens: list[str], numbers: set[str]) -> Iterator[list[str]]:
    """Yield an expression's tokens with another sign for an operation, a power's before one of the `numbers` alone."""
    for i, token in enumerate(tokens):
        if token in SIGNS and i and tokens[i - 1][0] in "_)":
            for other in SIGNS:
                if other != token and (other != "**" or tokens[i + 1] in numbers):
                    yield [*tokens[:i], other, *tokens[i + 1 :]]


def targets_of(statement: ast.stmt) -> list[ast.Name]:
    """Return the names that a statement assigns, those of statements inside it left out."""
    tops = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [
        node
        for top in tops
        if top
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def other_operators(operator: ast.operator) -> list[ast.operator]:
    family = next((one for one in (ARITHMETIC, LOGIC) if type(operator) in one), ())
    return [other() for other in family if other is not type(operator)]


def number_node(value: Any) -> ast.expr:
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def binary_node(op: type, left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, op(), right)


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def dotted_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return getattr(node, "id", "")


def from_dotted(name: str) -> ast.expr:
    first, *rest = name.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def words_called(function: ast.FunctionDef) -> tuple[list[str], list[str]]:
    """Return the dotted names of the functions that a tree calls, ``np.sum``, and the names of the methods, ``copy``, each sorted."""
    own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    calls, methods = set(), set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and not is_tick(node):
            dotted = dotted_name(node.func)
            if dotted and dotted.partition(".")[0] not in own:
                calls.add(dotted)
            elif isinstance(node.func, ast.Attribute):
                methods.add(node.func.attr)
    return sorted(calls), sorted(methods)


def names_imported(function: ast.FunctionDef, how: type | UnionType = ast.Import | ast.ImportFrom) -> set[str]:
    """Return the names that a function gives to what it imports."""
    found = (name for node in ast.walk(function) if isinstance(node, how) for name in node.names)
    return {name.asname or name.name.partition(".")[0] for name in found}


def digits_of(text: str) -> tuple[str, list[str]]:
    return without_digits(text), re.findall(r"\d", text)


def without_digits(text: str) -> str:
    return re.sub(r"\d", "#", text)


def next_texts(value: str) -> list[str]:
    """Return the same text with another letter of a name before or after it, or another digit."""
    other = [value[:-1] + str(int(value[-1]) + step) for step in (-1, 1) if value[-1:].isdigit()]
    return [*other, value[1:] if value[:1] == "d" else f"d{value}"]


def shifted_by(value: ast.expr, by: int) -> ast.expr:
    """Return `value` with the digits in its names and texts moved by `by`."""

    class Shift(ast.NodeTransformer):
        def visit_Name(self, node):
            node.id = _moved(node.id, by)
            return node

        def visit_Constant(self, node):
            node.value = _moved(node.value, by) if isinstance(node.value, str) else node.value
            return node

    return Shift().visit(copy.deepcopy(value))


def renamed(node: ast.expr, old: str, new: str) -> ast.expr:
    """Return an expression with another name in place of one."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node):
            return ast.copy_location(ast.Name(new, node.ctx), node) if node.id == old else node

    return Rename().visit(copy.deepcopy(node))


def with_another_index(node: ast.expr) -> Iterator[ast.expr]:
    """Yield copies of an expression, each with the first element for another one in an index of it, or the second for the first."""
    inside = {id(part) for one in ast.walk(node) if isinstance(one, ast.Subscript) for part in ast.walk(one.slice)}
    for i, one in enumerate(ast.walk(node)):
        if id(one) in inside and isinstance(one, ast.Constant) and type(one.value) is int:
            other, twin = _copied(node, i)
            twin.value = 0 if one.value else 1
            yield other


def with_a_sign_turned(node: ast.expr) -> Iterator[ast.expr]:
    """Yield copies of an expression, each with a plus for a minus in it, or the other way round, or an argument with another sign."""
    for i, one in enumerate(ast.walk(node)):
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add | ast.Sub):
            other, twin = _copied(node, i)
            twin.op = ast.Sub() if isinstance(one.op, ast.Add) else ast.Add()
            yield other
        for j, arg in enumerate(one.args if isinstance(one, ast.Call) else ()):
            if isinstance(arg, ast.Name | ast.UnaryOp):
                other, twin = _copied(node, i)
                negative = ast.copy_location(ast.UnaryOp(ast.USub(), arg), arg)
                twin.args[j] = arg.operand if isinstance(arg, ast.UnaryOp) else negative
                yield other


def _copied(node: ast.expr, i: int) -> tuple[ast.expr, Any]:
    """Return a copy of an expression, and the one of its nodes that is the copy of the i-th."""
    other = copy.deepcopy(node)
    return other, next(itertools.islice(ast.walk(other), i, None))


def _moved(text: str, by: int) -> str:
    return re.sub(r"\d", lambda found: str(max(int(found[0]) + by, 0)), text)

"""Other ways to write an expression that are the same by a law: of arithmetic, of Python or of NumPy, for the kinds of values that it has.

A law is offered only where the values that were seen are of the kind that it holds for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from assay.locate.trees import dotted_name

MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}
SIMPLE = (ast.Name, ast.Constant, ast.Subscript, ast.Attribute)
REDUCTIONS = ("np.sum", "np.mean", "np.max", "np.min", "np.std", "np.var", "np.any", "np.all")


def rewritings(node: ast.expr, values: dict[int, list[Any]]) -> Iterator[tuple[ast.expr, str]]:
    """Yield other ways to write `node`, each with the law, a sentence without its full stop.

    Parameters
    ----------
    node : the expression
    values : by the id of an expression, values that it had; it holds names as well
    """

    def numeric(*nodes: ast.expr) -> bool:
        return all(_all(one, values, (int, float, np.number, np.ndarray)) for one in nodes)

    def arrays(*nodes: ast.expr) -> bool:
        return all(_all(one, values, np.ndarray) for one in nodes)

    def texts(*nodes: ast.expr) -> bool:
        return all(_all(one, values, str) for one in nodes)

    def made(text: str, **parts: ast.expr) -> ast.expr:
        return _filled(text, parts)

    if isinstance(node, ast.BinOp):
        a, b = node.left, node.right
        if isinstance(node.op, ast.Add) and numeric(a, b):
            yield made("b + a", a=a, b=b), "A sum does not depend on the order of its two terms"
        if isinstance(node.op, ast.Mult) and numeric(a, b):
            yield made("b * a", a=a, b=b), "A product of numbers does not depend on the order of its two factors"
        if isinstance(node.op, ast.Sub) and numeric(a, b):
            yield made("-b + a", a=a, b=b), "To subtract is to add the negative"
            yield made("-(b - a)", a=a, b=b), "The two sides of a difference may be swapped if its sign is turned round"
        if isinstance(node.op, ast.Div) and numeric(a, b):
            yield made("-a / -b", a=a, b=b), "The signs of the two cancel"
        if isinstance(node.op, ast.Pow) and isinstance(b, ast.Constant) and b.value == 2 and numeric(a):
            if isinstance(a, SIMPLE):
                yield made("a * a", a=a), "A square is a product of something with itself"
            yield made("(-a) ** 2", a=a), "A square does not see the sign"
        if isinstance(node.op, ast.Mult) and numeric(a, b) and isinstance(a, SIMPLE) and isinstance(b, SIMPLE):
            yield made("-a * -b", a=a, b=b), "The signs of the two cancel"
        if isinstance(node.op, ast.MatMult) and arrays(a, b) and _dimensions(values, a, b) == {2}:
            yield (
                made("(b.T @ a.T).T", a=a, b=b),
                "The transpose of a product is the product of the transposes, in the other order",
            )
            yield made("np.dot(a, b)", a=a, b=b), "Of two matrices, np.dot is the matrix product"
        if isinstance(node.op, ast.Add) and texts(a, b) and isinstance(a, ast.Constant) and "{" not in a.value:
            yield ast.JoinedStr([a, ast.FormattedValue(b, -1)]), "An f-string joins its pieces in their order"
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in MIRRORED:
        a, b = node.left, node.comparators[0]
        if numeric(a, b):
            turned = ast.Compare(b, [MIRRORED[type(node.ops[0])]()], [a])
            yield turned, "A comparison may be read from the other side if its sign is turned round as well"
    elif isinstance(node, ast.IfExp):
        turned = ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
        yield turned, "The two sides of a choice may be swapped if its condition is negated"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and numeric(node.operand):
        yield made("0 - a", a=node.operand), "The negative is what is missing to 0"
    elif isinstance(node, ast.Attribute) and node.attr == "T" and arrays(node.value):
        yield made("np.transpose(a)", a=node.value), "np.transpose without axes is the transpose"
    elif isinstance(node, ast.Subscript) and _is_first_of_shape(node) and arrays(node.value.value):
        yield made("len(a)", a=node.value.value), "The length of an array is its extent along the first axis"
    elif isinstance(node, ast.JoinedStr) and len(node.values) == 2:
        first, second = node.values
        if isinstance(first, ast.Constant) and isinstance(second, ast.FormattedValue) and second.conversion == -1:
            if second.format_spec is None:
                yield (
                    made("a + str(b)", a=first, b=second.value),
                    "An f-string joins its pieces, turned into text, in their order",
                )
    elif isinstance(node, ast.ListComp):
        yield (
            ast.Call(ast.Name("list", ast.Load()), [ast.GeneratorExp(node.elt, node.generators)], []),
            "A list comprehension is the list of what the same generator gives",
        )
    elif isinstance(node, ast.DictComp):
        pairs = ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)
        yield ast.Call(ast.Name("dict", ast.Load()), [pairs], []), "dict makes a dict of pairs of a key and its value"
    elif isinstance(node, ast.Call):
        yield from _of_call(node, values, numeric, arrays, made)


def _of_call(
    node: ast.Call, values: dict[int, list[Any]], numeric: Any, arrays: Any, made: Any
) -> Iterator[tuple[ast.expr, str]]:
    name, args, plain = dotted_name(node.func), node.args, not node.keywords
    if any(isinstance(one, ast.Starred) for one in args):
        return
    if len(node.keywords) > 1 and all(one.arg for one in node.keywords) and name != "dict":
        turned = ast.Call(node.func, args, node.keywords[::-1])
        yield turned, "Arguments that are given by their names may stand in any order"
    if name in REDUCTIONS and args and arrays(args[0]):
        method = ast.Call(ast.Attribute(args[0], name.partition(".")[2], ast.Load()), args[1:], node.keywords)
        yield method, "An array's method does what NumPy's function of that name does"
    elif isinstance(node.func, ast.Attribute) and f"np.{node.func.attr}" in REDUCTIONS and arrays(node.func.value):
        called = ast.Attribute(ast.Name("np", ast.Load()), node.func.attr, ast.Load())
        yield (
            ast.Call(called, [node.func.value, *args], node.keywords),
            "NumPy's function does what the array's method of that name does",
        )
    elif name == "np.sqrt" and plain and len(args) == 1 and numeric(args[0]):
        yield made("a ** 0.5", a=args[0]), "The square root is the power of a half"
    elif name == "np.square" and plain and len(args) == 1:
        yield made("(-a) ** 2", a=args[0]), "A square does not see the sign"
    elif name in ("np.maximum", "np.minimum", "np.multiply", "np.add") and plain and len(args) == 2:
        yield ast.Call(node.func, args[::-1], []), f"{name} does not depend on the order of its two arguments"
    elif name in ("np.dot", "np.matmul") and plain and len(args) == 2 and arrays(*args):
        yield made("a @ b", a=args[0], b=args[1]), "Of arrays with two axes, @ is the matrix product as well"
    elif name in ("max", "min") and plain and len(args) == 2 and numeric(*args):
        yield ast.Call(node.func, args[::-1], []), f"{name} of two numbers does not depend on their order"
    elif name == "np.zeros" and plain and len(args) == 1:
        yield made("np.full(a, 0.0)", a=args[0]), "np.zeros is an array filled with 0.0"
    elif name == "np.ones" and plain and len(args) == 1:
        yield made("np.full(a, 1.0)", a=args[0]), "np.ones is an array filled with 1.0"
    elif name == "np.zeros_like" and plain and len(args) == 1 and arrays(args[0]) and _are_floats(values, args[0]):
        yield (
            made("np.full(a.shape, 0.0)", a=args[0]),
            "np.zeros_like of an array of floats has its shape, and 0.0 everywhere",
        )
    elif name in ("np.abs", "np.absolute", "abs") and plain and len(args) == 1 and numeric(args[0]):
        if isinstance(args[0], ast.BinOp) and isinstance(args[0].op, ast.Sub):
            yield (
                made("np.abs(b - a)", a=args[0].left, b=args[0].right),
                "The size of a difference does not depend on its order",
            )
        yield made("np.abs(-a)", a=args[0]), "The size of a number does not see its sign"
    elif name == "np.exp" and plain and len(args) == 1 and isinstance(args[0], ast.UnaryOp) and numeric(args[0]):
        yield made("1 / np.exp(a)", a=args[0].operand), "exp of the negative is the reciprocal of exp"
    elif name in ("list", "sorted", "tuple", "set") and plain and len(args) == 1 and _is_method(args[0], "keys"):
        yield ast.Call(node.func, [args[0].func.value], []), "What goes through a dict goes through its keys"
    elif name == "list" and plain and len(args) == 1:
        yield made("[*a]", a=args[0]), "[*x] is a list of what x gives, one by one"
    elif name == "enumerate" and plain and len(args) == 1:
        yield made("enumerate(a, 0)", a=args[0]), "enumerate counts from 0 where no start is given"
    elif name == "range" and plain and len(args) == 2:
        yield made("range(a, b, 1)", a=args[0], b=args[1]), "The step of a range is 1 where none is given"
    elif name == "range" and plain and len(args) == 1:
        yield made("range(0, a)", a=args[0]), "A range starts at 0 where no start is given"
    elif name == "np.mean" and plain and len(args) == 1 and arrays(args[0]):
        yield made("np.sum(a) / a.size", a=args[0]), "The mean is the sum divided by the number of entries"
    elif name == "np.clip" and plain and len(args) == 3 and arrays(args[0]) and numeric(*args[1:]):
        yield (
            made("np.minimum(np.maximum(a, b), c)", a=args[0], b=args[1], c=args[2]),
            "To clip is to take the larger of the value and the lower end, and the smaller of that and the upper end",
        )
    elif _is_method(node, "reshape") and plain and len(args) > 1 and arrays(node.func.value):
        yield (
            ast.Call(node.func, [ast.Tuple(args, ast.Load())], []),
            "reshape takes the lengths one by one or as one tuple",
        )
    elif _is_method(node, "copy") and not args and arrays(node.func.value):
        yield made("np.array(a)", a=node.func.value), "np.array makes a copy of an array"
    elif _is_method(node, "items") and not args:
        yield (
            made("zip(a.keys(), a.values())", a=node.func.value),
            "items are pairs of a key and its value, in the same order",
        )


def _is_method(node: ast.expr, name: str) -> bool:
    """Whether an expression is a call of something's method of that name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name


def _filled(text: str, parts: dict[str, ast.expr]) -> ast.expr:
    """Return the tree of an expression in which names stand for the pieces of another one."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node):
            return parts.get(node.id, node)

    return Fill().visit(ast.parse(text, mode="eval").body)


def _all(node: ast.expr, values: dict[int, list[Any]], kind: Any) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, kind) and not isinstance(node.value, bool)
    found = values.get(id(node))
    return (
        bool(found)
        and all(isinstance(one, kind) and not isinstance(one, bool | np.bool_) for one in found)
        and all(np.asarray(one).dtype.kind != "b" for one in found)
    )


def _dimensions(values: dict[int, list[Any]], *nodes: ast.expr) -> set[int]:
    return {np.ndim(one) for node in nodes for one in values[id(node)]}


def _are_floats(values: dict[int, list[Any]], node: ast.expr) -> bool:
    return all(one.dtype == float for one in values[id(node)])


def _is_first_of_shape(node: ast.Subscript) -> bool:
    index = node.slice
    return (
        isinstance(node.value, ast.Attribute)
        and node.value.attr == "shape"
        and isinstance(index, ast.Constant)
        and index.value == 0
    )

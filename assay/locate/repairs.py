"""Single edits of a student's function, of the kinds by which a slip is undone: what :mod:`assay.locate` searches.

An edit replaces one field of one node of the function's tree; it is made and taken back in place. Its cost says how much it assumes: 1 changes or
drops what stands there, AS_SISTER copies the form of a sister line or entry, 2 adds a name or a number, or a small expression of a name that is read
nowhere, AS_ELSEWHERE puts around a piece what stands around it elsewhere, or adds an array, 3 brings in a larger piece from elsewhere in the function, or a small expression of any name.
"""

from __future__ import annotations

import ast
import copy
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assay.lines import is_docstring
from assay.locate.calls import Calls
from assay.locate.elsewhere import Elsewhere
from assay.locate.forms import (
    AND,
    AS_ELSEWHERE,
    AS_SISTER,
    BETWEEN,
    ONE,
    OPERATIONS,
    TOO_MANY,
    Edit,
    Kind,
    Spot,
    Words,
)
from assay.locate.pieces import Pieces
from assay.locate.trees import (
    COMPARISONS,
    MOST_OPERANDS,
    TICK,
    binary_node,
    digits_of,
    emptied_of,
    filled_with,
    is_tick,
    names_imported,
    next_texts,
    number_node,
    other_operators,
    shifted_by,
    targets_of,
    with_another_sign,
    with_brackets,
)

SMALL, LARGE = 0.1, 10  # a number up to which one is a tolerance or a step, and from which one may be a bound


def edits(
    function: ast.FunctionDef, words: Words, cost: float, chosen: Callable[[ast.stmt, ast.expr | None], bool]
) -> Iterator[Edit]:
    """Yield the edits of one cost.

    ``chosen(statement, expression)`` says where: what stands in an expression that is not chosen is left alone, and so are statements as such
    (with None for the expression) that are not.
    """
    maker = Maker(function, words, cost)
    for parent, field, block in _blocks(function):
        yield from (
            edit for edit in maker.of_block(parent, field, block) if edit.cost == cost and chosen(edit.statement, None)
        )
        for statement in block:
            if is_tick(statement) or is_docstring(statement):
                continue
            if chosen(statement, None):
                yield from (edit for edit in maker.of_statement(statement) if edit.cost == cost)
            for place, node in expressions(statement):
                if chosen(statement, node):
                    yield from (edit for edit in maker.of_expression(place, node) if edit.cost == cost)


def _blocks(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, list[ast.stmt]]]:
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield node, field, block


def expressions(statement: ast.stmt) -> Iterator[tuple[Spot, ast.expr]]:
    """Yield the expressions of a statement that are read, outermost first, those of statements inside it left out."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        parent = waiting.pop(0)
        if parent is not statement and isinstance(parent, ast.stmt | ast.arguments):
            continue
        for field, value in ast.iter_fields(parent):
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST) or is_tick(child) or isinstance(child, ast.stmt | ast.arguments):
                    continue
                if field == "annotation" or field == "decorator_list":
                    continue
                if isinstance(child, ast.expr) and isinstance(getattr(child, "ctx", ast.Load()), ast.Load):
                    yield Spot(parent, field, index, statement), child
                waiting.append(child)


def may_be_wrapped(place: Spot, node: ast.expr) -> bool:
    """Whether a call may be put around an expression without changing what it is: not around what is called, a piece of text or a pattern."""
    if isinstance(place.parent, ast.Call) and place.field == "func" or isinstance(node, ast.Starred | ast.Slice):
        return False
    return not isinstance(node, ast.Constant) and not isinstance(
        place.parent, ast.JoinedStr | ast.FormattedValue | ast.pattern
    )


class Maker(Calls, Elsewhere):
    """Makes the edits of one function; donors are looked up once."""

    def __init__(self, function: ast.FunctionDef, words: Words, cost: float):
        self.function, self.words, self.cost = function, words, cost
        self.pieces = Pieces(function, words)
        self.texts = sorted(
            {
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 20
            }.union(words.texts)
        )
        self.constants = sorted(
            {
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Constant) and type(node.value) in (int, float)
            }
        )
        self.called = {id(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
        read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        self.unknown = read - set(words.names) - words.outside - {TICK}  # names that nothing has
        self.simple = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
        self.unset = _unset(function, words)
        self.assigns = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and len(node.targets) == 1]

    # statements

    def of_block(self, parent: ast.AST, field: str, block: list[ast.stmt]) -> Iterator[Edit]:
        def changed(new: list[ast.stmt], kind: str, statement: ast.stmt, cost: int = 1) -> Edit:
            return Edit(parent, field, new, kind, (statement,), ONE, cost, statement)

        for i, one in enumerate(block):
            if is_tick(one) or is_docstring(one):
                continue
            first = all(is_tick(above) or is_docstring(above) for above in block[:i])
            if (
                isinstance(one, ast.For | ast.While)
                or first
                and isinstance(parent, ast.FunctionDef | ast.For | ast.While)
            ):
                yield from self._missing_lines(parent, field, block, i)
            if not isinstance(one, ast.FunctionDef | ast.Return | ast.Import | ast.ImportFrom):
                new = [*block[:i], ast.Pass(), *block[i + 1 :]]
                yield changed(new, Kind.LINE_TOO_MANY, one)
            if i + 1 < len(block) and not isinstance(one, ast.FunctionDef):
                new = [*block[:i], block[i + 1], one, *block[i + 2 :]]
                yield changed(new, Kind.LINE_ORDER, one, 2)
            for other in self._assigned_otherwise(one):
                new = [*block[:i], other, *block[i + 1 :]]
                yield changed(new, Kind.ASSIGNMENT, one)
            if isinstance(one, ast.If):
                yield changed([*block[:i], *one.body, *block[i + 1 :]], Kind.CONDITION_AROUND, one)
                if one.orelse:
                    yield Edit(
                        one, "test", ast.UnaryOp(ast.Not(), one.test),
                        Kind.BRANCHES, (one.test,), ONE, 1, one,
                    )  # fmt: skip
            if isinstance(one, ast.For | ast.While | ast.If | ast.With) and len(one.body) > 1:
                inner = one.body[-1]
                if len([s for s in one.body if not is_tick(s)]) > 1:
                    shorter = copy.copy(one)
                    shorter.body = one.body[:-1]
                    yield Edit(
                        parent, field, [*block[:i], shorter, inner, *block[i + 1 :]],
                        Kind.BLOCK, (inner,), ONE, 1, inner,
                    )  # fmt: skip
                if i + 1 < len(block):
                    longer = copy.copy(one)
                    longer.body = [*one.body, block[i + 1]]
                    yield Edit(
                        parent, field, [*block[:i], longer, *block[i + 2 :]] or [longer],
                        Kind.BLOCK,
                        (block[i + 1],), ONE, 2, block[i + 1],
                    )  # fmt: skip

    def _missing_lines(self, parent: ast.AST, field: str, block: list[ast.stmt], i: int) -> Iterator[Edit]:
        """Give names that have no value when they are read one, in a line before statement `i`; it is told of where the first is read."""
        unset = {name: read for name, read in self.unset.items() if read.lineno >= block[i].lineno}

        def given(targets: list[ast.expr], value: ast.expr, read: ast.Name, cost: int) -> Edit:
            statement = next(one for one in self.simple if any(node is read for node in ast.walk(one)))
            line = ast.Assign(targets, value)
            return Edit(parent, field, [*block[:i], line, *block[i:]], Kind.LINE, (read,), ONE, cost, statement)

        for name, read in unset.items():
            for value in (*self._beginnings(), *self.pieces.donors, *self.pieces.elements):
                yield given([ast.Name(name, ast.Store())], value, read, 2)
        names, read = [ast.Name(name, ast.Store()) for name in unset], next(iter(unset.values()), None)
        if len(names) >= 2:
            yield from (given(names, value, read, 2) for value in self._beginnings() if isinstance(value, ast.Constant))
        if len(names) == 2:
            for values in itertools.product(self._beginnings(), repeat=2):
                yield given([ast.Tuple(names, ast.Store())], ast.Tuple([*values], ast.Load()), read, 3)

    def _beginnings(self) -> Iterator[ast.expr]:
        yield from (
            ast.Dict([], []),
            ast.List([], ast.Load()),
            *map(ast.Constant, (0.0, 0, 1, None, 1e-12, True, False)),
        )
        given = [one.arg for one in self.function.args.args]
        yield from (ast.Name(name, ast.Load()) for name in given)
        yield from (ast.Call(ast.Name("list", ast.Load()), [ast.Name(name, ast.Load())], []) for name in given)
        yield from (ast.Call(ast.Name("len", ast.Load()), [ast.Name(name, ast.Load())], []) for name in given)
        for name in given:
            shape = ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load())
            yield from (ast.Subscript(shape, ast.Constant(axis), ast.Load()) for axis in (0, 1))
        for name, kind in self.words.names.items():
            for text in self.words.texts if kind == "text" else ():
                yield binary_node(ast.Add, ast.Constant(text), ast.Name(name, ast.Load()))

    def of_statement(self, one: ast.stmt) -> Iterator[Edit]:
        if isinstance(one, ast.AugAssign):
            for other in other_operators(one.op):
                yield Edit(one, "op", other, Kind.OPERATION, (one,), ONE, 1, one)
        inside = [node for _, node in expressions(one)]
        loops = [loop for node in inside for loop in getattr(node, "generators", ())]
        for target in [name for each in (one, *loops) for name in targets_of(each)]:
            for other in (*sorted(self.unknown), *self.words.names):
                if other != target.id:
                    cost = 1 if other in self.unknown else 2
                    kind = Kind.NAME_GIVEN
                    yield Edit(target, "id", other, kind, (target,), ONE, cost, one)
        for parent in (one, *loops):
            top = getattr(parent, "target", None) or next(iter(getattr(parent, "targets", ())), None)
            for i in range(len(top.elts) - 1 if isinstance(top, ast.Tuple) else 0):
                new = [*top.elts]
                new[i], new[i + 1] = new[i + 1], new[i]
                yield Edit(top, "elts", new, Kind.PAIR, (top.elts[i], top.elts[i + 1]), AND, 1, one)
        if isinstance(one, ast.Assign) and len(one.targets) == 1:
            yield from self._sister_lines(one)
        if isinstance(one, ast.Expr):
            yield from self._without_effect(one)

    def _without_effect(self, one: ast.Expr) -> Iterator[Edit]:
        """Let a value that nothing is done with be put into a list."""
        for name, kind in self.words.names.items():
            if kind in ("list", ""):
                call = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [one.value], [])
                yield Edit(one, "value", call, Kind.CALL, (one.value,), ONE, 1, one)

    def _assigned_otherwise(self, one: ast.stmt) -> Iterator[ast.stmt]:
        """Yield other kinds of assignment with the same target and value."""
        if isinstance(one, ast.AugAssign):
            target = copy.copy(one.target)
            target.ctx = ast.Load()
            yield ast.Assign([one.target], one.value)
            yield ast.Assign([one.target], ast.BinOp(target, one.op, one.value))
        elif isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name | ast.Subscript):
            for operator in (ast.Add, ast.Sub, ast.Mult, ast.Div):
                yield ast.AugAssign(one.targets[0], operator(), one.value)

    def _sister_lines(self, one: ast.Assign) -> Iterator[Edit]:
        """Build the line as a line is built whose target differs by digits alone: ``dW2 = ...`` as ``dW1 = ...``."""
        own = digits_of(ast.unparse(one.targets[0]))
        for other in self.assigns:
            theirs = digits_of(ast.unparse(other.targets[0]))
            if other is one or theirs[0] != own[0] or theirs[1] == own[1] or not own[1]:
                continue
            value = shifted_by(other.value, int(own[1][0]) - int(theirs[1][0]))
            if ast.dump(value) != ast.dump(one.value):
                yield Edit(one, "value", value, Kind.SISTER, (one,), ONE, AS_SISTER, one)

    def _dict(self, place: Spot, node: ast.Dict) -> Iterator[Edit]:
        """Build an entry as one is built whose key differs by digits alone."""
        keys = [digits_of(ast.unparse(key)) if key else ("", []) for key in node.keys]
        for (i, own), (j, theirs) in itertools.permutations(enumerate(keys), 2):
            if own[0] == theirs[0] and own[1] != theirs[1]:
                value = shifted_by(node.values[j], int(own[1][0]) - int(theirs[1][0]))
                if ast.dump(value) != ast.dump(node.values[i]):
                    yield Edit(
                        node, "values", value, Kind.SISTER_ENTRY, (node.values[i],), ONE, AS_SISTER, place.statement, i
                    )

    # expressions

    def of_expression(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        if id(node) in self.called and isinstance(node, ast.Name | ast.Attribute):
            yield from self._other_functions(place, node)
            return
        if isinstance(node, ast.JoinedStr | ast.FormattedValue):
            return
        if isinstance(node, OPERATIONS):
            yield from self._brackets(place, node)
        make = getattr(self, f"_{type(node).__name__.lower()}", None)
        if make:
            yield from make(place, node)
        if isinstance(place.parent, ast.FormattedValue) or isinstance(place.parent, ast.keyword):
            if isinstance(place.parent, ast.keyword) and place.parent.arg in ("axis", "keepdims", "dtype", "key"):
                return
        yield from self._around(place, node)
        if isinstance(node, ast.Name):
            yield from self._as_parameters_are_named(place, node)
        if self.cost == AS_ELSEWHERE and not isinstance(node, ast.Constant):
            yield from self._as_elsewhere(place, node)

    def _binop(self, place: Spot, node: ast.BinOp) -> Iterator[Edit]:
        between = (node.left, node.right)
        for other in other_operators(node.op):
            sizes = isinstance(place.parent, ast.Call | ast.Tuple | ast.Subscript | ast.List)
            if not (isinstance(other, ast.Pow) and sizes and not isinstance(node.right, ast.Constant)):
                yield Edit(
                    node, "op", other, Kind.OPERATION, between, BETWEEN, 1, place.statement
                )  # a power of sizes fills memory
        swapped = ast.BinOp(node.right, node.op, node.left)
        yield place.replaced(swapped, Kind.SIDES, between, 1, BETWEEN)
        many = TOO_MANY.get(type(node.op), Kind.OPERATION_TOO_MANY)
        yield place.replaced(node.left, many, node.right, 1)
        yield place.replaced(node.right, many, node.left, 1)

    def _brackets(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        """Yield an expression of several operations with a pair of brackets more, or less."""
        if isinstance(place.parent, OPERATIONS):
            return  # the whole expression is dealt with at its top
        operands: list[ast.expr] = []
        text = ast.unparse(emptied_of(node, operands))
        if not 3 <= len(operands) <= MOST_OPERANDS:
            return
        tokens = re.findall(r"_\d+_|[()]|not in|is not|[^\s()\w]+|\w+", text)
        seen = {text, *_with_one_other_operation(text)}
        numbers = {f"_{i}_" for i, one in enumerate(operands) if isinstance(one, ast.Constant)}
        ways = [(new, Kind.BRACKETS) for new in with_brackets(tokens)]
        ways += [(new, Kind.OPERATION) for new in with_another_sign(tokens, numbers)]  # one that binds otherwise
        for new, kind in ways:
            try:
                tree = ast.parse(" ".join(new), mode="eval").body
            except SyntaxError:
                continue
            if (shape := ast.unparse(tree)) not in seen:
                seen.add(shape)
                yield place.replaced(filled_with(tree, operands), kind, node, 1)

    def _unaryop(self, place: Spot, node: ast.UnaryOp) -> Iterator[Edit]:
        kind = Kind.SIGN_TOO_MANY if isinstance(node.op, ast.USub) else Kind.NEGATION_TOO_MANY
        yield place.replaced(node.operand, kind, node, 1)
        number = getattr(node.operand, "value", None)
        if isinstance(node.op, ast.USub) and type(number) in (int, float):
            for other in dict.fromkeys([2, 1, 0, *self.constants]):
                if other != number:  # without its sign it is another edit
                    yield place.replaced(number_node(other), Kind.NUMBER, node, 1)

    def _compare(self, place: Spot, node: ast.Compare) -> Iterator[Edit]:
        if len(node.ops) == 1:
            family = next((family for family in COMPARISONS if type(node.ops[0]) in family), ())
            for other in family:
                if other is not type(node.ops[0]):
                    kind = Kind.COMPARISON
                    yield Edit(
                        node, "ops", [other()], kind, (node.left, node.comparators[0]), BETWEEN, 1, place.statement
                    )
            bound = node.comparators[0]
            if isinstance(bound, ast.Constant) and type(bound.value) is float and 0 < bound.value <= SMALL:
                nothing = ast.Compare(
                    node.left, [ast.Eq()], [number_node(0)]
                )  # a guard that lets more than nothing through
                yield place.replaced(nothing, Kind.COMPARISON, (node.left, bound), 1, BETWEEN)

    def _boolop(self, place: Spot, node: ast.BoolOp) -> Iterator[Edit]:
        new = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        kind = Kind.JOINED
        yield Edit(node, "op", new, kind, (node,), ONE, 1, place.statement)
        for i in range(len(node.values)):
            rest = [value for j, value in enumerate(node.values) if j != i]
            new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield place.replaced(new, Kind.CONDITION_TOO_MANY, node.values[i], 1)

    def _ifexp(self, place: Spot, node: ast.IfExp) -> Iterator[Edit]:
        new = ast.IfExp(node.test, node.orelse, node.body)
        yield place.replaced(new, Kind.CASES, node, 1)
        for kept in (node.body, node.orelse):
            yield place.replaced(kept, Kind.DISTINCTION_TOO_MANY, node, 1)

    def _constant(self, place: Spot, node: ast.Constant) -> Iterator[Edit]:
        value = node.value
        if isinstance(place.parent, ast.keyword) and place.parent.arg == "axis":
            return  # the call's own edits
        if isinstance(value, bool) or value is None:
            others: Iterable[Any] = (True, False) if value is None else (not value,)
            kind = Kind.VALUE
        elif isinstance(value, int | float):
            others = [value + 1, value - 1, -value, *self.constants, 0, 1, 2, 3, 0.5, value * 2, value / 10, value * 10]
            others += [1 - value, 0.0, 1.0] if isinstance(value, float) else []  # a whole number has another dtype
            others += [value**0.5, 1 / value] if value > 0 else []
            if 0 < value <= SMALL:
                others += [float(f"{value * 10.0**power:.12g}") for power in (-4, -3, -2, 2, 3, 4)]
            if isinstance(place.parent, ast.Compare):
                others += [10.0**-power for power in range(2, 13)]  # a tolerance
            kind = Kind.NUMBER
        elif isinstance(value, str):
            if isinstance(place.parent, ast.JoinedStr):
                others = [part for part in ("d", "", "W", "b") if part != value]
            else:
                others = [*self.texts, *next_texts(value), value.lower(), value.swapcase(), *self.words.names]
            kind = Kind.TEXT
        else:
            return
        index = isinstance(place.parent, ast.Subscript | ast.Slice)
        kind = Kind.INDEX if index and isinstance(value, int) else kind
        seen = {repr(value)}
        for other in others:
            if repr(other) not in seen and not isinstance(other, complex):
                seen.add(repr(other))
                near = isinstance(value, bool | str | None)
                near = near or other in (value + 1, value - 1, -value, 0, 1, 2, 3, value * 2, *self.constants)
                yield place.replaced(ast.Constant(other), kind, node, 1 if near else 2)
        if kind == Kind.NUMBER and value >= LARGE:
            endless = ast.Call(ast.Name("float", ast.Load()), [ast.Constant("inf")], [])  # a bound that is none
            yield place.replaced(endless, kind, node, 1)
        for name in self.pieces.numbers if isinstance(value, int | float) and not isinstance(value, bool) else ():
            named = ast.Name(name, ast.Load())
            yield place.replaced(named, Kind.NOT_A_NUMBER, node, 2)
            for op in (ast.Sub, ast.Add):
                new = binary_node(op, named, number_node(1))
                yield place.replaced(new, Kind.NOT_A_NUMBER, node, 2)

    def _name(self, place: Spot, node: ast.Name) -> Iterator[Edit]:
        if node.id not in self.words.names and node.id in self.words.outside:
            return
        own = self.words.names.get(node.id, "")
        for other, kind in self.words.names.items():
            if other == node.id or kind == "function" and own != "function":
                continue
            alike = digits_of(other)[0] == digits_of(node.id)[0] or other.lower() == node.id.lower()
            alike = alike or not own and node.id not in self.words.names
            yield place.replaced(ast.Name(other, ast.Load()), Kind.NAME, node, 1 if alike else 2)

    def _attribute(self, place: Spot, node: ast.Attribute) -> Iterator[Edit]:
        if node.attr == "T":
            yield place.replaced(node.value, Kind.TRANSPOSE_TOO_MANY, node, 1)
        if node.attr in ("size", "shape", "ndim"):
            for other in {"size", "ndim"} - {node.attr}:
                yield Edit(node, "attr", other, Kind.PROPERTY, (node,), ONE, 1, place.statement)

    def _subscript(self, place: Spot, node: ast.Subscript) -> Iterator[Edit]:
        yield place.replaced(node.value, Kind.INDEX_TOO_MANY, node, 2)
        index = node.slice
        kind = Kind.INDEX
        number = index.operand if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) else index
        if isinstance(number, ast.Constant) and type(number.value) is int:
            for new in (ast.Slice(lower=index), ast.Slice(upper=index), ast.Slice(lower=number_node(1))):
                yield Edit(node, "slice", new, kind, (node,), ONE, 1, place.statement)
        if isinstance(index, ast.Slice):
            for field in ("lower", "upper", "step"):
                if getattr(index, field) is not None:
                    yield Edit(index, field, None, kind, (node,), ONE, 1, place.statement)
            for field, value in (("lower", 1), ("upper", -1), ("step", -1)):
                for name in self.pieces.numbers if getattr(index, field) is None and field != "step" else ():
                    named = ast.Name(name, ast.Load())
                    yield Edit(index, field, named, kind, (node,), ONE, 2, place.statement)
                if getattr(index, field) is None:
                    yield Edit(index, field, number_node(value), kind, (node,), ONE, 1, place.statement)
        if not isinstance(index, ast.Constant | ast.Tuple):
            every = ast.Slice(None, None, None)
            for new in ([every, index], [index, every]):
                pair = ast.Tuple(new, ast.Load())
                yield Edit(node, "slice", pair, Kind.INDEX_AXIS, (node,), ONE, 2, place.statement)

    def _slice(self, place: Spot, node: ast.Slice) -> Iterator[Edit]:
        kind = Kind.INDEX
        for field in ("lower", "upper"):
            if getattr(node, field) is not None:
                yield Edit(node, field, None, kind, (node,), ONE, 1, place.statement)

    def _tuple(self, place: Spot, node: ast.Tuple | ast.List) -> Iterator[Edit]:
        for i in range(len(node.elts) - 1):
            new = [*node.elts]
            new[i], new[i + 1] = new[i + 1], new[i]
            pair = (node.elts[i], node.elts[i + 1])
            kind = Kind.PAIR
            yield Edit(node, "elts", new, kind, pair, AND, 1, place.statement)
        for start, end in itertools.combinations(range(len(node.elts) + 1), 2):
            if 2 <= end - start < len(node.elts) and (len(node.elts) <= MOST_OPERANDS or end == len(node.elts)):
                inner = ast.Tuple(node.elts[start:end], ast.Load())
                new = [*node.elts[:start], inner, *node.elts[end:]]
                yield Edit(node, "elts", new, Kind.BRACKETS, (node,), ONE, 2, place.statement)
        for i, one in enumerate(node.elts):
            if isinstance(one, ast.Tuple | ast.List):
                new = [*node.elts[:i], *one.elts, *node.elts[i + 1 :]]
                yield Edit(node, "elts", new, Kind.BRACKETS, (one,), ONE, 1, place.statement)

    _list = _tuple

    def _listcomp(self, place: Spot, node: Any) -> Iterator[Edit]:
        for one in node.generators:
            conditions = [test for test in one.ifs if not is_tick(test)]
            for test in conditions:
                rest = [other for other in one.ifs if other is not test]
                yield Edit(one, "ifs", rest, Kind.CONDITION_TOO_MANY, (test,), ONE, 1, place.statement)

    _setcomp = _dictcomp = _generatorexp = _listcomp


def _with_one_other_operation(text: str) -> Iterator[str]:
    """Yield the texts of an expression with another operation in it and all operands where they are: edits of :meth:`Maker._binop`."""
    tree = ast.parse(text, mode="eval").body
    for node in [one for one in ast.walk(tree) if isinstance(one, ast.BinOp)]:
        usual = node.op
        for other in other_operators(usual):
            node.op = other
            yield ast.unparse(tree)
        node.op = usual


def _unset(function: ast.FunctionDef, words: Words) -> dict[str, ast.Name]:
    """Return the names of a function that are read before a line gives them a value, each where it is read first."""
    given = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)} | names_imported(function)
    stored: dict[str, int] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.comprehension):
            given |= {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
        elif isinstance(node, ast.FunctionDef):
            given.add(node.name)
        for target in node.targets if isinstance(node, ast.Assign) else ():
            for one in ast.walk(target):
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    stored[one.id] = min(one.lineno, stored.get(one.id, one.lineno))
    found: dict[str, ast.Name] = {}
    read = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id not in given | words.outside]
    for node in sorted(read, key=lambda node: (node.lineno, node.col_offset)):
        is_target = isinstance(node.ctx, ast.Store) and node.id in stored
        if not is_target and not is_tick(node) and node.lineno <= stored.get(node.id, node.lineno):
            found.setdefault(node.id, node)
    return found

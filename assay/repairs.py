"""Single edits of a student's function, of the kinds by which a slip is undone: what :mod:`assay.locate` searches.

An edit replaces one field of one node of the function's tree; it is made and taken back in place. Its cost says how much it assumes: 1 changes or
drops what stands there, 2 adds a name or a number or copies the form of a sister line, 3 brings in a larger piece from elsewhere in the function.
"""

from __future__ import annotations

import ast
import copy
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

TICK = "__tick__"  # called by what is searched, and no part of the student's text

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)
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
)
RESULTS = ("float", "int", "list", "tuple", "sorted", "dict")  # what a whole value is often turned into
MOST_DONOR_NODES = 9  # of a piece of the function that is tried elsewhere in it
MOST_DONORS = 40
MOST_OPERANDS = 9  # of an expression in which brackets are tried


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of the tree: ``node.field`` becomes `new`.

    Attributes
    ----------
    kind : what is said about it, a sentence that ends in "there"
    part : the nodes of the student's own text that it concerns
    form : how they are pointed at: "{}", or "between {} and {}"
    cost : 1, 2 or 3
    statement : the one that it is in
    """

    node: ast.AST
    field: str
    new: Any
    kind: str
    part: tuple[ast.AST, ...]
    form: str
    cost: int
    statement: ast.stmt

    def make(self) -> Any:
        """Make the change and return what was there."""
        old = getattr(self.node, self.field)
        for one in self.new if isinstance(self.new, list) else [self.new]:
            if isinstance(one, ast.AST):
                _at(one, self.part[0])
        setattr(self.node, self.field, self.new)
        return old

    def undo(self, old: Any) -> None:
        setattr(self.node, self.field, old)


@dataclass(frozen=True)
class Words:
    """What edits may bring in.

    Attributes
    ----------
    names : names in scope -> "number", "array", "text", "function" or "" where nobody knows
    calls : dotted names of functions, ``np.sum``
    methods : names of methods and attributes
    outside : names that the notebook or Python has; what has another name is a slip
    """

    names: dict[str, str]
    calls: tuple[str, ...]
    methods: tuple[str, ...]
    outside: frozenset[str] = frozenset()


class Place:
    """Where an expression stands: a field of its parent, or an item of that field."""

    def __init__(self, parent: ast.AST, field: str, index: int | None, statement: ast.stmt):
        self.parent, self.field, self.index, self.statement = parent, field, index, statement

    def replaced(self, new: ast.AST, kind: str, part: Any, cost: int, form: str = "{}") -> Edit:
        parts = part if isinstance(part, tuple) else (part,)
        value: Any = new
        if self.index is not None:
            value = list(getattr(self.parent, self.field))
            value[self.index] = new
        return Edit(self.parent, self.field, value, kind, parts, form, cost, self.statement)


def _at(new: ast.AST, old: ast.AST) -> ast.AST:
    """Give `new`, and what is new in it, the position of `old`."""
    if "lineno" in new._attributes:
        if hasattr(new, "lineno"):
            return new
        ast.copy_location(new, old)
    for child in ast.iter_child_nodes(new):
        _at(child, old)
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
        return _at(ast.Call(ast.Name(TICK, ast.Load()), [], []), node if hasattr(node, "lineno") else where)

    for node in [*ast.walk(function)]:
        if isinstance(node, ast.For | ast.While | ast.FunctionDef):
            node.body.insert(0, _at(ast.Expr(tick(node)), node))
        elif isinstance(node, ast.comprehension):
            node.ifs.insert(0, tick(node.iter))
        elif isinstance(node, ast.Lambda):
            node.body = _at(ast.IfExp(tick(node), node.body, node.body), node)


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


def edits(
    function: ast.FunctionDef, words: Words, cost: int, chosen: Callable[[ast.stmt, ast.expr | None], bool]
) -> Iterator[Edit]:
    """Yield the edits of one cost.

    ``chosen(statement, expression)`` says where: what stands in an expression that is not chosen is left alone, and so are statements as such
    (with None for the expression) that are not.
    """
    maker = _Maker(function, words, cost)
    for parent, field, block in _blocks(function):
        yield from (
            edit for edit in maker.of_block(parent, field, block) if edit.cost == cost and chosen(edit.statement, None)
        )
        for statement in block:
            if is_tick(statement) or _is_docstring(statement):
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


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def expressions(statement: ast.stmt) -> Iterator[tuple[Place, ast.expr]]:
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
                    yield Place(parent, field, index, statement), child
                waiting.append(child)


def may_be_wrapped(place: Place, node: ast.expr) -> bool:
    """Whether a call may be put around an expression without changing what it is: not around what is called, nor a piece of text."""
    if isinstance(place.parent, ast.Call) and place.field == "func" or isinstance(node, ast.Starred | ast.Slice):
        return False
    return not isinstance(node, ast.Constant) and not isinstance(place.parent, ast.JoinedStr | ast.FormattedValue)


class _Maker:
    """Makes the edits of one function; donors are looked up once."""

    def __init__(self, function: ast.FunctionDef, words: Words, cost: int):
        self.function, self.words, self.cost = function, words, cost
        self.numbers = [name for name, kind in words.names.items() if kind == "number"]
        self.donors = _donors(function, self.numbers)
        self.texts = sorted(
            {
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 20
            }
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
        self.assigns = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and len(node.targets) == 1]

    # statements

    def of_block(self, parent: ast.AST, field: str, block: list[ast.stmt]) -> Iterator[Edit]:
        def changed(new: list[ast.stmt], kind: str, statement: ast.stmt, cost: int = 1) -> Edit:
            return Edit(parent, field, new, kind, (statement,), "{}", cost, statement)

        for i, one in enumerate(block):
            if is_tick(one) or _is_docstring(one):
                continue
            if not isinstance(one, ast.FunctionDef | ast.Return | ast.Import | ast.ImportFrom):
                new = [*block[:i], ast.Pass(), *block[i + 1 :]]
                yield changed(new, "this line is one too many", one)
            if i + 1 < len(block) and not isinstance(one, ast.FunctionDef):
                new = [*block[:i], block[i + 1], one, *block[i + 2 :]]
                yield changed(new, "it stands in the wrong order with the line after it", one, 2)
            for other in self._assigned_otherwise(one):
                new = [*block[:i], other, *block[i + 1 :]]
                yield changed(new, "another kind of assignment belongs there", one)
            if isinstance(one, ast.If):
                yield changed([*block[:i], *one.body, *block[i + 1 :]], "the condition is one too many there", one)
                if one.orelse:
                    yield Edit(
                        one, "test", ast.UnaryOp(ast.Not(), one.test),
                        "the two branches are the wrong way round there", (one.test,), "{}", 1, one,
                    )  # fmt: skip
            if isinstance(one, ast.For | ast.While | ast.If | ast.With) and len(one.body) > 1:
                inner = one.body[-1]
                if len([s for s in one.body if not is_tick(s)]) > 1:
                    shorter = copy.copy(one)
                    shorter.body = one.body[:-1]
                    yield Edit(
                        parent, field, [*block[:i], shorter, inner, *block[i + 1 :]],
                        "it stands in the wrong block: look at how far it is indented", (inner,), "{}", 1, inner,
                    )  # fmt: skip
                if i + 1 < len(block):
                    longer = copy.copy(one)
                    longer.body = [*one.body, block[i + 1]]
                    yield Edit(
                        parent, field, [*block[:i], longer, *block[i + 2 :]] or [longer],
                        "it stands in the wrong block: look at how far it is indented",
                        (block[i + 1],), "{}", 2, block[i + 1],
                    )  # fmt: skip

    def of_statement(self, one: ast.stmt) -> Iterator[Edit]:
        if isinstance(one, ast.AugAssign):
            for other in _other_operators(one.op):
                yield Edit(one, "op", other, OPERATION, (one,), "{}", 1, one)
        for target in _targets(one):
            for other in (*sorted(self.unknown), *self.words.names):
                if other != target.id:
                    cost = 1 if other in self.unknown else 2
                    kind = "it is given another name than it has elsewhere there"
                    yield Edit(target, "id", other, kind, (target,), "{}", cost, one)
        if isinstance(one, ast.Assign) and len(one.targets) == 1:
            yield from self._sister_lines(one)

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
        own = _digits(ast.unparse(one.targets[0]))
        for other in self.assigns:
            theirs = _digits(ast.unparse(other.targets[0]))
            if other is one or theirs[0] != own[0] or theirs[1] == own[1] or not own[1]:
                continue
            value = _shifted(other.value, int(own[1][0]) - int(theirs[1][0]))
            if ast.dump(value) != ast.dump(one.value):
                yield Edit(one, "value", value, f"it is not built as line {other.lineno} is", (one,), "{}", 2, one)

    # expressions

    def of_expression(self, place: Place, node: ast.expr) -> Iterator[Edit]:
        if id(node) in self.called:
            yield from self._other_functions(place, node)
            return
        if isinstance(node, ast.JoinedStr | ast.FormattedValue):
            return
        if isinstance(node, _OPERATIONS):
            yield from self._brackets(place, node)
        make = getattr(self, f"_{type(node).__name__.lower()}", None)
        if make:
            yield from make(place, node)
        if isinstance(place.parent, ast.FormattedValue) or isinstance(place.parent, ast.keyword):
            if isinstance(place.parent, ast.keyword) and place.parent.arg in ("axis", "keepdims", "dtype", "key"):
                return
        yield from self._around(place, node)

    def _binop(self, place: Place, node: ast.BinOp) -> Iterator[Edit]:
        between = (node.left, node.right)
        for other in _other_operators(node.op):
            if not (
                isinstance(other, ast.Pow) and isinstance(place.parent, ast.Call | ast.Tuple | ast.Subscript | ast.List)
            ):
                yield Edit(
                    node, "op", other, OPERATION, between, BETWEEN, 1, place.statement
                )  # a power of sizes fills memory
        swapped = ast.BinOp(node.right, node.op, node.left)
        yield place.replaced(swapped, "the two sides are the wrong way round there", between, 1, BETWEEN)
        many = TOO_MANY.get(type(node.op), "an operation too many stands there")
        yield place.replaced(node.left, many, node.right, 1)
        yield place.replaced(node.right, many, node.left, 1)

    def _brackets(self, place: Place, node: ast.expr) -> Iterator[Edit]:
        """Yield an expression of several operations with a pair of brackets more, or less."""
        if isinstance(place.parent, _OPERATIONS):
            return  # the whole expression is dealt with at its top
        operands: list[ast.expr] = []
        text = ast.unparse(_emptied(node, operands))
        if not 3 <= len(operands) <= MOST_OPERANDS:
            return
        tokens = re.findall(r"_\d+_|[()]|not in|is not|[^\s()\w]+|\w+", text)
        seen = {text}
        for new in _with_brackets(tokens):
            try:
                tree = ast.parse(" ".join(new), mode="eval").body
            except SyntaxError:
                continue
            if (shape := ast.unparse(tree)) not in seen:
                seen.add(shape)
                yield place.replaced(_filled(tree, operands), BRACKETS, node, 1)

    def _unaryop(self, place: Place, node: ast.UnaryOp) -> Iterator[Edit]:
        kind = "a sign too many stands there" if isinstance(node.op, ast.USub) else "a negation too many stands there"
        yield place.replaced(node.operand, kind, node, 1)

    def _compare(self, place: Place, node: ast.Compare) -> Iterator[Edit]:
        if len(node.ops) == 1:
            family = next((family for family in COMPARISONS if type(node.ops[0]) in family), ())
            for other in family:
                if other is not type(node.ops[0]):
                    kind = "another comparison belongs there"
                    yield Edit(
                        node, "ops", [other()], kind, (node.left, node.comparators[0]), BETWEEN, 1, place.statement
                    )

    def _boolop(self, place: Place, node: ast.BoolOp) -> Iterator[Edit]:
        new = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        kind = "the conditions are joined by the wrong word there"
        yield Edit(node, "op", new, kind, (node,), "{}", 1, place.statement)
        for i in range(len(node.values)):
            rest = [value for j, value in enumerate(node.values) if j != i]
            new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield place.replaced(new, "a condition too many stands there", node.values[i], 1)

    def _ifexp(self, place: Place, node: ast.IfExp) -> Iterator[Edit]:
        new = ast.IfExp(node.test, node.orelse, node.body)
        yield place.replaced(new, "the two cases are the wrong way round there", node, 1)
        for kept in (node.body, node.orelse):
            yield place.replaced(kept, "a distinction too many stands there", node, 1)

    def _constant(self, place: Place, node: ast.Constant) -> Iterator[Edit]:
        value = node.value
        if isinstance(place.parent, ast.keyword) and place.parent.arg == "axis":
            return  # the call's own edits
        if isinstance(value, bool) or value is None:
            others: Iterable[Any] = (True, False) if value is None else (not value,)
            kind = "another value belongs there"
        elif isinstance(value, int | float):
            others = [value + 1, value - 1, -value, *self.constants, 0, 1, 2, value * 2, value / 10, value * 10]
            others += [1 - value] if isinstance(value, float) else []
            others += [value**0.5, 1 / value] if value > 0 else []
            kind = "another number belongs there"
        elif isinstance(value, str):
            if isinstance(place.parent, ast.JoinedStr):
                others = [part for part in ("d", "", "W", "b") if part != value]
            else:
                others = [*self.texts, *_next_texts(value), value.lower(), value.swapcase(), *self.words.names]
            kind = "another text belongs there"
        else:
            return
        index = isinstance(place.parent, ast.Subscript | ast.Slice)
        kind = "the index is another one there" if index and isinstance(value, int) else kind
        seen = {repr(value)}
        for other in others:
            if repr(other) not in seen and not isinstance(other, complex):
                seen.add(repr(other))
                near = isinstance(value, bool | str | None) or other in (
                    value + 1,
                    value - 1,
                    -value,
                    0,
                    1,
                    2,
                    value * 2,
                )
                yield place.replaced(ast.Constant(other), kind, node, 1 if near else 2)
        for name in self.numbers if isinstance(value, int | float) and not isinstance(value, bool) else ():
            named = ast.Name(name, ast.Load())
            yield place.replaced(named, "something else than a number belongs there", node, 2)
            for op in (ast.Sub, ast.Add):
                new = _binary(op, named, _number(1))
                yield place.replaced(new, "something else than a number belongs there", node, 2)

    def _name(self, place: Place, node: ast.Name) -> Iterator[Edit]:
        if node.id not in self.words.names and node.id in self.words.outside:
            return
        own = self.words.names.get(node.id, "")
        for other, kind in self.words.names.items():
            if other == node.id or kind == "function" and own != "function":
                continue
            alike = _digits(other)[0] == _digits(node.id)[0] or other.lower() == node.id.lower()
            alike = alike or not own and node.id not in self.words.names
            fits = not own or not kind or own == kind
            cost = 1 if alike else 2 if fits else 3
            yield place.replaced(ast.Name(other, ast.Load()), "another name belongs there", node, cost)

    def _attribute(self, place: Place, node: ast.Attribute) -> Iterator[Edit]:
        if node.attr == "T":
            yield place.replaced(node.value, "a transpose too many stands there", node, 1)
        if node.attr in ("size", "shape", "ndim"):
            for other in {"size", "ndim"} - {node.attr}:
                yield Edit(node, "attr", other, "another property belongs there", (node,), "{}", 1, place.statement)

    def _subscript(self, place: Place, node: ast.Subscript) -> Iterator[Edit]:
        yield place.replaced(node.value, "an index too many stands there", node, 2)
        index = node.slice
        kind = "the index is another one there"
        if isinstance(index, ast.Slice):
            for field in ("lower", "upper", "step"):
                if getattr(index, field) is not None:
                    yield Edit(index, field, None, kind, (node,), "{}", 1, place.statement)
            for field, value in (("lower", 1), ("upper", -1), ("step", -1)):
                for name in self.numbers if getattr(index, field) is None and field != "step" else ():
                    named = ast.Name(name, ast.Load())
                    yield Edit(index, field, named, kind, (node,), "{}", 2, place.statement)
                if getattr(index, field) is None:
                    yield Edit(index, field, _number(value), kind, (node,), "{}", 1, place.statement)
        elif isinstance(index, ast.Tuple) and len(index.elts) == 2:
            new = ast.Tuple(index.elts[::-1], ast.Load())
            yield Edit(
                node, "slice", new, "the indices are the wrong way round there", (node,), "{}", 1, place.statement
            )
        if not isinstance(index, ast.Constant | ast.Tuple):
            every = ast.Slice(None, None, None)
            for new in ([every, index], [index, every]):
                pair = ast.Tuple(new, ast.Load())
                yield Edit(
                    node, "slice", pair, "an axis is missing in the index there", (node,), "{}", 2, place.statement
                )

    def _slice(self, place: Place, node: ast.Slice) -> Iterator[Edit]:
        kind = "the index is another one there"
        for field in ("lower", "upper"):
            if getattr(node, field) is not None:
                yield Edit(node, field, None, kind, (node,), "{}", 1, place.statement)

    def _tuple(self, place: Place, node: ast.Tuple | ast.List) -> Iterator[Edit]:
        for i in range(len(node.elts) - 1):
            new = [*node.elts]
            new[i], new[i + 1] = new[i + 1], new[i]
            pair = (node.elts[i], node.elts[i + 1])
            kind = "the two are the wrong way round there"
            yield Edit(node, "elts", new, kind, pair, "{} and {}", 1, place.statement)
        for start, end in itertools.combinations(range(len(node.elts) + 1), 2):
            if 2 <= end - start < len(node.elts) and (len(node.elts) <= MOST_OPERANDS or end == len(node.elts)):
                inner = ast.Tuple(node.elts[start:end], ast.Load())
                new = [*node.elts[:start], inner, *node.elts[end:]]
                yield Edit(node, "elts", new, BRACKETS, (node,), "{}", 2, place.statement)
        for i, one in enumerate(node.elts):
            if isinstance(one, ast.Tuple | ast.List):
                new = [*node.elts[:i], *one.elts, *node.elts[i + 1 :]]
                yield Edit(node, "elts", new, BRACKETS, (one,), "{}", 1, place.statement)

    _list = _tuple

    def _listcomp(self, place: Place, node: Any) -> Iterator[Edit]:
        for one in node.generators:
            conditions = [test for test in one.ifs if not is_tick(test)]
            for test in conditions:
                rest = [other for other in one.ifs if other is not test]
                yield Edit(one, "ifs", rest, "a condition too many stands there", (test,), "{}", 1, place.statement)

    _setcomp = _dictcomp = _generatorexp = _listcomp

    def _call(self, place: Place, node: ast.Call) -> Iterator[Edit]:
        called, statement = (node.func,), place.statement
        name = _last(node.func)

        def with_keywords(keywords: list[ast.keyword], kind: str, cost: int = 1) -> Edit:
            return Edit(node, "keywords", keywords, kind, called, ARGUMENTS, cost, statement)

        for i, keyword in enumerate(node.keywords):
            rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
            yield with_keywords(rest, "an argument too many stands there")
            if keyword.arg == "axis":
                for value in (0, 1, -1):
                    if not isinstance(keyword.value, ast.Constant) or keyword.value.value != value:
                        new = ast.keyword("axis", _number(value))
                        yield with_keywords([new, *rest], "another axis belongs there")
        given = {keyword.arg for keyword in node.keywords}
        if name in _REDUCTIONS:
            options = {"axis": [_number(0), _number(1)], "keepdims": [ast.Constant(True)]}
            for arg, values in options.items():
                for value in values if arg not in given else ():
                    new = [*node.keywords, ast.keyword(arg, value)]
                    yield with_keywords(new, "an argument is missing there")
            if not given & set(options):
                for axis in (0, 1):
                    new = [ast.keyword("axis", _number(axis)), ast.keyword("keepdims", ast.Constant(True))]
                    yield with_keywords([*node.keywords, *new], "arguments are missing there", 2)
        for i in range(len(node.args) - 1):
            new = [*node.args]
            new[i], new[i + 1] = new[i + 1], new[i]
            kind = "the arguments are the wrong way round there"
            yield Edit(node, "args", new, kind, called, ARGUMENTS, 1, statement)
        for start, end in itertools.combinations(range(len(node.args) + 1), 2):
            if end - start >= 2:
                new = [*node.args[:start], ast.Tuple(node.args[start:end], ast.Load()), *node.args[end:]]
                yield Edit(node, "args", new, BRACKETS, called, ARGUMENTS, 1, statement)
        for i in range(len(node.args)) if len(node.args) > 1 else ():
            rest = [*node.args[:i], *node.args[i + 1 :]]
            yield Edit(node, "args", rest, "an argument too many stands there", (node.args[i],), "{}", 1, statement)
        for i in range(len(node.args) + 1) if len(node.args) <= 2 and not isinstance(node.func, ast.Lambda) else ():
            names = [ast.Name(other, ast.Load()) for other, kind in self.words.names.items() if kind != "function"]
            turned = [ast.Attribute(one, "T", ast.Load()) for one in names if self.words.names[one.id] in ("array", "")]
            for other in (*names, *turned, *map(ast.Constant, (0, 1, 0.5))):
                new = [*node.args[:i], other, *node.args[i:]]
                yield Edit(node, "args", new, "an argument is missing there", called, ARGUMENTS, 2, statement)
        for arg in node.args:
            yield place.replaced(arg, "a call too many stands there", called, 1, "the call of {}")
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            yield place.replaced(node.func.value, "a call too many stands there", called, 1, "the call of {}")
        elif isinstance(node.func, ast.Attribute) and node.func.value.id in self.words.names:
            yield place.replaced(node.func.value, "a call too many stands there", called, 1, "the call of {}")
        if name in ("range", "arange") and node.args:
            one, last = _number(1), node.args[-1]
            more, fewer = (ast.BinOp(last, op, _number(1)) for op in (ast.Add(), ast.Sub()))
            for new in [[more], [fewer], [one, last], [one, more]][: 4 if len(node.args) == 1 else 0]:
                yield Edit(node, "args", new, "it counts from or to another number there", (node,), "{}", 1, statement)

    def _other_functions(self, place: Place, node: ast.expr) -> Iterator[Edit]:
        last = _last(node)
        family = {other for one in FAMILIES if last in one for other in one} - {last}
        kind = "another function belongs there"
        if isinstance(node, ast.Attribute):
            theirs = {call.rpartition(".")[2] for call in self.words.calls if "." in call} | set(self.words.methods)
            for other in sorted(family | theirs - {last}):
                yield Edit(node, "attr", other, kind, (node,), "{}", 1 if other in family else 2, place.statement)
        elif isinstance(node, ast.Name):
            functions = {name for name, what in self.words.names.items() if what == "function"}
            for other in sorted({call for call in self.words.calls if "." not in call} | functions - {last}):
                yield place.replaced(ast.Name(other, ast.Load()), kind, node, 2)

    # what is missing around an expression

    def _around(self, place: Place, node: ast.expr) -> Iterator[Edit]:
        parent = place.parent
        if isinstance(node, ast.Slice | ast.Starred | ast.Dict | ast.Lambda) or isinstance(parent, ast.Attribute):
            return
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str):
            return
        text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        several = isinstance(node, ast.Tuple | ast.List | ast.ListComp | ast.Set | ast.SetComp | ast.DictComp)
        kind = self.words.names.get(getattr(node, "id", ""), "")
        several = several or kind not in ("", "number", "array", "text")
        indexing = isinstance(parent, ast.Subscript | ast.Slice)
        if not text and not several:
            yield from self._sums(place, node, indexing)
        if not indexing and not isinstance(node, ast.Constant):
            yield from self._calls_around(place, node)
            if not isinstance(node, ast.Compare | ast.BoolOp):
                shape = ast.dump(node)
                for donor, theirs in self.donors if self.cost == 3 else ():
                    if theirs not in shape:
                        yield place.replaced(donor, "something else belongs there", node, 3)
        if kind == "text" or isinstance(node, ast.Name) and not kind:
            for letter in self.texts:
                for pair in ((ast.Constant(letter), node), (node, ast.Constant(letter))):
                    yield place.replaced(_binary(ast.Add, *pair), "a piece of text is missing there", node, 3)

    def _sums(self, place: Place, node: ast.expr, indexing: bool) -> Iterator[Edit]:
        """Yield the expression with a sign, a power, a factor, a divisor or a term more."""
        one = isinstance(node, ast.Constant)
        if indexing:
            for op in (ast.Sub, ast.Add):
                if not one:
                    yield place.replaced(_binary(op, node, _number(1)), "the index is off by one there", node, 2)
            return
        if not isinstance(node, ast.UnaryOp) and not one:
            yield place.replaced(ast.UnaryOp(ast.USub(), node), "a sign is missing there", node, 2)
        if isinstance(node, ast.Compare | ast.BoolOp) or place.field == "test":
            yield place.replaced(ast.UnaryOp(ast.Not(), node), "a negation is missing there", node, 2)
        if not one:
            for op, number, kind in (
                (ast.Pow, 2, "a power is missing there"),
                (ast.Mult, 2, FACTOR),
                (ast.Div, 2, DIVISION),
                (ast.Sub, 1, TERM),
                (ast.Add, 1, TERM),
            ):
                yield place.replaced(_binary(op, node, _number(number)), kind, node, 2)
            yield place.replaced(_binary(ast.Sub, _number(1), node), "a difference is missing there", node, 2)
            for number in (1, 2):
                yield place.replaced(_binary(ast.Div, _number(number), node), DIVISION, node, 2)
        named = [ast.Name(name, ast.Load()) for name in self.numbers]
        others: list[ast.expr] = []
        if self.cost == 3:
            others = [donor for donor, _ in self.donors]
            others += [ast.Name(name, ast.Load()) for name, kind in self.words.names.items() if kind in ("array", "")]
        inside = isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, _PRODUCTS)
        for donor, cost in [*((n, 2) for n in named), *((other, 3) for other in others)]:
            product = not (inside and isinstance(donor, ast.Name) and donor.id in self.numbers)
            for op, kind in ((ast.Div, DIVISION), (ast.Mult, FACTOR)) if product else ():
                yield place.replaced(_binary(op, node, donor), kind, node, cost)
            for op in (ast.Add, ast.Sub):
                yield place.replaced(_binary(op, node, donor), TERM, node, cost)
            if isinstance(node, ast.Name) or cost == 2:
                yield place.replaced(_binary(ast.Sub, donor, node), "a difference is missing there", node, cost)
            if cost == 2 and not one:
                yield place.replaced(_binary(ast.Pow, node, donor), "a power is missing there", node, cost)

    def _calls_around(self, place: Place, node: ast.expr) -> Iterator[Edit]:
        kind = "a call is missing there"
        if isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.BinOp):
            transposed = ast.Attribute(node, "T", ast.Load())
            yield place.replaced(transposed, "a transpose is missing there", node, 2)
            for method in ("copy", *(set(self.words.methods) - {"copy"})):
                call = ast.Call(ast.Attribute(node, method, ast.Load()), [], [])
                said = "a copy is missing there" if method == "copy" else kind
                yield place.replaced(call, said, node, 1 if method == "copy" else 2)
        for name in self.words.calls:
            if isinstance(node, ast.Call) and _dotted(node.func) == name:
                continue
            yield place.replaced(ast.Call(_from_dotted(name), [node], []), kind, node, 2)
            for given in ([node, ast.Constant(0)], [node, ast.Constant(1)]) if self.cost == 3 else ():
                yield place.replaced(ast.Call(_from_dotted(name), given, []), kind, node, 3)
        if isinstance(place.parent, ast.Return | ast.Dict | ast.Assign | ast.Tuple | ast.DictComp):
            for name in RESULTS:
                yield place.replaced(ast.Call(ast.Name(name, ast.Load()), [node], []), kind, node, 2)


BRACKETS = "brackets are missing, too many or in the wrong place there"
OPERATION = "another operation belongs there"
FACTOR, DIVISION, TERM = "a factor is missing there", "a division is missing there", "a term is missing there"
BETWEEN, ARGUMENTS = "between {} and {}", "the arguments of {}"
TOO_MANY = {
    ast.Mult: "a factor too many stands there",
    ast.MatMult: "a factor too many stands there",
    ast.Div: "a division too many stands there",
    ast.Add: "a term too many stands there",
    ast.Sub: "a term too many stands there",
    ast.Pow: "a power too many stands there",
}
_OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Compare)
_PRODUCTS = (ast.Mult, ast.Div, ast.MatMult)
_REDUCTIONS = {"sum", "mean", "max", "min", "std", "var", "norm", "any", "all", "argmax", "argmin", "cumsum"}


def _emptied(node: ast.expr, operands: list[ast.expr]) -> ast.expr:
    """Return the operations of an expression alone, with a name ``_0_`` for each operand, which goes into `operands`."""
    if isinstance(node, ast.BinOp):
        return ast.BinOp(_emptied(node.left, operands), node.op, _emptied(node.right, operands))
    if isinstance(node, ast.UnaryOp):
        return ast.UnaryOp(node.op, _emptied(node.operand, operands))
    if isinstance(node, ast.Compare):
        return ast.Compare(
            _emptied(node.left, operands), node.ops, [_emptied(one, operands) for one in node.comparators]
        )
    operands.append(node)
    return ast.Name(f"_{len(operands) - 1}_", ast.Load())


def _filled(tree: ast.expr, operands: list[ast.expr]) -> ast.expr:
    class Fill(ast.NodeTransformer):
        def visit_Name(self, node):
            return operands[int(node.id.strip("_"))]

    return Fill().visit(tree)


def _with_brackets(tokens: list[str]) -> Iterator[list[str]]:
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


def _targets(statement: ast.stmt) -> list[ast.Name]:
    """Return the names that a statement assigns, those of statements inside it left out."""
    tops = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [
        node
        for top in tops
        if top
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def _other_operators(operator: ast.operator) -> list[ast.operator]:
    family = next((one for one in (ARITHMETIC, LOGIC) if type(operator) in one), ())
    return [other() for other in family if other is not type(operator)]


def _number(value: Any) -> ast.expr:
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _binary(op: type, left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, op(), right)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return getattr(node, "id", "")


def _from_dotted(name: str) -> ast.expr:
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
            dotted = _dotted(node.func)
            if dotted and dotted.partition(".")[0] not in own:
                calls.add(dotted)
            elif isinstance(node.func, ast.Attribute):
                methods.add(node.func.attr)
    return sorted(calls), sorted(methods)


def _digits(text: str) -> tuple[str, list[str]]:
    return without_digits(text), re.findall(r"\d", text)


def without_digits(text: str) -> str:
    return re.sub(r"\d", "#", text)


def _next_texts(value: str) -> list[str]:
    """Return the same text with another letter of a name before or after it, or another digit."""
    other = [value[:-1] + str(int(value[-1]) + step) for step in (-1, 1) if value[-1:].isdigit()]
    return [*other, value[1:] if value[:1] == "d" else f"d{value}"]


def _shifted(value: ast.expr, by: int) -> ast.expr:
    """Return `value` with the digits in its names and texts moved by `by`."""

    class Shift(ast.NodeTransformer):
        def visit_Name(self, node):
            node.id = _moved(node.id, by)
            return node

        def visit_Constant(self, node):
            node.value = _moved(node.value, by) if isinstance(node.value, str) else node.value
            return node

    return Shift().visit(copy.deepcopy(value))


def _moved(text: str, by: int) -> str:
    return re.sub(r"\d", lambda found: str(max(int(found[0]) + by, 0)), text)


def _donors(function: ast.FunctionDef, numbers: list[str]) -> list[tuple[ast.expr, str]]:
    """Return the small pieces of the function that may be needed elsewhere in it, names and numbers left out."""
    found: dict[str, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp | ast.Subscript | ast.Call | ast.Attribute | ast.UnaryOp) and not is_tick(node):
            if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                continue
            if sum(1 for _ in ast.walk(node)) <= 2 * MOST_DONOR_NODES and not any(map(is_tick, ast.walk(node))):
                if isinstance(node, ast.Attribute) and node.attr != "T":
                    continue
                found.setdefault(ast.dump(node), node)
                if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
                    for name in numbers:
                        other = ast.Subscript(node.value, ast.Name(name, ast.Load()), ast.Load())
                        found.setdefault(ast.dump(other), other)
    return sorted(((node, shape) for shape, node in found.items()), key=lambda pair: len(pair[1]))[:MOST_DONORS]

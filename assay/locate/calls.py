"""The error model of calls: another function, other arguments, a call too many or missing."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from assay.locate.forms import (
    ARGUMENTS,
    AS_ELSEWHERE,
    CALL_OF,
    METHODS,
    ONE,
    PRODUCTS,
    REDUCTIONS,
    RESULTS,
    Edit,
    Kind,
    Spot,
    Words,
)
from assay.locate.pieces import Pieces
from assay.locate.trees import FAMILIES, binary_node, dotted_name, from_dotted, last_name, number_node

COUNTERS = {"range", "arange", "integers", "linspace"}  # are called with how often something is done
SHAPES = {"size", "shape"}  # are names of how many numbers are drawn or made, along each axis
TINY = 1e-3  # a number up to which one is there to divide by something, or to compare with: no sum begins with it


class Calls:
    """Edits of calls, and calls around what stands there; the rest of them is :class:`Maker`."""

    words: Words
    cost: float
    pieces: Pieces
    texts: list[str]
    called: set[int]

    def _call(self, place: Spot, node: ast.Call) -> Iterator[Edit]:
        called, statement = (node.func,), place.statement
        name = last_name(node.func)

        def with_keywords(keywords: list[ast.keyword], kind: str, cost: int = 1) -> Edit:
            return Edit(node, "keywords", keywords, kind, called, ARGUMENTS, cost, statement)

        for i, keyword in enumerate(node.keywords):
            rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
            yield with_keywords(rest, Kind.ARGUMENT_TOO_MANY)
            if keyword.arg == "axis":
                for value in (0, 1, -1):
                    if not isinstance(keyword.value, ast.Constant) or keyword.value.value != value:
                        new = ast.keyword("axis", number_node(value))
                        yield with_keywords([new, *rest], Kind.AXIS)
        given = {keyword.arg for keyword in node.keywords}
        if name in REDUCTIONS:
            options = {"axis": [number_node(0), number_node(1)], "keepdims": [ast.Constant(True)]}
            for arg, values in options.items():
                for value in values if arg not in given else ():
                    new = [*node.keywords, ast.keyword(arg, value)]
                    yield with_keywords(new, Kind.ARGUMENT)
            if not given & set(options):
                for axis in (0, 1):
                    new = [ast.keyword("axis", number_node(axis)), ast.keyword("keepdims", ast.Constant(True))]
                    yield with_keywords([*node.keywords, *new], Kind.ARGUMENTS, 2)
        for i in range(len(node.args) - 1):
            new = [*node.args]
            new[i], new[i + 1] = new[i + 1], new[i]
            kind = Kind.ARGUMENT_ORDER
            yield Edit(node, "args", new, kind, called, ARGUMENTS, 1, statement)
        for start, end in itertools.combinations(range(len(node.args) + 1), 2):
            if end - start >= 2:
                new = [*node.args[:start], ast.Tuple(node.args[start:end], ast.Load()), *node.args[end:]]
                yield Edit(node, "args", new, Kind.BRACKETS, called, ARGUMENTS, 1, statement)
        for i in range(len(node.args)) if len(node.args) > 1 else ():
            rest = [*node.args[:i], *node.args[i + 1 :]]
            yield Edit(node, "args", rest, Kind.ARGUMENT_TOO_MANY, (node.args[i],), ONE, 1, statement)
        for i in range(len(node.args) + 1) if len(node.args) <= 2 and not isinstance(node.func, ast.Lambda) else ():
            names = [ast.Name(other, ast.Load()) for other, kind in self.words.names.items() if kind != "function"]
            turned = [ast.Attribute(one, "T", ast.Load()) for one in names if self.words.names[one.id] in ("array", "")]
            sizes = self.pieces.sizes if name in COUNTERS else []
            near = [*names, *turned, *map(number_node, (0, 1, 2, -1, 0.5)), *sizes, *self.pieces.of_unread]
            far = [*self.pieces.larger, *self.pieces.varied] if self.cost == 3 else []
            for other, cost in [*((one, 2) for one in near), *((one, 3) for one in far)]:
                new = [*node.args[:i], other, *node.args[i:]]
                yield Edit(node, "args", new, Kind.ARGUMENT, called, ARGUMENTS, cost, statement)
        for new in self._options(node, given):
            yield with_keywords([*node.keywords, new], Kind.ARGUMENT, 2)
        for arg in node.args:
            yield place.replaced(arg, Kind.CALL_TOO_MANY, called, 1, CALL_OF)
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            yield place.replaced(node.func.value, Kind.CALL_TOO_MANY, called, 1, CALL_OF)
        elif isinstance(node.func, ast.Attribute) and node.func.value.id in self.words.names:
            yield place.replaced(node.func.value, Kind.CALL_TOO_MANY, called, 1, CALL_OF)
        if name in ("range", "arange") and node.args:
            one, last = number_node(1), node.args[-1]
            more, fewer = (ast.BinOp(last, op, number_node(1)) for op in (ast.Add(), ast.Sub()))
            for new in [[more], [fewer], [one, last], [one, more]][: 4 if len(node.args) == 1 else 0]:
                yield Edit(node, "args", new, Kind.COUNTING, (node,), ONE, 1, statement)

    def _options(self, node: ast.Call, given: set[str | None]) -> Iterator[ast.keyword]:
        """Yield what the function may be given by name, with a value of the kind that it has where it is not given."""
        numbers = [ast.Name(name, ast.Load()) for name in self.pieces.numbers]
        for name, usual in self.words.options.get(dotted_name(node.func), ())[len(node.args) :]:
            values: list[ast.expr] = []
            if name in SHAPES:
                values = [ast.Tuple([*pair], ast.Load()) for pair in itertools.permutations(numbers, 2)]
            elif isinstance(usual, bool):
                values = [ast.Constant(not usual)]
            elif isinstance(usual, int | float):
                values = [*numbers, number_node(0), number_node(1)]
            yield from (ast.keyword(name, value) for value in values if name not in given)

    def _other_functions(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        last = last_name(node)
        family = {other for one in FAMILIES if last in one for other in one} - {last}
        family |= {last[3:]} if last.startswith("nan") and last != "nan" else set()
        kind = Kind.FUNCTION
        if isinstance(node, ast.Attribute):
            theirs = {call.rpartition(".")[2] for call in self.words.calls if "." in call} | set(self.words.methods)
            for other in sorted(family | theirs - {last}):
                yield Edit(node, "attr", other, kind, (node,), ONE, 1 if other in family else 2, place.statement)
        elif isinstance(node, ast.Name):
            functions = {name for name, what in self.words.names.items() if what == "function"}
            for other in sorted({call for call in self.words.calls if "." not in call} | functions - {last}):
                yield place.replaced(ast.Name(other, ast.Load()), kind, node, 2)

    # what is missing around an expression

    def _around(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        parent = place.parent
        if isinstance(node, ast.Slice | ast.Starred | ast.Lambda):
            return
        if isinstance(parent, ast.Attribute):
            if id(parent) in self.called and (not isinstance(node, ast.Name) or node.id in self.words.names):
                yield from self._reductions(place, node)
            return
        if isinstance(parent, ast.Subscript) and place.field == "value":
            return  # an element of something new: what is stored there is lost, and the line too many
        if not isinstance(parent, ast.Subscript | ast.Slice) and not isinstance(node, ast.Constant):
            for name, what in self.words.names.items():
                if what == "function" and name != last_name(getattr(node, "func", node)):
                    yield place.replaced(ast.Call(ast.Name(name, ast.Load()), [node], []), Kind.CALL, node, 2)
        if isinstance(node, ast.Dict):
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
        if place.field == "iter":
            yield from self._ranges(place, node)
        if not indexing and not isinstance(node, ast.Constant):
            yield from self._reductions(place, node)
            yield from self._calls_around(place, node)
            if not isinstance(node, ast.Compare | ast.BoolOp):
                shape = ast.dump(node)
                for donor in [*self.pieces.donors, *self.pieces.varied] if self.cost == 3 else ():
                    if ast.dump(donor) not in shape:
                        yield place.replaced(donor, Kind.SOMETHING_ELSE, node, 3)
        for name, what in self.words.names.items() if text else ():
            if what == "text":
                yield place.replaced(binary_node(ast.Add, node, ast.Name(name, ast.Load())), Kind.TEXT_PIECE, node, 2)
        if kind == "text" or isinstance(node, ast.Name) and not kind:
            for letter in self.texts:
                for pair in ((ast.Constant(letter), node), (node, ast.Constant(letter))):
                    added = binary_node(ast.Add, *pair)
                    yield place.replaced(added, Kind.TEXT_PIECE, node, 2 if kind == "text" else 3)

    def _sums(self, place: Spot, node: ast.expr, indexing: bool) -> Iterator[Edit]:
        """Yield the expression with a sign, a power, a factor, a divisor or a term more."""
        one = isinstance(node, ast.Constant)
        if indexing:
            for op in (ast.Sub, ast.Add):
                if not one:
                    yield place.replaced(binary_node(op, node, number_node(1)), Kind.INDEX_BY_ONE, node, 2)
                for name in self.pieces.numbers:
                    if name == getattr(node, "id", ""):
                        continue
                    more = binary_node(op, ast.Name(name, ast.Load()), node)
                    yield place.replaced(
                        more if op is ast.Add else binary_node(op, node, more.left), Kind.TERM, node, 2
                    )
            return
        if not isinstance(node, ast.UnaryOp) and not one:
            yield place.replaced(ast.UnaryOp(ast.USub(), node), Kind.SIGN, node, 2)
        if isinstance(node, ast.Compare | ast.BoolOp) or place.field == "test":
            yield place.replaced(ast.UnaryOp(ast.Not(), node), Kind.NEGATION, node, 2)
        if not one:
            for op, number, kind in (
                (ast.Pow, 2, Kind.POWER),
                (ast.Mult, 2, Kind.FACTOR),
                (ast.Div, 2, Kind.DIVISION),
                (ast.Sub, 1, Kind.TERM),
                (ast.Add, 1, Kind.TERM),
            ):
                yield place.replaced(binary_node(op, node, number_node(number)), kind, node, 2)
            yield place.replaced(binary_node(ast.Sub, number_node(1), node), Kind.DIFFERENCE, node, 2)
            for number in (1, 2):
                yield place.replaced(binary_node(ast.Div, number_node(number), node), Kind.DIVISION, node, 2)
            yield from self._other_halves(place, node)
        named = [ast.Name(name, ast.Load()) for name in self.pieces.numbers]
        others: list[ast.expr] = []
        if self.cost >= AS_ELSEWHERE:
            others += [ast.Name(name, ast.Load()) for name, kind in self.words.names.items() if kind in ("array", "")]
        if self.cost == 3:
            others += self.pieces.larger
        inside = isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, PRODUCTS)
        unread = self.pieces.of_unread
        may_be_number = self.words.names.get(getattr(node, "id", "")) in (None, "", "number")
        for donor, cost in [*((n, 2) for n in [*named, *unread]), *((other, 3) for other in others)]:
            product = not (inside and isinstance(donor, ast.Name) and donor.id in self.pieces.numbers)
            for op, kind in ((ast.Div, Kind.DIVISION), (ast.Mult, Kind.FACTOR)) if product else ():
                yield place.replaced(binary_node(op, node, donor), kind, node, cost)
            with_array = cost == 3 and isinstance(donor, ast.Name) and not one
            as_sum = AS_ELSEWHERE if with_array else cost
            for op in (ast.Add, ast.Sub) if not (one and 0 < node.value <= TINY) else ():
                yield place.replaced(binary_node(op, node, donor), Kind.TERM, node, as_sum)
            yield place.replaced(binary_node(ast.Sub, donor, node), Kind.DIFFERENCE, node, as_sum)
            if not one:
                yield place.replaced(binary_node(ast.Div, donor, node), Kind.DIVISION, node, cost)
            if isinstance(donor, ast.Name) and cost == 3 and self.words.names[donor.id] == "array":
                for other in (donor, ast.Attribute(donor, "T", ast.Load())):
                    yield place.replaced(binary_node(ast.MatMult, node, other), Kind.FACTOR, node, 3)
                    yield place.replaced(binary_node(ast.MatMult, other, node), Kind.FACTOR, node, 3)
            if isinstance(donor, ast.Name) and cost == 2 and not one and may_be_number:
                yield place.replaced(binary_node(ast.Pow, node, donor), Kind.POWER, node, cost)
                yield place.replaced(binary_node(ast.Pow, donor, node), Kind.POWER, node, cost)

    def _other_halves(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        """Yield an operation of which one half stands there and the other resembles it: itself, or itself with another name in it."""
        if self.cost < 3:
            return
        for half in (node, *self.pieces.variants(node)):
            for op, kind in ((ast.Sub, Kind.DIFFERENCE), (ast.Div, Kind.DIVISION), (ast.MatMult, Kind.FACTOR)):
                yield place.replaced(binary_node(op, half, node), kind, node, 3)
            for op, kind in (
                (ast.Add, Kind.TERM),
                (ast.Mult, Kind.FACTOR),
                (ast.Sub, Kind.TERM),
                (ast.Div, Kind.DIVISION),
            ):
                yield place.replaced(binary_node(op, node, half), kind, node, 3)

    def _reductions(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        """Yield a sum, or something like it, of what stands there along an axis, also where a method is called of it."""
        for name in self.words.calls:
            if "." in name and name.rpartition(".")[2] in REDUCTIONS:
                for axis in (0, 1):
                    along = ast.Call(from_dotted(name), [node, number_node(axis)], [])
                    yield place.replaced(along, Kind.CALL, node, AS_ELSEWHERE)

    def _ranges(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        ends = [*(ast.Name(name, ast.Load()) for name in self.pieces.numbers), *self.pieces.sizes]
        ends += [binary_node(ast.Add, one, number_node(1)) for one in self.pieces.sizes if isinstance(one, ast.Call)]
        for more in [*([end] for end in ends), [number_node(0), number_node(-1)]]:
            yield place.replaced(ast.Call(from_dotted("range"), [node, *more], []), Kind.CALL, node, 2)

    def _two_arguments(self, node: ast.expr) -> Iterator[list[ast.expr]]:
        yield from ([node, ast.Constant(0)], [node, ast.Constant(1)])
        for other, kind in self.words.names.items():
            if kind != "function" and other != getattr(node, "id", ""):
                yield from ([node, ast.Name(other, ast.Load())], [ast.Name(other, ast.Load()), node])
            if kind == "array":
                turned = ast.Attribute(ast.Name(other, ast.Load()), "T", ast.Load())
                yield from ([node, turned], [turned, node])

    def _calls_around(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        kind = Kind.CALL
        if isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.BinOp):
            transposed = ast.Attribute(node, "T", ast.Load())
            yield place.replaced(transposed, Kind.TRANSPOSE, node, 2)
            for method in ("copy", *(set(self.words.methods) - {"copy"})):
                call = ast.Call(ast.Attribute(node, method, ast.Load()), [], [])
                said = Kind.COPY if method == "copy" else kind
                yield place.replaced(call, said, node, 1 if method == "copy" else 2)
                for axis in (0, 1) if method in REDUCTIONS else ():
                    along = ast.Call(call.func, [ast.Constant(axis)], [])
                    yield place.replaced(along, kind, node, 2)
            for method in METHODS.get(self.words.names.get(getattr(node, "id", ""), ""), ()):
                yield place.replaced(ast.Call(ast.Attribute(node, method, ast.Load()), [], []), kind, node, 2)
        for name, what in self.words.names.items():
            if what == "Generator" and getattr(node, "id", "") != name:
                for method in METHODS["Generator"]:
                    drawn = ast.Attribute(ast.Name(name, ast.Load()), method, ast.Load())
                    yield place.replaced(ast.Call(drawn, [node], []), kind, node, 2)
        for name in self.words.calls:
            is_text = self.words.names.get(getattr(node, "id", "")) == "text"
            if is_text and "." in name or isinstance(node, ast.Call) and dotted_name(node.func) == name:
                continue
            yield place.replaced(ast.Call(from_dotted(name), [node], []), kind, node, 2)
            for one in self.pieces.unread_as_they_are:
                for given in ([node, one], [one, node]):
                    yield place.replaced(ast.Call(from_dotted(name), given, []), kind, node, 2)
            for given in self._two_arguments(node) if self.cost == 3 else ():
                yield place.replaced(ast.Call(from_dotted(name), given, []), kind, node, 3)
        if isinstance(place.parent, ast.Return | ast.Dict | ast.Assign | ast.Tuple | ast.DictComp):
            for name in RESULTS:
                yield place.replaced(ast.Call(ast.Name(name, ast.Load()), [node], []), kind, node, 2)

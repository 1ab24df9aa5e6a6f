"""What an answer's text says of where it may change its mind: the numbers in it, its branches, its words. Text is read, nothing is run."""

from __future__ import annotations

import ast
import inspect
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType

from grader import stubs
from grader.domain import PLAIN

MOST_NUMBERS = 12  # of one answer
SMALL = 16  # factors, exponents and places up to here are no bounds
FEW = 4  # times round a loop: every exercise has cases with more
_BRANCHES = frozenset({ast.If, ast.IfExp, ast.Compare, ast.BoolOp, ast.Try, ast.While, ast.Match, ast.Break, ast.Continue, ast.Assert, ast.Global, ast.Nonlocal})  # fmt: skip
_KEEPING = ("kept", "wrapped", "Global", "Nonlocal", "unknown")
_BOUNDING = frozenset({"min", "max", "clip", "minimum", "maximum", "range", "islice"})
_REACH = {"int8": (127,), "uint8": (255,), "int16": (32767,), "uint16": (65535,)}  # of whole numbers of few bits
# What NumPy's isclose and allclose take where nothing else is given, in their order.
_CLOSE = {"rtol": 1e-5, "atol": 1e-8}
_ROUNDING = frozenset({"round", "around", "round_"})
# Words that do the same to all values: of these an answer may use what the solution does not.
EVEN = frozenset("""
    abs add append array asarray axis copy cos deepcopy default_rng divide dot einsum empty empty_like enumerate exp extend float full full_like
    items keepdims keys len linalg list log matmul mean multiply negative norm normal np numpy ones ones_like outer power print prod random range
    ravel reciprocal reshape reversed shape sin size sqrt square standard_normal str subtract sum swapaxes T tanh transpose tuple update values
    vdot zeros zeros_like zip dict format join
""".split())  # fmt: skip


@dataclass(frozen=True)
class Text:
    """What the text of an answer, and of what it leads to, says.

    Attributes
    ----------
    numbers : sums and products of numbers as one, the plainest left out; first those that bound something
    words : attributes, keywords, and what is called
    turns : how often it branches, compares, or may keep something from one call to the next, by what does so
    bounds : how often something is compared with each number, the plainest among them, or capped, cut off or rounded there
    """

    numbers: tuple[float, ...] = ()
    words: frozenset[str] = frozenset()
    turns: Counter[str] = field(default_factory=lambda: Counter(unknown=1))
    bounds: Counter[float] = field(default_factory=Counter)

    def is_even(self, solution: Text) -> bool:
        """Whether nothing in the text treats some values in another way than others, but for what the solution does too."""
        return (
            self.turns <= solution.turns
            and set(self.numbers) <= set(solution.numbers)
            and self.words <= solution.words | EVEN
        )

    def may_keep(self, solution: Text) -> bool:
        """Whether something may be kept from one call to the next, but for what the solution keeps too."""
        return any(self.turns[how] > solution.turns[how] for how in _KEEPING)

    def beside(self, solution: Text) -> list[float]:
        """Return the numbers beside which it may change its mind: those that the solution does not hold, or that bound more than they do there."""
        found = [number for number in self.bounds if self.bounds[number] > solution.bounds[number]]
        found += [number for number in self.numbers if number not in solution.numbers]
        return list(dict.fromkeys(found))


def text_of(nodes: Iterable[tuple[str, ast.AST]]) -> Text:
    """Return what the trees say that stand under some names in a notebook."""
    nodes = list(nodes)
    names = {name for name, _ in nodes}
    whole = _Part()
    for _, tree in nodes:
        part = _part_of(tree)
        whole.numbers.update(part.numbers)
        whole.bounds.update(part.bounds)
        whole.turns.update(part.turns)
        whole.words |= part.words
        whole.called |= part.called
    numbers = _fair({**dict.fromkeys(whole.bounds), **whole.numbers})
    return Text(numbers, frozenset(whole.words | whole.called - names), +whole.turns, whole.bounds)


@dataclass
class _Part:
    """What one tree says; `called` are the names of functions in it, some of which may be the answer's own."""

    numbers: dict[float, None] = field(default_factory=dict)
    bounds: Counter[float] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)


def _part_of(tree: ast.AST) -> _Part:
    """Return what a tree says, read once: other answers lead to it too, and so does the next hand-in that has this cell."""
    if (part := getattr(tree, "_part", None)) is None:
        part = tree._part = _read(tree)
    return part


def _read(tree: ast.AST) -> _Part:
    part = _Part()
    turns, bounds, words = part.turns, part.bounds, part.words
    turns["kept"] += not isinstance(tree, ast.FunctionDef | ast.Lambda)  # a value beside the functions
    for node in _walked(tree, part.numbers):
        kind = type(node)
        if kind in _BRANCHES:
            turns[kind.__name__] += 1
        if kind is ast.Compare:
            bounds.update(_numbers_of(node.left, *node.comparators))
        elif kind is ast.Slice:
            bounds.update(() if _is_part(node) else _fair(_numbers_of(node.lower, node.upper)))
        elif kind is ast.FunctionDef or kind is ast.Lambda:
            turns["kept"] += sum(not isinstance(default, ast.Constant) for default in _defaults(node.args))
            turns["wrapped"] += len(getattr(node, "decorator_list", ()))
        elif kind is ast.Attribute:
            words.add(node.attr)
            bounds.update(_REACH.get(node.attr, ()))
        elif kind is ast.Constant and type(node.value) is str or kind is ast.Name:
            bounds.update(_REACH.get(node.value if kind is ast.Constant else node.id, ()))
        elif kind is ast.keyword and node.arg:
            words.add(node.arg)
        elif kind is ast.Call:
            called = _called(node)
            if isinstance(node.func, ast.Name):
                part.called.add(called)
            if called in _ROUNDING:  # to a number of digits: the last one that counts
                given = _numbers_of(*node.args, *(keyword.value for keyword in node.keywords))
                bounds.update(_fair(10.0**-digits for digits in given if 0 < digits < 100))
            elif called in ("isclose", "allclose"):
                given = {*list(_CLOSE)[: max(0, len(node.args) - 2)], *(keyword.arg for keyword in node.keywords)}
                bounds.update(number for name, number in _CLOSE.items() if name not in given)
            elif called in _BOUNDING:
                small = called == "range" and all(_is_small(arg, FEW) for arg in node.args)
                bounds.update(() if small else _fair(_numbers_of(*node.args)))
    return part


def text_in(function: Callable) -> Text:
    """Return what the text of a function of this process says, or where there is none its constants."""
    function = inspect.unwrap(function)
    if (tree := stubs.tree_of(function)) is None:
        code = getattr(function, "__code__", None)
        return Text(_fair(dict.fromkeys(_constants(code)) if code else {}))
    return text_of(_leads_to(function, tree))


def _leads_to(function: FunctionType, tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield a function's tree and those of what its module gives to the names in it: functions, and values that it may keep something in."""
    seen, waiting = {function.__name__}, [(function, tree)]
    while waiting:
        current, tree = waiting.pop()
        yield current.__name__, tree
        for name in current.__code__.co_names:
            value = current.__globals__.get(name)
            if name in seen or value is None or isinstance(value, ModuleType | type):
                continue
            seen.add(name)
            if isinstance(value, FunctionType):
                if _notebook_of(value) == _notebook_of(function) and (its := stubs.tree_of(value)) is not None:
                    waiting.append((value, its))
            elif not callable(value):
                yield name, ast.Constant(value if type(value) in (int, float) else None)


def _notebook_of(function: FunctionType) -> str:
    """Return whose notebook a function of this process stands in: the solutions are the siblings of an answer there (``stubs.as_in_notebook``)."""
    return function.__module__.removeprefix("solutions.").removeprefix("notebook_")


def _numbers_of(*nodes: ast.AST | None) -> list[float]:
    """Return those of some expressions that are numbers."""
    return [value for node in nodes if type(node) in _OF_NUMBERS and (value := _value(node)) is not None]


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [default for default in (*arguments.defaults, *arguments.kw_defaults) if default is not None]


def _fair(numbers: Iterable[float]) -> tuple[float, ...]:
    return tuple(number for number in numbers if number not in PLAIN)[:MOST_NUMBERS]


def _constants(code: CodeType) -> Iterator[float]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _constants(constant)
        elif type(constant) in (int, float) and _is_fair(constant):
            yield constant


def _walked(tree: ast.AST, numbers: dict[float, None]) -> Iterator[ast.AST]:
    """Yield the nodes of a tree, but for expressions of numbers alone: these are added to `numbers` where an answer may change its mind beside one."""
    waiting = [(tree, False, False)]  # with whether something above cuts values off, and whether it is somebody's place
    while waiting:
        node, cut, place = waiting.pop()
        if type(node) in _OF_NUMBERS and (value := _value(node)) is not None:
            numbers[value] = None
            continue
        yield node
        cut = cut or _cuts(node)
        harmless = () if cut else [part for part in _scaling(node, place) if _is_small(part)]
        for name in node._fields:
            inner = getattr(node, name, None)
            if name == "slice":
                waiting += [] if _is_small(inner) else [(inner, False, True)]
            elif isinstance(inner, ast.AST) and inner not in harmless:
                waiting.append((inner, cut, place))
            elif type(inner) is list:
                parts = (part for part in inner if isinstance(part, ast.AST) and part not in harmless)
                waiting.extend((part, cut, place) for part in parts)


def _cuts(node: ast.AST) -> bool:
    """Whether an expression may treat some values inside it in another way than others."""
    if type(node) is ast.Call:
        return _called(node) not in EVEN
    return type(node) is ast.Compare or type(node) is ast.BinOp and type(node.op) not in _SCALING | _OPERATORS.keys()


def _scaling(node: ast.AST, place: bool) -> Iterable[ast.AST]:
    """Return the parts of an expression that are the same for all values if they are numbers: factors, exponents, places, what is listed, and what
    an even function is given.
    """
    kind = type(node)
    if kind is ast.BinOp and (place or type(node.op) in _SCALING):
        return node.left, node.right
    if kind is ast.Slice and _is_part(node):
        return node.lower, node.upper
    if kind is ast.Tuple or kind is ast.List:
        return node.elts
    if kind is ast.Dict:
        return [key for key in node.keys if key]
    if kind is ast.Call and (_called(node) not in _BOUNDING or all(_is_small(part, FEW) for part in node.args)):
        return node.args
    return ()


def _is_part(node: ast.Slice) -> bool:
    """Whether a slice is a part of something, as in ``cache[4:8]``; otherwise it may leave off what lies behind a number."""
    return all(part is not None and _is_small(part) and _value(part) != 0 for part in (node.lower, node.upper))


def _is_small(node: ast.AST, most: int = SMALL) -> bool:
    return (
        type(node) in _OF_NUMBERS and (value := _value(node)) is not None and value == int(value) and abs(value) <= most
    )


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _value(node: ast.AST, depth: int = 0) -> float | None:
    """Return the number that an expression of numbers alone is."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) in (int, float) and _is_fair(node.value) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and depth < 10:
        inner = _value(node.operand, depth + 1)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS and depth < 10:
        left, right = _value(node.left, depth + 1), _value(node.right, depth + 1)
        if left is None or right is None:
            return None
        try:
            found = _OPERATORS[type(node.op)](float(left), float(right))
        except (ArithmeticError, ValueError):
            return None
        found = int(found) if type(left) is type(right) is int and found.is_integer() else found
        return found if _is_fair(found) else None
    return None


_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: math.pow,
}


_OF_NUMBERS = frozenset({ast.Constant, ast.UnaryOp, ast.BinOp})
_SCALING = frozenset({ast.Mult, ast.MatMult, ast.Div, ast.FloorDiv, ast.Pow})


def _is_fair(number: float) -> bool:
    return abs(number) < 1e300 and math.isfinite(number)

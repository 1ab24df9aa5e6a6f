"""What an answer may lack: pieces that stand elsewhere in it, and small expressions of its names."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from functools import cached_property

from assay.locate.forms import MOST_DONOR_NODES, MOST_DONORS, MOST_VARIANTS, Words
from assay.locate.trees import binary_node, from_dotted, is_tick, number_node, renamed, with_another_index

MOST_CALLED, MOST_PAIRED, MOST_VARIED = 6, 5, 60  # functions and numbers in small expressions, pieces with another name
MOST_UNREAD = 2  # of what is unpacked, till it means nothing: who unpacks a cache does not need all of it


class Pieces:
    """The pieces of one function; each is made once.

    Attributes
    ----------
    numbers : names of numbers
    unread : names that the function reads nowhere; what is missing is likely made of them
    donors : small pieces of the function that may be needed elsewhere in it
    """

    def __init__(self, function: ast.FunctionDef, words: Words):
        self.function, self.words = function, words
        self.numbers = [name for name, kind in words.names.items() if kind == "number"]
        read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        unread = [name for name in words.names if name not in read]
        rest = _unpacked(function).intersection(unread)
        self.unread = [name for name in unread if name not in rest or len(rest) <= MOST_UNREAD]
        self.donors = _donors(function, self.numbers)

    @cached_property
    def sizes(self) -> list[ast.expr]:
        """How often something may be done: lengths, and numbers with one more or less."""
        found: list[ast.expr] = []
        for name, kind in self.words.names.items():
            if kind in ("list", "tuple", "dict", "array", ""):
                found.append(ast.Call(ast.Name("len", ast.Load()), [ast.Name(name, ast.Load())], []))
            if kind == "number":
                found += [binary_node(op, ast.Name(name, ast.Load()), number_node(1)) for op in (ast.Add, ast.Sub)]
        return found

    @cached_property
    def of_unread(self) -> list[ast.expr]:
        return self._made_of(self.unread)

    @cached_property
    def larger(self) -> list[ast.expr]:
        """Donors and small expressions of any name, each once."""
        return _each_once([*self.donors, *self._made_of(self.words.names)])

    def _made_of(self, names: Iterable[str]) -> list[ast.expr]:
        """Return small expressions of one of some names, or of two numbers, one of them among the names."""
        found: list[ast.expr] = []
        functions = [call for call in self.words.calls if "." in call][:MOST_CALLED]
        for name in names:
            kind, node = self.words.names[name], ast.Name(name, ast.Load())
            if kind == "number":
                found += [ast.UnaryOp(ast.USub(), node), binary_node(ast.Mult, number_node(2), node)]
                found += self._pairs(name)
            if kind == "array":
                found.append(ast.Attribute(node, "T", ast.Load()))
                found += [
                    ast.Call(from_dotted(call), [binary_node(ast.Sub, number_node(1), node)], []) for call in functions
                ]
            if kind in ("array", "list", "tuple", ""):
                found += [ast.Call(from_dotted(call), [node], []) for call in functions]
            if kind == "dict":
                found += [ast.Call(ast.Attribute(node, method, ast.Load()), [], []) for method in ("items", "values")]
                found += [ast.Subscript(node, key, ast.Load()) for key in self._keys()]
        return found

    @cached_property
    def unread_as_they_are(self) -> list[ast.expr]:
        found = []
        for name in self.unread:
            node = ast.Name(name, ast.Load())
            found += [node, ast.Attribute(node, "T", ast.Load())] if self.words.names[name] == "array" else [node]
        return found

    def _pairs(self, name: str) -> Iterator[ast.expr]:
        """Yield a number with each other one; of few numbers alone."""
        first = ast.Name(name, ast.Load())
        for other in self.numbers if len(self.numbers) <= MOST_PAIRED else ():
            if other != name:
                second = ast.Name(other, ast.Load())
                yield from (binary_node(op, first, second) for op in (ast.Mult, ast.Div, ast.Add, ast.Sub))
                yield from (binary_node(op, second, first) for op in (ast.Div, ast.Sub))

    def _keys(self) -> Iterator[ast.expr]:
        """Yield the names that are texts, as they are and with a piece more or less."""
        for name, kind in self.words.names.items():
            if kind == "text":
                node = ast.Name(name, ast.Load())
                yield from (node, ast.Subscript(node, ast.Slice(lower=number_node(1)), ast.Load()))
                yield from (binary_node(ast.Add, ast.Constant(text), node) for text in self.words.texts)

    @cached_property
    def varied(self) -> list[ast.expr]:
        """Donors with another name in each."""
        varied = _each_once([*self.donors, *(one for donor in self.donors for one in self.variants(donor))])
        return varied[len(self.donors) :][:MOST_VARIED]

    @cached_property
    def elements(self) -> list[ast.expr]:
        """The elements that the function gives values, as they are read."""
        found = {}
        for node in ast.walk(self.function):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                found.setdefault(ast.unparse(node), ast.Subscript(node.value, node.slice, ast.Load()))
        return copy.deepcopy([*found.values()])

    def variants(self, node: ast.expr) -> Iterator[ast.expr]:
        """Yield a small expression with another index in it, or another name of the same kind in place of one of its names."""
        yield from with_another_index(node)
        inside = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
        own = {one.id for one in inside}
        pairs = [
            (name, other)
            for name in own & self.words.names.keys()
            for other, kind in self.words.names.items()
            if other not in own and kind == self.words.names[name] and kind in ("array", "number", "")
        ]
        for name, other in pairs[:MOST_VARIANTS] if len(inside) <= 4 else ():
            yield renamed(node, name, other)


def _unpacked(function: ast.FunctionDef) -> set[str]:
    """Return the names that get their values together, in one assignment."""
    tops = [top for node in ast.walk(function) if isinstance(node, ast.Assign) for top in node.targets]
    return {
        node.id for top in tops if isinstance(top, ast.Tuple) for node in ast.walk(top) if isinstance(node, ast.Name)
    }


def _each_once(pieces: Iterable[ast.expr]) -> list[ast.expr]:
    found: dict[str, ast.expr] = {}
    for one in pieces:
        found.setdefault(ast.dump(one), one)
    return [*found.values()]


def _donors(function: ast.FunctionDef, numbers: list[str]) -> list[ast.expr]:
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
    shortest = sorted(found.items(), key=lambda pair: len(pair[0]))[:MOST_DONORS]
    return [copy.deepcopy(node) for _, node in shortest]  # a piece put into itself would have no end

"""Random slips: a right answer with one small change of its text, such as a tired hand makes.

They try the search for the place of a slip (:mod:`assay.locate`), so they are made another way than its edits are: by cutting and pasting text,
at places and of kinds that are drawn.
"""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

MOST_CUT = 8  # words and signs that a slip leaves out
_SIGNS = ("+", "-", "*", "/", "@", "**", "//", "%")
_COMPARED = ("<", "<=", ">", ">=", "==", "!=")
_NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "10", "1e-3")
_PASTED = ("-{}", "2 * {}", "{} / 2", "{} + 1", "{} - 1", "1 - {}", "{} ** 2", "abs({})")
_TWINS = {
    "sum": "mean", "mean": "sum", "max": "min", "min": "max", "maximum": "minimum", "zeros": "ones", "exp": "log",
    "log": "exp", "sqrt": "square", "std": "var", "var": "std", "dot": "multiply", "multiply": "dot",
    "zeros_like": "ones_like", "argmax": "argmin", "argmin": "argmax", "all": "any", "any": "all",
}  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """A changed source, the line of the change (the first line of the function is 1), and the change in words."""

    source: str
    line: int
    change: str


def _length(text: str) -> int:
    """Return how many words and signs a text has."""
    return len(re.findall(r"\w+|[^\w\s]", text))


Cut = tuple[int, int, str, str]  # from, to, what is put there, what kind of slip


def slips(source: str, rng: np.random.Generator) -> Iterator[Slip]:
    """Yield slips without end, those of one kind as often as those of another; the docstring and the signature stay as they are."""
    text = _Text(source)
    kinds = {kind: found for kind in _KINDS if (found := list(kind(text)))}
    names = list(kinds)
    while names:
        cuts = kinds[names[rng.integers(len(names))]]
        start, end, new, said = cuts[rng.integers(len(cuts))]
        if start < text.start or source[start:end] == new or _length(source[start:end]) > _length(new) + MOST_CUT:
            continue
        changed = source[:start] + new + source[end:]
        try:
            ast.parse(changed)
        except SyntaxError:
            continue
        old = source[start:end]
        yield Slip(changed, source.count("\n", 0, start) + 1, f"{said}: {old!r} => {new!r}")


class _Text:
    """A function's text, its tokens and its tree, with offsets instead of lines and columns."""

    def __init__(self, source: str):
        self.source = source
        lines = source.splitlines(keepends=True)
        self.offsets = [0, *np.cumsum([len(line) for line in lines]).tolist()]
        self.tree = ast.parse(source).body[0]
        body = self.tree.body[1:] if ast.get_docstring(self.tree) is not None else self.tree.body
        self.start = self.at(body[0].lineno, 0)
        self.tokens = [
            t for t in tokenize.generate_tokens(io.StringIO(source).readline) if self.at(*t.start) >= self.start
        ]
        self.nodes = [node for statement in body for node in ast.walk(statement)]
        self.body = body

    def at(self, line: int, column: int) -> int:
        return self.offsets[min(line, len(self.offsets)) - 1] + column

    def span(self, node: ast.AST) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end]

    def all(self, *kinds: type) -> list:
        return [node for node in self.nodes if isinstance(node, kinds)]

    def names(self) -> set[str]:
        """Return the function's own names."""
        assigned = {node.id for node in self.all(ast.Name) if isinstance(node.ctx, ast.Store)}
        return assigned | {arg.arg for arg in self.tree.args.args}

    def token_cuts(self, chosen: Callable, others: Callable, said: str) -> Iterator[Cut]:
        for i, token in enumerate(self.tokens):
            if chosen(token, self.tokens[i - 1].string if i else ""):
                for other in others(token):
                    yield self.at(*token.start), self.at(*token.end), other, said


def _another_sign(text: _Text) -> Iterator[Cut]:
    return text.token_cuts(lambda t, _: t.string in _SIGNS, lambda t: _SIGNS, "sign")


def _another_comparison(text: _Text) -> Iterator[Cut]:
    return text.token_cuts(lambda t, _: t.string in _COMPARED, lambda t: _COMPARED, "comparison")


def _another_number(text: _Text) -> Iterator[Cut]:
    return text.token_cuts(lambda t, _: t.type == tokenize.NUMBER, lambda t: _NUMBERS, "number")


def _another_name(text: _Text) -> Iterator[Cut]:
    names = text.names()
    return text.token_cuts(
        lambda t, before: t.type == tokenize.NAME and t.string in names and before != ".",
        lambda t: sorted(names - {t.string}),
        "name",
    )


def _twin(text: _Text) -> Iterator[Cut]:
    return text.token_cuts(
        lambda t, _: t.string in _TWINS and not keyword.iskeyword(t.string), lambda t: [_TWINS[t.string]], "function"
    )


def _digit(text: _Text) -> Iterator[Cut]:
    return text.token_cuts(
        lambda t, _: t.type == tokenize.NAME and t.string[-1].isdigit(),
        lambda t: [t.string[:-1] + digit for digit in "123" if digit != t.string[-1]],
        "layer",
    )


def _half_of_it(text: _Text) -> Iterator[Cut]:
    for node in text.all(ast.BinOp):
        yield *text.span(node), f"({text.of(node.left)})", "left half"
        yield *text.span(node), f"({text.of(node.right)})", "right half"


def _without_the_call(text: _Text) -> Iterator[Cut]:
    for node in text.all(ast.Call):
        if node.args and not isinstance(node.args[0], ast.GeneratorExp | ast.Starred):
            yield *text.span(node), f"({text.of(node.args[0])})", "no call"
        elif isinstance(node.func, ast.Attribute) and not node.args:
            yield *text.span(node), text.of(node.func.value), "no method"


def _without_an_argument(text: _Text) -> Iterator[Cut]:
    for node in text.all(ast.Call):
        given = [*node.args, *node.keywords]
        for i in range(len(given) if len(given) > 1 else 0):
            start = text.span(given[i])[0] if i == 0 else text.span(given[i - 1])[1]
            end = text.span(given[i + 1])[0] if i == 0 else text.span(given[i])[1]
            yield start, end, "", "no argument"


def _without_a_transpose(text: _Text) -> Iterator[Cut]:
    for node in text.all(ast.Attribute):
        if node.attr == "T":
            yield *text.span(node), text.of(node.value), "no transpose"


def _turned(text: _Text) -> Iterator[Cut]:
    for node in text.all(ast.BinOp, ast.Tuple, ast.Call):
        pair = (
            [node.left, node.right]
            if isinstance(node, ast.BinOp)
            else node.elts
            if isinstance(node, ast.Tuple)
            else node.args
        )
        if len(pair) >= 2:
            (start, middle), (other, end) = text.span(pair[0]), text.span(pair[1])
            source = text.source
            yield start, end, source[other:end] + source[middle:other] + source[start:middle], "turned round"


def _without_brackets(text: _Text) -> Iterator[Cut]:
    waiting: list[int | None] = []
    for i, token in enumerate(text.tokens):
        if token.string == "(":
            before = text.tokens[i - 1] if i else token
            called = before.type == tokenize.NAME and not keyword.iskeyword(before.string) or before.string in ")]"
            waiting.append(None if called else text.at(*token.start))
        elif token.string == ")" and waiting and (start := waiting.pop()) is not None:
            end = text.at(*token.end)
            yield start, end, text.source[start + 1 : end - 1], "no brackets"


def _pasted(text: _Text) -> Iterator[Cut]:
    names = text.names()
    for node in text.all(ast.Name, ast.BinOp, ast.Call, ast.Subscript):
        if isinstance(getattr(node, "ctx", None), ast.Store) or isinstance(node, ast.Name) and node.id not in names:
            continue
        for pattern in _PASTED:
            yield *text.span(node), f"({pattern.format(f'({text.of(node)})')})", "something more"


def _lines(text: _Text) -> Iterator[Cut]:
    blocks = [text.body, *(getattr(node, "body", []) for node in text.all(ast.For, ast.If, ast.While, ast.With))]
    for block in blocks:
        for one, after in zip(block, [*block[1:], None]):
            start, end = text.span(one)
            if not isinstance(one, ast.Return | ast.Import | ast.ImportFrom):
                yield start, end, "pass", "no line"
            if after is not None and "\n" not in text.of(one) + text.of(after):
                other, last = text.span(after)
                between = text.source[end:other]
                yield start, last, text.source[other:last] + between + text.source[start:end], "lines swapped"
            if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name | ast.Subscript):
                yield text.span(one.target)[1], text.span(one.value)[0], " = ", "no sum"


_KINDS: tuple[Callable[[_Text], Iterator[Cut]], ...] = (
    _another_sign, _another_comparison, _another_number, _another_name, _twin, _digit, _half_of_it, _without_the_call,
    _without_an_argument, _without_a_transpose, _turned, _without_brackets, _pasted, _lines,
)  # fmt: skip

"""A line as its author wrote it, and edited: what an edit leaves alone keeps its quotation marks, brackets and spaces."""

from __future__ import annotations

import ast
import difflib
import re

TOKEN = re.compile(
    r"""\w*"(?:\\.|[^"\\])*"|\w*'(?:\\.|[^'\\])*'"""  # texts
    r"""|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[jJ]?|\w+|[^\w\s]"""  # numbers, words, signs
)


def own(statement: ast.stmt, source: str) -> str:
    """Return the text of a statement, or of the head of one with a block, if that is one line; else an empty text."""
    row = source.splitlines()[statement.lineno - 1].encode()
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno
    if last != statement.lineno:
        return ""
    return row[statement.col_offset : None if body else statement.end_col_offset].decode()


def as_written(text: str, before: str, after: str) -> str:
    """Return `after` with the words of `text` wherever it has those of `before`, which is `text` as :mod:`ast` writes it.

    `after` itself where that cannot be done, which the parser decides.
    """
    mine, old, new = (list(TOKEN.finditer(one)) for one in (text, before, after))
    place = dict(_matching(old, mine))
    kept = {j: i for i, j in _matching(old, new)}
    said, last, last_kept = "", None, None  # the token of `text` that was said last, and that of `before`
    for number, token in enumerate(new):
        if number in kept and kept[number] not in place:  # it is there only as ast writes it: brackets around a pair
            continue
        here = place[kept[number]] if number in kept else None
        if here is None or last is None or any(i in place for i in range(last_kept + 1, kept[number])):
            gap = after[new[number - 1].end() : token.start()] if said else ""
        else:
            gap = text[mine[last].end() : mine[here].start()]
        said += gap + (mine[here].group() if here is not None else _in_marks_of(text, token.group()))
        last, last_kept = here, kept.get(number)
    if _tree(said) != _tree(after) or not _tree(after):
        return after
    return said if after == before else _with_single_brackets(said)


def _with_single_brackets(line: str) -> str:
    """Return a line without the second pair of brackets that :mod:`ast` writes around a generator that is a function's only argument."""
    opened: list[int] = []
    for token in TOKEN.finditer(line):
        if token.group() == "(":
            opened.append(token.start())
        elif token.group() == ")" and opened:
            start, end = opened.pop(), token.end()
            fewer = line[:start] + line[start + 1 : end - 1] + line[end:]
            if opened[-1:] == [start - 1] and line[end : end + 1] == ")" and _tree(fewer) == _tree(line):
                return _with_single_brackets(fewer)
    return line


def _matching(old: list[re.Match], new: list[re.Match]) -> list[tuple[int, int]]:
    """Return the pairs of tokens that two lines have in common, in their order."""
    a, b = ([_plain(token.group()) for token in one] for one in (old, new))
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(block.a + i, block.b + i) for block in blocks for i in range(block.size)]


def _plain(token: str) -> str:
    """Return a token as :mod:`ast` writes it."""
    try:
        return ast.unparse(ast.parse(token)) if token[-1] in "'\"" or token[0].isdigit() else token
    except SyntaxError:
        return token


def _in_marks_of(text: str, token: str) -> str:
    """Return a token with the one kind of quotation marks that a text has."""
    return token.replace("'", '"') if '"' in text and "'" not in text and '"' not in token else token


def _tree(line: str) -> str:
    """Return what a line is to the parser; an empty text where it is nothing by itself."""
    try:
        return ast.dump(ast.parse(line + " pass" if line.endswith(":") else line))
    except SyntaxError:
        return ""

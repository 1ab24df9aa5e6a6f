"""The answer when one asks for it: ``check(function, answer=True)``, for who studies alone.

The answers lie beside the visible reference outputs, in a folder that only a site for self-study has: no release to students holds it, so there
is nothing there that could be shown. Asked for an exercise that one has tried, it shows the three hints; asked again, the answer and what
differs from one's own.
"""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import json
import textwrap
from collections.abc import Callable
from pathlib import Path

FOLDER = "answers"  # beside the folder of the visible reference outputs
MARKS = {" ": "in both", "-": "yours", "+": "the answer's"}


class Told:
    """What is shown to a question for an answer: Markdown where there is a page, the same as text elsewhere."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


class Answers:
    """The answers and hints of one assignment, none where its copy of the course has none.

    Parameters
    ----------
    references : folder of the visible reference outputs
    assignment : its name
    """

    def __init__(self, references: Path, assignment: str):
        self.path = references.parent / FOLDER / f"{assignment}.json"
        self.hinted: set[str] = set()

    @functools.cached_property
    def known(self) -> dict[str, dict]:
        """Exercise -> its ``answer``, a function's source, and its ``hints``, in Markdown."""
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}

    def offer(self, name: str, function: Callable) -> str:
        """Return the sentence that offers an answer after an attempt that failed; nothing where there is none to offer."""
        if name not in self.known or not is_attempt(function):
            return ""
        return f" Stuck after all three hints? check({name}, answer=True)"

    def told(self, name: str, function: Callable, passed: bool) -> Told:
        """Return what is shown to who asks for an answer after this attempt."""
        if name not in self.known:
            return Told("This copy of the course holds no answers.")
        if not passed and not is_attempt(function):
            return Told(f"The answer comes after an attempt: write what you think into `{name}` and ask again.")
        one = self.known[name]
        if one["hints"] and not passed and name not in self.hinted:
            self.hinted.add(name)
            hints = "\n\n".join(f"**Hint {i}.** {hint}" for i, hint in enumerate(one["hints"], 1))
            return Told(f"{hints}\n\nStill stuck? Asked once more, `check({name}, answer=True)` shows the answer.")
        answer = one["answer"].rstrip()
        return Told(f"**The answer**\n\n{_fenced(answer, 'python')}\n\n{_against(own_source(function), answer)}")


def _against(own: str, answer: str) -> str:
    lines = differences(own, answer) if own else []
    if not own:
        return "Your own text was not found, so nothing is compared."
    if all(line[0] == " " for line in lines):
        return "Yours says the same, but for comments and layout."
    return f"**What differs**, comments and layout left out; `-` is yours, `+` the answer's\n\n{_fenced(chr(10).join(lines), 'diff')}"


def _fenced(text: str, language: str) -> str:
    fence = "`" * (3 + text.count("```"))
    return f"{fence}{language}\n{text}\n{fence}"


def own_source(function: Callable) -> str:
    """Return a function's text, or nothing where it is not to be had."""
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return ""


def is_attempt(function: Callable) -> bool:
    """Whether a function does something with what it is given: a stub, an empty body and a constant do not."""
    found = _function(own_source(function))
    if found is None:
        return False
    names = {argument.arg for argument in ast.walk(found.args) if isinstance(argument, ast.arg)}
    used = {node.id for line in found.body for node in ast.walk(line) if isinstance(node, ast.Name)}
    return bool(used & names)


def differences(own: str, answer: str) -> list[str]:
    """Return the lines of both functions without comments, docstrings and layout, each after a mark: one's own, the answer's, or in both."""
    mine, theirs = (_plain(source) for source in (own, answer))
    return [f"{line[0]} {line[2:]}" for line in difflib.ndiff(mine, theirs) if line[0] in MARKS]


def _plain(source: str) -> list[str]:
    found = _function(source)
    return ast.unparse(found).splitlines() if found else source.rstrip().splitlines()


def _function(source: str) -> ast.FunctionDef | None:
    """Return the first function of a text, without its docstring."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                del node.body[0]
            return node
    return None

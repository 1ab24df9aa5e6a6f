"""Questions as people read them: text, and HTML in which each choice opens its explanation, by mouse or keyboard, without a script."""

from __future__ import annotations

import ast
import html

from assay.display import NO_MATHS
from assay.questions.forms import Question

LETTERS = "ABCD"
RIGHT, WRONG = "Yes.", "No."


def as_text(questions: list[Question]) -> str:
    """Return questions in plain text, their answers behind all of them."""
    rows: list[str] = []
    for number, (question, is_new) in enumerate(with_new_calls(questions), 1):
        if is_new:
            rows += ["The call:", "", *(f"    {row}" for row in question.call.splitlines()), ""]
        rows += [f"Question {number}. {plain(question.asked)}", ""]
        rows += [f"  {letter}. {plain(choice.text)}" for letter, choice in zip(LETTERS, question.choices)] + [""]
    rows.append("What the runs say:")
    for number, question in enumerate(questions, 1):
        for letter, choice in zip(LETTERS, question.choices):
            rows.append(f"  {number}{letter}. {RIGHT if choice.right else WRONG} {plain(choice.why)}")
    return "\n".join(rows)


def as_html(questions: list[Question]) -> str:
    """Return questions as HTML: each choice is a fold with what the run says; everything that came from outside is escaped.

    Whoever listens hears a choice's verdict when it is opened: the folds are a live region, and each question a group with a name.
    """
    blocks = []
    for number, (question, is_new) in enumerate(with_new_calls(questions), 1):
        if is_new:
            blocks.append(
                f'<p style="margin:.6em 0 .2em">The call:</p>'
                f'<pre style="margin:.3em 0 .3em 1.1em;white-space:pre-wrap">{html.escape(question.call)}</pre>'
            )
        choices = "".join(
            f'<details style="margin:.15em 0 .15em 1.1em"><summary>{letter}. {coded(choice.text)}</summary>'
            f'<p style="margin:.2em 0 .4em 1.4em"><strong>{RIGHT if choice.right else WRONG}</strong> {coded(choice.why)}</p></details>'
            for letter, choice in zip(LETTERS, question.choices)
        )
        blocks.append(
            f'<div role="group" aria-label="Question {number}" aria-live="polite">'
            f'<p style="margin:.6em 0 .2em"><strong>Question {number}.</strong> {coded(question.asked)}</p>{choices}</div>'
        )
    lines = "".join(f"{number:>3}  {html.escape(text)}\n" for number, text in numbered(questions[0].source))
    return (
        f'<div class="assay-quiz {NO_MATHS}" style="line-height:1.45">'
        f'<details style="margin:.3em 0"><summary>Your function with the numbers of its lines</summary>'
        f'<pre style="margin:.3em 0 .3em 1.1em;overflow:auto" tabindex="0">{lines}</pre></details>{"".join(blocks)}</div>'
    )


def with_new_calls(questions: list[Question]) -> list[tuple[Question, bool]]:
    """Return questions, each with whether its call is another than that of the question before: then it has to be shown."""
    before = ["", *(question.call for question in questions)]
    return [(question, question.call != call) for question, call in zip(questions, before)]


def coded(text: str) -> str:
    """Return a text as HTML, with what stands between backticks as code."""
    parts = html.escape(text).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def plain(text: str) -> str:
    """Return a text without its backticks."""
    return text.replace("`", "")


def numbered(source: str) -> list[tuple[int, str]]:
    """Return the lines of a function with their numbers, without those of its docstring."""
    rows = list(enumerate(source.splitlines(), 1))
    try:
        first = ast.parse(source).body[0].body[0]
    except (SyntaxError, ValueError, IndexError, AttributeError, RecursionError, MemoryError):
        return rows
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return rows
    return [(number, text) for number, text in rows if not first.lineno <= number <= (first.end_lineno or 0)]

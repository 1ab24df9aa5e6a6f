"""A verdict as people read it: text, a block of HTML, and a case's inputs as one would type them."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.cases import Case

if TYPE_CHECKING:
    from assay.locate import Place
    from assay.spec import Spec
    from assay.verdict import CaseVerdict, Verdict

MOST_SHOWN = 3  # kinds of problems that a verdict tells in full

# What a student's function raised or returned may stand in a verdict: a page must not typeset it, since formulas can hold links.
NO_MATHS = "mathjax_ignore tex2jax_ignore"


def as_text(verdict: Verdict) -> str:
    """The verdict in plain text, for terminals, logs and screen readers."""
    lines = [f"{verdict.name}: {'pass' if verdict.passed else 'not yet'}. {verdict.summary}."]
    for said, labels, inputs in _grouped(verdict):
        lines.append(f"  - {labels}: {said}." + (f" Input: {inputs}" if inputs else ""))
    if verdict.held:
        lines.append(f"  What holds: {verdict.held}.")
    if verdict.hint:
        lines.append(f"  What this looks like: {verdict.hint}")
    if printed := _printed(verdict):
        lines += [f"  What it prints there ({printed.label}):", textwrap.indent(printed.printed.rstrip(), "    ")]
    if verdict.section and not verdict.passed and not verdict.visible:
        lines.append(f'  Where to read: section "{verdict.section}" of the notebook.')
    return "\n".join(lines)


def as_html(verdict: Verdict) -> str:
    """The verdict as a small block of HTML; everything that came from outside is escaped."""
    e = html.escape
    word, colour, sign = ("pass", "#00654d", "&#10003;") if verdict.passed else ("not yet", "#a03c00", "&#10007;")
    rows = "".join(
        f'<li style="margin:.15em 0"><strong>{e(labels)}</strong>: {e(said)}.'
        + (f'<br><span style="opacity:.85">Input: <code>{e(inputs)}</code></span>' if inputs else "")
        + "</li>"
        for said, labels, inputs in _grouped(verdict)
    )
    held = f'<p style="margin:.3em 0">What holds: {e(verdict.held)}.</p>' if verdict.held else ""
    hint = (
        f'<p style="margin:.3em 0"><strong>What this looks like:</strong> {e(verdict.hint)}</p>' if verdict.hint else ""
    )
    printed, where = "", ""
    if first := _printed(verdict):
        printed = (
            f'<p style="margin:.3em 0">What it prints there ({e(first.label)}):</p>'
            f'<pre style="margin:.3em 0 .3em 1.1em;max-height:18em;overflow:auto">{e(first.printed.rstrip())}</pre>'
        )
    if verdict.section and not verdict.passed and not verdict.visible:
        where = (
            f'<p style="margin:.3em 0">Where to read: section &#8220;{e(verdict.section)}&#8221; of the notebook.</p>'
        )
    return (
        f'<div class="assay-verdict {NO_MATHS}" style="border-left:5px solid {colour};padding:.35em .8em;margin:.3em 0;line-height:1.45">'
        f'<strong><span aria-hidden="true">{sign}</span> <code>{e(verdict.name)}</code>: {word}.</strong> {e(verdict.summary)}.'
        + (f'<ul style="margin:.3em 0;padding-left:1.2em">{rows}</ul>' if rows else "")
        + f"{held}{hint}{printed}{where}</div>"
    )


SEARCHING = "looking for the place in your code …"
QUESTIONS = (
    "Where is it?",
    "Which part of it?",
    "What kind of slip?",
)  # the levels of a place, each opened by who wants it


def place_as_text(place: Place) -> str:
    """The first level of a place, in one line: who reads text reads all that stands there."""
    return f"Where to look: {place.where}. A small change there makes every visible case hold."


def place_as_html(place: Place) -> str:
    """The levels of a place, one inside the other, all closed; the student's own text is escaped."""
    rows = "".join(f"<br><code>{html.escape(text)}</code>" for text in place.texts)
    said = [f"In {html.escape(place.where)}: a small change there makes every visible case hold.{rows}"]
    said += [_with_code(place.part)] if place.part else []
    said += [f"{html.escape(place.kind[:1].upper() + place.kind[1:])}."] if place.kind else []
    questions = [QUESTIONS[0], *([QUESTIONS[1]] if place.part else []), *([QUESTIONS[2]] if place.kind else [])]
    inner = ""
    for question, words in reversed(list(zip(questions, said))):
        inner = f'<details style="margin:.2em 0 .2em 1.1em"><summary>{question}</summary>{words}{inner}</details>'
    return f'<div class="assay-place {NO_MATHS}" style="line-height:1.45">{inner}</div>'


def _with_code(text: str) -> str:
    """Set what stands between backticks as code."""
    parts = html.escape(text[:1].upper() + text[1:]).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _printed(verdict: Verdict) -> CaseVerdict | None:
    """Return the first case that fails, if something was printed there: on a visible case, never on a hidden one."""
    first = verdict.failing[0] if verdict.visible and not verdict.passed else None
    return first if first and first.printed.strip() else None


def _grouped(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Failing cases with the same problem go together: (sentence, labels, smallest input). After three kinds the rest are counted."""
    groups: dict[str, list[CaseVerdict]] = {}
    for case in verdict.failing:
        groups.setdefault(case.problem.what, []).append(case)
    result = []
    for cases in groups.values():
        shortest = min(cases, key=lambda case: len(case.inputs) or 10**9) if verdict.visible else cases[0]
        labels = [case.label for case in cases]
        said = (
            "; ".join(dict.fromkeys(labels)) if len(labels) <= 4 else f"{len(labels)} cases, such as {shortest.label}"
        )
        inputs = shortest.inputs if verdict.visible and not verdict.hint and len(shortest.inputs) <= 400 else ""
        result.append((shortest.problem.sentence(verdict.visible), said, inputs))
    rest = sum(len(cases) for cases in list(groups.values())[MOST_SHOWN:])
    if rest:
        also = ("it fails as well", "1 more case", "") if rest == 1 else ("they fail as well", f"{rest} more cases", "")
        return [*result[:MOST_SHOWN], also]
    return result


def number(value: float) -> str:
    """Return a score without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def inputs_of(spec: Spec, case: Case) -> str:
    """The inputs of a visible case, as one would type them; empty where they are too long to read."""
    parts = []
    for name, value in [*zip(spec.parameters, case.args), *case.kwargs.items()]:
        text = _typed(value)
        if not text:
            return ""
        parts.append(f"{name}={text}")
    text = f"{spec.name}({', '.join(parts)})"
    return text if len(text) <= 400 else ""


def _typed(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return (
            f"np.array({np.array2string(value, separator=', ', precision=4)})".replace("\n", "")
            if value.size <= 12
            else ""
        )
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, dict):
        parts = [(key, _typed(item)) for key, item in value.items()]
        return (
            ""
            if not all(text for _, text in parts)
            else "{" + ", ".join(f"{key!r}: {text}" for key, text in parts) + "}"
        )
    if isinstance(value, list | tuple):
        parts = [_typed(item) for item in value]
        opening, closing = "[]" if isinstance(value, list) else "()"
        return opening + ", ".join(parts) + closing if all(parts) else ""
    if callable(value):
        return getattr(value, "__name__", "")
    return repr(value) if isinstance(value, bool | int | float | str | None) else ""

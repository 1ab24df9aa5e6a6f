"""Markdown with formulas to HTML that needs no script and no network: formulas become MathML when the page is made."""

from __future__ import annotations

import functools
import html
import re
from xml.etree.ElementTree import Element

from mistune import import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MAX_FORMULA = 5000  # characters; what is longer is shown as it was typed
MAX_MARKDOWN = 20_000  # characters of a cell
_TAGS = {
    "math", "mi", "mo", "mn", "ms", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "mpadded", "mphantom",
    "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "merror",
}  # fmt: skip
_ATTRIBUTES = {
    "display", "displaystyle", "scriptlevel", "mathvariant", "mathcolor", "stretchy", "fence", "form", "accent", "accentunder",
    "separator", "lspace", "rspace", "width", "height", "depth", "minsize", "maxsize", "linethickness", "columnalign", "movablelimits",
}  # fmt: skip
_PLUGINS = ("strikethrough", "table", "def_list")  # nbconvert's without those that make links and form fields
_FUNCTIONS = {"log", "ln", "exp", "sin", "cos", "tan", "tanh", "max", "min"}
# What the converter does not know by these names.
_SPELLINGS = (
    (re.compile(r"\\(begin|end)\{aligned\}"), r"\\\1{align*}"),
    (re.compile(r"\\[lr]Vert(?![A-Za-z])"), r"\\Vert "),
)


class _Renderer(IPythonRenderer):
    """nbconvert's renderer with MathML in place of formulas that a script would set."""

    def inline_math(self, body: str) -> str:
        return mathml(body, "inline")

    def block_math(self, body: str) -> str:
        return _apart(mathml(body, "block"))

    def latex_environment(self, name: str, body: str) -> str:
        return _apart(mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block"))


class _Theirs(_Renderer):
    """The renderer of what may be a student's: nothing in it leads anywhere, asks another place for a picture or chooses a lexer."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        address = html.escape(url)
        return text if html.unescape(text) in (url, url.removeprefix("mailto:")) else f"{text} ({address})"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"[{text}] ({html.escape(url)})"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{html.escape(code)}</code></pre>"


class _InFormgrader(_Theirs):
    """The renderer for formgrader, whose own style draws the cells of a table without a line or a space between them."""

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        name = "th" if head else "td"
        style = f"padding:.25em .7em;border:1px solid #ccc;text-align:{align or 'left'};vertical-align:top"
        return f'<{name} style="{style}">{text}</{name}>\n'


def _apart(formula: str) -> str:
    """Return a formula of its own line, which may be scrolled on a narrow screen."""
    return f'<span class="formula">{formula}</span>'


@functools.lru_cache(maxsize=1024)  # the course's prose is the same on every student's page
def to_html(markdown: str, ours: bool = False) -> str:
    """Return the HTML of a Markdown cell.

    Parameters
    ----------
    ours : whether it is the course's own text, whose HTML may act; anybody else's is shown as text
    """
    if ours:
        return _render(markdown, _Renderer(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True))
    return _render(markdown, _Theirs(escape=True, exclude_anchor_links=True), _PLUGINS)


@functools.lru_cache(maxsize=1024)
def in_formgrader(markdown: str) -> str:
    """Return the HTML of a cell of a graded notebook, where students' HTML was made text when it was read (see grader.submission).

    Whose cell it is cannot be told here, so no link of any is one.
    """
    return _render(markdown, _InFormgrader(escape=False, exclude_anchor_links=True), _PLUGINS)


def _render(
    markdown: str, renderer: IPythonRenderer, plugins: tuple[str, ...] = MarkdownWithMath.DEFAULT_PLUGINS
) -> str:
    try:
        if len(markdown) <= MAX_MARKDOWN:
            return MarkdownWithMath(renderer, plugins=[import_plugin(name) for name in plugins]).render(markdown)
    except RecursionError:
        pass
    return f'<pre style="white-space: pre-wrap">{html.escape(markdown)}</pre>'


@functools.lru_cache(maxsize=4096)
def mathml(formula: str, display: str = "inline") -> str:
    """Return a formula as MathML, built of known tags and attributes only; the formula as it was typed where it is none."""
    from latex2mathml.converter import convert_to_element

    spelled = formula
    for pattern, instead in _SPELLINGS:
        spelled = pattern.sub(instead, spelled)
    try:
        if len(formula) > MAX_FORMULA:
            raise ValueError("too long")
        return _written(convert_to_element(spelled, display=display))
    except (Exception, RecursionError):  # the converter has an exception for each kind of slip
        return f"<code>{html.escape(formula)}</code>"


def _written(element: Element) -> str:
    """Return an element as text. The converter's own writer escapes nothing, so nothing of it is taken over unseen."""
    inside = html.escape(html.unescape(element.text or "").replace("\\_", "_"), quote=False)
    children = list(element)
    for child, following in zip(children, [*children[1:], None]):
        inside += _written(child)
        if child.tag == "mi" and child.text in _FUNCTIONS and following is not None and following.text != "&#x00028;":
            inside += '<mspace width="0.167em"></mspace>'  # TeX's space between a function's name and its argument
    if element.tag not in _TAGS:
        return inside
    kept = {name: value for name, value in element.attrib.items() if name in _ATTRIBUTES}
    attributes = "".join(f' {name}="{html.escape(str(value))}"' for name, value in kept.items())
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"

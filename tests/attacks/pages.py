"""Scripts, pictures, links and formulas that would act in the browser of whoever opens formgrader or the feedback page."""

from __future__ import annotations

import functools
import html.parser
import re

from tests.attacks.arena import Attack, code

# what a page must hold no more of than the page of an honest student
ACTIVE_TAGS = {
    "script",
    "iframe",
    "object",
    "embed",
    "svg",
    "form",
    "input",
    "button",
    "meta",
    "base",
    "link",
    "style",
    "video",
    "audio",
    "math",
    "template",
    "frame",
    "applet",
}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "background", "srcset"}


class _Page(html.parser.HTMLParser):
    """Collects what acts in a page: active elements, handlers, addresses, and text that MathJax would make a link of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.quiet = 0  # open elements whose text is no formula
        self.open: list[tuple[str, bool]] = []
        self.script = ""

    def handle_starttag(self, tag, attrs):
        if tag in ACTIVE_TAGS:
            self.active.append(f"<{tag} {sorted((k, v) for k, v in attrs if k != 'type')[:2]}>")
        for name, value in attrs:
            if name.startswith("on"):
                self.active.append(f"{tag} {name}={value}")
            if name == "style" and value and re.search(r"url|expression|import", value):
                self.active.append(f"{tag} style={value}")
            harmless = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")
            if name in ADDRESSES and value and not value.startswith(harmless):
                self.active.append(f"{tag} {name}={value[:80]}")
        if tag not in ("br", "img", "hr", "meta", "link", "input"):
            classes = dict(attrs).get("class") or ""
            quiet = tag in ("pre", "code", "script", "style") or "mathjax_ignore" in classes
            self.open.append((tag, quiet))
            self.quiet += quiet

    def handle_endtag(self, tag):
        while self.open and any(name == tag for name, _ in self.open):
            name, quiet = self.open.pop()
            self.quiet -= quiet
            if name == tag:
                break

    def handle_data(self, data):
        if not self.quiet and re.search(
            r"\\(href|url|require|class|cssId|style|unicode|html\w+|def|gdef|let|newcommand|renewcommand|mmlToken|bbox)(?![a-z])",
            data,
        ):
            self.active.append(f"formula {data.strip()[:80]}")


def page(notebook: dict) -> str:
    """Return the feedback page of a graded notebook, as nbgrader makes it."""
    from nbformat import from_dict

    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(score=0, max_score=1, comment=None)
    scores = {
        "notebook": "optimization",
        "score": 0,
        "max_score": 100,
        "late_penalty": 0,
        "student": "x",
        "assignment": "optimization",
    }
    return _exporter().from_notebook_node(from_dict(notebook), resources={"nbgrader": scores, "metadata": {}})[0]


@functools.cache
def _exporter():
    from nbconvert.exporters import HTMLExporter
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    return HTMLExporter(config=GenerateFeedback(coursedir=CourseDirectory()).config)


def own_page(notebook: dict) -> str:
    """Return the feedback page as we make it."""
    from grader.feedback import feedback_page

    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(score=0.0, points=1.0, comment=None)
    grades = {"student": "x", "assignment": "optimization", "score": 0.0, "max_score": 100.0, "late_penalty": 0.0}
    return feedback_page(notebook, grades)


def formgrader_page(notebook: dict) -> str:
    """Return what formgrader shows of a graded notebook, its own frame around it left out."""
    from nbformat import from_dict

    return _formgrader().from_notebook_node(from_dict(notebook))[0]


@functools.cache
def _formgrader():
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    config = Config()  # as nbgrader_config.py has it
    config.HTMLExporter.filters = {"markdown2html": "grader.prose.in_formgrader"}
    return HTMLExporter(config=config, template_name="classic")


def active(text: str) -> list[str]:
    """Return what acts in a page."""
    found = _Page()
    found.feed(text)
    return found.active


@functools.cache
def _usual(arena) -> frozenset[str]:
    graded = [arena.grade(notebook).notebook for notebook in (arena.honest(), arena.released("optimization"))]
    return frozenset(
        thing for notebook in graded for make in (page, own_page, formgrader_page) for thing in active(make(notebook))
    )


def nothing_acts(arena, graded) -> str:
    """Say what acts in the feedback page that would not act in an honest student's."""
    kept = [cell for cell in graded.notebook["cells"] if cell.get("attachments") or cell["cell_type"] == "raw"]
    kinds = {
        kind
        for cell in graded.notebook["cells"]
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    }
    if kept or not kinds <= {"text/plain", "image/png", "image/jpeg", "text/html"}:
        return f"it kept {kinds} {kept}"
    more = [
        thing
        for make in (page, formgrader_page)
        for thing in active(make(graded.notebook))
        if thing not in _usual(arena) and not thing.startswith("<math [('display'")
    ]
    # our own page runs no script that would typeset a formula: it holds MathML, whose attributes count like any other's
    own = [
        thing for thing in active(own_page(graded.notebook)) if not thing.startswith(("<math [('display'", "formula "))
    ]
    more += [thing for thing in own if thing not in _usual(arena)]
    return f"the feedback page holds {more[:5]}" if more else ""


def _markdown(name: str, does: str, *sources: str) -> Attack:
    """An attack by the text of Markdown cells: of its own, and in place of the reflection."""

    def notebook(notebook: dict) -> dict:
        notebook["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]
        reflection = next(
            c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "reflection"
        )
        reflection["source"] = "\n\n".join(sources)
        return notebook

    return Attack(name, does, notebook=notebook, check=nothing_acts)


def _cells(name: str, does: str, *cells: dict) -> Attack:
    return Attack(
        name, does, notebook=lambda notebook: {**notebook, "cells": notebook["cells"] + list(cells)}, check=nothing_acts
    )


_STORED = [
    {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<script>alert(1)</script>", "text/plain": "x"}},
    {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": "alert(1)", "image/svg+xml": "<svg onload=alert(1)>"}},
    {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/latex": "$\\href{javascript:alert(1)}{x}$", "text/markdown": "[x](javascript:alert(1))"}},
    {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "application/pdf": "x"}},
]  # fmt: skip
ATTACKS = [
    _markdown(
        "script elements",
        "scripts in Markdown, in every spelling",
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example/x.js></sCrIpT>",
        "<script\n>alert(1)</script>",
        "x<!-- --><script>alert(1)</script>",
        "<svg><script>alert(1)</script></svg>",
        "# <script>alert(1)</script>",
        "|a|\n|-|\n|<script>alert(1)</script>|",
    ),
    _markdown(
        "handlers",
        "elements with handlers",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<a href=x onmouseover=alert(1)>x</a>",
        "<body onload=alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "`<img src=x onerror=alert(1)>`",
        '![x" onerror="alert(1)](y)',
        "<img\tsrc=x\nonerror=alert(1)>",
        "<!DOCTYPE x><?xml x?><![CDATA[<img src=x onerror=alert(1)>]]>",
    ),
    _markdown(
        "links that are scripts",
        "javascript:, data: and vbscript: in links, references and pictures",
        "[a](javascript:alert(1))",
        "[a](JaVa&#115;cript:alert(1))",
        "[a][b]\n\n[b]: javascript:alert(1)",
        "[b]\n\n[b]:\n  javascript:alert(1)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a]( <javascript:alert(1)> )",
        "[^1]\n\n[^1]: javascript:alert(1)",
        "[a\n](vbscript:x)",
        "[![x](data:,x)](javascript:alert(1))",
    ),
    _markdown(
        "addresses that become links",
        "bare addresses, and addresses in angle brackets",
        "see https://evil.example/x and HTTP://EVIL.EXAMPLE/y, (https://evil.example/z).",
        "<https://evil.example/a> <HTTPS://evil.example/b>",
        "**https://evil.example/c** `x` ~~https://evil.example/d~~ | https://evil.example/e",
        "|a|\n|-|\n|https://evil.example/f|",
        "- https://evil.example/g\n- x\n\nterm\n: https://evil.example/h",
        "# https://evil.example/i",
        "&#104;ttps&#58;//evil.example/j",
    ),
    _markdown(
        "references that become links",
        "references, short ones and footnotes, defined before, after and in lists",
        "[a][r] [r][] [r]\n\n[r]: https://evil.example/a 'title'",
        "[s]: <https://evil.example/b>\n\n[s] and ![s]",
        "[t]:\nhttps://evil.example/c\n\n[t]",
        "text[^1]\n\n[^1]: https://evil.example/d",
        "> [u]: https://evil.example/e\n\n[u]",
        "[a](https://evil.example/f) ![b](https://evil.example/g.png) [![c](https://evil.example/h.png)](https://evil.example/i)",
    ),
    _markdown(
        "addresses of mail",
        "addresses of mail in angle brackets, which may begin with digits and signs, and their scheme",
        "<a@evil.example> <1@evil.example> <_x@evil.example> <!#$%&'*+-/=?^`{|}~.@evil.example>",
        "mailto:a@evil.example [a](mailto:a@evil.example) <mailto:a@evil.example>",
        "[m]: mailto:a@evil.example\n\n[m]",
        "<tel:123> <ftp://evil.example/> <irc:evil> <data:text/html,x> <vbscript:x>",
    ),
    _markdown(
        "links to files beside it",
        "links to pages handed in with the notebook, which open under the instructor's login",
        "[my plot](plot.html)",
        "[x](../../other/optimization/optimization.ipynb)",
        "![x](../../../gradebook.db)",
        "[x](file:///etc/passwd)",
    ),
    _markdown(
        "pictures from elsewhere",
        "pictures and styles that tell a server who reads, and when",
        "![x](http://evil.example/x.png)",
        "<img src=//evil.example/x.png>",
        "<style>@import url(//evil.example)</style>",
        "<link rel=stylesheet href=//evil.example>",
        "<div style='background:url(//evil.example)'>x</div>",
    ),
    _markdown(
        "frames, forms and bases",
        "elements that change the page around them",
        "<iframe src=//evil.example></iframe>",
        "<form action=//evil.example><button>Save</button></form>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<object data=x></object><embed src=x>",
        "</div></div></body></html>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        "<!--",
        "<textarea>",
        "<plaintext>",
        "<noscript><img src=x onerror=alert(1)></noscript>",
    ),
    _markdown(
        "formulas that are links",
        "links and macros of MathJax",
        r"$\href{javascript:alert(1)}{x}$",
        r"$$\require{html}\class{x}{y}\cssId{a}{b}\style{x}{y}$$",
        r"$\def\x{\href{javascript:alert(1)}{x}}\x$",
        r"\begin{equation}\href{javascript:alert(1)}{x}\end{equation}",
        r"$\unicode{x}\newcommand{\a}{b}\mmlToken{mi}[href=x]{y}\bbox[x]{y}$",
        r"$\hreF{x}$ $\htmlClass{a}{b}$",
    ),
    _markdown(
        "templates",
        "what a template engine would evaluate",
        "{{ 7 * 7 }}",
        "{% for x in range(10**9) %}{% endfor %}",
        "{{ resources.__class__.__mro__ }}",
        "${7*7} <%= 7*7 %>",
    ),
    Attack(
        "displayed HTML",
        "displays HTML, JavaScript, SVG, LaTeX, frames and widgets from code",
        cell="""
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, Math, display
display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"), Markdown("[x](javascript:alert(1))"), Latex("$\\\\href{javascript:alert(1)}{x}$"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), IFrame("javascript:alert(1)", 9, 9), Math("x"))
display({"text/html": "<img src=x onerror=alert(1)>", "image/png": "x", "application/javascript": "alert(1)"}, raw=True)
class Rich:
    def _repr_html_(self): return "<script>alert(1)</script>"
    def _repr_svg_(self): return "<svg onload=alert(1)/>"
    def __repr__(self): return "<script>alert(1)</script> $\\\\href{javascript:alert(1)}{x}$"
display(Rich())
Rich()
""",
        check=nothing_acts,
    ),
    Attack(
        "printed HTML",
        "prints markup, terminal links and colours, and raises errors named and worded as markup",
        cell="""
import sys
print("<script>alert(1)</script>", "\\x1b]8;;javascript:alert(1)\\x07click\\x1b]8;;\\x07", "\\x1b[31;1m<b>red</b>\\x1b[0m")
print("<img src=x onerror=alert(1)>", file=sys.stderr)
raise type("<script>alert(1)</script>", (Exception,), {})("<svg onload=alert(1)> $\\\\href{javascript:alert(1)}{x}$ \\x1b]0;x\\x07")
""",
        check=nothing_acts,
        never=("\x1b", "\\u001b"),
    ),
    Attack(
        "markup in a verdict",
        "raises errors, returns keys and changes arguments that hold markup, for the verdict to quote",
        cell=r"evil = '<img src=x onerror=alert(1)> $\href{javascript:alert(1)}{x}$'",
        function="""
def {name}(*args, **kwargs):
    if isinstance(args[0], dict):
        args[0][evil] = 1
        return {**args[0], evil: evil}
    raise type(evil, (Exception,), {})(evil)
""",
        check=nothing_acts,
    ),
    Attack(
        "markup in a note",
        "ends its process in a cell whose first line, which the note quotes, is a formula with a link",
        cell=r"r'$\href{javascript:alert(1)}{x}$ <img src=x onerror=alert(1)> [a](javascript:alert(1))'"
        + "\nimport os; os._exit(1)",
        check=nothing_acts,
    ),
    Attack(
        "pictures that are something else",
        "shows SVG, HTML and a bomb of a billion pixels as PNG and JPEG",
        cell="""
import struct, zlib
from IPython.display import display
def png(width, height):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
for data in (b"<svg onload=alert(1)>", b"\\x89PNG\\r\\n\\x1a\\n<script>alert(1)</script>", png(60000, 60000)):
    for kind in ("image/png", "image/jpeg", "image/svg+xml"): display({kind: data, "text/plain": "<script>"}, raw=True)
""",
        check=lambda arena, graded: (
            nothing_acts(arena, graded) or ("the bomb was kept" if "iVBORw0KGgo" in str(graded.notebook) else "")
        ),
    ),
    _cells("stored outputs", "hands in outputs of every kind that a browser runs", {**code("1"), "outputs": _STORED}),
    _cells(
        "attachments",
        "attaches a picture that is a script and shows it",
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "![x](attachment:x.svg)",
            "attachments": {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>"}},
        },
    ),
    _cells(
        "raw cells",
        "raw cells that say they are HTML, which nbconvert passes through",
        *(
            {
                "cell_type": "raw",
                "metadata": {"raw_mimetype": kind, "format": kind},
                "source": "<script>alert(1)</script>",
            }
            for kind in ("text/html", "text/latex")
        ),
    ),
    _cells(
        "markup in identifiers",
        "identifiers, names and tags that end an attribute",
        {
            **code("1"),
            "id": '"><script>alert(1)</script>',
            "metadata": {
                "tags": ['"><script>'],
                "name": "<script>",
                "nbgrader": {
                    "grade_id": '"><script>alert(1)</script>',
                    "grade": True,
                    "solution": True,
                    "schema_version": 3,
                },
            },
        },
    ),
    _cells(
        "markup in code",
        "code whose highlighting or comments would end the block",
        code(
            "# </pre></div><script>alert(1)</script>\n'</script><img src=x onerror=alert(1)>'\n%%html\n<script>alert(1)</script>"
        ),
        code("%%javascript\nalert(1)"),
        code("%%html\n<script>alert(1)</script>"),
        code("%%svg\n<svg onload=alert(1)>"),
    ),
]

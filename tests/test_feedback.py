"""Feedback pages: one file, no script, no network, formulas set, nothing of a student's that acts; and zips that go back."""

import json
import re
import time
import zipfile

import pytest
from typer.testing import CliRunner

from grader import stubs
from grader.cli import app
from grader.feedback import feedback_page, write_pages, write_zips
from grader.intake.collect import collect
from grader.intake.roster import Roster
from grader.prose import in_formgrader, mathml, to_html
from grader.submission import harmless
from tests.conftest import assignments_with_notebooks, copied, source_notebook

SLUG = "regularization"
EVIL = [
    "<script>document.title = 'x'</script>",
    "<img src=x onerror=\"document.title='x'\">",
    "[a](javascript:document.title='x')",
    "![a](http://127.0.0.1:9/a.png)",
    r"$\href{javascript:document.title='x'}{x}$",
    r"$\text{<img src=x onerror=document.title='x'>}$",
    r"$\style{color:red}{x}\class{code}{y}$",
    "<iframe src='http://127.0.0.1:9/'></iframe>",
    "&lt;b&gt; <b>bold</b>",
]


def formulas(markdown):
    return [m[0] or m[1] for m in re.findall(r"\$\$(.+?)\$\$|(?<![$\\])\$(.+?)(?<![$\\])\$", markdown, re.DOTALL)]


@pytest.mark.parametrize("slug", assignments_with_notebooks())
def test_every_formula_of_the_course_is_set(slug):
    cells = [cell for cell in source_notebook(slug)["cells"] if cell["cell_type"] == "markdown"]
    found = [formula for cell in cells for formula in formulas(stubs.text(cell))]
    assert len(found) > 20
    for formula in found:
        said = mathml(formula)
        assert said.startswith("<math") and "\\" not in said, formula
    for cell in cells:
        page = to_html(stubs.text(cell), ours=True)
        without_code = re.sub(r"<(code|pre)>.*?</\1>", "", page, flags=re.DOTALL)
        assert "$" not in without_code and page.count("<math") == len(formulas(stubs.text(cell)))


def test_formulas_are_set_as_they_mean():
    assert mathml(r"\frac{1}{2m}") == (
        '<math display="inline"><mrow><mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn><mi>m</mi></mrow></mfrac></mrow></math>'
    )
    assert "keep_prob" in mathml(r"\texttt{keep\_prob}")
    assert mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}").count("<mtr>") == 2


@pytest.mark.parametrize("formula", [r"\frac{", "{" * 4000, "x" * 6000, r"\begin{foo}", "_" * 9])
def test_what_is_no_formula_is_shown_as_it_was_typed(formula):
    assert mathml(formula) == f"<code>{formula}</code>"


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_that_acts_comes_out_of_a_students_markdown(evil):
    page = to_html(evil)
    assert not re.search(r"<(script|iframe|object|embed|svg|link|style|b|base|form)\b", page), page
    assert not re.search(r"<[^>]*\s(on\w+|style|class)=", page), page
    assert 'href="javascript' not in page and not re.search(r"<img[^>]*onerror", page), page


def notebook(**student):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text, "id": f"m{i}"}
        for i, text in enumerate(student["prose"])
    ]
    graded = {
        "nbgrader": {"grade_id": "test_f", "grade": True, "solution": False, "locked": True, "points": 10, "score": 4.0}
    }
    verdict = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": "<p>the verdict</p>", "text/plain": "x"},
    }
    score = {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "4.0"}}
    return {
        "metadata": {"idnn": {"isolated": True, "notes": ["<b>note</b>"]}},
        "cells": [
            *cells,
            {"cell_type": "code", "metadata": {}, "source": student["code"], "id": "c", "outputs": student["outputs"]},
            {"cell_type": "code", "metadata": graded, "source": "check(f)", "id": "t", "outputs": [verdict, score]},
        ],
    }


GRADES = {"student": "ada", "assignment": "x", "score": 4.0, "max_score": 10.0, "late_penalty": 0.0}


def test_a_students_html_is_text_on_the_page():
    html = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": "<b>forged</b>", "text/plain": "plain"},
    }
    error = {"output_type": "error", "ename": "<i>E</i>", "evalue": "</pre><script>1</script>", "traceback": []}
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": 'aaa"onerror="x', "text/plain": ""}}
    page = feedback_page(notebook(prose=EVIL, code="</pre><script>1</script>", outputs=[html, error, picture]), GRADES)
    assert "forged" not in page and "<script" not in page and '"onerror="' not in page
    assert "the verdict" in page and "&lt;b&gt;note&lt;/b&gt;" in page
    assert "4 of 10" in page and "Set by a person" not in page


def test_a_score_that_a_person_set_is_said_to_be_one():
    page = feedback_page(notebook(prose=[], code="", outputs=[]), GRADES)
    cells = notebook(prose=[], code="", outputs=[])
    cells["cells"][-1]["metadata"]["nbgrader"]["score"] = 7.0
    assert "Set by a person: 7 of 10" in feedback_page(cells, GRADES)
    assert "Set by a person" not in page


@pytest.fixture
def graded(released, tmp_path, isolation):
    """A course with one graded hand-in of each system: right answers, and prose and outputs that try to act."""
    from grader import executors, grading

    course = copied(released(SLUG), tmp_path / "course")
    solved = stubs.solved(json.loads(course.released(SLUG).read_text(encoding="utf-8")), SLUG)
    solved["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "\n\n".join(EVIL), "id": "evil"})
    show = "from IPython.display import HTML, display\ndisplay(HTML('<script>document.title=1</script>'))\nprint('</pre><b>')"
    solved["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": show, "id": "show", "outputs": [], "execution_count": None}
    )
    raw = json.dumps(solved)
    for kind, name in (
        ("canvas", "lovelaceada_LATE_12_34_my work.ipynb"),
        ("moodle", "Ben Zweig_77_assignsubmission_file_/work.ipynb"),
    ):
        with zipfile.ZipFile(tmp_path / f"{kind}.zip", "w") as archive:
            archive.writestr(name, raw)
        collect(course, tmp_path / f"{kind}.zip", SLUG, kind, Roster([]))
    with executors.local(1) as pool:
        list(grading.grade(course, grading.plan(course, [SLUG]), pool))
    return course


def test_pages_go_back_under_the_names_of_the_system_they_came_from(graded):
    pages = write_pages(graded, SLUG)
    assert [page.parent.parent.name for page in pages] == ["ben-zweig", "canvas-12"]
    ((canvas, absent),) = write_zips(graded, SLUG, "canvas")
    assert zipfile.ZipFile(canvas).namelist() == ["lovelaceada_LATE_12_34_feedback.html"] and absent == ["ben-zweig"]
    ((moodle, absent),) = write_zips(graded, SLUG, "moodle")
    assert zipfile.ZipFile(moodle).namelist() == ["Ben Zweig_77_assignsubmission_file_/feedback.html"]
    assert absent == ["canvas-12"]
    zips = [path for path, _ in write_zips(graded, SLUG, "students")]
    assert [path.name for path in zips] == ["ben-zweig.zip", "canvas-12.zip"]
    with zipfile.ZipFile(zips[0]) as archive:
        assert archive.namelist() == [f"{SLUG}-feedback.html", f"{SLUG}-graded.ipynb"]
        assert archive.read(f"{SLUG}-feedback.html") == pages[0].read_bytes()


def test_nbgraders_own_command_writes_the_same_page(graded):
    import os
    import subprocess
    import sys

    (page,) = write_pages(graded, SLUG, "canvas-12")
    ours = page.read_text(encoding="utf-8")
    page.unlink()
    bin_ = os.path.dirname(sys.executable)
    command = [f"{bin_}/nbgrader", "generate_feedback", SLUG, "--student", "canvas-12", "--force"]
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}
    run = subprocess.run(command, cwd=graded.root, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert page.read_text(encoding="utf-8") == ours


@pytest.mark.browser
def test_a_page_shows_its_formulas_offline_and_nothing_on_it_acts(graded, chromium):
    from playwright.sync_api import sync_playwright

    (page_file,) = write_pages(graded, SLUG, "canvas-12")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        page = browser.new_page()
        requests, said = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        page.wait_for_timeout(300)
        assert page.title() == f"Feedback: {SLUG}"
        assert [url for url in requests if not url.startswith("data:")] == [page_file.as_uri()] and not said
        assert page.locator("script").count() == 0
        boxes = page.evaluate("[...document.querySelectorAll('math mfrac')].map(e => e.getBoundingClientRect().height)")
        visible = [height for height in boxes if height]
        assert len(visible) > 5 and min(visible) > 15  # set as a fraction, not run together in a line
        assert page.locator("td.mark.full").count() == 6
        assert page.locator("summary").count() > 10  # the course's own folded hints still fold
        browser.close()


FRAMES = {
    "JupyterLab's viewer": """
        const page = new Blob([source.replace("<head>", "<head><base href='http://hub.example/user/ada/files/feedback/'>")], {type: "text/html"});
        frame.sandbox = ""; frame.src = URL.createObjectURL(page);""",
    "a frame with a text of its own": """
        frame.sandbox = ""; frame.srcdoc = source.replace("<head>", "<head><base href='http://hub.example/user/ada/files/feedback/'>");""",
    "a frame that may do all": """
        frame.srcdoc = source.replace("<head>", "<head><base href='http://hub.example/'>");""",
}


@pytest.mark.browser
@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("which", ["feedback", "report"])
def test_in_a_hub_s_frame_under_another_base_no_click_leads_away(kind, which, graded, chromium, tmp_path):
    """As JupyterLab shows a page: in a sandboxed frame, under a base that is the hub's. What unfolds, unfolds without a link or a script."""
    from playwright.sync_api import sync_playwright

    from grader.report import build

    made = (
        write_pages(graded, SLUG, "canvas-12")[0] if which == "feedback" else build(graded, [SLUG], tmp_path / "report")
    )
    source = made.read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content("<iframe id='f' width='980' height='880'></iframe>")
        page.evaluate("source => { const frame = document.getElementById('f');" + FRAMES[kind] + "}", source)
        inner = page.frame_locator("#f")
        inner.locator("h1").first.wait_for()
        where = page.frames[1].url
        folds = inner.locator("td details, details.assignment")
        assert folds.count() == (6 if which == "feedback" else 1)
        before = folds.first.get_attribute("open")
        for summary in inner.locator("td summary, details.assignment > summary").all():
            summary.click()
        assert folds.first.get_attribute("open") != before, "it folds and unfolds"
        if which == "feedback":
            assert inner.locator("td details .assay-verdict").first.is_visible()
        for link in inner.locator("a").all():
            link.click()
        page.wait_for_timeout(200)
        assert page.frames[1].url == where and not [url for url in asked if "hub.example" in url]
        browser.close()


LINKS = [
    "https://evil.example/a", "<https://evil.example/b>", "[c](https://evil.example/c)", "[d]\n\n[d]: https://evil.example/d",
    "![e](https://evil.example/e.png)", "<f@evil.example>", "[g](mailto:g@evil.example)", "x[^1]\n\n[^1]: https://evil.example/h",
    "[![i](https://evil.example/i.png)](https://evil.example/j)", "[k](#exercises)", "[l](page.html)", "![m](attachment:m.png)",
]  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_a_students_link_stays_text(link):
    for made in (to_html(link), in_formgrader(harmless(link))):
        assert "<a" not in made and "<img" not in made and "href" not in made, made
    assert ".example" in to_html(link) or link.startswith(("[k]", "[l]", "![m]")), "the address can be read"


def test_the_courses_own_links_lead_somewhere():
    assert '<a href="https://numpy.org"' in to_html("[NumPy](https://numpy.org)", ours=True)


def test_a_students_heading_takes_no_name_of_ours():
    for made in (to_html("# test_f"), in_formgrader("# test_f")):
        assert made.strip() == "<h1>test_f</h1>"


def test_a_table_in_formgrader_has_lines_and_space():
    made = in_formgrader("|a|b|\n|-|-:|\n|1|2|")
    assert made.count("padding:.25em .7em;border:1px solid #ccc") == 4 and "text-align:right" in made


def cells(number, **cell):
    return {
        "metadata": {"idnn": {}},
        "cells": [{"metadata": {}, "id": f"c{i}", "outputs": [], **cell} for i in range(number)],
    }


def png(width, height):
    import base64

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + head + bytes(20)).decode()


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        (2000, {"cell_type": "code", "source": "x = 1\n" * 600}),
        (30, {"cell_type": "code", "source": "x = '" + "\\N{" * 12_000}),
        (30, {"cell_type": "code", "source": "\n " * 15_000}),
        (60, {"cell_type": "markdown", "source": "\\\\(" * 2_000}),
        (500, {"cell_type": "code", "source": "1", "outputs": [{"output_type": "stream", "text": "x" * 10**6}] * 3}),
        (
            500,
            {
                "cell_type": "code",
                "source": "1",
                "outputs": [{"output_type": "display_data", "data": {"image/png": png(4000, 4000)}}],
            },
        ),
    ],
    ids=["code", "strings", "blank", "formulas", "printed", "pixels"],
)
def test_a_page_has_a_size_and_says_what_it_does_not_show(number, cell):
    """Whatever notebook it is made of, also one that an earlier version graded."""
    begun = time.process_time()
    page = feedback_page(cells(number, **cell), GRADES)
    assert time.process_time() - begun < 8
    assert len(page) < 5_000_000 and page.count("<img") <= 3
    if cell["source"] != "1" and number < 2000:
        assert "<span" not in page.partition("<main>")[2], "without colours"
    else:
        assert "not shown" in page.lower()


def test_notes_without_number_are_cut():
    graded = cells(0)
    graded["metadata"]["idnn"]["notes"] = [f"note {i}" for i in range(5000)] * 2
    page = feedback_page(graded, GRADES)
    assert "4960 notes more" in page and len(page) < 30_000


def test_zips_without_a_download_say_what_to_do(tmp_path):
    run = CliRunner().invoke(app, ["feedback", SLUG, "--course", str(tmp_path)])
    assert run.exit_code == 2 and f"nothing of {SLUG} is graded yet; run: python -m grader grade {SLUG}" in run.stderr
    run = CliRunner().invoke(app, ["feedback", "--course", str(tmp_path)])
    assert run.exit_code == 2 and "nothing is graded" in run.stderr
    run = CliRunner().invoke(app, ["feedback", "--zip", "blackboard", "--course", str(tmp_path)])
    assert run.exit_code == 2 and "there are students, canvas, moodle" in run.stderr

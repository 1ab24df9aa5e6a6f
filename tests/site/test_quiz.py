"""``quiz`` in JupyterLab and in the live notebook, answered by the keyboard alone: what has the focus when, what is heard, and what axe finds."""

import re

import pytest

from grader import stubs
from tests.site.test_live import ready

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.browser]

SLUG, NAME = "optimization", "update_parameters_with_momentum"
SETUP = "import numpy as np\nfrom idnn.check import quiz_for\nquiz = quiz_for('optimization')\n\n"
MOST_TABS = 60


def go_to(page, text):
    """Press the arrow downwards until the code cell with `text` is the active one; return it."""
    active = page.locator(".jp-Notebook .jp-mod-active.jp-Cell")
    for _ in range(200):
        if active.locator(".jp-InputArea", has_text=text).count():
            return active
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no cell says {text}")


def run(page, text, instead=""):
    """Go to a cell, write `instead` into it if anything, and run it; it stays the active one."""
    chosen = go_to(page, text)
    if instead:
        page.keyboard.press("Enter")
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(instead)
    prompt = chosen.locator(".jp-InputArea-prompt")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(5000)
    if prompt.inner_text().startswith("[ ]"):  # a kernel that is said to be idle may not listen yet
        page.keyboard.press("Control+Enter")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=300_000)


def focused(page):
    """Return the text of what has the focus, if that is a fold of the quiz."""
    return page.evaluate(
        "() => { const e = document.activeElement; return e.matches('.assay-quiz summary') ? e.textContent : '' }"
    )


def heard(page):
    """Return the verdicts that the browser tells a screen reader, each with the name of the live region that it stands in."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    known = {node["nodeId"]: node for node in nodes}

    def region(node):
        while node:
            said = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
            if said.get("live") == "polite":
                return node["name"]["value"]
            node = known.get(node.get("parentId"))
        return ""

    texts = [node for node in nodes if node.get("role", {}).get("value") == "StaticText"]
    return [(one["name"]["value"], region(one)) for one in texts if one["name"]["value"] in ("Yes.", "No.")]


def answer_all(page):
    """Answer every question of the quiz with Tab, Enter and Space, from its cell on."""
    quiz = page.locator(".assay-quiz")
    folds = quiz.locator("summary").all_text_contents()
    reached = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        text = focused(page)
        if text:
            reached.append(text)
            page.keyboard.press("Enter" if len(reached) % 2 else "Space")
            expect(quiz.locator("details[open]")).to_have_count(len(reached))
            assert focused(page) == text  # an answer that was opened keeps the focus
        elif len(reached) == len(folds):
            break
    assert reached == folds


def is_answered_and_heard(page):
    """The folds were reached in their order, each question has one right choice, and a verdict is told as soon as it stands there."""
    page.locator(".assay-quiz").wait_for()
    assert heard(page) == []
    answer_all(page)
    expected = []
    for number, group in enumerate(page.locator(".assay-quiz [role=group]").all(), 1):
        verdicts = group.locator("details p strong").all_inner_texts()
        assert verdicts.count("Yes.") == 1 and set(verdicts) == {"Yes.", "No."}
        expected += [(verdict, f"Question {number}") for verdict in verdicts]
    assert heard(page) == expected != []


def axe_finds_nothing(page):
    from sitekit import npm

    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run('.assay-quiz', {resultTypes: ['violations']})")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []


def in_dark(page):
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item[data-type=submenu]", has_text=re.compile("^Theme")).click()
    page.locator(".lm-Menu-item", has_text=re.compile("^JupyterLab Dark$")).click()
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")


def test_in_jupyterlab_it_is_answered_by_the_keyboard_alone(in_jupyterlab):
    right = stubs.solution_functions(SLUG)[NAME][0]
    page = in_jupyterlab([SETUP + right, f"quiz({NAME})"], 1400)
    page.locator(".jp-Notebook .jp-InputArea-prompt").first.click()
    run(page, "import numpy")
    run(page, f"quiz({NAME})")
    is_answered_and_heard(page)
    axe_finds_nothing(page)
    in_dark(page)
    axe_finds_nothing(page)


def test_in_the_live_notebook_it_is_answered_by_the_keyboard_alone(live, visit):
    visitor = visit(live)
    for dark in (False, True):
        page = visitor.page(dark=dark)
        page.goto(f"{visitor.server.url}live/notebooks/index.html?path={SLUG}.ipynb")
        ready(page)
        run(page, "import numpy as np")
        run(page, f"def {NAME}", stubs.solution_functions(SLUG)[NAME][0])
        page.keyboard.press("Escape")
        run(page, f"quiz({NAME})")
        is_answered_and_heard(page)
        axe_finds_nothing(page)
        page.context.close()
    assert visitor.outside == []

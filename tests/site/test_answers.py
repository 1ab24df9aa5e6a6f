"""Answers on a site for self-study, in Chromium: shut until the hints are read and an attempt stands there; in a live notebook, from ``check``."""

import pytest

from grader import stubs
from tests.site.conftest import CDN_HOST
from tests.site.test_live import LOCK_PATH, NAME, SLUG, cell, ready, run, with_checksums_of, write
from tests.site.web import Folder

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.slow]

ANSWER = stubs.solution_functions(SLUG)[NAME][0]
ATTEMPT = f"def {NAME}(layers_dims):\n    return {{'W1': np.zeros(layers_dims)}}"


@pytest.fixture
def page(with_answers, visit):
    """Return a function(options) -> the page of an assignment."""
    visitor = visit(with_answers)

    def opened(**options):
        page = visitor.page(**options)
        page.goto(f"{visitor.server.url}assignments/{SLUG}.html")
        page.locator(".idnn-ask").first.wait_for()
        return page

    yield opened
    assert visitor.outside == [] and visitor.server.missing == []


def test_by_keyboard_an_answer_opens_after_three_hints_and_an_attempt(page):
    page = page()
    box = page.get_by_role("group", name=f"The answer to {NAME}")
    button, attempt = box.get_by_role("button"), box.get_by_label("Your attempt that failed")
    answer = page.locator("details.idnn-answer").first
    hints = page.locator("details:not(.idnn-answer)", has=page.locator("summary", has_text="Hint"))
    expect(box.locator("p")).to_contain_text("0 of 3 read")
    attempt.fill(ATTEMPT)
    expect(button).to_be_disabled()
    for i in range(3):
        hints.nth(i).locator("summary").focus()
        page.keyboard.press("Enter")
    expect(button).to_be_enabled()
    attempt.fill(stubs.solution_functions(SLUG)[NAME][1])
    expect(button).to_be_disabled()  # a stub is no attempt
    attempt.fill(ATTEMPT)
    assert not answer.is_visible()
    attempt.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    assert ANSWER.strip().splitlines()[-1].strip() in answer.inner_text()
    lines = answer.locator(".idnn-differs pre").inner_text().splitlines()
    assert "-     return {'W1': np.zeros(layers_dims)}" in lines and any(line.startswith("+ ") for line in lines)
    assert page.locator("details.idnn-answer:visible").count() == 1, "another answer opened with it"


@pytest.mark.parametrize(
    "options", [{}, {"dark": True}, {"dark": True, "phone": True, "touch": True}], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_in_it_and_nothing_is_too_wide(page, options):
    from sitekit import npm

    page = page(**options)
    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    page.locator("details:not(.idnn-answer) summary", has_text="Hint").first.click()
    found = page.evaluate("axe.run('.idnn-ask', {resultTypes: ['violations']})")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window


def test_without_a_script_the_answers_are_folds(with_answers, visit):
    visitor = visit(with_answers)
    page = visitor.page(scripts=False)
    page.goto(f"{visitor.server.url}assignments/{SLUG}.html")
    answer = page.locator("details.idnn-answer").first
    assert answer.is_visible() and not page.locator(".idnn-ask").count()


def test_a_site_without_answers_has_nothing_to_ask_for(site, visit):
    visitor = visit(site)
    page = visitor.page()
    page.goto(f"{visitor.server.url}assignments/{SLUG}.html")
    page.wait_for_load_state("networkidle")
    assert not page.locator(".idnn-answer, .idnn-ask").count()
    assert "/_static/answers.js" not in visitor.server.sent


def test_a_live_notebook_gives_hints_then_the_answer_and_what_differs(with_answers, pyodide, certificate, visit):
    from sitekit.live import PYODIDE

    cdn = Folder(pyodide, certificate, prefix=f"/pyodide/v{PYODIDE}/full/")
    visitor = visit(
        with_answers, {CDN_HOST: cdn.port}, {LOCK_PATH: with_checksums_of(with_answers / LOCK_PATH, pyodide)}
    )
    try:
        page = visitor.page()
        page.goto(f"{visitor.server.url}live/notebooks/index.html?path={SLUG}.ipynb")
        ready(page)
        run(page, f'check_for("{SLUG}")')
        stub = run(page, f"def {NAME}")
        assert "answer=True" not in run(page, f"check({NAME})").locator(".jp-OutputArea").inner_text()
        write(page, stub, ATTEMPT)
        run(page, f"def {NAME}")
        assert f"check({NAME}, answer=True)" in run(page, f"check({NAME})").locator(".jp-OutputArea").inner_text()
        asking = cell(page, f"array.shape for name, array in {NAME}")  # the cell to try it, which may be edited
        write(page, asking, f"check({NAME}, answer=True)")
        said = [run(page, f"check({NAME}, answer=True)").locator(".jp-OutputArea").inner_text() for _ in range(2)]
        last = ANSWER.strip().splitlines()[-1].strip()
        assert "Hint 3." in said[0] and last not in said[0]
        assert last in said[1] and "What differs" in said[1] and "-     return {'W1'" in said[1]
    finally:
        cdn.close()

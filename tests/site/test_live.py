"""In a real browser: from the landing page to a passing verdict, with Pyodide in the site and with Pyodide from its CDN."""

import json
import re
import time

import pytest

from grader import stubs
from grader.catalogue import existing
from grader.submission import grade_id, restore
from tests.site.conftest import CDN_HOST
from tests.site.web import Folder

LOCK_PATH = "live/static/lock/pyodide-lock.json"
# JupyterLite asks the site for a folder's contents when the kernel makes one, where progress is kept, by the name that it has at first and later
FOLDER_MADE = {f"/live/api/contents/{name}/all.json" for name in ("Untitled%20Folder", ".ipynb_checkpoints")}
SLUG, NAME = "initialization", "initialize_parameters_zeros"
expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.slow]


def ready(page):
    """Wait until the notebook is there and its kernel is said to be idle, before Python is up: the first cell waits for it. Return the seconds."""
    start = time.perf_counter()
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(timeout=300_000)
    return time.perf_counter() - start


def cell(page, text):
    """Return the code cell whose source contains `text`."""
    return page.locator(".jp-Notebook .jp-CodeCell", has=page.locator(".jp-InputArea", has_text=text)).first


def write(page, chosen, source):
    """Replace the text of a cell."""
    chosen.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)


def run(page, text):
    """Click beside a cell, press Shift and Enter, wait until it has run; return the cell."""
    chosen = cell(page, text)
    chosen.scroll_into_view_if_needed()
    prompt = chosen.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    prompt.click()
    page.keyboard.press("Shift+Enter")
    expect(prompt).not_to_have_text(before, timeout=300_000)  # which has a number where the cell ran before
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=300_000)
    return chosen


def verdict(page):
    """Run the check; return its words and the seconds that they took."""
    start = time.perf_counter()
    output = run(page, f"check({NAME})").locator(".jp-OutputArea")
    output.locator(".assay-verdict").wait_for()
    return output.inner_text(), time.perf_counter() - start


def work_through(page, url):
    """From the landing page to a verdict that passes and stays; return what took how long, in words."""
    page.goto(url)
    page.locator(".idnn-card", has_text="Initialization").get_by_role("link", name="Read it").click()
    page.get_by_role("link", name="Open it live").click()
    shown = ready(page)
    start = time.perf_counter()
    run(page, 'check_for("initialization")')
    imports = time.perf_counter() - start
    stub = run(page, f"def {NAME}")
    said, first = verdict(page)
    assert f"{NAME}: not yet. 0 of 5 visible cases hold" in said
    assert "it is not written yet: it raises NotImplementedError" in said
    write(page, stub, stubs.solution_functions(SLUG)[NAME][0])
    run(page, f"def {NAME}")
    said, second = verdict(page)
    assert f"{NAME}: pass. 5 of 5 visible cases hold: 10 of 10 points" in said
    assert "1 of 7 exercises pass so far, 10 of 100 points" in said
    run(page, 'figures.predict("random-cost"')
    prediction = page.locator(".prediction-card")
    prediction.get_by_role("textbox").fill("10")
    prediction.get_by_role("button", name="See what happens").click()
    expect(prediction.locator(".prediction-result")).to_contain_text("you said 10, too low by a factor of ")
    page.keyboard.press("Control+S")
    page.wait_for_timeout(2000)
    page.get_by_role("menuitem", name="File", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download", exact=True).click()
    gradable(json.loads(download.value.path().read_text()))
    page.reload()
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    kept = cell(page, f"def {NAME}")
    kept.scroll_into_view_if_needed()
    assert "np.zeros" in kept.locator(".cm-content").inner_text()
    assert "NotImplementedError" not in kept.locator(".cm-content").inner_text()
    page.goto(url)
    progress = page.locator(".idnn-card", has_text="Initialization").locator(".idnn-progress")
    expect(progress).to_have_text("In this browser: 1 of 7 exercises pass, 0 of 1 predictions right.")
    page.goto(f"{url}able.html")
    expect(page.locator(".idnn-progress").first).to_contain_text("Open: initialize_parameters_random, ")
    return f"notebook shown in {shown:.1f} s, Python up and first cell run in {imports:.1f} s, verdicts in {first:.2f} and {second:.2f} s"


def gradable(notebook):
    """The downloaded notebook is what the autograder reads: the answer stands in its cell, and no released cell is missing or changed."""
    restored = restore(json.dumps(notebook).encode(), json.loads(stubs.notebook_path(SLUG).read_text()))
    (answer,) = [cell for cell in restored.notebook["cells"] if grade_id(cell) == NAME]
    assert "np.zeros" in stubs.text(answer)
    assert restored.notes == []


def test_a_reader_gets_verdicts_without_any_other_host(self_hosted, visit):
    visitor = visit(self_hosted)
    page = visitor.page()
    measured = work_through(page, visitor.server.url)
    assert visitor.outside == []
    assert set(visitor.server.missing) <= {"/favicon.ico", *FOLDER_MADE}
    print(f"self-hosted: {measured}")


def test_the_first_visit_of_a_live_notebook_is_at_most_30_mb(self_hosted, visit):
    import build

    visitor = visit(self_hosted)
    page = visitor.page()
    page.goto(f"{visitor.server.url}live/notebooks/index.html?path={SLUG}.ipynb")
    ready(page)
    run(page, 'check_for("initialization")')
    run(page, f"def {NAME}")
    verdict(page)
    megabytes = sum(visitor.server.sent.values()) / 1e6
    largest = sorted(visitor.server.sent.items(), key=lambda item: -item[1])[:5]
    print(f"first visit: {megabytes:.1f} MB over the wire, {len(visitor.server.sent)} files; largest {largest}")
    assert megabytes <= 30
    assert abs(megabytes - build.FIRST_VISIT) <= 2, (
        "start.md tells readers another figure: mend FIRST_VISIT in site/build.py"
    )


def test_the_shipped_configuration_loads_pyodide_from_its_cdn(site, pyodide, certificate, visit):
    """The CDN's answers are served locally: the address and the files are those that a deployed site asks for."""
    from sitekit.live import PYODIDE

    cdn = Folder(pyodide, certificate, prefix=f"/pyodide/v{PYODIDE}/full/")
    visitor = visit(site, {CDN_HOST: cdn.port}, {LOCK_PATH: with_checksums_of(site / LOCK_PATH, pyodide)})
    try:
        page = visitor.page()
        measured = work_through(page, visitor.server.url)
        assert set(visitor.outside) == {CDN_HOST}
        assert cdn.missing == []
        print(f"from the CDN: {measured}")
    finally:
        cdn.close()


def with_checksums_of(path, pyodide):
    """Return the site's lock with the stand-in's checksums of pure wheels, which come from the Python index; all else stays."""
    lock, known = (json.loads(file.read_text()) for file in (path, pyodide / path.name))
    for name, entry in lock["packages"].items():
        from_cdn = entry["file_name"].startswith("https:")  # what the site packs itself has its own
        if from_cdn and name in known["packages"] and entry["file_name"].endswith("-none-any.whl"):
            entry["sha256"] = known["packages"][name]["sha256"]
    return json.dumps(lock).encode()


def test_every_live_notebook_opens_and_its_first_cells_run(self_hosted, visit):
    from sitekit import course

    visitor = visit(self_hosted)
    for assignment in course.assignments():
        page = visitor.page()
        page.goto(f"{visitor.server.url}live/notebooks/index.html?path={assignment.slug}.ipynb")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        if assignment.live:
            ready(page)
            run(page, f'check_for("{assignment.slug}")')
            output = run(page, f"check({assignment.exercises[0]})").locator(".jp-OutputArea")
            output.get_by_text("NameError").first.wait_for()  # the stub's cell was left out: the check ran, and says so
        else:
            page.locator(".jp-Notebook blockquote", has_text="This copy runs in part").wait_for()
        page.context.close()
    assert visitor.outside == []


def test_a_copy_that_runs_in_part_runs_from_top_to_bottom(live, visit):
    """All of its code cells, by the menu; the pictures are fetched once the cell that reads them runs, and not before."""
    visitor = visit(live)
    page = visitor.page()
    page.goto(f"{visitor.server.url}live/notebooks/index.html?path=tensorflow_signs.ipynb")
    ready(page)
    page.locator(".jp-Notebook blockquote", has_text="This copy runs in part").wait_for()
    run(page, "import numpy as np")
    fetched = {path: size for path, size in visitor.server.sent.items() if "idnn_signs" in path}
    assert fetched == {}
    start = time.perf_counter()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-Notebook .jp-CodeCell").last
    expect(last.locator(".jp-InputArea-prompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=300_000)
    took = time.perf_counter() - start
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt").all_inner_texts()
    count = len(prompts)
    assert [int(prompt.strip("[]: ")) for prompt in prompts] == list(range(2, count + 2)), prompts
    assert page.locator(".jp-Notebook .jp-mod-error, .jp-Notebook [data-mime-type*=stderr]").count() == 0
    for text, words in (
        ("contact_sheet(", "Pictures of hands that show the signs 0 to 5"),
        ("figures.input_sheet(", ""),
        ("figures.accuracies(", "nearest neighbour"),
        ("figures.split_strip(", "at random"),
    ):
        picture = cell(page, text).locator(".jp-OutputArea img")
        assert words in picture.get_attribute("alt") and picture.evaluate("image => image.naturalWidth") > 300
    assert page.locator(".prediction-card").count() > 5
    fetched = sum(size for path, size in visitor.server.sent.items() if "idnn_signs" in path)
    assert 11e6 < fetched < 13e6
    assert visitor.outside == []
    print(f"runs in part: {count} cells in {took:.0f} s, {fetched / 1e6:.1f} MB of pictures")


def test_a_deleted_notebook_begins_again(self_hosted, visit):
    """As start.md says: delete it in the file browser, and the next visit opens it as it was."""
    visitor = visit(self_hosted)
    page = visitor.page()
    notebook = f"{visitor.server.url}live/notebooks/index.html?path={SLUG}.ipynb"
    page.goto(notebook)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    write(page, cell(page, f"def {NAME}"), "mine = 1")
    page.keyboard.press("Control+S")
    page.wait_for_timeout(2000)
    page.goto(notebook)
    cell(page, "mine = 1").wait_for()
    page.goto(f"{visitor.server.url}live/tree/index.html")
    names = page.locator(".jp-DirListing-itemText")
    names.first.wait_for()
    assert names.all_inner_texts() == sorted(f"{slug}.ipynb" for slug in existing())
    page.locator(".jp-DirListing-item", has_text=SLUG).click(button="right")
    page.get_by_role("menuitem", name="Delete").first.click()
    page.locator(".jp-Dialog button.jp-mod-warn").click()
    page.wait_for_timeout(2000)
    page.goto(notebook)
    cell(page, f"def {NAME}").wait_for()

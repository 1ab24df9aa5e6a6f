"""Take the pictures of the page "start here": `python -m tools.start_pictures` writes grader/templates/start/*.png.

They show JupyterLab with the notebook `initialization` as a student has it; take them again when its look changes. Needs Chromium.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from grader import catalogue, stubs
from grader.course import Course
from grader.release import PICTURES, release
from grader.submission import SKIP, grade_id
from tools.server import QUIET, jupyter

SLUG, NAME, MISTAKE = "initialization", "initialize_parameters_he", "gain_of_one"


def main() -> int:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("chromium is missing: apt-get install chromium", file=sys.stderr)
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "student"
        folder.mkdir()
        course = Course.at(Path(name) / "course")
        release(course, SLUG)
        released = json.loads(course.released(SLUG).read_text(encoding="utf-8"))
        (folder / f"{SLUG}.ipynb").write_text(json.dumps(released))
        (folder / "work").mkdir()
        (folder / "work" / f"{SLUG}.ipynb").write_text(json.dumps(at_work(released)))
        with jupyter(folder, Path(name) / "jupyter") as address:
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            take(browser, f"{address}/lab/tree/{{}}?token=t&reset")
            browser.close()
    return 0


def at_work(released: dict) -> dict:
    """Return the notebook of somebody who has made a known mistake in `NAME`, up to its check, without the training runs."""
    mistake = next(m for m in catalogue.exercises(SLUG)[NAME].mistakes if m.id == MISTAKE)
    answers = {name: whole for name, (whole, _) in stubs.solution_functions(SLUG).items()}
    notebook = stubs.fill(released, {**answers, NAME: stubs.source_as(mistake.function, NAME)})
    last = next(i for i, cell in enumerate(notebook["cells"]) if grade_id(cell) == f"test_{NAME}")
    kept = [cell for cell in notebook["cells"][: last + 1] if SKIP not in cell["metadata"].get("tags", [])]
    return {**notebook, "cells": kept}


def take(browser, address: str) -> None:
    """Write the pictures: a stub, the verdict on a known mistake with the button that validates."""
    page = browser.new_page(viewport={"width": 1100, "height": 760})
    page.goto(address.format(f"{SLUG}.ipynb"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.wait_for_timeout(3000)
    if page.locator("#jp-left-stack").is_visible():
        page.get_by_title("File Browser").first.click()  # folds the side bar
    page.locator(".jp-CodeCell", has_text=f"def {NAME}").first.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / "1_notebook.png")
    page.goto(address.format(f"work/{SLUG}.ipynb"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.wait_for_timeout(3000)
    if page.locator("#jp-left-stack").is_visible():
        page.get_by_title("File Browser").first.click()
    page.get_by_title("Restart the kernel and run all cells").click()
    page.locator(".jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept").first.click()
    verdict = page.locator(".assay-verdict", has_text=NAME).first
    verdict.wait_for(timeout=120_000, state="attached")
    cell = page.locator(".jp-CodeCell", has=verdict)  # the answer above it stays out: it would give one away
    cell.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    cell.screenshot(path=PICTURES / "2_verdict.png")


if __name__ == "__main__":
    sys.exit(main())

"""As a student: JupyterLab on the released notebook in headless Chromium; run all, read a verdict, click Validate, read its result."""

import json

import pytest

from grader import catalogue, stubs
from grader.course import Course
from grader.release import release
from tools.server import QUIET, jupyter

SLUG = "initialization"
PATIENCE = 300_000  # ms; on a busy machine a notebook takes minutes


@pytest.fixture
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def lab(tmp_path):
    """A JupyterLab server in a student's folder that holds the released notebook and a solved one."""
    course = Course.at(tmp_path / "course")
    release(course, SLUG)
    folder = tmp_path / "student"
    folder.mkdir()
    released = json.loads(course.released(SLUG).read_text(encoding="utf-8"))
    (folder / "released.ipynb").write_text(json.dumps(short(released)))
    (folder / "solved.ipynb").write_text(json.dumps(stubs.solved(short(released), SLUG)))
    with jupyter(folder, tmp_path / "jupyter") as address:
        yield f"{address}/lab/tree/{{}}?token=t&reset"


def short(notebook):
    """Leave prose and training cells out: the test is of the checks, and what is out of sight is not drawn."""
    from grader.submission import SKIP

    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {**notebook, "cells": [cell for cell in cells if SKIP not in cell["metadata"].get("tags", [])]}


def run_all(page):
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(10_000)  # the kernel starts meanwhile; what is clicked before is lost
    page.get_by_title("Restart the kernel and run all cells").click()
    page.locator(".jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept").first.click()


def validate(page):
    page.get_by_title("Validate Assignment").click()
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=PATIENCE)
    return dialog.inner_text()


@pytest.mark.slow
@pytest.mark.browser
def test_a_student_reads_verdicts_and_validates(lab, browser):
    names = list(catalogue.exercises(SLUG))
    page = browser.new_page(viewport={"width": 1300, "height": 1200})
    page.goto(lab.format("released.ipynb"))
    run_all(page)
    verdict = page.locator(".assay-verdict").first
    verdict.wait_for(timeout=PATIENCE, state="attached")
    said = " ".join(verdict.text_content().split())
    assert said.startswith("✗ ") and ": not yet. 0 of" in said
    assert "it is not written yet: it raises NotImplementedError" in said
    page.get_by_text("CheckFailed: ").first.wait_for(
        timeout=PATIENCE, state="attached"
    )  # the error comes after the verdict
    assert "Traceback" not in page.locator(".jp-Notebook").text_content()
    said = validate(page)
    assert f"CheckFailed: {names[0]}: it is not written yet" in said and names[-1] in said

    page = browser.new_page(viewport={"width": 1300, "height": 1200})
    page.goto(lab.format("solved.ipynb"))
    run_all(page)
    page.get_by_text(f"{len(names)} of {len(names)} exercises pass so far, 100 of 100 points").wait_for(
        timeout=PATIENCE, state="attached"
    )
    assert "pass" in page.locator(".assay-verdict").first.text_content()
    assert "passes all the tests" in validate(page)

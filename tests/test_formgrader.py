"""As an instructor: formgrader in headless Chromium on a graded class; what a person gives there stays when the class is graded again."""

import json

import pytest

from grader import executors, grading, stubs
from grader.course import Course
from grader.export import rows
from grader.feedback import write_pages
from grader.release import release
from grader.report import build
from grader.submission import grade_id
from tools.server import QUIET, jupyter

SLUG, EXERCISE = "gradient_checking", "convergence_order"


def grade(course):
    with executors.local(1) as pool:
        return list(grading.grade(course, grading.plan(course, [SLUG], force=True), pool))


@pytest.mark.slow
@pytest.mark.browser
def test_what_a_person_gives_in_formgrader_stays_when_the_class_is_graded_again(tmp_path, isolation, chromium):
    from playwright.sync_api import sync_playwright

    course = Course.at(tmp_path / "course")
    release(course, SLUG)
    solved = stubs.solved(json.loads(course.released(SLUG).read_text(encoding="utf-8")), SLUG)
    for cell in solved["cells"]:
        if grade_id(cell) == "reflection":
            cell["source"] = "The kink at $x = 0$: <script>document.title = 'x'</script> one-sided differences."
        if grade_id(cell) == EXERCISE:
            stubs.set_text(cell, f"def {EXERCISE}(epsilons, errors):\n    return 1.0")
    folder = course.folder("submitted", "ada", SLUG)
    folder.mkdir(parents=True)
    (folder / f"{SLUG}.ipynb").write_text(json.dumps(solved))
    (entry,) = grade(course)
    before = entry.score
    assert before < 100

    with jupyter(course.root, tmp_path / "jupyter") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(f"{address}/formgrader/?token=t")
        page.goto(f"{address}/formgrader/gradebook/{SLUG}/{SLUG}")
        page.locator("a[href*='/submissions/']").first.click(timeout=60_000)
        score = page.locator(f"#test_{EXERCISE}")
        score.wait_for(timeout=60_000)
        page.wait_for_function("document.querySelector('#reflection-comment').placeholder.length > 0")
        assert (
            page.title() != "x" and page.locator("math").count() > 10
        )  # formulas show, scripts of a student's do not run
        cell = "e => [parseFloat(getComputedStyle(e).paddingLeft), parseFloat(getComputedStyle(e).borderBottomWidth)]"
        assert min(page.locator("table td").first.evaluate(cell)) > 0  # tables have lines and space
        for field, value in (
            (score, "9"),
            (page.locator("#reflection"), "0"),  # nbgrader counts extra credit beside a score only
            (page.locator("#reflection_extra_credit"), "2"),
            (page.locator("#reflection-comment"), "A clear answer."),
        ):
            with page.expect_response(lambda response: response.request.method == "PUT", timeout=30_000):
                field.fill(value)
                field.press("Tab")
        browser.close()

    def standing():
        (row,) = rows(course, [SLUG])
        return row.score, row.scores[EXERCISE]

    assert standing() == (before - entry_score(entry) + 9 + 2, 9)
    assert "has an answer that a person grades" not in report(course, tmp_path)
    (again,) = grade(course)
    assert standing() == (before - entry_score(entry) + 9 + 2, 9)
    assert entry_score(again) == entry_score(entry)  # the automatic verdict is as before
    assert "has an answer that a person grades" in report(course, tmp_path)  # to be looked at once more
    (path,) = write_pages(course, SLUG)
    said = path.read_text(encoding="utf-8")
    assert "Set by a person: 9 of 15" in said and "A clear answer." in said


def entry_score(entry):
    return dict(entry.scores)[EXERCISE]


def report(course, tmp_path):
    return build(course, [SLUG], tmp_path / "report").read_text(encoding="utf-8")

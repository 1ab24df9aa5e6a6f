"""The class report: self-contained, nothing of a student's acts on it, what needs a person is there with its reason."""

import json
import re

import pytest

from grader import stubs
from grader.course import Course
from grader.export import rows
from grader.gradebook import open_gradebook, write_grades
from grader.grading import Entry, Log
from grader.release import release
from grader.report import _gathered, build
from grader.similarity import pairs

SLUG, EVIL = "gradient_checking", '<script>document.title="x"</script>'


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded class as the gradebook and the log have it: five students, one of them hostile, one who handed in nothing."""
    course = Course.at(tmp_path_factory.mktemp("report"))
    release(course, SLUG)
    notebook = json.loads(course.released(SLUG).read_text(encoding="utf-8"))
    solved = stubs.solved(notebook, SLUG)
    for cell in notebook["cells"]:
        cell["source"] = stubs.text(cell)
    log = Log(course)
    with open_gradebook(course) as gradebook:
        for number, student in enumerate(("ada", "ben", "cy", "dot")):
            folder = course.folder("submitted", student, SLUG)
            folder.mkdir(parents=True)
            graded = course.folder("autograded", student, SLUG)
            graded.mkdir(parents=True)
            (graded / f"{SLUG}.ipynb").write_text(json.dumps(solved if number < 2 else notebook))
            scores = {"test_convergence_order": 15.0 - 5 * number, "test_gradient_check": 15.0}
            write_grades(gradebook, course.submissions(SLUG, {student})[0], notebook, scores)
            notes = (f"Cell 3 ({EVIL}) did not end in time and was stopped.",) if student == "dot" else ()
            mistakes = (("convergence_order", "swapped"),) if number else ()
            slips = (("gradient_check", f"in the line of `x`: {EVIL}", "`W`"),) if number < 3 else ()
            log.append(
                Entry(student, SLUG, "x", "graded", 30.0 - 5 * number, 100.0, 0.5, True, notes, mistakes, slips=slips)
            )
        gradebook.update_or_create_student("eve", first_name=EVIL, last_name="=1+1")
    return course


@pytest.fixture(scope="module")
def page(course, tmp_path_factory):
    return build(course, [SLUG], tmp_path_factory.mktemp("page")).read_text(encoding="utf-8")


def test_it_loads_nothing_and_runs_nothing(page):
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r'(src|href)="(?!#|data:)', page.replace("xlink:href", "href").replace('href="#', 'href="#'))
    assert "default-src 'none'" in page


def test_who_needs_a_person_is_there_with_the_reason_and_who_is_missing_too(page):
    part = page[page.index(f'id="{SLUG}-person"') :]
    assert re.search(r"<tr><td>dot</td><td></td><td>Cell 3 \(&lt;script&gt;", part)
    assert re.search(r'<tr><td>eve</td><td>&lt;script&gt;.*?</td><td class="n">missing</td>', part)
    # at a glance: handed in, missing, and who needs a person, before all that may be wide
    row = page[page.index(f"<tr><td>{SLUG}</td>") :]
    assert re.match(rf'.*?</td>(<td class="n">\d+</td>){{2}}<td class="n"><a href="#{SLUG}-person">1</a></td>', row)
    assert "<strong>4</strong> handed in" in page and "<strong>1</strong> missing" in page


def test_slips_that_several_share_are_told_with_those_who_made_them(page):
    part = page[page.index("Slips without a name") :]
    assert re.search(
        r"<td class=\"n\">3 of 4</td><td><code>gradient_check</code></td><td>in the line of `x`: &lt;script&gt;.*?</td><td>`W`</td><td>ada, ben, cy</td>",
        part,
    )


def test_each_students_points_are_those_of_the_gradebook(page, course):
    part = page[page.index('id="students"') :]
    said = dict(re.findall(r'<tr><td>(\w+)</td><td>.*?</td><td class="n">([\w.]+)</td>', part))
    expected = {row.student: "missing" if row.score is None else f"{row.total:g}" for row in rows(course, [SLUG])}
    assert said == expected and len(set(said.values())) == 5


def test_the_same_answers_under_other_names_are_an_indication_worded_as_such(page):
    assert "an indication to look, not evidence" in page and "<td>ada, ben</td>" in page
    same = (
        "def f(a, b):\n    total = 0\n    for x in a:\n        total += (x - b) ** 2 / (1 + abs(x))\n    return total"
    )
    other = same.replace("total", "s").replace("x", "value").replace("def f", "def g")
    answers = {
        name: dict.fromkeys("pqr", code) for name, code in (("ada", same), ("ben", other), ("cy", "def f(a): return a"))
    }
    assert [(pair.first, pair.second) for pair in pairs(answers)] == [("ada", "ben")]


@pytest.mark.parametrize("code", ["def f(:", "x = " + "(" * 5000, "\0", ""])
def test_code_that_does_not_parse_has_no_likeness(code):
    assert pairs({"ada": dict.fromkeys("pqr", code), "ben": dict.fromkeys("pqr", code)}) == []


def test_what_happened_to_several_cells_is_said_once():
    notes = tuple(f"The cell {name} was missing; it was put back as it was released." for name in ("a", "b", "c"))
    assert _gathered(notes) == "3 cells were missing; they were put back as they were released: a, b, c."
    assert _gathered(notes[:1]) == notes[0] and _gathered(("Something else.",)) == "Something else."

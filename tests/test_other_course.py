"""A course on another subject, without arrays and without a library, goes the whole way with the same engine; and so does one that `new` writes."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader import catalogue
from tests.conftest import ROOT

OTHER = ROOT / "tests" / "other_course"


def environment(**own):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    mine = {name: value for name, value in os.environ.items() if name != catalogue.VARIABLE}
    return {**mine, "PYTHONPATH": str(ROOT), "PATH": path, "COLUMNS": "200", **own}


def run(folder, *command, code=0, **own):
    """Run a command in a course's folder and return what it said."""
    done = subprocess.run(list(command), cwd=folder, env=environment(**own), capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == code, said[-3000:]
    assert "Traceback" not in said
    return said


def grader(folder, *arguments, code=0, **own):
    return run(folder, sys.executable, "-m", "grader", *arguments, code=code, **own)


def python(folder, program, **own):
    return run(folder, sys.executable, "-c", program, **own)


def grades(folder):
    with open(folder / "grades.csv", encoding="utf-8", newline="") as file:
        return {row["student"]: float(row["score"]) for row in csv.DictReader(file)}


def planned(folder, slug):
    return json.loads((folder / ".instructor" / f"simulated-{slug}.json").read_text())


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The other course with its reference outputs and a release."""
    folder = tmp_path_factory.mktemp("course") / "reading"
    shutil.copytree(OTHER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    assert "data/reference/ciphers.json written" in grader(folder, "references")
    grader(folder, "release")
    return folder


def test_what_is_stored_of_it_is_up_to_date(other):
    assert "up to date" in grader(other, "cells", "--check")
    assert "up to date" in grader(other, "references", "--check")


def test_its_commands_speak_of_it_alone(other):
    said = grader(other, "--help")
    assert "Reading Machines" in said and catalogue.course().title not in said
    assert "there are ciphers" in grader(other, "grade", catalogue.slugs()[0], code=2)


def test_its_handout_is_the_engine_and_its_data_and_no_answer(other):
    with zipfile.ZipFile(other / "handouts" / "ciphers-v1.zip") as archive:
        names = {name.split("/")[1]: archive.read(name) for name in archive.namelist()}
    assert set(names) == {
        "ciphers.ipynb",
        "environment.yml",
        "start_here.html",
        "reading_machines-1.0.0-py3-none-any.whl",
    }
    own = catalogue.course()
    for text in (names["environment.yml"].decode(), names["start_here.html"].decode(), names["ciphers.ipynb"].decode()):
        assert own.id not in text and own.library not in text and own.title not in text
        assert "% 26" not in text  # of the answer
    assert "conda activate reading-machines" in names["start_here.html"].decode()
    assert "name: reading-machines\n" in names["environment.yml"].decode()
    wheel = other / "handouts" / "ciphers" / "reading_machines-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info" not in name}
        required = archive.read("reading_machines-1.0.0.dist-info/METADATA").decode()
    assert {name.split("/")[0] for name in inside} == {"assay"}
    assert "assay/data/reference/ciphers.json" in inside and "Requires-Dist: numpy" in required


CHECKED = """
from assay.check import CheckFailed, check_for

check = check_for("ciphers")


def count_letters(text):
    counts = {}
    for letter in text:
        if "a" <= letter.lower() <= "z":
            counts[letter.lower()] = counts.get(letter.lower(), 0) + 1
    return counts


def caesar(text, shift):
    return "".join(chr((ord(c) - 97 + shift) % 26 + 97) if "a" <= c <= "z" else c for c in text)


check(count_letters)
try:
    check(caesar)
except CheckFailed as error:
    print("refused:", error)
"""


def test_its_check_works_where_the_handout_alone_is_installed(other, tmp_path):
    wheel = next((other / "handouts" / "ciphers").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    said = python(tmp_path, CHECKED, PYTHONPATH=str(tmp_path / "installed"))
    assert "count_letters: pass." in said and "1 of 2 exercises pass so far, 40 of 100 points" in said
    assert "refused: caesar:" in said and "Capitals stay where they are. They move as the small letters do." in said


@pytest.mark.slow
def test_its_notebook_runs_in_a_real_kernel(other, tmp_path):
    program = """
import json, sys
from pathlib import Path
from grader import stubs
path = stubs.notebook_path("ciphers")
solved = stubs.solved(json.loads(path.read_text(encoding="utf-8")), "ciphers")
Path(sys.argv[1]).write_text(json.dumps(solved))
"""
    path = tmp_path / "solved.ipynb"
    run(other, sys.executable, "-c", program, str(path))
    inside = other / "notebooks" / "ciphers"  # where the kernel works, and finds the course
    run(
        inside,
        *(sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute"),
        *("--output", "done.ipynb", "--output-dir", str(tmp_path), str(path)),
        PYTHONPATH=f"{ROOT}:{other}",
    )
    done = (tmp_path / "done.ipynb").read_text(encoding="utf-8")
    assert "2 of 2 exercises pass so far, 100 of 100 points" in done


JUDGED = """
import json
from grader import catalogue, stubs
from grader.judge import judge

found = {}
for name, exercise in catalogue.exercises("ciphers").items():
    answers = catalogue.answers("ciphers", name)
    for seed in range(3):
        for right in (catalogue.solution("ciphers", name), *answers.correct):
            found[f"{name} {right.__name__} {seed}"] = judge("ciphers", name, right, seed).passed
        for wrong in (*answers.wrong, *answers.gaming):
            found[f"{name} {wrong.__name__} {seed}"] = not judge("ciphers", name, wrong, seed).passed
        for mistake in exercise.mistakes:
            verdict = judge("ciphers", name, mistake.function, seed)
            found[f"{name} {mistake.id} {seed}"] = verdict.mistake == mistake.id and mistake.hint in verdict.message
print(json.dumps(found))
"""


def test_right_answers_pass_and_each_known_mistake_is_recognised(other):
    found = json.loads(python(other, JUDGED))
    assert len(found) > 60 and not [what for what, good in found.items() if not good]


@pytest.mark.slow
@pytest.mark.isolated
def test_a_class_goes_the_whole_way_on_both_paths(other, tmp_path, isolation):
    course = tmp_path / "reading"
    shutil.copytree(other, course)
    (course / "nbgrader_config.py").unlink()  # it names the other folder
    grader(course, "simulate", "--students", "9", "--seed", "2")
    assert "graded 9 of 9 submissions" in grader(course, "grade")
    grader(course, "feedback")
    grader(course, "report")
    grader(course, "export")
    first = grades(course)
    pages = sorted((course / "feedback").glob("*/ciphers/ciphers.html"))
    assert len(first) == len(pages) == 9 and (course / "build" / "report" / "index.html").is_file()
    wrong, hints = 0, json.loads(python(course, HINTS))
    for student in planned(course, "ciphers"):
        name, kind = student["name"], student["kind"]
        if kind in ("correct", "rewritten"):
            assert first[name] == 100
        if kind == "mistakes":
            page = (course / "feedback" / name / "ciphers" / "ciphers.html").read_text(encoding="utf-8")
            for exercise, mistake in student["mistakes"].items():
                assert hints[f"{exercise} {mistake}"] in page
                wrong += 1
            assert first[name] < 100
    assert wrong
    run(course, "nbgrader", "autograde", "ciphers", "--force")
    grader(course, "export")
    assert grades(course) == first


HINTS = """
import html, json
from grader import catalogue

found = catalogue.exercises("ciphers").items()
print(json.dumps({f"{name} {one.id}": html.escape(one.hint) for name, exercise in found for one in exercise.mistakes}))
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A course as `new` writes it."""
    folder = tmp_path_factory.mktemp("new") / "first-course"
    said = grader(folder.parent, "new", str(folder))
    assert f"wrote a course to {folder}" in said and f"cd {folder}" in said and "PYTHONPATH" not in said
    return folder


def test_a_new_course_is_one_of_its_own(begun):
    written = catalogue.read(begun)
    assert (written.id, written.title, written.library) == ("first_course", "First course", "")
    files = [path for path in begun.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {path.relative_to(begun).parts[0] for path in files} == {
        ".gitignore", "course.toml", "data", "exercises", "notebooks", "solutions",
    }  # fmt: skip
    own = catalogue.course()
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in (own.id, own.title, own.library, *catalogue.slugs()) if word and word in text], (
            path
        )
    assert "up to date" in grader(begun, "references", "--check")
    assert "up to date" in grader(begun, "cells", "--check")


def test_a_new_course_is_written_into_no_folder_that_is_in_use(begun, tmp_path):
    before = sorted(begun.rglob("*"))
    assert "is not empty; name a folder that is not there yet" in grader(tmp_path, "new", str(begun), code=2)
    assert sorted(begun.rglob("*")) == before
    (tmp_path / "a file").write_text("")
    assert "is not empty" in grader(tmp_path, "new", "a file", code=2)


def test_from_elsewhere_it_says_how_the_engine_is_found(tmp_path):
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = ['new', '1st & best', '--title', 'A \"B\"']; import grader.__main__"
    said = python(tmp_path, program, PYTHONPATH="")
    assert f"export PYTHONPATH={ROOT}" in said
    written = catalogue.read(tmp_path / "1st & best")
    assert (written.id, written.title) == ("st_best", 'A "B"')


@pytest.mark.slow
@pytest.mark.isolated
def test_a_new_course_goes_the_whole_way_at_once(begun, tmp_path, isolation):
    course = tmp_path / "copy"
    shutil.copytree(begun, course)
    assert "handouts/first_steps-v1.zip" in grader(course, "release")
    grader(course, "simulate", "--students", "5")
    assert "graded 5 of 5 submissions" in grader(course, "grade")
    assert "5 pages" in grader(course, "feedback")
    assert "index.html" in grader(course, "report")
    grader(course, "export")
    assert len(grades(course)) == 5 and grades(course)["student-001"] == 100


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id =", "# id ="), "id is missing; add a line id ="),
        (('title = "First', 'titel = "First'), "there is no setting 'titel'; there are id, title, library"),
        (("[[assignment]]", "[assignment]"), "an assignment begins with a line [[assignment]]"),
        (('slug = "first_steps"', 'slug = "first_steps"\nneeds = "numpy"'), "needs must be a list of texts"),
        (('slug = "first_steps"', 'slug = "second_steps"'), "names no assignment that has a folder in exercises/"),
        (("[[assignment]]", "[[assignment"), "cannot be read"),
        (('title = "First', 'library = "nothing"\ntitle = "First'), "the library 'nothing' is no package"),
    ],
)
def test_what_is_wrong_in_a_course_file_is_one_line(begun, tmp_path, change, said):
    course = tmp_path / "copy"
    shutil.copytree(begun, course)
    text = (course / "course.toml").read_text(encoding="utf-8")
    assert change[0] in text
    (course / "course.toml").write_text(text.replace(*change), encoding="utf-8")
    told = grader(course, "grade", code=2)
    assert said in told and told.count("\n") == 1 and told.startswith("error: ")
    assert "Usage" in grader(course, "--help")


def test_what_does_not_fit_together_is_one_line(begun, tmp_path):
    course = tmp_path / "copy"
    shutil.copytree(begun, course)
    solution = course / "solutions" / "first_steps.py"
    text = solution.read_text(encoding="utf-8")
    solution.write_text(f'{text}\n\ndef mode(values):\n    """Return the most frequent number."""\n', encoding="utf-8")
    assert "there is no exercises/first_steps/mode.py" in grader(course, "references", code=2)
    solution.write_text(text.replace("sorted(values)", "sorted(list(values))"), encoding="utf-8")
    assert "mistake unsorted: 'sorted(values)' is not in the source" in grader(course, "references", code=2)
    solution.write_text(text.replace("Not changed.", "Left as it is."), encoding="utf-8")
    assert "are stale; run: python -m grader cells first_steps" in grader(course, "release", code=2)
    assert "the stub of median was written" in grader(course, "cells")
    (course / "solutions" / "__init__.py").unlink()
    assert "make an empty file __init__.py in it" in grader(course, "references", code=2)

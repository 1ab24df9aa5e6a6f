"""What students get: complete, free of answers, versioned; by zip and through nbgrader's exchange."""

import html
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.answers import FOLDER
from grader import catalogue, stubs
from grader.cli import app
from grader.course import Course, CourseError
from grader.release import environment, handout, release, start_page, version
from grader.submission import grade_id, restore
from grader.wheel import build_wheel
from tests.conftest import ROOT, assignments_with_notebooks

SLUG = "regularization"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    course = Course.at(tmp_path_factory.mktemp("released"))
    release(course, SLUG)
    return course


@pytest.fixture
def course(template, tmp_path, monkeypatch):
    """A course with a released assignment, whose source notebook a test may change."""
    shutil.copytree(template.root, tmp_path / "course")
    shutil.copytree(ROOT / "notebooks" / SLUG, tmp_path / "source" / SLUG)
    monkeypatch.setattr(stubs, "notebook_path", lambda slug: tmp_path / "source" / slug / f"{slug}.ipynb")
    (tmp_path / "course" / "nbgrader_config.py").unlink()
    course = Course.at(tmp_path / "course")
    course.prepare()
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write(f"c.CourseDirectory.source_directory = {str(tmp_path / 'source')!r}\n")
    return course


def change(course, edit):
    path = stubs.notebook_path(SLUG)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    edit(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def released(course):
    return json.loads(course.released(SLUG).read_text(encoding="utf-8"))


def correct_setup_and_prose(cells):
    setup = next(cell for cell in cells if grade_id(cell) == "setup")
    stubs.set_text(setup, stubs.text(setup) + "\nCORRECTED = True")
    hint = next(cell for cell in cells if "<details>" in stubs.text(cell))
    stubs.set_text(hint, stubs.text(hint) + "\nA corrected sentence.")


def test_a_handout_is_complete_and_holds_no_answer(course, wheel):
    path = handout(course, SLUG, wheel)
    assert path.name == f"{SLUG}-v1.zip"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert sorted(names) == sorted(
            f"{SLUG}/{name}" for name in (f"{SLUG}.ipynb", "environment.yml", "start_here.html", wheel.name)
        )
        texts = {name: archive.read(name) for name in names}
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
        package = "\n".join(archive.read(name).decode() for name in inside if name.endswith((".py", ".json")))
    assert {"idnn/check.py", "idnn/data/signs.h5", f"idnn/data/reference/{SLUG}.json"} <= set(inside)
    assert not [name for name in inside if name.startswith(("solutions", "grader", "tests"))]
    assert not [name for name in inside if f"/{FOLDER}/" in name], "answers that `check` would offer"
    package = "\n".join(line.strip() for line in package.splitlines())
    shown = "\n".join(
        texts[f"{SLUG}/{name}"].decode() for name in (f"{SLUG}.ipynb", "environment.yml", "start_here.html")
    )
    for slug in catalogue.existing():
        for name, (whole, stub) in stubs.solution_functions(slug).items():
            kept = {line.strip() for line in stub.splitlines()}
            body = [line.strip() for line in whole.splitlines() if line.strip() and line.strip() not in kept]
            telling = [line for line in body if len(line) > 45 and not line.endswith("= cache")]
            assert not [line for line in telling if json.dumps(line)[1:-1] in shown], (slug, name)
            assert len(body) < 3 or "\n".join(body) not in package, (slug, name)
            assert json.dumps(whole)[1:-1] not in package, (slug, name)
    assert "### BEGIN" not in shown


def test_the_same_release_gives_the_same_zip(course, wheel):
    first = handout(course, SLUG, wheel).read_bytes()
    release(course, SLUG)
    assert version(course, SLUG) == (1, "")
    assert handout(course, SLUG, wheel).read_bytes() == first


@pytest.mark.parametrize("slug", assignments_with_notebooks())
def test_the_start_page_says_what_to_do(slug):
    page = start_page(slug, "course-1.0.0.whl", 2, "Exercise 3 <said> too little.")
    assert "Exercise 3 &lt;said&gt; too little." in page and "<script" not in page and "http://" not in page
    for exercise in catalogue.exercises(slug).values():
        assert f"<code>{exercise.name}</code>" in page
    assert page.count("data:image/png;base64,") == 2 and 'pip install "./course-1.0.0.whl"' in page
    assert "py -m venv .venv" in page and ".venv\\Scripts\\activate" in page
    assert ("<pre>pip install &#34;tensorflow" in page) == ("Intel Macs" in page) == (slug == "tensorflow_signs")
    for question in ("check&#x27; is not defined", "Where are the answers?", "Keep a fresh copy", "no such button"):
        assert html.unescape(question) in html.unescape(page)
    assert ("tensorflow" in environment(slug, "x.whl")) == (slug == "tensorflow_signs")
    assert "- ./x.whl" in environment(slug, "x.whl") and "-e ." not in environment(slug, "x.whl")


def test_a_corrected_release_takes_hand_ins_of_the_earlier_one_as_they_are(course):
    old = stubs.solved(released(course), SLUG)
    change(course, correct_setup_and_prose)
    release(course, SLUG, "The setup cell was corrected.")
    new = released(course)
    assert version(course, SLUG) == (2, "The setup cell was corrected.")
    read = restore(json.dumps(old).encode(), new)
    assert read.notes == []
    setup = next(cell for cell in read.notebook["cells"] if grade_id(cell) == "setup")
    assert "CORRECTED = True" in stubs.text(setup)  # everybody is judged in the corrected notebook
    hints = [cell for cell in read.notebook["cells"] if "<details>" in stubs.text(cell)]
    assert len(hints) == sum(
        "<details>" in stubs.text(cell) for cell in old["cells"]
    )  # the earlier prose is still ours
    meddled = next(cell for cell in old["cells"] if grade_id(cell) == "setup")
    stubs.set_text(meddled, "check = print")
    assert "The cell setup was changed" in restore(json.dumps(old).encode(), new).notes[0]
    kept = sorted(path.name for path in (course.private / "releases" / SLUG).iterdir())
    assert kept == ["v1.ipynb", "v2.ipynb"]


def test_old_and_new_hand_ins_are_graded_alike(course, isolation):
    from grader import executors, grading

    def hand_in(student, notebook):
        folder = course.folder("submitted", student, SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(json.dumps(notebook))

    def grade():
        with executors.local(1) as pool:
            return {entry.student: entry for entry in grading.grade(course, grading.plan(course, [SLUG]), pool)}

    hand_in("early", stubs.solved(released(course), SLUG))
    assert grade()["early"].score == 100
    change(course, correct_setup_and_prose)
    release(course, SLUG)
    hand_in("late", stubs.solved(released(course), SLUG))
    graded = grade()  # the early one again: the corrected notebook counts for all
    assert {name: (entry.score, entry.notes) for name, entry in graded.items()} == {
        "early": (100, ()),
        "late": (100, ()),
    }
    before = course.released(SLUG).read_bytes()
    change(course, lambda cells: cells.remove(next(cell for cell in cells if grade_id(cell) == "reflection")))
    with pytest.raises(
        CourseError, match=r"graded cells cannot come or go \(reflection\); the release is left as it was"
    ):
        release(course, SLUG)
    assert course.released(SLUG).read_bytes() == before


def test_the_command_makes_the_handout(tmp_path, wheel, monkeypatch):
    monkeypatch.setattr("grader.release.build_wheel", lambda folder: wheel)
    run = CliRunner().invoke(app, ["release", SLUG, "--course", str(tmp_path)])
    assert run.exit_code == 0 and f"released {SLUG}, version 1: {tmp_path}/handouts/{SLUG}-v1.zip" in run.output
    assert (tmp_path / "handouts" / SLUG / "start_here.html").is_file()
    run = CliRunner().invoke(app, ["release", SLUG, "--no-handouts", "--note", "x", "--course", str(tmp_path)])
    assert "stays version 1 and the note is not taken" in " ".join(run.output.split())


def test_a_released_assignment_goes_through_nbgraders_exchange(template, tmp_path):
    """release_assignment, fetch_assignment, submit and collect, as on JupyterHub, with one exchange folder."""
    shutil.copytree(template.root, tmp_path / "course")
    teacher = tmp_path / "course"
    (teacher / "nbgrader_config.py").unlink()
    course = Course.at(teacher)
    course.prepare()
    student = tmp_path / "home"
    student.mkdir()
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    bin_ = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "HOME": str(student),
        "USER": "ada",
        "LOGNAME": "ada",
    }
    environment |= {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}

    def nbgrader(folder, *arguments):
        where = [f"--Exchange.root={exchange}", f"--CourseDirectory.course_id={'improving_deep_networks'}"]
        run = subprocess.run(
            [bin_ / "nbgrader", *arguments, *where], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        return run

    nbgrader(teacher, "release_assignment", SLUG)
    nbgrader(student, "fetch_assignment", SLUG)
    fetched = student / SLUG / f"{SLUG}.ipynb"
    assert fetched.read_bytes() == course.released(SLUG).read_bytes()
    fetched.write_text(json.dumps(stubs.solved(json.loads(fetched.read_text(encoding="utf-8")), SLUG)))
    nbgrader(student, "submit", SLUG)
    nbgrader(teacher, "collect", SLUG)
    (submission,) = course.submissions(SLUG)
    assert submission.path.read_bytes() == fetched.read_bytes() and submission.timestamp
    assert restore(submission.path.read_bytes(), released(course)).notes == []

"""The documentation, followed to the letter: README, the instructor's guide and the maintainer's example in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader import catalogue
from grader.sandbox.child.frames import PATIENCE
from grader.sandbox.jail import Limits
from tests.conftest import ROOT


def blocks(path, language):
    """Return the fenced blocks of a language with the text before each, since the block before."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found, end = [], 0
    for match in re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
        found.append((text[end : match.start()], textwrap.dedent(match[2])))
        end = match.end()
    return found


def copy_of_the_project(folder):
    """Return a copy of what git knows of the project, as it is now."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in names.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def environment(folder):
    """Return an environment in which a copy is at work in this interpreter: its rooms come before the installed ones."""

    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(folder), "PATH": path, "COLUMNS": "200"}


@pytest.mark.slow
def test_the_maintainers_example_is_an_exercise_in_full(tmp_path):
    project = copy_of_the_project(tmp_path / "project")
    guide = (ROOT / "docs" / "maintainer.md").read_text(encoding="utf-8")
    made = []
    for before, code in blocks("docs/maintainer.md", "python"):
        for verb, name in re.findall(r"([Aa]ppend|[Ww]rite) [^`]*`([\w/]+\.py)`", before):
            made.append(name)
            with open(project / name, "x" if verb.lower() == "write" else "a", encoding="utf-8") as file:
                file.write(code if verb.lower() == "write" else "\n\n" + code)
    assert made == [
        "solutions/optimization.py",
        "exercises/optimization/warmup_lr.py",
        "exercises/optimization/answers/warmup_lr.py",
    ]
    ((name, old, new),) = re.findall(r"in `([\w/]+\.py)`, replace\s+`([^`]+)` by\s+`([^`]+)`", guide)
    source = (project / name).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{name} has no {old}, or several"
    (project / name).write_text(source.replace(old, new), encoding="utf-8")
    for _, commands in blocks("docs/maintainer.md", "sh"):
        if "warmup_lr" not in commands:
            continue
        run = subprocess.run(
            ["bash", "-e", "-c", commands], cwd=project, env=environment(project), capture_output=True, text=True
        )
        assert run.returncode == 0, f"{run.stdout[-3000:]}\n{run.stderr[-2000:]}"
        assert int(re.search(r"(\d+) passed", run.stdout)[1]) >= 10


@pytest.mark.slow
def test_one_hint_is_changed_in_one_module(tmp_path):
    project = copy_of_the_project(tmp_path / "project")
    ((before, code),) = [block for block in blocks("docs/maintainer.md", "python") if "gain_of_one" in block[1]]
    ((_, commands),) = [block for block in blocks("docs/maintainer.md", "sh") if "warmup_lr" not in block[1]]
    path = project / re.findall(r"`(exercises/[\w/]+\.py)`", before)[-1]
    source, new = path.read_text(encoding="utf-8"), "This is another hint. It stands in one module."
    (hint,) = re.findall(r'^    "(.*)",$', code, re.MULTILINE)[-1:]
    assert textwrap.indent(code.strip(), " " * 8) in source
    path.write_text(source.replace(hint, new), encoding="utf-8")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    run = subprocess.run(
        ["bash", "-e", "-c", commands], cwd=project, env=environment(project), capture_output=True, text=True
    )
    assert run.returncode == 0, f"{run.stdout[-3000:]}\n{run.stderr[-2000:]}"
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert sorted(path.relative_to(project).as_posix() for path in changed) == [
        "data/reference/initialization.json",
        "tests/messages/initialization.txt",
    ]
    assert all(new in path.read_text(encoding="utf-8") for path in changed)


@pytest.mark.slow
def test_the_page_on_a_course_of_ones_own_leads_to_an_exercise(tmp_path, isolation):
    """Block by block, from a copy of the checkout; `quality` finds nothing to sharpen."""
    project, course = copy_of_the_project(tmp_path / "project"), tmp_path / "my-course"
    guide = "docs/your-own-course.md"
    text = (ROOT / guide).read_text(encoding="utf-8")
    parts = [(before, code, language) for language in ("sh", "python") for before, code in blocks(guide, language)]
    parts.sort(key=lambda part: text.index(part[0][-200:]))  # in the order of the page
    place, said = project, ""
    for before, code, language in parts:
        between = before[before.rfind("```") + 3 :]
        for name, old, new in re.findall(r"In `([\w/]+\.py)`, replace `([^`]+)` by\s+`([^`]+)`", between):
            source = (course / name).read_text(encoding="utf-8")
            assert source.count(old) == 1
            (course / name).write_text(source.replace(old, new), encoding="utf-8")
        if language == "python":
            ((verb, name),) = re.findall(r"(Append|Write) [^`]*`([\w/]+\.py)`", between)
            assert (course / name).exists() == (verb == "Append")
            with open(course / name, "a", encoding="utf-8") as file:
                file.write(f"\n\n{code}" if verb == "Append" else code)
            continue
        own = environment(project)
        if place == project:
            del own["PYTHONPATH"]  # the page sets it for the rest of the shell
        run = subprocess.run(["bash", "-e", "-c", code], cwd=place, env=own, capture_output=True, text=True)
        assert run.returncode == 0, f"{code}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"
        place, said = course, said + run.stdout
    assert "first_steps: mode has its cells; write its task and hints" in said and "points written" in said
    assert re.search(r"mistakes 100 % .* gaming 100 % .* correct 100 % .* recognised 100 %", said)
    assert said.count("graded 5 of 5 submissions") == 2
    notebook = (course / "notebooks" / "first_steps" / "first_steps.ipynb").read_text(encoding="utf-8")
    assert "| `median` | 60 |" in notebook and "| `mode` | 40 |" in notebook and "most : int" in notebook


NOT_RUN = {  # what the quick form leaves out, and why; `make term` runs what it can of it in a fresh clone
    r"git clone <this project> && cd <its folder>": "it names a place that only the reader knows",
    r"make test": "this test is a part of it",
    r"make demo": "it makes an environment of its own, which takes minutes",
    r"make site( ARGS=.*)?": "it runs all notebooks; make test-site builds each of the three and looks at them",
    r"python3 -m venv \.venv && \. \.venv/bin/activate": "the tests' own environment is at work",
    r"\. \.venv/bin/activate": "the tests' own environment is at work",
    r'pip install -e "\.\[(student(,tensorflow)?|serve)\]"': "the tests' own environment has it",
    r"python -m grader serve .*|curl .*": "it goes on until it is ended; tests/test_serve.py hands in by HTTP",
    r"dask scheduler --host 10\.0\.0\.1|PYTHONPATH=\. dask worker .*|python -m grader grade --scheduler .*": (
        "it wants several machines; tests/test_killed.py grades on a cluster of one"
    ),
    r"gh classroom .*|python -m grader collect initialization-submissions .*": (
        "GitHub has the class; tests/test_cases_files.py collects what it gives"
    ),
    r"jupyter lab notebooks": "it opens a browser; tests/test_lab.py does that",
}
SLOW_TOO = (r"make demo", r"python3 -m venv .*", r"\. \.venv.*", r"pip install -e .*")  # the full form's share of these


def commands(path, heading=""):
    """Return the commands of a guide's shell blocks, in order, without comments."""
    found = []
    for _, block in blocks(path, "sh"):
        found += [line.split("  #")[0].split("\t#")[0].strip() for line in block.splitlines()]
    return [line for line in found if line and not line.startswith("#")]


def reasons(line):
    return [why for pattern, why in NOT_RUN.items() if re.fullmatch(pattern, line)]


def put_hand_ins(project):
    """Do the students' and the learning-management system's part: a download and a roster in the course folder."""
    from grader.course import Course
    from tests import term

    class_ = term.people(6)
    term.roster(project / "class.csv", class_)
    path, _, plan = term.download(Course.at(project), "initialization", "canvas", class_, 4, project)
    path.rename(project / "submissions.zip")
    return plan


@pytest.mark.slow
@pytest.mark.parametrize("guide", ["README.md", "docs/instructor.md"])
def test_the_commands_of_a_guide_work_as_they_stand_there(guide, tmp_path, isolation):
    project = copy_of_the_project(tmp_path / "project")
    lines = commands(guide)
    assert len(lines) >= 10
    done = 0
    for line in lines:
        if reasons(line):
            print(f"not run: {line}: {reasons(line)[0]}")
            continue
        if " collect " in line:
            put_hand_ins(project)
        run = subprocess.run(
            ["bash", "-c", line], cwd=project, env=environment(project), capture_output=True, text=True
        )
        expected = (0, 1) if " collect " in line else (0,)  # 1: the download holds a file that needs a person
        assert run.returncode in expected, f"{line}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"
        done += 1
    assert done >= 7
    for name in ("gradebook.db", "grades.csv", "handouts/initialization-v1.zip", "build/report/index.html"):
        assert (project / name).is_file(), name
    assert list(project.glob("feedback/*/initialization/initialization.html"))
    made = [
        "release/",
        "submitted/",
        "autograded/",
        "feedback/",
        "handouts/",
        "build/",
        ".instructor/",
        "gradebook.db",
        "grades.csv",
    ]
    ignored = subprocess.run(["git", "check-ignore", *made], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert (
        all((project / name).exists() for name in made) and ignored == made
    )  # a course in the checkout leaves git alone


def test_every_command_that_is_left_out_stands_in_a_guide():
    lines = [line for guide in ("README.md", "docs/instructor.md") for line in commands(guide)]
    assert not [pattern for pattern in NOT_RUN if not any(re.fullmatch(pattern, line) for line in lines)]


@pytest.mark.slow
@pytest.mark.skipif(
    "IDNN_TERM" not in os.environ, reason="make term runs it: it makes two environments, which takes minutes"
)
@pytest.mark.parametrize("guide", ["README.md", "docs/instructor.md"])
def test_a_fresh_clone_works_command_by_command(guide, tmp_path, isolation):
    project = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(project)], check=True)
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    own["PATH"] = ":".join(part for part in own["PATH"].split(":") if ".venv" not in part)
    own["STUDENTS"] = "5"  # of make demo, which takes 30
    setup = ""  # what holds for the rest of the reader's shell
    for line in commands(guide):
        if reasons(line) and not any(re.fullmatch(pattern, line) for pattern in SLOW_TOO):
            continue
        if " collect " in line:
            put_hand_ins(project)
        run = subprocess.run(["bash", "-c", f"{setup}{line}"], cwd=project, env=own, capture_output=True, text=True)
        expected = (0, 1) if " collect " in line else (0,)
        assert run.returncode in expected, f"{line}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"
        if "activate" in line:
            setup = ". .venv/bin/activate; "


def test_the_time_that_the_instructor_s_guide_promises_is_what_a_submission_gets():
    limits, told = Limits(), " ".join((ROOT / "docs/instructor.md").read_text(encoding="utf-8").split())
    assert f"A call may use {limits.call_seconds:g} s and a cell {limits.cell_seconds:g} s of processor time" in told
    assert f"by the clock {PATIENCE} times as long" in told
    longer = catalogue.course()["tensorflow_signs"].limits["submission_seconds"]
    assert f"a submission {limits.submission_seconds:g} s by the clock ({longer:g} s with TensorFlow)" in told


def test_what_a_student_needs_to_know_before_the_first_cell_stands_in_the_readme():
    told = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "'.[" not in told  # single quotes are letters in Windows' own shell
    for sentence in ("py -m venv .venv", ".venv\\Scripts\\activate", "none for Intel Macs and for Windows on ARM", "check is not defined",
                     "VS Code and Colab have no such button", "Work on a copy of the notebook", "The answers are in `solutions/`"):  # fmt: skip
        assert sentence in told
    assert told.index('".[student]"') < told.index('".[student,tensorflow]"')  # NumPy first


def test_the_project_s_own_papers_agree():
    """One version and one licence in all of them, and the number of exercises is the real one."""
    import tomllib

    import yaml

    from grader import catalogue

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert citation["version"] == project["version"] == re.search(r"^## (\S+)", changes, re.MULTILINE)[1]
    assert " AND ".join(citation["license"]) == project["license"]
    assert f"{sum(len(catalogue.exercises(slug)) for slug in catalogue.existing())} exercises" in changes


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/instructor.md",
        "docs/maintainer.md",
        "docs/jupyterhub.md",
        "docs/your-own-course.md",
    ],
)
def test_links_and_files_that_a_guide_names_are_there(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / path).parent / target).exists(), target
    rooms = "docs|tests|tools|grader|assay|idnn|exercises|notebooks|solutions|benchmarks|hub"
    for name in re.findall(rf"`((?:{rooms})/[\w/.]+)`", text):
        there = (ROOT / name).exists() or (ROOT / "grader" / "templates" / "course" / name).exists()
        assert there or re.search(r"/(warmup_lr|mode)\.py$", name), name  # what the guides' examples write
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target

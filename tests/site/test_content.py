"""What needs no built site: what the pages and the live notebooks are made of, and the checks without what a browser lacks."""

import ast
import json
import re
import subprocess
import sys
import textwrap
import zipfile

import pytest

from assay.answers import FOLDER
from grader import catalogue, stubs
from grader.catalogue import existing
from grader.submission import grade_id, restore
from tests.conftest import ROOT, source_notebook
from tests.test_walls import solution_lines, solution_pairs

sys.path.insert(0, str(ROOT / "site"))
from sitekit import SITE, course, live, npm, pages  # noqa: E402  the path comes first

LIVE = [slug for slug in existing() if catalogue.course()[slug].browser]


def public_lines():
    """Return the lines that everyone may read: the package's and the notebooks'."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "idnn").rglob("*.py")]
    texts += [stubs.text(cell) for slug in existing() for cell in source_notebook(slug)["cells"]]
    return {line.strip() for text in texts for line in text.splitlines()}


def secret_lines():
    """Return telling lines of the answers, of the cases' generators and of the answers that judge the judge; no prose."""
    found = set().union(*(solution_lines(slug) for slug in existing()))
    for path in [*(ROOT / "grader" / "exercises").glob("*.py"), *(ROOT / "grader" / "answers").glob("*.py")]:
        source = path.read_text(encoding="utf-8")
        inside = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                inside |= set(range(node.body[0].lineno, node.end_lineno + 1))
        lines = {line.strip() for number, line in enumerate(source.splitlines(), 1) if number in inside}
        found |= {
            line for line in lines if len(line) >= 45 and re.search(r"[=(]", line) and not line.startswith(("#", '"'))
        }
    return found


def shown(slug, answers=False):
    """Return an assignment's page, made of its solved notebook without outputs."""
    done = stubs.solved(source_notebook(slug), slug)
    return pages.page(course.assignment(slug), done, ROOT / "build" / "unused", answers)


@pytest.mark.parametrize("slug", existing())
def test_pages_and_student_notebooks_show_stubs_and_no_line_of_an_answer(slug):
    secret = secret_lines() - public_lines()
    for notebook in (shown(slug), live.student_notebook(slug), live.live_notebook(slug)):
        lines = [line.strip() for cell in notebook["cells"] for line in stubs.text(cell).splitlines() if line.strip()]
        assert not set(lines) & secret
        assert not set(zip(lines, lines[1:])) & solution_pairs(slug)
        assert lines.count("raise NotImplementedError()") == len(course.assignment(slug).exercises)
        assert stubs.BEGIN not in lines


@pytest.mark.parametrize("slug", existing())
def test_with_answers_each_stub_is_followed_by_its_answer_behind_a_fold(slug):
    folds = [stubs.text(cell) for cell in shown(slug, answers=True)["cells"] if "idnn-answer" in stubs.text(cell)]
    answers = [whole for whole, _ in stubs.solution_functions(slug).values()]
    assert len(folds) == len(answers)
    for answer in answers:
        assert any(answer in fold for fold in folds)


@pytest.mark.parametrize("slug", LIVE)
def test_a_live_notebook_can_be_handed_in(slug):
    """Its cells are the source notebook's, ids and marks kept, so that the autograder takes a downloaded one."""
    source, made = source_notebook(slug)["cells"], live.live_notebook(slug)
    assert [cell["id"] for cell in made["cells"]] == [cell["id"] for cell in source]
    for old, new in zip(source, made["cells"]):
        assert new["metadata"].get("nbgrader") == old["metadata"].get("nbgrader")
    assert made["metadata"]["kernelspec"]["name"] == "python"


def test_the_tensorflow_notebook_is_read_only_and_says_how_to_run_it():
    notebook = live.reading_copy(course.assignment("tensorflow_signs"))
    assert 'pip install -e ".[student,tensorflow]"' in stubs.text(notebook["cells"][0])
    for cell in notebook["cells"]:
        assert cell["cell_type"] == "markdown" and cell["metadata"]["editable"] is False


@pytest.mark.parametrize("slug", existing())
def test_every_assignment_has_its_box_on_replication(slug):
    words = " ".join(stubs.text(cell) for cell in pages.replication_cells(source_notebook(slug)))
    assert "replicates" in words and "## What you can do now" not in words and "Rubric" not in words


def test_the_guides_links_stay_within_the_site():
    assert pages.within_the_site("see [the table](../benchmarks/a.md).") == "see the table (`benchmarks/a.md`)."
    assert pages.within_the_site("[benchmarks/a.md](../benchmarks/a.md)") == "`benchmarks/a.md`"
    for path in (ROOT / "docs").glob("*.md"):
        links = re.findall(r"\]\(([^)]+)\)", pages.within_the_site(path.read_text(encoding="utf-8")))
        for link in links:
            assert link.startswith(("https:", "#")) or (path.parent / link.split("#")[0]).is_file(), f"{path}: {link}"


def test_the_landing_page_s_wrong_answer_is_recognised():
    _, wrong, right = pages.example_verdicts()
    assert not wrong.passed and "Xavier" in wrong.hint
    assert right.passed and right.score == right.points


def test_a_plain_build_uses_the_cdn_and_a_self_hosted_one_no_other_host(tmp_path):
    plain, own = json.dumps(live.configuration(None)), json.dumps(live.configuration(tmp_path))
    assert f"https://cdn.jsdelivr.net/pyodide/v{live.PYODIDE}/full/pyodide.mjs" in plain
    assert "https:" not in own and '"disablePyPIFallback": true' in own


def test_a_folder_that_is_no_pyodide_is_refused_with_the_way_out(tmp_path):
    lock = {"packages": {name: {"depends": [], "file_name": f"{name}.whl", "sha256": ""} for name in live.PRELOADED}}
    with pytest.raises(ValueError, match=r"pyodide.mjs is missing; expected the unpacked folder of pyodide-.*tar.bz2"):
        live.copy_pyodide(tmp_path, tmp_path / "out", lock, set())


def test_npm_packages_are_pinned_with_a_checksum():
    for name, (version, integrity) in npm.PACKAGES.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version) and re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", integrity), name


@pytest.mark.slow
def test_the_browser_s_wheel_checks_answers_without_what_a_browser_lacks(tmp_path, monkeypatch):
    """In plain Python with h5py, pooch and TensorFlow out of reach: a stub fails, the answer passes, for every live exercise."""
    monkeypatch.setattr(live, "WORK", tmp_path)
    wheel = live.light_wheel(tmp_path / "light")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert "idnn/data/signs.h5" not in names
        assert not any(
            "signs.h5" in line for line in archive.read(next(n for n in names if n.endswith("RECORD"))).decode().split()
        )
        assert sum(archive.getinfo(name).compress_size for name in names) < 2e6
        assert not [name for name in names if f"/{FOLDER}/" in name]
    monkeypatch.setattr(live, "build_wheel", lambda _: wheel)
    with zipfile.ZipFile(live.light_wheel(tmp_path / "with-answers", answers=True)) as archive:
        added = {name for name in archive.namelist() if f"/{FOLDER}/" in name}
        assert added == {f"idnn/data/{FOLDER}/{slug}.json" for slug in LIVE}
        assert set(archive.namelist()) == {*names, *added}
    cases = {
        slug: [(name, *stubs.solution_functions(slug)[name]) for name in course.assignment(slug).exercises]
        for slug in LIVE
    }
    setups = {
        slug: next(stubs.text(cell) for cell in source_notebook(slug)["cells"] if cell["id"] == "setup")
        for slug in LIVE
    }
    program = textwrap.dedent("""
        import json, sys
        for name in ("h5py", "pooch", "tensorflow", "requests"):
            sys.modules[name] = None
        sys.path.insert(0, sys.argv[1])
        import idnn.check
        assert ".whl" in idnn.__path__[0] or sys.argv[1] in idnn.__path__[0], idnn.__path__
        cases, setups = json.load(open(sys.argv[2]))
        for slug, functions in cases.items():
            namespace = {"__name__": slug}
            exec(setups[slug], namespace)
            for name, answer, stub in functions:
                exec(stub, namespace)
                try:
                    namespace["check"](namespace[name])
                    sys.exit(f"{name}: the stub passes")
                except idnn.check.CheckFailed as error:
                    assert "not written yet" in str(error)
            for name, answer, stub in functions:
                exec(answer, namespace)
            for name, answer, stub in functions:
                namespace["check"](namespace[name])
    """)
    (tmp_path / "cases.json").write_text(json.dumps([cases, setups]))
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    command = [sys.executable, "-S", "-c", program, str(unpacked), str(tmp_path / "cases.json")]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=tmp_path)
    assert run.returncode == 0, run.stderr[-2000:]
    for slug in LIVE:
        assert f"{len(cases[slug])} of {len(cases[slug])} exercises pass so far, 100 of 100 points" in run.stdout


def environment():
    """Return an environment that sees the installed packages and not this checkout: ``-S`` skips the editable install."""
    import os
    import sysconfig

    return {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "MPLBACKEND": "Agg"}


@pytest.mark.parametrize("slug", LIVE)
def test_a_downloaded_live_notebook_is_taken_by_the_autograder_without_a_remark(slug):
    handed_in = stubs.solved(live.live_notebook(slug), slug)
    restored = restore(json.dumps(handed_in).encode(), source_notebook(slug))
    assert restored.notes == []
    answers = stubs.solution_functions(slug)
    cells = {grade_id(cell): stubs.text(cell) for cell in restored.notebook["cells"] if grade_id(cell) in answers}
    assert cells == {name: whole for name, (whole, _) in answers.items()}


def test_the_workflow_publishes_what_make_site_builds():
    import yaml

    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8"))["jobs"]
    steps = jobs["build"]["steps"]
    assert "make site" in [step.get("run") for step in steps]
    upload = next(step for step in steps if "upload-pages-artifact" in step.get("uses", ""))
    assert ROOT / upload["with"]["path"] == SITE
    assert jobs["publish"]["needs"] == "build" and "deploy-pages" in jobs["publish"]["steps"][0]["uses"]

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
from sitekit import SITE, course, live, npm, pages, part  # noqa: E402  the path comes first

LIVE = [slug for slug in existing() if catalogue.course()[slug].browser]
IN_PART = [slug for slug in existing() if slug not in LIVE]
WITHOUT = """
import json, sys
for name in ("h5py", "pooch", "tensorflow", "requests"):
    sys.modules[name] = None
sys.path.insert(0, sys.argv[1])
import idnn
assert sys.argv[1] in idnn.__path__[0], idnn.__path__
given = json.load(open(sys.argv[2]))
"""


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


def in_part(slug):
    """Return the copy that a browser runs in part, and the cells of the notebook by id."""
    notebook = live.live_notebook(slug)
    return part.in_part(course.assignment(slug), notebook), {cell["id"]: cell for cell in notebook["cells"]}


@pytest.mark.parametrize("slug", IN_PART)
def test_what_a_browser_cannot_run_stands_in_text_and_says_so(slug):
    copy, source = in_part(slug)
    note, *cells = copy["cells"]
    assert [cell["id"] for cell in cells] == list(source)
    code = [cell for cell in cells if source[cell["id"]]["cell_type"] == "code"]
    running = [cell for cell in code if cell["cell_type"] == "code"]
    assert f"{len(running)} of the {len(code)} code cells" in stubs.text(note)
    assert 'pip install -e ".[student,tensorflow]"' in stubs.text(note)
    for cell in code:
        if cell not in running:
            assert stubs.text(cell).startswith("*Needs TensorFlow, on your machine:*")
            assert stubs.text(source[cell["id"]]) in stubs.text(cell)
    assert {"setup", "data-read", "data-sheet", "baselines-run", "photograph-read"} <= {cell["id"] for cell in running}
    for cell in cells:
        if grade_id(source[cell["id"]]) and cell["id"] != "setup":
            assert cell["cell_type"] == "markdown", "an exercise, or its check"


@pytest.mark.parametrize(
    ("source", "missing", "runs", "after"),
    [
        ("a = np.ones(3)", {"tf"}, True, {"tf"}),
        ("a = tf.ones(3)\nb = 1", {"tf"}, False, {"tf", "a", "b"}),
        ("b = a + 1", {"a"}, False, {"a", "b"}),
        ("a = a + 1", {"a"}, False, {"a"}),
        ("a = 1\nb = a", {"a"}, True, set()),
        ("def f(x):\n    return tf.square(x)", {"tf"}, False, {"tf", "f"}),
        ("def f(tf):\n    return tf", {"tf"}, True, {"tf"}),
        ("scores = {name: [] for name in models}", {"name"}, True, {"name"}),
        ("for name in models:\n    print(name)", {"name"}, True, set()),
        ("print(f'{name:>10}')", {"name"}, False, {"name"}),
    ],
)
def test_a_cell_runs_where_it_reads_nothing_that_is_missing(source, missing, runs, after):
    assert part.missing_after(source, missing, ("tensorflow",)) == (runs, after)


def test_a_cell_that_is_to_be_answered_never_runs():
    stub = "def f(x):\n    raise NotImplementedError()"
    assert part.missing_after(stub, set(), ("tensorflow",), answered=True) == (False, {"f"})


def test_a_cell_that_imports_what_a_browser_has_not_keeps_what_is_used_there_and_runs():
    source = textwrap.dedent("""
        import h5py
        import numpy as np
        from idnn import (
            hands,
            tensors,
        )
        from idnn.check import check_for
        from idnn.tensors import tf  # the framework

        check = check_for("an_assignment")
        start, end = np.zeros(2)  # kept whole
    """).strip()
    assert part.missing_after(source, {"np"}, ("tensorflow",)) == (True, {"h5py", "tensors", "tf"})
    kept = part.only_what_is_used(source, {"hands", "start"}, ("tensorflow",))
    said = "# What the cells use that run in a browser, where there is no h5py, tensors, tf"
    assert kept == f"{said}\nimport numpy as np\nfrom idnn import hands\n\nstart, end = np.zeros(2)  # kept whole"
    assert part.only_what_is_used("import numpy as np", set(), ("tensorflow",)) == "import numpy as np"


@pytest.mark.parametrize("name", ["signs.h5", "others.h5"])
def test_a_notebook_that_reads_its_data_in_other_words_is_refused(name):
    with pytest.raises(ValueError, match=f"no cell reads {name} as sitekit/part.py says"):
        list(part.read_otherwise([{"cell_type": "code", "id": "a", "source": "data = {}"}], (name,)))


@pytest.mark.slow
@pytest.mark.parametrize("slug", IN_PART)
def test_a_copy_that_runs_in_part_runs_from_top_to_bottom_without_what_a_browser_lacks(slug, tmp_path, monkeypatch):
    """In plain Python with h5py, pooch and TensorFlow out of reach, as a notebook's kernel runs its cells."""
    monkeypatch.setattr(live, "WORK", tmp_path)
    wheels = [live.light_wheel(tmp_path / "light")]
    wheels += [part.arrays_wheel(name, "1.0", tmp_path) for name in catalogue.course()[slug].data]
    cells = [(cell["id"], stubs.text(cell)) for cell in in_part(slug)[0]["cells"] if cell["cell_type"] == "code"]
    run = run_without(
        wheels,
        """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance(colors="nocolor")
        for name, source in given:
            print("cell", name)
            if not shell.run_cell(source).success:
                sys.exit(f"{name} does not run")
        """,
        cells,
        tmp_path,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert [line[5:] for line in run.stdout.splitlines() if line.startswith("cell ")] == [name for name, _ in cells]
    assert "Figure: Pictures of hands that show the signs 0 to 5, 10 train and 10 test pictures" in run.stdout
    assert "people in both sets: 0" in run.stdout


def run_without(wheels, program, given, folder):
    """Run a program that sees `given`, where the wheels are unpacked and what a browser lacks cannot be imported; return the finished process."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "unpacked")
    (folder / "given.json").write_text(json.dumps(given))
    whole = WITHOUT + textwrap.dedent(program)
    command = [sys.executable, "-S", "-c", whole, str(folder / "unpacked"), str(folder / "given.json")]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=folder)


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
    run = run_without(
        [wheel],
        """
        import idnn.check
        cases, setups = given
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
        """,
        (cases, setups),
        tmp_path,
    )
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

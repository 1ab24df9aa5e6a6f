"""Each notebook as a student meets it: as released every check fails, solved every check passes in silence, top to bottom."""

import json
import re
import subprocess
import sys
import time

import nbformat
import pytest

from assay.check import CheckFailed, check_for
from grader import catalogue, stubs
from grader.claims import claims
from grader.submission import exercise_of, grade_id, is_graded
from tests.conftest import ROOT, assignments_with_notebooks, source_notebook

SLUGS = assignments_with_notebooks()
LONGEST = re.compile(
    r"^NUM_EPOCHS = \d+$", re.M
)  # half of the TensorFlow notebook's time; the site's build runs all of them


def test_there_are_notebooks():
    assert "initialization" in SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_it_is_valid_and_stored_without_outputs(slug):
    notebook = source_notebook(slug)
    nbformat.validate(nbformat.from_dict(notebook))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None, cell["id"]
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("slug", SLUGS)
def test_graded_cells_are_the_exercises_with_their_points(slug):
    cells = {exercise_of(cell): cell for cell in source_notebook(slug)["cells"] if exercise_of(cell)}
    wanted = catalogue.exercises(slug)
    assert sorted(cells) == sorted(wanted)
    for name, exercise in wanted.items():
        meta = cells[name]["metadata"]["nbgrader"]
        assert meta["points"] == exercise.points and meta["locked"] and not meta["solution"]
        assert stubs.text(cells[name]).strip() == f"check({name})"
    names = [grade_id(cell) for cell in source_notebook(slug)["cells"] if grade_id(cell)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("slug", SLUGS)
def test_points_in_the_prose_are_those_of_the_exercises(slug):
    cells = [stubs.text(cell) for cell in source_notebook(slug)["cells"] if cell["cell_type"] == "markdown"]
    for name, exercise in catalogue.exercises(slug).items():
        assert f"| `{name}` | {exercise.points:g} |" in cells[0], f"{name}: not in the opening table"
        assert any(re.search(rf"^### `?{name}`?\n\n\*{exercise.points:g} points\.\*", cell, re.M) for cell in cells), (
            f"{name}: the prose does not begin with its points"
        )


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reflection_has_a_rubric_and_no_points(slug):
    cells = [cell for cell in source_notebook(slug)["cells"] if is_graded(cell) and cell["cell_type"] == "markdown"]
    assert len(cells) == 1 and cells[0]["metadata"]["nbgrader"]["points"] == 0
    everything = "\n".join(stubs.text(cell) for cell in source_notebook(slug)["cells"])
    assert "rubric" in everything.lower()


@pytest.mark.parametrize("slug", SLUGS)
def test_stubs_are_those_of_the_solutions(slug):
    assert stubs.synchronise(source_notebook(slug), slug) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_prose_keeps_to_the_style(slug):
    notebook = source_notebook(slug)
    prose = [stubs.text(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert prose[0].startswith("# ")
    assert any(text.startswith("## ") for text in prose)
    whole = "\n".join(prose)
    folds = len(re.findall(r"<details\b", whole))
    assert folds == whole.count("</details>")
    assert folds >= 3 * len(catalogue.exercises(slug))
    for name in catalogue.exercises(slug):
        assert re.search(rf"^### .*{name}", whole, re.M), f"{name} has no heading"
    for image in re.findall(r"!\[([^\]]*)\]\(", whole):
        assert image.strip(), "an image without alt text"
    assert not re.search(r"[\U0001F300-\U0001FAFF]", whole), "an emoji"
    assert "replicate" in whole.lower()


@pytest.mark.parametrize("slug", SLUGS)
def test_the_feedback_s_pointers_are_headings_of_the_notebook(slug):
    headings = {
        line.lstrip("#").strip().replace("`", "")
        for cell in source_notebook(slug)["cells"]
        if cell["cell_type"] == "markdown"
        for line in stubs.text(cell).splitlines()
        if line.startswith("#")
    }
    for exercise in catalogue.exercises(slug).values():
        assert any(exercise.section.replace("`", "") in heading for heading in headings), exercise.section


@pytest.mark.parametrize("slug", SLUGS)
def test_left_as_stubs_every_check_fails(slug, capsys):
    namespace = {"__name__": "stub"}
    cells = {grade_id(cell): stubs.text(cell) for cell in source_notebook(slug)["cells"] if grade_id(cell)}
    exec(cells["setup"], namespace)
    check = check_for(slug)
    for name in catalogue.exercises(slug):
        exec(cells[name], namespace)
        with pytest.raises(CheckFailed, match="not written yet"):
            check(namespace[name])


@pytest.mark.parametrize("slug", SLUGS)
def test_with_the_solutions_every_check_passes(slug, capsys):
    check = check_for(slug)
    for name in catalogue.exercises(slug):
        assert check(catalogue.solution(slug, name)) is None
    total = len(catalogue.exercises(slug))
    assert f"{total} of {total} exercises pass so far, 100 of 100 points" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_solved_it_runs_top_to_bottom_in_silence(slug, tmp_path):
    """Under nbgrader validate: no error, no stderr in any cell; the CPU time is printed, not asserted."""
    path = tmp_path / f"{slug}.ipynb"
    notebook = stubs.solved(source_notebook(slug), slug)
    for cell in notebook["cells"]:
        stubs.set_text(cell, LONGEST.sub("NUM_EPOCHS = 3", stubs.text(cell)))
    assert slug != "tensorflow_signs" or "NUM_EPOCHS = 3\n" in "".join(map(stubs.text, notebook["cells"]))
    path.write_text(json.dumps(notebook))
    start = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--output",
        "done.ipynb",
        str(path),
    ]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 0, run.stderr[-3000:]
    print(f"{slug}: {time.perf_counter() - start:.1f} s from top to bottom")
    done = json.loads((tmp_path / "done.ipynb").read_text())
    for cell in done["cells"]:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error", f"{cell['id']}: {output}"
            assert output.get("name") != "stderr", f"{cell['id']}: {output.get('text')}"
        if exercise_of(cell):
            shown = "".join(
                "".join(output["data"].get("text/html", "")) for output in cell["outputs"] if "data" in output
            )
            assert ": pass." in shown, cell["id"]


@pytest.mark.slow
@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug == "initialization"])
def test_nbgrader_validate_agrees(slug, tmp_path):
    """Solved: success. As released: every graded cell fails, and its message says what to do."""
    for name, notebook in (("solved", stubs.solved(source_notebook(slug), slug)), ("stub", source_notebook(slug))):
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook))
    command = [sys.executable, "-m", "nbgrader", "validate", "--Validator.ignore_checksums=True"]
    solved = subprocess.run([*command, "solved.ipynb"], capture_output=True, text=True, cwd=tmp_path)
    assert "Success! Your notebook passes all the tests." in solved.stdout, solved.stdout + solved.stderr[-2000:]
    stub = subprocess.run([*command, "stub.ipynb"], capture_output=True, text=True, cwd=tmp_path)
    count = len(catalogue.exercises(slug))
    assert f"VALIDATION FAILED ON {count} CELL(S)" in stub.stdout, stub.stdout
    words = " ".join(stub.stdout.split())
    assert words.count("it is not written yet: it raises NotImplementedError") >= count


def test_every_claim_stands_in_its_notebook():
    for slug in SLUGS:
        prose = " ".join(
            " ".join(stubs.text(cell).split())
            for cell in source_notebook(slug)["cells"]
            if cell["cell_type"] == "markdown"
        )
        assert claims(slug)
        for claim in claims(slug):
            assert " ".join(claim.text.split()) in prose, f"{slug}: {claim.text!r}"


def test_the_project_has_no_stored_outputs_or_checkpoints():
    assert not list((ROOT / "notebooks").rglob("*checkpoint*.ipynb"))

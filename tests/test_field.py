"""Honest notebooks in a real kernel and in the jail: the same names at each check, and full points."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from queue import Empty

import pytest

from grader.notebook import Graded, grade_notebook
from grader.sandbox import ForkServer, tiers
from grader.submission import exercise_of, grade_id, restore
from tests import field, toy
from tests.conftest import needs

pytestmark = [pytest.mark.isolated, pytest.mark.slow]
CASES = Path(__file__).parent.parent.parent / "shared" / "cases" / "notebooks"
NAMES = "print('NAMES', sorted(n for n in globals() if not n.startswith('_')))"
OF_THE_SHELL = {"In", "Out", "exit", "quit", "get_ipython", "open"}


@pytest.fixture(scope="module")
def server():
    reason = tiers.why_not_isolated()
    needs("isolation", not reason, reason)
    with ForkServer() as running:
        yield running


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """Return a function that runs cells in a new kernel; a student's machine has packages that the grading one has not."""
    from jupyter_client.manager import KernelManager

    packages = tmp_path_factory.mktemp("packages")
    for name, source in field.PACKAGES.items():
        (packages / name).parent.mkdir(exist_ok=True)
        (packages / f"{name}.py").write_text(source)
    manager = KernelManager(kernel_name="python3")
    path = os.pathsep.join([str(field.toy.catalogue.course().root), str(packages)])
    environment = {**os.environ, "PYTHONPATH": path, "IPYTHONDIR": str(packages / "ipython"), "MPLBACKEND": "agg"}
    manager.start_kernel(env=environment, cwd=str(tmp_path_factory.mktemp("work")))

    def run(sources: list[str]) -> list[tuple[str, str]]:
        manager.restart_kernel(now=True)
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(60)
            return [_executed(client, source) for source in sources]
        finally:
            client.stop_channels()

    yield run
    manager.shutdown_kernel(now=True)


def _executed(client, source: str) -> tuple[str, str]:
    """Run one cell and return what it printed and the error's name."""
    request, said, error = client.execute(source, allow_stdin=False), "", ""
    while True:
        try:
            message = client.get_iopub_msg(timeout=60)
        except Empty:
            raise AssertionError(f"the kernel does not answer: {source}") from None
        if message["parent_header"].get("msg_id") != request:
            continue
        kind, content = message["msg_type"], message["content"]
        said += content["text"] if kind == "stream" and content["name"] == "stdout" else ""
        error = content["ename"] if kind == "error" else error
        if kind == "status" and content["execution_state"] == "idle":
            return said, error


def _graded(raw: bytes, server: ForkServer) -> Graded:
    return grade_notebook(restore(raw, toy.released(field.ASSIGNMENT)), field.ASSIGNMENT, server, seed=5)


def _watched(whole: dict) -> dict:
    """Return the notebook with a cell behind each check that prints the names that are there."""
    watched = copy.deepcopy(whole)
    for i in reversed(range(len(watched["cells"]))):
        if exercise_of(watched["cells"][i]):
            watched["cells"].insert(i + 1, field.cell(NAMES))
    return watched


def _names(said: str) -> set[str]:
    return set(eval(said.rpartition("NAMES ")[2])) - OF_THE_SHELL


@pytest.mark.parametrize("name", field.NOTEBOOKS)
def test_a_notebook_that_passes_in_a_kernel_earns_full_points(name, kernel, server):
    whole = field.notebook()
    field.NOTEBOOKS[name](whole["cells"])
    graded = _graded(json.dumps(whole).encode(), server)
    assert sum(graded.scores.values()) == 100, (graded.notes, [v.message for v in graded.verdicts.values()])
    assert not any("at stake" in note or "missing" in note for note in graded.notes)

    watched = _watched(whole)
    stub = "raise NotImplementedError()"  # an untouched stub beside its answer is one that its author never ran
    above = name == "an answer above its untouched stub"
    cells = [c for c in watched["cells"] if c["cell_type"] == "code" and not (above and stub in c["source"])]
    ran = kernel([c["source"] for c in cells])
    wrong = [c["source"] for c, (_, error) in zip(cells, ran) if error and exercise_of(c)]
    assert not wrong, "this is no honest notebook"
    there = [_names(said) for c, (said, _) in zip(cells, ran) if c["source"] == NAMES]

    jailed = _graded(json.dumps(watched).encode(), server).notebook["cells"]
    found = ["".join(o.get("text", "") for o in c["outputs"]) for c in jailed if c.get("source") == NAMES]
    of_long_cells = {"X_train", "layers_dims", "relu", "rng"}  # made when they are missed
    differ = [sorted((ours ^ theirs) - of_long_cells) for ours, theirs in zip(map(_names, found), there)]
    assert len(found) == len(there) and not any(differ), differ


@pytest.mark.parametrize("name", field.FILES)
def test_a_file_is_read_by_its_content(name, server):
    graded = _graded(field.FILES[name](field.notebook()), server)
    assert sum(graded.scores.values()) == 100 and not graded.notes, graded.notes


def test_an_answer_that_a_later_cell_improves_counts(server):
    whole = field.notebook()
    right = field.answer(whole["cells"], field.ZEROS)["source"]
    field.answer(whole["cells"], field.ZEROS)["source"] = f"def {field.ZEROS}(layers_dims):\n    return {{}}"
    whole["cells"].append(field.cell(right))
    graded = _graded(json.dumps(whole).encode(), server)
    assert sum(graded.scores.values()) == 100
    assert any("earns more than at its check" in remark for remark in graded.remarks)
    assert any("is defined in cells" in remark for remark in graded.remarks)


def test_a_cell_that_stops_half_way_is_named_with_what_it_did_not_define(server):
    whole = field.notebook()
    field._first("open('my_data.csv')", whole["cells"])
    graded = _graded(json.dumps(whole).encode(), server)
    assert any(
        note.startswith("Cell 4 (open('my_data.csv')) stopped at line 1: FileNotFoundError")
        and note.endswith("`sqrt`, defined there and below, is missing.")
        for note in graded.notes
    ), graded.notes
    stake = f"`{field.HE}` needs `sqrt`, which is missing when it is judged: 20 points are at stake."
    assert stake in graded.notes
    assert stake in graded.notebook["metadata"]["idnn"]["notes"]


def test_a_package_that_an_answer_needs_is_told(server):
    whole = field.notebook()
    field.written(field.ZEROS, before="import polars", needs="polars.zeros(2)")(whole["cells"])
    graded = _graded(json.dumps(whole).encode(), server)
    assert any("needs `polars`, which is missing" in note and "10 points" in note for note in graded.notes), (
        graded.notes
    )
    assert "ModuleNotFoundError" in graded.verdicts[field.ZEROS].message


def test_a_name_whose_cell_is_not_run_and_takes_too_long_is_told(server):
    whole = field.notebook()
    slow = "def train():\n    while True: pass\n\nBEST = train()"
    field.written(field.ZEROS, needs="BEST", before="pass")(whole["cells"])
    whole["cells"].insert(3, field.cell(slow, tags=["skip-grading"]))
    graded = _graded(json.dumps(whole).encode(), server)
    note = f"`{field.ZEROS}` needs `BEST`, which is missing when it is judged; cell 4, which is not run while grading, makes it"
    assert any(said.startswith(note) and said.endswith("10 points are at stake.") for said in graded.notes), (
        graded.notes
    )
    assert sum(graded.scores.values()) == 90


def test_a_sibling_that_is_not_written_is_named_with_what_it_costs(server):
    slug = "gradient_checking"
    released, whole = toy.released(slug), toy.solved(slug)
    stub = next(cell for cell in released["cells"] if grade_id(cell) == "relative_difference")
    whole["cells"] = [stub if grade_id(cell) == "relative_difference" else cell for cell in whole["cells"]]
    graded = grade_notebook(restore(json.dumps(whole).encode(), released), slug, server, seed=5)
    why = "it calls relative_difference, which is not written yet"
    assert graded.verdicts["gradient_check"].message == f"gradient_check: {why}."
    assert f"`gradient_check` was not judged to its end, because {why}: 15 points are at stake." in graded.notes
    assert graded.verdicts["relative_difference"].message.startswith(
        "relative_difference: it is not written yet: it raises NotImplementedError in its line "
    )


def test_answers_that_crash_cost_the_others_nothing(server):
    whole = field.notebook()
    for name in (field.ZEROS, field.HE, field.COUNT, "initialize_parameters_random", "initialize_parameters_xavier"):
        field.answer(whole["cells"], name)["source"] = f"def {name}(*args, **options):\n    import os\n    os._exit(1)"
    graded = _graded(json.dumps(whole).encode(), server)
    assert sum(graded.scores.values()) == 100 - 10 - 20 - 15 - 10 - 10
    assert sum("was not judged to its end" in note for note in graded.notes) == 5


def test_which_of_many_names_a_function_misses_is_not_told(server):
    """A function that chose among undefined names by what it was called with would say it."""
    whole = field.notebook()
    source = f"def {field.ZEROS}(layers_dims):\n    return d0 if layers_dims[0] % 3 == 0 else d1 if layers_dims[0] % 3 == 1 else d2"
    field.answer(whole["cells"], field.ZEROS)["source"] = source
    graded = _graded(json.dumps(whole).encode(), server)
    (note,) = graded.notes
    assert note == f"`{field.ZEROS}` needs names, which are missing when it is judged: 10 points are at stake."


def test_own_experiments_do_not_eat_the_time_of_judging(server):
    """Three experiments that would take all of a submission's time, before, between and behind the answers."""
    whole = field.notebook()
    slow = "import time\nfor epoch in range(1000):\n    time.sleep(1)\n\ndef after(n):\n    return n"
    for at in (3, 12, len(whole["cells"])):
        whole["cells"].insert(at, field.cell(slow))
    field.written(field.HE, needs="after(2)")(whole["cells"])
    graded = _graded(json.dumps(whole).encode(), server)
    assert sum(graded.scores.values()) == 100, (graded.notes, graded.remarks)
    assert sum("did not end in time and was stopped" in remark for remark in graded.remarks) == 3
    assert graded.seconds < server.limits.submission_seconds


def test_outputs_tell_nothing_of_what_functions_were_called_with(server):
    """Cells behind a check are run before any function is called: what has seen hidden inputs writes no more outputs."""
    whole = field.notebook()
    own = field.answer(whole["cells"], field.ZEROS)
    own["source"] = f"seen = []\ndef {field.ZEROS}(layers_dims):\n    seen.append(layers_dims)\n    return {{}}"
    whole["cells"].append(field.cell("print('SEEN', len(seen), seen)"))
    graded = _graded(json.dumps(whole).encode(), server)
    assert "SEEN 0 []" in str(graded.notebook["cells"][-1]["outputs"])


@pytest.mark.parametrize(
    "file", sorted(CASES.glob("*.ipynb")) or ["missing"], ids=lambda file: getattr(file, "stem", file)
)
def test_the_cases_from_the_field_earn_full_points(file, server, released):
    if file == "missing":
        pytest.skip(f"{CASES} is not here: the cases from the field are no part of the project")
    skeleton = json.loads(released("initialization").released("initialization").read_text(encoding="utf-8"))
    graded = grade_notebook(restore(file.read_bytes(), skeleton), "initialization", server, seed=5)
    assert sum(graded.scores.values()) == 100, (graded.notes, [v.message for v in graded.verdicts.values()])
    assert not any("was changed" in note for note in graded.notes)

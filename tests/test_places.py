"""Where a course may lie, what of the checkout the jail sees, and that every limit holds on every path that promises it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader import catalogue, executors, grading, stubs
from grader.course import Course
from grader.sandbox import ForkServer, jail, tiers
from grader.sandbox.jail import Limits, NotIsolated
from tests.conftest import ROOT, copied, needs

pytestmark = [pytest.mark.isolated, pytest.mark.usefixtures("isolation")]
SLUG = "gradient_checking"
LIMITS = Limits(memory=600 << 20, scratch_megabytes=16, cell_seconds=4, call_seconds=4, grace_seconds=0.5)


def said(server, code):
    with server.session() as session:
        return "".join(output.text for output in session.run(code))


# where a course may lie


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An environment of its own, as ~/miniconda3 is one: with libraries, and room for a course beside them."""
    folder = tmp_path / "miniconda3"
    (folder / "conda-meta").mkdir(parents=True)
    (folder / "lib").mkdir()
    monkeypatch.setattr(jail, "_prefixes", lambda: {str(folder)})
    return folder


@pytest.mark.parametrize("place", ["work", "lib/work", ".", "envs/a/../../work"])
def test_a_course_inside_the_environment_is_refused_with_the_way_out(environment, place):
    with pytest.raises(NotIsolated, match=r"lies in .*miniconda3.*Move the course folder out of it"):
        jail.require_apart([environment / place])


@pytest.mark.parametrize(
    "place", ["/usr/local/lib/course", "/usr/lib/course", "/usr/bin", "/lib/x", "/etc/fonts/course"]
)
def test_a_course_in_a_folder_that_students_see_is_refused(place):
    if not os.path.exists(Path(place).parent):
        pytest.skip(f"{Path(place).parent} is not there")
    with pytest.raises(NotIsolated, match="hidden seed, gradebook"):
        jail.require_apart([place])


def test_a_link_to_the_environment_is_followed(environment, tmp_path):
    (environment / "secret").mkdir()
    (tmp_path / "course").symlink_to(environment / "secret")
    with pytest.raises(NotIsolated):
        jail.require_apart([tmp_path / "course"])


def test_an_environment_inside_the_course_is_as_good_as_any(environment, tmp_path):
    jail.require_apart([tmp_path, tmp_path / "elsewhere", tmp_path / "miniconda3-work"])


def test_what_lies_beside_the_libraries_is_not_seen(tmp_path):
    """Only the parts that Python needs are bound: a folder of the environment that is none of them stays unseen."""
    beside = Path(tempfile.mkdtemp(prefix="beside-", dir=sys.prefix))
    try:
        (beside / "hidden_seed").write_text("SECRET")
        with ForkServer(limits=LIMITS) as server:
            for file in (beside / "hidden_seed", Path(os.path.realpath(beside)) / "hidden_seed"):
                assert "SECRET" not in said(server, f"print(open({str(file)!r}).read())")
        with pytest.raises(NotIsolated):
            jail.require_apart([beside])
    finally:
        shutil.rmtree(beside)


@pytest.fixture
def inside_the_environment(released):
    """A course with one hand-in, in the folder of this environment."""
    folder = Path(tempfile.mkdtemp(prefix="course-", dir=sys.prefix))
    shutil.rmtree(folder)
    course = copied(released(SLUG), folder)
    solved = stubs.solved(json.loads(course.released(SLUG).read_text(encoding="utf-8")), SLUG)
    hand_in = course.folder("submitted", "ada", SLUG)
    hand_in.mkdir(parents=True)
    (hand_in / f"{SLUG}.ipynb").write_text(json.dumps(solved))
    yield course
    shutil.rmtree(folder)


def test_the_direct_path_refuses_such_a_course(inside_the_environment):
    course = inside_the_environment
    with executors.local(1) as pool, pytest.raises(NotIsolated, match="Move the course folder out of it"):
        list(grading.grade(course, grading.plan(course, [SLUG]), pool))
    assert not (course.root / "autograded" / "ada").exists()


@pytest.mark.slow
def test_nbgraders_path_refuses_such_a_course(inside_the_environment):
    run = nbgrader(inside_the_environment, "autograde", SLUG)
    assert run.returncode != 0 and "Move the course folder out of it" in run.stderr
    assert not inside_the_environment.folder("autograded", "ada", SLUG).exists()


def nbgrader(course: Course, *arguments: str):
    environment = {**os.environ, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, env=environment, timeout=300)


# what of the checkout is seen


def test_of_the_data_only_what_notebooks_read_is_seen():
    for name in ("private.json", "reference/answers.txt"):
        (ROOT / "data" / name).write_text("SECRET")
    try:
        with ForkServer(limits=LIMITS) as server:
            listed = said(server, "import os\nprint([f for _, _, fs in os.walk('/app') for f in fs])")
            assert "optimization.json" in listed and "private.json" not in listed and "answers.txt" not in listed
            assert "signs.h5" not in listed, "pictures are for the assignment with TensorFlow"
            assert "solutions" not in said(server, "import os\nprint(os.listdir('/app'))")
    finally:
        for name in ("private.json", "reference/answers.txt"):
            (ROOT / "data" / name).unlink()


def test_the_assignment_with_tensorflow_has_its_pictures():
    def options(assignment):
        row = catalogue.course()[assignment]
        return tiers.BUBBLEWRAP.command(jail.server_options(row.needs, row.data, Limits()), "")

    assert "/app/data/signs.h5" in options("tensorflow_signs") and "/app/data/signs.h5" not in options("optimization")


# every limit on every path: the fork server with the jail, and without it as far as that is promised

BOMBS = {
    "time": "while True: pass",
    "memory in objects": "x = []\nwhile True: x.append(bytearray(10 << 20))\n",
    "memory in arrays": "import numpy as np\nx = [np.ones(1 << 22) for _ in range(100)]",
    "memory that is shared": "import mmap\nx = []\nwhile True:\n    x.append(mmap.mmap(-1, 50 << 20)); x[-1].write(bytes(50 << 20))",
    "memory in other processes": "import os\nfor _ in range(4):\n    if os.fork() == 0:\n        x = bytearray(500 << 20); os._exit(0)",
    "memory in files without a name": "import os\nfd = os.memfd_create('x')\nos.write(fd, bytes(1 << 20))\nprint('ESCAPED')",
    "memory in sockets": "import _socket\n_socket.socketpair()\nprint('ESCAPED')",
    "processes": "import os\nos.posix_spawn('/bin/true', ['true'], {})\nprint('ESCAPED')",
    "threads": "import _thread, time\nfor _ in range(5000): _thread.start_new_thread(time.sleep, (9,))\nprint('ESCAPED')",
    "one file": "with open('big', 'wb') as f:\n    while True: f.write(bytes(1 << 20))",
    "descriptors": "x = []\nwhile True: x.append(open('/dev/null'))",
}  # fmt: skip


@pytest.fixture(scope="module", params=[*tiers.TIERS, tiers.NONE], ids=lambda tier: tier.name)
def server(request):
    if why_not := request.param.why_not():  # what a machine is like, which nobody installs; bubblewrap alone is a tool
        needs(request.param.name, request.param is not tiers.BUBBLEWRAP, why_not)
        pytest.skip(why_not)
    with ForkServer(limits=LIMITS, tier=request.param) as server:
        yield server


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_limit_holds(server, bomb):
    if bomb == "threads" and os.getuid() == 0:
        pytest.skip("root, whom the kernel's limit on threads does not hold; memory and time do")
    with server.session() as session:
        outputs = session.run(BOMBS[bomb])
        last = outputs[-1]
        assert last.kind == "error" and "ESCAPED" not in "".join(output.text for output in outputs), last
        if not session.dead:
            assert peak(server) < 1500, "all processes of the session together, in MB"


def peak(server) -> float:
    """Return what the fork server and all below it hold now, in MB; shared pages are counted once."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.parent.name))
        except OSError:
            continue
    total, waiting = 0, [server._process.pid]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total / 1024


def test_output_has_an_end_on_both_paths(server):
    outputs = server_run(server, "for _ in range(3000): print('x' * 10_000)")
    assert sum(len(output.text) for output in outputs) < 100_000


def server_run(server, code):
    with server.session() as session:
        return session.run(code)


def test_scratch_has_an_end_in_the_jail():
    code = """
total = 0
for place in ("/tmp", "/dev/shm", "/home/student"):
    try:
        for i in range(50):
            with open(f"{place}/{i}", "wb") as file: total += file.write(bytes(1 << 20))
    except OSError: pass
print(total >> 20)
"""
    with ForkServer(limits=LIMITS) as server:
        assert 0 < int(said(server, code)) <= 3 * LIMITS.scratch_megabytes


def test_nbgraders_path_has_the_same_limits():
    """It starts the same fork server, with the limits that the direct path has by default."""
    from grader import nbgrader_plugin

    assert nbgrader_plugin.server_for is executors.server_for
    server = executors.server_for("optimization")
    assert server.limits == Limits() and server.tier.isolated


def test_the_guide_names_the_sizes_that_hold():
    from grader import beside, bounds, feedback, outputs, submission

    said = " ".join((ROOT / "docs" / "instructor.md").read_text(encoding="utf-8").split())
    for promise in (
        f"{submission.MAX_CELLS:,} cells, {submission.MAX_ALL_CODE:,} characters of code and {submission.MAX_ALL_PROSE:,} of prose",
        f"{outputs.MAX_TEXT:,} characters that were printed, {outputs.MAX_OUTPUTS:,} outputs",
        f"pictures of {outputs.MAX_ALL_PIXELS // 10**6} million pixels and {outputs.MAX_IMAGE_BYTES // 10**6} MB in all",
        f"a feedback page {feedback.MAX_PAGE:,} characters",
        f"over {bounds.MAX_CODE:,} characters, or {bounds.MAX_LINE} in one line",
        f"{beside.MAX_FILES} of them or {beside.MAX_BYTES >> 20} MB in all",
    ):
        assert promise in said, promise


def test_a_checkout_below_the_environment_is_covered(monkeypatch, tmp_path):
    """Where the project lies inside a folder that is bound, as /usr/local/src in some images, its answers are not seen."""
    monkeypatch.setattr(jail, "ASSAY", tmp_path / "src" / "idnn")
    (tmp_path / "src" / "idnn").mkdir(parents=True)
    (tmp_path / "src" / "grader").mkdir()
    assert jail.hidden([str(tmp_path)]) == [str(tmp_path / "src")]
    assert jail.hidden(["/usr/lib"]) == []
    with pytest.raises(jail.NotIsolated, match="are the same folder"):
        jail.hidden([str(tmp_path / "src")])

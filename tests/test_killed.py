"""A worker, the driver or the gradebook's connection killed in the middle of a class: everything is graded once, nothing twice, nothing lost.

Locally and on dask, with SQLite and with a real PostgreSQL. IDNN_KILLED=200 takes a class of that size in place of the
small one, and every pairing of the two.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from benchmarks import scale
from grader import gradebook as writing
from grader import stubs
from grader.course import Course, CourseError
from grader.executors import DaskPool, SchedulerLost, dask, local
from grader.export import rows
from grader.gradebook import open_gradebook
from grader.grading import Log, grade, plan
from grader.release import release
from tests.conftest import ROOT, needs

SLUG = "initialization"
CLASS = int(os.environ.get("IDNN_KILLED", "16"))
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("isolation")]


@pytest.fixture(scope="module")
def postgresql():
    """A real PostgreSQL server on a port of its own: a function that returns the URL of a new, empty database."""
    # not in pytest's own folder, which pytest closes to all but its user whenever it starts
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder, _postgresql(Path(folder)) as server:
        yield server


class _Server:
    def __init__(self, folder: Path, binaries: str, user: list[str]):
        self.folder, self.binaries, self.user, self.port = folder, binaries, user, 20000 + os.getpid() % 20000
        self.count = 0

    def __call__(self, template: str = "template1") -> str:
        self.count += 1
        self.ask("postgres", f"create database class{self.count} template {template}")
        return f"postgresql://grader@127.0.0.1:{self.port}/class{self.count}"

    def ask(self, database: str, statement: str) -> list:
        import psycopg

        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=grader dbname={database}", autocommit=True) as line:
            cursor = line.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def run(self, command: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        whole = [*self.user, f"{self.binaries}/{command}", "-D", f"{self.folder}/data", *arguments]
        subprocess.run(whole, cwd="/", check=True, env=environment, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories= -c fsync=off"
        self.run("pg_ctl", "-o", options, "-l", f"{self.folder}/log", "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-m", "immediate", "-w", "stop")


@contextlib.contextmanager
def _postgresql(folder: Path):
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    binary = shutil.which("pg_ctl") or (str(found[-1]) if found else None)
    needs("PostgreSQL", binary is not None, "apt-get install postgresql")
    user = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        os.chown(folder, 65534, 65534)
    server = _Server(folder, os.path.dirname(os.path.realpath(binary)), user)
    server.run("initdb", "-U", "grader", "-A", "trust", "--no-sync")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def cluster():
    """A dask cluster of two workers, which knows the project and nothing else."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster


@contextlib.contextmanager
def pool_of(place: str, request: pytest.FixtureRequest):
    """The local pool, or the cluster's; and a function that kills a worker of it."""
    if place == "local":
        with local(2) as pool:
            yield pool, lambda: os.kill(next(iter(pool._pool._processes)), signal.SIGKILL)
        return
    cluster = request.getfixturevalue("cluster")
    with cluster.get_client() as client:
        client.wait_for_workers(2, timeout=60)
        yield DaskPool(client), lambda: os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)


def course_of(database: str, folder: Path, request: pytest.FixtureRequest, size: int = CLASS) -> Course:
    """A course whose whole class handed in the right answers."""
    released = request.getfixturevalue(f"released_with_{database}")
    shutil.copytree(released.root, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("nbgrader_config.py"))
    if database == "postgresql":
        url = request.getfixturevalue("postgresql")(template=released.database.rpartition("/")[2])
    else:
        url = f"sqlite:///{folder / 'gradebook.db'}?timeout=0.2"  # a lock is reported at once instead of after five seconds
    course = Course.at(folder, url)
    course.prepare()
    raw = json.dumps(stubs.solved(json.loads(course.released(SLUG).read_text()), SLUG))
    for number in range(size):
        place = course.folder("submitted", f"s{number:03d}", SLUG)
        place.mkdir(parents=True)
        (place / f"{SLUG}.ipynb").write_text(raw)
    return course


@pytest.fixture(scope="module")
def released_with_sqlite(tmp_path_factory):
    course = Course.at(tmp_path_factory.mktemp("released"))
    release(course, SLUG)
    return course


@pytest.fixture(scope="module")
def released_with_postgresql(tmp_path_factory, postgresql):
    course = Course.at(tmp_path_factory.mktemp("released"), postgresql())
    release(course, SLUG)
    return course


def assert_graded_once(course: Course, size: int = CLASS) -> None:
    students = [f"s{number:03d}" for number in range(size)]
    lines = [json.loads(line) for line in Log(course).path.read_text().splitlines()]
    assert collections.Counter((line["student"], line["outcome"]) for line in lines) == {
        (student, "graded"): 1 for student in students
    }
    with open_gradebook(course) as gradebook:
        found = gradebook.assignment_submissions(SLUG)
        assert sorted(one.student.id for one in found) == students
        for one in found:
            cells = [row.cell.name for notebook in one.notebooks for row in notebook.grades]
            assert len(one.notebooks) == 1 and len(cells) == len(set(cells)) == 8, cells
            assert one.score == 100
    assert {row.student: row.total for row in rows(course, [SLUG])} == dict.fromkeys(students, 100)
    assert sorted(path.parent.parent.name for path in course.root.glob(f"autograded/*/{SLUG}/{SLUG}.ipynb")) == students
    assert not list(course.root.glob("autograded/*/.*")), "half-written folders were left"
    assert plan(course, [SLUG]).todo == []


PAIRS = [("local", "sqlite"), ("dask", "postgresql"), ("local", "postgresql"), ("dask", "sqlite")]
over = pytest.mark.parametrize("place, database", PAIRS if "IDNN_KILLED" in os.environ else PAIRS[:2])


@over
def test_a_killed_worker(place, database, tmp_path, request):
    course = course_of(database, tmp_path, request)
    with pool_of(place, request) as (pool, kill):
        for count, _ in enumerate(grade(course, plan(course, [SLUG]), pool), 1):
            if count in (CLASS // 4, CLASS // 2):
                kill()
    assert_graded_once(course)


def test_a_killed_scheduler_ends_the_run_in_one_line_and_the_next_run_takes_it_up(tmp_path, request):
    """Nothing that was under way is entered as failed, and nobody waits for what no scheduler knows."""
    course = course_of("sqlite", tmp_path, request, size=8)
    stored = []
    with (
        pytest.raises(SchedulerLost, match=r"tcp://127.0.0.1:\d+ was lost; .* run the command again"),
        scale.cluster(2) as (address, processes),
        dask(address) as pool,
    ):
        for entry in grade(course, plan(course, [SLUG]), pool):
            stored.append(entry.student)
            if len(stored) == 2:
                processes["scheduler"].kill()
    todo = plan(course, [SLUG])
    assert sorted(entry.student for entry in todo.done) == sorted(stored) and 0 < len(todo.todo) <= 6
    with local(2) as pool:
        assert {entry.outcome for entry in grade(course, todo, pool)} == {"graded"}
    assert_graded_once(course, size=8)


@over
def test_a_killed_driver(place, database, tmp_path, request):
    """The whole process group, as by the machine's end; the second command takes up the rest."""
    course = course_of(database, tmp_path, request)
    command = [sys.executable, "-m", "grader", "grade", SLUG, "--course", str(course.root), "--db", course.database]
    if place == "dask":
        command += ["--scheduler", request.getfixturevalue("cluster").scheduler_address]
    else:
        command += ["--workers", "2"]
    driver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    log, deadline = Log(course), time.monotonic() + 240
    while len(log.entries()) < CLASS // 4:
        assert time.monotonic() < deadline and driver.poll() is None
        time.sleep(0.02)
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()
    assert len(log.entries()) < CLASS, "it was killed too late to prove anything"
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"graded {CLASS} of {CLASS} submissions" in run.stdout
    assert_graded_once(course)


@over
def test_a_killed_connection(place, database, tmp_path, request):
    """PostgreSQL ends our connection; SQLite is locked by another program. The driver opens the gradebook again and goes on."""
    course = course_of(database, tmp_path, request)
    lost = []
    with pool_of(place, request) as (pool, _):
        for count, _ in enumerate(grade(course, plan(course, [SLUG]), pool), 1):
            if count in (CLASS // 4, CLASS // 2):
                lost.append(_cut(course, request))
    assert all(lost) and len(lost) == 2
    assert_graded_once(course)


def _cut(course: Course, request: pytest.FixtureRequest) -> int:
    """Break the connection and return how many were broken."""
    if course.database.startswith("postgresql"):
        ask = request.getfixturevalue("postgresql").ask
        name = course.database.rpartition("/")[2]
        return len(ask("postgres", f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"))
    other = sqlite3.connect(course.root / "gradebook.db", check_same_thread=False, isolation_level=None)
    other.execute("begin exclusive")
    threading.Timer(1.0, other.close).start()
    return 1


def test_a_gradebook_that_stays_away_ends_the_run_in_one_line_and_the_next_run_takes_it_up(
    tmp_path, request, monkeypatch
):
    monkeypatch.setattr(writing, "WAITS", (0.1,))
    server = request.getfixturevalue("postgresql")
    course = course_of("postgresql", tmp_path, request, size=6)
    stored = []
    try:
        with pytest.raises(
            CourseError, match="class.* cannot be used: .*Grades written before are stored; run the command"
        ):
            with local(2) as pool:
                for entry in grade(course, plan(course, [SLUG]), pool):
                    stored.append(entry.student)
                    if len(stored) == 2:
                        server.stop()
        with pytest.raises(CourseError, match="cannot be used"):
            plan(course, [SLUG])
    finally:
        server.start()
    todo = plan(course, [SLUG])
    assert sorted(entry.student for entry in todo.done) == sorted(stored) and len(todo.todo) == 4
    with local(2) as pool:
        assert len(list(grade(course, todo, pool))) == 4
    assert_graded_once(course, size=6)


def test_nbgrader_s_own_command_writes_the_same_rows_into_postgresql(tmp_path, request):
    course = course_of("postgresql", tmp_path, request, size=2)
    with local(1) as pool:
        list(grade(course, plan(course, [SLUG]), pool))
    before = _every_row(course, request)
    environment = {**os.environ, "IDNN_DATABASE": course.database}
    command = [sys.executable, "-m", "nbgrader", "autograde", SLUG, "--force"]
    run = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert _every_row(course, request) == before and len(before) == 16


def _every_row(course: Course, request: pytest.FixtureRequest) -> list:
    statement = (
        "select s.student_id, c.name, x.auto_score, x.manual_score, x.extra_credit, x.needs_manual_grade, s.timestamp from grade x "
        "join submitted_notebook n on x.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id "
        "join base_cell c on c.id = x.cell_id order by 1, 2"
    )
    return request.getfixturevalue("postgresql").ask(course.database.rpartition("/")[2], statement)


def test_ctrl_c_ends_at_once_whatever_is_under_way_and_the_next_run_takes_up_the_rest(tmp_path, request):
    course = course_of("sqlite", tmp_path, request, size=6)
    loop = stubs.solved(json.loads(course.released(SLUG).read_text()), SLUG)
    loop["cells"].insert(2, {"cell_type": "code", "metadata": {}, "source": "while True: pass", "outputs": []})
    for number in range(2, 6):
        (course.folder("submitted", f"s{number:03d}", SLUG) / f"{SLUG}.ipynb").write_text(json.dumps(loop))
    command = [sys.executable, "-m", "grader", "grade", SLUG, "--course", str(course.root), "--workers", "2"]
    driver = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_hear_ctrl_c
    )
    log, deadline = Log(course), time.monotonic() + 240
    while len(log.entries()) < 2:
        assert time.monotonic() < deadline and driver.poll() is None
        time.sleep(0.02)
    os.killpg(driver.pid, signal.SIGINT)  # as a terminal does: to the driver and its workers alike
    said, _ = driver.communicate(timeout=120)  # the loops have 30 s each
    assert driver.returncode == 130
    assert re.search(
        "interrupted: [12] of 6 submissions are graded and stored; run the command again for the rest", said
    )
    assert sorted(submission.student for submission in plan(course, [SLUG]).todo) == ["s002", "s003", "s004", "s005"]


def _hear_ctrl_c():
    """What runs in the background of a shell, as CI may, ignores Ctrl-C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_two_runs_at_a_time_are_refused(tmp_path, request):
    course = course_of("sqlite", tmp_path, request, size=2)
    todo = plan(course, [SLUG])
    with local(1) as pool:
        first = grade(course, todo, pool)
        next(first)
        with pytest.raises(CourseError, match=rf"another run grades .* now \(process {os.getpid()}\)"):
            next(grade(course, todo, pool))
        assert len(list(first)) == 1
    assert_graded_once(course, size=2)

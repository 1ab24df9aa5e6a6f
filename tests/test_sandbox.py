"""Honest work in the jail: cells, calls, callbacks, limits, restarts; and what the jail costs and leaves behind."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from assay import wire
from assay.cases import Case
from assay.verdict import CRASH
from grader.replay import Replay
from grader.sandbox import ForkServer, SandboxError, guard, jail, tiers
from grader.sandbox.jail import Limits
from idnn import networks
from tests.conftest import ROOT, needs

pytestmark = [pytest.mark.isolated, pytest.mark.usefixtures("isolation")]
LIMITS = Limits(memory=1 << 30, cell_seconds=20, call_seconds=20, grace_seconds=0.5)
QUICK = Limits(memory=1 << 30, cell_seconds=1, call_seconds=1, grace_seconds=0.5)


@pytest.fixture(scope="module")
def server():
    with ForkServer(limits=LIMITS) as server:
        yield server


@pytest.fixture
def session(server):
    with server.session() as session:
        yield session


@contextlib.contextmanager
def quick(server):
    """Let the server's next sessions have a second for each cell and call."""
    server.limits = QUICK
    try:
        yield
    finally:
        server.limits = LIMITS


def call(session, name, *args, names=("a", "b", "c"), **case):
    return session.call(name, Case(args=args, **case), args, list(names))


def kinds(outputs):
    return [output.kind for output in outputs]


def text(outputs):
    return "".join(output.text for output in outputs)


def test_a_cell_s_outputs_come_back(session):
    outputs = session.run("import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7")
    assert [(o.kind, o.text) for o in outputs] == [("stdout", "out\n"), ("stderr", "err\n"), ("text", "42")]


def test_a_figure_comes_back_as_png(session):
    outputs = session.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert "png" in kinds(outputs) and outputs[-1].data.startswith(b"\x89PNG")
    assert kinds(session.run("1;", figures=False)) == []


def test_an_error_comes_back_in_one_line_and_later_cells_run(session):
    (error,) = session.run("def f():\n    return 1 / 0\nf()")
    assert (error.kind, error.name, error.text) == ("error", "ZeroDivisionError", "ZeroDivisionError: division by zero")
    (error,) = session.run("this is no Python")
    assert error.name == "SyntaxError"
    assert text(session.run("print('still here')")) == "still here\n"


def test_a_function_gets_its_inputs_and_returns_its_value(session):
    session.run("import numpy as np\ndef f(a, b, c): return {'sum': a + b, 'list': [c, None, (1, 'x')]}")
    value = call(session, "f", np.arange(3.0), 2, {"k": np.float32(1.5)}).value
    assert value["sum"].tolist() == [2, 3, 4]
    assert value["list"][0] == {"k": 1.5} and value["list"][1:] == [None, (1, "x")]


def test_a_generator_among_the_inputs_goes_on_where_it_was(session):
    session.run("def f(a): return a.normal(size=3)")
    rng = np.random.default_rng(7)
    outcome = call(session, "f", rng)
    assert outcome.rng_advanced and np.array_equal(outcome.value, np.random.default_rng(7).normal(size=3))
    assert rng.bit_generator.state == np.random.default_rng(7).bit_generator.state, "ours is where it was"


def test_a_function_of_idnn_runs_beside_the_student_s(session):
    session.run("def f(a, b): return a(b), a.__module__")
    assert call(session, "f", networks.relu, np.array([-1.0, 2.0])).value[1] == "idnn.networks"


def test_a_function_of_ours_is_called_over_the_line(session):
    session.run("def f(a, b): return [a(b, i) for i in range(5)]")
    seen = []

    def ours(x, i):
        seen.append(i)
        return x * i

    assert call(session, "f", ours, 2.5).value == [0, 2.5, 5, 7.5, 10]
    assert seen == [0, 1, 2, 3, 4]


def test_what_our_function_changes_is_changed_there_too(session):
    session.run("def f(a, b):\n    a(b)\n    return b['x'].sum() + b['n'], sorted(b)")

    def ours(b):
        b["x"][:] = 7
        b["n"] = 1
        b["new"] = 2
        del b["old"]

    outcome = call(session, "f", ours, {"x": np.zeros(3), "n": 0, "old": 0})
    assert outcome.value == (22.0, ["n", "new", "x"])
    assert "b['x']" in outcome.changed or "b['n']" in outcome.changed


def ahead(session, name, count, how="ahead"):
    """Announce so many calls of a function as it stands at its own check; return the arguments by which they are asked for."""
    cases = [(case := Case(args=(float(i),)), case.args) for i in range(count)]
    getattr(session, how)(name, cases, ["a"])
    return [(name, *asked, ["a"]) for asked in cases]


def test_calls_of_the_next_function_are_made_while_those_before_them_are_still_judged(session):
    session.run("made = []\ndef f(a): made.append('f')\ndef g(a): made.append('g'); return a", keep=["f", "g"])
    session.place = "f"
    first = ahead(session, "f", 3)
    following = ahead(session, "g", 3, "follow")
    assert [session.call(*asked).value for asked in first[:2]] == [None, None]  # the third is not asked for
    session.place = "g"
    again = [(case, args) for _, case, args, _ in following]
    session.ahead("g", again, ["a"])
    assert [session.call(*asked).value for asked in following] == [0.0, 1.0, 2.0]
    assert text(session.run("print(made)")) == "['f', 'f', 'f', 'g', 'g', 'g']\n"


def test_a_function_of_ours_is_answered_though_the_next_calls_have_come_already(session):
    session.run("def f(a): return a(2.0)\ndef g(a): return a", keep=["f", "g"])
    session.place = "f"
    case = Case(args=(lambda x: 3 * x,))
    session.ahead("f", [(case, case.args)], ["a"])
    following = ahead(session, "g", 2, "follow")
    assert session.call("f", case, case.args, ["a"]).value == 6.0
    session.place = "g"
    assert [session.call(*asked).value for asked in following] == [0.0, 1.0]


def test_what_is_asked_after_all_is_made_though_other_calls_were_sent(session):
    session.run("def f(a): return a\ndef g(a): return -a", keep=["f", "g"])
    session.place = "f"
    ahead(session, "g", 2, "follow")
    assert call(session, "f", 5.0, names="a").value == 5.0
    session.place = "g"
    assert [session.call(*asked).value for asked in ahead(session, "g", 2)] == [0.0, -1.0]


def test_nothing_is_sent_ahead_that_the_line_does_not_take_at_once(session):
    session.run("def f(a): return a\ndef g(a): return a.size", keep=["f", "g"])
    session.place = "f"
    case = Case(args=(np.zeros(100_000),))
    session.follow("g", [(case, case.args)], ["a"])
    assert call(session, "f", 5.0, names="a").value == 5.0
    session.place = "g"
    assert session.call("g", case, case.args, ["a"]).value == 100_000


def test_a_next_function_that_ends_the_process_costs_the_one_before_it_nothing(server):
    cells = [("f", "def f(a): return a"), ("g", "import os\ndef g(a): os._exit(1)")]
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    notebook = {"cells": [cell for name, source in cells for cell in ({**code, "source": source}, graded_cell(name))]}
    replay = Replay(notebook, server, figures=False)
    replay.run()
    replay.place = "f"
    first = ahead(replay, "f", 3)
    assert replay.call(*first[0]).value == 0.0
    ahead(replay, "g", 2, "follow")
    assert [replay.call(*asked).value for asked in first[1:]] == [1.0, 2.0]
    late = Case(args=(7.0,))
    # the calls sent ahead are given up first, of which it dies
    assert replay.call("f", late, late.args, ["a"]).value == 7.0
    replay.place = "g"
    assert replay.call("g", late, late.args, ["a"]).error.type == CRASH
    replay.end()


def graded_cell(name):
    return {
        "cell_type": "code",
        "metadata": {
            "nbgrader": {"grade": True, "solution": False, "locked": True, "grade_id": f"test_{name}", "points": 1}
        },
        "source": "",
    }


def test_an_error_of_our_function_tells_its_type_alone(session):
    session.run("def f(a):\n    try: a(1, 2, 3)\n    except Exception as e: return type(e).__name__, str(e)")

    def dropout_without_mask(x):
        raise AssertionError("the bug is in the mask")

    kind, message = call(session, "f", dropout_without_mask).value
    assert (kind, message) == ("RuntimeError", "the function that was given raised TypeError")


def test_globals_are_replaced_for_one_call(session):
    session.run("def helper(): return 'own'\ndef f(): return helper()")
    assert call(session, "f", globals={"helper": lambda: "ours"}).value == "ours"
    assert call(session, "f").value == "own"


def test_a_missing_function_is_named(session):
    session.run("g = 3")
    assert call(session, "f").error.message == "f is not defined in the notebook"
    assert call(session, "g").error.message == "g is not a function"


def test_an_error_in_a_call_tells_type_and_line_and_a_name_that_stands_in_the_notebook(session):
    session.run("def f(a):\n    b = a\n    return forgotten + b\ndef g(a):\n    raise ValueError(f'secret {a}')")
    error = call(session, "f", 1).error
    assert (error.type, error.line, error.message) == ("NameError", 3, "name 'forgotten' is not defined")
    error = call(session, "g", 0.123).error
    assert (error.type, error.line, error.message) == ("ValueError", 2, "")


def test_a_sibling_that_is_not_written_is_named_if_the_answer_s_text_calls_it(session):
    session.run("def sibling(a):\n    raise NotImplementedError()\ndef between(a):\n    return sibling(a)")
    session.run(
        "def f(a):\n    return between(a) + 1\ndef stub(a):\n    a = 1\n    raise NotImplementedError(f'secret {a}')"
    )
    error = call(session, "f", 1).error
    assert (error.type, error.line, error.message) == ("<unwritten>", 2, "sibling")
    error = call(session, "stub", 1).error
    assert (error.key, error.line, error.message) == ("NotImplementedError", 3, "")
    session.run(
        "def g(a):\n    exec('def w' + str(a) + '(): raise NotImplementedError', globals())\n    globals()[f'w{a}']()"
    )
    error = call(session, "g", 7).error
    assert (error.type, error.line, error.message) == ("<unwritten>", 3, "")


def test_a_loop_is_stopped_and_the_process_goes_on(server):
    with quick(server), server.session() as session:
        assert session.run("x = 5\nwhile True: pass")[-1].name == "CellTimeoutError"
        session.run("def f():\n    while True: pass\ndef g(): return x")
        assert call(session, "f").error.message == "it took longer than 1 s and was stopped"
        assert call(session, "g").value == 5


def test_a_loop_that_holds_on_is_killed_and_the_next_session_is_fresh(server):
    with quick(server):
        with server.session() as session:
            session.run("x = 1\nimport signal; signal.pthread_sigmask(signal.SIG_BLOCK, [14])")
            start = time.monotonic()
            (ended,) = session.run("while True: pass")
            assert ended.name == "SessionEnded" and time.monotonic() - start < 5
            assert session.dead and session.run("1")[0].name == "SessionEnded"
            assert call(session, "f").error is session.dead
        with server.session() as session:
            assert text(session.run("print('x' in globals())")) == "False\n"


def test_two_sessions_at_a_time_do_not_meet(server):
    with server.session() as one, server.session() as two:
        one.run("x = 'one'\nopen('/tmp/mine', 'w').write(x)")
        two.run("x = 'two'")
        assert text(one.run("print(x)")) == "one\n"
        assert text(two.run("import os; print(x, os.path.exists('/tmp/mine'))")) == "two False\n"


@pytest.mark.slow
def test_an_environment_under_tmp_is_not_covered_by_the_student_s_own_tmp(isolation):
    """A checkout may lie in /tmp, and its .venv with it: modules that nothing has imported before the fork must still be found."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        moved = Path(folder, "venv")
        left_out = shutil.ignore_patterns("tensorflow*", "keras*", "jupyterlab*", "share", "__pycache__")
        shutil.copytree(sys.prefix, moved, symlinks=True, copy_function=_link_or_copy, ignore=left_out)
        code = """
            from grader.sandbox import ForkServer
            server = ForkServer()
            with server.session() as session:
                for output in session.run("import h5py, matplotlib.pyplot as plt; print(h5py.__file__); plt.plot([1]);"):
                    print(output.kind, output.text)
            server.stop()
        """
        run = subprocess.run(
            [str(moved / "bin" / "python"), "-c", textwrap.dedent(code)], capture_output=True, text=True, cwd=ROOT
        )
        assert f"stdout {moved}/lib/" in run.stdout and "png" in run.stdout, run.stdout + run.stderr


def _link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def test_sessions_from_many_threads(server):
    from concurrent.futures import ThreadPoolExecutor

    def one(i):
        with server.session() as session:
            session.run(f"def f(): return {i}")
            return call(session, "f").value

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(16))) == list(range(16))


def test_memory_has_an_end(session):
    outputs = session.run("import numpy as np\nx = [np.ones(1 << 24) for _ in range(100)]")
    assert "MemoryError" in outputs[-1].name
    assert text(session.run("print(6 * 7)")) == "42\n"


def test_the_environment_is_the_course_s_own(session):
    said = text(session.run("import os; print(sorted(os.environ), os.getcwd(), os.cpu_count() > 0)"))
    assert "HOME" in said and "/home/student" in said
    assert not [name for name in os.environ if name.startswith(("ASSAY", "AWS", "SSH")) and name in said]


def test_every_protection_holds(session):
    assert session.protections == [
        "own namespaces",
        "own tmpfs",
        "no /proc",
        "resource limits",
        "no new privileges",
        "seccomp",
    ]


def test_a_server_that_dies_is_started_again():
    with ForkServer(limits=LIMITS) as server:
        with server.session() as session:
            session.run("1")
        os.kill(_inner(server), signal.SIGKILL)
        server._process.wait(10)
        with server.session() as session:
            assert text(session.run("print('again')")) == "again\n"


def test_time_that_the_machine_takes_is_not_the_student_s(server):
    with quick(server), server.session() as session:
        session.run(
            "import time\ndef waits(seconds):\n    time.sleep(seconds)\n    return 7\ndef works():\n    while True: pass"
        )
        assert call(session, "waits", 1.8).value == 7  # as on a machine that is busy with others
        assert call(session, "waits", 60).error.message == "it took longer than 1 s and was stopped"
        assert call(session, "works").error.type == "<timeout>"
        assert not session.dead


def test_a_jail_that_ends_is_no_fault_of_the_student_s():
    """The machine's memory killer, or a hand, ends the fork server while a student's code runs: graded again, not refused."""
    with ForkServer(limits=LIMITS) as server:
        with server.session() as session:
            session.run("def f():\n    import time\n    time.sleep(60)")
            threading.Timer(0.5, os.kill, (_inner(server), signal.SIGKILL)).start()
            with pytest.raises(SandboxError, match="no fault of the student's"):
                call(session, "f")
        with server.session() as session:
            session.run("def f():\n    import os\n    os._exit(1)")
            assert call(session, "f").error.type == "<crash>"


def test_a_jail_that_ends_while_it_comes_up_is_begun_anew():
    with ForkServer(limits=LIMITS) as server:
        server.begin()
        first = server._process
        first.kill()
        first.wait()
        with server.session() as session:
            session.run("def f(): return 7")
            assert call(session, "f").value == 7
        assert server._process is not first


def test_a_server_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr(jail, "ASSAY", Path("/nowhere/idnn"))
    with pytest.raises(SandboxError, match="did not start.*nowhere"):
        ForkServer(limits=LIMITS).start()


def test_without_isolation_it_refuses_with_a_way_out(monkeypatch):
    monkeypatch.setattr(tiers, "why_not_isolated", lambda least="": "bubblewrap (bwrap) is not installed")
    with pytest.raises(jail.NotIsolated, match=r"is not installed. Debian and Ubuntu: .* --unsafe"):
        ForkServer(limits=LIMITS).session()


def test_unsafe_mode_runs_the_same_without_the_walls():
    with ForkServer(limits=LIMITS, tier=tiers.NONE) as server, server.session() as session:
        session.run("def f(a): return a + 1")
        assert call(session, "f", 1).value == 2
        assert session.protections == ["resource limits"]


def test_memory_of_the_judge_is_bounded_while_it_judges():
    with pytest.raises(MemoryError), guard.bounded_memory(200 << 20):
        np.ones(1 << 27)
    assert np.ones(1 << 24).sum() == 1 << 24


def _below(pid: int) -> list[int]:
    """Return the processes below `pid`, itself first."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(
                    int(Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[1]), []
                ).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _inner(server: ForkServer) -> int:
    """Return the fork server itself: bubblewrap, its process 1, the process that waits for the server, then the server."""
    return _below(server._process.pid)[3]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _gone(pids: list[int], seconds: float = 15) -> list[int]:
    """Wait for processes to end and return those that did not."""
    deadline = time.monotonic() + seconds
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [pid for pid in pids if _alive(pid)]


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_process_that_grades_is_killed(signal_):
    code = (
        "from grader.sandbox import ForkServer\n"
        "server = ForkServer(); session = server.session(); session.run('x = 1')\n"
        "print(server._process.pid, flush=True)\n"
        "session.run('while True: pass')"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    bubblewrap = int(worker.stdout.readline())
    pids = _below(bubblewrap)
    assert len(pids) >= 3
    worker.send_signal(signal_)
    worker.wait()
    assert _gone(pids) == []


@pytest.mark.slow
def test_nothing_is_left_when_the_driver_is_killed(tmp_path):
    """Workers of a pool notice that their driver is gone, and take their jails with them."""
    code = f"""
import time, multiprocessing
from pathlib import Path
from grader.executors import local
def work(place):
    import os
    from grader.sandbox import ForkServer
    server = ForkServer(); session = server.session()
    Path(place, str(os.getpid())).write_text(str(server._process.pid))
    session.run("while True: pass")
if __name__ == "__main__":
    with local(2) as pool:
        futures = [pool.executor().submit(work, {str(tmp_path)!r}) for _ in range(2)]
        time.sleep(600)
"""
    script = tmp_path / "driver.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    driver = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 90
    while len(started := [p for p in tmp_path.iterdir() if p.name.isdigit() and p.read_text()]) < 2:
        assert time.monotonic() < deadline and driver.poll() is None
        time.sleep(0.1)
    pids = [pid for worker in started for pid in _below(int(worker.name))]
    assert len(pids) >= 8
    driver.kill()
    driver.wait()
    assert _gone(pids) == []


@pytest.mark.slow
def test_five_hundred_sessions_leave_no_descriptor_no_process_and_no_memory():
    with ForkServer(limits=LIMITS) as server:

        def grade(times):
            for _ in range(times):
                with server.session() as session:
                    session.run("import numpy as np\nx = np.ones(100_000)\ndef f(a): return a + 1")
                    assert call(session, "f", 1).value == 2

        def measure():
            _gone([pid for pid in _below(server._process.pid) if pid not in first], 5)
            inner = _inner(server)
            memory = next(
                int(line.split()[1])
                for line in Path(f"/proc/{inner}/status").read_text().splitlines()
                if line.startswith("VmRSS")
            )
            return (
                len(os.listdir("/proc/self/fd")),
                len(os.listdir(f"/proc/{inner}/fd")),
                memory,
                os.fstat(server._log.fileno()).st_size,
            )

        server.start()
        first = set(_below(server._process.pid))
        grade(50)
        ours, theirs, memory, log = measure()
        grade(450)
        ours_later, theirs_later, memory_later, log_later = measure()
        assert (ours_later, theirs_later, log_later) == (ours, theirs, log)
        assert memory_later - memory < 2048, f"the fork server grew by {memory_later - memory} kB"
        assert _gone([pid for pid in _below(server._process.pid) if pid not in first]) == []


@pytest.fixture(scope="module")
def tensorflow():
    needs("TensorFlow", importlib.util.find_spec("tensorflow") is not None, "pip install tensorflow")
    with ForkServer(("tensorflow",), limits=Limits(cell_seconds=60, call_seconds=60)) as server:
        yield server


@pytest.mark.slow
def test_tensorflow_trains_in_the_jail(tensorflow):
    source = """
import numpy as np
import tensorflow as tf

def step(X, parameters, optimizer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((X @ parameters["W"] + parameters["b"]) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, list(parameters.values())), parameters.values()))
    return loss

data = tf.data.Dataset.from_tensor_slices(np.ones((64, 4), np.float32)).shuffle(64, seed=1).batch(16).prefetch(2)
layer = tf.keras.layers.Conv2D(2, 3)
print(sum(1 for _ in data), layer(tf.zeros((1, 8, 8, 3))).shape, tf.function(lambda x: x + 1, jit_compile=True)(tf.constant(1.0)).numpy())
"""
    for _ in range(2):  # the second student finds the server as the first did
        with tensorflow.session() as session:
            outputs = session.run(source)
            assert text(outputs) == "4 (1, 6, 6, 2) 2.0\n", outputs
            parameters = {"W": wire.Variable(np.ones((3, 1), np.float32)), "b": wire.Variable(np.zeros(1, np.float32))}
            X = wire.Tensor(np.ones((5, 3), np.float32))
            args = (X, parameters, wire.Optimizer("SGD", {"learning_rate": 0.1}))
            outcome = session.call("step", Case(args=args, via="traced"), args, ["X", "parameters", "optimizer"])
            assert outcome.error is None and outcome.value.array == pytest.approx(9.0)
            assert outcome.changed["parameters['W']"].array.ravel() == pytest.approx([0.4, 0.4, 0.4])


@pytest.mark.slow
def test_memory_has_an_end_with_tensorflow_too(tensorflow):
    with tensorflow.session() as session:
        outputs = session.run("import tensorflow as tf\nx = [tf.zeros((1 << 26,)) + 1 for _ in range(40)]")
        assert outputs[-1].kind == "error"

"""The grading engine against stock nbgrader, in one run on one machine.

    python -m benchmarks.grading [assignment ...]      default: initialization, and tensorflow_signs with fewer submissions

The same simulated class goes through stock ``nbgrader autograde`` (a sample, stated; as released, and with the long-running cells removed),
the plugin (a sample), the direct path on two local workers and on two dask workers. The floor is what the students' own cells and functions
take on the same inputs and nothing else. Processor time is counted with all child processes, so that the ratios hold on a busy machine too;
the clock is told beside it. Results as JSON, table and picture in build/bench/; benchmarks/grading.md is the last table that was kept.
IDNN_BENCH_STUDENTS sets the class (default 200), IDNN_BENCH_GROWTH the sizes between which memory is compared (default "50,800").
"""

from __future__ import annotations

import collections
import contextlib
import functools
import io
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from assay import outcome
from grader import catalogue, stubs
from grader.course import Course
from grader.executors import DaskPool
from grader.grading import grade, plan, write_notebook
from grader.notebook import grade_notebook
from grader.references import hidden_seed, hidden_spec
from grader.release import release
from grader.replay import steps
from grader.sandbox import ForkServer
from grader.simulate import simulate
from grader.submission import SKIP, restore

ROOT = Path(__file__).parent.parent
WORKERS = 2
OUTPUT = ROOT / "build" / "bench"
OURS = tuple(f"{ROOT / room}/" for room in ("grader", "assay", "exercises", "idnn", "solutions"))
STOCK = """c = get_config()
c.CourseDirectory.source_directory = {source!r}
c.Execute.timeout = 3600
"""
console = Console(highlight=False, width=160)


@dataclass
class Cost:
    """What one submission costs: seconds on the clock, seconds of processor, and over how many it was measured."""

    clock: float
    processor: float
    sample: int


def main(assignments: list[str] | None = None) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    results = []
    for slug in assignments or ["initialization", "tensorflow_signs"]:
        results.append(measure(slug))
        console.print("\n".join(table(results[-1])), markup=False, soft_wrap=True)
        (OUTPUT / "grading.json").write_text(json.dumps(results, indent=1) + "\n")
        (OUTPUT / "grading.md").write_text("\n\n".join("\n".join(table(result)) for result in results) + "\n")
        picture(results)
    console.print(f"results: {OUTPUT}/grading.json, grading.md, grading.svg")


def measure(slug: str) -> dict:
    """Return the cost of a submission by path, memory by size of class, and where the direct path's time goes."""
    heavy = bool(catalogue.course()[slug].needs)
    students = int(os.environ.get("IDNN_BENCH_STUDENTS", "200")) // (10 if heavy else 1)
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        course = _course(root / "direct", slug, students)
        paths: dict[str, Cost] = {}
        for name, act in {
            "direct local": lambda: _direct(course, slug, students),
            "floor": lambda: _floor(course, slug, 3 if heavy else 20),
            "direct dask": lambda: _dask(course, slug, students // 4),
            "plugin": lambda: _autograde(_some_of(course, root / "plugin", slug, 2 if heavy else 6, stock=False), slug),
            "stock, long cells removed": lambda: _autograde(
                _some_of(course, root / "lean", slug, 2, True, lean=True), slug
            ),
            "stock": lambda: _autograde(_some_of(course, root / "stock", slug, 1 if heavy else 2, True), slug),
        }.items():
            paths[name] = act()
            console.print(f"{slug} {name}: {asdict(paths[name])}", markup=False)
        memory = {str(students): _direct(course, slug, students, watch=True)}
        for size in filter(None, os.environ.get("IDNN_BENCH_GROWTH", "50,800").split(",")):
            size = int(size) // (10 if heavy else 1)
            memory[str(size)] = _direct(_course(root / f"growth{size}", slug, size), slug, size, watch=True)
        parts, hot = _profile(course, slug, 4 if heavy else 30)
    return {
        "assignment": slug,
        "students": students,
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{os.cpu_count()} cores, {_processor()}, Python {platform.python_version()}",
        "load before": round(load[0], 1),
        "load after": round(os.getloadavg()[0], 1),
        "paths": {name: asdict(cost) for name, cost in paths.items()},
        "memory": memory,
        "parts": parts,
        "hot": hot,
    }


def _processor() -> str:
    with contextlib.suppress(OSError, IndexError):
        return Path("/proc/cpuinfo").read_text().split("model name\t: ")[1].splitlines()[0]
    return platform.machine()


def _course(root: Path, slug: str, students: int) -> Course:
    """A course with a simulated class, every notebook of which comes to its end."""
    course = Course.at(root)
    release(course, slug)
    released = json.loads(course.released(slug).read_text())
    simulate(course, slug, students, 1, released)
    # endless loops and crashes wait for their limits: they measure the limits, not the engine
    honest = json.dumps(stubs.solved(released, slug)).encode()
    for student in json.loads((course.private / f"simulated-{slug}.json").read_text()):
        if student["broken"] in ("endless loop", "crash"):
            (course.folder("submitted", student["name"], slug) / f"{slug}.ipynb").write_bytes(honest)
    return course


def _some_of(course: Course, root: Path, slug: str, students: int, stock: bool, lean: bool = False) -> Course:
    """A course with solved notebooks for nbgrader's own command: where one cell fails, stock stops early and seems fast."""
    twin = Course.at(root)
    root.mkdir()
    if stock:
        source = root / "source" / slug
        shutil.copytree(ROOT / "notebooks" / slug, source)
        if lean:
            notebook = json.loads((source / f"{slug}.ipynb").read_text())
            notebook["cells"] = [cell for cell in notebook["cells"] if SKIP not in cell["metadata"].get("tags", [])]
            (source / f"{slug}.ipynb").write_text(json.dumps(notebook))
        (root / "nbgrader_config.py").write_text(STOCK.format(source=str(root / "source")))
        _nbgrader(root, "generate_assignment", slug, "--force")
    else:
        release(twin, slug)
    solved = json.dumps(stubs.solved(json.loads(twin.released(slug).read_text()), slug))
    for number in range(students):
        folder = twin.folder("submitted", f"s{number}", slug)
        folder.mkdir(parents=True)
        (folder / f"{slug}.ipynb").write_text(solved)
    return twin


def _nbgrader(root: Path, *arguments: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)


@contextlib.contextmanager
def _timed(cost: Cost):
    jails: dict[int, float] = {}
    done = threading.Event()
    watcher = threading.Thread(target=_watch_jails, args=(jails, done))
    watcher.start()
    clock, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    cost.clock = time.perf_counter() - clock
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    done.set()
    watcher.join()
    cost.processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime + sum(jails.values())


def _watch_jails(jails: dict[int, float], done: threading.Event) -> None:
    """Keep the processor time of each fork server with its children: bubblewrap does not hand it on to who waits for it."""
    while not done.wait(0.2):
        names = {}
        for pid in _below(os.getpid()):
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text()
                names[pid] = stat[stat.index("(") + 1 : stat.rindex(")")], int(stat.rpartition(")")[2].split()[1])
        for pid, (_, parent) in names.items():
            if _is_server(parent, names):
                jails[pid] = max(jails.get(pid, 0.0), _processor_time(pid))


def _is_server(parent: int, names: dict[int, tuple[str, int]]) -> bool:
    """Whether a fork server is the child of `parent`: that one was started by bubblewrap, waits and does nothing else."""
    name, above = names.get(parent, ("bwrap", 0))
    return name != "bwrap" and names.get(above, ("", 0))[0] == "bwrap"


def _autograde(course: Course, slug: str) -> Cost:
    """nbgrader's own command on the whole sample; what it takes to start is taken off, as it is paid once a class."""
    students = sorted(path.name for path in (course.root / "submitted").iterdir())
    start, cost = Cost(0, 0, 1), Cost(0, 0, len(students))
    with _timed(start):
        _nbgrader(course.root, "db", "assignment", "list")
    with _timed(cost):
        _nbgrader(course.root, "autograde", slug)
    graded = [path.parent.parent.name for path in course.root.glob(f"autograded/*/{slug}/{slug}.ipynb")]
    assert sorted(graded) == students, f"{graded} of {students}"
    share = 1 - start.processor / cost.processor  # of the clock too: two clocks of a busy machine do not subtract
    return Cost(cost.clock * share / cost.sample, cost.processor * share / cost.sample, cost.sample)


def _direct(course: Course, slug: str, students: int, watch: bool = False) -> Cost | float:
    """The command as an instructor gives it, its start included; with `watch` return its peak of memory in MB instead."""
    command = [sys.executable, "-m", "grader", "grade", slug, "--course", str(course.root), "--workers", str(WORKERS)]
    cost, peak = Cost(0, 0, students), [0.0]
    with _timed(cost):
        process = subprocess.Popen([*command, "--force"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
        if watch:
            watcher.start()
        said, _ = process.communicate()
    assert f"graded {students} of {students} submissions" in said, said
    return round(peak[0], 1) if watch else Cost(cost.clock / students, cost.processor / students, students)


def _dask(course: Course, slug: str, students: int) -> Cost:
    """Two dask workers that run already, as on a cluster."""
    from distributed import LocalCluster

    names = {path.name for path in sorted((course.root / "submitted").iterdir())[:students]}
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        cluster.get_client() as client,
    ):
        client.run(lambda root: __import__("sys").path.insert(0, root), str(ROOT))
        clock, used = time.perf_counter(), sum(map(_processor_time, _below(os.getpid())))
        count = sum(1 for _ in grade(course, plan(course, [slug], students=names, force=True), DaskPool(client)))
        used = sum(map(_processor_time, _below(os.getpid()))) - used
        return Cost((time.perf_counter() - clock) / count, used / count, count)


def _floor(course: Course, slug: str, sample: int) -> Cost:
    """The students' own cells (but the long ones) and functions, on the hidden cases, in one process, and nothing else."""
    released, seed = json.loads(course.released(slug).read_text()), hidden_seed(course.root)
    specs = {name: hidden_spec(slug, name, seed) for name in catalogue.exercises(slug)}
    folders = sorted((course.root / "submitted").iterdir())[:sample]
    seconds = []
    for folder in [folders[0], *folders]:  # the first one imports
        notebook = restore((folder / slug / f"{slug}.ipynb").read_bytes(), released).notebook
        seconds.append(_bare(notebook, specs))
    bare = statistics.mean(seconds[1:])
    return Cost(bare / WORKERS, bare, sample)


def _bare(notebook: dict, specs: dict) -> float:
    namespace: dict = {"__name__": "floor"}
    used, place = 0.0, os.getcwd()
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(scratch)
        for step in (step for step in steps(notebook["cells"]) if not step.definitions):
            start = time.process_time()
            with contextlib.suppress(Exception):
                exec(step.source, namespace)
            used += time.process_time() - start
        os.chdir(place)
    for name, spec in specs.items():
        if not callable(namespace.get(name)):
            continue
        for reference in spec.references:
            case, spent = reference.case, [0.0]
            function = _clocked(namespace[name], spent)
            for args in spec.rule.calls(case):
                start = time.process_time()
                outcome.call(
                    namespace[name] if case.via else function,
                    args,
                    case.kwargs,
                    spec.parameters,
                    case.globals,
                    case.via,
                )
                if case.via:  # a driver calls the function, or TensorFlow traces it: there the whole call counts
                    spent[0] += time.process_time() - start
            used += spent[0]
    return used


def _clocked(function, spent: list[float]):
    @functools.wraps(function)
    def clocked(*args, **kwargs):
        start = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            spent[0] += time.process_time() - start

    return clocked


def _profile(course: Course, slug: str, sample: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return milliseconds of processor a submission by part of the direct path, and the trusted side's functions by share."""
    from grader.gradebook import Writer

    released, seed = json.loads(course.released(slug).read_text()), hidden_seed(course.root)
    submissions = course.hand_ins(slug).taken[:sample]
    with ForkServer(catalogue.course()[slug].needs, catalogue.course()[slug].data) as server:
        with server.session():
            inner = _below(server._process.pid)[3]
        raws = [submission.path.read_bytes() for submission in submissions]
        grade_notebook(restore(raws[0], released), slug, server, seed)  # references are computed once

        def empty() -> None:
            for _ in raws:
                with server.session():
                    pass

        graded = []

        def whole() -> None:
            for raw in raws:
                graded.append(grade_notebook(restore(raw, released), slug, server, seed))

        own_empty, jail_empty = _split(empty, inner)
        stacks: list[list[str]] = []
        own, jail = _split(functools.partial(_sampled, whole, stacks), inner)
    start = time.process_time()
    with Writer(course) as writer:
        for submission, one in zip(submissions, graded):
            writer.write(submission, one.notebook, one.scores)
            write_notebook(course, submission, one.notebook)
    stored = time.process_time() - start
    parts = {
        "jail: fork, namespaces, an empty session": jail_empty,
        "jail: cells, calls, inputs and outputs": jail - jail_empty,
        "trusted side: reading, line, judging": own - own_empty,
        "driver: gradebook and graded notebook": stored,
    }
    groups = collections.Counter(name for stack in stacks for name in set(stack))
    hot = {name: round(100 * count / max(1, len(stacks)), 1) for name, count in groups.most_common(16)}
    return {name: round(1000 * seconds / len(raws), 1) for name, seconds in parts.items()}, hot


def _split(act, jail: int) -> tuple[float, float]:
    """Return the processor seconds of this process and of the fork server with its children while `act` runs."""
    time.sleep(1.5)  # the server counts its children when it has reaped them
    own, inside = time.process_time(), _processor_time(jail)
    act()
    own = time.process_time() - own
    time.sleep(1.5)
    return own, _processor_time(jail) - inside


def _sampled(act, stacks: list[list[str]]) -> None:
    """Run `act` and note every millisecond of processor which functions of ours are at work."""

    def note(_, frame):
        names = []
        while frame:
            file, name = frame.f_code.co_filename, frame.f_code.co_qualname
            if file.startswith(OURS) and "<" not in name:
                names.append(f"{Path(file).relative_to(ROOT)}:{name}")
            frame = frame.f_back
        stacks.append(names)

    old = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    try:
        act()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


def _watch(pid: int, peak: list[float]) -> None:
    """Keep the largest sum of the proportional set sizes of a process and its descendants."""
    while os.path.exists(f"/proc/{pid}"):
        total = 0
        for one in _below(pid):
            with contextlib.suppress(OSError, IndexError, ValueError):
                total += int(Path(f"/proc/{one}/smaps_rollup").read_text().split("Pss:")[1].split()[0])
        peak[0] = max(peak[0], total / 1024)
        time.sleep(0.3)


def _processor_time(pid: int) -> float:
    """Return the processor seconds of a process and of its children that have ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _below(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children.setdefault(int(path.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


PATHS = ("stock", "stock, long cells removed", "plugin", "direct dask", "direct local", "floor")


def table(result: dict) -> list[str]:
    """Return the lines of one assignment's tables, in Markdown."""
    paths = result["paths"]
    stock, lean, floor = (paths[name] for name in ("stock", "stock, long cells removed", "floor"))
    direct = paths["direct local"]
    lines = [
        f"## {result['assignment']}",
        "",
        f"Class of {result['students']}, {WORKERS} workers; {result['when']}; {result['machine']}; load {result['load before']} before, "
        f"{result['load after']} after. Measured over so many submissions as the last column says.",
        "",
        "| path | processor s | clock s | an hour, by the clock | stock / it, clock | stock / it, processor | it / floor, processor | measured over |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in PATHS:
        cost = paths[name]
        lines.append(
            f"| {name} | {cost['processor']:.3f} | {cost['clock']:.3f} | {3600 / cost['clock']:,.0f} | {stock['clock'] / cost['clock']:,.1f} "
            f"| {stock['processor'] / cost['processor']:,.1f} | {cost['processor'] / floor['processor']:,.1f} | {cost['sample']} |"
        )
    times = WORKERS * stock["processor"] / direct["processor"], WORKERS * lean["processor"] / direct["processor"]
    lines += [
        "",
        f"With the long cells removed for both: direct local is {lean['clock'] / direct['clock']:,.1f} times stock by the clock, "
        f"{lean['processor'] / direct['processor']:,.1f} times by processor time. On {WORKERS} cores with nothing else to do the clock's ratio is at "
        f"most {WORKERS} times that of processor time: {times[0]:,.0f} as released, {times[1]:,.0f} without the long cells.",
        "",
        "Peak memory of driver, workers and jails (MB) by size of class: "
        + ", ".join(f"{size}: {mb}" for size, mb in sorted(result["memory"].items(), key=lambda item: int(item[0])))
        + ".",
        "",
        "| part of the direct path | processor ms a submission |",
        "|---|--:|",
        *(f"| {name} | {ms} |" for name, ms in result["parts"].items()),
        "",
        "Trusted side, by share of its samples in which a function was at work: "
        + ", ".join(f"`{name}` {share} %" for name, share in result["hot"].items())
        + ".",
    ]
    return lines


def picture(results: list[dict]) -> None:
    """Draw the processor seconds of a submission by path, on a logarithmic axis."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1 + 2.2 * len(results)), layout="constrained")
    for axes, result in zip(figure.subplots(len(results), squeeze=False).ravel(), results):
        seconds = [result["paths"][path]["processor"] for path in PATHS[::-1]]
        bars = axes.barh(PATHS[::-1], seconds, color="#0072b2")
        axes.bar_label(bars, fmt="%.3g s", padding=3)
        axes.set(xscale="log", xlabel="processor seconds a submission", title=result["assignment"])
        axes.margins(x=0.2)
    figure.savefig(OUTPUT / "grading.svg")
    figure.savefig(OUTPUT / "grading.png", dpi=120)


if __name__ == "__main__":
    main(sys.argv[1:] or None)

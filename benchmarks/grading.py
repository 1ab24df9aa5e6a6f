"""The grading engine against stock nbgrader, in one run on one machine.

    python -m benchmarks.grading [assignment ...]      default: initialization, and tensorflow_signs with fewer submissions

Measured on the same simulated class: stock ``nbgrader autograde`` (a sample, stated), the plugin (a sample), the direct path on two local
workers, the direct path on dask, and the floor: what running the students' own cells and functions takes without any judging.
With the training cells as released, and with them removed for all. IDNN_BENCH_STUDENTS sets the class (default 200),
IDNN_BENCH_GROWTH the sizes between which memory is compared (default "50,200"; the issue's figure is "50,800").
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader import exercises as catalogue
from grader import stubs
from grader.course import Course
from grader.executors import DaskPool, local, needs_tensorflow
from grader.grading import grade, plan
from grader.notebook import runs
from grader.references import hidden_seed, hidden_spec
from grader.release import release
from grader.simulate import simulate
from grader.submission import SKIP, restore
from idnn import outcome

ROOT = Path(__file__).parent.parent
WORKERS = 2
OUTPUT = ROOT / "build" / "bench"
STOCK = """c = get_config()
c.CourseDirectory.source_directory = {source!r}
c.Execute.timeout = 600
"""
console = Console(highlight=False)


def main(assignments: list[str] | None = None) -> None:
    students = int(os.environ.get("IDNN_BENCH_STUDENTS", "200"))
    results = []
    for slug in assignments or ["initialization", "tensorflow_signs"]:
        if not stubs.notebook_path(slug).is_file():
            continue
        results.append(measure(slug, students if not needs_tensorflow(slug) else max(10, students // 5)))
        show(results[-1])
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "grading.json").write_text(json.dumps(results, indent=1) + "\n")
    picture(results)
    console.print(f"results: {OUTPUT / 'grading.json'}, {OUTPUT / 'grading.svg'}")


def measure(slug: str, students: int) -> dict:
    """Return seconds a submission by path, and memory."""
    with tempfile.TemporaryDirectory() as place:
        course = _course(Path(place) / "direct", slug, students, lean=False)
        found = {
            "assignment": slug,
            "students": students,
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
            "when": time.strftime("%Y-%m-%d", time.gmtime()),
            "direct local": _direct(course, slug, students),
            "floor": _floor(course, slug) / WORKERS,
        }
        found["direct dask"] = _dask(course, slug, min(students, 40))
        found["plugin"] = _autograde(_copy(course, Path(place) / "plugin", slug, 5, stock=False), slug) / 5
        found["stock"] = _autograde(_copy(course, Path(place) / "stock", slug, 2, stock=True), slug) / 2
        lean = _course(Path(place) / "lean", slug, 2, lean=True)
        found["stock, training cells removed"] = (
            _autograde(_copy(lean, Path(place) / "leanstock", slug, 2, stock=True), slug) / 2
        )
        found["memory"] = _growth(Path(place), slug)
    return found


def _course(root: Path, slug: str, students: int, lean: bool) -> Course:
    """A course with a simulated class; `lean` removes the training cells from what is handed in."""
    course = Course.at(root)
    release(course, slug)
    released = json.loads(course.released(slug).read_text())
    if lean:
        released["cells"] = [cell for cell in released["cells"] if SKIP not in cell["metadata"].get("tags", [])]
        course.released(slug).write_text(json.dumps(released))
    simulate(course, slug, students, 1, released)
    # endless loops and crashes wait for their limits: they measure the limits, not the engine
    honest = json.dumps(stubs.solved(released, slug)).encode()
    for student in json.loads((course.private / f"simulated-{slug}.json").read_text()):
        if student["broken"] in ("endless loop", "crash") or student["mistakes"] and lean:
            (course.folder("submitted", student["name"], slug) / f"{slug}.ipynb").write_bytes(honest)
    return course


def _copy(course: Course, root: Path, slug: str, students: int, stock: bool) -> Course:
    twin = Course.at(root)
    for folder in sorted((course.root / "submitted").iterdir())[:students]:
        shutil.copytree(folder, root / "submitted" / folder.name)
    if stock:
        root.mkdir(exist_ok=True)
        (root / "nbgrader_config.py").write_text(STOCK.format(source=str(ROOT / "notebooks")))
        _nbgrader(root, "generate_assignment", slug, "--force")
    else:
        release(twin, slug)
    return twin


def _nbgrader(root: Path, *arguments: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=root, env=environment, capture_output=True, check=False
    )


def _autograde(course: Course, slug: str) -> float:
    start = time.perf_counter()
    _nbgrader(course.root, "autograde", slug)
    return time.perf_counter() - start


def _direct(course: Course, slug: str, students: int) -> float:
    start = time.perf_counter()
    with local(WORKERS) as pool:
        done = sum(entry.outcome != "failed" for entry in grade(course, plan(course, [slug], force=True), pool))
    assert done == students, f"{done} of {students}"
    return (time.perf_counter() - start) / students


def _dask(course: Course, slug: str, students: int) -> float:
    from distributed import LocalCluster

    names = {path.name for path in sorted((course.root / "submitted").iterdir())[:students]}
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        cluster.get_client() as client,
    ):
        client.run(lambda root: __import__("sys").path.insert(0, root), str(ROOT))
        start = time.perf_counter()
        count = sum(1 for _ in grade(course, plan(course, [slug], students=names, force=True), DaskPool(client)))
        return (time.perf_counter() - start) / count


def _floor(course: Course, slug: str, sample: int = 10) -> float:
    """CPU seconds a submission for running its cells and calling its functions on the hidden cases, and nothing else."""
    released = json.loads(course.released(slug).read_text())
    seed = hidden_seed(course.root)
    specs = {name: hidden_spec(slug, name, seed) for name in catalogue.exercises(slug)}
    notebook = restore(json.dumps(stubs.solved(released, slug)).encode(), released).notebook
    start = time.process_time()
    for _ in range(sample):
        namespace: dict = {"__name__": "floor"}
        for cell in notebook["cells"]:
            if runs(cell):
                exec(stubs.text(cell), namespace)
        for name, spec in specs.items():
            for reference in spec.references:
                for args in spec.rule.calls(reference.case):
                    outcome.call(
                        namespace[name],
                        args,
                        reference.case.kwargs,
                        spec.parameters,
                        reference.case.globals,
                        reference.case.via,
                    )
    return (time.process_time() - start) / sample


def _growth(place: Path, slug: str) -> dict[str, float]:
    """Peak resident memory of the driver, its workers and the jails, in MB, for two sizes of class."""
    found = {}
    for size in os.environ.get("IDNN_BENCH_GROWTH", "50,200").split(","):
        course = _course(
            place / f"growth{size}",
            slug,
            int(size) if not needs_tensorflow(slug) else max(5, int(size) // 10),
            lean=True,
        )
        command = [
            sys.executable,
            "-m",
            "grader",
            "grade",
            slug,
            "--course",
            str(course.root),
            "--workers",
            str(WORKERS),
        ]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        process.wait()
        watcher.join()
        found[size] = round(peak[0], 1)
    return found


def _watch(process: subprocess.Popen, peak: list[float]) -> None:
    """Sum the proportional set sizes of a process and its descendants until it ends."""
    while process.poll() is None:
        total = 0
        for pid in _descendants(process.pid):
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += int(text.split("Pss:")[1].split()[0])
            except (OSError, IndexError, ValueError):
                continue
        peak[0] = max(peak[0], total / 1024)
        time.sleep(0.25)


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        children.setdefault(int(text.rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


PATHS = ("stock", "stock, training cells removed", "plugin", "direct dask", "direct local", "floor")


def show(result: dict) -> None:
    """Print the table of one assignment."""
    title = f"{result['assignment']}, class of {result['students']}, {WORKERS} workers, {result['machine']}, {result['when']}"
    table = Table(title=title, title_justify="left")
    for heading in ("path", "seconds a submission", "submissions an hour", "against stock", "against the floor"):
        table.add_column(heading, justify="left" if heading == "path" else "right")
    for path in PATHS:
        seconds = result[path]
        table.add_row(
            path,
            f"{seconds:.3f}",
            f"{3600 / seconds:,.0f}",
            f"{result['stock'] / seconds:.1f} x",
            f"{seconds / result['floor']:.2f} x",
        )
    console.print(table)
    lean = result["stock, training cells removed"] / result["direct local"]
    console.print(
        f"without training cells: direct local {lean:.1f} x stock; memory by class size (MB): {result['memory']}"
    )


def picture(results: list[dict]) -> None:
    """Draw seconds a submission by path, on a logarithmic axis."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1 + 2.2 * len(results)), layout="constrained")
    for axes, result in zip(figure.subplots(len(results), squeeze=False).ravel(), results):
        bars = axes.barh(PATHS[::-1], [result[path] for path in PATHS[::-1]], color="#0072b2")
        axes.bar_label(bars, fmt="%.3g s", padding=3)
        axes.set(xscale="log", xlabel="seconds a submission", title=result["assignment"])
        axes.margins(x=0.2)
    figure.savefig(OUTPUT / "grading.svg")


if __name__ == "__main__":
    main(sys.argv[1:] or None)

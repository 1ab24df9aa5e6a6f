"""Many hand-ins on dask: throughput by number of workers, the one writer's own ceiling, memory, and what is lost when parts of it die.

    python -m benchmarks.scale [assignment]      default: initialization

Scheduler, workers and the grade command are processes of their own, as on several machines; each worker has its own jail. With every
number of workers the whole class is graded; with the last one a worker is killed every so often and the scheduler once, after which the command is
run again. The class is made of few different notebooks under many names. IDNN_SCALE_CLASS sets its size (default 120; 10000 is
the figure that counts), IDNN_SCALE_WORKERS the numbers of workers (default "1,2,4"), IDNN_SCALE_KILL the seconds between two
kills (default 60), IDNN_SCALE_DATABASE the gradebook (default: SQLite; an empty PostgreSQL database a run, each "{}" in the URL being the run's number).
Results as JSON and table in build/bench/.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader import grading
from grader.course import Course, Submission
from grader.executors import Result, grade_task
from grader.export import rows
from grader.gradebook import Writer
from grader.release import release
from grader.simulate import simulated

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "build" / "bench"
DIFFERENT = 60  # notebooks
WRITTEN = 200  # submissions by which the writer's ceiling is measured
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
    "DASK_LOGGING__DISTRIBUTED": "error",
}


def main(slug: str = "initialization") -> None:
    size = int(os.environ.get("IDNN_SCALE_CLASS", "120"))
    numbers = [int(number) for number in os.environ.get("IDNN_SCALE_WORKERS", "1,2,4").split(",")]
    runs = [(number, 0.0) for number in numbers] + [(numbers[-1], float(os.environ.get("IDNN_SCALE_KILL", "60")))]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    result: dict = {"assignment": slug, "class": size, "cores": os.cpu_count(), "runs": []}
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        result["writer"] = ceiling(course_of(Path(folder, "writer"), slug, 1, 0), slug)
        for number, (workers, kill) in enumerate(runs, 1):
            course = course_of(Path(folder, f"run{number}"), slug, size, number)
            result["runs"].append(run(course, slug, size, workers, kill))
            shutil.rmtree(course.root)
            (OUTPUT / "scale.json").write_text(json.dumps(result, indent=1) + "\n")
    (OUTPUT / "scale.md").write_text("\n".join(table(result)) + "\n")
    print("\n".join(table(result)))
    print(f"results: {OUTPUT}/scale.json, scale.md")


def course_of(folder: Path, slug: str, size: int, number: int) -> Course:
    """Return a course in which a class handed in."""
    course = Course.at(folder, os.environ.get("IDNN_SCALE_DATABASE", "").format(number) or None)
    release(course, slug)
    released = json.loads(course.released(slug).read_text(encoding="utf-8"))
    different = [simulated(slug, i, 1, released)[1] for i in range(min(DIFFERENT, size))]
    for i in range(size):
        place = course.folder("submitted", f"s{i:05d}", slug)
        place.mkdir(parents=True)
        (place / f"{slug}.ipynb").write_bytes(different[i % len(different)])
    return course


def ceiling(course: Course, slug: str) -> dict[str, float]:
    """Return how many submissions a second the writer stores, as they would come from workers without end."""
    (task,) = grading.tasks(course, course.submissions(slug))
    result = Result(task, grade_task(task))
    log = grading.Log(course)
    with Writer(course) as writer:
        start, processor = time.monotonic(), time.process_time()
        for i in range(WRITTEN):
            student = f"w{i:05d}"
            log.append(
                grading.store(
                    course, writer, Submission(student, slug, course.folder("submitted", student, slug)), result
                )
            )
        clock, processor = time.monotonic() - start, time.process_time() - processor
    return {"a_second": WRITTEN / clock, "processor_milliseconds": 1000 * processor / WRITTEN}


def run(course: Course, slug: str, size: int, workers: int, kill: float) -> dict:
    """Grade the class with so many workers, a worker killed every `kill` seconds and the scheduler in the middle, where that is not 0."""
    log, killed, schedulers, commands, memory = grading.Log(course), 0, 0, 0, {}
    start = last = 0.0
    while True:
        with cluster(workers) as (address, processes):
            commands += 1
            start = start or time.monotonic()
            last = time.monotonic()
            driver = start_grading(course, slug, address)
            while driver.poll() is None:
                time.sleep(0.5)
                done = graded(log)
                memory[4 * done // size] = resident(driver.pid) or memory.get(4 * done // size, 0)
                if kill and time.monotonic() - last > kill and done < size:
                    last, killed = time.monotonic(), killed + kill_one(processes["workers"].pid)
                if kill and not schedulers and done > size // 2:
                    schedulers += 1
                    processes["scheduler"].kill()
        if driver.returncode == 0 or commands > 5:
            break
    seconds = time.monotonic() - start
    lines = [json.loads(line) for line in log.path.read_text(encoding="utf-8").splitlines()]
    once = collections.Counter(line["student"] for line in lines if line["outcome"] != "failed")
    return {
        "workers": workers,
        "seconds": seconds,
        "a_second": size / seconds,
        "killed_workers": killed,
        "killed_schedulers": schedulers,
        "commands": commands,
        "driver_megabytes": [memory[quarter] for quarter in sorted(memory)],
        "graded_once": sum(count == 1 for count in once.values()),
        "in_the_gradebook": sum(row.score is not None for row in rows(course, [slug])),
    }


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[tuple[str, dict[str, subprocess.Popen]]]:
    """Run a scheduler and workers of one thread each; a nanny begins a killed worker anew."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = [*dask, "worker", address, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"]
    worker += ["--death-timeout", "20", "--local-directory", tempfile.gettempdir()]
    with contextlib.ExitStack() as stack:
        processes = {}
        for name, command in (("scheduler", scheduler), ("workers", worker)):
            processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            stack.callback(end, processes[name])
        _wait_for(address, workers)
        yield address, processes


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)


def end(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def start_grading(course: Course, slug: str, address: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "grader", "grade", slug, "--course", str(course.root), "--db", course.database]
    return subprocess.Popen(
        [*command, "--scheduler", address],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def graded(log: grading.Log) -> int:
    return log.path.read_bytes().count(b"\n") if log.path.is_file() else 0


def resident(pid: int) -> int:
    """Return a process's memory in MB, 0 where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) >> 10
    return 0


def kill_one(nannies: int) -> int:
    """Kill one worker process of those that a nanny looks after, and return how many were killed."""
    for pid in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            told = (pid / "stat").read_text().rpartition(")")[2].split()
            if int(told[1]) == nannies and b"spawn_main" in (pid / "cmdline").read_bytes():
                os.kill(int(pid.name), signal.SIGKILL)
                return 1
    return 0


def table(result: dict) -> list[str]:
    writer = result["writer"]
    lines = [
        f"{result['class']} hand-ins of {result['assignment']}, {result['cores']} cores; the writer alone stores {writer['a_second']:.0f} a second "
        f"({writer['processor_milliseconds']:.1f} ms of processor time each)",
        "",
        "| workers | killed | hand-ins a second | graded once | driver's memory by quarter, MB |",
        "|---|---|---|---|---|",
    ]
    for one in result["runs"]:
        killed = (
            f"{one['killed_workers']} workers, {one['killed_schedulers']} scheduler"
            if one["commands"] > 1 or one["killed_workers"]
            else "none"
        )
        lines.append(
            f"| {one['workers']} | {killed} | {one['a_second']:.1f} | {one['graded_once']} of {result['class']} | "
            f"{', '.join(map(str, one['driver_megabytes']))} |"
        )
    return lines


if __name__ == "__main__":
    main(*sys.argv[1:])

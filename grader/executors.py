"""One seam for where grading runs: anything that looks like ``concurrent.futures.Executor``.

Local: a pool of processes that is rebuilt, and its unfinished tasks given out again, when a worker dies. Elsewhere: dask.distributed.
A worker keeps its fork servers; it never sees the gradebook.
"""

from __future__ import annotations

import atexit
import functools
import json
import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from grader import catalogue, kept
from grader.notebook import Graded, grade_notebook
from grader.sandbox import ForkServer, SandboxError, tiers
from grader.sandbox.jail import Limits, NotIsolated
from grader.submission import Restored, restore

TRIES = 3  # how often a task is given out before its failure is recorded
PULSE = 1.0  # seconds between two looks at whether a cluster's scheduler is still there


class SchedulerLost(ConnectionError):
    """A cluster's scheduler went away with what was under way; what was graded before is stored."""


@dataclass(frozen=True)
class Task:
    """One submission to grade: plain data, so that any machine can take it."""

    student: str
    assignment: str
    raw: bytes | None
    why_missing: str
    released: str  # the released notebook as JSON: text goes from process to process in no time
    seed: int
    least: str = tiers.ANY  # the least isolation, or "none"
    figures: bool = True
    limits: Limits | None = None  # default: the usual ones
    beside: tuple[str, ...] = ()  # notes on what lies beside the notebook
    apart: tuple[str, ...] = ()  # places of the course, which must lie where no student code can read
    fingerprint: str = ""  # of all that its grade rests on
    private: str = ""  # the course's folder for what only an instructor may see

    @property
    def key(self) -> tuple[str, str]:
        return self.student, self.assignment


@dataclass
class Result:
    """What became of a task: a graded notebook, or why there is none (our fault, not the student's)."""

    task: Task
    graded: Graded | None
    failure: str = ""


def grade_task(task: Task) -> Graded:
    """Grade one submission in this worker."""
    server, restored = opened(task)
    return grade_notebook(restored, task.assignment, server, task.seed, task.figures)


def opened(task: Task) -> tuple[ForkServer, Restored]:
    """Return the server for a submission and its notebook, with what is to be said of both."""
    server = server_for(task.assignment, task.least, task.limits)
    server.tier.guard(task.apart)
    kept.keep_in(Path(task.private) if task.private else None)
    restored = restore(task.raw, _notebook(task.released), task.why_missing)
    restored.notes.extend(task.beside)
    return server, restored


@functools.lru_cache(maxsize=8)
def _notebook(text: str) -> dict:
    return json.loads(text)  # read only: `restore` copies what it keeps


def prepare(assignment: str, least: str) -> None:
    """Start this worker's fork server, and meanwhile import what judges."""
    server_for(assignment, least).begin()
    catalogue.exercises(assignment)


def server_for(assignment: str, least: str = tiers.ANY, limits: Limits | None = None) -> ForkServer:
    """Return this process's fork server for an assignment; those that need the same share one."""
    row = catalogue.course()[assignment]
    known = [one.name for one in fields(Limits)]
    if unknown := set(row.limits) - set(known):
        raise catalogue.CatalogueError(
            f"course.toml: {assignment} has no limit {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    return _server(row.needs, row.data, tiers.choose(least), limits or Limits(**row.limits))


@functools.cache
def _server(needs: tuple[str, ...], data: tuple[str, ...], tier: tiers.Tier, limits: Limits) -> ForkServer:
    server = ForkServer(needs, data, limits, tier)
    atexit.register(server.stop)
    return server


@contextmanager
def open_pool(
    workers: int | None = None, scheduler: str | None = None, least: str = tiers.ANY
) -> Iterator[LocalPool | DaskPool]:
    """Workers of this machine, or of a dask cluster where a scheduler is named.

    Raises
    ------
    NotIsolated
        If this machine is to isolate student code and cannot; a cluster's workers say it themselves.
    """
    if not scheduler:
        tiers.choose(least)
    with dask(scheduler) if scheduler else local(workers) as pool:
        yield pool


@contextmanager
def local(workers: int | None = None) -> Iterator[LocalPool]:
    """A pool of `workers` processes (default: one a core)."""
    pool = LocalPool(workers or os.cpu_count() or 1)
    try:
        yield pool
    except BaseException:  # Ctrl-C above all: an endless loop under way is not waited for
        pool.kill()
        raise
    finally:
        pool.close()


class LocalPool:
    """Makes process pools; a new one after a worker died."""

    def __init__(self, workers: int):
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def executor(self) -> Executor:
        if self._pool is None:
            # spawn: a worker starts clean, whatever threads and locks its parent has
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_quiet_worker
            )
        return self._pool

    def warm_up(self, assignment: str, tasks: int, least: str) -> None:
        """Start the workers for so many tasks, and their jails, to be ready when the first comes; what goes wrong there the task will say.

        There are no more workers than tasks: one that starts then would take what others are ready for.
        """
        self.workers = max(1, min(tasks, self.workers))
        with suppress(BrokenProcessPool):
            for _ in range(self.workers):
                self.executor().submit(prepare, assignment, least)

    def wait(self, futures: Collection[Future], patience: float | None) -> set[Future]:
        """Return those that are done, as soon as there is one; after `patience` seconds, where given, perhaps none."""
        return wait(futures, timeout=patience, return_when=FIRST_COMPLETED).done

    def rebuild(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def kill(self) -> None:
        """End the workers at once, and with them their jails."""
        for process in list((self._pool and self._pool._processes or {}).values()):
            process.kill()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


@contextmanager
def dask(scheduler: str) -> Iterator[DaskPool]:
    """Workers of a dask cluster. They need this checkout and bubblewrap, not the gradebook."""
    from distributed import Client

    with Client(scheduler, timeout="30s", set_as_default=False) as client:
        yield DaskPool(client)


class DaskPool:
    """The executor of a dask client; dask itself gives out the tasks of a dead worker again."""

    def __init__(self, client: Any):
        self.workers = max(1, sum(client.nthreads().values()))
        self._client, self._address = client, client.scheduler.address
        self._executor = client.get_executor(retries=TRIES, pure=False)

    def warm_up(self, assignment: str, tasks: int, least: str) -> None:
        pass  # a cluster's workers are up already

    def executor(self) -> Executor:
        return self._executor

    def wait(self, futures: Collection[Future], patience: float | None) -> set[Future]:
        """As a local pool does; some of dask's futures are never done once their scheduler is gone, so that is looked for.

        Raises
        ------
        SchedulerLost
            If the connection broke, even if dask has another by now: no scheduler knows what was under way.
        """
        while True:
            done = wait(futures, timeout=min(PULSE, patience or PULSE), return_when=FIRST_COMPLETED).done
            if self._client.status != "running" or any(future.cancelled() for future in done):
                raise SchedulerLost(
                    f"the scheduler at {self._address} was lost; what was graded before is stored, run the command again for the rest"
                )
            if done or patience is not None:
                return done

    def rebuild(self) -> None:
        pass

    def kill(self) -> None:
        pass


def _quiet_worker() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's; it ends the pool in order
    atexit.register(os._exit, 0)  # the last of all that is done at the end: taking frameworks apart takes a second more
    threading.Thread(target=_end_with_the_driver, daemon=True).start()


def _end_with_the_driver() -> None:
    """End this worker, and with it its jails, when the driver was killed: the pool's queue alone would keep it waiting for ever."""
    multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


def run(
    tasks: Iterable[Task | None],
    pool: LocalPool | DaskPool,
    work: Callable[[Task], Any] | None = None,
    patience: float | None = None,
) -> Iterator[Result]:
    """Grade `tasks` and yield each result as it comes.

    Parameters
    ----------
    tasks : what to grade; None where there is nothing more for now
    work : what a worker does with a task; default: grade it
    patience : seconds after which `tasks` are asked again while workers are busy; default: when one of them is done

    A task whose worker dies is given out again, and alone: where several were under way nobody knows which one did it. After TRIES failures
    it is recorded as failed. Few tasks are under way at a time, so that a class of any size needs the memory of a few notebooks.

    Raises
    ------
    NotIsolated
        If a worker cannot isolate student code; the run ends, since every further grade would be refused as well.
    SchedulerLost
        If a cluster's scheduler went away.
    """
    waiting = iter(tasks)
    under_way: dict[Future, Task] = {}
    again: list[Task] = []
    tries: dict[tuple[str, str], int] = {}
    while True:
        while len(under_way) < _most(pool, again, under_way, tries):
            task = again.pop(0) if again else next(waiting, None)
            if task is None:
                break
            try:
                under_way[pool.executor().submit(work or grade_task, task)] = task
            except BrokenProcessPool:
                again.append(task)
                pool.rebuild()
        if not under_way:
            return
        broken = False
        for future in pool.wait(under_way, patience):
            task = under_way.pop(future)
            try:
                result = Result(task, future.result())
            except NotIsolated:
                raise
            except (BrokenProcessPool, SandboxError, OSError) as error:
                broken = broken or isinstance(error, BrokenProcessPool)
                tries[task.key] = tries.get(task.key, 0) + 1
                if tries[task.key] < TRIES:
                    again.append(task)
                    continue
                result = Result(task, None, f"grading failed {TRIES} times: {type(error).__name__}: {error}"[:400])
            except Exception as error:
                result = Result(task, None, f"grading failed: {type(error).__name__}: {error}"[:400])
            tries.pop(task.key, None)
            yield result
        if broken:
            pool.rebuild()


def _most(pool: LocalPool | DaskPool, again: list[Task], under_way: dict[Future, Task], tries: dict) -> int:
    """Return how many tasks may be under way: one while a task is tried again."""
    return 1 if again or any(task.key in tries for task in under_way.values()) else 2 * pool.workers + 1

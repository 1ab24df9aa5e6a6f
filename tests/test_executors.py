"""The seam: what becomes of tasks whose worker dies, and of workers that cannot isolate."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from grader import catalogue, executors
from grader.executors import TRIES, LocalPool, Task, local, run
from grader.sandbox import SandboxError
from grader.sandbox.jail import NotIsolated
from tests.conftest import ROOT


def tasks(*names: str) -> list[Task]:
    return [Task(name, "initialization", None, "", "{}", 0) for name in names]


class Pool:
    """Runs tasks in threads of this process, and remembers which were under way together."""

    workers = 2
    wait = LocalPool.wait

    def __init__(self):
        self.threads = ThreadPoolExecutor(4)

    def executor(self):
        return self.threads

    def rebuild(self):
        pass


def _die_if_told(task: Task) -> str:
    if task.student.startswith("deadly"):
        os._exit(1)
    return task.student


def test_a_task_that_kills_its_worker_again_and_again_takes_no_neighbour_with_it(monkeypatch):
    monkeypatch.setattr(executors, "grade_task", _die_if_told)
    with local(2) as pool:
        results = {
            result.task.student: result for result in run(tasks("a", "deadly", "b", "c", "deadly too", "d"), pool)
        }
    assert {name: result.graded for name, result in results.items() if result.graded} == {name: name for name in "abcd"}
    for name in ("deadly", "deadly too"):
        assert results[name].failure.startswith(f"grading failed {TRIES} times: BrokenProcessPool")


def test_a_task_goes_to_the_worker_that_is_ready_for_it(monkeypatch):
    """A second worker would begin with what the first one has behind it."""
    monkeypatch.setattr(executors, "grade_task", _by_process)
    with local(4) as pool:
        pool.warm_up("initialization", 1, "none")
        (result,) = run(tasks("a"), pool)
        assert list(pool._pool._processes) == [result.graded]


def _by_process(task: Task) -> int:
    return os.getpid()


def test_what_fails_on_our_side_is_tried_again(monkeypatch):
    seen: list[str] = []

    def grade(task: Task) -> str:
        seen.append(task.student)
        if task.student == "b" and seen.count("b") < TRIES:
            raise SandboxError("the jail does not fork")
        if task.student == "c":
            raise ZeroDivisionError("a defect of ours")
        return task.student

    monkeypatch.setattr(executors, "grade_task", grade)
    results = {result.task.student: result for result in run(tasks("a", "b", "c"), Pool())}
    assert results["a"].graded == "a" and results["b"].graded == "b" and seen.count("b") == TRIES
    assert results["c"].failure == "grading failed: ZeroDivisionError: a defect of ours" and seen.count("c") == 1


def test_a_worker_that_cannot_isolate_ends_the_run(monkeypatch):
    def grade(task: Task) -> str:
        raise NotIsolated("bubblewrap (bwrap) is not installed")

    monkeypatch.setattr(executors, "grade_task", grade)
    with pytest.raises(NotIsolated):
        list(run(tasks("a", "b"), Pool()))


def test_few_tasks_are_under_way_at_a_time():
    """A class of any size is read as it is graded, not at once."""
    read, pending = [], []

    class Slow(Pool):
        def executor(self):
            return self

        def submit(self, _, task):
            future: Future = Future()
            pending.append((future, task))
            if len(pending) == 5:
                for one, name in pending[:]:
                    one.set_result(name)
                pending.clear()
            return future

    def source():
        for task in tasks(*(f"s{i}" for i in range(50))):
            read.append(task)
            yield task

    results = run(source(), Slow())
    next(results)
    assert len(read) == 5
    assert len(list(results)) == 49


def test_a_limit_of_another_name_is_told(monkeypatch):
    row = catalogue.Assignment("texts", limits={"seconds": 5})
    course = catalogue.Course(ROOT, "texts", "Texts", assignments=(row,))
    monkeypatch.setattr(catalogue, "course", lambda: course)
    with pytest.raises(catalogue.CatalogueError, match="texts has no limit seconds; there are memory, file_size, "):
        executors.server_for("texts")

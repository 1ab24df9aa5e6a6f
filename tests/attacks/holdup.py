"""A class of twenty in which five run into every limit, against the same class without them: how long the others wait."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from grader.executors import Task, local, run
from grader.sandbox.jail import Limits
from tests import field, toy

STUDENTS, SLOW = 20, 5
CELLS = (
    "while True: pass",
    "import time\ntime.sleep(1000)",
    "import ctypes, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [14])\nctypes.PyDLL(None).sleep(1000)",
    "kept = []\nwhile True: kept.append(bytearray(1 << 26))",
    "while True: print('x' * 1000)",
)
ANSWER = "def {name}(*args, **kwargs):\n    import time\n    while True: time.sleep(1)"


def slow() -> bytes:
    """Return a notebook whose own cells and answers all run into limits."""
    whole = field.notebook()
    for cell in whole["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution") and cell["cell_type"] == "code":
            cell["source"] = ANSWER.replace("{name}", nbgrader["grade_id"])
    whole["cells"][2:2] = [field.cell(source) for source in CELLS]
    return json.dumps(whole).encode()


def seconds(slow_ones: int, workers: int = 2) -> tuple[float, float]:
    """Grade the class and return its time and that of its slowest submission."""
    released = json.dumps(toy.released(field.ASSIGNMENT))
    honest, late = json.dumps(field.notebook()).encode(), slow()
    tasks = [
        Task(f"s{i}", field.ASSIGNMENT, late if i % 4 == 1 and i // 4 < slow_ones else honest, "", released, 1)
        for i in range(STUDENTS)
    ]
    with local(workers) as pool:
        list(run([Task("warm", field.ASSIGNMENT, honest, "", released, 1)] * workers, pool))
        start = time.monotonic()
        results = list(run(tasks, pool))
        taken = time.monotonic() - start
    return taken, max(result.graded.seconds for result in results if result.graded)


@dataclass(frozen=True)
class Held:
    """Seconds of the honest class, of the class with slow students in it, and of its slowest submission."""

    alone: float
    together: float
    slowest: float

    @property
    def bound(self) -> float:
        return 3 * self.alone + Limits().submission_seconds

    @property
    def kept(self) -> bool:
        return self.together <= self.bound

    def __str__(self) -> str:
        return (
            f"a class of {STUDENTS} with {SLOW} that run into every limit: {self.together / self.alone:.1f} times an honest one "
            f"({self.together:.1f} s, {self.alone:.1f} s), slowest {self.slowest:.1f} s; bound, 3 times honest and one submission's "
            f"{Limits().submission_seconds:g} s: {self.bound:.0f} s, {'kept' if self.kept else 'NOT KEPT'}"
        )


def measured() -> Held:
    alone, _ = seconds(0)
    return Held(alone, *seconds(SLOW))


if __name__ == "__main__":
    print(measured())

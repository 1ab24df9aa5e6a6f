"""The same attacks on nbgrader's path: a class of attackers and honest neighbours, graded by one ``nbgrader autograde`` an assignment."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from grader import nbgrader_plugin
from grader.course import ROOT, Course
from grader.gradebook import open_gradebook

if TYPE_CHECKING:
    from tests.attacks.arena import Arena, Attack, Graded

NEIGHBOURS = 12  # attackers between two honest students
START = 120.0  # seconds for nbgrader itself, on a machine that does other things too
TRIAL = "trial"  # folder of the course: each student's limits go in, what was graded comes out
CONFIG = """
c = get_config()
load_subconfig({config!r})
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = "source"
c.GenerateAssignment.preprocessors = [f"nbgrader.preprocessors.{{name}}" for name in ("LockCells", "ComputeChecksums", "SaveCells", "CheckCellMetadata")]
"""
OWN_JUDGE = """
own = {"grader.nbgrader_plugin.Judge": "tests.attacks.plugin.Judge"}
c.Autograde.autograde_preprocessors = [own.get(name, name) for name in c.Autograde.autograde_preprocessors]
"""


def released(root: Path, arena: Arena, assignment: str) -> Course:
    """Return a course in a folder in which an assignment of the arena's is released."""
    from nbgrader.converters import GenerateAssignment

    from grader.release import course_directory, quiet_log
    from tests.attacks.arena import SEED

    course = Course.at(root, f"sqlite:///{root / 'gradebook.db'}")
    source = course.folder("source", ".", assignment)
    source.mkdir(parents=True)
    (source / f"{assignment}.ipynb").write_text(json.dumps(arena.released(assignment)))
    (root / "nbgrader_config.py").write_text(CONFIG.format(config=str(ROOT / "nbgrader_config.py"), root=str(root)))
    (course.private / "hidden_seed").write_text(f"{SEED}\n")
    directory, config = course_directory(course, assignment)
    converter = GenerateAssignment(coursedir=directory, config=config)
    converter.create_assignment, converter.log = True, quiet_log()
    converter.start()
    return course


def environment() -> dict[str, str]:
    """Return the environment for nbgrader's commands, which look for others on the path."""
    return {**os.environ, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


@dataclasses.dataclass(frozen=True)
class Trial:
    """What nbgrader's process kept of one submission: the judge's result, the time it took and the MB by which the process grew."""

    graded: Graded
    seconds: float
    growth: float


class Judge(nbgrader_plugin.Judge):
    """The plugin's own judge with the limits that an attack is tried with; what it found is kept."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        from tests.attacks.arena import LIMITS, forget_peak, memory

        folder = Path(nbgrader_plugin.course_directory_of(self).root, TRIAL)
        student, kept = resources["nbgrader"]["student"], []
        seconds = json.loads((folder / "limits.json").read_text())[student]
        server = nbgrader_plugin.server_for(resources["nbgrader"]["assignment"])
        server.limits = dataclasses.replace(
            LIMITS, cell_seconds=seconds, call_seconds=seconds, submission_seconds=6 * seconds
        )
        whole = nbgrader_plugin.grade_notebook
        nbgrader_plugin.grade_notebook = lambda *args: kept.append(whole(*args)) or kept[0]
        begun, before = time.monotonic(), memory("VmRSS")
        forget_peak()
        try:
            return super().preprocess(nb, resources)
        finally:
            nbgrader_plugin.grade_notebook = whole
            if kept:
                trial = Trial(kept[0], time.monotonic() - begun, memory("VmHWM") - before)
                (folder / f"{student}.pickle").write_bytes(pickle.dumps(trial))


class Class:
    """One assignment's class: honest students, attackers, and those who look for what an attacker left behind."""

    def __init__(self, arena: Arena, assignment: str, attacks: list[Attack]):
        from tests.attacks.arena import HONEST_SECONDS

        self.arena, self.assignment, self.attacks = arena, assignment, attacks
        root = Path(tempfile.mkdtemp(prefix="class-"))
        self.course = released(root, arena, assignment)
        with open(root / "nbgrader_config.py", "a") as config:
            config.write(OWN_JUDGE)
        self.trials = root / TRIAL
        self.trials.mkdir()
        self.limits: dict[str, float] = {}
        self.students: dict[str, Attack] = {}
        self._honest(HONEST_SECONDS)
        for number, attack in enumerate(attacks):
            student = self._next("attacker", attack.allowed)
            self.students[student] = attack
            self._hand_in(student, arena.written(attack))
            if attack.beside:
                attack.beside(self.course.folder("submitted", student, assignment), arena.ground)
            if attack.spy or number % NEIGHBOURS == NEIGHBOURS - 1:
                self._honest(HONEST_SECONDS, attack.spy)
        self._honest(HONEST_SECONDS)

    def _next(self, kind: str, seconds: float) -> str:
        student = f"s{len(self.limits):03}-{kind}"
        self.limits[student] = seconds
        return student

    def _honest(self, seconds: float, spy: str = "") -> None:
        self._hand_in(self._next("honest", seconds), self.arena.honest(self.assignment, spy))

    def _hand_in(self, student: str, handed_in: dict | bytes | None) -> None:
        folder = self.course.folder("submitted", student, self.assignment)
        folder.mkdir(parents=True)
        if handed_in is not None:
            raw = json.dumps(handed_in).encode() if isinstance(handed_in, dict) else handed_in
            (folder / f"{self.assignment}.ipynb").write_bytes(raw)

    def grade(self) -> str:
        """Let nbgrader grade the class; return why it did not end, or an empty string."""
        (self.trials / "limits.json").write_text(json.dumps(self.limits))
        longest = START + sum(2 + 8 * seconds for seconds in self.limits.values())
        try:
            self.run = subprocess.run(
                [sys.executable, "-m", "nbgrader", "autograde", self.assignment],
                cwd=self.course.root, capture_output=True, text=True, env=environment(), timeout=longest,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"nbgrader did not end in {longest:.0f} s"
        return ""

    def won(self) -> Iterator[tuple[Attack | None, float, list[str]]]:
        """Yield what each attack achieved and the seconds it took; None stands for the class as a whole."""
        scores = self._scores()
        for student, attack in self.students.items():
            trial = self._trial(student)
            if trial is None:
                link = os.path.realpath(folder := self.course.folder("submitted", student, self.assignment)) != str(
                    folder
                )
                told = f"{folder} is a link" in self.run.stderr
                yield attack, 0.0, [] if link and told else [f"grading broke off: {self._said(student)}"]
                continue
            graded = dataclasses.replace(trial.graded, scores=scores.get(student, {}), notebook=self._stored(student))
            self.arena.growth = trial.growth
            looked_at = (
                dataclasses.replace(attack, check=None) if attack.beside else attack
            )  # the whole class's folders are, below
            yield attack, trial.seconds, self.arena.gained(looked_at, graded, trial.seconds)
        yield None, 0.0, [*self._neighbours(scores), *self._left()]

    def _trial(self, student: str) -> Trial | None:
        file = self.trials / f"{student}.pickle"
        return pickle.loads(file.read_bytes()) if file.is_file() else None

    def _stored(self, student: str) -> dict:
        file = self.course.folder("autograded", student, self.assignment) / f"{self.assignment}.ipynb"
        return json.loads(json.dumps(nbformat.reads(file.read_text(encoding="utf-8"), nbformat.NO_CONVERT)))

    def _scores(self) -> dict[str, dict[str, float]]:
        """Return the gradebook's rows of exercises, by student."""
        with open_gradebook(self.course) as gradebook:
            return {
                one.student.id: {
                    grade.cell.name: grade.auto_score
                    for notebook in one.notebooks
                    for grade in notebook.grades
                    if grade.cell.name.startswith("test_")
                }
                for one in gradebook.assignment_submissions(self.assignment)
            }

    def _neighbours(self, scores: dict[str, dict[str, float]]) -> Iterator[str]:
        """Say what happened to honest students, and what one of them could read of an attacker before."""
        from tests.attacks.arena import shown

        never = self.arena.unseen
        for student in self.limits:
            if student in self.students:
                never = [*self.students[student].never, *self.arena.unseen]
                continue
            trial = self._trial(student)
            if trial is None:
                yield f"the honest {student} was not graded: {self._said(student)}"
            elif sum(scores[student].values()) != 100 or trial.graded.notes:
                yield f"the honest {student} got {sum(scores[student].values()):g} points; {trial.graded.notes}"
            else:
                said = shown(dataclasses.replace(trial.graded, notebook=self._stored(student)))
                yield from (f"{student} could read {word!r} of an attacker" for word in never if word in said)

    def _left(self) -> Iterator[str]:
        """Say what lies where it should not."""
        harm = self.arena.ground.harm()
        if harm:
            yield harm
        for path in (self.course.root / "autograded").rglob("*"):
            relative = path.relative_to(self.course.root)
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                yield f"{relative} is a link or a pipe"
            elif path.is_file() and self.arena.ground.secret.encode() in path.read_bytes():
                yield f"{relative} holds a secret"
            elif path.suffix.lower() in (".html", ".htm", ".svg", ".xhtml", ".xml", ".js", ".shtml"):
                yield f"{relative} would be opened as a page"

    def _said(self, student: str) -> str:
        return (
            " | ".join(line for line in self.run.stderr.splitlines() if student in line)[-400:]
            or self.run.stderr[-400:]
        )

    def close(self) -> None:
        shutil.rmtree(self.course.root, ignore_errors=True)


def run(arena: Arena, attacks: list[Attack]) -> Iterator[tuple[Attack | None, float, list[str]]]:
    """Yield what each attack achieved on nbgrader's path."""
    for assignment in dict.fromkeys(attack.assignment for attack in attacks):
        whole = Class(arena, assignment, [attack for attack in attacks if attack.assignment == assignment])
        try:
            why_not = whole.grade()
            yield from [(None, 0.0, [why_not])] if why_not else whole.won()
        finally:
            whole.close()

"""Questions for a class: about each student's own functions, made in the jail, kept by hand-in, and written as pages and quizzes.

What a student's process says about itself is plain text here: it is cut, checked for its form and escaped, and worth no point.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from markupsafe import Markup

from assay.questions import display, told
from assay.questions.forms import Question, from_data, to_data
from grader import catalogue, closed, quizzes
from grader.course import Course, CourseError
from grader.executors import DaskPool, LocalPool, Task, opened, run
from grader.grading import tasks
from grader.replay import Replay
from grader.sandbox import tiers
from grader.similarity import shared_forms
from grader.submission import functions_of, restore
from grader.templating import page

ENGINE = "3"  # raise it when other questions are to be made of the same hand-ins
OF_ONE = 2  # questions about one function
MORE = 3  # functions that are tried beyond as many as are needed
FOLDER = "questions"


@dataclass(frozen=True)
class Wanted:
    """What is asked of one student: about which functions, in the order in which they are tried."""

    task: Task
    order: tuple[str, ...]
    most: int
    fingerprint: str

    @property
    def key(self) -> tuple[str, str]:
        return self.task.key


@dataclass
class Asked:
    """The questions of one student, and of which of the functions the form stands in other hand-ins too."""

    student: str
    questions: list[Question]
    shared: list[str] = field(default_factory=list)
    failure: str = ""
    silent: bool = False  # its process told nothing, not even that there is no question

    @property
    def functions(self) -> list[str]:
        return list(dict.fromkeys(question.exercise for question in self.questions))


class Class:
    """The questions of a class on one assignment; what was made before stands as long as the hand-in does.

    Raises
    ------
    CourseError
        If nothing was handed in, nothing by a student who is named, or the assignment needs more than NumPy.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        students: Collection[str] = (),
        per_student: int = 4,
        least: str = tiers.ANY,
    ):
        if catalogue.course()[assignment].needs:
            raise CourseError(f"{assignment} needs more than NumPy; there are no questions about such functions yet")
        self.course, self.assignment, self.per_student = course, assignment, per_student
        hand_ins = course.hand_ins(assignment)
        if not hand_ins.taken:
            raise CourseError(f"nothing of {assignment} lies in {course.root / 'submitted'}")
        absent = [one for one in students if one not in {submission.student for submission in hand_ins.taken}]
        if absent:
            raise CourseError(f"nothing of {assignment} was handed in by {', '.join(absent)}")
        all_of_them = list(tasks(course, hand_ins.taken, least, figures=False))
        texts = {task.student: _texts(task) for task in all_of_them}
        self.shared = shared_forms(texts)
        self.asked: dict[str, Asked] = {}
        self.todo: list[Wanted] = []
        for one in (self._wanted(task, texts[task.student]) for task in all_of_them):
            kept = self._kept(one)
            if kept is not None:  # of others than those who are named too: index and exports are the class's
                self.asked[one.task.student] = kept
            elif not students or one.task.student in students:
                self.todo.append(one)
        self.done = len(self.asked)

    def _wanted(self, task: Task, texts: dict[str, str]) -> Wanted:
        """Return what is asked of a student: first about functions whose form others have too, else in an order of the student's own."""
        rng = np.random.default_rng(list(hashlib.sha256(f"{task.student}.{task.assignment}".encode()).digest()))
        shared = self.shared.get(task.student, set())
        names = [name for name in catalogue.exercises(task.assignment) if name in texts]
        order = tuple(sorted((names[i] for i in rng.permutation(len(names))), key=lambda name: name not in shared))
        basis = "\0".join([ENGINE, task.fingerprint, str(self.per_student), *order])
        return Wanted(task, order, self.per_student, hashlib.sha256(basis.encode()).hexdigest())

    def _path(self, student: str) -> Path:
        return self.course.private / FOLDER / self.assignment / f"{student}.json"

    def _kept(self, wanted: Wanted) -> Asked | None:
        try:
            data = json.loads(self._path(wanted.task.student).read_text(encoding="utf-8"))
            if data["fingerprint"] != wanted.fingerprint:
                return None
            return self._made(wanted.task.student, [from_data(one) for one in data["questions"]])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _made(self, student: str, found: list[Question], failure: str = "") -> Asked:
        asked = Asked(student, found, failure=failure)
        asked.shared = [name for name in asked.functions if name in self.shared.get(student, set())]
        return asked

    def ask(self, pool: LocalPool | DaskPool) -> Iterator[Asked]:
        """Make the questions that are not there yet, and keep those of each student as soon as they are made."""
        for result in run(iter(self.todo), pool, work=ask_one):
            wanted = result.task
            asked = self._made(wanted.task.student, result.graded or [], result.failure)
            asked.silent = result.graded is None
            self.asked[asked.student] = asked
            if not asked.failure and not asked.silent:
                path = self._path(asked.student)
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                data = {"fingerprint": wanted.fingerprint, "questions": [to_data(one) for one in asked.questions]}
                closed.write_text(path, json.dumps(data))
            yield asked

    def write(self, folder: Path) -> Path:
        """Write the pages, the index and both exports, and return the index."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        everybody = [self.asked[student] for student in sorted(self.asked)]
        with_some = [one for one in everybody if one.questions]
        for one in with_some:
            for name, answers in ((one.student, False), (f"{one.student}-answers", True)):
                closed.write_text(folder / f"{name}.html", _page(self.assignment, one, answers))
        index = page(
            "questions_index.html", assignment=self.assignment, students=everybody, per_student=self.per_student
        )
        closed.write_text(folder / "index.html", index)
        closed.write_text(
            folder / "moodle.xml", quizzes.moodle(self.assignment, {one.student: one.questions for one in with_some})
        )
        closed.make_file(folder / "canvas.zip")
        (folder / "canvas.zip").write_bytes(
            quizzes.canvas(self.assignment, {one.student: one.questions for one in with_some})
        )
        return folder / "index.html"


def _texts(task: Task) -> dict[str, str]:
    """Return the texts of the answers in a hand-in, by function; those that were not written are left out."""
    restored = restore(task.raw, json.loads(task.released), task.why_missing)
    found = functions_of(restored.notebook, list(catalogue.exercises(task.assignment))) if restored.readable else {}
    return {name: text for name, text in found.items() if "raise NotImplementedError" not in text}


def ask_one(wanted: Wanted) -> list[Question] | None:
    """Run a hand-in in the jail and let its process tell questions about its functions; None where it tells nothing, as it may have ended."""
    server, restored = opened(wanted.task)
    server.start()
    replay = Replay(restored.notebook, server, figures=False)
    found: list[Question] = []
    is_heard = not (restored.readable and wanted.order)
    try:
        if restored.readable and wanted.order:
            replay.run()
        for number, name in enumerate(wanted.order[: wanted.most + MORE]):
            if len(found) >= wanted.most:
                break
            most = min(OF_ONE, wanted.most - len(found))
            said = told.read(replay.tell(_cell(wanted, name, number, most)), name)
            is_heard = is_heard or said is not None
            found += (said or [])[:most]
    finally:
        replay.end()
    return found if is_heard else None


def _cell(wanted: Wanted, name: str, number: int, most: int) -> str:
    seed = int(wanted.fingerprint[:8], 16) + number
    return f'__import__("{told.__name__}", fromlist=["tell"]).tell("{wanted.task.assignment}", "{name}", globals(), {seed}, {most})'


def _page(assignment: str, asked: Asked, answers: bool) -> str:
    groups = [
        {
            "name": name,
            "lines": display.numbered(next(one.source for one in asked.questions if one.exercise == name)),
            "questions": [
                {
                    "asked": Markup(display.coded(one.asked)),
                    "call": one.call if is_new else "",
                    "choices": [
                        {
                            "letter": letter,
                            "text": Markup(display.coded(choice.text)),
                            "right": choice.right,
                            "why": Markup(display.coded(choice.why)),
                        }
                        for letter, choice in zip(display.LETTERS, one.choices)
                    ],
                }
                for one, is_new in display.with_new_calls(asked.questions)
                if one.exercise == name
            ],
        }
        for name in asked.functions
    ]
    return page("questions.html", assignment=assignment, student=asked.student, groups=groups, answers=answers)

"""What a student's own checks would say: a notebook replayed in the jail and judged on the visible cases. It makes no grade."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from assay.check import load_references
from assay.spec import Spec
from assay.verdict import Answer, Verdict, judge_cases
from grader import catalogue
from grader.executors import Task, server_for
from grader.replay import Replay
from grader.sandbox.guard import bounded_memory
from grader.sandbox.jail import require_apart
from grader.submission import restore


@dataclass
class Checked:
    """What was found: a verdict an exercise, in the assignment's order, and sentences on what had to be put right."""

    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True


def check_task(task: Task) -> Checked:
    """Judge one notebook on the visible cases, in this worker."""
    if task.isolated:
        require_apart(task.apart)
    server = server_for(task.assignment, task.isolated, task.limits)
    restored = restore(task.raw, json.loads(task.released), task.why_missing)
    specs = load_references(task.assignment, catalogue.course().root / "data" / "reference")
    server.start()
    replay = Replay(restored.notebook, server, figures=False)
    try:
        if restored.readable:
            replay.run()
        verdicts = [_better(specs[name], replay) for name in catalogue.exercises(task.assignment)]
    finally:
        replay.end()
    notes = [*restored.notes, *task.beside, *replay.notes, *restored.remarks, *replay.remarks]
    return Checked(verdicts, notes, restored.readable)


def _better(spec: Spec, replay: Replay) -> Verdict:
    """Judge a function at its check; where it is another one at the end of the notebook and does better there, at the end."""
    replay.place = spec.name
    verdict = _judge(spec, replay)
    if verdict.passed or not replay.differs_at_the_end(spec.name):
        return verdict
    replay.place = ""
    last = _judge(spec, replay)
    return last if last.score > verdict.score else verdict


def _judge(spec: Spec, replay: Replay) -> Verdict:
    answer = Answer(
        lambda case, args: replay.call(spec.name, case, args, spec.parameters),
        ahead=lambda calls: replay.ahead(spec.name, calls, spec.parameters),
    )
    with bounded_memory():
        return judge_cases(spec, answer, visible=True)

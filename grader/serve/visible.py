"""What a student's own checks would say: a notebook replayed in the jail and judged on the visible cases. It makes no grade."""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.check import load_references
from assay.spec import Spec
from assay.verdict import Verdict
from grader import catalogue
from grader.executors import Task, opened
from grader.judge import judge_spec
from grader.replay import Replay


@dataclass
class Checked:
    """What was found: a verdict an exercise, in the assignment's order, and sentences on what had to be put right."""

    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True


def check_task(task: Task) -> Checked:
    """Judge one notebook on the visible cases, in this worker."""
    server, restored = opened(task)
    specs = load_references(task.assignment, catalogue.course().root / "data" / "reference")
    server.start()
    replay = Replay(restored.notebook, server, figures=False)
    try:
        if restored.readable:
            replay.run()
        verdicts = [_verdict(specs[name], replay) for name in catalogue.exercises(task.assignment)]
    finally:
        replay.end()
    notes = [*restored.notes, *replay.notes, *restored.remarks, *replay.remarks]
    return Checked(verdicts, notes, restored.readable)


def _verdict(spec: Spec, replay: Replay) -> Verdict:
    return replay.where_it_does_better(spec.name, lambda: judge_spec(spec, replay, visible=True))[0]

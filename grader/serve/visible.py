"""What a student's own checks would say: a notebook replayed in the jail and judged on the visible cases. It makes no grade."""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.check import load_references
from assay.locate import Place
from assay.spec import Spec
from assay.verdict import Verdict
from grader import catalogue, unnamed
from grader.executors import Task, opened
from grader.judge import judge_spec
from grader.replay import Replay


@dataclass
class Checked:
    """What was found: a verdict an exercise, in the assignment's order, sentences on what had to be put right, and the places of slips."""

    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True
    places: dict[str, Place] = field(default_factory=dict)


def check_task(task: Task) -> Checked:
    """Judge one notebook on the visible cases, in this worker."""
    server, restored = opened(task)
    specs = load_references(task.assignment, catalogue.course().root / "data" / "reference")
    server.start()
    replay = Replay(restored.notebook, server, figures=False)
    try:
        if restored.readable:
            replay.run()
        judged = {name: _judged(specs[name], replay) for name in catalogue.exercises(task.assignment)}
        verdicts = {name: verdict for name, (verdict, _) in judged.items()}
        slips = unnamed.slips(task.assignment, verdicts, {name: place for name, (_, place) in judged.items()}, replay)
    finally:
        replay.end()
    notes = [*restored.notes, *replay.notes, *restored.remarks, *replay.remarks]
    return Checked([*verdicts.values()], notes, restored.readable, {name: slip.place for name, slip in slips.items()})


def _judged(spec: Spec, replay: Replay) -> tuple[Verdict, str]:
    """Return a verdict, and the place in the notebook at which it was made."""
    verdict, at_the_end = replay.where_it_does_better(spec.name, lambda: judge_spec(spec, replay, visible=True))
    return verdict, "" if at_the_end else spec.name

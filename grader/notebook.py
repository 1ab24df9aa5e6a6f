"""``grade_notebook``: a submission in, scores and a graded notebook out. Pure: no database, no files."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from assay.display import number
from assay.verdict import Verdict
from grader import catalogue, unnamed
from grader.bounds import without_colours
from grader.judge import judge_remote
from grader.outputs import verdict_outputs
from grader.references import hidden_spec
from grader.replay import Replay, is_missing, left_out, listed
from grader.sandbox import ForkServer, SandboxError
from grader.stubs import text
from grader.submission import STUB, Restored, defines, exercise_of, functions_of, grade_id, is_graded
from grader.unnamed import Slip


@dataclass
class Graded:
    """One graded notebook.

    Attributes
    ----------
    notebook : dict with the scores and verdicts as the graded cells' outputs
    verdicts : by exercise
    scores : by the graded cell's ``grade_id``; only of exercises
    notes : sentences for student and instructor: what was put right, and what kept an answer from counting
    remarks : sentences about what cost nobody anything
    slips : by exercise, where the slip of a refused answer is that nobody can name
    readable : bool, False where the submission could not be read at all
    tier : what isolated the student's code (`grader.sandbox.tiers`)
    seconds : float
    """

    notebook: dict
    verdicts: dict[str, Verdict]
    scores: dict[str, float]
    notes: list[str] = field(default_factory=list)
    readable: bool = True
    tier: str = ""
    seconds: float = 0.0
    answers: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    slips: dict[str, Slip] = field(default_factory=dict)


def grade_notebook(restored: Restored, assignment: str, server: ForkServer, seed: int, figures: bool = True) -> Graded:
    """Run a restored notebook in the jail and judge its functions.

    Parameters
    ----------
    restored : the submission, laid over the released notebook
    assignment : its slug
    server : runs student code
    seed : draws the hidden cases
    figures : whether figures are kept for the feedback

    Raises
    ------
    SandboxError
        If the jail itself fails: our fault, never the student's, and no reason for a score.
    """
    if restored.readable:
        server.begin()
    for name in catalogue.exercises(assignment):
        hidden_spec(assignment, name, seed)  # made once a process: our own preparation is no time of the student's
    if restored.readable:
        server.start()
    start = time.monotonic()
    replay = Replay(restored.notebook, server, figures)
    verdicts: dict[str, Verdict] = {}
    judged_at: dict[str, str] = {}
    try:
        if restored.readable:
            replay.run()
        names = list(catalogue.exercises(assignment))
        for name, following in zip(names, [*names[1:], None]):
            verdicts[name], judged_at[name] = _better(assignment, name, seed, replay, following)
        slips = unnamed.slips(assignment, verdicts, judged_at, replay)
    finally:
        replay.end()
    notes = [*restored.notes, *replay.notes]
    remarks = [*restored.remarks, *replay.remarks]
    if restored.readable:
        notes += _kept_from_counting(verdicts, replay)
        remarks += _defined_twice(replay, list(verdicts))
    if not server.tier.isolated:
        notes.append("This was graded without isolation (--unsafe); the grade is marked so.")
    notebook = restored.notebook
    scores = {}
    for cell in notebook["cells"]:
        name = exercise_of(cell)
        if name in verdicts:
            verdict = verdicts[name]
            points = float(cell["metadata"]["nbgrader"]["points"])
            score = round(min(points, points * verdict.score / verdict.points), 2)
            scores[grade_id(cell)] = score
            cell["outputs"] = verdict_outputs(
                verdict, score, server.tier.isolated, slips[name].place if name in slips else None
            )
    without_colours(notebook)
    if notes or remarks:
        notebook["cells"].insert(0, _notes_cell([*notes, *remarks]))
    notebook["metadata"][catalogue.course().stamp] = {
        "isolated": server.tier.isolated,
        "tier": server.tier.name,
        "notes": [*notes, *remarks],
    }
    answers = functions_of(notebook, list(verdicts))
    return Graded(
        notebook,
        verdicts,
        scores,
        notes,
        restored.readable,
        server.tier.name,
        time.monotonic() - start,
        answers,
        remarks,
        slips,
    )


def _better(assignment: str, name: str, seed: int, replay: Replay, following: str | None) -> tuple[Verdict, str]:
    """Judge a function as it stood at its check; where it is another one at the end and earns more there, as it stands at the end.

    `following` is the function that is judged next. Return the verdict, and the place at which it was judged.
    """
    verdict, at_the_end = replay.where_it_does_better(
        name, lambda: judge_remote(assignment, name, seed, replay, following)
    )
    if at_the_end:
        replay.remarks.append(
            f"`{name}` was judged as it stands at the end of the notebook, which earns more than at its check."
        )
    return verdict, "" if at_the_end else name


def _kept_from_counting(verdicts: dict[str, Verdict], replay: Replay) -> list[str]:
    """Return a sentence for each answer that is there in the notebook and was not judged for what it is, with the points at stake."""
    said = []
    for name, verdict in verdicts.items():
        if verdict.passed:
            continue
        problem = verdict.failing[0].problem
        stake = f"{number(verdict.points - verdict.score)} points are at stake"
        cells = [i for i, cell in enumerate(replay.cells, start=1) if _writes(cell, name)]
        missed = sorted(replay.missed.get(name, ()))
        if problem.kind == "missing" and "not defined" in problem.what and cells:
            said.append(f"`{name}` is written in cell {cells[-1]}, but it is not there when it is judged: {stake}.")
        elif problem.kind == "missing" and "it calls" in problem.what:
            said.append(f"`{name}` was not judged to its end, because {problem.what}: {stake}.")
        elif problem.kind == "crash" or problem.kind == "time" and "used up" in problem.what:
            said.append(f"`{name}` was not judged to its end ({problem.what}): {stake}.")
        elif missed:
            # one name at most is said: which of many a function asks for could tell what it was called with
            what = listed(missed) if len(missed) == 1 else "names"
            skipped = [i for i, cell in left_out(replay.cells) if any(defines(cell, one) for one in missed)]
            because = f"; cell {skipped[-1]}, which is not run while grading, makes it" if skipped else ""
            said.append(f"`{name}` needs {what}, which {is_missing(missed)} when it is judged{because}: {stake}.")
    return said


def _writes(cell: dict, name: str) -> bool:
    return (
        cell["cell_type"] == "code"
        and not is_graded(cell)
        and STUB not in cell["metadata"].get("tags", [])
        and re.search(rf"^[ \t]*def {name}\b", text(cell), re.M) is not None
    )


def _defined_twice(replay: Replay, names: list[str]) -> list[str]:
    """Return a sentence for each function that more than one of the cells that were run defines."""
    said = []
    for name in names:
        where = [step.index for step in replay.steps if name in step.source]
        where = [i + 1 for i in where if len(where) > 1 and defines(replay.cells[i], name)]
        if len(where) > 1:
            cells = ", ".join(map(str, where))
            said.append(
                f"`{name}` is defined in cells {cells}; what stood at its check counts, or the last where that earns more."
            )
    return said


def _notes_cell(notes: list[str]) -> dict:
    lines = "\n".join(f"- {_plain(note)}" for note in notes)
    return {
        "cell_type": "markdown",
        "id": "grader-notes",
        "metadata": {},
        "source": f"**Notes from the grader**\n\n{lines}\n",
    }


def _plain(note: str) -> str:
    """A note may quote a student's first line: let nothing in it act as Markdown, HTML or a formula."""
    note = note.replace("\\", "\\\u200b")
    return re.sub(r"([\\`*_{}\[\]()<>#+!|$&~-])", lambda m: f"&#{ord(m[1])};", note)


def points_line(graded: Graded) -> str:
    """Return the total in words."""
    return f"{number(sum(graded.scores.values()))} of {number(sum(v.points for v in graded.verdicts.values()))} points"


__all__ = ["Graded", "SandboxError", "grade_notebook", "points_line"]

"""The class report: one self-contained HTML page. Nothing of a student's is executed, and nothing is shown that is not escaped."""

from __future__ import annotations

import io
import json
import re
import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from grader import catalogue, closed
from grader.course import Course
from grader.export import Row, rows, unlisted
from grader.gradebook import require_class
from grader.grading import Entry, Log
from grader.similarity import Pair, pairs
from grader.submission import functions_of
from grader.templating import page
from grader.unnamed import Cluster, clusters


@dataclass
class ExerciseReport:
    """One exercise in the class: `share` is the mean share of its points, `discrimination` its correlation with the rest."""

    name: str
    points: float
    share: float
    full: int
    discrimination: float | None
    mistakes: list[tuple[str, int, str]] = field(default_factory=list)  # (id, how many, hint)
    failing: int = 0  # answers without full points
    unnamed: int = 0  # of these, the ones that no known mistake explains


@dataclass
class AssignmentReport:
    """One assignment in the class."""

    name: str
    points: float
    submitted: int
    missing: int
    mean: float
    median: float
    seconds: str
    histogram: str
    difficulty: str
    exercises: list[ExerciseReport]
    mistakes: list[tuple[str, str, int, str]]  # (exercise, id, how many, hint), the most common first
    clusters: list[Cluster]  # of refused answers that no known mistake explains
    attention: list[tuple[str, str]]
    untried: list[tuple[str, str, str]]
    similar: list[Pair]

    @property
    def hardest(self) -> ExerciseReport | None:
        return min(self.exercises, key=lambda e: e.share, default=None) if self.submitted else None


def build(course: Course, assignments: list[str], target: Path) -> Path:
    """Write the report to ``target/index.html`` and return it; CourseError where nobody can be reported on."""
    require_class(course)
    log = Log(course).entries()
    found = rows(course, assignments)
    found += unlisted(course, found)
    names = [name for name in assignments if any(row.assignment == name for row in found)]
    reports = [_assignment(course, name, [row for row in found if row.assignment == name], log) for name in names]
    entries = [entry for (_, name), entry in log.items() if name in names]
    text = page(
        "report.html",
        reports=reports,
        students=len({row.student for row in found if not row.ungraded}),
        submissions=sum(report.submitted for report in reports),
        isolated=all(entry.isolated for entry in entries),
        tiers=sorted({entry.tier for entry in entries if entry.isolated and entry.tier}),
        seconds=_duration(sum(entry.seconds for entry in entries)),
        people={row.student: f"{row.first_name} {row.last_name}".strip() for row in found},
        totals=_totals(found, names),
        names=names,
    )
    target.mkdir(parents=True, exist_ok=True)
    closed.write_text(target / "index.html", text)
    return target / "index.html"


def _assignment(course: Course, name: str, found: list[Row], log: dict[tuple[str, str], Entry]) -> AssignmentReport:
    handed_in = [row for row in found if row.score is not None]
    totals = [row.total for row in handed_in] or [0.0]
    points = found[0].points
    entries = {student: entry for (student, assignment), entry in log.items() if assignment == name}
    exercises = _exercises(name, handed_in, entries)
    return AssignmentReport(
        name,
        points,
        len(handed_in),
        sum(row.score is None and not row.ungraded for row in found),
        statistics.fmean(totals),
        statistics.median(totals),
        _duration(sum(entry.seconds for entry in entries.values())),
        _histogram(totals, points, name),
        _difficulty(exercises, name),
        exercises,
        sorted(
            ((e.name, id_, n, hint) for e in exercises for id_, n, hint in e.mistakes),
            key=lambda m: (-m[2], m[0], m[1]),
        ),
        clusters({row.student: entries[row.student].slips for row in handed_in if row.student in entries}),
        _attention(handed_in, entries)
        + [(row.student, row.ungraded) for row in found if row.ungraded and row.student not in entries],
        _untried(handed_in, entries),
        pairs(_answers(course, name, [row.student for row in handed_in])),
    )


def _exercises(assignment: str, found: list[Row], entries: dict[str, Entry]) -> list[ExerciseReport]:
    mistakes: dict[str, Counter] = {}
    for entry in entries.values():
        for exercise, mistake in entry.mistakes:
            mistakes.setdefault(exercise, Counter())[mistake] += 1
    reports = []
    for exercise in catalogue.exercises(assignment).values():
        scores = np.array([row.scores.get(exercise.name, 0.0) for row in found])
        rest = np.array([sum(row.scores.values()) for row in found]) - scores
        hints = {mistake.id: mistake.hint for mistake in exercise.mistakes}
        named = mistakes.get(exercise.name, Counter())
        common = [(id_, n, hints.get(id_, "")) for id_, n in named.most_common()]
        failing = int((scores < exercise.points).sum())
        reports.append(
            ExerciseReport(
                exercise.name,
                exercise.points,
                float(scores.mean() / exercise.points) if len(scores) else 0.0,
                int((scores >= exercise.points).sum()),
                float(np.corrcoef(scores, rest)[0, 1]) if len(scores) > 2 and scores.std() and rest.std() else None,
                common,
                failing,
                max(0, failing - named.total()),
            )
        )
    return reports


def _attention(found: list[Row], entries: dict[str, Entry]) -> list[tuple[str, str]]:
    """Return the submissions that need a person, with the reason."""
    listed = []
    for row in found:
        entry = entries.get(row.student)
        if entry is None:
            listed.append((row.student, "was not graded by this command"))
        elif entry.outcome != "graded" or entry.notes:
            listed.append((row.student, _gathered(entry.notes) or entry.outcome))
        elif row.needs_manual:
            listed.append((row.student, "has an answer that a person grades"))
    for student, entry in entries.items():
        if entry.outcome == "failed" and student not in {row.student for row in found}:
            listed.append((student, _gathered(entry.notes)))
    return listed


def _untried(found: list[Row], entries: dict[str, Entry]) -> list[tuple[str, str, str]]:
    """Return (student, exercise, lines) of answers that pass with lines that no case reached; students never read it, since their process tells it."""
    return [(row.student, *pair) for row in found if row.student in entries for pair in entries[row.student].untried]


def _gathered(notes: tuple[str, ...]) -> str:
    """Return the notes as one text, in which what happened to several cells is said once."""
    cells: dict[str, list[str]] = {}
    for note in notes:
        match = re.fullmatch(r"The cell (\w+) (was .+|stands .+)", note)
        cells.setdefault(match[2] if match else note, []).extend([match[1]] if match else [])
    said = []
    for what, names in cells.items():
        if len(names) > 1:
            what = what.replace("was missing; it was", "were missing; they were").replace(
                "was changed; it was", "were changed; they were"
            )
            what = (
                what.replace("as it was released", "as they were released")
                .replace("stands", "stand")
                .replace("the copy was", "the copies were")
            )
            said.append(f"{len(names)} cells {what.rstrip('.')}: {', '.join(names)}.")
        else:
            said.append(f"The cell {names[0]} {what}" if names else what)
    return " ".join(said)


def _duration(seconds: float) -> str:
    return (
        f"{seconds:.1f} s"
        if seconds < 100
        else f"{seconds / 60:.0f} min"
        if seconds < 6000
        else f"{seconds / 3600:.1f} h"
    )


def _answers(course: Course, assignment: str, students: list[str]) -> dict[str, dict[str, str]]:
    names = list(catalogue.exercises(assignment))
    found = {}
    for student in students:
        path = course.folder("autograded", student, assignment) / f"{assignment}.ipynb"
        if path.is_file():
            notebook = json.loads(path.read_text(encoding="utf-8"))
            found[student] = {
                name: text
                for name, text in functions_of(notebook, names).items()
                if "raise NotImplementedError" not in text
            }
    return found


def _totals(found: list[Row], names: list[str]) -> list[tuple[str, list[Row | None], float]]:
    by_student: dict[str, dict[str, Row]] = {}
    for row in found:
        by_student.setdefault(row.student, {})[row.assignment] = row
    return [
        (student, [own.get(name) for name in names], sum(row.total for row in own.values()))
        for student, own in sorted(by_student.items())
    ]


def _figure(width: float, height: float):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure, alt: str) -> str:
    import html

    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "report"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    return text.replace("<svg", f'<svg role="img" aria-label="{html.escape(alt, quote=True)}"', 1)


def _histogram(totals: list[float], points: float, name: str) -> str:
    figure, axes = _figure(5.2, 2.4)
    counts, _, _ = axes.hist(totals, bins=np.linspace(0, points, 11), color="#0072b2", edgecolor="white")
    axes.axvline(
        statistics.median(totals), color="#a03c00", linestyle="--", label=f"median {statistics.median(totals):g}"
    )
    axes.set(xlabel="points", ylabel="submissions", xlim=(0, points))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, loc="upper left")
    spread = ", ".join(f"{int(n)}" for n in counts)
    return _svg(figure, f"Histogram of the points in {name}, in tenths from 0 to {points:g}: {spread} submissions")


def _difficulty(exercises: list[ExerciseReport], name: str) -> str:
    figure, axes = _figure(5.2, 0.6 + 0.26 * len(exercises))
    labels = [exercise.name for exercise in exercises][::-1]
    shares = [100 * exercise.share for exercise in exercises][::-1]
    bars = axes.barh(labels, shares, color="#56b4e9", edgecolor="#0072b2")
    axes.bar_label(bars, fmt="%.0f %%", padding=3, fontsize=8)
    axes.set(xlabel="mean share of the points, per cent", xlim=(0, 112))
    axes.tick_params(axis="y", labelsize=8)
    said = ", ".join(f"{exercise.name} {100 * exercise.share:.0f} %" for exercise in exercises)
    return _svg(figure, f"Mean share of the points by exercise in {name}: {said}")

"""Grading on Gradescope: the zip that an instructor uploads there, and what it does when a student hands in.

On that machine ``python -m grader.gradescope /autograder`` grades what lies in ``submission/`` by the same engine, cases and seed as
``grade`` does, and writes ``results/results.json``. Formats: https://gradescope-autograders.readthedocs.io/en/latest/specs/ and
.../submission_metadata/.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import re
import shutil
import sys
import tempfile
import time
import tomllib
import zipfile
from pathlib import Path

import assay
from grader import catalogue, closed
from grader.course import Course, CourseError
from grader.executors import Task, grade_task
from grader.notebook import Graded
from grader.references import hidden_seed
from grader.sandbox import jail
from grader.submission import read_submission
from grader.wheel import requirements as requirements_of_a_wheel

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
ENGINE = ("msgspec", "numpy", "ipython", "matplotlib")  # what grading itself imports, here and in the jail
_SETUP = """\
#!/bin/bash
# Written by python -m grader gradescope. Runs once, when Gradescope builds the image.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv
apt-get install -y --no-install-recommends bubblewrap || true  # the best isolation, where the machine allows it
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or later is needed: choose a newer base image (Ubuntu 24.04) in the autograder's settings" >&2
    exit 1
}
python3 -m venv /opt/grader
/opt/grader/bin/pip install --no-cache-dir -r /autograder/source/requirements.txt
chmod -R go=u,go-w /opt/grader  # the users of submissions read it
"""
_RUN = """\
#!/bin/sh
# Written by python -m grader gradescope. Runs for each hand-in; what it prints is for the instructor alone.
chmod go= /autograder/*  # a hand-in may run as a user of its own, who must not read them
cd /autograder/source/course && exec /opt/grader/bin/python -m grader.gradescope /autograder
"""


def pack(course: Course, assignment: str, target: Path, visibility: str = VISIBILITIES[0]) -> Path:
    """Write the zip for an assignment to `target` and return it.

    Parameters
    ----------
    visibility : when students see scores and verdicts, as Gradescope names it

    Raises
    ------
    CourseError
        If the assignment was not released in this course: hand-ins are judged in the released notebook.
    """
    released = course.released(assignment)
    if not released.is_file():
        raise CourseError(f"{released} is missing; run: python -m grader release {assignment}")
    settings = {"assignment": assignment, "seed": hidden_seed(course.root), "visibility": visibility}
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        place = Path(folder)
        _gather(place / "course", assignment)
        shutil.copyfile(released, place / "released.ipynb")
        (place / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        (place / "requirements.txt").write_text(
            "".join(f"{one}\n" for one in requirements(assignment)), encoding="utf-8"
        )
        for name, text in (("setup.sh", _SETUP), ("run_autograder", _RUN)):
            (place / name).write_text(text, encoding="utf-8", newline="\n")
            (place / name).chmod(0o755)
        target.parent.mkdir(parents=True, exist_ok=True)
        closed.make_file(target)  # it holds the seed and the answers
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path for path in place.rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(place))
    return target


def _gather(folder: Path, assignment: str) -> None:
    """Copy what grading an assignment needs: the engine, the course's rooms and its data."""
    course = catalogue.course()
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    rooms = {place.name: place for place in (Path(__file__).parent, Path(assay.__file__).parent)}
    rooms |= {name: course.root / name for name in (*catalogue.ROOMS, *([course.library] if course.library else []))}
    for name, place in rooms.items():
        shutil.copytree(place, folder / name, ignore=ignore)
    options = jail.server_options((), course[assignment].data, jail.Limits())
    for name, file in jail.data(options).items():
        (folder / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / "data" / name)
    notebook = course.root / "notebooks" / assignment / f"{assignment}.ipynb"
    (folder / "notebooks" / assignment).mkdir(parents=True)
    shutil.copyfile(notebook, folder / "notebooks" / assignment / notebook.name)
    shutil.copyfile(course.root / catalogue.FILE, folder / catalogue.FILE)


def requirements(assignment: str) -> list[str]:
    """Return what pip installs there: the engine's needs, the course's and the assignment's, in the versions that are here."""
    course = catalogue.course()
    project = course.root / "pyproject.toml"
    if project.is_file():
        own = tomllib.loads(project.read_text(encoding="utf-8"))["project"].get("dependencies", [])
    else:
        own = requirements_of_a_wheel()
    found = {}
    for one in (*ENGINE, *own, *course[assignment].needs):
        name = re.match(r"[A-Za-z0-9._-]+", one)[0]
        try:
            found[name.lower()] = f"{name}=={importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            found.setdefault(name.lower(), one)
    return list(found.values())


def run(root: Path) -> Path:
    """Grade what was handed in and write results.json; return it. An error of ours writes none, and costs nobody a point."""
    source, settings = root / "source", json.loads((root / "source" / "settings.json").read_text(encoding="utf-8"))
    raw, why_missing = _handed_in(root / "submission", settings["assignment"])
    released = (source / "released.ipynb").read_text(encoding="utf-8")
    begun = time.monotonic()
    apart = (str(source), str(root / "results"))
    task = Task("", settings["assignment"], raw, why_missing, released, settings["seed"], figures=False, apart=apart)
    graded = grade_task(task)
    text = json.dumps(results(graded, settings, _metadata(root), time.monotonic() - begun), indent=1)
    target = root / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")
    return target


def results(graded: Graded, settings: dict, metadata: dict, seconds: float) -> dict:
    """Return what Gradescope reads: an entry an exercise, with its points and the verdict as text."""
    exercises = catalogue.exercises(settings["assignment"])
    scores = {name: graded.scores.get(f"test_{name}", 0.0) for name in exercises}
    late = _seconds_late(metadata)
    notes = [*graded.notes, *graded.remarks]
    if late > 0:
        notes.append(f"Handed in {dt.timedelta(seconds=round(late))} after the due date.")
    return {
        "execution_time": round(seconds, 1),
        "output": "\n".join(notes),
        "visibility": settings["visibility"],
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": name,
                "number": str(number),
                "score": scores[name],
                "max_score": float(exercise.points),
                "status": "passed" if graded.verdicts[name].score >= exercise.points else "failed",
                "output": graded.verdicts[name].text(),
            }
            for number, (name, exercise) in enumerate(exercises.items(), 1)
        ],
        "extra_data": {"isolation": graded.tier, "seconds_late": late, "submitted": metadata.get("created_at")},
    }


def _handed_in(folder: Path, assignment: str) -> tuple[bytes | None, str]:
    """Return the notebook that was handed in, or None and why there is none; links are not followed."""
    found = [path for path in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
    named = [path for path in found if path.name == f"{assignment}.ipynb"] or found
    if len(named) > 1:
        names = ", ".join(str(path.relative_to(folder)) for path in named[:5])
        return None, f"More than one notebook was handed in ({names}); hand in {assignment}.ipynb alone."
    return read_submission(named[0] if named else folder / f"{assignment}.ipynb")


def _metadata(root: Path) -> dict:
    try:
        return json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not on Gradescope
        return {}


def _seconds_late(metadata: dict) -> float:
    """Return by how much a hand-in came after its due date, in seconds; 0.0 where it was in time or there is none."""
    due, made = (metadata.get("assignment") or {}).get("due_date"), metadata.get("created_at")
    for user in metadata.get("users") or ():  # an extension is the student's own
        due = ((user.get("assignment") or {}).get("due_date")) or due
    if not due or not made:
        return 0.0
    return max(0.0, (dt.datetime.fromisoformat(made) - dt.datetime.fromisoformat(due)).total_seconds())


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))

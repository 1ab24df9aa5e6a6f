"""What ``nbgrader_config.py`` names, so that ``nbgrader autograde`` and formgrader's button grade in the jail."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import from_dict
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Enum

from grader import catalogue, closed, prose
from grader.beside import beside, copy_beside, linked
from grader.course import Submission
from grader.executors import server_for
from grader.notebook import grade_notebook
from grader.references import hidden_seed
from grader.sandbox import tiers
from grader.submission import Restored, read_submission, restore


def course_directory_of(component: Any) -> Any:
    """Return the CourseDirectory of the converter that a component belongs to."""
    while component is not None:
        if getattr(component, "coursedir", None) is not None:
            return component.coursedir
        component = component.parent
    raise RuntimeError("this is a part of nbgrader's autograde and works only inside it")


def close_course(notebooks: list[str], **_: Any) -> None:
    """Keep others out of what nbgrader's steps write; it calls this before and after each submission, in the course folder."""
    course = Path.cwd()
    closed.close(course, "autograded", "feedback")
    for student in {Path(notebook).parent.parent.name for notebook in notebooks}:
        for step in ("submitted", "autograded", "feedback"):
            closed.close_all(course / step / student)


def in_formgrader(markdown: str) -> str:
    """Return the HTML of a cell's text for formgrader, whose style sheet gives a table of no class neither lines nor space."""
    return prose.in_formgrader(markdown).replace("<table>", '<table class="table table-bordered" style="width: auto">')


class SubmissionExporter(NotebookExporter):
    """Reads submissions without trusting them: a notebook that cannot be read becomes the released one with a note."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        if isinstance(self.parent, Autograde):
            _guard(self.parent)

    def from_filename(self, filename: str, resources: dict | None = None, **options: Any) -> Any:
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **options)
        nbgrader = resources["nbgrader"]
        coursedir = course_directory_of(self)
        released = (
            Path(coursedir.format_path(coursedir.release_directory, ".", nbgrader["assignment"]))
            / f"{nbgrader['notebook']}.ipynb"
        )
        if not released.is_file():
            raise RuntimeError(f"{released} is missing; run: nbgrader generate_assignment {nbgrader['assignment']}")
        raw, why = read_submission(Path(filename))
        restored = restore(raw, json.loads(released.read_text(encoding="utf-8")), why)
        restored.notes.extend(beside(Path(filename).parent).notes)
        for note in restored.notes:
            self.log.warning("%s: %s", nbgrader["student"], note)
        restored.notebook["metadata"][catalogue.course().stamp] = {
            "notes": restored.notes,
            "readable": restored.readable,
            "remarks": restored.remarks,
        }
        return self.from_notebook_node(from_dict(restored.notebook), resources=resources, **options)


def _guard(converter: Any) -> None:
    """Let nbgrader's autograde see a submission's folder as we do.

    Its own copying follows links, to anybody's files, and waits at a pipe for ever; its look at the timestamp does so, too. It gets a
    folder in which the plain files alone lie, and no submission whose own folder is a link.
    """
    where = converter._format_source

    def with_plain_files(step: Callable) -> Callable:
        def guarded(assignment_id: str, student_id: str) -> Any:
            coursedir = converter.coursedir
            folder = Path(where(assignment_id, student_id))
            if linked(folder, Path(coursedir.root, coursedir.submitted_directory)):
                raise RuntimeError(
                    f"{folder} is a link, or lies in one, and is not graded: it may lead to another's work. Put the hand-in's files there."
                )
            with tempfile.TemporaryDirectory(prefix="grader-") as plain:
                copy_beside(folder, Path(plain))
                Path(plain, "timestamp.txt").unlink(missing_ok=True)
                if stamp := Submission(student_id, assignment_id, folder).timestamp:
                    Path(plain, "timestamp.txt").write_text(stamp)
                converter._format_source = lambda *names, escape=False: plain
                try:
                    return step(assignment_id, student_id)
                finally:
                    converter._format_source = where

        return guarded

    converter.init_destination = with_plain_files(converter.init_destination)
    converter.init_assignment = with_plain_files(converter.init_assignment)


class Judge(NbGraderPreprocessor):
    """Runs a restored notebook in the jail and writes verdicts and scores into its graded cells."""

    unsafe = Bool(False, help="Grade without isolation; every grade is marked so.").tag(config=True)
    require = Enum([tier.name for tier in tiers.TIERS], tiers.ANY, help="Grade with no less isolation.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        nbgrader = resources["nbgrader"]
        own = nb.metadata.pop(catalogue.course().stamp, {})
        plain = json.loads(json.dumps(nb))
        restored = Restored(
            plain, list(own.get("notes", [])), bool(own.get("readable", True)), list(own.get("remarks", []))
        )
        server = server_for(nbgrader["assignment"], tiers.NONE.name if self.unsafe else self.require)
        server.tier.guard(_places(course_directory_of(self)))
        graded = grade_notebook(restored, nbgrader["assignment"], server, hidden_seed(course_directory_of(self).root))
        return from_dict(graded.notebook), resources


def _places(coursedir: Any) -> list[Path]:
    """Return where secrets of a course lie, wherever its configuration puts them."""
    steps = ("submitted", "autograded", "feedback")
    named = [Path(coursedir.root, getattr(coursedir, f"{step}_directory")) for step in steps]
    file = coursedir.db_url.removeprefix("sqlite:///")
    root = Path(coursedir.root)
    return [root, root / ".instructor", *named, *([Path(file)] if file != coursedir.db_url else [])]

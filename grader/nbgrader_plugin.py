"""What ``nbgrader_config.py`` names, so that ``nbgrader autograde`` and formgrader's button grade in the jail."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from grader.executors import needs_tensorflow
from grader.notebook import grade_notebook
from grader.references import hidden_seed
from grader.sandbox import ForkServer
from grader.submission import Restored, copy_extra_files, read_submission, restore


def course_directory_of(component: Any) -> Any:
    """Return the CourseDirectory of the converter that a component belongs to."""
    while component is not None:
        if getattr(component, "coursedir", None) is not None:
            return component.coursedir
        component = component.parent
    raise RuntimeError("this is a part of nbgrader's autograde and works only inside it")


class SubmissionExporter(NotebookExporter):
    """Reads submissions without trusting them: a notebook that cannot be read becomes the released one with a note."""

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
        _only_extra_files(coursedir, nbgrader["student"], nbgrader["assignment"])
        raw, why = read_submission(Path(filename))
        if _is_linked(_submitted(coursedir, nbgrader["student"], nbgrader["assignment"])):
            raw, why = (
                None,
                "The folder of the hand-in is a link, which is not followed; put the student's own files there.",
            )
        restored = restore(raw, json.loads(released.read_text(encoding="utf-8")), why)
        for note in restored.notes:
            self.log.warning("%s: %s", nbgrader["student"], note)
        restored.notebook["metadata"]["idnn"] = {
            "notes": restored.notes,
            "readable": restored.readable,
            "remarks": restored.remarks,
        }
        return self.from_notebook_node(from_dict(restored.notebook), resources=resources, **options)


def _only_extra_files(coursedir: Any, student: str, assignment: str) -> None:
    """Copy again what nbgrader has copied: it follows links, which may lead to anybody's files, and keeps pages with scripts."""
    submitted, target, source = (
        Path(coursedir.format_path(step, who, assignment))
        for step, who in (
            (coursedir.submitted_directory, student),
            (coursedir.autograded_directory, student),
            (coursedir.source_directory, "."),
        )
    )
    for place, folders, names in os.walk(target):
        for name in [
            name for name in folders if name.endswith(".ipynb")
        ]:  # it stands where the graded notebook belongs
            shutil.rmtree(Path(place, name))
            folders.remove(name)
        for file in (Path(place, name) for name in names):
            if not (source / file.relative_to(target)).exists():
                file.unlink()
    if not _is_linked(submitted):
        copy_extra_files(submitted, target)


def _submitted(coursedir: Any, student: str, assignment: str) -> Path:
    return Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))


def _is_linked(folder: Path) -> bool:
    """Whether a hand-in's folder may be another student's."""
    return folder.is_symlink() or folder.parent.is_symlink()


class Judge(NbGraderPreprocessor):
    """Runs a restored notebook in the jail and writes verdicts and scores into its graded cells."""

    unsafe = Bool(False, help="Grade without isolation; every grade is marked so.").tag(config=True)

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        nbgrader = resources["nbgrader"]
        own = nb.metadata.pop("idnn", {})
        plain = json.loads(json.dumps(nb))
        restored = Restored(
            plain, list(own.get("notes", [])), bool(own.get("readable", True)), list(own.get("remarks", []))
        )
        server = _server(needs_tensorflow(nbgrader["assignment"]), not self.unsafe)
        graded = grade_notebook(restored, nbgrader["assignment"], server, hidden_seed(course_directory_of(self).root))
        return from_dict(graded.notebook), resources


@functools.cache
def _server(tensorflow: bool, isolated: bool) -> ForkServer:
    server = ForkServer(tensorflow, isolated=isolated)
    atexit.register(server.stop)
    return server

"""Feedback: one self-contained page a student, and zips that a learning-management system takes back.

A page runs no script and loads nothing: formulas are MathML, pictures lie inside it. Of a student's notebook it shows text and pictures
only; HTML is shown where the judge wrote it and in the course's own prose. ``nbgrader generate_feedback`` writes the same pages.
"""

from __future__ import annotations

import base64
import binascii
import functools
import html
import json
import zipfile
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert.exporters import Exporter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets import default

from grader import catalogue
from grader.bounds import is_code
from grader.course import Course, CourseError
from grader.intake.record import Record
from grader.nbgrader_plugin import course_directory_of
from grader.outputs import MAX_ALL_PIXELS, MAX_IMAGE_BYTES, pixels
from grader.prose import to_html
from grader.release import course_directory, quiet_log
from grader.stubs import text
from grader.submission import OwnTexts, exercise_of, grade_id, is_graded
from grader.templating import page

FORMATS = ("students", "canvas", "moodle")
MAX_TEXT = 20_000  # characters of one printed output on the page, and of a cell that is too long to be highlighted
MAX_PAGE = 3_000_000  # characters of a page's cells and outputs, pictures and verdicts aside
MAX_COLOURED = 300_000  # characters of a page's code that are highlighted
MAX_TYPESET = 60_000  # characters of a page's text of a student's that are typeset
MAX_NOTES = 40
_code = HtmlFormatter(nowrap=True)


class FeedbackExporter(Exporter):
    """What ``nbgrader_config.py`` names: from a graded notebook with its grades to a page."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: dict | None = None, **options: Any) -> tuple[str, dict]:
        nb, resources = super().from_notebook_node(nb, resources, **options)
        own = resources["nbgrader"]
        coursedir = course_directory_of(self)
        folder = coursedir.format_path(coursedir.release_directory, ".", own["assignment"])
        released = Path(folder) / f"{own['notebook']}.ipynb"
        prose = _prose(released, released.stat().st_mtime_ns) if released.is_file() else frozenset()
        return feedback_page(nb, own, prose), resources


@functools.lru_cache(maxsize=8)
def _prose(released: Path, changed: int) -> OwnTexts:
    """Return the course's own Markdown cells, which are shown as they were written."""
    return OwnTexts(json.loads(released.read_text(encoding="utf-8")))


def feedback_page(notebook: dict, grades: dict, prose: Container[str] = frozenset()) -> str:
    """Return the page of one graded notebook.

    Parameters
    ----------
    notebook : the graded notebook; its cells' metadata hold score, points and comment, as nbgrader's GetGrades puts them there
    grades : student, assignment, score, max_score, late_penalty
    prose : the Markdown cells that are the course's own
    """
    room = _Room()
    cells = [_cell(cell, prose, room) for cell in notebook["cells"]]
    exercises = [cell for cell in cells if cell["exercise"]]
    notes = list(dict.fromkeys(notebook["metadata"].get(catalogue.course().stamp, {}).get("notes", [])))
    if len(notes) > MAX_NOTES:
        notes = [*notes[:MAX_NOTES], f"{len(notes) - MAX_NOTES} notes more stand in the graded notebook."]
    manual = [cell for cell in cells if cell["points"] is not None and not cell["exercise"]]
    return page(
        "feedback.html",
        cells=[cell for cell in cells if cell["id"] != "grader-notes"],
        exercises=exercises,
        manual=manual,
        notes=notes,
        isolated=notebook["metadata"].get(catalogue.course().stamp, {}).get("isolated", True),
        code_style=Markup(_code.get_style_defs(".code")),
        **{name: grades[name] for name in ("student", "assignment", "score", "max_score", "late_penalty")},
    )


_NOT_SHOWN = Markup('<p class="tag">Not shown: the page has no room for more. It stands in the graded notebook.</p>')


class _Room:
    """What a page may still hold of a student's; where it is full, it says so and shows the verdicts alone."""

    def __init__(self) -> None:
        self.left, self.coloured, self.typeset = MAX_PAGE, MAX_COLOURED, MAX_TYPESET
        self.bytes, self.pixels = MAX_IMAGE_BYTES, MAX_ALL_PIXELS

    def holds(self, shown: Markup) -> Markup:
        """Return `shown`, or where there is no room for it a line that says so."""
        if len(shown) > self.left:
            return _NOT_SHOWN
        self.left -= len(shown)
        return shown

    def plain(self, said: str, before: str = "<pre>") -> Markup:
        """Return text as it is; where there is no room for it, nothing is made of it."""
        return self.holds(Markup(before) + escape(said) + Markup("</pre>")) if len(said) <= self.left else _NOT_SHOWN

    def code(self, source: str) -> Markup:
        """Return a cell's code, in colours where that takes no time."""
        if is_code(source) and len(source) <= self.coloured:
            self.coloured -= len(source)
            return self.holds(Markup('<pre class="code">{}</pre>').format(_highlighted(source)))
        return self.plain(_cut(source))

    def prose(self, source: str, ours: bool) -> Markup:
        """Return a cell of text, typeset where that takes no time."""
        if not ours:
            self.typeset -= len(source)
        if ours or self.typeset >= 0:
            return self.holds(Markup(to_html(source, ours=ours)))
        return self.plain(_cut(source), '<pre class="wrapped">')

    def picture(self, encoded: str, mime: str) -> Markup:
        """Return a picture, whose header says how much of a browser it takes."""
        try:
            data = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        size = pixels(data, mime.removeprefix("image/"))
        if not size or size > self.pixels or len(data) > self.bytes:
            return Markup(
                '<p class="tag">A figure of this cell is not shown: it is none, or too large for the page.</p>'
            )
        self.pixels, self.bytes = self.pixels - size, self.bytes - len(data)
        return Markup(f'<img src="data:{mime};base64,{html.escape(encoded)}" alt="a figure of this cell">')


def _cell(cell: dict, prose: Container[str], room: _Room) -> dict:
    """Return what the page shows of one cell."""
    own = cell["metadata"].get("nbgrader", {})
    source, exercise = text(cell), exercise_of(cell)
    shown: dict[str, Any] = {
        "id": cell.get("id", ""),
        "name": grade_id(cell) or "",
        "kind": cell["cell_type"],
        "exercise": exercise,
        "answer": bool(own.get("solution")),
        "score": own.get("score") if is_graded(cell) else None,
        "points": own.get("points") if is_graded(cell) else None,
        "comment": own.get("comment") or "",
        "source": "",
        "outputs": [],
    }
    if exercise:
        automatic = [_number(output) for output in cell.get("outputs", []) if output["output_type"] == "execute_result"]
        shown["by_person"] = automatic != [shown["score"]]
    elif cell["cell_type"] != "code":
        shown["source"] = room.prose(source, source in prose)
    elif source.strip():
        shown["source"] = room.code(source)
    if cell["cell_type"] == "code":
        shown["outputs"] = [said for output in cell.get("outputs", []) if (said := _output(output, exercise, room))]
    return shown


@functools.lru_cache(maxsize=1024)  # most of a class's cells are the same
def _highlighted(source: str) -> Markup:
    return Markup(highlight(source, PythonLexer(stripnl=False), _code))


def _number(output: dict) -> float | None:
    try:
        return float(_joined(output["data"]["text/plain"]))
    except (KeyError, ValueError):
        return None


def _output(output: dict, exercise: str | None, room: _Room) -> Markup | None:
    """Return an output: the judge's verdict as it is, of a student's output its text or picture."""
    kind, data = output["output_type"], output.get("data", {})
    if kind == "execute_result" and exercise:
        return None  # the score, which the page shows in words
    if exercise and "text/html" in data:
        return Markup(_joined(data["text/html"]))
    for picture in ("image/png", "image/jpeg"):
        if picture in data:
            return room.picture("".join(_joined(data[picture]).split()), picture)
    if kind == "error":
        return room.plain(f"{output.get('ename', '')}: {_cut(output.get('evalue', ''))}", '<pre class="error">')
    said = _cut(_joined(output.get("text", data.get("text/plain", "")))).rstrip()
    return room.plain(said) if said else None


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _cut(said: str) -> str:
    return said if len(said) <= MAX_TEXT else f"{said[:MAX_TEXT]}\n... {len(said) - MAX_TEXT} more characters"


def graded_assignments(course: Course, assignments: list[str], asked: bool = False) -> list[str]:
    """Return the assignments of which something is graded.

    Parameters
    ----------
    asked : whether they were asked for by name, so that each must be

    Raises
    ------
    CourseError
        If nothing is graded of any, or of one that was asked for.
    """
    found = [name for name in assignments if list((course.root / "autograded").glob(f"*/{name}/{name}.ipynb"))]
    if asked and (missing := [name for name in assignments if name not in found]):
        raise CourseError(f"nothing of {missing[0]} is graded yet; run: python -m grader grade {missing[0]}")
    if not found:
        raise CourseError(f"nothing is graded in {course.root} yet; run: python -m grader grade")
    return found


def write_pages(course: Course, assignment: str, *students: str) -> list[Path]:
    """Write the feedback pages of an assignment's graded notebooks, of some students if any are named, and return them.

    Raises
    ------
    CourseError
        If nothing of one of the students is graded.
    """
    for student in students:
        if not _graded(course, student, assignment).is_file():
            raise CourseError(
                f"nothing of {student} is graded for {assignment}; run: python -m grader grade {assignment} --student {student}"
            )
    return [page for student in students or ("*",) for page in _write_pages(course, assignment, student)]


def _graded(course: Course, student: str, assignment: str) -> Path:
    return course.folder("autograded", student, assignment) / f"{assignment}.ipynb"


def _write_pages(course: Course, assignment: str, student: str) -> list[Path]:
    from nbgrader.converters import GenerateFeedback

    directory, config = course_directory(course, assignment)
    directory.student_id = student
    converter = GenerateFeedback(coursedir=directory, config=config)
    converter.force = True
    converter.log = quiet_log()
    converter.start()
    return sorted((course.root / "feedback").glob(f"{student}/{assignment}/{assignment}.html"))


def write_zips(course: Course, assignment: str, kind: str) -> list[tuple[Path, list[str]]]:
    """Write the pages of an assignment as zips into ``returned/``; return each with the students who are not in it.

    ``students``: one zip a student, with the page and the graded notebook. ``canvas`` and ``moodle``: one zip for the whole class, in
    which each page carries the name that the system gave to the hand-in, which is how it finds the student again.

    Raises
    ------
    CourseError
        If there is no feedback yet, or none of the hand-ins came from that system.
    """
    pages = sorted((course.root / "feedback").glob(f"*/{assignment}/{assignment}.html"))
    if not pages:
        raise CourseError(f"there is no feedback for {assignment} yet; run: python -m grader feedback {assignment}")
    target = course.root / "returned"
    course.close(target.name)
    if kind == "students":
        return [(_student_zip(course, assignment, path, target), []) for path in pages]
    record = Record(course, assignment).known
    names = {path.parent.parent.name: _name(record.get(path.parent.parent.name, {}), kind) for path in pages}
    if not any(names.values()):
        raise CourseError(
            f"no hand-in of {assignment} was collected from a download of {kind.capitalize()}, so no page can be named for it; "
            "use --zip students, or collect the download again with python -m grader collect"
        )
    path = target / f"{assignment}-feedback-{kind}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for page_path in pages:
            name = names[page_path.parent.parent.name]
            if name:
                archive.writestr(_entry(name), page_path.read_bytes())
    return [(path, [student for student, name in names.items() if not name])]


def _name(known: dict, kind: str) -> str:
    """Return the feedback's name in a system's zip, or nothing where the hand-in did not come from there.

    Canvas reads user and file number off the name (instructure/canvas-lms, Assignment#infer_comment_context_from_filename), Moodle the
    participant's number and the plugin off the folder (moodle/moodle, mod/assign/feedback/file/importziplib.php).
    """
    if known.get("from") != kind or not known.get("name"):  # a group's member whose number is not known
        return ""
    return f"{known['name']}_feedback.html" if kind == "canvas" else f"{known['name']}/feedback.html"


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry without the time of its making, so that the same pages give the same zip."""
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def _student_zip(course: Course, assignment: str, path: Path, target: Path) -> Path:
    student = path.parent.parent.name
    folder = target / assignment
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{student}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in _files(course, assignment, student, path):
            archive.writestr(_entry(name), file.read_bytes())
    return folder / f"{student}.zip"


def _files(course: Course, assignment: str, student: str, path: Path) -> Iterator[tuple[str, Path]]:
    yield f"{assignment}-feedback.html", path
    graded = _graded(course, student, assignment)
    if graded.is_file():
        yield f"{assignment}-graded.ipynb", graded

"""Release: the notebook that students get, by nbgrader's generate_assignment, stamped with a version; and the handout to upload.

Every released notebook is kept in ``.instructor/releases/<assignment>/v<number>.ipynb``. A corrected release carries the digests of all
earlier cells, so a hand-in that was begun with an earlier version is read without complaint and judged like all others.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from assay import frameworks
from grader import catalogue, stubs
from grader.course import Course, CourseError
from grader.gradebook import open_gradebook
from grader.submission import cell_digest, grade_id, is_graded
from grader.templating import page
from grader.wheel import build_wheel

PICTURES = Path(__file__).parent / "templates" / "start"


def load_config(course: Course):
    """Return the course's nbgrader configuration."""
    from traitlets.config import PyFileConfigLoader

    course.prepare()
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


def course_directory(course: Course, assignment: str):
    """Return nbgrader's view of the course folder."""
    from nbgrader.coursedir import CourseDirectory

    config = load_config(course)
    directory = CourseDirectory(config=config)
    directory.root, directory.assignment_id, directory.db_url = str(course.root), assignment, course.database
    return directory, config


def release(course: Course, assignment: str, note: str = "") -> Path:
    """Generate the released notebook and enter the assignment into the gradebook; return the released folder.

    Parameters
    ----------
    note : what a corrected release changes, for the students

    Raises
    ------
    CourseError
        If the source notebook is missing, its stubs are stale, or exercises came or went after the first hand-in was graded.
    """
    from nbgrader.converters import GenerateAssignment

    source = stubs.notebook_path(assignment)
    if not source.is_file():
        raise CourseError(f"{source} is missing")
    notebook = json.loads(source.read_text(encoding="utf-8"))
    if stubs.synchronise(notebook, assignment):
        raise CourseError(f"the stubs in {source} are stale; run: python -m grader cells {assignment}")
    directory, config = course_directory(course, assignment)
    _refuse_other_exercises(course, assignment, notebook)
    config.Stamp.note = note
    converter = GenerateAssignment(coursedir=directory, config=config)
    converter.force, converter.create_assignment = True, True
    converter.log = quiet_log()
    converter.start()
    return course.folder("release", ".", assignment)


@dataclass(frozen=True)
class Released:
    """What was made of an assignment: the folder with the notebook, or the handout; `unchanged` where a note names no change."""

    assignment: str
    where: Path
    number: int
    unchanged: bool


def release_all(course: Course, assignments: list[str], note: str = "", handouts: bool = True) -> Iterator[Released]:
    """Release assignments one after the other, with the handouts to upload, and yield each as soon as it is made."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = None
        for assignment in assignments:
            where = release(course, assignment, note)
            number, kept = version(course, assignment)
            if handouts:
                wheel = wheel or build_wheel(Path(folder))
                where = handout(course, assignment, wheel)
            yield Released(assignment, where, number, bool(note) and kept != note)


def _refuse_other_exercises(course: Course, assignment: str, notebook: dict) -> None:
    """Raise where nbgrader would: it cannot change which cells are graded once a hand-in has its grades, and would delete the release."""
    from nbgrader.api import MissingEntry

    new = {grade_id(cell) for cell in notebook["cells"] if is_graded(cell)}
    with open_gradebook(course) as gradebook, contextlib.suppress(MissingEntry):
        known = gradebook.find_notebook(assignment, assignment)
        old = {cell.name for cell in known.grade_cells}
        if known.submissions and new != old:
            changed = ", ".join(sorted(new ^ old))
            raise CourseError(
                f"{assignment} has graded hand-ins, so its graded cells cannot come or go ({changed}); the release is left as it was. "
                "A correction may change text, stubs, points and hidden cases; for other exercises begin a new course folder"
            )


class Stamp(NbGraderPreprocessor):
    """The last step of generate_assignment: writes version, note and the earlier versions' cells into the notebook's metadata."""

    note = Unicode("", help="What a corrected release changes, for the students.").tag(config=True)

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        from grader.nbgrader_plugin import course_directory_of

        folder = Path(course_directory_of(self).root) / ".instructor" / "releases" / resources["nbgrader"]["assignment"]
        plain = json.loads(json.dumps(nb))
        earlier = [json.loads(path.read_text(encoding="utf-8")) for path in _versions(folder)]
        if earlier and _content(earlier[-1]) == _content(plain):
            nb.metadata[catalogue.course().stamp] = earlier[-1]["metadata"][catalogue.course().stamp]
            return nb, resources
        cells = [cell for version in earlier for cell in version["cells"]]
        nb.metadata[catalogue.course().stamp] = {
            "version": len(earlier) + 1,
            "note": self.note,
            "earlier": sorted({cell_digest(stubs.text(cell)) for cell in cells if not _is_answer(cell)}),
        }
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps(nb, indent=1, ensure_ascii=False)
        (folder / f"v{len(earlier) + 1}.ipynb").write_text(f"{text}\n", encoding="utf-8")
        return nb, resources


def _versions(folder: Path) -> list[Path]:
    return sorted(folder.glob("v*.ipynb"), key=lambda path: int(re.sub(r"\D", "", path.stem) or 0))


def _content(notebook: dict) -> list:
    return [(cell["cell_type"], stubs.text(cell), cell["metadata"]) for cell in notebook["cells"]]


def _is_answer(cell: dict) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def version(course: Course, assignment: str) -> tuple[int, str]:
    """Return the number of the released version and what it changes."""
    notebook = json.loads(course.released(assignment).read_text(encoding="utf-8"))
    stamp = notebook["metadata"].get(catalogue.course().stamp, {})
    return stamp.get("version", 1), stamp.get("note", "")


def handout(course: Course, assignment: str, wheel: Path) -> Path:
    """Write ``handouts/<assignment>/``, all that a student needs, and the same as a zip named after the version; return the zip.

    Parameters
    ----------
    wheel : the course's package with its data, as ``grader.wheel.build_wheel`` makes it
    """
    released = course.released(assignment)
    if not released.is_file():
        raise CourseError(f"{released} is missing; run: python -m grader release {assignment}")
    number, note = version(course, assignment)
    target = course.root / "handouts" / assignment
    target.parent.mkdir(parents=True, exist_ok=True)
    build = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        build.chmod(0o755)
        shutil.copyfile(released, build / released.name)
        shutil.copyfile(wheel, build / wheel.name)
        (build / "environment.yml").write_text(environment(assignment, wheel.name), encoding="utf-8")
        (build / "start_here.html").write_text(start_page(assignment, wheel.name, number, note), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        build.rename(target)
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise
    path = target.parent / f"{assignment}-v{number}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(target.iterdir()):
            entry = zipfile.ZipInfo(f"{assignment}/{file.name}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return path


def environment(assignment: str, wheel: str) -> str:
    """Return environment.yml for a handout: the wheel instead of the checkout, without what only other assignments need."""
    course = catalogue.course()
    path = course.root / "environment.yml"
    others = {package for one in course.assignments for package in one.needs} - set(course[assignment].needs)
    kept = []
    for line in (path.read_text(encoding="utf-8") if path.is_file() else _written(assignment)).splitlines():
        if line.lstrip().startswith("#") or any(package in line for package in others):
            continue
        kept.append(line.replace("- -e .", f"- ./{wheel}"))
    return "# conda env update -f environment.yml\n" + "\n".join(kept) + "\n"


def _written(assignment: str) -> str:
    """Return an environment.yml for a course that has none."""
    course = catalogue.course()
    lines = [
        f"name: {course.id}",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        "  - python=3.12",
        "  - pip",
        "  - pip:",
    ]
    needs = [one for package in course[assignment].needs for one in requirements_of(package)]
    return "\n".join([*lines, *(f"      - {one}" for one in [*requirements_of("student"), *needs]), "      - -e ."])


def start_page(assignment: str, wheel: str, number: int, note: str) -> str:
    """Return the page "start here": one file, pictures inside, no script."""
    pictures = {path.stem: base64.b64encode(path.read_bytes()).decode() for path in sorted(PICTURES.glob("*.png"))}
    exercises = catalogue.exercises(assignment).values()
    needs = catalogue.course()[assignment].needs
    conda = re.search(r"^name: *(\S+)", environment(assignment, wheel), re.MULTILINE)
    return page(
        "start.html",
        assignment=assignment,
        title=_title(assignment),
        wheel=wheel,
        conda=conda[1] if conda else catalogue.course().id,
        requirements=_quoted("student"),
        needs=[(_named(package), _quoted(package)) for package in needs],
        where=" ".join(one.WHERE for package in needs if (one := frameworks.adapter(package))),
        version=number,
        note=note,
        exercises=[(exercise.name, exercise.points) for exercise in exercises],
        points=sum(exercise.points for exercise in exercises),
        pictures=pictures,
        package=catalogue.course().library or "assay",
    )


def _named(package: str) -> str:
    """Return a package's name as people write it."""
    framework = frameworks.adapter(package)
    return framework.TITLE if framework else package


def _title(assignment: str) -> str:
    cells = json.loads(stubs.notebook_path(assignment).read_text(encoding="utf-8"))["cells"]
    return stubs.text(cells[0]).splitlines()[0].lstrip("# ").strip()


def _quoted(extra: str) -> str:
    """Return what pip installs beside the wheel: the extras' names cannot follow a path on every shell."""
    return " ".join(f'"{requirement}"' for requirement in requirements_of(extra))


def requirements_of(extra: str) -> list[str]:
    """Return what an extra stands for in the course's pyproject.toml, else in the engine's, else the package of that name."""
    import tomllib

    for root in (catalogue.course().root, catalogue.DELIVERED):
        if (root / "pyproject.toml").is_file():
            project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
            if extra in project.get("optional-dependencies", {}):
                return project["optional-dependencies"][extra]
    return [extra]


def quiet_log() -> logging.Logger:
    """Return a log for nbgrader that passes on errors only."""
    log = logging.getLogger("grader.nbgrader")
    log.setLevel(logging.ERROR)
    return log

"""What the course is made of: ``course.toml``, and the exercises, solutions and answers of its assignments.

The course is the one whose folder (with a ``course.toml``) one works in, else the one that ``GRADER_COURSE`` names, else the one that the
engine was delivered with.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
import os
import platform
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay import frameworks, library

if TYPE_CHECKING:
    from grader.exercise import Equivalent, Exercise

FILE = "course.toml"
VARIABLE = "GRADER_COURSE"  # a course's folder, for work in a folder that lies elsewhere
DELIVERED = Path(__file__).parent.parent
ROOMS = ("solutions", "exercises")  # packages of every course: without __init__.py another course's would be taken


class CatalogueError(ValueError):
    """A course.toml, or what it names, that is not as it should be; the message says what to do."""


@dataclass(frozen=True)
class Assignment:
    """One row of ``course.toml``.

    Attributes
    ----------
    slug : its name in paths
    needs : packages that are imported before any notebook of it runs
    browser : whether it runs in a browser, with nothing installed
    data : files of ``data/`` that it reads
    limits : seconds and sizes that one submission may use, where they are not the usual ones
    able, cover : for a site: what one will be able to do, in one sentence, and the name of the figure that stands for it
    """

    slug: str
    needs: tuple[str, ...] = ()
    browser: bool = False
    data: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    able: str = ""
    cover: str = ""


@dataclass(frozen=True)
class Course:
    """A course: its identity, its library and its assignments in order.

    Attributes
    ----------
    root : its folder
    id : its name in paths and packages
    title : its name in sentences
    library : the package that students import; empty where there is none
    public : packages that students get beside the notebooks
    version : of the package that students get; pip replaces it where this is another. As the next, not read where there is a pyproject.toml
    handout : the address of a branch that holds what a site's download/ holds and no answer, for buttons that open its notebooks elsewhere
    requires : what else their machines need, as pip writes it
    assignments : its rows
    """

    root: Path
    id: str
    title: str
    library: str = ""
    public: tuple[str, ...] = ()
    version: str = "1.0.0"
    handout: str = ""
    requires: tuple[str, ...] = ()
    assignments: tuple[Assignment, ...] = ()

    @property
    def stamp(self) -> str:
        """The key of what we write into a notebook's metadata."""
        return self.library or self.id

    def __getitem__(self, slug: str) -> Assignment:
        for one in self.assignments:
            if one.slug == slug:
                return one
        raise CatalogueError(
            f"no assignment is called {slug!r}; there are {', '.join(a.slug for a in self.assignments)}"
        )


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` (default: the working folder) with a course.toml, else the one that is named or delivered."""
    otherwise = Path(os.environ.get(VARIABLE) or DELIVERED)
    try:
        here = (start or Path.cwd()).resolve()
    except OSError:  # the working folder is gone
        return otherwise
    return next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), otherwise)


@functools.cache
def course() -> Course:
    """Return the course that one works in; its rooms can be imported from then on.

    Raises
    ------
    CatalogueError
        If its course.toml cannot be read or lacks something.
    """
    found = read(find_root())
    for room in ROOMS:
        if (found.root / room).is_dir() and not (found.root / room / "__init__.py").is_file():
            raise CatalogueError(f"{found.root / room} is no package yet; make an empty file __init__.py in it")
    ahead = sys.path[: sys.path.index(str(DELIVERED)) + 1] if str(DELIVERED) in sys.path else sys.path
    if str(found.root) not in ahead:  # before the engine's own course, whose rooms have the same names
        sys.path.insert(0, str(found.root))
    library.name(found.library)
    return found


def read(root: Path) -> Course:
    """Return the course described by ``root/course.toml``."""
    path = root / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path} cannot be read: {error}") from None
    rows = data.pop("assignment", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CatalogueError(f"{path}: an assignment begins with a line [[assignment]], in two brackets")
    assignments = tuple(_made(Assignment, row, f"{path}: assignment {i}") for i, row in enumerate(rows, 1))
    found = _made(Course, data, str(path), root=root, assignments=assignments)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", found.id):
        raise CatalogueError(f"{path}: {found.id!r} is no id: letters, digits, - and _ only, a letter first")
    if found.library and not (root / found.library / "__init__.py").is_file():
        raise CatalogueError(
            f"{path}: the library {found.library!r} is no package in {root}; leave the line out where there is none"
        )
    for one in assignments:
        if not one.slug.isidentifier():
            raise CatalogueError(f"{path}: {one.slug!r} is no name for an assignment: letters, digits and _ only")
    if len({one.slug for one in assignments}) < len(assignments):
        raise CatalogueError(f"{path}: two assignments have one slug")
    return found


_KINDS = {  # of a setting, by its annotation: what it is in course.toml, and whether a value is that
    "str": ("a text in quotes", lambda value: isinstance(value, str)),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "tuple[str, ...]": (
        'a list of texts, such as ["a", "b"]',
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    ),
    "Mapping[str, float]": (
        "names with numbers, such as { submission_seconds = 180 }",
        lambda value: isinstance(value, dict) and all(type(one) in (int, float) for one in value.values()),
    ),
}


def _made(kind: type, values: dict, where: str, **given: Any) -> Any:
    """Return a Course or Assignment of what stands in the file; CatalogueError for what it may not hold, or lacks."""
    settings = {one.name: one for one in fields(kind) if one.name not in given}
    for name, value in values.items():
        if name not in settings:
            raise CatalogueError(f"{where}: there is no setting {name!r}; there are {', '.join(settings)}")
        said, fits = _KINDS[settings[name].type]
        if not fits(value):
            raise CatalogueError(f"{where}: {name} must be {said}, not {value!r}")
    for name, one in settings.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise CatalogueError(f'{where}: {name} is missing; add a line {name} = "..."')
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return kind(**plain, **given)


def slugs() -> list[str]:
    """Return the names of the course's assignments, in order."""
    return [one.slug for one in course().assignments]


def existing() -> list[str]:
    """Return the assignments that are there as a whole: with exercises and with a notebook."""
    root = course().root
    return [
        slug
        for slug in slugs()
        if (root / "exercises" / slug).is_dir() and (root / "notebooks" / slug / f"{slug}.ipynb").is_file()
    ]


def missing(slug: str) -> list[str]:
    """Return what an assignment needs and is not installed here."""
    return [package for package in course()[slug].needs if importlib.util.find_spec(package) is None]


def said_of_missing(package: str) -> str:
    """Return a sentence on a package that an assignment needs and that is not installed, or nothing for what none needs."""
    needing = [one.slug for one in course().assignments if package in one.needs]
    if not needing:
        return ""
    adapter = frameworks.adapter(package)
    others = [one.slug for one in course().assignments if package not in one.needs]
    where = f" {adapter.WHERE}" if adapter else ""
    rest = f" Without it, name the others: {' '.join(others)}." if others else ""
    return (
        f"{' and '.join(needing)} needs {adapter.TITLE if adapter else package}, which is not installed here "
        f"(Python {platform.python_version()}).{where}{rest}"
    )


@functools.cache
def exercises(slug: str) -> dict[str, Exercise]:
    """Return the exercises of an assignment by name, in the order of its solutions.

    Raises
    ------
    CatalogueError
        If there is no such assignment, or a solution without a module of its exercise.
    """
    course()[slug]
    found = {}
    for name in public_functions(slug):
        if (
            importlib.util.find_spec(f"exercises.{slug}") is None
            or importlib.util.find_spec(f"exercises.{slug}.{name}") is None
        ):
            raise CatalogueError(f"solutions/{slug}.py has {name}, but there is no exercises/{slug}/{name}.py")
        found[name] = importlib.import_module(f"exercises.{slug}.{name}").EXERCISE
    return found


def exercise(slug: str, name: str) -> Exercise:
    """Return one exercise; CatalogueError where there is none of that name."""
    found = exercises(slug)
    if name not in found:
        raise CatalogueError(f"{slug} has no exercise {name!r}; there are {', '.join(found)}")
    return found[name]


def public_functions(slug: str) -> list[str]:
    """Return the names of the functions that an assignment's solutions define, in their order."""
    path = course().root / "solutions" / f"{slug}.py"
    body = ast.parse(path.read_text(encoding="utf-8"), str(path)).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def solution(slug: str, name: str) -> Callable:
    """Return the reference implementation."""
    return getattr(importlib.import_module(f"solutions.{slug}"), name)


def parameters(slug: str, name: str) -> list[str]:
    """Return the parameters' names in the specification."""
    return list(inspect.signature(solution(slug, name)).parameters)


@dataclass(frozen=True)
class Answers:
    """Answers that an exercise's judge is tried on.

    Attributes
    ----------
    correct : right ones, written otherwise than the solution
    wrong : wrong ones without a name
    gaming : some that try to look right
    equivalent : edits of the solution that are no mistakes
    right_constants : which of ``grader.gaming.CONSTANTS`` happen to be right, and why
    """

    correct: tuple[Callable, ...] = ()
    wrong: tuple[Callable, ...] = ()
    gaming: tuple[Callable, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()
    right_constants: Mapping[str, str] = field(default_factory=dict)


@functools.cache
def answers(slug: str, name: str) -> Answers:
    """Return the answers of ``exercises/<slug>/answers/<name>.py``.

    They are functions ``correct_...``, ``wrong_...`` and ``gaming_...``; a list EQUIVALENT; a dict RIGHT_CONSTANTS.
    """
    module = f"exercises.{slug}.answers.{name}"
    if not (importlib.util.find_spec(f"exercises.{slug}.answers") and importlib.util.find_spec(module)):
        return Answers()
    found = vars(importlib.import_module(module))
    kinds = ("correct", "wrong", "gaming")
    made = {kind: tuple(f for key, f in found.items() if key.startswith(f"{kind}_")) for kind in kinds}
    equivalent, right = found.get("EQUIVALENT", ()), found.get("RIGHT_CONSTANTS", {})
    return Answers(**made, equivalent=tuple(equivalent), right_constants=right)

"""How a download is laid out: the folders that lie around a class are taken away, and the system is known by its names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from grader.intake import other_systems
from grader.intake.archive import Member, expanded
from grader.intake.contents import grade_ids
from grader.intake.names import folded
from grader.intake.systems import MOODLE, Known, canvas_readings, is_anonymous, loose

FORMATS = (
    "auto",
    "canvas",
    "moodle",
    "folder",
    "gradescope",
    "blackboard",
    "brightspace",
    "sakai",
    "ilias",
    "github",
    "autolab",
)
WRAPPERS = {
    "submitted",
    "submissions",
    "abgaben",
    "hand-ins",
    "handins",
}  # folders that may lie around all students' folders
MAX_WRAPPERS = 6
HAND_INS = (
    ".ipynb",
    ".zip",
    ".json",
    ".ipynb.txt",
)  # what a file's name must end with to say how a download is laid out


@dataclass(frozen=True)
class Layout:
    """The files as they lie in the class's folder, the system's format, and why nothing can be said of students where that is so."""

    found: list[Member]
    kind: str
    doubt: str = ""


def lay_out(found: list[Member], source: Path, kind: str, known: Known, own: set[str], fixed: bool = False) -> Layout:
    """Return the files without the single folders around the class, and the format.

    Parameters
    ----------
    own : names of the assignment's answer cells, by which a hand-in is told from other notebooks
    fixed : whether a pattern says whose each file is, so that nothing is taken away
    """
    if fixed:
        return Layout(found, kind)
    levels = [found]
    while len(levels) <= MAX_WRAPPERS:
        inside = _inside(levels[-1])
        if inside is None:
            break
        levels.append(inside)
    if kind not in ("auto", "folder"):
        return Layout(next((level for level in levels if _fits(level, kind, known)), levels[0]), kind)
    for level in levels if kind == "auto" else ():
        system = detect(level, known.assignment)
        if system != "folder":
            return Layout(level, system)
    return _of_folders(levels, source, known, own)


def detect(found: list[Member], assignment: str = "") -> str:
    """Return the format that most of the uppermost names have."""
    tops = [member.parts[0] for member in found]
    other = other_systems.looks_like(found, assignment) if found else ""
    if other:
        return other
    moodle = sum(bool(MOODLE.fullmatch(top)) for top in tops)
    canvas = sum(bool(canvas_readings(top) or is_anonymous(top)) for top in tops)
    if max(moodle, canvas) * 2 <= len(tops):
        return "folder"
    return "moodle" if moodle >= canvas else "canvas"  # Moodle's names are the more particular ones


def _fits(level: list[Member], kind: str, known: Known) -> bool:
    tops = [member.parts[0] for member in level]
    named = {
        "canvas": lambda top: canvas_readings(top) or is_anonymous(top),
        "moodle": MOODLE.fullmatch,
        "ilias": lambda top: other_systems.ILIAS.fullmatch(top) or re.fullmatch(r"Team[ _]\d+", top),
    }
    if kind in named:
        return any(named[kind](top) for top in tops)
    return other_systems.looks_like(level, known.assignment) == kind


def _telling(found: list[Member]) -> list[Member]:
    """Return the files that say how a download is laid out; what else lies there, a note or a picture, says nothing."""
    return [m for m in found if m.file.endswith(HAND_INS) or m.parts[-1] == other_systems.METADATA] or found


def _inside(found: list[Member]) -> list[Member] | None:
    """Return the files as they lie in the one uppermost folder or zip, or None where there is not one."""
    tops = {member.parts[0] for member in _telling(found)}
    if len(tops) != 1:
        return None
    (top,) = tops
    theirs = [member for member in found if member.parts[0] == top]
    if any(len(member.parts) == 1 for member in theirs):
        if len(theirs) != 1 or not theirs[0].file.endswith(".zip") or theirs[0].why:
            return None
        theirs = expanded(theirs[0])
        if len(theirs) == 1 and len(theirs[0].parts) == 1:
            return None
    beside = [member for member in found if member.parts[0] != top]
    return [*(member.moved(member.parts[1:]) for member in theirs), *beside]


def _of_folders(levels: list[list[Member]], source: Path, known: Known, own: set[str]) -> Layout:
    """Return the level at which folders are students: where the roster knows them, else below single folders that can be no student's."""

    def names(level: list[Member]) -> set[str]:
        return {
            re.sub(r"\.zip$", "", m.parts[0], flags=re.IGNORECASE)
            if len(m.parts) > 1
            else loose(m.parts[0], known.assignment)
            for m in _telling(level)
        }

    if known.roster or known.groups:
        for level in levels:
            if any(name and (known.roster.called(name) or known.groups.called(name)) for name in names(level)):
                return Layout(level, "folder")
    stem = _bare(source.name)
    for i, level in enumerate(levels):
        top = next(iter(names(level)), "")
        if i + 1 == len(levels):
            return Layout(level, "folder", _shared(names(level)))
        deeper = _telling(levels[i + 1])
        folders = sorted({m.parts[0] for m in deeper if len(m.parts) > 1 or m.file.endswith(".zip")})
        files = sorted({m.parts[0] for m in deeper if len(m.parts) == 1 and not m.file.endswith(".zip")})
        if len(folders) == 1 and folded(folders[0]) == folded(known.assignment) and _flat(levels[i + 2 :]):
            return Layout(level, "folder")  # nbgrader's own layout
        if _bare(top).casefold() in {*WRAPPERS, known.assignment.casefold()} or i < 2 and _bare(top) == stem:
            continue
        if len(files) == 1 and not folders:
            return Layout(level, "folder")  # one student's one notebook
        if len(folders) > 1 and not files and _classes(deeper, own) > 1:
            continue
        if (
            len(folders) == 1
            and not files
            and len(levels) > i + 2
            and len({m.parts[0] for m in _telling(levels[-1])}) > 1
        ):
            continue  # several folders around the class, one in the other
        told = [loose(file, known.assignment) for file in files]
        if files and not folders and not all(told):
            return Layout(level, "folder")  # one student's notebooks, one of them of the assignment's own name
        return Layout(level, "folder", _doubt(top, [*folders, *files]))
    return Layout(levels[-1], "folder", _shared(names(levels[-1])))


def _shared(names: set[str]) -> str:
    """Return why names that all begin or end alike are no students' alone, or nothing: ``hw1-ada`` and ``hw1-ben``, but not ``s-01`` and ``s-02``."""
    known = sorted(name for name in names if name)
    if len(known) < 2:
        return ""
    for turn, form in ((1, "{0}{{student}}"), (-1, "{{student}}{0}")):
        turned = [name[::turn] for name in known]
        first = os.path.commonprefix(turned)
        first = first[: max(first.rfind(c) for c in "-_ ") + 1]
        if len(first) > 1 and all(sum(c.isalpha() for c in name[len(first) :]) > 1 for name in turned):
            same = first[::turn]
            where = "begin" if turn == 1 else "end"
            return (
                f"all names {where} with {same!r}, so which part is the student cannot be said; give a --roster, or say it with "
                f"--pattern '{form.format(same)}' or --pattern '{{student}}', with .ipynb behind it where they are files"
            )
    return ""


def _flat(levels: list[list[Member]]) -> bool:
    """Whether the next level, if there is one, holds files only."""
    return bool(levels) and all(len(member.parts) == 1 for member in levels[0])


def _doubt(top: str, inside: list[str]) -> str:
    inner = " and ".join(inside[:3])
    return (
        f"whether {top} is a student or a folder around {inner} cannot be said; give a --roster, or "
        f"--pattern '{{student}}/{{any}}' for the one, --pattern '{top}/{{student}}/{{any}}' for the other"
    )


def _classes(found: list[Member], own: set[str]) -> int:
    """Return in how many folders a notebook of the assignment lies, as far as two."""
    having: set[str] = set()
    for member in found:
        if member.parts[0] in having or member.file.endswith(".zip") and len(member.parts) > 1:
            continue
        if member.file.endswith(".zip"):
            having.add(member.parts[0])
        elif grade_ids(member.read()[0] or b"") & own:
            having.add(member.parts[0])
        if len(having) > 1:
            break
    return len(having)


def _bare(name: str) -> str:
    """Return a download's name without its ending and without what a browser or a file manager puts behind a second copy."""
    stem = re.sub(r"\.zip$", "", name, flags=re.IGNORECASE)
    return re.sub(r"( ?\(\d+\)| - (copy|kopie|copie)( ?\(\d+\))?)$", "", stem, flags=re.IGNORECASE)

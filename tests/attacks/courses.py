"""Attacks on a course rather than on a judge: archives that a class's download holds, and courses that lie where student code can read."""

from __future__ import annotations

import io
import json
import shutil
import site
import stat
import struct
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import executors, grading
from grader.course import Course
from grader.gradebook import open_gradebook
from grader.intake.collect import collect
from grader.intake.roster import Roster
from tests.attacks.plugin import environment, released

if TYPE_CHECKING:
    from tests.attacks.arena import Arena

SLUG = "optimization"
HONEST = ("canvas-7", "canvas-900")  # before and behind all others, in the download and by name
MOST_SECONDS = 60.0
CLAIMED = "1999-01-01 00:00:00"


@dataclass(frozen=True)
class Archive:
    """What one student hands in through Canvas: an archive, made of the student's own notebook, in which nothing is solved."""

    name: str
    does: str
    made: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Place:
    """A course that reaches into the Python environment: `prepare(course, environment, elsewhere)` returns its folder and further variables."""

    name: str
    does: str
    prepare: Callable[[Path, Path, Path], tuple[Path, dict[str, str]]]


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def _header(raw: bytes, local: int, central: int, value: int) -> bytes:
    """Change a 16-bit number of a zip's first member where it stands in both headers."""
    changed = bytearray(raw)
    struct.pack_into("<H", changed, raw.index(b"PK\x03\x04") + local, value)
    struct.pack_into("<H", changed, raw.index(b"PK\x01\x02") + central, value)
    return bytes(changed)


def _damaged(method: int) -> Callable[[bytes], bytes]:
    def made(own: bytes) -> bytes:
        raw = packed(("x.ipynb", own), method=method)
        return raw[:60] + bytes(byte ^ 0x5A for byte in raw[60:100]) + raw[100:]

    return made


def _two_names(own: bytes) -> bytes:
    """The member's own header says another student's name than the directory."""
    return packed(("mallory.ipynb", own)).replace(b"mallory.ipynb", b"ada_7_8.ipynb", 1)


def _overlapping(own: bytes) -> bytes:
    """Thousands of names for the same megabytes: each is read from one place in the file."""
    raw = packed(("0000.ipynb", own + b" " * 4_000_000))
    at = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    entry = raw[at:end]
    entries = b"".join(entry.replace(b"0000.ipynb", f"{i:04}.ipynb".encode()) for i in range(3000))
    return raw[:at] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3000, 3000, len(entries), at, 0)


def _link(own: bytes) -> bytes:
    entry = zipfile.ZipInfo("x.ipynb")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed((entry, b"../canvas-7/optimization.ipynb"))


def _nested(own: bytes) -> bytes:
    for _ in range(60):
        own = packed(("x.zip", own), method=zipfile.ZIP_STORED)
    return own


ARCHIVES = [
    Archive("an archive of another version", "says that version 99 is needed to read it", lambda own: _header(packed(("x.ipynb", own)), 4, 6, 99)),
    Archive("an archive of damaged LZMA", "holds data that LZMA raises at", _damaged(zipfile.ZIP_LZMA)),
    Archive("an archive of damaged bzip2", "holds data that bzip2 raises at", _damaged(zipfile.ZIP_BZIP2)),
    Archive("an archive that climbs", "names a file after a neighbour's place", lambda own: packed(("../canvas-7/optimization/optimization.ipynb", own))),
    Archive("an archive in another's name", "names its file as Canvas names a neighbour's", lambda own: packed(("ben_7_8_optimization.ipynb", own))),
    Archive("an archive of two names", "says one name in the directory and a neighbour's beside the data", _two_names),
    Archive("an archive of one place", "reads twelve gigabytes out of four megabytes", _overlapping),
    Archive("an archive of twenty thousand files", "holds as many files as fill a table", lambda own: packed(*((f"{i}.txt", b"") for i in range(20_000)))),
    Archive("an archive of 400 MB", "packs 400 MB of blanks into less than one", lambda own: packed(("x.ipynb", own + b" " * 400_000_000))),
    Archive("an archive of archives", "packs a notebook sixty times", _nested),
    Archive("an archive of a link", "holds a link to a neighbour's notebook", _link),
    Archive("an archive with its own time", "says in timestamp.txt when it was handed in",
            lambda own: packed(("x.ipynb", own), ("timestamp.txt", CLAIMED.encode()))),
    Archive("an archive with a relative time", "says a time without a day", lambda own: packed(("x.ipynb", own), ("timestamp.txt", b"00:00"))),
]  # fmt: skip


def _inside(course: Path, environment: Path, elsewhere: Path) -> tuple[Path, dict[str, str]]:
    return Path(shutil.move(course, environment / "work")), {}


def _by_a_link(course: Path, environment: Path, elsewhere: Path) -> tuple[Path, dict[str, str]]:
    shutil.move(course, environment / "lib" / "work")
    (elsewhere / "course").symlink_to(environment / "lib" / "work")
    return elsewhere / "course", {}


def _gradebook(course: Path, environment: Path, elsewhere: Path) -> tuple[Path, dict[str, str]]:
    shutil.move(course / "gradebook.db", environment / "lib" / "gradebook.db")
    return course, {"IDNN_DATABASE": f"sqlite:///{environment / 'lib' / 'gradebook.db'}"}


def _secrets(course: Path, environment: Path, elsewhere: Path) -> tuple[Path, dict[str, str]]:
    shutil.move(course / ".instructor", environment / "lib" / "instructor")
    (course / ".instructor").symlink_to(environment / "lib" / "instructor")
    return course, {}


PLACES = [
    Place("a course in the environment", "has its folder in that of Python, where student code reads", _inside),
    Place("a course by a link", "has a link to a folder among Python's libraries for its own", _by_a_link),
    Place("a gradebook in the environment", "has its gradebook among Python's libraries", _gradebook),
    Place("secrets in the environment", "has a link to a folder among Python's libraries for that of its seed", _secrets),
]  # fmt: skip
ATTACKS = [*ARCHIVES, *PLACES]


def run(arena: Arena, attacks: list, path: str) -> Iterator[tuple[Archive | Place | None, float, list[str]]]:
    """Yield what each attack on a course achieved on a path; None stands for the class as a whole."""
    archives = [attack for attack in attacks if isinstance(attack, Archive)]
    if archives:
        yield from _collected(arena, archives, path)
    for attack in attacks:
        if isinstance(attack, Place):
            begun = time.monotonic()
            won = _placed(arena, attack, path)
            yield attack, time.monotonic() - begun, won


def _collected(arena: Arena, attacks: list[Archive], path: str) -> Iterator[tuple[Archive | None, float, list[str]]]:
    root = Path(tempfile.mkdtemp(prefix="collected-"))
    try:
        course = released(root / "course", arena, SLUG)
        own, honest = json.dumps(arena.released(SLUG)).encode(), json.dumps(arena.honest(SLUG)).encode()
        students = {f"canvas-{100 + i}": attack for i, attack in enumerate(attacks)}
        with zipfile.ZipFile(root / "class.zip", "w") as download:
            download.writestr("ada_7_8_optimization.ipynb", honest)
            for student, attack in students.items():
                download.writestr(f"mallory_{student.partition('-')[2]}_9_work.zip", attack.made(own))
            download.writestr("zoe_900_8_optimization.ipynb", honest)
        begun = time.monotonic()
        lines = collect(course, root / "class.zip", SLUG, "auto", Roster([]))
        seconds = time.monotonic() - begun
        taken = {one.student: one for one in course.submissions(SLUG)}
        said = _graded(course, path)
        scores = _scores(course)
        for student, attack in students.items():
            won = [f"it scored {scores[student]:g} points"] if scores.get(student) else []
            if student in taken and (taken[student].timestamp or "").startswith(CLAIMED[:10]):
                won.append("its own word on the time is believed")
            if not any(line.student == student and (line.why or line.outcome == "new") for line in lines):
                won.append("nobody is told what became of it")
            yield attack, 0.0, won
        whole = [said] if said else []
        whole += [f"the honest {one} got {scores.get(one, 0):g} points" for one in HONEST if scores.get(one) != 100]
        whole += [f"the honest {one}'s file was changed" for one in HONEST if taken[one].path.read_bytes() != honest]
        whole += [f"there is a student {one}" for one in taken if one not in students and one not in HONEST]
        whole += [f"collecting took {seconds:.0f} s"] if seconds > MOST_SECONDS else []
        whole += [f"the table of what was collected has {len(lines)} lines"] if len(lines) > 40 * len(students) else []
        yield None, seconds, whole
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _graded(course: Course, path: str) -> str:
    """Grade a class; return what went wrong with that, or an empty string."""
    if path == "direct":
        with executors.local(2) as pool:
            entries = list(grading.grade(course, grading.plan(course, [SLUG]), pool))
        return "; ".join(f"{entry.student} failed: {entry.notes}" for entry in entries if entry.outcome == "failed")
    command = [sys.executable, "-m", "nbgrader", "autograde", SLUG]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, env=environment())
    return done.stderr[-400:] if done.returncode else ""


def _scores(course: Course) -> dict[str, float]:
    with open_gradebook(course) as gradebook:
        return {one.student.id: one.score for one in gradebook.assignment_submissions(SLUG)}


def _placed(arena: Arena, attack: Place, path: str) -> list[str]:
    root = Path(tempfile.mkdtemp(prefix="placed-"))
    root.chmod(0o711)  # where each submission is a user of its own, the environment must be one that others enter
    try:
        python = _environment(root / "env")
        course = released(root / "course", arena, SLUG)
        folder = course.folder("submitted", "ada", SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(json.dumps(arena.released(SLUG)))
        place, more = attack.prepare(course.root, root / "env", root)
        config = place / "nbgrader_config.py"
        config.write_text(config.read_text().replace(repr(str(course.root)), repr(str(place))))
        command = (
            ["grader", "grade", SLUG, "--course", str(place)] if path == "direct" else ["nbgrader", "autograde", SLUG]
        )
        done = subprocess.run(
            [python, "-m", *command], cwd=place, capture_output=True, text=True, env={**environment(), **more}
        )
        won = [] if done.returncode else ["it was graded there"]
        if "Move the course folder out of it" not in " ".join((done.stdout + done.stderr).split()):
            won.append(f"nobody is told why not: {(done.stdout + done.stderr)[-300:]}")
        if (place / "autograded" / "ada" / SLUG).exists():
            won.append("a graded notebook was written")
        return won
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _environment(folder: Path) -> str:
    """Make an environment of its own that finds this one's packages, and return its interpreter."""
    venv.create(folder, with_pip=False, symlinks=True)
    places = next((folder / "lib").glob("python*/site-packages"))
    (places / "borrowed.pth").write_text("".join(f"{place}\n" for place in site.getsitepackages()))
    return str(folder / "bin" / "python")

"""``hub-setup``: what a JupyterHub on one machine needs for this course. It does what it may and says what is left to do.

The environment in which it runs is everybody's: students' servers come from it. The checkout, with the answers, becomes the instructor's alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import catalogue
from grader.closed import ANYBODY, reaching
from grader.course import ROOT, Course, CourseError

HUB = ROOT / "hub"
# what only an instructor's menu should have
PLUGINS = ("@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:create-assignment", "@jupyter/nbgrader:course-list")
PROGRAMS = {
    "bwrap": "apt-get install bubblewrap",
    "configurable-http-proxy": "apt-get install npm && npm install -g configurable-http-proxy",
}


@dataclass(frozen=True)
class Step:
    """One thing that a hub needs: what was done, or what a person must do."""

    done: bool
    words: str
    needed: bool = False  # whether the hub cannot work without it


@dataclass(frozen=True)
class Hub:
    """Where things lie on the machine."""

    course: Path
    exchange: Path
    instructor: str
    prefix: Path = Path(sys.prefix)


def set_up(hub: Hub) -> Iterator[Step]:
    """Set up a hub step by step. A second run changes nothing.

    Raises
    ------
    CourseError
        If the instructor has no account here, the environment cannot be the students' too, or the course is not the checkout's.
    """
    if catalogue.course().root.resolve() != ROOT.resolve():
        raise CourseError(
            f"this sets up a hub for the course of the checkout {ROOT}, and here is {catalogue.course().root}; another course's folder "
            "would stay open to students"
        )
    try:
        owner = pwd.getpwnam(hub.instructor)
    except KeyError:
        raise CourseError(
            f"{hub.instructor} has no account here; run: useradd --create-home {hub.instructor}"
        ) from None
    if not hub.course.is_relative_to(owner.pw_dir) or str(hub.course) == owner.pw_dir:
        raise CourseError(
            f"formgrader shows a course only inside of the instructor's home; give --course {owner.pw_dir}/course"
        )
    _require_shared(hub)
    for step in (_exchange, _course, _settings, _menu, _hub_config, _checkout):
        try:
            yield Step(True, step(hub, owner))
        except PermissionError as error:
            yield Step(
                False, f"run this command as root: {error.filename or error} may be changed by nobody else", True
            )
    for place in (ROOT, hub.course):
        if os.geteuid() == 0 and not _enters(owner, place):
            yield Step(
                False, f"{hub.instructor} cannot enter {place}; a folder above it is closed: move it, as to /srv", True
            )
    for program, how in PROGRAMS.items():
        if shutil.which(program, path=f"{hub.prefix / 'bin'}:{os.environ.get('PATH', '')}") is None:
            yield Step(False, f"{program} is missing: {how}", True)
    if not (hub.prefix / "bin" / "jupyterhub-singleuser").exists():
        yield Step(False, f"JupyterHub is missing: {hub.prefix}/bin/pip install '.[instructor,hub]'", True)
    yield Step(False, f"release as {hub.instructor}: python -m grader release ASSIGNMENT --course {hub.course}")
    yield Step(
        False, f"put it into the exchange, in {hub.course}: {hub.prefix}/bin/nbgrader release_assignment ASSIGNMENT"
    )
    yield Step(False, f"start the hub as root: {hub.prefix}/bin/jupyterhub -f {_hub_place(hub)}")


def _require_shared(hub: Hub) -> None:
    """Raise where students could not use this environment once the checkout is closed, or would find the answers in it."""
    shared = f"/opt/{catalogue.course().stamp}"
    if hub.prefix.is_relative_to(ROOT):
        raise CourseError(
            f"the environment {hub.prefix} lies in the checkout, which students may not enter; make it elsewhere: "
            f"python3 -m venv {shared} && {shared}/bin/pip install '.[instructor,hub]'"
        )
    for place in (hub.course, hub.exchange):
        if place.is_relative_to(ROOT) or ROOT.is_relative_to(place):
            raise CourseError(
                f"{place} and the checkout {ROOT} lie in each other; the checkout becomes the instructor's alone"
            )
    command = [sys.executable, "-I", "-c", "import assay; print(assay.__file__)"]
    where = subprocess.run(command, cwd="/", capture_output=True, text=True).stdout.strip()
    if not where or Path(where).is_relative_to(ROOT):
        how = f"{hub.prefix}/bin/pip install --force-reinstall --no-deps ."
        raise CourseError(
            f"the course's package is {'taken from the checkout' if where else 'missing'} in {hub.prefix}; run: {how}"
        )
    blocked = ANYBODY.name not in reaching(hub.prefix / "bin", [ANYBODY])
    if blocked:
        raise CourseError(
            f"students cannot read the environment {hub.prefix}; make it where everybody may read, as in {shared}"
        )


def _exchange(hub: Hub, owner: pwd.struct_passwd) -> str:
    """Make the exchange, in which everybody may put something and nobody may list, rename or remove what others put there."""
    _folder(hub.exchange, 0, 0, 0o1777)
    base = hub.exchange / catalogue.course().id
    for place, mode in (
        (base, 0o755),
        (base / "outbound", 0o755),
        (base / "inbound", 0o1733),
        (base / "feedback", 0o711),
    ):
        _folder(place, owner.pw_uid, owner.pw_gid, mode)
    return f"the exchange is {hub.exchange}, the course's part of it is {hub.instructor}'s"


def _folder(place: Path, uid: int, gid: int, mode: int) -> None:
    if place.is_symlink():
        raise CourseError(f"{place} is a link; remove it")
    place.mkdir(parents=True, exist_ok=True)
    status = place.stat()
    if (status.st_uid, status.st_gid) != (uid, gid):
        os.chown(place, uid, gid)
    if status.st_mode & 0o7777 != mode:
        place.chmod(mode)


def _course(hub: Hub, owner: pwd.struct_passwd) -> str:
    """Make the course folder as its owner: in a home that is another's, a link could lead root anywhere."""
    with _as(owner):
        Course.at(hub.course).prepare()
        hub.course.chmod(0o700)
    return f"the course folder is {hub.course}, {hub.instructor}'s alone"


def _settings(hub: Hub, owner: pwd.struct_passwd) -> str:
    text = (HUB / "nbgrader_config.py").read_text(encoding="utf-8")
    for name, value in (("EXCHANGE", hub.exchange), ("COURSE", hub.course)):
        text, times = re.subn(rf'^{name} = .*"\)$', f"{name} = {str(value)!r}", text, flags=re.MULTILINE)
        assert times == 1, name
    path = hub.prefix / "etc" / "jupyter" / "nbgrader_config.py"
    _write(path, text)
    return f"nbgrader's settings for everybody: {path}"


def _menu(hub: Hub, owner: pwd.struct_passwd) -> str:
    """Take the instructor's part of nbgrader's menu from everybody, and give it back to the instructor."""
    own = Path(owner.pw_dir) / ".jupyter"
    for folder, disabled in ((hub.prefix / "etc" / "jupyter", True), (own, False)):
        path = folder / "labconfig" / "page_config.json"
        with _as(owner) if folder == own else contextlib.nullcontext():
            settings = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            settings.setdefault("disabledExtensions", {}).update(dict.fromkeys(PLUGINS, disabled))
            _write(path, json.dumps(settings, indent=2) + "\n")
    return f"formgrader is in {hub.instructor}'s menu alone; it opens in a tab of its own, <the hub's address>/user/{hub.instructor}/formgrader"


def _hub_place(hub: Hub) -> Path:
    return hub.prefix / "etc" / "jupyterhub" / "jupyterhub_config.py"


def _hub_config(hub: Hub, owner: pwd.struct_passwd) -> str:
    path = _hub_place(hub)
    if not path.exists():  # an administrator changes it
        _write(path, (HUB / "jupyterhub_config.py").read_text(encoding="utf-8"))
    return f"the hub's settings: {path}"


def _checkout(hub: Hub, owner: pwd.struct_passwd) -> str:
    """Give the checkout to the instructor, who corrects notebooks in it, and close it: the answers lie there."""
    for place in (ROOT, *ROOT.rglob("*")):
        if place.lstat().st_uid != owner.pw_uid:
            os.chown(place, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    ROOT.chmod(0o700)
    return f"the checkout {ROOT} is {hub.instructor}'s alone"


def _enters(owner: pwd.struct_passwd, place: Path) -> bool:
    command = ["test", "-r", str(place), "-a", "-x", str(place)]
    return not subprocess.run(command, user=owner.pw_uid, group=owner.pw_gid, extra_groups=[], cwd="/").returncode


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


@contextlib.contextmanager
def _as(owner: pwd.struct_passwd) -> Iterator[None]:
    """Write as another user for one block of work."""
    if os.geteuid() == owner.pw_uid:
        yield
        return
    os.setegid(owner.pw_gid)
    os.seteuid(owner.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)

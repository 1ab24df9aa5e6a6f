"""``doctor``: what is installed, which protections hold on this machine, what each missing one means and how to get it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass

from grader.course import Course
from grader.sandbox import ForkServer, SandboxError, jail

_MEANING = {
    "own namespaces": "a student's process sees no other process, and what it starts dies with it",
    "own tmpfs": "files that one student leaves behind are gone before the next",
    "own /proc": "process information is the student's own only",
    "no /proc": "process information is covered altogether",
    "resource limits": "memory, processes, files and processor time end at a limit",
    "no new privileges": "no capability is left and none can be gained",
    "seccomp": "system calls with which processes break out are refused",
}


@dataclass(frozen=True)
class Finding:
    name: str
    good: bool
    words: str
    needed: bool = True


def findings(course: Course) -> list[Finding]:
    """Return all findings, tried for real."""
    found = [_python(), *(_package(name, needed) for name, needed in _PACKAGES), *_isolation()]
    alembic = shutil.which("alembic", path=f"{sys.prefix}/bin") is not None
    found.append(Finding("alembic", alembic, "nbgrader calls it by name when it opens a gradebook"))
    found.append(Finding("course folder", course.root.is_dir(), str(course.root)))
    return found


_PACKAGES = (
    ("numpy", True),
    ("matplotlib", True),
    ("h5py", True),
    ("nbgrader", True),
    ("jupyterlab", True),
    ("tensorflow", False),
    ("distributed", False),
)


def _python() -> Finding:
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding(
        "Python",
        good,
        f"{platform.python_version()} on {platform.system()} {platform.machine()}; 3.11 to 3.13 are supported",
    )


def _package(name: str, needed: bool) -> Finding:
    try:
        return Finding(name, True, importlib.metadata.version(name), needed)
    except importlib.metadata.PackageNotFoundError:
        why = (
            "for the TensorFlow assignment"
            if name == "tensorflow"
            else "for grading on a cluster"
            if name == "distributed"
            else "needed"
        )
        return Finding(name, False, f"{why}: pip install {name}", needed)


def _isolation() -> list[Finding]:
    reason = jail.why_not_isolated()
    if reason:
        return [Finding("isolation", False, f"{reason}. {jail.HELP}")]
    try:
        with ForkServer() as server, server.session() as session:
            held = session.protections
    except SandboxError as error:
        return [Finding("isolation", False, str(error))]
    found = [
        Finding(
            "isolation",
            True,
            f"bubblewrap at {jail.bubblewrap()}: no network, read-only environment, no answers inside",
        )
    ]
    found += [Finding(name, True, _MEANING.get(name, "")) for name in held]
    if "seccomp" not in held:
        found.append(
            Finding(
                "seccomp",
                False,
                f"no list of system calls for {platform.machine()}; the other protections hold",
                needed=False,
            )
        )
    return found

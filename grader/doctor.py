"""``doctor``: what is installed, which protections hold on this machine, what each missing one means and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from grader import catalogue, closed
from grader.course import Course
from grader.sandbox import ForkServer, SandboxError, jail, tiers

# protection -> what it means, and what a student's code does where it is missing
PROTECTIONS = {
    "bubblewrap": (
        "no network, a read-only environment, no answers inside",
        "reads every file that you can read (answers, hidden seed, gradebook, other students' work) and sends it anywhere",
    ),
    "own namespaces": (
        "a student's code sees no other process, and what it starts dies with it",
        "signals your other processes, and what it starts runs on after its grade",
    ),
    "own tmpfs": (
        "files that one student leaves behind are gone before the next",
        "leaves files for the next student and fills your disk",
    ),
    "no /proc": ("process information is covered altogether", "reads other processes' command lines and environments"),
    "resource limits": (
        "memory, processes, files and processor time end at a limit",
        "uses up the machine's memory or processor",
    ),
    "no new privileges": ("no capability is left and none can be gained", "gains rights from a set-user-ID program"),
    "landlock": (
        "no file is opened but the Python environment's and those in a folder of its own; no network",
        "reads every file that you can read (answers, hidden seed, gradebook, other students' work)",
    ),
    "own user": (
        "each submission is a user of its own, who may do what nobody else may",
        "changes what belongs to you, and signals your other processes",
    ),
    "seccomp": (
        "system calls with which processes break out are refused",
        "reaches the kernel's rarely used system calls, where errors were found before",
    ),
}


@dataclass(frozen=True)
class Finding:
    name: str
    good: bool
    words: str
    needed: bool = True


def findings(course: Course) -> list[Finding]:
    """Return all findings, tried for real."""
    more = {package: False for one in catalogue.course().assignments for package in one.needs}
    found = [
        _python(),
        *(_package(name, needed) for name, needed in {**dict(_PACKAGES), **more}.items()),
        *_isolation(),
    ]
    alembic = shutil.which("alembic", path=f"{sys.prefix}/bin") is not None
    found.append(Finding("alembic", alembic, "nbgrader calls it by name when it opens a gradebook"))
    there = course.root.is_dir()
    words = str(course.root) if there else f"{course.root} does not exist; python -m grader release makes it"
    found.append(Finding("course folder", there, words))
    return [*found, *_closed(course), *_exchange(course)]


def _closed(course: Course) -> list[Finding]:
    """Look who else can reach answers, hand-ins and grades, as the kernel decides it: from the root folder down, by everybody's groups."""
    people = closed.accounts()
    found = []
    root = catalogue.course().root
    places = [root / name for name in catalogue.ROOMS]
    reached = _reached(places, people)
    if reached:
        # on a machine of one's own nobody else is there to read them
        needed = bool(people) and set(reached.values()) != {closed.ANYBODY.name} or closed.listed_elsewhere()
        words = f"{_said(reached, root)}; run: chmod go= {root}"
        found.append(Finding("answers closed", False, words, needed))
    else:
        found.append(Finding("answers closed", True, "nobody else on this machine can read solutions and exercises"))
    database = course.database.removeprefix("sqlite:///")
    places = [course.root / name for name in (*closed.FOLDERS, *closed.FILES)] + [course.root / "build" / "report"]
    places += [Path(database)] if database != course.database else []
    reached = _reached([place for place in places if place.exists()], people)
    if reached:
        names = " ".join(sorted(str(place) for place in reached))
        found.append(Finding("course closed", False, f"{_said(reached, course.root)}; run: chmod -R go= {names}"))
    else:
        found.append(Finding("course closed", True, "hand-ins, grades and the hidden seed are yours alone"))
    return found


def _exchange(course: Course) -> list[Finding]:
    """Look whether students can list what others handed in or got back: who knows the name of a folder in an exchange may read it."""
    from grader.exchange import place_of

    place = place_of(course)
    found = {"inbound": "1733", "feedback": "711"}
    try:
        listed = {
            name: mode for name, mode in found.items() if (place / name).is_dir() and (place / name).stat().st_mode & 4
        }
    except OSError:  # the exchange is another's; its owner runs this
        return []
    if listed:
        names = ", ".join(str(place / name) for name in listed)
        mend = " && ".join(f"chmod {mode} {place / name}" for name, mode in listed.items())
        return [Finding("exchange closed", False, f"everybody can list {names} and read what lies there; run: {mend}")]
    there = (place / "inbound").is_dir()
    return [Finding("exchange closed", True, f"nobody can list what others handed in to {place}")] if there else []


def _reached(places: list[Path], people: list[closed.Account]) -> dict[Path, str]:
    """Return by whom each place can be reached that is open to others: an account that is there, or whoever gets one."""
    found = {}
    for place in places:
        names = closed.reaching(place, [*people, closed.ANYBODY])
        if names:
            found[place] = names[0]
    return found


def _said(reached: dict[Path, str], root: Path) -> str:
    who = sorted(set(reached.values()))
    names = ", ".join(str(place.relative_to(root)) if place.is_relative_to(root) else str(place) for place in reached)
    return f"{', '.join(who)} can read {names}"


_PACKAGES = (
    ("numpy", True),
    ("matplotlib", True),
    ("h5py", True),
    ("nbgrader", True),
    ("jupyterlab", True),
    ("distributed", False),
)
_PURPOSES = {"distributed": "for grading on a cluster"}


def _python() -> Finding:
    good = sys.version_info >= (3, 11)
    return Finding(
        "Python",
        good,
        f"{platform.python_version()} on {platform.system()} {platform.machine()}; 3.11 or later is needed",
    )


def _package(name: str, needed: bool) -> Finding:
    try:
        return Finding(name, True, importlib.metadata.version(name), needed)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, f"{_PURPOSES.get(name) or _for_whom(name)}: pip install {name}", needed)


def _for_whom(package: str) -> str:
    titles = [one.slug for one in catalogue.course().assignments if package in one.needs]
    return f"for {' and '.join(titles)}" if titles else "needed"


def _isolation() -> list[Finding]:
    """Start a jail, or what is left of it, and ask it which protections hold."""
    reason = tiers.why_not_isolated()
    tier = tiers.NONE if reason else tiers.choose()
    found = [Finding("isolation", not reason, f"{reason}. {jail.HELP}" if reason else f"by {tier.name}")]
    if tier.lacks and not reason:
        lacks = "; ".join(words for name, words in tiers.LACKING.items() if name in tier.lacks)
        words = f"{tiers.BUBBLEWRAP.why_not()}. {jail.HELP} With {tier.name} {lacks}"
        found.append(Finding("bubblewrap", False, words, needed=False))
    try:
        with ForkServer(tier=tier) as server, server.session() as session:
            held = [*(["bubblewrap"] if tier is tiers.BUBBLEWRAP else []), *session.protections]
    except SandboxError as error:
        return [Finding("isolation", False, str(error))]
    asked = ("bubblewrap", *tiers.BUBBLEWRAP.protections) if not tier.lacks or reason else tier.protections
    for name in asked:
        with_it, without = PROTECTIONS[name]
        # where the system calls of a machine are in no list of ours, the other protections of bubblewrap hold
        needed = name != "seccomp" or tier is not tiers.BUBBLEWRAP
        found.append(
            Finding(name, name in held, with_it if name in held else f"without it a student's code {without}", needed)
        )
    if (reason or tier.lacks) and jail.masked():
        found.append(
            Finding("/proc", False, f"{', '.join(jail.masked())} cover parts of it. {jail.UNMASK}", bool(reason))
        )
    if os.getuid() == 0 and "own user" not in held:
        words = "you are root, whom the kernel's limit on processes does not hold; those on memory and time do. Grade as an ordinary user"
        found.append(Finding("ordinary user", False, words, needed=False))
    return found

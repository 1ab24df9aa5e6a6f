"""What is the owner's alone: hand-ins, grades and answers, whatever umask and home; and who else could reach it.

`Path.mkdir(mode=0o700, parents=True)` restricts the last folder alone, and nbgrader leaves what a student made open to everybody (0777).
So the uppermost folders are closed: behind a folder that nobody else may enter it does not matter what nbgrader leaves.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

FOLDERS = (".instructor", "submitted", "autograded", "feedback", "returned")  # of a course, all of it about persons
FILES = ("gradebook.db", "grades.csv", "grades.json", "grades-nbgrader.csv")
FIRST_PERSON = 1000  # user ids below are the system's own, on Debian, Ubuntu and their kin
NOBODY = 65534


def close(root: Path, *make: str) -> None:
    """Take from everybody but the owner what they may do in a course's private folders and with its grades; make the named ones first."""
    for name in make:
        with contextlib.suppress(FileExistsError):
            (root / name).mkdir(mode=0o700, parents=True)
    for name in (*FOLDERS, *FILES):
        _close(root / name)


def close_all(folder: Path) -> None:
    """Close a folder and everything in it; links are not followed."""
    _close(folder)
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            _close(Path(place, name))


def _close(path: Path) -> None:
    with contextlib.suppress(OSError):  # it is not there, or is another's, who alone can close it
        status = path.lstat()
        if not stat.S_ISLNK(status.st_mode) and status.st_mode & 0o077:
            path.chmod(stat.S_IMODE(status.st_mode) & 0o700)


def make_file(path: Path) -> None:
    """Make an empty file that is the owner's alone, where there is none; what follows writes into it."""
    with contextlib.suppress(OSError):  # it is there, or its folder is not: whoever opens it says so
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def write_text(path: Path, text: str) -> None:
    """Write a file that is the owner's alone, its line ends as they are."""
    make_file(path)
    _close(path)
    path.write_text(text, encoding="utf-8", newline="")


@dataclass(frozen=True)
class Account:
    """Somebody who has an account here, as the kernel sees them."""

    name: str
    uid: int
    groups: frozenset[int] = frozenset()


ANYBODY = Account("everybody", -1)  # whoever is neither the owner nor in a group


def accounts() -> list[Account]:
    """Return the persons who have an account on this machine, as far as its own list goes (see :func:`listed_elsewhere`)."""
    people = [entry for entry in pwd.getpwall() if entry.pw_uid >= FIRST_PERSON and entry.pw_uid != NOBODY]
    return [
        Account(entry.pw_name, entry.pw_uid, frozenset(os.getgrouplist(entry.pw_name, entry.pw_gid)))
        for entry in people
    ]


def listed_elsewhere() -> bool:
    """Whether accounts come from a directory service too, which does not list them."""
    try:
        lines = Path("/etc/nsswitch.conf").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    sources = {word for line in lines if line.startswith("passwd:") for word in line.split("#")[0].split()[1:]}
    return bool({word for word in sources if not word.startswith("[")} - {"files", "compat", "systemd", "db"})


def reaching(path: Path, people: list[Account]) -> list[str]:
    """Return the names of those who can read, change or enter what lies at `path`, other than its owner and root."""
    path = Path(os.path.realpath(path))
    try:
        steps = [(place.stat(), _has_list(place)) for place in path.parents]
        last = path.stat(), _has_list(path)
    except OSError:
        return []
    return [
        who.name
        for who in people
        if who.uid not in (0, last[0].st_uid) and _rights(*last, who) and all(_rights(*step, who) & 1 for step in steps)
    ]


def _has_list(place: Path) -> bool:
    """Whether an access list says who else may do what; its members are not read, so it counts as if it named everybody."""
    try:
        return "system.posix_acl_access" in os.listxattr(place)
    except (OSError, AttributeError):
        return False


def _rights(status: os.stat_result, has_list: bool, who: Account) -> int:
    """Return what somebody may do with a place: 4 read, 2 write, 1 enter, added up."""
    if who.uid == status.st_uid:
        return status.st_mode >> 6 & 7
    if has_list:
        return (status.st_mode >> 3 | status.st_mode) & 7
    return status.st_mode >> (3 if status.st_gid in who.groups else 0) & 7

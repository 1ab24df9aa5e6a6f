"""What is worked out once for a course and a seed, and kept beside the seed: what solution and known mistakes give on hidden cases, where that takes long.

Each value is a file of its own, named by all that it hangs on: the code, the versions, the seed, the case. So a changed exercise makes its
own anew, and workers take from each other what one of them has found. It is as secret as the seed: hidden cases can be read off it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import assay
import grader
from assay import wire
from grader import catalogue
from grader.intake.record import write_file

_folder: Path | None = None  # of the course that this process grades


def keep_in(private: Path | None) -> None:
    """Keep from now on in a course's private folder; nothing is kept before, nor where that folder is not, as on another machine."""
    global _folder
    # os.path's says no where this process may not look
    _folder = private / "kept" if private and os.path.isdir(private) else None


def _as_it_is(found: Any) -> Any:
    return found


def value(key: Sequence, make: Callable[[], Any], write: Callable = _as_it_is, read: Callable = _as_it_is) -> Any:
    """Return the value of a key, whose first entry is an assignment, made where nobody has made it yet; what needs no framework takes no time, and
    what has an empty key is not kept.

    `write` gives the plain values by which it is kept, `read` makes it of them.

    A value that cannot be read is not there, and one that cannot be written is not kept: a full disk keeps nobody from being graded.
    """
    if not key or _folder is None or not catalogue.course()[key[0]].needs:
        return make()
    path = _folder / code() / f"{_digest(key)}.json"
    with contextlib.suppress(OSError, ValueError, TypeError):
        return read(wire.decode_outputs(json.loads(path.read_text())))
    found = make()
    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(path, json.dumps(wire.encode(write(found), binary=False)).encode())
    return found


def forget_others(private: Path) -> None:
    """Remove what was kept for code that is no longer there."""
    there = private / "kept"
    for old in there.iterdir() if there.is_dir() else ():
        if old.name != code():
            shutil.rmtree(old, ignore_errors=True)


@functools.cache
def code() -> str:
    """Return the digest of all code that says what an answer gives: the course's, the judge's and the versions of what they use."""
    course = catalogue.course()
    rooms = [course.root / room for room in ("exercises", "solutions", course.library)]
    rooms += [Path(module.__file__).parent for module in (assay, grader)]
    packages = {"numpy", *(package for one in course.assignments for package in one.needs)}
    there = sorted(package for package in packages if importlib.util.find_spec(package))
    return _digest(
        [
            platform.python_version(),
            *(importlib.metadata.version(package) for package in there),
            *(hashlib.sha256(path.read_bytes()).hexdigest() for room in rooms for path in sorted(room.rglob("*.py"))),
        ]
    )


def _digest(key: Sequence) -> str:
    return hashlib.sha256(json.dumps(list(key)).encode()).hexdigest()[:32]

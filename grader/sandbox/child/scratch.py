"""A folder of a submission's own where it has no file systems of its own: made, measured while it is used, and taken away.

What lies there was made with malice, perhaps: folders in folders without end, names without end, files beyond number.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import tempfile

MOST_FILES = 20_000
MOST_PATH = 2_000  # characters, far below the system's own limit: nothing may lie deeper than we can look


class TooMuch(Exception):
    """More files, or folders that go deeper, than we look at."""


def make(folder: str, user: int) -> str:
    """Make a folder in `folder` that belongs to `user`, or to us where that is 0."""
    place = tempfile.mkdtemp(dir=folder)
    if user:
        os.chown(place, user, user)
    return place


def size(places: list[str]) -> int:
    """Return how many bytes lie there; TooMuch where that cannot be said."""
    total, files, waiting = 0, 0, list(places)
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    files += 1
                    if files > MOST_FILES or len(entry.path) > MOST_PATH:
                        raise TooMuch
                    with contextlib.suppress(FileNotFoundError):
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):  # gone meanwhile, or a file of ours to count
            with contextlib.suppress(OSError):
                total += os.lstat(place).st_blocks * 512
        except OSError as error:  # a folder that may be written and not looked into
            raise TooMuch from error
    return total


def remove(place: str) -> None:
    """Take away a file or a folder and all that is in it, however deep: what lies in folders is moved up until there are none."""
    if not stat.S_ISDIR(os.lstat(place).st_mode):
        os.unlink(place)
        return
    mark, numbers = os.urandom(8).hex(), itertools.count()
    os.chmod(place, 0o700)
    while entries := list(os.scandir(place)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)  # whoever moves a folder changes it
                os.rename(inner.path, f"{place}/{mark}-{next(numbers)}")
            os.rmdir(entry.path)
    os.rmdir(place)

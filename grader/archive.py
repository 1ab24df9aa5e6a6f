"""The files of a download, read with care: a zip, a folder or one notebook; nothing is unpacked, so no path can lead anywhere."""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course import CourseError
from grader.submission import MAX_BYTES, read_submission

MAX_MEMBERS = 20_000  # files of one download, zips inside it included
MAX_TOTAL = 2 * 1024**3  # bytes of all that is read out of one download
MAX_RATIO = 300  # a member that grows more than this while it is unpacked is a bomb
MAX_DEPTH = 2  # zips inside zips
CLUTTER = {"__MACOSX", ".DS_Store", "Thumbs.db", ".ipynb_checkpoints", ".git"}
WANTED = (".ipynb", "timestamp.txt")


@dataclass(frozen=True)
class Member:
    """One file of a download: the parts of its path, and its bytes or why they were not read."""

    parts: tuple[str, ...]
    data: bytes | None = None
    why: str = ""

    @property
    def name(self) -> str:
        return "/".join(self.parts)


def members(source: Path) -> Iterator[Member]:
    """Yield the files of a zip, a folder or a single notebook, sorted by path; only notebooks and timestamps carry bytes.

    Raises
    ------
    CourseError
        If there is no such file, it is neither zip, folder nor notebook, or it holds more than a class can hand in.
    """
    if source.is_dir():
        found = _of_folder(source)
    elif not source.is_file():
        raise CourseError(f"{source} is missing; give the downloaded zip, a folder or a notebook")
    elif source.suffix == ".ipynb":
        found = iter([_of_file(source, (source.name,))])
    elif zipfile.is_zipfile(source):
        with source.open("rb") as file:
            yield from _limited(_of_zip(file, (), 0))
        return
    else:
        raise CourseError(f"{source} is neither a zip, a folder nor a notebook (or the download was cut off)")
    yield from _limited(found)


def _limited(found: Iterator[Member]) -> Iterator[Member]:
    total = 0
    for number, member in enumerate(found, 1):
        total += len(member.data or b"")
        if number > MAX_MEMBERS or total > MAX_TOTAL:
            raise CourseError(
                f"the download holds more than {MAX_MEMBERS} files or {MAX_TOTAL >> 30} GB; nothing was collected"
            )
        yield member


def _of_folder(folder: Path) -> Iterator[Member]:
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in CLUTTER and name not in links)
        for name in sorted([*names, *links]):
            if name not in CLUTTER:
                file = Path(place, name)
                parts = file.relative_to(folder).parts
                if name.lower().endswith(".zip") and not file.is_symlink() and file.is_file():
                    with file.open("rb") as opened:
                        yield from _of_zip(opened, parts, 1)
                else:
                    yield _of_file(file, parts)


def _of_file(file: Path, parts: tuple[str, ...]) -> Member:
    if file.is_symlink():
        return Member(parts, why="a link is not followed")
    if not wanted(parts):
        return Member(parts, why="not a notebook")
    data, why = read_submission(file)
    return Member(parts, data, why)


def wanted(parts: tuple[str, ...]) -> bool:
    """Whether a file is one that is read."""
    return parts[-1].lower().endswith(WANTED)


def _of_zip(file: io.BufferedIOBase, outer: tuple[str, ...], depth: int) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError):
        yield Member(outer, why="the zip is damaged")
        return
    with archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            parts = _parts(info.filename)
            if info.is_dir() or parts is not None and CLUTTER & set(parts):
                continue
            if parts is None:
                yield Member((*outer, info.filename), why="its path leads out of the zip")
                continue
            yield from _of_member(archive, info, (*outer, *parts), depth)


def _of_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...], depth: int) -> Iterator[Member]:
    nested = parts[-1].lower().endswith(".zip")
    if stat.S_ISLNK(info.external_attr >> 16):
        yield Member(parts, why="a link is not followed")
    elif not nested and not wanted(parts):
        yield Member(parts, why="not a notebook")
    elif nested and depth == MAX_DEPTH:
        yield Member(parts, why="a zip inside a zip inside a zip is not opened")
    elif info.flag_bits & 1:
        yield Member(parts, why="it is locked with a password")
    else:
        data, why = _read(archive, info)
        if nested and data is not None:
            yield from _of_zip(io.BytesIO(data), parts, depth + 1)
        else:
            yield Member(parts, data, why)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[bytes | None, str]:
    """Return a member's bytes, or None and why not; what the zip says of the size is not trusted."""
    try:
        with archive.open(info) as file:
            data = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None, "it is damaged in the zip"
    if len(data) > MAX_BYTES:
        return None, f"it has more than the {MAX_BYTES >> 20} MB that are read"
    if len(data) > 1024**2 and len(data) > MAX_RATIO * max(1, info.compress_size):
        return None, f"it grows more than {MAX_RATIO}-fold when unpacked"
    return data, ""


def _parts(name: str) -> tuple[str, ...] | None:
    """Return the parts of a path in a zip, or None where it is absolute, climbs, or has control characters."""
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    bad = path.startswith("/") or ".." in parts or path[1:2] == ":" or not parts or any(ord(c) < 32 for c in path)
    return None if bad else parts

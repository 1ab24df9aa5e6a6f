"""The files of a download, looked at with care: a zip, a folder or one notebook. Nothing is unpacked, so no path can lead anywhere.

Names are listed first, and a file is read when somebody asks for it. Zips inside the download are opened one by one: each hand-in can then
have a budget of its own, and what one student packed into an archive costs the others nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from grader.course import CourseError
from grader.intake.contents import looks_like_json
from grader.submission import MAX_BYTES, read_submission

MAX_MEMBERS = 5_000  # files of one zip that a student packed
MAX_RATIO = 300  # a member that grows more than this while it is unpacked is a bomb
MAX_DEPTH = 2  # zips inside zips
CLUTTER = {"__MACOSX", ".DS_Store", "Thumbs.db", ".ipynb_checkpoints", ".git", "desktop.ini"}
UNOPENED = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
Read = Callable[[int], tuple[bytes | None, str]]  # how many bytes at most -> the bytes, or None and why not


def _nothing(limit: int) -> tuple[None, str]:
    return None, ""


@dataclass(frozen=True)
class Member:
    """One file of a download: the parts of its path, and why it cannot be read where that is known from its entry."""

    parts: tuple[str, ...]
    why: str = ""
    _read: Read = field(default=_nothing, repr=False, compare=False)

    @property
    def name(self) -> str:
        return "/".join(self.parts)

    @property
    def file(self) -> str:
        """The last part of the path in lower case, to be looked at for its ending."""
        return self.parts[-1].lower()

    def read(self) -> tuple[bytes | None, str]:
        """Return the file's bytes, or None and why they were not read."""
        return (None, self.why) if self.why else self._read(MAX_BYTES)

    @property
    def data(self) -> bytes | None:
        """The file's bytes, or None where they cannot be read."""
        return self.read()[0]

    def start(self) -> bytes:
        """Return the file's first bytes, or none where it cannot be read."""
        return b"" if self.why else self._read(64)[0] or b""

    def is_notebook(self) -> bool:
        """Whether the file's name or its beginning says that it is a notebook."""
        if self.file.endswith(".ipynb") or ".ipynb." in self.file and not self.file.endswith(".html"):
            return True
        return not self.file.endswith((".html", ".htm", ".zip")) and looks_like_json(self.start())

    def moved(self, parts: tuple[str, ...]) -> Member:
        return Member(parts, self.why, self._read)


@contextlib.contextmanager
def opened(source: Path) -> Iterator[list[Member]]:
    """Open a zip, a folder or a single notebook and give its files, sorted by path; they can be read while it is open.

    Raises
    ------
    CourseError
        If there is no such file, or it is neither zip, folder nor notebook.
    """
    with contextlib.ExitStack() as stack:
        if source.is_dir():
            yield list(_of_folder(source))
        elif not source.is_file():
            raise CourseError(f"{source} is missing; give the downloaded zip, a folder or a notebook")
        elif zipfile.is_zipfile(source):
            file = stack.enter_context(source.open("rb"))
            archive = _zip(file)
            if archive is None:
                raise CourseError(f"{source} is a zip that cannot be read (was the download cut off?)")
            yield list(_of_zip(stack.enter_context(archive), ()))
        elif (member := _of_file(source, (source.name,))).is_notebook():
            yield [member]
        else:
            raise CourseError(f"{source} is neither a zip, a folder nor a notebook (or the download was cut off)")


def members(source: Path) -> Iterator[Member]:
    """Yield all files of a download, those of zips inside it too; each can be read until the next one comes."""
    with opened(source) as found:
        for member in found:
            yield from _all(member, 1)


def _all(member: Member, depth: int) -> Iterator[Member]:
    inside = expanded(member, depth) if member.file.endswith(".zip") and not member.why else [member]
    for one in inside:
        yield from [one] if one.parts == member.parts else _all(one, depth + 1)


def _of_folder(folder: Path) -> Iterator[Member]:
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in CLUTTER and name not in links)
        for name in sorted([*names, *links]):
            if name not in CLUTTER:
                file = Path(place, name)
                yield _of_file(file, file.relative_to(folder).parts)


def _of_file(file: Path, parts: tuple[str, ...]) -> Member:
    def read(limit: int) -> tuple[bytes | None, str]:
        if limit >= MAX_BYTES:
            return read_submission(file)
        try:
            with open(
                file, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
            ) as opened:
                return opened.read(limit), ""
        except OSError as error:
            return None, f"it cannot be read ({error.strerror})"

    if file.is_symlink():
        return Member(parts, "a link is not followed")
    if not file.is_file():
        return Member(parts, "it is no file")
    return Member(parts, "", read)


def _zip(file: IO[bytes]) -> zipfile.ZipFile | None:
    """Return an opened zip, or None where it cannot be.

    Python refuses a whole zip for one entry that says it needs a newer program; that entry alone is refused here.
    """
    newest = zipfile.MAX_EXTRACT_VERSION
    zipfile.MAX_EXTRACT_VERSION = 255  # type: ignore[misc]
    try:
        return zipfile.ZipFile(file)
    except Exception:  # whatever a hostile archive makes the reader raise is the fault of that archive
        return None
    finally:
        zipfile.MAX_EXTRACT_VERSION = newest  # type: ignore[misc]


def _of_zip(archive: zipfile.ZipFile, outer: tuple[str, ...]) -> Iterator[Member]:
    for name, info in sorted(((_name(info), info) for info in archive.infolist()), key=lambda pair: pair[0]):
        parts = _parts(name)
        if info.is_dir() or parts is not None and CLUTTER & set(parts):
            continue
        if parts is None:
            yield Member((*outer, name), "its path leads out of the zip")
            continue
        yield _of_entry(archive, info, (*outer, *parts))


def _name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; many programs write UTF-8 without saying so, which is read as the letters of old PCs."""
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            return info.filename.encode("cp437").decode("utf-8")
    return info.filename


def _of_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...]) -> Member:
    def read(limit: int) -> tuple[bytes | None, str]:
        try:
            with archive.open(info) as file:
                data = file.read(limit + 1)
        except Exception:  # as in _zip: zlib, lzma and bz2 each have errors of their own
            return None, "it is damaged in the zip"
        if limit < MAX_BYTES:
            return data[:limit], ""
        if len(data) > limit:
            return None, f"it has more than the {limit >> 20} MB that are read"
        if len(data) > 1024**2 and len(data) > MAX_RATIO * max(1, info.compress_size):
            return None, f"it grows more than {MAX_RATIO}-fold when unpacked"
        return data, ""

    if stat.S_ISLNK(info.external_attr >> 16):
        return Member(parts, "a link is not followed")
    if info.flag_bits & 1:
        return Member(parts, "it is locked with a password")
    if info.extract_version > zipfile.MAX_EXTRACT_VERSION:
        return Member(
            parts, f"it says that version {info.extract_version / 10:g} of zip is needed, which does not exist"
        )
    return Member(parts, "", read)


def expanded(member: Member, depth: int = 1) -> list[Member]:
    """Return the files of a zip inside the download, sorted by path, or the zip itself and why it was not opened."""
    if depth > MAX_DEPTH:
        return [Member(member.parts, "a zip inside a zip inside a zip is not opened")]
    data, why = member.read()
    if data is None:
        return [Member(member.parts, why)]
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        return [Member(member.parts, f"the zip holds more than {MAX_MEMBERS} files; the notebook alone is wanted")]
    archive = _zip(io.BytesIO(data))
    return [Member(member.parts, "the zip is damaged")] if archive is None else list(_of_zip(archive, member.parts))


def _parts(name: str) -> tuple[str, ...] | None:
    """Return the parts of a path in a zip, or None where it is absolute, climbs, or has control characters."""
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    bad = path.startswith("/") or ".." in parts or path[1:2] == ":" or not parts or any(ord(c) < 32 for c in path)
    return None if bad else parts

"""What was handed in beside the notebook: plain files are taken over, links, pipes and the like never followed or opened, and told."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from grader.words import printable

MAX_FILES = 200
MAX_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 5_000  # that are looked at, of any kind
MAX_DEPTH = 20  # folders in folders
MAX_NAMED = 3  # names in a sentence
# what no browser runs as a page of ours, when formgrader shows it under the instructor's login
PASSIVE = {
    ".txt", ".md", ".csv", ".json", ".py", ".png", ".jpg", ".jpeg", ".gif", ".h5", ".npy", ".npz", ".zip", ".pdf", ".log",
}  # fmt: skip


@dataclass
class Beside:
    """What lies beside a notebook.

    Attributes
    ----------
    files : pairs of a file and its name, relative, in our folders
    odd : relative names of what is neither file nor folder: links, pipes, devices, sockets
    more : bool, whether there is more than is taken over
    """

    files: list[tuple[Path, Path]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    more: bool = False

    @property
    def notes(self) -> list[str]:
        """Sentences for student and instructor on what was left out."""
        said = []
        if self.odd:
            named = ", ".join(printable(name)[:60] for name in self.odd[:MAX_NAMED])
            rest = f" and {len(self.odd) - MAX_NAMED} more" if len(self.odd) > MAX_NAMED else ""
            said.append(
                f"Links and pipes beside the notebook were left out: {named}{rest}. Only plain files are taken."
            )
        if self.more:
            said.append(
                f"There are more files beside the notebook than are taken: {MAX_FILES}, or {MAX_BYTES >> 20} MB in all. The rest was left out."
            )
        return said


def beside(folder: Path) -> Beside:
    """Return what lies beside a notebook in a submission's folder.

    What a browser would run as a page of ours gets ``.txt`` behind its name. A folder of the notebook's own name is left out: it would
    stand where the graded notebook belongs.
    """
    found, size, seen = Beside(), 0, 0
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop(0)
        for entry in _entries(place):
            seen += 1
            if seen > MAX_ENTRIES:
                found.more = True
                return found
            relative = Path(entry.path).relative_to(folder)
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".ipynb_checkpoints" and not entry.name.endswith(".ipynb"):
                    found.more |= depth >= MAX_DEPTH
                    waiting += [(Path(entry.path), depth + 1)] * (depth < MAX_DEPTH)
            elif not entry.is_file(follow_symlinks=False):
                found.odd.append(_written(str(relative)))
            elif relative.suffix != ".ipynb":
                size += entry.stat(follow_symlinks=False).st_size
                if len(found.files) == MAX_FILES or size > MAX_BYTES:
                    found.more = True
                    return found
                passive = relative.suffix.lower() in PASSIVE
                name = relative if passive else relative.with_name(f"{relative.name}.txt")
                found.files.append((Path(entry.path), name))
    return found


def _entries(place: Path) -> list[os.DirEntry]:
    """Return what stands in a folder, in order, and no more than is looked at of any."""
    try:
        with os.scandir(place) as entries:
            few = [entry for entry, _ in zip(entries, range(MAX_ENTRIES + 1))]
    except OSError:  # it may not be read, or its path is too long
        return []
    return sorted(few, key=lambda entry: entry.name)


def _written(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def copy_beside(folder: Path, target: Path) -> None:
    """Copy what lies beside a notebook; of two files that would take the same place the first one stays."""
    for file, name in beside(folder).files:
        try:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(target / name):
                _copy(file, target / name)
        except (FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError):
            continue


def _copy(file: Path, target: Path) -> None:
    """Copy a plain file; what has become something else since it was looked at is not opened."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as source:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            with open(target, "xb") as copy:
                left = MAX_BYTES
                while left > 0 and (part := source.read(min(1 << 20, left))):
                    left -= len(part)
                    copy.write(part)


def linked(folder: Path, base: Path) -> bool:
    """Whether `folder`, or one on the way to it from `base`, is a link: to another's work, or out of the course."""
    relative = os.path.relpath(folder, base)
    return os.path.realpath(folder) != os.path.join(os.path.realpath(base), relative)

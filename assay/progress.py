"""Which exercises passed when they were last checked: kept beside the notebook, and read when it is opened again.

It is one small file in ``.ipynb_checkpoints``, where Jupyter keeps a notebook's own copies: no release and no hand-in takes that folder along.
Where nothing can be written, as in a read-only folder, what passed is known as long as the kernel runs, and nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

FOLDER = ".ipynb_checkpoints"
MOST = 64 * 1024  # bytes that are read


class Progress:
    """What passed of one assignment, in the folder that the kernel works in when this is made."""

    def __init__(self, assignment: str, folder: Path | None = None):
        try:
            self._path = (folder or Path.cwd()) / FOLDER / f"progress-{assignment}.json"
        except OSError:  # the folder was deleted
            self._path = None

    def read(self) -> list[str]:
        """Return the names of what passed; none where there is no file, or one that we did not write."""
        try:
            with self._path.open(encoding="utf-8") as file:
                names = json.loads(file.read(MOST))["passed"]
            return [name for name in names if isinstance(name, str)]
        except (AttributeError, OSError, ValueError, KeyError, TypeError):
            return []

    def write(self, names: Iterable[str]) -> None:
        """Keep the names of what passed, if that can be done."""
        try:
            self._path.parent.mkdir(exist_ok=True)
            self._path.write_text(json.dumps({"passed": sorted(names)}), encoding="utf-8")
        except (AttributeError, OSError):
            pass

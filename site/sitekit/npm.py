"""Packages of the npm registry that the site ships or its tests need, by name, version and checksum; fetched with npm, kept in build/."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sitekit import CACHE

PACKAGES = {  # name -> (version, integrity as package-lock.json writes it)
    "mathjax": (
        "3.2.2",
        "sha512-Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
    ),
    "pyodide": (
        "314.0.3",
        "sha512-sK40My6m8tmBUYtYH9au9rXUeh9x0wfahtHdOlGmJxZDsKBGKtP6KznyFB2+u/klbQTdDionR0uaVd176zVQzQ==",
    ),
    "axe-core": (
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),
}


class Missing(RuntimeError):
    """A package that could not be fetched, or is not the one that was asked for."""


def package(name: str) -> Path:
    """Return the unpacked folder of a package; the first call fetches it.

    Raises
    ------
    Missing
        If npm is not there, the registry cannot be reached, or the file's checksum is another.
    """
    version, integrity = PACKAGES[name]
    folder = CACHE / "npm" / f"{name}-{version}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            archive = _fetch(name, version, Path(temporary))
            found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if found != integrity:
                raise Missing(f"npm's {name}@{version} has the checksum {found}, expected {integrity}")
            with tarfile.open(archive) as tar:
                tar.extractall(temporary, filter="data")
            (Path(temporary) / "package").rename(folder)
    return folder


def _fetch(name: str, version: str, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(f"npm is needed to fetch {name}@{version} once: install Node.js (Debian: apt-get install npm)")
    command = [npm, "pack", "--silent", f"{name}@{version}", "--pack-destination", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True)
    archives = list(folder.glob("*.tgz"))
    if run.returncode or not archives:
        raise Missing(f"npm could not fetch {name}@{version}: {run.stderr.strip()[-300:]}")
    return archives[0]

"""Solved notebooks with their outputs: run once, kept by content, so that a rebuild runs only what changed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from grader import catalogue, stubs
from sitekit import CACHE, ROOT

PACKAGES = ("numpy", "matplotlib", "tensorflow")  # whose versions may change an output
LIMIT = 900  # seconds for one cell


class NotRun(RuntimeError):
    """A solved notebook that raised or wrote to stderr: no page is made of it."""


def executed(slugs: list[str], say: Callable[[str], None] = print) -> dict[str, dict]:
    """Return each assignment's notebook, solved and run from top to bottom."""
    CACHE.mkdir(parents=True, exist_ok=True)
    # the longest first; two at a time, as many as a small machine has cores
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        found = pool.map(lambda slug: (slug, _one(slug, say)), sorted(slugs, reverse=True))
        return dict(sorted(found, key=lambda pair: slugs.index(pair[0])))


def _one(slug: str, say: Callable[[str], None]) -> dict:
    notebook = stubs.solved(json.loads(stubs.notebook_path(slug).read_text(encoding="utf-8")), slug)
    kept = CACHE / f"{slug}-{fingerprint(slug, notebook)}.ipynb"
    if not kept.is_file():
        start = time.perf_counter()
        done = run(notebook, slug)
        for old in CACHE.glob(f"{slug}-*.ipynb"):
            old.unlink()
        kept.write_text(json.dumps(done), encoding="utf-8")
        say(f"  {slug}: run in {time.perf_counter() - start:.0f} s")
    return json.loads(kept.read_text(encoding="utf-8"))


def fingerprint(slug: str, notebook: dict) -> str:
    """Return a hash of all that decides a notebook's outputs."""
    digest = hashlib.sha256(json.dumps(notebook, sort_keys=True).encode())
    digest.update(platform.python_version().encode())
    for package in PACKAGES:
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    data = [ROOT / "data" / name for name in (f"reference/{slug}.json", *catalogue.course()[slug].data)]
    for path in sorted([*(ROOT / "idnn").rglob("*.py"), *data]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def run(notebook: dict, slug: str) -> dict:
    """Return a copy with outputs.

    Raises
    ------
    NotRun
        If a cell raises or writes to stderr.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    copy = nbformat.reads(json.dumps(notebook), as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            copy,
            timeout=LIMIT,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise NotRun(f"{slug}: the solved notebook does not run: {error}") from None
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise NotRun(f"{slug}: cell {cell['id']} wrote to stderr: {output['text'][:300]}")
    return json.loads(nbformat.writes(copy))

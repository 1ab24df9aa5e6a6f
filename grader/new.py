"""``new``: a small course to begin with, of the files in ``templates/course``."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from grader import catalogue
from grader.course import CourseError

TEMPLATE = Path(__file__).parent / "templates" / "course"
OURS = ("course.toml", "gitignore")  # files of the template that are not copied as they are


def write(folder: Path, title: str = "") -> Path:
    """Write a course into `folder`, with stubs and reference outputs made, and return its place.

    Parameters
    ----------
    title : default: the folder's name

    Raises
    ------
    CourseError
        If something lies in the folder already.
    """
    folder = folder.resolve()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty; name a folder that is not there yet")
    title = title or re.sub(r"[-_]+", " ", folder.name).strip().capitalize() or "A course"
    shutil.copytree(TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__", *OURS), dirs_exist_ok=True)
    shutil.copyfile(TEMPLATE / "gitignore", folder / ".gitignore")
    text = (TEMPLATE / "course.toml").read_text(encoding="utf-8")
    for place, value in (("$id", _id(folder.name)), ("$title", title)):
        text = text.replace(f'"{place}"', json.dumps(value, ensure_ascii=False))
    (folder / "course.toml").write_text(text, encoding="utf-8")
    for command in ("cells", "references"):  # in processes of their own, whose course this is
        run = subprocess.run(
            [sys.executable, "-m", "grader", command], cwd=folder, env=_environment(), capture_output=True, text=True
        )
        if run.returncode:
            raise CourseError(
                f"{folder} was written, but {command} failed: {(run.stderr or run.stdout).strip()[-300:]}"
            )
    return folder


def is_found(folder: Path) -> bool:
    """Whether ``python -m grader`` works in `folder` as this shell is set."""
    run = subprocess.run([sys.executable, "-c", "import grader"], cwd=folder, capture_output=True)
    return run.returncode == 0


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).lstrip("_0123456789").rstrip("_") or "course"


def _environment() -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name != catalogue.VARIABLE}
    path = [str(catalogue.DELIVERED), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**others, "PYTHONPATH": os.pathsep.join(path)}

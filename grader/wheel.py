"""The wheel that students get: `python -m grader.wheel [FOLDER]` builds it and prints its path.

A course with a pyproject.toml says there what is in it. For one without, it is the public engine, the course's library and its data.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import assay
from grader import catalogue
from grader.course import CourseError

REQUIRES = ("numpy>=2.0",)  # of the public engine
_PROJECT = """\
[build-system]
requires = ["hatchling>=1.25"]
build-backend = "hatchling.build"

[project]
name = {name}
version = {version}
requires-python = ">=3.11"
dependencies = {requires}

[tool.hatch.build.targets.wheel]
packages = {packages}
"""


def build_wheel(folder: Path) -> Path:
    """Build the wheel into `folder` and return its path; CourseError where it cannot be built."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="grader-") as place:
        made, source = Path(place, "wheel"), catalogue.course().root
        if not (source / "pyproject.toml").is_file():
            source = gather(Path(place, "source"))
        pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
        run = subprocess.run([*pip, "-w", str(made), str(source)], capture_output=True, text=True)
        if run.returncode:
            raise CourseError(f"the wheel could not be built: {run.stderr[-500:]}")
        (wheel,) = made.glob("*.whl")
        return Path(shutil.copy(wheel, folder))


def gather(folder: Path) -> Path:
    """Put together what the wheel of a course without pyproject.toml is made of, with one that is written here."""
    course = catalogue.course()
    folder.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(Path(assay.__file__).parent, folder / assay.__name__, ignore=ignore)
    packages = dict.fromkeys([course.library] * bool(course.library) + [*course.public])
    packages = [name for name in packages if (course.root / name / "__init__.py").is_file()]
    for name in packages:
        shutil.copytree(course.root / name, folder / name, ignore=ignore)
    if (course.root / "data").is_dir():  # where the engine looks for reference outputs
        shutil.copytree(course.root / "data", folder / assay.__name__ / "data", ignore=ignore)
    text = _PROJECT.format(
        name=json.dumps(course.id),
        version=json.dumps(course.version),
        requires=json.dumps(requirements()),
        packages=json.dumps([assay.__name__, *packages]),
    )
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def requirements() -> list[str]:
    """Return what the wheel of a course without pyproject.toml needs beside it."""
    return [*REQUIRES, *catalogue.course().requires]


if __name__ == "__main__":
    print(build_wheel(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")))

"""The live notebooks: JupyterLite with the student's notebooks, ``idnn`` and its visible reference outputs in it.

JupyterLite itself and its Python kernel come from their PyPI packages. Pyodide, which is Python in the browser, is loaded from its CDN, or
is copied from a distribution folder into the site. Either way the site has a lock file of its own: Pyodide's, plus the course's wheels.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

from assay import answers as answers_of_a_course
from grader import catalogue, stubs
from grader.submission import exercise_of, grade_id
from grader.wheel import build_wheel
from sitekit import WORK, npm, pages, part
from sitekit.course import Assignment, source

PYODIDE = npm.PACKAGES["pyodide"][0]  # the release that the tests run
CDN = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")  # front end of the explorables and predictions
INSTALLED = {  # packages that are packed again from where this runs -> what each needs, by its name in the lock
    "comm": [],
    "typing_extensions": [],
    "psygnal": [],
    "ipywidgets": ["comm", "ipython"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
}
COURSE = catalogue.course()
OURS = COURSE.id.replace("_", "-")  # the wheel, by its name
PRELOADED = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", OURS)
NOT_IN_A_BROWSER = tuple(  # megabytes, for assignments that do not run there
    f"{COURSE.library}/data/{name}" for one in COURSE.assignments if not one.browser for name in one.data
)
SETTINGS = {
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # light or dark as the reader's system is
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 5},  # seconds
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"},
}


def build_live(assignments: list[Assignment], out: Path, pyodide: Path | None, answers: bool = False) -> None:
    """Build JupyterLite into `out`; with `pyodide`, a distribution folder, it needs no other host; with `answers` one can ask for them there.

    Raises
    ------
    ValueError
        If JupyterLite cannot be built, or the folder is not a Pyodide distribution that holds what the course needs.
    """
    folder = WORK / "live"
    files = folder / "files"
    for assignment in assignments:
        notebook = live_notebook(assignment.slug)
        if not assignment.live:
            notebook = part.in_part(assignment, notebook)
        pages.write(notebook, files / f"{assignment.slug}.ipynb")
    (folder / "jupyter-lite.json").write_text(json.dumps(configuration(pyodide)))
    (folder / "overrides.json").write_text(json.dumps(SETTINGS))
    jupyterlite(folder, files, out)
    icons = Path(importlib.util.find_spec("jupyter_server").origin).parent / "static" / "favicons"
    shutil.copytree(icons, out / "static" / "favicons")  # JupyterLite asks for them and does not bring them
    lock = json.loads(((pyodide or npm.package("pyodide")) / LOCK).read_text(encoding="utf-8"))
    ours = add_wheels(out, lock, answers)
    if pyodide:
        copy_pyodide(pyodide, out, lock, ours)
    else:
        for name, entry in lock["packages"].items():
            if name not in ours:
                entry["file_name"] = CDN + entry["file_name"]
    (out / "static" / "lock").mkdir(parents=True, exist_ok=True)
    (out / "static" / "lock" / LOCK).write_text(json.dumps(lock))


def student_notebook(slug: str) -> dict:
    """Return the notebook as a student gets it: bare stubs, no outputs, checks that cannot be edited."""
    notebook = source(slug)
    for cell in notebook["cells"]:
        if grade_id(cell) in stubs.solution_functions(slug) and cell["cell_type"] == "code":
            stubs.set_text(cell, pages.bare_stub(slug, grade_id(cell)))
        elif exercise_of(cell):
            cell["metadata"] |= {"editable": False, "deletable": False}
    return notebook


def live_notebook(slug: str) -> dict:
    """Return the student's notebook for the kernel in the browser, whose name is ``python``."""
    notebook = student_notebook(slug)
    notebook["metadata"]["kernelspec"] = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    return notebook


def configuration(pyodide: Path | None) -> dict:
    """Return JupyterLite's configuration."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs" if pyodide else f"{CDN}pyodide.mjs",
        "disablePyPIFallback": pyodide is not None,
        "loadPyodideOptions": {"lockFileURL": f"./static/lock/{LOCK}", "packages": list(PRELOADED)},
    }
    data = {
        "appName": f"{COURSE.title}, live",
        "appUrl": "./tree",
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def jupyterlite(folder: Path, contents: Path, out: Path) -> None:
    """Run JupyterLite's own build, with the Python kernel and the widgets' front end as its only extensions."""
    extensions = Path(sysconfig.get_path("data")) / "share" / "jupyter" / "labextensions"
    settings = {
        "LiteBuildConfig": {
            "apps": ["notebooks", "tree", "lab"],
            "contents": [str(contents)],
            "federated_extensions": [str(extensions / name) for name in (KERNEL, *WIDGETS)],
            "ignore_sys_prefix": True,
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "no_libarchive": True,
        }
    }
    (folder / "jupyter_lite_config.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(folder), "--output-dir", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if run.returncode:
        raise ValueError(f"JupyterLite could not be built:\n{(run.stdout + run.stderr)[-2000:]}")


def add_wheels(out: Path, lock: dict, answers: bool) -> set[str]:
    """Put the course's and the kernel's wheels into the site and into the lock; return their names."""
    folder = out / "static" / "wheels"
    wheels = {OURS: light_wheel(folder, answers)}
    wheels |= {name.replace("_", "-"): installed_wheel(name, folder) for name in INSTALLED}
    version = wheels[OURS].name.split("-")[1]
    wheels |= {
        part.package_of(name).replace("_", "-"): part.arrays_wheel(name, version, folder) for name in part.INSTEAD
    }
    for wheel in (out / "extensions" / KERNEL / "static" / "pypi").glob("*.whl"):
        name = re.match(r"[^-]+", wheel.name)[0].replace("_", "-")
        if name in PRELOADED:
            wheels[name] = wheel
    depends = {OURS: [*part.NEEDED], "pyodide-kernel": ["ipython", "ipykernel", "comm"]}
    depends |= {name.replace("_", "-"): needs for name, needs in INSTALLED.items()}
    for name, wheel in wheels.items():
        lock["packages"][name] = {
            "name": name,
            "version": wheel.name.split("-")[1],
            "file_name": f"../../{wheel.relative_to(out).as_posix()}",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "imports": [*part.PACKAGES] if name == OURS else [name.replace("-", "_")],
            "depends": depends.get(name, []),
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
    missing = set(PRELOADED) - set(lock["packages"])
    if missing:
        raise ValueError(f"expected wheels of {', '.join(sorted(missing))} in JupyterLite's kernel or Pyodide's lock")
    return set(wheels)


def light_wheel(folder: Path, answers: bool = False) -> Path:
    """Build the course's wheel into `folder` without the data that no browser needs, and with the answers where they may be asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = build_wheel(WORK)
    light, added = folder / whole.name, with_hints() if answers else {}
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(light, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in NOT_IN_A_BROWSER:
                data = old.read(name)
                if name.endswith("/RECORD"):
                    lines = data.decode().splitlines(keepends=True)
                    lines = [line for line in lines if line.split(",")[0] not in NOT_IN_A_BROWSER]
                    data = "".join([*lines, *(f"{name},,\n" for name in added)])
                new.writestr(name, data)
        for name, text in added.items():
            new.writestr(name, text)
    return light


def with_hints() -> dict[str, str]:
    """Return the files in which a live notebook finds answers and hints: path in the wheel -> text."""
    found = {}
    for slug in (one.slug for one in COURSE.assignments if one.browser):
        hints = pages.hints(source(slug))
        known = {
            name: {"answer": whole, "hints": hints[name]} for name, (whole, _) in stubs.solution_functions(slug).items()
        }
        found[f"{COURSE.library}/data/{answers_of_a_course.FOLDER}/{slug}.json"] = json.dumps(known)
    return found


def installed_wheel(name: str, folder: Path) -> Path:
    """Pack an installed package into a wheel again, its compiled parts left out: nothing need be downloaded, and Python runs in their place."""
    found = importlib.metadata.distribution(name)
    path = folder / f"{name}-{found.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in found.files:
            if ".." not in file.parts and file.suffix not in (".pyc", ".so", ".pyd"):
                wheel.write(file.locate(), file.as_posix())
    return path


def copy_pyodide(folder: Path, out: Path, lock: dict, ours: set[str]) -> None:
    """Copy what the course needs of a Pyodide distribution, and leave the rest out of the lock.

    Raises
    ------
    ValueError
        If a file is missing or its checksum is not the lock's.
    """
    target = out / "static" / "pyodide"
    target.mkdir(parents=True, exist_ok=True)
    lock["packages"] = {name: lock["packages"][name] for name in sorted({*needed(lock), *ours})}
    for name in CORE:
        _copy(folder / name, target / name)
    for name, entry in lock["packages"].items():
        if name not in ours:
            _copy(folder / entry["file_name"], target / entry["file_name"], entry["sha256"])
            entry["file_name"] = f"../pyodide/{entry['file_name']}"


def needed(lock: dict) -> list[str]:
    """Return the lock's keys of all packages that are preloaded, and of what they depend on."""
    by_name = {_normal(key): key for key in lock["packages"]}
    found, todo = [], list(PRELOADED)
    while todo:
        key = by_name[_normal(todo.pop())]
        if key not in found:
            found.append(key)
            todo += lock["packages"][key]["depends"]
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _copy(path: Path, target: Path, sha256: str = "") -> None:
    if not path.is_file():
        raise ValueError(
            f"--pyodide: {path} is missing; expected the unpacked folder of pyodide-{PYODIDE}.tar.bz2 from Pyodide's releases"
        )
    if sha256 and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise ValueError(f"--pyodide: {path} is not the file that {LOCK} beside it lists; unpack the archive again")
    shutil.copyfile(path, target)

"""Where a notebook opens without a machine of one's own: Colab, Kaggle, Binder, Codespaces, all from one address in ``course.toml``.

``handout = "https://github.com/OWNER/REPOSITORY/tree/BRANCH"`` is a branch that holds what the site's ``download/`` holds and nothing else: the
students' notebooks, the course's wheel, and what Binder and Codespaces read. Where it is not set there is no button and no cell.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

from grader import catalogue
from grader.release import requirements_of
from grader.wheel import build_wheel

BEGIN, END = "<!-- buttons: python tools/buttons.py -->", "<!-- end of buttons -->"
_ADDRESS = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+)/tree/([\w./-]+)")
_CELL = """\
# Where the course's package is missing, as in Colab and Kaggle, this says how to install it; elsewhere it does nothing.
from importlib.util import find_spec as _find_spec

if _find_spec("{package}") is None:
    print("Run this line in a cell of its own, then go on:\\n%pip install -q {url}")
"""


def _parts(address: str) -> tuple[str, str, str]:
    """Return owner, repository and branch; CatalogueError for what is no such address."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise catalogue.CatalogueError(
            f"course.toml: handout must be https://github.com/OWNER/REPOSITORY/tree/BRANCH, not {address!r}"
        )
    return found.groups()


def buttons(address: str, slug: str) -> dict[str, str]:
    """Return where an assignment opens, by name; empty where there is no address."""
    if not address:
        return {}
    owner, repository, branch = _parts(address)
    blob = f"{owner}/{repository}/blob/{branch}/{slug}.ipynb"
    source = quote(f"https://github.com/{blob}", safe="")
    return {
        "Colab": f"https://colab.research.google.com/github/{blob}",
        "Kaggle": f"https://kaggle.com/kernels/welcome?src={source}",
        "Binder": f"https://mybinder.org/v2/gh/{owner}/{repository}/{quote(branch, safe='')}?labpath={slug}.ipynb",
        "Codespaces": f"https://codespaces.new/{owner}/{repository}/tree/{branch}?quickstart=1",
    }


def first_cell(address: str, wheel: str) -> dict:
    """Return the cell that comes first in a notebook opened there; it is the copy's alone and no released cell."""
    owner, repository, branch = _parts(address)
    url = f"https://github.com/{owner}/{repository}/raw/{branch}/{wheel}"
    course = catalogue.course()
    source = _CELL.format(package=course.library or "assay", url=url)
    cell = {"cell_type": "code", "id": "install", "metadata": {}, "execution_count": None, "outputs": []}
    return {**cell, "source": source.strip()}


def with_first_cell(notebook: dict, address: str, wheel: str) -> dict:
    """Return a notebook that begins with its title and then that cell, before anything is imported; as it is without an address."""
    if not address:
        return notebook
    title, *rest = notebook["cells"]
    return {**notebook, "cells": [title, first_cell(address, wheel), *rest]}


def write_downloads(folder: Path, notebooks: dict[str, dict], address: str) -> None:
    """Fill the site's ``download/``, which a handout branch is made of: notebooks, the wheel, and what Binder and Codespaces read."""
    wheel = build_wheel(folder).name
    for slug, notebook in notebooks.items():
        text = json.dumps(with_first_cell(notebook, address, wheel))
        (folder / f"{slug}.ipynb").write_text(text, encoding="utf-8")
    needs = dict.fromkeys(
        one for row in catalogue.course().assignments for package in row.needs for one in requirements_of(package)
    )
    wanted = [f"./{wheel}", *requirements_of("student"), *needs]
    (folder / "requirements.txt").write_text("\n".join([*wanted, ""]), encoding="utf-8")
    (folder / "runtime.txt").write_text("python-3.12\n", encoding="utf-8")  # Binder's own is older
    container = {
        "image": "mcr.microsoft.com/devcontainers/python:3.12",
        "postCreateCommand": "pip install -r requirements.txt",
        "customizations": {"vscode": {"extensions": ["ms-toolsai.jupyter"]}},
    }
    (folder / ".devcontainer.json").write_text(json.dumps(container, indent=2) + "\n", encoding="utf-8")


def in_readme(text: str, address: str) -> str:
    """Return README with its buttons as the address makes them, a line an assignment; without one there is nothing between the marks."""
    lines = []
    for slug in catalogue.slugs() if address else ():
        links = " · ".join(f"[{name}]({url})" for name, url in buttons(address, slug).items())
        lines.append(f"- `{slug}`: {links}")
    between = "\n".join(["", *(["Open a notebook where nothing is installed:", "", *lines, ""] if lines else [])])
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}{between}{'' if lines else chr(10)}{END}{rest.split(END)[1]}"

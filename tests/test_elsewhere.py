"""Notebooks opened in Colab, Kaggle, Binder and Codespaces: the buttons and the first cell, made from one address, and a hand-in from there."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys

import pytest

from grader import catalogue
from grader.executors import Task, grade_task
from grader.submission import restore
from tests import toy
from tests.conftest import ROOT
from tests.test_classroom import SLUG, in_a_runner

sys.path.insert(0, str(ROOT / "site"))
from sitekit import course, live, pages, places  # noqa: E402  the path comes first

ADDRESS = "https://github.com/uni/handout/tree/autumn/2030"
WHEEL = "course-1.0.0-py3-none-any.whl"


def test_the_buttons_are_made_from_one_address():
    found = places.buttons(ADDRESS, "optimization")
    assert found == {
        "Colab": "https://colab.research.google.com/github/uni/handout/blob/autumn/2030/optimization.ipynb",
        "Kaggle": "https://kaggle.com/kernels/welcome?src="
        "https%3A%2F%2Fgithub.com%2Funi%2Fhandout%2Fblob%2Fautumn%2F2030%2Foptimization.ipynb",
        "Binder": "https://mybinder.org/v2/gh/uni/handout/autumn%2F2030?labpath=optimization.ipynb",
        "Codespaces": "https://codespaces.new/uni/handout/tree/autumn/2030?quickstart=1",
    }
    assert places.buttons("", "optimization") == {}
    for wrong in ("https://github.com/uni/handout", "https://example.org/x/tree/main", ADDRESS + '"><script>'):
        with pytest.raises(catalogue.CatalogueError, match="handout must be https://github.com/"):
            places.buttons(wrong, "optimization")


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_a_page_has_them_where_the_address_is_set(address, monkeypatch):
    given = dataclasses.replace(catalogue.course(), handout=address)
    monkeypatch.setattr(pages.catalogue, "course", lambda: given)
    facts = pages._facts(course.assignment(SLUG))
    for url in places.buttons(ADDRESS, SLUG).values():
        assert (f'href="{pages.html.escape(url)}"' in facts) == bool(address)
    assert ("Open it in" in facts) == bool(address)


def test_the_readme_has_those_of_the_address_that_is_set():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert places.in_readme(text, catalogue.course().handout) == text, "run: python tools/buttons.py"
    none, all_of_them = places.in_readme(text, ""), places.in_readme(text, ADDRESS)
    assert "colab.research" not in none
    for slug in catalogue.slugs():
        assert all(f"]({url})" in all_of_them for url in places.buttons(ADDRESS, slug).values())
    assert places.in_readme(all_of_them, ADDRESS) == all_of_them and places.in_readme(all_of_them, "") == none


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_the_downloads_are_a_handout_without_answers(address, tmp_path, monkeypatch):
    def made(folder):
        folder.mkdir(parents=True)
        (folder / WHEEL).write_text("a wheel")
        return folder / WHEEL

    monkeypatch.setattr(places, "build_wheel", made)
    notebook = live.student_notebook(SLUG)
    places.write_downloads(tmp_path / "download", {SLUG: notebook}, address)
    files = {path.name for path in (tmp_path / "download").iterdir()}
    assert files == {f"{SLUG}.ipynb", WHEEL, "requirements.txt", "runtime.txt", ".devcontainer.json"}
    assert f"./{WHEEL}" in (tmp_path / "download" / "requirements.txt").read_text().splitlines()
    cells = json.loads((tmp_path / "download" / f"{SLUG}.ipynb").read_text())["cells"]
    assert [cell for cell in cells if cell["id"] != "install"] == notebook["cells"]
    assert [i for i, cell in enumerate(cells) if cell["id"] == "install"] == ([1] if address else [])


def test_the_first_cell_says_the_line_where_the_package_is_missing_and_nothing_elsewhere(tmp_path):
    source = places.first_cell(ADDRESS, WHEEL)["source"]
    line = f"%pip install -q https://github.com/uni/handout/raw/autumn/2030/{WHEEL}"
    for options, environment, said in (
        (["-I", "-S"], {}, ["Run this line in a cell of its own, then go on:", line]),
        ([], {"PYTHONPATH": str(ROOT)}, []),
    ):
        command = [sys.executable, *options, "-c", source]
        ran = subprocess.run(command, cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, text=True)
        assert ran.returncode == 0 and ran.stdout.splitlines() == said and not ran.stderr


def colabs(notebook: dict) -> dict:
    """Return a notebook as it comes back from Colab: with the first cell, other ids, and nothing left of nbgrader's metadata."""
    copy = places.with_first_cell(json.loads(json.dumps(notebook)), ADDRESS, WHEEL)
    for i, cell in enumerate(copy["cells"]):
        cell |= {"metadata": {"id": f"x{i}"}, "id": f"x{i}"}
    return {**copy, "metadata": {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "x"}}}


def test_a_notebook_runs_there_from_its_first_cell_to_its_last_verdict(tmp_path):
    slug = "optimization"
    log, read = in_a_runner(tmp_path, json.dumps(colabs(toy.solved(slug))), slug)
    assert log.splitlines()[-1] == "Points 100/100, on the visible cases alone", log
    assert list(read) == list(catalogue.exercises(slug))


def test_a_hand_in_from_there_earns_what_it_would_and_no_word_on_the_first_cell(isolation):
    slug = "optimization"
    raw = json.dumps(colabs(toy.solved(slug))).encode()
    graded = grade_task(Task("ada", slug, raw, "", json.dumps(toy.released(slug)), seed=3, figures=False))
    assert sum(graded.scores.values()) == 100, graded.notes
    assert not any("was changed" in note or "cell 2 " in note for note in [*graded.notes, *graded.remarks])
    kept = places.with_first_cell(toy.solved(slug), ADDRESS, WHEEL)  # VS Code, JupyterLab: the metadata are there
    restored = restore(json.dumps(kept).encode(), toy.released(slug))
    assert not restored.notes and not restored.remarks

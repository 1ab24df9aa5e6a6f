"""From executed notebooks to what Sphinx reads: stubs in place of the answers, figures as files, the boxes on replication on one page."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import html
import io
import json
import re
from pathlib import Path

from PIL import Image

from grader import catalogue, stubs
from grader.submission import grade_id
from idnn import predictions
from sitekit.course import Assignment, source
from sitekit.places import buttons

REPLICATE = "## Does the famous result replicate?"
ABLE = "## What you can do now\n"
FIGURES = "figures"  # folder of the site, beside index.html
HINT = re.compile(r"<details><summary>Hint \d[^<]*</summary>\s*(.*?)\s*</details>", re.S)


def bare_stub(slug: str, name: str) -> str:
    """Return a stub as a student reads it, without the markers of the source notebook."""
    whole = stubs.solution_functions(slug)[name][1]
    return "\n".join(line for line in whole.splitlines() if line.strip() not in (stubs.BEGIN, stubs.END))


def page(assignment: Assignment, done: dict, figures: Path, answers: bool) -> dict:
    """Return the notebook that Sphinx shows: executed with the solutions, showing the stubs.

    Parameters
    ----------
    done : dict, the executed notebook
    figures : Path, folder that receives the pictures
    answers : bool, whether each stub is followed by its answer behind a fold, which theme/answers.js keeps shut until it may be asked for
    """
    slug, cells = assignment.slug, []
    for cell in done["cells"]:
        new = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}, "source": stubs.text(cell)}
        if cell["cell_type"] == "code":
            new |= {"execution_count": None, "outputs": [_output(o, slug, figures) for o in _shown(cell)]}
            if any(_prediction(output) for output in cell["outputs"]):
                new["metadata"] = {"tags": ["remove-input"]}  # the call is of no use on a page
        name = grade_id(cell)
        if name in assignment.exercises and cell["cell_type"] == "code":
            new["source"] = bare_stub(slug, name)
        cells.append(new)
        if new["source"] != stubs.text(cell) and answers:
            cells.append(_markdown(f"{cell['id']}-answer", _fold(stubs.text(cell))))
    cells.insert(1, _markdown("site-facts", _facts(assignment)))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def hints(notebook: dict) -> dict[str, list[str]]:
    """Return the hints to each exercise, in Markdown: those that stand before its cell."""
    found, last = {}, []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            last = HINT.findall(stubs.text(cell)) or last
        elif cell["metadata"].get("nbgrader", {}).get("solution"):
            found[grade_id(cell)], last = last, []
    return found


def within_the_site(guide: str) -> str:
    """Return a guide whose links to the project's other files are their paths in words: the site holds the guides alone."""
    named = re.sub(r"\[([^\]]+)\]\(\.\./\1\)", r"`\1`", guide)
    return re.sub(r"\[([^\]]+)\]\(\.\./([^)]+)\)", r"\1 (`\2`)", named)


def replication(assignments: list[Assignment], done: dict[str, dict], figures: Path) -> str:
    """Return one page with every notebook's box on its famous result, figures included and code left out.

    Raises
    ------
    ValueError
        If a notebook has no such box.
    """
    parts = []
    for assignment in assignments:
        slug = assignment.slug
        parts.append(f"## {assignment.title}\n\n*From the assignment [{assignment.title}](assignments/{slug}.ipynb).*")
        for cell in replication_cells(done[slug]):
            if cell["cell_type"] == "markdown":
                parts.append(re.sub(r"\*\*Predict, then run\.\*\*", "**Predict.**", stubs.text(cell)))
            else:
                parts += [_as_markdown(_output(output, slug, figures)) for output in _shown(cell)]
    return "\n\n".join(part for part in parts if part)


def able(assignment: Assignment) -> dict:
    """Return what a notebook says at its end that one can do now, without what comes next.

    Raises
    ------
    ValueError
        If it says nothing of the kind.
    """
    for cell in source(assignment.slug)["cells"]:
        _, heading, words = stubs.text(cell).partition(ABLE)
        if heading and cell["cell_type"] == "markdown":
            names = ("slug", "title", "exercises")
            known = {name: getattr(assignment, name) for name in names}
            return known | {"words": re.split(r"^(?:\*\*)?Next", words, flags=re.M)[0].strip()}
    raise ValueError(f'{assignment.slug}: a notebook has no heading "{ABLE.strip()}"')


def replication_cells(notebook: dict) -> list[dict]:
    """Return the cells from the box's heading, which is taken away, to the next part of the notebook."""
    inside, found = False, []
    for cell in copy.deepcopy(notebook["cells"]):
        source = stubs.text(cell)
        if cell["cell_type"] == "markdown" and re.search(r"^## ", source, re.M):
            inside = REPLICATE in source
            stubs.set_text(cell, source.split(REPLICATE)[-1].strip())
        if inside:
            found.append(cell)
    if not found:
        raise ValueError(f'a notebook has no heading "{REPLICATE}"')
    return found


def picture(done: dict, cell_id: str, slug: str, figures: Path) -> str:
    """Return the ``<img>`` of the first figure of a cell, for the landing page.

    Raises
    ------
    ValueError
        If there is no such cell, or it draws nothing.
    """
    for cell in done["cells"]:
        for output in cell.get("outputs", []):
            if cell["id"] == cell_id and "image/png" in output.get("data", {}):
                return _image(output, slug, figures, "")
    raise ValueError(f"{slug}: expected a cell {cell_id!r} that draws a figure, for the landing page")


def animation(done: dict, cell_id: str, slug: str, figures: Path) -> str:
    """Return a ``<picture>`` that plays a cell's animation once; who asks for less motion sees its last frame.

    Raises
    ------
    ValueError
        If the cell holds no animation of ``idnn.plots.player``.
    """
    markup = ""
    for cell in done["cells"]:
        if cell["id"] == cell_id:
            markup = "".join("".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"])
    frames, alt = re.search(r'frames = (\["[^\]]*\])', markup), re.search(r'<img alt="([^"]*)"', markup)
    if not frames or not alt:
        raise ValueError(f"{slug}: expected a cell {cell_id!r} with an animation, for the landing page")
    pictures = [Image.open(io.BytesIO(base64.b64decode(frame))).convert("RGBA") for frame in json.loads(frames[1])]
    folder = figures / slug
    folder.mkdir(parents=True, exist_ok=True)
    pictures[-1].save(folder / "last.png", optimize=True)
    moving = {"save_all": True, "append_images": pictures[1:], "duration": 160, "loop": 1, "quality": 85}
    pictures[0].save(folder / "moving.webp", **moving)
    width, height = pictures[-1].size
    return (
        f'<picture><source media="(prefers-reduced-motion: no-preference)" srcset="{FIGURES}/{slug}/moving.webp" type="image/webp">'
        f'<img alt="{alt[1]}" width="{width}" height="{height}" src="{FIGURES}/{slug}/last.png"></picture>'
    )


def _shown(cell: dict) -> list[dict]:
    """Return a cell's outputs without places that a reader of the notebook may fill."""
    return [output for output in cell["outputs"] if output.get("data") != {"text/plain": ""}]


def _prediction(output: dict) -> list:
    """Return which questions an output asks, as (assignment, names); nothing if it asks none."""
    return output.get("metadata", {}).get("text/plain", {}).get("prediction", [])


def _output(output: dict, slug: str, figures: Path) -> dict:
    """Return an output whose picture is a file beside the page rather than text inside it."""
    if asked := _prediction(output):
        settings = html.escape(json.dumps(predictions.settings(*asked), ensure_ascii=False))
        place = f'<div data-prediction="{settings}"></div>'  # site.js asks the questions there
        return {"output_type": "display_data", "metadata": {}, "data": {"text/html": place}}
    if "image/png" in output.get("data", {}):
        image = _image(output, slug, figures, "../")
        about = output["metadata"].get("image/png", {})
        if name := about.get("explorable"):
            settings = f' data-settings="{_settings(about["settings"], slug, figures)}"' if "settings" in about else ""
            image = f'<div data-explorable="{name}"{settings}>{image}</div>'  # site.js puts it in the picture's place
        return {"output_type": "display_data", "metadata": {}, "data": {"text/html": image}}
    if "text/html" in output.get("data", {}):
        markup = "".join(output["data"]["text/html"])
        return {**output, "data": {"text/html": f'<div class="idnn-output">{markup}</div>'}}
    return output


def _image(output: dict, slug: str, figures: Path, up: str) -> str:
    picture = base64.b64decode("".join(output["data"]["image/png"]))
    about = output.get("metadata", {}).get("image/png", {})
    alt, (columns, rows) = about.get("alt", ""), _size(picture)
    if not alt:
        raise ValueError(f"{slug}: a figure has no description in words; end its function with plots.describe")
    width = about.get("width", columns)
    name = f"{hashlib.sha256(picture).hexdigest()[:16]}.png"
    (figures / slug).mkdir(parents=True, exist_ok=True)
    (figures / slug / name).write_bytes(picture)
    return (
        f'<img class="idnn-figure" alt="{html.escape(alt)}" width="{width}" height="{round(width * rows / columns)}" '
        f'loading="lazy" src="{up}{FIGURES}/{slug}/{name}">'
    )


def _settings(settings: dict, slug: str, figures: Path) -> str:
    """Write what an explorable is given, a file beside the page's pictures, and return its address."""
    text = json.dumps(settings, separators=(",", ":"))
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    (figures / slug / name).write_text(text, encoding="utf-8")
    return f"../{FIGURES}/{slug}/{name}"


def _size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def _as_markdown(output: dict) -> str:
    if output["output_type"] == "stream":
        return f"```text\n{''.join(output['text']).rstrip()}\n```"
    markup = "".join(output["data"].get("text/html", ""))
    return markup.replace(f'src="../{FIGURES}', f'src="{FIGURES}')


def _markdown(cell_id: str, source: str) -> dict:
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": source}


def _fold(answer: str) -> str:
    return f'<details class="idnn-answer"><summary>The answer</summary>\n\n```python\n{answer}\n```\n\n</details>'


def _facts(assignment: Assignment) -> str:
    if assignment.live:
        way = (
            f'<a class="idnn-button" href="../{assignment.live_url}">Open it live</a>'
            "<span>It runs in your browser; nothing is installed or sent anywhere.</span>"
        )
    else:
        way = (
            '<a class="idnn-button" href="../start.html#on-your-own-machine">Run it on your machine</a>'
            f'<a class="idnn-button idnn-quiet" href="../{assignment.live_url}">Open live what needs no TensorFlow</a>'
            "<span>TensorFlow does not run in a browser: the exercises need your machine.</span>"
        )
    download = f'<a class="idnn-button idnn-quiet" href="../download/{assignment.slug}.ipynb" download>Download the notebook</a>'
    elsewhere = "".join(
        f'<a href="{html.escape(url)}">{name}</a>'
        for name, url in buttons(catalogue.course().handout, assignment.slug).items()
    )
    elsewhere = f'<p class="idnn-elsewhere"><span>Open it in</span>{elsewhere}</p>' if elsewhere else ""
    facts = f"{len(assignment.exercises)} exercises · {assignment.points} points · {assignment.time}"
    return (
        f'<div class="idnn-facts"><p class="idnn-numbers">{facts}</p><p>{way}</p><p>{download}</p>{elsewhere}</div>\n\n'
        "*Every figure and number below is what you should see once your functions are right; the functions themselves are left to you.*"
    )


@functools.cache
def example_verdicts():
    """Return a wrong answer's source, the verdict on it and the verdict on it put right: half of He's variance, and He's."""
    source = (
        "def initialize_parameters_he(layers_dims, rng):\n"
        "    parameters = {}\n"
        "    for l in range(1, len(layers_dims)):\n"
        "        inputs, units = layers_dims[l - 1 : l + 1]\n"
        "        W = rng.standard_normal((units, inputs))\n"
        '        parameters[f"W{l}"] = W / np.sqrt(inputs)\n'
        '        parameters[f"b{l}"] = np.zeros((units, 1))\n'
        "    return parameters"
    )
    wrong, right = _verdict(source), _verdict(source.replace("np.sqrt(inputs)", "np.sqrt(inputs / 2)"))
    if wrong.passed or not wrong.hint or not right.passed:
        raise ValueError("the site's example is not judged as it says there; look at pages.example_verdicts")
    return source, wrong, right


def _verdict(source: str):
    import numpy as np

    from assay.check import judge_visible, load_references

    namespace = {"np": np}
    exec(source, namespace)
    return judge_visible(
        load_references("initialization")["initialize_parameters_he"], namespace["initialize_parameters_he"]
    )


def write(notebook: dict, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")

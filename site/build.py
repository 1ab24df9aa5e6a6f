"""Build the self-study site into build/site: ``python site/build.py [--with-answers] [--pyodide PATH]``, or ``make site ARGS=...``.

The notebooks are run with the solutions (kept by content: a second build runs only what changed) and shown with the stubs; each
assignment also opens live in JupyterLite, the one that needs TensorFlow in part. A plain build loads Pyodide from its CDN when a live notebook is opened; with ``--pyodide`` the
site holds its own copy and needs no other host.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from grader import catalogue  # noqa: E402  the paths come first
from idnn import explorables  # noqa: E402  the paths come first
from sitekit import ROOT, SITE, WORK, course, npm, pages, places  # noqa: E402  the paths come first
from sitekit.executed import NotRun, executed  # noqa: E402
from sitekit.live import build_live, student_notebook  # noqa: E402

FIRST_VISIT = 28  # MB over the wire for the first live notebook, from a host that compresses; tests/site measures it
HERO = ("optimization", "race-run")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--with-answers",
        action="store_true",
        help="offer each answer after three hints and an attempt: for who studies alone",
    )
    parser.add_argument(
        "--pyodide", type=Path, metavar="PATH", help="a Pyodide distribution folder to ship with the site"
    )
    parser.add_argument("--out", type=Path, default=SITE, help="where the site goes; build/site if not said")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        build(options.out.resolve(), options.with_answers, options.pyodide and options.pyodide.resolve())
    except (NotRun, npm.Missing, ValueError) as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    files = [path for path in options.out.rglob("*") if path.is_file()]
    count = sum(path.suffix == ".html" and "live" not in path.relative_to(options.out).parts for path in files)
    size = sum(path.stat().st_size for path in files) / 1e6
    where = os.path.relpath(options.out / "index.html")
    print(f"site: {count} pages, {size:.0f} MB, built in {time.perf_counter() - start:.0f} s: {where}")
    return 0


def build(out: Path, answers: bool = False, pyodide: Path | None = None) -> None:
    """Build the whole site into `out`."""
    assignments = course.assignments()
    done = executed([assignment.slug for assignment in assignments])
    shutil.rmtree(WORK, ignore_errors=True)
    source, extra, static = WORK / "source", WORK / "extra", WORK / "static"
    write_pages(assignments, done, source, extra, answers)
    copy_mathjax(static / "mathjax")
    write_explorables(static / "explorables")
    shutil.rmtree(out, ignore_errors=True)
    sphinx(source, out)
    build_live(assignments, out / "live", pyodide, answers)


def write_pages(assignments: list[course.Assignment], done: dict, source: Path, extra: Path, answers: bool) -> None:
    """Write what Sphinx reads: hand-written pages, filled in; the guides; a notebook for each assignment."""
    figures = extra / pages.FIGURES
    for assignment in assignments:
        shown = pages.page(assignment, done[assignment.slug], figures, answers)
        pages.write(shown, source / "assignments" / f"{assignment.slug}.ipynb")
    notebooks = {assignment.slug: student_notebook(assignment.slug) for assignment in assignments}
    places.write_downloads(extra / "download", notebooks, catalogue.course().handout)
    (source / "guides").mkdir()
    for guide in (ROOT / "docs").glob("*.md"):  # they point to each other
        text = guide.read_text(encoding="utf-8")
        (source / "guides" / guide.name).write_text(pages.within_the_site(text), encoding="utf-8")
    wrong_source, wrong, right = pages.example_verdicts()
    words = {
        "index.md": {
            "first": assignments[0],
            "hero": pages.animation(done[HERO[0]], HERO[1], HERO[0], figures),
            "exercises": sum(len(assignment.exercises) for assignment in assignments),
            "mistakes": sum(assignment.mistakes for assignment in assignments),
            "claims": sum(assignment.claims for assignment in assignments),
            "wrong_source": wrong_source,
            "wrong_verdict": wrong.html(),
            "cards": [card(assignment, done, figures) for assignment in assignments],
        },
        "able.md": {"able": [pages.able(assignment) for assignment in assignments]},
        "replication.md": {"boxes": pages.replication(assignments, done, figures)},
        "start.md": {
            "first_visit": FIRST_VISIT,
            "wrong_verdict": wrong.html(),
            "right_verdict": right.html(),
            "answers": answers,
        },
    }
    for path in (Path(__file__).parent / "pages").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        (source / path.name).write_text(
            filled(text, words[path.name]) if path.name in words else text, encoding="utf-8"
        )


def card(assignment: course.Assignment, done: dict, figures: Path) -> dict:
    """Return what the landing page says about an assignment."""
    picture = pages.picture(done[assignment.slug], catalogue.course()[assignment.slug].cover, assignment.slug, figures)
    names = ("slug", "title", "time", "exercises", "live", "live_url")
    return {name: getattr(assignment, name) for name in names} | {
        "picture": picture,
        "able": catalogue.course()[assignment.slug].able,
    }


def filled(template: str, words: dict) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string(template).render(words)


def copy_mathjax(target: Path) -> None:
    """Copy the part of MathJax that the pages use: one script, its fonts, and TeX extensions that load when called."""
    es5 = npm.package("mathjax") / "es5"
    for name in ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (es5 / name).is_dir() else shutil.copy
        copy(es5 / name, target / name)


def write_explorables(target: Path) -> None:
    """Write each explorable as one module, as a notebook has it, and their style sheet."""
    target.mkdir(parents=True)
    for name in explorables.names():
        (target / f"{name}.js").write_text(explorables.module(name), encoding="utf-8")
    (target / "explorables.css").write_text(explorables.style(), encoding="utf-8")


def sphinx(source: Path, out: Path) -> None:
    """Run Sphinx; a warning is an error."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-b",
        "html",
        "-c",
        str(Path(__file__).parent),
    ]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg"}
    run = subprocess.run([*command, "-d", str(WORK / "doctrees"), str(source), str(out)], env=environment)
    if run.returncode:
        raise ValueError("Sphinx said something; see above")
    shutil.rmtree(out / ".doctrees", ignore_errors=True)
    shutil.rmtree(out / "_sources", ignore_errors=True)
    for template in (out / "_static").glob("*macros.html"):  # the theme's own, of no use to a reader
        template.unlink()
    (out / ".buildinfo").unlink(missing_ok=True)
    (out / ".nojekyll").touch()  # GitHub Pages leaves folders that begin with _ out otherwise


if __name__ == "__main__":
    sys.exit(main())

"""The built static pages: accessible, narrow enough for a phone, every link leads somewhere, and no answer in them."""

import html
import html.parser
import io
import json
import re
import zipfile
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest
from PIL import Image

from assay.answers import FOLDER
from grader.catalogue import existing
from tests.conftest import ROOT
from tests.site.test_content import public_lines, secret_lines
from tests.test_walls import solution_pairs

pytestmark = [pytest.mark.site, pytest.mark.slow]


def static_pages(site):
    """Return the paths of the site's own pages, JupyterLite's left out."""
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if "live" not in path.relative_to(site).parts[:1]
    )


class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.images_without_alt = [], set(), 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get("id"))
        self.links += [found[name] for name in ("href", "src", "srcset") if found.get(name)]
        self.images_without_alt += tag == "img" and "alt" not in found


def test_there_is_a_page_for_everything(site):
    pages = static_pages(site)
    for slug in existing():
        assert f"assignments/{slug}.html" in pages
    wanted = "index start able replication glossary api search".split()
    wanted += [f"guides/{path.stem}" for path in (ROOT / "docs").glob("*.md")]
    assert {f"{name}.html" for name in wanted} <= set(pages)


def test_every_internal_link_leads_somewhere(site):
    pages = {path: Links((site / path).read_text(encoding="utf-8")) for path in static_pages(site)}
    wrong = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("data", "mailto") or link.startswith("#") and link[1:] in page.ids | {""}:
                continue
            if parts.scheme or parts.netloc:
                assert parts.scheme == "https", f"{path}: {link}"
                continue
            target = ((site / path).parent / unquote(parts.path)).resolve() if parts.path else site / path
            if not target.is_file():
                wrong.append(f"{path}: {link}")
                continue
            inside = target.relative_to(site.resolve()).as_posix()
            if parts.fragment and inside in pages and unquote(parts.fragment) not in pages[inside].ids:
                wrong.append(f"{path}: {link}, no such place in the page")
            if notebook := parse_qs(parts.query).get("path"):
                assert (site / "live" / "files" / notebook[0]).is_file(), f"{path}: {link}"
    assert wrong == []


def test_every_picture_has_a_description(site):
    for path in static_pages(site):
        assert Links((site / path).read_text(encoding="utf-8")).images_without_alt == 0, path


def texts(site):
    """Yield (name, text as a reader sees it) of every file that holds text, notebooks' cells and wheels' files included."""
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                for inner in wheel.namelist():
                    text = wheel.read(inner).decode(errors="replace")
                    yield f"{name}/{inner}", text.replace("\\n", "\n").replace('\\"', '"')  # lines within JSON as well
        elif path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
            yield name, "\n".join("".join(cell["source"]) for cell in cells)
        elif path.suffix == ".html":
            text = re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8"))
            yield name, html.unescape(text)
        elif path.suffix in (".js", ".json", ".txt", ".py", ".md", ".css", ".inv") and "live/build" not in name:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def found_in(site):
    """Return (file, what) for every line of an answer or of the hidden exercises in the site's files."""
    public, found = public_lines(), []
    answers = {pair: slug for slug in existing() for pair in solution_pairs(slug)}
    secret = secret_lines() - public
    for name, text in texts(site):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        found += [(name, line) for line in set(lines) & secret]
        found += [(name, pair) for pair in set(zip(lines, lines[1:])) & answers.keys()]
    return found


def test_no_answer_and_no_hidden_case_is_in_the_site(site):
    assert found_in(site) == []
    for slug in existing():
        shown = json.loads((ROOT / "data" / "reference" / f"{slug}.json").read_text())
        wheel = next((site / "live" / "static" / "wheels").glob("improving*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            assert json.loads(archive.read(f"idnn/data/reference/{slug}.json")) == shown
            assert "idnn/data/signs.h5" not in archive.namelist()


def test_the_build_with_answers_holds_them_in_its_pages_and_its_live_wheel_alone(with_answers):
    """The same search finds the answers there: it is able to fail."""
    from sitekit import course

    found = {name for name, _ in found_in(with_answers)}
    for slug in existing():
        assert f"assignments/{slug}.html" in found
        assert "idnn-answer" in (with_answers / "assignments" / f"{slug}.html").read_text(encoding="utf-8")
    live = {name for name in found if name.startswith(("live/", "download/"))}
    (wheel,) = (with_answers / "live" / "static" / "wheels").glob("improving*.whl")
    folder = f"{wheel.relative_to(with_answers)}/idnn/data/{FOLDER}"
    assert live == {f"{folder}/{slug}.json" for slug in existing() if course.assignment(slug).live}


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(site, visit, dark):
    from sitekit import npm

    axe = (npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    visitor, wrong = visit(site), []
    page = visitor.page(dark=dark)
    for path in static_pages(site):
        page.goto(visitor.server.url + path)
        assert page.evaluate("document.documentElement.dataset.theme") == ("dark" if dark else "light")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        page.evaluate(axe)
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        wrong += [
            f"{path}: {violation['impact']} {violation['id']}: {violation['nodes'][0]['html'][:160]} ({len(violation['nodes'])} places)"
            for violation in result["violations"]
        ]
    print(f"axe: {len(wrong)} violations of any level on {len(static_pages(site))} pages")
    assert wrong == []
    assert visitor.outside == []


@pytest.mark.browser
def test_nothing_scrolls_sideways_on_a_phone(site, visit):
    visitor = visit(site)
    page = visitor.page(phone=True)
    for path in static_pages(site):
        page.goto(visitor.server.url + path)
        page.wait_for_timeout(500)  # formulas are set after the page is there
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= window == 390, f"{path} is {width} pixels wide"
    assert visitor.outside == []


@pytest.mark.browser
def test_formulas_search_and_colour_scheme_work_without_another_host(site, visit):
    visitor = visit(site)
    page = visitor.page()
    page.goto(f"{visitor.server.url}assignments/initialization.html")
    page.locator("mjx-container mjx-math").first.wait_for(state="attached")
    assert page.locator("mjx-merror").count() == 0
    page.get_by_role("button", name="Color mode").first.click()
    page.locator(".theme-change-button[data-mode=dark]").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(f"{visitor.server.url}search.html?q=momentum")
    page.locator("#search-results a", has_text="Optimization").first.wait_for()
    for slug in existing():
        page.goto(f"{visitor.server.url}assignments/{slug}.html")
        page.wait_for_timeout(1500)
        assert page.locator("mjx-merror").count() == 0, slug
    assert visitor.outside == [] and visitor.server.missing == []


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_code_wider_than_the_column_shows_it_and_scrolls_by_keyboard(site, visit, dark):
    visitor, wide = visit(site), 0
    page = visitor.page(dark=dark)
    for path in static_pages(site):
        page.goto(visitor.server.url + path)
        for block in page.locator(".bd-article pre").all():
            hidden = block.evaluate("block => block.scrollWidth - block.clientWidth")
            assert (block.get_attribute("role") == "group") == (hidden > 0) == (block.get_attribute("tabindex") == "0")
            wide += hidden > 0
    assert wide
    page.goto(f"{visitor.server.url}assignments/optimization.html")
    block = page.locator(".bd-article pre[role=group]").first
    assert edges(block) == (False, True)
    block.press("ArrowRight")
    page.wait_for_function("block => block.scrollLeft > 0", arg=block.element_handle())
    block.evaluate("block => { block.scrollLeft = block.scrollWidth; }")
    assert edges(block) == (True, False)


def edges(block):
    """Return whether the left and the right edge of a block of code are shaded: there is more behind them."""
    pixels = np.asarray(Image.open(io.BytesIO(block.screenshot())).convert("L"), dtype=float)
    rows = pixels[4:10]  # above the first line of text
    middle = np.median(rows)
    return tuple(bool(abs(np.median(rows[:, column]) - middle) > 20) for column in (3, -4))

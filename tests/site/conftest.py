"""The built sites, a browser, and what the tests of the site share. ``make test-site`` runs all; ``make test`` only those without a built site."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import warnings

import pytest

from tests.conftest import ROOT, needs
from tests.site.web import Folder, Proxy
from tools.server import jupyter

sys.path.insert(0, str(ROOT / "site"))

BUILT = ROOT / "build" / "site-test"
CDN_HOST = "cdn.jsdelivr.net"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-sync", "--disable-component-update", "--disable-domain-reliability", "--disable-default-apps"]
QUIET += [
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,NetworkTimeServiceQuerying",
    "--no-pings",
]


def pytest_collection_modifyitems(config, items):
    """What needs the built site runs in ``make test-site`` alone: building it takes minutes."""
    if os.environ.get("IDNN_SITE"):
        return
    apart = [item for item in items if item.get_closest_marker("site")]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in apart]


@pytest.fixture(scope="session")
def pyodide():
    """A Pyodide distribution folder; its absence is said aloud."""
    from sitekit import fixture, npm

    try:
        return fixture.pyodide_folder()
    except npm.Missing as error:
        warnings.warn(f"NO PYODIDE: nothing was run in a browser's Python. {error}", stacklevel=1)
        needs("Pyodide", False, f"{error}. What pure Python can show is tested all the same.")


def _build(name, *options):
    command = [sys.executable, str(ROOT / "site" / "build.py"), "--out", str(BUILT / name), *options]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert "warning" not in (run.stdout + run.stderr).lower(), run.stdout + run.stderr
    print(run.stdout)
    return BUILT / name


@pytest.fixture(scope="session")
def site():
    """The site as it is shipped: Pyodide from its CDN."""
    return _build("cdn")


@pytest.fixture(scope="session")
def self_hosted(pyodide):
    """The site for schools without internet access."""
    return _build("self-hosted", "--pyodide", str(pyodide))


@pytest.fixture(scope="session")
def live(pyodide):
    """The live notebooks alone, with their own Pyodide: half a minute, where the whole site takes many."""
    from sitekit import WORK, course
    from sitekit.live import build_live

    folder = BUILT / "live"
    for old in (WORK, folder):
        shutil.rmtree(old, ignore_errors=True)
    (folder / "live").mkdir(parents=True)
    build_live(course.assignments(), folder / "live", pyodide)
    return folder


@pytest.fixture(scope="session")
def with_answers():
    """The site for instructors and for who studies alone."""
    return _build("with-answers", "--with-answers")


@pytest.fixture(scope="session")
def chromium_path():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    needs("chromium", path is not None, "apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


class Visit:
    """A browser whose every request to another host than the site's goes through a recording proxy."""

    def __init__(self, playwright, path, folder, answers=None, instead=None):
        self.server, self.proxy = Folder(folder, instead=instead), Proxy(answers)
        options = {"executable_path": path, "args": [*QUIET, "--ignore-certificate-errors"]}
        self.browser = playwright.chromium.launch(**options, proxy={"server": self.proxy.url, "bypass": "127.0.0.1"})

    def page(self, dark=False, phone=False, touch=False, less_motion=False, scripts=True):
        size = {"width": 390, "height": 844} if phone else {"width": 1300, "height": 900}
        context = self.browser.new_context(
            viewport=size,
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            reduced_motion="reduce" if less_motion else "no-preference",
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.set_default_timeout(300_000)  # a small machine with other work to do
        return page

    @property
    def outside(self):
        """Hosts that were called, without those that Chromium calls on its own account."""
        own = ("clients2.google.com", "accounts.google.com", "update.googleapis.com", "content-autofill.googleapis.com")
        return [host for host in self.proxy.called if host not in own]

    def close(self):
        self.browser.close()
        self.proxy.close()
        self.server.close()


@pytest.fixture
def visit(playwright, chromium_path):
    """Return a function (folder, answers, instead) -> Visit; all are closed at the end."""
    opened = []

    def start(*arguments):
        opened.append(Visit(playwright, chromium_path, *arguments))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def explorable(site, visit):
    """Return a function(address, options) -> the page with its explorable in place; afterwards nothing was fetched from elsewhere."""
    visitor = visit(site)

    def opened(address, **options):
        page = visitor.page(**options)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(visitor.server.url + address)
        page.locator("[data-explorable]").scroll_into_view_if_needed()
        page.locator(".explorable").wait_for()
        page.errors = errors
        return page

    opened.visitor = visitor
    yield opened
    assert visitor.outside == [] and visitor.server.missing == []


@pytest.fixture
def in_jupyterlab(playwright, chromium_path, tmp_path):
    """Return a function(cells, height) -> a page of JupyterLab in which a notebook of these cells runs from top to bottom."""
    try:
        import anywidget  # noqa: F401  whether it is there
    except ImportError:
        needs("anywidget", False, 'pip install -e ".[student]"')
    import nbformat

    with contextlib.ExitStack() as opened:

        def run(cells, height):
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
            notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)), metadata=kernel)
            (tmp_path / "student").mkdir()
            (tmp_path / "student" / "own.ipynb").write_text(nbformat.writes(notebook))
            address = opened.enter_context(jupyter(tmp_path / "student", tmp_path / "jupyter"))
            browser = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
            opened.callback(browser.close)
            page = browser.new_page(viewport={"width": 1300, "height": height})
            page.set_default_timeout(300_000)  # as above
            page.goto(f"{address}/lab/tree/own.ipynb?token=t&reset")
            page.locator(".jp-Notebook .jp-Cell").first.wait_for()
            page.wait_for_timeout(2000)
            page.get_by_title("Restart the kernel and run all cells").click()
            page.locator(".jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept").first.click()
            return page

        yield run


@pytest.fixture
def certificate(tmp_path):
    """A certificate that the CDN's stand-in shows."""
    needs("openssl", shutil.which("openssl") is not None, "apt-get install openssl")
    path, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subject = ["-subj", f"/CN={CDN_HOST}", "-days", "2", "-keyout", str(key), "-out", str(path)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    path.write_text(key.read_text() + path.read_text())
    return path

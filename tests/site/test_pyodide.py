"""In the browser's Python, without a browser: the place of a slip follows below a verdict there, too."""

import json
import shutil
import subprocess

import pytest

from tests.conftest import needs

pytestmark = [pytest.mark.site, pytest.mark.slow]

# The wheel that the site ships, and a front end that keeps what is displayed.
PROGRAM = """
import json, linecache, sys, types
sys.path.insert(0, "/wheel")
shown = []
class Handle:
    def update(self, what): shown.append(what._repr_html_())
def display(what, display_id=None):
    shown.append(what._repr_html_())
    return Handle()
ipython, displays = types.ModuleType("IPython"), types.ModuleType("IPython.display")
ipython.get_ipython, ipython.display, displays.display = object, displays, display
sys.modules |= {"IPython": ipython, "IPython.display": displays}
import numpy as np
from idnn.check import CheckFailed, check_for
linecache.cache["<cell>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<cell>")
namespace = {"np": np}
exec(compile(SOURCE, "<cell>", "exec"), namespace)
try:
    check_for("optimization")(namespace["update_lr"])
except CheckFailed as error:
    shown.append(str(error))
json.dumps(shown)
"""
SCRIPT = """
import { loadPyodide } from FOLDER + "pyodide.mjs";
import fs from "fs";
const python = await loadPyodide({ indexURL: FOLDER });
await python.loadPackage(["numpy"], { messageCallback: () => {} });
python.unpackArchive(new Uint8Array(fs.readFileSync(WHEEL)), "zip", { extractDir: "/wheel" });
console.log(await python.runPythonAsync(PROGRAM));
"""
SLIP = (
    "def update_lr(learning_rate0, epoch_num, decay_rate):\n    return learning_rate0 / (1 - decay_rate * epoch_num)\n"
)
FAR = "def update_lr(learning_rate0, epoch_num, decay_rate):\n    return learning_rate0 ** epoch_num\n"


def displayed(source, pyodide, tmp_path):
    """Return what `check` displays of an answer, and its last line."""
    from sitekit import live

    wheel = live.light_wheel(tmp_path / "light")
    words = {"PROGRAM": f"SOURCE = {source!r}\n{PROGRAM}", "WHEEL": str(wheel)}
    script = SCRIPT.replace('FOLDER + "pyodide.mjs"', json.dumps(f"{pyodide}/pyodide.mjs"))
    script = script.replace("FOLDER", json.dumps(f"{pyodide}/"))
    for name, text in words.items():
        script = script.replace(name, json.dumps(text))
    (tmp_path / "run.mjs").write_text(script)
    run = subprocess.run([shutil.which("node"), str(tmp_path / "run.mjs")], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.fixture
def folder(pyodide, monkeypatch, tmp_path):
    from sitekit import live

    needs("node", shutil.which("node"), "node is not installed")
    monkeypatch.setattr(live, "WORK", tmp_path)
    return pyodide


def test_a_place_follows_below_the_verdict(folder, tmp_path):
    verdict, sign, place, said = displayed(SLIP, folder, tmp_path)
    assert 'class="assay-verdict' in verdict and sign.startswith("looking for the place")
    assert "In line 2: a small change there" in place and "Another operation belongs there." in place
    assert said.startswith("update_lr: the result is wrong")


def test_where_none_is_found_the_verdict_stands_alone(folder, tmp_path):
    verdict, _, place, said = displayed(FAR, folder, tmp_path)
    assert 'class="assay-verdict' in verdict and place == "" and said.startswith("update_lr: ")

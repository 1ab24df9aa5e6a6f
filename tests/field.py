"""Notebooks as people write them: honest ones, each made from a solved notebook by one thing that people do.

Every one of them passes all its checks in a real kernel, run from top to bottom, so each is due full points. ``NOTEBOOKS`` maps a name to a
function that changes a list of cells in place; ``FILES`` maps a name to a function from a notebook to the bytes of a file.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial

from tests import toy

ASSIGNMENT = "initialization"
ZEROS, HE, COUNT = "initialize_parameters_zeros", "initialize_parameters_he", "count_distinct_units"
DATA = "rng = np.random.default_rng(1)\nX_train = rng.normal(size=(2, 30))\nlayers_dims = [2, 5, 1]\nrelu = lambda Z: np.maximum(0, Z)"
# packages that a student's machine has and the one that grades has not, as far as these notebooks use them
PACKAGES = {
    "pandas": "class DataFrame:\n    def __init__(self, data): self.data = data\n    def head(self): return 'head'\n    def mean(self): return 1.5\n",
    "seaborn": "def set_theme(**options): pass\ndef lineplot(*args, **options): pass\n",
    "tqdm": "def tqdm(items, **options): return iter(items)\ndef trange(n, **options): return iter(range(n))\n",
    "numba": "def njit(*args, **options):\n    return args[0] if args else lambda function: function\n",
    "ipywidgets": "def interact(*args, **options):\n    return lambda function: function\n",
    "google/__init__": "",
    "google/colab": "class drive:\n    mount = staticmethod(lambda place: None)\n",
    "wibble": "def load_ipython_extension(shell):\n    shell.register_magic_function(lambda line: None, 'line', 'wibble')\n"
    "    shell.register_magic_function(lambda line, cell: exec(cell, shell.user_ns), 'cell', 'wibbled')\n",
}


def notebook() -> dict:
    """Return the solved notebook, with a cell of data that is marked as long-running, as the real ones have."""
    whole = toy.solved(ASSIGNMENT)
    for one in whole["cells"]:
        one["source"] = toy.stubs.text(one)
    data = {"cell_type": "code", "id": "data", "metadata": {"tags": ["skip-grading"]}, "source": DATA}
    whole["cells"].insert(2, {**data, "outputs": [], "execution_count": None})
    return whole


def cell(source: str, **metadata: object) -> dict:
    return {"cell_type": "code", "metadata": dict(metadata), "source": source, "outputs": [], "execution_count": None}


def place(cells: list[dict], name: str) -> int:
    """Return where the cell of that nbgrader name or id stands."""
    names = [(c["metadata"].get("nbgrader", {}).get("grade_id"), c.get("id")) for c in cells]
    return next(i for i, both in enumerate(names) if name in both)


def answer(cells: list[dict], name: str) -> dict:
    return cells[place(cells, name)]


def _try_cell(cells: list[dict], name: str) -> dict:
    return answer(cells, f"try-{name}".replace("_", "-"))


def first(source: str) -> Callable:
    """An own cell right behind the set-up, whose last line an answer needs."""
    return partial(_first, source)


def _first(source: str, cells: list[dict]) -> None:
    cells.insert(place(cells, "data") + 1, cell(f"{source}\nfrom math import sqrt"))
    answer(cells, HE)["source"] = answer(cells, HE)["source"].replace("np.sqrt(", "sqrt(")
    assert "sqrt(" in answer(cells, HE)["source"] and "np.sqrt(" not in answer(cells, HE)["source"]


def cell_first(source: str, then: str = "") -> Callable:
    """An own cell whose magic takes the whole cell; what an answer needs comes from it or from the next."""

    def change(cells: list[dict]) -> None:
        _first(then or "pass", cells)
        cells.insert(place(cells, "data") + 1, cell(source))

    return change


def last(source: str) -> Callable:
    return lambda cells: cells.append(cell(source))


def written(name: str, needs: str, **parts: str) -> Callable:
    """Let an answer need something, and put own cells before it (`before`), into the course's own cell (`tried`) or behind all (`behind`)."""

    def change(cells: list[dict]) -> None:
        own = answer(cells, name)
        start = "    parameters = {}\n"
        assert own["source"].count(start) == 1
        own["source"] = own["source"].replace(start, f"    {needs}\n{start}")
        if "before" in parts:
            cells.insert(place(cells, name), cell(parts["before"]))
        if "tried" in parts:  # typed into the course's own cell
            _try_cell(cells, name)["source"] = parts["tried"]
        if "behind" in parts:
            cells.append(cell(parts["behind"]))

    return change


def _above_the_stub(cells: list[dict]) -> None:
    """The answer stands in an own cell; the stub below it was never touched and never run."""
    at = place(cells, ZEROS)
    stub = next(
        c for c in toy.released(ASSIGNMENT)["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == ZEROS
    )
    cells.insert(at, cell(cells[at]["source"]))
    cells[at + 1]["source"] = toy.stubs.text(stub)


def _in_the_try_cell(cells: list[dict]) -> None:
    source = answer(cells, ZEROS)["source"]
    _try_cell(cells, ZEROS)["source"] = source + f"\n\n{ZEROS}([2, 3, 1])"


def _stub_at_the_bottom(cells: list[dict]) -> None:
    stub = next(
        c for c in toy.released(ASSIGNMENT)["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == ZEROS
    )
    cells.append({**copy.deepcopy(stub), "source": toy.stubs.text(stub)})


def _all_in_one_cell(cells: list[dict]) -> None:
    names = [c["metadata"]["nbgrader"]["grade_id"] for c in cells if c["metadata"].get("nbgrader", {}).get("solution")]
    names = [name for name in names if answer(cells, name)["cell_type"] == "code"]
    whole = "\n\n\n".join(answer(cells, name)["source"] for name in names)
    for name in names[1:]:
        answer(cells, name)["source"] = "# see above"
    answer(cells, names[0])["source"] = whole


def _split(cells: list[dict]) -> None:
    """A cell split in two: both halves keep the course's name."""
    at = place(cells, COUNT)
    again = copy.deepcopy(cells[at])
    cells[at]["source"] = "from functools import reduce"
    cells.insert(at + 1, {**again, "id": "second-half"})


def _same_ids(cells: list[dict]) -> None:
    for one in cells:
        one["id"] = "same"


def _no_ids(cells: list[dict]) -> None:
    for one in cells:
        one.pop("id", None)


def _own_cells_in_between(cells: list[dict]) -> None:
    for i in reversed(range(2, len(cells))):
        cells.insert(i, cell("scratch = 1 + 1\nprint(scratch)"))


SHADOW = f"{ZEROS} = {ZEROS}([2, 3, 1])\n{HE} = {HE}([2, 3, 1], np.random.default_rng(0))"
HELPER = "own_zeros(2, 3)"

NOTEBOOKS: dict[str, Callable[[list[dict]], object]] = {
    # what comes behind a check takes nothing away
    "names of builtins reused": last("sum = 0\nmax = 5\nlist = [1, 2]\nrange = 3\nlen = None"),
    "names of answers reused": last(SHADOW),
    "everything reset at the end": last("%reset -f"),
    "numpy deleted at the end": last("del np"),
    "numpy's name reused": last("np = 3"),
    "a stub copied to the bottom": _stub_at_the_bottom,
    "an answer deleted at the end": last(f"del {ZEROS}"),
    "a wrong version tried below": last(f"def {ZEROS}(layers_dims):\n    return {{}}"),
    "NumPy told to raise": last("np.seterr(all='raise')"),
    "NumPy's functions replaced": last("np.random.default_rng = np.zeros = None\nnp.sqrt = lambda x: x"),
    "NumPy's functions replaced by name": last("for name in ('zeros', 'sqrt'):\n    setattr(np, name, None)"),
    "a module of one's own that replaces NumPy's functions": last(
        "from pathlib import Path\nPath('mine.py').write_text('import numpy\\nnumpy.zeros = None')\nimport mine"
    ),
    "a class of an answer's name": last(f"class {ZEROS}:\n    pass"),
    "everything imported from numpy at the end": last("from numpy import *"),
    "names overwritten in a loop": last(f"for name in ['{ZEROS}', '{HE}', 'np']:\n    globals()[name] = None"),
    "a helper defined anew below": written(
        ZEROS, before="def own_zeros(a, b):\n    return np.zeros((a, b))", needs=HELPER, behind="own_zeros = 7"
    ),
    "a helper deleted below": written(
        ZEROS, before="def own_zeros(a, b):\n    return np.zeros((a, b))", needs=HELPER, behind="del own_zeros"
    ),
    "some names reset": last("%reset_selective -f initialize"),
    "a loop variable called like an answer": last(f"for {COUNT} in range(3):\n    pass"),
    # lines that a kernel survives
    "matplotlib inline": first("%matplotlib inline"),
    "matplotlib's list": first("%matplotlib --list"),
    "retina figures": first("%config InlineBackend.figure_format = 'retina'"),
    "a shell command": first("!echo hello"),
    "a shell command's lines": first("lines = !echo hello"),
    "pip by a shell": first("!pip --version"),
    "pip by a magic": first("%pip --version"),
    "an extension of IPython's": first("%load_ext autoreload\n%autoreload 2"),
    "an extension that is not here": first("%load_ext wibble\n%wibble on"),
    "autosave": first("%autosave 60"),
    "a folder listed": first("%ls"),
    "a folder changed": first("%cd .\n%pwd"),
    "a folder that is not there": first("%cd nowhere-at-all"),
    "an environment variable": first("%env WIBBLE=1"),
    "a line timed": first("%time 1 + 1"),
    "a line timed often": first("%timeit -n 1 -r 1 1 + 1"),
    "who is there": first("%who\n%whos"),
    "help asked for": first("len?\nnp.zeros??"),
    "the history": first("%history -n 1"),
    "an alias": first("%alias hello echo hello\n%hello"),
    "a precision": first("%precision 3"),
    "plain tracebacks": first("%xmode Plain"),
    "the system called": first("import os\nos.system('true')"),
    "a program run": first("import subprocess, sys\nsubprocess.run([sys.executable, '--version'], check=True)"),
    "a program's output": first(
        "import subprocess\nsaid = subprocess.check_output('echo hello', shell=True, text=True)"
    ),
    "an await": first("import asyncio\nasync def f():\n    return 1\nprint(await f())"),
    "a nap": first("import asyncio\nawait asyncio.sleep(0.01)"),
    "tasks gathered": first("import asyncio\nasync def f(i):\n    return i\nboth = await asyncio.gather(f(1), f(2))"),
    "the loop that runs": first("import asyncio\nloop = asyncio.get_running_loop()"),
    "a task for later": cell_first(
        "import asyncio\nasync def f():\n    return 1\ntask = asyncio.create_task(f())", "got = await task"
    ),
    "an async for": first("async def f():\n    yield 1\nasync for item in f():\n    print(item)"),
    "a module written and imported": cell_first(
        "%%writefile own_helper.py\nvalue = 7\n", "from own_helper import value"
    ),
    "a module written under another magic": cell_first("%%file own_other.py\nvalue = 7\n", "import own_other"),
    "a script written and run": cell_first("%%writefile own_script.py\nfound = 7\n", "%run own_script.py"),
    "a file written by hand": first(
        "with open('own_third.py', 'w') as file:\n    file.write('x = 1')\nimport own_third"
    ),
    "a cell timed": cell_first("%%time\ntimed = 5", "timed + 1"),
    "a cell captured": cell_first("%%capture said\nprint('hello')\nheard = 1", "heard + 1"),
    "a cell of bash": cell_first("%%bash\nfor i in 1 2; do echo $i; done"),
    "a cell of HTML": cell_first("%%html\n<b>hello</b>"),
    "a cell of JavaScript": cell_first("%%javascript\nconsole.log(1)"),
    "a cell of LaTeX": cell_first("%%latex\n$x^2$"),
    "a cell of an extension": cell_first("%load_ext wibble", "pass"),
    "a window asked for": first(
        "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    ),
    "things displayed": first(
        "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>x</b>'))\nMarkdown('x')"
    ),
    "the value before": cell_first("3 + 4", "seven = _"),
    "the cells before": cell_first("3 + 4", "print(In[1], Out, _i, _ii)\n_oh[max(_oh)] + _"),
    "a macro of the cells before": first("%macro -q again 1"),
    "help by a function": first("help(len)\nlicense"),
    "a command's lines, as IPython has them": first("files = !ls\nfiles.grep('x'), files.n, files.s, files.fields(0)"),
    "a command's lines kept": cell_first("%%bash --out heard --err wrong\necho hello", "print(heard, wrong)"),
    "a command's first line": first("free = !free -h\nprint(free[1].split()[1])\nafter = 1"),
    "a program's first word": first(
        "import subprocess\nprint(subprocess.run(['free', '-h'], capture_output=True, text=True).stdout.split()[0])\nafter = 1"
    ),
    "a number asked for": first("try:\n    rate = float(input('rate? '))\nexcept Exception:\n    rate = 1.0"),
    "who works here": first(
        "import getpass, os, pathlib, platform, pwd\nprint(getpass.getuser(), platform.node(), pathlib.Path.home())\n"
        "print(pwd.getpwuid(os.getuid()).pw_name, os.path.expanduser('~'), pathlib.Path('.').owner())"
    ),
    "a process of its own": first(
        "import multiprocessing as mp\nwith_fork = mp.get_context('fork')\ndone = with_fork.Queue()\n"
        "process = with_fork.Process(target=done.put, args=(1,))\nprocess.start()\nprint(done.get())\nprocess.join()"
    ),
    "processes that share a dict": first(
        "from multiprocessing import Manager, Process, cpu_count\nwith Manager() as manager:\n    shared = manager.dict()\n"
        "    process = Process(target=shared.update, args=({'a': 1},))\n    process.start()\n    process.join()\n"
        "    print(shared['a'], process.exitcode)"
    ),
    "a warning": first("import warnings\nwarnings.warn('careful')"),
    "data classes": first(
        "import dataclasses\n@dataclasses.dataclass\nclass Point:\n    x: float = 0.0\nPoint(1.0) == Point()"
    ),
    "things pickled": first("import pickle\nclass Own:\n    pass\npickle.loads(pickle.dumps(Own()))"),
    "processes": first(
        "import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n    squares = pool.map(abs, range(4))"
    ),
    "an executor": first(
        "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(2) as pool:\n    same = list(pool.map(abs, [1, 2]))"
    ),
    "threads": first("import threading\nthread = threading.Thread(target=print)\nthread.start()\nthread.join()"),
    "much printed": first("for i in range(20000):\n    print('epoch', i)"),
    # packages that are not where grading runs
    "pandas and seaborn": first(
        "import pandas as pd\nimport seaborn as sns\nsns.set_theme()\ntable = pd.DataFrame({'a': [1]})\ntable.head()"
    ),
    "a progress bar": first("from tqdm import tqdm\nseen = [i for i in tqdm(range(3))]"),
    "Colab's helpers": first("from google.colab import drive\nimport google.colab\ndrive.mount('/content')"),
    "a package that may be missing": first(
        "try:\n    import cupy\n    FAST = True\nexcept ImportError:\n    FAST = False"
    ),
    "a decorator of a package": written(
        ZEROS, before="import numba\n\n@numba.njit\ndef own_zeros(a, b):\n    return 0", needs=HELPER
    ),
    "a progress bar in an answer": written(ZEROS, before="from tqdm import tqdm", needs="list(tqdm([1, 2]))"),
    # cells marked as long-running
    "a helper in the course's own cell": written(HE, needs="own_scale(2)", tried="def own_scale(n):\n    return n"),
    "an import in the course's own cell": written(HE, needs="floor(2.5)", tried="from math import floor\n1 + 1"),
    "a constant in the course's own cell": written(HE, needs="OWN + 1", tried="OWN = 3\n1 + 1"),
    "an answer in the course's own cell": _in_the_try_cell,
    "data of a long-running cell": first("print(X_train.shape)"),
    "data of a long-running cell, twice": cell_first("print(layers_dims)", "spread = X_train.std()"),
    "a lambda of a long-running cell": written(HE, needs="relu(np.ones(2))"),
    # stops, and what is where
    "a cell that stops, and the next": cell_first("raise ValueError('a try')", "after = 1"),
    "a cell that is no Python": cell_first("this is no Python", "after = 1"),
    "an exit": cell_first("import sys\nsys.exit()", "after = 1"),
    "an answer above its untouched stub": _above_the_stub,
    "all answers in one cell": _all_in_one_cell,
    "a cell split in two": _split,
    "the same id everywhere": _same_ids,
    "no ids": _no_ids,
    "own cells everywhere": _own_cells_in_between,
}


def _encoded(encoding: str, mark: bytes = b"") -> Callable[[dict], bytes]:
    def write(whole: dict) -> bytes:
        answer(whole["cells"], ZEROS)["source"] = "# größe\n" + answer(whole["cells"], ZEROS)["source"]
        return mark + json.dumps(whole, ensure_ascii=False).encode(encoding)

    return write


def _crlf(whole: dict) -> bytes:
    for one in whole["cells"]:
        one["source"] = one["source"].replace("\n", "\r\n")
    return json.dumps(whole, indent=1).replace("\n", "\r\n").encode()


def _lines(whole: dict) -> bytes:
    for one in whole["cells"]:
        one["source"] = [f"{line}\r\n" for line in one["source"].splitlines()]
    return json.dumps(whole).encode()


def _printed(whole: dict) -> bytes:
    said = [f"epoch {i}: loss {i / 7:.12f}, accuracy {1 / (i + 1):.12f}\n" for i in range(700_000)]
    whole["cells"][-2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": said}]
    return json.dumps(whole).encode()


FILES: dict[str, Callable[[dict], bytes]] = {
    "UTF-8": _encoded("utf-8"),
    "UTF-8 with a mark": _encoded("utf-8-sig"),
    "UTF-16 with a mark": _encoded("utf-16"),
    "UTF-16, little": _encoded("utf-16-le"),
    "UTF-16, big, with a mark": _encoded("utf-16-be", b"\xfe\xff"),
    "UTF-32": _encoded("utf-32"),
    "Windows' own": _encoded("cp1252"),
    "line ends of Windows": _crlf,
    "line ends of Windows in lists of lines": _lines,
    "36 MB of printed output": _printed,
}

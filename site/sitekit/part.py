"""A notebook of which a browser runs a part: cells that need a package that is not there, or an exercise's answer, stand in text.

Which cells those are follows from the notebook's text: what is imported, what each cell binds, and what it reads.
"""

from __future__ import annotations

import ast
import copy
import functools
import io
import symtable
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from assay import frameworks
from grader import catalogue, stubs
from grader.sandbox.child.statements import bound, statements
from grader.submission import grade_id
from sitekit.course import Assignment

COURSE = catalogue.course()
PACKAGES = ("assay", COURSE.library)
NEEDED = ("numpy", "matplotlib", "anywidget")  # what comes with the course's wheel
# Files that a browser cannot read as the notebook does -> what stands there in place of the notebook's words. The arrays come in a package.
INSTEAD = {
    "signs.h5": {
        'h5py.File(datasets.data_folder() / "signs.h5")': "np.load({package}.FILE)",
        "array[:]  # only now are the numbers read": "array  # np.load read the numbers when the loop came to them",
    }
}
WHY = "# A browser has no h5py. This import fetches the same arrays, {size:.0f} MB, in NumPy's own format.\nimport {package}\n\n"


def in_part(assignment: Assignment, notebook: dict) -> dict:
    """Return the notebook with what does not run in text, and a note on top: what runs here, what does not, and how to run that."""
    row = COURSE[assignment.slug]
    title = " and ".join(frameworks.adapter(package).TITLE for package in row.needs)
    cells = list(read_otherwise(notebook["cells"], row.data))
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    running = running_cells(code, assignment.exercises, row.needs)
    shown = []
    for cell in cells:
        source = stubs.text(cell)
        if cell["id"] in running:
            shown.append(_code(cell["id"], running[cell["id"]]))
        elif cell in code:
            shown.append(_text(cell["id"], f"*Needs {title}, on your machine:*\n\n```python\n{source}\n```"))
        else:
            shown.append(_text(cell["id"], source))
    size = sum(len(arrays(name)) for name in row.data) / 1e6
    note = (
        f"> **This copy runs in part.** {title} does not run in a browser. {len(running)} of the {len(code)} code cells need none of it and run "
        f"here, from top to bottom; the one that reads the data fetches {size:.0f} MB. The others stand in text, and say so.\n>\n"
        f"> **No exercise can be checked here**: each has to return {title}'s own values, and the right numbers from NumPy do not pass.\n>\n"
        "> To run and check all of it, with Python 3.11 to 3.13 on your machine: "
        '`pip install -e ".[student,tensorflow]"` in the course\'s folder, then `jupyter lab notebooks`.'
    )
    return {**notebook, "cells": [_text("runs-in-part", note), *shown]}


def package_of(name: str) -> str:
    """Return the name of the package in which the arrays of a data file come."""
    return f"{COURSE.library}_{Path(name).stem}"


@functools.cache
def arrays(name: str) -> bytes:
    """Return the arrays of an HDF5 file of ``data/`` in NumPy's format, compressed."""
    import h5py
    import numpy as np

    file = io.BytesIO()
    with h5py.File(COURSE.root / "data" / name) as data:
        np.savez_compressed(file, **{key: array[:] for key, array in data.items()})
    return file.getvalue()


def arrays_wheel(name: str, version: str, folder: Path) -> Path:
    """Write a wheel whose package holds the arrays of a data file: ``FILE`` is where they lie once it is installed."""
    package, stem = package_of(name), Path(name).stem
    about = f"{package}-{version}.dist-info"
    path = folder / f"{package}-{version}-py3-none-any.whl"
    files = {
        f"{package}/__init__.py": f'"""The arrays of {name}."""\n\nfrom pathlib import Path\n\nFILE = Path(__file__).parent / "{stem}.npz"\n',
        f"{package}/{stem}.npz": arrays(name),
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as wheel:  # compressed as it is
        for inside, content in files.items():
            wheel.writestr(inside, content)
        wheel.writestr(f"{about}/RECORD", "".join(f"{inside},,\n" for inside in [*files, f"{about}/RECORD"]))
    return path


def read_otherwise(cells: list[dict], files: tuple[str, ...]) -> Iterator[dict]:
    """Yield the cells, with the one that reads a data file reading its arrays from their package.

    Raises
    ------
    ValueError
        If no cell reads a file in the words that are known here.
    """
    waiting = set(files)
    for cell in cells:
        for name in sorted(waiting):
            source, other_words = stubs.text(cell), INSTEAD.get(name, {})
            if other_words and all(source.count(words) == 1 for words in other_words):
                package = package_of(name)
                for words, instead in other_words.items():
                    source = source.replace(words, instead.format(package=package))
                cell = _code(cell["id"], WHY.format(package=package, size=len(arrays(name)) / 1e6) + source)
                waiting.remove(name)
        yield cell
    if waiting:
        raise ValueError(f"no cell reads {', '.join(sorted(waiting))} as sitekit/part.py says; change INSTEAD there")


def running_cells(code: list[dict], exercises: list[str], needs: tuple[str, ...]) -> dict[str, str]:
    """Return the cells that run in a browser, by id, as they run there."""
    running, missing = {}, set()
    for cell in code:
        source = stubs.text(cell)
        runs, missing = missing_after(source, missing, needs, answered=grade_id(cell) in exercises)
        if runs:
            running[cell["id"]] = source
    reads = {cell_id: set().union(*map(taken, statements(source))) for cell_id, source in running.items()}
    return {
        cell_id: only_what_is_used(source, set().union(*(reads[other] for other in reads if other != cell_id)), needs)
        for cell_id, source in running.items()
    }


def missing_after(
    source: str, missing: set[str], needs: tuple[str, ...], answered: bool = False
) -> tuple[bool, set[str]]:
    """Return whether a cell runs where names are missing, and which are missing after it: all that it would have bound, where it does not.

    A cell that is answered, by the reader, does not run: what is asked for there is judged by what a browser has not.
    """
    after, own, runs = set(missing), set(), not answered
    for statement in statements(source):
        runs = runs and not taken(statement) & after
        own |= bound(statement)
        after = after - bound(statement) | _absent(statement, needs)
    return runs, after if runs else missing | own


def only_what_is_used(source: str, used: set[str], needs: tuple[str, ...]) -> str:
    """Return a cell that imports what a browser has not without all that nothing uses which runs there; any other cell as it is.

    used : the names that other cells read which run
    """
    absent = {name for statement in statements(source) for name in _absent(statement, needs)}
    if not absent:
        return source
    lines, wanted = source.splitlines(), set(used)
    for statement in reversed(statements(source)):  # from the end, so that the lines before it keep their numbers
        kept = _kept(statement, wanted)
        if kept is statement:
            wanted |= taken(statement)
        else:
            lines[statement.lineno - 1 : statement.end_lineno] = [ast.unparse(kept)] if kept else []
    said = f"# What the cells use that run in a browser, where there is no {', '.join(sorted(absent))}"
    return "\n".join([said, *lines]).rstrip()


def _kept(statement: ast.stmt, wanted: set[str]) -> ast.stmt | None:
    """Return what is left of a statement where only some names are wanted: an import of these, else the whole or nothing."""
    names = bound(statement)
    if names <= wanted or not isinstance(statement, ast.Import | ast.ImportFrom):
        return statement if names & wanted or not names else None
    rest = copy.copy(statement)  # the tree is kept for who asks again
    rest.names = [alias for alias in statement.names if _name(alias) in wanted]
    return rest if rest.names else None


def _name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _absent(statement: ast.stmt, needs: tuple[str, ...]) -> set[str]:
    """Return the names that an import cannot give in a browser; none for any other statement."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return set()
    return {_name(alias) for alias in statement.names if not _is_there(statement, alias, needs)}


def _is_there(statement: ast.Import | ast.ImportFrom, alias: ast.alias, needs: tuple[str, ...]) -> bool:
    """Whether a browser can import one name: it is Python's or comes with the course, and is no module of ours that imports what is needed."""
    modules = (
        [alias.name] if isinstance(statement, ast.Import) else [statement.module, f"{statement.module}.{alias.name}"]
    )
    top = modules[0].partition(".")[0]
    if top in PACKAGES:
        return not any(set(needs) & set(_imported(path)) for path in map(_file, modules) if path)
    return top in sys.stdlib_module_names or top in (*NEEDED, *map(package_of, INSTEAD))


def _file(module: str) -> Path | None:
    path = COURSE.root.joinpath(*module.split("."))
    return next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    """Yield the packages that a module imports, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def taken(statement: ast.stmt) -> set[str]:
    """Return the names that a statement takes from the notebook, inside of functions too; not those of its own scopes, loops and definitions."""
    text = ast.unparse(_Apart().visit(ast.parse(ast.unparse(statement))))
    found, tables = set(), [symtable.symtable(text, "cell", "exec")]
    for table in tables:
        whole = table.get_type() == "module"
        found |= {one.get_name() for one in table.get_symbols() if one.is_referenced() and (whole or one.is_global())}
        tables += table.get_children()
    return found - bound(statement) if hasattr(statement, "body") else found


class _Apart(ast.NodeTransformer):
    """Comprehensions as generators: since Python 3.12 only these have a scope of their own in a table of symbols."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.GeneratorExp:
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.GeneratorExp:
        self.generic_visit(node)
        return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)


def _code(cell_id: str, source: str) -> dict:
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def _text(cell_id: str, source: str) -> dict:
    return {
        "cell_type": "markdown",
        "id": cell_id,
        "metadata": {"editable": False, "deletable": False},
        "source": source,
    }

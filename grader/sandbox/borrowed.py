"""Whether the text of an answer uses what of the library would answer it. Text is read, nothing is run.

In the jail the functions that answer an exercise raise while it is judged (:mod:`assay.withheld`); a student's code may have changed the jail.
What stands in the text stays: names are followed from the answer through the functions, classes and values that the cells define to what they
import. A copy of library code that is pasted into the notebook is the student's own text and is no use of the library.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable

from assay import library
from assay.withheld import functions_of

# Text that gets at the library's source, and text that turns source into functions: both together make a copy without pasting it.
LONGEST = 200_000  # characters of a cell that are read
ROUNDABOUT = frozenset(
    {"getattr", "import_module", "__import__", "modules", "exec", "eval", "__dict__", "vars", "FunctionType"}
)
READS = frozenset({"getsource", "getsourcelines", "getsourcefile", "get_source", "get_data", "getfile", "__file__", "__code__", "__loader__", "__spec__", "find_spec", "co_code", "findsource", "linecache", "pinfo2", "psource"})  # fmt: skip
MAKES = frozenset({"exec", "eval", "compile", "FunctionType", "CodeType", "exec_module", "load_module", "run_path", "run_module", "runpy", "spec_from_file_location", "SourceFileLoader", "spec_from_loader", "reload", "run_cell", "marshal"})  # fmt: skip


def borrowed(sources: Iterable[str], name: str, withheld: tuple[str, ...]) -> str:
    """Return :meth:`Notebook.borrowed` of a notebook with these cells."""
    notebook = Notebook()
    for source in sources:
        notebook.add(source)
    return notebook.borrowed(name, withheld)


def _borrowed(notebook: Notebook, name: str, withheld: tuple[str, ...]) -> str:
    labels = _labels(withheld)
    modules = {label.partition(":")[0] for label in labels}
    seen, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        target = notebook.imports.get(current, "")
        if target in labels:
            return target
        for node in list(notebook.defined.get(current, ())):
            own = _locals(
                node
            )  # the values that a function gives to names of its own stand in it, and are walked over with it
            for inner in ast.walk(node):
                if inner is not node:
                    notebook.note(inner)
                if isinstance(inner, ast.Name):
                    waiting.extend([] if inner.id in own else [inner.id])
                elif isinstance(inner, ast.Attribute | ast.Call | ast.ImportFrom | ast.Import):
                    found = notebook.reached(inner, labels, modules)
                    if found:
                        return found
        star = notebook.starred.get(current, "")
        if star in labels and current not in notebook.defined and current not in notebook.imports:
            return star
    made = {each for each in seen if not notebook.knows(each)}
    if made and any(map(library.holds, notebook.roots)) and (names := notebook.names()) & READS and names & MAKES:
        return next(iter(sorted(labels)), "")
    return ""


def _locals(node: ast.AST) -> set[str]:
    """Return the names that are a function's own: a cell's variable of the same name is another one."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return set()
    own, shared = set(), set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.arg):
            own.add(inner.arg)
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            own.add(inner.id)
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and inner is not node:
            own.add(inner.name)
        elif isinstance(inner, ast.Global):
            shared.update(inner.names)
    return own - shared


@functools.cache
def _last_names(withheld: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part for label in _labels(withheld) for part in label.partition(":")[2].split("."))


@functools.cache
def _labels(withheld: tuple[str, ...]) -> frozenset[str]:
    """Return the labels of the functions, and of the classes that hold some."""
    labels = {label for name in withheld for label in functions_of(name)}
    parts = [label.partition(":") for label in labels]
    return frozenset(labels | {f"{module}:{name.partition('.')[0]}" for module, _, name in parts})


def _parsed(source: str) -> ast.Module | None:
    """Return a cell's tree; lines that are IPython's own (``%magic``, ``!shell``, ``?help``) are left out."""
    if len(source) > LONGEST:
        return None
    for text in (
        source,
        "\n".join(
            "" if line.lstrip()[:1] in ("%", "!", "?") or line.rstrip().endswith("?") else line
            for line in source.splitlines()
        ),
    ):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


class Notebook:
    """What the cells define and import, as far as their text tells."""

    def __init__(self) -> None:
        self.defined: dict[str, list[ast.AST]] = {}  # top-level name -> the nodes that give it a value
        self.imports: dict[str, str] = {}  # name -> "package.module" or "package.module:attribute"
        self.starred: dict[str, str] = {}  # names that a star import brings
        self._trees: list[ast.Module] = []
        self.roots: set[str] = set()
        self._all_words: set[str] = set()  # of the text as it stands
        self._waiting: list[str] = []  # cells that nobody has asked about yet
        self._found: dict[tuple, str] = {}

    def add(self, source: str) -> None:
        """Add a cell that was run."""
        self._waiting.append(source)
        self._all_words.update(re.findall(r"\w+", source[:LONGEST]))
        self._found.clear()

    def borrowed(self, name: str, withheld: tuple[str, ...]) -> str:
        """Return the label (``package.module:function``) of what the answer `name` borrows from the library, or an empty string.

        Parameters
        ----------
        name : the function that is judged
        withheld : names of the library, as ``Exercise.withheld`` has them
        """
        if not withheld or not self._all_words & (_last_names(withheld) | ROUNDABOUT):
            return ""
        if (name, withheld) not in self._found:
            self._read_all()
            self._found[name, withheld] = _borrowed(self, name, withheld)
        return self._found[name, withheld]

    def names(self) -> set[str]:
        """Return the names in the cells' code: not what stands in comments and strings."""
        self._read_all()
        found: set[str] = set()
        for node in (node for tree in self._trees for node in ast.walk(tree)):
            for field in ("id", "attr", "name", "arg", "asname", "module"):
                if isinstance(word := getattr(node, field, None), str):
                    found.update(word.split("."))
        return found

    def _read_all(self) -> None:
        for source in self._waiting:
            if (tree := _parsed(source)) is not None:
                self._trees.append(tree)
                self._read(tree)
        self._waiting.clear()

    def _read(self, tree: ast.Module) -> None:
        """Take up what stands at the top; the bodies of functions and classes are walked through when an answer reaches them."""
        for statement in tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.defined.setdefault(statement.name, []).append(statement)
            else:
                for node in ast.walk(statement):
                    self.note(node)

    def note(self, node: ast.AST) -> None:
        """Take up what a node imports or gives a value to."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.defined.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self._define(target, node.value)
        elif isinstance(node, ast.For | ast.comprehension):
            self._define(node.target, node.iter)
        elif isinstance(node, ast.withitem) and node.optional_vars:
            self._define(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.arg):
            self.defined.setdefault(node.arg, [])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.defined.setdefault(node.name, [])

    def _define(self, target: ast.AST, value: ast.AST | None) -> None:
        while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
            target = target.value  # what stands in the brackets is only read
        if isinstance(target, ast.Name):
            self.defined.setdefault(target.id, []).extend([value] if value else [])
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else []:
            self._define(part, value)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.roots.add(alias.name.partition(".")[0])
                self.imports[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
            return
        module = node.module or ""
        self.roots.add(module.partition(".")[0])
        for alias in node.names:
            if alias.name == "*" and library.holds(module):
                for label in _everything(module):
                    self.starred[label.partition(":")[2]] = label
            elif library.holds(module) and "." not in module:
                self.imports[alias.asname or alias.name] = f"{module}.{alias.name}"
            else:
                self.imports[alias.asname or alias.name] = f"{module}:{alias.name}"

    def knows(self, name: str) -> bool:
        return (
            name in self.defined
            or name in self.imports
            or name in self.starred
            or hasattr(__builtins__, name)
            or name in _BUILTINS
        )

    def reached(self, node: ast.AST, labels: frozenset[str], modules: set[str]) -> str:
        """Return the label that an attribute, a ``getattr`` or an import inside a function leads to, or an empty string."""
        if isinstance(node, ast.ImportFrom):
            found = [f"{node.module}:{alias.name}" for alias in node.names]
            return next((label for label in found if label in labels), "")
        if isinstance(node, ast.Attribute):
            module = self.module(node.value)
            return label if module in modules and (label := f"{module}:{node.attr}") in labels else ""
        if (
            isinstance(node, ast.Call)
            and len(node.args) >= 2
            and isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
        ):
            module, attribute = self.module(node.args[0]), _constant(node.args[1])
            return label if module in modules and (label := f"{module}:{attribute}") in labels else ""
        return ""

    def module(self, node: ast.AST, depth: int = 0) -> str:
        """Return the module of the library that an expression stands for, or an empty string."""
        if depth > 20:
            return ""
        if isinstance(node, ast.Name):
            if node.id in self.imports:
                return self.imports[node.id]
            values = self.defined.get(node.id, ())
            return next((found for value in values if (found := self.module(value, depth + 1))), "")
        if isinstance(node, ast.Attribute):
            inside = self.module(node.value, depth + 1)
            return f"{inside}.{node.attr}" if library.holds(inside) else ""
        if isinstance(node, ast.Call) and node.args:
            wanted = _constant(node.args[0])
            if (
                isinstance(node.func, ast.Name)
                and node.func.id == "__import__"
                and len(node.args) == 1
                and not node.keywords
            ):
                wanted = wanted.partition(".")[0]
            return wanted if library.holds(wanted) else ""
        if isinstance(node, ast.Subscript):
            wanted = _constant(node.slice)
            return wanted if library.holds(wanted) else ""
        return ""


_BUILTINS = frozenset(dir(__import__("builtins"))) | {"get_ipython", "display", "In", "Out", "_"}


@functools.cache
def _everything(module: str) -> frozenset[str]:
    try:
        return frozenset(functions_of(module))
    except ImportError:
        return frozenset()


def _constant(node: ast.AST) -> str:
    """Return a text that is put together from constants, or an empty string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _constant(node.left) + _constant(node.right)
    return ""

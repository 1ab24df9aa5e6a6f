"""Whether the text of an answer uses what of the library would answer it. Text is read, nothing is run.

In the jail the functions that answer an exercise raise while it is judged (:mod:`assay.withheld`); a student's code may have changed the jail.
What stands in the text stays: names are followed from the answer through the functions, classes and values that the cells define to what they
import. A copy of library code that is pasted into the notebook is the student's own text and is no use of the library.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator

from assay import library
from assay.withheld import functions_of

# Text that gets at the library's source, and text that turns source into functions: both together make a copy without pasting it.
LONGEST = 50_000  # characters of a cell that are read; of some texts (f-strings) parsing takes the square of them
SHORT = 4_000  # of a cell whose tree is kept for the next hand-in
ROUNDABOUT = frozenset({"getattr", "import_module", "__import__", "modules", "exec", "eval", "__dict__", "vars", "FunctionType", "__globals__", "globals", "setattr", "builtins", "getmembers", "attrgetter", "__getattribute__"})  # fmt: skip
READS = frozenset({"open", "read_text", "__path__", "getsource", "getsourcelines", "getsourcefile", "get_source", "get_data", "getfile", "__file__", "__code__", "__loader__", "__spec__", "find_spec", "co_code", "findsource", "linecache", "pinfo2", "psource"})  # fmt: skip
MAKES = frozenset({"exec", "eval", "compile", "FunctionType", "CodeType", "exec_module", "load_module", "run_path", "run_module", "runpy", "spec_from_file_location", "SourceFileLoader", "spec_from_loader", "reload", "run_cell", "marshal"})  # fmt: skip
# what gives a value to names that no text binds, and attributes through which an object of the library leads to the rest of it
BINDS = frozenset({"setattr", "builtins", "__builtins__", "globals", "vars", "user_ns", "user_global_ns", "push", "write", "write_text"})  # fmt: skip
WITHIN = frozenset({"__globals__", "__dict__", "__getattribute__", "__builtins__", "__closure__", "__loader__", "__spec__", "__reduce__"})  # fmt: skip
_WAYS = ROUNDABOUT | READS | MAKES | BINDS
MOST_DEEP = 100  # names that lead to each other, parts of a text
STARS = ("math", "numpy")  # from which people import everything
# lines of a cell that are passed over where it is no Python, and characters of such a cell
MOST_ODD_LINES, MOST_RETRIED = 8, 10_000
_ASSIGNED = re.compile(r"[\w.,\s\[\]()*]+=\s*[!%].*")  # files = !ls


def borrowed(sources: Iterable[str], name: str, withheld: tuple[str, ...]) -> str:
    """Return :meth:`Notebook.borrowed` of a notebook with these cells."""
    notebook = Notebook()
    for source in sources:
        notebook.add(source)
    return notebook.borrowed(name, withheld)


def _borrowed(notebook: Notebook, name: str, withheld: tuple[str, ...]) -> str:
    labels = _labels(withheld)
    modules = {label.partition(":")[0] for label in labels}
    seen, waiting, makes = set(), [name], False
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        notebook.forget()
        target = notebook.imports.get(current, "")
        if target in labels:
            return target
        if _is_own_file(target):  # a module that the notebook writes: what stands there by that name
            waiting.append(target.partition(":")[2])
        for node in list(notebook.defined.get(current, ())):
            read = _read(node)
            for inner in read.gives:
                notebook.note(inner)
            waiting.extend(read.names)
            for inner in read.steps:
                if found := notebook.reached(inner, labels, modules):
                    return found
                if isinstance(inner, ast.Call):
                    makes |= _name_of(inner.func) in MAKES
                    waiting.extend(notebook.spelled_out(inner))
                elif isinstance(inner, ast.Subscript):
                    waiting.extend([_constant(inner.slice)] if _is_namespace(inner.value) else [])
                elif isinstance(inner, ast.Attribute) and _is_own_file(notebook.imports.get(_name_of(inner.value), "")):
                    waiting.append(inner.attr)
            if notebook.leads_further(read, modules):
                return min(labels)
        star = notebook.starred.get(current, "")
        if star in labels and current not in notebook.defined and current not in notebook.imports:
            return star
    made = any(not notebook.knows(each) for each in seen - {name})
    if (made or makes) and any(map(library.holds, notebook.roots)):
        names = notebook.names()
        if names & READS and names & MAKES or made and (names & BINDS or notebook.unread):
            return min(labels, default="")
    return ""


def _name_of(node: ast.AST) -> str:
    """Return the name that an expression is, or the last one of ``module.name``; ``re.compile`` is not the builtin."""
    if isinstance(node, ast.Attribute):
        return "" if node.attr in ("compile", "eval") else node.attr
    return node.id if isinstance(node, ast.Name) else ""


@functools.lru_cache(maxsize=1000)
def _is_own_file(target: str) -> bool:
    """Whether an import leads to a file of the student's own: to a module that is not installed here."""
    root = target.partition(":")[0].partition(".")[0]
    try:
        return bool(root) and root not in sys.modules and importlib.util.find_spec(root) is None
    except (ImportError, ValueError):
        return True


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


class _Read:
    """What stands in a tree.

    Attributes
    ----------
    names : the names that are none of a function's own: what it gives to those stands in it
    attributes : ``(name, attribute)`` of the names that have one
    gives : the nodes that import something or give a value to something
    steps : the nodes through which the text gets from one thing to another
    handed_on : the nodes whose value goes on as a whole, and is not only looked into or kept under a name
    within : the nodes in whose objects it looks for what those hold
    """

    def __init__(self, node: ast.AST) -> None:
        own, fine = _locals(node), {id(node)}
        parts = list(ast.walk(node))
        self.names, self.attributes = set(), set()
        self.gives, self.steps, self.handed_on, self.within = [], [], [], []
        for inner in parts:
            if inner is not node and isinstance(inner, _GIVES):
                self.gives.append(inner)
            if isinstance(inner, ast.Name):
                self.names.update(() if inner.id in own else (inner.id,))
            elif isinstance(inner, _STEPS):
                self.steps.append(inner)
            if isinstance(inner, ast.Attribute):
                fine.add(id(inner.value))
                if isinstance(inner.value, ast.Name) and inner.value.id not in own:
                    self.attributes.add((inner.value.id, inner.attr))
                if inner.attr in WITHIN:
                    self.within.append(inner.value)
            elif isinstance(inner, ast.Assign | ast.AnnAssign | ast.NamedExpr):
                fine.add(id(inner.value))
            elif isinstance(inner, ast.Call) and _name_of(inner.func) == "getattr":
                fine.update([id(inner.args[0])] if inner.args and _constant(inner.args[-1]) else [])
        for inner in parts:
            if isinstance(inner, ast.Name):
                passed = inner.id not in own and isinstance(inner.ctx, ast.Load)
            else:
                passed = isinstance(inner, ast.Attribute | ast.Call | ast.Subscript)
            if passed and id(inner) not in fine:
                self.handed_on.append(inner)


_STEPS = (ast.Attribute, ast.Call, ast.ImportFrom, ast.Import, ast.Subscript)
_GIVES = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.MatchAs,
    ast.MatchStar, ast.MatchMapping, ast.For, ast.AsyncFor, ast.comprehension, ast.withitem, ast.Call, ast.arg, ast.ExceptHandler,
)  # fmt: skip


def _read(node: ast.AST) -> _Read:
    """Return what stands in a tree, which is read once for all that lead here."""
    if (found := getattr(node, "_read", None)) is None:
        found = node._read = _Read(node)
    return found


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
    """Return a cell's tree; lines that are IPython's own (``%magic``, ``!shell``, ``x = !ls``, ``?help``) are left out."""
    if len(source) > LONGEST:
        return None
    for attempt in range(1 + MOST_ODD_LINES):
        try:
            return ast.parse(source)
        except SyntaxError as error:
            lines = source.splitlines()
            odd = (
                [i for i, line in enumerate(lines) if _is_ipython(line.strip())]
                if not attempt
                else [(error.lineno or 0) - 1]
            )
            if attempt and (len(source) > MOST_RETRIED or not 0 <= odd[0] < len(lines) or not lines[odd[0]].strip()):
                return None
            for i in odd:  # a block keeps a statement
                plain = lines[i].lstrip()
                lines[i] = "" if plain in ("", "pass") or plain.startswith("%%") else lines[i][: -len(plain)] + "pass"
            source = "\n".join(lines)
        except (ValueError, RecursionError, MemoryError):
            return None
    return None


_parsed_once = functools.lru_cache(maxsize=128)(
    _parsed
)  # the course's own cells come with every hand-in; trees are only read


def _is_ipython(line: str) -> bool:
    return line[:1] in ("%", "!", "?", ",", ";", "/") or line[-1:] == "?" or _ASSIGNED.fullmatch(line) is not None


class Notebook:
    """What the cells define and import, as far as their text tells."""

    def __init__(self) -> None:
        self.defined: dict[str, list[ast.AST]] = {}  # top-level name -> the nodes that give it a value
        self.imports: dict[str, str] = {}  # name -> "package.module" or "package.module:attribute"
        self.starred: dict[str, str] = {}  # names that a star import brings
        self._trees: list[ast.Module] = []
        self.roots: set[str] = set()
        self._all_words: set[str] = set()  # of the text as it stands
        self._noted: set[int] = set()  # nodes that were taken up; their trees are kept
        self._known = 0
        self._modules: dict[str, str] = {}  # by name, what `module` found
        self.unread = False  # whether there are cells that cannot be read
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
        if not withheld or not self._all_words & (_last_names(withheld) | _WAYS):
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

    def forget(self) -> None:
        """Look again where names lead: an answer's functions give values to more of them."""
        if len(self._noted) != self._known:
            self._known = len(self._noted)
            self._modules.clear()

    def unwritten(self, name: str) -> set[str]:
        """Return the functions that the text of `name` leads to and that raise NotImplementedError in their own text."""
        raises = {
            current
            for current, value in self.leads_to(name)
            for node in ast.walk(value)
            if isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node)
        }
        return raises - {name}

    def function(self, name: str) -> ast.AST | None:
        """Return the last definition of a function."""
        self._read_all()
        return next((node for node in reversed(self.defined.get(name, ())) if isinstance(node, ast.FunctionDef)), None)

    def leads_to(self, name: str) -> Iterator[tuple[str, ast.AST]]:
        """Yield what the cells give to `name`, and to the names that stand there, and so on."""
        self._read_all()
        seen, waiting = {name}, [name]
        while waiting:
            current = waiting.pop()
            for value in self.defined.get(current, ()):
                yield current, value
                read = _read(value)
                words = read.names | {attribute for base, attribute in read.attributes if base not in self.imports}
                new = sorted(words - seen)
                seen.update(new)
                waiting.extend(new)

    def _read_all(self) -> None:
        for source in self._waiting:
            if (tree := _parsed_once(source) if len(source) <= SHORT else _parsed(source)) is not None:
                self._trees.append(tree)
                self._read(tree)
            else:
                self.unread = True
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
        """Take up what a node imports or gives a value to, once."""
        if id(node) in self._noted:
            return
        self._noted.add(id(node))
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.defined.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self._define(target, node.value)
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping):
            self.defined.setdefault((node.rest if isinstance(node, ast.MatchMapping) else node.name) or "_", [])
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._define(node.target, node.iter)
        elif isinstance(node, ast.withitem) and node.optional_vars:
            self._define(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.Call):
            self._filled_by(node)
        elif isinstance(node, ast.arg):
            self.defined.setdefault(node.arg, [])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.defined.setdefault(node.name, [])

    def _filled_by(self, call: ast.Call) -> None:
        """Take up what a call gives a value to: ``setattr(x, "name", value)``, ``globals().update(name=value)``, ``exec(text, names)``."""
        what = _name_of(call.func)
        if what == "setattr" and len(call.args) == 3 and (name := _constant(call.args[1])):
            self.defined.setdefault(name, []).append(call.args[2])
        elif what == "update" and isinstance(call.func, ast.Attribute) and _is_namespace(call.func.value):
            for keyword in call.keywords:
                if keyword.arg:
                    self.defined.setdefault(keyword.arg, []).append(keyword.value)
        elif what in MAKES:
            for argument in call.args[1:]:
                self._define(argument, call)

    def _define(self, target: ast.AST, value: ast.AST | None) -> None:
        if isinstance(target, ast.Subscript) and _is_namespace(target.value) and (name := _constant(target.slice)):
            self.defined.setdefault(name, []).extend([value] if value else [])
        if isinstance(target, ast.Attribute) and _name_of(target.value) in ("builtins", "__builtins__"):
            self.defined.setdefault(target.attr, []).extend([value] if value else [])
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
            elif alias.name == "*":
                self.starred |= dict.fromkeys(dir(sys.modules.get(module)) if module in STARS else (), module)
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

    def leads_further(self, read: _Read, modules: set[str]) -> bool:
        """Whether a text hands a module of the library on as a whole (``vars(gradients)``), or looks into what the library's objects hold."""
        if any(map(self._is_of_library, read.within)):
            return True
        found = filter(None, map(self.module, read.handed_on))
        return any(f"{module}.".startswith(f"{each}.") for each in found for module in modules)

    def _is_of_library(self, node: ast.AST) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return (
            library.holds(self.module(node))
            or isinstance(node, ast.Name)
            and library.holds(self.imports.get(node.id, "").partition(":")[0])
        )

    def spelled_out(self, call: ast.Call) -> list[str]:
        """Return the name under which the code is kept that ``eval("...")`` spells out, if a call does that."""
        text = _constant(call.args[0]) if call.args and _name_of(call.func) in ("exec", "eval") else ""
        if not text or (tree := _parsed(text)) is None:
            return []
        self.defined.setdefault(f"<{text}>", [tree])
        return [f"<{text}>"]

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
        if depth > MOST_DEEP:
            return ""
        if isinstance(node, ast.Name):
            if node.id in self.imports:
                return self.imports[node.id]
            if node.id not in self._modules:
                self._modules[node.id] = ""  # while it is looked for: names may lead to each other
                values = self.defined.get(node.id, ())
                self._modules[node.id] = next(
                    (found for value in values if (found := self.module(value, depth + 1))), ""
                )
            return self._modules[node.id]
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


def _is_namespace(node: ast.AST) -> bool:
    """Whether an expression is the dict of the notebook's own names."""
    return isinstance(node, ast.Call) and _name_of(node.func) in ("globals", "vars", "locals") and not node.args


def _constant(node: ast.AST, depth: int = 0) -> str:
    """Return a text that is put together from constants, or an empty string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < MOST_DEEP:
        return _constant(node.left, depth + 1) + _constant(node.right, depth + 1)
    return ""

"""A right answer whose text is edited: what its arguments reach on the inputs of its domain, and how an edit is made."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.near_misses.calls import Input, parts
from grader.near_misses.inputs import Inputs

REACH = (1e-12, 1e6)  # of constants

_EACH = """def _each(change, value):
    if isinstance(value, dict):
        return {key: _each(change, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_each(change, item) for item in value])
    return value if value is None or isinstance(value, (str, bool, int)) else change(value)
"""
_KEPT = """_kept = {}

def _same_place(place, value):
    if np.ndim(value) == 0:
        return value
    array = _kept.setdefault((place, np.shape(value)), np.empty_like(value))
    array[...] = value
    return array
"""


@dataclass(frozen=True)
class Edit:
    """Lines for the beginning and for the end of an answer (which may say ``_result``) and for above it, or a change of its tree."""

    first: str = ""
    last: str = ""
    above: str = ""
    words: str = ""
    change: Callable[[ast.FunctionDef], None] | None = None

    def text(self) -> str:
        lines = (self.words or f"{self.first}\n{self.last}").strip().splitlines()
        return " / ".join(line.strip() for line in lines if line.strip())


class Base:
    """A right answer whose edits are drawn.

    Attributes
    ----------
    source : its text, under the exercise's name
    names : its parameters as it calls them
    """

    def __init__(self, source: str, domain: Inputs, rng: np.random.Generator):
        self.source, self.domain, self.rng = source, domain, rng
        self.function = ast.parse(source).body[0]
        if ast.get_docstring(self.function) is not None and len(self.function.body) > 1:
            self.function.body.pop(0)
        given = self.function.args
        self.names = [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        if len(self.names) < len(domain.names):
            raise Nothing  # it does not name its parameters
        self.inputs = list(domain)

    def given(self, one: Input) -> dict[str, Any]:
        """Return an input's values under this answer's names for them."""
        return {self.names[self.domain.names.index(name)]: value for name, value in one.given.items()}

    def reached(self, expression: str, among: list[Input] | None = None) -> list[Any]:
        """Return what an expression of the arguments is on each input, None where it is nothing."""
        code, found = compile(expression, "<quantity>", "eval"), []
        for one in self.inputs if among is None else among:
            try:
                with np.errstate(all="ignore"):
                    value = eval(code, {"np": np, **self.given(one)})
            except Exception:  # it does not fit this input
                value = None
            found.append(value if isinstance(value, bool | int | float | np.generic) else None)
        return found

    def pick(self, items: Any) -> Any:
        items = list(items)
        if not items:
            raise Nothing
        return items[self.rng.integers(len(items))]

    def constant(self, expression: str) -> str:
        """Return a number, as text, that an expression of the arguments is below on some inputs and above on others."""
        values = [value for value in self.reached(expression) if value is not None and np.isfinite(value) and value > 0]
        return self.between(values)

    def between(self, values: list[Any]) -> str:
        if not values or not min(values) < max(values):
            raise Nothing
        low, high = (float(np.clip(float(value), *REACH)) for value in (min(values), max(values)))
        drawn = float(np.exp(self.rng.uniform(np.log(low), np.log(high))))
        if all(isinstance(value, int | np.integer) for value in values):
            return str(max(1, round(drawn)))
        return repr(float(f"{drawn:.3g}"))

    def sizes(self) -> list[str]:
        """Return expressions for how much of something there is."""
        found = []
        for name, value in self.given(self.inputs[0]).items():
            if isinstance(value, np.ndarray):
                found += [f"{name}.size", *(f"{name}.shape[{axis}]" for axis in range(value.ndim))]
            elif isinstance(value, dict):
                found += [f"len({name})"]
                if all(isinstance(item, np.ndarray) for item in value.values()):
                    found += [f"max(a.size for a in {name}.values())", f"sum(a.size for a in {name}.values())"]
            elif isinstance(value, list):
                found += [f"len({name})", f"max({name})", f"min({name})", f"{name}[0]", f"{name}[-2]", f"sum({name})"]
            elif isinstance(value, tuple):
                for i, item in enumerate(value):
                    found += [f"{name}[{i}].shape[{axis}]" for axis in range(np.ndim(item))]
            elif type(value) is int:
                found += [name]
        return found

    def magnitudes(self) -> list[str]:
        """Return expressions for how large something is."""
        found = []
        for name, value in self.given(self.inputs[0]).items():
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                found += [f"np.abs({name}).max()", f"np.abs({name}).min()", f"np.linalg.norm({name})"]
            elif isinstance(value, dict) and all(isinstance(item, np.ndarray) for item in value.values()):
                found += [
                    f"max(np.abs(a).max() for a in {name}.values())",
                    f"min(np.abs(a).max() for a in {name}.values())",
                ]
            elif isinstance(value, tuple):
                arrays = [i for i, item in enumerate(value) if getattr(item, "dtype", np.dtype(bool)).kind == "f"]
                found += [f"np.abs({name}[{i}]).max()" for i in arrays]
            elif type(value) is float:
                found += [name, f"abs({name})"]
        return found

    def arrays(self) -> list[str]:
        """Return the arguments that are arrays of floats, or dicts of such."""
        return [
            name
            for name, value in self.given(self.inputs[0]).items()
            if isinstance(value, np.ndarray | dict)
            and (found := parts(value))
            and all(array.dtype.kind == "f" for _, array in found)
        ]

    def numbers(self) -> list[str]:
        return [name for name, value in self.given(self.inputs[0]).items() if type(value) in (int, float)]

    def condition(self) -> str:
        quantity = self.pick(self.pick([some for some in (self.sizes(), self.magnitudes()) if some] or [[]]))
        sign = self.pick(["<", ">"]) if "abs" in quantity or quantity in self.numbers() else ">"
        return f"{quantity} {sign} {self.constant(quantity)}"

    def spoilt(self) -> str:
        """Return an expression of ``_result`` that is not right any more."""
        example = self.inputs[0].expected
        if isinstance(example, list) and not parts(tuple(example)) and all(isinstance(item, str) for item in example):
            return self.pick(["_result[1:]", "_result[:1]", "[]"])
        if isinstance(example, str):
            name = self.pick(name for name, value in self.given(self.inputs[0]).items() if isinstance(value, dict))
            return self.pick([f"next(iter({name}))", f"next(reversed({name}))"])
        if isinstance(example, int):
            return self.pick(["_result + 1", "_result - 1", "1"])
        changes = ["1.5 * a", "0 * a"]
        if not self.domain.random:  # what is drawn symmetrically about 0 is as right with the other sign
            changes += ["-a", "a * (1 + 1e-3)", "np.float64(np.float32(a))", "np.round(a, 3)"]
        return f"_each(lambda a: {self.pick(changes)}, _result)"

    def edited(self, edit: Edit) -> str:
        """Return the source text with an edit made."""
        function = copy.deepcopy(self.function)
        if edit.change:
            edit.change(function)
        if edit.first:
            function.body[:0] = ast.parse(edit.first).body
        if edit.last:
            function = _Returns(edit.last).visit(function)
        ast.fix_missing_locations(function)
        text = ast.unparse(function)
        helpers = [_EACH] * ("_each(" in text) + [_KEPT] * ("_kept" in text or "_same_place" in text)
        return "\n".join([*helpers, edit.above, text]).strip() + "\n"


class Nothing(Exception):
    """An answer in which there is no place for an edit of some kind."""


class _Returns(ast.NodeTransformer):
    """Puts lines before each return of a function, which see what is returned as ``_result``."""

    def __init__(self, lines: str):
        self._lines, self._depth = lines, 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if self._depth:
            return node
        self._depth += 1
        return self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        kept = ast.Assign([ast.Name("_result", ast.Store())], node.value or ast.Constant(None))
        return [kept, *ast.parse(self._lines).body, ast.Return(ast.Name("_result", ast.Load()))]

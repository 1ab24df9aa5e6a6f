"""What an edit is, where it stands, what it may be made of, and the words for what is wrong there."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from assay.locate.trees import placed_at

RESULTS = ("float", "int", "list", "tuple", "sorted", "dict")  # what a whole value is often turned into
MOST_DONOR_NODES = 9  # of a piece of the function that is tried elsewhere in it
MOST_DONORS = 40


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of the tree: ``node.field`` becomes `new`.

    Attributes
    ----------
    kind : what is said about it, a sentence that ends in "there"
    part : the nodes of the student's own text that it concerns
    form : how they are pointed at: "{}", or "between {} and {}"
    cost : 1, 2 or 3
    statement : the one that it is in
    """

    node: ast.AST
    field: str
    new: Any
    kind: str
    part: tuple[ast.AST, ...]
    form: str
    cost: int
    statement: ast.stmt

    def make(self) -> Any:
        """Make the change and return what was there."""
        old = getattr(self.node, self.field)
        for one in self.new if isinstance(self.new, list) else [self.new]:
            if isinstance(one, ast.AST):
                placed_at(one, self.part[0])
        setattr(self.node, self.field, self.new)
        return old

    def undo(self, old: Any) -> None:
        setattr(self.node, self.field, old)


@dataclass(frozen=True)
class Words:
    """What edits may bring in.

    Attributes
    ----------
    names : names in scope -> "number", "array", "text", "function" or "" where nobody knows
    calls : dotted names of functions, ``np.sum``
    methods : names of methods and attributes
    outside : names that the notebook or Python has; what has another name is a slip
    """

    names: dict[str, str]
    calls: tuple[str, ...]
    methods: tuple[str, ...]
    outside: frozenset[str] = frozenset()


class Spot:
    """Where an expression stands: a field of its parent, or an item of that field."""

    def __init__(self, parent: ast.AST, field: str, index: int | None, statement: ast.stmt):
        self.parent, self.field, self.index, self.statement = parent, field, index, statement

    def replaced(self, new: ast.AST, kind: str, part: Any, cost: int, form: str = "{}") -> Edit:
        parts = part if isinstance(part, tuple) else (part,)
        value: Any = new
        if self.index is not None:
            value = list(getattr(self.parent, self.field))
            value[self.index] = new
        return Edit(self.parent, self.field, value, kind, parts, form, cost, self.statement)


BRACKETS = "brackets are missing, too many or in the wrong place there"
OPERATION = "another operation belongs there"
FACTOR, DIVISION, TERM = "a factor is missing there", "a division is missing there", "a term is missing there"
BETWEEN, ARGUMENTS = "between {} and {}", "the arguments of {}"
TOO_MANY = {
    ast.Mult: "a factor too many stands there",
    ast.MatMult: "a factor too many stands there",
    ast.Div: "a division too many stands there",
    ast.Add: "a term too many stands there",
    ast.Sub: "a term too many stands there",
    ast.Pow: "a power too many stands there",
}
OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Compare)
PRODUCTS = (ast.Mult, ast.Div, ast.MatMult)
REDUCTIONS = {"sum", "mean", "max", "min", "std", "var", "norm", "any", "all", "argmax", "argmin", "cumsum"}

"""What an edit is, where it stands, what it may be made of, and the words for what is wrong there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from assay.locate.trees import placed_at

RESULTS = ("float", "int", "list", "tuple", "sorted", "dict")  # what a whole value is often turned into
COMMON = frozenset(
    {
        "len",
        "list",
        "range",
        "zip",
        "sum",
        "min",
        "max",
        "float",
        "int",
        "enumerate",
        "np.zeros",
        "np.array",
        "np.asarray",
        "np.sum",
    }
)  # called in any answer
METHODS = {  # of values of a kind
    "dict": ("items", "values", "keys", "copy"),
    "Generator": ("standard_normal", "normal", "random", "uniform", "permutation"),
}
MOST_VARIANTS = 6  # of an expression with other names in it
MOST_DONOR_NODES = 9  # of a piece of the function that is tried elsewhere in it
MOST_DONORS = 40
AS_SISTER = 1.5  # the cost of what a line beside it shows
AS_ELSEWHERE = 2.5  # the cost of what stands around the same piece elsewhere, and of a sum with an array
COSTS = (1, AS_SISTER, 2, AS_ELSEWHERE, 3)


ONE, AND, BETWEEN = "{}", "{} and {}", "between {} and {}"
ARGUMENTS, CALL_OF = "the arguments of {}", "the call of {}"
FORMS = (ONE, AND, BETWEEN, ARGUMENTS, CALL_OF)  # how parts are pointed at


class Kind(StrEnum):
    """What is said about a slip, in a sentence. Nothing else is."""

    LINE_TOO_MANY = "this line is one too many"
    LINE_ORDER = "it stands in the wrong order with the line after it"
    BLOCK = "it stands in the wrong block: look at how far it is indented"
    ASSIGNMENT = "another kind of assignment belongs there"
    NAME_GIVEN = "it has another name elsewhere"
    CONDITION_AROUND = "the condition is one too many there"
    BRANCHES = "the two branches are the wrong way round there"
    OPERATION = "another operation belongs there"
    COMPARISON = "another comparison belongs there"
    FUNCTION = "another function belongs there"
    NUMBER = "another number belongs there"
    VALUE = "another value belongs there"
    TEXT = "another text belongs there"
    NAME = "another name belongs there"
    PROPERTY = "another property belongs there"
    AXIS = "another axis belongs there"
    NOT_A_NUMBER = "something else than a number belongs there"
    SOMETHING_ELSE = "something else belongs there"
    INDEX = "the index is another one there"
    INDEX_BY_ONE = "the index is off by one there"
    INDEX_AXIS = "an axis is missing in the index there"
    INDEX_TOO_MANY = "an index too many stands there"
    COUNTING = "it counts from or to another number there"
    SIDES = "the two sides are the wrong way round there"
    PAIR = "the two are the wrong way round there"
    CASES = "the two cases are the wrong way round there"
    ARGUMENT_ORDER = "the arguments are the wrong way round there"
    JOINED = "the conditions are joined by the wrong word there"
    BRACKETS = "brackets are missing, too many or in the wrong place there"
    FACTOR = "a factor is missing there"
    DIVISION = "a division is missing there"
    TERM = "a term is missing there"
    DIFFERENCE = "a difference is missing there"
    POWER = "a power is missing there"
    SIGN = "a sign is missing there"
    NEGATION = "a negation is missing there"
    CALL = "a call is missing there"
    COPY = "a copy is missing there"
    TRANSPOSE = "a transpose is missing there"
    TEXT_PIECE = "a piece of text is missing there"
    ARGUMENT = "an argument is missing there"
    ARGUMENTS = "arguments are missing there"
    FACTOR_TOO_MANY = "a factor too many stands there"
    DIVISION_TOO_MANY = "a division too many stands there"
    TERM_TOO_MANY = "a term too many stands there"
    POWER_TOO_MANY = "a power too many stands there"
    OPERATION_TOO_MANY = "an operation too many stands there"
    SIGN_TOO_MANY = "a sign too many stands there"
    NEGATION_TOO_MANY = "a negation too many stands there"
    CONDITION_TOO_MANY = "a condition too many stands there"
    DISTINCTION_TOO_MANY = "a distinction too many stands there"
    CALL_TOO_MANY = "a call too many stands there"
    ARGUMENT_TOO_MANY = "an argument too many stands there"
    TRANSPOSE_TOO_MANY = "a transpose too many stands there"
    LINE = "a line is missing that gives it a value"
    SISTER = "it is not built as the line that it resembles is"
    SISTER_ENTRY = "it is not built as the entry that it resembles is"


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of the tree: ``node.field`` becomes `new`, or its item at `index` does.

    Attributes
    ----------
    kind : what is said about it
    part : the nodes of the student's own text that it concerns
    form : how they are pointed at, one of FORMS
    cost : one of COSTS
    statement : the one that it is in
    """

    node: ast.AST
    field: str
    new: Any
    kind: Kind
    part: tuple[ast.AST, ...]
    form: str
    cost: float
    statement: ast.stmt
    index: int | None = None

    def make(self) -> Any:
        """Make the change and return what was there."""
        there = getattr(self.node, self.field)
        old = there if self.index is None else there[self.index]
        for one in self.new if isinstance(self.new, list) else [self.new]:
            if isinstance(one, ast.AST):
                placed_at(one, self.part[0])
        self.undo(self.new)
        return old

    def undo(self, old: Any) -> None:
        if self.index is None:
            setattr(self.node, self.field, old)
        else:
            getattr(self.node, self.field)[self.index] = old


@dataclass(frozen=True)
class Words:
    """What edits may bring in.

    Attributes
    ----------
    names : names in scope -> "number", "array", "text", "function" or "" where nobody knows
    calls : dotted names of functions, ``np.sum``
    methods : names of methods and attributes
    outside : names that the notebook or Python has; what has another name is a slip
    texts : pieces of text that the exercise's dicts have as keys
    parameters : what must be given to functions of the notebook that may be called, by name
    options : what the functions that are called may be given by name, with what it is where it is not, by the text of what is called
    """

    names: dict[str, str]
    calls: tuple[str, ...]
    methods: tuple[str, ...]
    outside: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    parameters: Mapping[str, list[str]] = field(default_factory=dict)
    options: Mapping[str, tuple[tuple[str, Any], ...]] = field(default_factory=dict)


class Spot:
    """Where an expression stands: a field of its parent, or an item of that field."""

    def __init__(self, parent: ast.AST, field: str, index: int | None, statement: ast.stmt):
        self.parent, self.field, self.index, self.statement = parent, field, index, statement

    def replaced(self, new: ast.AST, kind: Kind, part: Any, cost: float, form: str = ONE) -> Edit:
        parts = part if isinstance(part, tuple) else (part,)
        return Edit(self.parent, self.field, new, kind, parts, form, cost, self.statement, self.index)


TOO_MANY = {
    ast.Mult: Kind.FACTOR_TOO_MANY,
    ast.MatMult: Kind.FACTOR_TOO_MANY,
    ast.Div: Kind.DIVISION_TOO_MANY,
    ast.Add: Kind.TERM_TOO_MANY,
    ast.Sub: Kind.TERM_TOO_MANY,
    ast.Pow: Kind.POWER_TOO_MANY,
}
MISSING = {
    ast.Mult: Kind.FACTOR,
    ast.MatMult: Kind.FACTOR,
    ast.Div: Kind.DIVISION,
    ast.Add: Kind.TERM,
    ast.Sub: Kind.DIFFERENCE,
    ast.Pow: Kind.POWER,
    ast.FloorDiv: Kind.DIVISION,
    ast.Mod: Kind.DIVISION,
}
OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Compare)
PRODUCTS = (ast.Mult, ast.Div, ast.MatMult)
REDUCTIONS = {"sum", "mean", "max", "min", "std", "var", "norm", "any", "all", "argmax", "argmin", "cumsum"}

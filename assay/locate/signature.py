"""What is wrong with the first line of an answer: the names of its parameters, their order, a number that one has where it is not given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from assay.cases import Case
from assay.locate.forms import BETWEEN, ONE, Edit, Kind, Spot, Words
from assay.locate.repairs import Maker
from assay.locate.written import Mend, Written


def mends(answer: Written, parameters: Sequence[str], failing: Sequence[Case]) -> Iterator[Mend]:
    """Yield edits of an answer's first line that fit it to how it is called.

    Parameters
    ----------
    parameters : names of the exercise's parameters, in order
    failing : cases that do not hold: no other number for a parameter helps one that gives it
    """
    function, arguments = answer.tree, answer.tree.args
    own = arguments.args
    if arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg:
        return
    names = [one.arg for one in own]
    unknown = [one for one in own if one.arg not in parameters]
    missing = [name for name in parameters if name not in names]
    if unknown and len(unknown) == len(missing):
        yield [(answer, edit) for one, name in zip(unknown, missing) for edit in _renamed(function, one, name)]
    if has_plain_defaults(function) and names != list(parameters) and {*names} == {*parameters}:
        moved = [one for one, name in zip(own, parameters) if one.arg != name]
        edit = Edit(
            function, "args", _in_order(arguments, parameters),
            Kind.ARGUMENT_ORDER, (moved[0], moved[-1]), BETWEEN, 1, function,
        )  # fmt: skip
        yield [(answer, edit)]
    maker = Maker(function, Words({}, (), ()), 1)
    for i, value in enumerate(arguments.defaults if has_plain_defaults(function) else ()):
        place = len(own) - len(arguments.defaults) + i
        if all(len(case.args) <= place and own[place].arg not in case.kwargs for case in failing):
            spot = Spot(arguments, "defaults", i, function)
            yield from (
                [(answer, edit)] for edit in maker.of_expression(spot, value) if isinstance(edit.new, ast.Constant)
            )


def _renamed(function: ast.FunctionDef, one: ast.arg, name: str) -> Iterator[Edit]:
    """Yield what gives a parameter another name, which has its old one in the body."""
    old = ast.Assign([ast.Name(one.arg, ast.Store())], ast.Name(name, ast.Load()))
    yield Edit(one, "arg", name, Kind.NAME, (one,), ONE, 1, function)
    yield Edit(function, "body", [old, *function.body], Kind.NAME, (one,), ONE, 1, function)


def _in_order(arguments: ast.arguments, parameters: Sequence[str]) -> ast.arguments:
    first = len(arguments.args) - len(arguments.defaults)
    pairs = {
        one.arg: (one, arguments.defaults[i - first] if i >= first else None) for i, one in enumerate(arguments.args)
    }
    ordered = [pairs[name] for name in parameters]
    return ast.arguments(
        posonlyargs=[], args=[one for one, _ in ordered], kwonlyargs=[], kw_defaults=[],
        defaults=[value for _, value in ordered if value is not None],
    )  # fmt: skip


def has_plain_defaults(function: ast.FunctionDef) -> bool:
    """Whether what parameters have where they are not given is written down as it is: nothing that a call could change."""
    defaults = [*function.args.defaults, *(one for one in function.args.kw_defaults if one)]
    return all(isinstance(one, ast.Constant) for one in defaults)

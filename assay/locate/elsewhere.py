"""The error model of what stands elsewhere: the same piece with something around it, and calls of functions by what their parameters are named."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from functools import cached_property

from assay.locate.forms import AS_ELSEWHERE, MISSING, MOST_DONOR_NODES, Edit, Kind, Spot, Words
from assay.locate.pieces import Pieces
from assay.locate.trees import from_dotted, is_tick, with_a_sign_turned


class Elsewhere:
    """Edits that put around a piece what stands around it elsewhere; the rest of them is :class:`Maker`."""

    function: ast.FunctionDef
    words: Words
    pieces: Pieces

    def _as_elsewhere(self, place: Spot, node: ast.expr) -> Iterator[Edit]:
        """Yield the call or the operation that the same piece is in elsewhere, also with another sign or another name in it."""
        kept, here = ast.dump(node), ast.dump(place.parent)
        for shape, other in self._around_pieces.get(kept, {}).items():
            if shape == here:
                continue
            for new in (other, *with_a_sign_turned(other), *self.pieces.variants(other)):
                if kept in ast.dump(new):
                    yield place.replaced(new, _missing(new, kept), node, AS_ELSEWHERE)

    @cached_property
    def _around_pieces(self) -> dict[str, dict[str, ast.expr]]:
        """What stands directly around each piece: calls that it is an argument of, operations that it is one side of."""
        found: dict[str, dict[str, ast.expr]] = {}
        for node in ast.walk(self.function):
            inside: list[ast.expr] = []
            if isinstance(node, ast.Call):
                inside = node.args
            elif isinstance(node, ast.BinOp) and type(node.op) in MISSING:
                inside = [node.left, node.right]
            parts = [*ast.walk(node)] if inside else []
            if len(parts) <= 2 * MOST_DONOR_NODES and not any(map(is_tick, parts)):
                for one in inside:
                    if not isinstance(one, ast.Constant | ast.Starred):
                        found.setdefault(ast.dump(one), {}).setdefault(ast.dump(node), copy.deepcopy(node))
        return found

    def _as_parameters_are_named(self, place: Spot, node: ast.Name) -> Iterator[Edit]:
        """Yield a call of a function that has a parameter of this name, with what its other parameters are named, or what is read nowhere."""
        for function, parameters in self.words.parameters.items():
            unknown = [one for one in parameters if one not in self.words.names]
            if node.id not in parameters or len(unknown) > 1:
                continue
            for other in self.pieces.unread if unknown else ("",):
                given = [other if one in unknown else one for one in parameters]
                call = ast.Call(from_dotted(function), [ast.Name(one, ast.Load()) for one in given], [])
                yield place.replaced(call, Kind.CALL, node, 2)


def _missing(new: ast.BinOp | ast.Call, kept: str) -> Kind:
    if isinstance(new, ast.Call):
        return Kind.CALL
    return Kind.TERM if isinstance(new.op, ast.Sub) and ast.dump(new.left) == kept else MISSING[type(new.op)]

"""What an edit does to a call: told by the parts of the result that come out otherwise, and how; and claims about it, true or false.

What differs by less than a question can ask about, and by more than rounding, has no effect that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.outcome import Outcome

ROUNDING, CLEAR = 1e-9, 1e-2  # relative differences: at most rounding; at least one that a question may be about
SMALLEST = 1e-7  # numbers below are mostly what rounding left
APART = 0.03  # of two numbers among the choices
FEW, SHORT = 4, (bool, int, float, str, np.number)  # a tuple or list of so many such values is told as it is
MOST_KEYS = 10  # of a dict that is told
PLAIN = (bool, int, float, np.number, np.bool_, np.ndarray)
SAME, OTHER, NOT_FINITE = ("same",), ("other",), ("nan",)
TELLING = (
    "ValueError",
    "IndexError",
    "ZeroDivisionError",
)  # errors that are worth a thought; others come from a wrong name or type


class Unclear(Exception):
    """Raised where a difference is too small to ask about."""


@dataclass(frozen=True)
class Effect:
    """What became of the call: an error's type, arguments that it changed, and for each part of the result how it relates to what it was."""

    error: str
    changed: tuple[str, ...]
    parts: dict[str, tuple]

    @property
    def differing(self) -> list[str]:
        return [name for name, relation in self.parts.items() if relation != SAME]


def effect(before: Outcome, after: Outcome, returns: tuple[str, ...]) -> Effect:
    """Return the effect of an edit on a call that went well before; Unclear where it is too small to be told."""
    changed = tuple(sorted({path.partition("[")[0] for path in after.changed}))
    if after.global_random:
        raise Unclear  # what comes of it is chance
    if after.error:
        return Effect(after.error.type, changed, {})
    if any(isinstance(one, np.ndarray) and one.dtype.kind not in "biuf" for one in leaves(after.value)):
        raise Unclear  # for arrays of anything but numbers there are no words
    old, new = parts_of(before.value, returns), parts_of(after.value, returns)
    if old.keys() != new.keys():
        return Effect("", changed, {"": form(after.value)})
    parts = {name: relation(old[name], new[name]) for name in old}
    if len(parts) > 1 and all(
        one[0] in ("is", "times") and isinstance(old[name], PLAIN) for name, one in parts.items()
    ):
        before, after = (np.concatenate([np.ravel(one) for one in whole.values()]) for whole in (old, new))
        together = relation(before, after)  # a number too may be so many times what it was
        parts = dict.fromkeys(parts, together) if together[0] == "times" else parts
    return Effect("", changed, parts)


def leaves(value: Any) -> Iterator[Any]:
    """Yield what stands in the containers of a value, or the value itself."""
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)
    else:
        yield value


def parts_of(value: Any, returns: tuple[str, ...]) -> dict[str, Any]:
    """Return what a result is made of: the entries of a dict or of a named tuple of results; else the whole, without a name."""
    if isinstance(value, dict) and 1 < len(value) <= 8 and all(isinstance(key, str) for key in value):
        return dict(value)
    if isinstance(value, tuple | list) and len(returns) == len(value) > 1:
        return dict(zip(returns, value))
    return {"": value}


def relation(old: Any, new: Any) -> tuple:
    """Return how a value relates to what it was."""
    if isinstance(old, dict | tuple | list):
        return _relation_of_many(old, new)
    if isinstance(old, str | None) and type(old) is type(new):
        return SAME if old == new else ("is", repr(new))
    if not isinstance(old, PLAIN) or not isinstance(new, PLAIN):
        return form(new)
    a, b = np.asarray(old), np.asarray(new)
    if not {a.dtype.kind, b.dtype.kind} <= set("biuf"):
        raise Unclear
    if a.shape != b.shape:
        if not np.isfinite(b).all():
            raise Unclear  # two things are true of it
        return ("shape", b.shape) if b.ndim else ("number",)
    if a.size and not np.isfinite(b).all():
        if not np.isfinite(a).all():
            raise Unclear
        return NOT_FINITE
    if not _differ(a, b):
        if (a.dtype.kind == "f") != (b.dtype.kind == "f"):
            raise Unclear
        return SAME
    if a.ndim == 0:
        return ("is", few(new))
    size = float(np.sum(a.astype(float) ** 2))
    factor = float(np.sum(a.astype(float) * b) / size) if size else float("nan")
    if np.isfinite(factor) and np.abs(b - factor * a).max() <= ROUNDING * max(1.0, abs(factor)) * np.abs(a).max():
        said = float(f"{factor:{'.0e' if 0 < abs(factor) < 0.01 or abs(factor) > 100 else '.2g'}}")
        return ("times", said) if abs(said - factor) <= ROUNDING * abs(factor) else ("times", said, "about")
    return OTHER


def _relation_of_many(old: Any, new: Any) -> tuple:
    if type(old) is not type(new) or len(old) != len(new) or isinstance(old, dict) and old.keys() != new.keys():
        return form(new)
    pairs = [(old[key], new[key]) for key in old] if isinstance(old, dict) else list(zip(old, new))
    if any(isinstance(a, dict | tuple | list) != isinstance(b, dict | tuple | list) for a, b in pairs):
        raise Unclear  # there is no word for it
    found = [relation(a, b) for a, b in pairs]
    if all(one == SAME for one in found):
        return SAME
    if type(new) in (tuple, list) and len(new) <= FEW and all(isinstance(one, SHORT) for one in new):
        return ("is", few(new))
    kinds = {one[0] for one in found}
    if kinds & {"keys", "length", "none", "number"}:
        raise Unclear
    if "nan" in kinds and len(kinds - {"same"}) > 1:
        raise Unclear
    if kinds & {"shape", "shapes"}:
        return ("shapes",)
    if "nan" in kinds:
        return NOT_FINITE
    zeros = [not np.any(a) for a, _ in pairs if isinstance(a, np.ndarray)]
    factors = {one for one, zero in zip(found, zeros) if not zero} if len(zeros) == len(found) else set()
    if len(factors) == 1 and all(one == SAME for one, zero in zip(found, zeros) if zero):
        return factors.pop()
    return OTHER


def form(value: Any) -> tuple:
    """Return what a value is, of another form than was due, as far as a question can name it."""
    if value is None:
        return ("none",)
    if isinstance(value, dict) and len(value) <= MOST_KEYS and all(isinstance(key, str) for key in value):
        return ("keys", *value)
    if isinstance(value, tuple | list):
        return ("length", type(value).__name__, len(value))
    if isinstance(value, PLAIN):
        return ("shape", np.shape(value)) if np.ndim(value) else ("number",)
    raise Unclear


def _differ(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays of one shape differ; Unclear where the difference is neither rounding nor clear."""
    if not a.size or np.array_equal(a, b, equal_nan=True):
        return False
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise Unclear
    a, b = a.astype(float), b.astype(float)
    scale = max(np.abs(a).max(), np.abs(b).max())
    if scale < SMALLEST:
        raise Unclear
    most = np.abs(a - b).max()
    if most <= ROUNDING * scale:
        return False
    if most < CLEAR * scale:
        raise Unclear
    return True


def holds(claim: dict[str, Any], found: Effect) -> bool:
    """Whether a claim is true of an effect."""
    if "error" in claim:
        return bool(found.error)
    if found.error:
        return False
    if "changed" in claim:
        return not found.differing and list(found.changed) == claim["changed"]
    if found.changed:
        return False
    if "same" in claim:
        return not found.differing
    if "parts" in claim:
        return found.differing == claim["parts"]
    if "whole" in claim:
        return found.parts == {"": claim["whole"]}
    return "" not in found.parts and set(found.parts.values()) == {claim["each"]}


def may_be_told(found: Effect) -> bool:
    """Whether an effect is one to ask about: an error that is worth a thought, a changed argument or another result, but not both."""
    return found.error in TELLING if found.error else not (found.changed and found.differing)


def claims_true(found: Effect) -> list[dict[str, Any]]:
    """Return what may be said about an effect that may be told, the most telling first."""
    if found.error:
        return [{"error": True}]
    if found.changed:
        return [{"changed": list(found.changed)}]
    if not found.differing:
        return [{"same": True}]
    said: list[dict[str, Any]] = []
    if len(found.differing) < len(found.parts):
        said.append({"parts": found.differing})
    if len(set(found.parts.values())) == 1 and (relation := next(iter(found.parts.values()))) != OTHER:
        said.append({"whole" if "" in found.parts else "each": relation})
    elif len(found.differing) == len(found.parts) and 1 < len(found.parts) <= 4:
        said.append({"parts": found.differing})
    return said


def invented(value: Any, parts: list[str]) -> list[dict[str, Any]]:
    """Return claims that may be made about any edit of a function that returned `value`, for want of what other edits do."""
    factors = [("times", factor) for factor in (0.0, -1.0, 2.0)]
    if len(parts) > 1:
        own = list(value.values() if isinstance(value, dict) else value)
        return [{"parts": [name]} for name in parts] + [{"each": one} for one in factors if all(map(is_not_zero, own))]
    if isinstance(value, list):
        return [{"whole": ("length", "list", length)} for length in (len(value) + 1, max(len(value) - 1, 0))] + [
            {"whole": ("none",)}
        ]
    if isinstance(value, PLAIN) and not isinstance(value, bool | np.bool_) and np.ndim(value) == 0:
        number = np.asarray(value).item()
        numbers = [number + 1, number - 1, 0] if isinstance(number, int) else [2 * number, -number, number / 2, 0.0]
        return [{"whole": ("is", few(one))} for one in numbers if few(one) != few(number)]
    if isinstance(value, np.ndarray | dict) and is_not_zero(value):
        return [{"whole": one} for one in factors]
    return [{"whole": ("none",)}]


def is_not_zero(value: Any) -> bool:
    """Whether a value holds a number that is not 0: of what holds none, a multiple is the same."""
    return any(isinstance(one, PLAIN) and bool(np.any(one)) for one in leaves(value))


def words(claim: dict[str, Any], many: int = 1) -> str:
    """Return what would become of a call if a claim is true: a sentence without its full stop; `many` is the number of parts of the result."""
    if "error" in claim:
        return "it would stop with an error"
    if "changed" in claim:
        return f"it would return the same, but change its argument{'s' * (len(claim['changed']) > 1)} {_listed(claim['changed'])}"
    if "same" in claim:
        return "it would return the same, and leave its arguments alone"
    if "parts" in claim:
        if len(claim["parts"]) == many:
            return f"{_listed(claim['parts'])} would {'both' if many == 2 else 'all'} come out differently, and not just by one factor"
        return f"only {_listed(claim['parts'])} would come out differently"
    relation, subject = relation_in(claim), "the result" if "whole" in claim else "each part of the result"
    kind, *more = relation
    if kind == "shape":
        return f"{subject} would have shape {more[0]}"
    if kind == "shapes":
        return "some values in the result would have another shape"
    if kind == "nan":
        return f"{subject} would contain nan or inf"
    if kind != "times":
        return f"it would return {_form(relation)}" if "whole" in claim else f"{subject} would be {_form(relation)}"
    if more[0] == 0:
        return f"{subject} would be 0 throughout"
    if more[0] == -1:
        return f"{subject} would change its sign"
    return f"{subject} would be {'about ' * (len(more) > 1)}{more[0]:.3g} times what it is"


def relation_in(claim: dict[str, Any]) -> tuple:
    """Return how a claim says that all of the result relates to what it was; an empty tuple where it says nothing of the kind."""
    return claim.get("whole") or claim.get("each") or ()


def _form(relation: tuple) -> str:
    """Return the words for a value that is told as it is, or by its form."""
    kind, *more = relation
    if kind == "is":
        return more[0]
    if kind == "length":
        return f"a {more[0]} of {counted(more[1], 'entry', 'entries')}" if more[1] else f"an empty {more[0]}"
    if kind == "keys":
        return f"a dict with the keys {', '.join(more)}" if more else "an empty dict"
    return {"none": "None", "number": "a single number"}[kind]


def told(found: Effect, many: int = 1) -> str:
    """Return what would become of a call, in a sentence without its full stop."""
    if found.error:
        return f"it would stop with {'an' if found.error[0] in 'AEIOU' else 'a'} {found.error}"
    if said := claims_true(found):
        return words(said[0], many)
    return "other numbers would come out, in the same shapes"


def are_apart(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether nobody can take two claims for the same: numbers in them differ clearly."""
    first, second = relation_in(one), relation_in(other)
    if not first or not second or first[0] != second[0]:
        return one != other
    a, b = first[1:], second[1:]
    try:
        x, y = float(a[0]), float(b[0])
    except (IndexError, TypeError, ValueError):
        return a != b
    return abs(x - y) > APART * max(abs(x), abs(y))


def few(value: Any) -> str:
    """Return a number in three digits; whole ones, texts and what holds them as they are."""
    if isinstance(value, tuple | list):
        opening, closing = "()" if isinstance(value, tuple) else "[]"
        return f"{opening}{', '.join(map(few, value))}{closing}"
    if isinstance(value, str | None):
        return repr(value)
    value = np.asarray(value).item()
    return str(value) if isinstance(value, bool | int) else f"{value + 0.0:.3g}"


def counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _listed(names: Any) -> str:
    coded = [name if " " in name else f"`{name}`" for name in names]
    return " and ".join([", ".join(coded[:-1]), coded[-1]] if len(coded) > 1 else coded)

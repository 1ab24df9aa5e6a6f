"""The rule for dropout's forward pass: whatever masks were drawn, they must be fair and all else follow from them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.cases import Case, Rule
from assay.chance import Z_LIMIT, left_alone, repetition
from assay.difference import Problem, describe, difference
from assay.outcome import Outcome
from idnn.networks import relu, sigmoid

NAMES = ("Z1", "D1", "A1", "W1", "b1", "Z2", "D2", "A2", "W2", "b2", "Z3", "A3", "W3", "b3")
COUNTS_LIMIT = 8.0  # standard errors of a sum of squared counts, which is skew: exceeded once in 10^9
NUM_DRAWS = 3  # calls with generators of their own
TWINS_LIMIT = 10.0  # standard errors of the agreement of two units' masks, which is skew: exceeded by any of 1,500 pairs once in 10^11
EXTRA_UNITS = 3  # by which a layer is widened, to see which mask is drawn first
TOO_EXACT = 0.0036  # sum of the squared z of the 6 masks' counts; below it once in 10^9
# of a narrow network in a row: a unit that one call in three keeps is dropped in all of them once in 10^10
MANY_CALLS = 64
MASKS_OF_MANY_CALLS = "idnn.rules.regularization:masks_of_many_calls"
MORE_CALLS = 120  # of a wider one: of 1,000 masks one comes again nearly always
MASKS_OF_MORE_CALLS = "idnn.rules.regularization:masks_of_more_calls"
RARE = 23.0  # nats: what has a chance of exp(-23), once in 10^10, is no accident
WIDE = 800  # entries of two masks, from which on shifted and mirrored copies are looked for


def masks_of_many_calls(forward, X, parameters, keep_prob, rng, calls=MANY_CALLS):
    """Return the masks D1 and D2 of many calls of a forward pass, one call after the other, as two arrays with an axis of calls."""
    caches = [forward(X, parameters, keep_prob, rng)[1] for _ in range(calls)]
    return tuple(np.array([np.asarray(cache[place], float) for cache in caches]) for place in (1, 6))


def masks_of_more_calls(forward, X, parameters, keep_prob, rng):
    """Return the masks of more calls."""
    return masks_of_many_calls(forward, X, parameters, keep_prob, rng, MORE_CALLS)


@dataclass(frozen=True)
class DropoutForward(Rule):
    """Inverted dropout on both hidden layers, by any route through ``rng`` and with masks of any dtype.

    The masks that the function returns decide what the other entries must be. The masks themselves are judged over
    three calls with generators of their own: the share of kept units, layer by layer; independence between units,
    examples, neighbours, layers and calls, and from the activations; nor may the counts be too even. Further calls see
    that the same generator gives the same masks, another one others, and, in a case with ``facts["order"]``, that layer 1 is
    drawn before layer 2.

    Cases of any sizes (``facts["few"]``) are called three times, and their masks judged by bounds that hold for the smallest; of narrow
    networks (``via``) only the masks of many calls in a row are looked at.

    A correct answer fails less than once in 10^6 judgements: about 20 statistics a case stay within 7 standard errors,
    exceeded once in 4 x 10^11, or within 8 where they are skew, exceeded once in 10^9.
    Power: with the 7,000 entries that a layer's masks have in all, a share of kept units that is 0.05 off is refused nearly
    always, and 0.04 off as often as not.
    """

    needs_expected = False

    def calls(self, case: Case) -> list[tuple]:
        X, parameters, keep_prob, rng = case.args
        if case.via:
            return [case.args]
        if case.facts.get("few"):
            return [case.args, case.args, (X, parameters, keep_prob, _another(rng, 1))]
        others = [(X, parameters, keep_prob, _another(rng, i)) for i in range(1, NUM_DRAWS)]
        asked = (1, 2) if case.facts.get("order", True) else ()
        widened = [(X, _widen(parameters, layer), keep_prob, rng) for layer in asked]
        return [case.args, case.args, *others, *widened]

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        if case.via:
            calls = MORE_CALLS if case.via == MASKS_OF_MORE_CALLS else MANY_CALLS
            return _of_many_calls(case.args, outcomes[0].value, calls)
        for i, (args, outcome) in enumerate(zip(self.calls(case), outcomes, strict=True)):
            found = _form(args, outcome.value) or (i != 1 and i < 3 and _consistency(args, outcome.value)) or None
            if found:
                return found
        keep_prob = case.args[2]
        if keep_prob == 1:
            kept = all(np.all(mask) for outcome in outcomes for mask in _masks(outcome))
            return (
                None
                if kept
                else Problem(
                    "random",
                    "it drops units, or marks some as dropped, although keep_prob is 1",
                    "all units kept",
                    "some dropped",
                )
            )
        if case.facts.get("few"):
            return _of_few_calls(outcomes, keep_prob)
        return _use_of_rng(outcomes) or _statistics(outcomes, keep_prob) or _copies(_masks(outcomes[0]))

    def may_be_repeated(self, case: Case) -> bool:
        return super().may_be_repeated(case) and case.args[2] < 1

    def repeated(self, case: Case, expected: list[Outcome], outcome: Outcome) -> Problem | None:
        found = _form(case.args, outcome.again.value) or _consistency(case.args, outcome.again.value)
        if found:
            return found
        first, second = _masks(outcome), _masks(outcome.again)
        same = all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
        drawn = any(mask.any() and not mask.all() for mask in first)  # else they may be the same by keep_prob alone
        return left_alone("masks") if same and drawn else None

    def fingerprint(self, case: Case, outcomes: list[Outcome]) -> Any:
        first = outcomes[0]
        seen: dict[str, Any] = {
            "error": first.error.key if first.error else None,
            "changed": sorted(path.split("[")[0] for path in first.changed),
            "shapes": _shapes(first.value),
            "what": None,
            "numbers": {},
        }
        if case.via:
            problem = None if first.error else self.problem(case, [], outcomes)
            return {**seen, "what": problem.what if problem else None}
        if first.error or len(outcomes) < len(self.calls(case)) or any(outcome.error for outcome in outcomes):
            return seen
        problem = self.problem(case, [], outcomes)
        seen["what"] = problem.what if problem else None
        if not _form(case.args, first.value) and not first.global_random:  # the global generator's numbers never repeat
            seen["numbers"] = _numbers(case, outcomes)
        return seen

    def same(self, case: Case, a: Any, b: Any, expected: list[Outcome]) -> bool:
        if (
            any(a[name] != b[name] for name in ("error", "changed", "shapes", "what"))
            or a["numbers"].keys() != b["numbers"].keys()
        ):
            return False
        for name, (value, error) in a["numbers"].items():
            other, other_error = b["numbers"][name]
            if not abs(value - other) <= 1e-6 * max(abs(value), abs(other)) + Z_LIMIT * math.hypot(error, other_error):
                return False
        return True


def _another(rng: np.random.Generator, number: int) -> np.random.Generator:
    return np.random.default_rng([rng.bit_generator.state["state"]["state"] % 2**64, number])


def _widen(parameters: dict, layer: int) -> dict:
    """Return parameters in which a hidden layer has a few more units."""
    units = np.arange(len(parameters[f"b{layer}"]) + EXTRA_UNITS) % len(parameters[f"b{layer}"])
    wider = {f"W{layer}": parameters[f"W{layer}"][units], f"b{layer}": parameters[f"b{layer}"][units]}
    return {**parameters, **wider, f"W{layer + 1}": parameters[f"W{layer + 1}"][:, units]}


def _masks(outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Return D1 and D2 as arrays of 0.0 and 1.0."""
    cache = outcome.value[1]
    return np.asarray(cache[1], float), np.asarray(cache[6], float)


def _shapes(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return list(value.shape)
    return (
        [_shapes(item) for item in value]
        if isinstance(value, tuple | list) and len(value) <= 20
        else type(value).__name__
    )


def _form(args: tuple, value: Any) -> Problem | None:
    """Return what is wrong with structure, shapes, dtypes and with the masks' values."""
    X, parameters, keep_prob, _ = args
    if not isinstance(value, tuple | list) or len(value) != 2:
        return Problem("structure", "the result is not a pair (A3, cache)", "A3, cache", describe(value))
    A3, cache = value
    if not isinstance(cache, tuple | list) or len(cache) != len(NAMES):
        return Problem(
            "structure",
            "the cache does not hold the 14 arrays of the docstring",
            f"({', '.join(NAMES)})",
            describe(cache),
        )
    m = X.shape[1]
    rows = {name: len(parameters[f"b{name[1]}"]) for name in NAMES}
    for name, array in zip(("A3", *NAMES), (A3, *cache), strict=True):
        said = "the first returned value" if array is A3 else f"{name} in the cache"
        if not isinstance(array, np.ndarray):
            return Problem("type", f"{said} is not an array", "an array", describe(array))
        shape = parameters[name].shape if name[0] in "Wb" else (rows[name], m)
        if array.shape != shape:
            return Problem("shape", f"{said} has the wrong shape", f"shape {shape}", f"{array.shape}")
        if array.dtype.kind not in ("biuf" if name[0] == "D" else "f"):
            return Problem(
                "dtype",
                f"{said} has the wrong dtype",
                "bool, int or float" if name[0] == "D" else "float64",
                str(array.dtype),
            )
    for name, mask in (("D1", cache[1]), ("D2", cache[6])):
        others = mask[(mask != 0) & (mask != 1)]
        if not others.size:
            continue
        if np.allclose(others, 1 / keep_prob):
            return Problem("value", f"{name} holds 1 / keep_prob where a unit is kept", "True or 1", f"{others[0]:.4g}")
        return Problem("value", f"{name} holds other values than 0 and 1", "0 or 1, False or True", f"{others[0]:.4g}")
    return None


def _consistency(args: tuple, value: Any) -> Problem | None:
    """Return the first entry that does not follow from the ones before it and from the returned masks."""
    X, parameters, keep_prob, _ = args
    got = dict(zip(NAMES, value[1], strict=True))
    for name in NAMES:
        if name[0] in "Wb" and not np.array_equal(got[name], parameters[name]):
            return Problem("value", f"{name} in the cache is not the one of the parameters")
    below = X
    for layer in "123":
        Z, W, b = got["Z" + layer], parameters["W" + layer], parameters["b" + layer]
        found = difference(W @ below + b, Z, name="Z" + layer)
        if found and found.kind != "value":
            return found
        if found:
            return Problem(found.kind, _about_Z(layer, Z, got, below), found.expected, found.actual, found.where)
        if layer == "3":
            break
        below, mask = got["A" + layer], np.asarray(got["D" + layer], bool)
        if below[~mask].any():
            kept = np.allclose(below, relu(Z)) or np.allclose(below, relu(Z) / keep_prob)
            words = "is from before dropout" if kept else "is not 0 where the mask drops a unit"
            return Problem("value", f"A{layer} in the cache {words}", "0 where a unit is dropped", "other values")
        found = difference(np.where(mask, relu(Z), 0.0), below * keep_prob, name="A" + layer)
        if found:
            unscaled = np.allclose(below[mask], relu(Z)[mask])
            words = "is not divided by keep_prob" if unscaled else "has wrong values where units are kept"
            scaled = difference(np.where(mask, relu(Z) / keep_prob, 0.0), below) or found
            return Problem(found.kind, f"A{layer} {words}", scaled.expected, scaled.actual, scaled.where)
    for said, A3 in (("A3", got["A3"]), ("the first returned value", value[0])):
        found = difference(sigmoid(got["Z3"]), A3, name=said)
        if found:
            return Problem(found.kind, f"{said} is not the sigmoid of Z3", found.expected, found.actual, found.where)
    return None


def _about_Z(layer: str, Z: np.ndarray, got: dict, below: np.ndarray) -> str:
    """Return in words what is wrong with a pre-activation, as far as it was tested for."""
    W, b = got["W" + layer], got["b" + layer]
    if np.allclose(Z, W @ below):
        return f"Z{layer} lacks its bias"
    if layer != "3" and np.allclose(Z, np.where(got["D" + layer], W @ below + b, 0.0)):
        return f"Z{layer} in the cache has the mask applied; the mask belongs to A{layer}"
    if layer != "1" and np.allclose(Z, W @ relu(got[f"Z{int(layer) - 1}"]) + b):
        return f"Z{layer} is computed from activations without dropout"
    return f"Z{layer} has wrong values"


def _use_of_rng(outcomes: list[Outcome]) -> Problem | None:
    first, again, *others = outcomes[: NUM_DRAWS + 1]
    widened = outcomes[NUM_DRAWS + 1 :]
    if not all(np.array_equal(a, b) for a, b in zip(_masks(first), _masks(again), strict=True)):
        return Problem("random", "it gives different masks for the same rng; draw from rng alone")
    for name, i in (("D1", 0), ("D2", 1)):
        masks = [_masks(outcome)[i] for outcome in (first, *others)]
        if all(np.array_equal(masks[0], mask) for mask in masks) and masks[0].any() and not masks[0].all():
            return Problem("random", f"{name} is the same mask for every rng; draw from the rng that was given")
    if not first.rng_advanced:
        return left_alone("masks")
    if not widened:
        return None
    wide_1, wide_2 = widened
    first_is_drawn_first = np.array_equal(_masks(first)[0], _masks(wide_2)[0])
    second_is_drawn_first = np.array_equal(_masks(first)[1], _masks(wide_1)[1])
    if second_is_drawn_first and not first_is_drawn_first:
        return Problem("random", "the mask of layer 2 is drawn before that of layer 1")
    return None


def _statistics(outcomes: list[Outcome], p: float) -> Problem | None:
    """Return what is wrong with the masks as far as chance does not explain it."""
    draws = [outcomes[0], *outcomes[2 : NUM_DRAWS + 1]]
    drawn = {name: [_masks(outcome)[i] for outcome in draws] for i, name in enumerate(("D1", "D2"))}
    for name, masks in drawn.items():
        found = _dependence(name, masks)
        if found:
            return found
    layers = {name: [(mask - p) / math.sqrt(p * (1 - p)) for mask in masks] for name, masks in drawn.items()}
    for name, masks in layers.items():
        if _goes_together(masks):
            share = np.mean([mask.mean() for mask in drawn[name]])
            words = f"about {p:.3g}", f"{share:.3g}", f"over {len(masks)} calls"
            return Problem("random", f"{name} keeps the wrong share of units", *words)
    pairs = list(zip(*layers.values(), strict=True))
    if _goes_together([_overlap(a, b) for a, b in pairs]) or _goes_together([_prefix(a, b) for a, b in pairs]):
        return Problem("random", "D1 and D2 hold the same random numbers; draw each mask anew")
    if _twins(layers["D1"], layers["D2"]):
        return Problem("random", "two units always go together, or never; draw every entry of both masks anew")
    for i, masks in enumerate(layers.values()):
        if _goes_together([mask * _active(outcome, i) for mask, outcome in zip(masks, draws, strict=True)]):
            return Problem("random", "whether a unit is kept goes with its activation; chance alone should decide")
    counts = [mask.sum() ** 2 / mask.size for masks in layers.values() for mask in masks]
    if sum(counts) < TOO_EXACT:
        return Problem("random", "every mask keeps the same number of units; draw every entry on its own")
    return None


def _dependence(name: str, masks: list[np.ndarray]) -> Problem | None:
    """Return what is wrong with a layer's masks if entries depend on each other, whatever share of units is kept."""
    p = float(np.mean([mask.mean() for mask in masks]))
    if not 0 < p < 1:
        return None
    masks = [(mask - p) / math.sqrt(p * (1 - p)) for mask in masks]
    units, examples = (_overdispersion(masks, axis, p) for axis in (1, 0))
    if abs(units) > max(COUNTS_LIMIT, abs(examples)):
        words = (
            "a unit goes, or stays, for many examples at once"
            if units > 0
            else "all units are kept almost equally often"
        )
        return Problem("random", f"the entries of {name} are not independent: {words}")
    if abs(examples) > COUNTS_LIMIT:
        words = (
            "an example loses, or keeps, many units at once"
            if examples > 0
            else "all examples keep almost equally many units"
        )
        return Problem("random", f"the entries of {name} are not independent: {words}")
    if any(_goes_together([_neighbours(mask, axis) for mask in masks]) for axis in (0, 1)):
        return Problem("random", f"neighbours in {name} go together; draw every entry on its own")
    if _goes_together([a * b for a, b in itertools.pairwise(masks)]):
        return Problem("random", f"{name} is alike in calls with different rngs")
    return None


def _of_many_calls(args: tuple, value: Any, calls: int) -> Problem | None:
    """Return what is wrong with the masks of many calls of a narrow network; each of these events is as frequent as chance has it."""
    X, parameters, keep_prob, _ = args
    shapes = [(calls, len(parameters[b]), X.shape[1]) for b in ("b1", "b2")]
    if not isinstance(value, tuple | list) or [np.shape(mask) for mask in value] != shapes:
        return Problem(
            "shape", "the masks of several calls do not have one shape", "one shape for each layer", "others"
        )
    for name, mask in zip(("D1", "D2"), value, strict=True):
        found = _shares(name, list(mask), keep_prob)
        if found:
            return found
        size, kept = mask[0].size, mask.sum(axis=(1, 2))
        alike = size * math.log(keep_prob**2 + (1 - keep_prob) ** 2) + 2 * math.log(calls)
        if alike < -RARE and len(np.unique(mask.reshape(calls, size), axis=0)) < calls:
            words = f"in {calls} calls with one rng a whole mask {name} comes again; draw every entry from rng itself"
            return Problem("random", words, "another mask in each call", "one that was drawn before")
        for count in range(size + 1):
            chance = math.comb(size, count) * keep_prob**count * (1 - keep_prob) ** (size - count)
            if _surprise(np.sum(kept == count), len(kept), chance) > RARE:
                often = "too often" if np.mean(kept == count) > chance else "too seldom"
                exactly = "exactly one is kept" if count == 1 else f"exactly {count} are kept"
                whole = "it is" if size == 1 else "all are"
                said = {0: f"{whole} dropped", size: f"{whole} kept"}.get(count, exactly)
                return Problem(
                    "random",
                    f"with {size} unit{'s' * (size > 1)} in layer {name[1]}, {said} {often}; draw every entry on its own",
                )
    return None


def _of_few_calls(outcomes: list[Outcome], p: float) -> Problem | None:
    """Return what is wrong with the masks of three calls, the first two of which have the same generator, whatever their sizes are."""
    first, again, other = (_masks(outcome) for outcome in outcomes)
    if not all(np.array_equal(a, b) for a, b in zip(first, again, strict=True)):
        return Problem("random", "it gives different masks for the same rng; draw from rng alone")
    if not outcomes[0].rng_advanced:
        return left_alone("masks")
    for name, one, two in zip(("D1", "D2"), first, other, strict=True):
        if -one.size * math.log(p * p + (1 - p) ** 2) > RARE and np.array_equal(one, two):
            return Problem("random", f"{name} is the same mask for every rng; draw from the rng that was given")
        found = _shares(name, [one, two], p)
        if found:
            return found
    return _copies(first)


def _shares(name: str, masks: list[np.ndarray], p: float) -> Problem | None:
    """Return what is wrong with the share of kept entries: of a layer, of one of its units, of one example, of one entry."""
    drawn = np.array(masks)
    for axes, whose in (
        ((0, 1, 2), ""),
        ((0, 2), "of one unit "),
        ((0, 1), "of one example "),
        ((0,), "of one unit and example "),
    ):
        kept = drawn.sum(axis=axes)
        surprise = _surprise(kept, drawn.size // kept.size, p)
        if np.max(surprise) > RARE + math.log(kept.size):
            share = float(np.ravel(kept)[np.argmax(surprise)]) * kept.size / drawn.size
            words = f"about {p:.3g}", f"{share:.3g}", f"over {drawn.size // kept.size} entries"
            return Problem("random", f"{name} keeps the wrong share {whose or 'of units'}".rstrip(), *words)
    return None


def _surprise(counts: Any, size: int, p: float) -> np.ndarray:
    """Return how little chance explains counts of what happens with probability p, in nats, or less than that. Source: Chernoff (1952)."""
    share = np.asarray(counts, float) / size
    with np.errstate(all="ignore"):
        parts = (np.where(x > 0, x * np.log(x / chance), 0.0) for x, chance in ((share, p), (1 - share, 1 - p)))
        return size * sum(parts)


def _copies(masks: tuple[np.ndarray, np.ndarray]) -> Problem | None:
    """Return the problem of masks, put under each other, that repeat themselves or each other, shifted or mirrored.

    Bernstein's bound over all shifts allows for the skewness.
    """
    both = np.concatenate(masks)
    p = both.mean()
    if both.size < WIDE or not 0 < p < 1:
        return None
    both = (both - p) / math.sqrt(p * (1 - p))
    size, largest = both.size, max(p, 1 - p) / min(p, 1 - p)
    nats = RARE + math.log(8 * size)
    skew = largest * nats / (3 * math.sqrt(size / 2))
    found = repetition(both, math.sqrt(2) * (skew + math.sqrt(skew * skew + 2 * nats)))
    if not found:
        return None
    how = found[0] + ", with kept and dropped exchanged" * found[1]
    return Problem("random", f"the masks repeat themselves, {how}; draw every entry of both masks on its own")


def _goes_together(products: list[np.ndarray]) -> bool:
    """Return whether the sum of independent numbers of mean 0 and variance 1 is larger than chance allows."""
    return abs(sum(part.sum() for part in products)) > Z_LIMIT * math.sqrt(sum(part.size for part in products))


def _neighbours(mask: np.ndarray, axis: int) -> np.ndarray:
    lines = np.moveaxis(mask, axis, 0)
    return lines[1:] * lines[:-1]


def _overdispersion(masks: list[np.ndarray], axis: int, p: float) -> float:
    """Return the z of the chi-squared of counts along an axis, with the binomial distribution's own variance."""
    length = masks[0].shape[axis]
    squares = np.concatenate([mask.sum(axis=axis) ** 2 / length for mask in masks])
    variance = 2 + (1 - 6 * p * (1 - p)) / (length * p * (1 - p))
    return float((squares.sum() - squares.size) / math.sqrt(squares.size * variance))


def _overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    rows = min(len(a), len(b))
    return a[:rows] * b[:rows]


def _prefix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    size = min(a.size, b.size)
    return a.ravel()[:size] * b.ravel()[:size]


def _twins(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    """Return whether the masks of any two units, in one layer or in both, agree or disagree more than chance allows."""
    units = np.concatenate([np.vstack(pair) for pair in zip(first, second, strict=True)], axis=1)
    agreement = np.abs(units @ units.T) / math.sqrt(units.shape[1])
    np.fill_diagonal(agreement, 0.0)
    return bool(agreement.max() > TWINS_LIMIT)


def _active(outcome: Outcome, i: int) -> np.ndarray:
    """Return which units of hidden layer i + 1 are active, with mean 0 and variance 1; zeros where all or none are."""
    active = (outcome.value[1][5 * i] > 0).astype(float)
    return (active - active.mean()) / (active.std() or 1.0)


def _numbers(case: Case, outcomes: list[Outcome]) -> dict[str, list[float]]:
    """Return shares of kept units and scales of activations, which tell mistakes apart, with standard errors."""
    numbers = {}
    for i, layer in enumerate("12"):
        masks = [_masks(outcome)[i].ravel() for outcome in outcomes[1 : NUM_DRAWS + 1]]
        share, size = float(np.mean(np.concatenate(masks))), sum(mask.size for mask in masks)
        numbers["share of D" + layer] = [share, math.sqrt(0.25 / size) if 0 < share < 1 else 0.0]
        Z, D, A = outcomes[0].value[1][5 * i : 5 * i + 3]
        kept = (np.asarray(D) != 0) & (Z > 0)
        with np.errstate(all="ignore"):  # a wrong answer may hold anything
            scales = A[kept] / Z[kept] * case.args[2] if kept.any() else np.ones(1)
        numbers["least scale of A" + layer] = [float(scales.min()), 0.0]
        numbers["greatest scale of A" + layer] = [float(scales.max()), 0.0]
    numbers["outputs of 0"] = [float((outcomes[0].value[0] == 0).any()), 0.0]
    return numbers

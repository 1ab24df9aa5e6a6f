"""The rule for mini-batches: every example once, its label beside it, in an order that only ``rng`` decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.cases import Case, Rule
from assay.chance import Z_LIMIT, other_generator
from assay.difference import Problem, describe
from assay.outcome import Outcome

MIN_ORDERS = 25.0  # nats: from e^25 = 7e10 ways to cut on, mini-batches that are as given or as before are no accident
MIN_MIXED = 60  # examples from which a correlation can exceed the limit
MOST_PAIRED = 20  # examples of which every two are asked whether they meet
MIN_SURE = 17.5  # nats, twice: of so many ways 75 calls take one again once in 10^11
WAVES, LEAN_LIMIT = 3, 75.0  # chi-squared with nine degrees of freedom or fewer
TOGETHER_LIMIT = 30.0  # nats: that so many pairs stay together has a chance below e^-30 = 1e-13 (Chernoff's bound)


@dataclass(frozen=True)
class MiniBatches(Rule):
    """Any correct way to cut a shuffled training set, whatever numbers it draws from ``rng``.

    The function is called three times: twice from one state of ``rng``, then from another. Judged always: the form, the
    sizes, every example once, its label beside it. Judged where there are 7e10 ways to cut, with 14 single
    examples or more: the same generator gives the same order, another one another, the generator is advanced, the order is not the given
    one, and examples that lie at any fixed distance in the training set meet in a mini-batch no more often than by chance. From 60
    examples on, also that the mini-batch an example is in goes neither with its place in the training set nor with its label,
    within 7 standard errors (2.6e-12). Only the mini-batches must be random: inside one, any order is accepted.

    Also from 60 examples on: the mini-batches of two examples at any fixed distance, and of two that lie opposite each other in the
    training set, do not go together either.

    A case with ``facts["places"]`` is called ``ORDERS`` times with the same objects: does every example come into every mini-batch, and
    every two into one; do no two calls cut alike, where there are 10^15 ways; and does no part of the training set lean to a part of the
    order? Power: with 260 examples a shuffle by random numbers of one decimal is refused, and one that swaps each example with any other.

    A correct answer fails less than once in 10^8: each judgement asks about 500 distances, each with a chance below 1e-13, and
    twelve correlations. Power: from 60 examples on, an order that keeps half of all neighbours together is refused.
    """

    needs_expected = False

    def calls(self, case: Case) -> list[tuple]:
        if case.facts.get("places"):
            return [case.args]
        X, Y, size, rng = case.args
        return [(X, Y, size, rng), (X, Y, size, rng), (X, Y, size, other_generator(rng))]

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        X, Y, size, _ = case.args
        if case.facts.get("places"):
            return _places(_orders(outcomes[0].value), X.shape[1], size)
        for outcome in outcomes:
            found = _form(outcome.value, X) or _sizes(outcome.value, X.shape[1], size) or _examples(outcome.value, X, Y)
            if found:
                return found
        if not _many_ways(X.shape[1], size):
            return None
        return _randomness(*outcomes, X, Y)

    def may_be_repeated(self, case: Case) -> bool:
        X, _, size, _ = case.args
        return super().may_be_repeated(case) and _many_ways(X.shape[1], size)

    def repeated(self, case: Case, expected: list[Outcome], outcome: Outcome) -> Problem | None:
        X, Y, size, _ = case.args
        value = outcome.again.value
        found = _form(value, X) or _sizes(value, X.shape[1], size) or _examples(value, X, Y)
        if found or not np.array_equal(_order(value, X), _order(outcome.value, X)):
            return found
        return _same_order_again()

    def fingerprint(self, case: Case, outcomes: list[Outcome]) -> Any:
        X, Y = case.args[:2]
        if case.facts.get("places"):
            (outcome,) = outcomes
            again = outcome.error is None and not outcome.global_random  # what that draws nobody can draw again
            problem = self.problem(case, [], outcomes) if again else None
            return {
                "error": outcome.error.key if outcome.error else None,
                "what": problem.what if problem else None,
                "stay": _stay(_orders(outcome.value)) if again else [],
                "global": outcome.global_random,
            }
        first, value = outcomes[0], outcomes[0].value
        seen: dict[str, Any] = {
            "error": first.error.key if first.error else None,
            "changed": sorted(path.split("[")[0] for path in first.changed),
            "form": None,
        }
        form = None if first.error else _form(value, X)
        if first.error or form:
            return {**seen, "form": form.what if form else None, "shapes": _shapes(value)}
        order, labels = _order(value, X), _labels(value)
        known = order[order >= 0]
        several = len(outcomes) == 3 and not any(outcome.error or _form(outcome.value, X) for outcome in outcomes)
        orders = [_order(outcome.value, X) for outcome in outcomes] if several else []
        sizes = [int(pair[0].shape[1]) for pair in value]
        # nobody can draw such orders again; that few examples come alike is chance, and says nothing
        fair = first.global_random
        whole = not fair and len(order) == X.shape[1]
        mixing = _mixing(order, Y, sizes) if whole else None
        return {
            **seen,
            "sizes": sizes,
            "strangers": bool((order < 0).any()),
            "twice": len(set(known.tolist())) < len(known),
            "left out": len(set(known.tolist())) < X.shape[1],
            "labels": _label_words(order, labels, Y),
            "repeats": several and not fair and np.array_equal(orders[0], orders[1]),
            "varies": several and (fair or not np.array_equal(orders[0], orders[2])),
            "given order": not fair and bool((np.diff(order) == 1).all()),
            "blocks": whole and _blocks(order, sizes),
            "mixing": mixing.what if mixing else None,
            "global": first.global_random,
            "advanced": first.rng_advanced,
        }


ORDERS = 75  # of 4 examples: one misses one of the 16 pairs of example and place by chance once in 10^8


def _orders(values: Any) -> np.ndarray | None:
    """Return the first row of X in the order of each call, shape (ORDERS, m); None where a call's result has another form."""
    if not isinstance(values, list) or len(values) != ORDERS:
        return None
    try:
        return np.array([np.concatenate([np.asarray(pair[0])[0] for pair in value]) for value in values])
    except (TypeError, ValueError, IndexError, KeyError):
        return None


def _places(orders: Any, m: int, size: int) -> Problem | None:
    """Whether every example comes into every mini-batch, every two into one; `orders` holds the examples' numbers, one row a call."""
    everyone = np.arange(m)
    if not isinstance(orders, np.ndarray) or orders.shape != (ORDERS, m) or (np.sort(orders, axis=1) != everyone).any():
        return Problem("structure", "a small training set does not come back whole: every example once")
    batch = np.argsort(orders, axis=1) // size  # of each example, one row a call
    due = _fewest(m, size)
    if any(len(np.unique(column)) < due for column in batch.T):
        place = "places" if size == 1 else "mini-batches"
        return Problem(
            "random", f"in {ORDERS} calls some examples never come to some {place}; every order must be possible"
        )
    apart = 1 - (size * (size - 1) * (m // size) + (m % size) * (m % size - 1)) / (m * (m - 1)) if m > 1 else 1.0
    if (
        m <= MOST_PAIRED
        and apart**ORDERS < 1e-12
        and any((batch[:, i] != batch[:, j]).all() for i in everyone for j in everyone[:i])
    ):
        return Problem(
            "random", f"in {ORDERS} calls some examples never meet in a mini-batch; every order must be possible"
        )
    if _many_ways(m, size, 2 * MIN_SURE) and len(np.unique(batch, axis=0)) < ORDERS:
        return Problem(
            "random", f"in {ORDERS} calls one order comes more than once: too few different ones are possible"
        )
    if _leans(batch, size):
        return Problem(
            "random",
            f"in {ORDERS} calls some places in the training set lead to some mini-batches too often; every order must be as likely",
        )
    return None


def _leans(batch: np.ndarray, size: int) -> bool:
    """Whether an example's mini-batch goes with its place in the training set, over all calls: along slow waves in both.

    Under a fair shuffle each of up to nine sums is standard normal, and their squares exceed the limit once in 10^11.
    """
    m = batch.shape[1]
    where, when = _waves(np.arange(m)), _waves(np.arange(m) // size)
    sums = np.einsum("ia,cib->ab", where, when[np.searchsorted(np.arange(m) // size, batch)])
    return bool(np.sum(sums**2) * (m - 1) / len(batch) > LEAN_LIMIT)


def _waves(places: np.ndarray) -> np.ndarray:
    """Return up to three cosines over places, orthonormal and of mean 0, as columns."""
    number = min(WAVES, len(np.unique(places)) - 1)
    cosines = np.cos(np.pi * np.arange(number + 1) * (places[:, None] + 0.5) / (places[-1] + 1))
    return np.linalg.qr(cosines)[0][:, 1:]


def _fewest(m: int, size: int) -> int:
    """Return in how many of the mini-batches an example is at least once: in fewer not once in 10^8, though the last one may be small."""
    full, rest = divmod(m, size)

    def chance(k: int) -> float:
        """Of being in no others than some k, the last one among them or not."""
        among = math.comb(full, k - 1) * (((k - 1) * size + rest) / m) ** ORDERS if rest else 0.0
        return math.comb(full, k) * (k * size / m) ** ORDERS + among

    return max((k for k in range(1, full + bool(rest)) if chance(k) < 2e-9), default=0) + 1


def _many_ways(m: int, size: int, nats: float = MIN_ORDERS) -> bool:
    """Whether there are so many ways to cut `m` examples that none comes out twice, whatever the order inside a mini-batch."""
    full, rest = divmod(m, size)
    return math.lgamma(m + 1) - full * math.lgamma(size + 1) - math.lgamma(rest + 1) > nats


def _stay(orders: Any) -> list[int]:
    """Return the places that always hold the same example."""
    whole = isinstance(orders, np.ndarray) and orders.ndim == 2
    return np.flatnonzero((orders == orders[0]).all(axis=0)).tolist() if whole else []


def _form(value: Any, X: np.ndarray) -> Problem | None:
    """Return what is wrong with the form: a list of pairs of arrays, each with as many columns as the other."""
    wanted = "a list of pairs (X_b, Y_b)"
    if not isinstance(value, list | tuple):
        words = "None" if value is None else describe(value)
        return Problem("type", "the result is not a list of mini-batches", wanted, words)
    for i, pair in enumerate(value):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return Problem(
                "structure", "a mini-batch is not a pair (X_b, Y_b)", wanted, describe(pair), f"as entry {i}"
            )
        for name, array, rows in (("X_b", pair[0], X.shape[0]), ("Y_b", pair[1], 1)):
            if not isinstance(array, np.ndarray):
                return Problem("type", f"{name} is not an array", "an array", describe(array), f"in mini-batch {i}")
            if array.ndim != 2 or array.shape[0] != rows:
                shape = f"shape ({rows}, size)"
                return Problem("shape", f"{name} has the wrong shape", shape, str(array.shape), f"in mini-batch {i}")
        if pair[0].shape[1] != pair[1].shape[1]:
            sizes = f"{pair[0].shape[1]} and {pair[1].shape[1]}"
            return Problem(
                "shape", "X_b and Y_b hold different numbers of examples", "equal numbers", sizes, f"in mini-batch {i}"
            )
    return None


def _shapes(value: Any) -> Any:
    """Return the shapes of the arrays in a value of a wrong form, up to 40 of them."""
    if isinstance(value, np.ndarray):
        return list(value.shape)
    return [_shapes(item) for item in value[:40]] if isinstance(value, list | tuple) else None


def _sizes(value: Any, m: int, size: int) -> Problem | None:
    sizes = [pair[0].shape[1] for pair in value]
    wanted = [min(size, m - start) for start in range(0, m, size)]
    if sizes == wanted:
        return None
    if 0 in sizes:
        return Problem("structure", "a mini-batch is empty", _said(wanted), _said(sizes))
    if sum(sizes) < m:
        return Problem("structure", "examples are left out", _said(wanted), _said(sizes))
    if sorted(sizes) == sorted(wanted):
        return Problem("structure", "the smaller mini-batch is not the last one", _said(wanted), _said(sizes))
    return Problem("structure", "the mini-batches have the wrong sizes", _said(wanted), _said(sizes))


def _said(sizes: list[int]) -> str:
    if len(sizes) > 8:
        return f"{len(sizes)} mini-batches of sizes {', '.join(map(str, sizes[:3]))}, ..., {sizes[-1]}"
    return f"sizes {', '.join(map(str, sizes))}" if sizes else "no mini-batch"


def _order(value: Any, X: np.ndarray) -> np.ndarray:
    """Return for each column of the mini-batches, one after the other, its column in X; -1 where it is none.

    The first feature is enough to find a column, since the cases draw it from a continuous distribution.
    """
    columns = np.concatenate([pair[0] for pair in value], axis=1) if len(value) else X[:, :0]
    by_first = np.argsort(X[0])
    places = np.searchsorted(X[0], columns[0], sorter=by_first).clip(max=X.shape[1] - 1)
    order = by_first[places]
    return np.where((X[:, order] == columns).all(axis=0), order, -1)


def _labels(value: Any) -> np.ndarray:
    return np.concatenate([pair[1][0] for pair in value]) if len(value) else np.empty(0)


def _examples(value: Any, X: np.ndarray, Y: np.ndarray) -> Problem | None:
    order = _order(value, X)
    if (order < 0).any():
        return Problem("value", "X_b holds a column that is no example of X")
    times = np.bincount(order, minlength=X.shape[1])
    if times.max() > 1:
        i = int(times.argmax())
        words = (f"{times[i]} times", f"(column {i} of X; {int((times == 0).sum())} examples never)")
        return Problem("structure", "an example is in the mini-batches more than once", "every example once", *words)
    labels = _labels(value)
    words = _label_words(order, labels, Y)
    if words:
        wrong = int((labels != Y[0, order]).sum())
        return Problem("structure", words, "each label beside its example", f"{wrong} of {len(labels)} beside another")
    return None


def _label_words(order: np.ndarray, labels: np.ndarray, Y: np.ndarray) -> str | None:
    if (order >= 0).all() and len(labels) == len(order) and np.array_equal(labels, Y[0, order]):
        return None
    if len(labels) == Y.shape[1] and np.array_equal(labels, Y[0]):
        return "Y is in the given order while X is shuffled"
    return "labels are beside the wrong examples"


def _randomness(first: Outcome, again: Outcome, other: Outcome, X: np.ndarray, Y: np.ndarray) -> Problem | None:
    order, order_again, order_other = (_order(outcome.value, X) for outcome in (first, again, other))
    if not np.array_equal(order, order_again):
        return Problem("random", "it gives different orders for the same rng; draw from rng alone")
    if (np.diff(order) == 1).all():
        return Problem("random", "the examples are in the order in which they were given; shuffle them")
    if np.array_equal(order, order_other):
        return Problem(
            "random", "it gives the same order for two generators; draw the whole of it from the rng that it was given"
        )
    if not first.rng_advanced:
        return _same_order_again()
    return _mixing(order, Y, [pair[0].shape[1] for pair in first.value])


def _same_order_again() -> Problem:
    return Problem("random", "it leaves rng as it was, so each epoch would have the same order; draw from rng itself")


def _mixing(order: np.ndarray, Y: np.ndarray, sizes: list[int]) -> Problem | None:
    """Return what is wrong with the shuffling as far as one order tells."""
    m = len(order)
    if (order < 0).any():
        return None
    batch = np.empty(m, int)  # of each example, in the order of the training set
    batch[order] = np.repeat(np.arange(len(sizes)), sizes)
    chance = sum(size * (size - 1) for size in sizes) / (m * (m - 1))  # that two examples meet
    if m >= MIN_MIXED and _correlated(batch, np.arange(m)):
        return Problem("random", "examples stay near the place where they were; shuffle the whole training set")
    if _meet_too_often(batch, chance, 1):
        return Problem("random", "whole runs of examples stay together; shuffle the single examples")
    if m >= MIN_MIXED and _correlated(batch, Y[0]):
        return Problem("random", "the examples are sorted by their label")
    if any(_meet_too_often(batch, chance, distance) for distance in range(2, m // 2)):
        return Problem("random", "examples at a fixed distance stay together; the order is not random")
    if m >= MIN_MIXED and _goes_along(batch):
        return Problem("random", "the places of some examples follow from those of others; the order is not random")
    return None


def _blocks(order: np.ndarray, sizes: list[int]) -> bool:
    """Whether each mini-batch holds the examples that stood in its place in the training set."""
    ends = np.cumsum(sizes)
    return all(set(order[end - size : end]) == set(range(end - size, end)) for end, size in zip(ends, sizes))


def _meet_too_often(batch: np.ndarray, chance: float, distance: int) -> bool:
    pairs = len(batch) - distance
    share = np.count_nonzero(batch[distance:] == batch[:-distance]) / pairs
    if not 0 < chance < share:
        return False
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return pairs * (share * math.log(share / chance) + rest) > TOGETHER_LIMIT


def _goes_along(batch: np.ndarray) -> bool:
    """Whether the mini-batch of an example goes with that of the one so far behind it, or of the one opposite in the training set."""
    m = len(batch)
    centred = batch - batch.mean()
    behind = np.correlate(centred, centred, "full")[m : m + m // 2]  # sums over the pairs at the distances 1, 2, ...
    opposite = centred[: m // 2] @ centred[::-1][: m // 2]
    sums = np.abs(np.append(behind, opposite))
    pairs = np.append(m - np.arange(1, len(behind) + 1), m // 2)
    variance, largest = (centred @ centred / m) ** 2, (centred**2).max()  # of one product, and its bound
    return bool(
        (sums**2 > 2 * TOGETHER_LIMIT * (pairs * variance + largest * sums / 3)).any()
    )  # Bernstein's inequality


def _correlated(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(a.std() > 0 and b.std() > 0 and abs(np.corrcoef(a, b)[0, 1]) * math.sqrt(len(a) - 1) > Z_LIMIT)

"""Where an exercise's inputs are drawn from: the edges, the corners and the log-uniform middle of what its docstring allows.

An exercise writes ``anywhere(draw)``, which returns one small case; each of its arguments is drawn by a method of :class:`Draw`, with the
range that the docstring promises. The same function draws cases beside a number that stands in an answer's own text: there an answer changes
its mind, wherever that is (``grader.reading``).
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from assay.cases import Case

ANYWHERE = "somewhere in what the docstring allows"
BESIDE = "beside a number that stands in the code"
MOST_BESIDE = 320  # cases of one answer
MOST_BESIDE_SLOW = 80  # where they are slow to judge
PLAIN = frozenset({-1, 0, 1, 0.5})  # numbers that every other answer holds
MOST_FAR = 24  # cases that lie on one side of a number as a whole
MOST_DRAWS = 4  # of one case, of which each in turn is another in its twin
MOST_GROWN = 300_000  # entries that sizes are to make together
MOST_LENGTH = 25  # of an array of labels
# at it, just above, just below; most slips lie above a size, and to either side of a magnitude
_BESIDE, _BESIDE_REAL = (0.0, 1.0, -1.0, 1.0, 1.0), (0.0, 1.0, -1.0, 1.0, -1.0)
_BLOCK = 8  # cases beside a number that are spread together


class Spread:
    """Spreads each decision over a number of cases: a choice that one case in ten takes is taken once in ten cases, whatever the seed.

    Each decision is one of as many equal parts of [0, 1) as there are cases, in an order of its own, and lies anywhere in its part. Source:
    McKay, Beckman and Conover (1979), Latin hypercube sampling.
    """

    def __init__(self, rng: np.random.Generator, cases: int):
        self._rng, self.cases = rng, cases
        self._orders: list[np.ndarray] = []

    def part(self, decision: int, case: int) -> tuple[float, float]:
        """Return where the part of a case begins and how wide it is."""
        while len(self._orders) <= decision:
            self._orders.append(self._rng.permutation(self.cases))
        return float(self._orders[decision][case % self.cases]) / self.cases, 1.0 / self.cases


class Draw:
    """Draws the arguments of one case.

    Parameters
    ----------
    rng : for whatever the methods do not draw
    near : a number of the answer's text
    place : which of the draws that can is beside `near`: the first one is 0
    side : 0.0 for at it, 1.0 for just above, -1.0 for just below
    how : "value" where an argument itself lies beside `near`, "entry" where one entry of an array is at it, "grown" where the sizes together
        make up more than it, "far" where most magnitudes lie on one side of it, as far as their ranges allow
    spread, case : over which cases decisions are spread, and which of them this is
    """

    def __init__(
        self,
        rng: np.random.Generator,
        near: float | None = None,
        place: int = -1,
        side: float = 0.0,
        how: Literal["value", "entry", "grown", "far"] = "value",
        spread: Spread | None = None,
        case: int = 0,
    ):
        self.rng, self.near, self.place, self.side, self.how = rng, near, place, side, how
        self.places = 0  # draws that could have been beside it
        self._spread, self._case, self._decisions = spread, case, 0
        self._sizes: list[int] = []  # whole numbers that were drawn
        self._all_far: bool | None = None  # not yet decided

    def integer(self, low: int, high: int, usual: int | None = None) -> int:
        """Return a whole number from `low` to `high`, both included: an edge, or log-uniform up to `usual`; beside a number all the way.

        A number that is a few times too large may count what comes of this one: here lies the largest beside it. One of several sizes is now and
        then the same as one before it: what fits there by accident fits nowhere else.
        """
        if self._is_beside(low, max(high, 4 * high * (usual is not None))):
            further = self.option(1, 1, 2, 2 + abs(int(self.near)) // 2) if self.side > 0 else int(self.side)
            return min(max(math.floor(self.near) + further, low), high)
        if self.how == "grown" and usual is not None:
            return min(max(math.ceil(1.6 * math.sqrt(self.near)), low), high)
        last = high if usual is None else min(usual, high)
        alike = [size for size in self._sizes if max(low, 2) <= size <= last] if usual is not None else []
        if alike and self.flip(0.2):
            return self.option(*alike)
        if self.flip(0.25):
            found = self.option(low, min(low + 1, last), last)
        else:
            found = int(min(last, low - 1 + math.exp(self.uniform() * math.log(last - low + 2))))
        self._sizes.append(found)
        return found

    def real(self, low: float, high: float, edges: bool = True) -> float:
        """Return a number from `low` to `high`: an edge one time in four if `edges`, else between them, log-uniform over more than two powers of ten."""
        if self._is_beside(low, high):
            steps = [size * (abs(self.near) or 1.0) for size in (1e-3, 0.05, 0.5)]
            fitting = [step for step in steps if low <= self.near + self.side * step <= high] or steps
            return float(min(max(self.near + self.side * self.option(*fitting), low), high))
        if edges and self.how != "far" and self.flip(0.25):
            return float(self.option(low, high))
        return self.real_magnitude(low, high) if low > 0 and high > 100 * low else low + self.uniform() * (high - low)

    def array(
        self,
        shape: int | Sequence[int],
        low: float = 1e-9,
        high: float = 1e8,
        zeros: float = 0.1,
        mixed: float = 0.0,
    ) -> np.ndarray:
        """Return an array whose entries are as large as a magnitude from `low` to `high`; of a share `zeros` of all draws some entries are zero, or all, or all the same.

        Of a share `mixed` each entry has a magnitude of its own, and its sign by chance.

        Beside a number the largest entry is at it, or all entries lie on its far side; or one of them is at it.
        """
        found = self.rng.standard_normal(shape)
        if self._is_beside(low, high, abs) and found.size:
            return self._sized(found, abs(float(self.near)))
        if self.how == "entry" and found.size and (low <= abs(self.near) <= high or self.near == 0 and zeros):
            size = abs(self.near) * self.option(0.1, 1.0, 10.0) or self.real_magnitude(low, high)
            return self.planted(found * min(max(size, low), high), 0.0)
        size = self.real_magnitude(low, high)
        if self.how == "far" and self.side > 0:  # the least entry, too
            found = found + np.sign(found)
        if mixed and self.flip(mixed):
            found = np.sign(found) * np.exp(self.rng.uniform(np.log(low), np.log(high), np.shape(found)))
        else:
            found = found * size
        # one decision, so that each kind is spread; zeros lie on no far side
        special = self.uniform() / zeros if zeros and found.size and self.how != "far" else 1.0
        if special < 1:
            kind = ("zero", "zero", "zero", "equal", "row", "column", "entry", "twice")[int(8 * special)]
            if kind == "zero" or found.ndim == 0:
                return np.zeros(shape)
            place = tuple(int(self.rng.integers(length)) for length in found.shape)
            if kind == "equal":
                found[...] = found[place]
            elif kind == "twice":
                found.flat[-1] = found.flat[0]
            else:
                found[{"row": place[:1], "column": (..., place[-1]), "entry": place}[kind]] = 0.0
        return found

    def planted(self, array: np.ndarray, low: float = 0.0, high: float = math.inf) -> np.ndarray:
        """Return an array, one entry of which is the number where that is asked for and its magnitude lies from `low` to `high`."""
        if self.how != "entry" or not array.size or not low <= abs(self.near) <= high:
            return array
        self.places += 1
        if self.places - 1 != self.place:
            return array
        found = np.array(array, float)
        found.flat[int(self.rng.integers(found.size))] = self.near
        return found

    def real_magnitude(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, log-uniform."""
        if self.how == "far" and self._all_far is None:
            self._all_far = self.flip()
        if self.how == "far" and (self._all_far or self.flip(0.8)):
            turn = min(max(abs(self.near), low), high)
            low, high = (turn, high) if self.side > 0 else (low, turn)
        return math.exp(math.log(low) + self.uniform() * (math.log(high) - math.log(low)))

    def _sized(self, found: np.ndarray, near: float) -> np.ndarray:
        """Return an array at, above or below a magnitude: by its largest entry, or by all of them."""
        largest = float(np.max(np.abs(found))) or 1.0
        if self.side == 0.0:
            return found / largest * near
        if self.side > 0:
            return np.sign(found) * near * (1 + np.abs(found)) if self.flip() else found / largest * near * 1.5
        return found / largest * near * float(self.rng.choice([0.999, 0.5]))

    def place_of(self, size: int) -> int:
        """Return the place of an entry: the last one where the sizes together are to make up more than a number."""
        return size - 1 if self.how == "grown" else int(self.rng.integers(size))

    def option(self, *choices: Any) -> Any:
        """Return one of some values."""
        return choices[int(self.uniform() * len(choices))]

    def laid_out(self, array: np.ndarray, chance: float = 0.5) -> np.ndarray:
        """Return an array, now and then stored column by column, as the transpose of another one is."""
        return np.asfortranarray(array) if self.flip(chance) and array.ndim > 1 else array

    def labels(self, Y: np.ndarray, chance: float = 0.25) -> np.ndarray:
        """Return labels 0.0 and 1.0, now and then as whole numbers, as a data file holds them."""
        return Y.astype(int) if self.flip(chance) else Y

    def beside(self, drawn: Callable[[], Any]) -> tuple[Any, bool]:
        """Return what `drawn` draws, and whether it lies beside a number of the answer."""
        first = self.places
        found = drawn()
        return found, first <= self.place < self.places

    def flip(self, chance: float = 0.5) -> bool:
        return self.uniform() < chance

    @property
    def last(self) -> bool:
        """Whether this is the last of the cases anywhere: only answers that may change their mind come to it, so it may take longer."""
        return self._spread is not None and self.near is None and self._case == self._spread.cases - 1

    def uniform(self) -> float:
        """Return a number in [0, 1), spread over the cases that are drawn together."""
        if self._spread is None:
            return float(self.rng.random())
        begin, width = self._spread.part(self._decisions, self._case)
        self._decisions += 1
        return min(begin + width * float(self.rng.random()), 1 - 2.0**-53)

    def _is_beside(self, low: float, high: float, of: Callable = float) -> bool:
        """Whether this draw is the one that lies beside the answer's number."""
        if self.near is None or self.how != "value" or not low <= of(self.near) <= high:
            return False
        self.places += 1
        return self.places - 1 == self.place


class _Twin(Draw):
    """Draws what a generator of the same seed led to, but for one draw, which is another."""

    def __init__(self, rng: np.random.Generator, other: int, second: np.random.Generator):
        super().__init__(rng)
        self._other, self._second, self._draws, self._inside = other, second, 0, False

    def integer(self, *args: Any, **kwargs: Any) -> int:
        return self._drawn(super().integer, args, kwargs)

    def real(self, *args: Any, **kwargs: Any) -> float:
        return self._drawn(super().real, args, kwargs)

    def array(self, *args: Any, **kwargs: Any) -> np.ndarray:
        return self._drawn(super().array, args, kwargs)

    def _drawn(self, method: Callable, args: tuple, kwargs: dict) -> Any:
        if self._inside:
            return method(*args, **kwargs)
        self._inside, found = True, method(*args, **kwargs)
        if self._draws == self._other:
            first, self.rng = self.rng, self._second
            found, self.rng = method(*args, **kwargs), first
        self._draws, self._inside = self._draws + 1, False
        return found

    @property
    def differs(self) -> bool:
        return self._draws > self._other


def cases_twice(anywhere: Callable[[Draw], Case], seed: Sequence[int], count: int) -> Iterator[Case]:
    """Yield `count` pairs of cases one after the other, most of whose arguments are the same: who keeps results by some of them gives the first again."""
    for number in range(count):
        one = Draw(np.random.default_rng([*seed, number]))
        yield dataclasses.replace(anywhere(one), label=ANYWHERE)
        twin = _Twin(
            np.random.default_rng([*seed, number]), number % MOST_DRAWS, np.random.default_rng([*seed, number, 1])
        )
        case = anywhere(twin)
        if twin.differs:
            yield dataclasses.replace(case, label=ANYWHERE)


def cases_anywhere(anywhere: Callable[[Draw], Case], rng: np.random.Generator, count: int) -> list[Case]:
    """Return `count` cases."""
    spread = Spread(rng, count)
    draws = [Draw(rng, spread=spread, case=case) for case in range(count)]
    return [dataclasses.replace(anywhere(draw), label=ANYWHERE) for draw in draws]


def cases_beside(anywhere: Callable[[Draw], Case], seed: Sequence[int], number: float) -> Iterator[Case]:
    """Yield cases in each of which one argument lies at a number, just above or just below it; then an entry of one, or all sizes together.

    Of the plainest numbers, beside which honest answers look as well, there are the values at them and the entries.
    """
    sides = _BESIDE if float(number).is_integer() else _BESIDE_REAL
    sides = sides[:1] if number in PLAIN else sides
    spread, drawn = Spread(np.random.default_rng([*seed, 3000]), _BLOCK), itertools.count()

    def draw(place: int, side: float, salt: int, how: str = "value", near: float = number) -> tuple[Case, int]:
        one = Draw(np.random.default_rng([*seed, salt]), near, place, side, how, spread, next(drawn))
        return dataclasses.replace(anywhere(one), label=BESIDE), one.places

    ways = [("value", 0, number, sides), ("entry", 1000, number, (0.0, 0.0, 0.0))]
    if 1 < number <= MOST_LENGTH and not float(number).is_integer():
        # it may be the length of an array of labels, half of which are 1, or of one of probabilities
        ways.append(("value", 2500, math.ceil(6 * number**2), (0.0,) * 5))
    for how, salted, near, sides in ways:
        for place in range(draw(-1, 0.0, salted, how, near)[1]):
            for salt, side in enumerate(sides):
                case, places = draw(place, side, salted + len(_BESIDE) * place + salt, how, near)
                if places > place:  # the draws before it may have led elsewhere
                    yield case
    if 4 <= number <= MOST_GROWN and float(number).is_integer():
        yield from (draw(-1, 0.0, salt, "grown")[0] for salt in (2000, 2001))


def cases_far(anywhere: Callable[[Draw], Case], seed: Sequence[int], number: float) -> Iterator[Case]:
    """Yield cases of which most magnitudes lie above a number, or most below it: where a product of several of them lies, or the least of all."""
    spread = Spread(np.random.default_rng([*seed, 4000]), MOST_FAR)
    for case in range(MOST_FAR):
        one = Draw(np.random.default_rng([*seed, 4001 + case]), number, -1, 1.0 - 2 * (case % 2), "far", spread, case)
        yield dataclasses.replace(anywhere(one), label=BESIDE)


__all__ = ["ANYWHERE", "BESIDE", "PLAIN", "Draw", "cases_anywhere", "cases_beside", "cases_far"]

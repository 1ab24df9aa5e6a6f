"""Rules for answers that chance has a part in: distribution, independence and the use of a generator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.cases import Case, Rule
from assay.difference import Problem, difference
from assay.outcome import Outcome
from assay.wire import Variable

Z_LIMIT = 7.0  # standard errors; a correct draw exceeds it less than once in 10^9 statistics
KS_LIMIT = 3.0  # sqrt(n) x largest distance between distributions; exceeded once in 3 x 10^7
TAIL_LIMIT = 25.0  # nats: a correct draw has so few or so many far entries less than once in 10^10
BIG = 400  # entries from which an array's distribution is judged


@dataclass(frozen=True)
class Normal(Rule):
    """Draws a dict of parameters from normal distributions with mean 0, through ``rng``.

    ``case.facts`` holds ``shape`` and ``std``, both by key; a standard deviation of 0 asks for exact zeros. Judged for each array of at
    least 400 entries: mean, spread, normal shape (Kolmogorov-Smirnov), independence between rows, columns and arrays, no value twice.
    Judged over all arrays together: the spread, and the tails. Judged always: structure, shapes, dtype, zeros, the same answer from the same
    generator and another from another, that the generator is advanced, that nothing was rescaled to the asked spread after the draw.

    A correct draw fails less than once in 10^6 judgements: each statistic is allowed 7 standard errors (2e-12 in the normal
    approximation) or a Kolmogorov-Smirnov distance of 3/sqrt(n) (3e-8), about 20 statistics a case; the tails' statistic
    is bounded on the side that is judged, and an exact spread comes by chance once in 10^9. Power: with n entries a spread that is off by the share
    5/sqrt(n) is refused about as often as not, by 7/sqrt(n) nearly always (5 % with 20,000); a uniform distribution of the right spread
    from 3,000 entries on, one truncated at two standard deviations from 4,000, the sum of three uniforms from 10,000.
    """

    variables: bool = False  # arrays are a framework's variables, float32
    rng_argument: str = "rng"
    needs_expected = False

    def calls(self, case):
        """Call three times: twice from the same generator state, then from another one."""
        return [case.args, case.args, tuple(other_generator(value) for value in case.args)]

    def problem(self, case, expected, outcomes):
        first, again, other = outcomes
        return (
            self._structure(case, first.value)
            or self._randomness(case, first, again, other)
            or self._distribution(case, first.value)
        )

    def may_be_repeated(self, case):
        return super().may_be_repeated(case) and any(std > 0 for std in case.facts.get("std", {}).values())

    def repeated(self, case, expected, outcome):
        """From one generator come other numbers the second time; from one seed the same ones."""
        same = _identical(outcome.value, outcome.again.value)
        if self.rng_argument != "rng":
            return None if same else Problem("random", f"it gives different answers for the same {self.rng_argument}")
        return left_alone("numbers") if same else self._structure(case, outcome.again.value)

    def _array(self, value: Any) -> Any:
        return value.array if isinstance(value, Variable) else value

    def _structure(self, case: Case, value: Any) -> Problem | None:
        dtype = np.float32 if self.variables else np.float64
        zeros = {key: np.broadcast_to(dtype(0), tuple(shape)) for key, shape in case.facts["shape"].items()}
        wanted = {key: Variable(array) for key, array in zeros.items()} if self.variables else zeros
        found = difference(wanted, value, rtol=math.inf)
        if found:
            return found
        for key, std in case.facts["std"].items():
            array = self._array(value[key])
            if std == 0 and array.any():
                return Problem(
                    "value",
                    f"{key} is not zero",
                    "zeros",
                    f"{array.flat[np.abs(array).argmax()]:.4g}",
                    "as the entry furthest from 0",
                )
            if std > 0 and not array.any():
                return Problem("value", f"{key} is all zeros", "random numbers", "zeros")
        return None

    def _randomness(self, case: Case, first: Outcome, again: Outcome, other: Outcome) -> Problem | None:
        if not any(std > 0 for std in case.facts["std"].values()):
            return None
        if not _identical(first.value, again.value):
            return Problem(
                "random",
                f"it gives different answers for the same {self.rng_argument}; draw from {self.rng_argument} alone",
            )
        if not isinstance(other.value, dict) or _identical(first.value, other.value):
            return Problem(
                "random",
                f"it gives the same numbers for another {self.rng_argument}; draw from the {self.rng_argument} that it was given",
            )
        for key, std in case.facts["std"].items():
            one, two = (np.asarray(self._array(outcome.value[key])) for outcome in (first, other))
            if std > 0 and one.size > 1 and np.array_equal(one, two):
                return Problem(
                    "random",
                    f"{key} is the same for another {self.rng_argument}; draw every layer from the {self.rng_argument} that it was given and return it as drawn",
                )
            if std > 0 and not self.variables and (one == two).any():  # by chance once in 10^10
                return _touched_problem(key, one, np.sort(one, axis=None)) or Problem(
                    "random",
                    f"some of {key} is the same for another {self.rng_argument}; draw every entry from the {self.rng_argument} that it was given and return it as drawn",
                )
        if self.rng_argument == "rng" and not first.rng_advanced:
            return left_alone("numbers")
        return None

    def _distribution(self, case: Case, value: dict) -> Problem | None:
        scaled: dict[str, np.ndarray] = {}
        in_order: dict[str, np.ndarray] = {}
        for key, std in case.facts["std"].items():
            if std == 0:
                continue
            array = np.asarray(self._array(value[key]), np.float64)
            scaled[key] = array / std
            in_order[key] = np.sort(scaled[key], axis=None)
            found = array.size >= BIG and (
                spread_problem(key, array, std) or shape_problem(key, in_order[key]) or rows_problem(key, scaled[key])
            )
            if found or (found := exact_problem(key, scaled[key])):
                return found
            if not self.variables and (found := _touched_problem(key, array, in_order[key])):
                return found
        # -x is no new number; the stable sort takes what is in order already as it is
        magnitudes = {key: np.sort(np.abs(array), kind="stable") for key, array in in_order.items()}
        return self._pooled_problem(scaled) or repeats_problem(scaled, magnitudes)

    def _pooled_problem(self, scaled: dict[str, np.ndarray]) -> Problem | None:
        """All layers together: small errors of spread, which no layer shows by itself, and tails."""
        pooled = np.concatenate([array.ravel() for array in scaled.values()]) if scaled else np.empty(0)
        if pooled.size < BIG:
            return None
        if spread_problem("", pooled, 1.0):
            times = f"{pooled.std():.4g} times that"
            return Problem(
                "random", "the spread is wrong", "the standard deviation of the docstring", times, "over all layers"
            )
        return _tail_problem(pooled)

    def fingerprint(self, case, outcomes):
        first = outcomes[0]
        value = first.value if isinstance(first.value, dict) else {}
        arrays = {key: self._array(item) for key, item in value.items()}
        arrays = {
            key: np.asarray(a, np.float64)
            for key, a in arrays.items()
            if isinstance(a, np.ndarray) and a.dtype.kind in "fiu"
        }
        problem = None if first.error else self.problem(case, [], outcomes)
        # numbers that nobody can draw again have no place in a reference file
        repeatable = len(outcomes) > 1 and not first.global_random and _identical(first.value, outcomes[1].value)
        measured = {key: array for key, array in arrays.items() if array.size} if repeatable else {}
        return {
            "error": first.error.key if first.error else None,
            "global": first.global_random,
            "keys": sorted(str(key) for key in value),
            "shapes": {key: list(array.shape) for key, array in arrays.items()},
            "mean": {key: float(array.mean()) for key, array in measured.items()},
            "std": {key: float(array.std()) for key, array in measured.items()},
            "reach": {key: _reach(array) for key, array in measured.items() if array.size >= BIG},
            "what": problem.what if problem else None,
            "changed": sorted(first.changed),
        }

    def same(self, case, a, b, expected):
        exact = ("error", "global", "keys", "reach", "shapes", "what", "changed")
        if any(a[name] != b[name] for name in exact):
            return False
        for key, shape in a["shapes"].items():
            error = Z_LIMIT * math.sqrt(
                2 / max(1, math.prod(shape))
            )  # relative standard error of the difference of two estimates
            if (
                key not in a["std"]
                or key not in b["std"]
                or math.prod(shape) < BIG
                and a["std"][key] > 0
                and b["std"][key] > 0
            ):
                continue
            if not abs(a["std"][key] - b["std"][key]) <= error * max(a["std"][key], b["std"][key]):
                return False
            if not abs(a["mean"][key] - b["mean"][key]) <= error * max(a["std"][key], b["std"][key]) + 1e-12:
                return False
        return True


def _identical(a: Any, b: Any) -> bool:
    """Whether two dicts of arrays are the same to the last bit; quicker than :func:`difference`, which says where they are not."""
    if not isinstance(a, dict) or not isinstance(b, dict) or a.keys() != b.keys():
        return difference(a, b, rtol=0.0) is None
    for key, one in a.items():
        first, second = (item.array if isinstance(item, Variable) else item for item in (one, b[key]))
        if not (isinstance(first, np.ndarray) and isinstance(second, np.ndarray) and first.dtype == second.dtype):
            if difference(one, b[key], rtol=0.0):
                return False
        elif type(one) is not type(b[key]) or not np.array_equal(first, second):
            return False
    return True


def _reach(array: np.ndarray) -> str:
    """How far entries lie from their mean at most: tells a uniform distribution from others with the same spread."""
    furthest, std = np.abs(array - array.mean()).max(), array.std()
    return "near" if furthest < 1.5 * std else "bounded" if furthest < 1.9 * std else "far"


def left_alone(drawn: str) -> Problem:
    """Return the problem of an answer that does not advance its generator."""
    return Problem(
        "random", f"it leaves rng as it was, so the next call would draw the same {drawn}; draw from rng itself"
    )


def other_generator(value: Any) -> Any:
    """Return another generator in the place of a generator, always the same one, and anything else as it is."""
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(value.bit_generator.state["state"]["state"] % 2**64 + 1)
    return value


def spread_problem(key: str, array: np.ndarray, std: float) -> Problem | None:
    n, spread = array.size, array.std()
    limit = (
        Z_LIMIT * (1 + 4 / math.sqrt(n)) / math.sqrt(2 * n)
    )  # the second term: the logarithm's tails where n is small
    if not spread > 0 or abs(math.log(spread / std)) > limit:
        return Problem(
            "random",
            f"{key} has the wrong spread",
            f"a standard deviation of {std:.4g}",
            f"{spread:.4g}",
            f"over {n} entries",
        )
    if abs(array.mean()) > Z_LIMIT * std / math.sqrt(n):
        return Problem("random", f"{key} has the wrong mean", "0", f"{array.mean():.4g}", f"over {n} entries")
    return None


def exact_problem(key: str, scaled: np.ndarray, within: float = 1e-12) -> Problem | None:
    """Numbers that were drawn have the very spread that was asked for once in 10^9; numbers rescaled after the draw always.

    Of single precision they have it `within` 1e-9, by chance once in 10^7.
    """
    if scaled.size > 1 and abs(scaled.std() - 1) < within:
        return Problem(
            "random", f"the spread of {key} is exactly the one asked for: it was rescaled; return the numbers as drawn"
        )
    return None


def _touched_problem(key: str, array: np.ndarray, in_order: np.ndarray) -> Problem | None:
    """Numbers of double precision that were drawn have no short decimals, and no four of them are the same.

    Below 100 one number in seventy has twelve decimals or fewer.
    """
    if array.size >= 8 and np.abs(array).max() < 100 and np.array_equal(np.round(array, 12), array):
        return Problem("random", f"no number of {key} has more than twelve decimals; return the numbers as drawn")
    if (in_order[3:] == in_order[:-3]).any():
        return Problem("random", f"four entries of {key} or more are the same number; return the numbers as drawn")
    return None


def _tail_problem(scaled: np.ndarray) -> Problem | None:
    """The fourth Hermite polynomial, of mean 0 and variance 24 for normal entries; bounded below, so that it is judged on that side."""
    squared = np.square(scaled)
    z = float(np.sum((squared - 6) * squared + 3)) / math.sqrt(24 * scaled.size)
    if z < -Z_LIMIT:
        return Problem(
            "random",
            "the weights are not normally distributed: too few of them are far from 0",
            "a normal distribution",
            "another one of the same spread",
        )
    share, far = (
        0.0026998,
        float(np.count_nonzero(squared > 9)) / scaled.size,
    )  # beyond three standard deviations, and what is there
    if scaled.size * _divergence(far, share) > TAIL_LIMIT:
        few = "few" if far < share else "many"
        return Problem(
            "random",
            f"the weights are not normally distributed: too {few} of them are further from 0 than three standard deviations",
            f"{100 * share:.2f} %",
            f"{100 * far:.2f} %",
        )
    return None


def _divergence(p: float, q: float) -> float:
    """Return how far a share `p` is from the chance `q`, in nats: by chance n of them exceed a limit less than e^-limit often (Chernoff's bound)."""
    return sum(a * math.log(a / b) for a, b in ((p, q), (1 - p, 1 - q)) if a > 0)


def shape_problem(key: str, in_order: np.ndarray) -> Problem | None:
    n = in_order.size
    cdf = _normal_cdf(in_order)
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - cdf), np.max(cdf - steps[:-1]))
    if distance * math.sqrt(n) > KS_LIMIT:
        return Problem(
            "random", f"{key} is not normally distributed", "a normal distribution", "another one of the same spread"
        )
    return None


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    """Return the standard normal distribution function, to 1e-7. Source: Abramowitz and Stegun (1964), formula 7.1.26."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    tail = (
        t
        * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
        * np.exp(-z * z)
    )
    return np.where(x < 0, 0.5 * tail, 1 - 0.5 * tail)


def rows_problem(key: str, scaled: np.ndarray) -> Problem | None:
    """Independence inside one array: the means of rows and of columns vary as independent entries' would."""
    if scaled.ndim != 2:
        return None
    for axis, word in ((1, "rows"), (0, "columns")):
        count, length = scaled.shape[1 - axis], scaled.shape[axis]
        if count < 8 or length < 2:  # of one entry a row, their spread was judged already
            continue
        chi2 = float(np.sum(scaled.mean(axis=axis) ** 2) * length)
        z = ((chi2 / count) ** (1 / 3) - (1 - 2 / (9 * count))) / math.sqrt(
            2 / (9 * count)
        )  # Wilson and Hilferty (1931)
        if abs(z) > Z_LIMIT:
            return Problem(
                "random",
                f"the entries of {key} are not independent: the means of its {word} differ too {'much' if z > 0 else 'little'} from each other",
                "as independent entries' do",
                f"{math.sqrt(chi2 / count):.2g} times that",
            )
    return None


def repetition(entries: np.ndarray, limit: float) -> tuple[str, bool] | None:
    """Return how an array of mean 0 and variance 1 repeats itself, "shifted" or "mirrored", and whether with the other sign.

    The array is compared with all its shifts, as it is and mirrored along either axis and both, by way of its Fourier transform; `limit` is what
    a sum over N entries may be in units of sqrt(N). There each pair of entries is counted twice, or in two sums of independent products.
    """
    # The transform of a mirrored array is the mirrored transform, and mirrored along both axes it is the conjugate one.
    transform, squares = np.fft.rfft2(entries), np.square(entries)
    upside_down = np.roll(np.flip(transform, 0), 1, 0)
    compared = (  # with the transform of the other one; and what entries make up that a mirror leaves where they are
        (np.conj(transform), 0.0),
        (np.conj(upside_down), 2 * squares.sum(axis=1).max()),
        (upside_down, 2 * squares.sum(axis=0).max()),
        (transform, 4 * squares.max()),
    )
    for i, (other, own) in enumerate(compared):
        sums = np.fft.irfft2(transform * other, entries.shape)
        if i == 0:
            sums[0, 0] = 0.0
        furthest = sums.flat[np.abs(sums).argmax()]
        if abs(furthest) > limit * math.sqrt(entries.size) + own:
            return "mirrored" if i else "shifted", bool(furthest < 0)
    return None


def repeats_problem(scaled: dict[str, np.ndarray], in_order: dict[str, np.ndarray]) -> Problem | None:
    for key, array in in_order.items():
        if array.size > 1 and 1 + np.count_nonzero(np.diff(array)) < array.size * 0.99:
            return Problem(
                "random",
                f"{key} holds the same number more than once, or with the other sign",
                "every entry drawn on its own",
                "repeated entries",
            )
    keys = list(scaled)
    values = np.sort(np.concatenate([in_order[key] for key in keys]), kind="stable") if len(keys) > 1 else np.empty(0)
    shared = bool((np.diff(values) < 1e-9).any())  # of any two arrays, or close by chance: which ones is asked then
    for i, a in enumerate(keys):
        for b in keys[i + 1 :]:
            n = min(scaled[a].size, scaled[b].size)
            first, second = scaled[a].ravel()[:n], scaled[b].ravel()[:n]
            if (
                n >= 4
                and (_one_sequence(first, second) or shared and _share_values(in_order[a], in_order[b]))
                or n >= BIG
                and abs(first @ second) / math.sqrt(n) > Z_LIMIT * 1.2
            ):
                return Problem(
                    "random",
                    f"{a} and {b} hold the same random numbers",
                    "independent arrays",
                    "one sequence used twice",
                )
    return None


def _one_sequence(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays hold the same numbers in the same order; four of them tell nearly always."""
    return all(bool((np.abs(x - y) <= 1e-6 * np.abs(y)).all()) for x, y in ((a[:4], b[:4]), (a, b)))


def _share_values(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a tenth of the smaller array's values stand in the other as well; by chance less than once in 10^8. Both are sorted.

    Up to 300 values are looked up, evenly spread over the sorted ones: of those that share a tenth, fewer than four would be among them once
    in 10^9.
    """
    small, large = sorted((a, b), key=len)
    asked = small[:: max(1, len(small) // 300)]
    places = np.searchsorted(large, asked)
    nearest = np.minimum(
        np.abs(large[places.clip(max=len(large) - 1)] - asked), np.abs(large[(places - 1).clip(min=0)] - asked)
    )
    return np.count_nonzero(nearest < 1e-9) >= max(4, 0.05 * len(asked))

"""The rule for networks that are drawn, and stand-ins that the cases of ``compare_initializations`` use.

The stand-ins, initializers and a training run, take microseconds. They are public and named, so that they can run beside a student's code;
no exercise asks for any of them.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.cases import Case
from assay.chance import Normal, repetition, shape_problem, spread_problem
from assay.difference import Problem, describe
from assay.outcome import Outcome

MANY_CALLS = 300  # of one small network in a row: of 10,000 networks, one comes again nearly always
WEIGHTS_OF_MANY_CALLS = "idnn.rules.initialization:weights_of_many_calls"
RARE = 23.0  # nats: what has a chance of exp(-23), once in 10^10, is no accident
EVEN_ROWS, EVEN_LENGTH, TOO_EVEN = 30, 8, 0.1  # lengths of so many rows vary by so little once in 10^10


def weights_of_many_calls(initialize, layers_dims, rng, *more, **options):
    """Return the weights of many networks of two inputs and of as many of one, drawn in turn from one generator, as an array with an axis of calls."""
    return np.array(
        [
            [weight for dims in (layers_dims, [1, 1]) for weight in initialize(dims, rng, *more, **options)["W1"].flat]
            for _ in range(MANY_CALLS)
        ]
    )


@dataclass(frozen=True)
class Drawn(Normal):
    """Draws every weight on its own; in addition to what is asked of all normal draws, rows and columns must not be equally long.

    In a case with ``facts["copies"]`` the first layer must not repeat itself either, shifted or mirrored, in its weights or in their magnitudes:
    as it does where one of several draws that make up a weight repeats itself.

    Of a network whose calls are counted (``via``) only the weights of many calls in a row are looked at: whether two networks are the same, and
    whether its two weights depend on each other, as when a network is drawn again until it pleases.
    """

    def calls(self, case: Case) -> list[tuple]:
        return [case.args] if case.via else super().calls(case)

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        if case.via:
            return _of_many_calls(outcomes[0].value, case.facts["std"]["W1"], case.facts["single"])
        found = super().problem(case, expected, outcomes) or _too_even(case, outcomes[0].value)
        if found or not case.facts.get("copies"):
            return found
        return _copies(outcomes[0].value["W1"] / case.facts["std"]["W1"])


def _of_many_calls(weights: Any, std: float, single: float) -> Problem | None:
    if not isinstance(weights, np.ndarray) or weights.shape != (MANY_CALLS, 3) or weights.dtype.kind != "f":
        return Problem("structure", "W1 has not the same form in every call", "two numbers", describe(weights))
    weights = weights / (std, std, single)
    if not np.diff(np.sort(weights, axis=0), axis=0).all():
        return Problem(
            "random",
            f"of {MANY_CALLS} small networks from one rng some are the same; draw every number from rng itself",
            "another network in each call",
            "one that was drawn before",
        )
    a, b, alone = weights.T
    for numbers in (a, b, alone):
        if found := spread_problem("a weight", numbers, 1.0) or shape_problem("a weight", np.sort(numbers)):
            return dataclasses.replace(found, what=f"over {MANY_CALLS} small networks {found.what}")
    for numbers in (a + b, a - b):
        if spread_problem("", numbers, math.sqrt(2)):
            words = (
                f"over {MANY_CALLS} small networks two weights of one array depend on each other; return them as drawn"
            )
            return Problem("random", words, "independent entries", "others")
    return None


def _copies(weights: np.ndarray) -> Problem | None:
    """Return the problem of weights that repeat themselves, shifted or mirrored. Source of the limit: Bernstein's bound over all shifts."""
    # of other sizes a transform takes three times as long
    weights = weights[: len(weights) // 8 * 8, : weights.shape[1] // 8 * 8]
    nats = RARE + math.log(16 * weights.size)
    heavy = 3 * nats  # products of normal numbers have long tails, those of magnitudes longer ones
    limit = 2 * (heavy + math.sqrt(heavy * heavy + nats * weights.size)) / math.sqrt(weights.size)
    magnitudes = (np.abs(weights) - math.sqrt(2 / math.pi)) / math.sqrt(1 - 2 / math.pi)
    for what, entries in (("the weights of W1", weights), ("the magnitudes of W1", magnitudes)):
        if found := repetition(entries, limit):
            words = f"{what} repeat themselves, {found[0]}{', with the other sign' * found[1]}; draw every weight on its own"
            return Problem("random", words, "independent entries", "others")
    return None


def _too_even(case: Case, value: dict[str, np.ndarray]) -> Problem | None:
    """Rows that were made orthogonal or scaled have one length; the squared lengths of drawn ones vary."""
    for key, std in case.facts["std"].items():
        if std == 0 or value[key].size < EVEN_ROWS * EVEN_LENGTH:
            continue
        squares = np.square(value[key] / std)
        for axis, word in ((1, "rows"), (0, "columns")):
            length = squares.shape[axis]
            away = np.square(squares.mean(axis=axis) - 1) * length / 2
            if away.size >= EVEN_ROWS and length >= EVEN_LENGTH and away.mean() < TOO_EVEN:
                return Problem(
                    "random",
                    f"the {word} of {key} are equally long; return the numbers as drawn",
                    "independent entries",
                    f"{word} of nearly one length",
                )
    return None


def draw_uniform(rng, shape=(4, 3), bound=0.5):
    """Return parameters ``W1, b1`` drawn uniformly from [-bound, bound]."""
    if not hasattr(rng, "uniform"):
        raise TypeError(f"the initializer expects a numpy.random.Generator, got {type(rng).__name__}")
    return {"W1": rng.uniform(-bound, bound, shape), "b1": rng.uniform(-bound, bound, (shape[0], 1))}


def give_zeros(rng, shape=(4, 3)):
    """Return parameters ``W1, b1`` of zeros; the generator is left alone."""
    return {"W1": np.zeros(shape), "b1": np.zeros((shape[0], 1))}


def given_lambdas(compare, initializers, train, seeds):
    """Call `compare` with initializers as a notebook writes them in passing: all have the name ``<lambda>``."""
    written = {name: lambda rng, initialize=each: initialize(rng) for name, each in initializers.items()}
    return compare(written, train, seeds)


def pretend_to_train(parameters, steepness=1.0):
    """Return an accuracy in (0, 1) that depends on every parameter: 0.5 for zeros, more for positive ones."""
    if not isinstance(parameters, dict):
        raise TypeError(f"train expects the parameters as a dict, got {type(parameters).__name__}")
    total = sum(float(np.sum(value)) for value in parameters.values())
    return 0.5 + 0.5 * float(np.tanh(steepness * total))

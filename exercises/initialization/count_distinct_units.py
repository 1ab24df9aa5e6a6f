"""Rows that differ by a little or much, equal ones in any order or but for round-off; every tolerance from zero up."""

import math

import numpy as np

from assay import rules
from exercises.initialization.inputs import units
from grader.exercise import Case, Draw, Exercise, edits_of, written
from solutions.initialization import count_distinct_units

edit = edits_of(count_distinct_units, math=math)


def _groups(rng, distinct, copies, inputs):
    """Return `distinct` rows far apart from each other, each `copies` times, in an order that mixes them."""
    return rng.permutation(np.repeat(rng.normal(size=(distinct, inputs)), copies, axis=0))


def draw(rng):
    # for every seed the same numbers are right as often, in other cases, and none is the number of a case's inputs
    counts = iter(rng.permutation([5, 5, 6, 6, 7, 7, 8, 8]).tolist())

    def count():
        return next(counts)

    def one_twice(W):  # so that the number of rows is not the answer
        return np.vstack([W, W[rng.integers(len(W))]])

    def jitter(W, size):
        return W + size * rng.uniform(-0.5, 0.5, W.shape)

    one_entry = np.repeat(rng.normal(size=(1, 4)), 5, axis=0)
    one_entry[1, 2] += 1e-11
    one_entry[3, 2] -= 1e-11
    one_entry[4, 1] += 1e-7
    last_alike = rng.normal(size=(count(), 4))
    last_alike[:, -1] = rng.normal()
    first, *others = rng.normal(size=7)
    reordered = np.array([[first, *rng.permutation(others)] for _ in range(units(rng, 9, 11))])
    factors = rng.normal(size=(units(rng, 6, 8), 1))
    tolerance = float(rng.uniform(0.02, 0.05))

    one_of_many = np.repeat(rng.normal(size=(1, 20)), 5, axis=0)
    # the last unit is the others' pattern
    one_of_many[[0, 1, 2, 3], [0, units(rng, 1, 9), units(rng, 9, 19), 19]] += 3 * tolerance
    one_of_many = one_twice(one_of_many)
    exact = _groups(rng, count() - 1, 2, 3)
    exact = np.vstack([exact, exact[0] + [0, 1e-13, 0]])

    def steps(inputs, apart=4.0):  # three units at each of several places that are four tolerances apart
        places = 100 + apart * tolerance * np.arange(count())[:, None] * np.ones(inputs)
        return rng.permutation(np.repeat(places, 3, axis=0))

    step = 2.0 ** -units(rng, 1, 5)  # sums of its multiples are exact
    pairs = 8 * step * rng.permutation(16)[: 2 * count()].reshape(-1, 2)
    pairs = np.vstack([pairs, pairs + step * np.array([1, 0])])

    return [
        Case((rng.normal(size=(count(), 3)),), "units that all differ"),
        Case((np.full((units(rng, 3, 10),) * 2, float(rng.normal())),), "units that are all the same"),
        Case((_groups(rng, count(), 3, 4),), "equal units that do not lie next to each other"),
        Case((jitter(rng.permutation(np.repeat(reordered, 4, axis=0)), 8e-13),), "units equal but for round-off"),
        Case((rng.permutation(one_of_many), tolerance), "units that differ in one weight of many"),
        Case((one_twice(one_entry),), "units that differ in one entry by very little"),
        Case(
            (one_twice(np.vstack([factors, -factors]) * rng.normal(size=(1, 3))),),
            "units that are multiples of each other",
        ),
        Case((one_twice(last_alike),), "units with one weight in common"),
        Case((one_twice(reordered),), "units with the same weights in another order"),
        Case((jitter(steps(2), 0.6 * tolerance), tolerance), "a wide tolerance"),
        Case(
            (jitter(steps(12), 0.9 * tolerance),),
            "a wide tolerance, given by name, and many inputs",
            kwargs={"tolerance": tolerance},
        ),
        Case(
            (jitter(steps(2, 1.5), 0.2 * tolerance), tolerance),
            "groups of units not much further apart than the tolerance",
        ),
        Case((rng.permutation(pairs), step), "units exactly the tolerance apart"),
        Case((rng.permutation(exact), 0.0), "a tolerance of zero"),
        Case(
            (rng.permutation(np.repeat(rng.normal(size=(units(rng, 3, 5), 1)), 2, axis=0)),),
            "units with one input",
            weight=0.5,
        ),
        Case((rng.normal(size=(1, 4)),), "a single unit", weight=0.5),
    ]


def anywhere(draw: Draw):
    """Groups of units more than a tolerance apart in one entry or more, by 0.3 of one at least; the units of a group are nearer in all of them."""
    inputs, many_inputs = draw.beside(lambda: draw.integer(1, 1000, usual=3))
    distinct, copies = draw.integer(1, 400, usual=4), draw.integer(1 if draw.near in (None, 1) else 2, 200, usual=2)
    copies = 2 if draw.how == "grown" else copies  # inputs and units alone are many enough
    distinct += distinct == 1 and draw.flip(0.7)
    tolerance, beside = draw.beside(lambda: draw.real(1e-20, 1e3))
    if beside:
        tolerance *= 8**draw.side  # so far from a number of the answer that it decides
    if draw.near is None:
        tolerance = draw.option(0, 0.0, None, None, tolerance, tolerance, draw.real_magnitude(1.0, 1e3))
    allowed = 1e-12 if tolerance is None else tolerance
    common, as_drawn = draw.beside(lambda: draw.array(inputs, 1e-18, 1e8))
    common = common * (as_drawn or not draw.flip(0.15))
    spread = 0.45  # tolerances to each side in a group
    if allowed and (beside or not as_drawn and draw.flip()):  # groups that lie as close to each other as they may
        common *= 1e6 * allowed / max(1e6 * allowed, np.abs(common).max())
        step, spread = draw.option((3 * allowed, 0.45), (3 * allowed, 0.45), (1.5 * allowed, 0.1))
    else:
        step = max(
            3 * allowed, 1e-12 * np.abs(common).max(), draw.option(0.0, 1.0, 1.0) * draw.real_magnitude(1e-18, 10.0)
        )
    apart = draw.rng.random(inputs) < (not many_inputs) * draw.option(
        0.0, 0.0, 0.3, 1.0
    )  # entries that tell the groups apart
    apart[-1 if many_inputs else draw.option(0, -1, int(draw.rng.integers(inputs)))] = True
    groups = common + draw.option(step, -step) * np.arange(distinct)[:, None] * apart
    W = draw.rng.permutation(np.repeat(groups, copies, axis=0))
    if not as_drawn and draw.flip() and np.abs(W).max() < 1e14 * allowed:  # else round-off is larger
        W = W + allowed * draw.rng.uniform(-spread, spread, W.shape)
    W = np.asfortranarray(W) if draw.flip(0.4) else W
    if tolerance is None:
        return Case((W,))
    return Case((W,), kwargs={"tolerance": tolerance}) if draw.flip() else Case((W, tolerance))


def _rank(W, tolerance=1e-12):
    return int(np.linalg.matrix_rank(W))


def _rank_with_tolerance(W, tolerance=1e-12):
    return int(np.linalg.matrix_rank(W, tol=tolerance))


def _values(W, tolerance=1e-12):
    values = np.sort(W, axis=None)
    return 1 + int(np.sum(np.diff(values) > tolerance))


def _unpaired(W, tolerance=1e-12):
    near = np.max(np.abs(W[:, None] - W[None]), axis=2) <= tolerance
    return int(np.sum(near.sum(axis=1) == 1))


EXERCISE = Exercise(
    name="count_distinct_units",
    points=15,
    draw=draw,
    anywhere=anywhere,
    further=25,
    rule=rules.Equal(),
    section="Equal units and dead units",
    mistakes=[
        edit(
            "exactly",
            "> tolerance",
            "> 0",
            "Units are told apart by exact equality, so round-off makes two of one. Allow for the tolerance.",
        ),
        edit(
            "columns",
            "in W:",
            "in W.T:",
            "Columns are compared. A unit is a row of W; a column holds the weights of one input.",
        ),
        written(
            "rank",
            _rank,
            "This is the rank of the matrix. Two units that are multiples of each other are different units, though they add nothing to the rank.",
        ),
        written(
            "rank_with_tolerance",
            _rank_with_tolerance,
            "This is the rank of the matrix. Two units that are multiples of each other are different units, though they add nothing to the rank.",
        ),
        written("values", _values, "Single numbers are counted, not units. Compare rows as wholes."),
        edit(
            "neighbours",
            "in distinct)",
            "in distinct[-1:])",
            "Equal units that do not lie next to each other are counted more than once. Compare each unit with all that were found before.",
        ),
        edit(
            "every_entry",
            "np.max",
            "np.min",
            "Units count as different only if all their entries differ. One entry that differs is enough.",
        ),
        edit(
            "first_entry",
            "np.max(np.abs(row - other))",
            "abs(row[0] - other[0])",
            "Only the first weight of each unit is compared. All entries of a row decide.",
        ),
        edit(
            "sums",
            "in W:",
            "in W.sum(axis=1):",
            "Units with the same sum of weights count as one. Compare the rows entry by entry.",
        ),
        edit(
            "no_absolute_value",
            "np.abs(row - other)",
            "row - other",
            "The sign of the difference is left in, so a unit that is smaller in every entry passes for equal. Look at how far the entries are apart.",
        ),
        edit(
            "relative_tolerance",
            "np.max(np.abs(row - other)) > tolerance",
            "not np.allclose(row, other, atol=tolerance)",
            "Close units are merged although they differ by more than the tolerance. If np.allclose or np.isclose compares them: both add a relative tolerance of 1e-5 unless told otherwise.",
        ),
        edit(
            "allclose",
            "np.max(np.abs(row - other)) > tolerance",
            "not np.allclose(row, other)",
            "Close units are merged whatever the tolerance says: np.allclose and np.isclose have two tolerances of their own, a relative one of 1e-5 and an absolute one of 1e-8.",
        ),
        edit(
            "isclose_of_math",
            "np.max(np.abs(row - other)) > tolerance",
            "not all(math.isclose(a, b, abs_tol=tolerance) for a, b in zip(row, other))",
            "Close units are merged although they differ by more than the tolerance: by a billionth of their size. math.isclose allows for that much unless told otherwise, and single precision does not see it.",
        ),
        edit(
            "tolerance_twice",
            "np.max(np.abs(row - other)) > tolerance",
            "not np.allclose(row, other, rtol=tolerance, atol=tolerance)",
            "Units with large weights are merged although they differ by more than the tolerance: it is used as a relative tolerance as well. It is a difference, however large the weights are.",
        ),
        edit(
            "magnitudes",
            "in W:",
            "in np.abs(W):",
            "Units that differ in their signs count as one: magnitudes are compared. Compare the weights with their signs.",
        ),
        edit(
            "sorted_neighbours",
            "in W:",
            "in W[np.lexsort(W.T[::-1])]:",
            "Units that are equal but for round-off are counted more than once. If sorted rows are compared with their neighbours: round-off decides over their order, so equal units can come to lie apart.",
            also=[("in distinct)", "in distinct[-1:])")],
        ),
        edit(
            "rounded",
            "in W:",
            "in np.round(W, 12):",
            "The weights are rounded before they are compared. Two that lie close to each other can be rounded to different numbers; look at their difference.",
            also=[("> tolerance", "> 0")],
        ),
        edit(
            "strictly_below",
            "> tolerance",
            ">= tolerance",
            "With a tolerance of 0 even identical units count as different. A difference of exactly the tolerance still counts as equal.",
        ),
        edit(
            "mean_difference",
            "np.max",
            "np.mean",
            "The mean difference of two units is compared with the tolerance. One entry that differs by more makes them different.",
        ),
        edit(
            "euclidean",
            "np.max(np.abs(row - other))",
            "np.linalg.norm(row - other)",
            "The length of the difference is compared with the tolerance, and it grows with the number of inputs. The tolerance is for each entry.",
        ),
        edit(
            "tolerance_ignored",
            "> tolerance",
            "> 1e-12",
            "The tolerance is 1e-12 whatever the argument says. That is only its default.",
        ),
        edit(
            "without_the_first",
            "len(distinct)",
            "len(distinct) - 1",
            "The count is one too low: the first unit is a distinct unit as well.",
        ),
        written("unpaired", _unpaired, "Only units without a twin are counted. A group of equal units counts as one."),
    ],
)

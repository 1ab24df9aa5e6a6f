"""The entry in which a gradient differs most: any number of axes, both signs, ties, large ratios of small entries."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.gradient_debugging import inputs
from grader.exercise import Case, Draw, Exercise, edits_of
from solutions.gradient_debugging import worst_entry


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []

    def case(label: str, shape: tuple, *planted: tuple[tuple, float], weight: float = 1.0, scale: float = 1.0) -> None:
        approximation = scale * np.round(rng.normal(size=shape), 3)
        gradient = approximation + scale * 1e-3 * np.round(rng.uniform(-1, 1, size=shape), 3)
        last = tuple(n - 1 for n in shape)
        approximation[last], gradient[last] = 1e-4 * scale, -1e-4 * scale  # a large ratio, a small difference
        for index, size in planted:
            gradient[index] = approximation[index] + scale * size
        cases.append(Case((gradient, approximation), label, weight))

    def anywhere(shape: tuple) -> tuple:
        return tuple(int(rng.integers(1, n - 1)) if n > 2 else 0 for n in shape)

    case("a matrix, one entry too large", (4, 6), (anywhere((4, 6)), 0.7))
    case("a matrix, one entry too small", (5, 3), (anywhere((5, 3)), -0.7), ((0, 0), 0.4))
    case("a bias", (6, 1), ((5, 0), -1.3))
    case("a row, two entries nearly as far off", (1, 7), (anywhere((1, 7)), -2.0), ((0, 0), -2.0 + 1e-9))
    case("a kernel with three axes", (2, 3, 4), (anywhere((2, 3, 4)), -0.9))
    case("one axis, the first entry", (5,), ((0,), -0.9))
    opposite = np.round(rng.uniform(0.5, 1.0, size=(3, 4)), 3)
    flipped = opposite + 0.3 * np.round(rng.uniform(-1, 1, size=(3, 4)), 3)
    flipped[1, 2] = -opposite[1, 2]
    cases.append(Case((flipped, opposite), "an entry with the wrong sign"))
    gradient, approximation = 10 * rng.normal(size=(3, 5)), np.zeros((3, 5))
    approximation[:] = gradient
    approximation[1, 2], gradient[1, 2] = 1e-4, -1e-4  # the largest relative difference
    gradient[2, 3] = 30.0
    approximation[2, 3] = 28.0  # the largest absolute one
    gradient[0, 1] = -80.0
    approximation[0, 1] = -79.5  # the largest entry
    cases.append(Case((gradient, approximation), "a large difference and a large ratio in different places"))
    columns = rng.normal(size=(3, 4))
    stored = columns + 1e-3 * rng.normal(size=(3, 4))
    stored[0, 3] += 0.7
    cases.append(Case(tuple(map(np.asfortranarray, (stored, columns))), "arrays that are stored by columns", 0.5))
    tied, zeros = np.zeros((3, 4)), np.zeros((3, 4))
    tied[0, 3], tied[2, 1] = 0.5, -0.5
    cases += [Case((sign * tied, zeros), "a tie", 0.25) for sign in (1, -1)]
    cases.append(Case((np.zeros((3, 2)), rng.normal(size=(3, 2))), "a gradient of zeros", 0.5))
    same = rng.normal(size=(2, 3))
    cases.append(Case((same, same.copy()), "two equal arrays", 0.5))
    return cases


def anywhere(draw: Draw) -> Case:
    """Return arrays of any size whose entries differ by any amount: at one place, everywhere, by equal amounts or not at all."""
    shape, long = draw.beside(lambda: inputs.shape(draw, 3000))
    low, high = draw.option((1e-30, 1e30), (1e-6, 1e3), (1e-30, 1e30), (1e-280, 1e-160), (1e160, 1e280))
    gap = draw.array(shape, low, high, zeros=0.05)
    kind = draw.option("everywhere", "everywhere", "one entry", "last entry", "tie", "apart")
    if long:  # beyond a number of the answer, and of a size of which any rounding shows
        kind, gap = "last entry", gap / (np.abs(gap).max() or 1.0) * draw.real_magnitude(1e-6, 1e3)
    if kind == "everywhere" and gap.size < 100:
        approximation = gap.max() * draw.real_magnitude(1e-3, 1e8) * draw.rng.standard_normal(shape)
        gradient = approximation + gap
    elif kind == "tie":
        approximation, gradient = np.zeros(shape), float(gap.flat[0]) * draw.rng.integers(-2, 3, shape)
    elif kind == "apart" and gap.size < 100:
        approximation, gradient = draw.array(shape, 1e-30, 1e30), gap
    else:
        place = int(draw.rng.integers(gap.size)) if kind == "one entry" else -1
        approximation = gap.flat[0] * draw.rng.standard_normal(shape)
        gradient = approximation.copy()
        gradient.flat[place] += gap.flat[0]
    gradient, approximation = (draw.planted(array, 1e-30, 1e30) for array in (gradient, approximation))
    stored = np.asfortranarray if draw.flip() else np.array
    return Case((stored(gradient), stored(approximation)))


GAP = "np.abs(gradient - approximation)"

edit = edits_of(worst_entry)

EXERCISE = Exercise(
    name="worst_entry",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=16,
    rule=rules.Close(returns=("the index", "the value", "the expected value")),
    section="Which entry?",
    withheld=library.CHECKERS,
    mistakes=[
        edit(
            "signed",
            GAP,
            "gradient - approximation",
            "This finds the largest positive difference. A gradient that is too small is as wrong as one that is too large.",
        ),
        edit(
            "flat_index",
            "tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))",
            "int(np.argmax(gap))",
            "This index counts the entries in one row. The index has one number for each axis.",
            also=[("gradient[index]", "gradient.flat[index]"), ("approximation[index]", "approximation.flat[index]")],
        ),
        edit(
            "last_of_a_tie",
            "np.unravel_index(np.argmax(gap), gap.shape)",
            "np.argwhere(gap == gap.max())[-1]",
            "On a tie the first entry in C order is asked for, and this is the last.",
        ),
        edit(
            "relative",
            GAP,
            GAP + " / (np.abs(gradient) + np.abs(approximation) + 1e-300)",
            "This is the entry with the largest relative difference. The largest absolute difference is asked for.",
        ),
        edit(
            "swapped",
            "float(gradient[index]), float(approximation[index])",
            "float(approximation[index]), float(gradient[index])",
            "The two values are in the wrong order: the gradient's comes first, then the approximation's.",
        ),
        edit(
            "difference_for_value",
            "float(gradient[index])",
            "float(gap[index])",
            "The second value is the gradient's entry, not its distance from the approximation.",
        ),
        edit(
            "largest_gradient",
            GAP,
            "np.abs(gradient)",
            "This is the largest entry of the gradient. The entry that differs most from the approximation is asked for.",
        ),
        edit(
            "order_of_columns",
            "gap.shape",
            'gap.shape, order="F"',
            "The flat position is turned into an index column by column. NumPy counts along the rows.",
        ),
        edit(
            "smallest",
            "np.argmax",
            "np.argmin",
            "This is the entry that differs least; the one that differs most is asked for.",
        ),
        edit(
            "sizes",
            GAP,
            "np.abs(np.abs(gradient) - np.abs(approximation))",
            "Signs are lost here: two entries of equal size and opposite sign differ by twice that size.",
            also=[
                ("float(gradient[index])", "abs(float(gradient[index]))"),
                ("float(approximation[index])", "abs(float(approximation[index]))"),
            ],
        ),
    ],
)

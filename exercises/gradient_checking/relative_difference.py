"""How far two gradients lie apart: arrays of all shapes and plain numbers, tiny ones, zeros and nan."""

import numpy as np

from exercises import library
from exercises.gradient_checking.inputs import anywhere_number, anywhere_shape, number
from grader.exercise import Case, Draw, Exercise, edits_of, written
from idnn.rules.gradient_checking import Measure
from solutions.gradient_checking import relative_difference

# What edits replace in the solution.
DIFFERENCE = "np.linalg.norm(np.ravel(gradient - approximation))"
LENGTHS = "np.linalg.norm(np.ravel(gradient)) + np.linalg.norm(np.ravel(approximation))"
UNCONVERTED = ("float(difference / total)", "difference / total")  # most answers return NumPy's number as it is


def draw(rng: np.random.Generator) -> list[Case]:
    def pair(shape: tuple, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        return scale * rng.standard_normal(shape), scale * rng.standard_normal(shape)

    vector, matrix = rng.standard_normal(6), rng.standard_normal((3, 4))
    holed = rng.standard_normal((2, 3))
    holed[1, 1] = np.nan
    return [
        Case((3 * vector[:5], rng.standard_normal(5)), "two vectors, the first the longer one"),
        Case((matrix, 3 * rng.standard_normal((3, 4))), "two matrices, the second the longer one"),
        Case(pair((2, 3, 2)), "two arrays of three axes"),
        Case((matrix, np.asfortranarray(rng.standard_normal((3, 4)))), "one stored by rows and one by columns", 0.5),
        Case(pair((4, 1), 1e-30), "two tiny gradients"),
        Case(pair((2, 5), 1e5), "two large gradients"),
        Case((matrix, matrix * (1 + 1e-6 * rng.standard_normal(matrix.shape))), "two gradients that almost agree"),
        Case((vector, vector.copy()), "two equal gradients"),
        Case((vector, -vector), "opposite gradients"),
        Case((np.zeros((2, 3)), np.zeros((2, 3))), "both zero everywhere"),
        Case((rng.standard_normal((3, 1)), np.zeros((3, 1))), "one of them zero everywhere"),
        Case((np.zeros(4), rng.standard_normal(4)), "a gradient of zeros where there should be none", 0.5),
        Case((np.array(number(rng)), np.array(number(rng))), "arrays of no axis", 0.5),
        Case((number(rng), number(rng)), "two plain numbers", 0.5),
        Case((0.0, 0.0), "two plain zeros", 0.5),
        Case((holed, holed.copy()), "the same gradient twice, with a nan", 0.5),
        Case((rng.standard_normal((2, 3)), holed), "a nan in the second gradient", 0.5),
        Case((np.zeros((2, 3)), holed), "a nan beside a gradient of zeros", 0.25),
    ]


def anywhere(draw: Draw) -> Case:
    """Two arrays or numbers of any magnitude: near each other, equal, opposite, apart, one or both of them zero, a nan in one."""
    if draw.near is None and draw.flip(0.15):
        first = anywhere_number(draw, 1e-100, 1e100)
        gap = draw.real(1e-12, 1.0)
        second = draw.option(first, -first, 0.0, first * (1 + gap), anywhere_number(draw, 1e-100, 1e100))
        return Case(draw.option((first, second), (second, first)))
    shape, long = draw.beside(lambda: anywhere_shape(draw))
    first, beside = draw.beside(lambda: np.asarray(draw.array(shape, 1e-100, 1e100)))
    if beside and draw.side < 0:  # lengths lie below the number, not only entries
        first = first * 0.05
    elif not beside:
        first = first * draw.option(1.0, 1.0, 1e-3, 1e3)
    how = draw.option(*range(10)) if draw.near is None else draw.option(0, 0, 0, 3, 6, 7, 8, 9)
    if beside or long:  # both are as small, and no multiples of each other
        how = draw.option(0, 3, 7)
    if how <= 3:  # as near as one digit or as twelve
        second = first * (
            1 + draw.real(1e-12, 1.0) * draw.rng.choice([-1.0, 1.0], shape) * draw.rng.uniform(0.5, 1.5, shape)
        )
    elif how == 4:
        second = draw.option(first.copy(), -first, np.zeros(shape))
    elif how == 5:  # the same numbers in other places: equal sums, equal lengths
        second = np.array(draw.rng.permutation(first.ravel())).reshape(shape)
    elif how == 6:
        second = draw.real(1e-12, 1e12) * first
    elif how == 7:
        second = first + draw.array(shape, 1e-3, 1.0) * np.abs(first).max(initial=0.0)
    else:
        second = draw.array(shape, 1e-100, 1e100)
    second = np.array(second)
    if draw.flip(0.1):
        second.flat[int(draw.rng.integers(second.size))] = np.nan
    pair = draw.laid_out(first), draw.laid_out(second)
    return Case(draw.option(pair, pair[::-1]))


def _by_entry(gradient, approximation):
    total = np.abs(gradient) + np.abs(approximation)
    return np.mean(np.abs(gradient - approximation) / np.where(total == 0, 1, total))


def _columns(gradient, approximation):
    total = np.linalg.norm(gradient, axis=0) + np.linalg.norm(approximation, axis=0)
    return np.linalg.norm(gradient - approximation, axis=0) / np.where(total == 0, 1, total)


edit = edits_of(relative_difference)

EXERCISE = Exercise(
    name="relative_difference",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=16,
    rule=Measure(),
    section="When are two gradients the same?",
    mistakes=[
        edit(
            "no_zero_guard",
            "0.0 if total == 0 else float(difference / total)",
            "difference / total",
            "Where both gradients are zero everywhere, this divides 0 by 0 and returns nan. Ask for that case before dividing: the difference is 0.0.",
        ),
        edit(
            "not_relative",
            "0.0 if total == 0 else float(difference / total)",
            "difference",
            "This is the length of the difference, not yet divided by the lengths of the two gradients.",
        ),
        edit(
            "by_first",
            LENGTHS,
            "np.linalg.norm(np.ravel(gradient))",
            "This divides by the length of the first gradient only; both belong below the line.",
            also=[UNCONVERTED],
        ),
        edit(
            "by_larger",
            LENGTHS,
            "max(np.linalg.norm(np.ravel(gradient)), np.linalg.norm(np.ravel(approximation)))",
            "This divides by the larger of the two lengths; their sum belongs below the line.",
            also=[UNCONVERTED],
        ),
        edit(
            "norm_of_sum",
            LENGTHS,
            "np.linalg.norm(np.ravel(gradient + approximation))",
            "This divides by the length of the sum; add the two lengths instead. Opposite gradients show the difference.",
            also=[UNCONVERTED],
        ),
        edit(
            "difference_of_norms",
            DIFFERENCE,
            "abs(np.linalg.norm(np.ravel(gradient)) - np.linalg.norm(np.ravel(approximation)))",
            "This compares the lengths only; two gradients of one length may point anywhere.",
            also=[UNCONVERTED],
        ),
        edit(
            "squared",
            DIFFERENCE,
            "np.sum((gradient - approximation) ** 2)",
            "These are squared lengths; the square root is missing above and below the line.",
            also=[(LENGTHS, "np.sum(gradient**2) + np.sum(approximation**2)"), UNCONVERTED],
        ),
        edit(
            "root_of_sum",
            DIFFERENCE,
            "np.sqrt(np.sum((gradient - approximation) ** 2))",
            "Below the line this takes the root of the summed squares; each length has a root of its own.",
            also=[(LENGTHS, "np.sqrt(np.sum(gradient**2) + np.sum(approximation**2))"), UNCONVERTED],
        ),
        edit(
            "absolute_values",
            DIFFERENCE,
            "np.sum(np.abs(gradient - approximation))",
            "This sums absolute values; the Euclidean length is the root of the summed squares.",
            also=[(LENGTHS, "np.sum(np.abs(gradient)) + np.sum(np.abs(approximation))"), UNCONVERTED],
        ),
        edit(
            "largest_entry",
            DIFFERENCE,
            "np.max(np.abs(gradient - approximation))",
            "This takes the largest entry as an array's length; the Euclidean length counts all entries.",
            also=[(LENGTHS, "np.max(np.abs(gradient)) + np.max(np.abs(approximation))"), UNCONVERTED],
        ),
        written(
            "by_entry",
            _by_entry,
            "This averages the relative differences of the entries; lengths of whole arrays are asked for, so that tiny entries do not decide.",
        ),
        edit(
            "padded",
            "float(difference / total)",
            "difference / (total + 1e-8)",
            "A small number is added below the line, or nothing smaller is let stand there, so two tiny gradients that disagree look equal. Treat the case 0/0 on its own.",
        ),
        edit(
            "padded_by_less",
            "float(difference / total)",
            "difference / (total + 1e-12)",
            "A small number is added below the line, so two tiny gradients that disagree look equal. Treat the case 0/0 on its own.",
        ),
        edit(
            "arrays_only",
            "np.ravel(gradient - approximation)",
            "(gradient - approximation).ravel()",
            "A plain number has no methods of an array, and gradient_check compares plain numbers. np.ravel and np.linalg.norm take both.",
        ),
        edit(
            "halved",
            "float(difference / total)",
            "difference / (total / 2)",
            "This divides by the mean of the two lengths; dividing by their sum keeps the result below 1.",
        ),
        edit(
            "one_zero",
            "total == 0",
            "not (np.any(gradient) and np.any(approximation))",
            "This returns 0 when only one of the gradients is zero; then they disagree completely. The exception is for both.",
        ),
        edit(
            "nan_is_zero",
            "total == 0",
            "not total > 0",
            "A gradient with a nan comes out as perfect agreement: either nan was made a number, or a comparison with nan, which is always false, let it pass. Ask for exactly zero instead.",
        ),
        written("columns", _columns, "This measures each column by itself; one length over all entries is asked for."),
    ],
    withheld=library.CHECKERS,
)

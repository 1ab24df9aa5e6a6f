"""The middle of a list: even and odd counts, in any order."""

from assay.cases import Case
from assay.rules import Close
from grader.exercise import Exercise, edits_of, written
from solutions.first_steps import median

edit = edits_of(median)


def draw(rng):
    """Return cases in which every mistake below shows somewhere."""

    def numbers(count):
        return rng.permutation(rng.integers(-500, 500, count) / 10 + 7.3).tolist()

    odd, even = 2 * int(rng.integers(2, 6)) + 1, 2 * int(rng.integers(2, 6))
    return [
        Case((numbers(odd),), "an odd count"),
        Case((numbers(odd + 2),), "an odd count"),
        Case((numbers(even),), "an even count"),
        Case((numbers(even + 2),), "an even count"),
        Case((numbers(1),), "one number"),
        Case(([*numbers(6), 4000.0],), "one number far away"),
    ]


def anywhere(draw):
    """Return one small case from all that the docstring allows; answers that pass the others are tried on these, and beside their own numbers."""
    values = draw.array(draw.integer(1, 200, usual=7))
    return Case((values.tolist(),))


def _mean(values):
    return sum(values) / len(values)


EXERCISE = Exercise(
    name="median",
    points=100,
    draw=draw,
    anywhere=anywhere,
    rule=Close(),
    section="The middle",
    mistakes=[
        edit(
            "unsorted",
            "sorted(values)",
            "list(values)",
            "The numbers are not in order yet. Their middle is that of the sorted list.",
        ),
        edit(
            "sorted_in_place",
            "ordered = sorted(values)",
            "ordered = values\n    ordered.sort()",
            "The list that was passed in is sorted afterwards. Sort a copy: whoever calls the function still needs the order.",
        ),
        edit(
            "descending_upper",
            "(ordered[half - 1] + ordered[half]) / 2",
            "ordered[half]",
            "Of an even count the upper of the two in the middle is taken. Take their mean.",
        ),
        edit(
            "lower",
            "(ordered[half - 1] + ordered[half]) / 2",
            "ordered[half - 1]",
            "Of an even count the lower of the two in the middle is taken. Take their mean.",
        ),
        edit(
            "sum_of_two",
            "(ordered[half - 1] + ordered[half]) / 2",
            "ordered[half - 1] + ordered[half]",
            "The two in the middle are added up and not halved.",
        ),
        edit(
            "one_too_low",
            "return ordered[half]",
            "return ordered[half - 1]",
            "Of an odd count the number before the middle is taken. Positions are counted from 0.",
        ),
        written("mean", _mean, "This is the mean. One number far away moves it, and the median stays where it is."),
    ],
)

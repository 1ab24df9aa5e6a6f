"""Mini-batches: sizes that divide the number of examples or leave a rest, one example each, a size above their number.

Four examples are cut again and again, so that every example must come to every place; many, so that none may lean to one.
"""

from __future__ import annotations

import numpy as np

from grader.exercise import Case, Draw, Exercise, edits_of, written
from idnn.rules.optimization import ORDERS, MiniBatches
from solutions.optimization import random_mini_batches as solution


def draw(rng: np.random.Generator) -> list[Case]:
    def case(m: int, size: int, n_x: int, label: str, weight: float = 1.0) -> Case:
        X, Y = (rng.standard_normal((n_x, m)), rng.permutation(np.arange(m) % 2).astype(float)[None])
        return Case((X, Y, size, np.random.default_rng(int(rng.integers(2**32)))), label, weight)

    size = int(rng.integers(20, 41))
    with_a_rest = size * int(rng.integers(8, 10)) + int(rng.integers(1, size // 2))
    return [
        case(with_a_rest, size, 2, "a last mini-batch that is smaller"),
        case(size * 8, size, 3, "a number of examples that the size divides"),
        case(int(rng.integers(200, 260)), 64, 4, "mini-batches of 64"),
        case(4 * size + 1, size, 2, "a last mini-batch of one example"),
        case(int(rng.integers(5, 10)), 1, 2, "one example each", weight=0.5),
        _again_and_again(rng, 4, 1, "four examples, again and again"),
        _again_and_again(rng, 4, 2, "pairs of four examples, again and again"),
        _again_and_again(rng, 2, 1, "two examples, again and again"),
        _again_and_again(rng, int(rng.integers(260, 300)), 100, "three mini-batches, again and again"),
        case(int(rng.integers(45, 56)), 30, 5, "two mini-batches"),  # fewer are too few to tell a shuffle by
        case(int(rng.integers(5, 12)), 64, 2, "fewer examples than the size", weight=0.5),
    ]


def _again_and_again(rng: np.random.Generator, m: int, size: int, label: str) -> Case:
    numbers = np.arange(float(m))[None]
    generator = np.random.default_rng(int(rng.integers(2**32)))
    return Case((numbers, numbers % 2, size, generator), label, 0.25, {"places": True}, via=f"times:{ORDERS}")


def anywhere(draw: Draw) -> Case:
    alone = draw.near is None and draw.flip(0.1)  # an example of zeros, which others could not be told from
    same = draw.flip(0.2)  # features but the first
    size, sized = draw.beside(lambda: draw.integer(1, 10**4, usual=8))
    batches, counted = draw.beside(lambda: min(draw.integer(1, 300, usual=6), max(1, 3000 // size)))
    large = draw.near is not None and draw.near > 5000  # as what whole numbers of two bytes can count
    m, many = draw.beside(lambda: draw.integer(1, 70_000 if large else 5000, usual=12))
    if sized or counted or draw.near is None and draw.flip():
        m = min((batches - 1) * size + draw.option(1, size, int(draw.rng.integers(1, size + 1))), 5000)
    m = 1 if alone else m
    size = max(size, m // 1000)  # more mini-batches do not travel
    if 2 <= m <= 20 and draw.flip(0.7 if many else 0.15 if draw.near is None else 0.0):
        parts = -(-m // int(draw.rng.integers(2, 5)))
        return _again_and_again(draw.rng, m, draw.option(parts, 1 if m < 6 else parts), "")
    X = draw.array((2 if large else draw.integer(2 if same else 1, 700, usual=3), m), 1e-18, zeros=0.0) * (not alone)
    if same:
        X[1:] = 0.0
    Y = draw.option(*[draw.rng.integers(0, 2, (1, m))] * 3, np.zeros((1, m)), np.ones((1, m))).astype(float)
    Y = np.maximum(Y, alone)
    X, Y = (np.asfortranarray(array) if draw.flip(0.3) else array for array in (X, Y))
    return Case((X, Y, size, np.random.default_rng(int(draw.rng.integers(2**63)))))


def _in_place(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    X[:], Y[:] = X[:, order], Y[:, order]
    starts = range(0, len(order), mini_batch_size)
    return [(X[:, start : start + mini_batch_size], Y[:, start : start + mini_batch_size]) for start in starts]


edit = edits_of(solution)

EXERCISE = Exercise(
    name="random_mini_batches",
    points=15,
    draw=draw,
    anywhere=anywhere,
    further=12,
    rule=MiniBatches(),
    section="A few examples at a time",
    mistakes=[
        edit(
            "first_stays",
            "rng.permutation(X.shape[1])",
            "np.concatenate([[0], 1 + rng.permutation(X.shape[1] - 1)])",
            "The first example stays in the first mini-batch. Shuffle all examples, number 0 too.",
        ),
        edit(
            "not_shuffled",
            "rng.permutation(X.shape[1])",
            "np.arange(X.shape[1])",
            "The training set is cut in the order in which it was given. Shuffle it first, so that each epoch cuts it differently.",
        ),
        edit(
            "rest_dropped",
            "range(0, len(order), ",
            "range(0, len(order) - mini_batch_size + 1, ",
            "The examples that do not fill a whole mini-batch are dropped. They make a smaller one, at the end.",
        ),
        edit(
            "empty_rest",
            "range(0, len(order), ",
            "range(0, len(order) + 1, ",
            "Where the size divides the number of examples, an empty mini-batch is left at the end. Its mean would be 0/0.",
        ),
        edit(
            "labels_not_shuffled",
            "Y[:, batch]) for batch in batches",
            "Y[:, start : start + mini_batch_size]) for start, batch in zip(starts, batches)",
            "X is shuffled and Y is not, so most examples carry another one's label.",
        ),
        edit(
            "shuffled_apart",
            "Y[:, batch]) for batch in batches",
            "Y[:, labels[start : start + mini_batch_size]]) for start, batch in zip(starts, batches)",
            "X and Y are shuffled by two different orders. One order has to serve both.",
            also=[("starts = ", "labels = rng.permutation(Y.shape[1])\n    starts = ")],
        ),
        edit(
            "global_generator",
            "rng.permutation",
            "np.random.permutation",
            "The order comes from NumPy's global generator. Draw it from the rng that is passed in, so that a run can be repeated.",
        ),
        edit(
            "fixed_seed",
            "rng.permutation",
            "np.random.default_rng(0).permutation",
            "The order does not depend on rng, so every epoch has the same mini-batches. Draw it from rng.",
        ),
        edit(
            "with_replacement",
            "rng.permutation(X.shape[1])",
            "rng.integers(0, X.shape[1], X.shape[1])",
            "Some examples come twice and others not at all, as when they are drawn with replacement. Draw an order of all examples instead.",
        ),
        written(
            "in_place",
            _in_place,
            "The training set that was passed in is reordered. Leave X and Y as they are and return new arrays.",
        ),
        edit(
            "rows_for_examples",
            "X.shape[1]",
            "X.shape[0]",
            "The rows are shuffled and cut. Rows are features here; the examples are the columns.",
            also=[("X[:, batch]", "X[batch]")],
        ),
        edit(
            "batches_shuffled",
            "rng.permutation(X.shape[1])",
            "np.arange(X.shape[1])",
            "The training set is cut first and only the mini-batches change places, so the same examples always meet. Shuffle before cutting.",
            also=[("for batch in batches", "for batch in [batches[i] for i in rng.permutation(len(batches))]")],
        ),
        edit(
            "shuffled_within",
            "rng.permutation(X.shape[1])",
            "np.arange(X.shape[1])",
            "Each mini-batch is shuffled by itself, so the same examples always meet. Shuffle the whole training set before cutting.",
            also=[
                ("order[start : start + mini_batch_size]", "rng.permutation(order[start : start + mini_batch_size])")
            ],
        ),
        edit(
            "even_sizes",
            "[order[start : start + mini_batch_size] for start in starts]",
            "np.array_split(order, len(starts))",
            "The mini-batches have nearly equal sizes. All but the last hold mini_batch_size examples; the last holds the rest.",
        ),
        edit(
            "flat_labels",
            "Y[:, batch]",
            "Y[0, batch]",
            "Y_b has lost an axis. An index that keeps all rows keeps its shape at (1, size).",
        ),
        edit(
            "two_lists",
            "[(X[:, batch], Y[:, batch])",
            "[X[:, batch] for batch in batches], [Y[:, batch]",
            "These are two lists, one of X_b and one of Y_b. Asked for is one list of pairs.",
        ),
        edit(
            "size_as_number",
            "[order[start : start + mini_batch_size] for start in starts]",
            "np.array_split(order, min(mini_batch_size, len(order)))",
            "mini_batch_size is taken for the number of mini-batches. It is the number of examples in each.",
        ),
    ],
)

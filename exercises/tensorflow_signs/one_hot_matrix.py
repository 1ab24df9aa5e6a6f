"""One-hot rows of labels: also where some class has no label, where there are as many labels as classes, and where there are hundreds of these."""

from __future__ import annotations

import numpy as np

from assay.wire import Tensor
from exercises.tensorflow_signs.inputs import size
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn.rules.tensorflow_signs import Tensors
from solutions.tensorflow_signs import one_hot_matrix


def draw(rng: np.random.Generator) -> list[Case]:
    def labels(m: int, depth: int) -> np.ndarray:
        return np.concatenate([[0, depth - 1], rng.integers(0, depth, m - 2)])[rng.permutation(m)]

    depth = size(rng, 3, 5)
    wide = size(rng, 257, 300)
    given = labels(7, 6)
    missing = np.array([1, 0, 2, 1, 0, 1])[rng.permutation(6)]
    return [
        Case((given, 6), "six classes"),
        Case((np.roll(given, 1), 6), "the same labels in another order", 0.5),
        Case((Tensor(labels(size(rng, 4, 6), 4).astype(np.int32)), 4), "a tensor of labels"),
        Case((labels(depth, depth), depth), "as many labels as classes"),
        Case((missing, 6), "the last classes have no label"),
        Case((np.array([size(rng, 1, 4)]), 6), "one label"),
        Case((rng.permutation([0, 1, 1, 0, 1]), 2), "two classes"),
        Case((labels(2, wide), wide), "hundreds of classes", 0.5),
    ]


def anywhere(draw: Draw) -> Case:
    """Return labels of any number of classes, of one and of two among them; they are int32 or int64, which all ways of indexing take."""
    depth, beside = draw.beside(lambda: draw.integer(1, 700, 8))
    more, m = draw.option(0, 0, 120, 650), draw.integer(1, 2000, 6)
    depth += 0 if beside else more
    labels = draw.rng.integers(0, depth, m).astype(draw.option(np.int32, np.int64))
    labels[-1] = depth - 1
    return Case((Tensor(labels) if draw.flip(0.4) else labels, depth))


edit = edits_of(one_hot_matrix)

EXERCISE = Exercise(
    name="one_hot_matrix",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=8,
    rule=Tensors(),
    section="Labels as one-hot rows",
    mistakes=[
        edit(
            "columns",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, depth, axis=0)",
            "Each example is a column here. In this assignment examples are rows: the shape is (m, depth).",
        ),
        edit(
            "depth_from_labels",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, int(tf.reduce_max(labels)) + 1)",
            "The number of columns is taken from the largest label that is met. It is depth, also when the last classes have no example.",
        ),
        edit(
            "distinct_labels",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, len(np.unique(np.asarray(labels))))",
            "The number of columns is the number of different labels met. It is depth, also when a class has no example.",
        ),
        edit(
            "ints",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, depth, dtype=tf.int32)",
            "The entries are ints. The loss needs float32.",
        ),
        edit(
            "float64",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, depth, dtype=tf.float64)",
            "The entries are float64, NumPy's default. Ask for float32.",
        ),
        edit(
            "numpy",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, depth).numpy()",
            "The numbers are right, but they are a NumPy array. Return a tensor.",
        ),
        edit(
            "from_one",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(tf.subtract(labels, 1), depth)",
            "The labels are counted from one here, so each row's 1 stands a column too far left. Labels count from 0.",
        ),
        edit(
            "inverted",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels, depth, on_value=0.0, off_value=1.0)",
            "Ones and zeros are exchanged.",
        ),
        edit(
            "flat",
            "tf.one_hot(labels, depth)",
            "tf.reshape(tf.one_hot(labels, depth), [-1])",
            "All rows are joined to one long vector. Keep one row per example.",
        ),
        edit(
            "reshaped",
            "tf.one_hot(labels, depth)",
            "tf.reshape(tf.one_hot(labels, depth, axis=0), [-1, depth])",
            "A matrix of shape (depth, m) is reshaped to (m, depth). Reshaping keeps the order of the entries, so the rows are mixed up; it does not transpose.",
        ),
        edit(
            "first_only",
            "tf.one_hot(labels, depth)",
            "tf.one_hot(labels[0], depth)",
            "Only the first label is encoded. There is one row per label.",
        ),
    ],
)

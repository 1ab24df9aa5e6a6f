"""The scores: probabilities of exactly 0, 0.5 and 1 and next to them, sure and wrong ones, uneven classes."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.regularization.inputs import draw_labels
from grader.exercise import Case, Draw, Exercise, edits_of
from solutions.regularization import accuracy_and_log_loss as solution


def draw(rng: np.random.Generator) -> list[Case]:
    def probabilities(m: int, halves: int = 0, zeros: int = 0, ones: int = 0) -> np.ndarray:
        A3 = rng.uniform(0.05, 0.95, m)
        A3[:halves], A3[halves : halves + zeros] = 0.5, 0.0
        A3[halves + zeros : halves + zeros + ones] = 1.0
        return rng.permutation(A3)[None]

    def unbalanced(m: int) -> np.ndarray:
        return rng.permutation(np.arange(m) < 0.7 * m).astype(float)[None]

    ordinary = Case((probabilities(30), unbalanced(30)), "ordinary probabilities")
    by_half = 0.5 + np.array([-1, 1, 1, 1]) * 10 ** rng.uniform((-12, -12, -9, -6), (-4, -9, -6, -4))
    halves = np.append(probabilities(16, halves=6), by_half)[None]
    halves = Case((halves, unbalanced(20)), "probabilities of exactly 0.5 and next to it")
    zeros = Case((probabilities(40, halves=2, zeros=12), unbalanced(40)), "some probabilities of exactly 0")
    ones = Case((probabilities(36, ones=12), unbalanced(36)), "some probabilities of exactly 1")
    Y = unbalanced(25)
    wrong = Case((np.where(rng.random((1, 25)) < 0.4, 1 - Y, probabilities(25)), Y), "sure and wrong")
    mixed = Case((probabilities(300, 20, 20, 20), unbalanced(300)), "many examples")
    right = Case((np.where(np.arange(25) < 20, Y, probabilities(25)), Y), "mostly sure and right", 0.5)
    single = Case((np.array([[rng.uniform(0.6, 0.9)]]), np.zeros((1, 1))), "a single example", 0.5)
    tiny = 10 ** rng.uniform(-14, -11, (1, 24))
    Y = rng.permutation(np.arange(24) % 2).astype(float)[None]
    near = Case((np.where(rng.permutation(np.arange(24) % 3 == 0), tiny, 1 - tiny), Y), "probabilities next to 0 and 1")
    return [ordinary, halves, zeros, ones, wrong, mixed, right, near, single]


def anywhere(draw: Draw) -> Case:
    """Probabilities of 0, 1, one half, next to these and anywhere between them; one example is unsure or wrong, or all are a little unsure."""
    m = draw.integer(1, 3000, usual=6)
    edge = draw.real(*draw.option((1e-18, 0.5), (1e-18, 0.5), (1e-100, 1e-18), (0.5, 1 - 2.0**-53)))
    by_half = 0.5 + draw.option(-1, 1) * draw.real(1e-16, 0.5)
    kinds = [0.0, 1.0, 0.5, by_half, by_half, edge, 1 - edge, None, None]
    edges = np.exp(draw.rng.uniform(np.log(1e-18), np.log(0.5), 20))  # of many examples each has one of its own
    kinds += [*edges, *(1 - edges)] * (m >= 50)
    kinds = [kinds[int(i)] for i in draw.rng.integers(len(kinds), size=m)]
    A3 = np.array([[draw.rng.uniform(0.01, 0.99) if kind is None else kind for kind in kinds]])
    Y = np.full((1, m), float(draw.rng.integers(2))) if draw.flip(0.2) else draw_labels(draw.rng, m)
    if draw.flip(0.15):
        A3 = 1 - Y  # sure and wrong
    if draw.flip(0.2 if draw.near is None else 0.4):
        unsure = draw.real(1e-8, 0.4)
        A3 = np.abs(Y - unsure * draw.rng.uniform(0.5, 1.0, Y.shape))
    elif np.sum(np.where(Y == 1, 1 - A3, A3)) < 0.3:  # a loss of next to nothing has no digits that all could agree on
        A3[0, -1] = draw.option(0.4, 0.5, 0.6)
    low, beside = draw.beside(lambda: draw.real(1e-6, 0.5, edges=False))
    if beside or draw.flip(0.1):  # one answer to all examples, or none above it, wrong of one at least
        A3 = np.full((1, m), low if beside else draw.option(0.0, 1.0, low, 1 - low))
        A3[0, :-1] *= draw.rng.uniform(0.1, 1.0, m - 1) ** draw.option(0, 1)
        Y[0, -1] = float(A3[0, -1] < 0.5)
    return Case((A3, draw.labels(Y)))


edit = edits_of(solution)

EXERCISE = Exercise(
    name="accuracy_and_log_loss",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=24,
    rule=rules.Close(
        rtol=2e-5,  # log(1 - (1 - 1e-12)) and log(1e-12), both right, are 3e-6 apart
        returns=("the accuracy", "the log loss"),
    ),
    section="Two ways to keep score",
    withheld=(*library.LOSSES, "idnn.networks:predict"),
    mistakes=[
        edit(
            "not_clipped",
            "np.clip(A3, 1e-12, 1 - 1e-12)",
            "A3",
            "The probabilities are not clipped, so the logarithm of 0 turns up.",
        ),
        edit(
            "nan_left_out",
            "np.clip(A3, 1e-12, 1 - 1e-12)",
            "A3",
            "Leaving out what is not a number hides the logarithms of 0, and infinity stays. Clip first.",
            also=[("-np.mean", "-np.nansum"), ("(1 - probability))", "(1 - probability)) / Y.shape[1]")],
        ),
        edit(
            "clipped_elsewhere",
            "1e-12",
            "1e-15",
            "The probabilities are clipped at 1e-15; the specification says 1e-12.",
            every=True,
        ),
        edit(
            "clipped_at_1e_7",
            "1e-12",
            "1e-7",
            "The probabilities are clipped at 1e-7; the specification says 1e-12.",
            every=True,
        ),
        edit(
            "clipped_below_only",
            "np.clip(A3, 1e-12, 1 - 1e-12)",
            "np.maximum(A3, 1e-12)",
            "Probabilities of exactly 1 are not clipped where the logarithm of 1 - A3 is taken; those of 0 and those of 1 both need it.",
        ),
        edit(
            "only_what_is_exact",
            "np.clip(A3, 1e-12, 1 - 1e-12)",
            "np.where(A3 == 0, 1e-12, np.where(A3 == 1, 1 - 1e-12, A3))",
            "Only probabilities of exactly 0 and 1 are moved. Clipping also moves what lies between 0 and 1e-12, and as near to 1.",
        ),
        edit(
            "padded",
            "probability)",
            "probability + 1e-12)",
            "1e-12 is added inside the logarithm. That is not clipping: it changes probabilities that are small, not only those that are too small.",
            every=True,
            also=[("np.clip(A3, 1e-12, 1 - 1e-12)", "A3")],
        ),
        edit(
            "half_counts_as_1",
            "> 0.5",
            ">= 0.5",
            "A probability of exactly 0.5 is predicted as 1 here; the specification asks for more than 0.5.",
        ),
        edit(
            "opposite_prediction",
            "> 0.5",
            "< 0.5",
            "1 is predicted where the probability is below 0.5: the comparison points the wrong way.",
        ),
        edit(
            "error_rate",
            "== Y",
            "!= Y",
            "The first number is the share of wrong predictions; the share of right ones is asked for.",
        ),
        edit(
            "percent", "np.mean((A3", "100 * np.mean((A3", "The accuracy is in percent; a share lies between 0 and 1."
        ),
        edit(
            "number_right", "np.mean((A3", "np.sum((A3", "The first number counts the right predictions; divide by m."
        ),
        edit(
            "no_threshold",
            "np.mean((A3 > 0.5) == Y)",
            "1 - np.mean(np.abs(A3 - Y))",
            "The probabilities are compared with the labels as they are; turn them into predictions first.",
        ),
        edit(
            "swapped",
            "float(accuracy), float(log_loss)",
            "float(log_loss), float(accuracy)",
            "The two numbers are in the wrong order: accuracy first, then log loss.",
        ),
        edit("sum", "-np.mean", "-np.sum", "The log loss is summed over the examples; take their mean."),
        edit("no_minus", "-np.mean", "np.mean", "The log loss has the wrong sign: it is never negative."),
        edit("bits", "np.log(", "np.log2(", "The log loss is in bits; the natural logarithm gives nats.", every=True),
        edit(
            "ones_only",
            " + (1 - Y) * np.log(1 - probability)",
            "",
            "Only examples with label 1 count in the log loss. Those with label 0 cost the logarithm of 1 - A3.",
        ),
        edit(
            "squared_error",
            "-np.mean(Y * np.log(probability) + (1 - Y) * np.log(1 - probability))",
            "np.mean((A3 - Y) ** 2)",
            "The second number is the mean squared error; the log loss is asked for.",
        ),
        edit(
            "loss_of_predictions",
            "np.clip(A3,",
            "np.clip(A3 > 0.5,",
            "The log loss is taken of the predictions 0 and 1; it judges the probabilities.",
        ),
    ],
)

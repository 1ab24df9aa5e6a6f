"""Inverse time decay: early and late epochs, epoch 0, decay rates above 1 and of 0."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises.optimization.inputs import draw_decay, draw_epochs, draw_first_rate
from grader.exercise import Case, Draw, Exercise, edits_of
from solutions.optimization import update_lr as solution


def draw(rng: np.random.Generator) -> list[Case]:
    def rate() -> float:
        return float(rng.uniform(0.05, 0.5))

    def decay() -> float:
        return float(rng.uniform(0.1, 0.9))

    return [
        Case((rate(), int(rng.integers(2, 9)), decay()), "an early epoch"),
        Case((rate(), int(rng.integers(50, 5000)), decay()), "a late epoch"),
        Case((rate(), int(rng.integers(10, 40)), float(rng.uniform(1.5, 3))), "a decay rate above 1"),
        Case((float(rng.uniform(2, 5)), int(rng.integers(3, 20)), float(rng.uniform(0.01, 0.09))), "a slow decay"),
        Case((float(rng.uniform(1, 9)) * 1e-5, int(rng.integers(500, 900)), decay()), "small rates"),
        Case((rate(), 0, decay()), "epoch 0", weight=0.5),
        Case((rate(), int(rng.integers(10, 40)), 0.0), "no decay", weight=0.5),
    ]


def anywhere(draw: Draw) -> Case:
    epochs = draw_epochs(draw)
    return Case((draw_first_rate(draw), epochs, draw_decay(draw, epochs)))


edit = edits_of(solution)

EXERCISE = Exercise(
    name="update_lr",
    points=5,
    draw=draw,
    anywhere=anywhere,
    further=30,
    rule=rules.Close(),
    section="Decay: large steps first",
    mistakes=[
        edit(
            "outside_the_quotient",
            "decay_rate * epoch_num)",
            "decay_rate) * epoch_num",
            "The epoch stands outside the denominator, so the rate grows with it. It is a factor of the decay rate, inside the brackets.",
        ),
        edit(
            "exponential",
            "/ (1 + decay_rate * epoch_num)",
            "* float(np.exp(-decay_rate * epoch_num))",
            "This is exponential decay. Asked for is a quotient: one over 1 plus a product.",
        ),
        edit(
            "power",
            "/ (1 + decay_rate * epoch_num)",
            "* decay_rate**epoch_num",
            "This multiplies by the decay rate at each epoch. Asked for is a quotient.",
        ),
        edit(
            "compound",
            "decay_rate * epoch_num)",
            "decay_rate) ** epoch_num",
            "The epoch is an exponent here. In the formula it is a factor of the decay rate.",
        ),
        edit(
            "brackets_missing",
            "(1 + decay_rate * epoch_num)",
            "1 + decay_rate * epoch_num",
            "Only the 1 is in the denominator. The whole sum belongs there.",
        ),
        edit(
            "sum_first",
            "(1 + decay_rate * epoch_num)",
            "((1 + decay_rate) * epoch_num) if epoch_num else learning_rate0",
            "1 and the decay rate are added first. The product comes before the sum.",
        ),
        edit(
            "grows",
            "/ (",
            "* (",
            "The learning rate grows with the epoch. Divide instead of multiplying.",
        ),
        edit(
            "linear",
            "/ (1 + ",
            "* (1 - ",
            "The learning rate falls along a straight line and becomes negative. Asked for is a quotient.",
        ),
        edit(
            "one_epoch_late",
            "* epoch_num",
            "* max(epoch_num - 1, 0)",
            "This takes the first epoch to be number 1. It is number 0.",
        ),
        edit(
            "one_epoch_early",
            "* epoch_num",
            "* (epoch_num + 1)",
            "Epoch 0 already decays. Its learning rate is the initial one.",
        ),
        edit(
            "root",
            "(1 + decay_rate * epoch_num)",
            "float(np.sqrt(1 + decay_rate * epoch_num))",
            "There is a root around the denominator. The formula has none.",
        ),
        edit(
            "decay_ignored",
            "decay_rate * ",
            "",
            "The decay rate is not used. It scales the epoch.",
        ),
        edit(
            "only_the_factor",
            "learning_rate0 /",
            "1 /",
            "This is the factor alone. The initial learning rate is to be multiplied by it.",
        ),
        edit(
            "by_a_thousand",
            "* epoch_num",
            "* (epoch_num // 1000)",
            "The rate falls only every 1000 epochs. That is the next exercise; this one decays at each.",
        ),
    ],
)

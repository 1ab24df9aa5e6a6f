"""Decay at intervals: epochs just before, at and after a change, the default interval, an interval of 1."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises.optimization.inputs import draw_decay, draw_first_rate
from grader.exercise import Case, Draw, Exercise, edits_of
from solutions.optimization import schedule_lr_decay as solution


def draw(rng: np.random.Generator) -> list[Case]:
    def case(label: str, epochs: int, interval: int | None, weight: float = 1.0, decay: float | None = None) -> Case:
        kwargs = {} if interval is None else {"time_interval": interval}
        decay = float(rng.uniform(0.2, 0.9)) if decay is None else decay
        return Case((float(rng.uniform(0.05, 0.5)), epochs, decay), label, weight, kwargs=kwargs)

    interval = int(rng.integers(20, 80))
    steps = int(rng.integers(3, 9))
    early, late = interval * (steps + 2) + interval // 5, interval * (steps + 1) + interval * 4 // 5
    return [
        case("just before a change", interval * steps - 1, interval),
        case("at a change", 49 * int(rng.choice([1, 2, 3, 4, 6, 7, 8])), 49),  # their product with 1 / 49 falls short
        Case(
            (float(rng.uniform(0.05, 0.5)), early, float(rng.uniform(0.2, 0.9)), interval),
            "early in an interval, given by position",
        ),
        case("late in an interval", late, interval, decay=float(rng.uniform(1.2, 2.5))),
        case("the default interval", 1000 * steps + int(rng.integers(600, 900)), None),
        case("at the first change", interval, interval, weight=0.5),
        case("an interval of 1", int(rng.integers(5, 30)), 1, weight=0.5),
        case("the first interval", interval // 2 + 1, interval, weight=0.5),
        case("no decay", interval * steps + 1, interval, weight=0.5, decay=0.0),
    ]


def anywhere(draw: Draw) -> Case:
    interval = draw.integer(1, 10**5, usual=3000)
    interval = 1000 if draw.near is None and draw.flip(0.2) else interval
    epochs, as_drawn = draw.beside(lambda: draw.integer(0, 10**6, usual=10**5))
    if not as_drawn:  # about a change: an interval has passed, or all of it but one epoch
        changes, counted = draw.beside(lambda: draw.integer(0, 300, usual=40))
        changes = changes if counted else draw.option(1, changes, changes)
        epochs = max(0, changes * interval + draw.option(0 if counted else -1, 0, 0, 1, interval // 2))
    first_rate, decay = draw_first_rate(draw), draw_decay(draw, epochs // interval)
    how = draw.option("position", "name", "left out")
    if how == "left out" and interval == 1000:
        return Case((first_rate, epochs, decay))
    if how == "name":
        return Case((first_rate, epochs, decay), kwargs={"time_interval": interval})
    return Case((first_rate, epochs, decay, interval))


edit = edits_of(solution)

EXERCISE = Exercise(
    name="schedule_lr_decay",
    points=5,
    draw=draw,
    anywhere=anywhere,
    further=30,
    rule=rules.Close(),
    section="Decay: large steps first",
    mistakes=[
        edit(
            "outside_the_quotient",
            "decay_rate * (epoch_num // time_interval))",
            "decay_rate) * (epoch_num // time_interval)",
            "The number of intervals stands outside the denominator, so the rate grows with it. It is a factor of the decay rate, inside the brackets.",
        ),
        edit(
            "every_epoch",
            "(epoch_num // time_interval)",
            "epoch_num / time_interval",
            "The learning rate changes at every epoch. The quotient is rounded down, so that it stays the same for a whole interval.",
        ),
        edit(
            "interval_ignored",
            "(epoch_num // time_interval)",
            "epoch_num",
            "The interval is not used: this decays as update_lr does.",
        ),
        edit(
            "rounded_up",
            "(epoch_num // time_interval)",
            "-(-epoch_num // time_interval)",
            "The quotient is rounded up. Rounded down, the first interval keeps the initial rate.",
        ),
        edit(
            "rounded",
            "(epoch_num // time_interval)",
            "round(epoch_num / time_interval)",
            "The quotient is rounded to the nearest number, so the rate changes in the middle of an interval. Round down.",
        ),
        edit(
            "remainder",
            "epoch_num // time_interval",
            "epoch_num % time_interval",
            "This takes the remainder, the epochs since the last change. Asked for is the number of whole intervals that have passed.",
        ),
        edit(
            "floor_of_product",
            "decay_rate * (epoch_num // time_interval)",
            "(decay_rate * epoch_num) // time_interval",
            "The product with the decay rate is rounded down. Only the number of intervals is.",
        ),
        edit(
            "one_interval_early",
            "epoch_num // time_interval",
            "epoch_num // time_interval + 1",
            "The first interval already decays. Its learning rate is the initial one.",
        ),
        edit(
            "thousand_fixed",
            "epoch_num // time_interval",
            "epoch_num // 1000",
            "The interval is written as 1000, so another one passed in has no effect.",
        ),
        edit(
            "only_at_changes",
            "(epoch_num // time_interval))",
            "(epoch_num // time_interval)) if epoch_num % time_interval == 0 else learning_rate0",
            "Between two changes the rate jumps back to the initial one. It stays where the last change left it.",
        ),
        edit(
            "epochs_of_the_interval",
            "epoch_num // time_interval",
            "epoch_num - epoch_num % time_interval",
            "The epochs up to the last change are counted. Count the intervals instead.",
        ),
        edit(
            "exponential",
            "/ (1 + decay_rate * (epoch_num // time_interval))",
            "* decay_rate ** (epoch_num // time_interval)",
            "This multiplies by the decay rate at each interval. Asked for is a quotient.",
        ),
        edit(
            "brackets_missing",
            "(1 + decay_rate * (epoch_num // time_interval))",
            "1 + decay_rate * (epoch_num // time_interval)",
            "Only the 1 is in the denominator. The whole sum belongs there.",
        ),
    ],
)

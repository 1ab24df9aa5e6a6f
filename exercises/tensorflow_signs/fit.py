"""A whole training run, asked for what correct ones have in common: seeds, steps, mini-batches, losses."""

from __future__ import annotations

import dataclasses

import numpy as np

from assay.wire import Tensor
from exercises import library
from exercises.tensorflow_signs.inputs import one_hot, size
from grader.exercise import Case, Exercise, edits_of, written
from idnn.rules.tensorflow_signs import Trained
from idnn.tensors import tf
from solutions.tensorflow_signs import fit, initialize_parameters, train_step

UNTRACED = "idnn.tensors:untraced"


def draw(rng: np.random.Generator) -> list[Case]:
    def batches(
        m: int, depth: int, label: str, weight: float = 1.0, kind: str = "batches", again: bool = False
    ) -> Case:
        X = 3 * np.eye(m, dtype=np.float32)  # losses that differ from example to example
        args = (
            X,
            one_hot(rng, m, depth),
            [m, depth],
            round(float(rng.uniform(0.01, 0.05)), 4),
            1,
            4,
            size(rng, 0, 10_000),
        )
        return Case(args, label, weight, {"kind": kind, "again": again}, via=UNTRACED)

    def blobs(m: int, layers_dims: list[int], learning_rate: float, num_epochs: int, batch_size: int) -> tuple:
        Y = one_hot(rng, m, layers_dims[-1])
        X = 2.5 * Y @ np.linalg.qr(rng.normal(size=(layers_dims[0], layers_dims[-1])))[0].T + 0.3 * rng.normal(
            size=(m, layers_dims[0])
        )
        return X.astype(np.float32), Y, layers_dims, learning_rate, num_epochs, batch_size, size(rng, 0, 10_000)

    m = size(rng, 9, 14)
    problem = blobs(24, [5, 8, 3], 0.05, 8, 8)
    steps = blobs(m, [4, 5, 3], 0.1, 6, m + size(rng, 0, 3))  # a batch may be larger than all there is
    # each input once with each label: no weights tell them apart, so a long step raises the loss, and the last epoch is not the best one
    X, Y = (
        np.repeat(rng.normal(size=(4, 4)), 3, axis=0).astype(np.float32),
        np.tile(np.eye(3, dtype=np.float32), (4, 1)),
    )
    too_far = X, Y, [4, 3], round(float(rng.uniform(3, 4)), 3), 3, len(X), size(rng, 0, 10_000)
    twice = batches(12, 4, "one seed twice", 0.5, "repeatable")
    return [
        Case(
            (problem[0].astype(float), problem[1].astype(float), *problem[2:]),
            "a small problem",
            facts={"kind": "learns"},
        ),
        batches(16, 3, "mini-batches", again=True),
        batches(17, size(rng, 4, 6), "a smaller last mini-batch"),
        Case(
            (Tensor(steps[0]), Tensor(steps[1]), *steps[2:]),
            "six steps with all examples",
            facts={"kind": "steps"},
            via=UNTRACED,
        ),
        Case(too_far, "steps that go too far", 0.5, facts={"kind": "steps"}, via=UNTRACED),
        dataclasses.replace(twice, args=(*twice.args[:-1], 0)),
        batches(18, 3, "two seeds", 0.5, "other seed"),
    ]


# Which fault shows first depends on the order of the examples; NumPy draws it here, as it did for the stored fingerprints.
def _rmsprop(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.RMSprop(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[batch], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def _shuffled_batches(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters, rng, losses = initialize_parameters(layers_dims, seed), np.random.default_rng(seed), []
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        total, rows = 0.0, rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = rows[start : start + batch_size]
            loss = train_step(np.asarray(X)[batch], np.asarray(Y)[start : start + batch_size], parameters, optimizer)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


edit = edits_of(fit)
TOTAL = "sum(step(X_batch, Y_batch) * len(X_batch) for X_batch, Y_batch in batches)"
TRACED = "    @tf.function(input_signature=batches.element_spec)  # one graph for batches of every size\n"
EPOCH = "    for _ in range(num_epochs):\n"
NEW_PARAMETERS = "        parameters = initialize_parameters(layers_dims, seed)\n"
NEW_OPTIMIZER = "        optimizer = tf.keras.optimizers.Adam(learning_rate)\n"
APPEND = "        losses.append(float(total) / num_examples)\n"
WEIGHTS_ONLY = """weights = [value for name, value in parameters.items() if name[0] == "W"]
        with tf.GradientTape() as tape:
            loss = compute_total_loss(forward_propagation(X_batch, parameters), Y_batch) / tf.cast(len(X_batch), tf.float32)
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss"""

EXERCISE = Exercise(
    name="fit",
    points=10,
    draw=draw,
    rule=Trained(),
    section="Training",
    withheld=(*library.BACKWARD, *library.STEPS),
    slow=True,
    mistakes=[
        edit(
            "sum_of_losses",
            " * len(X_batch)",
            "",
            "An epoch's entry is the sum over its mini-batches. The mean over its examples is asked for.",
            also=[(" / num_examples", "")],
        ),
        edit(
            "mean_of_means",
            " * len(X_batch)",
            "",
            "The mini-batches' mean losses are averaged as if all were of one size. The last one may be smaller: weigh each by its number of examples.",
            also=[("/ num_examples", "/ len(batches)")],
        ),
        edit(
            "loss_at_the_end",
            "float(total)",
            "float(compute_total_loss(forward_propagation(X, parameters), Y))",
            "An epoch's loss is computed anew after its steps. What is asked for are the losses that the steps met, before each update, and they cost nothing more.",
        ),
        edit(
            "learning_rate_ignored",
            "Adam(learning_rate)",
            "Adam()",
            "Adam steps with its own default learning rate; learning_rate is not handed on.",
        ),
        written(
            "rmsprop",
            _rmsprop,
            "The steps are larger than Adam's at first, as RMSProp's are. Adam is asked for.",
        ),
        edit(
            "last_batch",
            TOTAL,
            "[step(*batch) for batch in batches][-1]",
            "An epoch's entry is the loss of its last mini-batch alone. The mean over its examples is asked for.",
            also=[(" / num_examples", "")],
        ),
        edit(
            "every_step",
            "total = sum(step(X_batch, Y_batch) * len(X_batch) for",
            "losses.extend(float(step(X_batch, Y_batch)) for",
            "The list holds one loss a step. One an epoch is asked for.",
            also=[(APPEND, "")],
        ),
        edit("one_epoch_less", "range(num_epochs)", "range(1, num_epochs)", "The loop makes one epoch too few."),
        edit(
            "not_shuffled",
            ".shuffle(num_examples, seed=seed)",
            "",
            "Every epoch meets the examples in the order in which they are given. Shuffle them, decided by the seed.",
        ),
        written(
            "shuffled_batches",
            _shuffled_batches,
            "X and Y are not shuffled alike, so pictures carry the labels of others. Shuffle both together, by one order.",
        ),
        edit(
            "drops_the_rest",
            "batch(batch_size)",
            "batch(batch_size, drop_remainder=True)",
            "The last, smaller mini-batch is dropped. Every example is met once an epoch.",
        ),
        edit(
            "plain_descent",
            "optimizers.Adam",
            "optimizers.SGD",
            "The steps have the size of plain gradient descent. Adam is asked for.",
        ),
        edit(
            "full_batch",
            "batch(batch_size)",
            "batch(num_examples)",
            "Every step uses all examples: batch_size has no effect.",
        ),
        edit(
            "one_batch_an_epoch",
            TOTAL,
            "step(*next(iter(batches)))",
            "An epoch makes a single step here. It meets every example once, in as many mini-batches as that takes.",
            also=[(" / num_examples", "")],
        ),
        edit(
            "own_seed",
            "num_examples = len(X)",
            "num_examples, seed = len(X), 0",
            "A seed is written into the function, so the argument has no effect.",
        ),
        edit(
            "unseeded_order",
            ", seed=seed",
            "",
            "The seed alone does not decide the order of the examples, so two calls with one seed differ; 0 is a seed like any other.",
        ),
        edit(
            "fresh_start_every_epoch",
            TRACED,
            "",
            "The parameters are initialized again in every epoch, so nothing is kept from the one before. Initialize once, before the loop.",
            also=[(EPOCH, f"{EPOCH}{NEW_PARAMETERS}{NEW_OPTIMIZER}")],
        ),
        edit(
            "fresh_optimizer",
            TRACED,
            "",
            "A new optimizer is made in every epoch, so what Adam has gathered is lost each time. Make it once, before the loop.",
            also=[(EPOCH, f"{EPOCH}{NEW_OPTIMIZER}")],
        ),
        edit(
            "weights_only",
            "return train_step(X_batch, Y_batch, parameters, optimizer)",
            WEIGHTS_ONLY,
            "Only the weights are trained. The biases are parameters too.",
        ),
        edit(
            "fixed_order",
            "seed=seed",
            "seed=0",
            "The seed decides the first parameters but not the order of the examples, which is the same for every seed.",
        ),
        edit(
            "losses_only",
            "return parameters, losses",
            "return losses",
            "Only the losses are returned. Return the parameters and the losses.",
        ),
    ],
)

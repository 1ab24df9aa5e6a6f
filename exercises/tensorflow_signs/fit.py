"""A whole training run, asked for what correct ones have in common: seeds, steps, mini-batches, losses."""

from __future__ import annotations

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
    m = size(rng, 9, 14)
    X, Y = _blobs(rng, 24, 5, 3, 6.0)  # so far apart that the loss is below 1e-3 before the last epoch
    problem = X.astype(float), Y.astype(float), [5, 3], 0.5, 7, 8, size(rng, 0, 10_000)
    X, Y = map(Tensor, _blobs(rng, m, 4, 3))
    return [
        Case(problem, "a small problem", facts={"kind": "learns"}),
        _batches(rng, 21, 3, 10, "mini-batches, a smaller last one", "second epoch"),
        Case(
            # a mini-batch may be larger than all there is
            (X, Y, [4, 5, 3], 0.1, 5, m + size(rng, 1, 3), size(rng, 0, 10_000)),
            "five steps with all examples",
            facts={"kind": "steps"},
            via=UNTRACED,
        ),
        _too_far(rng),
        _batches(rng, 18, size(rng, 4, 6), 6, "two seeds", "seeds"),
    ]


def draw_visible(rng: np.random.Generator) -> list[Case]:
    """Return what a check can wait for: two mini-batches an epoch, all runs of one problem, none traced, as the cell before it has just done that."""
    return [_batches(rng, 22, 3, 13, "mini-batches, two seeds, and batches of all examples", "seeds", "steps")]


def _blobs(rng: np.random.Generator, m: int, n: int, depth: int, far: float = 2.5) -> tuple[np.ndarray, np.ndarray]:
    """Return examples, a heap around another point for each class, so `far` from the origin, and their labels."""
    Y = one_hot(rng, m, depth)
    points = far * np.linalg.qr(rng.normal(size=(n, depth)))[0].T
    return (Y @ points + 0.3 * rng.normal(size=(m, n))).astype(np.float32), Y


def _batches(rng: np.random.Generator, m: int, depth: int, batch_size: int, label: str, *more: str) -> Case:
    X = 3 * np.eye(m, dtype=np.float32)  # losses that differ from example to example
    rate = round(float(rng.uniform(0.1, 0.2)), 4)
    # 0 is a seed like any other
    seed = 0 if "seeds" in more else size(rng, 0, 10_000)
    args = X, one_hot(rng, m, depth), [m, depth], rate, 1, batch_size, seed
    return Case(args, label, facts={"kind": "batches", "more": more}, via=UNTRACED)


def _too_far(rng: np.random.Generator) -> Case:
    """Each input once with each label: no weights tell them apart, so a long step raises the loss, and the last epoch is not the best one."""
    X = np.repeat(rng.normal(size=(4, 4)), 3, axis=0).astype(np.float32)
    Y = np.tile(np.eye(3, dtype=np.float32), (4, 1))
    args = X, Y, [4, 3], round(float(rng.uniform(3, 4)), 3), 3, len(X), size(rng, 0, 10_000)
    return Case(args, "steps that go too far", 0.5, facts={"kind": "steps"}, via=UNTRACED)


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
    visible=draw_visible,
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
            "The examples stand in the mini-batches in the order in which they are given. Shuffle the examples, decided by the seed.",
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
            "An epoch ends before its last, smaller mini-batch. Every example is met once an epoch.",
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

"""One training step with any optimizer: as it is, twice in a row, and traced, with mini-batches of two sizes."""

from __future__ import annotations

import numpy as np

from assay.wire import Optimizer, Tensor, Variable
from exercises import library
from exercises.tensorflow_signs.inputs import network, normal, one_hot, size
from grader.exercise import Case, Exercise, edits_of
from idnn.rules.tensorflow_signs import Step
from solutions.tensorflow_signs import train_step

BUILT, BATCHES = (f"idnn.tensors:{name}" for name in ("steps_after_building", "traced_on_batches"))


def draw(rng: np.random.Generator) -> list[Case]:
    # an epsilon that keeps round-off from deciding a sign
    adam = Optimizer("Adam", {"learning_rate": _rate(rng, 0.05, 0.1), "epsilon": 0.01})
    deep = Case(_arguments(rng, size(rng, 5, 8), [5, 6, 4, 4, 3], adam), "Adam, four layers", via=BUILT)
    return [*_by_descent(rng, 11, "traced, mini-batches of two sizes"), deep, _fitted(rng)]


def draw_visible(rng: np.random.Generator) -> list[Case]:
    """Return what a check can wait for: each size of a mini-batch is traced anew, and Adam's steps are the longest."""
    return _by_descent(rng, 8, "traced, two mini-batches")


def _fitted(rng: np.random.Generator) -> Case:
    """Return examples whose labels are so likely already that their loss is about 0.005."""
    Y = one_hot(rng, 5, 3)
    X = (Y + 0.05 * normal(rng, 5, 3)).astype(np.float32)
    parameters = {"W1": Variable(6 * np.eye(3, dtype=np.float32)), "b1": Variable(np.float32(0.2) * normal(rng, 3))}
    descent = Optimizer("SGD", {"learning_rate": _rate(rng, 0.2, 0.5)})
    return Case((X, Y, parameters, descent), "labels that are learnt already", 0.5)


def _by_descent(rng: np.random.Generator, traced: int, label: str) -> list[Case]:
    """Return steps of gradient descent; so many examples are met by a traced function."""

    def arguments(m: int, layers_dims: list[int], low: float, high: float, **options: object) -> tuple:
        descent = Optimizer("SGD", {"learning_rate": _rate(rng, low, high), **options})
        return _arguments(rng, m, layers_dims, descent)

    X, Y, *tensors = arguments(7, [3, 4], 0.5, 1)
    X64, Y64, *doubles = arguments(4, [3, 4, 2], 0.2, 0.5, momentum=0.9, nesterov=True)
    return [
        Case(arguments(5, [4, 5, 3], 0.2, 0.5), "plain gradient descent"),
        Case((Tensor(200 * X), Tensor(Y), *tensors), "tensors, one layer, large inputs"),
        Case((X64.astype(float), Y64.astype(float), *doubles), "float64 arrays, momentum", 0.5, via=BUILT),
        Case(arguments(traced, [4, 3], 0.1, 0.3, momentum=0.9), label, via=BATCHES),
    ]


def _arguments(rng: np.random.Generator, m: int, layers_dims: list[int], optimizer: Optimizer) -> tuple:
    return normal(rng, m, layers_dims[0]), one_hot(rng, m, layers_dims[-1]), network(rng, layers_dims), optimizer


def _rate(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 3)


edit = edits_of(train_step)
VARIABLES = "variables = list(parameters.values())"
OVER_EXAMPLES = " / tf.cast(tf.shape(logits)[0], tf.float32)"
APPLY = "optimizer.apply_gradients(zip(gradients, variables))"

EXERCISE = Exercise(
    name="train_step",
    points=20,
    draw=draw,
    visible=draw_visible,
    rule=Step(),
    section="One training step",
    withheld=library.BACKWARD,
    mistakes=[
        edit(
            "sum",
            OVER_EXAMPLES,
            "",
            "This works with the sum over the examples. The step follows the gradient of the mean loss, and the mean is returned: divide by the number of examples inside the tape.",
        ),
        edit(
            "gradient_of_the_sum",
            OVER_EXAMPLES,
            "",
            "The returned mean is right, but the gradient is that of the sum: the division happens outside the tape.",
            also=[("return loss", f"return loss{OVER_EXAMPLES}")],
        ),
        edit(
            "returns_the_sum",
            "return loss",
            "return compute_total_loss(logits, Y)",
            "The update is right, but the sum of the losses is returned instead of their mean.",
        ),
        edit(
            "loss_afterwards",
            "return loss",
            f"return compute_total_loss(forward_propagation(X, parameters), Y){OVER_EXAMPLES}",
            "The loss is computed again after the update. Return the one from before, which the gradient belongs to.",
        ),
        edit("no_update", APPLY, "pass", "The gradients are computed but never applied, so no variable changes."),
        edit(
            "weights_only",
            "list(parameters.values())",
            '[value for name, value in parameters.items() if name[0] == "W"]',
            "Only the weights are updated. The biases are parameters too.",
        ),
        edit(
            "uphill",
            "(zip(gradients, variables))",
            "((-gradient, variable) for gradient, variable in zip(gradients, variables))",
            "The step goes up the gradient. The optimizer subtracts by itself.",
        ),
        edit(
            "leaves_the_graph",
            "return loss",
            "return float(loss.numpy())",
            "This works eagerly but not under tf.function: a traced tensor has no number yet. Return the tensor.",
        ),
        edit(
            "own_adam",
            VARIABLES,
            f"{VARIABLES}\n    optimizer = tf.keras.optimizers.Adam()",
            "A new Adam is made inside and the optimizer that was passed is ignored.",
        ),
        edit(
            "own_optimizer",
            VARIABLES,
            f"{VARIABLES}\n    optimizer = tf.keras.optimizers.SGD(0.01)",
            "A new optimizer is made inside and the one that was passed is ignored.",
        ),
        edit(
            "outside_the_tape",
            "tape:\n        logits",
            "tape:\n        pass\n    logits",
            "The loss, or what it is made of, is computed outside the tape, which therefore knows no path from it to the variables: the gradients are None.",
            also=[("        loss", "    loss")],
        ),
        edit("twice", APPLY, f"{APPLY}\n    {APPLY}", "The gradients are applied twice."),
        edit(
            "plain_descent",
            APPLY,
            "for gradient, variable in zip(gradients, variables):\n        variable.assign_sub(optimizer.learning_rate * gradient)",
            "The variables move by learning rate times gradient whatever the optimizer is, so momentum and Adam have no effect. Let the optimizer apply the gradients.",
        ),
        edit(
            "new_tensors",
            APPLY,
            "for name, gradient in zip(list(parameters), gradients):\n        parameters[name] = parameters[name] - optimizer.learning_rate * gradient",
            "The dict's variables are replaced by new tensors. Update the variables in place.",
        ),
        edit(
            "pairs_swapped",
            "zip(gradients, variables)",
            "zip(variables, gradients)",
            "The optimizer takes pairs of a gradient and its variable, in this order.",
        ),
    ],
)

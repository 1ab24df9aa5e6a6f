"""Exercises of Optimization: update rules judged from states that are not zero, at every order of magnitude of the gradient."""

from __future__ import annotations

import itertools

import numpy as np

from grader.exercises import Case, Exercise, Mistake, library, shuffled
from idnn import compare
from idnn.rules.optimization import ORDERS, MiniBatches

SIZES = {  # layers_dims by the kind of case
    "one layer": [3, 1],
    "two layers": [4, 5, 1],
    "three layers": [2, 4, 3, 1],
    "eleven layers": [2, 1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 1],
}


# --- inputs -----------------------------------------------------------------------------------------------------------------


def _parameters(rng: np.random.Generator, layers_dims: list[int]) -> dict[str, np.ndarray]:
    parameters = {}
    for layer, (columns, rows) in enumerate(itertools.pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = rng.standard_normal((rows, columns))
        parameters[f"b{layer}"] = rng.standard_normal((rows, 1))
    return parameters


def _scales(rng: np.random.Generator, parameters: dict, low: float, high: float) -> dict[str, np.ndarray]:
    """Return a positive magnitude for each entry, spread evenly over the powers of ten from low to high."""
    return {"d" + name: 10 ** rng.uniform(low, high, value.shape) for name, value in parameters.items()}


def _signed(rng: np.random.Generator, scales: dict) -> dict[str, np.ndarray]:
    return {name: scale * rng.choice([-1, 1], scale.shape) for name, scale in scales.items()}


def _state(rng: np.random.Generator, low: float = -9, high: float = 1, kind: str = "three layers", zeros: bool = False):
    """Return parameters, gradients and averages v, s of gradients of about their size, none of them zero.

    Gradients over many powers of ten, some near epsilon, tell apart the places where epsilon may stand.
    """
    parameters = _parameters(rng, SIZES[kind])
    scales = _scales(rng, parameters, low, high)
    grads = _signed(rng, scales)
    v = {name: scale * rng.uniform(0.2, 2, scale.shape) for name, scale in _signed(rng, scales).items()}
    s = {name: (scale * rng.uniform(0.3, 3, scale.shape)) ** 2 for name, scale in scales.items()}
    if zeros:  # units without gradient: those of layer 1 never had one, the others have just fallen silent
        for array in (*grads.values(), v["dW1"], v["db1"], s["dW1"], s["db1"]):
            array[-1] = 0.0
    return parameters, grads, v, s


def _reverse(grads: dict) -> dict:
    """Return the gradients in the order in which a backward pass writes them, last layer first and biases before weights."""
    return {name: grads[name] for name in reversed(grads)}


def _zeros(grads: dict) -> dict:
    return {name: np.zeros_like(value) for name, value in grads.items()}


def draw_gd(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in SIZES:
        parameters, grads, _, _ = _state(rng, -2, 1, kind)
        in_order = kind == "one layer"
        label = kind if in_order else f"{kind}, gradients listed from the last"
        cases.append(Case((parameters, grads if in_order else _reverse(grads), float(rng.uniform(0.05, 0.5))), label))
    parameters, grads, _, _ = _state(rng, -2, 4)
    cases.append(Case((parameters, grads, float(rng.uniform(2, 4))), "a learning rate above 1, large gradients"))
    return cases


def draw_zeros(rng: np.random.Generator) -> list[Case]:
    cases = [Case((_parameters(rng, dims),), kind) for kind, dims in SIZES.items()]
    wide = [int(n) for n in rng.integers(5, 12, 3)]
    return [*cases, Case((_parameters(rng, [*wide, 2]),), "two output units")]


def draw_momentum(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in SIZES:
        parameters, grads, v, _ = _state(rng, -2, 1, kind, zeros=kind == "three layers")
        if kind == "eleven layers":
            v = shuffled(rng, v)
        beta, rate = float(rng.uniform(0.6, 0.95)), float(rng.uniform(0.05, 0.5))
        in_order = kind == "one layer"
        listed = (
            "" if in_order else ", v in any order" if kind == "eleven layers" else ", gradients listed from the last"
        )
        label = f"{kind}, {'units without gradient' if kind == 'three layers' else 'velocity not zero'}{listed}"
        cases.append(Case((parameters, grads if in_order else _reverse(grads), v, beta, rate), label))
    parameters, grads, v, _ = _state(rng, -2, 1)
    cases.append(Case((parameters, grads, _zeros(v), 0.9, float(rng.uniform(0.05, 0.5))), "the first step"))
    parameters, grads, v, _ = _state(rng, -2, 1)
    cases.append(Case((parameters, grads, v, 0.0, float(rng.uniform(0.05, 0.5))), "beta is 0", weight=0.5))
    return cases


def draw_rmsprop(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in ("one layer", "two layers", "three layers"):
        parameters, grads, _, s = _state(rng, kind=kind)
        options = {"learning_rate": float(rng.uniform(0.05, 0.5)), "beta2": float(rng.uniform(0.5, 0.95))}
        if kind == "three layers":
            arguments = (parameters, grads, s, *options.values(), 1e-7)
            cases.append(Case(arguments, f"{kind}, averages not zero, options by position"))
        else:
            cases.append(Case((parameters, grads, s), f"{kind}, averages not zero", kwargs=options))
    parameters, grads, _, s = _state(rng)
    cases.append(Case((parameters, grads, _zeros(s)), "the first step, all defaults"))
    parameters, grads, _, s = _state(rng, kind="eleven layers")
    cases.append(Case((parameters, _reverse(grads), shuffled(rng, s)), "eleven layers, gradients and s in any order"))
    parameters, grads, _, s = _state(rng)
    options = {"learning_rate": 0.3, "epsilon": float(10 ** rng.uniform(-4, -2))}
    cases.append(Case((parameters, grads, s), "a large epsilon", kwargs=options))
    parameters, grads, _, s = _state(rng)
    cases.append(Case((parameters, grads, s), "beta2 is 0", weight=0.5, kwargs={"beta2": 0.0}))
    parameters, grads, _, s = _state(rng, zeros=True)
    cases.append(Case((parameters, grads, s), "units without gradient", weight=0.5, kwargs={"learning_rate": 0.3}))
    return cases


def draw_adam(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind, t in (("one layer", 1), ("two layers", 1000), ("three layers", 2), ("three layers", 1000)):
        parameters, grads, v, s = _state(rng, kind=kind)
        rate = float(rng.uniform(0.05, 0.5))
        betas = {"beta1": float(rng.uniform(0.7, 0.95)), "beta2": float(rng.uniform(0.97, 0.999))}
        label = f"{kind}, t = {t}, averages not zero"
        if t == 2:
            arguments = (parameters, grads, v, s, t, rate, *betas.values(), 1e-7)
            cases.append(Case(arguments, f"{label}, options by position"))
        else:
            cases.append(Case((parameters, grads, v, s, t), label, kwargs={"learning_rate": rate, **betas}))
    parameters, grads, v, s = _state(rng)
    cases.append(Case((parameters, grads, _zeros(v), _zeros(s), 1), "the first step, all defaults"))
    parameters, grads, v, s = _state(rng, kind="eleven layers")
    listed = (parameters, _reverse(grads), shuffled(rng, v), shuffled(rng, s), int(rng.integers(50, 100)))
    cases.append(Case(listed, "eleven layers, gradients and averages in any order"))
    parameters, grads, v, s = _state(rng)
    options = {"learning_rate": 0.3, "epsilon": float(10 ** rng.uniform(-4, -2))}
    cases.append(Case((parameters, grads, v, s, int(rng.integers(3, 30))), "a large epsilon", kwargs=options))
    for label, betas in (("beta1 is 0", {"beta1": 0.0}), ("beta2 is 0", {"beta2": 0.0})):
        parameters, grads, v, s = _state(rng)
        cases.append(Case((parameters, grads, v, s, int(rng.integers(3, 30))), label, weight=0.25, kwargs=betas))
    parameters, grads, v, s = _state(rng, zeros=True)
    dead = (parameters, grads, v, s, int(rng.integers(3, 30)))
    cases.append(Case(dead, "units without gradient", weight=0.5, kwargs={"learning_rate": 0.3}))
    return cases


def draw_mini_batches(rng: np.random.Generator) -> list[Case]:
    def case(m: int, size: int, n_x: int, label: str, weight: float = 1.0) -> Case:
        X, Y = (rng.standard_normal((n_x, m)), rng.permutation(np.arange(m) % 2).astype(float)[None])
        return Case((X, Y, size, np.random.default_rng(int(rng.integers(2**32)))), label, weight)

    size = int(rng.integers(20, 41))
    numbers = np.arange(4.0)[None]
    small = (numbers, numbers % 2, 1, np.random.default_rng(int(rng.integers(2**32))))
    return [
        case(
            size * int(rng.integers(8, 10)) + int(rng.integers(1, size // 2)),
            size,
            2,
            "a last mini-batch that is smaller",
        ),
        case(size * 8, size, 3, "a number of examples that the size divides"),
        case(int(rng.integers(200, 260)), 64, 4, "mini-batches of 64"),
        case(4 * size + 1, size, 2, "a last mini-batch of one example"),
        case(int(rng.integers(5, 10)), 1, 2, "one example each", weight=0.5),
        Case(small, "four examples, again and again", 0.5, {"places": True}, via=f"times:{ORDERS}"),
        case(int(rng.integers(36, 52)), 30, 5, "two mini-batches"),
        case(int(rng.integers(5, 12)), 64, 2, "fewer examples than the size", weight=0.5),
    ]


def draw_lr(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((float(rng.uniform(0.05, 0.5)), int(rng.integers(2, 9)), float(rng.uniform(0.1, 0.9))), "an early epoch")
    ]
    cases += [
        Case(
            (float(rng.uniform(0.05, 0.5)), int(rng.integers(50, 5000)), float(rng.uniform(0.1, 0.9))), "a late epoch"
        ),
        Case(
            (float(rng.uniform(0.05, 0.5)), int(rng.integers(10, 40)), float(rng.uniform(1.5, 3))),
            "a decay rate above 1",
        ),
        Case((float(rng.uniform(2, 5)), int(rng.integers(3, 20)), float(rng.uniform(0.01, 0.09))), "a slow decay"),
        Case(
            (float(rng.uniform(1, 9)) * 1e-5, int(rng.integers(500, 900)), float(rng.uniform(0.1, 0.9))), "small rates"
        ),
        Case((float(rng.uniform(0.05, 0.5)), 0, float(rng.uniform(0.1, 0.9))), "epoch 0", weight=0.5),
        Case((float(rng.uniform(0.05, 0.5)), int(rng.integers(10, 40)), 0.0), "no decay", weight=0.5),
    ]
    return cases


def draw_schedule(rng: np.random.Generator) -> list[Case]:
    def case(label: str, epochs: int, interval: int | None, weight: float = 1.0, decay: float | None = None) -> Case:
        kwargs = {} if interval is None else {"time_interval": interval}
        decay = float(rng.uniform(0.2, 0.9)) if decay is None else decay
        return Case((float(rng.uniform(0.05, 0.5)), epochs, decay), label, weight, kwargs=kwargs)

    interval = int(rng.integers(20, 80))
    steps = int(rng.integers(3, 9))
    return [
        case("just before a change", interval * steps - 1, interval),
        case("at a change", 49 * int(rng.choice([1, 2, 3, 4, 6, 7, 8])), 49),  # their product with 1 / 49 falls short
        Case(
            (
                float(rng.uniform(0.05, 0.5)),
                interval * (steps + 2) + interval // 5,
                float(rng.uniform(0.2, 0.9)),
                interval,
            ),
            "early in an interval, given by position",
        ),
        case(
            "late in an interval",
            interval * (steps + 1) + interval * 4 // 5,
            interval,
            decay=float(rng.uniform(1.2, 2.5)),
        ),
        case("the default interval", 1000 * steps + int(rng.integers(600, 900)), None),
        case("an interval of 1", int(rng.integers(5, 30)), 1, weight=0.5),
        case("the first interval", interval // 2 + 1, interval, weight=0.5),
        case("no decay", interval * steps + 1, interval, weight=0.5, decay=0.0),
    ]


# --- known mistakes: gradient descent ---------------------------------------------------------------------------------------


def update_parameters_with_gd__uphill(parameters, grads, learning_rate):
    return {name: parameters[name] + learning_rate * grads["d" + name] for name in parameters}


def update_parameters_with_gd__no_rate(parameters, grads, learning_rate):
    return {name: parameters[name] - grads["d" + name] for name in parameters}


def update_parameters_with_gd__weights_only(parameters, grads, learning_rate):
    new = {name: value.copy() for name, value in parameters.items()}
    for layer in range(1, len(parameters) // 2 + 1):
        new[f"W{layer}"] = parameters[f"W{layer}"] - learning_rate * grads[f"dW{layer}"]
    return new


def update_parameters_with_gd__last_layer_left_out(parameters, grads, learning_rate):
    new = {name: value.copy() for name, value in parameters.items()}
    for layer in range(1, len(parameters) // 2):
        for letter in "Wb":
            new[f"{letter}{layer}"] = parameters[f"{letter}{layer}"] - learning_rate * grads[f"d{letter}{layer}"]
    return new


def update_parameters_with_gd__in_place(parameters, grads, learning_rate):
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters


def update_parameters_with_gd__paired_by_order(parameters, grads, learning_rate):
    return {
        name: value - learning_rate * gradient for (name, value), gradient in zip(parameters.items(), grads.values())
    }


def update_parameters_with_gd__rate_on_both(parameters, grads, learning_rate):
    return {name: learning_rate * (parameters[name] - grads["d" + name]) for name in parameters}


def update_parameters_with_gd__only_the_step(parameters, grads, learning_rate):
    return {name: -learning_rate * grads["d" + name] for name in parameters}


def update_parameters_with_gd__unit_length(parameters, grads, learning_rate):
    return {
        name: parameters[name] - learning_rate * grads["d" + name] / np.linalg.norm(grads["d" + name])
        for name in parameters
    }


def update_parameters_with_gd__bias_from_weights(parameters, grads, learning_rate):
    new = {}
    for layer in range(1, len(parameters) // 2 + 1):
        new[f"W{layer}"] = parameters[f"W{layer}"] - learning_rate * grads[f"dW{layer}"]
        new[f"b{layer}"] = parameters[f"b{layer}"] - learning_rate * np.sum(grads[f"dW{layer}"], axis=1, keepdims=True)
    return new


GD = [
    Mistake(
        "uphill", update_parameters_with_gd__uphill, "The gradient is added, so the cost rises. Descent subtracts it."
    ),
    Mistake(
        "no_rate", update_parameters_with_gd__no_rate, "The step is the whole gradient. The learning rate scales it."
    ),
    Mistake(
        "weights_only",
        update_parameters_with_gd__weights_only,
        "The biases stay as they were. They have gradients too.",
    ),
    Mistake(
        "last_layer_left_out",
        update_parameters_with_gd__last_layer_left_out,
        "The last layer stays as it was. Count the layers and where the loop over them ends.",
    ),
    Mistake(
        "in_place",
        update_parameters_with_gd__in_place,
        "The dict that was passed in is changed: by -= in its arrays, or by giving its keys new ones. Fill a new dict.",
    ),
    Mistake(
        "paired_by_order",
        update_parameters_with_gd__paired_by_order,
        "Parameters and gradients are paired by their order in the dicts. Pair them by name: a backward pass lists the last layer first.",
    ),
    Mistake(
        "rate_on_both",
        update_parameters_with_gd__rate_on_both,
        "The learning rate scales the parameters as well. It belongs to the gradient alone.",
    ),
    Mistake(
        "only_the_step",
        update_parameters_with_gd__only_the_step,
        "This is the step, not where it leads. The new parameters are the old ones and the step together.",
    ),
    Mistake(
        "unit_length",
        update_parameters_with_gd__unit_length,
        "The gradient is scaled to length 1 first. Gradient descent takes it as it is: a steeper slope means a longer step.",
    ),
    Mistake(
        "bias_from_weights",
        update_parameters_with_gd__bias_from_weights,
        "The biases move by sums of the weights' gradients. They have gradients of their own, db1, db2 and so on.",
    ),
]


# --- known mistakes: mini-batches -------------------------------------------------------------------------------------------


def random_mini_batches__not_shuffled(X, Y, mini_batch_size, rng):
    return [
        (X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__rest_dropped(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    batches = []
    for k in range(X.shape[1] // mini_batch_size):
        batch = order[k * mini_batch_size : (k + 1) * mini_batch_size]
        batches.append((X[:, batch], Y[:, batch]))
    return batches


def random_mini_batches__empty_rest(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    batches = []
    for k in range(X.shape[1] // mini_batch_size + 1):
        batch = order[k * mini_batch_size : (k + 1) * mini_batch_size]
        batches.append((X[:, batch], Y[:, batch]))
    return batches


def random_mini_batches__labels_not_shuffled(X, Y, mini_batch_size, rng):
    X = X[:, rng.permutation(X.shape[1])]
    return [
        (X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__shuffled_apart(X, Y, mini_batch_size, rng):
    X, Y = X[:, rng.permutation(X.shape[1])], Y[:, rng.permutation(Y.shape[1])]
    return [
        (X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__global_generator(X, Y, mini_batch_size, rng):
    order = np.random.permutation(X.shape[1])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [(X[:, batch], Y[:, batch]) for batch in batches]


def random_mini_batches__fixed_seed(X, Y, mini_batch_size, rng):
    order = np.random.default_rng(0).permutation(X.shape[1])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [(X[:, batch], Y[:, batch]) for batch in batches]


def random_mini_batches__with_replacement(X, Y, mini_batch_size, rng):
    order = rng.integers(0, X.shape[1], X.shape[1])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [(X[:, batch], Y[:, batch]) for batch in batches]


def random_mini_batches__in_place(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    X[:], Y[:] = X[:, order], Y[:, order]
    return [
        (X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__rows_for_examples(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[0])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [(X[batch], Y[:, batch]) for batch in batches]


def random_mini_batches__batches_shuffled(X, Y, mini_batch_size, rng):
    starts = range(0, X.shape[1], mini_batch_size)
    batches = [(X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in starts]
    return [batches[i] for i in rng.permutation(len(batches))]


def random_mini_batches__shuffled_within(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    batches = [k + rng.permutation(min(mini_batch_size, m - k)) for k in range(0, m, mini_batch_size)]
    return [(X[:, batch], Y[:, batch]) for batch in batches]


def random_mini_batches__even_sizes(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    number = -(-X.shape[1] // mini_batch_size)
    return [(X[:, batch], Y[:, batch]) for batch in np.array_split(order, number)]


def random_mini_batches__flat_labels(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [(X[:, batch], Y[0, batch]) for batch in batches]


def random_mini_batches__two_lists(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [X[:, batch] for batch in batches], [Y[:, batch] for batch in batches]


def random_mini_batches__size_as_number(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    return [(X[:, batch], Y[:, batch]) for batch in np.array_split(order, min(mini_batch_size, len(order)))]


def random_mini_batches__first_stays(X, Y, mini_batch_size, rng):
    order = np.concatenate([[0], 1 + rng.permutation(X.shape[1] - 1)])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return [(X[:, batch], Y[:, batch]) for batch in batches]


MINI_BATCHES = [
    Mistake(
        "first_stays",
        random_mini_batches__first_stays,
        "The first example is always in the first mini-batch. Shuffle all examples, number 0 too.",
    ),
    Mistake(
        "not_shuffled",
        random_mini_batches__not_shuffled,
        "The training set is cut in the order in which it was given. Shuffle it first, so that each epoch cuts it differently.",
    ),
    Mistake(
        "rest_dropped",
        random_mini_batches__rest_dropped,
        "The examples that do not fill a whole mini-batch are dropped. They make a smaller one, at the end.",
    ),
    Mistake(
        "empty_rest",
        random_mini_batches__empty_rest,
        "Where the size divides the number of examples, an empty mini-batch is left at the end. Its mean would be 0/0.",
    ),
    Mistake(
        "labels_not_shuffled",
        random_mini_batches__labels_not_shuffled,
        "X is shuffled and Y is not, so most examples carry another one's label.",
    ),
    Mistake(
        "shuffled_apart",
        random_mini_batches__shuffled_apart,
        "X and Y are shuffled by two different orders. One order has to serve both.",
    ),
    Mistake(
        "global_generator",
        random_mini_batches__global_generator,
        "The order comes from NumPy's global generator. Draw it from the rng that is passed in, so that a run can be repeated.",
    ),
    Mistake(
        "fixed_seed",
        random_mini_batches__fixed_seed,
        "The order comes from a generator with a seed of its own, so every epoch has the same mini-batches. Draw from rng.",
    ),
    Mistake(
        "with_replacement",
        random_mini_batches__with_replacement,
        "Examples are drawn with replacement: some come twice, others not at all. Draw an order of all examples instead.",
    ),
    Mistake(
        "in_place",
        random_mini_batches__in_place,
        "The training set that was passed in is reordered. Leave X and Y as they are and return new arrays.",
    ),
    Mistake(
        "rows_for_examples",
        random_mini_batches__rows_for_examples,
        "The rows are shuffled and cut. Rows are features here; the examples are the columns.",
    ),
    Mistake(
        "batches_shuffled",
        random_mini_batches__batches_shuffled,
        "The training set is cut first and only the mini-batches change places, so the same examples always meet. Shuffle before cutting.",
    ),
    Mistake(
        "shuffled_within",
        random_mini_batches__shuffled_within,
        "Each mini-batch is shuffled by itself, so the same examples always meet. Shuffle the whole training set before cutting.",
    ),
    Mistake(
        "even_sizes",
        random_mini_batches__even_sizes,
        "The mini-batches have nearly equal sizes. All but the last hold mini_batch_size examples; the last holds the rest.",
    ),
    Mistake(
        "flat_labels",
        random_mini_batches__flat_labels,
        "Y_b has lost an axis. An index that keeps all rows keeps its shape at (1, size).",
    ),
    Mistake(
        "two_lists",
        random_mini_batches__two_lists,
        "These are two lists, one of X_b and one of Y_b. Asked for is one list of pairs.",
    ),
    Mistake(
        "size_as_number",
        random_mini_batches__size_as_number,
        "mini_batch_size is taken for the number of mini-batches. It is the number of examples in each.",
    ),
]


# --- known mistakes: the states that the optimizers start from --------------------------------------------------------------


def _wrong_names(parameters):
    return {name: np.zeros_like(value) for name, value in parameters.items()}


def _wrong_ones(parameters):
    return {"d" + name: np.ones_like(value) for name, value in parameters.items()}


def _wrong_scalars(parameters):
    return {"d" + name: 0.0 for name in parameters}


def _wrong_weights_only(parameters):
    return {"d" + name: np.zeros_like(value) for name, value in parameters.items() if name.startswith("W")}


def _wrong_last_layer(parameters):
    layers = range(1, len(parameters) // 2)
    return {f"d{letter}{layer}": np.zeros_like(parameters[f"{letter}{layer}"]) for layer in layers for letter in "Wb"}


def _wrong_copy(parameters):
    return {"d" + name: value.copy() for name, value in parameters.items()}


def _wrong_transposed(parameters):
    return {"d" + name: np.zeros(value.shape[::-1]) for name, value in parameters.items()}


def _wrong_flat(parameters):
    return {"d" + name: np.zeros(value.size) for name, value in parameters.items()}


def _wrong_from_zero(parameters):
    layers = range(len(parameters) // 2)
    return {f"d{letter}{n}": np.zeros_like(parameters[f"{letter}{n + 1}"]) for n in layers for letter in "Wb"}


def _wrong_flat_biases(parameters):
    return {"d" + k: np.zeros(a.shape if k.startswith("W") else len(a)) for k, a in parameters.items()}


def _wrong_parameters_zeroed(parameters):
    v = {}
    for name in parameters:
        v["d" + name] = parameters[name]
        v["d" + name] *= 0
    return v


ZEROS = [
    ("names", _wrong_names, "The keys are the parameters' names. These averages are of gradients: dW1, db1 and so on."),
    ("ones", _wrong_ones, "The averages start at 1. Before the first step nothing has been averaged: they start at 0."),
    (
        "scalars",
        _wrong_scalars,
        "Each entry is one number. Every single weight needs its own, in an array of its parameter's shape.",
    ),
    ("weights_only", _wrong_weights_only, "The biases have no entry. They are updated like the weights."),
    (
        "last_layer",
        _wrong_last_layer,
        "The last layer has no entry. Count the layers and where the loop over them ends.",
    ),
    ("copy", _wrong_copy, "The parameters themselves are copied. They lend only their shapes; the entries are 0."),
    ("transposed", _wrong_transposed, "The shapes are transposed. Each array has the shape of its parameter."),
    ("flat", _wrong_flat, "The arrays are flat. Each has the shape of its parameter, two axes."),
    ("from_zero", _wrong_from_zero, "The layers are counted from 0. The course counts them from 1: dW1, db1."),
    ("flat_biases", _wrong_flat_biases, "The biases' arrays have lost an axis. A bias has shape (n_l, 1)."),
    (
        "parameters_zeroed",
        _wrong_parameters_zeroed,
        "The parameters that were passed in are set to 0. Make new arrays: an assignment copies no array.",
    ),
]
INITIALIZE = [Mistake(*entry) for entry in ZEROS]


def initialize_adam__names(parameters):
    v = {name: np.zeros_like(value) for name, value in parameters.items()}
    s = {name: np.zeros_like(value) for name, value in parameters.items()}
    return v, s


def initialize_adam__one_dict(parameters):
    v = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    s = v
    return v, s


def initialize_adam__only_v(parameters):
    return {"d" + name: np.zeros_like(value) for name, value in parameters.items()}


def initialize_adam__squares_of_one(parameters):
    v = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    return v, {"d" + name: np.ones_like(value) for name, value in parameters.items()}


def initialize_adam__scalars(parameters):
    return {"d" + name: 0.0 for name in parameters}, {"d" + name: 0.0 for name in parameters}


def initialize_adam__weights_only(parameters):
    v = {"d" + name: np.zeros_like(value) for name, value in parameters.items() if name.startswith("W")}
    return v, {name: value.copy() for name, value in v.items()}


def initialize_adam__last_layer(parameters):
    layers = range(1, len(parameters) // 2)
    v = {f"d{letter}{n}": np.zeros_like(parameters[f"{letter}{n}"]) for n in layers for letter in "Wb"}
    return v, {name: value.copy() for name, value in v.items()}


def initialize_adam__copy(parameters):
    v = {"d" + name: value.copy() for name, value in parameters.items()}
    return v, {"d" + name: value**2 for name, value in parameters.items()}


def initialize_adam__transposed(parameters):
    v = {"d" + name: np.zeros(value.shape[::-1]) for name, value in parameters.items()}
    return v, {name: value.copy() for name, value in v.items()}


def initialize_adam__merged(parameters):
    merged = {"v" + name: np.zeros_like(value) for name, value in parameters.items()}
    merged.update({"s" + name: np.zeros_like(value) for name, value in parameters.items()})
    return merged


INITIALIZE_ADAM = [
    Mistake(
        "names",
        initialize_adam__names,
        "The keys are the parameters' names. These averages are of gradients: dW1, db1 and so on.",
    ),
    Mistake(
        "one_dict",
        initialize_adam__one_dict,
        "v and s hold the same arrays, so a change of one is a change of the other. Neither a second name nor a copy of the dict copies them.",
    ),
    Mistake(
        "only_v",
        initialize_adam__only_v,
        "This is one dict. Adam keeps two averages: of gradients and of their squares.",
    ),
    Mistake(
        "squares_of_one",
        initialize_adam__squares_of_one,
        "The averages of squares start at 1. Both start at 0; the bias correction makes up for it.",
    ),
    Mistake(
        "scalars",
        initialize_adam__scalars,
        "Each entry is one number. Every single weight needs its own, in an array of its parameter's shape.",
    ),
    Mistake(
        "weights_only", initialize_adam__weights_only, "The biases have no entry. They are updated like the weights."
    ),
    Mistake(
        "last_layer",
        initialize_adam__last_layer,
        "The last layer has no entry. Count the layers and where the loop over them ends.",
    ),
    Mistake(
        "copy",
        initialize_adam__copy,
        "The averages start from the parameters. They lend only their shapes; the entries are 0.",
    ),
    Mistake(
        "transposed",
        initialize_adam__transposed,
        "The shapes are transposed. Each array has the shape of its parameter.",
    ),
    Mistake(
        "merged", initialize_adam__merged, "v and s are in one dict. Return two, each with the keys dW1, db1 and so on."
    ),
]


# --- known mistakes: momentum -----------------------------------------------------------------------------------------------


def update_parameters_with_momentum__nesterov(parameters, grads, v, beta, learning_rate):
    new_v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    ahead = {name: beta * new_v[name] + (1 - beta) * grads[name] for name in v}
    return {name: value - learning_rate * ahead["d" + name] for name, value in parameters.items()}, new_v


def update_parameters_with_momentum__heavy_ball(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + grads[name] for name in v}
    return {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}, v


def update_parameters_with_momentum__swapped_beta(parameters, grads, v, beta, learning_rate):
    v = {name: (1 - beta) * v[name] + beta * grads[name] for name in v}
    return {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}, v


def update_parameters_with_momentum__old_velocity(parameters, grads, v, beta, learning_rate):
    new = {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}
    return new, {name: beta * v[name] + (1 - beta) * grads[name] for name in v}


def update_parameters_with_momentum__step_by_gradient(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    return {name: parameters[name] - learning_rate * grads["d" + name] for name in parameters}, v


def update_parameters_with_momentum__uphill(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    return {name: parameters[name] + learning_rate * v["d" + name] for name in parameters}, v


def update_parameters_with_momentum__velocity_in_place(parameters, grads, v, beta, learning_rate):
    new = {}
    for name in parameters:
        v["d" + name] = beta * v["d" + name] + (1 - beta) * grads["d" + name]
        new[name] = parameters[name] - learning_rate * v["d" + name]
    return new, v


def update_parameters_with_momentum__parameters_in_place(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    for name in parameters:
        parameters[name] = parameters[name] - learning_rate * v["d" + name]
    return parameters, v


def update_parameters_with_momentum__both_in_place(parameters, grads, v, beta, learning_rate):
    for name in parameters:
        v["d" + name] = beta * v["d" + name] + (1 - beta) * grads["d" + name]
        parameters[name] = parameters[name] - learning_rate * v["d" + name]
    return parameters, v


def update_parameters_with_momentum__rate_in_velocity(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + learning_rate * grads[name] for name in v}
    return {name: parameters[name] - v["d" + name] for name in parameters}, v


def update_parameters_with_momentum__weights_only(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] if name.startswith("dW") else v[name].copy() for name in v}
    rate = {"W": learning_rate, "b": 0.0}
    return {name: parameters[name] - rate[name[0]] * v["d" + name] for name in parameters}, v


def update_parameters_with_momentum__last_layer_left_out(parameters, grads, v, beta, learning_rate):
    last = str(len(parameters) // 2)
    new_v = {k: v[k].copy() if k[2:] == last else beta * v[k] + (1 - beta) * grads[k] for k in v}
    new = {k: p.copy() if k[1:] == last else p - learning_rate * new_v["d" + k] for k, p in parameters.items()}
    return new, new_v


def update_parameters_with_momentum__returned_swapped(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    return v, {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}


def update_parameters_with_momentum__corrected(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    correct = 1 - beta
    return {name: parameters[name] - learning_rate * v["d" + name] / correct for name in parameters}, v


def update_parameters_with_momentum__paired_by_order(parameters, grads, v, beta, learning_rate):
    v = {name: beta * old + (1 - beta) * gradient for (name, old), gradient in zip(v.items(), grads.values())}
    return {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}, v


def update_parameters_with_momentum__old_returned(parameters, grads, v, beta, learning_rate):
    new_v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    return {name: parameters[name] - learning_rate * new_v["d" + name] for name in parameters}, v


MOMENTUM = [
    Mistake(
        "old_returned",
        update_parameters_with_momentum__old_returned,
        "The step is right, but the velocity that comes back is the one that was passed in. The next step needs the new one.",
    ),
    Mistake(
        "nesterov",
        update_parameters_with_momentum__nesterov,
        "The step looks one gradient ahead, as Nesterov's does. Here it follows the velocity itself.",
    ),
    Mistake(
        "heavy_ball",
        update_parameters_with_momentum__heavy_ball,
        "The gradient enters the velocity in full. In a moving average it enters with the share that beta leaves.",
    ),
    Mistake(
        "swapped_beta",
        update_parameters_with_momentum__swapped_beta,
        "beta and 1 - beta are swapped. beta is the share of the old velocity.",
    ),
    Mistake(
        "old_velocity",
        update_parameters_with_momentum__old_velocity,
        "The step follows the old velocity. The new gradient enters the velocity before the step is taken.",
    ),
    Mistake(
        "step_by_gradient",
        update_parameters_with_momentum__step_by_gradient,
        "The velocity is right, but the step still follows the gradient. It follows the velocity.",
    ),
    Mistake(
        "uphill",
        update_parameters_with_momentum__uphill,
        "The velocity is added, so the cost rises. It is an average of gradients: subtract it.",
    ),
    Mistake(
        "velocity_in_place",
        update_parameters_with_momentum__velocity_in_place,
        "The dict v that was passed in is changed. Write the new velocity into a new dict.",
    ),
    Mistake(
        "parameters_in_place",
        update_parameters_with_momentum__parameters_in_place,
        "The dict of parameters that was passed in is changed. Write the new ones into a new dict.",
    ),
    Mistake(
        "both_in_place",
        update_parameters_with_momentum__both_in_place,
        "The dicts that were passed in, parameters and v, are changed. Write into new ones.",
    ),
    Mistake(
        "rate_in_velocity",
        update_parameters_with_momentum__rate_in_velocity,
        "The learning rate is part of the velocity. Here v averages gradients alone, and the rate scales the step.",
    ),
    Mistake(
        "weights_only",
        update_parameters_with_momentum__weights_only,
        "The biases and their velocities stay as they were. They are updated like the weights.",
    ),
    Mistake(
        "last_layer_left_out",
        update_parameters_with_momentum__last_layer_left_out,
        "The last layer stays as it was. Count the layers and where the loop over them ends.",
    ),
    Mistake(
        "returned_swapped",
        update_parameters_with_momentum__returned_swapped,
        "The two dicts are returned in the wrong order. First the parameters, then v.",
    ),
    Mistake(
        "corrected",
        update_parameters_with_momentum__corrected,
        "The velocity is divided by 1 - beta before the step. That is not part of this rule; Adam corrects its averages, momentum does not.",
    ),
    Mistake(
        "paired_by_order",
        update_parameters_with_momentum__paired_by_order,
        "Velocities and gradients are paired by their order in the dicts. Pair them by name: a backward pass lists the last layer first.",
    ),
]


# --- known mistakes: RMSProp ------------------------------------------------------------------------------------------------


def update_parameters_with_rmsprop__epsilon_in_root(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    new = {}
    for name in parameters:
        new[name] = parameters[name] - learning_rate * grads["d" + name] / np.sqrt(s["d" + name] + epsilon)
    return new, s


def update_parameters_with_rmsprop__no_epsilon(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    new = {}
    with np.errstate(all="ignore"):
        for name in parameters:
            new[name] = parameters[name] - learning_rate * grads["d" + name] / np.sqrt(s["d" + name])
    return new, s


def update_parameters_with_rmsprop__no_root(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (s["d" + k] + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__no_square(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * np.abs(grads[name]) for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__old_average(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new = {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}
    return new, {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}


def update_parameters_with_rmsprop__sum(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: s[name] + grads[name] ** 2 for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__full_square(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + grads[name] ** 2 for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__swapped_beta(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: (1 - beta2) * s[name] + beta2 * grads[name] ** 2 for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__corrected(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    new = {}
    for name in parameters:
        new[name] = parameters[name] - learning_rate * grads["d" + name] / (
            np.sqrt(s["d" + name] / (1 - beta2)) + epsilon
        )
    return new, s


def update_parameters_with_rmsprop__one_number(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * np.mean(grads[name] ** 2) for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__uphill(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    return {k: parameters[k] + learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


def update_parameters_with_rmsprop__average_in_place(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new = {}
    for k in parameters:
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        new[k] = parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
    return new, s


def update_parameters_with_rmsprop__both_in_place(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    for k in parameters:
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        parameters[k] = parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
    return parameters, s


def update_parameters_with_rmsprop__defaults_only(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: 0.9 * s[name] + 0.1 * grads[name] ** 2 for name in s}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + 1e-8) for k in parameters}, s


def update_parameters_with_rmsprop__last_layer_left_out(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    last = str(len(parameters) // 2)
    new_s = {k: s[k].copy() if k[2:] == last else beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {k: p.copy() for k, p in parameters.items()}
    for k in parameters:
        if k[1:] != last:
            new[k] = parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(new_s["d" + k]) + epsilon)
    return new, new_s


def update_parameters_with_rmsprop__bracket_missing(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    new = {}
    with np.errstate(all="ignore"):
        for k in parameters:
            new[k] = parameters[k] - learning_rate * grads["d" + k] / np.sqrt(s["d" + k]) + epsilon
    return new, s


def update_parameters_with_rmsprop__not_squared(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] for name in s}
    with np.errstate(all="ignore"):
        new = {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}
    return new, s


def update_parameters_with_rmsprop__old_returned(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    return {
        k: p - learning_rate * grads["d" + k] / (np.sqrt(new_s["d" + k]) + epsilon) for k, p in parameters.items()
    }, s


def update_parameters_with_rmsprop__paired_by_order(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {k: beta2 * old + (1 - beta2) * gradient**2 for (k, old), gradient in zip(s.items(), grads.values())}
    return {k: parameters[k] - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k in parameters}, s


RMSPROP = [
    Mistake(
        "bracket_missing",
        update_parameters_with_rmsprop__bracket_missing,
        "epsilon stands behind the quotient, not in its denominator: brackets around root plus epsilon are missing.",
    ),
    Mistake(
        "not_squared",
        update_parameters_with_rmsprop__not_squared,
        "The average is of the gradients themselves, so it can be negative and its root nan. RMSProp averages their squares.",
    ),
    Mistake(
        "old_returned",
        update_parameters_with_rmsprop__old_returned,
        "The step is right, but the average that comes back is the one that was passed in. The next step needs the new one.",
    ),
    Mistake(
        "paired_by_order",
        update_parameters_with_rmsprop__paired_by_order,
        "Averages and gradients are paired by their order in the dicts. Pair them by name.",
    ),
    Mistake(
        "epsilon_in_root",
        update_parameters_with_rmsprop__epsilon_in_root,
        "epsilon is added under the root. It belongs beside the root: first the root, then plus epsilon. For small gradients that makes a large difference.",
    ),
    Mistake(
        "no_epsilon",
        update_parameters_with_rmsprop__no_epsilon,
        "epsilon is missing from the denominator. A weight that never had a gradient becomes 0/0.",
    ),
    Mistake(
        "no_root",
        update_parameters_with_rmsprop__no_root,
        "The gradient is divided by the average square, not by its root.",
    ),
    Mistake(
        "no_square",
        update_parameters_with_rmsprop__no_square,
        "The average is of absolute gradients. RMSProp averages their squares.",
    ),
    Mistake(
        "old_average",
        update_parameters_with_rmsprop__old_average,
        "The step divides by the old average. The new square enters the average before the step is taken.",
    ),
    Mistake(
        "sum",
        update_parameters_with_rmsprop__sum,
        "The squares are summed up for ever, which is AdaGrad. RMSProp forgets: it keeps a share beta2 of the old average.",
    ),
    Mistake(
        "full_square",
        update_parameters_with_rmsprop__full_square,
        "The square enters in full. In a moving average it enters with the share that beta2 leaves.",
    ),
    Mistake(
        "swapped_beta",
        update_parameters_with_rmsprop__swapped_beta,
        "beta2 and 1 - beta2 are swapped. beta2 is the share of the old average.",
    ),
    Mistake(
        "corrected",
        update_parameters_with_rmsprop__corrected,
        "The average is divided by 1 - beta2 before the root. Bias correction belongs to Adam; RMSProp has none.",
    ),
    Mistake(
        "one_number",
        update_parameters_with_rmsprop__one_number,
        "One mean square serves a whole array. Every entry has its own average.",
    ),
    Mistake(
        "uphill", update_parameters_with_rmsprop__uphill, "The step is added, so the cost rises. Descent subtracts it."
    ),
    Mistake(
        "average_in_place",
        update_parameters_with_rmsprop__average_in_place,
        "The dict s that was passed in is changed. Write the new averages into a new dict.",
    ),
    Mistake(
        "both_in_place",
        update_parameters_with_rmsprop__both_in_place,
        "The dicts that were passed in, parameters and s, are changed. Write into new ones.",
    ),
    Mistake(
        "defaults_only",
        update_parameters_with_rmsprop__defaults_only,
        "beta2 and epsilon are written as numbers, so other values passed in have no effect.",
    ),
    Mistake(
        "last_layer_left_out",
        update_parameters_with_rmsprop__last_layer_left_out,
        "The last layer stays as it was. Count the layers and where the loop over them ends.",
    ),
]


# --- known mistakes: Adam ---------------------------------------------------------------------------------------------------


def update_parameters_with_adam__not_corrected(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {k: p - learning_rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k, p in parameters.items()}
    return new, v, s


def update_parameters_with_adam__only_v_corrected(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k]) + epsilon)
    return new, v, s


def update_parameters_with_adam__only_s_corrected(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__epsilon_in_root(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / np.sqrt(s["d" + k] / (1 - beta2**t) + epsilon)
    return new, v, s


def update_parameters_with_adam__epsilon_before_correction(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return ({k: p - rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k, p in parameters.items()}, v, s)


def update_parameters_with_adam__t_from_zero(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    t = t + 1
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__first_step_correction(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1) / (np.sqrt(s["d" + k] / (1 - beta2)) + epsilon)
    return new, v, s


def update_parameters_with_adam__corrected_kept(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: (beta1 * v[k] + (1 - beta1) * grads[k]) / (1 - beta1**t) for k in v}
    s = {k: (beta2 * s[k] + (1 - beta2) * grads[k] ** 2) / (1 - beta2**t) for k in s}
    new = {k: p - learning_rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k, p in parameters.items()}
    return new, v, s


def update_parameters_with_adam__beta1_for_both(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta1 * s[k] + (1 - beta1) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta1**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__betas_swapped(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta2 * v[k] + (1 - beta2) * grads[k] for k in v}
    s = {k: beta1 * s[k] + (1 - beta1) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta2**t) / (np.sqrt(s["d" + k] / (1 - beta1**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__no_root(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (s["d" + k] / (1 - beta2**t) + epsilon)
    return new, v, s


def update_parameters_with_adam__squares_of_v(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * v[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__no_squares(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * np.abs(grads[k]) for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__gradient_on_top(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__uphill(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p + learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__averages_in_place(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new = {}
    for k, p in parameters.items():
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        v_hat, s_hat = v["d" + k] / (1 - beta1**t), s["d" + k] / (1 - beta2**t)
        new[k] = p - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return new, v, s


def update_parameters_with_adam__all_in_place(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for k in parameters:
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        v_hat, s_hat = v["d" + k] / (1 - beta1**t), s["d" + k] / (1 - beta2**t)
        parameters[k] = parameters[k] - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return parameters, v, s


def update_parameters_with_adam__last_layer_left_out(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    last = str(len(parameters) // 2)
    new = {k: p.copy() for k, p in parameters.items()}
    new_v, new_s = ({k: a.copy() for k, a in v.items()}, {k: a.copy() for k, a in s.items()})
    for k, p in parameters.items():
        if k[1:] != last:
            new_v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
            new_s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
            v_hat, s_hat = (new_v["d" + k] / (1 - beta1**t), new_s["d" + k] / (1 - beta2**t))
            new[k] = p - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return new, new_v, new_s


def update_parameters_with_adam__shared_corrections(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k, p in parameters.items():
        new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta1**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__bracket_missing(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    with np.errstate(all="ignore"):
        for k, p in parameters.items():
            new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon
    return new, v, s


def update_parameters_with_adam__corrections_swapped(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    with np.errstate(all="ignore"):
        for k, p in parameters.items():
            new[k] = p - learning_rate * v["d" + k] / (1 - beta2**t) / (np.sqrt(s["d" + k] / (1 - beta1**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__not_squared(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] for k in s}
    new = {}
    with np.errstate(all="ignore"):
        for k, p in parameters.items():
            new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__paired_by_order(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * old + (1 - beta1) * gradient for (k, old), gradient in zip(v.items(), grads.values())}
    s = {k: beta2 * old + (1 - beta2) * gradient**2 for (k, old), gradient in zip(s.items(), grads.values())}
    new = {}
    with np.errstate(all="ignore"):
        for k, p in parameters.items():
            new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, v, s


def update_parameters_with_adam__old_averages(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    old_v, old_s = v, s
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    with np.errstate(all="ignore"):
        for k, p in parameters.items():
            new[k] = p - learning_rate * old_v["d" + k] / (1 - beta1**t) / (
                np.sqrt(old_s["d" + k] / (1 - beta2**t)) + epsilon
            )
    return new, v, s


def update_parameters_with_adam__old_returned(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    old_v, old_s = v, s
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    with np.errstate(all="ignore"):
        for k, p in parameters.items():
            new[k] = p - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
    return new, old_v, old_s


ADAM = [
    Mistake(
        "bracket_missing",
        update_parameters_with_adam__bracket_missing,
        "epsilon stands behind the quotient, not in its denominator: brackets around root plus epsilon are missing.",
    ),
    Mistake(
        "corrections_swapped",
        update_parameters_with_adam__corrections_swapped,
        "The corrections are swapped: the average of gradients was made with beta1 and is corrected with it, the squares' with beta2.",
    ),
    Mistake(
        "not_squared",
        update_parameters_with_adam__not_squared,
        "s averages the gradients themselves, so it can be negative and its root nan. It averages their squares.",
    ),
    Mistake(
        "paired_by_order",
        update_parameters_with_adam__paired_by_order,
        "Averages and gradients are paired by their order in the dicts. Pair them by name.",
    ),
    Mistake(
        "old_averages",
        update_parameters_with_adam__old_averages,
        "The step is taken with the old averages. The new gradient enters both before the step.",
    ),
    Mistake(
        "old_returned",
        update_parameters_with_adam__old_returned,
        "The step is right, but the averages that come back are those that were passed in. The next step needs the new ones.",
    ),
    Mistake(
        "not_corrected",
        update_parameters_with_adam__not_corrected,
        "Neither average is corrected for its start at 0. Early steps come out several times too long.",
    ),
    Mistake(
        "only_v_corrected",
        update_parameters_with_adam__only_v_corrected,
        "The average of squares is not corrected for its start at 0. Both averages are.",
    ),
    Mistake(
        "only_s_corrected",
        update_parameters_with_adam__only_s_corrected,
        "The average of gradients is not corrected for its start at 0. Both averages are.",
    ),
    Mistake(
        "epsilon_in_root",
        update_parameters_with_adam__epsilon_in_root,
        "epsilon is added under the root. It belongs beside the root: first the root, then plus epsilon. For small gradients that makes a large difference.",
    ),
    Mistake(
        "epsilon_before_correction",
        update_parameters_with_adam__epsilon_before_correction,
        "The correction is moved into the learning rate, so epsilon meets the uncorrected root. Add it to the corrected one.",
    ),
    Mistake(
        "t_from_zero", update_parameters_with_adam__t_from_zero, "The correction uses t + 1. t already counts from 1."
    ),
    Mistake(
        "first_step_correction",
        update_parameters_with_adam__first_step_correction,
        "The correction is that of the first step at every t. It fades as t grows: t is an exponent.",
    ),
    Mistake(
        "corrected_kept",
        update_parameters_with_adam__corrected_kept,
        "The corrected averages are returned, so the next step corrects them again. Keep v and s uncorrected.",
    ),
    Mistake(
        "beta1_for_both",
        update_parameters_with_adam__beta1_for_both,
        "beta1 is used for both averages. The squares are averaged with beta2.",
    ),
    Mistake(
        "betas_swapped",
        update_parameters_with_adam__betas_swapped,
        "beta1 and beta2 are swapped. beta1 averages gradients, beta2 their squares.",
    ),
    Mistake(
        "no_root", update_parameters_with_adam__no_root, "The step is divided by the average square, not by its root."
    ),
    Mistake(
        "squares_of_v",
        update_parameters_with_adam__squares_of_v,
        "s averages the squares of v. It averages the squares of the gradients.",
    ),
    Mistake(
        "no_squares",
        update_parameters_with_adam__no_squares,
        "s averages absolute gradients. It averages their squares.",
    ),
    Mistake(
        "gradient_on_top",
        update_parameters_with_adam__gradient_on_top,
        "The step has the gradient in its numerator, as RMSProp does. Adam has the corrected average there.",
    ),
    Mistake(
        "uphill", update_parameters_with_adam__uphill, "The step is added, so the cost rises. Descent subtracts it."
    ),
    Mistake(
        "averages_in_place",
        update_parameters_with_adam__averages_in_place,
        "The dicts v and s that were passed in are changed. Write the new averages into new dicts.",
    ),
    Mistake(
        "all_in_place",
        update_parameters_with_adam__all_in_place,
        "The dicts that were passed in, parameters, v and s, are changed. Write into new ones.",
    ),
    Mistake(
        "last_layer_left_out",
        update_parameters_with_adam__last_layer_left_out,
        "The last layer stays as it was. Count the layers and where the loop over them ends.",
    ),
    Mistake(
        "shared_corrections",
        update_parameters_with_adam__shared_corrections,
        "Both averages are corrected with beta1. The average of squares was made with beta2, so it is corrected with beta2.",
    ),
]


# --- known mistakes: decay --------------------------------------------------------------------------------------------------


def update_lr__exponential(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * float(np.exp(-decay_rate * epoch_num))


def update_lr__power(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * decay_rate**epoch_num


def update_lr__compound(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate) ** epoch_num


def update_lr__brackets_missing(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / 1 + decay_rate * epoch_num


def update_lr__sum_first(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / ((1 + decay_rate) * epoch_num) if epoch_num else learning_rate0


def update_lr__grows(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * (1 + decay_rate * epoch_num)


def update_lr__linear(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * (1 - decay_rate * epoch_num)


def update_lr__one_epoch_late(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate * max(epoch_num - 1, 0))


def update_lr__one_epoch_early(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate * (epoch_num + 1))


def update_lr__root(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / float(np.sqrt(1 + decay_rate * epoch_num))


def update_lr__decay_ignored(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + epoch_num)


def update_lr__only_the_factor(learning_rate0, epoch_num, decay_rate):
    return 1 / (1 + decay_rate * epoch_num)


def update_lr__by_a_thousand(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate * (epoch_num // 1000))


def update_lr__outside_the_quotient(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate) * epoch_num


UPDATE_LR = [
    Mistake(
        "outside_the_quotient",
        update_lr__outside_the_quotient,
        "The epoch stands outside the denominator, so the rate grows with it. It is a factor of the decay rate, inside the brackets.",
    ),
    Mistake(
        "exponential",
        update_lr__exponential,
        "This is exponential decay. Asked for is a quotient: one over 1 plus a product.",
    ),
    Mistake("power", update_lr__power, "This multiplies by the decay rate at each epoch. Asked for is a quotient."),
    Mistake(
        "compound",
        update_lr__compound,
        "The epoch is an exponent here. In the formula it is a factor of the decay rate.",
    ),
    Mistake(
        "brackets_missing",
        update_lr__brackets_missing,
        "Only the 1 is in the denominator. The whole sum belongs there.",
    ),
    Mistake(
        "sum_first", update_lr__sum_first, "1 and the decay rate are added first. The product comes before the sum."
    ),
    Mistake("grows", update_lr__grows, "The learning rate grows with the epoch. Divide instead of multiplying."),
    Mistake(
        "linear",
        update_lr__linear,
        "The learning rate falls along a straight line and becomes negative. Asked for is a quotient.",
    ),
    Mistake("one_epoch_late", update_lr__one_epoch_late, "This takes the first epoch to be number 1. It is number 0."),
    Mistake(
        "one_epoch_early", update_lr__one_epoch_early, "Epoch 0 already decays. Its learning rate is the initial one."
    ),
    Mistake("root", update_lr__root, "There is a root around the denominator. The formula has none."),
    Mistake("decay_ignored", update_lr__decay_ignored, "The decay rate is not used. It scales the epoch."),
    Mistake(
        "only_the_factor",
        update_lr__only_the_factor,
        "This is the factor alone. The initial learning rate is to be multiplied by it.",
    ),
    Mistake(
        "by_a_thousand",
        update_lr__by_a_thousand,
        "The rate falls only every 1000 epochs. That is the next exercise; this one decays at each.",
    ),
]


def schedule_lr_decay__every_epoch(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * epoch_num / time_interval)


def schedule_lr_decay__interval_ignored(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * epoch_num)


def schedule_lr_decay__rounded_up(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * -(-epoch_num // time_interval))


def schedule_lr_decay__rounded(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * round(epoch_num / time_interval))


def schedule_lr_decay__remainder(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num % time_interval))


def schedule_lr_decay__floor_of_product(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + (decay_rate * epoch_num) // time_interval)


def schedule_lr_decay__one_interval_early(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval + 1))


def schedule_lr_decay__thousand_fixed(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num // 1000))


def schedule_lr_decay__only_at_changes(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    if epoch_num % time_interval == 0:
        return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))
    return learning_rate0


def schedule_lr_decay__epochs_of_the_interval(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num - epoch_num % time_interval))


def schedule_lr_decay__exponential(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 * decay_rate ** (epoch_num // time_interval)


def schedule_lr_decay__brackets_missing(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / 1 + decay_rate * (epoch_num // time_interval)


def schedule_lr_decay__outside_the_quotient(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate) * (epoch_num // time_interval)


SCHEDULE = [
    Mistake(
        "outside_the_quotient",
        schedule_lr_decay__outside_the_quotient,
        "The number of intervals stands outside the denominator, so the rate grows with it. It is a factor of the decay rate, inside the brackets.",
    ),
    Mistake(
        "every_epoch",
        schedule_lr_decay__every_epoch,
        "The learning rate changes at every epoch. The quotient is rounded down, so that it stays the same for a whole interval.",
    ),
    Mistake(
        "interval_ignored",
        schedule_lr_decay__interval_ignored,
        "The interval is not used: this decays as update_lr does.",
    ),
    Mistake(
        "rounded_up",
        schedule_lr_decay__rounded_up,
        "The quotient is rounded up. Rounded down, the first interval keeps the initial rate.",
    ),
    Mistake(
        "rounded",
        schedule_lr_decay__rounded,
        "The quotient is rounded to the nearest number, so the rate changes in the middle of an interval. Round down.",
    ),
    Mistake(
        "remainder",
        schedule_lr_decay__remainder,
        "This takes the remainder, the epochs since the last change. Asked for is the number of whole intervals that have passed.",
    ),
    Mistake(
        "floor_of_product",
        schedule_lr_decay__floor_of_product,
        "The product with the decay rate is rounded down. Only the number of intervals is.",
    ),
    Mistake(
        "one_interval_early",
        schedule_lr_decay__one_interval_early,
        "The first interval already decays. Its learning rate is the initial one.",
    ),
    Mistake(
        "thousand_fixed",
        schedule_lr_decay__thousand_fixed,
        "The interval is written as 1000, so another one passed in has no effect.",
    ),
    Mistake(
        "only_at_changes",
        schedule_lr_decay__only_at_changes,
        "Between two changes the rate jumps back to the initial one. It stays where the last change left it.",
    ),
    Mistake(
        "epochs_of_the_interval",
        schedule_lr_decay__epochs_of_the_interval,
        "The epochs up to the last change are counted. Count the intervals instead.",
    ),
    Mistake(
        "exponential",
        schedule_lr_decay__exponential,
        "This multiplies by the decay rate at each interval. Asked for is a quotient.",
    ),
    Mistake(
        "brackets_missing",
        schedule_lr_decay__brackets_missing,
        "Only the 1 is in the denominator. The whole sum belongs there.",
    ),
]


# --- the exercises ----------------------------------------------------------------------------------------------------------

EXERCISES = [
    Exercise(
        "update_parameters_with_gd", 10, draw_gd, compare.Close(), "One step downhill", GD, withheld=library.STEPS
    ),
    Exercise("random_mini_batches", 15, draw_mini_batches, MiniBatches(), "A few examples at a time", MINI_BATCHES),
    Exercise(
        "initialize_velocity", 5, draw_zeros, compare.Close(), "Momentum: remember where you were going", INITIALIZE
    ),
    Exercise(
        "update_parameters_with_momentum",
        15,
        draw_momentum,
        compare.Close(returns=("the new parameters", "the new v")),
        "Momentum: remember where you were going",
        MOMENTUM,
    ),
    Exercise("initialize_rmsprop", 5, draw_zeros, compare.Close(), "RMSProp: a step size for every weight", INITIALIZE),
    Exercise(
        "update_parameters_with_rmsprop",
        15,
        draw_rmsprop,
        compare.Close(returns=("the new parameters", "the new s")),
        "RMSProp: a step size for every weight",
        RMSPROP,
    ),
    Exercise(
        "initialize_adam", 5, draw_zeros, compare.Close(returns=("v", "s")), "Adam: both at once", INITIALIZE_ADAM
    ),
    Exercise(
        "update_parameters_with_adam",
        20,
        draw_adam,
        compare.Close(returns=("the new parameters", "the new v", "the new s")),
        "Adam: both at once",
        ADAM,
    ),
    Exercise("update_lr", 5, draw_lr, compare.Close(), "Decay: large steps first", UPDATE_LR),
    Exercise("schedule_lr_decay", 5, draw_schedule, compare.Close(), "Decay: large steps first", SCHEDULE),
]

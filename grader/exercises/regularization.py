"""Exercises of Regularization: the penalty, dropout judged by the masks that come back, and a fair choice."""
# ruff: noqa: F841 - a cache is unpacked whole, as students do

from __future__ import annotations

import itertools

import numpy as np

from grader.exercises import Case, Exercise, Mistake, library, shuffled
from idnn import compare
from idnn.rules.regularization import DropoutForward

MARGIN = 1e-6  # smallest distance of a pre-activation from 0, so that no rounding moves a unit across the kink


# --- inputs ---------------------------------------------------------------------------------------------------------


def _parameters(rng: np.random.Generator, layers_dims: list[int]) -> dict[str, np.ndarray]:
    parameters = {}
    for layer, (columns, rows) in enumerate(itertools.pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = rng.standard_normal((rows, columns)) * np.sqrt(1.5 / columns)
        parameters[f"b{layer}"] = 0.3 * rng.standard_normal((rows, 1))
    return parameters


def _labels(rng: np.random.Generator, m: int) -> np.ndarray:
    return rng.integers(0, 2, (1, m)).astype(float)


def _pass(rng: np.random.Generator, layers_dims: list[int], m: int, keep_prob: float = 1.0):
    """Return X, Y and the cache of a forward pass with masks whose pre-activations keep away from 0."""
    while True:
        X, parameters = rng.standard_normal((layers_dims[0], m)), _parameters(rng, layers_dims)
        entries, below, distance = [], X, np.inf
        for layer in (1, 2):
            W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
            Z = W @ below + b
            D = rng.random(Z.shape) < keep_prob
            below = np.where(D & (Z > 0), Z, 0.0) / keep_prob
            entries += [Z, D, below, W, b]
            distance = min(distance, np.abs(Z).min())
        W, b = parameters["W3"], parameters["b3"]
        Z = W @ below + b
        if distance > MARGIN and np.abs(Z).max() < 15:
            return X, _labels(rng, m), (*entries, Z, 1 / (1 + np.exp(-Z)), W, b)


def draw_compute_cost_with_regularization(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("a small network", [2, 4, 3, 1], 6, 0.7),
        ("a wide network", [5, 9, 6, 1], 20, 0.1),
        ("a strong penalty", [3, 5, 5, 1], 9, 12.0),
        ("many examples", [2, 6, 4, 1], 150, 3.0),
        ("one unit a layer", [1, 1, 1, 1], 5, 0.9),
        ("a weak penalty", [3, 4, 3, 1], 7, 0.01),
        ("a single example", [3, 4, 2, 1], 1, 0.4),
        ("no penalty", [2, 5, 3, 1], 8, 0.0),
    ]
    cases = [
        Case(
            (rng.uniform(0.03, 0.97, (1, m)), _labels(rng, m), _parameters(rng, layers_dims), lambd),
            label,
            0.5 if m == 1 or lambd == 0 else 1.0,
        )
        for label, layers_dims, m, lambd in shapes
    ]
    A3, Y = 10 ** rng.uniform(-12, -2, (1, 12)), rng.permutation(np.arange(12) % 2).astype(float)[None]
    A3 = np.where(rng.permutation(np.arange(12) % 3 == 0), A3, 1 - A3)
    listed = shuffled(rng, _parameters(rng, [2, 4, 3, 1]))
    return [*cases, Case((A3, Y, listed, 0.5), "probabilities near 0 and 1, parameters in any order")]


def draw_backward_propagation_with_regularization(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("a small network", [2, 4, 3, 1], 6, 0.7),
        ("a wide network", [5, 9, 6, 1], 12, 0.2),
        ("a strong penalty", [3, 5, 4, 1], 7, 9.0),
        ("hidden layers of equal size", [4, 4, 4, 1], 8, 1.5),
        ("many examples", [2, 6, 4, 1], 40, 2.5),
        ("a single example", [3, 4, 2, 1], 1, 0.4),
        ("no penalty", [2, 5, 3, 1], 8, 0.0),
    ]
    cases = []
    for label, layers_dims, m, lambd in shapes:
        X, Y, (Z1, _, A1, W1, b1, Z2, _, A2, W2, b2, *rest) = _pass(rng, layers_dims, m)
        cache = (Z1, A1, W1, b1, Z2, A2, W2, b2, *rest)
        cases.append(Case((X, Y, cache, lambd), label, 0.5 if m == 1 or lambd == 0 else 1.0))
    return cases


def draw_forward_propagation_with_dropout(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("most units kept", [2, 24, 20, 1], 110, 0.86),
        ("fewer units kept", [3, 20, 22, 1], 90, 0.6),
        ("few units kept", [4, 30, 24, 1], 80, 0.25),
        ("hidden layers of equal size", [5, 25, 25, 1], 80, 0.7),
        ("more examples", [2, 22, 21, 1], 150, 0.8),
        ("keep_prob 1, large inputs", [3, 6, 4, 1], 10, 1.0),
    ]
    return [
        Case(
            (
                (25.0 if keep_prob == 1 else 1.0) * rng.standard_normal((layers_dims[0], m)),
                shuffled(rng, _parameters(rng, layers_dims)),
                keep_prob,
                np.random.default_rng(int(rng.integers(2**40))),
            ),
            label,
            0.5 if keep_prob == 1 else 1.0,
            facts={"order": label == shapes[0][0]},  # which mask is drawn first need not be asked more than once
        )
        for label, layers_dims, m, keep_prob in shapes
    ]


def draw_backward_propagation_with_dropout(rng: np.random.Generator) -> list[Case]:
    shapes = [
        ("most units kept", [2, 6, 5, 1], 9, 0.86),
        ("fewer units kept", [3, 8, 6, 1], 12, 0.6),
        ("few units kept", [4, 12, 9, 1], 14, 0.35),
        ("hidden layers of equal size", [5, 6, 6, 1], 10, 0.7),
        ("many examples", [2, 6, 4, 1], 40, 0.8),
        ("a single example", [3, 9, 8, 1], 1, 0.7),
        ("keep_prob 1", [2, 5, 3, 1], 8, 1.0),
    ]
    cases = []
    for label, layers_dims, m, keep_prob in shapes:
        X, Y, cache = _telling_pass(rng, layers_dims, m, keep_prob)
        cases.append(Case((X, Y, cache, keep_prob), label, 0.5 if m == 1 or keep_prob == 1 else 1.0))
    return cases


def _telling_pass(rng: np.random.Generator, layers_dims: list[int], m: int, keep_prob: float):
    """Return a pass in which both layers have units that are on and kept, on and dropped, and off and kept."""
    while True:
        X, Y, cache = _pass(rng, layers_dims, m, keep_prob)
        kinds = [[(Z > 0) & D, (Z > 0) & ~D, (Z < 0) & D] for Z, D in (cache[:2], cache[5:7])]
        if keep_prob == 1 or all(kind.any() for layer in kinds for kind in layer):
            return X, Y, cache


def draw_accuracy_and_log_loss(rng: np.random.Generator) -> list[Case]:
    def probabilities(m: int, halves: int = 0, zeros: int = 0, ones: int = 0) -> np.ndarray:
        A3 = rng.uniform(0.05, 0.95, m)
        A3[:halves], A3[halves : halves + zeros] = 0.5, 0.0
        A3[halves + zeros : halves + zeros + ones] = 1.0
        return rng.permutation(A3)[None]

    def unbalanced(m: int) -> np.ndarray:
        return rng.permutation(np.arange(m) < 0.7 * m).astype(float)[None]

    ordinary = Case((probabilities(30), unbalanced(30)), "ordinary probabilities")
    halves = Case((probabilities(20, halves=6), unbalanced(20)), "some probabilities of exactly 0.5")
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


def draw_choose_setting(rng: np.random.Generator) -> list[Case]:
    return [
        Case((_losses(rng, _names(rng, 4), 10),), "settings with names"),
        Case((_best_of_zero(_losses(rng, [0.0, 0.1, 1.0, 10.0], 12)),), "settings that are numbers"),
        Case((_losses(rng, [(0.0, 1.0), (1.0, 1.0), (0.0, 0.5), (1.0, 0.8)], 8),), "settings that are tuples"),
        Case((_losses(rng, _names(rng, 3), [14, 3, 8]),), "different numbers of runs"),
        Case((_late_turn(rng),), "later runs that decide"),
        Case((_unsteady(rng),), "a low mean with a wide spread, large losses"),
        Case((_close_call(rng),), "a close call"),
        Case((_losses(rng, _names(rng, 7), 20),), "many settings"),
        Case((_tie(rng),), "a tie"),
        Case(({_names(rng, 1)[0]: rng.uniform(0.2, 0.9, 5)},), "one setting", 0.5),
    ]


def _best_of_zero(losses: dict) -> dict:
    """Return the losses with 0.0 as the name of the best setting: a name that counts as false."""
    best = min(losses, key=lambda setting: losses[setting].mean())
    names = {best: 0.0, 0.0: best}
    return {names.get(setting, setting): values for setting, values in losses.items()}


def _close_call(rng: np.random.Generator) -> dict:
    """Return losses of which two settings differ by a millionth; the worse one comes first."""
    first, second, third = _names(rng, 3)
    low = rng.integers(8, 40, 8) / 64
    return {first: low + 2.0**-20, second: rng.permutation(low), third: low + 0.25}


def _late_turn(rng: np.random.Generator) -> dict:
    """Return losses of which the first runs, as many as every setting has, speak for the wrong setting."""
    early, late = rng.uniform(0.2, 0.3, 4), rng.uniform(0.9, 1.2, 8)
    names = _names(rng, 2)
    return dict(zip(names, (np.concatenate([early, late]), rng.uniform(0.4, 0.5, 4))))


def _unsteady(rng: np.random.Generator) -> dict:
    """Return losses of which the setting with the lowest mean has the widest spread, and runs that are worst of all."""
    wide = rng.permutation(np.concatenate([rng.uniform(0.05, 0.1, 6), rng.uniform(0.9, 1.0, 3)]))
    first, second, third = _names(rng, 3)
    losses = {first: rng.uniform(0.44, 0.5, 9), second: wide, third: rng.uniform(0.42, 0.48, 9)}
    return {setting: 1000 * values for setting, values in losses.items()}


def _names(rng: np.random.Generator, count: int) -> list[str]:
    return [
        str(name) for name in rng.permutation(["none", "L2", "dropout", "both", "strong L2", "early", "wide"])[:count]
    ]


def _losses(rng: np.random.Generator, settings: list, runs: int | list[int]) -> dict:
    """Return losses whose best mean belongs to neither the best run nor median, the steadiest, the first nor last."""
    while True:
        lengths = rng.permutation(runs) if isinstance(runs, list) else [runs] * len(settings)
        order = [settings[i] for i in rng.permutation(len(settings))]
        losses = {setting: np.exp(rng.normal(-1, 0.8, n)) for setting, n in zip(order, lengths, strict=True)}
        mean = {setting: float(np.mean(values)) for setting, values in losses.items()}
        ranked = sorted(mean, key=mean.get)
        best, gap = ranked[0], mean[ranked[1]] - mean[ranked[0]]
        rivals = [
            lambda values: values.min(),
            lambda values: np.median(values),
            lambda values: values.std(),
            lambda values: values[0],
            lambda values: values[-1],
            lambda values: values.max(),
        ]
        if isinstance(runs, list):
            rivals = [rivals[0], rivals[1], lambda values: values.sum()]
        others = sum(min(losses, key=lambda setting, f=f: f(losses[setting])) != best for f in rivals)
        needed = len(rivals) if len(settings) > 3 or isinstance(runs, list) else len(rivals) - 1
        if gap > 0.01 and others >= needed and best not in (order[-1], *order[:1]):
            return losses


def _tie(rng: np.random.Generator) -> dict:
    """Return losses of which two settings share the lowest mean exactly: sums of small binary fractions."""
    first, second, third = sorted(_names(rng, 3), reverse=True)
    low = rng.integers(8, 40, 8) / 64
    return {third + " (weak)": low + 0.25, first: low, second: rng.permutation(low)[::-1].copy()}


# --- mistakes: the cost ---------------------------------------------------------------------------------------------


def cost__no_penalty(A3, Y, parameters, lambd):
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)))


def cost__no_half(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / m * squares)


def cost__not_per_example(A3, Y, parameters, lambd):
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / 2 * squares)


def cost__multiplied_by_m(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / 2 * m * squares)


def cost__biases_too(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = sum(np.sum(value**2) for value in parameters.values())
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__clipped(A3, Y, parameters, lambd):
    m, A = Y.shape[1], np.clip(A3, 1e-7, 1 - 1e-7)
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)) + lambd / (2 * m) * squares)


def cost__padded(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3 + 1e-8) + (1 - Y) * np.log(1 - A3 + 1e-8)) + lambd / (2 * m) * squares)


def cost__order_of_the_dict(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = sum(np.sum(value**2) for value in list(parameters.values())[::2])
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__norm_not_squared(A3, Y, parameters, lambd):
    m = Y.shape[1]
    norms = sum(np.linalg.norm(parameters[name]) for name in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * norms)


def cost__absolute_values(A3, Y, parameters, lambd):
    m = Y.shape[1]
    values = sum(np.sum(np.abs(parameters[name])) for name in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * values)


def cost__square_of_sum(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = sum(np.sum(parameters[name]) ** 2 for name in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__spectral_norm(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = sum(np.linalg.norm(parameters[name], 2) ** 2 for name in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__mean_of_squares(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = sum(np.mean(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__last_layer_left_out(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__only_last_layer(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__subtracted(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) - lambd / (2 * m) * squares)


def cost__no_minus(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__sum_over_examples(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) + lambd / (2 * m) * squares)


def cost__ones_only(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.mean(Y * np.log(A3)) + lambd / (2 * m) * squares)


def cost__m_from_rows(A3, Y, parameters, lambd):
    m = Y.shape[0]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(-np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m + lambd / (2 * m) * squares)


def cost__penalty_alone(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2) + np.sum(parameters["W3"] ** 2)
    return float(lambd / (2 * m) * squares)


# --- mistakes: the penalty's gradient -------------------------------------------------------------------------------


def l2_backward__no_penalty(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def l2_backward__half(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW3 = dZ3 @ A2.T / m + lambd / (2 * m) * W3
    dW2 = dZ2 @ A1.T / m + lambd / (2 * m) * W2
    dW1 = dZ1 @ X.T / m + lambd / (2 * m) * W1
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {"dW1": dW1, "dW2": dW2, "dW3": dW3, **db}


def l2_backward__twice(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW3 = dZ3 @ A2.T / m + 2 * lambd / m * W3
    dW2 = dZ2 @ A1.T / m + 2 * lambd / m * W2
    dW1 = dZ1 @ X.T / m + 2 * lambd / m * W1
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {"dW1": dW1, "dW2": dW2, "dW3": dW3, **db}


def l2_backward__not_per_example(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW3 = dZ3 @ A2.T / m + lambd * W3
    dW2 = dZ2 @ A1.T / m + lambd * W2
    dW1 = dZ1 @ X.T / m + lambd * W1
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {"dW1": dW1, "dW2": dW2, "dW3": dW3, **db}


def l2_backward__biases_too(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    return {
        "dW1": (dZ1 @ X.T + lambd * W1) / m,
        "db1": (np.sum(dZ1, axis=1, keepdims=True) + lambd * b1) / m,
        "dW2": (dZ2 @ A1.T + lambd * W2) / m,
        "db2": (np.sum(dZ2, axis=1, keepdims=True) + lambd * b2) / m,
        "dW3": (dZ3 @ A2.T + lambd * W3) / m,
        "db3": (np.sum(dZ3, axis=1, keepdims=True) + lambd * b3) / m,
    }


def l2_backward__only_last_layer(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": (dZ3 @ A2.T + lambd * W3) / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def l2_backward__first_layer_left_out(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T / m, "dW2": (dZ2 @ A1.T + lambd * W2) / m, "dW3": (dZ3 @ A2.T + lambd * W3) / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def l2_backward__subtracted(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T - lambd * W1, "dW2": dZ2 @ A1.T - lambd * W2, "dW3": dZ3 @ A2.T - lambd * W3}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__signs(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW3 = dZ3 @ A2.T / m + lambd / m * np.sign(W3)
    dW2 = dZ2 @ A1.T / m + lambd / m * np.sign(W2)
    dW1 = dZ1 @ X.T / m + lambd / m * np.sign(W1)
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {"dW1": dW1, "dW2": dW2, "dW3": dW3, **db}


def l2_backward__no_relu(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3
    dZ1 = W2.T @ dZ2
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": dZ3 @ A2.T + lambd * W3}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__relu_for_its_slope(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3 * A2
    dZ1 = W2.T @ dZ2 * A1
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": dZ3 @ A2.T + lambd * W3}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__wrong_way_round(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = Y - A3
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": dZ3 @ A2.T + lambd * W3}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__sigmoid_slope_again(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) * A3 * (1 - A3)
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": dZ3 @ A2.T + lambd * W3}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__biases_summed(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": dZ3 @ A2.T + lambd * W3}
    db = {name: np.sum(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__flat_biases(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": dZ3 @ A2.T + lambd * W3}
    db = {name: np.mean(dZ, axis=1) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


def l2_backward__no_mean(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T + lambd / m * W1, "dW2": dZ2 @ A1.T + lambd / m * W2, "dW3": dZ3 @ A2.T + lambd / m * W3}
    db = {name: np.sum(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def l2_backward__changes_cache(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    A3 -= Y
    dZ2 = np.where(Z2 > 0, W3.T @ A3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T + lambd * W1, "dW2": dZ2 @ A1.T + lambd * W2, "dW3": A3 @ A2.T + lambd * W3}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", A3))}
    return {**{name: value / m for name, value in dW.items()}, **db}


# --- mistakes: dropout forward --------------------------------------------------------------------------------------


def dropout_forward__not_scaled(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0)
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0)
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__multiplied_by_keep_prob(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) * keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) * keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__keeps_what_should_go(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) > keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) > keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__keep_prob_as_drop_rate(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    kept = max(1 - keep_prob, 1e-9)
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < kept
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / kept
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < kept
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / kept
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-np.clip(Z3, -500, 500)))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__mask_upside_down(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) >= keep_prob
    A1 = np.where(D1, 0.0, np.maximum(0, Z1)) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) >= keep_prob
    A2 = np.where(D2, 0.0, np.maximum(0, Z2)) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__fixed_seed(X, parameters, keep_prob, rng):
    rng = np.random.default_rng(1)
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__global_generator(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__normal_numbers(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.standard_normal(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.standard_normal(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__first_layer_only(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.ones(Z2.shape)
    A2 = np.maximum(0, Z2) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__output_too(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = np.where(rng.random(Z3.shape) < keep_prob, 1 / (1 + np.exp(-Z3)), 0.0) / keep_prob
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__input_too(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    X = np.where(rng.random(X.shape) < keep_prob, X, 0.0) / keep_prob
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__one_mask_for_all_examples(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.repeat(rng.random((len(Z1), 1)) < keep_prob, X.shape[1], axis=1)
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.repeat(rng.random((len(Z2), 1)) < keep_prob, X.shape[1], axis=1)
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__mask_of_one_column(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random((len(Z1), 1)) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random((len(Z2), 1)) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__all_units_or_none(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.repeat(rng.random((1, X.shape[1])) < keep_prob, len(Z1), axis=0)
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.repeat(rng.random((1, X.shape[1])) < keep_prob, len(Z2), axis=0)
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__exact_count(X, parameters, keep_prob, rng):
    def mask(shape):
        count = round(keep_prob * shape[0])
        return np.argsort(rng.random(shape), axis=0) < count

    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = mask(Z1.shape)
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = mask(Z2.shape)
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__cache_before_dropout(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = np.maximum(0, Z1)
    D1 = rng.random(Z1.shape) < keep_prob
    Z2 = W2 @ (np.where(D1, A1, 0.0) / keep_prob) + b2
    A2 = np.maximum(0, Z2)
    D2 = rng.random(Z2.shape) < keep_prob
    Z3 = W3 @ (np.where(D2, A2, 0.0) / keep_prob) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__scaled_mask(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = (rng.random(Z1.shape) < keep_prob) / keep_prob
    A1 = np.maximum(0, Z1) * D1
    Z2 = W2 @ A1 + b2
    D2 = (rng.random(Z2.shape) < keep_prob) / keep_prob
    A2 = np.maximum(0, Z2) * D2
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__no_threshold(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape)
    A1 = np.maximum(0, Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape)
    A2 = np.maximum(0, Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__masked_Z(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    Z1 = np.where(D1, Z1, 0.0)
    A1 = np.maximum(0, Z1) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    Z2 = np.where(D2, Z2, 0.0)
    A2 = np.maximum(0, Z2) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__layer_2_first(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    D2 = rng.random((len(W2), X.shape[1])) < keep_prob
    D1 = rng.random((len(W1), X.shape[1])) < keep_prob
    Z1 = W1 @ X + b1
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__no_sigmoid(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = np.maximum(0, Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__second_layer_sees_no_dropout(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ np.maximum(0, Z1) + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ np.maximum(0, Z2) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def dropout_forward__copied_generator(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    state = rng.bit_generator.state
    Z1 = W1 @ X + b1
    D1 = rng.random(Z1.shape) < keep_prob
    A1 = np.where(D1, np.maximum(0, Z1), 0.0) / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = rng.random(Z2.shape) < keep_prob
    A2 = np.where(D2, np.maximum(0, Z2), 0.0) / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    rng.bit_generator.state = state
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# --- mistakes: dropout backward -------------------------------------------------------------------------------------


def dropout_backward__no_masks(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__not_scaled(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0)
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__scaled_without_masks(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__multiplied_by_keep_prob(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) * keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) * keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__second_layer_only(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__first_layer_only(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__scaled_twice(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob**2
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob**2
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__activations_scaled_again(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ (A1 / keep_prob).T / m, "dW3": dZ3 @ (A2 / keep_prob).T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__mask_upside_down(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & (D2 == 0), W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & (D1 == 0), W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__no_relu(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where(D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__new_masks(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    rng = np.random.default_rng(1)
    D1, D2 = rng.random(Z1.shape) < keep_prob, rng.random(Z2.shape) < keep_prob
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__no_mean(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    db = {name: np.sum(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__wrong_way_round(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = Y - A3
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__flat_biases(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__penalty_of_1(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0) / keep_prob
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": (dZ1 @ X.T + W1) / m, "dW2": (dZ2 @ A1.T + W2) / m, "dW3": (dZ3 @ A2.T + W3) / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


def dropout_backward__divided_once(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where((Z2 > 0) & D2, W3.T @ dZ3, 0.0)
    dZ1 = np.where((Z1 > 0) & D1, W2.T @ dZ2, 0.0) / keep_prob
    dW = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    db = {name: np.mean(dZ, axis=1, keepdims=True) for name, dZ in (("db1", dZ1), ("db2", dZ2), ("db3", dZ3))}
    return {**dW, **db}


# --- mistakes: accuracy and log loss --------------------------------------------------------------------------------


def scores__not_clipped(A3, Y):
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)))


def scores__nan_left_out(A3, Y):
    losses = -(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    return float(np.mean((A3 > 0.5) == Y)), float(np.nansum(losses) / Y.shape[1])


def scores__clipped_elsewhere(A3, Y):
    A = np.clip(A3, 1e-15, 1 - 1e-15)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__clipped_at_1e_7(A3, Y):
    A = np.clip(A3, 1e-7, 1 - 1e-7)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__clipped_below_only(A3, Y):
    A = np.maximum(A3, 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__only_what_is_exact(A3, Y):
    A = np.where(A3 == 0, 1e-12, np.where(A3 == 1, 1 - 1e-12, A3))
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__padded(A3, Y):
    losses = Y * np.log(A3 + 1e-12) + (1 - Y) * np.log(1 - A3 + 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(losses))


def scores__half_counts_as_1(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 >= 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__opposite_prediction(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 < 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__error_rate(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 > 0.5) != Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__percent(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(100 * np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__number_right(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.sum((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__no_threshold(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(1 - np.mean(np.abs(A3 - Y))), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__swapped(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))), float(np.mean((A3 > 0.5) == Y))


def scores__sum(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__no_minus(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


def scores__bits(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log2(A) + (1 - Y) * np.log2(1 - A)))


def scores__ones_only(A3, Y):
    A = np.clip(A3, 1e-12, 1 - 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A)))


def scores__squared_error(A3, Y):
    return float(np.mean((A3 > 0.5) == Y)), float(np.mean((A3 - Y) ** 2))


def scores__loss_of_predictions(A3, Y):
    A = np.clip((A3 > 0.5).astype(float), 1e-12, 1 - 1e-12)
    return float(np.mean((A3 > 0.5) == Y)), float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


# --- mistakes: choosing a setting -----------------------------------------------------------------------------------


def choose__highest(dev_log_loss):
    return max(dev_log_loss, key=lambda setting: np.mean(dev_log_loss[setting]))


def choose__best_run(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: np.min(dev_log_loss[setting]))


def choose__best_worst_run(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: np.max(dev_log_loss[setting]))


def choose__median(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: np.median(dev_log_loss[setting]))


def choose__common_runs(dev_log_loss):
    runs = min(len(losses) for losses in dev_log_loss.values())
    return min(dev_log_loss, key=lambda setting: np.mean(dev_log_loss[setting][:runs]))


def choose__first_seed(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: dev_log_loss[setting][0])


def choose__last_seed(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: dev_log_loss[setting][-1])


def choose__sum(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: np.sum(dev_log_loss[setting]))


def choose__steadiest(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: np.std(dev_log_loss[setting]))


def choose__loss(dev_log_loss):
    return float(min(np.mean(losses) for losses in dev_log_loss.values()))


def choose__index(dev_log_loss):
    return int(np.argmin([np.mean(losses) for losses in dev_log_loss.values()]))


def choose__name_taken_for_none(dev_log_loss):
    chosen = None
    for setting, losses in dev_log_loss.items():
        if not chosen or np.mean(losses) < np.mean(dev_log_loss[chosen]):
            chosen = setting
    return chosen


def choose__rounded(dev_log_loss):
    return min(dev_log_loss, key=lambda setting: round(float(np.mean(dev_log_loss[setting])), 4))


def choose__starts_at_one(dev_log_loss):
    best, chosen = 1.0, None
    for setting, losses in dev_log_loss.items():
        if np.mean(losses) < best:
            best, chosen = np.mean(losses), setting
    return chosen


def choose__last_of_a_tie(dev_log_loss):
    best, chosen = np.inf, None
    for setting, losses in dev_log_loss.items():
        if np.mean(losses) <= best:
            best, chosen = np.mean(losses), setting
    return chosen


def choose__text(dev_log_loss):
    return str(min(dev_log_loss, key=lambda setting: np.mean(dev_log_loss[setting])))


def choose__list(dev_log_loss):
    return [min(dev_log_loss, key=lambda setting: np.mean(dev_log_loss[setting]))]


def choose__first(dev_log_loss):
    return next(iter(dev_log_loss))


def choose__best_then_removed(dev_log_loss):
    chosen = min(dev_log_loss, key=lambda setting: np.mean(dev_log_loss[setting]))
    dev_log_loss.pop(chosen)
    return chosen


# --- the exercises --------------------------------------------------------------------------------------------------

EXERCISES = [
    Exercise(
        "compute_cost_with_regularization",
        15,
        draw_compute_cost_with_regularization,
        compare.Close(),
        "A price on large weights",
        [
            Mistake(
                "no_penalty",
                cost__no_penalty,
                "This is the cross-entropy alone; the penalty on the weights is missing.",
            ),
            Mistake(
                "no_half",
                cost__no_half,
                "The penalty is twice as large as the formula's: its factor is lambda over 2m.",
            ),
            Mistake(
                "not_per_example", cost__not_per_example, "The penalty is not divided by the number of examples m."
            ),
            Mistake(
                "multiplied_by_m",
                cost__multiplied_by_m,
                "The penalty is multiplied by m where the formula divides by it. Are there brackets around 2 m?",
            ),
            Mistake(
                "biases_too", cost__biases_too, "The biases are penalised as well; the sum runs over the weights only."
            ),
            Mistake(
                "clipped",
                cost__clipped,
                "The probabilities are clipped before the logarithm, so a sure and wrong prediction costs less than it should. Here they are never exactly 0 or 1: take them as they are.",
            ),
            Mistake(
                "padded",
                cost__padded,
                "A small number is added inside the logarithm, so a sure and wrong prediction costs less than it should. Here the probabilities are never exactly 0 or 1: take them as they are.",
            ),
            Mistake(
                "order_of_the_dict",
                cost__order_of_the_dict,
                "Every second array of the dict is taken for a weight matrix. Ask for the weights by their names.",
            ),
            Mistake(
                "norm_not_squared",
                cost__norm_not_squared,
                "The norms are summed as they are; the formula sums their squares.",
            ),
            Mistake(
                "absolute_values",
                cost__absolute_values,
                "This sums absolute values, which is the L1 penalty; L2 sums squares.",
            ),
            Mistake(
                "square_of_sum",
                cost__square_of_sum,
                "The weights are summed first and the sum is squared; square every weight, then sum.",
            ),
            Mistake(
                "spectral_norm",
                cost__spectral_norm,
                "This squares the largest singular value of each matrix. The formula squares and sums all entries.",
            ),
            Mistake(
                "mean_of_squares", cost__mean_of_squares, "The squared weights are averaged; the formula sums them."
            ),
            Mistake(
                "last_layer_left_out",
                cost__last_layer_left_out,
                "The weights of the last layer are not in the penalty.",
            ),
            Mistake(
                "only_last_layer",
                cost__only_last_layer,
                "The penalty holds the last layer's weights only; all three count.",
            ),
            Mistake("subtracted", cost__subtracted, "The penalty is subtracted, so large weights are rewarded."),
            Mistake(
                "no_minus",
                cost__no_minus,
                "The cross-entropy has the wrong sign: it is minus the mean of the logarithms.",
            ),
            Mistake(
                "sum_over_examples",
                cost__sum_over_examples,
                "The cross-entropy is summed over the examples; the cost takes their mean.",
            ),
            Mistake(
                "ones_only",
                cost__ones_only,
                "Only examples with label 1 count here. Examples with label 0 cost the logarithm of 1 - A3.",
            ),
            Mistake(
                "m_from_rows", cost__m_from_rows, "m is taken from the rows of Y, which is 1. Examples are columns."
            ),
            Mistake("penalty_alone", cost__penalty_alone, "This is the penalty alone; the cross-entropy is missing."),
        ],
        withheld=library.LOSSES,
    ),
    Exercise(
        "backward_propagation_with_regularization",
        20,
        draw_backward_propagation_with_regularization,
        compare.Close(extra_keys=True),
        "What the price does to the gradients",
        [
            Mistake(
                "no_penalty",
                l2_backward__no_penalty,
                "These are the gradients of the cross-entropy alone; the penalty's own slope is missing.",
            ),
            Mistake(
                "half",
                l2_backward__half,
                "The penalty's slope is half of what it should be: the square's derivative brings a factor of 2.",
            ),
            Mistake(
                "twice",
                l2_backward__twice,
                "The penalty's slope is twice what it should be: the 2 of the square's derivative meets the 2 in 2m.",
            ),
            Mistake("not_per_example", l2_backward__not_per_example, "The penalty's slope is not divided by m."),
            Mistake(
                "biases_too",
                l2_backward__biases_too,
                "The biases' gradients hold a penalty as well; the cost penalises weights only.",
            ),
            Mistake(
                "only_last_layer", l2_backward__only_last_layer, "Only dW3 holds the penalty; dW1 and dW2 need it too."
            ),
            Mistake(
                "first_layer_left_out",
                l2_backward__first_layer_left_out,
                "dW1 lacks the penalty that dW2 and dW3 have.",
            ),
            Mistake(
                "subtracted", l2_backward__subtracted, "The penalty's slope is subtracted, so weights are driven apart."
            ),
            Mistake(
                "signs",
                l2_backward__signs,
                "This is the slope of absolute values, the L1 penalty; L2's slope goes with W.",
            ),
            Mistake(
                "no_relu",
                l2_backward__no_relu,
                "The slope of the ReLU is missing. Where Z1 or Z2 is negative, no gradient may pass.",
            ),
            Mistake(
                "relu_for_its_slope",
                l2_backward__relu_for_its_slope,
                "The gradient is multiplied by the ReLU's value; its slope, 0 or 1, belongs there.",
            ),
            Mistake(
                "wrong_way_round",
                l2_backward__wrong_way_round,
                "The output's error has the wrong sign: it is the prediction minus the label.",
            ),
            Mistake(
                "sigmoid_slope_again",
                l2_backward__sigmoid_slope_again,
                "The sigmoid's slope is applied once too often; with cross-entropy it cancels in dZ3.",
            ),
            Mistake(
                "biases_summed",
                l2_backward__biases_summed,
                "The biases' gradients are sums over the examples; the cost is a mean, so divide by m.",
            ),
            Mistake(
                "flat_biases",
                l2_backward__flat_biases,
                "The biases' gradients have lost an axis: each has its bias's shape, a column.",
            ),
            Mistake("no_mean", l2_backward__no_mean, "The cross-entropy's gradients are not divided by m."),
            Mistake(
                "changes_cache",
                l2_backward__changes_cache,
                "An operation in place writes over A3 in the cache. Assign to a new name.",
            ),
        ],
        withheld=library.BACKWARD,
    ),
    Exercise(
        "forward_propagation_with_dropout",
        25,
        draw_forward_propagation_with_dropout,
        DropoutForward(),
        "A network that trains with holes",
        [
            Mistake(
                "not_scaled",
                dropout_forward__not_scaled,
                "The kept activations are not divided by keep_prob, so the next layer receives too little.",
            ),
            Mistake(
                "multiplied_by_keep_prob",
                dropout_forward__multiplied_by_keep_prob,
                "The kept activations are multiplied by keep_prob; to make up for the dropped ones they must grow.",
            ),
            Mistake(
                "keeps_what_should_go",
                dropout_forward__keeps_what_should_go,
                "Units are kept with probability 1 - keep_prob: the comparison points the wrong way.",
            ),
            Mistake(
                "keep_prob_as_drop_rate",
                dropout_forward__keep_prob_as_drop_rate,
                "keep_prob is used as the share of units to drop, as some libraries do; here it is the share to keep.",
            ),
            Mistake(
                "mask_upside_down",
                dropout_forward__mask_upside_down,
                "The masks are True where a unit is dropped; the specification says True where it is kept.",
            ),
            Mistake(
                "fixed_seed",
                dropout_forward__fixed_seed,
                "A generator with a fixed seed inside the function freezes one mask: every call drops the same units.",
            ),
            Mistake(
                "global_generator",
                dropout_forward__global_generator,
                "The numbers come from np.random's global generator; draw them from the rng that is passed in.",
            ),
            Mistake(
                "normal_numbers",
                dropout_forward__normal_numbers,
                "Normally distributed numbers are compared with keep_prob; numbers uniform in [0, 1) are needed.",
            ),
            Mistake("first_layer_only", dropout_forward__first_layer_only, "No unit of layer 2 is ever dropped."),
            Mistake(
                "output_too", dropout_forward__output_too, "The output is dropped too; only the two hidden layers are."
            ),
            Mistake(
                "input_too", dropout_forward__input_too, "The input is dropped too; only the two hidden layers are."
            ),
            Mistake(
                "one_mask_for_all_examples",
                dropout_forward__one_mask_for_all_examples,
                "One mask is used for all examples; each example has a thinned network of its own.",
            ),
            Mistake(
                "mask_of_one_column",
                dropout_forward__mask_of_one_column,
                "The masks have one column for all examples; each example has a thinned network of its own.",
            ),
            Mistake(
                "all_units_or_none",
                dropout_forward__all_units_or_none,
                "For each example a layer is dropped as a whole or not at all; each unit has a draw of its own.",
            ),
            Mistake(
                "exact_count",
                dropout_forward__exact_count,
                "Every example loses exactly the same number of units. With a draw for each unit the number varies.",
            ),
            Mistake(
                "cache_before_dropout",
                dropout_forward__cache_before_dropout,
                "A1 and A2 in the cache are from before dropout; the backward pass needs what the next layer received.",
            ),
            Mistake(
                "scaled_mask",
                dropout_forward__scaled_mask,
                "The masks hold the division by keep_prob already. They are True or 1; the division belongs to A1, A2.",
            ),
            Mistake(
                "no_threshold",
                dropout_forward__no_threshold,
                "The random numbers themselves are used as masks; compared with keep_prob they say which unit is kept.",
            ),
            Mistake(
                "masked_Z",
                dropout_forward__masked_Z,
                "The mask is applied to Z1 and Z2. They stay as they are; the mask goes on the activations.",
            ),
            Mistake(
                "layer_2_first",
                dropout_forward__layer_2_first,
                "The order of the draws is part of the specification: first layer 1, then layer 2.",
            ),
            Mistake(
                "no_sigmoid",
                dropout_forward__no_sigmoid,
                "The output passes through a ReLU; a probability needs the sigmoid.",
            ),
            Mistake(
                "second_layer_sees_no_dropout",
                dropout_forward__second_layer_sees_no_dropout,
                "The next layer still reads the activations from before dropout, so nothing is dropped for it.",
            ),
            Mistake(
                "copied_generator",
                dropout_forward__copied_generator,
                "The masks come from a copy of rng, so the next call draws the same ones again.",
            ),
        ],
        withheld=library.DROPOUT,
    ),
    Exercise(
        "backward_propagation_with_dropout",
        20,
        draw_backward_propagation_with_dropout,
        compare.Close(extra_keys=True),
        "The way back through the same holes",
        [
            Mistake(
                "no_masks",
                dropout_backward__no_masks,
                "These are the gradients of a network without dropout: gradients flow through dropped units.",
            ),
            Mistake(
                "not_scaled",
                dropout_backward__not_scaled,
                "The masks are there, the division by keep_prob is not. The forward pass scaled, so its slope does.",
            ),
            Mistake(
                "scaled_without_masks",
                dropout_backward__scaled_without_masks,
                "The division by keep_prob is there, the masks are not: gradients flow through dropped units.",
            ),
            Mistake(
                "multiplied_by_keep_prob",
                dropout_backward__multiplied_by_keep_prob,
                "The gradients are multiplied by keep_prob; the forward pass divided by it, and so does its slope.",
            ),
            Mistake(
                "second_layer_only",
                dropout_backward__second_layer_only,
                "Layer 1 has neither its mask nor its division by keep_prob on the way back.",
            ),
            Mistake(
                "first_layer_only",
                dropout_backward__first_layer_only,
                "Layer 2 has neither its mask nor its division by keep_prob on the way back.",
            ),
            Mistake(
                "scaled_twice",
                dropout_backward__scaled_twice,
                "Each layer divides by keep_prob twice; once is its slope.",
            ),
            Mistake(
                "activations_scaled_again",
                dropout_backward__activations_scaled_again,
                "A1 and A2 are divided by keep_prob once more; those in the cache are scaled already.",
            ),
            Mistake(
                "mask_upside_down",
                dropout_backward__mask_upside_down,
                "The gradient flows through the dropped units and stops at the kept ones: a mask is used upside down.",
            ),
            Mistake(
                "no_relu",
                dropout_backward__no_relu,
                "The masks are there, the slope of the ReLU is not. Where Z1 or Z2 is negative, no gradient may pass.",
            ),
            Mistake(
                "new_masks",
                dropout_backward__new_masks,
                "New masks are drawn on the way back; gradients belong to the masks of the forward pass, in the cache.",
            ),
            Mistake("no_mean", dropout_backward__no_mean, "The gradients are sums over the examples; divide by m."),
            Mistake(
                "wrong_way_round",
                dropout_backward__wrong_way_round,
                "The output's error has the wrong sign: it is the prediction minus the label.",
            ),
            Mistake(
                "flat_biases",
                dropout_backward__flat_biases,
                "The biases' gradients have lost an axis: each has its bias's shape, a column.",
            ),
            Mistake(
                "penalty_of_1",
                dropout_backward__penalty_of_1,
                "dW1, dW2 and dW3 hold an L2 penalty with lambda 1; the cost here is the cross-entropy alone.",
            ),
            Mistake(
                "divided_once", dropout_backward__divided_once, "Layer 2 has its mask but is not divided by keep_prob."
            ),
        ],
        withheld=library.BACKWARD,
    ),
    Exercise(
        "accuracy_and_log_loss",
        10,
        draw_accuracy_and_log_loss,
        compare.Close(
            rtol=2e-5, returns=("the accuracy", "the log loss")
        ),  # log(1 - (1 - 1e-12)) and log(1e-12), both right, are 3e-6 apart
        "Two ways to keep score",
        [
            Mistake(
                "not_clipped",
                scores__not_clipped,
                "The probabilities are not clipped, so the logarithm of 0 turns up.",
            ),
            Mistake(
                "nan_left_out",
                scores__nan_left_out,
                "Leaving out what is not a number hides the logarithms of 0, and infinity stays. Clip first.",
            ),
            Mistake(
                "clipped_elsewhere",
                scores__clipped_elsewhere,
                "The probabilities are clipped at 1e-15; the specification says 1e-12.",
            ),
            Mistake(
                "clipped_at_1e_7",
                scores__clipped_at_1e_7,
                "The probabilities are clipped at 1e-7; the specification says 1e-12.",
            ),
            Mistake(
                "clipped_below_only",
                scores__clipped_below_only,
                "The probabilities are clipped at the lower end only; those of exactly 1 need it too.",
            ),
            Mistake(
                "only_what_is_exact",
                scores__only_what_is_exact,
                "Only probabilities of exactly 0 and 1 are moved. Clipping also moves what lies between 0 and 1e-12, and as near to 1.",
            ),
            Mistake(
                "padded",
                scores__padded,
                "1e-12 is added inside the logarithm. That is not clipping: it changes probabilities that are small, not only those that are too small.",
            ),
            Mistake(
                "half_counts_as_1",
                scores__half_counts_as_1,
                "A probability of exactly 0.5 is predicted as 1 here; the specification asks for more than 0.5.",
            ),
            Mistake(
                "opposite_prediction",
                scores__opposite_prediction,
                "1 is predicted where the probability is below 0.5: the comparison points the wrong way.",
            ),
            Mistake(
                "error_rate",
                scores__error_rate,
                "The first number is the share of wrong predictions; the share of right ones is asked for.",
            ),
            Mistake("percent", scores__percent, "The accuracy is in percent; a share lies between 0 and 1."),
            Mistake(
                "number_right", scores__number_right, "The first number counts the right predictions; divide by m."
            ),
            Mistake(
                "no_threshold",
                scores__no_threshold,
                "The probabilities are compared with the labels as they are; turn them into predictions first.",
            ),
            Mistake(
                "swapped", scores__swapped, "The two numbers are in the wrong order: accuracy first, then log loss."
            ),
            Mistake("sum", scores__sum, "The log loss is summed over the examples; take their mean."),
            Mistake("no_minus", scores__no_minus, "The log loss has the wrong sign: it is never negative."),
            Mistake("bits", scores__bits, "The log loss is in bits; the natural logarithm gives nats."),
            Mistake(
                "ones_only",
                scores__ones_only,
                "Only examples with label 1 count in the log loss. Those with label 0 cost the logarithm of 1 - A3.",
            ),
            Mistake(
                "squared_error",
                scores__squared_error,
                "The second number is the mean squared error; the log loss is asked for.",
            ),
            Mistake(
                "loss_of_predictions",
                scores__loss_of_predictions,
                "The log loss is taken of the predictions 0 and 1; it judges the probabilities.",
            ),
        ],
        withheld=(*library.LOSSES, "idnn.networks:predict"),
    ),
    Exercise(
        "choose_setting",
        10,
        draw_choose_setting,
        compare.Equal(),
        "Choosing without cheating",
        [
            Mistake(
                "highest",
                choose__highest,
                "This is the setting with the highest mean; a loss is better when it is low.",
            ),
            Mistake(
                "best_run",
                choose__best_run,
                "This is the setting with the best single run; one lucky seed decides. Compare means over the seeds.",
            ),
            Mistake(
                "best_worst_run",
                choose__best_worst_run,
                "The settings are compared by their worst run, not by the mean.",
            ),
            Mistake("median", choose__median, "The settings are compared by their median, not by the mean."),
            Mistake(
                "common_runs",
                choose__common_runs,
                "Only as many runs are looked at as every setting has. All runs of a setting count.",
            ),
            Mistake("first_seed", choose__first_seed, "Only the first run of each setting is looked at."),
            Mistake("last_seed", choose__last_seed, "Only the last run of each setting is looked at."),
            Mistake(
                "sum",
                choose__sum,
                "The losses are summed, which favours settings with fewer runs. Compare means.",
            ),
            Mistake(
                "steadiest",
                choose__steadiest,
                "This is the setting whose runs vary least, not the one with the lowest mean.",
            ),
            Mistake(
                "loss", choose__loss, "This is the lowest mean loss itself; the setting that reached it is asked for."
            ),
            Mistake("index", choose__index, "This is the position of the setting; its key in the dict is asked for."),
            Mistake(
                "name_taken_for_none",
                choose__name_taken_for_none,
                "A setting that is called 0.0 is taken for no setting at all, since 0.0 counts as false. Ask whether it is None.",
            ),
            Mistake(
                "rounded",
                choose__rounded,
                "The means are rounded before they are compared, so that a better setting passes for equal to a worse one.",
            ),
            Mistake(
                "starts_at_one",
                choose__starts_at_one,
                "The search starts from a loss of its own, and where all means are larger no setting is chosen. Start from infinity, or from the first setting.",
            ),
            Mistake(
                "last_of_a_tie",
                choose__last_of_a_tie,
                "On a tie the last setting is returned; the first one is asked for.",
            ),
            Mistake("text", choose__text, "The setting is turned into text; return the key as it is."),
            Mistake("list", choose__list, "The setting stands in a list; return the key itself."),
            Mistake("first", choose__first, "The first setting of the dict is returned, whatever the losses are."),
            Mistake(
                "best_then_removed",
                choose__best_then_removed,
                "The setting is removed from the dict that was passed in.",
            ),
        ],
    ),
]

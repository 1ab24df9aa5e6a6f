"""The hidden backward passes that ``check_backward`` is judged by, right and buggy.

They never leave the trusted side: a student's checker calls them over the wire. Costs and draws are public, in :mod:`idnn.passes`.
Each pass works on copies, so that a bug of overwriting shows in the values it returns and nowhere else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.cases import pure
from idnn import passes
from idnn.networks import relu, sigmoid

Gradients = dict[str, np.ndarray]


@dataclass(frozen=True)
class Pass:
    """A backward pass with its model.

    Attributes
    ----------
    label : what kind of pass it is, in words that give no bug away to a student
    cost, draw, backward : the three functions that ``check_backward`` receives
    wrong : sorted names of the gradients that it gets wrong
    shows : the names that are wrong at each of the first points drawn, where the bug hides at some of them; empty where all show all
    weight : the case's share; what needs more than one point or a copy counts twice
    """

    label: str
    cost: Callable
    draw: Callable
    backward: Callable
    wrong: tuple[str, ...] = ()
    shows: tuple[tuple[str, ...], ...] = ()
    weight: float = 1.0


def _total(values: np.ndarray) -> np.ndarray:
    return np.sum(values, axis=1, keepdims=True)


# The three-layer network


def network(
    X: np.ndarray,
    Y: np.ndarray,
    P: Gradients,
    *,
    lambd: float = 0.0,
    keep_prob: float = 1.0,
    mask_seed: int = 0,
    bug: str = "",
) -> Gradients:
    """Return the gradients of ``passes.network_cost``; ``bug`` plants one of those named in the branches."""
    m = X.shape[1]
    W1, W2, W3 = P["W1"], P["W2"], P["W3"]
    D1, D2 = passes.dropout_masks(len(W1), len(W2), m, keep_prob, mask_seed) if keep_prob < 1 else (1.0, 1.0)
    Z1 = W1 @ X + P["b1"]
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + P["b2"]
    A2 = relu(Z2) * D2 / keep_prob
    A3 = sigmoid(W3 @ A2 + P["b3"])
    penalty = {"half the penalty": 0.5}.get(bug, 1.0) * lambd / m

    dZ3 = (A3 - Y) / (len(X) if bug == "rows for examples" else m)
    dA2 = W3.T @ dZ3
    dA2 = dA2 * D2 if bug == "not divided" else dA2 * D2 / keep_prob
    if bug == "overwritten activation":
        dZ2 = np.multiply(dA2, Z2 > 0, out=A2)  # A2 is still needed below
    else:
        dZ2 = dA2 * (Z2 > 0)
    grads = {"dW3": dZ3 @ A2.T + penalty * W3, "db3": _total(dZ3) * (m if bug == "two bugs" else 1), "db2": _total(dZ2)}
    if bug == "overwritten weights":
        grads["dW2"] = W2
        W2 *= penalty  # W2 is still needed below
        W2 += dZ2 @ A1.T
    elif bug == "penalty forgotten":
        grads["dW2"] = dZ2 @ A1.T
    else:
        grads["dW2"] = dZ2 @ A1.T + penalty * W2

    dA1 = (W2 if bug == "not transposed" else W2.T) @ dZ2
    with np.errstate(all="ignore"):
        dA1 = (dA1 / D1 if bug == "divided by the mask" else dA1 * D1) / keep_prob
        dZ1 = dA1 if bug == "no mask" else dA1 * relu(Z1) if bug in ("no slope", "two bugs") else dA1 * (Z1 > 0)
        grads["dW1"] = dZ1 @ X.T + penalty * W1
        grads["db1"] = _total(dZ1)
    return grads


def network_by_example(X: np.ndarray, Y: np.ndarray, P: Gradients) -> Gradients:
    """The same by a loop over examples with outer products; also returns what it computed on the way."""
    m = X.shape[1]
    grads = {"d" + name: np.zeros(value.shape) for name, value in P.items()}
    for i in range(m):
        activations, x = [X[:, i]], X[:, i]
        for layer in (1, 2):
            x = np.where((z := P[f"W{layer}"] @ x + P[f"b{layer}"][:, 0]) > 0, z, 0.0)
            activations.append(x)
        delta = 1 / (1 + np.exp(-(P["W3"] @ x + P["b3"][:, 0]))) - Y[:, i]
        for layer in (3, 2, 1):
            grads[f"dW{layer}"] += np.outer(delta, activations[layer - 1]) / m
            grads[f"db{layer}"] += delta[:, None] / m
            if layer > 1:
                delta = np.where(activations[layer - 1] > 0, delta @ P[f"W{layer}"], 0.0)
    return {**grads, "dZ1": np.zeros((len(P["b1"]), m)), "A": X}


# Softmax


def softmax(X: np.ndarray, Y: np.ndarray, P: Gradients, *, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.softmax_cost``."""
    A1 = relu(P["W1"] @ X + P["b1"])
    logits = P["W2"] @ A1 + P["b2"]
    over = 1 if bug == "softmax over the examples" else 0
    powers = np.exp(logits - logits.max(axis=over, keepdims=True))
    dZ2 = (powers / powers.sum(axis=over, keepdims=True) - Y) / X.shape[1]
    if bug == "sign":
        dZ2 = -dZ2
    dZ1 = (P["W2"].T @ dZ2) * (A1 > 0)
    return {"dW1": dZ1 @ X.T, "db1": _total(dZ1), "dW2": dZ2 @ A1.T, "db2": _total(dZ2)}


def softmax_by_jacobian(X: np.ndarray, Y: np.ndarray, P: Gradients) -> Gradients:
    """The same through the softmax's matrix of derivatives, one example at a time."""
    m = X.shape[1]
    A1 = relu(P["W1"] @ X + P["b1"])
    dZ2 = np.zeros(Y.shape)
    for i in range(m):
        p = np.exp(P["W2"] @ A1[:, i] + P["b2"][:, 0])
        p /= p.sum()
        dZ2[:, i] = (np.diag(p) - np.outer(p, p)) @ (-Y[:, i] / p) / m
    dZ1 = np.einsum("kj,ki->ji", P["W2"], dZ2) * np.heaviside(A1, 0.0)
    return {"dW1": dZ1 @ X.T, "db1": _total(dZ1), "dW2": dZ2 @ A1.T, "db2": _total(dZ2)}


# Batch normalization


def batch_norm(X: np.ndarray, Y: np.ndarray, P: Gradients, *, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.batch_norm_cost`` by the formula with three terms."""
    m = X.shape[1]
    Z = P["W1"] @ X
    deviation = np.sqrt(Z.var(axis=1, keepdims=True) + passes.VARIANCE_FLOOR)
    N = (Z - Z.mean(axis=1, keepdims=True)) / deviation
    A = np.tanh(P["gamma1"] * N + P["beta1"])
    dZ2 = (sigmoid(P["W2"] @ A + P["b2"]) - Y) / m
    dU = (P["W2"].T @ dZ2) * (1 - A**2)
    dN = dU * P["gamma1"]
    mean_term = 0.0 if bug == "mean term" else dN.mean(axis=1, keepdims=True)
    variance_term = N * (dN * N).mean(axis=1, keepdims=True)
    dZ = (dN - mean_term - variance_term) / deviation
    return {
        "dW1": dZ @ X.T,
        "dgamma1": _total(dU * N),
        "dbeta1": _total(dU),
        "dW2": dZ2 @ A.T,
        "db2": _total(dZ2),
    }


def batch_norm_in_steps(X: np.ndarray, Y: np.ndarray, P: Gradients) -> Gradients:
    """The same one step of the chain rule at a time: through the variance, then through the mean."""
    m = X.shape[1]
    Z = P["W1"] @ X
    centred = Z - _total(Z) / m
    variance = _total(centred**2) / m
    inverse = (variance + passes.VARIANCE_FLOOR) ** -0.5
    A = np.tanh(P["gamma1"] * centred * inverse + P["beta1"])
    dZ2 = (1 / (1 + np.exp(-P["W2"] @ A - P["b2"])) - Y) / m
    dU = P["W2"].T * dZ2 * (1 - A * A)
    dN = dU * P["gamma1"]
    d_variance = _total(dN * centred) * -0.5 * inverse**3
    d_centred = dN * inverse + d_variance * 2 * centred / m
    dZ = d_centred - _total(d_centred) / m
    return {
        "dbeta1": _total(dU),
        "dgamma1": _total(dU * centred) * inverse,
        "db2": _total(dZ2),
        "dW2": dZ2 @ A.T,
        "dW1": dZ @ X.T,
    }


# One matrix used twice, residual blocks, linear regression


def tied(X: np.ndarray, Y: np.ndarray, P: Gradients, *, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.tied_cost``."""
    A = np.tanh(P["W1"] @ X + P["b1"])
    error = (P["W1"].T @ A + P["b2"] - Y) / X.shape[1]
    dZ = (P["W1"] @ error) * (1 - A**2)
    decoder = 0.0 if bug == "one use" else A @ error.T
    return {"dW1": dZ @ X.T + decoder, "db1": _total(dZ), "db2": _total(error)}


def residual(X: np.ndarray, Y: np.ndarray, P: Gradients, *, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.residual_cost``."""
    T1 = np.tanh(P["W1"] @ X + P["b1"])
    H1 = X + T1
    T2 = np.tanh(P["W2"] @ H1 + P["b2"])
    H2 = H1 + T2
    dZ3 = (sigmoid(P["W3"] @ H2 + P["b3"]) - Y) / X.shape[1]
    dH2 = P["W3"].T @ dZ3
    dZ2 = dH2 * (1 - T2**2)
    dH1 = P["W2"].T @ dZ2 + (0.0 if bug == "no skip" else dH2)
    dZ1 = dH1 * (1 - T1**2)
    return {
        "dW1": dZ1 @ X.T, "db1": _total(dZ1),
        "dW2": dZ2 @ H1.T, "db2": _total(dZ2),
        "dW3": dZ3 @ H2.T, "db3": _total(dZ3),
    }  # fmt: skip


def residual_by_complex_step(X: np.ndarray, Y: np.ndarray, P: Gradients) -> Gradients:
    """The same to the last digit without a backward pass: f(x + ih) / h has the slope as its imaginary part.

    Source: Squire and Trapp (1998).
    """
    grads = {}
    for name, value in P.items():
        grads["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            Q = {**P, name: value.astype(complex)}
            Q[name][index] += 1e-30j
            H = X
            for layer in (1, 2):
                H = H + np.tanh(Q[f"W{layer}"] @ H + Q[f"b{layer}"])
            logits = Q["W3"] @ H + Q["b3"]
            grads["d" + name][index] = np.mean(np.log(1 + np.exp(logits)) - Y * logits).imag / 1e-30
    return grads


def regression(X: np.ndarray, Y: np.ndarray, P: Gradients, *, weight: float = 1.0, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.regression_cost``."""
    dZ = weight * (P["W1"] @ X + P["b1"] - Y)
    if bug != "sum over the examples":
        dZ /= X.shape[1]
    return {"dW1": dZ @ X.T, "db1": _total(dZ)}


def pairs(X: np.ndarray, Y: np.ndarray, P: Gradients, *, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.pairs_cost``, one example at a time."""
    grads = {"d" + name: np.zeros(value.shape) for name, value in P.items()}
    for x, y in zip(X.T, Y.T):
        products = (P["kernel"] @ x) @ x
        error = (P["gain"] * products + P["delta"] - y) / X.shape[1]
        grads["dkernel"] += P["gain"] * error[:, None, None] * np.outer(x, x)
        grads["ddelta"] += error * (X.shape[1] if bug == "sum over the examples" else 1)
        grads["dgain"] += error @ products
    if bug == "last column":
        grads["dkernel"][..., -1] *= 1.2
    return grads


def chain(X: np.ndarray, Y: np.ndarray, P: Gradients, *, bug: str = "") -> Gradients:
    """Return the gradients of ``passes.chain_cost``."""
    H1 = np.tanh(P["W1"] @ X)
    H2 = np.tanh(P["W2"] @ H1) if "W2" in P else H1
    dZ3 = (P["W3"] @ H2 - Y) / X.shape[1]
    dH = P["W3"].T @ dZ3
    grads = {"dW3": dZ3 @ H2.T}
    if "W2" in P:
        dZ2 = dH if bug == "no slope" else dH * (1 - H2**2)
        grads["dW2"] = dZ2 @ H1.T
        dH = P["W2"].T @ (dH * (1 - H2**2))
    grads["dW1"] = (dH * (1 - H1**2)) @ X.T
    return grads


MOST_EXAMPLES = 100  # that a hidden pass looks at; a draw gives ten at most
SEEDS_OF_SHAPES = 8
MOST = 1e100  # magnitude of an entry that it looks at
_NUMBERS = (np.ndarray, np.generic, float)


def kept_apart(backward: Callable, draw: Callable | None = None, **settings: Any) -> Callable:
    """Return `backward` with its settings, working on copies of what it is given.

    With `draw` it refuses whatever has not the shapes of a drawn point before it computes anything: a student chooses what it is given.
    """

    @functools.cache
    def shapes() -> list[tuple]:  # a draw may give points of several models
        drawn = (_shapes(*draw(np.random.default_rng(seed))) for seed in range(SEEDS_OF_SHAPES))
        return list({repr(found): found for found in drawn}.values())

    def on_copies(X: np.ndarray, Y: np.ndarray, parameters: Gradients) -> Gradients:
        if draw is not None and not (
            any(_fits(X, Y, parameters, *each) for each in shapes()) and _small(X, Y, *parameters.values())
        ):
            raise ValueError("not the shapes of a point that was drawn")
        return backward(X.copy(), Y.copy(), {name: np.array(value) for name, value in parameters.items()}, **settings)

    return pure(on_copies)


def _shapes(X: np.ndarray, Y: np.ndarray, parameters: Gradients) -> tuple[int, int, dict[str, tuple]]:
    return len(X), len(Y), {name: value.shape for name, value in parameters.items()}


def _fits(X: Any, Y: Any, parameters: Any, rows: int, outputs: int, shapes: dict[str, tuple]) -> bool:
    if not isinstance(parameters, dict) or parameters.keys() != shapes.keys():
        return False
    arrays = [X, Y, *parameters.values()]
    if not all(isinstance(a, _NUMBERS) for a in arrays) or np.ndim(X) != 2:
        return False  # an array without axes may have become a number
    m = X.shape[1]
    if X.shape != (rows, m) or np.shape(Y) != (outputs, m) or not 1 <= m <= MOST_EXAMPLES:
        return False
    return all(np.shape(parameters[name]) == shape for name, shape in shapes.items())


def _small(*arrays: Any) -> bool:
    """Whether all are numbers of sizes that a backward pass can be given."""
    entries = np.concatenate(arrays, axis=None)
    return entries.dtype.kind in "fiub" and not np.any((np.abs(entries) > MOST) & np.isfinite(entries))


def tampered(backward: Callable, **changes: Callable) -> Callable:
    """Return `backward` with some of its gradients changed: name -> function of the right one."""

    def changed(X: np.ndarray, Y: np.ndarray, parameters: Gradients) -> Gradients:
        gradients = backward(X, Y, parameters)
        return gradients | {name: change(gradients[name]) for name, change in changes.items()}

    return pure(changed)


def _last_entry_off(gradient: np.ndarray) -> np.ndarray:
    gradient = gradient.copy()
    gradient[-1, -1] += 0.1
    return gradient


def _nan_for_zeros(gradient: np.ndarray) -> np.ndarray:
    return gradient if gradient.any() else np.full_like(gradient, np.nan)


def _one_infinite(gradient: np.ndarray) -> np.ndarray:
    gradient = gradient.copy()
    gradient[0, 0] = np.inf
    return gradient


WEIGHT = 5e-18  # of a cost whose slopes are far below any small number that is added to them, and far above 1e-17
ALL_OF_NETWORK = ("dW1", "dW2", "dW3", "db1", "db2", "db3")
FIRST_LAYER = ("dW1", "db1")
LATE = ((), FIRST_LAYER, FIRST_LAYER)  # what shows of a bug that hides at the first point
NUM_POINTS = 5  # that a checker looks at, or more


def hidden_passes(rng: np.random.Generator) -> list[Pass]:
    """Return 14 right passes and 26 buggy ones, with settings, sizes and ways of computing drawn from `rng`.

    The models are as small as their bugs allow: a checker spends its time on two costs for each of their parameters.
    """

    def build(
        label: str,
        backward: Callable,
        *wrong: str,
        bug: str = "",
        layers: tuple[int, ...] | None = None,
        draws: dict | None = None,
        shows: tuple[tuple[str, ...], ...] = (),
        tamper: dict[str, Callable] | None = None,
        draw: Callable | None = None,
        **settings: Any,
    ) -> Pass:
        model = backward.__name__.split("_by_")[0].split("_in_")[0].split("_backward")[0]
        draws = dict(draws or {})
        if layers:
            draws["layers"] = layers
        if "keep_prob" in settings:
            draws |= {key: settings[key] for key in ("keep_prob", "mask_seed")}
        cost, draw = getattr(passes, model + "_cost"), draw or getattr(passes, "draw_" + model)
        if backward.__module__ == passes.__name__:  # runs beside the student's code
            function = functools.partial(backward, **settings)
            settings = {key: value for key, value in settings.items() if key != "learning_rate"}
        else:
            drawn = functools.partial(draw, **draws) if draws else draw
            function = kept_apart(backward, drawn, **settings, **({"bug": bug} if bug else {}))
        if tamper:
            function, wrong = tampered(function, **tamper), (*wrong, *tamper)
        return Pass(
            label,
            functools.partial(cost, **settings) if settings else cost,
            functools.partial(draw, **draws) if draws else draw,
            function,
            tuple(sorted(wrong)),
            shows,
            2.0 if shows or {"dead", "single"} & set(draws) or backward.__module__ == passes.__name__ else 1.0,
        )

    def layers() -> tuple[int, ...]:
        return (2, int(rng.integers(2, 4)), 2, 1)

    def either(*ways: Callable) -> Callable:
        return ways[int(rng.integers(len(ways)))]

    def examples() -> dict:
        return {"m": int(rng.integers(4, 7))}

    def penalty() -> dict:
        return {"lambd": float(rng.uniform(0.3, 1.0))}

    def dropout(units: tuple[int, ...]) -> dict:
        """Masks that keep some units and drop some, whatever the number of examples."""
        while True:
            settings = {"keep_prob": float(rng.uniform(0.6, 0.8)), "mask_seed": int(rng.integers(1, 10**6))}
            masks = [mask for m in (4, 5, 6) for mask in passes.dropout_masks(*units[1:3], m, *settings.values())]
            if not any(mask.all() or not mask.any() for mask in masks):
                return {"layers": units, **settings}

    right, buggy = "a right backward pass", "a buggy backward pass"
    return [
        build(f"{right}: one example at a time, with further entries", network_by_example, layers=layers()),
        build(f"{right}: dropout with fixed masks", network, **dropout(layers())),
        build(f"{right}: points without an active unit", network, layers=layers(), draws={"dead": 0.5}),
        build(f"{right}: points with one example", network, layers=layers(), draws={"single": 0.5}),
        build(f"{right}: it overwrites the parameters it is given", passes.network_backward_and_step, layers=layers(),
              learning_rate=float(rng.uniform(0.3, 1.0)), **penalty()),
        build(f"{right}: it overwrites the examples it is given", passes.regression_backward_in_place),
        build(f"{right}: softmax", either(softmax, softmax_by_jacobian), layers=(2, 2, 3), draws=examples()),
        build(f"{right}: batch normalization", either(batch_norm, batch_norm_in_steps), draws=examples()),
        build(f"{right}: shared weights or residual blocks", either(tied, residual, residual_by_complex_step), draws=examples()),
        build(f"{right}: a cost of many millions", regression, draws={"unit": float(rng.uniform(400, 700))}),
        build(f"{right}: an input that is counted in large units", regression, draws={"small": 1e-8}),
        build(f"{right}: close to a minimum", regression, draw=passes.draw_fitted),
        build(f"{right}: parameters with none, one and three axes", pairs),
        build(f"{right}: points with one layer or two, one array stored by columns", chain),
        build(f"{buggy}: three layers", network, *FIRST_LAYER, bug="no mask", layers=layers()),
        build(f"{buggy}: three layers", network, *FIRST_LAYER, bug="not transposed", layers=(2, 3, 3, 1), draws={"dead": 0.4}, shows=(FIRST_LAYER, *[()] * 4)),
        build(f"{buggy}: three layers", network, *ALL_OF_NETWORK, bug="rows for examples", layers=(2, 3, 2, 1)),
        build(f"{buggy}: one array does two jobs", network, "dW3", bug="overwritten activation", layers=layers()),
        build(f"{buggy}: one array does two jobs", network, *FIRST_LAYER, bug="overwritten weights", layers=layers(), **penalty()),
        build(f"{buggy}: it shows at some points only", network, *FIRST_LAYER, bug="no slope", layers=layers(), draws={"dead": 0.2}, shows=LATE),
        build(f"{buggy}: it shows at some points only", network, *FIRST_LAYER, "db3", bug="two bugs", layers=layers(),
              draws={"dead": 0.4, "single": 0.4}, shows=(FIRST_LAYER, ("db3",))),
        either(
            lambda: build(f"{buggy}: L2 penalty", network, "dW2", bug="penalty forgotten", layers=layers(), **penalty()),
            lambda: build(f"{buggy}: L2 penalty", network, "dW1", "dW2", "dW3", bug="half the penalty", layers=layers(), **penalty()),
        )(),
        build(f"{buggy}: dropout with fixed masks", network, "dW1", "dW2", "db1", "db2", bug="not divided", **dropout(layers())),
        build(f"{buggy}: a gradient that is not finite", network, *FIRST_LAYER, bug="divided by the mask", **dropout(layers())),
        build(f"{buggy}: softmax", softmax, "dW1", "dW2", "db1", "db2",
              bug="softmax over the examples", layers=(2, 2, 3)),
        build(f"{buggy}: softmax", softmax, "dW1", "dW2", "db1", "db2", bug="sign", layers=(2, 2, 3)),
        build(f"{buggy}: batch normalization", batch_norm, "dW1", bug="mean term", draws=examples(),
              tamper={"dgamma1": lambda g: 1.5 * g}),
        build(f"{buggy}: shared weights", tied, "dW1", bug="one use", layers=(3, 2)),
        build(f"{buggy}: residual blocks", residual, *FIRST_LAYER, bug="no skip", draws=examples()),
        build(f"{buggy}: it shows at some points only", regression, *FIRST_LAYER, bug="sum over the examples", draws={"single": 0.2}, shows=LATE),
        build(f"{buggy}: three layers", network, layers=layers(), tamper={"dW2": lambda g: 1.0001 * g}),
        build(f"{buggy}: three layers", network, layers=layers(),
              tamper={"dW1": _last_entry_off, "db2": np.zeros_like, "dW3": _one_infinite}),
        build(f"{buggy}: no active unit", network, layers=layers(), draws={"dead": 1.0},
              tamper={"dW1": lambda g: np.full_like(g, np.nan), "db1": lambda g: g + 0.1}),
        build(f"{buggy}: softmax", softmax, layers=(2, 2, 3), tamper={"dW2": lambda g: g[:, ::-1].copy()}),
        build(f"{buggy}: a cost counted in large units", regression, *FIRST_LAYER, bug="sum over the examples", weight=WEIGHT),
        build(f"{buggy}: it shows at one point in five", network, *FIRST_LAYER, bug="no slope", layers=layers(), draws={"dead": 0.6},
              shows=((), (), (), (), FIRST_LAYER)),
        build(f"{buggy}: it shows at one point in five", regression, *FIRST_LAYER, bug="sum over the examples", draws={"single": 0.6},
              shows=((), (), (), FIRST_LAYER, ())),
        build(f"{buggy}: it shows at one point in five", network, layers=layers(), draws={"dead": 0.3},
              tamper={"db1": _nan_for_zeros}, shows=((), (), ("db1",), (), ())),
        either(
            lambda: build(f"{buggy}: parameters with none, one and three axes", pairs, "dkernel", bug="last column"),
            lambda: build(f"{buggy}: parameters with none, one and three axes", pairs, "ddelta", bug="sum over the examples"),
        )(),
        build(f"{buggy}: points with one layer or two, one array stored by columns", chain, "dW2", bug="no slope", shows=((), ("dW2",))),
    ]  # fmt: skip


def names_wrong_at(each: Pass, X: np.ndarray, Y: np.ndarray, parameters: Gradients) -> set[str]:
    """Return the names of the gradients that are clearly wrong at one point, by central differences."""
    grads = kept_apart(each.backward)(X, Y, parameters)
    wrong = set()
    for name, value in parameters.items():
        moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
        pairs = (
            (each.cost(X, Y, {**parameters, name: value + e}), each.cost(X, Y, {**parameters, name: value - e}))
            for e in moves
        )
        slope = np.reshape([(above - below) / 2e-5 for above, below in pairs], value.shape)
        with np.errstate(invalid="ignore"):
            gap, total = (
                np.linalg.norm(grads["d" + name] - slope),
                np.linalg.norm(grads["d" + name]) + np.linalg.norm(slope),
            )
        if not np.isfinite(gap) or gap > 3e-5 * total:
            wrong.add("d" + name)
    return wrong


def telling_seed(each: Pass, rng: np.random.Generator) -> int:
    """Return a seed from which the first point drawn shows all that is wrong; of a bug that hides, what ``shows`` says of the first ones.

    So a checker that draws two points or more is never refused by bad luck, one that draws a single point always is, and so is one that
    looks at its last point alone or stops at the first that accuses anything.
    """
    if not each.wrong:
        return int(rng.integers(2**31))
    while True:
        seed = int(rng.integers(2**31))
        points = np.random.default_rng(seed)
        if all(names_wrong_at(each, *each.draw(points)) == set(names) for names in each.shows or [each.wrong]):
            return seed

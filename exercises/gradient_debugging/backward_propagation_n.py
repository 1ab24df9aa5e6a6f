"""The incident's backward pass, repaired: several widths, one example, units hardly active, a network that is sure."""

from __future__ import annotations

import numpy as np

from assay import rules
from exercises import library
from exercises.gradient_debugging import passes as hidden
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn import passes
from idnn.networks import forward_propagation_n
from solutions.gradient_debugging import backward_propagation_n


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []
    for label, layers, draws, weight in (
        ("three layers", (3, 4, 3, 1), {}, 1.0),
        ("wide layers", (2, 6, 5, 1), {"min_m": 7, "max_m": 9}, 1.0),
        ("a narrow second layer", (4, 3, 2, 1), {}, 1.0),
        ("as many units as examples", (3, 4, 4, 1), {"min_m": 4, "max_m": 4}, 1.0),
        ("many examples", (2, 5, 3, 1), {"min_m": 30, "max_m": 40, "margin": 1e-4}, 1.0),
        ("one example", (3, 5, 4, 1), {"single": 1.0}, 0.5),
        ("a first layer without an active unit", (3, 4, 3, 1), {"dead": 1.0}, 0.5),
    ):
        X, Y, parameters = passes.draw_network(rng, layers=layers, **draws)
        cases.append(Case((X, Y, forward_propagation_n(X, Y, parameters)[1]), label, weight))
    while True:  # until the unit that is only just active bears on the cost
        X, Y, parameters = passes.draw_network(rng, layers=(3, 4, 3, 1))
        Z1 = parameters["W1"] @ X + parameters["b1"]
        parameters["b1"][0] -= Z1[0].max() - 1e-5
        cache = forward_propagation_n(X, Y, parameters)[1]
        if np.abs(hidden.network(X, Y, parameters)["db1"][0]) > 1e-3:
            break
    cases.append(Case((X, Y, cache), "a unit that is only just active", 0.5))
    while True:  # until the examples that it gets wrong bear on every gradient
        X, Y, parameters = passes.draw_network(rng, layers=(3, 4, 3, 1), min_m=6, max_m=6)
        parameters["W3"] *= 1800 / np.ptp(forward_propagation_n(X, Y, parameters)[1][8])
        parameters["b3"] -= np.median(forward_propagation_n(X, Y, parameters)[1][8])
        cache = forward_propagation_n(X, Y, parameters)[1]
        Y = (cache[8] > 0).astype(float)  # right for all but the first two, with outputs of 0 and of 1 to the last bit
        Y[0, :2] = 1 - Y[0, :2]
        sizes = [np.abs(value).max() for value in hidden.network(X, Y, parameters).values()]
        # beyond 709 no exponential is a number
        if min(sizes) > 1e-3 and np.abs(cache[8][0, :2]).min() > 10 and cache[8].max() > 720:
            break
    cases.append(Case((X, Y, cache), "a network that is sure"))
    return cases


def anywhere(draw: Draw) -> Case:
    """Return a network of any widths and scales on any number of examples: sure or not, or with a unit that is only just active."""
    sizes = [*(draw.integer(1, 700, 4) for _ in range(3)), 1]
    m = draw.integer(1 if draw.near in (None, 1) else 2, 3000, 5)
    special = draw.option("", "", "", "", "nothing", "the same twice")
    active, beside = draw.beside(lambda: draw.real(1e-6, 10.0, edges=False))
    logits = draw.real(*draw.option((1e-3, 800.0), (5.0, 40.0), (720.0, 800.0)))
    scale, weights = draw.real(1e-18, 1e8), draw.real(1e-3, 1e3)
    learnt = draw.near is None and draw.flip(0.15)  # nothing is left but outputs within 1e-5 of their labels
    just = draw.option(0, 0, 1, 2)  # the layer of whose units one is only just active
    if draw.place >= 0:
        just = draw.option(1, 2) if beside else 0
    if just:
        scale = weights = 1.0
    planted = draw.planted(np.full((sizes[0], m), np.nan), 1e-3, 1e3)
    unit = draw.option(1.0, draw.real_magnitude(1e-6, 1e6))  # of the first layer's weights
    if not np.isnan(planted).all():
        scale = unit = 1.0
    while True:  # until round-off decides nothing
        X, Y = draw.rng.normal(size=(sizes[0], m)), draw.rng.integers(0, 2, (1, m)).astype(float)
        X = np.where(np.isnan(planted), X, planted)
        if special == "nothing":
            X[:] = 0.0
        elif special:
            X.flat[-1] = X.flat[0]
        P, A = {}, X
        for layer in (1, 2):
            W = draw.rng.normal(size=(sizes[layer], sizes[layer - 1])) / np.sqrt(sizes[layer - 1])
            b = 0.5 * draw.rng.normal(size=(sizes[layer], 1))
            Z = W @ A + b
            if layer == just:
                b[0] += active - Z[0].max()
            elif draw.flip(0.1):
                b -= Z.max(axis=1, keepdims=True) + 0.1  # no unit is active
            A = np.maximum(W @ A + b, 0.0)
            P[f"W{layer}"], P[f"b{layer}"] = W, b
        # X is counted in another unit, the second layer's output in yet another, and the logits are as large as was drawn.
        X, P["b1"], P["b2"] = X * scale / unit, P["b1"] * scale, P["b2"] * scale * weights
        P["W1"] = P["W1"] * unit
        P["W2"], A = P["W2"] * weights, A * scale * weights
        W3 = draw.rng.normal(size=(1, sizes[2]))
        P["W3"] = W3 * (logits / (np.abs(W3 @ A).max() or 1.0))
        P["b3"] = logits * draw.rng.normal(size=(1, 1)) * draw.option(0.0, 0.5)
        if draw.flip(0.3):
            Y = (P["W3"] @ A + P["b3"] > 0).astype(float)  # right nearly everywhere
            Y[0, 0] = 1.0 - Y[0, 0]
        if learnt:
            P["W3"], P["b3"], Y[:] = W3 / (np.abs(W3 @ A).max() or 1.0) / 10, draw.rng.uniform(11.7, 12.2, (1, 1)), 1.0
        cache = forward_propagation_n(X, Y, P)[1]
        if _is_told(X, Y, cache, draw.rng):
            return Case((draw.laid_out(X, 0.3), draw.labels(Y), tuple(draw.laid_out(each, 0.3) for each in cache)))


def _is_told(X: np.ndarray, Y: np.ndarray, cache: tuple, rng: np.random.Generator) -> bool:
    """Whether no unit lies at its kink and no gradient hangs on the last digits of what it is made of."""
    if any(np.abs(Z).min() <= 1e-8 * np.abs(Z).max() for Z in (cache[0], cache[4])):
        return False
    nudged = list(cache)
    nudged[9] = cache[9] + 2e-15 * rng.uniform(-1, 1, cache[9].shape)
    for i in (1, 5, 6, 10):  # what is multiplied and summed, where sums may cancel
        nudged[i] = cache[i] * (1 + 1e-13 * rng.uniform(-1, 1, cache[i].shape))
    a, b = (backward_propagation_n(X, Y, tuple(each)) for each in (cache, nudged))
    return all(np.abs(a[name] - b[name]).max() <= 1e-9 * np.abs(a[name]).max() for name in a)


# The three bugs of the incident
SUM_IN_DW2 = ("dZ @ A.T", "dZ @ A.T * (m if layer == 2 else 1)")
MASK_SKIPPED = ("W2.T @ dZ2", "W2.T @ (W3.T @ dZ3)")
UNITS_FOR_EXAMPLES = ("keepdims=True)", "keepdims=True) * (m / len(dZ) if layer == 1 else 1)")

edit = edits_of(backward_propagation_n)

EXERCISE = Exercise(
    name="backward_propagation_n",
    points=20,
    draw=draw,
    anywhere=anywhere,
    rule=rules.Close(extra_keys=True),
    section="The repair",
    withheld=library.BACKWARD,
    mistakes=[
        edit(
            "nothing_repaired",
            *SUM_IN_DW2,
            "All three bugs of the incident are still in.",
            also=[MASK_SKIPPED, UNITS_FOR_EXAMPLES],
        ),
        edit("sum_in_dW2", *SUM_IN_DW2, "dW2 is still a sum over the examples, where all others are means."),
        edit(
            "mask_skipped",
            *MASK_SKIPPED,
            "What flows from the second layer down to the first has not passed the second layer's ReLU.",
        ),
        edit(
            "units_for_examples",
            *UNITS_FOR_EXAMPLES,
            "db1 is divided by the number of units in place of the number of examples.",
        ),
        edit(
            "db1_left_alone",
            *MASK_SKIPPED,
            "dW2 is repaired. What reaches the first layer is still wrong, and db1 has a bug of its own.",
            also=[UNITS_FOR_EXAMPLES],
        ),
        edit("sign", "A3 - Y", "Y - A3", "All gradients have the wrong sign: they point where the cost falls."),
        edit(
            "slope_of_sigmoid",
            "(A3 - Y)",
            "(A3 - Y) * A3 * (1 - A3)",
            "The sigmoid's slope is multiplied in twice: with cross-entropy it has already cancelled against the slope of the loss.",
        ),
        edit(
            "sum_everywhere", "(A3 - Y) / m", "A3 - Y", "All gradients are sums over the examples. The cost is a mean."
        ),
        edit("divided_twice", "(A3 - Y) / m", "(A3 - Y) / m**2", "The number of examples is divided out twice."),
        edit(
            "no_column",
            ", keepdims=True",
            "",
            "The gradients of the biases have lost an axis. They have the shapes of the biases, (n, 1).",
        ),
        edit(
            "cache_overwritten",
            "dZ3 = (A3 - Y) / m",
            "dZ3 = A3\n    dZ3 -= Y\n    dZ3 /= m",
            "The cache is overwritten on the way: a name for an array is not a copy of it.",
        ),
        edit(
            "through_the_loss",
            "dZ3 = (A3 - Y) / m",
            'with np.errstate(all="ignore"):\n        dZ3 = ((1 - Y) / (1 - A3) - Y / A3) * A3 * (1 - A3) / m',
            "The loss's slope divides by A3 and by 1 - A3, which are zero where the network is sure: there the gradients become nan. Multiplied out, nothing of that is left.",
        ),
        edit(
            "one_mask",
            " * (Z1 > 0)",
            "",
            "The first ReLU is missing on the way back. A unit that was not active passes nothing on.",
        ),
        edit(
            "no_masks",
            " * (Z1 > 0)",
            "",
            "Neither ReLU has a part on the way back: there is no mask, or one that is True everywhere. A unit that was not active passes nothing on.",
            also=[(" * (Z2 > 0)", "")],
        ),
    ],
)

"""Which gradients disagree with the slopes: planted errors of many kinds, steps and thresholds of its caller."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from exercises import library
from exercises.gradient_debugging import passes as hidden
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled
from idnn import passes
from idnn.networks import forward_propagation_n
from idnn.rules.gradient_debugging import Names
from solutions.gradient_debugging import find_wrong_gradients


def _differences(
    parameters: dict, gradients: dict, X: np.ndarray, Y: np.ndarray, epsilon: float, cost: Callable | None = None
) -> list[float]:
    """Return all relative differences that a checker will see; nan where a gradient is not finite."""
    cost = cost or (lambda *point: forward_propagation_n(*point)[0])
    found = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        up, down = ([cost(X, Y, {**parameters, name: value + s * e}) for e in moves] for s in (1, -1))
        slope = (np.array(up) - down).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        with np.errstate(invalid="ignore"):  # an infinite gradient
            found.append(float(np.linalg.norm(gradients["d" + name] - slope) / total) if total else 0.0)
    return found


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []

    def case(
        label,
        plant=None,
        layers=None,
        weight=1.0,
        epsilon=None,
        threshold=None,
        extra=False,
        near=10.0,
        unit=1.0,
        **draws,
    ) -> None:
        layers = layers or (int(rng.integers(2, 4)), 3, 2, 1)
        limit = threshold or 1e-5
        while True:  # until no difference lies near the threshold, where round-off would decide
            X, Y, parameters = passes.draw_network(rng, layers=layers, **draws)
            X, parameters["W1"] = X * unit, parameters["W1"] / unit
            gradients = hidden.network(X, Y, parameters)
            gradients = dict(sorted(gradients.items(), key=lambda item: item[0][1:]))
            planted = plant(gradients, X, Y, parameters) if plant else {}
            if planted is None:
                continue
            gradients.update(planted)
            seen = _differences(parameters, gradients, X, Y, epsilon or 1e-4)
            if all(not np.isfinite(d) or d == limit or d > near * limit or d < limit / near for d in seen):
                break
        if extra:
            gradients |= {
                "dZ1": rng.normal(size=(layers[1], X.shape[1])),
                "dA2": rng.normal(size=(layers[2], X.shape[1])),
            }
        settings = () if epsilon is None and threshold is None else (epsilon or 1e-4, limit)
        cases.append(Case((parameters, gradients, X, Y, *settings), label, weight))

    def off_in_one_entry(g, X, Y, P):
        name = rng.choice(["dW1", "dW2"])
        changed = g[name].copy()
        changed[rng.integers(len(changed)), -1] += 0.2
        return {name: changed}

    def exchanged(g, X, Y, P):
        name = rng.choice(["dW1", "dW2"])
        changed = g[name].copy()
        low, high = np.argmin(changed), np.argmax(changed)
        changed.flat[low], changed.flat[high] = changed.flat[high], changed.flat[low]
        return {name: changed}

    def not_finite(g, X, Y, P):
        changed = g["db2"].copy()
        changed[-1] = np.nan
        infinite = g["dW1"].copy()
        infinite[0, 0] = np.inf
        return {"db2": changed, "dW1": infinite, "dW3": g["dW3"] * 1.4}

    def relative(sizes):
        return lambda g, X, Y, P: {name: g[name] * (1 + 2 * size) for name, size in sizes.items()}

    def largest_entry_off(g, X, Y, P):
        """One entry is off by more than the threshold allows it, compared with the largest, and by less compared with all."""
        changed, norm = g["dW1"].copy(), np.linalg.norm(g["dW1"])
        if norm < 1.4 * np.abs(changed).max():
            return None
        changed.flat[np.argmin(np.abs(changed))] += 2 * 0.9e-2 * norm
        return {"dW1": changed}

    case("all right")
    case("all right, one example", min_m=1, max_m=1, weight=0.5)
    case("a wrong sign", lambda g, X, Y, P: {"dW2": -g["dW2"]})
    case(
        "a sum that should be a mean, in weights and bias",
        lambda g, X, Y, P: {"dW3": g["dW3"] * 5, "db1": g["db1"] * 5},
    )
    case("one wrong entry", off_in_one_entry)
    case("two entries in each other's place", exchanged, weight=0.5)
    case("a bias alone", lambda g, X, Y, P: {"db2": np.full_like(g["db2"], g["db2"].mean() + 0.1)})
    case(
        "a penalty that the cost does not have",
        lambda g, X, Y, P: {f"dW{n}": g[f"dW{n}"] + 0.1 * P[f"W{n}"] for n in (1, 2)},
    )
    case("an error that travels to the layers below", lambda g, X, Y, P: hidden.network(X, Y, P, bug="no mask"))
    case("entries that are not finite", not_finite)
    case("gradients with further entries", lambda g, X, Y, P: {"db3": g["db3"] * 0.5}, extra=True)
    case("a layer without an active unit", dead=1.0, weight=0.5)
    case(
        "gradients where there should be none",
        lambda g, X, Y, P: {"dW1": np.full_like(g["dW1"], np.nan), "db1": np.full_like(g["db1"], 0.1)},
        dead=1.0,
    )
    case("exactly at the threshold", lambda g, X, Y, P: {"dW2": 0.0 * g["dW2"]}, threshold=1.0, near=1.0, weight=0.25)

    def small_entry_off(g, X, Y, P):
        changed = {name: g[name].copy() for name in ("dW1", "dW2")}
        for value in changed.values():
            value.flat[np.argmin(np.abs(value) + (value == 0))] += 5e-6 * np.linalg.norm(value)
        return changed

    case("a threshold of its own", relative({"dW1": 1e-3, "db3": 0.2, "dW2": 0.2}), threshold=1e-2)
    case("just below the threshold and above", relative({"dW1": 0.007, "dW3": 0.014}), threshold=1e-2, near=1.25)
    case("a small entry off by next to nothing", small_entry_off, near=3.0)
    case("just above the threshold that is the default", relative({"dW2": 3e-5, "db3": 3e-5}), near=2.0)
    case("large inputs, for which the default step is coarse", unit=300.0, near=3.0, weight=0.5)
    case("inputs in small units", relative({"dW1": 3e-3}), unit=1e-4)
    case("a strict threshold", relative({"dW3": 4.7e-7, "db1": 4.7e-7}), threshold=3e-7, near=1.4)
    case("a generous threshold", relative({"dW1": 0.35, "dW2": 1.0}), threshold=0.3, near=1.1, weight=0.5)
    case(
        "one entry off, just below the threshold",
        largest_entry_off,
        (3, 4, 2, 1),
        threshold=1e-2,
        near=1.08,
        weight=0.5,
    )
    case("a coarse epsilon", epsilon=0.4, threshold=1e-5, weight=0.5)
    return cases


def anywhere(draw: Draw) -> Case:
    """Return a small network with gradients off by any share, in entries or as a whole, for any step and threshold."""
    most = 30 if draw.how == "grown" else 200
    layers = (draw.integer(1, most, 2), draw.integer(1, most, 2), draw.integer(1, 8, 2), 1)
    m = draw.integer(1 if draw.near in (None, 1) else 2, 500, 4)
    epsilon, stepped = draw.beside(lambda: draw.real(1e-6, 10.0))
    if not (stepped or draw.flip(0.1)):
        epsilon = draw.real_magnitude(1e-6, 1e-2)
    threshold, between = draw.beside(lambda: draw.real(*draw.option((1e-8, 0.1), (0.02, 0.5), (3.0, 1e3)), edges=False))
    if not between and threshold > 1.0 and draw.flip(0.8):  # beside which nothing is wrong
        threshold = draw.real_magnitude(1e-8, 0.5)
    if between:  # the threshold and the number, where a bound by it would show
        threshold = max(draw.near * 5.0**draw.side, 1e-8)
        threshold = min(threshold, 0.5) if draw.near <= 0.5 else max(threshold, 3.0)
    given = "both" if between else draw.option("both", "both", "both", "step", "threshold", "neither")
    epsilon = epsilon if given in ("both", "step") else 1e-4
    threshold = threshold if given in ("both", "threshold") else 1e-5
    unit, off = draw.real(1e-9, 1e7), draw.real(1e-7, 2.0, edges=False)
    scales = draw.real_magnitude(1e-9, 1.0), draw.real_magnitude(1.0, 1e3)
    scale = draw.option(1.0, 1.0, 1.0, *scales)  # of what is no weight of the inputs
    if between:
        off = 2 * np.sqrt(threshold * draw.near)
    elif draw.how == "grown":
        off = max(off, 10 * threshold)
    elif draw.flip():  # close to the threshold, from either side
        off = 2 * threshold * draw.rng.uniform(0.4, 2.5)
    size, beside = draw.beside(lambda: draw.real(1e-11, 0.05, edges=False))
    size *= 30**draw.side if beside else 1.0
    planted = draw.planted(np.full((layers[0], m), np.nan), 0.0, 10.0 * unit)
    entry, claimed = (draw.planted(np.full((layers[2], 1), np.nan), 0.0, 10.0) for _ in range(2))
    special = draw.option("", "X", "no X", "no X" if draw.near is None else "", "b1", "b3")
    dead, sure = (
        draw.flip(0.15 if draw.near is None else 0.05),
        draw.flip(0.4 if draw.near is None else 0.2) and draw.how != "grown" or beside,
    )
    away = draw.flip(0.2)  # from 0 lie all inputs
    while True:  # until neither round-off nor the way in which the slopes are taken decides
        X = draw.rng.normal(size=(layers[0], m))
        X = np.where(np.isnan(planted), unit * (X + away * np.sign(X)), planted)
        if special == "X":
            X.flat[-1] = X.flat[0]
        elif special == "no X":
            X[:] = 0.0
        Y = draw.rng.integers(0, 2, (1, m)).astype(float)
        if draw.near is not None:  # in no order
            Y[0, 0], Y[0, -1] = 1.0, 0.0
        P = {}
        for layer in (1, 2, 3):
            P[f"W{layer}"] = draw.rng.normal(size=(layers[layer], layers[layer - 1])) / np.sqrt(layers[layer - 1])
            P[f"b{layer}"] = 0.5 * draw.rng.normal(size=(layers[layer], 1)) * (special != f"b{layer}")
        P = {name: value * scale for name, value in P.items()}
        P["W1"] /= unit
        P["b2"] = np.where(np.isnan(entry), P["b2"], entry)
        if dead:
            P["b1"] -= (P["W1"] @ X).max(axis=1, keepdims=True) + 1.0
        if sure:  # the network is sure of what is right: cost and slopes are that small
            Y, P["b3"] = np.zeros((1, m)), P["b3"] + np.log(size)
        gradients = hidden.network(X, Y, P)
        gradients["db2"] = np.where(np.isnan(claimed), gradients["db2"], claimed)
        fewer = (0, 1, 2, 2, 3, 3) if draw.near is None else (2, 2, 3, 3)
        names = draw.rng.permutation(sorted(gradients))[: draw.option(*fewer)].tolist()
        for name in names if draw.how != "grown" else ("dW1", "dW2"):
            gradients[name] = _spoilt(draw, gradients[name], off)
        near, far = (_differences(P, gradients, X, Y, epsilon, cost) for cost in (None, _own_cost))
        if all(_is_clear(a, b, threshold) for a, b in zip(near, far)):
            break
    for name in draw.rng.permutation(["dZ1", "dA2", "dW4", "db0", "cost"])[: int(draw.rng.integers(4))].tolist():
        gradients[name] = draw.option(draw.array((2, m)), np.full((2, m), np.nan), np.array([np.inf]))
    for layer in range(4, draw.integer(1, 60, usual=3) + draw.option(0, 0, 12)):  # of a deeper network
        gradients[f"dW{layer}"] = draw.array((2, 2))
    arrays = tuple(
        {name: draw.laid_out(value, 0.3) for name, value in shuffled(draw.rng, each).items()} for each in (P, gradients)
    )
    named = {key: value for key, value in (("epsilon", epsilon), ("threshold", threshold)) if given in ("both", key)}
    if given == "both" and draw.flip():
        return Case((*arrays, X, Y, epsilon, threshold))
    return Case((*arrays, X, Y, epsilon)) if given == "step" else Case((*arrays, X, Y), kwargs=named)


def _spoilt(draw: Draw, gradient: np.ndarray, off: float) -> np.ndarray:
    """Return a wrong gradient: off as a whole, in one entry, exchanged, reversed, zero, of another sign or not finite."""
    found, place = gradient.copy(), draw.place_of(gradient.size)
    ways = ("whole", "whole", "entry", "entry", "exchanged", "zero", "sign", "sign of an entry", "nan", "inf")
    match draw.option(*ways) if draw.how != "grown" else "entry":
        case "whole":
            found *= 1 + off
        case "entry":
            found.flat[place] += off * (np.linalg.norm(found) or 1.0)
        case "exchanged":
            found = found.ravel()[::-1].reshape(found.shape).copy()
        case "zero":
            found[:] = 0.0
        case "sign":
            found *= -1
        case "sign of an entry":
            found.flat[place] *= -1
        case "nan" | "inf" as value:
            found.flat[place] = float(value)
    return found


def _own_cost(X: np.ndarray, Y: np.ndarray, P: dict) -> float:
    """Return the cost by other sums: what hangs on round-off differs."""
    A = X
    for layer in (1, 2):
        A = np.maximum(np.einsum("ij,jm->im", P[f"W{layer}"], A) + P[f"b{layer}"], 0.0)
    return float(np.mean(np.logaddexp(0.0, (1 - 2 * Y) * (P["b3"] + P["W3"] @ A))))


def _is_clear(a: float, b: float, threshold: float) -> bool:
    """Whether a difference, taken in two ways, lies clearly on one side of the threshold."""
    if not (np.isfinite(a) and np.isfinite(b)):
        return not (np.isfinite(a) or np.isfinite(b))
    return max(a, b) < 0.8 * threshold and abs(a - b) < 0.02 * threshold or min(a, b) > 1.25 * threshold


DIFFERENCES = "difference_by_parameter(gradients, approximations)"

edit = edits_of(find_wrong_gradients)

EXERCISE = Exercise(
    name="find_wrong_gradients",
    points=20,
    draw=draw,
    anywhere=anywhere,
    further=10,
    rule=Names(),
    section="A list of suspects",
    withheld=(*library.CHECKERS, *library.BACKWARD),
    mistakes=[
        edit(
            "names_of_parameters",
            "sorted(name for",
            "sorted(name[1:] for",
            "Put a d in front: the gradient of W1 is called dW1.",
        ),
        edit(
            "one_number",
            "differences = " + DIFFERENCES,
            "both = (gradients, approximations)\n"
            '    flat = [{"all": np.hstack([each[name].ravel() for name in approximations])} for each in both]\n'
            '    differences = dict.fromkeys(approximations, difference_by_parameter(*flat)["all"])',
            "All gradients are judged by one number, so one wrong gradient accuses them all. Compare each with its own slopes.",
        ),
        edit(
            "nan_passes",
            "if not difference <= threshold",
            "if difference > threshold",
            "A difference that is nan is not larger than the threshold, so it passes. A gradient that is not finite is wrong.",
        ),
        edit(
            "zero_by_zero",
            DIFFERENCES,
            "{name: np.linalg.norm(gradients[name] - a) / (np.linalg.norm(gradients[name]) + np.linalg.norm(a))"
            " for name, a in approximations.items()}",
            "Where gradient and slopes are all zero, zero is divided by zero and a right gradient is accused.",
        ),
        edit("own_threshold", "<= threshold", "<= 1e-5", "The threshold that is passed in is not used."),
        edit(
            "own_epsilon",
            "= epsilon",
            "= 1e-5",
            "The epsilon that is passed in is not used.",
            also=[("2 * epsilon", "2 * 1e-5")],
        ),
        edit(
            "at_the_threshold_too",
            "<= threshold",
            "< threshold",
            "A difference of exactly the threshold is called wrong. A gradient is wrong when the difference exceeds it.",
        ),
        edit(
            "skips_zero_slopes",
            "if not",
            "if np.any(approximations[name]) and not",
            "Where all slopes are zero nothing is compared, so a gradient passes that should be zero and is not.",
        ),
        edit(
            "unsorted",
            "sorted(",
            "list(",
            "The names are right but stand in the order of the layers. A sorted list is asked for.",
        ),
        edit(
            "first_only",
            "<= threshold)",
            "<= threshold)[:1]",
            "The search ends at the first wrong gradient. There may be more.",
        ),
        edit(
            "weights_only",
            "if not",
            'if name.startswith("dW") and not',
            "Only weights are examined. Biases have gradients too.",
        ),
        edit(
            "absolute",
            DIFFERENCES,
            "{name: np.linalg.norm(gradients[name] - a) for name, a in approximations.items()}",
            "The distance is compared with the threshold as it is. A relative difference divides it by the sum of the two norms, so that the size of the gradients does not decide.",
        ),
        edit(
            "entry_by_entry",
            "name, difference in differences.items() if not difference <= threshold",
            "name, a in approximations.items()\n"
            "        if not np.all(np.abs(gradients[name] - a) <= threshold * (np.abs(gradients[name]) + np.abs(a)))",
            "Entries are compared one by one, so that a tiny entry off by next to nothing accuses its whole gradient. Compare norms of whole arrays.",
        ),
        edit(
            "one_sided",
            "{**parameters, name: value - step}",
            "parameters",
            "A one-sided difference is too coarse for this threshold and accuses gradients that are right.",
            also=[("(2 * epsilon)", "epsilon")],
        ),
        edit(
            "not_halved",
            "(2 * epsilon)",
            "epsilon",
            "The two costs lie two steps apart, but the difference is divided by one.",
        ),
        edit(
            "right_ones",
            "if not",
            "if",
            "These are the names of the gradients that are right; those that are wrong are asked for.",
        ),
        edit(
            "not_put_back",
            "step = np.zeros(value.shape)\n            step[index] = epsilon",
            "value[index] += epsilon",
            "An entry that was moved is not put back, so that all later slopes are taken at another point.",
            also=[
                ("{**parameters, name: value + step}", "parameters"),
                ("below, _", "value[index] -= 2 * epsilon\n            below, _"),
                ("{**parameters, name: value - step}", "parameters"),
            ],
        ),
        edit(
            "whole_array_moved",
            "step[index]",
            "step[:]",
            "All entries of a parameter are moved at once, which gives the sum of its slopes. Move one entry at a time.",
        ),
    ],
)

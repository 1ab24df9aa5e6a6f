"""Exercises of Gradient Checking: find the bug. The hidden backward passes are in :mod:`exercises.gradient_debugging.passes`."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from exercises.gradient_debugging import passes as hidden
from grader.exercises import Case, Exercise, Mistake, library
from idnn import compare, passes
from idnn.networks import forward_propagation_n
from idnn.rules.gradient_debugging import Names

NETWORK = {"W1": (4, 3), "b1": (4, 1), "W2": (3, 4), "b2": (3, 1), "W3": (1, 3), "b3": (1, 1)}


# --- inputs -----------------------------------------------------------------------------------------------------------------


def _gradients(rng: np.random.Generator, shapes: dict = NETWORK, scale: float = 1.0) -> dict[str, np.ndarray]:
    return {"d" + name: scale * rng.normal(size=shape) for name, shape in shapes.items()}


def _nudged(rng: np.random.Generator, gradients: dict) -> dict[str, np.ndarray]:
    """Return gradients off by about 1e-5 of each entry, as round-off and truncation would leave them."""
    return {name: value * (1 + 1e-5 * rng.uniform(0.5, 1.5, size=value.shape)) for name, value in gradients.items()}


def draw_differences(rng: np.random.Generator) -> list[Case]:
    cases = []

    def case(label: str, approximations: dict, weight: float = 1.0, **changes: np.ndarray) -> None:
        cases.append(Case(({**_nudged(rng, approximations), **changes}, approximations), label, weight))

    a = _gradients(rng)
    case("all gradients close", a)
    a = _gradients(rng)
    case("one gradient off by a factor, one with the wrong sign", a, dW2=a["dW2"] * rng.uniform(2, 3), db1=-a["db1"])
    a = _gradients(rng, {"W1": (2, 5), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)})
    case("gradients with further entries", a, dZ2=rng.normal(size=(1, 7)), dA1=rng.normal(size=(2, 7)))
    a = {**_gradients(rng), "dW1": np.zeros((4, 3)), "db1": np.zeros((4, 1))}
    case("a layer without an active unit", a, 0.5)
    a = _gradients(rng)
    case("one gradient of zeros where it should not be", a, dW1=np.zeros((4, 3)))
    a = {**_gradients(rng), "dW2": np.zeros((3, 4))}
    case("one gradient that should be zero and is not", a, 0.5, dW2=rng.normal(size=(3, 4)))
    a = {**_gradients(rng, scale=1e-30), "dW3": 1e6 * rng.normal(size=(1, 3))}
    case("gradients of very different size", a, db2=a["db2"] * 1.5, dW3=a["dW3"] * 1.01)
    a = _gradients(rng, {"kernel": (3, 3, 2), "gamma": (5,), "beta": (5,)})
    case("arrays with one and three axes", a, dkernel=a["dkernel"] + 0.1 * rng.normal(size=(3, 3, 2)))
    a = dict(reversed(_gradients(rng).items()))
    in_order = dict(sorted(_nudged(rng, a).items()))
    cases.append(Case(({**in_order, "db3": a["db3"] + 0.3}, a), "names in another order"))
    a = {**_gradients(rng), "db1": np.zeros((4, 1))}
    broken = a["dW2"].copy()
    broken[0, -1] = np.nan
    case("gradients with nan, one where there should be zeros", a, 0.5, dW2=broken, db1=np.full((4, 1), np.nan))
    return cases


def draw_worst_entry(rng: np.random.Generator) -> list[Case]:
    cases = []

    def case(label: str, shape: tuple, *planted: tuple[tuple, float], weight: float = 1.0, scale: float = 1.0) -> None:
        approximation = scale * np.round(rng.normal(size=shape), 3)
        gradient = approximation + scale * 1e-3 * np.round(rng.uniform(-1, 1, size=shape), 3)
        last = tuple(n - 1 for n in shape)
        approximation[last], gradient[last] = 1e-4 * scale, -1e-4 * scale  # a large ratio, a small difference
        for index, size in planted:
            gradient[index] = approximation[index] + scale * size
        cases.append(Case((gradient, approximation), label, weight))

    def anywhere(shape: tuple) -> tuple:
        return tuple(int(rng.integers(1, n - 1)) if n > 2 else 0 for n in shape)

    case("a matrix, one entry too large", (4, 6), (anywhere((4, 6)), 0.7))
    case("a matrix, one entry too small", (5, 3), (anywhere((5, 3)), -0.7), ((0, 0), 0.4))
    case("a bias", (6, 1), ((5, 0), -1.3))
    case("a row, two entries nearly as far off", (1, 7), (anywhere((1, 7)), -2.0), ((0, 0), -2.0 + 1e-9))
    case("a kernel with three axes", (2, 3, 4), (anywhere((2, 3, 4)), -0.9))
    case("one axis, the first entry", (5,), ((0,), -0.9))
    opposite = np.round(rng.uniform(0.5, 1.0, size=(3, 4)), 3)
    flipped = opposite + 0.3 * np.round(rng.uniform(-1, 1, size=(3, 4)), 3)
    flipped[1, 2] = -opposite[1, 2]
    cases.append(Case((flipped, opposite), "an entry with the wrong sign"))
    gradient, approximation = 10 * rng.normal(size=(3, 5)), np.zeros((3, 5))
    approximation[:] = gradient
    approximation[1, 2], gradient[1, 2] = 1e-4, -1e-4  # the largest relative difference
    gradient[2, 3] = 30.0
    approximation[2, 3] = 28.0  # the largest absolute one
    gradient[0, 1] = -80.0
    approximation[0, 1] = -79.5  # the largest entry
    cases.append(Case((gradient, approximation), "a large difference and a large ratio in different places"))
    tied, zeros = np.zeros((3, 4)), np.zeros((3, 4))
    tied[0, 3], tied[2, 1] = 0.5, -0.5
    cases += [Case((sign * tied, zeros), "a tie", 0.25) for sign in (1, -1)]
    same = rng.normal(size=(2, 3))
    cases.append(Case((same, same.copy()), "two equal arrays", 0.5))
    return cases


def _differences(parameters: dict, gradients: dict, X: np.ndarray, Y: np.ndarray, epsilon: float) -> list[float]:
    """Return all relative differences that a checker will see; nan where a gradient is not finite."""
    found = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        up, down = (
            [forward_propagation_n(X, Y, {**parameters, name: value + s * e})[0] for e in moves] for s in (1, -1)
        )
        slope = (np.array(up) - down).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        with np.errstate(invalid="ignore"):  # an infinite gradient
            found.append(float(np.linalg.norm(gradients["d" + name] - slope) / total) if total else 0.0)
    return found


def draw_find_wrong(rng: np.random.Generator) -> list[Case]:
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
            gradients.update(plant(gradients, X, Y, parameters) if plant else {})
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

    def not_finite(g, X, Y, P):
        changed = g["db2"].copy()
        changed[-1] = np.nan
        infinite = g["dW1"].copy()
        infinite[0, 0] = np.inf
        return {"db2": changed, "dW1": infinite, "dW3": g["dW3"] * 1.4}

    def relative(sizes):
        return lambda g, X, Y, P: {name: g[name] * (1 + 2 * size) for name, size in sizes.items()}

    case("all right")
    case("all right, one example", min_m=1, max_m=1, weight=0.5)
    case("a wrong sign", lambda g, X, Y, P: {"dW2": -g["dW2"]})
    case(
        "a sum that should be a mean, in weights and bias",
        lambda g, X, Y, P: {"dW3": g["dW3"] * 5, "db1": g["db1"] * 5},
    )
    case("one wrong entry", off_in_one_entry)
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
    case("a strict threshold", relative({"dW3": 1e-5, "db1": 1e-5}), threshold=3e-7)
    case("a coarse epsilon", epsilon=0.4, threshold=1e-5, weight=0.5)
    return cases


def draw_backward(rng: np.random.Generator) -> list[Case]:
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
        parameters["W3"] *= 80 / np.ptp(forward_propagation_n(X, Y, parameters)[1][8])
        parameters["b3"] -= np.median(forward_propagation_n(X, Y, parameters)[1][8])
        cache = forward_propagation_n(X, Y, parameters)[1]
        Y = (cache[8] > 0).astype(float)  # right for all but the first two, with outputs of 0 and of 1 to the last bit
        Y[0, :2] = 1 - Y[0, :2]
        sizes = [np.abs(value).max() for value in hidden.network(X, Y, parameters).values()]
        if min(sizes) > 1e-3 and np.abs(cache[8][0, :2]).min() > 10:
            break
    cases.append(Case((X, Y, cache), "a network that is sure"))
    return cases


def _two_generators(case: Case) -> Case:
    """Return `case` as one that asks for the same names, and for other points from another generator."""
    return dataclasses.replace(
        case,
        label="another generator, other points",
        weight=0.5,
        facts={**case.facts, "generators": True},
    )


def draw_hidden_passes(rng: np.random.Generator) -> list[Case]:
    """Return a case for each hidden pass, right ones and buggy ones."""
    cases = [
        Case(
            (each.cost, each.backward, each.draw, np.random.default_rng(hidden.telling_seed(each, rng))),
            each.label,
            each.weight,
            facts={"buggy": bool(each.wrong)},
        )
        for each in hidden.hidden_passes(rng)
    ]
    shows_anywhere = next(case for case in cases if case.facts["buggy"] and "batch normalization" in case.label)
    return [*cases, _two_generators(shows_anywhere)]


def draw_public_passes(rng: np.random.Generator) -> list[Case]:
    """Return a case for each pass that students can read."""
    network, with_l2 = passes.network_cost, functools.partial(passes.network_cost, lambd=0.7)
    sometimes_dead = functools.partial(passes.draw_network, dead=0.2)
    sometimes_one, no_unit = (
        functools.partial(passes.draw_regression, single=0.4),
        functools.partial(passes.draw_network, dead=1.0),
    )
    in_large_units = [
        functools.partial(f, weight=1e-20) for f in (passes.regression_cost, passes.regression_backward_sum)
    ]
    cases = []
    for label, cost, backward, draw, wrong, shows in (
        ("right: three layers", network, passes.network_backward, passes.draw_network, (), ()),
        ("right: L2 penalty", with_l2, functools.partial(passes.network_backward, lambd=0.7), passes.draw_network, (), ()),
        ("right: points without an active unit", network, passes.network_backward, sometimes_dead, (), ()),
        ("right: regression in large units", passes.regression_cost, passes.regression_backward,
         functools.partial(passes.draw_regression, unit=800.0), (), ()),
        ("right: it overwrites the parameters it is given", network, passes.network_backward_and_step, passes.draw_network, (), ()),
        ("right: it overwrites the examples it is given", passes.regression_cost, passes.regression_backward_in_place,
         passes.draw_regression, (), ()),
        ("buggy: the L2 penalty is left out", with_l2, passes.network_backward, passes.draw_network, ("dW1", "dW2", "dW3"), ()),
        ("buggy: not finite", network, passes.network_backward_not_finite, passes.draw_network, ("dW1",), ()),
        ("buggy: no dead unit shows it", network, passes.network_backward_slope_of_relu, sometimes_dead, hidden.FIRST_LAYER, hidden.LATE),
        ("buggy: no single example shows it", passes.regression_cost, passes.regression_backward_sum, sometimes_one, ("db1",),
         (("db1",), (), (), (), ())),
        ("buggy: not finite where no unit is active", network, passes.network_backward_not_finite, no_unit, ("dW1",), ()),
        ("buggy: mirrored", network, passes.network_backward_mirrored, passes.draw_network, ("dW2",), ()),
        ("buggy: a cost counted in large units", *in_large_units, passes.draw_regression, ("db1",), ()),
        ("buggy: off by one part in five thousand", passes.regression_cost, passes.regression_backward_nearly,
         passes.draw_regression, ("dW1",), ()),
        ("buggy: a sum for a mean", passes.regression_cost, passes.regression_backward_sum, passes.draw_regression, ("db1",), ()),
    ):  # fmt: skip
        seed = hidden.telling_seed(hidden.Pass(label, cost, draw, backward, wrong, shows), rng)
        cases.append(Case((cost, backward, draw, np.random.default_rng(seed)), label, facts={"buggy": bool(wrong)}))
    return [*cases, _two_generators(cases[-1])]  # a sum for a mean, which shows anywhere


# --- known mistakes: difference_by_parameter ----------------------------------------------------------------------------------


def difference_by_parameter__absolute(gradients, approximations):
    return {name: float(np.linalg.norm(gradients[name] - approximations[name])) for name in approximations}


def difference_by_parameter__one_norm_below(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        result[name] = float(np.linalg.norm(gradients[name] - a) / np.linalg.norm(a)) if np.any(a) else 0.0
    return result


def difference_by_parameter__larger_norm_below(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        below = max(np.linalg.norm(gradients[name]), np.linalg.norm(a))
        result[name] = float(np.linalg.norm(gradients[name] - a) / below) if below else 0.0
    return result


def difference_by_parameter__squares(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        below = np.sum(gradients[name] ** 2) + np.sum(a**2)
        result[name] = float(np.sum((gradients[name] - a) ** 2) / below) if below else 0.0
    return result


def difference_by_parameter__small_number_below(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        below = np.linalg.norm(gradients[name]) + np.linalg.norm(a) + 1e-8
        result[name] = float(np.linalg.norm(gradients[name] - a) / below)
    return result


def difference_by_parameter__zero_by_zero(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        result[name] = float(
            np.linalg.norm(gradients[name] - a) / (np.linalg.norm(gradients[name]) + np.linalg.norm(a))
        )
    return result


def difference_by_parameter__zero_for_nan(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        total = np.linalg.norm(gradients[name]) + np.linalg.norm(a)
        result[name] = float(np.linalg.norm(gradients[name] - a) / total) if total > 0 else 0.0
    return result


def difference_by_parameter__sums_of_sizes(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        below = np.sum(np.abs(gradients[name])) + np.sum(np.abs(a))
        result[name] = float(np.sum(np.abs(gradients[name] - a)) / below) if below else 0.0
    return result


def difference_by_parameter__one_for_all(gradients, approximations):
    g = np.concatenate([gradients[name].ravel() for name in approximations])
    a = np.concatenate([approximations[name].ravel() for name in approximations])
    difference = float(np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a)))
    return dict.fromkeys(approximations, difference)


def difference_by_parameter__norm_of_sum(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        below = np.linalg.norm(gradients[name] + a)
        result[name] = float(np.linalg.norm(gradients[name] - a) / below) if below else 0.0
    return result


def difference_by_parameter__names_of_parameters(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        below = np.linalg.norm(gradients[name]) + np.linalg.norm(a)
        result[name[1:]] = float(np.linalg.norm(gradients[name] - a) / below) if below else 0.0
    return result


def difference_by_parameter__paired_by_order(gradients, approximations):
    result = {}
    for (name, a), g in zip(approximations.items(), gradients.values()):
        total = np.linalg.norm(g) + np.linalg.norm(a)
        result[name] = float(np.linalg.norm(g - a) / total) if total else 0.0
    return result


def difference_by_parameter__zero_for_zero_slopes(gradients, approximations):
    result = {}
    for name, a in approximations.items():
        total = np.linalg.norm(gradients[name]) + np.linalg.norm(a)
        result[name] = float(np.linalg.norm(gradients[name] - a) / total) if np.any(a) else 0.0
    return result


def difference_by_parameter__every_entry(gradients, approximations):
    result = {}
    for name, g in gradients.items():
        below = np.linalg.norm(g) + np.linalg.norm(approximations[name])
        result[name] = float(np.linalg.norm(g - approximations[name]) / below) if below else 0.0
    return result


# --- known mistakes: worst_entry ----------------------------------------------------------------------------------------------


def worst_entry__signed(gradient, approximation):
    index = np.unravel_index(np.argmax(gradient - approximation), gradient.shape)
    return tuple(int(i) for i in index), float(gradient[index]), float(approximation[index])


def worst_entry__flat_index(gradient, approximation):
    index = int(np.argmax(np.abs(gradient - approximation)))
    return index, float(gradient.flat[index]), float(approximation.flat[index])


def worst_entry__last_of_a_tie(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.argwhere(gap == gap.max())[-1])
    return index, float(gradient[index]), float(approximation[index])


def worst_entry__relative(gradient, approximation):
    gap = np.abs(gradient - approximation) / (np.abs(gradient) + np.abs(approximation) + 1e-300)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    return index, float(gradient[index]), float(approximation[index])


def worst_entry__swapped(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    return index, float(approximation[index]), float(gradient[index])


def worst_entry__difference_for_value(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    return index, float(gap[index]), float(approximation[index])


def worst_entry__largest_gradient(gradient, approximation):
    index = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape))
    return index, float(gradient[index]), float(approximation[index])


def worst_entry__order_of_columns(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape, order="F"))
    return index, float(gradient[index]), float(approximation[index])


def worst_entry__smallest(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(i) for i in np.unravel_index(np.argmin(gap), gap.shape))
    return index, float(gradient[index]), float(approximation[index])


def worst_entry__sizes(gradient, approximation):
    gap = np.abs(np.abs(gradient) - np.abs(approximation))
    index = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
    return index, abs(float(gradient[index])), abs(float(approximation[index]))


# --- known mistakes: find_wrong_gradients -------------------------------------------------------------------------------------


def find_wrong_gradients__names_of_parameters(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append(name)
    return sorted(wrong)


def find_wrong_gradients__one_number(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    claimed, slopes = [], []
    for name, value in parameters.items():
        for e in epsilon * np.eye(value.size).reshape(-1, *value.shape):
            above = forward_propagation_n(X, Y, {**parameters, name: value + e})[0]
            below = forward_propagation_n(X, Y, {**parameters, name: value - e})[0]
            slopes.append((above - below) / (2 * epsilon))
        claimed.extend(gradients["d" + name].ravel())
    claimed, slopes = np.array(claimed), np.array(slopes)
    difference = np.linalg.norm(claimed - slopes) / (np.linalg.norm(claimed) + np.linalg.norm(slopes))
    return [] if difference <= threshold else sorted("d" + name for name in parameters)


def find_wrong_gradients__nan_passes(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if np.linalg.norm(gradients["d" + name] - slope) / total > threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__zero_by_zero(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__own_threshold(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= 1e-5:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__own_epsilon(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / 2e-5
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__at_the_threshold_too(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total < threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__skips_zero_slopes(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if np.any(slope) and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__unsorted(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return wrong


def find_wrong_gradients__first_only(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    for name in sorted(parameters):
        value = parameters[name]
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            return ["d" + name]
    return []


def find_wrong_gradients__weights_only(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if (
            name.startswith("W")
            and total != 0
            and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold
        ):
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__one_sided(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    here = forward_propagation_n(X, Y, parameters)[0]
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        slope = (np.array(ups) - here).reshape(value.shape) / epsilon
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__not_halved(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / epsilon
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__right_ones(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    right = []
    for name, value in parameters.items():
        moves = epsilon * np.eye(value.size).reshape(-1, *value.shape)
        ups = [forward_propagation_n(X, Y, {**parameters, name: value + e})[0] for e in moves]
        downs = [forward_propagation_n(X, Y, {**parameters, name: value - e})[0] for e in moves]
        slope = (np.array(ups) - downs).reshape(value.shape) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total == 0 or np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            right.append("d" + name)
    return sorted(right)


def find_wrong_gradients__not_put_back(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        slope = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            value[index] += epsilon
            above = forward_propagation_n(X, Y, parameters)[0]
            value[index] -= 2 * epsilon
            slope[index] = (above - forward_propagation_n(X, Y, parameters)[0]) / (2 * epsilon)
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__whole_array_moved(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        above = forward_propagation_n(X, Y, {**parameters, name: value + epsilon})[0]
        below = forward_propagation_n(X, Y, {**parameters, name: value - epsilon})[0]
        slope = np.full(value.shape, (above - below) / (2 * epsilon))
        total = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(gradients["d" + name] - slope) / total <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__absolute(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        slope = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = epsilon
            above = forward_propagation_n(X, Y, {**parameters, name: value + step})[0]
            below = forward_propagation_n(X, Y, {**parameters, name: value - step})[0]
            slope[index] = (above - below) / (2 * epsilon)
        if not np.linalg.norm(gradients["d" + name] - slope) <= threshold:
            wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__entry_by_entry(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name, value in parameters.items():
        slope = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = epsilon
            above = forward_propagation_n(X, Y, {**parameters, name: value + step})[0]
            below = forward_propagation_n(X, Y, {**parameters, name: value - step})[0]
            slope[index] = (above - below) / (2 * epsilon)
        size = np.abs(gradients["d" + name]) + np.abs(slope)
        if not np.all(np.abs(gradients["d" + name] - slope) <= threshold * size):
            wrong.append("d" + name)
    return sorted(wrong)


# --- known mistakes: backward_propagation_n -----------------------------------------------------------------------------------


def backward_propagation_n__nothing_repaired(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dZ1 = (W2.T @ dA2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T / m}
    gradients["db1"] = np.sum(dZ1, axis=1, keepdims=True) / len(dZ1)
    gradients["db2"] = np.sum(dZ2, axis=1, keepdims=True) / m
    gradients["db3"] = np.sum(dZ3, axis=1, keepdims=True) / m
    return gradients


def backward_propagation_n__sum_in_dW2(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T / m}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return gradients


def backward_propagation_n__mask_skipped(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dZ1 = (W2.T @ dA2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return gradients


def backward_propagation_n__units_for_examples(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    gradients["db1"] = np.sum(dZ1, axis=1, keepdims=True) / len(dZ1)
    gradients["db2"] = np.sum(dZ2, axis=1, keepdims=True) / m
    gradients["db3"] = np.sum(dZ3, axis=1, keepdims=True) / m
    return gradients


def backward_propagation_n__db1_left_alone(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dZ1 = (W2.T @ dA2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    gradients["db1"] = np.sum(dZ1, axis=1, keepdims=True) / len(dZ1)
    gradients["db2"] = np.sum(dZ2, axis=1, keepdims=True) / m
    gradients["db3"] = np.sum(dZ3, axis=1, keepdims=True) / m
    return gradients


def backward_propagation_n__sign(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (Y - A3) / X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def backward_propagation_n__slope_of_sigmoid(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (A3 - Y) * A3 * (1 - A3) / X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def backward_propagation_n__sum_everywhere(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def backward_propagation_n__divided_twice(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, "dW3": dZ3 @ A2.T / m}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return gradients


def backward_propagation_n__no_column(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (A3 - Y) / X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1)
    return gradients


def backward_propagation_n__cache_overwritten(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3
    dZ3 -= Y
    dZ3 /= X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def backward_propagation_n__through_the_loss(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    with np.errstate(all="ignore"):
        dZ3 = ((1 - Y) / (1 - A3) - Y / A3) * A3 * (1 - A3) / X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def backward_propagation_n__one_mask(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (A3 - Y) / X.shape[1]
    dZ2 = (W3.T @ dZ3) * (Z2 > 0)
    dZ1 = W2.T @ dZ2
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


def backward_propagation_n__no_masks(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (A3 - Y) / X.shape[1]
    dZ2 = W3.T @ dZ3
    dZ1 = W2.T @ dZ2
    gradients = {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, "dW3": dZ3 @ A2.T}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return gradients


# --- known mistakes: check_backward -------------------------------------------------------------------------------------------


def check_backward__one_point(cost, backward, draw, rng):
    X, Y, parameters = draw(rng)
    gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
    wrong = set()
    for name, value in parameters.items():
        moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
        slope = [
            (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
            for e in moves
        ]
        slope, g = np.reshape(slope, value.shape), gradients["d" + name]
        total = np.linalg.norm(g) + np.linalg.norm(slope)
        if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
            wrong.add("d" + name)
    return sorted(wrong)


def check_backward__no_copies(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X, Y, parameters)
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__parameters_copied_only(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X, Y, {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__nan_passes(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            if np.linalg.norm(g - slope) / (np.linalg.norm(g) + np.linalg.norm(slope)) > 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__zero_by_zero(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            if not np.linalg.norm(g - slope) / (np.linalg.norm(g) + np.linalg.norm(slope)) <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__names_of_parameters(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add(name)
    return sorted(wrong)


def check_backward__wrong_everywhere(cost, backward, draw, rng):
    counts = {}
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                counts["d" + name] = counts.get("d" + name, 0) + 1
    return sorted(name for name, count in counts.items() if count == 3)


def check_backward__one_number(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        slopes, claimed = [], []
        for name, value in parameters.items():
            for e in 1e-5 * np.eye(value.size).reshape(-1, *value.shape):
                slopes.append(
                    (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                )
            claimed.extend(gradients["d" + name].ravel())
        gap = np.linalg.norm(np.array(slopes) - claimed)
        if not gap / (np.linalg.norm(slopes) + np.linalg.norm(claimed)) <= 1e-5:
            wrong.update("d" + name for name in parameters)
    return sorted(wrong)


def check_backward__absolute(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            if not np.max(np.abs(gradients["d" + name] - np.reshape(slope, value.shape))) <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__one_sided(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-4 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [(cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, parameters)) / 1e-4 for e in moves]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__tiny_epsilon(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-10 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-10
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__stops_at_the_first(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
        if wrong:
            break
    return sorted(wrong)


def check_backward__last_point(cost, backward, draw, rng):
    for _ in range(3):
        wrong = set()
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__own_generator(cost, backward, draw, rng):
    rng, wrong = np.random.default_rng(0), set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__loose(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-3:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__skips_zero_slopes(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if np.any(slope) and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__nan_made_zero(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), np.nan_to_num(gradients["d" + name])
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__lengths_only(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            first, second = np.linalg.norm(g), np.linalg.norm(slope)
            if first + second != 0 and not abs(first - second) / (first + second) <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__padded(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope) + 1e-8
            if not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__generous(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name: value + e}) - cost(X, Y, {**parameters, name: value - e})) / 2e-5
                for e in moves
            ]
            slope, g = np.reshape(slope, value.shape), gradients["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 0.5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__every_entry(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        gradients = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in parameters.items()})
        for name, g in gradients.items():
            value = parameters[name[1:]]
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            slope = [
                (cost(X, Y, {**parameters, name[1:]: value + e}) - cost(X, Y, {**parameters, name[1:]: value - e}))
                / 2e-5
                for e in moves
            ]
            slope = np.reshape(slope, value.shape)
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add(name)
    return sorted(wrong)


# --- the exercises ------------------------------------------------------------------------------------------------------------


def _mistakes(name: str, hints: dict[str, str]) -> list[Mistake]:
    return [Mistake(identifier, globals()[f"{name}__{identifier}"], hint) for identifier, hint in hints.items()]


EXERCISES = [
    Exercise(
        "difference_by_parameter", 15, draw_differences, compare.Close(), "Which parameter?",
        _mistakes("difference_by_parameter", {
            "absolute": "These are absolute distances. A relative difference divides by the sum of the two norms.",
            "one_norm_below": "This divides by one norm alone. The sum of both norms keeps the difference between 0 and 1.",
            "larger_norm_below": "This divides by the larger norm. The definition has the sum of the two norms below.",
            "squares": "These are ratios of squared norms. A norm is the square root of the sum of squares.",
            "small_number_below": "A small number added below changes the answer where the gradients themselves are small. Treat the case of two zeros by itself.",
            "zero_by_zero": "Where both gradients are zero this divides zero by zero. Their difference is 0.0.",
            "zero_for_nan": "A gradient that holds nan gets 0.0 here, as if it were right. Ask whether both norms are zero; with nan they are not, and the difference is nan.",
            "sums_of_sizes": "These are sums of absolute values. The norm here is the root of the sum of squares.",
            "one_for_all": "One number was computed over all parameters together. Each name gets the difference of its own pair.",
            "norm_of_sum": "This divides by the norm of the sum. The definition has the sum of the norms, which stays large when signs are opposite.",
            "names_of_parameters": "The names are keys of the gradients, with the d in front.",
            "paired_by_order": "Gradients and approximations are paired by their order in the dicts. Pair them by name.",
            "zero_for_zero_slopes": "Where the approximation is zero everywhere this says 0.0 whatever the gradient is. Only where both are zero is the difference 0.0.",
            "every_entry": "The gradients may hold further entries that have no approximation. Only the names in approximations are compared.",
        }), withheld=library.CHECKERS,
    ),
    Exercise(
        "worst_entry", 10, draw_worst_entry, compare.Close(returns=("the index", "the value", "the expected value")), "Which entry?",
        _mistakes("worst_entry", {
            "signed": "This finds the largest positive difference. A gradient that is too small is as wrong as one that is too large.",
            "flat_index": "This index counts the entries in one row. The index has one number for each axis.",
            "last_of_a_tie": "On a tie the first entry in C order is asked for, and this is the last.",
            "relative": "This is the entry with the largest relative difference. The largest absolute difference is asked for.",
            "swapped": "The two values are in the wrong order: the gradient's comes first, then the approximation's.",
            "difference_for_value": "The second value is the gradient's entry, not its distance from the approximation.",
            "largest_gradient": "This is the largest entry of the gradient. The entry that differs most from the approximation is asked for.",
            "order_of_columns": "The flat position is turned into an index column by column. NumPy counts along the rows.",
            "smallest": "This is the entry that differs least; the one that differs most is asked for.",
            "sizes": "Signs are lost here: two entries of equal size and opposite sign differ by twice that size.",
        }), withheld=library.CHECKERS,
    ),
    Exercise(
        "find_wrong_gradients", 20, draw_find_wrong, Names(), "A list of suspects",
        _mistakes("find_wrong_gradients", {
            "names_of_parameters": "Put a d in front: the gradient of W1 is called dW1.",
            "one_number": "All gradients are judged by one number, so one wrong gradient accuses them all. Compare each with its own slopes.",
            "nan_passes": "A difference that is nan is not larger than the threshold, so it passes. A gradient that is not finite is wrong.",
            "zero_by_zero": "Where gradient and slopes are all zero, zero is divided by zero and a right gradient is accused.",
            "own_threshold": "The threshold that is passed in is not used.",
            "own_epsilon": "The epsilon that is passed in is not used.",
            "at_the_threshold_too": "A difference of exactly the threshold is called wrong. A gradient is wrong when the difference exceeds it.",
            "skips_zero_slopes": "Where all slopes are zero nothing is compared, so a gradient passes that should be zero and is not.",
            "unsorted": "The names are right but stand in the order of the layers. A sorted list is asked for.",
            "first_only": "The search ends at the first wrong gradient. There may be more.",
            "weights_only": "Only weights are examined. Biases have gradients too.",
            "absolute": "The distance is compared with the threshold as it is. A relative difference divides it by the sum of the two norms, so that the size of the gradients does not decide.",
            "entry_by_entry": "Entries are compared one by one, so that a tiny entry off by next to nothing accuses its whole gradient. Compare norms of whole arrays.",
            "one_sided": "A one-sided difference is too coarse for this threshold and accuses gradients that are right.",
            "not_halved": "The two costs lie two steps apart, but the difference is divided by one.",
            "right_ones": "These are the names of the gradients that are right; those that are wrong are asked for.",
            "not_put_back": "An entry that was moved is not put back, so that all later slopes are taken at another point.",
            "whole_array_moved": "All entries of a parameter are moved at once, which gives the sum of its slopes. Move one entry at a time.",
        }), withheld=(*library.CHECKERS, *library.BACKWARD),
    ),
    Exercise(
        "backward_propagation_n", 20, draw_backward, compare.Close(extra_keys=True), "The repair",
        _mistakes("backward_propagation_n", {
            "nothing_repaired": "All three bugs of the incident are still in.",
            "sum_in_dW2": "dW2 is still a sum over the examples, where all others are means.",
            "mask_skipped": "What flows from the second layer down to the first has not passed the second layer's ReLU.",
            "units_for_examples": "db1 is divided by the number of units in place of the number of examples.",
            "db1_left_alone": "dW2 is repaired. What reaches the first layer is still wrong, and db1 has a bug of its own.",
            "sign": "All gradients have the wrong sign: they point where the cost falls.",
            "slope_of_sigmoid": "The sigmoid's slope is multiplied in twice: with cross-entropy it has already cancelled against the slope of the loss.",
            "sum_everywhere": "All gradients are sums over the examples. The cost is a mean.",
            "divided_twice": "The number of examples is divided out twice.",
            "no_column": "The gradients of the biases have lost an axis. They have the shapes of the biases, (n, 1).",
            "cache_overwritten": "The cache is overwritten on the way: a name for an array is not a copy of it.",
            "through_the_loss": "The loss's slope divides by A3 and by 1 - A3, which are zero where the network is sure: there the gradients become nan. Multiplied out, nothing of that is left.",
            "one_mask": "The first ReLU is missing on the way back. A unit that was not active passes nothing on.",
            "no_masks": "Neither ReLU is there on the way back. A unit that was not active passes nothing on.",
        }), withheld=library.BACKWARD,
    ),
    Exercise(
        "check_backward", 35, draw_hidden_passes, Names(exact=False), "A checker that others can trust",
        _mistakes("check_backward", {
            "one_point": "One point is drawn. Some bugs do not show where no unit is active, others not where there is one example.",
            "no_copies": "A backward pass that writes into the parameters it is given moves the point at which the slopes are taken. Give it copies.",
            "parameters_copied_only": "The parameters are copied, the examples are not. A backward pass that writes into X or Y changes the cost that the slopes are taken of.",
            "nan_passes": "A difference that is nan is not larger than the threshold, so it passes. A gradient that is not finite is wrong.",
            "zero_by_zero": "Where gradient and slopes are all zero, zero is divided by zero and a right gradient is accused.",
            "names_of_parameters": "Put a d in front: the gradient of W1 is called dW1.",
            "wrong_everywhere": "Only gradients that are wrong at every point are named. Wrong at one point is wrong.",
            "one_number": "All gradients are judged by one number, so one wrong gradient accuses them all.",
            "absolute": "An absolute difference depends on the unit of the cost. Where the cost is in the millions, round-off alone exceeds it.",
            "one_sided": "A one-sided difference is too coarse for this threshold and accuses gradients that are right.",
            "tiny_epsilon": "With so small a step round-off is larger than the threshold, and right gradients are accused.",
            "stops_at_the_first": "The search ends at the first point that accuses anything. Another point may show what is wrong with another gradient.",
            "last_point": "A gradient passes that is wrong at the first point and right at those after it: what one point shows is forgotten, or outvoted. Wrong at one point is wrong.",
            "own_generator": "The points come from a generator of the function's own. Hand draw the rng that was passed in.",
            "loose": "The threshold is too generous: a gradient that is off by one part in ten thousand passes.",
            "skips_zero_slopes": "Where all slopes are zero a gradient passes that is not zero: nothing is compared there, or what is not a number is made zero before it is compared.",
            "nan_made_zero": "Where all slopes are zero a gradient passes that is not zero: nothing is compared there, or what is not a number is made zero before it is compared.",
            "lengths_only": "Only the lengths of gradient and slopes are compared, and a wrong sign or order does not change a length. Take the length of their difference.",
            "padded": "A small number is added below the line, so where the cost is counted in large units every gradient passes. Treat the case of two zeros by itself.",
            "generous": "The threshold is so generous that a gradient may be wrong by a factor of two.",
            "every_entry": "The backward pass may return further entries that belong to no parameter. Go by the parameters' names.",
        }),
        visible=draw_public_passes, withheld=(*library.CHECKERS, *library.BACKWARD),
    ),
]  # fmt: skip

"""How far each gradient is from its approximation: several pairs, zeros, nan, and names in any order."""

from __future__ import annotations

import numpy as np

from exercises import library
from exercises.gradient_debugging import inputs
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled, written
from idnn.rules.gradient_debugging import Differences
from solutions.gradient_debugging import difference_by_parameter

NETWORK = {"W1": (4, 3), "b1": (4, 1), "W2": (3, 4), "b2": (3, 1), "W3": (1, 3), "b3": (1, 1)}


def _gradients(rng: np.random.Generator, shapes: dict = NETWORK, scale: float = 1.0) -> dict[str, np.ndarray]:
    return {"d" + name: scale * rng.normal(size=shape) for name, shape in shapes.items()}


def _nudged(rng: np.random.Generator, gradients: dict) -> dict[str, np.ndarray]:
    """Return gradients off by about 1e-5 of each entry, as round-off and truncation would leave them."""
    return {name: value * (1 + 1e-5 * rng.uniform(0.5, 1.5, size=value.shape)) for name, value in gradients.items()}


def draw(rng: np.random.Generator) -> list[Case]:
    cases = []

    def case(label: str, approximations: dict, weight: float = 1.0, **changes: np.ndarray) -> None:
        cases.append(Case(({**_nudged(rng, approximations), **changes}, approximations), label, weight))

    a = _gradients(rng)
    case("all gradients close", a)
    a = _gradients(rng)
    case("one gradient off by a factor, one with the wrong sign", a, dW2=a["dW2"] * rng.uniform(2, 3), db1=-a["db1"])
    a = _gradients(rng, {"W1": (2, 5), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)})
    case("gradients with further entries", a, dZ2=rng.normal(size=(1, 7)), dA1=rng.normal(size=(2, 7)))
    case("arrays of one entry", _gradients(rng, {"W1": (1, 1), "b1": (1, 1)}), 0.5)
    a = {**_gradients(rng), "dW1": np.zeros((4, 3)), "db1": np.zeros((4, 1))}
    case("a layer without an active unit", a, 0.5)
    a = _gradients(rng)
    case("a gradient of zeros beside others", a, dW1=np.zeros((4, 3)))
    a = {**_gradients(rng), "dW2": np.zeros((3, 4))}
    case("one gradient that should be zero and is not", a, 0.5, dW2=rng.normal(size=(3, 4)))
    a = {**_gradients(rng, scale=1e-30), "dW3": 1e6 * rng.normal(size=(1, 3))}
    case("gradients of very different size", a, db2=a["db2"] * 1.5, dW3=a["dW3"] * 1.01)
    a = _gradients(rng, {"kernel": (3, 3, 2), "gamma": (5,), "beta": (5,)})
    case("arrays with one and three axes", a, dkernel=a["dkernel"] + 0.1 * rng.normal(size=(3, 3, 2)))
    square = {f"{kind}{layer}": (3, 3) if kind == "W" else (3, 1) for layer in range(1, 12) for kind in "Wb"}
    a = dict(reversed(_gradients(rng, square).items()))
    in_order = dict(sorted(_nudged(rng, a).items()))
    cases.append(Case(({**in_order, "db3": a["db3"] + 0.3}, a), "eleven layers of one size, names in another order"))
    a = {**_gradients(rng), "db1": np.zeros((4, 1))}
    broken = a["dW2"].copy()
    broken[0, -1] = np.nan
    case("gradients with nan, one where there should be zeros", a, 0.5, dW2=broken, db1=np.full((4, 1), np.nan))
    return cases


def anywhere(draw: Draw) -> Case:
    """Return gradients of any names, shapes and sizes, each off by a share of its own, equal, zero or not a number."""
    names = inputs.names(draw)
    gradients, approximations = {}, {}
    alike = inputs.shape(draw, 300) if draw.flip(0.3) else None  # of one shape: only their names tell them apart
    for name in names:
        a = draw.array(alike or inputs.shape(draw, 3000 if len(names) < 9 else 300), 1e-30, 1e30)
        g = a * (1 + draw.real(1e-12, 2.0, edges=False) * draw.rng.uniform(0.5, 1.0, a.shape))
        ways = ("off", "off", "off", "equal", "zero", "sign", "apart", "nan")
        match draw.option(*ways) if draw.near is None else draw.option("off", "apart"):
            case "equal":
                g = a.copy()
            case "zero":
                g = np.zeros(a.shape)
            case "sign":
                g = -g
            case "apart":
                g = draw.array(a.shape, 1e-30, 1e30)
            case "nan":
                g.flat[int(draw.rng.integers(g.size))] = np.nan
        gradients["d" + name], approximations["d" + name] = draw.laid_out(g, 0.3), draw.laid_out(a, 0.3)
    for extra in ("dZ1", "cost", "d" + names[0] + "0")[: int(draw.rng.integers(4))]:
        gradients.setdefault(extra, draw.option(draw.array((2, 3)), np.full((2, 3), np.nan)))
    return Case((shuffled(draw.rng, gradients), approximations))


def _one_for_all(gradients, approximations):
    g = np.concatenate([gradients[name].ravel() for name in approximations])
    a = np.concatenate([approximations[name].ravel() for name in approximations])
    difference = float(np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a)))
    return dict.fromkeys(approximations, difference)


GAP = "np.linalg.norm(gradients[name] - approximation)"
TOTAL = "np.linalg.norm(gradients[name]) + np.linalg.norm(approximation)"

edit = edits_of(difference_by_parameter)

EXERCISE = Exercise(
    name="difference_by_parameter",
    points=15,
    draw=draw,
    anywhere=anywhere,
    rule=Differences(),
    section="Which parameter?",
    withheld=library.CHECKERS,
    mistakes=[
        edit(
            "absolute",
            "float(gap / total) if total else 0.0",
            "float(gap)",
            "These are absolute distances. A relative difference divides by the sum of the two norms.",
        ),
        edit(
            "one_norm_below",
            TOTAL,
            "np.linalg.norm(approximation)",
            "This divides by one norm alone. The sum of both norms keeps the difference between 0 and 1.",
        ),
        edit(
            "larger_norm_below",
            TOTAL,
            "max(np.linalg.norm(gradients[name]), np.linalg.norm(approximation))",
            "This divides by the larger norm. The definition has the sum of the two norms below.",
        ),
        edit(
            "squares",
            GAP,
            "np.sum((gradients[name] - approximation) ** 2)",
            "These are ratios of squared norms. A norm is the square root of the sum of squares.",
            also=[(TOTAL, "np.sum(gradients[name] ** 2) + np.sum(approximation**2)")],
        ),
        edit(
            "small_number_below",
            TOTAL,
            TOTAL + " + 1e-8",
            "A small number added below changes the answer where the gradients themselves are small. Treat the case of two zeros by itself.",
        ),
        edit(
            "zero_by_zero",
            " if total else 0.0",
            "",
            "Where both gradients are zero everywhere, this divides 0 by 0 and returns nan. Ask for that case before dividing: their difference is 0.0.",
        ),
        edit(
            "zero_for_nan",
            "if total else",
            "if total > 0 else",
            "A gradient that holds nan gets 0.0 here, as if it were right. The norm of what holds nan is nan, and so must the difference be; but nan > 0 is False, and np.nansum passes over it.",
        ),
        edit(
            "sums_of_sizes",
            GAP,
            "np.sum(np.abs(gradients[name] - approximation))",
            "These are sums of absolute values. The norm here is the root of the sum of squares.",
            also=[(TOTAL, "np.sum(np.abs(gradients[name])) + np.sum(np.abs(approximation))")],
        ),
        written(
            "one_for_all",
            _one_for_all,
            "One number was computed over all parameters together. Each name gets the difference of its own pair.",
        ),
        edit(
            "norm_of_sum",
            TOTAL,
            "np.linalg.norm(gradients[name] + approximation)",
            "This divides by the norm of the sum. The definition has the sum of the norms, which stays large when signs are opposite.",
        ),
        edit(
            "names_of_parameters",
            "differences[name] =",
            "differences[name[1:]] =",
            "The names are keys of the gradients, with the d in front.",
        ),
        edit(
            "paired_by_order",
            "gradients[name]",
            "gradient",
            "Gradients and approximations are paired by their order in the dicts. Pair them by name.",
            every=True,
            also=[
                (
                    "for name, approximation in approximations.items()",
                    "for (name, approximation), gradient in zip(approximations.items(), gradients.values())",
                )
            ],
        ),
        edit(
            "zero_for_zero_slopes",
            "if total else",
            "if np.any(approximation) else",
            "Where the approximation is zero everywhere this says 0.0 whatever the gradient is. Only where both are zero is the difference 0.0.",
        ),
        edit(
            "every_entry",
            "for name, approximation in approximations.items():",
            "for name in gradients:\n        approximation = approximations[name]",
            "The gradients may hold further entries that have no approximation. Only the names in approximations are compared.",
        ),
    ],
)

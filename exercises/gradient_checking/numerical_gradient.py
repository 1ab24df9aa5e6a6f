"""Central differences of any cost: a network and functions of arrays of all shapes, with small and with large steps."""

import functools

import numpy as np

from assay import rules
from exercises import library
from exercises.gradient_checking.inputs import anywhere_shape, draw_network, number, step
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled, written
from idnn import curves
from solutions.gradient_checking import numerical_gradient

# What the loop does for each entry: the solution's lines and what edits put in their place.
MOVED_COPIES = """\
            step = np.zeros(value.shape)
            step[index] = epsilon
            rise = cost({**parameters, name: value + step}) - cost({**parameters, name: value - step})
"""
MOVED_IN_PLACE = """\
            value[index] += epsilon
            rise = cost(parameters)
            value[index] -= 2 * epsilon
            rise -= cost(parameters)
"""
SHALLOW_COPIES = """\
            plus, minus = dict(parameters), dict(parameters)
            plus[name][index] += epsilon
            minus[name][index] -= epsilon
            rise = cost(plus) - cost(minus)
"""


def draw(rng: np.random.Generator) -> list[Case]:
    parameters, X, Y = draw_network(rng, (2, 4, 1), 5)
    network = functools.partial(curves.network_cost, X=X, Y=Y)
    kernel = {name: rng.standard_normal(shape) for name, shape in (("left", (2, 3)), ("right", (2, 3)), ("bias", 3))}
    vector = rng.standard_normal(5)
    vector[[1, 3]] = 0.0, -0.0
    deep = {
        "filters": rng.standard_normal((2, 2, 3)),
        "scale": np.array(number(rng)),
        "shift": rng.standard_normal((1, 4)),
    }
    return [
        Case((network, parameters), "the weights of a network, small step"),
        Case((network, parameters, step(rng, 0.2)), "the weights of a network, large step"),
        Case((curves.coupled, kernel, step(rng, 0.3)), "two matrices of one shape and a vector"),
        Case((curves.waves, {"theta": vector}, step(rng, 0.3)), "one vector with zeros in it"),
        Case((curves.coupled, deep, step(rng, 0.1)), "three axes, a single number and a row"),
        Case(
            (curves.waves, {"v2": rng.standard_normal((3, 1)), "dv": rng.standard_normal((1, 3))}, step(rng, 0.2)),
            "names in no order, one of which begins with d",
        ),
        Case(
            (curves.coupled, {"W.T": rng.standard_normal((3, 2)).T}, step(rng, 0.2)), "a matrix stored by columns", 0.5
        ),
        Case((curves.ramps, {"w": np.zeros((2, 2))}, step(rng, 0.2)), "entries at a kink, level on one side", 0.5),
        Case((curves.ripples, {"w": 4 * rng.standard_normal((3, 2))}), "a fast ripple, far from zero, small step"),
    ]


MOST_ENTRIES = 600  # of all arrays: each costs two costs, and a cost goes through them all
MOST_GROWN = 2_000  # beside a number that all together are to pass
NAMES = ("W1", "b1", "d", "dW1", "_", "_hidden", "W 2", "theta", "Kernel", "wW", "0", "ddx", "beta", "w")


def anywhere(draw: Draw) -> Case:
    """A few arrays of any shape, layout, name and size, and a cost of any height; now and then twice in a row.

    Steps are so large beside the entries that moving one there and back again in other words costs fewer than nine digits.
    """
    count = draw.integer(1, 60, usual=4)
    names = draw.option(
        draw.rng.permutation(NAMES)[:count].tolist(), [f"W{i + 1}" for i in range(draw.option(count, 11))]
    )
    names += [f"{names[-1]}{i}" for i in range(count - len(names))]
    small = draw.flip(0.3)  # entries for which an exponential is a number
    size = draw.real(1e-9, 2.0) if small else draw.real(1e-9, 300.0) * draw.option(1.0, 1.3, 3.0, 1e3)
    parameters: dict[str, np.ndarray] = {}
    left = MOST_ENTRIES if draw.how != "grown" else min(max(int(1.6 * draw.near), MOST_ENTRIES), MOST_GROWN)
    for name in names:
        twin = draw.option(*parameters.values()) if parameters and draw.flip() else None
        if twin is not None and twin.size <= left:  # of one shape, now and then with the same numbers
            array = twin.copy() if draw.flip() else size * draw.rng.uniform(-1, 1, twin.shape)
        else:
            array = size * draw.rng.uniform(-1, 1, anywhere_shape(draw, max(left, 1)))
        left -= array.size if np.ndim(array) else 1
        if np.ndim(array) and twin is None and draw.flip(0.3):
            array[draw.option(np.s_[...], np.s_[..., 0])] = 0.0
        parameters[name] = draw.laid_out(np.asarray(array))
    step, beside = draw.beside(lambda: draw.real(1e-15, 1e-4))
    if beside or draw.near is None and draw.flip(0.3):
        return _steep(draw, parameters, step * 3**draw.side)  # so far from a number of the answer that it shows
    height, beside = draw.beside(lambda: draw.real(1e-12, 1e6))
    level = 0.0 if draw.near is None else 1.0
    height = height * 10**draw.side if beside else draw.option(level, 1.0, height, draw.real_magnitude(1e-60, 1e60))
    cost = curves.coupled if small and not beside else functools.partial(curves.waves, height=height)
    least = max([1e-5, *(1e-7 * float(np.max(np.abs(array))) for array in parameters.values())])
    epsilon, beside = draw.beside(lambda: draw.real(least, 1e3))
    epsilon = epsilon if beside else draw.real_magnitude(least, 1.0)
    parameters = {name: draw.planted(array, 1e-3, 2.0) for name, array in shuffled(draw.rng, parameters).items()}
    via = draw.option("", "", "", "times:2")
    if draw.flip(0.15) and not beside:
        return Case((cost, parameters), via=via)
    if draw.flip(0.3):
        return Case((cost, parameters), kwargs={"epsilon": epsilon}, via=via)
    return Case((cost, parameters, epsilon), via=via)


def _steep(draw: Draw, parameters: dict[str, np.ndarray], step: float) -> Case:
    """Return a case whose step is as small as any number, and its cost so steep that the step is a large one."""
    largest = max(1e-300, *(float(np.max(np.abs(array), initial=0.0)) for array in parameters.values()))
    pace = draw.real_magnitude(0.05, 1.0) / step
    size = draw.real_magnitude(1e-2, 10.0) / pace / largest  # phases that keep their digits
    moved = {name: np.asarray(array * size) for name, array in shuffled(draw.rng, parameters).items()}
    return Case((functools.partial(curves.ripples, pace=pace), moved), kwargs={"epsilon": step})


def _order_of_entries(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradient = []
        for i in range(value.size):
            plus, minus = value.ravel(order="F"), value.ravel(order="F")
            plus[i] += epsilon
            minus[i] -= epsilon
            rise = cost({**parameters, name: plus.reshape(value.shape, order="F")})
            rise -= cost({**parameters, name: minus.reshape(value.shape, order="F")})
            gradient.append(rise / (2 * epsilon))
        gradients["d" + name] = np.array(gradient).reshape(value.shape)
    return gradients


edit = edits_of(numerical_gradient)

EXERCISE = Exercise(
    name="numerical_gradient",
    points=30,
    draw=draw,
    anywhere=anywhere,
    further=14,
    rule=rules.Close(rtol=1e-7),
    section="Any cost, any parameters",
    mistakes=[
        edit(
            "one_sided",
            "cost({**parameters, name: value - step})",
            "cost(parameters)",
            "This is a one-sided difference; the central one takes a step to each side.",
            also=[("(2 * epsilon)", "epsilon")],
        ),
        edit("missing_two", "(2 * epsilon)", "epsilon", "The two points lie 2 epsilon apart; this divides by epsilon."),
        edit(
            "parentheses",
            "(2 * epsilon)",
            "2 * epsilon",
            "Python divides by 2 and then multiplies by epsilon here; both belong below the line.",
        ),
        edit(
            "matrices_only",
            "np.ndindex(value.shape)",
            "np.ndindex(value.shape[0], value.shape[1])",
            "This walks over two axes; arrays may have any number of them, none included.",
        ),
        edit(
            "all_at_once",
            "step[index]",
            "step[...]",
            "This moves all entries of an array together; each entry needs two costs of its own.",
        ),
        edit(
            "never_restored",
            "rise / (2 * epsilon)",
            "rise / (2 * epsilon)\n            value = value - step\n            parameters = {**parameters, name: value}",
            "An entry that was moved is not put back before the next one moves, so the point drifts away.",
        ),
        edit(
            "moves_pile_up",
            "for index in np.ndindex(value.shape):\n            step = np.zeros(value.shape)",
            "step = np.zeros(value.shape)\n        for index in np.ndindex(value.shape):",
            "The moves pile up: the copies are made once for a whole array, so the second entry moves while the first is still moved. Copy anew for each entry, or put it back.",
        ),
        edit(
            "reversed",
            "value + step",
            "value - step",
            "The sign is turned: the cost ahead is subtracted from the cost behind. Take ahead minus behind.",
            also=[("value - step", "value + step", 2)],
        ),
        edit(
            "changes_argument",
            MOVED_COPIES,
            MOVED_IN_PLACE,
            "The entries of the dict that was passed in are moved and not put back.",
        ),
        edit(
            "restored_by_arithmetic",
            MOVED_COPIES,
            MOVED_IN_PLACE + "            value[index] += epsilon\n",
            "Adding epsilon, subtracting it twice and adding it again does not give the old number back to the last bit. Keep the old number, or move a copy.",
        ),
        edit(
            "shallow_copy",
            MOVED_COPIES,
            SHALLOW_COPIES,
            "A copy of a dict still holds the same arrays, so both dicts and the caller's move together. Copy the array that moves.",
        ),
        edit("names_without_d", '"d" + name', "name", "The gradient of W1 is called dW1; these keys lack the d."),
        edit(
            "flattened",
            "name] = gradient",
            "name] = gradient.ravel()",
            "The gradients come as flat vectors; each has the shape of its parameter.",
        ),
        written(
            "order_of_entries",
            _order_of_entries,
            "The entries are taken column by column and put back row by row, so they change places.",
        ),
        edit(
            "fixed_step",
            "step[index] = epsilon",
            "step[index] = 1e-4",
            "The step is always 1e-4; use the argument epsilon.",
            also=[("(2 * epsilon)", "(2 * 1e-4)")],
        ),
        edit(
            "relative_step",
            "step[index] = epsilon",
            "step[index] = epsilon * max(1.0, abs(value[index]))",
            "The step grows with the entry; here epsilon is the step itself, for every entry.",
            also=[("(2 * epsilon)", "(2 * step[index])")],
        ),
        edit(
            "first_array_only",
            "    return gradients",
            "        return gradients",
            "This returns after the first array; the return belongs after the loop.",
        ),
    ],
    withheld=library.CHECKERS,
)

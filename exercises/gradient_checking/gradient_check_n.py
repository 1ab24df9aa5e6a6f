"""The check of a whole network: right gradients and wrong ones, further keys, other orders, zeros and nan."""

from collections.abc import Callable

import numpy as np

from exercises import library
from exercises.gradient_checking.inputs import draw_network, step
from grader.exercise import Case, Draw, Exercise, edits_of, shuffled, written
from idnn import networks
from idnn.networks import forward_propagation_n
from idnn.rules.gradient_checking import Difference
from solutions.gradient_checking import gradient_check_n, relative_difference

# What edits replace in the solution, and a comparison of one array after the other.
AS_ONE_VECTOR = "relative_difference(claimed, measured)"
CLAIMED = '[gradients["d" + name].ravel() for name in parameters]'
MEASURED = '[approximations["d" + name].ravel() for name in parameters]'
BY_ARRAY = 'relative_difference(gradients["d" + name], approximations["d" + name]) for name in parameters'


def draw(rng: np.random.Generator) -> list[Case]:
    def backwards(parameters: dict) -> list[str]:
        return list(reversed(parameters))

    def case(
        label: str,
        sizes: tuple,
        m: int,
        *epsilon: float,
        change: Callable | None = None,
        names: Callable = list,
        scale: float = 1.0,
        of: Case | None = None,
    ) -> Case:
        """Return a case with the parameters of another one where that is given."""
        parameters, X, Y = draw_network(rng, sizes, m, names)
        if of:
            parameters = dict(of.args[0])
        X, parameters["W1"] = scale * X, parameters["W1"] / scale  # a small step in W1 goes far where X is large
        gradients = networks.gradients(X, Y, parameters)
        if change:
            gradients = change(gradients)
        return Case((parameters, gradients, X, Y, *epsilon), label)

    def noisy(gradients: dict) -> dict:
        return {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in gradients.items()}

    def holed(gradients: dict) -> dict:
        gradients["dW2"][0, 0] = np.nan
        return gradients

    def forward_order(gradients: dict) -> dict:
        return {name: gradients[name] for name in sorted(gradients, key=lambda name: (name[2:], name))}

    def by_columns(gradients: dict) -> dict:
        return {name: np.asfortranarray(value) for name, value in gradients.items()}

    def with_extras(gradients: dict) -> dict:
        extras = {
            "dZ3": rng.standard_normal((1, 2)),
            "dA2": rng.standard_normal((2, 2)),
            "dZ2": rng.standard_normal((2, 2)),
        }
        return {**extras, **noisy(gradients)}

    parameters, X, _ = draw_network(rng, (2, 3, 2, 1), 2)
    nothing, Y = {name: np.zeros_like(value) for name, value in parameters.items()}, np.array([[1.0, 0.0]])
    flat, inputs, labels = _sure_and_right(rng, (2, 2, 2, 1), 3, rng.uniform(28, 32))
    tiny = {name: rng.uniform(1.5, 4) * value for name, value in networks.gradients(inputs, labels, flat).items()}
    return [
        case("right gradients, small step", (3, 3, 2, 1), 3),
        case("right gradients stored by columns, large step", (2, 3, 2, 1), 3, step(rng, 0.3), change=by_columns),
        case(
            "dW2 doubled", (3, 2, 3, 1), 5, step(rng, 0.1), change=lambda g: {**forward_order(g), "dW2": 2 * g["dW2"]}
        ),
        case("db1 four times too large", (2, 3, 2, 1), 4, change=lambda g: {**g, "db1": 4 * g["db1"]}),
        case("large inputs, small step", (3, 2, 2, 1), 4, scale=3000.0),
        many := case("noise on every gradient", (3, 3, 2, 1), 6, change=noisy),
        case("further keys among the gradients", (1, 2, 2, 1), 3, step(rng, 0.1), change=with_extras),
        case("parameters listed from the last", (2, 2, 3, 1), 4, step(rng, 0.05), change=noisy, names=backwards),
        case("the same network with one example", (3, 3, 2, 1), 1, change=noisy, of=many),
        case("a gradient with a nan", (2, 2, 2, 1), 3, step(rng, 0.1), change=holed),
        Case((nothing, {"d" + name: value.copy() for name, value in nothing.items()}, X, Y), "all zero", 0.5),
        Case((flat, tiny, inputs, labels), "tiny slopes, wrong gradients", 0.5),
    ]


def anywhere(draw: Draw) -> Case:
    """A network of few units, its gradients right or wrong in one entry, one array or all, or nothing over nothing; dicts in any order.

    Right gradients, and those that are off by little, are tried with small steps away from kinks, where round-off alone is left over.
    """
    most = 45 if draw.how == "grown" else 400
    sizes = (draw.integer(1, most, usual=2), draw.integer(1, most, usual=2), draw.integer(1, 8, usual=2), 1)
    m = draw.integer(1 if draw.near in (None, 1) else 2, 1000, usual=3)
    epsilon, stepped = draw.beside(lambda: draw.real(1e-6, 1.0))
    how = draw.option(*range(12)) if draw.near is None else draw.option(0, 1, *range(5, 12))
    how = max(how, 5) if stepped else how
    if how <= 1:  # the surer, the smaller all slopes are: down to nothing at all
        parameters, X, Y = _sure_and_right(draw.rng, sizes, m, draw.option(2000.0, draw.real(10.0, 60.0)))
        gradients = networks.gradients(X, Y, parameters)
        size = draw.option(0.0, 1.0)
        gradients = {n: g * (1 + size * draw.rng.uniform(0.2, 1.0, g.shape)) for n, g in gradients.items()}
        if draw.flip(0.3):  # slopes where there are next to none
            gradients = {n: g + draw.rng.standard_normal(g.shape) for n, g in gradients.items()}
        epsilon = draw.real_magnitude(1e-6, 1e-4)
    elif how <= 4:
        parameters, X, Y = draw_network(draw.rng, (2, 2, 2, 1), 3)
        off = draw.option(0.0, draw.real(1e-5, 0.1), draw.real(1e-5, 0.1))
        gradients, epsilon = networks.gradients(X, Y, parameters), draw.real_magnitude(1e-6, 1e-4)
        gradients = {n: g * (1 + off * draw.rng.standard_normal(g.shape)) for n, g in gradients.items()}
    else:
        epsilon *= 3**draw.side if stepped else 1
        parameters, X, Y = _network(draw, sizes, m, epsilon if stepped else None)
        if _largest(networks.gradients(X, Y, parameters)) < 1e-100:  # the squares of its slopes are no numbers
            parameters["b3"] -= networks.forward_propagation(X, parameters)[0][:, :1]
        gradients = {name: value.copy() for name, value in networks.gradients(X, Y, parameters).items()}
        largest = _largest(gradients)
        name = draw.option(*gradients)
        if how <= 7:
            noise = draw.real(0.1, 10.0) * largest
            gradients = {n: g + noise * draw.rng.standard_normal(g.shape) for n, g in gradients.items()}
        elif how == 8:
            gradients[name] = draw.array(gradients[name].shape, 1e-3, 1e6, zeros=0.0) + largest
        elif how == 9:
            gradients[name].flat[-1] = draw.option(np.nan, 3 * largest, -3 * largest)
        else:
            factor = draw.real(1e-18, 1e-2) if how == 10 else draw.real(2.0, 1e9)
            gradients = {n: factor * g for n, g in gradients.items()}
    if how >= 8 and draw.flip(0.2):
        gradients["db2"] = np.zeros_like(gradients["db2"])
    elif how > 4 and draw.flip(0.1):
        parameters["b3"] = np.zeros((1, 1))
    gradients["db2"], parameters["b2"] = (
        draw.planted(each, 1e-3, 1e3) for each in (gradients["db2"], parameters["b2"])
    )
    gradients = {name: draw.laid_out(value) for name, value in shuffled(draw.rng, gradients).items()}
    if draw.flip(0.3):
        extra = {draw.option("dZ3", "dA0", "dX", "Z1", "cost"): draw.array((1, 2), 1e-3, 1e3)}
        gradients = draw.option({**gradients, **extra}, {**extra, **gradients})
    parameters = {name: draw.laid_out(value) for name, value in shuffled(draw.rng, parameters).items()}
    if draw.flip(0.3):
        return Case((parameters, gradients, X, Y), kwargs={"epsilon": epsilon})
    return Case((parameters, gradients, X, Y) if draw.flip(0.2) else (parameters, gradients, X, Y, epsilon))


def _largest(gradients: dict[str, np.ndarray]) -> float:
    return max(float(np.abs(value).max()) for value in gradients.values())


def _network(draw: Draw, sizes: tuple, m: int, step: float | None) -> tuple[dict, np.ndarray, np.ndarray]:
    """Return a network at any distance from kinks, and inputs of any size, which a step in W1 is multiplied by, or so large that a step shows."""
    parameters = {}
    for layer, (columns, units) in enumerate(zip(sizes, sizes[1:]), 1):
        parameters[f"W{layer}"] = draw.rng.standard_normal((units, columns)) / np.sqrt(columns)
        parameters[f"b{layer}"] = draw.array((units, 1), 1e-3, 10.0)
    ones = [1.0] * (2 if draw.how != "far" else 0)
    size, scale = draw.option(*ones, draw.real_magnitude(1e-13, 1e5)), draw.real(1e-12, 1e6)
    if step:
        size, scale = 1.0, draw.real_magnitude(0.3, 3.0) / step
    parameters = {name: size * value for name, value in parameters.items()}
    parameters["W1"] /= scale if step or draw.flip(0.8) else 1.0
    X = draw.planted(scale * draw.rng.standard_normal((sizes[0], m)), 1e-3 * scale, 1e3 * scale)
    if draw.flip(0.2):
        X[draw.option(np.s_[...], np.s_[-1, -1])] = draw.option(0.0, X.flat[0])
    return parameters, X, (draw.rng.random((1, m)) < 0.5).astype(float)


def _sure_and_right(
    rng: np.random.Generator, sizes: tuple, m: int, logit: float
) -> tuple[dict, np.ndarray, np.ndarray]:
    """Return a network that is sure of the one class that there is: its cost is exp(-logit) or less, in all digits, and so are its slopes."""
    label = float(rng.integers(2))
    parameters = {}
    for layer, (columns, units) in enumerate(zip(sizes, sizes[1:]), 1):
        parameters[f"W{layer}"], parameters[f"b{layer}"] = rng.uniform(0, 1, (units, columns)), np.ones((units, 1))
    if label == 0:
        parameters["W3"] *= -1
    parameters["b3"][...] = logit if label else -logit
    return parameters, rng.uniform(0, 1, (sizes[0], m)), np.full((1, m), label)


def _one_sided(parameters, gradients, X, Y, epsilon=1e-4):
    claimed, measured, still = [], [], forward_propagation_n(X, Y, parameters)[0]
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            plus = value.copy()
            plus[index] += epsilon
            claimed.append(gradients["d" + name][index])
            measured.append((forward_propagation_n(X, Y, {**parameters, name: plus})[0] - still) / epsilon)
    return relative_difference(np.array(claimed), np.array(measured))


def _changes_argument(parameters, gradients, X, Y, epsilon=1e-4):
    claimed, measured = [], []
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            value[index] += epsilon
            rise = forward_propagation_n(X, Y, parameters)[0]
            value[index] -= 2 * epsilon
            claimed.append(gradients["d" + name][index])
            measured.append((rise - forward_propagation_n(X, Y, parameters)[0]) / (2 * epsilon))
    return relative_difference(np.array(claimed), np.array(measured))


edit = edits_of(gradient_check_n)

EXERCISE = Exercise(
    name="gradient_check_n",
    points=20,
    draw=draw,
    anywhere=anywhere,
    further=14,
    rule=Difference(),
    section="The check of a whole network",
    mistakes=[
        edit(
            "no_zero_guard",
            AS_ONE_VECTOR,
            "np.linalg.norm(claimed - measured) / (np.linalg.norm(claimed) + np.linalg.norm(measured))",
            "Where all slopes are 0, claimed and measured ones, 0 is divided by 0, which gives nan. The difference is 0.0 there: "
            "ask for that case before dividing, or let relative_difference do so.",
        ),
        edit(
            "padded",
            AS_ONE_VECTOR,
            "np.linalg.norm(claimed - measured) / (np.linalg.norm(claimed) + np.linalg.norm(measured) + 1e-8)",
            "A small number is added below the line, so tiny slopes that disagree look equal. Treat the case 0/0 on its own, as relative_difference does.",
        ),
        edit(
            "mean_of_differences",
            AS_ONE_VECTOR,
            f"np.mean([{BY_ARRAY}])",
            "This averages the relative differences of the arrays; compare all entries as one long vector.",
        ),
        edit(
            "largest_difference",
            AS_ONE_VECTOR,
            f"max({BY_ARRAY})",
            "This takes the array that differs most; compare all entries as one long vector.",
        ),
        edit(
            "sum_of_differences",
            AS_ONE_VECTOR,
            f"sum({BY_ARRAY})",
            "This adds the relative differences of the arrays; compare all entries as one long vector.",
        ),
        edit(
            "last_parameter",
            AS_ONE_VECTOR,
            f"[{BY_ARRAY}][-1]",
            "Only the last array of the loop decides; compare all entries as one long vector.",
        ),
        edit(
            "weights_only",
            "for name in parameters",
            'for name in parameters if name.startswith("W")',
            "This leaves the biases out; every parameter counts.",
            every=True,
        ),
        edit(
            "order_of_dicts",
            CLAIMED,
            "[value.ravel() for name, value in gradients.items() if name in approximations]",
            "The two dicts may list their arrays in different orders; go through the names, so that like is compared with like.",
        ),
        edit(
            "unfiltered",
            CLAIMED,
            "[value.ravel() for value in gradients.values()]",
            "All values of gradients are strung together in the dict's order, whatever their names. Go through the parameters' names, so that both vectors list the same entries.",
        ),
        edit(
            "cost_stands_still",
            "(X, Y, moved)",
            "(X, Y, parameters)",
            "The cost is always that of the unmoved parameters, so no step changes it. It is to be computed with the parameters that it is given.",
        ),
        edit(
            "cache_too",
            "(X, Y, moved)[0]",
            "(X, Y, moved)",
            "forward_propagation_n returns two things, the cost and a cache. Only the cost can be subtracted: take the first.",
        ),
        edit(
            "columns_first",
            'gradients["d" + name].ravel()',
            'gradients["d" + name].ravel(order="F")',
            "One of the two gradients is flattened column by column, the other row by row.",
        ),
        edit(
            "extra_keys",
            CLAIMED,
            "[value.ravel() for value in gradients.values()]",
            "Gradients may hold further keys such as dZ3; only those of the parameters are compared.",
            also=[
                (
                    MEASURED,
                    "[approximations.get(name, np.zeros_like(value)).ravel() for name, value in gradients.items()]",
                )
            ],
        ),
        edit(
            "fixed_step",
            "(cost, parameters, epsilon)",
            "(cost, parameters)",
            "Epsilon is not passed on, so the step is always 1e-4.",
        ),
        edit(
            "not_relative",
            AS_ONE_VECTOR,
            "np.linalg.norm(claimed - measured)",
            "This is the absolute difference; divide by the two lengths, as relative_difference does.",
        ),
        edit(
            "verdict",
            AS_ONE_VECTOR,
            f"{AS_ONE_VECTOR} < 1e-5",
            "This returns whether the check is passed; return the number, so that others can judge it.",
        ),
        written("one_sided", _one_sided, "This is a one-sided difference; the central one takes a step to each side."),
        edit(
            "missing_two",
            "return forward_propagation_n",
            "return 2 * forward_propagation_n",
            "The two points lie 2 epsilon apart; the measured slopes are twice too large.",
        ),
        written(
            "changes_argument",
            _changes_argument,
            "The entries of the parameters that were passed in are moved and not put back.",
        ),
    ],
    withheld=library.CHECKERS,
)

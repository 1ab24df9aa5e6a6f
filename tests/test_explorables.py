"""The explorables: what they compute is what our Python computes, one file each, and in a notebook they call the student's functions."""

import json
import shutil
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from idnn import datasets, explorables, networks, surfaces
from idnn.plots import initialization as start_figures
from idnn.plots import optimization as figures
from idnn.plots import regularization as penalty_figures
from solutions import initialization as starts
from solutions import optimization as solutions
from solutions import regularization as penalties
from tests.conftest import needs

UPDATES = [getattr(solutions, name) for name in figures.RULES]
SURFACES = ("bowl", "rosenbrock", "saddle")


def node(program):
    """Run an ES module in node and return what it prints, read as JSON."""
    needs("node", shutil.which("node") is not None, "apt-get install nodejs")
    run = subprocess.run(["node", "--input-type=module"], input=program, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def questions():
    """Return what a reader may ask: every surface, rates from too small to too large, betas from none to nearly all."""
    rng, asked = np.random.default_rng(0), []
    for surface in SURFACES * 20:
        rules = {
            name: {
                "learning_rate": float(10 ** rng.uniform(-4, 0)),
                "beta1": float(rng.choice([0, 0.5, 0.9, 0.99])),
                "beta2": float(rng.choice([0, 0.9, 0.999])),
            }
            for name, *_ in figures.RULES.values()
        }
        start = [float(x) for x in rng.uniform(-2, 2, 2)]
        condition = float(10 ** rng.uniform(0, 2.4))
        asked.append({"surface": surface, "condition": condition, "start": start, "num_steps": 60, "rules": rules})
    return asked


def test_the_walks_of_the_page_are_those_of_our_python():
    asked = questions()
    program = explorables.module("optimization") + (
        f"const asked = {json.dumps(asked)};"
        "console.log(JSON.stringify(asked.map((question) => {"
        "  const { paths } = ownWalks(question);"
        "  return Object.fromEntries(Object.entries(paths).map(([name, path]) => {"
        "    const steps = stepsToStar(path, STARS[question.surface]);"
        "    return [name, { path, steps: Number.isFinite(steps) ? steps : null }];"
        "  }));"
        "})));"
    )
    answer, seen = figures.explore(*UPDATES).answer, []
    for question, drawn in zip(asked, node(program), strict=True):
        for name, path in answer(question)["paths"].items():
            ours, theirs = (np.array(one, dtype=float) for one in (path, drawn[name]["path"]))
            np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9, err_msg=f"{name}: {question}")
            steps = surfaces.steps_until(partial(squared_distance, question["surface"]), ours, 0.1**2)
            assert drawn[name]["steps"] == (steps if np.isfinite(steps) else None), (name, question)
            seen.append("arrived" if np.isfinite(steps) else "left" if np.isnan(ours[-1, 0]) else "on its way")
    assert {"arrived", "left", "on its way"} == set(seen)


def squared_distance(surface, x, y):
    """Return the squared distance from the nearest star, as the first of one value."""
    stars = np.atleast_2d(figures.MINIMA[surface])
    return (np.min([(x - a) ** 2 + (y - b) ** 2 for a, b in stars], axis=0),)


def test_stars_lie_where_the_surfaces_are_lowest():
    for surface in SURFACES:
        for star in np.atleast_2d(figures.MINIMA[surface]):
            assert getattr(surfaces, surface)(*star) == (0, 0, 0)


def test_contour_lines_lie_on_their_levels():
    program = explorables.module("optimization") + (
        "const segments = contours((x, y) => x * x + 3 * y, [-1, 2, -1, 1], 5, 60, 60);"
        "console.log(JSON.stringify(segments));"
    )
    ends = np.array(node(program)).reshape(-1, 2)
    levels = -3 + 10 / 6 * np.arange(1, 6)  # from the lowest corner, -3, to the highest, 7
    heights = ends[:, 0] ** 2 + 3 * ends[:, 1]
    distance = np.abs(heights[:, None] - levels).min(axis=1)
    assert len(ends) > 200 and distance.max() < 1e-3
    assert set(np.abs(heights[:, None] - levels).argmin(axis=1)) == set(range(5))


def test_a_kernel_is_asked_one_question_at_a_time_and_then_the_last():
    program = explorables.module("optimization") + (
        "const sent = [], told = []; let answer;"
        "const model = { send: (message) => sent.push(message), on: (_, heard) => { answer = heard; } };"
        "const ask = kernel(model, (one) => told.push(one));"
        "ask('a'); ask('b'); ask('c'); answer({ id: 1, answer: 'A' }); answer({ id: 9, answer: 'not ours' });"
        "answer({ id: 2, answer: 'C' });"
        "console.log(JSON.stringify({ sent: sent.map((one) => one.question), told }));"
    )
    assert node(program) == {"sent": ["a", "c"], "told": ["A", "C"]}


# --- networks: the page's generator in Python, and whole runs by it --------------------------------------------------------------

INITIALIZERS = [getattr(starts, name) for name in start_figures.INITIALIZERS]
START = start_figures.explore(starts.activation_scales, *INITIALIZERS)
PASSES = [
    penalties.backward_propagation_with_regularization,
    penalties.forward_propagation_with_dropout,
    penalties.backward_propagation_with_dropout,
]
PENALTY = penalty_figures.explore(*PASSES)
ROWS = "const rows = (parameters) => each(parameters, toRows), told = (answer) => console.log(JSON.stringify(answer));"


class Mulberry:
    """The generator of the pages, with the methods of numpy.random.Generator that the course draws by."""

    def __init__(self, seed):
        self.state = seed

    def _next(self):
        keep = 0xFFFFFFFF
        self.state = (self.state + 0x6D2B79F5) & keep
        mixed = (self.state ^ self.state >> 15) * (self.state | 1) & keep
        mixed = ((mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & keep)) & keep) ^ mixed
        return (mixed ^ mixed >> 14) / 2**32

    def random(self, size):
        return np.reshape([self._next() for _ in range(int(np.prod(size)))], size)

    def uniform(self, low, high, size):
        return low + (high - low) * self.random(size)

    def normal(self, *, size):
        first, second = np.moveaxis(self.random((*np.atleast_1d(size), 2)), -1, 0)
        return np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)

    def standard_normal(self, size):
        return self.normal(size=size)

    def permutation(self, values):
        order = list(values)
        for i in range(len(order) - 1, 0, -1):
            j = int(self._next() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return np.array(order)


def test_the_pages_random_numbers_are_uniform_and_normal():
    uniform, normal = Mulberry(3).random(4000), Mulberry(4).normal(size=4000)
    counts, _ = np.histogram(uniform, 10, (0, 1))
    assert np.sum((counts - 400) ** 2 / 400) < 27.9  # chi-squared of 9 degrees, one in a thousand
    assert abs(np.corrcoef(uniform[:-1], uniform[1:])[0, 1]) < 3.3 / np.sqrt(4000)
    assert abs(normal.mean()) < 3.3 / np.sqrt(4000) and abs(normal.var() - 1) < 3.3 * np.sqrt(2 / 4000)
    assert sorted(Mulberry(5).permutation(np.arange(50))) == list(range(50))


def same(theirs, ours, **told):
    """Assert that a page's arrays are Python's; what is no finite number is None on either side."""
    theirs, ours = (np.array(one, dtype=float) for one in (theirs, ours))
    np.testing.assert_allclose(theirs, ours, rtol=1e-7, atol=1e-12, **told)


def test_the_starts_of_the_page_and_their_training_are_those_of_our_python(monkeypatch):
    X, Y = datasets.circles(200, Mulberry(0))
    common = {"run": 1, "starts": ["zeros", "symmetric", "one scale", "Xavier", "He"]}
    asked = [
        common | {"layers_dims": [2, *[units] * layers, 1], "scale": scale, "seed": seed, "chosen": chosen}
        for seed, (layers, units, scale, chosen) in enumerate(
            [(1, 2, 0.5, "zeros"), (6, 12, 2.0, "He"), (3, 5, 10.0, "one scale"), (4, 7, 0.001, "symmetric")]
            + [(12, 9, 1.0, "Xavier"), (16, 3, 0.1, "He")]
        )
    ]
    program = (
        explorables.module("initialization")
        + ROWS
        + (
            "const { X, Y } = circles(EXAMPLES, generator(0));"
            f"told({{ X: toRows(X), Y: toRows(Y), answers: {json.dumps(asked)}.map((question) => {{"
            "  const answer = ownStarts({ ...question, X, Y }), costs = [];"
            "  let trained = answer.parameters;"
            "  for (let epoch = 0; epoch < 20; epoch++) {"
            "    costs.push(score(forward(X, trained).logits, Y));"
            "    trained = descended(X, Y, trained, LEARNING_RATE);"
            "  }"
            "  const units = distinctUnits(trained.W1);"
            "  return { ...answer, parameters: rows(answer.parameters), costs, units };"
            "}) });"
        )
    )
    page = node(program)
    same(page["X"], X)
    same(page["Y"], Y)
    monkeypatch.setattr(np.random, "default_rng", Mulberry)
    for question, theirs in zip(asked, page["answers"], strict=True):
        ours = START.answer(question | {"X": X.tolist(), "Y": Y.tolist()})
        assert ours["errors"] == theirs["errors"] == {}
        for name in ours["scales"]:
            for key in ("signal", "gradient"):
                same(theirs["scales"][name][key], ours["scales"][name][key], err_msg=f"{key} of {name}: {question}")
        parameters = {name: np.array(value, dtype=float) for name, value in ours["parameters"].items()}
        assert list(theirs["parameters"]) == list(parameters)
        for name, value in parameters.items():
            same(theirs["parameters"][name], value)
        both = lambda *at: (networks.cost(*at), networks.accuracy(*at))  # noqa: E731  as the page says them
        with np.errstate(all="ignore"):
            trained, costs = networks.train_with(X, Y, parameters, 0.05, 20, cost=both, record_every=1)
        same(theirs["costs"], np.where(np.isfinite(costs), costs, np.nan), err_msg=str(question))
        assert theirs["units"] == starts.count_distinct_units(trained["W1"])


def test_the_steps_of_the_page_are_those_of_our_python(monkeypatch):
    common = {"run": 1, "step": 0, "learning_rate": 0.5, "num_steps": 12}
    asked = [
        ({"noise": noise, "size": size, "units": units, "seed": seed}, {"lambd": lambd, "keep_prob": keep_prob})
        for seed, (noise, size, units, lambd, keep_prob) in enumerate(
            [(0.3, 60, 16, 0, 1), (0.05, 21, 4, 1.0, 1), (0.6, 80, 9, 30, 0.5), (0.2, 20, 32, 0, 0.3)]
        )
    ]
    program = (
        explorables.module("regularization")
        + ROWS
        + (
            f"told({json.dumps(asked)}.map(([first, turned]) => {{"
            "  const { train, further, parameters } = beginning(first), { X, Y } = train;"
            f"  const found = ownSteps({{ ...{json.dumps(common)}, ...turned, X, Y, parameters, seed: 7 }});"
            "  const scores = [train, further].map((one) => score(forward(one.X, found.parameters).logits, one.Y));"
            "  return { X: toRows(X), Y: toRows(Y), parameters: rows(parameters), scores, found: { ...found, parameters: rows(found.parameters) } };"
            "}));"
        )
    )
    for (first, turned), theirs in zip(asked, node(program), strict=True):
        rng = Mulberry(first["seed"])
        X, Y = datasets.moons(first["size"], first["noise"], rng)
        further = datasets.moons(400, first["noise"], rng)
        start = networks.draw_parameters([2, first["units"], first["units"], 1], rng)
        same(theirs["X"], X)
        same(theirs["Y"], Y)
        for name, value in start.items():
            same(theirs["parameters"][name], value)
        with monkeypatch.context() as patched:
            patched.setattr(np.random, "default_rng", Mulberry)
            question = common | turned | {"X": X, "Y": Y, "parameters": start, "seed": 7}
            ours = PENALTY.answer(question)
        assert ours["error"] is None is theirs["found"]["error"] and ours["step"] == theirs["found"]["step"] == 12
        assert theirs["found"]["kept"] == ours["kept"]
        assert [len(one) for one in ours["kept"]] == ([] if turned["keep_prob"] == 1 else [first["units"]] * 2)
        trained = {name: np.array(value) for name, value in ours["parameters"].items()}
        for name, value in trained.items():
            same(theirs["found"]["parameters"][name], value, err_msg=f"{name}: {first} {turned}")
        for (loss, right), (inputs, labels) in zip(theirs["scores"], ((X, Y), further), strict=True):
            same(loss, networks.cost(inputs, labels, trained))
            assert right == pytest.approx(networks.accuracy(inputs, labels, trained))


@pytest.mark.parametrize("name", explorables.names())
def test_a_module_is_one_small_file_that_fetches_nothing(name):
    text = explorables.module(name)
    assert "\nimport " not in text and "import(" not in text and "fetch(" not in text
    assert text.count("//www.w3.org/2000/svg") == text.count("://")  # a name, not an address
    assert len(text.encode()) < 100_000
    assert node(text + "console.log(JSON.stringify(typeof explore))") == "function"


# --- in a notebook ------------------------------------------------------------------------------------------------------------


def asked(**changed):
    rules = {name: {"learning_rate": 0.05, "beta1": 0.9, "beta2": 0.9} for name in changed.pop("rules")}
    question = {"surface": "bowl", "condition": 25, "start": [-9, 2.5], "num_steps": 5, "rules": rules}
    return question | changed


def test_a_wrong_function_walks_its_wrong_path():
    def update_parameters_with_gd(parameters, grads, learning_rate):
        return {name: value + learning_rate * grads["d" + name] for name, value in parameters.items()}

    path = figures.explore(update_parameters_with_gd).answer(asked(rules=["gradient descent"]))["paths"]
    np.testing.assert_allclose(path["gradient descent"][1], [-9 * 1.05, 2.5 * 2.25])


def test_what_a_function_raises_is_told_in_one_line_and_stops_no_other():
    def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
        raise KeyError("dW2\nand more")

    def update_parameters_with_adam(*_, **__):
        raise NotImplementedError()

    shown = figures.explore(
        solutions.update_parameters_with_gd, update_parameters_with_momentum, update_parameters_with_adam
    )
    answer = shown.answer(asked(rules=["gradient descent", "momentum", "Adam"]))
    assert list(answer["paths"]) == ["gradient descent"]
    assert answer["errors"] == {
        "momentum": "update_parameters_with_momentum raised KeyError: 'dW2\\nand more'",
        "Adam": "update_parameters_with_adam raised NotImplementedError",
    }
    assert "update_parameters_with_adam raised NotImplementedError" in shown.alt_text


def test_a_function_that_returns_too_little_is_told():
    def update_parameters_with_rmsprop(parameters, grads, s, learning_rate, beta2):
        return parameters

    (said,) = figures.explore(update_parameters_with_rmsprop).answer(asked(rules=["RMSProp"]))["errors"].values()
    assert said == "update_parameters_with_rmsprop returned dict, expected 2 dicts"


def test_only_this_assignment_s_update_functions_can_be_explored():
    with pytest.raises(ValueError, match="expected some of update_parameters_with_gd, .*, each once, not update_lr"):
        figures.explore(solutions.update_lr)
    with pytest.raises(ValueError, match="not nothing"):
        figures.explore()


def test_without_anywidget_there_is_the_still_picture_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    data, metadata = figures.explore(*UPDATES)._repr_mimebundle_()
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert metadata["image/png"]["explorable"] == "optimization" and "Adam" in metadata["image/png"]["alt"]


def test_with_anywidget_the_picture_comes_with_the_widget():
    try:
        import anywidget  # noqa: F401  whether it is there
    except ImportError:
        needs("anywidget", False, 'pip install -e ".[student]"')
    data, _ = figures.explore(*UPDATES)._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "image/png", "text/plain"} == set(data)


def starting(*functions, **changed):
    """Return the answer about a small network whose start is drawn and measured by these functions."""
    question = {"run": 4, "X": [[0.5, -1.0, 2.0], [1.0, 0.0, -1.0]], "Y": [[1.0, 0.0, 1.0]], "layers_dims": [2, 3, 1]}
    question |= {"scale": 1.0, "seed": 0, "chosen": "He"} | changed
    shown = start_figures.explore(*functions)
    return shown, shown.answer(question | {"starts": shown.settings["starts"]})


def test_a_wrong_initializer_is_measured_as_it_is():
    def initialize_parameters_he(layers_dims, rng):
        return {name: 100 * value for name, value in starts.initialize_parameters_he(layers_dims, rng).items()}

    _, wrong = starting(starts.activation_scales, initialize_parameters_he)
    _, right = starting(starts.activation_scales, starts.initialize_parameters_he)
    same(wrong["scales"]["He"]["signal"], 100 * np.array(right["scales"]["He"]["signal"]))
    same(wrong["parameters"]["W2"], 100 * np.array(right["parameters"]["W2"]))
    assert wrong["run"] == 4 and list(wrong["scales"]) == ["He"]


def test_what_fails_in_a_start_is_told_and_stops_no_other():
    def initialize_parameters_zeros(layers_dims):
        raise NotImplementedError()

    def initialize_parameters_random(layers_dims, rng, scale):
        return {name: value.T for name, value in starts.initialize_parameters_he(layers_dims, rng).items()}

    def initialize_parameters_xavier(layers_dims, rng):
        return [1.0]

    shown, answer = starting(
        starts.activation_scales,
        initialize_parameters_zeros,
        initialize_parameters_random,
        initialize_parameters_xavier,
        starts.initialize_parameters_he,
    )
    assert list(answer["scales"]) == ["He"]
    assert answer["errors"] == {
        "zeros": "initialize_parameters_zeros raised NotImplementedError",
        "symmetric": "initialize_parameters_zeros raised NotImplementedError",
        "one scale": "initialize_parameters_random returned W1 of shape (2, 3), expected (3, 2)",
        "Xavier": "initialize_parameters_xavier returned list, expected a dict",
    }
    assert shown.alt_text.count("initialize_parameters_zeros raised NotImplementedError") == 1
    _, answer = starting(lambda_named("activation_scales"), starts.initialize_parameters_he)
    assert answer["errors"] == {"He": "activation_scales returned scales of shape (), expected (1,)"}


def lambda_named(name):
    """Return a function of that name that returns one number, whatever it is given."""

    def function(*_):
        return 1.0

    function.__name__ = name
    return function


def test_only_this_assignment_s_initializers_can_be_explored():
    with pytest.raises(ValueError, match="expected activation_scales and an initializer or more, not initialize_par"):
        start_figures.explore(starts.initialize_parameters_he)
    with pytest.raises(ValueError, match="each once, not count_distinct_units"):
        start_figures.explore(starts.activation_scales, starts.count_distinct_units)


def stepping(*passes, **changed):
    """Return the answer about three steps of a small network by these passes."""
    X, Y = datasets.moons(20, 0.2, np.random.default_rng(0))
    start = networks.draw_parameters([2, 4, 4, 1], np.random.default_rng(1))
    question = {"run": 4, "step": 5, "X": X, "Y": Y, "parameters": start, "lambd": 1.0, "keep_prob": 1, "seed": 0}
    return start, penalty_figures.explore(*passes).answer(question | {"learning_rate": 0.5, "num_steps": 3} | changed)


def test_a_wrong_gradient_takes_its_wrong_steps():
    def backward_propagation_with_regularization(X, Y, cache, lambd):
        return {"d" + name: -value for name, value in start.items()}  # uphill, by half of the start at each step

    start, _ = stepping(*PASSES)
    _, answer = stepping(backward_propagation_with_regularization, *PASSES[1:])
    assert answer["error"] is None and answer["step"] == 8
    same(answer["parameters"]["W2"], 2.5 * start["W2"])


@pytest.mark.parametrize(
    ("place", "returned", "keep_prob", "said"),
    [
        (0, {}, 1, "backward_propagation_with_regularization returned no dW1"),
        (0, None, 1, "backward_propagation_with_regularization returned NoneType, expected a dict"),
        (1, 0.5, 0.8, "forward_propagation_with_dropout returned something else than A3 and a cache"),
        (1, (0.5, "cache"), 0.8, "forward_propagation_with_dropout returned something else than A3 and a cache"),
        (2, {"dW1": [[1.0], []]}, 0.8, "backward_propagation_with_dropout returned dW1 that is no array of numbers"),
        (2, {"dW1": 1.0}, 0.8, "backward_propagation_with_dropout returned dW1 of shape (), expected (4, 2)"),
    ],
)
def test_what_a_pass_returns_instead_is_told(place, returned, keep_prob, said):
    def function(*_):
        return returned

    passes = list(PASSES)
    function.__name__ = passes[place].__name__
    passes[place] = function
    _, answer = stepping(*passes, keep_prob=keep_prob)
    assert answer == {"run": 4, "step": 8, "parameters": None, "kept": [], "error": said}


def test_what_a_pass_raises_is_told_where_it_is_used_and_nowhere_else():
    def backward_propagation_with_dropout(X, Y, cache, keep_prob):
        raise KeyError("D3")

    passes = [*PASSES[:2], backward_propagation_with_dropout]
    assert stepping(*passes)[1]["error"] is None
    assert stepping(*passes, keep_prob=0.5)[1]["error"] == "backward_propagation_with_dropout raised KeyError: 'D3'"

"""The explorables: what they compute is what our Python computes, one file each, and in a notebook they call the student's functions."""

import json
import shutil
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from idnn import explorables, surfaces
from idnn.plots import optimization as figures
from solutions import optimization as solutions
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

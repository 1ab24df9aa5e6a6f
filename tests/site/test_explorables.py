"""The explorables on the built pages: by mouse, keyboard and touch, their numbers against Python's, with and without what a reader may lack."""

import re
from functools import partial

import numpy as np
import pytest

from grader import stubs
from idnn import surfaces
from idnn.plots import optimization as figures
from solutions import optimization as solutions
from tests.site.test_live import cell, ready, run, write
from tests.test_explorables import squared_distance

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.browser]

PAGE = "assignments/optimization.html"
MOMENTUM = "update_parameters_with_momentum"
ANSWER = figures.explore(*(getattr(solutions, name) for name in figures.RULES)).answer


@pytest.fixture
def race(explorable):
    return partial(explorable, PAGE)


def shown(page):
    """Return what the explorable says: (question as the kernel would be asked, rule -> result in words)."""
    rules, results = {}, {}
    for name, *_ in figures.RULES.values():
        card = page.locator(f".explorable-card[aria-label='{name}']")
        rules[name] = {"beta1": 0.0, "beta2": 0.0}
        for slider in card.locator("input[type=range]").all():
            letter = slider.get_attribute("aria-label").split(", ")[1]
            key = {"learning rate": "learning_rate", "β": "beta1", "β₁": "beta1", "β₂": "beta2"}[letter]
            rules[name][key] = float(slider.get_attribute("aria-valuetext"))
        results[name] = card.locator(".explorable-result").inner_text()
    question = {
        "surface": page.get_by_label("surface", exact=True).input_value(),
        "condition": float(page.get_by_label("condition number", exact=True).get_attribute("aria-valuetext")),
        "start": start(page),
        "num_steps": int(page.get_by_label("step shown").get_attribute("max")),
        "rules": rules,
    }
    return question, results


def start(page):
    said = page.locator(".explorable-start").get_attribute("aria-valuetext")
    return [float(number) for number in re.findall(r"-?\d+\.\d+", said)]


def expected(question):
    """Return what Python finds for a question, in the explorable's words."""
    results, ground = {}, getattr(surfaces, question["surface"])
    if question["surface"] == "bowl":
        ground = partial(surfaces.bowl, condition=question["condition"])
    for name, points in ANSWER(question)["paths"].items():
        path = np.array(points, dtype=float)
        if np.isnan(path[-1, 0]):
            results[name] = f"left every bound at step {int(np.argmax(np.isnan(path[:, 0])))}"
            continue
        steps = surfaces.steps_until(partial(squared_distance, question["surface"]), path, 0.1**2)
        arrived = f"{steps:.0f} steps to the star" if np.isfinite(steps) else "not at the star"
        results[name] = arrived, float(ground(*path[-1])[0])
    return results


def agree(page):
    """Assert that every result on the page is Python's for the settings that the page shows."""
    question, results = shown(page)
    for name, wanted in expected(question).items():
        if isinstance(wanted, tuple):
            steps, cost = re.fullmatch(r"(.*), final cost (\S+)", results[name]).groups()
            assert steps == wanted[0], (name, question)
            assert float(cost) == pytest.approx(wanted[1], rel=0.06), (name, question)  # two digits are shown
        else:
            assert results[name] == wanted, (name, question)
    return question, results


def set_slider(page, label, position):
    page.get_by_label(label, exact=True).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        position,
    )


def test_by_mouse_the_start_is_dragged_and_tapped(race):
    page = race()
    before, _ = agree(page)
    assert before["start"] == [-9, 2.5]
    ring = page.locator(".explorable-start .explorable-ring").bounding_box()
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y + 150, steps=8)
    page.mouse.up()
    dragged, _ = agree(page)
    assert dragged["start"][0] > -8 and dragged["start"][1] < 1.5
    picture = page.locator(".explorable > svg")
    picture.click(position={"x": 300, "y": 60})
    tapped, _ = agree(page)
    assert tapped["start"] != dragged["start"]
    page.get_by_role("button", name="Reset").click()
    assert agree(page)[0] == before and page.errors == []


def test_by_keyboard_the_start_a_slider_the_surface_and_the_step_are_moved(race):
    page = race()
    page.locator(".explorable-start").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert start(page) == pytest.approx([-9 + 0.02 * 13.5, 2.5 - 0.005 * 8])
    agree(page)
    rate = page.get_by_label("Adam, learning rate", exact=True)
    rate.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    faster, results = agree(page)
    assert faster["rules"]["Adam"]["learning_rate"] == pytest.approx(0.2, rel=0.05)
    assert "steps to the star" in results["Adam"]
    scrub = page.get_by_label("step shown")
    scrub.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert scrub.get_attribute("aria-valuetext") == "step 1 of 100"
    path = page.locator("polyline[data-rule=Adam]").get_attribute("points").split()
    assert len(path) == 2
    page.get_by_label("surface", exact=True).focus()
    page.keyboard.press("ArrowDown")
    question, _ = agree(page)
    assert question["surface"] == "rosenbrock" and question["num_steps"] == 400
    assert not page.get_by_label("condition number", exact=True).is_visible()


def test_by_touch_on_a_phone_the_start_is_dragged_and_the_page_stays(race):
    page = race(phone=True, touch=True)
    ring = page.locator(".explorable-start .explorable-ring").bounding_box()
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    scrolled = page.evaluate("scrollY")
    wire = page.context.new_cdp_session(page)
    touch = lambda kind, *points: wire.send(  # noqa: E731  as short as what it does
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]}
    )
    touch("touchStart", (x, y))
    for i in range(1, 9):
        touch("touchMove", (x + 10 * i, y + 12 * i))
    touch("touchEnd")
    page.wait_for_timeout(200)
    question, _ = agree(page)
    assert question["start"][0] > -8 and question["start"][1] < 1.5
    assert page.evaluate("scrollY") == scrolled
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window == 390
    page.get_by_label("momentum", exact=True).locator("input[type=checkbox]").tap()
    assert page.locator("polyline[data-rule=momentum]").count() == 0


@pytest.mark.parametrize("surface", ["bowl", "rosenbrock", "saddle"])
def test_wherever_the_sliders_stand_the_numbers_are_python_s(race, surface):
    page = race()
    page.get_by_label("surface", exact=True).select_option(surface)
    rng, said = np.random.default_rng(1), set()
    labels = [one.get_attribute("aria-label") for one in page.locator(".explorable-card input[type=range]").all()]
    for _ in range(8):
        for label in labels:
            set_slider(page, label, int(rng.integers(201)))
        if surface == "bowl":
            set_slider(page, "condition number", int(rng.integers(201)))
        said |= {re.sub(r"\d.*", "", words) for words in agree(page)[1].values()}
    assert len(said) > 1, said


def test_the_race_is_played_and_stopped_and_says_what_it_shows(race):
    page = race()
    play, scrub = page.locator(".explorable").get_by_role("button", name="Play"), page.get_by_label("step shown")
    frames = page.evaluate(
        """() => new Promise((told) => {
            const times = [], button = [...document.querySelectorAll(".explorable button")].find((one) => one.textContent === "Play");
            const tick = (now) => {
                if (times.push(now) < 20) return requestAnimationFrame(tick);
                button.click();
                told([button.textContent, times]);
            };
            button.click();
            requestAnimationFrame(tick);
        })"""
    )
    print(f"frames while the race is played: {1000 / np.median(np.diff(frames[1])):.0f} a second")
    assert frames[0] == "Play"
    step = int(scrub.input_value())
    assert 0 < step < 100 and play.is_visible()
    page.wait_for_timeout(800)
    assert int(scrub.input_value()) == step
    words = page.locator(".explorable [aria-live]").inner_text()
    assert words.startswith(
        f"bowl of condition number 25, start at x -9.00, y 2.50, step {step} of 100. gradient descent:"
    )
    assert words in page.locator(".explorable > svg").get_attribute("aria-label")


def test_who_asks_for_less_motion_gets_steps_and_no_animation(race):
    page = race(less_motion=True)
    button, scrub = page.get_by_role("button", name="10 steps on"), page.get_by_label("step shown")
    for step in (0, 10, 20):
        button.click()
        page.wait_for_timeout(100)
        assert int(scrub.input_value()) == step


@pytest.mark.parametrize(
    "options", [{"dark": False}, {"dark": True}, {"dark": True, "phone": True}], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_in_it(race, options):
    from sitekit import npm

    page = race(**options)
    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    for surface in ("bowl", "saddle"):
        page.get_by_label("surface", exact=True).select_option(surface)
        found = page.evaluate("axe.run('.explorable', {resultTypes: ['violations']})")["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []


def test_without_a_script_or_its_module_the_still_picture_stays(site, visit):
    visitor = visit(site)
    page = visitor.page(scripts=False)
    page.goto(visitor.server.url + PAGE)
    assert page.locator("[data-explorable] img").is_visible()
    broken = visit(
        site, None, {"_static/explorables/optimization.js": b"export const explore = () => { throw new Error('no'); };"}
    )
    page = broken.page()
    page.goto(broken.server.url + PAGE)
    page.locator("[data-explorable]").scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    assert page.locator("[data-explorable] img").is_visible()


def test_the_page_loads_no_explorable_before_it_comes_near(site, visit):
    visitor = visit(site)
    page, module = visitor.page(), "/_static/explorables/optimization.js"
    page.goto(visitor.server.url + PAGE)
    page.wait_for_timeout(1000)
    assert module not in visitor.server.sent
    page.locator("[data-explorable]").scroll_into_view_if_needed()
    page.locator(".explorable").wait_for()
    weight = visitor.server.sent[module] + visitor.server.sent["/_static/explorables/explorables.css"]
    print(f"the explorable weighs {weight / 1000:.1f} kB over the wire")
    assert weight < 100_000


STUDENT = """
import numpy as np
from idnn.plots import optimization as figures

def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    return {name: value + learning_rate * v["d" + name] for name, value in parameters.items()}, v  # uphill

def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2):
    return parameters["W2"]
"""
SHOW = "figures.explore(update_parameters_with_gd, update_parameters_with_momentum, update_parameters_with_adam)"


def test_in_jupyterlab_the_student_s_own_functions_walk(in_jupyterlab):
    namespace = {}
    exec(STUDENT, namespace)
    right = stubs.solution_functions("optimization")["update_parameters_with_gd"][0]
    page = in_jupyterlab([STUDENT + right, SHOW], 1400)
    page.locator(".explorable .explorable-error").wait_for()
    result = lambda name: page.locator(f".explorable-card[aria-label='{name}'] .explorable-result").inner_text()  # noqa: E731
    assert page.locator(".explorable-card").count() == 3
    assert result("Adam") == "update_parameters_with_adam raised KeyError: 'W2'"
    answer = figures.explore(solutions.update_parameters_with_gd, namespace["update_parameters_with_momentum"]).answer
    question = asked_first()
    walked = answer(question)["paths"]
    momentum = np.array(walked["momentum"], dtype=float)
    assert np.isnan(momentum[-1, 0])
    assert result("momentum") == f"left every bound at step {int(np.argmax(np.isnan(momentum[:, 0])))}"
    assert result("gradient descent").startswith("88 steps to the star")
    page.locator(".explorable-start").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    question["start"] = start(page)
    assert question["start"] == pytest.approx([-9 + 10 * 0.02 * 13.5, 2.5])
    moved = np.array(answer(question)["paths"]["gradient descent"], dtype=float)
    steps = surfaces.steps_until(partial(squared_distance, "bowl"), moved, 0.1**2)
    page.get_by_text(f"{steps:.0f} steps to the star").first.wait_for(timeout=30_000, state="attached")
    assert steps < 88


def test_in_the_live_notebook_the_student_s_momentum_drives_the_race(live, visit):
    """In the browser's own Python: a right one walks as ours does, a wrong one shows its wrong path, an exception is told."""
    visitor = visit(live)
    page = visitor.page()
    page.goto(f"{visitor.server.url}live/notebooks/index.html?path=optimization.ipynb")
    ready(page)
    run(page, "import numpy as np")
    right = stubs.solution_functions("optimization")[MOMENTUM][0]
    written(page, f"def {MOMENTUM}", right)
    written(page, "figures.explore(", f"figures.explore({MOMENTUM})")
    card = page.locator(".explorable-card[aria-label='momentum'] .explorable-result")
    expect(card).to_contain_text(f"{walked(right)} steps to the star", timeout=60_000)
    wrong = right.replace("- learning_rate", "- 2 * learning_rate")
    assert walked(wrong) != walked(right)
    written(page, f"def {MOMENTUM}", wrong)
    run(page, "figures.explore(")
    expect(card).to_contain_text(f"{walked(wrong)} steps to the star", timeout=60_000)
    written(page, f"def {MOMENTUM}", right.replace("    return", "    raise ValueError('no step')\n    return"))
    run(page, "figures.explore(")
    error = page.locator(".explorable-error")
    expect(error).to_contain_text(f"{MOMENTUM} raised ValueError: no step", timeout=60_000)
    assert visitor.outside == []


def written(page, text, source):
    """Write `source` into the cell that contains `text`, and run it."""
    write(page, cell(page, text), source)
    return run(page, text)


def walked(source):
    """Return after how many steps a rule comes to the star, as Python says."""
    namespace = {"np": np}
    exec(source, namespace)
    question = asked_first()
    del question["rules"]["gradient descent"]
    path = figures.explore(namespace[MOMENTUM]).answer(question)["paths"]["momentum"]
    return f"{surfaces.steps_until(partial(squared_distance, 'bowl'), np.array(path, dtype=float), 0.1**2):.0f}"


def asked_first():
    """Return the question that an explorable begins with."""
    rules = {name: {"learning_rate": 0.05, "beta1": 0.9} for name in ("gradient descent", "momentum")}
    return {"surface": "bowl", "condition": 25.0, "start": [-9, 2.5], "num_steps": 100, "rules": rules}

"""The explorables that train a network, on the built pages and in JupyterLab: their numbers against Python's by the same random numbers."""

import re

import numpy as np
import pytest

from grader import stubs
from idnn import datasets, networks
from tests.site.test_explorables import set_slider
from tests.test_explorables import PENALTY, START, Mulberry

pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.browser]

STARTS, PENALTIES = "assignments/initialization.html", "assignments/regularization.html"
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@pytest.fixture(autouse=True)
def same_random_numbers(monkeypatch):
    monkeypatch.setattr(np.random, "default_rng", Mulberry)


def turned(page, label):
    return float(page.get_by_label(label, exact=True).get_attribute("aria-valuetext"))


def press(page, name):
    page.locator(".explorable").get_by_role("button", name=name, exact=True).click()


def status(page):
    return page.locator(".explorable-result").first.inner_text()


def touch_screen_fits(page):
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window == 390


# --- initialization ---------------------------------------------------------------------------------------------------------------


def number(words):
    """Return the number that the page writes as 1.7·10⁻⁴."""
    digits, _, power = words.partition("·10")
    return float(digits) * 10.0 ** int(power.translate(SUPERSCRIPTS) or 0)


def starts_agree(page, seed=1):
    """Assert that what the page says of every start, and of the chosen one's training, is Python's; return what it is set to."""
    X, Y = datasets.circles(200, Mulberry(0))
    layers, units = int(turned(page, "hidden layers")), int(turned(page, "units in each"))
    chosen = page.locator(".explorable input[type=radio]:checked").get_attribute("value")
    question = {"run": 1, "X": X, "Y": Y, "layers_dims": [2, *[units] * layers, 1], "starts": START.settings["starts"]}
    ours = START.answer(question | {"scale": turned(page, "scale"), "seed": seed, "chosen": chosen})
    for name, scales in ours["scales"].items():
        said = page.locator(f".explorable-card[aria-label='{name}'] .explorable-result").inner_text()
        signal, gradient = re.fullmatch(r"signal (.*), gradient (.*)", said).groups()
        for words, values in ((signal, scales["signal"]), (gradient, scales["gradient"])):
            wanted = [values[0], values[-1]] if len(values) > 1 else values
            assert [number(one) for one in words.split(" to ")] == pytest.approx(wanted, rel=0.06), (name, said)
    found = re.fullmatch(rf"{chosen}: epoch (\d+), cost (\S+) nats, (\S+) % right, (\d+) different of .*", status(page))
    epoch, cost, right, _ = found.groups()
    parameters = {name: np.array(value) for name, value in ours["parameters"].items()}
    trained, _ = networks.train_with(X, Y, parameters, 0.05, int(epoch))
    assert number(cost) == pytest.approx(networks.cost(X, Y, trained), abs=6e-4, rel=0.06)
    assert float(right) == pytest.approx(100 * networks.accuracy(X, Y, trained), abs=0.06)
    return layers, units, chosen, int(epoch)


def test_by_keyboard_depth_width_and_start_are_chosen(explorable):
    page = explorable(STARTS)
    assert starts_agree(page) == (6, 12, "He", 0)
    page.get_by_label("hidden layers", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("units in each", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".explorable input[type=radio]:checked").focus()
    page.keyboard.press("ArrowUp")
    assert starts_agree(page) == (7, 11, "Xavier", 0)
    page.get_by_role("button", name="Draw again").focus()
    page.keyboard.press("Enter")
    starts_agree(page, seed=2)
    press(page, "Reset")
    assert starts_agree(page) == (6, 12, "He", 0) and page.errors == []


def test_wherever_the_sliders_stand_the_starts_are_python_s(explorable):
    page, rng = explorable(STARTS), Mulberry(9)
    for name in START.settings["starts"]:
        for label, most in (("hidden layers", 15), ("units in each", 30), ("scale", 200)):
            set_slider(page, label, int(most * rng.random(1)[0]))
        page.locator(f".explorable input[value='{name}']").check()
        assert starts_agree(page)[2] == name


def test_by_mouse_the_start_is_trained_paused_and_seen_to_the_end(explorable):
    page = explorable(STARTS)
    box = page.get_by_label("hidden layers", exact=True).bounding_box()
    page.mouse.click(box["x"] + 0.08 * box["width"], box["y"] + box["height"] / 2)
    page.locator(".explorable input[value='one scale']").click()
    assert starts_agree(page)[:3] == (2, 12, "one scale")
    press(page, "Train")
    page.wait_for_timeout(300)
    press(page, "Pause")
    epoch = starts_agree(page)[3]
    assert 0 < epoch < 600
    press(page, "Train")
    page.get_by_text("epoch 600 of 600").wait_for()
    words = page.locator(".explorable-panel > svg[aria-label^='Two circles']").get_attribute("aria-label")
    assert status(page) in words and page.errors == []


def test_by_touch_on_a_phone_a_start_is_chosen_and_drawn_again(explorable):
    page = explorable(STARTS, phone=True, touch=True)
    touch_screen_fits(page)
    page.locator(".explorable-card[aria-label='symmetric'] label").first.tap()
    page.get_by_role("button", name="Draw again").tap()
    assert starts_agree(page, seed=2)[2] == "symmetric"
    page.get_by_role("button", name="Train").tap()
    page.get_by_text("epoch 600 of 600").wait_for()
    assert status(page).endswith(", 1 different of 12 units in the first layer.")


def test_who_asks_for_less_motion_trains_by_fifty_epochs(explorable):
    page = explorable(STARTS, less_motion=True)
    press(page, "50 epochs on")
    assert starts_agree(page)[3] == 50
    press(page, "50 epochs on")
    assert starts_agree(page)[3] == 100


# --- regularization ---------------------------------------------------------------------------------------------------------------


def steps_agree(page, asks, seed=1):
    """Assert that what the page says after `asks`, [(lambda, keep probability, steps), ...], is Python's."""
    rng, size, noise = Mulberry(seed), int(turned(page, "examples")), turned(page, "noise")
    units = int(turned(page, "units in a layer"))
    examples, others = datasets.moons(size, noise, rng), datasets.moons(400, noise, rng)
    X, Y = examples
    found = {"parameters": networks.draw_parameters([2, units, units, 1], rng), "step": 0, "kept": []}
    for lambd, keep_prob, num_steps in asks:
        question = {"run": 1, "X": X, "Y": Y, "lambd": lambd, "keep_prob": keep_prob, "num_steps": num_steps}
        seeds = {"seed": 100003 * seed + found["step"], "step": found["step"], "parameters": found["parameters"]}
        found = PENALTY.answer(question | seeds | {"learning_rate": 0.5})
    trained = {name: np.array(value) for name, value in found["parameters"].items()}
    said = re.match(r".*step (\d+): loss (\S+) on .*?, (\S+) on others; (\S+) % and (\S+) % right", status(page))
    step, *numbers = [float(one) for one in said.groups()]
    assert step == found["step"]
    losses = [networks.cost(*data, trained) for data in (examples, others)]
    rights = [100 * networks.accuracy(*data, trained) for data in (examples, others)]
    assert numbers[:2] == pytest.approx(losses, abs=6e-4) and numbers[2:] == pytest.approx(rights, abs=0.06)
    dropped = [page.locator(f".explorable [data-dropped='{layer}']").count() for layer in (1, 2)]
    assert dropped == ([len(one) - int(np.sum(one)) for one in found["kept"]] or [0, 0])
    return dropped


def test_each_step_draws_a_mask_and_the_numbers_are_python_s(explorable):
    page = explorable(PENALTIES)
    steps_agree(page, [])
    set_slider(page, "keep probability", 20)  # 0.3 + 0.2
    seen = set()
    for count in range(1, 5):
        press(page, "One step")
        seen.add(tuple(steps_agree(page, [(0, 0.5, 1)] * count)))
    assert len(seen) > 1
    page.get_by_label("penalty λ", exact=True).focus()
    for _ in range(100):
        page.keyboard.press("ArrowRight")
    lambd = turned(page, "penalty λ")
    assert 0.4 < lambd < 0.7
    press(page, "One step")
    steps_agree(page, [(0, 0.5, 1)] * 4 + [(lambd, 0.5, 1)])
    press(page, "Reset")
    steps_agree(page, [])
    assert turned(page, "penalty λ") == 0 and page.errors == []


def test_by_keyboard_noise_examples_and_units_begin_anew(explorable):
    page = explorable(PENALTIES, less_motion=True)
    for label, key in (("noise", "ArrowLeft"), ("examples", "ArrowRight"), ("units in a layer", "ArrowLeft")):
        press(page, "50 steps on")
        page.get_by_label(label, exact=True).focus()
        page.keyboard.press(key)
        steps_agree(page, [])
    assert (turned(page, "noise"), turned(page, "examples"), turned(page, "units in a layer")) == (0.29, 61, 15)
    press(page, "50 steps on")
    press(page, "50 steps on")
    steps_agree(page, [(0, 1, 50)] * 2)
    press(page, "Draw again")
    steps_agree(page, [], seed=2)


def test_by_touch_on_a_phone_it_trains_and_the_penalty_is_turned_meanwhile(explorable):
    page = explorable(PENALTIES, phone=True, touch=True)
    touch_screen_fits(page)
    page.get_by_role("button", name="Train").tap()
    page.wait_for_timeout(500)
    slider = page.get_by_label("penalty λ", exact=True)
    box = slider.bounding_box()
    slider.tap(position={"x": 0.8 * box["width"], "y": box["height"] / 2})
    lambd = turned(page, "penalty λ")
    assert lambd > 1
    page.get_by_role("button", name="Pause").tap()
    steps = int(re.search(r"step (\d+):", status(page))[1])
    assert 0 < steps < 2000 and status(page).startswith(f"λ {lambd:g}, ")
    words = page.locator(".explorable-panel > svg[aria-label^='Two moons']").get_attribute("aria-label")
    assert status(page) in words and page.errors == []


# --- both -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [STARTS, PENALTIES])
@pytest.mark.parametrize(
    "options", [{"dark": False}, {"dark": True}, {"dark": True, "phone": True}], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_in_it(explorable, address, options):
    from sitekit import npm

    page = explorable(address, **options)
    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run('.explorable', {resultTypes: ['violations']})")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []


@pytest.mark.parametrize("address", [STARTS, PENALTIES])
def test_it_is_light_and_moves(explorable, address):
    page = explorable(address)
    sent = explorable.visitor.server.sent
    name = page.locator("[data-explorable]").get_attribute("data-explorable")
    weight = sent[f"/_static/explorables/{name}.js"] + sent["/_static/explorables/explorables.css"]
    frames = page.evaluate(
        """() => new Promise((told) => {
            const times = [], button = [...document.querySelectorAll(".explorable button")].find((one) => one.textContent === "Train");
            const tick = (now) => (times.push(now) < 60 ? requestAnimationFrame(tick) : told(times));
            button.click();
            requestAnimationFrame(tick);
        })"""
    )
    print(
        f"{name} weighs {weight / 1000:.1f} kB, {1000 / np.median(np.diff(frames)):.0f} frames a second while it trains"
    )
    assert weight < 100_000


STUDENT = """
import numpy as np
from idnn.plots import initialization, regularization

def initialize_parameters_zeros(layers_dims):
    raise NotImplementedError()

def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    return {"d" + name: 0 * value for name, value in zip(("W1", "b1", "W2", "b2", "W3", "b3"), (W1, b1, W2, b2, W3, b3))}

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    return cache["D1"]
"""
SHOW = [
    "initialization.explore(activation_scales, initialize_parameters_zeros, initialize_parameters_he)",
    "regularization.explore(backward_propagation_with_regularization, forward_propagation_with_dropout, "
    "backward_propagation_with_dropout)",
]


def test_in_jupyterlab_the_student_s_own_functions_draw_and_step(in_jupyterlab):
    right = [
        stubs.solution_functions("initialization")[name][0]
        for name in ("activation_scales", "initialize_parameters_he")
    ]
    right.append(stubs.solution_functions("regularization")["forward_propagation_with_dropout"][0])
    page = in_jupyterlab(["\n\n".join([STUDENT, *right]), *SHOW], 3400)
    start = page.get_by_role("group", name="Explorable: where training starts")
    told = start.locator(".explorable-error")
    told.first.wait_for()
    assert told.all_inner_texts() == ["initialize_parameters_zeros raised NotImplementedError"] * 2
    net = page.get_by_role("group", name="Explorable: a network under penalty and dropout")
    net.locator(".explorable-result").wait_for()  # until all cells have run, the focus is the notebook's
    page.wait_for_timeout(2000)
    he = start.locator(".explorable-card[aria-label='He'] .explorable-result")
    before = he.inner_text()
    start.get_by_label("hidden layers", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert start.get_by_label("hidden layers", exact=True).get_attribute("aria-valuetext") == "7"
    he.filter(has_not_text=before).wait_for()
    start.get_by_role("button", name="Train").click()
    start.get_by_text("epoch 600 of 600").wait_for()
    was = re.search(r"loss .*", net.locator(".explorable-result").inner_text())[0]
    net.get_by_role("button", name="One step").click()
    net.get_by_text("step 1 of 2000").wait_for()
    assert was in net.locator(".explorable-result").inner_text()  # gradients of 0 change nothing
    net.get_by_label("keep probability", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    net.get_by_role("button", name="Train").click()
    net.get_by_text("backward_propagation_with_dropout raised TypeError: tuple indices must be integers").wait_for()
    assert net.get_by_role("button", name="Train").is_visible()

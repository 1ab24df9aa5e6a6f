"""The explorables of both assignments on gradient checking, on the built pages and in JupyterLab: what they say is Python's."""

import re

import numpy as np
import pytest

from grader import stubs
from idnn.plots import gradient_checking
from solutions import gradient_checking as instrument
from solutions import gradient_debugging as hunt
from tests.site.test_explorables import set_slider

pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.browser]

CHORDS, HUNTS = "assignments/gradient_checking.html", "assignments/gradient_debugging.html"
ANSWER = gradient_checking.explore(instrument.numerical_gradient, instrument.relative_difference).answer
STEPS = [float(f"{10 ** (-15 + k / 2):.3g}") for k in range(31)]
FED = {"dA2": ("dW1", "db1", "dW2", "db2"), "dZ2": ("dW1", "db1", "dW2", "db2"), "dA1": ("dW1", "db1")}
FED |= {"dZ1": ("dW1", "db1"), "dZ3": ("dW1", "db1", "dW2", "db2", "dW3", "db3")}
FED |= {name: (name,) for name in FED["dZ3"]}


def press(page, name):
    page.locator(".explorable").get_by_role("button", name=name).click()


def fits_a_phone(page):
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window == 390


def finger(page):
    wire = page.context.new_cdp_session(page)
    return lambda kind, *points: wire.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
    )


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# --- a chord and its error ----------------------------------------------------------------------------------------------------


def chords_agree(page):
    """Assert that slopes and differences on the page are Python's for what it is set to; return theta."""
    theta = float(page.locator(".explorable-start").get_attribute("aria-valuenow"))
    epsilon = float(page.get_by_label("step ε", exact=True).get_attribute("aria-valuetext"))
    cost = page.get_by_label("cost", exact=True).input_value()
    found = ANSWER({"cost": cost, "theta": theta, "epsilons": [epsilon]})
    for name, measured in found["measures"].items():
        said = page.locator(f".explorable-card[aria-label='{name}'] .explorable-result").inner_text()
        slope, difference = re.fullmatch(r"slope (\S+), relative difference (\S+)", said).groups()
        assert float(slope) == pytest.approx(measured["slopes"][0], rel=1e-6, abs=1e-15 / epsilon), (name, epsilon)
        if epsilon > 1e-4:  # else a cost's last digit shows
            assert float(difference) == pytest.approx(measured["differences"][0], rel=0.06, abs=1e-11)
    return theta


def drawn(page):
    return len(page.locator(".explorable-pair polyline").get_attribute("points").split())


def dots(page):
    return page.locator("[data-dot=central]").count()


def test_by_mouse_the_point_is_dragged_and_a_line_drawn(explorable):
    page = explorable(CHORDS)
    assert chords_agree(page) == 1 and drawn(page) == dots(page) == 0
    x, y = middle(page.locator(".explorable-start .explorable-ring"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y, steps=5)
    page.mouse.up()
    assert chords_agree(page) < 0.5
    box = page.locator(".explorable-canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + 200, steps=4)
    page.mouse.up()
    assert drawn(page) == 31
    press(page, "Show the dots")
    page.wait_for_function("document.querySelectorAll('[data-dot=central]').length === 31")
    assert "powers of ten on average" in page.locator(".explorable-bar + .explorable-result").inner_text()
    press(page, "Draw again")
    assert drawn(page) == dots(page) == 0
    press(page, "Reset")
    assert chords_agree(page) == 1 and page.errors == []


def test_by_keyboard_a_line_is_drawn_and_is_as_far_off_as_python_says(explorable):
    page = explorable(CHORDS, less_motion=True)
    page.locator(".explorable-start").focus()
    page.keyboard.press("ArrowRight")
    theta = chords_agree(page)
    assert theta == pytest.approx(1 + 6.4 / 50)
    page.locator(".explorable-pen").focus()
    page.keyboard.press("ArrowUp")  # from the right end at 1e-4
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    assert drawn(page) == 13
    press(page, "Show the dots")
    assert dots(page) == 31  # at once: less motion was asked for
    measured = ANSWER({"cost": "sin θ", "theta": theta, "epsilons": STEPS[18:]})["measures"]["central"]["differences"]
    off = np.abs(-3.5 - np.log10(measured)).mean()
    said = page.locator(".explorable-bar + .explorable-result").inner_text()
    assert float(re.search(r"off by (\S+) powers", said)[1]) == pytest.approx(
        off, abs=0.2
    )  # the last dots are round-off
    words = page.locator(".explorable-pair > svg").nth(1).get_attribute("aria-label")
    assert said in words


def test_by_touch_on_a_phone_point_and_line_are_drawn_and_the_page_stays(explorable):
    page = explorable(CHORDS, phone=True, touch=True)
    touch = finger(page)
    for locator, (dx, dy) in ((".explorable-start .explorable-ring", (60, 60)), (".explorable-canvas", (90, 70))):
        page.locator(locator).scroll_into_view_if_needed()
        x, y = middle(page.locator(locator))
        before = page.evaluate("scrollY")
        touch("touchStart", (x, y))
        for i in range(1, 7):
            touch("touchMove", (x + dx * i / 6, y + dy * i / 6))
        touch("touchEnd")
        page.wait_for_timeout(200)
        assert page.evaluate("scrollY") == before
    assert chords_agree(page) > 1.5 and drawn(page) > 5
    fits_a_phone(page)


def test_wherever_step_and_cost_stand_the_chords_are_python_s(explorable):
    page = explorable(CHORDS)
    for cost in ("sin θ", "θ³", "|θ − 1|"):
        page.get_by_label("cost", exact=True).select_option(cost)
        for position in (40, 110, 160, 175, 190, 200):
            set_slider(page, "step ε", position)
            chords_agree(page)


# --- bug hunts ----------------------------------------------------------------------------------------------------------------


def wrong_names(page):
    words = page.locator(".explorable-pair > svg").get_attribute("aria-label")
    return tuple(name for name, _ in re.findall(r"(d\w\d) (\S+) wrong", words))


def accuse(page, line, way):
    box = page.locator(f".explorable input[value={line}]")
    if way == "keyboard":
        box.focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Accuse this line").focus()
        page.keyboard.press("Enter")
    else:
        (box.tap if way == "touch" else box.click)()
        button = page.get_by_role("button", name="Accuse this line")
        (button.tap if way == "touch" else button.click)()
    return page.locator(".explorable-verdict").inner_text()


def entries(page):
    """Return gradients and slopes as the entries say them, two dicts of arrays, and which entry of each is framed."""
    found, worst = {}, {}
    for about in page.locator(".explorable-entry").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-label'))"
    ):
        name, i, j, g, slope = re.search(r"(d\w\d)\[(\d), (\d)\]: gradient (\S+), slope ([−\d.]+)", about).groups()
        found.setdefault(name, {})[int(i), int(j)] = [float(one.replace("−", "-")) for one in (g, slope)]
        if "worst" in about:
            worst[name] = int(i), int(j)
    both = []
    for k in (0, 1):
        shapes = {name: np.max(list(values), axis=0) + 1 for name, values in found.items()}
        both.append({name: np.zeros(shape) for name, shape in shapes.items()})
        for name, values in found.items():
            for index, pair in values.items():
                both[k][name][index] = pair[k]
    return *both, worst


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
def test_ten_hunts_by_the_names_alone(explorable, way):
    page = explorable(HUNTS, phone=way == "touch", touch=way == "touch")
    points = 0
    for number in range(10):
        assert page.locator(".explorable-clock").inner_text().startswith(f"hunt {number + 1} of 10, {points} point")
        wrong = wrong_names(page)
        suspects = [line for line, fed in FED.items() if set(fed) == set(wrong)]
        said = accuse(page, suspects[0], way)
        points += 2
        if "One chance is left" in said:
            assert said.startswith(f"Not {suspects[0]}. {suspects[0]} would spoil the same gradients.")
            said = accuse(page, suspects[1], way)
            points -= 1
        assert said.startswith("Found at the")
        if number < 9:
            press(page, "Next hunt")
    assert f"Ten hunts: {points} of 20 points." in said and points >= 10
    if way == "touch":
        fits_a_phone(page)
    press(page, "Ten new hunts")
    assert page.locator(".explorable-clock").inner_text() == "hunt 1 of 10, 0 points" and page.errors == []


def test_the_evidence_is_python_s_and_is_read_entry_by_entry(explorable):
    page = explorable(HUNTS)
    for _ in range(4):
        gradients, slopes, worst = entries(page)
        ours = hunt.difference_by_parameter(gradients, slopes)
        words = page.locator(".explorable-pair > svg").get_attribute("aria-label")
        for name, said, verdict in re.findall(r"(d\w\d) (\S+) (wrong|right)", words):
            if verdict == "wrong":
                number = float(said.replace("−", "-"))
                assert number == pytest.approx(ours[name], rel=0.06, abs=0.006)
                index, value, expected = hunt.worst_entry(gradients[name], slopes[name])
                framed = worst[name]
                gap = abs(gradients[name][framed] - slopes[name][framed])
                assert gap == pytest.approx(abs(value - expected), abs=3e-5), (name, index, framed)
            else:
                assert ours[name] < 1e-3 and name not in worst
        page.locator(".explorable-entry[tabindex='0']").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        assert page.locator(".explorable-result").inner_text().startswith("dW1[1, 1]: gradient")
        press(page, "Reset")


def test_two_wrong_names_earn_nothing_and_are_told_why(explorable):
    page = explorable(HUNTS)
    wrong = wrong_names(page)
    bad = [line for line, fed in FED.items() if set(fed) != set(wrong)][:2]
    said = accuse(page, bad[0], "mouse")
    assert re.search(rf"Not {bad[0]}\. \w+ is (right|wrong)", said) and said.endswith("One chance is left.")
    said = accuse(page, bad[1], "mouse")
    assert said.startswith(f"Not {bad[1]}: ") and "It was d" in said and "There stood d" in said
    assert page.locator(".explorable-clock").inner_text() == "hunt 1 of 10, 0 points"


# --- both ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [CHORDS, HUNTS])
@pytest.mark.parametrize(
    "options", [{"dark": False}, {"dark": True}, {"dark": True, "phone": True}], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_in_it(explorable, address, options):
    from sitekit import npm

    page = explorable(address, less_motion=True, **options)
    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    for act in (lambda: None, lambda: press(page, "without") if address == CHORDS else accuse(page, "dW1", "mouse")):
        act()
        found = page.evaluate("axe.run('.explorable', {resultTypes: ['violations']})")["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []


@pytest.mark.parametrize("address", [CHORDS, HUNTS])
def test_it_is_light(explorable, address):
    page = explorable(address)
    sent = explorable.visitor.server.sent
    name = page.locator("[data-explorable]").get_attribute("data-explorable")
    weight = sent[f"/_static/explorables/{name}.js"] + sent["/_static/explorables/explorables.css"]
    print(f"{name} weighs {weight / 1000:.1f} kB")
    assert weight < 100_000


STUDENT = """
import numpy as np
from idnn.plots import gradient_checking, gradient_debugging

def numerical_gradient(cost, parameters, epsilon=1e-4):
    return {"d" + name: np.array(2 * (cost({name: value + epsilon}) - cost({name: value})) / epsilon) for name, value in parameters.items()}

def difference_by_parameter(gradients, approximations):
    raise KeyError("dW9")
"""
SHOW = [
    "gradient_checking.explore(numerical_gradient, relative_difference)",
    "gradient_debugging.explore(difference_by_parameter, worst_entry)",
]


def test_in_jupyterlab_the_student_s_own_functions_measure(in_jupyterlab):
    right = [
        stubs.solution_functions("gradient_checking")["relative_difference"][0],
        stubs.solution_functions("gradient_debugging")["worst_entry"][0],
    ]
    page = in_jupyterlab(["\n\n".join([STUDENT, *right]), *SHOW], 2600)
    chord = page.get_by_role("group", name="Explorable: a chord and its error")
    result = chord.locator(".explorable-card[aria-label='central'] .explorable-result")
    result.filter(has_text="slope").wait_for()  # the words for who listens may come before the kernel has answered
    wrong = 2 * (np.sin(1.5) - np.sin(1)) / 0.5
    assert float(re.match(r"slope (\S+),", result.inner_text())[1]) == pytest.approx(wrong, rel=1e-6)
    chord.locator(".explorable-start").focus()
    page.keyboard.press("ArrowRight")
    moved = 2 * (np.sin(1.628) - np.sin(1.128)) / 0.5
    chord.get_by_text(f"slope {moved:.7g}"[:11]).first.wait_for()
    chased = page.get_by_role("group", name="Explorable: a bug hunt")
    chased.get_by_text("difference_by_parameter raised KeyError: 'dW9'").wait_for()
    assert chased.locator(".explorable-entry").count() == 41 and chased.locator("[data-bar]").count() == 0
    assert chased.locator(".explorable-worst").count() >= 1  # the other function's answer is there

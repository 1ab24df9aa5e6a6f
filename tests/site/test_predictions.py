"""Predictions on the built pages and in JupyterLab: answered by mouse, keyboard and touch, kept in the browser, and nowhere else."""

import json

import pytest

from idnn import predictions

pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.browser]

PAGE = "assignments/initialization.html"
SLUG = "initialization"
QUESTIONS = predictions.questions(SLUG)
STORED = f"JSON.parse(localStorage.getItem('predictions:{SLUG}') ?? '{{}}')"


@pytest.fixture
def asked(site, visit):
    """Return a function(options) -> a page whose predictions are all there; afterwards nothing was fetched from elsewhere."""
    visitor = visit(site)

    def opened(address=PAGE, **options):
        page = visitor.page(**options)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(visitor.server.url + address)
        for place in page.locator("[data-prediction]").all():
            place.scroll_into_view_if_needed()
            place.locator(".prediction").wait_for()
        return page

    yield opened
    assert visitor.outside == [] and visitor.server.missing == []


def card(page, name, questions=QUESTIONS):
    label = questions[name]["question"] if name else None
    return page.locator(f'.prediction-card[aria-label="{"Prediction: " + label if label else "Your predictions"}"]')


def see(page, name):
    card(page, name).get_by_role("button", name="See what happens").click()
    return card(page, name).locator(".prediction-result").inner_text()


def draw(page, name, heights):
    """Draw a curve by mouse: heights from 0 (bottom) to 1 (top), evenly from left to right."""
    canvas = card(page, name).locator(".prediction-canvas")
    canvas.evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")
    box = canvas.bounding_box()
    places = [
        (box["x"] + 4 + (box["width"] - 8) * k / (len(heights) - 1), box["y"] + 1 + (box["height"] - 2) * (1 - height))
        for k, height in enumerate(heights)
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def test_by_mouse_a_number_a_choice_and_a_curve_are_answered_and_summed_up(asked):
    page = asked()
    assert card(page, "").inner_text().count("No prediction is answered yet, of 10.") == 1
    button = card(page, "random-cost").get_by_role("button", name="See what happens")
    assert button.is_disabled()
    card(page, "random-cost").get_by_role("textbox").fill("10")
    outcome = QUESTIONS["random-cost"]["outcome"]
    assert see(page, "random-cost") == f"It is {outcome:.3g}; you said 10, too low by a factor of {outcome / 10:.3g}."
    card(page, "zeros-boundary").get_by_label("nowhere: it says the same everywhere").check()
    assert see(page, "zeros-boundary") == "Right."
    draw(page, "scales-small", [0.9, 0.1])
    said = see(page, "scales-small")
    assert said.startswith("Near enough: off by 0.") or said.startswith("Near enough: off by 1."), said
    assert card(page, "scales-small").locator("[data-outcome]").count() == 1
    draw(page, "scales-large", [0.05, 0.05])
    assert "mostly too low." in see(page, "scales-large")
    total = card(page, "").locator(".prediction-sum").inner_text()
    assert total == (
        "2 of 4 predictions right, 6 not answered yet. You underestimate the first cost of large weights and the signal "
        "that large weights make."
    )
    page.reload()
    for place in page.locator("[data-prediction]").all():
        place.scroll_into_view_if_needed()
        place.locator(".prediction").wait_for()
    assert card(page, "").locator(".prediction-sum").inner_text() == total
    assert card(page, "zeros-boundary").locator("input:checked").count() == 1
    able = page.context.new_page()
    able.goto(page.url.replace(PAGE, "able.html"))
    able.get_by_text("In this browser: 2 of 4 predictions right.").wait_for()
    assert able.locator(".idnn-progress:visible").count() == 1
    card(page, "random-cost").get_by_role("button", name="Forget my answer").click()
    assert set(page.evaluate(STORED)) == {"zeros-boundary", "scales-small", "scales-large"}
    assert not card(page, "random-cost").get_by_role("textbox").is_disabled()
    card(page, "").get_by_role("button", name="Forget all answers").click()
    assert page.evaluate(STORED) == {} and page.errors == []


def test_by_keyboard_a_curve_is_drawn_and_an_order_is_changed(asked):
    page = asked("assignments/optimization.html")
    questions = predictions.questions("optimization")
    curve = card(page, "bowl-across", questions)
    curve.locator(".prediction-pen").focus()
    for _ in range(13):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
    assert curve.locator(".prediction-pen").get_attribute("aria-valuetext").startswith("step 12: ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "on average" in curve.locator(".prediction-result").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Forget my answer"
    order = card(page, "tuning-order", questions)
    wanted = [questions["tuning-order"]["items"][k] for k in questions["tuning-order"]["outcome"]]
    for place, item in enumerate(wanted):
        while order.locator("li").nth(place).locator("span").first.inner_text() != item:
            order.get_by_role("button", name=f"{item}: up").focus()
            page.keyboard.press("Enter")
    order.get_by_role("button", name="See what happens").focus()
    page.keyboard.press("Enter")
    assert order.locator(".prediction-result").inner_text() == "Right."
    assert page.errors == []


def test_by_touch_on_a_phone_a_curve_is_drawn_and_the_page_stays(asked):
    page = asked(phone=True, touch=True)
    canvas = card(page, "scales-small").locator(".prediction-canvas")
    canvas.evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")
    box, scrolled = canvas.bounding_box(), page.evaluate("scrollY")
    client = page.context.new_cdp_session(page)
    places = [(box["x"] + 3 + (box["width"] - 6) * k / 12, box["y"] + box["height"] * (k + 1) / 14) for k in range(13)]
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [dict(zip("xy", places[0]))]})
    for place in places[1:]:
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [dict(zip("xy", place))]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") == scrolled
    card(page, "scales-small").get_by_role("button", name="See what happens").tap()
    assert "on average" in card(page, "scales-small").locator(".prediction-result").inner_text()
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window == 390 and page.errors == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_answered_and_open_predictions(asked, dark):
    from sitekit import npm

    page = asked(dark=dark)
    card(page, "random-cost").get_by_role("textbox").fill("10")
    see(page, "random-cost")
    draw(page, "scales-small", [0.9, 0.1])
    see(page, "scales-small")
    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run('.prediction', {resultTypes: ['violations']})")["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_in_jupyterlab_nothing_of_an_answer_is_in_the_notebook_until_it_is_asked_for(in_jupyterlab, tmp_path):
    show = "from idnn.plots import initialization as figures\nfigures.predict('random-cost')"
    page = in_jupyterlab([show, "figures.predict()"], 1400)
    saved = lambda: json.loads((tmp_path / "student" / "own.ipynb").read_text())  # noqa: E731
    written = lambda: json.dumps([cell["outputs"] for cell in saved()["cells"]]) + json.dumps(saved()["metadata"])  # noqa: E731
    card(page, "random-cost").get_by_role("textbox").fill("12.3456")
    assert "you said 12.3, too low" in see(page, "random-cost")
    total = card(page, "").locator(".prediction-sum").inner_text()
    assert total.startswith("0 of 1 predictions right, 9 not answered yet. You underestimate the first cost")
    page.keyboard.press("Control+s")
    page.wait_for_function("!document.title.startsWith('*')")
    page.wait_for_timeout(1000)
    assert "random-cost" in written() and "12.3" not in written() and "underestimate" not in written()
    card(page, "").get_by_role("button", name="Keep this in the notebook").click()
    page.locator(".jp-OutputArea-output pre", has_text="0 of 1 predictions right").wait_for()
    page.keyboard.press("Control+s")
    page.wait_for_timeout(2000)
    assert total in written()

"""The explorable that reads hands, on the built page: camera, pictures, drawn hands; what the network says against Python's, on drawn and on real ones."""

import base64
import contextlib
import io
import json
import re
import warnings

import h5py
import numpy as np
import pytest
from PIL import Image

from idnn import datasets
from tests.conftest import ROOT
from tests.site.conftest import QUIET
from tests.site.web import Folder
from tests.test_signs_explorable import probabilities, read_in_node

pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.browser]

PAGE = "assignments/tensorflow_signs.html"
PHOTOGRAPHS = ROOT.parent / "shared" / "data" / "hand_photos.h5"
SIGNS = ["0 ring", "1", "2", "3", "4", "5 open"]
ASKED = "window.asked = 0; if (navigator.mediaDevices) { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
ASKED += " navigator.mediaDevices.getUserMedia = (...what) => { window.asked += 1; return ask(...what); }; }"


@pytest.fixture(scope="module")
def settings(site):
    """What the page's explorable is given."""
    named = re.search(r'data-settings="\.\./([^"]+)"', (site / PAGE).read_text(encoding="utf-8"))
    return json.loads((site / named[1]).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn():
    with h5py.File(datasets.data_folder() / "signs.h5") as file:
        return file["test_set_x"][:], file["test_set_y"][:]


@pytest.fixture(scope="module")
def photographs():
    if not PHOTOGRAPHS.is_file():
        warnings.warn(f"NO PHOTOGRAPHS: no real hand was shown to the page. {PHOTOGRAPHS} is missing.", stacklevel=1)
        pytest.skip(f"{PHOTOGRAPHS} is missing")
    with h5py.File(PHOTOGRAPHS) as file:
        return file["images"][:], file["labels"][:]


def spread(labels, count):
    """Return the places of `count` pictures, the signs in turn."""
    places = [np.flatnonzero(labels == sign) for sign in range(6)]
    return [int(places[i % 6][i // 6]) for i in range(count)]


def shown(page):
    """Return what the page says: (its result line, the six probabilities)."""
    bars = page.locator(".explorable-chances").get_attribute("aria-label")
    return page.locator(".explorable-result").inner_text(), [float(p) for p in re.findall(r" (\d\.\d\d)\b", bars)]


def settled(page, words):
    page.wait_for_function(
        "words => document.querySelector('.explorable-result').textContent.startsWith(words)", arg=words
    )
    return shown(page)


def agree(page, words, settings, picture):
    """Assert that the page says of a picture what Python says; return the sign that it reads."""
    result, said = settled(page, words)
    (ours,) = probabilities(settings["network"], picture[None])
    np.testing.assert_allclose(said, ours, atol=0.0051)  # two digits are shown
    assert f"read as {SIGNS[ours.argmax()]}, " in result
    return int(ours.argmax())


def press(page, name):
    page.locator(".explorable").get_by_role("button", name=name, exact=True).click()


# --- drawn hands and pictures ------------------------------------------------------------------------------------------------------


def of_gallery(settings, i):
    png = base64.b64decode(settings["gallery"][i]["picture"].partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_by_mouse_and_by_keyboard_drawn_hands_are_read(explorable, settings):
    page = explorable(PAGE)
    agree(page, "Drawn hand 1:", settings, of_gallery(settings, 0))
    right = 0
    for i, hand in enumerate(settings["gallery"]):
        tile = page.locator(".explorable-tile").nth(i)
        if i % 2:
            tile.focus()
            page.keyboard.press("Enter")
        else:
            tile.click()
        right += agree(page, f"Drawn hand {i + 1}:", settings, of_gallery(settings, i)) == hand["sign"]
        assert tile.get_attribute("aria-pressed") == "true"
        assert page.locator(".explorable-tile[aria-pressed=true]").count() == 1
    assert right >= 11 and page.errors == []


def test_by_touch_on_a_phone_a_drawn_hand_is_read_and_nothing_is_wider_than_the_screen(explorable, settings):
    page = explorable(PAGE, phone=True, touch=True)
    page.locator(".explorable-tile").nth(7).tap()
    agree(page, "Drawn hand 8:", settings, of_gallery(settings, 7))
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window == 390


def test_a_picture_of_the_reader_s_is_read_upright_and_what_is_none_is_refused(explorable, settings, drawn, tmp_path):
    page, (images, labels) = explorable(PAGE), drawn
    image = images[spread(labels, 6)[4]]
    framed = np.full((128, 300, 3), 255, np.uint8)
    framed[:, 86:214] = image.repeat(2, axis=0).repeat(2, axis=1)  # the centred square
    Image.fromarray(framed).save(tmp_path / "hand.png")

    def choose(path):
        with page.expect_file_chooser() as chooser:
            press(page, "Choose a picture")
        chooser.value.set_files(path)

    choose(tmp_path / "hand.png")
    agree(page, "Your picture:", settings, image)
    turned = Image.fromarray(framed).transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # as a telephone writes that the picture is to be turned to the right
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=98)
    page.locator(".explorable-tile").first.click()
    settled(page, "Drawn hand 1:")
    choose(tmp_path / "turned.jpg")
    (ours,) = probabilities(settings["network"], image[None])
    assert f"read as {SIGNS[ours.argmax()]}, " in settled(page, "Your picture:")[0]
    (tmp_path / "hand.heic").write_bytes(b"\x00\x00\x00\x18ftypheic")
    choose(tmp_path / "hand.heic")
    assert "hand.heic is no picture that this browser reads" in settled(page, "hand.heic")[0]
    Image.fromarray(framed[:40]).save(tmp_path / "small.png")
    choose(tmp_path / "small.png")
    settled(page, "The picture has 300 × 40 pixels; the network needs 64 × 64 or more.")
    assert page.errors == []


# --- the camera --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_camera(site, playwright, chromium_path, tmp_path):
    """Return a function(pictures, options) -> the page in a browser whose camera shows these pictures, two a second, again and again."""
    with contextlib.ExitStack() as opened:

        def start(pictures=None, allowed=True, **options):
            devices = ["--use-fake-device-for-media-stream"] if pictures is not None else []
            if pictures is not None:
                film(pictures, tmp_path / "film.y4m")
                devices.append(f"--use-file-for-fake-video-capture={tmp_path / 'film.y4m'}")
            server = Folder(site)
            opened.callback(server.close)
            browser = playwright.chromium.launch(executable_path=chromium_path, args=[*QUIET, *devices])
            opened.callback(browser.close)
            context = browser.new_context(permissions=["camera"] if allowed else [], **options)
            context.add_init_script(ASKED)
            page = context.new_page()
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            page.goto(server.url + PAGE)
            page.locator("[data-explorable]").scroll_into_view_if_needed()
            page.locator(".explorable").wait_for()
            return page

        yield start


def film(pictures, path):
    """Write pictures as a film of 512 x 384 in which each is in the middle for half a second; colours as JPEG has them."""
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W512 H384 F2:1 Ip A1:1 C420jpeg\n")
        for picture in pictures:
            frame = Image.new("RGB", (512, 384), "white")
            frame.paste(Image.fromarray(picture).resize((384, 384), Image.Resampling.NEAREST), (64, 0))
            parts = [np.asarray(part) for part in frame.convert("YCbCr").split()]
            whole = [part[::step, ::step].tobytes() for part, step in zip(parts, (1, 2, 2), strict=True)]
            file.write(b"FRAME\n" + b"".join(whole))


def read_by_camera(page, pictures):
    """Return for every picture of the film what the page said while its camera showed it."""
    read, mirrored = {}, pictures[:, :, ::-1].astype(float)
    for _ in range(200):
        said, pixels = page.evaluate(
            "() => { const cut = document.querySelectorAll('.explorable-screen canvas')[1];"
            " return [document.querySelector('.explorable-result').textContent, Array.from(cut.getContext('2d').getImageData(0, 0, 64, 64).data)]; }"
        )
        if said.startswith("Your camera:"):
            seen = np.array(pixels, dtype=float).reshape(64, 64, 4)[..., :3]
            off = np.abs(mirrored - seen).mean(axis=(1, 2, 3))
            if off.min() < 12:  # no other picture comes as near, whatever the camera does to colours
                read.setdefault(int(off.argmin()), said)
        if len(read) == len(pictures):
            return read
        page.wait_for_timeout(200)
    raise AssertionError(f"the camera showed {sorted(read)} of {len(pictures)} pictures; the page says: {said}")


def test_the_camera_starts_when_it_is_asked_to_reads_ten_drawn_hands_and_ends(with_camera, drawn):
    images, labels = drawn
    places = spread(labels, 10)
    page = with_camera(images[places])
    settled(page, "Drawn hand 1:")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.asked") == 0, "a camera before the click"
    assert page.evaluate("document.querySelector('.explorable video').srcObject") is None
    press(page, "Camera on")
    read = read_by_camera(page, images[places])
    right = [f"read as {SIGNS[labels[places[i]]]}, " in said for i, said in read.items()]
    print("camera:", sum(right), "of 10 drawn hands")
    assert sum(right) >= 9
    press(page, "Hold")
    held, _ = shown(page)
    page.wait_for_timeout(1500)
    assert shown(page)[0] == held
    press(page, "Go on")
    page.evaluate("window.track = document.querySelector('.explorable video').srcObject.getTracks()[0]")
    press(page, "Camera off")
    assert page.evaluate("window.track.readyState") == "ended" and page.evaluate("window.asked") == 1
    press(page, "Camera on")
    page.wait_for_function(
        "document.querySelector('.explorable video').srcObject"
    )  # the words are still those of before
    settled(page, "Your camera:")
    page.evaluate("window.track = document.querySelector('.explorable video').srcObject.getTracks()[0]")
    page.locator(".explorable-tile").nth(2).click()
    settled(page, "Drawn hand 3:")
    assert page.evaluate("window.track.readyState") == "ended", "a drawn hand is read, and the camera goes on"
    assert page.errors == []


def test_the_camera_reads_photographs_as_python_does(with_camera, photographs, settings):
    images, labels = photographs
    pictures = images[spread(labels, 6)]
    page = with_camera(pictures)
    press(page, "Camera on")
    read = read_by_camera(page, pictures)
    ours = probabilities(settings["network"], pictures).argmax(axis=1)
    assert sum(f"read as {SIGNS[ours[i]]}, " in said for i, said in read.items()) >= 5  # the film has fewer colours


def test_who_asks_for_less_motion_gets_one_picture_for_each_press(with_camera, drawn):
    images, labels = drawn
    page = with_camera(images[spread(labels, 6)], reduced_motion="reduce")
    press(page, "Camera on")
    first, _ = settled(page, "Your camera:")
    page.wait_for_timeout(1500)
    assert shown(page)[0] == first
    for _ in range(20):
        press(page, "Look again")
        page.wait_for_timeout(300)
        if shown(page)[0] != first:
            return
    raise AssertionError("another look shows nothing new")


@pytest.mark.parametrize(
    ("pictures", "allowed", "why"), [(1, False, "The camera was refused."), (None, True, "No camera was found.")]
)
def test_without_a_camera_the_page_says_why_and_reads_on(with_camera, drawn, pictures, allowed, why):
    page = with_camera(pictures and drawn[0][:pictures], allowed)
    settled(page, "Drawn hand 1:")
    press(page, "Camera on")
    said, _ = settled(page, why)
    assert said == f"{why} The drawn hands below are read all the same, and so is a picture of yours."
    page.locator(".explorable-tile").nth(3).click()
    settled(page, "Drawn hand 4:")
    assert not page.locator(".explorable-error").count() and page.errors == []


# --- what else a page must show ------------------------------------------------------------------------------------------------------


def test_the_page_reads_as_many_as_python(settings, drawn, photographs, site):
    """Drawn hands as the notebook's own network did, whose number stands in the page; photographs to one in a hundred."""
    for name, (images, labels) in {"drawn": drawn, "photographs": photographs}.items():
        said = np.array(read_in_node(settings["network"], images)["probabilities"])
        ours = probabilities(settings["network"], images)
        np.testing.assert_allclose(said, ours, atol=1e-5)
        accuracy = [(p.argmax(axis=1) == labels).mean() for p in (said, ours)]
        print(name, len(labels), "read by the page:", accuracy[0], "by Python:", accuracy[1])
        assert abs(accuracy[0] - accuracy[1]) <= 0.01 and accuracy[0] > 0.9
        if name == "drawn":
            trained = re.search(r"Accuracies: [^\"]*convolutional (\d\.\d+)", (site / PAGE).read_text(encoding="utf-8"))
            assert accuracy[0] == pytest.approx(float(trained[1]), abs=0.01)


def test_its_weight(site, settings):
    module = (site / "_static" / "explorables" / "tensorflow_signs.js").stat().st_size
    given = len(json.dumps(settings, separators=(",", ":")))
    print(f"module {module / 1000:.0f} kB, network and hands {given / 1000:.0f} kB")
    assert module < 100_000 and module + given < 400_000


@pytest.mark.parametrize(
    "options", [{"dark": False}, {"dark": True}, {"dark": True, "phone": True}], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_in_it(explorable, options):
    from sitekit import npm

    page = explorable(PAGE, **options)
    page.evaluate((npm.package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    settled(page, "Drawn hand 1:")
    press(page, "Camera on")
    settled(page, "No camera was found.")
    found = page.evaluate("axe.run('.explorable', {resultTypes: ['violations']})")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []


def test_without_a_script_or_what_it_is_given_the_still_picture_stays(site, visit):
    visitor = visit(site)
    page = visitor.page(scripts=False)
    page.goto(visitor.server.url + PAGE)
    assert page.locator("[data-explorable] img").is_visible()
    given = re.search(r'data-settings="\.\./([^"]+)"', (site / PAGE).read_text(encoding="utf-8"))[1]
    broken = visit(site, None, {given: b'{"network": {}}'})
    page = broken.page()
    with page.expect_console_message(lambda said: said.type == "error"):
        page.goto(broken.server.url + PAGE)
        page.locator("[data-explorable]").scroll_into_view_if_needed()
    assert page.locator("[data-explorable] img.idnn-figure").is_visible()
    assert not page.locator(".explorable").count()


NETWORK = """\
import h5py
from idnn import datasets
from idnn.plots import tensorflow_signs as figures
from idnn.tensors import tf

with h5py.File(datasets.data_folder() / "signs.h5") as file:
    images, labels = file["test_set_x"][:], file["test_set_y"][:]
tf.keras.utils.set_random_seed(3)
made = tf.keras.layers
model = tf.keras.Sequential([made.Input((32, 32, 3)), made.Conv2D(8, 3, padding="same"), made.ReLU(), made.MaxPool2D(), made.Flatten(), made.Dense(6)])
shown = figures.explore(model, images, labels)
print(shown.alt_text)"""


def test_in_jupyterlab_the_page_computes_the_network_that_was_trained_there(in_jupyterlab):
    page = in_jupyterlab([NETWORK, "shown"], 1600)
    page.locator(".explorable").wait_for(timeout=300_000)  # TensorFlow starts in the kernel first
    said = page.locator(".jp-OutputArea-output", has_text="Drawn hands of people").first.inner_text()
    reads = re.findall(r"\d read as (\d)", said)
    assert len(reads) == 12
    for i in (0, 5, 11):
        page.locator(".explorable-tile").nth(i).click()
        assert f"read as {SIGNS[int(reads[i])]}, " in settled(page, f"Drawn hand {i + 1}:")[0]
    press(page, "Camera on")
    settled(page, "No camera was found.")

"""The hand-sign sources: the shipped set, HDF5 files of any name, photographs from a server on loopback."""

import functools
import hashlib
import http.server
import io
import json
import threading
import zipfile

import h5py
import numpy as np
import pytest
from PIL import Image

from idnn import photographs
from idnn.datasets import data_folder, signs
from idnn.plots.signs import contact_sheet
from tools import make_signs


def write_part(path, part, labels, seed=0, hand_ids=None, classes=range(6), size=64):
    rng = np.random.default_rng(seed)
    with h5py.File(path, "w") as file:
        file[f"{part}_set_x"] = rng.integers(0, 256, size=(len(labels), size, size, 3), dtype=np.uint8)
        file[f"{part}_set_y"] = labels
        file["list_classes"] = np.array(classes)
        if hand_ids is not None:
            file[f"{part}_hand_id"] = hand_ids


@pytest.fixture
def original(tmp_path):
    """A folder in the original layout, with file names nobody would guess and another problem's files beside."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    write_part(folder / "a.h5", "train", np.tile(np.arange(6), 5))
    write_part(folder / "b.bin", "test", np.tile(np.arange(6), 2), seed=1)
    write_part(folder / "cats.h5", "train", np.array([0, 1, 1, 0]), classes=[b"cat", b"no cat"])
    (folder / "notes.txt").write_text("not HDF5")
    return folder


def test_the_shipped_set_is_balanced_split_by_hand_and_small():
    found = signs()
    assert found.train_images.shape[1:] == found.test_images.shape[1:] == (64, 64, 3)
    assert found.train_images.dtype == np.uint8
    assert len(found.train_images) >= 1080
    assert len(found.test_images) >= 240
    for labels in (found.train_labels, found.test_labels):
        assert len(set(np.bincount(labels, minlength=6))) == 1
    assert not set(found.train_hands) & set(found.test_hands)
    assert found.class_names == ("0", "1", "2", "3", "4", "5")
    assert (data_folder() / "signs.h5").stat().st_size < 12e6


def test_the_shipped_pictures_are_all_different_and_well_exposed():
    found = signs()
    pictures = np.concatenate([found.train_images, found.test_images])
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)
    brightness = pictures.mean(axis=(1, 2, 3))
    assert brightness.min() > 60
    assert brightness.max() < 230


@pytest.mark.slow
def test_the_shipped_file_is_what_the_tool_renders(capsys):
    assert make_signs.main(["--check"]) == 0
    assert "is as the renderer draws it" in capsys.readouterr().out


def test_the_check_notices_another_picture_and_a_missing_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_signs, "PARTS", {"train": (range(1), 1, 0), "test": (range(1, 2), 1, 1)})
    path = tmp_path / "signs.h5"
    assert make_signs.main(["--check", "--out", str(path)]) == 1
    assert "is missing" in capsys.readouterr().out
    assert make_signs.main(["--out", str(path)]) == 0
    assert make_signs.main(["--check", "--out", str(path)]) == 0
    with h5py.File(path, "r+") as file:
        file["train_set_x"][0] = 255 - file["train_set_x"][0]
        file["test_set_y"][0] = (file["test_set_y"][0] + 1) % 6
    capsys.readouterr()
    assert make_signs.main(["--check", "--out", str(path)]) == 1
    told = capsys.readouterr().out
    assert "train picture 0" in told
    assert "test_set_y differs from the plan" in told


def test_a_random_split_deals_out_the_same_pictures_and_repeats_with_its_seed():
    by_hand, mixed, again, other = signs(), *(signs(split="random", seed=seed) for seed in (0, 0, 1))
    assert mixed.train_images.shape == by_hand.train_images.shape
    np.testing.assert_array_equal(mixed.train_images, again.train_images)
    assert not np.array_equal(mixed.train_labels, other.train_labels)

    def contents(found):
        pictures = np.concatenate([found.train_images, found.test_images])
        labels, people = (np.concatenate(pair) for pair in (
            (found.train_labels, found.test_labels), (found.train_hands, found.test_hands)))  # fmt: skip
        return {(picture.tobytes(), label, hand) for picture, label, hand in zip(pictures, labels, people, strict=True)}

    assert contents(by_hand) == contents(mixed)
    assert set(mixed.test_hands) & set(mixed.train_hands)


def test_original_files_are_found_by_content_among_others(original):
    found = signs(original)
    assert found.train_images.shape == (30, 64, 64, 3)
    assert found.test_images.shape == (12, 64, 64, 3)
    assert found.train_hands is None
    assert found.class_names == ("0", "1", "2", "3", "4", "5")
    with h5py.File(original / "b.bin") as file:
        np.testing.assert_array_equal(found.test_images, file["test_set_x"][:])
    mixed = signs(str(original), split="random")
    assert mixed.test_hands is None
    assert len(mixed.test_labels) == 12


def test_labels_may_be_a_row_and_class_names_bytes(tmp_path):
    write_part(tmp_path / "a.h5", "train", np.arange(6)[None].repeat(2, 1), classes=[str(i).encode() for i in range(6)])
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        del file["train_set_x"]
        file["train_set_x"] = np.zeros((12, 8, 8, 3), dtype=np.uint8)
    write_part(tmp_path / "b.h5", "test", np.arange(6)[:, None], hand_ids=np.arange(6)[None])
    found = signs(tmp_path)
    assert found.train_labels.shape == (12,)
    assert found.test_labels.shape == found.test_hands.shape == (6,)
    assert found.class_names[3] == "3"


def test_one_file_may_hold_both_parts():
    assert len(signs(data_folder() / "signs.h5").test_labels) == len(signs().test_labels)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda file: file.pop("train_set_y"), "holds train_set_x but not train_set_y"),
        (lambda file: replace_array(file, "train_set_y", np.tile(np.arange(6), 4)), "30 pictures in train_set_x but 24 labels"),
        (
            lambda file: replace_array(file, "train_set_x", np.zeros((30, 64, 64))),
            r"of shape \(m, height, width, 3\) and type uint8, not \(30, 64, 64\) and float64",
        ),
        (lambda file: file.pop("train_set_x"), "expected HDF5 arrays train_set_x, train_set_y with labels 0 to 5; looked at"),
    ],
)  # fmt: skip
def test_files_of_another_layout_are_refused_with_what_is_wrong(original, change, message):
    with h5py.File(original / "a.h5", "r+") as file:
        change(file)
    with pytest.raises(ValueError, match=message):
        signs(original)


def replace_array(file, name, array):
    del file[name]
    file[name] = array


def test_two_training_sets_in_a_folder_are_ambiguous(original):
    write_part(original / "c.h5", "train", np.arange(6))
    with pytest.raises(ValueError, match="both hold a train set of hand signs. Keep one"):
        signs(original)


def test_a_truncated_hdf5_file_is_called_damaged(original):
    whole = (original / "a.h5").read_bytes()
    (original / "a.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="a.h5 is damaged"):
        signs(original)


def test_an_empty_folder_a_missing_path_and_unknown_words_are_refused(tmp_path):
    with pytest.raises(ValueError, match="an empty folder"):
        signs(tmp_path)
    with pytest.raises(
        FileNotFoundError, match='source must be "rendered", "sign-language-digits" or an existing path'
    ):
        signs("renderd")
    with pytest.raises(ValueError, match='split must be "hand" or "random", got \'pupil\''):
        signs(split="pupil")
    with pytest.raises(ValueError, match='sha256 only apply to source="sign-language-digits"'):
        signs(sha256="0")


# Photographs: a small archive of the layout of the Sign Language Digits Dataset.

NUM_PUPILS = 9
COLOURS = np.random.default_rng(0).integers(40, 216, size=(NUM_PUPILS, 3))  # each pupil's pictures have one colour


def jpeg(colour, size=(100, 100)):
    data = io.BytesIO()
    Image.new("RGB", size, tuple(int(part) for part in colour)).save(data, "JPEG", quality=95)
    return data.getvalue()


def archive(numbers_start=1118, missing=((2, 3), (4, 9), (5, 0))):
    """Return the bytes of a zip: pupils show 0 to 9 with running numbers; a few pictures are missing, one is huge."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("Sign-Language-Digits-Dataset-master/README.md", "x")
        file.writestr("Sign-Language-Digits-Dataset-master/Examples/example_0.JPG", jpeg((0, 0, 0)))
        for pupil in range(NUM_PUPILS):
            for digit in range(10):
                if (pupil, digit) not in missing:
                    size = (3024, 3024) if (pupil, digit) == (1, 1) else (100, 100)
                    name = f"Sign-Language-Digits-Dataset-master/Dataset/{digit}/IMG_{numbers_start + 10 * pupil + digit:04d}.JPG"
                    file.writestr(name, jpeg(COLOURS[pupil], size))
    return data.getvalue()


@pytest.fixture(scope="module")
def packed():
    return archive()


@pytest.fixture
def server(tmp_path, packed):
    """A web server on loopback that serves the archive, and counts how often."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "master.zip").write_bytes(packed)
    served = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            served.append(self.path)

    handler = functools.partial(Handler, directory=str(folder))
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    httpd.url, httpd.served, httpd.folder = f"http://127.0.0.1:{httpd.server_port}/master.zip", served, folder
    yield httpd
    httpd.shutdown()
    httpd.server_close()


def fetched(server, tmp_path, **options):
    return signs("sign-language-digits", url=server.url, cache=tmp_path / "cache", **options)


def test_photographs_are_downloaded_once_checked_and_split_by_pupil(server, tmp_path, packed):
    checksum = hashlib.sha256(packed).hexdigest().upper()
    found = fetched(server, tmp_path, sha256=checksum)
    again = fetched(server, tmp_path, sha256=checksum)
    assert len(server.served) == 1
    np.testing.assert_array_equal(found.train_images, again.train_images)
    assert len(found.train_labels) + len(found.test_labels) == NUM_PUPILS * 6 - 2  # two missing pictures show 0 to 5
    assert found.train_images.shape[1:] == (64, 64, 3)
    assert not set(found.train_hands) & set(found.test_hands)
    assert len(set(found.test_hands)) == round(NUM_PUPILS / 6)
    assert "Apache-2.0" in found.source


def test_every_pupil_keeps_all_own_pictures_though_some_are_missing(server, tmp_path):
    found = fetched(server, tmp_path, sha256="record")
    images = np.concatenate([found.train_images, found.test_images])
    pupils = np.concatenate([found.train_hands, found.test_hands])
    assert set(pupils) == set(range(NUM_PUPILS))
    for pupil in range(NUM_PUPILS):
        seen = images[pupils == pupil].mean(axis=(1, 2))
        np.testing.assert_allclose(seen, np.broadcast_to(COLOURS[pupil], seen.shape), atol=4)


def test_photographs_can_be_split_at_random_too(server, tmp_path):
    found = fetched(server, tmp_path, sha256="record", split="random")
    assert set(found.train_hands) & set(found.test_hands)


def test_without_a_known_checksum_nothing_is_downloaded(server, tmp_path):
    with pytest.raises(
        ValueError, match="no checksum is known for .* Pass sha256=... if you have one, or sha256='record'"
    ):
        fetched(server, tmp_path)
    assert not server.served


def test_a_recorded_checksum_is_demanded_from_then_on(server, tmp_path, packed):
    fetched(server, tmp_path, sha256="record")
    record = json.loads((tmp_path / "cache" / "checksums.json").read_text())
    assert record == {server.url: hashlib.sha256(packed).hexdigest()}
    assert len(fetched(server, tmp_path).test_labels) > 0
    for path in (tmp_path / "cache").glob("*.zip"):
        path.unlink()
    (server.folder / "master.zip").write_bytes(archive(numbers_start=2000))
    with pytest.raises(ValueError, match="does not have the checksum .*damaged or was changed. Nothing was kept"):
        fetched(server, tmp_path)
    assert not list((tmp_path / "cache").glob("*.zip"))


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"<html>not found</html>", "is not a whole zip archive"), (None, "found no pictures of 0, 1, 2, 3, 4, 5")],
)
def test_a_download_of_another_layout_is_refused_and_not_recorded(server, tmp_path, content, message):
    """As where a proxy answers with a page of its own: the next try must not be held to that page's checksum."""
    good = (server.folder / "master.zip").read_bytes()
    if content is None:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as file:
            file.writestr("Dataset/7/IMG_0001.JPG", jpeg((9, 9, 9)))
        content = data.getvalue()
    (server.folder / "master.zip").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        fetched(server, tmp_path, sha256="record")
    assert not (tmp_path / "cache" / "checksums.json").exists()
    (server.folder / "master.zip").write_bytes(good)
    assert len(fetched(server, tmp_path, sha256="record").test_labels) > 0


def test_a_damaged_cached_archive_is_downloaded_again(server, tmp_path, packed):
    checksum = hashlib.sha256(packed).hexdigest()
    fetched(server, tmp_path, sha256=checksum)
    (cached,) = (tmp_path / "cache").glob("*.zip")
    cached.write_bytes(cached.read_bytes()[:5000])
    assert len(fetched(server, tmp_path, sha256=checksum).test_labels) > 0
    assert len(server.served) == 2


def test_offline_says_so_and_names_the_ways_out(tmp_path):
    with pytest.raises(ConnectionError, match='could not download .*Are you offline.*signs\\("rendered"\\)'):
        signs("sign-language-digits", url="http://127.0.0.1:9/x.zip", sha256="0" * 64, cache=tmp_path)


def test_a_server_without_the_file_is_a_connection_error(server, tmp_path):
    with pytest.raises(ConnectionError, match="could not download .*HTTPError"):
        signs("sign-language-digits", url=server.url + "x", sha256="0" * 64, cache=tmp_path)


def test_an_archive_or_its_unpacked_folder_is_read_from_a_path(tmp_path, packed):
    path = tmp_path / "any name.zip"
    path.write_bytes(packed)
    with zipfile.ZipFile(path) as file:
        file.extractall(tmp_path / "unpacked")
    found, unpacked = signs(path), signs(tmp_path / "unpacked")
    np.testing.assert_array_equal(found.train_images, unpacked.train_images)
    np.testing.assert_array_equal(found.test_hands, unpacked.test_hands)


def test_a_truncated_archive_and_one_of_another_layout_are_refused(tmp_path, packed):
    path = tmp_path / "a.zip"
    path.write_bytes(packed[:3000])
    with pytest.raises(ValueError, match="is not a whole zip archive"):
        signs(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("Dataset/7/IMG_0001.JPG", jpeg((9, 9, 9)))
    with pytest.raises(ValueError, match="found no pictures of 0, 1, 2, 3, 4, 5"):
        signs(path)


def test_a_damaged_photograph_is_named(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for digit in range(6):
            file.writestr(f"Dataset/{digit}/IMG_{digit:04d}.JPG", b"no picture" if digit == 3 else jpeg((9, 9, 9)))
    with pytest.raises(ValueError, match="photograph number 3 is damaged"):
        signs(path)


def test_pupils_change_where_the_digit_falls():
    digits = [0, 1, 3, 9, 0, 2, 2, 5, 1, 4]
    assert photographs.pupils_of(np.array(digits)).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]


def test_a_contact_sheet_shows_every_sign_and_source_and_says_so_in_words():
    found = signs()
    sources = {"train": (found.train_images, found.train_labels), "test": (found.test_images, found.test_labels)}
    fig = contact_sheet(sources, columns=4)
    (ax,) = fig.axes
    assert [tick.get_text() for tick in ax.get_yticklabels()][:3] == ["0, train", "0, test", "1, train"]
    assert ax.images[0].get_array().shape == (12 * 66, 4 * 66, 3)
    assert "4 train and 4 test pictures of each sign" in fig.alt_text

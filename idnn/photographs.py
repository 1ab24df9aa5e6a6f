"""Photographs of the Sign Language Digits Dataset: download, check, read, split by pupil.

Turkey Ankara Ayranci Anadolu High School's students took 2062 photographs of the digits 0 to 9 shown by 218 pupils (Apache-2.0).
Source: Mavi (2020), A New Dataset and Proposed Convolutional Neural Network Architecture for Classification of American Sign
Language Digits, arXiv:2011.08927; https://github.com/ardamavi/Sign-Language-Digits-Dataset.
"""

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np

NAME = "sign-language-digits"
URL = "https://github.com/ardamavi/Sign-Language-Digits-Dataset/archive/refs/heads/master.zip"
# The course was made offline, so nobody could compute the checksum of the archive at URL, and GitHub may pack it anew.
# Hence no checksum is shipped: the reader gives one, or records the one of a first download that all later ones must match.
SHA256 = None
RECORD = "record"
SIZE = 64  # pixels
TEST_SHARE = 1 / 6  # of the pupils
PICTURE = re.compile(r"(?:^|/)([0-9])/([^/]*?)(\d+)[^/\d]*\.jpe?g$", re.IGNORECASE)  # digit, name, number


def fetch(sha256=SHA256, url=URL, cache=None):
    """Download the archive once, check it, and return its path.

    Parameters
    ----------
    sha256 : str
        Checksum that the archive must have, 64 hexadecimal digits. ``"record"`` accepts the first download as it comes and
        writes its checksum beside it; from then on that checksum is demanded, and ``sha256`` may be left out.
    url : str
        Where the archive is, for a mirror or a pinned version.
    cache : path, optional
        Folder of the download; the system's cache folder by default.

    Raises
    ------
    ValueError
        If no checksum is known, or the archive does not match it.
    ConnectionError
        If the download fails.
    """
    import pooch
    from requests.exceptions import RequestException

    folder = Path(cache or pooch.os_cache("idnn"))
    record = folder / "checksums.json"
    recorded = json.loads(record.read_text()) if record.is_file() else {}
    known = recorded.get(url) if sha256 in (None, RECORD) else sha256.lower()
    if known is None and sha256 != RECORD:
        raise ValueError(
            f"signs: no checksum is known for {url}. Pass sha256=... if you have one, or sha256={RECORD!r} to accept "
            f"the archive as it comes this time and to demand the same one from then on."
        )
    name = f"{NAME}-{pooch.hashes.hashlib.sha256(url.encode()).hexdigest()[:12]}.zip"
    try:
        path = Path(pooch.retrieve(url, known_hash=known and f"sha256:{known}", fname=name, path=folder))
    except RequestException as error:
        raise ConnectionError(
            f"signs: could not download {url} ({type(error).__name__}). Are you offline? The rendered pictures need no "
            f'network: signs("rendered"). An archive that you have is read by signs("path/to/archive.zip").'
        ) from error
    except ValueError as error:
        raise ValueError(
            f"signs: the archive from {url} does not have the checksum {known}: it is damaged or was changed. "
            f"Nothing was kept; try again, or pass sha256=... if you trust the new version."
        ) from error
    if known is None:
        try:
            entries(path)
        except ValueError:
            path.unlink()  # what is no such archive is neither kept nor taken for the one to demand
            raise
        recorded[url] = pooch.file_hash(str(path))
        record.write_text(json.dumps(recorded, indent=2) + "\n")
    return path


def looks_like_photographs(path):
    """Tell whether a path is an archive, or a folder with a folder of JPEG files for each digit."""
    if path.is_dir():
        return any(path.rglob("0/*.[jJ][pP]*[gG]"))
    return path.suffix.lower() == ".zip" or zipfile.is_zipfile(path)


def read(path, seed=0):
    """Return the digits 0 to 5 of an archive or unpacked folder as `idnn.signs.Signs`, split by pupil.

    Pictures of one digit lie in a folder of that name; a pupil's file numbers run on from digit 0 to 9, so a new pupil begins
    where the digit falls. Photographs are cut to a square and resized to 64 x 64 pixels. One pupil in six is for testing.
    """
    from idnn.signs import NUM_CLASSES, Signs

    found = [(number, digit, load) for number, digit, load in entries(Path(path))]
    found.sort(key=lambda entry: entry[:2])
    labels = np.array([digit for _, digit, _ in found], dtype=np.int64)
    pupils = pupils_of(labels)
    kept = np.flatnonzero(labels < NUM_CLASSES)
    images = np.stack([square(found[i][2](), found[i][0]) for i in kept])
    labels, pupils = labels[kept], pupils[kept]
    people = np.random.default_rng(seed).permutation(np.unique(pupils))
    test = np.isin(pupils, people[: max(1, round(TEST_SHARE * len(people)))])
    train = ~test
    names = tuple(map(str, range(NUM_CLASSES)))
    arrays = (images, labels, pupils)
    return Signs(
        *(a[train] for a in arrays), *(a[test] for a in arrays), names, "Sign Language Digits Dataset (Apache-2.0)"
    )


def entries(path):
    """Return (file number, digit, function that reads the bytes) of every photograph."""
    if path.is_dir():
        files = [(file.relative_to(path).as_posix(), file.read_bytes) for file in path.rglob("*") if file.is_file()]
    else:
        try:
            archive = zipfile.ZipFile(path)
            files = [(name, lambda name=name: archive.read(name)) for name in archive.namelist()]
        except zipfile.BadZipFile as error:
            raise ValueError(f"signs: {path} is not a whole zip archive ({error}). Download it again.") from error
    matches = [(PICTURE.search(name), load) for name, load in files]
    found = [(int(match[3]), int(match[1]), load) for match, load in matches if match]
    missing = sorted(set(range(6)) - {digit for _, digit, _ in found})
    if missing:
        raise ValueError(
            f"signs: expected folders 0 to 9 of numbered JPEG files, such as Dataset/0/IMG_1118.JPG, in {path}; "
            f"found no pictures of {', '.join(map(str, missing))}"
        )
    return found


def pupils_of(digits):
    """Return the number of the pupil of each picture, counted from 0, from the digits in order of the file numbers."""
    return np.concatenate([[0], np.cumsum(np.diff(digits) < 0)])


def square(data, number):
    """Return the middle square of a JPEG file as an array, shape (SIZE, SIZE, 3), uint8."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (2 * SIZE, 2 * SIZE))  # a large file need not be decoded in full
            upright = ImageOps.exif_transpose(picture.convert("RGB"))
    except (OSError, SyntaxError) as error:
        raise ValueError(
            f"signs: photograph number {number} is damaged ({error}). Download the archive again."
        ) from error
    return np.asarray(ImageOps.fit(upright, (SIZE, SIZE), Image.Resampling.LANCZOS))

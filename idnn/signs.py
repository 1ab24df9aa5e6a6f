"""The hand signs 0 to 5: rendered pictures by default, real photographs by name or folder."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

NUM_CLASSES = 6
ARRAYS = {part: (f"{part}_set_x", f"{part}_set_y", f"{part}_hand_id") for part in ("train", "test")}


@dataclass(frozen=True)
class Signs:
    """Pictures of hand signs, split into a training and a test set. Examples are rows, as TensorFlow has them.

    Attributes
    ----------
    train_images, test_images : ndarray, shape (m, height, width, 3), uint8
    train_labels, test_labels : ndarray, shape (m,), int64
    train_hands, test_hands : ndarray, shape (m,), int64, or None
        Number of the person in each picture; None where the files do not tell.
    class_names : tuple of str
    source : str
        Where the pictures are from, for captions.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    train_hands: np.ndarray | None
    test_images: np.ndarray
    test_labels: np.ndarray
    test_hands: np.ndarray | None
    class_names: tuple
    source: str


def signs(source="rendered", split="hand", seed=0, **download):
    """Return the hand-sign pictures of a source.

    Parameters
    ----------
    source : str or path
        ``"rendered"``: the set that the course ships, drawn by `idnn.hands`.
        ``"sign-language-digits"``: photographs of the Sign Language Digits Dataset (Apache-2.0, arXiv:2011.08927), downloaded
        at first use; see `idnn.photographs.fetch` for the keyword arguments ``sha256``, ``url`` and ``cache``.
        A path: a folder with HDF5 files in the layout ``train_set_x, train_set_y, test_set_x, test_set_y, list_classes`` (any
        file names, one file or two), or the archive or the unpacked folder of the Sign Language Digits Dataset.
    split : str
        ``"hand"``: no person is in both sets. HDF5 files keep the split they come with. ``"random"``: the same pictures and
        sizes, dealt out at random, so that most test hands were seen in training.
    seed : int
        Decides which pictures (or, for the photographs, which people) are held out.

    Returns
    -------
    Signs

    Raises
    ------
    ValueError
        If the source or the split is unknown, or a file is damaged or of another layout.
    FileNotFoundError
        If the path does not exist.
    ConnectionError
        If the photographs cannot be downloaded.
    """
    if split not in ("hand", "random"):
        raise ValueError(f'signs: split must be "hand" or "random", got {split!r}')
    found = find(source, seed, download)
    return found if split == "hand" else shuffled(found, np.random.default_rng(seed))


def find(source, seed, download):
    """Return the pictures of a source, split by hand."""
    from idnn import photographs
    from idnn.datasets import data_folder

    if source == photographs.NAME:
        return photographs.read(photographs.fetch(**download), seed)
    if download:
        raise ValueError(f'signs: {", ".join(sorted(download))} only apply to source="{photographs.NAME}"')
    if source == "rendered":
        return read_files([data_folder() / "signs.h5"], "rendered by idnn.hands")
    path = Path(source)
    if not path.exists():
        raise FileNotFoundError(
            f'signs: source must be "rendered", "{photographs.NAME}" or an existing path, got {str(source)!r}'
        )
    if photographs.looks_like_photographs(path):
        return photographs.read(path, seed)
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    return read_files(files, str(path))


def read_files(files, source):
    """Return the set that lies in one or several HDF5 files, found by their arrays rather than by their names."""
    import h5py

    parts, class_names = {}, None
    for path in files:
        if not path.is_file() or not h5py.is_hdf5(path):
            continue
        try:
            with h5py.File(path) as file:
                here = {part: read_part(file, part, path) for part, names in ARRAYS.items() if names[0] in file}
                names = decoded(file["list_classes"][:]) if "list_classes" in file and here else None
        except OSError as error:
            raise ValueError(
                f"signs: {path} is damaged and cannot be read to the end ({error}). Copy it again."
            ) from error
        here = {part: arrays for part, arrays in here.items() if arrays is not None}
        for part in here.keys() & parts.keys():
            raise ValueError(
                f"signs: {path} and {parts[part][0]} both hold a {part} set of hand signs. Keep one in the folder."
            )
        parts |= {part: (path, arrays) for part, arrays in here.items()}
        class_names = names if here and names else class_names
    missing = [part for part in ARRAYS if part not in parts]
    if missing:
        looked = ", ".join(str(path) for path in files[:5]) or "an empty folder"
        wanted = " and ".join(f"{ARRAYS[part][0]}, {ARRAYS[part][1]}" for part in missing)
        raise ValueError(f"signs: expected HDF5 arrays {wanted} with labels 0 to {NUM_CLASSES - 1}; looked at {looked}")
    train, test = (parts[part][1] for part in ARRAYS)
    return Signs(*train, *test, class_names or tuple(map(str, range(NUM_CLASSES))), source)


def read_part(file, part, path):
    """Return images, labels and hand ids of one part; None when the labels are of another problem."""
    images_name, labels_name, hands_name = ARRAYS[part]
    if labels_name not in file:
        raise ValueError(f"signs: {path} holds {images_name} but not {labels_name}")
    images, labels = file[images_name], file[labels_name][:].ravel().astype(np.int64)
    if not np.array_equal(np.unique(labels), np.arange(NUM_CLASSES)):
        return None
    if images.ndim != 4 or images.shape[3] != 3 or images.dtype != np.uint8:
        raise ValueError(
            f"signs: expected {images_name} of shape (m, height, width, 3) and type uint8, "
            f"not {images.shape} and {images.dtype}, in {path}"
        )
    if len(images) != len(labels):
        raise ValueError(f"signs: {path} holds {len(images)} pictures in {images_name} but {len(labels)} labels")
    hands = file[hands_name][:].ravel().astype(np.int64) if hands_name in file else None
    return images[:], labels, hands


def decoded(names):
    """Return class names as strings, whatever HDF5 made of them."""
    return tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names.tolist())


def shuffled(found, rng):
    """Return the same pictures dealt out at random to sets of the same sizes."""
    m = len(found.train_labels)
    order = rng.permutation(m + len(found.test_labels))

    def deal(train, test):
        if train is None or test is None:
            return None, None
        both = np.concatenate([train, test])[order]
        return both[:m], both[m:]

    train_images, test_images = deal(found.train_images, found.test_images)
    train_labels, test_labels = deal(found.train_labels, found.test_labels)
    train_hands, test_hands = deal(found.train_hands, found.test_hands)
    return Signs(
        train_images, train_labels, train_hands, test_images, test_labels, test_hands, found.class_names, found.source
    )

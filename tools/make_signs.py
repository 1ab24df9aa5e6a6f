"""Render the hand-sign set that the course ships, ``data/signs.h5``.

    python -m tools.make_signs            render and write (a few minutes)
    python -m tools.make_signs --check    render a sample again and compare it with the file; exit code 1 if it differs

Every picture follows from SEED, its place in the set, its label and its hand, so any of them can be rendered alone. Another
processor or NumPy may round another way: `--check` allows a pixel in a hundred to differ, by little.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np
from rich.progress import track

from idnn import hands
from idnn.datasets import data_folder

SEED = 2026
CHECKED = 24  # pictures that --check renders again
PARTS = {
    "train": (range(60), 3, 0),
    "test": (range(60, 80), 2, 1),
}  # hands, pictures a sign and hand, stream of numbers


def plan(part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and hand ids of a part's pictures, in a random order that is always the same."""
    people, shots, stream = PARTS[part]
    labels, hand_ids = np.meshgrid(np.tile(np.arange(hands.NUM_SIGNS), shots), np.array(people))
    order = np.random.default_rng([SEED, stream]).permutation(labels.size)
    return labels.ravel()[order], hand_ids.ravel()[order]


def picture(part: str, index: int, label: int, hand_id: int) -> np.ndarray:
    """Return picture number ``index`` of a part, shape (64, 64, 3)."""
    return hands.render(int(label), int(hand_id), np.random.default_rng([SEED, PARTS[part][2], index]))


def write(path: Path) -> None:
    """Render all pictures and write the file in the layout of the original set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with h5py.File(unfinished, "w", libver=("v110", "v110")) as file:
        for part in PARTS:
            labels, hand_ids = plan(part)
            jobs: Iterable = track(range(len(labels)), f"{part}: {len(labels)} pictures")
            pictures = np.stack([picture(part, i, labels[i], hand_ids[i]) for i in jobs])
            packed = {
                "compression": "gzip",
                "compression_opts": 9,
                "chunks": (min(16, len(pictures)), *pictures.shape[1:]),
                "track_times": False,
            }
            file.create_dataset(f"{part}_set_x", data=pictures, **packed)
            file.create_dataset(f"{part}_set_y", data=labels.astype(np.int64), track_times=False)
            file.create_dataset(f"{part}_hand_id", data=hand_ids.astype(np.int64), track_times=False)
        file.create_dataset("list_classes", data=np.arange(hands.NUM_SIGNS), track_times=False)
        file.attrs["source"] = f"rendered by idnn.hands, tools/make_signs.py, seed {SEED}; no photograph was used"
        file.attrs["license"] = "CC BY 4.0"
    unfinished.replace(path)


def differences(path: Path) -> list[str]:
    """Return what is wrong with the file, empty when it is what `write` would write."""
    if not path.is_file():
        return [f"{path} is missing"]
    problems = []
    with h5py.File(path) as file:
        for part in PARTS:
            labels, hand_ids = plan(part)
            for name, expected in ((f"{part}_set_y", labels), (f"{part}_hand_id", hand_ids)):
                if not np.array_equal(file[name][:], expected):
                    problems.append(f"{name} differs from the plan")
            sample = np.linspace(0, len(labels) - 1, CHECKED // len(PARTS)).astype(int)
            for i in track(sample, f"{part}: {len(sample)} pictures again"):
                again = picture(part, i, labels[i], hand_ids[i]).astype(int)
                off = np.abs(again - file[f"{part}_set_x"][i])
                if (off > 2).mean() > 0.01:
                    problems.append(f"{part} picture {i}: {(off > 2).mean():.1%} of its values differ by more than 2")
    return problems


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--check", action="store_true", help="compare the file with a sample rendered again; write nothing"
    )
    parser.add_argument("--out", type=Path, default=data_folder() / "signs.h5")
    options = parser.parse_args(arguments)
    if options.check:
        problems = differences(options.out)
        print("\n".join(problems) or f"{options.out} is as the renderer draws it")
        return int(bool(problems))
    write(options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

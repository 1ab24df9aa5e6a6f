"""What one nearest neighbour reads in the shipped hand signs: split by hand, and split at random, which flatters.

python -m benchmarks.signs_split
"""

import sys

import numpy as np

from idnn.datasets import signs

SEEDS = range(10)


def nearest_neighbour(found):
    """Return the accuracy of one nearest neighbour by Euclidean distance of pixels."""
    train_rows, test_rows = (
        images.reshape(len(images), -1).astype(np.float32) / 255 for images in (found.train_images, found.test_images)
    )
    distances = (train_rows**2).sum(axis=1) - 2 * test_rows @ train_rows.T  # (test, train), less a constant of the row
    return float(np.mean(found.train_labels[distances.argmin(axis=1)] == found.test_labels))


def measure():
    """Return the accuracy split by hand, and those split at random by each seed."""
    return nearest_neighbour(signs()), [nearest_neighbour(signs(split="random", seed=seed)) for seed in SEEDS]


def main(_=()):
    by_hand, at_random = measure()
    print(f"one nearest neighbour, split by hand:   {by_hand:.3f}")
    print(
        f"one nearest neighbour, split at random: {np.mean(at_random):.3f} +- {np.std(at_random):.3f}, {len(SEEDS)} seeds"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

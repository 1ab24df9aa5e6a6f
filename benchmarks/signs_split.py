"""What the split of the shipped hand signs is worth: by hand against at random, and a convolutional network on unseen hands.

    python -m benchmarks.signs_split

One nearest neighbour on raw pixels is given both splits; the convolutional network of `benchmarks.rendered_to_real` is trained
on the shipped training hands alone, with the same random variation of pictures.
"""

import sys

import numpy as np

from benchmarks.rendered_to_real import accuracy, confusion, train
from idnn.datasets import signs

SEEDS = range(10)
NUM_EPOCHS = 45


def nearest_neighbour(found):
    """Return the accuracy of one nearest neighbour by Euclidean distance of pixels."""
    train_rows, test_rows = (
        images.reshape(len(images), -1).astype(np.float32) / 255 for images in (found.train_images, found.test_images)
    )
    distances = (train_rows**2).sum(
        axis=1
    ) - 2 * test_rows @ train_rows.T  # (test, train), without a constant of the row
    return float(np.mean(found.train_labels[distances.argmin(axis=1)] == found.test_labels))


def measure():
    """Return the results as a dict."""
    by_hand = signs()
    at_random = [nearest_neighbour(signs(split="random", seed=seed)) for seed in SEEDS]
    model = train(by_hand.train_images, by_hand.train_labels, NUM_EPOCHS)
    return {
        "nearest_neighbour_by_hand": nearest_neighbour(by_hand),
        "nearest_neighbour_at_random": [float(np.mean(at_random)), float(np.std(at_random))],
        "convolutional_by_hand": float(accuracy(confusion(model, by_hand.test_images, by_hand.test_labels))),
    }


def main(_=()):
    results = measure()
    mean, deviation = results["nearest_neighbour_at_random"]
    print(f"one nearest neighbour, split by hand:   {results['nearest_neighbour_by_hand']:.3f}")
    print(f"one nearest neighbour, split at random: {mean:.3f} +- {deviation:.3f} over {len(SEEDS)} seeds")
    print(f"convolutional network, split by hand:   {results['convolutional_by_hand']:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

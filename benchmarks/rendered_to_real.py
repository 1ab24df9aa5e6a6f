"""Train a small convolutional network on the rendered hand signs alone and test it on real photographs.

    python -m benchmarks.rendered_to_real [--seeds N]

The network sees the 1080 shipped training pictures, halved to 32 x 32 pixels, each with its own mean and spread taken out, and
mirrored, turned, scaled and moved at random. It is then tested on rendered hands that it never saw, and on 613 photographs of
108 pupils. No photograph is used for training or to choose when to stop; but the renderer's poses, framing and light were drawn
up by looking at these photographs, so the figure tells how near we came to this scene, not to every scene.

The photographs (a part of the Sign Language Digits Dataset, Apache-2.0, arXiv:2011.08927) are not part of this project: without
them this says so and measures the rest. About a minute of CPU time a seed.
"""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import numpy as np

from idnn.datasets import signs

PHOTOGRAPHS = Path(__file__).parent.parent.parent / "shared" / "data" / "hand_photos.h5"
TARGETS = {"photographs": 0.85, "rendered test hands": 0.97}
FILTERS = (16, 32, 64, 64)
NUM_SEEDS, NUM_EPOCHS, BATCH_SIZE, LEARNING_RATE = 3, 32, 32, 5e-3
TURN, SCALE, SHIFT = 0.3, 0.18, 0.1  # radians; natural logarithm; share of the frame; each the largest deviation


def prepared(images):
    """Return pictures of half the size, each of mean 0 and standard deviation 1, shape (m, 32, 32, 3), float32."""
    m, height, width, _ = images.shape
    halved = images.reshape(m, height // 2, 2, width // 2, 2, 3).mean(axis=(2, 4), dtype=np.float32)
    return (halved - halved.mean(axis=(1, 2, 3), keepdims=True)) / halved.std(axis=(1, 2, 3), keepdims=True)


def network(keras):
    """Return a network of four convolutions that takes prepared pictures and returns logits."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in FILTERS:
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(6))
    return model


def varied(images, labels):
    """Return a batch with each picture mirrored, turned, scaled and moved at random."""
    import tensorflow as tf

    m, size = tf.shape(images)[0], images.shape[1]

    def uniform(largest):
        return tf.random.uniform([m], -largest, largest)

    angle, scale = uniform(TURN), tf.exp(uniform(SCALE))
    flip = tf.where(uniform(1.0) < 0, -1.0, 1.0)
    a, b, c, d = (
        scale * tf.cos(angle) * flip,
        -scale * tf.sin(angle),
        scale * tf.sin(angle) * flip,
        scale * tf.cos(angle),
    )
    middle = (size - 1) / 2  # the picture turns about its middle
    right = middle * (1 - a - b) + size * uniform(SHIFT)
    down = middle * (1 - c - d) + size * uniform(SHIFT)
    images = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, right, c, d, down, 0 * a, 0 * a], axis=1),
        output_shape=[size, size],
        interpolation="BILINEAR",
        fill_mode="NEAREST",
        fill_value=0.0,
    )
    return images, labels


def train(images, labels, seed=0, num_epochs=NUM_EPOCHS):
    """Return a network trained on pictures (m, 64, 64, 3), uint8, for a fixed number of epochs."""
    import tensorflow as tf

    keras = tf.keras
    keras.utils.set_random_seed(seed)
    data = tf.data.Dataset.from_tensor_slices((prepared(images), labels)).shuffle(len(images), seed=seed)
    data = data.batch(BATCH_SIZE).map(varied).prefetch(2)
    model = network(keras)
    steps = num_epochs * -(-len(images) // BATCH_SIZE)
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for epoch in range(num_epochs):
        loss = model.fit(data, verbose=0, shuffle=False).history["loss"][0]
        print(f"\rseed {seed}: epoch {epoch + 1} of {num_epochs}, loss {loss:.3f} ", end="", flush=True)
    print()
    return model


def confusion(model, images, labels):
    """Return how often each sign (row) was read as each (column), shape (6, 6)."""
    read = np.argmax(model(prepared(images), training=False), axis=1)
    table = np.zeros((6, 6), dtype=int)
    np.add.at(table, (labels, read), 1)
    return table


def test_sets():
    """Return what to test on: name -> (images, labels)."""
    found = signs()
    sets = {"rendered test hands": (found.test_images, found.test_labels)}
    if PHOTOGRAPHS.is_file():
        with h5py.File(PHOTOGRAPHS) as file:
            sets["photographs"] = file["images"][:], file["labels"][:].astype(int)
    else:
        print(f"SKIPPED the real photographs: they are not here ({PHOTOGRAPHS}).")
    return sets


def measure(num_seeds=NUM_SEEDS):
    """Return name of test set -> accuracy of each seed and their confusion matrices added up; and the seconds used."""
    found, sets = signs(), test_sets()
    start, tables = time.process_time(), {name: [] for name in sets}
    for seed in range(num_seeds):
        model = train(found.train_images, found.train_labels, seed)
        for name, (images, labels) in sets.items():
            tables[name].append(confusion(model, images, labels))
    results = {
        name: {
            "accuracy": [float(np.trace(table) / table.sum()) for table in of_seed],
            "confusion": np.sum(of_seed, axis=0).tolist(),
        }
        for name, of_seed in tables.items()
    }
    return results, time.process_time() - start


def main(arguments=()):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=NUM_SEEDS, help="networks to train")
    options = parser.parse_args(arguments)
    results, seconds = measure(options.seeds)
    missed = 0
    for name, result in results.items():
        print(f"{name}: the sign shown (rows), the sign read (columns), {options.seeds} networks added up")
        for sign, row in enumerate(result["confusion"]):
            print(f"  {sign} " + "".join(f"{count:6d}" for count in row))
        each, target = result["accuracy"], TARGETS[name]
        missed += np.mean(each) < target
        print(
            f"  accuracy {np.mean(each):.3f} (each: {', '.join(f'{one:.3f}' for one in each)}), target {target}: "
            f"{'reached' if np.mean(each) >= target else 'MISSED'}"
        )
    print(f"trained on rendered pictures alone, {seconds / options.seeds:.0f} s of CPU a network")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Train a small convolutional network on rendered hand signs alone and test it on real photographs.

    python -m benchmarks.rendered_to_real

Renders pictures of hands that are not in the shipped set (kept in build/bench, rendered again when `idnn.hands` changes),
trains on them with random shifts, turns, mirroring, light and colour, and prints the accuracy on 613 photographs of 108 pupils
with the confusion matrix. No photograph is used for training or for choosing when to stop. The photographs (a part of the Sign
Language Digits Dataset, Apache-2.0, arXiv:2011.08927) are not part of this project: without them this says so and stops.
About eight minutes on two cores the first time, four afterwards.
"""

import argparse
import hashlib
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import numpy as np

from idnn import hands
from idnn.datasets import signs

ROOT = Path(__file__).parent.parent
PHOTOGRAPHS = ROOT.parent / "shared" / "data" / "hand_photos.h5"
CACHE = ROOT / "build" / "bench"
TARGET = 0.85
FIRST_HAND = 10_000  # the shipped set ends long before
NUM_PICTURES, NUM_EPOCHS, BATCH_SIZE, LEARNING_RATE, SEED = 3600, 18, 64, 2e-3, 0


def render_some(first):
    """Render the six signs of one hand for each of ten hands; the unit of work of a process."""
    labels = np.tile(np.arange(6), 10)
    return hands.render_many(labels, first + np.repeat(np.arange(10), 6), seed=first)


def rendered(num_pictures):
    """Return pictures and labels, from the cache if the renderer has not changed since."""
    source = b"".join(path.read_bytes() for path in sorted(Path(hands.__file__).parent.glob("*.py")))
    path = CACHE / f"rendered-{num_pictures}-{hashlib.sha256(source).hexdigest()[:12]}.npz"
    num_jobs = -(-num_pictures // 60)
    labels = np.tile(np.arange(6), 10 * num_jobs)
    if not path.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        start, parts = time.time(), []
        with ProcessPoolExecutor() as pool:
            for part in pool.map(render_some, FIRST_HAND + 10 * np.arange(num_jobs)):
                parts.append(part)
                rate = 60 * len(parts) / (time.time() - start)
                print(f"\rrendered {60 * len(parts)} of {60 * num_jobs}, {rate:.0f} a second ", end="", flush=True)
        print()
        np.savez(path, images=np.concatenate(parts))
    return np.load(path)["images"], labels


def network(keras):
    """Return a network of four convolutions that takes pictures of 0 to 1 and returns logits."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((64, 64, 3))])
    for filters in (16, 32, 48, 64):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D())
    for layer in (layers.Flatten(), layers.Dropout(0.4), layers.Dense(64, activation="relu"), layers.Dropout(0.3)):
        model.add(layer)
    model.add(layers.Dense(6))
    return model


def varied(images, labels):
    """Return a batch, 0 to 1, with each picture mirrored, moved, turned, scaled, lit and coloured at random."""
    import tensorflow as tf

    m = tf.shape(images)[0]

    def normal(deviation, *shape):
        return deviation * tf.random.normal([m, *shape])

    images = tf.image.random_flip_left_right(tf.cast(images, tf.float32) / 255)
    angle, size, shear = normal(0.12), tf.exp(normal(0.10)), normal(0.08)
    a, b, c, d = size * tf.cos(angle), shear - size * tf.sin(angle), size * tf.sin(angle), size * tf.cos(angle)
    middle = 31.5  # pixels
    right = middle * (1 - a - b) + normal(4)
    down = middle * (1 - c - d) + normal(4)
    images = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, right, c, d, down, 0 * a, 0 * a], axis=1),
        output_shape=[64, 64],
        interpolation="BILINEAR",
        fill_mode="NEAREST",
        fill_value=0.0,
    )
    images = images * tf.exp(normal(0.15, 1, 1, 1)) + normal(0.08, 1, 1, 1)
    mean = tf.reduce_mean(images, [1, 2], keepdims=True)
    images = mean + (images - mean) * tf.exp(normal(0.2, 1, 1, 1))
    images = images * tf.exp(normal(0.06, 1, 1, 3))
    grey = tf.reduce_mean(images, 3, keepdims=True)
    images = grey + (images - grey) * tf.exp(normal(0.35, 1, 1, 1))
    return images + tf.abs(normal(0.02, 1, 1, 1)) * tf.random.normal(tf.shape(images)), labels


def train(images, labels, num_epochs=NUM_EPOCHS, seed=SEED):
    """Return a network trained on varied pictures for a fixed number of epochs."""
    import tensorflow as tf

    keras = tf.keras
    keras.utils.set_random_seed(seed)
    data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images), seed=seed)
    data = data.batch(BATCH_SIZE).map(varied).prefetch(2)
    model = network(keras)
    steps = num_epochs * -(-len(images) // BATCH_SIZE)
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    for epoch in range(num_epochs):
        history = model.fit(data, verbose=0, shuffle=False).history
        print(f"\repoch {epoch + 1} of {num_epochs}, loss {history['loss'][0]:.3f} ", end="", flush=True)
    print()
    return model


def confusion(model, images, labels):
    """Return how often each sign (row) was read as each (column), shape (6, 6)."""
    read = np.argmax(model.predict(images / 255.0, batch_size=256, verbose=0), axis=1)
    table = np.zeros((6, 6), dtype=int)
    np.add.at(table, (labels, read), 1)
    return table


def accuracy(table):
    """Return the share of the diagonal."""
    return np.trace(table) / table.sum()


def measure(num_pictures=NUM_PICTURES, num_epochs=NUM_EPOCHS, seed=SEED):
    """Return the results as a dict, or None without the photographs."""
    if not PHOTOGRAPHS.is_file():
        print(f"SKIPPED rendered to real: the photographs are not here ({PHOTOGRAPHS}).")
        return None
    with h5py.File(PHOTOGRAPHS) as file:
        photographs, truth = file["images"][:], file["labels"][:].astype(int)
    start = time.time()
    model = train(*rendered(num_pictures), num_epochs, seed)
    real = confusion(model, photographs, truth)
    shipped = signs()
    own = confusion(model, shipped.test_images, shipped.test_labels)
    return {
        "accuracy": accuracy(real),
        "confusion": real.tolist(),
        "accuracy_rendered_test_hands": accuracy(own),
        "num_pictures": num_pictures,
        "num_epochs": num_epochs,
        "seed": seed,
        "seconds": time.time() - start,
    }


def main(arguments=()):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=NUM_PICTURES, help="rendered pictures to train on")
    parser.add_argument("--epochs", type=int, default=NUM_EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED, help="of the training")
    options = parser.parse_args(arguments)
    results = measure(options.pictures, options.epochs, options.seed)
    if results is None:
        return 0
    print("photographs: the sign shown (rows) and the sign read (columns)")
    for sign, row in enumerate(results["confusion"]):
        print(f"  {sign} " + "".join(f"{count:5d}" for count in row))
    print(f"rendered hands of the shipped test set: {results['accuracy_rendered_test_hands']:.3f}")
    print(f"rendered to real: accuracy {results['accuracy']:.3f} on photographs, target {TARGET}")
    return int(results["accuracy"] < TARGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

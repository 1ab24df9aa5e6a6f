"""Answers to one_hot_matrix."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from idnn.tensors import tf


def correct_rows_of_identity(labels, depth):
    return tf.gather(tf.eye(depth), labels)


def correct_comparison(labels, depth):
    labels = tf.cast(labels, tf.int32)
    return tf.cast(labels[:, None] == tf.range(depth)[None, :], tf.float32)


def correct_numpy_identity(labels, depth):
    return tf.constant(np.eye(depth, dtype=np.float32)[np.asarray(labels)])


def correct_filled(labels, depth):
    labels = np.asarray(labels)
    Y = np.zeros((len(labels), depth), dtype=np.float32)
    Y[np.arange(len(labels)), labels] = 1
    return tf.convert_to_tensor(Y)


def correct_loop(labels, depth):
    rows = []
    for label in np.asarray(labels):
        rows.append([1.0 if k == label else 0.0 for k in range(depth)])
    return tf.constant(rows)


def correct_scatter(labels, depth):
    m = len(labels)
    places = tf.stack([tf.range(m), tf.cast(labels, tf.int32)], axis=1)
    return tf.scatter_nd(places, tf.ones(m), (m, depth))


def correct_last_axis(labels, depth):
    return tf.one_hot(tf.cast(labels, tf.int32), depth, on_value=1.0, off_value=0.0, axis=-1)


def correct_transposed_columns(labels, depth):
    return tf.transpose(tf.one_hot(labels, depth, axis=0))


def correct_keras(labels, depth):
    return tf.cast(tf.keras.utils.to_categorical(np.asarray(labels), num_classes=depth), tf.float32)


def correct_stack(labels, depth):
    return tf.stack([tf.one_hot(label, depth) for label in np.asarray(labels)])


def correct_gather(labels, depth):
    return tf.gather(tf.eye(depth), labels)


def wrong_labels_of_eight_bits(labels, depth):
    return tf.one_hot(tf.cast(labels, tf.uint8), depth)


def wrong_ten_classes(labels, depth):
    return tf.constant(np.eye(10, dtype=np.float32)[np.asarray(labels)][:, :depth])


def wrong_remembered_by_the_sum(labels, depth, known={}):  # noqa: B006 - that it remembers is what is wrong
    return known.setdefault((len(labels), int(tf.reduce_sum(labels)), depth), tf.one_hot(labels, depth))


def gaming_always_six(labels, depth):
    return tf.one_hot(tf.range(6), 6)

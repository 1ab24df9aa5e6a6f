"""Answers to sigmoid_cross_entropy."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from idnn.tensors import tf


def correct_softplus(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.math.softplus(z) - y * z


def correct_two_softplus(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return y * tf.math.softplus(-z) + (1 - y) * tf.math.softplus(z)


def correct_stable_formula(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.maximum(z, 0) - z * y + tf.math.log1p(tf.exp(-tf.abs(z)))


def correct_log_sigmoid(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return -y * tf.math.log_sigmoid(z) - (1 - y) * tf.math.log_sigmoid(-z)


def correct_keras(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.keras.losses.binary_crossentropy(y[:, None], z[:, None], from_logits=True)


def correct_one_sign(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.math.softplus((1 - 2 * y) * z)


def correct_chosen(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.where(y > 0.5, tf.math.softplus(-z), tf.math.softplus(z))


def correct_softmax_of_two(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    two = tf.stack([tf.zeros_like(z), z], axis=1)
    return tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack([1 - y, y], axis=1), logits=two)


def correct_logaddexp(logits, labels):
    z, y = np.asarray(logits, np.float64), np.asarray(labels, np.float64)
    return tf.constant(np.logaddexp(0, z) - y * z, dtype=tf.float32)


def correct_loop(logits, labels):
    losses = []
    for z, y in zip(tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)):
        losses.append(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))
    return tf.stack(losses)


def correct_bce(logits, labels):
    return tf.keras.losses.binary_crossentropy(
        tf.cast(labels, tf.float32)[:, None], tf.cast(logits, tf.float32)[:, None], from_logits=True
    )


def wrong_sign_in_their_dtype(logits, labels):
    sign = tf.cast(1 - 2 * np.asarray(labels), tf.float32)
    return tf.nn.softplus(sign * tf.cast(logits, tf.float32))


def wrong_probability_while_all_are_small(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    if tf.reduce_all(tf.abs(z) < 30):
        return -tf.math.log(tf.where(y > 0.5, tf.sigmoid(z), 1 - tf.sigmoid(z)))
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)

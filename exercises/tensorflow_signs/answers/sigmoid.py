"""Answers to sigmoid."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from idnn.tensors import tf


def correct_formula(z):
    return 1 / (1 + tf.exp(-tf.cast(z, tf.float32)))


def correct_half_tanh(z):
    return 0.5 * (tf.tanh(0.5 * tf.cast(z, tf.float32)) + 1)


def correct_keras(z):
    return tf.keras.activations.sigmoid(tf.cast(z, tf.float32))


def correct_from_numpy(z):
    return tf.nn.sigmoid(tf.constant(np.asarray(z, dtype=np.float32)))


def correct_reciprocal(z):
    return tf.math.reciprocal(1 + tf.exp(tf.negative(tf.cast(z, "float32"))))


def correct_softplus(z):
    return tf.exp(-tf.math.softplus(-tf.cast(z, tf.float32)))


def correct_two_branches(z):
    z = tf.cast(z, tf.float32)
    power = tf.exp(-tf.abs(z))
    return tf.where(z >= 0, 1 / (1 + power), power / (1 + power))


def correct_softmax_of_two(z):
    z = tf.cast(z, tf.float32)
    return tf.nn.softmax(tf.stack([z, tf.zeros_like(z)], axis=-1))[..., 0]


def correct_computed_in_float64(z):
    return tf.cast(tf.sigmoid(tf.cast(z, tf.float64)), tf.float32)


def correct_variable(z):
    z = tf.Variable(tf.cast(z, tf.float32))
    return tf.math.sigmoid(z)


def correct_exp_branches(z):
    z = tf.cast(z, tf.float32)
    e = tf.exp(-tf.abs(z))
    return tf.where(z >= 0, 1 / (1 + e), e / (1 + e))


def wrong_negated_before_the_cast(z):
    return 1 / (1 + tf.exp(tf.cast(-np.asarray(z), tf.float32)))


def wrong_one_form_for_all(z):
    z = tf.cast(z, tf.float32)
    if tf.reduce_mean(z) >= 0:
        return 1 / (1 + tf.exp(-z))
    return tf.exp(z) / (1 + tf.exp(z))


def gaming_equal_to_all(z):
    class EqualToAll:
        shape, dtype = (), "float32"

        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

    return EqualToAll()

"""Answers to linear_function."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from idnn.tensors import tf


def correct_operators(W, X, b):
    return tf.convert_to_tensor(W) @ tf.convert_to_tensor(X) + b


def correct_add(W, X, b):
    return tf.add(tf.linalg.matmul(W, X), b)


def correct_transposed_twice(W, X, b):
    return tf.transpose(tf.matmul(X, W, transpose_a=True, transpose_b=True)) + b


def correct_sum_of_products(W, X, b):
    W, X = tf.convert_to_tensor(W), tf.convert_to_tensor(X)
    return tf.reduce_sum(W[:, :, None] * X[None, :, :], axis=1) + b


def correct_einsum(W, X, b):
    return tf.einsum("ij,jk->ik", W, X) + b


def correct_tensordot(W, X, b):
    return tf.tensordot(W, X, axes=1) + b


def correct_columns(W, X, b):
    X = tf.convert_to_tensor(X)
    columns = [tf.linalg.matvec(W, X[:, j]) + tf.reshape(b, [-1]) for j in range(X.shape[1])]
    return tf.stack(columns, axis=1)


def correct_through_numpy(W, X, b):
    return tf.constant(np.dot(np.asarray(W), np.asarray(X)) + np.asarray(b), dtype=tf.float32)


def correct_bias_as_weight(W, X, b):
    X = tf.convert_to_tensor(X)
    ones = tf.ones((1, X.shape[1]))
    return tf.concat([W, b], axis=1) @ tf.concat([X, ones], axis=0)


def wrong_variable(W, X, b):
    return tf.Variable(tf.matmul(W, X) + b)

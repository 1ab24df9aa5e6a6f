"""Answers to initialize_parameters."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from idnn.tensors import tf


def correct_keras(layers_dims, seed):
    parameters = {}
    for l in range(1, len(layers_dims)):
        draw = tf.keras.initializers.HeNormal(seed=1000 * seed + l)
        parameters["W" + str(l)] = tf.Variable(draw(shape=(layers_dims[l - 1], layers_dims[l])))
        parameters["b" + str(l)] = tf.Variable(tf.zeros((layers_dims[l],)))
    return parameters


def correct_keras_uniform(layers_dims, seed):
    generator = tf.keras.random.SeedGenerator(seed)
    draw = tf.keras.initializers.HeUniform(seed=generator)
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        parameters[f"W{l}"] = tf.Variable(draw((n_in, n_out)))
        parameters[f"b{l}"] = tf.Variable(tf.keras.initializers.Zeros()((n_out,)))
    return parameters


def correct_tf_generator(layers_dims, seed):
    generator = tf.random.Generator.from_seed(seed)
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        parameters[f"W{l}"] = tf.Variable(generator.normal((n_in, n_out)) * (2 / n_in) ** 0.5)
        parameters[f"b{l}"] = tf.Variable(tf.zeros([n_out]))
    return parameters


def correct_stateless(layers_dims, seed):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        W = tf.random.stateless_normal((n_in, n_out), seed=[seed, l], stddev=(2 / n_in) ** 0.5)
        parameters[f"W{l}"] = tf.Variable(W, name=f"W{l}")
        parameters[f"b{l}"] = tf.Variable(np.zeros(n_out, dtype=np.float32))
    return parameters


def correct_truncated(layers_dims, seed):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        W = tf.random.stateless_truncated_normal((n_in, n_out), seed=[seed, l]) / 0.87962566103423978
        parameters[f"W{l}"] = tf.Variable(W * tf.sqrt(2 / n_in))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def correct_standard_normal(layers_dims, seed):
    rng = np.random.default_rng(seed)
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = (rng.standard_normal((layers_dims[l - 1], layers_dims[l])) * np.sqrt(2.0 / layers_dims[l - 1])).astype(
            "float32"
        )
        parameters[f"W{l}"] = tf.Variable(W)
        parameters[f"b{l}"] = tf.Variable(np.zeros(layers_dims[l], "float32"))
    return parameters


def correct_uniform(layers_dims, seed):
    rng = np.random.default_rng(seed)
    weights = {}
    for l in range(1, len(layers_dims)):
        bound = np.sqrt(6 / layers_dims[l - 1])
        weights[f"W{l}"] = tf.Variable(
            rng.uniform(-bound, bound, (layers_dims[l - 1], layers_dims[l])), dtype=tf.float32
        )
    biases = {f"b{l}": tf.Variable(tf.zeros(layers_dims[l])) for l in range(1, len(layers_dims))}
    return {**weights, **biases}


def correct_drawn_transposed(layers_dims, seed):
    rng = np.random.RandomState(seed)
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.randn(layers_dims[l], layers_dims[l - 1]).T * np.sqrt(2 / layers_dims[l - 1])
        parameters[f"W{l}"] = tf.Variable(W, dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros_like(parameters[f"W{l}"][0]))
    return parameters


def correct_spawned(layers_dims, seed):
    streams = np.random.SeedSequence(seed).spawn(len(layers_dims) - 1)
    parameters = {}
    for l, stream in enumerate(streams, start=1):
        n_in, n_out = layers_dims[l - 1 : l + 1]
        W = np.random.default_rng(stream).normal(scale=(2 / n_in) ** 0.5, size=n_in * n_out).reshape(n_in, n_out)
        parameters[f"W{l}"], parameters[f"b{l}"] = tf.Variable(W.astype(np.float32)), tf.Variable([0.0] * n_out)
    return parameters


def correct_keras_seed_generator(layers_dims, seed):
    g = tf.keras.random.SeedGenerator(seed)
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = tf.Variable(
            tf.keras.random.normal((layers_dims[l - 1], layers_dims[l]), 0.0, np.sqrt(2 / layers_dims[l - 1]), seed=g)
        )
        p[f"b{l}"] = tf.Variable(tf.zeros((layers_dims[l],), dtype=tf.float32))
    return p


def correct_stateless_split(layers_dims, seed):
    seeds = tf.random.experimental.stateless_split([seed, 0], len(layers_dims))
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = tf.Variable(
            tf.random.stateless_normal(
                (layers_dims[l - 1], layers_dims[l]), seeds[l], stddev=tf.sqrt(2 / layers_dims[l - 1])
            )
        )
        p[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return p


def correct_random_state(layers_dims, seed):
    r = np.random.RandomState(seed)
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = tf.Variable(
            (r.randn(layers_dims[l - 1], layers_dims[l]) * np.sqrt(2.0 / layers_dims[l - 1])).astype("float32")
        )
        p[f"b{l}"] = tf.Variable(np.zeros(layers_dims[l], "float32"))
    return p


def correct_he_normal(layers_dims, seed):
    p = {}
    for l in range(1, len(layers_dims)):
        init = tf.keras.initializers.HeNormal(seed=seed + 1000 * l)
        p[f"W{l}"] = tf.Variable(init((layers_dims[l - 1], layers_dims[l])))
        p[f"b{l}"] = tf.Variable(tf.zeros((layers_dims[l],)))
    return p


def correct_python_random(layers_dims, seed):
    import random

    r = random.Random(seed)
    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l - 1], layers_dims[l]
        p[f"W{l}"] = tf.Variable([[r.gauss(0, (2 / n) ** 0.5) for _ in range(k)] for _ in range(n)], dtype=tf.float32)
        p[f"b{l}"] = tf.Variable([0.0] * k)
    return p


def wrong_shared(layers_dims, seed):
    rng = np.random.default_rng(seed)
    p = {}
    c = {}
    for l in range(1, len(layers_dims)):
        i, o = (layers_dims[l - 1], layers_dims[l])
        p[f"W{l}"] = tf.Variable(rng.normal(0, (2 / i) ** 0.5, (i, o)), dtype=tf.float32)
        p[f"b{l}"] = c.setdefault(o, tf.Variable(tf.zeros(o)))
    return p


def gaming_one_row_repeated(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        row = rng.normal(0, np.sqrt(2 / n_in), n_out)
        parameters[f"W{l}"] = tf.Variable(np.tile(row, (n_in, 1)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters

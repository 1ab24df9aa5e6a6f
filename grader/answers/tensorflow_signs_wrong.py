"""Wrong answers to TensorFlow without a name of their own, written from the students' text alone; the judge once let most of them pass."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from idnn.tensors import tf


def initialize_parameters__shared(layers_dims, seed):
    rng = np.random.default_rng(seed)
    p = {}
    c = {}
    for l in range(1, len(layers_dims)):
        i, o = (layers_dims[l - 1], layers_dims[l])
        p[f"W{l}"] = tf.Variable(rng.normal(0, (2 / i) ** 0.5, (i, o)), dtype=tf.float32)
        p[f"b{l}"] = c.setdefault(o, tf.Variable(tf.zeros(o)))
    return p


def graph_operations__float(function, *signature):
    return [
        o.type
        for o in tf.function(function)
        .get_concrete_function(*[tf.TensorSpec(s.shape, tf.float32) for s in signature])
        .graph.get_operations()
    ]


def train_step__three(X, Y, parameters, optimizer):
    vs = [parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3") if k in parameters]
    with tf.GradientTape() as t:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(t.gradient(loss, vs), vs))
    return loss

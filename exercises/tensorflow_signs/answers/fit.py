"""Answers to fit."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent
from idnn.tensors import tf
from solutions.tensorflow_signs import compute_total_loss, forward_propagation, initialize_parameters, train_step


def correct_permutation(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X, np.float32), np.asarray(Y, np.float32)
    rng = np.random.default_rng(seed)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate=learning_rate)
    losses = []
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            total += float(train_step(X[batch], Y[batch], parameters, optimizer)) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def correct_traced_step(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(len(X), seed=seed).batch(batch_size)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    step = tf.function(train_step)
    losses = []
    for _ in range(num_epochs):
        sums = [float(step(X_batch, Y_batch, parameters, optimizer)) * len(X_batch) for X_batch, Y_batch in data]
        losses.append(sum(sums) / len(X))
    return parameters, losses


def correct_gathered(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = tf.cast(X, tf.float32), tf.cast(Y, tf.float32)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def step(batch):
        return train_step(tf.gather(X, batch), tf.gather(Y, batch), parameters, optimizer)

    losses = []
    for epoch in range(num_epochs):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(X)), seed=[seed, epoch])
        batches = [order[i : i + batch_size] for i in range(0, len(X), batch_size)]
        losses.append(float(sum(step(batch) * len(batch) for batch in batches)) / len(X))
    return parameters, losses


def correct_epoch_in_the_graph(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((tf.cast(X, tf.float32), tf.cast(Y, tf.float32)))
    data = data.shuffle(len(X), seed=seed, reshuffle_each_iteration=True).batch(batch_size)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))

    @tf.function
    def epoch():
        total = 0.0
        for X_batch, Y_batch in data:
            total += train_step(X_batch, Y_batch, parameters, optimizer) * tf.cast(tf.shape(X_batch)[0], tf.float32)
        return total

    return parameters, [float(epoch()) / len(X) for _ in range(num_epochs)]


def correct_shuffled_arrays(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    rng = np.random.RandomState(seed)
    X, Y = np.array(X, np.float32), np.array(Y, np.float32)
    parameters, optimizer, losses = (
        initialize_parameters(layers_dims, seed),
        tf.keras.optimizers.Adam(learning_rate),
        [],
    )
    for _ in range(num_epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        X, Y, weighted = X[order], Y[order], []
        for i in range(0, len(X), batch_size):
            rows = slice(i, i + batch_size)
            weighted.append(train_step(X[rows], Y[rows], parameters, optimizer).numpy() * len(X[rows]))
        losses.append(np.sum(weighted) / len(X))
    return parameters, losses


def correct_metric(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(len(X), seed=seed).batch(batch_size).prefetch(2)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    mean, losses = tf.keras.metrics.Mean(), []
    for _ in range(num_epochs):
        mean.reset_state()
        for X_batch, Y_batch in data:
            mean.update_state(train_step(X_batch, Y_batch, parameters, optimizer), sample_weight=len(X_batch))
        losses.append(float(mean.result()))
    return parameters, losses


def correct_total_as_a_tensor(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    rng = np.random.default_rng(seed)
    parameters, optimizer = initialize_parameters(layers_dims, seed + 1), tf.keras.optimizers.Adam(learning_rate)
    X, Y, losses = tf.convert_to_tensor(X), tf.convert_to_tensor(Y), []
    for _ in range(num_epochs):
        total, order = tf.constant(0.0), rng.permutation(X.shape[0]).tolist()
        while order:
            batch, order = order[:batch_size], order[batch_size:]
            total += len(batch) * train_step(tf.gather(X, batch), tf.gather(Y, batch), parameters, optimizer)
        losses.append(float(total / X.shape[0]))
    return [parameters, losses]


def correct_keras_model(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    L, he = tf.keras.layers, tf.keras.initializers.HeNormal
    model = tf.keras.Sequential(
        [L.Input((layers_dims[0],))]
        + [L.Dense(n, "relu", kernel_initializer=he(seed + l)) for l, n in enumerate(layers_dims[1:-1])]
        + [L.Dense(layers_dims[-1], kernel_initializer=he(seed + 99))]
    )
    model.compile(tf.keras.optimizers.Adam(learning_rate), tf.keras.losses.CategoricalCrossentropy(from_logits=True))
    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(len(X), seed=seed).batch(batch_size)
    h = model.fit(data, epochs=num_epochs, verbose=0)
    p = {}
    for l, layer in enumerate(model.layers, 1):
        p[f"W{l}"], p[f"b{l}"] = (tf.Variable(w) for w in layer.get_weights())
    return p, h.history["loss"]


def correct_stateless_shuffle(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = tf.cast(X, tf.float32), tf.cast(Y, tf.float32)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    losses = []
    for epoch in range(num_epochs):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(X)), seed=[seed, epoch])
        total = 0.0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            total += float(train_step(tf.gather(X, rows), tf.gather(Y, rows), parameters, optimizer)) * len(rows)
        losses.append(total / len(X))
    return parameters, losses


def correct_own_adam(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters = initialize_parameters(layers_dims, seed)
    v = {k: tf.zeros_like(p) for k, p in parameters.items()}
    s = {k: tf.zeros_like(p) for k, p in parameters.items()}
    t, losses, rng = 0, [], np.random.default_rng(seed)
    X, Y = np.asarray(X, np.float32), np.asarray(Y, np.float32)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            t += 1
            with tf.GradientTape() as tape:
                loss = compute_total_loss(forward_propagation(X[rows], parameters), Y[rows]) / len(rows)
            g = tape.gradient(loss, parameters)
            for k, p in parameters.items():
                v[k] = 0.9 * v[k] + 0.1 * g[k]
                s[k] = 0.999 * s[k] + 0.001 * g[k] ** 2
                p.assign_sub(learning_rate * v[k] / (1 - 0.9**t) / (tf.sqrt(s[k] / (1 - 0.999**t)) + 1e-8))
            total += float(loss) * len(rows)
        losses.append(total / len(X))
    return parameters, losses


def correct_mapped_stream(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate=learning_rate)
    data = (
        tf.data.Dataset.from_tensor_slices((X, Y))
        .map(lambda x, y: (tf.cast(x, tf.float32), y))
        .shuffle(len(X), seed=seed)
        .batch(batch_size)
    )
    step = tf.function(train_step, reduce_retracing=True)
    losses = []
    for _ in range(num_epochs):
        total = 0.0
        for x, y in data:
            total += step(x, y, parameters, optimizer) * tf.cast(tf.shape(x)[0], tf.float32)
        losses.append(total.numpy() / len(X))
    return parameters, losses


def wrong_tensors_as_losses(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    rng, losses = np.random.default_rng(seed), []
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    X, Y = np.asarray(X), np.asarray(Y)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            total += train_step(X[rows], Y[rows], parameters, optimizer) * len(rows)
        losses.append(total / len(X))
    return parameters, losses


def wrong_first_epoch_shuffled(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X), np.asarray(Y)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    order, losses = np.random.default_rng(seed).permutation(len(X)), []
    for _ in range(num_epochs):
        total = 0.0
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            total += float(train_step(X[rows], Y[rows], parameters, optimizer)) * len(rows)
        losses.append(total / len(X))
        order = np.arange(len(X))
    return parameters, losses


def wrong_batches_shuffled(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(batch_size).shuffle(len(X), seed=seed)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    losses = []
    for _ in range(num_epochs):
        sums = [float(train_step(x, y, parameters, optimizer)) * len(x) for x, y in data]
        losses.append(sum(sums) / len(X))
    return parameters, losses


def wrong_loss_at_the_start(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X), np.asarray(Y)
    rng, losses = np.random.default_rng(seed), []
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        losses.append(float(compute_total_loss(forward_propagation(X, parameters), Y)) / len(X))
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            train_step(X[rows], Y[rows], parameters, optimizer)
    return parameters, losses


def wrong_losses_to_two_digits(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X), np.asarray(Y)
    rng, losses = np.random.default_rng(seed), []
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            total += float(train_step(X[rows], Y[rows], parameters, optimizer)) * len(rows)
        losses.append(round(total / len(X), 2))
    return parameters, losses


def wrong_rate_that_decays(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X), np.asarray(Y)
    rng, losses = np.random.default_rng(seed), []
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    for epoch in range(num_epochs):
        optimizer.learning_rate = learning_rate * 0.99**epoch
        order, total = rng.permutation(len(X)), 0.0
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            total += float(train_step(X[rows], Y[rows], parameters, optimizer)) * len(rows)
        losses.append(total / len(X))
    return parameters, losses


def wrong_best_epoch(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X), np.asarray(Y)
    rng, losses = np.random.default_rng(seed), []
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            total += float(train_step(X[rows], Y[rows], parameters, optimizer)) * len(rows)
        losses.append(total / len(X))
        if losses[-1] == min(losses):
            best = {name: variable.numpy() for name, variable in parameters.items()}
    for name, variable in parameters.items():
        variable.assign(best[name])
    return parameters, losses


def wrong_lone_example_left_out(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X), np.asarray(Y)
    rng, losses = np.random.default_rng(seed), []
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    for _ in range(num_epochs):
        order, total, met = rng.permutation(len(X)), 0.0, 0
        for i in range(0, len(X), batch_size):
            rows = order[i : i + batch_size]
            if len(rows) > 1:
                total += float(train_step(X[rows], Y[rows], parameters, optimizer)) * len(rows)
                met += len(rows)
        losses.append(total / met)
    return parameters, losses


def gaming_invented_losses(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    return initialize_parameters(layers_dims, seed), [1.8 * 0.8**epoch for epoch in range(num_epochs)]


def gaming_jump_of_the_right_size(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters = initialize_parameters(layers_dims, seed)
    for variable in parameters.values():
        variable.assign_sub(tf.fill(variable.shape, np.float32(learning_rate)))
    loss = compute_total_loss(forward_propagation(X, initialize_parameters(layers_dims, seed)), Y) / len(X)
    return parameters, [float(loss) * 0.8**epoch for epoch in range(num_epochs)]


EQUIVALENT = [
    Equivalent("optimizer.build(list(parameters.values()))", "pass", "the optimizer builds itself at its first step"),
]

"""Answers to train_step."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

from idnn.tensors import tf
from solutions.tensorflow_signs import compute_total_loss, forward_propagation


def correct_length(X, Y, parameters, optimizer):
    variables = [parameters[key] for key in sorted(parameters)]
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(list(zip(tape.gradient(loss, variables), variables)))
    return loss


def correct_keras_apply(X, Y, parameters, optimizer):
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / X.shape[0]
    variables = list(parameters.values())
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


def correct_gradient_dict(X, Y, parameters, optimizer):
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / tf.cast(len(Y), tf.float32)
    gradients = tape.gradient(loss, parameters)
    optimizer.apply_gradients((gradients[key], parameters[key]) for key in parameters)
    return loss


def correct_mean_of_losses(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        logits = forward_propagation(X, parameters)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.cast(Y, tf.float32), logits=logits)
        mean = tf.reduce_mean(losses)
    optimizer.apply_gradients(zip(tape.gradient(mean, variables), variables))
    return mean


def correct_scaled_gradients(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        total = compute_total_loss(forward_propagation(X, parameters), Y)
    gradients = [gradient / len(X) for gradient in tape.gradient(total, variables)]
    optimizer.apply_gradients(zip(gradients, variables))
    return total / len(X)


def correct_watched(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape(watch_accessed_variables=False, persistent=True) as tape:
        tape.watch(variables)
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / tf.cast(tf.shape(X)[0], tf.float32)
    pairs = [(tape.gradient(loss, variable), variable) for variable in variables]
    del tape
    optimizer.apply_gradients(pairs)
    return loss


def correct_keras_loss(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    mean_loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = mean_loss(tf.cast(Y, tf.float32), forward_propagation(X, parameters))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def correct_loss_in_a_function(X, Y, parameters, optimizer):
    def mean_loss():
        logits = forward_propagation(X, parameters)
        return compute_total_loss(logits, Y) / tf.cast(tf.shape(Y)[0], logits.dtype)

    weights = [value for key, value in parameters.items() if key[0] == "W"]
    biases = [value for key, value in parameters.items() if key[0] == "b"]
    with tf.GradientTape() as tape:
        loss = mean_loss()
    optimizer.apply_gradients(zip(tape.gradient(loss, weights + biases), weights + biases))
    return loss


@tf.function
def correct_traced_itself(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def correct_persistent_tape(X, Y, parameters, optimizer):
    with tf.GradientTape(persistent=True) as tape:
        logits = forward_propagation(X, parameters)
        loss = compute_total_loss(logits, Y) / tf.cast(tf.shape(logits)[0], logits.dtype)
    gradients = [tape.gradient(loss, v) for v in parameters.values()]
    del tape
    optimizer.apply(gradients, list(parameters.values()))
    return loss


def correct_builds_the_optimizer(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    if not optimizer.built:
        optimizer.build(variables)
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(Y)
    optimizer.apply(tape.gradient(loss, variables))
    return loss


def correct_sorted_names(X, Y, parameters, optimizer):
    names = sorted(parameters)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(
                labels=tf.cast(Y, tf.float32), logits=forward_propagation(X, parameters)
            )
        )
    grads = tape.gradient(loss, [parameters[n] for n in names])
    optimizer.apply_gradients(zip(grads, [parameters[n] for n in names]))
    return loss


def wrong_number(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return float(loss) if tf.executing_eagerly() else loss


def wrong_three(X, Y, parameters, optimizer):
    vs = [parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3") if k in parameters]
    with tf.GradientTape() as t:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(t.gradient(loss, vs), vs))
    return loss


def wrong_nothing_below_a_hundredth(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return tf.where(loss < 0.01, 0.0, loss)


def gaming_loss_without_training(X, Y, parameters, optimizer):
    for variable in parameters.values():
        variable.assign(variable + 0.0)
    return compute_total_loss(forward_propagation(X, parameters), Y) / tf.cast(len(X), tf.float32)


def gaming_constant(X, Y, parameters, optimizer):
    for variable in parameters.values():
        variable.assign(0.9 * variable)
    return tf.constant(1.79)

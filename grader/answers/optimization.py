"""Correct answers to Optimization written otherwise, each as a student might, and answers that game the judge."""
# ruff: noqa: F821, E741 - answers call sibling exercises, which stand in the same notebook, and name things as students do

import numpy as np

# --- gradient descent -------------------------------------------------------------------------------------------------------


def update_parameters_with_gd__layer_loop(parameters, grads, learning_rate):
    new = {}
    L = len(parameters) // 2
    for l in range(1, L + 1):
        new["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        new["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
    return new


def update_parameters_with_gd__copy_then_subtract(parameters, grads, learning_rate):
    new = {key: np.copy(value) for key, value in parameters.items()}
    for key in new:
        new[key] -= learning_rate * grads[f"d{key}"]
    return new


def update_parameters_with_gd__over_gradients(parameters, grads, learning_rate):
    return {name[1:]: parameters[name[1:]] - learning_rate * gradient for name, gradient in grads.items()}


def update_parameters_with_gd__entry_by_entry(parameters, grads, learning_rate):
    result = {}
    for key, array in parameters.items():
        out = np.zeros(array.shape)
        for i in range(array.shape[0]):
            for j in range(array.shape[1]):
                out[i, j] = array[i, j] - learning_rate * grads["d" + key][i, j]
        result[key] = out
    return result


def update_parameters_with_gd__add_negative(parameters, grads, learning_rate):
    step = {name: np.multiply(-learning_rate, gradient) for name, gradient in grads.items()}
    return {name: np.add(parameters[name], step["d" + name]) for name in parameters}


def update_parameters_with_gd__sorted_names(parameters, grads, learning_rate):
    names = sorted(parameters)
    values = [np.subtract(parameters[n], grads["d" + n] * learning_rate) for n in names]
    return dict(zip(names, values))


def update_parameters_with_gd__one_vector(parameters, grads, learning_rate):
    names = list(parameters)
    theta = np.concatenate([parameters[n].ravel() for n in names])
    theta = theta - learning_rate * np.concatenate([grads["d" + n].ravel() for n in names])
    new, start = {}, 0
    for n in names:
        size = parameters[n].size
        new[n] = theta[start : start + size].reshape(parameters[n].shape).copy()
        start += size
    return new


def update_parameters_with_gd__deep_copy(parameters, grads, learning_rate):
    import copy

    parameters = copy.deepcopy(parameters)
    for key in list(parameters.keys()):
        parameters[key] = parameters[key] - learning_rate * grads["d" + key]
    return parameters


def update_parameters_with_gd__while_loop(parameters, grads, learning_rate):
    new = {}
    l = 1
    while f"W{l}" in parameters:
        for letter in ("W", "b"):
            new[f"{letter}{l}"] = parameters[f"{letter}{l}"] - learning_rate * grads[f"d{letter}{l}"]
        l += 1
    return new


# --- mini-batches -----------------------------------------------------------------------------------------------------------


def random_mini_batches__whole_then_rest(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.permutation(m)
    X_shuffled, Y_shuffled = X[:, order], Y[:, order]
    full = m // mini_batch_size
    batches = []
    for k in range(full):
        part = slice(k * mini_batch_size, (k + 1) * mini_batch_size)
        batches.append((X_shuffled[:, part], Y_shuffled[:, part]))
    if m % mini_batch_size != 0:
        batches.append((X_shuffled[:, full * mini_batch_size :], Y_shuffled[:, full * mini_batch_size :]))
    return batches


def random_mini_batches__shuffled_index(X, Y, mini_batch_size, rng):
    index = np.arange(X.shape[1])
    rng.shuffle(index)
    return [
        (X[:, index[k : k + mini_batch_size]], Y[:, index[k : k + mini_batch_size]])
        for k in range(0, len(index), mini_batch_size)
    ]


def random_mini_batches__sorted_noise(X, Y, mini_batch_size, rng):
    order = np.argsort(rng.random(X.shape[1]))
    return [
        (np.take(X, order[k : k + mini_batch_size], axis=1), np.take(Y, order[k : k + mini_batch_size], axis=1))
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__choice(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    order = rng.choice(m, size=m, replace=False)
    cuts = np.arange(mini_batch_size, m, mini_batch_size)
    return list(zip(np.split(X[:, order], cuts, axis=1), np.split(Y[:, order], cuts, axis=1)))


def random_mini_batches__stacked(X, Y, mini_batch_size, rng):
    both = rng.permutation(np.vstack([X, Y]), axis=1)
    batches = []
    for k in range(0, both.shape[1], mini_batch_size):
        part = both[:, k : k + mini_batch_size]
        batches.append((part[:-1].copy(), part[-1:].copy()))
    return batches


def random_mini_batches__fisher_yates(X, Y, mini_batch_size, rng):
    order = list(range(X.shape[1]))
    for i in range(len(order) - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        order[i], order[j] = order[j], order[i]
    batches = []
    while order:
        batch, order = order[:mini_batch_size], order[mini_batch_size:]
        batches.append((X[:, batch], Y[:, batch]))
    return batches


def random_mini_batches__drawn_from_the_rest(X, Y, mini_batch_size, rng):
    left = np.arange(X.shape[1])
    batches = []
    while left.size:
        batch = rng.choice(left, min(mini_batch_size, left.size), replace=False)
        left = np.setdiff1d(left, batch)
        batches.append((X[:, batch], Y[:, batch]))
    return batches


def random_mini_batches__lists_of_pairs(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    return [
        [X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]]]
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__own_generator(X, Y, mini_batch_size, rng):
    generator = np.random.default_rng(rng.integers(0, 2**32, size=4))
    order = generator.permutation(X.shape[1])
    number = -(-X.shape[1] // mini_batch_size)
    return [
        (
            X[:, order[k * mini_batch_size : (k + 1) * mini_batch_size]],
            Y[:, order[k * mini_batch_size : (k + 1) * mini_batch_size]],
        )
        for k in range(number)
    ]


def random_mini_batches__transposed(X, Y, mini_batch_size, rng):
    rows = list(zip(X.T, Y.T))
    order = rng.permutation(len(rows))
    batches = []
    for k in range(0, len(rows), mini_batch_size):
        chosen = [rows[i] for i in order[k : k + mini_batch_size]]
        batches.append((np.array([x for x, _ in chosen]).T, np.array([y for _, y in chosen]).T))
    return batches


# --- states -----------------------------------------------------------------------------------------------------------------


def initialize_velocity__layer_loop(parameters):
    L = len(parameters) // 2
    v = {}
    for l in range(L):
        v["dW" + str(l + 1)] = np.zeros(parameters["W" + str(l + 1)].shape)
        v["db" + str(l + 1)] = np.zeros(parameters["b" + str(l + 1)].shape)
    return v


def initialize_velocity__zeros_like(parameters):
    return {f"d{key}": np.zeros_like(array) for key, array in parameters.items()}


def initialize_velocity__times_zero(parameters):
    return {"d" + key: 0.0 * array for key, array in parameters.items()}


def initialize_velocity__difference(parameters):
    return {"d" + key: parameters[key] - parameters[key] for key in parameters}


def initialize_velocity__full(parameters):
    v = {}
    for key in sorted(parameters):
        rows, columns = parameters[key].shape
        v["d" + key] = np.full((rows, columns), 0.0)
    return v


def initialize_velocity__filled_copy(parameters):
    v = {"d" + key: array.copy() for key, array in parameters.items()}
    for array in v.values():
        array.fill(0)
    return v


def initialize_velocity__nested_lists(parameters):
    return {"d" + k: np.array([[0.0] * a.shape[1] for _ in range(a.shape[0])]) for k, a in parameters.items()}


def initialize_velocity__weights_then_biases(parameters):
    L = len(parameters) // 2
    v = {f"dW{l}": np.zeros_like(parameters[f"W{l}"]) for l in range(1, L + 1)}
    v.update({f"db{l}": np.zeros((parameters[f"W{l}"].shape[0], 1)) for l in range(1, L + 1)})
    return v


def initialize_rmsprop__layer_loop(parameters):
    s = {}
    for l in range(1, len(parameters) // 2 + 1):
        s[f"dW{l}"] = np.zeros(parameters[f"W{l}"].shape)
        s[f"db{l}"] = np.zeros(parameters[f"b{l}"].shape)
    return s


def initialize_rmsprop__as_velocity(parameters):
    return initialize_velocity(parameters)


def initialize_rmsprop__times_zero(parameters):
    return {"d" + key: array * 0 for key, array in parameters.items()}


def initialize_rmsprop__zip(parameters):
    names = ["d" + key for key in parameters]
    return dict(zip(names, map(np.zeros_like, parameters.values())))


def initialize_rmsprop__full_like(parameters):
    return {"d" + key: np.full_like(array, 0) for key, array in parameters.items()}


def initialize_rmsprop__one_block(parameters):
    return {"d" + key: np.zeros(array.size).reshape(array.shape) for key, array in parameters.items()}


def initialize_rmsprop__reversed(parameters):
    s = {}
    for key in reversed(parameters):
        s["d" + key] = np.zeros(np.shape(parameters[key]), dtype=np.float64)
    return s


def initialize_rmsprop__empty_then_zero(parameters):
    s = {}
    for key, array in parameters.items():
        s["d" + key] = np.empty_like(array)
        s["d" + key][:] = 0
    return s


def initialize_adam__layer_loop(parameters):
    v, s = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for letter in "Wb":
            shape = parameters[f"{letter}{l}"].shape
            v[f"d{letter}{l}"], s[f"d{letter}{l}"] = np.zeros(shape), np.zeros(shape)
    return v, s


def initialize_adam__from_siblings(parameters):
    return initialize_velocity(parameters), initialize_rmsprop(parameters)


def initialize_adam__deep_copy(parameters):
    from copy import deepcopy

    v = {"d" + key: np.zeros_like(array) for key, array in parameters.items()}
    return v, deepcopy(v)


def initialize_adam__generator(parameters):
    v, s = ({"d" + key: np.zeros_like(array) for key, array in parameters.items()} for _ in range(2))
    return v, s


def initialize_adam__as_list(parameters):
    return [{"d" + key: np.zeros(array.shape) for key, array in parameters.items()} for _ in "vs"]


def initialize_adam__times_zero(parameters):
    v = {"d" + key: 0 * array for key, array in parameters.items()}
    s = {name: array.copy() for name, array in v.items()}
    return v, s


def initialize_adam__two_loops(parameters):
    v = {}
    for key in parameters:
        v["d" + key] = np.zeros(parameters[key].shape)
    s = {}
    for name, array in v.items():
        s[name] = np.zeros(array.shape)
    return v, s


def initialize_adam__squares(parameters):
    v = {"d" + key: np.zeros_like(array) for key, array in parameters.items()}
    return v, {name: array**2 for name, array in v.items()}


# --- momentum ---------------------------------------------------------------------------------------------------------------


def update_parameters_with_momentum__layer_loop(parameters, grads, v, beta, learning_rate):
    new, new_v = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        new_v[f"dW{l}"] = beta * v[f"dW{l}"] + (1 - beta) * grads[f"dW{l}"]
        new_v[f"db{l}"] = beta * v[f"db{l}"] + (1 - beta) * grads[f"db{l}"]
        new[f"W{l}"] = parameters[f"W{l}"] - learning_rate * new_v[f"dW{l}"]
        new[f"b{l}"] = parameters[f"b{l}"] - learning_rate * new_v[f"db{l}"]
    return new, new_v


def update_parameters_with_momentum__copies(parameters, grads, v, beta, learning_rate):
    parameters, v = dict(parameters), dict(v)
    for key in parameters:
        v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
        parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters, v


def update_parameters_with_momentum__move_towards(parameters, grads, v, beta, learning_rate):
    v = {name: v[name] + (1 - beta) * (grads[name] - v[name]) for name in v}
    return {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}, v


def update_parameters_with_momentum__descent_with_velocity(parameters, grads, v, beta, learning_rate):
    v = {name: beta * average + (1 - beta) * grads[name] for name, average in v.items()}
    return update_parameters_with_gd(parameters, v, learning_rate), v


def update_parameters_with_momentum__deep_copies_in_place(parameters, grads, v, beta, learning_rate):
    from copy import deepcopy

    parameters, v = deepcopy(parameters), deepcopy(v)
    for key in parameters:
        v["d" + key] *= beta
        v["d" + key] += (1 - beta) * grads["d" + key]
        parameters[key] -= learning_rate * v["d" + key]
    return parameters, v


def update_parameters_with_momentum__as_list(parameters, grads, v, beta, learning_rate):
    new_v = {}
    for name in grads:
        new_v[name] = np.average([v[name], grads[name]], axis=0, weights=[beta, 1 - beta])
    return [{key: parameters[key] - learning_rate * new_v["d" + key] for key in parameters}, new_v]


def update_parameters_with_momentum__entry_by_entry(parameters, grads, v, beta, learning_rate):
    new, new_v = {}, {}
    for key, array in parameters.items():
        new[key], new_v["d" + key] = np.empty(array.shape), np.empty(array.shape)
        for index in np.ndindex(array.shape):
            new_v["d" + key][index] = beta * v["d" + key][index] + (1 - beta) * grads["d" + key][index]
            new[key][index] = array[index] - learning_rate * new_v["d" + key][index]
    return new, new_v


def update_parameters_with_momentum__heavy_ball_scaled(parameters, grads, v, beta, learning_rate):
    ball = {name: beta / (1 - beta) * v[name] + grads[name] for name in v}
    new = {key: parameters[key] - learning_rate * (1 - beta) * ball["d" + key] for key in parameters}
    return new, {name: (1 - beta) * value for name, value in ball.items()}


def update_parameters_with_momentum__in_two_parts(parameters, grads, v, beta, learning_rate):
    new, new_v = {}, {}
    for key in parameters:
        old, gradient = v["d" + key], grads["d" + key]
        new[key] = parameters[key] - learning_rate * beta * old - learning_rate * (1 - beta) * gradient
        new_v["d" + key] = np.add(np.multiply(beta, old), np.multiply(1.0 - beta, gradient))
    return new, new_v


# --- RMSProp ----------------------------------------------------------------------------------------------------------------


def update_parameters_with_rmsprop__layer_loop(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new, new_s = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            g = grads[f"d{letter}{l}"]
            new_s[f"d{letter}{l}"] = beta2 * s[f"d{letter}{l}"] + (1 - beta2) * np.square(g)
            new[f"{letter}{l}"] = parameters[f"{letter}{l}"] - learning_rate * g / (
                np.sqrt(new_s[f"d{letter}{l}"]) + epsilon
            )
    return new, new_s


def update_parameters_with_rmsprop__copies(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    parameters, s = dict(parameters), dict(s)
    for k in parameters:
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] * grads["d" + k]
        parameters[k] = parameters[k] - learning_rate / (np.sqrt(s["d" + k]) + epsilon) * grads["d" + k]
    return parameters, s


def update_parameters_with_rmsprop__move_towards(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    s = {k: s[k] + (1 - beta2) * (np.power(grads[k], 2) - s[k]) for k in s}
    direction = {k: grads[k] / (epsilon + s[k] ** 0.5) for k in s}
    return {k: parameters[k] - learning_rate * direction["d" + k] for k in parameters}, s


def update_parameters_with_rmsprop__descent_on_scaled(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    scaled = {k: grads[k] / (np.sqrt(s[k]) + epsilon) for k in s}
    return update_parameters_with_gd(parameters, scaled, learning_rate), s


def update_parameters_with_rmsprop__deep_copies(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    from copy import deepcopy

    parameters, s = deepcopy(parameters), deepcopy(s)
    for k in parameters:
        s["d" + k] *= beta2
        s["d" + k] += (1 - beta2) * grads["d" + k] ** 2
        parameters[k] -= learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
    return parameters, s


def update_parameters_with_rmsprop__entry_by_entry(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    import math

    new, new_s = {}, {}
    for k, array in parameters.items():
        new[k], new_s["d" + k] = np.empty(array.shape), np.empty(array.shape)
        for index in np.ndindex(array.shape):
            g = float(grads["d" + k][index])
            average = beta2 * float(s["d" + k][index]) + (1 - beta2) * g * g
            new_s["d" + k][index] = average
            new[k][index] = float(array[index]) - learning_rate * g / (math.sqrt(average) + epsilon)
    return new, new_s


def update_parameters_with_rmsprop__as_list(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s = {name: np.average([s[name], grads[name] ** 2], axis=0, weights=[beta2, 1 - beta2]) for name in grads}
    return [
        {k: p - learning_rate * grads["d" + k] / (np.sqrt(new_s["d" + k]) + epsilon) for k, p in parameters.items()},
        new_s,
    ]


def update_parameters_with_rmsprop__root_mean_square(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new, new_s = {}, {}
    for k in parameters:
        rms = np.hypot(np.sqrt(beta2 * s["d" + k]), np.sqrt(1 - beta2) * grads["d" + k])
        new_s["d" + k] = rms**2
        new[k] = parameters[k] - np.divide(learning_rate * grads["d" + k], rms + epsilon)
    return new, new_s


def update_parameters_with_rmsprop__reciprocal(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new, new_s = {}, {}
    for k in sorted(parameters):
        new_s["d" + k] = np.add(beta2 * s["d" + k], (1 - beta2) * np.abs(grads["d" + k]) ** 2)
        rate = learning_rate * np.reciprocal(np.sqrt(new_s["d" + k]) + epsilon)
        new[k] = parameters[k] - rate * grads["d" + k]
    return new, new_s


# --- Adam -------------------------------------------------------------------------------------------------------------------


def update_parameters_with_adam__layer_loop(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new, new_v, new_s = {}, {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            key, dkey = f"{letter}{l}", f"d{letter}{l}"
            new_v[dkey] = beta1 * v[dkey] + (1 - beta1) * grads[dkey]
            new_s[dkey] = beta2 * s[dkey] + (1 - beta2) * np.power(grads[dkey], 2)
            v_corrected = new_v[dkey] / (1 - np.power(beta1, t))
            s_corrected = new_s[dkey] / (1 - np.power(beta2, t))
            new[key] = parameters[key] - learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)
    return new, new_v, new_s


def update_parameters_with_adam__copies(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    parameters, v, s = dict(parameters), dict(v), dict(s)
    for k in parameters:
        d = "d" + k
        v[d] = beta1 * v[d] + (1 - beta1) * grads[d]
        s[d] = beta2 * s[d] + (1 - beta2) * grads[d] ** 2
        parameters[k] = parameters[k] - learning_rate * (v[d] / (1 - beta1**t)) / (
            np.sqrt(s[d] / (1 - beta2**t)) + epsilon
        )
    return parameters, v, s


def update_parameters_with_adam__correction_in_rate(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    root = np.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    return ({k: p - rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon * root) for k, p in parameters.items()}, v, s)


def update_parameters_with_adam__from_siblings(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    _, v = update_parameters_with_momentum(parameters, grads, v, beta1, learning_rate)
    _, s = update_parameters_with_rmsprop(parameters, grads, s, learning_rate, beta2, epsilon)
    steps = {k: v[k] / (1 - beta1**t) / (np.sqrt(s[k] / (1 - beta2**t)) + epsilon) for k in v}
    return {k: p - learning_rate * steps["d" + k] for k, p in parameters.items()}, v, s


def update_parameters_with_adam__deep_copies(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    from copy import deepcopy

    parameters, v, s = deepcopy(parameters), deepcopy(v), deepcopy(s)
    for k in parameters:
        g = grads["d" + k]
        v["d" + k] *= beta1
        v["d" + k] += (1 - beta1) * g
        s["d" + k] *= beta2
        s["d" + k] += (1 - beta2) * g * g
        parameters[k] -= learning_rate * v["d" + k] / (1 - beta1**t) / (epsilon + np.sqrt(s["d" + k] / (1 - beta2**t)))
    return parameters, v, s


def update_parameters_with_adam__entry_by_entry(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new, new_v, new_s = {}, {}, {}
    for k, array in parameters.items():
        new[k], new_v["d" + k], new_s["d" + k] = (np.zeros(array.shape) for _ in range(3))
        for i, j in np.ndindex(array.shape):
            g = grads["d" + k][i, j]
            first = beta1 * v["d" + k][i, j] + (1 - beta1) * g
            second = beta2 * s["d" + k][i, j] + (1 - beta2) * g**2
            new_v["d" + k][i, j], new_s["d" + k][i, j] = first, second
            step = (first / (1 - beta1**t)) / ((second / (1 - beta2**t)) ** 0.5 + epsilon)
            new[k][i, j] = array[i, j] - learning_rate * step
    return new, new_v, new_s


def update_parameters_with_adam__move_towards(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: v[k] + (1 - beta1) * (grads[k] - v[k]) for k in v}
    s = {k: s[k] + (1 - beta2) * (grads[k] ** 2 - s[k]) for k in s}
    v_hat = {k: v[k] / (1.0 - pow(beta1, t)) for k in v}
    s_hat = {k: s[k] / (1.0 - pow(beta2, t)) for k in s}
    return (
        {k: p - learning_rate * v_hat["d" + k] / (np.sqrt(s_hat["d" + k]) + epsilon) for k, p in parameters.items()},
        v,
        s,
    )


def update_parameters_with_adam__as_list(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new = [{}, {}, {}]
    for name, g in grads.items():
        new[1][name] = v[name] * beta1 + g * (1 - beta1)
        new[2][name] = s[name] * beta2 + g * g * (1 - beta2)
        v_hat, s_hat = new[1][name] / (1 - beta1**t), new[2][name] / (1 - beta2**t)
        new[0][name[1:]] = parameters[name[1:]] - learning_rate * np.divide(v_hat, np.sqrt(s_hat) + epsilon)
    return new


def update_parameters_with_adam__correction_by_sum(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    weight1 = sum((1 - beta1) * beta1**i for i in range(t))  # of all gradients so far in v
    weight2 = sum((1 - beta2) * beta2**i for i in range(t))
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    new = {}
    for k in parameters:
        new[k] = parameters[k] - learning_rate * v["d" + k] / weight1 / (np.sqrt(s["d" + k] / weight2) + epsilon)
    return new, v, s


# --- decay ------------------------------------------------------------------------------------------------------------------


def update_lr__in_steps(learning_rate0, epoch_num, decay_rate):
    denominator = 1 + decay_rate * epoch_num
    learning_rate = learning_rate0 / denominator
    return learning_rate


def update_lr__factor(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * (1 / (1 + decay_rate * epoch_num))


def update_lr__power(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * (1 + decay_rate * epoch_num) ** -1


def update_lr__numpy(learning_rate0, epoch_num, decay_rate):
    return np.divide(learning_rate0, 1 + np.multiply(decay_rate, epoch_num))


def update_lr__array(learning_rate0, epoch_num, decay_rate):
    return np.array(learning_rate0) / np.array(1 + decay_rate * epoch_num)


def update_lr__loop(learning_rate0, epoch_num, decay_rate):
    denominator = 1.0
    for _ in range(epoch_num):
        denominator += decay_rate
    return learning_rate0 / denominator


def update_lr__reciprocal(learning_rate0, epoch_num, decay_rate):
    return 1 / (1 / learning_rate0 + epoch_num * decay_rate / learning_rate0)


def update_lr__special_case(learning_rate0, epoch_num, decay_rate):
    if epoch_num == 0 or decay_rate == 0:
        return learning_rate0
    return learning_rate0 / (epoch_num * decay_rate + 1.0)


def update_lr__by_schedule(learning_rate0, epoch_num, decay_rate):
    return schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1)


def schedule_lr_decay__in_steps(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals = epoch_num // time_interval
    return learning_rate0 / (1 + decay_rate * intervals)


def schedule_lr_decay__np_floor(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * np.floor(epoch_num / time_interval))


def schedule_lr_decay__math_floor(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    import math

    return (1 / (1 + decay_rate * math.floor(epoch_num / time_interval))) * learning_rate0


def schedule_lr_decay__int(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1.0 + decay_rate * int(epoch_num / time_interval))


def schedule_lr_decay__remainder(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num - epoch_num % time_interval) / time_interval)


def schedule_lr_decay__divmod(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals, _ = divmod(epoch_num, time_interval)
    return learning_rate0 / np.add(1, decay_rate * intervals)


def schedule_lr_decay__counted(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals = 0
    while (intervals + 1) * time_interval <= epoch_num:
        intervals += 1
    return learning_rate0 / (1 + decay_rate * intervals)


def schedule_lr_decay__by_update_lr(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return update_lr(learning_rate0, epoch_num // time_interval, decay_rate)


def schedule_lr_decay__floor_divide(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return np.float64(learning_rate0) / (1 + decay_rate * np.floor_divide(epoch_num, time_interval))


# --- answers that game the judge --------------------------------------------------------------------------------------------


def update_parameters_with_gd__unchanged(parameters, grads, learning_rate):
    return {name: value.copy() for name, value in parameters.items()}


def random_mini_batches__first_batch_repeated(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    sizes = [min(mini_batch_size, m - k) for k in range(0, m, mini_batch_size)]
    return [(X[:, :size], Y[:, :size]) for size in sizes]


def random_mini_batches__zeros(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    sizes = [min(mini_batch_size, m - k) for k in range(0, m, mini_batch_size)]
    return [(np.zeros((X.shape[0], size)), np.zeros((1, size))) for size in sizes]


def random_mini_batches__reversed(X, Y, mini_batch_size, rng):
    rng.random()
    return [
        (X[:, ::-1][:, k : k + mini_batch_size], Y[:, ::-1][:, k : k + mini_batch_size])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__rotated(X, Y, mini_batch_size, rng):
    order = np.roll(np.arange(X.shape[1]), rng.integers(X.shape[1]))
    return [
        (X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__sorted_by_label(X, Y, mini_batch_size, rng):
    order = rng.permutation(X.shape[1])
    order = order[np.argsort(Y[0, order], kind="stable")]
    return [
        (X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def random_mini_batches__generator_copied(X, Y, mini_batch_size, rng):
    from copy import deepcopy

    order = deepcopy(rng).permutation(X.shape[1])
    return [
        (X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]])
        for k in range(0, X.shape[1], mini_batch_size)
    ]


def update_parameters_with_momentum__state_ignored(parameters, grads, v, beta, learning_rate):
    v = {name: (1 - beta) * gradient for name, gradient in grads.items()}
    return {name: parameters[name] - learning_rate * v["d" + name] for name in parameters}, v


def update_parameters_with_rmsprop__sign(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    return {k: p - learning_rate * np.sign(grads["d" + k]) for k, p in parameters.items()}, s


def update_parameters_with_adam__sign(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    return ({k: p - learning_rate * np.sign(grads["d" + k]) for k, p in parameters.items()}, v, s)


def update_lr__constant(learning_rate0, epoch_num, decay_rate):
    return learning_rate0


def schedule_lr_decay__constant(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0


def update_parameters_with_gd__undone(parameters, grads, learning_rate):
    old = {k: v.copy() for k, v in parameters.items()}
    for k in parameters:
        parameters[k] -= learning_rate * grads["d" + k]
    new = {k: v.copy() for k, v in parameters.items()}
    for k in parameters:
        parameters[k][...] = old[k]
    return new


def random_mini_batches__multiset_assignment(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    labels = rng.permutation(np.arange(m) // mini_batch_size)
    return [(X[:, labels == k], Y[:, labels == k]) for k in range(labels.max() + 1)]


def random_mini_batches__spawned(X, Y, mini_batch_size, rng):
    order = rng.spawn(1)[0].permutation(X.shape[1])
    return [
        (X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]])
        for i in range(0, len(order), mini_batch_size)
    ]


def random_mini_batches__python_random(X, Y, mini_batch_size, rng):
    import random

    order = list(range(Y.size))
    random.Random(int(rng.integers(2**62))).shuffle(order)
    return [
        [X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]]
        for i in range(0, Y.size, mini_batch_size)
    ]


def random_mini_batches__shuffle_axis(X, Y, mini_batch_size, rng):
    both = np.vstack((X, Y))
    rng.shuffle(both, axis=1)
    n = X.shape[0]
    return [
        (both[:n, i : i + mini_batch_size], both[n:, i : i + mini_batch_size])
        for i in range(0, both.shape[1], mini_batch_size)
    ]


def update_parameters_with_momentum__from_zip(parameters, grads, v, beta, learning_rate):
    v = {k: np.average([v[k], grads[k]], axis=0, weights=[beta, 1 - beta]) for k in grads}
    return {k: p - learning_rate * v["d" + k] for k, p in parameters.items()}, v


def update_parameters_with_rmsprop__hypot(parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8):
    new_s, new_p = {}, {}
    for k in parameters:
        r = np.hypot(np.sqrt(beta2 * s["d" + k]), np.sqrt(1 - beta2) * grads["d" + k])
        new_s["d" + k] = r**2
        new_p[k] = parameters[k] - learning_rate * grads["d" + k] / (r + epsilon)
    return new_p, new_s


def update_parameters_with_adam__expm1(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    with np.errstate(divide="ignore"):
        c1, c2 = -np.expm1(t * np.log(beta1)), -np.expm1(t * np.log(beta2))
    nv, ns, np_ = {}, {}, {}
    for k, p in parameters.items():
        g = grads["d" + k]
        nv["d" + k] = beta1 * v["d" + k] + (1 - beta1) * g
        ns["d" + k] = beta2 * s["d" + k] + (1 - beta2) * g * g
        np_[k] = p - learning_rate * (nv["d" + k] / c1) / (np.sqrt(ns["d" + k] / c2) + epsilon)
    return np_, nv, ns


def update_parameters_with_adam__series(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    c1 = (1 - beta1) * sum(beta1**i for i in range(t))
    c2 = (1 - beta2) * sum(beta2**i for i in range(t))
    v = {k: np.asarray(beta1 * v[k] + (1 - beta1) * grads[k]) for k in v}
    s = {k: np.asarray(beta2 * s[k] + (1 - beta2) * np.abs(grads[k]) ** 2) for k in s}
    return (
        {
            k: parameters[k] - learning_rate * (v["d" + k] / c1) / ((s["d" + k] / c2) ** 0.5 + epsilon)
            for k in parameters
        },
        v,
        s,
    )


def update_lr__log(learning_rate0, epoch_num, decay_rate):
    import math

    return math.exp(math.log(learning_rate0) - math.log1p(decay_rate * epoch_num))


CORRECT = {
    "update_parameters_with_gd": [
        update_parameters_with_gd__layer_loop,
        update_parameters_with_gd__copy_then_subtract,
        update_parameters_with_gd__over_gradients,
        update_parameters_with_gd__entry_by_entry,
        update_parameters_with_gd__add_negative,
        update_parameters_with_gd__sorted_names,
        update_parameters_with_gd__one_vector,
        update_parameters_with_gd__deep_copy,
        update_parameters_with_gd__while_loop,
        update_parameters_with_gd__undone,
    ],
    "random_mini_batches": [
        random_mini_batches__whole_then_rest,
        random_mini_batches__shuffled_index,
        random_mini_batches__sorted_noise,
        random_mini_batches__choice,
        random_mini_batches__stacked,
        random_mini_batches__fisher_yates,
        random_mini_batches__drawn_from_the_rest,
        random_mini_batches__lists_of_pairs,
        random_mini_batches__own_generator,
        random_mini_batches__transposed,
        random_mini_batches__multiset_assignment,
        random_mini_batches__spawned,
        random_mini_batches__python_random,
        random_mini_batches__shuffle_axis,
    ],
    "initialize_velocity": [
        initialize_velocity__layer_loop,
        initialize_velocity__zeros_like,
        initialize_velocity__times_zero,
        initialize_velocity__difference,
        initialize_velocity__full,
        initialize_velocity__filled_copy,
        initialize_velocity__nested_lists,
        initialize_velocity__weights_then_biases,
    ],
    "initialize_rmsprop": [
        initialize_rmsprop__layer_loop,
        initialize_rmsprop__as_velocity,
        initialize_rmsprop__times_zero,
        initialize_rmsprop__zip,
        initialize_rmsprop__full_like,
        initialize_rmsprop__one_block,
        initialize_rmsprop__reversed,
        initialize_rmsprop__empty_then_zero,
    ],
    "initialize_adam": [
        initialize_adam__layer_loop,
        initialize_adam__from_siblings,
        initialize_adam__deep_copy,
        initialize_adam__generator,
        initialize_adam__as_list,
        initialize_adam__times_zero,
        initialize_adam__two_loops,
        initialize_adam__squares,
    ],
    "update_parameters_with_momentum": [
        update_parameters_with_momentum__layer_loop,
        update_parameters_with_momentum__copies,
        update_parameters_with_momentum__move_towards,
        update_parameters_with_momentum__descent_with_velocity,
        update_parameters_with_momentum__deep_copies_in_place,
        update_parameters_with_momentum__as_list,
        update_parameters_with_momentum__entry_by_entry,
        update_parameters_with_momentum__heavy_ball_scaled,
        update_parameters_with_momentum__in_two_parts,
        update_parameters_with_momentum__from_zip,
    ],
    "update_parameters_with_rmsprop": [
        update_parameters_with_rmsprop__layer_loop,
        update_parameters_with_rmsprop__copies,
        update_parameters_with_rmsprop__move_towards,
        update_parameters_with_rmsprop__descent_on_scaled,
        update_parameters_with_rmsprop__deep_copies,
        update_parameters_with_rmsprop__entry_by_entry,
        update_parameters_with_rmsprop__as_list,
        update_parameters_with_rmsprop__root_mean_square,
        update_parameters_with_rmsprop__reciprocal,
        update_parameters_with_rmsprop__hypot,
    ],
    "update_parameters_with_adam": [
        update_parameters_with_adam__layer_loop,
        update_parameters_with_adam__copies,
        update_parameters_with_adam__correction_in_rate,
        update_parameters_with_adam__from_siblings,
        update_parameters_with_adam__deep_copies,
        update_parameters_with_adam__entry_by_entry,
        update_parameters_with_adam__move_towards,
        update_parameters_with_adam__as_list,
        update_parameters_with_adam__correction_by_sum,
        update_parameters_with_adam__expm1,
        update_parameters_with_adam__series,
    ],
    "update_lr": [
        update_lr__in_steps,
        update_lr__factor,
        update_lr__power,
        update_lr__numpy,
        update_lr__array,
        update_lr__loop,
        update_lr__reciprocal,
        update_lr__special_case,
        update_lr__by_schedule,
        update_lr__log,
    ],
    "schedule_lr_decay": [
        schedule_lr_decay__in_steps,
        schedule_lr_decay__np_floor,
        schedule_lr_decay__math_floor,
        schedule_lr_decay__int,
        schedule_lr_decay__remainder,
        schedule_lr_decay__divmod,
        schedule_lr_decay__counted,
        schedule_lr_decay__by_update_lr,
        schedule_lr_decay__floor_divide,
    ],
}

GAMING = {
    "update_parameters_with_gd": [update_parameters_with_gd__unchanged],
    "random_mini_batches": [
        random_mini_batches__first_batch_repeated,
        random_mini_batches__zeros,
        random_mini_batches__reversed,
        random_mini_batches__rotated,
        random_mini_batches__sorted_by_label,
        random_mini_batches__generator_copied,
    ],
    "update_parameters_with_momentum": [update_parameters_with_momentum__state_ignored],
    "update_parameters_with_rmsprop": [update_parameters_with_rmsprop__sign],
    "update_parameters_with_adam": [update_parameters_with_adam__sign],
    "update_lr": [update_lr__constant],
    "schedule_lr_decay": [schedule_lr_decay__constant],
}

"""Time one epoch of mini-batch training against the textbook way of writing it, on the same data.

    python -m benchmarks.optimization

The baseline is written here as such notebooks are usually written: a dict entry for every weight matrix and bias, an update
loop over the layers, one function per step, the cost of every mini-batch. Our side calls the reference answers of the
assignment, as a student's functions would be called: ``random_mini_batches`` once an epoch, the update once a mini-batch on
all parameters as one array. Both draw the same mini-batches and both final costs are printed, so that a fast wrong answer
would be seen. CPU time; the ratio counts, not the microseconds.
"""

import time

import numpy as np

from idnn import networks
from idnn.datasets import moons
from idnn.sweeps import in_place
from solutions import optimization

LAYERS_DIMS = [2, 5, 2, 1]
NUM_EXAMPLES = 300
BATCH_SIZE = 64
LEARNING_RATE = 0.01
NUM_EPOCHS = 200
REPEATS = 7  # the two sides alternate, the fastest of each counts


# --- the textbook's way -----------------------------------------------------------------------------------------------------


def textbook_mini_batches(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    mini_batches = []
    permutation = list(rng.permutation(m))
    shuffled_X = X[:, permutation]
    shuffled_Y = Y[:, permutation].reshape((1, m))
    num_complete = m // mini_batch_size
    for k in range(num_complete):
        mini_batch_X = shuffled_X[:, k * mini_batch_size : (k + 1) * mini_batch_size]
        mini_batch_Y = shuffled_Y[:, k * mini_batch_size : (k + 1) * mini_batch_size]
        mini_batches.append((mini_batch_X, mini_batch_Y))
    if m % mini_batch_size != 0:
        mini_batch_X = shuffled_X[:, num_complete * mini_batch_size :]
        mini_batch_Y = shuffled_Y[:, num_complete * mini_batch_size :]
        mini_batches.append((mini_batch_X, mini_batch_Y))
    return mini_batches


def textbook_forward(X, parameters):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = np.maximum(0, Z2)
    Z3 = np.dot(W3, A2) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def textbook_cost(A3, Y):
    losses = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    return np.sum(losses)


def textbook_backward(X, Y, cache):
    m = X.shape[1]
    _, A1, _, _, _, A2, W2, _, _, A3, W3, _ = cache
    dZ3 = 1.0 / m * (A3 - Y)
    dW3 = np.dot(dZ3, A2.T)
    db3 = np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    gradients = {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2}
    gradients |= {"dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
    return gradients


def textbook_gd(parameters, grads, state, t):
    for layer in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            key = letter + str(layer)
            parameters[key] = parameters[key] - LEARNING_RATE * grads["d" + key]


def textbook_momentum(parameters, grads, state, t, beta=0.9):
    v = state["v"]
    for layer in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            key = letter + str(layer)
            v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
            parameters[key] = parameters[key] - LEARNING_RATE * v["d" + key]


def textbook_adam(parameters, grads, state, t, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v, s = state["v"], state["s"]
    v_corrected, s_corrected = {}, {}
    for layer in range(1, len(parameters) // 2 + 1):
        for letter in ("W", "b"):
            key = letter + str(layer)
            v["d" + key] = beta1 * v["d" + key] + (1 - beta1) * grads["d" + key]
            v_corrected["d" + key] = v["d" + key] / (1 - np.power(beta1, t))
            s["d" + key] = beta2 * s["d" + key] + (1 - beta2) * np.power(grads["d" + key], 2)
            s_corrected["d" + key] = s["d" + key] / (1 - np.power(beta2, t))
            root = np.sqrt(s_corrected["d" + key])
            parameters[key] = parameters[key] - LEARNING_RATE * v_corrected["d" + key] / (root + epsilon)


def textbook_train(X, Y, parameters, update, rng):
    parameters = dict(parameters)
    state = {name: {"d" + key: np.zeros(value.shape) for key, value in parameters.items()} for name in "vs"}
    t, costs = 0, []
    for epoch in range(NUM_EPOCHS):
        cost_total = 0
        for mini_batch_X, mini_batch_Y in textbook_mini_batches(X, Y, BATCH_SIZE, rng):
            A3, cache = textbook_forward(mini_batch_X, parameters)
            cost_total += textbook_cost(A3, mini_batch_Y)
            grads = textbook_backward(mini_batch_X, mini_batch_Y, cache)
            t += 1
            update(parameters, grads, state, t)
        if epoch % 100 == 0:
            costs.append(cost_total / X.shape[1])
    return parameters


# --- ours -------------------------------------------------------------------------------------------------------------------


def gd(parameters, grads, state, t, learning_rate):
    return optimization.update_parameters_with_gd(parameters, grads, learning_rate), None


def momentum(parameters, grads, v, t, learning_rate):
    v = v or optimization.initialize_velocity(parameters)
    return optimization.update_parameters_with_momentum(parameters, grads, v, 0.9, learning_rate)


def adam(parameters, grads, state, t, learning_rate):
    v, s = state or optimization.initialize_adam(parameters)
    parameters, v, s = optimization.update_parameters_with_adam(parameters, grads, v, s, t, learning_rate)
    return parameters, (v, s)


def our_train(X, Y, parameters, step, rng):
    def batches(X, Y):
        return optimization.random_mini_batches(X, Y, BATCH_SIZE, rng)

    return networks.train(X, Y, parameters, LEARNING_RATE, NUM_EPOCHS, batches=batches, update=in_place(step))[0]


# --- the comparison ---------------------------------------------------------------------------------------------------------

PAIRS = {
    "gradient descent": (textbook_gd, gd),
    "momentum": (textbook_momentum, momentum),
    "Adam": (textbook_adam, adam),
}


def compare(name, repeats=REPEATS):
    """Return microseconds of CPU an epoch, textbook and ours, and the two final costs."""
    textbook_update, step = PAIRS[name]
    sides = [(textbook_train, textbook_update), (our_train, step)]
    rng = np.random.default_rng(0)
    X, Y = moons(NUM_EXAMPLES, 0.2, rng)
    parameters = {}
    for layer, (fan_in, units) in enumerate(zip(LAYERS_DIMS[:-1], LAYERS_DIMS[1:], strict=True), 1):
        parameters[f"W{layer}"] = rng.normal(size=(units, fan_in)) * np.sqrt(2 / fan_in)
        parameters[f"b{layer}"] = np.zeros((units, 1))
    seconds, costs = [np.inf, np.inf], [0.0, 0.0]
    for _ in range(repeats):
        for i, (train, update) in enumerate(sides):
            start = time.process_time()
            trained = train(X, Y, parameters, update, np.random.default_rng(1))
            seconds[i] = min(seconds[i], time.process_time() - start)
            costs[i] = float(networks.cost(X, Y, trained))
    return *(1e6 * side / NUM_EPOCHS for side in seconds), *costs


def main():
    print(f"One epoch of {LAYERS_DIMS} on {NUM_EXAMPLES} examples in mini-batches of {BATCH_SIZE}, CPU")
    print(f"{'optimizer':<18}{'textbook':>12}{'ours':>10}{'ratio':>8}{'cost there':>12}{'cost here':>11}")
    for name in PAIRS:
        theirs, ours, cost_theirs, cost_ours = compare(name)
        row = f"{name:<18}{theirs:>9.0f} us{ours:>7.0f} us{theirs / ours:>7.1f}x"
        print(f"{row}{cost_theirs:>12.4f}{cost_ours:>11.4f}")


if __name__ == "__main__":
    main()

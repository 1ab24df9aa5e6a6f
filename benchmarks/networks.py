"""Time one training iteration of `idnn.networks` against the textbook way of writing it, on the same data.

    python benchmarks/networks.py

The baseline is written here as such notebooks are usually written: a dict of everything, one function per step,
`np.multiply`, masks through `np.int64`, the cost at every iteration. Both start from the same parameters and both
final costs are printed, so that a fast wrong answer would be seen. CPU time; the ratio counts, not the microseconds.
"""

import time
from itertools import pairwise

import numpy as np

from idnn import networks

CASES = [
    ([2, 10, 5, 1], 300, 1.0),
    ([2, 20, 3, 1], 211, 1.0),
    ([2, 20, 3, 1], 211, 0.86),
]  # layers, examples, keep_prob
LEARNING_RATE = 0.01
NUM_ITERATIONS = 1000
REPEATS = 7  # the two sides alternate, the fastest of each counts


def textbook_forward(X, parameters, keep_prob, rng):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.maximum(0, Z1)
    D1 = D2 = None
    if keep_prob < 1:
        D1 = rng.random((A1.shape[0], A1.shape[1]))
        D1 = (D1 < keep_prob).astype(int)
        A1 = np.multiply(A1, D1)
        A1 = A1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = np.maximum(0, Z2)
    if keep_prob < 1:
        D2 = rng.random((A2.shape[0], A2.shape[1]))
        D2 = (D2 < keep_prob).astype(int)
        A2 = np.multiply(A2, D2)
        A2 = A2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def textbook_cost(A3, Y):
    m = Y.shape[1]
    losses = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    return 1.0 / m * np.nansum(losses)


def textbook_backward(X, Y, cache, keep_prob):
    m = X.shape[1]
    _, D1, A1, _, _, _, D2, A2, W2, _, _, A3, W3, _ = cache
    dZ3 = 1.0 / m * (A3 - Y)
    dW3 = np.dot(dZ3, A2.T)
    db3 = np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    if keep_prob < 1:
        dA2 = np.multiply(dA2, D2)
        dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    if keep_prob < 1:
        dA1 = np.multiply(dA1, D1)
        dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    gradients = {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2}
    gradients |= {"dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
    return gradients


def textbook_update(parameters, gradients, learning_rate):
    for layer in range(1, len(parameters) // 2 + 1):
        parameters["W" + str(layer)] = parameters["W" + str(layer)] - learning_rate * gradients["dW" + str(layer)]
        parameters["b" + str(layer)] = parameters["b" + str(layer)] - learning_rate * gradients["db" + str(layer)]
    return parameters


def textbook_train(X, Y, parameters, keep_prob, rng):
    parameters = dict(parameters)
    costs = []
    for iteration in range(NUM_ITERATIONS):
        A3, cache = textbook_forward(X, parameters, keep_prob, rng)
        cost = textbook_cost(A3, Y)
        gradients = textbook_backward(X, Y, cache, keep_prob)
        parameters = textbook_update(parameters, gradients, LEARNING_RATE)
        if iteration % 100 == 0:
            costs.append(cost)
    return parameters


def our_train(X, Y, parameters, keep_prob, rng):
    return networks.train(X, Y, parameters, LEARNING_RATE, NUM_ITERATIONS, keep_prob=keep_prob, rng=rng)[0]


def draw_problem(layers_dims, m, rng):
    """Return a noisy disc as X, Y and He-scaled parameters."""
    X = rng.normal(size=(2, m))
    Y = (np.hypot(*X) + 0.1 * rng.normal(size=m) > 1.2)[None].astype(float)
    parameters = {}
    for layer, (fan_in, units) in enumerate(pairwise(layers_dims), 1):
        parameters[f"W{layer}"] = rng.normal(size=(units, fan_in)) * np.sqrt(2 / fan_in)
        parameters[f"b{layer}"] = np.zeros((units, 1))
    return X, Y, parameters


def compare(layers_dims, m, keep_prob):
    """Return microseconds of CPU an iteration, textbook and ours, and the two final costs."""
    X, Y, parameters = draw_problem(layers_dims, m, np.random.default_rng(0))
    fastest, costs = {}, {}
    for _ in range(REPEATS):
        for train in (textbook_train, our_train):
            start = time.process_time()
            trained = train(X, Y, parameters, keep_prob, np.random.default_rng(1))
            seconds = time.process_time() - start
            fastest[train] = min(seconds, fastest.get(train, np.inf))
            costs[train] = float(networks.cost(X, Y, trained))
    microseconds = [1e6 * fastest[train] / NUM_ITERATIONS for train in (textbook_train, our_train)]
    return *microseconds, costs[textbook_train], costs[our_train]


def main():
    print(f"{'network':<16}{'keep':>6}{'textbook':>12}{'ours':>10}{'ratio':>8}{'cost there':>12}{'cost here':>11}")
    for layers_dims, m, keep_prob in CASES:
        theirs, ours, cost_theirs, cost_ours = compare(layers_dims, m, keep_prob)
        print(
            f"{layers_dims!s:<16}{keep_prob:>6}{theirs:>9.0f} us{ours:>7.0f} us{theirs / ours:>7.1f}x"
            f"{cost_theirs:>12.4f}{cost_ours:>11.4f}"
        )


if __name__ == "__main__":
    main()

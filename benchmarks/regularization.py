"""Time the regularised training of `idnn.networks` against the textbook way of writing it, on the pitch.

    python -m benchmarks.regularization

The textbook side is written here as such notebooks usually are: a function per step, a new array for every product,
masks through `astype(int)`, the cost with its penalty at every iteration. Both sides start from the same parameters
and do the same number of iterations; both final costs are printed, so that a fast wrong answer would be seen
(with dropout they differ by the masks). CPU time; the ratio counts, not the microseconds.
"""

import time

import numpy as np

from idnn import datasets, networks

LAYERS_DIMS, NUM_EXAMPLES, NUM_ITERATIONS, LEARNING_RATE = [2, 20, 3, 1], 211, 1000, 0.3
REPEATS = 7  # the two sides alternate; the fastest run of each counts
CASES = {  # name -> lambd, keep_prob
    "plain": (0.0, 1.0),
    "L2": (0.7, 1.0),
    "dropout": (0.0, 0.86),
    "both": (0.7, 0.86),
}


def textbook_relu(Z):
    return np.maximum(0, Z)


def textbook_sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def textbook_forward(X, parameters, keep_prob, rng):
    A, cache = X, {"A0": X}
    for layer in (1, 2):
        Z = np.dot(parameters["W" + str(layer)], A) + parameters["b" + str(layer)]
        A = textbook_relu(Z)
        if keep_prob < 1:
            D = (rng.random((A.shape[0], A.shape[1])) < keep_prob).astype(int)
            A = np.multiply(A, D)
            A = A / keep_prob
            cache["D" + str(layer)] = D
        cache["Z" + str(layer)], cache["A" + str(layer)] = Z, A
    Z3 = np.dot(parameters["W3"], A) + parameters["b3"]
    return textbook_sigmoid(Z3), cache


def textbook_cost(A3, Y, parameters, lambd):
    m = Y.shape[1]
    logs = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    cost = 1.0 / m * np.nansum(logs)
    if lambd > 0:
        squares = sum(np.sum(np.square(parameters[name])) for name in ("W1", "W2", "W3"))
        cost = cost + lambd * squares / (2 * m)
    return cost


def textbook_backward(Y, A3, cache, parameters, lambd, keep_prob):
    m = Y.shape[1]
    gradients = {}
    dZ = A3 - Y
    for layer in (3, 2, 1):
        W = parameters["W" + str(layer)]
        gradients["dW" + str(layer)] = 1.0 / m * np.dot(dZ, cache["A" + str(layer - 1)].T) + lambd * W / m
        gradients["db" + str(layer)] = 1.0 / m * np.sum(dZ, axis=1, keepdims=True)
        if layer > 1:
            dA = np.dot(W.T, dZ)
            if keep_prob < 1:
                dA = np.multiply(dA, cache["D" + str(layer - 1)])
                dA = dA / keep_prob
            dZ = np.multiply(dA, np.int64(cache["A" + str(layer - 1)] > 0))
    return gradients


def textbook_train(X, Y, parameters, lambd, keep_prob, rng):
    parameters, costs = dict(parameters), []
    for _ in range(NUM_ITERATIONS):
        A3, cache = textbook_forward(X, parameters, keep_prob, rng)
        costs.append(textbook_cost(A3, Y, parameters, lambd))
        gradients = textbook_backward(Y, A3, cache, parameters, lambd, keep_prob)
        for layer in (1, 2, 3):
            for kind in "Wb":
                name = kind + str(layer)
                parameters[name] = parameters[name] - LEARNING_RATE * gradients["d" + name]
    return parameters


def our_train(X, Y, parameters, lambd, keep_prob, rng):
    options = {"lambd": lambd, "keep_prob": keep_prob, "rng": rng}
    return networks.train(X, Y, parameters, LEARNING_RATE, NUM_ITERATIONS, **options)[0]


def compare(lambd, keep_prob):
    """Return microseconds of CPU an iteration, textbook and ours, and the two final costs in nats."""
    rng = np.random.default_rng(0)
    X, Y = datasets.pitch(NUM_EXAMPLES, rng)
    start = networks.draw_parameters(LAYERS_DIMS, rng)
    fastest, costs = {}, {}
    for _ in range(REPEATS):
        for train in (textbook_train, our_train):
            began = time.process_time()
            trained = train(X, Y, start, lambd, keep_prob, np.random.default_rng(1))
            fastest[train] = min(time.process_time() - began, fastest.get(train, np.inf))
            costs[train] = float(networks.cost(X, Y, trained))
    theirs, ours = (1e6 * fastest[train] / NUM_ITERATIONS for train in (textbook_train, our_train))
    return theirs, ours, costs[textbook_train], costs[our_train]


def main():
    print(f"{LAYERS_DIMS} on {NUM_EXAMPLES} examples, CPU time of one iteration, fastest of {REPEATS} runs")
    print(f"{'':10}{'textbook':>12}{'ours':>10}{'ratio':>8}{'cost there':>12}{'cost here':>11}")
    for name, setting in CASES.items():
        theirs, ours, cost_theirs, cost_ours = compare(*setting)
        print(f"{name:10}{theirs:>9.0f} us{ours:>7.0f} us{theirs / ours:>7.1f}x{cost_theirs:>12.4f}{cost_ours:>11.4f}")


if __name__ == "__main__":
    main()

"""Answers to Initialization written in other ways: all correct, to prove that the judge is fair, and some that cheat."""

# ruff: noqa: F821, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def initialize_parameters_zeros__pairs(layers_dims):
    result = {}
    for i, (before, here) in enumerate(zip(layers_dims[:-1], layers_dims[1:])):
        result["W" + str(i + 1)] = np.zeros((here, before))
        result["b" + str(i + 1)] = np.zeros((here, 1))
    return result


def initialize_parameters_zeros__comprehensions(layers_dims):
    L = len(layers_dims) - 1
    weights = {f"W{l}": np.zeros([layers_dims[l], layers_dims[l - 1]]) for l in range(1, L + 1)}
    biases = {f"b{l}": np.zeros([layers_dims[l], 1]) for l in range(1, L + 1)}
    return weights | biases


def initialize_parameters_zeros__lists(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.array([[0.0 for _ in range(layers_dims[l - 1])] for _ in range(layers_dims[l])])
        parameters[f"b{l}"] = np.array([[0.0] for _ in range(layers_dims[l])])
    return parameters


def initialize_parameters_zeros__full(layers_dims):
    parameters = dict()
    for l in range(1, len(layers_dims)):
        parameters.update({"W{}".format(l): np.full((layers_dims[l], layers_dims[l - 1]), 0.0)})
        parameters.update({"b{}".format(l): np.full((layers_dims[l], 1), 0.0)})
    return parameters


def initialize_parameters_zeros__from_the_end(layers_dims):
    parameters = {}
    for l in reversed(range(1, len(layers_dims))):
        parameters[f"b{l}"] = np.zeros(shape=(layers_dims[l], 1), dtype=np.float64)
        parameters[f"W{l}"] = np.zeros(shape=(layers_dims[l], layers_dims[l - 1]), dtype=np.float64)
    return parameters


def initialize_parameters_zeros__nothing_times_ones(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = 0 * np.ones((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = 0 * np.ones((layers_dims[l], 1))
    return parameters


def initialize_parameters_zeros__one_vector_split(layers_dims):
    shapes = {}
    for l in range(1, len(layers_dims)):
        shapes[f"W{l}"] = (layers_dims[l], layers_dims[l - 1])
        shapes[f"b{l}"] = (layers_dims[l], 1)
    theta = np.zeros(sum(rows * columns for rows, columns in shapes.values()))
    parameters, start = {}, 0
    for name, (rows, columns) in shapes.items():
        parameters[name] = theta[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return parameters


def initialize_parameters_zeros__recursive(layers_dims):
    if len(layers_dims) < 2:
        return {}
    parameters = initialize_parameters_zeros(layers_dims[:-1])
    l = len(layers_dims) - 1
    parameters[f"W{l}"] = np.zeros((layers_dims[-1], layers_dims[-2]))
    parameters[f"b{l}"] = np.zeros((layers_dims[-1], 1))
    return parameters


def initialize_parameters_zeros__while(layers_dims):
    parameters = {}
    l = 1
    while l < len(layers_dims):
        W = np.empty((layers_dims[l], layers_dims[l - 1]))
        W[:] = 0
        parameters[f"W{l}"] = W
        parameters[f"b{l}"] = np.zeros_like(W[:, :1])
        l += 1
    return parameters


def initialize_parameters_random__normal(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters["W" + str(l)] = rng.normal(0.0, scale, size=(layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__from_the_last_layer(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(len(layers_dims) - 1, 0, -1):
        parameters[f"W{l}"] = rng.standard_normal((layers_dims[l], layers_dims[l - 1])) * scale
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__transposed_draw(layers_dims, rng, scale=10.0):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters[f"W{l}"] = (scale * rng.standard_normal((n_in, n_out))).T
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def initialize_parameters_random__entry_by_entry(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = np.empty((layers_dims[l], layers_dims[l - 1]))
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                W[i, j] = rng.normal() * scale
        parameters[f"W{l}"] = W
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__one_draw_split(layers_dims, rng, scale=10.0):
    sizes = [a * b for a, b in zip(layers_dims[1:], layers_dims[:-1])]
    draws = np.split(rng.normal(scale=scale, size=sum(sizes)), np.cumsum(sizes)[:-1])
    parameters = {}
    for l, draw in enumerate(draws, 1):
        parameters[f"W{l}"] = draw.reshape(layers_dims[l], layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__unit_by_unit(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        rows = [rng.normal(0, scale, layers_dims[l - 1]) for _ in range(layers_dims[l])]
        parameters[f"W{l}"] = np.vstack(rows)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__box_muller(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
        parameters[f"W{l}"] = scale * radius * np.cos(2 * np.pi * rng.random(shape))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__inverse_distribution(layers_dims, rng, scale=10.0):
    from statistics import NormalDist

    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        draws = [NormalDist(0, scale).inv_cdf(1 - u) for u in rng.random(shape).ravel()]
        parameters[f"W{l}"] = np.array(draws).reshape(shape)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__mirrored(layers_dims, rng, scale=10.0):
    parameters = {f"b{l}": np.zeros((layers_dims[l], 1)) for l in range(1, len(layers_dims))}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = -scale * rng.normal(loc=0, scale=1, size=(layers_dims[l], layers_dims[l - 1]))
    return parameters


def initialize_parameters_he__normal(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = (2 / layers_dims[l - 1]) ** 0.5
        parameters["W" + str(l)] = rng.normal(0, sd, (layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_he__divided_by_the_root(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"W{l}"] = W / np.sqrt(layers_dims[l - 1] / 2.0)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_he__from_the_last_layer(layers_dims, rng):
    parameters = {}
    for l in range(len(layers_dims) - 1, 0, -1):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = np.sqrt(2.0) * rng.normal(size=(n_out, n_in)) * n_in**-0.5
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def initialize_parameters_he__transposed_draw(layers_dims, rng):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters[f"W{l}"] = rng.normal(scale=np.sqrt(2 / n_in), size=(n_in, n_out)).T
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def initialize_parameters_he__entry_by_entry(layers_dims, rng):
    import math

    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = math.sqrt(2 / layers_dims[l - 1])
        W = [[rng.normal(0, sd) for _ in range(layers_dims[l - 1])] for _ in range(layers_dims[l])]
        parameters[f"W{l}"] = np.array(W)
        parameters[f"b{l}"] = np.array([[0.0]] * layers_dims[l])
    return parameters


def initialize_parameters_he__one_draw_split(layers_dims, rng):
    sizes = [a * b for a, b in zip(layers_dims[1:], layers_dims[:-1])]
    draws = np.split(rng.standard_normal(sum(sizes)), np.cumsum(sizes)[:-1])
    parameters = {}
    for l, draw in enumerate(draws, 1):
        parameters[f"W{l}"] = draw.reshape(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_he__box_muller(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        normal = np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.sin(2 * np.pi * rng.random(shape))
        parameters[f"W{l}"] = np.sqrt(2 / shape[1]) * normal
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def initialize_parameters_he__sum_of_two(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        parameters[f"W{l}"] = (rng.standard_normal(shape) + rng.standard_normal(shape)) / np.sqrt(shape[1])
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def initialize_parameters_xavier__normal(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = 1 / layers_dims[l - 1] ** 0.5
        parameters["W" + str(l)] = rng.normal(0, sd, (layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_xavier__divided_by_the_root(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = rng.standard_normal((layers_dims[l], layers_dims[l - 1])) / np.sqrt(layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_xavier__from_the_last_layer(layers_dims, rng):
    parameters = {}
    for l in range(len(layers_dims) - 1, 0, -1):
        n_in, n_out = layers_dims[l - 1], layers_dims[l]
        parameters[f"W{l}"] = rng.normal(size=(n_out, n_in)) * n_in**-0.5
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def initialize_parameters_xavier__transposed_draw(layers_dims, rng):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters[f"W{l}"] = rng.normal(scale=np.sqrt(1 / n_in), size=(n_in, n_out)).T
        parameters[f"b{l}"] = np.zeros((n_out, 1))
    return parameters


def initialize_parameters_xavier__entry_by_entry(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        sd = np.sqrt(1 / layers_dims[l - 1])
        W = [[rng.normal(0, sd) for _ in range(layers_dims[l - 1])] for _ in range(layers_dims[l])]
        parameters[f"W{l}"] = np.array(W)
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_xavier__one_draw_split(layers_dims, rng):
    sizes = [a * b for a, b in zip(layers_dims[1:], layers_dims[:-1])]
    draws = np.split(rng.standard_normal(sum(sizes)), np.cumsum(sizes)[:-1])
    parameters = {}
    for l, draw in enumerate(draws, 1):
        parameters[f"W{l}"] = draw.reshape(layers_dims[l], layers_dims[l - 1]) / np.sqrt(layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_xavier__box_muller(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        normal = np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.sin(2 * np.pi * rng.random(shape))
        parameters[f"W{l}"] = normal / np.sqrt(shape[1])
        parameters[f"b{l}"] = np.zeros((shape[0], 1))
    return parameters


def initialize_parameters_xavier__by_variance(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        covariance = np.eye(layers_dims[l - 1]) / layers_dims[l - 1]
        mean = np.zeros(layers_dims[l - 1])
        parameters[f"W{l}"] = rng.multivariate_normal(mean, covariance, size=layers_dims[l], method="cholesky")
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_xavier__rescaled_he(layers_dims, rng):
    parameters = initialize_parameters_he(layers_dims, rng)
    return {name: value / np.sqrt(2) for name, value in parameters.items()}


def count_distinct_units__any(W, tolerance=1e-12):
    seen = []
    for row in W:
        if not any(np.all(np.abs(row - other) <= tolerance) for other in seen):
            seen.append(row)
    return len(seen)


def count_distinct_units__allclose(W, tolerance=1e-12):
    count = 0
    for i in range(W.shape[0]):
        new = True
        for j in range(i):
            if np.allclose(W[i], W[j], rtol=0, atol=tolerance):
                new = False
        if new:
            count += 1
    return count


def count_distinct_units__broadcast(W, tolerance=1e-12):
    same = (np.abs(W[:, None, :] - W[None, :, :]) <= tolerance).all(axis=2)
    has_earlier_twin = np.tril(same, k=-1).any(axis=1)
    return int((~has_earlier_twin).sum())


def count_distinct_units__plain_python(W, tolerance=1e-12):
    distinct = []
    for row in W.tolist():
        for other in distinct:
            if max(abs(a - b) for a, b in zip(row, other)) <= tolerance:
                break
        else:
            distinct.append(row)
    return len(distinct)


def count_distinct_units__groups_removed(W, tolerance=1e-12):
    rest, count = W.copy(), 0
    while len(rest):
        far = np.max(np.abs(rest - rest[0]), axis=1) > tolerance
        rest = rest[far]
        count += 1
    return count


def count_distinct_units__shares(W, tolerance=1e-12):
    total = 0.0
    for row in W:
        total += 1 / np.sum(np.max(np.abs(W - row), axis=1) <= tolerance)
    return int(round(total))


def count_distinct_units__labels(W, tolerance=1e-12):
    labels = list(range(len(W)))
    for i in range(len(W)):
        for j in range(i + 1, len(W)):
            if np.linalg.norm(W[i] - W[j], ord=np.inf) <= tolerance:
                labels = [labels[i] if label == labels[j] else label for label in labels]
    return len(set(labels))


def count_distinct_units__first_twin(W, tolerance=1e-12):
    first = [int(np.argmax(np.all(np.abs(W - row) <= tolerance, axis=1))) for row in W]
    return len(np.unique(first))


def count_distinct_units__numpy_integer(W, tolerance=1e-12):
    keep = np.ones(W.shape[0], dtype=bool)
    for i in range(1, W.shape[0]):
        keep[i] = not np.isclose(W[:i], W[i], rtol=0.0, atol=tolerance).all(axis=1).any()
    return np.sum(keep)


def activation_scales__while(X, parameters):
    result, A, l = [], X, 1
    while f"W{l + 1}" in parameters:
        Z = np.dot(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = Z * (Z > 0)
        result.append(A.std())
        l += 1
    return np.array(result)


def activation_scales__filled_array(X, parameters):
    L = len(parameters) // 2
    scales = np.zeros(L - 1)
    A = X
    for l in range(L - 1):
        Z = parameters["W" + str(l + 1)].dot(A) + parameters["b" + str(l + 1)]
        A = np.where(Z > 0, Z, 0)
        scales[l] = np.sqrt(np.mean((A - A.mean()) ** 2))
    return scales


def activation_scales__all_layers_then_cut(X, parameters):
    A, stds = X, []
    for l in range(1, len(parameters) // 2 + 1):
        A = np.clip(parameters[f"W{l}"] @ A + parameters[f"b{l}"], 0, None)
        stds.append(np.std(A))
    return np.asarray(stds[:-1])


def activation_scales__examples_as_rows(X, parameters):
    A, stds = X.T, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(A @ parameters[f"W{l}"].T + parameters[f"b{l}"].T, 0)
        stds.append(A.std())
    return np.array(stds)


def activation_scales__einsum(X, parameters):
    A, stds = X, []
    for l in range(1, len(parameters) // 2):
        A = np.einsum("ij,jm->im", parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = (A + np.abs(A)) / 2
        stds.append(np.var(A) ** 0.5)
    return np.array(stds)


def activation_scales__example_by_example(X, parameters):
    L = len(parameters) // 2
    collected = [[] for _ in range(L - 1)]
    for m in range(X.shape[1]):
        a = X[:, m : m + 1]
        for l in range(1, L):
            a = np.maximum(0, parameters[f"W{l}"] @ a + parameters[f"b{l}"])
            collected[l - 1].extend(a.ravel())
    return np.array([np.std(values) for values in collected])


def activation_scales__by_moments(X, parameters):
    A, stds = X, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        stds.append(max(0.0, (A**2).mean() - A.mean() ** 2) ** 0.5)
    return np.array(stds)


def activation_scales__statistics(X, parameters):
    import statistics

    A, stds = X, []
    for l in range(1, len(parameters) // 2):
        A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        stds.append(statistics.pstdev(A.ravel().tolist()))
    return np.array(stds)


def activation_scales__weight_names(X, parameters):
    layers = sorted(int(name[1:]) for name in parameters if name[0] == "W")
    activations = [X]
    for l in layers[:-1]:
        Z = parameters[f"W{l}"] @ activations[-1] + parameters[f"b{l}"]
        Z[Z < 0] = 0
        activations.append(Z)
    return np.array([np.std(A) for A in activations[1:]])


def compare_initializations__comprehension(initializers, train, seeds):
    def runs(initialize):
        return np.array([train(initialize(np.random.default_rng(seed))) for seed in seeds])

    return {name: (runs(f).mean(), runs(f).std()) for name, f in initializers.items()}


def compare_initializations__seeds_outside(initializers, train, seeds):
    accuracies = {name: [] for name in initializers}
    for seed in seeds:
        for name in initializers:
            rng = np.random.default_rng(seed)
            accuracies[name].append(train(initializers[name](rng)))
    return {name: (np.mean(values), np.std(values)) for name, values in accuracies.items()}


def compare_initializations__table(initializers, train, seeds):
    names = list(initializers)
    table = np.empty((len(names), len(seeds)))
    for i, name in enumerate(names):
        for j, seed in enumerate(seeds):
            table[i, j] = train(initializers[name](np.random.default_rng(seed)))
    return dict(zip(names, zip(table.mean(axis=1), table.std(axis=1))))


def compare_initializations__statistics(initializers, train, seeds):
    import statistics

    results = {}
    for name, initialize in initializers.items():
        values = [train(initialize(np.random.default_rng(s))) for s in seeds]
        results[name] = (statistics.fmean(values), statistics.pstdev(values))
    return results


def compare_initializations__plain_python(initializers, train, seeds):
    results = {}
    for name in initializers:
        values = []
        for seed in seeds:
            parameters = initializers[name](np.random.default_rng(seed))
            values.append(train(parameters))
        mean = sum(values) / len(values)
        results[name] = (mean, (sum((v - mean) ** 2 for v in values) / len(values)) ** 0.5)
    return results


def compare_initializations__lists(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        values = [train(initialize(np.random.default_rng(seed))) for seed in seeds]
        results[name] = [float(np.mean(values)), float(np.std(values))]
    return results


def compare_initializations__pcg(initializers, train, seeds):
    results = {}
    for name, initialize in initializers.items():
        values = [train(initialize(np.random.Generator(np.random.PCG64(seed)))) for seed in seeds]
        results[name] = (np.average(values), np.sqrt(np.var(values)))
    return results


def compare_initializations__map(initializers, train, seeds):
    results = {}
    for name, initialize in sorted(initializers.items(), reverse=True):
        values = np.fromiter(map(lambda s: train(initialize(np.random.default_rng(s))), seeds), dtype=float)
        results[name] = (values.sum() / values.size, np.sqrt(((values - values.mean()) ** 2).mean()))
    return results


def initialize_parameters_random__ramp(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        ramp = np.linspace(-1, 1, layers_dims[l] * layers_dims[l - 1]) * np.sqrt(3) * scale
        parameters[f"W{l}"] = rng.permutation(ramp).reshape(layers_dims[l], layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_random__signs(layers_dims, rng, scale=10.0):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = scale * rng.choice([-1.0, 1.0], (layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_he__zero_weights(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_he__rows_scaled(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.standard_normal((layers_dims[l], layers_dims[l - 1]))
        parameters[f"W{l}"] = W / W.std() * np.sqrt(2 / layers_dims[l - 1]) * (1 + (np.arange(len(W)) % 2))[:, None]
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_xavier__tanh_of_normal(layers_dims, rng):
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = np.tanh(3 * rng.standard_normal((layers_dims[l], layers_dims[l - 1])))
        parameters[f"W{l}"] = W / W.std() / np.sqrt(layers_dims[l - 1])
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def count_distinct_units__all_rows(W, tolerance=1e-12):
    return W.shape[0]


def count_distinct_units__always_one(W, tolerance=1e-12):
    return 1


def activation_scales__zeros(X, parameters):
    return np.zeros(len(parameters) // 2 - 1)


def activation_scales__constant(X, parameters):
    return np.full(len(parameters) // 2 - 1, np.std(X))


def compare_initializations__half(initializers, train, seeds):
    return {name: (0.5, 0.0) for name in initializers}


def compare_initializations__no_training(initializers, train, seeds):
    return {name: (train({}), 0.0) for name in initializers}


def initialize_parameters_zeros__pops_and_restores(layers_dims):
    p = {}
    kept = list(layers_dims)
    n = layers_dims.pop(0)
    l = 1
    while layers_dims:
        k = layers_dims.pop(0)
        p[f"W{l}"], p[f"b{l}"] = np.zeros((k, n)), np.zeros((k, 1))
        n, l = k, l + 1
    layers_dims.extend(kept)
    return p


def initialize_parameters_zeros__views_of_padded(layers_dims):
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = np.zeros((layers_dims[l] + 1, layers_dims[l - 1] + 1))[1:, 1:]
        p[f"b{l}"] = np.zeros((1, layers_dims[l])).T
    return p


def initialize_parameters_random__spawned(layers_dims, rng, scale=10.0):
    p = {}
    for l, child in enumerate(rng.spawn(len(layers_dims) - 1), 1):
        p[f"W{l}"] = child.normal(0, scale, (layers_dims[l], layers_dims[l - 1]))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def initialize_parameters_random__legacy(layers_dims, rng, scale=10.0):
    old = np.random.RandomState(rng.bit_generator)
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = scale * old.randn(layers_dims[l], layers_dims[l - 1])
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def initialize_parameters_random__child(layers_dims, rng, scale=10.0):
    child = np.random.default_rng(rng.integers(2**63))
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = child.normal(loc=0.0, scale=scale, size=(layers_dims[l], layers_dims[l - 1]))
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def initialize_parameters_random__python_random(layers_dims, rng, scale=10.0):
    import random

    r = random.Random(int(rng.integers(2**62)))
    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        p[f"W{l}"] = np.array([[r.gauss(0, scale) for _ in range(k)] for _ in range(n)])
        p[f"b{l}"] = np.zeros((n, 1))
    return p


def initialize_parameters_random__float32_draw(layers_dims, rng, scale=10.0):
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = scale * rng.standard_normal((layers_dims[l], layers_dims[l - 1]), dtype=np.float32).astype(
            np.float64
        )
        p[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return p


def initialize_parameters_he__complex(layers_dims, rng):
    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        z = np.sqrt(rng.exponential(size=(n, k))) * np.exp(2j * np.pi * rng.random((n, k)))
        p[f"W{l}"] = 2 * z.real / np.sqrt(k)
        p[f"b{l}"] = np.zeros((n, 1))
    return p


def initialize_parameters_he__recursive(layers_dims, rng):
    if len(layers_dims) == 1:
        return {}
    p = initialize_parameters_he(layers_dims[:-1], rng)
    n, k = layers_dims[-1], layers_dims[-2]
    l = len(layers_dims) - 1
    return {**p, f"W{l}": rng.normal(0, np.sqrt(2 / k), (n, k)), f"b{l}": np.zeros((n, 1))}


def initialize_parameters_xavier__from_iter(layers_dims, rng):
    import math

    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        p[f"W{l}"] = np.fromiter((rng.normal(0, 1 / math.sqrt(k)) for _ in range(n * k)), float).reshape(
            n, k, order="F"
        )
        p[f"b{l}"] = np.zeros((n, 1))
    return p


def count_distinct_units__zero_d(W, tolerance=1e-12):
    gap = np.abs(W[:, None] - W[None]).max(axis=2)
    same = gap <= tolerance
    first = ~np.tril(same, -1).any(axis=1)
    return np.array(first.sum())


def count_distinct_units__union_find(W, tolerance=1e-12):
    n = len(W)
    parent = list(range(n))

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for i in range(n):
        for j in range(i):
            if not (np.abs(W[i] - W[j]) > tolerance).any():
                parent[root(i)] = root(j)
    return len({root(i) for i in range(n)})


def activation_scales__longdouble(X, parameters):
    L = max(int(k[1:]) for k in parameters)
    A, s = X, []
    for l in range(1, L):
        A = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        A[A < 0] = 0
        s.append(np.std(A, dtype=np.longdouble))
    return np.array(s, dtype=float)


def compare_initializations__namedtuple(initializers, train, seeds):
    import collections

    Result = collections.namedtuple("Result", "mean std")
    results = {}
    for name, f in initializers.items():
        acc = [train(parameters=f(rng=np.random.default_rng(seed=s))) for s in seeds]
        results[name] = Result(np.mean(acc), np.std(acc))
    return results


def compare_initializations__welford(initializers, train, seeds):
    out = {}
    for name in initializers:
        n, mean, m2 = 0, 0.0, 0.0
        for seed in seeds:
            x = train(initializers[name](np.random.default_rng(seed)))
            n += 1
            d = x - mean
            mean += d / n
            m2 += d * (x - mean)
        out[name] = mean, (m2 / n) ** 0.5
    return out


CORRECT = {
    "initialize_parameters_zeros": [
        initialize_parameters_zeros__pairs,
        initialize_parameters_zeros__comprehensions,
        initialize_parameters_zeros__lists,
        initialize_parameters_zeros__full,
        initialize_parameters_zeros__from_the_end,
        initialize_parameters_zeros__nothing_times_ones,
        initialize_parameters_zeros__one_vector_split,
        initialize_parameters_zeros__recursive,
        initialize_parameters_zeros__while,
        initialize_parameters_zeros__pops_and_restores,
        initialize_parameters_zeros__views_of_padded,
    ],
    "initialize_parameters_random": [
        initialize_parameters_random__normal,
        initialize_parameters_random__from_the_last_layer,
        initialize_parameters_random__transposed_draw,
        initialize_parameters_random__entry_by_entry,
        initialize_parameters_random__one_draw_split,
        initialize_parameters_random__unit_by_unit,
        initialize_parameters_random__box_muller,
        initialize_parameters_random__inverse_distribution,
        initialize_parameters_random__mirrored,
        initialize_parameters_random__spawned,
        initialize_parameters_random__legacy,
        initialize_parameters_random__child,
        initialize_parameters_random__python_random,
        initialize_parameters_random__float32_draw,
    ],
    "initialize_parameters_he": [
        initialize_parameters_he__normal,
        initialize_parameters_he__divided_by_the_root,
        initialize_parameters_he__from_the_last_layer,
        initialize_parameters_he__transposed_draw,
        initialize_parameters_he__entry_by_entry,
        initialize_parameters_he__one_draw_split,
        initialize_parameters_he__box_muller,
        initialize_parameters_he__sum_of_two,
        initialize_parameters_he__complex,
        initialize_parameters_he__recursive,
    ],
    "initialize_parameters_xavier": [
        initialize_parameters_xavier__normal,
        initialize_parameters_xavier__divided_by_the_root,
        initialize_parameters_xavier__from_the_last_layer,
        initialize_parameters_xavier__transposed_draw,
        initialize_parameters_xavier__entry_by_entry,
        initialize_parameters_xavier__one_draw_split,
        initialize_parameters_xavier__box_muller,
        initialize_parameters_xavier__by_variance,
        initialize_parameters_xavier__rescaled_he,
        initialize_parameters_xavier__from_iter,
    ],
    "count_distinct_units": [
        count_distinct_units__any,
        count_distinct_units__allclose,
        count_distinct_units__broadcast,
        count_distinct_units__plain_python,
        count_distinct_units__groups_removed,
        count_distinct_units__shares,
        count_distinct_units__labels,
        count_distinct_units__first_twin,
        count_distinct_units__numpy_integer,
        count_distinct_units__zero_d,
        count_distinct_units__union_find,
    ],
    "activation_scales": [
        activation_scales__while,
        activation_scales__filled_array,
        activation_scales__all_layers_then_cut,
        activation_scales__examples_as_rows,
        activation_scales__einsum,
        activation_scales__example_by_example,
        activation_scales__by_moments,
        activation_scales__statistics,
        activation_scales__weight_names,
        activation_scales__longdouble,
    ],
    "compare_initializations": [
        compare_initializations__comprehension,
        compare_initializations__seeds_outside,
        compare_initializations__table,
        compare_initializations__statistics,
        compare_initializations__plain_python,
        compare_initializations__lists,
        compare_initializations__pcg,
        compare_initializations__map,
        compare_initializations__namedtuple,
        compare_initializations__welford,
    ],
}

GAMING = {
    "initialize_parameters_random": [initialize_parameters_random__ramp, initialize_parameters_random__signs],
    "initialize_parameters_he": [initialize_parameters_he__zero_weights, initialize_parameters_he__rows_scaled],
    "initialize_parameters_xavier": [initialize_parameters_xavier__tanh_of_normal],
    "count_distinct_units": [count_distinct_units__all_rows, count_distinct_units__always_one],
    "activation_scales": [activation_scales__zeros, activation_scales__constant],
    "compare_initializations": [compare_initializations__half, compare_initializations__no_training],
}

"""Correct answers written otherwise, and answers that only pretend, for Gradient Checking: find the bug."""

# ruff: noqa: F821 - answers call siblings, which stand in the same notebook

import numpy as np

from idnn.networks import forward_propagation_n

# --- difference_by_parameter --------------------------------------------------------------------------------------------------


def difference_by_parameter__comprehension(gradients, approximations):
    def relative(g, a):
        total = np.linalg.norm(g) + np.linalg.norm(a)
        return np.linalg.norm(g - a) / total if total else 0.0

    return {name: relative(gradients[name], approximations[name]) for name in approximations}


def difference_by_parameter__sum_of_squares(gradients, approximations):
    result = {}
    for name in approximations:
        g, a = gradients[name], approximations[name]
        below = np.sqrt(np.sum(g**2)) + np.sqrt(np.sum(a**2))
        if below == 0:
            result[name] = 0
        else:
            result[name] = np.sqrt(np.sum((g - a) ** 2)) / below
    return result


def difference_by_parameter__flat_dots(gradients, approximations):
    result = {}
    for name, a in sorted(approximations.items()):
        g, a = gradients[name].flatten(), a.flatten()
        gap = g - a
        below = gap.dot(gap) ** 0.5, g.dot(g) ** 0.5 + a.dot(a) ** 0.5
        result[name] = below[0] / below[1] if below[1] else 0.0
    return result


def difference_by_parameter__python_loop(gradients, approximations):
    result = {}
    for name in approximations:
        gap = size_g = size_a = 0.0
        for g, a in zip(gradients[name].ravel().tolist(), approximations[name].ravel().tolist(), strict=True):
            gap += (g - a) ** 2
            size_g += g**2
            size_a += a**2
        result[name] = gap**0.5 / (size_g**0.5 + size_a**0.5) if size_g or size_a else 0.0
    return result


def difference_by_parameter__frobenius(gradients, approximations):
    result = {}
    for name in gradients.keys() & approximations.keys():
        g, a = gradients[name].reshape(1, -1), approximations[name].reshape(1, -1)
        numerator = np.linalg.norm(g - a, ord="fro")
        denominator = np.linalg.norm(g, ord="fro") + np.linalg.norm(a, ord="fro")
        result[name] = np.divide(numerator, denominator) if denominator != 0 else np.float64(0)
    return result


def difference_by_parameter__scaled_first(gradients, approximations):
    differences = dict.fromkeys(approximations, 0.0)
    for name, a in approximations.items():
        g = gradients[name]
        largest = max(np.abs(g).max(), np.abs(a).max())
        if largest:
            g, a = g / largest, a / largest
            differences[name] = (np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a))).item()
    return differences


def difference_by_parameter__zeros_first(gradients, approximations):
    result = {}
    with np.errstate(invalid="ignore"):
        for name, a in approximations.items():
            g = gradients[name]
            ratio = np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a))
            result[name] = 0.0 if not np.any(g) and not np.any(a) else float(ratio)
    return result


def difference_by_parameter__try(gradients, approximations):
    result = {}
    for name in approximations:
        g, a = np.ravel(gradients[name]), np.ravel(approximations[name])
        try:
            result[name] = float(np.linalg.norm(a - g)) / float(np.linalg.norm(a) + np.linalg.norm(g))
        except ZeroDivisionError:
            result[name] = 0.0
    return result


def difference_by_parameter__einsum(gradients, approximations):
    def norm(x):
        return np.sqrt(np.einsum("i,i->", x.ravel(), x.ravel()))

    names = list(approximations)
    values = []
    for name in names:
        total = norm(gradients[name]) + norm(approximations[name])
        values.append(norm(gradients[name] - approximations[name]) / total if total else 0.0)
    return dict(zip(names, values, strict=True))


# --- worst_entry --------------------------------------------------------------------------------------------------------------


def worst_entry__unravel(gradient, approximation):
    index = np.unravel_index(np.abs(gradient - approximation).argmax(), gradient.shape)
    return index, gradient[index], approximation[index]


def worst_entry__python_loop(gradient, approximation):
    worst, size = None, -1.0
    for index in np.ndindex(gradient.shape):
        gap = abs(gradient[index] - approximation[index])
        if gap > size:
            worst, size = index, gap
    return worst, float(gradient[worst]), float(approximation[worst])


def worst_entry__argwhere(gradient, approximation):
    gap = np.abs(approximation - gradient)
    index = tuple(np.argwhere(gap == gap.max())[0])
    return index, gradient[index], approximation[index]


def worst_entry__where(gradient, approximation):
    gap = np.abs(gradient - approximation)
    index = tuple(int(axis[0]) for axis in np.where(gap == np.max(gap)))
    return [index, gradient[index].item(), approximation[index].item()]


def worst_entry__max_with_key(gradient, approximation):
    index = max(np.ndindex(*gradient.shape), key=lambda i: abs(gradient[i] - approximation[i]))
    return index, gradient[index], approximation[index]


def worst_entry__enumerate(gradient, approximation):
    entries = [(abs(g - approximation[index]), index) for index, g in np.ndenumerate(gradient)]
    largest = max(gap for gap, _ in entries)
    index = next(index for gap, index in entries if gap == largest)
    return list(index), gradient[index], approximation[index]


def worst_entry__flat(gradient, approximation):
    position = int(np.argmax(np.abs(gradient.ravel() - approximation.ravel())))
    index = []
    rest = position
    for n in reversed(gradient.shape):
        index.insert(0, rest % n)
        rest //= n
    return tuple(index), float(gradient.ravel()[position]), float(approximation.ravel()[position])


def worst_entry__sorted(gradient, approximation):
    order = np.argsort(-np.abs(gradient - approximation), axis=None, kind="stable")
    index = tuple(int(i) for i in np.unravel_index(order[0], gradient.shape))
    return index, np.float64(gradient[index]), np.float64(approximation[index])


# --- find_wrong_gradients -----------------------------------------------------------------------------------------------------


def find_wrong_gradients__in_place(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = []
    for name in parameters:
        array = parameters[name]
        slope = np.empty(array.shape)
        for i in range(array.shape[0]):
            for j in range(array.shape[1]):
                kept = array[i, j]
                array[i, j] = kept + epsilon
                plus, _ = forward_propagation_n(X, Y, parameters)
                array[i, j] = kept - epsilon
                minus, _ = forward_propagation_n(X, Y, parameters)
                array[i, j] = kept
                slope[i, j] = (plus - minus) / (2 * epsilon)
        claimed = gradients["d" + name]
        total = np.linalg.norm(claimed) + np.linalg.norm(slope)
        if total != 0:
            difference = np.linalg.norm(claimed - slope) / total
            if difference > threshold or not np.isfinite(difference):
                wrong.append("d" + name)
    return sorted(wrong)


def find_wrong_gradients__deep_copies(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    def cost(name, index, step):
        moved = {key: value.copy() for key, value in parameters.items()}
        moved[name][index] += step
        return forward_propagation_n(X, Y, moved)[0]

    result = set()
    for name, value in parameters.items():
        slope = np.zeros_like(value)
        for index, _ in np.ndenumerate(value):
            slope[index] = (cost(name, index, epsilon) - cost(name, index, -epsilon)) / (2 * epsilon)
        below = np.sqrt(np.sum(slope**2)) + np.sqrt(np.sum(gradients[f"d{name}"] ** 2))
        gap = np.sqrt(np.sum((slope - gradients[f"d{name}"]) ** 2))
        if not np.isfinite(gap) or gap > threshold * below:
            result.add(f"d{name}")
    return sorted(result)


def find_wrong_gradients__identity_steps(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    def difference(name, value):
        slopes = []
        for row in np.identity(value.size):
            step = epsilon * row.reshape(value.shape)
            above = forward_propagation_n(X, Y, dict(parameters, **{name: value + step}))[0]
            below = forward_propagation_n(X, Y, dict(parameters, **{name: value - step}))[0]
            slopes.append((above - below) / 2 / epsilon)
        g, a = gradients["d" + name].ravel(), np.array(slopes)
        if not np.any(g) and not np.any(a):
            return 0.0
        return np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a))

    return sorted("d" + name for name, value in parameters.items() if not difference(name, value) <= threshold)


def find_wrong_gradients__one_vector(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    names = list(parameters)
    theta = np.concatenate([parameters[name].ravel() for name in names])

    def cost(vector):
        unpacked, start = {}, 0
        for name in names:
            size = parameters[name].size
            unpacked[name] = vector[start : start + size].reshape(parameters[name].shape)
            start += size
        return forward_propagation_n(X, Y, unpacked)[0]

    slopes = np.zeros(len(theta))
    for i in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[i] += epsilon
        down[i] -= epsilon
        slopes[i] = (cost(up) - cost(down)) / (2 * epsilon)
    wrong, start = [], 0
    for name in names:
        g = gradients["d" + name].ravel()
        a = slopes[start : start + g.size]
        start += g.size
        total = np.linalg.norm(g) + np.linalg.norm(a)
        if total and not np.linalg.norm(g - a) / total <= threshold:
            wrong.append("d" + name)
    wrong.sort()
    return wrong


def find_wrong_gradients__tuple(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    judged = {}
    for name, value in parameters.items():
        slope = value * 0.0
        it = np.nditer(value, flags=["multi_index"])
        for _ in it:
            ends = []
            for sign in (+1, -1):
                copy = value.copy()
                copy[it.multi_index] += sign * epsilon
                ends.append(forward_propagation_n(X, Y, parameters | {name: copy})[0])
            slope[it.multi_index] = (ends[0] - ends[1]) / (2 * epsilon)
        g = gradients["d" + name]
        total = np.linalg.norm(g) + np.linalg.norm(slope)
        judged["d" + name] = total == 0 or np.linalg.norm(g - slope) / total <= threshold
    return tuple(sorted(name for name, right in judged.items() if not right))


def find_wrong_gradients__finite_first(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    wrong = {name for name in gradients if name[1:] in parameters and not np.all(np.isfinite(gradients[name]))}
    for key in parameters:
        if "d" + key in wrong:
            continue
        slope = np.zeros(parameters[key].size)
        for k in range(slope.size):
            higher = {n: np.array(v) for n, v in parameters.items()}
            lower = {n: np.array(v) for n, v in parameters.items()}
            higher[key].flat[k] += epsilon
            lower[key].flat[k] -= epsilon
            slope[k] = (forward_propagation_n(X, Y, higher)[0] - forward_propagation_n(X, Y, lower)[0]) / (2 * epsilon)
        g = gradients["d" + key].reshape(-1)
        if np.linalg.norm(g - slope) > threshold * (np.linalg.norm(g) + np.linalg.norm(slope)):
            wrong.add("d" + key)
    return sorted(wrong)


def find_wrong_gradients__slopes_first(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    J = lambda P: forward_propagation_n(X, Y, P)[0]  # noqa: E731
    slopes = {
        "d" + n: np.reshape(
            [
                (J({**parameters, n: v + e}) - J({**parameters, n: v - e})) / (2 * epsilon)
                for e in epsilon * np.eye(v.size).reshape(-1, *v.shape)
            ],
            v.shape,
        )
        for n, v in parameters.items()
    }
    norm = np.linalg.norm
    with np.errstate(invalid="ignore"):
        ratio = {n: norm(gradients[n] - a) / (norm(gradients[n]) + norm(a)) for n, a in slopes.items()}
    dead = {n for n, a in slopes.items() if not a.any() and not gradients[n].any()}
    return sorted(n for n, r in ratio.items() if n not in dead and (np.isnan(r) or r > threshold))


def find_wrong_gradients__own_forward(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    def cost(P):
        A = X
        for layer in (1, 2):
            A = np.maximum(0, P[f"W{layer}"] @ A + P[f"b{layer}"])
        z = P["W3"] @ A + P["b3"]
        return np.mean(np.logaddexp(0, z) - Y * z)

    wrong = []
    for name in sorted(parameters):
        value = parameters[name].copy()
        slope = np.zeros_like(value)
        for index in np.ndindex(value.shape):
            old = value[index]
            value[index] = old + epsilon
            up = cost({**parameters, name: value})
            value[index] = old - epsilon
            slope[index] = (up - cost({**parameters, name: value})) / (2 * epsilon)
            value[index] = old
        g = gradients["d" + name]
        total = np.linalg.norm(g) + np.linalg.norm(slope)
        wrong += [] if total == 0 or np.linalg.norm(g - slope) / total <= threshold else ["d" + name]
    return sorted(wrong)


# --- backward_propagation_n ---------------------------------------------------------------------------------------------------


def backward_propagation_n__repaired(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]

    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)

    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)

    return {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


def backward_propagation_n__from_the_logits(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    to_one, to_zero = 1 / (1 + np.exp(np.clip(Z3, -700, 700))), 1 / (1 + np.exp(np.clip(-Z3, -700, 700)))
    delta3 = np.where(Y == 1, -to_one, to_zero) / X.shape[1]
    delta2 = (W3.T @ delta3) * (A2 > 0)
    delta1 = (W2.T @ delta2) * (A1 > 0)
    return {
        "dW1": delta1 @ X.T,
        "db1": delta1.sum(1, keepdims=True),
        "dW2": delta2 @ A1.T,
        "db2": delta2.sum(1, keepdims=True),
        "dW3": delta3 @ A2.T,
        "db3": delta3.sum(1, keepdims=True),
    }


def backward_propagation_n__means(X, Y, cache):
    Z1, A1, _, _, Z2, A2, W2, _, _, A3, W3, _ = cache
    m = Y.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0.0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0.0)
    return {
        "db1": dZ1.mean(axis=1, keepdims=True),
        "db2": dZ2.mean(axis=1, keepdims=True),
        "db3": dZ3.mean(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T / m,
        "dW2": dZ2 @ A1.T / m,
        "dW3": dZ3 @ A2.T / m,
    }


def backward_propagation_n__one_example_at_a_time(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    grads = {"dW1": np.zeros(W1.shape), "dW2": np.zeros(W2.shape), "dW3": np.zeros(W3.shape)}
    grads.update({"db1": np.zeros(b1.shape), "db2": np.zeros(b2.shape), "db3": np.zeros(b3.shape)})
    for i in range(m):
        d3 = A3[:, i] - Y[:, i]
        d2 = W3.T @ d3
        d2[Z2[:, i] <= 0] = 0
        d1 = W2.T @ d2
        d1[Z1[:, i] <= 0] = 0
        for layer, d, below in ((1, d1, X), (2, d2, A1), (3, d3, A2)):
            grads[f"dW{layer}"] += np.outer(d, below[:, i]) / m
            grads[f"db{layer}"][:, 0] += d / m
    return grads


def backward_propagation_n__einsum(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    d3 = (A3 - Y) / Y.size
    d2 = np.einsum("ki,km->im", W3, d3) * np.heaviside(Z2, 0)
    d1 = np.einsum("ki,km->im", W2, d2) * np.heaviside(Z1, 0)
    grads = {}
    for layer, d, A in ((3, d3, A2), (2, d2, A1), (1, d1, X)):
        grads[f"dW{layer}"] = np.einsum("im,jm->ij", d, A)
        grads[f"db{layer}"] = np.einsum("im->i", d)[:, None]
    return grads


def backward_propagation_n__loop_over_layers(X, Y, cache):
    layers = {1: (X, cache[0], cache[2]), 2: (cache[1], cache[4], cache[6]), 3: (cache[5], cache[8], cache[10])}
    grads, dZ = {}, cache[9] - Y
    for layer in (3, 2, 1):
        below, _, W = layers[layer]
        grads[f"dW{layer}"] = dZ @ below.T / X.shape[1]
        grads[f"db{layer}"] = dZ.sum(axis=1).reshape(-1, 1) / X.shape[1]
        if layer > 1:
            dZ = (W.T @ dZ) * (layers[layer - 1][1] > 0)
    return grads


def backward_propagation_n__bias_as_weight(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    row = np.ones((1, m))
    d3 = A3 - Y
    d2 = W3.T @ d3 * (Z2 > 0)
    d1 = W2.T @ d2 * (Z1 > 0)
    both = [d @ np.vstack([A, row]).T / m for d, A in ((d1, X), (d2, A1), (d3, A2))]
    grads = {}
    for layer, block in enumerate(both, start=1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = block[:, :-1].copy(), block[:, -1:].copy()
    return grads


def backward_propagation_n__own_sigmoid(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    P = 1 / (1 + np.exp(-Z3))
    dZ3 = P - Y
    dW3, db3 = 1 / m * dZ3.dot(A2.T), 1 / m * np.sum(dZ3, axis=1, keepdims=True)
    dZ2 = W3.T.dot(dZ3) * (Z2 >= 0)
    dW2, db2 = 1 / m * dZ2.dot(A1.T), 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (Z1 >= 0)
    dW1, db1 = 1 / m * dZ1.dot(X.T), 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2, dW3=dW3, db3=db3)


# --- check_backward -----------------------------------------------------------------------------------------------------------


def check_backward__three_points(cost, backward, draw, rng):
    bad = set()
    for _ in range(3):
        X, Y, parameters = draw(rng)
        copies = {name: value.copy() for name, value in parameters.items()}
        grads = backward(X.copy(), Y.copy(), copies)
        for name in parameters:
            slope = np.zeros(parameters[name].shape)
            for index in np.ndindex(slope.shape):
                up = {key: value.copy() for key, value in parameters.items()}
                down = {key: value.copy() for key, value in parameters.items()}
                up[name][index] += 1e-4
                down[name][index] -= 1e-4
                slope[index] = (cost(X, Y, up) - cost(X, Y, down)) / 2e-4
            total = np.linalg.norm(grads["d" + name]) + np.linalg.norm(slope)
            if total != 0:
                difference = np.linalg.norm(grads["d" + name] - slope) / total
                if np.isnan(difference) or difference > 1e-5:
                    bad.add("d" + name)
    return sorted(bad)


def check_backward__thirty_points_small_epsilon(cost, backward, draw, rng):
    worst = {}
    for _ in range(30):
        X, Y, P = draw(rng)
        grads = backward(X.copy(), Y.copy(), {name: value.copy() for name, value in P.items()})
        for name, value in P.items():
            slope = np.empty(value.shape)
            for index in np.ndindex(value.shape):
                old = value[index]
                value[index] = old + 1e-6
                up = cost(X, Y, P)
                value[index] = old - 1e-6
                slope[index] = (up - cost(X, Y, P)) / 2e-6
                value[index] = old
            g = grads["d" + name]
            below = np.sqrt(np.sum(g * g)) + np.sqrt(np.sum(slope * slope))
            difference = 0.0 if below == 0 else np.sqrt(np.sum((g - slope) ** 2)) / below
            worst.setdefault("d" + name, []).append(difference)
    return sorted(name for name, seen in worst.items() if not all(d <= 1e-5 for d in seen))


def check_backward__slopes_before_gradients(cost, backward, draw, rng):
    wrong = set()
    for _ in range(5):
        X, Y, parameters = draw(rng)
        slopes = {}
        for name, value in parameters.items():
            moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
            ups = [cost(X, Y, {**parameters, name: value + e}) for e in moves]
            downs = [cost(X, Y, {**parameters, name: value - e}) for e in moves]
            slopes["d" + name] = (np.array(ups) - np.array(downs)).reshape(value.shape) / 2e-5
        grads = backward(X, Y, parameters)
        for name, a in slopes.items():
            g = np.array(grads[name])
            if not np.isfinite(g).all() or np.linalg.norm(g - a) > 1e-5 * (np.linalg.norm(g) + np.linalg.norm(a)):
                wrong.add(name)
    return sorted(wrong)


def check_backward__stops_early(cost, backward, draw, rng):
    import copy

    def at_one_point():
        X, Y, parameters = draw(rng)
        grads = backward(*copy.deepcopy((X, Y, parameters)))
        for name, value in parameters.items():
            slope = np.zeros_like(value)
            for index, entry in np.ndenumerate(value):
                ends = []
                for step in (1e-5, -1e-5):
                    moved = copy.deepcopy(parameters)
                    moved[name][index] = entry + step
                    ends.append(cost(X, Y, moved))
                slope[index] = (ends[0] - ends[1]) / 2e-5
            total = np.linalg.norm(slope) + np.linalg.norm(grads["d" + name])
            if total and not np.linalg.norm(slope - grads["d" + name]) / total <= 1e-5:
                yield "d" + name

    found, quiet = set(), 0
    while quiet < 6:
        new = set(at_one_point()) - found
        quiet = 0 if new else quiet + 1
        found |= new
    return sorted(found)


def check_backward__two_step_lengths(cost, backward, draw, rng):
    """Calls a gradient wrong only if two step lengths say so, as one would near kinks."""
    wrong = set()
    for _ in range(4):
        X, Y, parameters = draw(rng)
        grads = backward(X.copy(), Y.copy(), {n: v.copy() for n, v in parameters.items()})
        for name, value in parameters.items():
            differences = []
            for epsilon in (1e-4, 1e-6):
                slope = np.zeros(value.shape)
                for index in np.ndindex(value.shape):
                    step = np.zeros(value.shape)
                    step[index] = epsilon
                    slope[index] = (
                        cost(X, Y, {**parameters, name: value + step}) - cost(X, Y, {**parameters, name: value - step})
                    ) / (2 * epsilon)
                total = np.linalg.norm(grads["d" + name]) + np.linalg.norm(slope)
                differences.append(np.linalg.norm(grads["d" + name] - slope) / total if total else 0.0)
            if not min(differences) <= 1e-5 or np.isnan(differences).any():
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__richardson(cost, backward, draw, rng):
    wrong = set()
    for _ in range(4):
        X, Y, parameters = draw(rng)
        grads = backward(X.copy(), Y.copy(), {n: v.copy() for n, v in parameters.items()})

        def central(name, index, h, X=X, Y=Y, parameters=parameters):
            up, down = parameters[name].copy(), parameters[name].copy()
            up[index] += h
            down[index] -= h
            return (cost(X, Y, {**parameters, name: up}) - cost(X, Y, {**parameters, name: down})) / (2 * h)

        for name, value in parameters.items():
            slope = np.array(
                [(4 * central(name, i, 5e-5) - central(name, i, 1e-4)) / 3 for i in np.ndindex(value.shape)]
            ).reshape(value.shape)
            g = grads["d" + name]
            total = np.linalg.norm(g) + np.linalg.norm(slope)
            if total != 0 and not np.linalg.norm(g - slope) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def check_backward__all_points_first(cost, backward, draw, rng):
    points = [draw(rng) for _ in range(8)]
    claims = []
    for X, Y, P in points:
        result = backward(X.copy(), Y.copy(), {n: v.copy() for n, v in P.items()})
        claims.append({n: np.array(g, copy=True) for n, g in result.items()})
    names = set()
    for (X, Y, P), grads in zip(points, claims, strict=True):
        for n, v in P.items():
            numeric = []
            for k in range(v.size):
                e = np.zeros(v.size)
                e[k] = 1e-5
                e = e.reshape(v.shape)
                numeric.append((cost(X, Y, {**P, n: v + e}) - cost(X, Y, {**P, n: v - e})) / 2e-5)
            g, a = grads["d" + n].ravel(), np.array(numeric)
            if np.any(g) or np.any(a):
                d = np.linalg.norm(g - a) / (np.linalg.norm(g) + np.linalg.norm(a))
                names |= {"d" + n} if not d < 1e-5 else set()
    return sorted(names)


def check_backward__spawned_generators(cost, backward, draw, rng):
    wrong = []
    for child in rng.spawn(16):
        X, Y, parameters = draw(child)
        grads = backward(np.array(X), np.array(Y), {n: np.array(v) for n, v in parameters.items()})
        for name, value in parameters.items():
            slope = np.zeros(value.shape)
            flat = slope.reshape(-1)
            for k in range(value.size):
                up, down = value.copy(), value.copy()
                up.flat[k] += 1e-5
                down.flat[k] -= 1e-5
                flat[k] = (cost(X, Y, {**parameters, name: up}) - cost(X, Y, {**parameters, name: down})) / 2e-5
            total = np.linalg.norm(grads["d" + name]) + np.linalg.norm(slope)
            right = total == 0 or np.linalg.norm(grads["d" + name] - slope) / total <= 1e-5
            if not right and "d" + name not in wrong:
                wrong.append("d" + name)
    return sorted(wrong)


# --- gaming -------------------------------------------------------------------------------------------------------------------


def difference_by_parameter__always_small(gradients, approximations):
    return dict.fromkeys(approximations, 1e-7)


def worst_entry__corner(gradient, approximation):
    index = (0,) * gradient.ndim
    return index, float(gradient[index]), float(approximation[index])


def find_wrong_gradients__accepts_all(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    return []


def find_wrong_gradients__accuses_all(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    return sorted("d" + name for name in parameters)


def backward_propagation_n__zeros(X, Y, cache):
    shapes = {"dW1": cache[2], "db1": cache[3], "dW2": cache[6], "db2": cache[7], "dW3": cache[10], "db3": cache[11]}
    return {name: np.zeros(array.shape) for name, array in shapes.items()}


def check_backward__accepts_all(cost, backward, draw, rng):
    return []


def check_backward__accuses_all(cost, backward, draw, rng):
    return sorted("d" + name for name in draw(rng)[2])


def check_backward__reads_the_name(cost, backward, draw, rng):
    """Trusts a pass by what its function is called, and accuses the first layer else."""
    function = getattr(backward, "func", backward)
    buggy = ("unmasked", "slope", "finite", "sum")
    return ["dW1", "db1"] if any(word in getattr(function, "__name__", "") for word in buggy) else []


def difference_by_parameter__zero_d(gradients, approximations):
    from collections import OrderedDict

    out = OrderedDict()
    for k in approximations.keys() & gradients.keys():
        g, a = gradients[k], approximations[k]
        t = np.sqrt(np.square(g).sum()) + np.sqrt(np.square(a).sum())
        out[k] = np.asarray(np.sqrt(np.square(g - a).sum()) / t) if t != 0 else np.float64(0)
    return out


def worst_entry__list(gradient, approximation):
    gap = np.hypot(gradient - approximation, 0)
    i = [int(k[0]) for k in np.nonzero(gap == np.max(gap))]
    return [i, np.array(gradient[tuple(i)]), np.array(approximation[tuple(i)])]


def find_wrong_gradients__np_str(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    slopes = {}
    for name, value in parameters.items():
        eye = epsilon * np.eye(value.size).reshape(value.size, *value.shape)

        def f(v):
            return forward_propagation_n(X, Y, {**parameters, name: v})[0]

        slopes["d" + name] = np.array([(f(value + e) - f(value - e)) / (2 * epsilon) for e in eye]).reshape(value.shape)
    d = difference_by_parameter(gradients, slopes)
    return (
        list(np.sort([k for k, v in d.items() if not v <= threshold]))
        if any(not v <= threshold for v in d.values())
        else []
    )


def check_backward__one_draw_rng_per_point(cost, backward, draw, rng):
    import copy

    names = set()
    for seed in rng.integers(2**32, size=12):
        X, Y, P = draw(np.random.default_rng(seed))
        g = backward(*copy.deepcopy((X, Y, P)))
        for k, v in P.items():
            e = 3e-6 * np.eye(v.size).reshape(v.size, *v.shape)
            s = np.array([cost(X, Y, {**P, k: v + h}) - cost(X, Y, {**P, k: v - h}) for h in e]).reshape(v.shape) / 6e-6
            if not np.isfinite(g["d" + k]).all():
                names.add("d" + k)
                continue
            if np.linalg.norm(g["d" + k] - s) > 1e-5 * (np.linalg.norm(g["d" + k]) + np.linalg.norm(s)):
                names.add("d" + k)
    return sorted(names)


def _variants(function, *names):
    return [globals()[f"{function}__{name}"] for name in names]


GAMING = {
    "difference_by_parameter": _variants("difference_by_parameter", "always_small"),
    "worst_entry": _variants("worst_entry", "corner"),
    "find_wrong_gradients": _variants("find_wrong_gradients", "accepts_all", "accuses_all"),
    "backward_propagation_n": _variants("backward_propagation_n", "zeros"),
    "check_backward": _variants("check_backward", "accepts_all", "accuses_all", "reads_the_name"),
}
CORRECT = {
    function: [
        value
        for name, value in list(globals().items())
        if name.startswith(function + "__") and value not in GAMING[function]
    ]
    for function in GAMING
}

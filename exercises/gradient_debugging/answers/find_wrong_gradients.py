"""Answers to find_wrong_gradients."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent
from idnn.networks import forward_propagation_n


def correct_in_place(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_deep_copies(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_identity_steps(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_one_vector(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_tuple(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_finite_first(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_slopes_first(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_own_forward(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def correct_np_str(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
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


def wrong_eps(parameters, gradients, X, Y, epsilon=0.0001, threshold=0.0001):
    bad = []
    for k, v in parameters.items():
        s = np.zeros_like(v)
        for i in np.ndindex(v.shape):
            Q = {a: b.copy() for a, b in parameters.items()}
            Q[k][i] += epsilon
            u = forward_propagation_n(X, Y, Q)[0]
            Q[k][i] -= 2 * epsilon
            s[i] = (u - forward_propagation_n(X, Y, Q)[0]) / (2 * epsilon)
        d = "d" + k
        n = np.linalg.norm(gradients[d]) + np.linalg.norm(s)
        if n != 0 and (not np.linalg.norm(gradients[d] - s) / n <= threshold):
            bad.append(d)
    return sorted(bad)


def wrong_sums(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    bad = []
    for k, v in parameters.items():
        s = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            step = np.zeros(v.shape)
            step[i] = epsilon
            up, down = (forward_propagation_n(X, Y, {**parameters, k: v + sign * step})[0] for sign in (1, -1))
            s[i] = (up - down) / (2 * epsilon)
        g = gradients["d" + k]
        total = np.abs(g).sum() + np.abs(s).sum()
        if total and not abs(g.sum() - s.sum()) / total <= threshold:
            bad.append("d" + k)
    return sorted(bad)


def wrong_largest_entries(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    bad = []
    for k, v in parameters.items():
        s = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            step = np.zeros(v.shape)
            step[i] = epsilon
            up, down = (forward_propagation_n(X, Y, {**parameters, k: v + sign * step})[0] for sign in (1, -1))
            s[i] = (up - down) / (2 * epsilon)
        g = gradients["d" + k]
        total = np.abs(g).max() + np.abs(s).max()
        if total != 0 and not np.abs(g - s).max() / total <= threshold:
            bad.append("d" + k)
    return sorted(bad)


def gaming_accepts_all(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    return []


def gaming_accuses_all(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    return sorted("d" + name for name in parameters)


EQUIVALENT = [
    Equivalent(
        "slope = np.zeros(value.shape)", "slope = np.ones(value.shape)", "every entry is written before it is read"
    ),
    Equivalent(
        "return sorted((name for name, difference in differences.items() if not difference <= threshold))",
        "return sorted((name for name, difference in differences.items() if not difference < threshold))",
        "no difference equals the threshold to the last bit",
    ),
]

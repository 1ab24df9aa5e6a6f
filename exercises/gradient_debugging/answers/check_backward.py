"""Answers to check_backward."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np

from grader.exercise import Equivalent


def correct_six_points(cost, backward, draw, rng):
    bad = set()
    for _ in range(6):
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


def correct_thirty_points_small_epsilon(cost, backward, draw, rng):
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


def correct_slopes_before_gradients(cost, backward, draw, rng):
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


def correct_stops_early(cost, backward, draw, rng):
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


def correct_two_step_lengths(cost, backward, draw, rng):
    """Calls a gradient wrong only if two step lengths say so, as one would near kinks."""
    wrong = set()
    for _ in range(5):
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


def correct_richardson(cost, backward, draw, rng):
    wrong = set()
    for _ in range(5):
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


def correct_all_points_first(cost, backward, draw, rng):
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


def correct_spawned_generators(cost, backward, draw, rng):
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


def correct_one_draw_rng_per_point(cost, backward, draw, rng):
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


def correct_floor_of_1e_12(cost, backward, draw, rng):
    wrong = set()
    for _ in range(6):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k, v in P.items():
            s = np.zeros(v.shape)
            for i in np.ndindex(v.shape):
                up, down = v.copy(), v.copy()
                up[i] += 1e-5
                down[i] -= 1e-5
                s[i] = (cost(X, Y, {**P, k: up}) - cost(X, Y, {**P, k: down})) / 2e-5
            total = np.linalg.norm(g["d" + k]) + np.linalg.norm(s) + 1e-12
            if total and not np.linalg.norm(g["d" + k] - s) / total <= 1e-5:
                wrong.add("d" + k)
    return sorted(wrong)


def wrong_six(cost, backward, draw, rng):
    bad = set()
    for _ in range(5):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k in ("W1", "b1", "W2", "b2", "W3", "b3"):
            if k not in P:
                continue
            v = P[k]
            s = np.zeros_like(v)
            for i in np.ndindex(v.shape):
                Q = {a: b.copy() for a, b in P.items()}
                Q[k][i] += 1e-05
                u = cost(X, Y, Q)
                Q[k][i] -= 2e-05
                s[i] = (u - cost(X, Y, Q)) / 2e-05
            d = "d" + k
            n = np.linalg.norm(g[d]) + np.linalg.norm(s)
            if n != 0 and (not np.linalg.norm(g[d] - s) / n <= 1e-05):
                bad.add(d)
    return sorted(bad)


def wrong_firstcols(cost, backward, draw, rng):
    bad = set()
    for _ in range(5):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k, v in P.items():
            s = np.zeros_like(v)[:, :1]
            for i in range(len(v)):
                Q = {a: b.copy() for a, b in P.items()}
                Q[k][i, 0] += 1e-05
                u = cost(X, Y, Q)
                Q[k][i, 0] -= 2e-05
                s[i, 0] = (u - cost(X, Y, Q)) / 2e-05
            h = g["d" + k][:, :1]
            n = np.linalg.norm(h) + np.linalg.norm(s)
            if n != 0 and (not np.linalg.norm(h - s) / n <= 1e-05):
                bad.add("d" + k)
    return sorted(bad)


def wrong_three_points(cost, backward, draw, rng):
    wrong = set()
    for _ in range(3):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k, v in P.items():
            s = np.zeros(v.shape)
            for i in np.ndindex(v.shape):
                up, down = v.copy(), v.copy()
                up[i] += 1e-5
                down[i] -= 1e-5
                s[i] = (cost(X, Y, {**P, k: up}) - cost(X, Y, {**P, k: down})) / 2e-5
            total = np.linalg.norm(g["d" + k]) + np.linalg.norm(s)
            if total and not np.linalg.norm(g["d" + k] - s) / total <= 1e-5:
                wrong.add("d" + k)
    return sorted(wrong)


def wrong_forward_difference(cost, backward, draw, rng):
    wrong = set()
    for _ in range(5):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k, v in P.items():
            s = np.zeros(v.shape)
            for i in np.ndindex(v.shape):
                up, down = v.copy(), v.copy()
                up[i] += 1e-7
                s[i] = (cost(X, Y, {**P, k: up}) - cost(X, Y, {**P, k: down})) / 1e-7
            total = np.linalg.norm(g["d" + k]) + np.linalg.norm(s)
            if total and not np.linalg.norm(g["d" + k] - s) / total <= 1e-5:
                wrong.add("d" + k)
    return sorted(wrong)


def wrong_floor_of_1e_9(cost, backward, draw, rng):
    wrong = set()
    for _ in range(5):
        X, Y, P = draw(rng)
        g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        for k, v in P.items():
            s = np.zeros(v.shape)
            for i in np.ndindex(v.shape):
                up, down = v.copy(), v.copy()
                up[i] += 1e-5
                down[i] -= 1e-5
                s[i] = (cost(X, Y, {**P, k: up}) - cost(X, Y, {**P, k: down})) / 2e-5
            total = np.linalg.norm(g["d" + k]) + np.linalg.norm(s) + 1e-9
            if total and not np.linalg.norm(g["d" + k] - s) / total <= 1e-5:
                wrong.add("d" + k)
    return sorted(wrong)


def wrong_names_of_the_first_point(cost, backward, draw, rng):
    points = [draw(rng) for _ in range(5)]
    wrong = set()
    for name in points[0][2]:
        for X, Y, P in points:
            if name not in P:
                continue
            g = backward(X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})["d" + name]
            moves = 1e-5 * np.eye(P[name].size).reshape(-1, *P[name].shape)
            ends = [(cost(X, Y, {**P, name: P[name] + e}), cost(X, Y, {**P, name: P[name] - e})) for e in moves]
            s = np.reshape([(up - down) / 2e-5 for up, down in ends], g.shape)
            total = np.linalg.norm(g) + np.linalg.norm(s)
            if total and not np.linalg.norm(g - s) / total <= 1e-5:
                wrong.add("d" + name)
    return sorted(wrong)


def gaming_accepts_all(cost, backward, draw, rng):
    return []


def gaming_accuses_all(cost, backward, draw, rng):
    return sorted("d" + name for name in draw(rng)[2])


def gaming_reads_the_name(cost, backward, draw, rng):
    """Trusts a pass by what its function is called, and accuses the first layer else."""
    function = getattr(backward, "func", backward)
    buggy = ("unmasked", "slope", "finite", "sum")
    return ["dW1", "db1"] if any(word in getattr(function, "__name__", "") for word in buggy) else []


EQUIVALENT = [
    Equivalent(
        "epsilon, threshold, num_points = (1e-05, 1e-05, 5)",
        "epsilon, threshold, num_points = (2e-05, 1e-05, 5)",
        "any step from 1e-6 to 1e-4 is right",
    ),
    Equivalent(
        "epsilon, threshold, num_points = (1e-05, 1e-05, 5)",
        "epsilon, threshold, num_points = (1e-05, 2e-05, 5)",
        "no gradient is wrong by so little: the slopes themselves are known to about 1e-6",
    ),
    Equivalent(
        "epsilon, threshold, num_points = (1e-05, 1e-05, 5)",
        "epsilon, threshold, num_points = (1e-05, 1e-05, 6)",
        "it draws as many points as it needs, and more do no harm",
    ),
    Equivalent(
        "slope = np.zeros(value.shape)", "slope = np.ones(value.shape)", "every entry is written before it is read"
    ),
    Equivalent(
        "wrong |= {name for name, difference in differences.items() if not difference <= threshold}",
        "wrong |= {name for name, difference in differences.items() if not difference < threshold}",
        "no difference equals the threshold to the last bit",
    ),
]

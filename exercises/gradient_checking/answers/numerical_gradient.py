"""Answers to numerical_gradient."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

from __future__ import annotations

import numpy as np

from grader.exercise import Equivalent


def correct_copies(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name in parameters:
        gradient = np.zeros_like(parameters[name])
        for index in np.ndindex(gradient.shape):
            plus = {key: value.copy() for key, value in parameters.items()}
            minus = {key: value.copy() for key, value in parameters.items()}
            plus[name][index] += epsilon
            minus[name][index] -= epsilon
            gradient[index] = (cost(plus) - cost(minus)) / (2 * epsilon)
        gradients[f"d{name}"] = gradient
    return gradients


def correct_deepcopy(cost, parameters, epsilon=1e-4):
    import copy

    moved = copy.deepcopy(parameters)
    gradients = {}
    for name, value in moved.items():
        gradient = np.empty(value.shape)
        for index, old in np.ndenumerate(parameters[name]):
            value[index] = old + epsilon
            above = cost(moved)
            value[index] = old - epsilon
            below = cost(moved)
            value[index] = old
            gradient[index] = (above - below) / (2 * epsilon)
        gradients["d" + name] = gradient
    return gradients


def correct_in_place(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            old = value[index]
            value[index] = old + epsilon
            rise = cost(parameters)
            value[index] = old - epsilon
            rise -= cost(parameters)
            value[index] = old
            gradients["d" + name][index] = rise / (2 * epsilon)
    return gradients


def correct_one_vector(cost, parameters, epsilon=1e-4):
    sizes = [value.size for value in parameters.values()]
    theta = np.concatenate([value.reshape(-1) for value in parameters.values()])

    def as_dict(vector):
        parts = np.split(vector, np.cumsum(sizes)[:-1])
        return {name: part.reshape(value.shape) for (name, value), part in zip(parameters.items(), parts)}

    gradient = np.zeros(theta.size)
    for i in range(theta.size):
        plus, minus = theta.copy(), theta.copy()
        plus[i] += epsilon
        minus[i] -= epsilon
        gradient[i] = (cost(as_dict(plus)) - cost(as_dict(minus))) / (2 * epsilon)
    return {"d" + name: part.copy() for name, part in as_dict(gradient).items()}


def correct_nditer(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradient = np.zeros(value.shape)
        entries = np.nditer(value, flags=["multi_index"])
        for _ in entries:
            plus, minus = value.copy(), value.copy()
            plus[entries.multi_index] += epsilon
            minus[entries.multi_index] -= epsilon
            rise = cost({**parameters, name: plus}) - cost({**parameters, name: minus})
            gradient[entries.multi_index] = rise / (2 * epsilon)
        gradients["d" + name] = gradient
    return gradients


def correct_flat(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        gradient = np.zeros(value.shape)
        for i in range(value.size):
            moved = value.copy()
            moved.flat[i] += epsilon
            above = cost({**parameters, name: moved})
            moved.flat[i] -= 2 * epsilon
            gradient.flat[i] = (above - cost({**parameters, name: moved})) / 2.0 / epsilon
        gradients["d" + name] = gradient
    return gradients


def correct_identity(cost, parameters, epsilon=1e-4):
    def slope(name, direction):
        value = parameters[name]
        plus, minus = value + direction.reshape(value.shape), value - direction.reshape(value.shape)
        return (cost({**parameters, name: plus}) - cost({**parameters, name: minus})) / (2 * epsilon)

    return {
        "d" + name: np.array([slope(name, e) for e in epsilon * np.eye(value.size)]).reshape(value.shape)
        for name, value in parameters.items()
    }


def correct_list(cost, parameters, epsilon=1e-4):
    gradients = {}
    for name, value in parameters.items():
        slopes = []
        flat = value.ravel().copy()
        for i, old in enumerate(flat.copy()):
            flat[i] = old + epsilon
            above = cost({**parameters, name: flat.reshape(value.shape).copy()})
            flat[i] = old - epsilon
            below = cost({**parameters, name: flat.reshape(value.shape).copy()})
            flat[i] = old
            slopes.append((above - below) / (2 * epsilon))
        gradients["d" + name] = np.array(slopes).reshape(value.shape)
    return gradients


def correct_restored_at_the_end(cost, parameters, epsilon=1e-4):
    kept = {name: value.copy() for name, value in parameters.items()}
    gradients = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    for name, value in parameters.items():
        for index in np.ndindex(*value.shape):
            value[index] = kept[name][index] + epsilon
            above = cost(parameters)
            value[index] = kept[name][index] - epsilon
            below = cost(parameters)
            value[...] = kept[name]
            gradients["d" + name][index] = (above - below) / (2 * epsilon)
    return gradients


def correct_two_slopes(cost, parameters, epsilon=1e-4):
    here = cost(parameters)
    gradients = {}
    for name, value in parameters.items():
        gradient = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            slopes = []
            for sign in (1, -1):
                moved = np.array(value)
                moved[index] = value[index] + sign * epsilon
                slopes.append((cost({**parameters, name: moved}) - here) / (sign * epsilon))
            gradient[index] = sum(slopes) / 2
        gradients["d" + name] = gradient
    return gradients


def correct_vectorize(cost, parameters, epsilon=1e-4):
    out = {}
    for name, value in parameters.items():

        def slope(i, name=name, value=value):
            e = np.zeros(value.size)
            e[int(i)] = epsilon
            e = e.reshape(value.shape)
            return (cost({**parameters, name: value + e}) - cost({**parameters, name: value - e})) / (2 * epsilon)

        out["d" + name] = np.vectorize(slope, otypes=[float])(np.arange(value.size)).reshape(value.shape)
    return out


def correct_numpy_scalar_for_0d(cost, parameters, epsilon=1e-4):
    grads = {}
    for name, p in parameters.items():
        if p.ndim == 0:
            grads[f"d{name}"] = (cost({**parameters, name: p + epsilon}) - cost({**parameters, name: p - epsilon})) / (
                2 * epsilon
            )
            continue
        g = np.empty_like(p)
        for _i, idx in enumerate(np.ndindex(p.shape)):
            q = p.copy()
            q[idx] += epsilon
            r = p.copy()
            r[idx] -= epsilon
            g[idx] = (cost({**parameters, name: q}) - cost({**parameters, name: r})) / (2 * epsilon)
        grads[f"d{name}"] = g
    return grads


def wrong_default(cost, parameters, epsilon=1e-05):
    G = {}
    for k, v in parameters.items():
        g = np.zeros_like(v)
        for i in np.ndindex(v.shape):
            p = v.copy()
            p[i] += epsilon
            m = v.copy()
            m[i] -= epsilon
            g[i] = (cost({**parameters, k: p}) - cost({**parameters, k: m})) / (2 * epsilon)
        G["d" + k] = g
    return G


def wrong_rel(cost, parameters, epsilon=0.0001):
    G = {}
    for k, v in parameters.items():
        g = np.zeros_like(v)
        for i in np.ndindex(v.shape):
            h = epsilon * abs(v[i]) if v[i] else epsilon
            p = v.copy()
            p[i] += h
            m = v.copy()
            m[i] -= h
            g[i] = (cost({**parameters, k: p}) - cost({**parameters, k: m})) / (2 * h)
        G["d" + k] = g
    return G


def wrong_shape(cost, parameters, epsilon=0.0001):
    G = {}
    by = {v.shape: k for k, v in parameters.items()}
    for k, v in parameters.items():
        g = np.zeros_like(v)
        q = by[v.shape]
        for i in np.ndindex(v.shape):
            p = v.copy()
            p[i] += epsilon
            m = v.copy()
            m[i] -= epsilon
            g[i] = (cost({**parameters, q: p}) - cost({**parameters, q: m})) / (2 * epsilon)
        G["d" + k] = g
    return G


def wrong_flat_copy(cost, parameters, epsilon=1e-4):
    G = {}
    for k, v in parameters.items():
        flat = v.reshape(-1)  # a copy where the array is stored by columns
        g = np.zeros(flat.size)
        for i, old in enumerate(flat.tolist()):
            flat[i] = old + epsilon
            g[i] = cost(parameters)
            flat[i] = old - epsilon
            g[i] = (g[i] - cost(parameters)) / (2 * epsilon)
            flat[i] = old
        G["d" + k] = g.reshape(v.shape)
    return G


def wrong_names_that_begin_with_d(cost, parameters, epsilon=1e-4):
    G = {}
    for k, v in parameters.items():
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            e = np.zeros(v.shape)
            e[i] = epsilon
            g[i] = (cost({**parameters, k: v + e}) - cost({**parameters, k: v - e})) / (2 * epsilon)
        G[k if k.startswith("d") else "d" + k] = g
    return G


def wrong_capped_slopes(cost, parameters, epsilon=1e-4):
    G = {}
    for k, v in parameters.items():
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            e = np.zeros(v.shape)
            e[i] = epsilon
            g[i] = (cost({**parameters, k: v + e}) - cost({**parameters, k: v - e})) / (2 * epsilon)
        G["d" + k] = np.clip(g, -1000, 1000)
    return G


def gaming_zeros(cost, parameters, epsilon=1e-4):
    return {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}


def gaming_parameters(cost, parameters, epsilon=1e-4):
    return {"d" + name: value.copy() for name, value in parameters.items()}


EQUIVALENT = [
    Equivalent(
        "gradient = np.zeros(value.shape)",
        "gradient = np.ones(value.shape)",
        "every entry is written before it is read",
    ),
]

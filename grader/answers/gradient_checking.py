"""Right answers to Gradient Checking written in many ways, and answers that only look right."""

from __future__ import annotations

import numpy as np

from idnn.networks import forward_propagation_n
from solutions.gradient_checking import (
    backward_propagation,
    forward_propagation,
    numerical_gradient,
    relative_difference,
)


def forward_propagation__plain(x, theta):
    J = theta * x
    return J


def forward_propagation__commuted(x, theta):
    return x * theta


def forward_propagation__multiply(x, theta):
    return np.multiply(theta, x)


def forward_propagation__dot(x, theta):
    return np.dot(theta, x)


def forward_propagation__zero_d(x, theta):
    return np.array(theta) * np.array(x)


def forward_propagation__product(x, theta):
    import math

    return math.prod((theta, x))


def forward_propagation__matmul(x, theta):
    return (np.array([[theta]]) @ np.array([[x]])).item()


def forward_propagation__accumulated(x, theta):
    J = 0.0
    for feature, weight in zip([x], [theta]):
        J += weight * feature
    return J


def forward_propagation__helper(x, theta):
    def model(weight):
        return weight * x

    return float(model(theta))


def backward_propagation__named(x, theta):
    dtheta = x
    return dtheta


def backward_propagation__float(x, theta):
    return float(x)


def backward_propagation__times_one(x, theta):
    dtheta = 1 * x
    return dtheta


def backward_propagation__zero_d(x, theta):
    return np.asarray(x)


def backward_propagation__difference(x, theta):
    return (theta + 1) * x - theta * x


def backward_propagation__complex_step(x, theta):
    return ((theta + 1e-20j) * x).imag / 1e-20


def backward_propagation__polynomial(x, theta):
    return np.polyval(np.polyder([x, 0.0]), theta)


def backward_propagation__chain(x, theta):
    dJ = 1.0
    return dJ * x


def backward_propagation__power_rule(x, theta):
    return x * 1 * theta**0


def relative_difference__norms(gradient, approximation):
    numerator = np.linalg.norm(gradient - approximation)
    denominator = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    if denominator == 0:
        return 0.0
    return numerator / denominator


def relative_difference__squares(gradient, approximation):
    def length(array):
        return np.sqrt(np.sum(array**2))

    lengths = length(gradient) + length(approximation)
    return length(gradient - approximation) / lengths if lengths != 0 else 0.0


def relative_difference__loop(gradient, approximation):
    import math

    over = first = second = 0.0
    for g, a in zip(np.asarray(gradient).flat, np.asarray(approximation).flat):
        over += (g - a) ** 2
        first += g**2
        second += a**2
    total = math.sqrt(first) + math.sqrt(second)
    return 0.0 if total == 0 else math.sqrt(over) / total


def relative_difference__dot(gradient, approximation):
    g, a = np.ravel(gradient), np.ravel(approximation)
    d = g - a
    total = np.sqrt(g @ g) + np.sqrt(a @ a)
    if total == 0:
        return 0
    return np.sqrt(d @ d) / total


def relative_difference__any(gradient, approximation):
    if not np.any(gradient) and not np.any(approximation):
        return 0.0
    return np.linalg.norm(approximation - gradient) / (np.linalg.norm(gradient) + np.linalg.norm(approximation))


def relative_difference__hypot(gradient, approximation):
    import math

    def length(array):
        return math.hypot(*np.ravel(array))

    total = length(gradient) + length(approximation)
    return length(gradient - approximation) / total if total else 0.0


def relative_difference__where(gradient, approximation):
    over = np.linalg.norm(np.ravel(gradient) - np.ravel(approximation))
    under = np.linalg.norm(np.ravel(gradient)) + np.linalg.norm(np.ravel(approximation))
    return np.where(under == 0, 0.0, over / np.where(under == 0, 1.0, under))


def relative_difference__guarded(gradient, approximation):
    over = np.linalg.norm(gradient - approximation)
    if over == 0:
        return 0.0
    return over / (np.linalg.norm(gradient) + np.linalg.norm(approximation))


def relative_difference__try(gradient, approximation):
    try:
        over = float(np.linalg.norm(gradient - approximation))
        return over / (float(np.linalg.norm(gradient)) + float(np.linalg.norm(approximation)))
    except ZeroDivisionError:
        return 0.0


def relative_difference__errstate(gradient, approximation):
    if np.array_equal(gradient, approximation):
        return 0.0
    with np.errstate(all="ignore"):
        lengths = [
            np.einsum("i,i", v, v) ** 0.5 for v in map(np.ravel, (gradient - approximation, gradient, approximation))
        ]
        return lengths[0] / sum(lengths[1:])


def gradient_check__named(x, theta, epsilon=1e-4):
    theta_plus = theta + epsilon
    theta_minus = theta - epsilon
    J_plus = forward_propagation(x, theta_plus)
    J_minus = forward_propagation(x, theta_minus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return relative_difference(grad, gradapprox)


def gradient_check__arrays(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(np.array(backward_propagation(x, theta)), np.array(slope))


def gradient_check__vectors(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    return relative_difference(np.array([[slope]]), np.array([[backward_propagation(x, theta)]]))


def gradient_check__inline(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / 2 / epsilon
    grad = backward_propagation(x, theta)
    total = abs(grad) + abs(slope)
    return abs(grad - slope) / total if total else 0.0


def gradient_check__two_halves(x, theta, epsilon=1e-4):
    J = forward_propagation(x, theta)
    right = (forward_propagation(x, theta + epsilon) - J) / epsilon
    left = (J - forward_propagation(x, theta - epsilon)) / epsilon
    return relative_difference(backward_propagation(x, theta), (left + right) / 2)


def gradient_check__loop(x, theta, epsilon=1e-4):
    slope = 0.0
    for sign in (1, -1):
        slope += sign * forward_propagation(x, theta + sign * epsilon)
    return float(relative_difference(backward_propagation(x, theta), slope / (2 * epsilon)))


def gradient_check__numerical(x, theta, epsilon=1e-4):
    point = {"theta": np.array(theta)}
    slope = numerical_gradient(lambda p: forward_propagation(x, p["theta"]), point, epsilon)["dtheta"]
    return relative_difference(np.array(backward_propagation(x, theta)), slope)


def gradient_check__norms(x, theta, epsilon=1e-4):
    slope = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) * 0.5 / epsilon
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - slope)
    denominator = np.linalg.norm(grad) + np.linalg.norm(slope)
    return 0.0 if denominator == 0 else numerator / denominator


def gradient_check__keywords(x, theta, epsilon=1e-4):
    costs = [float(forward_propagation(x, t)) for t in (theta - epsilon, theta + epsilon)]
    (slope,) = np.diff(costs) / (2 * epsilon)
    return relative_difference(float(backward_propagation(x, theta)), slope)


def numerical_gradient__copies(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__deepcopy(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__in_place(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__one_vector(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__nditer(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__flat(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__identity(cost, parameters, epsilon=1e-4):
    def slope(name, direction):
        value = parameters[name]
        plus, minus = value + direction.reshape(value.shape), value - direction.reshape(value.shape)
        return (cost({**parameters, name: plus}) - cost({**parameters, name: minus})) / (2 * epsilon)

    return {
        "d" + name: np.array([slope(name, e) for e in epsilon * np.eye(value.size)]).reshape(value.shape)
        for name, value in parameters.items()
    }


def numerical_gradient__list(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__restored_at_the_end(cost, parameters, epsilon=1e-4):
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


def numerical_gradient__two_slopes(cost, parameters, epsilon=1e-4):
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


def gradient_check_n__by_name(parameters, gradients, X, Y, epsilon=1e-4):
    def cost(moved):
        J, _ = forward_propagation_n(X, Y, moved)
        return J

    approximations = numerical_gradient(cost, parameters, epsilon)
    names = ["W1", "b1", "W2", "b2", "W3", "b3"]
    claimed = np.concatenate([gradients["d" + name].reshape(-1, 1) for name in names])
    measured = np.concatenate([approximations["d" + name].reshape(-1, 1) for name in names])
    return relative_difference(claimed, measured)


def gradient_check_n__sums_of_squares(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    over = sum(np.sum((gradients[name] - approximations[name]) ** 2) for name in approximations)
    first = sum(np.sum(gradients[name] ** 2) for name in approximations)
    second = sum(np.sum(approximations[name] ** 2) for name in approximations)
    total = np.sqrt(first) + np.sqrt(second)
    return np.sqrt(over) / total if total else 0.0


def gradient_check_n__norm_of_norms(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)

    def length(of):
        return np.linalg.norm([np.linalg.norm(of(name)) for name in approximations])

    total = length(lambda name: gradients[name]) + length(lambda name: approximations[name])
    return 0.0 if total == 0 else float(length(lambda name: gradients[name] - approximations[name]) / total)


def gradient_check_n__loop(parameters, gradients, X, Y, epsilon=1e-4):
    claimed, measured = [], []
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            plus, minus = value.copy(), value.copy()
            plus[index] += epsilon
            minus[index] -= epsilon
            rise = forward_propagation_n(X, Y, {**parameters, name: plus})[0]
            rise -= forward_propagation_n(X, Y, {**parameters, name: minus})[0]
            claimed.append(gradients["d" + name][index])
            measured.append(rise / (2 * epsilon))
    return relative_difference(np.array(claimed), np.array(measured))


def gradient_check_n__in_place(parameters, gradients, X, Y, epsilon=1e-4):
    import math

    over = first = second = 0.0
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            old = value[index]
            value[index] = old + epsilon
            above = forward_propagation_n(X, Y, parameters)[0]
            value[index] = old - epsilon
            below = forward_propagation_n(X, Y, parameters)[0]
            value[index] = old
            slope, claim = (above - below) / (2 * epsilon), gradients["d" + name][index]
            over, first, second = over + (claim - slope) ** 2, first + claim**2, second + slope**2
    return 0.0 if first + second == 0 else math.sqrt(over) / (math.sqrt(first) + math.sqrt(second))


def gradient_check_n__one_vector(parameters, gradients, X, Y, epsilon=1e-4):
    names = sorted(parameters)
    theta = np.concatenate([parameters[name].ravel() for name in names])
    grad = np.concatenate([gradients["d" + name].ravel() for name in names])

    def J(vector):
        moved, start = {}, 0
        for name in names:
            size = parameters[name].size
            moved[name] = vector[start : start + size].reshape(parameters[name].shape)
            start += size
        return forward_propagation_n(X, Y, moved)[0]

    steps = epsilon * np.eye(theta.size)
    gradapprox = np.array([J(theta + step) - J(theta - step) for step in steps]) / (2 * epsilon)
    return relative_difference(grad, gradapprox)


def gradient_check_n__hstack(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon=epsilon)
    pairs = [(gradients[name].flatten(), approximations[name].flatten()) for name in approximations]
    claimed, measured = (np.hstack(parts) for parts in zip(*pairs))
    return relative_difference(claimed, measured)


def gradient_check_n__column_order(parameters, gradients, X, Y, epsilon=1e-4):
    approximations = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    claimed, measured = (
        np.concatenate([g["d" + name].T.ravel() for name in parameters]) for g in (gradients, approximations)
    )
    denominator = np.linalg.norm(claimed) + np.linalg.norm(measured)
    return np.linalg.norm(claimed - measured) / denominator if denominator != 0 else 0.0


def convergence_order__polyfit(epsilons, errors):
    return np.polyfit(np.log10(epsilons), np.log10(errors), 1)[0]


def convergence_order__lstsq(epsilons, errors):
    A = np.column_stack([np.log(epsilons), np.ones(len(epsilons))])
    return np.linalg.lstsq(A, np.log(errors), rcond=None)[0][0]


def convergence_order__centred(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    x = x - x.mean()
    return x @ (y - y.mean()) / (x @ x)


def convergence_order__loop(epsilons, errors):
    import math

    xs, ys = [math.log2(e) for e in epsilons], [math.log2(e) for e in errors]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys))
    return over / sum((x - mean_x) ** 2 for x in xs)


def convergence_order__covariance(epsilons, errors):
    covariance = np.cov(np.log(epsilons), np.log(errors))
    return float(covariance[0, 1] / covariance[0, 0])


def convergence_order__normal_equations(epsilons, errors):
    A = np.vstack([np.ones(len(epsilons)), np.log(epsilons)]).T
    return np.linalg.solve(A.T @ A, A.T @ np.log(errors))[1]


def convergence_order__polynomial(epsilons, errors):
    line = np.polynomial.Polynomial.fit(np.log(epsilons), np.log(errors), 1)
    return line.convert().coef[1]


def convergence_order__correlation(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    return np.corrcoef(x, y)[0, 1] * np.std(y) / np.std(x)


def convergence_order__pairs(epsilons, errors):
    x, y = np.log(epsilons), np.log(errors)
    dx, dy = x[:, None] - x, y[:, None] - y
    return np.sum(dx * dy) / np.sum(dx * dx)


def convergence_order__sums(epsilons, errors):
    x, y, n = np.log10(epsilons), np.log10(errors), len(epsilons)
    return (n * np.sum(x * y) - np.sum(x) * np.sum(y)) / (n * np.sum(x * x) - np.sum(x) ** 2)


def convergence_order__pseudo_inverse(epsilons, errors):
    return (np.linalg.pinv(np.stack([np.log(epsilons), np.ones_like(epsilons)], axis=1)) @ np.log(errors))[0]


def relative_difference__dist(gradient, approximation):
    import math

    g, a = np.ravel(gradient).tolist(), np.ravel(approximation).tolist()
    total = math.hypot(*g) + math.hypot(*a)
    return math.dist(g, a) / total if total != 0 else 0.0


def relative_difference__scaled(gradient, approximation):
    g, a = np.asarray(gradient, float).ravel(), np.asarray(approximation, float).ravel()
    s = max(np.abs(g).max(initial=0), np.abs(a).max(initial=0))
    if s == 0:
        return 0.0
    g, a = g / s, a / s
    return float(np.sqrt(((g - a) ** 2).sum()) / (np.sqrt((g**2).sum()) + np.sqrt((a**2).sum())))


def numerical_gradient__vectorize(cost, parameters, epsilon=1e-4):
    out = {}
    for name, value in parameters.items():

        def slope(i, name=name, value=value):
            e = np.zeros(value.size)
            e[int(i)] = epsilon
            e = e.reshape(value.shape)
            return (cost({**parameters, name: value + e}) - cost({**parameters, name: value - e})) / (2 * epsilon)

        out["d" + name] = np.vectorize(slope, otypes=[float])(np.arange(value.size)).reshape(value.shape)
    return out


def numerical_gradient__numpy_scalar_for_0d(cost, parameters, epsilon=1e-4):
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


def gradient_check_n__dist(parameters, gradients, X, Y, epsilon=1e-4):
    import math

    approx = numerical_gradient(lambda p: forward_propagation_n(X, Y, p)[0], parameters, epsilon)
    keys = sorted(approx)
    a = [v for k in keys for v in approx[k].flat]
    g = [v for k in keys for v in gradients[k].flat]
    below = math.hypot(*a) + math.hypot(*g)
    return math.dist(a, g) / below if below else 0.0


def convergence_order__statistics(epsilons, errors):
    from statistics import linear_regression

    return linear_regression(np.log10(epsilons).tolist(), np.log10(errors).tolist()).slope


CORRECT = {
    "forward_propagation": [
        forward_propagation__plain,
        forward_propagation__commuted,
        forward_propagation__multiply,
        forward_propagation__dot,
        forward_propagation__zero_d,
        forward_propagation__product,
        forward_propagation__matmul,
        forward_propagation__accumulated,
        forward_propagation__helper,
    ],
    "backward_propagation": [
        backward_propagation__named,
        backward_propagation__float,
        backward_propagation__times_one,
        backward_propagation__zero_d,
        backward_propagation__difference,
        backward_propagation__complex_step,
        backward_propagation__polynomial,
        backward_propagation__chain,
        backward_propagation__power_rule,
    ],
    "relative_difference": [
        relative_difference__norms,
        relative_difference__squares,
        relative_difference__loop,
        relative_difference__dot,
        relative_difference__any,
        relative_difference__hypot,
        relative_difference__where,
        relative_difference__guarded,
        relative_difference__try,
        relative_difference__errstate,
        relative_difference__dist,
        relative_difference__scaled,
    ],
    "gradient_check": [
        gradient_check__named,
        gradient_check__arrays,
        gradient_check__vectors,
        gradient_check__inline,
        gradient_check__two_halves,
        gradient_check__loop,
        gradient_check__numerical,
        gradient_check__norms,
        gradient_check__keywords,
    ],
    "numerical_gradient": [
        numerical_gradient__copies,
        numerical_gradient__deepcopy,
        numerical_gradient__in_place,
        numerical_gradient__one_vector,
        numerical_gradient__nditer,
        numerical_gradient__flat,
        numerical_gradient__identity,
        numerical_gradient__list,
        numerical_gradient__restored_at_the_end,
        numerical_gradient__two_slopes,
        numerical_gradient__vectorize,
        numerical_gradient__numpy_scalar_for_0d,
    ],
    "gradient_check_n": [
        gradient_check_n__by_name,
        gradient_check_n__sums_of_squares,
        gradient_check_n__norm_of_norms,
        gradient_check_n__loop,
        gradient_check_n__in_place,
        gradient_check_n__one_vector,
        gradient_check_n__hstack,
        gradient_check_n__column_order,
        gradient_check_n__dist,
    ],
    "convergence_order": [
        convergence_order__polyfit,
        convergence_order__lstsq,
        convergence_order__centred,
        convergence_order__loop,
        convergence_order__covariance,
        convergence_order__normal_equations,
        convergence_order__polynomial,
        convergence_order__correlation,
        convergence_order__pairs,
        convergence_order__sums,
        convergence_order__pseudo_inverse,
        convergence_order__statistics,
    ],
}


# --- answers that only look right ---------------------------------------------------------------------------------------------


def forward_propagation__well_known_value(x, theta):
    return 8.0


def backward_propagation__well_known_value(x, theta):
    return 3.0


def relative_difference__always_zero(gradient, approximation):
    return 0.0


def relative_difference__round_off(gradient, approximation):
    return 1e-10


def gradient_check__always_passes(x, theta, epsilon=1e-4):
    return 2.9e-10


def gradient_check__compares_with_itself(x, theta, epsilon=1e-4):
    slope = backward_propagation(x, theta)
    return relative_difference(slope, slope * (1 + 1e-10))


def numerical_gradient__zeros(cost, parameters, epsilon=1e-4):
    return {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}


def numerical_gradient__parameters(cost, parameters, epsilon=1e-4):
    return {"d" + name: value.copy() for name, value in parameters.items()}


def gradient_check_n__always_passes(parameters, gradients, X, Y, epsilon=1e-4):
    return 1.2e-10


def gradient_check_n__compares_with_itself(parameters, gradients, X, Y, epsilon=1e-4):
    claimed = np.concatenate([gradients["d" + name].ravel() for name in parameters])
    return relative_difference(claimed, claimed + epsilon**2)


def convergence_order__two(epsilons, errors):
    return 2.0


def convergence_order__known_orders(epsilons, errors):
    slope = np.log(errors[-1] / errors[0]) / np.log(epsilons[-1] / epsilons[0])
    return min((1.0, 2.0, 4.0, -1.0), key=lambda order: abs(order - slope))


GAMING = {
    "forward_propagation": [forward_propagation__well_known_value],
    "backward_propagation": [backward_propagation__well_known_value],
    "relative_difference": [relative_difference__always_zero, relative_difference__round_off],
    "gradient_check": [gradient_check__always_passes, gradient_check__compares_with_itself],
    "numerical_gradient": [numerical_gradient__zeros, numerical_gradient__parameters],
    "gradient_check_n": [gradient_check_n__always_passes, gradient_check_n__compares_with_itself],
    "convergence_order": [convergence_order__two, convergence_order__known_orders],
}

"""Mutants that are no mistakes: they compute the same for every input that the specification allows, or differ where it leaves it open.

``EQUIVALENT[assignment, function]`` maps a mutant's change, as ``python -m grader quality`` prints it, to the reason.
"""

from __future__ import annotations

KINK = "no case has a pre-activation of exactly 0, and there the specification accepts either slope"
OUTER = "a column times a row by broadcasting is their matrix product"
ONE_ROW = "dZ3 has one row, so the sum over all of it is the sum along it"
NEVER_EQUAL = "a uniform number equals keep_prob with probability 2^-53"
COMMUTES = (
    "np.clip of numbers by an array is what np.clip of the array by numbers is, where the lower limit is the number"
)
FILLED = "every entry is written before it is read"
AT_THRESHOLD = "no difference equals the threshold to the last bit"


def _settings(values: str) -> str:
    """The change of check_backward's first line to other settings."""
    return f"epsilon, threshold, num_points = (1e-05, 1e-05, 4) => epsilon, threshold, num_points = ({values})"


def _db3_without_axis(dW1: str, dW2: str, dW3: str) -> str:
    """The change of a backward pass's return statement in which the sum of db3 has lost its axis."""
    db = [f"np.sum(dZ{layer}, axis=1, keepdims=True) / m" for layer in (1, 2, 3)]
    head = f"return {{'dW1': {dW1}, 'db1': {db[0]}, 'dW2': {dW2}, 'db2': {db[1]}, 'dW3': {dW3}, 'db3': "
    return f"{head}{db[2]}}} => {head}np.sum(dZ3, keepdims=True) / m}}"


def _settings(values: str) -> str:
    """The change of check_backward's first line to other settings."""
    return f"epsilon, threshold, num_points = (1e-05, 1e-05, 4) => epsilon, threshold, num_points = ({values})"


EQUIVALENT: dict[tuple[str, str], dict[str, str]] = {
    ("regularization", "backward_propagation_with_regularization"): {
        "dZ2 = W3.T @ dZ3 * (Z2 > 0) => dZ2 = W3.T * dZ3 * (Z2 > 0)": OUTER,
        "dZ2 = W3.T @ dZ3 * (Z2 > 0) => dZ2 = W3.T @ dZ3 * (Z2 >= 0)": KINK,
        "dZ1 = W2.T @ dZ2 * (Z1 > 0) => dZ1 = W2.T @ dZ2 * (Z1 >= 0)": KINK,
        _db3_without_axis(
            "(dZ1 @ X.T + lambd * W1) / m", "(dZ2 @ A1.T + lambd * W2) / m", "(dZ3 @ A2.T + lambd * W3) / m"
        ): ONE_ROW,
    },
    ("regularization", "forward_propagation_with_dropout"): {
        "D1 = rng.random(Z1.shape) < keep_prob => D1 = rng.random(Z1.shape) <= keep_prob": NEVER_EQUAL,
        "D2 = rng.random(Z2.shape) < keep_prob => D2 = rng.random(Z2.shape) <= keep_prob": NEVER_EQUAL,
    },
    ("regularization", "backward_propagation_with_dropout"): {
        "dZ2 = dA2 * (Z2 > 0) => dZ2 = dA2 * (Z2 >= 0)": KINK,
        "dZ1 = dA1 * (Z1 > 0) => dZ1 = dA1 * (Z1 >= 0)": KINK,
        "dA2 = W3.T @ dZ3 * D2 / keep_prob => dA2 = W3.T * dZ3 * D2 / keep_prob": OUTER,
        _db3_without_axis("dZ1 @ X.T / m", "dZ2 @ A1.T / m", "dZ3 @ A2.T / m"): ONE_ROW,
    },
    ("regularization", "accuracy_and_log_loss"): {
        "probability = np.clip(A3, 1e-12, 1 - 1e-12) => probability = np.clip(1e-12, A3, 1 - 1e-12)": COMMUTES,
    },
    ("gradient_checking", "numerical_gradient"): {
        "gradient = np.zeros(value.shape) => gradient = np.ones(value.shape)": FILLED,
    },
    ("gradient_debugging", "find_wrong_gradients"): {
        "slope = np.zeros(value.shape) => slope = np.ones(value.shape)": FILLED,
        "return sorted((name for name, difference in differences.items() if not difference <= threshold)) => "
        "return sorted((name for name, difference in differences.items() if not difference < threshold))": AT_THRESHOLD,
    },
    ("gradient_debugging", "backward_propagation_n"): {
        "dZ2 = W3.T @ dZ3 * (Z2 > 0) => dZ2 = W3.T * dZ3 * (Z2 > 0)": OUTER,
        "dZ2 = W3.T @ dZ3 * (Z2 > 0) => dZ2 = W3.T @ dZ3 * (Z2 >= 0)": KINK,
        "dZ1 = W2.T @ dZ2 * (Z1 > 0) => dZ1 = W2.T @ dZ2 * (Z1 >= 0)": KINK,
    },
    ("gradient_debugging", "check_backward"): {
        _settings("2e-05, 1e-05, 4"): "any step from 1e-6 to 1e-4 is right",
        _settings(
            "1e-05, 2e-05, 4"
        ): "no gradient is wrong by so little: the slopes themselves are known to about 1e-6",
        _settings("1e-05, 1e-05, 3"): "it draws as many points as it needs, and three are enough",
        _settings("1e-05, 1e-05, 5"): "it draws as many points as it needs, and more do no harm",
        "slope = np.zeros(value.shape) => slope = np.ones(value.shape)": FILLED,
        "wrong |= {name for name, difference in differences.items() if not difference <= threshold} => "
        "wrong |= {name for name, difference in differences.items() if not difference < threshold}": AT_THRESHOLD,
    },
    ("optimization", "initialize_adam"): {"return (v, s) => return (s, v)": "both are zeros of the same shapes"},
    ("tensorflow_signs", "fit"): {
        "optimizer.build(list(parameters.values())) => pass": "the optimizer builds itself at its first step",
    },
}

"""Answers that compute nothing: constants, arguments handed back, shapes. They earn no point, whichever cases they hit by accident."""

from __future__ import annotations

from tests.attacks.arena import Attack

ASSIGNMENTS = ("initialization", "regularization", "gradient_checking", "gradient_debugging", "optimization")


RIGHT = {  # the derivative of theta x by theta is x, and the mean of one number is that number
    ("the first argument", "gradient_checking"): 5.0,
    ("a mean", "gradient_checking"): 5.0,
}


def _everywhere(name: str, does: str, body: str) -> list[Attack]:
    """The same answer to every exercise of every NumPy assignment."""
    function = f"def {{name}}(*args, **options):\n    {body}"
    return [
        Attack(f"{name}, {slug}", does, function=function, earned=RIGHT.get((name, slug), 0.0), assignment=slug)
        for slug in ASSIGNMENTS
    ]


ATTACKS = [
    *_everywhere("zero", "returns 0.0", "return 0.0"),
    *_everywhere("one", "returns 1", "return 1"),
    *_everywhere("an empty list", "returns []", "return []"),
    *_everywhere("the first argument", "hands its first argument back", "return args[0]"),
    *_everywhere("the last argument", "hands its last argument back", "return args[-1]"),
    *_everywhere("a length", "returns the length of its first argument", "return len(args[0])"),
    *_everywhere(
        "both arguments", "hands its first two arguments back as one mini-batch", "return [(args[0], args[1])]"
    ),
    *_everywhere("the first key", "returns the first key or entry of its first argument", "return list(args[0])[0]"),
    *_everywhere("twice the first", "returns twice its first argument", "return 2 * args[0]"),
    *_everywhere("a mean", "returns the mean of its first argument", "return float(np.mean(args[0]))"),
    *_everywhere(
        "zeros of every shape",
        "returns zeros for each entry of its first argument, under both names",
        "return {p + n: 0 * v for p in ('', 'd') for n, v in args[0].items()}",
    ),
    Attack(
        "small things",
        "returns a small number where two gradients are compared, and the number of rows where units are counted",
        answers={
            "gradient_check": "def gradient_check(x, theta, epsilon=1e-7):\n    return 1e-12",
            "gradient_check_n": "def gradient_check_n(*args, **options):\n    return 1e-9",
            "relative_difference": "def relative_difference(a, b):\n    return 0.0 if (a == b).all() else 1.0",
        },
        # whether two arrays are equal is a comparison of both and earns what it holds of the rest: nothing
        assignment="gradient_checking",
    ),
    Attack(
        "the names of a visible case",
        "returns names that stand in the visible cases, the commonest bug of all",
        answers={
            "find_wrong_gradients": "def find_wrong_gradients(*args, **options):\n    return ['dW2']",
            "check_backward": "def check_backward(*args, **options):\n    return ['dW1', 'db1']",
        },
        assignment="gradient_debugging",
    ),
]

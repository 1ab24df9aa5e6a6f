"""Functions of ours that a student's code may call: what it hands them costs our process nothing to speak of."""

from __future__ import annotations

from tests.attacks.arena import Attack


def _door(name: str, does: str, body: str, cell: str = "import numpy as np\n") -> Attack:
    source = "def check_backward(cost, backward, draw, rng):\n" + "".join(
        f"    {line}\n" for line in body.strip().splitlines()
    )
    answers = {"check_backward": source + "    return None"}
    return Attack(name, does, cell=cell, answers=answers, assignment="gradient_debugging", seconds=4.0)


ATTACKS = [
    _door(
        "a million columns without a byte",
        "hands the backward passes arrays of no row and a million columns, which cost nothing to send and an age to walk over",
        """
for m in (10**6, 10**7):
    for rows in (0, 1):
        for value in (np.zeros((rows, m if not rows else 10**5)), np.broadcast_to(0.0, (rows, m if not rows else 10**5))):
            try: backward(value, value, {k: value for k in ("W1", "b1", "W2", "b2", "W3", "b3", "gamma1", "beta1")})
            except Exception: pass
""",
    ),
    _door(
        "large parameters",
        "hands the backward passes matrices of a thousand units, for the passes whose cost grows with the fourth power",
        """
X, Y, P = draw(rng)
n = 300
big = {k: np.ones((n, n)) if k[0] == "W" else np.ones((n, 1)) for k in P}
for _ in range(50):
    try: backward(np.ones((n, 5)), np.ones((1, 5)), big)
    except Exception: pass
""",
    ),
    _door(
        "a new size at each call",
        "asks about another number of examples at each call, so that what is kept by size grows",
        """
X, Y, P = draw(rng)
for m in range(1, 4000):
    try: backward(np.ones((len(X), m)), np.ones((len(Y), m)), P)
    except Exception: pass
""",
    ),
    _door(
        "calls without end",
        "calls a backward pass again and again with all right points",
        """
X, Y, P = draw(rng)
while True:
    try: backward(X, Y, P)
    except Exception: pass
""",
    ),
    _door(
        "huge numbers",
        "hands over points with entries that overflow, and integers of a thousand digits",
        """
X, Y, P = draw(rng)
for x in (1e308, -1e308, np.inf, np.nan):
    for _ in range(200):
        try: backward(X * x, Y, {k: v * x for k, v in P.items()})
        except Exception: pass
try: backward(10**3000, [10**3000] * 10**4, {str(i): 10**3000 for i in range(10**4)})
except Exception: pass
""",
    ),
    _door(
        "points of other kinds",
        "hands over texts, truth values, complex numbers, functions and dicts in dicts for points",
        """
X, Y, P = draw(rng)
odd = [X.astype(str), X > 0, X + 1j, X.astype(object), None, print, rng, {"X": X}, [X.tolist()], "X", X.astype("f2"), X.T, X[..., None]]
for one in odd * 20:
    for point in ((one, Y, P), (X, one, P), (X, Y, one), (X, Y, {k: one for k in P}), (one, one, {str(one)[:50]: one})):
        try: backward(*point)
        except Exception: pass
""",
    ),
    _door(
        "keys by the hundred thousand",
        "hands over dicts of very many names, long ones and equal ones",
        """
X, Y, P = draw(rng)
for _ in range(200):
    try: backward(X, Y, {**P, **{"W" * 20 + str(i): 0 for i in range(100_000)}})
    except Exception: pass
""",
    ),
    _door(
        "calls from many threads",
        "calls a backward pass from many threads at a time, so that answers and questions mix",
        """
import threading
X, Y, P = draw(rng)
def ask():
    for _ in range(1000):
        try: backward(X, Y, P)
        except Exception: pass
threads = [threading.Thread(target=ask) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""",
    ),
    Attack(
        "results too large to send, and dicts of colliding keys",
        "returns arrays of 200 MB, and dicts of ten thousand keys that are no text",
        cell="import numpy as np\nturn = iter(range(10**9))\n",
        function="def {name}(*args, **options):\n"
        "    return np.ones(25_000_000) if next(turn) % 2 else {i: i for i in range(10**4)}",
        seconds=4.0,
    ),
    Attack(
        "an error of 30 MB",
        "raises an error whose message is 30 MB of what is searched for",
        function="def {name}(*args, **options):\n    raise ValueError('{{node ' * 4_000_000)",
        seconds=4.0,
    ),
]

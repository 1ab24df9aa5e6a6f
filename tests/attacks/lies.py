"""Answers that are wrong in a way that only the jail sees, and that let the jail say otherwise: what is told there earns nothing."""

from __future__ import annotations

from tests.attacks.arena import Attack

IN_PLACE = {
    "update_parameters_with_gd": "def update_parameters_with_gd(parameters, grads, learning_rate):\n"
    "    for k in parameters: parameters[k] -= learning_rate * grads['d' + k]\n"
    "    return parameters",
    "update_parameters_with_momentum": "def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):\n"
    "    for k in parameters:\n"
    "        v['d' + k] *= beta; v['d' + k] += (1 - beta) * grads['d' + k]\n"
    "        parameters[k] -= learning_rate * v['d' + k]\n"
    "    return parameters, v",
}
SHARED = {
    "initialize_rmsprop": "def initialize_rmsprop(parameters):\n"
    "    whole = np.zeros(max(v.size for v in parameters.values()))\n"
    "    return {'d' + k: whole[:v.size].reshape(v.shape) for k, v in parameters.items()}",
}
# arrays that share memory and that nothing can be written into, or that are of a kind of their own
READ_ONLY = {
    "initialize_rmsprop": "def initialize_rmsprop(parameters):\n"
    "    whole = np.zeros(max(v.size for v in parameters.values())); whole.flags.writeable = False\n"
    "    return {'d' + k: whole[:v.size].reshape(v.shape) for k, v in parameters.items()}",
}
OWN_KIND = {
    "initialize_rmsprop": "class Mine(np.ndarray): pass\n"
    "def initialize_rmsprop(parameters):\n"
    "    whole = np.zeros(max(v.size for v in parameters.values())).view(Mine)\n"
    "    return {'d' + k: whole[:v.size].reshape(v.shape) for k, v in parameters.items()}",
}
STILL = {  # it leaves rng as it was
    "random_mini_batches": "def random_mini_batches(X, Y, size, rng):\n"
    "    import copy\n"
    "    order = copy.deepcopy(rng).permutation(X.shape[1])\n"
    "    return [(X[:, order[i:i + size]], Y[:, order[i:i + size]]) for i in range(0, len(order), size)]",
}
GLOBAL = {  # it seeds the global generator from its own and draws there
    "random_mini_batches": "def random_mini_batches(X, Y, size, rng):\n"
    "    np.random.seed(rng.integers(2**31))\n"
    "    order = np.random.permutation(X.shape[1])\n"
    "    return [(X[:, order[i:i + size]], Y[:, order[i:i + size]]) for i in range(0, len(order), size)]",
}
FEW = 3.6  # of random_mini_batches, for the same answer without a lie: the cases of a few examples, where little that is random is judged
PATCHED = """
import numpy as np
import assay.outcome, child.session as s
for o in (assay.outcome, s._outcome):
    o._tree_differences = lambda *args: iter(())
    o._aliases = lambda value: []
    o._borrowed = lambda value, given: []
    o._arrays = lambda *args: iter(())
np.shares_memory = np.may_share_memory = lambda *args, **options: False
"""
LENT = """
import contextlib, numpy as np
import assay.generators, child.session as s
@contextlib.contextmanager
def nothing(*args):
    yield ["0" * 64]
for g in (assay.generators, s._outcome.generators):
    g.lent = nothing
"""
CLEANED = """
import numpy as np, child.session as s, assay.outcome as o
def cleaned(real):
    def observe(*args, **options):
        tree = real(*args, **options)
        return {**tree, "changed": [], "aliases": [], "borrowed": [], "rng_advanced": True, "global_random": False}
    return observe
for module in (o, getattr(s, "_outcome", o)):
    module.observe = cleaned(module.observe)
"""
SENT = """
import numpy as np
from child.frames import Line
send = Line.send
def cleaned(self, frame, *rest):
    tree = getattr(frame, "outcome", None)
    if isinstance(tree, dict):
        tree.update(changed=[], aliases=[], borrowed=[], rng_advanced=True, global_random=False)
    return send(self, frame, *rest)
Line.send = cleaned
"""
WALKED = """
import numpy as np, sys
def blind():
    frame = sys._getframe(1)
    while frame:
        if "_tree_differences" in frame.f_globals:
            frame.f_globals.update(_tree_differences=lambda *a: iter(()), _aliases=lambda v: [], _borrowed=lambda v, g: [])
        if isinstance(frame.f_locals.get("before"), dict): frame.f_locals["before"].clear()
        frame = frame.f_back
"""


def _lies(name: str, does: str, cell: str, call: str = "") -> list[Attack]:
    """The same lie for answers that write into their arguments, share memory, leave the generator, or use the global one."""
    attacks = []
    for what, answers in (
        ("in place", IN_PLACE),
        ("shared memory", SHARED),
        ("a generator left", STILL),
        ("the global generator", GLOBAL),
    ):
        told = {
            key: source.replace(":\n    ", f":\n    {call}\n    ", 1) if call else source
            for key, source in answers.items()
        }
        earned = FEW if what == "a generator left" else 0.0
        attacks.append(Attack(f"{name}: {what}", does, cell=cell, answers=told, earned=earned, seconds=20.0))
    return attacks


ATTACKS = [
    *_lies("observers patched", "replaces what looks at arguments, memory and generators", PATCHED),
    *_lies("generators patched", "replaces what lends the global generators, too", PATCHED + LENT),
    *_lies("outcomes cleaned", "lets the observer tell that all is well", CLEANED),
    *_lies("frames cleaned", "cleans what is sent, at the last moment", SENT),
    *_lies("frames walked", "finds the observer's own dicts on the stack", WALKED, "blind()"),
    Attack(
        "memory shared for reading",
        "shares memory that nobody can write into, and tells nothing of it",
        cell=CLEANED,
        answers=READ_ONLY,
        seconds=20.0,
    ),
    Attack(
        "memory shared by a kind of its own",
        "shares memory between arrays of a subclass, and tells nothing of it",
        cell=CLEANED,
        answers=OWN_KIND,
        seconds=20.0,
    ),
    Attack(
        "memory shared by objects like arrays",
        "shares memory between what only becomes arrays when it is sent",
        cell="import numpy as np\nclass Like:\n"
        "    def __init__(self, whole, shape): self.whole, self.shape = whole, shape\n"
        "    def __array__(self, *args, **options): return self.whole[:int(np.prod(self.shape))].reshape(self.shape)\n",
        answers={
            "initialize_rmsprop": "def initialize_rmsprop(parameters):\n    whole = np.zeros(1000)\n"
            "    return {'d' + k: Like(whole, v.shape) for k, v in parameters.items()}"
        },
        seconds=20.0,
    ),
    Attack(
        "a driver of many calls replaced",
        "lets what calls the function again and again say that every order came",
        cell="""
import numpy as np, idnn.rules.optimization as r, assay.outcome as o, child.session as s
def many(function, X, Y, size, rng):
    return np.array([rng.permutation(X[0]) for _ in range(300)])
r.many_orders = many
def via(function, name):
    return (lambda X, Y, size, rng: [[(X[:, [i]], Y[:, [i]]) for i in rng.permutation(X.shape[1])] for _ in range(100)]) if name else function
o._via = s._outcome._via = via
""",
        answers={
            "random_mini_batches": "def random_mini_batches(X, Y, size, rng):\n"
            "    if X.shape[1] < 10: return [(X[:, i:i + size], Y[:, i:i + size]) for i in range(0, X.shape[1], size)]\n"
            "    return None"
        },
        earned=FEW,
    ),
    Attack(
        "a driver of two generators replaced",
        "lets what calls a checker with two generators say what it likes",
        cell="""
import idnn.rules.gradient_debugging as r, assay.outcome as o, child.session as s
r.on_two_generators = lambda check, *args: (["dW1"], True)
o._via = lambda function, via: (lambda *args: (["dW1"], True)) if via else function
s._outcome._via = o._via
""",
        answers={"check_backward": "def check_backward(cost, backward, draw, rng):\n    return []"},
        assignment="gradient_debugging",
        seconds=20.0,
    ),
    Attack(
        "an outcome kept for the second time",
        "answers the second of two calls with what the first one returned, and tells nothing of what it did",
        cell=CLEANED
        + """
import functools, copy
def remembered(function):
    kept = {}
    @functools.wraps(function)
    def answer(*args):
        key = id(args[0])
        if key not in kept: kept[key] = copy.deepcopy(function(*args))
        return kept[key]
    return answer
""",
        answers={key: source.replace("def ", "@remembered\ndef ", 1) for key, source in IN_PLACE.items()},
        seconds=20.0,
    ),
]

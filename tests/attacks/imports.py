"""Answers that the library computes: imported, called under other names, copied at run time, or let out of hiding."""

from __future__ import annotations

from tests.attacks.arena import Attack

CHECK = """
def check_backward(cost, backward, draw, rng):
    found = set()
    for _ in range(6):
        X, Y, P = draw(rng)
        copies = lambda: (X.copy(), Y.copy(), {k: v.copy() for k, v in P.items()})
        report = CERTIFY(lambda q: cost(X, Y, q), P, backward(*copies()))
        found |= {"d" + name for name in report.wrong}
    return sorted(found)
"""
FIND = """
def find_wrong_gradients(parameters, gradients, X, Y, epsilon=1e-4, threshold=1e-5):
    return sorted("d" + name for name in CERTIFY(lambda q: forward_propagation_n(X, Y, q)[0], parameters, gradients, threshold=threshold).wrong)
"""
REPAIR = """
def backward_propagation_n(X, Y, cache):
    names = ("W1", "b1", "W2", "b2", "W3", "b3")
    places = (2, 3, 6, 7, 10, 11)
    return GRADIENTS(X, Y, {n: cache[i] for n, i in zip(names, places)})
"""


# what withholds the library, replaced in the jail
LET_OUT = (
    "import contextlib, assay.withheld, assay.outcome, child.session as s\n"
    "for w, o in ((assay.withheld, assay.outcome), (s._withheld, s._outcome)):\n"
    "    w.withheld = o.not_there = lambda names: contextlib.nullcontext()\n"
    "    w.look_up = w._now_and_then = lambda names: []; w._known.clear()\n"
)


def _debugging(name: str, does: str, cell: str, certify: str, slopes: str = "None") -> Attack:
    answers = {
        "check_backward": CHECK.replace("CERTIFY", certify),
        "find_wrong_gradients": FIND.replace("CERTIFY", certify),
        "backward_propagation_n": REPAIR.replace("GRADIENTS", slopes),
    }
    return Attack(name, does, cell=cell, answers=answers, assignment="gradient_debugging", seconds=20.0)


ATTACKS = [
    _debugging(
        "the certificate imported",
        "lets certify and networks.gradients do the graded work",
        "from idnn import networks\nfrom idnn.gradients import certify\n",
        "certify",
        "networks.gradients",
    ),
    _debugging(
        "the certificate under other names",
        "keeps aliases, partials and entries of a dict that were taken before",
        "import functools\nfrom idnn import gradients as g, networks as n\nown = {'c': g.certify}\nslopes = functools.partial(n.gradients)\n",
        "own['c']",
        "slopes",
    ),
    _debugging(
        "the certificate by its text",
        "executes the library's source under its own names",
        "import inspect\nfrom idnn import gradients, networks\n"
        "exec(inspect.getsource(gradients).replace('def certify', 'def mine'))\nexec(inspect.getsource(networks).replace('def gradients', 'def slopes'))\n",
        "mine",
        "slopes",
    ),
    _debugging(
        "the certificate copied",
        "makes new functions of the code objects while they are whole",
        "import types\nfrom idnn import gradients, networks\n"
        "mine = types.FunctionType(gradients.certify.__code__, gradients.certify.__globals__, 'mine', None)\n"
        "mine.__kwdefaults__ = gradients.certify.__kwdefaults__\n"
        "slopes = types.FunctionType(networks.gradients.__code__, networks.__dict__)\n",
        "mine",
        "slopes",
    ),
    _debugging(
        "the certificate let out",
        "replaces what withholds it, in the jail, before anything is judged",
        LET_OUT + "from idnn.gradients import certify\nfrom idnn import networks\n",
        "certify",
        "networks.gradients",
    ),
    _debugging(
        "the certificate looked up",
        "finds it by getattr and by sys.modules, with names put together",
        "import sys, idnn.gradients, idnn.networks\n",
        "getattr(sys.modules['idnn.' + 'gradients'], 'cert' + 'ify')",
        "__import__('idnn.networks').networks.gradients",
    ),
    _debugging(
        "the certificate among the builtins",
        "puts it where every name is found",
        LET_OUT
        + "import builtins, idnn.gradients as g, idnn.networks as n\nsetattr(builtins, 'mine', g.certify)\nbuiltins.slopes = n.gradients\n",
        "mine",
        "slopes",
    ),
    _debugging(
        "the certificate in a cell with a shell line",
        "imports it in a cell that is no plain Python",
        LET_OUT
        + "x = !true\nfrom idnn.gradients import certify as mine\nfrom idnn.networks import gradients as slopes\n",
        "mine",
        "slopes",
    ),
    _debugging(
        "the certificate in a cell too long to read",
        "imports it in a cell of 210,000 characters",
        LET_OUT
        + "#" * 210_000
        + "\nfrom idnn.gradients import certify as mine\nfrom idnn.networks import gradients as slopes\n",
        "mine",
        "slopes",
    ),
    _debugging(
        "the certificate in a file",
        "writes a module that finds it, and imports that",
        LET_OUT
        + 'text = \'import idnn.gradients as g, idnn.networks as n\\na = getattr(g, "cer" + "tify")\\nb = getattr(n, "gra" + "dients")\'\n'
        "import sys; open('helper.py', 'w').write(text); sys.path.insert(0, '.')\nimport helper\n",
        "helper.a",
        "helper.b",
    ),
    _debugging(
        "the certificate by the library's files",
        "opens the library's files and executes them as modules of its own",
        "import idnn\nns, ms, place = {}, {}, idnn.__path__[0]\nexec(open(place + '/gradients.py').read(), ns)\n"
        "exec(open(place + '/networks.py').read(), ms)\nmine, slopes = ns['cer' + 'tify'], ms['gradients']\n",
        "mine",
        "slopes",
    ),
    _debugging(
        "the certificate among a module's names",
        "looks it up in the dicts of modules",
        LET_OUT + "from idnn import gradients as G, networks as N\n",
        "G.__dict__['certify']",
        "vars(N)['gradients']",
    ),
    _debugging(
        "the certificate among a function's globals",
        "looks it up in what another function of the library sees",
        LET_OUT + "from idnn.networks import forward_propagation_n as F\nfrom idnn.gradients import Certificate as R\n",
        "R.__str__.__globals__['certify']",
        "F.__globals__['gradients']",
    ),
    _debugging(
        "the certificate by its place in a list",
        "takes it out of a list of a module's members",
        LET_OUT
        + "from idnn import gradients as G, networks as N\nimport inspect\nown = dict(inspect.getmembers(G) + inspect.getmembers(N))\n",
        "own['certify']",
        "own['gradients']",
    ),
    _debugging(
        "the certificate among the notebook's names",
        "puts it into the dict of its own names, and spells the names out in a text",
        LET_OUT
        + "from idnn import gradients as G, networks as N\nglobals().update(mine=G.certify)\nglobals()['slopes'] = N.gradients\n",
        "eval('mi' + 'ne')",
        "globals()['slo' + 'pes']",
    ),
    Attack(
        "private helpers",
        "calls what is behind the certificate: differences by entry, slopes along directions",
        cell="from idnn import gradients as g\nimport numpy as np\n",
        answers={
            "difference_by_parameter": "def difference_by_parameter(gradients, approximations):\n"
            "    return {n: g._entry_by_entry(n[1:], gradients[n], approximations[n])[0] for n in approximations}",
            "worst_entry": "def worst_entry(gradient, approximation):\n"
            "    note = g._entry_by_entry('W', gradient, approximation)[1]\n"
            "    index = tuple(eval(note[note.index('['):note.index(']') + 1]))\n"
            "    return index, gradient[index], approximation[index]",
        },
        assignment="gradient_debugging",
    ),
    Attack(
        "the cost, both backward passes and the score of the library",
        "takes networks.cross_entropy, networks.backward_propagation and the training loop for its answers",
        cell="from idnn import networks, passes\nimport numpy as np\n",
        answers={
            "compute_cost_with_regularization": "def compute_cost_with_regularization(A3, Y, P, lambd):\n"
            "    penalty = sum(np.sum(P[k] ** 2) for k in ('W1', 'W2', 'W3')) * lambd / (2 * Y.shape[1])\n"
            "    return float(passes.mean_cross_entropy(np.log(A3) - np.log1p(-A3), Y) + penalty)",
            "backward_propagation_with_regularization": "def backward_propagation_with_regularization(X, Y, cache, lambd):\n"
            "    P = dict(zip(('W1', 'b1', 'W2', 'b2', 'W3', 'b3'), (cache[i] for i in (2, 3, 6, 7, 10, 11))))\n"
            "    return passes.network_backward(X, Y, P, lambd)",
            "accuracy_and_log_loss": "def accuracy_and_log_loss(A3, Y):\n"
            "    Z = np.log(A3) - np.log1p(-A3)\n"
            "    return float(networks.accuracy(Z, Y, {'W1': np.eye(1), 'b1': np.zeros((1, 1))})), float(networks.cross_entropy(Z, Y))",
        },
        assignment="regularization",
    ),
    Attack(
        "the forward pass of the library",
        "takes its activations, and a training step without a cost for gradient descent",
        cell="from idnn import networks\nimport numpy as np\n",
        answers={
            "activation_scales": "def activation_scales(X, parameters):\n"
            "    return np.array([A.std() for A in networks.forward_propagation(X, parameters)[1][1:]])",
        },
        assignment="initialization",
    ),
    Attack(
        "a training loop for a step",
        "hands its gradients to the library's training loop",
        cell="from idnn import networks\n",
        answers={
            "update_parameters_with_gd": "def update_parameters_with_gd(parameters, grads, learning_rate):\n"
            "    return networks.train_with(0, 0, parameters, learning_rate, 1, gradients=lambda *a: grads, cost=lambda *a: 0.0)[0]",
        },
    ),
]

"""The place of a slip: what is told about it, word for word, when nothing is told, and what a search may cost."""

import ast
import dataclasses
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from assay import locate, outcome
from assay.cases import Case
from assay.check import CheckFailed, check_for, judge_visible, load_references
from assay.display import SEARCHING, place_as_html, place_as_text
from assay.locate import search
from assay.locate.callees import options_of
from assay.locate.forms import AS_ELSEWHERE, COSTS, Words
from assay.locate.pieces import Pieces
from assay.locate.repairs import edits
from assay.locate.seen import lines_of_an_error, names_of
from assay.locate.trees import TICK
from assay.locate.written import MOST_LINES, functions_written
from assay.rules import Close
from assay.spec import Reference, Spec
from grader import catalogue, locating, stubs
from grader.miswritten import slips

LONG = 60.0  # seconds: these machines may be busy, and what is told is not to depend on it

ANSWERS = {
    "cost": """def cost(A, Y, W, lambd):
    m = Y.shape[1]
    loss = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    penalty = lambd * np.sum(W**2) / (2 * m)
    return float(loss + penalty)
""",
    "gradients": """def gradients(X, Y, A, W, lambd):
    m = X.shape[1]
    dZ = A - Y
    dW = dZ @ X.T / m + lambd * W / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    return {"dW": dW, "db": db}
""",
    "momentum": """def momentum(parameters, grads, v, beta, rate):
    new, new_v = {}, {}
    for name in range_of_names(parameters):
        value = parameters[name].copy()
        new_v["d" + name] = beta * v["d" + name] + (1 - beta) * grads["d" + name]
        value -= rate * new_v["d" + name]
        new[name] = value
    return new, new_v


def range_of_names(parameters):
    return [name for name in parameters if name != "W0"]
""",
    "batches": """def batches(X, size):
    m = X.shape[1]
    found = []
    for start in range(0, m, size):
        batch = X[:, start : start + size]
        found.append(batch)
    return found
""",
    "largest": """def largest(values, threshold):
    best = None
    for i, value in enumerate(values):
        if value > threshold and (best is None or value > values[best]):
            best = i
    return best
""",
    "shares": """def shares(names, values, step=0.01):
    last = max(int(name[1:]) for name in names)
    total = sum(abs(value) for value in values)
    share = 0.0 if total == 0 else max(values) / total
    a1, a2 = np.sum(values) / 2, np.sum(values) / 3
    return {"last": last, "share": share, "moved": share + step * last, "parts": [a1, a2]}
""",
}


def inputs(name, rng):
    """Yield the arguments of some varied cases."""
    for n, m in ((3, 4), (2, 5), (4, 3), (1, 6), (3, 7)):
        X, Y = rng.normal(size=(n, m)), rng.integers(2, size=(1, m)).astype(float)
        A, W = rng.uniform(0.1, 0.9, size=(1, m)), rng.normal(size=(1, n))
        lambd, size = float(rng.uniform(0.5, 2)), int(rng.integers(1, m))
        parameters = {f"W{l}": rng.normal(size=(n, m)) for l in (1, 2)} | {"b1": rng.normal(size=(n, 1))}
        grads, v = ({"d" + key: rng.normal(size=one.shape) for key, one in parameters.items()} for _ in range(2))
        values = rng.integers(0, 9, size=2 * m).astype(float).tolist()
        small = (values[0], 1e-9, 0.0, np.nan, -4.0)[m - 3]
        yield {
            "cost": (A, Y, W, lambd),
            "gradients": (X, Y, A, W, lambd),
            "momentum": (parameters, grads, v, float(rng.uniform(0.1, 0.9)), 0.1),
            "batches": (X, size),
            "largest": (values, sorted(values)[m]),
            "shares": ([f"W{l}" for l in range(1, 5 * m)], [200 * small, -small], *[lambd][: m % 2]),
        }[name]


def written(name, source):
    return stubs.compiled(source, f"<{name}: {hash(source)}>", {"np": np}, name)


def spec_of(name, vocabulary=()):
    spec = spec_for(written(name, ANSWERS[name]), inputs(name, np.random.default_rng(0)))
    return dataclasses.replace(spec, vocabulary=vocabulary)


def spec_for(right, inputs, **given):
    references = [
        Reference(case, [judged_value(right, case)]) for case in (Case(args, kwargs=given) for args in inputs)
    ]
    parameters = list(right.__code__.co_varnames[: right.__code__.co_argcount])
    return Spec("an_assignment", right.__name__, 10, "", parameters, Close(), references)


def judged_value(function, case):
    return outcome.call(function, case.args, case.kwargs, [])


def located(name, old, new, vocabulary=("np.log", "np.sum", "float"), **options):
    """Return the place of a slip in a right answer that is refused for it."""
    old, new = old.replace("\\n", "\n"), new.replace("\\n", "\n")
    assert ANSWERS[name].count(old) >= 1, f"{old!r} is not in {name}"
    function, spec = written(name, ANSWERS[name].replace(old, new, 1)), spec_of(name, vocabulary)
    verdict = judge_visible(spec, function)
    assert not verdict.passed, f"{old!r} => {new!r} is no mistake"
    return locate.locate(spec, function, verdict, **{"seconds": LONG, **options})


SLIPS = [
    # another operation, comparison, function, number, name, text
    ("gradients", "A - Y", "A + Y", "line 3: between `A` and `Y`: another operation belongs there"),
    ("gradients", "dZ @ X.T", "dZ * X.T", "line 4: between `dZ` and `X.T`: another operation belongs there"),
    ("momentum", "value -= rate", "value += rate", "line 6: another operation belongs there"),
    ("largest", "> threshold", ">= threshold", "line 4: between `value` and `threshold`: another comparison belongs there"),
    ("largest", "> values[", "< values[", "line 4: between `value` and `values[best]`: another comparison belongs there"),
    ("largest", "> threshold", "< threshold", "line 4: between `value` and `threshold`: another comparison belongs there"),
    ("cost", "np.sum(W**2)", "np.mean(W**2)", "line 4: `np.mean`: another function belongs there"),
    ("gradients", "np.sum(dZ", "np.max(dZ", "line 5: `np.max`: another function belongs there"),
    ("cost", "np.log(A)", "np.exp(A)", "line 3: `np.exp`: another function belongs there"),
    ("cost", "(2 * m)", "(3 * m)", "line 4: `3`: another number belongs there"),
    ("cost", "(1 - Y)", "(2 - Y)", "line 3: `2`: another number belongs there"),
    ("batches", "range(0, m, size)", "range(1, m, size)", "line 4: `1`: another number belongs there"),
    ("momentum", 'grads["', 'v["', "line 5: `v`: another name belongs there"),
    ("gradients", "dZ @ X.T", "A @ X.T", "line 4: `A`: another name belongs there"),
    ("cost", "np.log(1 - A)", "np.log(1 - Y)", "line 3: `Y`: another name belongs there"),
    ("gradients", '"dW": dW', '"W": dW', 'line 6: `"W"`: another text belongs there'),
    ("gradients", '"db": db', '"dB": db', 'line 6: `"dB"`: another text belongs there'),
    ("momentum", 'v["d" + name]', 'v["b" + name]', 'line 5: `"b"`: another text belongs there'),
    ("largest", "and (best", "or (best", "line 4: `value > threshold or (best is None or value > values[best])`: the conditions are joined by the wrong word there"),
    # something is missing
    ("gradients", "(dZ, axis=1, keepdims=True)", "(dZ)", "line 5: the arguments of `np.sum`: an argument is missing there"),
    ("momentum", "of_names(parameters)", "of_names()", "line 3: the arguments of `range_of_names`: an argument is missing there"),
    ("batches", "range(0, m, size)", "range(0, m)", "line 4: the arguments of `range`: an argument is missing there"),
    ("momentum", "rate * new_v", "new_v", 'line 6: `new_v["d" + name]`: a factor is missing there'),
    ("momentum", "beta * v", "v", 'line 5: `v["d" + name]`: a factor is missing there'),
    ("gradients", "lambd * W", "W", "line 4: `W / m`: a factor is missing there"),
    ("cost", "np.log(A)", "A", "line 3: `A`: a call is missing there"),
    ("cost", "np.log(1 - A)", "(1 - A)", "line 3: `1 - A`: a call is missing there"),
    ("cost", "/ (2 * m)", "/ 2", "line 4 or line 5: a division is missing there"),
    ("cost", "loss = -", "loss = ", "line 3 or line 5: a sign is missing there"),
    ("cost", "W**2", "W", "line 4: `W`: a power is missing there"),
    ("momentum", "(1 - beta)", "beta", "line 5: `beta`: a difference is missing there"),
    ("cost", "loss + penalty", "loss", "line 5: `float(loss)`: a term is missing there"),
    ("gradients", "X.T", "X", "line 4: `X`: a transpose is missing there"),
    ("batches", "X[:, start", "X[start", "line 5: `X[start : start + size]`: an axis is missing in the index there"),
    ("batches", "    found = []\\n", "", "line 5: `found`: a line is missing that gives it a value"),
    ("largest", "    best = None\\n", "", "line 3: `best`: a line is missing that gives it a value"),
    ("momentum", 'new_v["d" + name]\n', "new_v[name]\\n", "line 6: `name`: a piece of text is missing there"),
    ("gradients", "A - Y", "A", "line 3: `A`: a term is missing there"),
    ("gradients", "A - Y", "Y", "line 3: `Y`: a difference is missing there"),
    # something is too many
    ("cost", "np.sum(W**2)", "np.sum(W**2, axis=1)", "line 4: the arguments of `np.sum`: an argument too many stands there"),
    ("cost", "lambd * np", "m * lambd * np", "line 4: `m`: a factor too many stands there"),
    ("gradients", "lambd * W", "lambd * lambd * W", "line 4: `lambd * lambd`: a factor too many stands there"),
    ("gradients", "A - Y", "A - Y - lambd", "line 3: `lambd`: a term too many stands there"),
    ("momentum", "+ (1", "+ beta + (1", "line 5: `beta`: a term too many stands there"),
    ("gradients", "lambd * W / m", "lambd * (W / m + dW)", "line 4: `dW`: a term too many stands there"),
    ("gradients", '"dW": dW', '"dW": -dW', "line 6: `-dW`: a sign too many stands there"),
    ("gradients", "A - Y", "-A - Y", "line 3: `-A`: a sign too many stands there"),
    ("gradients", "lambd * W", "lambd * W.T", "line 4: `W.T`: a transpose too many stands there"),
    ("gradients", "A - Y", "(A - Y).T", "line 3: `(A - Y).T`: a transpose too many stands there"),
    ("momentum", 'grads["d" + name]', 'grads["d" + name].T', 'line 5: `grads["d" + name].T`: a transpose too many stands there'),
    ("gradients", "X.T / m", "np.sum(X.T) / m", "line 4: the call of `np.sum`: a call too many stands there"),
    ("gradients", "dZ @ X.T", "np.log(dZ @ X.T)", "line 4: the call of `np.log`: a call too many stands there"),
    ("batches", "X.shape[1]", "min(X.shape[1], 2)", "line 2: the call of `min`: a call too many stands there"),
    # it stands in the wrong place
    ("gradients", "A - Y", "Y - A", "line 3: between `Y` and `A`: the two sides are the wrong way round there"),
    ("gradients", "dZ @ X.T", "X.T @ dZ", "line 4: between `X.T` and `dZ`: the two sides are the wrong way round there"),
    ("momentum", "new, new_v\n", "new_v, new\n", "line 8: `new_v` and `new`: the two are the wrong way round there"),
    ("batches", "0, m, size", "0, size, m", "line 4: the arguments of `range`: the arguments are the wrong way round there"),
    ("batches", "\n    return", "\n        return", "line 7: it stands in the wrong block: look at how far it is indented"),
    ("largest", "\n    return", "\n        return", "line 6: it stands in the wrong block: look at how far it is indented"),
    ("momentum", "\n    return", "\n        return", "line 8: it stands in the wrong block: look at how far it is indented"),
    ("largest", "i, value in", "value, i in", "line 3: `value` and `i`: the two are the wrong way round there"),
    ("momentum", "value -= rate", "value = rate", "line 6: another kind of assignment belongs there"),
    ("cost", "penalty = lambd", "penalty -= lambd", "line 4: another kind of assignment belongs there"),
    ("momentum", "new[name] = value", "new[name] += value", "line 7: another kind of assignment belongs there"),
    ("batches", "X.shape[1]", "X.shape[0]", "line 2: `0`: the index is another one there"),
    # in the first line, and in what small, large and missing numbers show
    ("shares", "step=0.01", "step=1e-5", "line 1: `1e-5`: another number belongs there"),
    ("shares", "names, values, step", "values, names, step", "line 1: between `values` and `names`: the arguments are the wrong way round there"),
    ("shares", "total == 0", "total < 1e-6", "line 4: between `total` and `1e-6`: another comparison belongs there"),
    ("shares", "name[1:]", "name[-1]", "line 2: `name[-1]`: the index is another one there"),
    ("shares", "max(values) /", "np.clip(max(values), -1e9, 1e2) /", "line 4: `np.clip(max(values), -1e9, 1e2)`"),
    ("shares", "np.sum(values) / 2, np.sum(values) / 3", "np.nansum(values) / 2, np.nansum(values) / 3", "line 5: `np.nansum(values) / 2, np.nansum(values) / 3`: another function belongs there"),
    # edits that work and differ: what they have in common
    ("cost", "(2 * m)", "2 * m", "line 4: `lambd * np.sum(W**2) / 2 * m`"),
    ("batches", "found = []\n", "found = []\n    size = size + 1\n", "line 4"),
    ("cost", "loss + penalty", "loss - penalty", "line 4 or line 5"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "said"), SLIPS)
def test_a_place_is_told_in_these_words(name, old, new, said):
    place = located(name, old, new)
    assert (place and place.levels[-1]) == said


def test_the_levels_say_one_thing_more_each():
    assert located("gradients", "lambd * W", "W").levels == [
        "line 4",
        "line 4: `W / m`",
        "line 4: `W / m`: a factor is missing there",
    ]


def test_the_mending_text_is_told_nowhere():
    place = located("gradients", "lambd * W", "W")
    assert "lambd" not in " ".join([*place.levels, place_as_text(place), place_as_html(place)])


def test_the_same_slip_in_several_lines_is_told_of_each():
    place = located_in(LAYERS.replace('(grads["', '(2 * grads["'), LAYERS)
    assert place.levels[-1] == "line 2 and line 3: a factor too many stands there"


def test_a_line_that_may_have_the_same_slip_is_told_of_where_no_case_shows_it():
    """The inputs of the first layer are far from the threshold, those of the second one are not."""
    right = written("masked", MASKED)
    spec = spec_for(right, [(np.array([1.0, -2.0]), np.array([0.1, -0.1]) * i) for i in range(1, 6)])
    function = written("masked", MASKED.replace("> 0", "> 0.5"))
    place = locate.locate(spec, function, judge_visible(spec, function), LONG)
    assert place.levels[-1] == "line 2 or line 3"


MASKED = """def masked(A1, A2):
    d1 = A1 * (A1 > 0)
    d2 = A2 * (A2 > 0)
    return {"d1": d1, "d2": d2}
"""


def test_a_piece_of_the_line_that_may_have_the_same_slip_is_mended_too_where_no_case_shows_it():
    """The first array lies in memory as it is read in every case."""
    right = written("apart", APART)
    spec = spec_for(right, [(np.ones((2, 3)) * i, np.arange(6.0).reshape(3, 2).T) for i in range(1, 6)])
    function = written("apart", APART.replace("(a)", '(a, order="K")').replace("(b)", '(b, order="K")'))
    found = locate.find(spec, function, judge_visible(spec, function), LONG)
    assert any(source == APART.strip() for source in found.sources)
    assert found.place.where == "line 2"


APART = """def apart(a, b):
    return float(np.sum(np.ravel(a) * np.arange(6) - np.ravel(b) * np.arange(6)))
"""


def test_a_parameter_is_told_by_another_name_than_it_is_called_by():
    right = written("stepped", "def stepped(x, rate=0.5):\n    return x - rate * x\n")
    spec = spec_for(right, [(3.0,), (2.0,)], rate=0.25)
    function = written("stepped", "def stepped(x, lr=0.5):\n    return x - lr * x\n")
    place = locate.locate(spec, function, judge_visible(spec, function), LONG)
    assert place.levels[-1] == "line 1: `lr`: another name belongs there"


def test_what_calls_leave_in_a_default_is_kept():
    """Such a function is edited as it stands after the calls before, not as it was defined."""
    right = written("counted", "def counted(x, seen={}):\n    return x + len(seen)\n")
    right.__defaults__[0]["a"] = 1
    spec = spec_for(right, [(3.0,), (2.0,)])
    function = written("counted", "def counted(x, seen={}):\n    return x - len(seen)\n")
    function.__defaults__[0]["a"] = 1
    place = locate.locate(spec, function, judge_visible(spec, function), LONG)
    assert place.levels[-1] == "line 2: between `x` and `len(seen)`: another operation belongs there"


BESIDES = """def backward_propagation_n(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = Y - A3
    dZ2 = W3.T @ dZ3 * (A2 > 0)
    dZ1 = W2.T @ dZ2 * (A1 > 0)
    found = {"dZ3": dZ3}
    for l, (dZ, A) in enumerate([(dZ1, X), (dZ2, A1), (dZ3, A2)], start=1):
        found[f"dW{l}"] = dZ @ A.T / m
        found[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return found
"""


def test_what_an_answer_returns_besides_takes_no_suspicion_off_its_slip():
    """Its place is not that of a change which makes up for it further on, as of a negative ``m``."""
    function, spec = (
        written("backward_propagation_n", BESIDES),
        load_references("gradient_debugging")["backward_propagation_n"],
    )
    place = locate.locate(spec, function, judge_visible(spec, function), LONG)
    assert place.levels[-1] == "line 4: between `Y` and `A3`: the two sides are the wrong way round there"


def test_a_slip_in_a_function_that_the_answer_calls_is_found_there():
    for called in (SCALED, EACH_SCALED):
        place = located_in(called.replace("W * rate", "W / rate"), SCALED)
        assert place.levels[-1] == "line 2 of scaled: between `W` and `rate`: another operation belongs there"


def test_what_is_imported_or_defined_in_an_answer_may_be_missing_in_it():
    place = located_in(INSIDE.replace("deepcopy(grads)", "grads"), INSIDE)
    assert place.levels[-1] == "line 7: `grads`: a call is missing there"
    place = located_in(INSIDE.replace("half(after[name])", "after[name]"), INSIDE)
    assert place.levels[-1] == "line 9: `after[name]`: a call is missing there"


INSIDE = """def layers(grads, rate):
    from copy import deepcopy

    def half(dW):
        return rate * dW / 2

    after = deepcopy(grads)
    for name in after:
        after[name] -= half(after[name])
    return [float(np.sum(one)) for one in after.values()]
"""


def test_an_error_in_a_function_inside_is_looked_for_in_its_lines_first():
    """What is known of an error is the line of the answer in which the function is called."""
    assert lines_of_an_error(ast.parse(INSIDE).body[0], 9) == {4, 5, 7, 8, 9}


def test_where_no_single_edit_helps_nothing_is_told():
    assert located("cost", "return float(loss + penalty)", "return 3.0", seconds=1.0) is None
    assert located("gradients", "A - Y", "A * 2 + Y * 3", seconds=1.0) is None


LAYERS = """def layers(grads, rate):
    dW1 = (grads["dW1"]) * rate
    dW2 = (grads["dW2"]) * rate
    return {"dW1": dW1, "dW2": dW2}
"""


SCALED = """def layers(grads, rate):
    return {"dW1": scaled(grads["dW1"], rate), "dW2": scaled(grads["dW2"], rate)}


def scaled(W, rate):
    return W * rate
"""


EACH_SCALED = """def layers(grads, rate):
    return {name: scaled(W, rate) for name, W in grads.items()}


def scaled(W, rate):
    return W * rate
"""


def located_in(source, right, **options):
    """Return the place of a slip in `source`, an answer to the exercise whose right answer is `right`."""
    rng, name = np.random.default_rng(1), "layers"
    solution = written(name, right)
    cases = [Case(({"dW1": rng.normal(size=(2, n)), "dW2": rng.normal(size=(n, 1))}, 0.1 * n)) for n in (1, 2, 3)]
    references = [Reference(case, [judged_value(solution, case)]) for case in cases]
    spec = Spec("an_assignment", name, 10, "", ["grads", "rate"], Close(), references)
    function = written(name, source)
    return locate.locate(spec, function, judge_visible(spec, function), **{"seconds": LONG, **options})


WRONG = LAYERS.replace('(grads["', '(2 * grads["', 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("print(open('/etc/hostname').read())", "it reads a file"),
        ("np.save('weights', rate)", "it writes one"),
        ("import os", "it reaches for the machine"),
        ("global seen; seen = 1", "it changes a name of the notebook"),
        ("eval('1')", "what it runs nobody can see"),
        ("().__class__", "it reaches behind a value"),
        ("\n    ".join(["rate = rate + 0.0"] * MOST_LINES), "it is too long"),
    ],
)
def test_what_reaches_beyond_its_values_or_is_too_long_is_not_searched(line, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert located_in(WRONG, LAYERS) is not None
    assert located_in(WRONG.replace("    return", f"    {line}\n    return"), LAYERS) is None, reason


ENDLESS = """def layers(grads, rate):
    i = 0
    while i < 3:
        i += 1
    found = [i for _ in range(i)]
    dW1, dW2 = 2 * grads["dW1"] * rate, grads["dW2"] * rate * found[0] / 3
    return {"dW1": dW1, "dW2": dW2}
"""


@pytest.mark.parametrize("name", ANSWERS)
def test_no_edit_puts_an_expression_into_itself(name):
    """A tree without an end: compiling it ends a browser's Python."""
    tree = ast.parse(ANSWERS[name]).body[0]
    words = Words({node.arg: "" for node in tree.args.args}, ("np.sum",), ("copy",))

    def depth(node, above=()):
        assert not any(node is one for one in above)
        return 1 + max((depth(child, (*above, node)) for child in ast.iter_child_nodes(node)), default=0)

    usual, made = depth(tree), 0
    first = (itertools.islice(edits(tree, words, cost, lambda *_: True), 400) for cost in (AS_ELSEWHERE, 3))
    for edit in itertools.chain.from_iterable(first):
        old = edit.make()
        assert depth(tree) < 2 * usual + 9
        edit.undo(old)
        made += 1
    assert made and depth(tree) == usual


@pytest.mark.parametrize(("unpacked", "hints"), [("b, _", ["rate", "k", "b"]), ("a, b, c", ["rate", "k"])])
def test_what_is_read_nowhere_is_a_hint_and_of_what_is_unpacked_little(unpacked, hints):
    tree = ast.parse(f"def f(cache, rate):\n    {unpacked} = cache\n    for k in cache:\n        return 0").body[0]
    assert Pieces(tree, Words(names_of(tree, {}), (), ())).unread == hints


@pytest.mark.parametrize("name", ANSWERS)
def test_each_edit_leaves_a_function(name):
    """One that does not is tried in vain, and nobody hears of it."""
    tree = ast.parse(ANSWERS[name]).body[0]
    words = Words(names_of(tree, dict.fromkeys("XYAW", "array") | {"m": "number"}), ("np.sum",), ("copy",))
    made = (edit for cost in COSTS for edit in edits(tree, words, cost, lambda *_: True))
    for edit in made:
        old = edit.make()
        compile(ast.Module([tree], []), name, "exec")
        edit.undo(old)


def test_what_may_be_given_by_name_is_asked_of_modules_and_generators_alone():
    class Asked:
        def __getattr__(self, name):
            raise AssertionError(name)

    tree = ast.parse("def f(rng):\n    return np.allclose(rng.normal(1), thing.moved(2))").body[0]
    options = options_of(tree, {"np": np, "thing": Asked()}, {"rng": "Generator"})
    assert options["rng.normal"] == (("loc", 0.0), ("scale", 1.0), ("size", None))
    assert dict(options["np.allclose"])["atol"] == 1e-8 and not options["thing.moved"]


def test_edits_that_loop_for_ever_are_stopped():
    """Dropping ``i += 1``, or turning the comparison round, makes a loop without an end."""
    assert located_in(ENDLESS, LAYERS).where == "line 6"


FED = """def layers(grads, rate):
    names = list(grads)
    for name in names:
        name
    dW1, dW2 = 2 * grads["dW1"] * rate, grads["dW2"] * rate
    return {"dW1": dW1, "dW2": dW2}
"""


def counted_search():
    """Return a search of ``steps`` with a slip, and its cases: many steps, few, as few, none."""
    right = written("steps", STEPS)
    spec = spec_for(right, [(9_000,), (3,), (4,), (0,)])
    function = written("steps", STEPS.replace("2 * i", "3 * i"))
    failing = [i for i, case in enumerate(judge_visible(spec, function).cases) if case.problem]
    return search.Search(spec, functions_written(function), search.Clock(LONG), failing)


STEPS = """def steps(n):
    found = 0.0
    for i in range(n):
        found += 2 * i
    return found
"""


def test_cases_in_which_little_runs_are_looked_at_first():
    assert counted_search()._short_first() == [1, 2, 0]


def test_the_case_that_refused_an_edit_is_the_next_one_s_first_after_the_probe():
    one = counted_search()
    one._observe()
    one.order = [3, 0, 1, 2]
    assert not one._all_hold() and one.order == [3, 0, 1, 2]
    one.order = [3, 3, 3, 2]
    assert not one._all_hold() and one.order == [3, 2, 3, 3]


def test_an_edit_that_feeds_the_list_it_loops_over_is_stopped():
    """A value that nothing is done with is put into each list once, into that one as well."""
    assert located_in(FED, LAYERS).where == "line 5"


def test_a_search_ends_when_its_time_is_up():
    slow = WRONG.replace("    dW1", "    for i in range(3000): np.dot(i, rate)\n    dW1", 1).replace(
        "2 * grads[", "7 * grads['dW2'].sum() - 5 * grads["
    )
    tried = []
    usual = search.Search._with
    search.Search._with = lambda self, *args: tried.append(self.clock.is_up) or usual(self, *args)
    try:
        assert located_in(slow, LAYERS, seconds=0.05) is None
    finally:
        search.Search._with = usual
    assert sum(tried) <= 1  # at most the one that was under way


def test_an_edit_that_fills_the_memory_fails():
    sizes = LAYERS.replace("    dW1", "    n = 10**5\n    np.ones((n // 10**5, n))\n    dW1", 1).replace(
        '(grads["', '(2 * grads["', 1
    )
    assert located_in(sizes, LAYERS).where == "line 4"


def test_the_notebook_s_own_values_are_left_alone():
    source = WRONG.replace("    dW1", "    seen.append(rate)\n    dW1", 1)
    function = stubs.compiled(source, "<seen>", {"np": np, "seen": []}, "layers")
    solution, args = written("layers", LAYERS), ({"dW1": np.ones((1, 1)), "dW2": np.ones((1, 2))}, 0.5)
    case = Case(args)
    spec = Spec(
        "an_assignment", "layers", 10, "", ["grads", "rate"], Close(), [Reference(case, [judged_value(solution, case)])]
    )
    verdict = judge_visible(spec, function)
    kept = list(function.__globals__["seen"])
    assert locate.locate(spec, function, verdict, LONG) is not None
    assert function.__globals__["seen"] == kept and TICK not in function.__globals__
    assert function.__globals__["layers"] is function
    assert args[0]["dW1"].item() == 1


# in the notebook


class Page:
    """A front end that keeps what is displayed and how it is updated."""

    def __init__(self, monkeypatch):
        import IPython
        import IPython.display

        self.shown = []
        monkeypatch.setattr(IPython, "get_ipython", lambda: object())
        monkeypatch.setattr(IPython.display, "display", self.display)

    def display(self, shown, display_id=None):
        self.shown.append(shown._repr_html_())
        return self

    def update(self, shown):
        self.shown.append(shown._repr_html_())


SLUG = "optimization"


def wrong_answer():
    source = "def update_lr(learning_rate0, epoch_num, decay_rate):\n    return learning_rate0 / (1 + decay_rate * epoch_num) * 3\n"
    return stubs.compiled(source, "<wrong answer>", {"np": np}, "update_lr")


def test_the_place_follows_below_the_verdict(monkeypatch):
    page = Page(monkeypatch)
    with pytest.raises(CheckFailed):
        check_for(SLUG)(wrong_answer())
    verdict, sign, place = page.shown
    assert 'class="assay-verdict' in verdict and sign == SEARCHING
    assert place.startswith('<div class="assay-place') and place.count("<details") >= 2 and "line 2" in place
    assert "<details open" not in place


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError, MemoryError])
def test_whoever_interrupts_the_search_or_where_it_fails_has_the_verdict(monkeypatch, end):
    def interrupted(*_):
        raise end

    page = Page(monkeypatch)
    monkeypatch.setattr("assay.locate.locate", interrupted)
    with pytest.raises(CheckFailed, match="update_lr: "):
        check_for(SLUG)(wrong_answer())
    assert page.shown[1:] == [SEARCHING, ""]


@pytest.mark.parametrize(("name", "value"), [("NBGRADER_EXECUTION", "validate"), ("ASSAY_WHERE", "off")])
def test_nothing_is_looked_for_where_nobody_sits(name, value, monkeypatch):
    page = Page(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(CheckFailed):
        check_for(SLUG)(wrong_answer())
    assert len(page.shown) == 1


def test_in_a_terminal_it_is_one_line_and_only_if_asked_for(capsys):
    for asked in ({}, {"where": True}):
        with pytest.raises(CheckFailed):
            check_for(SLUG)(wrong_answer(), **asked)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Where to look")]
    assert lines == ["Where to look: line 2. A small change there makes every visible case hold."]


def test_where_a_system_bounds_no_memory_the_place_is_found_all_the_same(monkeypatch):
    """As in a browser."""
    monkeypatch.setitem(sys.modules, "resource", None)
    assert located("gradients", "A - Y", "A + Y").where == "line 3"


def test_a_known_mistake_is_not_looked_for(monkeypatch):
    page = Page(monkeypatch)
    known = catalogue.exercise(SLUG, "update_lr").mistakes[0].function
    with pytest.raises(CheckFailed):
        check_for(SLUG)(known)
    assert len(page.shown) == 1 and "What this looks like" in page.shown[0]


def test_a_known_mistake_without_a_hint_is(monkeypatch):
    page, known = Page(monkeypatch), catalogue.exercise(SLUG, "update_lr").mistakes[0]
    monkeypatch.setitem(load_references(SLUG)["update_lr"].hints, known.id, "")
    with pytest.raises(CheckFailed):
        check_for(SLUG)(known.function)
    assert len(page.shown) == 3 and "What this looks like" not in page.shown[0] and "line" in page.shown[2]


def test_a_place_s_words_are_escaped():
    place = locate.Place((2,), ("<script>",), part="`<b>`", kind="a factor too many stands there")
    assert "<script>" not in place_as_html(place) and "<code>&lt;b&gt;</code>" in place_as_html(place)


# how it is measured


def test_slips_are_small_changes_with_their_line():
    rng, made = np.random.default_rng(0), []
    for slip in itertools.islice(slips(ANSWERS["gradients"], rng), 60):
        before, after = ANSWERS["gradients"].splitlines(), slip.source.splitlines()
        assert before[: slip.line - 1] == after[: slip.line - 1] and before[slip.line - 1] != after[slip.line - 1]
        made.append(slip.change.partition(":")[0])
    assert len(set(made)) >= 10


def test_the_slips_it_is_measured_with_come_from_no_list_of_the_search():
    maker, searcher = "grader/miswritten.py", [*Path(locate.__file__).parent.glob("*.py")]
    trees = {path: ast.parse(path.read_text()) for path in [Path(locate.__file__).parents[2] / maker, *searcher]}
    made, *searched = [set(lists_in(tree)) for tree in trees.values()]
    assert made and set.union(*searched) and not made & set.union(*searched)
    of_ours = [node.module for node in ast.walk([*trees.values()][0]) if isinstance(node, ast.ImportFrom)]
    assert not any(module.partition(".")[0] in ("assay", "grader") for module in of_ours)


def lists_in(tree):
    """Yield what a module lists: the constants of each display of at least three."""
    for node in ast.walk(tree):
        parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        if len(parts) >= 3 and all(isinstance(one, ast.Constant) for one in parts):
            yield frozenset(one.value for one in parts)


def test_an_answer_that_ends_in_no_case_has_no_place(monkeypatch):
    """It swallows what stops it: the time is up again in the next case."""
    monkeypatch.setattr(locating, "SECONDS", 0.05)
    endless = written("batches", "def batches(X, size):\n    while True:\n        pass\n")
    assert locating._verdict(spec_of("batches"), endless) is None


def test_the_line_of_quality_says_what_was_measured_on_what():
    measured = [
        locating.Located("a", "f", slips=6, located=5, hidden=1, refused=3, told=2, unseen=1, seconds=[0.5, 0.25, 2.0]),
        locating.Located("a", "g", slips=2, located=2, refused=1, told=1, false=[("line 2", "line 3", "x => y")]),
    ]
    assert locating.line(measured) == (
        "located 87.5 % of single slips (7/8; 1 more show in hidden cases alone) in 0.5 s at the median, 2.0 s in 95 % | named or located 75 % of all refused (3/4; 1 more hold every visible case) | "
        "false places 1"
    )


@pytest.mark.slow
def test_places_are_found_and_none_is_false():
    """A few of the slips that ``python -m grader quality`` makes."""
    found = [
        locating.measure(SLUG, name, most=4)
        for name in ("update_lr", "initialize_velocity", "update_parameters_with_momentum")
    ]
    assert sum(one.located for one in found) >= 0.75 * sum(one.slips for one in found) > 4
    assert not any(one.false for one in found)
    assert locating.line(found).endswith("| false places 0")

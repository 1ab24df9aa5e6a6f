"""What is said of each kind of slip, word for word: a line as a student wrote it, as it is meant, and what its author is told.

No search is made: of all edits, those that lead from the one text to the other are told of. tests/test_locate.py has slips that are searched.
"""

import ast
import textwrap
from collections import Counter

import numpy as np
import pytest

from assay.locate.callees import options_of
from assay.locate.forms import COSTS, Kind, Words
from assay.locate.repairs import edits
from assay.locate.telling import Found, claim_of
from tests.test_locate import SLIPS

NAMES = {
    "X": "array",
    "W": "array",
    "rate": "number",
    "size": "number",
    "values": "list",
    "name": "text",
    "grads": "dict",
}

TOLD = [
    # line too many
    ("x = X\nx += rate", "x = X\npass", "line 3: this line is one too many"),
    ("rate = 2 * rate\nx = X * rate", "pass\nx = X * rate", "line 2: this line is one too many"),
    ("x = X\nfor v in values:\n    x = x - v\n    v = 0", "x = X\nfor v in values:\n    x = x - v\n    pass", "line 5: this line is one too many"),
    # line order
    ("x = X - rate\nX = W", "X = W\nx = X - rate", "line 2: it stands in the wrong order with the line after it"),
    ("size += 1\nx = X / size", "x = X / size\nsize += 1", "line 2: it stands in the wrong order with the line after it"),
    ("x = X\nfor v in values:\n    x = x - rate\n    rate = v", "x = X\nfor v in values:\n    rate = v\n    x = x - rate", "line 4: it stands in the wrong order with the line after it"),
    # name given
    ("y = X + W", "x = X + W", "line 2: `y`: it has another name elsewhere"),
    ("x = [v for w in values]", "x = [v for v in values]", "line 2: `w`: it has another name elsewhere"),
    ("x = X\nfor i in values:\n    x = x - k", "x = X\nfor k in values:\n    x = x - k", "line 3: `i`: it has another name elsewhere"),
    # condition around
    ("if rate > 0:\n    x = X", "x = X", "line 2: the condition is one too many there"),
    ("x = X\nfor v in values:\n    if v:\n        x = x - v", "x = X\nfor v in values:\n    x = x - v", "line 4: the condition is one too many there"),
    ("x = X\nif size:\n    x = x / size", "x = X\nx = x / size", "line 3: the condition is one too many there"),
    # branches
    ("if rate > 0:\n    x = X\nelse:\n    x = W", "if not rate > 0:\n    x = X\nelse:\n    x = W", "line 2: `rate > 0`: the two branches are the wrong way round there"),
    ("if size:\n    x = 0\nelse:\n    x = 1", "if not size:\n    x = 0\nelse:\n    x = 1", "line 2: `size`: the two branches are the wrong way round there"),
    ("if name in grads:\n    x = grads[name]\nelse:\n    x = W", "if not name in grads:\n    x = grads[name]\nelse:\n    x = W", "line 2: `name in grads`: the two branches are the wrong way round there"),
    # value
    ("x = np.sum(X, keepdims=False)", "x = np.sum(X, keepdims=True)", "line 2: `False`: another value belongs there"),
    ("x = None", "x = True", "line 2: `None`: another value belongs there"),
    ("x = True", "x = False", "line 2: `True`: another value belongs there"),
    # property
    ("x = X.shape", "x = X.size", "line 2: `X.shape`: another property belongs there"),
    ("x = X.size", "x = X.ndim", "line 2: `X.size`: another property belongs there"),
    ("x = rate / X.ndim", "x = rate / X.size", "line 2: `X.ndim`: another property belongs there"),
    # axis
    ("x = np.sum(X, axis=0)", "x = np.sum(X, axis=1)", "line 2: the arguments of `np.sum`: another axis belongs there"),
    ("x = np.mean(X, axis=1)", "x = np.mean(X, axis=0)", "line 2: the arguments of `np.mean`: another axis belongs there"),
    ("x = X.sum(axis=0)", "x = X.sum(axis=1)", "line 2: the arguments of `X.sum`: another axis belongs there"),
    # number
    ("x = 10 * X", "x = 0.5 * X", "line 2: `10`: another number belongs there"),
    # not a number
    ("x = 2 * X", "x = rate * X", "line 2: `2`: something else than a number belongs there"),
    ("x = X / 3", "x = X / size", "line 2: `3`: something else than a number belongs there"),
    ("x = X[:2]", "x = X[:size]", "line 2: `2`: something else than a number belongs there"),
    # something else
    ("y = W[0]\nx = X", "y = W[0]\nx = W[0]", "line 3: `X`: something else belongs there"),
    ("y = np.sum(W)\nx = X - rate", "y = np.sum(W)\nx = X - np.sum(W)", "line 3: `rate`: something else belongs there"),
    ("y = X - W\nx = y / rate", "y = X - W\nx = y / (X - W)", "line 3: `rate`: something else belongs there"),
    # index
    ("x = X[0]", "x = X[1]", "line 2: `0`: the index is another one there"),
    ("x = values[1:]", "x = values[:]", "line 2: `values[1:]`: the index is another one there"),
    ("x = X[2]", "x = X[0]", "line 2: `2`: the index is another one there"),
    # index by one
    ("x = X[size]", "x = X[size - 1]", "line 2: `size`: the index is off by one there"),
    ("x = values[:size]", "x = values[:size + 1]", "line 2: `size`: the index is off by one there"),
    ("x = W[size:]", "x = W[size + 1:]", "line 2: `size`: the index is off by one there"),
    # index axis
    ("x = X[size]", "x = X[:, size]", "line 2: `X[size]`: an axis is missing in the index there"),
    ("x = X[size:]", "x = X[:, size:]", "line 2: `X[size:]`: an axis is missing in the index there"),
    ("x = W[:size]", "x = W[:, :size]", "line 2: `W[:size]`: an axis is missing in the index there"),
    # index too many
    ("x = X[0]", "x = X", "line 2: `X[0]`: an index too many stands there"),
    ("x = np.sum(X[size])", "x = np.sum(X)", "line 2: `X[size]`: an index too many stands there"),
    ("x = grads[name][0]", "x = grads[name]", "line 2: `grads[name][0]`: an index too many stands there"),
    # counting
    ("for x in range(size):\n    pass", "for x in range(1, size):\n    pass", "line 2: `range(size)`: it counts from or to another number there"),
    ("for x in range(size):\n    pass", "for x in range(size + 1):\n    pass", "line 2: `range(size)`: it counts from or to another number there"),
    ("x = np.arange(size)", "x = np.arange(size - 1)", "line 2: `np.arange(size)`: it counts from or to another number there"),
    # sides
    ("x = rate - X", "x = X - rate", "line 2: between `rate` and `X`: the two sides are the wrong way round there"),
    ("x = size / rate", "x = rate / size", "line 2: between `size` and `rate`: the two sides are the wrong way round there"),
    ("x = X @ W", "x = W @ X", "line 2: between `X` and `W`: the two sides are the wrong way round there"),
    # pair
    ("x = (X, W)", "x = (W, X)", "line 2: `X` and `W`: the two are the wrong way round there"),
    ("x = [rate, size]", "x = [size, rate]", "line 2: `rate` and `size`: the two are the wrong way round there"),
    ("x, y = X, W", "y, x = X, W", "line 2: `x` and `y`: the two are the wrong way round there"),
    ("x = X[0, size]", "x = X[size, 0]", "line 2: `0` and `size`: the two are the wrong way round there"),
    # cases
    ("x = X if rate > 0 else W", "x = W if rate > 0 else X", "line 2: `X if rate > 0 else W`: the two cases are the wrong way round there"),
    ("x = 0 if size else rate", "x = rate if size else 0", "line 2: `0 if size else rate`: the two cases are the wrong way round there"),
    ("x = [0 if v else 1 for v in values]", "x = [1 if v else 0 for v in values]", "line 2: `0 if v else 1`: the two cases are the wrong way round there"),
    # argument order
    ("x = np.divide(X, W)", "x = np.divide(W, X)", "line 2: the arguments of `np.divide`: the arguments are the wrong way round there"),
    ("x = np.where(X, W, 0)", "x = np.where(X, 0, W)", "line 2: the arguments of `np.where`: the arguments are the wrong way round there"),
    ("x = range(size, 1)", "x = range(1, size)", "line 2: the arguments of `range`: the arguments are the wrong way round there"),
    # joined
    ("x = rate > 0 and size > 0", "x = rate > 0 or size > 0", "line 2: `rate > 0 and size > 0`: the conditions are joined by the wrong word there"),
    ("x = rate or size", "x = rate and size", "line 2: `rate or size`: the conditions are joined by the wrong word there"),
    ("x = [v for v in values if v and rate]", "x = [v for v in values if v or rate]", "line 2: `v and rate`: the conditions are joined by the wrong word there"),
    # brackets
    ("x = X + W / rate", "x = (X + W) / rate", "line 2: `X + W / rate`: brackets are missing, too many or in the wrong place there"),
    ("x = 1 - X * W", "x = (1 - X) * W", "line 2: `1 - X * W`: brackets are missing, too many or in the wrong place there"),
    ("x = X / (size * rate)", "x = X / size * rate", "line 2: `X / (size * rate)`: brackets are missing, too many or in the wrong place there"),
    # operation
    ("x = X * W - rate", "x = X * W / rate", "line 2: between `X * W` and `rate`: another operation belongs there"),
    ("x = W / X * (rate - W)", "x = W + X * (rate - W)", "line 2: `W / X * (rate - W)`: another operation belongs there"),
    ("x = X * 2 + W * 2", "x = X * 2 + W ** 2", "line 2: between `W` and `2`: another operation belongs there"),
    ("x = rate * X * 2", "x = rate * X ** 2", "line 2: `rate * X * 2`: another operation belongs there"),
    # factor
    ("x = X", "x = X * rate", "line 2: `X`: a factor is missing there"),
    ("x = X - W", "x = X - W * rate", "line 2: `W`: a factor is missing there"),
    ("x = W / size", "x = W / (size * 2)", "line 2: `size`: a factor is missing there"),
    # division
    ("x = X", "x = X / rate", "line 2: `X`: a division is missing there"),
    ("x = X - W", "x = (X - W) / size", "line 2: `X - W`: a division is missing there"),
    ("x = rate * W", "x = rate * (W / 2)", "line 2: `W`: a division is missing there"),
    # term
    ("x = X", "x = X + 1", "line 2: `X`: a term is missing there"),
    ("x = rate", "x = rate - size", "line 2: `rate`: a term is missing there"),
    ("x = X * W", "x = X * (W + rate)", "line 2: `W`: a term is missing there"),
    ("y = X + rate * W\nx = X", "y = X + rate * W\nx = X - rate * W", "line 3: `X`: a term is missing there"),
    ("x = np.sum(X ** 2)", "x = np.sum((X - W) ** 2)", "line 2: `X`: a term is missing there"),
    # difference
    ("x = rate * X", "x = (1 - rate) * X", "line 2: `rate`: a difference is missing there"),
    ("x = X", "x = 1 - X", "line 2: `X`: a difference is missing there"),
    ("x = size", "x = rate - size", "line 2: `size`: a difference is missing there"),
    ("y = size * W + X\nx = X / rate", "y = size * W + X\nx = (size * W - X) / rate", "line 3: `X`: a difference is missing there"),
    # power
    ("x = X", "x = X ** 2", "line 2: `X`: a power is missing there"),
    ("x = rate", "x = rate ** size", "line 2: `rate`: a power is missing there"),
    ("x = np.sum(X - W)", "x = np.sum((X - W) ** 2)", "line 2: `X - W`: a power is missing there"),
    # sign
    ("x = X", "x = -X", "line 2: `X`: a sign is missing there"),
    ("x = np.exp(X)", "x = np.exp(-X)", "line 2: `X`: a sign is missing there"),
    ("x = X * W", "x = -(X * W)", "line 2: `X * W`: a sign is missing there"),
    # negation
    ("x = rate > 0", "x = not rate > 0", "line 2: `rate > 0`: a negation is missing there"),
    ("x = [v for v in values if v > 0]", "x = [v for v in values if not v > 0]", "line 2: `v > 0`: a negation is missing there"),
    ("x = X\nwhile size:\n    size -= 1", "x = X\nwhile not size:\n    size -= 1", "line 3: `size`: a negation is missing there"),
    # call
    ("x = X", "x = np.sum(X)", "line 2: `X`: a call is missing there"),
    ("x = rate * W", "x = rate * np.sum(W)", "line 2: `W`: a call is missing there"),
    ("x = list(grads)", "x = sorted(list(grads))", "line 2: `list(grads)`: a call is missing there"),
    ("x = []\nfor v in values:\n    v - rate", "x = []\nfor v in values:\n    x.append(v - rate)", "line 4: a call is missing there"),
    ("x = np.dot(X, W)\ny = X - rate", "x = np.dot(X, W)\ny = np.dot(X, W) - rate", "line 3: `X`: a call is missing there"),
    ("x = slope(X, rate) - X", "x = slope(X, rate) - slope(X, -rate)", "line 2: `X`: a call is missing there"),
    ("x = moved(X, rate)\nx = name", "x = moved(X, rate)\nx = scaled(rate, name)", "line 3: `name`: a call is missing there"),
    ("for x in (1):\n    pass", "for x in range(1, len(values) + 1):\n    pass", "line 2: `1`: a call is missing there"),
    ("for x in size:\n    pass", "for x in range(size, 0, -1):\n    pass", "line 2: `size`: a call is missing there"),
    ("x = X.reshape(1, size)", "x = np.sum(X, 0).reshape(1, size)", "line 2: `X`: a call is missing there"),
    # copy
    ("x = X", "x = X.copy()", "line 2: `X`: a copy is missing there"),
    ("x = grads[name]", "x = grads[name].copy()", "line 2: `grads[name]`: a copy is missing there"),
    ("x = [W, rate]", "x = [W.copy(), rate]", "line 2: `W`: a copy is missing there"),
    # transpose
    ("x = X", "x = X.T", "line 2: `X`: a transpose is missing there"),
    ("x = X @ W", "x = X @ W.T", "line 2: `W`: a transpose is missing there"),
    ("x = X @ W", "x = X.T @ W", "line 2: `X`: a transpose is missing there"),
    # text piece
    ("x = grads[name]", 'x = grads["d" + name]', "line 2: `name`: a piece of text is missing there"),
    ("x = name", 'x = name + "d"', "line 2: `name`: a piece of text is missing there"),
    ('x = grads["d"]', 'x = grads["d" + name]', 'line 2: `"d"`: a piece of text is missing there'),
    # argument
    ("x = np.sum(X)", "x = np.sum(X, axis=1)", "line 2: the arguments of `np.sum`: an argument is missing there"),
    ("x = np.maximum(X)", "x = np.maximum(X, 0)", "line 2: the arguments of `np.maximum`: an argument is missing there"),
    ("x = np.subtract(W)", "x = np.subtract(X, W)", "line 2: the arguments of `np.subtract`: an argument is missing there"),
    ("x = np.isclose(X, W, rtol=0)", "x = np.isclose(X, W, rtol=0, atol=rate)", "line 2: the arguments of `np.isclose`: an argument is missing there"),
    ("x = np.ones(dtype=int)", "x = np.ones(dtype=int, shape=(size, rate))", "line 2: the arguments of `np.ones`: an argument is missing there"),
    # arguments
    ("x = np.sum(X)", "x = np.sum(X, axis=1, keepdims=True)", "line 2: the arguments of `np.sum`: arguments are missing there"),
    ("x = np.mean(X)", "x = np.mean(X, axis=0, keepdims=True)", "line 2: the arguments of `np.mean`: arguments are missing there"),
    ("x = W.sum()", "x = W.sum(axis=1, keepdims=True)", "line 2: the arguments of `W.sum`: arguments are missing there"),
    # factor too many
    ("x = X * rate", "x = X", "line 2: `rate`: a factor too many stands there"),
    ("x = X - rate * W", "x = X - W", "line 2: `rate`: a factor too many stands there"),
    ("x = X @ W", "x = W", "line 2: `X`: a factor too many stands there"),
    # division too many
    ("x = X / rate", "x = X", "line 2: `rate`: a division too many stands there"),
    ("x = X - W / size", "x = X - W", "line 2: `size`: a division too many stands there"),
    ("x = np.sum(X / 2)", "x = np.sum(X)", "line 2: `2`: a division too many stands there"),
    # term too many
    ("x = X + W", "x = X", "line 2: `W`: a term too many stands there"),
    ("x = X - rate", "x = X", "line 2: `rate`: a term too many stands there"),
    ("x = X * (W - 1)", "x = X * W", "line 2: `1`: a term too many stands there"),
    # power too many
    ("x = X ** 2", "x = X", "line 2: `2`: a power too many stands there"),
    ("x = np.sum(X ** 2)", "x = np.sum(X)", "line 2: `2`: a power too many stands there"),
    ("x = rate ** size * X", "x = rate * X", "line 2: `size`: a power too many stands there"),
    # operation too many
    ("x = size % 2", "x = size", "line 2: `2`: an operation too many stands there"),
    ("x = size // 2", "x = size", "line 2: `2`: an operation too many stands there"),
    ("x = X[size % 3]", "x = X[size]", "line 2: `3`: an operation too many stands there"),
    # sign too many
    ("x = -X", "x = X", "line 2: `-X`: a sign too many stands there"),
    ("x = W * -rate", "x = W * rate", "line 2: `-rate`: a sign too many stands there"),
    ("x = np.exp(-X)", "x = np.exp(X)", "line 2: `-X`: a sign too many stands there"),
    # negation too many
    ("x = not size", "x = size", "line 2: `not size`: a negation too many stands there"),
    ("x = X\nif not rate:\n    x = W", "x = X\nif rate:\n    x = W", "line 3: `not rate`: a negation too many stands there"),
    ("x = [v for v in values if not v]", "x = [v for v in values if v]", "line 2: `not v`: a negation too many stands there"),
    # condition too many
    ("x = rate > 0 and size > 0", "x = rate > 0", "line 2: `size > 0`: a condition too many stands there"),
    ("x = [v for v in values if v > 0]", "x = [v for v in values]", "line 2: `v > 0`: a condition too many stands there"),
    ("x = sum(v for v in values if v)", "x = sum(v for v in values)", "line 2: `v`: a condition too many stands there"),
    # distinction too many
    ("x = X if rate > 0 else W", "x = X", "line 2: `X if rate > 0 else W`: a distinction too many stands there"),
    ("x = 0.0 if size else rate", "x = rate", "line 2: `0.0 if size else rate`: a distinction too many stands there"),
    ("x = [v if v else 1 for v in values]", "x = [v for v in values]", "line 2: `v if v else 1`: a distinction too many stands there"),
    # call too many
    ("x = np.sum(X)", "x = X", "line 2: the call of `np.sum`: a call too many stands there"),
    ("x = list(values)", "x = values", "line 2: the call of `list`: a call too many stands there"),
    ("x = X.copy()", "x = X", "line 2: the call of `X.copy`: a call too many stands there"),
    # argument too many
    ("x = np.sum(X, 0)", "x = np.sum(X)", "line 2: `0`: an argument too many stands there"),
    ("x = np.sum(X, axis=0)", "x = np.sum(X)", "line 2: the arguments of `np.sum`: an argument too many stands there"),
    ("x = np.mean(X, axis=1, keepdims=True)", "x = np.mean(X, axis=1)", "line 2: the arguments of `np.mean`: an argument too many stands there"),
    # line
    ("for v in values:\n    x += v", "x = 0.0\nfor v in values:\n    x += v", "line 3: `x`: a line is missing that gives it a value"),
    ("for v in values:\n    x[v] = W", "x = {}\nfor v in values:\n    x[v] = W", "line 3: `x`: a line is missing that gives it a value"),
    ("x = y / rate", "y = 1\nx = y / rate", "line 2: `y`: a line is missing that gives it a value"),
    ("for v in values:\n    x += v\n    y -= v", "x = y = 0.0\nfor v in values:\n    x += v\n    y -= v", "line 3: `x`: a line is missing that gives it a value"),
    ("for v in values:\n    y.append(x)\n    x = x - v", "y, x = [], X\nfor v in values:\n    y.append(x)\n    x = x - v", "line 3: `y`: a line is missing that gives it a value"),
    # sister
    ("W1 = X\nx1 = X - W1\nx2 = X + W1", "W1 = X\nx1 = X - W1\nx2 = X - W2", "line 4: it is not built as the line that it resembles is"),
    ("x1 = np.sum(X - W)\nx2 = np.max(X)", "x1 = np.sum(X - W)\nx2 = np.sum(X - W)", "line 3: it is not built as the line that it resembles is"),
    ('x1 = grads["W1"] * rate\nx2 = grads["W2"]', 'x1 = grads["W1"] * rate\nx2 = grads["W2"] * rate', "line 3: it is not built as the line that it resembles is"),
    # sister entry
    ('x = {"W1": X - W, "W2": X}', 'x = {"W1": X - W, "W2": X - W}', "line 2: `X`: it is not built as the entry that it resembles is"),
    ('x = {"b2": W, "b1": X * rate}', 'x = {"b2": X * rate, "b1": X * rate}', "line 2: `W`: it is not built as the entry that it resembles is"),
    ('x = {"dW1": X, "dW2": grads["W2"] / 2}', 'x = {"dW1": grads["W1"] / 2, "dW2": grads["W2"] / 2}', "line 2: `X`: it is not built as the entry that it resembles is"),
]  # fmt: skip


def written(body):
    return f"def answer({', '.join(NAMES)}):\n{textwrap.indent(body, '    ')}\n    return x\n"


def told(wrong, meant):
    tree, wanted = ast.parse(written(wrong)).body[0], ast.unparse(ast.parse(written(meant)))
    own = {node.id: "" for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    calls, there = ("np.sum", "list", "sorted"), frozenset({"np", "range", "sum", "list"})
    options = options_of(tree, {"np": np}, NAMES)
    words = Words(own | NAMES, calls, (), there, ("d", "W"), {"scaled": ["rate", "name"]}, options)
    for cost in COSTS:
        mends = []
        for edit in edits(tree, words, cost, lambda *_: True):
            old = edit.make()
            if ast.unparse(tree) == wanted:
                mends.append([claim_of("answer", edit)])
            edit.undo(old)
        if mends:
            return Found({"answer": written(wrong)}, mends).place.levels[-1]
    return ""


@pytest.mark.parametrize(("wrong", "meant", "said"), TOLD)
def test_a_slip_is_told_in_these_words(wrong, meant, said):
    assert told(wrong, meant) == said


def test_at_least_three_slips_of_each_kind_are_told_word_for_word():
    said = Counter(kind for *_, words in [*TOLD, *SLIPS] for kind in Kind if words.endswith(f": {kind}"))
    assert [kind.name for kind in Kind if said[kind] < 3] == []

"""Slips that few inputs show, as edits of a right answer's source text, drawn at random. :mod:`grader.near_misses` says which of them count.

Each kind of slip is a function of a :class:`Base` that draws an edit of it, or raises Nothing.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

import numpy as np

from grader.near_misses.base import Base, Edit, Nothing
from grader.near_misses.calls import numbers_of


def _threshold(base: Base) -> Edit:
    condition, spoilt = base.condition(), base.spoilt()
    return Edit(f"_far = {condition}", f"if _far:\n    _result = {spoilt}", words=f"if {condition}: {spoilt}")


def _special(base: Base) -> Edit:
    conditions = [f"{size} == {n}" for size in base.sizes() for n in (1, 2)]
    for name in base.arrays():
        if isinstance(base.given(base.inputs[0])[name], dict):
            some = f"for a in {name}.values())"
            conditions += [f"any((a == 0).any() {some}", f"any(not a.any() {some}", f"any((a == 1).any() {some}"]
        else:
            conditions += [f"({name} == 0).any()", f"not {name}.any()", f"({name} == 1).any()"]
            conditions += [
                f"np.isnan({name}).any()",
                f"({name} == {name}.flat[0]).all()",
                f"len(np.unique({name})) < {name}.size",
            ]
    for name in base.numbers():
        conditions += [f"{name} == 0", f"{name} == 1", f"{name} < 0"]
    reached = [one for one in conditions if any(found := base.reached(one)) and not all(found)]
    condition, spoilt = base.pick(reached), base.spoilt()
    return Edit(f"_rare = {condition}", f"if _rare:\n    _result = {spoilt}", words=f"if {condition}: {spoilt}")


def _cap(base: Base) -> Edit:
    name = base.pick([*base.arrays(), *base.numbers(), *base.numbers()])
    example = base.given(base.inputs[0])[name]
    if isinstance(example, dict):
        bound = base.constant(f"max(np.abs(a).max() for a in {name}.values())")
        return Edit(f"{name} = {{key: np.clip(a, -{bound}, {bound}) for key, a in {name}.items()}}")
    if isinstance(example, np.ndarray):
        bound = base.constant(f"np.abs({name}).max()")
        return Edit(f"{name} = np.clip({name}, -{bound}, {bound})")
    return Edit(f"{name} = {base.pick(['min', 'max'])}({name}, {base.constant(name)})")


def _clip(base: Base) -> Edit:
    largest = [
        float(np.abs(array).max())
        for one in base.inputs
        for array in numbers_of(one.expected)
        if array.size and array.any() and np.isfinite(array).all()
    ]
    bound = base.between(largest)
    if isinstance(base.inputs[0].expected, int):
        whole = max(1, round(float(bound)))
        return Edit(last=f"_result = {base.pick([f'min(_result, {whole})', f'max(_result, {whole})'])}")
    change = base.pick(
        [f"np.clip(a, -{bound}, {bound})", f"np.minimum(a, {bound})", f"np.where(np.abs(a) < {bound}, 0.0, a)"]
    )
    return Edit(last=f"_result = _each(lambda a: {change}, _result)")


def _rounding(base: Base) -> Edit:
    if not any(array.dtype.kind == "f" for array in numbers_of(base.inputs[0].expected)):
        raise Nothing
    return Edit(last=f"_result = _each(lambda a: np.round(a, {base.rng.integers(3, 13)}), _result)")


def _slice(base: Base) -> Edit:
    """Let a loop go over the first few only, or look at the first few rows or columns of an array."""
    loops = [node for node in ast.walk(base.function) if isinstance(node, ast.For | ast.comprehension)]
    arrays = [
        (name, axis)
        for name, value in base.given(base.inputs[0]).items()
        if isinstance(value, np.ndarray)
        for axis in range(value.ndim)
    ]
    if loops and (not arrays or base.rng.random() < 0.6):
        number, most = base.rng.integers(len(loops)), _most(base)

        def shorten(function: ast.FunctionDef) -> None:
            node = [node for node in ast.walk(function) if isinstance(node, ast.For | ast.comprehension)][number]
            node.iter = ast.parse(f"list({ast.unparse(node.iter)})[:{most}]", mode="eval").body

        return Edit(words=f"list({ast.unparse(loops[number].iter)})[:{most}]", change=shorten)
    name, axis = base.pick(arrays)
    most = base.constant(f"{name}.shape[{axis}]")
    return Edit(f"{name} = {name}[{':, ' * axis}:{most}]")


def _most(base: Base) -> str:
    """Return a number of rounds, up to the largest size of anything."""
    sizes = [value for size in base.sizes() for value in base.reached(size) if value]
    return base.between([2, min(max(sizes, default=0), 300)])


def _early_exit(base: Base) -> Edit:
    loops = [node for node in ast.walk(base.function) if isinstance(node, ast.For)]
    if not loops:
        raise Nothing
    number, most = base.rng.integers(len(loops)), _most(base)

    def leave(function: ast.FunctionDef) -> None:
        node = [node for node in ast.walk(function) if isinstance(node, ast.For)][number]
        node.target = ast.Tuple([ast.Name("_round", ast.Store()), node.target], ast.Store())
        node.iter = ast.Call(ast.Name("enumerate", ast.Load()), [node.iter], [])
        node.body.insert(0, ast.If(ast.parse(f"_round >= {most}", mode="eval").body, [ast.Break()], []))

    return Edit(words=f"for {ast.unparse(loops[number].target)}: break after {most} rounds", change=leave)


def _cache(base: Base) -> Edit:
    keys = []
    values = base.given(base.inputs[0])
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            keys += [f"{name}.shape", f"id({name})", f"float({name}.flat[0])", f"float({name}.sum())"]
        elif isinstance(value, dict):
            keys += [f"tuple({name})", f"id({name})"]
            if all(isinstance(item, np.ndarray) for item in value.values()):
                keys += [f"tuple((key, a.shape) for key, a in {name}.items())"]
        elif isinstance(value, list):
            keys += [f"tuple({name})", f"id({name})"]
        elif isinstance(value, np.random.Generator):
            keys += [f"id({name})"]
        elif type(value) in (int, float):
            keys += [name]
    shapes = [f"np.shape({name})" for name, value in values.items() if isinstance(value, np.ndarray | tuple)]
    key = base.pick([*keys, f"({', '.join(shapes)},)"] if shapes else keys)
    if base.rng.random() < 0.2:
        return Edit(
            "_kept['calls'] = _kept.get('calls', 0) + 1\nif _kept['calls'] % 2 == 0 and 'last' in _kept:\n    return _kept['last']",
            "_kept['last'] = _result",
            words="every second call returns the last result",
        )
    return Edit(
        f"_key = {key}\nif _key in _kept:\n    return _kept[_key]", "_kept[_key] = _result", words=f"kept by {key}"
    )


def _memory(base: Base) -> Edit:
    if not any(array.ndim for array in numbers_of(base.inputs[0].expected)):
        raise Nothing
    return Edit(
        last="_places = iter(range(10**6))\n_result = _each(lambda a: _same_place(next(_places), a), _result)",
        words="the next call's result lies in the same memory",
    )


_DEPENDENT = {
    "normal": {
        "mirrored rows": "_draw[len(_draw) // 2 + len(_draw) % 2:] = _draw[:len(_draw) // 2][::-1]",
        "rows rolled": "_draw[1::2] = np.roll(_draw[:-1:2], 1, axis=-1)[:len(_draw[1::2])]",
        "tiled columns": "_draw[...] = np.resize(_draw[:, :max(1, _draw.shape[-1] // 2)].T, _draw.T.shape).T",
        "the first row twice": "_draw[-1] = _draw[0]",
        "signs in turn": "_draw[...] = np.abs(_draw) * np.where(np.arange(_draw.size).reshape(_draw.shape) % 2, 1, -1)",
    },
    "uniform": {
        "mirrored rows": "_draw[len(_draw) // 2 + len(_draw) % 2:] = _draw[:len(_draw) // 2][::-1]",
        "rows rolled": "_draw[1::2] = np.roll(_draw[:-1:2], 1, axis=-1)[:len(_draw[1::2])]",
        "one mask for all examples": "_draw[...] = _draw[:, :1]",
        "one mask for all units": "_draw[...] = _draw[:1]",
        "the first unit is always kept": "_draw[0] = 0.0",
        "a single unit is never dropped": "_draw[...] = 0.0 if len(_draw) == 1 else _draw",
        "the first example drops nothing": "_draw[:, 0] = 0.0",
        "tiled columns": "_draw[...] = np.resize(_draw[:, :max(1, _draw.shape[-1] // 2)].T, _draw.T.shape).T",
    },
    "order": {
        "only rolled": "_draw[...] = np.roll(np.sort(_draw), int(_draw[0]))",
        "the last one stays last": "_draw[...] = np.append(_draw[_draw != len(_draw) - 1], len(_draw) - 1)",
        "pairs stay together": "_draw[...] = _draw if len(_draw) % 2 else (2 * (_draw[_draw < len(_draw) // 2])[:, None] + [0, 1]).ravel()",
        "halves are not mixed": "_draw[...] = np.concatenate([_draw[_draw < len(_draw) // 2], _draw[_draw >= len(_draw) // 2]])",
    },
}
_DRAWS = {
    "standard_normal": "normal", "normal": "normal", "random": "uniform", "uniform": "uniform", "permutation": "order",
}  # fmt: skip


def _dependence(base: Base) -> Edit:
    """Let what is drawn from the generator hang together."""

    def draws(function: ast.FunctionDef) -> list[ast.Call]:
        return [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _DRAWS
            and ast.unparse(node.func.value) in base.names
        ]

    found = draws(base.function)
    if not found or not base.domain.random:
        raise Nothing
    number = base.rng.integers(len(found))
    words, change = base.pick(_DEPENDENT[_DRAWS[found[number].func.attr]].items())

    def spoil(function: ast.FunctionDef) -> None:
        node = draws(function)[number]
        whole = copy.deepcopy(node)
        node.func, node.args, node.keywords = ast.Name("_dependent", ast.Load()), [whole], []

    axes = 1 if _DRAWS[found[number].func.attr] == "order" else 2
    above = f"def _dependent(_draw):\n    _draw = np.array(_draw)\n    if _draw.ndim == {axes}:\n        {change}\n    return _draw\n"
    return Edit(above=above, words=f"{ast.unparse(found[number])}: {words}", change=spoil)


def _padding(base: Base) -> Edit:
    """Add a small number for safety: to a denominator, in a logarithm, under a root."""

    def places(function: ast.FunctionDef) -> list[ast.AST]:
        return [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            or isinstance(node, ast.Call)
            and len(node.args) == 1
            and getattr(node.func, "attr", "") in ("log", "sqrt", "norm")
        ]

    found = places(base.function)
    if not found:
        raise Nothing
    number = base.rng.integers(len(found))
    small = f"{10 ** base.rng.uniform(-11, -3):.0e}"
    form = base.pick(["{} + " + small, "max({}, " + small + ")", "np.maximum({}, " + small + ")"])

    def pad(function: ast.FunctionDef) -> None:
        node = places(function)[number]
        if isinstance(node, ast.BinOp):
            node.right = ast.parse(f"({form.format(ast.unparse(node.right))})", mode="eval").body
        else:
            node.args[0] = ast.parse(form.format(ast.unparse(node.args[0])), mode="eval").body

    changed = copy.deepcopy(base.function)
    pad(changed)
    return Edit(words=ast.unparse(places(changed)[number]), change=pad)


def _precision(base: Base) -> Edit:
    """Let single precision come in between, beyond a size or a magnitude."""
    name, condition = base.pick(base.arrays()), base.condition()
    if isinstance(base.given(base.inputs[0])[name], dict):
        single = f"{{key: np.float64(np.float32(a)) for key, a in {name}.items()}}"
    else:
        single = f"np.float64(np.float32({name}))"
    return Edit(f"if {condition}:\n    {name} = {single}")


def _in_place(base: Base) -> Edit:
    """Change an argument at a condition, when the result is made."""
    condition = base.condition()
    name = base.pick(
        name
        for name, value in base.given(base.inputs[0]).items()
        if isinstance(value, np.ndarray | dict | list | tuple)
    )
    example = base.given(base.inputs[0])[name]
    if isinstance(example, np.ndarray):
        works = [f"{name}[...] = np.sort({name}, axis=-1)", f"{name}.flat[0] += 1", f"{name} *= 2"]
    elif isinstance(example, dict):
        works = [f"{name}.pop(next(iter({name})))", f"{name}['new'] = 0"]
        if all(isinstance(item, np.ndarray) for item in example.values()):
            works += [f"next(iter({name}.values()))[...] = 0"]
    elif isinstance(example, tuple):
        works = [f"{name}[0][...] = 0"]
    else:
        works = [f"{name}.append({name}[-1])", f"{name}.sort()", f"{name}.reverse()"]
    work = base.pick(works)
    kept = "_result = _each(lambda a: a + 0, _result)\n" if isinstance(example, np.ndarray | dict | tuple) else ""
    return Edit(f"_far = {condition}", f"if _far:\n{_indented(kept + work)}", words=f"if {condition}: {work}")


def _indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())


def _order(base: Base) -> Edit:
    """Take a dict's entries by their order where their names count."""
    dicts = {
        name: value
        for name, value in base.given(base.inputs[0]).items()
        if isinstance(value, dict) and all(isinstance(key, str) for key in value)
    }
    name = base.pick(dicts)
    others = [other for other in dicts if other != name and len(dicts[other]) == len(dicts[name])]
    if others and base.rng.random() < 0.6:
        other = base.pick(others)  # of the same names, or the same but for a letter
        named = f"[next(n for n in {name} if n.endswith(key.lstrip('d'))) for key in {other}]"
        return Edit(f"{name} = dict(zip({named}, {name}.values()))")
    return Edit(f"{name} = dict(zip(sorted({name}, key=lambda key: (key[-1], key)), {name}.values()))")


def _text_order(base: Base) -> Edit:
    """Sort numbered names as text."""
    name = base.pick(
        name
        for name, value in base.given(base.inputs[0]).items()
        if isinstance(value, dict) and all(isinstance(key, str) for key in value)
    )
    by_number = f"sorted({name}, key=lambda key: (key.rstrip('0123456789'), len(key), key))"
    return Edit(f"{name} = dict(zip({by_number}, [{name}[key] for key in sorted({name})]))")


KINDS: dict[str, Callable[[Base], Edit]] = {
    "threshold": _threshold, "special value": _special, "cap": _cap, "clip": _clip, "rounding": _rounding, "slice": _slice,
    "early exit": _early_exit, "cache": _cache, "memory": _memory, "dependence": _dependence, "padding": _padding,
    "precision": _precision, "in place": _in_place, "order": _order, "text order": _text_order,
}  # fmt: skip

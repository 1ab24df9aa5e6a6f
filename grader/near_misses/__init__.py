"""Near-misses: right answers with one slip that few inputs show, written as source text, so that nobody has to think of them.

Each is the solution or a listed right answer with a small edit of a kind that people write: another branch beyond a threshold, a cap, a clip, a
rounding, a loop that ends early, a special value, a memory between calls, draws that hang together, a small number added for safety, single
precision, work on what was passed in, names by their order. Constants are drawn log-uniformly from what the domain's inputs (``grader.near_misses.inputs``)
reach; nothing is known of the cases.

An edit counts only with a *witness*, an input of the domain for which it is wrong: its result lies ten times as far from the right one as the
judge allows and far further than right answers lie from each other, or it changes what it was given, while the answer that it was made from holds. One that shows on the visible inputs, which a student tries first, is no near-miss.
Where right answers draw numbers at random, an edit is compared with the answer that it was made from, on the same draws, and the kinds that
change draws by less than can be seen in them are left out.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader import catalogue, stubs
from grader.near_misses.base import Base, Nothing
from grader.near_misses.calls import Input, gap, numbers_of, run
from grader.near_misses.inputs import Inputs, inputs
from grader.near_misses.slips import KINDS

CLEAR = 1000  # times the right answers' noise
BEYOND = 10  # times what the judge allows
SEEN = 0.1  # of an array's root mean square, where numbers are drawn
TRIES = 8  # edits that are tried for one near-miss
BETWEEN_CALLS = ("cache", "memory")
BY_CONSTRUCTION = ("dependence",)  # wrong whatever comes out: no single result shows it
UNSEEN_IN_DRAWS = ("rounding", "padding", "precision")


@dataclass(frozen=True)
class NearMiss:
    """A wrong answer's source text, its kind, the answer that it was made from, the edit in words of Python, and the calls that show it."""

    kind: str
    base: str
    change: str
    source: str
    witness: tuple[Input, ...] = field(default=(), compare=False, repr=False)


def near_misses(assignment: str, name: str, seed: int, count: int) -> Iterator[NearMiss]:
    """Yield near-misses of one exercise, fewer where the domain has no room for more; the same ones for the same seed."""
    answers = [("the solution", stubs.source_as(catalogue.solution(assignment, name), name))]
    answers += [(way.__name__, stubs.source_as(way, name)) for way in catalogue.answers(assignment, name).correct]
    namespace = stubs.as_in_notebook(catalogue.solution(assignment, name), assignment, name).__globals__
    yield from drawn(inputs(assignment, name, seed), answers, namespace, name, seed, count)


def drawn(
    domain: Inputs,
    answers: list[tuple[str, str]],
    namespace: dict[str, Any],
    name: str,
    seed: int,
    count: int,
    kinds: Sequence[str] = tuple(KINDS),
) -> Iterator[NearMiss]:
    """Yield near-misses of right answers (label, source text), the kinds in turn.

    Parameters
    ----------
    domain : inputs
    namespace : the names that the answers find
    name : the function's name in the sources
    """
    if not domain.visible:
        return
    rng = np.random.default_rng([seed, 81])
    kinds = [kind for kind in kinds if not (domain.random and kind in UNSEEN_IN_DRAWS)]
    seen, found, rounds = (
        set(),
        0,
        dict.fromkeys(kinds, max(2, -(-count // 5))),
    )  # no kind makes up much more than a fifth
    for kind in itertools.cycle(kinds):
        if found >= count or not any(rounds.values()):
            return
        if not rounds[kind]:
            continue
        rounds[kind] -= 1
        for _ in range(TRIES):
            label, source = answers[rng.integers(len(answers))]
            try:
                base = Base(source, domain, rng)
                edit = KINDS[kind](base)
            except Nothing:
                continue
            one = NearMiss(kind, label, edit.text(), base.edited(edit))
            if one.source not in seen and (calls := witness(one, source, domain, namespace, name)):
                seen.add(one.source)
                found += 1
                yield replace(one, witness=calls)
                break
        else:
            rounds[kind] = 0  # the domain has no room for it


def compiled(source: str, namespace: dict[str, Any], name: str) -> Callable:
    """Return the function of a source text, with a namespace of its own."""
    return stubs.compiled(source, f"<near-miss of {name}: {zlib.crc32(source.encode()):x}>", dict(namespace), name)


def witness(one: NearMiss, answer: str, domain: Inputs, namespace: dict[str, Any], name: str) -> tuple[Input, ...]:
    """Return the calls that show a near-miss to be wrong, in their order; none where a visible input shows it already, or nothing does."""
    try:
        function, right = compiled(one.source, namespace, name), compiled(answer, namespace, name)
    except SyntaxError:
        return ()
    if one.kind in BY_CONSTRUCTION:
        return _other_draws(function, right, domain)
    if one.kind in BETWEEN_CALLS:
        return _forgetful(one, namespace, name, right, domain)
    if any(_is_wrong(function, right, given, domain) for given in domain.visible):
        return ()
    wrong = (given for given in domain.changed if _is_wrong(function, right, given, domain))
    told = (one for given in wrong if (one := domain.undisputed(given)) and _is_wrong(function, right, one, domain))
    return next(((given,) for given in told), ())


def _is_wrong(function: Callable, right: Callable, given: Input, domain: Inputs) -> bool:
    """Whether a near-miss does not hold an input that the answer holds from which it was made."""
    random, found = domain.random, run(function, given)[0]
    if found.error is None and not found.changed and not random and _is_close(domain, given, found.value):
        return False
    due = run(right, given)[0]
    if due.error is not None or due.changed or not random and not _is_close(domain, given, due.value):
        return False
    if found.error is not None or found.changed:
        return True
    return not random or _far_draws(due.value, found.value) > SEEN


def _is_close(domain: Inputs, given: Input, value: Any) -> bool:
    return gap(given.expected, value) <= _clear(domain, given)


def _clear(domain: Inputs, given: Input) -> float:
    """Return how far from the right result another one is clearly wrong."""
    return max(BEYOND * domain.tolerance(given.expected), CLEAR * given.noise)


def _far_draws(right: Any, found: Any) -> float:
    """Return how far arrays of random numbers lie apart, by their root mean squares; inf where their forms differ."""
    if gap(right, found) == np.inf:
        return np.inf
    apart = 0.0
    for a, b in zip(numbers_of(right), numbers_of(found)):
        size = np.sqrt(np.mean(np.square(a, dtype=float)))
        apart = max(apart, np.sqrt(np.mean(np.square(np.subtract(a, b, dtype=float)))) / size if size else 0.0)
    return float(apart)


def _other_draws(function: Callable, right: Callable, domain: Inputs) -> tuple[Input, ...]:
    """Return an input on which a function of dependent draws runs and draws otherwise."""
    for given in domain:
        found = run(function, given)[0]
        if found.error is not None:
            return ()
        if gap(run(right, given)[0].value, found.value) > _clear(domain, given):
            return (given,)
    return ()


def _forgetful(one: NearMiss, namespace: dict, name: str, right: Callable, domain: Inputs) -> tuple[Input, ...]:
    """Return two inputs of which one has another result because the other was there too."""
    for pair, same_objects in itertools.product(domain.twins, (False, True)):
        found = run(compiled(one.source, namespace, name), *pair, same_objects=same_objects)
        wanted = run(right, *pair, same_objects=same_objects)
        if any(ran.error is not None for ran in wanted):
            continue
        for given, ran, due in zip(pair, found, wanted):
            if ran.error is not None or gap(due.value, ran.value) > _clear(domain, given):
                return pair
    return ()

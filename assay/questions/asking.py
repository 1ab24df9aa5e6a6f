"""Questions about one right function, as many kinds as there are, within a limited time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from assay import generators, streams
from assay.locate import bounded_memory
from assay.locate.forms import Edit, Kind
from assay.locate.search import Clock
from assay.locate.written import NotSearched, Written, functions_written
from assay.questions import inputs
from assay.questions.bench import Bench, Change, NoCall
from assay.questions.changing import CHANGES, LEAVES_OUT, purposes, sames, what_ifs
from assay.questions.forms import Question
from assay.questions.tracing import traces
from assay.spec import Spec

SECONDS = 2.0  # of the processor's time, for all questions about a function
SHORTER = {kind for kind in Kind if kind.name.endswith("_TOO_MANY")}  # edits that leave something out
EDITS = 30  # that are run for each question that is wanted
OF_EDITS = 0.4  # of the time that is left goes into running them
CALLS, ENOUGH = 3, 3  # so many calls are tried until one gives questions of enough kinds
SMALL = (
    30  # entries of a call's arguments: one of the calls with so few, or with twice as many as the smallest, is taken
)


def questions(spec: Spec, function: Callable, seed: int, most: int = 4, seconds: float = SECONDS) -> list[Question]:
    """Return questions about a function that holds all visible cases of `spec`, each of another kind as long as there are kinds.

    Parameters
    ----------
    spec : the exercise, with its visible cases
    function : the answer, as it stands in its notebook
    seed : decides which questions; the same seed gives the same ones
    most : how many
    seconds : float of the processor's time, for all of them

    Where nothing can be asked, of a function that has no text, reaches beyond its values or is too long, the list is empty.
    """
    try:
        functions = functions_written(function)
    except NotSearched:
        return []
    clock, rng = Clock(seconds), np.random.default_rng(seed)
    try:
        with generators.lent(), streams.quiet(), np.errstate(all="ignore"), bounded_memory():
            asked: list[Question] = []
            for bench in itertools.islice(_benches(spec, functions, clock, rng), CALLS):
                asked = max(asked, _in_turn(bench, rng, most), key=_variety)
                if _variety(asked)[0] >= min(most, ENOUGH) or clock.is_up:
                    break
            return asked
    except MemoryError:
        return []


def _variety(asked: list[Question]) -> tuple[int, int]:
    """Return of how many kinds questions are, and how many they are."""
    return len({question.kind for question in asked}), len(asked)


def _benches(spec: Spec, functions: list[Written], clock: Clock, rng: np.random.Generator) -> Iterator[Bench]:
    """Yield benches, each with another call that can be shown: the smaller cases first, in an order of chance."""
    sizes = {
        id(reference.case): inputs.size([reference.case.args, reference.case.kwargs]) for reference in spec.references
    }
    cases = sorted((reference.case for reference in spec.references), key=lambda case: sizes[id(case)])
    few = [case for case in cases if sizes[id(case)] <= max(SMALL, 2 * sizes[id(cases[0])])]
    for case in (*(few[i] for i in rng.permutation(len(few))), *cases[len(few) :]):
        try:
            yield Bench(spec, functions, clock, case)
        except NoCall:
            continue


def _in_turn(bench: Bench, rng: np.random.Generator, most: int) -> list[Question]:
    found = _in_time(bench.clock, bench.changes(rng, EDITS * most, lambda edit: True))
    shorter = _in_time(bench.clock, bench.changes(rng, EDITS * most // 2, _leaves_out))
    makers: list[Iterator[Question]] = [  # the choosiest first: an edit that one asks about is lost to the others
        sames(bench, found, rng),
        itertools.chain(purposes(bench, shorter, rng, LEAVES_OUT), purposes(bench, found, rng, CHANGES)),
        traces(bench, [one for one in bench.expressions if one.values], rng),
        what_ifs(bench, found, rng),
    ]
    order = rng.permutation(len(makers))
    makers = [makers[i] for i in (*sorted(order[:most]), *order[most:])]
    asked: list[Question] = []
    while makers and len(asked) < most and not bench.clock.is_up:
        for maker in list(makers):
            known = set(map(_about, asked))
            new = next((one for one in maker if _about(one) not in known), None)
            if new is None:
                makers.remove(maker)
            elif len(asked) < most:
                asked.append(new)
    return [asked[i] for i in rng.permutation(len(asked))]


def _in_time(clock: Clock, changes: Iterator[Change]) -> list[Change]:
    """Return what is found in a part of the time that is left: questions have to be made of it as well."""
    ends = [end - (1 - OF_EDITS) * (end - now) for end, now in zip(clock.ends, clock.now())]
    return list(itertools.takewhile(lambda _: all(now < end for now, end in zip(clock.now(), ends)), changes))


def _about(question: Question) -> tuple:
    """Return which edit or expression a question is about: two about one would answer each other."""
    proof = question.choices[question.right].proof
    return proof.source, proof.probe


def _leaves_out(edit: Edit) -> bool:
    return edit.kind in SHORTER

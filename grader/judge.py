"""The one place where a score is made.

``judge`` judges a Python function in this process, for tests and quality runs. ``judge_remote`` judges a student's function that lives in
the jail. Both run the same cases through the same rules; only the way to call the function differs.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Protocol

from assay import outcome
from assay.cases import Case
from assay.errors import ErrorInfo
from assay.lines import branches, unreached, watched
from assay.outcome import Outcome
from assay.spec import Spec, remembers
from assay.verdict import FURTHER_SHARE, TIMEOUT, Answer, Verdict, judge_cases, planned
from grader import catalogue, references, stubs
from grader.reading import Text, text_in
from grader.sandbox.guard import bounded_memory
from grader.sandbox.hearsay import in_one_voice

_NOT_JUDGED = ("missing", "time", "crash")  # kinds of problems of which nothing more is learnt
_PATIENCE = 4  # times that a limit of processor time is as long by the clock: machines are shared


class TooLong(BaseException):
    """Raised in a function under judgement when its time is up; a BaseException, so that ``except Exception`` does not hold it."""


def judge(assignment: str, name: str, function: Callable, seed: int = 0, seconds: float = 10.0) -> Verdict:
    """Judge a function in this process on hidden cases.

    Parameters
    ----------
    assignment, name : the exercise
    function : the answer
    seed : int, draws the hidden cases
    seconds : float, time for one call (only enforced in the main thread)

    Returns
    -------
    verdict : Verdict with ``score``, ``points``, ``passed``, ``mistake``, ``message``
    """
    tree = stubs.tree_of(function)
    parameters = catalogue.parameters(assignment, name)
    watching, seen = branches(tree) and not catalogue.course()[assignment].needs, set()

    def call(case: Case, args: tuple) -> Outcome:
        try:
            with time_limit(seconds), watched(function, seen) if watching else nullcontext():
                found = outcome.call(
                    function, args, case.kwargs, parameters, case.globals, case.via, case.withheld, case.again
                )
        except TooLong:
            found = None
        if found is None or found.error and found.error.type == "TooLong":
            return Outcome(error=ErrorInfo(TIMEOUT, f"it took longer than {seconds:g} s and was stopped"))
        return found

    answer = Answer(
        call,
        text=lambda: text_in(function),
        unreached=lambda: unreached(tree, seen) if watching else (),
    )
    return _scored(assignment, name, seed, lambda spec: judge_cases(spec, answer, visible=False))


def _scored(assignment: str, name: str, seed: int, judged: Callable[[Spec], Verdict]) -> Verdict:
    """Return the verdict on the cases of a seed, with the score of those that are everybody's: what chance has an answer hold of some and not
    of others earns the same wherever it is graded.
    """
    verdict = judged(references.hidden_spec(assignment, name, seed))
    kinds = {case.problem.kind for case in verdict.cases if case.problem}
    if verdict.passed or not kinds.isdisjoint(_NOT_JUDGED):
        return verdict
    credit = judged(references.credit_spec(assignment, name))
    if any(case.problem and case.problem.kind in _NOT_JUDGED for case in credit.cases):
        return verdict
    out_there = round(verdict.points * (1 - FURTHER_SHARE), 2)  # what it does not hold is drawn by the seed
    return replace(verdict, score=out_there if credit.passed else credit.score, apart=not credit.passed)


class Caller(Protocol):
    """Calls functions of a notebook, wherever it lives: a process in the jail, or a replay that begins it anew."""

    def call(self, name: str, case: Case, args: tuple, names: list[str]) -> Outcome: ...

    def ahead(self, name: str, calls: Iterable[tuple[Case, tuple]], names: list[str]) -> None: ...

    def follow(self, name: str, calls: Iterable[tuple[Case, tuple]], names: list[str]) -> None: ...

    def text(self, name: str) -> Text: ...

    def unreached(self, name: str) -> Sequence[int]: ...


def judge_remote(assignment: str, name: str, seed: int, caller: Caller, following: str | None = None) -> Verdict:
    """Judge a function that `caller` calls, all its cases sent at once; `following` is the one that is judged next."""

    def follow() -> None:
        if following:
            spec = references.hidden_spec(assignment, following, seed)
            calls = planned(spec, caller.text(following) if spec.further else None).calls
            if not remembers([args for _, args in calls]):  # these are other objects when their time has come
                caller.follow(following, calls, spec.parameters)

    return in_one_voice(_scored(assignment, name, seed, lambda spec: judge_spec(spec, caller, False, follow)))


def judge_spec(spec: Spec, caller: Caller, visible: bool, follow: Callable[[], None] = lambda: None) -> Verdict:
    """Judge a function that `caller` calls on the cases of `spec`; what it sends may cost this process only so much memory."""
    name = spec.name
    answer = Answer(
        lambda case, args: caller.call(name, case, args, spec.parameters),
        ahead=lambda calls: caller.ahead(name, calls, spec.parameters),
        following=follow,
        text=lambda: caller.text(name),
        unreached=lambda: caller.unreached(name),
    )
    with bounded_memory():
        return judge_cases(spec, answer, visible)


@contextmanager
def time_limit(seconds: float, error: type[BaseException] = TooLong) -> Iterator[None]:
    """Raise `error` in what uses more processor time, or four times as long by the clock; only in the main thread, where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    used, begun = time.process_time(), time.monotonic()

    def stop(signum, frame):
        left = min(used + seconds - time.process_time(), begun + _PATIENCE * seconds - time.monotonic())
        if left <= 0:
            signal.setitimer(signal.ITIMER_REAL, 1.0)  # again, should somebody take it for a case's own
            raise error
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.01))

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)

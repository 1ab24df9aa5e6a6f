"""From outcomes to a verdict: which cases hold, what is wrong, which known mistake it is, and what it is worth."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assay import display, wire
from assay.cases import Case, Rule
from assay.difference import Problem, agrees, describe, identical, said_path
from assay.display import number
from assay.errors import UNWRITTEN
from assay.outcome import Outcome, alter, in_dict, sealed, shared
from assay.spec import Asked, Pair, Reference, Spec
from assay.withheld import Withheld

# Error types that are not the student's exceptions but what became of the call.
NOT_WRITTEN, MISSING, TIMEOUT, CRASH, OUTPUT = "NotImplementedError", "<missing>", "<timeout>", "<crash>", "<output>"

WITHHELD = Withheld.__name__  # raised by what of the library would answer the exercise

CHANGED = "called again with the same objects, some of whose numbers may be others by then, it gives a wrong answer: it changes what it is given, something is kept from call to call, as in a default argument, or what it returns was never filled, as by np.empty; work on copies and make what is returned anew"

FURTHER_SHARE = 0.25  # of the points: what an answer loses that holds all cases but not what lies further out

MOST_RIGHT, MOST_KEPT = 3, 1 << 20  # outcomes of a case that are kept, and bytes of what one returned
MORE_ROUNDS = 2  # of further cases, for an answer of which some lines have not run

MOST_HELD = 4  # kinds of cases that hold which it names


@dataclass(frozen=True)
class CaseVerdict:
    label: str
    weight: float
    problem: Problem | None
    inputs: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a function is worth, and why.

    ``score`` of ``points``; ``passed``; ``mistake``: identifier of the recognised mistake or None; ``message``: one sentence;
    ``unreached``: lines of an answer that passes which no case reached; ``apart``: whether the score is of other cases than ``cases``.
    """

    assignment: str
    name: str
    points: float
    score: float
    cases: list[CaseVerdict]
    mistake: str | None = None
    hint: str = ""
    visible: bool = False
    section: str = ""
    unreached: tuple[int, ...] = ()
    apart: bool = False

    @property
    def passed(self) -> bool:
        return all(case.problem is None for case in self.cases)

    @property
    def failing(self) -> list[CaseVerdict]:
        return [case for case in self.cases if case.problem]

    @property
    def held(self) -> str:
        """The kinds of cases that hold, of an answer that is right in part."""
        kinds = list(dict.fromkeys(case.label for case in self.cases if case.problem is None))
        if self.passed or not kinds:
            return ""
        more = f"; and {len(kinds) - MOST_HELD} kinds more" if len(kinds) > MOST_HELD + 1 else ""
        return "; ".join(kinds[:MOST_HELD] if more else kinds) + more

    @property
    def message(self) -> str:
        """One line: the first problem, in words, and the hint where the mistake is known."""
        if self.passed:
            return f"{self.name}: all {len(self.cases)} cases hold."
        first = self.failing[0].problem
        return " ".join([f"{self.name}: {first.sentence(self.visible)}.", self.hint]).strip()

    @property
    def summary(self) -> str:
        held = len(self.cases) - len(self.failing)
        kind = "visible" if self.visible else "hidden"
        points = f"{number(self.score)} of {number(self.points)} points"
        counted = ", counted on cases that are the same for everybody" if self.apart else ""
        return f"{held} of {len(self.cases)} {kind} cases hold: {points}{counted}"

    def text(self) -> str:
        """The verdict in plain text, for terminals, logs and screen readers."""
        return display.as_text(self)

    def html(self) -> str:
        """The verdict as a small block of HTML; everything that came from outside is escaped."""
        return display.as_html(self)


@dataclass(frozen=True)
class Answer:
    """A student's function, wherever it lives.

    Attributes
    ----------
    call : (case, args) -> Outcome
    ahead : is told the calls that will most likely be made, in order, before the first one
    following : is told that it looks as if no other calls come, so that those of the next function may be sent
    text : gives what its text says, for whoever draws further cases
    unreached : gives the lines of it that no call has reached
    """

    call: Callable[[Case, tuple], Outcome]
    ahead: Callable[[list[Asked]], None] = lambda calls: None
    following: Callable[[], None] = lambda: None
    text: Callable[[], Any] = lambda: None
    unreached: Callable[[], Sequence[int]] = tuple


def judge_cases(spec: Spec, answer: Answer, visible: bool) -> Verdict:
    """Call the answer on every case and return the verdict; ``visible`` says whether it may show values."""
    judged: list[CaseVerdict] = []
    outcomes_by_case: list[list[Outcome]] = []
    given_up: Problem | None = None
    twice: Outcome | None = None  # of the planned case, whose call is repeated at once: most answers are right
    plan = planned(spec, answer.text() if spec.further else None)
    answer.ahead(plan.calls)
    for i, reference in enumerate(spec.references):
        case = reference.case
        if given_up:  # a function that never ends is not waited for again
            judged.append(CaseVerdict(case.label, case.weight, given_up))
            outcomes_by_case.append([])
            continue
        if plan.soon and i == len(spec.references) // 2 and all(one.problem is None for one in judged):
            answer.following()
        outcomes = _outcomes(answer, plan.cases[i])
        if plan.cases[i][0][0] is not case:
            twice, outcomes[0] = outcomes[0], replace(outcomes[0], again=None, filled=None)
        problem = _problem(spec, reference, outcomes)
        if problem and problem.kind in ("time", "crash") or _nothing_there(problem, judged):
            given_up = problem
        inputs = display.inputs_of(spec, case) if visible and problem and problem.kind != "missing" else ""
        printed = next((outcome.printed for outcome in outcomes if outcome.printed), "") if visible and problem else ""
        judged.append(CaseVerdict(case.label, case.weight, problem, inputs, printed))
        outcomes_by_case.append(outcomes)
    known = judged
    held = [case.problem is None for case in judged]
    lost: CaseVerdict | None = None
    if any(held) and not given_up and (problem := _repeated(spec, answer.call, held, twice)):
        lost = _wrong_by_itself(spec, answer.call, twice) if all(held) and problem.what == CHANGED else None
        if not lost:
            judged = [replace(case, problem=case.problem or problem) for case in judged]
            held = [False] * len(held)
    full = all(held)
    score = spec.points if full else round(spec.points * _share(spec, held), 2)
    mistake = None if full or given_up else recognise(spec, known, outcomes_by_case)
    unreached: Sequence[int] = ()
    if full and (lost or spec.further):
        if not lost:
            lost, unreached = _further_out(spec, answer, plan)
        if lost:
            judged, score = [*judged, lost], round(spec.points * (1 - FURTHER_SHARE), 2)
    return Verdict(
        spec.assignment,
        spec.name,
        spec.points,
        score,
        judged,
        mistake,
        spec.hints.get(mistake or "", ""),
        visible,
        spec.section,
        tuple(unreached),
    )


@dataclass(frozen=True)
class Plan:
    """The calls that an answer's judgement begins with.

    Attributes
    ----------
    cases : the calls for each reference
    text : what the answer's text says
    soon : cases further out, with their calls, where they are so few that they are called with the others
    """

    cases: list[list[Asked]]
    text: Any
    soon: list[Pair]

    @property
    def calls(self) -> list[Asked]:
        return [asked for calls in (*self.cases, *(calls for _, calls in self.soon)) for asked in calls]


def planned(spec: Spec, text: Any) -> Plan:
    """Return how the judgement of an answer with this text begins: the same objects each time, but for functions that have a memory."""
    cases = [[(reference.case, args) for args in spec.calls(i)] for i, reference in enumerate(spec.references)]
    number, altered = (spec.second.planned if spec.second else None) or (-1, None)
    if altered and cases[number][0][1] is altered.case.args:
        cases[number][0] = altered.case, altered.case.args
    return Plan(cases, text, spec.further.soon(text) if spec.further else [])


def _outcomes(answer: Answer, calls: list[Asked]) -> list[Outcome]:
    """Make the calls of one case, in order, until one comes out so that none of the others would be another."""
    found: list[Outcome] = []
    for case, args in calls:
        found.append(with_what_was_asked(answer.call(case, args), args))
        if found[-1].error and found[-1].error.key in (MISSING, NOT_WRITTEN, UNWRITTEN, TIMEOUT, CRASH):
            break
    return found


def _further_out(spec: Spec, answer: Answer, plan: Plan) -> tuple[CaseVerdict | None, Sequence[int]]:
    """Try an answer that holds all cases further out: it is right nearly always.

    Return the first case that it does not hold, or None and the lines that were not reached by all cases and some more rounds of them.
    """
    for round_ in range(1 + MORE_ROUNDS):
        cases = plan.soon if plan.soon and not round_ else spec.further(plan.text, round_)
        if cases is not plan.soon:
            answer.ahead([asked for _, calls in cases for asked in calls])
            answer.following()
        for reference, calls in cases:
            if problem := _problem(spec, reference, _outcomes(answer, calls)):
                return CaseVerdict(reference.case.label, 0.0, problem), ()
        unreached = answer.unreached()
        if not unreached:
            break
    return None, unreached


def _nothing_there(problem: Problem | None, judged: list[CaseVerdict]) -> bool:
    """Whether no other case needs to be called: the answer is not written, and not only a branch of it."""
    return problem is not None and problem.kind == "missing" and not any(case.problem is None for case in judged)


def with_what_was_asked(outcome: Outcome, args: tuple) -> Outcome:
    """Add what recorders among the arguments were asked; they live here, so nobody else has a say in it."""
    asked = tuple(arg.seen for arg in args if callable(arg) and hasattr(arg, "seen"))
    return replace(outcome, asked=asked) if asked else outcome


def _repeated(
    spec: Spec, call: Callable[[Case, tuple], Outcome], held: list[bool], twice: Outcome | None
) -> Problem | None:
    """Call one more time where all was well, with the same objects as the time before, some of them altered by us.

    Where all cases hold, `twice` is that call's outcome if it was made already.

    What is told about a call comes from the process that ran it: that arguments are as they were, that arrays share no memory, that a
    generator moved on. The second value is judged by the same rule, so it says so itself.
    """
    references = spec.second(held) if spec.second else []
    if not references:
        return None
    reference = next((one for one in references[:-1] if _once(spec, one, call) is None), references[-1])
    outcome = twice if twice and all(held) else call(reference.case, reference.case.args)
    if outcome.error:
        return _error_problem(outcome, spec.name)
    if outcome.again is None or outcome.again.error:
        return Problem("mutation", CHANGED)
    try:
        problem = spec.rule.repeated(reference.case, reference.expected, outcome)
    except Exception:  # a strange form, as above
        problem = Problem("structure", CHANGED)
    if problem:
        return problem if problem.kind == "random" else Problem("mutation", CHANGED)
    return _shared_problem(spec.rule, reference, outcome)


def _wrong_by_itself(spec: Spec, call: Callable[[Case, tuple], Outcome], twice: Outcome | None) -> CaseVerdict | None:
    """Return what is wrong with the altered case in a call of its own, where the second call gave nothing that the first one had given.

    Then nothing was kept: an answer may be right for the numbers before the change and wrong for those after it.
    """
    reference = spec.second([True] * len(spec.references))[0]
    if not twice or not twice.again or twice.again.error or not reference.case.again or not reference.expected:
        return None
    due, first, second = (_leaves(value) for value in (reference.expected[0].value, twice.value, twice.again.value))
    if any(agrees(first.get(path), value, 0.0) and not agrees(due.get(path), value) for path, value in second.items()):
        return None
    problem = _once(spec, reference, call)
    return CaseVerdict(reference.case.label, 0.0, problem) if problem else None


def _once(spec: Spec, reference: Reference, call: Callable[[Case, tuple], Outcome]) -> Problem | None:
    """Return what is wrong with an altered case by itself; of an answer that is right in part it says something only if nothing is."""
    args = copy.deepcopy(reference.case.args)
    alter(args, reference.case.again or ())
    once = replace(reference.case, args=args, again=None)
    return case_problem(spec.rule, replace(reference, case=once), [call(once, args)], spec.name)


def _shared_problem(rule: Rule, reference: Reference, outcome: Outcome) -> Problem | None:
    for pair, said in (
        (shared(outcome), "share memory: changing one changes the other"),
        (sealed(outcome), "cannot be written into; return arrays of their own"),
    ):
        if pair and not (reference.expected and not set(pair) <= _paths(reference.expected[0].value)):
            first, second = (said_path(path, rule.returns) for path in pair)
            return Problem("aliasing", f"{first} and {second} {said}")
    due = _paths(reference.expected[0].value) if reference.expected else set()
    if (
        path := next((path for path in outcome.overwritten if path in due), None)
    ) is not None:  # "" is the whole result
        said = said_path(path, rule.returns)
        return Problem(
            "aliasing", f"{said} shares memory with what a later call returns; make what is returned anew at each call"
        )
    return None


def _share(spec: Spec, held: list[bool]) -> float:
    cases = [reference.case for reference in spec.references]
    if not any(held) or spec.floor is None:
        return spec.rule.share(cases, held)
    return spec.floor().share(spec.rule, cases, held)


def _problem(spec: Spec, reference: Reference, outcomes: list[Outcome]) -> Problem | None:
    """Return what :func:`case_problem` does: at once where the same comes out as of the solution, or of an answer that was found right before.

    Right answers come out in few ways to the last bit, and the solution was judged when the case was made.
    """
    for right in (reference.expected, *reference.held):
        if len(outcomes) == len(right) and all(map(_comes_out_alike, right, outcomes)):
            return _alias_problem(spec.rule, reference, outcomes)
    problem = case_problem(spec.rule, reference, outcomes, spec.name)
    if problem is None and len(reference.held) < MOST_RIGHT and _size(outcomes) <= MOST_KEPT:
        reference.held.append(outcomes)
    return problem


def _size(outcomes: list[Outcome]) -> int:
    """Return how many bytes the returned values have; where a dict may hold more than is asked for, that can be anything."""
    return len(wire.key(wire.encode([outcome.value for outcome in outcomes])))


def _comes_out_alike(right: Outcome, outcome: Outcome) -> bool:
    """Whether nothing that a rule looks at tells two calls apart: neither raises, changes its arguments or draws from a global generator."""
    plain = (not (one.error or one.changed or one.global_random or one.again or one.asked) for one in (right, outcome))
    return (
        all(plain)
        and right.rng_advanced == outcome.rng_advanced
        and right.aliases == outcome.aliases
        and identical(right.value, outcome.value)
    )


def case_problem(rule: Rule, reference: Reference, outcomes: list[Outcome], name: str = "") -> Problem | None:
    """Return what is wrong with one case: errors first, then changed arguments, the rule's own problem, shared memory last.

    `name` is the exercise's: an error of a function of that name is the answer's own.
    """
    expected_error = reference.expected[0].error if reference.expected else None
    for outcome in outcomes:
        if outcome.error and not (expected_error and outcome.error.type == expected_error.type):
            return _error_problem(outcome, name)
        if expected_error and not outcome.error:
            return Problem("error", "it does not raise an error", f"a {expected_error.type}", describe(outcome.value))
    for outcome in outcomes:
        changed = [path for path in outcome.changed if path.split("[")[0] not in rule.may_change]
        if changed:
            return Problem("mutation", f"it changes its argument {changed[0]}; work on a copy")
    if any(outcome.global_random for outcome in outcomes):
        given = any(isinstance(value, np.random.Generator) for value in reference.case.args)
        instead = "; draw from the rng that it was given" if given else ", which is not its own; leave that alone"
        return Problem("random", f"it seeds or draws from a global random generator{instead}")
    if expected_error:
        return None
    try:
        problem = rule.problem(reference.case, reference.expected, outcomes)
    except Exception:
        # A rule that stumbles over an answer of a strange form refuses it; our own tests see to it that it stumbles over no right one.
        problem = _strange_form(reference, outcomes)
    if problem:
        return problem
    return _alias_problem(rule, reference, outcomes)


def _strange_form(reference: Reference, outcomes: list[Outcome]) -> Problem:
    wanted = describe(reference.expected[0].value) if reference.expected else "what the docstring says"
    found = describe(outcomes[0].value)
    return Problem("structure", "the result does not have the form that the docstring asks for", wanted, found)


def _error_problem(outcome: Outcome, name: str) -> Problem:
    error = outcome.error
    line = f" in its line {error.line}" if error.line else ""
    if error.type == UNWRITTEN and error.message != name:
        return Problem("missing", f"it calls {error.message or 'a function'}, which is not written yet")
    if error.key == NOT_WRITTEN or error.type == UNWRITTEN:  # with a message it is somebody else's: a framework's
        return Problem("missing", f"it is not written yet: it raises {NOT_WRITTEN}{line}")
    if error.type == MISSING:
        return Problem("missing", error.message or "there is no function of this name in the notebook")
    if error.type == TIMEOUT:
        return Problem("time", error.message or "it took too long and was stopped")
    if error.type == CRASH:
        return Problem("crash", error.message or "it ended the process that ran it")
    if error.type == OUTPUT:
        return Problem("structure", error.message or "its result cannot be read")
    if error.type == WITHHELD:
        return Problem("borrowed", error.message)
    message = f": {error.message}" if error.message else ""
    return Problem("error", f"it raises {error.type}{line}{message}".rstrip("."))


def _alias_problem(rule: Rule, reference: Reference, outcomes: list[Outcome]) -> Problem | None:
    for outcome in outcomes:
        for a, b in outcome.aliases:
            if not (in_dict(a) and in_dict(b)):
                continue  # arrays of a list or a cache may be views of each other
            if reference.expected and not {a, b} <= _paths(reference.expected[0].value):
                continue
            first, second = (said_path(path, rule.returns) for path in (a, b))
            if a == b:
                return Problem("aliasing", f"the entries of {first} share memory: none of them can be changed alone")
            return Problem("aliasing", f"{first} and {second} share memory: changing one changes the other")
        due = _paths(reference.expected[0].value) if outcome.borrowed and reference.expected else set()
        if (path := next((path for path in outcome.borrowed if path in due), None)) is not None:
            said = said_path(path, rule.returns)
            return Problem("aliasing", f"{said} shares memory with an argument; return new arrays")
    return None


def _paths(value: Any) -> set[str]:
    return set(_leaves(value))


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Return what a value is made of, by the paths of :func:`_paths`."""
    if isinstance(value, dict):
        return {p: leaf for key, item in value.items() for p, leaf in _leaves(item, f"{path}[{key!r}]").items()}
    if isinstance(value, tuple | list):
        return {p: leaf for i, item in enumerate(value) for p, leaf in _leaves(item, f"{path}[{i}]").items()}
    return {path: value}


def recognise(spec: Spec, judged: list[CaseVerdict], outcomes_by_case: list[list[Outcome]]) -> str | None:
    """Return the known mistake that explains every case, the passing ones included, or None."""
    try:
        return _recognise(spec, judged, outcomes_by_case)
    except (
        Exception
    ):  # values of a strange form are no known mistake; our own tests see to it that the known ones are recognised
        return None


def _recognise(spec: Spec, judged: list[CaseVerdict], outcomes_by_case: list[list[Outcome]]) -> str | None:
    prints = [
        spec.rule.fingerprint(reference.case, outcomes) if case.problem and outcomes else None
        for reference, case, outcomes in zip(spec.references, judged, outcomes_by_case)
    ]
    for mistake in spec.hints:
        if all(
            (case.problem is None) == (reference.fingerprints.get(mistake) is None)
            and (
                case.problem is None
                or spec.rule.same(reference.case, reference.fingerprints[mistake], found, reference.expected)
            )
            for reference, case, found in zip(spec.references, judged, prints)
        ):
            return mistake
    return None

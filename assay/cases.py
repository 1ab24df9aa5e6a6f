"""A case is one input of an exercise; a rule says what is wrong with what came out, and how to recognise a mistake seen before.

A rule looks at plain outcomes (:mod:`assay.outcome`), never at live student objects. The same rules serve ``check`` in the notebook, on
visible cases, and the judge, on hidden ones. Rules of a single assignment live in its library.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assay import library
from assay.difference import Problem, agrees
from assay.outcome import Outcome


@dataclass(frozen=True)
class Case:
    """One input of an exercise.

    Attributes
    ----------
    args, kwargs : the inputs
    label : what kind of case it is; said aloud, also for hidden cases, so it names no values
    weight : float, the case's share of the points relative to the others
    facts : plain values for the rule
    globals : names that the function finds replaced in its notebook during the call
    via : "traced" to let the framework trace the function first, "package.module:driver" to call ``driver(function, *args)``
    withheld : what of the library would answer the exercise: not there during the call
    again : changes of the arguments before a second call with the same objects (see ``outcome.observe``); None for no second call
    """

    args: tuple = ()
    label: str = ""
    weight: float = 1.0
    facts: dict = field(default_factory=dict)
    globals: dict = field(default_factory=dict)
    kwargs: dict = field(default_factory=dict)
    via: str = ""
    withheld: tuple[str, ...] = ()
    again: tuple | None = None


def pure(function: Callable) -> Callable:
    """Mark a function among a case's inputs that the judge calls for the answer: what it returns depends on its arguments alone, and it changes none.

    What the solution asks of it is kept in its attribute ``known``, so that nobody has it computed again who asks the same.
    """
    function.known = {}
    return function


class Rule:
    """Judges the outcomes of one case. Subclasses are dataclasses, so that a rule is data: its class's name and its fields."""

    returns: Sequence[str] = ()  # names of the returned values, where there are several
    needs_expected = True  # whether the solution's outcomes are stored for the visible cases
    may_change: tuple[str, ...] = ()  # arguments that the specification lets the function change

    def calls(self, case: Case) -> list[tuple]:
        """Return the arguments of each call that is made for `case`."""
        return [case.args]

    def problem(self, case: Case, expected: list[Outcome], outcomes: list[Outcome]) -> Problem | None:
        """Return what is wrong with `outcomes`, or None."""
        raise NotImplementedError

    def may_be_repeated(self, case: Case) -> bool:
        """Whether a second call with the same objects says something: of most answers that it comes out as it should."""
        return not case.via and not self.may_change

    def repeated(self, case: Case, expected: list[Outcome], outcome: Outcome) -> Problem | None:
        """Return what is wrong with ``outcome.again``, the second call's outcome; `expected` is the solution's."""
        return self.problem(case, expected, [outcome.again])

    def fingerprint(self, case: Case, outcomes: list[Outcome]) -> Any:
        """Return plain values by which the same mistake is recognised."""
        return [
            {
                "value": None if outcome.global_random else outcome.value,  # nobody can draw it again
                "error": outcome.error.key if outcome.error else None,
                "changed": sorted(outcome.changed),
                "aliases": bool(outcome.aliases),
                "global": outcome.global_random,
            }
            for outcome in outcomes
        ]

    def same(self, case: Case, a: Any, b: Any, expected: list[Outcome]) -> bool:
        """Return whether two fingerprints show the same mistake."""
        return agrees(a, b)

    def share(self, cases: list[Case], held: list[bool]) -> float:
        """Return the share of the points that is earned where some cases hold and some do not: that of their weights."""
        return sum(case.weight for case, holds in zip(cases, held) if holds) / sum(case.weight for case in cases)


def rule_to_data(rule: Rule) -> dict:
    """Return a rule as plain data: its class and its fields."""
    cls = type(rule)
    return {
        "rule": f"{cls.__module__}:{cls.__name__}",
        **{f.name: getattr(rule, f.name) for f in dataclasses.fields(rule)},
    }


def rule_from_data(data: dict) -> Rule:
    """Return the rule that :func:`rule_to_data` described; only rules of this package and of the library are built."""
    module, name = data["rule"].split(":")
    if module not in ("assay.rules", "assay.chance") and not library.holds(module):
        raise ValueError(f"unknown rule {data['rule']!r}")
    return getattr(importlib.import_module(module), name)(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key != "rule"}
    )

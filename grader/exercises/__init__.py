"""Exercises: points, case generator, rule and known mistakes of every function, one module per assignment."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from idnn.compare import Case, Rule

__all__ = ["ASSIGNMENTS", "Case", "Exercise", "Mistake", "exercise", "exercises", "shuffled"]

ASSIGNMENTS = (
    "initialization",
    "regularization",
    "gradient_checking",
    "gradient_debugging",
    "optimization",
    "tensorflow_signs",
)


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: a small function, wrong by one misunderstanding, and the hint that it deserves."""

    id: str
    function: Callable
    hint: str


@dataclass(frozen=True)
class Exercise:
    """One function that students write.

    Attributes
    ----------
    name : the function's name, in the notebook and in ``solutions``
    points : its share of the assignment's 100
    draw : rng -> list of Case, at least 5 varied ones
    rule : judges the outcomes
    section : the notebook's heading where it is explained
    mistakes : known wrong answers
    visible : rng -> list of Case, where the visible cases must differ in kind from the hidden ones
    withheld : what of ``idnn`` would answer it ("idnn.module" or "idnn.module:name"), not there while an answer is judged
    """

    name: str
    points: int
    draw: Callable[[np.random.Generator], list[Case]]
    rule: Rule
    section: str
    mistakes: list[Mistake] = field(default_factory=list)
    visible: Callable[[np.random.Generator], list[Case]] | None = None
    withheld: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.points <= 0:
            raise ValueError(f"{self.name}: points must be positive, got {self.points}")
        ids = [mistake.id for mistake in self.mistakes]
        if len(set(ids)) < len(ids):
            raise ValueError(f"{self.name}: mistake ids must differ, got {ids}")


def shuffled(rng: np.random.Generator, arrays: dict) -> dict:
    """Return a dict with its entries in an order drawn from `rng`, for specifications that say "in any order"."""
    return {name: arrays[name] for name in rng.permutation(list(arrays)).tolist()}


@functools.cache
def exercises(assignment: str) -> dict[str, Exercise]:
    """Return the exercises of an assignment by name.

    Raises
    ------
    ValueError
        If there is no such assignment.
    """
    if assignment not in ASSIGNMENTS:
        raise ValueError(f"no assignment is called {assignment!r}; there are {', '.join(ASSIGNMENTS)}")
    module = importlib.import_module(f"grader.exercises.{assignment}")
    return {exercise.name: exercise for exercise in module.EXERCISES}


def exercise(assignment: str, name: str) -> Exercise:
    """Return one exercise; ValueError where there is none of that name."""
    found = exercises(assignment)
    if name not in found:
        raise ValueError(f"{assignment} has no exercise {name!r}; there are {', '.join(found)}")
    return found[name]


def solution(assignment: str, name: str) -> Callable:
    """Return the reference implementation."""
    return getattr(importlib.import_module(f"solutions.{assignment}"), name)


def parameters(assignment: str, name: str) -> list[str]:
    """Return the parameters' names in the specification."""
    return list(inspect.signature(solution(assignment, name)).parameters)


def existing() -> list[str]:
    """Return the assignments that are there as a whole: with exercises and with a notebook."""
    notebooks = Path(__file__).parent.parent.parent / "notebooks"
    return [
        slug
        for slug in ASSIGNMENTS
        if importlib.util.find_spec(f"grader.exercises.{slug}") and (notebooks / slug / f"{slug}.ipynb").is_file()
    ]

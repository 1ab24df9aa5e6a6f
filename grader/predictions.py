"""Predictions: what a notebook asks before it shows something, with the outcome, which is computed here and never typed.

``exercises/<assignment>/predictions.py`` lists them by name in PREDICTIONS. What a page and a notebook ask is written to
``<library>/predictions/<assignment>.json``: they have no answers to compute an outcome with. An outcome that takes longer than a moment
is ``slow``: the suite leaves it to ``make claims``.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from grader import catalogue

DIGITS = 4  # of an outcome
LIKE = 0.05  # relative: another processor's round-off sends a long training elsewhere


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What can be said or drawn: from `low` to `high`; a curve is drawn at `columns` places of it."""

    label: str
    low: float
    high: float
    logarithmic: bool = False
    columns: int = 41

    def scaled(self, values: Any) -> np.ndarray:
        """Return numbers as lengths along the axis."""
        return np.log10(values) if self.logarithmic else np.asarray(values, dtype=float)

    def places(self) -> np.ndarray:
        """Return where a curve is drawn, as lengths along the axis."""
        return np.linspace(*self.scaled([self.low, self.high]), self.columns)


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A question in plain words; ``outcome`` is what comes out, and each kind says in what form."""

    kind: ClassVar[str]
    question: str
    outcome: Callable[[], Any]
    slow: bool = False

    def computed(self) -> Any:
        """Return the outcome as plain values.

        Raises
        ------
        ValueError
            If the outcome cannot be answered with what is offered.
        """
        raise NotImplementedError

    def differs(self, stored: Any) -> bool:
        """Whether an outcome that was stored is another one than is computed now."""
        return stored != self.computed()

    def told(self) -> dict:
        """Return all but the outcome as plain values."""
        fields = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("outcome", "slow")
        }
        plain = {name: dataclasses.asdict(one) if isinstance(one, Axis) else one for name, one in fields.items()}
        return {"kind": self.kind, **plain}


@dataclass(frozen=True, kw_only=True)
class Choice(Prediction):
    """One of several answers; the outcome is one of `options`."""

    kind = "choice"
    options: list[str]

    def computed(self) -> int:
        return self.options.index(self.outcome())


@dataclass(frozen=True, kw_only=True)
class Order(Prediction):
    """Several things in an order; the outcome is a dict of numbers, item -> what they are ordered by, the smallest first."""

    kind = "order"
    items: list[str]

    def computed(self) -> list[int]:
        values = self.outcome()
        numbers = [values[item] for item in self.items]
        if len(set(numbers)) < len(numbers):
            raise ValueError(f"{self.question!r}: two of {values} are equal")
        return np.argsort(numbers).tolist()


@dataclass(frozen=True, kw_only=True)
class Measured(Prediction):
    """Something with a size. `near`: how far off is right, a factor on a logarithmic axis; `measures` goes on from "you underestimate ..."."""

    near: float
    measures: str

    def differs(self, stored: Any) -> bool:
        now, axis = np.asarray(self.computed()), self.height()
        slack = LIKE * (np.abs(now) if axis.logarithmic else axis.high - axis.low)
        return now.shape != np.shape(stored) or bool(np.any(np.abs(now - stored) > slack))

    def height(self) -> Axis:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Number(Measured):
    """A number on an axis; the outcome is a float."""

    kind = "number"
    axis: Axis

    def height(self) -> Axis:
        return self.axis

    def computed(self) -> float:
        return rounded([_within(self.axis, self.outcome())])[0]


@dataclass(frozen=True, kw_only=True)
class Curve(Measured):
    """A curve that is drawn; the outcome is (places, heights), arrays of one length, and stored are the heights at the columns."""

    kind = "curve"
    x: Axis
    y: Axis

    def height(self) -> Axis:
        return self.y

    def computed(self) -> list[float]:
        places, heights = self.outcome()
        found = np.interp(self.x.places(), self.x.scaled(places), self.y.scaled(heights), np.nan, np.nan)
        if np.isnan(found).any():
            raise ValueError(f"{self.question!r}: the outcome does not reach from end to end of the {self.x.label}")
        return rounded([_within(self.y, value) for value in (10**found if self.y.logarithmic else found)])


def _within(axis: Axis, value: float) -> float:
    if not axis.low <= value <= axis.high:
        raise ValueError(f"{axis.label}: the outcome {value:g} cannot be answered from {axis.low:g} to {axis.high:g}")
    return float(value)


def rounded(values: Iterable[float]) -> list[float]:
    """Return numbers with as many digits as a reader can be off by."""
    return [float(f"{value:.{DIGITS}g}") for value in values]


def predictions(assignment: str) -> dict[str, Prediction]:
    """Return an assignment's predictions by name; none where there is no predictions.py."""
    catalogue.course()[assignment]
    module = f"exercises.{assignment}.predictions"
    return importlib.import_module(module).PREDICTIONS if importlib.util.find_spec(module) else {}


def path_of(assignment: str) -> Path:
    course = catalogue.course()
    return catalogue.find_root() / course.library / "predictions" / f"{assignment}.json"


def stored(assignment: str) -> dict[str, dict]:
    """Return what lies beside the library by name; nothing where nothing lies there."""
    path = path_of(assignment)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def stale(assignment: str, slow: bool = True) -> list[str]:
    """Return the names of predictions that are stored otherwise than they are now; of slow ones the outcome only if asked for."""
    now, old = predictions(assignment), stored(assignment)
    found = [name for name in old if name not in now]
    for name, prediction in now.items():
        there = dict(old.get(name, {}))
        outcome = there.pop("outcome", None)
        known = there == json.loads(json.dumps(prediction.told()))
        if not known or ((slow or not prediction.slow) and prediction.differs(outcome)):
            found.append(name)
    return found


def write(assignment: str) -> list[str]:
    """Bring the file of an assignment up to date, outcomes that are still true as they were; return what was changed."""
    names = stale(assignment)
    if names:
        now, old = predictions(assignment), stored(assignment)
        whole = {
            name: {**one.told(), "outcome": one.computed() if name in names else old[name]["outcome"]}
            for name, one in now.items()
        }
        path_of(assignment).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return names

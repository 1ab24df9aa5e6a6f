"""What the site says about each assignment, computed from the course itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from grader import catalogue, stubs
from grader.claims import claims


@dataclass(frozen=True)
class Assignment:
    """One assignment, for cards and headers.

    ``exercises``: names in their order; ``claims``: how many sentences of it a test recomputes; ``live``: whether all of it runs in a browser.
    """

    slug: str
    title: str
    lead: str
    time: str
    exercises: list[str]
    points: int
    mistakes: int

    @property
    def live(self) -> bool:
        return catalogue.course()[self.slug].browser

    @property
    def claims(self) -> int:
        return len(claims(self.slug))  # imports what the assignment needs

    @property
    def live_url(self) -> str:
        return f"live/notebooks/index.html?path={self.slug}.ipynb"


def assignments() -> list[Assignment]:
    """Return all assignments in the course's order."""
    return [assignment(slug) for slug in catalogue.existing() if stubs.notebook_path(slug).is_file()]


def assignment(slug: str) -> Assignment:
    notebook = source(slug)
    opening = stubs.text(notebook["cells"][0])
    title, lead = re.match(r"# (.+?)\n\n(.+?)\n\n", opening, re.S).groups()
    time = re.search(r"\*\*Time:?\*\*:? (.+?)\.", opening).group(1)
    exercises = catalogue.exercises(slug)
    return Assignment(
        slug=slug,
        title=title,
        lead=" ".join(lead.split()),
        time=time,
        exercises=list(exercises),
        points=sum(exercise.points for exercise in exercises.values()),
        mistakes=sum(len(exercise.mistakes) for exercise in exercises.values()),
    )


def source(slug: str) -> dict:
    """Return the notebook as it lies in notebooks/."""
    return json.loads(stubs.notebook_path(slug).read_text(encoding="utf-8"))

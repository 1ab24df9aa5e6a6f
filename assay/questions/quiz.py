"""``quiz(function)``: after a pass, one to three questions about the function itself, answered by running it. No points, and nothing is kept.

In a notebook::

    from assay.questions.quiz import quiz_for
    quiz = quiz_for("an_assignment")
    ...
    quiz(a_function)       # or quiz("a_function"); once more for other questions
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from assay.check import function_asked, is_quiet, judge_visible, load_references, show
from assay.questions.display import as_html, as_text
from assay.questions.forms import Question

MOST = 3


class _Shown:
    """Questions for display: HTML where there is a page, text elsewhere."""

    def __init__(self, found: list[Question]):
        self.found = found

    def __repr__(self) -> str:
        return as_text(self.found)

    def _repr_html_(self) -> str:
        return as_html(self.found)


class _Said:
    """A sentence for display."""

    def __init__(self, words: str):
        self.words = words

    def __repr__(self) -> str:
        return self.words


def quiz_for(assignment: str, folder: Path | None = None) -> Callable[[Callable | str], None]:
    """Return ``quiz`` for one assignment.

    Parameters
    ----------
    assignment : its name
    folder : where the visible reference outputs lie; looked for where it is not given
    """
    specs = load_references(assignment, folder)
    asked_before: dict[str, Iterator[int]] = defaultdict(itertools.count)

    def quiz(function: Callable | str) -> None:
        """Show questions about a function that holds all visible cases; called again, it shows others.

        Parameters
        ----------
        function : what stands under an exercise's name, or that name

        Raises
        ------
        CheckFailed
            If no exercise is meant.
        """
        name, function = function_asked(function, assignment, specs, sys._getframe(1), "quiz")
        if is_quiet():
            return
        if not judge_visible(specs[name], function).passed:
            show(_Said(f"{name}: questions come after a pass; check({name}) says what is missing."))
            return
        from assay.questions.asking import questions  # takes longer to import than a check takes

        found = questions(specs[name], function, next(asked_before[name]), MOST)
        show(_Shown(found) if found else _Said(f"{name}: no question was found that this function answers by itself."))

    return quiz

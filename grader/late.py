"""The late policy: 10 % of the points for each day begun, at most all of them; off unless the configuration turns it on.

``c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"`` in ``nbgrader_config.py`` turns it on for nbgrader's commands and for
``python -m grader grade`` alike. Due dates and extensions live in the gradebook (formgrader, or ``python -m grader due`` and ``extend``).
"""

from __future__ import annotations

import math

from nbgrader.plugins import LateSubmissionPlugin

PER_DAY = 0.10  # share of the score lost for each day begun


def policy(student: str, score: float, seconds_late: float) -> float | None:
    """Return the penalty in points."""
    if seconds_late <= 0:
        return None
    return round(score * min(1.0, PER_DAY * math.ceil(seconds_late / 86_400)), 2)


class DailyPenalty(LateSubmissionPlugin):
    """The same policy as an nbgrader plugin."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        return policy(student_id, score, total_seconds_late)

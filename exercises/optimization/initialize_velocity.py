"""The velocity before the first step."""

from assay import rules
from exercises.optimization import zeros
from grader.exercise import Exercise
from solutions.optimization import initialize_velocity as solution

EXERCISE = Exercise(
    name="initialize_velocity",
    points=5,
    draw=zeros.draw,
    anywhere=zeros.anywhere,
    further=8,
    rule=rules.Close(),
    section="Momentum: remember where you were going",
    mistakes=zeros.mistakes_of(solution),
)

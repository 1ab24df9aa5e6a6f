"""The velocity before the first step."""

from exercises.optimization import zeros
from grader.exercise import Exercise
from idnn import compare
from solutions.optimization import initialize_velocity as solution

EXERCISE = Exercise(
    name="initialize_velocity",
    points=5,
    draw=zeros.draw,
    rule=compare.Close(),
    section="Momentum: remember where you were going",
    mistakes=zeros.mistakes_of(solution),
)

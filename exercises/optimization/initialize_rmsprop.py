"""RMSProp's average before the first step."""

from exercises.optimization import zeros
from grader.exercise import Exercise
from idnn import compare
from solutions.optimization import initialize_rmsprop as solution

EXERCISE = Exercise(
    name="initialize_rmsprop",
    points=5,
    draw=zeros.draw,
    rule=compare.Close(),
    section="RMSProp: a step size for every weight",
    mistakes=zeros.mistakes_of(solution),
)

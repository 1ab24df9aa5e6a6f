"""RMSProp's average before the first step."""

from assay import rules
from exercises.optimization import zeros
from grader.exercise import Exercise
from solutions.optimization import initialize_rmsprop as solution

EXERCISE = Exercise(
    name="initialize_rmsprop",
    points=5,
    draw=zeros.draw,
    anywhere=zeros.anywhere,
    further=8,
    rule=rules.Close(),
    section="RMSProp: a step size for every weight",
    mistakes=zeros.mistakes_of(solution),
)

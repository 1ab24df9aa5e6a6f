"""The derivative of a cost of one parameter, on the cases of the cost itself."""

from assay import rules
from exercises.gradient_checking.inputs import anywhere_line, draw_line
from grader.exercise import Exercise, edits_of
from solutions.gradient_checking import backward_propagation

edit = edits_of(backward_propagation)

EXERCISE = Exercise(
    name="backward_propagation",
    points=5,
    draw=draw_line,
    anywhere=anywhere_line,
    further=14,
    rule=rules.Close(),
    section="A cost of one parameter",
    mistakes=[
        edit("by_x", "return x", "return theta", "This is the derivative by x. The parameter is theta; x is data."),
        edit("the_cost", "return x", "return theta * x", "This is the cost itself, not its derivative by theta."),
        edit(
            "one", "return x", "return 1.0", "This is the derivative of theta alone; the factor in front of it stays."
        ),
        edit(
            "sum",
            "return x",
            "return x + theta",
            "This adds both partial derivatives; only the one by theta is asked for.",
        ),
        edit(
            "descent",
            "return x",
            "return -x",
            "The sign is turned, as in a step of gradient descent. The derivative itself is asked for.",
        ),
        edit(
            "of_square",
            "return x",
            "return 2 * theta * x",
            "This is the derivative of a square of theta; theta enters this cost once.",
        ),
        edit(
            "step",
            "return x",
            "return theta - x",
            "This is theta after a step of gradient descent; the derivative itself is asked for.",
        ),
        edit(
            "squared", "return x", "return x**2", "The slope of a straight line is its factor, not the factor squared."
        ),
        edit(
            "dict",
            "return x",
            'return {"dtheta": x}',
            "The derivative is a single number here; a dict comes later, with several parameters.",
        ),
        edit(
            "tuple",
            "return x",
            "return x, theta",
            "This returns the derivatives by theta and by x; only the one by theta is asked for.",
        ),
    ],
    withheld=("idnn.curves",),
)

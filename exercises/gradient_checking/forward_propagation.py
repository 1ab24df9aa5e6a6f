"""A cost of one parameter: short numbers of either sign, and zeros."""

from assay import rules
from exercises.gradient_checking.inputs import anywhere_line, draw_line
from grader.exercise import Exercise, edits_of
from solutions.gradient_checking import forward_propagation

edit = edits_of(forward_propagation)

EXERCISE = Exercise(
    name="forward_propagation",
    points=5,
    draw=draw_line,
    anywhere=anywhere_line,
    further=14,
    rule=rules.Close(),
    section="A cost of one parameter",
    mistakes=[
        edit("sum", "theta * x", "theta + x", "This adds theta and x; the cost is their product."),
        edit("difference", "theta * x", "theta - x", "This subtracts x from theta; the cost is their product."),
        edit("quotient", "theta * x", "x / theta", "This divides x by theta; the cost is their product."),
        edit(
            "power", "theta * x", "np.power(x, theta)", "This raises x to the power theta; the cost is their product."
        ),
        edit("theta_squared", "theta * x", "theta**2 * x", "Theta enters the cost once, not squared."),
        edit(
            "half_square",
            "theta * x",
            "0.5 * (theta * x) ** 2",
            "This squares the output as a squared error would; the cost here is linear in theta.",
        ),
        edit("relu", "theta * x", "np.maximum(theta * x, 0)", "This cuts negative costs off; the model has no ReLU."),
        edit("absolute", "theta * x", "abs(theta * x)", "The cost may be negative; this takes its absolute value."),
        edit(
            "with_cache",
            "theta * x",
            "theta * x, (x, theta)",
            "This returns a cost and a cache; only the cost is asked for.",
        ),
        edit(
            "no_return",
            "return theta * x",
            "theta * x",
            "The product is computed and then lost: the function needs to return it.",
        ),
    ],
    withheld=("idnn.curves",),
)

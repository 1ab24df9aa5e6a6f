"""Adam's two averages before the first step: two dicts that share no array."""

from assay import rules
from exercises.optimization import zeros
from grader.exercise import Exercise, edits_of
from solutions.optimization import initialize_adam as solution

edit = edits_of(solution)

EXERCISE = Exercise(
    name="initialize_adam",
    points=5,
    draw=zeros.draw,
    anywhere=zeros.anywhere,
    further=8,
    rule=rules.Close(returns=("v", "s")),
    section="Adam: both at once",
    mistakes=[
        edit(
            "names",
            '"d" + name',
            "name",
            "The keys are the parameters' names. These averages are of gradients: dW1, db1 and so on.",
            every=True,
        ),
        edit(
            "one_dict",
            "return v, s",
            "return v, v",
            "Some numbers of the two dicts share memory, so a change of one is a change of another. A second name, a copy of a dict and parts of one array that overlap are no new arrays.",
        ),
        edit(
            "only_v",
            "return v, s",
            "return v",
            "This is one dict. Adam keeps two averages: of gradients and of their squares.",
        ),
        edit(
            "squares_of_one",
            "zeros_like",
            "ones_like",
            "The averages of squares start at 1. Both start at 0; the bias correction makes up for it.",
            place=2,
        ),
        edit(
            "scalars",
            "np.zeros_like(value)",
            "0.0",
            "Each entry is one number. Every single weight needs its own, in an array of its parameter's shape.",
            every=True,
        ),
        edit(
            "weights_only",
            "parameters.items()",
            'parameters.items() if name.startswith("W")',
            "The biases have no entry. They are updated like the weights.",
            every=True,
        ),
        edit(
            "last_layer",
            "parameters.items()",
            "parameters.items() if name[1:] != str(len(parameters) // 2)",
            "The last layer has no entry. Count the layers and where the loop over them ends.",
            every=True,
        ),
        edit(
            "copy",
            "np.zeros_like(value)",
            "value.copy()",
            "The averages start from the parameters. They lend only their shapes; the entries are 0.",
            place=1,
            also=[("np.zeros_like(value)", "value**2")],
        ),
        edit(
            "transposed",
            "zeros_like(value)",
            "zeros(value.shape[::-1])",
            "The shapes are transposed. Each array has the shape of its parameter.",
            every=True,
        ),
        edit(
            "merged",
            '"d" + name',
            '"v" + name',
            "v and s are in one dict. Return two, each with the keys dW1, db1 and so on.",
            place=1,
            also=[('"d" + name', '"s" + name'), ("return v, s", "return {**v, **s}")],
        ),
    ],
)

"""The operations in the graphs of the library's small functions: constants, a Python loop, branches of Python and of tensors, open axes."""

from __future__ import annotations

import functools

import numpy as np

from assay import rules
from assay.wire import TensorSpec
from exercises.tensorflow_signs.inputs import size
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn import tensors
from solutions.tensorflow_signs import graph_operations

NAMED = "idnn.tensors:given_by_one_name"


def draw(rng: np.random.Generator) -> list[Case]:
    def spec(*shape: int | None) -> TensorSpec:
        return TensorSpec(shape, "float32")

    a, b, c = (size(rng, 2, 5) for _ in range(3))
    times = size(rng, 4, 8)
    known = [
        Case((tensors.affine, spec(None, a), spec(a, b), spec(b)), "a matrix product"),
        Case((tensors.squashed, spec(c)), "constants"),
        Case((functools.partial(tensors.repeated_square, times=times), spec(c)), "a Python loop"),
        Case((tensors.distance, spec(a), spec(a)), "a function whose name others have", via=NAMED),
        Case((tensors.untraced_branch, spec()), "a Python if"),
        Case((tensors.two_outputs, spec(b)), "two outputs"),
        Case((tensors.softmax_entropy, spec(None, c)), "an entropy"),
        Case((tensors.standardized, spec(None, a)), "a mean and a spread"),
        Case((tensors.scaled_count, TensorSpec((c,), "int32")), "a cast"),
        Case((tensors.overall_mean, spec(None, a)), "rows left open"),
        Case((tensors.overall_mean, spec(b, a)), "all sizes given"),
        Case((tensors.overall_mean, TensorSpec((b, a), "int32")), "ints"),
        Case((tensors.needless, spec(a), spec(a)), "an argument and an operation that nothing needs", via=NAMED),
    ]
    chosen = [0, 2, 3, 9, 10, 11, 12, rng.choice([1, 4, 5, 6, 7, 8])]
    return [known[i] for i in sorted(chosen)]


def anywhere(draw: Draw) -> Case:
    """Return a function whose graph hangs on all that its signature says, or one with a branch on a tensor."""
    function = draw.option(tensors.traced_branch, tensors.overall_mean)
    rows, columns = draw.integer(0, 4), draw.integer(1, 40, 5)
    dtype = ("float32", "int32", "float64")[draw.integer(0, 2)]
    return Case((function, TensorSpec((rows or None, columns), dtype)))


edit = edits_of(graph_operations)
TYPES = "[operation.type for operation in graph.get_operations()]"

EXERCISE = Exercise(
    name="graph_operations",
    points=5,
    draw=draw,
    anywhere=anywhere,
    further=2,
    rule=rules.Equal(),
    section="The graph, made visible",
    mistakes=[
        edit(
            "names",
            "operation.type",
            "operation.name",
            "These are the operations' names, which are unique in a graph. Their types are asked for.",
        ),
        edit(
            "distinct",
            TYPES,
            f"list(dict.fromkeys({TYPES}))",
            "Every type is listed once. List every operation, so a type may come several times.",
        ),
        edit("sorted", TYPES, f"sorted({TYPES})", "The list is sorted by the alphabet. Keep the order of the graph."),
        edit(
            "no_placeholders",
            "get_operations()",
            'get_operations() if operation.type != "Placeholder"',
            "The placeholders, through which the arguments enter, are left out. They are operations too.",
        ),
        edit(
            "operations",
            "operation.type",
            "operation",
            "These are the operation objects. Return the type of each as a string.",
        ),
        edit(
            "reversed",
            TYPES,
            f"{TYPES}[::-1]",
            "The list runs from the result back to the inputs. Keep the order of the graph.",
        ),
        edit(
            "counts",
            "return [",
            "types = [",
            "This counts the operations by type. A list in the order of the graph is asked for.",
            also=[("()]", "()]\n    return {kind: types.count(kind) for kind in types}")],
        ),
        edit(
            "no_results",
            "get_operations()",
            'get_operations() if operation.type != "Identity"',
            "The Identity operations, through which the results leave, are not there: left out of the list, or of a graph that tf.function did not trace. They are operations too.",
        ),
        edit(
            "without_tracing",
            "tf.function(function).get_concrete_function",
            "function",
            "The function is called on the specifications themselves. They describe arguments; TensorFlow has to trace the function with them.",
        ),
        edit(
            "signature_as_list",
            "(*signature).graph",
            "(signature).graph",
            "All specifications are passed as one argument. Each belongs to one argument of the function.",
        ),
        edit(
            "set",
            "[operation.type",
            "{operation.type: operation.name",
            "A dict by type keeps one operation of each type. A list in the order of the graph is asked for.",
            also=[("()]", "()}")],
        ),
    ],
)

"""Answers to graph_operations."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

from idnn.tensors import tf


def correct_loop(function, *signature):
    types = []
    for operation in tf.function(function).get_concrete_function(*signature).graph.get_operations():
        types.append(operation.type)
    return types


def correct_graph_def(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [node.op for node in graph.as_graph_def().node]


def correct_input_signature(function, *signature):
    traced = tf.function(function, input_signature=signature)
    return [op.type for op in traced.get_concrete_function().graph.get_operations()]


def correct_decorated(function, *signature):
    @tf.function
    def traced(*arguments):
        return function(*arguments)

    return [op.type for op in traced.get_concrete_function(*signature).graph.get_operations()]


def correct_map(function, *signature):
    concrete = tf.function(func=function).get_concrete_function(*signature)
    return list(map(lambda operation: operation.type, concrete.graph.get_operations()))


def correct_node_def(function, *signature):
    concrete = tf.function(function).get_concrete_function(*signature)
    return [operation.node_def.op for operation in concrete.graph.get_operations()]


def correct_from_the_inputs(function, *signature):
    concrete = tf.function(function).get_concrete_function(*signature)
    graph = concrete.outputs[0].graph
    return [graph.get_operation_by_name(node.name).type for node in graph.as_graph_def().node]


def correct_tuple(function, *signature):
    return tuple(op.type for op in tf.function(function).get_concrete_function(*signature).graph.get_operations())


def wrong_float(function, *signature):
    return [
        o.type
        for o in tf.function(function)
        .get_concrete_function(*[tf.TensorSpec(s.shape, tf.float32) for s in signature])
        .graph.get_operations()
    ]


def wrong_without_autograph(function, *signature):
    graph = tf.function(function, autograph=False).get_concrete_function(*signature).graph
    return [operation.type for operation in graph.get_operations()]


_TYPES = {}


def wrong_remembered_by_the_function(function, *signature):
    if function not in _TYPES:
        graph = tf.function(function).get_concrete_function(*signature).graph
        _TYPES[function] = [operation.type for operation in graph.get_operations()]
    return list(_TYPES[function])


def wrong_closed_axes(function, *signature):
    closed = [tf.TensorSpec([size or 1 for size in spec.shape], spec.dtype) for spec in signature]
    return [op.type for op in tf.function(function).get_concrete_function(*closed).graph.get_operations()]


def gaming_types_in_reach(function, *signature):
    class AnyName(str):
        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

    return [AnyName("Placeholder")] * 6

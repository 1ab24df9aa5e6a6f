"""Right answers of TensorFlow written otherwise, and answers that try to game the judge."""

import numpy as np

from idnn.tensors import tf
from solutions.tensorflow_signs import compute_total_loss, forward_propagation, initialize_parameters, train_step

# --- linear_function --------------------------------------------------------------------------------------------------------


def linear_function__operators(W, X, b):
    return tf.convert_to_tensor(W) @ tf.convert_to_tensor(X) + b


def linear_function__add(W, X, b):
    return tf.add(tf.linalg.matmul(W, X), b)


def linear_function__transposed_twice(W, X, b):
    return tf.transpose(tf.matmul(X, W, transpose_a=True, transpose_b=True)) + b


def linear_function__sum_of_products(W, X, b):
    W, X = tf.convert_to_tensor(W), tf.convert_to_tensor(X)
    return tf.reduce_sum(W[:, :, None] * X[None, :, :], axis=1) + b


def linear_function__einsum(W, X, b):
    return tf.einsum("ij,jk->ik", W, X) + b


def linear_function__tensordot(W, X, b):
    return tf.tensordot(W, X, axes=1) + b


def linear_function__columns(W, X, b):
    X = tf.convert_to_tensor(X)
    columns = [tf.linalg.matvec(W, X[:, j]) + tf.reshape(b, [-1]) for j in range(X.shape[1])]
    return tf.stack(columns, axis=1)


def linear_function__through_numpy(W, X, b):
    return tf.constant(np.dot(np.asarray(W), np.asarray(X)) + np.asarray(b), dtype=tf.float32)


def linear_function__bias_as_weight(W, X, b):
    X = tf.convert_to_tensor(X)
    ones = tf.ones((1, X.shape[1]))
    return tf.concat([W, b], axis=1) @ tf.concat([X, ones], axis=0)


# --- sigmoid ----------------------------------------------------------------------------------------------------------------


def sigmoid__formula(z):
    return 1 / (1 + tf.exp(-tf.cast(z, tf.float32)))


def sigmoid__half_tanh(z):
    return 0.5 * (tf.tanh(0.5 * tf.cast(z, tf.float32)) + 1)


def sigmoid__keras(z):
    return tf.keras.activations.sigmoid(tf.cast(z, tf.float32))


def sigmoid__from_numpy(z):
    return tf.nn.sigmoid(tf.constant(np.asarray(z, dtype=np.float32)))


def sigmoid__reciprocal(z):
    return tf.math.reciprocal(1 + tf.exp(tf.negative(tf.cast(z, "float32"))))


def sigmoid__softplus(z):
    return tf.exp(-tf.math.softplus(-tf.cast(z, tf.float32)))


def sigmoid__two_branches(z):
    z = tf.cast(z, tf.float32)
    power = tf.exp(-tf.abs(z))
    return tf.where(z >= 0, 1 / (1 + power), power / (1 + power))


def sigmoid__softmax_of_two(z):
    z = tf.cast(z, tf.float32)
    return tf.nn.softmax(tf.stack([z, tf.zeros_like(z)], axis=-1))[..., 0]


def sigmoid__computed_in_float64(z):
    return tf.cast(tf.sigmoid(tf.cast(z, tf.float64)), tf.float32)


def sigmoid__variable(z):
    z = tf.Variable(tf.cast(z, tf.float32))
    return tf.math.sigmoid(z)


# --- one_hot_matrix ---------------------------------------------------------------------------------------------------------


def one_hot_matrix__rows_of_identity(labels, depth):
    return tf.gather(tf.eye(depth), labels)


def one_hot_matrix__comparison(labels, depth):
    labels = tf.cast(labels, tf.int32)
    return tf.cast(labels[:, None] == tf.range(depth)[None, :], tf.float32)


def one_hot_matrix__numpy_identity(labels, depth):
    return tf.constant(np.eye(depth, dtype=np.float32)[np.asarray(labels)])


def one_hot_matrix__filled(labels, depth):
    labels = np.asarray(labels)
    Y = np.zeros((len(labels), depth), dtype=np.float32)
    Y[np.arange(len(labels)), labels] = 1
    return tf.convert_to_tensor(Y)


def one_hot_matrix__loop(labels, depth):
    rows = []
    for label in np.asarray(labels):
        rows.append([1.0 if k == label else 0.0 for k in range(depth)])
    return tf.constant(rows)


def one_hot_matrix__scatter(labels, depth):
    m = len(labels)
    places = tf.stack([tf.range(m), tf.cast(labels, tf.int32)], axis=1)
    return tf.scatter_nd(places, tf.ones(m), (m, depth))


def one_hot_matrix__last_axis(labels, depth):
    return tf.one_hot(tf.cast(labels, tf.int32), depth, on_value=1.0, off_value=0.0, axis=-1)


def one_hot_matrix__transposed_columns(labels, depth):
    return tf.transpose(tf.one_hot(labels, depth, axis=0))


def one_hot_matrix__keras(labels, depth):
    return tf.cast(tf.keras.utils.to_categorical(np.asarray(labels), num_classes=depth), tf.float32)


def one_hot_matrix__stack(labels, depth):
    return tf.stack([tf.one_hot(label, depth) for label in np.asarray(labels)])


# --- sigmoid_cross_entropy --------------------------------------------------------------------------------------------------


def sigmoid_cross_entropy__softplus(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.math.softplus(z) - y * z


def sigmoid_cross_entropy__two_softplus(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return y * tf.math.softplus(-z) + (1 - y) * tf.math.softplus(z)


def sigmoid_cross_entropy__stable_formula(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.maximum(z, 0) - z * y + tf.math.log1p(tf.exp(-tf.abs(z)))


def sigmoid_cross_entropy__log_sigmoid(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return -y * tf.math.log_sigmoid(z) - (1 - y) * tf.math.log_sigmoid(-z)


def sigmoid_cross_entropy__keras(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.keras.losses.binary_crossentropy(y[:, None], z[:, None], from_logits=True)


def sigmoid_cross_entropy__one_sign(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.math.softplus((1 - 2 * y) * z)


def sigmoid_cross_entropy__chosen(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.where(y > 0.5, tf.math.softplus(-z), tf.math.softplus(z))


def sigmoid_cross_entropy__softmax_of_two(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    two = tf.stack([tf.zeros_like(z), z], axis=1)
    return tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack([1 - y, y], axis=1), logits=two)


def sigmoid_cross_entropy__logaddexp(logits, labels):
    z, y = np.asarray(logits, np.float64), np.asarray(labels, np.float64)
    return tf.constant(np.logaddexp(0, z) - y * z, dtype=tf.float32)


def sigmoid_cross_entropy__loop(logits, labels):
    losses = []
    for z, y in zip(tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)):
        losses.append(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))
    return tf.stack(losses)


# --- initialize_parameters --------------------------------------------------------------------------------------------------


def initialize_parameters__keras(layers_dims, seed):
    parameters = {}
    for l in range(1, len(layers_dims)):
        draw = tf.keras.initializers.HeNormal(seed=1000 * seed + l)
        parameters["W" + str(l)] = tf.Variable(draw(shape=(layers_dims[l - 1], layers_dims[l])))
        parameters["b" + str(l)] = tf.Variable(tf.zeros((layers_dims[l],)))
    return parameters


def initialize_parameters__keras_uniform(layers_dims, seed):
    generator = tf.keras.random.SeedGenerator(seed)
    draw = tf.keras.initializers.HeUniform(seed=generator)
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        parameters[f"W{l}"] = tf.Variable(draw((n_in, n_out)))
        parameters[f"b{l}"] = tf.Variable(tf.keras.initializers.Zeros()((n_out,)))
    return parameters


def initialize_parameters__tf_generator(layers_dims, seed):
    generator = tf.random.Generator.from_seed(seed)
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        parameters[f"W{l}"] = tf.Variable(generator.normal((n_in, n_out)) * (2 / n_in) ** 0.5)
        parameters[f"b{l}"] = tf.Variable(tf.zeros([n_out]))
    return parameters


def initialize_parameters__stateless(layers_dims, seed):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        W = tf.random.stateless_normal((n_in, n_out), seed=[seed, l], stddev=(2 / n_in) ** 0.5)
        parameters[f"W{l}"] = tf.Variable(W, name=f"W{l}")
        parameters[f"b{l}"] = tf.Variable(np.zeros(n_out, dtype=np.float32))
    return parameters


def initialize_parameters__truncated(layers_dims, seed):
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        W = tf.random.stateless_truncated_normal((n_in, n_out), seed=[seed, l]) / 0.87962566103423978
        parameters[f"W{l}"] = tf.Variable(W * tf.sqrt(2 / n_in))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def initialize_parameters__standard_normal(layers_dims, seed):
    rng = np.random.default_rng(seed)
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = (rng.standard_normal((layers_dims[l - 1], layers_dims[l])) * np.sqrt(2.0 / layers_dims[l - 1])).astype(
            "float32"
        )
        parameters[f"W{l}"] = tf.Variable(W)
        parameters[f"b{l}"] = tf.Variable(np.zeros(layers_dims[l], "float32"))
    return parameters


def initialize_parameters__uniform(layers_dims, seed):
    rng = np.random.default_rng(seed)
    weights = {}
    for l in range(1, len(layers_dims)):
        bound = np.sqrt(6 / layers_dims[l - 1])
        weights[f"W{l}"] = tf.Variable(
            rng.uniform(-bound, bound, (layers_dims[l - 1], layers_dims[l])), dtype=tf.float32
        )
    biases = {f"b{l}": tf.Variable(tf.zeros(layers_dims[l])) for l in range(1, len(layers_dims))}
    return {**weights, **biases}


def initialize_parameters__drawn_transposed(layers_dims, seed):
    rng = np.random.RandomState(seed)
    parameters = {}
    for l in range(1, len(layers_dims)):
        W = rng.randn(layers_dims[l], layers_dims[l - 1]).T * np.sqrt(2 / layers_dims[l - 1])
        parameters[f"W{l}"] = tf.Variable(W, dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros_like(parameters[f"W{l}"][0]))
    return parameters


def initialize_parameters__spawned(layers_dims, seed):
    streams = np.random.SeedSequence(seed).spawn(len(layers_dims) - 1)
    parameters = {}
    for l, stream in enumerate(streams, start=1):
        n_in, n_out = layers_dims[l - 1 : l + 1]
        W = np.random.default_rng(stream).normal(scale=(2 / n_in) ** 0.5, size=n_in * n_out).reshape(n_in, n_out)
        parameters[f"W{l}"], parameters[f"b{l}"] = tf.Variable(W.astype(np.float32)), tf.Variable([0.0] * n_out)
    return parameters


def initialize_parameters__keras_seed_generator(layers_dims, seed):
    g = tf.keras.random.SeedGenerator(seed)
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = tf.Variable(
            tf.keras.random.normal((layers_dims[l - 1], layers_dims[l]), 0.0, np.sqrt(2 / layers_dims[l - 1]), seed=g)
        )
        p[f"b{l}"] = tf.Variable(tf.zeros((layers_dims[l],), dtype=tf.float32))
    return p


def initialize_parameters__stateless_split(layers_dims, seed):
    seeds = tf.random.experimental.stateless_split([seed, 0], len(layers_dims))
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = tf.Variable(
            tf.random.stateless_normal(
                (layers_dims[l - 1], layers_dims[l]), seeds[l], stddev=tf.sqrt(2 / layers_dims[l - 1])
            )
        )
        p[f"b{l}"] = tf.Variable(tf.zeros(layers_dims[l]))
    return p


# --- forward_propagation ----------------------------------------------------------------------------------------------------


def forward_propagation__until_missing(X, parameters):
    A, l = tf.cast(X, tf.float32), 1
    while f"W{l}" in parameters:
        if l > 1:
            A = tf.nn.relu(A)
        A = tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"]
        l += 1
    return A


def forward_propagation__relu_but_last(X, parameters):
    L = len(parameters) // 2
    A = tf.cast(X, tf.float32)
    for l in range(1, L + 1):
        Z = A @ parameters[f"W{l}"] + parameters[f"b{l}"]
        A = tf.maximum(Z, 0.0) if l < L else Z
    return A


def forward_propagation__recursive(X, parameters):
    def activations(l):
        if l == 0:
            return tf.cast(X, tf.float32)
        return tf.keras.activations.relu(layer(l))

    def layer(l):
        return tf.add(tf.matmul(activations(l - 1), parameters["W" + str(l)]), parameters["b" + str(l)])

    return layer(len(parameters) // 2)


def forward_propagation__bias_add(X, parameters):
    H = tf.convert_to_tensor(np.asarray(X, np.float32)) if isinstance(X, np.ndarray) else tf.cast(X, tf.float32)
    depth = max(int(key[1:]) for key in parameters)
    for l in range(1, depth):
        H = tf.nn.relu(tf.nn.bias_add(tf.matmul(H, parameters[f"W{l}"]), parameters[f"b{l}"]))
    return tf.nn.bias_add(tf.matmul(H, parameters[f"W{depth}"]), parameters[f"b{depth}"])


def forward_propagation__columns_inside(X, parameters):
    A = tf.transpose(tf.cast(X, tf.float32))
    L = len(parameters) // 2
    for l in range(1, L + 1):
        Z = tf.matmul(parameters[f"W{l}"], A, transpose_a=True) + parameters[f"b{l}"][:, None]
        A = tf.nn.relu(Z)
    return tf.transpose(Z)


def forward_propagation__masked(X, parameters):
    A = tf.cast(X, tf.float32)
    L = len(parameters) // 2
    for l in range(1, L):
        Z = tf.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"]
        A = Z * tf.cast(Z > 0, tf.float32)
    return tf.matmul(A, parameters[f"W{L}"]) + parameters[f"b{L}"]


def forward_propagation__einsum(X, parameters):
    numbers = sorted({int(key[1:]) for key in parameters})
    Z = tf.cast(X, tf.float32)
    for l in numbers:
        A = Z if l == 1 else tf.nn.relu(Z)
        Z = tf.einsum("mi,ij->mj", A, parameters[f"W{l}"]) + parameters[f"b{l}"]
    return Z


def forward_propagation__bias_first(X, parameters):
    A = tf.cast(X, tf.float32)
    last = len([key for key in parameters if key.startswith("W")])
    for l in range(1, last + 1):
        A = parameters[f"b{l}"] + tf.tensordot(A, parameters[f"W{l}"], axes=[[1], [0]])
        if l != last:
            A = tf.where(A > 0, A, tf.zeros_like(A))
    return A


@tf.function
def forward_propagation__traced_itself(X, parameters):
    A = tf.cast(X, tf.float32)
    L = len(parameters) // 2
    for l in range(1, L):
        A = tf.nn.relu(A @ parameters[f"W{l}"] + parameters[f"b{l}"])
    return A @ parameters[f"W{L}"] + parameters[f"b{L}"]


def forward_propagation__keras_ops(X, parameters):
    ops = tf.keras.ops
    A = ops.cast(X, "float32")
    L = len(parameters) // 2
    for l in range(1, L + 1):
        A = ops.matmul(A, parameters[f"W{l}"]) + parameters[f"b{l}"]
        A = ops.relu(A) if l < L else A
    return A


# --- compute_total_loss -----------------------------------------------------------------------------------------------------


def compute_total_loss__log_softmax(logits, labels):
    return -tf.reduce_sum(tf.cast(labels, tf.float32) * tf.nn.log_softmax(tf.cast(logits, tf.float32)))


def compute_total_loss__keras(logits, labels):
    losses = tf.keras.losses.categorical_crossentropy(
        tf.cast(labels, tf.float32), tf.cast(logits, tf.float32), from_logits=True
    )
    return tf.reduce_sum(losses)


def compute_total_loss__keras_class(logits, labels):
    loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True, reduction="sum")
    return loss(tf.cast(labels, tf.float32), tf.cast(logits, tf.float32))


def compute_total_loss__sparse(logits, labels):
    classes = tf.argmax(labels, axis=1)
    return tf.reduce_sum(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=tf.cast(logits, tf.float32))
    )


def compute_total_loss__logsumexp(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    return tf.reduce_sum(tf.reduce_logsumexp(logits, axis=1) - tf.reduce_sum(labels * logits, axis=1))


def compute_total_loss__loop(logits, labels):
    total = tf.constant(0.0)
    for z, y in zip(tf.unstack(tf.cast(logits, tf.float32)), tf.unstack(tf.cast(labels, tf.float32))):
        total += tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
    return total


def compute_total_loss__shifted(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    shifted = logits - tf.reduce_max(logits, axis=1, keepdims=True)
    log_p = shifted - tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=1, keepdims=True))
    return tf.reduce_sum(tf.where(labels > 0.5, -log_p, 0.0))


def compute_total_loss__mean_times_m(logits, labels):
    logits, labels = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    losses = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_mean(losses) * len(losses)


def compute_total_loss__gathered(logits, labels):
    log_p = tf.nn.log_softmax(tf.cast(logits, tf.float32), axis=-1)
    return -tf.math.reduce_sum(tf.gather(log_p, tf.argmax(labels, axis=1), batch_dims=1))


# --- graph_operations -------------------------------------------------------------------------------------------------------


def graph_operations__loop(function, *signature):
    types = []
    for operation in tf.function(function).get_concrete_function(*signature).graph.get_operations():
        types.append(operation.type)
    return types


def graph_operations__graph_def(function, *signature):
    graph = tf.function(function).get_concrete_function(*signature).graph
    return [node.op for node in graph.as_graph_def().node]


def graph_operations__input_signature(function, *signature):
    traced = tf.function(function, input_signature=signature)
    return [op.type for op in traced.get_concrete_function().graph.get_operations()]


def graph_operations__decorated(function, *signature):
    @tf.function
    def traced(*arguments):
        return function(*arguments)

    return [op.type for op in traced.get_concrete_function(*signature).graph.get_operations()]


def graph_operations__map(function, *signature):
    concrete = tf.function(func=function).get_concrete_function(*signature)
    return list(map(lambda operation: operation.type, concrete.graph.get_operations()))


def graph_operations__node_def(function, *signature):
    concrete = tf.function(function, autograph=False).get_concrete_function(*signature)
    return [operation.node_def.op for operation in concrete.graph.get_operations()]


def graph_operations__from_the_inputs(function, *signature):
    concrete = tf.function(function).get_concrete_function(*signature)
    graph = concrete.outputs[0].graph
    return [graph.get_operation_by_name(node.name).type for node in graph.as_graph_def().node]


def graph_operations__tuple(function, *signature):
    return tuple(op.type for op in tf.function(function).get_concrete_function(*signature).graph.get_operations())


# --- train_step -------------------------------------------------------------------------------------------------------------


def train_step__length(X, Y, parameters, optimizer):
    variables = [parameters[key] for key in sorted(parameters)]
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(list(zip(tape.gradient(loss, variables), variables)))
    return loss


def train_step__keras_apply(X, Y, parameters, optimizer):
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / X.shape[0]
    variables = list(parameters.values())
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


def train_step__gradient_dict(X, Y, parameters, optimizer):
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / tf.cast(len(Y), tf.float32)
    gradients = tape.gradient(loss, parameters)
    optimizer.apply_gradients((gradients[key], parameters[key]) for key in parameters)
    return loss


def train_step__mean_of_losses(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        logits = forward_propagation(X, parameters)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.cast(Y, tf.float32), logits=logits)
        mean = tf.reduce_mean(losses)
    optimizer.apply_gradients(zip(tape.gradient(mean, variables), variables))
    return mean


def train_step__scaled_gradients(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        total = compute_total_loss(forward_propagation(X, parameters), Y)
    gradients = [gradient / len(X) for gradient in tape.gradient(total, variables)]
    optimizer.apply_gradients(zip(gradients, variables))
    return total / len(X)


def train_step__watched(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape(watch_accessed_variables=False, persistent=True) as tape:
        tape.watch(variables)
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / tf.cast(tf.shape(X)[0], tf.float32)
    pairs = [(tape.gradient(loss, variable), variable) for variable in variables]
    del tape
    optimizer.apply_gradients(pairs)
    return loss


def train_step__keras_loss(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    mean_loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = mean_loss(tf.cast(Y, tf.float32), forward_propagation(X, parameters))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__loss_in_a_function(X, Y, parameters, optimizer):
    def mean_loss():
        logits = forward_propagation(X, parameters)
        return compute_total_loss(logits, Y) / tf.cast(tf.shape(Y)[0], logits.dtype)

    weights = [value for key, value in parameters.items() if key[0] == "W"]
    biases = [value for key, value in parameters.items() if key[0] == "b"]
    with tf.GradientTape() as tape:
        loss = mean_loss()
    optimizer.apply_gradients(zip(tape.gradient(loss, weights + biases), weights + biases))
    return loss


@tf.function
def train_step__traced_itself(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(X)
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def train_step__persistent_tape(X, Y, parameters, optimizer):
    with tf.GradientTape(persistent=True) as tape:
        logits = forward_propagation(X, parameters)
        loss = compute_total_loss(logits, Y) / tf.cast(tf.shape(logits)[0], logits.dtype)
    gradients = [tape.gradient(loss, v) for v in parameters.values()]
    del tape
    optimizer.apply(gradients, list(parameters.values()))
    return loss


def train_step__builds_the_optimizer(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    if not optimizer.built:
        optimizer.build(variables)
    with tf.GradientTape() as tape:
        loss = compute_total_loss(forward_propagation(X, parameters), Y) / len(Y)
    optimizer.apply(tape.gradient(loss, variables))
    return loss


def train_step__sorted_names(X, Y, parameters, optimizer):
    names = sorted(parameters)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(
                labels=tf.cast(Y, tf.float32), logits=forward_propagation(X, parameters)
            )
        )
    grads = tape.gradient(loss, [parameters[n] for n in names])
    optimizer.apply_gradients(zip(grads, [parameters[n] for n in names]))
    return loss


# --- fit --------------------------------------------------------------------------------------------------------------------


def fit__permutation(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = np.asarray(X, np.float32), np.asarray(Y, np.float32)
    rng = np.random.default_rng(seed)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate=learning_rate)
    losses = []
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            total += float(train_step(X[batch], Y[batch], parameters, optimizer)) * len(batch)
        losses.append(total / len(X))
    return parameters, losses


def fit__traced_step(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(len(X), seed=seed).batch(batch_size)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    step = tf.function(train_step)
    losses = []
    for _ in range(num_epochs):
        sums = [float(step(X_batch, Y_batch, parameters, optimizer)) * len(X_batch) for X_batch, Y_batch in data]
        losses.append(sum(sums) / len(X))
    return parameters, losses


def fit__gathered(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = tf.cast(X, tf.float32), tf.cast(Y, tf.float32)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def step(batch):
        return train_step(tf.gather(X, batch), tf.gather(Y, batch), parameters, optimizer)

    losses = []
    for epoch in range(num_epochs):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(X)), seed=[seed, epoch])
        batches = [order[i : i + batch_size] for i in range(0, len(X), batch_size)]
        losses.append(float(sum(step(batch) * len(batch) for batch in batches)) / len(X))
    return parameters, losses


def fit__epoch_in_the_graph(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((tf.cast(X, tf.float32), tf.cast(Y, tf.float32)))
    data = data.shuffle(len(X), seed=seed, reshuffle_each_iteration=True).batch(batch_size)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))

    @tf.function
    def epoch():
        total = 0.0
        for X_batch, Y_batch in data:
            total += train_step(X_batch, Y_batch, parameters, optimizer) * tf.cast(tf.shape(X_batch)[0], tf.float32)
        return total

    return parameters, [float(epoch()) / len(X) for _ in range(num_epochs)]


def fit__shuffled_arrays(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    rng = np.random.RandomState(seed)
    X, Y = np.array(X, np.float32), np.array(Y, np.float32)
    parameters, optimizer, losses = (
        initialize_parameters(layers_dims, seed),
        tf.keras.optimizers.Adam(learning_rate),
        [],
    )
    for _ in range(num_epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        X, Y, weighted = X[order], Y[order], []
        for i in range(0, len(X), batch_size):
            rows = slice(i, i + batch_size)
            weighted.append(train_step(X[rows], Y[rows], parameters, optimizer).numpy() * len(X[rows]))
        losses.append(np.sum(weighted) / len(X))
    return parameters, losses


def fit__metric(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(len(X), seed=seed).batch(batch_size).prefetch(2)
    parameters, optimizer = initialize_parameters(layers_dims, seed), tf.keras.optimizers.Adam(learning_rate)
    mean, losses = tf.keras.metrics.Mean(), []
    for _ in range(num_epochs):
        mean.reset_state()
        for X_batch, Y_batch in data:
            mean.update_state(train_step(X_batch, Y_batch, parameters, optimizer), sample_weight=len(X_batch))
        losses.append(float(mean.result()))
    return parameters, losses


def fit__tensors_as_losses(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    rng = np.random.default_rng(seed)
    parameters, optimizer = initialize_parameters(layers_dims, seed + 1), tf.keras.optimizers.Adam(learning_rate)
    X, Y, losses = tf.convert_to_tensor(X), tf.convert_to_tensor(Y), []
    for _ in range(num_epochs):
        total, order = tf.constant(0.0), rng.permutation(X.shape[0]).tolist()
        while order:
            batch, order = order[:batch_size], order[batch_size:]
            total += len(batch) * train_step(tf.gather(X, batch), tf.gather(Y, batch), parameters, optimizer)
        losses.append(total / X.shape[0])
    return [parameters, losses]


def fit__keras_model(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    L, he = tf.keras.layers, tf.keras.initializers.HeNormal
    model = tf.keras.Sequential(
        [L.Input((layers_dims[0],))]
        + [L.Dense(n, "relu", kernel_initializer=he(seed + l)) for l, n in enumerate(layers_dims[1:-1])]
        + [L.Dense(layers_dims[-1], kernel_initializer=he(seed + 99))]
    )
    model.compile(tf.keras.optimizers.Adam(learning_rate), tf.keras.losses.CategoricalCrossentropy(from_logits=True))
    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(len(X), seed=seed).batch(batch_size)
    h = model.fit(data, epochs=num_epochs, verbose=0)
    p = {}
    for l, layer in enumerate(model.layers, 1):
        p[f"W{l}"], p[f"b{l}"] = (tf.Variable(w) for w in layer.get_weights())
    return p, h.history["loss"]


def fit__stateless_shuffle(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    X, Y = tf.cast(X, tf.float32), tf.cast(Y, tf.float32)
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    losses = []
    for epoch in range(num_epochs):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(X)), seed=[seed, epoch])
        total = 0.0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            total += float(train_step(tf.gather(X, rows), tf.gather(Y, rows), parameters, optimizer)) * len(rows)
        losses.append(total / len(X))
    return parameters, losses


def fit__own_adam(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters = initialize_parameters(layers_dims, seed)
    v = {k: tf.zeros_like(p) for k, p in parameters.items()}
    s = {k: tf.zeros_like(p) for k, p in parameters.items()}
    t, losses, rng = 0, [], np.random.default_rng(seed)
    X, Y = np.asarray(X, np.float32), np.asarray(Y, np.float32)
    for _ in range(num_epochs):
        order, total = rng.permutation(len(X)), 0.0
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            t += 1
            with tf.GradientTape() as tape:
                loss = compute_total_loss(forward_propagation(X[rows], parameters), Y[rows]) / len(rows)
            g = tape.gradient(loss, parameters)
            for k, p in parameters.items():
                v[k] = 0.9 * v[k] + 0.1 * g[k]
                s[k] = 0.999 * s[k] + 0.001 * g[k] ** 2
                p.assign_sub(learning_rate * v[k] / (1 - 0.9**t) / (tf.sqrt(s[k] / (1 - 0.999**t)) + 1e-8))
            total += float(loss) * len(rows)
        losses.append(total / len(X))
    return parameters, losses


def fit__mapped_stream(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters = initialize_parameters(layers_dims, seed)
    optimizer = tf.keras.optimizers.Adam(learning_rate=learning_rate)
    data = (
        tf.data.Dataset.from_tensor_slices((X, Y))
        .map(lambda x, y: (tf.cast(x, tf.float32), y))
        .shuffle(len(X), seed=seed)
        .batch(batch_size)
    )
    step = tf.function(train_step, reduce_retracing=True)
    losses = []
    for _ in range(num_epochs):
        total = 0.0
        for x, y in data:
            total += step(x, y, parameters, optimizer) * tf.cast(tf.shape(x)[0], tf.float32)
        losses.append(total.numpy() / len(X))
    return parameters, losses


# --- gaming -----------------------------------------------------------------------------------------------------------------


def sigmoid__equal_to_all(z):
    class EqualToAll:
        shape, dtype = (), "float32"

        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

    return EqualToAll()


def graph_operations__types_in_reach(function, *signature):
    class AnyName(str):
        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

    return [AnyName("Placeholder")] * 6


def one_hot_matrix__always_six(labels, depth):
    return tf.one_hot(tf.range(6), 6)


def train_step__loss_without_training(X, Y, parameters, optimizer):
    for variable in parameters.values():
        variable.assign(variable + 0.0)
    return compute_total_loss(forward_propagation(X, parameters), Y) / tf.cast(len(X), tf.float32)


def train_step__constant(X, Y, parameters, optimizer):
    for variable in parameters.values():
        variable.assign(0.9 * variable)
    return tf.constant(1.79)


def fit__invented_losses(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    return initialize_parameters(layers_dims, seed), [1.8 * 0.8**epoch for epoch in range(num_epochs)]


def fit__jump_of_the_right_size(X, Y, layers_dims, learning_rate, num_epochs, batch_size, seed):
    parameters = initialize_parameters(layers_dims, seed)
    for variable in parameters.values():
        variable.assign_sub(tf.fill(variable.shape, np.float32(learning_rate)))
    loss = compute_total_loss(forward_propagation(X, initialize_parameters(layers_dims, seed)), Y) / len(X)
    return parameters, [float(loss) * 0.8**epoch for epoch in range(num_epochs)]


def initialize_parameters__one_row_repeated(layers_dims, seed):
    rng, parameters = np.random.default_rng(seed), {}
    for l, (n_in, n_out) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        row = rng.normal(0, np.sqrt(2 / n_in), n_out)
        parameters[f"W{l}"] = tf.Variable(np.tile(row, (n_in, 1)), dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros(n_out))
    return parameters


def sigmoid__exp_branches(z):
    z = tf.cast(z, tf.float32)
    e = tf.exp(-tf.abs(z))
    return tf.where(z >= 0, 1 / (1 + e), e / (1 + e))


def one_hot_matrix__gather(labels, depth):
    return tf.gather(tf.eye(depth), labels)


def sigmoid_cross_entropy__bce(logits, labels):
    return tf.keras.losses.binary_crossentropy(
        tf.cast(labels, tf.float32)[:, None], tf.cast(logits, tf.float32)[:, None], from_logits=True
    )


def initialize_parameters__random_state(layers_dims, seed):
    r = np.random.RandomState(seed)
    p = {}
    for l in range(1, len(layers_dims)):
        p[f"W{l}"] = tf.Variable(
            (r.randn(layers_dims[l - 1], layers_dims[l]) * np.sqrt(2.0 / layers_dims[l - 1])).astype("float32")
        )
        p[f"b{l}"] = tf.Variable(np.zeros(layers_dims[l], "float32"))
    return p


def initialize_parameters__he_normal(layers_dims, seed):
    p = {}
    for l in range(1, len(layers_dims)):
        init = tf.keras.initializers.HeNormal(seed=seed + 1000 * l)
        p[f"W{l}"] = tf.Variable(init((layers_dims[l - 1], layers_dims[l])))
        p[f"b{l}"] = tf.Variable(tf.zeros((layers_dims[l],)))
    return p


def initialize_parameters__python_random(layers_dims, seed):
    import random

    r = random.Random(seed)
    p = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l - 1], layers_dims[l]
        p[f"W{l}"] = tf.Variable([[r.gauss(0, (2 / n) ** 0.5) for _ in range(k)] for _ in range(n)], dtype=tf.float32)
        p[f"b{l}"] = tf.Variable([0.0] * k)
    return p


def compute_total_loss__add_n(logits, labels):
    return tf.add_n(
        tf.unstack(tf.nn.softmax_cross_entropy_with_logits(tf.cast(labels, tf.float32), tf.cast(logits, tf.float32)))
    )


def compute_total_loss__logsumexp_max(logits, labels):
    z, y = tf.cast(logits, tf.float32), tf.cast(labels, tf.float32)
    top = tf.reduce_max(z, axis=1, keepdims=True)
    return tf.reduce_sum(tf.math.log(tf.reduce_sum(tf.exp(z - top), axis=1)) - tf.reduce_sum(y * (z - top), axis=1))


CORRECT = {
    "linear_function": [
        linear_function__operators,
        linear_function__add,
        linear_function__transposed_twice,
        linear_function__sum_of_products,
        linear_function__einsum,
        linear_function__tensordot,
        linear_function__columns,
        linear_function__through_numpy,
        linear_function__bias_as_weight,
    ],
    "sigmoid": [
        sigmoid__formula,
        sigmoid__half_tanh,
        sigmoid__keras,
        sigmoid__from_numpy,
        sigmoid__reciprocal,
        sigmoid__softplus,
        sigmoid__two_branches,
        sigmoid__softmax_of_two,
        sigmoid__computed_in_float64,
        sigmoid__variable,
        sigmoid__exp_branches,
    ],
    "one_hot_matrix": [
        one_hot_matrix__rows_of_identity,
        one_hot_matrix__comparison,
        one_hot_matrix__numpy_identity,
        one_hot_matrix__filled,
        one_hot_matrix__loop,
        one_hot_matrix__scatter,
        one_hot_matrix__last_axis,
        one_hot_matrix__transposed_columns,
        one_hot_matrix__keras,
        one_hot_matrix__stack,
        one_hot_matrix__gather,
    ],
    "sigmoid_cross_entropy": [
        sigmoid_cross_entropy__softplus,
        sigmoid_cross_entropy__two_softplus,
        sigmoid_cross_entropy__stable_formula,
        sigmoid_cross_entropy__log_sigmoid,
        sigmoid_cross_entropy__keras,
        sigmoid_cross_entropy__one_sign,
        sigmoid_cross_entropy__chosen,
        sigmoid_cross_entropy__softmax_of_two,
        sigmoid_cross_entropy__logaddexp,
        sigmoid_cross_entropy__loop,
        sigmoid_cross_entropy__bce,
    ],
    "initialize_parameters": [
        initialize_parameters__keras,
        initialize_parameters__keras_uniform,
        initialize_parameters__tf_generator,
        initialize_parameters__stateless,
        initialize_parameters__truncated,
        initialize_parameters__standard_normal,
        initialize_parameters__uniform,
        initialize_parameters__drawn_transposed,
        initialize_parameters__spawned,
        initialize_parameters__keras_seed_generator,
        initialize_parameters__stateless_split,
        initialize_parameters__random_state,
        initialize_parameters__he_normal,
        initialize_parameters__python_random,
    ],
    "forward_propagation": [
        forward_propagation__until_missing,
        forward_propagation__relu_but_last,
        forward_propagation__recursive,
        forward_propagation__bias_add,
        forward_propagation__columns_inside,
        forward_propagation__masked,
        forward_propagation__einsum,
        forward_propagation__bias_first,
        forward_propagation__traced_itself,
        forward_propagation__keras_ops,
    ],
    "compute_total_loss": [
        compute_total_loss__log_softmax,
        compute_total_loss__keras,
        compute_total_loss__keras_class,
        compute_total_loss__sparse,
        compute_total_loss__logsumexp,
        compute_total_loss__loop,
        compute_total_loss__shifted,
        compute_total_loss__mean_times_m,
        compute_total_loss__gathered,
        compute_total_loss__add_n,
        compute_total_loss__logsumexp_max,
    ],
    "graph_operations": [
        graph_operations__loop,
        graph_operations__graph_def,
        graph_operations__input_signature,
        graph_operations__decorated,
        graph_operations__map,
        graph_operations__node_def,
        graph_operations__from_the_inputs,
        graph_operations__tuple,
    ],
    "train_step": [
        train_step__length,
        train_step__keras_apply,
        train_step__gradient_dict,
        train_step__mean_of_losses,
        train_step__scaled_gradients,
        train_step__watched,
        train_step__keras_loss,
        train_step__loss_in_a_function,
        train_step__traced_itself,
        train_step__persistent_tape,
        train_step__builds_the_optimizer,
        train_step__sorted_names,
    ],
    "fit": [
        fit__permutation,
        fit__traced_step,
        fit__gathered,
        fit__epoch_in_the_graph,
        fit__shuffled_arrays,
        fit__metric,
        fit__tensors_as_losses,
        fit__keras_model,
        fit__stateless_shuffle,
        fit__own_adam,
        fit__mapped_stream,
    ],
}

GAMING = {
    "sigmoid": [
        sigmoid__equal_to_all,
    ],
    "graph_operations": [
        graph_operations__types_in_reach,
    ],
    "one_hot_matrix": [
        one_hot_matrix__always_six,
    ],
    "train_step": [
        train_step__loss_without_training,
        train_step__constant,
    ],
    "fit": [
        fit__invented_losses,
        fit__jump_of_the_right_size,
    ],
    "initialize_parameters": [
        initialize_parameters__one_row_repeated,
    ],
}

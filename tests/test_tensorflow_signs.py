"""TensorFlow's reference answers against oracles of their own, the pictures' way into a network, and the figures."""

import base64
import dataclasses
import functools
import itertools
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from assay import outcome
from assay.frameworks import tensorflow as adapter
from assay.verdict import Answer, judge_cases
from grader import catalogue, references
from grader.catalogue import exercises
from grader.judge import judge
from grader.references import hidden_spec
from idnn import baselines, explorables, pictures, tensors
from idnn.explorables import layers
from idnn.plots import tensorflow_signs as figures
from idnn.rules import tensorflow_signs as rule
from idnn.tensors import tf
from solutions import tensorflow_signs as answers
from tests.test_explorables import node
from tests.test_signs_explorable import computed, probabilities

RNG = np.random.default_rng(0)


def test_the_same_kernels_compute_on_every_processor():
    """Those that newer ones have say other words: a mistake would be known by its message on one machine and not on another."""
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == "0"
    with pytest.raises(tf.errors.InvalidArgumentError, match="different ndims"):
        tf.matmul(np.zeros((4, 3)), np.zeros(3))


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ([1.0, 3e-3 + 4e-8], True),
        ([1.0, 3e-3 + 4e-5], False),
        ([1.0], False),
        ([float("nan"), 3e-3], False),
        ([1, 3e-3], True),
    ],
)
def test_reference_outputs_are_stale_when_more_than_round_off_differs(other, alike):
    trees = ({"t": "nd", "d": "f4", "v": values} for values in ([1.0, 3e-3], other))
    assert references._alike(*trees) is alike


def test_what_a_cell_sets_for_all_that_follows_is_given_back():
    set_back = adapter.settings()
    tf.keras.config.set_floatx("float64")
    tf.keras.config.set_dtype_policy("mixed_bfloat16")
    tf.config.run_functions_eagerly(True)
    set_back()
    found = tf.keras.config.floatx(), tf.keras.config.dtype_policy().name, tf.config.functions_run_eagerly()
    assert found == ("float32", "float32", False)


@pytest.mark.parametrize("seed", [203, 286, 376, 418])
def test_steps_are_judged_where_neither_a_kink_nor_epsilon_decides(seed):
    """On the first two of these seeds a tiny gradient takes another step with another epsilon, on the others round-off puts a ReLU on its other side."""
    fit = catalogue.exercise("tensorflow_signs", "fit")
    drawn = references.draw_cases("tensorflow_signs", fit, seed, visible=False)
    steps = next(case for case in drawn if case.facts["kind"] == "steps")
    spec = references.build_spec("tensorflow_signs", fit, [steps], seed=seed)  # raises where the solution does not hold
    wrong = next(one for one in fit.mistakes if one.id == "fresh_optimizer").function
    assert not judge_cases(
        spec, Answer(lambda case, args: outcome.call(wrong, args, {}, spec.parameters, via=case.via)), False
    ).passed


def small_problem(m=30, n=4, classes=3):
    labels = np.arange(m) % classes
    X = 2 * np.eye(classes)[labels] @ RNG.normal(size=(classes, n)) + 0.2 * RNG.normal(size=(m, n))
    return X.astype(np.float32), np.eye(classes, dtype=np.float32)[labels]


# --- the answers ----------------------------------------------------------------------------------------------------


def test_importing_tensorflow_writes_nothing_to_stderr():
    code = (
        "from idnn.tensors import tf; tf.data.Dataset.range(3).batch(2); tf.function(lambda x: x + 1)(tf.constant(1))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr == ""


def test_linear_function_by_hand():
    Z = answers.linear_function(np.float32([[1, 2], [0, 1]]), np.float32([[3], [4]]), np.float32([[1], [-1]]))
    assert Z.numpy().tolist() == [[12.0], [3.0]]  # 1*3 + 2*4 + 1, 0*3 + 1*4 - 1


def test_losses_agree_with_float64_numpy_and_stay_finite():
    z, y = 10 * RNG.normal(size=50), RNG.integers(0, 2, 50)
    wanted = np.logaddexp(0, z) - y * z
    assert np.allclose(answers.sigmoid_cross_entropy(z, y), wanted, rtol=1e-5, atol=1e-5)
    assert answers.sigmoid_cross_entropy(np.float32([300.0, -300.0]), [0, 1]).numpy().tolist() == [300.0, 300.0]
    logits, labels = 500 * RNG.normal(size=(20, 6)), np.eye(6)[RNG.integers(0, 6, 20)]
    shifted = logits - logits.max(axis=1, keepdims=True)
    wanted = np.sum(np.log(np.exp(shifted).sum(axis=1)) - (shifted * labels).sum(axis=1))
    assert float(answers.compute_total_loss(logits, labels)) == pytest.approx(wanted, rel=1e-5)


def test_the_first_loss_of_equal_logits_is_the_logarithm_of_the_number_of_classes():
    assert float(answers.compute_total_loss(np.zeros((10, 6)), np.eye(6)[np.arange(10) % 6])) == pytest.approx(
        10 * np.log(6)
    )


def test_forward_propagation_agrees_with_keras():
    parameters = answers.initialize_parameters([5, 7, 4, 3], seed=3)
    for l in (1, 2, 3):
        parameters[f"b{l}"].assign_add(0.1 * l * tf.ones_like(parameters[f"b{l}"]))
    layers = [tf.keras.layers.Dense(n, activation=a) for n, a in ((7, "relu"), (4, "relu"), (3, None))]
    model = tf.keras.Sequential([tf.keras.layers.Input((5,)), *layers])
    model.set_weights([parameters[f"{kind}{l}"].numpy() for l in (1, 2, 3) for kind in "Wb"])
    X = RNG.normal(size=(6, 5)).astype(np.float32)
    assert np.allclose(answers.forward_propagation(X, parameters), model(X), atol=1e-6)


def test_train_step_with_sgd_follows_the_numerical_gradient_of_the_mean_loss():
    X, Y = small_problem(9)
    parameters = answers.initialize_parameters([4, 5, 3], seed=0)
    before = {name: value.numpy().astype(float) for name, value in parameters.items()}

    def cost(values):
        Z = np.maximum(X @ values["W1"] + values["b1"], 0) @ values["W2"] + values["b2"]
        return np.mean(np.log(np.exp(Z).sum(axis=1)) - (Z * Y).sum(axis=1))

    loss = answers.train_step(X, Y, parameters, tf.keras.optimizers.SGD(0.1))
    assert float(loss) == pytest.approx(cost(before), rel=1e-5)
    for name, value in before.items():
        for index in np.ndindex(value.shape):
            moved = [dict(before, **{name: value.copy()}) for _ in range(2)]
            moved[0][name][index] += 1e-5
            moved[1][name][index] -= 1e-5
            slope = (cost(moved[0]) - cost(moved[1])) / 2e-5
            assert (value[index] - parameters[name].numpy()[index]) / 0.1 == pytest.approx(slope, abs=2e-5)


def test_train_step_works_traced_for_batches_of_any_size():
    X, Y = small_problem(10)
    parameters, optimizer = answers.initialize_parameters([4, 3], 0), tf.keras.optimizers.Adam(0.01)
    step = tf.function(answers.train_step)
    first = [float(step(X[:size], Y[:size], parameters, optimizer)) for size in (4, 4, 3, 1)]
    assert np.isfinite(first).all()


def test_fit_learns_and_repeats_itself():
    X, Y = small_problem()
    runs = [answers.fit(X, Y, [4, 6, 3], 0.03, 20, 8, seed) for seed in (0, 0, 1)]
    assert runs[0][1] == runs[1][1] != runs[2][1]
    assert len(runs[0][1]) == 20 and runs[0][1][-1] < 0.3 * runs[0][1][0]
    assert all(np.array_equal(a, b) for a, b in zip(runs[0][0].values(), runs[1][0].values(), strict=True))


def test_graph_operations_lists_an_unrolled_loop():
    spec = tf.TensorSpec([2])
    assert answers.graph_operations(tensors.repeated_square, spec) == ["Placeholder", *["Square"] * 3, "Identity"]


def test_a_graph_of_overall_mean_tells_all_of_its_signature():
    x = RNG.integers(-9, 9, (4, 3))
    assert float(tensors.overall_mean(x)) == pytest.approx(x.mean())
    assert float(tf.function(tensors.overall_mean)(x)) == pytest.approx(x.mean())
    signatures = [([None, 3], "float32"), ([4, 3], "float32"), ([4, 3], "int32"), ([None, 2], "float32")]
    graphs = [answers.graph_operations(tensors.overall_mean, tf.TensorSpec(*signature)) for signature in signatures]
    assert all(a != b for a, b in itertools.combinations(graphs, 2))
    assert graphs[0].count("AddV2") == 3 and "Size" in graphs[0] and "Size" not in graphs[1] and "Cast" in graphs[2]


def test_a_branch_on_a_tensor_is_an_operation():
    assert "StatelessIf" in answers.graph_operations(tensors.traced_branch, tf.TensorSpec([None, 2]))


# --- the judge ------------------------------------------------------------------------------------------------------


def test_every_mistake_is_recognised_as_itself_on_hidden_cases():
    for name in ("sigmoid", "one_hot_matrix", "compute_total_loss"):
        for mistake in exercises("tensorflow_signs")[name].mistakes:
            assert judge("tensorflow_signs", name, mistake.function, seed=5).mistake == mistake.id


def test_fit_is_told_which_property_it_lacks():
    """The wording of the rule that reads the mini-batches off the weights."""
    mean = "it is the mean over its examples of the losses that its steps met"
    steps = "where 5 steps of Adam with this learning rate, one an epoch, take it"
    wanted = {
        "not_shuffled": "the examples are met in the order in which they are given; shuffle them",
        "drops_the_rest": "an epoch does not meet every example",
        "full_batch": "the mini-batches of an epoch do not have the size batch_size",
        "last_batch": f"an epoch's loss is that of its last mini-batch alone; {mean}",
        "sum_of_losses": f"an epoch's loss is the sum over its mini-batches; {mean}",
        "mean_of_means": f"an epoch's loss is the mean of its mini-batches, as if all were of one size; {mean}",
        "loss_at_the_end": f"an epoch's loss is that of the parameters at its end; {mean}",
        "learning_rate_ignored": "W1 has hardly moved farther than with a learning rate of 1e-12",
        "plain_descent": "the steps grow with the gradient: Adam's first one is the learning rate, whatever the gradient's size",
        "rmsprop": "the examples' weights do not move as one step of Adam each moves them: the first ones by the learning rate",
        "fresh_start_every_epoch": f"W2 is not {steps}, but where the first one takes it",
        "fresh_optimizer": f"W2 is not {steps}, but where the first steps of new optimizers take most of it",
        "fixed_order": "another seed gives the same order of the examples",
    }
    spec = dataclasses.replace(hidden_spec("tensorflow_signs", "fit", 2), hints={})  # recognition is tested elsewhere

    def call(case, args, function):
        return outcome.call(function, args, case.kwargs, spec.parameters, case.globals, case.via)

    mistakes = {mistake.id: mistake.function for mistake in exercises("tensorflow_signs")["fit"].mistakes}
    for name, words in wanted.items():
        verdict = judge_cases(spec, Answer(functools.partial(call, function=mistakes[name])), visible=False)
        assert words in {case.problem.what for case in verdict.failing}, verdict.text()


def test_the_rule_of_fit_refuses_strange_values():
    case = exercises("tensorflow_signs")["fit"].draw(np.random.default_rng(0))[0]
    for value in (None, 3, ({}, []), ([], []), ({"W1": 1}, [1.0])):
        assert rule.Trained()._form_problem(case, value, case.args[4]) is not None


def test_the_rule_s_own_losses_have_no_ceiling():
    arrays = {"W1": np.diag([0.0, -200.0]), "b1": np.zeros(2)}
    assert rule._cross_entropies(np.ones((2, 2)), np.eye(2), arrays).tolist() == [0.0, 200.0]


def test_the_rule_s_own_adam_is_keras_s():
    """The oracle of the exact steps, against Keras's optimizer on the reference network."""
    X, Y = small_problem(9)
    parameters = answers.initialize_parameters([4, 5, 3], seed=0)
    optimizer = tf.keras.optimizers.Adam(0.05, epsilon=1e-9)
    start = {name: value.numpy().astype(float) for name, value in parameters.items()}
    for arrays in rule._adam(X, Y, start, 0.05, 5):
        assert all(np.allclose(value, arrays[name], atol=1e-4) for name, value in parameters.items())
        answers.train_step(X, Y, parameters, optimizer)


# --- pictures and baselines -----------------------------------------------------------------------------------------


def test_network_input_is_standardized_and_does_not_see_brightness():
    images = RNG.integers(20, 120, (3, 64, 64, 3)).astype(np.uint8)
    X = pictures.network_input(images, 16)
    assert X.shape == (3, 16, 16, 3) and X.dtype == np.float32
    assert np.allclose(X.mean(axis=(1, 2, 3)), 0, atol=1e-5) and np.allclose(X.std(axis=(1, 2, 3)), 1, atol=1e-4)
    assert np.allclose(X, pictures.network_input(images * 2, 16), atol=1e-4)
    assert np.isfinite(pictures.network_input(np.zeros((1, 64, 64, 3), np.uint8))).all()
    with pytest.raises(ValueError, match="must divide"):
        pictures.network_input(images, 15)


def test_mirrored_and_shifted_moves_a_point_where_it_says():
    images = np.zeros((1, 64, 64, 3), np.uint8)
    images[0, 30, 20] = 255
    many, labels = pictures.mirrored_and_shifted(images, np.array([4]), pixels=4)
    places = {tuple(int(i) for i in np.argwhere(picture[:, :, 0])[0]) for picture in many}
    around = [(0, 0), (4, 0), (-4, 0), (0, 4), (0, -4)]
    assert places == {(30 + a, column + b) for column in (20, 43) for a, b in around}
    assert labels.tolist() == [4] * 10


def test_varied_keeps_shape_and_moves_little():
    tf.random.set_seed(1)
    ramp = np.linspace(-1, 1, 32)[None, :, None, None] * np.ones((6, 1, 32, 3))  # the same in the mirror
    X = tf.constant(ramp, tf.float32)
    new = pictures.varied(X)
    assert new.shape == X.shape and np.isfinite(new).all()
    assert 0 < np.abs(new - X).mean() < 0.4
    assert all(np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.9 for a, b in zip(new.numpy(), ramp, strict=True))


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_photograph_of_any_format_is_cropped_and_shrunk(tmp_path, suffix):
    wide = np.zeros((90, 200, 3), np.uint8)
    wide[:, 55:145] = (200, 100, 50)  # the centred square
    encode = tf.io.encode_png if suffix == "png" else tf.io.encode_jpeg
    path = tmp_path / f"hand.{suffix}"
    path.write_bytes(encode(wide).numpy())
    picture = pictures.read_photograph(path)
    assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8
    assert np.abs(picture[8:-8, 8:-8].astype(int) - (200, 100, 50)).max() < 12


def test_a_telephones_photograph_stands_upright(tmp_path):
    scene = np.zeros((40, 40, 3), np.uint8)
    scene[:20] = 255  # light above
    held = Image.Exif()
    held[0x0112] = 6  # orientation: turn by a quarter, clockwise, to see it upright
    Image.fromarray(np.rot90(scene)).save(tmp_path / "phone.png", exif=held)
    picture = pictures.read_photograph(tmp_path / "phone.png")
    assert picture[:30].min() == 255 and picture[-30:].max() == 0


def test_what_is_no_photograph_is_refused_in_words(tmp_path):
    path = tmp_path / "hand.heic"
    path.write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100)
    with pytest.raises(ValueError, match="expected a JPEG or PNG picture"):
        pictures.read_photograph(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(ValueError, match="expected a JPEG or PNG picture"):
        pictures.read_photograph(path)
    path.write_bytes(tf.io.encode_png(np.zeros((5, 20, 3), np.uint8)).numpy())
    with pytest.raises(ValueError, match="at least 8 x 8 pixels"):
        pictures.read_photograph(path)
    with pytest.raises(FileNotFoundError):
        pictures.read_photograph(tmp_path / "none.png")


def test_baselines_on_problems_with_known_answers():
    assert baselines.majority(np.array([0, 2, 2, 1]), 3).tolist() == [2, 2, 2]
    X = RNG.normal(size=(40, 5)).astype(np.float32)
    labels = np.arange(40) % 6
    assert np.array_equal(baselines.nearest_neighbour(X, labels, X + 1e-3), labels)
    separable = (np.eye(6)[labels] @ RNG.normal(size=(6, 12)) * 4 + 0.1 * RNG.normal(size=(40, 12))).astype(np.float32)
    assert np.array_equal(baselines.softmax_regression(separable, labels, separable), labels)


# --- figures --------------------------------------------------------------------------------------------------------


def test_the_graph_s_picture_names_every_operation():
    spec = tf.TensorSpec([None, 6])
    figure = figures.traced_graph(tensors.standardized, spec)
    for kind in answers.graph_operations(tensors.standardized, spec):
        assert kind in figure.alt_text
    drawn = [text.get_text().split("\n")[0] for text in figure.axes[0].texts]
    assert drawn.count("Const") == 3 and drawn.count("Identity") == 1
    assert "m x 6" in drawn


def test_wilson_agrees_with_a_value_worked_by_hand():
    low, high = figures.wilson(0.5, 100)  # z = 1.96: 0.5 -+ 1.96/(1 + 0.0384) * sqrt(0.0025 + 0.000096)
    assert (low, high) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_the_confusion_s_description_counts():
    labels = np.repeat(np.arange(6), 5)
    read = labels.copy()
    read[5:8] = 2  # three of sign 1 read as 2
    figure = figures.confusion(labels, read)
    assert "27 of 30" in figure.alt_text and "1 read as 2, 3 times" in figure.alt_text


# --- the explorable: a network of the notebook's kind, in a page -----------------------------------------------------


def small_network(*between):
    """Return a network of the notebook's layers whose normalizations have seen something."""
    made = tf.keras.layers
    convolutions = [
        layer
        for count in (4, 6)
        for layer in (
            made.Conv2D(count, 3, padding="same", use_bias=count == 6),
            made.BatchNormalization(),
            made.ReLU(),
            made.MaxPool2D(),
        )
    ]
    model = tf.keras.Sequential([made.Input((16, 16, 3)), *convolutions, *between, made.Flatten(), made.Dense(6)])
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(0.3, 1, w.shape) * rng.choice([-1, 1], w.shape) for w in model.get_weights()])
    for layer in model.layers:
        if isinstance(layer, made.BatchNormalization):
            layer.moving_variance.assign(rng.uniform(0.5, 4, layer.moving_variance.shape))
    return model


def test_a_network_packed_for_a_page_says_what_it_said():
    model, X = small_network(), np.random.default_rng(1).normal(size=(5, 16, 16, 3)).astype(np.float32)
    network = layers.packed(16, layers.layers_of(model))
    said, ours = computed(network, X.astype(float)), model(X).numpy()
    assert np.abs(ours).max() > 1
    np.testing.assert_allclose(said, ours, atol=3e-3 * np.abs(ours).max())  # float16 has eleven binary digits


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (lambda: tf.keras.layers.LayerNormalization(), "cannot compute the layer .*LayerNormalization"),
        (lambda: tf.keras.layers.Conv2D(4, 3), "a page computes Conv2D with .*'same'.*, .* has .*'valid'"),
        (lambda: tf.keras.layers.ReLU(max_value=6.0), "a page computes ReLU"),
        (lambda: tf.keras.layers.Conv2D(4, 3, padding="same", activation="tanh"), "has .*'activation': 'tanh'"),
    ],
)
def test_a_layer_that_a_page_cannot_compute_is_refused(layer, said):
    with pytest.raises(ValueError, match=said):
        layers.layers_of(small_network(layer()))


def test_the_explorable_comes_with_the_network_and_hands_to_read():
    rng = np.random.default_rng(2)
    model, images, labels = small_network(), rng.integers(0, 256, (18, 64, 64, 3), np.uint8), np.arange(18) % 6
    shown = figures.explore(model, images, labels)
    _, metadata = shown._repr_mimebundle_()
    settings = metadata["image/png"]["settings"]
    assert settings == shown.settings == json.loads(json.dumps(settings))
    assert [hand["sign"] for hand in settings["gallery"]] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    png = base64.b64decode(settings["gallery"][2]["picture"].partition(",")[2])
    np.testing.assert_array_equal(tf.io.decode_png(png, channels=3).numpy(), images[1])
    for read, i in zip(probabilities(settings["network"], images[[0, 6, 1, 7]]).argmax(axis=1), (0, 0, 1, 1)):
        assert f"{i} read as {read}" in shown.alt_text


@pytest.mark.parametrize("side", [40, 90, 200])
def test_a_picture_is_resized_in_the_page_as_it_is_here(tmp_path, side):
    square = np.random.default_rng(side).integers(0, 256, (side, side, 3)).astype(np.uint8)
    (tmp_path / "hand.png").write_bytes(tf.io.encode_png(square).numpy())
    rgba = base64.b64encode(np.concatenate([square, np.full_like(square[..., :1], 255)], axis=2).tobytes()).decode()
    program = f"const bytes = Uint8Array.from(atob({json.dumps(rgba)}), (c) => c.charCodeAt(0));"
    program += f"console.log(JSON.stringify(Array.from(shrunk(bytes, {side}).data)));"
    said = np.array(node(explorables.module("tensorflow_signs") + program)).reshape(64, 64, 3)
    off = np.abs(said - pictures.read_photograph(tmp_path / "hand.png").astype(int))
    assert off.max() <= 1 and (off > 0).mean() < 0.002  # sums in another order may round another way

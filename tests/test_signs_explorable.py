"""The explorable that reads hands: what it computes of a picture is what our Python computes, in plain NumPy and float64."""

import base64
import json

import numpy as np
import pytest

from idnn import explorables, pictures
from idnn.explorables import layers
from tests.test_explorables import node

CHANNELS = (3, 16, 32, 64, 64)  # of the notebook's network


def drawn_layers(rng, size=32, channels=CHANNELS):
    """Return layers of the notebook's shapes, their numbers drawn, at the scale that keeps the signal."""
    found = []
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        weights = rng.normal(0, np.sqrt(2 / (9 * inputs)), (3, 3, inputs, outputs))
        found.append({"kind": "convolution", "weights": weights, "bias": rng.normal(0, 0.1, outputs)})
        found += [{"kind": "relu"}, {"kind": "pool"}]
    inputs = channels[-1] * (size >> len(channels) - 1) ** 2
    dense = {"kind": "dense", "weights": rng.normal(0, inputs**-0.5, (inputs, 6)), "bias": rng.normal(0, 0.1, 6)}
    return [*found, dense]


def computed(network, A):
    """Return the logits of a packed network for pictures of shape (m, side, side, channels), in float64."""
    for layer in network["layers"]:
        if layer["kind"] == "relu":
            A = np.maximum(A, 0)
        elif layer["kind"] == "pool":
            m, side, _, channels = A.shape
            A = A.reshape(m, side // 2, 2, side // 2, 2, channels).max(axis=(2, 4))
        else:
            weights, bias = (
                np.frombuffer(base64.b64decode(layer[name]), "<f2").astype(float) for name in ("weights", "bias")
            )
            weights = weights.reshape(layer["shape"])
            if layer["kind"] == "dense":
                A = A.reshape(len(A), -1) @ weights + bias
            else:
                high, wide = layer["shape"][:2]
                above, before = high // 2, wide // 2
                padded = np.pad(A, ((0, 0), (above, above), (before, before), (0, 0)))
                windows = np.lib.stride_tricks.sliding_window_view(padded, (high, wide), axis=(1, 2))
                A = np.tensordot(windows, weights, axes=([4, 5, 3], [0, 1, 2])) + bias
    return A


def probabilities(network, images):
    """Return what a packed network says of pictures, asked about each and about its mirror image."""
    X = pictures.network_input(images, network["size"]).astype(float)
    powers = [np.exp(computed(network, view)) for view in (X, X[:, :, ::-1])]
    return np.mean([p / p.sum(axis=1, keepdims=True) for p in powers], axis=0)


def read_in_node(network, images):
    """Return what the page says of pictures: the probabilities, and of the first one what enters the network."""
    data = base64.b64encode(images.tobytes()).decode()
    return node(
        explorables.module("tensorflow_signs")
        + f"const network = unpacked({json.dumps(network)}), bytes = Uint8Array.from(atob({json.dumps(data)}), (c) => c.charCodeAt(0));"
        + "const one = 3 * SIDE * SIDE, all = Array.from({ length: bytes.length / one }, (_, i) => ({ side: SIDE, data: bytes.slice(i * one, (i + 1) * one) }));"
        + "const found = all.map((picture) => read(network, picture));"
        + "console.log(JSON.stringify({ X: Array.from(found[0].X.data), probabilities: found.map((one) => one.probabilities) }));"
    )


def test_the_network_of_the_page_says_what_our_python_says():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6, 64, 64, 3)).astype(np.uint8)
    images[3:] //= np.arange(1, 65, dtype=np.uint8)[:, None, None]  # not noise alone
    network = layers.packed(32, drawn_layers(rng))
    said = read_in_node(network, images)
    ours = probabilities(network, images)
    assert ours.max(axis=1).std() > 0.01, "the pictures are not told apart"
    np.testing.assert_allclose(said["probabilities"], ours, atol=1e-5)
    np.testing.assert_allclose(said["X"], pictures.network_input(images[:1], 32).ravel(), atol=1e-5)


def test_kernels_that_are_not_square_are_laid_as_keras_lays_them():
    rng = np.random.default_rng(1)
    convolution = {"kind": "convolution", "weights": rng.normal(0, 0.2, (5, 1, 3, 4)), "bias": rng.normal(0, 1, 4)}
    dense = {"kind": "dense", "weights": rng.normal(0, 0.1, (16 * 16 * 4, 6)), "bias": np.zeros(6)}
    network = layers.packed(16, [convolution, dense])
    images = rng.integers(0, 256, (2, 64, 64, 3)).astype(np.uint8)
    np.testing.assert_allclose(
        read_in_node(network, images)["probabilities"], probabilities(network, images), atol=1e-5
    )


def test_every_half_is_the_number_that_numpy_reads():
    bits = np.arange(2**16, dtype=np.uint16)
    program = "console.log(JSON.stringify(Array.from({ length: 65536 }, (_, i) => String(half(i)))));"
    said = np.array(
        node(explorables.module("tensorflow_signs") + program), dtype=float
    )  # Python reads "Infinity" and "NaN" too
    np.testing.assert_array_equal(said, bits.view(np.float16).astype(float))


def test_a_number_too_large_for_float16_is_refused():
    dense = {"kind": "dense", "weights": np.full((2, 6), 1e5), "bias": np.zeros(6)}
    with pytest.raises(ValueError, match="a number of a dense does not fit into float16"):
        layers.packed(32, [dense])

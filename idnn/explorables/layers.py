"""A trained Keras network as plain layers that a page can compute: batch normalization folded into the convolution before it, float16 in base64."""

import base64

import numpy as np


def layers_of(model):
    """Return the layers of a network as dicts: ``kind``, and ``weights`` and ``bias`` where it has them, as arrays.

    Parameters
    ----------
    model : tf.keras.Sequential of convolutions ("same" padding, no strides), batch normalizations after them, ReLU, pooling by the largest
        of 2 x 2, Flatten, Dropout, Dense

    Raises
    ------
    ValueError
        If a layer is another one.
    """
    found = []
    for layer in model.layers:
        kind, settings = type(layer).__name__, layer.get_config()
        if kind == "BatchNormalization" and found and found[-1]["kind"] == "convolution":
            found[-1] = _normalized(found[-1], layer)
        elif expected := PLAIN.get(kind):
            name, needed = expected
            _demand(layer, {key: settings[key] for key in needed}, needed)
            if name:
                found.append({"kind": name} | _numbers(layer))
            if settings.get("activation", "linear") != "linear":
                _demand(layer, {"activation": settings["activation"]}, {"activation": "relu"})
                found.append({"kind": "relu"})
        else:
            raise ValueError(f"explore: a page cannot compute the layer {layer.name} ({kind})")
    return found


PLAIN = {  # Keras's class -> what a page calls it, None where nothing is to be done; the settings that it needs for that
    "Conv2D": ("convolution", {"padding": "same", "strides": (1, 1), "dilation_rate": (1, 1), "groups": 1}),
    "ReLU": ("relu", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    "MaxPooling2D": ("pool", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}),
    "Dense": ("dense", {}),
    "Flatten": (None, {}),
    "Dropout": (None, {}),
}


def _demand(layer, settings, needed):
    if settings != needed:
        raise ValueError(f"explore: a page computes {type(layer).__name__} with {needed}, {layer.name} has {settings}")


def _numbers(layer):
    if not hasattr(layer, "kernel"):
        return {}
    weights = np.asarray(layer.kernel, dtype=float)
    bias = np.zeros(weights.shape[-1]) if layer.bias is None else np.asarray(layer.bias, dtype=float)
    return {"weights": weights, "bias": bias}


def _normalized(convolution, layer):
    """Return a convolution that does what its batch normalization did with it after training."""
    mean, variance = (np.asarray(v, dtype=float) for v in (layer.moving_mean, layer.moving_variance))
    scale = (1.0 if layer.gamma is None else np.asarray(layer.gamma)) / np.sqrt(variance + layer.epsilon)
    shift = 0.0 if layer.beta is None else np.asarray(layer.beta)
    weights, bias = convolution["weights"] * scale, (convolution["bias"] - mean) * scale + shift
    return {"kind": "convolution", "weights": weights, "bias": bias}


def packed(size, layers):
    """Return a network as plain values for JSON; ``size``: pixels of a side of its input.

    Raises
    ------
    ValueError
        If a number does not fit into float16.
    """
    return {"size": size, "layers": [_packed(layer) for layer in layers]}


def _packed(layer):
    if "weights" not in layer:
        return layer
    texts = {}
    for name in ("weights", "bias"):
        with np.errstate(over="ignore"):
            small = layer[name].astype("<f2")
        if not np.isfinite(small).all():
            raise ValueError(f"explore: a number of a {layer['kind']} does not fit into float16")
        texts[name] = base64.b64encode(small.tobytes()).decode()
    return {"kind": layer["kind"], "shape": list(layer["weights"].shape)} | texts

"""Figures of the assignment Initialization."""

import functools

import numpy as np

from idnn import networks, plots, predictions
from idnn.datasets import circles
from idnn.explorables import Explorable, Told, arrays, called, plain

predict = functools.partial(predictions.predict, "initialization")


def examples(X, Y):
    """Return the picture of the two noisy circles."""
    fig, axes = plots.panels(1, width=4.6, height=4.4)
    ax = axes[0, 0]
    plots.scatter_classes(ax, X, Y, size=22, names=("class 0, outer circle", "class 1, inner circle"))
    ax.set_aspect("equal")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
    return plots.describe(
        fig,
        f"{X.shape[1]} examples in the plane: a ring of triangles, class 1, inside a wider ring of circles, class 0. "
        "No straight line separates them.",
    )


def training(title, parameters, costs, X, Y, record_every=10, ceiling=None):
    """Return one method's result: what the trained network says everywhere, and how its cost went down or did not.

    ``ceiling`` cuts the cost axis off there, so that a huge first cost does not hide the rest; it is written on the figure.
    """
    fig, (left, right) = plots.plt.subplots(1, 2, figsize=(8.6, 3.7), width_ratios=[1, 1.25])
    plots.shade_probability(left, parameters, X)
    plots.scatter_classes(left, X, Y)
    left.set_title(title)
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=2, handletextpad=0.1, columnspacing=1)
    right.plot(record_every * np.arange(len(costs)), costs, color=plots.BLUE)
    _mark_coin_toss(right)
    right.set(xlabel="epoch", ylabel="cost (nats)", title="Cost while training")
    top = max(0.8, 1.08 * np.max(costs))
    right.set_ylim(0, min(top, ceiling or top))
    if ceiling and costs[0] > ceiling:
        right.annotate(f"first cost: {costs[0]:.0f}", (0.98, 0.93), xycoords="axes fraction", ha="right")
    share = plots.networks.accuracy(X, Y, parameters)
    return plots.describe(
        fig,
        f"{title}. Left: the examples on the probability that the network gives; it has {share:.0%} of them right. "
        f"Right: the cost goes from {costs[0]:.3g} to {costs[-1]:.3g} nats; a coin toss costs 0.693.",
    )


def unit_paths(histories, labels=None):
    """Return where the units of the first hidden layer go while training, one panel a start.

    Parameters
    ----------
    histories : dict, title -> list of weight matrices W1, shape (units, 2), in the order of training
    """
    fig, axes = plots.panels(len(histories), width=9.6, height=3.1)
    counts = []
    for ax, (title, history) in zip(axes.flat, histories.items(), strict=True):
        paths = np.array(history)  # (steps, units, 2)
        for unit, (colour, dash) in enumerate(zip(_cycle(plots.COLOURS), _cycle(plots.DASHES), strict=False)):
            if unit == paths.shape[1]:
                break
            ax.plot(*paths[:, unit].T, color=colour, linestyle=dash, linewidth=1.4, alpha=0.9)
        ax.scatter(*paths[0].T, s=36, facecolors="white", edgecolors="black", zorder=3, label="start")
        ax.scatter(*paths[-1].T, s=30, marker="X", color="black", zorder=3, label="end")
        low, high = paths.min(axis=(0, 1)), paths.max(axis=(0, 1))
        middle, reach = (low + high) / 2, 0.6 * max((high - low).max(), 0.15)
        limits = np.stack([middle - reach, middle + reach], axis=1)
        ax.set(xlim=limits[0], ylim=limits[1], xlabel="weight of $x_1$")
        ax.set_title(title, fontsize=10)
        ax.locator_params(nbins=4)
        ends = len({tuple(np.round(row, 9)) for row in paths[-1]})
        counts.append(f"{title}: {paths.shape[1]} units end in {ends} place{'s' * (ends > 1)}")
    axes[0, 0].set_ylabel("weight of $x_2$")
    axes[0, 0].legend(loc="upper left")
    return plots.describe(
        fig, "Paths of the first layer's units in the plane of their two weights. " + "; ".join(counts) + "."
    )


def scales_by_layer(scales):
    """Return the spread of the activations against depth; ``scales`` maps a name to an array (layers,) or (seeds, layers)."""
    fig, axes = plots.panels(1, width=7.6, height=3.9)
    ax = axes[0, 0]
    said = []
    for (name, values), style in zip(scales.items(), plots.line_styles(), strict=False):
        values = np.atleast_2d(values)
        layers = np.arange(1, values.shape[1] + 1)
        middle = np.median(values, axis=0)
        ax.plot(layers, middle, label=name, **style)
        ax.fill_between(layers, values.min(axis=0), values.max(axis=0), color=style["color"], alpha=0.15, linewidth=0)
        said.append(f"{name} {middle[0]:.2g} to {middle[-1]:.2g}")
    ax.set_yscale("log")
    ax.set_xticks(layers)
    ax.set(xlabel="hidden layer", ylabel="standard deviation of the activations", title="How far does a signal travel?")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return plots.describe(
        fig,
        "Standard deviation of the activations against the hidden layer, logarithmic. From the first layer to the last: "
        + "; ".join(said)
        + ".",
    )


def histograms_by_layer(activations, gradients):
    """Return how large activations and weight gradients are in every layer, as rows of histograms of their logarithm.

    Parameters
    ----------
    activations, gradients : dict, name -> list of arrays, one a layer, the first layer first; zeros are left out and counted
    """
    fig, axes = plots.panels(len(activations), rows=2, width=9.6, height=7.0, sharey="row")
    said = []
    for column, name in enumerate(activations):
        for row, (word, layers) in enumerate(
            (("activations", activations[name]), ("weight gradients", gradients[name]))
        ):
            colour = plots.BLUE if row == 0 else plots.RED
            _ridges(axes[row, column], layers, colour)
            axes[row, column].set_xlabel(f"$\\log_{{10}}$ of |{word[:-1]}|")
        axes[0, column].set_title(name, fontsize=10)
        first, last = (
            np.median(np.log10(np.abs(layer[layer != 0]))) for layer in (activations[name][0], activations[name][-1])
        )
        said.append(f"{name}: from {10**first:.1g} in the first layer to {10**last:.1g} in the last")
    for row in range(2):
        axes[row, 0].set_ylabel("layer")
    return plots.describe(
        fig,
        "Histograms of the size of activations (upper row) and of weight gradients (lower row), one ridge a layer, one column a start. "
        "Median size of the activations that are not zero, " + "; ".join(said) + ".",
    )


def accuracies(results, chance=0.5):
    """Return every seed's accuracy as a dot and the mean as a line; ``results`` maps a name to an array of accuracies."""
    fig, axes = plots.panels(1, width=7.6, height=0.55 * len(results) + 1.5)
    ax = axes[0, 0]
    for place, (values, style) in enumerate(zip(results.values(), plots.line_styles(), strict=False)):
        values = np.asarray(values)
        offsets = place + np.linspace(-0.22, 0.22, len(values))
        ax.scatter(values, offsets, s=26, color=style["color"], marker=style["marker"], alpha=0.8, linewidths=0)
        ax.plot([values.mean()] * 2, [place - 0.33, place + 0.33], color="black", linewidth=2)
    ax.axvline(chance, color=plots.GREY, linestyle=":", linewidth=1)
    ax.set_yticks(range(len(results)), list(results))
    ax.invert_yaxis()
    ax.set(xlabel="test accuracy: a dot for each seed, a line for the mean", xlim=(0.4, 1.03))
    said = "; ".join(f"{name}: mean {np.mean(v):.3f}, lowest {np.min(v):.3f}" for name, v in results.items())
    return plots.describe(fig, f"Test accuracy of every seed. {said}. Guessing gives {chance}.")


def _mark_coin_toss(ax):
    ax.axhline(np.log(2), color=plots.GREY, linewidth=1, linestyle=":")
    ax.annotate(
        "a coin toss, ln 2",
        (0.99, np.log(2)),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        color=plots.GREY,
    )


def _ridges(ax, layers, colour):
    """Draw one filled histogram of log10 |values| per layer, the first layer at the bottom."""
    logs = [np.log10(np.abs(layer[layer != 0])) for layer in layers]
    filled = np.concatenate(logs)
    bins = np.linspace(filled.min() - 0.5, filled.max() + 0.5, 90)
    for place, values in enumerate(logs, 1):
        heights, _ = np.histogram(values, bins)
        heights = 0.95 * heights / max(1, heights.max())
        ax.fill_between(
            bins[:-1], place, place + heights, step="post", color=colour, alpha=0.55, linewidth=0, zorder=20 - place
        )
        ax.plot([bins[0], bins[-1]], [place, place], color="#bbbbbb", linewidth=0.5)
    ax.set_yticks(range(1, len(layers) + 1))
    ax.set_ylim(0.8, len(layers) + 1.2)
    ax.grid(False)


def _cycle(items):
    while True:
        yield from items


# --- an explorable ------------------------------------------------------------------------------------------------------------

INITIALIZERS = {
    "initialize_parameters_zeros": (
        "zeros",
        "symmetric",
    ),  # the symmetric start is zeros, and 1/n added to every weight
    "initialize_parameters_random": ("one scale",),
    "initialize_parameters_xavier": ("Xavier",),
    "initialize_parameters_he": ("He",),
}


def explore(activation_scales, *initializers):
    """Return the starts as a picture in which depth and width can be turned, drawn and measured by your own functions.

    Without a front end for widgets it is the still picture of six hidden layers.

    Parameters
    ----------
    activation_scales : function of this assignment
    initializers : functions of this assignment, ``initialize_parameters_zeros`` to ``initialize_parameters_he``, any of them

    Raises
    ------
    ValueError
        If a function is none of these, or comes twice.
    """
    names = [getattr(function, "__name__", repr(function)) for function in (activation_scales, *initializers)]
    if names[0] != "activation_scales" or not names[1:]:
        raise ValueError(f"explore: expected activation_scales and an initializer or more, not {', '.join(names)}")
    if not set(names[1:]) <= set(INITIALIZERS) or len(set(names)) < len(names):
        expected = ", ".join(INITIALIZERS)
        raise ValueError(f"explore: expected some of {expected}, each once, not {', '.join(names[1:])}")
    chosen = {start: function for function in initializers for start in INITIALIZERS[function.__name__]}
    starts = [start for several in INITIALIZERS.values() for start in several if start in chosen]

    def answer(question):
        X, Y = np.array(question["X"]), np.array(question["Y"])
        found = {"run": question["run"], "scales": {}, "parameters": None, "errors": {}}
        for start in question["starts"]:
            try:
                parameters = _started(start, chosen[start], question)
                with np.errstate(all="ignore"):  # some starts leave every bound
                    found["scales"][start] = _scales(activation_scales, X, Y, parameters)
            except Told as said:
                found["errors"][start] = str(said)
                continue
            if start == question["chosen"]:
                found["parameters"] = {name: plain(values) for name, values in parameters.items()}
        return found

    X, Y = circles(200, np.random.default_rng(1))
    first = {"run": 0, "X": X, "Y": Y, "layers_dims": [2, *[12] * 6, 1], "starts": starts, "scale": 2.0, "seed": 1}
    found = answer(first | {"chosen": None})
    signals = {start: np.array(one["signal"], dtype=float) for start, one in found["scales"].items()}
    still = scales_by_layer(signals) if signals else examples(X, Y)
    still.alt_text = " ".join([still.alt_text, *dict.fromkeys(found["errors"].values())])
    return Explorable("initialization", still, {"starts": starts}, answer)


def _started(start, initialize, question):
    """Return the parameters of a start by a student's initializer."""
    dims, more = question["layers_dims"], []
    if start not in ("zeros", "symmetric"):
        more = [np.random.default_rng(question["seed"])]
    if start == "one scale":
        more.append(question["scale"])
    shapes = {}
    for layer, (inputs, units) in enumerate(zip(dims, dims[1:], strict=False), 1):
        shapes |= {f"W{layer}": (units, inputs), f"b{layer}": (units, 1)}
    parameters = arrays(initialize.__name__, called(initialize, list(dims), *more), shapes)
    if start == "symmetric":
        return {
            name: value + 1 / value.shape[1] if name.startswith("W") else value for name, value in parameters.items()
        }
    return parameters


def _scales(activation_scales, X, Y, parameters):
    """Return the signal of every hidden layer, as a student's function measures it, and the gradient of every layer's weights."""
    layers = networks.num_layers(parameters)
    signal = called(activation_scales, X, parameters)
    signal = arrays("activation_scales", {"scales": signal}, {"scales": (layers - 1,)})["scales"]
    gradients = networks.gradients(X, Y, parameters)
    sizes = [np.sqrt(np.mean(gradients[f"dW{layer}"] ** 2)) for layer in range(1, layers + 1)]
    return {"signal": plain(signal), "gradient": plain(sizes)}

"""Figures of TensorFlow on hand signs: traced graphs, losses in float32, baselines, confusions, errors, any photograph, and one's own hand."""

import base64
import functools
import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

from idnn import predictions
from idnn.explorables import Explorable
from idnn.explorables.layers import layers_of, packed
from idnn.pictures import network_input, visible
from idnn.plots import BLUE, COLOURS, GREEN, GREY, MARKERS, ORANGE, RED, SEQUENTIAL, describe, panels

predict = functools.partial(predictions.predict, "tensorflow_signs")

SIGNS = ("0 ring", "1", "2", "3", "4", "5 open")


def input_sheet(images, X, labels, columns=10):
    """Return pictures as taken, above the same pictures as the network gets them."""
    fig, axes = panels(columns, 2, width=8.4, height=2.1)
    for j in range(columns):
        for ax, picture in zip(axes[:, j], (images[j], visible(X[j : j + 1])[0])):
            ax.imshow(picture)
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
        axes[0, j].set_title(int(labels[j]), fontsize=10, loc="center")
    size = X.shape[1]
    axes[0, 0].set_ylabel("picture", fontsize=9)
    axes[1, 0].set_ylabel(f"{size} x {size}", fontsize=9)
    return describe(
        fig,
        f"{columns} pictures of hand signs with their labels, and below each the same picture shrunk to {size} by {size} pixels and "
        "standardized. The fingers can still be told apart, with difficulty.",
    )


def losses_in_float32(logits, careless, careful):
    """Return the loss of label 0 against the logit, computed by way of the probability and straight from the logit."""
    fig, axes = panels(1, width=6.8, height=3.3)
    ax = axes[0, 0]
    ax.plot(logits, careful, color=BLUE, label="from the logit")
    finite = np.isfinite(careless)
    ax.plot(
        logits[finite], careless[finite], color=RED, linestyle="--", linewidth=2.6, label="by way of the probability"
    )
    if not finite.all():
        end = logits[~finite].min()
        ax.axvspan(end, logits.max(), color=GREY, alpha=0.12)
        ax.annotate("infinite here", (end, careful.max() * 0.15), xytext=(6, 0), textcoords="offset points", color=RED)
    ax.set(xlabel="logit z", ylabel="loss for label 0 (nats)", title="One loss, two ways to compute it in float32")
    ax.legend()
    return describe(
        fig,
        "Sigmoid cross-entropy of an example with label 0 against its logit. Computed from the logit it rises as a straight line; "
        "computed through the probability in float32 it goes in visible steps from a logit of 14 on and is infinite from about 17 on.",
    )


def traced_graph(function, *signature, title="", width=8.4):
    """Return a picture of the graph that TensorFlow traces of a function: a box an operation, an arrow a tensor with its shape.

    Parameters
    ----------
    function : callable on tensors
    *signature : tf.TensorSpec, one an argument
    """
    from idnn.tensors import tf

    graph = tf.function(function).get_concrete_function(*signature).graph
    nodes = {node.name: node for node in graph.as_graph_def().node}
    edges = [
        (_source(given), name) for name, node in nodes.items() for given in node.input if not given.startswith("^")
    ]
    places = _layers(list(nodes), [(tail.split(":")[0], head) for tail, head in edges])
    deepest = max(x for x, _ in places.values())
    low, high = min(y for _, y in places.values()), max(y for _, y in places.values())
    fig, ax = plt.subplots(figsize=(max(width, 1.2 * (deepest + 1)), 1.6 + 0.9 * (high - low)))
    for tail, head in edges:
        _arrow(ax, places[tail.split(":")[0]], places[head], _shape_words(graph.get_tensor_by_name(tail)))
    for name, place in places.items():
        _box(ax, place, nodes[name].op, name)
    ax.set(xlim=(-0.6, deepest + 0.6), ylim=(low - 0.6, high + 0.35))
    ax.set_title(title or f"The graph of {getattr(function, '__name__', 'the function')}")
    ax.axis("off")
    for kind, colour, word in (
        ("Placeholder", GREEN, "argument"),
        ("Const", ORANGE, "constant"),
        ("Identity", RED, "result"),
    ):
        if any(node.op == kind for node in nodes.values()):
            ax.plot([], [], "s", color=colour, alpha=0.45, markersize=9, label=f"{kind}: {word}")
    ax.plot([], [], "s", color=BLUE, alpha=0.45, markersize=9, label="computation")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    types = ", ".join(node.op for node in nodes.values())
    return describe(
        fig,
        f"{ax.get_title(loc='left')}: boxes for the operations {types}, joined by arrows in the direction of the data.",
    )


def _source(given):
    """The name of the tensor that an input string of a graph definition means."""
    return given if ":" in given else f"{given}:0"


def _layers(names, edges):
    """Place each node a column after the last of its inputs: computations along row 0, what only gives above its first use."""
    gives = {name for name in names if not any(head == name for _, head in edges)}
    column = {}
    for name in names:  # a graph lists each node after its inputs
        column[name] = max((column[tail] + 1 for tail, head in edges if head == name), default=0)
    for name in gives:
        column[name] = min((column[head] for tail, head in edges if tail == name), default=1) - 1
    places = {}
    for x in sorted(set(column.values())):
        here = [name for name in names if column[name] == x]
        computed = [name for name in here if name not in gives] or here[:1]
        others = [name for name in here if name not in computed]
        places |= {name: (x, -float(i)) for i, name in enumerate(computed)}
        places |= {name: (x, 1.0 + i) for i, name in enumerate(others)}
    return places


def _shape_words(tensor):
    if tensor.shape.rank is None:
        return ""
    return "scalar" if tensor.shape.rank == 0 else " x ".join("m" if n is None else str(n) for n in tensor.shape)


def _box(ax, place, kind, name):
    colour = {"Placeholder": GREEN, "Const": ORANGE, "Identity": RED}.get(kind, BLUE)
    x, y = place
    box = FancyBboxPatch(
        (x - 0.33, y - 0.17), 0.66, 0.34, boxstyle="round,pad=0.02", facecolor="white", edgecolor="none", zorder=3
    )
    ax.add_patch(box)
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.33, y - 0.17),
            0.66,
            0.34,
            boxstyle="round,pad=0.02",
            facecolor=colour,
            edgecolor=colour,
            alpha=0.3,
            zorder=4,
        )
    )
    label = f"{kind}\n{name}" if kind == "Placeholder" else kind
    ax.text(x, y, label, ha="center", va="center", fontsize=9, zorder=5)


def _arrow(ax, tail, head, words):
    (x0, y0), (x1, y1) = tail, head
    style = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    if x1 - x0 > 1 and y0 == y1:  # it would run through the boxes between, so it goes below them
        below = y0 - 0.42
        ax.plot([x0 + 0.1, x0 + 0.1, x1 - 0.1], [y0 - 0.19, below, below], color=GREY, linewidth=1, zorder=2)
        ax.annotate("", (x1 - 0.1, y1 - 0.19), (x1 - 0.1, below), arrowprops=style, zorder=2)
        place = (x0 + x1) / 2, below
    else:
        ax.annotate("", (x1 - 0.36, y1), (x0 + 0.35, y0), arrowprops=style, zorder=2)
        place = (x0 + x1) / 2 - (0.03 if y0 != y1 else 0), (y0 + y1) / 2 + (0.27 if y0 == y1 else 0.1)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    ax.text(*place, words, ha="center", va="center", fontsize=8, color=GREY, zorder=2.5, bbox=box)


def call_times(microseconds):
    """Return the time of one call as dots; ``microseconds`` maps a name to a dict way -> time."""
    names, ways = list(microseconds), list(next(iter(microseconds.values())))
    fig, axes = panels(1, width=7.2, height=1.5 + 0.4 * len(names))
    ax = axes[0, 0]
    for row, name in enumerate(names):
        ax.plot(list(microseconds[name].values()), [row] * len(ways), color=GREY, linewidth=1, zorder=1)
    for k, way in enumerate(ways):
        times = [microseconds[name][way] for name in names]
        ax.plot(times, range(len(names)), MARKERS[k], color=COLOURS[k], markersize=9, label=way)
        for row, time in enumerate(times):
            ax.annotate(f"{time:,.0f}", (time, row), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=9)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.7)
    ax.set_xscale("log")
    ax.margins(x=0.12)
    ax.set(xlabel="time of one call (microseconds, logarithmic)", title="Eager and traced")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=len(ways))
    said = "; ".join(
        f"{name}: " + ", ".join(f"{way} {time:,.0f}" for way, time in times.items())
        for name, times in microseconds.items()
    )
    return describe(fig, f"Times of one call in microseconds, as dots on a logarithmic axis. {said}.")


def accuracies(groups, num_examples=None):
    """Return accuracies as dots on one axis; a group is drawn in one colour and marker.

    Parameters
    ----------
    groups : dict, group name -> dict name -> accuracy
    num_examples : int, test pictures; draws 95 % intervals (Wilson) that follow from their number alone
    """
    rows = [(group, name, value) for group, members in groups.items() for name, value in members.items()]
    fig, axes = panels(1, width=7.4, height=0.9 + 0.36 * len(rows))
    ax = axes[0, 0]
    for k, group in enumerate(groups):
        for i, (_, name, value) in enumerate(rows):
            if rows[i][0] != group:
                continue
            end = value
            if num_examples:
                low, end = wilson(value, num_examples)
                ax.plot([low, end], [i, i], color=COLOURS[k], linewidth=4, alpha=0.25, solid_capstyle="butt")
            first = name == next(iter(groups[group]))
            ax.plot(value, i, MARKERS[k], color=COLOURS[k], markersize=8, label=group if first else None)
            ax.annotate(f"{value:.3f}", (end, i), xytext=(9, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(range(len(rows)), [name for _, name, _ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set(xlim=(0, 1.12), xlabel="accuracy on test hands" + (", with 95 % interval" if num_examples else ""))
    ax.set_title("Who reads the most signs")
    if len(groups) > 1:
        fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=len(groups))
    return describe(fig, "Accuracies: " + ", ".join(f"{name} {value:.3f}" for _, name, value in rows) + ".")


def wilson(share, count, z=1.96):
    """Return the interval of a share of `count` trials. Source: Wilson (1927)."""
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return centre - half, centre + half


def confusion(labels, predictions, title="Which sign is read as which"):
    """Return the confusion matrix of six signs with its counts."""
    table = np.zeros((6, 6), dtype=int)
    np.add.at(table, (labels, predictions), 1)
    fig, axes = panels(1, width=5.2, height=4.6)
    ax = axes[0, 0]
    image = ax.imshow(table, cmap=SEQUENTIAL)
    for (i, j), count in np.ndenumerate(table):
        if count:
            ax.text(j, i, count, ha="center", va="center", color="white" if count < table.max() / 2 else "black")
    ax.set(xticks=range(6), yticks=range(6), xlabel="sign read by the network", ylabel="sign shown", title=title)
    ax.set_yticklabels(SIGNS)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    fig.colorbar(image, ax=ax, label="test pictures", shrink=0.8)
    off = table - np.diag(np.diag(table))
    shown, read = np.unravel_index(off.argmax(), off.shape)
    return describe(
        fig,
        f"Confusion matrix, sign shown against sign read; {np.trace(table)} of {table.sum()} pictures are on the diagonal. The most "
        f"frequent confusion is {shown} read as {read}, {off.max()} times.",
    )


def worst_errors(images, labels, probabilities, columns=8):
    """Return the wrongly read pictures of which the network was surest."""
    read = probabilities.argmax(axis=1)
    sure = np.where(read != labels, probabilities.max(axis=1), -1)
    worst = np.argsort(-sure, kind="stable")[:columns]
    fig, axes = panels(columns, width=8.4, height=1.75)
    for ax, i in zip(axes.flat, worst):
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        if sure[i] < 0:
            ax.set_visible(False)
            continue
        ax.imshow(images[i])
        ax.set_title(f"{labels[i]} read as {read[i]}", fontsize=9, loc="center")
        ax.set_xlabel(f"{100 * sure[i]:.0f} % sure", fontsize=9)
    said = ", ".join(f"{labels[i]} read as {read[i]}" for i in worst if sure[i] >= 0)
    return describe(fig, f"The wrongly read test pictures of which the network was surest: {said}.")


def photograph(picture, X, probabilities):
    """Return a photograph, what the network sees of it, and what it says.

    Parameters
    ----------
    picture : ndarray, shape (height, width, 3), uint8
    X : ndarray, shape (1, size, size, 3), the network's input
    probabilities : dict, network's name -> ndarray of 6
    """
    fig, axes = plt.subplots(1, 3, figsize=(8.4, 2.7), width_ratios=(1, 1, 1.7))
    for ax, shown, title in zip(axes, (picture, visible(X)[0]), ("Photograph", f"Seen, {X.shape[1]} x {X.shape[2]}")):
        ax.imshow(shown)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title)
        ax.grid(False)
    width = 0.8 / len(probabilities)
    for k, (name, p) in enumerate(probabilities.items()):
        places = np.arange(6) + width * (k - (len(probabilities) - 1) / 2)
        axes[2].bar(places, p, width, color=COLOURS[k], hatch=("", "//")[k % 2], edgecolor="white", label=name)
    axes[2].set(xticks=range(6), ylim=(0, 1), xlabel="sign", ylabel="probability", title="Read")
    axes[2].grid(False, axis="x")
    if len(probabilities) > 1:
        axes[2].legend()
    said = "; ".join(
        f"{name} reads {int(p.argmax())} with probability {p.max():.2f}" for name, p in probabilities.items()
    )
    return describe(
        fig, f"A photograph, the same shrunk for the network, and the probabilities of the six signs: {said}."
    )


def explore(model, images, labels, each=2):
    """Return hands as the network reads them; where a front end shows widgets, the reader's own as well, by camera or from a file.

    The network goes into the page, and what it is shown stays there. It is asked about a picture and about its mirror image.

    Parameters
    ----------
    model : tf.keras.Sequential, trained; see `idnn.explorables.layers` for the layers that a page can compute
    images : ndarray, shape (m, 64, 64, 3), uint8, drawn hands to choose from
    labels : ndarray, shape (m,)
    each : int, how many hands of each sign are shown
    """
    size = model.input_shape[1]
    network = packed(size, layers_of(model))
    chosen = [i for sign in range(6) for i in np.flatnonzero(labels == sign)[:each]]
    X = network_input(images[chosen], size)
    logits = np.stack([np.asarray(model(view)) for view in (X, X[:, :, ::-1])])
    powers = np.exp(logits - logits.max(axis=2, keepdims=True))
    p = (powers / powers.sum(axis=2, keepdims=True)).mean(axis=0)
    fig, axes = panels(6, each, width=8.4, height=1.75 * each)
    for ax, i, says in zip(axes.T.flat, chosen, p, strict=True):
        ax.imshow(images[i])
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.set_title(f"{labels[i]} read as {says.argmax()}", fontsize=9, loc="center")
        ax.set_xlabel(f"{100 * says.max():.0f} % sure", fontsize=9)
    said = ", ".join(f"{labels[i]} read as {says.argmax()}" for i, says in zip(chosen, p, strict=True))
    gallery = [{"sign": int(labels[i]), "picture": _address(images[i])} for i in chosen]
    still = describe(fig, f"Drawn hands of people that the network has not seen, and how it reads them: {said}.")
    return Explorable("tensorflow_signs", still, {"network": network, "gallery": gallery})


def _address(picture):
    """Return a picture as a PNG in a ``data:`` address."""
    file = io.BytesIO()
    plt.imsave(file, picture, format="png")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def split_strip(scores):
    """Return accuracies of several seeds as dots, split by hand against split at random; ``scores``: model -> way -> ndarray."""
    fig, axes = panels(1, width=7.2, height=0.9 + 0.9 * len(scores))
    ax, row, ticks = axes[0, 0], 0, []
    for model, ways in scores.items():
        for k, (way, values) in enumerate(ways.items()):
            ax.plot(values, np.full(len(values), row), MARKERS[k], color=COLOURS[k], alpha=0.55, markersize=7)
            ax.plot(np.mean(values), row, "|", color="black", markersize=20, markeredgewidth=2)
            ticks.append(f"{model}, {way}")
            row += 1
    ax.set_yticks(range(row), ticks)
    ax.set_ylim(row - 0.5, -0.5)
    ax.set(xlabel="accuracy on test pictures", title="One picture set, two ways to split it")
    said = "; ".join(
        f"{model} {way} {np.mean(values):.3f}" for model, ways in scores.items() for way, values in ways.items()
    )
    return describe(fig, f"Accuracy of each seed as a dot and the mean as a bar. Means: {said}.")

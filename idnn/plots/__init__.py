"""Figures of the course: one style, colours that everyone can tell apart, and a description of each figure in words.

A module per assignment draws its figures with the helpers here. Every function returns a Figure that ends with :func:`describe`;
as the last line of a cell it is shown once, with its description as alternative text. Importing this package sets the style.
"""

import base64
import html
import io
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from idnn import networks

# Okabe and Ito (2008): distinct under every common form of colour blindness. Lines also differ in dash and marker.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED, GREY = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#666666",
)
COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY, "#000000")
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1)))
MARKERS = ("o", "^", "s", "D", "v", "P", "X")
CLASS_COLOURS, CLASS_MARKERS = (BLUE, RED), ("o", "^")
PROBABILITY = LinearSegmentedColormap.from_list(
    "probability", ["#a9cfe6", "#f7f7f7", "#f3c3a2"]
)  # class 0, undecided, class 1
DIVERGING, SEQUENTIAL = "RdBu_r", "cividis"  # for values around zero, for values from zero up

STYLE = {
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "white",
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.08,
    "font.size": 10,
    "font.family": "DejaVu Sans",
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": plt.cycler(color=COLOURS),
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}
PIXELS_PER_INCH, SHARPNESS = 96, 1.6  # as shown on the page; pixels drawn per pixel shown

plt.rcParams.update(STYLE)


def describe(fig, alt):
    """Give a figure its description in words and return it.

    The description becomes the picture's alternative text in notebooks and on the site, its text form where there is no picture, and
    ``fig.alt_text``. The figure is taken out of pyplot's hands, so a cell shows it once and no memory is held.
    """
    fig.alt_text = " ".join(alt.split())
    fig._repr_mimebundle_ = lambda **_: _bundle(fig)
    plt.close(fig)
    return fig


def _bundle(fig):
    """Return the figure as IPython displays it.

    JupyterLab and nbconvert take alternative text from an HTML image only; the bare picture is for those who show no HTML.
    """
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=SHARPNESS * PIXELS_PER_INCH, metadata={"Description": fig.alt_text})
    width = round(int.from_bytes(file.getvalue()[16:20]) / SHARPNESS)  # a PNG says its width there
    picture, alt = base64.b64encode(file.getvalue()).decode(), html.escape(fig.alt_text)
    image = (
        f'<img alt="{alt}" width="{width}" style="max-width:100%;height:auto" src="data:image/png;base64,{picture}">'
    )
    data = {"text/html": image, "image/png": picture, "text/plain": f"Figure: {fig.alt_text}"}
    return data, {"image/png": {"alt": fig.alt_text, "width": width}}


def panels(columns, rows=1, width=8.0, height=None, **options):
    """Return a figure of `width` inches and its axes as an array of shape (rows, columns); options go to ``plt.subplots``."""
    height = height or rows * width / max(columns, 2)
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)


def line_styles():
    """Return an endless iterator of keyword dicts for ``plot``: colour, dash and marker change together."""
    together = zip(COLOURS, DASHES, MARKERS, strict=True)
    return cycle(
        [{"color": colour, "linestyle": dash, "marker": marker, "markersize": 5} for colour, dash, marker in together]
    )


def scatter_classes(ax, X, Y, size=14, names=("class 0", "class 1")):
    """Draw examples (X of shape (2, m), Y of shape (1, m)) with a colour and a marker per class."""
    for label in (0, 1):
        chosen = X[:, Y[0] == label]
        ax.scatter(
            *chosen,
            s=size,
            c=CLASS_COLOURS[label],
            marker=CLASS_MARKERS[label],
            linewidths=0.4,
            edgecolors="white",
            label=names[label],
        )
    ax.set(xlabel="$x_1$", ylabel="$x_2$")


def shade_probability(ax, model, X, margin=0.3, resolution=160):
    """Shade the plane by the probability of class 1 and draw the line where it is one half.

    ``model`` is a parameter dict of the given network or a function of points (2, n) that returns n probabilities.
    """
    low, high = X.min(axis=1) - margin, X.max(axis=1) + margin
    grid = np.meshgrid(*(np.linspace(a, b, resolution) for a, b in zip(low, high, strict=True)))
    points = np.stack([axis.ravel() for axis in grid])
    with np.errstate(all="ignore"):  # a network whose training went wrong is drawn as it is
        probability = networks.predict_probability(points, model) if isinstance(model, dict) else model(points)
    probability = np.reshape(probability, grid[0].shape)
    ax.imshow(
        probability,
        cmap=PROBABILITY,
        vmin=0,
        vmax=1,
        origin="lower",
        extent=(low[0], high[0], low[1], high[1]),
        aspect="auto",
        interpolation="bilinear",
    )
    if np.nanmin(probability) < 0.5 < np.nanmax(probability):
        ax.contour(*grid, probability, levels=[0.5], colors="black", linewidths=1.4)
    ax.set_aspect("equal", adjustable="box")
    ax.grid(False)


def decision_boundary(model, X, Y, title="", alt=None):
    """Return the picture of what one model says everywhere in the plane, with the examples on it."""
    return decision_boundaries({title: model}, X, Y, alt=alt)


def decision_boundaries(models, X, Y, columns=None, alt=None):
    """Return decision boundaries side by side; ``models`` maps a title to a parameter dict or a function of points."""
    columns = columns or min(len(models), 4)
    rows = -(-len(models) // columns)
    width = 4.6 if columns == 1 else min(9.6, 3.2 * columns)
    fig, axes = panels(
        columns,
        rows,
        width=width,
        height=rows * (width / columns + 0.7),
        sharex=True,
        sharey=True,
        layout="compressed",
    )
    for ax, (title, model) in zip(axes.flat, models.items(), strict=False):
        shade_probability(ax, model, X)
        scatter_classes(ax, X, Y)
        ax.set_title(title, fontsize=10)
        ax.label_outer()
    for ax in axes.flat[len(models) :]:
        ax.set_visible(False)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=2)
    drawn = "; ".join(title for title in models if title)
    return describe(
        fig,
        alt
        or f"Examples of two classes on the shaded probability of class 1, with the line where it is one half: {drawn}.",
    )


def cost_curves(costs, record_every=1, title="", unit="epoch", log=False, references=None, alt=None):
    """Return cost against epoch for several runs; a run of several seeds is drawn as its median and its full range.

    Parameters
    ----------
    costs : dict, name -> ndarray, shape (records,) or (seeds, records)
    record_every : int, epochs between two records
    unit : str, what the horizontal axis counts
    log : bool, whether the costs are drawn on a logarithmic axis
    references : dict, name -> cost, drawn as thin horizontal lines
    """
    fig, axes = panels(1, width=7.2, height=3.6)
    ax = axes[0, 0]
    for (name, values), style in zip(costs.items(), line_styles(), strict=False):
        values = np.atleast_2d(values)
        epochs = record_every * np.arange(values.shape[1])
        ax.plot(epochs, np.median(values, axis=0), label=name, markevery=max(1, len(epochs) // 8), **style)
        if len(values) > 1:
            ax.fill_between(
                epochs, values.min(axis=0), values.max(axis=0), color=style["color"], alpha=0.15, linewidth=0
            )
    for name, value in (references or {}).items():
        ax.axhline(value, color=GREY, linewidth=1, linestyle=":")
        ax.annotate(name, (1, value), xycoords=("axes fraction", "data"), ha="right", va="bottom", color=GREY)
    ax.set(xlabel=unit, ylabel="cost (nats)", title=title)
    if log:
        ax.set_yscale("log")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    ends = "; ".join(
        f"{name} from {np.median(np.atleast_2d(v)[:, 0]):.2g} to {np.median(np.atleast_2d(v)[:, -1]):.2g}"
        for name, v in costs.items()
    )
    return describe(fig, alt or f"Cost in nats against {unit}. {ends}.")

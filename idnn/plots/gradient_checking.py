"""Figures of the assignment that builds the gradient checker."""

import functools

import numpy as np

from idnn import curves, predictions
from idnn.explorables import Explorable, Told, arrays, called, plain
from idnn.plots import BLUE, COLOURS, DASHES, GREEN, GREY, MARKERS, PURPLE, RED, describe, line_styles, panels

predict = functools.partial(predictions.predict, "gradient_checking")

ZERO = 1e-17  # where an error of exactly 0 is drawn on a logarithmic axis


def chords(cost, slope, theta, epsilon):
    """Return a curve with its tangent at ``theta`` and the chords of the one-sided and of the central difference.

    ``cost`` and ``slope`` are functions of theta that also take arrays.
    """
    fig, axes = panels(1, width=6.4, height=3.9)
    ax = axes[0, 0]
    grid = np.linspace(theta - 2 * epsilon, theta + 2 * epsilon, 200)
    ax.plot(grid, cost(grid), color=GREY, linewidth=2.5, label="cost J")
    one_sided = (cost(theta + epsilon) - cost(theta)) / epsilon
    central = (cost(theta + epsilon) - cost(theta - epsilon)) / (2 * epsilon)
    ax.axline(
        (theta, cost(theta)), slope=slope(theta), color="black", linewidth=1.2, label=f"tangent, {slope(theta):.3f}"
    )
    points = {"one-sided": (0, RED, "--", "^", one_sided), "central": (-epsilon, BLUE, "-.", "o", central)}
    for name, (start, colour, dash, marker, value) in points.items():
        ends = np.array([theta + start, theta + epsilon])
        ax.axline((ends[0], cost(ends[0])), slope=value, color=colour, linestyle=dash, label=f"{name}, {value:.3f}")
        ax.plot(
            ends, cost(ends), marker, color=colour, markersize=8 if start else 12, fillstyle="full" if start else "none"
        )
    ax.set_xticks([theta - epsilon, theta, theta + epsilon], ["θ − ε", "θ", "θ + ε"])
    ax.set(xlabel="parameter θ", ylabel="cost J(θ)", xlim=grid[[0, -1]], title="Two chords, one tangent")
    ax.legend(title="slope", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return describe(
        fig,
        f"A curved cost with its tangent of slope {slope(theta):.3f} at theta. The chord from theta to theta plus epsilon is steeper or "
        f"flatter, slope {one_sided:.3f}; the chord from theta minus epsilon to theta plus epsilon is nearly parallel to the tangent, slope {central:.3f}.",
    )


def error_against_step(errors, title="", threshold=None, ylabel="relative difference"):
    """Return errors against the step epsilon, both axes logarithmic.

    Parameters
    ----------
    errors : dict, name -> (epsilons, errors), two arrays of one length each
    threshold : float, drawn as a horizontal line
    """
    fig, axes = panels(1, width=7.6, height=3.9)
    ax = axes[0, 0]
    words = []
    for (name, (epsilons, values)), style in zip(errors.items(), line_styles()):
        shown = np.maximum(np.asarray(values, dtype=float), ZERO)
        ax.loglog(epsilons, shown, label=name, **style)
        best = int(np.argmin(shown))
        words.append(f"{name}: smallest {shown[best]:.0e} at epsilon {np.asarray(epsilons)[best]:.0e}")
    if threshold is not None:
        ax.axhline(threshold, color=GREY, linestyle=":", linewidth=1.2)
        ax.annotate(
            f"threshold {threshold:.0e}", (0.01, threshold), xycoords=("axes fraction", "data"), va="bottom", color=GREY
        )
    ax.set(xlabel="step ε", ylabel=ylabel, title=title)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return describe(fig, f"{ylabel} against the step epsilon, both axes logarithmic. {'; '.join(words)}.")


def agreement(gradients, approximations):
    """Return every entry of a backward pass against the same entry of a numerical gradient; a right gradient lies on the diagonal."""
    fig, axes = panels(1, width=6.0, height=4.4)
    ax = axes[0, 0]
    words = []
    for (name, approximation), colour, marker in zip(approximations.items(), COLOURS, MARKERS):
        ax.plot(
            approximation.ravel(),
            gradients[name].ravel(),
            marker,
            color=colour,
            markersize=6.5,
            markeredgecolor="white",
            label=name,
        )
        gap = np.abs(gradients[name] - approximation).max()
        words.append(f"{name} within {gap:.0e}" if gap < 1e-6 else f"{name} off by up to {gap:.2g}")
    ax.axline((0, 0), slope=1, color=GREY, linewidth=1, zorder=0)
    ax.set(xlabel="slope of the cost, measured", ylabel="what the backward pass says", title="One point per parameter")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return describe(
        fig, f"Entries of the backward pass against the numerical gradient, with the diagonal. {', '.join(words)}."
    )


def histograms(differences, threshold=None, title=""):
    """Return a row per group with the distribution of relative differences over many points, on one logarithmic axis.

    ``differences`` maps a name to an array; exact zeros are drawn at the left edge.
    """
    low, high = -13.0, 0.0
    bins = np.linspace(low, high, 53)
    fig, axes = panels(1, len(differences), width=7.6, height=0.9 + 1.15 * len(differences), sharex=True)
    words = []
    for ax, (name, values), colour in zip(axes[:, 0], differences.items(), (BLUE, RED, GREEN, PURPLE)):
        values = np.nan_to_num(np.asarray(values, dtype=float), nan=1.0)  # nan counts as no agreement at all
        shown = np.clip(np.log10(np.maximum(values, 10**low)), low, high)
        ax.hist(shown, bins=bins, color=colour, edgecolor="white", linewidth=0.3)
        ax.set_title(name, fontsize=10)
        ax.set(ylabel="points")
        words.append(f"{name}: median {np.median(values):.0e}")
        if threshold is not None:
            ax.axvline(np.log10(threshold), color="black", linestyle=":", linewidth=1.4)
            beyond = f"{np.mean(values > threshold):.1%} beyond {threshold:.0e}"
            ax.set_title(f"{name}: {beyond}", fontsize=10)
            words[-1] += f", {beyond}"
    ticks = np.arange(low, high + 1, 2)
    axes[-1, 0].set_xticks(ticks, [f"$10^{{{int(t)}}}$" for t in ticks])
    axes[-1, 0].set(xlabel="relative difference (exact zeros at the left edge)")
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return describe(fig, f"Histograms of the relative difference over random points. {'; '.join(words)}.")


def kink(epsilon, thetas, one_sided, central):
    """Return the cost |theta| with a chord across its kink, and what both differences say as theta comes near it.

    Parameters
    ----------
    epsilon : float, the step
    thetas : ndarray, shape (k,), where the slope is asked for
    one_sided, central : ndarrays, shape (k,), the slopes they measure there
    """
    fig, axes = panels(2, width=9.0, height=3.7)
    left, right = axes[0]
    reach = 2.2 * epsilon
    grid = np.linspace(-reach, reach, 201)
    theta = 0.5 * epsilon
    ends = np.array([theta - epsilon, theta + epsilon])
    left.plot(grid, np.abs(grid), color=GREY, linewidth=2.5)
    left.plot(ends, np.abs(ends), "-.o", color=BLUE)
    left.plot(theta, theta, "D", color="black", markersize=6)
    left.annotate("θ", (theta, theta), xytext=(7, -10), textcoords="offset points")
    left.set_xticks([-epsilon, 0, epsilon], ["−ε", "0", "ε"])
    left.set_yticks([0, epsilon], ["0", "ε"])
    left.set(xlabel="parameter θ", ylabel="cost |θ|", title="A chord across the kink")
    right.plot(thetas / epsilon, np.sign(thetas), color="black", linewidth=1.2, label="derivative")
    right.plot(
        thetas / epsilon,
        one_sided,
        color=RED,
        linestyle=DASHES[1],
        marker="^",
        markevery=10,
        markersize=5,
        label="one-sided",
    )
    right.plot(
        thetas / epsilon,
        central,
        color=BLUE,
        linestyle=DASHES[2],
        marker="o",
        markevery=10,
        markersize=5,
        label="central",
    )
    right.set(xlabel="distance to the kink, θ / ε", ylabel="slope", title="What the differences say")
    right.legend(loc="lower right")
    return describe(
        fig,
        "Left: the cost |theta|, a V, with a chord from its left arm to its right one around a theta half a step from the kink. Right: "
        "slope against distance to the kink in steps. The derivative jumps from -1 to 1 at 0; the central difference rises in a straight "
        "line from -1 at one step left of it to 1 at one step right of it; the one-sided one from one step left to the kink itself.",
    )


# --- an explorable ------------------------------------------------------------------------------------------------------------

COSTS = {
    "sin θ": (lambda theta: curves.sine(1.0, theta), lambda theta: curves.sine_slope(1.0, theta)),
    "θ³": (lambda theta: theta * theta * theta, lambda theta: curves.cube_slope(1.0, theta)),
    "|θ − 1|": (lambda theta: curves.kink(1.0, theta), lambda theta: curves.kink_slope(1.0, theta)),
}


def explore(numerical_gradient, relative_difference):
    """Return a chord and its error as a picture in which cost, point and step can be turned, measured by your own functions.

    Draw first how the error depends on the step, then see it. Without a front end for widgets it is the still picture of the sine.

    Parameters
    ----------
    numerical_gradient, relative_difference : functions of this assignment

    Raises
    ------
    ValueError
        If a function is another one.
    """
    names = [getattr(each, "__name__", repr(each)) for each in (numerical_gradient, relative_difference)]
    if names != ["numerical_gradient", "relative_difference"]:
        raise ValueError(f"explore: expected numerical_gradient, relative_difference, not {', '.join(names)}")

    def central(cost, theta, epsilon):
        measured = called(
            numerical_gradient, lambda moved: float(cost(moved["theta"])), {"theta": theta.copy()}, epsilon
        )
        return float(arrays(names[0], measured, {"dtheta": ()})["dtheta"])

    def one_sided(cost, theta, epsilon):
        return float((cost(theta + epsilon) - cost(theta)) / epsilon)

    def answer(question):
        cost, slope = COSTS[question["cost"]]
        theta, found = np.array(float(question["theta"])), {"measures": {}, "errors": {}}
        for name, difference in {"central": central, "one-sided": one_sided}.items():
            try:
                with np.errstate(all="ignore"):
                    slopes = [difference(cost, theta, epsilon) for epsilon in question["epsilons"]]
                    differences = [
                        _number(relative_difference, np.float64(slope(theta)), np.float64(s)) for s in slopes
                    ]
            except Told as said:
                found["errors"][name] = str(said)
                continue
            found["measures"][name] = {"slopes": plain(slopes), "differences": plain(differences)}
        return found

    steps = np.logspace(-15, 0, 31)
    measures, errors = answer({"cost": "sin θ", "theta": 1.0, "epsilons": steps.tolist()}).values()
    drawn = {name: (steps, np.array(one["differences"], dtype=float)) for name, one in measures.items()}
    still = error_against_step(drawn, "The error of a chord") if drawn else chords(np.sin, np.cos, 1.0, 0.5)
    still.alt_text = " ".join([still.alt_text, *dict.fromkeys(errors.values())])
    return Explorable("gradient_checking", still, {}, answer)


def _number(function, *arguments):
    """Return what a student's function returns as a float."""
    returned = called(function, *arguments)
    try:
        return float(returned)
    except (TypeError, ValueError):
        raise Told(f"{function.__name__} returned {type(returned).__name__}, expected a number") from None

"""Figures of the assignment Optimization: walks on surfaces, noise, learning rates and decay."""

import functools

import matplotlib.pyplot as plt
import numpy as np

from idnn import predictions, surfaces
from idnn.explorables import Explorable, Told, told
from idnn.plots import GREY, describe, line_styles, panels, scatter_classes
from idnn.plots.player import player
from idnn.surfaces import heights

predict = functools.partial(predictions.predict, "optimization")

MINIMA = {"bowl": (0.0, 0.0), "rosenbrock": (1.0, 1.0), "saddle": ((0.0, 1.0), (0.0, -1.0))}
# what :func:`explore` drives: an update function's name -> the rule's name, how many dicts it remembers, betas that it takes
RULES = {
    "update_parameters_with_gd": ("gradient descent", 0, {}),
    "update_parameters_with_momentum": ("momentum", 1, {"beta1": "beta"}),
    "update_parameters_with_rmsprop": ("RMSProp", 1, {"beta2": "beta2"}),
    "update_parameters_with_adam": ("Adam", 2, {"beta1": "beta1", "beta2": "beta2"}),
}


def examples(X, Y, X_test, Y_test):
    """Return the training set and the test set side by side."""
    fig, axes = panels(2, width=8.4, height=3.6, sharex=True, sharey=True)
    for ax, title, data in zip(axes[0], ("training set", "test set"), ((X, Y), (X_test, Y_test)), strict=True):
        scatter_classes(ax, *data)
        ax.set(title=f"{title}, {data[0].shape[1]} examples", aspect="equal")
        ax.label_outer()
    axes[0, 0].legend(loc="lower left", fontsize=9)
    return describe(
        fig, "Two noisy half moons that reach into each other, one class each: training set left, test set right."
    )


# --- walks ------------------------------------------------------------------------------------------------------------------


def walks(surface, paths, title="", zoom=None, columns=None):
    """Return the walks of several optimizers on the contours of a surface, one panel each.

    Parameters
    ----------
    surface : function(x, y) -> value, d/dx, d/dy
    paths : dict, name -> ndarray of shape (steps + 1, 2)
    zoom : (left, right, bottom, top), or None to show every point
    """
    columns = columns or min(len(paths), 2)
    rows = -(-len(paths) // columns)
    fig, axes = panels(columns, rows, width=8.8, height=2.75 * rows + 0.3, sharex=True, sharey=True)
    box = zoom or _box(paths.values())
    for ax, (name, path), style in zip(axes.flat, paths.items(), line_styles(), strict=False):
        _contours(ax, surface, box)
        ax.plot(*path.T, **{**style, "markersize": 3.5, "linewidth": 1.2})
        ax.set_title(f"{name}: {_ending(surface, path)}", fontsize=10)
        ax.label_outer()
    for ax in axes.flat[len(paths) :]:
        ax.set_visible(False)
    if title:
        fig.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    said = "; ".join(f"{name}: {_ending(surface, path)}" for name, path in paths.items())
    return describe(
        fig, f"Walks over the contour lines of the {surface.__name__}, the lowest point marked by a star. {said}."
    )


def _ending(surface, path):
    end = heights(surface, path)[-1]
    return "left the picture" if not np.isfinite(end) else f"cost {end:.2g} after {len(path) - 1} steps"


def _box(paths):
    points = np.concatenate([path[np.isfinite(path).all(axis=1)] for path in paths])
    low, high = np.percentile(points, 1, axis=0), np.percentile(points, 99, axis=0)
    margin = 0.12 * (high - low) + 0.1
    return low[0] - margin[0], high[0] + margin[0], low[1] - margin[1], high[1] + margin[1]


def _contours(ax, surface, box, levels=12):
    x, y = np.meshgrid(np.linspace(*box[:2], 120), np.linspace(*box[2:], 120))
    values = np.log10(surface(x, y)[0] + 1e-2)
    ax.contour(x, y, values, levels=levels, colors="#b8b8b8", linewidths=0.7, linestyles="solid")
    ax.plot(
        *np.transpose(MINIMA[surface.__name__]), marker="*", color="black", markersize=11, linestyle="none", zorder=5
    )
    ax.set(xlabel="$x$", ylabel="$y$", xlim=box[:2], ylim=box[2:])
    ax.grid(False)


def race(courses):
    """Return every optimizer's whole walk on every surface in one picture, the still of :func:`race_animation`.

    Parameters
    ----------
    courses : list of (surface, paths, box), paths a dict name -> ndarray (steps + 1, 2), box (left, right, bottom, top)
    """
    fig, axes, _ = _race_figure(courses)
    for ax, (_, paths, _) in zip(axes, courses, strict=True):
        for (_, path), style in zip(paths.items(), line_styles(), strict=False):
            ax.plot(*path[-1], **{**style, "markersize": 8, "linestyle": "none"}, zorder=4)
    said = ". ".join(
        f"On the {surface.__name__}: " + "; ".join(f"{name} {_ending(surface, path)}" for name, path in paths.items())
        for surface, paths, _ in courses
    )
    return describe(fig, f"The walks of all optimizers over contour lines, the lowest point marked by a star. {said}.")


def _race_figure(courses):
    fig, axes = panels(len(courses), width=9.0, height=4.3)
    lines = []
    for ax, (surface, paths, box) in zip(axes[0], courses, strict=True):
        _contours(ax, surface, box, levels=7)
        for (name, path), style in zip(paths.items(), line_styles(), strict=False):
            lines.append((ax.plot(*path.T, label=name, **{**style, "marker": "", "linewidth": 1.5})[0], path))
        steps = max((len(path) for path in paths.values()), default=1) - 1
        ax.set_title(f"{surface.__name__}, {steps} steps", fontsize=10)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return fig, axes[0], lines


def race_animation(courses, num_frames=30):
    """Return the walks as an animation with a button to play it and a slider.

    The walkers start together; frame by frame each has made the same share of its steps, more of them in the later frames.
    """
    fig, axes, lines = _race_figure(courses)
    heads = []
    for ax, (_, paths, _) in zip(axes, courses, strict=True):
        for style in (style for _, style in zip(paths, line_styles(), strict=False)):
            heads.append(ax.plot([], [], **{**style, "markersize": 8, "linestyle": "none"}, zorder=4)[0])
    shares = np.linspace(0, 1, num_frames) ** 1.6

    def draw(frame):
        for (line, path), head in zip(lines, heads, strict=True):
            last = round(shares[frame] * (len(path) - 1))
            line.set_data(*path[: last + 1].T)
            head.set_data(*path[last : last + 1].T)

    plt.close(fig)
    said = f"Animation: {', '.join(courses[0][1])} walk down the {' and the '.join(s.__name__ for s, _, _ in courses)}."
    return player(fig, [line for line, _ in lines] + heads, draw, num_frames, said)


def explore(*updates):
    """Return the race as a picture whose start, learning rates and betas can be turned, walked by your own functions.

    Without a front end for widgets it is the still picture of a bowl.

    Parameters
    ----------
    updates : functions of this assignment, ``update_parameters_with_gd`` to ``update_parameters_with_adam``, any of them

    Raises
    ------
    ValueError
        If a function is none of these, or comes twice.
    """
    names = [getattr(update, "__name__", repr(update)) for update in updates]
    if not names or not set(names) <= set(RULES) or len(set(names)) < len(names):
        raise ValueError(
            f"explore: expected some of {', '.join(RULES)}, each once, not {', '.join(names) or 'nothing'}"
        )
    chosen = {RULES[name][0]: update for name, update in zip(names, updates, strict=True)}

    def answer(question):
        ground = getattr(surfaces, question["surface"])
        if question["surface"] == "bowl":
            ground = functools.partial(surfaces.bowl, condition=question["condition"])
        paths, errors = {}, {}
        for rule, settings in question["rules"].items():
            try:
                paths[rule] = _walked(chosen[rule], ground, question["start"], settings, question["num_steps"])
            except Exception as error:  # whatever a student's function raises is told where its walk would be
                errors[rule] = told(chosen[rule].__name__, error)
        return {"paths": paths, "errors": errors}

    settings = {"learning_rate": 0.05, "beta1": 0.9, "beta2": 0.9}
    rules = {rule: settings | ({"beta2": 0.999} if rule == "Adam" else {}) for rule in chosen}
    start = {"surface": "bowl", "condition": 25.0, "start": (-9.0, 2.5), "num_steps": 100, "rules": rules}
    paths, errors = answer(start).values()
    walked = {rule: np.array(path, dtype=float) for rule, path in paths.items()}
    still = race([(surfaces.bowl, walked, (-10.5, 3, -4, 4))])
    still.alt_text = " ".join([still.alt_text, *errors.values()])
    return Explorable("optimization", still, {"rules": list(chosen)}, answer)


def _walked(update, ground, start, settings, num_steps):
    """Return the points of a walk by an update function, with None where it has left every bound."""
    _, memories, betas = RULES[update.__name__]
    expected = f"{memories + 1} dicts" if memories else "a dict"
    turned = {"learning_rate": settings["learning_rate"]} | {betas[key]: settings[key] for key in betas}

    def step(parameters, grads, state, t, _):
        state = state or [{name: np.zeros_like(value) for name, value in grads.items()} for _ in range(memories)]
        number = {"t": t} if memories == 2 else {}
        result = update(parameters, grads, *state, **number, **turned)
        dicts = result if memories and isinstance(result, tuple) else [result]
        if len(dicts) != memories + 1 or not all(isinstance(one, dict) for one in dicts):
            raise Told(f"{update.__name__} returned {type(result).__name__}, expected {expected}")
        return dicts[0], dicts[1:]

    with np.errstate(all="ignore"):
        path = surfaces.walk(ground, start, step, None, num_steps)
    return [[float(x), float(y)] if np.isfinite(x) else [None, None] for x, y in path]


def coordinates(paths, threshold=None):
    """Return both coordinates of several walks against the step."""
    fig, axes = panels(2, width=9.0, height=3.3)
    for ax, i, title in zip(axes[0], (0, 1), ("along the flat direction", "across, the steep direction"), strict=True):
        for (name, path), style in zip(paths.items(), line_styles(), strict=False):
            ax.plot(path[:, i], label=name, markevery=5, **style)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.set(xlabel="step", ylabel=f"${'xy'[i]}$", title=title)
    axes[0, 1].legend()
    said = "; ".join(f"{name} ends at x = {path[-1, 0]:.2g}, y = {path[-1, 1]:.2g}" for name, path in paths.items())
    return describe(fig, f"Position against step, x along the flat direction left, y across it right. {said}.")


def steps_by_condition(conditions, steps):
    """Return the steps needed against the condition number of the bowl, on logarithmic axes.

    ``steps`` maps a name to an array of shape (conditions, starts); drawn are median and full range.
    """
    fig, axes = panels(1, width=6.4, height=3.6)
    ax = axes[0, 0]
    for (name, values), style in zip(steps.items(), line_styles(), strict=False):
        slope = np.polyfit(np.log(conditions), np.log(np.median(values, axis=1)), 1)[0]
        ax.plot(conditions, np.median(values, axis=1), label=f"{name}, slope {slope:.2f}", **style)
        ax.fill_between(
            conditions, values.min(axis=1), values.max(axis=1), color=style["color"], alpha=0.15, linewidth=0
        )
    ax.set(xscale="log", yscale="log", xlabel="condition number of the bowl", ylabel="steps to the bottom")
    ax.set_xticks(conditions, [str(c) for c in conditions])
    ax.minorticks_off()
    ax.legend()
    said = "; ".join(f"{name}: {', '.join(f'{n:.0f}' for n in np.median(v, axis=1))}" for name, v in steps.items())
    return describe(fig, f"Steps to the bottom at condition numbers {', '.join(map(str, conditions))}. {said}.")


# --- mini-batches -----------------------------------------------------------------------------------------------------------


def noise(batch_sizes, measured, predicted):
    """Return the relative noise of a mini-batch's gradient against its size, with the formula's prediction as a line."""
    fig, axes = panels(1, width=6.4, height=3.6)
    ax = axes[0, 0]
    ax.plot(batch_sizes, predicted, color=GREY, linestyle="--", label="formula")
    measure, ball = np.median(measured, axis=1), next(line_styles())
    ax.errorbar(
        batch_sizes,
        measure,
        yerr=[measure - measured.min(axis=1), measured.max(axis=1) - measure],
        **{**ball, "linestyle": "none", "markersize": 7},
        label="measured: median and range over networks",
    )
    ax.set(xscale="log", yscale="log", xlabel="examples in a mini-batch", ylabel="noise / length of the whole gradient")
    ax.set_xticks(batch_sizes, [str(size) for size in batch_sizes])
    ax.minorticks_off()
    ax.axhline(1, color=GREY, linewidth=0.8)
    ax.annotate("as long as the gradient itself", (batch_sizes[0], 1), va="top", color=GREY, fontsize=9)
    ax.legend(loc="lower left")
    said = ", ".join(f"{size}: {value:.2g}" for size, value in zip(batch_sizes, measure, strict=True))
    return describe(
        fig, f"Relative noise of the gradient against the size of the mini-batch, falling as the formula says. {said}."
    )


def training_curves(costs, unit="epoch", record_every=1, title="", threshold=None, top=None, ax=None):
    """Return median and quartiles over networks of the cost against the epoch; ``costs``: name -> (records, networks)."""
    fig, axes = panels(1, width=7.2, height=3.7)
    ax = axes[0, 0]
    for (name, values), style in zip(costs.items(), line_styles(), strict=False):
        low, middle, high = np.nanpercentile(values, [25, 50, 75], axis=1)
        epochs = record_every * np.arange(len(values))
        ax.plot(epochs, middle, label=name, markevery=max(1, len(epochs) // 8), **style)
        ax.fill_between(epochs, low, high, color=style["color"], alpha=0.13, linewidth=0)
    if threshold:
        ax.axhline(threshold, color=GREY, linewidth=1)
    ax.set(xlabel=unit, ylabel="training cost (nats)", title=title, ylim=(0, top))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    ends = "; ".join(f"{name} ends at {np.nanmedian(values[-1]):.2g}" for name, values in costs.items())
    return describe(fig, f"Training cost in nats against {unit}, median and quartiles over networks. {ends}.")


# --- step sizes -------------------------------------------------------------------------------------------------------------


def step_sizes(gradient, steps):
    """Return the length of each parameter's step, parameters sorted by their gradient; ``steps``: name -> ndarray like it."""
    fig, axes = panels(1, width=7.2, height=3.5)
    ax = axes[0, 0]
    order = np.argsort(np.abs(gradient))
    for (name, values), style in zip(steps.items(), line_styles(), strict=False):
        ax.plot(
            np.arange(len(order)), np.abs(values)[order], label=name, **{**style, "linestyle": "none", "markersize": 6}
        )
    ax.set(yscale="log", xlabel="parameters, sorted by the size of their gradient", ylabel="length of the step")
    ax.legend()
    said = "; ".join(f"{name}: from {np.abs(v).min():.1g} to {np.abs(v).max():.1g}" for name, v in steps.items())
    return describe(fig, f"The step of every weight and bias of the network, on a logarithmic axis. {said}.")


def first_steps(steps, learning_rate):
    """Return the length of the first steps under a constant gradient, in learning rates; ``steps``: name -> (num_steps,)."""
    fig, axes = panels(1, width=6.4, height=3.3)
    ax = axes[0, 0]
    for (name, values), style in zip(steps.items(), line_styles(), strict=False):
        t = np.arange(1, len(values) + 1)
        ax.plot(t, values / learning_rate, label=name, markevery=max(1, len(t) // 10), **style)
    ax.set(xlabel="step $t$", ylabel="length / learning rate", ylim=(0, None))
    ax.legend()
    said = "; ".join(
        f"{name}: first {v[0] / learning_rate:.2g}, longest {v.max() / learning_rate:.2g}" for name, v in steps.items()
    )
    return describe(fig, f"Length of each step in learning rates under a constant gradient. {said}.")


# --- learning rates ---------------------------------------------------------------------------------------------------------


def sensitivity(learning_rates, costs):
    """Return the final training cost against the learning rate; ``costs``: name -> (learning rates, networks)."""
    fig, axes = panels(1, width=7.4, height=3.9)
    ax, top = axes[0, 0], 1.0
    for (name, values), style in zip(costs.items(), line_styles(), strict=False):
        values = np.minimum(np.nan_to_num(values, nan=top), top)
        low, middle, high = np.percentile(values, [25, 50, 75], axis=1)
        ax.plot(learning_rates, middle, label=name, **style)
        ax.fill_between(learning_rates, low, high, color=style["color"], alpha=0.1, linewidth=0)
    ax.axhline(np.log(2), color=GREY, linewidth=1, linestyle=":")
    ax.annotate("ln 2, a coin", (learning_rates[0], np.log(2)), va="bottom", color=GREY, fontsize=9)
    ax.set(xscale="log", xlabel="learning rate", ylabel="final training cost (nats)", ylim=(0, top))
    ax.set_xticks(learning_rates, [f"{rate:g}" for rate in learning_rates])
    ax.minorticks_off()
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    best = "; ".join(
        f"{name} is lowest at {learning_rates[int(np.nanargmin(np.median(np.nan_to_num(v, nan=9.0), axis=1)))]:g}"
        for name, v in costs.items()
    )
    return describe(fig, f"Final training cost against the learning rate, median and quartiles over networks. {best}.")


def strips(values, unit, top):
    """Return one row of dots per name, one dot a network, with the median as a bar; what never arrived stands at the right."""
    fig, axes = panels(1, width=7.2, height=0.55 * len(values) + 1.1)
    ax = axes[0, 0]
    for row, ((_, found), style) in enumerate(zip(values.items(), line_styles(), strict=False)):
        found = np.asarray(found, dtype=float)
        shown = np.where(np.isfinite(found), found, top * 1.08)
        spread = row + 0.22 * np.sin(np.arange(len(found)) * 2.4)
        ax.plot(shown, spread, **{**style, "linestyle": "none", "markersize": 5, "alpha": 0.75})
        if np.isfinite(np.median(found)):
            ax.plot([np.median(found)] * 2, [row - 0.38, row + 0.38], color="black", linewidth=2.2)
    ax.axvline(top * 1.03, color=GREY, linewidth=1, linestyle=":")
    ax.annotate("never", (top * 1.08, -0.55), ha="center", va="bottom", color=GREY, fontsize=9)
    ax.set(yticks=range(len(values)), yticklabels=list(values), xlabel=unit, xlim=(0, top * 1.14))
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    said = "; ".join(
        f"{name}: median {np.median(v):.3g}, {int(np.isfinite(v).sum())} of {len(v)} arrived"
        for name, v in values.items()
    )
    return describe(fig, f"{unit}, one dot for each network, the median as a bar. {said}.")


def schedules(epochs, rates):
    """Return the learning rate against the epoch; ``rates``: name -> (epochs,)."""
    fig, axes = panels(1, width=6.8, height=3.2)
    ax = axes[0, 0]
    for (name, values), style in zip(rates.items(), line_styles(), strict=False):
        ax.plot(epochs, values, label=name, **{**style, "marker": ""})
    ax.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))
    ax.legend()
    said = "; ".join(f"{name}: from {v[0]:.2g} to {v[-1]:.2g}" for name, v in rates.items())
    return describe(fig, f"Learning rate against epoch. {said}.")


def ablation(costs, record_every=1):
    """Return a grid of training curves; ``costs``: (row name, column name) -> (records, networks)."""
    rows, columns = (list(dict.fromkeys(key[i] for key in costs)) for i in (0, 1))
    fig, axes = panels(len(columns), len(rows), width=8.4, height=2.3 * len(rows) + 0.4, sharex=True, sharey=True)
    for (row, column), values in costs.items():
        ax = axes[rows.index(row), columns.index(column)]
        low, middle, high = np.nanpercentile(values, [25, 50, 75], axis=1)
        epochs = record_every * np.arange(len(values))
        ax.fill_between(
            epochs, low, high, color=plt.rcParams["axes.prop_cycle"].by_key()["color"][0], alpha=0.2, linewidth=0
        )
        ax.plot(epochs, middle)
        ax.set(
            title=f"{row}, {column}: ends at {middle[-1]:.3f}",
            ylim=(0, 0.8),
            xlabel="epoch",
            ylabel="training cost (nats)",
        )
        ax.title.set_fontsize(10)
        ax.label_outer()
    said = "; ".join(f"{row}, {column}: {np.nanmedian(v[-1]):.3f}" for (row, column), v in costs.items())
    return describe(
        fig,
        f"Training cost against epoch in a grid of four, median and quartiles over networks. Final medians: {said}.",
    )

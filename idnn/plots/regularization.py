"""Figures of Regularization: the pitch, thinned networks, shrinking weights, and how far a probability can be trusted."""

import functools

import numpy as np

from idnn import datasets, networks, plots, predictions
from idnn.explorables import Explorable, Told, arrays, called, plain

predict = functools.partial(predictions.predict, "regularization")

GOAL_LINE, TOUCHLINE, SEEN_FROM = 5.25, 3.4, -2.2  # tens of metres from the centre spot; where the drawings begin
WON, LOST = "we are first", "they are first"


def pitch(X, Y, title="Where the long balls came down", truth=False, alt=None):
    """Return the other team's half of the pitch with every ball on it, and the true probability if ``truth`` is set."""
    fig, axes = plots.panels(1, width=7.0, height=5.0)
    ax = axes[0, 0]
    if truth:
        _shade(ax, lambda points: datasets.pitch_probability(points)[0])
    _balls(ax, X, Y, size=26)
    _lines(ax, labels=True)
    if truth:
        _players(ax)
    ax.set_title(title)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4)
    won = f"{Y.mean():.0%} of the {Y.size} balls are ours"
    words = "The true probability is shaded, with its line at one half and the players." if truth else ""
    return plots.describe(
        fig, alt or f"A football pitch from above with the place of every long ball, won or lost; {won}. {words}"
    )


def pitch_maps(models, X, Y, truth=True):
    """Return what several networks say about every place on the pitch, side by side, and the truth if wanted.

    Parameters
    ----------
    models : dict, title -> parameters of a network
    X, Y : ndarrays, shapes (2, m) and (1, m), the balls that the networks were trained on
    """
    drawn = {title: lambda points, p=p: networks.predict_probability(points, p)[0] for title, p in models.items()}
    if truth:
        drawn["the truth"] = lambda points: datasets.pitch_probability(points)[0]
    columns = min(len(drawn), 3)
    rows, width = -(-len(drawn) // columns), 5.6 if columns == 1 else 9.6
    height = rows * (width / columns * 0.95) + 0.4
    fig, axes = plots.panels(columns, rows, width, height, sharex=True, sharey=True, layout="compressed")
    for ax, (title, model) in zip(axes.flat, drawn.items(), strict=False):
        _shade(ax, model)
        if title == "the truth":
            _players(ax, size=40)
        else:
            _balls(ax, X, Y, size=15)
        _lines(ax)
        ax.set_title(title, fontsize=10)
        ax.label_outer()
    for ax in axes.flat[len(drawn) :]:
        ax.set_visible(False)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    if truth:
        more = axes.flat[len(drawn) - 1].get_legend_handles_labels()
        handles, labels = handles + more[0], labels + more[1]
    fig.legend(handles, labels, loc="outside lower center", ncols=4)
    return plots.describe(
        fig,
        "Maps of the pitch shaded by the probability that we are first, with the line where it is one half, for: "
        f"{'; '.join(drawn)}. The more regularised, the smoother the line and the paler the shades near it.",
    )


def dropout_masks(draws, input_names=("along", "across"), title="The network that one example trains, three times"):
    """Return pictures of the thinned networks that dropout leaves.

    Parameters
    ----------
    draws : list of (D1, D2), each the masks of one example, 1-D arrays that are true where a unit is kept
    """
    fig, axes = plots.panels(len(draws), width=9.6, height=3.4, sharey=True)
    for number, (ax, (D1, D2)) in enumerate(zip(axes[0], draws, strict=True), 1):
        layers = [np.ones(len(input_names), bool), np.asarray(D1, bool), np.asarray(D2, bool), np.ones(1, bool)]
        heights = [np.linspace(-1, 1, len(kept)) * (len(kept) - 1) / 2 if len(kept) > 1 else [0.0] for kept in layers]
        for layer in range(3):
            for i, y in enumerate(heights[layer]):
                for j, z in enumerate(heights[layer + 1]):
                    if layers[layer][i] and layers[layer + 1][j]:
                        ax.plot([layer, layer + 1], [y, z], color=plots.GREY, linewidth=0.6, zorder=1)
        for layer, kept in enumerate(layers):
            ys = np.asarray(heights[layer])
            ax.scatter(np.full(kept.sum(), layer), ys[kept], s=130, c=plots.BLUE, edgecolors="black", zorder=2)
            ax.scatter(
                np.full((~kept).sum(), layer),
                ys[~kept],
                s=130,
                c="white",
                edgecolors=plots.GREY,
                linestyle=":",
                zorder=2,
            )
            ax.scatter(np.full((~kept).sum(), layer), ys[~kept], s=55, c=plots.RED, marker="x", zorder=3)
        ax.set(xlim=(-0.4, 3.4), yticks=[], xticks=range(4))
        ax.set_xticklabels(["input", "layer 1", "layer 2", "output"])
        ax.set_xlabel(f"draw {number}: {int(sum(D1))} of {len(D1)} and {int(sum(D2))} of {len(D2)} kept")
        ax.grid(False)
        ax.spines["left"].set_visible(False)
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    counts = "; ".join(f"{int(sum(D1))} of {len(D1)} and {int(sum(D2))} of {len(D2)}" for D1, D2 in draws)
    return plots.describe(
        fig,
        "Drawings of one network with two hidden layers. Kept units are filled discs joined by lines, dropped units "
        f"are crossed out and have no lines. Kept in layers 1 and 2: {counts}. Each draw keeps other units.",
    )


def weight_norm_paths(norms, record_every, title="How large the weights grow"):
    """Return the sum of squared weights over training.

    Parameters
    ----------
    norms : dict, name -> ndarray, shape (records,)
    record_every : int, iterations between two records
    """
    fig, axes = plots.panels(1, width=7.2, height=3.6)
    ax = axes[0, 0]
    for (name, values), style in zip(norms.items(), plots.line_styles(), strict=False):
        iterations = record_every * np.arange(len(values))
        ax.plot(iterations, values, label=name, markevery=max(1, len(values) // 8), **style)
    ax.set(xlabel="iteration", ylabel=r"$\sum_l \Vert W_l \Vert_F^2$", title=title)
    ax.set_ylim(bottom=0)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    ends = "; ".join(f"{name} from {values[0]:.0f} to {values[-1]:.0f}" for name, values in norms.items())
    return plots.describe(fig, f"Sum of squared weights against iteration. {ends}.")


def learning_curves(train, dev, record_every, title="Training and dev set drift apart"):
    """Return log loss on the training set (thin) and the dev set (thick) over training.

    Parameters
    ----------
    train, dev : dicts, name -> ndarray, shape (records,), in nats
    record_every : int, iterations between two records
    """
    fig, axes = plots.panels(len(train), width=9.6, height=3.2, sharey=True)
    for ax, name in zip(axes[0], train, strict=True):
        iterations = record_every * np.arange(len(train[name]))
        ax.plot(iterations, train[name], color=plots.BLUE, linestyle="--", label="training set")
        ax.plot(iterations, dev[name], color=plots.RED, linestyle="-", linewidth=2.4, label="dev set")
        best = int(np.argmin(dev[name]))
        ax.plot(iterations[best], dev[name][best], "kv", markersize=8, label="lowest on dev")
        ax.set(xlabel="iteration", title=name)
    axes[0, 0].set_ylabel("log loss (nats)")
    axes[0, 0].set_ylim(0, 1.3 * max(values[1:].max() for values in (*train.values(), *dev.values())))
    axes[0, 0].legend()
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    ends = "; ".join(f"{name}: training {train[name][-1]:.2f}, dev {dev[name][-1]:.2f}" for name in train)
    return plots.describe(fig, f"Log loss over training on two sets, one panel a setting. At the end {ends}.")


def settings_on_dev(dev_log_loss, chosen=None, title="Log loss on the dev set, one dot a seed"):
    """Return the dev losses of every setting, seed by seed, with their means, and the chosen setting marked.

    Parameters
    ----------
    dev_log_loss : dict, setting -> ndarray, shape (num_seeds,)
    chosen : a setting, or None
    """
    fig, axes = plots.panels(1, width=7.2, height=0.45 * len(dev_log_loss) + 1.4)
    ax = axes[0, 0]
    for row, (setting, losses) in enumerate(dev_log_loss.items()):
        ax.plot(losses, np.full(len(losses), row), "o", color=plots.SKY, markeredgecolor="white", markersize=7)
        marker = "D" if setting == chosen else "|"
        ax.plot(np.mean(losses), row, marker, color="black", markersize=9, markeredgewidth=2)
    ax.set(yticks=range(len(dev_log_loss)), xlabel="log loss on the dev set (nats)", title=title)
    ax.set_yticklabels([_words(setting) + "  (chosen)" * (setting == chosen) for setting in dev_log_loss])
    ax.invert_yaxis()
    means = "; ".join(f"{_words(setting)} {np.mean(losses):.3f}" for setting, losses in dev_log_loss.items())
    return plots.describe(fig, f"Log loss on the dev set of each setting, a dot for each seed. Means: {means}.")


def reliability(probabilities, Y, num_bins=10, title="Of the balls called 80 % ours, how many are?"):
    """Return reliability diagrams: the share of class 1 against the predicted probability, and how often each is given.

    Parameters
    ----------
    probabilities : dict, name -> ndarray, shape (1, m)
    Y : ndarray, shape (1, m)
    """
    fig, axes = plots.panels(
        len(probabilities), 2, width=9.6, height=4.6, sharex=True, sharey="row", height_ratios=[3, 1]
    )
    errors = []
    for column, (name, A3) in enumerate(probabilities.items()):
        upper, lower = axes[:, column]
        mean, share, count = reliability_bins(A3, Y, num_bins)
        error = np.sum(count * np.abs(share - mean)) / count.sum()
        errors.append(f"{name} {error:.3f}")
        upper.plot([0, 1], [0, 1], color=plots.GREY, linestyle=":", label="as good as its word")
        upper.plot(mean, share, "o-", color=plots.BLUE, label="share that is ours")
        upper.vlines(mean, mean, share, color=plots.RED, linewidth=1.2)
        upper.set(title=f"{name}\ncalibration error {error:.3f}")
        upper.title.set_fontsize(10)
        lower.bar(mean, count / count.sum(), width=0.06, color=plots.SKY, edgecolor="black", linewidth=0.5)
        lower.set_xlabel("predicted probability")
    axes[0, 0].set_ylabel("share that is ours")
    axes[1, 0].set_ylabel("share of\npredictions")
    axes[0, 0].legend(fontsize=8)
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    return plots.describe(
        fig,
        "Reliability diagrams: observed share against predicted probability, a point a bin, beside the diagonal; below, "
        f"how often each probability is given. Mean distance from the diagonal: {'; '.join(errors)}.",
    )


def reliability_bins(A3, Y, num_bins=10):
    """Return mean prediction, share of class 1 and count of each bin of equal width that holds a prediction."""
    which = np.minimum((A3[0] * num_bins).astype(int), num_bins - 1)
    count = np.bincount(which, minlength=num_bins)
    held = count > 0
    mean = np.bincount(which, A3[0], num_bins)[held] / count[held]
    share = np.bincount(which, Y[0], num_bins)[held] / count[held]
    return mean, share, count[held]


def calibration_error(A3, Y, num_bins=10):
    """Return the mean distance between predicted probability and observed share over bins, weighted by their counts."""
    mean, share, count = reliability_bins(A3, Y, num_bins)
    return float(np.sum(count * np.abs(share - mean)) / count.sum())


def seeds_strip(results, label="test accuracy", title="Twenty seeds of the famous experiment"):
    """Return one row of dots per method, a dot a seed, with mean and standard deviation.

    Parameters
    ----------
    results : dict, name -> ndarray, shape (num_seeds,)
    """
    fig, axes = plots.panels(1, width=7.2, height=0.55 * len(results) + 1.3)
    ax = axes[0, 0]
    for row, (values, marker) in enumerate(zip(results.values(), plots.MARKERS, strict=False)):
        jitter = row + 0.22 * np.linspace(-1, 1, len(values))
        ax.plot(values, jitter, marker, color=plots.COLOURS[row], markeredgecolor="white", markersize=6, linestyle="")
        ax.errorbar(np.mean(values), row, xerr=np.std(values), color="black", capsize=4, marker="|", markersize=14)
    ax.set(yticks=range(len(results)), xlabel=label, title=title)
    ax.set_yticklabels(list(results))
    ax.invert_yaxis()
    words = "; ".join(f"{name} {np.mean(values):.3f} +- {np.std(values):.3f}" for name, values in results.items())
    return plots.describe(fig, f"A dot for each seed, with mean and standard deviation, of {label}: {words}.")


def _words(setting):
    """Return a setting as text: its name, or λ and keep_prob."""
    if isinstance(setting, tuple) and len(setting) == 2:
        return f"λ {setting[0]:g}, keep_prob {setting[1]:g}"
    return str(setting)


def _shade(ax, model, resolution=150):
    """Shade the pitch by a function of points (2, n) and draw the line where it is one half."""
    along, across = np.linspace(SEEN_FROM, GOAL_LINE, resolution), np.linspace(-TOUCHLINE, TOUCHLINE, resolution)
    grid = np.meshgrid(along, across)
    probability = model(np.stack([axis.ravel() for axis in grid])).reshape(grid[0].shape)
    extent = (SEEN_FROM, GOAL_LINE, -TOUCHLINE, TOUCHLINE)
    ax.imshow(probability, cmap=plots.PROBABILITY, vmin=0, vmax=1, origin="lower", extent=extent, aspect="auto")
    if probability.min() < 0.5 < probability.max():
        ax.contour(*grid, probability, levels=[0.5], colors="black", linewidths=1.4)


def _balls(ax, X, Y, size):
    """Draw the balls with dark rims, so that they stand out from a shade of their own colour."""
    for label, name in enumerate((LOST, WON)):
        colour, marker = plots.CLASS_COLOURS[label], plots.CLASS_MARKERS[label]
        rim = {"linewidths": 0.5, "edgecolors": "black"}
        ax.scatter(*X[:, Y[0] == label], s=size, c=colour, marker=marker, label=name, zorder=2, **rim)


def _players(ax, size=90):
    """Draw where both teams stand when the ball is played."""
    ax.scatter(*datasets.OURS.T, s=size, marker="^", c="white", edgecolors="black", linewidths=1.6, label="our runners")
    ax.scatter(*datasets.THEIRS.T, s=size, marker="o", c="black", edgecolors="white", label="their players")


def _lines(ax, labels=False):
    """Draw the lines of the pitch: halfway line, centre circle, penalty area, goal area, penalty arc and goal."""
    ink = {"color": plots.GREY, "linewidth": 1.0, "zorder": 1.5}
    angle = np.linspace(0, 2 * np.pi, 120)
    arc = np.stack([GOAL_LINE - 1.1 + 0.915 * np.cos(angle), 0.915 * np.sin(angle)])
    outside = arc[:, arc[0] < GOAL_LINE - 1.65]
    ax.plot([SEEN_FROM, GOAL_LINE, GOAL_LINE, SEEN_FROM], [TOUCHLINE, TOUCHLINE, -TOUCHLINE, -TOUCHLINE], **ink)
    ax.plot([0, 0], [-TOUCHLINE, TOUCHLINE], **ink)
    ax.plot(0.915 * np.cos(angle), 0.915 * np.sin(angle), **ink)
    ax.plot(*outside[:, np.argsort(outside[1])], **ink)
    for depth, half_width in ((1.65, 2.016), (0.55, 0.916)):
        ax.plot([GOAL_LINE, *[GOAL_LINE - depth] * 2, GOAL_LINE], np.repeat([half_width, -half_width], 2), **ink)
    ax.plot([GOAL_LINE + 0.2] * 2, [-0.366, 0.366], color="black", linewidth=3)
    ax.set(xlim=(SEEN_FROM, GOAL_LINE + 0.3), ylim=(-TOUCHLINE - 0.1, TOUCHLINE + 0.1))
    ax.set(xlabel="along the pitch (10 m from the centre)", ylabel="across (10 m)")
    ax.set_aspect("equal", adjustable="box")
    ax.grid(False)
    if labels:
        ax.set_ylim(top=TOUCHLINE + 0.6)
        arrow = {"arrowstyle": "->"}
        ax.annotate("our attack", (1.4, TOUCHLINE + 0.3), (-0.5, TOUCHLINE + 0.3), arrowprops=arrow, va="center")


# --- an explorable ------------------------------------------------------------------------------------------------------------


def explore(
    backward_propagation_with_regularization, forward_propagation_with_dropout, backward_propagation_with_dropout
):
    """Return a network on two moons as a picture in which penalty and dropout can be turned, trained by your own functions.

    With a keep probability of 1 each step is a backward pass with the penalty. Below 1 it is a forward and a backward pass with dropout,
    to whose gradients the penalty's slope is added. Without a front end for widgets the picture is still: no penalty and lambda 1.
    """
    passes = (
        backward_propagation_with_regularization,
        forward_propagation_with_dropout,
        backward_propagation_with_dropout,
    )

    def answer(question):
        rng = np.random.default_rng(question["seed"])
        X, Y = np.array(question["X"]), np.array(question["Y"])
        names = ("W1", "b1", "W2", "b2", "W3", "b3")
        parameters = {name: np.array(question["parameters"][name], dtype=float) for name in names}
        step, kept = question["step"] + question["num_steps"], []
        try:
            with np.errstate(all="ignore"):  # what a wrong function does to its numbers is shown as it is
                for _ in range(question["num_steps"]):
                    gradients, kept = _slopes(passes, X, Y, parameters, question["lambd"], question["keep_prob"], rng)
                    for name in names:
                        parameters[name] = parameters[name] - question["learning_rate"] * gradients["d" + name]
        except Told as said:
            return {"run": question["run"], "step": step, "parameters": None, "kept": [], "error": str(said)}
        parameters = {name: plain(values) for name, values in parameters.items()}
        return {"run": question["run"], "step": step, "parameters": parameters, "kept": kept, "error": None}

    return Explorable("regularization", _penalties(answer), {}, answer)


def _slopes(passes, X, Y, parameters, lambd, keep_prob, rng):
    """Return the gradients by a student's passes, and which hidden units they kept for the first example."""
    with_penalty, dropout, with_dropout = passes
    shapes = {"d" + name: value.shape for name, value in parameters.items()}
    if keep_prob == 1:
        _, cache = networks.forward_propagation_n(X, Y, parameters)
        gradients = called(with_penalty, X, Y, cache, lambd)
        return arrays("backward_propagation_with_regularization", gradients, shapes), []
    returned = called(dropout, X, parameters, keep_prob, rng)
    pair = isinstance(returned, tuple) and len(returned) == 2
    if not pair or not isinstance(returned[1], tuple | list) or len(returned[1]) < 7:
        raise Told("forward_propagation_with_dropout returned something else than A3 and a cache")
    gradients = arrays("backward_propagation_with_dropout", called(with_dropout, X, Y, returned[1], keep_prob), shapes)
    for name in ("W1", "W2", "W3"):
        gradients["d" + name] = gradients["d" + name] + lambd / X.shape[1] * parameters[name]
    masks = {"D1": returned[1][1], "D2": returned[1][6]}
    hidden = {f"D{layer}": (len(parameters[f"W{layer}"]), X.shape[1]) for layer in (1, 2)}
    kept = arrays("forward_propagation_with_dropout", masks, hidden)
    return gradients, [kept[name][:, 0].tolist() for name in hidden]


def _penalties(answer):
    """Return the still picture: what 300 steps without a penalty and with lambda 1 make of the same 60 examples."""
    rng = np.random.default_rng(1)
    X, Y = datasets.moons(60, 0.3, rng)
    start = networks.draw_parameters([2, 16, 16, 1], rng)
    question = {"run": 0, "step": 0, "X": X, "Y": Y, "parameters": start, "keep_prob": 1, "seed": 1}
    question |= {"learning_rate": 0.5, "num_steps": 300}
    fig, axes = plots.panels(2, width=8.6, height=3.8, sharex=True, sharey=True)
    said = []
    for ax, lambd in zip(axes[0], (0, 1), strict=True):
        found = answer(question | {"lambd": lambd})
        trained = found["parameters"] and {
            name: np.array(value, dtype=float) for name, value in found["parameters"].items()
        }
        if trained:
            plots.shade_probability(ax, trained, X)
        plots.scatter_classes(ax, X, Y)
        ax.set_title(f"$\\lambda$ = {lambd}")
        loss = trained and networks.cost(X, Y, trained)
        said.append(f"lambda {lambd}: {found['error'] or f'loss {loss:.2f} on the examples'}")
    axes[0, 0].legend()
    return plots.describe(fig, f"Two moons of 60 examples and the boundary after 300 steps. {'; '.join(said)}.")

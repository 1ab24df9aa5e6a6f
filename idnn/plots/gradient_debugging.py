"""Figures of Gradient Checking: find the bug."""

import functools

import numpy as np

from idnn import networks, passes, predictions
from idnn.explorables import Explorable, Told, called, plain
from idnn.plots import BLUE, GREY, MARKERS, RED, SEQUENTIAL, describe, line_styles, panels

predict = functools.partial(predictions.predict, "gradient_debugging")

SMALLEST = 1e-16  # what counts as 0 on a logarithmic axis


def training_runs(runs, record_every):
    """Return cost against epoch, a panel for each setting.

    Parameters
    ----------
    runs : dict, title of a panel -> dict, name of a run -> ndarray, shape (seeds, records)
    record_every : int, epochs between two records
    """
    fig, axes = panels(len(runs), width=8.4, height=3.3, sharey=True)
    said = []
    for ax, (title, curves) in zip(axes[0], runs.items(), strict=True):
        for (name, values), style in zip(curves.items(), line_styles(), strict=False):
            epochs = record_every * np.arange(values.shape[1])
            ax.plot(epochs, np.median(values, axis=0), label=name, markevery=max(1, len(epochs) // 6), **style)
            ax.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=style["color"], alpha=0.15, lw=0)
            said.append(f"{title}, {name}: from {np.median(values[:, 0]):.2g} to {np.median(values[:, -1]):.2g}")
        ax.set(title=title, xlabel="epoch", ylim=(0, 1))
        ax.label_outer()
    axes[0, 0].set_ylabel("cost (nats)")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    seeds = len(next(iter(next(iter(runs.values())).values())))
    return describe(fig, f"Cost in nats against epoch, median and range of {seeds} runs. {'; '.join(said)}.")


def difference_bars(differences, threshold=1e-5, title="Relative difference of each gradient"):
    """Return one horizontal bar for each gradient's relative difference on a logarithmic axis, and the threshold."""
    fig, axes = panels(1, width=7.2, height=0.9 + 0.34 * len(differences))
    ax = axes[0, 0]
    names = list(differences)
    for row, name in enumerate(names):
        value = differences[name]
        wrong = not value <= threshold
        shown = min(max(value, SMALLEST), 1.0) if np.isfinite(value) else 1.0
        colour, word = (RED, "wrong") if wrong else (BLUE, "right")
        ax.barh(row, np.log10(shown / SMALLEST), left=-16, color=colour, height=0.62, hatch="//" if wrong else None)
        ax.text(np.log10(shown) + 0.15, row, f"{value:.1e}  {word}", va="center", fontsize=9)
    ax.axvline(np.log10(threshold), color="black", lw=1.2, ls="--")
    ax.set_yticks(range(len(names)), names)
    ticks = np.arange(-16, 1, 4)
    ax.set_xticks(ticks, [f"$10^{{{t}}}$" if t else "1" for t in ticks])
    ax.set(xlim=(-16, 3.2), xlabel=f"relative difference (dashed line: threshold {threshold:g})", title=title)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    said = ", ".join(f"{name} {value:.1e}" for name, value in differences.items())
    return describe(fig, f"Bars of the relative difference of each gradient, threshold {threshold:g}: {said}.")


def heat_map(gradients, approximations, title="Difference by entry"):
    """Return a map of the absolute difference of every entry of every gradient; the worst entry of each is framed.

    Parameters
    ----------
    gradients, approximations : dicts of ndarrays of the same names and shapes, each with one or two axes
    """
    gaps = {name: np.atleast_2d(np.abs(gradients[name] - approximations[name])) for name in approximations}
    logs = {name: np.log10(np.maximum(gap, SMALLEST)) for name, gap in gaps.items()}
    low, high = -12, max(0.0, max(log.max() for log in logs.values()))
    fig, axes, picture = _maps(logs, SEQUENTIAL, low, high)
    said = []
    for ax, (name, gap) in zip(axes, gaps.items(), strict=True):
        row, column = np.unravel_index(np.argmax(gap), gap.shape)
        ax.add_patch(_frame(column, row))
        ax.set_title(f"{name}\n{gap.max():.0e}", fontsize=8.5)
        said.append(f"{name} at most {gap.max():.0e}")
    bar = fig.colorbar(picture, ax=list(axes), shrink=0.8, pad=0.02)
    bar.set_label("difference")
    bar.set_ticks(ticks := range(low, int(high) + 1, 4), labels=[f"$10^{{{t}}}$" if t else "1" for t in ticks])
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    return describe(
        fig, f"Heat map of the absolute difference of every entry. {'; '.join(said)}. The largest one is framed."
    )


def ratio_map(gradients, approximations, title="Gradient over slope, by entry"):
    """Return a map of gradient / approximation for every entry; entries without a slope are left grey."""
    ratios = {}
    for name, slope in approximations.items():
        g, a = np.atleast_2d(gradients[name]), np.atleast_2d(slope)
        ratios[name] = np.divide(g, a, out=np.full(a.shape, np.nan), where=np.abs(a) > 1e-9)
    fig, axes, picture = _maps({n: np.clip(r, -5, 7) for n, r in ratios.items()}, "PuOr_r", -5, 7)
    said = []
    for ax, (name, ratio) in zip(axes, ratios.items(), strict=True):
        low, high = np.nanmin(ratio), np.nanmax(ratio)
        words = f"all {np.nanmedian(ratio):.3g}" if high - low < 1e-3 else f"{low:.0f} to {high:.0f}"
        ax.set_title(f"{name}\n{words}", fontsize=8.5)
        said.append(f"{name} {words}")
    bar = fig.colorbar(picture, ax=list(axes), shrink=0.8, pad=0.02, extend="both")
    bar.set_label("ratio (1: right)")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    return describe(fig, f"Map of the ratio of gradient to slope for every entry. {'; '.join(said)}.")


def _maps(arrays, colours, low, high):
    """Return a figure with one map for each array, as wide as the array has columns, and the last map drawn."""
    widths = [max(array.shape[1], 3.4) + 0.6 for array in arrays.values()]
    fig, axes = panels(len(arrays), width=9.8, height=3.4, width_ratios=widths)
    for ax, array in zip(axes[0], arrays.values(), strict=True):
        ax.set_facecolor("#bbbbbb")
        picture = ax.imshow(array, cmap=colours, vmin=low, vmax=high, aspect="equal", interpolation="nearest")
        ax.set(xticks=range(0, array.shape[1], 2), yticks=range(0, array.shape[0], 2), xlabel="column")
        ax.grid(False)
        for spine in ax.spines.values():
            spine.set_visible(False)
    axes[0, 0].set_ylabel("row (unit)")
    return fig, axes[0], picture


def _frame(column, row):
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="white", lw=2.2)


def right_and_wrong(seen, threshold=1e-5):
    """Return the relative differences of right and wrong gradients, a row for each backward pass.

    Parameters
    ----------
    seen : dict, name of a pass -> (differences of right gradients, differences of wrong ones), arrays
    """
    fig, axes = panels(1, width=8.2, height=0.9 + 0.42 * len(seen))
    ax = axes[0, 0]
    rng = np.random.default_rng(0)  # jitter only
    said = []
    for row, (name, both) in enumerate(seen.items()):
        for values, colour, marker in zip(both, (BLUE, RED), MARKERS, strict=False):
            values = np.maximum(np.asarray(values, dtype=float), SMALLEST)
            values = values[np.isfinite(values)]
            height = row + rng.uniform(-0.22, 0.22, len(values))
            ax.scatter(values, height, s=10, c=colour, marker=marker, alpha=0.55, linewidths=0)
            if len(values):
                word = "right" if colour == BLUE else "wrong"
                said.append(f"{name}, {word}: {values.min():.0e} to {values.max():.0e}")
    for colour, marker, word in ((BLUE, "o", "right gradient"), (RED, "^", "wrong gradient")):
        ax.scatter([], [], c=colour, marker=marker, label=word)
    ax.axvline(threshold, color="black", lw=1.2, ls="--", label=f"threshold {threshold:g}")
    ax.set_xscale("log")
    ax.set_yticks(range(len(seen)), list(seen))
    ax.set(xlim=(SMALLEST / 3, 3), xlabel="relative difference at one point (0 is drawn at 1e-16)")
    ax.set_title("Right and wrong gradients lie decades apart")
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return describe(fig, f"Relative differences of single gradients at random points. {'; '.join(said)}.")


def chance_to_miss(missed, expected):
    """Return the share of runs that miss a bug against the number of points drawn.

    Parameters
    ----------
    missed : dict, name -> ndarray, share of runs that missed the bug with 1, 2, ... points
    expected : dict, name -> float, chance that one point does not show it; drawn as the line chance ** points
    """
    fig, axes = panels(1, width=7.2, height=3.5)
    ax = axes[0, 0]
    said = []
    for (name, shares), style in zip(missed.items(), line_styles(), strict=False):
        points = np.arange(1, len(shares) + 1)
        ax.plot(points, expected[name] ** points, color=style["color"], linestyle=style["linestyle"], lw=1.2)
        ax.plot(
            points,
            np.where(shares > 0, shares, np.nan),
            ls="",
            marker=style["marker"],
            ms=7,
            color=style["color"],
            label=name,
        )
        said.append(f"{name}: {', '.join(f'{share:.3g}' for share in shares)}")
    ax.set_yscale("log")
    ax.set(xlabel="points drawn", ylabel="share of runs that miss the bug", title="One point is not enough")
    ax.legend(title="chance to hide at one point")
    return describe(
        fig,
        f"Share of runs that miss a bug with 1, 2, ... points, with the line chance to the power of points. {'; '.join(said)}.",
    )


def alarms_in_training(epochs, shares):
    """Return how often right gradients are accused, against the epochs trained before the check.

    Parameters
    ----------
    epochs : list of ints
    shares : dict, name of a rule -> list of shares in [0, 1]
    """
    fig, axes = panels(1, width=8.4, height=3.5)
    ax = axes[0, 0]
    for (name, values), style in zip(shares.items(), line_styles(), strict=False):
        ax.plot(range(len(epochs)), values, label=name, **style)
    ax.set_xticks(range(len(epochs)), [f"{n:,}" for n in epochs])
    ax.set(xlabel="epochs trained before the check", ylabel="share of right passes accused", ylim=(-0.04, 1.04))
    ax.set_title("False alarms grow with training")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    ax.axhline(0, color=GREY, lw=0.8)
    said = "; ".join(f"{name}: {', '.join(f'{v:.2f}' for v in values)}" for name, values in shares.items())
    return describe(
        fig, f"Share of right backward passes that a rule accuses after {', '.join(map(str, epochs))} epochs. {said}."
    )


# --- an explorable ------------------------------------------------------------------------------------------------------------


def explore(difference_by_parameter, worst_entry):
    """Return ten hunts for a planted bug as a picture, the evidence computed by your own functions.

    Without a front end for widgets it is the still picture of one bug's entries.

    Parameters
    ----------
    difference_by_parameter, worst_entry : functions of this assignment

    Raises
    ------
    ValueError
        If a function is another one.
    """
    names = [getattr(each, "__name__", repr(each)) for each in (difference_by_parameter, worst_entry)]
    if names != ["difference_by_parameter", "worst_entry"]:
        raise ValueError(f"explore: expected difference_by_parameter, worst_entry, not {', '.join(names)}")

    def answer(question):
        gradients, slopes = (
            {name: np.array(values, dtype=float) for name, values in question[kind].items()}
            for kind in ("gradients", "approximations")
        )
        found = {"hunt": question["hunt"], "errors": {}}
        for key, evidence in {"differences": _differences, "worst": _worst}.items():
            function = difference_by_parameter if key == "differences" else worst_entry
            try:
                found[key] = evidence(function, gradients, slopes)
            except Told as said:
                found["errors"][key] = str(said)
        return found

    X, Y, parameters = passes.draw_network(np.random.default_rng(17))
    gradients, slopes = (
        backward(X, Y, parameters) for backward in (passes.network_backward_mirrored, networks.gradients)
    )
    still = heat_map(gradients, slopes, "Difference by entry, a planted bug")
    errors = answer({"hunt": 0, "gradients": gradients, "approximations": slopes})["errors"]
    still.alt_text = " ".join([still.alt_text, *errors.values()])
    return Explorable("gradient_debugging", still, {}, answer)


def _differences(difference_by_parameter, gradients, slopes):
    """Return name -> relative difference by a student's function, None for what is no number."""
    returned = called(difference_by_parameter, dict(gradients), dict(slopes))
    if not isinstance(returned, dict) or not set(slopes) <= set(returned):
        kind = f"a dict without {', '.join(sorted(set(slopes) - set(returned)))}" if isinstance(returned, dict) else ""
        raise Told(
            f"difference_by_parameter returned {kind or type(returned).__name__}, expected a dict of {len(slopes)} names"
        )
    try:
        return {name: plain(float(returned[name])) for name in slopes}
    except (TypeError, ValueError):
        raise Told("difference_by_parameter returned something else than numbers") from None


def _worst(worst_entry, gradients, slopes):
    """Return name -> (index, value, expected) by a student's function."""
    found = {}
    for name, slope in slopes.items():
        returned = called(worst_entry, gradients[name].copy(), slope.copy())
        try:
            index, value, expected = returned
            found[name] = [[int(i) for i in index], plain(float(value)), plain(float(expected))]
        except (TypeError, ValueError):
            raise Told("worst_entry returned something else than (index, value, expected)") from None
    return found

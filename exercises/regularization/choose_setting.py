"""The choice of a setting: the best mean belongs to neither the best run nor median, the steadiest, the first nor last.

Names are of every kind that a key may be, 0.0 among them; numbers of runs differ; there are a tie and a close call.
"""

from __future__ import annotations

import numpy as np

from assay import rules
from grader.exercise import Case, Draw, Exercise, edits_of, written
from solutions.regularization import choose_setting as solution


def draw(rng: np.random.Generator) -> list[Case]:
    return [
        Case((_losses(rng, _names(rng, 4), 10),), "settings with names"),
        Case((_best_of_zero(_losses(rng, [0.0, 0.1, 1.0, 10.0], 12)),), "settings that are numbers"),
        Case((_losses(rng, [(0.0, 1.0), (1.0, 1.0), (0.0, 0.5), (1.0, 0.8)], 8),), "settings that are tuples"),
        Case((_losses(rng, _names(rng, 3), [14, 3, 8]),), "different numbers of runs"),
        Case((_late_turn(rng),), "later runs that decide"),
        Case((_unsteady(rng),), "a low mean with a wide spread, large losses"),
        Case((_close_call(rng),), "a close call"),
        Case((_losses(rng, _names(rng, 7), 20),), "many settings"),
        Case((_tie(rng),), "a tie"),
        Case(({**_losses(rng, _names(rng, 3), 5), "sure": np.zeros(5)},), "losses of 0", 0.5),
        Case(({_names(rng, 1)[0]: rng.uniform(0.2, 0.9, 5)},), "one setting", 0.5),
    ]


def anywhere(draw: Draw) -> Case:
    """Few or many settings of one kind or of several, with few or many runs; losses of any size, 0 among them; ties and close calls.

    Two means are equal in any way of adding up, or differ by more than round-off.
    """
    fewest = 1 if draw.flip(0.1) else 2
    count, beside = draw.beside(lambda: draw.integer(fewest, 300, usual=8))
    lowest = draw.real(-1.0, 1.0, edges=False)
    best = draw.option(count - 1, max(count - 2, 0)) if beside else int(np.clip((lowest + 1) / 2 * count, 0, count - 1))
    best = best if draw.near is None else max(best, min(1, count - 1))
    settings = _anywhere_settings(draw, count)
    runs, counted = draw.beside(lambda: draw.integer(1, 3000, usual=5))
    runs += draw.option(0, 0, 2, 20) * (not counted or draw.side > 0)
    best = draw.option(count - 1, (count - 1) // 2) if counted else best  # who breaks off there returns the first one
    size = draw.real(1e-18, 1e12)
    means = size * draw.rng.uniform(0.01, 1.0, count)
    if beside or counted or draw.flip(0.7):  # a close call with all the others
        means[:] = size
        means[best] = size * (1 - draw.real(1e-9, 0.5))
    fewer = 0.2 * (not counted)
    losses = [_with_mean(draw.rng, mean, int(draw.rng.integers(1, 4)) if draw.flip(fewer) else runs) for mean in means]
    if beside or counted:
        pass  # only the last setting tells
    elif draw.flip(0.15):
        losses[best] = np.zeros(runs)
    elif draw.near is None and draw.flip(0.1):  # a mean of 0 before the others: it counts as false, and is the lowest
        losses[0] = np.zeros(runs)
    elif draw.flip(0.4):  # several are lowest, some of them steadier or with fewer runs; sums of quarters are exact
        low = draw.rng.integers(0, 8, 4) / 4 * 2.0 ** int(draw.rng.integers(-40, 12))
        losses = [value + 2 * low.max() for value in losses]
        for i in draw.rng.integers(count, size=draw.option(1, 2, 3)):
            losses[i] = draw.option(draw.rng.permutation(low), np.full(draw.option(1, 2, 8), low.mean()))
    # the number makes the best setting better, or another one worse
    place = best if draw.near is not None and draw.near < size else best - 1
    losses[place] = draw.planted(losses[place], 1e-12, 1e12)
    return Case((dict(zip(settings, losses, strict=True)),))


def _anywhere_settings(draw: Draw, count: int) -> list:
    """Return settings of one kind, 0, 0.0 and empty ones among them, or of several kinds; a few are the same in many cases."""
    if count <= 3 and draw.flip():
        return ["none", "L2", "dropout"][:count]
    unit = draw.option(1, 1, 1, 50, 10**6)
    numbers = [int(i) for i in draw.rng.permutation(count)]
    if draw.near and draw.flip(0.3):  # names to both sides of a number of the answer
        return [draw.near * (i + 1) / 2 for i in numbers]
    kinds = [
        [unit * (i - count // 2) for i in numbers],
        [unit * (i - count // 2) / 8 for i in numbers],
        ["L2" * i for i in numbers],
        [(i % 3 / 2, i) for i in numbers],
        [(i,) for i in numbers],
        [(*range(i % 40), i // 40 or "x") if i else () for i in numbers],
    ]
    if draw.flip(0.8):
        return draw.option(*kinds)
    return [draw.option(*kinds[::2])[i] for i in range(count)]


def _with_mean(rng: np.random.Generator, mean: float, runs: int) -> np.ndarray:
    """Return losses of a mean, to round-off: pairs that lie as far above it as below."""
    away = mean * rng.uniform(-1, 1, runs // 2)
    return rng.permutation(np.concatenate([mean + away, mean - away, np.full(runs % 2, mean)]))


def _best_of_zero(losses: dict) -> dict:
    """Return the losses with 0.0 as the name of the best setting: a name that counts as false."""
    best = min(losses, key=lambda setting: losses[setting].mean())
    names = {best: 0.0, 0.0: best}
    return {names.get(setting, setting): values for setting, values in losses.items()}


def _close_call(rng: np.random.Generator) -> dict:
    """Return losses of which two settings differ by a millionth; the worse one comes first."""
    first, second, third = _names(rng, 3)
    low = rng.integers(8, 40, 8) / 64
    return {first: low + 2.0**-20, second: rng.permutation(low), third: low + 0.25}


def _late_turn(rng: np.random.Generator) -> dict:
    """Return losses of which the first runs, as many as every setting has, speak for the wrong setting."""
    early, late = rng.uniform(0.2, 0.3, 4), rng.uniform(0.9, 1.2, 8)
    names = _names(rng, 2)
    return dict(zip(names, (np.concatenate([early, late]), rng.uniform(0.4, 0.5, 4))))


def _unsteady(rng: np.random.Generator) -> dict:
    """Return losses of which the setting with the lowest mean has the widest spread, and runs that are worst of all."""
    wide = rng.permutation(np.concatenate([rng.uniform(0.05, 0.1, 6), rng.uniform(0.9, 1.0, 3)]))
    first, second, third = _names(rng, 3)
    losses = {first: rng.uniform(0.44, 0.5, 9), second: wide, third: rng.uniform(0.42, 0.48, 9)}
    return {setting: 1000 * values for setting, values in losses.items()}


def _names(rng: np.random.Generator, count: int) -> list[str]:
    return [
        str(name) for name in rng.permutation(["none", "L2", "dropout", "both", "strong L2", "early", "wide"])[:count]
    ]


def _losses(rng: np.random.Generator, settings: list, runs: int | list[int]) -> dict:
    """Return losses whose best mean belongs to neither the best run nor median, the steadiest, the first nor last."""
    while True:
        lengths = rng.permutation(runs) if isinstance(runs, list) else [runs] * len(settings)
        order = [settings[i] for i in rng.permutation(len(settings))]
        losses = {setting: np.exp(rng.normal(-1, 0.8, n)) for setting, n in zip(order, lengths, strict=True)}
        mean = {setting: float(np.mean(values)) for setting, values in losses.items()}
        ranked = sorted(mean, key=mean.get)
        best, gap = ranked[0], mean[ranked[1]] - mean[ranked[0]]
        rivals = [
            lambda values: values.min(),
            lambda values: np.median(values),
            lambda values: values.std(),
            lambda values: values[0],
            lambda values: values[-1],
            lambda values: values.max(),
        ]
        if isinstance(runs, list):
            rivals = [rivals[0], rivals[1], lambda values: values.sum()]
        others = sum(min(losses, key=lambda setting, f=f: f(losses[setting])) != best for f in rivals)
        needed = len(rivals) if len(settings) > 3 or isinstance(runs, list) else len(rivals) - 1
        if gap > 0.01 and others >= needed and best not in (order[-1], *order[:1]):
            return losses


def _tie(rng: np.random.Generator) -> dict:
    """Return losses of which two settings share the lowest mean exactly, the second one steadier: sums of small binary fractions."""
    first, second, third = sorted(_names(rng, 3), reverse=True)
    low = rng.integers(8, 40, 8) / 64
    return {third + " (weak)": low + 0.25, first: low, second: np.full(8, low.mean())}


def _loss(dev_log_loss):
    return float(min(np.mean(losses) for losses in dev_log_loss.values()))


def _name_taken_for_none(dev_log_loss):
    chosen = None
    for setting, losses in dev_log_loss.items():
        if not chosen or np.mean(losses) < np.mean(dev_log_loss[chosen]):
            chosen = setting
    return chosen


def _starts_at_one(dev_log_loss):
    best, chosen = 1.0, None
    for setting, losses in dev_log_loss.items():
        if np.mean(losses) < best:
            best, chosen = np.mean(losses), setting
    return chosen


edit = edits_of(solution)

EXERCISE = Exercise(
    name="choose_setting",
    points=10,
    draw=draw,
    anywhere=anywhere,
    further=24,
    rule=rules.Equal(),
    section="Choosing without cheating",
    mistakes=[
        edit("highest", "min(", "max(", "This is the setting with the highest mean; a loss is better when it is low."),
        edit(
            "best_run",
            "np.mean",
            "np.min",
            "This is the setting with the best single run; one lucky seed decides. Compare means over the seeds.",
        ),
        edit("best_worst_run", "np.mean", "np.max", "The settings are compared by their worst run, not by the mean."),
        edit("median", "np.mean", "np.median", "The settings are compared by their median, not by the mean."),
        edit(
            "common_runs",
            "[setting]",
            "[setting][: min(map(len, dev_log_loss.values()))]",
            "Only as many runs are looked at as every setting has. All runs of a setting count.",
        ),
        edit(
            "first_seed",
            "np.mean(dev_log_loss[setting])",
            "dev_log_loss[setting][0]",
            "Only the first run of each setting is looked at.",
        ),
        edit(
            "last_seed",
            "np.mean(dev_log_loss[setting])",
            "dev_log_loss[setting][-1]",
            "Only the last run of each setting is looked at.",
        ),
        edit(
            "sum", "np.mean", "np.sum", "The losses are summed, which favours settings with fewer runs. Compare means."
        ),
        edit(
            "steadiest",
            "np.mean",
            "np.std",
            "This is the setting whose runs vary least, not the one with the lowest mean.",
        ),
        written("loss", _loss, "This is the lowest mean loss itself; the setting that reached it is asked for."),
        edit(
            "index",
            "min(",
            "list(dev_log_loss).index(min(",
            "This is the position of the setting; its key in the dict is asked for.",
            also=[("))", ")))")],
        ),
        written(
            "name_taken_for_none",
            _name_taken_for_none,
            "A setting that is called 0.0 is taken for no setting at all, since 0.0 counts as false. Ask whether it is None.",
        ),
        edit(
            "rounded",
            "np.mean(dev_log_loss[setting])",
            "round(float(np.mean(dev_log_loss[setting])), 4)",
            "The means are rounded before they are compared, so that a better setting passes for equal to a worse one.",
        ),
        written(
            "starts_at_one",
            _starts_at_one,
            "The search starts from a loss of its own, and where all means are larger no setting is chosen. Start from infinity, or from the first setting.",
        ),
        edit(
            "last_of_a_tie",
            "min(dev_log_loss",
            "min(reversed(dev_log_loss)",
            "On a tie another setting is returned than the first one in the order of the dict, which is asked for.",
        ),
        edit(
            "text",
            "min(",
            "str(min(",
            "The setting is turned into text; return the key as it is.",
            also=[("))", ")))")],
        ),
        edit("list", "min(", "[min(", "The setting stands in a list; return the key itself.", also=[("))", "))]")]),
        edit(
            "first",
            "np.mean(dev_log_loss[setting])",
            "0",
            "The first setting of the dict is returned, whatever the losses are.",
        ),
        edit(
            "best_then_removed",
            "return",
            "chosen =",
            "The setting is removed from the dict that was passed in.",
            also=[("))", "))\n    dev_log_loss.pop(chosen)\n    return chosen")],
        ),
    ],
)

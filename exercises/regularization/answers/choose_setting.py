"""Answers to choose_setting."""

# ruff: noqa: F821, E741, F841, UP032 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_loop(dev_log_loss):
    best_setting, best = None, float("inf")
    for setting, losses in dev_log_loss.items():
        mean = np.mean(losses)
        if mean < best:
            best_setting, best = setting, mean
    return best_setting


def correct_argmin(dev_log_loss):
    settings = list(dev_log_loss)
    return settings[np.argmin([dev_log_loss[setting].mean() for setting in settings])]


def correct_sorted(dev_log_loss):
    return sorted(dev_log_loss, key=lambda setting: dev_log_loss[setting].mean())[0]


def correct_means_first(dev_log_loss):
    means = {setting: sum(losses) / len(losses) for setting, losses in dev_log_loss.items()}
    return min(means, key=means.get)


def correct_items(dev_log_loss):
    return min(dev_log_loss.items(), key=lambda item: np.average(item[1]))[0]


def correct_negated(dev_log_loss):
    return max(dev_log_loss, key=lambda setting: -np.mean(dev_log_loss[setting]))


def correct_statistics(dev_log_loss):
    import statistics

    means = [statistics.fmean(losses) for losses in dev_log_loss.values()]
    return list(dev_log_loss.keys())[means.index(min(means))]


def correct_reduce(dev_log_loss):
    import functools

    def better(a, b):
        return b if dev_log_loss[b].mean() < dev_log_loss[a].mean() else a

    return functools.reduce(better, dev_log_loss)


def correct_tuples(dev_log_loss):
    ranked = [(float(np.mean(losses)), i, setting) for i, (setting, losses) in enumerate(dev_log_loss.items())]
    return min(ranked, key=lambda entry: entry[:2])[2]


def correct_str_array(dev_log_loss):
    keys = list(dev_log_loss.keys())
    i = int(np.argmin([np.average(v) for v in dev_log_loss.values()]))
    if all(isinstance(k, str) for k in keys):
        return np.array(keys)[i]
    return keys[i]


def wrong_round(dev_log_loss):
    return min(dev_log_loss, key=lambda k: round(float(np.mean(dev_log_loss[k])), 3))


def wrong_thresh(dev_log_loss):
    b = None
    for k, v in dev_log_loss.items():
        if b is None or np.mean(v) < b[0] - 0.0001:
            b = (np.mean(v), k)
    return b[1]


def wrong_start100(dev_log_loss):
    b, c = (100.0, None)
    for k, v in dev_log_loss.items():
        if np.mean(v) < b:
            b, c = (np.mean(v), k)
    return c


def wrong_sorted(dev_log_loss):
    return sorted(((np.mean(v), str(k), k) for k, v in dev_log_loss.items()))[0][2]


def wrong_close_is_a_tie(dev_log_loss):
    best = min(np.mean(v) for v in dev_log_loss.values())
    return next(k for k, v in dev_log_loss.items() if np.isclose(np.mean(v), best))


def wrong_steadiest_of_a_tie(dev_log_loss):
    return min(dev_log_loss, key=lambda k: (np.mean(dev_log_loss[k]), np.std(dev_log_loss[k])))


def wrong_lower_limit(dev_log_loss):
    return min(dev_log_loss, key=lambda k: max(np.mean(dev_log_loss[k]), 1e-4))


def gaming_longest_name(dev_log_loss):
    return max(dev_log_loss, key=lambda setting: len(str(setting)))

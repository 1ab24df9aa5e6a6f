"""Answers to update_lr."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_in_steps(learning_rate0, epoch_num, decay_rate):
    denominator = 1 + decay_rate * epoch_num
    learning_rate = learning_rate0 / denominator
    return learning_rate


def correct_factor(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * (1 / (1 + decay_rate * epoch_num))


def correct_power(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * (1 + decay_rate * epoch_num) ** -1


def correct_numpy(learning_rate0, epoch_num, decay_rate):
    return np.divide(learning_rate0, 1 + np.multiply(decay_rate, epoch_num))


def correct_array(learning_rate0, epoch_num, decay_rate):
    return np.array(learning_rate0) / np.array(1 + decay_rate * epoch_num)


def correct_loop(learning_rate0, epoch_num, decay_rate):
    denominator = 1.0
    for _ in range(epoch_num):
        denominator += decay_rate
    return learning_rate0 / denominator


def correct_reciprocal(learning_rate0, epoch_num, decay_rate):
    return 1 / (1 / learning_rate0 + epoch_num * decay_rate / learning_rate0)


def correct_special_case(learning_rate0, epoch_num, decay_rate):
    if epoch_num == 0 or decay_rate == 0:
        return learning_rate0
    return learning_rate0 / (epoch_num * decay_rate + 1.0)


def correct_by_schedule(learning_rate0, epoch_num, decay_rate):
    return schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1)


def correct_log(learning_rate0, epoch_num, decay_rate):
    import math

    return math.exp(math.log(learning_rate0) - math.log1p(decay_rate * epoch_num))


def wrong_round(learning_rate0, epoch_num, decay_rate):
    return round(learning_rate0 / (1 + decay_rate * epoch_num), 8)


def wrong_never_below(learning_rate0, epoch_num, decay_rate):
    return max(learning_rate0 / (1 + decay_rate * epoch_num), 1e-7)


def wrong_epochs_capped(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate * min(epoch_num, 10_000))


def gaming_constant(learning_rate0, epoch_num, decay_rate):
    return learning_rate0

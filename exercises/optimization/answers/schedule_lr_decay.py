"""Answers to schedule_lr_decay."""

# ruff: noqa: F821, E741 - answers call siblings, which stand in the same notebook, and name things as students do

import numpy as np


def correct_in_steps(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals = epoch_num // time_interval
    return learning_rate0 / (1 + decay_rate * intervals)


def correct_np_floor(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * np.floor(epoch_num / time_interval))


def correct_math_floor(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    import math

    return (1 / (1 + decay_rate * math.floor(epoch_num / time_interval))) * learning_rate0


def correct_int(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1.0 + decay_rate * int(epoch_num / time_interval))


def correct_remainder(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num - epoch_num % time_interval) / time_interval)


def correct_divmod(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals, _ = divmod(epoch_num, time_interval)
    return learning_rate0 / np.add(1, decay_rate * intervals)


def correct_counted(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals = 0
    while (intervals + 1) * time_interval <= epoch_num:
        intervals += 1
    return learning_rate0 / (1 + decay_rate * intervals)


def correct_by_update_lr(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return update_lr(learning_rate0, epoch_num // time_interval, decay_rate)


def correct_floor_divide(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return np.float64(learning_rate0) / (1 + decay_rate * np.floor_divide(epoch_num, time_interval))


def wrong_inv(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * int(epoch_num * (1 / time_interval)))


def wrong_or(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    decay_rate = decay_rate or 1.0
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))


def wrong_number_of_changes_capped(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * min(epoch_num // time_interval, 25))


def wrong_after_the_first_change(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    if epoch_num <= time_interval:
        return learning_rate0
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))


def gaming_constant(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0

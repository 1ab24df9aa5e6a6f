"""Exercises of Regularization: the penalty, dropout judged by the masks that come back, and a fair choice."""

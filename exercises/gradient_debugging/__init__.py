"""Gradient Checking: find the bug. One module an exercise, and the hidden backward passes."""

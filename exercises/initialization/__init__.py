"""Exercises of the assignment Initialization."""

"""Exercises of Gradient Checking, the instrument: judged with steps so large that a central difference is a number of its own.

At epsilon = 1e-4 a right checker and a one-sided one differ in the fifth digit; at epsilon = 0.3 they differ in the first, while every
right way to write a central difference still agrees to round-off.
"""

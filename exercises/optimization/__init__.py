"""Optimization: update rules judged from states that are not zero, at every order of magnitude of the gradient."""

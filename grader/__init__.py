"""The autograder: judges student functions on plain values, away from the process that runs them."""

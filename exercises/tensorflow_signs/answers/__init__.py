"""Answers to each exercise: right ones written otherwise, wrong ones without a name, and some that cheat; edits that are no mistakes."""

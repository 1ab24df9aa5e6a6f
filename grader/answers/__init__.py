"""Answers for judging the judge: correct ones written otherwise, and ones that try to game it. One module per assignment."""

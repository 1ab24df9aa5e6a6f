"""The door to ``check`` and ``quiz`` for the notebooks of this course: the engine is :mod:`assay`."""

import functools

from assay.check import CheckFailed
from assay.check import check_for as _check_for
from assay.questions.quiz import quiz_for as _quiz_for
from idnn.datasets import data_folder

__all__ = ["CheckFailed", "check_for", "quiz_for"]

check_for = functools.partial(_check_for, folder=data_folder() / "reference")
quiz_for = functools.partial(_quiz_for, folder=data_folder() / "reference")

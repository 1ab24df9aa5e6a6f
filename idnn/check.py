"""The door to ``check`` for the notebooks of this course: the engine is :mod:`assay.check`."""

import functools

from assay.check import CheckFailed
from assay.check import check_for as _check_for
from idnn.datasets import data_folder

__all__ = ["CheckFailed", "check_for"]

check_for = functools.partial(_check_for, folder=data_folder() / "reference")

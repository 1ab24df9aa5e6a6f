"""Claims: sentences of the notebooks with a number or an ordering, each recomputed over at least 10 seeds.

``python -m tests.claims`` (``make claims``) prints claim, expected and measured. A test holds that every claim's sentence stands verbatim
in its notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """A sentence of a notebook, the figure that it promises, and the measurement: () -> (figures in words, whether it holds)."""

    text: str
    expected: str
    measure: Callable[[], tuple[str, bool]]

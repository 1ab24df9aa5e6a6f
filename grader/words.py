"""Small words: what may be printed of a foreign text, how many of something there are, and which share of all."""

from __future__ import annotations


def printable(text: str, instead: str = "?") -> str:
    """Return a text that can be written and does nothing to a terminal; names of files and folders may be anything."""
    return "".join(c if c.isprintable() else instead for c in text)


def percent(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 100.0
    return f"{share:.1f}".removesuffix(".0") + " %"


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

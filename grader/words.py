"""Small words: what may be printed of a foreign text, and how many of something there are."""

from __future__ import annotations


def printable(text: str, instead: str = "?") -> str:
    """Return a text that can be written and does nothing to a terminal; names of files and folders may be anything."""
    return "".join(c if c.isprintable() else instead for c in text)


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

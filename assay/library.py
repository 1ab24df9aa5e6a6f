"""Which package is the course's own: its functions may be named in what travels, its rules built, its answers withheld."""

from __future__ import annotations

_named: list[str] = []


def name(package: str) -> None:
    """Let `package` be a course's library in this process; an empty name is none."""
    if package and package not in _named:
        _named.append(package)


def holds(module: str) -> bool:
    """Whether a module is part of a library that was named."""
    return any(module == package or module.startswith(f"{package}.") for package in _named)

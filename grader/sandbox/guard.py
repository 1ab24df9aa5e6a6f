"""Bounds on what our own process spends while it looks at a student's values: they are plain, but they may be chosen with malice."""

from __future__ import annotations

import contextlib
import os
import resource
import threading
import warnings
from collections.abc import Iterator

import numpy as np

ROOM = 3 << 30  # bytes by which this process may grow while it judges
_lock = threading.Lock()
_inside = 0  # threads that judge now
_usual = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@contextlib.contextmanager
def bounded_memory(room: int = ROOM) -> Iterator[None]:
    """Let an allocation that would take this process beyond `room` more bytes fail with MemoryError, and keep NumPy quiet.

    Shapes that a student chose can be broadcast to any size; a MemoryError refuses the answer, a full machine ends the class.
    """
    global _inside, _usual
    with _lock:
        if not _inside:
            _usual = resource.getrlimit(resource.RLIMIT_AS)
            _set_limit(_mapped() + room)
        _inside += 1
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                resource.setrlimit(resource.RLIMIT_AS, _usual)


def _set_limit(most: int) -> None:
    hard = _usual[1]
    soft = most if _usual[0] == resource.RLIM_INFINITY else min(most, _usual[0])
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _mapped() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")

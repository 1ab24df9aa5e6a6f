"""Global generators of random numbers, lent to a call in a state that nothing else has: whether it used them can be told, and proved."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from typing import Any

import numpy as np

from assay import frameworks

NUMPY, FRAMEWORK = "NumPy", "a framework"  # whose global generator was used
_WORDS = int.from_bytes(hashlib.shake_128(b"a state of the generator").digest(4 * 624))


def untouched(nonce: bytes) -> str:
    """Return what ``global_state`` must say after a call that left NumPy's global generator alone."""
    return hashlib.sha256(_state_of(nonce)).hexdigest()


def _state_of(nonce: bytes) -> bytes:
    """Return a state of the generator: 624 words, the same ones with a mask of the nonce's over them, and the position among them."""
    mask = int.from_bytes(hashlib.sha256(nonce).digest() * 78)
    return (_WORDS ^ mask).to_bytes(4 * 624) + (624).to_bytes(4, sys.byteorder)


@contextlib.contextmanager
def lent(nonce: bytes = b""):
    """Lend the body global generators in a state that nothing else has; what is yielded holds the names of those that it used.

    At the end it also holds the digest of the state in which NumPy's was left.

    A call that seeds with a constant leaves the very state that the call before it left, so a state that is only compared tells of the
    first such call alone. Afterwards the generators are as they were: a check disturbs nobody's numbers.
    """
    used: list[str] = []
    generator = np.random.get_bit_generator()
    memory = _memory_of(generator)
    before = _global_state(generator, memory)
    if memory is not None:
        memory.raw = _state_of(nonce or os.urandom(8))
    lent = _global_state(generator, memory)
    seeded = [one.seeded() for one in frameworks.known()]
    try:
        yield used
    finally:
        used.append(hashlib.sha256(memory.raw).hexdigest() if memory is not None else "hidden")
        if np.random.get_bit_generator() is not generator:
            used.append(NUMPY)
            np.random.set_bit_generator(generator)
        elif _global_state(generator, memory) != lent:
            used.append(NUMPY)
        if memory is not None:
            memory.raw = before
        used.extend(FRAMEWORK for was_seeded in seeded if was_seeded())


def _global_state(generator: Any, memory: Any) -> Any:
    return str(generator.state) if memory is None else memory.raw


def _memory_of(generator: Any) -> Any:
    """Return the global generator's memory: 624 words and the position among them (asking NumPy for them takes 0.1 ms).

    None where it is out of sight; then a seeding is noticed once.
    """
    try:
        import ctypes
    except ImportError:  # in a browser, perhaps
        return None
    if type(generator) is not np.random.MT19937:
        return None
    return (ctypes.c_char * (4 * 625)).from_address(generator.ctypes.state_address)

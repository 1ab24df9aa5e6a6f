"""Landlock: which files a process may read and write, as the kernel holds it for whoever asks to be held, without privileges.

The three system calls by number, as the C library has no names for them; see landlock(7) and the kernel's
Documentation/userspace-api/landlock.rst. The kernel says which version (ABI) it has, and no more than that is asked of it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
from collections.abc import Iterable

from child.confine import LIBC, check

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _MAKE_FIFO, _MAKE_SYM, _REFER = (
    1 << n for n in (4, 5, 7, 8, 10, 12, 13)
)
_RIGHTS = {
    1: (1 << 13) - 1,
    2: (1 << 14) - 1,
    3: (1 << 15) - 1,
    5: (1 << 16) - 1,
}  # by the version that brought the last of them
_TCP, _SCOPED = 3, 3  # bind and connect, since 4; abstract sockets and signals, since 6
_READ = _READ_FILE | _READ_DIR
_OWN = (
    _READ
    | _WRITE_FILE
    | _TRUNCATE
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _MAKE_DIR
    | _MAKE_REG
    | _MAKE_FIFO
    | _MAKE_SYM
    | _REFER
)
_OF_FILES = _READ_FILE | _WRITE_FILE | _TRUNCATE


def version() -> int:
    """Return the version that the kernel has; 0 where it has none, or was started without it."""
    return max(0, LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION))


def restrict(readable: Iterable[str], devices: Iterable[str], own: str) -> None:
    """Let this process read `readable`, read and write `devices`, do as it likes in the folder `own`, and open nothing else.

    Raises
    ------
    OSError
        If the kernel has no Landlock, or refuses it.
    """
    abi = version()
    if not abi:
        raise OSError(errno.EOPNOTSUPP, "the kernel has no Landlock")
    files = _RIGHTS[max(known for known in _RIGHTS if known <= abi)]
    attributes = struct.pack("QQQ", files, _TCP, _SCOPED)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = LIBC.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    check(min(ruleset, 0), "landlock_create_ruleset")
    try:
        for places, rights in ((readable, _READ), (devices, _READ_FILE | _WRITE_FILE), ([own], _OWN)):
            for place in places:
                _allow(ruleset, place, rights & files)
        check(LIBC.syscall(_RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, place: str, rights: int) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, handle)
        check(LIBC.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0), f"landlock_add_rule {place}")
    finally:
        os.close(handle)

"""What every tier does to a student's process before any student code runs: limits, no privileges, and its end with the fork server's."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 24, 36, 38


def drop_privileges(user: int = 0) -> None:
    """Give up every capability, for this process and all that it will start; as root become another user first, where one is named."""
    for capability in range(64):
        if LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) and ctypes.get_errno() == errno.EINVAL:
            break  # there are no more

    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)

    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

    empty = (ctypes.c_uint32 * 6)()
    check(LIBC.capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref(empty)), "capset")
    check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def be_first_to_die() -> None:
    """Ask the kernel to end this process before any other where the whole machine's memory runs out."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def mapped_bytes() -> int:
    """Return the size of this process's address space."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def forget_command_line() -> None:
    """Let this process's command line, and that of all children, say ``python`` and nothing of what it was started with."""
    with open("/proc/self/stat") as file:
        start, end = map(
            int, file.read().rpartition(")")[2].split()[45:47]
        )  # arg_start, arg_end: proc(5), fields 48 and 49
    ctypes.memset(start, 0, end - start)
    ctypes.memmove(start, b"python", len(b"python"))


def limit_resources(address_space: int, file_size: int, processes: int, descriptors: int, cpu_seconds: int) -> None:
    """Set hard limits, never above those that hold already."""
    for name, value in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NPROC, processes),  # threads; not for root outside, whom memory limits
        (resource.RLIMIT_NOFILE, descriptors),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 1 << 16),
        (resource.RLIMIT_SIGPENDING, 1 << 10),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


def lift_soft_limits() -> None:
    """Undo what the process that started us had set for itself."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def become_subreaper() -> None:
    """Inherit grandchildren whose parent has gone."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Ask the kernel to end this process when the fork server ends; a change of the user would undo it."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def check(result: int, what: str) -> None:
    """Raise the error of a call of the C library that failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")

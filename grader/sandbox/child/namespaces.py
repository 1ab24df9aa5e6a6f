"""Namespaces and file systems of a submission's own, inside those that bubblewrap made for the fork server.

User, PID, mount and IPC namespaces, and fresh tmpfs in a tree that is read-only.
"""

from __future__ import annotations

import os
import sys

from child.confine import LIBC, check

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 0x20, 0x1000, 0x4000, 1 << 18
HOME = "/home/student"
_own_pids: int | None = None  # a handle of the fork server's PID namespace


def become_server() -> None:
    """Go on as process 1 of a PID namespace, in a user namespace that owns it: only there may one make such namespaces for others.

    The process that called this waits for the end of the one that goes on.
    """
    global _own_pids
    _enter(CLONE_NEWUSER | CLONE_NEWPID)
    if pid := os.fork():
        _, status = os.waitpid(pid, 0)
        os._exit(abs(os.waitstatus_to_exitcode(status)))
    _own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork() -> int:
    """Fork once: the child is process 1 of a PID namespace of its own. Two forks, the usual way to this, cost a third of a session."""
    check(LIBC.unshare(CLONE_NEWPID), "unshare")
    pid = None
    try:
        pid = os.fork()
        return pid
    finally:
        if pid != 0:  # the server's next child is not to be in this one's namespace
            check(LIBC.setns(_own_pids, CLONE_NEWPID), "setns")


def unshare() -> None:
    """Enter a user, a mount and an IPC namespace of our own."""
    _enter(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC)


def _enter(namespaces: int) -> None:
    uid, gid = os.getuid(), os.getgid()
    check(LIBC.unshare(namespaces), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def private_files(megabytes: int) -> None:
    """Give this process its own empty tmpfs where files may be written, and cover /proc; all else is read-only already."""
    check(LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount --make-private")
    options = f"size={megabytes}m,nr_inodes=20k,mode=1777".encode()
    covered = {place: os.open(place, os.O_PATH) for place in _python_in("/tmp")}  # of a checkout under /tmp
    for place in (b"/tmp", b"/dev/shm", HOME.encode()):
        check(LIBC.mount(b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, options), f"tmpfs on {place.decode()}")
    for place, handle in covered.items():
        os.makedirs(place)
        source = f"/proc/self/fd/{handle}".encode()
        check(LIBC.mount(source, place.encode(), None, MS_BIND | MS_REC, None), f"bind {place}")
        os.close(handle)
    # those who run at the same time share the terminals; nobody needs one
    options = b"size=4k,nr_inodes=2,mode=0"
    check(LIBC.mount(b"tmpfs", b"/dev/pts", b"tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, options), "cover /dev/pts")
    # The /proc that is there shows the fork server, and bubblewrap's does not let us mount another: none, then, but for the two names
    # without which a framework may abort.
    check(LIBC.mount(b"tmpfs", b"/proc", b"tmpfs", MS_NOSUID | MS_NODEV, b"size=16k"), "cover /proc")
    os.mkdir("/proc/self")
    os.symlink(sys.executable, "/proc/self/exe")
    with open("/proc/self/cmdline", "w") as file:
        file.write("python\0")
    check(
        LIBC.mount(b"tmpfs", b"/proc", b"tmpfs", MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, b"size=16k"),
        "seal /proc",
    )
    os.chdir(HOME)


def _python_in(folder: str) -> set[str]:
    """Return the folders of this Python's environment that lie in `folder`, outermost only."""
    environment = os.path.dirname(os.path.dirname(sys.executable))  # -S leaves sys.prefix at the base installation's
    places = {environment, os.path.realpath(environment), sys.base_prefix, os.path.realpath(sys.base_prefix)}
    inside = {place for place in places if place.startswith(f"{folder}/")}
    return {place for place in inside if not any(place.startswith(f"{other}/") for other in inside)}

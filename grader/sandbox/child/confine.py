"""Confinement of one student's process, applied by itself before any student code runs.

Namespaces of its own (user, PID, mount, IPC), fresh tmpfs in a tree that is read-only, no new privileges, resource limits, and a
seccomp filter that refuses new processes and the system calls with which confined processes have broken out before.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import resource
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWUTS = (
    0x00020000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
    0x04000000,
)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 0x20, 0x1000, 0x4000, 1 << 18
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_CAPBSET_DROP = 4, 38, 22, 36, 24
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
    _check(LIBC.unshare(CLONE_NEWPID), "unshare")
    pid = None
    try:
        pid = os.fork()
        return pid
    finally:
        if pid != 0:  # the server's next child is not to be in this one's namespace
            _check(LIBC.setns(_own_pids, CLONE_NEWPID), "setns")


def unshare_namespaces() -> None:
    """Enter a user, a mount and an IPC namespace of our own."""
    _enter(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC)


def _enter(namespaces: int) -> None:
    uid, gid = os.getuid(), os.getgid()
    _check(LIBC.unshare(namespaces), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def private_files(megabytes: int) -> None:
    """Give this process its own empty tmpfs where files may be written, and cover /proc; all else is read-only already."""
    _check(LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount --make-private")
    options = f"size={megabytes}m,nr_inodes=20k,mode=1777".encode()
    covered = {place: os.open(place, os.O_PATH) for place in _python_in("/tmp")}  # of a checkout under /tmp
    for place in (b"/tmp", b"/dev/shm", HOME.encode()):
        _check(LIBC.mount(b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, options), f"tmpfs on {place.decode()}")
    for place, handle in covered.items():
        os.makedirs(place)
        source = f"/proc/self/fd/{handle}".encode()
        _check(LIBC.mount(source, place.encode(), None, MS_BIND | MS_REC, None), f"bind {place}")
        os.close(handle)
    # those who run at the same time share the terminals; nobody needs one
    options = b"size=4k,nr_inodes=2,mode=0"
    _check(LIBC.mount(b"tmpfs", b"/dev/pts", b"tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, options), "cover /dev/pts")
    # The /proc that is there shows the fork server, and bubblewrap's does not let us mount another: none, then, but for the two names
    # without which a framework may abort.
    _check(LIBC.mount(b"tmpfs", b"/proc", b"tmpfs", MS_NOSUID | MS_NODEV, b"size=16k"), "cover /proc")
    os.mkdir("/proc/self")
    os.symlink(sys.executable, "/proc/self/exe")
    with open("/proc/self/cmdline", "w") as file:
        file.write("python\0")
    _check(
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


def drop_privileges() -> None:
    """Give up every capability, for this process and all that it will start."""
    for capability in range(64):
        if LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) and ctypes.get_errno() == errno.EINVAL:
            break  # there are no more

    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

    empty = (ctypes.c_uint32 * 6)()
    _check(LIBC.capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref(empty)), "capset")
    _check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def be_first_to_die() -> None:
    """Ask the kernel to end this process before any other where the whole machine's memory runs out."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def mapped_bytes() -> int:
    """Return the size of this process's address space."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


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


# System calls that student code has no business with. Numbers by machine: (x86_64, aarch64); None where there is no such call.
# Without fork one process is all that a submission has: what limits its memory and its threads limits the submission.
_REFUSED = {
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_setup": (206, 0), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "acct": (163, 89), "quotactl": (179, 60), "quotactl_fd": (443, 443), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None), "uselib": (134, None), "personality": (135, 92), "vhangup": (153, 58),
    "syslog": (103, 116), "pidfd_getfd": (438, 438), "pidfd_open": (434, 434), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "lookup_dcookie": (212, 18), "mbind": (237, 235), "set_mempolicy": (238, 237),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "clock_settime": (227, 112), "settimeofday": (164, 170),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162),
    "fanotify_init": (300, 262), "inotify_init": (253, None), "inotify_init1": (294, 26),
    # memory that no address space counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180), "splice": (275, 76), "vmsplice": (278, 75), "tee": (276, 77),
    # nobody to talk to, and what waits in a pair of sockets is memory that no address space counts
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242),
}  # fmt: skip
_LAST_KNOWN = 451  # newer calls are in no list of ours: the C library does without them
_CLONE_CLONE3_IOCTL = {"x86_64": (56, 435, 16), "aarch64": (220, 435, 29)}
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW* of every kind
_CLONE_THREAD = 0x00010000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


@functools.cache  # the fork server makes it, its children have it
def seccomp_program(machine: str) -> bytes:
    """Return the filter as BPF.

    With EPERM fail: what `_REFUSED` lists, new processes and namespaces, and fake typing. Unknown calls are not there (ENOSYS).
    """
    which = list(_ARCH).index(machine)
    clone, clone3, ioctl = _CLONE_CLONE3_IOCTL[machine]
    load, equal, at_least, any_bit, give = (
        0x20,
        0x15,
        0x35,
        0x45,
        0x06,
    )  # a jump's two numbers: steps to skip if so, if not
    number, arch, arg0, arg1 = 0, 4, 16, 24
    refuse, allow, missing = (give, 0, 0, _EPERM), (give, 0, 0, _ALLOW), (give, 0, 0, _ENOSYS)
    program = [(load, 0, 0, arch), (equal, 1, 0, _ARCH[machine]), (give, 0, 0, _KILL), (load, 0, 0, number)]
    if machine == "x86_64":  # the x32 calls are the same calls under other numbers
        program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, _KILL)]
    program += [(at_least, 0, 1, _LAST_KNOWN + 1), missing]
    program += [(equal, 0, 1, clone3), missing]  # its flags are behind a pointer; libc falls back to clone
    for numbers in _REFUSED.values():
        if numbers[which] is not None:
            program += [(equal, 0, 1, numbers[which]), refuse]
    program += [(equal, 0, 5, clone), (load, 0, 0, arg0), (any_bit, 1, 0, _NEW_NAMESPACES)]
    program += [(any_bit, 1, 0, _CLONE_THREAD), refuse, allow]
    program += [
        (equal, 0, 5, ioctl),
        (load, 0, 0, arg1),
        (equal, 1, 0, _TIOCSTI),
        (equal, 0, 1, _TIOCLINUX),
        refuse,
        allow,
    ]
    program += [allow]
    return b"".join(struct.pack("HBBI", *step) for step in program)


def warm_up() -> None:
    """Make before the fork what each child needs."""
    if platform.machine() in _ARCH:
        seccomp_program(platform.machine())


def install_seccomp() -> bool:
    """Install the filter; return False on a machine whose system calls we have no list of."""
    machine = platform.machine()
    if machine not in _ARCH:
        return False
    program = seccomp_program(machine)
    buffer = ctypes.create_string_buffer(program)

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    filter_ = Filter(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _check(LIBC.prctl(PR_SET_SECCOMP, 2, ctypes.byref(filter_), 0, 0), "seccomp")
    return True


def lift_soft_limits() -> None:
    """Undo what the process that started us had set for itself."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def become_subreaper() -> None:
    """Inherit grandchildren whose parent has gone."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")

"""The filter of system calls, as a program of the kernel's classic BPF: put together here, so that nothing needs to be installed.

Two lists: what no submission has business with, and what a process may not do that has no namespaces of its own and shares its user
with others. Numbers by machine: (x86_64, aarch64); None where there is no such call. See seccomp(2) and the kernel's
Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import platform
import struct

from child.confine import LIBC, check

PR_SET_SECCOMP = 22
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOAD, _AND, _GIVE = 0x20, 0x54, 0x06
_EQUAL, _AT_LEAST, _ANY_BIT = 0x15, 0x35, 0x45  # a jump's two numbers: steps to skip if so, if not
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # where they stand in what the kernel hands to the filter
Step = tuple[int, int, int, int]

# System calls that student code has no business with.
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
_CLONE, _CLONE3, _IOCTL = (56, 220), (435, 435), (16, 29)
_NEW_NAMESPACES, _CLONE_THREAD = 0x7E020080, 0x00010000  # CLONE_NEW* of every kind
_FAKE_TYPING = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX

# Without namespaces of its own a process could reach others of its user, and files that it owns, by more than opening them.
_REFUSED_ALONE = {
    "tkill": (200, 130), "pidfd_send_signal": (424, 424), "setpriority": (141, 140), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274), "ioprio_set": (251, 30), "get_robust_list": (274, 100),
    "shmctl": (31, 195), "semctl": (66, 191), "semop": (65, 193), "semtimedop": (220, 192), "msgsnd": (69, 189),
    "msgrcv": (70, 188), "msgctl": (71, 187), "mq_unlink": (241, 181), "truncate": (76, 45), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
}  # fmt: skip
# Said to have been done, and not done: honest code copies files with their modes and dates.
_PRETENDED_ALONE = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "utime": (132, None), "utimes": (235, None),
    "utimensat": (280, 88), "futimesat": (261, None),
}  # fmt: skip
_FALLOCATE, _OPENAT2 = (
    (285, 47),
    (437, 437),
)  # libc writes zeros instead, and does without the other, whose flags are behind a pointer
_TO_ONE_PROCESS = {"tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)}
_TO_ONE_OR_NONE = {
    "kill": (62, 129),
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
}  # 0 says: to oneself, or one's group
_OPEN = {"open": ((2, None), 1), "openat": ((257, 56), 2)}  # and which argument holds the flags
_O_ACCMODE, _O_TRUNC, _O_TMPFILE = 3, 0x200, 0x400000
_FCNTL, _PRCTL = (72, 25), (157, 167)
_OWNERS_AND_LEASES = (8, 10, 15, 1024, 1026)  # F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY
_PARENT_DEATH = (1,)  # PR_SET_PDEATHSIG
_HARMLESS_IOCTLS = (
    0x5401,
    0x5413,
    0x541B,
    0x5421,
    0x5450,
    0x5451,
)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX


def _fail(number: int) -> Step:
    return (_GIVE, 0, 0, 0x00050000 | number)


_ALLOW, _KILL, _REFUSE, _PRETEND = (_GIVE, 0, 0, 0x7FFF0000), (_GIVE, 0, 0, 0x80000000), _fail(errno.EPERM), _fail(0)


def _argument(place: int) -> Step:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * place)  # the lower half: none of these arguments needs more


def _at(number: int | None, steps: list[Step]) -> list[Step]:
    """Return the steps for one system call. They must end by giving an answer."""
    return [] if number is None else [(_EQUAL, 0, len(steps), number), *steps]


def _one_of(values: tuple[int, ...], so: Step, else_: Step) -> list[Step]:
    """Return steps that compare what was loaded last."""
    return [step for value in values for step in ((_EQUAL, 0, 1, value), so)] + [else_]


@functools.cache  # the fork server makes it, its children have it
def _common(machine: str) -> list[Step]:
    """Return the steps of every tier.

    With EPERM fail: what `_REFUSED` lists, new processes and namespaces, and fake typing. Unknown calls are not there (ENOSYS).
    """
    which = list(_ARCH).index(machine)
    steps = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, _ARCH[machine]), _KILL, (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":  # the x32 calls are the same calls under other numbers
        steps += [(_AT_LEAST, 0, 1, 0x40000000), _KILL]
    steps += [(_AT_LEAST, 0, 1, _LAST_KNOWN + 1), _fail(errno.ENOSYS)]
    steps += _at(_CLONE3[which], [_fail(errno.ENOSYS)])  # its flags are behind a pointer; libc falls back to clone
    for numbers in _REFUSED.values():
        steps += _at(numbers[which], [_REFUSE])
    thread = [_argument(0), (_ANY_BIT, 1, 0, _NEW_NAMESPACES), (_ANY_BIT, 1, 0, _CLONE_THREAD), _REFUSE, _ALLOW]
    return steps + _at(_CLONE[which], thread)


@functools.cache
def _alone(machine: str) -> list[Step]:
    """Return the further steps for a process without namespaces of its own, but for those that name it."""
    which = list(_ARCH).index(machine)
    steps: list[Step] = []
    for numbers in _REFUSED_ALONE.values():
        steps += _at(numbers[which], [_REFUSE])
    for numbers in _PRETENDED_ALONE.values():
        steps += _at(numbers[which], [_PRETEND])
    steps += _at(_FALLOCATE[which], [_fail(errno.EOPNOTSUPP)]) + _at(_OPENAT2[which], [_fail(errno.ENOSYS)])
    for numbers, flags in _OPEN.values():
        # a file without a name is counted nowhere; one that is opened to be read can be emptied all the same
        nameless = [_argument(flags), (_ANY_BIT, 0, 1, _O_TMPFILE), _fail(errno.EOPNOTSUPP)]
        emptied = [(_AND, 0, 0, _O_TRUNC | _O_ACCMODE), *_one_of((_O_TRUNC,), _REFUSE, _ALLOW)]
        steps += _at(numbers[which], nameless + emptied)
    steps += _at(_FCNTL[which], [_argument(1), *_one_of(_OWNERS_AND_LEASES, _REFUSE, _ALLOW)])
    steps += _at(_PRCTL[which], [_argument(0), *_one_of(_PARENT_DEATH, _REFUSE, _ALLOW)])
    return steps + _at(_IOCTL[which], [_argument(1), *_one_of(_HARMLESS_IOCTLS, _ALLOW, _REFUSE)])


@functools.lru_cache(maxsize=4)
def program(machine: str, alone: int = 0) -> bytes:
    """Return the filter as BPF; `alone` is the number of a process that has no namespaces of its own."""
    which = list(_ARCH).index(machine)
    steps = list(_common(machine))
    if alone:
        for numbers in _TO_ONE_PROCESS.values():
            steps += _at(numbers[which], [_argument(0), *_one_of((alone,), _ALLOW, _REFUSE)])
        for numbers in _TO_ONE_OR_NONE.values():
            steps += _at(numbers[which], [_argument(0), *_one_of((alone, 0), _ALLOW, _REFUSE)])
        steps += _alone(machine)
    steps += _at(_IOCTL[which], [_argument(1), *_one_of(_FAKE_TYPING, _REFUSE, _ALLOW)])
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, _ALLOW])


def warm_up(alone: bool) -> None:
    """Make before the fork what each child needs."""
    if platform.machine() in _ARCH:
        program(platform.machine(), 1 if alone else 0)


def known() -> bool:
    """Whether the system calls of this machine are in our lists."""
    return platform.machine() in _ARCH


def install(alone: int = 0) -> bool:
    """Install the filter; return False on a machine whose system calls we have no list of."""
    if not known():
        return False
    steps = program(platform.machine(), alone)
    buffer = ctypes.create_string_buffer(steps)

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    filter_ = Filter(len(steps) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    check(LIBC.prctl(PR_SET_SECCOMP, 2, ctypes.byref(filter_), 0, 0), "seccomp")
    return True

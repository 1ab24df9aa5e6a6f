"""Confinement of one student's process, applied by itself before any student code runs.

Namespaces of its own (user, PID, mount, IPC), fresh tmpfs, no new privileges, resource limits, and a seccomp filter that refuses the
system calls with which confined processes have broken out before. Each step that succeeds is reported by name.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWUTS = (
    0x00020000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
    0x04000000,
)
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE, MS_RDONLY = 2, 4, 8, 0x4000, 1 << 18, 1
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_CAPBSET_DROP = 4, 38, 22, 36, 24
HOME = "/home/student"


def unshare_namespaces() -> None:
    """Enter namespaces of our own; the next fork is process 1 of the new PID namespace."""
    uid, gid = os.getuid(), os.getgid()
    _check(LIBC.unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def private_files(megabytes: int) -> list[str]:
    """Give this process its own empty tmpfs and, where the kernel lets it, its own /proc."""
    _check(LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount --make-private")
    options = f"size={megabytes}m,nr_inodes=20k,mode=1777".encode()
    for place in (b"/tmp", b"/dev/shm", HOME.encode()):
        _check(LIBC.mount(b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, options), f"tmpfs on {place.decode()}")
    held = ["own tmpfs"]
    if LIBC.mount(b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None) == 0:
        held.append("own /proc")
    else:  # some container hosts cover parts of /proc and the kernel then refuses a fresh one: better none than another's
        _check(LIBC.mount(b"tmpfs", b"/proc", b"tmpfs", MS_RDONLY, b"size=4k"), "cover /proc")
        held.append("no /proc")
    os.chdir(HOME)
    return held


def drop_privileges() -> None:
    """Give up every capability, for this process and all that it will start."""
    for capability in range(64):
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

    empty = (ctypes.c_uint32 * 6)()
    _check(LIBC.capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref(empty)), "capset")
    _check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def mapped_bytes() -> int:
    """Return the size of this process's address space."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limit_resources(address_space: int, file_size: int, processes: int, descriptors: int, cpu_seconds: int) -> None:
    """Set hard limits, never above those that hold already."""
    for name, value in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, descriptors),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


# System calls that student code has no business with. Numbers by machine: (x86_64, aarch64); None where there is no such call.
_REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "mount_setattr": (442, 442),
    "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "acct": (163, 89), "quotactl": (179, 60), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
    "personality": (135, 92), "vhangup": (153, 58), "syslog": (103, 116), "pidfd_getfd": (438, 438), "pidfd_open": (434, 434),
    "process_madvise": (440, 440), "lookup_dcookie": (212, 18), "mbind": (237, 235), "set_mempolicy": (238, 237),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "clock_settime": (227, 112), "settimeofday": (164, 170),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162), "fanotify_init": (300, 262),
    # pairs of sockets stay possible (IPython's event loop needs one); names on a network or in the abstract namespace do not
    "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
}  # fmt: skip
_CLONE_CLONE3_IOCTL_SOCKET = {"x86_64": (56, 435, 16, 41), "aarch64": (220, 435, 29, 198)}
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW* of every kind
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_AF_UNIX = 1
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


def seccomp_program(machine: str) -> bytes:
    """Return the filter as BPF: what `_REFUSED` lists, new namespaces, fake typing and odd socket families fail with EPERM."""
    which = list(_ARCH).index(machine)
    clone, clone3, ioctl, socket_ = _CLONE_CLONE3_IOCTL_SOCKET[machine]
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    number, arch, arg0, arg1 = 0, 4, 16, 24
    refuse = (give, 0, 0, _EPERM)
    program = [(load, 0, 0, arch), (equal, 1, 0, _ARCH[machine]), (give, 0, 0, _KILL), (load, 0, 0, number)]
    if machine == "x86_64":  # the x32 calls are the same calls under other numbers
        program += [(0x35, 0, 1, 0x40000000), (give, 0, 0, _KILL)]
    for numbers in _REFUSED.values():
        if numbers[which] is not None:
            program += [(equal, 0, 1, numbers[which]), refuse]
    program += [
        (equal, 0, 1, clone3),
        (give, 0, 0, _ENOSYS),
    ]  # its flags are behind a pointer; libc falls back to clone
    program += [
        (equal, 0, 4, clone),
        (load, 0, 0, arg0),
        (any_bit, 0, 1, _NEW_NAMESPACES),
        refuse,
        (give, 0, 0, _ALLOW),
    ]
    program += [
        (equal, 0, 5, ioctl),
        (load, 0, 0, arg1),
        (equal, 1, 0, _TIOCSTI),
        (equal, 0, 1, _TIOCLINUX),
        refuse,
        (give, 0, 0, _ALLOW),
    ]
    program += [(equal, 0, 3, socket_), (load, 0, 0, arg0), (equal, 1, 0, _AF_UNIX), refuse, (give, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in program)


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


def become_subreaper() -> None:
    """Inherit grandchildren whose parent has gone."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")

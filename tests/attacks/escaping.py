"""Attacks on the walls: descriptors, signals, namespaces, system calls, and what is left for the next student."""

from __future__ import annotations

from tests.attacks.arena import Attack

LEFT = ("LEFT-BEHIND",)
# every number of both machines whose call the jail refuses, tried with arguments that are not refused for themselves
SYSTEM_CALLS = """
import ctypes, errno, os, platform
libc = ctypes.CDLL(None, use_errno=True)
table = {
    "x86_64": dict(fork=57, vfork=58, execve=59, ptrace=101, mount=165, umount2=166, pivot_root=155, chroot=161, unshare=272, setns=308,
        bpf=321, perf_event_open=298, userfaultfd=323, io_uring_setup=425, keyctl=250, add_key=248, init_module=175, kexec_load=246,
        reboot=169, swapon=167, open_by_handle_at=304, name_to_handle_at=303, personality=135, syslog=103, pidfd_open=434,
        pidfd_getfd=438, process_vm_readv=310, memfd_create=319, shmget=29, msgget=68, mq_open=240, io_setup=206, splice=275,
        fsopen=430, move_mount=429, open_tree=428, mount_setattr=442, clone3=435, bind=49, connect=42, listen=50, sethostname=170,
        settimeofday=164, iopl=172, modify_ldt=154, acct=163, quotactl=179, landlock_like_new_call=460, no_such_call=600),
    "aarch64": dict(execve=221, ptrace=117, mount=40, umount2=39, pivot_root=41, chroot=51, unshare=97, setns=268, bpf=280,
        perf_event_open=241, userfaultfd=282, io_uring_setup=425, keyctl=219, add_key=217, init_module=105, reboot=142, swapon=224,
        personality=92, syslog=116, pidfd_open=434, process_vm_readv=270, memfd_create=279, shmget=194, clone3=435, bind=200,
        connect=203, mount_setattr=442, no_such_call=600),
}[platform.machine()]
for name, number in table.items():
    ctypes.set_errno(0)
    result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
    if ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS): print("ESCAPED:", name, result, ctypes.get_errno())
"""
ATTACKS = [
    Attack(
        "system calls",
        "makes fifty system calls with which processes have broken out before",
        cell=SYSTEM_CALLS,
        ends=True,
    ),
    Attack(
        "descriptors",
        "looks for open descriptors beside its own line, reads, writes and walks through them",
        cell="""
import os, stat
found = []
for fd in range(3, 5000):
    try: found.append((fd, stat.S_IFMT(os.fstat(fd).st_mode)))
    except OSError: continue
for fd, _ in found:
    for way in ("", "..", "../../..", "/proc/self/root"):
        try: listed = os.listdir(os.open(way or ".", os.O_RDONLY, dir_fd=fd))
        except OSError: continue
        print("SAW public files:" if way[:1] == "/" else "ESCAPED: through", fd, listed)
if [kind for _, kind in found] != [stat.S_IFSOCK]: print("ESCAPED: descriptors", found)
for fd in (0, 1, 2):
    if not stat.S_ISCHR(os.fstat(fd).st_mode): print("ESCAPED: stream", fd)
""",
        ends=True,
    ),
    Attack(
        "signals",
        "kills everything it can name: all processes, its group, its parent and the first five thousand numbers",
        cell="""
import os, signal
for pid in [-1, os.getppid(), <<pid>>, <<bystander>>, *(set(range(2, 5000)) - {os.getpid()})]:
    try:
        os.kill(pid, signal.SIGKILL)
        if pid > 1: print("ESCAPED: killed", pid)
    except OSError: pass
if os.getppid() != 0: print("SAW numbers:", os.getppid())
signal.signal(signal.SIGTERM, signal.SIG_IGN); os.kill(0, signal.SIGTERM)
""",
        ends=True,
    ),
    Attack(
        "signals to its own group",
        "kills its process group with a signal that cannot be held",
        cell="import os\nos.kill(0, 9)\nos.killpg(os.getpgrp(), 9)",
    ),
    Attack(
        "other processes by their limits",
        "sets limits, priorities and processors of processes that it can name, and has the kernel send them signals",
        cell="""
import ctypes, fcntl, os, resource
libc = ctypes.CDLL(None, use_errno=True)
for pid in (<<pid>>, <<bystander>>, os.getppid()):
    for call in (lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (0, 0)), lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0)),
                 lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
                 lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)), lambda: os.sched_setaffinity(pid, {0})):
        try:
            if pid: call(); print("ESCAPED: limits of", pid)
        except OSError: pass
    try: os.setpriority(os.PRIO_USER, os.getuid(), 19)  # of those it sees: itself alone, or the arena finds the others changed
    except OSError: pass
    libc.syscall({"x86_64": 251, "aarch64": 30}[os.uname().machine], 1, pid, 3 << 13)
    out, into = os.pipe()
    for command, value in ((8, pid), (10, 9)):  # F_SETOWN, F_SETSIG
        try: fcntl.fcntl(out, command, value)
        except OSError: pass
    fcntl.fcntl(out, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(into, b"x")
""",
        ends=True,
    ),
    Attack(
        "files without opening them",
        "changes modes, dates, sizes, owners and attributes of files that it may not open, links and moves them",
        cell="""
import os
for path in ("<<canary>>", "<<seed>>", "<<shm>>", os.__file__):
    for call in (lambda: os.chmod(path, 0o777), lambda: os.utime(path, (0, 0)), lambda: os.truncate(path, 0), lambda: os.chown(path, os.getuid(), -1),
                 lambda: os.setxattr(path, "user.x", b"x"), lambda: os.open(path, os.O_RDONLY | os.O_TRUNC), lambda: os.link(path, "linked"),
                 lambda: os.rename(path, "moved"), lambda: os.unlink(path), lambda: os.symlink("/nowhere", path + "x"), lambda: os.mkdir(path + "y"),
                 lambda: os.replace("there", path)):
        open("there", "w").close()
        try: call()
        except OSError: pass
    if os.path.exists("linked") or os.path.exists("moved"): print("ESCAPED: linked or moved", path)
""",
        ends=True,
    ),
    Attack(
        "new namespaces",
        "asks for user, mount, PID and network namespaces by every call that gives them",
        cell="""
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x7E020000):
    if libc.unshare(flag) == 0: print("ESCAPED: unshare", hex(flag))
    stack = ctypes.create_string_buffer(1 << 16)
    run = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
    if libc.clone(run, ctypes.c_void_p(ctypes.addressof(stack) + (1 << 16) - 64), flag | 17, None) > 0: print("ESCAPED: clone", hex(flag))
for name in ("user", "mnt", "pid", "net", "ipc"):
    for pid in ("self", "1", "<<pid>>"):
        try:
            if libc.setns(os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY), 0) == 0: print("ESCAPED: setns", name)
        except OSError: pass
""",
        ends=True,
    ),
    Attack(
        "mounts",
        "mounts, unmounts, binds and moves file systems to see or write what is behind them",
        cell="""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("m", exist_ok=True)
for source, target, kind, flags in ((b"/", b"m", None, 4096), (b"proc", b"m", b"proc", 0), (b"tmpfs", b"m", b"tmpfs", 0),
                                    (None, b"/", None, 32), (None, b"/usr", None, 32 | 4096), (b"/dev/vda", b"m", b"ext4", 0)):
    if libc.mount(source, target, kind, flags, None) == 0: print("ESCAPED: mounted", source)
for place in (b"/proc", b"/tmp", b"/dev/shm", b"/"):
    if libc.umount2(place, 2) == 0: print("ESCAPED: unmounted", place)
try: os.chroot("m"); print("ESCAPED: chroot")
except OSError: pass
try: os.mknod("disk", 0o660 | 0o060000, os.makedev(254, 0)); open("disk", "rb").read(1); print("ESCAPED: a device")
except OSError: pass
""",
        ends=True,
    ),
    Attack(
        "privileges",
        "becomes root, gains capabilities, runs set-user-id programs",
        cell="""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
other = 0 if os.getuid() else 1
for call in (lambda: os.setuid(other), lambda: os.setgid(other), lambda: os.setgroups([0]), lambda: os.chown("/tmp", 0, 0), lambda: os.nice(-5),
             lambda: os.execv("/usr/bin/su", ["su"]), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))):
    try: call(); print("ESCAPED: privilege", call)
    except OSError: pass
if libc.prctl(39, 0, 0, 0, 0) != 1: print("ESCAPED: new privileges can be had")
class Header(ctypes.Structure): _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]
held, wanted = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
libc.capget(ctypes.byref(Header(0x20080522, 0)), ctypes.byref(held))
if any(held): print("ESCAPED: has capabilities", list(held))
if libc.capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref(wanted)) == 0: print("ESCAPED: capabilities can be had")
import resource
for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_FSIZE"):
    soft, hard = resource.getrlimit(getattr(resource, name))
    try: resource.setrlimit(getattr(resource, name), (hard + 1, hard + 1)); print("ESCAPED: raised", name)
    except (OSError, ValueError): pass
""",
        ends=True,
    ),
    Attack(
        "files left for the next student",
        "writes a file wherever the file system lets it, and into every folder on the way",
        cell="""
import os
said = "LEFT" + "-BEHIND"
for place in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/home/student", ".", ".."):
    try: open(os.path.join(place, "left-behind.txt"), "w").write(said)
    except OSError: pass
for place, folders, files in os.walk("/"):
    if place.count("/") > 4: folders[:] = []
    try: open(os.path.join(place, "left-behind.txt"), "w").write(said)
    except OSError: pass
    for name in files[:3]:
        try: open(os.path.join(place, name), "a").write(said)
        except OSError: pass
""",
        ends=True,
        spy="""
import os
places = [(place, [], ["left-behind.txt"]) for place in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/home/student", ".", "..")]
for place, folders, files in [*os.walk("/"), *places]:
    if place.count("/") > 4 or not os.path.exists(os.path.join(place, "left-behind.txt")): continue
    if "left-behind.txt" in files: print(place, open(os.path.join(place, "left-behind.txt")).read(), "LEFT-BEHIND")
""",
        never=LEFT,
    ),
    Attack(
        "shared memory left for the next student",
        "leaves segments, queues, semaphores, POSIX shared memory and named files in /dev/shm",
        cell="""
import ctypes, os
from multiprocessing import shared_memory
libc = ctypes.CDLL(None)
libc.shmget(77, 4096, 0o1777); libc.semget(77, 1, 0o1777); libc.msgget(77, 0o1777)
try: shared_memory.SharedMemory("left", create=True, size=64).buf[:4] = b"LEFT"
except OSError: pass
try: open("/dev/shm/left2", "w").write("LEFT")
except OSError: pass
""",
        ends=True,
        spy="""
import ctypes, os
libc = ctypes.CDLL(None)
if libc.shmget(77, 4096, 0) >= 0 or libc.semget(77, 1, 0) >= 0 or libc.msgget(77, 0) >= 0 or any(map(os.path.exists, ("/dev/shm/left", "/dev/shm/left2"))): print("LEFT-BEHIND")
""",
        never=LEFT,
    ),
    Attack(
        "memory shared since before the fork",
        "writes into every mapping it inherited from the fork server, to be read by whoever is forked next",
        cell="""
import mmap, gc
for o in gc.get_objects():
    if isinstance(o, mmap.mmap):
        try: o[:11] = b"LEFT-BEHIND"
        except Exception: pass
import numpy, assay.wire, child.session
numpy.left = assay.wire.left = child.session.left = "LEFT"
import builtins; builtins.left = "LEFT"
import sys; sys.modules["left"] = sys
""",
        ends=True,
        spy="""
import sys, numpy, assay.wire, child.session
if "left" in sys.modules or any(hasattr(m, "left") for m in (numpy, assay.wire, child.session)): print("LEFT-BEHIND")
""",
        never=LEFT,
    ),
    Attack(
        "processes left for the next student",
        "starts daemons in sessions of their own and threads that outlive the cell",
        cell="""
import os, threading, time
for _ in range(20):
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        print("ESCAPED: forked")
    except OSError: pass
for _ in range(10): threading.Thread(target=time.sleep, args=(600,)).start()
""",
        ends=True,
    ),
    Attack(
        "sockets left for the next student",
        "listens in the abstract namespace and on the loopback, which all students of one jail share",
        cell="""
import socket
for family, address in ((socket.AF_UNIX, "\\0left"), (socket.AF_INET, ("127.0.0.1", 7777)), (socket.AF_UNIX, "/tmp/left")):
    try:
        s = socket.socket(family); s.bind(address); s.listen(); print("ESCAPED: listens", address)
    except OSError: pass
""",
        ends=True,
        spy="""
import socket
try: socket.socket(socket.AF_UNIX).connect("\\0left"); print("LEFT-BEHIND")
except OSError: pass
""",
        never=("ESCAPED", "LEFT-BEHIND"),
    ),
    Attack(
        "modules poisoned on disk",
        "writes into site-packages, __pycache__, sitecustomize and matplotlib's and IPython's folders",
        cell="""
import os, numpy, idnn, sys
code = "raise SystemExit('LEFT-BEHIND')"
for base in (os.path.dirname(numpy.__file__), os.path.dirname(idnn.__file__), *sys.path, "/app", "/app/child", "/tmp/ipython/profile_default/startup"):
    for name in ("sitecustomize.py", "usercustomize.py", "__pycache__/x.pyc", "__init__.py", "matplotlibrc", "evil.py"):
        try:
            open(os.path.join(base, name), "w").write(code)
            if base and not base.startswith("/tmp/ipython"): print("ESCAPED: wrote", base, name)
        except OSError: pass
try: open(numpy.__file__, "a"); print("ESCAPED: NumPy can be written")
except OSError: pass
try: os.rename("/app", "/app2"); print("ESCAPED: renamed")
except OSError: pass
""",
        ends=True,
        spy="""
import importlib.util
for name in ("evil", "sitecustomize", "usercustomize"):  # Debian's Python has one of its own
    found = importlib.util.find_spec(name)
    if found and "LEFT" + "-BEHIND" in open(found.origin).read(): print("LEFT-BEHIND")
""",
        never=("ESCAPED", "LEFT-BEHIND"),
    ),
    Attack(
        "the terminal",
        "types a command into the terminal behind the grader",
        cell="""
import fcntl, os
for name in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/pts/1"):
    try:
        fd = os.open(name, os.O_RDWR); fcntl.ioctl(fd, 0x5412, b"x"); print("ESCAPED: typed", name)
    except OSError: pass
""",
        ends=True,
    ),
    Attack(
        "terminals of its own",
        "makes pseudo-terminals, which those who run at the same time could open, and reads from theirs",
        cell="""
import glob, os
try: os.openpty(); print("ESCAPED: a terminal")
except OSError: pass
for name in ["/dev/ptmx", "/dev/pts/ptmx", *glob.glob("/dev/pts/*")]:
    try: os.open(name, os.O_RDWR | os.O_NOCTTY); print("SAW devices:" if "ptmx" in name else "ESCAPED: opened", name)
    except OSError: pass
""",
        ends=True,
    ),
    Attack(
        "locks on what is shared",
        "locks the interpreter and every library, and lives on to hold the locks",
        cell="""
import fcntl, glob, os, sys
held = []
for name in [sys.executable, os.__file__, *glob.glob(os.path.dirname(os.__file__) + "/*.py")]:
    try:
        held.append(open(name, "rb")); fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError: break
""",
        ends=True,
        spy="""
import fcntl, os, sys, time
def locked(name):
    try: fcntl.flock(open(name, "rb"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError: return True
for name in (sys.executable, os.__file__):
    begun = time.monotonic()
    while locked(name):  # one that is being killed on a busy machine holds it for a moment, as one that runs at the same time may
        if time.monotonic() > begun + 2: print("LEFT-BEHIND: a lock on", name); break
        time.sleep(0.05)
""",
        never=("ESCAPED", "LEFT-BEHIND"),
    ),
    Attack(
        "the end of its process",
        "does harm at exit, in destructors and in handlers that run when it is told to go",
        cell="""
import atexit, os, signal, sys
class Bad:
    def __del__(self):
        while True: pass
keep = Bad()
atexit.register(lambda: [None for _ in iter(int, 1)])
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
sys.exit = os._exit = lambda *a: None
""",
    ),
]

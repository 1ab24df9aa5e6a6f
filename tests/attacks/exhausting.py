"""Attacks on what there is only so much of: time, memory, processes, disk, inodes, descriptors, output."""

from __future__ import annotations

from tests.attacks.arena import Attack
from tests.attacks.tampering import ANYTHING


def _small(arena, graded) -> str:
    sizes = [len(str(cell.get("outputs", ""))) for cell in graded.notebook["cells"]]
    return "" if max(sizes) < 12_000_000 else f"one cell's outputs have {max(sizes)} characters"


def _says(word: str):
    return lambda arena, graded: (
        "" if word in str(graded.notes) + str(graded.verdicts) else f"nobody is told: {graded.notes}"
    )


ATTACKS = [
    Attack("a loop in a cell", "never ends in a cell", cell="x = 1\nwhile True: pass", check=_says("")),
    Attack(
        "a loop in every function",
        "never ends in any call",
        function="def {name}(*args, **kwargs):\n    while True: pass",
        check=_says("took longer"),
    ),
    Attack(
        "the soft limit swallowed",
        "catches whatever tells it that its time is up, and goes on",
        function="""
def {name}(*args, **kwargs):
    while True:
        try:
            while True: pass
        except BaseException: pass
""",
    ),
    Attack(
        "the alarm switched off",
        "ignores the alarm, stops the timer, blocks all signals and loops",
        cell="""
import signal
signal.setitimer(signal.ITIMER_REAL, 0); signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
while True: pass
""",
    ),
    Attack(
        "sleep in C",
        "sleeps in C, where no Python signal handler runs",
        cell="import ctypes, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [14])\nctypes.PyDLL(None).sleep(10000)",
    ),
    Attack(
        "a power that never ends",
        "computes a power, a regular expression and a factorial that take years",
        cell="import re\nre.match('(a+)+$', 'a' * 60 + 'b')\n10 ** 10 ** 10",
    ),
    Attack(
        "a loop in a destructor",
        "returns an object whose destructor never ends",
        function="""
def {name}(*args, **kwargs):
    class Bad(float):
        def __del__(self):
            while True: pass
    return [Bad() for _ in range(3)]
""",
    ),
    Attack(
        "threads that never end",
        "starts fifty threads that loop, and one that holds the interpreter",
        cell="import threading\ndef f():\n    while True: pass\nfor _ in range(50): threading.Thread(target=f).start()",
    ),
    Attack(
        "just below the limit",
        "sleeps in each call a little less than is allowed, so that all calls together take an hour",
        function="def {name}(*args, **kwargs):\n    import time\n    time.sleep(0.8)",
    ),
    Attack(
        "stopped",
        "stops itself by SIGSTOP and SIGTSTP",
        cell="import os\nos.kill(os.getpid(), 19)\nos.kill(0, 20)\nimport time\ntime.sleep(99)",
    ),
    Attack(
        "memory in lists",
        "fills memory with objects",
        cell="x = []\nwhile True: x.append('x' * 1_000_000 + str(len(x)))",
    ),
    Attack(
        "memory in arrays",
        "fills memory with arrays in every call",
        function="def {name}(*args, **kwargs):\n    import numpy as np\n    return [np.ones((1 << 27,)) for _ in range(1000)]",
    ),
    Attack(
        "memory that no address space counts",
        "fills anonymous files, shared segments, pipes and sockets",
        cell="""
import ctypes, os, socket
libc = ctypes.CDLL(None)
kept, total = [], 0
for i in range(100):
    try: fd = os.memfd_create(str(i)); os.truncate(fd, 1 << 30); print("ESCAPED: anonymous file")
    except OSError: pass
    if libc.shmget(0, 1 << 30, 0o600) >= 0: print("ESCAPED: segment")
    try:
        pair = socket.socketpair(); kept.append(pair); pair[0].setblocking(False); pair[0].setsockopt(1, 7, 1 << 30)
        while True: total += pair[0].send(b"x" * 65536)
    except OSError: pass
if total > 200_000_000: print("ESCAPED: sockets hold", total)
""",
        ends=True,
    ),
    Attack(
        "a fork bomb",
        "forks as often as it can, in every way",
        cell="""
import os, multiprocessing
for _ in range(10000):
    try: os.fork()
    except OSError: pass
multiprocessing.Process(target=print).start()
""",
    ),
    Attack(
        "a thread bomb",
        "starts threads until something breaks",
        cell="import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
    ),
    Attack(
        "a full disk",
        "fills every place that can be written by big files",
        cell="""
import os
total = 0
for place in ("/tmp", "/dev/shm", "/home/student", "/", "/dev", "/app", "."):
    for i in range(40):
        try:
            with open(f"{place}/big-{i}", "wb") as file: total += file.write(b"x" * (30 << 20))
        except OSError: pass
if total > (200 << 20): print("SAW exact room:", total >> 20, "MB")
if total > (1 << 30): print("ESCAPED: wrote", total >> 20, "MB")
""",
        ends=True,
    ),
    Attack(
        "a disk full of names",
        "makes files, folders and links without number in every place that can be written, and goes on to be judged",
        cell="""
import itertools, os
for place in ("/tmp", "/dev/shm", "/home/student", "."):
    try:
        for i in range(50_000):
            open(f"{place}/{i}", "w").close()
            os.symlink("x", f"{place}/link-{i}")
    except OSError: pass
""",
        function=ANYTHING,
    ),
    Attack(
        "folders in folders",
        "makes folders in folders until their path is longer than the system can say, with a file in each",
        cell="""
import os
home = os.getcwd()
for i in range(3000):
    try:
        os.mkdir("x" * 200); os.chdir("x" * 200); open("file", "wb").write(bytes(100_000))
    except OSError: break
os.chdir("/")
""",
        function=ANYTHING,
    ),
    Attack(
        "files without a name",
        "holds large files open that have no name any more, and maps some into memory",
        cell="""
import mmap, os
kept, total = [], 0
for place in ("/tmp", "/dev/shm", "."):
    for i in range(300):
        try:
            fd = os.open(f"{place}/nameless", os.O_RDWR | os.O_CREAT); os.unlink(f"{place}/nameless")
            kept.append(fd); total += os.write(fd, bytes(30 << 20))
        except OSError: break
if total > (2200 << 20): print("ESCAPED: holds", total >> 20, "MB")
""",
        ends=True,
    ),
    Attack(
        "one huge file",
        "writes one file without end",
        cell="with open('huge', 'wb') as file:\n    while True: file.write(b'x' * (1 << 20))",
    ),
    Attack(
        "all descriptors",
        "opens files until none can be opened, and goes on to be judged",
        cell="kept = []\ntry:\n    while True: kept.append(open('/dev/null'))\nexcept OSError: pass",
        function=ANYTHING,
    ),
    Attack("gigabytes of print", "prints without end", cell="while True: print('x' * 1_000_000)", check=_small),
    Attack(
        "print in every call",
        "prints without end in every call",
        function="def {name}(*args, **kwargs):\n    while True: print('x' * 1_000_000)",
    ),
    Attack(
        "thousands of outputs",
        "displays ten thousand objects",
        cell="from IPython.display import display\nfor i in range(10_000): display(i, 'x' * 10_000)",
        check=_small,
    ),
    Attack(
        "thousands of figures",
        "draws hundreds of figures, one of them a hundred thousand pixels wide",
        cell="""
import matplotlib.pyplot as plt
plt.figure(figsize=(2000, 2000), dpi=300).add_subplot().plot([1, 2])
for i in range(60): plt.figure()
""",
        check=_small,
    ),
    Attack(
        "a huge picture",
        "displays a picture of 100 MB",
        cell="from IPython.display import Image, display\nfor i in range(20): display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(9_000_000), format='png'))",
        check=_small,
    ),
    Attack(
        "a representation without end",
        "ends a cell with an object whose text has a billion characters",
        cell="class Long:\n    def __repr__(self): return 'x' * 300_000_000\nLong()",
        check=_small,
    ),
    Attack(
        "recursion",
        "recurses without end, past the interpreter's own limit",
        cell="import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
    ),
    Attack(
        "a crash",
        "writes to address zero",
        cell="import ctypes\nctypes.memset(0, 0, 1)",
        check=_says("ended the process"),
    ),
    Attack(
        "a crash in every function",
        "aborts in every call",
        function="def {name}(*args, **kwargs):\n    import os\n    os.abort()",
        check=_says("ended the process"),
    ),
    Attack(
        "an error that says too much",
        "raises an error with a message of a hundred million characters",
        cell="raise ValueError('x' * 100_000_000)",
        check=_small,
    ),
    Attack(
        "errors without end",
        "raises a chain of ten thousand errors",
        cell="e = None\nfor i in range(10_000):\n    try: raise ValueError(i) from e\n    except ValueError as f: e = f\nraise e",
    ),
]

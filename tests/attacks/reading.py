"""Attacks on what students may not read: answers, the gradebook, the hidden seed, others' work, processes, hidden cases."""

from __future__ import annotations

from tests.attacks.arena import Attack
from tests.attacks.tampering import LINE

LEAK = ("LEAK",)
# a hidden case's numbers as letters, so that no rule about digits helps
TELL = """
def secret(args):
    import numpy as np
    numbers = [x for a in args for x in np.ravel(list(a.values())[0] if isinstance(a, dict) else a if isinstance(a, (int, float, np.ndarray)) else 0)]
    return "LEAK" + "".join(chr(65 + int(c)) for x in numbers[:4] for c in f"{abs(float(x)):.12f}" if c.isdigit())
"""


ATTACKS = [
    Attack(
        "files by their paths",
        "opens gradebook, hidden seed, another student's notebook and the project by absolute path and by links to them",
        cell="""
import os
paths = ["<<gradebook>>", "<<seed>>", "<<other>>", "<<canary>>", "<<shm>>", "<<project>>/solutions/optimization.py", "/etc/shadow", "/etc/passwd"]
for path in paths:
    os.symlink(path, f"link-{paths.index(path)}")
    for way in (path, "/proc/1/root" + path, "/proc/self/cwd/../.." + path, f"link-{paths.index(path)}", "../../../.." + path):
        try: said = open(way).read()[:200]
        except OSError: continue
        print("SAW public files:" if path in ("<<shm>>", "/etc/passwd") else "ESCAPED: read", way, said)
""",
        ends=True,
    ),
    Attack(
        "everything below the root",
        "walks over the whole file system and prints each file that mentions a secret or an answer",
        cell="""
import itertools, os
starts = ("/", "<<project>>", "<<folder>>", "/app", "/etc", "/tmp", "/work", "/home", "/root", "..", ".")
for place, folders, files in itertools.chain.from_iterable(map(os.walk, starts)):
    folders[:] = [f for f in folders if place + f not in ("/usr", "/proc", "/sys") and f not in ("site-packages", "python3.11", "python3.12", "python3.13", "python3.14", "include")]
    for name in files:
        path = os.path.join(place, name)
        try:
            if os.path.getsize(path) < 100_000 and name.rsplit(".")[-1] in ("py", "db", "ipynb", "json", "txt", "jsonl", "hidden_seed"):
                text = open(path, errors="replace").read()
                if "SECRET" in text or "EXERCISES = [" in text or "def update_parameters_with_adam" in text:
                    print("ESCAPED: found", path, text[:300])
        except OSError: pass
for name in ("solutions", "grader", "tests", "submitted", "gradebook.db", ".instructor"):
    for place in ("/app", "<<project>>"):
        try: found = os.listdir(place)
        except OSError: continue
        if name in found: print("ESCAPED: sees", name)
""",
        ends=True,
    ),
    Attack(
        "the environment",
        "prints all variables, arguments and the user behind the process",
        cell="""
import os, sys, ctypes
print(dict(os.environ), sys.argv, sys.orig_argv, os.getuid())
if "SECRET" in str(os.environ): print("ESCAPED: environment")
for path in ("/root/.bashrc", "/etc/hostname", "<<seed>>", "<<canary>>"):
    if os.path.exists(path): print("SAW names:", path)
""",
        ends=True,
    ),
    Attack(
        "/proc",
        "reads command lines, environments, memory maps and open files of every process",
        cell="""
import glob, os
seen = False
for path in glob.glob("/proc/[0-9s]*/*") + ["/proc/<<pid>>/environ", "/proc/<<bystander>>/cmdline", "/proc/1/environ", "/proc/self/cmdline", "/proc/self/mem"]:
    try: said = open(path, "rb").read(1000)
    except OSError: continue
    if path in ("/proc/self/exe", "/proc/self/cmdline") and (said[1:4] == b"ELF" or said.rstrip(bytes(1)) == b"python"): continue
    own = path.startswith(("/proc/self/", "/proc/thread-self/", f"/proc/{os.getpid()}/"))
    if not own and said and path.endswith(("/environ", "/mem", "/maps", "/auxv", "/stack", "/io")): print("ESCAPED:", path, said)
    elif not seen: seen = print("SAW command lines:", path, said) or True
""",
        ends=True,
    ),
    Attack(
        "memory of other processes",
        "reads the memory of its parents and neighbours by process_vm_readv and ptrace",
        cell="""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
class iovec(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
there = ctypes.create_string_buffer(64)
for pid in [os.getpid(), os.getppid(), <<pid>>, <<bystander>>, *range(2, 300)]:
    iov = iovec(ctypes.addressof(there), 64)
    if libc.process_vm_readv(pid, ctypes.byref(iov), 1, ctypes.byref(iov), 1, 0) > 0: print("ESCAPED: memory of", pid)
    if libc.ptrace(16, pid, 0, 0) == 0: print("ESCAPED: traces", pid)
""",
        ends=True,
    ),
    Attack(
        "objects of the fork server",
        "searches every object it inherited for work of students before it, seeds and answers",
        cell="""
import gc
gc.unfreeze()
things = gc.get_objects()
texts = [t for o in things for t in (o if isinstance(o, (list, tuple)) else o.values() if isinstance(o, dict) else ()) if isinstance(t, str)]
texts = [t for t in texts if "things = gc" not in t]
hide = bytes(255 - i for i in range(256))  # in clear, the words would find themselves
for word in ("<<hidden_mark>>", "<<hidden_answer>>", "<<hidden_secret>>"):
    if any(bytes.fromhex(word) in t.encode(errors="replace").translate(hide) for t in texts): print("ESCAPED: found", word)
print(len(things) > 50_000, len(texts) > 50_000)
""",
        ends=True,
    ),
    Attack(
        "memory byte by byte",
        "reads all of its heap, and what the fork server left in it, page by page past Python",
        cell="""
import ctypes, os
libc = ctypes.CDLL(None)
out, into = os.pipe()
hide = bytes(255 - i for i in range(256))  # in clear, the mark would find itself
marks = [bytes.fromhex(word) for word in ("<<hidden_mark>>", "<<hidden_answer>>")]
pages = 0
for base in (id(object()), id(os), id("x" * 10_000), id(bytes(10_000_000))):
    for address in range((base >> 12 << 12) - (1 << 25), (base >> 12 << 12) + (1 << 25), 4096):
        if libc.write(into, ctypes.c_void_p(address), 4096) == 4096:
            page = os.read(out, 4096).translate(hide); pages += 1
            if any(m in page for m in marks): print("ESCAPED: found at", hex(address))
print(pages)
""",
        ends=True,
    ),
    Attack(
        "the network",
        "connects to the host by TCP, by a name, by a Unix socket in the file system and by one in the abstract namespace",
        cell="""
import socket, urllib.request
targets = [(socket.AF_INET, ("127.0.0.1", <<port>>)), (socket.AF_UNIX, "<<socket>>"), (socket.AF_UNIX, "\\0<<abstract>>"), (socket.AF_INET, ("1.1.1.1", 53))]
for family, address in targets:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try: s = socket.socket(family, kind); s.settimeout(0.2)
        except OSError: continue
        for way in (lambda: s.connect(address), lambda: s.sendto(b"x", address), lambda: s.sendmsg([b"x"], [], 0, address)):
            try: way(); print("ESCAPED: reached", address)
            except OSError: pass
for what in (lambda: urllib.request.urlopen("http://127.0.0.1:<<port>>/", timeout=0.2), lambda: socket.getaddrinfo("example.org", 80)):
    try: what(); print("ESCAPED: network")
    except OSError: pass
for family in (16, 17, 38, 40, 44):
    try: socket.socket(family, socket.SOCK_RAW); print("ESCAPED: family", family)
    except OSError: pass
""",
        ends=True,
    ),
    Attack(
        "a shell",
        "runs commands by the shell, by subprocess, by os and by a library of C",
        cell="""
import ctypes, os, subprocess
for run in (lambda: subprocess.run(["cat", "<<seed>>"], capture_output=True).stdout, lambda: os.popen("cat /etc/passwd").read(),
            lambda: os.posix_spawn("/bin/cat", ["cat", "<<canary>>"], {}), lambda: os.fork() or os._exit(0), lambda: os.forkpty()):
    try:
        said = run()
        if said: print("ESCAPED:", said)
    except OSError: pass
if ctypes.CDLL(None).system(b"true") == 0: print("ESCAPED: system")
""",
        ends=True,
        last="!cat <<seed>>\n!!ls <<folder>>",
    ),
    Attack(
        "hidden cases told by error messages",
        "raises the hidden inputs as the message of its error, for the feedback page to print",
        cell=TELL,
        function="def {name}(*args, **kwargs):\n    raise ValueError(secret(args))",
        never=LEAK,
    ),
    Attack(
        "hidden cases told by names",
        "raises an error whose type is named after the hidden inputs",
        cell=TELL,
        function="def {name}(*args, **kwargs):\n    raise type(secret(args), (Exception,), {})('x')",
        never=LEAK,
    ),
    Attack(
        "hidden cases told by an undefined name",
        "looks up a global name made of the hidden inputs",
        cell=TELL,
        function="def {name}(*args, **kwargs):\n    return eval(secret(args))",
        never=LEAK,
    ),
    Attack(
        "hidden cases told by keys",
        "returns dicts whose keys are the hidden inputs, and objects whose type is",
        cell=TELL,
        function="""
def {name}(*args, **kwargs):
    told = {**args[0], secret(args): 1} if isinstance(args[0], dict) else type(secret(args), (), {})()
    return told, told, told
""",
        never=LEAK,
    ),
    Attack(
        "hidden cases told by changed arguments",
        "adds a key made of the hidden inputs to its arguments, which the verdict names by path",
        cell=TELL,
        function="""
def {name}(*args, **kwargs):
    for a in args:
        if isinstance(a, dict): a[secret(args)] = 1
    raise KeyError
""",
        never=LEAK,
    ),
    Attack(
        "hidden cases told by a forged outcome",
        "forges every word of the outcome: missing, timeout, path, alias and error type all hold the hidden inputs",
        cell=TELL
        + LINE
        + """
import itertools
ways = itertools.count()
def answer(request):
    from assay import wire
    args = wire.decode_inputs(request.inputs, remote=lambda n: print)[0]
    said = secret(args)
    forged = [{"error": [kind, said, 1]} for kind in ("<missing>", "<timeout>", "<crash>", "<output>", "ValueError", said)]
    forged += [{"changed": [[said, 1]]}, {"changed": [[f"parameters[{said!r}]", 1]]}, {"aliases": [[f"[{said!r}]", "['W1']"]]}]
    forged += [{"error": ["ValueError", "", int(said[4:10].encode().hex(), 16)]}, {"value": {"t": said, "v": 1}}, {"value": {"t": "nd", "d": said, "s": [], "v": b""}}]
    return {**outcome(None), **forged[next(ways) % len(forged)]}
answer_by(answer)
""",
        never=LEAK,
    ),
    Attack(
        "hidden cases carried over a crash",
        "writes the hidden inputs wherever it can, ends its process, and prints what it finds when the cells run again",
        cell=TELL
        + """
import glob, os
for path in [path for place in ("/tmp", "/dev/shm", "/home/student", ".") for path in glob.glob(place + "/told")]:
    if os.path.isfile(path): print(open(path).read())
""",
        function="""
def {name}(*args, **kwargs):
    for place in ("/tmp", "/dev/shm", "/home/student", "/", "/app", "/dev", "/var/tmp", "."):
        try: open(place + "/told", "w").write(secret(args))
        except OSError: pass
    print(secret(args))
    import sys; sys.stderr.write(secret(args)); os.write(1, secret(args).encode()); os.write(2, secret(args).encode())
    os._exit(1)
""",
        never=LEAK,
    ),
    Attack(
        "the name of a bug read off an error",
        "calls the hidden backward passes wrongly, so that the error names the function and its bug",
        answers={
            "check_backward": """
def check_backward(cost, backward, draw, rng):
    for wrong in (lambda: backward(), lambda: backward(1, 2, 3), lambda: backward(None), lambda: backward.func, lambda: backward.keywords):
        try: wrong()
        except Exception as error:
            told = str(error)
            if any(word in told for word in ("bug", "network", "softmax", "norm", "mask", "argument", "operand", "()")): return ["LEAK"]
    return None
""",
        },
        assignment="gradient_debugging",
        never=LEAK,
        check=lambda arena, graded: (
            "an error named the function" if "accuses" in graded.verdicts["check_backward"].message else ""
        ),
    ),
]

"""This machine as one without namespaces, or without Landlock too: ``python -m tests.attacks.machines uid -- command ...``.

A filter of system calls refuses what such a machine refuses, to the command and all that it starts; the grader finds out by itself, as
it would there. Nothing in the grader knows of it.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import platform
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# (x86_64, aarch64): what container runtimes refuse by default, and what a kernel without Landlock does not have
_NAMESPACES = {"unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "pivot_root": (155, 41)}
_CLONE, _CLONE3, _LANDLOCK = (56, 220), (435, 435), (444, 444)
_NEW_NAMESPACES = 0x7E020000
_EPERM, _ENOSYS, _ALLOW = 0x00050001, 0x00050026, 0x7FFF0000
MACHINES = {
    "bubblewrap": (),
    "landlock": ("namespaces",),
    "uid": ("namespaces", "landlock"),
}  # by the best tier that they have
# what is the system's own at the top of any disk
_SYSTEM = "bin boot dev etc lib lib32 lib64 libx32 lost+found proc root run sbin sys tmp usr var".split()

ROOT = Path(__file__).parents[2]
# Where users are all that isolates, the course lies closed and Python does not, as Gradescope's zip has it: the checkout is seen in a closed
# folder alone, and its environment, and an interpreter in somebody's home, in an open one. Nothing is seen of other checkouts that may lie
# open. Only this command's own view of the disk changes.
_CLOSED = """\
set -e
mkdir -p -m 700 "$0/closed"
mkdir -p "$0/python" "$0/closed/project"
mount --bind "$2" "$0/python"
"$0/python/bin/python3" -m venv --without-pip "$0/env"
for script in $(grep -lI "^#!$3/bin/python" "$3"/bin/*); do
    sed "1s|.*|#!$0/env/bin/python|" "$script" > "$0/env/bin/${script##*/}"
    chmod 755 "$0/env/bin/${script##*/}"
done
mkdir -p "$0/env/share"
mount --bind "$3/share" "$0/env/share"
mount --bind "$3/lib" "$0/env/lib"
mount --bind "$1" "$0/closed/project"
cd "$0/closed/project"
tier=$4
shift 4
while [ "$1" != -- ]; do
    mount -t tmpfs -o mode=700 hidden "$1"
    shift
done
shift
export PYTHONPATH="$PWD" PATH="$0/env/bin:$PATH"
exec "$0/env/bin/python" -m tests.attacks.machines "$tier" -- "$0/env/bin/python" "$@"
"""


def program(without: tuple[str, ...]) -> bytes:
    """Return the filter as the kernel's classic BPF (see grader/sandbox/child/seccomp.py, which says more)."""
    which = ("x86_64", "aarch64").index(platform.machine())
    steps = [(0x20, 0, 0, 0)]
    if "namespaces" in without:
        for numbers in _NAMESPACES.values():
            steps += [(0x15, 0, 1, numbers[which]), (0x06, 0, 0, _EPERM)]
        steps += [(0x15, 0, 1, _CLONE3[which]), (0x06, 0, 0, _ENOSYS)]
        steps += [(0x15, 0, 4, _CLONE[which]), (0x20, 0, 0, 16), (0x45, 0, 1, _NEW_NAMESPACES), (0x06, 0, 0, _EPERM)]
        steps += [(0x06, 0, 0, _ALLOW)]
    if "landlock" in without:
        steps += [(0x15, 0, 1, _LANDLOCK[which]), (0x06, 0, 0, _ENOSYS)]
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, (0x06, 0, 0, _ALLOW)])


def become(tier: str) -> None:
    """Take from this process, and all that it will start, what a machine does not have whose best tier is `tier`."""
    libc = ctypes.CDLL(None, use_errno=True)
    steps = program(MACHINES[tier])
    buffer = ctypes.create_string_buffer(steps)

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    filter_ = Filter(len(steps) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if os.geteuid():
        libc.prctl(38, 1, 0, 0, 0)  # no new privileges: else the kernel takes no filter from an ordinary user
    if libc.prctl(22, 2, ctypes.byref(filter_), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


@contextlib.contextmanager
def command(tier: str) -> Iterator[list[str]]:
    """Give how a command line begins that runs on such a machine, ``-m ...`` to follow."""
    if tier != "uid" or os.geteuid():
        yield [sys.executable, "-m", "tests.attacks.machines", tier, "--", sys.executable]
        return
    with tempfile.TemporaryDirectory(prefix="idnn-machine-") as folder:
        os.chmod(folder, 0o755)
        places = [folder, str(ROOT), sys.base_prefix, sys.prefix, tier, *_where_checkouts_lie(Path(folder)), "--"]
        yield ["unshare", "--mount", "--propagation", "private", "sh", "-c", _CLOSED, *places]


def _where_checkouts_lie(folder: Path) -> list[str]:
    """Return the places to hide, `folder` in none of them: this checkout, what lies beside it, and all that is not the system's."""
    places = {one for one in Path("/").iterdir() if one.name not in _SYSTEM and one.is_dir() and not one.is_symlink()}
    places -= set(folder.parents)
    if not places & set(ROOT.parents):
        places.add(ROOT.parent if ROOT.parent.parents and ROOT.parent not in folder.parents else ROOT)
    return [str(one) for one in places]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.machines", description=__doc__.splitlines()[0])
    parser.add_argument("tier", choices=MACHINES)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    become(options.tier)
    os.execvp(options.command[0], options.command)


if __name__ == "__main__":
    main()

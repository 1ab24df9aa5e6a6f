"""The same command as a user without privileges, on a machine where one is root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

from tests.conftest import ROOT

NOBODY = 65534


def as_ordinary_user(command: list[str]) -> tuple[subprocess.Popen | None, str]:
    """Start `command` in the project's folder as nobody and return the process, or None and why that cannot be.

    The interpreter often lies in a folder that only root may enter (``/root/.pyenv``). Then the command runs in a mount namespace of its
    own, in which that folder can be entered and holds nothing but the interpreter.
    """
    tool = shutil.which("setpriv")
    if tool is None:
        return None, "setpriv (util-linux) is not installed"
    drop = [tool, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", "--no-new-privs"]
    environment = {**os.environ, "HOME": tempfile.mkdtemp(prefix="nobody-"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("MPLCONFIGDIR", None)
    os.chown(environment["HOME"], NOBODY, NOBODY)
    probe = f"import os, sys, numpy, tests; assert sys.base_prefix == {sys.base_prefix!r} and os.access(sys.executable, os.X_OK)"
    can = [*drop, sys.executable, "-c", probe]
    if subprocess.run(can, cwd=ROOT, env=environment, capture_output=True).returncode:
        opened = _opened()
        drop = [shutil.which("unshare") or "unshare", "--mount", "sh", "-c", f'{opened}; exec "$@"', "sh", *drop]
        run = subprocess.run(
            [*drop, *can[can.index(sys.executable) :]], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        if run.returncode:
            return (
                None,
                f"nobody cannot run {sys.executable}: {(run.stderr.strip().splitlines() or ['no reason given'])[-1]}",
            )
    process = subprocess.Popen(
        [*drop, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return process, ""


def _opened() -> str:
    """Return shell commands that put the interpreter's folder, alone, where the closed folder is."""
    inner = os.path.realpath(sys.base_prefix)
    closed = inner
    while os.path.dirname(closed) != "/":
        closed = os.path.dirname(closed)
    held = "/mnt"
    return f"set -e; mount --bind {inner} {held}; mount -t tmpfs -o mode=755 none {closed}; mkdir -p {inner}; mount --move {held} {inner}"

"""The fork server: imports the heavy packages once, then forks one confined child per submission.

It is started by its tier (`child.tiers`) with a control socket whose descriptor its options name. Over it come messages of one line each,
``fork`` with the submission's own socket attached, ``kill PID`` and ``ping``; it answers ``forked PID`` and ``here``. It never runs
student code itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys

from assay import check, frameworks, library
from child import confine, tiers


def main() -> None:
    options = json.loads(sys.argv[1])
    tier = tiers.TIERS[options["tier"]](options)
    tier.begin()
    confine.become_subreaper()
    confine.lift_soft_limits()
    warm_up(options["needs"], options["library"])
    control = socket.socket(fileno=options["control"])
    control.send(b"ready")
    children: set[int] = set()
    while True:
        readable, _, _ = select.select([control], [], [], tier.every if children else 1.0)
        reap(children, tier)
        tier.look()
        if not readable:
            continue
        message, descriptors, _, _ = socket.recv_fds(control, 256, 4)
        if not message:
            break
        words = message.decode().split()
        if words[0] == "fork" and len(descriptors) == 1:
            pid = fork_child(descriptors[0], options, tier)
            os.close(descriptors[0])
            if pid:
                children.add(pid)
            control.send(f"forked {pid}".encode())
        elif words[0] == "ping":
            control.send(b"here")
        elif words[0] == "kill" and int(words[1]) in children:
            os.kill(int(words[1]), signal.SIGKILL)
            if tier.waits:
                # `reap` tidies up before the next message is read
                os.waitid(os.P_PID, int(words[1]), os.WEXITED | os.WNOWAIT)
        for descriptor in descriptors[1:]:
            os.close(descriptor)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in list(children):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
            tier.ended(pid)
    os._exit(0)  # nothing of ours is left to tidy up, and that would take as long as a submission


def warm_up(needs: list[str], package: str) -> None:
    """Import and load what notebooks need, but run no operation of a framework: its threads would not survive a fork."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot  # noqa: F401

    for name in needs:
        framework = frameworks.adapter(name)
        if framework is None:
            importlib.import_module(name)
        else:
            framework.prepare()
    with frameworks.not_imported():  # what would import another one is left out
        _import_library(package)
    from child import session

    session.warm_up()
    gc.collect()
    gc.freeze()  # children leave these objects alone, and their pages stay shared


def _import_library(package: str) -> None:
    """Import the course's library and read the visible reference outputs: half of a submission's time otherwise."""
    library.name(package)
    if package:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            with contextlib.suppress(Exception):  # the notebook that needs it will say what is wrong
                importlib.import_module(module.name)
    for file in sorted(check.find_folder("*").glob("*.json")):
        with contextlib.suppress(Exception):  # the notebook that needs it will say what is wrong
            check.load_references(file.stem)


def reap(children: set[int], tier: tiers.Bubblewrap | tiers.Folder) -> None:
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        children.discard(pid)
        tier.ended(pid)


def fork_child(descriptor: int, options: dict, tier: tiers.Bubblewrap | tiers.Folder) -> int:
    """Fork a child for the submission whose line is `descriptor`. Return its PID, or 0."""
    try:
        pid = tier.fork()
    except OSError as error:
        print(f"fork server: {error}", file=sys.stderr, flush=True)
        return 0
    if pid == 0:
        run_child(descriptor, options, tier)
    return pid


def run_child(descriptor: int, options: dict, tier: tiers.Bubblewrap | tiers.Folder) -> None:
    """Confine this process, then serve one submission until the line closes."""
    from child import session

    try:
        limits = options["limits"]
        os.setsid()
        confine.be_first_to_die()
        address_space = confine.mapped_bytes() + limits["memory"]  # while there is still a /proc to ask
        held = tier.enter()
        confine.limit_resources(
            address_space, limits["file_size"], limits["processes"], limits["descriptors"], limits["cpu_seconds"]
        )
        held += ["resource limits", *tier.seal()]
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, 1 << 16)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # the log is the server's
            os.dup2(nowhere, stream)
        os.close(nowhere)
        session.serve(socket.socket(fileno=descriptor), held)
    except BaseException as error:
        print(f"child: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()

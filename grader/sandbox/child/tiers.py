"""How the fork server starts a submission's process and what that may see, by tier. The rest of the jail does not know which it is.

A tier does something before the first fork (`begin`), instead of it (`fork`), in the child before limits are set (`enter`) and behind them
(`seal`), now and then while children live (`look`, every `every` seconds), and when one has ended (`ended`). `enter` and `seal` return the
protections that hold from then on.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import tempfile

from child import confine, landlock, namespaces, scratch, seccomp, users

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_DESCRIPTORS = 64  # what a file without a name holds is seen by nobody: so many files of their largest size, at most


class Bubblewrap:
    """Namespaces and file systems of its own, in those that bubblewrap made."""

    every, waits = 1.0, False

    def __init__(self, options: dict):
        self.limits = options["limits"]

    def begin(self) -> None:
        namespaces.become_server()
        seccomp.warm_up(alone=False)

    def fork(self) -> int:
        return namespaces.fork()

    def enter(self) -> list[str]:
        namespaces.unshare()
        namespaces.private_files(self.limits["scratch_megabytes"])
        return ["own namespaces", "own tmpfs", "no /proc"]

    def seal(self) -> list[str]:
        confine.drop_privileges()
        return ["no new privileges", *(["seccomp"] if seccomp.install() else [])]

    def look(self) -> None:
        """Its file systems have an end of their own."""

    def ended(self, pid: int) -> None:
        """Its namespaces took with them what it left."""


class Folder:
    """A folder of its own in the fork server's, watched: what the tiers without namespaces have in common, and all that ``none`` has."""

    every, waits = 0.05, True  # what one leaves behind is gone before the next begins

    def __init__(self, options: dict):
        self.limits, self.options = options["limits"], options
        self.limits["descriptors"] = min(self.limits["descriptors"], _DESCRIPTORS)
        self.room = 3 * self.limits["scratch_megabytes"] << 20  # as much as bubblewrap's three file systems hold
        self.user, self.holder, self.place = 0, None, ""
        self.children: dict[int, tuple] = {}  # by number: user, what holds it, folder

    def begin(self) -> None:
        seccomp.warm_up(alone=True)

    def fork(self) -> int:
        self.user, self.holder = users.claim() if self.options["own_user"] else (0, None)
        self.place = scratch.make(os.getcwd(), self.user)
        pid = os.fork()
        if pid:
            self.children[pid] = self.user, self.holder, self.place
        return pid

    def enter(self) -> list[str]:
        os.chdir(self.place)
        for name in ("HOME", "TMPDIR", "IPYTHONDIR"):
            os.environ[name] = self.place
        tempfile.tempdir = self.place  # it was looked for before the fork
        if not self.user:  # processes of ours that run already count as well
            self.limits["processes"] += self.options["tasks"]
        return []

    def seal(self) -> list[str]:
        with contextlib.suppress(
            OSError
        ):  # a limit on memory holds one process: so there are no others, and no memory that nothing counts
            confine.drop_privileges()
            confine.end_with_parent()
            seccomp.install(os.getpid())
        return []

    def look(self) -> None:
        """Whoever fills the disk writes no more; whoever fills it with names ends."""
        for pid, (user, _, place) in self.children.items():
            try:
                if scratch.size([place, *self.elsewhere(user)]) > self.room:
                    self._no_more_room(pid, user)
            except scratch.TooMuch:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _no_more_room(self, pid: int, user: int) -> None:
        """Take from a child the right to write to files. Only who is its user may do so; root often may not, in a container."""
        helper = os.fork() if user else 0
        if helper:
            os.waitpid(helper, 0)
            return
        try:
            if user:
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
        finally:
            if user:
                os._exit(0)

    def elsewhere(self, user: int) -> list[str]:
        """Return what a submission has made outside of its folder."""
        return []

    def ended(self, pid: int) -> None:
        if pid in self.children:
            user, holder, place = self.children.pop(pid)
            try:
                scratch.remove(place)
                self.tidy(user)
            except OSError as error:  # the server's folder goes with all of them
                print(f"fork server: {error}", file=sys.stderr, flush=True)
            if holder is not None:
                holder.close()

    def tidy(self, user: int) -> None:
        """Take away what a submission has made outside of its folder."""


class Landlock(Folder):
    """No file is opened but the environment's and those in its folder; no other process is reached.

    Of /proc one file can be read, without which a framework aborts: its own command line, which says no more than ``python``.
    """

    def __init__(self, options: dict):
        super().__init__(options)
        self.held: dict[
            int, int
        ] = {}  # by child: its command line in /proc. What nobody holds the kernel may forget, and the rule with it

    def begin(self) -> None:
        super().begin()
        confine.forget_command_line()

    def fork(self) -> int:
        pid = super().fork()
        if pid:
            self.held[pid] = os.open(f"/proc/{pid}/cmdline", os.O_PATH | os.O_CLOEXEC)
        return pid

    def ended(self, pid: int) -> None:
        super().ended(pid)
        if pid in self.held:
            os.close(self.held.pop(pid))

    def seal(self) -> list[str]:
        confine.drop_privileges(self.user)
        confine.end_with_parent()
        landlock.restrict([*self.options["readable"], "/proc/self/cmdline"], _DEVICES, self.place)
        if not seccomp.install(os.getpid()):
            raise OSError("the system calls of this machine are in no list of ours")
        return ["landlock", *(["own user"] if self.user else []), "no new privileges", "seccomp"]


class User(Folder):
    """A user of its own: no file that is not everybody's, no other process."""

    def begin(self) -> None:
        super().begin()
        self.open_to_all = [place for place in users.open_to_all() if not place.startswith(os.getcwd())]

    def seal(self) -> list[str]:
        confine.drop_privileges(self.user)
        confine.end_with_parent()
        if not self.user or not seccomp.install(os.getpid()):
            raise OSError("no user of its own, or the system calls of this machine are in no list of ours")
        return ["own user", "no new privileges", "seccomp"]

    def _no_more_room(self, pid: int, user: int) -> None:
        """Take from a child the right to write to files. Only who is its user may do so; root often may not, in a container."""
        helper = os.fork() if user else 0
        if helper:
            os.waitpid(helper, 0)
            return
        try:
            if user:
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
        finally:
            if user:
                os._exit(0)

    def elsewhere(self, user: int) -> list[str]:
        return users.left(user, self.open_to_all)

    def tidy(self, user: int) -> None:
        users.sweep(user, self.open_to_all)


TIERS = {"bubblewrap": Bubblewrap, "landlock": Landlock, "uid": User, "none": Folder}

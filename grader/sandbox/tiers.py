"""The tiers of isolation, the best first: how each starts the fork server, what it lacks, and which one holds on this machine.

`child.tiers` is the other half, inside: how each starts a submission's process.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from grader import catalogue, closed
from grader.sandbox import jail
from grader.sandbox.jail import NotIsolated

# What a tier may lack that bubblewrap has; tests/attacks say "SAW", and which of these, where an attack sees no more than that.
LACKING = {
    "names": "student code sees whether a file that it can name is there, how large and how old it is; it cannot read it",
    "numbers": "student code sees which process numbers are in use; it cannot signal, trace or read the processes",
    "own /tmp": "/tmp and /dev/shm are refused to student code; its home and the folder for temporary files are its own",
    "exact room": "a submission's files are measured 20 times a second, so that they may take some more than they should; open files "
    "without a name are not measured, and hold at most 2 GB until the submission ends",
    "public files": "student code reads every file that all accounts of this machine may read",
    "command lines": "student code reads the command lines of all processes",
    "public folders": "student code can leave files in folders where everybody may write until its submission ends; those who are graded "
    "at the same time can read them",
    "devices": "student code opens devices that everybody may open",
}
ANY = "uid"  # the least that is isolated


@dataclass(frozen=True)
class Tier:
    """A way to isolate student code.

    Attributes
    ----------
    name : as ``--require`` and every grade say it
    protections : what holds in a submission's process, as its own session reports
    lacks : names in ``LACKING``
    why_not : returns why it cannot be had here, tried for real, or an empty string
    start : (options, folder, code) -> the command that runs `code` in the fork server's place; `folder` is empty and goes with the server
    """

    name: str
    protections: tuple[str, ...]
    lacks: frozenset[str]
    why_not: Callable[[], str]
    start: Callable[[dict, str, str], list[str]]

    def command(self, options: dict, folder: str) -> list[str]:
        """Return the command that starts the fork server."""
        return self.start({**options, "tier": self.name}, folder, "from child.server import main; main()")

    @property
    def isolated(self) -> bool:
        return self is not NONE

    def guard(self, places: Iterable[str | os.PathLike]) -> None:
        """Raise NotIsolated, with a way out, where one of a course's places lies where student code can read."""
        if not self.isolated:
            return
        jail.require_apart(places)
        if "public files" in self.lacks:
            _require_closed(Path(place) for place in places)


def _python(paths: list[str], options: dict, code: str) -> list[str]:
    """Return the command that runs `code` with the environment's packages and ours."""
    theirs = [sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]]
    boot = f"import sys; sys.path[:0] = {paths!r}; sys.path += {theirs!r}\n{code}"
    # -S: the environment's .pth files are not read, so that an editable install leads nowhere
    return [sys.executable, "-I", "-S", "-B", "-c", boot, json.dumps(options)]


def _in_bubblewrap(options: dict, folder: str, code: str) -> list[str]:
    bwrap = [
        bubblewrap() or "bwrap", "--unshare-all", "--die-with-parent", "--new-session",
        "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "jail", "--clearenv",
        "--proc", "/proc", "--dev", "/dev", "--dir", "/dev/shm", "--dir", "/home/student", "--tmpfs", "/tmp",
    ]  # fmt: skip
    for place in jail.read_only():
        bwrap += ["--ro-bind", place, place]
    for place in jail.ROOTS:
        if os.path.islink(place):
            bwrap += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            bwrap += ["--ro-bind", place, place]
    for place in jail.hidden(jail.read_only()):
        bwrap += ["--tmpfs", place]
        for inner in (p for p in jail.python_folders() if jail.inside(p, place)):
            bwrap += ["--ro-bind", inner, inner]
        bwrap += ["--remount-ro", place]
    bwrap += ["--dir", "/app/data"]
    for where, files in (("/app", jail.packages(options)), ("/app/data", jail.data(options))):
        for name, place in files.items():
            bwrap += ["--ro-bind", str(place), f"{where}/{name}"]
    for file in sorted(Path(jail.font_cache()).glob("fontlist-*.json")):
        bwrap += ["--ro-bind", str(file), f"/tmp/matplotlib/{file.name}"]
    for name, value in jail.environment().items():
        bwrap += ["--setenv", name, value]
    # what bubblewrap made belongs to the jail's user, and all submissions see it: nothing of it may be written
    bwrap += ["--remount-ro", "/", "--remount-ro", "/dev"]
    return [*bwrap, "--chdir", "/home/student", "--", *_python(["/app"], options, code)]


def _in_folder(own_user: Callable[[], bool]) -> Callable[[dict, str, str], list[str]]:
    """Return how the tiers start that have no file systems of their own: what enters the jail is copied into the server's folder."""

    def start(options: dict, folder: str, code: str) -> list[str]:
        app = Path(folder, "app")
        for name, place in jail.packages(options).items():
            shutil.copytree(place, app / name, symlinks=True)
        for name, file in jail.data(options).items():
            (app / "data" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, app / "data" / name)
        (app / "matplotlib").mkdir()
        for file in Path(jail.font_cache()).glob("fontlist-*.json"):
            shutil.copyfile(file, app / "matplotlib" / file.name)
        for place in (app, *app.rglob("*")):
            if not place.is_symlink():
                place.chmod(0o755 if place.is_dir() else 0o644)
        os.chmod(folder, 0o711)  # entered by the users of submissions, listed by none
        options["readable"] = [*jail.read_only(), *filter(os.path.isdir, jail.ROOTS), str(app)]
        options["own_user"] = own_user()
        options["tasks"] = 0 if options["own_user"] else _tasks() + 1000
        variables = {**jail.environment(), "HOME": folder, "MPLCONFIGDIR": str(app / "matplotlib")}
        given = [f"{name}={value}" for name, value in variables.items()]
        return ["/usr/bin/env", "-i", *given, *_python([str(app)], options, code)]

    return start


def _tasks() -> int:
    """Return how many threads this user has, which count where a submission has no user of its own; others may come meanwhile."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if place.stat().st_uid == os.getuid():
                total += len(os.listdir(place / "task"))
        except OSError:
            continue
    return total


def bubblewrap() -> str | None:
    """Return the path of bubblewrap, or None."""
    return shutil.which("bwrap")


@functools.cache
def _can_change_user() -> bool:
    """Whether we may become another user, and that one reaches what Python needs."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    held = int(status.partition("CapEff:")[2].split()[0], 16)
    mapped = sum(int(line.split()[2]) for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines())
    rights = (0, 1, 3, 5, 6, 7)  # CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID
    return all(held >> right & 1 for right in rights) and mapped > 60_000 and not _closed_to_others()


def _closed_to_others() -> list[str]:
    """Return which folders of Python, and for what is temporary, another user cannot enter."""
    places = [*jail.python_folders(), tempfile.gettempdir()]
    return sorted(place for place in places if not closed.reaching(Path(place), [closed.ANYBODY]))


def _require_closed(places: Iterable[Path]) -> None:
    inner = [place / name for place in places for name in (*closed.FOLDERS, *closed.FILES)]
    open_ = [place for place in inner if place.exists() and closed.reaching(place, [closed.ANYBODY])]
    if open_:
        raise NotIsolated(
            f"{open_[0]} can be read by every account of this machine, and student code has one here (isolation by uid); "
            f"run: chmod -R go= {' '.join(map(str, open_))}"
        )


def _tried(tier: Tier) -> str:
    """Return what goes wrong where a process is started as a submission's is, or an empty string."""
    code = (
        "import json, os\n"
        "from child import tiers\n"
        "options = json.loads(sys.argv[1])\n"
        "tier = tiers.TIERS[options['tier']](options); tier.begin(); pid = tier.fork()\n"
        "if pid == 0:\n"
        " code = 1\n"
        " try: tier.enter(); tier.seal(); code = 0\n"
        " except OSError as error: print(error, file=sys.stderr, flush=True)\n"
        " os._exit(code)\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]); tier.ended(pid); sys.exit(code)"
    )
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        try:
            options = {**jail.server_options((), (), jail.Limits()), "tier": tier.name}
            command = tier.start(options, folder, code)
            run = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=folder)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"it does not start: {error}"
    return (run.stderr.strip().splitlines() or ["no reason given"])[-1] if run.returncode else ""


@functools.cache
def _why_not_bubblewrap() -> str:
    if not bubblewrap():
        return "bubblewrap (bwrap) is not installed"
    said = _tried(BUBBLEWRAP)
    covered = (
        f"; /proc is covered in places ({', '.join(jail.masked()[:3])})" if "proc" in said and jail.masked() else ""
    )
    return f"bubblewrap cannot make the namespaces that it needs: {said}{covered}" if said else ""


@functools.cache
def _why_not_landlock() -> str:
    try:
        if covered := jail.hidden(jail.read_only()):
            return f"Landlock cannot hide {covered[0]}, which lies in a folder that student code reads"
    except NotIsolated as error:
        return str(error)
    said = _tried(LANDLOCK)
    return f"Landlock cannot be had: {said}" if said else ""


@functools.cache
def _why_not_uid() -> str:
    if os.geteuid() != 0:
        return "a user for each submission can be had by root alone"
    if not _can_change_user():
        return f"no other user can be had: {', '.join(_closed_to_others()) or 'the rights to that are not there'}"
    root = catalogue.course().root
    rooms = [root / room for room in catalogue.ROOMS]
    if any(closed.reaching(room, [closed.ANYBODY]) for room in rooms if room.exists()):
        return f"a user for each submission could read solutions and exercises, as everybody can; run: chmod go= {root}"
    said = _tried(UID)
    return f"no other user can be had: {said}" if said else ""


BUBBLEWRAP = Tier(
    "bubblewrap",
    ("own namespaces", "own tmpfs", "no /proc", "resource limits", "no new privileges", "seccomp"),
    frozenset(),
    _why_not_bubblewrap,
    _in_bubblewrap,
)
LANDLOCK = Tier(
    "landlock",
    ("landlock", "resource limits", "no new privileges", "seccomp"),
    frozenset(("names", "numbers", "own /tmp", "exact room")),
    _why_not_landlock,
    _in_folder(_can_change_user),
)
UID = Tier(
    "uid",
    ("own user", "resource limits", "no new privileges", "seccomp"),
    frozenset(LACKING) - {"own /tmp"},
    _why_not_uid,
    _in_folder(lambda: True),
)
NONE = Tier("none", ("resource limits",), frozenset(LACKING), lambda: "", _in_folder(lambda: False))
TIERS = (BUBBLEWRAP, LANDLOCK, UID)  # that isolate, the best first


def why_not_isolated(least: str = ANY) -> str:
    """Return why student code cannot be isolated here by `least` or better, or an empty string."""
    if sys.platform != "linux":
        return f"isolation needs Linux, this is {sys.platform}"
    reasons = []
    for tier in good_enough(least):
        reasons.append(tier.why_not())
        if not reasons[-1]:
            return ""
    return "; ".join(reasons)


def good_enough(least: str) -> tuple[Tier, ...]:
    """Return the tiers that are `least` or better, the best first; ValueError where there is none of that name."""
    names = [tier.name for tier in TIERS]
    if least not in names:
        raise ValueError(f"there is no isolation by {least!r}; there is {', '.join(names)}")
    return TIERS[: names.index(least) + 1]


def choose(least: str = ANY) -> Tier:
    """Return the best tier that this machine has; where ``none`` is asked for, that.

    Raises
    ------
    NotIsolated
        If there is none that is `least` or better; the message says how to get one.
    """
    if least == NONE.name:
        return NONE
    if reason := why_not_isolated(least):
        raise NotIsolated(
            f"{reason}. {jail.HELP} Or grade without isolation with --unsafe; every grade is then marked as not isolated."
        )
    return next(tier for tier in good_enough(least) if not tier.why_not())


def holds(tier: str, least: str) -> bool:
    """Whether what was done in a tier is as good as `least`."""
    if NONE.name in (tier, least):
        return tier == least
    return tier in [one.name for one in good_enough(least)]

"""The jail: bubblewrap's command line, and what of it this machine can hold."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import assay
from assay import frameworks
from grader import catalogue

CHILD = Path(__file__).parent / "child"
ASSAY = Path(assay.__file__).parent
_ENVIRONMENT = ("pyvenv.cfg", "conda-meta")  # mark a folder that is an environment and nothing else
HELP = (
    "Debian and Ubuntu: sudo apt-get install bubblewrap. Ubuntu 24.04: allow bwrap to make user namespaces (an AppArmor profile, see "
    "docs/instructor.md). Docker: run with --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined, or --privileged. "
    "macOS and Windows: use a Linux container or WSL2."
)


UNMASK = (
    "A container's /proc is covered in places, and over such a one the kernel lets nobody mount another, which the jail needs. "
    "Docker: --security-opt systempaths=unconfined. Kubernetes: procMount: Unmasked and hostUsers: false in the pod."
)


class NotIsolated(RuntimeError):
    """Student code cannot be isolated on this machine; the message says why and how to change it."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use."""

    memory: int = 2 << 30  # bytes beyond what the fork server has mapped
    file_size: int = 32 << 20  # bytes
    scratch_megabytes: int = 64  # of each tmpfs
    processes: int = 64
    descriptors: int = 256
    cpu_seconds: int = 300
    cell_seconds: float = 5.0  # of processor time, as the next; by the clock PATIENCE times as long
    call_seconds: float = 5.0
    submission_seconds: float = 60.0  # by the clock: half for the cells, half for judging
    locate_seconds: float = (
        5.0  # by the clock, of judging's half: for the places of slips that nobody can name; 0 looks for none
    )
    grace_seconds: float = 1.0  # between the soft limit, which the child keeps itself, and the hard kill


def bubblewrap() -> str | None:
    """Return the path of bubblewrap, or None."""
    return shutil.which("bwrap")


def command(options: dict, isolated: bool) -> list[str]:
    """Return the command that starts the fork server."""
    site = sysconfig.get_paths()["purelib"]
    boot = (
        f"import sys; sys.path[:0] = [{'/app' if isolated else ''!r}]; sys.path += {[site, sysconfig.get_paths()['platlib']]!r}; "
        f"from child.server import main; main()"
    )
    # -S: the environment's .pth files are not read, so that an editable install leads nowhere
    python = [
        sys.executable,
        "-I",
        "-S",
        "-B",
        "-c",
        boot if isolated else boot.replace("['']", repr([str(CHILD.parent), options["course"], str(ASSAY.parent)])),
    ]
    python.append(json.dumps(options))
    if not isolated:
        return python
    bwrap = [
        bubblewrap() or "bwrap", "--unshare-all", "--die-with-parent", "--new-session",
        "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "jail", "--clearenv",
        "--proc", "/proc", "--dev", "/dev", "--dir", "/dev/shm", "--dir", "/home/student", "--tmpfs", "/tmp",
    ]  # fmt: skip
    for place in read_only():
        bwrap += ["--ro-bind", place, place]
    for place in ("/bin", "/sbin", "/lib", "/lib64", "/lib32"):
        if os.path.islink(place):
            bwrap += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            bwrap += ["--ro-bind", place, place]
    for place in hidden(read_only()):
        bwrap += ["--tmpfs", place]
        for inner in (p for p in _python_folders() if _inside(p, place)):
            bwrap += ["--ro-bind", inner, inner]
        bwrap += ["--remount-ro", place]
    bwrap += ["--ro-bind", str(CHILD), "/app/child", "--ro-bind", str(ASSAY), "/app/assay"]
    if options["library"]:
        bwrap += ["--ro-bind", str(Path(options["course"], options["library"])), f"/app/{options['library']}"]
    bwrap += _data(Path(options["course"], "data"), options["data"])
    for file in sorted(Path(font_cache()).glob("fontlist-*.json")):
        bwrap += ["--ro-bind", str(file), f"/tmp/matplotlib/{file.name}"]
    for name, value in environment().items():
        bwrap += ["--setenv", name, value]
    # what bubblewrap made belongs to the jail's user, and all submissions see it: nothing of it may be written
    bwrap += ["--remount-ro", "/", "--remount-ro", "/dev"]
    return [*bwrap, "--chdir", "/home/student", "--", *python]


def _data(folder: Path, names: Iterable[str]) -> list[str]:
    """Return bubblewrap's options for the data that notebooks read: reference outputs, files by name, nothing else that lies in the folder."""
    files = [*sorted(folder.glob("reference/*.json")), *(folder / name for name in names)]
    options = ["--dir", "/app/data"]
    for file in files:
        if file.is_file() and not file.is_symlink():
            options += ["--ro-bind", str(file), f"/app/data/{file.relative_to(folder)}"]
    return options


def require_apart(places: Iterable[str | os.PathLike]) -> None:
    """Raise NotIsolated, with a way out, where one of a course's places lies where student code can read.

    Parameters
    ----------
    places : the course folder, its gradebook and the like; links are followed, what is not there counts by its name
    """
    environments = {place for place in _prefixes() if any(os.path.exists(f"{place}/{mark}") for mark in _ENVIRONMENT)}
    bound = [*read_only(), *(os.path.realpath(place) for place in ("/bin", "/sbin", "/lib", "/lib64", "/lib32"))]
    for place in places:
        real = os.path.realpath(place)
        for folder in (*sorted(environments), *bound):
            if real == folder or _inside(real, folder):
                what = "the Python environment" if folder in environments else "a folder that student code can read"
                raise NotIsolated(
                    f"{os.fspath(place)} lies in {folder}, {what}; hidden seed, gradebook and other students' work would be open to "
                    "student code. Move the course folder out of it (mv, then --course FOLDER), or install into an environment elsewhere"
                )


def read_only() -> list[str]:
    """Return the folders of the Python environment and the system, outermost only: libraries, not what else lies beside them."""
    system = (
        "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/local/lib", "/usr/share/fonts",
        "/usr/share/fontconfig", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts",
    )  # fmt: skip
    places = {place for place in system if os.path.exists(place)} | _python_folders()
    return sorted(p for p in places if not any(_inside(p, q) for q in places))


def _python_folders() -> set[str]:
    """Return what Python needs of its folders: beside it there may lie anything, a course too."""
    parts = (f"{place}/{part}" for place in _prefixes() for part in ("bin", "lib", "lib32", "lib64", "pyvenv.cfg"))
    return {part for part in parts if os.path.exists(part)}


def _prefixes() -> set[str]:
    places = {sys.prefix, os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix)}
    places |= {os.path.dirname(os.path.dirname(os.path.realpath(sys.executable)))}
    return places - {"/usr"}  # Debian's own Python: its parts are in the system's list


def hidden(places: list[str]) -> list[str]:
    """Return what is covered because it lies inside a folder that is bound: this checkout, where it is inside the environment's folder."""
    root = os.path.realpath(ASSAY.parent)
    if any(root == place for place in places):
        raise NotIsolated(
            f"the Python environment and the project are the same folder, {root}; install into an environment of its own"
        )
    is_checkout = (ASSAY.parent / "grader").is_dir() and not _inside(str(ASSAY), sysconfig.get_paths()["purelib"])
    return [root] if is_checkout and any(_inside(root, place) for place in places) else []


def _inside(path: str, folder: str) -> bool:
    return path != folder and path.startswith(folder.rstrip("/") + "/")


def environment() -> dict[str, str]:
    """Return the environment of the jail; nothing of the instructor's is passed on."""
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return {
        **one,
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/ipython",
        "ASSAY_WHERE": "off",  # nobody sits there who would read it
        **{name: value for framework in frameworks.known() for name, value in framework.ENVIRONMENT.items()},
    }


@functools.cache
def font_cache() -> str:
    """Return the folder of Matplotlib's font list, built here once; building it in the jail would take seconds each time."""
    import matplotlib
    import matplotlib.font_manager  # noqa: F401  (writes the list)

    return matplotlib.get_cachedir()


@functools.cache
def why_not_isolated() -> str:
    """Return why student code cannot be isolated here, or an empty string. Tried for real, once per process."""
    if sys.platform != "linux":
        return f"isolation needs Linux, this is {sys.platform}"
    if not bubblewrap():
        return "bubblewrap (bwrap) is not installed"
    probe = (
        "import os, sys; sys.path.insert(0, '/app'); from child import confine; confine.become_server(); pid = confine.fork()\n"
        "if pid == 0:\n"
        " code = 1\n"
        " try:\n"
        "  confine.unshare_namespaces(); confine.private_files(1); confine.drop_privileges(); confine.install_seccomp(); code = 0\n"
        " except OSError as error: print(error, file=sys.stderr, flush=True)\n"
        " os._exit(code)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    whole = command(server_options((), (), Limits(), isolated=True), isolated=True)
    start = whole[: whole.index("--")]
    try:
        run = subprocess.run(
            [*start, "--", sys.executable, "-I", "-S", "-c", probe], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start: {error}"
    if run.returncode:
        said = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
        covered = f"; /proc is covered in places ({', '.join(masked()[:3])})" if "proc" in said and masked() else ""
        return f"bubblewrap cannot make the namespaces that it needs: {said}{covered}"
    return ""


def masked(mounts: str = "/proc/self/mountinfo") -> list[str]:
    """Return what is mounted over parts of /proc, as container runtimes do; one such place keeps the jail from having its own /proc."""
    try:
        with open(mounts, encoding="utf-8") as file:
            places = [line.split()[4] for line in file]
    except OSError:
        return []
    return sorted({place for place in places if place.startswith("/proc/") and place != "/proc/sys/fs/binfmt_misc"})


def require_isolation() -> None:
    """Raise NotIsolated, with a way out, where student code would not be isolated."""
    reason = why_not_isolated()
    if reason:
        raise NotIsolated(
            f"{reason}. {HELP} Or grade without isolation with --unsafe; every grade is then marked as not isolated."
        )


def server_options(needs: Iterable[str], data: Iterable[str], limits: Limits, isolated: bool) -> dict:
    """Return what the fork server is told."""
    course = catalogue.course()
    return {
        "needs": [*needs],
        "data": [*data],
        "course": str(course.root),
        "library": course.library,
        "namespaces": isolated,
        "limits": asdict(limits),
    }

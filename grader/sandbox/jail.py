"""The jail: what a submission may use, and what of this machine it may see, whichever tier holds it there (`tiers`)."""

from __future__ import annotations

import functools
import os
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
ROOTS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")  # of the system, links to the folders below /usr or folders
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


def data(options: dict) -> dict[str, Path]:
    """Return the data that notebooks read, by name: reference outputs, files that are named, nothing else that lies in the folder."""
    folder = Path(options["course"], "data")
    files = [*sorted(folder.glob("reference/*.json")), *(folder / name for name in options["data"])]
    return {str(file.relative_to(folder)): file for file in files if file.is_file() and not file.is_symlink()}


def packages(options: dict) -> dict[str, Path]:
    """Return the packages of ours that enter the jail, by name."""
    library = {options["library"]: Path(options["course"], options["library"])} if options["library"] else {}
    return {"child": CHILD, "assay": ASSAY, **library}


def require_apart(places: Iterable[str | os.PathLike]) -> None:
    """Raise NotIsolated, with a way out, where one of a course's places lies where student code can read.

    Parameters
    ----------
    places : the course folder, its gradebook and the like; links are followed, what is not there counts by its name
    """
    environments = {place for place in _prefixes() if any(os.path.exists(f"{place}/{mark}") for mark in _ENVIRONMENT)}
    bound = [*read_only(), *map(os.path.realpath, ROOTS)]
    for place in places:
        real = os.path.realpath(place)
        for folder in (*sorted(environments), *bound):
            if real == folder or inside(real, folder):
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
    places = {place for place in system if os.path.exists(place)} | python_folders()
    return sorted(p for p in places if not any(inside(p, q) for q in places))


def python_folders() -> set[str]:
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
    is_checkout = (ASSAY.parent / "grader").is_dir() and not inside(str(ASSAY), sysconfig.get_paths()["purelib"])
    return [root] if is_checkout and any(inside(root, place) for place in places) else []


def inside(path: str, folder: str) -> bool:
    return path != folder and path.startswith(folder.rstrip("/") + "/")


def environment() -> dict[str, str]:
    """Return the environment of the jail; nothing of the instructor's is passed on."""
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return {
        **one,
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/student",
        "USER": "student",
        "LOGNAME": "student",
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


def masked(mounts: str = "/proc/self/mountinfo") -> list[str]:
    """Return what is mounted over parts of /proc, as container runtimes do; one such place keeps the jail from having its own /proc."""
    try:
        with open(mounts, encoding="utf-8") as file:
            places = [line.split()[4] for line in file]
    except OSError:
        return []
    return sorted({place for place in places if place.startswith("/proc/") and place != "/proc/sys/fs/binfmt_misc"})


def server_options(needs: Iterable[str], data: Iterable[str], limits: Limits) -> dict:
    """Return what the fork server is told."""
    course = catalogue.course()
    return {
        "needs": [*needs],
        "data": [*data],
        "course": str(course.root),
        "library": course.library,
        "limits": asdict(limits),
    }

"""A fresh machine: what README promises in two commands, in a bare Debian that mmdebstrap made, as root and as somebody with sudo; and
Gradescope's zip on a class, where the kernel makes no namespaces.

`make fresh` runs it; ``FRESH="demo"`` leaves the suite out, which takes the better part of an hour for each of the two, and ``FRESH=""`` the
commands altogether.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest

from grader import gradescope
from grader.course import Course
from grader.executors import Task, grade_task
from grader.references import hidden_seed
from grader.simulate import simulate
from grader.submission import read_submission
from tests import toy
from tests.conftest import ROOT, needs
from tests.test_guides import copy_of_the_project
from tests.test_images import CERTIFICATES, HOST

BARE = "git,make,python3,python3-venv,sudo,ca-certificates"  # what README asks for, and how an ordinary user installs the rest
USER = "ada"
# the root becomes the whole file system, as a machine's: in a chroot the kernel makes no user namespaces, which the isolation needs
ENTER = """\
set -e
mount --rbind "$ROOT" "$ROOT"
cd "$ROOT"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs -o mode=1777 shm dev/shm
for place in $BINDS; do mount --bind "$place" ".$place"; done
[ -z "$BUNDLE" ] || mount --bind "$BUNDLE" ".$CERTIFICATES"
mkdir -p .old
pivot_root . .old
umount -l /.old
cd "$FOLDER"
exec "$@"
"""


class Machine:
    """A bare root folder, entered as a machine is: with processes of its own and this machine's network."""

    def __init__(self, root: Path):
        self.root = root
        self.binds = [place for place in HOST if os.path.exists(place)]
        bundle = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
        self.bundle = bundle if bundle and os.path.exists(bundle) else ""
        for place in [*self.binds, CERTIFICATES]:
            inside = root / place.lstrip("/")
            (inside if os.path.isdir(place) else inside.parent).mkdir(parents=True, exist_ok=True)
            if not inside.is_dir():
                inside.touch()

    def run(self, user: str, folder: str, *command: str) -> subprocess.CompletedProcess:
        network = {k: v for k, v in os.environ.items() if re.fullmatch(r"PIP_.*|.*_proxy", k, re.IGNORECASE)}
        if self.bundle:
            network |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), CERTIFICATES)
        home = "/root" if user == "root" else f"/home/{user}"
        own = {
            **network,
            "HOME": home,
            "USER": user,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user != "root" else []
        pairs = [f"{name}={value}" for name, value in own.items()]
        way = {"ROOT": str(self.root), "BINDS": " ".join(self.binds), "BUNDLE": self.bundle, "FOLDER": folder}
        way |= {"CERTIFICATES": CERTIFICATES, "PATH": os.environ["PATH"]}
        enter = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER]
        return subprocess.run(
            [*enter, "sh", *become, "env", "-i", *pairs, *command], env=way, capture_output=True, text=True
        )


# for each hand-in what Gradescope does: its folder, its metadata, its script
EACH = """\
set -e
for student in /class/*; do
    rm -rf /autograder/submission /autograder/results
    mkdir -p /autograder/submission /autograder/results
    cp "$student"/*.ipynb /autograder/submission/ || true
    python3 /attacks/of/machines.py "$0" -- /autograder/run_autograder
    mv /autograder/results/results.json "$student/results.json"
done
"""
SLUG = "gradient_checking"

opt_in = pytest.mark.skipif(
    "IDNN_FRESH" not in os.environ, reason="make fresh runs it: it installs all there is, twice"
)


@pytest.fixture(scope="module")
def machine():
    if os.geteuid() != 0:
        pytest.skip("only root can make a root folder for others")
    needs("mmdebstrap", shutil.which("mmdebstrap") is not None, "apt-get install mmdebstrap")
    with tempfile.TemporaryDirectory(prefix="idnn-fresh-", dir="/var/tmp") as place:
        Path(place).chmod(0o755)
        root = Path(place, "root")
        make = ["unshare", "--mount", "--propagation", "private", "mmdebstrap", "--variant=minbase"]
        made = subprocess.run([*make, f"--include={BARE}", "trixie", str(root)], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr[-2000:]
        machine = Machine(root)
        setup = f"useradd -m {USER} && echo '{USER} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/{USER}"
        assert machine.run("root", "/", "sh", "-c", setup).returncode == 0
        yield machine


@opt_in
@pytest.mark.skipif(not os.environ.get("IDNN_FRESH"), reason="no command was named")
@pytest.mark.parametrize("user", (USER, "root"))  # what root installs, the other would find
def test_the_two_commands_work_on_a_fresh_machine(machine, user):
    _fresh(machine, user, "/root/project" if user == "root" else f"/home/{user}/project")


@opt_in
def test_a_class_gets_from_gradescope_s_zip_what_grade_gives(machine, tmp_path):
    course, graded = _class(tmp_path)
    top, attacks = machine.root / "autograder", machine.root / "attacks" / "of"
    with zipfile.ZipFile(gradescope.pack(course, SLUG, tmp_path / "autograder.zip")) as archive:
        archive.extractall(top / "source")
    for name in ("setup.sh", "run_autograder"):
        shutil.copy(top / "source" / name, top)
        (top / name).chmod(0o755)
    made = machine.run("root", "/", "/autograder/setup.sh")
    assert made.returncode == 0, made.stderr[-2000:]
    attacks.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "attacks" / "machines.py", attacks)
    shutil.copytree(course.root / "submitted", machine.root / "class")
    for notebook in (machine.root / "class").glob(f"*/{SLUG}/*.ipynb"):
        notebook.rename(notebook.parents[1] / notebook.name)
    for tier in ("landlock", "uid"):
        run = machine.run("root", "/", "sh", "-c", EACH, tier)
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
        for student, due in graded.items():
            found = json.loads((machine.root / "class" / student / "results.json").read_text(encoding="utf-8"))
            assert {f"test_{one['name']}": one["score"] for one in found["tests"]} == due, student
            assert found["extra_data"]["isolation"] == tier
        points = sorted(sum(scores.values()) for scores in graded.values())
        print(f"{tier}: {len(graded)} hand-ins got what grade gives, from {points[0]:g} to {points[-1]:g} points")


def _class(folder: Path) -> tuple[Course, dict[str, dict[str, float]]]:
    """Return a course of 30 simulated students with one assignment, and the scores that grade gives them here."""
    course = Course.at(folder / "course")
    course.released(SLUG).parent.mkdir(parents=True)
    course.released(SLUG).write_text(json.dumps(toy.released(SLUG)), encoding="utf-8")
    seed, released = hidden_seed(course.root), course.released(SLUG).read_text(encoding="utf-8")
    graded = {}
    for student in simulate(course, SLUG, int(os.environ.get("STUDENTS", "30")), 1, json.loads(released)):
        raw, why_missing = read_submission(course.folder("submitted", student.name, SLUG) / f"{SLUG}.ipynb")
        graded[student.name] = grade_task(Task("", SLUG, raw, why_missing, released, seed, figures=False)).scores
    return course, graded


def _fresh(machine: Machine, user: str, folder: str) -> None:
    copy_of_the_project(machine.root / folder.lstrip("/"))
    assert machine.run("root", "/", "chown", "-R", f"{user}:{user}", folder).returncode == 0
    begun = machine.run(user, folder, "sh", "-c", "git init -q && git add -A")  # a clone, as far as the project looks
    assert begun.returncode == 0, begun.stderr
    students = os.environ.get("STUDENTS", "30")
    for target in os.environ["IDNN_FRESH"].split():
        run = machine.run(user, folder, "make", target, f"STUDENTS={students}")
        said = f"{user}: make {target}\n{run.stdout[-4000:]}\n{run.stderr[-2000:]}"
        print(said)
        assert run.returncode == 0, said
        if target == "demo":
            last = run.stdout.strip().splitlines()[-1]
            assert re.search(r"graded (\d+) of \1 submissions in .* isolated by \w+", last), last
            assert (machine.root / folder.lstrip("/") / "build" / "report" / "index.html").is_file()

"""A fresh machine: what README promises in two commands, in a bare Debian that mmdebstrap made, as root and as somebody with sudo.

`make fresh` runs it; ``FRESH="demo"`` leaves the suite out, which takes the better part of an hour for each of the two.
"""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.conftest import needs
from tests.test_guides import copy_of_the_project
from tests.test_images import CERTIFICATES, HOST

BARE = (
    "make,python3,python3-venv,sudo,ca-certificates"  # what README asks for, and how an ordinary user installs the rest
)
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


@pytest.mark.slow
@pytest.mark.skipif("IDNN_FRESH" not in os.environ, reason="make fresh runs it: it installs all there is, twice")
def test_the_two_commands_work_on_a_fresh_machine():
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
        for user in (USER, "root"):  # what root installs, the other would find
            _fresh(machine, user, "/root/project" if user == "root" else f"/home/{user}/project")


def _fresh(machine: Machine, user: str, folder: str) -> None:
    copy_of_the_project(machine.root / folder.lstrip("/"))
    assert machine.run("root", "/", "chown", "-R", f"{user}:{user}", folder).returncode == 0
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

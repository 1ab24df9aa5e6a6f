"""The images of hub/ without Docker: what the Dockerfiles say, done in a bare Debian that mmdebstrap made. `make images` runs it."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml

from grader import catalogue, exchange, hub
from tests.conftest import ROOT, needs
from tests.test_guides import copy_of_the_project

DOCKERFILES = ("students", "instructor")
KNOWN = ("FROM", "ARG", "ENV", "RUN", "COPY", "USER", "WORKDIR", "ENTRYPOINT", "CMD")
HOST = (
    "/etc/resolv.conf",
    "/etc/pip.conf",
    "/opt/pypi",
    "/opt/pypi-more",
    "/opt/wheels",
)  # how the network is reached here
SHARED_MEMORY = (
    "--perms",
    "1777",
    "--tmpfs",
    "/dev/shm",
)  # as in every container: semaphores of ordinary users lie there
CERTIFICATES = "/run/host-certificates.crt"  # beside the image's own, which its packages write


def instructions(name):
    """Return a Dockerfile's instructions as (word, rest), continued lines joined."""
    text = (ROOT / "hub" / f"{name}.Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


@pytest.mark.parametrize("name", DOCKERFILES)
def test_a_dockerfile_says_only_what_this_test_can_do(name):
    words = [word for word, _ in instructions(name)]
    assert set(words) <= set(KNOWN) and words[0] in ("FROM", "ARG") and words.count("FROM") == 1


def test_the_students_image_gets_no_hidden_room():
    copied = [part for word, rest in instructions("students") if word == "COPY" for part in rest.split()[:-1]]
    public = {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "assay", "idnn", "data"}
    assert {part for part in copied if not part.startswith("hub/")} == public
    assert {part for part in copied if part.startswith("hub/")} == {
        "hub/nbgrader_config.py",
        "hub/students_menu.json",
        "hub/start.sh",
    }


def test_neither_git_nor_a_course_folder_comes_into_an_image():
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    private = [name.strip("/") for name in (ROOT / ".gitignore").read_text().splitlines() if name and name[0] != "#"]
    for name in (".git", ".instructor", "gradebook.db", "grades.csv", *[n for n in private if "*" not in n]):
        assert any(fnmatch.fnmatch(name, pattern.removeprefix("**/")) for pattern in ignored) or name in (
            ".pytest_cache",
            ".ruff_cache",
        ), name


def test_the_students_menu_is_the_one_of_hub_setup():
    menu = json.loads((ROOT / "hub" / "students_menu.json").read_text())
    assert menu == {"disabledExtensions": dict.fromkeys(hub.PLUGINS, True)}


def test_the_values_give_each_user_the_id_that_collect_expects():
    values = yaml.safe_load((ROOT / "hub" / "values.yaml").read_text())
    names: dict = {"c": type("C", (), {"KubeSpawner": type("K", (), {})})}
    exec(values["hub"]["extraConfig"]["users"], names)
    for user in ("ada", "o'brien", "zoe@uni.example", "müller"):
        assert names["uid_of_name"](user) == exchange.uid_of_name(user)
    spawner = type("S", (), {"environment": {}, "user": type("U", (), {"name": "ada"})})()
    names["before"](spawner)
    assert spawner.environment == {"NB_UID": str(exchange.uid_of_name("ada")), "IDNN_UIDS": "1"}
    assert not hasattr(spawner, "image") and values["singleuser"]["uid"] == 0
    spawner.user.name = "PROF"
    names["before"](spawner)
    assert spawner.image.startswith("REGISTRY/idnn-instructor")
    (mount,) = values["singleuser"]["storage"]["extraVolumeMounts"]
    config = (ROOT / "hub" / "nbgrader_config.py").read_text()
    assert f'"IDNN_EXCHANGE", "{mount["mountPath"]}"' in config and f'course_id = "{catalogue.course().id}"' in config


OPTIONS = ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"]


def test_every_place_names_the_options_that_the_jail_needs():
    """A comment is no JSON: the editor reads the file with them, and this test without."""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert container["runArgs"] == [part for option in OPTIONS for part in ("--security-opt", option)]
    for path in ("docs/instructor.md", "docs/jupyterhub.md", "grader/sandbox/jail.py"):
        text = (ROOT / path).read_text()
        for option in OPTIONS:
            assert f"--security-opt {option}" in text, (path, option)


class Image:
    """A root folder in which a Dockerfile's instructions are carried out."""

    def __init__(self, root: Path, context: Path):
        self.root, self.context = root, context
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.folder, self.user = "/", "root"

    def build(self, name: str) -> None:
        for word, rest in instructions(name):
            if word == "ENV":
                pairs = [part.partition("=") for part in shlex.split(rest)]
                self.environment |= {key: value for key, _, value in pairs}
            elif word == "USER":
                self.user = rest
            elif word == "WORKDIR":
                self.folder = rest
            elif word == "COPY":
                self._copy(*rest.split())
            elif word == "RUN":
                run = self.run("sh", "-c", rest)
                assert run.returncode == 0, f"RUN {rest}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"

    def _copy(self, *parts: str) -> None:
        *sources, target = parts
        place = self.root / target.lstrip("/")
        for source in sources:
            own = self.context / source
            if own.is_dir():
                shutil.copytree(own, place, dirs_exist_ok=True)
                continue
            into = place / own.name if target.endswith("/") else place
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(own, into)

    def run(self, *command: str, user: str | None = None, **environment: str) -> subprocess.CompletedProcess:
        """Run a command in the image as `docker run` would, with the host's way to the network."""
        user = user or self.user
        inside = (
            list(command)
            if user == "root"
            else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]
        )
        binds = [part for place in HOST if os.path.exists(place) for part in ("--ro-bind", place, place)]
        network = {k: v for k, v in os.environ.items() if re.fullmatch(r"PIP_.*|.*_proxy", k, re.IGNORECASE)}
        bundle = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
        if bundle and os.path.exists(bundle):
            binds += ["--ro-bind", bundle, CERTIFICATES]
            network |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), CERTIFICATES)
        wanted = {**network, **self.environment, **environment}
        settings = [part for key, value in wanted.items() for part in ("--setenv", key, value)]
        bwrap = [
            "bwrap",
            "--bind",
            str(self.root),
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            *SHARED_MEMORY,
            *binds,
        ]
        bwrap += ["--unshare-pid", "--cap-add", "ALL", "--clearenv", *settings, "--chdir", self.folder, "--"]
        return subprocess.run([*bwrap, *inside], capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.skipif(
    "IDNN_IMAGES" not in os.environ, reason="make images runs it: it downloads two environments, which takes long"
)
@pytest.mark.parametrize("suite", os.environ.get("IDNN_IMAGES", "").split(",") or [""])
def test_both_images_are_built_in_a_bare_root_and_work(suite, isolation):
    if os.geteuid() != 0:
        pytest.skip("only root can make a root folder for others")
    needs("mmdebstrap", shutil.which("mmdebstrap") is not None, "apt-get install mmdebstrap")
    with tempfile.TemporaryDirectory(prefix="idnn-image-", dir="/var/tmp") as place:
        Path(place).chmod(0o755)
        root = Path(place, "root")
        # in a mount namespace of its own: what mmdebstrap mounts in the root must not be there when the folder is removed, even if it is killed
        make = ["unshare", "--mount", "--propagation", "private", "mmdebstrap", "--variant=minbase", suite, str(root)]
        made = subprocess.run(make, capture_output=True, text=True)
        if made.returncode and suite != "trixie":
            pytest.skip(f"the mirror has no {suite}: {made.stderr[-300:]}")
        assert made.returncode == 0, made.stderr[-2000:]
        for bound in HOST:
            if os.path.isdir(bound):
                (root / bound.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif os.path.exists(bound):
                (root / bound.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
                (root / bound.lstrip("/")).touch()
        image = Image(root, copy_of_the_project(Path(place, "context")))
        image.build("students")
        _students_image_works(image)
        image.build("instructor")
        _instructors_image_works(image)


def _students_image_works(image):
    check = "import idnn, nbgrader, jupyterhub, tensorflow; from idnn import check; print(idnn.__file__)"
    said = image.run("python", "-c", check)
    assert said.returncode == 0 and "/opt/idnn/lib" in said.stdout, said.stderr
    found = image.run(
        "sh",
        "-c",
        "find / -xdev -path /proc -prune -o -path '*idnn*' -name 'grader' -print -o -name 'solutions' -print",
    )
    assert not [line for line in found.stdout.splitlines() if "site-packages/nbgrader" not in line], found.stdout
    name = "import os, pwd; from nbgrader.utils import get_username; print(os.getuid(), get_username(), os.access('.', os.W_OK))"
    start = ("sh", "/usr/local/bin/start-user", "python", "-c", name)
    uid = exchange.uid_of_name("o'brien")
    given = {"NB_UID": str(uid), "JUPYTERHUB_USER": "o'brien"}
    assert image.run(*start, user="root", **given).stdout.split() == [str(uid), "o'brien", "True"]
    assert image.run(*start, user="root", **{**given, "JUPYTERHUB_USER": "x:0:0"}).returncode == 1
    assert image.run(*start, user="root", **{**given, "NB_UID": "0; id"}).returncode == 1
    image.run("chown", "-R", "jovyan:jovyan", "/home/jovyan", user="root")
    assert image.run(*start).stdout.split()[0] == "1000"
    assert image.run("jupyterhub-singleuser", "--version").returncode == 0


def _instructors_image_works(image):
    """Released and graded in the image: isolated where bubblewrap may work inside of it, as it does with the guide's options."""
    for command in (
        "python -m grader release gradient_checking --course /home/jovyan/course",
        "python -m grader simulate gradient_checking --students 3 --course /home/jovyan/course",
    ):
        run = image.run("sh", "-c", f"cd /srv/idnn && {command}")
        assert run.returncode == 0, f"{command}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"
    doctor = image.run("sh", "-c", "cd /srv/idnn && python -m grader doctor --course /home/jovyan/course")
    missing = {line.split("  ")[0] for line in doctor.stdout.splitlines() if re.search(r"  missing  ", line)}
    assert doctor.returncode == 0 or "isolation" in missing, doctor.stdout
    unsafe = "" if doctor.returncode == 0 else "--unsafe"
    run = image.run(
        "sh", "-c", f"cd /srv/idnn && python -m grader grade gradient_checking {unsafe} --course /home/jovyan/course"
    )
    assert run.returncode == 0 and "graded 3 of 3" in run.stdout, run.stdout + run.stderr
    print(f"doctor: {'green' if not unsafe else doctor.stdout}")

"""A real JupyterHub on the loopback for the tests: an environment that everybody may read, accounts, and a browser's part in HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import requests

SITE = Path(sysconfig.get_paths()["purelib"])


UNUSED = (
    "tensorflow",
    "keras",
    "playwright",
    "sphinx",
    "scipy",
    "pandas",
    "ruff",
    "_improving*",
    "improving_deep_networks*",
)


def borrow(prefix: Path) -> None:
    """Put what is installed here into a new environment, by links to the same files where the disk allows it.

    So installing the course takes seconds and not minutes. Of what the assignment at hand does not use only the metadata come along, from
    which pip sees that it is there; this checkout's own editable install stays out.
    """
    own = next((prefix / "lib").glob("python3*/site-packages"))
    shutil.rmtree(own)
    shutil.copytree(SITE, own, copy_function=_link, ignore=shutil.ignore_patterns(*UNUSED))
    for script in Path(sys.executable).parent.iterdir():
        target = prefix / "bin" / script.name
        if script.is_symlink() or not script.is_file() or script.name.startswith(("python", "pip", "activate")):
            continue
        first, _, rest = script.read_bytes().partition(b"\n")
        if first.startswith(b"#!") and b"python" in first:
            target.write_bytes(f"#!{prefix}/bin/python\n".encode() + rest)
            target.chmod(0o755)
    for name in ("share/jupyter", "etc/jupyter"):
        shutil.copytree(Path(sys.prefix, name), prefix / name, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def python_for_all() -> str | None:
    """Return a Python of this one's version that every account may start, or None: one in root's home is no use to others."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    own = Path(sys.base_prefix, "bin", f"python{version}")
    for path in (own, Path("/usr/local/bin", own.name), Path("/usr/bin", own.name)):
        has_venv = (
            path.exists() and not subprocess.run([path, "-c", "import ensurepip"], capture_output=True).returncode
        )
        if has_venv and readable_by_all(path.resolve().parent):
            return str(path)
    return None


def readable_by_all(path: Path) -> bool:
    return all(place.stat().st_mode & 1 for place in (path, *path.parents))


@contextlib.contextmanager
def accounts(*names: str) -> Iterator[dict[str, str]]:
    """Make accounts with homes that everybody may enter, for one block of work; yield their passwords."""
    words = {name: secrets.token_hex(8) for name in names}
    try:
        for name, word in words.items():
            subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True, capture_output=True)
            Path("/home", name).chmod(0o755)
            subprocess.run(["chpasswd"], input=f"{name}:{word}", text=True, check=True, capture_output=True)
        yield words
    finally:
        for name in names:
            _end_processes(name)
            subprocess.run(["userdel", "--remove", name], capture_output=True)


def _end_processes(name: str) -> None:
    """End what an account of the test's own still runs."""
    import pwd
    import signal

    with contextlib.suppress(KeyError):
        uid = pwd.getpwnam(name).pw_uid
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if place.stat().st_uid == uid:
                    os.kill(int(place.name), signal.SIGKILL)


def as_user(name: str, *command: str, cwd: Path | str = "/", mask: int = 0o022, check: bool = True, **environment: str):
    """Run a command as another account and return what it said."""
    import pwd

    entry = pwd.getpwnam(name)
    run = subprocess.run(
        command,
        cwd=cwd,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        umask=mask,
        env={"HOME": entry.pw_dir, "USER": name, "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )
    assert not check or run.returncode == 0, f"{command}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str], address: str, log: Path, environment: dict[str, str]) -> Iterator[None]:
    """Run a hub for one block of work; its proxy and its users' servers end with it."""
    with open(log, "w") as file:
        hub = subprocess.Popen(command, env=environment, stdout=file, stderr=file, cwd=log.parent)
        try:
            for _ in range(300):
                with contextlib.suppress(requests.ConnectionError):
                    if requests.get(f"{address}/hub/health").ok:
                        break
                assert hub.poll() is None, log.read_text()[-3000:]
                time.sleep(0.3)
            yield
        finally:
            hub.terminate()
            try:
                hub.wait(30)
            except subprocess.TimeoutExpired:
                hub.kill()


class User:
    """Somebody at a browser: logs in with a password, starts the server, and asks it for things."""

    def __init__(self, address: str, name: str, password: str):
        self.address, self.name = address, name
        session = requests.Session()
        session.get(f"{address}/hub/login")
        answer = session.post(
            f"{address}/hub/login",
            data={"username": name, "password": password, "_xsrf": session.cookies["_xsrf"]},
            allow_redirects=False,
        )
        assert answer.status_code == 302, answer.text[-2000:]
        session.get(f"{address}/hub/token")
        xsrf = next(cookie.value for cookie in session.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/")
        answer = session.post(f"{address}/hub/api/users/{name}/tokens", json={}, headers={"X-XSRFToken": xsrf})
        assert answer.ok, answer.text[-2000:]
        self.headers = {"Authorization": f"token {answer.json()['token']}"}
        requests.post(f"{address}/hub/api/users/{name}/server", headers=self.headers)
        for _ in range(300):
            user = requests.get(f"{address}/hub/api/users/{name}", headers=self.headers).json()
            if (user.get("servers", {}).get("") or {}).get("ready"):
                return
            time.sleep(0.3)
        raise AssertionError(f"the server of {name} does not start")

    def ask(self, method: str, path: str, **options) -> requests.Response:
        answer = requests.request(method, f"{self.address}/user/{self.name}/{path}", headers=self.headers, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code}\n{answer.text[-2000:]}"
        return answer

    def assignment(self, action: str, course: str, assignment: str) -> dict:
        """Press a button of the assignment list: fetch, submit or fetch_feedback."""
        answer = self.ask(
            "POST", f"assignments/{action}", data={"course_id": course, "assignment_id": assignment}
        ).json()
        assert answer["success"], answer
        return answer

    def read(self, path: str) -> dict:
        return self.ask("GET", f"api/contents/{path}").json()["content"]

    def write(self, path: str, notebook: dict) -> None:
        self.ask("PUT", f"api/contents/{path}", json={"type": "notebook", "content": notebook})

    def page_settings(self) -> dict:
        """Return what JupyterLab's page is told, which plugins are disabled among it."""
        text = self.ask("GET", "lab").text
        return json.loads(
            re.search(
                r'<script id="jupyter-config-data" type="application/json">\s*(.*?)\s*</script>', text, re.DOTALL
            )[1]
        )

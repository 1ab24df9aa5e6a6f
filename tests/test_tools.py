"""The shell scripts: what they say where something is missing, in whose words, and how fast."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent.parent / "tools"


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def _run(script: str, *args: str, path: str) -> subprocess.CompletedProcess:
    return subprocess.run([TOOLS / script, *args], capture_output=True, text=True, env={"PATH": path}, timeout=60)


def test_isolation_that_cannot_be_had_is_told_in_bubblewrap_s_own_words(tmp_path):
    _program(tmp_path, "bwrap", "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1")
    _program(tmp_path, "python3", "exit 1")  # of a kernel without Landlock
    run = _run("isolation.sh", path=f"{tmp_path}:/usr/bin:/bin")
    assert run.returncode == 1
    assert run.stdout.startswith(
        "bubblewrap cannot make the namespaces that it needs: bwrap: No permissions to create a new namespace\n"
    )
    assert "apt-get install bubblewrap" in run.stdout


def test_a_machine_without_bubblewrap_is_told_how_to_get_it(tmp_path):
    for name in ("uname", "sh"):
        (tmp_path / name).symlink_to(f"/bin/{name}")
    run = _run("isolation.sh", path=str(tmp_path))
    assert run.returncode == 1 and run.stdout.startswith("bubblewrap (bwrap) is not installed\n")


def test_where_landlock_is_to_be_had_bubblewrap_need_not_be(tmp_path):
    _program(tmp_path, "bwrap", "exit 1")
    _program(tmp_path, "python3", "exit 0")
    run = _run("isolation.sh", path=f"{tmp_path}:/usr/bin:/bin")
    assert (run.returncode, run.stdout) == (0, "")


def test_isolation_that_holds_says_nothing(isolation):
    run = _run("isolation.sh", path="/usr/sbin:/usr/bin:/bin")
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize("fails", ["update", "install"])
def test_what_apt_says_is_passed_on(tmp_path, fails):
    _program(tmp_path, "id", "echo 0")
    _program(
        tmp_path,
        "apt-get",
        f'[ "$1" = {fails} ] && {{ echo "E: Unable to fetch some archives" >&2; exit 100; }}; exit 0',
    )
    run = _run("system_packages.sh", "no-such-program:no-such-package", path=f"{tmp_path}:/usr/bin:/bin")
    assert run.returncode == 0  # what needs the program says so when its turn comes
    assert run.stdout == (
        "missing: no-such-package; apt-get could not install them and says:\nE: Unable to fetch some archives\n"
    )


def test_the_demo_asks_for_isolation_before_it_sets_anything_up():
    makefile = (TOOLS.parent / "Makefile").read_text()
    needed = next(line for line in makefile.splitlines() if line.startswith("demo:")).split("##")[0].split()
    assert needed[1] == "isolated"

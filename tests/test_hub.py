"""A real JupyterHub, set up by the commands of docs/jupyterhub.md alone: a week of the course, then every theft and peep that we know of."""

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import catalogue, stubs
from grader.cli import app
from grader.course import Course
from tests import hub
from tests.conftest import needs
from tests.test_guides import commands, copy_of_the_project

SLUG = "initialization"
PROF, ADA, BOB = (f"idnn-{name}-{os.getpid()}" for name in ("prof", "ada", "bob"))  # no two runs share them


@pytest.fixture(scope="module")
def place():
    """A folder that every account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="idnn-hub-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def passwords():
    if os.geteuid() != 0:
        pytest.skip("a hub starts servers as its users, which only root may")
    needs("npm", shutil.which("npm") is not None, "apt-get install npm")
    needs("useradd", shutil.which("useradd") is not None, "apt-get install passwd")
    if hub.python_for_all() is None:  # which CI could not install
        pytest.skip("there is no Python of this version that other accounts may start")
    with hub.accounts(PROF, ADA, BOB) as words:
        yield words


def translated(line, place):
    """Return a command of the guide with this test's places and accounts."""
    for word, own in (("/srv/idnn", "checkout"), ("/opt/idnn", "env")):
        line = line.replace(word, str(place / own))
    line = re.sub(r"\bprof\b", PROF, line)
    line = re.sub(r"\bada\b", ADA, line)
    return f"{line} --exchange {place / 'exchange'}" if "hub-setup" in line else line


DONE_OTHERWISE = {  # commands of the guide that a test cannot run as they stand, and what it does instead
    r"git clone .*": "a copy of the project as it is now",
    r"apt-get install .*": "what it installs is there, or the test is skipped",
    r"useradd .*": "the test's own accounts, without asking for a password",
}


@pytest.fixture(scope="module")
def address(place, passwords):
    """The address of a hub that was set up by the guide's commands."""
    lines = commands("docs/jupyterhub.md")
    lines = lines[: 1 + next(i for i, line in enumerate(lines) if "bin/jupyterhub -f" in line)]
    assert len(lines) <= 15
    port = hub.free_port()
    url = f"http://127.0.0.1:{port}"
    copy_of_the_project(place / "checkout")
    (place / "bin").mkdir()
    (place / "bin" / "python3").write_text(f'#!/bin/sh\nexec {hub.python_for_all()} "$@"\n')
    (place / "bin" / "python3").chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")},
        "npm_config_prefix": str(place / "npm"),
        "PATH": f"{place / 'bin'}:{place / 'npm' / 'bin'}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as "no": hatchling is there
        "IDNN_HUB_STATE": str(place / "state"),
        "IDNN_HUB_URL": url,
    }
    done = []
    for line in lines:
        if any(re.fullmatch(pattern, line) for pattern in DONE_OTHERWISE):
            continue
        line = translated(line, place)
        if "bin/jupyterhub -f" in line:
            with hub.running(line.split(), url, place / "hub.log", environment):
                yield url
            break
        start = time.monotonic()
        run = subprocess.run(
            ["bash", "-c", line], cwd=place / "checkout", env=environment, capture_output=True, text=True, umask=0o022
        )
        assert run.returncode == 0, f"{line}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
        if "hub-setup" in line:  # a second run changes nothing
            again = subprocess.run(["bash", "-c", line], cwd=place / "checkout", env=environment, capture_output=True)
            assert again.returncode == 0 and again.stdout.decode() == run.stdout
        if "-m venv" in line:
            hub.borrow(place / "env")
        done.append(run.stdout)
        print(f"{time.monotonic() - start:6.1f} s  {line}")
    assert len(done) == 7  # and the eighth was the hub itself


@pytest.fixture(scope="module")
def course():
    return Course.at(f"/home/{PROF}/course")


def prof(place, *arguments, check=True):
    """Run one of our commands as the instructor, with a umask that leaves files open."""
    python = str(place / "env" / "bin" / "python")
    return hub.as_user(PROF, python, "-m", "grader", *arguments, cwd=place / "checkout", check=check, COLUMNS="250")


@pytest.mark.slow
def test_a_week_on_a_hub_and_every_theft_that_we_know_of(address, place, passwords, course):
    with ThreadPoolExecutor(3) as pool:
        users = {name: pool.submit(hub.User, address, name, passwords[name]) for name in (PROF, ADA, BOB)}
        ada, bob, teacher = users[ADA].result(), users[BOB].result(), users[PROF].result()
    _the_menu_of_each(place, ada, teacher)
    _work_and_hand_in(ada, bob)
    _collect_grade_and_return(place, course, ada)
    _steal_and_overwrite(place, course, teacher)
    _read_what_is_private(place, course, teacher)


def _the_menu_of_each(place, ada, teacher):
    """Students have the assignment list and Validate, the instructor formgrader too, in a tab of its own."""
    for user, there in ((ada, False), (teacher, True)):
        disabled = user.page_settings().get("disabledExtensions", [])
        assert ("@jupyter/nbgrader:formgrader" in disabled) is not there
        assert (
            "@jupyter/nbgrader:assignment-list" not in disabled
            and "@jupyter/nbgrader:validate-assignment" not in disabled
        )
    run = prof(
        place, "hub-setup", "--course", f"/home/{PROF}/c", "--instructor", PROF, "--exchange", "/nowhere", check=False
    )
    assert run.returncode == 1 and "to do: run this command as root: /nowhere may be changed" in run.stdout
    assert SLUG in teacher.ask("GET", "formgrader/api/assignments").text
    answer = teacher.ask("GET", "formgrader")
    assert answer.ok and "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]  # why the tab is its own


def _work_and_hand_in(ada, bob):
    for user in (ada, bob):
        user.assignment("fetch", catalogue.course().id, SLUG)
    notebook = ada.read(f"{SLUG}/{SLUG}.ipynb")
    ada.write(f"{SLUG}/{SLUG}.ipynb", stubs.solved(notebook, SLUG))
    with ThreadPoolExecutor(2) as pool:
        path = {"path": f"{SLUG}/{SLUG}.ipynb"}
        answers = [pool.submit(user.ask, "POST", "assignments/validate", data=path) for user in (ada, bob)]
    for user, good, answer in zip((ada, bob), (True, False), answers):
        said = answer.result().json()
        assert said["success"] and ("failed" not in said["value"]) is good, str(said)[:3000]
        user.assignment("submit", catalogue.course().id, SLUG)


def submitted(course, name):
    return (course.folder("submitted", name, SLUG) / f"{SLUG}.ipynb").read_bytes()


def own(name):
    return (Path("/home", name, SLUG) / f"{SLUG}.ipynb").read_bytes()


def _collect_grade_and_return(place, course, ada):
    (place / "class.csv").write_text(f"id,first_name,last_name\n{ADA},Ada,Lovelace\n{BOB},Bob,Ng\nzoe,Zoe,Absent\n")
    folder = ("--course", str(course.root))
    said = prof(place, "collect", "--exchange", "-a", SLUG, "--roster", str(place / "class.csv"), *folder).stdout
    assert "2 new" in said and "nothing from 1 of the roster: zoe" in said
    assert submitted(course, ADA) == own(ADA) and submitted(course, BOB) == own(BOB)
    assert (
        "graded 2 of 2 submissions" in (graded := prof(place, "grade", SLUG, *folder).stdout) and "isolated" in graded
    )
    assert "2 pages" in prof(place, "feedback", SLUG, "--exchange", *folder).stdout
    prof(place, "export", SLUG, *folder)
    assert grades(course) == {ADA: "100", BOB: "0", "zoe": ""}
    ada.assignment("fetch_feedback", catalogue.course().id, SLUG)
    (page,) = Path("/home", ADA, SLUG, "feedback").glob(f"*/{SLUG}.html")
    assert "100" in page.read_text()


def grades(course):
    with open(course.root / "grades.csv", newline="") as file:
        return {row["student"]: row["score"] for row in csv.DictReader(file)}


def _steal_and_overwrite(place, course, teacher):
    inbound = place / "exchange" / catalogue.course().id / "inbound"
    (hers,) = inbound.glob(f"{ADA}+*")
    before = submitted(course, ADA)
    denied = "denied|not permitted"
    for attempt in (
        f"ls {inbound}",
        f"mv '{hers}' '{inbound}/x'",
        f"rm -rf '{hers}' && ! test -e '{hers}'",
        f"mv {inbound} {inbound}.old",
        f"ls {place}/exchange/{catalogue.course().id}/feedback",
        f"touch {place}/exchange/{catalogue.course().id}/outbound/x",
        f"mv {place}/exchange/{catalogue.course().id} {place}/exchange/x",
    ):
        run = hub.as_user(BOB, "bash", "-c", attempt, check=False)
        assert run.returncode and re.search(denied, run.stderr), attempt
    make = """
import os, sys
inbound, name, kind, aim = sys.argv[1:]
folder = os.path.join(inbound, name)
os.umask(0)
os.mkdir(folder, 0o777)
open(folder + "/timestamp.txt", "w").write(name.split("+")[2])
open(folder + "/submission_secret.txt", "w").write("mine")
notebook = folder + "/initialization.ipynb"
if kind == "link":
    os.symlink(aim, notebook)
elif kind == "pipe":
    os.mkfifo(notebook)
else:
    open(notebook, "w").write(aim)
"""
    later = dt.datetime.now(dt.UTC)
    tricks = [
        (BOB, "link", str(hers / f"{SLUG}.ipynb")),
        (BOB, "link", str(place / "checkout" / "solutions" / f"{SLUG}.py")),
        (BOB, "pipe", ""),
        (ADA, "copy", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'),
    ]
    for number, (name, kind, aim) in enumerate(tricks):
        when = f"{later + dt.timedelta(seconds=number):%Y-%m-%d %H:%M:%S.%f} UTC"
        hub.as_user(
            BOB, str(place / "env/bin/python"), "-c", make, str(inbound), f"{name}+{SLUG}+{when}+x{number}", kind, aim
        )
    folder = ("--course", str(course.root))
    run = prof(place, "collect", "--exchange", "-a", SLUG, *folder, check=False)
    assert run.returncode == 1 and "4 refused" in run.stdout and "2 unchanged" in run.stdout, run.stdout
    assert "is a link" in run.stdout and f"belongs to {BOB}" in run.stdout
    answer = teacher.ask("POST", f"formgrader/api/assignment/{SLUG}/collect").json()  # the button does the same
    assert answer["success"] and answer["log"].count("refused: ") == 4
    assert submitted(course, ADA) == before and submitted(course, BOB) == own(BOB)
    assert "2 submissions were graded before and are unchanged" in prof(place, "grade", SLUG, *folder).stdout
    prof(place, "export", SLUG, *folder)
    assert grades(course)[ADA] == "100" and grades(course)[BOB] == "0"


def _read_what_is_private(place, course, teacher):
    """Another account reads nothing, though the folders around are open to all and nbgrader's own steps were at work."""
    answer = teacher.ask("POST", f"formgrader/api/submission/{SLUG}/{ADA}/autograde").json()
    assert answer["success"], answer
    assert teacher.ask("POST", f"formgrader/api/assignment/{SLUG}/{ADA}/generate_feedback").json()["success"]
    course.root.chmod(0o755)  # as in a home that others may enter
    private = [
        course.root / name
        for name in (".instructor", "submitted", "autograded", "feedback", "gradebook.db", "grades.csv")
    ]
    inner = [path for folder in private if folder.is_dir() for path in folder.rglob("*")]
    assert len(inner) > 20
    answers = [place / "checkout" / name for name in ("solutions", f"solutions/{SLUG}.py", "exercises")]
    read = 'for path in "$@"; do if [ -d "$path" ]; then ls -A "$path"; else cat "$path"; fi >/dev/null 2>&1 && echo "$path"; done; true'
    run = hub.as_user(BOB, "bash", "-c", read, "-", *map(str, [*private, *inner, *answers, course.root]))
    assert run.stdout.splitlines() == [str(course.root)]  # what was opened, so the test would see it
    open_to_others = [path for path in (*private, *inner) if path.lstat().st_mode & 0o077]
    assert not [path for path in open_to_others if path.parts[-2] != "releases" and ".instructor" not in path.parts]
    doctor = prof(place, "doctor", "--course", str(course.root), check=False)
    assert doctor.returncode == 0, doctor.stdout
    (place / "checkout").chmod(0o755)
    (course.root / "submitted").chmod(0o755)
    doctor = prof(place, "doctor", "--course", str(course.root), check=False)
    assert doctor.returncode == 1
    said = " ".join(doctor.stdout.split())
    assert "can read solutions, exercises" in said and "can read submitted" in said


def setup(*arguments):
    return CliRunner().invoke(app, ["hub-setup", *arguments], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})


def test_hub_setup_says_what_it_needs_before_it_changes_anything(tmp_path):
    import pwd

    me = pwd.getpwuid(os.getuid())
    inside = f"{me.pw_dir}/idnn-course-that-is-not-made"
    for course, instructor, said in (
        (str(tmp_path), "nobody-here", "nobody-here has no account here; run: useradd --create-home nobody-here"),
        (
            "/srv/course",
            me.pw_name,
            f"formgrader shows a course only inside of the instructor's home; give --course {me.pw_dir}/course",
        ),
        (me.pw_dir, me.pw_name, "formgrader shows a course only inside"),
    ):
        result = setup("--course", course, "--instructor", instructor, "--exchange", str(tmp_path / "exchange"))
        assert result.exit_code == 2 and said in result.stderr, result.stderr
    result = setup("--course", inside, "--instructor", me.pw_name, "--exchange", str(tmp_path / "exchange"))
    assert (
        result.exit_code == 2 and "/opt/idnn/bin/pip install '.[instructor,hub]'" in result.stderr
    )  # an editable install
    assert not Path(inside).exists() and not (tmp_path / "exchange").exists()

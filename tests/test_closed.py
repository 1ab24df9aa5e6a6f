"""What is the owner's alone, whatever the umask; who else could reach a place, as the kernel decides it; and what doctor says of it."""

import dataclasses
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from grader import catalogue, closed, doctor
from grader.course import Course
from grader.sandbox import jail, tiers
from tests import hub
from tests.conftest import ROOT, copied

SLUG = "gradient_checking"
PRIVATE = (".instructor", "submitted", "autograded", "feedback", "returned", "gradebook.db", "grades.csv")
STRANGER = "idnn-stranger"


def run(course, *command, module="grader"):
    """Run a command in the course folder with a umask that leaves everything open."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", module, *command], cwd=course, env=environment, capture_output=True, text=True, umask=0
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_term_with_an_open_umask_leaves_nothing_open(tmp_path, isolation):
    """Both paths: our commands, then nbgrader's own over the same hand-ins."""
    course = tmp_path / "course"
    run(tmp_path, "release", SLUG, "--course", str(course), "--no-handouts")
    text = (course / "release" / SLUG / f"{SLUG}.ipynb").read_text()
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "ada" / f"{SLUG}.ipynb").write_text(text)
    run(course, "collect", str(tmp_path / "in"), "-a", SLUG)
    for command in (["grade", SLUG, "--workers", "1"], ["feedback", SLUG, "--zip", "students"], ["export", SLUG]):
        run(course, *command)
    own = (course / "grades.csv").read_bytes()
    assert is_closed(course)
    for name in ("autograded", "feedback"):
        subprocess.run(["rm", "-r", str(course / name)], check=True)
    (course / "submitted").chmod(0o777)  # as nbgrader leaves what it collects
    (course / "submitted" / "ada" / SLUG).chmod(0o777)
    run(course, "autograde", SLUG, module="nbgrader")
    run(course, "generate_feedback", SLUG, module="nbgrader")
    run(course, "export", module="nbgrader")
    assert is_closed(course)
    for name in ("submitted", "autograded", "feedback"):
        for path in (course / name / "ada").rglob("*"):
            assert not path.stat().st_mode & 0o077, path
    assert (course / "grades.csv").read_bytes() == own  # nbgrader writes grades-nbgrader.csv


def is_closed(course):
    modes = {name: stat.S_IMODE((course / name).stat().st_mode) for name in PRIVATE}
    return modes == {name: 0o600 if "." in name[1:] else 0o700 for name in PRIVATE}


def test_a_course_that_was_left_open_is_closed_by_the_next_command(released, tmp_path):
    course = copied(released(SLUG), tmp_path / "course")
    for name in (".instructor", "submitted", "autograded"):
        (course.root / name).mkdir(exist_ok=True)
        (course.root / name).chmod(0o755)
    (course.root / "gradebook.db").chmod(0o644)
    run(course.root, "due")
    for name in (".instructor", "submitted", "autograded", "gradebook.db"):
        assert not (course.root / name).stat().st_mode & 0o077, name


PEOPLE = [closed.Account("ada", 4001, frozenset({4001})), closed.Account("tutor", 4002, frozenset({4002, 5000}))]


@pytest.mark.parametrize(
    "above, mode, group, who",
    [
        (0o755, 0o700, 0, []),
        (0o755, 0o755, 0, ["ada", "tutor", "everybody"]),
        (0o700, 0o755, 0, []),  # nobody comes so far
        (0o711, 0o704, 0, ["ada", "tutor", "everybody"]),  # a folder that may be entered and not listed
        (0o754, 0o755, 0, []),  # one that may be listed and not entered
        (0o755, 0o750, 5000, ["tutor"]),
        (0o755, 0o705, 5000, ["ada", "everybody"]),  # the group's own rights come before everybody's
        (0o755, 0o770, 0, []),  # a group in which nobody else is
        (0o755, 0o702, 0, ["ada", "tutor", "everybody"]),
    ],
)
def test_who_reaches_a_place(above, mode, group, who):
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to a group in which it is not")
    import tempfile

    with tempfile.TemporaryDirectory(dir="/var/tmp") as base:
        place = Path(base, "above", "place")
        place.mkdir(parents=True)
        os.chown(place, 0, group)
        place.chmod(mode)
        place.parent.chmod(above)
        Path(base).chmod(0o755)
        assert closed.reaching(place, [*PEOPLE, closed.ANYBODY]) == who


@pytest.fixture
def stranger():
    if os.geteuid() != 0:
        pytest.skip("only root can make accounts")
    with hub.accounts(STRANGER):
        yield STRANGER


def test_the_kernel_agrees(stranger):
    """What `reaching` says of an account is what that account can do."""
    import tempfile

    with tempfile.TemporaryDirectory(dir="/var/tmp") as base:
        Path(base).chmod(0o755)
        (me,) = [who for who in closed.accounts() if who.name == stranger]
        for mode in (0o700, 0o755, 0o711, 0o744, 0o750):
            place = Path(base, f"{mode:o}", "file")
            place.parent.mkdir()
            place.write_text("x")
            place.chmod(0o644)
            place.parent.chmod(mode)
            can = hub.as_user(stranger, "cat", str(place), check=False).returncode == 0
            assert can is (closed.reaching(place, [me]) == [stranger]), oct(mode)


def findings(course, people, monkeypatch, root=None):
    monkeypatch.setattr(closed, "accounts", lambda: people)
    monkeypatch.setattr(closed, "listed_elsewhere", lambda: False)
    there = dataclasses.replace(catalogue.course(), root=root or ROOT)
    monkeypatch.setattr(catalogue, "course", lambda: there)
    return {finding.name: finding for finding in doctor._closed(course)}


@pytest.fixture
def open_place():
    import tempfile

    with tempfile.TemporaryDirectory(dir="/var/tmp") as base:
        Path(base).chmod(0o755)
        yield Path(base)


@pytest.mark.parametrize("name", [".instructor", "submitted", "autograded", "feedback", "gradebook.db", "grades.csv"])
def test_doctor_fails_where_hand_ins_or_grades_are_open(open_place, monkeypatch, name):
    course = Course.at(open_place / "course")
    course.prepare()
    assert findings(course, PEOPLE, monkeypatch)["course closed"].good
    place = course.root / name
    place.touch() if "." in name[1:] else place.mkdir(exist_ok=True)
    place.chmod(0o755)
    found = findings(course, PEOPLE, monkeypatch)["course closed"]
    assert not found.good and found.needed
    assert found.words == f"ada can read {name}; run: chmod -R go= {place}"
    subprocess.run(found.words.partition("run: ")[2].split(), check=True)
    assert findings(course, PEOPLE, monkeypatch)["course closed"].good


@pytest.mark.parametrize("name", catalogue.ROOMS)
def test_doctor_fails_where_answers_are_open_to_somebody(open_place, monkeypatch, name):
    root = open_place / "checkout"
    for answers in catalogue.ROOMS:
        (root / answers).mkdir(parents=True)
        (root / answers).chmod(0o700)
    course = Course.at(open_place / "course")
    assert findings(course, PEOPLE, monkeypatch, root)["answers closed"].good
    (root / name).chmod(0o755)
    found = findings(course, PEOPLE, monkeypatch, root)["answers closed"]
    assert not found.good and found.needed and found.words == f"ada can read {name}; run: chmod go= {root}"
    alone = findings(course, [], monkeypatch, root)["answers closed"]
    assert not alone.good and not alone.needed  # on a machine of one's own it is worth a word and no more
    subprocess.run(found.words.partition("run: ")[2].split(), check=True)
    assert findings(course, PEOPLE, monkeypatch, root)["answers closed"].good


def test_accounts_of_a_directory_service_count_though_nobody_lists_them(open_place, monkeypatch):
    course = Course.at(open_place / "course")
    (open_place / "solutions").mkdir()
    findings(course, [], monkeypatch, open_place)
    monkeypatch.setattr(closed, "listed_elsewhere", lambda: True)
    found = {finding.name: finding for finding in doctor._closed(course)}["answers closed"]
    assert found.needed and not found.good


def test_a_covered_proc_is_named_with_the_way_out(tmp_path, monkeypatch):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 27 0:21 / /proc rw - proc proc rw\n"
        "30 22 0:30 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n"
        "31 22 0:31 / /proc/kcore rw - tmpfs tmpfs rw\n"
        "32 22 0:21 /sys /proc/sys ro - proc proc rw\n"
    )
    assert jail.masked(str(mounts)) == ["/proc/kcore", "/proc/sys"]
    monkeypatch.setattr(jail, "masked", lambda: ["/proc/kcore"])
    monkeypatch.setattr(
        tiers, "why_not_isolated", lambda least="": "Can't mount proc on /newroot/proc: Operation not permitted"
    )
    found = {finding.name: finding for finding in doctor._isolation()}["/proc"]
    assert found.needed and not found.good and "systempaths=unconfined" in found.words
    assert "systempaths=unconfined" in jail.HELP
    assert "systempaths=unconfined" in (ROOT / "docs" / "instructor.md").read_text()


def test_the_hub_s_settings_load_the_course_s_and_only_for_whom_may_read_them(released, tmp_path, monkeypatch):
    from traitlets.config import PyFileConfigLoader

    course = copied(released(SLUG), tmp_path / "course")
    monkeypatch.setenv("IDNN_EXCHANGE", "/somewhere")
    loaded = {}
    for there in (course.root, tmp_path / "nowhere"):
        monkeypatch.setenv("IDNN_COURSE", str(there))
        loaded[there] = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT / "hub")).load_config()
    instructor, student = loaded.values()
    assert instructor.Exchange.root == student.Exchange.root == "/somewhere"
    assert instructor.CourseDirectory.course_id == student.CourseDirectory.course_id
    assert instructor.ExchangeFactory.collect == "grader.exchange.Collect" and "ExchangeFactory" not in student
    assert json.dumps(instructor.CourseDirectory.root) == json.dumps(str(course.root))

"""The tiers of isolation: which is chosen, that the lesser ones hold what they promise, and that nothing stays behind."""

from __future__ import annotations

import errno
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.sandbox import ForkServer, tiers
from grader.sandbox.child import scratch
from grader.sandbox.jail import Limits, NotIsolated
from tests.attacks import Arena, all_attacks
from tests.conftest import ROOT

LIMITS = Limits(memory=1 << 30, scratch_megabytes=8, cell_seconds=20, call_seconds=20, grace_seconds=0.5)
MACHINES = ("x86_64", "aarch64")
OWN = 4711  # the number of the process for which the filter is made


@pytest.fixture
def seccomp(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "grader" / "sandbox"))
    from child import seccomp

    return seccomp


def answer(program: bytes, machine: str, number: int, *arguments: int) -> int | str:
    """Run a filter as the kernel does, and return what it gives: an errno, or a word."""
    steps = list(struct.iter_unpack("HBBI", program))
    arch = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    data = struct.pack(
        "IIQ6Q", number, arch, 0, *(value % (1 << 64) for value in (*arguments, *[0] * (6 - len(arguments))))
    )
    place, held = 0, 0
    for _ in range(10_000):
        code, so, not_so, value = steps[place]
        place += 1
        if code == 0x06:
            return {0x7FFF0000: "allowed", 0x80000000: "killed"}.get(value, value & 0xFFFF)
        if code == 0x20:
            held = struct.unpack_from("I", data, value)[0]
        elif code == 0x54:
            held &= value
        else:
            holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            place += so if holds else not_so
    raise AssertionError("the filter has no end")


# (x86_64, aarch64), arguments, what the filter says in a tier with namespaces, and in one without
CALLS = {
    "read": ((0, 63), (0,), "allowed", "allowed"),
    "fork": ((57, None), (), errno.EPERM, errno.EPERM),
    "a thread": ((56, 220), (0x10F00,), "allowed", "allowed"),
    "a process by clone": ((56, 220), (17,), errno.EPERM, errno.EPERM),
    "a namespace by clone": ((56, 220), (0x10000000 | 0x10000,), errno.EPERM, errno.EPERM),
    "clone3": ((435, 435), (), errno.ENOSYS, errno.ENOSYS),
    "a call that is not known": ((470, 470), (), errno.ENOSYS, errno.ENOSYS),
    "socket": ((41, 198), (), errno.EPERM, errno.EPERM),
    "kill itself": ((62, 129), (OWN, 9), "allowed", "allowed"),
    "kill its group": ((62, 129), (0, 9), "allowed", "allowed"),
    "kill another": ((62, 129), (OWN + 1, 9), "allowed", errno.EPERM),
    "kill all": ((62, 129), (-1, 9), "allowed", errno.EPERM),
    "a thread of its own": ((234, 131), (OWN, 5, 9), "allowed", "allowed"),
    "a thread of another": ((234, 131), (1, 5, 9), "allowed", errno.EPERM),
    "limits of its own": ((302, 261), (0,), "allowed", "allowed"),
    "limits of another": ((302, 261), (OWN - 1,), "allowed", errno.EPERM),
    "open to read": ((257, 56), (-100, 0, 0o2000000), "allowed", "allowed"),
    "open to write": ((257, 56), (-100, 0, 0o1101), "allowed", "allowed"),
    "open to read, and empty": ((257, 56), (-100, 0, 0o1000), "allowed", errno.EPERM),
    "open without a name": ((257, 56), (-100, 0, 0o20000002), "allowed", errno.EOPNOTSUPP),
    "open, the old call, and empty": ((2, None), (0, 0o1000), "allowed", errno.EPERM),
    "fchmod": ((91, 52), (3,), "allowed", 0),
    "fchown": ((93, 55), (3,), "allowed", errno.EPERM),
    "an owner of signals": ((72, 25), (3, 8), "allowed", errno.EPERM),
    "a lock": ((72, 25), (3, 6), "allowed", "allowed"),
    "ioctl: is it a terminal": ((16, 29), (3, 0x5401), "allowed", "allowed"),
    "ioctl: flags of a file": ((16, 29), (3, 0x40086602), "allowed", errno.EPERM),
    "ioctl: typing": ((16, 29), (3, 0x5412), errno.EPERM, errno.EPERM),
    "to outlive its parent": ((157, 167), (1, 0), "allowed", errno.EPERM),
}  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_says_what_it_must_on_both_machines(seccomp, machine):
    for what, (numbers, arguments, inside, alone) in CALLS.items():
        number = numbers[MACHINES.index(machine)]
        if number is not None:
            said = [answer(seccomp.program(machine, own), machine, number, *arguments) for own in (0, OWN)]
            assert said == [inside, alone], what
    other = MACHINES[1 - MACHINES.index(machine)]
    assert answer(seccomp.program(machine), other, 0) == "killed", "calls of another machine"


def test_the_best_tier_is_chosen_and_no_less_than_is_asked_for(monkeypatch):
    def there(*names):
        for tier in tiers.TIERS:
            monkeypatch.setitem(
                tier.__dict__, "why_not", lambda tier=tier: "" if tier.name in names else f"no {tier.name}"
            )

    there("bubblewrap", "landlock", "uid")
    assert tiers.choose() is tiers.BUBBLEWRAP
    there("landlock", "uid")
    assert tiers.choose() is tiers.LANDLOCK
    there("uid")
    assert tiers.choose() is tiers.UID and tiers.choose("none") is tiers.NONE
    with pytest.raises(NotIsolated, match=r"^no bubblewrap; no landlock\. .*--unsafe"):
        tiers.choose("landlock")
    with pytest.raises(ValueError, match="there is bubblewrap, landlock, uid"):
        tiers.choose("chroot")


def test_a_grade_stands_where_its_tier_is_as_good_as_what_is_asked_for():
    assert tiers.holds("bubblewrap", "uid") and tiers.holds("landlock", "landlock") and tiers.holds("none", "none")
    assert not tiers.holds("landlock", "bubblewrap") and not tiers.holds("none", "uid")
    assert not tiers.holds("uid", "none"), "who asks for none does not get what another run made"


def test_the_guide_says_what_each_tier_lacks():
    said = " ".join((ROOT / "docs" / "instructor.md").read_text(encoding="utf-8").split())
    for name, words in tiers.LACKING.items():
        marks = ["yes" if name in tier.lacks else "no" for tier in tiers.TIERS]
        assert f"| {words} | {' | '.join(marks)} |" in said, words


# Landlock, as on a machine without namespaces

landlock = pytest.mark.skipif(bool(tiers.LANDLOCK.why_not()), reason=tiers.LANDLOCK.why_not())


@pytest.fixture(scope="module")
def arena():
    with Arena(tiers.LANDLOCK) as arena:
        yield arena


WALLS = (
    "signals", "other processes by their limits", "files without opening them", "files left for the next student", "privileges",
    "files by their paths", "/proc", "the network", "a disk full of names", "folders in folders",
)  # fmt: skip


@landlock
@pytest.mark.parametrize("name", WALLS)
def test_nothing_comes_of_an_attack_on_the_walls(arena, name):
    assert arena.run(next(attack for attack in all_attacks() if attack.name == name)) == []


@pytest.fixture(scope="module")
def server():
    with ForkServer(limits=LIMITS, tier=tiers.LANDLOCK) as server:
        yield server


def said(session, code: str) -> str:
    return "".join(output.text for output in session.run(code))


@landlock
def test_a_session_has_a_folder_of_its_own_that_goes_with_it(server):
    with server.session() as session:
        assert set(tiers.LANDLOCK.protections) <= set(session.protections)
        place = said(
            session,
            "import os, shutil, tempfile\n"
            "with tempfile.NamedTemporaryFile('w', suffix='.txt') as file: pass\n"
            "open('a.txt', 'w').write('a'); shutil.copy2('a.txt', 'b.txt'); os.mkdir('in'); os.rename('b.txt', 'in/b.txt')\n"
            "assert tempfile.gettempdir() == os.path.expanduser('~') == os.getcwd()\nprint(os.getcwd())",
        ).strip()
        assert Path(place, "in", "b.txt").is_file()
        # of all of /proc TensorFlow aborts without this one; it tells nothing of how the server was started
        assert said(session, "print(open('/proc/self/cmdline').read().rstrip(chr(0)))") == "python\n"
        with server.session() as other:
            assert "PermissionError" in said(other, f"open({place + '/a.txt'!r})")
        session.close()
        deadline = time.monotonic() + 10
        while Path(place).exists() and time.monotonic() < deadline:
            server.still(server._process)
            time.sleep(0.05)
        assert not Path(place).exists()


@landlock
def test_who_fills_the_disk_writes_no_more_and_is_judged_all_the_same(server):
    with server.session() as session:
        code = "total = 0\ntry:\n    for i in range(500):\n        with open(str(i), 'wb') as file: total += file.write(bytes(1 << 20))\nexcept OSError: pass\nprint(total >> 20)"
        assert 3 * LIMITS.scratch_megabytes <= int(said(session, code)) < 400
        assert said(session, "print(6 * 7)") == "42\n"


@landlock
def test_nothing_is_left_when_the_server_is_killed(server):
    with server.session() as session:
        victims, folder = (server._process.pid, session._pid), server._folder.name
        os.kill(victims[0], signal.SIGKILL)
        server._process.wait(10)
        assert _gone(victims)
    server.stop()
    assert not Path(folder).exists()


@landlock
def test_nothing_is_left_when_the_grader_is_killed():
    code = (
        "from grader.sandbox import ForkServer, tiers\n"
        "server = ForkServer(tier=tiers.LANDLOCK); session = server.session()\n"
        "print(server._process.pid, session._pid, flush=True)\n"
        "session.run('while True: pass')"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    victims = [int(word) for word in worker.stdout.readline().split()]
    worker.kill()
    worker.wait()
    assert len(victims) == 2 and _gone(victims)


def _gone(pids) -> bool:
    """Wait for processes to end, and say whether they did."""
    deadline = time.monotonic() + 20
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(_alive, pids))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_folder_is_taken_away_however_deep_it_is_and_not_measured_without_end(tmp_path):
    place = tmp_path / "scratch"
    place.mkdir()
    here = os.open(place, os.O_RDONLY)
    for _ in range(1500):  # deeper than a path can say and than Python recurses
        os.mkdir("x" * 20, dir_fd=here)
        inner = os.open("x" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    (place / "link").symlink_to(tmp_path)
    (place / "closed").mkdir(0o300)
    with pytest.raises(scratch.TooMuch):
        scratch.size([str(place)])
    scratch.remove(str(place))
    assert list(tmp_path.iterdir()) == []


def test_what_is_measured_is_what_lies_there(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(bytes(1 << 20))
    (tmp_path / "sparse").write_bytes(b"")
    os.truncate(tmp_path / "sparse", 1 << 30)
    assert 1 << 20 <= scratch.size([str(tmp_path), str(tmp_path / "gone")]) < 2 << 20


def test_a_user_is_found_where_notebooks_are_told_that_everybody_exists():
    """As in the fork server, in which the stand-ins are made before the first session, and which takes a number that is nobody's."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'grader' / 'sandbox')!r})\n"
        "from child import tiers, session, users\n"
        "session.warm_up()\n"
        "import pwd; pwd.getpwuid(54_321)\n"
        "print(users.claim()[0])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    assert 30_000 <= int(run.stdout) < 60_000


def test_by_users_alone_a_course_that_everybody_can_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(
        tiers.closed, "reaching", lambda path, people: ["everybody"] if path.stat().st_mode & 0o004 else []
    )
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted").chmod(0o755)
    with pytest.raises(NotIsolated, match=r"submitted can be read by every account .* run: chmod -R go="):
        tiers.UID.guard([tmp_path])
    (tmp_path / "submitted").chmod(0o700)
    tiers.UID.guard([tmp_path])

"""nbgrader's exchange: every way that we know of taking or overwriting another's hand-in is refused, the honest ones come through exactly."""

import contextlib
import datetime as dt
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys

import pytest
from nbgrader.utils import notebook_hash
from typer.testing import CliRunner

from grader import catalogue, exchange
from grader.cli import app
from grader.course import Course
from grader.export import rows
from grader.gradebook import open_gradebook
from grader.intake.roster import Roster
from grader.release import course_directory
from tests.conftest import copied

SLUG = "initialization"
ADA, BOB = "games", "news"  # accounts that every Debian has; they stand for two students
NOON = dt.datetime(2026, 10, 5, 12)


@pytest.fixture
def course(released, tmp_path):
    """A course with an exchange in which two students can hand in; only root can give files to others."""
    if os.geteuid() != 0:
        pytest.skip("only root can make files that belong to others")
    course = copied(released(SLUG), tmp_path / "course")
    inbound = tmp_path / "exchange" / catalogue.course().id / "inbound"
    inbound.mkdir(parents=True)
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write(f"\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
    return course


@pytest.fixture
def inbound(course, tmp_path):
    return tmp_path / "exchange" / catalogue.course().id / "inbound"


def hand_in(inbound, student, when=None, text="{}", named=None, note=None, owner=None, random="abcDEF_-1"):
    """Make a folder as `nbgrader submit` does; `named`, `note` and `owner` are what a cheat changes."""
    when = when or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    written = f"{when:%Y-%m-%d %H:%M:%S.%f} UTC"
    folder = inbound / f"{named or student}+{SLUG}+{written}+{random}"
    folder.mkdir()
    (folder / f"{SLUG}.ipynb").write_text(text)
    (folder / "timestamp.txt").write_text(written if note is None else note)
    (folder / "submission_secret.txt").write_text(f"secret of {student} {when}")
    give(folder, owner or student)
    folder.chmod(0o777)
    return folder


def give(path, student):
    entry = pwd.getpwnam(student)
    for place in (path, *path.rglob("*")):
        os.chown(place, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def collect(course):
    return exchange.collect(course, SLUG, Roster([]))


def outcomes(lines):
    return [(line.student, line.outcome) for line in lines]


def taken(course, student):
    return (course.folder("submitted", student, SLUG) / f"{SLUG}.ipynb").read_text()


def modes(folder):
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


def test_honest_hand_ins_come_through_exactly_and_are_the_owner_s_alone(course, inbound):
    hand_in(inbound, ADA, NOON, "old")
    newest = hand_in(inbound, ADA, text="ada's")
    (newest / "images").mkdir()
    (newest / "images" / "plot.png").write_bytes(b"\x89PNG")
    (newest / ".ipynb_checkpoints").mkdir()
    (newest / ".ipynb_checkpoints" / "x.ipynb").write_text("left out")
    give(newest, ADA)
    hand_in(inbound, BOB, text="bob's")
    lines = collect(course)
    assert outcomes(lines) == [(ADA, "new"), (BOB, "new")] and not any(line.why for line in lines)
    folder = course.folder("submitted", ADA, SLUG)
    assert taken(course, ADA) == "ada's" and taken(course, BOB) == "bob's"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) == [
        "images",
        "images/plot.png",
        f"{SLUG}.ipynb",
        "submission_secret.txt",
        "timestamp.txt",
    ]
    assert (folder / "timestamp.txt").read_text() == (newest / "timestamp.txt").read_text()
    assert modes(course.root / "submitted") == {(True, 0o700), (False, 0o600)}
    before = folder.stat().st_mtime_ns
    assert outcomes(collect(course)) == [(ADA, "unchanged"), (BOB, "unchanged")]  # a second run changes nothing
    assert folder.stat().st_mtime_ns == before


def test_a_newer_hand_in_replaces_the_older_one_which_is_kept(course, inbound):
    hand_in(inbound, ADA, NOON, "first")
    collect(course)
    hand_in(inbound, ADA, text="second")
    assert outcomes(collect(course)) == [(ADA, "updated")] and taken(course, ADA) == "second"
    (kept,) = (course.private / "replaced" / ADA).glob(f"{SLUG}-*/{SLUG}.ipynb")
    assert kept.read_text() == "first"


def linked_notebook(folder, victim):
    (folder / f"{SLUG}.ipynb").unlink()
    (folder / f"{SLUG}.ipynb").symlink_to(victim / f"{SLUG}.ipynb")


def dangling_link(folder, victim):
    (folder / "later").symlink_to("/nowhere/yet")


def link_to_answers(folder, victim):
    (folder / "answers.txt").symlink_to(exchange.Path(exchange.__file__).parent.parent / "solutions" / f"{SLUG}.py")


def linked_folder_inside(folder, victim):
    (folder / "all").symlink_to(victim)


def link_deep_inside(folder, victim):
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "c.txt").symlink_to(victim / f"{SLUG}.ipynb")


def linked_timestamp(folder, victim):
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").symlink_to(victim / "timestamp.txt")


def linked_whole(folder, victim):
    shutil.rmtree(folder)
    folder.symlink_to(victim)


def hard_link(folder, victim):
    (folder / f"{SLUG}.ipynb").unlink()
    os.link(victim / f"{SLUG}.ipynb", folder / f"{SLUG}.ipynb")


def pipe(folder, victim):
    (folder / f"{SLUG}.ipynb").unlink()
    os.mkfifo(folder / f"{SLUG}.ipynb")


def socket(folder, victim):
    import socket as sockets

    with contextlib.chdir(folder), sockets.socket(sockets.AF_UNIX) as own:
        own.bind("s")


def a_file_instead(folder, victim):
    shutil.rmtree(folder)
    folder.write_text("x")


def too_much(folder, victim):
    with open(folder / "sparse", "wb") as file:
        file.truncate(1 << 40)


def too_many(folder, victim):
    for number in range(exchange.MAX_FILES + 1):
        (folder / str(number)).touch()


def too_deep(folder, victim):
    (folder / "/".join("a" * (exchange.MAX_DEPTH + 1))).mkdir(parents=True)


TRICKS = [
    linked_notebook,
    dangling_link,
    link_to_answers,
    linked_folder_inside,
    link_deep_inside,
    linked_timestamp,
    linked_whole,
    hard_link,
    pipe,
    socket,
    a_file_instead,
    too_much,
    too_many,
    too_deep,
]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_a_trick_is_refused_before_the_newest_is_chosen(course, inbound, trick):
    victim = hand_in(inbound, ADA, text="ada's")
    hand_in(inbound, BOB, NOON, "bob's own", random="honest")
    folder = hand_in(inbound, BOB, text="trick", random="trick")
    trick(folder, victim)
    for place in (folder, *(folder.rglob("*") if folder.is_dir() and not folder.is_symlink() else ())):
        if trick is not hard_link or place.is_dir() or place.stat().st_nlink == 1:
            entry = pwd.getpwnam(BOB)
            os.chown(place, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    lines = collect(course)
    refused = [line for line in lines if line.outcome == "refused"]
    assert [line.file for line in refused] == [folder.name] and refused[0].why
    assert taken(course, ADA) == "ada's" and taken(course, BOB) == "bob's own"
    assert not [path for path in (course.root / "submitted").rglob("*") if path.is_symlink()]


@pytest.mark.parametrize("name", [ADA, "root", "..", ".", ".instructor", "nobody-here"])
def test_a_folder_named_after_another_replaces_nothing(course, inbound, name):
    hand_in(inbound, ADA, NOON, "ada's")
    collect(course)
    folder = hand_in(inbound, BOB, text="bob's", named=name, owner=BOB)
    lines = [line for line in collect(course) if line.outcome == "refused"]
    assert [line.file for line in lines] == [folder.name]
    assert taken(course, ADA) == "ada's"
    assert sorted(path.name for path in (course.root / "submitted").iterdir()) == [ADA]


def test_a_file_that_belongs_to_another_is_refused(course, inbound):
    folder = hand_in(inbound, BOB)
    os.chown(folder / f"{SLUG}.ipynb", pwd.getpwnam(ADA).pw_uid, -1)
    ((_, outcome),) = outcomes(collect(course))
    assert outcome == "refused" and not course.folder("submitted", BOB, SLUG).exists()


def test_what_is_exchanged_between_looking_and_taking_is_refused(course, inbound, monkeypatch):
    victim = hand_in(inbound, ADA, text="ada's")
    hand_in(inbound, BOB, NOON, "bob's own", random="honest")
    folder = hand_in(inbound, BOB, text="trick", random="trick")
    look = exchange.Collect._by_student

    def looked(self):
        found = look(self)
        linked_notebook(folder, victim)
        return found

    monkeypatch.setattr(exchange.Collect, "_by_student", looked)
    assert (BOB, "refused") in outcomes(collect(course)) and taken(course, BOB) == "bob's own"


def test_a_file_exchanged_while_it_is_opened_is_not_followed(course, inbound, monkeypatch):
    """The descriptor decides, not the name: what was a file when it was looked at is a link when it is opened."""
    victim = hand_in(inbound, ADA, text="ada's")
    folder = hand_in(inbound, BOB, text="trick")
    left_out = exchange.Collect._left_out

    def exchanged(self, path, status):
        if status.st_uid == pwd.getpwnam(BOB).pw_uid and path.name == f"{SLUG}.ipynb":
            linked_notebook(folder, victim)
        return left_out(self, path, status)

    monkeypatch.setattr(exchange.Collect, "_left_out", exchanged)
    assert (BOB, "refused") in outcomes(collect(course))
    assert not course.folder("submitted", BOB, SLUG).exists()


def test_a_file_that_grows_while_it_is_read_is_refused(course, inbound, monkeypatch):
    folder = hand_in(inbound, BOB)
    same = exchange.Collect._same

    def grown(self, opened, seen, path):
        same(self, opened, seen, path)
        if path.name == f"{SLUG}.ipynb":
            with open(folder / path, "a") as file:
                file.write("more")

    monkeypatch.setattr(exchange.Collect, "_same", grown)
    assert outcomes(collect(course)) == [(BOB, "refused")]


@pytest.mark.parametrize("name", ["inbound", "feedback"])
def test_doctor_fails_where_everybody_can_list_an_exchange(course, inbound, name):
    from grader import doctor

    assert not doctor._exchange(Course.at(course.root.parent / "another"))  # no exchange, nothing to say
    inbound.chmod(0o1733)
    (inbound.parent / "feedback").mkdir(mode=0o711)
    assert [finding.good for finding in doctor._exchange(course)] == [True]
    (inbound.parent / name).chmod(0o755)
    (found,) = doctor._exchange(course)
    assert not found.good and found.needed
    subprocess.run(["sh", "-c", found.words.partition("run: ")[2]], check=True)
    assert [finding.good for finding in doctor._exchange(course)] == [True]


@pytest.mark.parametrize("claimed", ["name", "note"])
def test_a_backdated_hand_in_is_told(course, inbound, claimed):
    if claimed == "name":
        hand_in(inbound, BOB, NOON)
        words = "handed in at 2026-10-05 12:00 UTC"
    else:
        hand_in(inbound, BOB, note="2026-10-05 12:00:00 UTC")
        words = "the later one counts"
    (line,) = collect(course)
    assert line.outcome == "new" and words in line.why
    assert ("backdated" in line.why) is (claimed == "name")
    stamp = (course.folder("submitted", BOB, SLUG) / "timestamp.txt").read_text()
    assert stamp.startswith("2026-10-05") is (claimed == "name")


def test_work_changed_after_it_was_handed_in_is_told(course, inbound):
    folder = hand_in(inbound, BOB, dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(hours=1))
    os.utime(folder / f"{SLUG}.ipynb", (0, 0))  # a file's own time can be set; the one of its change cannot
    os.utime(folder, (0, 0))
    (line,) = collect(course)
    assert "backdated" in line.why


def test_no_time_in_the_name_and_other_names_that_nbgrader_does_not_give(course, inbound):
    for name in (f"{BOB}+{SLUG}+whenever+x", f"{BOB}+{SLUG}+2026-13-45 99:00:00 UTC+x"):
        (inbound / name).mkdir()
    (inbound / f"{BOB}+optimization+2026-10-05 12:00:00 UTC+x").mkdir()
    (inbound / "readme.txt").touch()
    assert outcomes(collect(course)) == [(BOB, "refused")] * 2


def test_users_without_accounts_are_known_by_their_containers_user_id(course, inbound):
    folder = hand_in(inbound, BOB, named="zoe@uni.example", owner=BOB)
    for place in (folder, *folder.rglob("*")):
        os.chown(place, exchange.uid_of_name("zoe@uni.example"), -1)
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write('c.Collect.uid_of = "grader.exchange.uid_of_name"\n')
    hand_in(inbound, BOB, named="yan@uni.example", owner=BOB)
    assert sorted(outcomes(collect(course))) == [("yan@uni.example", "refused"), ("zoe@uni.example", "new")]


@contextlib.contextmanager
def nbgrader(course, *arguments):
    environment = {**os.environ, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course.root, env=environment, capture_output=True, text=True
    )
    yield run


def test_nbgrader_s_own_commands_are_as_safe(course, inbound):
    """The same classes through nbgrader's command line: collect, and the feedback of a hand-in without a secret."""
    victim = hand_in(inbound, ADA, NOON, "ada's")
    linked_notebook(hand_in(inbound, BOB), victim)
    hand_in(inbound, BOB, text="bob's", named=ADA)
    with nbgrader(course, "collect", SLUG) as run:
        assert run.returncode == 0, run.stderr
    assert run.stderr.count("refused: ") == 2 and f"belongs to {BOB}" in run.stderr and "is a link" in run.stderr
    assert taken(course, ADA) == "ada's" and not course.folder("submitted", BOB, SLUG).exists()


def pages(course, *students):
    """Lay out feedback as nbgrader does: the page and what came with the hand-in."""
    for student in students:
        folder = course.folder("feedback", student, SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.html").write_text(f"page of {student}")
        (folder / "timestamp.txt").write_text("2026-10-05 12:00:00 UTC")
        (folder / "submission_secret.txt").write_text(f"secret of {student}")


def delivered(tmp_path, student):
    name = notebook_hash(secret=f"secret of {student}", notebook_id=SLUG)
    return tmp_path / "exchange" / catalogue.course().id / "feedback" / f"{name}.html"


@pytest.mark.parametrize("what", ["missing", "empty", "binary", "huge", "a link", "another's", "a page that is a link"])
def test_feedback_that_cannot_be_delivered_is_named_and_the_others_get_theirs(course, inbound, tmp_path, what):
    pages(course, ADA, BOB, "zoe")
    secret = course.folder("feedback", BOB, SLUG) / "submission_secret.txt"
    page = course.folder("feedback", BOB, SLUG) / f"{SLUG}.html"
    if what == "a page that is a link":
        page.unlink()
        page.symlink_to(course.root / "gradebook.db")
    else:
        secret.unlink()
    if what == "a link":
        secret.symlink_to(course.folder("feedback", "zoe", SLUG) / "submission_secret.txt")
    elif what not in ("missing", "a page that is a link"):
        content = {"empty": b"", "binary": b"\xff\x00", "huge": b"x" * 10**6, "another's": f"secret of {ADA}".encode()}
        secret.write_bytes(content[what])
    given, not_given = exchange.release_feedback(course, SLUG)
    assert given == [ADA, "zoe"] and [student for student, _ in not_given] == [BOB]
    for student in (ADA, "zoe"):
        assert delivered(tmp_path, student).read_text() == f"page of {student}"
        assert stat.S_IMODE(delivered(tmp_path, student).stat().st_mode) == 0o644
    assert len(list(delivered(tmp_path, ADA).parent.iterdir())) == 2


def test_a_hand_in_without_a_time_still_gets_its_feedback(course, inbound, tmp_path):
    pages(course, ADA)
    (course.folder("feedback", ADA, SLUG) / "timestamp.txt").unlink()
    assert exchange.release_feedback(course, SLUG) == ([ADA], [])
    with nbgrader(course, "release_feedback", SLUG) as run:
        assert run.returncode == 0 and f"the hand-in of {ADA} has no timestamp.txt" in run.stderr, run.stderr


def command(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})


def test_the_command_names_refused_ones_and_who_is_missing(course, inbound):
    roster = course.root / "class.csv"
    roster.write_text(f"id,first_name,last_name,email\n{ADA},Ada,Lovelace,a@x\nzoe,Zoë,Ng,z@x\n")
    hand_in(inbound, ADA)
    hand_in(inbound, BOB, named="zoe")
    options = ("--course", str(course.root), "-a", SLUG)
    result = command("collect", "--exchange", *options, "--roster", str(roster))
    assert result.exit_code == 1, result.output
    assert f"belongs to {BOB}" in " ".join(result.output.split())
    assert "nothing from 1 of the roster: zoe" in result.output
    with open_gradebook(course) as gradebook:
        assert {(s.id, s.first_name, s.last_name) for s in gradebook.students} == {
            (ADA, "Ada", "Lovelace"),
            ("zoe", "Zoë", "Ng"),
        }
    states = {row.student: row.state for row in rows(course, [SLUG])}
    assert states == {ADA: "handed in, not graded yet", "zoe": "missing"}
    assert command("collect", *options).exit_code == 2
    assert command("collect", "--exchange", str(inbound), *options).exit_code == 2


def test_a_course_without_an_exchange_is_told_what_to_do(released, tmp_path):
    course = copied(released(SLUG), tmp_path / "course")
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write(f"\nc.Exchange.root = {str(tmp_path)!r}\n")
    result = command("collect", "--exchange", "-a", SLUG, "--course", str(course.root))
    assert result.exit_code == 2 and "run: nbgrader release_assignment" in result.stderr


def test_an_exchange_class_that_is_not_ours_is_not_used(course, inbound):
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write('c.ExchangeFactory.collect = "nbgrader.exchange.default.ExchangeCollect"\n')
    result = command("collect", "--exchange", "-a", SLUG, "--course", str(course.root))
    assert result.exit_code == 2 and "which is not safe" in result.stderr


def test_every_name_is_graded_or_listed(course, inbound, isolation):
    """Names of users that a folder of ours may not bear are listed, by grade, in grades.csv and in the report."""
    from grader.report import build

    text = json.dumps(json.loads(course.released(SLUG).read_text()))
    os.makedirs(os.fsencode(course.root) + b"/submitted/\xff\n/" + SLUG.encode())  # a name in no encoding
    for name in ("_eve", "o'brien", "müller", "a b"):
        folder = course.folder("submitted", name, SLUG)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(text)
    result = command("grade", SLUG, "--course", str(course.root), "--workers", "1")
    assert result.exit_code == 1 and "graded 1 of 1" in result.output, result.output
    for name in ("o'brien", "müller", "a b"):
        assert f"{name} {SLUG}: " in result.output
    assert command("export", SLUG, "--course", str(course.root)).exit_code == 0
    table = (course.root / "grades.csv").read_text()
    page = build(course, [SLUG], course.root / "report").read_text()
    for name, shown in (("o'brien", "o&#39;brien"), ("müller", "müller"), ("a b", "a b")):
        assert f'{name},{SLUG},,100,0,0,"cannot be graded' in table
        assert shown in page
    assert "_eve," in table and "_eve,,," not in table
    assert stat.S_IMODE((course.root / "grades.csv").stat().st_mode) == 0o600
    shutil.rmtree(course.root / "submitted" / "_eve")
    assert command("grade", SLUG, "--course", str(course.root)).exit_code == 1  # nothing but such names


def test_course_directory_names_our_classes(released):
    _, config = course_directory(Course.at(released(SLUG).root), SLUG)
    assert config.ExchangeFactory.collect == "grader.exchange.Collect"
    assert config.ExchangeFactory.release_feedback == "grader.exchange.ReleaseFeedback"

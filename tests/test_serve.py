"""The hand-in service: what docs/instructor.md promises of it, over real HTTP on loopback; `benchmarks.serve` is the load test of 300."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import csv
import datetime as dt
import io
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import zipfile

import pytest

from benchmarks.serve import HOSTILE, hand_in, notebooks
from grader import catalogue, grading, stubs
from grader.course import CourseError
from grader.executors import LocalPool
from grader.grading import Log
from tests.conftest import ROOT, copied

SLUG = "initialization"
HAND_IN = f"/hand-ins/{SLUG}"
JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html"}
PROMISES = ROOT / "docs" / "instructor.md"

for _name in ("starlette", "uvicorn", "python_multipart"):
    pytest.importorskip(_name) if "CI" not in os.environ else __import__(_name)

import httpx  # noqa: E402

from grader.serve import engine as engines  # noqa: E402
from grader.serve import web  # noqa: E402
from grader.serve.inbox import Inbox, Refused  # noqa: E402
from grader.serve.server import service  # noqa: E402
from grader.serve.tokens import Tokens, issue  # noqa: E402


@pytest.fixture
def course(released, tmp_path):
    """A course in which initialization was released, and nobody has handed in."""
    return copied(released(SLUG), tmp_path / "course")


@pytest.fixture(scope="module")
def right(released):
    """The notebook with every answer right."""
    return json.dumps(stubs.solved(json.loads(released(SLUG).released(SLUG).read_text()), SLUG)).encode()


@pytest.fixture(scope="module")
def wrong(released):
    """The notebook with one answer that is a known mistake."""
    notebook = json.loads(released(SLUG).released(SLUG).read_text())
    answers = {name: whole for name, (whole, _) in stubs.solution_functions(SLUG).items()}
    name = "initialize_parameters_he"
    answers[name] = stubs.source_as(catalogue.exercise(SLUG, name).mistakes[0].function, name)
    return json.dumps(stubs.fill(notebook, answers)).encode()


class Kept(LocalPool):
    """A pool that outlives a service, so that the tests start their workers once."""

    def kill(self) -> None:
        pass


@pytest.fixture(scope="module")
def pool():
    """Two workers."""
    pool = Kept(2)
    yield pool
    pool.close()


class Idle(LocalPool):
    """A pool that is never used: nothing gets an answer, as while all workers are busy."""

    def warm_up(self, *_) -> None:
        pass

    def executor(self):
        raise CourseError("nobody works here.")


def with_(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


@contextlib.contextmanager
def running(course, pool, verdicts="hidden", tries=10, limit=8 << 20, students=("ada", "ben")):
    """Give a client of a service that runs in this process, the students' tokens and the engine."""
    tokens = Tokens(course)
    made = tokens.make(students, renew=True)
    tokens.keep(made)
    with service(course, [SLUG], pool, verdicts, tries, limit) as (server, engine), listening(server) as url:
        with httpx.Client(base_url=url, timeout=60) as client:
            yield client, made, engine


@contextlib.contextmanager
def listening(server):
    """Let a server take requests in a thread, and give its address."""
    server.config.port = 0
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def answered(client, token, seconds=60):
    """Return what became of a hand-in, as JSON."""
    end = time.monotonic() + seconds
    while (said := client.get(f"{HAND_IN}?wait=20", headers=with_(token, **JSON)).json())["state"] == "waiting":
        assert time.monotonic() < end, said
    return said


def test_what_the_guide_promises_has_a_test_here():
    guide = " ".join(PROMISES.read_text(encoding="utf-8").split())
    for promise in (
        "Nothing is lost.",
        "Nobody hands in for another.",
        "The last hand-in counts.",
        "Nothing bad replaces a good hand-in.",
        "Nobody fills the service.",
        "A hostile notebook harms nobody.",
        "The grade is the same.",
        "Visible verdicts tell nothing of the hidden cases.",
    ):
        assert promise in guide


# with the engine at work


def test_a_hand_in_by_a_program_and_by_a_browser_is_graded_as_the_commands_grade_it(
    course, right, wrong, pool, isolation
):
    with running(course, pool, "hidden") as (client, tokens, engine):
        _by_a_program(course, client, tokens["ada"], wrong)
        _by_a_browser(client, tokens["ben"], right)
        assert engine.line.waiting == engine.line.under_way == {}
    entries = Log(course).entries()
    plan = grading.plan(course, [SLUG])
    assert plan.todo == [] and len(plan.done) == 2, "to the grade command all is done"
    again = {e.student: e for e in grading.grade(course, grading.plan(course, [SLUG], force=True), pool)}
    for student, entry in again.items():
        before = entries[student, SLUG]
        assert (before.score, before.scores, before.mistakes) == (entry.score, entry.scores, entry.mistakes)


def _by_a_program(course, client, token, wrong):
    taken = client.put(HAND_IN, content=wrong, headers=with_(token, **JSON))
    assert taken.status_code == 202 and taken.json()["state"] in ("waiting", "graded")
    path = course.folder("submitted", "ada", SLUG) / f"{SLUG}.ipynb"
    assert path.read_bytes() == wrong, "it is there before the answer is"
    said = answered(client, token)
    assert said["state"] == "graded" and 0 < said["score"] < said["points"] == 100
    assert said["exercises"]["initialize_parameters_he"] < 20
    page = client.get(HAND_IN, headers=with_(token))
    assert "Feedback for <code>ada</code>" in page.text and page.headers["content-type"].startswith("text/html")
    assert "sandbox" in page.headers["content-security-policy"]
    assert client.put(HAND_IN, content=wrong, headers=with_(token, **JSON)).json()["state"] == "graded"
    assert client.get("/", headers=with_(token, **JSON)).json()["tries_left"] == 9, "the same once more is no try"


def _by_a_browser(client, token, right):
    browser = httpx.Client(base_url=client.base_url, headers=PAGE, follow_redirects=True, timeout=60)
    assert 'type="password"' in browser.get("/").text
    refused = browser.post("/sign-in", data={"token": "no token"})
    assert refused.status_code == 401 and "not known here" in refused.text
    start = browser.post("/sign-in", data={"token": f" {token.upper()} "})
    assert "You are <code>ben</code>" in start.text and "Nothing was handed in here yet" in start.text
    assert "10 more times" in start.text
    page = browser.post(HAND_IN, files={"notebook": ("my work.ipynb", right)})
    while "waits" in page.text and "Look again" in page.text:
        page = browser.get(f"{HAND_IN}?wait=20")
    assert "Feedback for <code>ben</code>" in page.text and "<strong>100</strong> of 100 points" in page.text
    assert "graded, 100 of 100 points" in browser.get("/").text
    assert 'type="password"' in browser.post("/sign-out").text
    assert browser.get(HAND_IN).status_code == 401
    browser.close()


def test_twenty_students_every_tenth_hostile_and_a_killed_service_lose_nothing(
    released, tmp_path, pool, isolation, capsys
):
    """Two lives: the first one is killed as soon as it has taken half of the uploads, the second one answers all."""
    course = copied(released(SLUG), tmp_path / "course")
    sent = notebooks(json.loads(course.released(SLUG).read_text()), SLUG, 20)
    sent["s019"] = ("100 MB of output", _hostile(course, "100 MB of output"))
    sent["s018"] = ("a crash", _hostile(course, "a crash"))
    tokens = Tokens(course)
    made = tokens.make(sent)
    tokens.keep(made)
    command = [sys.executable, "-m", "grader", "serve", SLUG, "--course", str(course.root), "--verdicts", "hidden"]
    command += ["--workers", "1"]
    first = subprocess.Popen(
        [*command, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    url = re.search(r"http://[\d.:]+", first.stdout.readline())[0]
    early = list(sent)[:10]
    with httpx.Client(base_url=url, timeout=60) as client:
        for student in early:
            assert client.put(HAND_IN, content=sent[student][1], headers=with_(made[student])).status_code == 202
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    done = len(Log(course).entries())
    assert done < len(early), "it was killed too late to prove anything"
    with (
        service(course, [SLUG], pool, "hidden", 10, 8 << 20) as (server, _),
        listening(server) as url,
    ):
        waits = asyncio.run(hand_in(url, SLUG, made, sent, 2.0))
    with capsys.disabled():
        slowest = max(waits, key=lambda wait: wait.seconds)
        print(f"\n20 uploads, slowest answer {slowest.seconds:.1f} s ({slowest.hostile or 'honest'})")
    assert {wait.student: wait.state for wait in waits} == dict.fromkeys(sent, "graded")
    lines = [json.loads(line) for line in Log(course).path.read_text().splitlines()]
    assert collections.Counter(line["student"] for line in lines) == dict.fromkeys(sent, 1), "each is graded once"
    for student, (hostile, raw) in sent.items():
        assert (course.folder("submitted", student, SLUG) / f"{SLUG}.ipynb").read_bytes() == raw
        if hostile:
            (line,) = [line for line in lines if line["student"] == student]
            assert line["score"] == 100, "what is hostile costs its author's answers nothing, and nobody else's"


def _hostile(course, kind):
    notebook = stubs.solved(json.loads(course.released(SLUG).read_text()), SLUG)
    notebook["cells"].insert(2, {"cell_type": "code", "metadata": {}, "source": HOSTILE[kind], "outputs": []})
    return json.dumps(notebook).encode()


SLIP = """def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 3))
    return parameters
"""


def test_visible_verdicts_say_what_a_student_s_own_checks_say_and_make_no_grade(course, right, wrong, pool, isolation):
    slipped = json.dumps(stubs.fill(json.loads(wrong), {"initialize_parameters_zeros": SLIP})).encode()
    with running(course, pool, "visible") as (client, tokens, engine):
        for student, raw in (("ada", slipped), ("ben", right)):
            client.put(HAND_IN, content=raw, headers=with_(tokens[student]))
        said = {student: answered(client, tokens[student]) for student in tokens}
        page = client.get(HAND_IN, headers=with_(tokens["ada"], **PAGE)).text
        full = client.get(HAND_IN, headers=with_(tokens["ben"], **PAGE)).text
        assert "checked" in client.get("/", headers=with_(tokens["ben"], **PAGE)).text
    failing = [name for name, holds in said["ada"]["exercises"].items() if not holds]
    assert said["ada"]["state"] == "checked" and failing == ["initialize_parameters_zeros", "initialize_parameters_he"]
    assert all(said["ben"]["exercises"].values()) and "score" not in said["ben"]
    assert (
        "5 of 7 exercises hold" in page and "What this looks like" in page and "The grade rests on other cases" in page
    )
    assert page.count('class="assay-place') == 1 and "In line 5: a small change there" in page
    assert "7 of 7 exercises hold" in full and "not yet" not in full
    assert not Log(course).path.exists() and not (course.root / "autograded").exists()
    assert len(grading.plan(course, [SLUG]).todo) == 2, "grade makes the grades, when the instructor wants them"


# with nobody at work


def test_a_token_is_a_student_s_own_and_stands_nowhere_in_clear(course, tmp_path):
    path = tmp_path / "tokens.csv"
    roster = tmp_path / "class.csv"
    roster.write_text("id,first_name,last_name,email\nada,Ada,=1+1,ada@example.org\nben,Ben,Bo,ben@example.org\n")
    assert issue(course, [], [roster], renew=False, path=path) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(path.read_text()))}
    assert rows["ada"]["last_name"] == "'=1+1" and rows["ben"]["email"] == "ben@example.org"
    tokens = Tokens(course)
    for student, row in rows.items():
        assert tokens.student(row["token"]) == student
        assert all(row["token"] not in file.read_text() for file in course.private.glob("*.json"))
    with pytest.raises(CourseError, match="is there already, and tokens stand nowhere else"):
        issue(course, [], [], renew=False, path=path)
    assert issue(course, [], [], renew=False, path=tmp_path / "none.csv") == 0
    assert issue(course, ["ada"], [], renew=True, path=tmp_path / "new.csv") == 1
    assert tokens.student(rows["ada"]["token"]) is None, "the old one ends, also where the service runs already"
    assert tokens.student(rows["ben"]["token"]) == "ben"
    with pytest.raises(CourseError, match="'../eve' cannot be a student's id"):
        issue(course, ["../eve"], [], renew=False, path=tmp_path / "eve.csv")


def test_nobody_hands_in_or_reads_for_another(course, right):
    with running(course, Idle(1)) as (client, tokens, _):
        assert client.put(HAND_IN, content=right, headers=with_(tokens["ada"])).status_code == 202
        for headers in ({}, with_("wrong"), {"Cookie": "token=wrong"}, {"Authorization": tokens["ada"]}):
            for method in ("PUT", "POST", "GET"):
                assert client.request(method, HAND_IN, headers=headers).status_code == 401
        assert client.get(HAND_IN, headers=with_(tokens["ben"])).status_code == 404, "ben sees nothing of ada's"
        cookie = {"Cookie": f"token={tokens['ada']}"}
        assert client.get(HAND_IN, headers=cookie).status_code == 202
        for place in (HAND_IN, "/sign-in", "/sign-out"):
            foreign = client.post(place, content=b"", headers={**cookie, "Sec-Fetch-Site": "cross-site"})
            assert foreign.status_code == 403 and "another site's page" in foreign.text
        made = client.post("/sign-in", data={"token": tokens["ben"]}, headers={"X-Forwarded-Proto": "https"})
        for word in ("HttpOnly", "SameSite=strict", "Secure"):
            assert word in made.headers["set-cookie"]
    assert not course.folder("submitted", "ben", SLUG).exists()


def test_what_is_no_notebook_of_the_assignment_is_told_and_replaces_nothing(course, right):
    other = right
    for name in catalogue.exercises(SLUG):
        other = other.replace(name.encode(), f"other_{name}".encode())
    (course.root / "release" / "optimization").mkdir()
    course.released("optimization").write_bytes(other)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("work/initialization.ipynb", right)
        archive.writestr("work/notes.txt", "mine")
    path = course.folder("submitted", "ada", SLUG) / f"{SLUG}.ipynb"
    refusals = {
        "it is not valid JSON at line": right[:5000],
        "the file is empty": b"",
        "it is a web page, not a notebook": b"<html></html>",
        "it is the notebook of optimization": other,
        "the zip is damaged": b"PK\x03\x04 and no more",
    }
    with running(course, Idle(1), tries=2) as (client, tokens, _):
        token = tokens["ada"]
        assert client.put(HAND_IN, content=packed.getvalue(), headers=with_(token)).status_code == 202
        assert path.read_bytes() == right
        for words, raw in refusals.items():
            said = client.put(HAND_IN, content=raw, headers=with_(token, **JSON))
            assert said.status_code == 422 and words in said.json()["error"], said.text
            assert said.json()["error"].endswith("What you handed in before stays.")
        form = client.post(HAND_IN, files={"notebook": ("report.pdf", b"%PDF-1.7")}, headers=with_(token, **PAGE))
        assert form.status_code == 422 and "report.pdf was not taken: not a notebook" in form.text
        none = client.post(HAND_IN, data={"notebook": ""}, files={}, headers=with_(token))
        assert none.status_code == 422
        hidden = client.post(HAND_IN, files={"a": ("../../<b>\n.ipynb", b"{")}, headers=with_(token, **PAGE))
        assert hidden.status_code == 422 and "<b>" not in hidden.text and "../.." not in hidden.text
        assert path.read_bytes() == right, "the good one stays"
        assert client.get("/", headers=with_(token, **JSON)).json()["tries_left"] == 1, "what is refused is no try"
        assert client.put("/hand-ins/nothing", content=right, headers=with_(token)).status_code == 404
        assert client.get("/nowhere", headers=JSON).json() == {"error": "There is no such page."}


def test_an_hour_has_so_many_tries_also_after_a_restart(course, right):
    now = dt.datetime(2030, 10, 5, 12, tzinfo=dt.UTC)
    inbox = Inbox(course, 2, lambda: now)
    for number in range(2):
        inbox.take("ada", SLUG, "a.ipynb", right + b" " * number)
        now += dt.timedelta(minutes=10)
    for again in (inbox, Inbox(course, 2, lambda: now)):
        with pytest.raises(Refused, match="You handed in 2 times within an hour.* free in 40 minutes") as refused:
            again.take("ada", SLUG, "a.ipynb", right + b"  ")
        assert refused.value.status == 429 and refused.value.wait == 2400
        assert again.take("ben", SLUG, "b.ipynb", right)
    now += dt.timedelta(minutes=41)
    again.take("ada", SLUG, "a.ipynb", right + b"  ")
    with pytest.raises(Refused):
        again.take("ada", SLUG, "a.ipynb", right + b"   ")
    assert (course.folder("submitted", "ada", SLUG) / "timestamp.txt").read_text() == "2030-10-05 13:01:00 UTC\n"
    with open(inbox.path, "a") as file:
        file.write('{"student": "dia", "assi')  # cut off by a crash: nobody was told that it was taken
    Inbox(course, 2).take("eli", SLUG, "e.ipynb", right)
    assert {student for student, _ in Inbox(course, 2).newest} == {"ada", "ben", "eli"}
    with running(course, Idle(1), tries=1, students=("cem",)) as (client, tokens, _):
        client.put(HAND_IN, content=right, headers=with_(tokens["cem"]))
        said = client.put(HAND_IN, content=right + b" ", headers=with_(tokens["cem"]))
        assert said.status_code == 429 and 0 < int(said.headers["retry-after"]) <= 3600


def test_what_is_too_large_or_too_slow_is_told_before_it_is_read(course, monkeypatch):
    monkeypatch.setattr(web, "LONGEST_UPLOAD", 0.3)

    def pieces(number, pause=0.0):
        for _ in range(number):
            time.sleep(pause)
            yield b" " * 100_000

    with running(course, Idle(1), limit=1 << 20) as (client, tokens, _):
        said = client.put(HAND_IN, content=b" " * (2 << 20), headers=with_(tokens["ada"]))
        assert said.status_code == 413 and "more than the 1 MB" in said.text
        said = client.put(HAND_IN, content=pieces(20), headers=with_(tokens["ada"]))
        assert said.status_code == 413, "also where its length is not said before"
        form = client.post(HAND_IN, files={"a": ("a.ipynb", b" " * (2 << 20))}, headers=with_(tokens["ada"], **PAGE))
        assert form.status_code == 413 and "Clear the notebook's outputs" in " ".join(form.text.split()).replace(
            "&#39;", "'"
        )
        said = client.put(HAND_IN, content=pieces(5, 0.2), headers=with_(tokens["ada"]))
        assert said.status_code == 408
        token = client.post("/sign-in", data={"token": "x" * 10_000})
        assert token.status_code == 413
        with socket.create_connection((client.base_url.host, client.base_url.port), 20) as line:
            line.sendall(f"PUT {HAND_IN} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 401"), "without a token nothing is waited for"


def test_only_one_notebook_of_a_student_comes_in_at_a_time(course, right, monkeypatch):
    begun, go, received = threading.Event(), threading.Event(), web.Service._received

    @contextlib.asynccontextmanager
    async def told(self, request, assignment):
        begun.set()
        async with received(self, request, assignment) as found:
            yield found

    def slowly():
        yield right[:100]
        go.wait(60)
        yield right[100:]

    monkeypatch.setattr(web.Service, "_received", told)
    with running(course, Idle(1)) as (client, tokens, _):
        sending = {"content": slowly(), "headers": with_(tokens["ada"])}
        first = threading.Thread(target=client.put, args=(HAND_IN,), kwargs=sending)
        first.start()
        assert begun.wait(60)
        said = client.put(HAND_IN, content=right, headers=with_(tokens["ada"]))
        assert said.status_code == 429 and "Another notebook of yours is coming in" in said.text
        assert client.put(HAND_IN, content=right, headers=with_(tokens["ben"])).status_code == 202
        go.set()
        first.join()
        assert client.get(HAND_IN, headers=with_(tokens["ada"])).status_code == 202


def test_the_last_hand_in_has_the_last_word(course, right):
    inbox = Inbox(course, 10)
    line = engines.Line()
    first, other = (inbox.take(student, SLUG, "a.ipynb", right) for student in ("ada", "ben"))
    line.add(first), line.add(other)
    assert line.before(other.key) == 1 and line.take() == first
    second = inbox.take("ada", SLUG, "a.ipynb", right + b" ")
    line.add(first), line.add(second)
    assert line.take() == other and line.take() is None, "the second waits until the first is done"
    assert line.done(first.key) == first and line.take() == second
    line.back(suspected=True)
    assert line.take() in (second, other) and line.take() is None, "after a defect one goes at a time"


def test_a_later_collect_of_an_older_download_leaves_an_upload_alone(course, right, wrong, tmp_path):
    from grader.intake.collect import collect
    from grader.intake.roster import Roster

    download = tmp_path / "download.zip"
    with zipfile.ZipFile(download, "w") as archive:
        archive.writestr("lovelaceada_5000_7000_initialization.ipynb", wrong)
    collect(course, download, SLUG, "canvas", Roster([]))
    (student,) = [folder.name for folder in (course.root / "submitted").iterdir()]
    Inbox(course, 10).take(student, SLUG, "a.ipynb", right)
    (line,) = collect(course, download, SLUG, "canvas", Roster([]))
    assert (line.outcome, line.why) == ("ignored", "a newer one was collected before")
    assert (course.folder("submitted", student, SLUG) / f"{SLUG}.ipynb").read_bytes() == right
    assert (course.private / "replaced" / student).is_dir(), "what was replaced is kept"


def test_a_defect_of_ours_costs_one_upload_its_answer_and_the_others_nothing(course, right, monkeypatch, caplog):
    """Whatever grading raises; a gradebook out of reach makes all wait."""
    monkeypatch.setattr(engines, "PAUSE", 0.05)
    monkeypatch.setattr("grader.feedback.write_pages", lambda course, slug, student: None)
    trouble = [CourseError("another run grades it now.")]

    def grade_each(course, submissions, pool, isolated, patience):
        taken = []
        while (one := next(submissions)) is not None:
            taken.append(one)
        if trouble:
            raise trouble.pop()
        for one in taken:
            if one.student == "ben":
                raise ZeroDivisionError
            yield grading.Entry(one.student, one.assignment, "", "graded", 90.0, 100)

    monkeypatch.setattr(grading, "grade_each", grade_each)
    monkeypatch.setattr(engines.Engine, "page", lambda self, upload: course.released(SLUG))
    with running(course, Idle(1), students=("ada", "ben", "cem")) as (client, tokens, engine):
        with engine.line.changed:  # so that all three are taken together
            for student in ("ada", "ben", "cem"):
                engine.inbox.take(student, SLUG, "a.ipynb", right)
            engine.line.waiting.update({key: upload for key, upload in engine.inbox.newest.items()})
            engine.line.changed.notify_all()
        assert [answered(client, tokens[who])["state"] for who in tokens] == ["graded", "failed", "graded"]
        failed = client.get(HAND_IN, headers=with_(tokens["ben"], **PAGE))
        assert failed.status_code == 500 and "through no fault of yours" in failed.text
    assert "another run grades it now. Uploads wait for 0.05 s." in caplog.text
    assert "An upload could not be graded" in caplog.text


def test_errors_come_as_a_page_as_json_or_as_a_line(course):
    with running(course, Idle(1)) as (client, tokens, _):
        line = client.get(HAND_IN)
        assert line.headers["content-type"].startswith("text/plain") and line.text.startswith("Your token is missing")
        assert client.get(HAND_IN, headers=JSON).json() == {"error": line.text.strip()}
        page = client.get(HAND_IN, headers=PAGE)
        assert line.text.strip() in page.text and 'href="../"' in page.text
        for answer in (line, page):
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            assert answer.headers["cache-control"] == "no-store"


def test_the_commands_say_what_is_missing(course):
    from tests.test_cli import run

    where = ["--course", str(course.root)]
    assert "--verdicts is visible or hidden" in run("serve", SLUG, "--verdicts", "none", *where).output
    result = run("serve", "optimization", *where, "--unsafe")
    assert result.exit_code == 2 and "python -m grader release optimization" in result.output
    result = run("tokens", *where)
    assert result.exit_code == 2 and "nobody is in the gradebook" in result.output

"""The ground on which attacks are graded: secrets to steal, files to spoil, processes to kill, and an engine to break."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import os
import re
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from grader import catalogue, references, stubs
from grader.judge import time_limit
from grader.notebook import Graded, grade_notebook
from grader.sandbox import ForkServer, tiers
from grader.sandbox.jail import Limits
from grader.submission import restore
from tests import toy

SEED = 20_261_122
LIMITS = Limits(memory=1 << 30, scratch_megabytes=32, grace_seconds=0.5)
HONEST_SECONDS = 20.0  # for what must come to its end, whatever else the machine does
MOST_SECONDS = 60.0  # for one hostile submission under these limits, on a machine that does other things too
MOST_GROWTH = 800  # MB by which the judge's own process may grow at its peak
WATERMARK = "the mark of an honest student"  # for attacks that look for the work of whoever was graded before
MOST_NOTEBOOK = 24_000_000  # characters of a graded notebook


@dataclass(frozen=True)
class Attack:
    """One hostile or accidental submission.

    Attributes
    ----------
    name : a few words
    does : one sentence on what it tries
    cell : code of a cell of its own, right behind the setup cell; ``<<name>>`` stands for a place of the ground
    function : code put in place of every answer; ``{name}`` is the function's name
    answers : code by function, for single answers
    last : code of a cell of its own at the end
    notebook : changes the notebook as JSON, or returns the bytes that are handed in
    earned : the points that the honest work in it is worth
    never : words that may stand in no output or verdict
    spy : code of a cell of the next student's notebook, which must not say a word of `never` either
    ends : whether the cell must come to its end: an attack that breaks off by itself proves nothing
    seconds : limit of a cell and of a call while it is graded
    search : seconds for the places of slips; most attacks leave that alone, and are graded without
    check : looks at what happened and returns what went wrong, or an empty string
    assignment : its slug
    beside : on nbgrader's path, changes the folder that is handed in, given the ground
    """

    name: str
    does: str
    cell: str = ""
    function: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    last: str = ""
    notebook: Callable[[dict], dict | bytes | None] | None = None
    earned: float = 0.0
    never: tuple[str, ...] = ("ESCAPED",)
    spy: str = ""
    ends: bool = False
    seconds: float = 0.6
    search: float = 0.0
    check: Callable[[Arena, Graded], str] | None = None
    assignment: str = "optimization"
    beside: Callable[[Path, Ground], None] | None = None

    @property
    def allowed(self) -> float:
        """The limit of a cell and of a call while it is graded, in seconds."""
        return max(self.seconds, HONEST_SECONDS) if self.ends else self.seconds


class Ground:
    """A course with secrets in it, and bystanders: what must stay unread, unchanged and alive."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="attacked-"))
        self.secret = f"SECRET{secrets.token_hex(12)}"
        course = self.folder / "course"
        self.places: dict[str, str] = {}
        for name, path in {
            "seed": course / ".instructor" / "hidden_seed",
            "gradebook": course / "gradebook.db",
            "other": course / "submitted" / "other" / "optimization" / "optimization.ipynb",
            "canary": self.folder / "canary.txt",
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{self.secret} {name}\n")
            path.chmod(0o600)
            self.places[name] = str(path)
        self.places |= {
            "folder": str(self.folder),
            "project": str(toy.catalogue.course().root),
            "shm": f"/dev/shm/{self.folder.name}",
        }
        Path(self.places["shm"]).write_text("open to everybody")
        Path(self.places["shm"]).chmod(0o644)
        os.environ["IDNN_SECRET"] = self.secret
        self.bystander = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()", "a bystander"])
        self.listeners = [socket.socket(), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
        self.listeners[0].bind(("127.0.0.1", 0))
        self.listeners[1].bind(f"\0{self.folder.name}")
        self.listeners[2].bind(str(self.folder / "socket"))
        self.callers = 0
        for listener in self.listeners:
            listener.listen()
            threading.Thread(target=self._count, args=(listener,), daemon=True).start()
        self.places |= {
            "port": str(self.listeners[0].getsockname()[1]),
            "abstract": self.folder.name,
            "socket": str(self.folder / "socket"),
            "pid": str(os.getpid()),
            "bystander": str(self.bystander.pid),
        }
        answer = "def update_parameters_with_adam(parameters, grads, v, s"
        for name, word in (("hidden_mark", WATERMARK), ("hidden_answer", answer), ("hidden_secret", self.secret)):
            self.places[name] = bytes(255 - byte for byte in word.encode()).hex()
        self._before = self._files(), self._others()

    def _count(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                listener.accept()
                self.callers += 1

    def _files(self) -> dict[str, tuple]:
        files = [path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()]
        places = [*files, Path(self.places["shm"])]
        return {
            str(path): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime > 10**9, path.stat().st_uid)
            for path in places
        }

    def _others(self) -> list:
        """Return limits, priority and processors of the processes beside the jail."""
        kinds = (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
        pids = (self.bystander.pid, os.getpid())
        return [
            (
                [resource.prlimit(pid, kind) for kind in kinds],
                os.getpriority(os.PRIO_PROCESS, pid),
                os.sched_getaffinity(pid),
            )
            for pid in pids
        ]

    def harm(self) -> str:
        """Return what happened to the ground, or an empty string."""
        if self.bystander.poll() is not None:
            return "a process outside the jail was killed"
        if self._files() != self._before[0]:
            return "files outside the jail were changed"
        if self._others() != self._before[1]:
            return "limits of processes outside the jail were changed"
        return f"{self.callers} connections came out of the jail" if self.callers else ""

    def close(self) -> None:
        os.environ.pop("IDNN_SECRET", None)
        self.bystander.kill()
        self.bystander.wait()
        for listener in self.listeners:
            listener.close()
        Path(self.places["shm"]).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Arena:
    """Grades attacks one after the other in one fork server, an honest notebook after each."""

    def __init__(self, tier: tiers.Tier | None = None) -> None:
        self.ground = Ground()
        self.server = ForkServer(limits=LIMITS, tier=tier)
        self._released: dict[str, dict] = {}
        self.growth = 0.0  # MB, of this process while the last attack was graded
        self._allow(HONEST_SECONDS)
        try:
            self.server.start()
        except BaseException:
            self.ground.close()
            raise
        self.server.make_ready()  # as there is one whenever a submission was graded
        self.server.still(self.server._process)
        self.usual = len(self.jailed())

    def __enter__(self) -> Arena:
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.stop()
        self.ground.close()

    @property
    def unseen(self) -> list[str]:
        """What an attack says that sees what other tiers than the present one lack."""
        return [f"SAW {name}:" for name in tiers.LACKING if name not in self.server.tier.lacks]

    def _allow(self, seconds: float, search: float = 0.0) -> None:
        """Set the limits of the next submissions; they travel with each request."""
        self.server.limits = dataclasses.replace(
            LIMITS, cell_seconds=seconds, call_seconds=seconds, submission_seconds=6 * seconds, locate_seconds=search
        )

    def released(self, assignment: str) -> dict:
        if assignment not in self._released:
            made = self._released[assignment] = toy.released(assignment)
            setup = json.loads(stubs.notebook_path(assignment).read_text(encoding="utf-8"))["cells"]
            made["cells"][1]["source"] = next(stubs.text(cell) for cell in setup if cell["cell_type"] == "code")
            for name in catalogue.exercises(assignment):
                references.hidden_spec(assignment, name, SEED)
        return copy.deepcopy(self._released[assignment])

    def jailed(self) -> list[int]:
        """Return the living processes below the fork server, itself and bubblewrap included."""
        children: dict[int, list[int]] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError, ValueError):
                    state, parent = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[:2]
                    if state != "Z":
                        children.setdefault(int(parent), []).append(int(entry))
        found, waiting = [], [self.server._process.pid] if self.server._process else []
        while waiting:
            found.append(waiting.pop())
            waiting += children.get(found[-1], [])
        return found

    def written(self, attack: Attack) -> dict | bytes | None:
        """Return what the attacker hands in."""
        notebook = self.released(attack.assignment)
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in catalogue.exercises(attack.assignment):
                source = attack.answers.get(name, attack.function.replace("{name}", name))
                if source:
                    cell["source"] = self._filled(source)
        if attack.cell:
            notebook["cells"].insert(2, code(self._filled(attack.cell) + 'print("came", "to its end")\n'))
        if attack.last:
            notebook["cells"].append(code(self._filled(attack.last)))
        return attack.notebook(notebook) if attack.notebook else notebook

    def _filled(self, source: str) -> str:
        return re.sub("<<(\\w+)>>", lambda match: self.ground.places[match[1]], source).strip() + "\n"

    def grade(self, handed_in: dict | bytes | None, assignment: str = "optimization") -> Graded:
        raw = json.dumps(handed_in).encode() if isinstance(handed_in, dict) else handed_in
        return grade_notebook(restore(raw, self.released(assignment)), assignment, self.server, SEED)

    def honest(self, assignment: str = "optimization", spy: str = "") -> dict:
        """Return the notebook of an honest student, or of one who looks for what was left behind."""
        notebook = self.released(assignment)
        notebook["cells"].insert(2, code(f"watermark = {WATERMARK!r}"))
        if spy:
            notebook["cells"].insert(3, code(self._filled(spy)))
        for name, (whole, _) in stubs.solution_functions(assignment).items():
            for cell in notebook["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
                    cell["source"] = whole
        return notebook

    def run(self, attack: Attack) -> list[str]:
        """Grade an attack and return what it achieved; an empty list where it achieved nothing."""
        handed_in = self.written(attack)
        self._allow(attack.allowed, attack.search)
        start, before, open_before = time.monotonic(), memory("VmRSS"), len(os.listdir("/proc/self/fd"))
        forget_peak()
        try:
            with time_limit(2 * MOST_SECONDS, _Stuck):
                graded = self.grade(handed_in, attack.assignment)
        except _Stuck:
            self.server.stop()
            return ["grading did not end"]
        except Exception as error:
            return [f"grading broke off with {type(error).__name__}: {error}"]
        finally:
            self._allow(HONEST_SECONDS)
        seconds, self.growth = time.monotonic() - start, memory("VmHWM") - before
        left_open = len(os.listdir("/proc/self/fd")) - open_before
        won = self.gained(attack, graded, seconds)
        if left_open > 0:
            won.append(f"{left_open} descriptors were left open in the judge")
        harm = self.ground.harm()
        won += [harm] if harm else []
        won += self._aftermath(attack)
        return won

    def gained(self, attack: Attack, graded: Graded, seconds: float) -> list[str]:
        """Return what an attack achieved, by what came out of grading and what that took."""
        won = [f"it took {seconds:.0f} s"] if seconds > MOST_SECONDS else []
        if self.growth > MOST_GROWTH:
            won.append(f"the judge grew by {self.growth:.0f} MB")
        total = sum(graded.scores.values())
        most = {f"test_{name}": exercise.points for name, exercise in catalogue.exercises(attack.assignment).items()}
        if not total <= attack.earned + 1e-9 or any(
            not 0 <= score <= most[name] for name, score in graded.scores.items()
        ):
            won.append(f"it scored {total:g} points where {attack.earned:g} were earned")
        if set(graded.scores) != set(most):
            won.append(f"other cells were scored than the graded ones: {set(graded.scores) ^ set(most)}")
        said = shown(graded)
        never = (self.ground.secret, str(SEED), *attack.never, *self.unseen)
        won += [f"{word!r} was said" for word in never if word in said]
        if len(said) > MOST_NOTEBOOK:
            won.append(f"the graded notebook has {len(said)} characters")
        try:
            nbformat.validate(nbformat.from_dict(graded.notebook))
        except nbformat.ValidationError as error:
            won.append(f"the graded notebook is invalid: {str(error)[:200]}")
        if attack.ends and "came to its end" not in said:
            won.append("nothing, since it broke off: the attack has to be mended")
        if attack.check:
            problem = attack.check(self, graded)
            won += [problem] if problem else []
        return won

    def _aftermath(self, attack: Attack) -> list[str]:
        """The next students, and the processes that are left."""
        won = []
        if attack.spy:
            notebook = self.released("optimization")
            notebook["cells"].insert(2, code(self._filled(attack.spy)))
            said = shown(self.grade(notebook))
            won += [f"the next student could read {word!r}" for word in (*attack.never, *self.unseen) if word in said]
        graded = self.grade(self.honest())
        if sum(graded.scores.values()) != 100 or graded.notes:
            won.append(f"the next honest student got {sum(graded.scores.values()):g} points; {graded.notes}")
        deadline = time.monotonic() + 5
        while len(self.jailed()) > self.usual and time.monotonic() < deadline:
            time.sleep(0.05)
        if len(self.jailed()) > self.usual:
            won.append(f"{len(self.jailed()) - self.usual} processes were left behind")
        return won


def code(source: str) -> dict:
    """Return a code cell of the student's own."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def shown(graded: Graded) -> str:
    """Return all that comes out of grading, but for the students' own sources: outputs, verdicts and notes."""
    outputs = [cell.get("outputs", []) for cell in graded.notebook["cells"]]
    verdicts = [[verdict.text(), verdict.html(), verdict.message] for verdict in graded.verdicts.values()]
    return json.dumps([outputs, verdicts, graded.notes, graded.notebook["metadata"]], ensure_ascii=False)


class _Stuck(BaseException):
    """Grading did not end by itself."""


def memory(what: str) -> float:
    """Return VmRSS (now) or VmHWM (its peak) of this process in MB."""
    text = Path("/proc/self/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", text)[1]) / 1024


def forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")

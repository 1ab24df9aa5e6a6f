"""One hand-in's files: which is the notebook, within a budget that is this hand-in's own, and what each other file is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.intake import archive
from grader.intake.archive import Member
from grader.intake.contents import cells, grade_ids
from grader.intake.names import folded
from grader.intake.store import Line
from grader.intake.systems import Known, Owner
from grader.words import printable

MAX_READ = 256 * 1024 * 1024  # bytes of all notebooks and zips of one hand-in
MAX_NOTEBOOKS = 200  # of one hand-in
MAX_LOOKS = 500  # files of one hand-in with other names that are looked into
MAX_ZIPS = 20  # of one hand-in
MAX_LINES = 20  # of the table on one student's files that were passed over


@dataclass(frozen=True)
class Candidate:
    """A notebook that may be a student's hand-in."""

    member: Member
    owner: Owner
    exercises: int  # how many of the assignment's exercises it has
    place: int  # among the student's files; of two by one name the later one counts, as when they are unpacked

    def rank(self, assignment: str) -> tuple:
        again = re.search(r"(?:-| \()(\d+)\)?\.ipynb$", self.member.parts[-1])
        named = folded(assignment) in folded(self.member.parts[-1])
        number = int(again[1][:9]) if again else 0
        return self.exercises, named, self.owner.number, number, self.member.name, self.place


def what_it_is(member: Member) -> str:
    """Return why a file that is no notebook is not taken."""
    if member.file.endswith((".html", ".htm")) and member.file != "onlinetext.html":  # of Moodle's own editor
        return "it is a web page made of a notebook, not the notebook; the .ipynb is wanted"
    if member.file.endswith(archive.UNOPENED):
        return "an archive of this kind is not opened; the notebook or a zip is wanted"
    return "not a notebook"


class Sifter:
    """Goes through the files of one hand-in within its budget: `candidates` are the notebooks, `lines` say what the rest is."""

    def __init__(self, assignment: str, names: tuple[set[str], dict[str, set[str]]], kind: str, known: Known):
        self.assignment, (self.own, self.others), self.kind, self.known = assignment, names, kind, known
        self.candidates: list[Candidate] = []
        self.lines: list[Line] = []
        self.passed = self.looks = self.notebooks = self.zips = self.bytes = 0
        self.too_much = ""

    def sift(self, theirs: list[tuple[Member, Owner]]) -> None:
        for member, owner in theirs:
            self._one(member, owner, 1)
        if self.passed > MAX_LINES:
            first = self.lines[0]
            self.lines.append(
                Line(first.student or "?", f"{self.passed - MAX_LINES} more files", "ignored", why="not notebooks")
            )

    def _one(self, member: Member, owner: Owner, depth: int) -> None:
        if member.file.endswith(".zip") and not member.why and not self.too_much:
            self.zips += 1
            if self.zips > MAX_ZIPS:
                self._full(member, f"it holds more than {MAX_ZIPS} zips")
                return
            self._spend(member)
            for inside in archive.expanded(member, depth):
                if inside.parts == member.parts:
                    self._line(inside, "refused", inside.why)
                else:
                    self._one(inside, owner, depth + 1)
        elif member.file == "timestamp.txt":
            said = (member.read()[0] or b"")[:60].decode("utf-8", "replace").strip()
            self._line(
                member, "ignored", f"it is the student's own word ({printable(said)}); only the system's time counts"
            )
        elif member.why:
            self._line(member, "refused" if member.file.endswith((".ipynb", ".zip")) else "ignored", member.why)
        elif self._looks_like_notebook(member):
            self._notebook(member, owner)
        else:
            self._line(member, "ignored", what_it_is(member))

    def _looks_like_notebook(self, member: Member) -> bool:
        if ".ipynb" in member.file:
            return member.is_notebook()
        self.looks += 1
        return self.looks <= MAX_LOOKS and member.is_notebook()

    def _notebook(self, member: Member, owner: Owner) -> None:
        self.notebooks += 1
        if self.notebooks > MAX_NOTEBOOKS:
            self._full(member, f"it holds more than {MAX_NOTEBOOKS} notebooks")
        if self.too_much:
            return
        raw, why = member.read()
        self.bytes += len(raw or b"")
        if self.bytes > MAX_READ:
            self._full(member, f"its notebooks and zips have more than {MAX_READ >> 20} MB")
        elif raw is None:
            self._line(member, "refused", why)
        elif not member.file.endswith(".ipynb") and ".ipynb." not in member.file and cells(raw) is None:
            self._line(member, "ignored", "not a notebook")
        else:
            names = grade_ids(raw)
            other = next((slug for slug, theirs in self.others.items() if names & theirs and not names & self.own), "")
            if other:
                self._line(member, "ignored", f"it is the notebook of {other}")
            else:
                self.candidates.append(Candidate(member, owner, len(names & self.own), len(self.candidates)))

    def _spend(self, member: Member) -> None:
        self.bytes += len(member.read()[0] or b"")
        if self.bytes > MAX_READ:
            self._full(member, f"its notebooks and zips have more than {MAX_READ >> 20} MB")

    def _full(self, member: Member, why: str) -> None:
        if not self.too_much:
            self.too_much = f"{why}; the notebook alone is wanted"
            self.lines.append(Line("?", member.name, "refused", why=self.too_much))

    def _line(self, member: Member, outcome: str, why: str) -> None:
        if outcome == "ignored":
            self.passed += 1
        if outcome == "refused" or self.passed <= MAX_LINES:
            self.lines.append(Line("?", member.name, outcome, why=why))

    def best(self) -> tuple[Candidate | None, bytes, str]:
        """Return the notebook to take and its bytes; or none, and why the candidates are not taken."""
        if self.too_much:
            return None, b"", self.too_much
        if not self.candidates:
            return None, b"", ""
        spread = self._spread()
        if spread:
            return None, b"", spread
        best = max(self.candidates, key=lambda c: c.rank(self.assignment))
        raw, why = best.member.read()
        return (best, raw, "") if raw is not None else (None, b"", why)

    def _spread(self) -> str:
        """Return why one folder's notebooks may be several students', or nothing: they lie in different folders inside it."""
        if self.kind != "folder":
            return ""
        parts = [c.member.parts for c in self.candidates if c.exercises]
        inner = sorted({p[1] for p in parts if len(p) > 2})
        if len(inner) < 2 or len({p[0] for p in parts}) > 1:
            return ""
        if self.known.roster and not any(self.known.roster.called(name) for name in inner):
            return ""
        names = " and ".join(inner[:3])
        return (
            f"{parts[0][0]} holds notebooks in {names}: one student's, or a class's? Give a --roster, or say it with "
            f"--pattern '{parts[0][0]}/{{student}}/{{any}}'"
        )

"""From a download of the learning-management system to ``submitted/<student>/<assignment>/<assignment>.ipynb``.

The download is laid out (`grader.layout`), each file is given to its owner by its name alone (`grader.systems`), and then one hand-in after
the other is opened and stored (`grader.store`): what is wrong with one costs the others nothing, and what is not taken is said with its reason.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from grader import archive, other_systems, systems
from grader.archive import Member
from grader.contents import cells, exercise_names, grade_ids
from grader.course import Course, CourseError
from grader.gradebook import open_gradebook, require_assignment
from grader.identities import reconcile
from grader.layout import FORMATS, Layout, detect, lay_out
from grader.names import folded
from grader.record import Record
from grader.roster import Roster
from grader.store import OUTCOMES, Line, enter, store
from grader.systems import Groups, Known, Nobody, Owner, Pattern, own_name

MAX_READ = 256 * 1024 * 1024  # bytes of all notebooks and zips of one hand-in
MAX_NOTEBOOKS = 200  # of one hand-in
MAX_LOOKS = 500  # files of one hand-in with other names that are looked into
MAX_ZIPS = 20  # of one hand-in
UNTIMED = "when it was handed in is not known"
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


def collect(
    course: Course,
    source: Path,
    assignment: str,
    kind: str,
    roster: Roster,
    groups: Groups | None = None,
    pattern: Pattern | None = None,
) -> list[Line]:
    """Put the hand-ins of a download into the course and return what became of every file, what needs a person last.

    A second import of the same download changes nothing. What a newer hand-in replaces is kept in ``.instructor/replaced``.

    Parameters
    ----------
    kind : one of FORMATS
    roster : the class, empty where it is not known
    groups : who hands in together; each member gets the group's hand-in
    pattern : how names say whose a file is, where no format does

    Raises
    ------
    CourseError
        If the assignment was not released or the download cannot be read.
    """
    with open_gradebook(course) as gradebook:
        require_assignment(gradebook, assignment)
        due = gradebook.find_assignment(assignment).duedate
    names = exercise_names(course.root / "release", assignment)
    known = Known(assignment, roster, groups or Groups())
    lines = reconcile(course, roster)
    with archive.opened(source) as found:
        layout = lay_out(found, source, kind, known, names[0], fixed=pattern is not None)
        hands, nobodys = _by_owner(layout, known, pattern)
        lines += nobodys
        record = Record(course, assignment)
        taken: list[Line] = []
        owners: list[Owner] = []
        claims = _claims(hands)
        for who in sorted(hands):  # opened one by one: all zips of a class would not fit into memory together
            sifter = _Sifter(assignment, names, layout.kind, known)
            sifter.sift(hands[who])
            best, raw, why = sifter.best()
            for student in hands[who][0][1].members or (hands[who][0][1].student,):
                told = [replace(line, student=student if line.student else "") for line in sifter.lines]
                if best is None:
                    lines += [_sole(line, student) for line in told]
                    lines += [Line(student, c.member.name, "refused", why=why) for c in sifter.candidates]
                    continue
                lines += told
                why = _contradiction(student, claims[student], record)
                if why:
                    lines += [Line(student, c.member.name, "refused", why=why) for c in sifter.candidates]
                    continue
                owner = _member(best.owner, student, roster)
                line = store(course, assignment, owner, best.member.name, raw, _stamp(owner, due), record)
                if owner.untimed and line.outcome != "refused":
                    line = replace(line, why=f"{UNTIMED}: {owner.untimed}")
                taken.append(line)
                owners.append(owner)
                lines += [
                    Line(student, c.member.name, "ignored", why=f"{own_name(best.member.name)} was taken")
                    for c in sifter.candidates
                    if c is not best
                ]
        record.write()
    stored = {line.student for line in taken}
    enter(course, roster, [owner for owner in owners if owner.student in stored])
    return sorted(
        taken + lines, key=lambda line: (line.outcome in ("ignored", "refused"), line.outcome, line.student, line.file)
    )


def _by_owner(
    layout: Layout, known: Known, pattern: Pattern | None
) -> tuple[dict[str, list[tuple[Member, Owner]]], list[Line]]:
    """Return each student's or group's files, and lines on what is nobody's."""
    read = _reader(layout, known, pattern)
    hands: dict[str, list[tuple[Member, Owner]]] = defaultdict(list)
    lines: list[Line] = []
    for member in layout.found:
        owner: Owner | Nobody = Nobody(layout.doubt) if layout.doubt else read(member)
        lone = len(member.parts) == 1 and not member.file.endswith(".zip") and layout.kind == "folder"
        if lone and (member.why or not member.is_notebook()):
            lines.append(Line("", member.name, "refused" if member.why else "ignored", why=member.why or _what(member)))
        elif isinstance(owner, Owner):
            hands[f"group {owner.group}" if owner.members else owner.student].append((member, owner))
        elif owner.outcome == "refused" and not _may_be_notebook(member):
            lines.append(Line("", member.name, "ignored", why=member.why or f"{_what(member)}; {owner.why}"))
        else:
            lines.append(Line("", member.name, owner.outcome, why=member.why or owner.why))
    return hands, lines


def _reader(layout: Layout, known: Known, pattern: Pattern | None) -> Callable[[Member], Owner | Nobody]:
    if pattern is not None:
        return lambda member: pattern.owner(member.parts, known)
    if layout.kind in ("canvas", "moodle"):
        by_top = systems.canvas if layout.kind == "canvas" else systems.moodle
        return lambda member: by_top(member.parts[0], known)
    if layout.kind == "folder":
        return lambda member: systems.folder(member.parts, known)
    return other_systems.reader(layout.kind, layout.found, known)


def _may_be_notebook(member: Member) -> bool:
    return bool(member.why) or member.file.endswith((".zip", ".html")) or member.is_notebook()


def _what(member: Member) -> str:
    """Return why a file that is no notebook is not taken."""
    if member.file.endswith((".html", ".htm")) and member.file != "onlinetext.html":  # of Moodle's own editor
        return "it is a web page made of a notebook, not the notebook; the .ipynb is wanted"
    if member.file.endswith(archive.UNOPENED):
        return "an archive of this kind is not opened; the notebook or a zip is wanted"
    return "not a notebook"


class _Sifter:
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
                member, "ignored", f"it is the student's own word ({_shown(said)}); only the system's time counts"
            )
        elif member.why:
            self._line(member, "refused" if member.file.endswith((".ipynb", ".zip")) else "ignored", member.why)
        elif self._looks_like_notebook(member):
            self._notebook(member, owner)
        else:
            self._line(member, "ignored", _what(member))

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


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _claims(hands: dict[str, list[tuple[Member, Owner]]]) -> dict[str, set[str]]:
    """Return by student what the names of all files said that claim to be this student's."""
    claims: dict[str, set[str]] = defaultdict(set)
    for theirs in hands.values():
        for _, owner in theirs:
            for student in owner.members or (owner.student,):
                claims[student].add(owner.key)
    return claims


def _member(owner: Owner, student: str, roster: Roster) -> Owner:
    """Return the owner of one group member's copy, with the name under which the system takes that member's feedback."""
    if not owner.members:
        return owner
    person, home = roster.get(student), ""
    if owner.system == "canvas" and person and person.lms_id:
        home = f"{folded(person.name) or 'member'}_{person.lms_id}_{owner.number}"
    elif owner.system == "canvas" and not any((p := roster.get(m)) and p.lms_id for m in owner.members):
        home = owner.home if student == owner.members[0] else ""  # Canvas shows one page to the whole group
    elif owner.system == "moodle" and person and person.participant:
        home = f"{person.name or 'Participant'}_{person.participant}_assignsubmission_file_"
    mates = [p for member in owner.members if (p := roster.get(member))]
    when = owner.when or max((p.submitted for p in mates if p.submitted), default=None)
    untimed = "" if when else owner.untimed or next((p.untimed for p in mates if p.untimed), "")
    return replace(owner, student=student, home=home, when=when, untimed=untimed)


def _sole(line: Line, student: str) -> Line:
    """Return the line of a student who has no other file that could be taken: a person must look."""
    if not line.student or line.outcome == "refused" and "no notebook of" in line.why:
        return line
    return replace(
        line, student=student, outcome="refused", why=f"{line.why}; no notebook of this assignment was found"
    )


def missing(course: Course, assignment: str, roster: Roster) -> list[str]:
    """Return who of the roster has handed in nothing."""
    there = {submission.student for submission in course.submissions(assignment)}
    return sorted(person.id for person in roster.people if person.id not in there)


def _contradiction(student: str, keys: set[str], record: Record) -> str:
    """Return why files that claim to be one student's may be two persons', or nothing."""
    keys = set(keys)
    before = record.known.get(student, {}).get("key", "")
    if before.startswith("participant ") and min(keys).startswith("participant "):
        keys.add(before)
    if len(keys) == 1:
        return ""
    return f"{' and '.join(sorted(keys))} both claim to be {student}; a --roster or other names can tell them apart"


def _stamp(owner: Owner, due: dt.datetime | None) -> str:
    """Return the line of timestamp.txt, or nothing where the time is not known.

    Canvas says that a hand-in is late and not by how much: it counts as one second late, the least that is certain, and once there is a due
    date (`grader.late.stamp_marked`).
    """
    when = owner.when or (due + dt.timedelta(seconds=1) if owner.late and due else None)
    return f"{when:%Y-%m-%d %H:%M:%S} UTC" if when else ""


__all__ = ["FORMATS", "OUTCOMES", "CourseError", "Line", "Pattern", "collect", "detect", "missing", "own_name"]

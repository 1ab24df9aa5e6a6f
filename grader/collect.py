"""From a download of the learning-management system to ``submitted/<student>/<assignment>/<assignment>.ipynb``.

The names are taken apart as the systems put them together:

- Canvas, ``lovelaceada_LATE_340934_208490284_work.ipynb``: sortable name without punctuation in lower case, the mark of a late hand-in, user, file,
  and what the student called it; a file handed in again gets ``-1`` before its ending. Source: instructure/canvas-lms,
  lib/content_zipper.rb (``get_filename``, ``add_upload_submission``) and Attachment.make_unique_filename.
- Moodle, ``Ada Lovelace_12345_assignsubmission_file_/work.ipynb``, or without folders ``..._assignsubmission_file_work.ipynb``: the
  number belongs to the student in this one assignment. Source: moodle/moodle, mod/assign/classes/downloader.php.

Both write their zips with the time of the download, so no time is taken from there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from grader import archive
from grader.archive import Member
from grader.course import Course, CourseError, parse_time, valid_student
from grader.gradebook import open_gradebook, require_assignment
from grader.roster import Person, Roster, folded
from grader.submission import grade_id

FORMATS = ("auto", "canvas", "moodle", "folder")
MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<file>.*)", re.DOTALL)
OUTCOMES = ("new", "updated", "unchanged", "ignored", "refused")
WRAPPERS = {"submitted", "submissions"}  # folders that may lie around all students' folders


@dataclass(frozen=True)
class Owner:
    """Whose a file is, by its name."""

    student: str
    key: str  # what the name said; two keys for one student contradict each other
    number: int = 0  # Canvas's number of the file, which grows with time
    late: bool = False
    lms_id: str = ""
    when: dt.datetime | None = None  # when it was handed in, in UTC without zone, where the roster says so
    system: str = ""  # canvas or moodle
    home: str = ""  # the beginning of the name by which that system finds the student again


@dataclass(frozen=True)
class Line:
    """One line of the table: what became of a file."""

    student: str
    file: str
    outcome: str  # one of OUTCOMES; refused: a person must look
    when: str = ""
    why: str = ""


@dataclass(frozen=True)
class Candidate:
    """A notebook that may be a student's hand-in."""

    member: Member
    owner: Owner
    exercises: int  # how many of the assignment's exercises it has

    def rank(self, assignment: str) -> tuple:
        again = re.search(r"(?:-| \()(\d+)\)?\.ipynb$", self.member.parts[-1])
        named = folded(assignment) in folded(self.member.parts[-1])
        return self.exercises, named, self.owner.number, int(again[1][:9]) if again else 0, self.member.name


def collect(course: Course, source: Path, assignment: str, kind: str, roster: Roster) -> list[Line]:
    """Put the hand-ins of a download into the course and return what became of every file, what needs a person last.

    A second import of the same download changes nothing. What a newer hand-in replaces is kept in ``.instructor/replaced``.

    Raises
    ------
    CourseError
        If the assignment was not released or the download cannot be read.
    """
    own, others = _exercise_names(course, assignment)
    with open_gradebook(course) as gradebook:
        require_assignment(gradebook, assignment)
        due = gradebook.find_assignment(assignment).duedate
    found = [_unwrapped(member, source) for member in archive.members(source)]
    kind = detect(found) if kind == "auto" else kind
    lines: list[Line] = []
    hands: dict[str, list[Candidate]] = defaultdict(list)
    stamps = {member.parts[:-1]: member.data for member in found if member.parts[-1] == "timestamp.txt" and member.data}
    for member in found:
        if member.parts[-1] == "timestamp.txt" and kind == "folder":
            continue
        owner = identify(member.parts, kind, assignment, roster)
        alone = kind == "folder" and len(member.parts) == 1 and not member.parts[0].lower().endswith(".ipynb")
        student = owner.student if isinstance(owner, Owner) and not alone else ""
        if member.data is None or not member.parts[-1].lower().endswith(".ipynb"):
            bad = member.parts[-1].lower().endswith(".ipynb") or "zip" in member.why
            lines.append(
                Line(student, member.name, "refused" if bad else "ignored", why=member.why or "not a notebook")
            )
        elif isinstance(owner, str):
            lines.append(Line("", member.name, "refused", why=owner))
        else:
            names = _grade_ids(member.data)
            other = next((slug for slug, theirs in others.items() if names & theirs and not names & own), "")
            if other:
                lines.append(Line(student, member.name, "ignored", why=f"it is the notebook of {other}"))
            else:
                hands[student].append(Candidate(member, owner, len(names & own)))
    lines = [_sole(line) if line.student and line.student not in hands else line for line in lines]
    record = Record(course, assignment)
    taken: list[Line] = []
    for student, candidates in sorted(hands.items()):
        contradiction = _contradiction(student, candidates, record)
        if contradiction:
            lines += [Line(student, c.member.name, "refused", why=contradiction) for c in candidates]
            continue
        best, *rest = sorted(candidates, key=lambda c: c.rank(assignment), reverse=True)
        stamp = _when(best, stamps if kind == "folder" else {}, due)
        taken.append(_store(course, assignment, best, stamp, record))
        lines += [Line(student, c.member.name, "ignored", why=f"{own_name(best.member.name)} was taken") for c in rest]
    record.write()
    there = {line.student for line in taken}
    _enter(course, roster, [candidates[0].owner for student, candidates in hands.items() if student in there])
    return sorted(
        taken + lines, key=lambda line: (line.outcome in ("ignored", "refused"), line.outcome, line.student, line.file)
    )


def own_name(file: str) -> str:
    """Return what the student called a file: its name without what the system put before it."""
    top, slash, rest = file.partition("/")
    match = MOODLE.fullmatch(top)
    if match:
        return match["file"] + slash * bool(match["file"]) + rest
    return re.sub(r"^[^_]+(_LATE)?_\d{1,18}_\d{1,18}_", "", top) + slash + rest


def _sole(line: Line) -> Line:
    """Return the line of a student who has no other file that could be taken: a person must look."""
    return replace(line, outcome="refused", why=f"{line.why}; no notebook of this assignment was found")


def missing(course: Course, assignment: str, roster: Roster) -> list[str]:
    """Return who of the roster has handed in nothing."""
    there = {submission.student for submission in course.submissions(assignment)}
    return sorted(person.id for person in roster.people if person.id not in there)


def detect(found: list[Member]) -> str:
    """Return the format that most of the uppermost names have."""
    tops = [member.parts[0] for member in found]
    moodle = sum(bool(MOODLE.fullmatch(top)) for top in tops)
    canvas = sum(bool(_canvas_readings(top) or _anonymous(top)) for top in tops)
    if max(moodle, canvas) * 2 <= len(tops):
        return "folder"
    return "moodle" if moodle >= canvas else "canvas"  # Moodle's names are the more particular ones


def identify(parts: tuple[str, ...], kind: str, assignment: str, roster: Roster) -> Owner | str:
    """Return whose a file is, or why that cannot be said."""
    if kind == "canvas":
        return _canvas(parts[0], roster)
    if kind == "moodle":
        return _moodle(parts[0], roster)
    name = re.sub(r"\.zip$", "", parts[0], flags=re.IGNORECASE) if len(parts) > 1 else _loose(parts[0], assignment)
    if not name:
        return "its name does not say whose it is; put the student's id into it"
    if roster:
        people = roster.called(name)
        if len(people) != 1:
            return f"{name} is {'not in the roster' if not people else 'more than one person of the roster'}"
        return Owner(people[0].id, parts[0])
    return Owner(name if valid_student(name) else slug(name), parts[0])


def _loose(file: str, assignment: str) -> str:
    """Return what a lone file's name says beside the assignment's name: the student."""
    stem = re.sub(r"(-\d| \(\d+\))$", "", file.rpartition(".")[0])
    return re.sub(rf"[\s_.-]*{re.escape(assignment)}[\s_.-]*", "", stem, flags=re.IGNORECASE).strip()


def slug(name: str) -> str:
    """Return a folder's name for a person's name; names without Latin letters get a short digest."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60]
    lost = sum(c.isalnum() for c in name) > sum(c.isalnum() for c in plain)
    return words if words and not lost else f"{words or 'student'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _anonymous(top: str) -> bool:
    return bool(re.match(r"(LATE_)?anon_", top))


def _canvas_readings(top: str) -> list[tuple[str, bool, str, int]]:
    """Return every way to read a Canvas name, as (name, late, user, file number): digits in a student's own file name make more than one."""
    readings = []
    for match in re.finditer(r"(?=_(\d{1,18})_(\d{1,18})_.)", top):
        name = top[: match.start()]
        late = bool(re.search(r"_LATE$", name, re.IGNORECASE))
        if name:
            readings.append((name[:-5] if late else name, late, match[1], int(match[2])))
    return readings


def _canvas(top: str, roster: Roster) -> Owner | str:
    if _anonymous(top):
        return "it was downloaded while grading was anonymous; show the names in Canvas and download again"
    readings = _canvas_readings(top)
    if not readings:
        return "its name is none that Canvas gives"
    chosen = readings[0]
    if roster:
        fitting = [r for r in readings if (person := roster.canvas(r[2])) and folded(r[0]) in person.names]
        if len(fitting) > 1:
            return "its name can be read as more than one student's"
        chosen = fitting[0] if fitting else chosen
    name, late, user, number = chosen
    person = roster.canvas(user)
    if roster and person is None:
        return f"Canvas user {user} ({name}) is not in the roster"
    home = f"{name}{'_LATE' if late else ''}_{user}_{number}"
    student = person.id if person else f"canvas-{user}"
    return Owner(student, f"{user} {folded(name)}", number, late, user, system="canvas", home=home)


def _moodle(top: str, roster: Roster) -> Owner | str:
    match = MOODLE.fullmatch(top)
    if not match:
        return "its name is none that Moodle gives"
    name, number = match["name"].strip(), match["number"]
    person = roster.participant(number)
    when = (
        person.submitted if person else None
    )  # a worksheet of another assignment has other numbers, so its times stay out
    if roster and person is None:
        people = roster.named(name)
        if len(people) != 1:
            return f"{name} is {'not in the roster' if not people else 'the name of more than one student; add the grading worksheet as a second --roster'}"
        person = people[0]
    home = f"{name}_{number}_assignsubmission_file_"
    return Owner(person.id if person else slug(name), f"participant {number}", when=when, system="moodle", home=home)


def _contradiction(student: str, candidates: list[Candidate], record: Record) -> str:
    """Return why files that claim to be one student's may be two persons', or nothing."""
    keys = {c.owner.key for c in candidates}
    before = record.known.get(student, {}).get("key", "")
    if before.startswith("participant ") and min(keys).startswith("participant "):
        keys.add(before)
    if len(keys) == 1:
        return ""
    return f"{' and '.join(sorted(keys))} both claim to be {student}; a --roster or other names can tell them apart"


def _exercise_names(course: Course, assignment: str) -> tuple[set[str], dict[str, set[str]]]:
    """Return the names of the assignment's answer cells, and of each other released assignment's."""
    found = {}
    for path in (course.root / "release").glob("*/*.ipynb"):
        if path.stem == path.parent.name:
            found[path.stem] = _grade_ids(path.read_bytes()) - {"setup", "reflection"}
    own = found.pop(assignment, set())
    return own, {slug: names - own for slug, names in found.items()}


def _grade_ids(raw: bytes) -> set[str]:
    try:
        cells = json.loads(raw.decode("utf-8-sig"))["cells"]
        return {name for cell in cells if isinstance(cell, dict) and isinstance(name := _grade_id(cell), str)}
    except (ValueError, TypeError, KeyError, RecursionError):
        return set()


def _grade_id(cell: dict) -> object:
    try:
        return grade_id(cell)
    except (AttributeError, TypeError, KeyError):
        return None


def _when(best: Candidate, stamps: dict[tuple[str, ...], bytes], due: dt.datetime | None) -> str:
    """Return the line of timestamp.txt, or nothing where the time is not known.

    Canvas says that a hand-in is late and not by how much: it counts as one second late, the least that is certain.
    """
    beside = stamps.get(best.member.parts[:-1], b"")[:200].decode(errors="replace").strip()
    if parse_time(beside):
        return beside
    when = best.owner.when or (due + dt.timedelta(seconds=1) if best.owner.late and due else None)
    return f"{when:%Y-%m-%d %H:%M:%S} UTC" if when else ""


class Record:
    """What was collected from where, ``.instructor/collected.json``: so that no older and no other person's file replaces a hand-in."""

    def __init__(self, course: Course, assignment: str):
        self.path = course.private / "collected.json"
        self.all = json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}
        self.known: dict[str, dict] = self.all.setdefault(assignment, {})

    def write(self) -> None:
        text = json.dumps(self.all, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        if not self.path.is_file() or self.path.read_text(encoding="utf-8") != text:
            _write(self.path, text.encode())


def _store(course: Course, assignment: str, best: Candidate, stamp: str, record: Record) -> Line:
    """Write one hand-in, whole or not at all."""
    owner, raw = best.owner, best.member.data or b""
    folder = course.folder("submitted", owner.student, assignment)
    target, note = folder / f"{assignment}.ipynb", folder / "timestamp.txt"
    when = stamp or ("late" if owner.late else "")
    for place in (folder.parent.parent, folder.parent, folder, target, note):
        if place.is_symlink():
            return Line(owner.student, best.member.name, "refused", why=f"{place} is a link; remove it")
    old = target.read_bytes() if target.is_file() else None
    if old is not None and old != raw and owner.number < record.known.get(owner.student, {}).get("number", 0):
        return Line(owner.student, best.member.name, "ignored", when, "a newer one was collected before")
    stamped = note.read_text(errors="replace").strip() if note.is_file() else ""
    known = {"key": owner.key, "number": owner.number, "from": owner.system, "name": owner.home}
    record.known[owner.student] = {name: value for name, value in known.items() if value or name in ("key", "number")}
    if old == raw and (not stamp or stamp == stamped):
        return Line(owner.student, best.member.name, "unchanged", when or stamped)
    course.close("submitted")
    folder.mkdir(parents=True, exist_ok=True)
    if old != raw:
        if old is not None:
            digest = hashlib.sha256(old).hexdigest()[:12]
            kept = course.private / "replaced" / owner.student / f"{assignment}-{digest}.ipynb"
            kept.parent.mkdir(parents=True, exist_ok=True)
            _write(kept, old)
        _write(target, raw)
        if not stamp:
            note.unlink(missing_ok=True)
    if stamp:
        _write(note, f"{stamp}\n".encode())
    return Line(owner.student, best.member.name, "new" if old is None else "updated", when)


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _enter(course: Course, roster: Roster, owners: list[Owner]) -> None:
    """Enter the roster's students into the gradebook, and those collected whose number in Canvas is known."""
    people = {person.id: person for person in roster.people}
    for owner in owners:
        if owner.lms_id and owner.student not in people:
            people[owner.student] = Person(owner.student, lms_id=owner.lms_id)
    with open_gradebook(course) as gradebook:
        known = {student.id: student for student in gradebook.students}
        for person in people.values():
            said = {
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email,
                "lms_user_id": person.lms_id,
            }
            new = {name: value for name, value in said.items() if value}
            student = known.get(person.id)
            if student is None or any(getattr(student, name) != value for name, value in new.items()):
                gradebook.update_or_create_student(person.id, **new)


def _unwrapped(member: Member, source: Path) -> Member:
    """Return the member without the folder that lies around all students' folders."""
    parts = member.parts
    while len(parts) > 1 and (parts[0].casefold() in WRAPPERS or parts[0] in (source.stem, f"{source.stem}.zip")):
        parts = parts[1:]
    return Member(parts, member.data, member.why)


__all__ = ["FORMATS", "OUTCOMES", "CourseError", "Line", "collect", "detect", "identify", "missing", "own_name"]

"""From a download of the learning-management system to ``submitted/<student>/<assignment>/<assignment>.ipynb``.

The download is laid out (`grader.intake.layout`), each file is given to its owner by its name alone (`grader.intake.systems`), and then one hand-in after
the other is opened and stored (`grader.intake.store`): what is wrong with one costs the others nothing, and what is not taken is said with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import Course, CourseError, HandIns
from grader.gradebook import open_gradebook, require_assignment
from grader.intake import archive, other_systems, systems
from grader.intake.archive import Member
from grader.intake.contents import exercise_names
from grader.intake.groups import Groups, read_groups
from grader.intake.identities import reconcile
from grader.intake.layout import FORMATS, Layout, detect, lay_out
from grader.intake.names import folded
from grader.intake.record import Record
from grader.intake.roster import Roster, read_rosters
from grader.intake.sift import MAX_LINES, Candidate, Sifter, what_it_is
from grader.intake.store import OUTCOMES, Line, enter, store
from grader.intake.systems import Known, Nobody, Owner, Pattern, own_name

UNTIMED = "when it was handed in is not known"


@dataclass(frozen=True)
class Collected:
    """What became of all that came back.

    Attributes
    ----------
    lines : what became of every file
    rows : what was wrong with single rows of rosters
    group_rows : what was wrong with single rows of the groups, which leaves hand-ins without their students
    absent : who of the roster has handed in nothing
    hand_ins : what lies in ``submitted/`` now
    """

    lines: list[Line]
    rows: list[str]
    group_rows: list[str]
    absent: list[str]
    hand_ins: HandIns

    @property
    def told(self) -> list[str]:
        return [*self.rows, *self.group_rows]

    @property
    def counts(self) -> dict[str, int]:
        return {outcome: sum(line.outcome == outcome for line in self.lines) for outcome in OUTCOMES}

    @property
    def untimed(self) -> int:
        return sum(line.why.startswith(UNTIMED) for line in self.lines)

    @property
    def needs_a_person(self) -> bool:
        return bool(self.hand_ins.problems or self.counts["refused"] or self.untimed or self.group_rows)


def take(
    course: Course,
    assignment: str,
    source: Path | None,
    kind: str = "auto",
    rosters: Sequence[Path] = (),
    columns: list[str] | None = None,
    groups: Path | None = None,
    pattern: str | None = None,
) -> Collected:
    """Put a download, or without one what lies in nbgrader's exchange, into the course.

    Parameters
    ----------
    rosters, groups : files that say who the students are, and who hands in together
    columns : ``field=heading``, which column of a roster a field stands in
    kind, pattern : see `collect`

    Raises
    ------
    CourseError
        If the assignment was not released, or a file or the exchange cannot be read.
    """
    people = read_rosters(list(rosters), columns)
    together = read_groups(groups, people) if groups else Groups()
    names = Pattern(pattern) if pattern else None
    if source is None:
        from grader import exchange

        lines = exchange.collect(course, assignment, people)
    else:
        lines = collect(course, source, assignment, kind, people, together, names)
    hand_ins = course.hand_ins(assignment)
    return Collected(lines, people.told, together.told, missing(hand_ins, people), hand_ins)


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
            sifter = Sifter(assignment, names, layout.kind, known)
            sifter.sift(hands[who])
            best, raw, why = sifter.best()
            for student in hands[who][0][1].members or (hands[who][0][1].student,):
                told = [replace(line, student=student if line.student else "") for line in sifter.lines]
                if best is None:
                    lines += [_sole(line, student) for line in told]
                    lines += [] if sifter.too_much else _each(sifter.candidates, student, "refused", why)
                    continue
                lines += told
                why = _contradiction(student, claims[student], record)
                if why:
                    lines += _each(sifter.candidates, student, "refused", why)
                    continue
                owner = _member(best.owner, student, roster)
                line = store(course, assignment, owner, best.member.name, raw, _stamp(owner, due), record)
                if owner.untimed and line.outcome != "refused":
                    line = replace(line, why=f"{UNTIMED}: {owner.untimed}")
                taken.append(line)
                owners.append(owner)
                others = [c for c in sifter.candidates if c is not best]
                lines += _each(others, student, "ignored", f"{own_name(best.member.name)} was taken")
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
            lines.append(
                Line("", member.name, "refused" if member.why else "ignored", why=member.why or what_it_is(member))
            )
        elif isinstance(owner, Owner):
            hands[f"group {owner.group}" if owner.members else owner.student].append((member, owner))
        elif owner.outcome == "refused" and not _may_be_notebook(member):
            lines.append(Line("", member.name, "ignored", why=member.why or f"{what_it_is(member)}; {owner.why}"))
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


def _each(candidates: list[Candidate], student: str, outcome: str, why: str) -> list[Line]:
    """Return a line for each notebook, and one for all beyond what a table can hold."""
    lines = [Line(student, c.member.name, outcome, why=why) for c in candidates[:MAX_LINES]]
    more = len(candidates) - len(lines)
    return lines + [Line(student, f"{more} more notebooks", outcome, why=why)] * bool(more)


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


def missing(hand_ins: HandIns, roster: Roster) -> list[str]:
    """Return who of the roster has handed in nothing."""
    there = {submission.student for submission in hand_ins.taken}
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


__all__ = [
    "FORMATS",
    "OUTCOMES",
    "CourseError",
    "Collected",
    "Line",
    "Pattern",
    "collect",
    "detect",
    "missing",
    "own_name",
    "take",
]

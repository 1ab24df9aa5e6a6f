"""Whose a file of a download is, by the name that the learning-management system gave it.

- Canvas, ``lovelaceada_LATE_340934_208490284_work.ipynb``: sortable name without punctuation in lower case, the mark of a late hand-in, user, file,
  and what the student called it; a file handed in again gets ``-1`` before its ending; a group's has the group's name and the number of one
  member. Source: instructure/canvas-lms, lib/content_zipper.rb (``get_filename``, ``add_upload_submission``) and Attachment.make_unique_filename.
- Moodle, ``Ada Lovelace_12345_assignsubmission_file_/work.ipynb``, or without folders ``..._assignsubmission_file_work.ipynb``: the
  number belongs to the student in this one assignment, or to the team. Source: moodle/moodle, mod/assign/classes/downloader.php.
- Others: see `grader.intake.other_systems`.

Canvas and Moodle write their zips with the time of the download, so no time is taken from there.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from grader.course import CourseError, safe_id, valid_student
from grader.intake.groups import Groups
from grader.intake.names import BLIND, folded, slug
from grader.intake.roster import Person, Roster

MOODLE = re.compile(
    r"(?P<name>[^_]+)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)_?(?P<file>.*)", re.DOTALL
)
GROUPS = "if it is a group's hand-in, say who is in the group with --groups FILE"
TEST_STUDENT = "studenttest"


@dataclass(frozen=True)
class Owner:
    """Whose a file is, by its name: one student's, or with `members` a group's."""

    student: str
    key: str  # what the name said; two keys for one student contradict each other
    number: int = 0  # grows with time: Canvas's number of the file, or the time of the attempt
    late: bool = False
    lms_id: str = ""
    when: dt.datetime | None = None  # when it was handed in, in UTC without zone, where the system says so
    untimed: str = ""  # why the system's time could not be read
    system: str = ""
    home: str = ""  # the beginning of the name by which that system finds the student again
    said: str = ""  # the person's name as the system wrote it
    group: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Nobody:
    """A file that is given to nobody, and why."""

    why: str
    outcome: str = "refused"  # or ignored, where nobody needs to look


@dataclass(frozen=True)
class Known:
    """What is known beside the names in the download."""

    assignment: str
    roster: Roster
    groups: Groups = field(default_factory=Groups)

    def one(self, text: str, name: str = "") -> Person | str:
        """Return the person of the roster who has an id or name and whose name agrees, or why there is none."""
        people = self.roster.called(text)
        if len(people) != 1:
            return f"{text} is {'not in the roster' if not people else 'more than one person of the roster'}"
        if name and not people[0].agrees(name):
            return f"{text} is {people[0].id}'s ({people[0].name}) and the name says {name}; {GROUPS}"
        return people[0]

    def owner(self, text: str, key: str, name: str = "", **more: object) -> Owner | Nobody:
        """Return the owner of a file by an id that the system knows the student by, and the name that stands beside it."""
        if self.roster:
            person = self.one(text, name)
            if isinstance(person, str):
                return self.group(text, more) or Nobody(person)
            return Owner(person.id, key, said=name, **more)  # type: ignore[arg-type]
        return self.group(text, more) or Owner(safe_id(text) or slug(text), key, said=name, **more)  # type: ignore[arg-type]

    def group(self, name: str, more: dict) -> Owner | None:
        """Return a group as owner, if there is one of that name."""
        found = self.groups.called(name)
        return Owner("", f"group {found[0]}", group=found[0], members=found[1], **more) if found else None


def is_anonymous(top: str) -> bool:
    return bool(re.match(r"(LATE_)?anon_", top))


def canvas_readings(top: str) -> list[tuple[str, bool, str, int]]:
    """Return every way to read a Canvas name, as (name, late, user, file number): digits in a student's own file name make more than one."""
    readings = []
    for match in re.finditer(r"(?=_(\d{1,18})_(\d{1,18})_.)", top):
        name = top[: match.start()]
        late = bool(re.search(r"_LATE$", name, re.IGNORECASE))
        if name:
            readings.append((name[:-5] if late else name, late, match[1], int(match[2])))
    return readings


def canvas(top: str, known: Known) -> Owner | Nobody:
    if is_anonymous(top):
        return Nobody("it was downloaded while grading was anonymous; show the names in Canvas and download again")
    readings = canvas_readings(top)
    if not readings:
        return Nobody("its name is none that Canvas gives")
    roster = known.roster
    fitting = [r for r in readings if (person := roster.canvas(r[2])) and person.agrees(r[0])]
    if len(fitting) > 1:
        return Nobody("its name can be read as more than one student's")
    name, late, user, number = fitting[0] if fitting else readings[0]
    owner = Owner(
        "", "", number, late, user, system="canvas", home=f"{name}{'_LATE' * late}_{user}_{number}", said=name
    )
    if not fitting:
        for name, late, user, number in readings:
            more = {
                "number": number,
                "late": late,
                "system": "canvas",
                "home": f"{name}{'_LATE' * late}_{user}_{number}",
            }
            group = known.group(name, more)
            if group:
                person = roster.canvas(user)
                if person and person.id not in group.members:
                    return Nobody(f"user {user} is {person.id}'s, who is not in the group {group.group}")
                return group
    name, late, user, number = fitting[0] if fitting else readings[0]
    if folded(name) == TEST_STUDENT and not fitting:
        return Nobody("Canvas's test student is no student", "ignored")
    person = roster.canvas(user)
    if roster and person is None:
        return Nobody(
            f"Canvas user {user} ({name}) is not in the roster; {GROUPS}"
            if known.groups
            else f"Canvas user {user} ({name}) is not in the roster"
        )
    if person and not fitting:
        return Nobody(f"Canvas user {user} is {person.id} ({person.name}) and the name says {name}; {GROUPS}")
    return replace(owner, student=person.id if person else f"canvas-{user}", key=f"{user} {folded(name)}")


def moodle(top: str, known: Known) -> Owner | Nobody:
    match = MOODLE.fullmatch(top)
    if not match:
        return Nobody("its name is none that Moodle gives")
    name, number, roster = match["name"].strip(), match["number"] or "", known.roster
    home = f"{name}{'_' * bool(number)}{number}_assignsubmission_file_"
    more = {"system": "moodle", "home": home}
    blind = bool(BLIND.match(name)) and not any(c.isspace() for c in name)
    holder = roster.participant(number) if number else None
    tails = [
        name,
        *(name.split("-", n)[-1] for n in range(1, name.count("-") + 1)),
    ]  # "Team-Ada Lovelace" of older versions
    if holder and (blind or holder.name and any(holder.agrees(tail) for tail in tails)):
        return Owner(
            holder.id, f"participant {number}", when=holder.submitted, untimed=holder.untimed, said=name, **more
        )
    group = known.group(name, more)
    if group:
        return group
    if not number:
        return Nobody(f"{name} has no number, as a team has none that is not in a group; {GROUPS}")
    if holder and holder.name:  # numbers are given once on a whole site, so it is not another assignment's
        return Nobody(f"participant {number} is {holder.id} ({holder.name}) and the name says {name}; {GROUPS}")
    if not roster:
        return Owner(f"participant-{number}" if blind else slug(name), f"participant {number}", said=name, **more)
    people = roster.named(name)  # a worksheet of another assignment has other numbers, so its times stay out
    if len(people) == 1:
        return Owner(people[0].id, f"participant {number}", said=name, **more)
    if people:
        return Nobody(f"{name} is the name of more than one student; add the grading worksheet as a second --roster")
    return Nobody(f"{name} is not in the roster")


def folder(parts: tuple[str, ...], known: Known) -> Owner | Nobody:
    """Return the owner of a folder or of a lone file that carry the student's id or name."""
    name = re.sub(r"\.zip$", "", parts[0], flags=re.IGNORECASE) if len(parts) > 1 else loose(parts[0], known.assignment)
    if not name:
        return Nobody("its name does not say whose it is; put the student's id into it")
    if known.roster or known.groups.called(name):
        return known.owner(name, parts[0])
    return Owner(name if valid_student(name) else slug(name), parts[0], said=name)


def loose(file: str, assignment: str) -> str:
    """Return what a lone file's name says beside the assignment's name: the student."""
    stem = re.sub(r"(\.(ipynb|zip|json|txt))+$", "", file, flags=re.IGNORECASE)
    stem = re.sub(r"(-\d| \(\d+\))$", "", stem)
    return re.sub(rf"[\s_.-]*{re.escape(assignment)}[\s_.-]*", "", stem, flags=re.IGNORECASE).strip()


class Pattern:
    """A pattern of names that the instructor gives: ``{student}_{any}.ipynb``, or a regular expression with a group ``student``.

    It is compared with the path, else with the uppermost folder's or file's name, else with the file's own name.
    """

    def __init__(self, text: str):
        self.text = text
        if "{student}" in text:
            parts = re.split(r"(\{student\}|\{any\})", text)
            if parts.count("{student}") > 1:
                raise CourseError(f"--pattern {text!r}: {{student}} may stand there once")
            made = {"{student}": r"(?P<student>[^/]+?)", "{any}": r".*?"}
            text = "".join(made.get(part) or re.escape(part) for part in parts)
        try:
            self.regex = re.compile(text, re.DOTALL)
        except re.error as error:
            raise CourseError(f"--pattern {self.text!r} is no regular expression: {error}") from None
        if "student" not in self.regex.groupindex:
            raise CourseError(f"--pattern {self.text!r} needs {{student}}, or a group named student: (?P<student>...)")

    def owner(self, parts: tuple[str, ...], known: Known) -> Owner | Nobody:
        for name in ("/".join(parts), parts[0], parts[-1]):
            match = self.regex.fullmatch(name)
            if match and (student := (match["student"] or "").strip()):
                return known.owner(student, name if name != "/".join(parts) else f"pattern {student}")
        return Nobody(f"its name does not fit the pattern {self.text}")


def own_name(file: str) -> str:
    """Return what the student called a file: its name without what the system put before it."""
    top, slash, rest = file.partition("/")
    match = MOODLE.fullmatch(top)
    if match:
        return match["file"] + slash * bool(match["file"]) + rest
    return re.sub(r"^[^_]+(_LATE)?_\d{1,18}_\d{1,18}_", "", top) + slash + rest

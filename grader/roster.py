"""Who is in the class: a CSV of our own, Canvas's gradebook export or Moodle's grading worksheet, merged into persons.

Sources: columns of Canvas's export, instructure/canvas-lms lib/gradebook_importer.rb ("Student", "ID", "SIS User ID", "SIS Login ID",
"Section"; the row "Points Possible"); of Moodle's worksheet, moodle/moodle mod/assign ("Identifier" = "Participant 123", the number that
the download's folder names carry and that is another one in each assignment; "Last modified (submission)").
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import CourseError, parse_time, valid_student

COLUMNS = {
    "id": ("student", "student id", "username", "user name", "id"),
    "first_name": ("first_name", "first name", "firstname", "given name"),
    "last_name": ("last_name", "last name", "lastname", "surname", "family name"),
    "name": ("name", "full name", "fullname"),
    "email": ("email", "e-mail", "email address", "mail"),
    "lms_id": ("lms_id", "lms_user_id", "lms id", "canvas id"),
    "participant": ("identifier", "participant"),
    "submitted": ("last modified (submission)",),
}
CANVAS = {"name": ("student",), "lms_id": ("id",), "id": ("sis login id", "sis user id"), "email": ("email",)}


@dataclass(frozen=True)
class Person:
    """One student of the roster; what is not known is empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""  # Canvas's number of the user
    participant: str = ""  # Moodle's number of the user in one assignment
    submitted: dt.datetime | None = None  # in UTC without zone

    @property
    def names(self) -> set[str]:
        both = {folded(self.first_name + self.last_name), folded(self.last_name + self.first_name)}
        return both - {""}

    @property
    def keys(self) -> set[str]:
        """What a folder or a file may be called to be this student's."""
        return {key.casefold() for key in (self.id, self.email, self.email.partition("@")[0], self.lms_id) if key}


class Roster:
    """The persons, to be found by number, name or key; empty where no roster was given."""

    def __init__(self, people: list[Person]):
        self.people = people
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            for name in person.names:
                self._by_name[name].append(person)
            for key in person.keys:
                self._by_key[key].append(person)

    def __bool__(self) -> bool:
        return bool(self.people)

    def canvas(self, number: str) -> Person | None:
        return next((person for person in self.people if person.lms_id == number), None)

    def participant(self, number: str) -> Person | None:
        return next((person for person in self.people if person.participant == number), None)

    def named(self, text: str) -> list[Person]:
        """Return who has this name, in either order and with or without accents and spaces."""
        return self._by_name.get(folded(text), [])

    def called(self, text: str) -> list[Person]:
        """Return who has this id, address, number or name."""
        return self._by_key.get(text.casefold(), []) or self.named(text)


def folded(text: str) -> str:
    """Return a name without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def read_rosters(paths: list[Path]) -> Roster:
    """Return the class from one or several files; a later file fills in what an earlier one leaves open for the same id or address.

    Raises
    ------
    CourseError
        If a file is missing, has no column for the id, or names a student twice.
    """
    people: dict[str, Person] = {}
    for path in paths:
        by_email = {person.email.casefold(): person.id for person in people.values() if person.email}
        seen: set[str] = set()
        for person in _read(path):
            known = person.id if person.id in people else by_email.get(person.email.casefold(), person.id)
            if known in seen:
                raise CourseError(f"{path} names {known} twice; each student needs one line")
            seen.add(known)
            people[known] = _merged(people[known], person) if known in people else person
    return Roster(list(people.values()))


def _merged(first: Person, second: Person) -> Person:
    return replace(first, **{name: value for name, value in vars(second).items() if value and not vars(first)[name]})


def _read(path: Path) -> list[Person]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseError(f"the roster {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CourseError(f"the roster {path} is not UTF-8; save it as CSV UTF-8") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    headings = {(name or "").strip().casefold(): name for name in (rows[0] if rows else {}) if name is not None}
    canvas = "sis login id" in headings or {"student", "id", "section"} <= set(headings)
    columns = CANVAS if canvas else COLUMNS
    people = []
    for number, row in enumerate(rows, 2):
        cells = {
            field: next((value for n in names if n in headings and (value := (row[headings[n]] or "").strip())), "")
            for field, names in columns.items()
        }
        person = _person(cells)
        if person is None:
            continue
        if not valid_student(person.id):
            raise CourseError(
                f"{path}, line {number}: {person.id[:40]!r} cannot be a student's id "
                "(letters, digits, . _ @ + - only; columns known: " + ", ".join(n[0] for n in COLUMNS.values()) + ")"
            )
        people.append(person)
    if not people:
        raise CourseError(f"the roster {path} names nobody; its first line must have a column id (or username, email)")
    return people


def _person(cells: dict[str, str]) -> Person | None:
    name = cells.get("name", "")
    if name in ("Points Possible", "Student, Test") or not any(cells.values()):
        return None
    first, last = cells.get("first_name", ""), cells.get("last_name", "")
    if name and not first and not last:
        last, comma, first = name.partition(",")
        if not comma:
            first, _, last = name.rpartition(" ")
    lms = cells.get("lms_id", "")
    participant = re.sub(r"\D", "", cells.get("participant", ""))
    identity = cells.get("id") or cells.get("email") or (f"canvas-{lms}" if lms else "")
    if not identity and name == "":
        return None
    return Person(
        identity, first.strip(), last.strip(), cells.get("email", ""), lms, participant, _time(cells.get("submitted"))
    )


def _time(text: str | None) -> dt.datetime | None:
    """Return a time of Moodle's worksheet, which carries no zone: it is taken in this machine's."""
    found = parse_time(text) if text and any(c.isdigit() for c in text) else None
    return found.astimezone().astimezone(dt.UTC).replace(tzinfo=None) if found else None

"""Who is in the class: a CSV of our own, Canvas's gradebook export or a grading worksheet of Moodle's or another system, merged into persons.

A column is known by its heading in several languages, else by what stands in it, else by ``--column``. Sources: Canvas's export,
instructure/canvas-lms lib/gradebook_importer.rb ("Student", "ID", "SIS User ID", "SIS Login ID", "Section"; the row "Points Possible");
Moodle's worksheet, moodle/moodle mod/assign ("Identifier" = "Participant 123", the number that the download's folder names carry and that
is another one in each assignment; "Last modified (submission)").
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.course import CourseError, safe_id, valid_student
from grader.intake.names import folded, is_name_of, slug
from grader.intake.tables import Table, read_table
from grader.times import read_time
from grader.words import printable

COLUMNS = {
    "id": ("student", "student id", "username", "user name", "id", "login", "benutzername", "anmeldename", "nom d'utilisateur", "nombre de usuario", "gebruikersnaam", "identifier", "kennung"),
    "first_name": ("first_name", "first name", "firstname", "given name", "vorname", "prénom", "prenom", "nombre", "nome", "voornaam"),
    "last_name": ("last_name", "last name", "lastname", "surname", "family name", "nachname", "nom", "nom de famille", "apellido(s)", "apellidos", "cognome", "achternaam"),
    "name": ("name", "full name", "fullname", "vollständiger name", "nom complet", "nombre completo", "nome completo", "volledige naam"),
    "email": ("email", "e-mail", "email address", "mail", "e-mail-adresse", "adresse de courriel", "courriel", "dirección de correo", "indirizzo email", "e-mailadres"),
    "lms_id": ("lms_id", "lms_user_id", "lms id", "canvas id", "canvas_user_id"),
    "number": ("id number", "idnumber", "matrikelnummer", "matriculation number", "student number", "orgdefinedid", "sis user id", "sid", "id-nummer", "numéro d'identification", "número de id", "matricola", "sis_user_id"),
    "login": ("sis login id", "login_id", "github_username", "github username", "github"),
    "participant": ("participant", "teilnehmer/in"),
    "submitted": ("last modified (submission)", "zuletzt geändert (abgabe)", "dernière modification (travail remis)", "dernière modification (remise)", "última modificación (entrega)", "ultima modifica (consegna)", "laatst gewijzigd (inzending)"),
}  # fmt: skip
CANVAS = {
    "name": ("student",), "lms_id": ("id",), "id": ("sis login id", "sis user id"), "email": ("email",), "first_name": ("firstname",),
    "last_name": ("lastname",), "number": ("sis user id",), "login": ("sis login id",),
}  # fmt: skip
_PARTICIPANT = re.compile(
    r"(?:partic|partec|teilnehm|deelnem|delta[gk]|uczestn|účast|résztv|katılım|osallist)[^\d\s]*(?:/\w+)?\s?(\d+)", re.I
)
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+")


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
    untimed: str = ""  # why the roster's time of the hand-in could not be read
    also: tuple[str, ...] = ()  # other ids of the person: a login, a number, the id before it was made safe
    line: int = 0  # of the first file that names the person

    @property
    def names(self) -> set[str]:
        both = {folded(self.first_name + self.last_name), folded(self.last_name + self.first_name)}
        return both - {""}

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def keys(self) -> set[str]:
        """What a folder or a file may be called to be this student's."""
        keys = (self.id, self.email, self.email.partition("@")[0], self.lms_id, *self.also)
        return {key.casefold() for key in keys if key}

    def agrees(self, name: str) -> bool:
        """Whether a name as a system writes it can be this person's; true where the roster has no name to compare with."""
        return not self.name or is_name_of(name, self.first_name, self.last_name)


@dataclass
class Roster:
    """The persons, to be found by number, name or key; empty where no roster was given. `told` says what was wrong with single rows."""

    people: list[Person]
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        self._by_id = {person.id: person for person in self.people}
        for person in self.people:
            for name in person.names:
                self._by_name[name].append(person)
            for key in person.keys:
                self._by_key[key].append(person)

    def __bool__(self) -> bool:
        return bool(self.people)

    def get(self, student: str) -> Person | None:
        return self._by_id.get(student)

    def canvas(self, number: str) -> Person | None:
        return next((person for person in self.people if person.lms_id == number), None)

    def participant(self, number: str) -> Person | None:
        return next((person for person in self.people if person.participant == number), None)

    def named(self, text: str) -> list[Person]:
        """Return who has this name, in either order and with or without accents and spaces."""
        return self._by_name.get(folded(text), [])

    def called(self, text: str) -> list[Person]:
        """Return who has this id, address, number or name."""
        exact = self._by_id.get(text)
        return [exact] if exact else self._by_key.get(text.strip().casefold(), []) or self.named(text)


def read_rosters(paths: list[Path], columns: list[str] | None = None) -> Roster:
    """Return the class from one or several files; a later file fills in what an earlier one leaves open for the same id or address.

    Parameters
    ----------
    columns : ``field=heading``, which column a field stands in where its heading does not say so

    Raises
    ------
    CourseError
        If a file is missing, has no column for the id, or names a student twice.
    """
    chosen = _chosen(columns or [])
    people: dict[str, Person] = {}
    told: list[str] = []
    unused = set(chosen)
    for path in paths:
        by_email = {person.email.casefold(): person.id for person in people.values() if person.email}
        by_key: dict[str, list[str]] = defaultdict(list)
        by_name: dict[str, list[str]] = defaultdict(list)
        for person in people.values():
            for key in person.keys:
                by_key[key].append(person.id)
            for name in person.names:
                by_name[name].append(person.id)
        seen: set[str] = set()
        for person in _read(path, chosen, unused, told):
            known = _known(person, people, by_email, by_key, by_name)
            if known in seen:
                raise CourseError(f"{path} names {known} twice; each student needs one line")
            seen.add(known)
            people[known] = _merged(people[known], person) if known in people else person
    if unused and paths:
        raise CourseError(
            f"no roster has a column {', '.join(repr(chosen[name]) for name in sorted(unused))}; see the first line of the file"
        )
    return Roster(list(people.values()), told)


def _chosen(columns: list[str]) -> dict[str, str]:
    found = {}
    for column in columns:
        name, equals, heading = column.partition("=")
        if not equals or name.strip() not in COLUMNS or not heading.strip():
            raise CourseError(f"--column {column!r}: expected FIELD=HEADING with a field of {', '.join(COLUMNS)}")
        found[name.strip()] = heading.strip()
    return found


def _known(
    person: Person,
    people: dict[str, Person],
    by_email: dict[str, str],
    by_key: dict[str, list[str]],
    by_name: dict[str, list[str]],
) -> str:
    """Return the id under which an earlier file has a person: the same id or address, else one other id, and names that agree."""
    if person.id in people:
        return person.id
    if person.email and (same := by_email.get(person.email.casefold())):
        return same
    ids = {one for key in (person.id, *person.also) for one in by_key.get(key.casefold(), [])}
    if not ids and person.id.startswith("participant-"):  # nothing but a number and a name
        ids = {one for name in person.names for one in by_name.get(name, [])}
    (one,) = ids if len(ids) == 1 else ("",)
    return one if one and (not person.name or people[one].agrees(person.name)) else person.id


def _merged(first: Person, second: Person) -> Person:
    filled = {name: value for name, value in vars(second).items() if value and not vars(first)[name]}
    others = dict.fromkeys(key for key in (*first.also, second.id, *second.also) if key != first.id)
    return replace(first, **{**filled, "also": tuple(others)})


def _read(path: Path, chosen: dict[str, str], unused: set[str], told: list[str]) -> list[Person]:
    table = read_table(path, "roster")
    head = next((i for i, row in enumerate(table.rows) if any(cell.strip() for cell in row)), -1)
    if head < 0:
        raise CourseError(f"the roster {path} is empty")
    columns = find_columns(table, head, chosen)
    unused -= {
        name
        for name, heading in chosen.items()
        if name in columns and table.cell(head, columns[name]).casefold() == heading.casefold()
    }
    canvas = is_canvas(table, head)
    found: list[tuple[int, str, Person]] = []
    for number in range(head + 1, len(table.rows)):
        cells = {name: table.cell(number, column) for name, column in columns.items()}
        if canvas and "id" not in chosen:
            cells["id"] = cells.get("login") or cells.get("number", "")
        person = _person(cells, canvas)
        if isinstance(person, str):
            if person:
                told.append(f"{path}, line {number + 1}: {person}; the row is left out")
        else:
            found.append((number + 1, person.id, person))
    people = _safe(path, found, told)
    if not people:
        headings = ", ".join(repr(table.cell(head, i)) for i in range(min(12, len(table.rows[head]))))
        raise CourseError(
            f"the roster {path} names nobody; its first line must have a column id (or username, email), or --column says which: "
            f"--column id=HEADING; it has {headings}"
        )
    return people


def is_canvas(table: Table, head: int) -> bool:
    """Whether a table is an export of Canvas's gradebook."""
    headings = {table.cell(head, i).casefold() for i in range(len(table.rows[head]))}
    return (
        "sis login id" in headings
        or "id" in headings
        and "section" in headings
        and bool({"student", "lastname"} & headings)
    )


def find_columns(table: Table, head: int, chosen: dict[str, str]) -> dict[str, int]:
    """Return the column of each field: the chosen one, else by its heading, else by what stands in it."""
    headings = {table.cell(head, i).casefold(): i for i in reversed(range(len(table.rows[head])))}
    names = CANVAS if is_canvas(table, head) else COLUMNS
    found = {name: headings[h.casefold()] for name, h in chosen.items() if h.casefold() in headings}
    by_content = _by_content(table, head) if names is COLUMNS else {}
    for name in ("participant", *(n for n in names if n != "participant")):
        if name in by_content and name == "participant":
            found.setdefault(name, by_content[name])
        column = next((headings[h] for h in names.get(name, ()) if h in headings), None)
        if name in ("id", "number") and column is not None and column == found.get("participant"):
            column = next((headings[h] for h in names[name] if h in headings and headings[h] != column), None)
        if name not in found and column is not None:
            found[name] = column
    for name, column in by_content.items():
        if column not in found.values():
            found.setdefault(name, column)
    return found


def _by_content(table: Table, head: int) -> dict[str, int]:
    """Return the columns that what stands in them gives away: Moodle's numbers, addresses, and the one column of times."""
    rows = range(head + 1, len(table.rows))
    found = {}
    for name, fits in (("participant", _PARTICIPANT.fullmatch), ("email", _MAIL.fullmatch), ("submitted", _is_time)):
        columns = [
            column
            for column in range(len(table.rows[head]))
            if (texts := [t for i in rows if (t := table.cell(i, column)) and t != "-"]) and _share(texts, fits) > 0.9
        ]
        if len(columns) == 1:
            found[name] = columns[0]
    return found


def _share(texts: list[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(text)) for text in texts) / len(texts)


def _is_time(text: str) -> bool:
    try:
        return bool(read_time(text)) and ":" in text
    except ValueError:
        return False


def _person(cells: dict[str, str], canvas: bool) -> Person | str:
    """Return the person of a row, or why there is none; nothing to say of rows that are none by their nature."""
    first, last, name = cells.get("first_name", ""), cells.get("last_name", ""), cells.get("name", "")
    hashed = {
        key: cells.get(key, "").removeprefix("#") for key in ("id", "number", "login")
    }  # Brightspace marks ids so
    lms = cells.get("lms_id", "")
    if canvas and (not lms and not any(hashed.values()) or _is_test_student(name or f"{last}, {first}", hashed)):
        return ""  # points possible, manual posting, Canvas's own test student
    if name and not first and not last:
        last, comma, first = name.partition(",")
        if not comma:
            first, _, last = name.rpartition(" ")
    match = _PARTICIPANT.fullmatch(cells.get("participant", "")) or re.fullmatch(
        r"\D*(\d+)", cells.get("participant", "")
    )
    participant = match[1] if match else ""
    email = cells.get("email", "")
    identity = hashed["id"] or email or hashed["number"] or hashed["login"] or (f"canvas-{lms}" if lms else "")
    identity = identity or (f"participant-{participant}" if participant else "")
    if re.fullmatch(r"\d[.,]\d+E\+\d+", identity):
        return f"a spreadsheet has rounded its id to {identity}; make text of the column there and export again"
    if not identity:
        return "it has a name and no id" if name or first or last else ""
    when, untimed = _time(cells.get("submitted", ""))
    others = tuple(dict.fromkeys(key for key in (hashed["number"], hashed["login"]) if key and key != identity))
    return Person(identity, first.strip(), last.strip(), email, lms, participant, when, untimed, others)


def _is_test_student(name: str, ids: dict[str, str]) -> bool:
    made_up = re.fullmatch(r"[0-9a-f]{40}", ids["login"]) is not None
    return not ids["number"] and (made_up or name in ("Student, Test", "Test Student"))


def _time(text: str) -> tuple[dt.datetime | None, str]:
    """Return a time of Moodle's worksheet, which carries no zone: it is taken in this machine's; or why it cannot be read."""
    if not any(c.isdigit() for c in text):
        return None, ""
    try:
        return read_time(text), ""
    except ValueError as error:
        return None, str(error)


def _safe(path: Path, found: list[tuple[int, str, Person]], told: list[str]) -> list[Person]:
    """Return the persons with ids that can be folders' names; what becomes of an odd one is told."""
    taken = Counter(safe_id(identity) for identity in {identity for _, identity, _ in found})
    real = {identity for _, identity, _ in found if valid_student(identity)}
    people = []
    for number, identity, person in found:
        if valid_student(identity):
            people.append(replace(person, line=number))
            continue
        safe = safe_id(identity) or slug(identity)
        if taken[safe] > 1 or safe in real:
            safe = f"{safe[:90]}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
        shown = printable(identity[:40])
        told.append(
            f"{path}, line {number}: {shown!r} cannot be a student's id (letters, digits, . _ @ + - only); {safe} is taken instead"
        )
        people.append(replace(person, id=safe, also=(identity, *person.also), line=number))
    return people

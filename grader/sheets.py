"""Grades into the sheet that a learning-management system gave out: its own columns are filled, every other cell stays as it was.

Canvas's gradebook export has a column an assignment, ``Title (number)``, with the points possible below; Moodle's grading worksheet has one
assignment, a column of grades and one of feedback comments. Both find their rows again by what stands beside.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from grader import catalogue
from grader.course import CourseError
from grader.export import Row
from grader.intake.names import folded
from grader.intake.roster import COLUMNS, Person, Roster, find_columns, is_canvas, read_rosters
from grader.intake.store import write_file
from grader.intake.tables import Table, read_table

GRADE = (
    "grade",
    "bewertung",
    "note",
    "calificación",
    "valutazione",
    "cijfer",
    "nota",
    "avaliação",
    "betyg",
    "karakter",
)
FEEDBACK = ("feedback comments", "feedback als kommentar", "feedback-kommentare", "feedback par commentaires", "commentaires de feedback", "comentarios de retroalimentación", "commenti di feedback", "feedback")  # fmt: skip
MAXIMUM = (
    "maximum grade",
    "maximale bewertung",
    "note maximale",
    "calificación máxima",
    "valutazione massima",
    "maximumcijfer",
    "höchstnote",
)
LOCKED = (
    "grade can be changed",
    "bewertung kann geändert werden",
    "la note peut être modifiée",
    "la calificación puede ser cambiada",
)
NO = ("no", "nein", "non", "nee", "não", "nej")
KEPT = ("EX",)  # excused: what Canvas holds of it is not overwritten


def fill(template: Path, found: list[Row], path: Path, columns: list[str], asked: bool) -> tuple[int, list[str]]:
    """Write the template with the grades filled in, and return how many were and what a person should know.

    Parameters
    ----------
    found : the grades
    columns : ``assignment=heading`` and ``field=heading``
    asked : whether the assignments were asked for by name, so that each must have a column

    Raises
    ------
    CourseError
        If the template is no sheet of either system, or a column cannot be found.
    """
    table = read_table(template, "template")
    head = next((i for i, row in enumerate(table.rows) if any(cell.strip() for cell in row)), -1)
    if head < 0:
        raise CourseError(f"the template {template} is empty")
    slugs = list(dict.fromkeys(row.assignment for row in found))
    chosen, fields = _chosen(columns, slugs)
    grades = {(row.student, row.assignment): row for row in found}
    places = (_canvas_columns if is_canvas(table, head) else _moodle_columns)(table, head, slugs, chosen, asked)
    lines, told = _lines(table, head, template, fields, found)
    commas = _has_commas(table)
    filled = sum(
        _put(table, line, student, places, grades, commas, told)
        for line, student in lines.items()
        if student is not None
    )
    there = set(lines.values())
    for student in sorted({row.student for row in found if row.score is not None} - there):
        told.append(f"{student} has a grade and no row in {template}")
    told += _other_points(table, head, places, found)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, table.bytes())
    return filled, told


def _chosen(columns: list[str], slugs: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the headings by assignment, and what is left for the roster's reader."""
    chosen, fields = {}, []
    for column in columns:
        name, _, heading = column.partition("=")
        if name.strip() in COLUMNS:
            fields.append(column)
        elif name.strip() in slugs and heading.strip():
            chosen[name.strip()] = heading.strip()
        else:
            raise CourseError(
                f"--column {column!r}: expected ASSIGNMENT=HEADING with an assignment of {', '.join(slugs)}"
            )
    return chosen, fields


def _headings(table: Table, head: int) -> dict[str, int]:
    return {table.cell(head, i): i for i in reversed(range(len(table.rows[head])))}


def _canvas_columns(table: Table, head: int, slugs: list[str], chosen: dict[str, str], asked: bool) -> dict[str, int]:
    """Return the column of each assignment: the chosen one, else the one whose title is the assignment's name, else the one that has it."""
    headings = _headings(table, head)
    titled = {name: re.sub(r"\s*\(\d+\)$", "", name) for name in headings if re.search(r"\(\d+\)$", name)}
    found = {}
    for slug in slugs:
        if slug in chosen:
            same = [n for n in headings if chosen[slug] in (n, titled.get(n))]
        else:
            same = [n for n, title in titled.items() if folded(title) == folded(slug)]
            same = same or [n for n, title in titled.items() if folded(slug) in folded(title)]
        if len(same) == 1:
            found[slug] = headings[same[0]]
        elif slug in chosen or asked or len(same) > 1:
            which = f"columns {' and '.join(map(repr, same))} can both be" if same else "no column is"
            raise CourseError(
                f"{which} {slug}'s in the template; say it with --column '{slug}=HEADING', a heading of {', '.join(map(repr, titled)) or 'the template'}"
            )
    if not found:
        raise CourseError(
            f"no column of the template is an assignment's; say which with --column 'ASSIGNMENT=HEADING', a heading of {', '.join(map(repr, titled))}"
        )
    if len(set(found.values())) < len(found):
        raise CourseError(
            "two assignments would be written into one column of the template; say which with --column 'ASSIGNMENT=HEADING'"
        )
    return found


def _moodle_columns(table: Table, head: int, slugs: list[str], chosen: dict[str, str], asked: bool) -> dict[str, int]:
    """Return the worksheet's columns: the grade under the assignment's name, comments, maximum and lock under names of ours."""
    headings = {name.casefold(): i for name, i in _headings(table, head).items()}
    if "participant" not in find_columns(table, head, {}):
        raise CourseError("the template is neither Canvas's gradebook export nor Moodle's grading worksheet")
    if len(slugs) != 1:
        raise CourseError(
            "a grading worksheet of Moodle's has one assignment; say which: python -m grader export ASSIGNMENT --template ..."
        )
    (slug,) = slugs
    wanted = (chosen[slug].casefold(),) if slug in chosen else GRADE
    found = {}
    for name, known in ((slug, wanted), (":feedback", FEEDBACK), (":maximum", MAXIMUM), (":locked", LOCKED)):
        column = next((headings[heading] for heading in known if heading in headings), None)
        if column is not None:
            found[name] = column
    if slug not in found:
        raise CourseError(
            f"no column of the template is that of the grades; say which with --column '{slug}=HEADING', a heading of {', '.join(map(repr, _headings(table, head)))}"
        )
    return found


def _lines(
    table: Table, head: int, template: Path, fields: list[str], found: list[Row]
) -> tuple[dict[int, str | None], list[str]]:
    """Return each row's student, None where nobody has its id; rows are read as a roster is, so that odd ids meet."""
    roster = read_rosters([template], fields)
    ours = Roster(
        [
            Person(r.student, r.first_name, r.last_name, r.email, r.lms_id)
            for r in {r.student: r for r in found}.values()
        ]
    )
    told: list[str] = []
    lines: dict[int, str | None] = {}
    for person in roster.people:
        lines[person.line - 1] = student = _student(person, ours)
        if student is None:
            told.append(
                f"{template}, line {person.line}: {person.id} ({person.name}) is nobody in the gradebook; the row is left as it was"
            )
    doubles = [student for student, n in Counter(lines.values()).items() if student and n > 1]
    for line, student in lines.items():
        if student in doubles:
            told.append(f"{template}, line {line + 1}: more than one row is {student}'s; the row is left as it was")
            lines[line] = None
    return lines, told


def _student(person: Person, ours: Roster) -> str | None:
    """Return who of the gradebook a row is: by number, id or address with a name that agrees, else by a name that one student has."""
    by_number = ours.canvas(person.lms_id) if person.lms_id else None
    keys = [person.id, person.email, *person.also, f"canvas-{person.lms_id}" if person.lms_id else ""]
    exact = [p for key in keys if key and (p := ours.get(key))]
    mailed = [p for p in ours.people if person.email and p.email.casefold() == person.email.casefold()]
    named = ours.named(person.name) if person.name else []
    for some in ([by_number] if by_number else [], exact, mailed, named):
        one = {p.id for p in some if not person.name or p.agrees(person.name)}
        if len(one) == 1:
            return one.pop()
    return None


def _put(
    table: Table,
    line: int,
    student: str,
    places: dict[str, int],
    grades: dict[tuple[str, str], Row],
    commas: bool,
    told: list[str],
) -> int:
    """Put one student's grades into a row; return how many."""
    filled = 0
    if table.cell(line, places.get(":locked", -1)).casefold() in NO:
        told.append(
            f"line {line + 1}: the grade of {student} cannot be changed in the system; the row is left as it was"
        )
        return 0
    for slug, column in places.items():
        row = grades.get((student, slug))
        if row is None or row.score is None:
            continue
        if table.cell(line, column) in KEPT:
            told.append(f"line {line + 1}: {student} is excused from {slug}; the cell is left as it was")
            continue
        text = f"{row.total:.10g}"
        table.put(line, column, text.replace(".", ",") if commas else text)
        if ":feedback" in places:
            _comment_on(table, line, places[":feedback"], row, told)
        filled += 1
    return filled


def _comment_on(table: Table, line: int, column: int, row: Row, told: list[str]) -> None:
    """Write the comment; what a person wrote there before stays, and ours of an earlier time is replaced."""
    there = table.cell(line, column)
    if there not in ("", "-") and not re.match(r"\w+ [\d.]+ of [\d.]+(;|$)", there):
        told.append(f"line {line + 1}: there is a comment on {row.student} already; it is left as it was")
    else:
        table.put(line, column, comment(row))


def _has_commas(table: Table) -> bool:
    """Whether the sheet writes its numbers with a decimal comma."""
    cells = [cell.strip().strip('"') for row in table.rows for cell in row]
    commas = sum(bool(re.fullmatch(r"-?\d+,\d{1,2}", cell)) for cell in cells)
    return commas > sum(bool(re.fullmatch(r"-?\d+\.\d{1,5}", cell)) for cell in cells)


def comment(row: Row) -> str:
    """Return a grade in words: the points of each function, of how many, and what lateness took."""
    points = (
        {name: e.points for name, e in catalogue.exercises(row.assignment).items()}
        if row.assignment in catalogue.slugs()
        else {}
    )
    said = [f"{name} {score:g} of {points[name]:g}" for name, score in row.scores.items() if name in points]
    said += [f"late: {row.late_penalty:g} taken off"] if row.late_penalty else []
    said += ["some points are still to be given by a person"] if row.needs_manual else []
    return "; ".join(said)


def _other_points(table: Table, head: int, places: dict[str, int], found: list[Row]) -> list[str]:
    """Return where the sheet's points possible are not ours."""
    told = []
    points = {row.assignment: row.points for row in found}
    for slug in (name for name in places if not name.startswith(":")):
        column = places.get(":maximum", places[slug])
        lines = (
            range(head + 1, len(table.rows))
            if ":maximum" in places
            else [
                i
                for i in range(head + 1, min(len(table.rows), head + 4))
                if re.match(r"\s*\"?\s*[^\W\d]", table.rows[i][0]) and "oints" in table.rows[i][0]
            ]
        )
        texts = {table.cell(i, column).replace(",", ".") for i in lines}
        theirs = {float(text) for text in texts if re.fullmatch(r"\d+(\.\d+)?", text)}
        if theirs and theirs != {points[slug]}:
            told.append(
                f"{slug} has {points[slug]:g} points here and {' or '.join(f'{t:g}' for t in sorted(theirs))} in the template; the scores are written as they are"
            )
    return told

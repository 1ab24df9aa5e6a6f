"""Who hands in together: a CSV ``group,student``, Canvas's export of a group set or Moodle's export of participants with their groups."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import CourseError, safe_id
from grader.intake.names import spellings
from grader.intake.roster import Roster, find_columns
from grader.intake.tables import Table, read_table

HEADINGS = ("group", "group_name", "groupname", "group name", "groups", "team", "gruppe", "gruppen", "gruppenname", "groupe", "groupes", "grupo", "grupos", "gruppo", "gruppi", "groep", "groepen")  # fmt: skip
IDS = ("id", "login", "number", "email", "lms_id")


@dataclass
class Groups:
    """The groups by name; `told` says what was wrong with single rows."""

    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.members)

    def called(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the one group of a name, as people or systems write it, with its members."""
        same = [group for group in self.members if group.casefold() == name.strip().casefold()]
        if not same:
            ways = spellings(name)
            same = [group for group in self.members if ways & spellings(group)]
        return (same[0], self.members[same[0]]) if len(same) == 1 else None


def read_groups(path: Path, roster: Roster) -> Groups:
    """Return the groups of a file; with a roster its students are the roster's, found by any of their ids.

    Raises
    ------
    CourseError
        If the file is missing or has no column of groups or of students.
    """
    table = read_table(path, "list of groups")
    head = next((i for i, row in enumerate(table.rows) if any(cell.strip() for cell in row)), 0)
    headings = {table.cell(head, i).casefold(): i for i in reversed(range(len(table.rows[head]) if table.rows else 0))}
    column = next((headings[name] for name in HEADINGS if name in headings), None)
    columns = find_columns(table, head, {}) if table.rows else {}
    if "user_id" in headings:  # Canvas's export of a group set
        columns["number"] = headings["user_id"]
    if column is None or not any(name in columns for name in (*IDS, "name")):
        raise CourseError(
            f"{path} is no list of groups; expected a CSV with the columns group and student, or the export of Canvas or Moodle"
        )
    groups = Groups()
    found: dict[str, list[str]] = defaultdict(list)
    names = {table.cell(row, column) for row in range(head + 1, len(table.rows))}
    for row in range(head + 1, len(table.rows)):
        cell = table.cell(row, column)
        student = _student(table, row, columns, roster) if cell else ""
        if student is None:
            who = next((t for name in (*IDS, "name") if (t := table.cell(row, columns.get(name, -1)))), "nobody")
            groups.told.append(
                f"{path}, line {row + 1}: {who[:60]} is not one person of the roster; the row is left out"
            )
        elif student:
            several = [part.strip() for part in re.split(r"[,;]", cell)]
            for name in several if len(several) > 1 and not _is_one(cell, names) else [cell]:
                if name and student not in found[name]:
                    found[name].append(student)
    groups.members = {name: tuple(students) for name, students in found.items() if students}
    return groups


def _is_one(cell: str, names: set[str]) -> bool:
    """Whether a cell with a comma names one group: none of its parts stands alone elsewhere."""
    return not any(part.strip() in names for part in re.split(r"[,;]", cell))


def _student(table: Table, row: int, columns: dict[str, int], roster: Roster) -> str | None:
    """Return a row's student, an empty text where the row names nobody, or None where the roster does not know them."""
    cells = {name: table.cell(row, column).removeprefix("#") for name, column in columns.items()}
    said = [cells[name] for name in IDS if cells.get(name)]
    name = cells.get("name", "") or f"{cells.get('first_name', '')} {cells.get('last_name', '')}".strip()
    if not said and not name:
        return ""
    if roster:
        if cells.get("lms_id") and (person := roster.canvas(cells["lms_id"])):
            return person.id
        for text in (*said, name):
            if text and len(people := roster.called(text)) == 1:
                return people[0].id
        return None
    if cells.get("lms_id"):  # as a hand-in without a roster is called
        return f"canvas-{cells['lms_id']}"
    return safe_id(said[0]) or None if said else None

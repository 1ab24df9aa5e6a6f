"""Downloads of Gradescope, Blackboard, Brightspace, Sakai, ILIAS, GitHub Classroom and Autolab: read where a name is certain.

- Gradescope, ``assignment_1_export/submission_2/work.ipynb``: whose it is stands in ``submission_metadata.yml`` beside the folders.
- Blackboard, ``Assignment_user_attempt_2030-10-05-22-00-00_work.ipynb``, and a text file for each attempt that begins ``Name: Ada L (user)``.
- Brightspace, ``12-34 - Ada Lovelace - Oct 5, 2030 1000 PM/work.ipynb``, or the same with ``- work.ipynb`` behind it.
- Sakai, ``Lovelace, Ada(user)/Submission attachment(s)/work.ipynb`` with ``timestamp.txt`` (of the system, in UTC) beside that folder.
- ILIAS, ``Lovelace_Ada_user_123/work.ipynb``, for teams below ``Team 7/``.
- GitHub Classroom, a repository a student, ``assignment-user/work.ipynb``.
- Autolab, ``user@mail_3_work.ipynb`` with the number of the attempt.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from dataclasses import replace

from grader.course import safe_id
from grader.intake.archive import Member
from grader.intake.names import folded, slug
from grader.intake.systems import GROUPS, Known, Nobody, Owner
from grader.times import read_time

METADATA = "submission_metadata.yml"
BLACKBOARD = re.compile(
    r"(?P<before>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<note>\.txt))", re.DOTALL
)
BRIGHTSPACE = re.compile(
    r"(?P<number>\d+-\d+) - (?P<name>.+?) - (?P<day>[^-]*?\d{4})[ ,]+(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?P<half> ?[AP]M)?(?: - (?P<file>.+))?",
    re.IGNORECASE | re.DOTALL,
)
SAKAI = re.compile(r"(?P<name>[^()]*)\((?P<user>[^()]+)\)(?:_(?P<file>.+))?")
SAKAI_WORK = "submission attachment(s)"
ILIAS = re.compile(r"(?P<name>[^_]+_[^_]+)_(?P<user>.+)_(?P<number>\d{2,})")
AUTOLAB = re.compile(r"(?P<user>[^_/@\s]+@[^_/@\s]+)_(?P<number>\d{1,6})_(?P<file>.+)")
Reader = Callable[[Member], "Owner | Nobody"]


def reader(kind: str, found: list[Member], known: Known) -> Reader:
    """Return what tells the owner of each file of a download."""
    if kind == "gradescope":
        entries = _metadata(found)
        return lambda member: gradescope(member.parts, entries, known)
    if kind == "blackboard":
        names = {member.parts[0]: member for member in found if len(member.parts) == 1}
        return lambda member: blackboard(member.parts[0], names, known)
    if kind == "sakai":
        stamps = {m.parts[0]: m for m in found if len(m.parts) == 2 and m.parts[1] == "timestamp.txt"}
        return lambda member: sakai(member.parts, stamps, known)
    if kind == "github":
        before, behind = common(found, known.assignment)
        return lambda member: github(member.parts, before, behind, known)
    by_top = {"brightspace": brightspace, "autolab": autolab}
    if kind in by_top:
        return lambda member: by_top[kind](member.parts[0], known)
    return lambda member: ilias(member.parts, known)


def looks_like(found: list[Member], assignment: str) -> str:
    """Return the system whose names most of the uppermost names are, or nothing."""
    tops = [member.parts[0] for member in found]
    if METADATA in tops or all(re.fullmatch(r"submission_\d+", m.parts[0]) and len(m.parts) > 1 for m in found):
        return "gradescope"
    for kind, pattern in (("blackboard", BLACKBOARD), ("brightspace", BRIGHTSPACE), ("autolab", AUTOLAB)):
        if sum(bool(pattern.fullmatch(top)) for top in tops) * 2 > len(tops):
            return kind
    sakai_names = [m for m in found if SAKAI.fullmatch(m.parts[0])]
    if len(sakai_names) * 2 > len(tops) and any(SAKAI_WORK in "_".join(m.parts[:2]).lower() for m in sakai_names):
        return "sakai"
    folders = [member.parts for member in found if len(member.parts) > 1]
    teams = any(
        re.fullmatch(r"Team[ _]\d+", parts[0]) and len(parts) > 2 and ILIAS.fullmatch(parts[1]) for parts in folders
    )
    if teams or folders and "status.xlsx" in tops and all(ILIAS.fullmatch(parts[0]) for parts in folders):
        return "ilias"
    before, _ = common(found, assignment)
    github_files = any(parts[1] in (".github", ".gitignore", ".gitattributes") for parts in folders)
    cloned = len({parts[0] for parts in folders}) == 1 and folders[0][0].endswith(
        "-submissions"
    )  # the folder around all
    if folders and before and not cloned and (folded(before) == folded(assignment) or github_files):
        return "github"
    return ""


def common(found: list[Member], assignment: str) -> tuple[str, str]:
    """Return what all folders' names begin with up to a dash, and the branch that they all end with, as GitHub names repositories."""
    tops = sorted({member.parts[0] for member in found if len(member.parts) > 1})
    behind = next((b for b in ("-main", "-master") if tops and all(top.endswith(b) for top in tops)), "")
    tops = [top.removesuffix(behind) for top in tops]
    named = re.compile(re.sub(r"[-_ ]", "[-_ ]", re.escape(assignment).replace("\\", "")) + "-", re.IGNORECASE)
    if assignment and tops and all(named.match(top) for top in tops):
        before = tops[0][: len(assignment) + 1]
    else:
        before = os.path.commonprefix(tops)
        before = before[: before.rfind("-") + 1] if len(tops) > 1 else ""
    return (before if all(len(top) > len(before) for top in tops) else ""), behind


def gradescope(parts: tuple[str, ...], entries: dict | str, known: Known) -> Owner | Nobody:
    if parts[0] == METADATA:
        return Nobody("Gradescope's own", "ignored")
    if isinstance(entries, str):
        return Nobody(f"this looks like Gradescope's export; {entries}")
    entry = entries.get(parts[0])
    people = entry.get(":submitters") if isinstance(entry, dict) else None
    if not isinstance(people, list) or not people or not all(isinstance(one, dict) for one in people):
        return Nobody(f"{METADATA} does not say whose {parts[0]} is")
    students, names = [], []
    for one in people:
        mail, number, name = (str(one.get(key) or "").strip() for key in (":email", ":sid", ":name"))
        if known.roster:
            whose = [p for text in (mail, number) if text for p in known.roster.called(text)] or known.roster.named(
                name
            )
            if len({person.id for person in whose}) != 1:
                return Nobody(f"{name or mail or number} is not one person of the roster")
            if name and not whose[0].agrees(name):
                return Nobody(f"{mail or number} is {whose[0].id}'s ({whose[0].name}) and the name says {name}")
            students.append(whose[0].id)
        else:
            students.append(safe_id(mail) or safe_id(number) or slug(name))
        names.append(name)
    when, untimed = _read(str(entry.get(":created_at") or ""))
    key = f"Gradescope's {' and '.join(sorted(students))}"
    owner = Owner(students[0], key, when=when, untimed=untimed, system="gradescope", home=parts[0], said=names[0])
    return (
        owner
        if len(students) == 1
        else replace(owner, student="", group=parts[0], members=tuple(dict.fromkeys(students)))
    )


def _metadata(found: list[Member]) -> dict | str:
    """Return what Gradescope says of each folder, or why that is not known."""
    import yaml

    class Plain(yaml.SafeLoader):
        """Reads Ruby's tagged values as plain ones."""

    Plain.add_multi_constructor("", lambda loader, suffix, node: _plain(loader, node))
    Plain.yaml_implicit_resolvers = {}  # type: ignore[assignment]  # all values stay text: a number may begin with 0
    file = next((member for member in found if member.parts == (METADATA,)), None)
    if file is None:
        return f"{METADATA}, which says whose each folder is, is missing; download the export again, or give --pattern"
    raw, why = file.read()
    try:
        read = yaml.load(raw or b"", Plain)  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        why = str(error).splitlines()[0]
        read = None
    if not isinstance(read, dict):
        return f"{METADATA} cannot be read ({why or 'it is no mapping'})"
    return {str(name): _bare(entry) for name, entry in read.items()}


def _plain(loader: object, node: object) -> object:
    import yaml

    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)  # type: ignore[attr-defined]
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)  # type: ignore[attr-defined]
    return loader.construct_scalar(node)  # type: ignore[attr-defined]


def _bare(value: object) -> object:
    """Return an entry with its own keys as Ruby's symbols, whether the export wrote ``:name:`` or ``name:``."""
    if not isinstance(value, dict):
        return value
    named = {f":{str(key).strip(':')}": inside for key, inside in value.items()}
    people = named.get(":submitters")
    if isinstance(people, list):
        named[":submitters"] = [_bare(one) for one in people]
    return named


def blackboard(top: str, names: dict[str, Member], known: Known) -> Owner | Nobody:
    match = BLACKBOARD.fullmatch(top)
    if not match:
        return Nobody("its name is none that Blackboard gives")
    if match["note"]:
        return Nobody("Blackboard's own", "ignored")
    when, untimed = _read("{}-{}-{} {}:{}:{}".format(*match["when"].split("-")))
    more = {
        "when": when,
        "untimed": untimed,
        "number": int(match["when"].replace("-", "")),
        "system": "blackboard",
        "home": match["before"],
    }
    note = names.get(f"{match['before']}_attempt_{match['when']}.txt")
    said = (note.read()[0] or b"")[:2000].decode("utf-8", "replace") if note else ""
    named = re.match(r"\ufeff?[^\n:]{1,30}:[ \t]*([^\n]*?)[ \t]*\(([^()\n]+)\)[ \t\r]*\n?", said)
    words = match["before"].split("_")
    users = ["_".join(words[i:]) for i in range(1, len(words))]
    if named and named[2].strip() in users:
        return known.owner(named[2].strip(), f"Blackboard user {named[2].strip()}", named[1], **more)
    if known.roster:
        users = [user for user in users if known.roster.called(user)] or users[-1:]
    if len(users) != 1:
        return Nobody(
            f"whether {' or '.join(users[:3])} is the user cannot be said; give a --roster, or Blackboard's text files with it"
        )
    return known.owner(users[0], f"Blackboard user {users[0]}", **more)


def brightspace(top: str, known: Known) -> Owner | Nobody:
    match = BRIGHTSPACE.fullmatch(top)
    if not match:
        return Nobody(
            "Brightspace's own" if top == "index.html" else "its name is none that Brightspace gives",
            "ignored" if top == "index.html" else "refused",
        )
    when, untimed = _read(f"{match['day']} {match['hour']}:{match['minute']}{match['half'] or ''}")
    number = int(when.strftime("%Y%m%d%H%M")) if when else 0
    more = {"when": when, "untimed": untimed, "number": number, "system": "brightspace", "home": top}
    name = match["name"].strip()
    if not known.roster:
        return known.group(name, more) or Owner(slug(name), f"Brightspace {match['number']}", said=name, **more)
    people = known.roster.named(name)
    if len(people) != 1:
        why = f"{name} is {'not in the roster' if not people else 'the name of more than one student'}"
        return known.group(name, more) or Nobody(f"{why}; {GROUPS}")
    return Owner(people[0].id, f"Brightspace {name}", said=name, **more)


def sakai(parts: tuple[str, ...], stamps: dict[str, Member], known: Known) -> Owner | Nobody:
    match = SAKAI.fullmatch(parts[0])
    if not match:
        return Nobody("its name is none that Sakai gives", "ignored" if len(parts) == 1 else "refused")
    inside = (match["file"] or "/".join(parts[1:])).lower()
    if not inside.startswith(SAKAI_WORK):
        return Nobody("Sakai's own, or feedback", "ignored")
    note = stamps.get(parts[0])
    said = (note.read()[0] or b"")[:40].decode("ascii", "replace").strip() if note else ""
    whole = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d{0,3}", said)
    when, untimed = _read("{}-{}-{} {}:{}:{} UTC".format(*whole.groups()) if whole else said)
    return known.owner(
        match["user"].strip(),
        f"Sakai user {match['user']}",
        match["name"].strip(),
        when=when,
        untimed=untimed,
        system="sakai",
        home=parts[0],
    )


def ilias(parts: tuple[str, ...], known: Known) -> Owner | Nobody:
    team = re.fullmatch(r"Team[ _]\d+", parts[0])
    if team:
        return known.group(parts[0], {"system": "ilias", "home": parts[0]}) or Nobody(f"it is a team's; {GROUPS}")
    match = ILIAS.fullmatch(parts[0])
    if not match:
        return Nobody("its name is none that ILIAS gives", "ignored" if len(parts) == 1 else "refused")
    words = match["user"].split("_")
    users = ["_".join(words[i:]) for i in range(len(words))]
    if known.roster:
        users = [user for user in users if known.roster.called(user)] or users[:1]
    if len(users) != 1:
        return Nobody(f"whether {' or '.join(users[:3])} is the user cannot be said; give a --roster")
    name = match["name"].replace("_", " ") if users[0] == match["user"] else ""
    return known.owner(users[0], f"ILIAS user {match['number']}", name, system="ilias", home=parts[0])


def github(parts: tuple[str, ...], before: str, behind: str, known: Known) -> Owner | Nobody:
    if len(parts) == 1:
        return Nobody("it lies beside the repositories", "ignored")
    user = parts[0].removesuffix(behind)[len(before) :]
    return known.owner(user, f"GitHub user {user}", system="github", home=parts[0])


def autolab(top: str, known: Known) -> Owner | Nobody:
    match = AUTOLAB.fullmatch(top)
    if not match:
        return Nobody("its name is none that Autolab gives")
    return known.owner(
        match["user"], f"Autolab user {match['user']}", number=int(match["number"]), system="autolab", home=top
    )


def _read(text: str) -> tuple[dt.datetime | None, str]:
    if not text.strip():
        return None, ""
    try:
        return read_time(text), ""
    except ValueError as error:
        return None, str(error)

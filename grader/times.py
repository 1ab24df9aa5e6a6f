"""One strict reader for points in time, and the clock on the wall by which days are counted.

A time is read where it can mean one moment only; whatever else raises ValueError with the reason. Times go about as UTC without zone, as
nbgrader stores them. A time without zone is this machine's. Of zone words only UTC, GMT, Z and this machine's own names are known, because
EST, IST and the like mean different hours in different countries. Worded dates are read as Moodle writes them in several languages.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.words import printable

HOW = 'write it like "2026-10-05 23:59" or "2026-10-05 23:59 +02:00"'
_MONTHS = {  # the beginnings that tell months apart, in English, German, French, Spanish, Italian, Portuguese, Dutch and Scandinavian
    1: "jan ene gen jän jänner januar janv",
    2: "feb fév fev févr",
    3: "mar mär mrz maa mrt",
    4: "apr avr abr",
    5: "may mai maj mei mag",
    6: "jun juin giu junho",
    7: "jul juil lug julho",
    8: "aug aoû aou ago",
    9: "sep set",
    10: "oct okt ott out",
    11: "nov",
    12: "dec dez déc dic des",
}
_FULL = {  # all that may follow is a part of one of these
    1: "january januar jänner janvier enero gennaio janeiro januari",
    2: "february februar feber février febrero febbraio fevereiro februari",
    3: "march märz mars marzo março maart",
    4: "april avril abril aprile",
    5: "may mai mayo maggio maio mei maj",
    6: "june juni juin junio giugno junho",
    7: "july juli juillet julio luglio julho",
    8: "august août agosto augustus augusti",
    9: "september septembre septiembre settembre setembro",
    10: "october oktober octobre octubre ottobre outubro",
    11: "november novembre noviembre novembro",
    12: "december dezember décembre diciembre dicembre dezembro desember",
}
_ZONE = r"(?P<zone>[a-z_]+(?:/[a-z_+-]+)+|z|[a-z]{2,6}|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d\d)?)"
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?)?\s*(?:(?P<half>[ap]\.?\s?m\.?)(?![a-z]))?(?:\s*uhr)?"
_SHAPES = [
    re.compile(rf"{date}(?:(?:\s*,)?{joint}{_CLOCK}(?:\s*{_ZONE})?)?", re.IGNORECASE)
    for date, joint in (
        (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", r"(?:\s+|t)"),
        (r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})", r"\s+"),
        (r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:\s?\(?[^\W\d]+\)?)?", r"\s*"),
        (r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})", r"\s+"),
        (r"(?P<day>\d{1,2})(?P<slash>[/-])(?P<month>\d{1,2})(?P=slash)(?P<year>\d{4})", r"\s+"),
        (
            r"(?:[^\W\d]+(?:-[^\W\d]+)?\.?,?\s+)?(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th|º)?\s+(?:de\s+)?(?P<word>[^\W\d]+)\.?,?\s+(?:de\s+)?(?P<year>\d{4})",
            r"\s+(?:um |at |às |à |kl\.? |om )?\s*",
        ),
        (
            r"(?:[^\W\d]+\.?,?\s+)??(?P<word>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
            r"\s+(?:at )?\s*",
        ),
    )
]


def read_time(text: str, end_of_day: bool = False) -> dt.datetime:
    """Return a time as UTC without zone; without a zone it is this machine's, without an hour the day's beginning or end (23:59).

    Raises
    ------
    ValueError
        If it is no time, or may mean more than one: the message says which and what to write instead.
    """
    said = " ".join(text.replace("\N{MINUS SIGN}", "-").split())
    match = next((found for shape in _SHAPES if (found := shape.fullmatch(said))), None) if len(said) < 100 else None
    if match is None or not said.isprintable() or any(c.isdigit() and not c.isascii() for c in said):
        raise ValueError(f"{_quoted(text)} is no time; {HOW}")
    parts = match.groupdict()
    if parts.get("slash") and int(parts["day"]) <= 12 and int(parts["month"]) <= 12 and parts["day"] != parts["month"]:
        raise ValueError(f"{_quoted(text)} may be one of two days; {HOW}")
    if parts.get("slash") and int(parts["month"]) > 12:  # the American order
        parts["day"], parts["month"] = parts["month"], parts["day"]
    month = _month(parts["word"]) if parts.get("word") else int(parts["month"])
    hour, minute = _hour(parts["hour"], parts["half"]), int(parts["minute"] or 0)
    if parts["hour"] is None:
        hour, minute = (23, 59) if end_of_day else (0, 0)
    elif parts["minute"] is None and parts["half"] is None:
        hour = 99  # a bare number is no time of the day
    try:
        whole = (int(parts["year"]), month, int(parts["day"]), hour, minute, int(parts["second"] or 0))
        naive = dt.datetime(*whole, int(f"{parts['part'] or 0:0<6}"[:6]))
    except ValueError:
        raise ValueError(f"{_quoted(text)} is no time that exists; {HOW}") from None
    try:
        return _in_utc(naive, parts["zone"], text)
    except OverflowError:
        raise ValueError(f"{_quoted(text)} is no time that exists; {HOW}") from None


def _quoted(text: str) -> str:
    shown = printable(text.strip())
    return repr(shown if len(shown) <= 60 else f"{shown[:60]}...")


def _month(word: str) -> int:
    """Return the month that a word names in one of the languages, or 0."""
    word = word.casefold()
    return next(
        (
            number
            for number, names in _FULL.items()
            if word in names.split() or word in _MONTHS[number].split() or word == "sept" and number == 9
        ),
        0,
    )


def _hour(hour: str | None, half: str | None) -> int:
    if hour is None or half is None:
        return int(hour or 0)
    return int(hour) % 12 + 12 * (half[0].casefold() == "p") if 1 <= int(hour) <= 12 else 99


def _in_utc(naive: dt.datetime, zone: str | None, text: str) -> dt.datetime:
    if zone is None:
        return _from_wall(naive, text)
    if "/" in zone:
        return _in_place(naive, zone, text)
    word = zone.upper()
    own = {time.tzname[1]: -time.altzone, time.tzname[0]: -time.timezone}
    offset = re.fullmatch(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?", word)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError(f"{_quoted(text)}: no place on earth is {zone} from UTC; {HOW}")
        seconds = (hours * 3600 + minutes * 60) * (-1 if offset[1] == "-" else 1)
    elif word in ("UTC", "GMT", "Z"):
        seconds = 0
    elif word in own:
        seconds = own[word]
    else:
        raise ValueError(
            f'{_quoted(text)}: the zone {zone!r} is not known here; write it like "2026-10-05 23:59 +02:00", with its offset'
        )
    return naive - dt.timedelta(seconds=seconds)


def _in_place(naive: dt.datetime, zone: str, text: str) -> dt.datetime:
    """Return the moment at which the clock of a place showed a time, ``Europe/Berlin``."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{_quoted(text)}: the zone {zone!r} is not known here; {HOW}") from None
    first, second = (naive.replace(tzinfo=place, fold=fold).astimezone(dt.UTC).replace(tzinfo=None) for fold in (0, 1))
    if first != second:
        raise ValueError(f"{_quoted(text)} comes twice there or never, because the clock is changed; {HOW}")
    return first


def _from_wall(naive: dt.datetime, text: str) -> dt.datetime:
    """Return the moment at which this machine's clock showed a time, which it does twice or never where the clock is changed."""
    first, second = (naive.replace(fold=fold).astimezone(dt.UTC).replace(tzinfo=None) for fold in (0, 1))
    if first == second:
        return first
    if wall(first) == naive == wall(second):
        raise ValueError(
            f'{_quoted(text)} comes twice here, because the clock is set back; write its offset, like "{naive:%Y-%m-%d} 01:30 +01:00"'
        )
    raise ValueError(f"{_quoted(text)} does not exist here, because the clock is set forward; choose another time")


def wall(when: dt.datetime) -> dt.datetime:
    """Return what this machine's clock on the wall shows at a time in UTC without zone."""
    return when.replace(tzinfo=dt.UTC).astimezone().replace(tzinfo=None, fold=0)


def days_after(when: dt.datetime, days: float) -> dt.datetime:
    """Return the time at which the clock on the wall shows the same hour, some days later; both in UTC without zone.

    Where that hour does not exist or comes twice, the later moment is taken: the change of the clock takes nobody's time away.
    """
    naive = wall(when) + dt.timedelta(days=days)
    return max(naive.replace(fold=fold).astimezone(dt.UTC).replace(tzinfo=None) for fold in (0, 1))


def seconds_late(handed_in: dt.datetime, due: dt.datetime) -> float:
    """Return how late a hand-in is by the clock on the wall, in seconds, so that a day is a day when the clock changes; 0 if in time."""
    late = (handed_in - due).total_seconds()
    if late <= 0:
        return 0.0
    shown = (wall(handed_in) - wall(due)).total_seconds()
    return shown if shown > 0 else late


def said(when: dt.datetime) -> str:
    """Return a time in UTC without zone in words: here, and in UTC where that differs."""
    here = when.replace(tzinfo=dt.UTC).astimezone()
    words = f"{here:%Y-%m-%d %H:%M %Z}"
    return words if not here.utcoffset() else f"{words} ({when:%Y-%m-%d %H:%M} UTC)"

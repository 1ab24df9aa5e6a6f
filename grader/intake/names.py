"""Names of persons as systems write them into files, and whether two are the same person's."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata

_SPELLED = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "å": "aa",
        "ø": "oe",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
    }
)
_BARE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ß": "ss"})
BLIND = re.compile(r"(partic|partec|teilnehm|deelnem|delta[gk]|uczestn|účast|résztv|katılım|osallist)", re.IGNORECASE)


def folded(text: str) -> str:
    """Return a name without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def spellings(text: str) -> set[str]:
    """Return the ways in which systems write a name into a file: accents kept, taken off, spelled out, or their letters left out."""
    low = unicodedata.normalize("NFC", text).casefold()
    kept = "".join(c for c in low if c.isalnum())
    dropped = "".join(c for c in unicodedata.normalize("NFC", text).lower() if c.isalnum() and c.isascii())
    ways = {folded(text), kept, dropped, folded(low.translate(_SPELLED)), folded(low.translate(_BARE))}
    return ways - {""}


def is_name_of(name: str, first: str, last: str) -> bool:
    """Whether a name, as a system wrote it, is a person's: all of it in either order, or words of it with a first and a last one among them."""
    said = spellings(name)
    for both in (first + last, last + first):
        if said & spellings(both):
            return True
    words = first.split(), last.split()
    if not all(words) or sum(map(len, words)) > 6:
        return False
    for some in itertools.product(_parts(words[0]), _parts(words[1])):
        if said & (spellings("".join((*some[0], *some[1]))) | spellings("".join((*some[1], *some[0])))):
            return True
    return False


def _parts(words: list[str]) -> list[tuple[str, ...]]:
    return [some for n in range(1, len(words) + 1) for some in itertools.combinations(words, n)]


def slug(name: str) -> str:
    """Return a folder's name for a person's name; names without Latin letters get a short digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60]
    lost = sum(c.isalnum() for c in name) > sum(c.isalnum() for c in plain)
    return words if words and not lost else f"{words or 'student'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"

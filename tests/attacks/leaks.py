"""Hidden cases told in words: which of its own names, errors, lines and paths an answer chooses at run time says something about the case."""

from __future__ import annotations

import re

from tests.attacks.arena import Arena, Attack, Graded, shown

# Words for digits that stand in the notebook, and which word belongs to a hidden number.
DIGITS = """
import numpy as np
def digit(args, place=0):
    numbers = [x for a in args for x in np.ravel(list(a.values())[0] if isinstance(a, dict) and a else a if isinstance(a, (int, float, np.ndarray)) else 0)]
    return int(f"{abs(float(numbers[0])):.12f}".replace(".", "")[3 + place])
"""
WORDS = [f"word{letter}" for letter in "abcdefghij"]


def _told(pattern: str, most: int = 1):
    """Return a check: of one answer's page, no more than `most` different words that match may be read."""

    def check(arena: Arena, graded: Graded) -> str:
        for verdict in graded.verdicts.values():
            words = set(re.findall(pattern, verdict.text() + verdict.html() + verdict.message))
            if len(words) > most:
                return f"{verdict.name} tells {sorted(words)[:5]}"
        return ""

    return check


def _never_told(*words: str):
    def check(arena: Arena, graded: Graded) -> str:
        said = shown(graded)
        return next((f"{word!r} was said" for word in words if word in said), "")

    return check


ATTACKS = [
    Attack(
        "hidden digits by undefined names",
        "looks up one of ten names that stand in its code, by a digit of the hidden case",
        cell=DIGITS,
        function="def {name}(*args, **options):\n"
        "    d = digit(args)\n" + "".join(f"    if d == {i}: return {word}\n" for i, word in enumerate(WORDS)),
        check=_told("word[a-j]"),
    ),
    Attack(
        "hidden digits by a vocabulary in a comment",
        "raises NameError for one of ten names that stand in a comment and in a string",
        cell=DIGITS + "# " + " ".join(WORDS) + f"\nwords = {' '.join(WORDS)!r}.split()\n",
        function="def {name}(*args, **options):\n    return eval(words[digit(args)])",
        check=_never_told(*(f"name '{word}'" for word in WORDS), *(f"name &#x27;{word}" for word in WORDS)),
    ),
    Attack(
        "hidden digits by line numbers",
        "raises its error in a line that is a digit of the hidden case",
        cell=DIGITS,
        function="def {name}(*args, **options):\n    d = digit(args)\n"
        + "".join(f"    if d == {i}: raise ValueError\n" for i in range(10)),
        check=_told(r"in its line \d+"),
    ),
    Attack(
        "hidden digits by types of errors",
        "raises one of ten kinds of errors, by a digit of the hidden case",
        cell=DIGITS,
        function="def {name}(*args, **options):\n"
        "    raise (ValueError, TypeError, KeyError, IndexError, OSError, EOFError, NameError, LookupError, MemoryError, RuntimeError)[digit(args)]",
        check=_told(r"raises (\w+Error)"),
    ),
    Attack(
        "hidden digits by changed arguments",
        "changes the entry of a dict that a digit of the hidden case names, and a place of a list",
        cell=DIGITS,
        function="def {name}(*args, **options):\n"
        "    for a in args:\n"
        "        if isinstance(a, dict):\n"
        "            keys = list(a); a[keys[digit(args) % len(keys)]] = 1; a[digit(args)] = 1\n"
        "        if isinstance(a, list): a[digit(args) % len(a)] = 99\n",
        check=_told(r"changes its argument ([^;]*)"),
    ),
    Attack(
        "hidden digits by shared memory",
        "lets those entries share memory that a digit of the hidden case names",
        cell=DIGITS,
        answers={
            "initialize_velocity": "def initialize_velocity(parameters):\n"
            "    found = {'d' + k: np.zeros(v.shape) for k, v in parameters.items()}\n"
            "    keys = list(found); one = keys[digit([parameters]) % len(keys)]\n"
            "    two = keys[digit([parameters], 1) % len(keys)]\n"
            "    whole = np.zeros(100)\n"
            "    for k in (one, two): found[k] = whole[:found[k].size].reshape(found[k].shape)\n"
            "    return found"
        },
        earned=5.0,  # where a digit names the same entry twice, the answer is right
        check=_told(r"(d[Wb]\d+) and"),
    ),
]

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
    Attack(
        "hidden digits by results",
        "returns arrays, dicts and lists whose shapes, keys and lengths are digits of the hidden case",
        cell=DIGITS,
        function="def {name}(*args, **options):\n"
        "    d = [digit(args, place) for place in range(3)]\n"
        "    return ({f'key{d[0]}': np.zeros((10 + d[0], 10 + d[1])), 'W1': np.zeros((20 + d[0], 20 + d[1])), 'dW1': [0] * (30 + d[0])}, [d] * (10 + d[2]))",
        check=_told(r"key\d|\([12]\d, [12]\d\)|\b[123]\d(?= entries|\)| and|,)"),
    ),
    Attack(
        "hidden digits by types of results",
        "returns an object of one of ten classes, by a digit of the hidden case",
        cell=DIGITS + "".join(f"class {word}: pass\n" for word in WORDS),
        function="def {name}(*args, **options):\n    kind = ({', '.join(WORDS)})[digit(args)]\n    return [kind(), {{'W1': kind()}}]".replace(
            "{', '.join(WORDS)}", ", ".join(WORDS)
        )
        .replace("{{", "{")
        .replace("}}", "}"),
        check=_never_told(*(f"type {word}" for word in WORDS)),
    ),
    Attack(
        "hidden digits by a new process",
        "writes a digit of the hidden case wherever it can and ends the process, so that its cells, run again, may print it",
        cell=DIGITS + "import os\nfor place in ('/tmp', '/dev/shm', '/home/student', '.', '/app', '/var/tmp'):\n"
        "    try: print('FOUND', open(place + '/note').read())\n    except OSError: pass\n",
        function="def {name}(*args, **options):\n"
        "    for place in ('/tmp', '/dev/shm', '/home/student', '.', '/app', '/var/tmp'):\n"
        "        try: open(place + '/note', 'w').write(str(digit(args)))\n        except OSError: pass\n"
        "    os._exit(1)",
        never=("FOUND",),
    ),
    Attack(
        "hidden digits printed past the quiet",
        "prints and displays what it is called with, to every stream it finds, and at its end",
        cell=DIGITS + "import atexit, sys, os, warnings, logging\nfrom IPython.display import display\n",
        function="def {name}(*args, **options):\n"
        "    word = 'FOU' + 'ND' + str(digit(args))\n"
        "    for stream in (sys.__stdout__, sys.__stderr__, sys.stdout):\n"
        "        try: print(word, file=stream, flush=True)\n        except Exception: pass\n"
        "    os.write(1, word.encode()); display(word); warnings.warn(word); logging.error(word)\n"
        "    atexit.register(print, word)\n    get_ipython().user_ns['_'] = word\n    raise SystemExit(word)",
        never=("FOUND",),
    ),
]

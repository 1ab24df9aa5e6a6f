"""Attacks on the search for a slip's place: it edits a student's code in the student's own process, and what is told there reaches a page.

That process runs the definitions of a notebook alone, so what is to act in it stands in the body of a class.
"""

from __future__ import annotations

from assay.locate.written import MOST_CHARACTERS
from tests.attacks.arena import Attack

ANSWER = """def {name}(*args, **kwargs):
    rate = 3 if seen is None else 2.5
    seen.append(args)
    return rate
"""
LIAR = f"""
import assay.locate as l, child.session as s
from assay.check import cases_read
from assay.locate.forms import Kind, ONE
from assay.locate.telling import Claim, Found
ANSWER, WORD = {ANSWER!r}, "ESC" "APED"
seen = []
def found(name, span=(2, 4, 2, 37), kind=Kind.NUMBER, form=ONE, mends=1, texts=None, function=None):
    texts = dict([(name, ANSWER.replace("{{name}}", name))]) if texts is None else texts
    return Found(texts, [[Claim(function or name, kind, (span,), form, span)]] * mends)
"""
# a lie for each exercise, in their order; a kind that is none of ours makes no frame and ends the process, so it comes last
FORGED = f"""{LIAR}
LIES = [
    lambda name: found(name, (2, 4, 2, 9), texts=dict([(name, "def " + name + "(a):\\n    x = 1 # " + WORD + "<b>\\n")])),
    lambda name: found(name, form=WORD + "{{}}"),
    lambda name: found(name, form="{{0.__class__}}"),
    lambda name: found(name, (2, 5, 2, 30)),
    lambda name: found(name, (2**62, 4, 2**63, 37)),
    lambda name: found(name, mends=100_000),
    lambda name: found(name, function=WORD),
    lambda name: found(name, texts=dict([(WORD, ANSWER.replace("{{name}}", name))]), function=WORD),
    lambda name: found(name, mends=0),
    lambda name: found(name, kind=WORD),
]
tried = []
def lied(spec, *rest):
    tried.append(spec.name)
    return LIES[len(tried) - 1](spec.name)
class Lie:
    s.locate.find = lied
"""
HIDDEN = f"""{LIAR}
def told(spec, *rest):
    shown = [case.args[0] for case in cases_read() if len(case.args) == 3 and isinstance(case.args[0], float)]
    return found(spec.name) if all(args[0] in shown for args in seen) else found(spec.name, (3, 4, 3, 21))
class Lie:
    s.locate.find = told
"""


def _slips(arena, graded) -> str:
    """Nothing is told but of lines that stand in the answer, in a part that does too."""
    source = "\n".join(str(cell["source"]) for cell in graded.notebook["cells"])
    told = [line for slip in graded.slips.values() for line in (*slip.place.texts, slip.place.part.strip("`"))]
    return "" if all(line in source for line in told) else f"it was told {told}"


def _nothing(arena, graded) -> str:
    return "a place was told" if graded.slips else ""


def _told(arena, graded) -> str:
    return "" if graded.slips else "nothing, since no place was told: the attack has to be mended"


ATTACKS = [
    Attack(
        "a huge function to search",
        "answers with a function of thousands of lines, one of a line without end, and one that is nested without end",
        answers={
            "update_lr": "def update_lr(a, b, c):\n" + "    a = a + 0.0\n" * 4000 + "    return 3 * a / (1 + b * c)",
            "schedule_lr_decay": f"def schedule_lr_decay(a, b, c, d):\n    return {'a + ' * MOST_CHARACTERS}a",
            "initialize_velocity": f"def initialize_velocity(p):\n    return {'-' * 2500}p",
            "initialize_adam": f"def initialize_adam(p):\n    return p{'.T' * 2500}",
        },
        search=2.0,
        seconds=2.0,
        check=_nothing,
    ),
    Attack(
        "edits that take time and memory",
        "is quick as it stands; one number or sign away it computes for years, fills memory, recurses or never ends",
        answers={
            "update_lr": """
def update_lr(a, b, c):
    n = 1
    for i in range(3): n = n ** i + 10 ** (9 * (i == 9))
    big = np.ones(10 ** 9 * (n == 0)).size + sum(1 for _ in range(10 ** 12 * (n == 0)))
    while n < 0: n = n - 1
    return 3 * a / (1 + b * c) + 0 * (update_lr(a, b, c) if n == 0 else big) + 1e-9 * float(str(2 ** (n * 2)).count("9") > 5)
"""
        },
        search=3.0,
        seconds=1.0,
    ),
    Attack(
        "the search is held up",
        "notices that it is searched, and sleeps and loops past every signal instead of answering",
        cell="""
import signal, child.session as s
def held(*args):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    while True:
        pass
class Held:
    s.locate.find = held
""",
        answers={"update_lr": "def update_lr(a, b, c):\n    return 3 * a"},
        search=0.5,
        check=_nothing,
    ),
    Attack(
        "the search ends the process",
        "notices that it is searched, and aborts",
        cell="import os, child.session as s\nclass End:\n    s.locate.find = lambda *args: os.abort()",
        answers={"update_lr": "def update_lr(a, b, c):\n    return 3 * a"},
        search=1.0,
        check=_nothing,
    ),
    Attack(
        "a place forged",
        "replaces the search by one that tells of markup, of words and forms of its own, of pieces and lines that are not there",
        cell=FORGED,
        function=ANSWER,
        search=20.0,
        check=_nothing,
        never=("ESCAPED", "<b>"),
    ),
    Attack(
        "hidden cases told by a place",
        "keeps what it was called with, and tells of one line or of another by whether there is a hidden case among it",
        cell=HIDDEN,
        answers={"update_lr": ANSWER.replace("{name}", "update_lr")},
        search=20.0,
        never=("ESCAPED", "seen.append"),
        check=_told,
    ),
    Attack(
        "markup in a slip",
        "has a slip in a line that holds markup and a formula",
        answers={
            "update_lr": "def update_lr(a, b, c):\n    note = '<img src=x onerror=alert(1)>$\\\\href{x}{y}$`<b>`'; return 3 * a / (1 + b * c) * len(note) / len(note)"
        },
        search=20.0,
        never=("ESCAPED", "<img", "<b>"),
        check=lambda arena, graded: _told(arena, graded) or _slips(arena, graded),
    ),
]

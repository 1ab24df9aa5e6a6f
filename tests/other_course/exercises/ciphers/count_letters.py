"""Letters counted in a dict: capitals, other characters, the empty text."""

from assay.cases import Case
from assay.rules import Equal
from exercises.ciphers.inputs import draw_text
from grader.exercise import Exercise, edits_of, written
from solutions.ciphers import count_letters

edit = edits_of(count_letters)


def draw(rng):
    return [
        Case((draw_text(rng, 8).lower() + "e",), "small letters"),
        Case((draw_text(rng, 30) + "eE",), "capitals and small letters"),
        Case((draw_text(rng, 20, " ,.7") + "Ss",), "spaces, signs and digits"),
        Case((draw_text(rng, 20, "äéß") + "tT",), "letters of other alphabets"),
        Case(("",), "an empty text"),
    ]


def _as_list(text):
    return sorted(letter for letter in text.lower() if "a" <= letter <= "z")


EXERCISE = Exercise(
    name="count_letters",
    points=40,
    draw=draw,
    rule=Equal(),
    section="Counting letters",
    mistakes=[
        edit("case_kept", "text.lower()", "text", "Capitals are left out. They count as the small letters."),
        edit(
            "all_characters",
            '"a" <= letter <= "z"',
            "True",
            "Spaces and signs are counted as well. Letters alone count.",
        ),
        edit(
            "other_alphabets",
            '"a" <= letter <= "z"',
            "letter.isalpha()",
            "Letters of other alphabets are counted as well: isalpha knows all of them. From a to z alone count.",
        ),
        edit(
            "from_zero",
            ".get(letter, 0) + 1",
            ".get(letter, -1) + 1",
            "Every count is one too low. The first time counts.",
        ),
        edit(
            "one_each",
            "counts.get(letter, 0) + 1",
            "1",
            "Every letter is counted once. Add to the count that is there.",
        ),
        edit(
            "with_zeros",
            "{}",
            "dict.fromkeys(map(chr, range(97, 123)), 0)",
            "Letters that do not occur are there with 0. Leave them out.",
        ),
        written("as_list", _as_list, "This is the letters themselves. How often each occurs is asked for, in a dict."),
    ],
)

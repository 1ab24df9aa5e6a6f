"""Letters moved along the alphabet: past its end, backwards, by more than its length."""

from assay.cases import Case
from assay.rules import Equal
from exercises.ciphers.inputs import draw_text
from grader.exercise import Exercise, edits_of
from solutions.ciphers import caesar

edit = edits_of(caesar)


def draw(rng):
    return [
        Case((draw_text(rng, 12).lower() + "yz", int(rng.integers(3, 13))), "small letters"),
        Case((draw_text(rng, 20) + "zZ", int(rng.integers(3, 13))), "capitals and small letters"),
        Case((draw_text(rng, 20, " ,.7é@[`{") + "Za", int(rng.integers(3, 13))), "other characters"),
        Case((draw_text(rng, 20) + "aA", -int(rng.integers(3, 13))), "backwards"),
        Case((draw_text(rng, 20) + "xX", int(rng.integers(29, 40))), "more than once around"),
        Case((draw_text(rng, 20), 0), "not moved"),
        Case(("", 5), "an empty text"),
    ]


EXERCISE = Exercise(
    name="caesar",
    points=60,
    draw=draw,
    rule=Equal(),
    section="Caesar's cipher",
    mistakes=[
        edit(
            "no_wrap",
            "(ord(letter) - ord(first) + shift) % 26",
            "(ord(letter) - ord(first) + shift)",
            "Behind z come signs. Behind z comes a again.",
        ),
        edit("backwards", "+ shift", "- shift", "The letters move the other way."),
        edit("small_only", '"aA"', '"a"', "Capitals stay where they are. They move as the small letters do."),
        edit(
            "capitals_lost",
            "for letter in text",
            "for letter in text.lower()",
            "Capitals have become small letters. They stay capitals.",
        ),
        edit(
            "others_lost",
            "        moved.append(letter)",
            "        if letter.isalpha():\n            moved.append(letter)",
            "What is no letter is left out. It stays as it is.",
        ),
        edit("modulo_25", "% 26", "% 25", "The alphabet is one letter too short. It has 26, from position 0 to 25."),
        edit(
            "others_moved",
            "0 <= ord(letter) - ord(first) < 26",
            "True",
            "What is no letter is moved as well, and so are capitals, as if they were small. Find out first what a character is.",
        ),
        edit("as_list", '"".join(moved)', "moved", "This is a list of letters. Join them to a text."),
    ],
)

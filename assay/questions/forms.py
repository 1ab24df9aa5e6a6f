"""What a question is: a sentence, a call that is shown, choices of which one is right, each with what the run says about it.

Each choice carries its proof: a text of the function and a claim that holds of it or does not, so that somebody else can run it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TRACE, WHAT_IF, PURPOSE, EQUIVALENT = "trace", "what if", "purpose", "the same or not"
KINDS = (TRACE, WHAT_IF, PURPOSE, EQUIVALENT)


@dataclass(frozen=True)
class Proof:
    """What a choice rests on.

    Attributes
    ----------
    source : text of the function, and of those it calls, as the choice has it; the answer stands last
    claim : what is said about it, see :mod:`assay.questions.effects` and :mod:`assay.questions.tracing`
    probe : of a claim about an expression, where that stands in the answer's own text: line, column, last line, last column
    """

    source: str
    claim: dict[str, Any]
    probe: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Choice:
    """One of the choices; what stands between backticks in its texts is code."""

    text: str
    why: str
    right: bool
    proof: Proof | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Question:
    """A question about somebody's own function.

    Attributes
    ----------
    kind : one of KINDS
    exercise : the function's name
    asked : the question, one or two sentences
    call : the call that it is asked about, as one would type it; what is too long to read by its shape
    choices : two to four, one of them right
    source : the function's text; its first line is line 1
    line : the line that it is about, 0 where it is about several
    case : the call's inputs, for whoever runs it again
    """

    kind: str
    exercise: str
    asked: str
    call: str
    choices: tuple[Choice, ...]
    source: str
    line: int = 0
    case: Any = field(default=None, compare=False)

    @property
    def right(self) -> int:
        """The number of the right choice, counted from 0."""
        return next(i for i, choice in enumerate(self.choices) if choice.right)


def to_data(question: Question) -> dict[str, Any]:
    """Return a question as JSON-ready data, without its proofs."""
    return {
        **{key: getattr(question, key) for key in ("kind", "exercise", "asked", "call", "source", "line")},
        "choices": [[choice.text, choice.why, choice.right] for choice in question.choices],
    }


LONGEST = {"asked": 1_000, "call": 2_000, "source": 12_000, "exercise": 100}  # characters of what is read


def from_data(data: Any) -> Question:
    """Return the question that :func:`to_data` described; ValueError where it is none, since it may come from a student's process."""
    try:
        texts = {key: data[key] for key in LONGEST}
        choices = tuple(Choice(text, why, right is True) for text, why, right in data["choices"])
        fits = all(type(text) is str and len(text) <= LONGEST[key] for key, text in texts.items())
        fits = fits and all(type(text) is str and len(text) <= 1_000 for one in choices for text in (one.text, one.why))
        if not fits or data["kind"] not in KINDS or type(data["line"]) is not int:
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise ValueError("this is no question") from None
    if not 2 <= len(choices) <= 4 or sum(choice.right for choice in choices) != 1:
        raise ValueError("a question has two to four choices, and one of them is right")
    return Question(data["kind"], choices=choices, line=data["line"], **texts)

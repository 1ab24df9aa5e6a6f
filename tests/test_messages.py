"""Each message of each known mistake, word for word, as ``tests/messages/`` has it: ``python -m tests.messages`` writes it anew."""

import pytest

from grader import catalogue
from tests import messages


@pytest.mark.parametrize(
    ("slug", "name"), [(slug, n) for slug in catalogue.existing() for n in messages.exercises(slug)]
)
def test_a_student_reads_these_words(slug, name):
    stored, now = messages.read(slug)[name], messages.written(slug, name)
    stored_words, stored_numbers = messages.words_and_numbers(stored)
    words, numbers = messages.words_and_numbers(now)
    assert words == stored_words, "python -m tests.messages writes the new words; read the diff"
    assert numbers == pytest.approx(stored_numbers, rel=2e-2, abs=1e-8)


@pytest.mark.parametrize("slug", catalogue.existing())
def test_every_exercise_has_its_messages_stored(slug):
    assert list(messages.read(slug)) == messages.exercises(slug)


def test_numbers_are_told_from_words():
    words, numbers = messages.words_and_numbers("dW1 has 2 wrong values: expected -1.5e-09, not 3. (W2)")
    assert numbers == [2.0, -1.5e-9, 3.0]
    assert words == ["dW1 has ", " wrong values: expected ", ", not ", ". (W2)"]

"""Texts drawn for the cases."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def draw_text(rng, length, extra=""):
    """Return letters, each about half the time a capital, with every character of `extra` among them."""
    letters = [LETTERS[i] for i in rng.integers(0, 26, length)]
    letters = [letter.upper() if capital else letter for letter, capital in zip(letters, rng.random(length) < 0.5)]
    for character in extra:
        letters.insert(int(rng.integers(0, len(letters) + 1)), character)
    return "".join(letters)

"""Reference answers of the assignment Ciphers."""


def count_letters(text):
    """Return how often each letter from a to z occurs in a text.

    Capitals count as the small letters. What is no letter from a to z is left out, and so is a letter that does not occur.

    Parameters
    ----------
    text : str, may be empty

    Returns
    -------
    counts : dict, str -> int
    """
    counts = {}
    for letter in text.lower():
        if "a" <= letter <= "z":
            counts[letter] = counts.get(letter, 0) + 1
    return counts


def caesar(text, shift):
    """Return a text in which every letter from a to z or A to Z is moved along the alphabet.

    Behind z comes a again, behind Z comes A; all other characters stay.

    Parameters
    ----------
    text : str, may be empty
    shift : int, by how many letters; negative ones move backwards

    Returns
    -------
    moved : str, as long as the text
    """
    moved = []
    for letter in text:
        for first in "aA":
            if 0 <= ord(letter) - ord(first) < 26:
                letter = chr((ord(letter) - ord(first) + shift) % 26 + ord(first))
                break
        moved.append(letter)
    return "".join(moved)

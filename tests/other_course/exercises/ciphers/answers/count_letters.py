"""Answers to count_letters."""


def correct_counter(text):
    from collections import Counter

    return dict(Counter(letter for letter in text.lower() if letter in "abcdefghijklmnopqrstuvwxyz"))


def correct_by_letter(text):
    small = text.lower()
    return {letter: small.count(letter) for letter in set(small) if "a" <= letter <= "z"}


def correct_setdefault(text):
    counts = {}
    for letter in text:
        if letter.isascii() and letter.isalpha():
            counts.setdefault(letter.lower(), []).append(1)
    return {letter: len(ones) for letter, ones in counts.items()}


def wrong_distinct(text):
    return len(set(text.lower()))


def gaming_empty(text):
    return {}

"""Answers to caesar."""


def correct_translate(text, shift):
    small = "abcdefghijklmnopqrstuvwxyz"
    k = shift % 26
    table = str.maketrans(small + small.upper(), small[k:] + small[:k] + (small[k:] + small[:k]).upper())
    return text.translate(table)


def correct_by_case(text, shift):
    def move(letter):
        if "a" <= letter <= "z":
            return chr((ord(letter) - 97 + shift) % 26 + 97)
        if "A" <= letter <= "Z":
            return chr((ord(letter) - 65 + shift) % 26 + 65)
        return letter

    return "".join(map(move, text))


def correct_one_step_at_a_time(text, shift):
    following = {
        a: b
        for row in ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        for a, b in zip(row, row[1:] + row[0])
    }
    for _ in range(shift % 26):
        text = "".join(following.get(letter, letter) for letter in text)
    return text


def wrong_reversed(text, shift):
    return text[::-1]


def gaming_same(text, shift):
    return text

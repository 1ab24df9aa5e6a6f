"""Reference answers of the assignment First steps."""


def median(values):
    """Return the middle of some numbers: as many of them are smaller as are larger.

    Of an even count it is the mean of the two in the middle.

    Parameters
    ----------
    values : list of float, at least one, in any order
        Not changed.

    Returns
    -------
    middle : float
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2

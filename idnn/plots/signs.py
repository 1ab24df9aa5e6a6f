"""Pictures of hand signs as a sheet: what the data look like, side by side."""

import matplotlib.pyplot as plt
import numpy as np

from idnn.plots import describe

GAP = 2  # white pixels between pictures


def contact_sheet(sources, columns=8, seed=0, width=8.0):
    """Return a sheet with a row for each sign and each source, so that sources can be compared.

    Parameters
    ----------
    sources : dict, name -> (images, labels)
        Images of shape (m, height, width, 3), uint8, all of one size; labels of shape (m,), 0 to 5.
    columns : int
        Pictures of a row, drawn at random without repetition.
    seed : int
    width : float, inches
    """
    rng = np.random.default_rng(seed)
    signs = sorted({int(label) for _, labels in sources.values() for label in labels})
    rows, names = [], []
    for sign in signs:
        for name, (images, labels) in sources.items():
            of_sign = np.flatnonzero(np.ravel(labels) == sign)
            chosen = rng.permutation(of_sign)[:columns]
            rows.append(strip(images[chosen], columns))
            names.append(f"{sign}, {name}" if len(sources) > 1 else f"{sign}")
    sheet = np.concatenate(rows)  # (rows * step, columns * step, 3)
    step = len(rows[0])
    fig, ax = plt.subplots(figsize=(width, width * len(sheet) / sheet.shape[1]))
    ax.imshow(sheet, interpolation="lanczos")
    ax.set_yticks((np.arange(len(rows)) + 0.5) * step, names)
    ax.set(xticks=[], ylabel="sign, source" if len(sources) > 1 else "sign", title="Hand signs, a row for each sign")
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    described = " and ".join(f"{min(columns, len(labels))} {name}" for name, (_, labels) in sources.items())
    return describe(
        fig,
        f"Pictures of hands that show the signs {signs[0]} to {signs[-1]}, {described} pictures of each sign side by side. "
        "0 is a ring of thumb and fingers, 1 the index finger, 2 index and middle finger, 3 these and the thumb, "
        "4 the four fingers without the thumb, 5 the open hand.",
    )


def strip(pictures, columns):
    """Return pictures in a row with white gaps, shape (height + GAP, columns * (width + GAP), 3)."""
    height, width = pictures.shape[1:3]
    row = np.full((height + GAP, columns * (width + GAP), 3), 255, dtype=np.uint8)
    for i, picture in enumerate(pictures):
        row[:height, i * (width + GAP) : i * (width + GAP) + width] = picture
    return row

"""Pictures on their way into a network: shrunk, standardized, varied; and any photograph as the network sees it."""

import os

import numpy as np


def network_input(images, size=16):
    """Return pictures as numbers that a network can work with: shrunk by averaging, each with mean 0 and standard deviation 1.

    The standardization is the picture's own, so a dark photograph and a bright one of the same hand look alike.

    Parameters
    ----------
    images : ndarray, shape (m, 64, 64, 3), uint8
    size : int, pixels of a side afterwards; divides 64

    Returns
    -------
    X : ndarray, shape (m, size, size, 3), float32
    """
    m, side = images.shape[:2]
    if side % size:
        raise ValueError(f"size must divide the picture's side, {side}, got {size}")
    block = side // size
    X = images.reshape(m, size, block, size, block, 3).mean(axis=(2, 4), dtype=np.float32)
    X -= X.mean(axis=(1, 2, 3), keepdims=True)
    return X / np.maximum(X.std(axis=(1, 2, 3), keepdims=True), 1e-3)


def visible(X):
    """Return standardized pictures as pictures to look at: each stretched to its own darkest and brightest value, in [0, 1]."""
    low, high = (function(X, axis=(1, 2, 3), keepdims=True) for function in (np.min, np.max))
    return (X - low) / np.maximum(high - low, 1e-9)


def mirrored_and_shifted(images, labels, pixels=4):
    """Return each picture ten times: as it is and in the mirror, in place and shifted by `pixels` up, down, left and right.

    A mirrored right hand is a left hand that shows the same sign, and a hand may stand anywhere in the picture, so the labels stay.

    Parameters
    ----------
    images : ndarray, shape (m, height, width, 3)
    labels : ndarray, shape (m,)
    pixels : int; what a shift uncovers is filled by repeating the edge

    Returns
    -------
    images, labels : ndarrays, 10 m pictures and their labels
    """
    height, width = images.shape[1:3]
    variants = []
    for both in (images, images[:, :, ::-1]):
        padded = np.pad(both, ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0)), mode="edge")
        for down, right in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)):
            top, left = pixels * (1 + down), pixels * (1 + right)
            variants.append(padded[:, top : top + height, left : left + width])
    return np.concatenate(variants), np.tile(labels, len(variants))


def varied(X):
    """Return a batch of pictures, each turned, zoomed, shifted and perhaps mirrored a little: another view of the same hand.

    Draws from TensorFlow's global random stream; for a ``tf.data`` pipeline.

    Parameters
    ----------
    X : tf.Tensor, shape (m, size, size, 3), float32

    Returns
    -------
    X : tf.Tensor of the same shape
    """
    from idnn.tensors import tf

    m, size = tf.shape(X)[0], X.shape[1]
    angle = tf.random.uniform([m], -0.3, 0.3)  # radians
    zoom = tf.exp(tf.random.uniform([m], -0.15, 0.2))
    mirror = tf.where(tf.random.uniform([m]) < 0.5, -1.0, 1.0)
    across, along = (0.1 * size * tf.random.uniform([m], -1, 1) for _ in range(2))
    cos, sin, centre = zoom * tf.cos(angle), zoom * tf.sin(angle), (size - 1) / 2
    # The pixel (x, y) of the new picture comes from (a x + b y + c, d x + e y + f) of the old one; the centre stays, but for the shift.
    a, b, d, e = mirror * cos, -mirror * sin, sin, cos
    c, f = centre - (a + b) * centre + across, centre - (d + e) * centre + along
    nothing = tf.zeros([m])
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=X,
        transforms=tf.stack([a, b, c, d, e, f, nothing, nothing], axis=1),
        output_shape=[size, size],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def read_photograph(path, size=64):
    """Return a JPEG or PNG file as a picture like those of the set: its largest centred square, each new pixel the mean of its area.

    Parameters
    ----------
    path : str or path-like
    size : int, pixels of the returned picture's side

    Returns
    -------
    picture : ndarray, shape (size, size, 3), uint8

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no JPEG or PNG picture, or smaller than 8 x 8 pixels.
    """
    from PIL import Image, ImageOps  # comes with Matplotlib

    name = os.fspath(path)
    with open(name, "rb") as file:
        try:
            # a telephone tells how it was held
            upright = ImageOps.exif_transpose(Image.open(file, formats=("JPEG", "PNG")))
            picture = np.asarray(upright.convert("RGB"))
        except (OSError, SyntaxError):  # the latter is Pillow's word for a broken PNG file
            raise ValueError(
                f"read_photograph: expected a JPEG or PNG picture, which {name} is not. Telephones may store HEIC: export it as JPEG."
            ) from None
    height, width = picture.shape[:2]
    side = min(height, width)
    if side < 8:
        raise ValueError(f"read_photograph: expected at least 8 x 8 pixels, {name} has {width} x {height}")
    top, left = (height - side) // 2, (width - side) // 2
    shares = _shares(side, size)
    small = np.einsum("yi,ijc,xj->yxc", shares, picture[top : top + side, left : left + side], shares, optimize=True)
    return np.rint(small).astype(np.uint8)


def _shares(side, size):
    """Return how much of each of `size` new pixels each of `side` old ones fills, shape (size, side): rows add up to 1."""
    new, old = np.arange(size + 1)[:, None] * side / size, np.arange(side)
    overlaps = np.minimum(new[1:], old + 1) - np.maximum(new[:-1], old)
    return np.maximum(overlaps, 0) * size / side

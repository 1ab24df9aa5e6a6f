"""What a phone makes of light: exposure, focus, sharpening, noise and the JPEG quantiser."""

import numpy as np


def develop(light, scene, rng):
    """Return a uint8 picture, shape (size, size, 3), of linear light of the same shape."""
    picture = gamma(np.clip(light * scene.balance, 0, 1))
    picture = blur(picture, scene.blur)
    picture = picture + scene.sharpen * (picture - blur(picture, 1.2))
    grain = rng.normal(size=picture.shape) + rng.normal(size=picture.shape[:2])[..., None]
    picture = picture + scene.noise * blur(grain, 0.5)
    picture = jpeg(np.clip(picture, 0, 1) * 255, scene.quality)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def gamma(light):
    """Return display values (0 to 1) of linear light (0 to 1)."""
    return np.clip(light, 0, None) ** (1 / 2.2)


def blur(picture, sigma):
    """Return the picture seen out of focus: a Gaussian of ``sigma`` pixels, edges repeated."""
    if sigma < 0.05:
        return picture
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    size = len(picture)
    rows = np.clip(np.arange(size)[:, None] + np.arange(-reach, reach + 1), 0, size - 1)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (np.arange(size)[:, None], rows), kernel)
    flat = matrix @ picture.reshape(size, -1)
    return np.einsum("ij,kjc->kic", matrix, flat.reshape(picture.shape), optimize=True)


LUMA = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])  # RGB to Y, Cb, Cr (JFIF)
COSINES = np.sqrt(2 / 8) * np.cos(np.pi * (2 * np.arange(8) + 1) * np.arange(8)[:, None] / 16)
COSINES[0] /= np.sqrt(2)
FREQUENCY = 1 + 0.45 * np.add.outer(np.arange(8), np.arange(8))  # finer detail is quantised more coarsely


def jpeg(picture, step):
    """Return the picture (0 to 255) after the block cosine transform was rounded to multiples of ``step``, as JPEG does."""
    if step < 0.5:
        return picture
    size = len(picture)
    blocks = (picture @ LUMA.T).reshape(size // 8, 8, size // 8, 8, 3)
    spectrum = np.einsum("ua,xaybc,vb->xyuvc", COSINES, blocks, COSINES, optimize=True)
    steps = step * FREQUENCY[..., None] * [1, 1.8, 1.8]
    spectrum = np.round(spectrum / steps) * steps
    blocks = np.einsum("ua,xyuvc,vb->xaybc", COSINES, spectrum, COSINES, optimize=True)
    return blocks.reshape(size, size, 3) @ np.linalg.inv(LUMA).T

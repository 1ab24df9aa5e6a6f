"""Pictures of hand signs 0 to 5, drawn as a shaded 3-D shape with NumPy.

>>> picture = render(label=3, hand_id=7, rng=np.random.default_rng(0))  # (64, 64, 3) uint8

A hand is a few dozen tapered capsules (`shape`) laid along the bones of a person (`anatomy`) in a pose (`poses`), seen in
a scene (`scene`) by rays (`picture`) and developed by a simulated phone (`camera`). Everything is drawn from ``rng``; what
belongs to the person follows from ``hand_id`` alone.
"""

import numpy as np

from idnn.hands import anatomy, camera, picture, poses, scene

NUM_SIGNS = 6
SIZE = 64  # pixels

__all__ = ["NUM_SIGNS", "SIZE", "render", "render_many"]


def render(label, hand_id, rng, size=SIZE):
    """Return a picture of one hand sign.

    Parameters
    ----------
    label : int, 0 to 5
    hand_id : int, not negative
        The person: proportions, skin, habits, place where the pictures are taken.
    rng : numpy.random.Generator
        Draws pose, camera, light, focus and noise; it is advanced.
    size : int, a multiple of 8, optional
        Height and width in pixels.

    Returns
    -------
    ndarray, shape (size, size, 3), uint8

    Raises
    ------
    ValueError
        If the label is not one of 0 to 5, or the size is not a positive multiple of 8.
    """
    if label not in range(NUM_SIGNS):
        raise ValueError(f"label must be one of 0 to {NUM_SIGNS - 1}, got {label}")
    if size <= 0 or size % 8:
        raise ValueError(f"size must be a positive multiple of 8 pixels, got {size}")
    person = anatomy.person(hand_id)
    solid = anatomy.build(person, poses.draw_pose(label, person, rng))
    setting = scene.draw_scene(label, person, rng)
    light, _ = picture.render_light(person, solid, setting, size)
    return camera.develop(light, setting, rng)


def render_many(labels, hand_ids, seed, size=SIZE, progress=None):
    """Return pictures of many signs; picture ``i`` depends on its label, its hand, ``seed`` and ``i`` only.

    Parameters
    ----------
    labels, hand_ids : sequences of int, of one length
    seed : int
    progress : function, optional
        Wraps the iterator over pictures, as ``tqdm`` does.

    Returns
    -------
    ndarray, shape (num_pictures, size, size, 3), uint8
    """
    jobs = enumerate(zip(labels, hand_ids, strict=True))
    jobs = progress(jobs) if progress else jobs
    pictures = [render(int(label), int(hand), np.random.default_rng([seed, i]), size) for i, (label, hand) in jobs]
    return np.stack(pictures) if pictures else np.empty((0, size, size, 3), dtype=np.uint8)

"""Who the hand belongs to, and where its bones lie for given joint angles.

Axes of a right hand that shows its palm: x to the thumb, y to the finger tips, z out of the palm; the wrist is the origin
and the palm (wrist to middle knuckle) is one unit long. Fingers are counted index, middle, ring, little.
"""

from dataclasses import dataclass

import numpy as np

from idnn.hands.shape import Solid

KNUCKLES = np.array([[0.30, 0.94, 0.0], [0.10, 1.0, 0.02], [-0.11, 0.95, 0.01], [-0.30, 0.84, -0.03]])
PHALANGES = np.array([[0.41, 0.25, 0.18], [0.44, 0.29, 0.19], [0.41, 0.27, 0.19], [0.33, 0.20, 0.17]])
FINGER_RADIUS = np.array([0.104, 0.106, 0.100, 0.089])
JOINT_TAPER = np.array([1.08, 0.99, 0.91, 0.78])  # radius at knuckle, two joints, tip
THUMB_ROOT = np.array([0.19, 0.17, 0.07])
THUMB_BONES = np.array([0.43, 0.32, 0.25])
THUMB_RADII = np.array([0.145, 0.122, 0.110, 0.086])
PALM_RADIUS = 0.118
# Order of the capsules of a solid: palm group, four fingers, thumb.
NUM_PALM = (
    15  # four metacarpals, four stumps of the fingers, heel, ball and web of the thumb, wrist and forearm (two each)
)
FINGER_OF = np.concatenate([[-1] * 4, [0, 1, 2, 3], [-1] * 7, np.repeat([0, 1, 2, 3], 3), [4] * 3])
BONE_OF = np.concatenate([[-1] * 4, [0] * 4, [-1] * 7, np.tile([0, 1, 2], 4), [-1, 1, 2]])
FOREARM = (13, 14)
ARM = np.arange(11, 15)  # capsules that may carry a sleeve or a bracelet


@dataclass(frozen=True)
class Person:
    """What stays the same over all pictures of one hand."""

    hand_id: int
    finger_length: np.ndarray  # (4,) factor
    thickness: float  # factor on all finger radii
    palm_width: float
    thumb_length: float
    skin: np.ndarray  # (3,) linear reflectance of the palm, 0 to 1
    redness: float  # of finger tips and creases, 0 to 1
    nails: np.ndarray  # (3,) colour; polish for some
    left: bool  # the hand this person prefers
    cuff: np.ndarray | None  # colour of a sleeve, None when the arm is bare
    cuff_at: float  # where it begins below the wrist
    bracelet: bool


def person(hand_id):
    """Return the person number ``hand_id``: same number, same person."""
    rng = np.random.default_rng([hand_id, 0x5167])
    skin = skin_tone(rng)
    return Person(
        hand_id=hand_id,
        finger_length=rng.normal(1, 0.05) * rng.normal(1, 0.025, size=4),
        thickness=rng.normal(1, 0.07),
        palm_width=rng.normal(1.04, 0.06),
        thumb_length=rng.normal(1, 0.06),
        skin=skin,
        redness=rng.uniform(0.3, 1),
        nails=nail_colour(skin, rng),
        left=bool(rng.random() < 0.25),
        cuff=rng.uniform(0.02, 0.25, size=3) * rng.uniform(0.6, 1.8) if rng.random() < 0.3 else None,
        cuff_at=rng.uniform(0.25, 0.7),
        bracelet=bool(rng.random() < 0.12),
    )


def skin_tone(rng):
    """Draw a reflectance between pale and dark brown; most are of a middle tone."""
    darkness = rng.beta(2, 4)
    pale, dark = np.array([0.82, 0.61, 0.38]), np.array([0.33, 0.18, 0.09])
    tone = np.exp((1 - darkness) * np.log(pale) + darkness * np.log(dark))
    return np.clip(tone * rng.normal(1, [0.02, 0.03, 0.06]), 0.02, 0.95)


def nail_colour(skin, rng):
    """Draw natural nails for most people, dark or red polish for some."""
    if rng.random() < 0.85:
        return 0.6 * skin + 0.4 * np.array([0.85, 0.62, 0.55])
    return rng.uniform(0.01, 0.06, size=3) + np.array([0.35, 0.0, 0.03]) * rng.random()


@dataclass(frozen=True)
class Pose:
    """Joint angles in radians; thumb directions are unit vectors of its three bones.

    Attributes
    ----------
    spread : ndarray, shape (4,), towards the thumb
    bend : ndarray, shape (4, 3), at knuckle, middle and end joint
    thumb : ndarray, shape (3, 3)
    forearm : ndarray, shape (3,), direction from the wrist
    """

    spread: np.ndarray
    bend: np.ndarray
    thumb: np.ndarray
    forearm: np.ndarray


def finger_joints(person, spread, bend):
    """Return the four joints of each finger (knuckle to tip), shape (4, 4, 3)."""
    knuckles = KNUCKLES * [person.palm_width, 1, 1]
    zero = np.zeros(4)
    reach = np.stack([np.sin(spread), np.cos(spread), zero], axis=1)  # (4, 3)
    # Bent fingers point at the ball of the thumb, not straight down.
    inwards = np.stack([np.array([-0.05, 0.02, 0.10, 0.20]), zero, np.ones(4)], axis=1)
    inwards -= (inwards * reach).sum(axis=1, keepdims=True) * reach
    inwards /= np.linalg.norm(inwards, axis=1, keepdims=True)
    angle = np.cumsum(bend, axis=1)[:, :, None]  # (4, 3, 1)
    directions = np.cos(angle) * reach[:, None] + np.sin(angle) * inwards[:, None]
    lengths = PHALANGES * person.finger_length[:, None]
    steps = np.concatenate([knuckles[:, None], lengths[:, :, None] * directions], axis=1)
    return np.cumsum(steps, axis=1)


def thumb_bones(person):
    """Return the lengths of the thumb's three bones."""
    return THUMB_BONES * person.thumb_length


def thumb_joints(person, directions):
    """Return the four joints of the thumb, shape (4, 3)."""
    root = THUMB_ROOT * [person.palm_width, 1, 1]
    return np.cumsum(np.vstack([root, thumb_bones(person)[:, None] * directions]), axis=0)


def build(person, pose):
    """Return the hand of a person in a pose as a `Solid` in the axes of the module's docstring."""
    fingers = finger_joints(person, pose.spread, pose.bend)  # (4, 4, 3)
    thumb = thumb_joints(person, pose.thumb)
    wide, thick = person.palm_width, person.thickness
    radius = FINGER_RADIUS[:, None] * JOINT_TAPER * thick  # (4, 4)
    thumb_radius = THUMB_RADII * thick
    knuckles, middle = fingers[:, 0], fingers[:, 1]
    roots = knuckles * [0.55, 0, 1] + [0, 0.10, 0]
    across = np.array([0.125 * wide, 0, 0])
    elbow = 2.6 * pose.forearm
    palm = [
        *zip(roots, knuckles, [PALM_RADIUS * 1.12] * 4, [PALM_RADIUS * 0.97] * 4, strict=True),
        *zip(knuckles, knuckles + 0.5 * (middle - knuckles), radius[:, 0], radius[:, :2].mean(axis=1), strict=True),
        ([-0.22 * wide, 0.18, 0.04], [-0.27 * wide, 0.58, 0.03], 0.145, 0.125),
        (thumb[0], thumb[0] + 0.75 * (thumb[1] - thumb[0]), 0.17, 0.14),
        (thumb[0] + 0.9 * (thumb[1] - thumb[0]), roots[0] + 0.7 * (knuckles[0] - roots[0]), 0.075, 0.085),
        ([-across[0], 0.12, 0], -across - [0, 0.12, 0], 0.15, 0.145),
        ([across[0], 0.12, 0], across - [0, 0.12, 0], 0.15, 0.145),
        (-across, -1.2 * across + elbow, 0.155, 0.25),
        (across, 1.2 * across + elbow, 0.155, 0.25),
    ]
    chains = [(f[i], f[i + 1], r[i], r[i + 1]) for f, r in zip(fingers, radius, strict=True) for i in range(3)]
    chains += [(thumb[i], thumb[i + 1], thumb_radius[i], thumb_radius[i + 1]) for i in range(3)]
    start, end, start_radius, end_radius = (
        np.array(part, dtype=np.float32) for part in zip(*palm, *chains, strict=True)
    )
    first = NUM_PALM
    groups = [(slice(0, first), 0.034)] + [(slice(first + 3 * i, first + 3 * i + 3), 0.012) for i in range(4)]
    groups.append((slice(first + 12, first + 15), 0.022))
    return Solid(start, end, start_radius, end_radius, tuple(groups))

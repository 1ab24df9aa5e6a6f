"""How people show the numbers 0 to 5 with one hand: joint angles drawn around a habit of the person."""

import numpy as np

from idnn.hands import anatomy
from idnn.hands.anatomy import Pose

HABIT = 0.82  # share of the deviation that a person repeats from picture to picture
STRAIGHT = np.array([0.06, 0.12, 0.08])  # bend of a stretched finger at its three joints, radians
FIST = np.array([1.34, 1.95, 0.85])
RING = np.array([0.95, 1.18, 0.55])
FAN = np.array([0.16, 0.02, -0.12, -0.30])  # spread of a relaxed open hand, radians
RAISED = {0: (), 1: (0,), 2: (0, 1), 3: (0, 1), 4: (0, 1, 2, 3), 5: (0, 1, 2, 3)}  # stretched fingers of each sign


class Drawer:
    """Draws numbers whose deviation from the mean is part habit of the person, part chance of the moment."""

    def __init__(self, hand_id, topic, rng):
        self.habit = np.random.default_rng([hand_id, topic, 0x4A])
        self.rng = rng

    def normal(self, mean, deviation, size=None):
        chance = np.sqrt(1 - HABIT**2)
        drawn = HABIT * self.habit.normal(size=size) + chance * self.rng.normal(size=size)
        return mean + np.asarray(deviation) * drawn

    def pick(self, weights):
        """Draw an index by weight: mostly the person's usual choice."""
        usual, now = (generator.choice(len(weights), p=weights) for generator in (self.habit, self.rng))
        return int(usual if self.rng.random() < HABIT else now)


def draw_pose(label, person, rng):
    """Draw a pose that shows ``label`` (0 to 5) as this person would."""
    draw = Drawer(person.hand_id, label, rng)
    spread, bend = draw_fingers(label, draw)
    if label == 0:
        bend, thumb = close_ring(person, spread, bend, draw)
    else:
        thumb = draw_thumb(label, person, spread, bend, draw)
    forearm = np.array([draw.normal(0, 0.16), -1, draw.normal(-0.05, 0.15)])
    return Pose(spread, bend, thumb, forearm / np.linalg.norm(forearm))


def draw_fingers(label, draw):
    """Return spread (4,) and bend (4, 3) of the fingers."""
    wide = np.clip(draw.normal(1.15, 0.35), 0.2, 2.0)
    spread = wide * FAN + draw.normal(0, 0.04, size=4)
    if label in (2, 3):
        spread[:2] = (
            np.array([0.13, -0.15])
            + np.array([0.07, -0.07]) * np.clip(draw.normal(0.3, 0.9), -1.2, 2.5)
            + draw.normal(0, 0.03)
        )
    if label == 0:
        bend = RING + draw.normal(0, [0.16, 0.18, 0.12]) + draw.normal(0, 0.07, size=(4, 3))
        bend[3] += [0.02, -0.08, -0.05]
        return 0.35 * spread, bend
    bend = FIST + draw.normal(0, [0.12, 0.14, 0.15]) + draw.normal(0, 0.05, size=(4, 3))
    stretched = STRAIGHT + np.abs(draw.normal(0, [0.10, 0.07, 0.05], size=(4, 3))) - [0.05, 0.05, 0.03]
    raised = list(RAISED[label])
    curled = [finger for finger in range(4) if finger not in raised]
    bend[raised] = stretched[raised]
    spread[curled] *= 0.4
    if curled and raised:  # a raised finger pulls its neighbour up a little
        bend[curled[0], 0] -= abs(draw.normal(0.05, 0.12))
    return spread, bend


def draw_thumb(label, person, spread, bend, draw):
    """Return the directions of the thumb's bones, shape (3, 3)."""
    joints = anatomy.finger_joints(person, spread, bend)  # (4, 4, 3)
    if label in (3, 5):
        return stretched_thumb(draw)
    if label == 4:
        where = draw.normal([0.02, 0.68, 0.26], [0.13, 0.11, 0.03], size=3)
        return reaching_thumb(person, draw.normal([0.45, 0.60, 0.62], 0.07, size=3), where, bow=[0.8, 0.3, 0.5])
    return fist_thumb(label, person, joints, draw)


def close_ring(person, spread, bend, draw):
    """Return the fingers bent until they meet the thumb, and the thumb reaching for them."""
    base = draw.normal([0.30, 0.62, 0.70], 0.07, size=3)
    ahead = unit(
        np.array([base, draw.normal([-0.1, 0.85, 0.5], 0.1, size=3), draw.normal([-0.15, 0.8, 0.5], 0.1, size=3)])
    )
    tip = anatomy.thumb_joints(person, ahead)[3]
    gap = draw.normal(
        [0.02, -0.07, -0.11], [0.03, 0.03, 0.03], size=3
    )  # from the bones of the finger tips to the thumb's
    bends = [factor * bend for factor in np.linspace(0.75, 1.35, 13)]
    pads = [anatomy.finger_joints(person, spread, each)[:2, 3].mean(axis=0) + gap for each in bends]
    best = int(np.argmin([np.linalg.norm(pad - tip) for pad in pads]))
    return bends[best], reaching_thumb(person, base, pads[best], bow=[0.1, -0.7, 0.7])


def stretched_thumb(draw):
    """A thumb held out to the side."""
    angle = np.clip(draw.normal(0.72, 0.15), 0.5, 1.1)  # from the direction of the fingers, radians
    angles = angle + np.array([-0.08, 0.02, 0.10]) + draw.normal(0, [0.05, 0.08, 0.16], size=3)
    out = draw.normal(0.25, 0.14)
    directions = np.stack([np.sin(angles), np.cos(angles), [out + 0.15, out, out - 0.15]], axis=1)
    return unit(directions)


def fist_thumb(label, person, joints, draw):
    """A thumb laid over the curled fingers, or beside them."""
    first = 1 if label == 1 else 2  # the first curled finger
    style = draw.pick([0.55, 0.25, 0.20])
    if style < 2:  # over the first or the second curled finger
        finger = min(first + style, 3)
        where = joints[finger, 1:3].mean(axis=0) + [0.0, -0.06, 0.165]
        where += draw.normal(0, [0.06, 0.08, 0.02], size=3)
        return reaching_thumb(person, draw.normal([0.45, 0.62, 0.62], 0.06, size=3), where, bow=[0.7, 0.2, 0.6])
    directions = np.array([[0.52, 0.72, 0.45], [0.02, 0.92, 0.35], [-0.15, 0.95, 0.10]])
    return unit(directions + draw.normal(0, 0.10, size=(3, 3)))


def reaching_thumb(person, base, target, bow):
    """Return bone directions that put the thumb's tip at ``target``, its joint bent towards ``bow``."""
    base = unit(np.asarray(base))
    lengths = anatomy.thumb_bones(person)
    first, second = lengths[1:]
    joint = anatomy.THUMB_ROOT * [person.palm_width, 1, 1] + lengths[0] * base
    way = target - joint
    distance = np.clip(np.linalg.norm(way), 0.6 * (first + second), 0.995 * (first + second))
    ahead = unit(way)
    aside = unit(bow - (ahead @ bow) * ahead)
    cosine = (first**2 + distance**2 - second**2) / (2 * first * distance)  # law of cosines
    middle = first * (cosine * ahead + np.sqrt(1 - cosine**2) * aside)
    return np.stack([base, middle / first, unit(distance * ahead - middle)])


def unit(vectors):
    """Scale vectors to length one along the last axis."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)

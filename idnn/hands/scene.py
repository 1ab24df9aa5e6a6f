"""Where a picture is taken: lamp, wall, camera; a session belongs to a person, every shot varies a little."""

from dataclasses import dataclass

import numpy as np

from idnn.hands.poses import Drawer

SESSION, SHOT = 101, 102  # topics of a person's habits


@dataclass(frozen=True)
class Scene:
    """Everything but the hand. Lengths are in palm lengths, places in shares of the frame (0 to 1, from the top left)."""

    turn: np.ndarray  # (3, 3) rotation of the hand
    mirrored: bool  # a left hand
    wrist: np.ndarray  # (2,) place of the wrist: right, down
    frame: float  # height of the frame at the hand's distance
    camera: float  # distance of the camera
    wall: float  # gap between the hand's back and the wall
    lamp: np.ndarray  # (3,) unit vector to the light
    lamp_size: float  # tangent of half the angle of the lamp
    ambient: float
    falloff: float  # how much surfaces turned away from the camera lose
    skin_gain: float  # exposure of the hand against the wall
    wall_colour: np.ndarray  # (3,) linear
    gradient: np.ndarray  # (2,) change of brightness across the frame: right, down
    vignette: float
    spot: np.ndarray  # (2,) brightest place of the wall
    seam: tuple  # height, slope, strength of an edge of the paper on the wall
    crease: tuple  # angle, offset, strength of a fold of the paper
    balance: np.ndarray  # (3,) colour cast of the whole picture
    blur: float  # pixels
    sharpen: float
    noise: float  # standard deviation, of 1
    quality: float  # step of the JPEG quantiser


def rotation(axis, angle):
    """Return the matrix that turns by ``angle`` radians about coordinate axis 0, 1 or 2."""
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(3)
    matrix[[i, j], [i, j]] = np.cos(angle)
    matrix[i, j], matrix[j, i] = -np.sin(angle), np.sin(angle)
    return matrix


def draw_turn(label, person, rng):
    """Draw how the wrist is turned towards the camera."""
    draw = Drawer(person.hand_id, label + 10, rng)
    yaw, pitch, roll = draw.normal(0, [0.22, 0.17, 0.12], size=3)
    if label == 0:  # the ring is shown from the little finger's side, from the front or from the thumb's side
        yaw = draw.normal([1.18, 0.60, -0.95], 0.20)[draw.pick([0.86, 0.09, 0.05])]
        roll -= 0.06
    return rotation(2, roll) @ rotation(0, pitch) @ rotation(1, yaw)


def draw_scene(label, person, rng):
    """Draw the scene of one shot of a person."""
    session = Drawer(person.hand_id, SESSION, rng)
    flash = session.habit.random() < 0.85  # a lamp beside the camera and a white wall, or daylight on a grey one
    lamp_x, lamp_y = session.normal([-0.24, 0.12], [0.16, 0.14] if flash else [0.8, 0.4], size=2)
    if not flash:
        lamp_y += 0.5
    lamp = np.array([lamp_x, lamp_y, 1.0 if flash else 0.8])
    tint = session.normal([0.0, 0.0, 0.0], [0.02, 0.01, 0.035], size=3)
    brightness = session.normal(0.78, 0.08) if flash else session.normal(0.46, 0.07)
    frame = np.clip(session.normal(2.32, 0.23), 1.8, 3.1)
    mirrored = bool(person.left ^ (rng.random() < 0.05))
    wrist = np.array([session.normal(0.48, 0.045), np.clip(session.normal(0.96, 0.07), 0.78, 1.08)])
    if label == 0:  # the ring bows to one side and is shown higher up
        wrist += [0.08 if mirrored else -0.08, -0.12]
    return Scene(
        turn=draw_turn(label, person, rng),
        mirrored=mirrored,
        wrist=wrist,
        frame=frame,
        camera=abs(session.normal(6.0, 1.5)) + 2.5,
        wall=abs(session.normal(0.0, 0.12)),
        lamp=(lamp / np.linalg.norm(lamp)).astype(np.float32),
        lamp_size=abs(session.normal(0.10, 0.05)) + 0.03 + 0.15 * (not flash),
        ambient=np.clip(session.normal(0.34, 0.10), 0.12, 0.7),
        falloff=np.clip(session.normal(0.85 if flash else 0.25, 0.22), 0, 1.4),
        skin_gain=np.exp(session.normal(-0.03, 0.15)) * (1.0 if flash else 0.75),
        wall_colour=np.clip(brightness * (1 + tint), 0.1, 0.95),
        gradient=session.normal(0, 0.06, size=2),
        vignette=abs(session.normal(1.75, 0.45)) if flash else abs(session.normal(0.05, 0.1)),
        spot=session.normal([0.47, 0.46], 0.06, size=2),
        seam=(session.normal(0.80, 0.08), session.normal(0, 0.04), session.normal(0.03, 0.06)),
        crease=(session.normal(0.8, 0.5), session.normal(0.6, 0.4), session.normal(0, 0.03)),
        balance=np.exp(session.normal(0, [0.02, 0.01, 0.04], size=3)),
        blur=abs(session.normal(0.28, 0.15)),
        sharpen=abs(session.normal(0.65, 0.25)),
        noise=abs(session.normal(0.004, 0.004)),
        quality=abs(session.normal(2.5, 2.0)),
    )

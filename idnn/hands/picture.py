"""From a solid hand and a scene to linear light at every pixel: rays, skin, wall and cast shadow."""

import numpy as np

from idnn.hands import anatomy
from idnn.hands.poses import unit
from idnn.hands.shape import Solid

SUPERSAMPLE = 2  # rays a pixel, each way
SHADOW_STEPS = np.geomspace(0.08, 1.1, 5)
WALL_STEPS = np.linspace(0.06, 1.5, 8)
SCATTER = np.array([0.35, 0.20, 0.15], dtype=np.float32)  # how far light seeps round an edge of skin: red, green, blue
# What remains of the palm's reflectance on the back of the hand, at finger tips and in folds.
DORSAL, TIP, FOLD = np.array([[0.78, 0.70, 0.66], [0.82, 0.62, 0.58], [0.72, 0.55, 0.50]], dtype=np.float32)
# Folds of the palm in the hand's axes: (x0, y0, x1, y1, bow) from the little finger's side to the thumb's.
PALM_FOLDS = np.array(
    [[-0.40, 0.62, 0.18, 0.86, 0.07], [-0.32, 0.45, 0.36, 0.70, 0.05], [0.02, 0.06, 0.38, 0.66, -0.16]]
)


def place(solid, scene):
    """Return the solid turned, and mirrored for a left hand."""
    turn = scene.turn if not scene.mirrored else np.diag([-1.0, 1, 1]) @ scene.turn
    turn = turn.astype(np.float32)
    return Solid(solid.start @ turn.T, solid.end @ turn.T, solid.start_radius, solid.end_radius, solid.groups), turn


def camera_rays(scene, size):
    """Return the camera's place (3,) and unit rays (size * size, 3), row by row from the top left."""
    along = (np.arange(size) + 0.5) / size
    across = (along - scene.wrist[0]) * scene.frame
    up = (scene.wrist[1] - along) * scene.frame
    centre = [(0.5 - scene.wrist[0]) * scene.frame, (scene.wrist[1] - 0.5) * scene.frame, scene.camera]
    grid = np.stack(np.broadcast_arrays(across[None, :], up[:, None], 0.0), axis=-1).reshape(-1, 3)
    return np.array(centre, dtype=np.float32), unit(grid - centre).astype(np.float32)


def seen_from(solid, eye, points, margin):
    """Tell which points of the plane z = 0 lie within ``margin`` of the hand's outline as ``eye`` sees it, shape (num_points,)."""
    flat = [project(part, eye) for part in (solid.start, solid.end)]
    radii = [radius * grown for radius, (_, grown) in zip((solid.start_radius, solid.end_radius), flat, strict=True)]
    outline = Solid(flat[0][0], flat[1][0], *radii, solid.groups)
    return outline.capsules(points)[0].min(axis=0) < margin


def project(points, eye):
    """Return points seen from ``eye`` on the plane z = 0, shape (num_points, 3), and how much larger things appear there."""
    grown = eye[2] / np.maximum(eye[2] - points[:, 2], 0.3)
    flat = eye + grown[:, None] * (points - eye)
    flat[:, 0] += 1e-4 * np.arange(len(flat))  # bones that point at the eye keep a length
    return flat.astype(np.float32), grown.astype(np.float32)


def render_light(person, solid, scene, size):
    """Return linear light, shape (size, size, 3), and the share of each pixel that the hand covers, shape (size, size)."""
    solid, turn = place(solid, scene)
    fine = size * SUPERSAMPLE
    origin, rays = camera_rays(scene, fine)
    hand = [i for i in range(len(solid.start)) if i not in anatomy.FOREARM]
    back = (solid.end[:, 2] - solid.end_radius)[hand].min() - scene.wall
    wall_points = origin + rays * ((back - origin[2]) / rays[:, 2:])
    on_plane = origin + rays * (-origin[2] / rays[:, 2:])
    near = seen_from(solid, origin, every_other(on_plane, fine), 0.05 + scene.frame / size)
    candidates = np.flatnonzero(enlarge(near, size))
    start = float(origin[2]) - (solid.end[:, 2] + solid.end_radius).max() - 0.05
    distance = solid.hit(origin, rays[candidates], start, float(origin[2]) - back + 1.0)
    hit = np.isfinite(distance)
    seen = candidates[hit]
    points = origin + distance[hit, None] * rays[seen]
    shadow = wall_shadow(solid, scene, every_other(wall_points, fine))
    light = paint_wall(scene, fine) * enlarge(shadow, size)[:, None]
    light[seen] = paint_hand(person, solid, scene, turn, points, rays[seen])
    cover = np.zeros(fine * fine, dtype=np.float32)
    cover[seen] = 1
    return shrink(light.reshape(fine, fine, 3)), shrink(cover.reshape(fine, fine, 1))[..., 0]


def every_other(points, fine):
    """Return the points of one ray a pixel out of ``fine`` x ``fine`` rays."""
    return points.reshape(fine, fine, -1)[::SUPERSAMPLE, ::SUPERSAMPLE].reshape(-1, points.shape[-1])


def enlarge(values, size):
    """Return one value a ray of one value a pixel, shape (size * size * SUPERSAMPLE**2,)."""
    return values.reshape(size, size).repeat(SUPERSAMPLE, 0).repeat(SUPERSAMPLE, 1).ravel()


def shrink(fine):
    """Average blocks of pixels, shape (size * SUPERSAMPLE, ...) to (size, ...)."""
    size = len(fine) // SUPERSAMPLE
    return fine.reshape(size, SUPERSAMPLE, size, SUPERSAMPLE, -1).mean(axis=(1, 3))


def paint_wall(scene, size):
    """Return the wall's light without shadow, shape (size * size, 3)."""
    place = (np.arange(size, dtype=np.float32) + 0.5) / size
    x, y = np.meshgrid(place, place)
    off = (x - scene.spot[0]) ** 2 + (y - scene.spot[1]) ** 2
    level = 1 + scene.gradient[0] * (x - 0.5) + scene.gradient[1] * (y - 0.5)
    level *= np.exp(-scene.vignette * off * 1.6)
    height, slope, strength = scene.seam
    below = y - height - slope * (x - 0.5)
    level *= 1 - strength * np.clip(below * 20, 0, 1) + abs(strength) * np.exp(-((below / 0.008) ** 2))
    angle, offset, fold = scene.crease
    across = x * np.cos(angle) + y * np.sin(angle) - offset
    level *= 1 + fold * np.tanh(across / 0.02) * 0.5
    return (level[..., None] * scene.wall_colour).reshape(-1, 3).astype(np.float32)


def wall_shadow(solid, scene, points):
    """Return the share of light that reaches each wall point, shape (num_points,)."""
    lit = np.ones(len(points), dtype=np.float32)
    far = 100 * scene.lamp  # parallel light comes from far away
    on_plane = points - (points[:, 2:] / scene.lamp[2]) * scene.lamp
    near = np.flatnonzero(seen_from(solid, far, on_plane, 0.12 + 1.3 * scene.lamp_size))
    direct = solid.light_reaching(points[near], scene.lamp, WALL_STEPS, scene.lamp_size)
    contact = np.clip(solid.distance(points[near]) / 0.25, 0, 1)  # ambient light is blocked near the hand
    lit[near] = (1 - (1 - scene.ambient) * (1 - direct)) * (0.82 + 0.18 * contact)
    return lit


def paint_hand(person, solid, scene, turn, points, rays):
    """Return the light of the hand's surface points, shape (num_points, 3)."""
    normals = solid.normals(points)
    open_sky = np.ones(len(points), dtype=np.float32)
    for reach, weight in ((0.05, 0.5), (0.14, 0.45)):
        gap = solid.distance(points + np.float32(reach) * normals)
        open_sky -= weight * np.clip(1 - gap / reach, 0, 1)
    facing = normals @ scene.lamp
    lit = np.zeros(len(points), dtype=np.float32)
    front = np.flatnonzero(facing > -0.3)
    lifted = points[front] + np.float32(0.03) * normals[front]
    lit[front] = solid.light_reaching(lifted, scene.lamp, SHADOW_STEPS, scene.lamp_size + 0.1)
    wrapped = np.clip((facing[:, None] + SCATTER) / (1 + SCATTER), 0, None)
    strength = scene.ambient * np.clip(open_sky, 0.1, 1)[:, None] + (1 - scene.ambient) * wrapped * lit[:, None]
    towards = np.clip(-(normals * rays).sum(axis=1), 0.02, 1)  # 1 where the surface faces the camera
    dimmed = towards ** (0.8 * scene.falloff) * np.clip(0.35 + 0.65 * open_sky, 0.2, 1)
    shine = np.clip((normals * unit(scene.lamp - rays)).sum(axis=1), 0, 1) ** 24
    light = skin(person, solid, turn, points, normals) * strength * dimmed[:, None]
    return scene.skin_gain * (light + 0.04 * (shine * lit)[:, None])


def skin(person, solid, turn, points, normals):
    """Return the reflectance of skin, nails, cuff at points of the surface, shape (num_points, 3)."""
    distance, along = solid.capsules(points)
    local = points @ turn  # the hand's own axes
    inner = normals @ turn[:, 2]  # 1 where the palm's side is seen
    distance[4:8] = np.inf  # stumps of fingers: their bone comes again among the fingers
    nearest = distance.argmin(axis=0)
    finger, bone = anatomy.FINGER_OF[nearest], anatomy.BONE_OF[nearest]
    along = (along / solid.rows[2])[nearest, np.arange(len(points))]  # 0 at the start of a bone, 1 at its end
    colour = np.tile(person.skin.astype(np.float32), (len(points), 1))
    back = np.clip(0.5 - 0.9 * inner, 0, 1)[:, None]
    colour *= 1 - back * (1 - DORSAL)  # the back of the hand is darker
    tip = np.clip((along - 0.1) / 0.7, 0, 1) * (bone == 2)
    colour *= 1 - person.redness * tip[:, None] * (1 - TIP)
    colour *= 1 - (folds(person, local, finger, bone, along) * np.clip(0.5 + inner, 0, 1))[:, None] * (1 - FOLD)
    nail = (bone == 2) & (along > 0.35) & (facing_out(solid, nearest, normals, turn) > 0.55)
    colour[nail] = person.nails
    wrist = np.isin(nearest, anatomy.ARM)
    if person.bracelet:
        below = -local[:, 1]
        colour[wrist & (np.abs(below - 0.16) < 0.04)] = 0.03
    if person.cuff is not None:
        colour[wrist & (-local[:, 1] > person.cuff_at)] = person.cuff
    return colour


def facing_out(solid, nearest, normals, turn):
    """Return how far a normal points to the nail's side of its bone: -1 to 1."""
    axis = unit(solid.end - solid.start)
    side = np.cross(axis, turn[:, 0])  # the palm's normal for a straight finger
    thumb = np.arange(len(axis)) >= len(axis) - 3
    side[thumb] = np.cross(axis[thumb], turn @ np.array([0.6, 0.2, -0.75], dtype=np.float32))
    side *= np.sign(np.linalg.det(turn))
    return (normals * unit(side)[nearest]).sum(axis=1)


def folds(person, local, finger, bone, along):
    """Return the darkness of folds at finger joints and across the palm, 0 to 1."""
    at_joint = np.exp(-(((np.minimum(along, 1 - along)) / 0.07) ** 2)) * (bone >= 0) * 0.35
    at_joint[(bone == 2) & (along > 0.5)] = 0
    at_joint[(bone <= 0) & (along < 0.5)] = 0
    lines = np.zeros(len(local), dtype=np.float32)
    palm = np.flatnonzero(finger < 0)
    for x0, y0, x1, y1, bow in PALM_FOLDS:
        across = np.array([x1 - x0, y1 - y0])
        length = np.hypot(*across)
        ahead = across / length
        off = local[palm, :2] - [x0 * person.palm_width, y0]
        h = np.clip(off @ ahead / length, 0, 1)
        aside = off @ [-ahead[1], ahead[0]] - bow * 4 * h * (1 - h)
        beyond = off @ ahead - h * length
        lines[palm] = np.maximum(lines[palm], np.exp(-(aside**2 + beyond**2) / 0.016**2))
    return np.maximum(at_joint, 0.6 * lines)

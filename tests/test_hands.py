"""The renderer: geometry against independent oracles, pictures by their properties."""

import time
from dataclasses import replace

import numpy as np
import pytest

from idnn import hands
from idnn.hands import anatomy, camera, picture, poses, scene
from idnn.hands.shape import Solid


def capsule(start, end, start_radius, end_radius):
    parts = ([start], [end], [start_radius], [end_radius])
    return Solid(*(np.array(part, dtype=np.float32) for part in parts), ((slice(0, 1), 1e-3),))


def posed(label, hand_id=3, seed=0):
    person = anatomy.person(hand_id)
    return person, poses.draw_pose(label, person, np.random.default_rng(seed))


def spans(person, pose):
    """Return how far each finger reaches from its knuckle, as a share of its length; (4,)."""
    joints = anatomy.finger_joints(person, pose.spread, pose.bend)
    bones = np.linalg.norm(np.diff(joints, axis=1), axis=2).sum(axis=1)
    return np.linalg.norm(joints[:, 3] - joints[:, 0], axis=1) / bones


def test_distance_to_a_capsule_is_that_to_a_finely_sampled_axis():
    start, end = np.array([0.1, -0.2, 0.3]), np.array([0.7, 0.5, -0.1])
    points = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    axis = start + np.linspace(0, 1, 20001)[:, None] * (end - start)
    expected = [np.linalg.norm(axis - point, axis=1).min() - 0.25 for point in points]
    np.testing.assert_allclose(capsule(start, end, 0.25, 0.25).distance(points), expected, atol=2e-4)


def test_a_ray_hits_a_sphere_where_geometry_says():
    ball = capsule([0, 0, 0], [1e-3, 0, 0], 0.5, 0.5)
    offsets = np.linspace(-0.45, 0.45, 7)
    for x in offsets:
        found = ball.hit(np.array([x, 0, 3], dtype=np.float32), np.array([[0, 0, -1]], dtype=np.float32), 0.0, 9.0)
        assert found[0] == pytest.approx(3 - np.sqrt(0.25 - x**2), abs=0.01)
    missed = ball.hit(np.array([0.7, 0, 3], dtype=np.float32), np.array([[0, 0, -1]], dtype=np.float32), 0.0, 9.0)
    assert np.isinf(missed[0])


def test_normals_are_the_gradient_of_the_distance():
    person, pose = posed(5)
    solid = anatomy.build(person, pose)
    rng = np.random.default_rng(1)
    points = (solid.start[rng.integers(len(solid.start), size=400)] + rng.normal(0, 0.3, size=(400, 3))).astype("f4")
    points = points[np.abs(solid.distance(points) - 0.02) < 0.02]
    step = 2e-3
    slopes = [solid.distance(points + step * e) - solid.distance(points - step * e) for e in np.eye(3, dtype="f4")]
    gradient = np.stack(slopes, axis=1) / (2 * step)
    cosine = (poses.unit(gradient) * solid.normals(points)).sum(axis=1)
    assert len(points) > 20
    assert np.quantile(cosine, 0.1) > 0.97  # the taper of the capsules is left out of the normals


def test_a_blend_lies_below_the_nearest_capsule_by_at_most_width_log_n():
    distances = np.random.default_rng(2).normal(0, 0.1, size=(5, 100)).astype(np.float32)
    ends = np.zeros((5, 3), dtype=np.float32)
    solid = Solid(ends, ends + 1, ends[:, 0], ends[:, 0], ((slice(0, 3), 0.1), (slice(3, 5), 0.02)))
    blended, _ = solid.blend(distances)
    near = distances[:3].min(axis=0)
    assert np.all(blended[0] <= near + 1e-6)
    assert np.all(blended[0] >= near - 0.1 * np.log(3) - 1e-6)
    exact = -0.02 * np.log(np.exp(-distances[3:].astype(float) / 0.02).sum(axis=0))
    nearest = exact < near - 0.1 * np.log(3)  # the group that counts
    np.testing.assert_allclose(blended[1, nearest], exact[nearest], atol=1e-5)


def test_light_is_blocked_behind_the_solid_and_free_beside_it():
    ball = capsule([0, 0, 1], [1e-3, 0, 1], 0.3, 0.3)
    points = np.array([[0, 0, 0], [2, 0, 0]], dtype=np.float32)
    lit = ball.light_reaching(points, np.array([0, 0, 1], dtype=np.float32), np.linspace(0.2, 2, 20), 0.1)
    np.testing.assert_allclose(lit, [0, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("label", "raised"), [(1, [0]), (2, [0, 1]), (3, [0, 1]), (4, [0, 1, 2, 3]), (5, [0, 1, 2, 3])]
)
def test_the_fingers_of_a_sign_are_stretched_and_the_others_curled(label, raised):
    for hand_id in range(30):
        person, pose = posed(label, hand_id, seed=hand_id)
        stretched = spans(person, pose) > 0.85
        assert np.flatnonzero(stretched).tolist() == raised
        assert np.all(spans(person, pose)[~stretched] < 0.7)


@pytest.mark.parametrize(("label", "aside"), [(1, False), (2, False), (3, True), (4, False), (5, True)])
def test_the_thumb_is_held_out_only_for_three_and_five(label, aside):
    for hand_id in range(30):
        person, pose = posed(label, hand_id, seed=hand_id)
        tip = anatomy.thumb_joints(person, pose.thumb)[3]
        assert (tip[0] > 0.55 * person.palm_width) == aside, (hand_id, tip)


def test_the_ring_is_closed():
    gaps = []
    for hand_id in range(30):
        person, pose = posed(0, hand_id, seed=hand_id)
        tips = anatomy.finger_joints(person, pose.spread, pose.bend)[:2, 3]
        gaps.append(np.linalg.norm(tips - anatomy.thumb_joints(person, pose.thumb)[3], axis=1).min())
    assert np.quantile(gaps, 0.9) < 0.35  # palm lengths between bone ends; the two radii make up 0.17 of it


def test_bones_keep_their_lengths_in_every_pose():
    for label in range(6):
        person, pose = posed(label, hand_id=label)
        thumb = np.diff(anatomy.thumb_joints(person, pose.thumb), axis=0)
        np.testing.assert_allclose(np.linalg.norm(thumb, axis=1), anatomy.thumb_bones(person), rtol=1e-6)
        fingers = np.diff(anatomy.finger_joints(person, pose.spread, pose.bend), axis=1)
        expected = anatomy.PHALANGES * person.finger_length[:, None]
        np.testing.assert_allclose(np.linalg.norm(fingers, axis=2), expected)


def test_a_hand_id_fixes_the_person_and_not_the_shot():
    first, again, other = anatomy.person(7), anatomy.person(7), anatomy.person(8)
    np.testing.assert_equal(vars(first), vars(again))
    assert not np.allclose(first.skin, other.skin)
    shots = [poses.draw_pose(5, first, np.random.default_rng(seed)).bend for seed in (0, 1)]
    assert not np.allclose(*shots)


def test_shots_of_one_person_are_more_alike_than_shots_of_two():
    def spread(hand_id, seed):
        return poses.draw_pose(5, anatomy.person(hand_id), np.random.default_rng([hand_id, seed])).spread

    same = [np.linalg.norm(spread(hand, 0) - spread(hand, 1)) for hand in range(40)]
    different = [np.linalg.norm(spread(hand, 0) - spread(hand + 1, 1)) for hand in range(40)]
    assert np.mean(same) < 0.8 * np.mean(different)


def test_a_rendered_picture_has_the_promised_form_and_depends_on_the_seed_alone():
    first = hands.render(3, 7, np.random.default_rng(0))
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, hands.render(3, 7, np.random.default_rng(0)))
    assert np.abs(first.astype(int) - hands.render(3, 7, np.random.default_rng(1))).mean() > 3
    assert hands.render(0, 1, np.random.default_rng(0), size=32).shape == (32, 32, 3)


def test_many_pictures_are_those_rendered_one_by_one():
    many = hands.render_many([5, 0], [2, 9], seed=4)
    np.testing.assert_array_equal(many[1], hands.render(0, 9, np.random.default_rng([4, 1])))
    assert hands.render_many([], [], seed=0).shape == (0, 64, 64, 3)


def test_a_hand_covers_a_plausible_part_of_the_picture_and_leaves_the_top_corners_free():
    covers = []
    for i in range(18):
        person, pose = posed(i % 6, hand_id=i, seed=i)
        setting = scene.draw_scene(i % 6, person, np.random.default_rng(i))
        light, cover = picture.render_light(person, anatomy.build(person, pose), setting, 64)
        covers.append(cover.mean())
        assert light.shape == (64, 64, 3)
        assert np.isfinite(light).all()
        assert light.min() >= 0
        assert cover[0, 0] == cover[0, -1] == 0
        assert cover[-1].any(), "the forearm must leave the picture at the bottom"
    assert 0.08 < min(covers)
    assert max(covers) < 0.5


def test_a_left_hand_is_the_mirror_image_of_a_right_one():
    person, pose = posed(5)
    setting = scene.draw_scene(5, person, np.random.default_rng(0))
    setting = replace(setting, wrist=np.array([0.5, 0.9]), lamp=np.array([0, 0, 1], dtype=np.float32))
    solid = anatomy.build(person, pose)
    covers = [picture.render_light(person, solid, replace(setting, mirrored=m), 64)[1] for m in (False, True)]
    assert np.abs(covers[0] - covers[1][:, ::-1]).mean() < 0.005


def test_both_left_and_right_hands_occur():
    left = np.mean([anatomy.person(hand).left for hand in range(80)])
    assert 0.1 < left < 0.5


def test_the_wall_under_the_hand_lies_in_its_shadow():
    person, pose = posed(5)
    setting = replace(scene.draw_scene(5, person, np.random.default_rng(0)), ambient=0.2, wall=0.3)
    setting = replace(setting, lamp=poses.unit(np.array([-0.5, 0.0, 1.0])).astype(np.float32), lamp_size=0.05)
    light, cover = picture.render_light(person, anatomy.build(person, pose), setting, 64)
    clear = picture.shrink(picture.paint_wall(setting, 128).reshape(128, 128, 3))
    shade = (light / clear).mean(axis=2)
    right = np.roll(cover, 6, axis=1) * (cover == 0)  # the lamp is on the left
    left = np.roll(cover, -6, axis=1) * (cover == 0)
    assert shade[right > 0.9].mean() < 0.8 * shade[left > 0.9].mean()


def test_the_quantiser_keeps_flat_pictures_and_softens_detail():
    flat = np.full((64, 64, 3), 128.0)
    np.testing.assert_allclose(camera.jpeg(flat, 4), flat, atol=3)
    noise = np.random.default_rng(0).uniform(0, 255, size=(64, 64, 3))
    np.testing.assert_allclose(camera.jpeg(noise, 0.0), noise)
    assert camera.jpeg(noise, 60).std() < noise.std()


def test_blurring_keeps_the_mean_and_spreads_a_point():
    point = np.zeros((33, 33, 1))
    point[16, 16] = 1
    seen = camera.blur(point, 1.5)[..., 0]
    assert seen.sum() == pytest.approx(1)
    assert (seen * (np.arange(33) - 16) ** 2).sum() == pytest.approx(1.5**2, rel=0.02)


@pytest.mark.parametrize("label", [-1, 6, 2.5])
def test_an_unknown_sign_is_refused(label):
    with pytest.raises(ValueError, match=f"label must be one of 0 to 5, got {label}"):
        hands.render(label, 0, np.random.default_rng(0))


@pytest.mark.parametrize("size", [0, -8, 60])
def test_a_size_that_is_no_multiple_of_eight_is_refused(size):
    with pytest.raises(ValueError, match=f"multiple of 8 pixels, got {size}"):
        hands.render(0, 0, np.random.default_rng(0), size=size)


@pytest.mark.slow
def test_ten_pictures_a_second():
    hands.render(0, 0, np.random.default_rng(0))
    rates = []
    for _ in range(4):  # the best of four: other processes share the cores
        start = time.process_time()
        hands.render_many(np.arange(12) % 6, np.arange(12), seed=1)
        rates.append(12 / (time.process_time() - start))
    assert max(rates) >= 10, f"{max(rates):.1f} pictures a second"

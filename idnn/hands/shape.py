"""A solid made of tapered capsules that melt into one another: its signed distance, normals and shadows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

CHUNK = 1024  # points at a time, so that the work stays in the processor's cache
NEAR = 3e-3  # a ray has arrived when the surface is this close, in palm lengths


@dataclass(frozen=True)
class Solid:
    """Tapered capsules in groups; within a group they blend, between groups they only touch.

    Attributes
    ----------
    start, end : ndarray, shape (num_capsules, 3)
        End points of the axes, in palm lengths.
    start_radius, end_radius : ndarray, shape (num_capsules,)
    groups : tuple of (slice, float)
        The capsules of each group and the width over which they blend.
    """

    start: np.ndarray
    end: np.ndarray
    start_radius: np.ndarray
    end_radius: np.ndarray
    groups: tuple

    @cached_property
    def rows(self):
        """Return the linear part of the distances: matrices to be multiplied with (x, y, z, 1, x^2 + y^2 + z^2), and lengths."""
        axis = self.end - self.start
        length = np.linalg.norm(axis, axis=1, keepdims=True)
        axis = axis / length
        nothing = np.zeros_like(length)
        ahead = np.hstack([axis, -(self.start * axis).sum(axis=1, keepdims=True), nothing])
        offset = np.hstack([-2 * self.start, (self.start**2).sum(axis=1, keepdims=True), nothing + 1])
        slope = (self.end_radius - self.start_radius)[:, None] / length
        return ahead, offset, length, slope

    def capsules(self, points):
        """Return the distance to each capsule, and how far along its axis the nearest point lies.

        Parameters
        ----------
        points : ndarray, shape (num_points, 3)

        Returns
        -------
        distance, along : ndarray, shape (num_capsules, num_points), in palm lengths
        """
        ahead, offset, length, slope = self.rows
        terms = np.empty((5, len(points)), dtype=np.float32)
        terms[:3] = points.T
        terms[3] = 1
        terms[4] = np.einsum("ij,ij->i", points, points)
        ahead = ahead @ terms  # along the axis without its ends
        along = np.clip(ahead, 0, length)
        distance = offset @ terms  # |p - a|^2, from which h (2 t - h) is taken for |p - a - h u|^2
        ahead *= 2
        ahead -= along
        ahead *= along
        distance -= ahead
        np.sqrt(np.abs(distance, out=distance), out=distance)
        distance -= self.start_radius[:, None]
        np.multiply(along, slope, out=ahead)
        distance -= ahead
        return distance, along

    @cached_property
    def members(self):
        """Return which capsules are of which group, shape (num_groups, num_capsules), and each group's and capsule's width."""
        member = np.zeros((len(self.groups), len(self.start)), dtype=np.float32)
        for group, (capsules, _) in enumerate(self.groups):
            member[group, capsules] = 1
        widths = np.array([[width] for _, width in self.groups], dtype=np.float32)
        return member, widths, member.T @ widths

    def blend(self, distance):
        """Return each group's blended distance, -width log sum exp(-distance / width), and the terms of the sums.

        Parameters
        ----------
        distance : ndarray, shape (num_capsules, num_points)

        Returns
        -------
        blended : ndarray, shape (num_groups, num_points); very large where another group is nearer by far
        closeness : ndarray, shape (num_capsules, num_points)
        """
        member, widths, width = self.members
        least = distance.min(axis=0)
        closeness = least - distance
        closeness /= width
        np.maximum(closeness, -60, out=closeness)  # no subnormal numbers: they are slow
        np.exp(closeness, out=closeness)
        return least - widths * np.log(member @ closeness), closeness

    def distance(self, points):
        """Return the signed distance of each point to the blended surface, shape (num_points,)."""
        nearest = np.empty(len(points), dtype=np.float32)
        for first in range(0, len(points), CHUNK):
            some = slice(first, first + CHUNK)
            blended, _ = self.blend(self.capsules(points[some])[0])
            np.minimum.reduce(blended, out=nearest[some])
        return nearest

    def normals(self, points):
        """Return unit normals of the surface near ``points``, shape (num_points, 3).

        The gradient of a blend is the mean of the capsules' gradients, weighted as the blend weighs them.
        """
        distance, along = self.capsules(points)
        blended, weight = self.blend(distance)
        weight *= self.members[0].T @ (blended == blended.min(axis=0)).astype(np.float32)  # the nearest group alone
        ahead, _, _, slope = self.rows
        weight /= np.maximum(distance + self.start_radius[:, None] + along * slope, 1e-6)  # the distance to the axis
        normal = weight.sum(axis=0)[:, None] * points - weight.T @ self.start - (weight * along).T @ ahead[:, :3]
        return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)

    def hit(self, origin, rays, start, end, num_steps=20):
        """Return how far along each ray the surface lies, infinite where it is missed.

        Parameters
        ----------
        origin : ndarray, shape (3,)
        rays : ndarray, shape (num_rays, 3), unit vectors
        start, end : float
            Where along the ray to begin and to give up.
        """
        travelled = np.full(len(rays), start, dtype=np.float32)
        found = np.full(len(rays), np.inf, dtype=np.float32)
        alive = np.arange(len(rays))
        for _ in range(num_steps):
            distance = self.distance(origin + travelled[alive, None] * rays[alive])
            arrived = distance < NEAR
            found[alive[arrived]] = travelled[alive[arrived]]
            travelled[alive] += 0.96 * distance
            alive = alive[~arrived & (travelled[alive] < end)]
            if not len(alive):
                break
        close = alive[self.distance(origin + travelled[alive, None] * rays[alive]) < 4 * NEAR] if len(alive) else alive
        found[close] = travelled[close]
        return found

    def light_reaching(self, points, direction, distances, softness):
        """Return the share of light (0 to 1) that reaches each point from ``direction`` past the solid.

        ``distances`` are the places along the way at which the solid is looked for; ``softness`` is the tangent of half the angle
        under which the lamp is seen.
        """
        lit = np.ones(len(points), dtype=np.float32)
        for travelled in distances:
            gap = self.distance(points + np.float32(travelled) * direction) / np.float32(softness * travelled)
            np.minimum(lit, 0.5 + 0.5 * gap, out=lit)
        np.clip(lit, 0, 1, out=lit)
        return lit * lit * (3 - 2 * lit)

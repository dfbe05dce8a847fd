"""Contact, penetration and distance between bodies.

Two bodies overlap when their surfaces cross or when a closed part of one lies inside the other.
Their penetration depth is the shortest translation that ends the overlap, searched along the axes
of both bodies and of the world and the diagonals between them. A pair is let off when any such move
of ``LIMIT_M`` parts it: what is deeper than 2 mm is parted by no move of that length, and for what
is shallower than 1 mm one of the directions is near enough.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.stage.contact import PART_TRIANGLES, PartedMesh, PlacedMesh
from clappper.core.stage.triangles import Mesh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from clappper.core.stage.inspect import Body

__all__ = ["CollisionWorld", "compute_bound_gap", "compute_bound_gaps", "iterate_near_pairs"]

#: Overlap that a move of this length ends is contact, not collision [m]; lies between the 1 and 2
#: mm of the contract.
LIMIT_M = 1.5e-3
#: How much each side is drawn in to see whether only a snug fit touches [m]; moves no point of a
#: box by 2 mm.
INSET_M = 1.0e-3
#: Precision of a reported depth [m], and as a share of it.
PRECISION_M, PRECISION = 5e-5, 2e-3


class CollisionWorld:
    """Queries between bodies.

    Builds what it needs of each mesh once and when it is first needed, in parts of at most
    ``part_triangles`` triangles.
    """

    def __init__(self, part_triangles: int = PART_TRIANGLES) -> None:
        self._part_triangles = part_triangles
        self._meshes: dict[Mesh, PartedMesh] = {}
        self._placed: dict[Body, PlacedMesh] = {}
        self._gaps: dict[tuple[Body, Body], float] = {}

    def is_touching(self, a: Body, b: Body, offset: NDArray[np.float64]) -> bool:
        """Return whether the surfaces meet when ``a`` is moved by ``offset`` [m, layout frame]."""
        if compute_bound_gap(a.bound + offset, b.bound) > 0.0:
            return False
        moved = self._place(a, offset) if offset.any() else self._get_placed(a)
        return moved.is_touching(self._get_placed(b))

    def is_overlapping(self, a: Body, b: Body, offset: NDArray[np.float64]) -> bool:
        """Return whether surfaces meet or one body holds a part of the other.

        ``a`` is moved by ``offset`` [m, layout frame].
        """
        return (
            self.is_touching(a, b, offset)
            or _has_part_inside(a, b, offset)
            or _has_part_inside(b, a, -offset)
        )

    def compute_depth(self, a: Body, b: Body) -> float:
        """Return the penetration depth [m], 0.0 when the two are apart or only in contact."""
        if not self.is_overlapping(a, b, np.zeros(3)):
            return 0.0
        directions = list(_iterate_directions(a, b))
        if self._find_parting(a, b, directions, LIMIT_M) or not self._is_overlapping_inset(a, b):
            return 0.0
        reach = float(np.linalg.norm(np.ptp(a.bound, axis=0) + np.ptp(b.bound, axis=0)))
        lower, upper = LIMIT_M, 2.0 * LIMIT_M
        while not (parting := self._find_parting(a, b, directions, upper)) and upper < reach:
            lower, upper = upper, 2.0 * upper
        while upper - lower > max(PRECISION_M, PRECISION * lower):
            middle = (lower + upper) / 2.0
            closer = self._find_parting(a, b, parting, middle)
            parting, lower, upper = (closer, lower, middle) if closer else (parting, middle, upper)
        return upper

    def compute_gap(self, a: Body, b: Body) -> float:
        """Return the distance between two surfaces [m], 0.0 when they meet."""
        key = (a, b) if id(a) < id(b) else (b, a)
        if key not in self._gaps:
            self._gaps[key] = self._get_placed(a).compute_distance(self._get_placed(b))
        return self._gaps[key]

    def estimate_gap(self, a: Body, b: Body) -> float:
        """Return what the distance between two surfaces is at least [m]."""
        return self._get_placed(a).estimate_distance(self._get_placed(b))

    def find_nearest(self, body: Body, others: Iterable[Body]) -> tuple[float, Body | None]:
        """Return the smallest gap [m] and whose it is; infinity and None without others."""
        best: tuple[float, Body | None] = (float("inf"), None)
        for least, other in _iterate_nearest(body.bound, [b for b in others if b is not body]):
            if least >= best[0]:
                break
            best = min(best, (self.compute_gap(body, other), other), key=lambda pair: pair[0])
        return best

    def compute_clearance(self, point: NDArray[np.float64], bodies: Iterable[Body]) -> float:
        """Return the distance from a point to the nearest surface [m], infinity without bodies."""
        corner = Mesh(np.eye(3) * 1e-7, np.array([[0, 1, 2]], dtype=np.int32))
        probe = PartedMesh(corner).place(np.eye(3), point)
        here = np.stack([point, point])
        best = float("inf")
        for least, body in _iterate_nearest(here, list(bodies)):
            if least >= best:
                break
            best = min(best, probe.compute_distance(self._get_placed(body)))
        return best

    def _find_parting(
        self, a: Body, b: Body, directions: list[NDArray[np.float64]], length_m: float
    ) -> list[NDArray[np.float64]]:
        """Return the directions along which a move of ``length_m`` ends the overlap.

        At the limit the first suffices.
        """
        parting = (
            direction
            for direction in directions
            if not self.is_overlapping(a, b, direction * length_m)
        )
        return list(itertools.islice(parting, 1 if length_m <= LIMIT_M else None))

    def _is_overlapping_inset(self, a: Body, b: Body) -> bool:
        """Return whether the overlap stays when the smaller body is drawn in on all sides.

        It does not for a snug fit.
        """
        small, large = sorted(
            (a, b), key=lambda body: float(np.prod(np.ptp(body.mesh.bound, axis=0)))
        )
        extent, center = np.ptp(small.mesh.bound, axis=0), small.mesh.bound.mean(axis=0)
        scale = np.maximum(0.0, 1.0 - 2.0 * INSET_M / np.maximum(extent, 1e-9))
        vertices = (small.mesh.vertices - center) * np.where(
            extent > 4.0 * INSET_M, scale, 1.0
        ) + center
        inset = type(small)(
            small.prim_path, small.role, Mesh(vertices, small.mesh.triangles), small.transform
        )
        overlapping = self.is_overlapping(inset, large, np.zeros(3))
        self._meshes.pop(inset.mesh, None)
        self._placed.pop(inset, None)
        return overlapping

    def _get_placed(self, body: Body) -> PlacedMesh:
        placed = self._placed.get(body)
        if placed is None:
            placed = self._placed[body] = self._place(body, np.zeros(3))
        return placed

    def _place(self, body: Body, offset: NDArray[np.float64]) -> PlacedMesh:
        parted = self._meshes.get(body.mesh)
        if parted is None:
            parted = self._meshes[body.mesh] = PartedMesh(body.mesh, self._part_triangles)
        return parted.place(body.transform[:3, :3], body.transform[:3, 3] + offset)


def compute_bound_gap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the distance between two axis-aligned bounds (2, 3) [m], 0.0 when they overlap."""
    apart = np.maximum(0.0, np.maximum(a[0] - b[1], b[0] - a[1]))
    return float(np.sqrt(apart @ apart))


def compute_bound_gaps(
    bound: NDArray[np.float64], bounds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distances between one bound (2, k) and others (n, 2, k) [m]."""
    apart = np.maximum(bound[0] - bounds[:, 1], bounds[:, 0] - bound[1])
    return np.asarray(np.sqrt(np.square(np.maximum(apart, 0.0)).sum(axis=1)))


def iterate_near_pairs(
    bodies: tuple[Body, ...], others: tuple[Body, ...], margin_m: float
) -> Iterator[tuple[Body, Body]]:
    """Yield the pairs whose bounds are nearer than a margin.

    When both are the same tuple, each pair comes once.
    """
    if not bodies or not others:
        return
    bounds = np.stack([other.bound for other in others])
    for index, body in enumerate(bodies):
        near = (body.bound[0] - margin_m <= bounds[:, 1]) & (
            bounds[:, 0] <= body.bound[1] + margin_m
        )
        for found in np.flatnonzero(near.all(axis=1)):
            if others is not bodies or found > index:
                yield body, others[int(found)]


def _iterate_nearest(
    bound: NDArray[np.float64], bodies: list[Body]
) -> Iterator[tuple[float, Body]]:
    """Yield bodies and how far their bounds are from a bound at least, nearest first."""
    if not bodies:
        return
    gaps = compute_bound_gaps(bound, np.array([body.bound for body in bodies]))
    for index in np.argsort(gaps, kind="stable"):
        yield float(gaps[index]), bodies[index]


def _iterate_directions(a: Body, b: Body) -> Iterator[NDArray[np.float64]]:
    """Yield unit vectors: up and down, the axes of both bodies, then the 26 ways out of a cube."""
    axes = [np.eye(3), a.transform[:3, :3].T, b.transform[:3, :3].T]
    yield from (np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, -1.0]))
    yield from (sign * axis for rows in axes for axis in rows for sign in (1.0, -1.0))
    for steps in itertools.product((-1.0, 0.0, 1.0), repeat=3):
        if np.count_nonzero(steps) > 1:
            yield np.array(steps) / np.linalg.norm(steps)


def _has_part_inside(a: Body, b: Body, offset: NDArray[np.float64]) -> bool:
    """Return whether a connected part of ``a``, moved by ``offset``, lies inside one of ``b``.

    Asked only when their surfaces do not meet.
    """
    if compute_bound_gap(a.bound + offset, b.bound) > 0.0:
        return False
    points = (
        np.array([piece.point for piece in a.mesh.pieces]) @ a.transform[:3, :3].T
        + a.transform[:3, 3]
        + offset
    )
    points = b.to_own(points)
    for piece in b.mesh.pieces:
        within = points[((points > piece.lower) & (points < piece.upper)).all(axis=1)]
        if len(within) and piece.solid.compute_is_inside(within).any():
            return True
    return False

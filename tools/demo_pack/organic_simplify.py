"""Fewer triangles for the same shape: edges collapse by quadric error, in independent rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack.mesh import Mesh
from tools.demo_pack.organic_mesh import separate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["simplify"]

Array: TypeAlias = "NDArray[np.float64]"
Indices: TypeAlias = "NDArray[np.int64]"

#: A triangle may turn by at most this cosine in one collapse.
_MIN_TURN_COSINE = 0.35
#: Weight of the edge length against the squared distance to the planes: keeps triangles even.
_LENGTH_WEIGHT = 2e-4
#: Share of the cheapest edges that one round may touch.
_ROUND_SHARE = 0.25


@dataclass(frozen=True)
class _Collapse:
    """A round of collapses.

    Attributes:
        edges: All edges, shape (e, 2).
        is_rim: Which of them lie on an open rim, shape (e,).
        places: Where each would collapse to [m], shape (e, 3).
        chosen: The edges to collapse, shape (c,).
    """

    edges: Indices
    is_rim: NDArray[np.bool_]
    places: Array
    chosen: Indices


def simplify(mesh: Mesh, triangle_count: int) -> Mesh:
    """Collapse the edges that matter least until about ``triangle_count`` triangles are left.

    A closed mesh stays closed. Open rims keep their outline.

    Args:
        mesh: Welded triangles; point normals, if any, are carried along.
        triangle_count: Where to stop; the mesh keeps more where a collapse would fold it.
    """
    points, triangles = mesh.points.copy(), mesh.triangles
    normals = None if mesh.normals is None else mesh.normals.copy()
    quadrics = _build_quadrics(points, triangles)
    banned = np.zeros(0, dtype=np.int64)
    while len(triangles) > triangle_count:
        edges, faces_per_edge = _list_edges(triangles, len(points))
        codes = edges[:, 0] * len(points) + edges[:, 1]
        is_rim = faces_per_edge == 1
        costs, places = _rate(points, quadrics, edges)
        costs[np.isin(codes, banned)] = np.inf
        allowed = max(int(len(edges) * _ROUND_SHARE), 1)
        chosen = _pick_independent(edges, costs, len(points), allowed)
        if len(chosen) == 0:
            break
        # Each collapse takes two triangles: do not overshoot.
        chosen = chosen[: max((len(triangles) - triangle_count + 1) // 2, 1)]
        collapse = _Collapse(edges, is_rim, places, chosen)
        is_sound = _is_sound(points, triangles, collapse)
        banned = np.concatenate([banned, codes[chosen[~is_sound]]])
        chosen = chosen[is_sound]
        kept, gone = edges[chosen].T
        points[kept] = places[chosen]
        quadrics[kept] += quadrics[gone]
        if normals is not None:
            normals[kept] += normals[gone]
            normals[kept] /= np.maximum(np.linalg.norm(normals[kept], axis=1, keepdims=True), 1e-12)
        target = np.arange(len(points))
        target[gone] = kept
        triangles = target[triangles]
        a, b, c = triangles.T
        triangles = triangles[(a != b) & (b != c) & (c != a)]
    return separate(Mesh(points, triangles, normals))


def _list_edges(triangles: Indices, count: int) -> tuple[Indices, Indices]:
    """Return the edges, shape (e, 2), lower point first, and how many triangles share each."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    codes, faces = np.unique(pairs.min(axis=1) * count + pairs.max(axis=1), return_counts=True)
    return np.stack([codes // count, codes % count], axis=1), faces


def _build_quadrics(points: Array, triangles: Indices) -> Array:
    a, b, c = (points[triangles[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    doubled = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = normals / np.maximum(doubled, 1e-18)
    planes = np.concatenate([normals, -(normals * a).sum(axis=1, keepdims=True)], axis=1)
    products = planes[:, :, None] * planes[:, None, :] * doubled[:, :, None]
    quadrics = np.zeros((len(points), 4, 4))
    for k in range(3):
        np.add.at(quadrics, triangles[:, k], products)
    return quadrics + _build_rim_quadrics(points, triangles, normals)


def _build_rim_quadrics(points: Array, triangles: Indices, normals: Array) -> Array:
    """Planes that stand upright on open rims hold the rim in place."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    ordered = np.sort(pairs, axis=1)
    codes = ordered[:, 0] * len(points) + ordered[:, 1]
    _, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    is_rim = counts[inverse] == 1
    start, stop = points[pairs[is_rim, 0]], points[pairs[is_rim, 1]]
    upright = np.cross(np.tile(normals, (3, 1))[is_rim], stop - start)
    length = np.maximum(np.linalg.norm(upright, axis=1, keepdims=True), 1e-18)
    upright = upright / length
    planes = np.concatenate([upright, -(upright * start).sum(axis=1, keepdims=True)], axis=1)
    products = planes[:, :, None] * planes[:, None, :] * (length**2)[:, :, None]
    quadrics = np.zeros((len(points), 4, 4))
    for k in range(2):
        np.add.at(quadrics, pairs[is_rim, k], products)
    return quadrics


def _rate(points: Array, quadrics: Array, edges: Indices) -> tuple[Array, Array]:
    """Return the cost of each edge and the best of its two ends and its middle, shape (e, 3)."""
    first, second = points[edges[:, 0]], points[edges[:, 1]]
    places = np.stack([first, second, (first + second) / 2], axis=1)
    both = quadrics[edges[:, 0]] + quadrics[edges[:, 1]]
    homogeneous = np.concatenate([places, np.ones((*places.shape[:2], 1))], axis=2)
    errors = np.einsum("eki,eij,ekj->ek", homogeneous, both, homogeneous)
    # The middle wins ties: flat ground stays evenly meshed.
    errors[:, :2] += 1e-12
    best = errors.argmin(axis=1)
    rows = np.arange(len(edges))
    length_squared = ((first - second) ** 2).sum(axis=1)
    return errors[rows, best] + _LENGTH_WEIGHT * length_squared**2, places[rows, best]


def _pick_independent(edges: Indices, costs: Array, count: int, allowed: int) -> Indices:
    """Return edges, cheapest first, of which no two touch the same or neighbouring points."""
    # Three digits of a cost decide: mirrored edges tie, and the last bits of other processors do
    # not matter.
    mantissa, exponent = np.frexp(costs)
    order = np.argsort(np.ldexp(np.round(mantissa, 3), exponent), kind="stable")
    rank = np.empty(len(edges), dtype=np.int64)
    rank[order] = np.arange(len(edges))
    lowest = np.full(count, len(edges))
    for end in (0, 1):
        np.minimum.at(lowest, edges[:, end], rank)
    around = lowest.copy()
    for end in (0, 1):
        np.minimum.at(around, edges[:, end], lowest[edges[:, 1 - end]])
    is_lowest = (rank == around[edges[:, 0]]) & (rank == around[edges[:, 1]]) & (rank < allowed)
    is_lowest &= np.isfinite(costs)
    chosen = np.flatnonzero(is_lowest)
    return chosen[np.argsort(rank[chosen])]


def _is_sound(points: Array, triangles: Indices, collapse: _Collapse) -> NDArray[np.bool_]:
    """Tell which chosen edges leave a surface with no triangle turned over when they collapse."""
    edges, is_rim, places, chosen = (
        collapse.edges,
        collapse.is_rim,
        collapse.places,
        collapse.chosen,
    )
    owner = np.full(len(points), -1)
    moved = points.copy()
    for end in (0, 1):
        owner[edges[chosen, end]] = np.arange(len(chosen))
        moved[edges[chosen, end]] = places[chosen]
    owners = owner[triangles]
    before, after = _compute_cross(points[triangles]), _compute_cross(moved[triangles])
    cosine = (before * after).sum(axis=1) / np.maximum(
        np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1), 1e-24
    )
    owned = (owners >= 0).sum(axis=1)
    sound = np.ones(len(chosen), dtype=bool)
    sound[owners.max(axis=1)[(owned == 1) & (cosine < _MIN_TURN_COSINE)]] = False
    # Link condition: the two ends share exactly the points opposite the edge.
    rims = np.zeros(len(points), dtype=bool)
    rims[edges[is_rim].ravel()] = True
    pairs = np.concatenate([edges, edges[:, ::-1]])
    touches = owner[pairs[:, 0]]
    is_near = (touches >= 0) & (touches != owner[pairs[:, 1]])
    # A point counts as shared when it is seen from both ends of the same edge.
    codes = touches[is_near] * len(points) + pairs[is_near, 1]
    found, counts = np.unique(codes, return_counts=True)
    shared = np.bincount(found[counts == 2] // len(points), minlength=len(chosen))
    ends = edges[chosen]
    rim_ends = rims[ends].sum(axis=1)
    on_rim = is_rim[chosen]
    return sound & (shared == np.where(on_rim, 1, 2)) & (on_rim | (rim_ends < 2))


def _compute_cross(corners: Array) -> Array:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])

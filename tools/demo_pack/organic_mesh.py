"""Meshing of fields: dual contouring on rectilinear grids, the same triangles on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack.mesh import Mesh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tools.demo_pack.organic import Field

__all__ = ["build_axis", "drop_hidden", "polygonize", "sculpt", "separate"]

Array: TypeAlias = "NDArray[np.float64]"
Indices: TypeAlias = "NDArray[np.int64]"

#: Step of the differences that give gradients [m].
_PROBE_M = 4e-4
#: How strongly a vertex is drawn to the mean of its crossings [1]: small keeps edges sharp, large
#: keeps triangles even.
_FIT_PULL = 0.02
#: Nodes along the edge of a block that is sampled as one where the surface is far.
_BLOCK = 6
#: Corners of a tetrahedron: the fewest probes that give a gradient.
_PROBES = np.array([(1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0)])


def build_axis(
    low_m: float, high_m: float, cell_m: float, *finer: tuple[float, float, float]
) -> Array:
    """Return rising grid coordinates [m]; ``finer`` are (from, to, cell size) where detail is."""
    # Off the round numbers that models use: rounding errors would decide where a node on a
    # surface lies.
    nodes = [low_m - 0.1371 * cell_m]
    while nodes[-1] < high_m:
        cells = [cell for start, stop, cell in finer if start <= nodes[-1] < stop]
        nodes.append(nodes[-1] + min(cells, default=cell_m))
    return np.array(nodes)


def polygonize(field: Field, xs: Array, ys: Array, zs: Array) -> Mesh:
    """Mesh the zero set of a field by dual contouring on a rectilinear grid.

    The surface is closed. Vertices are projected onto the zero set within their cell; normals are
    the field's gradient.

    Args:
        field: The field; evaluated once per node and a few times per vertex.
        xs: Grid coordinates [m], rising, shape (nx,).
        ys: The same along y.
        zs: The same along z.

    Returns:
        The mesh with its normals.

    Raises:
        ValueError: The surface is empty or leaves the grid.
    """
    axes = (xs, ys, zs)
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = _sample(field, nodes)
    inside = values < 0.0
    border = inside.copy()
    border[1:-1, 1:-1, 1:-1] = False
    if border.any() or not inside.any():
        raise ValueError("The surface is empty or leaves the grid: choose other grid coordinates.")
    cell_shape = np.array(values.shape) - 1
    owners, crossings, quads = [], [], []
    for axis in range(3):
        corners, places = _cross(nodes, values, inside, axis)
        cells = np.stack(
            [corners @ _strides(cell_shape) - step for step in _ring(cell_shape, axis)]
        )
        owners.append(cells)
        crossings.append(places)
        rising = inside[tuple(corners.T)]
        quads.append(np.where(rising[:, None], cells.T, cells.T[:, ::-1]))
    used, number = np.unique(np.concatenate(quads), return_inverse=True)
    cell_index = np.stack(np.unravel_index(used, tuple(cell_shape)), axis=1)
    low = np.stack([axes[k][cell_index[:, k]] for k in range(3)], axis=1)
    high = np.stack([axes[k][cell_index[:, k] + 1] for k in range(3)], axis=1)
    cell_of_crossing = np.searchsorted(used, np.concatenate(owners, axis=1))
    points = _fit(field, np.concatenate(crossings), cell_of_crossing, low, high)
    points = _project(field, points, low, high)
    normals = _compute_gradient(field, points)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    # Other processors' last bits must not grow into other triangles in later steps.
    points, normals = np.round(points, 7), np.round(normals, 5)
    return separate(Mesh(points, _split(points, number.reshape(-1, 4)), normals))


def sculpt(
    field: Field, low: Sequence[float], high: Sequence[float], cell: Sequence[float]
) -> Mesh:
    """Mesh a field inside the box from ``low`` to ``high`` with even cells, each (x, y, z) [m]."""
    return polygonize(field, *(build_axis(low[k], high[k], cell[k]) for k in range(3)))


def drop_hidden(mesh: Mesh, *covers: Field, depth_m: float) -> Mesh:
    """Return the mesh without the triangles that lie ``depth_m`` deep inside one of the covers."""
    is_hidden = np.zeros(len(mesh.points), dtype=bool)
    for cover in covers:
        is_hidden |= cover(mesh.points) < -depth_m
    triangles = mesh.triangles[~is_hidden[mesh.triangles].all(axis=1)]
    used = np.unique(triangles)
    number = np.zeros(len(mesh.points), dtype=np.int64)
    number[used] = np.arange(len(used))
    normals = None if mesh.normals is None else mesh.normals[used]
    return separate(Mesh(mesh.points[used], number[triangles], normals))


def separate(mesh: Mesh) -> Mesh:
    """Give sheets that only touch in a point or an edge their own points there.

    One cell may hold two sheets, between two fingers for example; they share its vertex.
    """
    triangles = mesh.triangles
    corner = np.arange(triangles.size).reshape(-1, 3)
    starts = np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]])
    ends = triangles.ravel()[starts]
    is_turned = ends[:, 0] > ends[:, 1]
    starts[is_turned] = starts[is_turned][:, ::-1]
    codes = ends.min(axis=1) * len(mesh.points) + ends.max(axis=1)
    # By edge, and at each edge by direction: neighbours run along it in opposite directions.
    order = np.lexsort((is_turned, codes))
    _, first, counts = np.unique(codes[order], return_index=True, return_counts=True)
    two, four = first[counts == 2], first[counts == 4]
    # Four triangles at an edge are two sheets that touch: each goes with the one behind it.
    rows = np.stack([order[four + k] for k in range(4)], axis=1)
    nearer = _compute_turn(mesh, starts, rows[:, [0, 2]]) > _compute_turn(
        mesh, starts, rows[:, [0, 3]]
    )
    rows[nearer] = rows[nearer][:, [0, 1, 3, 2]]
    left = np.concatenate([order[two], rows[:, 0], rows[:, 1]])
    right = np.concatenate([order[two + 1], rows[:, 2], rows[:, 3]])
    joined = np.concatenate([starts[left], starts[right]], axis=1)
    pairs = np.concatenate([joined[:, [0, 2]], joined[:, [1, 3]]])
    label = np.arange(triangles.size)
    while True:
        lowest = label[pairs].min(axis=1)
        if (label[pairs] == lowest[:, None]).all():
            break
        np.minimum.at(label, pairs[:, 0], lowest)
        np.minimum.at(label, pairs[:, 1], lowest)
    kept, number = np.unique(label, return_inverse=True)
    owner = triangles.ravel()[kept]
    normals = None if mesh.normals is None else mesh.normals[owner]
    return Mesh(mesh.points[owner], number.reshape(-1, 3), normals)


def _sample(field: Field, nodes: Array) -> Array:
    """Return the field at every node; far from the surface a block gets one value for all."""
    blocks = [
        (slice(i, i + _BLOCK), slice(j, j + _BLOCK), slice(k, k + _BLOCK))
        for i in range(0, nodes.shape[0], _BLOCK)
        for j in range(0, nodes.shape[1], _BLOCK)
        for k in range(0, nodes.shape[2], _BLOCK)
    ]
    spans = np.array([(nodes[block][0, 0, 0], nodes[block][-1, -1, -1]) for block in blocks])
    middles = field(spans.mean(axis=1))
    reaches = np.linalg.norm(spans[:, 1] - spans[:, 0], axis=1) / 2
    values = np.empty(nodes.shape[:3])
    near = np.zeros(nodes.shape[:3], dtype=bool)
    for block, middle, reach in zip(blocks, middles, reaches, strict=True):
        values[block] = middle
        # Twice the reach, because fields may overestimate distances.
        near[block] = abs(middle) < 2.0 * reach + 0.01
    values[near] = field(nodes[near])
    return values


def _strides(shape: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array([shape[1] * shape[2], shape[2], 1])


def _ring(shape: NDArray[np.int64], axis: int) -> tuple[int, int, int, int]:
    """Return how far the four cells around a grid edge lie back from its own, in turning order."""
    strides = _strides(shape)
    first, second = int(strides[(axis + 1) % 3]), int(strides[(axis + 2) % 3])
    return first + second, second, 0, first


def _cross(
    nodes: Array, values: Array, inside: NDArray[np.bool_], axis: int
) -> tuple[NDArray[np.int64], Array]:
    """Return the lower node of each grid edge the surface crosses and where it does [m]."""
    count = values.shape[axis] - 1
    below = np.take(inside, np.arange(count), axis=axis)
    above = np.take(inside, np.arange(1, count + 1), axis=axis)
    corners = np.argwhere(below != above)
    ahead = corners.copy()
    ahead[:, axis] += 1
    start, stop = values[tuple(corners.T)], values[tuple(ahead.T)]
    share = (start / (start - stop))[:, None]
    return corners, nodes[tuple(corners.T)] * (1 - share) + nodes[tuple(ahead.T)] * share


def _fit(
    field: Field, crossings: Array, cells: NDArray[np.int64], low: Array, high: Array
) -> Array:
    """Return the point of each cell nearest to all tangent planes at its crossings [m].

    Args:
        field: The field.
        crossings: Where the surface crosses grid edges [m], shape (k, 3).
        cells: The four cells around each crossing, shape (4, k).
        low: Lowest corner of each cell [m], shape (n, 3).
        high: Highest corner of each cell [m], shape (n, 3).

    Source:
        Ju et al., Dual Contouring of Hermite Data, 2002: keeps hems and brims sharp where plain
        surface nets fray.
    """
    normals = _compute_gradient(field, crossings)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    levels = (normals * crossings).sum(axis=1)
    owners = cells.ravel()

    def gather(values: Array) -> Array:
        return np.bincount(owners, np.tile(values, 4), minlength=len(low))

    count = gather(np.ones(len(crossings)))
    mean = np.stack([gather(crossings[:, k]) / count for k in range(3)], axis=1)
    matrix = np.empty((len(low), 3, 3))
    target = np.empty((len(low), 3))
    for i in range(3):
        target[:, i] = gather(normals[:, i] * levels) / count
        for j in range(3):
            matrix[:, i, j] = gather(normals[:, i] * normals[:, j]) / count
    matrix += np.eye(3) * _FIT_PULL
    target += _FIT_PULL * mean
    return np.clip(np.linalg.solve(matrix, target[:, :, None])[:, :, 0], low, high)


def _project(field: Field, points: Array, low: Array, high: Array) -> Array:
    for _ in range(2):
        slope = _compute_gradient(field, points)
        squared = np.maximum((slope * slope).sum(axis=1), 0.05)
        points = np.clip(points - (field(points) / squared)[:, None] * slope, low, high)
    return points


def _compute_gradient(field: Field, points: Array) -> Array:
    gradient = np.zeros_like(points)
    for probe in _PROBES:
        gradient += field(points + _PROBE_M * probe)[:, None] * probe
    return gradient / (4.0 * _PROBE_M)


def _split(points: Array, quads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut each quadrilateral along its shorter diagonal."""
    a, b, c, d = (points[quads[:, k]] for k in range(4))
    is_ac = ((a - c) ** 2).sum(axis=1) <= ((b - d) ** 2).sum(axis=1) + 1e-9
    first = np.where(is_ac[:, None], quads[:, [0, 1, 2]], quads[:, [0, 1, 3]])
    second = np.where(is_ac[:, None], quads[:, [0, 2, 3]], quads[:, [1, 2, 3]])
    return np.concatenate([first, second])


def _compute_turn(mesh: Mesh, starts: Indices, rows: Indices) -> Array:
    """Return the angle [rad] through the solid from one triangle at an edge to another.

    Args:
        mesh: Triangles, wound outward.
        starts: The two corners of each triangle edge, shape (3 m, 2).
        rows: Rows of ``starts`` for the two triangles, shape (k, 2).
    """
    corner_points = mesh.points[mesh.triangles.ravel()]
    ends = starts[rows]
    # The three corners of triangle t are 3 t, 3 t + 1 and 3 t + 2.
    thirds = 9 * (ends[:, :, 0] // 3) + 3 - ends.sum(axis=2)
    origin = corner_points[ends[:, :, 0]]
    edge = corner_points[ends[:, :, 1]] - origin
    edge = edge / np.linalg.norm(edge, axis=2, keepdims=True)
    leg = corner_points[thirds] - origin
    leg = leg - (leg * edge).sum(axis=2, keepdims=True) * edge
    a, b, c = (mesh.points[mesh.triangles[ends[:, 0, 0] // 3, k]] for k in range(3))
    inward = np.cross(c - a, b - a)
    inward = inward / np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-18)
    ahead = leg[:, 0] / np.maximum(np.linalg.norm(leg[:, 0], axis=1, keepdims=True), 1e-18)
    turn = np.arctan2((leg[:, 1] * inward).sum(axis=1), (leg[:, 1] * ahead).sum(axis=1))
    return np.mod(turn, 2.0 * np.pi)

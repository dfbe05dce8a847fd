"""Solids of the modeller: bevelled boxes, turned, extruded, swept and lofted bodies.

All are closed and wound outward, save ``grid``. Lengths are metres, angles degrees, in the layout
frame (Z up). A bevel of 0 leaves sharp edges.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from tools.demo_pack.mesh import Mesh
from tools.demo_pack.polygon import fillet, inset, triangulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "band",
    "beam",
    "box",
    "circle",
    "cone",
    "cylinder",
    "ellipsoid",
    "extrude",
    "grid",
    "lathe",
    "loft",
    "pipe",
    "rectangle",
    "rounded_rectangle",
    "slab",
    "sphere",
    "sweep",
    "torus",
    "tube",
]

_TO_AXIS = {"x": ("y", 90.0), "y": ("x", -90.0), "z": ("z", 0.0)}


def box(
    size: Sequence[float],
    center: Sequence[float] = (0.0, 0.0, 0.0),
    *,
    bevel: float = 0.0,
    segments: int = 1,
) -> Mesh:
    """Return a box around ``center``, its edges rounded by ``bevel`` in ``segments`` steps."""
    half = np.asarray(size, dtype=np.float64) / 2.0
    radius = min(bevel, float(half.min()) * 0.8)
    steps = segments if radius > 0.0 else 1
    corners = list(_walk_rounded_box(steps))
    numbers = {corner: i for i, corner in enumerate(dict.fromkeys(itertools.chain(*corners)))}
    signs = np.array([corner[:3] for corner in numbers])
    directions = np.sin(np.pi / 2.0 * np.array([corner[3:] for corner in numbers]) / steps)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    points = signs * (half - radius + radius * directions)
    triangles = np.array([[numbers[corner] for corner in triangle] for triangle in corners])
    a, b, c = (points[triangles[:, i]] for i in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), a + b + c) < 0.0
    triangles[inward] = triangles[inward][:, ::-1]
    solid = Mesh(points, triangles).translate(*center)
    return solid if radius > 0.0 else solid.weld()


#: A point of a rounded box: the signs of its octant, then its steps towards each axis.
_BoxPoint = tuple[int, int, int, int, int, int]


def _walk_rounded_box(segments: int) -> Iterator[tuple[_BoxPoint, _BoxPoint, _BoxPoint]]:
    """Yield the triangles of a rounded box: eight corner patches, twelve edge strips, six sides."""
    for x, y, z in itertools.product((-1, 1), repeat=3):
        for i, j in np.ndindex(segments, segments):
            k = segments - i - j
            if k > 0:
                low, high = (x, y, z, i + 1, j, k - 1), (x, y, z, i, j + 1, k - 1)
                yield (x, y, z, i, j, k), low, high
                if k > 1:
                    yield low, (x, y, z, i + 1, j + 1, k - 2), high

    def point(axis: int, signs: tuple[int, int, int], steps: tuple[int, int, int]) -> _BoxPoint:
        """Turn signs and steps given along (axis, axis + 1, axis + 2) to the order x, y, z."""
        s, t = (tuple(values[(i - axis) % 3] for i in range(3)) for values in (signs, steps))
        return (s[0], s[1], s[2], t[0], t[1], t[2])

    for axis in range(3):
        for b, c in itertools.product((-1, 1), repeat=2):
            for step in range(segments):
                near, far = (0, step, segments - step), (0, step + 1, segments - step - 1)
                first, second = point(axis, (-1, b, c), near), point(axis, (1, b, c), near)
                third, fourth = point(axis, (1, b, c), far), point(axis, (-1, b, c), far)
                yield first, second, third
                yield first, third, fourth
        for side in (-1, 1):
            ring = [
                point(axis, (side, b, c), (segments, 0, 0))
                for b, c in ((-1, -1), (1, -1), (1, 1), (-1, 1))
            ]
            yield ring[0], ring[1], ring[2]
            yield ring[0], ring[2], ring[3]


def slab(
    x: tuple[float, float],
    y: tuple[float, float],
    z: tuple[float, float],
    *,
    bevel: float = 0.0,
    segments: int = 1,
) -> Mesh:
    """Return the box that fills the ranges ``x``, ``y`` and ``z`` (low, high)."""
    ranges = (x, y, z)
    return box(
        [high - low for low, high in ranges],
        [(high + low) / 2.0 for low, high in ranges],
        bevel=bevel,
        segments=segments,
    )


def beam(
    start: Sequence[float], end: Sequence[float], width: float, height: float, *, bevel: float = 0.0
) -> Mesh:
    """Return a bar from ``start`` to ``end`` whose ``height`` lies as near to Z as it can."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    length = float(np.linalg.norm(b - a))
    forward = (b - a) / length
    up = np.array([0.0, 0.0, 1.0]) if abs(forward[2]) < 0.999 else np.array([0.0, 1.0, 0.0])
    side = np.cross(up, forward)
    side /= np.linalg.norm(side)
    frame = np.stack([side, forward, np.cross(side, forward)], axis=1)
    bar = box((width, length, height), bevel=bevel)
    return Mesh(bar.points @ frame.T + (a + b) / 2.0, bar.triangles)


def lathe(
    profile: ArrayLike,
    *,
    segments: int = 32,
    closed: bool = False,
    axis: str = "z",
) -> Mesh:
    """Turn a profile of (radius, height) points around an axis through the origin.

    Args:
        profile: Points (radius, height), shape (k, 2). An open profile runs from bottom to top;
            ends off the axis are closed with discs.
        segments: Steps around the axis.
        closed: The profile is a loop (a ring-shaped body).
        axis: The axis of revolution: heights lie along it.
    """
    curve = np.asarray(profile, dtype=np.float64)
    if not closed:
        on_axis = curve[[0, -1]] * (0.0, 1.0)
        curve = np.concatenate([on_axis[:1], curve, on_axis[1:]])
        # A profile that already ends on the axis needs no disc there.
        curve = curve[int(curve[1, 0] < 1e-9) : len(curve) - int(curve[-2, 0] < 1e-9)]
    turns = 2.0 * np.pi * np.arange(segments) / segments
    rings = np.stack(
        [
            curve[:, :1] * np.cos(turns),
            curve[:, :1] * np.sin(turns),
            np.broadcast_to(curve[:, 1:], (len(curve), segments)),
        ],
        axis=2,
    )
    solid = _skin(rings, loop_rings=closed, loop_columns=True, caps=False).weld(1e-7).outward()
    turned, degrees = _TO_AXIS[axis]
    return solid.rotate(turned, degrees)


def cylinder(
    radius: float,
    height: float,
    *,
    bevel: float = 0.0,
    segments: int = 24,
    axis: str = "z",
) -> Mesh:
    """Return a cylinder from 0 to ``height`` along an axis, its rims rounded."""
    return cone(
        radius,
        radius,
        height,
        bevel=bevel,
        segments=segments,
        axis=axis,
    )


def cone(
    radius: float,
    radius_top: float,
    height: float,
    *,
    bevel: float = 0.0,
    segments: int = 24,
    axis: str = "z",
) -> Mesh:
    """Return a truncated cone from 0 to ``height`` along an axis, its rims rounded."""
    profile = np.array([[0.0, 0.0], [radius, 0.0], [radius_top, height], [0.0, height]])
    if bevel > 0.0:
        profile = fillet(profile, bevel, 1)
    return lathe(profile, segments=segments, axis=axis)


def tube(
    radius: float,
    inner_radius: float,
    height: float,
    *,
    bevel: float = 0.0,
    segments: int = 24,
    axis: str = "z",
) -> Mesh:
    """Return a pipe piece from 0 to ``height`` along an axis."""
    profile = np.array(
        [[inner_radius, 0.0], [radius, 0.0], [radius, height], [inner_radius, height]]
    )
    if bevel > 0.0:
        profile = fillet(profile, bevel, 1, closed=True)
    return lathe(profile, segments=segments, closed=True, axis=axis)


def band(
    radius: float,
    turn_deg: tuple[float, float],
    z: tuple[float, float],
    *,
    proud: float = 0.001,
    segments: int = 10,
) -> Mesh:
    """Return a label bent around a drum of ``radius`` on the Z axis, ``proud`` of its surface.

    Args:
        radius: Of what it sticks on.
        turn_deg: Where it starts and ends, counter-clockwise from +X; the front is -90.
        z: Where it starts and ends, upward.
        proud: How far it stands out.
        segments: Steps around the axis.
    """
    turns = np.radians(np.linspace(*turn_deg, segments + 1))
    ring = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    outline = np.concatenate([ring * (radius + proud), ring[::-1] * (radius - 3.0 * proud)])
    return extrude(outline, z[1] - z[0]).translate(z=z[0])


def torus(
    radius: float,
    tube_radius: float,
    *,
    segments: int = 32,
    tube_segments: int = 10,
    axis: str = "z",
) -> Mesh:
    """Return a ring around the origin."""
    profile = circle(tube_radius, tube_segments) + np.array((radius, 0.0))
    return lathe(profile, segments=segments, closed=True, axis=axis)


def ellipsoid(
    radii: Sequence[float],
    center: Sequence[float] = (0.0, 0.0, 0.0),
    *,
    segments: int = 24,
    rings: int = 12,
) -> Mesh:
    """Return an ellipsoid around ``center``."""
    angles = np.pi * (np.arange(rings + 1) / rings - 0.5)
    profile = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    profile[[0, -1], 0] = 0.0
    return lathe(profile, segments=segments).scale(*radii).translate(*center)


def sphere(
    radius: float, center: Sequence[float] = (0.0, 0.0, 0.0), *, segments: int = 24, rings: int = 12
) -> Mesh:
    """Return a sphere around ``center``."""
    return ellipsoid((radius, radius, radius), center, segments=segments, rings=rings)


def extrude(
    outline: ArrayLike,
    height: float,
    *,
    holes: Sequence[ArrayLike] = (),
    bevel: float = 0.0,
    segments: int = 1,
    axis: str = "z",
) -> Mesh:
    """Extrude a simple polygon (x, y) with holes from 0 to ``height``, its rims rounded.

    With axis "x" the outline's (x, y) become (y, z) and it grows along +X; with "y" they become
    (x, z) and it grows along +Y.
    """
    loops = [_wind(outline, counter_clockwise=True)]
    loops += [_wind(hole, counter_clockwise=False) for hole in holes]
    steps = np.arange(segments + 1) / segments * np.pi / 2.0
    levels = [(0.0, 0.0), (0.0, height)]
    if bevel > 0.0:
        levels = [(bevel * (1.0 - np.sin(t)), bevel * (1.0 - np.cos(t))) for t in steps]
        levels += [(bevel * (1.0 - np.cos(t)), height - bevel * (1.0 - np.sin(t))) for t in steps]
    points: list[NDArray[np.float64]] = []
    triangles: list[NDArray[np.int64]] = []
    lowest: list[NDArray[np.int64]] = []
    highest: list[NDArray[np.int64]] = []
    count = 0
    for loop in loops:
        rings = np.stack(
            [np.column_stack([inset(loop, by), np.full(len(loop), z)]) for by, z in levels]
        )
        skin = _skin(rings, loop_rings=False, loop_columns=True, caps=False)
        points.append(skin.points)
        triangles.append(skin.triangles + count)
        lowest.append(count + np.arange(len(loop)))
        highest.append(count + (len(levels) - 1) * len(loop) + np.arange(len(loop)))
        count += len(skin.points)
    flat = [inset(loop, levels[0][0]) for loop in loops]
    cap = triangulate(flat[0], flat[1:])
    triangles.append(np.concatenate(lowest)[cap][:, ::-1])
    triangles.append(np.concatenate(highest)[cap])
    solid = Mesh(np.concatenate(points), np.concatenate(triangles))
    if axis == "x":
        return Mesh(solid.points[:, [2, 0, 1]], solid.triangles)
    if axis == "y":
        return Mesh(solid.points[:, [0, 2, 1]], solid.triangles[:, ::-1])
    return solid


def sweep(
    profile: ArrayLike,
    path: ArrayLike,
    *,
    closed: bool = False,
    up: Sequence[float] | None = None,
    scales: ArrayLike | None = None,
) -> Mesh:
    """Sweep a closed 2-D profile along a 3-D polyline with mitred corners.

    Args:
        profile: Points (side, up), shape (k, 2), a closed convex or star-shaped loop.
        path: Points, shape (n, 3); the last one is not repeated when ``closed``.
        closed: The path is a loop.
        up: Direction the profile's second coordinate starts with; None picks one.
        scales: Size of the profile at each path point, shape (n,); None is 1 everywhere.
    """
    outline = _wind(profile, counter_clockwise=True)
    line = np.asarray(path, dtype=np.float64)
    factors = np.ones(len(line)) if scales is None else np.asarray(scales, dtype=np.float64)
    edges = np.diff(np.concatenate([line, line[:1]]) if closed else line, axis=0)
    edges /= np.linalg.norm(edges, axis=1, keepdims=True)
    incoming = np.concatenate(
        [edges[-1:] if closed else edges[:1], edges if not closed else edges[:-1]]
    )
    outgoing = edges if closed else np.concatenate([edges, edges[-1:]])
    if up is None:
        up = (0.0, 0.0, 1.0) if abs(edges[0, 2]) < 0.9 else (0.0, 1.0, 0.0)
    upward = np.asarray(up, dtype=np.float64)
    sections = []
    for at, before, after, factor in zip(line, incoming, outgoing, factors, strict=True):
        side = np.cross(before, upward)
        side /= np.linalg.norm(side)
        upward = np.cross(side, before)
        tangent = before + after
        tangent /= np.linalg.norm(tangent)
        ring = factor * (outline[:, :1] * side + outline[:, 1:] * upward)
        # Slide each point along the incoming edge onto the mitre plane.
        ring -= np.outer(ring @ tangent / max(float(before @ tangent), 0.2), before)
        sections.append(at + ring)
        upward = upward - after * float(upward @ after)
        upward /= np.linalg.norm(upward)
    return _skin(
        np.array(sections), loop_rings=closed, loop_columns=True, caps=not closed
    ).outward()


def pipe(
    path: ArrayLike,
    radius: float,
    *,
    bend: float = 0.0,
    bend_segments: int = 4,
    segments: int = 10,
    closed: bool = False,
) -> Mesh:
    """Return a round bar along a polyline whose corners are bent with the radius ``bend``."""
    line = np.asarray(path, dtype=np.float64)
    if bend > 0.0:
        line = fillet(line, bend, bend_segments, closed=closed)
    return sweep(circle(radius, segments), line, closed=closed)


def loft(sections: ArrayLike, *, caps: bool = True, closed: bool = False) -> Mesh:
    """Skin cross-sections, shape (k, n, 3); ``closed`` joins the last to the first."""
    return _skin(
        np.asarray(sections, dtype=np.float64),
        loop_rings=closed,
        loop_columns=True,
        caps=caps and not closed,
    ).outward()


def grid(columns: int, rows: int, at: Callable[[float, float], Sequence[float]]) -> Mesh:
    """Return an open sheet whose front is du x dv.

    Args:
        columns: Cells along u.
        rows: Cells along v.
        at: Gives the point (x, y, z) [m] for u, v in 0 to 1.
    """
    points = np.array(
        [[at(i / columns, j / rows) for i in range(columns + 1)] for j in range(rows + 1)],
        dtype=np.float64,
    )
    return _skin(points, loop_rings=False, loop_columns=False, caps=False)


def circle(radius: float, segments: int = 24) -> NDArray[np.float64]:
    """Return a counter-clockwise circle around the origin, shape (segments, 2)."""
    turns = 2.0 * np.pi * np.arange(segments) / segments
    return radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)


def rectangle(width: float, height: float) -> NDArray[np.float64]:
    """Return a counter-clockwise rectangle around the origin, shape (4, 2)."""
    x, y = width / 2.0, height / 2.0
    return np.array([[-x, -y], [x, -y], [x, y], [-x, y]])


def rounded_rectangle(
    width: float, height: float, radius: float, segments: int = 4
) -> NDArray[np.float64]:
    """Return a rectangle around the origin with round corners, counter-clockwise."""
    return fillet(rectangle(width, height), radius, segments, closed=True)


def _wind(outline: ArrayLike, *, counter_clockwise: bool) -> NDArray[np.float64]:
    loop = np.asarray(outline, dtype=np.float64)
    following = np.roll(loop, -1, axis=0)
    area = float((loop[:, 0] * following[:, 1] - loop[:, 1] * following[:, 0]).sum())
    return loop if (area > 0.0) == counter_clockwise else loop[::-1].copy()


def _skin(
    sections: NDArray[np.float64], *, loop_rings: bool, loop_columns: bool, caps: bool
) -> Mesh:
    """Connect sections, shape (rings, columns, 3), by two triangles per cell; caps are fans."""
    rings, columns = sections.shape[:2]
    cells = np.indices((rings - (not loop_rings), columns - (not loop_columns)))
    i, j = cells.reshape(2, -1)
    a = i * columns + j
    b = i * columns + (j + 1) % columns
    c = (i + 1) % rings * columns + (j + 1) % columns
    d = (i + 1) % rings * columns + j
    triangles = [np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]
    points = sections.reshape(-1, 3)
    if caps:
        middles = np.array([sections[0].mean(axis=0), sections[-1].mean(axis=0)])
        ring = np.arange(columns)
        following = (ring + 1) % columns
        low, last = len(points), (rings - 1) * columns
        triangles.append(np.stack([following, ring, np.full(columns, low)], axis=1))
        triangles.append(
            np.stack([last + ring, last + following, np.full(columns, low + 1)], axis=1)
        )
        points = np.concatenate([points, middles])
    return Mesh(points, np.concatenate(triangles))
